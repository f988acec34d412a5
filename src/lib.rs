//! NumPy's machine-learning maths for [`ndarray`]: products and layers, linear algebra, statistics,
//! reductions, sorting, activations, PCA and NumPy's seeded random samples. A cargo feature chooses the
//! BLAS/LAPACK library; the default needs none.
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
//! - Functions have NumPy's names and semantics. They are at the crate root and in one module per NumPy
//!   namespace: [`linalg`], [`product`], [`nn`], [`activation`], [`stats`], [`reduce`], [`numeric`],
//!   [`sort`](mod@sort), [`decomposition`], `metrics`; random sampling is in [`random`], data
//!   in blocks are in [`stream`].
//! - A function whose name ends in `_axis` is the one along an axis, the last argument; reductions and
//!   statistics also take several axes and keep them ([`Axes`], [`KeepDims`]). One that ends in `_inplace`
//!   overwrites its argument.
//! - Arguments are `&ArrayRef`, so owned arrays, views, slices and transposes of every memory layout work.
//!   Results are owned. Size 0 is an ordinary case.
//! - Functions that can fail return a [`Result`] with an [`Error`] that names the operation and the shapes
//!   found. No function panics, whatever the values, shape or layout. A broadcast view whose elements would
//!   not fit into memory if they were all stored is [`ErrorKind::TooLarge`], unless the result can be
//!   computed without visiting all of them. (Activations that return the array itself need memory for it and
//!   abort if there is none, like `ndarray`'s `mapv`; their `_inplace` twins do not.)
//! - Functions of real arrays return the type of their elements. Statistics of integers and `bool` return
//!   `f64`, sums of them `i64`. Literals need no suffix: `mean(&array![1., 2.])?`, `sum(&array![1, 2])?`.
//! - f32 is computed in f32; complex numbers are those of `num-complex`. Reductions, means, variances,
//!   medians, covariances and sorting take them as linear algebra does ([`Entry`], [`HasMean`], [`HasSum`]).
//! - Results do not depend on the memory layout: up to rounding in products, linear algebra, PCA and
//!   correlations, bit for bit (and for every number of threads) in everything else.
//!
//! # Backends
//!
//! | feature | kernels run in | needs |
//! |---|---|---|
//! | `embedded` (default) | faer, pure Rust | nothing |
//! | `openblas-system` | the installed OpenBLAS, found by pkg-config | `libopenblas-dev` or equivalent |
//! | `openblas-static` | OpenBLAS, built from source by `openblas-src` | a C compiler, make, network at build time |
//! | `netlib-system` | the installed reference BLAS/LAPACK or its replacement (Debian's alternatives, FlexiBLAS) | `liblapack-dev` or equivalent |
//! | `blis-system` | the installed BLIS, and the system's LAPACK on top of it | `libblis-dev`, `liblapack-dev` or equivalent |
//! | `mkl-system` | oneMKL with 32-bit integers (LP64), found by pkg-config; `MKL_THREADING_LAYER` chooses its threads at run time | Intel's packages, or `mkl-devel` from PyPI |
//! | `accelerate` | Apple's Accelerate | macOS |
//! | `custom` | the BLAS (with CBLAS) and LAPACK that the final program links; no link line is emitted | you provide them |
//!
//! If `embedded` and a LAPACK backend are both on, the LAPACK backend is used, so one dependent crate can
//! upgrade a whole program. Two LAPACK backends, or no backend at all, are a build error that says what to
//! write. Crates that build on linstat should switch the default features off and leave the choice to the
//! final program; their own tests enable `embedded` in the dev-dependencies. [`backend::info`] returns what
//! is in use at run time. [`backend::set_threads`] and [`backend::with_threads`] control the number of
//! threads; concurrent calls share them.
//!
//! These features change speed, last digits and signs of singular vectors and eigenvectors, and nothing
//! else: not shapes, order, the set of functions or the kind of an error. Products of real matrices up to
//! 8 x 8 and factorizations up to 16 x 16 run in linstat's own kernels on every backend.
//!
//! # Other features
//! - `rand` (default): the generators of [`random`] sample the distributions of `rand_distr` as arrays.
//! - `metrics` (default): errors, scores, distances and entropies, in the module `metrics`.
//! - `serde`: generators, fitted models and the states of [`stream`] can be saved and restored.
//! - `npy`: `stream::npy` reads and writes tables in `.npy` files, block by block.
//! - `sketch`: `stream::Sketch`, approximate quantiles in one pass.
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
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "metrics/disabled.rs"]
mod metrics;
pub mod nn;
mod number;
pub mod numeric;
pub mod product;
pub mod random;
pub mod reduce;
mod sealed;
pub mod sort;
pub mod stats;
pub mod stream;
#[doc(hidden)]
pub mod testing;
mod threads;
mod tuning;

pub use activation::*;
pub use decomposition::*;
pub(crate) use error::Named;
pub use error::{Error, ErrorKind, Result};
pub use linalg::*;
#[cfg(feature = "metrics")]
pub use metrics::*;
pub use ndarray;
pub use nn::*;
pub use number::{Averaged, Element, Entry, HasMean, HasSum, Real, Scalar, Summed};
pub use numeric::*;
pub use product::*;
pub use reduce::*;
pub use sort::*;
pub use stats::*;
