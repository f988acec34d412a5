//! Numbers computed from all pairs of elements of two arrays.

use crate::loops::lanes::Elements;
use crate::loops::max_modulus;
use crate::loops::pairs::{Term, pair_sums};
use crate::stats::mean::to_unit;
use crate::tuning::PARALLEL_SUM;
use crate::{ErrorKind, Real, Result, threads};
use std::iter::once;

/// Sums of products below it may have lost terms that underflow.
const TINY: f64 = f64::MIN_POSITIVE * (1u64 << 62) as f64;

/// What is computed of two arrays.
#[derive(Debug, Clone, Copy)]
pub enum Score {
    MeanSquared,
    RootMeanSquared,
    MeanAbsolute,
    R2,
    Cityblock,
    Euclidean,
    SquaredEuclidean,
    Chebyshev,
    Cosine,
    /// Of the first array alone.
    Entropy,
    RelativeEntropy,
}

pub(super) fn of_elements<T: Real>(
    x: Elements<'_, T>,
    y: Elements<'_, T>,
    score: Score,
) -> Result<T, ErrorKind> {
    Ok(T::of(of_slices(&x.in_order()?, &y.in_order()?, score)))
}

/// Returns the score of two slices of the same length.
pub(super) fn of_slices<T: Real>(x: &[T], y: &[T], score: Score) -> f64 {
    let n = x.len() as f64;
    match score {
        Score::MeanAbsolute | Score::Cityblock => {
            let (sum, scale) = scaled(x, y, |scale| pair_sums(x, y, &Moduli(scale))[0]);
            if matches!(score, Score::Cityblock) { sum / scale } else { sum / n / scale }
        }
        Score::MeanSquared | Score::RootMeanSquared | Score::SquaredEuclidean | Score::Euclidean => {
            let (sum, scale) = scaled(x, y, |scale| pair_sums(x, y, &Squares(scale))[0]);
            match score {
                Score::MeanSquared => sum / n / scale / scale,
                Score::RootMeanSquared => (sum / n).sqrt() / scale,
                Score::SquaredEuclidean => sum / scale / scale,
                _ => sum.sqrt() / scale,
            }
        }
        Score::Chebyshev => largest(x, y, 1.0),
        Score::R2 => r2(x, y),
        Score::Cosine => cosine(x, y),
        Score::Entropy => pair_sums(x, x, &Surprise(Share::of(x)))[0],
        Score::RelativeEntropy => pair_sums(x, y, &RelativeSurprise(Share::of(x), Share::of(y)))[0],
    }
}

/// Two factors, to be applied before and after a subtraction. The first is 1/2 if differences overflow.
type Scale = [f64; 2];

/// `|x - y|`.
struct Moduli(Scale);

impl<T: Real> Term<T, T, 1> for Moduli {
    #[inline(always)]
    fn of(&self, x: T, y: T) -> [f64; 1] {
        [difference(x, y, self.0).abs()]
    }
}

/// `(x - y)²`.
struct Squares(Scale);

impl<T: Real> Term<T, T, 1> for Squares {
    #[inline(always)]
    fn of(&self, x: T, y: T) -> [f64; 1] {
        let difference = difference(x, y, self.0);
        [difference * difference]
    }
}

#[inline(always)]
fn difference<T: Real>(x: T, y: T, [before, after]: Scale) -> f64 {
    (x.f64() * before - y.f64() * before) * after
}

/// Returns a sum over the differences, and the factor of the differences in it: 1, unless the sum overflows
/// or is so small that terms may have been lost.
fn scaled<T: Real>(x: &[T], y: &[T], sum: impl Fn(Scale) -> f64) -> (f64, f64) {
    let plain = sum([1.0; 2]);
    if plain.is_nan() || (TINY..f64::INFINITY).contains(&plain) {
        return (plain, 1.0);
    }
    let before = if plain > 1.0 { 0.5 } else { 1.0 };
    let largest = largest(x, y, before);
    if largest == 0.0 || largest.is_infinite() {
        return (largest, 1.0);
    }
    let after = to_unit(once(largest));
    (sum([before, after]), before * after)
}

