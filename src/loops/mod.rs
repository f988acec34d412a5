//! Loops over slices and lanes, compiled for several instruction sets and chosen at run time (`dispatch`).
//!
//! Every sum runs in fixed blocks whose partial sums are added in a fixed order, so its bits depend neither
//! on the width of the instruction set nor on the number of threads. There are three sums, each with its
//! error bound: in this module in the type of the elements, for norms; `sum` in f64, for results with equal
//! bits in every layout; `total` with its rounding errors, in any order.
#![allow(clippy::eq_op)] // x == x is false for a NaN

#[macro_use]
pub(crate) mod dispatch;
pub(crate) mod any_order;
pub(crate) mod blocks;
#[allow(clippy::approx_constant)] // 1 / ln 2, with its own tail
mod coefficients;
pub(crate) mod columns;
pub(crate) mod complex;
pub(crate) mod digits;
pub(crate) mod elementary;
pub(crate) mod extreme;
pub(crate) mod householder;
pub(crate) mod inner;
pub(crate) mod lanes;
pub(crate) mod layout;
pub(crate) mod limits;
pub(crate) mod map;
pub(crate) mod narrow;
pub(crate) mod packs;
pub(crate) mod pairs;
pub(crate) mod pcg64;
pub(crate) mod powers;
pub(crate) mod products;
mod reflections;
pub(crate) mod select;
pub(crate) mod sift;
pub(crate) mod singular;
pub(crate) mod softmax;
mod sort;
pub(crate) mod squares;
pub(crate) mod sum;
pub(crate) mod symmetric;
mod tiny;
pub(crate) mod total;
pub(crate) mod transpose;
pub(crate) mod twofold;
mod weighted;
pub(crate) mod whole;
pub(crate) mod wide;

pub use sort::SortKernels;
pub(crate) use sort::{select_element, sort_elements, sort_in_place, sort_keys};
pub(crate) use weighted::weighted_sums;

use crate::loops::lanes::{Bundle, Elements, Source};
use crate::number::Accumulate;
use crate::tuning::PARALLEL_NORM;
use crate::{Element, Real, Scalar, threads};
use num_traits::{Float, One, Zero};

/// How NaN in a lane is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nan {
    /// It gives NaN.
    Spreads,
    /// It is ignored.
    LeftOut,
}

/// Elements per block; within it, there are `LANES` partial sums.
pub(crate) const BLOCK: usize = 4096;
const LANES: usize = 32;
/// Adds `block` over all blocks of `x`, in order; 0 for an empty slice, where the sum of an iterator is -0.
///
/// The sum is in f64, which costs nothing between the blocks. If `block` is [`lanes`], the relative error of
/// n terms that are not negative is at most (BLOCK / LANES + LANES) · EPSILON / 2 of their type and n / BLOCK
/// · 2^-53.
fn sum_blocks<T: Scalar>(x: &[T], block: impl Fn(&[T]) -> T::Real + Sync) -> f64 {
    if threads::share(x.len(), PARALLEL_NORM) {
        threads::map_chunks(x, BLOCK, 16, &|_, x| block(x).f64())
            .into_iter()
            .fold(0.0, |total, sum| total + sum)
    } else {
        x.chunks(BLOCK).fold(0.0, |total, x| total + block(x).f64())
    }
}

#[inline(always)]
fn lanes<T: Scalar>(x: &[T], term: impl Fn(T) -> T::Real) -> T::Real {
    let mut sums = [T::Real::zero(); LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum += term(x);
        }
    }
    let mut total = rest.iter().fold(T::Real::zero(), |total, &x| total + term(x));
    if chunks.is_empty() {
        return total; // adding zeros would take longer than the rest
    }
    for sum in sums {
        total += sum;
    }
    total
}

dispatched! {
    fn squares<T: Scalar>(x: &[T]) -> T::Real {
        lanes(x, T::norm_sqr)
    }

    fn moduli<T: Scalar>(x: &[T]) -> T::Real {
        lanes(x, |x| x.modulus())
    }
}

/// `sum(|x|²)`; overflows if the squares do.
pub(crate) fn sum_of_squares<T: Scalar>(x: &[T]) -> f64 {
    sum_blocks(x, squares)
}

/// `sum(|x|)`.
pub(crate) fn sum_of_moduli<T: Scalar>(x: &[T]) -> f64 {
    sum_blocks(x, moduli)
}

