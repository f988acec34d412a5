//! The axes of a reduction: one or several, and whether the result keeps them.

use crate::loops::lanes::{Along, Elements, check_axis, check_filled, check_lanes, others_first};
use crate::loops::layout::in_c_order;
use crate::memory::room;
use crate::product::merged;
use crate::{ErrorKind, Result};
use ndarray::{Array, ArrayRef, ArrayView, ArrayViewD, Axis, Dimension, IxDyn, RemoveAxis};

/// The axes that a reduction or a statistic removes: one ([`Axis`]), several at once (`[Axis; N]` with up to
/// five of them, or `&[Axis]` with any number, which gives an `ArrayD`), or these in [`KeepDims`]. Sealed.
///
/// The elements along several axes are one lane, in their logical order: the result has the same bits as that
/// of the array with these axes moved to the end and merged into one. Axes that cannot be merged without a
/// copy are copied. The order in which the axes are given does not matter. No axes (`&[]`) give lanes of one
/// element each.
///
/// # Examples
/// ```
/// use linstat::{KeepDims, max_axis, mean_axis, quantile_axis, QuantileMethod::Linear};
/// use ndarray::{Array3, Axis, array};
///
/// let images = Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (100 * i + 10 * j + k) as f64);
/// assert_eq!(mean_axis(&images, [Axis(0), Axis(2)])?, array![51.5, 61.5, 71.5]);
/// assert_eq!(max_axis(&images, [Axis(2), Axis(1)])?, array![23., 123.]);
///
/// // kept axes have length 1, so that the result can be broadcast against the array
/// let centred = &images - &mean_axis(&images, KeepDims([Axis(1), Axis(2)]))?;
/// assert_eq!(mean_axis(&centred, [Axis(1), Axis(2)])?, array![0., 0.]);
///
/// let spread = quantile_axis(&images, [0., 1.], Linear, [Axis(0), Axis(1)])?;
/// assert_eq!(spread, array![[0., 1., 2., 3.], [120., 121., 122., 123.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no axis and no list of axes",
    note = "write `Axis(0)`, `[Axis(0), Axis(2)]`, a slice of axes, or these in `KeepDims(..)`"
)]
pub trait Axes<D: Dimension>: Seal {
    /// The dimension of the result: without the axes, unless they are kept.
    type Left: Dimension;
    /// The dimension of several results per lane, along a new first axis.
    type Stacked: Dimension;

    /// The axes.
    #[doc(hidden)]
    fn list(&self) -> &[Axis];

    /// Calls `work` with the lanes; each of them goes through all axes.
    #[doc(hidden)]
    fn lanes<T: Copy, R>(
        &self,
        x: &ArrayRef<T, D>,
        check: Check,
        work: impl FnOnce(Along<'_, T>) -> Result<R, ErrorKind>,
    ) -> Result<R, ErrorKind>;

    /// Returns the shape of the results for an array of this shape, which has these axes.
    #[doc(hidden)]
    fn left(&self, dim: &D) -> Self::Left;

    /// As [`left`](Axes::left), after a first axis of this length.
    #[doc(hidden)]
    fn stacked(&self, dim: &D, len: usize) -> Self::Stacked;

    /// Returns the number of lanes that have the same place along the axes before the only axis.
    #[doc(hidden)]
    fn step(&self, _: &[usize]) -> usize {
        1
    }
}

/// Private: it seals [`Axes`].
pub trait Seal {}

/// What a function requires of the lanes.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// That there are such axes.
    Exist,
    /// That they do not have length 0, even if there are no lanes: where NumPy raises an error.
    Filled,
    /// That they do not have length 0 if there are lanes.
    Lanes,
}

