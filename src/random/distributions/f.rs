//! The F distribution.

use super::gamma::chisquare;
use super::*;

continuous! {
    /// Fisher's F distribution: the ratio of two independent chi-square samples, each divided by its degrees
    /// of freedom.
    ///
    /// With m = `dfnum` and n = `dfden`, both above 0, the density for x >= 0 is (m x)^(m / 2) n^(n / 2) /
    /// ((m x + n)^((m + n) / 2) x B(m / 2, n / 2)). Each sample is computed from two [gamma](Gamma) samples.
    F(dfnum, dfden), "f", [positive(dfnum) positive(dfden)],
    bits => {
        let numerator = chisquare(dfnum, bits) * dfden;
        numerator / (chisquare(dfden, bits) * dfnum)
    }
}

methods! {
    /// Draws samples from the [F distribution](F), as `numpy.random.Generator.f(dfnum, dfden, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `dfnum` or `dfden` is not above
    /// 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).f(3., 5., 1)?;
    /// assert_eq!(x[0], 0.7338468182700809);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    f(dfnum: f64, dfden: f64) -> f64 = F::checked(dfnum, dfden);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).f(3.0, 5.0, 2), &[0.7338468182700809, 1.0194919811685932]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.f(x, 1.0, 1));
            refused(|rng| rng.f(1.0, x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            for y in [5e-324, 1e-300, 1e300, f64::INFINITY] {
                assert!(default_rng(42).f(x, y, 9).is_ok(), "{x}, {y}");
            }
        }
    }
}
