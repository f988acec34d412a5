//! Which library was loaded, and what it tells of itself. Its functions are looked up at run time: which of them exist
//! depends on the library that the dynamic linker found, not on the one that was there at build time.

use super::threads::{Control, Threads};
use crate::kernels::Info;
use crate::{Error, ErrorKind, Result};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::PathBuf;
use std::sync::OnceLock;

/// The library with the BLAS, as far as it tells.
pub(super) struct Library {
    name: &'static str,
    version: String,
    core: Option<String>,
    pub(super) threads: Threads,
    /// The bytes that it takes for each call that runs at the same time, without a word if it does not get them.
    pub(super) buffer: usize,
    /// Why it does not fit, if so.
    unfit: Option<String>,
}

/// The library that this process runs on.
pub(super) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let symbols = Symbols::of(blas_file());
        // FlexiBLAS first: it has the names of the others' functions, too
        let found = flexiblas(&symbols).or_else(|| openblas(&symbols)).or_else(|| mkl(&symbols));
        let mut library = found.or_else(|| blis(&symbols)).unwrap_or_else(|| unnamed(&symbols));
        if library.unfit.is_none() && lapack_version().is_none() {
            library.unfit = Some(long_integers("LAPACK", lapack_file()));
        }
        // LAPACK may be another library's, as Debian's alternatives have it
        if let Some(lapack) = openblas(&Symbols::of(lapack_file())) {
            library.buffer = lapack.buffer;
            if matches!(lapack.threads, Threads::Alone) {
                library.threads = Threads::Alone;
            }
        }
        library
    })
}

impl Library {
    /// An error if calls into it would be wrong.
    pub(super) fn check(&self, op: &'static str) -> Result<(), Error> {
        match &self.unfit {
            None => Ok(()),
            Some(reason) => Err(ErrorKind::Library { reason: reason.clone() }.at(op)),
        }
    }
}

impl std::fmt::Display for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)?;
        blas_file().map_or(Ok(()), |file| write!(f, " in {}", file.display()))
    }
}

fn long_integers(name: &str, file: Option<PathBuf>) -> String {
    let file = file.map(|file| format!(" in {}", file.display())).unwrap_or_default();
    format!(
        "{name}{file} has 64-bit integers (ILP64); expected 32-bit integers (LP64): load or link another build of it, on \
         Debian libopenblas0 instead of libopenblas64-0"
    )
}

/// Where the functions of a library are looked up: in its file and in what that needs, so that another library in the
/// same process is not mistaken for it.
struct Symbols {
    file: Option<PathBuf>,
    #[cfg(unix)]
    handle: libloading::os::unix::Library,
    #[cfg(windows)]
    libraries: Vec<libloading::os::windows::Library>,
}

impl Symbols {
    #[cfg(unix)]
    fn of(file: Option<PathBuf>) -> Self {
        use libloading::os::unix::{Library, RTLD_LAZY};
        let flags = RTLD_LAZY | libc::RTLD_NOLOAD;
        // SAFETY: no initialisation runs, since nothing is loaded that is not loaded already.
        let opened = file.as_ref().and_then(|file| unsafe { Library::open(Some(file), flags).ok() });
        // none where it is part of the program
        Symbols { file, handle: opened.unwrap_or_else(Library::this) }
    }

    #[cfg(windows)]
    fn of(_: Option<PathBuf>) -> Self {
        use libloading::os::windows::Library;
        // the names that their builds give them
        let names = ["openblas", "libopenblas", "mkl_rt.2", "mkl_rt.3", "libblis"];
        let libraries = names.iter().filter_map(|name| Library::open_already_loaded(name).ok()).collect();
        Symbols { file: None, libraries }
    }

    /// The function called `name`.
    ///
    /// # Safety
    /// `F` is its type.
    unsafe fn get<F: Copy>(&self, name: &str) -> Option<F> {
        #[cfg(unix)]
        let libraries = std::iter::once(&self.handle);
        #[cfg(windows)]
        let libraries = self.libraries.iter();
        for library in libraries {
            // SAFETY: the caller's promise. The library stays loaded, for it is linked into this process.
            if let Ok(function) = unsafe { library.get::<F>(name.as_bytes()) } {
                return Some(*function);
            }
        }
        None
    }
}

