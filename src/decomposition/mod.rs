//! Decompositions of data, as `sklearn.decomposition`.

mod pca;
mod randomized;
mod truncated;

pub(crate) use pca::Components;
pub use pca::{FittedPca, Pca, pca};
pub use randomized::RandomizedSvd;
pub use truncated::{FittedTruncatedSvd, TruncatedSvd};

use crate::ErrorKind;

/// Checks the number of components of a table, whose name errors mention.
fn check_count(k: usize, name: &str, dim: (usize, usize)) -> Result<(), ErrorKind> {
    let most = dim.0.min(dim.1);
    if (1..=most).contains(&k) {
        return Ok(());
    }
    let reason = format!("expected 1 to {most}, the smaller dimension of {name} {dim:?}, found {k}");
    Err(ErrorKind::invalid("k", reason))
}
