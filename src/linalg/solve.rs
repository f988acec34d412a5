use super::{Equilibration, SMALL_LU, equilibrate, scale_by, size, square};
use crate::backend::{Dense, Kernels, Library, kernels};
use crate::scalar::PowerOfTwo;
use crate::{Error, Real, Result, Scalar, memory};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2, Axis, Dimension, Ix1, Ix2};
use num_traits::{Float, Zero};

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
/// column. Rows and columns of very large or very small numbers are brought near 1 by powers of two first, which is exact;
/// an unknown that is itself too large is infinite.
///
/// # Errors
/// [`Error::Shape`] if `a` is not square or the row counts differ; [`Error::Singular`] if a pivot is *exactly* zero (a
/// nearly singular `a` is no error); [`Error::NonFinite`] for a NaN or an infinity in `a`, or where unknowns that are too
/// large make NaN of others.
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
    let right = || D::columns("solve", b);
    let mut x = right()?;
    if n > 0 && x.cols() > 0 {
        eliminate(kernels(n, SMALL_LU), a, &mut x)?;
        if x.finite_max().is_err() && has_lost(&right()?, &x, |x| x.is_finite()) {
            // the libraries multiply by the reciprocal of a pivot, which is infinite for a denormal one; ours divide
            x = right()?;
            eliminate(T::kernels_of(Library::Small), a, &mut x)?;
            if has_lost(&right()?, &x, |x| !x.is_nan()) {
                return Err(Error::NonFinite { op: "solve" });
            }
        }
    }
    Ok(D::from_columns(x.into_array()))
}

/// Whether a finite column of `b` has a solution with a part that is not `good`.
fn has_lost<T: Scalar>(b: &Dense<T>, x: &Dense<T>, good: fn(T::Real) -> bool) -> bool {
    let all = |column: &[T], good: fn(T::Real) -> bool| column.iter().all(|x| good(x.re()) && good(x.im()));
    let [b, x] = [b, x].map(|m| m.as_slice().chunks_exact(m.rows()));
    b.zip(x).any(|(b, x)| all(b, |x| x.is_finite()) && !all(x, good))
}

/// Solves `a · x = b` in place.
fn eliminate<T: Scalar>(kernels: &dyn Kernels<T>, a: &ArrayRef2<T>, b: &mut Dense<T>) -> Result<()> {
    // A row-major matrix is the transpose of a column-major one: taken as it lies, and solved as such. So is any other:
    // rounding decides what is exactly singular, and must not depend on the layout.
    let mut transpose = Dense::new("solve", &a.t())?;
    let Some(Equilibration { rows, columns }) = equilibrate(&mut transpose)? else {
        return kernels.solve(transpose, true, b);
    };
    // a · x = b is (C · a · R) · (R⁻¹ · x) = C · b, since a row of the transpose is a column of `a`; and every column of b is
    // brought near 1, so that no digit of a small solution is lost before it is scaled
    let n = transpose.rows();
    let mut scales = memory::room("solve", b.cols())?;
    for column in b.as_mut_slice().chunks_exact_mut(n) {
        let sizes = column.iter().zip(&columns).map(|(&x, power)| size(power.times(x)));
        let scale = PowerOfTwo::to_unit(sizes.fold(T::Real::zero(), T::Real::max), T::Real::SAFE.sqrt());
        scale_by(column, &columns, scale);
        scales.push(scale);
    }
    kernels.solve(transpose, true, b)?;
    for (column, scale) in b.as_mut_slice().chunks_exact_mut(n).zip(scales) {
        scale_by(column, &rows, scale.inverse());
    }
    Ok(())
}
