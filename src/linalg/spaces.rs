//! Orthonormal bases of null spaces and ranges.

use super::lstsq::{limit, rank};
use super::svd::{SvdShape, svd_of};
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array2, ArrayRef2, s};

/// Returns an orthonormal basis of the null space of a matrix, as `scipy.linalg.null_space(a, rcond)`: the
/// columns are vectors whose product with `a` is 0.
///
/// `a` has shape `(m, n)` and any memory layout; the result has shape `(n, n - rank)`. It takes one matrix
/// and no stack, since its shape depends on the rank: singular values of at most `rcond` times the largest
/// count as 0; `None` is `EPSILON * max(m, n)`. Without rows, it is the identity matrix. Uses the singular
/// value decomposition (`gesdd`). The columns are orthonormal, and their products with `a` are 0, to the
/// order of `max(m, n) * EPSILON` (times the largest singular value). They are unique up to their rotations.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for an `rcond` that is negative or NaN; the others as [`svd`](crate::svd).
///
/// # Examples
/// ```
/// use linstat::{matmul, null_space};
/// use ndarray::{Array2, array};
/// let a = array![[1., 2., 3.], [2., 4., 6.]];
/// let basis = null_space(&a, None)?;
/// assert_eq!(basis.dim(), (3, 2));
/// approx::assert_abs_diff_eq!(matmul(&a, &basis)?, Array2::zeros((2, 2)), epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "kernel")]
pub fn null_space<T: Scalar>(a: &ArrayRef2<T>, rcond: Option<T::Real>) -> Result<Array2<T>> {
    T::null_space(a, rcond).named("null_space")
}

pub(super) fn null_space_of<T: Scalar>(
    a: &ArrayRef2<T>,
    rcond: Option<T::Real>,
) -> Result<Array2<T>, ErrorKind> {
    let limit = limit("rcond", rcond, a.dim())?;
    let svd = svd_of(a, SvdShape::Full)?;
    let rank = rank(svd.s.as_slice().unwrap_or_default(), limit);
    Ok(svd.vt.slice(s![rank.., ..]).t().mapv(T::conj))
}

/// Returns an orthonormal basis of the range of a matrix, as `scipy.linalg.orth(a, rcond)`: what `a · x` can
/// be.
///
/// `a` has shape `(m, n)` and any memory layout; the result has shape `(m, rank)`, with `rcond` as in
/// [`null_space`]. It takes one matrix and no stack, since its shape depends on the rank. Uses the singular
/// value decomposition (`gesdd`): the columns are the left singular vectors, orthonormal to the order of
/// `m * EPSILON`.
///
/// # Errors
/// As [`null_space`].
///
/// # Examples
/// ```
/// use linstat::orth;
/// use ndarray::array;
/// let basis = orth(&array![[3., 6.], [4., 8.]], None)?;
/// assert_eq!(basis.dim(), (2, 1));
/// approx::assert_abs_diff_eq!(basis.mapv(f64::abs), array![[0.6], [0.8]], epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("range", "column_space"))]
pub fn orth<T: Scalar>(a: &ArrayRef2<T>, rcond: Option<T::Real>) -> Result<Array2<T>> {
    T::orth(a, rcond).named("orth")
}

pub(super) fn orth_of<T: Scalar>(a: &ArrayRef2<T>, rcond: Option<T::Real>) -> Result<Array2<T>, ErrorKind> {
    let limit = limit("rcond", rcond, a.dim())?;
    let svd = svd_of(a, SvdShape::Reduced)?;
    let rank = rank(svd.s.as_slice().unwrap_or_default(), limit);
    Ok(svd.u.slice(s![.., ..rank]).to_owned())
}
