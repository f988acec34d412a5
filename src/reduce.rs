//! Reductions: sums, products, extremes and counts, with NumPy's semantics.
//!
//! | task | functions |
//! |---|---|
//! | sums and products | [`sum`], [`prod`], [`cumsum`], [`cumprod`] |
//! | extremes | [`min`], [`max`], [`argmin`], [`argmax`], [`ptp`] |
//! | the same without NaN | [`nansum`], [`nanprod`], [`nancumsum`], [`nancumprod`], [`nanmin`], [`nanmax`], [`nanargmin`], [`nanargmax`] |
//! | truth | [`all`], [`any`], [`count_nonzero`] |
//!
//! All of them have a twin along axes, whose name ends in `_axis`.
//!
//! They take whole arrays or lanes along any axis, or along several at once ([`Axes`]), in any layout, with
//! elements of type `f32`, `f64`, `bool` and all integers of 8 to 64 bits (`u64` only where nothing is
//! added), and of complex numbers ([`Entry`]). Results have the same bits for every layout of the same values
//! and for every number of threads.
//!
//! Complex numbers are summed part by part. The smallest and the largest are those in NumPy's order, by the
//! real part and then by the imaginary one; a number is NaN if one of its parts is, and 0 if both are.
//!
//! Lanes of `i8`, `i16`, `u16` and `u32` are computed as wider integers, up to half a million elements at a
//! time, or a whole lane if it is longer; order statistics and indices take a copy of the array that is
//! wider.

mod axes;
mod bodies;
mod complex;
mod nan;
mod narrow;

pub use axes::{Axes, KeepDims};
pub(crate) use axes::{Check, extent, reduced, stacked};
pub(crate) use bodies::Reduce;
pub use nan::{
    nanargmax, nanargmax_axis, nanargmin, nanargmin_axis, nancumprod, nancumprod_axis, nancumsum,
    nancumsum_axis, nanmax, nanmax_axis, nanmin, nanmin_axis, nanprod, nanprod_axis, nansum, nansum_axis,
};

use crate::loops::Nan;
use crate::loops::extreme::End;
use crate::loops::lanes::{Along, Elements, mapped};
use crate::{Entry, ErrorKind, HasSum, Named, Result};
use bodies::{Step, Truth, only_nan};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, RemoveAxis};

/// Returns the sum of all elements, as `numpy.sum(x)`; 0 for an empty array.
///
/// `f32` and `f64` give a sum of their own type. It is accumulated in `f64`, and long sums also carry their
/// rounding errors: the error is at most 20 `EPSILON` times the sum of the absolute values, whatever the
/// length (for `f32`, the last digit is right). Integers and `bool` give `i64` (in NumPy, unsigned ones give
/// `uint64`; here `u64` has no sum); a sum beyond its range wraps around silently, as in NumPy. NaN and
/// infinities propagate. The parts of complex numbers are summed on their own.
///
/// # Errors
/// [`ErrorKind::TooLarge`] for a broadcast view with more elements than memory can hold.
///
/// # Examples
/// ```
/// use linstat::sum;
/// use ndarray::array;
/// assert_eq!(sum(&array![[1_f64, 2.], [3., 4.]])?, 10.);
/// assert_eq!(sum(&array![i32::MAX, 1])?, 1 << 31);
/// assert_eq!(sum(&array![true, false, true])?, 2);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn sum<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Total> {
    T::sum_all(Elements::new(x), Nan::Spreads).named("sum")
}

/// Returns the sums along an axis, as `numpy.sum(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`; sums over an axis of length 0 are 0. See [`sum`], and
/// [`Axes`] for several axes at once and kept axes, which most functions with `_axis` in their name take.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::sum_axis(&array![[1, 2], [3, 4]], Axis(0))?, array![4_i64, 6]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn sum_axis<T: HasSum<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Total, A::Left>> {
    reduced(x, axis, Check::Exist, |x| T::sum_lanes(x, Nan::Spreads)).named("sum_axis")
}

/// Returns the product of all elements, as `numpy.prod(x)`; 1 for an empty array.
///
/// Types as in [`sum`]. The elements are multiplied one by one in logical order and in the type of the
/// result, as in NumPy: the relative error is up to half an `EPSILON` per factor, and 1.2 `EPSILON` for
/// complex numbers, whose products start with the first factor (NumPy's with 1, which makes NaN of a part of
/// an infinity). Integer products wrap around silently.
///
/// # Errors
/// As [`sum`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::prod(&array![2_f64, 3., 4.])?, 24.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn prod<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Total> {
    T::prod_all(Elements::new(x), Nan::Spreads).named("prod")
}

/// Returns the products along an axis, as `numpy.prod(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`; products over an axis of length 0 are 1. See [`prod`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::prod_axis(&array![[1, 2], [3, 4]], Axis(0))?, array![3_i64, 8]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn prod_axis<T: HasSum<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Total, A::Left>> {
    reduced(x, axis, Check::Exist, |x| T::prod_lanes(x, Nan::Spreads)).named("prod_axis")
}

