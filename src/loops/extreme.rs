//! Index of the largest or smallest element of a lane.

use super::Nan;
use crate::loops::lanes::Bundle;
use crate::number::Ranked;
use crate::tuning::PARALLEL_EXTREME;
use crate::{Element, threads};
use std::ops::RangeInclusive;

/// Bytes per block: the search finds the block first, then the place in it.
const BLOCK: usize = 1024;
/// Elements per part that a thread searches.
const PART: usize = 1 << 16;
/// Rows per block, over as many columns as a bundle has.
const ROWS: usize = 32;
const PARTS: usize = 16;
/// Rows that are searched side by side.
const DEPTH: usize = 8;
/// Which end of the order.
#[derive(Debug, Clone, Copy)]
pub enum End {
    Min,
    Max,
}

impl End {
    /// Whether `x` lies further towards this end than `best`; NaN beats everything but NaN.
    #[inline(always)]
    pub(crate) fn beats<T: Ranked>(self, x: T, best: T) -> bool {
        let further = match self {
            End::Min => x.below(best),
            End::Max => best.below(x),
        };
        further | (x.unordered() & !best.unordered())
    }

    /// As [`beats`](Self::beats); everything beats NaN if it is to be left out.
    pub(crate) fn beats_with<T: Ranked>(self, x: T, best: T, nan: Nan) -> bool {
        match nan {
            Nan::Spreads => self.beats(x, best),
            Nan::LeftOut if best.unordered() | x.unordered() => best.unordered() & !x.unordered(),
            Nan::LeftOut => self.beats(x, best),
        }
    }
}

/// [`find`] or [`find_numbers`].
pub(crate) fn find_with<T: Element>(lanes: Bundle<'_, T>, end: End, nan: Nan, found: &mut [usize]) {
    match nan {
        Nan::Spreads => find(lanes, end, found),
        Nan::LeftOut => find_numbers(lanes, end, found),
    }
}

/// [`values`] or [`numbers`].
pub(crate) fn values_with<T: Element>(lanes: Bundle<'_, T>, end: End, nan: Nan, found: &mut [T]) {
    match nan {
        Nan::Spreads => values(lanes, end, found),
        Nan::LeftOut => numbers(lanes, end, found),
    }
}

/// Finds for every lane the index of the first element that no other beats and that is not NaN; the first
/// index if all are NaN. Lanes must not be empty.
fn find_numbers<T: Element>(lanes: Bundle<'_, T>, end: End, found: &mut [usize]) {
    match lanes {
        Bundle::Lane(lane) => found[0] = position(lane, best_number(lane, end)),
        Bundle::Rows { rows, start, width } => {
            let mut best = vec![T::default(); width];
            best_numbers(rows, start, end, &mut best);
            for (j, (place, &best)) in found.iter_mut().zip(&best).enumerate() {
                *place = first_of(rows, start + j, best);
            }
        }
    }
}

/// Finds for every lane the element at the index that [`find_numbers`] returns.
fn numbers<T: Element>(lanes: Bundle<'_, T>, end: End, found: &mut [T]) {
    match lanes {
        Bundle::Lane(lane) => {
            let best = best_number(lane, end);
            found[0] = if differ(best) { lane[position(lane, best)] } else { best };
        }
        Bundle::Rows { rows, start, .. } => {
            best_numbers(rows, start, end, found);
            for (j, best) in found.iter_mut().enumerate() {
                if differ(*best) {
                    *best = rows[first_of(rows, start + j, *best)][start + j];
                }
            }
        }
    }
}

/// Whether elements that equal this one may differ: only zeros can compare equal and still differ, and there
/// are many NaN.
fn differ<T: Element>(best: T) -> bool {
    (best == T::default()) | best.unordered()
}

/// The best element that is not NaN; NaN if there is none.
fn best_number<T: Element>(lane: &[T], end: End) -> T {
    if !threads::share(lane.len(), PARALLEL_EXTREME) {
        return best_number_of(lane, end);
    }
    let parts = threads::map_chunks(lane, PART, 1, &|_, part| best_number_of(part, end));
    best_number_of(&parts, end)
}

