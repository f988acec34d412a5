//! The negative binomial distribution.

use super::poisson::{self, Poisson};
use super::*;
use crate::{ErrorKind, Named, Result};

distributions! {
    /// The negative binomial distribution: the number of failures before `n` successes, each with probability
    /// `p`.
    ///
    /// The mass at k is (k + `n` - 1 over k) `p`^`n` (1 - `p`)^k; `n` is above 0 and need not be an integer,
    /// `p` is in (0, 1]. Each sample is a [Poisson](Poisson) sample whose mean is a [gamma](Gamma) sample, as
    /// NumPy's `random_negative_binomial`.
    NegativeBinomial { successes: Shape<f64>, odds: f64 };
}

impl NegativeBinomial {
    /// Creates the distribution for `n` successes, not necessarily an integer, each with probability `p`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is not above 0, or `p` is not in (0, 1], or samples could exceed
    /// `i64`.
    pub fn new(n: f64, p: f64) -> Result<Self> {
        Self::checked(n, p).named("NegativeBinomial::new")
    }

    pub(in crate::random) fn checked(n: f64, p: f64) -> Result<Self, ErrorKind> {
        positive("n", n)?;
        positive("p", p)?;
        probability("p", p)?;
        let odds = (1.0 - p) / p;
        let greatest = odds * (n + 10.0 * n.sqrt());
        if greatest.is_nan() || greatest > poisson::MAX {
            let reason = format!("expected a mean below 9.22e18, found n = {n:e} and p = {p:e}");
            return Err(ErrorKind::invalid("n", reason));
        }
        Ok(NegativeBinomial { successes: Shape::<f64>::new(n), odds })
    }
}

impl Distribution<i64> for NegativeBinomial {
    filling!(i64);

    #[inline]
    fn draw<B: BitGenerator>(&self, bits: &mut B, pieces: &mut Pieces) -> i64 {
        Poisson::unchecked(self.odds * self.successes.draw(bits)).draw(bits, pieces)
    }
}

methods! {
    /// Draws samples from the [negative binomial distribution](NegativeBinomial): the number of failures
    /// before `n` successes, each with probability `p`, as
    /// `numpy.random.Generator.negative_binomial(n, p, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is not above 0, or `p` is not in (0, 1], or samples could exceed
    /// `i64`; [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).negative_binomial(5., 0.4, 4)?;
    /// assert_eq!(x, ndarray::array![12, 4, 15, 8]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    negative_binomial(n: f64, p: f64) -> i64 = NegativeBinomial::checked(n, p);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).negative_binomial(5.0, 0.4, 4), &[12, 4, 15, 8]);
        numpys(
            default_rng(42).negative_binomial(1e6, 1e-6, 4),
            &[1000304640406, 998049699588, 999981494967, 1000064539540],
        );
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for p in [-1.0, 0.0, 1.1, f64::NAN] {
            refused(|rng| rng.negative_binomial(1.0, p, 1));
        }
        for n in [-1.0, 0.0, f64::NAN, f64::INFINITY, 1e19] {
            refused(|rng| rng.negative_binomial(n, 0.5, 1));
        }
    }
}
