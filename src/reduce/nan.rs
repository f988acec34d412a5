//! Reductions that leave out NaN. Integers and `bool` have none: the results are those of the plain
//! functions.

use super::bodies::Step;
use super::{Axes, Check, extreme, extreme_axis, index, index_axis, reduced};
use crate::loops::Nan::LeftOut;
use crate::loops::extreme::End;
use crate::loops::lanes::{Elements, mapped};
use crate::{Entry, HasSum, Named, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, RemoveAxis};

/// Returns the sum of all elements, where NaN counts as 0, as `numpy.nansum(x)`; 0 if there are no other
/// elements.
///
/// See [`sum`](crate::sum): the bits are those of the sum of a copy with 0 in the place of every NaN.
///
/// # Errors
/// As [`sum`](crate::sum).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nansum(&array![[2., f64::NAN], [3., 4.]])?, 9.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nansum<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Total> {
    T::sum_all(Elements::new(x), LeftOut).named("nansum")
}

/// Returns the sums along an axis, where NaN counts as 0, as `numpy.nansum(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`nansum`].
///
/// # Errors
/// As [`sum_axis`](crate::sum_axis).
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::nansum_axis(&array![[2., f64::NAN], [3., 4.]], Axis(0))?, array![5., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nansum_axis<T: HasSum<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Total, A::Left>> {
    reduced(x, axis, Check::Exist, |x| T::sum_lanes(x, LeftOut)).named("nansum_axis")
}

/// Returns the product of all elements, where NaN counts as 1, as `numpy.nanprod(x)`; 1 if there are no other
/// elements.
///
/// See [`prod`](crate::prod): the bits are those of the product of a copy with 1 in the place of every NaN.
///
/// # Errors
/// As [`prod`](crate::prod).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanprod(&array![[2., f64::NAN], [3., 4.]])?, 24.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanprod<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T::Total> {
    T::prod_all(Elements::new(x), LeftOut).named("nanprod")
}

/// Returns the products along an axis, where NaN counts as 1, as `numpy.nanprod(x, axis=axis)`.
///
/// The result has the shape of `x` without `axis`. See [`nanprod`].
///
/// # Errors
/// As [`prod_axis`](crate::prod_axis).
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::nanprod_axis(&array![[2., f64::NAN], [3., 4.]], Axis(0))?, array![6., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanprod_axis<T: HasSum<K>, K, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T::Total, A::Left>> {
    reduced(x, axis, Check::Exist, |x| T::prod_lanes(x, LeftOut)).named("nanprod_axis")
}

/// Returns the running sums of all elements in logical order, where NaN counts as 0, as
/// `numpy.nancumsum(x)`: shape `(x.len(),)`. See [`cumsum`](crate::cumsum).
///
/// # Errors
/// As [`cumsum`](crate::cumsum).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nancumsum(&array![2., f64::NAN, 3.])?, array![2., 2., 5.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nancumsum<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array1<T::Total>> {
    T::running_all(Elements::new(x), Step::Plus, LeftOut).named("nancumsum")
}

/// Returns the running sums along an axis, where NaN counts as 0, as `numpy.nancumsum(x, axis=axis)`, in
/// the shape of `x`. See [`cumsum`](crate::cumsum).
///
/// # Errors
/// As [`cumsum_axis`](crate::cumsum_axis).
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[2., f64::NAN], [3., 4.]];
/// assert_eq!(linstat::nancumsum_axis(&x, Axis(0))?, array![[2., 0.], [5., 4.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nancumsum_axis<T: HasSum<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Total, D>> {
    mapped(x, axis, Ok, |x| T::running_lanes(x, Step::Plus, LeftOut)).named("nancumsum_axis")
}

/// Returns the running products of all elements in logical order, where NaN counts as 1, as
/// `numpy.nancumprod(x)`: shape `(x.len(),)`. See [`cumprod`](crate::cumprod).
///
/// # Errors
/// As [`cumprod`](crate::cumprod).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nancumprod(&array![2., f64::NAN, 3.])?, array![2., 2., 6.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nancumprod<T: HasSum<K>, K, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array1<T::Total>> {
    T::running_all(Elements::new(x), Step::Times, LeftOut).named("nancumprod")
}