/// The best elements of the columns from `start` on that are not NaN; NaN where there is none.
fn best_numbers<T: Element>(rows: &[&[T]], start: usize, end: End, best: &mut [T]) {
    /// Rows per thread.
    const PART: usize = 16 * ROWS;
    let width = best.len();
    if rows.len() <= PART || !threads::share(rows.len() * width, PARALLEL_EXTREME) {
        return best_numbers_of(rows, start, end, best);
    }
    let parts: Vec<Vec<T>> = threads::map_chunks(rows, PART, 1, &|_, part| {
        let mut best = vec![T::default(); width];
        best_numbers_of(part, start, end, &mut best);
        best
    });
    let parts: Vec<&[T]> = parts.iter().map(|part| &part[..]).collect();
    best_numbers_of(&parts, 0, end, best);
}

dispatched! {
    fn best_number_of<T: Element>(lane: &[T], end: End) -> T {
        let mut best = [lane[0]; PARTS];
        let (chunks, rest) = lane.as_chunks::<PARTS>();
        match end {
            End::Min => {
                for chunk in chunks {
                    pick(&mut best, chunk, |best, x| (x < best) | best.unordered());
                }
            }
            End::Max => {
                for chunk in chunks {
                    pick(&mut best, chunk, |best, x| (x > best) | best.unordered());
                }
            }
        }
        let mut all = best[0];
        for &x in &best {
            all = if end.beats_with(x, all, Nan::LeftOut) { x } else { all };
        }
        for &x in rest {
            all = if end.beats_with(x, all, Nan::LeftOut) { x } else { all };
        }
        all
    }

    fn best_numbers_of<T: Element>(rows: &[&[T]], start: usize, end: End, best: &mut [T]) {
        best.copy_from_slice(&rows[0][start..start + best.len()]);
        for row in rows {
            let row = &row[start..start + best.len()];
            match end {
                End::Min => pick(best, row, |best, x| (x < best) | best.unordered()),
                End::Max => pick(best, row, |best, x| (x > best) | best.unordered()),
            }
        }
    }
}

/// Finds for every lane the index of its first NaN, or else of the first element that no other beats. Lanes
/// must not be empty.
pub(crate) fn find<T: Element>(lanes: Bundle<'_, T>, end: End, found: &mut [usize]) {
    match lanes {
        Bundle::Lane(lane) => {
            let (best, start) = best_in_lane(lane, end);
            found[0] = start + position(&lane[start..], best);
        }
        Bundle::Rows { rows, start, width } => {
            let mut best = vec![T::default(); width];
            best_in_rows(rows, start, end, &mut best, found);
            for (j, (place, &best)) in found.iter_mut().zip(&best).enumerate() {
                *place += first_of(&rows[*place..], start + j, best);
            }
        }
    }
}

/// Finds for every lane the element at the index that [`find`] returns.
pub(crate) fn values<T: Element>(lanes: Bundle<'_, T>, end: End, found: &mut [T]) {
    match lanes {
        Bundle::Lane(lane) => {
            let best = best_value(lane, end);
            found[0] = if differ(best) { lane[position(lane, best)] } else { best };
        }
        Bundle::Rows { rows, start, width } => {
            let mut places = vec![0; width];
            best_in_rows(rows, start, end, found, &mut places);
            for (j, (best, &place)) in found.iter_mut().zip(&places).enumerate() {
                if differ(*best) {
                    *best = rows[place + first_of(&rows[place..], start + j, *best)][start + j];
                }
            }
        }
    }
}

/// The first row whose element in the column equals `best`.
fn first_of<T: Element>(rows: &[&[T]], column: usize, best: T) -> usize {
    let is_best = |x: T| x == best || (x.unordered() && best.unordered());
    rows.iter().take_while(|row| !is_best(row[column])).count()
}

/// The best element, or one that equals it.
pub(crate) fn best_value<T: Element>(lane: &[T], end: End) -> T {
    if !threads::share(lane.len(), PARALLEL_EXTREME) {
        return best_of(lane, end);
    }
    let parts = threads::map_chunks(lane, PART, 1, &|_, part| best_of(part, end));
    best_of(&parts, end)
}

