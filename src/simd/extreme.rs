//! Where the largest or smallest element of a lane is.

use crate::Element;
use crate::lanes::{Bundle, by_width};
use multiversion::multiversion;
use rayon::prelude::*;

/// Elements of a block: what is found is the block, and then the place in it.
const BLOCK: usize = 1024;
/// Rows of a block, over as many columns as a bundle has.
const ROWS: usize = 32;
const PARTS: usize = 16;
/// Elements of a single lane from which on a second thread pays.
const PARALLEL: usize = 1 << 19;

/// Which end of the order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    Min,
    Max,
}

impl End {
    /// Whether x lies further to this end; a NaN does so, of anything but a NaN.
    #[inline(always)]
    fn beats<T: Element>(self, x: T, best: T) -> bool {
        let further = match self {
            End::Min => x < best,
            End::Max => x > best,
        };
        further | (x.unordered() & !best.unordered())
    }
}

/// For every lane the index of its first NaN, or else of the first element that no other beats. Lanes must not be empty.
pub(crate) fn find<T: Element>(lanes: Bundle<'_, T>, end: End, found: &mut [usize]) {
    by_width!(lanes, W => {
        let (best, start) = best_of_lanes::<T, W>(lanes, end);
        for (j, found) in found.iter_mut().enumerate() {
            *found = start[j] + place(lanes, j, start[j], best[j]);
        }
    });
}

/// For every lane the element that [`find`] finds.
pub(crate) fn values<T: Element>(lanes: Bundle<'_, T>, end: End, found: &mut [T]) {
    by_width!(lanes, W => {
        let (best, start) = best_of_lanes::<T, W>(lanes, end);
        for (j, found) in found.iter_mut().enumerate() {
            // only zeros can be equal and yet differ
            let is_zero = best[j] == T::default();
            *found = if is_zero { lanes.get(start[j] + place(lanes, j, start[j], best[j]), j) } else { best[j] };
        }
    });
}

/// The best elements, and where the blocks begin that hold the first of them.
fn best_of_lanes<T: Element, const W: usize>(lanes: Bundle<'_, T>, end: End) -> ([T; W], [usize; W]) {
    match lanes {
        Bundle::Lane(lane) => {
            let (best, start) = best_in_lane(lane, end);
            ([best; W], [start; W])
        }
        Bundle::Rows { rows, start, width } => best_in_rows(rows, start, width, end),
    }
}

/// How far behind `start` the first element of lane `j` is that equals `best`.
fn place<T: Element>(lanes: Bundle<'_, T>, j: usize, start: usize, best: T) -> usize {
    match lanes {
        Bundle::Lane(lane) => position(&lane[start..], best),
        Bundle::Rows { rows, start: column, .. } => {
            let is_best = |x: T| x == best || (x.unordered() && best.unordered());
            rows[start..].iter().take_while(|row| !is_best(row[column + j])).count()
        }
    }
}

fn best_in_lane<T: Element>(lane: &[T], end: End) -> (T, usize) {
    let of_part = |(start, part): (usize, &[T])| {
        let mut blocks = part.chunks(BLOCK).enumerate();
        let mut best = (blocks.next().map_or(part[0], |(_, block)| best_of(block, end)), start);
        for (i, block) in blocks {
            let x = best_of(block, end);
            if end.beats(x, best.0) {
                best = (x, start + i * BLOCK);
            }
        }
        best
    };
    if lane.len() < PARALLEL {
        return of_part((0, lane));
    }
    const PART: usize = 64 * BLOCK;
    let parts: Vec<(T, usize)> =
        lane.par_chunks(PART).enumerate().map(|(i, part)| of_part((i * PART, part))).collect();
    parts[1..].iter().fold(parts[0], |best, &part| if end.beats(part.0, best.0) { part } else { best })
}

/// The place of the first element that equals `best`, which is there.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn position<T: Element>(lane: &[T], best: T) -> usize {
    let is_best = |x: T| (x == best) | (x.unordered() & best.unordered());
    // whole chunks first: without a way out, compilers vectorise the comparisons
    let (chunks, _) = lane.as_chunks::<PARTS>();
    let before = chunks.iter().take_while(|chunk| !chunk.iter().fold(false, |any, &x| any | is_best(x)));
    let start = PARTS * before.count();
    start + lane[start..].iter().take_while(|&&x| !is_best(x)).count()
}

