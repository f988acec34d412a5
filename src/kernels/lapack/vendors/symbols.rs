//! Functions that are looked up at run time: which of them exist depends on the library that the dynamic
//! linker finds, not on the one that was present at build time.

use std::ffi::{CStr, c_char, c_void};
use std::path::PathBuf;

/// Where the functions of a library are looked up: in its file and its dependencies, so that another library
/// in the same process is not mistaken for it.
pub(super) struct Symbols {
    pub file: Option<PathBuf>,
    #[cfg(unix)]
    handle: libloading::os::unix::Library,
    #[cfg(windows)]
    libraries: Vec<libloading::os::windows::Library>,
}

impl Symbols {
    #[cfg(unix)]
    pub fn of(file: Option<PathBuf>) -> Self {
        use libloading::os::unix::{Library, RTLD_LAZY};
        let flags = RTLD_LAZY | libc::RTLD_NOLOAD;
        // SAFETY: no initialisation runs, since the library is already loaded.
        let opened = file.as_ref().and_then(|file| unsafe { Library::open(Some(file), flags).ok() });
        // no file if it is part of the program
        Symbols { file, handle: opened.unwrap_or_else(Library::this) }
    }

    #[cfg(windows)]
    pub fn of(_: Option<PathBuf>) -> Self {
        use libloading::os::windows::Library;
        // the file names of their builds
        let names = ["openblas", "libopenblas", "mkl_rt.2", "mkl_rt.3", "libblis"];
        let libraries = names.iter().filter_map(|name| Library::open_already_loaded(name).ok()).collect();
        Symbols { file: None, libraries }
    }

    /// Looks up the function `name`.
    ///
    /// # Safety
    /// `F` is the function's type.
    pub unsafe fn get<F: Copy>(&self, name: &str) -> Option<F> {
        #[cfg(unix)]
        let libraries = std::iter::once(&self.handle);
        #[cfg(windows)]
        let libraries = self.libraries.iter();
        for library in libraries {
            // SAFETY: the caller guarantees the type. The library stays loaded, for it is linked into this
            // process.
            if let Ok(function) = unsafe { library.get::<F>(name.as_bytes()) } {
                return Some(*function);
            }
        }
        None
    }
}

/// Converts the result of a C function: a string that is never freed, or null.
pub(super) fn text(text: *const c_char) -> Option<String> {
    // SAFETY: not null, and terminated, as C strings are.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// Returns the file that a function was loaded from.
#[cfg(unix)]
fn file_of(function: *const c_void) -> Option<PathBuf> {
    let mut found = libc::Dl_info {
        dli_fname: std::ptr::null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: std::ptr::null(),
        dli_saddr: std::ptr::null_mut(),
    };
    // SAFETY: any address is allowed; `found` is only read after success.
    let known = unsafe { libc::dladdr(function, &mut found) } != 0;
    text(if known { found.dli_fname } else { std::ptr::null() }).map(PathBuf::from)
}

#[cfg(not(unix))]
fn file_of(_: *const c_void) -> Option<PathBuf> {
    None
}

pub(super) fn blas_file() -> Option<PathBuf> {
    file_of(cblas_sys::cblas_dgemm as *const c_void)
}

pub(super) fn lapack_file() -> Option<PathBuf> {
    file_of(lapack_sys::dgetrf_ as *const c_void)
}

/// Returns the version of the LAPACK interface; `None` if its integers do not have 32 bits.
pub(super) fn lapack_version() -> Option<String> {
    // An integer of 64 bits would overwrite the second number of each pair.
    let mut version = [[-1_i32; 2]; 3];
    let [major, minor, patch] = &mut version;
    // SUBROUTINE ILAVER( VERS_MAJOR, VERS_MINOR, VERS_PATCH )
    // SAFETY: writes three integers, with enough room even if they have 64 bits.
    unsafe { lapack_sys::ilaver_(&mut major[0], &mut minor[0], &mut patch[0]) };
    let fits = version.iter().all(|[_, untouched]| *untouched == -1);
    fits.then(|| version.map(|[number, _]| number.to_string()).join("."))
}
