//! Sums along lanes, together with nearly all of their rounding errors.
//!
//! The order of addition follows memory, so the last digits depend on the layout. Do not use these sums where
//! results must have equal bits.
#![allow(clippy::needless_range_loop)] // one index for several arrays, which compilers turn into vectors

use super::larger;
use super::sum::{add, ending, loaded};
use super::twofold::Twofold;
use super::wide::{LANES, Pack, Plain, Vectors, Wide, exact_sum};
use crate::loops::lanes::{Bundle, Elements, Source};
use crate::threads;
use crate::tuning::{PARALLEL_SUM, SHORT_SUM};
use crate::{Element, Real};
use std::hint::black_box;

/// Elements that are added to a partial sum before it is added to the total.
pub(crate) const RUN: usize = 128;
/// Partial sums per block of a lane.
const PARTS: usize = 16;
const BLOCK: usize = RUN * PARTS;
/// Rows that are added to a partial sum while it is in a register.
const DEPTH: usize = 4;

/// A sum, its rounding error, the rounding error of that; and the largest absolute value.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Long {
    pub(crate) sum: f64,
    pub(crate) error: f64,
    pub(crate) error_of_error: f64,
    pub(crate) size: f64,
}

impl Long {
    #[inline(always)]
    fn add(&mut self, sum: f64, error: f64, size: f64) {
        let mut lost = 0.0;
        add(&mut self.sum, &mut lost, sum);
        add(&mut self.error, &mut self.error_of_error, lost + error);
        self.size = larger(self.size, size);
    }

    pub(super) fn join(mut self, other: Long) -> Long {
        self.add(other.sum, other.error, other.size);
        self.error_of_error += other.error_of_error;
        self
    }
}

/// Adds `x` to a partial sum. If the sum began with a large number `big`, its last digit keeps its place: the
/// part of `x` that fits is added exactly, and the rest goes to `error`. Without `BIG` (start 0), the rest is
/// lost.
#[inline(always)]
fn put<const BIG: bool>(sum: &mut f64, error: &mut f64, size: &mut f64, x: f64) {
    let total = *sum + x;
    if BIG {
        *error += x - (total - *sum);
    }
    *sum = total;
    *size = larger(*size, x.abs());
}

/// Where a partial sum starts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    /// At 0.
    Zero,
    /// At a large number.
    High,
}

/// Calls `done` with the index of each lane and its sum. With `BIG`, `bigs` has a number for each lane that
/// is at least 2 [`RUN`] times as large as its elements.
pub(crate) fn long_sums<T: Element, const BIG: bool>(
    lanes: Source<'_, T>,
    bigs: &[f64],
    mut done: impl FnMut(usize, Long),
) {
    match lanes {
        Source::Whole(x) => {
            let mut total = Long::default();
            Elements::new(x).each_block(|some| total = total.join(lane_sum::<T, BIG>(some, bigs[0])));
            done(0, total);
        }
        Source::Lanes(Bundle::Lane(lane)) if threads::share(lane.len(), PARALLEL_SUM) => {
            let parts =
                threads::map_chunks(lane, 16 * BLOCK, 1, &|_, part| lane_sum::<T, BIG>(part, bigs[0]));
            done(0, parts.into_iter().fold(Long::default(), Long::join));
        }
        Source::Lanes(Bundle::Lane(lane)) => done(0, lane_sum::<T, BIG>(lane, bigs[0])),
        Source::Lanes(Bundle::Rows { rows, start, width }) => {
            let part = |rows: &[&[T]]| {
                let mut totals = vec![Long::default(); width];
                rows_sums::<T, BIG>(rows, start, &bigs[..width], &mut totals);
                totals
            };
            let totals = if threads::share(rows.len() * width, PARALLEL_SUM) && rows.len() > 16 * RUN {
                let parts = threads::map_chunks(rows, 16 * RUN, 1, &|_, rows| part(rows));
                parts.into_iter().reduce(|mut totals, others| {
                    totals.iter_mut().zip(others).for_each(|(total, other)| *total = total.join(other));
                    totals
                })
            } else {
                Some(part(rows))
            };
            totals.into_iter().flatten().enumerate().for_each(|(j, total)| done(j, total));
        }
    }
}

