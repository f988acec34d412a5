//! The trait of distributions, and how they fill arrays.

use super::bit_generator::drawing;
use super::{BitGenerator, Pcg64};
use crate::tuning::FEW_DRAWS;

/// A distribution of values of type `T` with its parameters, which are checked when it is created. It is
/// sampled by [`Generator::sample`](super::Generator::sample) and related methods. Sealed.
pub trait Distribution<T>: sealed::Sealed {
    /// Returns one sample. `pieces` is the unused part of a 32-bit draw, kept between the values of one call.
    #[doc(hidden)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, pieces: &mut Pieces) -> T;

    /// Fills a slice from the default generator. It is compiled here, and not in every crate that draws.
    #[doc(hidden)]
    fn fill(&self, bits: &mut Pcg64, pieces: &mut Pieces, out: &mut [T]);
}

/// Fills a slice, in order.
pub(super) fn fill<T, B: BitGenerator>(
    distribution: &impl Distribution<T>,
    bits: &mut B,
    pieces: &mut Pieces,
    out: &mut [T],
) {
    drawing!(bits, out.len() => out.iter_mut().for_each(|out| *out = distribution.draw(bits, pieces)));
}

/// As [`fill`]; `fast` makes the sample of a draw of 64 bits, if it is enough.
#[inline(always)]
pub(super) fn by_64<T>(
    distribution: &impl Distribution<T>,
    bits: &mut Pcg64,
    pieces: &mut Pieces,
    out: &mut [T],
    fast: impl Fn(u64) -> Option<T>,
) {
    unless_few(distribution, bits, pieces, out, |bits, pieces, out| {
        bits.fill_by_64(out, fast, |bits| distribution.draw(bits, pieces));
    });
}

/// As [`by_64`], of draws of 32 bits.
#[inline(always)]
pub(super) fn by_32<T>(
    distribution: &impl Distribution<T>,
    bits: &mut Pcg64,
    pieces: &mut Pieces,
    out: &mut [T],
    fast: impl Fn(u32) -> Option<T>,
) {
    unless_few(distribution, bits, pieces, out, |bits, pieces, out| {
        bits.fill_by_32(out, fast, |bits| distribution.draw(bits, pieces));
    });
}

/// As [`by_64`], of samples that nearly always need one draw: `fast` makes one, and says whether the draw is
/// enough.
#[inline(always)]
pub(super) fn blocks_of_64<T: Copy>(
    distribution: &impl Distribution<T>,
    bits: &mut Pcg64,
    pieces: &mut Pieces,
    out: &mut [T],
    fast: impl Fn(u64) -> (T, bool),
) {
    bits.fill_blocks_of_64(out, fast, |bits| distribution.draw(bits, pieces));
}

/// As [`blocks_of_64`], of draws of 32 bits.
#[inline(always)]
pub(super) fn blocks_of_32<T: Copy>(
    distribution: &impl Distribution<T>,
    bits: &mut Pcg64,
    pieces: &mut Pieces,
    out: &mut [T],
    fast: impl Fn(u32) -> (T, bool),
) {
    bits.fill_blocks_of_32(out, fast, |bits| distribution.draw(bits, pieces));
}

/// Fills a slice by `fill` from a generator that draws ahead, but few samples one by one.
#[inline(always)]
fn unless_few<T>(
    distribution: &impl Distribution<T>,
    bits: &mut Pcg64,
    pieces: &mut Pieces,
    out: &mut [T],
    fill: impl FnOnce(&mut <Pcg64 as BitGenerator>::Ahead<'_>, &mut Pieces, &mut [T]),
) {
    if out.len() <= FEW_DRAWS {
        return out.iter_mut().for_each(|out| *out = distribution.draw(bits, pieces));
    }
    fill(&mut bits.ahead(), pieces, out);
}

/// Implements [`fill`](Distribution::fill) for a distribution of this type. If most samples need one draw,
/// the function after `by_64`, `by_32` or their blocks makes the sample of a draw of so many bits.
macro_rules! filling {
    ($t:ty, $by:ident: $fast:expr) => {
        #[inline(never)]
        fn fill(
            &self,
            bits: &mut $crate::random::Pcg64,
            pieces: &mut $crate::random::distribution::Pieces,
            out: &mut [$t],
        ) {
            $crate::random::distribution::$by(self, bits, pieces, out, |draw| $fast(self, draw));
        }
    };
    ($t:ty) => {
        #[inline(never)]
        fn fill(
            &self,
            bits: &mut $crate::random::Pcg64,
            pieces: &mut $crate::random::distribution::Pieces,
            out: &mut [$t],
        ) {
            $crate::random::distribution::fill(self, bits, pieces, out);
        }
    };
}
pub(super) use filling;

pub(super) mod sealed {
    pub trait Sealed {}
    impl<D: Sealed + ?Sized> Sealed for &D {}
}

impl<T, D: Distribution<T> + ?Sized> Distribution<T> for &D {
    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, pieces: &mut Pieces) -> T {
        D::draw(self, bits, pieces)
    }

    #[inline(always)]
    fn fill(&self, bits: &mut Pcg64, pieces: &mut Pieces, out: &mut [T]) {
        D::fill(self, bits, pieces, out);
    }
}

/// The unused part of a 32-bit draw, from which narrow integers are taken. It is dropped at the end of a
/// call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pieces {
    bits: u32,
    left: u32,
}

impl Pieces {
    /// Returns the lowest `width` bits of the unused part, or of a new draw; `width` divides 32.
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

/// Declares distributions: types with private fields, or none, and their seal.
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
