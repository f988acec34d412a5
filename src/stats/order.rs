//! Order statistics: medians, quantiles and percentiles.

use super::quantile::{Plan, Question, shares};
use super::select::nan_count;
use crate::backend::check_memory;
use crate::lanes::{check_filled, map_lanes};
use crate::{Element, Error, QuantileMethod, Real, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, RemoveAxis};
use num_traits::Float;

/// Elements of an array from which on a second thread pays for its lanes.
const GRAIN: usize = 1 << 13;

/// The median of all elements, as `numpy.median(x)`.
///
/// Any shape and layout. The middle element, or the mean of the two in the middle, exact but for the rounding of that
/// mean; found by selection, without sorting and without a copy of contiguous data. Any NaN gives NaN, and so do the
/// two infinities around the middle. Integers and `bool` give `f64`.
///
/// # Errors
/// [`Error::Empty`] for an array without elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::median(&array![[85_i32, 90], [78, 93]])?, 87.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median<T: Element, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Mean> {
    one_of_all("median", x, Question::Median, Nan::Spreads)
}

/// The medians along an axis, as `numpy.median(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`median`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis, [`Error::Empty`] if the axis has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::median_axis(&array![[1., 2.], [3., 6.]], Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn median_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    one_along("median_axis", x, axis, Question::Median, Nan::Spreads)
}

