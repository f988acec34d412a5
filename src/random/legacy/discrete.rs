//! Distributions of integers.

use super::RandomState;
use crate::random::binomial::Binomial;
use crate::random::distribution::Pieces;
use crate::random::poisson::Poisson;
use crate::random::{BitGenerator, Distribution};
use crate::{Error, Result};
use ndarray::{Array, ArrayRef1, Dimension, IntoDimension};

impl RandomState {
    fn one(&mut self, distribution: &impl Distribution<i64>) -> i64 {
        distribution.draw(&mut self.bits, &mut Pieces::default())
    }

    /// How many of `n` trials succeed, each with probability `p`, as `numpy.random.binomial(n, p, size)`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `n` is above `i64::MAX`, or `p` is not in [0, 1]; [`Error::TooLarge`] for an array
    /// that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).binomial(100, 0.6, 3)?;
    /// assert_eq!(x, ndarray::array![60, 58, 65]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn binomial<S: IntoDimension>(&mut self, n: u64, p: f64, shape: S) -> Result<Array<i64, S::Dim>> {
        let binomial = Binomial::legacy(n, p)?;
        self.array("binomial", shape, |random| random.one(&binomial))
    }

    /// Poisson numbers with mean `lam`, as `numpy.random.poisson(lam, size)`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `lam` is negative (-0 is) or NaN, or above 9.22e18; [`Error::TooLarge`] for an array
    /// that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).poisson(3., 3)?;
    /// assert_eq!(x, ndarray::array![4, 1, 3]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn poisson<S: IntoDimension>(&mut self, lam: f64, shape: S) -> Result<Array<i64, S::Dim>> {
        let poisson = Poisson::new(lam)?;
        self.array("poisson", shape, |random| random.one(&poisson))
    }

    /// How many trials it takes to succeed with probability `p`, as `numpy.random.geometric(p, size)`.
    ///
    /// Numbers above `i64::MAX`, for a `p` below 1e-17, become that; NumPy's are then unspecified.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `p` is not above 0 and at most 1; [`Error::TooLarge`] for an array that does not fit
    /// into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).geometric(0.2, 3)?;
    /// assert_eq!(x, ndarray::array![3, 14, 6]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn geometric<S: IntoDimension>(&mut self, p: f64, shape: S) -> Result<Array<i64, S::Dim>> {
        if !(p > 0.0 && p <= 1.0) {
            let reason = format!("expected more than 0 and at most 1, found {p:?}");
            return Err(Error::invalid("geometric", "p", reason));
        }
        self.array("geometric", shape, |random| {
            let u = random.bits.next_f64();
            if p >= 0.333_333_333_333_333_3 { searched(p, u) } else { inverted(p, u) }
        })
    }

    /// How many of `n` trials have each of several outcomes, a row each, as `numpy.random.multinomial(n, pvals, size)`: `shape` and
    /// then as many counts as there are probabilities. The last probability is what is left of 1, whatever is said.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if `n` is above `i64::MAX`, if a probability is not in [0, 1], or if all but the last one sum
    /// to more than 1; [`Error::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// use ndarray::array;
    /// let x = RandomState::new(42).multinomial(10, &array![0.5, 0.3, 0.2], 2)?;
    /// assert_eq!(x, array![[4, 2, 4], [6, 2, 2]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn multinomial<S: IntoDimension>(
        &mut self,
        n: u64,
        pvals: &ArrayRef1<f64>,
        shape: S,
    ) -> Result<Array<i64, <S::Dim as Dimension>::Larger>> {
        const OP: &str = "multinomial";
        let Ok(trials) = i64::try_from(n) else {
            return Err(Error::invalid(OP, "n", format!("expected at most {}, found {n}", i64::MAX)));
        };
        if let Some(p) = pvals.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Err(Error::invalid(OP, "pvals", format!("expected 0 to 1, found {p:?}")));
        }
        let firsts = pvals.len().saturating_sub(1);
        let sum = crate::random::compensated_sum(pvals.iter().take(firsts).copied());
        if sum > 1.0 + 1e-12 {
            let reason = format!("expected a sum of at most 1 without the last, found {sum}");
            return Err(Error::invalid(OP, "pvals", reason));
        }
        self.rows(OP, shape, pvals.len(), |random, row: &mut [i64]| {
            let (mut left, mut rest) = (trials, 1.0);
            for (out, &p) in row.iter_mut().zip(pvals).take(firsts) {
                // rounding may have made `rest` smaller than `p`; NumPy's method gives the same then as for 1, or 0
                let share = if p > 0.0 { (p / rest).clamp(0.0, 1.0) } else { 0.0 };
                let Ok(binomial) = Binomial::legacy(left as u64, share) else { return };
                *out = random.one(&binomial);
                left -= *out;
                if left <= 0 {
                    return;
                }
                rest -= p;
            }
            row[firsts] = left;
        })
    }
}

/// The least count up to which the probabilities sum to at least u.
fn searched(p: f64, u: f64) -> i64 {
    let (mut count, mut sum, mut product) = (1, p, p);
    // once the probability vanishes, the sum does not grow any more
    while u > sum && product > 0.0 {
        product *= 1.0 - p;
        sum += product;
        count += 1;
    }
    count
}

fn inverted(p: f64, u: f64) -> i64 {
    let count = ((-u).ln_1p() / (1.0 - p).ln()).ceil();
    // for the least p the denominator is 0
    if count.is_finite() { count as i64 } else { i64::MAX }
}
