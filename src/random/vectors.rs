//! Distributions of vectors: the results have one more axis, the last, for the components.

use super::beta::Beta;
use super::binomial::{Binomial, Reuse};
use super::bit_generator::{Bits, with_each};
use super::discrete::Hypergeometric;
use super::distribution::Pieces;
use super::gamma::Shape;
use super::{BitGenerator, Distribution, Generator};
use crate::loops::lanes;
use crate::memory::check_memory;
use crate::{Error, Named, Result};
use ndarray::{Array, ArrayD, ArrayRef1, Dimension, IntoDimension, IxDyn};

/// What the number of all that are in the urn is below.
const URN: u64 = 1_000_000_000;

/// An array of vectors, each written by `draw` over zeros.
pub(super) fn vectors<T: Copy + Default>(
    op: &'static str,
    shape: &[usize],
    components: usize,
    mut draw: impl FnMut(&mut [T]),
) -> Result<ArrayD<T>> {
    let mut dim = IxDyn::zeros(shape.len() + 1);
    let (last, lengths) = dim.slice_mut().split_last_mut().expect("one axis more than the shape");
    lengths.copy_from_slice(shape);
    *last = components;
    let mut out = lanes::new(op, dim)?;
    let all = out.as_slice_mut().expect("a new array is contiguous");
    all.chunks_exact_mut(components.max(1)).for_each(&mut draw);
    Ok(out)
}

