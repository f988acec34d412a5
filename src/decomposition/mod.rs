//! Decompositions of data, as `sklearn.decomposition`.

mod pca;
mod randomized;
mod truncated;

pub(crate) use pca::Components;
pub use pca::{FittedPca, Pca, pca};
pub use randomized::RandomizedSvd;
pub use truncated::{FittedTruncatedSvd, TruncatedSvd};