/// Finds the best element, and the start of the block with the first that equals it.
pub(crate) fn best_in_lane<T: Element>(lane: &[T], end: End) -> (T, usize) {
    let n = BLOCK / size_of::<T>();
    let of_part = |(start, part): (usize, &[T])| {
        let mut best = (part[0], start);
        for (i, block) in part.chunks(n).enumerate() {
            let x = match block.last_chunk::<PARTS>() {
                Some(last) => {
                    let parts = best_of_chunks(block.as_chunks().0, last, end);
                    // as in most blocks
                    if !any_beats(&parts, best.0, end) {
                        continue;
                    }
                    best_of_parts(&parts, end)
                }
                None => best_of(block, end),
            };
            if end.beats(x, best.0) {
                best = (x, start + i * n);
            }
        }
        best
    };
    if !threads::share(lane.len(), PARALLEL_EXTREME) {
        return of_part((0, lane));
    }
    let parts = threads::map_chunks(lane, PART, 1, &|i, part| of_part((i * PART, part)));
    parts[1..].iter().fold(parts[0], |best, &part| if end.beats(part.0, best.0) { part } else { best })
}

dispatched! {
    /// Index of the first element that equals `best`; there must be one.
    pub(crate) fn position<T: Element>(lane: &[T], best: T) -> usize {
        let is_best = |x: T| (x == best) | (x.unordered() & best.unordered());
        // whole chunks first: compilers vectorise comparisons only without an early exit
        let (chunks, _) = lane.as_chunks::<PARTS>();
        let mut start = 0;
        // no `take_while`, which would be a function of its own, compiled for the baseline
        for chunk in chunks {
            let mut any = false;
            for &x in chunk {
                any |= is_best(x);
            }
            if any {
                break;
            }
            start += PARTS;
        }
        start + lane[start..].iter().take_while(|&&x| !is_best(x)).count()
    }
}

/// Lengths of the lanes of [`lane_values`] and [`lane_places`].
pub(crate) const SHORT: RangeInclusive<usize> = PARTS..=1024;

/// [`values`] of contiguous lanes of `n` elements, in [`SHORT`].
pub(crate) fn lane_values<T: Element>(x: &[T], n: usize, end: End, found: &mut [T]) {
    for (lane, found) in x.chunks_exact(n).zip(found) {
        let best = best_of(lane, end);
        *found = if differ(best) { lane[place_in(lane, best)] } else { best };
    }
}

/// [`find`] in contiguous lanes of `n` elements, in [`SHORT`].
pub(crate) fn lane_places<T: Element>(x: &[T], n: usize, end: End, found: &mut [usize]) {
    for (lane, found) in x.chunks_exact(n).zip(found) {
        *found = place_in(lane, best_of(lane, end));
    }
}

dispatched! {
    /// Index of the first element of a short lane that equals `best`. It reads all of it: where the element
    /// is differs from lane to lane, so a search would end with a branch that no processor foresees.
    fn place_in<T: Element>(lane: &[T], best: T) -> usize {
        let unordered = best.unordered();
        let mut first = u32::MAX;
        for (i, &x) in lane.iter().enumerate() {
            let is_best = (x == best) | (x.unordered() & unordered);
            first = first.min(if is_best { i as u32 } else { u32::MAX });
        }
        first as usize
    }
}

/// The best element; NaN if there is one.
fn best_of<T: Element>(block: &[T], end: End) -> T {
    let (chunks, rest) = block.as_chunks::<PARTS>();
    match block.last_chunk::<PARTS>() {
        // the last chunk overlaps the one before
        Some(last) => best_of_parts(&best_of_chunks(chunks, last, end), end),
        None => rest.iter().fold(rest[0], |best, &x| if end.beats(x, best) { x } else { best }),
    }
}

/// The best of all elements with the same place in their chunks. Comparisons with NaN are false: NaN never
/// becomes the best element, and is kept separately. Aligned, since vectors that cross cache lines are
/// slower.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Parts<T> {
    best: [T; PARTS],
    nan: [T; PARTS],
}

impl<T: Element> Parts<T> {
    #[inline(always)]
    fn put(&mut self, chunk: &[T; PARTS], further: impl Fn(T, T) -> bool) {
        pick(&mut self.best, chunk, further);
        pick(&mut self.nan, chunk, |_, x| x.unordered());
    }
}

