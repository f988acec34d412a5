//! The sources of random bits for distributions.

use super::distribution::{self, Distribution, Pieces};
use super::distributions::{exponential::standard_exponential, normal::standard_normal};
use super::{Mt19937, Pcg64, Seed, SeedSequence};
use rand_core::{RngCore, impls};

/// A source of random bits with NumPy's ways to make uniform samples from them: [`Pcg64`](super::Pcg64),
/// [`Pcg64Dxsm`](super::Pcg64Dxsm), [`Philox`](super::Philox), [`Sfc64`](super::Sfc64) and
/// [`Mt19937`](super::Mt19937). Sealed.
///
/// All of them also implement rand's [`RngCore`], so that the distributions of rand and related crates run on
/// them.
pub trait BitGenerator: RngCore + sealed::Sealed {
    /// Whether distributions are sampled as by NumPy's `RandomState`.
    #[doc(hidden)]
    const LEGACY: bool = false;

    /// The generator while it draws ahead; when it is dropped, the generator returns to the state after the
    /// last draw.
    #[doc(hidden)]
    type Ahead<'a>: BitGenerator
    where
        Self: 'a;

    /// Returns a generator that is faster for many draws.
    #[doc(hidden)]
    fn ahead(&mut self) -> Self::Ahead<'_>;

    /// Calls a function with this generator. Its body is compiled here, once for each generator, and not in
    /// every crate that draws.
    #[doc(hidden)]
    fn with<R>(&mut self, body: impl FnOnce(Bits<'_>) -> R) -> R
    where
        Self: Sized;

    /// Fills a slice with samples from a distribution, in order.
    #[doc(hidden)]
    fn fill<T>(&mut self, distribution: &impl Distribution<T>, pieces: &mut Pieces, out: &mut [T])
    where
        Self: Sized,
    {
        distribution::fill(distribution, self, pieces, out);
    }

    /// Returns a uniform sample from [0, 1): a multiple of 2^-53.
    fn next_f64(&mut self) -> f64;

    /// Returns a uniform sample from [0, 1): a multiple of 2^-24.
    #[inline(always)]
    fn next_f32(&mut self) -> f32 {
        unit_f32(self.next_u32())
    }

    /// Returns a normal sample with mean 0 and variance 1; NumPy's legacy generator uses another method.
    #[doc(hidden)]
    #[inline(always)]
    fn standard_normal(&mut self) -> f64
    where
        Self: Sized,
    {
        standard_normal(self)
    }

    /// Returns an exponential sample with mean 1; NumPy's legacy generator uses another method.
    #[doc(hidden)]
    #[inline(always)]
    fn standard_exponential(&mut self) -> f64
    where
        Self: Sized,
    {
        standard_exponential(self)
    }
}

/// The bit generators themselves, each of which can be seeded. Sealed.
pub trait SeededBits: BitGenerator + Sized {
    /// Creates the generator from a seed sequence, as NumPy does.
    fn from_seed_sequence(seed: &SeedSequence) -> Self;
}

pub(super) mod sealed {
    pub trait Sealed {}
    impl<B: Sealed + ?Sized> Sealed for &mut B {}
}

impl<B: BitGenerator> BitGenerator for &mut B {
    const LEGACY: bool = B::LEGACY;

    type Ahead<'a>
        = B::Ahead<'a>
    where
        Self: 'a;

    fn ahead(&mut self) -> B::Ahead<'_> {
        B::ahead(self)
    }

    #[inline(always)]
    fn with<R>(&mut self, body: impl FnOnce(Bits<'_>) -> R) -> R {
        B::with(self, body)
    }

    #[inline(always)]
    fn next_f64(&mut self) -> f64 {
        B::next_f64(self)
    }

    #[inline(always)]
    fn standard_normal(&mut self) -> f64 {
        B::standard_normal(self)
    }

    #[inline(always)]
    fn standard_exponential(&mut self) -> f64 {
        B::standard_exponential(self)
    }
}

/// Implements [`ahead`](BitGenerator::ahead) for a generator that many draws do not make faster.
macro_rules! never_ahead {
    () => {
        type Ahead<'a>
            = &'a mut Self
        where
            Self: 'a;

        fn ahead(&mut self) -> &mut Self {
            self
        }
    };
}
pub(super) use never_ahead;

/// All bit generators.
#[derive(Debug)]
pub enum Bits<'a> {
    Pcg64(&'a mut Pcg64),
    Mt19937(&'a mut Mt19937),
    Other(Other<'a>),
}

/// A bit generator without code of its own for what is compiled here: it is called for each draw, as NumPy
/// calls all of them.
pub struct Other<'a>(pub(super) &'a mut dyn RngCore);

impl std::fmt::Debug for Other<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Other").finish_non_exhaustive()
    }
}

impl RngCore for Other<'_> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        impls::fill_bytes_via_next(self, bytes);
    }
}

