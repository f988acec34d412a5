//! The `INFO` value that a LAPACK routine returns.

use super::vendors::library;
use crate::ErrorKind;
use crate::kernels::Result;

/// 0 is success; the meaning of a positive number depends on the routine, whose adaptor calls the matching
/// method.
///
/// A negative number names an argument that the routine rejects. This is a bug in linstat or in the library:
/// builds with debug assertions panic, so that no test misses it; others return an error, since no public
/// function ends a program.
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

    fn not_negative(self) -> Result<usize> {
        usize::try_from(self.value).map_err(|_| self.bug())
    }

    #[cold]
    fn bug(self) -> ErrorKind {
        let Info { routine, value } = self;
        ErrorKind::Library {
            reason: format!("{} ended {routine} with INFO = {value}, which is a bug", library()),
        }
    }

    /// The routine succeeds for all arguments.
    pub(super) fn success(self) -> Result<()> {
        if self.value == 0 { Ok(()) } else { Err(self.bug()) }
    }

    /// A positive number is the index, from 1, of the first pivot of U that is exactly zero; returned from 0.
    pub(super) fn zero_pivot(self) -> Result<Option<usize>> {
        Ok(self.not_negative()?.checked_sub(1))
    }

    /// As [`Self::zero_pivot`], but a zero pivot is an error.
    pub(super) fn regular(self) -> Result<()> {
        self.zero_pivot()?.map_or(Ok(()), |pivot| Err(ErrorKind::Singular { pivot }))
    }

    /// A positive number is the order, from 1, of the first leading minor that is not positive.
    pub(super) fn positive_definite(self) -> Result<()> {
        match self.not_negative()? {
            0 => Ok(()),
            order => Err(ErrorKind::NotPositiveDefinite { order }),
        }
    }

    /// A positive number means that the iteration did not converge.
    pub(super) fn converged(self) -> Result<()> {
        if self.not_negative()? == 0 { Ok(()) } else { Err(ErrorKind::NoConvergence) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_mean_what_the_adaptor_asks_for() {
        let [success, third] = [0, 3].map(|value| Info::new("getrf", value));
        assert_eq!(success.success(), Ok(()));
        assert_eq!(success.zero_pivot(), Ok(None));
        assert_eq!(success.converged(), Ok(()));
        assert_eq!(third.zero_pivot(), Ok(Some(2)));
        assert_eq!(success.regular(), Ok(()));
        assert_eq!(third.regular(), Err(ErrorKind::Singular { pivot: 2 }));
        assert_eq!(success.positive_definite(), Ok(()));
        assert_eq!(third.positive_definite(), Err(ErrorKind::NotPositiveDefinite { order: 3 }));
        assert_eq!(third.converged(), Err(ErrorKind::NoConvergence));
        let bug = |result| matches!(result, Err(ErrorKind::Library { reason }) if reason.contains("getrf with INFO"));
        assert!(bug(third.success()));
        // as in a build without debug assertions
        let refused = Info { routine: "getrf", value: -4 };
        assert!(bug(refused.success()) && bug(refused.converged()));
        assert!(bug(refused.zero_pivot().map(drop)));
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic = "getrf refuses its argument 4"]
    fn an_argument_that_is_refused_ends_a_test() {
        let _ = Info::new("getrf", -4);
    }
}
