//! Internals for the tests and benchmarks of this crate. Not for programs: it changes without notice.

pub use crate::kernels::{Library, run_as, run_in, run_on_all_threads, run_without};
pub use crate::loops::dispatch::{ASKED, Level, level};

pub mod tuning {
    //! The thresholds, for their benchmark.
    pub use crate::tuning::*;
}
