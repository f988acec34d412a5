//! Means with their rounding errors, and sums of powers of the deviations from them.

use super::exact::LongSum;
use crate::loops::blocks::Blocks;
use crate::loops::lanes::{Bundle, Source};
use crate::loops::larger;
use crate::loops::powers::{around_means, near_center, parts, rests_of, undivided};
use crate::loops::sum::{Fold, Room, Total, add, fold};
use crate::loops::total::{Long, RUN, Start, few_sum, few_sums, rounded, rounded_means, short_element_sums};
use crate::loops::twofold::Twofold;
use crate::loops::wide::{Wide as Vector, exact_sum};
use crate::number::PowerOfTwo;
use crate::number::Wide;
use crate::tuning::{SHORT_LANE, SHORT_SUM};
use crate::{Element, Real};
use std::marker::PhantomData;

/// The extent of a lane whose elements are multiplied by its factor: their number, their mean (NaN if there
/// are none), the smallest and the largest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Center {
    pub(super) n: f64,
    pub(super) mean: Twofold,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Center {
    const NONE: Center = Center { n: 0.0, mean: Twofold::ZERO, min: 0.0, max: 0.0 };

    /// Returns the largest absolute value.
    fn size(&self) -> f64 {
        self.max.max(-self.min)
    }
}

pub(super) fn means<T: Element>(lanes: Source<'_, T>, out: &mut [T::Mean]) {
    match lanes {
        Source::Lanes(Bundle::Lane(lane)) if lane.len() <= SHORT_LANE => out[0] = Real::of(short_mean(lane)),
        Source::Lanes(Bundle::Rows { rows, start, .. }) if rows.len() <= SHORT_LANE => {
            each_short_lane(rows, start, out.len(), |j, lane| out[j] = Real::of(short_mean(lane)));
        }
        Source::Lanes(Bundle::Lane(lane)) if !short::<T>() && lane.len() <= SHORT_SUM => {
            let total = few_sum(lane);
            let mean = few_mean::<T>(&total, lane.len() as f64);
            out[0] = mean.unwrap_or_else(|| exact_mean(&lanes, 0, &total));
        }
        _ => long_means::<T>(&lanes, out),
    }
}

/// As [`means`], of contiguous lanes of `n` elements, from [`SHORT_LANE`] + 1 to [`SHORT_SUM`]: the same
/// bits.
pub(super) fn lane_means<T: Element>(x: &[T], n: usize, out: &mut [T::Mean]) {
    /// Lanes whose sums are kept.
    const SOME: usize = 32;
    let (mut totals, mut known) = ([Long::default(); SOME], [true; SOME]);
    let count = n as f64;
    for (x, out) in x.chunks(SOME * n).zip(out.chunks_mut(SOME)) {
        let totals = &mut totals[..out.len()];
        if short::<T>() {
            short_element_sums(x, n, totals);
        } else {
            few_sums(x, n, totals);
        }
        if whole::<T>() {
            totals.iter().zip(out).for_each(|(total, out)| *out = Real::of(total.sum / count));
            continue;
        }
        rounded_means(totals, few_lack::<T>(count), count, out, &mut known);
        if known[..out.len()].iter().all(|known| *known) {
            continue;
        }
        for (i, lane) in x.chunks_exact(n).enumerate().filter(|&(i, _)| !known[i]) {
            out[i] = few_mean::<T>(&totals[i], count)
                .unwrap_or_else(|| exact_mean(&Source::from(Bundle::Lane(lane)), 0, &totals[i]));
        }
    }
}

/// Returns the mean of `n` elements, at most [`SHORT_SUM`], by their sum, unless its error may change how the
/// mean is rounded.
#[inline(always)]
fn few_mean<T: Element>(total: &Long, n: f64) -> Option<T::Mean> {
    rounded_mean(Twofold::sum(total.sum, total.error), few_lack::<T>(n) * total.size, n)
}

/// Returns a bound of the error of a sum of `n` elements, at most [`SHORT_SUM`], relative to their size.
fn few_lack<T: Element>(n: f64) -> f64 {
    if short::<T>() { n * slack::<T>(0.0, 1.0, n) } else { 1.0 / (1u128 << 78) as f64 }
}

/// As [`means`], of blocks: the same bits.
pub(super) fn block_means<N: Wide>(lanes: &dyn Blocks<N>, out: &mut [N::Mean]) {
    if (1..=SHORT_LANE).contains(&lanes.len()) {
        lanes.each(0..1, &mut |j, lane| out[j] = Real::of(short_mean(lane)));
    } else {
        long_means::<N>(lanes, out);
    }
}

