//! The power distribution.

use super::*;

continuous! {
    /// The power distribution on [0, 1].
    ///
    /// The density is `a` x^(`a` - 1); the shape `a` is above 0. Each sample is a function of an exponential
    /// sample.
    Power(a), "power", [positive(a)],
    bits => {
        let log_rest = -bits.standard_exponential();
        let u = if B::LEGACY { 1.0 - log_rest.exp() } else { -log_rest.exp_m1() };
        u.powf(1.0 / a)
    }
}

methods! {
    /// Draws samples from the [power distribution](Power), as `numpy.random.Generator.power(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` is not above 0;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).power(2.5, 1)?;
    /// assert_eq!(x[0], 0.9628357780513209);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    power(a: f64) -> f64 = Power::checked(a);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).power(2.5, 2), &[0.9628357780513209, 0.960138075671411]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.power(x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            assert!(default_rng(42).power(x, 9).is_ok(), "{x}");
        }
    }
}
