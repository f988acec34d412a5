//! The loaded library and what it reports about itself: a file for each library queries its name, version,
//! processor type and threads, and sets their number.

mod accelerate;
mod blis;
mod flexiblas;
mod mkl;
mod netlib;
mod openblas;
mod symbols;

use crate::ErrorKind;
use crate::kernels::{Info, Result};
use std::ffi::c_int;
use std::path::PathBuf;
use std::sync::OnceLock;
use symbols::{Symbols, blas_file, lapack_file, lapack_version};

/// The library that provides BLAS, as it reports itself.
pub(super) struct Library {
    name: &'static str,
    version: String,
    core: Option<String>,
    pub(super) threads: Threads,
    /// Bytes that it allocates for each call that runs at the same time, without reporting a failure.
    pub(super) buffer: usize,
    /// Why it cannot be used, if it cannot.
    unfit: Option<String>,
}

/// The threads of a library.
pub(super) enum Threads {
    /// It runs on the calling thread.
    None,
    /// It runs on the calling thread, and only one call at a time is safe: a build without threads and
    /// without locks.
    Alone,
    /// It has its own threads, and their number can be set.
    Many(Control),
}

/// How a library sets its number of threads, and how it uses them.
pub(super) struct Control {
    /// Returns the number for the next call of this thread.
    pub get: Box<dyn Fn() -> usize + Send + Sync>,
    /// Sets the number for the process.
    pub set: Box<dyn Fn(usize) + Send + Sync>,
    pub scope: Scope,
    pub share: Share,
    /// Whether the library itself computes small products on one thread.
    pub spares_threads: bool,
    pub stack: Stack,
}

/// Sets the number for the calls of this thread only, and returns the argument that restores the previous
/// state.
pub(super) type Here = Box<dyn Fn(usize) -> usize + Send + Sync>;

/// The calls for which a number of threads is valid.
pub(super) enum Scope {
    /// All calls: there is one number.
    Process,
    /// All calls, but a number set for the calling thread takes precedence.
    ThreadFirst(Here),
    /// Those of the thread that sets it. [`Control::set`] does not affect other threads, so each call sets
    /// its own.
    Thread(Here),
}

impl Scope {
    pub(super) fn here(&self) -> Option<&Here> {
        match self {
            Scope::Process => None,
            Scope::ThreadFirst(here) | Scope::Thread(here) => Some(here),
        }
    }
}

/// How simultaneous calls may share the threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// Each call has the same number of threads.
    Equal,
    /// A call has all threads or, beside other calls, one.
    AllOrOne,
}

/// The stack that a routine on several threads needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stack {
    /// The stack of any thread is sufficient.
    Usual,
    /// Some routines need more than threads made by Rust have.
    Deep,
}

impl Control {
    /// One number for the process, set by C functions, without special rules.
    fn of_process(get: unsafe extern "C" fn() -> c_int, set: unsafe extern "C" fn(c_int)) -> Self {
        Control {
            // SAFETY: takes nothing, returns a number.
            get: Box::new(move || number(unsafe { get() })),
            // SAFETY: takes a number of threads.
            set: Box::new(move |n| unsafe { set(int(n)) }),
            scope: Scope::Process,
            share: Share::Equal,
            spares_threads: false,
            stack: Stack::Usual,
        }
    }
}

/// Converts a number of threads for C.
fn int(n: usize) -> c_int {
    c_int::try_from(n).unwrap_or(c_int::MAX)
}

/// Converts a number of threads from C; 0 or less means that no number is set.
fn number(n: c_int) -> usize {
    usize::try_from(n).unwrap_or(1).max(1)
}

/// Returns the library that this process uses.
pub(super) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(find)
}

fn find() -> Library {
    let symbols = Symbols::of(blas_file());
    // FlexiBLAS first: it also exports the functions of the others
    let mut library = flexiblas::find(&symbols)
        .or_else(|| openblas::find(&symbols))
        .or_else(|| mkl::find(&symbols))
        .or_else(|| blis::find(&symbols))
        .or_else(|| accelerate::find(&symbols))
        .unwrap_or_else(netlib::unnamed);
    if library.unfit.is_none() && lapack_version().is_none() {
        library.unfit = Some(long_integers("LAPACK", lapack_file()));
    }
    // LAPACK may come from another library, as with Debian's alternatives
    if let Some(lapack) = openblas::find(&Symbols::of(lapack_file())) {
        library.buffer = lapack.buffer;
        if matches!(lapack.threads, Threads::Alone) {
            library.threads = Threads::Alone;
        }
    }
    library
}

impl Library {
    /// Returns an error if calls into the library would be wrong.
    pub(super) fn check(&self) -> Result<()> {
        match &self.unfit {
            None => Ok(()),
            Some(reason) => Err(ErrorKind::Library { reason: reason.clone() }),
        }
    }

    /// Describes the library, with this number of threads, for [`kernels::info`](crate::kernels::info).
    pub(super) fn info(&self, threads: usize) -> Info {
        let resolved = |path: PathBuf| path.canonicalize().unwrap_or(path);
        Info {
            name: self.name.into(),
            version: self.version.clone(),
            core: self.core.clone(),
            threads,
            blas: blas_file().map(resolved),
            lapack: lapack_file().map(resolved),
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
