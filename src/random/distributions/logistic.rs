//! The logistic distribution.

use super::*;

continuous! {
    /// The logistic distribution.
    ///
    /// With z = (x - `loc`) / `scale` the density is exp(-z) / (`scale` (1 + exp(-z))²), where `scale` is at
    /// least 0. Sampled by inversion of the distribution function.
    Logistic(loc, scale), "logistic", [non_negative(scale)],
    bits => {
        let u = positive_uniform(bits);
        loc + scale * (u / (1.0 - u)).ln()
    }
}

methods! {
    /// Draws samples from the [logistic distribution](Logistic), as
    /// `numpy.random.Generator.logistic(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (including
    /// -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).logistic(0., 1., 1)?;
    /// assert_eq!(x[0], 1.2307856313855068);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    logistic(loc: f64, scale: f64) -> f64 = Logistic::checked(loc, scale);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).logistic(0.0, 1.0, 2), &[1.2307856313855068, -0.24571509486821116]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.logistic(0.0, x, 1));
        }
    }
}
