use super::{of_all, of_axis};
use crate::lanes::{Bundle, by_width, check_axis, in_order};
use crate::simd::sum::sums;
use crate::{Element, Error, Real, Result};
use ndarray::{Array, ArrayRef, ArrayRef1, Axis, Dimension, RemoveAxis, Zip};

/// The arithmetic mean of all elements, as `numpy.mean(x)`.
///
/// Any shape and layout; integers and `bool` give `f64`. The sum is accumulated in `f64` with the rounding errors of long
/// sums carried along: the result is exact to 20 `EPSILON` of the mean of the absolute values, however long the array
/// is. It does not overflow where the mean is representable (NumPy's does). NaN and infinities propagate.
///
/// # Errors
/// [`Error::Empty`] for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[85_f64, 90., 78., 92.], [73., 88., 95., 81.], [91., 76., 84., 87.]];
/// assert_eq!(linstat::mean(&x)?, 85.0);
/// assert_eq!(linstat::mean(&array![1_i32, 2])?, 1.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn mean<T: Element, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Mean> {
    of_all("mean", x, means)
}

/// The arithmetic means along an axis, as `numpy.mean(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`mean`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis, [`Error::Empty`] if the axis has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let columns = linstat::mean_axis(&array![[1_f64, 2.], [3., 6.]], Axis(0))?;
/// assert_eq!(columns, array![2_f64, 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn mean_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    of_axis("mean_axis", x, axis, means)
}

/// The arithmetic mean of the elements that are not NaN, as `numpy.nanmean(x)`.
///
/// NaN if there are no others (NumPy warns, too). See [`mean`].
///
/// # Errors
/// [`Error::Empty`] for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanmean(&array![1_f64, f64::NAN, 2.])?, 1.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmean<T: Element, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Mean> {
    of_all("nanmean", x, nan_means)
}

/// [`nanmean`] along an axis, as `numpy.nanmean(x, axis=axis)`.
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
pub fn nanmean_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    of_axis("nanmean_axis", x, axis, nan_means)
}

/// The weighted mean of all elements, as `numpy.average(x, weights=weights)`.
///
/// `weights` has the shape of `x`. The result is `sum(x * weights) / sum(weights)`, summed as in [`mean`].
///
/// # Errors
/// [`Error::Empty`] for an array without elements, [`Error::Shape`] if the shapes differ,
/// [`Error::InvalidArgument`] if the weights sum to 0 (NumPy raises `ZeroDivisionError`).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::average(&array![1_f64, 2.], &array![3., 1.])?, 1.25);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn average<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<T::Mean, D>,
) -> Result<T::Mean> {
    if x.shape() != weights.shape() {
        let found = [x.shape(), weights.shape()];
        return Err(Error::shape("average", "x and weights of one shape", &found));
    }
    let (values, weights) = (in_order("average", x)?, in_order("average", weights)?);
    let pairs: Vec<_> = values.iter().copied().zip(weights.iter().copied()).collect();
    if pairs.is_empty() {
        return Err(Error::empty("average", x.shape()));
    }
    let mut out = [None];
    weighted(Bundle::Lane(&pairs), &mut out);
    out[0].ok_or_else(|| no_weight("average"))
}

/// The weighted means along an axis, as `numpy.average(x, axis=axis, weights=weights)`.
///
/// `weights` has shape `(n,)`, where n is the length of the axis; the result has the shape of `x` without `axis`. See
/// [`average`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis or the weights sum to 0, [`Error::Shape`] if there is not one for
/// every element along the axis, [`Error::Empty`] if the axis has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[1_f64, 10.], [2., 20.]];
/// assert_eq!(linstat::average_axis(&x, &array![3_f64, 1.], Axis(0))?, array![1.25, 12.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn average_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef1<T::Mean>,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    const OP: &str = "average_axis";
    check_axis(OP, x, axis)?;
    if weights.len() != x.len_of(axis) {
        let found = [x.shape(), weights.shape()];
        return Err(Error::shape(OP, "a weight for every element of x along the axis", &found));
    }
    // the weights in the direction of the axis, of length 1 in all others
    let mut shape = D::zeros(x.ndim());
    shape.slice_mut().fill(1);
    shape[axis.0] = weights.len();
    let weights = Array::from_shape_vec(shape, weights.to_vec())
        .map_err(|_| Error::shape(OP, "one weight per element", &[x.shape()]))?;
    crate::backend::check_memory::<(T, T::Mean)>(OP, x.len())?;
    let pairs = Zip::from(x).and_broadcast(&weights).map_collect(|&x, &w| (x, w));
    let means: Array<Option<T::Mean>, D::Smaller> = of_axis(OP, &pairs, axis, weighted)?;
    match means.iter().any(Option::is_none) {
        true => Err(no_weight(OP)),
        false => Ok(means.mapv(|mean| mean.unwrap_or_default())),
    }
}