/// The quantile of all elements, as `numpy.quantile(x, q, method=method)`.
///
/// Any shape and layout, `q` from 0 to 1; [`QuantileMethod::default()`](QuantileMethod) is NumPy's default. Found by
/// selection, without sorting and without a copy of contiguous data.
///
/// Positions and interpolation are NumPy's formulae in `f64`, so results for `f64` are NumPy's to the bit; those for
/// `f32` are rounded once, at the end. Integers and `bool` give `f64`. Any NaN gives NaN. An interpolation that an
/// infinity takes part in gives an infinity or NaN, as NumPy's does; NaN even if both elements are the same infinity.
///
/// # Errors
/// [`Error::Empty`] for an array without elements, [`Error::InvalidArgument`] for a `q` outside its range.
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
pub fn quantile<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
) -> Result<T::Mean> {
    let q = shares("quantile", &[q], 1.0)?;
    one_of_all("quantile", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The quantiles along an axis, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`quantile`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`Error::Empty`] if the axis has length 0.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// assert_eq!(linstat::quantile_axis(&x, 0.5, Linear, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    let q = shares("quantile_axis", &[q], 1.0)?;
    one_along("quantile_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several quantiles of all elements, as `numpy.quantile(x, q, method=method)`.
///
/// One result per entry of `q`, in its order: quicker than call after call. See [`quantile`].
///
/// # Errors
/// [`Error::Empty`] for an array without elements, [`Error::InvalidArgument`] for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4_f64, 1., 3., 2.];
/// assert_eq!(linstat::quantiles(&x, &[0.0, 0.5], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantiles<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<T::Mean>> {
    let q = shares("quantiles", q, 1.0)?;
    several_of_all("quantiles", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several quantiles along an axis, as `numpy.quantile(x, q, axis=axis, method=method)`.
///
/// The first axis of the result has an entry per `q`; then come the axes of `x` without `axis`, as in NumPy. See
/// [`quantile`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`Error::Empty`] if the axis has length 0.
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
pub fn quantiles_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Mean, D>> {
    let q = shares("quantiles_axis", q, 1.0)?;
    several_along("quantiles_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The percentile of all elements, as `numpy.percentile(x, q, method=method)`.
///
/// `q` is from 0 to 100; else as [`quantile`], which tells method and semantics.
///
/// # Errors
/// [`Error::Empty`] for an array without elements, [`Error::InvalidArgument`] for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// assert_eq!(linstat::percentile(&array![4_f64, 1., 3., 2.], 50., Linear)?, 2.5);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentile<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
) -> Result<T::Mean> {
    let q = shares("percentile", &[q], 100.0)?;
    one_of_all("percentile", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// The percentiles along an axis, as `numpy.percentile(x, q, axis=axis, method=method)`.
///
/// The result has the shape of `x` without `axis`. See [`percentile`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`Error::Empty`] if the axis has length 0.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::{Axis, array};
/// let x = array![[1., 2.], [3., 6.]];
/// assert_eq!(linstat::percentile_axis(&x, 50., Linear, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentile_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: f64,
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Mean, D::Smaller>> {
    let q = shares("percentile_axis", &[q], 100.0)?;
    one_along("percentile_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several percentiles of all elements, as `numpy.percentile(x, q, method=method)`.
///
/// One result per entry of `q`, in its order: quicker than call after call. See [`percentile`].
///
/// # Errors
/// [`Error::Empty`] for an array without elements, [`Error::InvalidArgument`] for a `q` outside its range.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use ndarray::array;
/// let x = array![4_f64, 1., 3., 2.];
/// assert_eq!(linstat::percentiles(&x, &[0., 50.], Linear)?, array![1., 2.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn percentiles<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array1<T::Mean>> {
    let q = shares("percentiles", q, 100.0)?;
    several_of_all("percentiles", x, Question::Quantiles(&q, method), Nan::Spreads)
}

/// Several percentiles along an axis, as `numpy.percentile(x, q, axis=axis, method=method)`.
///
/// The first axis of the result has an entry per `q`; then come the axes of `x` without `axis`, as in NumPy. See
/// [`percentile`].
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis or a `q` is outside its range, [`Error::Empty`] if the axis has length 0.
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
pub fn percentiles_axis<T: Element, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    q: &[f64],
    method: QuantileMethod,
    axis: Axis,
) -> Result<Array<T::Mean, D>> {
    let q = shares("percentiles_axis", q, 100.0)?;
    several_along("percentiles_axis", x, axis, Question::Quantiles(&q, method), Nan::Spreads)
}

/// What becomes of a lane with NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nan {
    Spreads,
    LeftOut,
}

pub(super) fn one_of_all<T: Element, D: Dimension>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    question: Question<'_>,
    nan: Nan,
) -> Result<T::Mean> {
    Ok(several_of_all(op, x, question, nan)?[0])
}

pub(super) fn several_of_all<T: Element, D: Dimension>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    question: Question<'_>,
    nan: Nan,
) -> Result<Array1<T::Mean>> {
    if x.is_empty() {
        return Err(Error::empty(op, x.shape()));
    }
    check_memory::<T::Mean>(op, question.len())?;
    let plan = Plan::new(x.len(), question);
    let mut out = vec![T::Mean::of(0.0); question.len()];
    match x.as_slice_memory_order() {
        Some(x) => answer(x, &plan, question, nan, &mut out),
        None => {
            check_memory::<T>(op, x.len())?;
            answer(&x.iter().copied().collect::<Vec<_>>(), &plan, question, nan, &mut out);
        }
    }
    Ok(Array1::from_vec(out))
}

pub(super) fn one_along<T: Element, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    question: Question<'_>,
    nan: Nan,
) -> Result<Array<T::Mean, D::Smaller>> {
    Ok(along(op, x, axis, question, nan)?.index_axis_move(axis, 0))
}

pub(super) fn several_along<T: Element, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    question: Question<'_>,
    nan: Nan,
) -> Result<Array<T::Mean, D>> {
    let mut out = along(op, x, axis, question, nan)?;
    (0..axis.0).rev().for_each(|before| out.swap_axes(before, before + 1));
    Ok(out.as_standard_layout().into_owned())
}

/// The answers, in place of `axis`.
fn along<T: Element, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    question: Question<'_>,
    nan: Nan,
) -> Result<Array<T::Mean, D>> {
    check_filled(op, x, axis)?;
    let plan = Plan::new(x.len_of(axis), question);
    map_lanes(op, x, axis, question.len(), GRAIN, |lane, out| answer(lane, &plan, question, nan, out))
}

/// The answers for one lane, where `plan` is that for a lane of this length.
fn answer<T: Element>(lane: &[T], plan: &Plan, question: Question<'_>, nan: Nan, out: &mut [T::Mean]) {
    let put = |plan: &Plan, out: &mut [T::Mean]| {
        out.iter_mut().zip(plan.answer(lane)).for_each(|(out, answer)| *out = T::Mean::of(answer));
    };
    match (nan_count(lane), nan) {
        (0, _) => put(plan, out),
        (nans, Nan::LeftOut) if nans < lane.len() => put(&Plan::new(lane.len() - nans, question), out),
        _ => out.fill(Float::nan()),
    }
}