/// Computes the means of long lanes, correctly rounded, so that the order of summation does not matter. Where
/// the last digits of the sum could decide the rounding, and where the terms cancel, the sum is computed
/// without any error and cut to 106 binary digits.
fn long_means<T: Element>(lanes: &dyn Blocks<T::Wide>, out: &mut [T::Mean]) {
    let n = lanes.len() as f64;
    let mut bigs = Room::filled(lanes.width(), 0.0);
    let mut take = |j: usize, total: &Long, big: f64| {
        let sum = Twofold::sum(total.sum, total.error + total.error_of_error);
        let known = match whole::<T>() {
            true => Some(Real::of(sum.over_rounded(n).hi)),
            false => rounded_mean(sum, n * slack::<T>(big, total.size, n), n),
        };
        out[j] = known.unwrap_or_else(|| exact_mean(lanes, j, total));
    };
    if short::<T>() {
        return lanes.long_sums(&bigs, Start::Zero, &mut |j, total| take(j, &total, 0.0));
    }
    bigs.iter_mut().zip(guess(lanes, None).iter()).for_each(|(big, scale)| *big = scale.big);
    let mut higher = Vec::new();
    lanes.long_sums(&bigs, Start::High, &mut |j, total| {
        // a sum that is not finite is taken as it is
        if total.size * (2 * RUN) as f64 <= bigs[j] || !total.size.is_finite() {
            take(j, &total, bigs[j]);
        } else {
            higher.push((j, Scale::NONE.of(total.size, 2).big));
        }
    });
    if !higher.is_empty() {
        higher.iter().for_each(|&(j, big)| bigs[j] = big);
        let mut higher = higher.into_iter().peekable();
        lanes.long_sums(&bigs, Start::High, &mut |j, total| {
            if higher.next_if(|&(other, _)| other == j).is_some() {
                take(j, &total, bigs[j]);
            }
        });
    }
}

/// Returns whether sums are exact: those of short integers.
const fn whole<T: Element>() -> bool {
    short::<T>() && size_of::<T::Mean>() == 8
}

/// Returns a bound of the error of a sum of `n` elements, divided by n: for f32 the rounding errors of a run;
/// for f64 those of the remainders in a run, which are below 2^-52 of `big`, and those of the totals.
fn slack<T: Element>(big: f64, size: f64, n: f64) -> f64 {
    let power = |exponent: u64| f64::from_bits((1023 - exponent) << 52);
    if short::<T>() { size * power(45) } else { big * power(96) + n * size * power(111) }
}

/// Returns the mean, unless the error of the sum may change how it is rounded.
fn rounded_mean<M: Real>(sum: Twofold, slack: f64, n: f64) -> Option<M> {
    let (mean, certain) = rounded(sum.over(n), slack / n);
    certain.then_some(mean)
}

#[cold]
#[inline(never)]
fn exact_mean<N: Wide, M: Real>(lanes: &dyn Blocks<N>, j: usize, total: &Long) -> M {
    if total.sum == 0.0 && total.size == 0.0 {
        return M::of(zero(lanes, j));
    }
    let mut mean = cancelled::<N, 4>(lanes, j, 1.0, lanes.len() as f64);
    // rounded to odd: an f64 with an odd last digit cannot be halfway between two f32
    if size_of::<M>() == 4 && mean.lo != 0.0 && mean.hi.to_bits() & 1 == 0 {
        mean.hi = if mean.lo > 0.0 { mean.hi.next_up() } else { mean.hi.next_down() };
    }
    M::of(mean.hi)
}

/// Calls `f` with the index of each short lane and with the lane.
#[inline(always)]
fn each_short_lane<T: Element>(rows: &[&[T]], start: usize, width: usize, mut f: impl FnMut(usize, &[T])) {
    let mut lane = [T::default(); SHORT_LANE];
    for j in 0..width {
        lane.iter_mut().zip(rows).for_each(|(x, row)| *x = row[start + j]);
        f(j, &lane[..rows.len()]);
    }
}

/// Returns a bound of the error of a sum of short elements, times 2^26, relative to the sum of their absolute
/// values: 0 for integers, 2^-48 for f32.
const fn lack<T: Element>() -> f64 {
    if whole::<T>() { 0.0 } else { 1.0 / (1 << 22) as f64 }
}

/// Returns the mean of a short lane.
#[inline(always)]
pub(super) fn short_mean<T: Element>(lane: &[T]) -> f64 {
    let whole = T::default().whole().is_some();
    if whole || short::<T>() {
        let [sum, size] = lane.iter().fold([0.0; 2], |[sum, size], x| {
            let x = x.as_f64();
            [sum + x, size + x.abs()]
        });
        // sums of integers are exact up to that limit; for f32 the error of the sum must be small
        let good = if whole {
            size <= (1u64 << 53) as f64
        } else {
            size > 0.0 && sum.is_finite() && sum.abs() >= lack::<T>() * size
        };
        if good {
            return sum / lane.len() as f64;
        }
    }
    if !short::<T>() {
        let (mut sum, mut error, mut size) = (0.0, 0.0, 0.0);
        for x in lane.iter().map(|x| x.as_f64()) {
            add(&mut sum, &mut error, x);
            size = larger(size, x.abs());
        }
        // the sum of the errors has a relative error of at most 16 · 2^-53, which is 2^-94 of the size
        let sum = Twofold::sum(sum, error);
        if sum.hi.is_finite() && sum.hi.abs() >= size * (1.0 / (1u64 << 34) as f64) && size > 0.0 {
            return sum.over_rounded(lane.len() as f64).hi;
        }
    }
    general_mean(lane)
}

