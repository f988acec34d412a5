//! Means, variances, skewness, kurtosis and extremes of columns.

use super::rows::Rows;
use super::tree::{self, Tree};
use crate::loops::blocks::Followed;
use crate::loops::lanes::{Along, Source, reduce_along};
use crate::loops::powers::{self, of_both};
use crate::loops::twofold::Twofold;
use crate::number::PowerOfTwo;
use crate::stats::{Columns, Powers, Summary, scale_of, summaries};
use crate::tuning::PARALLEL_LANES;
use crate::{ErrorKind, Named, Real, Result, StandardScaler};
use ndarray::{Array1, ArrayRef2, ArrayView2, Axis};
use std::marker::PhantomData;
use std::sync::Arc;

/// Number, mean, variance, skewness, kurtosis and extremes of the columns of rows that come in blocks.
///
/// The results are those of [`mean_axis`](crate::mean_axis), [`var_axis`](crate::var_axis),
/// [`skewness_axis`](crate::skewness_axis) and their siblings along `Axis(0)`, within 4 ulp. (A mean that
/// cancels has an error of 2^-95 of the mean of the absolute values instead, a skewness one of 2^-60.) Sums
/// of powers are those of deviations from the mean, in twice the precision, merged by the formulas of P.
/// Pébay (Sandia report SAND2008-6212): no offset and no scale of the data costs digits.
///
/// See the [module](super#states) for what all states have in common: blocks, merging, equal bits, memory.
/// This one takes 80 bytes per column for each of at most log2 of the number of blocks, and the rows of the
/// block that is not complete, of 496 rows or fewer.
///
/// # Examples
/// ```
/// use linstat::stream::Moments;
/// use ndarray::array;
/// let mut moments = Moments::new(2);
/// moments.update(&array![[1., 10.], [2., 10.]])?;
/// moments.update(&array![[6., 40.]])?;
/// assert_eq!(moments.mean()?, array![3., 20.]);
/// assert_eq!(moments.var(0)?, array![14. / 3., 200.]);
/// assert_eq!((moments.min()?, moments.max()?), (array![1., 10.], array![6., 40.]));
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Moments<T> {
    pub(super) tree: Tree<Columnwise>,
    #[cfg_attr(feature = "serde", serde(skip))]
    element: PhantomData<T>,
}

/// Elements of a block that is fetched while the one before it is summarised: both are in the second cache.
const FETCHED: usize = 1 << 16;

/// The summary of some rows.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Columnwise {
    rows: u64,
    columns: Vec<Column>,
}

/// The summary of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "[u64; 10]", into = "[u64; 10]"))]
struct Column(Summary);

#[cfg(feature = "serde")]
impl From<[u64; 10]> for Column {
    fn from(bits: [u64; 10]) -> Self {
        let [min, max, pairs @ ..] = bits.map(f64::from_bits);
        let pair = |k: usize| Twofold { hi: pairs[2 * k], lo: pairs[2 * k + 1] };
        Column(Summary { mean: pair(0), sums: [pair(1), pair(2), pair(3)], min, max })
    }
}

#[cfg(feature = "serde")]
impl From<Column> for [u64; 10] {
    fn from(Column(Summary { mean, sums: [a, b, c], min, max }): Column) -> Self {
        [min, max, mean.hi, mean.lo, a.hi, a.lo, b.hi, b.lo, c.hi, c.lo].map(f64::to_bits)
    }
}

impl tree::Summary for Columnwise {
    fn block(columns: usize) -> usize {
        // fewer in very wide rows, which would take too much memory
        ((1 << 20) / columns.max(1) / 16 * 16).clamp(16, tree::BLOCK)
    }

    fn of(rows: ArrayView2<'_, f64>, next: Option<ArrayView2<'_, f64>>) -> Result<Self, ErrorKind> {
        let next = next.filter(|next| next.len() <= FETCHED);
        let next: Vec<_> =
            next.iter().flat_map(|next| next.outer_iter()).filter_map(|row| row.to_slice()).collect();
        let columns = reduce_along(Along::new(&rows, Axis(0)), PARALLEL_LANES, &|lanes, out| {
            summaries(&Followed { lanes: Source::from(lanes), next: &next }, out);
        })?;
        Ok(Columnwise { rows: rows.nrows() as u64, columns: columns.into_iter().map(Column).collect() })
    }

