use super::{check_axis, sum_axis};
use crate::{Error, Real, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension, RemoveAxis};

/// The arithmetic mean of all elements, as `numpy.mean(x)`.
///
/// Any shape and layout. The sum runs in blocks of 4096, so that its relative error stays near `EPSILON` for sums
/// without cancellation. NaN and infinities propagate.
///
/// # Errors
/// [`Error::Empty`] for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[85., 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
/// assert_eq!(linstat::mean(&x)?, 85.0);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn mean<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T> {
    mean_of("mean", x)
}

pub(super) fn mean_of<T: Real, D: Dimension>(op: &'static str, x: &ArrayRef<T, D>) -> Result<T> {
    if x.is_empty() {
        return Err(Error::empty(op, x.shape()));
    }
    let sum = super::sum_all(x, |x| x);
    Ok(sum / T::of(x.len() as f64))
}

/// The arithmetic means along an axis, as `numpy.mean(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`mean`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis, [`Error::Empty`] if the axis has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::mean_axis(&array![[1., 2.], [3., 6.]], Axis(0))?;
/// assert_eq!(columns, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn mean_axis<T: Real, D: RemoveAxis>(x: &ArrayRef<T, D>, axis: Axis) -> Result<Array<T, D::Smaller>> {
    mean_axis_of("mean_axis", x, axis)
}

pub(super) fn mean_axis_of<T: Real, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T, D::Smaller>> {
    check_axis(op, x, axis)?;
    let zeros = Array::zeros(x.raw_dim().remove_axis(axis));
    let n = T::of(x.len_of(axis) as f64);
    Ok(sum_axis(x, axis, &zeros, |x, _| x) / n)
}
