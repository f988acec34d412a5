//! Order statistics that ignore NaN.

use super::OneOrMore;
use super::order::{along, median_along, median_of_all, of_all};
use super::quantile::Nan;
use crate::{Averaged, Axes, HasMean, Named, QuantileMethod, Result};
use ndarray::{Array, ArrayRef, Dimension};

/// Returns the median of all elements, ignoring NaN, as `numpy.nanmedian(x)`.
///
/// See [`median`](crate::median). The result is NaN if all elements are NaN.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanmedian(&array![[4., f64::NAN], [1., 2.]])?, 2.0);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmedian<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    median_of_all(x, Nan::LeftOut).named("nanmedian")
}

/// Returns the medians along an axis, ignoring NaN, as `numpy.nanmedian(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`nanmedian`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis,
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// assert_eq!(linstat::nanmedian_axis(&x, Axis(0))?, array![2., 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmedian_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
    median_along(x, axis, Nan::LeftOut).named("nanmedian_axis")
}

/// Returns the quantiles of all elements, ignoring NaN, as `numpy.nanquantile(x, q, method=method)`.
///
/// See [`quantile`](crate::quantile). The result is NaN if all elements are NaN.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array,
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if a `q` is outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4., f64::NAN, 1., 2., 3.];
/// assert_eq!(linstat::nanquantile(&x, 0.5, Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "nanquantiles")]
pub fn nanquantile<T: Averaged<K>, K, D: Dimension, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
) -> Result<Q::Whole<T::Average>> {
    of_all(x, q, 1.0, method, Nan::LeftOut).named("nanquantile")
}

/// Returns the quantiles along an axis, ignoring NaN, as `numpy.nanquantile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`; if there are several `q`, it has a new first axis for
/// them. See [`nanquantile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis or a `q` is
/// outside its range, [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are
/// lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// assert_eq!(linstat::nanquantile_axis(&x, 0.5, Linear, Axis(0))?, array![2., 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanquantile_axis<T: Averaged<K>, K, D: Dimension, Q: OneOrMore, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
    axis: A,
) -> Result<Q::Lanes<T::Average, D, A>> {
    along(x, q, 1.0, method, axis, Nan::LeftOut).named("nanquantile_axis")
}

/// Returns the percentiles of all elements, ignoring NaN, as `numpy.nanpercentile(x, q, method=method)`.
///
/// See [`percentile`](crate::percentile). The result is NaN if all elements are NaN.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array,
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if a `q` is outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4., f64::NAN, 1., 2., 3.];
/// assert_eq!(linstat::nanpercentile(&x, 50., Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "nanpercentiles")]
pub fn nanpercentile<T: Averaged<K>, K, D: Dimension, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
) -> Result<Q::Whole<T::Average>> {
    of_all(x, q, 100.0, method, Nan::LeftOut).named("nanpercentile")
}

/// Returns the percentiles along an axis, ignoring NaN, as
/// `numpy.nanpercentile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`; if there are several `q`, it has a new first axis for
/// them. See [`nanpercentile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis or a `q` is
/// outside its range, [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are
/// lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// assert_eq!(linstat::nanpercentile_axis(&x, 50., Linear, Axis(0))?, array![2., 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanpercentile_axis<T: Averaged<K>, K, D: Dimension, Q: OneOrMore, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
    axis: A,
) -> Result<Q::Lanes<T::Average, D, A>> {
    along(x, q, 100.0, method, axis, Nan::LeftOut).named("nanpercentile_axis")
}
