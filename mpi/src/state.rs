//! States that are merged over all ranks.

use crate::error::{Cause, Result};
use crate::ranks::Ranks;
use linstat::Real;
#[cfg(feature = "sketch")]
use linstat::stream::Sketch;
use linstat::stream::{Covariance, Histogram, Moments, Quantiles, TallQr};
use mpi::topology::SimpleCommunicator;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A summary of rows that can be sent, and merged with the one of other rows: the
/// [states of linstat](linstat::stream), or one of your own.
pub trait State: Serialize + DeserializeOwned {
    /// Adds the rows of another state, that of a higher rank.
    ///
    /// # Errors
    /// Whatever makes that impossible.
    fn merge(&mut self, other: &Self) -> Result<(), Cause>;

    /// Returns what has to be equal on all ranks, with its names: the number of columns, options.
    fn arguments(&self) -> Vec<(&'static str, String)>;
}

macro_rules! states {
    ($($([$cfg:meta])? $state:ident$(<$T:ident>)?: $($argument:ident),+;)+) => {$(
        $(#[cfg($cfg)])?
        impl$(<$T: Real>)? State for $state$(<$T>)? {
            fn merge(&mut self, other: &Self) -> Result<(), Cause> {
                Ok($state::merge(self, other)?)
            }

            fn arguments(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($argument), self.$argument().to_string())),+]
            }
        }
    )+};
}

states! {
    Moments<T>: columns;
    Covariance<T>: columns;
    TallQr<T>: columns, targets;
    Quantiles<T>: columns, passes;
    Histogram: columns;
    [feature = "sketch"] Sketch<T>: columns, k;
}

/// Merges the states of all ranks, and returns the state of all rows on every rank.
///
/// Each rank says by `starting_at` where its rows begin, if the state has numbers of rows ([`Moments`],
/// [`Covariance`], [`TallQr`]). Then the result has the bits of one state that has seen all rows, for any
/// number of ranks and any share of the rows, none included. States whose rows have the same numbers are
/// merged as those of different rows, in the order of the ranks: the result is correct to rounding and the
/// same on every rank, but its bits depend on the number of ranks.
///
/// The states travel up a binary tree of the ranks, in log2(ranks) steps, and the result comes down again.
///
/// # Errors
/// On every rank, the same one: [`Error::Disagreement`](crate::Error::Disagreement) if the states have other
/// columns or options, or are of another kind; the error of a merge;
/// [`Error::TooLarge`](crate::Error::TooLarge) if a rank has no memory for a message.
///
/// # Examples
/// ```no_run
/// use linstat::ndarray::Array2;
/// use linstat::stream::Moments;
/// use linstat_mpi::{Session, all_merge, mpi::traits::Communicator};
///
/// let session = Session::start()?;
/// let world = session.world();
/// // each rank has 1000 rows of a table
/// let first = 1000 * world.rank() as u64;
/// let rows = Array2::from_shape_fn((1000, 3), |(i, j)| ((first as usize + i) * (j + 1)) as f64);
/// let mut moments = Moments::new(3).starting_at(first);
/// linstat_mpi::agree(&world, moments.update(&rows))?;
/// let all = all_merge(&world, moments)?;
/// assert_eq!(all.n_samples(), 1000 * world.size() as u64);
/// # Ok::<(), linstat_mpi::Error>(())
/// ```
pub fn all_merge<S: State>(world: &SimpleCommunicator, state: S) -> Result<S> {
    let ranks = Ranks::begin(world, || {
        let kind = ("state", std::any::type_name::<S>().to_string());
        Ok::<_, Cause>(
            [("function", "all_merge".into()), kind].into_iter().chain(state.arguments()).collect(),
        )
    })?;
    ranks.of_root(gathered(&ranks, Ok(state)))
}

/// Returns the state of all rows on rank 0; elsewhere, `None`, or the error of a rank.
pub(crate) fn gathered<S: State>(ranks: &Ranks, state: Result<S>) -> Result<Option<S>> {
    ranks.reduce(ranks.agree(state)?, S::merge).transpose()
}

/// Returns the results if all ranks have one, and otherwise the error of the lowest rank that has none, on
/// all of them. For what each rank does alone before it calls a function of this crate: no rank may leave
/// while the others go on.
///
/// # Errors
/// [`Error::Failed`](crate::Error::Failed), with what the lowest rank passed.
///
/// # Examples
/// ```no_run
/// use linstat_mpi::{Session, agree};
/// let session = Session::start()?;
/// let text = agree(&session.world(), std::fs::read_to_string("names.txt"))?;
/// # Ok::<(), linstat_mpi::Error>(())
/// ```
pub fn agree<T, E: Into<Cause>>(world: &SimpleCommunicator, result: Result<T, E>) -> Result<T> {
    let ranks = Ranks::begin(world, || Ok::<_, Cause>(vec![("function", "agree".into())]))?;
    ranks.agree(ranks.local(|| result))
}
