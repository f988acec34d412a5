//! Decompositions of data, as `sklearn.decomposition`.

mod pca;

pub(crate) use pca::Components;
pub use pca::{FittedPca, Pca, pca};
