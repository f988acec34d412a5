//! Numbers of twice the precision: sums and products with their rounding errors.

use crate::Real;
use crate::number::PowerOfTwo;

/// Returns the rounded sum and its error.
#[inline(always)]
pub(crate) fn exact_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let of_y = sum - x;
    (sum, (x - (sum - of_y)) + (y - of_y))
}

/// Returns the rounded product and its error, unless it underflows or overflows. The factors are split in
/// halves, since not every processor has a fused multiply-add.
#[inline(always)]
pub(crate) fn exact_product(x: f64, y: f64) -> (f64, f64) {
    let halves = |x: f64| {
        let high = f64::from_bits(x.to_bits() & (!0 << 27));
        (high, x - high)
    };
    let ((x1, x2), (y1, y2)) = (halves(x), halves(y));
    let product = x * y;
    (product, ((x1 * y1 - product) + x1 * y2 + x2 * y1) + x2 * y2)
}

/// The sum of two numbers, the second of which is at most a rounding error of the first.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Twofold {
    pub(crate) hi: f64,
    pub(crate) lo: f64,
}

impl From<f64> for Twofold {
    #[inline(always)]
    fn from(x: f64) -> Self {
        Twofold { hi: x, lo: 0.0 }
    }
}

impl Twofold {
    pub(crate) const ZERO: Twofold = Twofold { hi: 0.0, lo: 0.0 };

    /// Returns the exact sum.
    #[inline(always)]
    pub(crate) fn sum(x: f64, y: f64) -> Self {
        let (hi, lo) = exact_sum(x, y);
        Twofold { hi, lo }
    }

    /// Returns the product with twice the digits, unless it underflows or overflows.
    #[inline(always)]
    pub(crate) fn product(x: f64, y: f64) -> Self {
        let (hi, lo) = exact_product(x, y);
        Twofold { hi, lo }
    }

    #[inline(always)]
    pub(crate) fn plus(self, other: Self) -> Self {
        let sum = Twofold::sum(self.hi, other.hi);
        let rest = Twofold::sum(self.lo, other.lo);
        let sum = Twofold::sum(sum.hi, sum.lo + rest.hi);
        Twofold::sum(sum.hi, sum.lo + rest.lo)
    }

    #[inline(always)]
    pub(crate) fn times(self, other: Self) -> Self {
        let product = Twofold::product(self.hi, other.hi);
        Twofold::sum(product.hi, product.lo + (self.hi * other.lo + self.lo * other.hi))
    }

    /// As [`times`](Self::times).
    #[inline(always)]
    pub(crate) fn by(self, factor: f64) -> Self {
        self.times(Twofold::from(factor))
    }

    /// Returns the quotient of numbers far from the largest and the smallest ones.
    #[inline(always)]
    pub(crate) fn quotient(self, divisor: f64) -> Self {
        let hi = self.hi / divisor;
        let back = Twofold::product(hi, divisor);
        let correction = (((self.hi - back.hi) - back.lo) + self.lo) / divisor;
        let sum = hi + correction;
        Twofold { hi: sum, lo: correction - (sum - hi) }
    }

    #[inline]
    pub(crate) fn over(self, divisor: f64) -> Self {
        // a power of two
        if divisor.to_bits() << 12 == 0 {
            return Twofold { hi: self.hi / divisor, lo: self.lo / divisor };
        }
        // the product below may overflow by rounding
        if self.hi.abs() > f64::MAX / 4.0 && self.hi.is_finite() {
            let half = Twofold { hi: self.hi / 2.0, lo: self.lo / 2.0 }.over(divisor);
            return Twofold { hi: half.hi * 2.0, lo: half.lo * 2.0 };
        }
        self.quotient(divisor)
    }

    /// As [`over`](Self::over), but without the second number.
    #[inline]
    pub(crate) fn over_rounded(self, divisor: f64) -> Self {
        if self.lo == 0.0 { Twofold::from(self.hi / divisor) } else { self.over(divisor) }
    }

    /// Adds a number that is small, or for which the addition is exact.
    #[inline]
    fn plus_small(self, x: f64) -> Self {
        Twofold::sum(self.hi, self.lo + x)
    }

    /// Subtracts `n` times the square of `x`, in as much precision as affects the result.
    #[inline]
    pub(crate) fn less_squares(self, n: f64, x: Self) -> Self {
        let squares = n * (x.hi * x.hi);
        if squares < self.hi * (1.0 / 4096.0) {
            return self.plus_small(-squares);
        }
        self.plus(x.times(x).by(-n))
    }

    /// Returns the number rounded to `T`, and the remainder.
    pub(crate) fn with_rest<T: Real>(self) -> (T, T) {
        let rounded = T::of(self.hi);
        (rounded, T::of((self.hi - rounded.f64()) + self.lo))
    }

    /// Multiplies by a power of two.
    pub(crate) fn scaled(self, power: PowerOfTwo) -> Self {
        Twofold { hi: power.times(self.hi), lo: power.times(self.lo) }
    }
}

const LANES: usize = 8;

dispatched! {
    /// Adds `row` times the residual `b - row · x` to `high` and `low`, the two parts of its sums.
    pub(crate) fn add_residual<T: Real>(row: &[T], b: f64, x: &[f64], high: &mut [f64], low: &mut [f64]) {
        let (mut sums, mut errors) = ([0.0; LANES], [0.0; LANES]);
        let mut add = |lane: usize, a: T, x: f64| {
            let (product, error) = exact_product(a.f64(), x);
            let (sum, rest) = exact_sum(sums[lane], product);
            sums[lane] = sum;
            errors[lane] += rest + error;
        };
        let whole = row.len() - row.len() % LANES;
        for (row, x) in row[..whole].chunks_exact(LANES).zip(x.chunks_exact(LANES)) {
            for lane in 0..LANES {
                add(lane, row[lane], x[lane]);
            }
        }
        for (lane, (&a, &x)) in row[whole..].iter().zip(&x[whole..]).enumerate() {
            add(lane, a, x);
        }
        let (mut residual, mut rest) = (b, 0.0);
        for lane in 0..LANES {
            let (sum, error) = exact_sum(residual, -sums[lane]);
            residual = sum;
            rest += error - errors[lane];
        }
        let (residual, rest) = exact_sum(residual, rest);
        for ((&a, high), low) in row.iter().zip(high).zip(low) {
            let a = a.f64();
            let (product, error) = exact_product(a, residual);
            let (sum, carry) = exact_sum(*high, product);
            *high = sum;
            *low += carry + error + a * rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The residuals of numbers that cancel, exact in integers.
    #[test]
    fn residuals_have_twice_the_precision() {
        for n in [1, 2, 7, 8, 9, 31] {
            // products of more than 53 bits, whose sum is `b` but for one
            let row: Vec<f64> = (0..n).map(|i| (1u64 << 40) as f64 + f64::from(i)).collect();
            let x: Vec<f64> = (0..n).map(|i| f64::from(1 << 20) - f64::from(3 * i)).collect();
            let sum: i128 = row.iter().zip(&x).map(|(&a, &x)| a as i128 * x as i128).sum();
            let b = sum as f64;
            let residual = b as i128 - sum;
            let (mut high, mut low) = (vec![0.0; row.len()], vec![0.0; row.len()]);
            add_residual(&row, b, &x, &mut high, &mut low);
            for ((&a, high), low) in row.iter().zip(high).zip(low) {
                assert_eq!(high as i128 + low as i128, a as i128 * residual, "{n}");
            }
        }
    }
}
