//! States that are merged over all ranks.

use crate::error::{Cause, Result};
use crate::ranks::Ranks;
#[cfg(feature = "sketch")]
use linstat::stream::Sketch;
use linstat::stream::{Covariance, Histogram, Moments, Quantiles, TallQr};
use linstat::{QuantileMethod, Real};
use mpi::topology::SimpleCommunicator;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

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

    /// Returns how many rows, from a multiple of this number on, are summarised together. Fewer ones are sent
    /// as they are: so let the rows of a rank begin at such a multiple, as [`share`](crate::share) does.
    ///
    /// # Examples
    /// ```
    /// use linstat::stream::{Histogram, Moments};
    /// use linstat_mpi::State;
    /// assert_eq!(Moments::<f64>::new(100).block(), 496);
    /// assert_eq!(Histogram::new(100, &[0., 1.])?.block(), 1);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    fn block(&self) -> u64 {
        1
    }
}

// The blocks of the states, as linstat has them: a test compares them with the states.

const BLOCK: usize = 496;

fn block_of_moments<T: Real>(state: &Moments<T>) -> usize {
    ((1 << 20) / state.columns().max(1) / 16 * 16).clamp(16, BLOCK)
}

fn block_of_covariance<T: Real>(_: &Covariance<T>) -> usize {
    BLOCK
}

fn block_of_qr<T: Real>(state: &TallQr<T>) -> usize {
    let columns = state.columns().saturating_add(state.targets());
    (columns / BLOCK + 1).saturating_mul(2 * BLOCK)
}

/// What [`Quantiles`] save first. They do not show it in another way.
#[derive(Deserialize)]
struct Options {
    q: Vec<u64>,
    method: QuantileMethod,
}

/// The first bytes of something that is written.
#[derive(Default)]
struct Start(Vec<u8>);

