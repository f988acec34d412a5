use super::mean::{centers, nan_centers};
use super::{of_all, of_axis};
use crate::lanes::{Bundle, by_width};
use crate::scalar::PowerOfTwo;
use crate::simd::sum::sums;
use crate::{Element, Error, Real, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension, RemoveAxis};

/// The variance of all elements, as `numpy.var(x, ddof=ddof)`.
///
/// Any shape and layout; `ddof` is 0 for a whole population (NumPy's default), 1 for a sample; integers and `bool` give
/// `f64`. The mean of the squared deviations, in one pass around a provisional mean, or in two where that would cost digits:
/// a large mean costs none. The relative error is at most 50 `EPSILON` for values whose deviations from the mean are
/// representable. Nothing overflows or underflows where the result is representable. NaN propagates; an infinity
/// gives NaN.
///
/// # Errors
/// [`Error::Empty`] for an array without elements, [`Error::InvalidArgument`] if `ddof` is not below the number of
/// elements (NumPy warns and divides by zero).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::var(&array![1_f64, 2., 3., 4.], 0)?, 1.25);
/// assert_eq!(linstat::var(&array![1e9_f64, 1e9 + 1., 1e9 + 2.], 1)?, 1.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn var<T: Element, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Mean> {
    check_ddof("var", x.len(), ddof)?;
    of_all("var", x, |lanes, out| spread(lanes, ddof, out, Squares::variance))
}

/// The variances along an axis, as `numpy.var(x, axis=axis, ddof=ddof)`.
///
/// The result has the shape of `x` without `axis`. See [`var`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis or `ddof` is not below its length, [`Error::Empty`] if it has
/// length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::var_axis(&array![[1_f64, 2.], [3., 6.]], Axis(0), 0)?;
/// assert_eq!(columns, array![1_f64, 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn var_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    ddof: usize,
) -> Result<Array<T::Mean, D::Smaller>> {
    check_axis_ddof("var_axis", x, axis, ddof)?;
    of_axis("var_axis", x, axis, |lanes, out| spread(lanes, ddof, out, Squares::variance))
}

/// The standard deviation of all elements, as `numpy.std(x, ddof=ddof)`.
///
/// The square root of [`var`], which see.
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
pub fn std<T: Element, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Mean> {
    check_ddof("std", x.len(), ddof)?;
    of_all("std", x, |lanes, out| spread(lanes, ddof, out, Squares::deviation))
}

/// The standard deviations along an axis, as `numpy.std(x, axis=axis, ddof=ddof)`.
///
/// The result has the shape of `x` without `axis`. See [`var`].
///
/// # Errors
/// As [`var_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::std_axis(&array![[1_f64, 2.], [3., 6.]], Axis(0), 0)?;
/// assert_eq!(columns, array![1_f64, 2.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn std_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    ddof: usize,
) -> Result<Array<T::Mean, D::Smaller>> {
    check_axis_ddof("std_axis", x, axis, ddof)?;
    of_axis("std_axis", x, axis, |lanes, out| spread(lanes, ddof, out, Squares::deviation))
}

/// The variance of the elements that are not NaN, as `numpy.nanvar(x, ddof=ddof)`.
///
/// NaN if there are not more than `ddof` of them (NumPy warns, too). See [`var`].
///
/// # Errors
/// [`Error::Empty`] for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanvar(&array![1_f64, f64::NAN, 3.], 0)?, 1.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanvar<T: Element, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Mean> {
    of_all("nanvar", x, nan_spread(ddof, Squares::variance))
}

/// [`nanvar`] along an axis, as `numpy.nanvar(x, axis=axis, ddof=ddof)`.
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis, [`Error::Empty`] if it has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::nanvar_axis(&array![[1_f64, f64::NAN], [3., 6.]], Axis(0), 0)?;
/// assert_eq!(columns, array![1_f64, 0.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanvar_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    ddof: usize,
) -> Result<Array<T::Mean, D::Smaller>> {
    of_axis("nanvar_axis", x, axis, nan_spread(ddof, Squares::variance))
}

/// The standard deviation of the elements that are not NaN, as `numpy.nanstd(x, ddof=ddof)`.
///
/// The square root of [`nanvar`], which see.
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
pub fn nanstd<T: Element, D: Dimension>(x: &ArrayRef<T, D>, ddof: usize) -> Result<T::Mean> {
    of_all("nanstd", x, nan_spread(ddof, Squares::deviation))
}

/// [`nanstd`] along an axis, as `numpy.nanstd(x, axis=axis, ddof=ddof)`.
///
/// # Errors
/// As [`nanvar_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::nanstd_axis(&array![[1_f64, f64::NAN], [5., 6.]], Axis(0), 0)?;
/// assert_eq!(columns, array![2_f64, 0.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanstd_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    ddof: usize,
) -> Result<Array<T::Mean, D::Smaller>> {
    of_axis("nanstd_axis", x, axis, nan_spread(ddof, Squares::deviation))
}

fn check_ddof(op: &'static str, n: usize, ddof: usize) -> Result<()> {
    if n > 0 && ddof >= n {
        return Err(Error::invalid(op, "ddof", format!("expected less than the {n} elements, found {ddof}")));
    }
    Ok(())
}

