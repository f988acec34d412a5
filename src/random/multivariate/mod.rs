//! Normal vectors.

mod eigh;
mod orthogonal;
mod svd;

use super::bit_generator::{Bits, with_each};
use super::normal::standard_normal;
use super::vectors::vectors;
use super::{BitGenerator, Generator};
use crate::kernels::zeros;
use crate::loops::lanes;
use crate::memory::check_memory;
use crate::number::PowerOfTwo;
use crate::{Error, ErrorKind, Named, Result, SvdShape};
use ndarray::{Array, Array1, Array2, ArrayD, ArrayRef1, ArrayRef2, Dimension, IntoDimension};

const OP: &str = "multivariate_normal";
/// NumPy's, for whether a covariance is one.
const TOLERANCE: f64 = 1e-8;
/// Up to this order LAPACK goes about the decompositions as [`svd`](self::svd) and [`eigh`](self::eigh) do.
const SMALL: usize = 25;
/// Beyond this size of the numbers, or its reciprocal, the decomposition is that of a multiple of the matrix: squares would leave
/// the range.
const MODERATE: f64 = 1e100;

/// How normal vectors with a given covariance are made of independent ones: NumPy's `method`. Each factor F has
/// F · Fᵀ = `cov`; they give different vectors for the same seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Factor {
    /// `u * sqrt(s)` of the singular value decomposition, NumPy's default.
    ///
    /// The vectors are NumPy's up to rounding for orders up to 25, if no two singular values are equal. The decomposition does
    /// not determine the signs of the columns, nor which basis belongs to equal values; up to that order the signs
    /// are those of LAPACK, beyond it those of the backend. Of a singular covariance the vectors are NumPy's to about 1e-8 of
    /// their size: the values that should be 0 are rounding errors, of which the roots are taken.
    #[default]
    Svd,
    /// `u * sqrt(w)` of the eigenvalues and eigenvectors. Faster.
    ///
    /// The vectors are NumPy's up to rounding for orders up to 25, if no two eigenvalues are equal and rounding does not
    /// decide a sign, as it may where many numbers are 0: as with
    /// [`Factor::Svd`], the signs are those of LAPACK up to that order, beyond it those of the backend.
    Eigh,
    /// The lower triangular factor. The fastest, for positive definite matrices only.
    Cholesky,
}

/// Normal vectors with a mean and a covariance, which is decomposed once.
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
    /// Row k is what a standard normal number k adds to the vector.
    factor: Array2<f64>,
}

impl MultivariateNormal {
    /// With this mean, of `n` numbers, and this covariance, of shape `(n, n)`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the shapes are others; [`ErrorKind::NonFinite`] for a NaN or an infinity in `cov`;
    /// [`ErrorKind::InvalidArgument`] if `cov` is not symmetric and positive semidefinite to 1e-8, as
    /// `check_valid="raise"` (NumPy warns by default); with [`Factor::Cholesky`]
    /// [`ErrorKind::NotPositiveDefinite`]. [`Factor::Eigh`] and [`Factor::Cholesky`] read the lower triangle only.
    pub fn new(mean: &ArrayRef1<f64>, cov: &ArrayRef2<f64>, factor: Factor) -> Result<Self> {
        check(mean, cov)?;
        let factor = match factor {
            Factor::Svd => decompose(cov)?.0,
            Factor::Eigh => {
                let (rows, values) = eigenvectors(cov)?;
                if values.iter().any(|&value| value < -TOLERANCE) {
                    return Err(not_semidefinite());
                }
                scaled(rows, values.mapv(f64::abs))
            }
            Factor::Cholesky => cholesky(cov)?.reversed_axes(),
        };
        Ok(MultivariateNormal { mean: mean.to_owned(), factor })
    }

    /// As the legacy generator makes them: of the right vectors where [`Factor::Svd`] takes the left ones.
    pub(super) fn legacy(mean: &ArrayRef1<f64>, cov: &ArrayRef2<f64>) -> Result<Self> {
        check(mean, cov)?;
        Ok(MultivariateNormal { mean: mean.to_owned(), factor: decompose(cov)?.1 })
    }

    /// Makes a vector of independent standard normal numbers. Always in the same order, so that one vector is the same as
    /// one of many.
    pub(super) fn place(&self, x: &mut [f64], scratch: &mut [f64]) {
        scratch.fill(0.0);
        for (&x, row) in x.iter().zip(self.factor.rows()) {
            scratch.iter_mut().zip(row).for_each(|(sum, factor)| *sum += x * factor);
        }
        x.iter_mut().zip(&self.mean).zip(scratch).for_each(|((x, mean), sum)| *x = mean + *sum);
    }

    /// An array of vectors: `shape` and then as many coordinates as the mean has.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    pub fn sample<B: BitGenerator, S: IntoDimension>(
        &self,
        generator: &mut Generator<B>,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        let shape = shape.into_dimension();
        generator.bits.with(|bits| self.vectors(bits, shape.slice())).map(lanes::typed)
    }

    #[inline(never)]
    fn vectors(&self, bits: Bits<'_>, shape: &[usize]) -> Result<ArrayD<f64>> {
        let len = self.mean.len();
        let mut scratch = vec![0.0; len];
        with_each!(bits => {
            let mut bits = bits.ahead();
            vectors(OP, shape, len, |x| {
                x.iter_mut().for_each(|x| *x = standard_normal(&mut bits));
                self.place(x, &mut scratch);
            })
        })
    }
}

