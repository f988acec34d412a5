//! The noncentral chi-square distribution.

use super::gamma::chisquare;
use super::*;

continuous! {
    /// The noncentral chi-square distribution with `df` degrees of freedom, above 0, and noncentrality
    /// `nonc`, at least 0.
    ///
    /// The density is the mean of the chi-square densities with `df` + 2 k degrees of freedom, where k has a
    /// Poisson distribution with mean `nonc` / 2. For a `df` above 1 each sample is a chi-square sample with
    /// one degree less plus the square of a normal sample with mean sqrt(`nonc`), otherwise a chi-square
    /// sample with `df` + 2 k degrees of freedom; for a `nonc` above 1.8e19 the square alone, which differs
    /// by less than rounding (NumPy's k overflows from 9.2e18 on, and its samples are those of a small
    /// `nonc`).
    NoncentralChisquare(df, nonc), "noncentral_chisquare", [positive(df) non_negative(nonc)],
    bits => noncentral(df, nonc, bits)
}

pub(super) fn noncentral<B: BitGenerator>(df: f64, nonc: f64, bits: &mut B) -> f64 {
    if nonc == 0.0 {
        return chisquare(df, bits);
    }
    if df > 1.0 {
        let central = chisquare(df - 1.0, bits);
        let normal = bits.standard_normal() + nonc.sqrt();
        return central + normal * normal;
    }
    if nonc / 2.0 > poisson::MAX {
        // the count would not fit, and all that `df` adds is below the last digit
        let normal = bits.standard_normal() + nonc.sqrt();
        return normal * normal;
    }
    let count = Poisson::unchecked(nonc / 2.0).draw(bits, &mut Pieces::default());
    chisquare(df + 2.0 * count as f64, bits)
}

methods! {
    /// Draws samples from the [noncentral chi-square distribution](NoncentralChisquare), as
    /// `numpy.random.Generator.noncentral_chisquare(df, nonc, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `df` is not above 0, or `nonc` is
    /// negative (including -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does
    /// not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).noncentral_chisquare(3., 2., 1)?;
    /// assert_eq!(x[0], 4.948464893769291);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    noncentral_chisquare(df: f64, nonc: f64) -> f64 = NoncentralChisquare::checked(df, nonc);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).noncentral_chisquare(3.0, 2.0, 2), &[4.948464893769291, 10.314502741888711]);
        numpys(default_rng(42).noncentral_chisquare(0.5, 2.0, 2), &[3.6784878039531472, 6.294769205308427]);
        numpys(default_rng(42).noncentral_chisquare(3.0, 0.0, 2), &[3.0554394899785056, 4.358928659107372]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.noncentral_chisquare(x, 1.0, 1));
            refused(|rng| rng.noncentral_chisquare(1.0, x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            for y in [5e-324, 1e-300, 1e300, f64::INFINITY] {
                let drawn = default_rng(42).noncentral_chisquare(x, y, 9).unwrap();
                // both are tiny, or the deviation is far below the mean
                let near = |drawn: f64| {
                    let mean = x + y;
                    if mean < 1.0 {
                        (0.0..1e3).contains(&drawn)
                    } else {
                        drawn == mean || (drawn / mean - 1.0).abs() < 1e-12
                    }
                };
                assert!(drawn.iter().all(|&drawn| near(drawn)), "{x:e}, {y:e}: {drawn}");
            }
        }
    }
}
