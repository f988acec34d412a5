//! Truncated singular value decompositions of data that are not centred.

use super::pca::parts;
use super::randomized::{RandomizedSvd, randomized_svd};
use super::{check_columns, check_count, check_scores, near_one};
use crate::kernels;
use crate::memory::check_memory;
use crate::product::gemm;
use crate::random::{BitGenerator, Generator};
use crate::stats::all_finite;
use crate::{ErrorKind, Named, Real, Result, Svd, var_axis};
use ndarray::{Array1, Array2, ArrayRef2, Axis};

/// The first singular vectors of data that are not centred, as `sklearn.decomposition.TruncatedSVD`: latent
/// semantic analysis.
///
/// # Examples
/// ```
/// use linstat::TruncatedSvd;
/// use ndarray::array;
/// let counts = array![[2., 0., 1.], [4., 0., 2.], [0., 3., 0.]]; // rank 2
/// let svd = TruncatedSvd::new(2).fit(&counts)?;
/// approx::assert_abs_diff_eq!(svd.singular_values(), &array![5., 3.], epsilon = 1e-14);
/// let z = svd.transform(&counts)?;
/// approx::assert_abs_diff_eq!(svd.inverse_transform(&z)?, counts, epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("LSA", "latent semantic analysis"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TruncatedSvd {
    k: usize,
}

/// A fitted [`TruncatedSvd`].
///
/// With the feature `serde`, it can be saved and loaded (as JSON with the same bits if `serde_json` has its
/// feature `float_roundtrip`).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Loaded<T>"))]
pub struct FittedTruncatedSvd<T> {
    components: Array2<T>,
    singular_values: Array1<T>,
    explained_variance: Array1<T>,
    explained_variance_ratio: Array1<T>,
}

/// A decomposition as it was read, whose parts need not fit.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "FittedTruncatedSvd")]
struct Loaded<T> {
    components: Array2<T>,
    singular_values: Array1<T>,
    explained_variance: Array1<T>,
    explained_variance_ratio: Array1<T>,
}

#[cfg(feature = "serde")]
impl<T> TryFrom<Loaded<T>> for FittedTruncatedSvd<T> {
    type Error = &'static str;
    fn try_from(loaded: Loaded<T>) -> Result<Self, &'static str> {
        let Loaded { components, singular_values, explained_variance, explained_variance_ratio } = loaded;
        let (k, p) = components.dim();
        let values = [singular_values.len(), explained_variance.len(), explained_variance_ratio.len()];
        if k == 0 || k > p || values != [k; 3] {
            return Err("a FittedTruncatedSvd has a value for each of 1 to p components");
        }
        Ok(FittedTruncatedSvd { components, singular_values, explained_variance, explained_variance_ratio })
    }
}

impl TruncatedSvd {
    /// Creates a decomposition that keeps `k` components.
    pub fn new(k: usize) -> Self {
        TruncatedSvd { k }
    }

    /// Finds the components of the rows of `x`, of shape `(n, p)` and any memory layout, by the method of
    /// [`Pca::fit`](crate::Pca::fit), with its accuracy and signs, but without centring.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `k` is 0 or above min(n, p); [`ErrorKind::NonFinite`] for a NaN or
    /// an infinity; [`ErrorKind::TooLarge`] if memory is insufficient; [`ErrorKind::NoConvergence`] as
    /// [`svd`](crate::svd).
    pub fn fit<T: Real>(&self, x: &ArrayRef2<T>) -> Result<FittedTruncatedSvd<T>> {
        Ok(T::truncate(x, self.k, None).named("TruncatedSvd::fit")?.0)
    }

    /// Fits and transforms `x` in one call: cheaper than both, and the results are equal to rounding.
    ///
    /// # Errors
    /// As [`TruncatedSvd::fit`].
    pub fn fit_transform<T: Real>(&self, x: &ArrayRef2<T>) -> Result<(FittedTruncatedSvd<T>, Array2<T>)> {
        T::truncate(x, self.k, None).named("TruncatedSvd::fit_transform")
    }

