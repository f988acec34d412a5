//! The threads of the library: how many a call has, and who may say so.

use super::library::library;
use crate::threads::queue::Queue;
use crate::{ErrorKind, Named, Result, memory};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a library does with threads.
pub(super) enum Threads {
    /// It runs on the thread that calls.
    None,
    /// The same, and only one call at a time is safe: a build without threads and without locks.
    Alone,
    /// It has its own, and lets their number be told.
    Many(Control),
}

/// How a library lets itself be told its number of threads.
pub(super) struct Control {
    /// The number for the next call of this thread.
    pub get: Box<dyn Fn() -> usize + Send + Sync>,
    /// Sets the number for the process.
    pub set: Box<dyn Fn(usize) + Send + Sync>,
    /// Sets the number for the calls of this thread alone and returns what to set to take that back; not every library
    /// has such a function.
    pub here: Option<Box<dyn Fn(usize) -> usize + Send + Sync>>,
    /// Whether other threads do not hear of `set`, so that the number has to be set before their calls, too.
    pub per_thread: bool,
    /// Whether a call must have either all threads or, beside others, one.
    pub all_or_one: bool,
    /// Whether the library itself keeps small problems on one thread, at sizes that fit it.
    pub decides: bool,
    /// Whether some routines take more stack, where they run on several threads, than threads made by Rust have.
    pub deep: bool,
}

/// Where calls are together while they run, and who sets the number of threads is alone, as OpenBLAS's buffers and workers
/// must not change under running calls.
static COMPUTING: Queue = Queue::new();

struct State {
    /// The calls that are running, and those among them that want one thread.
    running: usize,
    single: usize,
    /// All threads that they share.
    number: usize,
    /// The number that the library has been told for them, if it has one number for the process.
    told: usize,
    /// The number that was set, for libraries that have to be told it by every thread.
    set: Option<usize>,
}

static STATE: Mutex<State> = Mutex::new(State { running: 0, single: 0, number: 1, told: 1, set: None });

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// The number of threads that all calls share.
    fn all(&mut self, control: &Control) -> usize {
        if control.here.is_some() {
            return self.set.filter(|_| control.per_thread).unwrap_or_else(|| (control.get)());
        }
        // while no call runs, the library has its own number, whoever set it
        if self.running == 0 {
            self.number = (control.get)();
            self.told = self.number;
        }
        self.number
    }

    /// What each of the calls has that run at the same time.
    fn share(&self, control: &Control, all: usize) -> usize {
        match self.running {
            0 | 1 => all,
            _ if control.all_or_one => 1,
            running => (all / running).max(1),
        }
    }

    /// Tells a library with one number for the process what the calls have that are running now.
    fn tell(&mut self, control: &Control) {
        let n = if self.single > 0 { 1 } else { self.share(control, self.number) };
        if n != self.told {
            (control.set)(n);
            self.told = n;
        }
    }
}

/// The number of threads that a call may use.
pub(in crate::kernels) fn threads() -> usize {
    match &library().threads {
        Threads::None | Threads::Alone => 1,
        Threads::Many(control) => state().all(control),
    }
}

/// Sets the number for the process; an error if the library then tells another one.
pub(in crate::kernels) fn set_threads(op: &'static str, n: usize) -> Result<()> {
    let library = library();
    library.check(op)?;
    let found = match &library.threads {
        Threads::None | Threads::Alone => 1,
        Threads::Many(control) => {
            let _alone = COMPUTING.alone();
            let before = (control.get)();
            // each thread that it starts wants a buffer, and keeps it
            static STARTED: AtomicUsize = AtomicUsize::new(0);
            reserve(op, n.saturating_sub(before.max(STARTED.load(Relaxed))), library.buffer)?;
            (control.set)(n);
            let found = (control.get)();
            if found == n {
                STARTED.fetch_max(n.max(before), Relaxed);
                state().set = Some(n);
            } else {
                (control.set)(before);
            }
            found
        }
    };
    if found == n {
        Ok(())
    } else {
        Err(ErrorKind::Threads { library: library.to_string(), asked: n, found }.at(op))
    }
}

/// On how many threads a call is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// As many as were set, shared with the calls that run at the same time.
    All,
    /// The calling one: the problem is so small that others cost more than they bring.
    One,
    /// As the library likes: the problem is so small that it stays on one thread by itself.
    Own,
}

impl Use {
    /// One thread for problems of `size` below `threshold`, unless the library knows better.
    pub(super) fn of(size: usize, threshold: usize) -> Self {
        let decides = matches!(&library().threads, Threads::Many(control) if control.decides);
        if size < threshold && !decides && crate::kernels::thresholds() { Use::One } else { Use::All }
    }
}