/// Returns the largest `|x · scale - y · scale|`, NaN if any is NaN.
fn largest<T: Real>(x: &[T], y: &[T], scale: f64) -> f64 {
    const FEW: usize = 16;
    const BLOCK: usize = 512;
    // the first one if it is NaN, the second one if that is NaN
    let larger = |x: f64, y: f64| if x >= y || x.is_nan() { x } else { y };
    if x.len() <= FEW {
        return x.iter().zip(y).fold(0.0, |max, (&x, &y)| larger(max, difference(x, y, [scale, 1.0]).abs()));
    }
    let of_block = |i: usize, x: &[T]| {
        let (mut block, y) = ([0.0; BLOCK], &y[i * BLOCK..]);
        for ((to, &x), &y) in block.iter_mut().zip(x).zip(y) {
            *to = difference(x, y, [scale, 1.0]);
        }
        max_modulus(&block[..x.len()])
    };
    if threads::share(x.len(), PARALLEL_SUM) {
        return threads::map_chunks(x, BLOCK, 64, &of_block).into_iter().fold(0.0, larger);
    }
    x.chunks(BLOCK).enumerate().fold(0.0, |max, (i, x)| larger(max, of_block(i, x)))
}

/// `x · y`, `x²` and `y²`, each number multiplied by its factor.
struct Products([f64; 2]);

impl<T: Real> Term<T, T, 3> for Products {
    #[inline(always)]
    fn of(&self, x: T, y: T) -> [f64; 3] {
        let (x, y) = (x.f64() * self.0[0], y.f64() * self.0[1]);
        [x * y, x * x, y * y]
    }
}

/// The square of the difference, each number multiplied by its two factors: their product may overflow.
struct Apart([[f64; 2]; 2]);

impl<T: Real> Term<T, T, 1> for Apart {
    #[inline(always)]
    fn of(&self, x: T, y: T) -> [f64; 1] {
        let [[x_scale, x_share], [y_scale, y_share]] = self.0;
        let difference = x.f64() * x_scale * x_share - y.f64() * y_scale * y_share;
        [difference * difference]
    }
}

fn cosine<T: Real>(x: &[T], y: &[T]) -> f64 {
    let ordinary = |square: f64| (TINY..f64::INFINITY).contains(&square);
    let (mut scales, mut sums) = ([1.0; 2], pair_sums(x, y, &Products([1.0; 2])));
    if !(ordinary(sums[1]) && ordinary(sums[2])) {
        scales = [x, y].map(|x| to_unit(once(max_modulus(x).f64())));
        sums = pair_sums(x, y, &Products(scales));
    }
    let [product, x_norm, y_norm] = [sums[0], sums[1].sqrt(), sums[2].sqrt()];
    let cosine = product / (x_norm * y_norm);
    if cosine > 0.5 {
        // for unit vectors, |x - y|² is 2 - 2 x · y, without the cancellation
        let factors = [[scales[0], 1.0 / x_norm], [scales[1], 1.0 / y_norm]];
        return pair_sums(x, y, &Apart(factors))[0] / 2.0;
    }
    // written so that a NaN stays
    if cosine < -1.0 { 2.0 } else { 1.0 - cosine }
}

/// `(t - p)²` and `t - first`, after multiplication by the scale.
struct Residuals {
    scale: f64,
    first: f64,
}

impl<T: Real> Term<T, T, 2> for Residuals {
    #[inline(always)]
    fn of(&self, t: T, p: T) -> [f64; 2] {
        let (t, p) = (t.f64() * self.scale, p.f64() * self.scale);
        [(t - p) * (t - p), t - self.first]
    }
}

/// `t - mean` and its square, after multiplication by the scale.
struct Deviations {
    scale: f64,
    mean: f64,
}

impl<T: Real> Term<T, T, 2> for Deviations {
    #[inline(always)]
    fn of(&self, t: T, _: T) -> [f64; 2] {
        let deviation = t.f64() * self.scale - self.mean;
        [deviation, deviation * deviation]
    }
}

