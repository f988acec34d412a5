//! Sums along lanes whose bits depend only on the elements of the lane: not on the layout, on the
//! neighbouring lanes or on the number of threads.
//!
//! A lane is summed in blocks of [`BLOCK`] elements. Each block has [`PARTS`] partial sums (of the elements i
//! with equal i mod PARTS), which are added in pairs. The rest of the last block, fewer than PARTS elements,
//! is added in order. The sums of the blocks are added with their rounding errors (Knuth's two-sum). All sums
//! are in f64, whatever the type of the elements. So the relative error of a plain sum of n terms of one sign
//! is at most (BLOCK / PARTS + 5) · 2^-53, whatever n is.
#![allow(clippy::needless_range_loop)] // one index for several arrays, which compilers turn into vectors

pub(crate) use super::blocks::BLOCK;
use super::blocks::Blocks;
use crate::loops::lanes::{Bundle, Source};
use crate::tuning::PARALLEL_SUM;
use crate::{Real, threads};
use std::ops::{Deref, DerefMut};

pub(crate) const PARTS: usize = 16;
/// Terms that are added to a partial sum of rows while it is in a register.
const DEPTH: usize = 8;
/// Columns whose partial sums are in registers at a time.
const COLUMNS: usize = 8;

/// What is summed: K numbers, to which the elements are added one by one.
pub(crate) trait Fold<T, P, const K: usize>: Sync {
    /// The numbers before the first element of a part.
    fn start(&self, parameter: P) -> [f64; K];
    /// Adds an element of a lane with this parameter.
    fn add(&self, numbers: &mut [f64; K], x: T, parameter: P);
    /// Completes the numbers after the last element of a part.
    #[inline(always)]
    fn end(&self, _numbers: &mut [f64; K], _parameter: P) {}
    /// Adds the numbers of another part.
    fn join(&self, numbers: &mut [f64; K], others: &[f64; K]);
    /// Adds the numbers of a block, with the rounding errors.
    fn total(&self, total: &mut Total<K>, block: &[f64; K]) {
        plain(total, block);
    }
}

/// Adds the plain sums of a block.
fn plain<const K: usize>(total: &mut Total<K>, block: &[f64; K]) {
    for ((sum, error), &x) in total.sum.iter_mut().zip(&mut total.error).zip(block) {
        add(sum, error, x);
    }
}

/// The numbers of a whole lane and their rounding errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Total<const K: usize> {
    pub(crate) sum: [f64; K],
    pub(crate) error: [f64; K],
}

impl<const K: usize> Total<K> {
    /// The sums, rounded once.
    pub(crate) fn rounded(&self) -> [f64; K] {
        // an infinite sum has no rounding error
        std::array::from_fn(
            |k| {
                if self.sum[k].is_finite() { self.sum[k] + self.error[k] } else { self.sum[k] }
            },
        )
    }
}

/// Plain sums of K terms of every element.
pub(crate) struct Terms<F>(pub(crate) F);

impl<T, P, F: Fn(T, P) -> [f64; K] + Sync, const K: usize> Fold<T, P, K> for Terms<F> {
    #[inline(always)]
    fn start(&self, _parameter: P) -> [f64; K] {
        // the only start that leaves -0 as it is
        [-0.0; K]
    }
    #[inline(always)]
    fn add(&self, numbers: &mut [f64; K], x: T, parameter: P) {
        let terms = (self.0)(x, parameter);
        for k in 0..K {
            numbers[k] += terms[k];
        }
    }
    #[inline(always)]
    fn join(&self, numbers: &mut [f64; K], others: &[f64; K]) {
        for k in 0..K {
            numbers[k] += others[k];
        }
    }
}

/// A value for each lane of a bundle. Few of them need no allocation.
#[derive(Debug)]
pub(crate) enum Room<R> {
    One([R; 1]),
    Few([R; 8], usize),
    Many(Vec<R>),
}

