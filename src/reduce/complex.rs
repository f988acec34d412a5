//! Reductions of complex numbers: sums part by part, extremes in lexicographic order.

use super::bodies::{index_by, index_lanes_by};
use crate::loops::Nan;
use crate::loops::complex::{joined, of_lanes, of_parts};
use crate::loops::extreme::End;
use crate::loops::lanes::{Along, Bundle, Elements, reduce_along};
use crate::number::Ranked;
use crate::tuning::PARALLEL_LANES;
use crate::{Entry, ErrorKind, Real, Result};
use num_complex::Complex;

pub(super) fn sum_all<R: Real>(x: Elements<'_, Complex<R>>, nan: Nan) -> Result<Complex<R>, ErrorKind> {
    of_parts(&x, nan, |x| R::sum_all(x, nan))
}

pub(super) fn sum_lanes<R: Real>(x: Along<'_, Complex<R>>, nan: Nan) -> Result<Vec<Complex<R>>, ErrorKind> {
    of_lanes(x, 1, nan, |x| R::sum_lanes(x, nan)).and_then(joined)
}

/// Finds the best element of every lane, the first of equal ones. `put` makes a result of its place in the
/// lane and of the element; `value` is the element of the result for a lane.
fn search<T: Ranked, S>(
    lanes: Bundle<'_, T>,
    (end, nan): (End, Nan),
    out: &mut [S],
    value: impl Fn(usize, &S) -> T,
    put: impl Fn(usize, T) -> S,
) {
    for i in 0..lanes.len() {
        for (j, best) in out.iter_mut().enumerate() {
            let x = *lanes.at(j, i);
            if i == 0 || end.beats_with(x, value(j, best), nan) {
                *best = put(i, x);
            }
        }
    }
}

fn find<T: Ranked>(lanes: Bundle<'_, T>, end: End, nan: Nan, found: &mut [usize]) {
    search(lanes, (end, nan), found, |j, &i| *lanes.at(j, i), |i, _| i);
}

/// Returns nothing for an empty array.
pub(super) fn extreme_all<T: Entry>(x: Elements<'_, T>, end: End, nan: Nan) -> Option<T> {
    index_all(x, end, nan).map(|(_, best)| best)
}

pub(super) fn extreme_lanes<T: Entry>(x: Along<'_, T>, end: End, nan: Nan) -> Result<Vec<T>, ErrorKind> {
    reduce_along(x, PARALLEL_LANES, &|lanes, out| search(lanes, (end, nan), out, |_, &best| best, |_, x| x))
}

/// Returns the index and the element there; nothing for an empty array.
pub(super) fn index_all<T: Entry>(x: Elements<'_, T>, end: End, nan: Nan) -> Option<(usize, T)> {
    index_by(x, end, nan, |block| {
        let mut found = [0];
        find(Bundle::Lane(block), end, nan, &mut found);
        found[0]
    })
}

/// Refuses a lane of NaN only, if NaN is left out.
pub(super) fn index_lanes<T: Entry>(x: Along<'_, T>, end: End, nan: Nan) -> Result<Vec<usize>, ErrorKind> {
    index_lanes_by(x, end, nan, &find)
}