/// Returns the running products along an axis, where NaN counts as 1, as `numpy.nancumprod(x, axis=axis)`, in
/// the shape of `x`. See [`cumprod`](crate::cumprod).
///
/// # Errors
/// As [`cumprod_axis`](crate::cumprod_axis).
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[2., f64::NAN], [3., 4.]];
/// assert_eq!(linstat::nancumprod_axis(&x, Axis(0))?, array![[2., 1.], [6., 4.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nancumprod_axis<T: HasSum<K>, K, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T::Total, D>> {
    mapped(x, axis, Ok, |x| T::running_lanes(x, Step::Times, LeftOut)).named("nancumprod_axis")
}

/// Returns the smallest element, leaving out NaN, as `numpy.nanmin(x)`; NaN if there are only NaN.
///
/// -0 and 0 are equal: the first of them is returned.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanmin(&array![[3., f64::NAN], [2., 4.]])?, 2.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmin<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T> {
    extreme(x, End::Min, LeftOut).named("nanmin")
}

/// Returns the smallest elements along an axis, leaving out NaN, as `numpy.nanmin(x, axis=axis)`, in the
/// shape of `x` without `axis`; NaN for a lane of NaN only. See [`nanmin`].
///
/// # Errors
/// As [`min_axis`](crate::min_axis).
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[3., f64::NAN], [2., 4.]];
/// assert_eq!(linstat::nanmin_axis(&x, Axis(0))?, array![2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmin_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T, A::Left>> {
    extreme_axis(x, axis, End::Min, LeftOut).named("nanmin_axis")
}

/// Returns the largest element, leaving out NaN, as `numpy.nanmax(x)`; NaN if there are only NaN.
///
/// -0 and 0 are equal: the first of them is returned.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanmax(&array![[3., f64::NAN], [2., 4.]])?, 4.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmax<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<T> {
    extreme(x, End::Max, LeftOut).named("nanmax")
}

/// Returns the largest elements along an axis, leaving out NaN, as `numpy.nanmax(x, axis=axis)`, in the shape
/// of `x` without `axis`; NaN for a lane of NaN only. See [`nanmax`].
///
/// # Errors
/// As [`max_axis`](crate::max_axis).
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[3., f64::NAN], [2., 4.]];
/// assert_eq!(linstat::nanmax_axis(&x, Axis(0))?, array![3., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanmax_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<T, A::Left>> {
    extreme_axis(x, axis, End::Max, LeftOut).named("nanmax_axis")
}

/// Returns the index of the smallest element in logical order, leaving out NaN, as `numpy.nanargmin(x)`: the
/// first of equal elements.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array,
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if there are only NaN, as in NumPy.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanargmin(&array![3., f64::NAN, 2., 4.])?, 2);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanargmin<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<usize> {
    index(x, End::Min, LeftOut).named("nanargmin")
}

/// Returns the indices of the smallest elements along an axis, leaving out NaN, as
/// `numpy.nanargmin(x, axis=axis)`. See [`nanargmin`], and [`argmin_axis`](crate::argmin_axis) for kept and
/// for several axes.
///
/// # Errors
/// As [`argmin_axis`](crate::argmin_axis);
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if a lane has only NaN, as in NumPy.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[3., f64::NAN], [2., 4.]];
/// assert_eq!(linstat::nanargmin_axis(&x, Axis(0))?, array![1, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanargmin_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<usize, A::Left>> {
    index_axis(x, axis, End::Min, LeftOut).named("nanargmin_axis")
}

/// Returns the index of the largest element in logical order, leaving out NaN, as `numpy.nanargmax(x)`: the
/// first of equal elements.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for an empty array,
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if there are only NaN, as in NumPy.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::nanargmax(&array![3., f64::NAN, 2., 4.])?, 3);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanargmax<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<usize> {
    index(x, End::Max, LeftOut).named("nanargmax")
}

/// Returns the indices of the largest elements along an axis, leaving out NaN, as
/// `numpy.nanargmax(x, axis=axis)`. See [`nanargmax`], and [`argmax_axis`](crate::argmax_axis) for kept and
/// for several axes.
///
/// # Errors
/// As [`argmax_axis`](crate::argmax_axis);
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if a lane has only NaN, as in NumPy.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[3., f64::NAN], [2., 4.]];
/// assert_eq!(linstat::nanargmax_axis(&x, Axis(0))?, array![0, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn nanargmax_axis<T: Entry, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
) -> Result<Array<usize, A::Left>> {
    index_axis(x, axis, End::Max, LeftOut).named("nanargmax_axis")
}