/// Returns the mean of a lane whose terms cancel, which is all zeros, or which is not finite.
#[cold]
#[inline(never)]
fn general_mean<T: Element>(lane: &[T]) -> f64 {
    let mut mean = 0.0;
    let lane = Source::from(Bundle::Lane(lane));
    centers::<T::Wide, 4>(&lane, None, Twofold::over_rounded, &mut |_, center| mean = center.mean.hi);
    mean
}

pub(super) fn nan_means<N: Wide>(lanes: &dyn Blocks<N>, out: &mut [N::Mean]) {
    if (1..=SHORT_LANE).contains(&lanes.len()) {
        let mut kept = [N::default(); SHORT_LANE];
        return lanes.each(0..1, &mut |j, lane| {
            let some = numbers_of(lane, &mut kept);
            out[j] = if some.is_empty() { Real::of(f64::NAN) } else { Real::of(short_mean(some)) };
        });
    }
    centers::<N, 5>(lanes, None, Twofold::over_rounded, &mut |j, center| out[j] = Real::of(center.mean.hi));
}

/// Returns the elements of a short lane that are not NaN, copied to `kept` if there is a NaN.
#[inline(always)]
fn numbers_of<'a, N: Wide>(lane: &'a [N], kept: &'a mut [N; SHORT_LANE]) -> &'a [N] {
    if !lane.iter().any(|x| x.unordered()) {
        return lane;
    }
    let mut count = 0;
    for &x in lane.iter().filter(|x| !x.unordered()) {
        kept[count] = x;
        count += 1;
    }
    &kept[..count]
}

/// Finds the means, in twice the precision, and the extremes.
pub(super) fn extents_of<T: Real>(lanes: &dyn Blocks<T>, out: &mut [Center]) {
    if (1..=SHORT_LANE).contains(&lanes.len()) {
        return lanes.each(0..1, &mut |j, lane| {
            // the rounding errors of the errors are below 2^-94 of the size
            let center = short_center(lane, 1.0 / (1u64 << 34) as f64);
            out[j] = center.unwrap_or_else(|| general_center(lane));
        });
    }
    centers::<T, 4>(lanes, None, Twofold::over, &mut |j, center| out[j] = center);
}

/// Returns the center of a short lane, unless it is not finite or its sum is less than `least` times the
/// largest absolute value.
#[inline(always)]
fn short_center<N: Wide>(lane: &[N], least: f64) -> Option<Center> {
    let (mut sum, mut error, mut min, mut max) = (-0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY);
    for x in lane.iter().map(|x| x.as_f64()) {
        add(&mut sum, &mut error, x);
        min = if x < min { x } else { min };
        max = if x > max { x } else { max };
    }
    let n = lane.len() as f64;
    let mut center = Center { n, mean: Twofold::from(sum), min, max };
    if min != max {
        center.mean = Twofold::sum(sum, error).over(n);
    } else if min != 0.0 {
        center.mean.hi = min;
    }
    (sum.is_finite() && sum.abs() >= least * center.size()).then_some(center)
}

#[cold]
#[inline(never)]
fn general_center<N: Wide>(lane: &[N]) -> Center {
    let mut found = Center::NONE;
    let lane = Source::from(Bundle::Lane(lane));
    centers::<N, 4>(&lane, None, Twofold::over, &mut |_, center| found = center);
    found
}

/// How a lane is summed.
#[derive(Debug, Clone, Copy)]
struct Scale {
    /// The factor of the elements.
    factor: f64,
    /// A power of two that is at least [`MARGIN`] times every element. A sum that starts there always has its
    /// last digit in the same place, so it takes the leading digits of each element without error.
    big: f64,
}

/// Twice the number of elements in a part.
const MARGIN: f64 = 64.0;

impl Scale {
    const NONE: Scale = Scale { factor: 1.0, big: 0.0 };

    /// Returns the scale for elements of this size, with 2^`more` to spare.
    fn of(self, size: f64, more: u64) -> Self {
        let power = size.to_bits() & (0x7ff << 52);
        Scale { big: f64::from_bits((power + ((7 + more) << 52)).min(0x7ff << 52)), ..self }
    }

    /// Returns whether the sum started high enough.
    fn holds(self, size: f64) -> bool {
        size * MARGIN <= self.big
    }
}

impl From<Scale> for [f64; 2] {
    fn from(Scale { factor, big }: Scale) -> Self {
        [factor, big]
    }
}

/// The sum, its rounding error, the smallest and the largest element; if there is a fifth number, it counts
/// the elements that are not NaN, and NaN are skipped.
struct Extent<N, const SCALED: bool>(PhantomData<N>);

impl<N: Element, const K: usize, const SCALED: bool> Fold<2, K> for Extent<N, SCALED> {
    const FRESH: bool = true;

    #[inline(always)]
    fn start<W: Vector<Number = f64>>(&self, [_, big]: [W; 2]) -> [W; K] {
        let mut start = [W::splat(0.0); K];
        start[0] = if short::<N>() { W::splat(-0.0) } else { big };
        start[2] = W::splat(f64::INFINITY);
        start[3] = W::splat(f64::NEG_INFINITY);
        start
    }

