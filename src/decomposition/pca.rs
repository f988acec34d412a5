//! Principal components.

use crate::kernels::{self, Eigen, Vectors, kernels};
use crate::linalg::{scale_near_one, svd_of_transpose};
use crate::memory::check_memory;
use crate::number::PowerOfTwo;
use crate::product::gemm;
use crate::sealed::compiled;
use crate::stats::{Columns, all_finite};
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Real, Result, norm};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, ArrayView2, Axis};

/// Returns the first `k` principal components of the rows of `x`: the centred data in the basis of the
/// directions of largest variance, as `sklearn.decomposition.PCA(k).fit_transform(x)`.
///
/// `x` has shape `(n, p)`, one sample per row, and any memory layout; the result has shape `(n, k)`. Use
/// [`Pca`] for the components themselves, for new data, or for whitening; it also describes the method.
///
/// # Errors
/// As [`Pca::fit`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[1., 1.], [2., 2.], [3., 3.]];
/// let scores = linstat::pca(&x, 1)?;
/// let root = 2_f64.sqrt();
/// approx::assert_abs_diff_eq!(scores, array![[-root], [0.], [root]], epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "PCA")]
pub fn pca<T: Real>(x: &ArrayRef2<T>, k: usize) -> Result<Array2<T>> {
    Ok(T::decompose(x, Pca::new(k)).named("pca")?.1)
}

/// Principal component analysis with its options, as `sklearn.decomposition.PCA`.
///
/// # Examples
/// ```
/// use linstat::Pca;
/// use ndarray::array;
/// let x = array![[2., 0., 1.], [0., 1., 1.], [4., 1., 1.], [2., 2., 1.]];
/// let pca = Pca::new(2).fit(&x)?;
/// approx::assert_abs_diff_eq!(*pca.explained_variance_ratio(), array![0.8, 0.2], epsilon = 1e-14);
/// let z = pca.transform(&x)?;
/// approx::assert_abs_diff_eq!(pca.inverse_transform(&z)?, x, epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pca {
    k: usize,
    whitening: Whitening,
}

/// Whether transformed data are scaled to unit variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whitening {
    Off,
    On,
}

/// A fitted [`Pca`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedPca<T> {
    whitening: Whitening,
    columns: Columns<T>,
    components: Array2<T>,
    singular_values: Array1<T>,
    explained_variance: Array1<T>,
    explained_variance_ratio: Array1<T>,
}

impl Pca {
    /// Creates an analysis that keeps `k` components, without whitening.
    pub fn new(k: usize) -> Self {
        Pca { k, whitening: Whitening::Off }
    }

    /// Also scales each transformed component to variance 1, as `PCA(whiten=True)`.
    pub fn whiten(self) -> Self {
        Pca { whitening: Whitening::On, ..self }
    }

    /// Finds the principal components of the rows of `x`, of shape `(n, p)` and any memory layout.
    ///
    /// Computes the eigenvectors of the smaller of the Gram matrices `xᵀx` and `xxᵀ` of the centred data
    /// (`syrk`, then `syevr` for the `k` largest) if the computed spectrum shows that its squared condition
    /// costs no accuracy; otherwise the thin singular value decomposition of the data (`gesdd`). In both
    /// cases the singular values agree with those of a full decomposition to 1e-10 relative for f64 and 1e-4
    /// for f32, those near zero to `max(n, p) * EPSILON` times the largest; the components are orthonormal to
    /// the same tolerance.
    ///
    /// The sign of each component is such that its entry of largest absolute value is positive, as in
    /// scikit-learn; if several entries are largest to rounding, the first one counts. Equal data therefore
    /// give equal components on every backend.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `k` is 0 or above min(n, p), [`ErrorKind::Shape`] if there are fewer
    /// than two rows, [`ErrorKind::NonFinite`] for a NaN or an infinity, [`ErrorKind::TooLarge`] if the
    /// centred data do not fit into memory, [`ErrorKind::NoConvergence`] if the singular value decomposition
    /// fails.
    pub fn fit<T: Real>(&self, x: &ArrayRef2<T>) -> Result<FittedPca<T>> {
        Ok(T::decompose(x, *self).named("Pca::fit")?.0)
    }