impl sealed::Sealed for Other<'_> {}
impl BitGenerator for Other<'_> {
    never_ahead!();

    fn with<R>(&mut self, body: impl FnOnce(Bits<'_>) -> R) -> R {
        body(Bits::Other(Other(&mut *self.0)))
    }

    fn next_f64(&mut self) -> f64 {
        unit(self.next_u64())
    }
}

/// Returns the multiple of 2^-53 in [0, 1) that the highest bits of a 64-bit draw count.
#[inline(always)]
pub(super) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Returns the multiple of 2^-24 in [0, 1) that the highest bits of a 32-bit draw count.
#[inline(always)]
pub(super) fn unit_f32(bits: u32) -> f32 {
    (bits >> 8) as f32 * (1.0 / (1u32 << 24) as f32)
}

/// The unused half of a 64-bit draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Half {
    pub waits: bool,
    pub value: u32,
}

impl Half {
    #[inline(always)]
    pub fn next(&mut self, draw: impl FnOnce() -> u64) -> u32 {
        if self.waits {
            self.waits = false;
            return self.value;
        }
        let both = draw();
        *self = Half { waits: true, value: (both >> 32) as u32 };
        both as u32
    }
}

/// Implements rand's trait for a type with a [`Half`] and a method `draw`, which returns 64 bits.
macro_rules! rng_core {
    ($t:ty) => {
        impl RngCore for $t {
            #[inline(always)]
            fn next_u32(&mut self) -> u32 {
                let mut half = self.half;
                let value = half.next(|| self.draw());
                self.half = half;
                value
            }

            #[inline(always)]
            fn next_u64(&mut self) -> u64 {
                self.draw()
            }

            fn fill_bytes(&mut self, bytes: &mut [u8]) {
                rand_core::impls::fill_bytes_via_next(self, bytes);
            }
        }
    };
}
pub(super) use rng_core;

/// Implements rand's traits and ours for such a type.
macro_rules! drawing_64_bits {
    ($t:ident) => {
        $crate::random::bit_generator::rng_core!($t);

        impl $crate::random::bit_generator::sealed::Sealed for $t {}
        impl BitGenerator for $t {
            $crate::random::bit_generator::never_ahead!();

            #[inline(always)]
            fn with<R>(&mut self, body: impl FnOnce($crate::random::bit_generator::Bits<'_>) -> R) -> R {
                use $crate::random::bit_generator::{Bits, Other};
                body(Bits::Other(Other(self)))
            }

            #[inline(always)]
            fn next_f64(&mut self) -> f64 {
                $crate::random::bit_generator::unit(self.draw())
            }
        }

        $crate::random::bit_generator::seeded!($t);
    };
}
pub(super) use drawing_64_bits;

/// Implements what seeds a bit generator that has a function `from_sequence`.
macro_rules! seeded {
    ($t:ident) => {
        impl rand_core::SeedableRng for $t {
            type Seed = [u8; 32];

            fn from_seed(seed: [u8; 32]) -> Self {
                $t::from_sequence(&$crate::random::bit_generator::of_bytes(seed))
            }

            #[doc = concat!("As [`", stringify!($t), "::new`] and NumPy.")]
            fn seed_from_u64(seed: u64) -> Self {
                $t::new(seed)
            }
        }

        impl $crate::random::SeededBits for $t {
            fn from_seed_sequence(seed: &SeedSequence) -> Self {
                $t::from_sequence(seed)
            }
        }
    };
}
pub(super) use seeded;

/// Returns the seed sequence of eight 32-bit words.
pub(super) fn of_bytes(bytes: [u8; 32]) -> SeedSequence {
    let (words, _) = bytes.as_chunks::<4>();
    let items: Vec<u64> = words.iter().map(|&word| u64::from(u32::from_le_bytes(word))).collect();
    items.into_seed_sequence()
}

/// Evaluates the same expression for each generator.
macro_rules! with_each {
    ($bits:ident => $work:expr) => {
        match $bits {
            $crate::random::bit_generator::Bits::Pcg64($bits) => $work,
            $crate::random::bit_generator::Bits::Mt19937($bits) => $work,
            $crate::random::bit_generator::Bits::Other(mut other) => {
                let $bits = &mut other;
                $work
            }
        }
    };
}
pub(super) use with_each;

/// Evaluates an expression that makes about this number of draws, and draws ahead if they are many.
macro_rules! drawing {
    ($bits:ident, $draws:expr => $work:expr) => {
        if $draws <= $crate::tuning::FEW_DRAWS {
            $work
        } else {
            let $bits = &mut $bits.ahead();
            $work
        }
    };
}
pub(super) use drawing;
