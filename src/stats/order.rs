//! Order statistics: medians, quantiles and percentiles.

use super::elements::Elements;
use super::quantile::{Nan, Plan, Question, Spare, answer, element_at, rank, share, shares};
use super::select::Source;
use crate::loops::lanes::{self, Along, check_lanes, map_along, shaped};
use crate::memory::room;
use crate::number::Ordered;
use crate::{Averaged, Element, ErrorKind, Named, QuantileMethod, Real, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, Ix1, RemoveAxis};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Elements of an array from which on a second thread pays for its lanes.
const GRAIN: usize = 1 << 13;

/// The median of all elements, as `numpy.median(x)`.
///
/// Any shape and layout. The middle element, or the mean of the two in the middle, exact but for the rounding of that
/// mean; found by selection, without sorting and without a copy of contiguous data. Any NaN gives NaN, and so do the
/// two infinities around the middle. Of whole numbers and `bool` it is `f64`, rounded once
/// from the exact value.
///
/// # Errors
/// [`ErrorKind::Empty`] for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::median(&array![[85., 90.], [78., 93.]])?, 87.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median<T: Averaged<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Average> {
    one_of_all("median", x, Question::Median, Nan::Spreads)
}

/// The medians along an axis, as `numpy.median(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`median`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::Empty`] if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::median_axis(&array![[1., 2.], [3., 6.]], Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Average, D::Smaller>> {
    one_along("median_axis", x, axis, Question::Median, Nan::Spreads)
}

