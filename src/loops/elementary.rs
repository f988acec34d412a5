//! Elementary functions to 2 ulp without branches, so that loops over them are vectorised.
//!
//! A value is often a pair of a number and its tail, the part that was lost in rounding it; results are
//! rounded once, at the end. Exponentials of very negative numbers are stored multiplied by 2^`SCALE`, so
//! that products with them are exact until the last multiplication makes them denormal.
//!
//! `FMA` says whether the target has fused multiply-add; without it, `mul_add` would call a function.

use crate::tuning::{PARALLEL_CHEAP_MAP, PARALLEL_MAP};
use num_traits::Float;

/// The constants of coefficients.rs. Polynomials have their constant term first.
pub trait Coefficients: Sized + 'static {
    /// 1 / ln 2.
    const LOG2_E: Self;
    /// ln 2, rounded.
    const LN2: Self;
    /// The tail of ln 2.
    const LN2_TAIL: Self;
    /// ln 2 in few bits: its products with exponents are exact.
    const LN2_SHORT: Self;
    /// The rest of ln 2.
    const LN2_REST: Self;
    /// Centre of the numbers r from `-ln(4 / 3)` to `ln(3 / 2)`, whose exponential is between 3/4 and 3/2.
    /// The rounding error of `exp(r) - 1`, relative to `exp(r)`, is half of that for |r| up to half of ln 2.
    const EXP_CENTER: Self;
    /// `(exp(r) - 1 - r) / r^2` for such r.
    const EXP: &'static [Self];
    /// `(atanh(s) / s - 1) / s^2` in s^2, up to 0.04.
    const ATANH: &'static [Self];
    /// `(tanh(t) / t - 1) / t^2` in t^2, t up to `ln(3) / 2`, where tanh is 1/2.
    const TANH: &'static [Self];
    /// `(1 - Phi(t)) exp(t^2 / 2) (t + c)` in `(t - c) / (t + c)`, c = `GELU_CENTER`, t up to `GELU_END`.
    const MILLS: &'static [Self];
    /// The tail of the constant term of `MILLS`.
    const MILLS_TAIL: Self;
    /// Centre of the polynomial `MILLS`.
    const GELU_CENTER: Self;
    /// From here on `gelu(-t)` is 0 and `gelu(t)` is t.
    const GELU_END: Self;
    /// 2 sqrt(2 / pi).
    const TANH_LINEAR: Self;
    /// The tail of `TANH_LINEAR`.
    const TANH_LINEAR_TAIL: Self;
    /// 0.044715 times `TANH_LINEAR`.
    const TANH_CUBIC: Self;
    /// The tail of `TANH_CUBIC`.
    const TANH_CUBIC_TAIL: Self;
}

/// `f32` and `f64`, with access to their bits.
pub trait Elementary: Coefficients + Float + Send + Sync {
    /// A number whose sum with a small number has the nearest integer in the lowest bits, ready to be an
    /// exponent.
    const SHIFT: Self;
    /// As `SHIFT`, for 2^-SCALE times the power.
    const SHIFT_DOWN: Self;
    /// 2^SCALE.
    const UP: Self;
    /// 2^-SCALE.
    const DOWN: Self;
    /// 2^(half the number of bits of the significand, rounded up) + 1, which splits a number in two.
    const HALVES: Self;
    /// Lowest argument of exponentials: below it, x exp(x) is 0.
    const LOWEST: Self;
    /// `1 + exp(-x)` is 1 from here on.
    const NEGLIGIBLE: Self;
    /// Whether sums in f64 are practically exact.
    const NARROW: bool;
    /// Square from which on tanh is above 1/2.
    const TANH_LARGE: Self;
    /// 2^(k + SCALE), where `shifted` is `SHIFT + k`.
    fn power(shifted: Self) -> Self;
}

impl Elementary for f64 {
    const SHIFT: f64 = 6755399441055744.0 + 1023.0 + 128.0;
    const SHIFT_DOWN: f64 = Self::SHIFT - 256.0;
    const UP: f64 = (1u128 << 127) as f64 * 2.0;
    const DOWN: f64 = 1.0 / Self::UP;
    const HALVES: f64 = 134217729.0;
    const LOWEST: f64 = -760.0;
    const NEGLIGIBLE: f64 = 40.0;
    const NARROW: bool = false;
    const TANH_LARGE: f64 = 0.3018;
    #[inline(always)]
    fn power(shifted: f64) -> f64 {
        f64::from_bits(shifted.to_bits() << 52)
    }
}

