//! Tables whose rows the ranks share.

use crate::error::{Cause, Result};
use linstat::Real;
use linstat::stream::npy;
use ndarray::{ArrayBase, ArrayRef2, CowArray, Data, Ix2, RawData, s};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A table whose rows the ranks share. Arrays are tables, of which each rank has the rows of its own, and
/// [`NpyFile`] is one that every rank can read. Write another one for your own files.
///
/// Rows may be read several times. What fails, or panics, on one rank is an error on all of them.
pub trait Table {
    /// The type of the elements.
    type Elem: Real + Serialize + DeserializeOwned;

    /// Returns the number of rows, and that of columns.
    ///
    /// # Errors
    /// Whatever makes the table unreadable.
    fn shape(&self) -> Result<(Rows, usize), Cause>;

    /// Opens these rows of those that this rank can read: blocks of at most `most` rows in memory at a time,
    /// one after the other.
    ///
    /// # Errors
    /// Whatever makes the table unreadable.
    fn blocks(&self, rows: Range<u64>, most: usize) -> Result<Blocks<'_, Self::Elem>, Cause>;
}

/// Blocks of rows, one after the other: from anywhere by [`new`](Self::new), or those of an `.npy` file by
/// `from`.
pub struct Blocks<'a, T>(pub(crate) Source<'a, T>);

/// Where blocks come from.
pub(crate) enum Source<'a, T> {
    /// Some states read a file as they summarise it: see [`npy::Blocks::read_into`].
    File(npy::Blocks<T>),
    Any(Box<dyn Iterator<Item = Result<CowArray<'a, T, Ix2>, Cause>> + 'a>),
}

impl<'a, T> Blocks<'a, T> {
    /// Takes blocks, or errors, from anywhere.
    ///
    /// # Examples
    /// ```
    /// use linstat_mpi::linstat::ndarray::{CowArray, array};
    /// use linstat_mpi::{Blocks, Cause};
    /// let blocks = [array![[1., 2.]], array![[3., 4.], [5., 6.]]];
    /// let blocks = Blocks::new(blocks.iter().map(|block| Ok(CowArray::from(block))));
    /// assert_eq!(blocks.collect::<Result<Vec<_>, Cause>>()?.len(), 2);
    /// # Ok::<(), Cause>(())
    /// ```
    pub fn new(blocks: impl Iterator<Item = Result<CowArray<'a, T, Ix2>, Cause>> + 'a) -> Self {
        Blocks(Source::Any(Box::new(blocks)))
    }
}

impl<T> From<npy::Blocks<T>> for Blocks<'_, T> {
    /// Takes the rows of a file, which most functions read by [`npy::Blocks::read_into`]: faster than blocks
    /// that are in memory as a whole.
    fn from(file: npy::Blocks<T>) -> Self {
        Blocks(Source::File(file))
    }
}

impl<'a, T: Real> Iterator for Blocks<'a, T> {
    type Item = Result<CowArray<'a, T, Ix2>, Cause>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Source::File(file) => Some(file.next()?.map(CowArray::from).map_err(Cause::from)),
            Source::Any(blocks) => blocks.next(),
        }
    }
}

impl<T> std::fmt::Debug for Blocks<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Source::File(file) => f.debug_tuple("Blocks").field(file).finish(),
            Source::Any(_) => f.debug_tuple("Blocks").finish_non_exhaustive(),
        }
    }
}

/// The number of rows that a rank can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rows {
    /// All rows of the table, the same ones on every rank. Each rank reads its [`share`] of them.
    Shared(u64),
    /// The rows of this rank. They follow those of the lower ranks; there may be none.
    Own(u64),
}

/// Returns the rows of a shared table that a rank reads, if the state summarises this number of rows together
/// ([`State::block`](crate::State::block)).
///
/// They begin at a multiple of `block`, and of a power of two of blocks if there are many: so no rank sends
/// rows that are not summarised, except the last ones of the table, and the summaries of most ranks are few.
/// No share is larger than the average by more than its 16th part or a block; ranks have no rows if there are
/// fewer blocks.
///
/// # Examples
/// ```
/// use linstat_mpi::share;
/// assert_eq!([0, 1, 2].map(|rank| share(1000, 1, rank, 3)), [0..336, 336..672, 672..1000]);
/// assert_eq!([0, 1, 2].map(|rank| share(10_000, 992, rank, 3)), [0..2976, 2976..6944, 6944..10_000]);
/// assert_eq!([0, 1, 2].map(|rank| share(2, 1, rank, 3)), [0..0, 0..1, 1..2]);
/// ```
pub fn share(rows: u64, block: u64, rank: usize, ranks: usize) -> Range<u64> {
    let (rank, ranks, block) = (rank as u64, ranks.max(1) as u64, block.max(1));
    let blocks = (rows / ranks / 16 / block).max(1);
    let unit = block << blocks.ilog2();
    let units = u128::from(rows.div_ceil(unit));
    let limit = |rank: u64| {
        let units = units * u128::from(rank.min(ranks)) / u128::from(ranks);
        u64::try_from(units * u128::from(unit)).map_or(rows, |row| row.min(rows))
    };
    limit(rank)..limit(rank.saturating_add(1))
}

/// Bytes of a block that is read.
const BLOCK: usize = 1 << 27;

/// Returns the number of rows of a block with so many columns: a power of two of what a state summarises
/// together, if that fits.
pub(crate) fn most(columns: usize, block: u64) -> usize {
    let room = (BLOCK / columns.saturating_mul(8).clamp(1, BLOCK)).min(1 << 20);
    match usize::try_from(block) {
        Ok(block) if (1..=room).contains(&block) => block << (room / block).ilog2(),
        _ => room,
    }
}