    #[inline(always)]
    fn add<W: Vector<Number = f64>>(&self, numbers: &mut [W; K], x: W, [factor, _]: [W; 2]) {
        let ordered = x.at_most(x);
        let x = if SCALED { x.times(factor) } else { x };
        let term = if K == 5 { x.or(ordered, W::splat(-0.0)) } else { x };
        let sum = numbers[0].plus(term);
        if !short::<N>() {
            numbers[1] = numbers[1].plus(term.minus(sum.minus(numbers[0])));
        }
        numbers[0] = sum;
        // a NaN is neither
        numbers[2] = x.lesser(numbers[2]);
        numbers[3] = x.larger(numbers[3]);
        if K == 5 {
            numbers[4] = numbers[4].plus(W::splat(1.0).or(ordered, W::splat(0.0)));
        }
    }

    #[inline(always)]
    fn end<W: Vector<Number = f64>>(&self, numbers: &mut [W; K], [_, big]: [W; 2]) {
        if !short::<N>() {
            numbers[0] = numbers[0].minus(big);
        }
    }

    #[inline(always)]
    fn join<W: Vector<Number = f64>>(&self, numbers: &mut [W; K], others: [W; K]) {
        if short::<N>() {
            numbers[0] = numbers[0].plus(others[0]);
        } else {
            let (sum, error) = exact_sum(numbers[0], others[0]);
            numbers[0] = sum;
            numbers[1] = numbers[1].plus(error).plus(others[1]);
        }
        numbers[2] = others[2].lesser(numbers[2]);
        numbers[3] = others[3].larger(numbers[3]);
        if K == 5 {
            numbers[4] = numbers[4].plus(others[4]);
        }
    }

    fn total(&self, total: &mut Total<K>, block: &[f64; K]) {
        add(&mut total.sum[0], &mut total.error[0], block[0]);
        total.sum[1] += block[1];
        total.sum[2] = total.sum[2].min(block[2]);
        total.sum[3] = total.sum[3].max(block[3]);
        if K == 5 {
            total.sum[4] += block[4];
        }
    }
}

/// Returns whether an f64 has enough digits for a plain sum of a block: exact for integers, and with a
/// negligible error for f32 unless the terms cancel.
const fn short<T>() -> bool {
    size_of::<T>() <= 4
}

/// Calls `done` with the index and the center of each lane, with its NaN (K = 4) or without (5). Each lane
/// has a factor, which is 1 if `factors` is `None`.
fn centers<N: Wide, const K: usize>(
    lanes: &dyn Blocks<N>,
    factors: Option<&[f64]>,
    quotient: fn(Twofold, f64) -> Twofold,
    done: &mut dyn FnMut(usize, Center),
) {
    let mut scales = guess(lanes, factors);
    let mut higher = Vec::new();
    extents(lanes, factors, &scales, &mut |j, total: Total<K>| {
        let size = total.sum[3].max(-total.sum[2]);
        // a sum that is not finite is taken as it is
        if short::<N>() || scales[j].holds(size) || !size.is_finite() {
            done(j, center(lanes, j, scales[j], &total, quotient));
        } else {
            higher.push((j, scales[j].of(size, 0)));
        }
    });
    if !higher.is_empty() {
        higher.iter().for_each(|&(j, scale)| scales[j] = scale);
        let mut higher = higher.into_iter().peekable();
        extents(lanes, factors, &scales, &mut |j, total: Total<K>| {
            if higher.next_if(|&(other, _)| other == j).is_some() {
                done(j, center(lanes, j, scales[j], &total, quotient));
            }
        });
    }
}

/// How much larger, as a power of two, the other elements may be than the sampled ones.
const SPARE: u64 = 9;

/// Returns scales from a few elements of each lane.
fn guess<N: Wide>(lanes: &dyn Blocks<N>, factors: Option<&[f64]>) -> Room<Scale> {
    let mut scales = Room::filled(lanes.width(), Scale::NONE);
    if let Some(factors) = factors {
        scales.iter_mut().zip(factors).for_each(|(scale, &factor)| scale.factor = factor);
    }
    if !short::<N>() {
        let mut sizes = Room::filled(lanes.width(), 0.0);
        lanes.sizes(lanes.len().div_ceil(16).max(1), &mut sizes);
        for (scale, size) in scales.iter_mut().zip(sizes.iter()) {
            *scale = scale.of(size * scale.factor, SPARE);
        }
    }
    scales
}

fn extents<N: Wide, const K: usize>(
    lanes: &dyn Blocks<N>,
    factors: Option<&[f64]>,
    scales: &[Scale],
    done: &mut dyn FnMut(usize, Total<K>),
) {
    match factors {
        None => fold(lanes, scales, &Extent::<N, false>(PhantomData), done),
        Some(_) => fold(lanes, scales, &Extent::<N, true>(PhantomData), done),
    }
}

