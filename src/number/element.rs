//! [`Entry`] and [`Element`]: the elements of statistics, reductions and sorting.

use crate::memory::check_memory;
use crate::{ErrorKind, Real, Result, Scalar};
use ndarray::{ArrayView2, CowArray, Ix2};
use num_complex::{Complex, Complex32, Complex64};
use std::fmt::Debug;

/// An element of reductions, means and sorting: an [`Element`], [`Complex32`] or [`Complex64`]. Sealed.
///
/// Complex numbers are in NumPy's order: by the real part, ties by the imaginary one. One is NaN if a part
/// is; sorting puts `1 + NaN i` after all numbers, `NaN + 1 i` after these, and `NaN + NaN i` last, each kind
/// in the order of its other part.
#[diagnostic::on_unimplemented(
    message = "statistics, reductions and sorting do not take `{Self}`",
    label = "not an element of statistics",
    note = "elements are f32, f64, i8 to i64, u8 to u64, bool, Complex32 and Complex64; convert others first, as by `x.mapv(f64::from)` or `x.mapv(i64::from)`"
)]
pub trait Entry: crate::sealed::Entry + Copy + PartialEq + Debug + Default + Send + Sync + 'static {
    /// The type of its mean and its median, as in NumPy: `Self` for real and complex numbers, `f64` for the
    /// others.
    type Location: Entry;
    /// The type of its variance and of its weights: that of the real part of the mean.
    type Spread: Real;
}

/// A real element of statistics, reductions and sorting: `f32`, `f64`, an integer of 8 to 64 bits (`i8` to
/// `i64`, `u8` to `u64`) or `bool`. Sealed.
///
/// Functions with this bound, or with [`Averaged`], take real elements only; see [`Entry`] for those that
/// take complex numbers, too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real element of statistics, reductions and sorting",
    label = "not a real element of statistics",
    note = "real elements are f32, f64, i8 to i64, u8 to u64 and bool; convert others first, as by `x.mapv(f64::from)`, `x.mapv(i64::from)` or `x.mapv(|x| x.re)`"
)]
pub trait Element: Entry + crate::sealed::Element + PartialOrd {
    /// The type of its mean, as in NumPy: `Self` for `f32` and `f64`, `f64` for the others.
    type Mean: Real + Element;

    /// The value as `f64`: exact, except for 64-bit integers beyond 2^53.
    fn as_f64(self) -> f64;

    /// The least and the greatest one: infinities for reals.
    #[doc(hidden)]
    const ENDS: [Self; 2];

    /// One of three types for sums in `f64`: `f32`, `i32` for integers that it holds, `f64` for all others.
    #[doc(hidden)]
    type Wide: Element<Mean = Self::Mean, Wide = Self::Wide>;

    /// The value as `Wide`.
    #[doc(hidden)]
    fn wide(self) -> Self::Wide;

    /// The elements as `Wide`; stored in the vector if they are of another type.
    #[doc(hidden)]
    fn all_wide<'a>(x: &'a [Self], room: &'a mut Vec<Self::Wide>) -> &'a [Self::Wide] {
        room.clear();
        room.extend(x.iter().map(|x| x.wide()));
        room
    }

    /// The rows themselves if their elements are of the type `Wide`.
    #[doc(hidden)]
    fn wide_rows<'a>(_: &'a [&'a [Self]]) -> Option<&'a [&'a [Self::Wide]]> {
        None
    }

    /// A table of elements as their type of mean: the table itself if its elements are real.
    #[doc(hidden)]
    fn reals<'a>(x: ArrayView2<'a, Self>) -> Result<CowArray<'a, Self::Mean, Ix2>, ErrorKind>;
}

/// One of the three types of [`Element::Wide`].
pub(crate) trait Wide: Element<Wide = Self> {}
impl<T: Element<Wide = T>> Wide for T {}

/// The kind of real elements in [`HasMean`] and [`HasSum`].
#[derive(Debug)]
pub enum OfReal {}

/// The kind of integers and `bool`.
#[derive(Debug)]
pub enum OfWhole {}

/// The kind of complex numbers.
#[derive(Debug)]
pub enum OfComplex {}

/// An element that has a mean, as in NumPy: of the same type for real and complex numbers, `f64` for integers
/// and `bool`. Sealed.
///
/// `K` is the kind of the element, real, integer or complex; the compiler infers it. With it, the compiler
/// also knows the type of the mean of literals: `mean(&array![1., 2.])?` and `mean(&array![1, 2])?`.
#[diagnostic::on_unimplemented(
    message = "there are no statistics of `{Self}`: only of `f32`, `f64`, `i8` to `i64`, `u8` to `u64`, `bool` and complex numbers",
    note = "convert the array: `x.mapv(f64::from)`, or `x.mapv(|x| x as f64)`"
)]
pub trait HasMean<K>:
    Entry<Location = <Self as HasMean<K>>::Average, Spread = <Self as HasMean<K>>::Deviation>
{
    /// The type of the mean.
    type Average: Entry + Scalar<Real = Self::Deviation>;
    /// The type of the variance and of weights, which are real.
    type Deviation: Real;
}

