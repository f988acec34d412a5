//! The thresholds: sizes from which another way of computing the same is faster.
//!
//! The figures are speedups, measured on two threads of an AMD EPYC (family 25, Zen 3; Rust 1.95, Debian) by
//! two benchmarks. They vary by a fifth from run to run; repeat them before a threshold is changed:
//!
//! - The first three groups: `cargo bench --bench tuning --features openblas-system` for the thresholds in
//!   force, and with `RUSTFLAGS="--cfg tuning"` for sizes below them: that build divides those of the first
//!   two groups by [`DIVISOR`], except [`PARALLEL_BINS`].
//! - A library's threads: `cargo bench --bench backend --features openblas-system`.
//!
//! Sizes of blocks are not here but in the loops that use them: they decide how errors add up, and so the
//! bits of a result.

/// The number by which a build with `--cfg tuning` divides thresholds.
pub const DIVISOR: usize = if cfg!(tuning) { 8 } else { 1 };

// --- A second thread ---
// Number of elements from which it pays.

/// Moments, sums of products and weighted sums of one lane.
/// `var` at half the threshold, at it and at twice: 1.03, 1.19, 1.44.
pub const PARALLEL_SUM: usize = (1 << 18) / DIVISOR;

/// Norms, and sums of integers.
/// `vector_norm` at the threshold and at twice: 1.09, 1.56; `norm` of 1000 x 1000 takes 91 us on one thread,
/// 51 on two.
pub const PARALLEL_NORM: usize = (1 << 19) / DIVISOR;

/// Elementwise functions as fast as a copy, such as `relu`.
/// `relu` at half the threshold, at it and at twice: 1.49, 2.22, 1.44.
pub const PARALLEL_CHEAP_MAP: usize = (1 << 20) / DIVISOR;

/// The other elementwise functions, such as `gelu`.
/// `gelu` at half the threshold, at it and at twice: 1.30, 1.85, 2.06.
pub const PARALLEL_MAP: usize = (1 << 16) / DIVISOR;

/// The softmax family.
/// `softmax_axis` at half the threshold, at it and at twice: 1.21, 1.41, 1.64.
pub const PARALLEL_SOFTMAX: usize = (1 << 16) / DIVISOR;

/// The extremes of one lane.
/// `argmax` at half the threshold, at it and at twice: 0.75, 1.2, 1.5; across rows it pays earlier.
pub const PARALLEL_EXTREME: usize = (1 << 19) / DIVISOR;

/// Sorting one lane.
/// `sort` at half the threshold, at it and at twice: 1.64, 1.48, 1.68.
pub const PARALLEL_SORT: usize = (1 << 15) / DIVISOR;

/// Reductions of many lanes, and their statistics.
/// `sum_axis` at half the threshold, at it and at twice: 1.59, 1.56, 1.65.
pub const PARALLEL_LANES: usize = (1 << 18) / DIVISOR;

/// Sorting, selecting and order statistics of many lanes.
/// `sort_axis` at half the threshold, at it and at twice: 1.68, 1.62, 1.78; `median_axis`: 1.07, 1.25, 1.28.
pub const PARALLEL_SORT_LANES: usize = (1 << 14) / DIVISOR;

/// Order statistics of one lane.
/// `median` at half the threshold, at it and at twice: 0.74, 1.02, 1.52.
pub const PARALLEL_SELECT: usize = (1 << 19) / DIVISOR;

/// Searches in a sorted array.
/// `searchsorted` at half the threshold, at it and at twice: 0.91, 0.94, 1.04; in other runs 1.3, 1.4, 1.5.
pub const PARALLEL_SEARCH: usize = (1 << 13) / DIVISOR;

/// Histograms.
/// `histogram` at half the threshold, at it and at twice: 1.12, 1.01, 1.05; in other runs 1.2, 1.2, 1.0.
pub const PARALLEL_HISTOGRAM: usize = (1 << 19) / DIVISOR;

/// Most bins of a histogram on several threads, each of which has its own.
pub const PARALLEL_BINS: usize = 1 << 14;

/// Counts and sketches of the columns of a block. As that of [`PARALLEL_MAP`]; not measured yet.
pub const PARALLEL_COUNTS: usize = (1 << 16) / DIVISOR;