/// Returns the sum of zeros: negative if all are.
#[cold]
fn zero<N: Wide>(lanes: &dyn Blocks<N>, j: usize) -> f64 {
    let mut sum = -0.0;
    lanes.each_of(j, &mut |x| sum += if x.as_f64() == 0.0 { x.as_f64() } else { -0.0 });
    sum
}

fn center<N: Wide, const K: usize>(
    lanes: &dyn Blocks<N>,
    j: usize,
    scale: Scale,
    Total { sum, error }: &Total<K>,
    quotient: fn(Twofold, f64) -> Twofold,
) -> Center {
    let (n, min, max) = (if K == 5 { sum[4] } else { lanes.len() as f64 }, sum[2], sum[3]);
    let mut center = Center { n, mean: Twofold::ZERO, min, max };
    let total = Twofold::sum(sum[0], error[0] + sum[1]);
    // bound of the error of the sum of n elements, times 2^56 / n: 0 for integers, 2^-48 of the largest
    // element for f32; otherwise a remainder is at most 2^-53 of `big`, and the sums of remainders round at
    // most 6 bits more than that in a block, and one every 2^10 elements beyond
    let least = if short::<N>() {
        lack::<N>() * center.size()
    } else {
        scale.big * (n * (1.0 / (1u64 << 60) as f64) + 1.0 / (1u64 << 44) as f64)
    };
    center.mean = if min == max && total.hi.is_finite() {
        Twofold::from(if min == 0.0 { zero(lanes, j) } else { min })
    } else if total.hi.is_finite() && total.hi.abs() >= least * n {
        quotient(total, n)
    } else {
        cancelled::<N, K>(lanes, j, scale.factor, n)
    };
    center
}

/// Returns the mean of a lane whose terms cancel or whose sum overflows.
#[cold]
#[inline(never)]
fn cancelled<N: Wide, const K: usize>(lanes: &dyn Blocks<N>, j: usize, factor: f64, n: f64) -> Twofold {
    let mut sum = LongSum::new();
    lanes.each_of(j, &mut |x| {
        if !(K == 5 && x.unordered()) {
            sum.add(x.as_f64() * factor);
        }
    });
    let (sum, power) = sum.finish();
    if sum.hi.is_finite() { sum.over(n).scaled(power) } else { sum }
}

/// Sums of powers of the deviations of a lane from its mean, for elements multiplied by a power of two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Powers {
    /// The number of elements that count.
    pub(crate) n: f64,
    /// The sums of orders 2, 3 and 4, up to the requested order.
    pub(crate) sums: [Twofold; 3],
    pub(crate) scale: PowerOfTwo,
}

/// The center of the deviations of a lane, and how each deviation is split in two.
#[derive(Debug, Clone, Copy)]
struct Cut {
    factor: f64,
    /// The center: either subtracted first, or subtracted from the first part.
    first: f64,
    then: f64,
    /// Adding and subtracting this number rounds to the digits of the first part.
    rounder: f64,
    /// The mean minus the center.
    rest: Twofold,
}

impl From<Cut> for [f64; 5] {
    fn from(Cut { factor, first, then, rounder, rest }: Cut) -> Self {
        [factor, first, then, rounder, rest.hi]
    }
}

impl From<Cut> for [f64; 4] {
    fn from(Cut { factor, first, then, rounder, .. }: Cut) -> Self {
        [factor, first, then, rounder]
    }
}

impl Cut {
    const NONE: Cut = Cut { factor: 1.0, first: 0.0, then: 0.0, rounder: 0.0, rest: Twofold::ZERO };
}

/// Returns whether the fourth powers of numbers of this size, and those of their last digits, neither
/// overflow nor underflow: about 2^-100 to 2^240.
fn moderate(size: f64) -> bool {
    size == 0.0 || (1e-30..=1e72).contains(&size) || !size.is_finite()
}

/// Returns the factor for elements of this size.
pub(crate) fn scale_of(size: f64) -> PowerOfTwo {
    if moderate(size) { PowerOfTwo::none() } else { PowerOfTwo::to_unit(size, 1.0).at_most(1000) }
}

/// What a lane is summed up in, for elements multiplied by the power of two of [`scale_of`] the largest
/// absolute value.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Summary {
    pub(crate) mean: Twofold,
    /// The sums of the powers of orders 2, 3 and 4 of the deviations from the mean.
    pub(crate) sums: [Twofold; 3],
    /// The smallest and the largest element, not multiplied; NaN if there is a NaN.
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// Writes the summaries of lanes of f64, which are not empty.
pub(crate) fn summaries(lanes: &dyn Blocks<f64>, out: &mut [Summary]) {
    long_powers::<f64, 4, false>(lanes, &mut |j, Powers { sums, scale, .. }, center| {
        let Center { mean, mut min, mut max, .. } = *center;
        // those of the products, of which small ones may underflow; neither is ever a NaN
        if mean.hi.is_nan() || !scale.is_one() {
            (min, max) = (f64::INFINITY, f64::NEG_INFINITY);
            lanes.each_of(j, &mut |x| {
                min = if x < min || x.is_nan() { x } else { min };
                max = if x > max || x.is_nan() { x } else { max };
            });
        }
        out[j] = Summary { mean, sums, min, max };
    });
}