impl<T: Real> HasMean<OfReal> for T {
    type Average = T;
    type Deviation = T;
}

impl<T: Whole> HasMean<OfWhole> for T {
    type Average = f64;
    type Deviation = f64;
}

#[diagnostic::do_not_recommend]
impl<R: Real> HasMean<OfComplex> for Complex<R>
where
    Complex<R>: Entry<Location = Complex<R>, Spread = R> + Scalar<Real = R>,
{
    type Average = Complex<R>;
    type Deviation = R;
}

/// A real element that has a mean, and all statistics: see [`HasMean`]. Sealed.
#[diagnostic::on_unimplemented(
    message = "there are no such statistics of `{Self}`: only of `f32`, `f64`, `i8` to `i64`, `u8` to `u64` and `bool`",
    note = "convert the array: `x.mapv(f64::from)`, or `x.mapv(|x| x as f64)`; of complex numbers, take a part or `x.mapv(|x| x.norm())`"
)]
pub trait Averaged<K>:
    Element<Mean = <Self as HasMean<K>>::Average>
    + HasMean<K, Average: Real, Deviation = <Self as HasMean<K>>::Average>
{
}

impl<T: Real> Averaged<OfReal> for T {}

impl<T: Whole> Averaged<OfWhole> for T {}

/// An element that has sums and products, as in NumPy: of the same type for real and complex numbers, `i64`
/// for integers and `bool`. Sealed.
///
/// In NumPy those of unsigned integers are unsigned. Here they are `i64` for `u8`, `u16` and `u32`, the same
/// numbers up to 2^63, and `u64` has none: with a second type, the compiler could not tell the type of the
/// sum of literals.
///
/// `K` is the kind of the element, as in [`HasMean`].
#[diagnostic::on_unimplemented(
    message = "there is no sum of `{Self}`: only of `f32`, `f64`, `i8` to `i64`, `u8` to `u32`, `bool` and complex numbers",
    note = "convert the array: `x.mapv(f64::from)`, or `x.mapv(|x| x as i64)`"
)]
pub trait HasSum<K>: Entry<Sum = <Self as HasSum<K>>::Total> {
    /// The type of the sum.
    type Total: Entry;
}

impl<T: Real> HasSum<OfReal> for T {
    type Total = T;
}

impl<T: Whole<Sum = i64>> HasSum<OfWhole> for T {
    type Total = i64;
}

#[diagnostic::do_not_recommend]
impl<R: Real> HasSum<OfComplex> for Complex<R>
where
    Complex<R>: Entry<Sum = Complex<R>>,
{
    type Total = Complex<R>;
}

/// A real element that has sums and products: see [`HasSum`]. Sealed.
#[diagnostic::on_unimplemented(
    message = "there is no real sum of `{Self}`: only of `f32`, `f64`, `i8` to `i64`, `u8` to `u32` and `bool`",
    note = "convert the array: `x.mapv(f64::from)`, or `x.mapv(|x| x as i64)`"
)]
pub trait Summed<K>: Element + HasSum<K, Total: Element> {}

impl<T: Real> Summed<OfReal> for T {}

impl<T: Whole<Sum = i64>> Summed<OfWhole> for T {}

/// An integer or `bool`. Private: it seals [`HasMean`].
pub trait Whole: Element<Mean = f64, Location = f64, Spread = f64> {}

/// Sums and products. Private: it seals [`Entry`].
pub trait Accumulate: Sized {
    /// The type of its sums and products: `i64` for integers but `u64` and for `bool`, `Self` for the others.
    type Sum: Entry<Sum = Self::Sum>;
    /// The element as a sum.
    fn widen(self) -> Self::Sum;
    /// The value of an integer or `bool`, `None` for a real number.
    fn whole(self) -> Option<i128> {
        None
    }
    /// 1, or true.
    const UNIT: Self;
    /// The sum; it wraps around.
    fn plus(self, other: Self) -> Self;
    /// The product; it wraps around.
    fn times(self, other: Self) -> Self;
    /// The difference; it wraps around, and is whether they differ for `bool`.
    fn minus(self, other: Self) -> Self;
}

/// Sums and products of the type of the elements.
macro_rules! floating {
    ($t:ident, $unit:expr) => {
        impl Accumulate for $t {
            type Sum = $t;
            #[inline(always)]
            fn widen(self) -> $t {
                self
            }
            const UNIT: $t = $unit;
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self + other
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self * other
            }
            #[inline(always)]
            fn minus(self, other: $t) -> $t {
                self - other
            }
        }
    };
}

