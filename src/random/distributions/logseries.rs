//! The logarithmic series distribution.

use super::*;
use crate::{ErrorKind, Named, Result};

distributions! {
    /// The logarithmic series distribution.
    ///
    /// The mass at k = 1, 2, ... is -`p`^k / (k ln(1 - `p`)); `p` is in [0, 1). Sampled by the algorithm LK
    /// of A. W. Kemp ("Efficient generation of logarithmically distributed pseudo-random variables", 1981),
    /// as NumPy's `random_logseries`.
    Logseries { p: f64 };
}

impl Logseries {
    /// Creates the distribution with the parameter `p`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `p` is not in [0, 1).
    pub fn new(p: f64) -> Result<Self> {
        Self::checked(p).named("Logseries::new")
    }

    pub(in crate::random) fn checked(p: f64) -> Result<Self, ErrorKind> {
        if (0.0..1.0).contains(&p) {
            return Ok(Logseries { p });
        }
        Err(ErrorKind::invalid("p", format!("expected at least 0 and less than 1, found {p:?}")))
    }
}

impl Distribution<i64> for Logseries {
    filling!(i64);

    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> i64 {
        let r = if B::LEGACY { (1.0 - self.p).ln() } else { (-self.p).ln_1p() };
        loop {
            let v = bits.next_f64();
            if v >= self.p {
                return 1;
            }
            let log = r * bits.next_f64();
            let q = if B::LEGACY { 1.0 - log.exp() } else { -log.exp_m1() };
            if v <= q * q {
                let x = (1.0 + v.ln() / q.ln()).floor() as i64;
                if x < 1 || v == 0.0 {
                    continue;
                }
                return x;
            }
            return if v >= q { 1 } else { 2 };
        }
    }
}

methods! {
    /// Draws samples from the [logarithmic series distribution](Logseries), as
    /// `numpy.random.Generator.logseries(p, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `p` is not in [0, 1); [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).logseries(0.6, 4)?;
    /// assert_eq!(x, ndarray::array![1, 2, 1, 5]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    logseries(p: f64) -> i64 = Logseries::checked(p);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).logseries(0.6, 4), &[1, 2, 1, 5]);
        numpys(default_rng(42).logseries(0.999, 4), &[6, 19, 1996, 63]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for p in [-1.0, 1.0, f64::NAN] {
            refused(|rng| rng.logseries(p, 1));
        }
    }
}
