//! Sorting of complex numbers by the indices of their ranks, where real elements are sorted by their keys.

use super::order::order_slice;
use super::search::{Side, found_by};
use super::select::{Pairs, part};
use super::unique::value_order;
use crate::loops::lanes::{Along, Elements, try_map_along};
use crate::memory::{defaults, room};
use crate::tuning::PARALLEL_SORT_LANES;
use crate::{Entry, ErrorKind, Result};
use std::borrow::Cow;

pub(super) fn sort_lanes<T: Entry>(x: Along<'_, T>) -> Result<Vec<T>, ErrorKind> {
    let len = x.len();
    try_map_along(x, len, PARALLEL_SORT_LANES, |lane, out, order: &mut Vec<usize>| {
        if order.len() != lane.len() {
            *order = defaults(lane.len())?;
        }
        order_slice(lane, order)?;
        out.iter_mut().zip(&*order).for_each(|(out, &i)| *out = lane[i]);
        Ok(())
    })
}

pub(super) fn partition_lanes<T: Entry>(x: Along<'_, T>, kth: &[usize]) -> Result<Vec<T>, ErrorKind> {
    let len = x.len();
    try_map_along(x, len, PARALLEL_SORT_LANES, |lane, out, pairs: &mut Pairs<T>| {
        part(lane, kth, pairs)?;
        out.iter_mut().zip(&*pairs).for_each(|(out, &(_, i))| *out = lane[i]);
        Ok(())
    })
}

/// Returns the positions of the values, in their logical order.
pub(super) fn places<T: Entry>(
    sorted: &[T],
    values: Elements<'_, T>,
    side: Side,
) -> Result<Vec<usize>, ErrorKind> {
    found_by(&values, &|value: &T| {
        let rank = value.rank();
        match side {
            Side::Left => sorted.partition_point(|x| x.rank() < rank),
            Side::Right => sorted.partition_point(|x| x.rank() <= rank),
        }
    })
}

/// Returns whether each element of `x`, in logical order, is one of `test`.
pub(super) fn members<T: Entry>(x: Elements<'_, T>, test: Elements<'_, T>) -> Result<Vec<bool>, ErrorKind> {
    x.check()?;
    let test = test.distinct();
    let mut ranks = room(test.len())?;
    // NaN equals nothing
    test.each_block(|test| ranks.extend(test.iter().filter(|x| !x.unordered()).map(|x| x.rank())));
    ranks.sort_unstable();
    found_by(&x, &|x: &T| ranks.binary_search(&x.rank()).is_ok())
}

pub(super) fn sorted_values<T: Entry>(values: Cow<'_, [T]>) -> Result<Vec<T>, ErrorKind> {
    let mut sorted = room(values.len())?;
    sorted.extend(value_order(&values)?.into_iter().map(|i| values[i]));
    Ok(sorted)
}