/// The larger one; the first one if either is NaN.
#[inline(always)]
pub(crate) fn larger<T: PartialOrd>(x: T, y: T) -> T {
    if y > x { y } else { x }
}

/// The larger one; NaN if either is.
#[inline(always)]
fn larger_or_nan<T: Float>(x: T, y: T) -> T {
    if x >= y || x.is_nan() { x } else { y }
}

/// The largest `size(x)`, 0 for an empty slice, NaN if any is NaN.
#[inline(always)]
fn max_of<T: Scalar>(x: &[T], size: impl Fn(T) -> T::Real) -> T::Real {
    let (mut max, mut nan) = ([T::Real::zero(); LANES], [T::Real::zero(); LANES]);
    let (chunks, rest) = x.as_chunks::<LANES>();
    // Comparisons are false for NaN: it never becomes the maximum, and is kept separately.
    let put = |max: &mut T::Real, nan: &mut T::Real, x: T::Real| {
        *max = larger(*max, x);
        *nan = if x == x { *nan } else { x };
    };
    for chunk in chunks {
        for ((max, nan), &x) in max.iter_mut().zip(&mut nan).zip(chunk) {
            put(max, nan, size(x));
        }
    }
    for ((max, nan), &x) in max.iter_mut().zip(&mut nan).zip(rest) {
        put(max, nan, size(x));
    }
    if nan.iter().fold(false, |any, x| any | x.is_nan()) {
        return nan.into_iter().find(|x| x.is_nan()).unwrap_or(nan[0]);
    }
    let mut half = LANES / 2;
    while half > 0 {
        let (low, high) = max.split_at_mut(half);
        for (max, &x) in low.iter_mut().zip(&*high) {
            *max = larger(*max, x);
        }
        half /= 2;
    }
    max[0]
}

/// The larger of |re| and |im|; NaN if either is.
#[inline(always)]
fn part<T: Scalar>(x: T) -> T::Real {
    let (re, im) = (x.re().abs(), x.im().abs());
    // NaN takes precedence
    if im > re || im.is_nan() { im } else { re }
}

/// [`max_of`]; a few elements skip the choice of an instruction set and the partial maxima.
#[inline(always)]
fn max_by<T: Scalar>(x: &[T], size: fn(T) -> T::Real, of_many: fn(&[T]) -> T::Real) -> T::Real {
    if x.len() > LANES / 2 {
        return of_many(x);
    }
    x.iter().map(|&x| size(x)).fold(T::Real::zero(), larger_or_nan)
}

/// The largest `|x|`, 0 for an empty slice, NaN if any is NaN.
pub(crate) fn max_modulus<T: Scalar>(x: &[T]) -> T::Real {
    max_by(x, T::modulus, max_modulus_of_many)
}

/// Whether all elements are `good`. It has no early exit, so that the compiler vectorises it.
#[inline(always)]
fn all_of<T: Scalar>(x: &[T], good: impl Fn(T) -> bool) -> bool {
    let (zero, one) = (T::Real::zero(), T::Real::one());
    let mut bad = [zero; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (bad, &x) in bad.iter_mut().zip(chunk) {
            *bad = if good(x) { *bad } else { one };
        }
    }
    rest.iter().fold(true, |all, &x| all & good(x)) & bad.iter().fold(true, |all, bad| all & bad.is_zero())
}

#[inline(always)]
fn finite<T: Scalar>(x: T) -> bool {
    x.re().is_finite() & x.im().is_finite()
}

/// Whether all elements are finite.
#[inline]
pub(crate) fn are_finite<T: Scalar>(x: &[T]) -> bool {
    // tiny ones do not pay for the choice of an instruction set
    if x.len() > LANES { are_many_finite(x) } else { all_of(x, finite) }
}

/// Whether no product of two numbers of this size may overflow or vanish; false for a NaN or an infinity.
#[inline(always)]
fn moderate<T: Scalar>(x: T) -> bool {
    let (most, least) = (T::Real::SAFE, T::Real::SAFE.recip());
    // part by part, since a maximum ignores a NaN
    let (re, im) = (x.re().abs(), x.im().abs());
    (re <= most) & (im <= most) & ((re >= least) | (im >= least) | x.is_zero())
}

