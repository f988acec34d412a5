//! The multivariate normal distribution.

use super::vectors::vectors;
use super::*;
use crate::kernels::{self, Dense, Library, run_in};
use crate::{Eigh, Error, ErrorKind, Named, Result, Svd, SvdShape};
use ndarray::{Array1, Array2, ArrayRef2};

/// NumPy's tolerance for whether a covariance is symmetric and positive semidefinite.
const TOLERANCE: f64 = 1e-8;

/// Largest order for which LAPACK's `syevd` and `gesdd` work as our own kernels do, which have the same
/// signs; above it they use divide and conquer.
const MAX_ORDER: usize = 25;

/// How normal vectors with a given covariance are computed from standard normal samples: NumPy's `method`.
/// Each factor F satisfies F · Fᵀ = `cov`; different factors give different vectors for the same seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Factor {
    /// `u * sqrt(s)` of the singular value decomposition, NumPy's default.
    ///
    /// The vectors are NumPy's to rounding for orders up to 25, if no two singular values are equal. The
    /// decomposition does not determine the signs of the columns, nor the basis for equal values: up to that
    /// order the signs are those of LAPACK, above it those of the backend. With a singular covariance the
    /// vectors are NumPy's to about 1e-8 of their size, because roots are taken of rounding errors where the
    /// singular values should be 0.
    #[default]
    Svd,
    /// `u * sqrt(w)` of the eigenvalues and eigenvectors. Faster.
    ///
    /// The vectors are NumPy's to rounding for orders up to 25, if no two eigenvalues are equal and rounding
    /// decides no sign, which may happen if many entries are 0. As with [`Factor::Svd`] the signs are those
    /// of LAPACK up to that order, above it those of the backend.
    Eigh,
    /// The lower triangular factor. The fastest, for positive definite matrices only.
    Cholesky,
}

/// The multivariate normal distribution with a mean and a covariance, which is decomposed once.
///
/// With d = x - `mean` the density is exp(-dᵀ `cov`⁻¹ d / 2) / sqrt(det(2 π `cov`)). The covariance is
/// symmetric and positive semidefinite. Each vector is `mean` + F z, where F is the [`Factor`] and z contains
/// standard normal samples.
///
/// # Examples
/// ```
/// use linstat::random::{Factor, MultivariateNormal, default_rng};
/// use ndarray::array;
/// let (mean, cov) = (array![1., -2.], array![[2., 0.3], [0.3, 0.5]]);
/// let normal = MultivariateNormal::new(&mean, &cov, Factor::Svd)?;
/// let x = normal.sample(&mut default_rng(42), 10_000)?;
/// assert_eq!(x.dim(), (10_000, 2));
/// approx::assert_abs_diff_eq!(linstat::mean_axis(&x, ndarray::Axis(0))?, mean, epsilon = 0.05);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MultivariateNormal {
    mean: Array1<f64>,
    /// Row k is multiplied by standard normal sample k, and added to the vector.
    factor: Array2<f64>,
}

impl MultivariateNormal {
    /// Creates the distribution with this mean, of shape `(n,)`, and this covariance, of shape `(n, n)`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] for other shapes; [`ErrorKind::NonFinite`] for a NaN or an infinity in `cov`;
    /// [`ErrorKind::InvalidArgument`] if `cov` is not symmetric and positive semidefinite to 1e-8, as
    /// `check_valid="raise"` (NumPy warns by default); with [`Factor::Cholesky`]
    /// [`ErrorKind::NotPositiveDefinite`]. [`Factor::Eigh`] and [`Factor::Cholesky`] read the lower triangle
    /// only.
    pub fn new(mean: &ArrayRef1<f64>, cov: &ArrayRef2<f64>, factor: Factor) -> Result<Self> {
        Self::checked(mean, cov, factor).named("MultivariateNormal::new")
    }

    fn checked(mean: &ArrayRef1<f64>, cov: &ArrayRef2<f64>, factor: Factor) -> Result<Self, ErrorKind> {
        check(mean, cov)?;
        let factor = match factor {
            Factor::Svd => decompose(cov)?.0,
            Factor::Eigh => {
                let Eigh { eigenvalues: values, eigenvectors } = with_signs(cov, || crate::eigh(cov))?;
                if values.iter().any(|&value| value < -TOLERANCE) {
                    return Err(not_semidefinite());
                }
                scaled(eigenvectors.reversed_axes(), values.mapv(f64::abs))
            }
            Factor::Cholesky => {
                let mut upper = Dense::new(&cov.t())?;
                kernels::cholesky(&mut upper)?;
                upper.into_array()
            }
        };
        Ok(MultivariateNormal { mean: mean.to_owned(), factor })
    }

    /// Creates the distribution as sampled by NumPy's legacy generator, which uses the right singular vectors
    /// instead of the left ones of [`Factor::Svd`].
    pub(in crate::random) fn legacy(mean: &ArrayRef1<f64>, cov: &ArrayRef2<f64>) -> Result<Self, ErrorKind> {
        check(mean, cov)?;
        Ok(MultivariateNormal { mean: mean.to_owned(), factor: decompose(cov)?.1 })
    }

