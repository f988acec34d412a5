//! The Weibull distribution.

use super::*;

continuous! {
    /// The Weibull distribution with scale 1.
    ///
    /// For x >= 0 the density is `a` x^(`a` - 1) exp(-x^`a`); the shape `a` is at least 0, and 0 gives
    /// samples of 0. Each sample is a power of an exponential sample.
    Weibull(a), "weibull", [non_negative(a)],
    bits => if a == 0.0 { 0.0 } else { bits.standard_exponential().powf(1.0 / a) }
}

methods! {
    /// Draws samples from the [Weibull distribution](Weibull) with scale 1, as
    /// `numpy.random.Generator.weibull(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` is negative (including -0) or
    /// NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).weibull(1.5, 1)?;
    /// assert_eq!(x[0], 1.794656893050126);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    weibull(a: f64) -> f64 = Weibull::checked(a);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).weibull(1.5, 2), &[1.794656893050126, 1.7606460812380325]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.weibull(x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            assert!(default_rng(42).weibull(x, 9).is_ok(), "{x}");
        }
    }
}
