//! The error type of the crate.

use crate::Scalar;
use ndarray::{ArrayRef, Dimension};
use num_traits::Float;

/// The result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call was refused or could not be finished. [`op`](Self::op) is the name of the public function that
/// was called, [`kind`](Self::kind) is what was found. The message alone says what to fix.
///
/// The set of errors is the same on every backend.
///
/// # Examples
/// ```
/// use linstat::{ErrorKind, solve};
/// use linstat::ndarray::array;
///
/// let error = solve(&array![[1., 2.], [2., 4.]], &array![1., 2.]).unwrap_err();
/// assert_eq!(error.op(), "solve");
/// assert_eq!(error.kind(), &ErrorKind::Singular { pivot: 1 });
/// assert!(error.to_string().starts_with("solve: the matrix is singular: pivot 1"));
/// ```
///
/// `{:?}` is the message, too: it is what a program prints whose `main` returns the error, and `unwrap`.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{op}: {at}{kind}", at = Matrix(matrix.as_deref()))]
pub struct Error {
    op: &'static str,
    kind: ErrorKind,
    matrix: Option<Box<[usize]>>,
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl Error {
    /// The public function that was called, such as `"solve"`, `"Pca::fit"` or `"Generator::normal"`.
    pub fn op(&self) -> &'static str {
        self.op
    }

    /// What went wrong, with its data.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The index of the matrix that was refused or failed, the first one if there are several; `None` if the
    /// arguments were not a stack of matrices, or not one of them was to blame.
    pub fn matrix(&self) -> Option<&[usize]> {
        self.matrix.as_deref()
    }

    /// Returns what went wrong, without the name of the function.
    pub fn into_kind(self) -> ErrorKind {
        self.kind
    }
}

/// Adds the name of a public function to the errors of the code inside, which knows no public names.
pub(crate) trait Named<T> {
    /// Adds the name of the public function to an error.
    fn named(self, op: &'static str) -> Result<T>;
}

impl<T> Named<T> for Result<T, ErrorKind> {
    #[inline]
    fn named(self, op: &'static str) -> Result<T> {
        self.map_err(|kind| Error { op, kind, matrix: None })
    }
}

/// What went wrong with a stack of matrices, or with one of them.
#[derive(Debug)]
pub struct BadMatrix {
    pub(crate) index: Option<Box<[usize]>>,
    pub(crate) kind: ErrorKind,
}

impl From<ErrorKind> for BadMatrix {
    fn from(kind: ErrorKind) -> Self {
        BadMatrix { index: None, kind }
    }
}

impl<T> Named<T> for Result<T, BadMatrix> {
    #[inline]
    fn named(self, op: &'static str) -> Result<T> {
        self.map_err(|BadMatrix { index, kind }| Error { op, kind, matrix: index })
    }
}

/// The place of a matrix in a stack, as a message begins: `matrix [3, 7]: `.
struct Matrix<'a>(Option<&'a [usize]>);

impl std::fmt::Display for Matrix<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |index| write!(f, "matrix {index:?} of the stack: "))
    }
}

/// The kinds of [`Error`], with what was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The shapes of the arguments do not fit the operation or each other.
    #[error("expected {expected}, found {found}")]
    Shape {
        /// The shapes that the function accepts.
        expected: &'static str,
        /// The shapes of the arguments.
        found: String,
    },
    /// The matrix is exactly singular: this pivot of its factorization is zero. For any rank there are
    /// [`lstsq`](crate::lstsq) and [`pinv`](crate::pinv).
    #[error("the matrix is singular: pivot {pivot} of its factorization is exactly zero; use lstsq or pinv")]
    Singular {
        /// Index of the first zero pivot, from 0.
        pivot: usize,
    },
    /// The matrix is not positive definite: this leading minor is not positive.
    #[error("the matrix is not positive definite: its leading minor of order {order} is not positive")]
    NotPositiveDefinite {
        /// Order of the first leading minor that is not positive, from 1.
        order: usize,
    },
    /// An iterative factorization did not converge.
    #[error("the iteration did not converge")]
    NoConvergence,
    /// An argument that must be finite holds a NaN or an infinity, or a result is lost in infinities that
    /// cancel.
    #[error("{name}{at} is {found}, expected finite elements", at = Index(index))]
    NonFinite {
        /// Name of the argument, or `"inverse"`, `"solution"` or `"exponential"`.
        name: &'static str,
        /// Index of the first such element in logical order.
        index: Vec<usize>,
        /// The element: `"NaN"`, `"inf"`, `"-inf"`, or a complex number with such a part.
        found: String,
    },
    /// The operation is not defined for an array without elements.
    #[error("the array is empty, its shape is {found}")]
    Empty {
        /// Shape of the argument.
        found: String,
    },
    /// A dimension does not fit the 32-bit integers of BLAS and LAPACK, or the result does not fit into
    /// memory.
    #[error(
        "{dim} is too large: more than this machine's memory can hold, or LAPACK's 32-bit integers where LAPACK is called"
    )]
    TooLarge {
        /// The dimension or the number of elements that is too large.
        dim: usize,
    },
    /// The BLAS/LAPACK library does not use the number of threads that was requested.
    #[error("{library} does not run on {asked} threads: it stays at {found}, see vendor-notes.md")]
    Threads {
        /// The library, its version and file.
        library: String,
        /// The requested number of threads.
        asked: usize,
        /// The number of threads that the library reports.
        found: usize,
    },
    /// The BLAS/LAPACK library that was loaded cannot be called.
    #[error("{reason}")]
    Library {
        /// Which library it is, and what to do.
        reason: String,
    },
    /// A file cannot be read or written.
    #[error("{path}: {reason}")]
    File {
        /// The path as it was given.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An argument that is not an array has a value outside its range, a matrix has an eigenvalue outside
    /// that of the function, or the elements of an array are not those that it needs.
    #[error("invalid argument `{name}`: {reason}")]
    InvalidArgument {
        /// Name of the argument.
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

/// An index as written after the name of an array: `[3, 7]`.
struct Index<'a>(&'a [usize]);

impl std::fmt::Display for Index<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Returns the index of the `k`-th element of an array of this shape, in logical order.
pub(crate) fn index_of(shape: &[usize], mut k: usize) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (index, &n) in index.iter_mut().zip(shape).rev() {
        (*index, k) = (k % n.max(1), k / n.max(1));
    }
    index
}