dispatched! {
    // only the loop: with code for the end beside it, compilers split the arrays and vectorise badly
    fn best_of_chunks<T: Element>(chunks: &[[T; PARTS]], last: &[T; PARTS], end: End) -> Parts<T> {
        let mut parts = Parts { best: *last, nan: *last };
        match end {
            End::Min => chunks.iter().for_each(|chunk| parts.put(chunk, |best, x| x < best)),
            End::Max => chunks.iter().for_each(|chunk| parts.put(chunk, |best, x| x > best)),
        }
        parts
    }

    /// Whether one of the best elements of the parts beats this one.
    fn any_beats<T: Element>(parts: &Parts<T>, best: T, end: End) -> bool {
        let ordered = !best.unordered();
        let mut any = false;
        for part in 0..PARTS {
            let x = parts.best[part];
            let further = match end {
                End::Min => x < best,
                End::Max => x > best,
            };
            any |= further | (parts.nan[part].unordered() & ordered);
        }
        any
    }

    fn best_of_parts<T: Element>(parts: &Parts<T>, end: End) -> T {
        let Parts { mut best, nan } = *parts;
        if nan.iter().fold(false, |any, x| any | x.unordered()) {
            return nan.into_iter().find(|x| x.unordered()).unwrap_or(nan[0]);
        }
        for half in [8, 4, 2, 1] {
            let (low, high) = best.split_at_mut(half);
            match end {
                End::Min => pick(low, &high[..half], |best, x| x < best),
                End::Max => pick(low, &high[..half], |best, x| x > best),
            }
        }
        best[0]
    }
}

/// Replaces elements of `best` by those of `x` that are `better`.
#[inline(always)]
fn pick<T: Copy>(best: &mut [T], x: &[T], better: impl Fn(T, T) -> bool) {
    for (best, &x) in best.iter_mut().zip(x) {
        *best = if better(*best, x) { x } else { *best };
    }
}

#[inline(always)]
fn take_if<T: Element>(
    x: &[T],
    place: usize,
    best: &mut [T],
    places: &mut [usize],
    further: impl Fn(T, T) -> bool,
) {
    for ((&x, best), to) in x.iter().zip(best).zip(places) {
        let better = further(x, *best) | (x.unordered() & !best.unordered());
        *best = if better { x } else { *best };
        *to = if better { place } else { *to };
    }
}

/// Finds the best elements of the columns from `start` on, and the starts of the blocks with the first of
/// them.
fn best_in_rows<T: Element>(rows: &[&[T]], start: usize, end: End, best: &mut [T], places: &mut [usize]) {
    /// Rows per thread.
    const PART: usize = 16 * ROWS;
    let width = best.len();
    if rows.len() <= PART || !threads::share(rows.len() * width, PARALLEL_EXTREME) {
        return best_of_part(rows, start, end, best, places);
    }
    let of_part = |i, part: &[&[T]]| {
        let (mut best, mut places) = (vec![T::default(); width], vec![0; width]);
        best_of_part(part, start, end, &mut best, &mut places);
        places.iter_mut().for_each(|place| *place += i * PART);
        (best, places)
    };
    let parts: Vec<(Vec<T>, Vec<usize>)> = threads::map_chunks(rows, PART, 1, &of_part);
    for (i, (x, x_places)) in parts.iter().enumerate() {
        for (j, (&x, &place)) in x.iter().zip(x_places).enumerate() {
            if i == 0 || end.beats(x, best[j]) {
                (best[j], places[j]) = (x, place);
            }
        }
    }
}

fn best_of_part<T: Element>(rows: &[&[T]], start: usize, end: End, best: &mut [T], places: &mut [usize]) {
    best.copy_from_slice(&rows[0][start..start + best.len()]);
    places.fill(0);
    let mut of_block = best.to_vec();
    for (i, block) in rows.chunks(ROWS).enumerate() {
        match end {
            End::Min => best_of_rows(block, start, &mut of_block, |best, x| x < best),
            End::Max => best_of_rows(block, start, &mut of_block, |best, x| x > best),
        }
        take_better(&of_block, i * ROWS, end, best, places);
    }
}

