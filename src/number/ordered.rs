//! The order of sorting as an order of unsigned integers: [`Ranked`], and [`Ordered`] for real elements.

use crate::Real;
use num_complex::Complex;
use std::fmt::Debug;

/// An unsigned integer that is compared instead of an element.
pub trait Rank: Ord + Copy + Debug + Default + Send + Sync + 'static {
    /// Whether it has more than 64 bits.
    const LONG: bool = false;
    /// All bits, or those above the lowest 64.
    fn high(self) -> u64;
    /// The lowest 64 bits of a longer one.
    fn low(self) -> u64 {
        0
    }
}

impl Rank for u128 {
    const LONG: bool = true;
    #[inline(always)]
    fn high(self) -> u64 {
        (self >> 64) as u64
    }
    #[inline(always)]
    fn low(self) -> u64 {
        self as u64
    }
}

/// The order of elements, real or complex. Private: it seals [`Entry`](crate::Entry).
pub trait Ranked: Copy + Debug + Default + Send + Sync + 'static {
    /// An unsigned integer.
    type Rank: Rank;
    /// Greater ranks for greater elements; -0 and 0 are ties. NaN is greater than all numbers.
    fn rank(self) -> Self::Rank;
    /// The rank with one and the same value for all NaN.
    #[inline(always)]
    fn value(self) -> Self::Rank {
        self.rank()
    }
    /// Whether it is NaN (not called `is_nan`, because floats already have that from `Float`).
    #[inline(always)]
    fn unordered(self) -> bool {
        false
    }
    /// Whether it is less; never, if one of the two is NaN.
    fn below(self, other: Self) -> bool;
}

/// An unsigned integer to sort by. Private: it seals [`Element`](crate::Element).
pub trait Key: crate::sealed::Key + Rank + Into<u64> {
    /// The next greater key.
    fn next(self) -> Option<Self>;
    /// The key with these lowest bits.
    fn from_low(bits: u64) -> Self;
}

macro_rules! key {
    ($($key:ident),*) => {$(
        impl Rank for $key {
            #[inline(always)]
            fn high(self) -> u64 {
                self.into()
            }
        }

        impl Key for $key {
            #[inline]
            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }
            #[inline]
            fn from_low(bits: u64) -> Self {
                bits as $key
            }
        }
    )*};
}

key!(u8, u16, u32, u64);

/// Maps the order of sorting to the order of unsigned integers, which are faster to compare and can be sorted
/// by digits. Private: it seals [`Element`].
pub trait Ordered: Ranked<Rank = <Self as Ordered>::Key> {
    /// An unsigned integer with as many bits as the element.
    type Key: Key + Ordered<Key = Self::Key>;
    /// Greater keys for greater elements. -0 comes directly before 0; all NaN have the same, greatest key.
    fn key(self) -> Self::Key;
    /// The element with this key.
    fn from_key(key: Self::Key) -> Self;
    /// The bits of the element.
    fn bits(self) -> Self::Key;
}

macro_rules! real {
    ($t:ident, $key:ident) => {
        impl Ordered for $t {
            type Key = $key;
            #[inline(always)]
            fn key(self) -> $key {
                const SIGN: $key = 1 << ($key::BITS - 1);
                let bits = if self.is_nan() { $t::NAN.to_bits() & !SIGN } else { self.to_bits() };
                // flips all bits of a negative number, only the sign of others
                bits ^ (((bits & SIGN) >> ($key::BITS - 1)).wrapping_neg() | SIGN)
            }
            #[inline(always)]
            fn from_key(key: $key) -> Self {
                const SIGN: $key = 1 << ($key::BITS - 1);
                $t::from_bits(key ^ ((!key >> ($key::BITS - 1)).wrapping_neg() | SIGN))
            }
            #[inline(always)]
            fn bits(self) -> $key {
                self.to_bits()
            }
        }

        impl Ranked for $t {
            type Rank = $key;
            #[inline(always)]
            fn rank(self) -> $key {
                const ZERO: $key = 1 << ($key::BITS - 1);
                if self == 0.0 { ZERO } else { self.key() }
            }
            #[inline(always)]
            fn unordered(self) -> bool {
                self.is_nan()
            }
            #[inline(always)]
            fn below(self, other: $t) -> bool {
                self < other
            }
        }
    };
}

macro_rules! integer {
    ($t:ident, $key:ident, $flip:expr) => {
        impl Ordered for $t {
            type Key = $key;
            #[inline(always)]
            fn key(self) -> $key {
                self as $key ^ $flip
            }
            #[inline(always)]
            fn from_key(key: $key) -> Self {
                (key ^ $flip) as $t
            }
            #[inline(always)]
            fn bits(self) -> $key {
                self as $key
            }
        }

        whole!($t, $key);
    };
}