    fn merged(&self, next: &Self) -> Result<Self, ErrorKind> {
        let mut columns = crate::memory::room(self.columns.len())?;
        let both = |j: usize| [&self.columns[j], &next.columns[j]];
        let scaled = |j: usize| {
            let scale = Column::extremes(both(j)).scale();
            both(j).map(|column| column.scaled(scale))
        };
        of_both(self.columns.len(), [self.rows as f64, next.rows as f64], scaled, |j, moments| {
            columns.push(Column::merged(both(j), moments));
        });
        Ok(Columnwise { rows: self.rows + next.rows, columns })
    }

    #[cfg(feature = "serde")]
    fn columns(&self) -> usize {
        self.columns.len()
    }

    fn rows(&self) -> u64 {
        self.rows
    }
}

impl Column {
    /// Returns the power of two by which the elements are multiplied.
    fn scale(&self) -> PowerOfTwo {
        scale_of(self.0.max.abs().max(self.0.min.abs()))
    }

    /// Returns the mean and the sums of elements multiplied by this power of two.
    fn scaled(&self, scale: PowerOfTwo) -> powers::Moments {
        let Summary { mean, sums: [a, b, c], .. } = self.0;
        let more = scale.and(self.scale().inverse());
        if more.is_one() {
            return (mean, [a, b, c]);
        }
        (mean.scaled(more), [a.scaled(more.to(2)), b.scaled(more.to(3)), c.scaled(more.to(4))])
    }

    /// Returns the summary of both with their extremes alone.
    fn extremes([a, b]: [&Self; 2]) -> Self {
        // also takes a NaN from either
        let least = |x: f64, y: f64| if x < y || x.is_nan() { x } else { y };
        let (min, max) = (least(a.0.min, b.0.min), -least(-a.0.max, -b.0.max));
        Column(Summary { min, max, ..Summary::default() })
    }

    /// Returns the summary of both, given their common moments if they are finite.
    fn merged([a, b]: [&Self; 2], (mean, sums): powers::Moments) -> Self {
        let Column(extremes) = Self::extremes([a, b]);
        let means = a.0.mean.hi + b.0.mean.hi;
        Column(if means.is_finite() {
            Summary { mean, sums, ..extremes }
        } else {
            Summary { mean: means.into(), sums: [f64::NAN.into(); 3], ..extremes }
        })
    }

    /// Returns the mean as it is, and its rest.
    fn mean(&self) -> Twofold {
        if self.0.mean.hi == 0.0 { self.0.mean } else { self.0.mean.scaled(self.scale().inverse()) }
    }

    fn powers(&self, rows: u64) -> Powers {
        Powers { n: rows as f64, sums: self.0.sums, scale: self.scale() }
    }
}

impl<T: Real> Moments<T> {
    /// Creates the state of no rows of this many columns.
    pub fn new(columns: usize) -> Self {
        Moments { tree: Tree::new(columns), element: PhantomData }
    }

    /// Sets the number of the row that comes next, for one of several states that share the rows of a table:
    /// see the [module](super#merging).
    pub fn starting_at(self, row: u64) -> Self {
        Moments { tree: self.tree.starting_at(row), element: PhantomData }
    }

    /// Adds the rows of a block, of shape `(n, columns)` and any memory layout, after those before.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] for another number of columns; [`ErrorKind::TooLarge`] if there is no memory. The
    /// state stays as it was.
    pub fn update(&mut self, block: &ArrayRef2<T>) -> Result<()> {
        update(&mut self.tree, &*T::rows(block.view())).named("Moments::update")
    }

