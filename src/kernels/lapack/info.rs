//! What a LAPACK routine says at its end, in `INFO`.

use super::vendors::library;
use crate::{Error, Result};

/// 0 is success; what a positive number means depends on the routine, whose adaptor says so by the function that it asks.
///
/// A negative number names an argument that the routine refuses. That is a bug, of ours or of the library: builds with debug
/// assertions end there, so that no test misses it; others return an error, since no public function ends a program.
#[must_use]
#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Info {
    routine: &'static str,
    value: i32,
}

impl Info {
    pub(super) fn new(routine: &'static str, value: i32) -> Self {
        debug_assert!(value >= 0, "{routine} refuses its argument {}", -value);
        Info { routine, value }
    }

    fn not_negative(self, op: &'static str) -> Result<usize> {
        usize::try_from(self.value).map_err(|_| self.bug(op))
    }

    #[cold]
    fn bug(self, op: &'static str) -> Error {
        let Info { routine, value } = self;
        Error::Library {
            op,
            reason: format!("{} ended {routine} with INFO = {value}, which is a bug", library()),
        }
    }

    /// The routine succeeds for all arguments.
    pub(super) fn success(self, op: &'static str) -> Result<()> {
        if self.value == 0 { Ok(()) } else { Err(self.bug(op)) }
    }

    /// A positive number is that of the first pivot of U, from 1, that is exactly zero; returned from 0.
    pub(super) fn zero_pivot(self, op: &'static str) -> Result<Option<usize>> {
        Ok(self.not_negative(op)?.checked_sub(1))
    }

    /// A positive number says that the iteration did not converge.
    pub(super) fn converged(self, op: &'static str) -> Result<()> {
        if self.not_negative(op)? == 0 { Ok(()) } else { Err(Error::NoConvergence { op }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_mean_what_the_adaptor_asks_for() {
        let [success, third] = [0, 3].map(|value| Info::new("getrf", value));
        assert_eq!(success.success("test"), Ok(()));
        assert_eq!(success.zero_pivot("test"), Ok(None));
        assert_eq!(success.converged("test"), Ok(()));
        assert_eq!(third.zero_pivot("test"), Ok(Some(2)));
        assert_eq!(third.converged("test"), Err(Error::NoConvergence { op: "test" }));
        let bug = |result| matches!(result, Err(Error::Library { reason, .. }) if reason.contains("getrf with INFO"));
        assert!(bug(third.success("test")));
        // as in a build without debug assertions
        let refused = Info { routine: "getrf", value: -4 };
        assert!(bug(refused.success("test")) && bug(refused.converged("test")));
        assert!(bug(refused.zero_pivot("test").map(drop)));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic = "getrf refuses its argument 4"]
    fn an_argument_that_is_refused_ends_a_test() {
        let _ = Info::new("getrf", -4);
    }
}