    /// Fits and transforms `x` in one call: cheaper than [`Pca::fit`] and [`FittedPca::transform`], and the
    /// results are equal to rounding.
    ///
    /// # Errors
    /// As [`Pca::fit`].
    pub fn fit_transform<T: Real>(&self, x: &ArrayRef2<T>) -> Result<(FittedPca<T>, Array2<T>)> {
        T::fit_transform(*self, x).named("Pca::fit_transform")
    }
}

impl<T: Real> FittedPca<T> {
    /// Returns the principal directions, shape `(k, p)`: orthonormal rows, largest variance first.
    pub fn components(&self) -> &Array2<T> {
        &self.components
    }

    /// Returns the column means of the data, shape `(p,)`.
    pub fn mean(&self) -> &Array1<T> {
        &self.columns.mean
    }

    /// Returns the singular values of the centred data that belong to the components, shape `(k,)`.
    pub fn singular_values(&self) -> &Array1<T> {
        &self.singular_values
    }

    /// Returns the variance along each component, `singular_values² / (n - 1)`, shape `(k,)`.
    pub fn explained_variance(&self) -> &Array1<T> {
        &self.explained_variance
    }

    /// Returns the share of each component in the total variance of the data, shape `(k,)`.
    pub fn explained_variance_ratio(&self) -> &Array1<T> {
        &self.explained_variance_ratio
    }

    /// Projects the data onto the components: `(n, p)` to `(n, k)`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `x` does not have the `p` columns of the fitted data.
    pub fn transform(&self, x: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::transform(self, x).named("FittedPca::transform")
    }

    /// Maps components back to data: `(n, k)` to `(n, p)`. The contribution of the dropped components is
    /// lost.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `z` does not have `k` columns.
    pub fn inverse_transform(&self, z: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::inverse_transform(self, z).named("FittedPca::inverse_transform")
    }

    /// Divisors for whitening; a component without variance is divided by EPSILON, as in scikit-learn.
    fn scale(&self) -> Option<Array1<T>> {
        match self.whitening {
            Whitening::Off => None,
            Whitening::On => Some(self.explained_variance.mapv(|v| v.sqrt().max(T::epsilon()))),
        }
    }
}

compiled! {
    /// Principal components, compiled for both reals. Private: it seals [`Real`].
    Components: crate::Real; f32, f64; {
        fn decompose(x: &ArrayRef2<Self>, pca: Pca) -> Result<(FittedPca<Self>, Array2<Self>), ErrorKind> = decompose;
        fn fit_transform(pca: Pca, x: &ArrayRef2<Self>)
            -> Result<(FittedPca<Self>, Array2<Self>), ErrorKind> = fit_transform;
        fn transform(fitted: &FittedPca<Self>, x: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = transform;
        fn inverse_transform(fitted: &FittedPca<Self>, z: &ArrayRef2<Self>)
            -> Result<Array2<Self>, ErrorKind> = inverse_transform;
    }
}

fn fit_transform<T: Real>(pca: Pca, x: &ArrayRef2<T>) -> Result<(FittedPca<T>, Array2<T>), ErrorKind> {
    let (fitted, mut scores) = decompose(x, pca)?;
    if let Some(scale) = fitted.scale() {
        scores /= &scale;
    }
    Ok((fitted, scores))
}

fn transform<T: Real>(fitted: &FittedPca<T>, x: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    if x.ncols() != fitted.components.ncols() {
        let found = [x.shape(), fitted.components.shape()];
        return Err(ErrorKind::shape("x (n, p) for components (k, p)", &found));
    }
    let onto_components = |centred: Array2<T>| {
        let c = kernels::zeros(centred.nrows(), fitted.components.nrows())?;
        gemm(&centred, &fitted.components.t(), T::zero(), c)
    };
    let overflows = fitted.columns.large().next().is_some();
    let product = |x: ArrayView2<'_, T>| {
        let z = onto_components(fitted.columns.centred(&x)?)?;
        if overflows && !all_finite(&z) {
            return Ok(onto_components(fitted.columns.centred_halves(&x)?)? * T::of(2.0));
        }
        Ok(z)
    };
    let mut z = if x.len() <= AT_ONCE {
        product(x.view())?
    } else {
        let mut z = kernels::zeros(x.nrows(), fitted.components.nrows())?;
        let rows = (AT_ONCE / x.ncols()).max(1);
        for (x, mut z) in x.axis_chunks_iter(Axis(0), rows).zip(z.axis_chunks_iter_mut(Axis(0), rows)) {
            z.assign(&product(x)?);
        }
        z
    };
    if let Some(scale) = fitted.scale() {
        z /= &scale;
    }
    Ok(z)
}

