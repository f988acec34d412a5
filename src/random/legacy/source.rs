//! The source of a `RandomState`: the bits of the Mersenne Twister, and normal and exponential samples made
//! as in NumPy before version 1.17.

use super::RandomState;
use crate::random::bit_generator::{Bits, never_ahead, sealed::Sealed};
use crate::random::distribution::Pieces;
use crate::random::*;
use rand_core::RngCore;

/// A [`RandomState`] as the source of samples for a distribution.
pub(super) struct Source<'a>(pub &'a mut RandomState);

impl RngCore for Source<'_> {
    #[inline(always)]
    fn next_u32(&mut self) -> u32 {
        self.0.bits.next_u32()
    }

    #[inline(always)]
    fn next_u64(&mut self) -> u64 {
        self.0.bits.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.bits.fill_bytes(bytes);
    }
}

impl Sealed for Source<'_> {}
impl BitGenerator for Source<'_> {
    const LEGACY: bool = true;

    never_ahead!();

    fn with<R>(&mut self, body: impl FnOnce(Bits<'_>) -> R) -> R {
        body(Bits::Mt19937(&mut self.0.bits))
    }

    #[inline(always)]
    fn next_f64(&mut self) -> f64 {
        self.0.bits.next_f64()
    }

    /// Uses the polar method (G. Marsaglia, T. A. Bray, "A convenient method for generating normal
    /// variables", 1964), which makes two samples at a time.
    #[inline]
    fn standard_normal(&mut self) -> f64 {
        if let Some(waiting) = self.0.gauss.take() {
            return waiting;
        }
        loop {
            let x = 2.0 * self.next_f64() - 1.0;
            let y = 2.0 * self.next_f64() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.0.gauss = Some(factor * x);
                return factor * y;
            }
        }
    }

    /// Inverts the distribution function.
    #[inline]
    fn standard_exponential(&mut self) -> f64 {
        -(1.0 - self.next_f64()).ln()
    }
}

/// A distribution that a [`RandomState`] samples, with NumPy's samples: all those that `numpy.random` had
/// before version 1.17. Sealed.
#[diagnostic::on_unimplemented(message = "a `RandomState` does not sample `{Self}` as `{T}`")]
pub trait LegacyDistribution<T>: Distribution<T> {
    /// Fills a slice, in order. It is compiled here, and not in every crate that draws.
    #[doc(hidden)]
    fn fill_legacy(&self, random: &mut RandomState, pieces: &mut Pieces, out: &mut [T]);
}

impl<T, D: LegacyDistribution<T> + ?Sized> LegacyDistribution<T> for &D {
    #[inline(always)]
    fn fill_legacy(&self, random: &mut RandomState, pieces: &mut Pieces, out: &mut [T]) {
        D::fill_legacy(self, random, pieces, out);
    }
}

#[inline(always)]
fn fill<T>(
    distribution: &impl Distribution<T>,
    random: &mut RandomState,
    pieces: &mut Pieces,
    out: &mut [T],
) {
    let mut source = Source(random);
    out.iter_mut().for_each(|out| *out = distribution.draw(&mut source, pieces));
}

impl<T: Integer> LegacyDistribution<T> for Integers<T> {
    fn fill_legacy(&self, random: &mut RandomState, pieces: &mut Pieces, out: &mut [T]) {
        fill(self, random, pieces, out);
    }
}

macro_rules! legacy {
    ($($distribution:ident => $t:ty),* $(,)?) => {$(
        impl LegacyDistribution<$t> for $distribution {
            #[inline(never)]
            fn fill_legacy(&self, random: &mut RandomState, pieces: &mut Pieces, out: &mut [$t]) {
                fill(self, random, pieces, out);
            }
        }
    )*};
}

legacy! {
    StandardUniform => f64, Uniform => f64, StandardNormal => f64, Normal => f64, Lognormal => f64,
    StandardExponential => f64, Exponential => f64, StandardGamma => f64, Gamma => f64, Beta => f64,
    Chisquare => f64, NoncentralChisquare => f64, F => f64, NoncentralF => f64, StandardT => f64,
    StandardCauchy => f64, Laplace => f64, Gumbel => f64, Logistic => f64, Rayleigh => f64, Weibull => f64,
    Pareto => f64, Power => f64, Triangular => f64, Vonmises => f64, Wald => f64,
    Binomial => i64, NegativeBinomial => i64, Poisson => i64, Geometric => i64, Hypergeometric => i64,
    Logseries => i64, Zipf => i64,
}
