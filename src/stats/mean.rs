use super::center::{means, nan_means};
use super::{of_all, of_axis};
use crate::lanes::{Bundle, WIDTH, check_axis, in_order};
use crate::simd::sum::sums;
use crate::{Element, Error, Real, Result};
use ndarray::{Array, ArrayRef, ArrayRef1, Axis, Dimension, RemoveAxis, Zip};

/// The arithmetic mean of all elements, as `numpy.mean(x)`.
///
/// Any shape and layout; integers and `bool` give `f64`. The sum is accumulated with its rounding errors, and without any
/// where its terms cancel: the result is within 1 ulp of the mean, however long the array is and whatever it holds (`i64`
/// beyond 2^53 is rounded first), and the mean of equal numbers is that number. It does not overflow where the mean is
/// representable (NumPy's does). NaN and infinities propagate.
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
    sums(
        lanes,
        &[(); WIDTH],
        |(x, w), ()| [x.as_f64() * w.f64(), w.f64()],
        |j, [product, weight]| out[j] = (weight != 0.0).then(|| Real::of(product / weight)),
    );
}