/// Runs `f`, which calls the library, on its threads.
///
/// Calls that run at the same time share the number of threads: on all threads each, they would wait for each other's (on
/// two cores, eight `svd` of 310 x 310 at once took 180 times as long as one after the other). Where the library has one
/// number for the whole process, all that run at a time have the same.
pub(super) fn run<R>(op: &'static str, threads: Use, f: impl FnOnce() -> Result<R>) -> Result<R> {
    with_library(op, |control| on_threads(control, threads, f))
}

/// [`run`] for a routine that takes much stack where it runs on several threads.
///
/// OpenBLAS's parallel `getrf` calls itself with 528 KiB of stack each time, up to nine deep: more than the 2 MiB of a
/// thread made by Rust, which it would overflow.
pub(super) fn run_deep<R: Send>(
    op: &'static str,
    threads: Use,
    mut f: impl FnMut() -> Result<R> + Send,
) -> Result<R> {
    const STACK: usize = 16 << 20;
    with_library(op, |control| {
        // The number does not change any more: who sets it waits for this call.
        let deep = |control: &Control| control.deep && state().all(control) > 1;
        if threads == Use::One || !control.is_some_and(deep) {
            return on_threads(control, threads, f);
        }
        // Beside its stack, a new thread takes up to 64 MiB for its allocations (an arena of glibc), and ends the program if
        // there is then nothing left for a signal's stack. In one block, so that malloc asks the system for it.
        let on_stack = reserve(op, 1, STACK + (80 << 20)).ok().and_then(|()| {
            let stack = std::thread::Builder::new().stack_size(STACK);
            std::thread::scope(|scope| {
                stack.spawn_scoped(scope, || on_threads(control, threads, &mut f)).ok()?.join().ok()
            })
        });
        on_stack.unwrap_or_else(|| on_threads(control, Use::One, f)) // where no thread can be had
    })
}

/// Sees to it that the library can have what it asks for itself: OpenBLAS wants a buffer for each call that runs at the same
/// time, which it keeps, and tries for ever if it does not get it. To be called when everything else is allocated.
pub(super) fn ready(op: &'static str) -> Result<()> {
    static KEPT: AtomicUsize = AtomicUsize::new(0);
    let size = library().buffer;
    if size > 0 {
        let (wanted, kept) = (COMPUTING.inside(), KEPT.load(Relaxed));
        if wanted > kept {
            reserve(op, wanted - kept, size)?;
            KEPT.fetch_max(wanted, Relaxed);
        }
    }
    Ok(())
}

/// An error if there is no room for `count` blocks of `size` bytes.
fn reserve(op: &'static str, count: usize, size: usize) -> Result<()> {
    let blocks: Result<Vec<Vec<u8>>> = (0..count).map(|_| memory::room(size).named(op)).collect();
    std::hint::black_box(blocks).map(drop)
}

/// Runs `f` while calls are allowed, with the control of the library's threads if it has any.
fn with_library<R>(op: &'static str, f: impl FnOnce(Option<&Control>) -> Result<R>) -> Result<R> {
    let library = library();
    library.check(op)?;
    let (control, _inside) = match &library.threads {
        Threads::None => (None, None),
        Threads::Alone => (None, Some(COMPUTING.alone())),
        Threads::Many(control) => (Some(control), Some(COMPUTING.together())),
    };
    f(control)
}

/// Runs `f` on as many of the library's threads as are its share.
fn on_threads<R>(control: Option<&Control>, threads: Use, f: impl FnOnce() -> Result<R>) -> Result<R> {
    let Some(control) = control else { return f() };
    if threads == Use::Own {
        return f();
    }
    let single = usize::from(threads == Use::One);
    let mut now = state();
    let all = now.all(control);
    if all == 1 && !control.per_thread {
        drop(now);
        return f();
    }
    now.running += 1;
    now.single += single;
    let before = match &control.here {
        None => {
            now.tell(control);
            None
        }
        Some(here) => {
            let n = if threads == Use::One { 1 } else { now.share(control, all) };
            (n < all || control.per_thread).then(|| here(n))
        }
    };
    drop(now);
    let _end = on_drop(|| {
        let mut now = state();
        now.running -= 1;
        now.single -= single;
        match &control.here {
            None => now.tell(control),
            Some(here) => drop(before.map(here)),
        }
    });
    f()
}

fn on_drop(f: impl FnMut()) -> impl Drop {
    struct OnDrop<F: FnMut()>(F);
    impl<F: FnMut()> Drop for OnDrop<F> {
        fn drop(&mut self) {
            (self.0)();
        }
    }
    OnDrop(f)
}
