//! Linear systems.

use super::{Equilibration, equilibrate, scale_by, size, square};
use crate::kernels::{Dense, Kernels, Library, is_finite, lu_kernels};
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Named, Real, Result, Scalar, memory};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, Ix1, Ix2};
use num_traits::{Float, Zero};

/// Dimensions of a right-hand side of [`solve`]: one vector, or a matrix whose `k` columns are vectors.
/// Sealed.
#[diagnostic::on_unimplemented(
    message = "`solve` takes right-hand sides of one or two dimensions, not of `{Self}`",
    label = "not a vector or a matrix",
    note = "view an array with a dynamic number of dimensions as one with a fixed number: `b.view().into_dimensionality::<ndarray::Ix1>()`"
)]
pub trait RightHandSide: Dimension + sealed::Sealed {
    #[doc(hidden)]
    fn solve<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef<T, Self>) -> Result<Array<T, Self>, ErrorKind>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for ndarray::Ix1 {}
    impl Sealed for ndarray::Ix2 {}
}

impl RightHandSide for Ix1 {
    fn solve<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array1<T>, ErrorKind> {
        T::solve_vector(a, b)
    }
}

impl RightHandSide for Ix2 {
    fn solve<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
        T::solve_columns(a, b, b.shape())
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
/// Uses LU with partial pivoting (`getrf`, `getrs`). Neither argument is modified. The relative error is of
/// the order of `m * EPSILON * cond(a)`. f32 is computed in f32 (NumPy computes it in f64 and rounds). A NaN
/// in `b` affects only its column. Rows and columns with very large or very small elements are first scaled
/// by powers of two to be near 1, which is exact; an unknown that is too large for the type is infinite.
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square or the row counts differ; [`ErrorKind::Singular`] if a pivot is
/// *exactly* zero (a nearly singular `a` is not an error); [`ErrorKind::NonFinite`] for a NaN or an infinity
/// in `a`, or if unknowns overflow and turn others into NaN.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = linstat::solve(&array![[3., 1.], [1., 2.]], &array![9., 8.])?;
/// approx::assert_abs_diff_eq!(x, array![2., 3.], epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("gesv", "getrs"))]
pub fn solve<T: Scalar, D: RightHandSide>(a: &ArrayRef2<T>, b: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    D::solve(a, b).named("solve")
}

pub(super) fn solve_vector<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array1<T>, ErrorKind> {
    Ok(solve_columns(a, &b.view().insert_axis(Axis(1)), b.shape())?.remove_axis(Axis(1)))
}

/// Returns the solutions for the columns of `b`; `given` is the shape of the caller's `b`.
pub(super) fn solve_columns<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    given: &[usize],
) -> Result<Array2<T>, ErrorKind> {
    let mismatch = || ErrorKind::shape("a (m, m) and b (m,) or (m, k)", &[a.shape(), given]);
    let n = square(a).map_err(|_| mismatch())?;
    if b.nrows() != n {
        return Err(mismatch());
    }
    let right = || Dense::new(b);
    let mut x = right()?;
    if n > 0 && x.cols() > 0 {
        eliminate(lu_kernels(n), a, &mut x)?;
        if !is_finite(x.as_slice()) && has_lost(&right()?, &x, |x| x.is_finite()) {
            // the libraries multiply by the reciprocal of a pivot, which is infinite for a denormal pivot;
            // our own kernel divides
            x = right()?;
            // the quotient of complex numbers can also overflow although its value is finite
            let scales = near_one(&mut x)?;
            eliminate(T::kernels_of(Library::Small), a, &mut x)?;
            for (column, scale) in x.as_mut_slice().chunks_exact_mut(n).zip(scales) {
                scale.inverse().scale(column);
            }
            if has_lost(&right()?, &x, |x| !x.is_nan()) {
                return Err(ErrorKind::non_finite("solution", &x.view()));
            }
        }
    }
    Ok(x.into_array())
}

/// Returns whether the solution for a finite column of `b` has a part that is not `good`.
fn has_lost<T: Scalar>(b: &Dense<T>, x: &Dense<T>, good: fn(T::Real) -> bool) -> bool {
    let all = |column: &[T], good: fn(T::Real) -> bool| column.iter().all(|x| good(x.re()) && good(x.im()));
    let [b, x] = [b, x].map(|m| m.as_slice().chunks_exact(m.rows()));
    b.zip(x).any(|(b, x)| all(b, |x| x.is_finite()) && !all(x, good))
}

/// Scales every column by a power of two to be near 1, unless it is moderate already.
fn near_one<T: Scalar>(b: &mut Dense<T>) -> Result<Vec<PowerOfTwo>, ErrorKind> {
    let n = b.rows();
    let mut scales = memory::room(b.cols())?;
    for column in b.as_mut_slice().chunks_exact_mut(n) {
        let max = column.iter().fold(T::Real::zero(), |max, &x| max.max(size(x)));
        let scale = PowerOfTwo::to_unit(max, T::Real::SAFE.sqrt());
        scale.scale(column);
        scales.push(scale);
    }
    Ok(scales)
}

/// Solves `a · x = b` in place.
fn eliminate<T: Scalar>(
    kernels: &dyn Kernels<T>,
    a: &ArrayRef2<T>,
    b: &mut Dense<T>,
) -> Result<(), ErrorKind> {
    // A row-major matrix is the transpose of a column-major one, so it is copied as its transpose and solved
    // as such. Other layouts are treated in the same way: rounding decides what is exactly singular, and must
    // not depend on the layout.
    let mut transpose = Dense::new(&a.t())?;
    let Some(Equilibration { rows, columns }) = equilibrate(a, &mut transpose)? else {
        return kernels.solve_transpose(transpose, b);
    };
    // a · x = b is (C · a · R) · (R⁻¹ · x) = C · b, since a row of the transpose is a column of `a`. Every
    // column of b is scaled to be near 1, so that a small solution does not lose digits before it is scaled.
    let n = transpose.rows();
    let mut scales = memory::room(b.cols())?;
    for column in b.as_mut_slice().chunks_exact_mut(n) {
        let sizes = column.iter().zip(&columns).map(|(&x, power)| size(power.times(x)));
        let scale = PowerOfTwo::to_unit(sizes.fold(T::Real::zero(), T::Real::max), T::Real::SAFE.sqrt());
        scale_by(column, &columns, scale);
        scales.push(scale);
    }
    kernels.solve_transpose(transpose, b)?;
    for (column, scale) in b.as_mut_slice().chunks_exact_mut(n).zip(scales) {
        scale_by(column, &rows, scale.inverse());
    }
    Ok(())
}
