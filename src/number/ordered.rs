//! [`Ordered`]: the order of sorting as an order of unsigned integers.

use std::fmt::Debug;

/// An unsigned integer to sort by. Private: it seals [`Element`](crate::Element).
pub trait Key: crate::sealed::Key + Ord + Copy + Debug + Default + Send + Sync + Into<u64> + 'static {
    /// The next greater key.
    fn next(self) -> Option<Self>;
    /// The key with these lowest bits.
    fn from_low(bits: u64) -> Self;
}

macro_rules! key {
    ($($key:ident),*) => {$(
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
pub trait Ordered: Copy {
    /// An unsigned integer with as many bits as the element.
    type Key: Key + Ordered<Key = Self::Key>;
    /// Greater keys for greater elements. -0 comes directly before 0; all NaN have the same, greatest key.
    fn key(self) -> Self::Key;
    /// The element with this key.
    fn from_key(key: Self::Key) -> Self;
    /// The bits of the element.
    fn bits(self) -> Self::Key;
    /// Whether it is NaN (not called `is_nan`, because floats already have that from `Float`).
    fn unordered(self) -> bool {
        false
    }
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
            #[inline(always)]
            fn unordered(self) -> bool {
                self.is_nan()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Element;

    fn check<T: Element>(ascending: &[T]) {
        for pair in ascending.windows(2) {
            assert!(pair[0].key() < pair[1].key(), "{pair:?}");
        }
        for &x in ascending {
            assert_eq!(format!("{x:?}"), format!("{:?}", T::from_key(x.key())));
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