impl std::io::Write for Start {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() > 1 << 20 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the `q` and the method of a state. Very many `q` are left to [`Quantiles::merge`].
fn options_of_quantiles<T: Real>(state: &Quantiles<T>) -> Vec<(&'static str, String)> {
    let mut start = Start::default();
    // it ends with an error if it is long: the start is enough
    _ = postcard::to_io(state, &mut start);
    let Ok((Options { q, method }, _)) = postcard::take_from_bytes(&start.0) else { return vec![] };
    let q: Vec<_> = q.into_iter().map(|q| f64::from_bits(q) + 0.0).collect();
    vec![("q", format!("{q:?}")), ("method", format!("{method:?}"))]
}

/// Returns the edges of a state, those of several columns once.
fn edges_of_histogram(state: &Histogram) -> Vec<(&'static str, String)> {
    let (mut all, mut before) = (Vec::new(), None);
    for j in 0..state.columns() {
        let edges = state.column(j).map(|column| column.edges + 0.0).ok();
        if edges != before {
            let edges = edges.as_ref().map(|edges| edges.to_vec()).unwrap_or_default();
            all.push(format!("{edges:?} from column {j} on"));
        }
        before = edges;
    }
    vec![("edges", all.join(", "))]
}

macro_rules! states {
    ($($([$cfg:meta])? $state:ident$(<$T:ident>)?:
        [$($argument:ident),+] $(, options: $options:ident)? $(, block: $block:ident)?;)+) => {$(
        $(#[cfg($cfg)])?
        impl$(<$T: Real>)? State for $state$(<$T>)? {
            fn merge(&mut self, other: &Self) -> Result<(), Cause> {
                Ok($state::merge(self, other)?)
            }

            fn arguments(&self) -> Vec<(&'static str, String)> {
                let arguments = [$((stringify!($argument), self.$argument().to_string())),+];
                arguments.into_iter()$(.chain($options(self)))?.collect()
            }

            $(fn block(&self) -> u64 {
                $block(self) as u64
            })?
        }
    )+};
}

states! {
    Moments<T>: [columns], block: block_of_moments;
    Covariance<T>: [columns], block: block_of_covariance;
    TallQr<T>: [columns, targets], block: block_of_qr;
    Quantiles<T>: [columns, passes], options: options_of_quantiles;
    Histogram: [columns], options: edges_of_histogram;
    [feature = "sketch"] Sketch<T>: [columns, k];
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
/// columns, targets, `q`, methods, edges, or are of another kind or in another pass; the error of a merge;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share;
    use ndarray::Array2;

    type Update<S> = fn(&mut S, &ndarray::ArrayRef2<f64>) -> linstat::Result<()>;

    /// Returns how many summaries, and parts of blocks that are not complete, a state has of rows of zeros.
    fn contents<S: State>(mut state: S, update: Update<S>, columns: usize, rows: u64) -> [usize; 2] {
        let zeros = Array2::zeros((1, columns));
        update(&mut state, &zeros.broadcast((rows as usize, columns)).unwrap()).unwrap();
        let saved = serde_json::to_value(&state).unwrap();
        let tree = saved.get("tree").unwrap_or(&saved);
        ["nodes", "parts"].map(|name| tree[name].as_array().unwrap().len())
    }

    /// Checks a kind of state: its name, columns and block, and what one has from a row on, of so many rows.
    type Check<'a> = &'a dyn Fn(&str, usize, u64, &dyn Fn(u64, u64) -> [usize; 2]);

    fn each_kind(check: Check<'_>, columns: &[usize]) {
        for &p in columns {
            let (moments, covariance) = (Moments::new(p), Covariance::new(p));
            let qr = TallQr::new(p);
            check("Moments", p, moments.block(), &|first, rows| {
                contents(moments.clone().starting_at(first), Moments::update, p, rows)
            });
            check("Covariance", p, covariance.block(), &|first, rows| {
                contents(covariance.clone().starting_at(first), Covariance::update, p, rows)
            });
            check("TallQr", p, qr.block(), &|first, rows| {
                contents(qr.clone().starting_at(first), TallQr::update, p, rows)
            });
        }
    }

    #[test]
    fn blocks_are_those_of_the_states() {
        let check = |name: &str, p: usize, block: u64, contents: &dyn Fn(u64, u64) -> [usize; 2]| {
            let found = [contents(block, block - 1), contents(block, block)];
            assert_eq!(found, [[0, 1], [1, 0]], "{name} of {p} columns, {block} rows");
        };
        each_kind(&check, &[0, 1, 100, 495, 496]);
        // wide rows have other blocks
        for p in [2114, 2115, 3000, 70_000] {
            let state = Moments::<f64>::new(p);
            check("Moments", p, state.block(), &|first, rows| {
                contents(state.clone().starting_at(first), Moments::update, p, rows)
            });
        }
        let state = TallQr::<f64>::new(400).with_targets(96);
        assert_eq!((state.block(), TallQr::<f64>::new(400).block()), (1984, 992));
        assert_eq!(TallQr::<f64>::new(1000).block(), 2976);
        assert_eq!(Moments::<f64>::new(usize::MAX).block(), 16);
    }

    #[test]
    fn shares_leave_no_loose_rows_except_at_the_end_of_the_table() {
        for (rows, ranks) in [(20_011, 3), (20_011, 64), (40_003, 2), (992 * 7, 7), (495, 3)] {
            let check = |name: &str, p: usize, block: u64, contents: &dyn Fn(u64, u64) -> [usize; 2]| {
                let mut parts = 0;
                for rank in 0..ranks {
                    let share = share(rows, block, rank, ranks);
                    let [_, own] = contents(share.start, share.end - share.start);
                    assert!(own == 0 || share.end == rows, "{name} of {p} columns: {share:?} of {ranks}");
                    parts += own;
                }
                assert_eq!(parts, usize::from(rows % block > 0), "{name} of {p} columns, {ranks} ranks");
            };
            each_kind(&check, &[1, 7]);
        }
    }
}
