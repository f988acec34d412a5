//! The multinomial distribution.

use super::binomial::{Binomial, Reuse};
use super::vectors::vectors;
use super::*;
use crate::{ErrorKind, Named, Result};

/// Draws the samples for both generators: each count is a binomial sample with the trials that the previous
/// counts leave.
#[inline(never)]
pub(in crate::random) fn multinomial(
    bits: Bits<'_>,
    n: u64,
    pvals: &ArrayRef1<f64>,
    shape: &[usize],
) -> Result<ArrayD<i64>, ErrorKind> {
    let n = int64("n", n)?;
    if pvals.is_empty() {
        return Err(ErrorKind::invalid("pvals", "expected at least one probability, found none"));
    }
    let pvals = copied(pvals)?;
    for &p in &pvals {
        probability("pvals", p)?;
    }
    let (_, first) = pvals.split_last().expect("at least one probability");
    let sum = compensated_sum(first.iter().copied());
    if sum > 1.0 + 1e-12 {
        let reason = format!("expected at most 1 as the sum of all but the last, found {sum:?}");
        return Err(ErrorKind::invalid("pvals", reason));
    }
    with_each!(bits => vectors(shape, pvals.len(), |out| {
        let (last, others) = out.split_last_mut().expect("at least one component");
        let (mut left, mut rest) = (n, 1.0);
        for (out, &p) in others.iter_mut().zip(first) {
            *out = Binomial::unchecked(left, p / rest, Reuse::One).draw(bits, &mut Pieces::default());
            left -= *out;
            if left <= 0 {
                return;
            }
            rest -= p;
        }
        *last = left;
    }))
}

impl<B: BitGenerator> Generator<B> {
    /// Draws samples from the multinomial distribution: the number of times that each outcome occurs in `n`
    /// trials, with probabilities `pvals`, as `numpy.random.Generator.multinomial(n, pvals, size)`.
    ///
    /// | argument | shape |
    /// |---|---|
    /// | `pvals` | `(k,)` |
    /// | result | `shape` and `(k,)` |
    ///
    /// The mass at (x_1, ..., x_k) is `n`! / (x_1! ... x_k!) p_1^x_1 ... p_k^x_k. The last probability is not
    /// read: it is 1 minus the sum of the others. Each count is a [binomial](Binomial) sample with the trials
    /// that the previous counts leave.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is above `i64::MAX`, or `pvals` is empty, has an element outside
    /// [0, 1], or all but the last sum to more than 1; [`ErrorKind::TooLarge`] if the array does not fit into
    /// memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let x = linstat::random::default_rng(42).multinomial(20, &array![0.2, 0.3, 0.5], 2)?;
    /// assert_eq!(x, array![[5, 5, 10], [6, 6, 8]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn multinomial<S: IntoDimension>(
        &mut self,
        n: u64,
        pvals: &ArrayRef1<f64>,
        shape: S,
    ) -> Result<Array<i64, <S::Dim as Dimension>::Larger>> {
        let shape = shape.into_dimension();
        self.bits
            .with(|bits| multinomial(bits, n, pvals, shape.slice()))
            .map(lanes::typed)
            .named("Generator::multinomial")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;
    use ndarray::{Array1, array};

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).multinomial(20, &array![0.2, 0.3, 0.5], ()), &[5, 5, 10]);
        let tenths = Array1::from_elem(10, 0.1);
        let expected = [106, 86, 97, 97, 112, 85, 107, 119, 99, 92];
        numpys(default_rng(42).multinomial(1000, &tenths, ()), &expected);
        numpys(default_rng(42).multinomial(5, &array![1.0, 0.0, 0.0], ()), &[5, 0, 0]);
        let expected = [2767011608456861696, 2767011611395473920, 3689348817002440191];
        numpys(default_rng(42).multinomial(9223372036854775807, &array![0.3, 0.3, 0.4], ()), &expected);
    }

    #[test]
    fn components_are_the_last_axis() {
        let rng = &mut default_rng(42);
        assert_eq!(rng.multinomial(5, &array![0.5, 0.5], (2, 0)).unwrap().dim(), (2, 0, 2));
        assert_eq!(*rng, default_rng(42), "nothing is drawn");
        assert_eq!(rng.multinomial(5, &array![0.5, 0.5], ndarray::IxDyn(&[3])).unwrap().shape(), [3, 2]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for pvals in [array![], array![0.6, 0.6, 0.1], array![-0.1, 1.0], array![0.5, f64::NAN]] {
            refused(|rng| rng.multinomial(5, &pvals, 1));
        }
        refused(|rng| rng.multinomial(1 << 63, &array![1.0], 1));
    }
}