/// What a C function returned: a string that is never freed, or null.
fn text(text: *const c_char) -> Option<String> {
    // SAFETY: not null, and terminated, as C strings are.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// OpenBLAS that is linked statically, where no name can be looked up.
#[cfg(feature = "openblas-static")]
mod linked {
    use super::{c_char, c_int};
    unsafe extern "C" {
        pub(super) fn openblas_get_config() -> *const c_char;
        pub(super) fn openblas_get_corename() -> *const c_char;
        pub(super) fn openblas_get_parallel() -> c_int;
        pub(super) fn openblas_get_num_threads() -> c_int;
        pub(super) fn openblas_set_num_threads(n: c_int);
    }
}

/// The types are those of OpenBLAS's cblas.h.
#[derive(Clone, Copy)]
struct OpenBlas {
    config: unsafe extern "C" fn() -> *const c_char,
    core: unsafe extern "C" fn() -> *const c_char,
    parallel: unsafe extern "C" fn() -> c_int,
    get: unsafe extern "C" fn() -> c_int,
    set: unsafe extern "C" fn(c_int),
}

#[cfg(feature = "openblas-static")]
fn openblas_functions(_: &Symbols) -> Option<OpenBlas> {
    Some(OpenBlas {
        config: linked::openblas_get_config,
        core: linked::openblas_get_corename,
        parallel: linked::openblas_get_parallel,
        get: linked::openblas_get_num_threads,
        set: linked::openblas_set_num_threads,
    })
}

#[cfg(not(feature = "openblas-static"))]
fn openblas_functions(symbols: &Symbols) -> Option<OpenBlas> {
    // SAFETY: the types of `OpenBlas`.
    unsafe {
        Some(OpenBlas {
            config: symbols.get("openblas_get_config")?,
            core: symbols.get("openblas_get_corename")?,
            parallel: symbols.get("openblas_get_parallel")?,
            get: symbols.get("openblas_get_num_threads")?,
            set: symbols.get("openblas_set_num_threads")?,
        })
    }
}

/// A little more than the buffer of OpenBLAS, of 128 MiB where its kernels are chosen at run time (driver/others/memory.c).
const OPENBLAS_BUFFER: usize = 129 << 20;

fn openblas(symbols: &Symbols) -> Option<Library> {
    let OpenBlas { config, core, parallel, get, set } = openblas_functions(symbols)?;
    // SAFETY: the functions take nothing and return a string or a number.
    let (config, core, parallel) = unsafe { (text(config())?, text(core()), parallel()) };
    // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
    let version = config.split_whitespace().nth(1).unwrap_or("of unknown version").to_owned();
    let threads = match parallel {
        // Debian's 0.3.21 was built without locks: eight calls at once gave wrong numbers. With which it was built
        // (USE_LOCKING), it does not tell.
        0 => Threads::Alone,
        2 => Threads::Many(Control { deep: true, ..openmp(symbols, set) }),
        // several calls on several threads each: OpenBLAS's issue 5836, wrong results up to at least 0.3.33
        _ => Threads::Many(Control { all_or_one: true, deep: true, ..process(get, set) }),
    };
    let unfit = config.contains("USE64BITINT").then(|| long_integers("OpenBLAS", symbols.file.clone()));
    Some(Library { name: "OpenBLAS", version, core, threads, buffer: OPENBLAS_BUFFER, unfit })
}

/// A number of threads as C has it.
fn int(n: usize) -> c_int {
    c_int::try_from(n).unwrap_or(c_int::MAX)
}

/// A number of threads as C returned it; what is not positive stands for a number that was not set.
fn number(n: c_int) -> usize {
    usize::try_from(n).unwrap_or(1).max(1)
}

/// One number for the process.
fn process(get: unsafe extern "C" fn() -> c_int, set: unsafe extern "C" fn(c_int)) -> Control {
    Control {
        // SAFETY: takes nothing, returns a number.
        get: Box::new(move || number(unsafe { get() })),
        // SAFETY: takes a number of threads.
        set: Box::new(move |n| unsafe { set(int(n)) }),
        here: None,
        per_thread: false,
        all_or_one: false,
        decides: false,
        deep: false,
    }
}

/// OpenBLAS on OpenMP: a call takes the calling thread's number, and where that is neither 1 nor the library's, it changes
/// the library's together with the buffers of running calls (driver/others/blas_server_omp.c). So the library's number is
/// changed only while no call runs, and every thread is given that number or 1.
fn openmp(symbols: &Symbols, set: unsafe extern "C" fn(c_int)) -> Control {
    type Get = unsafe extern "C" fn() -> c_int;
    // SAFETY: the types are those of the OpenMP specification's omp.h.
    let omp: (Option<Get>, Option<unsafe extern "C" fn(c_int)>) =
        unsafe { (symbols.get("omp_get_max_threads"), symbols.get("omp_set_num_threads")) };
    let (Some(get), Some(set_here)) = omp else {
        // it runs, on as many threads as it likes
        return Control {
            get: Box::new(|| 1),
            set: Box::new(|_| ()),
            here: None,
            per_thread: false,
            all_or_one: false,
            decides: false,
            deep: true,
        };
    };
    let control = process(get, set);
    let here = move |n| {
        // SAFETY: takes nothing, returns a number.
        let before = number(unsafe { get() });
        // SAFETY: a number of threads, for the parallel regions that this thread begins.
        unsafe { set_here(int(n)) };
        before
    };
    Control { here: Some(Box::new(here)), per_thread: true, all_or_one: true, ..control }
}

fn mkl(symbols: &Symbols) -> Option<Library> {
    // SAFETY: the types are those of oneMKL's mkl_service.h.
    let (version, get, set, set_here) = unsafe {
        (
            symbols.get::<unsafe extern "C" fn(*mut c_char, c_int)>("MKL_Get_Version_String")?,
            symbols.get("MKL_Get_Max_Threads")?,
            symbols.get("MKL_Set_Num_Threads")?,
            symbols.get::<unsafe extern "C" fn(c_int) -> c_int>("MKL_Set_Num_Threads_Local")?,
        )
    };
    let mut buffer = [0u8; 256];
    // SAFETY: writes at most as many characters as it is told.
    unsafe { version(buffer.as_mut_ptr().cast(), 255) };
    let said = String::from_utf8_lossy(&buffer);
    // "Intel(R) oneAPI Math Kernel Library Version 2026.2-Product Build 20260505 for Intel(R) 64 architecture ..."
    let version = said.split("Version ").nth(1).and_then(|rest| rest.split(['-', ' ']).next());
    let version = version.unwrap_or("of unknown version").to_owned();
    // SAFETY: a number of threads for the calls of this thread, 0 for that of the process; returns the one before.
    let here = move |n| usize::try_from(unsafe { set_here(int(n)) }).unwrap_or(0);
    let threads = Threads::Many(Control { here: Some(Box::new(here)), decides: true, ..process(get, set) });
    Some(Library { name: "oneMKL", version, core: None, threads, buffer: 0, unfit: None })
}

fn flexiblas(symbols: &Symbols) -> Option<Library> {
    // SAFETY: the types are those of FlexiBLAS's flexiblas_api.h.
    let (version, backend, get, set) = unsafe {
        (
            symbols
                .get::<unsafe extern "C" fn(*mut c_int, *mut c_int, *mut c_int)>("flexiblas_get_version")?,
            symbols.get::<unsafe extern "C" fn(*mut c_char, usize) -> c_int>("flexiblas_current_backend")?,
            symbols.get("flexiblas_get_num_threads")?,
            symbols.get("flexiblas_set_num_threads")?,
        )
    };
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    let mut buffer = [0u8; 256];
    // SAFETY: the first writes three numbers, the second at most 255 characters.
    unsafe {
        version(&mut major, &mut minor, &mut patch);
        backend(buffer.as_mut_ptr().cast(), 255);
    }
    let core = text(buffer.as_ptr().cast()).filter(|name| !name.is_empty());
    // OpenBLAS may be behind it
    let threads = Threads::Many(Control { all_or_one: true, deep: true, ..process(get, set) });
    Some(Library {
        name: "FlexiBLAS",
        version: format!("{major}.{minor}.{patch}"),
        core,
        threads,
        buffer: OPENBLAS_BUFFER,
        unfit: None,
    })
}

fn blis(symbols: &Symbols) -> Option<Library> {
    // SAFETY: the types are those of BLIS's blis.h. Its integers have 32 or 64 bits; those returned are small, so that
    // their lower halves are they, and 32 of the 64 bits of an argument that is not negative are the whole of it.
    let (version, core, kind, threaded, int_size, get, set) = unsafe {
        (
            symbols.get::<unsafe extern "C" fn() -> *const c_char>("bli_info_get_version_str")?,
            symbols.get::<unsafe extern "C" fn(c_int) -> *const c_char>("bli_arch_string")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_arch_query_id")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_info_get_enable_threading")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_info_get_blas_int_type_size")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_thread_get_num_threads")?,
            symbols.get::<unsafe extern "C" fn(i64)>("bli_thread_set_num_threads")?,
        )
    };
    // SAFETY: they take nothing or a kind that the library has just named, and return a number or a string.
    let (version, core, threaded, int_size) =
        unsafe { (text(version())?, text(core(kind())), threaded() != 0, int_size()) };
    // SAFETY: takes nothing, returns a number.
    let get = move || number(unsafe { get() });
    // SAFETY: takes a number of threads.
    let set = move |n| unsafe { set(i64::from(int(n))) };
    let here = move |n| {
        let before = get();
        set(n);
        before
    };
    // from 1.0 on, the number is that of the calling thread
    let per_thread = !version.starts_with("0.");
    let control = Control {
        get: Box::new(get),
        set: Box::new(set),
        here: per_thread.then(|| Box::new(here) as Box<dyn Fn(usize) -> usize + Send + Sync>),
        per_thread,
        all_or_one: false,
        decides: false,
        deep: false,
    };
    // a build without threads takes every number
    let threads = if threaded { Threads::Many(control) } else { Threads::None };
    let unfit = (int_size == 64).then(|| long_integers("BLIS", symbols.file.clone()));
    Some(Library { name: "BLIS", version, core, threads, buffer: 0, unfit })
}

