//! The standard Cauchy distribution.

use super::*;

distributions! {
    /// The standard Cauchy distribution, around 0 with scale 1.
    ///
    /// The density is 1 / (π (1 + x²)). Each sample is the ratio of two normal samples.
    StandardCauchy;
}

impl Distribution<f64> for StandardCauchy {
    filling!(f64);

    #[inline]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        let numerator = bits.standard_normal();
        numerator / bits.standard_normal()
    }
}

methods! {
    /// Draws samples from the [standard Cauchy distribution](StandardCauchy), as
    /// `numpy.random.Generator.standard_cauchy(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_cauchy(1)?;
    /// assert_eq!(x[0], -0.2930016698581793);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_cauchy() -> f64 = Ok(StandardCauchy);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).standard_cauchy(2), &[-0.2930016698581793, 0.7978730040882357]);
    }
}
