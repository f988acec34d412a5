//! Statistics of whole numbers and `bool`: the functions of [`stats`](crate::stats), with results in `f64`.
//!
//! A function of real arrays gives the type of its elements, so that `mean(&array![1., 2.])?` needs no type to be named.
//! The functions here have the same names and arguments, take a [`Whole`] type, and give `f64`, as NumPy does:
//!
//! ```
//! use linstat::{QuantileMethod, whole};
//! use ndarray::{Axis, array};
//! let scores = array![[85, 90], [78, 93]];
//! assert_eq!(whole::median(&scores)?, 87.5);
//! assert_eq!(whole::quantile(&scores, 0.25, QuantileMethod::Linear)?, 83.25);
//! assert_eq!(whole::median_axis(&scores, Axis(0))?, array![81.5, 91.5]);
//! # Ok::<(), linstat::Error>(())
//! ```
//!
//! | here | in NumPy |
//! |---|---|
//! | [`median`], [`median_axis`] | `numpy.median(x)`, `axis=axis` |
//! | [`quantile`], [`quantiles`], [`quantile_axis`], [`quantiles_axis`] | `numpy.quantile(x, q, method=method)` |
//! | [`percentile`], [`percentiles`], [`percentile_axis`], [`percentiles_axis`] | `numpy.percentile(x, q, method=method)` |
//! | [`average`], [`average_axis`] | `numpy.average(x, weights=weights)` |
//! | [`histogram`], [`histogram_bin_edges`] | `numpy.histogram(x, bins)` |
//!
//! Sums, extremes, sorting and whatever else gives whole numbers for whole numbers are not here but at the crate root, for
//! every [`Element`]; among them [`quantile_element`](crate::quantile_element). There are no `nan` twins: nothing is NaN.

#[cfg(doc)]
use crate::Error;
use crate::stats::{
    Bins, Histogram, Nan, QuantileMethod, Question, average_along, average_of_all, edges_of_all,
    histogram_of_all, one_along, one_of_all, several_along, several_of_all, share, shares,
};
use crate::{Element, Result};
use ndarray::{Array, Array1, ArrayRef, ArrayRef1, Axis, Dimension, RemoveAxis};

/// A whole number or `bool`: `i32`, `i64`, `u8`, `u64` or `bool`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of whole numbers",
    note = "functions of the same name at the root of `linstat` take `f32` and `f64`"
)]
pub trait Whole: Element<Mean = f64> {}

impl Whole for i32 {}
impl Whole for i64 {}
impl Whole for u8 {}
impl Whole for u64 {}
impl Whole for bool {}

/// The median of all elements, as `numpy.median(x)`.
///
/// As [`stats::median`](crate::stats::median); the mean of two numbers in the middle is rounded once.
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::whole;
/// use ndarray::array;
/// assert_eq!(whole::median(&array![3, 1, 2, 8])?, 2.5);
/// assert_eq!(whole::median(&array![i64::MIN, i64::MAX])?, -0.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median<T: Whole, D: Dimension>(x: &ArrayRef<T, D>) -> Result<f64> {
    one_of_all("whole::median", x, Question::Median, Nan::Spreads)
}

/// The medians along an axis, as `numpy.median(x, axis=axis)`.
///
/// As [`stats::median_axis`](crate::stats::median_axis).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::whole;
/// use ndarray::{Axis, array};
/// assert_eq!(whole::median_axis(&array![[1, 2], [4, 6]], Axis(0))?, array![2.5, 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median_axis<T: Whole, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<f64, D::Smaller>> {
    one_along("whole::median_axis", x, axis, Question::Median, Nan::Spreads)
}