/// Ranks of integers and `bool`: their keys.
macro_rules! whole {
    ($t:ident, $key:ident) => {
        impl Ranked for $t {
            type Rank = $key;
            #[inline(always)]
            fn rank(self) -> $key {
                self.key()
            }
            #[inline(always)]
            fn below(self, other: $t) -> bool {
                self < other
            }
        }
    };
}

real!(f32, u32);
real!(f64, u64);
integer!(i8, u8, 1 << 7);
integer!(i16, u16, 1 << 15);
integer!(i32, u32, 1 << 31);
integer!(i64, u64, 1 << 63);
integer!(u8, u8, 0);
integer!(u16, u16, 0);
integer!(u32, u32, 0);
integer!(u64, u64, 0);

impl Ordered for bool {
    type Key = u8;
    #[inline(always)]
    fn key(self) -> u8 {
        u8::from(self)
    }
    #[inline(always)]
    fn from_key(key: u8) -> Self {
        key != 0
    }
    #[inline(always)]
    fn bits(self) -> u8 {
        self.key()
    }
}

whole!(bool, u8);

impl<R: Real> Ranked for Complex<R> {
    type Rank = u128;
    #[inline]
    fn rank(self) -> u128 {
        // the keys after that of infinity belong to no number
        const AFTER: u64 = 0xfff0_0000_0000_0001;
        let (re, im) = (self.re.f64(), self.im.f64());
        let (high, low) = match (re.is_nan(), im.is_nan()) {
            (false, false) => (re.rank(), im.rank()),
            (false, true) => (AFTER, re.rank()),
            (true, false) => (AFTER + 1, im.rank()),
            (true, true) => (u64::MAX, u64::MAX),
        };
        u128::from(high) << 64 | u128::from(low)
    }
    #[inline]
    fn value(self) -> u128 {
        if self.unordered() { u128::MAX } else { self.rank() }
    }
    #[inline(always)]
    fn unordered(self) -> bool {
        self.re.is_nan() | self.im.is_nan()
    }
    #[inline(always)]
    fn below(self, other: Self) -> bool {
        let (first, then) = (self.re < other.re, (self.re == other.re) & (self.im < other.im));
        (first & !self.im.is_nan() & !other.im.is_nan()) | then
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Element;
    use num_complex::{Complex32, Complex64};

    fn check<T: Element>(ascending: &[T]) {
        for pair in ascending.windows(2) {
            assert!(pair[0].key() < pair[1].key(), "{pair:?}");
        }
        for &x in ascending {
            assert_eq!(format!("{x:?}"), format!("{:?}", T::from_key(x.key())));
        }
    }

    #[test]
    fn ranks_of_complex_numbers_are_in_numpys_order() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        let numbers = [-inf, -1.0, 0.0, 1.0, inf];
        let all = |re: &[f64], im: &[f64]| {
            re.iter().flat_map(|&re| im.iter().map(move |&im| Complex64::new(re, im))).collect::<Vec<_>>()
        };
        let mut ascending = all(&numbers, &numbers);
        let count = ascending.len();
        ascending.extend([all(&numbers, &[nan]), all(&[nan], &numbers), all(&[nan], &[-nan])].concat());
        for (i, x) in ascending.iter().enumerate() {
            for (j, y) in ascending.iter().enumerate() {
                assert_eq!(x.rank().cmp(&y.rank()), i.cmp(&j), "{x} {y}");
                let narrow = |x: &Complex64| Complex32::new(x.re as f32, x.im as f32);
                assert_eq!(narrow(x).rank(), x.rank());
                let both = i < count && j < count;
                assert_eq!(x.below(*y), both && i < j, "{x} {y}");
                assert_eq!(narrow(x).below(narrow(y)), both && i < j);
                assert_eq!(x.value() == y.value(), i == j || i.min(j) >= count, "{x} {y}");
            }
        }
        for zero in all(&[0.0, -0.0], &[0.0, -0.0]) {
            assert_eq!(zero.rank(), Complex64::default().rank());
            assert!(!zero.below(Complex64::default()) && !Complex64::default().below(zero));
        }
    }

    #[test]
    fn keys_are_in_order_and_turn_back() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        check(&[-inf, f64::MIN, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1.0, f64::MAX, inf, nan]);
        check(&[f32::NEG_INFINITY, -1.0, -1e-45, -0.0, 0.0, 1e-45, 1.0, f32::INFINITY, f32::NAN]);
        check(&[i8::MIN, -1, 0, 1, i8::MAX]);
        check(&[i16::MIN, -1, 0, 1, i16::MAX]);
        check(&[i32::MIN, -1, 0, 1, i32::MAX]);
        check(&[i64::MIN, -1, 0, 1, i64::MAX]);
        check(&[0u8, 1, 255]);
        check(&[0u16, 1, u16::MAX]);
        check(&[0u32, 1, u32::MAX]);
        check(&[0u64, 1, u64::MAX]);
        check(&[false, true]);
        assert_eq!((-nan).key(), nan.key());
        assert_eq!(f64::from_bits(u64::MAX).key(), nan.key());
    }
}
