//! What a distribution is.

use super::BitGenerator;

/// A distribution of values of type `T` with its parameters, checked when it is made: what
/// [`Generator::sample`](super::Generator::sample) and its kin draw from. Sealed.
pub trait Distribution<T>: sealed::Sealed {
    /// One value. `pieces` is what is left of a draw between the values of one call.
    #[doc(hidden)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, pieces: &mut Pieces) -> T;
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl<D: Sealed + ?Sized> Sealed for &D {}
}

impl<T, D: Distribution<T> + ?Sized> Distribution<T> for &D {
    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, pieces: &mut Pieces) -> T {
        D::draw(self, bits, pieces)
    }
}

/// The rest of a 32-bit draw, of which narrow integers take a part each. It ends with the call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pieces {
    bits: u32,
    left: u32,
}

impl Pieces {
    /// The lowest `width` bits that are left, or of a new draw; `width` divides 32.
    #[inline(always)]
    pub(super) fn next<B: BitGenerator>(&mut self, width: u32, bits: &mut B) -> u32 {
        if self.left == 0 {
            *self = Pieces { bits: bits.next_u32(), left: 32 / width };
        }
        let piece = self.bits & ((1 << width) - 1);
        self.bits >>= width;
        self.left -= 1;
        piece
    }
}

/// Declares distributions: types with private fields, or none, and what seals them.
macro_rules! distributions {
    ($($(#[$doc:meta])* $name:ident $({ $($fields:tt)* })?;)*) => {$(
        $crate::random::distribution::distributions!(@ $(#[$doc])* $name $({ $($fields)* })?);
        impl $crate::random::distribution::sealed::Sealed for $name {}
    )*};
    (@ $(#[$doc:meta])* $name:ident { $($fields:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name { $($fields)* }
    };
    (@ $(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name;
    };
}
pub(super) use distributions;