impl<R: Copy> Room<R> {
    pub(crate) fn filled(len: usize, value: R) -> Self {
        match len {
            1 => Room::One([value]),
            0..=8 => Room::Few([value; 8], len),
            // at most the width of a bundle
            _ => Room::Many(vec![value; len]),
        }
    }
}

impl<R> Deref for Room<R> {
    type Target = [R];
    fn deref(&self) -> &[R] {
        match self {
            Room::One(one) => one,
            Room::Few(few, len) => &few[..*len],
            Room::Many(many) => many,
        }
    }
}

impl<R> DerefMut for Room<R> {
    fn deref_mut(&mut self) -> &mut [R] {
        match self {
            Room::One(one) => one,
            Room::Few(few, len) => &mut few[..*len],
            Room::Many(many) => many,
        }
    }
}

/// Calls `done` with the index of each lane and its sum; 0 for an empty lane.
///
/// Rows of neighbouring lanes are added in the order of memory.
pub(crate) fn sums<T: Real>(lanes: Source<'_, T>, mut done: impl FnMut(usize, f64)) {
    let sum = Terms(|x: T, ()| [x.f64()]);
    match lanes {
        lanes if lanes.len() == 0 => (0..lanes.width()).for_each(|j| done(j, 0.0)),
        Source::Lanes(Bundle::Lane(lane)) if lane.len() < PARTS => {
            done(0, lane.iter().fold(0.0, |sum, x| sum + x.f64()));
        }
        Source::Lanes(Bundle::Rows { rows, start, width }) => {
            let mut scratch = Vec::new();
            let (first, others) = rows.split_at(rows.len().min(BLOCK));
            let mut sums = Room::filled(width, 0.0);
            rows_block(first, start, &mut sums, &mut scratch);
            if others.is_empty() {
                // a sum of -0 only is 0, as for other layouts
                return sums.iter().enumerate().for_each(|(j, &sum)| done(j, sum + 0.0));
            }
            let mut totals: Vec<_> = sums.iter().map(|&sum| Total { sum: [sum], error: [0.0] }).collect();
            let mut add = |sums: &[f64]| {
                totals.iter_mut().zip(sums).for_each(|(total, &block)| plain(total, &[block]));
            };
            if threads::share(others.len() * width, PARALLEL_SUM) {
                let blocks = threads::map_chunks(others, BLOCK, 1, |_, rows| {
                    let mut sums = vec![0.0; width];
                    rows_block(rows, start, &mut sums, &mut Vec::new());
                    sums
                });
                blocks.iter().for_each(|sums| add(sums));
            } else {
                for rows in others.chunks(BLOCK) {
                    rows_block(rows, start, &mut sums, &mut scratch);
                    add(&sums);
                }
            }
            totals.into_iter().enumerate().for_each(|(j, total)| done(j, total.rounded()[0]));
        }
        lanes => fold(&lanes, &[()], &sum, |j, total: Total<1>| done(j, total.rounded()[0])),
    }
}

/// As [`sums`], with 0 in the place of every NaN: the same bits as the sums of such a copy.
pub(crate) fn nan_sums<T: Real>(lanes: Source<'_, T>, mut done: impl FnMut(usize, f64)) {
    let sum = Terms(|x: T, ()| [if x.is_nan() { 0.0 } else { x.f64() }]);
    let lanes: &dyn Blocks<T> = &lanes;
    // a sum of -0 only is 0
    fold(lanes, &Room::filled(lanes.width(), ()), &sum, |j, total: Total<1>| {
        done(j, total.rounded()[0] + 0.0)
    });
}

