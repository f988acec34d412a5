//! Sorting, and the order of elements as indices.

use super::last_axis;
use crate::loops::lanes::{Along, mapped, try_map_along};
use crate::loops::{sort_elements, sort_keys};
use crate::memory::{copied, room};
use crate::number::Rank;
use crate::tuning::PARALLEL_SORT_LANES;
use crate::{Element, Entry, ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension};
use std::cmp::Ordering;

/// Which elements come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest.
    Ascending,
    /// The largest.
    Descending,
}

/// Returns a copy sorted along the last axis, as `numpy.sort(x)`.
///
/// Any shape and layout; the result has the shape of `x`. All NaN come last and become the same NaN; -0 comes
/// before 0 (NumPy leaves that order open). Quicksort of the bits as integers, vectorized where the processor
/// has AVX-512, with several threads for long lanes; `n log n` for any input. Complex numbers are sorted by
/// [`argsort`]: ties keep their order, and NaN stay as they are.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no axis, [`ErrorKind::TooLarge`]
/// if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::sort(&array![[3, 1, 2], [6, 5, 4]])?, array![[1, 2, 3], [4, 5, 6]]);
/// let x = linstat::sort(&array![f64::NAN, 1., f64::NEG_INFINITY])?;
/// assert!(x[0] == f64::NEG_INFINITY && x[1] == 1. && x[2].is_nan());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn sort<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    last_axis(x).and_then(|axis| sort_of(x, axis)).named("sort")
}

/// Sorts along any axis, as `numpy.sort(x, axis=axis)`. See [`sort`](fn@sort).
///
/// # Errors
/// As [`sort`](fn@sort); [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::sort_axis(&array![[3, 1], [2, 4]], Axis(0))?, array![[2, 1], [3, 4]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn sort_axis<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<Array<T, D>> {
    sort_of(x, axis).named("sort_axis")
}

fn sort_of<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<Array<T, D>, ErrorKind> {
    mapped(x, axis, Ok, T::sort_lanes)
}

pub(super) fn sort_lanes<T: Element>(x: Along<'_, T>) -> Result<Vec<T>, ErrorKind> {
    let len = x.len();
    try_map_along(x, len, PARALLEL_SORT_LANES, sort_elements)
}

/// Returns the indices that sort along the last axis, as `numpy.argsort(x, kind="stable")`.
///
/// Any shape and layout; the result has the shape of `x`. The sort is stable: ties keep their order; -0 and 0
/// are ties; NaN come last, in their order.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no axis, [`ErrorKind::TooLarge`]
/// if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::argsort(&array![0.3, f64::NAN, 0.1, 0.3])?, array![2, 0, 3, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "sort_indices")]
pub fn argsort<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array<usize, D>> {
    last_axis(x).and_then(|axis| order_of(x, axis, Direction::Ascending)).named("argsort")
}

/// Returns [`argsort`] along any axis, as `numpy.argsort(x, axis=axis, kind="stable")`.
///
/// # Errors
/// As [`argsort`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::argsort_axis(&array![[3, 1], [2, 4]], Axis(0))?, array![[1, 0], [0, 1]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn argsort_axis<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<Array<usize, D>> {
    order_of(x, axis, Direction::Ascending).named("argsort_axis")
}

/// Returns the indices that sort from the largest to the smallest along the last axis, as
/// `numpy.argsort(x, kind="stable")[..., ::-1]`.
///
/// This is the reverse of [`argsort`]: NaN come first, and the last of several ties comes first.
///
/// # Errors
/// As [`argsort`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let scores = array![0.2, 0.9, 0.5, 0.9];
/// assert_eq!(linstat::argsort_descending(&scores)?, array![3, 1, 2, 0]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn argsort_descending<T: Entry, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array<usize, D>> {
    last_axis(x).and_then(|axis| order_of(x, axis, Direction::Descending)).named("argsort_descending")
}