macro_rules! real {
    ($t:ident) => {
        floating!($t, 1.0);

        impl Entry for $t {
            type Location = $t;
            type Spread = $t;
        }

        impl Element for $t {
            type Mean = $t;
            #[inline(always)]
            fn as_f64(self) -> f64 {
                f64::from(self)
            }
            const ENDS: [$t; 2] = [$t::NEG_INFINITY, $t::INFINITY];
            type Wide = $t;
            #[inline(always)]
            fn wide(self) -> $t {
                self
            }
            fn all_wide<'a>(x: &'a [$t], _: &'a mut Vec<$t>) -> &'a [$t] {
                x
            }
            fn wide_rows<'a>(rows: &'a [&'a [$t]]) -> Option<&'a [&'a [$t]]> {
                Some(rows)
            }
            fn reals<'a>(x: ArrayView2<'a, $t>) -> Result<CowArray<'a, $t, Ix2>, ErrorKind> {
                Ok(x.into())
            }
        }
    };
}

/// [`Element::reals`] for integers and `bool`.
fn whole_as_f64<T: Element<Mean = f64>>(
    x: ArrayView2<'_, T>,
) -> Result<CowArray<'static, f64, Ix2>, ErrorKind> {
    check_memory::<f64>(x.len())?;
    Ok(x.mapv(T::as_f64).into())
}

macro_rules! integer {
    ($t:ident, $sum:ident, $wide:ident) => {
        impl Accumulate for $t {
            type Sum = $sum;
            #[inline(always)]
            fn widen(self) -> $sum {
                self as $sum
            }
            #[inline(always)]
            fn whole(self) -> Option<i128> {
                Some(i128::from(self))
            }
            const UNIT: $t = 1;
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self.wrapping_mul(other)
            }
            #[inline(always)]
            fn minus(self, other: $t) -> $t {
                self.wrapping_sub(other)
            }
        }

        impl Entry for $t {
            type Location = f64;
            type Spread = f64;
        }

        impl Element for $t {
            type Mean = f64;
            #[inline(always)]
            fn as_f64(self) -> f64 {
                self as f64
            }
            const ENDS: [$t; 2] = [$t::MIN, $t::MAX];
            type Wide = $wide;
            #[inline(always)]
            fn wide(self) -> $wide {
                self as $wide
            }
            fn reals<'a>(x: ArrayView2<'a, $t>) -> Result<CowArray<'a, f64, Ix2>, ErrorKind> {
                whole_as_f64(x)
            }
        }
    };
}

macro_rules! complex {
    ($t:ident, $real:ident) => {
        floating!($t, $t::new(1.0, 0.0));

        impl Entry for $t {
            type Location = $t;
            type Spread = $real;
        }
    };
}

complex!(Complex32, f32);
complex!(Complex64, f64);
real!(f32);
real!(f64);
integer!(i8, i64, i32);
integer!(i16, i64, i32);
integer!(i32, i64, i32);
integer!(i64, i64, f64);
integer!(u8, i64, i32);
integer!(u16, i64, i32);
integer!(u32, i64, f64);
integer!(u64, u64, f64);

impl Whole for i8 {}
impl Whole for i16 {}
impl Whole for i32 {}
impl Whole for i64 {}
impl Whole for u8 {}
impl Whole for u16 {}
impl Whole for u32 {}
impl Whole for u64 {}
impl Whole for bool {}

impl Accumulate for bool {
    type Sum = i64;
    #[inline(always)]
    fn widen(self) -> i64 {
        i64::from(self)
    }
    #[inline(always)]
    fn whole(self) -> Option<i128> {
        Some(i128::from(self))
    }
    const UNIT: bool = true;
    #[inline(always)]
    fn plus(self, other: bool) -> bool {
        self | other
    }
    #[inline(always)]
    fn times(self, other: bool) -> bool {
        self & other
    }
    #[inline(always)]
    fn minus(self, other: bool) -> bool {
        self ^ other
    }
}

impl Entry for bool {
    type Location = f64;
    type Spread = f64;
}

impl Element for bool {
    type Mean = f64;
    #[inline(always)]
    fn as_f64(self) -> f64 {
        f64::from(u8::from(self))
    }
    const ENDS: [bool; 2] = [false, true];
    type Wide = i32;
    #[inline(always)]
    fn wide(self) -> i32 {
        i32::from(self)
    }
    fn reals<'a>(x: ArrayView2<'a, bool>) -> Result<CowArray<'a, f64, Ix2>, ErrorKind> {
        whole_as_f64(x)
    }
}
