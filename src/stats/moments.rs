use super::spread::squares;
use super::{of_all, of_axis};
use crate::lanes::{Bundle, by_width};
use crate::simd::sum::sums;
use crate::{Element, Real, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension, RemoveAxis};

/// The central moment `mean((x - mean(x))^order)` of all elements, as `scipy.stats.moment(x, order)`.
///
/// Any shape and layout; the moment of order 0 is 1, that of order 1 is 0. NaN propagates.
///
/// # Errors
/// [`Error::Empty`](crate::Error::Empty) for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::central_moment(&array![1_f64, 2., 6.], 3)?, 6.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn central_moment<T: Element, D: Dimension>(x: &ArrayRef<T, D>, order: u32) -> Result<T::Mean> {
    of_all("central_moment", x, |lanes, out| moments(lanes, order, out))
}

/// The central moments along an axis, as `scipy.stats.moment(x, order, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`central_moment`].
///
/// # Errors
/// [`Error::InvalidArgument`](crate::Error::InvalidArgument) if `x` has no such axis,
/// [`Error::Empty`](crate::Error::Empty) if it has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::central_moment_axis(&array![[1_f64, 0.], [2., 0.], [6., 0.]], 3, Axis(0))?;
/// assert_eq!(columns, array![6_f64, 0.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn central_moment_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    order: u32,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    of_axis("central_moment_axis", x, axis, |lanes, out| moments(lanes, order, out))
}

/// The skewness of all elements, as `scipy.stats.skew(x)`: the mean of the cubes of the z-scores.
///
/// Any shape and layout. Elements that are all equal, or NaN among them, give NaN.
///
/// # Errors
/// [`Error::Empty`](crate::Error::Empty) for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::skewness(&array![1_f64, 2., 3.])?, 0.);
/// assert!((linstat::skewness(&array![1_f64, 2., 6.])? - 0.5951700641394974).abs() < 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn skewness<T: Element, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Mean> {
    of_all("skewness", x, |lanes, out| standardized::<_, 3>(lanes, 0.0, out))
}

/// The skewness of the lanes along an axis, as `scipy.stats.skew(x, axis=axis)`.
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
pub fn skewness_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    of_axis("skewness_axis", x, axis, |lanes, out| standardized::<_, 3>(lanes, 0.0, out))
}

/// The excess kurtosis of all elements, as `scipy.stats.kurtosis(x)`: the mean of the fourth powers of the z-scores, less 3,
/// so that it is 0 for a normal distribution.
///
/// Any shape and layout. Elements that are all equal, or NaN among them, give NaN.
///
/// # Errors
/// [`Error::Empty`](crate::Error::Empty) for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::kurtosis(&array![1_f64, -1.])?, -2.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn kurtosis<T: Element, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Mean> {
    of_all("kurtosis", x, |lanes, out| standardized::<_, 4>(lanes, 3.0, out))
}

/// The excess kurtosis of the lanes along an axis, as `scipy.stats.kurtosis(x, axis=axis)`.
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
pub fn kurtosis_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    of_axis("kurtosis_axis", x, axis, |lanes, out| standardized::<_, 4>(lanes, 3.0, out))
}

fn moments<T: Element>(lanes: Bundle<'_, T>, order: u32, out: &mut [T::Mean]) {
    by_width!(lanes, W => moments_of::<T, W>(lanes, order, out));
}

fn moments_of<T: Element, const W: usize>(lanes: Bundle<'_, T>, order: u32, out: &mut [T::Mean]) {
    let n = lanes.len() as f64;
    let means = squares::<T, W>(lanes).map(|squares| squares.mean);
    let order = i32::try_from(order).unwrap_or(i32::MAX);
    let [powers] = sums(lanes, &means, |x, mean| [(x.as_f64() - mean).powi(order)]);
    for (out, power) in out.iter_mut().zip(powers) {
        // of the first power, only rounding errors remain
        *out = Real::of(if order == 1 && power.is_finite() { 0.0 } else { power / n });
    }
}

/// The mean of the z-scores to the power `ORDER`, less `normal`.
fn standardized<T: Element, const ORDER: i32>(lanes: Bundle<'_, T>, normal: f64, out: &mut [T::Mean]) {
    by_width!(lanes, W => standardized_of::<T, ORDER, W>(lanes, normal, out));
}

fn standardized_of<T: Element, const ORDER: i32, const W: usize>(
    lanes: Bundle<'_, T>,
    normal: f64,
    out: &mut [T::Mean],
) {
    let n = lanes.len() as f64;
    let parameters = squares::<T, W>(lanes).map(|squares| (squares.mean, squares.deviation(n)));
    let [powers] =
        sums(lanes, &parameters, |x, (mean, deviation)| [((x.as_f64() - mean) / deviation).powi(ORDER)]);
    out.iter_mut().zip(powers).for_each(|(out, power)| *out = Real::of(power / n - normal));
}
