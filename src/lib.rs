//! NumPy's machine-learning maths for [`ndarray`]: products and layers, linear algebra, statistics,
//! reductions, sorting, activations, PCA and NumPy's seeded random numbers, on the BLAS/LAPACK that a cargo
//! feature chooses, or on none.
//!
//! ```
//! use linstat::{linear_layer, pca, softmax, solve};
//! use linstat::ndarray::array;
//!
//! let x = array![[1., 2.], [3., 4.], [5., 7.]];
//! let logits = linear_layer(&x, &array![[1., 0.], [0., 1.]], &array![0., -1.])?;
//! let p = softmax(&logits);
//! assert!((p.sum() - 3_f64).abs() < 1e-15);
//! assert_eq!(pca(&x, 1)?.dim(), (3, 1));
//! assert_eq!(solve(&array![[2., 0.], [0., 4.]], &array![2., 8.])?, array![1., 2.]);
//! # Ok::<(), linstat::Error>(())
//! ```
//!
//! # Conventions
//! - Functions have NumPy's names and semantics, and stand at the crate root and in a module per NumPy
//!   namespace: [`linalg`], [`product`], [`nn`], [`activation`], [`stats`], [`reduce`], [`sort`](mod@sort),
//!   [`decomposition`]; random numbers in [`random`].
//! - Arguments are `&ArrayRef`, so owned arrays, views, slices and transposes of every memory layout work;
//!   results are owned. Size 0 is an ordinary case.
//! - What can be refused returns a [`Result`] with an [`Error`] that names the operation and the shapes
//!   found. No function panics on any values, shape or layout. A broadcast view that would not fit into
//!   memory if what it repeats were stored is [`ErrorKind::TooLarge`], unless the result can be had without
//!   going through it. (Activations that return the array itself need memory for it, and abort without it, as
//!   `ndarray`'s `mapv` does; their `_inplace` twins do not.)
//! - Functions of real arrays give the type of their elements; statistics of whole numbers and `bool` give
//!   `f64`, sums of them `i64`. Literals need no suffix: `mean(&array![1., 2.])?`, `sum(&array![1, 2])?`.
//! - f32 is computed in f32; complex numbers are those of `num-complex`.
//! - Results are the same for every layout of the same values: to rounding in products, linear algebra, PCA
//!   and correlations, to the bit (and for every number of threads) in everything else.
//!
//! # Backends
//!
//! | feature | kernels run in | needs |
//! |---|---|---|
//! | `embedded` (default) | faer, pure Rust | nothing |
//! | `openblas-system` | the installed OpenBLAS, found by pkg-config | `libopenblas-dev` or the like |
//! | `openblas-static` | OpenBLAS, built from source by `openblas-src` | a C compiler, make, network at build time |
//! | `netlib-system` | the installed reference BLAS/LAPACK, or what stands in for it (Debian's alternatives, FlexiBLAS) | `liblapack-dev` or the like |
//! | `blis-system` | the installed BLIS, and the system's LAPACK above it | `libblis-dev`, `liblapack-dev` or the like |
//! | `mkl-system` | oneMKL with 32-bit integers (LP64), found by pkg-config; `MKL_THREADING_LAYER` chooses its threads when the program runs | Intel's packages, or `mkl-devel` from PyPI |
//! | `accelerate` | Apple's Accelerate | macOS |
//! | `custom` | the BLAS (with CBLAS) and LAPACK that the final program links; no link line is emitted | yours to provide |
//!
//! A LAPACK backend wins over `embedded` where both are on, so that one dependant can upgrade a whole
//! program; two LAPACK backends, or none at all without `embedded`, are a build error that says what to
//! write. Libraries that build on linstat should switch the default features off and leave the choice to the
//! final program; their own tests choose `embedded` in the dev-dependencies. [`backend::info`] tells at run
//! time what is really in use; [`backend::set_threads`] and [`backend::with_threads`] control its threads,
//! which calls at the same time share.
//!
//! Features change speed, last digits and signs of singular and eigenvectors, and nothing else: not shapes,
//! not order, not the set of functions, not the kind of an error. Matrices up to 8 x 8 (products) or 16 x 16
//! (factorizations) of real numbers are computed by linstat's own kernels on every backend.
//!
//! # Other features
//! `serde`: the generators of [`random`] can be saved with their state and restored.
#![deny(missing_docs, missing_debug_implementations, unsafe_code, unsafe_op_in_unsafe_fn)]
#![deny(rustdoc::broken_intra_doc_links, clippy::undocumented_unsafe_blocks)]

pub mod activation;
pub mod backend;
pub mod decomposition;
mod error;
mod kernels;
pub mod linalg;
mod loops;
mod memory;
pub mod nn;
mod number;
pub mod product;
pub mod random;
pub mod reduce;
pub mod sort;
pub mod stats;
#[doc(hidden)]
pub mod testing;
mod threads;

pub use activation::{
    gelu, gelu_inplace, gelu_tanh, gelu_tanh_inplace, leaky_relu, leaky_relu_inplace, log_softmax,
    log_softmax_axis, log_softmax_axis_inplace, log_softmax_inplace, logsumexp, logsumexp_axis, relu,
    relu_inplace, sigmoid, sigmoid_inplace, silu, silu_inplace, softmax, softmax_axis, softmax_axis_inplace,
    softmax_inplace, softplus, softplus_inplace, tanh, tanh_inplace,
};
pub use decomposition::{FittedPca, Pca, pca};
pub(crate) use error::Named;
pub use error::{Error, ErrorKind, Result};
pub use linalg::{
    Eig, Eigh, MatrixNorm, RightHandSide, SlogDet, Svd, SvdShape, det, eig, eigh, eigvals, eigvalsh, inv,
    matrix_norm, norm, normalize, slogdet, solve, svd, svdvals, trace, vector_norm, vector_norm_axis,
};
pub use ndarray;
pub use nn::linear_layer;
pub use number::{Averaged, Element, Real, Scalar, Summed};
pub use product::{Matmul, Number, dot, matmul, outer};
pub use reduce::{
    all, all_axis, any, any_axis, argmax, argmax_axis, argmin, argmin_axis, count_nonzero,
    count_nonzero_axis, cumprod, cumprod_axis, cumsum, cumsum_axis, max, max_axis, min, min_axis, prod,
    prod_axis, sum, sum_axis,
};
pub use sort::{
    Side, Sortable, TopK, UniqueCounts, UniqueInverse, argsort, argsort_axis, argsort_descending,
    argsort_descending_axis, partition, partition_axis, searchsorted, sort, sort_axis, top_k, top_k_axis,
    unique, unique_counts, unique_inverse,
};
pub use stats::{
    Bins, Histogram, OneOrMore, QuantileMethod, StandardScaler, Variables, average, average_axis,
    central_moment, central_moment_axis, corrcoef, cov, histogram, histogram_bin_edges, kurtosis,
    kurtosis_axis, mean, mean_axis, median, median_axis, nanmean, nanmean_axis, nanmedian, nanmedian_axis,
    nanpercentile, nanpercentile_axis, nanquantile, nanquantile_axis, nanstd, nanstd_axis, nanvar,
    nanvar_axis, percentile, percentile_axis, quantile, quantile_axis, quantile_element,
    quantile_element_axis, skewness, skewness_axis, standardize, std, std_axis, var, var_axis,
};
