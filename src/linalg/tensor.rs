//! Linear equations of tensors, whose axes are merged to rows and columns.

use super::inv::inv_of;
use super::solve::solve_vector;
use crate::error::index_of;
use crate::loops::lanes;
use crate::product::check_repeats;
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{ArrayD, ArrayRef, ArrayView1, ArrayView2, ArrayViewD, Axis, Dimension};

/// Solves the equation `tensordot(a, x, x.ndim()) = b` for `x`, as `numpy.linalg.tensorsolve(a, b, axes)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a` | the axes of `b`, then those of `x` | coefficients, any memory layout |
/// | `b` | any | right-hand side, any memory layout |
/// | `axes` | | axes of `a` that are moved to its end first, one after the other; `&[]` for none |
/// | result | the axes of `a` after the first `b.ndim()` | the solution, an `ArrayD` in C order |
///
/// The elements of `x` must be as many as those of `b`. As in NumPy, only this number matters: `b` may have
/// another shape than the first axes of `a`. If `a` has as many axes as `b`, the result is one number,
/// without axes (NumPy gives it those of `a`). The axes are merged, in C order, to one square matrix and one
/// vector, for which [`solve`](crate::solve) is called; that copies `a` once more if its axes cannot be
/// merged. No stacks, as in NumPy.
///
/// # Errors
/// [`ErrorKind::Shape`] if the numbers of elements do not fit; [`ErrorKind::InvalidArgument`] if an axis of
/// `axes` does not exist or is there twice; the others as [`solve`](crate::solve), with positions in `a` and
/// in `x`.
///
/// # Examples
/// ```
/// use linstat::{Contracted, tensordot, tensorsolve};
/// use ndarray::Array2;
/// let coefficients: Array2<f64> = Array2::eye(24) * 2.;
/// let a = coefficients.into_shape_with_order((6, 4, 2, 3, 4)).unwrap();
/// let b = Array2::from_shape_fn((6, 4), |(i, j)| (i + 10 * j) as f64);
/// let x = tensorsolve(&a, &b, &[])?;
/// assert_eq!(x.shape(), [2, 3, 4]);
/// assert_eq!(tensordot(&a, &x, Contracted::Count(3))?, b.into_dyn());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn tensorsolve<T: Scalar, D: Dimension, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
    axes: &[Axis],
) -> Result<ArrayD<T>> {
    T::tensorsolve(a.view().into_dyn(), b.view().into_dyn(), axes).named("tensorsolve")
}

/// Returns the inverse for contractions of `ind` axes, as `numpy.linalg.tensorinv(a, ind)`: the solution of
/// [`tensorsolve`] for `a` and `b` is `tensordot(tensorinv(a, b.ndim()), b, b.ndim())`.
///
/// `a` has any memory layout. The product of its first `ind` axes must be that of the others; the result has
/// those others first, and is in C order. The axes are merged, in C order, to a square matrix, for which
/// [`inv`](crate::inv) is called. No stacks, as in NumPy.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `ind` is 0 or more than the number of axes (NumPy's default is 2);
/// [`ErrorKind::Shape`] if the two products differ; the others as [`inv`](crate::inv), with positions in `a`
/// and in the result.
///
/// # Examples
/// ```
/// use linstat::{Contracted, tensordot, tensorinv, tensorsolve};
/// use ndarray::Array2;
/// let coefficients: Array2<f64> = Array2::eye(24) * 2.;
/// let a = coefficients.into_shape_with_order((4, 6, 8, 3)).unwrap();
/// let inverse = tensorinv(&a, 2)?;
/// assert_eq!(inverse.shape(), [8, 3, 4, 6]);
/// let b = Array2::from_shape_fn((4, 6), |(i, j)| (i + 10 * j) as f64);
/// assert_eq!(tensordot(&inverse, &b, Contracted::Count(2))?, tensorsolve(&a, &b, &[])?);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn tensorinv<T: Scalar, D: Dimension>(a: &ArrayRef<T, D>, ind: usize) -> Result<ArrayD<T>> {
    T::tensorinv(a.view().into_dyn(), ind).named("tensorinv")
}