impl Elementary for f32 {
    const SHIFT: f32 = 12582912.0 + 127.0 + 64.0;
    const SHIFT_DOWN: f32 = Self::SHIFT - 128.0;
    const UP: f32 = (1u128 << 64) as f32;
    const DOWN: f32 = 1.0 / Self::UP;
    const HALVES: f32 = 4097.0;
    const LOWEST: f32 = -110.0;
    const NEGLIGIBLE: f32 = 20.0;
    const NARROW: bool = true;
    const TANH_LARGE: f32 = 0.3018;
    #[inline(always)]
    fn power(shifted: f32) -> f32 {
        f32::from_bits(shifted.to_bits() << 23)
    }
}

/// A function of one number.
pub(crate) trait Function<T>: Copy + Send + Sync {
    /// Number of elements from which a second thread pays.
    const PARALLEL: usize = PARALLEL_MAP;
    /// The value at `x`.
    fn at<const FMA: bool>(self, x: T) -> T;
}

#[inline(always)]
pub(super) fn fma<const FMA: bool, T: Float>(a: T, b: T, c: T) -> T {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

/// Evaluates a polynomial as two of half the degree, which can be computed side by side.
#[inline(always)]
fn polynomial<const FMA: bool, T: Float + 'static>(coefficients: &[T], x: T) -> T {
    let square = x * x;
    let last = coefficients.len() - 1;
    // every second coefficient, from the last one or the last but one
    let (mut same, mut other) = (coefficients[last], coefficients[last - 1]);
    for i in (0..last - 1).rev() {
        if (last - i).is_multiple_of(2) {
            same = fma::<FMA, T>(same, square, coefficients[i]);
        } else {
            other = fma::<FMA, T>(other, square, coefficients[i]);
        }
    }
    if last.is_multiple_of(2) { fma::<FMA, T>(other, x, same) } else { fma::<FMA, T>(same, x, other) }
}

/// The tail of `product`, the rounded `a · b`.
#[inline(always)]
fn product_tail<const FMA: bool, T: Elementary>(a: T, b: T, product: T) -> T {
    if FMA {
        return a.mul_add(b, -product);
    }
    let halves = |x: T| {
        let high = T::HALVES * x;
        let high = high - (high - x);
        (high, x - high)
    };
    let ((a1, a0), (b1, b0)) = (halves(a), halves(b));
    ((a1 * b1 - product) + a1 * b0 + a0 * b1) + a0 * b0
}

/// The tail of `sum`, the rounded `a + b`; either may be the larger one.
#[inline(always)]
pub(super) fn sum_tail<T: Float>(a: T, b: T, sum: T) -> T {
    let b_part = sum - a;
    (a - (sum - b_part)) + (b - b_part)
}

/// The quotient of two numbers with tails, and its tail.
#[inline(always)]
pub(super) fn quotient<const FMA: bool, T: Elementary>(n: (T, T), d: (T, T)) -> (T, T) {
    let inverse = d.0.recip();
    let q = n.0 * inverse;
    let back = q * d.0;
    let rest = ((n.0 - back) - product_tail::<FMA, T>(q, d.0, back)) + (n.1 - q * d.1);
    (q, rest * inverse)
}

/// `exp(x + tail)` for x <= 0, as a scaled power of two `p`, and `r` and `c` with `exp = p (1 + r + c)`, |r|
/// < 0.41 and c a few times smaller. Numbers below `LOWEST` are replaced by it; NaN stays NaN.
#[inline(always)]
fn reduced_exp<const FMA: bool, T: Elementary>(x: T, tail: T) -> (T, T, T) {
    let below = x < T::LOWEST;
    let (x, tail) = (if below { T::LOWEST } else { x }, if below { T::zero() } else { tail });
    let shifted = fma::<FMA, T>(x - T::EXP_CENTER, T::LOG2_E, T::SHIFT);
    let k = shifted - T::SHIFT;
    let first = fma::<FMA, T>(k, -T::LN2_SHORT, x);
    let r = fma::<FMA, T>(k, -T::LN2_REST, first);
    let r_tail = fma::<FMA, T>(k, -T::LN2_REST, first - r) + tail;
    let c = r * r * polynomial::<FMA, T>(T::EXP, r);
    // exp(r + r_tail) is exp(r) (1 + r_tail)
    let c = fma::<FMA, T>(r_tail, T::one() + (r + c), c);
    (T::power(shifted), r, c)
}