/// The best element; a NaN if there is one.
fn best_of<T: Element>(block: &[T], end: End) -> T {
    let (chunks, rest) = block.as_chunks::<PARTS>();
    // No comparison with a NaN is true: it never becomes the best one, and is kept beside it.
    let mut parts = best_of_chunks(chunks, block[0], end);
    parts.put_some(rest, end);
    let (mut best, nan) = (parts.best, parts.nan);
    for half in [8, 4, 2, 1] {
        let (low, high) = best.split_at_mut(half);
        match end {
            End::Min => pick(low, high, |best, x| x < best),
            End::Max => pick(low, high, |best, x| x > best),
        }
    }
    nan.into_iter().find(|x| x.unordered()).unwrap_or(best[0])
}

/// The best of all elements with equal places in their chunks.
#[derive(Clone, Copy)]
struct Parts<T> {
    best: [T; PARTS],
    nan: [T; PARTS],
}

// nothing but the loop: with the ends beside it, compilers cut the arrays up and vectorise badly
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn best_of_chunks<T: Element>(chunks: &[[T; PARTS]], first: T, end: End) -> Parts<T> {
    let mut parts = Parts { best: [first; PARTS], nan: [T::default(); PARTS] };
    match end {
        End::Min => chunks.iter().for_each(|chunk| parts.put(chunk, |best, x| x < best)),
        End::Max => chunks.iter().for_each(|chunk| parts.put(chunk, |best, x| x > best)),
    }
    parts
}

impl<T: Element> Parts<T> {
    #[inline(always)]
    fn put(&mut self, chunk: &[T; PARTS], further: impl Fn(T, T) -> bool) {
        pick(&mut self.best, chunk, further);
        pick(&mut self.nan, chunk, |_, x| x.unordered());
    }

    /// Less than a chunk.
    fn put_some(&mut self, rest: &[T], end: End) {
        match end {
            End::Min => pick(&mut self.best, rest, |best, x| x < best),
            End::Max => pick(&mut self.best, rest, |best, x| x > best),
        }
        pick(&mut self.nan, rest, |_, x| x.unordered());
    }
}

/// Replaces what `better` says by the element of `x`.
#[inline(always)]
fn pick<T: Copy>(best: &mut [T], x: &[T], better: impl Fn(T, T) -> bool) {
    for (best, &x) in best.iter_mut().zip(x) {
        *best = if better(*best, x) { x } else { *best };
    }
}

fn best_in_rows<T: Element, const W: usize>(
    rows: &[&[T]],
    start: usize,
    width: usize,
    end: End,
) -> ([T; W], [usize; W]) {
    let mut best = [T::default(); W];
    best[..width].copy_from_slice(&rows[0][start..start + width]);
    let mut starts = [0; W];
    for (i, block) in rows.chunks(ROWS).enumerate() {
        let of_block: [T; W] = best_of_rows(block, start, width, end);
        for ((best, start), &x) in best[..width].iter_mut().zip(&mut starts).zip(&of_block) {
            if end.beats(x, *best) {
                (*best, *start) = (x, i * ROWS);
            }
        }
    }
    (best, starts)
}

/// The best elements of the columns; NaN where there is one.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn best_of_rows<T: Element, const W: usize>(rows: &[&[T]], start: usize, width: usize, end: End) -> [T; W] {
    let width = width.min(W);
    // From one pair of lines into the other and back: of a line that is read and written at once, compilers make masked
    // stores, which are slow.
    let (mut lines, mut nans) = ([[T::default(); W]; 2], [[T::default(); W]; 2]);
    lines[0][..width].copy_from_slice(&rows[0][start..start + width]);
    let [best, next] = &mut lines;
    let [nan, next_nan] = &mut nans;
    let (mut best, mut next) = (&mut best[..width], &mut next[..width]);
    let (mut nan, mut next_nan) = (&mut nan[..width], &mut next_nan[..width]);
    for row in rows {
        let row = &row[start..start + width];
        match end {
            End::Min => choose(best, row, next, |best, x| x < best),
            End::Max => choose(best, row, next, |best, x| x > best),
        }
        choose(nan, row, next_nan, |_, x| x.unordered());
        (best, next) = (next, best);
        (nan, next_nan) = (next_nan, nan);
    }
    let mut found = [T::default(); W];
    choose(best, nan, &mut found[..width], |_, x| x.unordered());
    found
}

/// The elements of `x` where `better` says so, else those of `best`.
#[inline(always)]
fn choose<T: Copy>(best: &[T], x: &[T], out: &mut [T], better: impl Fn(T, T) -> bool) {
    for ((out, &best), &x) in out.iter_mut().zip(best).zip(x) {
        *out = if better(best, x) { x } else { best };
    }
}