/// Calls `done` with the index of each lane and its total. Each lane has its own parameter.
pub(crate) fn fold<N: Copy, P: Copy + Sync, F: Fold<N, P, K>, const K: usize>(
    lanes: &dyn Blocks<N>,
    parameters: &[P],
    fold: &F,
    mut done: impl FnMut(usize, Total<K>),
) {
    let (blocks, width) = (lanes.len().div_ceil(BLOCK), lanes.width());
    let mut totals = Room::filled(width, None);
    let mut put = |j: usize, sums: [f64; K]| match &mut totals[j] {
        None => totals[j] = Some(Total { sum: sums, error: [0.0; K] }),
        Some(total) => fold.total(total, &sums),
    };
    if blocks > 1 && lanes.apart() && threads::share(lanes.len() * width, PARALLEL_SUM) {
        let some = (64 / width).max(1);
        let parts = threads::map(blocks.div_ceil(some), 1, |i| {
            let mut sums = Vec::new();
            lanes.each(i * some..(i + 1) * some, &mut |j, block| {
                sums.push((j, lane_block(block, parameters[j], fold)));
            });
            sums
        });
        parts.into_iter().flatten().for_each(|(j, sums)| put(j, sums));
    } else {
        lanes.each(0..blocks, &mut |j, block| put(j, lane_block(block, parameters[j], fold)));
    }
    for (j, total) in totals.iter().enumerate() {
        let nothing = || Total { sum: lane_block(&[], parameters[j], fold), error: [0.0; K] };
        done(j, total.unwrap_or_else(nothing));
    }
}

/// Adds `x` to `sum`, and the rounding error to `error`.
#[inline(always)]
pub(crate) fn add(sum: &mut f64, error: &mut f64, x: f64) {
    let total = *sum + x;
    let of_x = total - *sum;
    *error += (*sum - (total - of_x)) + (x - of_x);
    *sum = total;
}

/// The numbers of a block of one lane.
fn lane_block<T: Copy, P: Copy, F: Fold<T, P, K>, const K: usize>(
    block: &[T],
    parameter: P,
    fold: &F,
) -> [f64; K] {
    let (chunks, rest) = block.as_chunks::<PARTS>();
    let mut sums = [0.0; K];
    if !chunks.is_empty() {
        let parts = chunk_sums(chunks, parameter, fold);
        sums = sum_of_parts(&parts, |sums, others| fold.join(sums, others));
        if rest.is_empty() {
            return sums;
        }
    }
    let mut last = fold.start(parameter);
    rest.iter().for_each(|&x| fold.add(&mut last, x, parameter));
    fold.end(&mut last, parameter);
    if chunks.is_empty() {
        return last;
    }
    fold.join(&mut sums, &last);
    sums
}

dispatched! {
    // only the loop: with code for the ends beside it, compilers split the arrays and vectorise badly
    fn chunk_sums<T: Copy, P: Copy, F: Fold<T, P, K>; const K: usize>(
        chunks: &[[T; PARTS]],
        parameter: P,
        fold: &F,
    ) -> [[f64; PARTS]; K] {
        let mut parts = [[0.0; PARTS]; K];
        // as many parts at a time as fit into the registers
        match K {
            ..=2 => some_parts::<_, _, _, _, PARTS>(chunks, parameter, fold, &mut parts),
            3 | 4 => some_parts::<_, _, _, _, { PARTS / 2 }>(chunks, parameter, fold, &mut parts),
            _ => some_parts::<_, _, _, _, { PARTS / 4 }>(chunks, parameter, fold, &mut parts),
        }
        parts
    }
}

#[inline(always)]
fn some_parts<T: Copy, P: Copy, F: Fold<T, P, K>, const K: usize, const SOME: usize>(
    chunks: &[[T; PARTS]],
    parameter: P,
    fold: &F,
    parts: &mut [[f64; PARTS]; K],
) {
    for at in (0..PARTS).step_by(SOME) {
        let mut some: [[f64; SOME]; K] = fold.start(parameter).map(|start| [start; SOME]);
        for chunk in chunks {
            let chunk: &[T; SOME] = chunk[at..].first_chunk().unwrap();
            for p in 0..SOME {
                let mut numbers = [0.0; K];
                for k in 0..K {
                    numbers[k] = some[k][p];
                }
                fold.add(&mut numbers, chunk[p], parameter);
                for k in 0..K {
                    some[k][p] = numbers[k];
                }
            }
        }
        for p in 0..SOME {
            let mut numbers = [0.0; K];
            for k in 0..K {
                numbers[k] = some[k][p];
            }
            fold.end(&mut numbers, parameter);
            for k in 0..K {
                parts[k][at + p] = numbers[k];
            }
        }
    }
}

