//! The Laplace distribution.

use super::*;

continuous! {
    /// The Laplace or double exponential distribution: exponential on both sides of `loc`.
    ///
    /// The density is exp(-|x - `loc`| / `scale`) / (2 `scale`); `scale` is at least 0. Sampled by inversion
    /// of the distribution function.
    Laplace(loc, scale), "laplace", [non_negative(scale)],
    bits => {
        let u = positive_uniform(bits);
        if u >= 0.5 { loc - scale * (2.0 - u - u).ln() } else { loc + scale * (u + u).ln() }
    }
}

methods! {
    /// Draws samples from the [Laplace distribution](Laplace), as
    /// `numpy.random.Generator.laplace(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (including
    /// -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).laplace(1., 2., 1)?;
    /// assert_eq!(x[0], 2.5877572852834136);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    laplace(loc: f64, scale: f64) -> f64 = Laplace::checked(loc, scale);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).laplace(1.0, 2.0, 2), &[2.5877572852834136, 0.7392287473869138]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.laplace(0.0, x, 1));
        }
    }
}