/// `exp(x + tail)` as `power` and `p`, with the value `power (1 + p)`. `shift` is `SHIFT` or `SHIFT_DOWN`,
/// and scales the power.
#[inline(always)]
fn exp_parts<const FMA: bool, T: Elementary>(x: T, tail: T, shift: T) -> (T, T) {
    let shifted = fma::<FMA, T>(x - T::EXP_CENTER, T::LOG2_E, shift);
    let k = shifted - shift;
    let r = fma::<FMA, T>(k, -T::LN2_SHORT, x) + fma::<FMA, T>(k, -T::LN2_REST, tail);
    (T::power(shifted), fma::<FMA, T>(r * r, polynomial::<FMA, T>(T::EXP, r), r))
}

/// 2^SCALE `exp(x + tail)` for x <= 0, and its tail.
#[inline(always)]
fn scaled_exp<const FMA: bool, T: Elementary>(x: T, tail: T) -> (T, T) {
    let (power, r, c) = reduced_exp::<FMA, T>(x, tail);
    // exact: multiplied by a power of two
    let rest = power * (r + c);
    let y = power + rest;
    (y, (power - y) + rest)
}

/// 2^SCALE `exp(a - b)` for a <= b, 0 where it is below every number. NaN if either is NaN or both are equal
/// infinities.
#[inline(always)]
pub(super) fn exp_difference<const FMA: bool, T: Elementary>(a: T, b: T) -> T {
    let x = a - b;
    let (power, p) = exp_parts::<FMA, T>(x, sum_tail(a, -b, x), T::SHIFT);
    if x < T::LOWEST { T::zero() } else { fma::<FMA, T>(power, p, power) }
}

/// `ln(1 + x + tail)` for x >= 0, and its tail; x is not infinite.
///
/// `1 + x` is `2^k (1 + f)` with 1 + f between `sqrt(1/2)` and `sqrt(2)`, and `ln(1 + f)` is
/// `2 atanh(f / (2 + f))`.
#[inline(always)]
pub(super) fn log1p<const FMA: bool>(x: f64, tail: f64) -> (f64, f64) {
    const ONE: u64 = 1.0f64.to_bits();
    let d = 1.0 + x;
    let d_tail = sum_tail(1.0, x, d) + tail;
    // the bits of a negative NaN go beyond the largest integer
    let up = d.to_bits().wrapping_add(ONE - std::f64::consts::FRAC_1_SQRT_2.to_bits());
    let exponent = (up >> 52).wrapping_sub(ONE >> 52);
    let small = exponent == 0;
    let k = exponent as u32 as i32 as f64;
    let f = f64::from_bits(d.to_bits().wrapping_sub(exponent << 52)) - 1.0;
    let f_tail = d_tail * f64::from_bits(ONE.wrapping_sub(exponent << 52));
    let f = if small { (x, tail) } else { (f, f_tail) };
    let two = 2.0 + f.0;
    let (s, s_tail) = quotient::<FMA, f64>(f, (two, ((2.0 - two) + f.0) + f.1));
    let series = fma::<FMA, f64>(s * (s * s), polynomial::<FMA, f64>(f64::ATANH, s * s), s_tail);
    // the multiple of ln 2 is exact, and the larger term
    let base = k * f64::LN2_SHORT;
    let y = base + 2.0 * s;
    // d - d restores a NaN, whose bits have been used as a number
    (y, ((base - y) + 2.0 * s) + (fma::<FMA, f64>(k, f64::LN2_REST, 2.0 * series) + (d - d)))
}

