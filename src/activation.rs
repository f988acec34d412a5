//! Activation functions, element by element or along an axis.

use crate::{Error, Real, Result};
use ndarray::{Array, ArrayRef, ArrayViewMut1, Axis, Dimension};

/// The rectified linear unit `max(x, 0)`, as `numpy.maximum(x, 0)`.
///
/// Any shape and layout; exact. NaN stays NaN, -0 becomes 0.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::relu(&array![-1., 0., 2.]), array![0., 0., 2.]);
/// ```
pub fn relu<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Array<T, D> {
    x.mapv(|x| if x > T::zero() || x.is_nan() { x } else { T::zero() })
}

/// The logistic function `1 / (1 + exp(-x))`, as `scipy.special.expit(x)`.
///
/// Any shape and layout. Neither overflows nor loses the left tail: the exponential is taken of `-|x|`. NaN stays NaN,
/// infinities give 0 and 1.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::sigmoid(&array![-1000., 0., 1000.]), array![0., 0.5, 1.]);
/// ```
pub fn sigmoid<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Array<T, D> {
    x.mapv(|x| {
        let e = (-x.abs()).exp();
        (if x < T::zero() { e } else { T::one() }) / (T::one() + e)
    })
}

/// The hyperbolic tangent, as `numpy.tanh(x)`.
///
/// Any shape and layout. NaN stays NaN, infinities give -1 and 1.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::tanh(&array![0., f64::INFINITY]), array![0., 1.]);
/// ```
pub fn tanh<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Array<T, D> {
    x.mapv(T::tanh)
}

/// `exp(x) / sum(exp(x))` over the last axis, as `scipy.special.softmax(x, axis=-1)`.
///
/// Any shape and layout; the result has the shape of `x`. The largest element of each lane is subtracted first, so that
/// nothing overflows. A lane with a NaN or +infinity, or of -infinity alone, gives NaN as in SciPy.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let p = linstat::softmax(&array![[0., 0.], [1000., 0.]]);
/// assert_eq!(p, array![[0.5, 0.5], [1., 0.]]);
/// ```
pub fn softmax<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Array<T, D> {
    let mut y = x.to_owned();
    match y.ndim() {
        // exp(x - x): 1, or NaN
        0 => y.mapv_inplace(|x| x * T::zero() + T::one()),
        n => y.lanes_mut(Axis(n - 1)).into_iter().for_each(softmax_lane),
    }
    y
}

/// [`softmax`] along any axis, as `scipy.special.softmax(x, axis=axis)`.
///
/// # Errors
/// [`Error::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let p = linstat::softmax_axis(&array![[0., 7.], [0., 7.]], Axis(0))?;
/// assert_eq!(p, array![[0.5, 0.5], [0.5, 0.5]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn softmax_axis<T: Real, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<Array<T, D>> {
    if axis.0 >= x.ndim() {
        return Err(Error::axis("softmax_axis", axis, x.ndim()));
    }
    let mut y = x.to_owned();
    y.lanes_mut(axis).into_iter().for_each(softmax_lane);
    Ok(y)
}

fn softmax_lane<T: Real>(mut lane: ArrayViewMut1<'_, T>) {
    let max = lane.iter().fold(T::neg_infinity(), |max, &x| if x > max { x } else { max });
    lane.mapv_inplace(|x| (x - max).exp());
    let sum: T = lane.iter().copied().sum();
    lane.mapv_inplace(|x| x / sum);
}
