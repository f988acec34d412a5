//! Reductions of complex numbers: sums part by part, extremes in lexicographic order.

use super::bodies::{index_by, index_lanes_by};
use crate::loops::Nan;
use crate::loops::blocks::Blocks;
use crate::loops::complex::{reduce_all, reduce_parts};
use crate::loops::extreme::{End, search};
use crate::loops::lanes::{Along, Bundle, Elements, reduce_along};
use crate::loops::sum::{block_sums, nan_sums};
use crate::number::Ranked;
use crate::tuning::PARALLEL_LANES;
use crate::{Entry, ErrorKind, Real, Result};
use num_complex::Complex;

/// Fills the sums of real lanes.
fn sums<R: Real>(lanes: &dyn Blocks<R>, nan: Nan, out: &mut [R]) {
    let done = |j: usize, sum| out[j] = R::of(sum);
    match nan {
        Nan::Spreads => block_sums(lanes, done),
        Nan::LeftOut => nan_sums(lanes, done),
    }
}

pub(super) fn sum_all<R: Real>(x: Elements<'_, Complex<R>>, nan: Nan) -> Result<Complex<R>, ErrorKind> {
    reduce_all(&x, nan, &|parts, out| sums(parts, nan, out))
}

pub(super) fn sum_lanes<R: Real>(x: Along<'_, Complex<R>>, nan: Nan) -> Result<Vec<Complex<R>>, ErrorKind> {
    reduce_parts(x, nan, &|parts, out| sums(parts, nan, out), |sum| sum)
}

fn find<T: Ranked>(lanes: Bundle<'_, T>, end: End, nan: Nan, found: &mut [usize]) {
    search(lanes, end, nan, |j, place, _| found[j] = place);
}

/// Returns nothing for an empty array.
pub(super) fn extreme_all<T: Entry>(x: Elements<'_, T>, end: End, nan: Nan) -> Option<T> {
    index_all(x, end, nan).map(|(_, best)| best)
}

pub(super) fn extreme_lanes<T: Entry>(x: Along<'_, T>, end: End, nan: Nan) -> Result<Vec<T>, ErrorKind> {
    reduce_along(x, PARALLEL_LANES, &|lanes, out| search(lanes, end, nan, |j, _, best| out[j] = best))
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
