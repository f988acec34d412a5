//! Histograms of the columns of blocks.

use crate::loops::lanes::{check_extent, fold_columns};
use crate::loops::sift::count_outside;
use crate::memory::{check_memory, copied, filled, room};
use crate::sealed::compiled;
use crate::stats::{Locator, check_edges};
use crate::tuning::PARALLEL_COUNTS;
use crate::{ErrorKind, Named, Real, Result};
use ndarray::{Array1, ArrayRef2, ArrayView2};

/// Elements for each bin from which on a table of the bins is made for a block: it takes time and, for bins
/// of unequal width, 256 bytes for each of them.
const TABLED: usize = 32;

/// Histograms of every column, over data that come in blocks of rows, with edges that are given beforehand.
/// The counts of a column are those of [`histogram`](crate::histogram)`(&column, Bins::Edges(edges))`.
///
/// A bin includes its left edge and excludes its right one; the last bin includes both. Elements outside the
/// edges and NaN are in no bin: they are counted apart ([`below`](Self::below), [`above`](Self::above),
/// [`nans`](Self::nans)). Blocks may be `f32` or `f64`; elements are compared with the edges in `f64`. For
/// edges in equal distances see [`histogram_bin_edges`](crate::histogram_bin_edges) with
/// [`Bins::Range`](crate::Bins::Range).
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram, stream};
/// use ndarray::{array, s};
///
/// let x = array![[0.5, 9.], [1.5, 1.], [2., f64::NAN]];
/// let mut state = stream::Histogram::new(2, &[0., 1., 2.])?;
/// state.update(&x.slice(s![..2, ..]))?;
/// state.update(&x.slice(s![2.., ..]))?;
/// assert_eq!(state.column(0)?.counts, array![1, 2]);
/// assert_eq!(state.column(0)?, histogram(&x.column(0), Bins::Edges(&[0., 1., 2.]))?);
/// assert_eq!((state.above(), state.nans()), (array![0, 1], array![0, 1]));
/// # Ok::<(), linstat::Error>(())
/// ```
///
/// With the feature `serde`, a state can be saved and loaded.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Loaded"))]
pub struct Histogram {
    /// One for all columns, or one for each.
    edges: Vec<Edges>,
    rows: usize,
    columns: Vec<Counts>,
}

/// Ascending edges, at least two.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Edges(#[cfg_attr(feature = "serde", serde(with = "super::bits"))] Vec<f64>);

/// The number of elements of a column in each bin, and of those in none.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Counts {
    bins: Vec<usize>,
    below: usize,
    above: usize,
    nans: usize,
}

/// A state as it was read, whose parts need not fit.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "Histogram")]
struct Loaded {
    edges: Vec<Edges>,
    rows: usize,
    columns: Vec<Counts>,
}

#[cfg(feature = "serde")]
impl TryFrom<Loaded> for Histogram {
    type Error = &'static str;
    fn try_from(Loaded { edges, rows, columns }: Loaded) -> Result<Self, &'static str> {
        let numbered = edges.len() == 1 || edges.len() == columns.len();
        let ascend = edges.iter().all(|edges| Edges::new(&edges.0).is_ok());
        let fits = |(j, counts): (usize, &Counts)| {
            let edges = of_column(&edges, j);
            let outside = [counts.below, counts.above, counts.nans];
            let all = counts.bins.iter().chain(&outside);
            let sum = all.copied().try_fold(0usize, |sum, count| sum.checked_add(count));
            counts.bins.len() + 1 == edges.0.len() && sum == Some(rows)
        };
        if numbered && ascend && columns.iter().enumerate().all(fits) {
            return Ok(Histogram { edges, rows, columns });
        }
        Err("a Histogram has ascending edges, and counts of all rows for every column")
    }
}

impl Edges {
    fn new(edges: &[f64]) -> Result<Self, ErrorKind> {
        if u32::try_from(edges.len()).is_err() {
            return Err(ErrorKind::TooLarge { dim: edges.len() });
        }
        check_edges(edges).map(Edges)
    }

