//! Powers of deviations: how a deviation is split, so that they are summed in twice the precision; their sums
//! around the mean instead of another number, and of two sets together. The latter take hundreds of
//! operations, and several lanes at a time.
#![allow(clippy::needless_range_loop)] // one index for several arrays, which compilers turn into vectors

use super::twofold::Twofold;
use super::wide::Wide;
use crate::Element;

/// Lanes at a time.
const LANES: usize = 8;

/// The sums of the powers of orders 2, 3 and 4 of deviations.
pub(crate) type Sums = [Twofold; 3];

/// A mean, and the sums of powers of the deviations from it.
pub(crate) type Moments = (Twofold, Sums);

/// K numbers of each lane: all first ones, then their remainders, then all second ones.
type Packed<const K: usize> = [[[f64; LANES]; 2]; K];

/// Returns the center for elements near a number, from which they differ by at most `size`: what is
/// subtracted first, or else from the first part, and what rounds to this number of digits of the first part.
#[inline(always)]
pub(crate) fn near_center(near: f64, size: f64, digits: usize) -> [f64; 3] {
    let power = f64::from_bits(size.to_bits() & (0x7ff << 52));
    let rounder = power * (12u64 << (52 - digits)) as f64;
    // the difference of two numbers is exact if neither is more than twice the other
    let (first, then) =
        if size <= near.abs() * 0.5 { (near, 0.0) } else { (0.0, (near + rounder) - rounder) };
    [first, then, rounder]
}

/// Returns whether a deviation has one part: that of an f32.
pub(crate) const fn undivided<N: Element>() -> bool {
    size_of::<N::Mean>() == 4
}

/// Splits a deviation in two parts.
#[inline(always)]
pub(crate) fn parts<N: Element, W: Wide<Number = f64>>(
    x: W,
    [factor, first, then, rounder]: [W; 4],
) -> (W, W) {
    if undivided::<N>() {
        return (x.minus(first), W::splat(-0.0));
    }
    let x = x.times(factor).minus(first);
    let few = x.plus(rounder).minus(rounder);
    (few.minus(then), x.minus(few))
}

/// Returns what the second part `b` of a deviation `d` adds to the powers of orders 2 to 4 of the first part.
#[inline(always)]
pub(crate) fn rests_of<W: Wide<Number = f64>>(a: W, b: W, d: W, square: W) -> [W; 3] {
    let of_second = b.times(d.plus(a));
    let of_third = d.times(of_second).plus(b.times(square));
    [of_second, of_third, of_second.times(d.times(d).plus(square))]
}

/// Returns the sums of powers up to `ORDER` of deviations from the mean, given those from a number that is
/// less by a rest, for lanes of so many elements.
pub(crate) fn around_means<const ORDER: usize>(sums: &mut [Sums], of_lane: impl Fn(usize) -> (f64, Twofold)) {
    for (some, at) in sums.chunks_mut(LANES).zip((0..).step_by(LANES)) {
        let higher = (ORDER > 2).then(|| {
            higher_around_mean::<ORDER>(&packed(some.len(), |j| {
                let ([s2, s3, s4], (n, rest)) = (some[j], of_lane(at + j));
                [s2, s3, s4, n.into(), rest]
            }))
        });
        for (j, sums) in some.iter_mut().enumerate() {
            let (n, rest) = of_lane(at + j);
            if rest.hi != 0.0 {
                let [s2, s3, s4] = *sums;
                let [s3, s4] = higher.as_ref().map_or([s3, s4], |higher| numbers(higher, j));
                *sums = [s2.less_squares(n, rest), s3, s4];
            }
        }
    }
}

