//! Means, also weighted and without NaN.

use super::compiled::Statistic;
use super::{of_all, of_axis};
use crate::loops::lanes::{Along, Elements, check_axis, check_lanes, in_order, map_along, shaped};
use crate::loops::weighted_sums;
use crate::tuning::PARALLEL_LANES;
use crate::{Axes, Element, Entry, ErrorKind, HasMean, Named, Real, Result};
use ndarray::{Array, ArrayRef, ArrayRef1, ArrayView1, Axis, Dimension, RemoveAxis};
use num_traits::Float;

/// Returns the arithmetic mean of all elements, as `numpy.mean(x)`.
///
/// Any shape and layout; integers and `bool` give `f64`. The sum is accumulated with its rounding errors, and
/// exactly where its terms cancel: the result is within 1 ulp of the mean for any length and any elements
/// (`i64` beyond 2^53 is rounded first), and the mean of equal numbers is that number. It does not overflow
/// if the mean is representable (NumPy's may). NaN and infinities propagate. The mean of complex numbers is
/// that of the parts, also if one of them is not finite (NumPy then often has NaN for the other one).
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[85_f64, 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
/// assert_eq!(linstat::mean(&x)?, 85.0);
/// assert_eq!(linstat::mean(&array![1_i32, 2])?, 1.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn mean<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    of_all(x, |x| T::location(x, Statistic::Mean)).named("mean")
}

/// Returns the arithmetic means along an axis, as `numpy.mean(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`mean`], and [`Axes`] for several axes at once and
/// kept axes.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or one is there twice, [`ErrorKind::Empty`] if the
/// axis has length 0 and there are lanes, [`ErrorKind::TooLarge`] if there is no memory for a copy of several
/// axes.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::mean_axis(&array![[1_f64, 2.], [3., 6.]], Axis(0))?;
/// assert_eq!(columns, array![2_f64, 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn mean_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
    of_axis(x, axis, |x| T::locations(x, Statistic::Mean)).named("mean_axis")
}

/// Returns the arithmetic mean of the elements that are not NaN, as `numpy.nanmean(x)`.
///
/// The result is NaN if all elements are NaN (NumPy also warns). A complex number is NaN if one of its parts
/// is. See [`mean`].
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanmean(&array![1_f64, f64::NAN, 2.])?, 1.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmean<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    of_all(x, |x| T::location(x, Statistic::NanMean)).named("nanmean")
}

/// Returns [`nanmean`] along an axis, as `numpy.nanmean(x, axis=axis)`.
///
/// # Errors
/// As [`mean_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::nanmean_axis(&array![[1_f64, f64::NAN], [3., 6.]], Axis(0))?;
/// assert_eq!(columns, array![2_f64, 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmean_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
    of_axis(x, axis, |x| T::locations(x, Statistic::NanMean)).named("nanmean_axis")
}

/// Returns the weighted mean of all elements, as `numpy.average(x, weights=weights)`.
///
/// `weights` has the shape of `x`. The result is `sum(x * weights) / sum(weights)`, summed as in
/// [`sum`](crate::sum); the sums and products neither overflow nor underflow if the result is representable
/// (NumPy's may). For integers and `bool`, the weights and the mean are `f64`; complex numbers have real
/// weights.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array, [`ErrorKind::Shape`] if the shapes differ,
/// [`ErrorKind::InvalidArgument`] if the weights sum to 0 (NumPy raises `ZeroDivisionError`).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::average(&array![1., 2.], &array![3., 1.])?, 1.25);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "weighted_mean")]
pub fn average<T: HasMean<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<T::Deviation, D>,
) -> Result<T::Average> {
    average_of_all(x, weights).named("average")
}

