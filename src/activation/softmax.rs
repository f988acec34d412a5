//! Softmax, its logarithm, and the logarithm of sums of exponentials.

use crate::loops::lanes::{Elements, check_axis, typed};
use crate::loops::layout::{
    copy, in_c_order, is_narrow, lanes, lanes_in_c_order, like, transposed, unbraided, with_axis_last,
};
use crate::loops::softmax::{Kind, Lanes, lanes_inplace, lanes_to, log_sum_in_blocks, log_sums};
use crate::memory::check_memory;
use crate::{ErrorKind, Named, Real, Result};
use ndarray::{Array, ArrayD, ArrayRef, ArrayViewD, ArrayViewMutD, Axis, Dimension, RemoveAxis};

/// Returns `exp(x) / sum(exp(x))` over the last axis, as `scipy.special.softmax(x, axis=-1)`.
///
/// Any shape and layout; the result has the shape of `x`; a 0-dimensional array gives 1. The largest element
/// of each lane is subtracted first, so that nothing overflows. A lane with a NaN or +infinity, or with only
/// -infinity, gives NaN as in SciPy. The result has the same bits for every layout and number of threads.
///
/// | type | error | range |
/// |---|---|---|
/// | f64, f32 | 2 ulp | all finite, -infinity gives 0; denormal results included |
///
/// # Examples
/// ```
/// use ndarray::array;
/// let p = linstat::softmax(&array![[0., 0.], [1000., 0.]]);
/// assert_eq!(p, array![[0.5, 0.5], [1., 0.]]);
/// ```
pub fn softmax<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Array<T, D> {
    over_last(Kind::Softmax, x)
}

/// Computes [`softmax`] in place.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let mut x = array![[0., 0.], [1000., 0.]];
/// linstat::softmax_inplace(&mut x);
/// assert_eq!(x, array![[0.5, 0.5], [1., 0.]]);
/// ```
pub fn softmax_inplace<T: Real, D: Dimension>(x: &mut ArrayRef<T, D>) {
    over_last_inplace(Kind::Softmax, x);
}

/// Returns [`softmax`] along any axis, as `scipy.special.softmax(x, axis=axis)`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis;
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let p = linstat::softmax_axis(&array![[0., 7.], [0., 7.]], Axis(0))?;
/// assert_eq!(p, array![[0.5, 0.5], [0.5, 0.5]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn softmax_axis<T: Real, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<Array<T, D>> {
    check(x, axis).named("softmax_axis")?;
    Ok(over(Kind::Softmax, x, axis))
}

/// Computes [`softmax_axis`] in place.
///
/// # Errors
/// As [`softmax_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let mut x = array![[0., 7.], [0., 7.]];
/// linstat::softmax_axis_inplace(&mut x, Axis(0))?;
/// assert_eq!(x, array![[0.5, 0.5], [0.5, 0.5]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn softmax_axis_inplace<T: Real, D: Dimension>(x: &mut ArrayRef<T, D>, axis: Axis) -> Result<()> {
    check(x, axis).named("softmax_axis_inplace")?;
    over_inplace(Kind::Softmax, x, axis);
    Ok(())
}

/// Returns `ln(softmax(x))` over the last axis, as `scipy.special.log_softmax(x, axis=-1)`.
///
/// Any shape and layout; the result has the shape of `x`; a 0-dimensional array gives 0. It is not computed
/// from the rounded softmax, so it is accurate where that is 0 or 1. NaN and infinities behave as in SciPy: a
/// lane with a NaN, or with only -infinity, gives NaN; a lane with +infinity gives NaN there and -infinity
/// elsewhere; a single -infinity stays. The result has the same bits for every layout and number of threads.
///
/// | type | error | range |
/// |---|---|---|
/// | f64, f32 | 2 ulp | all finite |
///
/// # Examples
/// ```
/// use ndarray::array;
/// let y = linstat::log_softmax(&array![[0., 0.], [1000., 0.]]);
/// assert_eq!(y, array![[-std::f64::consts::LN_2, -std::f64::consts::LN_2], [0., -1000.]]);
/// ```
pub fn log_softmax<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Array<T, D> {
    over_last(Kind::LogSoftmax, x)
}

