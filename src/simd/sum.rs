//! Sums along lanes whose bits depend on nothing but the elements of the lane: not on its layout, on the lanes beside it,
//! or on the number of threads.
//!
//! A lane is summed in blocks of [`BLOCK`] elements, each in [`PARTS`] partial sums (of the elements i with equal i mod
//! PARTS) that are added in pairs; the sums of the blocks are added with the rounding errors carried along (Knuth's two-sum).
//! Everything is in f64, whatever the elements are. The relative error of a sum of n terms of one sign is so at most
//! (BLOCK / PARTS + 5) · 2^-53, whatever n is.

use crate::lanes::Bundle;
use multiversion::multiversion;
use rayon::prelude::*;

pub(crate) const BLOCK: usize = 512;
const PARTS: usize = 16;
/// Blocks of a single lane from which on a second thread pays.
const PARALLEL: usize = (1 << 19) / BLOCK;

/// K numbers for every one of W lanes.
pub(crate) type Sums<const K: usize, const W: usize> = [[f64; W]; K];

/// The sums of `term(x, parameter)` over all lanes, each of which has its parameter.
///
/// W is at least the width of the bundle, see [`by_width`](crate::lanes::by_width).
pub(crate) fn sums<T: Copy + Sync, P: Copy + Sync, const K: usize, const W: usize>(
    lanes: Bundle<'_, T>,
    parameters: &[P; W],
    term: impl Fn(T, P) -> [f64; K] + Sync,
) -> Sums<K, W> {
    let mut totals = Totals { sum: [[0.0; W]; K], error: [[0.0; W]; K] };
    match lanes {
        Bundle::Lane(lane) if lane.len() / BLOCK < PARALLEL => {
            lane.chunks(BLOCK).for_each(|block| totals.add_lane(lane_block(block, parameters[0], &term)));
        }
        Bundle::Lane(lane) => {
            let block = |block| lane_block(block, parameters[0], &term);
            let blocks: Vec<[f64; K]> = lane.par_chunks(BLOCK).with_min_len(64).map(block).collect();
            blocks.into_iter().for_each(|block| totals.add_lane(block));
        }
        Bundle::Rows { rows, start, width } => {
            let mut parts = [[[0.0; W]; PARTS]; K];
            for block in rows.chunks(BLOCK) {
                rows_block(block, start, &parameters[..width], &mut parts, &term);
                totals.add_rows(&parts, width);
            }
        }
    }
    totals.finish(lanes.width())
}

struct Totals<const K: usize, const W: usize> {
    sum: Sums<K, W>,
    error: Sums<K, W>,
}

impl<const K: usize, const W: usize> Totals<K, W> {
    fn add_lane(&mut self, block: [f64; K]) {
        for ((sum, error), x) in self.sum.iter_mut().zip(&mut self.error).zip(block) {
            add(&mut sum[0], &mut error[0], x);
        }
    }

    fn add_rows(&mut self, parts: &[[[f64; W]; PARTS]; K], width: usize) {
        for ((sum, error), parts) in self.sum.iter_mut().zip(&mut self.error).zip(parts) {
            for ((sum, error), &x) in sum[..width].iter_mut().zip(error).zip(&parts[0]) {
                add(sum, error, x);
            }
        }
    }

    fn finish(mut self, width: usize) -> Sums<K, W> {
        for (sum, error) in self.sum.iter_mut().zip(&self.error) {
            for (sum, error) in sum[..width].iter_mut().zip(error) {
                // an infinite sum has no rounding error
                if sum.is_finite() {
                    *sum += error;
                }
            }
        }
        self.sum
    }
}

/// Adds `x` to `sum`, and what is lost of it to `error`.
#[inline(always)]
fn add(sum: &mut f64, error: &mut f64, x: f64) {
    let total = *sum + x;
    let of_x = total - *sum;
    *error += (*sum - (total - of_x)) + (x - of_x);
    *sum = total;
}

/// The sums over a block of one lane.
fn lane_block<T: Copy, P: Copy, F: Fn(T, P) -> [f64; K], const K: usize>(
    block: &[T],
    parameter: P,
    term: &F,
) -> [f64; K] {
    let (chunks, rest) = block.as_chunks::<PARTS>();
    let mut parts = chunk_sums(chunks, parameter, term);
    for (p, &x) in rest.iter().enumerate() {
        parts.iter_mut().zip(term(x, parameter)).for_each(|(parts, term)| parts[p] += term);
    }
    parts.map(|mut parts| {
        let mut half = PARTS / 2;
        while half > 0 {
            for p in 0..half {
                parts[p] += parts[p + half];
            }
            half /= 2;
        }
        parts[0]
    })
}

// nothing but the loop: with the ends beside it, compilers cut the arrays up and vectorise badly
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn chunk_sums<T: Copy, P: Copy, F: Fn(T, P) -> [f64; K], const K: usize>(
    chunks: &[[T; PARTS]],
    parameter: P,
    term: &F,
) -> [[f64; PARTS]; K] {
    let mut parts = [[0.0; PARTS]; K];
    for chunk in chunks {
        // a loop for every sum; what the terms share is computed once after all
        for (k, parts) in parts.iter_mut().enumerate() {
            parts.iter_mut().zip(chunk).for_each(|(part, &x)| *part += term(x, parameter)[k]);
        }
    }
    parts
}

/// The sums over a block of rows, in `parts[..][0]`.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn rows_block<T: Copy, P: Copy, F: Fn(T, P) -> [f64; K], const K: usize, const W: usize>(
    rows: &[&[T]],
    start: usize,
    parameters: &[P],
    parts: &mut [[[f64; W]; PARTS]; K],
    term: &F,
) {
    let width = parameters.len().min(W);
    let used = rows.len().min(PARTS);
    for parts in parts.iter_mut() {
        parts[..used].iter_mut().for_each(|part| part[..width].fill(0.0));
    }
    for (i, row) in rows.iter().enumerate() {
        let row = &row[start..start + width];
        for (k, parts) in parts.iter_mut().enumerate() {
            let part = &mut parts[i % PARTS][..width];
            for ((part, &x), &parameter) in part.iter_mut().zip(row).zip(parameters) {
                *part += term(x, parameter)[k];
            }
        }
    }
    for parts in parts.iter_mut() {
        let mut half = PARTS / 2;
        while half > 0 {
            let (low, high) = parts.split_at_mut(half);
            // what is not used counts as 0
            for (low, high) in low.iter_mut().zip(&high[..half.min(used.saturating_sub(half))]) {
                low[..width].iter_mut().zip(&high[..width]).for_each(|(low, high)| *low += high);
            }
            half /= 2;
        }
    }
}
