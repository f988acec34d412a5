//! The Zipf distribution.

use super::*;
use crate::{ErrorKind, Named, Result};
use std::hint::black_box;

/// The least `a` - 1 for which a [`RandomState`](crate::random::RandomState) draws what NumPy's draws: one
/// sample takes 200,000 draws there.
const LEGACY_LEAST: f64 = 1e-7;

distributions! {
    /// The Zipf or zeta distribution.
    ///
    /// The mass at k = 1, 2, ... is k^-`a` / ζ(`a`); the exponent `a` is above 1. Sampled by rejection (L.
    /// Devroye, "Non-uniform random variate generation", 1986, X.6.1), as NumPy's `random_zipf`.
    Zipf { a: f64 };
}

impl Zipf {
    /// Creates the distribution with the exponent `a`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` is not above 1.
    pub fn new(a: f64) -> Result<Self> {
        Self::checked(a).named("Zipf::new")
    }

    pub(in crate::random) fn checked(a: f64) -> Result<Self, ErrorKind> {
        if a > 1.0 {
            return Ok(Zipf { a });
        }
        Err(ErrorKind::invalid("a", format!("expected more than 1, found {a:?}")))
    }
}

impl Distribution<i64> for Zipf {
    filling!(i64);

    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> i64 {
        const MAX: f64 = i64::MAX as f64;
        if self.a >= 1025.0 {
            return 1;
        }
        let am1 = self.a - 1.0;
        // for a constant base the compiler calls another function, which rounds differently
        let b = black_box(2.0_f64).powf(am1);
        // NumPy's legacy generator draws the other ones, too, and rejects them; for the least exponents it
        // would never find one to accept
        let all = B::LEGACY && am1 > LEGACY_LEAST;
        let least = if all { 0.0 } else { black_box(MAX).powf(-am1) };
        loop {
            let u = bits.next_f64();
            let u = if all { 1.0 - u } else { u * least + (1.0 - u) };
            let v = bits.next_f64();
            let x = u.powf(-1.0 / am1).floor();
            if !(1.0..=MAX).contains(&x) {
                continue;
            }
            let t = (1.0 + 1.0 / x).powf(am1);
            if v * x * (t - 1.0) / (b - 1.0) <= t / b {
                return x as i64;
            }
        }
    }
}

methods! {
    /// Draws samples from the [Zipf distribution](Zipf) with the exponent `a`, as
    /// `numpy.random.Generator.zipf(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` is not above 1; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).zipf(2., 4)?;
    /// assert_eq!(x, ndarray::array![4, 1, 1, 1]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    zipf(a: f64) -> i64 = Zipf::checked(a);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).zipf(2.0, 4), &[4, 1, 1, 1]);
        numpys(default_rng(42).zipf(1.1, 4), &[1876445, 3, 316, 2781]);
        numpys(default_rng(42).zipf(2000.0, 4), &[1, 1, 1, 1]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for a in [-1.0, 1.0, f64::NAN] {
            refused(|rng| rng.zipf(a, 1));
        }
    }
}