/// 2^-SCALE `(1 + exp(z + tail))` for z up to -`LOWEST`; 2^-SCALE where the exponential is below EPSILON / 4.
///
/// The exponential is `power (1 + p)`. `power + 1` is exact, unless the power is so large that the 1 is lost:
/// only p and the result are rounded.
#[inline(always)]
fn one_plus_exp<const FMA: bool, T: Elementary>(z: T, tail: T) -> T {
    let z = if z < -T::NEGLIGIBLE { -T::NEGLIGIBLE } else { z };
    let z = if z > -T::LOWEST { -T::LOWEST } else { z };
    let (power, p) = exp_parts::<FMA, T>(z, tail, T::SHIFT_DOWN);
    let base = power + T::DOWN;
    let lost = T::DOWN - (base - power);
    base + fma::<FMA, T>(power, p, lost)
}

/// `x / (1 + exp(z + tail))`: x from `end` on, and 0 below `-end`.
#[inline(always)]
fn gated<const FMA: bool, T: Elementary>(x: T, end: T, z: T, tail: T) -> T {
    let inner = if x < -end { -end } else { x };
    let y = inner / one_plus_exp::<FMA, T>(z, tail) * T::DOWN;
    if x > end { x } else { y }
}

/// `|x|` up to `end`, its square, and the tail of the square.
#[inline(always)]
fn squared<const FMA: bool, T: Elementary>(x: T, end: T) -> (T, (T, T)) {
    let t = if x.abs() > end { end } else { x.abs() };
    (t, (t * t, product_tail::<FMA, T>(t, t, t * t)))
}

/// The product of two pairs.
#[inline(always)]
fn product<const FMA: bool, T: Elementary>(a: (T, T), b: (T, T)) -> (T, T) {
    let y = a.0 * b.0;
    (y, fma::<FMA, T>(a.0, b.1, fma::<FMA, T>(a.1, b.0, product_tail::<FMA, T>(a.0, b.0, y))))
}

/// `max(x, 0)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relu;

impl<T: Elementary> Function<T> for Relu {
    const PARALLEL: usize = PARALLEL_CHEAP_MAP;
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        // false for NaN, which is kept
        if x <= T::zero() { T::zero() } else { x }
    }
}

/// x, or `slope · x` if it is negative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LeakyRelu<T>(pub T);

impl<T: Elementary> Function<T> for LeakyRelu<T> {
    const PARALLEL: usize = PARALLEL_CHEAP_MAP;
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        if x < T::zero() { self.0 * x } else { x }
    }
}

/// `1 / (1 + exp(-x))`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sigmoid;

impl<T: Elementary> Function<T> for Sigmoid {
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        // the quotient of two scaled numbers: a denormal result is rounded once
        T::DOWN / one_plus_exp::<FMA, T>(-x, T::zero())
    }
}

/// The hyperbolic tangent: an odd polynomial up to 1/2, `1 - 2 / (1 + exp(2|x|))` above.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tanh;

impl<T: Elementary> Function<T> for Tanh {
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        let two = T::one() + T::one();
        let square = x * x;
        let small = fma::<FMA, T>(x * square, polynomial::<FMA, T>(T::TANH, square), x);
        let large = T::one() - two * T::DOWN / one_plus_exp::<FMA, T>(two * x.abs(), T::zero());
        (if square < T::TANH_LARGE { small } else { large }).copysign(x)
    }
}

/// `x / (1 + exp(-x))`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silu;

impl<T: Elementary> Function<T> for Silu {
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        gated::<FMA, T>(x, -T::LOWEST, -x, T::zero())
    }
}

/// `ln(1 + exp(x))`: `max(x, 0) + log1p(e)` with `e = exp(-|x|)`. By the series of atanh, log1p(e) is
/// `2 atanh(e / (2 + e))`, and for large e `ln 2 + 2 atanh((e - 1) / (e + 3))`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Softplus;

