//! What the linked library tells of itself, and its threads. Its functions are looked up at run time: which of them
//! exist depends on the library that the dynamic linker found, not on the one that was there at build time.

use crate::backend::Info;
use std::ffi::{CStr, c_char, c_int};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

/// The functions of OpenBLAS, where the library has them.
#[derive(Default)]
struct OpenBlas {
    config: Option<unsafe extern "C" fn() -> *const c_char>,
    core: Option<unsafe extern "C" fn() -> *const c_char>,
    threads: Option<unsafe extern "C" fn() -> c_int>,
    set_threads: Option<unsafe extern "C" fn(c_int)>,
}

fn openblas() -> &'static OpenBlas {
    static FUNCTIONS: OnceLock<OpenBlas> = OnceLock::new();
    FUNCTIONS.get_or_init(|| {
        #[cfg(unix)]
        let program = libloading::os::unix::Library::this();
        #[cfg(windows)]
        let Ok(program) = libloading::os::windows::Library::open_already_loaded("libopenblas") else {
            return OpenBlas::default();
        };
        // SAFETY: the types are those of OpenBLAS's cblas.h. The library is linked into this process and stays loaded,
        // so that the pointers live as long as it does.
        unsafe {
            OpenBlas {
                config: program.get(b"openblas_get_config\0").ok().map(|f| *f),
                core: program.get(b"openblas_get_corename\0").ok().map(|f| *f),
                threads: program.get(b"openblas_get_num_threads\0").ok().map(|f| *f),
                set_threads: program.get(b"openblas_set_num_threads\0").ok().map(|f| *f),
            }
        }
    })
}

fn text(function: Option<unsafe extern "C" fn() -> *const c_char>) -> Option<String> {
    // SAFETY: both functions take nothing and return a string that is never freed, or null.
    let text = unsafe { function?() };
    // SAFETY: not null, and terminated, as C strings are.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

pub(in crate::backend) fn set_threads(n: usize) {
    let mut single = SINGLE.lock().unwrap_or_else(PoisonError::into_inner);
    if single.0 > 0 {
        single.1 = n; // for when the last of them is done
    } else {
        set(n);
    }
}

fn set(n: usize) {
    if let (Some(set), Ok(n)) = (openblas().set_threads, c_int::try_from(n)) {
        // SAFETY: takes a number of threads; `n` is at least 1.
        unsafe { set(n) };
    }
}

/// Whether the library runs on several threads.
pub(super) fn has_threads() -> bool {
    threads() > 1
}

/// How many calls want one thread at the moment, and how many threads the library had before the first of them.
static SINGLE: Mutex<(usize, usize)> = Mutex::new((0, 1));

/// The order up to which eigenproblems, singular values and solutions run on one thread: below it, the library's threads
/// cost more than they bring (measured with two: `gesdd` and `syevd` of 64 x 64 take twice as long as on one).
pub(super) const SMALL: usize = 300;

/// Runs `f` with the library on one thread if `single`, as far as it lets itself be told.
///
/// The library has one number of threads for the whole process, so that calls at the same time elsewhere run on one
/// thread, too, until the last of these is done.
pub(super) fn single_threaded_if<R>(single: bool, f: impl FnOnce() -> R) -> R {
    if !single {
        return f();
    }
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            let mut single = SINGLE.lock().unwrap_or_else(PoisonError::into_inner);
            single.0 -= 1;
            if single.0 == 0 && single.1 > 1 {
                set(single.1);
            }
        }
    }
    let mut single = SINGLE.lock().unwrap_or_else(PoisonError::into_inner);
    if single.0 == 0 {
        single.1 = library_threads();
        if single.1 > 1 {
            set(1);
        }
    }
    single.0 += 1;
    drop(single);
    let _restore = Restore;
    f()
}

fn threads() -> usize {
    let single = SINGLE.lock().unwrap_or_else(PoisonError::into_inner);
    if single.0 > 0 { single.1 } else { library_threads() }
}

fn library_threads() -> usize {
    // SAFETY: takes nothing, returns a number.
    openblas().threads.map_or(1, |threads| unsafe { threads() }.max(1).unsigned_abs() as usize)
}

/// The version of the LAPACK interface.
fn lapack_version() -> String {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SUBROUTINE ILAVER( VERS_MAJOR, VERS_MINOR, VERS_PATCH )
    // SAFETY: writes three integers.
    unsafe { lapack_sys::ilaver_(&mut major, &mut minor, &mut patch) };
    format!("{major}.{minor}.{patch}")
}

/// The file that `dgetrf` was loaded from.
#[cfg(unix)]
fn library() -> Option<PathBuf> {
    let mut found = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    let address = lapack_sys::dgetrf_ as *const std::ffi::c_void;
    // SAFETY: any address may be asked for; `found` is only read after success.
    let known = unsafe { libc::dladdr(address, &mut found) } != 0 && !found.dli_fname.is_null();
    // SAFETY: the name is a C string that lives as long as the library.
    known.then(|| PathBuf::from(unsafe { CStr::from_ptr(found.dli_fname) }.to_string_lossy().into_owned()))
}

#[cfg(not(unix))]
fn library() -> Option<PathBuf> {
    None
}

pub(in crate::backend) fn info() -> Info {
    let library = library().map(|path| path.canonicalize().unwrap_or(path));
    match text(openblas().config) {
        // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
        Some(config) => Info {
            name: "OpenBLAS".into(),
            version: config.split_whitespace().nth(1).unwrap_or("of unknown version").into(),
            core: text(openblas().core),
            threads: threads(),
            library,
        },
        None => {
            Info { name: "BLAS/LAPACK".into(), version: lapack_version(), core: None, threads: 1, library }
        }
    }
}