    fn bins(&self) -> usize {
        self.0.len() - 1
    }

    /// Returns a table of the bins, if it pays for this number of elements and there is memory for it.
    fn table(&self, elements: usize) -> Option<Locator<'_>> {
        if elements / TABLED < self.bins() { None } else { Locator::new(&self.0).ok() }
    }
}

impl Counts {
    fn add<T: Real>(&mut self, x: &[T], Edges(edges): &Edges, table: Option<&Locator<'_>>) {
        let bins = self.bins.len();
        let (first, last) = (edges[0], edges[bins]);
        let [below, above, nans] = count_outside(x, first, last);
        self.below += below;
        self.above += above;
        self.nans += nans;
        match table {
            Some(table) => table.count_part(x, &mut self.bins),
            None => {
                for x in x.iter().map(|x| x.f64()).filter(|&x| first <= x && x <= last) {
                    self.bins[edges[1..bins].partition_point(|&edge| edge <= x)] += 1;
                }
            }
        }
    }

    fn merge(&mut self, other: &Self) {
        self.bins.iter_mut().zip(&other.bins).for_each(|(count, more)| *count += more);
        self.below += other.below;
        self.above += other.above;
        self.nans += other.nans;
    }
}

compiled! {
    /// Counts in bins, compiled for both real types. Private: it seals [`Real`](crate::Real).
    Binned: crate::Real; f32, f64; {
        fn bin_columns(x: ArrayView2<'_, Self>, edges: &[Edges], columns: &mut [Counts]) -> Result<(), ErrorKind>
            = bin_columns;
    }
}

/// Adds the elements of each column; the counts are as they were if that fails.
fn bin_columns<T: Real>(
    x: ArrayView2<'_, T>,
    edges: &[Edges],
    columns: &mut [Counts],
) -> Result<(), ErrorKind> {
    if let [edges] = edges {
        let table = edges.table(x.len());
        return fold_columns(x, columns, PARALLEL_COUNTS, &|x, counts| counts.add(x, edges, table.as_ref()));
    }
    let n = x.nrows();
    let mut with_tables = room(columns.len())?;
    with_tables.extend(columns.iter_mut().zip(edges).map(|(counts, edges)| (counts, edges, edges.table(n))));
    fold_columns(x, &mut with_tables, PARALLEL_COUNTS, &|x, (counts, edges, table)| {
        counts.add(x, edges, table.as_ref());
    })
}

impl Histogram {
    /// Creates the state without rows, for this number of columns with the same edges: ascending, one more
    /// than there are bins. They may be infinite, or equal for an empty bin.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the edges descend, contain a NaN, or are fewer than two;
    /// [`ErrorKind::TooLarge`] if the bins do not fit into memory.
    pub fn new(columns: usize, edges: &[f64]) -> Result<Self> {
        Edges::new(edges).and_then(|edges| Self::with(vec![edges], columns)).named("Histogram::new")
    }

    /// Creates the state without rows, for columns with edges of their own.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    ///
    /// # Examples
    /// ```
    /// use linstat::stream::Histogram;
    /// use ndarray::array;
    /// let mut state = Histogram::per_column(&[vec![0., 1.], vec![0., 5., 10.]])?;
    /// state.update(&array![[0.5, 7.], [0.7, 5.]])?;
    /// assert_eq!(state.column(1)?.counts, array![0, 2]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn per_column<E: AsRef<[f64]>>(edges: &[E]) -> Result<Self> {
        let checked = edges.iter().map(|edges| Edges::new(edges.as_ref())).collect::<Result<_, _>>();
        checked.and_then(|checked| Self::with(checked, edges.len())).named("Histogram::per_column")
    }

    fn with(edges: Vec<Edges>, columns: usize) -> Result<Self, ErrorKind> {
        if let [edges] = &edges[..] {
            check_memory::<usize>(columns.saturating_mul(edges.bins()))?;
        }
        let mut counts = room(columns)?;
        for j in 0..columns {
            let bins = filled(of_column(&edges, j).bins(), 0)?;
            counts.push(Counts { bins, below: 0, above: 0, nans: 0 });
        }
        Ok(Histogram { edges, rows: 0, columns: counts })
    }

    /// Adds a block of rows. It has shape `(n, p)` for `p` columns and any memory layout; `n` may be 0.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the block has another number of columns; [`ErrorKind::TooLarge`] if it is a
    /// broadcast view of absurd size, or if there are more rows than can be counted. The state is then as it
    /// was.
    pub fn update<T: Real>(&mut self, block: &ArrayRef2<T>) -> Result<()> {
        self.add(block).named("Histogram::update")
    }

    fn add<T: Real>(&mut self, block: &ArrayRef2<T>) -> Result<(), ErrorKind> {
        if block.ncols() != self.columns.len() {
            let found = [block.shape(), &[self.columns.len()]];
            return Err(ErrorKind::shape("(n, p) for a state of p columns", &found));
        }
        check_extent(block)?;
        let rows = self.rows_with(block.nrows())?;
        T::bin_columns(block.view(), &self.edges, &mut self.columns)?;
        self.rows = rows;
        Ok(())
    }

    fn rows_with(&self, more: usize) -> Result<usize, ErrorKind> {
        self.rows.checked_add(more).ok_or(ErrorKind::TooLarge { dim: usize::MAX })
    }

    /// Adds the rows that another state has seen.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of columns differs, [`ErrorKind::InvalidArgument`] if the edges
    /// differ, [`ErrorKind::TooLarge`] if there are more rows than can be counted. The state is then as it
    /// was.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.add_state(other).named("Histogram::merge")
    }

    fn add_state(&mut self, other: &Self) -> Result<(), ErrorKind> {
        let [p, of_other] = [&*self, other].map(|state| state.columns.len());
        if p != of_other {
            return Err(ErrorKind::shape("states of equally many columns", &[&[p], &[of_other]]));
        }
        let mut columns = 0..p.min(self.edges.len().max(other.edges.len()));
        if let Some(j) = columns.find(|&j| of_column(&self.edges, j) != of_column(&other.edges, j)) {
            return Err(ErrorKind::invalid("other", format!("its edges of column {j} differ")));
        }
        self.rows = self.rows_with(other.rows)?;
        self.columns.iter_mut().zip(&other.columns).for_each(|(counts, other)| counts.merge(other));
        Ok(())
    }

    /// Returns the histogram of column `j`: its counts and edges, and from them its
    /// [`density`](crate::Histogram::density).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if there is no such column.
    pub fn column(&self, j: usize) -> Result<crate::Histogram> {
        self.histogram(j).named("Histogram::column")
    }

    fn histogram(&self, j: usize) -> Result<crate::Histogram, ErrorKind> {
        let Some(counts) = self.columns.get(j) else {
            let reason = format!("expected a column below {}, found {j}", self.columns.len());
            return Err(ErrorKind::invalid("j", reason));
        };
        let edges = &of_column(&self.edges, j).0;
        Ok(crate::Histogram { counts: copied(&counts.bins)?.into(), edges: copied(edges)?.into() })
    }

    /// Returns the number of elements of each column below its first edge.
    pub fn below(&self) -> Array1<usize> {
        self.columns.iter().map(|counts| counts.below).collect()
    }

    /// Returns the number of elements of each column above its last edge.
    pub fn above(&self) -> Array1<usize> {
        self.columns.iter().map(|counts| counts.above).collect()
    }

    /// Returns the number of NaN in each column.
    pub fn nans(&self) -> Array1<usize> {
        self.columns.iter().map(|counts| counts.nans).collect()
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Returns the number of rows that have been seen.
    pub fn n_samples(&self) -> u64 {
        self.rows as u64
    }
}

/// The edges of column `j`.
fn of_column(edges: &[Edges], j: usize) -> &Edges {
    &edges[if edges.len() == 1 { 0 } else { j }]
}
