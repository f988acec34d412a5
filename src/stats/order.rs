//! Order statistics: medians, quantiles and percentiles.

use super::OneOrMore;
use super::quantile::{Nan, Plan, Question, Spare, answer, element_at, rank, share};
use crate::loops::any_order::AnyOrder;
use crate::loops::lanes::{Along, map_along};
use crate::loops::select::Source;
use crate::number::Ordered;
use crate::reduce::{Check, reduced};
use crate::tuning::PARALLEL_SORT_LANES;
use crate::{Averaged, Axes, Element, Entry, ErrorKind, HasMean, Named, QuantileMethod, Result};
use ndarray::{Array, ArrayRef, Dimension};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Returns the median of all elements, as `numpy.median(x)`.
///
/// Any shape and layout. The result is the middle element, or the mean of the two in the middle, exact except
/// for the rounding of that mean. It is found by selection, without sorting and without copying contiguous
/// data. Any NaN gives NaN, and so do two opposite infinities in the middle. For integers and `bool` it is
/// `f64`, rounded once from the exact value. Complex numbers are ordered by their real parts, then by their
/// imaginary ones; any NaN gives the greatest of them, as in NumPy.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::median(&array![[85., 90.], [78., 93.]])?, 87.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median<T: HasMean<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    median_of_all(x, Nan::Spreads).named("median")
}

/// Returns the medians along an axis, as `numpy.median(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`median`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::Empty`] if the axis has length 0 and
/// there are lanes.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::median_axis(&array![[1., 2.], [3., 6.]], Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median_axis<T: HasMean<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Average, A::Left>> {
    median_along(x, axis, Nan::Spreads).named("median_axis")
}

/// Returns the quantiles of all elements, as `numpy.quantile(x, q, method=method)`.
///
/// Any shape and layout; `q` is one number from 0 to 1, or several ([`OneOrMore`]), which give one result
/// each, in the same order; that is faster than separate calls. [`QuantileMethod::default()`](QuantileMethod)
/// is NumPy's default. The result is found by selection, without sorting and without copying contiguous data.
/// For integers and `bool` it is `f64`, rounded once from the exact value; see [`quantile_element`] for a
/// result that is one of the elements.
///
/// Positions and interpolation are NumPy's formulae in `f64`, so results for `f64` are NumPy's to the bit;
/// those for `f32` are rounded once, at the end. Any NaN gives NaN. Infinities are treated as numbers, where
/// NumPy mostly gives NaN: between equal neighbours, or exactly at one of them, the result is that element;
/// between a finite number and an infinity it is that infinity; between the two infinities it is NaN.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array, [`ErrorKind::InvalidArgument`] if a `q` is outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::{Linear, Lower};
/// use ndarray::array;
/// let x = array![4_f64, 1., 3., 2.];
/// assert_eq!(linstat::quantile(&x, 0.5, Linear)?, 2.5);
/// assert_eq!(linstat::quantile(&x, 0.5, Lower)?, 2.0);
/// assert_eq!(linstat::quantile(&x, [0.25, 0.75], Linear)?, array![1.75, 3.25]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "quantiles")]
pub fn quantile<T: Averaged<K>, K, D: Dimension, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
) -> Result<Q::Whole<T::Average>> {
    of_all(x, q, 1.0, method, Nan::Spreads).named("quantile")
}

/// Returns the quantiles along an axis, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`; if there are several `q`, it has a new first axis for
/// them. See [`quantile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`]
/// if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// assert_eq!(linstat::quantile_axis(&x, 0.5, Linear, Axis(0))?, array![2., 4.]);
/// assert_eq!(linstat::quantile_axis(&x, [0., 1.], Linear, Axis(1))?, array![[1., 3.], [2., 6.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "quantiles_axis")]
pub fn quantile_axis<T: Averaged<K>, K, D: Dimension, Q: OneOrMore, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
    axis: A,
) -> Result<Q::Lanes<T::Average, D, A>> {
    along(x, q, 1.0, method, axis, Nan::Spreads).named("quantile_axis")
}