/// A library that does not tell its name: the reference BLAS, Accelerate, or another.
fn unnamed(symbols: &Symbols) -> Library {
    let accelerate = cfg!(target_vendor = "apple")
        && symbols.file.as_ref().is_some_and(|file| {
            let file = file.to_string_lossy();
            file.contains("Accelerate.framework") || file.contains("vecLib")
        });
    let name = if accelerate { "Accelerate" } else { "BLAS/LAPACK" };
    let version = lapack_version().unwrap_or_else(|| "of unknown version".into());
    let threads = if accelerate { self::accelerate(symbols) } else { Threads::None };
    Library { name, version, core: None, threads, buffer: 0, unfit: None }
}

/// Accelerate knows one thread (1) or as many as it likes (0), for each calling thread, from macOS 15 on.
fn accelerate(symbols: &Symbols) -> Threads {
    // SAFETY: the types are those of Accelerate's thread_api.h, whose enumeration has 32 bits.
    let (get, set) = unsafe {
        (
            symbols.get::<unsafe extern "C" fn() -> c_int>("BLASGetThreading"),
            symbols.get::<unsafe extern "C" fn(c_int) -> c_int>("BLASSetThreading"),
        )
    };
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    // SAFETY: takes nothing, returns 0 or 1.
    let get = move || if get.is_some_and(|get| unsafe { get() } == 1) { 1 } else { all };
    let set = move |n| {
        // SAFETY: takes 0 or 1; what it returns is seen by reading back.
        set.map(|set| unsafe { set(c_int::from(n == 1)) });
    };
    let here = move |n| {
        let before = get();
        set(n);
        before
    };
    Threads::Many(Control {
        get: Box::new(get),
        set: Box::new(set),
        here: Some(Box::new(here)),
        per_thread: true,
        all_or_one: false,
        decides: false,
        deep: false,
    })
}