impl ErrorKind {
    /// The error for shapes that do not fit; `found` is in the order of the arguments.
    #[cold]
    pub(crate) fn shape(expected: &'static str, found: &[&[usize]]) -> Self {
        let found = found.iter().map(|s| Shape(s).to_string()).collect::<Vec<_>>().join(" and ");
        ErrorKind::Shape { expected, found }
    }

    #[cold]
    pub(crate) fn empty(found: &[usize]) -> Self {
        ErrorKind::Empty { found: Shape(found).to_string() }
    }

    /// The error for a state of a stream of rows to which none was added.
    #[cold]
    pub(crate) fn no_rows(columns: usize) -> Self {
        ErrorKind::Empty { found: format!("{}: no rows were added", Shape(&[0, columns])) }
    }

    #[cold]
    pub(crate) fn invalid(name: &'static str, reason: impl Into<String>) -> Self {
        ErrorKind::InvalidArgument { name, reason: reason.into() }
    }

    #[cold]
    pub(crate) fn axis(axis: ndarray::Axis, ndim: usize) -> Self {
        let reason = format!("axis {} is out of bounds for an array of dimension {ndim}", axis.0);
        ErrorKind::invalid("axis", reason)
    }

    /// The error for the first element of the argument `name` that is NaN or infinite; there must be one.
    #[cold]
    pub(crate) fn non_finite<T: Scalar, D: Dimension>(name: &'static str, x: &ArrayRef<T, D>) -> Self {
        let bad = |x: &T| !(x.re().is_finite() && x.im().is_finite());
        let (nth, found) =
            x.iter().enumerate().find(|(_, x)| bad(x)).map_or((0, T::zero()), |(i, &x)| (i, x));
        ErrorKind::NonFinite { name, index: index_of(x.shape(), nth), found: found.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn messages_name_the_operation_and_what_was_found() {
        let e = ErrorKind::shape("a (m, m) and b (m,) or (m, k)", &[&[2, 3], &[2]]);
        let e = Err::<(), _>(e).named("solve").unwrap_err();
        assert_eq!(e.to_string(), "solve: expected a (m, m) and b (m,) or (m, k), found (2, 3) and (2,)");
        assert_eq!(ErrorKind::empty(&[]).to_string(), "the array is empty, its shape is ()");
        let e = Err::<(), _>(ErrorKind::Singular { pivot: 2 }).named("inv").unwrap_err();
        let expected =
            "inv: the matrix is singular: pivot 2 of its factorization is exactly zero; use lstsq or pinv";
        assert_eq!(e.to_string(), expected);
    }

    #[test]
    fn what_is_not_finite_is_named_with_its_place() {
        let a = array![[[1., 2.], [f64::NAN, f64::INFINITY]]];
        assert_eq!(ErrorKind::non_finite("a", &a).to_string(), "a[0, 1, 0] is NaN, expected finite elements");
        let a = a.slice_move(ndarray::s![.., ..;-1, 1]).reversed_axes();
        assert_eq!(ErrorKind::non_finite("x", &a).to_string(), "x[0, 0] is inf, expected finite elements");
    }
}
