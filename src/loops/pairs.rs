//! Sums over pairs of elements of two slices, in the order of additions of [`sums`](super::sum::sums): their
//! bits depend only on the elements.
#![allow(clippy::needless_range_loop)] // one index for several arrays, which compilers turn into vectors

use super::sum::{BLOCK, PARTS, add, sum_of_parts};
use crate::threads;
use crate::tuning::PARALLEL_SUM;

/// The K terms that a pair of elements adds to K sums.
pub(crate) trait Term<T, W, const K: usize>: Sync {
    /// Must be `inline(always)`, with all that it calls.
    fn of(&self, x: T, y: W) -> [f64; K];
}

/// Returns the sums of the terms of all pairs; the slices have the same length. The terms are f64. The
/// relative error of a sum of terms of one sign is that of a term, and (BLOCK / PARTS + 5) 2^-53.
pub(crate) fn pair_sums<T, W, F, const K: usize>(x: &[T], y: &[W], term: &F) -> [f64; K]
where
    T: Copy + Sync,
    W: Copy + Sync,
    F: Term<T, W, K>,
{
    let block = |(x, y): (&[T], &[W])| {
        // a few elements skip the choice of an instruction set
        if x.len() < PARTS { few(x, y, term) } else { block(x, y, term) }
    };
    if x.len() <= BLOCK {
        return block((x, y));
    }
    let mut totals = [[0.0; 2]; K];
    let mut put = |block: [f64; K]| {
        totals.iter_mut().zip(block).for_each(|([sum, error], block)| add(sum, error, block));
    };
    if threads::share(x.len(), PARALLEL_SUM) {
        let block = |i: usize, x: &[T]| block((x, &y[i * BLOCK..i * BLOCK + x.len()]));
        threads::map_chunks(x, BLOCK, 64, &block).into_iter().for_each(put);
    } else {
        x.chunks(BLOCK).zip(y.chunks(BLOCK)).map(block).for_each(&mut put);
    }
    // an infinite sum has no rounding error
    totals.map(|[sum, error]| if sum.is_finite() { sum + error } else { sum })
}

dispatched! {
    fn block<T: Copy, W: Copy, F: Term<T, W, K>; const K: usize>(x: &[T], y: &[W], term: &F) -> [f64; K] {
        let ((x, last_x), (y, last_y)) = (x.as_chunks::<PARTS>(), y.as_chunks::<PARTS>());
        let mut parts = [[0.0; PARTS]; K];
        for (x, y) in x.iter().zip(y) {
            for (i, (&x, &y)) in x.iter().zip(y).enumerate() {
                let terms = term.of(x, y);
                for k in 0..K {
                    parts[k][i] += terms[k];
                }
            }
        }
        let sum = sum_of_parts(&parts, |sums, others| *sums = plus(*sums, *others));
        if last_x.is_empty() { sum } else { plus(sum, few(last_x, last_y, term)) }
    }
}

/// The sums over a few elements, in order.
#[inline(always)]
fn few<T: Copy, W: Copy, F: Term<T, W, K>, const K: usize>(x: &[T], y: &[W], term: &F) -> [f64; K] {
    let mut terms = x.iter().zip(y).map(|(&x, &y)| term.of(x, y));
    let first = terms.next().unwrap_or([0.0; K]);
    terms.fold(first, plus)
}

#[inline(always)]
fn plus<const K: usize>(mut a: [f64; K], b: [f64; K]) -> [f64; K] {
    for k in 0..K {
        a[k] += b[k];
    }
    a
}