fn inverse_transform<T: Real>(fitted: &FittedPca<T>, z: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    if z.ncols() != fitted.components.nrows() {
        let found = [z.shape(), fitted.components.shape()];
        return Err(ErrorKind::shape("z (n, k) for components (k, p)", &found));
    }
    let scale = fitted.scale();
    let mut scaled = None;
    if let Some(scale) = &scale {
        check_memory::<T>(z.len())?;
        scaled = Some(z.to_owned() * scale);
    }
    let z: &ArrayRef2<T> = scaled.as_deref().unwrap_or(z);
    let x = from_components(fitted, z, T::one())?;
    if fitted.columns.large().next().is_some() && !all_finite(&x) {
        check_memory::<T>(z.len())?;
        let half = T::of(0.5);
        return Ok(from_components(fitted, &z.mapv(|z| z * half), half)? * T::of(2.0));
    }
    Ok(x)
}

/// Maps `z` back to data with `share` of their means.
fn from_components<T: Real>(
    fitted: &FittedPca<T>,
    z: &ArrayRef2<T>,
    share: T,
) -> Result<Array2<T>, ErrorKind> {
    let c = kernels::zeros(z.nrows(), fitted.components.ncols())?;
    let mut x = gemm(z, &fitted.components, T::zero(), c)?;
    // the smaller term first
    for mut row in x.rows_mut() {
        let means = fitted.columns.mean.iter().zip(&fitted.columns.rest);
        row.iter_mut().zip(means).for_each(|(x, (&mean, &rest))| *x = (*x + rest * share) + mean * share);
    }
    Ok(x)
}

/// Number of elements that are centred at once: large enough for a fast product, small compared to memory.
const AT_ONCE: usize = 1 << 22;

/// Maximal relative difference between the kept singular values and those of a full decomposition.
fn tolerance<T: Real>() -> T {
    // 1e-10 for f64, 1e-4 for f32
    if T::epsilon() < T::of(1e-10) { T::of(1e-10) } else { T::of(1e-4) }
}

/// Returns the fitted model and the transformed data, not whitened.
fn decompose<T: Real>(x: &ArrayRef2<T>, pca: Pca) -> Result<(FittedPca<T>, Array2<T>), ErrorKind> {
    let Pca { k, whitening } = pca;
    let (n, p) = x.dim();
    if n < 2 {
        return Err(ErrorKind::shape("x (n, p) with at least two rows", &[x.shape()]));
    }
    if k == 0 || k > n.min(p) {
        let reason = format!("expected 1 to min(n, p) = {} for x {:?}, found {k}", n.min(p), x.dim());
        return Err(ErrorKind::invalid("k", reason));
    }
    check_memory::<T>(n.saturating_mul(p))?;
    let columns = Columns::new(x)?;
    let mut centred = columns.centred(x)?;
    let mut total = norm(&centred);
    let mut halved = PowerOfTwo::none();
    if !total.is_finite() && !all_finite(&centred) {
        if !all_finite(x) {
            return Err(ErrorKind::non_finite("x", x));
        }
        // the deviations from the means overflow
        centred = columns.centred_halves(x)?;
        total = norm(&centred);
        halved = PowerOfTwo::of(-1);
    }
    // The squares are summed below, so very large and very small data are scaled to be near 1, without
    // rounding.
    let power = PowerOfTwo::to_unit(total.min(T::max_value()), T::SAFE.sqrt());
    if !power.is_one() {
        centred.mapv_inplace(|c| power.times(c));
        total = norm(&centred);
    }
    let power = power.and(halved);
    let parts = match by_gram(&centred, k)? {
        Some(parts) => parts,
        None => by_svd(&centred, k)?,
    };
    let Parts { mut components, mut scores, s } = parts;
    for (mut component, mut score) in components.rows_mut().into_iter().zip(scores.columns_mut()) {
        if points_down(component.view()) {
            component.mapv_inplace(|x| -x);
            score.mapv_inplace(|x| -x);
        }
    }
    if !power.is_one() {
        scores.mapv_inplace(|z| power.inverse().times(z));
    }
    let singular_values = s.mapv(|s| power.inverse().times(s));
    let freedom = T::of((n - 1) as f64).sqrt();
    let square = |x: T| x * x;
    let fitted = FittedPca {
        whitening,
        columns,
        components,
        explained_variance: singular_values.mapv(|s| square(s / freedom)),
        explained_variance_ratio: s.mapv(|s| if total.is_zero() { T::zero() } else { square(s / total) }),
        singular_values,
    };
    Ok((fitted, scores))
}

