//! Principal components.

use super::randomized::{self, RandomizedSvd};
use super::truncated::{self, FittedTruncatedSvd};
use super::{check_columns, check_count, check_scores};
use crate::kernels::{self, Eigen, Vectors, kernels};
use crate::linalg::{scale_near_one, svd_of_transpose};
use crate::memory::{self, check_memory};
use crate::number::PowerOfTwo;
use crate::product::gemm;
use crate::sealed::compiled;
use crate::stats::{Columns, all_finite};
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Real, Result, Svd, norm};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, ArrayView2, Axis};
use std::f64::consts::{LN_2, PI};

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pca {
    keep: Keep,
    whitening: Whitening,
}

/// Which components are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Keep {
    Count(usize),
    /// As many as explain more than this share of the variance.
    Share(f64),
    All,
    /// As many as Minka's estimate says.
    Mle,
}

/// Whether transformed data are scaled to unit variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
enum Whitening {
    Off,
    On,
}

/// A fitted [`Pca`].
///
/// With the feature `serde`, it can be saved and loaded (as JSON with the same bits if `serde_json` has its
/// feature `float_roundtrip`).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Loaded<T>"))]
pub struct FittedPca<T> {
    whitening: Whitening,
    n_samples: usize,
    columns: Columns<T>,
    components: Array2<T>,
    singular_values: Array1<T>,
    explained_variance: Array1<T>,
    explained_variance_ratio: Array1<T>,
    /// The square root of the noise variance, which may overflow or vanish.
    noise_deviation: T,
}

/// A decomposition as it was read, whose parts need not fit.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "FittedPca")]
struct Loaded<T> {
    whitening: Whitening,
    n_samples: usize,
    columns: Columns<T>,
    components: Array2<T>,
    singular_values: Array1<T>,
    explained_variance: Array1<T>,
    explained_variance_ratio: Array1<T>,
    noise_deviation: T,
}

#[cfg(feature = "serde")]
impl<T> TryFrom<Loaded<T>> for FittedPca<T> {
    type Error = &'static str;
    fn try_from(loaded: Loaded<T>) -> Result<Self, &'static str> {
        let Loaded { whitening, n_samples, columns, components, singular_values, .. } = loaded;
        let Loaded { explained_variance, explained_variance_ratio, noise_deviation, .. } = loaded;
        let (k, p) = components.dim();
        let values = [singular_values.len(), explained_variance.len(), explained_variance_ratio.len()];
        if n_samples < 2 || k == 0 || k > n_samples.min(p) || values != [k; 3] {
            return Err("a FittedPca has a value for each of 1 to min(n, p) components");
        }
        if [columns.mean.len(), columns.rest.len()] != [p; 2] {
            return Err("a FittedPca has a mean for every column of its components");
        }
        Ok(FittedPca {
            whitening,
            n_samples,
            columns,
            components,
            singular_values,
            explained_variance,
            explained_variance_ratio,
            noise_deviation,
        })
    }
}

impl Pca {
    /// Creates an analysis that keeps `k` components, without whitening.
    pub fn new(k: usize) -> Self {
        Self::keeping(Keep::Count(k))
    }

    /// Creates an analysis that keeps as many components as it takes to explain more than this share of the
    /// total variance, above 0 and below 1, as `PCA(share)`; all of them if there is no variance.
    ///
    /// # Examples
    /// ```
    /// use linstat::Pca;
    /// use ndarray::array;
    /// let x = array![[2., 0., 1.], [0., 1., 1.], [4., 1., 1.], [2., 2., 1.]]; // shares 0.8, 0.2, 0
    /// assert_eq!(Pca::with_share(0.7).fit(&x)?.components().dim(), (1, 3));
    /// assert_eq!(Pca::with_share(0.9).fit(&x)?.components().dim(), (2, 3));
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn with_share(share: f64) -> Self {
        Self::keeping(Keep::Share(share))
    }

    /// Creates an analysis that keeps all min(n, p) components, as `PCA()`.
    pub fn all() -> Self {
        Self::keeping(Keep::All)
    }