/// Whether no product of two elements may overflow or vanish; false if one is NaN or infinite.
#[inline]
pub(crate) fn are_moderate<T: Scalar>(x: &[T]) -> bool {
    if x.len() > LANES { are_many_moderate(x) } else { all_of(x, moderate) }
}

/// The largest `max(|re|, |im|)`, 0 for an empty slice, NaN if any part is NaN.
pub(crate) fn max_part<T: Scalar>(x: &[T]) -> T::Real {
    max_by(x, part, max_part_of_many)
}

dispatched! {
    fn max_modulus_of_many<T: Scalar>(x: &[T]) -> T::Real {
        max_of(x, T::modulus)
    }

    fn max_part_of_many<T: Scalar>(x: &[T]) -> T::Real {
        max_of(x, part)
    }

    fn are_many_finite<T: Scalar>(x: &[T]) -> bool {
        all_of(x, finite)
    }

    fn are_many_moderate<T: Scalar>(x: &[T]) -> bool {
        all_of(x, moderate)
    }

    /// `sums[i] += |x[i]|`.
    pub(crate) fn add_moduli<T: Scalar>(x: &[T], sums: &mut [T::Real]) {
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum += x.modulus();
        }
    }
}

/// Sums of lanes. Private: it seals [`Element`].
pub trait Sums: Accumulate {
    /// The sums of the lanes; those of integers wrap around.
    fn sums(lanes: Source<'_, Self>, out: &mut [Self::Sum]);
    /// The sums of the lanes with 0 in the place of every NaN.
    fn nan_sums(lanes: Source<'_, Self>, out: &mut [Self::Sum]) {
        Self::sums(lanes, out);
    }
    /// The sums of lanes of `n` elements, one after the other; `n` is in [`SHORT`](sum::SHORT).
    fn lane_sums(x: &[Self], n: usize, out: &mut [Self::Sum]) {
        let lanes = x.chunks_exact(n).map(|lane| Source::from(Bundle::Lane(lane)));
        lanes.zip(out).for_each(|(lane, sum)| Self::sums(lane, std::slice::from_mut(sum)));
    }
}

macro_rules! sums {
    (real: $($real:ident),*; integers: $($integer:ident),*) => {
        $(impl Sums for $real {
            fn sums(lanes: Source<'_, Self>, out: &mut [Self]) {
                sum::sums(lanes, |j, sum| out[j] = sum as $real);
            }
            fn nan_sums(lanes: Source<'_, Self>, out: &mut [Self]) {
                sum::nan_sums(&lanes, |j, sum| out[j] = sum as $real);
            }
            fn lane_sums(x: &[Self], n: usize, out: &mut [Self]) {
                sum::short_sums(x, n, out);
            }
        })*
        $(impl Sums for $integer {
            fn sums(lanes: Source<'_, Self>, out: &mut [Self::Sum]) {
                integer_sums(lanes, out);
            }
        })*
    };
}

sums!(real: f32, f64; integers: i8, i16, i32, i64, u8, u16, u32, u64, bool);

/// The sums of the lanes, wrapping around.
fn integer_sums<T: Element>(lanes: Source<'_, T>, out: &mut [T::Sum]) {
    match lanes {
        Source::Whole(x) => {
            out[0] = T::Sum::default();
            Elements::new(x).each_block(|block| out[0] = out[0].plus(integer_sum(block)));
        }
        Source::Lanes(Bundle::Lane(lane)) if !threads::share(lane.len(), PARALLEL_NORM) => {
            out[0] = integer_sum(lane)
        }
        Source::Lanes(Bundle::Lane(lane)) => {
            let blocks = threads::map_chunks(lane, BLOCK, 16, &|_, x| integer_sum(x));
            out[0] = blocks.into_iter().fold(T::Sum::default(), Accumulate::plus);
        }
        Source::Lanes(Bundle::Rows { rows, start, width }) => {
            out.fill(T::Sum::default());
            rows.iter().for_each(|row| add_integers(&row[start..start + width], out));
        }
    }
}

dispatched! {
    fn integer_sum<T: Element>(x: &[T]) -> T::Sum {
        x.iter().fold(T::Sum::default(), |sum, &x| sum.plus(x.widen()))
    }

    fn add_integers<T: Element>(x: &[T], sums: &mut [T::Sum]) {
        sums.iter_mut().zip(x).for_each(|(sum, x)| *sum = sum.plus(x.widen()));
    }
}