/// The axes of a reduction, kept with length 1: NumPy's `keepdims=True`. The result has as many axes as the
/// array and can be broadcast against it.
///
/// # Examples
/// ```
/// use linstat::{KeepDims, sum_axis};
/// use ndarray::{Axis, array};
/// let x = array![[1., 3.], [2., 6.]];
/// let shares = &x / &sum_axis(&x, KeepDims(Axis(1)))?;
/// assert_eq!(shares, array![[0.25, 0.75], [0.25, 0.75]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeepDims<A>(pub A);

impl Seal for Axis {}

impl<D: RemoveAxis> Axes<D> for Axis {
    type Left = D::Smaller;
    type Stacked = D;

    fn list(&self) -> &[Axis] {
        std::slice::from_ref(self)
    }

    #[inline]
    fn lanes<T: Copy, R>(
        &self,
        x: &ArrayRef<T, D>,
        check: Check,
        work: impl FnOnce(Along<'_, T>) -> Result<R, ErrorKind>,
    ) -> Result<R, ErrorKind> {
        match check {
            Check::Exist => check_axis(x, *self)?,
            Check::Filled => check_filled(x, *self)?,
            Check::Lanes => check_lanes(x, *self)?,
        }
        work(Along::new(x, *self))
    }

    #[inline]
    fn left(&self, dim: &D) -> D::Smaller {
        dim.remove_axis(*self)
    }

    fn stacked(&self, dim: &D, len: usize) -> D {
        let mut dim = dim.clone();
        dim.slice_mut()[..=self.0].rotate_right(1);
        dim[0] = len;
        dim
    }

    fn step(&self, shape: &[usize]) -> usize {
        shape[self.0 + 1..].iter().product()
    }
}

/// Returns the shape with a new first axis, if it has a length, and without the axes in the list.
fn without<D: Dimension>(shape: &[usize], axes: &[Axis], first: Option<usize>) -> D {
    let others = (0..shape.len()).filter(|&i| !axes.contains(&Axis(i))).map(|i| shape[i]);
    let dims: Vec<usize> = first.into_iter().chain(others).collect();
    let mut dim = D::zeros(dims.len());
    dim.slice_mut().copy_from_slice(&dims);
    dim
}

macro_rules! several {
    ($([$($generic:tt)*] $t:ty => $left:ty, $stacked:ty;)*) => {$(
        impl<$($generic)*> Seal for $t {}

        impl<D: Dimension, $($generic)*> Axes<D> for $t {
            type Left = $left;
            type Stacked = $stacked;

            fn list(&self) -> &[Axis] {
                &self[..]
            }

            fn lanes<T: Copy, R>(
                &self,
                x: &ArrayRef<T, D>,
                check: Check,
                work: impl FnOnce(Along<'_, T>) -> Result<R, ErrorKind>,
            ) -> Result<R, ErrorKind> {
                through(x.view().into_dyn(), &self[..], check, work)
            }

            fn left(&self, dim: &D) -> Self::Left {
                without(dim.slice(), &self[..], None)
            }

            fn stacked(&self, dim: &D, len: usize) -> Self::Stacked {
                without(dim.slice(), &self[..], Some(len))
            }
        }
    )*};
}

/// The dimension with one axis less.
type Less<D> = <D as Dimension>::Smaller;

several! {
    [] [Axis; 1] => Less<D>, D;
    [] [Axis; 2] => Less<Less<D>>, Less<D>;
    [] [Axis; 3] => Less<Less<Less<D>>>, Less<Less<D>>;
    [] [Axis; 4] => Less<Less<Less<Less<D>>>>, Less<Less<Less<D>>>;
    [] [Axis; 5] => Less<Less<Less<Less<Less<D>>>>>, Less<Less<Less<Less<D>>>>;
    [] &[Axis] => IxDyn, IxDyn;
    [const N: usize] &[Axis; N] => IxDyn, IxDyn;
}

impl<A> Seal for KeepDims<A> {}

impl<D: Dimension, A: Axes<D>> Axes<D> for KeepDims<A> {
    type Left = D;
    type Stacked = D::Larger;

    fn list(&self) -> &[Axis] {
        self.0.list()
    }

    fn lanes<T: Copy, R>(
        &self,
        x: &ArrayRef<T, D>,
        check: Check,
        work: impl FnOnce(Along<'_, T>) -> Result<R, ErrorKind>,
    ) -> Result<R, ErrorKind> {
        self.0.lanes(x, check, work)
    }

    fn left(&self, dim: &D) -> D {
        let mut dim = dim.clone();
        self.0.list().iter().for_each(|axis| dim[axis.0] = 1);
        dim
    }

    fn stacked(&self, dim: &D, len: usize) -> D::Larger {
        without(self.left(dim).slice(), &[], Some(len))
    }

    fn step(&self, shape: &[usize]) -> usize {
        self.0.step(shape)
    }
}

/// Returns the length of the lanes through these axes of an array.
pub(crate) fn extent(shape: &[usize], axes: &[Axis]) -> Result<usize, ErrorKind> {
    others_first(shape.len(), axes)?;
    Ok(axes.iter().map(|axis| shape[axis.0]).product())
}

/// Computes one result for each lane of `x` along the axes by `work`, after `check`.
#[inline]
pub(crate) fn reduced<T: Copy, R, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axes: A,
    check: Check,
    work: impl FnOnce(Along<'_, T>) -> Result<Vec<R>, ErrorKind>,
) -> Result<Array<R, A::Left>, ErrorKind> {
    let results = axes.lanes(x, check, work)?;
    Ok(in_c_order(axes.left(&x.raw_dim()), results))
}

/// Returns `len` results for each lane, given lane by lane, with the results along a new first axis.
pub(crate) fn stacked<R: Copy, D: Dimension, A: Axes<D>>(
    dim: &D,
    axes: &A,
    len: usize,
    results: Vec<R>,
) -> Result<Array<R, A::Stacked>, ErrorKind> {
    let results = first(results, len, axes.step(dim.slice()))?;
    Ok(in_c_order(axes.stacked(dim, len), results))
}

/// Moves the axis of length `len` to the front, before axes with `step` elements in total.
fn first<R: Copy>(x: Vec<R>, len: usize, step: usize) -> Result<Vec<R>, ErrorKind> {
    let all = len * step;
    if x.len() == all {
        return Ok(x);
    }
    let mut out = room(x.len())?;
    for start in (0..all).step_by(step) {
        x.chunks_exact(all).for_each(|x| out.extend_from_slice(&x[start..start + step]));
    }
    Ok(out)
}

/// Calls `work` with the lanes through several axes: of a view, or of a copy if these cannot be merged.
fn through<T: Copy, R>(
    x: ArrayViewD<'_, T>,
    axes: &[Axis],
    check: Check,
    work: impl FnOnce(Along<'_, T>) -> Result<R, ErrorKind>,
) -> Result<R, ErrorKind> {
    let others = x.ndim().saturating_sub(axes.len());
    let mut order = others_first(x.ndim(), axes)?;
    // the elements of a lane are in their logical order
    order[others..].sort_unstable();
    let whole = x.shape().to_vec();
    let x = x.permuted_axes(order);
    let (mut shape, len) = (x.shape()[..others].to_vec(), x.shape()[others..].iter().product());
    let lacking = match check {
        Check::Exist => false,
        Check::Filled => len == 0,
        Check::Lanes => len == 0 && !shape.contains(&0),
    };
    if lacking {
        return Err(ErrorKind::empty(&whole));
    }
    shape.push(len);
    let lanes = Axis(others);
    if !x.is_empty()
        && let Some(x) = merged(x.view(), others, axes.len())
    {
        return work(Along::new(&x, lanes));
    }
    let copy = Elements::new(&x).in_order()?;
    let copy: ArrayViewD<'_, T> = ArrayView::from_shape(shape, &copy)
        .unwrap_or_else(|_| unreachable!("merged axes have as many elements"));
    work(Along::new(&copy, lanes))
}
