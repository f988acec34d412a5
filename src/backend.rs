//! The library that computes: which one it is, and how many threads it may use.
//!
//! The backend is chosen by a cargo feature of the final program; see the [crate
//! documentation](crate#backends).

pub use crate::kernels::Info;

use crate::threads::queue::{Inside, Queue};
use crate::{ErrorKind, Named, Result, kernels, threads};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tells which library is really in use, with its version, processor type and thread count.
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

/// The number of threads that a call into the backend may use.
///
/// It is asked for in the library that is loaded: what its environment variables set, or [`set_threads`].
pub fn threads() -> usize {
    kernels::threads()
}

/// Sets the number of threads that a call may use, for the whole process: in the library that is loaded, and
/// in what linstat computes itself.
///
/// Calls that are running go on as they began. Inside [`with_threads`], the number holds until that ends.
/// Where many threads call linstat at the same time, one thread for each call is the fastest:
/// `set_threads(1)`.
///
/// What linstat computes itself runs on the calling thread alone if that is a worker of a rayon pool, whose
/// tasks could otherwise pile up on its stack, and in the child of a fork, which has no other threads. Do not
/// fork while another thread is inside a call: what it holds is never given back in the child, and calls
/// there may wait for ever.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `n` is 0 or above 1024; [`ErrorKind::Threads`] if the library does not
/// tell this number back, as one without threads (the reference BLAS, serial builds) does not for any but 1:
/// then nothing has changed.
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

/// Runs `f` with the number of threads set to `n`, and puts back what was there before, also if `f` panics.
///
/// The number is that of the whole process, so that it holds in all threads that `f` uses:
/// `with_threads(1, ..)` around a parallel loop keeps the library's threads out of the loop's way. Where such
/// calls overlap on several threads, the one that began last decides; when all have ended, the number is what
/// it was before the first.
///
/// With one thread, a call has the same bits whoever makes it and whatever runs beside it. With several, the
/// order of sums inside a BLAS or LAPACK depends on how many of them a call has, and calls at the same time
/// share them: the last digits of a result may then differ from those of the same call alone. The embedded
/// kernels have all threads at all times, or those of the rayon pool that they are called in if no number was
/// set: pools of different sizes may differ in the last digits.
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

/// The numbers of threads of linstat's own kernels (0: rayon's) and of the library.
#[derive(Clone, Copy)]
struct Setting {
    limit: usize,
    library: Option<usize>,
}

impl Setting {
    fn now() -> Self {
        Setting { limit: threads::limit(), library: kernels::library_threads() }
    }

    /// Puts back what was accepted before.
    fn restore(self) {
        threads::set_limit(self.limit);
        if let Some(n) = self.library {
            drop(kernels::set_library_threads(n));
        }
    }
}

/// The calls of [`with_threads`] that are running, in the order in which they began, with their numbers.
struct Scopes {
    next: u64,
    open: Vec<(u64, usize)>,
    /// What held before the first of them.
    outside: Option<Setting>,
}

/// The scopes, for one caller after the other: each may wait for the calls that are running.
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
