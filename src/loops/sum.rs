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
use super::wide::{LANES, Pack, Plain, Vectors, Wide, prefetch};
use crate::loops::lanes::{Bundle, Source};
use crate::tuning::PARALLEL_SUM;
use crate::{Element, Real, threads};
use std::ops::{Deref, DerefMut, Range, RangeInclusive};

pub(crate) const PARTS: usize = 1 << HALVINGS;
/// How often the partial sums are added in pairs.
const HALVINGS: usize = 4;
/// Terms that are added to a partial sum of rows while it is in a register.
const DEPTH: usize = 8;
/// Columns of which a block of rows fits into the second cache.
const STRIP: usize = 64;
/// Columns whose partial sums are in registers at a time.
const COLUMNS: usize = 8;

/// What is summed: K numbers, to which the elements are added one by one. The work is written for one lane
/// and for vectors of lanes alike, whose parameters have M numbers. All functions that it calls must be
/// inlined.
pub(crate) trait Fold<const M: usize, const K: usize>: Sync {
    /// Whether this is the first sum of these elements, so that they are in no cache.
    const FRESH: bool = false;

    /// The numbers before the first element of a part.
    #[inline(always)]
    fn start<W: Wide<Number = f64>>(&self, _parameter: [W; M]) -> [W; K] {
        // the only start that leaves -0 as it is
        [W::splat(-0.0); K]
    }
    /// Adds an element of a lane with this parameter.
    fn add<W: Wide<Number = f64>>(&self, numbers: &mut [W; K], x: W, parameter: [W; M]);
    /// Completes the numbers after the last element of a part.
    #[inline(always)]
    fn end<W: Wide<Number = f64>>(&self, _numbers: &mut [W; K], _parameter: [W; M]) {}
    /// Adds the numbers of another part.
    #[inline(always)]
    fn join<W: Wide<Number = f64>>(&self, numbers: &mut [W; K], others: [W; K]) {
        for k in 0..K {
            numbers[k] = numbers[k].plus(others[k]);
        }
    }
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

/// The sum of the elements.
struct Sum;

impl Fold<0, 1> for Sum {
    #[inline(always)]
    fn add<W: Wide<Number = f64>>(&self, [sum]: &mut [W; 1], x: W, []: [W; 0]) {
        *sum = sum.plus(x);
    }
}

/// The sum of the elements, with 0 in the place of every NaN.
struct NanSum;

impl Fold<0, 1> for NanSum {
    #[inline(always)]
    fn add<W: Wide<Number = f64>>(&self, [sum]: &mut [W; 1], x: W, []: [W; 0]) {
        *sum = sum.plus(x.or(x.at_most(x), W::splat(0.0)));
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
                let blocks = threads::map_chunks(others, BLOCK, 1, &|_, rows| {
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
        lanes => fold::<T, _, _, 0, 1>(&lanes, &[[]], &Sum, |j, total| done(j, total.rounded()[0])),
    }
}

/// Lengths of the lanes of [`short_sums`].
pub(crate) const SHORT: RangeInclusive<usize> = PARTS..=BLOCK;

/// As [`sums`], of blocks: the same bits.
pub(crate) fn block_sums<T: Real>(lanes: &dyn Blocks<T>, mut done: impl FnMut(usize, f64)) {
    if let Some((rows, start)) = lanes.rows() {
        return sums(Source::from(Bundle::Rows { rows, start, width: lanes.width() }), done);
    }
    // a sum of -0 only is 0
    fold(lanes, &Room::filled(lanes.width(), []), &Sum, |j, total| done(j, total.rounded()[0] + 0.0));
}

/// As [`sums`], with 0 in the place of every NaN: the same bits as the sums of such a copy.
pub(crate) fn nan_sums<T: Real>(lanes: &dyn Blocks<T>, mut done: impl FnMut(usize, f64)) {
    fold(lanes, &Room::filled(lanes.width(), []), &NanSum, |j, total| done(j, total.rounded()[0] + 0.0));
}

/// Calls `done` with the index of each lane and its total. Each lane has its own parameter.
pub(crate) fn fold<N, P, F, const M: usize, const K: usize>(
    lanes: &dyn Blocks<N>,
    parameters: &[P],
    fold: &F,
    mut done: impl FnMut(usize, Total<K>),
) where
    N: Element,
    P: Copy + Sync + Into<[f64; M]>,
    F: Fold<M, K>,
{
    let (blocks, width) = (lanes.len().div_ceil(BLOCK), lanes.width());
    let rows = lanes.rows().filter(|_| width >= LANES);
    let each = |some: Range<usize>, put: &mut dyn FnMut(usize, [f64; K])| match rows {
        Some((rows, start)) => {
            let end = rows.len().min(some.end.saturating_mul(BLOCK));
            for block in rows[some.start * BLOCK..end].chunks(BLOCK) {
                // a first sum waits for its own rows
                let next = if F::FRESH { &[] } else { lanes.next() };
                rows_numbers(block, start, parameters, fold, F::FRESH || blocks > 1, next, put);
            }
        }
        None => lanes.each(some, &mut |j, block| put(j, lane_numbers(block, parameters[j].into(), fold))),
    };
    let mut totals = Room::filled(width, None);
    let mut put = |j: usize, sums: [f64; K]| match &mut totals[j] {
        None => totals[j] = Some(Total { sum: sums, error: [0.0; K] }),
        Some(total) => fold.total(total, &sums),
    };
    if blocks > 1 && lanes.apart() && threads::share(lanes.len() * width, PARALLEL_SUM) {
        let some = (64 / width).max(1);
        let parts = threads::map(blocks.div_ceil(some), 1, &|i| {
            let mut sums = Vec::new();
            each(i * some..(i + 1) * some, &mut |j, numbers| sums.push((j, numbers)));
            sums
        });
        parts.into_iter().flatten().for_each(|(j, sums)| put(j, sums));
    } else {
        each(0..blocks, &mut put);
    }
    for (j, total) in totals.iter().enumerate() {
        let nothing =
            || Total { sum: lane_numbers::<N, F, M, K>(&[], parameters[j].into(), fold), error: [0.0; K] };
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
fn lane_numbers<N: Element, F: Fold<M, K>, const M: usize, const K: usize>(
    block: &[N],
    parameter: [f64; M],
    fold: &F,
) -> [f64; K] {
    let (chunks, rest) = block.as_chunks::<PARTS>();
    let mut sums = [0.0; K];
    if !chunks.is_empty() {
        let parts = lane_parts(chunks, parameter, fold);
        sums = sum_of_parts(&parts, |sums, others| fold.join(sums, *others));
        if rest.is_empty() {
            return sums;
        }
    }
    let mut last = fold.start(parameter);
    rest.iter().for_each(|x| fold.add(&mut last, x.as_f64(), parameter));
    fold.end(&mut last, parameter);
    if chunks.is_empty() {
        return last;
    }
    fold.join(&mut sums, last);
    sums
}

/// Calls `put` with the index and the numbers of each of at least [`LANES`] lanes, of which rows are a block:
/// the same as those of single lanes. `fresh` rows are in no cache.
fn rows_numbers<N, P, F, const M: usize, const K: usize>(
    rows: &[&[N]],
    start: usize,
    parameters: &[P],
    fold: &F,
    fresh: bool,
    next: &[&[N]],
    put: &mut dyn FnMut(usize, [f64; K]),
) where
    N: Element,
    P: Copy + Into<[f64; M]>,
    F: Fold<M, K>,
{
    let width = parameters.len();
    let crowded = fresh && are_crowded(rows);
    let mut copy = Vec::new();
    for from in (0..width).step_by(STRIP) {
        let strip = from..width.min(from + STRIP);
        let memory = start + strip.start..start + strip.end;
        let copies: Vec<&[N]>;
        let (rows, start) = if crowded && strip.len() >= LANES {
            copy.clear();
            rows.iter().for_each(|row| copy.extend_from_slice(&row[memory.clone()]));
            copies = copy.chunks_exact(strip.len()).collect();
            (&copies[..], 0)
        } else {
            if fresh && width > LANES {
                // in the order of memory, which the processor then goes on reading by itself
                rows.iter().for_each(|row| prefetch(&row[memory.clone()]));
            }
            (rows, start + from)
        };
        for first in strip.clone().step_by(LANES) {
            // the last ones together with some of those before, which have the same numbers again
            let at = first.min(width - LANES);
            let mut numbers = [Pack([0.0; LANES]); M];
            for (lane, &parameter) in parameters[at..at + LANES].iter().enumerate() {
                let parameter: [f64; M] = parameter.into();
                numbers.iter_mut().zip(parameter).for_each(|(numbers, number)| numbers.0[lane] = number);
            }
            // the same strip of the next rows, some of them with every pack
            let (pack, packs) = ((first - from) / LANES, strip.len().div_ceil(LANES));
            let some = &next[next.len() * pack / packs..next.len() * (pack + 1) / packs];
            let sums = pack_numbers(rows, start + at - from, &numbers, fold, some, memory.clone());
            for lane in first - at..LANES {
                put(at + lane, sums.map(|sums| sums.0[lane]));
            }
        }
    }
}

/// Whether rows are a multiple of a page apart: then their columns fall on the same few places of the caches,
/// and push each other out.
fn are_crowded<N>(rows: &[&[N]]) -> bool {
    const PAGE: usize = 4096;
    /// More than the ways of a cache.
    const MANY: usize = 64;
    match rows {
        [first, second, ..] => {
            let distance = second.as_ptr().addr().abs_diff(first.as_ptr().addr());
            rows.len() > MANY && distance.is_multiple_of(PAGE)
        }
        _ => false,
    }
}

/// As it is stored for all lanes.
#[inline(always)]
pub(super) fn loaded<N: Element, W: Wide<Number = f64, Stored = Pack<f64>>>(x: &[N; LANES]) -> W {
    let mut numbers = [0.0; LANES];
    for lane in 0..LANES {
        numbers[lane] = x[lane].as_f64();
    }
    W::load(&Pack(numbers))
}

/// The last `rest` elements of a lane, with another number in the place of those before them, which were
/// taken already: a copy of the rest would cost a call.
#[inline(always)]
pub(super) fn ending<N: Element, W: Wide<Number = f64, Stored = Pack<f64>>>(
    end: &[N; LANES],
    rest: usize,
    other: f64,
) -> W {
    let mut numbers = [0.0; LANES];
    for lane in 0..LANES {
        numbers[lane] = if lane + rest >= LANES { end[lane].as_f64() } else { other };
    }
    W::load(&Pack(numbers))
}

#[inline(always)]
fn lane_parts_of<N, W, F, const M: usize, const K: usize>(
    chunks: &[[N; PARTS]],
    parameter: [f64; M],
    fold: &F,
) -> [[f64; PARTS]; K]
where
    N: Element,
    W: Wide<Number = f64, Stored = Pack<f64>>,
    F: Fold<M, K>,
{
    let mut parts = [[0.0; PARTS]; K];
    let parameter = parameter.map(W::splat);
    for at in (0..PARTS).step_by(LANES) {
        let mut some = fold.start(parameter);
        for chunk in chunks {
            fold.add(&mut some, loaded::<N, W>(chunk[at..].first_chunk().unwrap()), parameter);
        }
        fold.end(&mut some, parameter);
        for k in 0..K {
            let mut stored = Pack([0.0; LANES]);
            some[k].store(&mut stored);
            parts[k][at..at + LANES].copy_from_slice(&stored.0);
        }
    }
    parts
}

#[inline(always)]
fn pack_numbers_of<N, W, F, const M: usize, const K: usize>(
    rows: &[&[N]],
    start: usize,
    parameter: &[Pack<f64>; M],
    fold: &F,
    next: &[&[N]],
    strip: Range<usize>,
) -> [Pack<f64>; K]
where
    N: Element,
    W: Wide<Number = f64, Stored = Pack<f64>>,
    F: Fold<M, K>,
{
    let mut parameters = [W::splat(0.0); M];
    for m in 0..M {
        parameters[m] = W::load(&parameter[m]);
    }
    let whole = rows.len() / PARTS * PARTS;
    // sums of 1, 2, 4, .. parts that wait for their other half
    let mut waiting = [fold.start(parameters); HALVINGS + 1];
    let parts = if whole > 0 { PARTS } else { 0 };
    for i in 0..parts {
        // halves meet in the order of `sum_of_parts`
        let p = i.reverse_bits() >> (usize::BITS as usize - HALVINGS);
        for row in &next[next.len() * i / PARTS..next.len() * (i + 1) / PARTS] {
            prefetch(&row[strip.clone()]);
        }
        let mut some = fold.start(parameters);
        for row in rows[p..whole].iter().step_by(PARTS) {
            let Some(x) = row[start..].first_chunk() else { break };
            fold.add(&mut some, loaded::<N, W>(x), parameters);
        }
        fold.end(&mut some, parameters);
        let mut level = 0;
        while i >> level & 1 == 1 {
            let mut both = waiting[level];
            fold.join(&mut both, some);
            some = both;
            level += 1;
        }
        waiting[level] = some;
    }
    let mut sums = waiting[HALVINGS];
    if whole < rows.len() {
        let mut last = fold.start(parameters);
        for row in &rows[whole..] {
            let Some(x) = row[start..].first_chunk() else { break };
            fold.add(&mut last, loaded::<N, W>(x), parameters);
        }
        fold.end(&mut last, parameters);
        if whole > 0 {
            fold.join(&mut sums, last);
        } else {
            sums = last;
        }
    }
    let mut stored = [Pack([0.0; LANES]); K];
    for k in 0..K {
        sums[k].store(&mut stored[k]);
    }
    stored
}

dispatched! {
    /// As [`sums`], of contiguous lanes of a length in [`SHORT`]: the same bits.
    pub(crate) fn short_sums<T: Real>(x: &[T], n: usize, out: &mut [T]) {
        for (i, out) in out.iter_mut().enumerate() {
            let (chunks, rest) = x[i * n..(i + 1) * n].as_chunks::<PARTS>();
            let mut parts = [-0.0; PARTS];
            for chunk in chunks {
                for p in 0..PARTS {
                    parts[p] += chunk[p].f64();
                }
            }
            let mut half = PARTS / 2;
            while half > 0 {
                for p in 0..half {
                    parts[p] += parts[p + half];
                }
                half /= 2;
            }
            let mut last = -0.0;
            for x in rest {
                last += x.f64();
            }
            // a sum of -0 only is 0
            *out = T::of(parts[0] + last + 0.0);
        }
    }

    /// The partial numbers of one lane.
    fn lane_parts<N: Element, F: Fold<M, K>; const M: usize, const K: usize>(
        chunks: &[[N; PARTS]],
        parameter: [f64; M],
        fold: &F,
    ) -> [[f64; PARTS]; K] {
        if FMA {
            lane_parts_of::<N, <f64 as Vectors>::Registers, F, M, K>(chunks, parameter, fold)
        } else {
            lane_parts_of::<N, Plain<f64>, F, M, K>(chunks, parameter, fold)
        }
    }

    /// The numbers of [`LANES`] lanes.
    fn pack_numbers<N: Element, F: Fold<M, K>; const M: usize, const K: usize>(
        rows: &[&[N]],
        start: usize,
        parameter: &[Pack<f64>; M],
        fold: &F,
        next: &[&[N]],
        strip: Range<usize>,
    ) -> [Pack<f64>; K] {
        if FMA {
            pack_numbers_of::<N, <f64 as Vectors>::Registers, F, M, K>(rows, start, parameter, fold, next, strip)
        } else {
            pack_numbers_of::<N, Plain<f64>, F, M, K>(rows, start, parameter, fold, next, strip)
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
