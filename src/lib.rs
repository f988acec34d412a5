//! linstat
#![deny(missing_docs, missing_debug_implementations, unsafe_code, unsafe_op_in_unsafe_fn)]
#![deny(rustdoc::broken_intra_doc_links, clippy::undocumented_unsafe_blocks)]

pub mod activation;
pub mod backend;
pub mod decomposition;
mod error;
pub mod linalg;
pub mod nn;
pub mod product;
mod scalar;
mod simd;
pub mod stats;

pub use activation::{relu, sigmoid, softmax, softmax_axis, tanh};
pub use decomposition::{FittedPca, Pca, pca};
pub use error::{Error, Result};
pub use linalg::{
    Eig, Eigh, MatrixNorm, RightHandSide, SlogDet, Svd, SvdShape, det, eig, eigh, eigvals, eigvalsh, inv,
    matrix_norm, norm, normalize, slogdet, solve, svd, svdvals, trace, vector_norm, vector_norm_axis,
};
pub use ndarray;
pub use nn::linear_layer;
pub use product::{Matmul, dot, matmul, outer};
pub use scalar::{Real, Scalar};
pub use stats::{mean, mean_axis, std, std_axis};
