use super::{SMALL_LU, square};
use crate::backend::{Dense, kernels};
use crate::{Result, Scalar};
use ndarray::{Array2, ArrayRef2};

/// The inverse of a square matrix, as `numpy.linalg.inv(a)`.
///
/// `a` has shape `(n, n)` and any memory layout, the result is in C order; the inverse of a 0 x 0 matrix is 0 x 0. LU
/// with partial pivoting (`getrf`, `getri`). The residual `|a · inv(a) - 1|` is of the order of
/// `n * EPSILON * cond(a)`. To solve a system use [`solve`](crate::solve): it is faster and more accurate.
///
/// f32 is computed in f32 (NumPy computes it in f64 and rounds).
///
/// # Errors
/// [`Error::Shape`](crate::Error::Shape) if `a` is not square, [`Error::Singular`](crate::Error::Singular) if a pivot
/// is *exactly* zero, [`Error::NonFinite`](crate::Error::NonFinite) for a NaN or an infinity.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let a = array![[4., 7.], [2., 6.]];
/// let inverse = linstat::inv(&a)?;
/// approx::assert_abs_diff_eq!(inverse, array![[0.6, -0.7], [-0.2, 0.4]], epsilon = 1e-15);
/// assert!(linstat::inv(&array![[1., 2.], [2., 4.]]).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn inv<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array2<T>> {
    let n = square("inv", a)?;
    // The inverse of the transpose is the transpose of the inverse, and in column-major order that is `a` as it lies.
    let transpose = Dense::new("inv", &a.t())?;
    if n == 0 {
        return Ok(transpose.into_transpose());
    }
    transpose.finite_max()?;
    Ok(kernels::<T>(n, SMALL_LU).inv(transpose)?.into_transpose())
}
