//! Distributions of integers.

use super::RandomState;
use crate::Result;
use crate::loops::lanes;
use crate::random::bit_generator::Bits;
use crate::random::{Binomial, BitGenerator, Geometric, Poisson, int64, vectors};
use ndarray::{Array, ArrayRef1, Dimension, IntoDimension};

impl RandomState {
    /// How many of `n` trials succeed, each with probability `p`, as `numpy.random.binomial(n, p, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `n` is above `i64::MAX`, or `p` is not in [0, 1]; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array
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
        self.array("binomial", shape, |random| random.one_binomial(&binomial))
    }

    /// Poisson numbers with mean `lam`, as `numpy.random.poisson(lam, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `lam` is negative (-0 is) or NaN, or above 9.22e18; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array
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
        self.array("poisson", shape, |random| random.one_poisson(&poisson))
    }

    /// How many trials it takes to succeed with probability `p`, as `numpy.random.geometric(p, size)`.
    ///
    /// Numbers above `i64::MAX`, for a `p` below 1e-17, become that; NumPy's are then unspecified.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `p` is not above 0 and at most 1; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit
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
        let geometric = Geometric::new(p)?;
        self.array("geometric", shape, |random| {
            if p < 1.0 / 3.0 { inverted(p, random.bits.next_f64()) } else { random.one_geometric(&geometric) }
        })
    }

    /// How many of `n` trials have each of several outcomes, a row each, as `numpy.random.multinomial(n, pvals, size)`:
    /// `shape` and then as many counts as there are probabilities. The last probability is not read: it is what the
    /// others leave.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `n` is above `i64::MAX`, or `pvals` has one outside [0, 1], or all but the last sum to
    /// more than 1; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
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
        let shape = shape.into_dimension();
        let shape = shape.slice();
        if pvals.is_empty() {
            int64("multinomial", "n", n)?;
            return vectors::vectors("multinomial", shape, 0, |_| {}).map(lanes::typed);
        }
        vectors::multinomial(Bits::Mt19937(&mut self.bits), n, pvals, shape).map(lanes::typed)
    }
}

// Not generic, and so compiled here and not in every crate that draws.
impl RandomState {
    fn one_binomial(&mut self, binomial: &Binomial) -> i64 {
        self.one(binomial)
    }

    fn one_poisson(&mut self, poisson: &Poisson) -> i64 {
        self.one(poisson)
    }

    fn one_geometric(&mut self, geometric: &Geometric) -> i64 {
        self.one(geometric)
    }
}

fn inverted(p: f64, u: f64) -> i64 {
    let count = ((-u).ln_1p() / (1.0 - p).ln()).ceil();
    // for the least p the denominator is 0
    if count.is_finite() { count as i64 } else { i64::MAX }
}
