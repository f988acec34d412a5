//! Differences of neighbouring elements.

use super::array_like::{Argument, ArrayLike};
use crate::loops::lanes::{self, Along, check_axis, mapped, try_map_along, typed};
use crate::memory::room;
use crate::sort::last_axis;
use crate::tuning::{FEW_LANES, PARALLEL_LANES};
use crate::{Entry, ErrorKind, Named, Result};
use ndarray::{Array, ArrayD, ArrayRef, ArrayViewD, Axis, Dimension};

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

/// Returns the differences of `x` with other elements before and after it along the last axis, as
/// `numpy.diff(x, n, prepend=prepend, append=append)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | any, any layout | |
/// | `prepend`, `append` | a number, an array with the shape of `x` but for the last axis, or `None` ([`ArrayLike`]) | what stands before and after `x`: a number stands in each lane once |
/// | result | as that of [`diff`] for the joined array | |
///
/// As in NumPy, `n = 0` gives a copy of `x` alone. See [`diff`].
///
/// # Errors
/// As [`diff`]; [`ErrorKind::Shape`] if an array has another shape than `x` along another axis.
///
/// # Examples
/// ```
/// use linstat::{cumsum, diff_with};
/// use ndarray::array;
/// let x = array![3, 4, 9];
/// // as many differences as elements: the reverse of a running sum
/// assert_eq!(diff_with(&x, 1, 0, None)?, array![3, 1, 5]);
/// assert_eq!(cumsum(&diff_with(&x, 1, 0, None)?)?, x.mapv(i64::from));
/// assert_eq!(diff_with(&x, 1, &array![1, 2], 10)?, array![1, 1, 1, 5, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn diff_with<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    n: usize,
    prepend: impl ArrayLike<T>,
    append: impl ArrayLike<T>,
) -> Result<Array<T, D>> {
    last_axis(x)
        .and_then(|axis| diff_between(x, n, prepend.argument(), append.argument(), axis))
        .named("diff_with")
}

/// Returns [`diff_with`] along any axis, as
/// `numpy.diff(x, n, axis=axis, prepend=prepend, append=append)`.
///
/// # Errors
/// As [`diff_with`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[1., 3.], [0., 5.]];
/// let steps = linstat::diff_with_axis(&x, 1, &array![[1., 1.]], None, Axis(0))?;
/// assert_eq!(steps, array![[0., 2.], [-1., 2.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn diff_with_axis<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    n: usize,
    prepend: impl ArrayLike<T>,
    append: impl ArrayLike<T>,
    axis: Axis,
) -> Result<Array<T, D>> {
    diff_between(x, n, prepend.argument(), append.argument(), axis).named("diff_with_axis")
}

fn diff_between<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    n: usize,
    prepend: Argument<'_, T>,
    append: Argument<'_, T>,
    axis: Axis,
) -> Result<Array<T, D>, ErrorKind> {
    check_axis(x, axis)?;
    if n == 0 {
        return diff_of(x, n, axis);
    }
    let x = T::joined(prepend, x.view().into_dyn(), append, axis)?;
    diff_of(&x, n, axis).map(typed)
}

/// Returns an array with what stands before and after it along an axis, which exists.
pub(super) fn joined<T: Entry>(
    before: Argument<'_, T>,
    x: ArrayViewD<'_, T>,
    after: Argument<'_, T>,
    axis: Axis,
) -> Result<ArrayD<T>, ErrorKind> {
    let mut dim = x.raw_dim();
    for argument in [before.view(), after.view()] {
        let more = match argument {
            Argument::Nothing => 0,
            Argument::Number(_) => 1,
            Argument::Array(part) => {
                let mut expected = x.raw_dim();
                if part.ndim() == x.ndim() {
                    expected[axis.0] = part.len_of(axis);
                }
                if part.raw_dim() != expected {
                    let expected =
                        "x and what stands beside it of one shape but for the length along the axis";
                    return Err(ErrorKind::shape(expected, &[x.shape(), part.shape()]));
                }
                part.len_of(axis)
            }
        };
        let len = dim[axis.0].checked_add(more);
        dim[axis.0] = len.ok_or(ErrorKind::TooLarge { dim: usize::MAX })?;
    }
    let mut out = lanes::new(dim)?;
    if out.is_empty() {
        return Ok(out);
    }
    let mut rest = out.view_mut();
    for argument in [before.view(), Argument::Array(x.view()), after.view()] {
        let len = match &argument {
            Argument::Nothing => continue,
            Argument::Number(_) => 1,
            Argument::Array(part) => part.len_of(axis),
        };
        let (mut place, others) = rest.split_at(axis, len);
        match argument {
            Argument::Nothing => {}
            Argument::Number(number) => place.fill(number),
            Argument::Array(part) => place.assign(&part),
        }
        rest = others;
    }
    Ok(out)
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
    if let Along::Any(x, axis) = &x
        && (1..x.len_of(*axis)).contains(&n)
        && x.len() / x.len_of(*axis) > FEW_LANES
        && let (Some(all), step @ 2..) = (x.as_slice(), x.stride_of(*axis))
    {
        return diff_rows(all, x.len_of(*axis), step.unsigned_abs(), n);
    }
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

/// Returns the differences along an axis of length `len`, whose elements are `step` apart: memory runs across
/// the lanes, and all of them are processed at once.
fn diff_rows<T: Entry>(x: &[T], mut len: usize, step: usize, n: usize) -> Result<Vec<T>, ErrorKind> {
    let mut found: Option<Vec<T>> = None;
    for _ in 0..n {
        let x = found.as_deref().unwrap_or(x);
        let mut out = room(x.len() / len * (len - 1))?;
        for x in x.chunks_exact(len * step) {
            out.extend(x[step..].iter().zip(x).map(|(next, &x)| next.minus(x)));
        }
        len -= 1;
        found = Some(out);
    }
    Ok(found.unwrap_or_default())
}

fn first<T: Entry>(lane: &[T], out: &mut [T]) {
    for ((out, &x), &next) in out.iter_mut().zip(lane).zip(&lane[1..]) {
        *out = next.minus(x);
    }
}