/// Returns the percentiles of all elements, as `numpy.percentile(x, q, method=method)`.
///
/// `q` is from 0 to 100. See [`quantile`] for methods and semantics.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array, [`ErrorKind::InvalidArgument`] if a `q` is outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// assert_eq!(linstat::percentile(&array![4_f64, 1., 3., 2.], 50., Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "percentiles")]
pub fn percentile<T: Averaged<K>, K, D: Dimension, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
) -> Result<Q::Whole<T::Average>> {
    of_all(x, q, 100.0, method, Nan::Spreads).named("percentile")
}

/// Returns the percentiles along an axis, as `numpy.percentile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`; if there are several `q`, it has a new first axis for
/// them. See [`percentile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`]
/// if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// assert_eq!(linstat::percentile_axis(&x, 50., Linear, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "percentiles_axis")]
pub fn percentile_axis<T: Averaged<K>, K, D: Dimension, Q: OneOrMore, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    q: Q,
    method: QuantileMethod,
    axis: A,
) -> Result<Q::Lanes<T::Average, D, A>> {
    along(x, q, 100.0, method, axis, Nan::Spreads).named("percentile_axis")
}

pub(super) fn median_of_all<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    nan: Nan,
) -> Result<T::Location, ErrorKind> {
    T::median(AnyOrder::filled(x)?, nan)
}

pub(super) fn median_along<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
    nan: Nan,
) -> Result<Array<T::Location, A::Left>, ErrorKind> {
    reduced(x, axis, Check::Lanes, |x| T::medians(x, nan))
}

/// Returns the median of a nonempty array.
pub(super) fn median_of<T: Element>(x: AnyOrder<'_, T>, nan: Nan) -> Result<T::Mean, ErrorKind> {
    let mut out = [T::Mean::default()];
    T::answers(x, Question::Median, nan, &mut out)?;
    Ok(out[0])
}

pub(super) fn medians<T: Element>(x: Along<'_, T>, nan: Nan) -> Result<Vec<T::Mean>, ErrorKind> {
    T::answers_along(x, Question::Median, nan)
}

/// Returns the quantiles of all elements for every `q`, whose maximum is `full`.
pub(super) fn of_all<T: Element, D: Dimension, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    q: Q,
    full: f64,
    method: QuantileMethod,
    nan: Nan,
) -> Result<Q::Whole<T::Mean>, ErrorKind> {
    let q = q.shares(full)?;
    let question = Question::Quantiles(q.as_ref(), method);
    Q::whole(question.len(), |out| T::answers(AnyOrder::filled(x)?, question, nan, out))
}

/// Returns the quantiles of lanes.
pub(super) fn along<T: Element, D: Dimension, Q: OneOrMore, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    q: Q,
    full: f64,
    method: QuantileMethod,
    axis: A,
    nan: Nan,
) -> Result<Q::Lanes<T::Mean, D, A>, ErrorKind> {
    let q = q.shares(full)?;
    let question = Question::Quantiles(q.as_ref(), method);
    let answers = axis.lanes(x, Check::Lanes, |x| T::answers_along(x, question, nan))?;
    Q::lanes(&x.raw_dim(), &axis, question.len(), answers)
}

/// Returns the result for a nonempty array.
pub(super) fn answers<T: Element>(
    x: AnyOrder<'_, T>,
    question: Question<'_>,
    nan: Nan,
    out: &mut [T::Mean],
) -> Result<(), ErrorKind> {
    let n = x.len();
    let (x, plan) = (Source::new(&x)?, Plan::new(n, question));
    answer(x, &plan, question, nan, &mut Spare::default(), out).ok_or(ErrorKind::TooLarge { dim: n })
}