/// Returns [`argsort_descending`] along any axis, as
/// `numpy.flip(numpy.argsort(x, axis=axis, kind="stable"), axis)`.
///
/// # Errors
/// As [`argsort`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// assert_eq!(linstat::argsort_descending_axis(&array![[3, 1], [2, 4]], Axis(0))?, array![[0, 1], [1, 0]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn argsort_descending_axis<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<usize, D>> {
    order_of(x, axis, Direction::Descending).named("argsort_descending_axis")
}

fn order_of<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    direction: Direction,
) -> Result<Array<usize, D>, ErrorKind> {
    mapped(x, axis, Ok, |x| T::order_lanes(x, direction))
}

pub(super) fn order_lanes<T: Entry>(x: Along<'_, T>, direction: Direction) -> Result<Vec<usize>, ErrorKind> {
    let len = x.len();
    try_map_along(x, len, PARALLEL_SORT_LANES, |lane, out, (): &mut ()| {
        order_slice(lane, out)?;
        if direction == Direction::Descending {
            out.reverse();
        }
        Ok(())
    })
}

/// Writes the indices of a stable sort of `values`.
pub(super) fn order_slice<T: Entry>(values: &[T], indices: &mut [usize]) -> Result<(), ErrorKind> {
    if values.len() > u32::MAX as usize {
        indices.iter_mut().enumerate().for_each(|(i, index)| *index = i);
        sort_by(indices, &|i, j| values[i].rank().cmp(&values[j].rank()));
        return Ok(());
    }
    let high = |i: usize| values[i].rank().high();
    order(values.iter().map(|&x| x.rank().high()).zip(0..), indices, &high)?;
    if T::Rank::LONG {
        let mut ties = indices.chunk_by_mut(|&i, &j| high(i) == high(j));
        ties.try_for_each(|run| order_ties(run, &|i| values[i].rank().low()))?;
    }
    Ok(())
}

/// Writes the indices of the pairs of keys and indices in the order of the keys; ties keep their order. The
/// indices ascend and fit into 32 bits.
fn order(
    pairs: impl Iterator<Item = (u64, u64)> + Clone,
    indices: &mut [usize],
    key: &dyn Fn(usize) -> u64,
) -> Result<(), ErrorKind> {
    // the leading 32 bits of the key, then the index
    let (min, max) = pairs.clone().fold((u64::MAX, 0), |(min, max), (key, _)| (min.min(key), max.max(key)));
    let shift = (u64::BITS - max.saturating_sub(min).leading_zeros()).saturating_sub(32);
    let mut packed: Vec<u64> = room(indices.len())?;
    packed.extend(pairs.map(|(key, index)| ((key - min) >> shift) << 32 | index));
    sort_keys(&mut packed)?;
    indices.iter_mut().zip(&packed).for_each(|(index, &packed)| *index = packed as u32 as usize);
    if shift == 0 {
        return Ok(());
    }
    let tie = |pair: &[u64]| pair[0] >> 32 == pair[1] >> 32;
    let mut done = 0;
    while let Some(next) = packed[done..].windows(2).position(tie) {
        let start = done + next;
        done = start + 1 + packed[start..].windows(2).take_while(|pair| tie(pair)).count();
        order_ties(&mut indices[start..done], key)?;
    }
    Ok(())
}

/// Sorts ascending indices as [`order`], with the keys looked up. It is a separate function because the types
/// of the pairs would be infinitely nested.
fn order_ties(indices: &mut [usize], key: &dyn Fn(usize) -> u64) -> Result<(), ErrorKind> {
    if indices.len() <= 32 {
        sort_by(indices, &|i, j| key(i).cmp(&key(j)));
        return Ok(());
    }
    let ascending = copied(indices)?;
    order(ascending.iter().map(|&i| (key(i), i as u64)), indices, key)
}

/// Sorts indices by what they stand for, and equal ones by their own values. Needs no memory, unlike std's
/// stable sort, and is compiled once for all elements.
pub(super) fn sort_by(indices: &mut [usize], compare: &dyn Fn(usize, usize) -> Ordering) {
    indices.sort_unstable_by(|&i, &j| compare(i, j).then(i.cmp(&j)));
}
