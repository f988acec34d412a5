//! The Pareto distribution of the second kind.

use super::*;

continuous! {
    /// The Pareto distribution of the second kind, or Lomax distribution, which starts at 0.
    ///
    /// For x >= 0 the density is `a` / (1 + x)^(`a` + 1); the shape `a` is above 0. Each sample is a function
    /// of an exponential sample.
    Pareto(a), "pareto", [positive(a)],
    bits => {
        let log = bits.standard_exponential() / a;
        if B::LEGACY { log.exp() - 1.0 } else { log.exp_m1() }
    }
}

methods! {
    /// Draws samples from the [Pareto distribution of the second kind](Pareto), as
    /// `numpy.random.Generator.pareto(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` is not above 0;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).pareto(3., 1)?;
    /// assert_eq!(x[0], 1.228665259618174);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pareto(a: f64) -> f64 = Pareto::checked(a);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).pareto(3.0, 2), &[1.228665259618174, 1.178703304272667]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.pareto(x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            assert!(default_rng(42).pareto(x, 9).is_ok(), "{x}");
        }
    }
}
