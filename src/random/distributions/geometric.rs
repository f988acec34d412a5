//! The geometric distribution.

use super::*;
use crate::{ErrorKind, Named, Result};

distributions! {
    /// The geometric distribution: the number of trials up to and including the first success, each with
    /// probability `p` in (0, 1].
    ///
    /// The mass at k = 1, 2, ... is `p` (1 - `p`)^(k - 1). Sampled by sequential search if `p` is at least
    /// 1/3, otherwise by rounding an exponential sample up, as NumPy's `random_geometric`. Samples above
    /// `i64::MAX` become `i64::MAX`.
    Geometric { p: f64, method: Method };
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    Search,
    /// An exponential sample, divided by -ln(1 - p).
    Exponential {
        ln_not: f64,
        /// The same, rounded as in NumPy's legacy generator.
        legacy_ln_not: f64,
    },
}

impl Geometric {
    /// Creates the distribution with the probability `p` of success.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `p` is not in (0, 1].
    pub fn new(p: f64) -> Result<Self> {
        Self::checked(p).named("Geometric::new")
    }

    pub(in crate::random) fn checked(p: f64) -> Result<Self, ErrorKind> {
        positive("p", p)?;
        probability("p", p)?;
        let method = if p < 1.0 / 3.0 {
            Method::Exponential { ln_not: (-p).ln_1p(), legacy_ln_not: (1.0 - p).ln() }
        } else {
            Method::Search
        };
        Ok(Geometric { p, method })
    }
}

impl Distribution<i64> for Geometric {
    filling!(i64);

    #[inline]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> i64 {
        match self.method {
            Method::Search => search(self.p, bits.next_f64()),
            Method::Exponential { legacy_ln_not, .. } if B::LEGACY => {
                let count = ((-bits.next_f64()).ln_1p() / legacy_ln_not).ceil();
                // for the smallest p the denominator is 0
                if count.is_finite() { count as i64 } else { i64::MAX }
            }
            // the cast saturates
            Method::Exponential { ln_not, .. } => (-bits.standard_exponential() / ln_not).ceil() as i64,
        }
    }
}

/// Returns the number of masses 1, 2, ... whose sum reaches `u`.
fn search(p: f64, u: f64) -> i64 {
    let (mut count, mut sum, mut probability) = (1, p, p);
    while u > sum {
        probability *= 1.0 - p;
        let before = sum;
        sum += probability;
        if sum == before {
            break; // it would never reach a `u` next to 1
        }
        count += 1;
    }
    count
}

methods! {
    /// Draws samples from the [geometric distribution](Geometric): the number of trials up to and including
    /// the first success, as `numpy.random.Generator.geometric(p, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `p` is not in (0, 1]; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).geometric(0.1, 4)?;
    /// assert_eq!(x, ndarray::array![23, 23, 23, 3]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    geometric(p: f64) -> i64 = Geometric::checked(p);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).geometric(0.5, 4), &[3, 1, 3, 2]);
        numpys(default_rng(42).geometric(0.1, 4), &[23, 23, 23, 3]);
        numpys(
            default_rng(42).geometric(1e-18, 4),
            &[2404208603965994496, 2336189655824453120, 2384760999874254848, 279794289851583200],
        );
        numpys(default_rng(42).geometric(5e-324, 4), &[i64::MAX, i64::MAX, i64::MAX, i64::MAX]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for p in [-1.0, 0.0, 1.1, f64::NAN] {
            refused(|rng| rng.geometric(p, 1));
        }
    }
}