/// What both generators draw.
#[inline(never)]
pub(super) fn multinomial(
    bits: Bits<'_>,
    n: u64,
    pvals: &ArrayRef1<f64>,
    shape: &[usize],
) -> Result<ArrayD<i64>> {
    let op = "multinomial";
    let n = super::int64(op, "n", n)?;
    if pvals.is_empty() {
        return Err(Error::invalid(op, "pvals", "expected at least one"));
    }
    let pvals = super::copied(op, pvals)?;
    for &p in &pvals {
        super::probability(op, "pvals", p)?;
    }
    let (_, first) = pvals.split_last().expect("at least one probability");
    let sum = super::compensated_sum(first.iter().copied());
    if sum > 1.0 + 1e-12 {
        let reason = format!("expected at most 1 as the sum of all but the last, found {sum}");
        return Err(Error::invalid(op, "pvals", reason));
    }
    with_each!(bits => vectors(op, shape, pvals.len(), |out| {
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

#[inline(never)]
fn dirichlet(bits: Bits<'_>, alpha: &ArrayRef1<f64>, shape: &[usize]) -> Result<ArrayD<f64>> {
    let op = "dirichlet";
    // what is made of them is larger
    check_memory::<Shape<f64>>(alpha.len()).named(op)?;
    check_memory::<(Beta, f64)>(alpha.len()).named(op)?;
    for &alpha in alpha {
        super::non_negative(op, "alpha", alpha)?;
    }
    if alpha.is_empty() || alpha.iter().any(|&alpha| alpha >= 0.1) {
        let shapes: Vec<_> = alpha.iter().map(|&alpha| Shape::<f64>::new(alpha)).collect();
        return with_each!(bits => vectors(op, shape, shapes.len(), |out| {
            let mut sum = 0.0;
            for (out, shape) in out.iter_mut().zip(&shapes) {
                *out = shape.draw(bits);
                sum += *out;
            }
            let inverse = 1.0 / sum;
            out.iter_mut().for_each(|out| *out *= inverse);
        }));
    }
    // how much of the rest of the stick each takes; from where all of `alpha` are 0 on, nothing is left to take
    let mut sum = 0.0;
    let mut breaks = Vec::with_capacity(alpha.len());
    for &alpha in alpha.iter().rev() {
        breaks.push((alpha, sum));
        sum += alpha;
    }
    breaks.reverse();
    let nothing = sum == 0.0;
    let breaks: Vec<_> =
        breaks.iter().map(|&(alpha, after)| (Beta::unchecked(alpha, after), after)).collect();
    with_each!(bits => vectors(op, shape, breaks.len(), |out| {
        if nothing {
            return;
        }
        let (last, others) = out.split_last_mut().expect("at least one component");
        let mut rest = 1.0;
        for (out, &(part, after)) in others.iter_mut().zip(&breaks) {
            let part = part.draw(bits, &mut Pieces::default());
            *out = rest * part;
            rest *= 1.0 - part;
            if after == 0.0 {
                break;
            }
        }
        *last = rest;
    }))
}

#[inline(never)]
fn hypergeometric(
    bits: Bits<'_>,
    colors: &ArrayRef1<u64>,
    nsample: u64,
    shape: &[usize],
) -> Result<ArrayD<i64>> {
    let op = "multivariate_hypergeometric";
    let colors = super::copied(op, colors)?;
    let all = colors.iter().try_fold(0u64, |sum, &color| sum.checked_add(color)).filter(|&all| all < URN);
    let Some(all) = all else {
        return Err(Error::invalid(op, "colors", "expected a sum below 10^9"));
    };
    if nsample > all {
        let reason = format!("expected at most the sum of colors, {all}, found {nsample}");
        return Err(Error::invalid(op, "nsample", reason));
    }
    // the rest of the urn is as good a sample
    let rest_is_sampled = nsample > all / 2;
    let sample = if rest_is_sampled { all - nsample } else { nsample };
    with_each!(bits => vectors(op, shape, colors.len(), |out| {
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
    /// How many of `n` trials have each outcome, whose probabilities are `pvals`, as
    /// `numpy.random.Generator.multinomial(n, pvals, size)`.
    ///
    /// | argument | shape |
    /// |---|---|
    /// | `pvals` | `(k,)` |
    /// | result | `shape` and `(k,)` |
    ///
    /// The last probability is not read: it is what the others leave.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `n` is above `i64::MAX`, or `pvals` is empty, has one outside [0, 1], or all but the
    /// last sum to more than 1; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
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
        self.bits.with(|bits| multinomial(bits, n, pvals, shape.slice())).map(lanes::typed)
    }

    /// Dirichlet numbers: non-negative ones that sum to 1, as `numpy.random.Generator.dirichlet(alpha, size)`.
    ///
    /// | argument | shape |
    /// |---|---|
    /// | `alpha` | `(k,)` |
    /// | result | `shape` and `(k,)` |
    ///
    /// Normalised gamma numbers; if all of `alpha` are below 0.1, by breaking a stick with beta numbers.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if one of `alpha` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that
    /// does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::{array, s};
    /// let x = linstat::random::default_rng(42).dirichlet(&array![1., 2., 3.], 5)?;
    /// assert_eq!(x.dim(), (5, 3));
    /// assert_eq!(x.slice(s![0, ..]), array![0.3174762876184857, 0.08613712680247759, 0.5963865855790367]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn dirichlet<S: IntoDimension>(
        &mut self,
        alpha: &ArrayRef1<f64>,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        let shape = shape.into_dimension();
        self.bits.with(|bits| dirichlet(bits, alpha, shape.slice())).map(lanes::typed)
    }

    /// How many of each colour are among `nsample` taken out of an urn that holds `colors`, as
    /// `numpy.random.Generator.multivariate_hypergeometric(colors, nsample, size)` with its default `method="marginals"`.
    ///
    /// | argument | shape |
    /// |---|---|
    /// | `colors` | `(k,)` |
    /// | result | `shape` and `(k,)` |
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the sum of `colors` is not below 10^9, or `nsample` is above it;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
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
        self.bits.with(|bits| hypergeometric(bits, colors, nsample, shape.slice())).map(lanes::typed)
    }
}

#[cfg(test)]
mod tests {
    use crate::random::default_rng;
    use ndarray::{Array1, array};

    // NumPy 2.4.6, default_rng(42), a vector of each
    #[test]
    fn numpys_numbers() {
        let x = default_rng(42).multinomial(20, &array![0.2, 0.3, 0.5], ()).unwrap();
        assert_eq!(x, array![5, 5, 10]);
        let x = default_rng(42)
            .multinomial(1000, &array![0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], ())
            .unwrap();
        assert_eq!(x, array![106, 86, 97, 97, 112, 85, 107, 119, 99, 92]);
        let x = default_rng(42).multinomial(5, &array![1.0, 0.0, 0.0], ()).unwrap();
        assert_eq!(x, array![5, 0, 0]);
        let x = default_rng(42).multinomial(9223372036854775807, &array![0.3, 0.3, 0.4], ()).unwrap();
        assert_eq!(x, array![2767011608456861696, 2767011611395473920, 3689348817002440191]);
        let x = default_rng(42).dirichlet(&array![1.0, 2.0, 3.0], ()).unwrap();
        assert_eq!(x, array![0.3174762876184857, 0.08613712680247759, 0.5963865855790367]);
        let x = default_rng(42).dirichlet(&array![0.01, 0.02, 0.03], ()).unwrap();
        assert_eq!(x, array![0.00010585197502286317, 0.9876708497500182, 0.012223298274958884]);
        let x = default_rng(42).dirichlet(&array![0.05, 0.0, 0.0], ()).unwrap();
        assert_eq!(x, array![1.0, 0.0, 0.0]);
        let x = default_rng(42).dirichlet(&array![0.0, 0.0], ()).unwrap();
        assert_eq!(x, array![0.0, 0.0]);
        let x = default_rng(42).multivariate_hypergeometric(&array![16, 8, 4], 6, ()).unwrap();
        assert_eq!(x, array![6, 0, 0]);
        let x = default_rng(42).multivariate_hypergeometric(&array![20, 30, 40], 70, ()).unwrap();
        assert_eq!(x, array![16, 22, 32]);
        let x =
            default_rng(42).multivariate_hypergeometric(&array![100, 200, 300, 400, 0, 50], 500, ()).unwrap();
        assert_eq!(x, array![47, 98, 147, 187, 0, 21]);
    }

    #[test]
    fn components_are_the_last_axis() {
        let rng = &mut default_rng(42);
        assert_eq!(rng.multinomial(5, &array![0.5, 0.5], (2, 0)).unwrap().dim(), (2, 0, 2));
        assert_eq!(rng.dirichlet(&Array1::zeros(0), (2, 3)).unwrap().dim(), (2, 3, 0));
        assert_eq!(rng.multivariate_hypergeometric(&Array1::zeros(0), 0, 4).unwrap().dim(), (4, 0));
        assert_eq!(*rng, default_rng(42), "nothing is drawn");
        assert_eq!(rng.multinomial(5, &array![0.5, 0.5], ndarray::IxDyn(&[3])).unwrap().shape(), [3, 2]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        let rng = &mut default_rng(42);
        for pvals in [array![], array![0.6, 0.6, 0.1], array![-0.1, 1.0], array![0.5, f64::NAN]] {
            assert!(rng.multinomial(5, &pvals, 1).is_err(), "multinomial(5, {pvals})");
        }
        assert!(rng.multinomial(1 << 63, &array![1.0], 1).is_err());
        for alpha in [array![1.0, -1.0], array![f64::NAN, 1.0]] {
            assert!(rng.dirichlet(&alpha, 1).is_err(), "dirichlet({alpha})");
        }
        for (colors, sample) in [(array![1, 2], 4), (array![999_999_999, 1], 1), (array![u64::MAX, 1], 1)] {
            assert!(rng.multivariate_hypergeometric(&colors, sample, 1).is_err(), "{colors}, {sample}");
        }
        assert_eq!(*rng, default_rng(42), "nothing is drawn");
    }
}
