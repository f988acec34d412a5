//! Reductions of narrow integers: of all elements in their own type, of lanes as wider ones.

use super::bodies::{self, Step, index_by};
use crate::loops::Nan;
use crate::loops::extreme::{End, best_in_lane, best_value, position};
use crate::loops::lanes::{Along, Elements};
use crate::loops::narrow::{Narrow, NarrowWhole, back, lanes_of};
use crate::{ErrorKind, Result};

pub(super) fn running_lanes<T: NarrowWhole>(
    x: Along<'_, T>,
    step: Step,
    nan: Nan,
) -> Result<Vec<i64>, ErrorKind> {
    let len = x.len();
    lanes_of(x, len, |x| bodies::running_lanes(x, step, nan))
}

/// Returns nothing for an empty array.
pub(super) fn extreme_all<T: NarrowWhole>(x: Elements<'_, T>, end: End, _: Nan) -> Option<T> {
    let mut best = None;
    x.distinct().each_block(|block| {
        if !block.is_empty() {
            let found = best_value(block, end);
            best = best.filter(|&best| !end.beats(found, best)).or(Some(found));
        }
    });
    best
}

pub(super) fn extreme_lanes<T: NarrowWhole>(
    x: Along<'_, T>,
    end: End,
    nan: Nan,
) -> Result<Vec<T>, ErrorKind> {
    lanes_of(x, 1, |x| bodies::extreme_lanes(x, end, nan)).map(back)
}

/// Returns the index and the element there; nothing for an empty array.
pub(super) fn index_all<T: NarrowWhole>(x: Elements<'_, T>, end: End, nan: Nan) -> Option<(usize, T)> {
    index_by(x, end, nan, |block| {
        let (best, start) = best_in_lane(block, end);
        start + position(&block[start..], best)
    })
}

pub(super) fn index_lanes<T: NarrowWhole>(
    x: Along<'_, T>,
    end: End,
    nan: Nan,
) -> Result<Vec<usize>, ErrorKind> {
    lanes_of(x, 1, |x| bodies::index_lanes(x, end, nan))
}

pub(super) fn count_lanes<T: Narrow>(x: Along<'_, T>) -> Result<Vec<usize>, ErrorKind> {
    lanes_of(x, 1, bodies::count_lanes)
}
