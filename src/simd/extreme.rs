//! Where the largest or smallest element of a lane is.

use crate::Element;
use crate::lanes::{Bundle, WIDTH};
use multiversion::multiversion;
use rayon::prelude::*;

/// Elements of a block: what is found is the block, and then the place in it.
const BLOCK: usize = 1024;
/// Rows of a block, over as many columns as a bundle has.
const ROWS: usize = 64;
const PARTS: usize = 16;
/// Elements of a single lane from which on a second thread pays.
const PARALLEL: usize = 1 << 20;

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
    match lanes {
        Bundle::Lane(lane) => found[0] = find_in_lane(lane, end),
        Bundle::Rows { rows, start, width } => find_in_rows(rows, start, width, end, found),
    }
}

fn find_in_lane<T: Element>(lane: &[T], end: End) -> usize {
    // the best element of a part, and the start of its block
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
    let (best, start) = if lane.len() < PARALLEL {
        of_part((0, lane))
    } else {
        const PART: usize = 64 * BLOCK;
        let parts: Vec<(T, usize)> =
            lane.par_chunks(PART).enumerate().map(|(i, part)| of_part((i * PART, part))).collect();
        parts[1..].iter().fold(parts[0], |best, &part| if end.beats(part.0, best.0) { part } else { best })
    };
    start + position(&lane[start..], best)
}

/// The place of the first element that equals `best`, which is there.
fn position<T: Element>(lane: &[T], best: T) -> usize {
    let is_best = |x: T| x == best || (x.unordered() && best.unordered());
    // whole chunks first: without a way out, compilers vectorise the comparisons
    let before =
        lane.chunks_exact(16).take_while(|chunk| !chunk.iter().fold(false, |any, &x| any | is_best(x)));
    let start = 16 * before.count();
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

fn find_in_rows<T: Element>(rows: &[&[T]], start: usize, width: usize, end: End, found: &mut [usize]) {
    let mut best = [T::default(); WIDTH];
    let mut of_block = [T::default(); WIDTH];
    let first = &rows[0][start..start + width];
    best[..width].copy_from_slice(first);
    let mut blocks = [0; WIDTH];
    for (i, block) in rows.chunks(ROWS).enumerate() {
        best_of_rows(block, start, &mut of_block[..width], end);
        for ((best, at), &x) in best[..width].iter_mut().zip(&mut blocks).zip(&of_block) {
            if end.beats(x, *best) {
                (*best, *at) = (x, i);
            }
        }
    }
    for (j, found) in found.iter_mut().enumerate() {
        let block = rows[blocks[j] * ROWS..].iter().map(|row| row[start + j]);
        let is_best = |x: T| x == best[j] || (x.unordered() && best[j].unordered());
        *found = blocks[j] * ROWS + block.take_while(|&x| !is_best(x)).count();
    }
}

/// The best elements of the columns; NaN where there is one.
fn best_of_rows<T: Element>(rows: &[&[T]], start: usize, best: &mut [T], end: End) {
    for (i, best) in best.chunks_mut(PARTS).enumerate() {
        let columns = start + i * PARTS;
        let parts = if best.len() == PARTS {
            best_of_whole_rows(rows, columns, end)
        } else {
            let mut parts = Parts { best: [T::default(); PARTS], nan: [T::default(); PARTS] };
            parts.best[..best.len()].copy_from_slice(&rows[0][columns..columns + best.len()]);
            rows.iter().for_each(|row| parts.put_some(&row[columns..columns + best.len()], end));
            parts
        };
        for ((out, best), nan) in best.iter_mut().zip(parts.best).zip(parts.nan) {
            *out = if nan.unordered() { nan } else { best };
        }
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn best_of_whole_rows<T: Element>(rows: &[&[T]], start: usize, end: End) -> Parts<T> {
    let mut parts = Parts { best: [T::default(); PARTS], nan: [T::default(); PARTS] };
    let chunks = rows.iter().filter_map(|row| row[start..].first_chunk::<PARTS>());
    if let Some(first) = chunks.clone().next() {
        parts.best = *first;
    }
    match end {
        End::Min => chunks.for_each(|chunk| parts.put(chunk, |best, x| x < best)),
        End::Max => chunks.for_each(|chunk| parts.put(chunk, |best, x| x > best)),
    }
    parts
}