/// Returns the running sums of all elements in logical order, as `numpy.cumsum(x)`: shape `(x.len(),)`.
///
/// Types as in [`sum`]. The elements are added one by one in the type of the result, as in NumPy.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::cumsum(&array![[1, 2], [3, 4]])?, array![1_i64, 3, 6, 10]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("cumulative_sum", "scan"))]
pub fn cumsum<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array1<T::Total>> {
    T::running_all(Elements::new(x), Step::Plus, Nan::Spreads).named("cumsum")
}

/// Returns the running sums along an axis, as `numpy.cumsum(x, axis=axis)`, in the shape of `x`. See
/// [`cumsum`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::TooLarge`] if the result does not fit
/// into memory.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::cumsum_axis(&array![[1, 2], [3, 4]], Axis(0))?, array![[1_i64, 2], [4, 6]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn cumsum_axis<T: HasSum<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Total, D>> {
    mapped(x, axis, Ok, |x| T::running_lanes(x, Step::Plus, Nan::Spreads)).named("cumsum_axis")
}

/// Returns the running products of all elements in logical order, as `numpy.cumprod(x)`: shape `(x.len(),)`.
/// See [`prod`].
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::cumprod(&array![[1, 2], [3, 4]])?, array![1_i64, 2, 6, 24]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "cumulative_prod")]
pub fn cumprod<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array1<T::Total>> {
    T::running_all(Elements::new(x), Step::Times, Nan::Spreads).named("cumprod")
}

/// Returns the running products along an axis, as `numpy.cumprod(x, axis=axis)`, in the shape of `x`. See
/// [`prod`].
///
/// # Errors
/// As [`cumsum_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::cumprod_axis(&array![[1, 2], [3, 4]], Axis(0))?, array![[1_i64, 2], [3, 8]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn cumprod_axis<T: HasSum<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Total, D>> {
    mapped(x, axis, Ok, |x| T::running_lanes(x, Step::Times, Nan::Spreads)).named("cumprod_axis")
}

/// Returns the smallest element, as `numpy.min(x)`; NaN if any element is NaN.
///
/// -0 and 0 are equal: the first of them is returned. Complex numbers are compared by their real parts, then
/// by their imaginary ones; the first of those with a NaN is returned.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::min(&array![[3, 1], [2, 4]])?, 1);
/// assert!(linstat::min(&array![1., f64::NAN])?.is_nan());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("amin", "minimum"))]
pub fn min<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T> {
    extreme(x, End::Min, Nan::Spreads).named("min")
}

/// Returns the smallest elements along an axis, as `numpy.min(x, axis=axis)`, in the shape of `x` without
/// `axis`. See [`min`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::Empty`] if it has length 0.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::min_axis(&array![[3, 1], [2, 4]], Axis(0))?, array![2, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn min_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T, A::Left>> {
    extreme_axis(x, axis, End::Min, Nan::Spreads).named("min_axis")
}

/// Returns the largest element, as `numpy.max(x)`; NaN if any element is NaN.
///
/// -0 and 0 are equal: the first of them is returned. Complex numbers are compared as in [`min`].
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::max(&array![[3, 1], [2, 4]])?, 4);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("amax", "maximum"))]
pub fn max<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T> {
    extreme(x, End::Max, Nan::Spreads).named("max")
}

/// Returns the largest elements along an axis, as `numpy.max(x, axis=axis)`, in the shape of `x` without
/// `axis`. See [`max`].
///
/// # Errors
/// As [`min_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::max_axis(&array![[3, 1], [2, 4]], Axis(1))?, array![3, 4]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn max_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T, A::Left>> {
    extreme_axis(x, axis, End::Max, Nan::Spreads).named("max_axis")
}

/// Returns the largest element minus the smallest, as `numpy.ptp(x)`; NaN if any element is NaN.
///
/// The result has the type of the elements: a difference of integers beyond their range wraps around, as in
/// NumPy. For `bool` it is whether both values occur (NumPy refuses them).
///
/// # Errors
/// As [`min`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::ptp(&array![[3, 1], [2, 7]])?, 6);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("peak_to_peak", "range"))]
pub fn ptp<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T> {
    let ends = |end| extreme(x, end, Nan::Spreads);
    ends(End::Max).and_then(|max| Ok(max.minus(ends(End::Min)?))).named("ptp")
}

/// Returns the largest minus the smallest elements along an axis, as `numpy.ptp(x, axis=axis)`, in the shape
/// of `x` without `axis`. See [`ptp`].
///
/// # Errors
/// As [`min_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::ptp_axis(&array![[3, 1], [2, 7]], Axis(0))?, array![1, 6]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn ptp_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T, A::Left>> {
    let ranges = |x: Along<'_, T>| {
        let mut max = T::extreme_lanes(x.clone(), End::Max, Nan::Spreads)?;
        let min = T::extreme_lanes(x, End::Min, Nan::Spreads)?;
        max.iter_mut().zip(min).for_each(|(max, min)| *max = max.minus(min));
        Ok(max)
    };
    reduced(x, axis, Check::Filled, ranges).named("ptp_axis")
}