    /// Adds the rows of another state: see the [module](super#merging).
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        merge(&mut self.tree, &other.tree).named("Moments::merge")
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.tree.columns()
    }

    /// Returns the number of rows.
    pub fn n_samples(&self) -> u64 {
        self.tree.rows()
    }

    /// Returns the mean of every column, as [`mean_axis`](crate::mean_axis).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn mean(&self) -> Result<Array1<T>> {
        self.each(|column, _| column.mean().hi).named("Moments::mean")
    }

    /// Returns the variance of every column with this many degrees of freedom subtracted, as
    /// [`var_axis`](crate::var_axis).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows, [`ErrorKind::InvalidArgument`] if `ddof` is not below their
    /// number.
    pub fn var(&self, ddof: usize) -> Result<Array1<T>> {
        self.spread(ddof, Powers::variance).named("Moments::var")
    }

    /// Returns the standard deviation of every column, as [`std_axis`](crate::std_axis).
    ///
    /// # Errors
    /// As [`var`](Self::var).
    pub fn std(&self, ddof: usize) -> Result<Array1<T>> {
        self.spread(ddof, Powers::deviation).named("Moments::std")
    }

    /// Returns the skewness of every column, as [`skewness_axis`](crate::skewness_axis).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn skewness(&self) -> Result<Array1<T>> {
        self.each(|column, rows| column.powers(rows).skewness()).named("Moments::skewness")
    }

    /// Returns the excess kurtosis of every column, as [`kurtosis_axis`](crate::kurtosis_axis).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn kurtosis(&self) -> Result<Array1<T>> {
        self.each(|column, rows| column.powers(rows).kurtosis()).named("Moments::kurtosis")
    }

    /// Returns the smallest element of every column, NaN if there is a NaN, as
    /// [`min_axis`](crate::min_axis).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn min(&self) -> Result<Array1<T>> {
        self.each(|column, _| column.0.min).named("Moments::min")
    }

    /// Returns the largest element of every column, NaN if there is a NaN, as [`max_axis`](crate::max_axis).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn max(&self) -> Result<Array1<T>> {
        self.each(|column, _| column.0.max).named("Moments::max")
    }

    fn each(&self, reader: fn(&Column, u64) -> f64) -> Result<Array1<T>, ErrorKind> {
        let total = total(&self.tree)?;
        Ok(total.columns.iter().map(|column| T::of(reader(column, total.rows))).collect())
    }

    fn spread(&self, ddof: usize, reader: fn(&Powers, f64) -> f64) -> Result<Array1<T>, ErrorKind> {
        let total = total(&self.tree)?;
        let freedom = super::freedom(total.rows, ddof)?;
        Ok(total.columns.iter().map(|column| T::of(reader(&column.powers(total.rows), freedom))).collect())
    }

    /// Returns the means of the columns, and their standard deviations.
    fn scaler(&self) -> Result<StandardScaler<T>, ErrorKind> {
        let total = total(&self.tree)?;
        let columns = Columns::of(total.columns.iter().map(Column::mean));
        let deviation = |column: &Column| T::of(column.powers(total.rows).deviation(total.rows as f64));
        Ok(StandardScaler::of(columns, total.columns.iter().map(deviation).collect()))
    }
}

impl<T: Real> StandardScaler<T> {
    /// Returns the scaler of rows that came in blocks, as [`fit`](Self::fit) of all of them, within 4 ulp.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    ///
    /// # Examples
    /// ```
    /// use linstat::StandardScaler;
    /// use linstat::stream::Moments;
    /// use ndarray::array;
    /// let mut moments = Moments::new(1);
    /// for block in [array![[0.], [2.]], array![[4.], [6.]]] {
    ///     moments.update(&block)?;
    /// }
    /// let scaler = StandardScaler::fit_stream(&moments)?;
    /// assert_eq!(*scaler.mean(), array![3.]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn fit_stream(moments: &Moments<T>) -> Result<Self> {
        moments.scaler().named("StandardScaler::fit_stream")
    }
}

// These are not generic, so that no program compiles them again.

pub(super) fn update(tree: &mut Tree<Columnwise>, rows: &dyn Rows) -> Result<(), ErrorKind> {
    tree.update(rows)
}

fn merge(tree: &mut Tree<Columnwise>, other: &Tree<Columnwise>) -> Result<(), ErrorKind> {
    tree.merge(other)
}

fn total(tree: &Tree<Columnwise>) -> Result<Arc<Columnwise>, ErrorKind> {
    tree.total()?.ok_or_else(|| ErrorKind::no_rows(tree.columns()))
}
