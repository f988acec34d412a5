//! Sums along lanes whose bits depend on nothing but the elements of the lane: not on its layout, on the lanes beside it,
//! or on the number of threads.
//!
//! A lane is summed in blocks of [`BLOCK`] elements, each in [`PARTS`] partial sums (of the elements i with equal i mod
//! PARTS) that are added in pairs; what is left of the last block, less than PARTS, is added in order; the sums of the blocks are added with the rounding errors carried along (Knuth's two-sum).
//! Everything is in f64, whatever the elements are. The relative error of a sum of n terms of one sign is so at most
//! (BLOCK / PARTS + 5) · 2^-53, whatever n is.

use crate::lanes::Bundle;
use crate::threads;
use multiversion::multiversion;
use rayon::prelude::*;

pub(super) const BLOCK: usize = 512;
pub(super) const PARTS: usize = 16;
/// Elements from which on a second thread pays, where there are several blocks.
pub(super) const PARALLEL: usize = 1 << 18;
/// Terms that are added to a partial sum of rows while it is in a register.
const DEPTH: usize = 8;
/// Columns whose partial sums are in registers at a time.
const COLUMNS: usize = 16;

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
        Bundle::Lane(lane) if lane.len() <= BLOCK => {
            for (sum, block) in totals.sum.iter_mut().zip(lane_block(lane, parameters[0], &term)) {
                sum[0] = block;
            }
            return totals.sum;
        }
        Bundle::Lane(lane) if !threads::share(lane.len(), PARALLEL) => {
            lane.chunks(BLOCK).for_each(|block| totals.add_lane(lane_block(block, parameters[0], &term)));
        }
        Bundle::Lane(lane) => {
            let block = |block| lane_block(block, parameters[0], &term);
            let blocks: Vec<[f64; K]> =
                threads::install(|| lane.par_chunks(BLOCK).with_min_len(64).map(block).collect());
            blocks.into_iter().for_each(|block| totals.add_lane(block));
        }
        Bundle::Rows { rows, start, width } => {
            let parameters = &parameters[..width];
            if rows.len() <= BLOCK || !threads::share(rows.len() * width, PARALLEL) {
                let mut parts = [[[0.0; W]; PARTS]; K];
                for block in rows.chunks(BLOCK) {
                    rows_block(block, start, parameters, &mut parts, &term);
                    totals.add_rows(|k| &parts[k][0][..width]);
                }
            } else {
                let block = |block| {
                    let mut parts = [[[0.0; W]; PARTS]; K];
                    rows_block(block, start, parameters, &mut parts, &term);
                    parts.map(|[sums, ..]| sums[..width].to_vec())
                };
                let blocks: Vec<[Vec<f64>; K]> =
                    threads::install(|| rows.par_chunks(BLOCK).map(block).collect());
                blocks.iter().for_each(|block| totals.add_rows(|k| &block[k]));
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

    fn add_rows<'a>(&mut self, block: impl Fn(usize) -> &'a [f64]) {
        for (k, (sum, error)) in self.sum.iter_mut().zip(&mut self.error).enumerate() {
            add_each(sum, error, block(k));
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

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn add_each(sums: &mut [f64], errors: &mut [f64], x: &[f64]) {
    for ((sum, error), &x) in sums.iter_mut().zip(errors).zip(x) {
        add(sum, error, x);
    }
}

/// Adds `x` to `sum`, and what is lost of it to `error`.
#[inline(always)]
pub(super) fn add(sum: &mut f64, error: &mut f64, x: f64) {
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
    let mut sums = [0.0; K];
    if !chunks.is_empty() {
        let parts = chunk_sums(chunks, parameter, term);
        sums.iter_mut().zip(&parts).for_each(|(sum, parts)| *sum = sum_of_parts(parts));
    }
    if let Some((&first, others)) = rest.split_first() {
        let mut last = term(first, parameter);
        for &x in others {
            last.iter_mut().zip(term(x, parameter)).for_each(|(last, term)| *last += term);
        }
        sums.iter_mut().zip(last).for_each(|(sum, last)| *sum += last);
    }
    sums
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

/// In pairs.
pub(super) fn sum_of_parts(parts: &[f64; PARTS]) -> f64 {
    let mut sums = *parts;
    let mut half = PARTS / 2;
    while half > 0 {
        for p in 0..half {
            sums[p] += sums[p + half];
        }
        half /= 2;
    }
    sums[0]
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
    let (rows, last) = rows.split_at(rows.len() - rows.len() % PARTS);
    for parts in parts.iter_mut() {
        parts.iter_mut().for_each(|part| part[..width].fill(0.0));
    }
    let (whole, rest) = (width - width % COLUMNS, width % COLUMNS);
    // the rows i, i + PARTS, ... of a group, one after the other: a partial sum is loaded and stored once for all of them
    for group in rows.chunks(PARTS * DEPTH) {
        for i in 0..group.len().min(PARTS) {
            let mut taken: [&[T]; DEPTH] = [&[]; DEPTH];
            let mut count = 0;
            for (taken, row) in taken.iter_mut().zip(group[i..].iter().step_by(PARTS)) {
                *taken = &row[start..start + width];
                count += 1;
            }
            for c in (0..whole).step_by(COLUMNS) {
                let mut sums = [[0.0; COLUMNS]; K];
                for (sums, parts) in sums.iter_mut().zip(&*parts) {
                    sums.copy_from_slice(&parts[i][c..c + COLUMNS]);
                }
                for row in &taken[..count] {
                    let (row, parameters) = (&row[c..c + COLUMNS], &parameters[c..c + COLUMNS]);
                    for (k, sums) in sums.iter_mut().enumerate() {
                        for ((sum, &x), &parameter) in sums.iter_mut().zip(row).zip(parameters) {
                            *sum += term(x, parameter)[k];
                        }
                    }
                }
                for (sums, parts) in sums.iter().zip(&mut *parts) {
                    parts[i][c..c + COLUMNS].copy_from_slice(sums);
                }
            }
            for row in &taken[..if rest > 0 { count } else { 0 }] {
                for (k, parts) in parts.iter_mut().enumerate() {
                    let part = &mut parts[i][whole..width];
                    for ((part, &x), &parameter) in
                        part.iter_mut().zip(&row[whole..]).zip(&parameters[whole..])
                    {
                        *part += term(x, parameter)[k];
                    }
                }
            }
        }
    }
    for parts in parts.iter_mut() {
        let mut half = PARTS / 2;
        while half > 0 && !rows.is_empty() {
            let (low, high) = parts.split_at_mut(half);
            for (low, high) in low.iter_mut().zip(&high[..half]) {
                low[..width].iter_mut().zip(&high[..width]).for_each(|(low, high)| *low += high);
            }
            half /= 2;
        }
    }
    if !last.is_empty() {
        for (k, parts) in parts.iter_mut().enumerate() {
            let (sums, others) = parts.split_at_mut(1);
            let (sums, ends) = (&mut sums[0][..width], &mut others[0][..width]);
            for (i, row) in last.iter().enumerate() {
                let row = &row[start..start + width];
                for ((end, &x), &parameter) in ends.iter_mut().zip(row).zip(parameters) {
                    let term = term(x, parameter)[k];
                    *end = if i == 0 { term } else { *end + term };
                }
            }
            sums.iter_mut().zip(&*ends).for_each(|(sum, end)| *sum += end);
        }
    }
}
