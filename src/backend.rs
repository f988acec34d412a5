//! The library that computes: which one is in use, and how many threads it may use.
//!
//! | task | functions |
//! |---|---|
//! | what is in use | [`info`] |
//! | threads of the process | [`threads`], [`set_threads`] |
//! | threads of one call | [`with_threads`] |
//!
//! A cargo feature of the final program chooses the backend; see the [crate documentation](crate#features).

pub use crate::kernels::Info;

use crate::threads::queue::{Inside, Queue};
use crate::{ErrorKind, Named, Result, kernels, threads};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Returns the library that is in use, with its version, processor type and number of threads.
///
/// # Examples
/// ```
/// let info = linstat::backend::info();
/// println!("{info}"); // faer 0.24 (AVX2), 8 threads
/// assert!(info.threads >= 1);
/// ```
pub fn info() -> Info {
    kernels::info()
}

/// Returns the number of threads that a call into the backend may use.
///
/// The loaded library reports it: it was set by the library's environment variables or by [`set_threads`].
pub fn threads() -> usize {
    kernels::threads()
}

/// Sets the number of threads that a call may use, for the whole process: in the loaded library and in
/// linstat's own loops and kernels.
///
/// Running calls keep their number of threads. Inside [`with_threads`], the new number holds until that call
/// ends. If many threads call linstat at the same time, one thread per call is fastest: `set_threads(1)`.
///
/// linstat's own work stays on the calling thread if that thread is a worker of another rayon pool, because
/// the tasks of that pool could otherwise pile up on its stack. The same holds in the child of a fork, which
/// has no other threads. Do not fork while another thread is inside a call: the child never gets back the
/// locks that the call holds, and calls in the child may wait forever.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `n` is 0 or above 1024; [`ErrorKind::Threads`] if the library does not
/// report this number back (a library without threads, such as the reference BLAS or a serial build, only
/// accepts 1). Then nothing has changed.
///
/// # Examples
/// ```
/// use linstat::backend;
/// backend::set_threads(1)?;
/// assert_eq!(backend::threads(), 1);
/// assert!(backend::set_threads(0).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn set_threads(n: usize) -> Result<()> {
    let (mut scopes, _turn) = scopes();
    apply(n).named("set_threads")?;
    if let Some((_, inside)) = scopes.open.last_mut() {
        *inside = n;
    }
    Ok(())
}

/// Runs `f` with the number of threads set to `n`, and restores the previous number afterwards, also if `f`
/// panics.
///
/// The number applies to the whole process, so it holds in all threads that `f` uses: `with_threads(1, ..)`
/// around a parallel loop keeps the library's threads out of the way of the loop. If such calls overlap on
/// several threads, the one that began last decides; when all have ended, the number is what it was before
/// the first.
///
/// With one thread, a call returns the same bits, whichever thread makes it and whatever runs at the same
/// time. With several, the order of sums inside BLAS or LAPACK depends on the number of threads that the call
/// gets, and concurrent calls share the threads: the last digits of a result may then differ from those of
/// the same call alone. From a size on, the embedded kernels use all threads, and one on a worker of another
/// rayon pool: the last digits may differ between the two.
///
/// # Errors
/// As [`set_threads`]; then `f` is not run.
///
/// # Examples
/// ```
/// use linstat::backend;
/// use linstat::ndarray::Array2;
/// use rayon::prelude::*;
///
/// let before = backend::threads();
/// let matrices: Vec<Array2<f64>> = (1..9).map(|i| Array2::eye(8) * f64::from(i)).collect();
/// let dets = backend::with_threads(1, || {
///     matrices.par_iter().map(|a| linstat::det(a)).collect::<linstat::Result<Vec<f64>>>()
/// })??;
/// assert_eq!(dets[1], 256.);
/// assert_eq!(backend::threads(), before);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn with_threads<R>(n: usize, f: impl FnOnce() -> R) -> Result<R> {
    struct Scope(u64);
    impl Drop for Scope {
        fn drop(&mut self) {
            let (mut scopes, _turn) = scopes();
            scopes.open.retain(|&(id, _)| id != self.0);
            match scopes.open.last() {
                // these numbers were accepted before
                Some(&(_, n)) => drop(apply(n)),
                None => scopes.outside.into_iter().for_each(Setting::restore),
            }
        }
    }

    let (mut scopes, turn) = scopes();
    let outside = Setting::now();
    apply(n).named("with_threads")?;
    if scopes.open.is_empty() {
        scopes.outside = Some(outside);
    }
    scopes.next += 1;
    let id = scopes.next;
    scopes.open.push((id, n));
    drop((scopes, turn));
    let _scope = Scope(id);
    Ok(f())
}

/// The numbers of threads of linstat's own kernels (0: rayon's default) and of the library.
#[derive(Clone, Copy)]
struct Setting {
    limit: usize,
    library: Option<usize>,
}

impl Setting {
    fn now() -> Self {
        Setting { limit: threads::limit(), library: kernels::library_threads() }
    }

    /// Restores a setting that was accepted before.
    fn restore(self) {
        let Setting { limit, library } = self;
        threads::set_limit(limit);
        if let Some(n) = library {
            drop(kernels::set_library_threads(n));
        }
    }
}

/// The running calls of [`with_threads`], in the order in which they began, with their numbers.
struct Scopes {
    next: u64,
    open: Vec<(u64, usize)>,
    /// The setting before the first of them.
    outside: Option<Setting>,
}

/// Locks the scopes for one caller at a time; each may wait for the running calls.
fn scopes() -> (MutexGuard<'static, Scopes>, Inside<'static>) {
    static SCOPES: Mutex<Scopes> = Mutex::new(Scopes { next: 0, open: Vec::new(), outside: None });
    static TURNS: Queue = Queue::new();
    let turn = TURNS.alone();
    (SCOPES.lock().unwrap_or_else(PoisonError::into_inner), turn)
}

fn apply(n: usize) -> Result<(), ErrorKind> {
    if n == 0 || n > 1024 {
        return Err(ErrorKind::invalid("n", format!("expected 1 to 1024, found {n}")));
    }
    let before = threads::limit();
    if !threads::set_limit(n) {
        let library = "the system".into();
        return Err(ErrorKind::Threads { library, asked: n, found: threads::count() });
    }
    kernels::set_library_threads(n).inspect_err(|_| {
        threads::set_limit(before);
    })
}
