//! Every threshold: the size from which another way of computing the same is faster.
//!
//! The figures are ratios measured by two benchmarks, on the processor named with them; repeat them there
//! before a threshold is changed:
//!
//! - `PARALLEL_*` and `SHORT_*`: `cargo bench --bench tuning` for the thresholds in force, and with
//!   `RUSTFLAGS="--cfg tuning"` for sizes below them: that build divides all of them by [`DIVISOR`].
//! - `SMALL_*` and `LAPACK_*`: `cargo bench --bench backend --features openblas-system`.
//!
//! Sizes of blocks are not here but in the loops that use them: they decide how errors add up, and so the
//! bits of a result.

/// By how much a build with `--cfg tuning` lowers the thresholds that `benches/tuning.rs` measures.
pub const DIVISOR: usize = if cfg!(tuning) { 16 } else { 1 };

// --- A second thread ---
// Number of elements from which it pays.

/// Moments, sums of products and weighted sums of one lane.
pub const PARALLEL_SUM: usize = (1 << 18) / DIVISOR;

/// Norms, and sums of integers.
pub const PARALLEL_NORM: usize = (1 << 22) / DIVISOR;

/// Elementwise functions as fast as a copy, such as `relu`.
pub const PARALLEL_CHEAP_MAP: usize = (1 << 20) / DIVISOR;

/// The other elementwise functions, such as `gelu`.
pub const PARALLEL_MAP: usize = (1 << 16) / DIVISOR;

/// The softmax family.
pub const PARALLEL_SOFTMAX: usize = (1 << 16) / DIVISOR;

/// The extremes of one lane.
pub const PARALLEL_EXTREME: usize = (1 << 19) / DIVISOR;

/// Sorting one lane.
pub const PARALLEL_SORT: usize = (1 << 15) / DIVISOR;

/// Reductions of many lanes, and their statistics.
pub const PARALLEL_LANES: usize = (1 << 18) / DIVISOR;

/// Sorting and selecting in many lanes.
pub const PARALLEL_SORT_LANES: usize = (1 << 14) / DIVISOR;

/// Order statistics of many lanes.
pub const PARALLEL_ORDER_LANES: usize = (1 << 13) / DIVISOR;

/// Order statistics of one lane.
pub const PARALLEL_SELECT: usize = (1 << 17) / DIVISOR;

/// Searches in a sorted array.
pub const PARALLEL_SEARCH: usize = (1 << 13) / DIVISOR;

/// Histograms.
pub const PARALLEL_HISTOGRAM: usize = (1 << 17) / DIVISOR;

/// Most bins of a histogram on several threads, each of which has its own.
pub const PARALLEL_BINS: usize = 1 << 14;

// --- A simpler way ---
// Largest size for which it is faster.

/// Length of the lanes that are processed one by one, with little overhead. At least 1.
pub const SHORT_LANE: usize = 16 / DIVISOR;

/// Length of a lane that is summed in one pass, without a large number to start from; longer ones would lose
/// accuracy, too.
pub const SHORT_SUM: usize = 1024 / DIVISOR;

/// Number of elements of an array whose lanes are walked one by one.
pub const SMALL_ARRAY: usize = 256 / DIVISOR;

/// Length of a lane from which order statistics use a sample.
pub const SAMPLED: usize = (1 << 13) / DIVISOR;

/// Number of bytes that are sorted by comparison, not by counting.
pub const SHORT_BYTES: usize = 32 / DIVISOR;

/// Number of keys that a selection sorts.
pub const SHORT_SELECTION: usize = 128 / DIVISOR;

/// Number of columns from which softmax works along them, without a transposed copy.
pub const NARROW: usize = 8 / DIVISOR;

// --- Our own linear algebra ---
// Largest order for which it is faster than a library.

/// Products.
pub const SMALL_PRODUCT: usize = 8;

/// Symmetric and general eigenproblems and singular values of real matrices.
pub const SMALL_DECOMPOSITION: usize = 16;

/// LU factorizations of real matrices.
pub const SMALL_LU: usize = 16;

/// LU factorizations of complex matrices.
pub const SMALL_COMPLEX_LU: usize = 4;

// --- LAPACK's threads ---

/// Order from which LU, symmetric eigenproblems and singular values use the library's threads. With two
/// threads of OpenBLAS, LU is faster from 150 to 250 on, `getri` from 200 to 350, `syevd` and `gesdd` from
/// 250 to 300; oneMKL decides by itself, and its threads pay off from 64 or 150 on.
pub const LAPACK_PARALLEL: usize = 300;

/// As [`LAPACK_PARALLEL`], for `geev`, whose threads hardly ever pay off.
pub const LAPACK_PARALLEL_GENERAL: usize = 600;

/// Order up to which routines need no more than their minimal workspaces: they request more for blocks of
/// columns, which do not pay off there.
pub const LAPACK_UNBLOCKED: usize = 32;

// --- Memory ---

/// Bytes from which huge pages are requested: NumPy's threshold.
pub const HUGE_PAGES: usize = 1 << 22;

/// Number of elements from which an allocation that cannot fail is tried first.
pub const UNCERTAIN_ALLOCATION: usize = 1 << 20;