fn check_axis_ddof<T, D: Dimension>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    ddof: usize,
) -> Result<()> {
    crate::lanes::check_axis(op, x, axis)?;
    check_ddof(op, x.len_of(axis), ddof)
}

/// The sum of the squared deviations from the mean of a lane, of elements multiplied by `scale`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Squares {
    pub(super) mean: f64,
    pub(super) sum: f64,
    scale: PowerOfTwo,
}

impl Squares {
    /// Their mean, for that many degrees of freedom.
    pub(super) fn variance(self, freedom: f64) -> f64 {
        let unscale = self.scale.inverse();
        unscale.times(unscale.times(self.sum / freedom))
    }

    /// The root of their mean.
    pub(super) fn deviation(self, freedom: f64) -> f64 {
        self.scale.inverse().times((self.sum / freedom).sqrt())
    }
}

fn spread<T: Element>(
    lanes: Bundle<'_, T>,
    ddof: usize,
    out: &mut [T::Mean],
    result: impl Fn(Squares, f64) -> f64,
) {
    let freedom = lanes.len() as f64 - ddof as f64;
    by_width!(lanes, W => {
        let squares = squares::<T, W>(lanes);
        out.iter_mut().zip(squares).for_each(|(out, squares)| *out = Real::of(result(squares, freedom)));
    });
}

/// As [`spread`] without the NaN, and NaN where nothing is free.
fn nan_spread<T: Element>(
    ddof: usize,
    result: impl Fn(Squares, f64) -> f64 + Copy,
) -> impl Fn(Bundle<'_, T>, &mut [T::Mean]) {
    move |lanes, out| {
        by_width!(lanes, W => {
            let (means, counts) = nan_centers::<T, W>(lanes);
            let squares = squares_around::<T, true, W>(lanes, means, counts);
            for ((out, squares), count) in out.iter_mut().zip(squares).zip(counts) {
                let freedom = count - ddof as f64;
                *out = Real::of(if freedom > 0.0 { result(squares, freedom) } else { f64::NAN });
            }
        });
    }
}

/// Elements whose mean is near that of all of them, most of the time.
const HEAD: usize = 32;

/// For every lane.
pub(super) fn squares<T: Element, const W: usize>(lanes: Bundle<'_, T>) -> [Squares; W] {
    let shift = centers(lanes.head(lanes.len().min(HEAD)));
    squares_around::<T, false, W>(lanes, shift, [lanes.len() as f64; W])
}

/// For every lane, without its NaN if they are to be skipped, in one pass around a number that should be near the mean;
/// in two where it is not. `n` says how many elements count.
fn squares_around<T: Element, const SKIP: bool, const W: usize>(
    lanes: Bundle<'_, T>,
    shift: [f64; W],
    n: [f64; W],
) -> [Squares; W] {
    let around = |shift: &[f64; W]| {
        let [sum, squares] = sums(lanes, shift, |x, shift| {
            let deviation = if SKIP && x.unordered() { 0.0 } else { x.as_f64() - shift };
            [deviation, deviation * deviation]
        });
        let mean = |j: usize| shift[j] + sum[j] / n[j];
        let squares = |j: usize| {
            let correction = sum[j] * sum[j] / n[j];
            (squares[j] - correction, correction / squares[j])
        };
        std::array::from_fn::<_, W, _>(|j| (mean(j), squares(j)))
    };
    let one = PowerOfTwo::to_unit(1.0, 1.0);
    let mut found = around(&shift);
    let far = |&(_, (_, lost)): &(f64, (f64, f64))| lost > 0.25;
    if found[..lanes.width()].iter().any(far) {
        let again = around(&found.map(|(mean, _)| mean));
        for (found, again) in found.iter_mut().zip(again) {
            if far(found) {
                *found = again;
            }
        }
    }
    std::array::from_fn(|j| {
        let (mean, (sum, _)) = found[j];
        // squares far above the smallest normal number, and below the largest one
        let safe = sum > 1e-270 && sum.is_finite();
        if safe || j >= lanes.width() {
            return Squares { mean, sum, scale: one };
        }
        let kept = lanes.lane(j).filter(|x| !(SKIP && x.unordered()));
        scaled(kept.map(|x| x.as_f64()).collect())
    })
}

/// The squares of a lane of tiny, huge, equal or not finite elements.
fn scaled(lane: Vec<f64>) -> Squares {
    let n = lane.len() as f64;
    let mean = centers::<f64, 1>(Bundle::Lane(&lane))[0];
    // a difference of the largest numbers may overflow
    let half = if lane.iter().any(|x| x.abs() > 1e300) { 0.5 } else { 1.0 };
    let differences: Vec<f64> = lane.iter().map(|x| x * half - mean * half).collect();
    let largest = differences.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    if mean.is_nan() || mean.is_infinite() || largest == 0.0 {
        return Squares {
            mean,
            sum: if largest == 0.0 && mean.is_finite() { 0.0 } else { f64::NAN },
            scale: PowerOfTwo::to_unit(1.0, 1.0),
        };
    }
    let scale = PowerOfTwo::to_unit(largest, 1.0);
    let [sum, squares] = sums(Bundle::Lane(&differences), &[()], |x, ()| {
        let x = scale.times(x);
        [x, x * x]
    });
    let sum = squares[0] - sum[0] * sum[0] / n;
    Squares { mean, sum: sum / (half * half), scale }
}