/// The version of the LAPACK interface; none if its integers are not of 32 bits.
fn lapack_version() -> Option<String> {
    // An integer of 64 bits would overwrite the second number of each pair.
    let mut version = [[-1_i32; 2]; 3];
    let [major, minor, patch] = &mut version;
    // SUBROUTINE ILAVER( VERS_MAJOR, VERS_MINOR, VERS_PATCH )
    // SAFETY: writes three integers, for which there is room even if they have 64 bits.
    unsafe { lapack_sys::ilaver_(&mut major[0], &mut minor[0], &mut patch[0]) };
    let fits = version.iter().all(|[_, untouched]| *untouched == -1);
    fits.then(|| version.map(|[number, _]| number.to_string()).join("."))
}

/// The file that a function was loaded from.
#[cfg(unix)]
fn file_of(function: *const c_void) -> Option<PathBuf> {
    let mut found = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    // SAFETY: any address may be asked for; `found` is only read after success.
    let known = unsafe { libc::dladdr(function, &mut found) } != 0;
    text(if known { found.dli_fname } else { std::ptr::null() }).map(PathBuf::from)
}

#[cfg(not(unix))]
fn file_of(_: *const c_void) -> Option<PathBuf> {
    None
}

fn blas_file() -> Option<PathBuf> {
    file_of(cblas_sys::cblas_dgemm as *const c_void)
}

fn lapack_file() -> Option<PathBuf> {
    file_of(lapack_sys::dgetrf_ as *const c_void)
}

pub(in crate::kernels) fn info() -> Info {
    let Library { name, version, core, .. } = library();
    let resolved = |path: PathBuf| path.canonicalize().unwrap_or(path);
    Info {
        name: (*name).into(),
        version: version.clone(),
        core: core.clone(),
        threads: super::threads::threads(),
        blas: blas_file().map(resolved),
        lapack: lapack_file().map(resolved),
    }
}