/// Returns the index of the smallest element in logical order, as `numpy.argmin(x)`: the first NaN if there
/// is one, else the first of equal elements.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::argmin(&array![[3, 1], [1, 4]])?, 1);
/// assert_eq!(linstat::argmin(&array![1., f64::NAN])?, 1);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "idxmin")]
pub fn argmin<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<usize> {
    index(x, End::Min, Nan::Spreads).named("argmin")
}

/// Returns the indices of the smallest elements along an axis, as `numpy.argmin(x, axis=axis)`. See
/// [`argmin`], and [`Axes`] for kept axes. Along several axes, an index is that in their elements in logical
/// order, as that of [`argmin`] is for a whole array.
///
/// # Errors
/// As [`min_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::argmin_axis(&array![[3, 1], [2, 4]], Axis(0))?, array![1, 0]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn argmin_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<usize, A::Left>> {
    index_axis(x, axis, End::Min, Nan::Spreads).named("argmin_axis")
}

/// Returns the index of the largest element in logical order, as `numpy.argmax(x)`: the first NaN if there is
/// one, else the first of equal elements.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::argmax(&array![0.1, 0.7, 0.2])?, 1);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "idxmax")]
pub fn argmax<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<usize> {
    index(x, End::Max, Nan::Spreads).named("argmax")
}

/// Returns the indices of the largest elements along an axis, as `numpy.argmax(x, axis=axis)`. See
/// [`argmax`], and [`Axes`] for kept axes. Along several axes, an index is that in their elements in logical
/// order, as that of [`argmax`] is for a whole array.
///
/// # Errors
/// As [`min_axis`].
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let scores = array![[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]];
/// assert_eq!(linstat::argmax_axis(&scores, Axis(1))?, array![1, 0]);
/// assert_eq!(linstat::argmax_axis(&scores, linstat::KeepDims(Axis(1)))?, array![[1], [0]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn argmax_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<usize, A::Left>> {
    index_axis(x, axis, End::Max, Nan::Spreads).named("argmax_axis")
}

/// Returns whether all elements are true (not 0), as `numpy.all(x)`; true for an empty array. NaN is true.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert!(linstat::all(&array![[true, true]]));
/// assert!(!linstat::all(&array![1., 0.]));
/// ```
pub fn all<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> bool {
    !T::any_is(Elements::new(x), Truth::False)
}

/// Returns whether all elements along an axis are true, as `numpy.all(x, axis=axis)`. See [`all`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::all_axis(&array![[1, 0], [2, 3]], Axis(0))?, array![true, false]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn all_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<bool, A::Left>> {
    extent(x.shape(), axis.list())
        .and_then(|n| Ok(counts(x, axis)?.mapv(|count| count == n)))
        .named("all_axis")
}

/// Returns whether any element is true (not 0), as `numpy.any(x)`; false for an empty array. NaN is true.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert!(linstat::any(&array![[false, true]]));
/// assert!(!linstat::any(&array![0., -0.]));
/// ```
pub fn any<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> bool {
    T::any_is(Elements::new(x), Truth::True)
}

/// Returns whether any element along an axis is true, as `numpy.any(x, axis=axis)`. See [`any`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::any_axis(&array![[0, 0], [2, 0]], Axis(0))?, array![true, false]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn any_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<bool, A::Left>> {
    counts(x, axis).map(|counts| counts.mapv(|count| count > 0)).named("any_axis")
}

/// Returns the number of elements that are not 0, as `numpy.count_nonzero(x)`. NaN counts.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::count_nonzero(&array![[0, 1], [2, 0]]), 2);
/// ```
#[doc(alias = "count")]
pub fn count_nonzero<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> usize {
    T::count_all(Elements::new(x))
}

/// Returns the number of elements along an axis that are not 0, as `numpy.count_nonzero(x, axis=axis)`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::count_nonzero_axis(&array![[0, 1], [2, 3]], Axis(1))?, array![1, 2]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn count_nonzero_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<usize, A::Left>> {
    counts(x, axis).named("count_nonzero_axis")
}

fn extreme<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, end: End, nan: Nan) -> Result<T, ErrorKind> {
    T::extreme_all(Elements::new(x), end, nan).ok_or_else(|| ErrorKind::empty(x.shape()))
}

fn extreme_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
    end: End,
    nan: Nan,
) -> Result<Array<T, A::Left>, ErrorKind> {
    reduced(x, axis, Check::Filled, |x| T::extreme_lanes(x, end, nan))
}

fn index<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, end: End, nan: Nan) -> Result<usize, ErrorKind> {
    match T::index_all(Elements::new(x), end, nan) {
        None => Err(ErrorKind::empty(x.shape())),
        Some((_, x)) if nan == Nan::LeftOut && x.unordered() => Err(only_nan()),
        Some((index, _)) => Ok(index),
    }
}

fn index_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
    end: End,
    nan: Nan,
) -> Result<Array<usize, A::Left>, ErrorKind> {
    reduced(x, axis, Check::Filled, |x| T::index_lanes(x, end, nan))
}

fn counts<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<usize, A::Left>, ErrorKind> {
    reduced(x, axis, Check::Exist, T::count_lanes)
}