/// Calls `done` with the index of each lane and its sums of powers up to `ORDER`; NaN are skipped if `SKIP`.
///
/// A deviation is the exact sum of two numbers: one with few digits, whose powers are summed without error
/// within a block, and a small remainder, whose contribution needs no extra precision.
pub(super) fn powers<N: Wide, const ORDER: usize, const SKIP: bool>(
    lanes: &dyn Blocks<N>,
    mut done: impl FnMut(usize, Powers),
) {
    if (1..=SHORT_LANE).contains(&lanes.len()) {
        lanes.each(0..1, &mut |j, lane| done(j, short_powers::<N, ORDER, SKIP>(lane)));
    } else {
        long_powers::<N, ORDER, SKIP>(lanes, &mut |j, powers, _| done(j, powers));
    }
}

/// Computes the sums of [`long_powers`] for a short lane, with the same accuracy and less overhead.
#[inline(always)]
fn short_powers<N: Wide, const ORDER: usize, const SKIP: bool>(lane: &[N]) -> Powers {
    let mut kept = [N::default(); SHORT_LANE];
    let some = if SKIP { numbers_of(lane, &mut kept) } else { lane };
    match few_powers::<N, ORDER>(some) {
        Some(sums) => Powers { n: some.len() as f64, sums, scale: PowerOfTwo::none() },
        None => general_powers::<N, ORDER, SKIP>(lane),
    }
}

#[cold]
#[inline(never)]
fn general_powers<N: Wide, const ORDER: usize, const SKIP: bool>(lane: &[N]) -> Powers {
    let mut found = Powers { n: 0.0, sums: [Twofold::ZERO; 3], scale: PowerOfTwo::none() };
    long_powers::<N, ORDER, SKIP>(&Source::from(Bundle::Lane(lane)), &mut |_, powers, _| found = powers);
    found
}

/// Computes the sums around a center near the mean, close enough to lose no digits. Returns nothing if the
/// center is not close enough, or if powers may overflow or underflow.
#[inline(always)]
fn few_powers<N: Wide, const ORDER: usize>(lane: &[N]) -> Option<[Twofold; 3]> {
    let numbers = || lane.iter().map(|x| x.as_f64());
    let part = 1.0 / lane.len() as f64;
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for x in numbers() {
        low = if x < low { x } else { low };
        high = if x > high { x } else { high };
    }
    let near = sum_in_pairs(lane) * part;
    let size = larger(high - near, near - low);
    // few enough digits that the powers of the first part, and their sum, are exact
    let digits = match ORDER {
        2 => 26,
        3 => 18,
        _ => 14,
    };
    let [first, then, rounder] = near_center(near, size, digits);
    let (mut plain, mut sums, mut rests) = ([0.0; 2], [0.0; 3], [0.0; 3]);
    for x in numbers() {
        let x = x - first;
        let few = (x + rounder) - rounder;
        let (a, b) = (few - then, x - few);
        plain[0] += a;
        plain[1] += b;
        let square = a * a;
        let (powers, more) = ([square, square * a, square * square], rests_of(a, b, a + b, square));
        for k in 0..ORDER - 1 {
            sums[k] += powers[k];
            rests[k] += more[k];
        }
    }
    let sum = plain[0] + plain[1];
    let rest = sum * part;
    let squares = sum * rest;
    if low == high && near.is_finite() {
        return Some([Twofold::ZERO; 3]);
    }
    // false for a NaN
    let fine = squares <= sums[0] * (1.0 / 1024.0) && (1e-60..1e70).contains(&size);
    if !fine {
        return None;
    }
    let [s2, s3, _] = std::array::from_fn(|k| sums[k] + rests[k]);
    let around_mean =
        [-squares, rest * (2.0 * squares - 3.0 * s2), rest * (rest * (6.0 * s2 - 3.0 * squares) - 4.0 * s3)];
    Some(std::array::from_fn(|k| Twofold::sum(sums[k], rests[k] + around_mean[k])))
}

/// Sums the elements with even and with odd indices separately, which shortens the chain of dependent
/// additions.
#[inline(always)]
fn sum_in_pairs<N: Wide>(lane: &[N]) -> f64 {
    let (pairs, last) = lane.as_chunks::<2>();
    let mut sums = [0.0; 2];
    for [x, y] in pairs {
        sums[0] += x.as_f64();
        sums[1] += y.as_f64();
    }
    last.iter().fold(sums[0] + sums[1], |sum, x| sum + x.as_f64())
}