    /// Turns standard normal samples into a vector. The order of the sums is fixed, so that a single vector
    /// is the same as one of many.
    fn place(&self, x: &mut [f64], scratch: &mut [f64]) {
        scratch.fill(0.0);
        for (&x, row) in x.iter().zip(self.factor.rows()) {
            scratch.iter_mut().zip(row).for_each(|(sum, factor)| *sum += x * factor);
        }
        x.iter_mut().zip(&self.mean).zip(scratch).for_each(|((x, mean), sum)| *x = mean + *sum);
    }

    /// Draws an array of vectors, with the axes of `shape` followed by one of the length of the mean.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    pub fn sample<B: BitGenerator, S: IntoDimension>(
        &self,
        generator: &mut Generator<B>,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        self.samples(generator, shape.into_dimension()).named("MultivariateNormal::sample")
    }

    fn samples<B: BitGenerator, D: Dimension>(
        &self,
        generator: &mut Generator<B>,
        shape: D,
    ) -> Result<Array<f64, D::Larger>, ErrorKind> {
        generator.bits.with(|bits| self.vectors(bits, shape.slice())).map(lanes::typed)
    }

    #[inline(never)]
    fn vectors(&self, bits: Bits<'_>, shape: &[usize]) -> Result<ArrayD<f64>, ErrorKind> {
        with_each!(bits => self.draw(&mut bits.ahead(), shape))
    }

    pub(in crate::random) fn draw<B: BitGenerator>(
        &self,
        bits: &mut B,
        shape: &[usize],
    ) -> Result<ArrayD<f64>, ErrorKind> {
        let len = self.mean.len();
        let mut scratch = vec![0.0; len];
        vectors(shape, len, |x| {
            x.iter_mut().for_each(|x| *x = bits.standard_normal());
            self.place(x, &mut scratch);
        })
    }
}

fn check(mean: &ArrayRef1<f64>, cov: &ArrayRef2<f64>) -> Result<(), ErrorKind> {
    let n = mean.len();
    if cov.dim() != (n, n) {
        return Err(ErrorKind::shape("a mean (n,) and a cov (n, n)", &[mean.shape(), cov.shape()]));
    }
    // the length of a broadcast view has no limit
    check_memory::<f64>(n.saturating_mul(n))?;
    if cov.iter().all(|x| x.is_finite()) { Ok(()) } else { Err(ErrorKind::non_finite("cov", cov)) }
}

fn not_semidefinite() -> ErrorKind {
    ErrorKind::invalid("cov", "expected a symmetric and positive semidefinite matrix")
}

/// Multiplies row k by the square root of value k.
fn scaled(mut rows: Array2<f64>, values: Array1<f64>) -> Array2<f64> {
    for (mut row, value) in rows.rows_mut().into_iter().zip(values) {
        row *= value.sqrt();
    }
    rows
}

/// Runs a decomposition of `cov`: up to [`MAX_ORDER`] in our own kernels, so that a seed gives the same
/// vectors with every backend.
fn with_signs<R>(cov: &ArrayRef2<f64>, f: impl FnOnce() -> Result<R>) -> Result<R, ErrorKind> {
    let result = if cov.nrows() <= MAX_ORDER { run_in(Library::Small, f) } else { f() };
    result.map_err(Error::into_kind)
}

/// Returns the left and the right singular vectors, one per row, times the square roots of the singular
/// values.
fn decompose(cov: &ArrayRef2<f64>) -> Result<(Array2<f64>, Array2<f64>), ErrorKind> {
    let Svd { u, s, vt } = with_signs(cov, || crate::svd(cov, SvdShape::Reduced))?;
    // they differ if the matrix is not symmetric or not semidefinite
    let back = crate::matmul(&(&vt.t() * &s), &vt).map_err(Error::into_kind)?;
    let near = |(back, cov): (&f64, &f64)| (back - cov).abs() <= TOLERANCE + TOLERANCE * cov.abs();
    if !back.iter().zip(cov).all(near) {
        return Err(not_semidefinite());
    }
    Ok((scaled(u.reversed_axes(), s.clone()), scaled(vt, s)))
}

impl<B: BitGenerator> Generator<B> {
    /// Draws samples from the [multivariate normal distribution](MultivariateNormal), as
    /// `numpy.random.Generator.multivariate_normal(mean, cov, size, method=factor)`: an array with the axes
    /// of `shape` followed by one of the length of `mean`.
    ///
    /// The standard normal samples are NumPy's, bit for bit; the vectors are NumPy's to rounding, within the
    /// limits of [`Factor`]. To draw repeatedly, keep a [`MultivariateNormal`].
    ///
    /// # Errors
    /// As [`MultivariateNormal::new`]; [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Factor, default_rng};
    /// use ndarray::array;
    /// let cov = array![[2., 0.3], [0.3, 0.5]];
    /// let x = default_rng(42).multivariate_normal(&array![1., -2.], &cov, Factor::Svd, 2)?;
    /// let expected =
    ///     array![[0.7015569366013787, -2.7617726070016384], [-0.17537606628348223, -1.5893877927925877]];
    /// approx::assert_abs_diff_eq!(x, expected, epsilon = 1e-8);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn multivariate_normal<S: IntoDimension>(
        &mut self,
        mean: &ArrayRef1<f64>,
        cov: &ArrayRef2<f64>,
        factor: Factor,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        MultivariateNormal::checked(mean, cov, factor)
            .and_then(|normal| normal.samples(self, shape.into_dimension()))
            .named("Generator::multivariate_normal")
    }
}