impl<T: Elementary> Function<T> for Softplus {
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        let (zero, one, two) = (T::zero(), T::one(), T::one() + T::one());
        let (scaled, scaled_tail) = scaled_exp::<FMA, T>(-x.abs(), zero);
        let (e, e_tail) = (scaled * T::DOWN, scaled_tail * T::DOWN);
        let large = e + e > one;
        let tiny = !large && x < zero;
        let down = if tiny { T::DOWN } else { one };
        let n = if large { e - one } else { e };
        let n = (if tiny { scaled } else { n }, if tiny { scaled_tail } else { e_tail });
        let d0 = if large { two + one } else { two };
        let d = d0 + e;
        let (s, s_tail) = quotient::<FMA, T>(n, (d, ((d0 - d) + e) + e_tail));
        let square = (s * down) * (s * down);
        let series = fma::<FMA, T>(s * square, polynomial::<FMA, T>(T::ATANH, square), s_tail);
        // the sum, largest term first
        let (base, base_tail) = (if large { T::LN2 } else { zero }, if large { T::LN2_TAIL } else { zero });
        let positive = if x > zero { x } else { zero };
        let a = base + positive;
        let a_tail = (base - a) + positive;
        let y = a + two * s;
        let y_tail = (a - y) + two * s;
        let y = (y + (y_tail + (a_tail + base_tail + two * series))) * down;
        if x > -T::LOWEST { x } else { y }
    }
}

/// `x Phi(x)`; the left tail of the normal distribution is `exp(-t^2 / 2) mills(u) / (t + c)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gelu;

impl<T: Elementary> Function<T> for Gelu {
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        let (one, c) = (T::one(), T::GELU_CENTER);
        let half = (one + one).recip();
        let (t, square) = squared::<FMA, T>(x, T::GELU_END);
        let e = scaled_exp::<FMA, T>(-half * square.0, -half * square.1);
        let d = t + c;
        let inverse = quotient::<FMA, T>((one, T::zero()), (d, sum_tail(t, c, d)));
        // (t - c) / (t + c) = 1 - 2c / (t + c), and 2c is a power of two
        let step = (c + c) * inverse.0;
        let u = one - step;
        let u_tail = sum_tail(one, -step, u) - (c + c) * inverse.1;
        // the last two steps of the polynomial, with tails
        let rest = polynomial::<FMA, T>(&T::MILLS[2..], u);
        let slope = fma::<FMA, T>(rest, u, T::MILLS[1]);
        let slope_tail = sum_tail(T::MILLS[1], rest * u, slope);
        let step = slope * u;
        let mills = T::MILLS[0] + step;
        let lost = ((T::MILLS[0] - mills) + step) + (product_tail::<FMA, T>(slope, u, step) + T::MILLS_TAIL);
        let mills = (mills, lost + (slope_tail * u + fma::<FMA, T>(rest, u, slope) * u_tail));
        let tail = product::<FMA, T>(product::<FMA, T>(e, mills), inverse);
        let (small, small_tail) = (tail.0 * T::DOWN, tail.1 * T::DOWN);
        let rest = one - small;
        let rest_tail = ((one - rest) - small) - small_tail;
        let negative = x < T::zero();
        let phi = (if negative { tail.0 } else { rest }, if negative { tail.1 } else { rest_tail });
        let inner = if x < -T::GELU_END { -T::GELU_END } else { x };
        let (y, tail) = product::<FMA, T>((inner, T::zero()), phi);
        let y = (y + tail) * if negative { T::DOWN } else { one };
        (if x > T::GELU_END { x } else { y }).copysign(x)
    }
}

/// `x sigmoid(2y)` with `y = sqrt(2 / pi) (x + 0.044715 x^3)`, which equals `x (1 + tanh(y)) / 2`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GeluTanh;

impl<T: Elementary> Function<T> for GeluTanh {
    #[inline(always)]
    fn at<const FMA: bool>(self, x: T) -> T {
        let (t, square) = squared::<FMA, T>(x, T::GELU_END);
        let cubic = product::<FMA, T>((T::TANH_CUBIC, T::TANH_CUBIC_TAIL), square);
        let factor = T::TANH_LINEAR + cubic.0;
        let factor_tail = sum_tail(T::TANH_LINEAR, cubic.0, factor) + (cubic.1 + T::TANH_LINEAR_TAIL);
        let t = -t.copysign(x);
        let y = t * factor;
        let tail = fma::<FMA, T>(t, factor_tail, product_tail::<FMA, T>(t, factor, y));
        gated::<FMA, T>(x, T::GELU_END, y, tail)
    }
}
