//! Variances and standard deviations.

use super::center::{Powers, powers};
use super::compiled::Statistic;
use super::{of_all, of_axis};
use crate::loops::blocks::Blocks;
use crate::loops::lanes::{Bundle, Reduce};
use crate::loops::squares::{Squares, squares};
use crate::loops::twofold::Twofold;
use crate::number::Wide;
use crate::reduce::extent;
use crate::{Axes, Element, ErrorKind, HasMean, Named, Real, Result};
use ndarray::{Array, ArrayRef, Dimension};

/// Returns the variance of all elements, as `numpy.var(x, ddof=ddof)`.
///
/// Any shape and layout; `ddof` is 0 for a whole population (NumPy's default), 1 for a sample; integers and
/// `bool` give `f64`. The result is the mean of the squared deviations from a mean in twice the precision;
/// the error is at most 1 ulp, whatever the offset and the scale of the values. Nothing overflows or
/// underflows if the result is representable. NaN propagates; an infinity gives NaN.
///
/// The variance of complex numbers is real: the mean of the squared absolute values of the deviations, which
/// is the sum of the variances of the parts, to 2 ulp.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array, [`ErrorKind::InvalidArgument`] if `ddof` is not below the number
/// of elements (NumPy warns and divides by zero).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::var(&array![1_f64, 2., 3., 4.], 0)?, 1.25);
/// assert_eq!(linstat::var(&array![1e9_f64, 1e9 + 1., 1e9 + 2.], 1)?, 1.);
/// let z = array![num_complex::c64(1., 2.), num_complex::c64(3., -2.)];
/// assert_eq!(linstat::var(&z, 0)?, 5.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "variance")]
pub fn var<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Deviation> {
    check_ddof(x.len(), ddof).and_then(|()| of_all(x, |x| T::spread(x, Statistic::Var(ddof)))).named("var")
}

/// Returns the variances along an axis, as `numpy.var(x, axis=axis, ddof=ddof)`.
///
/// The result has the shape of `x` without `axis`. See [`var`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or `ddof` is not below its length,
/// [`ErrorKind::Empty`] if it has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::var_axis(&array![[1_f64, 2.], [3., 6.]], 0, Axis(0))?;
/// assert_eq!(columns, array![1_f64, 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn var_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    ddof: usize,
    axis: A,
) -> Result<Array<T::Deviation, A::Left>> {
    check_axis_ddof(x, &axis, ddof)
        .and_then(|()| of_axis(x, axis, |x| T::spreads(x, Statistic::Var(ddof))))
        .named("var_axis")
}

/// Returns the standard deviation of all elements, as `numpy.std(x, ddof=ddof)`.
///
/// The result is the square root of [`var`].
///
/// # Errors
/// As [`var`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[85_f64, 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
/// assert!((linstat::std(&x, 0)? - 6.544717972023954_f64).abs() < 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "standard_deviation")]
pub fn std<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Deviation> {
    check_ddof(x.len(), ddof).and_then(|()| of_all(x, |x| T::spread(x, Statistic::Std(ddof)))).named("std")
}

/// Returns the standard deviations along an axis, as `numpy.std(x, axis=axis, ddof=ddof)`.
///
/// The result has the shape of `x` without `axis`. See [`var`].
///
/// # Errors
/// As [`var_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::std_axis(&array![[1_f64, 2.], [3., 6.]], 0, Axis(0))?;
/// assert_eq!(columns, array![1_f64, 2.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn std_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    ddof: usize,
    axis: A,
) -> Result<Array<T::Deviation, A::Left>> {
    check_axis_ddof(x, &axis, ddof)
        .and_then(|()| of_axis(x, axis, |x| T::spreads(x, Statistic::Std(ddof))))
        .named("std_axis")
}

/// Returns the variance of the elements that are not NaN, as `numpy.nanvar(x, ddof=ddof)`.
///
/// The result is NaN if at most `ddof` elements are not NaN (NumPy also warns). See [`var`].
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanvar(&array![1_f64, f64::NAN, 3.], 0)?, 1.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanvar<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Deviation> {
    of_all(x, |x| T::spread(x, Statistic::NanVar(ddof))).named("nanvar")
}

