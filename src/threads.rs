//! The threads of linstat's own work: a separate pool, with the number of threads from
//! [`set_threads`](crate::kernels::set_threads) or rayon's default.
//!
//! A rayon worker that waits in `join` or `install` runs other tasks of its pool on the same stack. In a
//! foreign pool these would be the caller's tasks, each of which may call linstat again, until the stack
//! overflows. So a call from a foreign worker runs on that worker alone, without waiting, and the caller's
//! tasks run side by side. Our own pool runs only our own work, from a few calls at a time.
//!
//! The thread that calls works, too, while the others wake up, which takes longer than many a call. It sleeps
//! only if other calls are in the pool: then the threads of the pool are enough.
//!
//! Threads do not survive a fork: in the child, calls run on the one thread that is left.
//!
//! Rayon's functions are instantiated here, with closures behind references. Instantiated for each of our
//! closures, they would be some forty functions each, which was half of the compiled code of this crate.

pub(crate) mod queue;

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::Cell;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

/// Maximum number of calls in the pool. A worker that waits for its part of one call may start the others on
/// top of it.
const AT_ONCE: u64 = 8;
/// Turns for which a call waits awake for the end of parts that others compute: about 20 us.
const AWAKE: usize = 1000;
/// Stack size of a worker: room for the frames of that many calls, including faer's.
const STACK: usize = 8 << 20;

/// The number of threads that was set; 0 stands for rayon's default.
static LIMIT: AtomicUsize = AtomicUsize::new(0);

/// The pool if no number was set.
static DEFAULT: OnceLock<Option<Arc<Pool>>> = OnceLock::new();

/// The pool for a limit above 1, kept for later calls.
static SET: RwLock<Option<Arc<Pool>>> = RwLock::new(None);

/// The process that has these threads; 0 before there are any.
static PROCESS: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// Whether this thread is a worker of our pool.
    static OURS: Cell<bool> = const { Cell::new(false) };
}

#[derive(Debug)]
struct Pool {
    threads: ThreadPool,
    calls: Mutex<Calls>,
    ended: Condvar,
}

/// The number of calls that have asked for the pool, and the number of those that have ended.
#[derive(Debug)]
struct Calls {
    begun: u64,
    ended: u64,
}

/// A call in the pool, until it is dropped.
struct Call<'a>(&'a Pool);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.calls().ended += 1;
        self.0.ended.notify_all();
    }
}

impl Pool {
    /// Creates a pool of `n` threads, 0 for rayon's default; `None` if the system cannot create them.
    fn new(n: usize) -> Option<Arc<Self>> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(n)
            .stack_size(STACK)
            .thread_name(|i| format!("linstat {i}"))
            .start_handler(|_| OURS.set(true))
            .build();
        let calls = Mutex::new(Calls { begun: 0, ended: 0 });
        Some(Arc::new(Pool { threads: threads.ok()?, calls, ended: Condvar::new() }))
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `f` in the pool when its turn has come.
    fn run(&self, f: &mut (dyn FnMut() + Send)) {
        let mut calls = self.calls();
        let turn = calls.begun;
        calls.begun += 1;
        while turn >= calls.ended + AT_ONCE {
            calls = self.ended.wait(calls).unwrap_or_else(PoisonError::into_inner);
        }
        drop(calls);
        let _call = Call(self);
        self.threads.install(f);
    }

    /// Runs `work` on this thread and `others` on up to `helpers` of the pool, if no other call is in it;
    /// returns whether it did.
    fn help(&self, work: &mut dyn FnMut(), helpers: usize, others: &(dyn Fn() + Sync)) -> bool {
        let mut calls = self.calls();
        if calls.begun != calls.ended {
            return false;
        }
        calls.begun += 1;
        drop(calls);
        let _call = Call(self);
        let helpers = helpers.min(self.threads.current_num_threads() - 1);
        let working = AtomicUsize::new(helpers);
        self.threads.in_place_scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|_| {
                    others();
                    working.fetch_sub(1, Release);
                });
            }
            work();
            (0..AWAKE).take_while(|_| working.load(Acquire) > 0).for_each(|_| std::hint::spin_loop());
        });
        true
    }
}

/// Whether this process is a fork of one that had our threads. Their locks may then be held forever.
fn forked() -> bool {
    let process = PROCESS.load(Relaxed);
    process != 0 && process != std::process::id()
}

/// Returns the pool for the number that was set.
fn pool() -> Option<Arc<Pool>> {
    // before any lock, for the child of a fork that happens here
    PROCESS.store(std::process::id(), Relaxed);
    let set = if limit() > 1 { SET.read().unwrap_or_else(PoisonError::into_inner).clone() } else { None };
    set.or_else(|| DEFAULT.get_or_init(|| Pool::new(0)).clone())
}

/// Returns the number of threads that was set; 0 if none was.
pub(crate) fn limit() -> usize {
    LIMIT.load(Relaxed)
}

