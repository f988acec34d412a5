//! Data larger than memory, or on several machines: statistics of rows that come in blocks.
//!
//! | state | gives |
//! |---|---|
//! | [`Moments`] | mean, variance, deviation, skewness, kurtosis, minimum, maximum; [`StandardScaler::fit_stream`](crate::StandardScaler::fit_stream) |
//! | [`Covariance`] | covariances, correlations |
//! | [`TallQr`] | least squares, principal components ([`Pca::fit_stream`](crate::Pca::fit_stream)), without squaring the condition |
//! | [`Quantiles`], [`quantiles`](fn@quantiles) | exact quantiles by all 13 methods, in two passes or a few more |
//! | [`Histogram`] | counts between fixed edges |
//! | `Sketch`, with the feature `sketch` | approximate quantiles in one pass, with a stated error |
//!
//! With the feature `npy`, `stream::npy` reads blocks of an `.npy` file and writes one. Principal components
//! of a file: `Blocks::<f64>::open(path, 10_000)?.read_into(&mut qr)?`, then `Pca::new(10).fit_stream(&qr)?`,
//! for a `qr` that began as [`TallQr::new`]`(columns)`.
//!
//! # States
//! A state summarises the rows that it has seen in a few numbers per column, or per pair of columns: `update`
//! adds the rows of a block, `merge` those of another state, and the readers return what the function of the
//! same name returns for all rows at once. With the feature `serde`, a state can be saved and loaded with the
//! same bits in every format; broken ones are refused.
//!
//! **Equal bits however the rows are cut.** Rows are numbered and summarised in blocks that begin at fixed
//! multiples, and the summaries are merged in one fixed binary tree over the numbers of the blocks. So a
//! result depends on the rows and their order alone: not on how many come at a time, their memory layout, the
//! number of threads, or how many states share the work. (Products and factorizations run in the backend, on
//! one thread for each block. Those of oneMKL may depend on where memory begins; see its `MKL_CBWR`.)
//!
//! Several blocks are summarised on several threads: give `update` some ten thousand rows at a time.
//!
//! # Merging
//! States that share the rows of one table say where theirs begin, by `starting_at`, and can then be merged
//! in any order: the result has the bits of one state of all rows. If the numbers of the rows of two states
//! are not apart, as for two states that both begin at row 0, they are merged as two sets of rows: that is
//! correct to rounding, but its bits depend on the order. Rows of a later `update` follow the last row.
//!
//! ```
//! use linstat::stream::Moments;
//! use ndarray::{Array2, s};
//! let x = Array2::from_shape_fn((3000, 2), |(i, j)| ((i * 7 + j) % 100) as f64);
//! let mut all = Moments::new(2);
//! all.update(&x)?;
//!
//! let (mut first, mut second) = (Moments::new(2), Moments::new(2).starting_at(1234));
//! first.update(&x.slice(s![..1234, ..]))?;
//! second.update(&x.slice(s![1234.., ..]))?;
//! second.merge(&first)?;
//! assert_eq!(second, all);
//! # Ok::<(), linstat::Error>(())
//! ```

#[cfg(feature = "serde")]
mod bits;
mod compiled;
mod covariance;
mod histogram;
mod means;
mod moments;
#[cfg(feature = "npy")]
pub mod npy;
mod quantiles;
mod rows;
#[cfg(feature = "serde")]
mod saved;
#[cfg(feature = "sketch")]
mod sketch;
mod tall_qr;
mod tree;

pub(crate) use compiled::Streams;
pub use covariance::Covariance;
pub(crate) use histogram::Binned;
pub use histogram::Histogram;
pub use moments::Moments;
pub(crate) use quantiles::Passes;
pub use quantiles::{Quantiles, quantiles};
#[cfg(feature = "sketch")]
pub use sketch::Sketch;
pub use tall_qr::{Intercept, LeastSquares, TallQr};

use crate::{ErrorKind, Real, Result, memory};
use ndarray::Array2;

/// Returns the degrees of freedom of this many rows.
fn freedom(rows: u64, ddof: usize) -> Result<f64, ErrorKind> {
    match rows.checked_sub(ddof as u64) {
        Some(freedom) if freedom > 0 => Ok(freedom as f64),
        _ => Err(ErrorKind::invalid("ddof", format!("expected less than the {rows} rows, found {ddof}"))),
    }
}

/// Returns the matrix with elements of another type.
fn narrowed<T: Real>(x: Array2<f64>) -> Result<Array2<T>, ErrorKind> {
    memory::check_memory::<T>(x.len())?;
    Ok(x.mapv(T::of))
}
