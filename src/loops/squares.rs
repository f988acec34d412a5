//! Sums of squared deviations of short contiguous lanes.
#![allow(clippy::needless_range_loop)] // one index for several arrays, which compilers turn into vectors

use super::larger;
use super::powers::{near_center, parts, rests_of, undivided};
use super::sum::{add, ending, loaded};
use super::twofold::Twofold;
use super::wide::{LANES, Pack, Plain, Vectors, Wide};
use crate::Element;
use crate::tuning::SHORT_ROWS;

/// Digits of the first part of a deviation. The square of such a number, which is at most 2^(DIGITS - 2), has
/// 2 DIGITS - 4 digits, and 2^7 of them in one lane of a vector at most 53.
const DIGITS: usize = 25;
const _: () = assert!(SHORT_ROWS <= LANES << 7);

/// A sum of squares, and by how much it may differ from that on the path of all other lanes. On both, the
/// first parts of the deviations are summed exactly. The rests are at most 2^-14 of the squares, of which
/// each rounding error is 2^-53, and there are at most 2^7 of them. The squares of f32 are summed with as
/// many rounding errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Squares {
    pub(crate) sum: Twofold,
    pub(crate) slack: f64,
}

/// The numbers of a vector, joined in pairs. No function with a closure: it would not always be inlined, and
/// then be compiled for the baseline.
macro_rules! joined {
    ($numbers:expr, |$x:ident, $y:ident| $join:expr) => {{
        let mut stored = Pack([0.0; LANES]);
        $numbers.store(&mut stored);
        let Pack(mut numbers) = stored;
        let mut half = LANES / 2;
        while half > 0 {
            for p in 0..half {
                let ($x, $y) = (numbers[p], numbers[p + half]);
                numbers[p] = $join;
            }
            half /= 2;
        }
        numbers[0]
    }};
}

#[inline(always)]
fn total<W: Wide<Number = f64, Stored = Pack<f64>>>(numbers: W) -> f64 {
    joined!(numbers, |x, y| x + y)
}

/// Sums of the first parts of deviations, of the second ones, of the squares of the first ones, and of the
/// rest of the squares.
type Sums<W> = [W; 4];

/// Adds elements to the sums.
#[inline(always)]
fn put<T: Element, W: Wide<Number = f64>>(sums: &mut Sums<W>, x: W, cut: [W; 4]) {
    let (a, b) = parts::<T, W>(x, cut);
    sums[0] = sums[0].plus(a);
    if undivided::<T>() {
        sums[2] = sums[2].plus(a.times(a));
    } else {
        let [rest, ..] = rests_of(a, b, a.plus(b), a.times(a));
        (sums[1], sums[2], sums[3]) = (sums[1].plus(b), sums[2].plus_product(a, a), sums[3].plus(rest));
    }
}

/// As [`squares`], in the vectors of a level.
#[inline(always)]
fn squares_of<T: Element, W: Wide<Number = f64, Stored = Pack<f64>>>(
    x: &[T],
    n: usize,
    out: &mut [Option<Squares>],
) {
    let part = 1.0 / n as f64;
    for (i, out) in out.iter_mut().enumerate() {
        let lane = &x[i * n..(i + 1) * n];
        let (chunks, rest) = lane.as_chunks::<LANES>();
        let Some(end) = lane.last_chunk::<LANES>() else {
            *out = None;
            continue;
        };
        let last = loaded::<T, W>(end);
        let (mut sum, mut low, mut high) = (ending::<T, W>(end, rest.len(), 0.0), last, last);
        for chunk in chunks {
            let x = loaded::<T, W>(chunk);
            (sum, low, high) = (sum.plus(x), x.lesser(low), x.larger(high));
        }
        let near = total(sum) * part;
        let low = joined!(low, |x, y| if x < y { x } else { y });
        let high = joined!(high, |x, y| if x > y { x } else { y });
        let size = larger(high - near, near - low);
        let [first, then, rounder] =
            if undivided::<T>() { [near, 0.0, 0.0] } else { near_center(near, size, DIGITS) };
        let cut = [W::splat(1.0), W::splat(first), W::splat(then), W::splat(rounder)];
        let mut sums = [W::splat(0.0); 4];
        for chunk in chunks {
            put::<T, W>(&mut sums, loaded::<T, W>(chunk), cut);
        }
        if !rest.is_empty() {
            // a deviation of 0
            put::<T, W>(&mut sums, ending::<T, W>(end, rest.len(), first + then), cut);
        }
        let mut stored = Pack([0.0; LANES]);
        sums[2].store(&mut stored);
        let (mut squares, mut error) = (0.0, 0.0);
        for p in 0..LANES {
            add(&mut squares, &mut error, stored.0[p]);
        }
        let sum = total(sums[0]) + total(sums[1]);
        // what the squares of deviations from the mean are less
        let less = sum * (sum * part);
        // false for a NaN
        let fine = less <= squares * (1.0 / 1024.0) && (1e-60..1e70).contains(&size);
        *out = if low == high && near.is_finite() {
            Some(Squares { sum: Twofold::ZERO, slack: 0.0 })
        } else {
            let relative = 1.0 / (1u64 << if undivided::<T>() { 45 } else { 60 }) as f64;
            let slack = squares * relative + less * (1.0 / (1u64 << 50) as f64);
            fine.then(|| Squares { sum: Twofold::sum(squares, (error + total(sums[3])) - less), slack })
        };
    }
}

dispatched! {
    /// The sum of the squared deviations from its mean of each contiguous lane of `n` elements, from
    /// [`LANES`] to [`SHORT_ROWS`]; nothing if a lane has a NaN or an infinity, if squares could overflow or
    /// underflow, or if its plain mean is too far from the mean.
    ///
    /// A deviation is the exact sum of two numbers: one with few digits, whose squares are summed without
    /// error, and a small remainder, whose contribution needs no extra precision.
    pub(crate) fn squares<T: Element>(x: &[T], n: usize, out: &mut [Option<Squares>]) {
        if FMA {
            squares_of::<T, <f64 as Vectors>::Registers>(x, n, out)
        } else {
            squares_of::<T, Plain<f64>>(x, n, out)
        }
    }
}