/// Calls `done` with the index of each of so many lanes and with the moments of two sets together, of so many
/// elements. The numbers are far from the smallest and the largest ones, or not finite.
pub(crate) fn of_both(
    lanes: usize,
    counts: [f64; 2],
    of_lane: impl Fn(usize) -> [Moments; 2],
    mut done: impl FnMut(usize, Moments),
) {
    for at in (0..lanes).step_by(LANES) {
        let count = LANES.min(lanes - at);
        let moments = moments_of_both(
            &packed(count, |j| {
                let [(a, [a2, a3, a4]), (b, [b2, b3, b4])] = of_lane(at + j);
                [a, a2, a3, a4, b, b2, b3, b4]
            }),
            counts,
        );
        for j in 0..count {
            let [mean, sums @ ..] = numbers(&moments, j);
            done(at + j, (mean, sums));
        }
    }
}

/// Returns the numbers of so many lanes, and zeros in the place of others.
fn packed<const K: usize>(lanes: usize, of_lane: impl Fn(usize) -> [Twofold; K]) -> Packed<K> {
    let mut packed = [[[0.0; LANES]; 2]; K];
    for lane in 0..lanes {
        put(&mut packed, lane, of_lane(lane));
    }
    packed
}

#[inline(always)]
fn put<const K: usize>(packed: &mut Packed<K>, lane: usize, numbers: [Twofold; K]) {
    for k in 0..K {
        packed[k][0][lane] = numbers[k].hi;
        packed[k][1][lane] = numbers[k].lo;
    }
}

#[inline(always)]
fn numbers<const K: usize>(packed: &Packed<K>, lane: usize) -> [Twofold; K] {
    let mut numbers = [Twofold::ZERO; K];
    for k in 0..K {
        numbers[k] = Twofold { hi: packed[k][0][lane], lo: packed[k][1][lane] };
    }
    numbers
}

/// Returns the sums of deviations of `n` elements from their mean, each increased by a number.
#[inline(always)]
fn moved([s2, s3, s4]: Sums, by: Twofold, n: f64) -> Sums {
    let square = by.times(by);
    let more2 = square.by(n);
    let m2 = s2.plus(more2);
    let m3 = s3.plus(by.times(s2).by(3.0)).plus(by.times(more2));
    let m4 = s4.plus(by.times(s3).by(4.0)).plus(square.times(s2).by(6.0)).plus(square.times(more2));
    [m2, m3, m4]
}

dispatched! {
    /// All but the squares.
    fn higher_around_mean<; const ORDER: usize>(lanes: &Packed<5>) -> Packed<2> {
        let mut higher = [[[0.0; LANES]; 2]; 2];
        for lane in 0..LANES {
            let [s2, s3, s4, n, rest] = numbers(lanes, lane);
            let square = rest.times(rest);
            let m3 = s3.plus(rest.times(s2).by(-3.0)).plus(square.times(rest).by(2.0 * n.hi));
            let mut m4 = s4;
            if ORDER == 4 {
                m4 = s4
                    .plus(rest.times(s3).by(-4.0))
                    .plus(square.times(s2).by(6.0))
                    .plus(square.times(square).by(-3.0 * n.hi));
            }
            put(&mut higher, lane, [m3, m4]);
        }
        higher
    }

    /// By the formulas of P. Pébay (Sandia report SAND2008-6212).
    fn moments_of_both<>(lanes: &Packed<8>, counts: [f64; 2]) -> Packed<4> {
        let mut moments = [[[0.0; LANES]; 2]; 4];
        let [na, nb] = counts;
        for lane in 0..LANES {
            let [mean, a2, a3, a4, other, b2, b3, b4] = numbers(lanes, lane);
            let d = other.plus(mean.by(-1.0));
            // shares of both, times d: by how much the means differ from the common mean
            let (of_b, of_a) = (d.by(na).quotient(na + nb), d.by(-nb).quotient(na + nb));
            let [a2, a3, a4] = moved([a2, a3, a4], of_a, na);
            let [b2, b3, b4] = moved([b2, b3, b4], of_b, nb);
            let mean = mean.plus(d.by(nb).quotient(na + nb));
            put(&mut moments, lane, [mean, a2.plus(b2), a3.plus(b3), a4.plus(b4)]);
        }
        moments
    }
}
