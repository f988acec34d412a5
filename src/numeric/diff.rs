//! Differences of neighbouring elements.

use crate::loops::lanes::{Along, mapped, try_map_along};
use crate::memory::room;
use crate::sort::last_axis;
use crate::tuning::PARALLEL_LANES;
use crate::{Entry, ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension};

/// Returns the `n`-th differences of neighbouring elements along the last axis, as `numpy.diff(x, n)`.
///
/// | | shape |
/// |---|---|
/// | `x` | any, any layout |
/// | result | as `x`, but shorter by `n` along the last axis, or of length 0 |
///
/// The first difference is `x[i + 1] - x[i]`; the following ones are differences of differences, and the
/// zeroth is a copy. The result has the type of the elements: integers wrap around, and the difference of
/// `bool` is whether they differ, as in NumPy.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no axis, [`ErrorKind::TooLarge`] if the result does not fit into
/// memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::diff(&array![1, 2, 4, 7, 0], 1)?, array![1, 2, 3, -7]);
/// assert_eq!(linstat::diff(&array![1, 2, 4, 7, 0], 2)?, array![1, 1, -10]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("ediff1d", "difference"))]
pub fn diff<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, n: usize) -> Result<Array<T, D>> {
    last_axis(x).and_then(|axis| diff_of(x, n, axis)).named("diff")
}

/// Returns [`diff`] along any axis, as `numpy.diff(x, n, axis=axis)`.
///
/// # Errors
/// As [`diff`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::diff_axis(&array![[1., 3.], [0., 5.]], 1, Axis(0))?, array![[-1., 2.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn diff_axis<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, n: usize, axis: Axis) -> Result<Array<T, D>> {
    diff_of(x, n, axis).named("diff_axis")
}

fn diff_of<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    n: usize,
    axis: Axis,
) -> Result<Array<T, D>, ErrorKind> {
    mapped(x, axis, |len| Ok(len.saturating_sub(n)), |x| T::diff_lanes(x, n))
}

pub(super) fn diff_lanes<T: Entry>(x: Along<'_, T>, n: usize) -> Result<Vec<T>, ErrorKind> {
    let len = x.len().saturating_sub(n);
    try_map_along(x, len, PARALLEL_LANES, |lane, out, spare: &mut Vec<T>| {
        match n {
            0 => out.copy_from_slice(lane),
            1 => first(lane, out),
            _ => {
                if spare.capacity() < lane.len() {
                    *spare = room(lane.len())?;
                }
                spare.clear();
                spare.extend_from_slice(lane);
                for left in (lane.len() - n..lane.len()).rev() {
                    for i in 0..left {
                        spare[i] = spare[i + 1].minus(spare[i]);
                    }
                }
                out.copy_from_slice(&spare[..out.len()]);
            }
        }
        Ok(())
    })
}

fn first<T: Entry>(lane: &[T], out: &mut [T]) {
    for ((out, &x), &next) in out.iter_mut().zip(lane).zip(&lane[1..]) {
        *out = next.minus(x);
    }
}