/// Adds the partial sums in pairs.
pub(super) fn sum_of_parts<const K: usize>(
    parts: &[[f64; PARTS]; K],
    join: impl Fn(&mut [f64; K], &[f64; K]),
) -> [f64; K] {
    let mut sums: [[f64; K]; PARTS] = std::array::from_fn(|p| std::array::from_fn(|k| parts[k][p]));
    let mut half = PARTS / 2;
    while half > 0 {
        for p in 0..half {
            let others = sums[p + half];
            join(&mut sums[p], &others);
        }
        half /= 2;
    }
    sums[0]
}

/// The partial sums of [`COLUMNS`] neighbouring columns.
type Tile = [[f64; COLUMNS]; PARTS];

/// The sums of a block of rows. `scratch` is kept from block to block.
fn rows_block<T: Real>(rows: &[&[T]], start: usize, sums: &mut [f64], scratch: &mut Vec<Tile>) {
    let (chunks, last) = rows.split_at(rows.len() - rows.len() % PARTS);
    if chunks.is_empty() {
        sums.fill(-0.0);
        return last.iter().for_each(|row| add_row(&row[start..], sums));
    }
    let tile = [[-0.0; COLUMNS]; PARTS];
    let width = sums.len();
    let mut one = [tile];
    let tiles = if width <= COLUMNS {
        &mut one[..]
    } else {
        scratch.clear();
        scratch.resize(width.div_ceil(COLUMNS), tile);
        scratch
    };
    tile_sums(chunks, start, width, tiles);
    for (j, sum) in sums.iter_mut().enumerate() {
        *sum = tiles[j / COLUMNS][0][j % COLUMNS];
    }
    if !last.is_empty() {
        let mut ends = Room::filled(width, -0.0);
        last.iter().for_each(|row| add_row(&row[start..], &mut ends));
        sums.iter_mut().zip(ends.iter()).for_each(|(sum, end)| *sum += end);
    }
}

dispatched! {
    fn add_row<T: Real>(row: &[T], sums: &mut [f64]) {
        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x.f64());
    }

    /// Adds whole chunks of rows; the sums are in the first part of each tile.
    fn tile_sums<T: Real>(rows: &[&[T]], start: usize, width: usize, tiles: &mut [Tile]) {
        let (whole, rest) = (width - width % COLUMNS, width % COLUMNS);
        // the rows i, i + PARTS, ... of a group one after the other: a partial sum is loaded and stored once
        // for all of them
        for group in rows.chunks(PARTS * DEPTH) {
            for i in 0..PARTS {
                let mut taken: [&[T]; DEPTH] = [&[]; DEPTH];
                let mut count = 0;
                for (taken, row) in taken.iter_mut().zip(group[i..].iter().step_by(PARTS)) {
                    *taken = &row[start..start + width];
                    count += 1;
                }
                for (c, tile) in (0..whole).step_by(COLUMNS).zip(tiles.iter_mut()) {
                    let mut part = tile[i];
                    for row in &taken[..count] {
                        let row: &[T; COLUMNS] = row[c..].first_chunk().unwrap();
                        for j in 0..COLUMNS {
                            part[j] += row[j].f64();
                        }
                    }
                    tile[i] = part;
                }
                if rest > 0 {
                    let part = &mut tiles[whole / COLUMNS][i];
                    for row in &taken[..count] {
                        for j in 0..rest {
                            part[j] += row[whole + j].f64();
                        }
                    }
                }
            }
        }
        for tile in tiles {
            let mut half = PARTS / 2;
            while half > 0 {
                for i in 0..half {
                    for j in 0..COLUMNS {
                        tile[i][j] += tile[i + half][j];
                    }
                }
                half /= 2;
            }
        }
    }
}
