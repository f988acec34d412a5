//! Limits.

use super::array_like::{Argument, ArrayLike};
use crate::loops::lanes::Elements;
use crate::loops::layout::{in_c_order, like};
use crate::loops::limits::{between, limit, limit_into, limited};
use crate::memory::defaults;
use crate::tuning::PARALLEL_CHEAP_MAP;
use crate::{Element, ErrorKind, Named, Result, threads};
use ndarray::{Array, ArrayRef, ArrayViewD, ArrayViewMutD, Dimension, Zip, arr0};
use std::iter;

/// Returns the elements, with those below `min` replaced by `min`, and then those above `max` by `max`, as
/// `numpy.clip(x, min, max)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | any, any layout | the elements |
/// | `min`, `max` | numbers, arrays that can be broadcast to the shape of `x`, or `None` ([`ArrayLike`]) | the limits; `None`: no limit |
/// | result | as `x` | |
///
/// If `min` is above `max`, the element becomes `max`. NaN stays NaN; if a limit is NaN, so is the result. In
/// NumPy, `x` is broadcast, too: here by `x.broadcast(shape)`.
///
/// # Errors
/// [`ErrorKind::Shape`] if a limit cannot be broadcast to the shape of `x`, [`ErrorKind::TooLarge`] if the
/// result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::clip;
/// use ndarray::array;
/// let x = array![[-1., 0.5], [3., -7.]];
/// assert_eq!(clip(&x, 0., 1.)?, array![[0., 0.5], [1., 0.]]);
/// assert_eq!(clip(&x, None, 1.)?, array![[-1., 0.5], [1., -7.]]);
/// // limits of each column
/// assert_eq!(clip(&x, &array![0., -5.], &array![2., 0.])?, array![[0., 0.], [2., -5.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "clamp")]
pub fn clip<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    min: impl ArrayLike<T>,
    max: impl ArrayLike<T>,
) -> Result<Array<T, D>> {
    clip_of(x, [min.argument(), max.argument()]).named("clip")
}

/// Does [`clip`] in place, as `numpy.clip(x, min, max, out=x)`.
///
/// # Errors
/// [`ErrorKind::Shape`] if a limit cannot be broadcast to the shape of `x`: never if the limits are numbers.
///
/// # Examples
/// ```
/// use linstat::clip_inplace;
/// use ndarray::array;
/// let mut x = array![-1, 5, 300];
/// clip_inplace(&mut x, 0, 255)?;
/// assert_eq!(x, array![0, 5, 255]);
/// clip_inplace(&mut x, &array![2, 2, 2], None)?;
/// assert_eq!(x, array![2, 5, 255]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "clamp_inplace")]
pub fn clip_inplace<T: Element, D: Dimension>(
    x: &mut ArrayRef<T, D>,
    min: impl ArrayLike<T>,
    max: impl ArrayLike<T>,
) -> Result<()> {
    let limits = [min.argument(), max.argument()];
    match numbers(&limits) {
        Some(bounds) => clip_by_numbers(x, bounds),
        None => T::clip_between(x.view_mut().into_dyn(), None, limits).named("clip_inplace")?,
    }
    Ok(())
}