pub(super) fn lane_sum<T: Element, const BIG: bool>(lane: &[T], big: f64) -> Long {
    let mut total = Long::default();
    for block in lane.chunks(BLOCK) {
        let (chunks, rest) = block.as_chunks::<PARTS>();
        let [mut sums, mut errors, mut sizes] = parts::<T, BIG>(chunks, big);
        for (p, x) in rest.iter().enumerate() {
            put::<BIG>(&mut sums[p], &mut errors[p], &mut sizes[p], x.as_f64());
        }
        let [sum, error, size] = joined([sums, errors, sizes], big);
        total.add(sum, error, size);
    }
    total
}

dispatched! {
    // only the loop: with code for the ends beside it, compilers split the arrays and vectorise badly
    fn parts<T: Element; const BIG: bool>(chunks: &[[T; PARTS]], big: f64) -> [[f64; PARTS]; 3] {
        let (mut sums, mut errors, mut sizes) = ([big; PARTS], [0.0; PARTS], [0.0; PARTS]);
        for chunk in chunks {
            for p in 0..PARTS {
                put::<BIG>(&mut sums[p], &mut errors[p], &mut sizes[p], chunk[p].as_f64());
            }
        }
        [sums, errors, sizes]
    }

    fn joined<; const N: usize>(parts: [[f64; N]; 3], big: f64) -> [f64; 3] {
        let [mut sums, errors, sizes] = parts;
        for p in 0..N {
            sums[p] -= big;
        }
        joined_parts([sums, errors, sizes])
    }
}

/// As [`few_sum`], of elements of at most 32 bits in contiguous lanes of `n`: plain sums, whose error is less
/// than 2^-45 of the size for each element.
pub(crate) fn short_element_sums<T: Element>(x: &[T], n: usize, totals: &mut [Long]) {
    debug_assert!(size_of::<T>() <= 4 && n <= SHORT_SUM);
    each_plain_sum(x, n, totals);
}

/// The sum of a lane of at most [`SHORT_SUM`](crate::tuning::SHORT_SUM) elements, without a large number to
/// start from. It lacks at most 2^-78 of the size: of n errors, each at most n * 2^-53 of the size, the
/// sum loses (n / 8 + 5) * 2^-53.
pub(crate) fn few_sum<T: Element>(lane: &[T]) -> Long {
    let mut total = Long::default();
    few_sums(lane, lane.len(), std::slice::from_mut(&mut total));
    total
}

/// Adds elements to partial sums, their errors and sizes.
#[inline(always)]
fn add_pack<W: Wide<Number = f64>>(parts: &mut [W; 3], x: W) {
    let [sum, error, size] = *parts;
    let (total, lost) = exact_sum(sum, x);
    *parts = [total, error.plus(lost), x.size().larger(size)];
}

/// As [`few_sums`], in the vectors of a level.
#[inline(always)]
fn few_sums_of<T: Element, W: Wide<Number = f64, Stored = Pack<f64>>>(
    x: &[T],
    n: usize,
    totals: &mut [Long],
) {
    for (i, total) in totals.iter_mut().enumerate() {
        let lane = &x[i * n..(i + 1) * n];
        let (chunks, rest) = lane.as_chunks::<LANES>();
        let mut parts = [W::splat(0.0); 3];
        for chunk in chunks {
            add_pack(&mut parts, loaded::<T, W>(chunk));
        }
        if !rest.is_empty() {
            let last = match lane.last_chunk::<LANES>() {
                Some(end) => ending::<T, W>(end, rest.len(), 0.0),
                None => {
                    let mut last = [T::default(); LANES];
                    last[..rest.len()].copy_from_slice(rest);
                    loaded::<T, W>(&last)
                }
            };
            add_pack(&mut parts, last);
        }
        let mut stored = [Pack([0.0; LANES]); 3];
        for k in 0..3 {
            parts[k].store(&mut stored[k]);
        }
        let [sum, error, size] = joined_parts(stored.map(|pack| pack.0));
        *total = Long { sum, error, error_of_error: 0.0, size };
    }
}

/// The sum of partial sums, its rounding error, and the largest absolute value. The errors are so small that
/// a plain sum of them is enough.
#[inline(always)]
fn joined_parts<const N: usize>([mut sums, mut errors, mut sizes]: [[f64; N]; 3]) -> [f64; 3] {
    let mut half = N / 2;
    while half > 0 {
        for p in 0..half {
            let (sum, error) = (sums[p + half], errors[p + half]);
            add(&mut sums[p], &mut errors[p], sum);
            errors[p] += error;
            sizes[p] = larger(sizes[p], sizes[p + half]);
        }
        half /= 2;
    }
    [sums[0], errors[0], sizes[0]]
}

