//! Statistics of rows that several machines share, over MPI: the [states of linstat](linstat::stream), merged
//! over all ranks.
//!
//! | function | gives, on every rank |
//! |---|---|
//! | [`moments`], [`fit_scaler`] | means, variances, skewness, kurtosis, extremes; the scaler |
//! | [`covariance`], [`cov`], [`corrcoef`] | covariances, correlations |
//! | [`tall_qr`], [`fit_pca`], [`lstsq`] | principal components and least squares, without squaring the condition |
//! | [`quantiles`] | exact quantiles by all 13 methods |
//! | [`all_merge`] | the state of all rows, of the state that each rank has |
//! | [`agree`] | what each rank has done alone, if all of them could |
//!
//! A table is an array on each rank, a file that all ranks can read ([`NpyFile`]), or a [`Table`] of your
//! own. The rows stay where they are: what travels are the states.
//!
//! **Equal bits for any number of ranks.** Each of these results has the bits that one process gets from all
//! rows, by the states of [`linstat::stream`], if all machines have the same processors and libraries.
//!
//! # Examples
//! A program that `mpirun` starts many times:
//! ```no_run
//! use linstat_mpi::linstat::Pca;
//! use linstat_mpi::mpi::traits::Communicator;
//! use linstat_mpi::{NpyFile, Session};
//!
//! fn main() -> linstat_mpi::Result<()> {
//!     let session = Session::start()?;
//!     let world = session.world();
//!     let fitted = linstat_mpi::fit_pca(&world, Pca::new(10), &NpyFile::<f64>::new("table.npy"))?;
//!     if world.rank() == 0 {
//!         println!("{}", fitted.explained_variance_ratio());
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Errors
//! **Every rank returns the same error, and none waits for a rank that has failed.** All functions have the
//! same start: the ranks tell each other whether they can read their part, and compare what has to be equal:
//! the function, its options, the columns, the type of the elements. Before every further step they agree
//! that the one before has succeeded everywhere; if not, all of them return the error of the lowest rank that
//! failed:
//!
//! - [`Error::Failed`]: a call failed there, such as reading a damaged file, or adding rows;
//! - [`Error::Disagreement`]: the rank has other columns or options than rank 0, or calls another function;
//! - [`Error::Panicked`]: a table panicked there (if panics unwind);
//! - [`Error::TooLarge`], [`Error::Message`]: a message did not fit into memory, or was damaged.
//!
//! A rank without rows is no error, as long as it has the same number of columns. Errors of what the ranks do
//! on their own, between these functions, are theirs: hand them to [`agree`]. A rank that ends, is killed, or
//! finds the network broken, ends the whole program, as MPI has it.
//!
//! # Threads
//! Each rank computes on all threads that linstat has there: start one rank for each machine, or for each
//! socket (`mpirun --map-by socket --bind-to socket`), or set [`linstat::backend::set_threads`] to the cores
//! of a rank. MPI has to allow threads that take turns, as [`Session::start`] asks it to. All ranks call the
//! functions in the same order, one thread on each at a time.
//!
//! # Features
//! Those of linstat that choose the backend, under the same names: `embedded` (default), `openblas-system`
//! and the others. `sketch` adds [`State`] for `linstat::stream::Sketch`, approximate quantiles in one pass.

#![deny(missing_docs, missing_debug_implementations, unsafe_code)]
#![deny(rustdoc::broken_intra_doc_links)]

mod error;
mod fit;
mod ranks;
mod session;
mod state;
mod table;

pub use error::{Cause, Error, Kind, Result};
pub use fit::{corrcoef, cov, covariance, fit_pca, fit_scaler, lstsq, moments, quantiles, tall_qr};
pub use linstat;
pub use mpi;
pub use session::Session;
pub use state::{State, agree, all_merge};
pub use table::{Blocks, NpyFile, Rows, Table, share};
