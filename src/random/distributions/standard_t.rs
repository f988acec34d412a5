//! Student's t distribution.

use super::*;

continuous! {
    /// Student's t distribution with `df` degrees of freedom. `df` is above 0.
    ///
    /// The density is (1 + x² / `df`)^(-(`df` + 1) / 2), up to a factor. Each sample is a normal sample
    /// divided by the square root of a [gamma](Gamma) sample.
    StandardT(df), "standard_t", [positive(df)],
    bits => {
        let numerator = bits.standard_normal();
        let denominator = Shape::<f64>::new(df / 2.0).draw(bits);
        (df / 2.0).sqrt() * numerator / denominator.sqrt()
    }
}

methods! {
    /// Draws samples from [Student's t distribution](StandardT) with `df` degrees of freedom, as
    /// `numpy.random.Generator.standard_t(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `df` is not above 0;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_t(4., 1)?;
    /// assert_eq!(x[0], 0.5335635801179842);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_t(df: f64) -> f64 = StandardT::checked(df);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).standard_t(4.0, 2), &[0.5335635801179842, 0.9813493087338849]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.standard_t(x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            assert!(default_rng(42).standard_t(x, 9).is_ok(), "{x}");
        }
    }
}