/// Returns [`nanvar`] along an axis, as `numpy.nanvar(x, axis=axis, ddof=ddof)`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::Empty`] if it has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::nanvar_axis(&array![[1_f64, f64::NAN], [3., 6.]], 0, Axis(0))?;
/// assert_eq!(columns, array![1_f64, 0.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanvar_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    ddof: usize,
    axis: A,
) -> Result<Array<T::Deviation, A::Left>> {
    of_axis(x, axis, |x| T::spreads(x, Statistic::NanVar(ddof))).named("nanvar_axis")
}

/// Returns the standard deviation of the elements that are not NaN, as `numpy.nanstd(x, ddof=ddof)`.
///
/// The result is the square root of [`nanvar`].
///
/// # Errors
/// As [`nanvar`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanstd(&array![1_f64, f64::NAN, 5.], 0)?, 2.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanstd<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Deviation> {
    of_all(x, |x| T::spread(x, Statistic::NanStd(ddof))).named("nanstd")
}

/// Returns [`nanstd`] along an axis, as `numpy.nanstd(x, axis=axis, ddof=ddof)`.
///
/// # Errors
/// As [`nanvar_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::nanstd_axis(&array![[1_f64, f64::NAN], [5., 6.]], 0, Axis(0))?;
/// assert_eq!(columns, array![2_f64, 0.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanstd_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    ddof: usize,
    axis: A,
) -> Result<Array<T::Deviation, A::Left>> {
    of_axis(x, axis, |x| T::spreads(x, Statistic::NanStd(ddof))).named("nanstd_axis")
}

fn check_ddof(n: usize, ddof: usize) -> Result<(), ErrorKind> {
    if n > 0 && ddof >= n {
        return Err(ErrorKind::invalid("ddof", format!("expected less than the {n} elements, found {ddof}")));
    }
    Ok(())
}

fn check_axis_ddof<T, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: &A,
    ddof: usize,
) -> Result<(), ErrorKind> {
    check_ddof(extent(x.shape(), axis.list())?, ddof)
}

pub(super) fn spread<N: Wide>(
    lanes: &dyn Blocks<N>,
    ddof: usize,
    out: &mut [N::Mean],
    result: fn(&Powers, f64) -> f64,
) {
    let freedom = lanes.len() as f64 - ddof as f64;
    powers::<N, 2, false>(lanes, |j, powers| out[j] = Real::of(result(&powers, freedom)));
}

/// As [`spread`] without NaN; NaN if no degrees of freedom are left.
pub(super) fn nan_spread<N: Wide>(
    lanes: &dyn Blocks<N>,
    ddof: usize,
    out: &mut [N::Mean],
    result: fn(&Powers, f64) -> f64,
) {
    powers::<N, 2, true>(lanes, |j, powers| {
        let freedom = powers.n - ddof as f64;
        out[j] = Real::of(if freedom > 0.0 { result(&powers, freedom) } else { f64::NAN });
    });
}

/// As [`spread`] and [`nan_spread`] of contiguous lanes of `n` elements, of a length of [`squares`]: the same
/// bits. `other` is called for those that need scaling, have a NaN or no degrees of freedom left, and where
/// the last digits could decide the rounding.
pub(super) fn lane_spreads<T: Element>(
    x: &[T],
    n: usize,
    ddof: usize,
    out: &mut [T::Mean],
    result: fn(&Powers, f64) -> f64,
    other: &Reduce<'_, T, T::Mean>,
) {
    /// Lanes whose sums are kept.
    const SOME: usize = 32;
    let mut sums = [None; SOME];
    let freedom = n as f64 - ddof as f64;
    for (x, out) in x.chunks(SOME * n).zip(out.chunks_mut(SOME)) {
        let sums = &mut sums[..out.len()];
        squares(x, n, sums);
        for ((lane, out), sum) in x.chunks_exact(n).zip(out).zip(sums) {
            let known =
                sum.filter(|_| freedom > 0.0).and_then(|Squares { sum: Twofold { hi, lo }, slack }| {
                    let [low, high] = [lo - slack, lo + slack]
                        .map(|lo| Real::of(result(&Powers::of_squares(n, Twofold::sum(hi, lo)), freedom)));
                    (low == high).then_some(low)
                });
            match known {
                Some(known) => *out = known,
                None => other(Bundle::Lane(lane), std::slice::from_mut(out)),
            }
        }
    }
}
