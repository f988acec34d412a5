//! The Dirichlet distribution.

use super::beta::Beta;
use super::vectors::vectors;
use super::*;
use crate::{ErrorKind, Named, Result};

/// Gamma samples, divided by their sum.
pub(in crate::random) struct Simplex(Vec<Shape<f64>>);

impl Simplex {
    pub(in crate::random) fn new(alpha: &ArrayRef1<f64>) -> Self {
        Simplex(alpha.iter().map(|&alpha| Shape::<f64>::new(alpha)).collect())
    }

    pub(in crate::random) fn draw<B: BitGenerator>(&self, bits: &mut B, out: &mut [f64]) {
        let mut sum = 0.0;
        for (out, shape) in out.iter_mut().zip(&self.0) {
            *out = shape.draw(bits);
            sum += *out;
        }
        let inverse = 1.0 / sum;
        out.iter_mut().for_each(|out| *out *= inverse);
    }
}

#[inline(never)]
fn dirichlet(bits: Bits<'_>, alpha: &ArrayRef1<f64>, shape: &[usize]) -> Result<ArrayD<f64>, ErrorKind> {
    // the values computed from them are larger
    check_memory::<Shape<f64>>(alpha.len())?;
    check_memory::<(Beta, f64)>(alpha.len())?;
    for &alpha in alpha {
        non_negative("alpha", alpha)?;
    }
    if alpha.is_empty() || alpha.iter().any(|&alpha| alpha >= 0.1) {
        let simplex = Simplex::new(alpha);
        return with_each!(bits => vectors(shape, alpha.len(), |out| simplex.draw(bits, out)));
    }
    // the share of the remaining stick that each component takes; if all that follow are 0, nothing is left
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
    with_each!(bits => vectors(shape, breaks.len(), |out| {
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

impl<B: BitGenerator> Generator<B> {
    /// Draws samples from the Dirichlet distribution: vectors of nonnegative numbers that sum to 1, as
    /// `numpy.random.Generator.dirichlet(alpha, size)`.
    ///
    /// | argument | shape |
    /// |---|---|
    /// | `alpha` | `(k,)` |
    /// | result | `shape` and `(k,)` |
    ///
    /// The density is x_1^(a_1 - 1) ... x_k^(a_k - 1), up to a factor, where a is `alpha`, whose elements are
    /// at least 0. The vectors are [gamma](Gamma) samples divided by their sum; if all of `alpha` are below
    /// 0.1, they are made by breaking a stick of length 1 with [beta](Beta) samples.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if an element of `alpha` is negative (including -0) or NaN;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
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
        self.bits
            .with(|bits| dirichlet(bits, alpha, shape.slice()))
            .map(lanes::typed)
            .named("Generator::dirichlet")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;
    use ndarray::{Array1, array};

    #[test]
    fn draws_are_numpys() {
        let expected = [0.3174762876184857, 0.08613712680247759, 0.5963865855790367];
        numpys(default_rng(42).dirichlet(&array![1.0, 2.0, 3.0], ()), &expected);
        let expected = [0.00010585197502286317, 0.9876708497500182, 0.012223298274958884];
        numpys(default_rng(42).dirichlet(&array![0.01, 0.02, 0.03], ()), &expected);
        numpys(default_rng(42).dirichlet(&array![0.05, 0.0, 0.0], ()), &[1.0, 0.0, 0.0]);
        numpys(default_rng(42).dirichlet(&array![0.0, 0.0], ()), &[0.0, 0.0]);
    }

    #[test]
    fn components_are_the_last_axis() {
        let rng = &mut default_rng(42);
        assert_eq!(rng.dirichlet(&Array1::zeros(0), (2, 3)).unwrap().dim(), (2, 3, 0));
        assert_eq!(*rng, default_rng(42), "nothing is drawn");
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for alpha in [array![1.0, -1.0], array![f64::NAN, 1.0]] {
            refused(|rng| rng.dirichlet(&alpha, 1));
        }
    }
}
