//! The lognormal distribution.

use super::*;

continuous! {
    /// The lognormal distribution: the logarithm of a sample is normal, with mean `mean` and standard
    /// deviation `sigma`.
    ///
    /// For x > 0 the density is exp(-(ln x - `mean`)² / (2 `sigma`²)) / (x `sigma` sqrt(2 π)); `sigma` is at
    /// least 0. Each sample is the exponential of a normal sample.
    Lognormal(mean, sigma), "lognormal", [non_negative(sigma)],
    bits => (mean + sigma * bits.standard_normal()).exp()
}

methods! {
    /// Draws samples from the [lognormal distribution](Lognormal), as
    /// `numpy.random.Generator.lognormal(mean, sigma, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `sigma` is negative (including
    /// -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).lognormal(0.1, 0.5, 1)?;
    /// assert_eq!(x[0], 1.287057415976462);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    lognormal(mean: f64, sigma: f64) -> f64 = Lognormal::checked(mean, sigma);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).lognormal(0.1, 0.5, 2), &[1.287057415976462, 0.6570520413078726]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.lognormal(0.0, x, 1));
        }
    }
}