dispatched! {
    fn each_plain_sum<T: Element>(x: &[T], n: usize, totals: &mut [Long]) {
        for (i, total) in totals.iter_mut().enumerate() {
            let (chunks, rest) = x[i * n..(i + 1) * n].as_chunks::<PARTS>();
            let (mut sums, mut sizes) = ([0.0; PARTS], [0.0; PARTS]);
            for chunk in chunks {
                for p in 0..PARTS {
                    let x = chunk[p].as_f64();
                    sums[p] += x;
                    sizes[p] = larger(sizes[p], x.abs());
                }
            }
            // compilers that see the pairs below split the vectors of the loop
            let (mut sums, mut sizes) = black_box((sums, sizes));
            for (p, x) in rest.iter().enumerate() {
                let x = x.as_f64();
                sums[p] += x;
                sizes[p] = larger(sizes[p], x.abs());
            }
            let mut half = PARTS / 2;
            while half > 0 {
                for p in 0..half {
                    sums[p] += sums[p + half];
                    sizes[p] = larger(sizes[p], sizes[p + half]);
                }
                half /= 2;
            }
            *total = Long { sum: sums[0], error: 0.0, error_of_error: 0.0, size: sizes[0] };
        }
    }

    /// As [`few_sum`], of contiguous lanes of `n` elements.
    pub(crate) fn few_sums<T: Element>(x: &[T], n: usize, totals: &mut [Long]) {
        if FMA {
            few_sums_of::<T, <f64 as Vectors>::Registers>(x, n, totals)
        } else {
            few_sums_of::<T, Plain<f64>>(x, n, totals)
        }
    }

    /// The means of lanes of `n` elements by their sums, which lack at most `lack` of the size, and for each
    /// whether it is [known](rounded).
    pub(crate) fn rounded_means<M: Real>(
        totals: &[Long],
        lack: f64,
        n: f64,
        out: &mut [M],
        known: &mut [bool],
    ) {
        for ((total, out), known) in totals.iter().zip(out).zip(known) {
            let mean = Twofold::sum(total.sum, total.error).quotient(n);
            let (rounded, certain) = rounded(mean, lack * total.size / n);
            // beyond, the quotient may overflow
            (*out, *known) = (rounded, certain & (total.sum.abs() <= f64::MAX / 4.0));
        }
    }
}

/// Returns the mean rounded, and whether neither its error, which is at most `slack`, nor underflow may
/// change that.
#[inline(always)]
pub(crate) fn rounded<M: Real>(mean: Twofold, slack: f64) -> (M, bool) {
    let slack = slack + mean.hi.abs() * (1.0 / (1u128 << 100) as f64);
    let (low, high) = (M::of(mean.hi + (mean.lo - slack)), M::of(mean.hi + (mean.lo + slack)));
    let size = mean.hi.abs();
    (low, (low == high) & (1e-250..f64::INFINITY).contains(&size))
}

fn rows_sums<T: Element, const BIG: bool>(rows: &[&[T]], start: usize, bigs: &[f64], totals: &mut [Long]) {
    let width = bigs.len();
    let mut room = vec![0.0; 3 * width];
    let (sums, others) = room.split_at_mut(width);
    let (errors, sizes) = others.split_at_mut(width);
    for run in rows.chunks(RUN) {
        sums.copy_from_slice(bigs);
        errors.fill(0.0);
        for some in run.chunks(DEPTH) {
            match some {
                &[a, b, c, d] => add_rows::<T, BIG, DEPTH>([a, b, c, d], start, sums, errors, sizes),
                _ => some.iter().for_each(|row| add_rows::<T, BIG, 1>([row], start, sums, errors, sizes)),
            }
        }
        for (j, total) in totals.iter_mut().enumerate() {
            total.add(sums[j] - bigs[j], errors[j], sizes[j]);
        }
    }
}

dispatched! {
    fn add_rows<T: Element; const BIG: bool, const N: usize>(
        rows: [&[T]; N],
        start: usize,
        sums: &mut [f64],
        errors: &mut [f64],
        sizes: &mut [f64],
    ) {
        let width = sums.len();
        let (errors, sizes) = (&mut errors[..width], &mut sizes[..width]);
        let rows = rows.map(|row| &row[start..][..width]);
        for j in 0..width {
            let (mut sum, mut error, mut size) = (sums[j], errors[j], sizes[j]);
            for row in rows {
                put::<BIG>(&mut sum, &mut error, &mut size, row[j].as_f64());
            }
            (sums[j], errors[j], sizes[j]) = (sum, error, size);
        }
    }
}