fn r2<T: Real>(truth: &[T], predicted: &[T]) -> f64 {
    let n = truth.len() as f64;
    if truth.len() < 2 {
        return f64::NAN;
    }
    let squares = |scale: f64| {
        // differences from the first one: those of equal numbers are exactly 0
        let first = truth[0].f64() * scale;
        let [residual, offset] = pair_sums(truth, predicted, &Residuals { scale, first });
        let [rest, total] = pair_sums(truth, truth, &Deviations { scale, mean: first + offset / n });
        // what the rounding error of the mean adds
        (residual, total - rest * (rest / n))
    };
    let ordinary = |square: f64| (TINY..f64::INFINITY).contains(&square);
    let (residual, total) = squares(1.0);
    if ordinary(residual) && ordinary(total) {
        return 1.0 - residual / total;
    }
    let size = max_modulus(truth).f64();
    if !(size.is_finite() && max_modulus(predicted).is_finite()) {
        return f64::NAN;
    }
    let (residual, factor) =
        scaled(truth, predicted, |scale| pair_sums(truth, predicted, &Squares(scale))[0]);
    if truth.iter().all(|&t| t == truth[0]) {
        // as scikit-learn's default, where the quotient is not defined
        return if residual == 0.0 { 1.0 } else { 0.0 };
    }
    // by the truth alone, so that the total, which is not 0, does not vanish beside the predictions
    let scale = to_unit(once(size));
    let (_, total) = squares(scale);
    let back = scale / factor;
    1.0 - residual * back / total * back
}

/// Makes numbers to parts of their sum: they are multiplied by the first number, and divided by the second.
#[derive(Debug, Clone, Copy)]
struct Share(f64, f64);

impl Share {
    fn of<T: Real>(x: &[T]) -> Self {
        let sum = |scale| pair_sums(x, x, &Parts(scale))[0];
        let plain = sum(1.0);
        if plain.is_finite() {
            return Share(1.0, plain);
        }
        // a sum of finite numbers can overflow
        let scale = to_unit(once(max_modulus(x).f64())) / x.len() as f64;
        Share(scale, sum(scale))
    }

    #[inline(always)]
    fn part<T: Real>(self, x: T) -> f64 {
        x.f64() * self.0 / self.1
    }
}

/// The number, after multiplication by the scale.
struct Parts(f64);

impl<T: Real> Term<T, T, 1> for Parts {
    #[inline(always)]
    fn of(&self, x: T, _: T) -> [f64; 1] {
        [x.f64() * self.0]
    }
}

/// `-p ln p`: 0 for p = 0, and -infinity below, as `scipy.special.entr`.
struct Surprise(Share);

impl<T: Real> Term<T, T, 1> for Surprise {
    #[inline(always)]
    fn of(&self, x: T, _: T) -> [f64; 1] {
        let p = self.0.part(x);
        [if p < 0.0 {
            f64::NEG_INFINITY
        } else if p == 0.0 {
            0.0
        } else {
            -p * p.ln()
        }]
    }
}

/// `p ln(p / q)`: 0 for p = 0, and infinity for q = 0 and for negative numbers, as `scipy.special.rel_entr`.
struct RelativeSurprise(Share, Share);

impl<T: Real> Term<T, T, 1> for RelativeSurprise {
    #[inline(always)]
    fn of(&self, x: T, y: T) -> [f64; 1] {
        let (p, q) = (self.0.part(x), self.1.part(y));
        let ratio = p / q;
        [if p.is_nan() || q.is_nan() {
            f64::NAN
        } else if p < 0.0 || q < 0.0 {
            f64::INFINITY
        } else if p == 0.0 {
            0.0
        } else if q == 0.0 {
            f64::INFINITY
        } else if ratio > 0.5 && ratio < 2.0 {
            // the difference is exact
            p * ((p - q) / q).ln_1p()
        } else if (f64::MIN_POSITIVE..f64::INFINITY).contains(&ratio) {
            p * ratio.ln()
        } else {
            p * (p.ln() - q.ln())
        }]
    }
}
