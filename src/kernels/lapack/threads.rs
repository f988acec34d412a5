//! The threads of the library: how many a call gets, and how their number is set.

use super::vendors::{Control, Scope, Share, Stack, Threads, library};
use crate::kernels::Result;
use crate::threads::queue::{Inside, Queue};
use crate::{ErrorKind, memory};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Calls enter this queue together; setting the number of threads needs it exclusively, as OpenBLAS's buffers
/// and workers must not change while calls run.
static COMPUTING: Queue = Queue::new();

struct State {
    /// Number of running calls, and of those among them that need one thread.
    running: usize,
    single: usize,
    /// Number of threads that the calls share.
    number: usize,
    /// Number last set in the library for the calls, if it has one number for the process.
    told: usize,
    /// The number that was set, for libraries in which every thread must set it.
    set: Option<usize>,
}

static STATE: Mutex<State> = Mutex::new(State { running: 0, single: 0, number: 1, told: 1, set: None });

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Returns the number of threads that all calls share.
    fn all(&mut self, control: &Control) -> usize {
        match control.scope {
            Scope::Process => {}
            Scope::ThreadFirst(_) => return (control.get)(),
            Scope::Thread(_) => return self.set.unwrap_or_else(|| (control.get)()),
        }
        // while no call runs, the library has the number that was last set, by anyone
        if self.running == 0 {
            self.number = (control.get)();
            self.told = self.number;
        }
        self.number
    }

    /// Returns the number of threads of each of the running calls.
    fn share(&self, control: &Control, all: usize) -> usize {
        match self.running {
            0 | 1 => all,
            running => match control.share {
                Share::Equal => (all / running).max(1),
                Share::AllOrOne => 1,
            },
        }
    }

    /// Sets the number of threads for the running calls, in a library with one number for the process.
    fn tell(&mut self, control: &Control) {
        let n = if self.single > 0 { 1 } else { self.share(control, self.number) };
        if n != self.told {
            (control.set)(n);
            self.told = n;
        }
    }
}

/// Returns the number of threads that a call may use.
pub(in crate::kernels) fn threads() -> usize {
    match &library().threads {
        Threads::None | Threads::Alone => 1,
        Threads::Many(control) => state().all(control),
    }
}

/// Sets the number of threads for the process; an error if the library then reports another number.
pub(in crate::kernels) fn set_threads(n: usize) -> Result<()> {
    let library = library();
    library.check()?;
    let found = match &library.threads {
        Threads::None | Threads::Alone => 1,
        Threads::Many(control) => {
            let _alone = COMPUTING.alone();
            let before = (control.get)();
            // each thread that it starts needs a buffer and keeps it
            static STARTED: AtomicUsize = AtomicUsize::new(0);
            reserve(n.saturating_sub(before.max(STARTED.load(Relaxed))), library.buffer)?;
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
        Err(ErrorKind::Threads { library: library.to_string(), asked: n, found })
    }
}

/// The threads for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// As many as were set, shared with the calls that run at the same time.
    All,
    /// The calling thread: the problem is so small that more threads do not pay off.
    One,
    /// Left to the library: the problem is so small that the library uses one thread.
    Own,
}

impl Use {
    /// Returns one thread, left to the library if it does that by itself: BLIS and oneMKL use several for
    /// products of any size, which wait for each other if other calls run.
    pub(super) fn of_tiny_product() -> Self {
        match &library().threads {
            Threads::Many(control) if !control.spares_threads => Use::One,
            _ => Use::Own,
        }
    }

    /// Returns one thread instead of all where the calling thread asks for that.
    fn here(self) -> Self {
        if self == Use::All && crate::kernels::is_alone() { Use::One } else { self }
    }

    /// Returns one thread for problems whose size is below the threshold.
    pub(super) fn of(size: usize, threshold: usize) -> Self {
        if size < threshold && crate::kernels::thresholds() { Use::One } else { Use::All }
    }
}

/// Runs `f`, which calls the library, on its share of threads. Every call of a kernel goes once through this
/// function or [`run_deep`]; what is computed within
/// [`TinyProducts`] is one call.
///
/// Calls that run at the same time share the number of threads: if each used all threads, they would wait for
/// each other (on two cores, eight `svd` of 310 x 310 at once took 180 times as long as one after the other).
///
/// | library | problem | other running calls | threads of the call |
/// |---|---|---|---|
/// | `Threads::None` | any | any | the calling thread |
/// | `Threads::Alone` | any | none: it waits for its turn | the calling thread |
/// | `Threads::Many` | any, if the number is 1 | any | the calling thread |
/// | | `Use::Own` | any | left to the library; the call does not count as running |
/// | | `Use::One` | any | one thread; in `Scope::Process`, also for all other calls |
/// | | `Use::All` | none | all threads |
/// | | `Use::All` | some, in `Share::Equal` | the number / the number of running calls, at least one |
/// | | `Use::All` | some, in `Share::AllOrOne` | one thread |
///
/// "The number" is that of [`set_threads`], of `with_threads` or of the library's environment; setting it
/// waits until no call runs. In `Scope::Process`, the library's single number is changed, so that a call has
/// more or fewer threads when others end or begin; in the other scopes a call keeps the number that it began
/// with.
pub(super) fn run<R>(threads: Use, f: impl FnOnce() -> Result<R>) -> Result<R> {
    if IN_TINY_PRODUCTS.get() {
        return f();
    }
    let (control, _turn) = enter()?;
    let threads = threads.here();
    let _part = control.and_then(|control| Part::of(control, threads));
    f()
}