/// The quantile of all elements, as `numpy.quantile(x, q, method=method)`.
///
/// As [`stats::quantile`](crate::stats::quantile). Where 64-bit numbers are beyond 2^53, the interpolation is exact and rounded once.
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::array;
/// let x = array![4, 1, 3, 2];
/// assert_eq!(whole::quantile(&x, 0.5, Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile<T: Whole, D: Dimension>(x: &ArrayRef<T, D>, q: f64, method: QuantileMethod) -> Result<f64> {
    let q = [share("whole::quantile", q, 1.0)?];
    one_of_all("whole::quantile", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several quantiles of all elements, as `numpy.quantile(x, q, method=method)`.
///
/// As [`stats::quantiles`](crate::stats::quantiles).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::array;
/// let x = array![4, 1, 3, 2];
/// assert_eq!(whole::quantiles(&x, &[0., 0.5], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantiles<T: Whole, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<f64>> {
    let q = shares("whole::quantiles", q, 1.0)?;
    several_of_all("whole::quantiles", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The quantiles along an axis, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// As [`stats::quantile_axis`](crate::stats::quantile_axis).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::{Axis, array};
/// let x = array![[1, 2], [3, 6]];
/// assert_eq!(whole::quantile_axis(&x, 0.5, Linear, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile_axis<T: Whole, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<f64, D::Smaller>> {
    let q = [share("whole::quantile_axis", q, 1.0)?];
    one_along("whole::quantile_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several quantiles along an axis, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// As [`stats::quantiles_axis`](crate::stats::quantiles_axis).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::{Axis, array};
/// let x = array![[1, 2], [3, 6]];
/// assert_eq!(whole::quantiles_axis(&x, &[0., 0.5], Linear, Axis(0))?, array![[1., 2.], [2., 4.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantiles_axis<T: Whole, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<f64, D>> {
    let q = shares("whole::quantiles_axis", q, 1.0)?;
    several_along("whole::quantiles_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The percentile of all elements, as `numpy.percentile(x, q, method=method)`.
///
/// As [`stats::percentile`](crate::stats::percentile).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::array;
/// let x = array![4, 1, 3, 2];
/// assert_eq!(whole::percentile(&x, 50., Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentile<T: Whole, D: Dimension>(x: &ArrayRef<T, D>, q: f64, method: QuantileMethod) -> Result<f64> {
    let q = [share("whole::percentile", q, 100.0)?];
    one_of_all("whole::percentile", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several percentiles of all elements, as `numpy.percentile(x, q, method=method)`.
///
/// As [`stats::percentiles`](crate::stats::percentiles).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::array;
/// let x = array![4, 1, 3, 2];
/// assert_eq!(whole::percentiles(&x, &[0., 50.], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentiles<T: Whole, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<f64>> {
    let q = shares("whole::percentiles", q, 100.0)?;
    several_of_all("whole::percentiles", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The percentiles along an axis, as `numpy.percentile(x, q, axis=axis, method=method)`.
///
/// As [`stats::percentile_axis`](crate::stats::percentile_axis).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::{Axis, array};
/// let x = array![[1, 2], [3, 6]];
/// assert_eq!(whole::percentile_axis(&x, 50., Linear, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentile_axis<T: Whole, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<f64, D::Smaller>> {
    let q = [share("whole::percentile_axis", q, 100.0)?];
    one_along("whole::percentile_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several percentiles along an axis, as `numpy.percentile(x, q, axis=axis, method=method)`.
///
/// As [`stats::percentiles_axis`](crate::stats::percentiles_axis).
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, whole};
/// use ndarray::{Axis, array};
/// let x = array![[1, 2], [3, 6]];
/// assert_eq!(whole::percentiles_axis(&x, &[0., 50.], Linear, Axis(0))?, array![[1., 2.], [2., 4.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentiles_axis<T: Whole, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<f64, D>> {
    let q = shares("whole::percentiles_axis", q, 100.0)?;
    several_along("whole::percentiles_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The weighted mean of all elements, as `numpy.average(x, weights=weights)`.
///
/// As [`stats::average`](crate::stats::average); products and sums are in `f64`.
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::whole;
/// use ndarray::array;
/// assert_eq!(whole::average(&array![1, 2], &array![3., 1.])?, 1.25);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn average<T: Whole, D: Dimension>(x: &ArrayRef<T, D>, weights: &ArrayRef<f64, D>) -> Result<f64> {
    average_of_all("whole::average", x, weights)
}

/// The weighted means along an axis, as `numpy.average(x, axis=axis, weights=weights)`.
///
/// As [`stats::average_axis`](crate::stats::average_axis); products and sums are in `f64`.
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::whole;
/// use ndarray::{Axis, array};
/// let x = array![[1, 10], [2, 20]];
/// assert_eq!(whole::average_axis(&x, &array![3., 1.], Axis(0))?, array![1.25, 12.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn average_axis<T: Whole, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef1<f64>,
    axis: Axis,
) -> Result<Array<f64, D::Smaller>> {
    average_along("whole::average_axis", x, weights, axis)
}

/// How many elements lie in each bin, as `numpy.histogram(x, bins)`.
///
/// As [`stats::histogram`](crate::stats::histogram). Elements are compared with the edges in `f64`; the bins of the rules
/// are not narrower than 1, as in NumPy.
///
/// # Errors
/// As there.
///
/// # Examples
/// ```
/// use linstat::{Bins, whole};
/// use ndarray::array;
/// let h = whole::histogram(&array![1, 2, 1, 4, 3], Bins::Count(3))?;
/// assert_eq!((h.counts, h.edges), (array![2, 1, 2], array![1., 2., 3., 4.]));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram<T: Whole, D: Dimension>(x: &ArrayRef<T, D>, bins: Bins<'_>) -> Result<Histogram> {
    histogram_of_all("whole::histogram", x, bins)
}

/// The edges of the bins that [`histogram`] would use, as `numpy.histogram_bin_edges(x, bins)`.
///
/// # Errors
/// As [`histogram`].
///
/// # Examples
/// ```
/// use linstat::{Bins, whole};
/// use ndarray::array;
/// assert_eq!(whole::histogram_bin_edges(&array![3, 1, 5], Bins::Count(2))?, array![1., 3., 5.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram_bin_edges<T: Whole, D: Dimension>(
    x: &ArrayRef<T, D>,
    bins: Bins<'_>,
) -> Result<Array1<f64>> {
    edges_of_all("whole::histogram_bin_edges", x, bins)
}
