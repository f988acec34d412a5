//! The Gumbel distribution.

use super::*;

continuous! {
    /// The Gumbel distribution: the limit of the maximum of many samples.
    ///
    /// With z = (x - `loc`) / `scale` the density is exp(-z - exp(-z)) / `scale`. `scale` is at least 0.
    /// Sampled by inversion of the distribution function.
    Gumbel(loc, scale), "gumbel", [non_negative(scale)],
    bits => loc - scale * (-(1.0 - positive_uniform(bits)).ln()).ln()
}

methods! {
    /// Draws samples from the [Gumbel distribution](Gumbel), as
    /// `numpy.random.Generator.gumbel(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (including
    /// -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).gumbel(0.5, 1.5, 1)?;
    /// assert_eq!(x[0], -0.09516704995014635);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    gumbel(loc: f64, scale: f64) -> f64 = Gumbel::checked(loc, scale);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).gumbel(0.5, 1.5, 2), &[-0.09516704995014635, 1.3227452558258102]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.gumbel(0.0, x, 1));
        }
    }
}
