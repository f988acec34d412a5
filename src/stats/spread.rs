use super::mean::{mean_axis_of, mean_of};
use super::{sum_all, sum_axis};
use crate::{Error, Real, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension, RemoveAxis};

/// The standard deviation of all elements, as `numpy.std(x, ddof=ddof)`.
///
/// Any shape and layout; `ddof` is 0 for a whole population (NumPy's default), 1 for a sample. Two passes: the mean,
/// then the squared deviations from it, so a large mean costs no digits. NaN propagates; an infinity gives NaN.
///
/// # Errors
/// [`Error::Empty`] for an array without elements, [`Error::InvalidArgument`] if `ddof` is not below the number of
/// elements (NumPy warns and divides by zero).
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[85., 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
/// assert!((linstat::std(&x, 0)? - 6.544717972023954_f64).abs() < 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn std<T: Real, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T> {
    let mean = mean_of("std", x)?;
    let freedom = freedom("std", x.len(), ddof)?;
    Ok((sum_all(x, |x| (x - mean) * (x - mean)) / freedom).sqrt())
}

/// The standard deviations along an axis, as `numpy.std(x, axis=axis, ddof=ddof)`.
///
/// The result has the shape of `x` without `axis`. See [`std`](fn@std).
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis or `ddof` is not below its length, [`Error::Empty`] if it has
/// length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::std_axis(&array![[1., 2.], [3., 6.]], Axis(0), 0)?;
/// assert_eq!(columns, array![1., 2.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn std_axis<T: Real, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    ddof: usize,
) -> Result<Array<T, D::Smaller>> {
    let means = mean_axis_of("std_axis", x, axis)?;
    let freedom = freedom("std_axis", x.len_of(axis), ddof)?;
    let squares = sum_axis(x, axis, &means, |x, mean| (x - mean) * (x - mean));
    Ok(squares.mapv_into(|s| (s / freedom).sqrt()))
}

/// `n - ddof`, which must be positive.
fn freedom<T: Real>(op: &'static str, n: usize, ddof: usize) -> Result<T> {
    if ddof >= n {
        return Err(Error::invalid(op, "ddof", format!("expected less than the {n} elements, found {ddof}")));
    }
    Ok(T::of((n - ddof) as f64))
}
