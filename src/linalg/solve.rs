use super::{SMALL_LU, square};
use crate::backend::{Dense, kernels};
use crate::{Error, Result, Scalar};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2, Axis, Dimension, Ix1, Ix2};

/// The dimensions of a right-hand side of [`solve`]: one vector, or `k` as the columns of a matrix. Sealed.
pub trait RightHandSide: Dimension + sealed::Sealed {
    #[doc(hidden)]
    fn columns<T: Scalar>(op: &'static str, b: &ArrayRef<T, Self>) -> Result<Dense<T>>;
    #[doc(hidden)]
    fn from_columns<T: Scalar>(x: Array2<T>) -> Array<T, Self>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for ndarray::Ix1 {}
    impl Sealed for ndarray::Ix2 {}
}

impl RightHandSide for Ix1 {
    fn columns<T: Scalar>(op: &'static str, b: &ArrayRef<T, Ix1>) -> Result<Dense<T>> {
        Dense::new(op, &b.view().insert_axis(Axis(1)))
    }
    fn from_columns<T: Scalar>(x: Array2<T>) -> Array<T, Ix1> {
        x.remove_axis(Axis(1))
    }
}

impl RightHandSide for Ix2 {
    fn columns<T: Scalar>(op: &'static str, b: &ArrayRef<T, Ix2>) -> Result<Dense<T>> {
        Dense::new(op, b)
    }
    fn from_columns<T: Scalar>(x: Array2<T>) -> Array<T, Ix2> {
        x
    }
}

/// Solves the linear system `a · x = b`, as `numpy.linalg.solve(a, b)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a` | `(m, m)` | coefficients, any memory layout |
/// | `b` | `(m,)` or `(m, k)` | right-hand sides, one per column |
/// | result | as `b` | solutions; of `(m, k)` in Fortran order |
///
/// LU with partial pivoting (`getrf`, `getrs`). Neither argument is modified. The relative error is of the order of
/// `m * EPSILON * cond(a)`. f32 is computed in f32 (NumPy computes it in f64 and rounds). A NaN in `b` stays in its
/// column.
///
/// # Errors
/// [`Error::Shape`] if `a` is not square or the row counts differ; [`Error::Singular`] if a pivot is *exactly* zero (a
/// nearly singular `a` is no error); [`Error::NonFinite`] for a NaN or an infinity in `a`.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = linstat::solve(&array![[3., 1.], [1., 2.]], &array![9., 8.])?;
/// approx::assert_abs_diff_eq!(x, array![2., 3.], epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn solve<T: Scalar, D: RightHandSide>(a: &ArrayRef2<T>, b: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    const EXPECTED: &str = "a (m, m) and b (m,) or (m, k)";
    let n = square("solve", a).map_err(|_| Error::shape("solve", EXPECTED, &[a.shape(), b.shape()]))?;
    if b.shape()[0] != n {
        return Err(Error::shape("solve", EXPECTED, &[a.shape(), b.shape()]));
    }
    let mut x = D::columns("solve", b)?;
    if n > 0 && x.cols() > 0 {
        // A row-major matrix is the transpose of a column-major one: taken as it lies, and solved as such.
        let transposed = a.is_standard_layout();
        let a = if transposed { Dense::new("solve", &a.t())? } else { Dense::new("solve", a)? };
        a.finite_max()?;
        kernels::<T>(n, SMALL_LU).solve(a, transposed, &mut x)?;
    }
    Ok(D::from_columns(x.into_array()))
}