fn no_weight(op: &'static str) -> Error {
    Error::invalid(op, "weights", "their sum is 0")
}

/// The weighted means, or nothing where the weights sum to 0.
fn weighted<T: Element>(lanes: Bundle<'_, (T, T::Mean)>, out: &mut [Option<T::Mean>]) {
    by_width!(lanes, W => {
        let [products, weights] = sums(lanes, &[(); W], |(x, w), ()| [x.as_f64() * w.f64(), w.f64()]);
        for ((out, product), weight) in out.iter_mut().zip(products).zip(weights) {
            *out = (weight != 0.0).then(|| Real::of(product / weight));
        }
    });
}

fn means<T: Element>(lanes: Bundle<'_, T>, out: &mut [T::Mean]) {
    by_width!(lanes, W => {
        let means = centers::<T, W>(lanes);
        out.iter_mut().zip(means).for_each(|(out, mean)| *out = Real::of(mean));
    });
}

fn nan_means<T: Element>(lanes: Bundle<'_, T>, out: &mut [T::Mean]) {
    by_width!(lanes, W => {
        let (means, _) = nan_centers::<T, W>(lanes);
        out.iter_mut().zip(means).for_each(|(out, mean)| *out = Real::of(mean));
    });
}

/// The means of the lanes; NaN for empty ones.
pub(super) fn centers<T: Element, const W: usize>(lanes: Bundle<'_, T>) -> [f64; W] {
    let [total] = sums(lanes, &[(); W], |x, ()| [x.as_f64()]);
    let scaled = || {
        let [scaled] = sums(lanes, &[(); W], |x, ()| [x.as_f64() * SCALE]);
        scaled
    };
    quotients(total, [lanes.len() as f64; W], lanes.width(), scaled)
}

/// The means of what is not NaN in the lanes, and how many these are.
pub(super) fn nan_centers<T: Element, const W: usize>(lanes: Bundle<'_, T>) -> ([f64; W], [f64; W]) {
    let [total, counts] = sums(lanes, &[(); W], |x, ()| [or_zero(x), if x.unordered() { 0.0 } else { 1.0 }]);
    let scaled = || {
        let [scaled] = sums(lanes, &[(); W], |x, ()| [or_zero(x) * SCALE]);
        scaled
    };
    (quotients(total, counts, lanes.width(), scaled), counts)
}

/// The value, but 0 for a NaN.
#[inline(always)]
fn or_zero<T: Element>(x: T) -> f64 {
    if x.unordered() { 0.0 } else { x.as_f64() }
}

/// What elements are multiplied by whose sum is beyond the largest number.
const SCALE: f64 = 1.0 / (1u64 << 63) as f64;

/// Sums divided by numbers of elements. `scaled` gives the sums of the elements times `SCALE`; that of infinities is infinite, too.
fn quotients<const W: usize>(
    sums: [f64; W],
    counts: [f64; W],
    width: usize,
    scaled: impl Fn() -> [f64; W],
) -> [f64; W] {
    if sums[..width].iter().all(|sum| sum.is_finite()) {
        return std::array::from_fn(|j| sums[j] / counts[j]);
    }
    let scaled = scaled();
    std::array::from_fn(
        |j| {
            if sums[j].is_finite() { sums[j] / counts[j] } else { scaled[j] / counts[j] / SCALE }
        },
    )
}
