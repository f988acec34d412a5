//! The threads of what linstat computes itself: rayon's, as many as [`set_threads`](crate::backend::set_threads) allows.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

/// The number that was set; 0 stands for rayon's own.
static LIMIT: AtomicUsize = AtomicUsize::new(0);

/// The threads for a limit above 1: kept for the next time.
static POOL: RwLock<Option<Arc<ThreadPool>>> = RwLock::new(None);

fn pool() -> Option<Arc<ThreadPool>> {
    POOL.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The number that was set; 0 if none was.
pub(crate) fn limit() -> usize {
    LIMIT.load(Relaxed)
}

/// Limits the threads to `n`, for the process; 0 takes the limit away. False if the system does not give them.
pub(crate) fn set_limit(n: usize) -> bool {
    if n > 1 && pool().is_none_or(|pool| pool.current_num_threads() != n) {
        let name = |i| format!("linstat {i}");
        let Ok(new) = ThreadPoolBuilder::new().num_threads(n).thread_name(name).build() else { return false };
        *POOL.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(new));
    }
    LIMIT.store(n, Relaxed);
    true
}

/// How many threads a call may use.
pub(crate) fn count() -> usize {
    match limit() {
        0 => rayon::current_num_threads(),
        n => n,
    }
}

/// Whether several threads share work of size `n`, which pays from `grain` on.
pub(crate) fn share(n: usize, grain: usize) -> bool {
    n >= grain && count() > 1
}

/// Runs `f` where rayon's functions use the threads that were set.
pub(crate) fn install<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    match (limit(), pool()) {
        (2.., Some(pool)) => pool.install(f),
        _ => f(),
    }
}

/// `f` of 0 to n - 1, in order; a thread takes at least `grain` of them at a time.
pub(crate) fn map<R: Send>(n: usize, grain: usize, f: impl Fn(usize) -> R + Send + Sync) -> Vec<R> {
    if count() == 1 {
        (0..n).map(f).collect()
    } else {
        install(|| (0..n).into_par_iter().with_min_len(grain).map(f).collect())
    }
}

/// Runs both, at the same time where several threads may be used.
pub(crate) fn join(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    if count() == 1 {
        a();
        b();
    } else {
        install(|| rayon::join(a, b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// In one test, since the limit is that of the process.
    #[test]
    fn work_runs_on_the_threads_that_were_set() {
        let here = thread::current().id();
        assert!(set_limit(1));
        assert_eq!(count(), 1);
        assert!(!share(usize::MAX, 1));
        assert!(map(64, 1, |_| thread::current().id()).iter().all(|&id| id == here));
        join(|| assert_eq!(thread::current().id(), here), || assert_eq!(thread::current().id(), here));

        assert!(set_limit(3));
        assert_eq!(count(), 3);
        assert_eq!(install(rayon::current_num_threads), 3);
        assert!(share(10, 10) && !share(9, 10));
        let ours = || thread::current().name().is_some_and(|name| name.starts_with("linstat"));
        assert!(map(64, 1, |_| ours()).into_iter().all(|ours| ours));
        assert_eq!(map(64, 1, |i| i), (0..64).collect::<Vec<_>>());
        join(|| assert!(ours()), || assert!(ours()));

        assert!(set_limit(0));
        assert_eq!(count(), rayon::current_num_threads());
    }
}
