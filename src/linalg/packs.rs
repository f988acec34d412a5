//! Stacks of small matrices, of which one computation takes several, each in a lane of the vectors; and a
//! small matrix alone, which has the same bits.

use super::stack::{Fill, Slots, Stack, in_unfilled_parts};
use crate::error::BadMatrix;
use crate::kernels::Packs;
use crate::loops::packs::{ALL, LANES, Lanes, Pack, prefetch};
use crate::{ErrorKind, Scalar, memory};
use ndarray::ArrayRef2;
use std::ops::Range;

/// Number of elements of matrices whose results are filled at once.
const AT_ONCE: usize = 4096;

/// Computes the results of some matrices in two packs of scratch, and returns the lanes whose results hold.
type Run<'f, T, F> = dyn Fn(Range<usize>, [&mut [Pack<T>]; 2], &mut F) -> Lanes + Sync + 'f;

/// Computes the results of a stack pack by pack. `run` computes those of up to [`LANES`] matrices, with two
/// packs of these lengths as scratch, and returns the lanes whose results hold; `one` computes the others.
pub(super) fn in_packs<T: Scalar, O: Fill>(
    stack: &Stack<'_, T>,
    room: O,
    cost: usize,
    lengths: [usize; 2],
    run: &Run<'_, T, O::Filled>,
    one: &(dyn Fn(usize, O::Filled) -> Result<(), ErrorKind> + Sync),
) -> Result<(), BadMatrix> {
    in_unfilled_parts(stack, room, cost, |range, mut room| {
        let scratch = |len| memory::filled(len, Pack([T::zero(); LANES])).map_err(|kind| (range.start, kind));
        let (mut a, mut b) = (scratch(lengths[0])?, scratch(lengths[1])?);
        // the places of several packs are filled at once: each filling is counted for all threads
        let chunk = LANES * (AT_ONCE / (LANES * lengths[0])).max(1);
        for start in range.clone().step_by(chunk) {
            let end = range.end.min(start + chunk);
            let (here, rest) = room.split(end - start);
            room = rest;
            let mut places = here.fill();
            for start in (start..end).step_by(LANES) {
                let matrices = start..end.min(start + LANES);
                let (mut out, rest) = places.split(matrices.len());
                places = rest;
                let good = run(matrices.clone(), [&mut a, &mut b], &mut out);
                if good == ALL {
                    continue;
                }
                for (lane, k) in matrices.enumerate() {
                    let (first, rest) = out.split(1);
                    out = rest;
                    if good & (1 << lane) == 0 {
                        one(k, first).map_err(|kind| (k, kind))?;
                    }
                }
            }
        }
        Ok(())
    })
}

/// Copies matrices to the lanes of a pack, column by column, or row by row as their transposes. The last of
/// them fills the lanes that are left.
pub(super) fn gather<T: Scalar>(
    packs: &Packs<T>,
    stack: &Stack<'_, T>,
    matrices: &Range<usize>,
    transposed: bool,
    pack: &mut [Pack<T>],
) {
    let (m, n) = stack.dim();
    let last = matrices.end - 1;
    if let Some(all) = stack.slice() {
        // the matrices of the next pack, if they are so small that each is over before it is recognised
        let (next, len) = ((matrices.start + LANES) * m * n, LANES * m * n);
        if len * size_of::<T>() <= PREFETCHED
            && let Some(next) = all.get(next..next + len)
        {
            prefetch(next);
        }
        let lane = |lane| &all[last.min(matrices.start + lane) * m * n..][..m * n];
        return (packs.interleave)(m, n, transposed, std::array::from_fn(lane), pack);
    }
    for (lane, k) in (matrices.start..matrices.start + LANES).enumerate() {
        let matrix = stack.matrix(last.min(k));
        let in_order = if transposed { matrix } else { matrix.reversed_axes() };
        pack.iter_mut().zip(&in_order).for_each(|(pack, &x)| pack.0[lane] = x);
    }
}

/// Largest size of the matrices of a pack, in bytes, that are asked for before they are needed: one page.
const PREFETCHED: usize = 4096;

/// Largest order of a matrix that is copied to the stack.
pub(super) const TINY: usize = 8;

/// Copies a matrix of at most [`TINY`] rows and columns, column by column, or row by row as its transpose.
#[inline]
pub(super) fn tiny<T: Scalar>(a: &ArrayRef2<T>, transposed: bool) -> [T; TINY * TINY] {
    let mut copy = [T::zero(); TINY * TINY];
    let in_order = if transposed { a.view() } else { a.t() };
    copy.iter_mut().zip(&in_order).for_each(|(copy, &x)| *copy = x);
    copy
}
