//! A fair lock: threads get it in the order in which they ask, so that none waits forever. The standard
//! library's locks let a newly arrived thread overtake waiting ones, again and again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// Who is inside, several together or one alone, and who waits.
pub(crate) struct Queue {
    line: Mutex<Line>,
    /// Number of threads inside: changed under the lock, read without it.
    inside: AtomicUsize,
}

struct Line {
    together: usize,
    alone: bool,
    waiting: VecDeque<Waiter>,
}

struct Waiter {
    alone: bool,
    thread: Thread,
    admitted: Arc<AtomicBool>,
}

/// Guard of a thread that is inside, until it is dropped.
#[must_use]
pub(crate) struct Inside<'a> {
    queue: &'a Queue,
    alone: bool,
}

impl Queue {
    pub(crate) const fn new() -> Self {
        let line = Line { together: 0, alone: false, waiting: VecDeque::new() };
        Queue { line: Mutex::new(line), inside: AtomicUsize::new(0) }
    }

    /// Waits until it is this thread's turn and all earlier ones have left.
    pub(crate) fn alone(&self) -> Inside<'_> {
        self.enter(true)
    }

    /// Waits until it is this thread's turn and all earlier threads that asked to be alone have left.
    #[cfg(backend = "lapack")]
    pub(crate) fn together(&self) -> Inside<'_> {
        self.enter(false)
    }

    /// Returns the number of threads inside, for one that is inside: it counts all that came earlier and have
    /// not left.
    #[cfg(backend = "lapack")]
    pub(crate) fn inside(&self) -> usize {
        self.inside.load(Relaxed)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, alone: bool) -> Inside<'_> {
        let mut line = self.line();
        if line.waiting.is_empty() && line.has_room(alone) {
            line.admit(alone);
            self.inside.store(line.inside(), Relaxed);
        } else {
            let admitted = Arc::new(AtomicBool::new(false));
            line.waiting.push_back(Waiter { alone, thread: thread::current(), admitted: admitted.clone() });
            drop(line);
            while !admitted.load(Acquire) {
                thread::park();
            }
        }
        Inside { queue: self, alone }
    }
}

impl Line {
    fn has_room(&self, alone: bool) -> bool {
        !self.alone && (self.together == 0 || !alone)
    }

    fn inside(&self) -> usize {
        self.together + usize::from(self.alone)
    }

    fn admit(&mut self, alone: bool) {
        if alone {
            self.alone = true;
        } else {
            self.together += 1;
        }
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let mut line = self.queue.line();
        if self.alone {
            line.alone = false;
        } else {
            line.together -= 1;
        }
        self.queue.inside.store(line.inside(), Relaxed);
        while line.waiting.front().is_some_and(|first| line.has_room(first.alone)) {
            let Some(Waiter { alone, thread, admitted }) = line.waiting.pop_front() else { break };
            line.admit(alone);
            self.queue.inside.store(line.inside(), Relaxed);
            admitted.store(true, Release);
            thread.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    /// Enters and leaves until `over` is set, and counts how often it was inside.
    fn hammer(queue: &Queue, enter: fn(&Queue) -> Inside<'_>, times: &AtomicUsize, over: &AtomicBool) {
        while !over.load(Relaxed) {
            let inside = enter(queue);
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_micros(200) {}
            drop(inside);
            times.fetch_add(1, Relaxed);
        }
    }

    /// With the standard library's locks, each of these waits forever, or for most of the time.
    #[test]
    fn nobody_waits_for_ever() {
        let kinds: &[fn(&Queue) -> Inside<'_>] = &[
            Queue::alone,
            #[cfg(backend = "lapack")]
            Queue::together,
        ];
        for &others in kinds {
            for &one in kinds {
                let (queue, over) = (&Queue::new(), &AtomicBool::new(false));
                let times: &[AtomicUsize; 8] = &Default::default();
                let counts = || times.each_ref().map(|times| times.load(Relaxed));
                // 20 turns of at most 8 other threads at 0.2 ms each are 32 ms on an idle processor
                let until = Instant::now() + Duration::from_secs(20);
                let all_above = |before: [usize; 8]| {
                    while counts().iter().zip(before).any(|(&now, before)| now <= before) {
                        assert!(Instant::now() < until, "{before:?}, then {:?}", counts());
                        thread::yield_now();
                    }
                };
                thread::scope(|scope| {
                    // ends the others if an assertion fails
                    struct Over<'a>(&'a AtomicBool);
                    impl Drop for Over<'_> {
                        fn drop(&mut self) {
                            self.0.store(true, Relaxed);
                        }
                    }
                    let _over = Over(over);
                    times.iter().for_each(|times| {
                        scope.spawn(move || hammer(queue, others, times, over));
                    });
                    all_above([0; 8]);
                    let (sender, receiver) = mpsc::channel();
                    scope.spawn(move || {
                        (0..20).for_each(|_| drop(one(queue)));
                        let _ = sender.send(());
                    });
                    assert_eq!(receiver.recv_timeout(Duration::from_secs(20)), Ok(()));
                    all_above(counts());
                });
            }
        }
    }

    #[test]
    fn who_is_alone_is_alone() {
        let (queue, inside, alone) = (&Queue::new(), &AtomicUsize::new(0), &AtomicBool::new(false));
        thread::scope(|scope| {
            for i in 0..8 {
                scope.spawn(move || {
                    for j in 0..200 {
                        #[cfg(backend = "lapack")]
                        if (i + j) % 3 > 0 {
                            let _inside = queue.together();
                            inside.fetch_add(1, SeqCst);
                            assert!(!alone.load(SeqCst));
                            thread::yield_now();
                            inside.fetch_sub(1, SeqCst);
                            continue;
                        }
                        let _inside = queue.alone();
                        assert!(!alone.swap(true, SeqCst) && inside.load(SeqCst) == 0, "{i} {j}");
                        thread::yield_now();
                        alone.store(false, SeqCst);
                    }
                });
            }
        });
        let line = queue.line();
        assert!(line.waiting.is_empty() && !line.alone && line.together == 0);
    }
}
