//! Limits.

use crate::loops::lanes::Elements;
use crate::loops::layout::{in_c_order, like};
use crate::loops::limits::{limit, limit_into, limited};
use crate::memory::defaults;
use crate::tuning::PARALLEL_CHEAP_MAP;
use crate::{Element, ErrorKind, Named, Result, threads};
use ndarray::{Array, ArrayRef, Dimension};

/// Returns the elements, with those below `min` replaced by `min`, and then those above `max` by `max`, as
/// `numpy.clip(x, min, max)`.
///
/// Any shape and layout; the result has the shape of `x`. If `min` is above `max`, all elements become `max`.
/// NaN stays NaN; if a limit is NaN, everything becomes NaN. For one limit only, the other is the end of the
/// range, such as `f64::INFINITY` or `i32::MIN`.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::clip(&array![-1., 0.5, 3.], 0., 1.)?, array![0., 0.5, 1.]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "clamp")]
pub fn clip<T: Element, D: Dimension>(x: &ArrayRef<T, D>, min: T, max: T) -> Result<Array<T, D>> {
    let in_memory = x.as_slice_memory_order();
    let clipped = T::clipped(in_memory.map_or_else(|| Elements::new(x), Elements::Slice), [min, max]);
    let clipped = clipped.named("clip")?;
    match in_memory {
        Some(_) => Ok(like(x, clipped).unwrap_or_else(|| unreachable!("x has no gaps"))),
        None => Ok(in_c_order(x.raw_dim(), clipped)),
    }
}

/// Does [`clip`] in place, as `numpy.clip(x, min, max, out=x)`.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let mut x = array![-1, 5, 300];
/// linstat::clip_inplace(&mut x, 0, 255);
/// assert_eq!(x, array![0, 5, 255]);
/// ```
#[doc(alias = "clamp_inplace")]
pub fn clip_inplace<T: Element, D: Dimension>(x: &mut ArrayRef<T, D>, min: T, max: T) {
    let bounds = [min, max];
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
        threads::each_chunk(x, PART, |_, part| limit(part, bounds));
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
            threads::each_chunk(out, PART, |i, out| limit_into(&x[i * PART..][..out.len()], bounds, out));
        } else {
            limit_into(x, bounds, out);
        }
    });
    Ok(out)
}
