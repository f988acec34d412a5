//! The number types, all sealed: [`Scalar`] and [`Real`] for linear algebra, [`Entry`] and [`Element`] for
//! statistics, reductions and sorting.
//!
//! All layers of the crate are written for these traits.

mod element;
mod ordered;
mod power_of_two;

pub(crate) use element::{Accumulate, Wide};
pub use element::{Averaged, Element, Entry, HasMean, HasSum, Summed};
pub(crate) use ordered::{Key, Ordered, Rank, Ranked};
pub(crate) use power_of_two::PowerOfTwo;

use ndarray::{LinalgScalar, ScalarOperand};
use num_complex::{Complex, Complex32, Complex64};
use num_traits::{Float, FloatConst, FromPrimitive, NumAssign, NumCast};
use std::fmt::{Debug, Display, LowerExp, UpperExp};
use std::iter::{Product, Sum};
use std::ops::Neg;

/// A number with a real part. Private: part of the seal of [`Scalar`].
///
/// The two blanket implementations let the compiler accept a literal such as `1.` before it knows its type.
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
/// `T::Real` is the type of its real part: `f32` or `f64`. `Scalar` implies the traits of `num-traits` and of
/// the standard library that generic code usually needs, so the bound `T: Scalar` is enough.
#[diagnostic::on_unimplemented(
    message = "linear algebra takes real and complex floats, not `{Self}`",
    label = "not an element of linear algebra",
    note = "`{Self}` matrices have no `solve`, `svd` and the like: elements are f32, f64, Complex32 and Complex64; convert others first, as by `a.mapv(f64::from)`"
)]
pub trait Scalar:
    Parts
    + crate::sealed::Scalar
    + crate::Number
    + LinalgScalar
    + ScalarOperand
    + NumAssign
    + NumCast
    + FromPrimitive
    + Neg<Output = Self>
    + Sum
    + Product
    + Debug
    + Display
    + LowerExp
    + UpperExp
    + Default
    + Send
    + Sync
{
    /// The number with this real part and imaginary part 0.
    fn from_real(re: Self::Real) -> Self;
    /// The real part.
    fn re(self) -> Self::Real;
    /// The imaginary part; 0 for a real type.
    fn im(self) -> Self::Real;
    /// The complex conjugate; the number itself for a real type.
    fn conj(self) -> Self;
    /// The absolute value, without intermediate overflow or underflow.
    fn modulus(self) -> Self::Real;
    /// The square of the absolute value.
    fn norm_sqr(self) -> Self::Real;
    /// The quotient by a real number, part by part: the complex quotient can overflow in intermediate
    /// results.
    fn div_real(self, divisor: Self::Real) -> Self;
    /// The same value as a complex number.
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
    + FloatConst
    + Element<Sum = Self, Mean = Self, Wide = Self, Location = Self, Spread = Self>
    + crate::sealed::Real
{
    /// A power of two near the square root of the largest finite value: sums of squares of values between its
    /// reciprocal and itself neither overflow nor underflow.
    const SAFE: Self;
    /// The exponent of [`SAFE`](Self::SAFE).
    #[doc(hidden)]
    const SAFE_EXPONENT: u16;
    /// The nearest value; for constants and counts.
    fn of(x: f64) -> Self;
    /// The value as `f64`, exactly.
    fn f64(self) -> f64;
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
                <f64 as From<$real>>::from(self)
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

// 2^48 and 2^480: the sum of 2^31 squares of such a number is still finite.
scalar!(f32, Complex32, 48, (1u64 << 48) as f32);
scalar!(f64, Complex64, 480, f64::from_bits((1023 + 480) << 52));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_numbers_can_be_squared_and_summed() {
        fn check<T: Real>() {
            let many = T::of(<f64 as From<u32>>::from(1 << 31));
            assert!((T::SAFE * T::SAFE * many).is_finite());
            assert!((T::SAFE.recip() * T::SAFE.recip()).is_normal());
            assert_eq!(T::SAFE.f64().log2(), <f64 as From<u16>>::from(T::SAFE_EXPONENT));
        }
        check::<f32>();
        check::<f64>();
    }
}