/// As [`powers`] of lanes of any length, with the center of each lane.
fn long_powers<N: Wide, const ORDER: usize, const SKIP: bool>(
    lanes: &dyn Blocks<N>,
    done: &mut dyn FnMut(usize, Powers, &Center),
) {
    let (mut cuts, mut scales, mut centers) = rooms(lanes.width());
    fill::<N, SKIP>(lanes, ORDER, &mut cuts, &mut scales, &mut centers);
    let mut all = Room::filled(lanes.width(), [Twofold::ZERO; 3]);
    let sum = |total: &[f64], error: &[f64], k: usize| {
        Twofold::sum(total[2 * k], error[2 * k] + (total[2 * k + 1] + error[2 * k + 1]))
    };
    let deviations = Deviations::<N, SKIP>(PhantomData);
    match ORDER {
        2 => fold(lanes, &cuts, &deviations, |j, Total::<2> { sum: s, error: e }| {
            all[j][0] = sum(&s, &e, 0);
        }),
        3 => fold(lanes, &cuts, &deviations, |j, Total::<4> { sum: s, error: e }| {
            all[j] = [sum(&s, &e, 0), sum(&s, &e, 1), Twofold::ZERO];
        }),
        _ => fold(lanes, &cuts, &deviations, |j, Total::<6> { sum: s, error: e }| {
            all[j] = std::array::from_fn(|k| sum(&s, &e, k));
        }),
    }
    around_means::<ORDER>(&mut all, |j| (centers[j].n, cuts[j].rest));
    for (j, &sums) in all.iter().enumerate() {
        done(j, Powers { n: centers[j].n, sums, scale: scales[j] }, &centers[j]);
    }
}

/// For each order from 2 on, the sum of the powers of the first parts of the deviations, and of what the
/// second parts add to them. NaN are skipped if `SKIP`.
struct Deviations<N, const SKIP: bool>(PhantomData<N>);

impl<N: Element, const K: usize, const SKIP: bool> Fold<4, K> for Deviations<N, SKIP> {
    #[inline(always)]
    fn add<W: Vector<Number = f64>>(&self, sums: &mut [W; K], x: W, cut: [W; 4]) {
        let (mut a, mut b) = parts::<N, W>(x, cut);
        if SKIP {
            let ordered = x.at_most(x);
            (a, b) = (a.or(ordered, W::splat(-0.0)), b.or(ordered, W::splat(-0.0)));
        }
        let (square, d) = (a.times(a), a.plus(b));
        let [of_second, of_third, of_fourth] = rests_of(a, b, d, square);
        let mut put = |k: usize, (x, y): (W, W), rest: W| {
            if k < K {
                // powers of so few digits are exact, except for f32, whose rounding errors do not matter
                sums[k] =
                    if undivided::<N>() { sums[k].plus(x.times(y)) } else { sums[k].plus_product(x, y) };
                if !undivided::<N>() {
                    sums[k + 1] = sums[k + 1].plus(rest);
                }
            }
        };
        put(0, (a, a), of_second);
        put(2, (square, a), of_third);
        put(4, (square, square), of_fourth);
    }
}

/// The powers of this order.
struct Power<N>(u32, PhantomData<N>);

impl<N: Element> Fold<5, 1> for Power<N> {
    #[inline(always)]
    fn add<W: Vector<Number = f64>>(&self, [sum]: &mut [W; 1], x: W, parameter: [W; 5]) {
        let [factor, first, then, rounder, rest] = parameter;
        let (a, b) = parts::<N, W>(x, [factor, first, then, rounder]);
        let (mut base, mut power, mut order) = (a.plus(b).minus(rest), W::splat(1.0), self.0);
        while order > 0 {
            if order % 2 == 1 {
                power = power.times(base);
            }
            base = base.times(base);
            order /= 2;
        }
        *sum = sum.plus(power);
    }
}

/// Allocates the results of [`fill`]. Separate because they are expensive to move.
#[inline(always)]
fn rooms(width: usize) -> (Room<Cut>, Room<PowerOfTwo>, Room<Center>) {
    let centers = Room::filled(width, Center::NONE);
    (Room::filled(width, Cut::NONE), Room::filled(width, PowerOfTwo::of(0)), centers)
}

/// Finds for every lane how its deviations are split, the factor of its elements, and its center.
fn fill<N: Wide, const SKIP: bool>(
    lanes: &dyn Blocks<N>,
    order: usize,
    cuts: &mut [Cut],
    scales: &mut [PowerOfTwo],
    found: &mut [Center],
) {
    let width = lanes.width();
    let centers = |factors: Option<&[f64]>, found: &mut [Center]| {
        if SKIP {
            centers::<N, 5>(lanes, factors, Twofold::over, &mut |j, center| found[j] = center);
        } else {
            centers::<N, 4>(lanes, factors, Twofold::over, &mut |j, center| found[j] = center);
        }
    };
    centers(None, found);
    if size_of::<N::Mean>() == 8 && found.iter().any(|center| !moderate(center.size())) {
        for (scale, center) in scales.iter_mut().zip(found.iter()) {
            *scale = scale_of(center.size());
        }
        let mut factors = Room::filled(width, 1.0);
        factors.iter_mut().zip(scales.iter()).for_each(|(factor, scale)| *factor = scale.times(1.0));
        centers(Some(&factors), found);
    }
    for (j, center) in found.iter().enumerate() {
        cuts[j] = if size_of::<N::Mean>() == 4 {
            Cut { first: center.mean.hi, rest: Twofold::from(center.mean.lo), ..Cut::NONE }
        } else {
            cut(center, scales[j].times(1.0), order)
        };
    }
}

