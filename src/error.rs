//! The one error type of the crate.

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call was refused, or why it could not be finished.
///
/// Every variant names the operation (`op`, the public function that was called) and what was found, so that the
/// message alone tells what to mend. The set of errors is the same on every backend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The shapes of the arguments do not fit the operation or each other.
    #[error("{op}: expected {expected}, found {found}")]
    Shape {
        /// The function that was called.
        op: &'static str,
        /// The shapes it takes.
        expected: &'static str,
        /// The shapes it was given.
        found: String,
    },
    /// The matrix is exactly singular: this pivot of its LU factorization is zero.
    #[error("{op}: the matrix is singular: pivot {pivot} of its LU factorization is exactly zero")]
    Singular {
        /// The function that was called.
        op: &'static str,
        /// Index of the first zero pivot, from 0.
        pivot: usize,
    },
    /// The matrix is not positive definite: this leading minor is not positive.
    #[error("{op}: the matrix is not positive definite: its leading minor of order {order} is not positive")]
    NotPositiveDefinite {
        /// The function that was called.
        op: &'static str,
        /// Order of the first leading minor that is not positive, from 1.
        order: usize,
    },
    /// An iterative factorization did not converge.
    #[error("{op}: the iteration did not converge")]
    NoConvergence {
        /// The function that was called.
        op: &'static str,
    },
    /// A matrix that is to be factorized holds a NaN or an infinity.
    #[error("{op}: the matrix holds a NaN or an infinity")]
    NonFinite {
        /// The function that was called.
        op: &'static str,
    },
    /// The operation has no value for an array without elements.
    #[error("{op}: the array is empty, its shape is {found}")]
    Empty {
        /// The function that was called.
        op: &'static str,
        /// The shape it was given.
        found: String,
    },
    /// A dimension does not fit the 32-bit integers of BLAS and LAPACK, or the result does not fit into memory.
    #[error("{op}: {dim} is too large: more than LAPACK's 32-bit integers or this machine's memory can hold")]
    TooLarge {
        /// The function that was called.
        op: &'static str,
        /// The dimension, or the number of elements, that is too large.
        dim: usize,
    },
    /// The BLAS/LAPACK library does not run on the number of threads that it was told.
    #[error(
        "{op}: {library} does not let itself be told to run on {asked} threads: it stays at {found}, see vendor-notes.md"
    )]
    Threads {
        /// The function that was called.
        op: &'static str,
        /// The library, its version and file.
        library: String,
        /// The number of threads that it was to run on.
        asked: usize,
        /// The number that it tells.
        found: usize,
    },
    /// The BLAS/LAPACK library that was loaded is not one that can be called.
    #[error("{op}: {reason}")]
    Library {
        /// The function that was called.
        op: &'static str,
        /// Which library it is, and what to do.
        reason: String,
    },
    /// An argument that is not an array has a value outside its range.
    #[error("{op}: invalid argument `{name}`: {reason}")]
    InvalidArgument {
        /// The function that was called.
        op: &'static str,
        /// The name of the argument.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// A shape as NumPy prints it: `(2, 3)`, `(4,)`, `()`.
struct Shape<'a>(&'a [usize]);

impl std::fmt::Display for Shape<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            [n] => write!(f, "({n},)"),
            dims => {
                write!(f, "(")?;
                for (i, n) in dims.iter().enumerate() {
                    write!(f, "{}{n}", if i == 0 { "" } else { ", " })?;
                }
                write!(f, ")")
            }
        }
    }
}

impl Error {
    /// Shapes that do not fit; `found` in the order of the arguments.
    #[cold]
    pub(crate) fn shape(op: &'static str, expected: &'static str, found: &[&[usize]]) -> Self {
        let found = found.iter().map(|s| Shape(s).to_string()).collect::<Vec<_>>().join(" and ");
        Error::Shape { op, expected, found }
    }

    #[cold]
    pub(crate) fn empty(op: &'static str, found: &[usize]) -> Self {
        Error::Empty { op, found: Shape(found).to_string() }
    }

    #[cold]
    pub(crate) fn invalid(op: &'static str, name: &'static str, reason: impl Into<String>) -> Self {
        Error::InvalidArgument { op, name, reason: reason.into() }
    }

    #[cold]
    pub(crate) fn axis(op: &'static str, axis: ndarray::Axis, ndim: usize) -> Self {
        Error::invalid(
            op,
            "axis",
            format!("axis {} is out of bounds for an array of dimension {ndim}", axis.0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_operation_and_what_was_found() {
        let e = Error::shape("solve", "a (m, m) and b (m,) or (m, k)", &[&[2, 3], &[2]]);
        assert_eq!(e.to_string(), "solve: expected a (m, m) and b (m,) or (m, k), found (2, 3) and (2,)");
        assert_eq!(Error::empty("mean", &[]).to_string(), "mean: the array is empty, its shape is ()");
    }
}