/// Multiplications of a product that our own kernel computes.
pub const PARALLEL_PRODUCT: usize = (1 << 20) / DIVISOR;

/// As [`PARALLEL_PRODUCT`], of a matrix and a vector: `matvec` of 1000 f64 takes 105 us on one thread, 61 on
/// two.
pub const PARALLEL_VECTOR_PRODUCT: usize = (1 << 19) / DIVISOR;

/// Operations of a stack of matrices.
pub const PARALLEL_STACK: usize = (1 << 17) / DIVISOR;

// --- A simpler way ---
// Largest size for which it is faster.

/// Length of the lanes that are processed one by one, with little overhead. At least 1.
/// `mean_axis` at a quarter, half and the whole: 1.66, 1.52, 1.19; `var_axis` across rows: 1.77, 1.79, 1.79.
pub const SHORT_LANE: usize = 16 / DIVISOR;

/// Length of contiguous lanes that are transposed to be processed side by side.
pub const SHORT_ROWS: usize = 512 / DIVISOR;

/// Length of a lane that is summed in one pass, without a large number to start from; longer ones would lose
/// accuracy, too.
/// `mean` at a quarter, half and the whole: 1.42, 1.31, 1.15; at twice, when the threshold was higher: 0.88.
pub const SHORT_SUM: usize = 256 / DIVISOR;

/// Number of elements of an array whose lanes are walked one by one. `sum_axis` of four columns: 2.45, of a
/// square: 0.56; `var_axis` of a square: 3.12, at twice, when the threshold was higher: 0.79.
pub const SMALL_ARRAY: usize = 256 / DIVISOR;

/// Length of a lane from which order statistics use a sample.
/// `median` without a sample at a quarter and a half: 1.26, 1.17; at three quarters: 1.08.
pub const SAMPLED: usize = (1 << 13) / DIVISOR;

/// Length of a lane from which order statistics pass over it once for each group of close ranks, instead of
/// copying all keys. `quantile` of three ranks that copies, at an eighth, a quarter, half and the whole: 0.9,
/// 1.2, 1.1, 1.1.
pub const COPIED: usize = (1 << 16) / DIVISOR;

/// Most passes that are faster than the copy.
pub const PASSES: usize = 8;

/// Number of lanes that are accumulated one by one, although memory runs across them.
/// `cumsum_axis` at an eighth, a quarter, half and the whole: 1.0, 9, 5, 1.1.
pub const FEW_LANES: usize = 32 / DIVISOR;

/// Elements of the second factor of a product of integers that is used in place: copies cost more than they
/// save. `matmul` with a vector, at an eighth, a quarter, half and the whole: 1.0, 2.0, 1.7, 2.0.
pub const TINY_FACTOR: usize = 256 / DIVISOR;

/// Columns of the second factor of a product of integers that are multiplied as vectors: its rows are too
/// short to be added. `matmul` at an eighth, a quarter, half and the whole: 1.0, 1.6, 1.4, 1.1.
pub const NARROW_FACTOR: usize = 8 / DIVISOR;

/// Number of samples that are drawn one by one; for more of them, bits are drawn ahead. Uniform samples and
/// integers, which take whole blocks of bits, do not ask it. Not measured since then.
pub const FEW_DRAWS: usize = 256 / DIVISOR;

/// Number of bytes that are sorted by comparison, not by counting.
/// `sort` at a quarter, half and the whole: 7.7, 3.1, 1.6.
pub const SHORT_BYTES: usize = 256 / DIVISOR;

/// Number of elements of two bytes that are sorted by comparison, not by counting.
pub const SHORT_WORDS: usize = 4096 / DIVISOR;

/// Number of columns from which softmax works along them, without a transposed copy.
/// The copy is 7.4 times as fast for two columns, 3.7 times for four.
pub const NARROW: usize = 8 / DIVISOR;

// --- Our own linear algebra ---
// Largest order for which it is used instead of a library's, and how much faster it is.

/// Products. Over faer at 4 and 8: 0.92, 0.60; over OpenBLAS: 1.50, 0.98.
pub const SMALL_PRODUCT: usize = 8;

