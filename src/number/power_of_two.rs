//! Scaling by powers of two, which is exact.

use crate::{Real, Scalar};
use num_traits::Float;

/// Multiplication by 2^exponent, exact unless the result underflows. It takes several steps, because the
/// power itself may not be representable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PowerOfTwo(i32);

impl PowerOfTwo {
    /// The power that brings `x` between 0.5 and 2; 2^0 (no scaling) if `x` is between 1 / `limit`
    /// and `limit`, zero, infinite or NaN.
    pub(crate) fn to_unit<T: Real>(x: T, limit: T) -> Self {
        let moderate = x.is_zero() || !x.is_finite() || (x <= limit && x >= limit.recip());
        if moderate { Self::none() } else { Self::near(x).inverse() }
    }

    /// The largest power that does not exceed `x`, which is positive and finite.
    pub(crate) fn near<T: Real>(x: T) -> Self {
        PowerOfTwo(x.log2().floor().to_i32().unwrap_or(0))
    }

    pub(crate) fn of(exponent: i32) -> Self {
        PowerOfTwo(exponent)
    }

    pub(crate) fn at_most(self, exponent: i32) -> Self {
        PowerOfTwo(self.0.min(exponent))
    }

    /// Raises the factor to the power `order`.
    pub(crate) fn to(self, order: i32) -> Self {
        PowerOfTwo(self.0.saturating_mul(order).clamp(-1 << 20, 1 << 20))
    }

    /// Multiplication by 1.
    pub(crate) fn none() -> Self {
        PowerOfTwo(0)
    }

    pub(crate) fn inverse(self) -> Self {
        PowerOfTwo(-self.0)
    }

    /// The product of both factors.
    pub(crate) fn and(self, other: Self) -> Self {
        PowerOfTwo(self.0 + other.0)
    }

    pub(crate) fn exponent(self) -> i32 {
        self.0
    }

    pub(crate) fn is_one(self) -> bool {
        self.0 == 0
    }

    /// Multiplies all of `x`.
    pub(crate) fn scale<T: Scalar>(self, x: &mut [T]) {
        if !self.is_one() {
            x.iter_mut().for_each(|x| *x = self.times(*x));
        }
    }

    pub(crate) fn times<T: Scalar>(self, x: T) -> T {
        // divides part by part: the complex product makes NaN of an infinite part
        let power = |e: i32| Float::powi(T::Real::of(2.0), -e);
        // powers that are infinite or 0 would make NaN of a part that is 0
        let most = if size_of::<T::Real>() == 8 { 1022 } else { 126 };
        let within = |exponent: i32| exponent.clamp(-most, most);
        if self.is_one() {
            return x;
        }
        let first = within(self.0 / 2);
        let second = within(self.0 - self.0 / 2);
        let rest = within(self.0 - first - second);
        let x = x.div_real(power(first)).div_real(power(second));
        if rest == 0 { x } else { x.div_real(power(rest)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::{Complex32, Complex64};

    #[test]
    fn powers_beyond_the_range_make_no_nan() {
        for exponent in [300, 2100, 2200, 5000, 1 << 20] {
            let power = PowerOfTwo::of(exponent);
            let large = Complex32::new(f32::INFINITY, 0.0);
            assert_eq!(power.times(Complex32::new(1e-45, 0.0)), large);
            assert_eq!(power.inverse().times(Complex32::new(f32::MAX, 0.0)), Complex32::default());
            if exponent >= 2100 {
                assert_eq!(power.times(Complex64::new(5e-324, 0.0)), Complex64::new(f64::INFINITY, 0.0));
                assert_eq!(power.inverse().times(Complex64::new(f64::MAX, 0.0)), Complex64::default());
            }
        }
    }

    #[test]
    fn powers_of_two_scale_exactly_over_the_whole_range() {
        for x in [5e-324_f64, 1e-310, 2.3e-308, 1e-200, 1.0, 3.0, 1e200, f64::MAX] {
            let power = PowerOfTwo::to_unit(x, 1.5);
            let unit: f64 = power.times(x);
            assert!((0.5..=2.0).contains(&unit), "{x} became {unit}");
            assert_eq!(power.inverse().times(unit), x);
        }
        assert!([0.0, f64::NAN, f64::INFINITY, 1e10].iter().all(|&x| PowerOfTwo::to_unit(x, 1e20).is_one()));
        assert_eq!(PowerOfTwo::to_unit(f32::MIN_POSITIVE / 8.0, 1.0).times(f32::MIN_POSITIVE / 8.0), 1.0);
    }
}