dispatched! {
    /// Replaces the best elements of the columns, and their places, by better ones of `place`.
    fn take_better<T: Element>(x: &[T], place: usize, end: End, best: &mut [T], places: &mut [usize]) {
        match end {
            End::Min => take_if(x, place, best, places, |x, best| x < best),
            End::Max => take_if(x, place, best, places, |x, best| x > best),
        }
    }

    /// The best elements of the columns; NaN where there is one.
    fn best_of_rows<T: Element, F: Fn(T, T) -> bool>(rows: &[&[T]], start: usize, found: &mut [T], further: F) {
        // a few rows at a time, as many as the hardware prefetches, with the best elements in registers
        for (i, rows) in rows.chunks(DEPTH).enumerate() {
            if i == 0 {
                found.copy_from_slice(&rows[0][start..start + found.len()]);
            }
            for (c, found) in found.chunks_mut(PARTS).enumerate() {
                let column = start + c * PARTS;
                if let Ok(found) = <&mut [T; PARTS]>::try_from(&mut *found) {
                    let (mut best, mut nan) = (*found, *found);
                    for row in rows {
                        pick(&mut best, &row[column..column + PARTS], &further);
                        pick(&mut nan, &row[column..column + PARTS], |_, x| x.unordered());
                    }
                    pick(&mut best, &nan, |_, x| x.unordered());
                    *found = best;
                } else {
                    for row in rows {
                        let row = &row[column..column + found.len()];
                        pick(found, row, |best, x| further(best, x) | (x.unordered() & !best.unordered()));
                    }
                }
            }
        }
    }
}

/// Elements of a lane, or columns, that are compared together: few of them have a better one among them.
const SOME: usize = 16;

/// Finds the best element of every lane, the first of equal ones, by comparisons only, and calls `put` with
/// the index of the lane, the place in the lane, and the element. Lanes that are empty have none.
pub(crate) fn search<T: Ranked>(
    lanes: Bundle<'_, T>,
    end: End,
    nan: Nan,
    mut put: impl FnMut(usize, usize, T),
) {
    match lanes {
        Bundle::Lane(lane) => {
            let Some(&first) = lane.first() else { return };
            let (place, best) = search_lane(lane, first, end, nan);
            put(0, place, best);
        }
        Bundle::Rows { rows, start, width } => {
            let mut best = rows[0][start..start + width].to_vec();
            let mut places = vec![0; width];
            for (i, row) in rows.iter().enumerate().skip(1) {
                search_row(&row[start..], i, &mut best, &mut places, end, nan);
            }
            best.into_iter().zip(places).enumerate().for_each(|(j, (best, place))| put(j, place, best));
        }
    }
}

dispatched! {
    fn search_lane<T: Ranked>(lane: &[T], first: T, end: End, nan: Nan) -> (usize, T) {
        let (mut place, mut best) = (0, first);
        for (i, some) in lane.chunks(SOME).enumerate() {
            let mut any = false;
            for &x in some {
                any |= end.beats_with(x, best, nan);
            }
            if any {
                for (k, &x) in some.iter().enumerate() {
                    if end.beats_with(x, best, nan) {
                        (place, best) = (i * SOME + k, x);
                    }
                }
            }
        }
        (place, best)
    }

    /// Replaces the best elements of the columns, and their places, by better ones in row `i`.
    fn search_row<T: Ranked>(
        row: &[T],
        i: usize,
        best: &mut [T],
        places: &mut [usize],
        end: End,
        nan: Nan,
    ) {
        let row = &row[..best.len()];
        let some = best.chunks_mut(SOME).zip(places.chunks_mut(SOME)).zip(row.chunks(SOME));
        for ((best, places), row) in some {
            let mut any = false;
            for (&x, &best) in row.iter().zip(&*best) {
                any |= end.beats_with(x, best, nan);
            }
            if any {
                for ((best, place), &x) in best.iter_mut().zip(places).zip(row) {
                    if end.beats_with(x, *best, nan) {
                        (*best, *place) = (x, i);
                    }
                }
            }
        }
    }
}