    /// Creates an analysis that keeps as many components as T. Minka's estimate of the dimension says, as
    /// `PCA("mle")`: at least 1 and at most p - 1. The data must have at least as many rows as columns.
    ///
    /// Variances below 1e-15 count as 0, as in scikit-learn: data in very small units are to be scaled first.
    /// (Automatic choice of dimensionality for PCA, NIPS 2000.)
    #[doc(alias = "Minka")]
    pub fn mle() -> Self {
        Self::keeping(Keep::Mle)
    }

    fn keeping(keep: Keep) -> Self {
        Pca { keep, whitening: Whitening::Off }
    }

    /// Also scales each transformed component to variance 1, as `PCA(whiten=True)`: divides it by its
    /// deviation. One whose deviation is below EPSILON, whatever that of the others is, is divided by
    /// EPSILON, as in scikit-learn, and has a smaller variance: data in very small units are to be scaled
    /// first.
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
    /// A share or an estimated number of components takes all singular values of the data, without vectors,
    /// in addition.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `k` is 0 or above min(n, p), or a share is not above 0 and below 1;
    /// [`ErrorKind::Shape`] if there are fewer than two rows or no columns, and for the estimate fewer than
    /// two columns or more columns than rows; [`ErrorKind::NonFinite`] for a NaN or an infinity,
    /// [`ErrorKind::TooLarge`] if the centred data do not fit into memory, [`ErrorKind::NoConvergence`] if
    /// the singular value decomposition fails.
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
    /// Returns the number of components k: as it was asked for, or as a share or the estimate chose it.
    pub fn n_components(&self) -> usize {
        self.components.nrows()
    }

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

    /// Returns the number of rows of the data.
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// Returns the mean of the variances along the min(n, p) - k directions that were dropped, 0 if there are
    /// none: the variance that the model of [`covariance`](Self::covariance) gives every direction outside
    /// the components (M. Tipping and C. Bishop, Probabilistic principal component analysis, 1999).
    pub fn noise_variance(&self) -> T {
        self.noise_deviation * self.noise_deviation
    }

    /// Returns the covariance matrix of the model, shape `(p, p)`: of a normal distribution with the
    /// variances of the components along them and the [noise variance](Self::noise_variance) along all other
    /// directions, as `PCA.get_covariance()`. With all components, it is that of the data.
    ///
    /// It does not depend on whitening (that of scikit-learn does, and is then not the covariance of the
    /// data).
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if it does not fit into memory.
    pub fn covariance(&self) -> Result<Array2<T>> {
        T::model_covariance(self).named("FittedPca::covariance")
    }

    /// Returns the inverse of [`covariance`](Self::covariance), as `PCA.get_precision()`, by the components
    /// and without an inversion.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the model has no variance along some direction: if a deviation is at
    /// most max(n, p) * EPSILON of the largest one, of a component, or of the noise if there are fewer
    /// components than columns.
    /// [`ErrorKind::TooLarge`] if it does not fit into memory.
    pub fn precision(&self) -> Result<Array2<T>> {
        T::model_precision(self).named("FittedPca::precision")
    }

    /// Returns the logarithm of the likelihood of each row of `x` under the model of
    /// [`covariance`](Self::covariance), shape `(n,)`, as `PCA.score_samples(x)`.
    ///
    /// Computed by the components and what they leave of a row, in `n * p * k` operations, where scikit-learn
    /// multiplies by the precision matrix.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `x` does not have the `p` columns of the fitted data;
    /// [`ErrorKind::InvalidArgument`] as for [`precision`](Self::precision).
    ///
    /// # Examples
    /// ```
    /// use linstat::Pca;
    /// use ndarray::array;
    /// let x = array![[3., 0.], [-3., 0.], [0., 1.], [0., -1.]];
    /// let pca = Pca::new(1).fit(&x)?; // variances 6 and 2/3
    /// let outlier = pca.score_samples(&array![[3., 0.], [0., 5.]])?;
    /// assert!(outlier[1] < outlier[0]);
    /// approx::assert_abs_diff_eq!(pca.noise_variance(), 2. / 3., epsilon = 1e-14);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[doc(alias = "log_likelihood")]
    pub fn score_samples(&self, x: &ArrayRef2<T>) -> Result<Array1<T>> {
        T::score_samples(self, x).named("FittedPca::score_samples")
    }