/// Limits the process to `n` threads; 0 removes the limit. Returns false if the system cannot create them.
pub(crate) fn set_limit(n: usize) -> bool {
    if n > 1 && !forked() {
        PROCESS.store(std::process::id(), Relaxed);
        let there = |pool: &Option<Arc<Pool>>| {
            pool.as_ref().is_some_and(|pool| pool.threads.current_num_threads() == n)
        };
        if !there(&SET.read().unwrap_or_else(PoisonError::into_inner)) {
            let Some(new) = Pool::new(n) else { return false };
            *SET.write().unwrap_or_else(PoisonError::into_inner) = Some(new);
        }
    }
    LIMIT.store(n, Relaxed);
    true
}

/// Returns the number of threads that a call from this thread may use.
pub(crate) fn count() -> usize {
    let worker = rayon::current_thread_index().is_some();
    match limit() {
        _ if worker => {
            if OURS.get() {
                rayon::current_num_threads()
            } else {
                1
            }
        }
        1 => 1,
        _ if forked() => 1,
        0 => pool().map_or(1, |pool| pool.threads.current_num_threads()),
        n => n,
    }
}

/// Whether to share work of size `n` among several threads: worth it from `grain` on.
pub(crate) fn share(n: usize, grain: usize) -> bool {
    n >= grain && count() > 1
}

/// Runs `f` in the pool if [`count`] allows several threads, so that rayon's functions use them.
#[cfg(any(test, backend = "embedded"))]
pub(crate) fn install<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    let (mut f, mut result) = (Some(f), None);
    let mut run = || result = f.take().map(|f| f());
    match pool() {
        Some(pool) if !OURS.get() => pool.run(&mut run),
        _ => run(),
    }
    result.unwrap_or_else(|| unreachable!("`f` has run"))
}

/// Calls `f` with 0 to n - 1, in any order; each thread takes at least `grain` of them at a time.
pub(crate) fn each(n: usize, grain: usize, f: &(dyn Fn(usize) + Sync)) {
    /// Parts per thread: those of a thread that begins late are computed by the others.
    const PARTS: usize = 8;
    let threads = count();
    let step = n.div_ceil(PARTS * threads).max(grain).max(1);
    if threads == 1 || step >= n {
        return (0..n).for_each(f);
    }
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let start = next.fetch_add(step, Relaxed);
            if start >= n {
                break;
            }
            (start..n.min(start + step)).for_each(f);
        }
    };
    together(&mut &work, n.div_ceil(step) - 1, &work);
}

/// Runs `work` on this thread and `others` on up to `helpers` threads at the same time.
fn together(work: &mut (dyn FnMut() + Send), helpers: usize, others: &(dyn Fn() + Sync)) {
    let pool = if OURS.get() { None } else { pool() };
    if let Some(pool) = &pool
        && pool.help(work, helpers, others)
    {
        return;
    }
    let mut in_pool = || {
        rayon::scope(|scope| {
            for _ in 0..helpers.min(rayon::current_num_threads() - 1) {
                scope.spawn(|_| others());
            }
            work();
        });
    };
    match pool {
        Some(pool) => pool.run(&mut in_pool),
        None => in_pool(),
    }
}

/// Returns `f` of 0 to n - 1, in order; each thread takes at least `grain` of them at a time.
///
/// Like the other functions here, it is compiled once per type of result, not once per closure.
pub(crate) fn map<R: Send>(n: usize, grain: usize, f: &(dyn Fn(usize) -> R + Sync)) -> Vec<R> {
    if count() > 1 {
        return spread(n, grain, f);
    }
    let mut results = Vec::with_capacity(n);
    for i in 0..n {
        results.push(f(i));
    }
    results
}

/// Splits a slice into parts of `len` elements (the last may be shorter) and returns `f` of the index and the
/// elements of each part, in order; each thread takes at least `grain` parts at a time.
pub(crate) fn map_chunks<T: Sync, R: Send>(
    x: &[T],
    len: usize,
    grain: usize,
    f: &(dyn Fn(usize, &[T]) -> R + Sync),
) -> Vec<R> {
    spread(x.len().div_ceil(len), grain, &|i| f(i, &x[i * len..x.len().min((i + 1) * len)]))
}

/// [`map`] on several threads.
fn spread<R: Send>(n: usize, grain: usize, f: &(dyn Fn(usize) -> R + Sync)) -> Vec<R> {
    let mut places: Vec<Mutex<Option<R>>> = Vec::with_capacity(n);
    places.resize_with(n, || Mutex::new(None));
    each(n, grain, &|i| {
        let result = f(i);
        *places[i].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    });
    let mut results = Vec::with_capacity(n);
    for place in places {
        results.extend(place.into_inner().unwrap_or_else(PoisonError::into_inner));
    }
    results
}

