//! The chi-square distribution.

use super::*;
use crate::{ErrorKind, Named, Result};

distributions! {
    /// The chi-square distribution with `df` degrees of freedom. `df` is above 0.
    ///
    /// For x > 0 the density is x^(`df` / 2 - 1) exp(-x / 2), up to a factor. Each sample is twice a
    /// [gamma](Gamma) sample with shape `df` / 2.
    Chisquare { half: Shape<f64> };
}

impl Chisquare {
    /// Creates the distribution with `df` degrees of freedom.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `df` is not above 0.
    pub fn new(df: f64) -> Result<Self> {
        Self::checked(df).named("Chisquare::new")
    }

    pub(in crate::random) fn checked(df: f64) -> Result<Self, ErrorKind> {
        positive("df", df)?;
        Ok(Chisquare { half: Shape::<f64>::new(df / 2.0) })
    }
}

impl Distribution<f64> for Chisquare {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        2.0 * self.half.draw(bits)
    }
}

methods! {
    /// Draws samples from the [chi-square distribution](Chisquare) with `df` degrees of freedom, as
    /// `numpy.random.Generator.chisquare(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `df` is not above 0; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).chisquare(3., 1)?;
    /// assert_eq!(x[0], 3.0554394899785056);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[doc(alias("chi2"))]
    chisquare(df: f64) -> f64 = Chisquare::checked(df);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).chisquare(3.0, 2), &[3.0554394899785056, 4.358928659107372]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, 0.0, f64::NAN] {
            refused(|rng| rng.chisquare(x, 1));
        }
    }
}
