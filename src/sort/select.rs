//! Partial sorts: partitions around an index, and the largest elements.

use super::{Kth, last_axis};
use crate::loops::lanes::{Along, check_axis, mapped, reshaped, try_map_along};
use crate::loops::select_element;
use crate::memory::room;
use crate::number::Ranked;
use crate::tuning::PARALLEL_SORT_LANES;
use crate::{Element, Entry, ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension};
use std::cmp::Ordering;

/// Returns a copy in which element `kth` of each lane along the last axis is the one that sorting would put
/// there, with no greater element before it and no smaller one after it, as `numpy.partition(x, kth)`.
///
/// Any shape and layout; the result has the shape of `x`. `kth` is one index, or several ([`Kth`]); negative
/// ones count from the end. The order between them is arbitrary, but the same for every layout of the same
/// values. NaN count as the greatest and become the same NaN, unless they are complex. With no `kth`, the
/// result is a copy. Takes linear time for one index.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no axis, or if a `kth` is beyond the length of the last one and
/// `x` is not empty.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = linstat::partition(&array![5, 1, 4, 2, 3], 2)?;
/// assert_eq!(x[2], 3);
/// assert!(x[0] < 3 && x[1] < 3 && x[3] > 3 && x[4] > 3);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("nth_element", "select"))]
pub fn partition<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, kth: impl Kth) -> Result<Array<T, D>> {
    last_axis(x).and_then(|axis| with_places(x, kth, axis, T::partition_lanes)).named("partition")
}

/// Returns [`partition`] along any axis, as `numpy.partition(x, kth, axis=axis)`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, or if a `kth` is beyond its length and `x` is
/// not empty.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = linstat::partition_axis(&array![[3, 9], [1, 4], [2, 1]], 1, Axis(0))?;
/// assert_eq!(x, array![[1, 1], [2, 4], [3, 9]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn partition_axis<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    kth: impl Kth,
    axis: Axis,
) -> Result<Array<T, D>> {
    with_places(x, kth, axis, T::partition_lanes).named("partition_axis")
}

/// Returns the results for the lanes along an axis with these indices. An empty array has none, whatever they
/// are.
fn with_places<T: Entry, R, D: Dimension>(
    x: &ArrayRef<T, D>,
    kth: impl Kth,
    axis: Axis,
    work: impl FnOnce(Along<'_, T>, &[usize]) -> Result<Vec<R>, ErrorKind>,
) -> Result<Array<R, D>, ErrorKind> {
    check_axis(x, axis)?;
    let places = if x.is_empty() { Vec::new() } else { kth.places(x.len_of(axis))? };
    mapped(x, axis, Ok, |x| work(x, &places))
}

pub(super) fn partition_lanes<T: Element>(x: Along<'_, T>, kth: &[usize]) -> Result<Vec<T>, ErrorKind> {
    let len = x.len();
    let middle = kth.len() / 2;
    try_map_along(x, len, PARALLEL_SORT_LANES, |lane, out, spare| {
        let Some(&first) = kth.get(middle) else {
            out.copy_from_slice(lane);
            return Ok(());
        };
        select_element(lane, out, first, spare)?;
        let (below, above) = out.split_at_mut(first);
        select_all(below, 0, &kth[..middle], &|a: &T, b| a.key().cmp(&b.key()));
        select_all(&mut above[1..], first + 1, &kth[middle + 1..], &|a, b| a.key().cmp(&b.key()));
        Ok(())
    })
}

/// Puts the elements at these places, which ascend, where sorting would put them; `x` starts at place
/// `start`.
fn select_all<T>(x: &mut [T], start: usize, kth: &[usize], compare: &impl Fn(&T, &T) -> Ordering) {
    let Some(&place) = kth.get(kth.len() / 2) else { return };
    let (below, _, above) = x.select_nth_unstable_by(place - start, compare);
    select_all(below, start, &kth[..kth.len() / 2], compare);
    select_all(above, place + 1, &kth[kth.len() / 2 + 1..], compare);
}

/// Returns the indices that partition each lane along the last axis, as `numpy.argpartition(x, kth)`: with
/// the elements at these indices, [`partition`] is satisfied.
///
/// Any shape and layout; the result has the shape of `x`. `kth` is one index, or several ([`Kth`]); negative
/// ones count from the end. The order between them is arbitrary, but the same for every layout of the same
/// values. NaN count as the greatest. Of ties around a `kth`, the first elements come first. Takes linear
/// time for one index.
///
/// # Errors
/// As [`partition`]; [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let indices = linstat::argpartition(&array![50, 10, 40, 20, 30], 1)?;
/// assert_eq!((indices[0], indices[1]), (1, 3));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn argpartition<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, kth: impl Kth) -> Result<Array<usize, D>> {
    last_axis(x).and_then(|axis| with_places(x, kth, axis, T::argpartition_lanes)).named("argpartition")
}

/// Returns [`argpartition`] along any axis, as `numpy.argpartition(x, kth, axis=axis)`.
///
/// # Errors
/// As [`partition_axis`]; [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let indices = linstat::argpartition_axis(&array![[3, 9], [1, 4]], 0, Axis(0))?;
/// assert_eq!(indices, array![[1, 1], [0, 0]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn argpartition_axis<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    kth: impl Kth,
    axis: Axis,
) -> Result<Array<usize, D>> {
    with_places(x, kth, axis, T::argpartition_lanes).named("argpartition_axis")
}