/// Returns the weighted means along an axis, as `numpy.average(x, axis=axis, weights=weights)`.
///
/// `weights` has shape `(n,)`, where n is the length of the axis; the result has the shape of `x` without
/// `axis`. See [`average`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or the weights sum to 0, [`ErrorKind::Shape`] if
/// the number of weights is not the length of the axis, [`ErrorKind::Empty`] if the axis has length 0 and
/// there are lanes.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[1., 10.], [2., 20.]];
/// assert_eq!(linstat::average_axis(&x, &array![3., 1.], Axis(0))?, array![1.25, 12.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn average_axis<T: HasMean<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef1<T::Deviation>,
    axis: Axis,
) -> Result<Array<T::Average, D::Smaller>> {
    average_along(x, weights, axis).named("average_axis")
}

pub(crate) fn average_of_all<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<T::Spread, D>,
) -> Result<T::Location, ErrorKind> {
    if x.shape() != weights.shape() {
        return Err(ErrorKind::shape("x and weights of one shape", &[x.shape(), weights.shape()]));
    }
    if x.is_empty() {
        return Err(ErrorKind::empty(x.shape()));
    }
    T::weighted_mean(Elements::new(x), Elements::new(weights))
}

pub(crate) fn average_along<T: Entry, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef1<T::Spread>,
    axis: Axis,
) -> Result<Array<T::Location, D::Smaller>, ErrorKind> {
    check_axis(x, axis)?;
    if weights.len() != x.len_of(axis) {
        let found = [x.shape(), weights.shape()];
        return Err(ErrorKind::shape("a weight for every element of x along the axis", &found));
    }
    check_lanes(x, axis)?;
    Ok(shaped(x, axis, T::weighted_means(Along::new(x, axis), weights.view())?))
}

pub(super) fn weighted_mean<T: Element>(
    x: Elements<'_, T>,
    weights: Elements<'_, T::Mean>,
) -> Result<T::Mean, ErrorKind> {
    let mean = weighted(&x.in_order()?, &weights.in_order()?);
    mean.map(Real::of).ok_or_else(no_weight)
}

pub(super) fn weighted_means<T: Element>(
    x: Along<'_, T>,
    weights: ArrayView1<'_, T::Mean>,
) -> Result<Vec<T::Mean>, ErrorKind> {
    let weights = &*in_order(&weights)?;
    // the weights are the same for every lane
    let weightless = weighted(weights, weights).is_none();
    let means = map_along(x, 1, PARALLEL_LANES, &|walk| {
        walk(&mut |lane, out| out.fill(weighted(lane, weights).map_or(Float::nan(), Real::of)));
    })?;
    if weightless && !means.is_empty() { Err(no_weight()) } else { Ok(means) }
}

fn no_weight() -> ErrorKind {
    ErrorKind::invalid("weights", "expected a sum other than 0, found 0")
}

/// Returns the weighted mean, or nothing if the weights sum to 0.
fn weighted<T: Element, W: Real>(x: &[T], weights: &[W]) -> Option<f64> {
    // terms that underflow are negligible beside such sums
    const TINY: f64 = f64::MIN_POSITIVE * (1u64 << 62) as f64;
    let [product, weight] = weighted_sums(x, weights, [1.0; 2]);
    if [product, weight].iter().all(|sum| (TINY..f64::INFINITY).contains(&sum.abs())) {
        return Some(product / weight);
    }
    let scales = [to_unit(x.iter().map(|x| x.as_f64())), to_unit(weights.iter().map(|w| w.f64()))];
    let [product, weight] = weighted_sums(x, weights, scales);
    (weight != 0.0).then(|| product / weight / scales[0])
}

/// Returns the power of two that brings the largest finite number near 1, or the tiniest as near as possible.
pub(crate) fn to_unit(x: impl Iterator<Item = f64>) -> f64 {
    let greatest = x.map(f64::abs).filter(|x| x.is_finite()).fold(0.0, f64::max);
    let exponent = (greatest.to_bits() >> 52).clamp(1, 2045);
    f64::from_bits((2046 - exponent) << 52)
}
