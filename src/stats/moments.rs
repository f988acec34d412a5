//! Central moments, skewness and kurtosis.

use super::center::{high_moments, powers};
use super::compiled::Statistic;
use super::{of_all, of_axis};
use crate::loops::blocks::Blocks;
use crate::number::Wide;
use crate::{Averaged, Axes, Named, Real, Result};
use ndarray::{Array, ArrayRef, Dimension};

/// Returns the central moment `mean((x - mean(x))^order)` of all elements, as `scipy.stats.moment(x, order)`.
///
/// Any shape and layout; the moment of order 0 is 1, that of order 1 is 0. NaN propagates. The error is at
/// most 1 ulp for orders 2 to 4, whatever the offset and the scale of the values (for order 3, whose terms
/// may cancel, 2^-60 of the mean of the absolute cubes if that is more; for f32 2^-46), and about `order`
/// rounding errors for higher orders.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::central_moment(&array![1_f64, 2., 6.], 3)?, 6.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "moment")]
pub fn central_moment<T: Averaged<K>, K, D: Dimension>(x: &ArrayRef<T, D>, order: u32) -> Result<T::Average> {
    of_all(x, |x| T::statistic(x, Statistic::Moment(order))).named("central_moment")
}

/// Returns the central moments along an axis, as `scipy.stats.moment(x, order, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`central_moment`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `x` has no such axis,
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) if it has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::central_moment_axis(&array![[1_f64, 0.], [2., 0.], [6., 0.]], 3, Axis(0))?;
/// assert_eq!(columns, array![6_f64, 0.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn central_moment_axis<T: Averaged<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    order: u32,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
    of_axis(x, axis, |x| T::statistic_along(x, Statistic::Moment(order))).named("central_moment_axis")
}

/// Returns the skewness of all elements, as `scipy.stats.skew(x)`: the mean of the cubes of the z-scores.
///
/// Any shape and layout. The result is NaN if all elements are equal or any is NaN. Computed from the central
/// moments, with an additional error of 4 `EPSILON`.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::skewness(&array![1_f64, 2., 3.])?, 0.);
/// assert!((linstat::skewness(&array![1_f64, 2., 6.])? - 0.5951700641394974).abs() < 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "skew")]
pub fn skewness<T: Averaged<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    of_all(x, |x| T::statistic(x, Statistic::Skewness)).named("skewness")
}

/// Returns the skewness of the lanes along an axis, as `scipy.stats.skew(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`skewness`].
///
/// # Errors
/// As [`central_moment_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::skewness_axis(&array![[1_f64, 2., 3.]], Axis(1))?, array![0.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn skewness_axis<T: Averaged<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
    of_axis(x, axis, |x| T::statistic_along(x, Statistic::Skewness)).named("skewness_axis")
}

/// Returns the excess kurtosis of all elements, as `scipy.stats.kurtosis(x)`: the mean of the fourth powers
/// of the z-scores, minus 3, so that it is 0 for a normal distribution.
///
/// Any shape and layout. The result is NaN if all elements are equal or any is NaN. Computed from the central
/// moments, with an additional error of 4 `EPSILON`.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::kurtosis(&array![1_f64, -1.])?, -2.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn kurtosis<T: Averaged<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    of_all(x, |x| T::statistic(x, Statistic::Kurtosis)).named("kurtosis")
}

/// Returns the excess kurtosis of the lanes along an axis, as `scipy.stats.kurtosis(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`kurtosis`].
///
/// # Errors
/// As [`central_moment_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::kurtosis_axis(&array![[1_f64, -1.], [2., -2.]], Axis(1))?, array![-2., -2.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn kurtosis_axis<T: Averaged<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
    of_axis(x, axis, |x| T::statistic_along(x, Statistic::Kurtosis)).named("kurtosis_axis")
}

pub(super) fn moments<N: Wide>(lanes: &dyn Blocks<N>, order: u32, out: &mut [N::Mean]) {
    match order {
        0 => out.fill(Real::of(1.0)),
        // only rounding errors would remain
        1 => powers::<N, 2, false>(lanes, |j, powers| out[j] = Real::of(powers.sums[0].hi * 0.0)),
        2 => powers::<N, 2, false>(lanes, |j, powers| out[j] = Real::of(powers.moment(2))),
        3 => powers::<N, 3, false>(lanes, |j, powers| out[j] = Real::of(powers.moment(3))),
        4 => powers::<N, 4, false>(lanes, |j, powers| out[j] = Real::of(powers.moment(4))),
        _ => {
            // of the same parity, on which the sign depends
            let order = i32::try_from(order).unwrap_or(i32::MAX - 1 + (order % 2) as i32);
            high_moments(lanes, order, |j, moment| out[j] = Real::of(moment));
        }
    }
}

pub(super) fn skewnesses<N: Wide>(lanes: &dyn Blocks<N>, out: &mut [N::Mean]) {
    powers::<N, 3, false>(lanes, |j, powers| out[j] = Real::of(powers.skewness()));
}

pub(super) fn kurtoses<N: Wide>(lanes: &dyn Blocks<N>, out: &mut [N::Mean]) {
    powers::<N, 4, false>(lanes, |j, powers| out[j] = Real::of(powers.kurtosis()));
}