impl<T: Real + Serialize + DeserializeOwned> Table for ArrayRef2<T> {
    type Elem = T;

    fn shape(&self) -> Result<(Rows, usize), Cause> {
        Ok((Rows::Own(self.nrows() as u64), self.ncols()))
    }

    fn blocks(&self, rows: Range<u64>, _: usize) -> Result<Blocks<'_, T>, Cause> {
        // they are in memory: one block
        let limits = [rows.start, rows.end].map(|row| row.min(self.nrows() as u64) as usize);
        let block = self.slice(s![limits[0]..limits[1].max(limits[0]), ..]);
        Ok(Blocks::new(std::iter::once(Ok(block.into()))))
    }
}

impl<S: Data + RawData<Elem: Real + Serialize + DeserializeOwned>> Table for ArrayBase<S, Ix2> {
    type Elem = S::Elem;

    fn shape(&self) -> Result<(Rows, usize), Cause> {
        Table::shape(&**self)
    }

    fn blocks(&self, rows: Range<u64>, most: usize) -> Result<Blocks<'_, S::Elem>, Cause> {
        Table::blocks(&**self, rows, most)
    }
}

/// A table in an `.npy` file that every rank can read, in C or Fortran order: each reads its [`share`] of the
/// rows, by [`linstat::stream::npy`]. The file need not be the same one, as long as its shape is: a copy on
/// the disk of each machine will do.
///
/// # Examples
/// ```no_run
/// use linstat_mpi::{NpyFile, Session};
/// let session = Session::start()?;
/// let cov = linstat_mpi::cov(&session.world(), &NpyFile::<f64>::new("table.npy"), 1)?;
/// # Ok::<(), linstat_mpi::Error>(())
/// ```
#[derive(Clone)]
pub struct NpyFile<T> {
    path: PathBuf,
    progress: Option<Arc<Mutex<Progress>>>,
    element: PhantomData<T>,
}

type Progress = dyn FnMut(u64, u64) + Send;

impl<T> std::fmt::Debug for NpyFile<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NpyFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<T: Real> NpyFile<T> {
    /// Names a file of elements `T`. It is opened by the functions that read it.
    pub fn new(path: impl AsRef<Path>) -> Self {
        NpyFile { path: path.as_ref().into(), progress: None, element: PhantomData }
    }

    /// Calls `f` after every block with the number of rows that this rank has read, and with that of all rows
    /// that it has to read.
    pub fn on_progress(self, f: impl FnMut(u64, u64) + Send + 'static) -> Self {
        NpyFile { progress: Some(Arc::new(Mutex::new(f))), ..self }
    }
}

impl<T: Real + Serialize + DeserializeOwned> Table for NpyFile<T> {
    type Elem = T;

    fn shape(&self) -> Result<(Rows, usize), Cause> {
        let file = npy::Blocks::<T>::open(&self.path, 1)?;
        Ok((Rows::Shared(file.n_rows()), file.columns()))
    }

    fn blocks(&self, rows: Range<u64>, most: usize) -> Result<Blocks<'_, T>, Cause> {
        let mut blocks = npy::Blocks::<T>::open(&self.path, most)?.in_rows(rows)?;
        if let Some(progress) = self.progress.clone() {
            blocks = blocks.on_progress(move |read, all| {
                progress.lock().unwrap_or_else(PoisonError::into_inner)(read, all);
            });
        }
        Ok(blocks.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_all_rows_in_order_and_of_nearly_equal_sizes() {
        let rows = [0, 1, 2, 15, 16, 1000, 100_003, 1_000_000, 1 << 40, u64::MAX / 3, u64::MAX];
        let all = rows.into_iter().flat_map(|n| [1, 2, 3, 7, 64, 10_000].map(|ranks| (n, ranks)));
        for ((rows, ranks), block) in all.flat_map(|n| [1, 16, 496, 992, 1984, u64::MAX].map(|b| (n, b))) {
            let what = format!("{rows} rows, {ranks} ranks, blocks of {block}");
            let mut end = 0;
            let average = rows / ranks;
            for rank in 0..ranks {
                let share = share(rows, block, rank as usize, ranks as usize);
                assert_eq!(share.start, end, "{what}: rank {rank}");
                assert!(share.start.is_multiple_of(block) || share.start == rows, "{what}: {share:?}");
                let tolerance = (average / 16 + 1).max(block);
                let size = share.end - share.start;
                let least = average.saturating_sub(tolerance.saturating_mul(2));
                assert!(size <= average.saturating_add(tolerance) && size >= least, "{what}: {share:?}");
                end = share.end;
            }
            assert_eq!(end, rows, "{what}");
        }
        assert_eq!((share(7, 1, 0, 0), share(7, 0, 5, 2)), (0..7, 7..7));
        assert_eq!(share(1_000_000, 992, 2, 7), 285_696..428_544);
    }

    #[test]
    fn blocks_are_bounded_for_any_number_of_columns() {
        let columns = [0, 1, 16, 1000, usize::MAX];
        assert_eq!(columns.map(|p| most(p, 1)), [1 << 20, 1 << 20, 1 << 20, 1 << 14, 1]);
        assert_eq!(columns.map(|p| most(p, 992)), [992 << 10, 992 << 10, 992 << 10, 992 << 4, 1]);
        assert_eq!([0, u64::MAX].map(|block| most(1000, block)), [16_777, 16_777]);
    }
}
