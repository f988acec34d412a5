//! Activation functions, element by element or along an axis.
//!
//! Each function also has an in-place form. The stated errors hold for every input, including those with
//! denormal results; the tests compare with reference values of 60 digits.

mod bodies;
mod softmax;

pub use softmax::{
    log_softmax, log_softmax_axis, log_softmax_axis_inplace, log_softmax_inplace, logsumexp, logsumexp_axis,
    softmax, softmax_axis, softmax_axis_inplace, softmax_inplace,
};

pub(crate) use bodies::Activate;

use crate::Real;
use crate::loops::lanes::typed;
use crate::loops::{elementary, layout, map};
use bodies::activations;
use ndarray::{Array, ArrayRef, Dimension};

fn each<T: Real, D: Dimension>(f: Activation<T>, x: &ArrayRef<T, D>) -> Array<T, D> {
    match x.as_slice() {
        Some(memory) => layout::in_c_order(x.raw_dim(), T::map(f, memory)),
        None => typed(T::map_view(f, x.view().into_dyn())),
    }
}

fn each_inplace<T: Real, D: Dimension>(f: Activation<T>, x: &mut ArrayRef<T, D>) {
    match x.as_slice_memory_order_mut() {
        Some(memory) => T::map_inplace(f, memory),
        None => T::map_view_inplace(f, x.view_mut().into_dyn()),
    }
}

activations! {
    /// Returns the rectified linear unit `max(x, 0)`, as `numpy.maximum(x, 0)`.
    ///
    /// Any shape and layout. Exact. NaN stays NaN, -0 becomes 0.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::relu(&array![-1., 0., 2.]), array![0., 0., 2.]);
    /// ```
    #[doc(alias = "maximum")]
    relu(x) = Relu;

    /// Computes [`relu`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![-1., 0., 2.];
    /// linstat::relu_inplace(&mut x);
    /// assert_eq!(x, array![0., 0., 2.]);
    /// ```
    relu_inplace;

    /// Returns the leaky rectified linear unit: `x`, or `slope * x` where x is negative, as
    /// `numpy.where(x < 0, slope * x, x)`.
    ///
    /// Any shape and layout. Rounded once. NaN and both zeros are unchanged; -infinity times a slope of 0 is
    /// NaN.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::leaky_relu(&array![-1., 0., 2.], 0.25), array![-0.25, 0., 2.]);
    /// ```
    leaky_relu(x, slope) = LeakyRelu;

    /// Computes [`leaky_relu`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![-1., 0., 2.];
    /// linstat::leaky_relu_inplace(&mut x, 0.25);
    /// assert_eq!(x, array![-0.25, 0., 2.]);
    /// ```
    leaky_relu_inplace;

    /// Returns the logistic function `1 / (1 + exp(-x))`, as `scipy.special.expit(x)`.
    ///
    /// Any shape and layout. Computed from `exp(-|x|)`, so it neither overflows nor loses the left tail. NaN
    /// stays NaN, infinities give 0 and 1.
    ///
    /// | type | error | range |
    /// |---|---|---|
    /// | f64, f32 | 2 ulp | all |
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::sigmoid(&array![-1000., 0., 1000.]), array![0., 0.5, 1.]);
    /// ```
    #[doc(alias("expit", "logistic"))]
    sigmoid(x) = Sigmoid;

    /// Computes [`sigmoid`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![-1000., 0., 1000.];
    /// linstat::sigmoid_inplace(&mut x);
    /// assert_eq!(x, array![0., 0.5, 1.]);
    /// ```
    sigmoid_inplace;

    /// Returns the hyperbolic tangent, as `numpy.tanh(x)`.
    ///
    /// Any shape and layout. NaN stays NaN, infinities give -1 and 1, -0 stays -0.
    ///
    /// | type | error | range |
    /// |---|---|---|
    /// | f64, f32 | 2 ulp | all |
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::tanh(&array![0., f64::INFINITY]), array![0., 1.]);
    /// ```
    tanh(x) = Tanh;

    /// Computes [`tanh`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![0., f64::INFINITY];
    /// linstat::tanh_inplace(&mut x);
    /// assert_eq!(x, array![0., 1.]);
    /// ```
    tanh_inplace;

    /// Returns the Gaussian error linear unit `x * Phi(x)`, where Phi is the distribution function of the
    /// standard normal distribution, as `x * scipy.special.ndtr(x)` and `torch.nn.functional.gelu(x)`.
    ///
    /// Any shape and layout. The left tail is accurate down to the denormal numbers. NaN stays NaN, +infinity
    /// stays, -infinity gives the limit -0.
    ///
    /// | type | error | range |
    /// |---|---|---|
    /// | f64, f32 | 2 ulp | all |
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::gelu(&array![-1000., 0., 1000.]), array![0., 0., 1000.]);
    /// ```
    gelu(x) = Gelu;

    /// Computes [`gelu`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![-1000., 0., 1000.];
    /// linstat::gelu_inplace(&mut x);
    /// assert_eq!(x, array![0., 0., 1000.]);
    /// ```
    gelu_inplace;

    /// Returns the tanh form of [`gelu`], `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))`, as
    /// `torch.nn.functional.gelu(x, approximate="tanh")` and `jax.nn.gelu(x)`.
    ///
    /// Any shape and layout. Computed as `x * sigmoid(2 y)`, so that the left tail is accurate. NaN stays
    /// NaN, +infinity stays, -infinity gives the limit -0.
    ///
    /// | type | error | range |
    /// |---|---|---|
    /// | f64, f32 | 2 ulp | all |
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::gelu_tanh(&array![-1000., 0., 1000.]), array![0., 0., 1000.]);
    /// ```
    gelu_tanh(x) = GeluTanh;

    /// Computes [`gelu_tanh`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![-1000., 0., 1000.];
    /// linstat::gelu_tanh_inplace(&mut x);
    /// assert_eq!(x, array![0., 0., 1000.]);
    /// ```
    gelu_tanh_inplace;

    /// Returns the sigmoid linear unit, or swish, `x * sigmoid(x)`, as `x * scipy.special.expit(x)` and
    /// `torch.nn.functional.silu(x)`.
    ///
    /// Any shape and layout. NaN stays NaN, +infinity stays, -infinity gives the limit -0.
    ///
    /// | type | error | range |
    /// |---|---|---|
    /// | f64, f32 | 2 ulp | all |
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::silu(&array![-1000., 0., 1000.]), array![0., 0., 1000.]);
    /// ```
    #[doc(alias = "swish")]
    silu(x) = Silu;

    /// Computes [`silu`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![-1000., 0., 1000.];
    /// linstat::silu_inplace(&mut x);
    /// assert_eq!(x, array![0., 0., 1000.]);
    /// ```
    silu_inplace;

    /// Returns the smooth rectified linear unit `ln(1 + exp(x))`, as `numpy.logaddexp(0, x)`.
    ///
    /// Any shape and layout. It neither overflows nor loses the left tail. NaN stays NaN, +infinity stays,
    /// -infinity gives 0.
    ///
    /// | type | error | range |
    /// |---|---|---|
    /// | f64, f32 | 2 ulp | all |
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::softplus(&array![-1000., 0., 1000.]), array![0., std::f64::consts::LN_2, 1000.]);
    /// ```
    #[doc(alias = "log1pexp")]
    softplus(x) = Softplus;

    /// Computes [`softplus`] in place.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let mut x = array![-1000., 0., 1000.];
    /// linstat::softplus_inplace(&mut x);
    /// assert_eq!(x, array![0., std::f64::consts::LN_2, 1000.]);
    /// ```
    softplus_inplace;
}
