//! Decompositions of data, as `sklearn.decomposition`.

mod pca;

pub use pca::{FittedPca, Pca, pca};
