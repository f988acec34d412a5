//! Decompositions of data, as `sklearn.decomposition`.
//!
//! | task | here |
//! |---|---|
//! | principal components, applied to the same rows | [`pca`] |
//! | the same, to keep: how many by a count, a share of the variance, or the data; whitening; the model's scores | [`Pca`], [`FittedPca`] |
//! | the same without centring, as for counts of words | [`TruncatedSvd`], [`FittedTruncatedSvd`] |
//! | the leading singular vectors of a large matrix, approximately | [`RandomizedSvd`] |
//! | principal components of rows that come in blocks | [`Pca::fit_stream`], of a [`TallQr`](crate::stream::TallQr) |

mod pca;
mod randomized;
mod truncated;

pub(crate) use pca::Components;
pub use pca::{FittedPca, Pca, pca};
pub use randomized::RandomizedSvd;
pub use truncated::{FittedTruncatedSvd, TruncatedSvd};

use crate::number::PowerOfTwo;
use crate::{ErrorKind, Real, kernels, norm};
use ndarray::{Array2, ArrayRef2};

/// Checks the number of components of a table, whose name errors mention.
fn check_count(k: usize, name: &str, dim: (usize, usize)) -> Result<(), ErrorKind> {
    let most = dim.0.min(dim.1);
    if (1..=most).contains(&k) {
        return Ok(());
    }
    let reason = format!("expected 1 to {most}, the smaller dimension of {name} {dim:?}, found {k}");
    Err(ErrorKind::invalid("k", reason))
}

/// Checks that data have the columns of these components.
fn check_columns<T>(x: &ArrayRef2<T>, components: &ArrayRef2<T>) -> Result<(), ErrorKind> {
    if x.ncols() == components.ncols() {
        return Ok(());
    }
    Err(ErrorKind::shape("x (n, p) for components (k, p)", &[x.shape(), components.shape()]))
}

/// Checks that transformed data have a column for each component.
fn check_scores<T>(z: &ArrayRef2<T>, components: &ArrayRef2<T>) -> Result<(), ErrorKind> {
    if z.ncols() == components.nrows() {
        return Ok(());
    }
    Err(ErrorKind::shape("z (n, k) for components (k, p)", &[z.shape(), components.shape()]))
}

/// Copies a matrix, multiplied by the power that is also returned, so that squares can be summed.
fn near_one<T: Real>(x: &ArrayRef2<T>) -> Result<(Array2<T>, PowerOfTwo), ErrorKind> {
    let power = PowerOfTwo::to_unit(norm(x).min(T::max_value()), T::SAFE.sqrt());
    let mut scaled = kernels::zeros(x.nrows(), x.ncols())?;
    scaled.zip_mut_with(x, |to, &x| *to = power.times(x));
    Ok((scaled, power))
}
