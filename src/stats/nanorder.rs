//! Order statistics without NaN: they are left out.

use super::order::{one_along, one_of_all, several_along, several_of_all};
use super::quantile::{Nan, Question, share, shares};
use crate::{Averaged, QuantileMethod, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, RemoveAxis};

/// The median of all elements, NaN left out, as `numpy.nanmedian(x)`.
///
/// See [`median`](crate::median). NaN are left out; where nothing else is there, the result is NaN.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanmedian(&array![[4., f64::NAN], [1., 2.]])?, 2.0);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmedian<T: Averaged<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    one_of_all("nanmedian", x, Question::Median, Nan::LeftOut)
}

/// The medians along an axis, NaN left out, as `numpy.nanmedian(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`nanmedian`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis, [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// assert_eq!(linstat::nanmedian_axis(&x, Axis(0))?, array![2., 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmedian_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Average, D::Smaller>> {
    one_along("nanmedian_axis", x, axis, Question::Median, Nan::LeftOut)
}

/// The quantile of all elements, NaN left out, as `numpy.nanquantile(x, q, method=method)`.
///
/// See [`quantile`](crate::quantile). NaN are left out; where nothing else is there, the result is NaN.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an array without elements, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4., f64::NAN, 1., 2., 3.];
/// assert_eq!(linstat::nanquantile(&x, 0.5, Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanquantile<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
) -> Result<T::Average> {
    let q = [share("nanquantile", q, 1.0)?];
    one_of_all("nanquantile", x, Question::Quantiles(&q, method), Nan::LeftOut)
}

/// The quantiles along an axis, NaN left out, as `numpy.nanquantile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`nanquantile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// assert_eq!(linstat::nanquantile_axis(&x, 0.5, Linear, Axis(0))?, array![2., 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanquantile_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D::Smaller>> {
    let q = [share("nanquantile_axis", q, 1.0)?];
    one_along("nanquantile_axis", x, axis, Question::Quantiles(&q, method), Nan::LeftOut)
}

/// Several quantiles of all elements, NaN left out, as `numpy.nanquantile(x, q, method=method)`.
///
/// One result per entry of `q`, in its order: quicker than call after call. See [`nanquantile`].
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an array without elements, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4., f64::NAN, 1., 3., 2.];
/// assert_eq!(linstat::nanquantiles(&x, &[0.0, 0.5], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanquantiles<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<T::Average>> {
    let q = shares("nanquantiles", q, 1.0)?;
    several_of_all("nanquantiles", x, Question::Quantiles(&q, method), Nan::LeftOut)
}

/// Several quantiles along an axis, NaN left out, as `numpy.nanquantile(x, q, axis=axis, method=method)`.
///
/// The first axis of the result has an entry per `q`; then come the axes of `x` without `axis`, as in NumPy. See
/// [`nanquantile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// let both = linstat::nanquantiles_axis(&x, &[0.0, 0.5], Linear, Axis(0))?;
/// assert_eq!(both, array![[1., 6.], [2., 6.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanquantiles_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D>> {
    let q = shares("nanquantiles_axis", q, 1.0)?;
    several_along("nanquantiles_axis", x, axis, Question::Quantiles(&q, method), Nan::LeftOut)
}

/// The percentile of all elements, NaN left out, as `numpy.nanpercentile(x, q, method=method)`.
///
/// See [`percentile`](crate::percentile). NaN are left out; where nothing else is there, the result is NaN.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an array without elements, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4., f64::NAN, 1., 2., 3.];
/// assert_eq!(linstat::nanpercentile(&x, 50., Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanpercentile<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
) -> Result<T::Average> {
    let q = [share("nanpercentile", q, 100.0)?];
    one_of_all("nanpercentile", x, Question::Quantiles(&q, method), Nan::LeftOut)
}

/// The percentiles along an axis, NaN left out, as `numpy.nanpercentile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`nanpercentile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// assert_eq!(linstat::nanpercentile_axis(&x, 50., Linear, Axis(0))?, array![2., 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanpercentile_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D::Smaller>> {
    let q = [share("nanpercentile_axis", q, 100.0)?];
    one_along("nanpercentile_axis", x, axis, Question::Quantiles(&q, method), Nan::LeftOut)
}

/// Several percentiles of all elements, NaN left out, as `numpy.nanpercentile(x, q, method=method)`.
///
/// One result per entry of `q`, in its order: quicker than call after call. See [`nanpercentile`].
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an array without elements, [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4., f64::NAN, 1., 3., 2.];
/// assert_eq!(linstat::nanpercentiles(&x, &[0., 50.], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanpercentiles<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<T::Average>> {
    let q = shares("nanpercentiles", q, 100.0)?;
    several_of_all("nanpercentiles", x, Question::Quantiles(&q, method), Nan::LeftOut)
}

/// Several percentiles along an axis, NaN left out, as `numpy.nanpercentile(x, q, axis=axis, method=method)`.
///
/// The first axis of the result has an entry per `q`; then come the axes of `x` without `axis`, as in NumPy. See
/// [`nanpercentile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`](crate::ErrorKind::Empty) if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., f64::NAN], [3., 6.]];
/// let both = linstat::nanpercentiles_axis(&x, &[0., 50.], Linear, Axis(0))?;
/// assert_eq!(both, array![[1., 6.], [2., 6.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanpercentiles_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D>> {
    let q = shares("nanpercentiles_axis", q, 100.0)?;
    several_along("nanpercentiles_axis", x, axis, Question::Quantiles(&q, method), Nan::LeftOut)
}