fn check(mean: &ArrayRef1<f64>, cov: &ArrayRef2<f64>) -> Result<()> {
    let n = mean.len();
    if cov.dim() != (n, n) {
        return Err(Error::shape(OP, "a mean (n,) and a cov (n, n)", &[mean.shape(), cov.shape()]));
    }
    // a broadcast view has no limit
    check_memory::<f64>(n.saturating_mul(n)).named(OP)?;
    if cov.iter().all(|x| x.is_finite()) { Ok(()) } else { Err(ErrorKind::non_finite("cov", cov).at(OP)) }
}

fn not_semidefinite() -> Error {
    Error::invalid(OP, "cov", "expected a symmetric and positive semidefinite matrix")
}

/// An error of this function, not of the one that it calls.
fn renamed<T>(result: Result<T>) -> Result<T> {
    result.map_err(|error| error.into_kind().at(OP))
}

/// Row k times the square root of value k.
fn scaled(mut rows: Array2<f64>, values: Array1<f64>) -> Array2<f64> {
    for (mut row, value) in rows.rows_mut().into_iter().zip(values) {
        row *= value.sqrt();
    }
    rows
}

/// The numbers of the matrix, in rows, times a power of two that makes squares of them safe.
fn moderate(cov: &ArrayRef2<f64>) -> (PowerOfTwo, Vec<f64>) {
    let factor = PowerOfTwo::to_unit(cov.iter().fold(0.0, |max: f64, x| max.max(x.abs())), MODERATE);
    (factor, cov.iter().map(|&x| factor.times(x)).collect())
}

fn square(rows: Vec<f64>, n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(i, j)| rows[i * n + j])
}

/// The eigenvectors, a row each, and the eigenvalues.
fn eigenvectors(cov: &ArrayRef2<f64>) -> Result<(Array2<f64>, Array1<f64>)> {
    let n = cov.nrows();
    if n > SMALL {
        let eigh = renamed(crate::eigh(cov))?;
        return Ok((eigh.eigenvectors.reversed_axes(), eigh.eigenvalues));
    }
    let (factor, mut rows) = moderate(cov);
    let small = eigh::eigh(&mut rows, n).ok_or(ErrorKind::NoConvergence.at(OP))?;
    let values = small.values.into_iter().map(|value| factor.inverse().times(value)).collect();
    Ok((square(small.vectors, n), values))
}

/// The left and the right singular vectors, a row each, times the square roots of the singular values.
fn decompose(cov: &ArrayRef2<f64>) -> Result<(Array2<f64>, Array2<f64>)> {
    let n = cov.nrows();
    let (ut, s, vt) = if n > SMALL {
        let svd = renamed(crate::svd(cov, SvdShape::Reduced))?;
        (svd.u.reversed_axes(), svd.s, svd.vt)
    } else if n == 0 {
        (cov.to_owned(), Array1::zeros(0), cov.to_owned())
    } else {
        let (factor, mut rows) = moderate(cov);
        let small = svd::svd(&mut rows, n).ok_or(ErrorKind::NoConvergence.at(OP))?;
        let s = small.s.into_iter().map(|s| factor.inverse().times(s)).collect();
        (square(small.ut, n), s, square(small.vt, n))
    };
    // were it not symmetric and semidefinite, the left vectors would not be the right ones
    let back = renamed(crate::matmul(&(&vt.t() * &s), &vt))?;
    let near = |(back, cov): (&f64, &f64)| (back - cov).abs() <= TOLERANCE + TOLERANCE * cov.abs();
    if !back.iter().zip(cov).all(near) {
        return Err(not_semidefinite());
    }
    Ok((scaled(ut, s.clone()), scaled(vt, s)))
}

/// The lower triangular factor (`potrf`).
fn cholesky(cov: &ArrayRef2<f64>) -> Result<Array2<f64>> {
    let n = cov.nrows();
    let mut l = zeros(OP, n, n)?;
    for i in 0..n {
        for j in 0..=i {
            let dot = l.row(i).iter().zip(l.row(j)).take(j).map(|(x, y)| x * y).sum::<f64>();
            let rest = cov[[i, j]] - dot;
            if i != j {
                l[[i, j]] = rest / l[[j, j]];
            } else if rest > 0.0 {
                l[[i, i]] = rest.sqrt();
            } else {
                return Err(ErrorKind::NotPositiveDefinite { order: i + 1 }.at(OP));
            }
        }
    }
    Ok(l)
}

impl<B: BitGenerator> Generator<B> {
    /// Normal vectors with this mean and covariance, as `numpy.random.Generator.multivariate_normal(mean, cov, size, method=factor)`:
    /// an array of `shape` and then as many coordinates as `mean` has.
    ///
    /// The draws are NumPy's, bit for bit; the vectors are so to rounding, as far as [`Factor`] says. To draw
    /// repeatedly, keep a [`MultivariateNormal`].
    ///
    /// # Errors
    /// As [`MultivariateNormal::new`]; [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Factor, default_rng};
    /// use ndarray::array;
    /// let cov = array![[2., 0.3], [0.3, 0.5]];
    /// let x = default_rng(42).multivariate_normal(&array![1., -2.], &cov, Factor::Svd, 2)?;
    /// approx::assert_abs_diff_eq!(x, array![[0.7015569366013787, -2.7617726070016384], [-0.17537606628348223, -1.5893877927925877]], epsilon = 1e-8);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn multivariate_normal<S: IntoDimension>(
        &mut self,
        mean: &ArrayRef1<f64>,
        cov: &ArrayRef2<f64>,
        factor: Factor,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        MultivariateNormal::new(mean, cov, factor)?.sample(self, shape)
    }
}