/// Splits a slice into parts of `len` elements (the last may be shorter) and calls `f` with the index and the
/// elements of each part.
pub(crate) fn each_chunk<T: Send>(x: &mut [T], len: usize, f: &(dyn Fn(usize, &mut [T]) + Sync)) {
    if count() == 1 {
        for (i, part) in x.chunks_mut(len).enumerate() {
            f(i, part);
        }
        return;
    }
    let parts: Vec<_> = x.chunks_mut(len).map(Mutex::new).collect();
    each(parts.len(), 1, &|i| f(i, &mut parts[i].lock().unwrap_or_else(PoisonError::into_inner)));
}

/// Runs both closures, at the same time if several threads may be used.
pub(crate) fn join(a: impl FnOnce() + Send, b: impl FnOnce() + Send) {
    if count() == 1 {
        a();
        b();
    } else {
        let (mut a, b) = (Some(a), Mutex::new(Some(b)));
        let second = || {
            let b = b.lock().unwrap_or_else(PoisonError::into_inner).take();
            b.into_iter().for_each(|b| b());
        };
        let mut first = || {
            a.take().into_iter().for_each(|a| a());
            // if nobody else has begun it
            second();
        };
        together(&mut first, 1, &second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// One test, because the limit applies to the whole process.
    #[test]
    fn work_runs_on_the_threads_that_were_set() {
        let here = thread::current().id();
        assert!(set_limit(1));
        assert_eq!(count(), 1);
        assert!(!share(usize::MAX, 1));
        assert!(map(64, 1, &|_| thread::current().id()).iter().all(|&id| id == here));
        join(|| assert_eq!(thread::current().id(), here), || assert_eq!(thread::current().id(), here));

        assert!(set_limit(3));
        assert_eq!(count(), 3);
        assert_eq!(install(rayon::current_num_threads), 3);
        assert!(share(10, 10) && !share(9, 10));
        let ours = || thread::current().name().is_some_and(|name| name.starts_with("linstat"));
        let ours_or_here = || ours() || thread::current().id() == here;
        assert!(map(64, 1, &|_| ours_or_here()).into_iter().all(|is| is));
        assert_eq!(map(64, 1, &|i| i), (0..64).collect::<Vec<_>>());
        assert_eq!(map(0, 1, &|i| i), [0; 0]);
        join(|| assert!(ours_or_here()), || assert!(ours_or_here()));
        // both at the same time: each waits for the other
        let barrier = std::sync::Barrier::new(2);
        join(|| _ = barrier.wait(), || _ = barrier.wait());

        assert_eq!(on_foreign_worker(count), 1);
        assert!(on_foreign_worker(|| !ours() && map(64, 1, &|_| ours()).into_iter().all(|ours| !ours)));

        let mut parts = [0; 10];
        each_chunk(&mut parts, 4, &|i, part| part.fill(i));
        assert_eq!(parts, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
        assert_eq!(map_chunks(&parts, 4, 1, &|i, part| (i, part.len())), [(0, 4), (1, 4), (2, 2)]);

        // from within: no other pool, no turn to wait for
        assert_eq!(install(|| map(64, 1, &|_| map(4, 1, &|_| count()))).concat(), [3; 256]);

        assert!(set_limit(0));
        let default = count();
        assert!(default >= 1);
        if default > 1 {
            assert_eq!(install(rayon::current_num_threads), default);
            assert!(map(64, 1, &|_| ours_or_here()).into_iter().all(|is| is));
        }
    }

    /// A call that finds another one in the pool takes its turn there, also one from a part of that other
    /// call; a panic of a part is that of the call, and the pool goes on.
    #[test]
    fn calls_at_the_same_time_and_from_within() {
        let sums =
            |n: usize| -> usize { map(n, 1, &|i| map(n, 1, &|j| i * j).iter().sum()).iter().sum::<usize>() };
        let expected = (0..40).sum::<usize>().pow(2);
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| (0..20).for_each(|_| assert_eq!(sums(40), expected)));
            }
        });
        let panics = std::panic::catch_unwind(|| each(64, 1, &|i| assert!(i != 40, "the fortieth")));
        assert!(panics.is_err());
        assert_eq!(sums(40), expected);
    }

    fn on_foreign_worker<R: Send>(f: impl FnOnce() -> R + Send) -> R {
        ThreadPoolBuilder::new().num_threads(2).build().unwrap().install(f)
    }

    /// Many more threads than may be in the pool at once: each gets its turn.
    #[test]
    fn calls_take_turns() {
        let pool = Pool::new(2).unwrap();
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| {
                    pool.run(&mut || {
                        most.fetch_max(inside.fetch_add(1, Relaxed) + 1, Relaxed);
                        rayon::scope(|scope| (0..64).for_each(|_| scope.spawn(|_| thread::yield_now())));
                        inside.fetch_sub(1, Relaxed);
                    });
                });
            }
        });
        let most = most.into_inner();
        assert!((1..=AT_ONCE as usize).contains(&most), "{most} at once");
        let calls = pool.calls();
        assert_eq!((calls.begun, calls.ended), (100, 100));
    }
}