pub(super) fn tensorsolve_of<T: Scalar>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    axes: &[Axis],
) -> Result<ArrayD<T>, ErrorKind> {
    let mut order: Vec<usize> = (0..a.ndim()).collect();
    for (i, axis) in axes.iter().enumerate() {
        if axis.0 >= a.ndim() {
            let reason = format!("axis {} is out of bounds for an array of dimension {}", axis.0, a.ndim());
            return Err(ErrorKind::invalid("axes", reason));
        }
        if axes[..i].contains(axis) {
            return Err(ErrorKind::invalid("axes", format!("axis {} is moved twice", axis.0)));
        }
        order.retain(|other| *other != axis.0);
        order.push(axis.0);
    }
    let moved = a.clone().permuted_axes(order);
    let unknowns = moved.shape().get(b.ndim()..).unwrap_or_default();
    let n = b.len();
    // of arrays, so that no product overflows
    if b.ndim() > moved.ndim() || product(unknowns) != Some(n) || n.checked_mul(n) != Some(a.len()) {
        let expected = "a (axes of b.., axes of x..) and b with as many elements as x";
        return Err(ErrorKind::shape(expected, &[moved.shape(), b.shape()]));
    }
    check_repeats(&a)?;
    check_repeats(&b)?;
    let (coefficients, right) = (lanes::in_order(&moved)?, lanes::in_order(&b)?);
    let unfit = |_| ErrorKind::TooLarge { dim: n };
    let matrix = ArrayView2::from_shape((n, n), &coefficients).map_err(unfit)?;
    let x = solve_vector(&matrix, &ArrayView1::from(&*right)).map_err(|kind| match kind {
        ErrorKind::NonFinite { name: "a", .. } => ErrorKind::non_finite("a", &a),
        ErrorKind::NonFinite { name, index, found } => {
            ErrorKind::NonFinite { name, index: index_of(unknowns, index[0]), found }
        }
        kind => kind,
    })?;
    x.into_dyn().into_shape_with_order(unknowns).map_err(unfit)
}

pub(super) fn tensorinv_of<T: Scalar>(a: ArrayViewD<'_, T>, ind: usize) -> Result<ArrayD<T>, ErrorKind> {
    if ind == 0 || ind > a.ndim() {
        let reason = format!("{ind} of the {} axes are inverted, expected at least 1", a.ndim());
        return Err(ErrorKind::invalid("ind", reason));
    }
    let (rows, columns) = a.shape().split_at(ind);
    let n = match (product(rows), product(columns)) {
        (Some(m), Some(n)) if m == n => n,
        _ => {
            let expected = "the first `ind` axes with the same product as the others";
            return Err(ErrorKind::shape(expected, &[a.shape()]));
        }
    };
    check_repeats(&a)?;
    let elements = lanes::in_order(&a)?;
    let shape = [columns, rows].concat();
    let unfit = |_| ErrorKind::TooLarge { dim: n };
    let matrix = ArrayView2::from_shape((n, n), &elements).map_err(unfit)?;
    let inverse = inv_of(&matrix).map_err(|kind| match kind {
        ErrorKind::NonFinite { name: "a", .. } => ErrorKind::non_finite("a", &a),
        ErrorKind::NonFinite { name, index, found } => {
            ErrorKind::NonFinite { name, index: index_of(&shape, index[0] * n + index[1]), found }
        }
        kind => kind,
    })?;
    inverse.into_dyn().into_shape_with_order(shape).map_err(unfit)
}

/// Returns the product of some dimensions of an array; `None` if it does not fit, which only an array without
/// elements can have.
fn product(dims: &[usize]) -> Option<usize> {
    dims.iter().try_fold(1, |product: usize, &n| product.checked_mul(n))
}