/// Sign convention of scikit-learn since 1.5, with a rule for ties.
fn points_down<T: Real>(component: ArrayView1<'_, T>) -> bool {
    let max = component.iter().fold(T::zero(), |max, x| max.max(x.abs()));
    let tie = max * (T::one() - T::epsilon().sqrt());
    component.iter().find(|x| x.abs() >= tie).is_some_and(|&x| x < T::zero())
}

struct Parts<T> {
    components: Array2<T>,
    scores: Array2<T>,
    s: Array1<T>,
}

/// Uses the eigenvectors of the smaller Gram matrix; `None` if that would cost accuracy.
fn by_gram<T: Real>(centred: &Array2<T>, k: usize) -> Result<Option<Parts<T>>, ErrorKind> {
    let (n, p) = centred.dim();
    let samples_are_fewer = n < p;
    if k == n {
        return Ok(None); // centred data have rank n - 1
    }
    let thin: ArrayView2<'_, T> = if samples_are_fewer { centred.t() } else { centred.view() };
    let mut gram = kernels::<T>(n.max(p), SMALL_DECOMPOSITION).gram(&thin)?;
    let (size, max) = (gram.rows(), gram.max_part());
    let factor = scale_near_one(&mut gram, max);
    let (mut w, v) =
        match kernels::<T>(size, SMALL_DECOMPOSITION).eigh(gram, Eigen::Vectors, Some(size - k..size)) {
            // the inverse iteration behind `syevr` gives up on large clusters of equal eigenvalues
            Err(ErrorKind::NoConvergence) => return Ok(None),
            result => result?,
        };
    let mut v = v.into_array();
    w.reverse();
    v.invert_axis(Axis(1));

    // Rounding shifts every eigenvalue by about EPSILON times the largest one. Relative to the smallest kept
    // eigenvalue that is `noise / w[k - 1]`, and half of it for its square root.
    let noise = T::epsilon() * (T::of(16.0) + T::of(n.max(p) as f64).sqrt()) * w[0];
    // written so that a NaN uses the fallback
    let accurate = w[k - 1] * tolerance::<T>() * T::of(2.0) >= noise && w[k - 1] > T::zero();
    if !accurate {
        return Ok(None);
    }
    let s = Array1::from_iter(w.into_iter().map(|w| factor.times(w).sqrt()));
    let (components, scores) = if samples_are_fewer {
        // v holds the left vectors: components = diag(1/s) · vᵀ · centred
        let c = kernels::zeros(k, p)?;
        let mut components = gemm(&v.t(), centred, T::zero(), c)?;
        components.rows_mut().into_iter().zip(&s).for_each(|(mut row, &s)| row.mapv_inplace(|x| x / s));
        (components, v.as_standard_layout().into_owned() * &s)
    } else {
        let c = kernels::zeros(n, k)?;
        let scores = gemm(centred, &v, T::zero(), c)?;
        (v.reversed_axes().as_standard_layout().into_owned(), scores)
    };
    Ok(Some(Parts { components, scores, s }))
}

/// Uses the thin singular value decomposition.
fn by_svd<T: Real>(centred: &Array2<T>, k: usize) -> Result<Parts<T>, ErrorKind> {
    // the transpose of a row-major matrix needs no transposing copy; `u` and `vt` exchange their roles
    let (parts, factor) = svd_of_transpose(centred, Vectors::Reduced)?;
    let s: Array1<T> = parts.s.into_iter().take(k).map(|s| factor.times(s)).collect();
    let components = parts.u.into_transpose().slice_move(ndarray::s![..k, ..]);
    let scores = parts.vt.into_transpose().slice_move(ndarray::s![.., ..k]) * &s;
    Ok(Parts { components, scores, s })
}