/// Products of two matrices, neither of which is nearly a vector, in release builds with AVX2 or AVX-512.
/// Over OpenBLAS 0.3.21 on one thread, stacks of 32 x 32: 1.5 to 2.1; at 64 and 256: 1.0, 1.08.
pub const SMALL_SQUARE_PRODUCT: usize = 256;

/// As [`SMALL_SQUARE_PRODUCT`], of a matrix and a vector.
/// Over OpenBLAS at 256 and 1000, on one thread: 1.3, 1.3.
pub const SMALL_VECTOR_PRODUCT: usize = 2048;

/// As [`SMALL_VECTOR_PRODUCT`], if a library of LAPACK has several threads, which take up work at once, as
/// ours do not: over OpenBLAS at 256 and 1000, on two threads: 0.9, 0.65.
pub const SMALL_THREADED_VECTOR_PRODUCT: usize = 512;

/// As [`SMALL_SQUARE_PRODUCT`], of matrices of which one has to be copied to row-major order.
pub const SMALL_COPIED_PRODUCT: usize = 64;

/// Symmetric and general eigenproblems and singular values of real matrices. At 16 over faer: 1.8, 2.9, 1.9;
/// over OpenBLAS: 2.0, 2.2, 2.1.
pub const SMALL_DECOMPOSITION: usize = 16;

/// QR factorizations of real matrices. Over OpenBLAS at 32, 64, 96 and 128: 2.5, 1.8, 1.3, 1.0; stacks of
/// 32 x 32: 2.9, of f32 5.9.
pub const SMALL_QR: usize = 96;

/// LU factorizations of real matrices. `inv` at 16 over faer and OpenBLAS: 1.31, 1.06; `solve` at 8: 1.19,
/// 1.36; at 16: 0.69, 0.70; a lower limit would change last digits of results.
pub const SMALL_LU: usize = 16;

/// LU factorizations of complex matrices. `inv` at 4 over faer and OpenBLAS: 2.50, 2.68; at 8: 1.38, 0.92;
/// `solve` at 4: 1.25, 1.26; at 8: 1.01, 0.98.
pub const SMALL_COMPLEX_LU: usize = 4;

// --- A library's threads ---

/// Order from which faer computes products on all threads (the cube root of the number of operations):
/// `tensordot` of order 256 takes 600 us on one thread, 372 on two.
pub const FAER_PARALLEL_PRODUCT: usize = 200;

/// Order from which faer computes LU, symmetric eigenproblems and singular values on all threads.
pub const FAER_PARALLEL: usize = 400;

/// As [`FAER_PARALLEL`], for general eigenproblems.
pub const FAER_PARALLEL_GENERAL: usize = 600;

/// Order from which LU, symmetric eigenproblems and singular values use the library's threads. With two
/// threads of OpenBLAS, LU is faster from 150 to 250 on, `getri` from 200 to 350, `syevd` and `gesdd` from
/// 250 to 300; those of oneMKL from 64 or 150 on in one run, and from 300 on in another. Below, the last
/// digits of a result do not depend on the other calls that run, nor on whether the matrix is one of a stack.
pub const LAPACK_PARALLEL: usize = 300;

/// As [`LAPACK_PARALLEL`], for `geev`, whose threads hardly ever pay off.
pub const LAPACK_PARALLEL_GENERAL: usize = 600;

/// Bisection and inverse iteration (`syevr`) find the eigenpairs that are wanted if they are at most this
/// part of all, of an order of [`LAPACK_PARALLEL`] or more; `syevd`, which finds all, is faster for more.
/// `pca` of 600 columns, over one of all components, at 1/16, 1/8 and 1/4: 2.04, 1.65, 1.02.
pub const FEW_EIGENPAIRS: usize = 4;

/// Order up to which routines need no more than their minimal workspaces: they request more for blocks of
/// columns, which do not pay off there.
pub const LAPACK_UNBLOCKED: usize = 32;

// --- Memory ---

/// Bytes from which huge pages are requested: NumPy's threshold.
pub const HUGE_PAGES: usize = 1 << 22;

/// Number of elements from which memory is asked for, and given back, before an allocation that would end the
/// program if it failed.
pub const UNCERTAIN_ALLOCATION: usize = 1 << 20;
