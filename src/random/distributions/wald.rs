//! The Wald distribution.

use super::*;

continuous! {
    /// The Wald or inverse Gaussian distribution.
    ///
    /// For x > 0 the density is sqrt(`scale` / (2 π x³)) exp(-`scale` (x - `mean`)² / (2 `mean`² x)); `mean`
    /// and `scale` are above 0. Each sample is one of the two roots for a normal sample (J. R. Michael, W. R.
    /// Schucany, R. W. Haas, "Generating random variates using transformations with multiple roots", 1976),
    /// by the formula of NumPy 2.3.4 and later; a
    /// [`RandomState`](crate::random::RandomState) uses the older one.
    Wald(mean, scale), "wald", [positive(mean) positive(scale)],
    bits => {
        let y = bits.standard_normal();
        let y = mean * y * y;
        let x = if B::LEGACY {
            mean + mean / (2.0 * scale) * (y - (4.0 * scale * y + y * y).sqrt())
        } else {
            let d = 1.0 + (1.0 + 4.0 * scale / y).sqrt();
            mean * (1.0 - 2.0 / d)
        };
        if bits.next_f64() <= mean / (mean + x) { x } else { mean * mean / x }
    }
}

methods! {
    /// Draws samples from the [Wald distribution](Wald), as `numpy.random.Generator.wald(mean, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `mean` or `scale` is not above 0;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).wald(1., 2., 1)?;
    /// assert_eq!(x[0], 0.8064988000335837);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    wald(mean: f64, scale: f64) -> f64 = Wald::checked(mean, scale);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).wald(1.0, 2.0, 2), &[0.8064988000335837, 1.6898038296442284]);
        numpys(default_rng(42).wald(1e8, 1.0, 2), &[10.76976710034927, 1.775640645629295]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.wald(x, 1.0, 1));
            refused(|rng| rng.wald(1.0, x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            for y in [5e-324, 1e-300, 1e300, f64::INFINITY] {
                assert!(default_rng(42).wald(x, y, 9).is_ok(), "{x}, {y}");
            }
        }
    }
}