    /// Returns the mean of [`score_samples`](Self::score_samples), as `PCA.score(x)`.
    ///
    /// # Errors
    /// Those of [`score_samples`](Self::score_samples), and [`ErrorKind::Shape`] if `x` has no rows.
    pub fn score(&self, x: &ArrayRef2<T>) -> Result<T> {
        T::score(self, x).named("FittedPca::score")
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

    /// Divisors for whitening; a component without variance is divided by EPSILON, as in scikit-learn. By the
    /// singular values, since variances may overflow.
    fn scale(&self) -> Option<Array1<T>> {
        match self.whitening {
            Whitening::Off => None,
            Whitening::On => {
                let freedom = ((self.n_samples - 1) as f64).sqrt();
                Some(self.singular_values.mapv(|s| T::of(s.f64() / freedom).max(T::epsilon())))
            }
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
        fn model_covariance(fitted: &FittedPca<Self>) -> Result<Array2<Self>, ErrorKind> = covariance;
        fn model_precision(fitted: &FittedPca<Self>) -> Result<Array2<Self>, ErrorKind> = precision;
        fn score_samples(fitted: &FittedPca<Self>, x: &ArrayRef2<Self>)
            -> Result<Array1<Self>, ErrorKind> = score_samples;
        fn randomized_svd(options: RandomizedSvd, a: &ArrayRef2<Self>, samples: Array2<f64>)
            -> Result<Svd<Self>, ErrorKind> = randomized::randomized_svd;
        fn truncate(x: &ArrayRef2<Self>, k: usize, samples: Option<Array2<f64>>)
            -> Result<(FittedTruncatedSvd<Self>, Array2<Self>), ErrorKind> = truncated::truncate;
        fn truncated_transform(fitted: &FittedTruncatedSvd<Self>, x: &ArrayRef2<Self>)
            -> Result<Array2<Self>, ErrorKind> = truncated::transform;
        fn truncated_inverse(fitted: &FittedTruncatedSvd<Self>, z: &ArrayRef2<Self>)
            -> Result<Array2<Self>, ErrorKind> = truncated::inverse_transform;
        fn score(fitted: &FittedPca<Self>, x: &ArrayRef2<Self>) -> Result<Self, ErrorKind> = score;
        fn decompose_triangle(pca: Pca, shape: (usize, usize), r: Array2<Self>)
            -> Result<FittedPca<Self>, ErrorKind> = decompose_triangle;
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
    check_columns(x, &fitted.components)?;
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
    check_scores(z, &fitted.components)?;
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

impl Keep {
    fn check(self, (n, p): (usize, usize)) -> Result<(), ErrorKind> {
        let most = n.min(p);
        match self {
            Keep::Count(k) => check_count(k, "x", (n, p)),
            // written so that a NaN is refused
            Keep::Share(share) if !(share > 0.0 && share < 1.0) => Err(ErrorKind::invalid(
                "share",
                format!("expected more than 0 and less than 1, found {share:?}"),
            )),
            Keep::Mle if n < p || p < 2 => {
                Err(ErrorKind::shape("x (n, p) with n >= p >= 2, for the estimate", &[&[n, p]]))
            }
            _ if most == 0 => Err(ErrorKind::shape("x (n, p) with at least one column", &[&[n, p]])),
            _ => Ok(()),
        }
    }
}

/// Returns all singular values, descending.
fn spectrum<T: Real>(centred: &Array2<T>) -> Result<Vec<f64>, ErrorKind> {
    let (parts, factor) = svd_of_transpose(centred, Vectors::None)?;
    Ok(parts.s.into_iter().map(|s| factor.times(s).f64()).collect())
}

/// Returns how many components explain more than this share of the variance.
fn enough(s: &[f64], share: f64) -> usize {
    let total: f64 = s.iter().map(|s| s * s).sum();
    let mut sum = 0.0;
    let enough = s.iter().position(|s| {
        sum += s * s;
        sum / total > share
    });
    enough.map_or(s.len(), |last| last + 1)
}

/// Returns the number of components for which the evidence is largest (T. Minka, Automatic choice of
/// dimensionality for PCA, equations 71 to 80), with the limits of scikit-learn. It does not depend on the
/// scale of the data, but for these.
fn minka(s: &[f64], n: usize) -> usize {
    const LEAST: f64 = 1e-15;
    let (p, samples) = (s.len(), n as f64);
    let spectrum: Vec<f64> = s.iter().map(|s| s * s / (samples - 1.0)).collect();
    // equal variances differ by rounding
    let difference = |x: f64, y: f64| (x - y).max(f64::EPSILON * x);
    // logarithms of the gamma function at 1/2, 1, 3/2, ..
    let mut gamma = vec![PI.ln() / 2.0, 0.0];
    (0..p).for_each(|i| gamma.push(gamma[i] + (0.5 * (i + 1) as f64).ln()));
    let (mut best, mut dimension) = (f64::NEG_INFINITY, 1);
    // sums over the pairs of a component and another direction, which grow with the rank
    let (mut differences, mut inverses) = (0.0, 0.0);
    let (mut volume, mut logarithms) = (0.0, 0.0);
    for rank in 1..p {
        let last = spectrum[rank - 1];
        if last < LEAST {
            break;
        }
        let others = p - rank;
        volume += gamma[others] - PI.ln() * (others + 1) as f64 / 2.0 - LN_2;
        logarithms += last.ln();
        differences += spectrum[rank..].iter().map(|&x| difference(last, x).ln()).sum::<f64>();
        inverses += spectrum[..rank - 1].iter().map(|x| difference(1.0 / last, 1.0 / x).ln()).sum::<f64>();
        let noise = (spectrum[rank..].iter().sum::<f64>() / others as f64).max(LEAST);
        let beside: f64 = spectrum[..rank].iter().map(|x| difference(1.0 / noise, 1.0 / x).ln()).sum();
        let pairs = p as f64 * rank as f64 - rank as f64 * (rank as f64 + 1.0) / 2.0;
        let hessian = differences + inverses + others as f64 * beside + pairs * samples.ln();
        let evidence = volume - (logarithms + others as f64 * noise.ln()) * samples / 2.0
            + (2.0 * PI).ln() * (pairs + rank as f64) / 2.0
            - hessian / 2.0
            - rank as f64 * samples.ln() / 2.0;
        if evidence > best {
            (best, dimension) = (evidence, rank);
        }
    }
    dimension
}

/// The model of a fit: its standard deviations along the components, and along all other directions.
struct Model {
    along: Vec<f64>,
    other: f64,
    /// What may be a rounding error of a deviation.
    rounding: f64,
}

impl Model {
    fn new<T: Real>(fitted: &FittedPca<T>) -> Self {
        let (other, freedom) = (fitted.noise_deviation.f64(), ((fitted.n_samples - 1) as f64).sqrt());
        let along: Vec<f64> = fitted.singular_values.iter().map(|s| (s.f64() / freedom).max(other)).collect();
        let size = fitted.n_samples.max(fitted.components.ncols()) as f64;
        let rounding = along.iter().fold(0.0, |most: f64, &s| most.max(s)) * size * T::epsilon().f64();
        Model { along, other, rounding }
    }

    /// Refuses a model without variance along some direction of a space of this dimension.
    fn check(&self, p: usize) -> Result<(), ErrorKind> {
        let zero = self.along.iter().position(|&deviation| deviation <= self.rounding);
        match zero.or((self.along.len() < p && self.other <= self.rounding).then_some(self.along.len())) {
            Some(direction) => {
                let reason =
                    format!("the model has no variance along direction {direction}: no inverse exists");
                Err(ErrorKind::invalid("model", reason))
            }
            None => Ok(()),
        }
    }

    /// Returns the matrix with the variance along each direction to the power `sign`, 1 or -1.
    fn matrix<T: Real>(&self, components: &Array2<T>, sign: i32) -> Result<Array2<T>, ErrorKind> {
        let (k, p) = components.dim();
        // of deviations near 1, whose squares neither overflow nor vanish
        let largest = self.along.iter().fold(0.0, |largest: f64, &deviation| largest.max(deviation));
        let power = PowerOfTwo::to_unit(largest, 1.0);
        let number = |deviation: f64| match power.times(deviation) {
            0.0 => T::zero(),
            deviation => T::of((deviation * deviation).powi(sign)),
        };
        let other = number(self.other);
        let mut scaled = kernels::zeros(k, p)?;
        let rows = scaled.rows_mut().into_iter().zip(components.rows());
        for ((mut to, from), &deviation) in rows.zip(&self.along) {
            let number = number(deviation) - other;
            to.zip_mut_with(&from, |to, &from| *to = number * from);
        }
        let mut matrix = gemm(&components.t(), &scaled, T::zero(), kernels::zeros(p, p)?)?;
        matrix.diag_mut().mapv_inplace(|x| x + other);
        let back = if sign > 0 { power.inverse() } else { power };
        matrix.mapv_inplace(|x| back.times(back.times(x)));
        Ok(matrix)
    }
}

fn covariance<T: Real>(fitted: &FittedPca<T>) -> Result<Array2<T>, ErrorKind> {
    Model::new(fitted).matrix(&fitted.components, 1)
}

fn precision<T: Real>(fitted: &FittedPca<T>) -> Result<Array2<T>, ErrorKind> {
    let model = Model::new(fitted);
    model.check(fitted.components.ncols())?;
    model.matrix(&fitted.components, -1)
}

fn score_samples<T: Real>(fitted: &FittedPca<T>, x: &ArrayRef2<T>) -> Result<Array1<T>, ErrorKind> {
    check_columns(x, &fitted.components)?;
    let (model, (k, p)) = (Model::new(fitted), fitted.components.dim());
    model.check(p)?;
    let logarithms = model.along.iter().map(|deviation| deviation.ln()).sum::<f64>();
    let mut constant = p as f64 * (2.0 * PI).ln() + 2.0 * logarithms;
    if k < p {
        constant += 2.0 * (p - k) as f64 * model.other.ln();
    }
    let mut scores = memory::room(x.nrows())?;
    for x in x.axis_chunks_iter(Axis(0), (AT_ONCE / p).max(1)) {
        let centred = fitted.columns.centred(&x)?;
        let c = kernels::zeros(centred.nrows(), k)?;
        let z = gemm(&centred, &fitted.components.t(), T::zero(), c)?;
        let rest = without(&centred, &z, &fitted.components)?;
        for (z, rest) in z.rows().into_iter().zip(rest.rows()) {
            let square = |x: &T, deviation: f64| (x.f64() / deviation).powi(2);
            let mut distance: f64 =
                z.iter().zip(&model.along).map(|(z, &deviation)| square(z, deviation)).sum();
            if k < p {
                distance += rest.iter().map(|x| square(x, model.other)).sum::<f64>();
            }
            scores.push(T::of(-0.5 * (distance + constant)));
        }
    }
    Ok(Array1::from(scores))
}

fn score<T: Real>(fitted: &FittedPca<T>, x: &ArrayRef2<T>) -> Result<T, ErrorKind> {
    let scores = score_samples(fitted, x)?;
    if scores.is_empty() {
        return Err(ErrorKind::shape("x (n, p) with at least one row", &[x.shape()]));
    }
    Ok(T::of(scores.iter().map(|score| score.f64()).sum::<f64>() / scores.len() as f64))
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
    let (n, p) = x.dim();
    if n < 2 {
        return Err(ErrorKind::shape("x (n, p) with at least two rows", &[x.shape()]));
    }
    pca.keep.check((n, p))?;
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
    fitted_to(pca, (n, p), columns, Scaled { data: centred, total, power: power.and(halved) })
}

/// Centred data that are scaled to be near 1, or the triangle of their QR factorization.
struct Scaled<T> {
    data: Array2<T>,
    /// The norm.
    total: T,
    power: PowerOfTwo,
}

/// Fits the components of `n` rows of `p` columns; also returns the scores of the rows of `scaled`.
fn fitted_to<T: Real>(
    Pca { keep, whitening }: Pca,
    (n, p): (usize, usize),
    columns: Columns<T>,
    Scaled { data: centred, total, power }: Scaled<T>,
) -> Result<(FittedPca<T>, Array2<T>), ErrorKind> {
    let k = match keep {
        Keep::Count(k) => k,
        Keep::All => n.min(p),
        Keep::Share(share) => enough(&spectrum(&centred)?, share),
        Keep::Mle => minka(&spectrum(&centred)?, n),
    };
    let parts = parts(&centred, k)?;
    // centred data have rank n - 1
    let rest = if k + 1 >= n { T::zero() } else { rest(&centred, total, &parts)? };
    let Parts { components, mut scores, s, .. } = parts;
    if !power.is_one() {
        scores.mapv_inplace(|z| power.inverse().times(z));
    }
    let singular_values = s.mapv(|s| power.inverse().times(s));
    let freedom = T::of((n - 1) as f64).sqrt();
    let square = |x: T| x * x;
    let dropped = n.min(p) - k;
    let noise_deviation = match dropped {
        0 => T::zero(),
        _ => power.inverse().times(rest / T::of(dropped as f64).sqrt()) / freedom,
    };
    let fitted = FittedPca {
        whitening,
        n_samples: n,
        noise_deviation,
        columns,
        components,
        explained_variance: singular_values.mapv(|s| square(s / freedom)),
        explained_variance_ratio: s.mapv(|s| if total.is_zero() { T::zero() } else { square(s / total) }),
        singular_values,
    };
    Ok((fitted, scores))
}

/// Fits the components of `n` rows of `p` columns, given the triangle of the QR factorization of the centred
/// rows; the means are left out.
fn decompose_triangle<T: Real>(
    pca: Pca,
    (n, p): (usize, usize),
    mut r: Array2<T>,
) -> Result<FittedPca<T>, ErrorKind> {
    pca.keep.check((n, p))?;
    let size = norm(&r).min(T::max_value());
    let power = PowerOfTwo::to_unit(size, T::SAFE.sqrt());
    r.mapv_inplace(|x| power.times(x));
    let columns = Columns { mean: Array1::zeros(0), rest: Array1::zeros(0) };
    // rows below the first n are 0
    let data = r.slice_move(ndarray::s![..n.min(p), ..]);
    let total = norm(&data);
    Ok(fitted_to(pca, (n, p), columns, Scaled { data, total, power })?.0)
}

impl FittedPca<f64> {
    /// Returns the model with these means and elements of another type.
    pub(crate) fn narrowed<T: Real>(self, columns: Columns<T>) -> FittedPca<T> {
        FittedPca {
            whitening: self.whitening,
            n_samples: self.n_samples,
            columns,
            components: self.components.mapv(T::of),
            singular_values: self.singular_values.mapv(T::of),
            explained_variance: self.explained_variance.mapv(T::of),
            explained_variance_ratio: self.explained_variance_ratio.mapv(T::of),
            noise_deviation: T::of(self.noise_deviation),
        }
    }
}

/// Sign convention of scikit-learn since 1.5, with a rule for ties.
fn points_down<T: Real>(component: ArrayView1<'_, T>) -> bool {
    let max = component.iter().fold(T::zero(), |max, x| max.max(x.abs()));
    let tie = max * (T::one() - T::epsilon().sqrt());
    component.iter().find(|x| x.abs() >= tie).is_some_and(|&x| x < T::zero())
}

/// The first singular values and vectors of a matrix of data.
pub(super) struct Parts<T> {
    pub(super) components: Array2<T>,
    pub(super) scores: Array2<T>,
    pub(super) s: Array1<T>,
    /// The norm of what the components leave of the data, if it was found on the way.
    rest: Option<T>,
}

/// Returns the parts of a matrix that is scaled to be near 1.
pub(super) fn parts<T: Real>(data: &Array2<T>, k: usize) -> Result<Parts<T>, ErrorKind> {
    let mut parts = match by_gram(data, k)? {
        Some(parts) => parts,
        None => by_svd(data, k)?,
    };
    orient(&mut parts.components, &mut parts.scores);
    Ok(parts)
}

/// Gives each component, and the column that belongs to it, the sign of the convention.
pub(super) fn orient<T: Real>(components: &mut Array2<T>, columns: &mut Array2<T>) {
    for (mut component, mut column) in components.rows_mut().into_iter().zip(columns.columns_mut()) {
        if points_down(component.view()) {
            component.mapv_inplace(|x| -x);
            column.mapv_inplace(|x| -x);
        }
    }
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
    let noise = rounding::<T>((n, p)) * w[0];
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
    Ok(Some(Parts { components, scores, s, rest: None }))
}

/// The relative error of the eigenvalues of a Gram matrix.
fn rounding<T: Real>((n, p): (usize, usize)) -> T {
    T::epsilon() * (T::of(16.0) + T::of(n.max(p) as f64).sqrt())
}

/// Returns the norm of what the components leave of centred data, whose norm is `total`.
fn rest<T: Real>(centred: &Array2<T>, total: T, parts: &Parts<T>) -> Result<T, ErrorKind> {
    let (k, (n, p)) = (parts.s.len(), centred.dim());
    if k == p {
        return Ok(T::zero());
    }
    if let Some(rest) = parts.rest {
        return Ok(rest);
    }
    let square = total * total;
    let rest = square - parts.s.iter().fold(T::zero(), |sum, &s| sum + s * s);
    // a difference that is small beside both is mostly rounding
    if rest * tolerance() >= rounding::<T>((n, p)) * square {
        return Ok(rest.sqrt());
    }
    left_over(centred, &parts.scores, &parts.components)
}

/// Returns the norm of what the components leave of the data.
fn left_over<T: Real>(
    centred: &Array2<T>,
    scores: &Array2<T>,
    components: &Array2<T>,
) -> Result<T, ErrorKind> {
    let rows = (AT_ONCE / centred.ncols().max(1)).max(1);
    let mut norms = Vec::new();
    for (x, z) in centred.axis_chunks_iter(Axis(0), rows).zip(scores.axis_chunks_iter(Axis(0), rows)) {
        norms.push(norm(&(without(&x, &z, components)?)));
    }
    Ok(norm(&Array1::from(norms)))
}

/// Returns what the components leave of rows with these scores.
fn without<T: Real>(
    centred: &ArrayRef2<T>,
    scores: &ArrayRef2<T>,
    components: &Array2<T>,
) -> Result<Array2<T>, ErrorKind> {
    let mut rest = gemm(scores, components, T::zero(), kernels::zeros(centred.nrows(), centred.ncols())?)?;
    rest.zip_mut_with(centred, |rest, &x| *rest = x - *rest);
    Ok(rest)
}

/// Uses the thin singular value decomposition.
fn by_svd<T: Real>(centred: &Array2<T>, k: usize) -> Result<Parts<T>, ErrorKind> {
    // the transpose of a row-major matrix needs no transposing copy; `u` and `vt` exchange their roles
    let (parts, factor) = svd_of_transpose(centred, Vectors::Reduced)?;
    let mut s: Vec<T> = parts.s.into_iter().map(|s| factor.times(s)).collect();
    let rest = norm(&ArrayView1::from(&s[k..]));
    s.truncate(k);
    let s = Array1::from(s);
    let components = parts.u.into_transpose().slice_move(ndarray::s![..k, ..]);
    let scores = parts.vt.into_transpose().slice_move(ndarray::s![.., ..k]) * &s;
    Ok(Parts { components, scores, s, rest: Some(rest) })
}