/// Computes [`log_softmax`] in place.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let mut x = array![1000., 0.];
/// linstat::log_softmax_inplace(&mut x);
/// assert_eq!(x, array![0., -1000.]);
/// ```
pub fn log_softmax_inplace<T: Real, D: Dimension>(x: &mut ArrayRef<T, D>) {
    over_last_inplace(Kind::LogSoftmax, x);
}

/// Returns [`log_softmax`] along any axis, as `scipy.special.log_softmax(x, axis=axis)`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis;
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let y = linstat::log_softmax_axis(&array![[0., 1000.], [1000., 0.]], Axis(0))?;
/// assert_eq!(y, array![[-1000., 0.], [0., -1000.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn log_softmax_axis<T: Real, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<Array<T, D>> {
    check(x, axis).named("log_softmax_axis")?;
    Ok(over(Kind::LogSoftmax, x, axis))
}

/// Computes [`log_softmax_axis`] in place.
///
/// # Errors
/// As [`log_softmax_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let mut x = array![[0., 1000.], [1000., 0.]];
/// linstat::log_softmax_axis_inplace(&mut x, Axis(0))?;
/// assert_eq!(x, array![[-1000., 0.], [0., -1000.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn log_softmax_axis_inplace<T: Real, D: Dimension>(x: &mut ArrayRef<T, D>, axis: Axis) -> Result<()> {
    check(x, axis).named("log_softmax_axis_inplace")?;
    over_inplace(Kind::LogSoftmax, x, axis);
    Ok(())
}

/// Returns `ln(sum(exp(x)))` of all elements, as `scipy.special.logsumexp(x)`.
///
/// Any shape and layout; an empty array gives -infinity, the logarithm of an empty sum. It neither overflows
/// nor loses terms that are small beside the largest element. NaN gives NaN; otherwise +infinity gives
/// +infinity. The result has the same bits for every layout and number of threads.
///
/// The error is at most 2 ulp of the result, or 2 EPSILON where the largest element and the logarithm cancel
/// and the result is below 1.
///
/// # Errors
/// [`ErrorKind::TooLarge`] for a broadcast view with more elements than memory can hold.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::logsumexp(&array![1000., 1000.])?, 1000. + std::f64::consts::LN_2);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "lse")]
pub fn logsumexp<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T> {
    T::log_sum(Elements::new(x)).named("logsumexp")
}

pub(super) fn log_sum<T: Real>(x: Elements<'_, T>) -> Result<T, ErrorKind> {
    x.check()?;
    Ok(match x {
        Elements::Slice(x) => log_sums(x, Lanes { outer: 1, n: x.len(), inner: 1 })[0],
        Elements::View(_) => log_sum_in_blocks(&x),
    })
}

/// Returns [`logsumexp`] of each lane along an axis, as `scipy.special.logsumexp(x, axis=axis)`.
///
/// The result has the shape of `x` without that axis.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis;
/// [`ErrorKind::TooLarge`] if a copy of `x` or the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let y = linstat::logsumexp_axis(&array![[0., 1000.], [f64::NEG_INFINITY, 0.]], Axis(0))?;
/// assert_eq!(y, array![0., 1000.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn logsumexp_axis<T: Real, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T, D::Smaller>> {
    let log_sums = || match x.as_slice() {
        Some(memory) if !memory.is_empty() => {
            let sums = T::log_sum_lanes(memory, lanes_in_c_order(x.shape(), axis))?;
            Ok(in_c_order(x.raw_dim().remove_axis(axis), sums))
        }
        _ => T::log_sum_view(x.view().into_dyn(), axis).map(typed),
    };
    check_axis(x, axis).and_then(|()| log_sums()).named("logsumexp_axis")
}

pub(super) fn log_sum_lanes<T: Real>(x: &[T], lanes: Lanes) -> Result<Vec<T>, ErrorKind> {
    check_memory::<T>(lanes.outer * lanes.inner)?;
    if !is_narrow(lanes) {
        return Ok(log_sums(x, lanes));
    }
    check_memory::<T>(x.len())?;
    let (x, lanes) = unbraided(x, lanes);
    Ok(log_sums(&x, lanes))
}

