//! Which library was loaded, and what it tells of itself: a file for each says how its name, version,
//! processor type and threads are asked for, and how it is told their number.

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

/// The library with the BLAS, as far as it tells.
pub(super) struct Library {
    name: &'static str,
    version: String,
    core: Option<String>,
    pub(super) threads: Threads,
    /// The bytes that it takes for each call that runs at the same time, without a word if it does not get
    /// them.
    pub(super) buffer: usize,
    /// Why it does not fit, if so.
    unfit: Option<String>,
}

/// What a library does with threads.
pub(super) enum Threads {
    /// It runs on the thread that calls.
    None,
    /// The same, and only one call at a time is safe: a build without threads and without locks.
    Alone,
    /// It has its own, and takes their number.
    Many(Control),
}

/// How a library takes its number of threads, and what it does with them.
pub(super) struct Control {
    /// The number for the next call of this thread.
    pub get: Box<dyn Fn() -> usize + Send + Sync>,
    /// Sets the number for the process.
    pub set: Box<dyn Fn(usize) + Send + Sync>,
    pub scope: Scope,
    pub share: Share,
    pub small: SmallProblems,
    pub stack: Stack,
}

/// Sets the number for the calls of this thread alone, and returns what to set to take that back.
pub(super) type Here = Box<dyn Fn(usize) -> usize + Send + Sync>;

/// Whose calls a number of threads is for.
pub(super) enum Scope {
    /// All: there is one number.
    Process,
    /// All, but a number of the calling thread's goes first.
    ThreadFirst(Here),
    /// Those of the thread that sets it. Others do not hear of [`Control::set`], so that each call sets its
    /// own.
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

/// How calls at the same time may share the threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// Each has as many as the others.
    Equal,
    /// A call has either all of them or, beside others, one.
    AllOrOne,
}

/// Who sees to it that small problems, which lose by threads, run on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SmallProblems {
    /// We do.
    OnOne,
    /// The library itself, at sizes that fit it.
    AsTheLibraryLikes,
}

/// The stack of a routine that runs on several threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stack {
    /// That of any thread will do.
    Usual,
    /// Some routines take more than threads made by Rust have.
    Deep,
}

impl Control {
    /// One number for the process, by functions of C, and nothing special.
    fn of_process(get: unsafe extern "C" fn() -> c_int, set: unsafe extern "C" fn(c_int)) -> Self {
        Control {
            // SAFETY: takes nothing, returns a number.
            get: Box::new(move || number(unsafe { get() })),
            // SAFETY: takes a number of threads.
            set: Box::new(move |n| unsafe { set(int(n)) }),
            scope: Scope::Process,
            share: Share::Equal,
            small: SmallProblems::OnOne,
            stack: Stack::Usual,
        }
    }
}

/// A number of threads as C has it.
fn int(n: usize) -> c_int {
    c_int::try_from(n).unwrap_or(c_int::MAX)
}

/// A number of threads as C returned it; what is not positive stands for a number that was not set.
fn number(n: c_int) -> usize {
    usize::try_from(n).unwrap_or(1).max(1)
}

/// The library that this process runs on.
pub(super) fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(find)
}

fn find() -> Library {
    let symbols = Symbols::of(blas_file());
    // FlexiBLAS first: it has the names of the others' functions, too
    let mut library = flexiblas::find(&symbols)
        .or_else(|| openblas::find(&symbols))
        .or_else(|| mkl::find(&symbols))
        .or_else(|| blis::find(&symbols))
        .or_else(|| accelerate::find(&symbols))
        .unwrap_or_else(netlib::unnamed);
    if library.unfit.is_none() && lapack_version().is_none() {
        library.unfit = Some(long_integers("LAPACK", lapack_file()));
    }
    // LAPACK may be another library's, as Debian's alternatives have it
    if let Some(lapack) = openblas::find(&Symbols::of(lapack_file())) {
        library.buffer = lapack.buffer;
        if matches!(lapack.threads, Threads::Alone) {
            library.threads = Threads::Alone;
        }
    }
    library
}

impl Library {
    /// An error if calls into it would be wrong.
    pub(super) fn check(&self) -> Result<()> {
        match &self.unfit {
            None => Ok(()),
            Some(reason) => Err(ErrorKind::Library { reason: reason.clone() }),
        }
    }

    /// Itself, on so many threads, for who asks which library is in use.
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
