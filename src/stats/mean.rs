//! Means, also weighted and without NaN.

use super::compiled::Statistic;
use super::{of_all, of_axis};
use crate::loops::lanes::{Along, Elements, in_order, map_along, others_first};
use crate::loops::layout::in_c_order;
use crate::loops::weighted_sums;
use crate::memory::defaults;
use crate::reduce::{Check, reduced};
use crate::tuning::PARALLEL_LANES;
use crate::{Axes, Element, Entry, ErrorKind, HasMean, Named, Real, Result, threads};
use ndarray::{Array, ArrayRef, ArrayViewD, Axis, Dimension};
use num_traits::Float;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

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

/// Returns the weighted means along an axis, or several ([`Axes`]), as
/// `numpy.average(x, axis=axis, weights=weights)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | any, any layout | |
/// | `weights` | the lengths of the axes, in the order in which these are given; or that of `x` | the same weights for all lanes, or a weight for each element |
/// | result | as `x` without the axes, which [`KeepDims`](crate::KeepDims) keeps | |
///
/// See [`average`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, one is there twice, or the weights of a lane sum
/// to 0; [`ErrorKind::Shape`] for weights of another shape, [`ErrorKind::Empty`] if the axis has length 0 and
/// there are lanes, [`ErrorKind::TooLarge`] if there is no memory for a copy of lanes that do not lie in
/// memory one after the other, where they have different weights or several axes.
///
/// # Examples
/// ```
/// use linstat::{KeepDims, average_axis};
/// use ndarray::{Axis, array};
/// let x = array![[1., 10.], [2., 20.]];
/// assert_eq!(average_axis(&x, &array![3., 1.], Axis(0))?, array![1.25, 12.5]);
/// assert_eq!(average_axis(&x, &array![3., 1.], KeepDims(Axis(1)))?, array![[3.25], [6.5]]);
/// // a weight for each element
/// assert_eq!(average_axis(&x, &array![[3., 1.], [1., 1.]], Axis(0))?, array![1.25, 15.]);
/// assert_eq!(average_axis(&x, &array![[2., 0.], [1., 1.]], [Axis(0), Axis(1)])?.into_scalar(), 6.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn average_axis<T: HasMean<K>, K, D: Dimension, E: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<T::Deviation, E>,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
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
    Ok(T::each_weighted(Elements::new(x), Elements::new(weights), x.len())?[0])
}

pub(crate) fn average_along<T: Entry, D: Dimension, E: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<T::Spread, E>,
    axes: A,
) -> Result<Array<T::Location, A::Left>, ErrorKind> {
    let list = axes.list();
    if weights.shape() == x.shape() && x.ndim() > 1 {
        let means = average_each(x.view().into_dyn(), weights.view().into_dyn(), list)?;
        return Ok(in_c_order(axes.left(&x.raw_dim()), means));
    }
    let weights = in_order_of_axes(x.shape(), weights.view().into_dyn(), list)?;
    let weights = in_order(&weights)?;
    reduced(x, axes, Check::Lanes, |x| T::weighted_means(x, &weights))
}

/// Returns the weights with their axes in the order of those of `x`.
fn in_order_of_axes<'a, W>(
    shape: &[usize],
    weights: ArrayViewD<'a, W>,
    axes: &[Axis],
) -> Result<ArrayViewD<'a, W>, ErrorKind> {
    others_first(shape.len(), axes)?;
    if !axes.iter().map(|axis| &shape[axis.0]).eq(weights.shape()) {
        let expected = "x and weights of the lengths of the axes, or of the shape of x";
        return Err(ErrorKind::shape(expected, &[shape, weights.shape()]));
    }
    let mut order: Vec<usize> = (0..axes.len()).collect();
    order.sort_unstable_by_key(|&i| axes[i].0);
    Ok(weights.permuted_axes(order))
}

/// Returns the mean of each lane through these axes, with weights in the shape of `x`.
fn average_each<T: Entry>(
    x: ArrayViewD<'_, T>,
    weights: ArrayViewD<'_, T::Spread>,
    axes: &[Axis],
) -> Result<Vec<T::Location>, ErrorKind> {
    let mut order = others_first(x.ndim(), axes)?;
    let others = order.len() - axes.len();
    order[others..].sort_unstable();
    let shape = x.shape().to_vec();
    let (x, weights) = (x.permuted_axes(&order[..]), weights.permuted_axes(&order[..]));
    if !x.is_empty() {
        let n = x.shape()[others..].iter().product();
        return T::each_weighted(Elements::new(&x), Elements::new(&weights), n);
    }
    if x.shape()[..others].contains(&0) { Ok(Vec::new()) } else { Err(ErrorKind::empty(&shape)) }
}

/// Returns the weighted mean of each lane of `n` elements, which come one after the other and are not empty.
pub(super) fn each_weighted<T: Element>(
    x: Elements<'_, T>,
    weights: Elements<'_, T::Mean>,
    n: usize,
) -> Result<Vec<T::Mean>, ErrorKind> {
    let (x, weights) = (x.in_order()?, weights.in_order()?);
    let mut means = defaults::<T::Mean>(x.len() / n)?;
    let weightless = AtomicBool::new(false);
    let some = (PARALLEL_LANES / 4).div_ceil(n);
    let each = |i: usize, means: &mut [T::Mean]| {
        let start = i * some * n;
        let lanes = x[start..].chunks_exact(n).zip(weights[start..].chunks_exact(n));
        for (mean, (x, weights)) in means.iter_mut().zip(lanes) {
            match weighted(x, weights) {
                Some(found) => *mean = Real::of(found),
                None => weightless.store(true, Relaxed),
            }
        }
    };
    if threads::share(x.len(), PARALLEL_LANES) {
        threads::each_chunk(&mut means, some, &each);
    } else {
        means.chunks_mut(some).enumerate().for_each(|(i, means)| each(i, means));
    }
    if weightless.into_inner() { Err(no_weight()) } else { Ok(means) }
}

pub(super) fn weighted_means<T: Element>(
    x: Along<'_, T>,
    weights: &[T::Mean],
) -> Result<Vec<T::Mean>, ErrorKind> {
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
