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
//! | task | functions |
//! |---|---|
//! | multiply matrices, vectors and stacks of them | [`matmul`], [`dot`], [`einsum`], [`tensordot`], [`linear_layer`] |
//! | solve linear systems | [`solve`], [`LuFactor`], [`CholeskyFactor`], [`solve_triangular`] |
//! | fit by least squares | [`lstsq`], [`QrFactor`], [`pinv`] |
//! | decompose | [`eig`], [`eigh`], [`svd`], [`qr`], [`cholesky`], [`RandomizedSvd`] |
//! | reduce dimensions | [`pca`], [`Pca`], [`TruncatedSvd`] |
//! | scale and describe columns | [`standardize`], [`StandardScaler`], [`mean_axis`], [`std_axis`], [`cov`], [`corrcoef`] |
//! | find quantiles and count | [`median`], [`quantile`], [`histogram`], [`bincount`], [`digitize`] |
//! | add up and compare | [`sum`], [`cumsum`], [`min`], [`argmax`], [`ptp`], [`count_nonzero`] |
//! | sort and search | [`sort`](fn@sort), [`argsort`], [`partition`], [`top_k`], [`unique`], [`searchsorted`] |
//! | apply activations | [`relu`], [`sigmoid`], [`tanh`], [`gelu`], [`softmax`], [`log_softmax`] |
//! | draw NumPy's samples | [`random::default_rng`], [`random::Generator`], [`random::RandomState`] |
//! | compare predictions and vectors | [`accuracy_score`], [`r2_score`], [`log_loss`], [`cdist`] |
//! | work in blocks | [`stream::Moments`], [`stream::Covariance`], [`stream::TallQr`], [`stream::Quantiles`] |
//!
//! The [`guide`] has pages to read: from NumPy call by call, from scikit-learn, errors and their remedies,
//! files larger than memory, arrays of other crates.
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
//! # Features
//!
//! One feature chooses the library of linear algebra: `embedded` (default; faer, pure Rust),
//! `openblas-system`, `openblas-static`, `netlib-system`, `blis-system`, `mkl-system`, `accelerate`, `custom`
//! (what the final program links). They change speed, last digits and signs of singular vectors and
//! eigenvectors, and nothing else: not shapes, order, the set of functions or the kind of an error. Products
//! of real matrices up to 8 x 8 and factorizations up to 16 x 16 (`cholesky` 32 x 32, `qr` 96 x 96) run in
//! linstat's own kernels on every backend; so do, in release builds for processors with AVX2, products of
//! row-major matrices up to 256 x 256, and of such a matrix and a vector up to 2048 x 2048, or 512 x 512
//! beside a LAPACK library with several threads (not with oneMKL or Accelerate).
//!
//! If `embedded` and a LAPACK backend are both on, the LAPACK backend is used, so one dependent crate can
//! upgrade a whole program. Two LAPACK backends, or no backend at all, are a build error that says what to
//! write. Crates that build on linstat should switch the default features off and leave the choice to the
//! final program; their own tests enable `embedded` in the dev-dependencies. [`backend::info`] returns what
//! is in use at run time.
//!
//! Each of the others adds functions, and changes no other function:
//! - `rand` (default): the generators of [`random`] sample the distributions of `rand_distr` as arrays.
//! - `metrics` (default): errors, scores, distances and entropies, in the module `metrics`.
//! - `serde`: generators, fitted models and the states of [`stream`] can be saved and restored.
//! - `npy`: `stream::npy` reads and writes tables in `.npy` files, block by block.
//! - `sketch`: `stream::Sketch`, approximate quantiles in one pass.
//!
//! # Performance
//! - Build with `--release`: unoptimised loops take many times as long. Heavy code is compiled in linstat, so
//!   a program compiles in seconds; linstat itself takes minutes, once. If you change the profile: `lto` may
//!   be anything but `"off"`, with which products and sorts take five to twenty times as long; `opt-level`
//!   should be 3: at 2, products take eight times as long.
//! - Pass slices and views instead of copies; every layout works. Arrays in C order are the fastest for
//!   reductions of whole arrays, and for lanes along the last axis.
//! - Ask for what you need: [`eigvalsh`] and [`svdvals`] take a fraction of the time of [`eigh`] and [`svd`],
//!   `SvdShape::Reduced` of `Full`, [`partition`] and [`top_k`] of a sort, [`quantile`] with several `q` of
//!   several calls; [`LuFactor`] and its kin factor once and solve often.
//! - Many small matrices are one stack: it takes a fraction of the time of a loop.
//! - Threads: [`backend::set_threads`] and [`backend::with_threads`]; calls at the same time share them, so
//!   there is nothing to set for a server or for rayon. Small problems stay on one thread.
//! - Functions that end in `_inplace` spare the memory of a result.
//!
//! # Untrusted input and memory
//! No function panics, hangs or reads outside an array, whatever its arguments. Time and memory are those of
//! the shapes that it is given: an array of n elements takes at most the inputs, the result, the workspace of
//! the LAPACK routine and one copy ([`lstsq`] two). What does not fit into memory is [`ErrorKind::TooLarge`]
//! where a `Result` is returned; the operating system may still end a program that uses what it was promised.
//! So limit the shapes of a stranger's data before the call: an eigendecomposition of order n takes n³ steps.
//! A saved state or a `.npy` file that was damaged or forged is refused, or is a valid state of other
//! numbers; its size limits what is allocated. Random numbers are not for cryptography.
//!
//! # Versions
//! The oldest Rust is 1.89, which only a new minor version raises. `ndarray` 0.17 is part of the interface
//! ([`ndarray`] is re-exported): a new one is a new minor version, too. Before 1.0, a minor version may
//! change signatures, and CHANGELOG.md says what to write instead. Error kinds and options may be added at
//! any time (they are `non_exhaustive`). Messages and the last digits of results are no part of the
//! interface; seeded random samples are: those of a version of linstat stay those of NumPy 2.4.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs, missing_debug_implementations, unsafe_code, unsafe_op_in_unsafe_fn)]
#![deny(rustdoc::broken_intra_doc_links, clippy::undocumented_unsafe_blocks)]
// the guide has links to functions of that feature
#![cfg_attr(not(feature = "metrics"), allow(rustdoc::broken_intra_doc_links))]

pub mod activation;
pub mod backend;
pub mod decomposition;
mod error;
#[cfg(any(doc, doctest))]
pub mod guide;
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

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
