//! Sorting of narrow elements where it works on indices: as wider ones.

use super::{Side, isin, order, search, select, unique, unique_axis};
use crate::loops::lanes::{Along, Elements};
use crate::loops::narrow::{Narrow, NarrowWhole, back, carried, each_part, in_logical_order, lanes_of};
use crate::{ErrorKind, Result};

pub(super) fn order_lanes<T: Narrow>(
    x: Along<'_, T>,
    direction: order::Direction,
) -> Result<Vec<usize>, ErrorKind> {
    let len = x.len();
    lanes_of(x, len, |x| order::order_lanes(x, direction))
}

pub(super) fn argpartition_lanes<T: Narrow>(x: Along<'_, T>, kth: &[usize]) -> Result<Vec<usize>, ErrorKind> {
    let len = x.len();
    lanes_of(x, len, |x| select::argpartition_lanes(x, kth))
}

pub(super) fn top_lanes<T: Narrow>(x: Along<'_, T>, k: usize) -> Result<(Vec<T>, Vec<usize>), ErrorKind> {
    let (mut values, mut indices) = (Vec::new(), Vec::new());
    each_part(x, k, &T::carried, &mut |x| {
        let (some_values, mut some) = select::top_lanes(x, k)?;
        values.append(&mut back(some_values));
        indices.append(&mut some);
        Ok(())
    })?;
    Ok((values, indices))
}

pub(super) fn places<T: NarrowWhole>(
    sorted: &[T],
    values: Elements<'_, T>,
    side: Side,
) -> Result<Vec<usize>, ErrorKind> {
    search::places(&carried(sorted)?, Elements::Slice(&in_logical_order(&values)?), side)
}

pub(super) fn members<T: NarrowWhole>(
    x: Elements<'_, T>,
    test: Elements<'_, T>,
) -> Result<Vec<bool>, ErrorKind> {
    x.check()?;
    let test = in_logical_order(&test.distinct())?;
    isin::members(Elements::Slice(&in_logical_order(&x)?), Elements::Slice(&test))
}

pub(super) fn row_order<T: Narrow>(rows: &[T], n: usize) -> Result<Vec<usize>, ErrorKind> {
    unique_axis::row_order(&carried(rows)?, n)
}

pub(super) fn row_runs<T: Narrow>(rows: &[T], order: &[usize]) -> Result<unique_axis::Runs, ErrorKind> {
    unique_axis::row_runs(&carried(rows)?, order)
}

pub(super) fn value_order<T: Narrow>(values: &[T]) -> Result<Vec<usize>, ErrorKind> {
    unique::value_order(&carried(values)?)
}
