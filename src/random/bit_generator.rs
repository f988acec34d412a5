//! The sources of random bits for distributions.

use super::distribution::{self, Distribution, Pieces};
use super::distributions::{exponential::standard_exponential, normal::standard_normal};
use super::{Mt19937, Pcg64};
use rand_core::RngCore;

/// A source of random bits with NumPy's ways to make uniform samples from them: [`Pcg64`](super::Pcg64) and
/// [`Mt19937`](super::Mt19937). Sealed.
///
/// Both also implement rand's [`RngCore`], so that the distributions of rand and related crates run on them.
pub trait BitGenerator: RngCore + sealed::Sealed {
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
        (self.next_u32() >> 8) as f32 * (1.0 / (1u32 << 24) as f32)
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

pub(super) mod sealed {
    pub trait Sealed {}
    impl<B: Sealed + ?Sized> Sealed for &mut B {}
}

impl<B: BitGenerator> BitGenerator for &mut B {
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

/// All bit generators.
#[derive(Debug)]
pub enum Bits<'a> {
    Pcg64(&'a mut Pcg64),
    Mt19937(&'a mut Mt19937),
}

/// Evaluates the same expression for each generator.
macro_rules! with_each {
    ($bits:ident => $work:expr) => {
        match $bits {
            $crate::random::bit_generator::Bits::Pcg64($bits) => $work,
            $crate::random::bit_generator::Bits::Mt19937($bits) => $work,
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