/// Returns the results, which replace the axis.
pub(super) fn answers_along<T: Element>(
    x: Along<'_, T>,
    question: Question<'_>,
    nan: Nan,
) -> Result<Vec<T::Mean>, ErrorKind> {
    // if there are no lanes, any length works
    let plan = Plan::new(x.len().max(1), question);
    select_along(x, question.len(), &|lane, out, spare| {
        answer(Source::Slice(lane), &plan, question, nan, spare, out)
    })
}

/// Selects numbers in a lane; returns `None` if there is not enough memory.
type Select<'f, T, R> = dyn Fn(&[T], &mut [R], &mut Spare<<T as Ordered>::Key>) -> Option<()> + Sync + 'f;

/// Returns the `len` numbers that `select` finds in each lane.
fn select_along<T: Element, R: Copy + Default + Send + Sync>(
    x: Along<'_, T>,
    len: usize,
    select: &Select<'_, T, R>,
) -> Result<Vec<R>, ErrorKind> {
    let (dim, out_of_memory) = (x.len(), AtomicBool::new(false));
    let out = map_along(x, len, PARALLEL_SORT_LANES, &|walk| {
        let mut spare = Spare::default();
        walk(&mut |lane, out| {
            if select(lane, out, &mut spare).is_none() {
                out_of_memory.store(true, Relaxed);
            }
        });
    })?;
    if out_of_memory.into_inner() { Err(ErrorKind::TooLarge { dim }) } else { Ok(out) }
}

/// Returns a quantile that is one of the elements, in their type, as `numpy.quantile(x, q, method=method)`
/// with a method that does not interpolate.
///
/// `method` is `InvertedCdf`, `ClosestObservation`, `Lower`, `Higher` or `Nearest`. Any shape and layout,
/// every [`Element`] type: integers beyond 2^53 are exact, and `bool` stays `bool`. Any NaN gives NaN. See
/// [`quantile`].
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array, [`ErrorKind::InvalidArgument`] for a `q` outside 0 to 1 or a
/// method that interpolates.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::{Higher, Lower};
/// use ndarray::array;
/// let x = array![9007199254740993_i64, 3, 1, 2];
/// assert_eq!(linstat::quantile_element(&x, 1., Lower)?, 9007199254740993);
/// assert_eq!(linstat::quantile_element(&array![false, true], 0.5, Higher)?, true);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile_element<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
) -> Result<T> {
    AnyOrder::filled(x).and_then(|x| T::element(x, q, method)).named("quantile_element")
}

/// Returns the quantiles along an axis that are elements, as
/// `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`quantile_element`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, for a `q` outside 0 to 1 or a method that
/// interpolates, [`ErrorKind::Empty`] if the axis has length 0 and the other axes do not.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Nearest;
/// use ndarray::{Axis, array};
/// let x = array![[1_u8, 2], [3, 6], [5, 7]];
/// assert_eq!(linstat::quantile_element_axis(&x, 0.5, Nearest, Axis(0))?, array![3_u8, 6]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile_element_axis<T: Element, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: A,
) -> Result<Array<T, A::Left>> {
    reduced(x, axis, Check::Lanes, |x| T::element_along(x, q, method)).named("quantile_element_axis")
}

/// Returns the result for a nonempty array.
pub(super) fn element<T: Element>(
    x: AnyOrder<'_, T>,
    q: f64,
    method: QuantileMethod,
) -> Result<T, ErrorKind> {
    let n = x.len();
    let rank = rank(n, share(q, 1.0)?, method)?;
    let mut out = [T::default()];
    element_at(Source::new(&x)?, rank, &mut Spare::default(), &mut out)
        .ok_or(ErrorKind::TooLarge { dim: n })?;
    Ok(out[0])
}

pub(super) fn element_along<T: Element>(
    x: Along<'_, T>,
    q: f64,
    method: QuantileMethod,
) -> Result<Vec<T>, ErrorKind> {
    let rank = rank(x.len().max(1), share(q, 1.0)?, method)?;
    select_along(x, 1, &|lane, out, spare| element_at(Source::Slice(lane), rank, spare, out))
}
