//! The noncentral F distribution.

use super::gamma::chisquare;
use super::noncentral_chisquare::noncentral;
use super::*;

continuous! {
    /// The noncentral F distribution: as [`F`], but the numerator is a [noncentral
    /// chi-square](NoncentralChisquare) sample.
    ///
    /// `dfnum` and `dfden`, the degrees of freedom, are above 0; `nonc`, the noncentrality, is at least 0.
    NoncentralF(dfnum, dfden, nonc), "noncentral_f", [positive(dfnum) positive(dfden) non_negative(nonc)],
    bits => {
        let numerator = noncentral(dfnum, nonc, bits) * dfden;
        numerator / (chisquare(dfden, bits) * dfnum)
    }
}

methods! {
    /// Draws samples from the [noncentral F distribution](NoncentralF), as
    /// `numpy.random.Generator.noncentral_f(dfnum, dfden, nonc, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `dfnum` or `dfden` is not above
    /// 0, or `nonc` is negative (including -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if
    /// the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).noncentral_f(3., 5., 2., 1)?;
    /// assert_eq!(x[0], 1.1885083077326248);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    noncentral_f(dfnum: f64, dfden: f64, nonc: f64) -> f64 = NoncentralF::checked(dfnum, dfden, nonc);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).noncentral_f(3.0, 5.0, 2.0, 2), &[1.1885083077326248, 0.06546592091678971]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.noncentral_f(x, 1.0, 1.0, 1));
            refused(|rng| rng.noncentral_f(1.0, x, 1.0, 1));
            refused(|rng| rng.noncentral_f(1.0, 1.0, x, 1));
        }
    }
}
