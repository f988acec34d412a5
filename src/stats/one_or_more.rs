//! One `q` or several: the argument of quantiles, and the shape of the result.

use super::quantile::share;
use crate::loops::lanes;
use crate::loops::layout::in_c_order;
use crate::reduce::stacked;
use crate::{Axes, ErrorKind, Result};
use ndarray::{Array, Array1, ArrayRef1, ArrayView1, Dimension, Ix1};

/// The `q` of a quantile or percentile: one number (`f64`), or several (`[f64; N]`, `&[f64]`, `Vec<f64>`,
/// `Array1<f64>` and references to them). Sealed.
///
/// One `q` gives one result for the array or for every lane. Several `q` give as many results in the same
/// order along a new first axis, as in NumPy; that is faster than separate calls.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, quantile, quantile_axis};
/// use ndarray::{Axis, array};
///
/// let x = array![[1., 2.], [3., 6.], [5., 7.]];
/// assert_eq!(quantile(&x, 0.5, Linear)?, 4.);
/// assert_eq!(quantile(&x, [0., 0.5, 1.], Linear)?, array![1., 4., 7.]);
/// assert_eq!(quantile_axis(&x, 0.5, Linear, Axis(0))?, array![3., 6.]);
/// assert_eq!(quantile_axis(&x, &[0., 1.], Linear, Axis(0))?, array![[1., 2.], [5., 7.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `q` of a quantile: expected an `f64` or several of them",
    note = "write `0.5`, `[0.1, 0.9]`, a slice, a `Vec<f64>` or an `Array1<f64>`; convert `f32` by `f64::from`"
)]
pub trait OneOrMore: Seal {
    /// The result for an array whose means are of type `R`: `R`, or an `Array1<R>`.
    type Whole<R>;
    /// The result for its lanes: an array without their axes, or one whose first axis is that of `q`.
    type Lanes<R, D: Dimension, A: Axes<D>>;
    /// As many shares as there are `q`.
    #[doc(hidden)]
    type Shares: AsRef<[f64]>;

    /// Returns the shares of these `q`, where the maximum is `full`; refuses a `q` outside the range.
    #[doc(hidden)]
    fn shares(&self, full: f64) -> Result<Self::Shares, ErrorKind>;

    /// Returns the results for an array, which `fill` computes.
    #[doc(hidden)]
    fn whole<R: Copy + Default>(
        len: usize,
        fill: impl FnOnce(&mut [R]) -> Result<(), ErrorKind>,
    ) -> Result<Self::Whole<R>, ErrorKind>;

    /// Returns the results for the lanes of an array of this shape, given lane by lane.
    #[doc(hidden)]
    fn lanes<R: Copy, D: Dimension, A: Axes<D>>(
        dim: &D,
        axes: &A,
        len: usize,
        answers: Vec<R>,
    ) -> Result<Self::Lanes<R, D, A>, ErrorKind>;
}

/// Private: it seals [`OneOrMore`].
pub trait Seal: Sized {}

impl Seal for f64 {}

impl OneOrMore for f64 {
    type Whole<R> = R;
    type Lanes<R, D: Dimension, A: Axes<D>> = Array<R, A::Left>;
    type Shares = [f64; 1];

    fn shares(&self, full: f64) -> Result<[f64; 1], ErrorKind> {
        Ok([share(*self, full)?])
    }

    fn whole<R: Copy + Default>(
        _: usize,
        fill: impl FnOnce(&mut [R]) -> Result<(), ErrorKind>,
    ) -> Result<R, ErrorKind> {
        let mut answer = [R::default()];
        fill(&mut answer)?;
        Ok(answer[0])
    }

    fn lanes<R: Copy, D: Dimension, A: Axes<D>>(
        dim: &D,
        axes: &A,
        _: usize,
        answers: Vec<R>,
    ) -> Result<Array<R, A::Left>, ErrorKind> {
        Ok(in_c_order(axes.left(dim), answers))
    }
}

fn array_of<R: Copy + Default>(
    len: usize,
    fill: impl FnOnce(&mut [R]) -> Result<(), ErrorKind>,
) -> Result<Array1<R>, ErrorKind> {
    let mut answers = lanes::new(Ix1(len))?;
    fill(answers.as_slice_mut().unwrap_or_default())?;
    Ok(answers)
}

macro_rules! several {
    ($([$($generic:tt)*] $t:ty;)*) => {$(
        impl<$($generic)*> Seal for $t {}

        impl<$($generic)*> OneOrMore for $t {
            type Whole<R> = Array1<R>;
            type Lanes<R, D: Dimension, A: Axes<D>> = Array<R, A::Stacked>;
            type Shares = Vec<f64>;

            fn shares(&self, full: f64) -> Result<Vec<f64>, ErrorKind> {
                self.iter().map(|&q| share(q, full)).collect()
            }

            fn whole<R: Copy + Default>(
                len: usize,
                fill: impl FnOnce(&mut [R]) -> Result<(), ErrorKind>,
            ) -> Result<Array1<R>, ErrorKind> {
                array_of(len, fill)
            }

            fn lanes<R: Copy, D: Dimension, A: Axes<D>>(
                dim: &D,
                axes: &A,
                len: usize,
                answers: Vec<R>,
            ) -> Result<Array<R, A::Stacked>, ErrorKind> {
                stacked(dim, axes, len, answers)
            }
        }
    )*};
}

several! {
    [const N: usize] [f64; N];
    [const N: usize] &[f64; N];
    [] &[f64];
    [] Vec<f64>;
    [] &Vec<f64>;
    [] Array1<f64>;
    [] &Array1<f64>;
    [] &ArrayRef1<f64>;
    [] ArrayView1<'_, f64>;
}
