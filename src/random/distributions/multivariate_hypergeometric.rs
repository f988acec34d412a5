//! The multivariate hypergeometric distribution.

use super::hypergeometric::{Hypergeometric, URN};
use super::vectors::vectors;
use super::*;
use crate::{ErrorKind, Named, Result};

#[inline(never)]
fn hypergeometric(
    bits: Bits<'_>,
    colors: &ArrayRef1<u64>,
    nsample: u64,
    shape: &[usize],
) -> Result<ArrayD<i64>, ErrorKind> {
    let colors = copied(colors)?;
    let all = colors.iter().try_fold(0u64, |sum, &color| sum.checked_add(color)).filter(|&all| all < URN);
    let Some(all) = all else {
        return Err(ErrorKind::invalid("colors", "expected a sum below 10^9"));
    };
    if nsample > all {
        let reason = format!("expected at most the sum of colors, {all}, found {nsample}");
        return Err(ErrorKind::invalid("nsample", reason));
    }
    // the rest of the urn is sampled instead
    let rest_is_sampled = nsample > all / 2;
    let sample = if rest_is_sampled { all - nsample } else { nsample };
    with_each!(bits => vectors(shape, colors.len(), |out| {
        let Some((last, others)) = out.split_last_mut() else { return };
        let (mut left, mut remaining) = (sample, all);
        for (out, &color) in others.iter_mut().zip(&colors) {
            if left == 0 {
                break;
            }
            remaining -= color;
            let urn = Hypergeometric::unchecked(color, remaining, left);
            *out = urn.draw(bits, &mut Pieces::default());
            left -= *out as u64;
        }
        *last = left as i64;
        if rest_is_sampled {
            out.iter_mut().zip(&colors).for_each(|(out, &color)| *out = color as i64 - *out);
        }
    }))
}

impl<B: BitGenerator> Generator<B> {
    /// Draws samples from the multivariate hypergeometric distribution: the number of items of each colour
    /// among `nsample` items taken from an urn that contains `colors`, as
    /// `numpy.random.Generator.multivariate_hypergeometric(colors, nsample, size)` with its default
    /// `method="marginals"`.
    ///
    /// | argument | shape |
    /// |---|---|
    /// | `colors` | `(k,)` |
    /// | result | `shape` and `(k,)` |
    ///
    /// The mass at (x_1, ..., x_k) is (c_1 over x_1) ... (c_k over x_k) / (c_1 + ... + c_k over `nsample`),
    /// where c is `colors`. Each count is a [hypergeometric](Hypergeometric) sample from the items that the
    /// previous counts leave.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the sum of `colors` is not below 10^9, or `nsample` is above it;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let x = linstat::random::default_rng(42).multivariate_hypergeometric(&array![16, 8, 4], 6, 2)?;
    /// assert_eq!(x, array![[6, 0, 0], [4, 2, 0]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn multivariate_hypergeometric<S: IntoDimension>(
        &mut self,
        colors: &ArrayRef1<u64>,
        nsample: u64,
        shape: S,
    ) -> Result<Array<i64, <S::Dim as Dimension>::Larger>> {
        let shape = shape.into_dimension();
        self.bits
            .with(|bits| hypergeometric(bits, colors, nsample, shape.slice()))
            .map(lanes::typed)
            .named("Generator::multivariate_hypergeometric")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;
    use ndarray::{Array1, array};

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).multivariate_hypergeometric(&array![16, 8, 4], 6, ()), &[6, 0, 0]);
        numpys(default_rng(42).multivariate_hypergeometric(&array![20, 30, 40], 70, ()), &[16, 22, 32]);
        let colors = array![100, 200, 300, 400, 0, 50];
        let expected = [47, 98, 147, 187, 0, 21];
        numpys(default_rng(42).multivariate_hypergeometric(&colors, 500, ()), &expected);
    }

    #[test]
    fn components_are_the_last_axis() {
        let rng = &mut default_rng(42);
        assert_eq!(rng.multivariate_hypergeometric(&Array1::zeros(0), 0, 4).unwrap().dim(), (4, 0));
        assert_eq!(*rng, default_rng(42), "nothing is drawn");
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for (colors, sample) in [(array![1, 2], 4), (array![999_999_999, 1], 1), (array![u64::MAX, 1], 1)] {
            refused(|rng| rng.multivariate_hypergeometric(&colors, sample, 1));
        }
    }
}