/// The quantile of all elements, as `numpy.quantile(x, q, method=method)`.
///
/// Any shape and layout, `q` from 0 to 1; [`QuantileMethod::default()`](QuantileMethod) is NumPy's default. Found by
/// selection, without sorting and without a copy of contiguous data. Of whole numbers and `bool` it is
/// `f64`, rounded once from the exact value: see [`quantile_element`] where the result is to be one of them.
///
/// Positions and interpolation are NumPy's formulae in `f64`, so results for `f64` are NumPy's to the bit; those for
/// `f32` are rounded once, at the end. Any NaN gives NaN. Infinities are numbers like others, where NumPy mostly gives NaN:
/// what is interpolated between equal neighbours, or falls on one of them, is that element, and what lies between a finite
/// number and an infinity is that infinity; between the two infinities there is only NaN.
///
/// # Errors
/// [`ErrorKind::Empty`] for an array without elements, [`ErrorKind::InvalidArgument`] for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::{Linear, Lower};
/// use ndarray::array;
/// let x = array![4_f64, 1., 3., 2.];
/// assert_eq!(linstat::quantile(&x, 0.5, Linear)?, 2.5);
/// assert_eq!(linstat::quantile(&x, 0.5, Lower)?, 2.0);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
) -> Result<T::Average> {
    let q = [share("quantile", q, 1.0)?];
    one_of_all("quantile", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The quantiles along an axis, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`quantile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`] if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// assert_eq!(linstat::quantile_axis(&x, 0.5, Linear, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D::Smaller>> {
    let q = [share("quantile_axis", q, 1.0)?];
    one_along("quantile_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several quantiles of all elements, as `numpy.quantile(x, q, method=method)`.
///
/// One result per entry of `q`, in its order: quicker than call after call. See [`quantile`].
///
/// # Errors
/// [`ErrorKind::Empty`] for an array without elements, [`ErrorKind::InvalidArgument`] for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4_f64, 1., 3., 2.];
/// assert_eq!(linstat::quantiles(&x, &[0.0, 0.5], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantiles<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<T::Average>> {
    let q = shares("quantiles", q, 1.0)?;
    several_of_all("quantiles", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several quantiles along an axis, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// The first axis of the result has an entry per `q`; then come the axes of `x` without `axis`, as in NumPy. See
/// [`quantile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`] if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// let both = linstat::quantiles_axis(&x, &[0.0, 0.5], Linear, Axis(0))?;
/// assert_eq!(both, array![[1., 2.], [2., 4.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantiles_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D>> {
    let q = shares("quantiles_axis", q, 1.0)?;
    several_along("quantiles_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The percentile of all elements, as `numpy.percentile(x, q, method=method)`.
///
/// `q` is from 0 to 100; else as [`quantile`], which tells method and semantics.
///
/// # Errors
/// [`ErrorKind::Empty`] for an array without elements, [`ErrorKind::InvalidArgument`] for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// assert_eq!(linstat::percentile(&array![4_f64, 1., 3., 2.], 50., Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentile<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
) -> Result<T::Average> {
    let q = [share("percentile", q, 100.0)?];
    one_of_all("percentile", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The percentiles along an axis, as `numpy.percentile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`percentile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`] if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// assert_eq!(linstat::percentile_axis(&x, 50., Linear, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentile_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D::Smaller>> {
    let q = [share("percentile_axis", q, 100.0)?];
    one_along("percentile_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several percentiles of all elements, as `numpy.percentile(x, q, method=method)`.
///
/// One result per entry of `q`, in its order: quicker than call after call. See [`percentile`].
///
/// # Errors
/// [`ErrorKind::Empty`] for an array without elements, [`ErrorKind::InvalidArgument`] for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4_f64, 1., 3., 2.];
/// assert_eq!(linstat::percentiles(&x, &[0., 50.], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentiles<T: Averaged<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<T::Average>> {
    let q = shares("percentiles", q, 100.0)?;
    several_of_all("percentiles", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several percentiles along an axis, as `numpy.percentile(x, q, axis=axis, method=method)`.
///
/// The first axis of the result has an entry per `q`; then come the axes of `x` without `axis`, as in NumPy. See
/// [`percentile`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`ErrorKind::Empty`] if the axis has length 0 and there are lanes.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// let both = linstat::percentiles_axis(&x, &[0., 50.], Linear, Axis(0))?;
/// assert_eq!(both, array![[1., 2.], [2., 4.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentiles_axis<T: Averaged<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Average, D>> {
    let q = shares("percentiles_axis", q, 100.0)?;
    several_along("percentiles_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The answer for all elements.
pub(crate) fn one_of_all<T: Element, D: Dimension>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    question: Question<'_>,
    nan: Nan,
) -> Result<T::Mean> {
    let mut out = [T::Mean::of(0.0)];
    T::answers(op, Elements::filled(op, x)?, question, nan, &mut out)?;
    Ok(out[0])
}

/// The answers for all elements.
pub(crate) fn several_of_all<T: Element, D: Dimension>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    question: Question<'_>,
    nan: Nan,
) -> Result<Array1<T::Mean>> {
    let mut out = lanes::new(op, Ix1(question.len()))?;
    let slice = out.as_slice_mut().unwrap_or_default();
    T::answers(op, Elements::filled(op, x)?, question, nan, slice)?;
    Ok(out)
}

/// The answer for each lane.
pub(crate) fn one_along<T: Element, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    question: Question<'_>,
    nan: Nan,
) -> Result<Array<T::Mean, D::Smaller>> {
    check_lanes(op, x, axis)?;
    Ok(shaped(x, axis, T::answers_along(op, Along::new(x, axis), question, nan)?))
}

/// The answers for each lane, before the axes of the lanes.
pub(crate) fn several_along<T: Element, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    question: Question<'_>,
    nan: Nan,
) -> Result<Array<T::Mean, D>> {
    check_lanes(op, x, axis)?;
    let (len, step) = (question.len(), x.shape()[axis.0 + 1..].iter().product());
    let answers = T::answers_along(op, Along::new(x, axis), question, nan)?;
    let mut dim = x.raw_dim();
    dim.slice_mut()[..=axis.0].rotate_right(1);
    dim[0] = len;
    Ok(Array::from_shape_vec(dim, first(op, answers, len, step)?)
        .unwrap_or_else(|_| unreachable!("there are as many answers for every lane")))
}

/// Puts the axis of length `len` before all others; behind it come those of `step` elements.
fn first<R: Copy>(op: &'static str, x: Vec<R>, len: usize, step: usize) -> Result<Vec<R>> {
    let all = len * step;
    if x.len() == all {
        return Ok(x);
    }
    let mut out = room(x.len()).named(op)?;
    for start in (0..all).step_by(step) {
        x.chunks_exact(all).for_each(|x| out.extend_from_slice(&x[start..start + step]));
    }
    Ok(out)
}

/// Of an array with elements.
pub(super) fn answers<T: Element>(
    op: &'static str,
    x: Elements<'_, T>,
    question: Question<'_>,
    nan: Nan,
    out: &mut [T::Mean],
) -> Result<()> {
    let n = x.len();
    let (x, plan) = (Source::new(op, &x)?, Plan::new(n, question));
    answer(x, &plan, question, nan, &mut Spare::default(), out).ok_or(ErrorKind::TooLarge { dim: n }.at(op))
}

/// The answers, in place of the axis.
pub(super) fn answers_along<T: Element>(
    op: &'static str,
    x: Along<'_, T>,
    question: Question<'_>,
    nan: Nan,
) -> Result<Vec<T::Mean>> {
    // of no lanes, any length will do
    let plan = Plan::new(x.len().max(1), question);
    select_along(op, x, question.len(), &|lane, out, spare| {
        answer(Source::Slice(lane), &plan, question, nan, spare, out)
    })
}

/// What finds numbers in a lane, unless it lacks memory.
type Select<'f, T, R> = dyn Fn(&[T], &mut [R], &mut Spare<<T as Ordered>::Key>) -> Option<()> + Sync + 'f;

/// What `select` finds in every lane, `len` numbers.
fn select_along<T: Element, R: Copy + Default + Send + Sync>(
    op: &'static str,
    x: Along<'_, T>,
    len: usize,
    select: &Select<'_, T, R>,
) -> Result<Vec<R>> {
    let (dim, out_of_memory) = (x.len(), AtomicBool::new(false));
    let out = map_along(op, x, len, GRAIN, &|walk| {
        let mut spare = Spare::default();
        walk(&mut |lane, out| {
            if select(lane, out, &mut spare).is_none() {
                out_of_memory.store(true, Relaxed);
            }
        });
    })?;
    if out_of_memory.into_inner() { Err(ErrorKind::TooLarge { dim }.at(op)) } else { Ok(out) }
}

/// The quantile of all elements that is one of them: the value and the type that it has there, as
/// `numpy.quantile(x, q, method=method)` with one of the methods that do not interpolate.
///
/// `method` is `InvertedCdf`, `ClosestObservation`, `Lower`, `Higher` or `Nearest`. Any shape and layout, every
/// [`Element`]: whole numbers beyond 2^53 are exact, and `bool` stays `bool`. Any NaN gives NaN. See [`quantile`].
///
/// # Errors
/// [`ErrorKind::Empty`] for an array without elements, [`ErrorKind::InvalidArgument`] for a `q` outside 0 to 1 or another method.
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
    const OP: &str = "quantile_element";
    T::element(OP, Elements::filled(OP, x)?, q, method)
}

/// The quantiles along an axis that are elements, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`quantile_element`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, for a `q` outside 0 to 1 or a method that interpolates,
/// [`ErrorKind::Empty`] if the axis has length 0 while others have not.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Nearest;
/// use ndarray::{Axis, array};
/// let x = array![[1_u8, 2], [3, 6], [5, 7]];
/// assert_eq!(linstat::quantile_element_axis(&x, 0.5, Nearest, Axis(0))?, array![3_u8, 6]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile_element_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T, D::Smaller>> {
    const OP: &str = "quantile_element_axis";
    check_lanes(OP, x, axis)?;
    Ok(shaped(x, axis, T::element_along(OP, Along::new(x, axis), q, method)?))
}

/// Of an array with elements.
pub(super) fn element<T: Element>(
    op: &'static str,
    x: Elements<'_, T>,
    q: f64,
    method: QuantileMethod,
) -> Result<T> {
    let n = x.len();
    let rank = rank(op, n, share(op, q, 1.0)?, method)?;
    let mut out = [T::default()];
    element_at(Source::new(op, &x)?, rank, &mut Spare::default(), &mut out)
        .ok_or(ErrorKind::TooLarge { dim: n }.at(op))?;
    Ok(out[0])
}

pub(super) fn element_along<T: Element>(
    op: &'static str,
    x: Along<'_, T>,
    q: f64,
    method: QuantileMethod,
) -> Result<Vec<T>> {
    let rank = rank(op, x.len().max(1), share(op, q, 1.0)?, method)?;
    select_along(op, x, 1, &|lane, out, spare| element_at(Source::Slice(lane), rank, spare, out))
}