/// Returns the limits if they are numbers.
fn numbers<T: Element>(limits: &[Argument<'_, T>; 2]) -> Option<[T; 2]> {
    let mut bounds = T::ENDS;
    for (bound, limit) in bounds.iter_mut().zip(limits) {
        match limit {
            Argument::Nothing => {}
            Argument::Number(number) => *bound = *number,
            Argument::Array(_) => return None,
        }
    }
    Some(bounds)
}

fn clip_of<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    limits: [Argument<'_, T>; 2],
) -> Result<Array<T, D>, ErrorKind> {
    let in_memory = x.as_slice_memory_order();
    let as_x = |clipped| match in_memory {
        Some(_) => like(x, clipped).unwrap_or_else(|| unreachable!("x has no gaps")),
        None => in_c_order(x.raw_dim(), clipped),
    };
    if let Some(bounds) = numbers(&limits) {
        return T::clipped(in_memory.map_or_else(|| Elements::new(x), Elements::Slice), bounds).map(as_x);
    }
    let mut out = as_x(defaults(x.len())?);
    T::clip_between(out.view_mut().into_dyn(), Some(x.view().into_dyn()), limits)?;
    Ok(out)
}

fn clip_by_numbers<T: Element, D: Dimension>(x: &mut ArrayRef<T, D>, bounds: [T; 2]) {
    if let Some(nan) = not_a_number(bounds) {
        return x.fill(nan);
    }
    match x.as_slice_memory_order_mut() {
        Some(x) => T::clip_slice(x, bounds),
        None => x.map_inplace(|x| *x = limited(*x, bounds)),
    }
}

/// Returns the bound that is NaN, if there is one.
fn not_a_number<T: Element>(bounds: [T; 2]) -> Option<T> {
    bounds.into_iter().find(|bound| bound.unordered())
}

/// The least number of elements that a thread takes.
const PART: usize = PARALLEL_CHEAP_MAP / 4;

pub(super) fn clip_slice<T: Element>(x: &mut [T], bounds: [T; 2]) {
    if threads::share(x.len(), PARALLEL_CHEAP_MAP) {
        threads::each_chunk(x, PART, &|_, part| limit(part, bounds));
    } else {
        limit(x, bounds);
    }
}

/// Returns the limited elements in their logical order.
pub(super) fn clipped<T: Element>(x: Elements<'_, T>, bounds: [T; 2]) -> Result<Vec<T>, ErrorKind> {
    let mut out = defaults(x.len())?;
    if let Some(nan) = not_a_number(bounds) {
        out.fill(nan);
        return Ok(out);
    }
    let mut done = 0;
    x.each_block(|x| {
        let out = &mut out[done..done + x.len()];
        done += x.len();
        if threads::share(x.len(), PARALLEL_CHEAP_MAP) {
            threads::each_chunk(out, PART, &|i, out| limit_into(&x[i * PART..][..out.len()], bounds, out));
        } else {
            limit_into(x, bounds, out);
        }
    });
    Ok(out)
}

/// The number of elements that are copied and then limited while they are in the caches.
const BLOCK: usize = 1 << 13;

/// Limits the elements of `out`, or writes into it those of `x` with their limits, which have arrays among
/// them.
pub(super) fn clip_between<T: Element>(
    out: ArrayViewMutD<'_, T>,
    x: Option<ArrayViewD<'_, T>>,
    limits: [Argument<'_, T>; 2],
) -> Result<(), ErrorKind> {
    let mut numbers = T::ENDS.map(|end| arr0(end).into_dyn());
    let mut arrays = [None, None];
    for (i, limit) in limits.into_iter().enumerate() {
        match limit {
            Argument::Nothing => {}
            Argument::Number(x) => numbers[i].fill(x),
            Argument::Array(x) => arrays[i] = Some(x),
        }
    }
    let [min, max] = [0, 1].map(|i| arrays[i].clone().unwrap_or(numbers[i].view()));
    let (Some(lower), Some(upper)) = (min.broadcast(out.raw_dim()), max.broadcast(out.raw_dim())) else {
        let expected = "limits that can be broadcast to the shape of x, the first";
        let found: Vec<&[usize]> =
            iter::once(out.shape()).chain(arrays.iter().flatten().map(|limit| limit.shape())).collect();
        return Err(ErrorKind::shape(expected, &found));
    };
    if !out.is_empty() {
        clip_parts(out, x, [lower, upper]);
    }
    Ok(())
}

/// Halves the arrays along their outer axes until the parts are small. All have one shape.
fn clip_parts<T: Element>(
    mut out: ArrayViewMutD<'_, T>,
    x: Option<ArrayViewD<'_, T>>,
    [min, max]: [ArrayViewD<'_, T>; 2],
) {
    let axis = out.max_stride_axis();
    let n = out.len_of(axis);
    if out.len() <= BLOCK || n < 2 {
        if let Some(x) = x {
            out.assign(&x);
        }
        Zip::from(out).and(min).and(max).for_each(|x, &min, &max| *x = between(*x, min, max));
        return;
    }
    let share = threads::share(out.len(), PARALLEL_CHEAP_MAP);
    let (out0, out1) = out.split_at(axis, n / 2);
    let (x0, x1) = x.map(|x| x.split_at(axis, n / 2)).unzip();
    let ((min0, min1), (max0, max1)) = (min.split_at(axis, n / 2), max.split_at(axis, n / 2));
    let (first, second) = (|| clip_parts(out0, x0, [min0, max0]), || clip_parts(out1, x1, [min1, max1]));
    if share {
        threads::join(first, second);
    } else {
        first();
        second();
    }
}