thread_local! {
    /// Whether this thread holds [`TinyProducts`].
    static IN_TINY_PRODUCTS: Cell<bool> = const { Cell::new(false) };
}

/// Guard within which a thread computes tiny products, and nothing else, as one call of the library: to begin
/// and end a call takes as long as a product of 8 x 8, and longer if several threads do so all the time.
pub(super) struct TinyProducts {
    before: bool,
    _part: Option<Part>,
    _turn: Option<Inside<'static>>,
}

impl TinyProducts {
    pub(super) fn begin() -> Result<Self> {
        let (control, turn) = if IN_TINY_PRODUCTS.get() { (None, None) } else { enter()? };
        let part = control.and_then(|control| Part::of(control, Use::of_tiny_product()));
        Ok(TinyProducts { before: IN_TINY_PRODUCTS.replace(true), _part: part, _turn: turn })
    }
}

impl Drop for TinyProducts {
    fn drop(&mut self) {
        IN_TINY_PRODUCTS.set(self.before);
    }
}

/// As [`run`], for routines that need a large stack on several threads.
///
/// OpenBLAS's parallel `getrf` calls itself with 528 KiB of stack each time, up to nine levels deep: this
/// overflows the 2 MiB stack of a thread made by Rust.
pub(super) fn run_deep<R: Send>(threads: Use, mut f: impl FnMut() -> Result<R> + Send) -> Result<R> {
    let threads = threads.here();
    let (control, _turn) = enter()?;
    let Some(control) = control else { return f() };
    // The number cannot change now: setting it waits for this call.
    let deep = threads != Use::One && control.stack == Stack::Deep && state().all(control) > 1;
    if deep
        && let Some(result) = on_deep_stack(|| {
            let _part = Part::of(control, threads);
            f()
        })
    {
        return result;
    }
    // if no thread can be started, the usual stack is large enough for one thread
    let _part = Part::of(control, if deep { Use::One } else { threads });
    f()
}

/// Runs `f` on a thread with a large stack, if there is memory for one.
fn on_deep_stack<R: Send>(f: impl FnOnce() -> R + Send) -> Option<R> {
    const STACK: usize = 16 << 20;
    // Besides its stack, a new thread takes up to 64 MiB for its allocations (an arena of glibc), and ends
    // the program if there is no memory left for a signal stack. Reserved as one block, so that malloc
    // requests it from the system.
    reserve(1, STACK + (80 << 20)).ok()?;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, f).ok()?;
        Some(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Waits until this call may begin, and returns the control of the library's threads, if there is one.
fn enter() -> Result<(Option<&'static Control>, Option<Inside<'static>>)> {
    let library = library();
    library.check()?;
    Ok(match &library.threads {
        Threads::None => (None, None),
        Threads::Alone => (None, Some(COMPUTING.alone())),
        Threads::Many(control) => (Some(control), Some(COMPUTING.together())),
    })
}

/// A call that uses its share of the library's threads, until it is dropped.
struct Part {
    control: &'static Control,
    threads: Use,
    /// The number to restore for this thread at the end.
    before: Option<usize>,
}

impl Part {
    /// Returns `None` for a call that does not count as running.
    fn of(control: &'static Control, threads: Use) -> Option<Self> {
        if threads == Use::Own {
            return None;
        }
        let mut now = state();
        let all = now.all(control);
        let has_to_be_told = matches!(control.scope, Scope::Thread(_));
        if all == 1 && !has_to_be_told {
            return None;
        }
        now.running += 1;
        now.single += usize::from(threads == Use::One);
        let n = if threads == Use::One { 1 } else { now.share(control, all) };
        let before = match control.scope.here() {
            None => {
                now.tell(control);
                None
            }
            Some(here) => (n < all || has_to_be_told).then(|| here(n)),
        };
        Some(Part { control, threads, before })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let mut now = state();
        now.running -= 1;
        now.single -= usize::from(self.threads == Use::One);
        match self.control.scope.here() {
            None => now.tell(self.control),
            Some(here) => drop(self.before.map(here)),
        }
    }
}

/// Checks that the library can allocate its own memory: OpenBLAS needs a buffer for each call that runs at
/// the same time, keeps it, and retries for ever if it does not get it. Must be called after all other
/// allocations.
pub(super) fn ready() -> Result<()> {
    static KEPT: AtomicUsize = AtomicUsize::new(0);
    let size = library().buffer;
    if size > 0 {
        let (wanted, kept) = (COMPUTING.inside(), KEPT.load(Relaxed));
        if wanted > kept {
            reserve(wanted - kept, size)?;
            KEPT.fetch_max(wanted, Relaxed);
        }
    }
    Ok(())
}

/// Returns an error if there is no room for `count` blocks of `size` bytes.
fn reserve(count: usize, size: usize) -> Result<()> {
    let blocks: Result<Vec<Vec<u8>>> = (0..count).map(|_| memory::room(size)).collect();
    std::hint::black_box(blocks).map(drop)
}
