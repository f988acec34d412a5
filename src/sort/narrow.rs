//! Sorting of narrow integers where it works on indices: as wider integers.

use super::{Side, order, search, select, unique};
use crate::loops::lanes::{Along, Elements};
use crate::loops::narrow::{Narrow, back, carried, each_part, in_logical_order, lanes_of};
use crate::{ErrorKind, Result};

pub(super) fn order_lanes<T: Narrow>(
    x: Along<'_, T>,
    direction: order::Direction,
) -> Result<Vec<usize>, ErrorKind> {
    let len = x.len();
    lanes_of(x, len, |x| order::order_lanes(x, direction))
}

pub(super) fn top_lanes<T: Narrow>(x: Along<'_, T>, k: usize) -> Result<(Vec<T>, Vec<usize>), ErrorKind> {
    let (mut values, mut indices) = (Vec::new(), Vec::new());
    each_part(x, k, &mut |x| {
        let (some_values, mut some) = select::top_lanes(x, k)?;
        values.append(&mut back(some_values));
        indices.append(&mut some);
        Ok(())
    })?;
    Ok((values, indices))
}

pub(super) fn places<T: Narrow>(
    sorted: &[T],
    values: Elements<'_, T>,
    side: Side,
) -> Result<Vec<usize>, ErrorKind> {
    search::places(&carried(sorted)?, Elements::Slice(&in_logical_order(&values)?), side)
}

pub(super) fn value_order<T: Narrow>(values: &[T]) -> Result<Vec<usize>, ErrorKind> {
    unique::value_order(&carried(values)?)
}
