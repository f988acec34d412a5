//! Singular value decompositions of low rank by random projections.

use super::{check_count, near_one, pca};
use crate::kernels;
use crate::memory::check_memory;
use crate::product::gemm;
use crate::random::{BitGenerator, Generator};
use crate::stats::all_finite;
use crate::{ErrorKind, Named, QrShape, Real, Result, Svd, SvdShape};
use ndarray::{Array2, ArrayRef2, s};

/// The first singular values and vectors of a matrix by random projections, as
/// `sklearn.utils.extmath.randomized_svd`.
///
/// For an `(m, n)` matrix and `k` values it takes about `4 (q + 1) m n (k + p)` operations, with `q` power
/// iterations and `p` more columns than values: fewer than the product of the matrix with its transpose, by
/// which [`Pca`](crate::Pca) works, if `k + p` is below min(m, n) / (4 q + 4). What it leaves of the matrix,
/// in the 2-norm, is on average at most the value `k + 1`, which is the least that is possible, times 1 plus
///
/// `(1 + √(k / (p - 1)) + e √(k + p) / p · √(min(m, n) - k))^(1 / (2 q + 1))`
///
/// (N. Halko, P.-G. Martinsson and J. Tropp, Finding structure with randomness, SIAM Review 2011, corollary
/// 10.10 and section 9.4). So the results are exact to rounding for a matrix of rank `k`, good where the
/// values fall fast, and poor where they do not: a value is too small by up to the value `k + 1` times that
/// factor, and vectors of values that are close to it are mixtures. Nothing in linstat uses it unless it is
/// asked for.
///
/// # Examples
/// ```
/// use linstat::random::default_rng;
/// use linstat::{RandomizedSvd, matmul};
/// use ndarray::{Array1, Array2};
/// let factor = Array2::from_shape_fn((200, 3), |(i, j)| ((i * (j + 2)) % 7) as f64);
/// let a = matmul(&factor, &factor.t())?; // rank 3
/// let svd = RandomizedSvd::new(3).compute(&a, &mut default_rng(0))?;
/// let product = matmul(&(&svd.u * &svd.s), &svd.vt)?;
/// approx::assert_abs_diff_eq!(product, a, epsilon = 1e-9);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("Halko", "sketch", "low rank"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RandomizedSvd {
    k: usize,
    oversampling: usize,
    power_iterations: u8,
}

impl RandomizedSvd {
    /// Creates a decomposition with `k` values, 10 more columns and 4 power iterations (scikit-learn: 7 if
    /// `k` is below a tenth of min(m, n)).
    pub fn new(k: usize) -> Self {
        RandomizedSvd { k, oversampling: 10, power_iterations: 4 }
    }

    /// Sets by how many columns the projection is larger than the number of values; 2 or more for the bound.
    pub fn oversampling(self, columns: usize) -> Self {
        RandomizedSvd { oversampling: columns, ..self }
    }

    /// Sets the number of power iterations, each of which multiplies by the matrix and its transpose. Vectors
    /// are made orthonormal after each product, so that small values survive (scikit-learn: triangular
    /// factors, which are cheaper and lose a few digits).
    pub fn power_iterations(self, iterations: u8) -> Self {
        RandomizedSvd { power_iterations: iterations, ..self }
    }

    /// Computes the decomposition of `a`, of shape `(m, n)` and any memory layout: `u` of shape `(m, k)`, `s`
    /// of shape `(k,)`, descending, and `vt` of shape `(k, n)`.
    ///
    /// The projection takes `min(m, n) * (k + p)` standard normal samples, row by row, from the generator;
    /// the same seed gives the same result, to rounding on other backends. The entry of largest absolute
    /// value of each row of `vt` is positive (scikit-learn: of each column of `u`).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `k` is 0 or above min(m, n); [`ErrorKind::NonFinite`] for a NaN or
    /// an infinity; [`ErrorKind::TooLarge`] if memory is insufficient; [`ErrorKind::NoConvergence`] as
    /// [`svd`](crate::svd).
    pub fn compute<T: Real, B: BitGenerator>(
        &self,
        a: &ArrayRef2<T>,
        rng: &mut Generator<B>,
    ) -> Result<Svd<T>> {
        let samples = self.samples("a", a, rng).named("RandomizedSvd::compute")?;
        T::randomized_svd(*self, a, samples).named("RandomizedSvd::compute")
    }

    /// Checks a matrix with this name and draws the projection.
    pub(super) fn samples<T: Real, B: BitGenerator>(
        &self,
        name: &'static str,
        a: &ArrayRef2<T>,
        rng: &mut Generator<B>,
    ) -> Result<Array2<f64>, ErrorKind> {
        check_count(self.k, name, a.dim())?;
        check_memory::<T>(a.len())?;
        if !all_finite(a) {
            return Err(ErrorKind::non_finite(name, a));
        }
        let most = a.nrows().min(a.ncols());
        let columns = self.k.saturating_add(self.oversampling).min(most);
        rng.standard_normal((most, columns)).map_err(|_| ErrorKind::TooLarge { dim: most })
    }
}

/// Of a finite matrix; `samples` has as many rows as the matrix has rows or columns, whichever are fewer.
pub(super) fn randomized_svd<T: Real>(
    options: RandomizedSvd,
    a: &ArrayRef2<T>,
    samples: Array2<f64>,
) -> Result<Svd<T>, ErrorKind> {
    let (m, n) = a.dim();
    let (scaled, power) = near_one(a)?;
    let is_wide = m < n;
    let a = if is_wide { scaled.t() } else { scaled.view() };
    let times =
        |x: &ArrayRef2<T>, y: &ArrayRef2<T>| gemm(x, y, T::zero(), kernels::zeros(x.nrows(), y.ncols())?);
    let orthonormal = |y: Array2<T>| Ok(T::qr(&y, QrShape::Reduced)?.q);
    let mut y = times(&a, &samples.mapv(T::of))?;
    for _ in 0..options.power_iterations {
        let z = orthonormal(times(&a.t(), &orthonormal(y)?)?)?;
        y = times(&a, &z)?;
    }
    let q = orthonormal(y)?;
    let Svd { u, s, vt } = T::svd(&times(&q.t(), &a)?, SvdShape::Reduced)?;
    let k = options.k;
    let u = times(&q, &u.slice(s![.., ..k]))?;
    let (mut u, mut vt) = (u, vt.slice_move(s![..k, ..]));
    if is_wide {
        (u, vt) = (vt.reversed_axes(), u.reversed_axes());
    }
    pca::orient(&mut vt, &mut u);
    let s = s.slice_move(s![..k]).mapv(|s| power.inverse().times(s));
    Ok(Svd { u, s, vt })
}
