//! The Rayleigh distribution.

use super::*;

continuous! {
    /// The Rayleigh distribution: the length of a vector in the plane whose components are independent and
    /// normal.
    ///
    /// For x >= 0 the density is x exp(-x² / (2 `scale`²)) / `scale`²; `scale` is at least 0. Each sample is
    /// the square root of an exponential sample.
    Rayleigh(scale), "rayleigh", [non_negative(scale)],
    bits => if B::LEGACY {
        scale * (-2.0 * (-bits.next_f64()).ln_1p()).sqrt()
    } else {
        scale * (2.0 * bits.standard_exponential()).sqrt()
    }
}

methods! {
    /// Draws samples from the [Rayleigh distribution](Rayleigh), as
    /// `numpy.random.Generator.rayleigh(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (including
    /// -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).rayleigh(2., 1)?;
    /// assert_eq!(x[0], 4.385620689449551);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    rayleigh(scale: f64) -> f64 = Rayleigh::checked(scale);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).rayleigh(2.0, 2), &[4.385620689449551, 4.323137430916999]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.rayleigh(x, 1));
        }
    }
}
