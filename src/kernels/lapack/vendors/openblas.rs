//! OpenBLAS, in its three builds: with its own threads, with OpenMP's, and without threads.

use super::symbols::{Symbols, text};
use super::{Control, Library, Scope, Share, Stack, Threads, int, long_integers, number};
use std::ffi::{c_char, c_int};

/// Functions whose types are those of OpenBLAS's cblas.h.
#[derive(Clone, Copy)]
struct Functions {
    config: unsafe extern "C" fn() -> *const c_char,
    core: unsafe extern "C" fn() -> *const c_char,
    parallel: unsafe extern "C" fn() -> c_int,
    get: unsafe extern "C" fn() -> c_int,
    set: unsafe extern "C" fn(c_int),
}

/// Statically linked, where names cannot be looked up.
#[cfg(feature = "openblas-static")]
fn functions(_: &Symbols) -> Option<Functions> {
    unsafe extern "C" {
        fn openblas_get_config() -> *const c_char;
        fn openblas_get_corename() -> *const c_char;
        fn openblas_get_parallel() -> c_int;
        fn openblas_get_num_threads() -> c_int;
        fn openblas_set_num_threads(n: c_int);
    }
    Some(Functions {
        config: openblas_get_config,
        core: openblas_get_corename,
        parallel: openblas_get_parallel,
        get: openblas_get_num_threads,
        set: openblas_set_num_threads,
    })
}

#[cfg(not(feature = "openblas-static"))]
fn functions(symbols: &Symbols) -> Option<Functions> {
    // SAFETY: the types of `Functions`.
    unsafe {
        Some(Functions {
            config: symbols.get("openblas_get_config")?,
            core: symbols.get("openblas_get_corename")?,
            parallel: symbols.get("openblas_get_parallel")?,
            get: symbols.get("openblas_get_num_threads")?,
            set: symbols.get("openblas_set_num_threads")?,
        })
    }
}

/// A little more than its buffer, which has 128 MiB in builds that choose the processor type at run time
/// (driver/others/memory.c).
pub(super) const BUFFER: usize = 129 << 20;

pub(super) fn find(symbols: &Symbols) -> Option<Library> {
    let Functions { config, core, parallel, get, set } = functions(symbols)?;
    // SAFETY: the functions take nothing and return a string or a number.
    let (config, core, parallel) = unsafe { (text(config())?, text(core()), parallel()) };
    // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
    let version = config.split_whitespace().nth(1).unwrap_or("of unknown version").to_owned();
    let threads = match parallel {
        // Debian's 0.3.21 was built without locks: eight simultaneous calls gave wrong results. The library
        // does not report whether it was built with them (USE_LOCKING).
        0 => Threads::Alone,
        2 => Threads::Many(openmp(symbols, set)),
        _ => Threads::Many(control(get, set)),
    };
    let unfit = config.contains("USE64BITINT").then(|| long_integers("OpenBLAS", symbols.file.clone()));
    Some(Library { name: "OpenBLAS", version, core, threads, buffer: BUFFER, unfit })
}

/// One number for the process, set by these functions of OpenBLAS or of FlexiBLAS above it.
pub(super) fn control(get: unsafe extern "C" fn() -> c_int, set: unsafe extern "C" fn(c_int)) -> Control {
    Control {
        // simultaneous calls on several threads each: OpenBLAS issue 5836, wrong results up to at least
        // 0.3.33
        share: Share::AllOrOne,
        spares_threads: true,
        stack: Stack::Deep,
        ..Control::of_process(get, set)
    }
}

/// In an OpenMP build, a call uses the number of the calling thread and, if that is neither 1 nor the
/// library's number, changes the library's number together with the buffers of running calls
/// (driver/others/blas_server_omp.c). Therefore the library's number is changed only while no call runs, and
/// every thread sets that number or 1.
fn openmp(symbols: &Symbols, set: unsafe extern "C" fn(c_int)) -> Control {
    type Get = unsafe extern "C" fn() -> c_int;
    // SAFETY: the types are those of the OpenMP specification's omp.h.
    let omp: (Option<Get>, Option<unsafe extern "C" fn(c_int)>) =
        unsafe { (symbols.get("omp_get_max_threads"), symbols.get("omp_set_num_threads")) };
    let (Some(get), Some(set_here)) = omp else {
        // it works, on as many threads as it chooses
        return Control {
            get: Box::new(|| 1),
            set: Box::new(|_| ()),
            scope: Scope::Process,
            share: Share::Equal,
            spares_threads: true,
            stack: Stack::Deep,
        };
    };
    let here = move |n| {
        // SAFETY: takes nothing, returns a number.
        let before = number(unsafe { get() });
        // SAFETY: takes a number of threads, for the parallel regions that this thread begins.
        unsafe { set_here(int(n)) };
        before
    };
    Control { scope: Scope::Thread(Box::new(here)), ..control(get, set) }
}
