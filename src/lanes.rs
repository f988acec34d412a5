//! The walk over the lanes of an array along an axis: whatever its layout is, the work on a lane sees it as a slice.

use crate::backend::check_memory;
use crate::{Error, Result};
use ndarray::{Array, ArrayRef, ArrayView, ArrayView1, ArrayViewMut, Axis, Dimension};

/// Lanes that are gathered together: of neighbouring lanes, elements share cache lines.
const GROUP: usize = 8;

/// Refuses an axis that is not there.
pub(crate) fn check_axis<T, D: Dimension>(op: &'static str, x: &ArrayRef<T, D>, axis: Axis) -> Result<()> {
    if axis.0 < x.ndim() { Ok(()) } else { Err(Error::axis(op, axis, x.ndim())) }
}

/// The array with the shape of `x`, but `len` along `axis`, whose lanes `work` fills from a copy of those of `x`.
///
/// `grain` is the number of elements of `x` from which on a second thread pays. The axis must be there.
pub(crate) fn map_lanes<T, R, D>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    len: usize,
    grain: usize,
    work: impl Fn(&mut [T], &mut [R]) + Sync,
) -> Result<Array<R, D>>
where
    T: Copy + Send + Sync,
    R: Copy + Default + Send + Sync,
    D: Dimension,
{
    let mut dim = x.raw_dim();
    dim[axis.0] = len;
    let size = dim.slice().iter().filter(|&&n| n != 0).try_fold(1usize, |size, &n| size.checked_mul(n));
    check_memory::<R>(op, size.unwrap_or(usize::MAX))?;
    let mut out = Array::from_elem(dim, R::default());
    if !out.is_empty() {
        check_memory::<T>(op, x.len_of(axis).saturating_mul(GROUP))?;
        split(x.view(), out.view_mut(), axis, grain, &work);
    }
    Ok(out)
}

/// Halves the longest other axis until the parts are small, each on whatever thread is free.
fn split<T, R, D>(
    x: ArrayView<'_, T, D>,
    out: ArrayViewMut<'_, R, D>,
    axis: Axis,
    grain: usize,
    work: &(impl Fn(&mut [T], &mut [R]) + Sync),
) where
    T: Copy + Send + Sync,
    R: Copy + Send + Sync,
    D: Dimension,
{
    let others = (0..x.ndim()).filter(|&other| other != axis.0);
    let longest = others.max_by_key(|&other| x.len_of(Axis(other))).map(Axis);
    match longest {
        Some(longest) if x.len() >= grain && x.len_of(longest) >= 2 => {
            // at a multiple of the group, so that none is cut in two
            let half = x.len_of(longest) / 2;
            let half = if half > GROUP { half.next_multiple_of(GROUP) } else { half };
            let ((x0, x1), (out0, out1)) = (x.split_at(longest, half), out.split_at(longest, half));
            rayon::join(|| split(x0, out0, axis, grain, work), || split(x1, out1, axis, grain, work));
        }
        _ => in_groups(x, out, axis, work),
    }
}

fn in_groups<T: Copy, R: Copy, D: Dimension>(
    x: ArrayView<'_, T, D>,
    mut out: ArrayViewMut<'_, R, D>,
    axis: Axis,
    work: &impl Fn(&mut [T], &mut [R]),
) {
    let (n, len) = (x.len_of(axis), out.len_of(axis));
    let mut buffer: Vec<T> = Vec::with_capacity(n * GROUP.min(out.len() / len));
    let mut results: Vec<R> = Vec::new();
    let mut group: Vec<ArrayView1<'_, T>> = Vec::with_capacity(GROUP);
    let (mut lanes, mut outs) = (x.lanes(axis).into_iter(), out.lanes_mut(axis).into_iter());
    loop {
        group.clear();
        group.extend(lanes.by_ref().take(GROUP));
        if group.is_empty() {
            return;
        }
        buffer.clear();
        if group.iter().all(|lane| lane.is_standard_layout()) {
            group.iter().for_each(|lane| buffer.extend(lane));
        } else {
            gather(&group, &mut buffer);
        }
        for i in 0..group.len() {
            let lane = &mut buffer[i * n..(i + 1) * n];
            let Some(mut out) = outs.next() else { return };
            match out.as_slice_mut() {
                Some(out) => work(lane, out),
                None => {
                    // whatever it holds, `work` fills it
                    results.resize(len, out[0]);
                    work(lane, &mut results);
                    out.iter_mut().zip(&results).for_each(|(out, &result)| *out = result);
                }
            }
        }
    }
}

/// Lane after lane, read element by element of all lanes.
fn gather<T: Copy>(group: &[ArrayView1<'_, T>], buffer: &mut Vec<T>) {
    const TILE: usize = 64;
    let n = group[0].len();
    let Some(&first) = group[0].first() else { return };
    buffer.resize(n * group.len(), first);
    for start in (0..n).step_by(TILE) {
        let end = n.min(start + TILE);
        for (lane, out) in group.iter().zip(buffer.chunks_exact_mut(n)) {
            for (i, out) in (start..end).zip(&mut out[start..end]) {
                *out = lane[i];
            }
        }
    }
}