pub(super) fn argpartition_lanes<T: Entry>(x: Along<'_, T>, kth: &[usize]) -> Result<Vec<usize>, ErrorKind> {
    let len = x.len();
    try_map_along(x, len, PARALLEL_SORT_LANES, |lane, out, pairs: &mut Pairs<T>| {
        part(lane, kth, pairs)?;
        out.iter_mut().zip(&*pairs).for_each(|(out, &(_, index))| *out = index);
        Ok(())
    })
}

/// Elements as ranks and indices.
pub(super) type Pairs<T> = Vec<(<T as Ranked>::Rank, usize)>;

/// Fills `pairs` with the elements of the lane, those at the places `kth` where sorting would put them.
pub(super) fn part<T: Entry>(lane: &[T], kth: &[usize], pairs: &mut Pairs<T>) -> Result<(), ErrorKind> {
    if pairs.capacity() < lane.len() {
        *pairs = room(lane.len())?;
    }
    pairs.clear();
    pairs.extend(lane.iter().enumerate().map(|(i, &x)| (x.rank(), i)));
    select_all(pairs, 0, kth, &Ord::cmp);
    Ok(())
}

/// The largest elements of each lane and their indices: the result of [`top_k`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TopK<T, D: Dimension> {
    /// The elements, in descending order.
    pub values: Array<T, D>,
    /// Their indices along the axis.
    pub indices: Array<usize, D>,
}

/// Returns the `k` largest elements along the last axis in descending order, with their indices: the first
/// `k` of `numpy.argsort(x, kind="stable")[..., ::-1]`, in linear time for a small `k`.
///
/// | | shape |
/// |---|---|
/// | `x` | any, any layout |
/// | result | as `x`, but `k` along the last axis |
///
/// As in [`argsort_descending`](crate::argsort_descending), NaN count as the largest, and the last of several
/// ties comes first; -0 and 0 are ties.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no axis, or `k` is above the length of the last one.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let top = linstat::top_k(&array![[0.1, 0.7, 0.2], [0.6, 0.1, 0.3]], 2)?;
/// assert_eq!(top.values, array![[0.7, 0.2], [0.6, 0.3]]);
/// assert_eq!(top.indices, array![[1, 2], [0, 2]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "topk")]
pub fn top_k<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, k: usize) -> Result<TopK<T, D>> {
    last_axis(x).and_then(|axis| top_k_of(x, k, axis)).named("top_k")
}

/// Returns [`top_k`] along any axis.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, or `k` is above its length.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let top = linstat::top_k_axis(&array![[3, 1], [2, 4]], 1, Axis(0))?;
/// assert_eq!((top.values, top.indices), (array![[3, 4]], array![[0, 1]]));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn top_k_axis<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, k: usize, axis: Axis) -> Result<TopK<T, D>> {
    top_k_of(x, k, axis).named("top_k_axis")
}

fn top_k_of<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    k: usize,
    axis: Axis,
) -> Result<TopK<T, D>, ErrorKind> {
    check_axis(x, axis)?;
    let n = x.len_of(axis);
    if k > n {
        return Err(ErrorKind::invalid("k", format!("expected at most the length {n}, found {k}")));
    }
    let (values, indices) = T::top_lanes(Along::new(x, axis), k)?;
    Ok(TopK { values: reshaped(x, axis, k, values), indices: reshaped(x, axis, k, indices) })
}

pub(super) fn top_lanes<T: Entry>(x: Along<'_, T>, k: usize) -> Result<(Vec<T>, Vec<usize>), ErrorKind> {
    let top: Vec<(T, usize)> = try_map_along(x, k, PARALLEL_SORT_LANES, |lane, out, (): &mut ()| {
        for (out, (_, index)) in out.iter_mut().zip(largest(lane, k)?) {
            *out = (lane[index], index);
        }
        Ok(())
    })?;
    let (mut values, mut indices) = (room(top.len())?, room(top.len())?);
    values.extend(top.iter().map(|&(value, _)| value));
    indices.extend(top.iter().map(|&(_, index)| index));
    Ok((values, indices))
}

/// Returns the ranks and indices of the `k` largest, in descending order.
fn largest<T: Entry>(lane: &[T], k: usize) -> Result<Pairs<T>, ErrorKind> {
    let most = k.saturating_mul(2).saturating_add(64).min(lane.len());
    let mut best: Pairs<T> = room(most)?;
    let mut floor = None;
    for (index, &x) in lane.iter().enumerate() {
        let key = x.rank();
        // a tie comes before those seen so far
        if floor.is_some_and(|floor| key < floor) {
            continue;
        }
        if best.len() == most && k > 0 {
            keep_best(&mut best, k);
            floor = best.last().map(|&(key, _)| key);
        }
        best.push((key, index));
    }
    keep_best(&mut best, k);
    sort_descending(&mut best);
    Ok(best)
}

/// Keeps the `k` largest, with the smallest of them last.
fn keep_best<K: Ord>(best: &mut Vec<(K, usize)>, k: usize) {
    if 0 < k && k < best.len() {
        best.select_nth_unstable_by(k - 1, |a, b| b.cmp(a));
    }
    best.truncate(k);
}

fn sort_descending<K: Ord>(best: &mut [(K, usize)]) {
    best.sort_unstable_by(|a, b| b.cmp(a));
}
