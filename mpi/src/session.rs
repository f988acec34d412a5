//! The start and the end of MPI.

use crate::error::{Error, Result};
use mpi::Threading;
use mpi::environment::Universe;
use mpi::topology::SimpleCommunicator;
use mpi::traits::Communicator;

/// MPI from its start to its end, for programs whose threads take turns in calling it: linstat's threads
/// compute, and one thread at a time talks to the other ranks (`MPI_THREAD_SERIALIZED`).
///
/// If a rank panics, the session ends all ranks, which would wait for it otherwise.
pub struct Session {
    universe: Universe,
}

impl Session {
    /// Starts MPI, once in a program. A program that has started it otherwise needs no session: it passes its
    /// communicator to the functions of this crate, and calls them from one thread at a time.
    ///
    /// # Errors
    /// [`Error::Start`] if MPI was started before, or if the library has no such threads.
    pub fn start() -> Result<Self> {
        let start = |reason: &str| Error::Start { reason: reason.into() };
        let (universe, level) = mpi::initialize_with_threading(Threading::Serialized)
            .ok_or_else(|| start("it was started before"))?;
        if level < Threading::Serialized {
            return Err(start("the library does not let threads take turns (MPI_THREAD_SERIALIZED)"));
        }
        Ok(Session { universe })
    }

    /// Returns the communicator of all ranks.
    pub fn world(&self) -> SimpleCommunicator {
        self.universe.world()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("ranks", &self.world().size()).finish_non_exhaustive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.world().abort(101);
        }
    }
}