fn cut(center: &Center, factor: f64, order: usize) -> Cut {
    let Twofold { hi: mean, lo } = center.mean;
    // few enough digits that the powers of the first part, and the sum of a block of them, are exact
    let digits = match order {
        2 => 22,
        3 => 14,
        _ => 11,
    };
    // a bound of the deviations
    let range = 2.0 * f64::from_bits((center.max - center.min).to_bits() & (0x7ff << 52));
    let rounder = range * (1.5 * (1u64 << (52 - digits)) as f64);
    let (low, high) = if mean < 0.0 { (-center.max, -center.min) } else { (center.min, center.max) };
    // the difference of two numbers is exact if neither is more than twice the other
    if low >= mean.abs() * 0.5 && high <= mean.abs() * 2.0 {
        Cut { factor, first: mean, then: 0.0, rounder, rest: Twofold::from(lo) }
    } else {
        // all elements are of the size of the range; a center with few digits keeps the differences exact
        let then = (mean + rounder) - rounder;
        Cut { factor, first: 0.0, then, rounder, rest: Twofold::sum(mean - then, lo) }
    }
}

impl Powers {
    /// Those of n elements that are not scaled, of which only the squares are needed.
    pub(super) fn of_squares(n: usize, squares: Twofold) -> Self {
        Powers { n: n as f64, sums: [squares, Twofold::ZERO, Twofold::ZERO], scale: PowerOfTwo::none() }
    }

    /// Returns the sum of squares divided by this number of degrees of freedom.
    pub(crate) fn variance(&self, freedom: f64) -> f64 {
        self.unscaled(2, self.sums[0].over_rounded(freedom).hi)
    }

    /// Returns the square root of the variance.
    pub(crate) fn deviation(&self, freedom: f64) -> f64 {
        self.unscaled(1, self.sums[0].over_rounded(freedom).hi.sqrt())
    }

    /// Returns the mean of the powers of this order, from 2 to 4.
    pub(crate) fn moment(&self, order: usize) -> f64 {
        self.unscaled(order as i32, self.sums[order - 2].over_rounded(self.n).hi)
    }

    /// Returns the mean of the cubes of the z-scores.
    pub(crate) fn skewness(&self) -> f64 {
        let Powers { n, sums: [squares, cubes, _], .. } = *self;
        let square = squares.hi / n;
        cubes.hi / n / (square * square.sqrt())
    }

    /// Returns the mean of the fourth powers of the z-scores, minus 3.
    pub(crate) fn kurtosis(&self) -> f64 {
        let Powers { n, sums: [squares, _, fourths], .. } = *self;
        let square = squares.hi / n;
        fourths.hi / n / (square * square) - 3.0
    }

    /// Returns `x`, which scales with the power `order` of the elements, for the unscaled elements.
    fn unscaled(&self, order: i32, x: f64) -> f64 {
        unscaled(self.scale, order, x)
    }
}

/// Converts a quantity that scales with the power `order` of the elements from elements times `scale` to the
/// elements themselves.
fn unscaled(scale: PowerOfTwo, order: i32, x: f64) -> f64 {
    // the power itself may be infinite
    if x == 0.0 { x } else { scale.inverse().to(order).times(x) }
}

/// Calls `done` with the index of each lane and the mean of the powers of its deviations, for high orders;
/// the error is about `order` rounding errors.
pub(super) fn high_moments<N: Wide>(lanes: &dyn Blocks<N>, order: i32, mut done: impl FnMut(usize, f64)) {
    if (1..=SHORT_LANE).contains(&lanes.len()) {
        return lanes.each(0..1, &mut |j, lane| done(j, short_high_moment(lane, order)));
    }
    long_high_moments(lanes, order, done);
}

/// Returns the high moment of a short lane; a lane that needs scaling takes the general path.
#[inline(always)]
fn short_high_moment<N: Wide>(lane: &[N], order: i32) -> f64 {
    match short_center(lane, 0.0) {
        Some(center) if moderate(center.size()) => {
            let Center { n, mean, .. } = center;
            let powers = lane.iter().map(|x| ((x.as_f64() - mean.hi) - mean.lo).powi(order));
            powers.fold(0.0, |sum, power| sum + power) / n
        }
        _ => general_high_moment(lane, order),
    }
}

#[cold]
#[inline(never)]
fn general_high_moment<N: Wide>(lane: &[N], order: i32) -> f64 {
    let mut found = f64::NAN;
    long_high_moments::<N>(&Source::from(Bundle::Lane(lane)), order, |_, moment| found = moment);
    found
}

fn long_high_moments<N: Wide>(lanes: &dyn Blocks<N>, order: i32, mut done: impl FnMut(usize, f64)) {
    let (mut cuts, mut scales, mut centers) = rooms(lanes.width());
    fill::<N, false>(lanes, 2, &mut cuts, &mut scales, &mut centers);
    let power = Power::<N>(order.unsigned_abs(), PhantomData);
    fold(lanes, &cuts, &power, |j, total| {
        done(j, unscaled(scales[j], order, total.rounded()[0] / centers[j].n));
    });
}