pub(super) fn log_sum_view<T: Real>(x: ArrayViewD<'_, T>, axis: Axis) -> Result<ArrayD<T>, ErrorKind> {
    let dim = x.raw_dim().remove_axis(axis);
    check_memory::<T>(dim.size())?;
    check_memory::<T>(x.len())?;
    // keeps the order of the other axes
    let mut view = x.view();
    for i in axis.0 + 1..x.ndim() {
        view.swap_axes(i - 1, i);
    }
    let y = copy(&view);
    let lanes = Lanes { outer: dim.size(), n: x.len_of(axis), inner: 1 };
    Ok(in_c_order(dim, log_sums(y.as_slice().unwrap_or(&[]), lanes)))
}

fn check<T: Real, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<(), ErrorKind> {
    check_axis(x, axis)?;
    let as_they_are = match x.as_slice() {
        Some(memory) if !memory.is_empty() => !is_narrow(lanes_in_c_order(x.shape(), axis)),
        _ => lanes(x, axis).is_some(),
    };
    // the result, and lanes that are copied to be one after the other
    if as_they_are { check_memory::<T>(x.len()) } else { check_memory::<[T; 2]>(x.len()) }
}

fn over<T: Real, D: Dimension>(kind: Kind, x: &ArrayRef<T, D>, axis: Axis) -> Array<T, D> {
    match x.as_slice() {
        Some(memory) if !memory.is_empty() => {
            in_c_order(x.raw_dim(), T::softmax_lanes(kind, memory, lanes_in_c_order(x.shape(), axis)))
        }
        _ => typed(T::softmax_view(kind, x.view().into_dyn(), axis)),
    }
}

pub(super) fn over_lanes<T: Real>(kind: Kind, x: &[T], lanes: Lanes) -> Vec<T> {
    if !is_narrow(lanes) {
        return lanes_to(kind, x, lanes);
    }
    let (mut x, one_by_one) = unbraided(x, lanes);
    lanes_inplace(kind, &mut x, one_by_one);
    transposed(&x, lanes.inner, lanes.n)
}

pub(super) fn over_view<T: Real>(kind: Kind, x: ArrayViewD<'_, T>, axis: Axis) -> ArrayD<T> {
    if let Some(lanes) = lanes(&x, axis)
        && let Some(memory) = x.as_slice_memory_order()
        && let Some(y) = like(&x, lanes_to(kind, memory, lanes))
    {
        return y;
    }
    let mut y = copy(&x);
    over_view_inplace(kind, y.view_mut(), axis);
    y
}

fn over_inplace<T: Real, D: Dimension>(kind: Kind, x: &mut ArrayRef<T, D>, axis: Axis) {
    T::softmax_view_inplace(kind, x.view_mut().into_dyn(), axis);
}

pub(super) fn over_view_inplace<T: Real>(kind: Kind, mut x: ArrayViewMutD<'_, T>, axis: Axis) {
    if let Some(lanes) = lanes(&x, axis)
        && let Some(memory) = x.as_slice_memory_order_mut()
    {
        return lanes_inplace(kind, memory, lanes);
    }
    let (mut y, lanes) = with_axis_last(&x, axis);
    if let Some(memory) = y.as_slice_mut() {
        lanes_inplace(kind, memory, lanes);
    }
    y.swap_axes(axis.0, x.ndim() - 1);
    x.assign(&y);
}

fn over_last<T: Real, D: Dimension>(kind: Kind, x: &ArrayRef<T, D>) -> Array<T, D> {
    match x.ndim() {
        0 => x.mapv(|x| alone(kind, x)),
        n => over(kind, x, Axis(n - 1)),
    }
}

fn over_last_inplace<T: Real, D: Dimension>(kind: Kind, x: &mut ArrayRef<T, D>) {
    match x.ndim() {
        0 => x.mapv_inplace(|x| alone(kind, x)),
        n => over_inplace(kind, x, Axis(n - 1)),
    }
}

/// Returns the result for a lane of one element: `exp(x - x)` or `x - x`, which are NaN for an infinity.
fn alone<T: Real>(kind: Kind, x: T) -> T {
    match kind {
        _ if !x.is_finite() => T::nan(),
        Kind::Softmax => T::one(),
        _ => T::zero(),
    }
}