    /// As [`fit`](Self::fit), by random projections: see [`RandomizedSvd`], with whose defaults it works, for
    /// what that costs in accuracy.
    ///
    /// # Errors
    /// As [`TruncatedSvd::fit`].
    pub fn fit_randomized<T: Real, B: BitGenerator>(
        &self,
        x: &ArrayRef2<T>,
        rng: &mut Generator<B>,
    ) -> Result<FittedTruncatedSvd<T>> {
        let samples =
            RandomizedSvd::new(self.k).samples("x", x, rng).named("TruncatedSvd::fit_randomized")?;
        Ok(T::truncate(x, self.k, Some(samples)).named("TruncatedSvd::fit_randomized")?.0)
    }
}

impl<T: Real> FittedTruncatedSvd<T> {
    /// Returns the right singular vectors, shape `(k, p)`: orthonormal rows, largest singular value first.
    pub fn components(&self) -> &Array2<T> {
        &self.components
    }

    /// Returns the singular values of the data that belong to the components, shape `(k,)`.
    pub fn singular_values(&self) -> &Array1<T> {
        &self.singular_values
    }

    /// Returns the variances of the transformed data (`ddof` 0), shape `(k,)`; they need not fall.
    pub fn explained_variance(&self) -> &Array1<T> {
        &self.explained_variance
    }

    /// Returns the share of each of these variances in the sum of those of the columns of the data, shape
    /// `(k,)`; 0 if that is 0.
    pub fn explained_variance_ratio(&self) -> &Array1<T> {
        &self.explained_variance_ratio
    }

    /// Projects the data onto the components: `(n, p)` to `(n, k)`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `x` does not have the `p` columns of the fitted data.
    pub fn transform(&self, x: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::truncated_transform(self, x).named("FittedTruncatedSvd::transform")
    }

    /// Maps components back to data: `(n, k)` to `(n, p)`. The contribution of the dropped components is
    /// lost.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `z` does not have `k` columns.
    pub fn inverse_transform(&self, z: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::truncated_inverse(self, z).named("FittedTruncatedSvd::inverse_transform")
    }
}

/// Returns the fitted model and the transformed data; by random projections if there are samples for them.
pub(super) fn truncate<T: Real>(
    x: &ArrayRef2<T>,
    k: usize,
    samples: Option<Array2<f64>>,
) -> Result<(FittedTruncatedSvd<T>, Array2<T>), ErrorKind> {
    let (n, p) = x.dim();
    check_count(k, "x", (n, p))?;
    check_memory::<T>(n.saturating_mul(p))?;
    if !all_finite(x) {
        return Err(ErrorKind::non_finite("x", x));
    }
    let (scaled, power) = near_one(x)?;
    let (components, s, mut scores) = match samples {
        Some(samples) => {
            let Svd { s, vt, .. } = randomized_svd(RandomizedSvd::new(k), &scaled, samples)?;
            let scores = gemm(&scaled, &vt.t(), T::zero(), kernels::zeros(n, k)?)?;
            (vt, s, scores)
        }
        None => {
            let found = parts(&scaled, k)?;
            (found.components, found.s, found.scores.as_standard_layout().into_owned())
        }
    };
    let variances = |x: &Array2<T>| var_axis(x, 0, Axis(0)).map_err(|error| error.kind().clone());
    let (explained, all) = (variances(&scores)?, variances(&scaled)?.sum());
    let back = power.inverse();
    scores.mapv_inplace(|z| back.times(z));
    let fitted = FittedTruncatedSvd {
        components,
        singular_values: s.mapv(|s| back.times(s)),
        explained_variance_ratio: explained.mapv(|v| if all.is_zero() { T::zero() } else { v / all }),
        explained_variance: explained.mapv(|v| back.times(back.times(v))),
    };
    Ok((fitted, scores))
}

pub(super) fn transform<T: Real>(
    fitted: &FittedTruncatedSvd<T>,
    x: &ArrayRef2<T>,
) -> Result<Array2<T>, ErrorKind> {
    check_columns(x, &fitted.components)?;
    let z = kernels::zeros(x.nrows(), fitted.components.nrows())?;
    gemm(x, &fitted.components.t(), T::zero(), z)
}

pub(super) fn inverse_transform<T: Real>(
    fitted: &FittedTruncatedSvd<T>,
    z: &ArrayRef2<T>,
) -> Result<Array2<T>, ErrorKind> {
    check_scores(z, &fitted.components)?;
    let x = kernels::zeros(z.nrows(), fitted.components.ncols())?;
    gemm(z, &fitted.components, T::zero(), x)
}
