//! The number types: [`Real`] and [`Scalar`], both sealed.

use crate::Element;
use crate::activation::Activate;
use crate::decomposition::Components;
use crate::simd::elementary::Elementary;
use crate::stats::Tables;
use ndarray::{LinalgScalar, ScalarOperand};
use num_complex::{Complex, Complex32, Complex64};
use num_traits::{Float, NumAssign};
use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::Neg;

/// A number with a real part. Private: part of the seal of [`Scalar`].
///
/// The two implementations for all types are what the compiler finds for a literal such as `1.` before it knows its type.
pub trait Parts {
    /// The type of its real part: `f32` or `f64`.
    type Real: Real;
}

impl<R: Real> Parts for R {
    type Real = R;
}

impl<R: Real> Parts for Complex<R> {
    type Real = R;
}

/// An element of linear algebra: `f32`, `f64`, [`Complex32`] or [`Complex64`]. Sealed.
///
/// `T::Real` is the type of its real part: `f32` or `f64`.
#[diagnostic::on_unimplemented(
    message = "linear algebra takes real and complex floats, not `{Self}`",
    label = "not an element of linear algebra",
    note = "elements are f32, f64, Complex32 and Complex64; convert others first, as by `a.mapv(f64::from)`"
)]
pub trait Scalar:
    Parts
    + crate::backend::Engine
    + crate::linalg::Norms
    + crate::linalg::Factorizations
    + crate::Number
    + LinalgScalar
    + ScalarOperand
    + NumAssign
    + Neg<Output = Self>
    + Sum
    + Debug
    + Display
    + Default
    + Send
    + Sync
{
    /// The number with this real part and no imaginary part.
    fn from_real(re: Self::Real) -> Self;
    /// The real part.
    fn re(self) -> Self::Real;
    /// The imaginary part; 0 for a real type.
    fn im(self) -> Self::Real;
    /// The complex conjugate; the number itself for a real type.
    fn conj(self) -> Self;
    /// The absolute value, without overflow or underflow in between.
    fn modulus(self) -> Self::Real;
    /// The square of the absolute value.
    fn norm_sqr(self) -> Self::Real;
    /// The quotient by a real number: of both parts, unlike the complex quotient, which overflows in between.
    fn div_real(self, divisor: Self::Real) -> Self;
    /// The complex number of equal value.
    fn complex(self) -> Complex<Self::Real> {
        Complex::new(self.re(), self.im())
    }
}

/// A real element: `f32` or `f64`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real number: `f32` or `f64`",
    note = "convert the array: `x.mapv(f64::from)`"
)]
pub trait Real:
    Scalar<Real = Self>
    + Float
    + Element<Sum = Self, Mean = Self, Wide = Self>
    + Elementary
    + Activate
    + Tables
    + Components
{
    /// A power of two near the square root of the largest finite value: sums of squares of values up to here, and
    /// down to its reciprocal, neither overflow nor underflow.
    const SAFE: Self;
    /// The exponent of [`SAFE`](Self::SAFE).
    #[doc(hidden)]
    const SAFE_EXPONENT: u16;
    /// The nearest value; for constants and for counts.
    fn of(x: f64) -> Self;
    /// The value as `f64`, exactly.
    fn f64(self) -> f64;
}

/// Multiplication by 2^exponent, exact as long as nothing underflows; in two steps, since the power itself need not be
/// representable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PowerOfTwo(i32);

impl PowerOfTwo {
    /// The power that brings `x` between 0.5 and 2, or nothing (the power 0) if `x` is between 1 / `limit` and `limit`, or is
    /// zero, infinite or NaN.
    pub(crate) fn to_unit<T: Real>(x: T, limit: T) -> Self {
        let moderate = x.is_zero() || !x.is_finite() || (x <= limit && x >= limit.recip());
        PowerOfTwo(if moderate { 0 } else { -x.log2().floor().to_i32().unwrap_or(0) })
    }

    pub(crate) fn of(exponent: i32) -> Self {
        PowerOfTwo(exponent)
    }

    pub(crate) fn at_most(self, exponent: i32) -> Self {
        PowerOfTwo(self.0.min(exponent))
    }

    /// Its power.
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

    /// The power that does what both do.
    pub(crate) fn and(self, other: Self) -> Self {
        PowerOfTwo(self.0 + other.0)
    }

    pub(crate) fn exponent(self) -> i32 {
        self.0
    }

    pub(crate) fn is_one(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn times<T: Scalar>(self, x: T) -> T {
        // by quotients, since those of both parts: the complex product makes NaN of an infinite part
        let power = |e: i32| Float::powi(T::Real::of(2.0), -e);
        if self.is_one() { x } else { x.div_real(power(self.0 / 2)).div_real(power(self.0 - self.0 / 2)) }
    }
}

macro_rules! scalar {
    ($real:ident, $complex:ident, $exponent:literal, $safe:expr) => {
        impl Scalar for $real {
            fn from_real(re: $real) -> Self {
                re
            }
            fn re(self) -> $real {
                self
            }
            fn im(self) -> $real {
                0.0
            }
            fn conj(self) -> Self {
                self
            }
            fn modulus(self) -> $real {
                $real::abs(self)
            }
            fn norm_sqr(self) -> $real {
                self * self
            }
            fn div_real(self, divisor: $real) -> Self {
                self / divisor
            }
        }

        impl Real for $real {
            const SAFE: Self = $safe;
            const SAFE_EXPONENT: u16 = $exponent;
            fn of(x: f64) -> Self {
                x as $real
            }
            fn f64(self) -> f64 {
                f64::from(self)
            }
        }

        impl Scalar for $complex {
            fn from_real(re: $real) -> Self {
                Complex::new(re, 0.0)
            }
            fn re(self) -> $real {
                self.re
            }
            fn im(self) -> $real {
                self.im
            }
            fn conj(self) -> Self {
                Complex::conj(&self)
            }
            fn modulus(self) -> $real {
                self.re.hypot(self.im)
            }
            fn norm_sqr(self) -> $real {
                Complex::norm_sqr(&self)
            }
            fn div_real(self, divisor: $real) -> Self {
                Complex::new(self.re / divisor, self.im / divisor)
            }
        }
    };
}

// 2^48 and 2^480: 2^31 squares of such a number still fit.
scalar!(f32, Complex32, 48, (1u64 << 48) as f32);
scalar!(f64, Complex64, 480, f64::from_bits((1023 + 480) << 52));

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn safe_numbers_can_be_squared_and_summed() {
        fn check<T: Real>() {
            let many = T::of(f64::from(1u32 << 31));
            assert!((T::SAFE * T::SAFE * many).is_finite());
            assert!((T::SAFE.recip() * T::SAFE.recip()).is_normal());
            assert_eq!(T::SAFE.f64().log2(), f64::from(T::SAFE_EXPONENT));
        }
        check::<f32>();
        check::<f64>();
    }
}
