//! Exact quantiles in a few passes over data that stay where they are.

use crate::loops::digits::{
    DIGITS, DigitSet, count_first_digits, digit, digits, each_with_digit, high_key, low_key,
};
use crate::loops::lanes::{check_extent, fold_columns, new};
use crate::memory::{check_memory, copied, defaults, room};
use crate::sealed::compiled;
use crate::stats::{Plan, Question, share};
use crate::tuning::PARALLEL_COUNTS;
use crate::{ErrorKind, Named, QuantileMethod, Real, Result, threads};
use ndarray::{Array2, ArrayRef2, ArrayView2, Ix2};
use std::marker::PhantomData;
use std::ops::Deref;

/// Elements with equal digits so far that are collected in the next pass, at most; more are counted by their
/// next digit. So many take as much memory as the counts.
const COLLECTED: u64 = DIGITS as u64;

/// Part of a column that is shorter than this is not sifted by a set of digits, which takes time to fill.
const SIFTED: usize = 128;

/// Exact quantiles of every column, over data that are read a few times and never stored: for each `q` the
/// bits of [`quantile_axis`](crate::quantile_axis)`(x, q, method, Axis(0))`, by all 13 methods.
///
/// The first pass counts the elements of each column by the first 16 bits of their order. The elements that
/// determine the quantiles are then known to be in a few of these 65 536 ranges. The next pass collects all
/// elements of a range that has at most 65 536 of them, and counts those of others by their next 16 bits. So
/// two passes are the rule for `f32` and `f64`, and the most for `f32`. There are at most four for `f64`: if
/// very many elements are nearly equal. All columns and all `q` take part in the same passes.
///
/// Call [`update`](Self::update) with each block of rows and then [`end_pass`](Self::end_pass), until
/// [`is_complete`](Self::is_complete); [`quantiles`] does that for blocks that can be had again. Rows may be
/// in other blocks and in another order in the next pass. Threads and machines share a pass: each updates its
/// own clone of the state, all clones are merged into one, which ends the pass, and whose clones begin the
/// next. They are small then.
///
/// Memory: 512 KiB for each column in the first pass, then for each range that is counted, of which there are
/// at most two for a `q`; at most that for a range that is collected.
///
/// NaN, infinities and zeros count as in [`quantile`](crate::quantile): a column with a NaN has the quantiles
/// NaN.
///
/// # Examples
/// ```
/// use linstat::QuantileMethod::Linear;
/// use linstat::stream::Quantiles;
/// use ndarray::array;
///
/// let blocks = [array![[1., 20.], [5., 10.]], array![[3., 40.]]];
/// let mut state = Quantiles::new(2, &[0.25, 0.5], Linear)?;
/// while !state.is_complete() {
///     for block in &blocks {
///         state.update(block)?;
///     }
///     state.end_pass()?;
/// }
/// assert_eq!(state.values()?, array![[2., 15.], [3., 20.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
///
/// With the feature `serde`, a state can be saved in any pass and loaded.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "loaded::Loaded", bound(deserialize = "T: Real")))]
pub struct Quantiles<T> {
    #[cfg_attr(feature = "serde", serde(with = "super::bits"))]
    q: Vec<f64>,
    method: QuantileMethod,
    /// The number of digits of a key.
    digits: u32,
    /// The number of passes that have ended.
    passes: u32,
    /// The number of rows in each of them, 0 before.
    rows: u64,
    /// The number of rows in this pass. There are counts if and only if it is not 0.
    seen: u64,
    columns: Vec<Column>,
    #[cfg_attr(feature = "serde", serde(skip))]
    element: PhantomData<T>,
}

/// What is known of a column.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Column {
    /// The keys of the ranks that are wanted, as far as they are known; none in the first pass.
    known: Vec<Option<u64>>,
    /// Where the others are, ascending; all keys in the first pass.
    ranges: Vec<Range>,
}

/// The keys with the same first digits.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
struct Range {
    /// The first digits, and zeros.
    first: u64,
    /// The number of keys below the range, and within: as the passes before have shown.
    below: u64,
    count: u64,
    found: Found,
}

/// The keys of a range that this pass has shown.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
enum Found {
    /// All of them, in any order.
    Keys(Keys),
    /// Their number for each value of the next digit, or nothing yet; the least and the greatest of them,
    /// except in the first pass.
    Counts {
        #[cfg_attr(feature = "serde", serde(serialize_with = "loaded::not_zero"))]
        counts: Vec<u64>,
        least: u64,
        greatest: u64,
    },
}

/// Keys in any order, of which there should be a certain number; if there are more, only their number.
#[derive(Debug, Clone, Default)]
struct Keys {
    keys: Vec<u64>,
    too_many: u64,
}

impl Keys {
    fn len(&self) -> u64 {
        self.keys.len() as u64 + self.too_many
    }

    fn extend(&mut self, keys: &[u64], most: u64) {
        if self.len() + keys.len() as u64 <= most {
            self.keys.extend_from_slice(keys);
        } else {
            self.too_many = self.len() + keys.len() as u64;
            self.keys = Vec::new();
        }
    }

    fn sorted(&self) -> Vec<u64> {
        let mut keys = self.keys.clone();
        keys.sort_unstable();
        keys
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.too_many == other.too_many && self.sorted() == other.sorted()
    }
}

impl Range {
    fn new(first: u64, below: u64, count: u64) -> Self {
        let found = if count <= COLLECTED {
            Found::Keys(Keys::default())
        } else {
            Found::Counts { counts: Vec::new(), least: u64::MAX, greatest: 0 }
        };
        Range { first, below, count, found }
    }

    /// All keys, for the first pass.
    fn whole() -> Self {
        Range::new(0, 0, u64::MAX)
    }

    /// Adds a key of this range, whose next digit is at `shift`.
    #[inline]
    fn add(&mut self, key: u64, shift: u32) {
        match &mut self.found {
            Found::Keys(keys) => keys.extend(&[key], self.count),
            Found::Counts { counts, least, greatest } => {
                counts[digit(key, shift)] += 1;
                (*least, *greatest) = (key.min(*least), key.max(*greatest));
            }
        }
    }

    /// The number of keys that this pass has shown.
    fn seen(&self) -> u64 {
        match &self.found {
            Found::Keys(keys) => keys.len(),
            Found::Counts { counts, .. } => counts.iter().sum(),
        }
    }

    /// Forgets what this pass has shown.
    fn clear(&mut self) {
        self.found = Range::new(self.first, self.below, self.count).found;
    }

    /// Whether both are the same range of the same column, as far as can be known.
    fn fits(&self, other: &Self) -> bool {
        let place = |range: &Self| (range.first, range.below, range.count);
        place(self) == place(other)
    }

    /// Adds what this pass has shown elsewhere. Both or none have counts.
    fn merge(&mut self, other: &Self) {
        match (&mut self.found, &other.found) {
            (Found::Keys(keys), Found::Keys(more)) if more.too_many > 0 => {
                *keys = Keys { keys: Vec::new(), too_many: keys.len() + more.too_many };
            }
            (Found::Keys(keys), Found::Keys(more)) => keys.extend(&more.keys, self.count),
            (
                Found::Counts { counts, least, greatest },
                Found::Counts { counts: more, least: low, greatest: high },
            ) => {
                counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
                (*least, *greatest) = (*low.min(least), *high.max(greatest));
            }
            _ => unreachable!("equal counts are collected or counted alike"),
        }
    }
}

/// The bits below the digits that the passes have shown; the digits end where they begin.
fn shift(passes: u32) -> u32 {
    64 - 16 * passes
}

impl Column {
    fn new() -> Self {
        Column { known: Vec::new(), ranges: vec![Range::whole()] }
    }

    /// Adds a key to the range that it is in, if there is one.
    #[inline]
    fn add(&mut self, key: u64, shift: u32) {
        let after = self.ranges.partition_point(|range| range.first <= key);
        if let Some(range) = after.checked_sub(1).and_then(|i| self.ranges.get_mut(i))
            && (key ^ range.first) >> shift == 0
        {
            range.add(key, shift - 16);
        }
    }

    fn add_elements<T: Real>(&mut self, x: &[T], passes: u32) {
        let shift = shift(passes.max(1));
        match &mut self.ranges[..] {
            [] => {}
            [Range { found: Found::Counts { counts, .. }, .. }] if passes == 0 => {
                count_first_digits(x, counts)
            }
            _ if x.len() < SIFTED => x.iter().for_each(|&x| self.add(high_key(x), shift)),
            ranges => {
                let set = DigitSet::new(ranges.iter().map(|range| digit(range.first, shift)));
                each_with_digit(x, shift, &set, |key| self.add(key, shift));
            }
        }
    }

    /// Returns what is known after a pass over `rows` rows, which was the first one if `passes` is 0. `last`
    /// is the number of passes after which there are no more digits, `nan` the key of NaN.
    fn after_pass(
        &self,
        ranks: &[usize],
        passes: u32,
        last: u32,
        rows: u64,
        nan: u64,
    ) -> Result<Self, ErrorKind> {
        let shift = shift(passes + 1);
        let mut known = copied(&self.known)?;
        if passes == 0 {
            known.resize(ranks.len(), None);
        }
        let mut inside: Vec<Range> = Vec::new();
        for range in &self.ranges {
            let count = if passes == 0 { rows } else { range.count };
            if range.seen() != count {
                return Err(other_rows());
            }
            let [start, end] = [range.below, range.below + count]
                .map(|limit| ranks.partition_point(|&rank| (rank as u64) < limit));
            let wanted = ranks[start..end].iter().zip(&mut known[start..end]);
            let counts = match &range.found {
                Found::Keys(keys) => {
                    let keys = keys.sorted();
                    wanted.for_each(|(&rank, key)| *key = Some(keys[(rank as u64 - range.below) as usize]));
                    continue;
                }
                Found::Counts { least, greatest, .. } if least == greatest => {
                    wanted.for_each(|(_, key)| *key = Some(*least));
                    continue;
                }
                Found::Counts { counts, .. } => counts,
            };
            if passes == 0 && counts[digit(nan, shift)] > 0 {
                wanted.for_each(|(_, key)| *key = Some(nan));
                continue;
            }
            let (mut value, mut below) = (0, range.below);
            for (&rank, key) in wanted {
                while below + counts[value] <= rank as u64 {
                    below += counts[value];
                    value += 1;
                }
                let first = range.first | (value as u64) << shift;
                if passes + 1 == last {
                    *key = Some(first);
                } else if inside.last().is_none_or(|range| range.first != first) {
                    inside.push(Range::new(first, below, counts[value]));
                }
            }
        }
        Ok(Column { known, ranges: inside })
    }
}

compiled! {
    /// The passes of exact quantiles, compiled for both real types. Private: it seals [`Real`](crate::Real).
    Passes: crate::Real; f32, f64; {
        fn count_columns(x: ArrayView2<'_, Self>, columns: &mut [Column], passes: u32) -> Result<(), ErrorKind>
            = count_columns;
    }
}

fn count_columns<T: Real>(
    x: ArrayView2<'_, T>,
    columns: &mut [Column],
    passes: u32,
) -> Result<(), ErrorKind> {
    fold_columns(x, columns, PARALLEL_COUNTS, &|x, column| column.add_elements(x, passes))
}

#[cold]
fn other_rows() -> ErrorKind {
    ErrorKind::invalid("blocks", "the rows of this pass are not those of the passes before")
}

#[cold]
fn no_pass() -> ErrorKind {
    ErrorKind::invalid("self", "all quantiles are known: there is no further pass")
}

impl<T: Real> Quantiles<T> {
    /// Creates the state before the first pass, for rows of this number of columns and for `q` from 0 to 1.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if a `q` is outside its range, [`ErrorKind::TooLarge`] if there is no
    /// memory for the counts of so many columns.
    pub fn new(columns: usize, q: &[f64], method: QuantileMethod) -> Result<Self> {
        Self::start(columns, q, method).named("Quantiles::new")
    }

    fn start(columns: usize, q: &[f64], method: QuantileMethod) -> Result<Self, ErrorKind> {
        q.iter().try_for_each(|&q| share(q, 1.0).map(drop))?;
        check_memory::<u64>(columns.saturating_mul(DIGITS))?;
        let mut empty = room(columns)?;
        empty.resize_with(columns, Column::new);
        let digits = digits::<T>();
        let q = copied(q)?;
        Ok(Quantiles { q, method, digits, passes: 0, rows: 0, seen: 0, columns: empty, element: PhantomData })
    }

    /// Adds a block of rows to this pass. It has shape `(n, p)` for `p` columns and any memory layout; `n`
    /// may be 0.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the block has another number of columns; [`ErrorKind::InvalidArgument`] if the
    /// pass has more rows than the first one, or if the state is complete; [`ErrorKind::TooLarge`] if there
    /// is no memory for the counts. The state is then as it was.
    pub fn update(&mut self, block: &ArrayRef2<T>) -> Result<()> {
        self.add(block).named("Quantiles::update")
    }

    fn add(&mut self, block: &ArrayRef2<T>) -> Result<(), ErrorKind> {
        if block.ncols() != self.columns.len() {
            let found = [block.shape(), &[self.columns.len()]];
            return Err(ErrorKind::shape("(n, p) for a state of p columns", &found));
        }
        if self.is_complete() {
            return Err(no_pass());
        }
        check_extent(block)?;
        let seen = self.seen_with(block.nrows() as u64)?;
        if block.nrows() > 0 && self.seen == 0 {
            self.allocate()?;
        }
        self.seen = seen;
        T::count_columns(block.view(), &mut self.columns, self.passes)
    }

    /// Returns the number of rows of this pass with so many more.
    fn seen_with(&self, more: u64) -> Result<u64, ErrorKind> {
        let seen = self.seen.checked_add(more).filter(|&seen| usize::try_from(seen).is_ok());
        let seen = seen.ok_or(ErrorKind::TooLarge { dim: usize::MAX })?;
        if self.passes > 0 && seen > self.rows {
            let reason = format!(
                "pass {} has at least {seen} rows, the first one had {}",
                u64::from(self.passes) + 1,
                self.rows
            );
            return Err(ErrorKind::invalid("blocks", reason));
        }
        Ok(seen)
    }

    /// Allocates the counts of this pass; fails if they or the keys will not fit into memory.
    fn allocate(&mut self) -> Result<(), ErrorKind> {
        let ranges = || self.columns.iter().flat_map(|column| &column.ranges);
        let size = ranges().map(|range| range.count.min(COLLECTED) as usize).fold(0, usize::saturating_add);
        check_memory::<u64>(size)?;
        let mut all = room(ranges().count())?;
        for range in ranges() {
            all.push(match &range.found {
                Found::Counts { .. } => defaults(DIGITS)?,
                Found::Keys(_) => Vec::new(),
            });
        }
        let ranges = self.columns.iter_mut().flat_map(|column| &mut column.ranges);
        for (range, zeros) in ranges.zip(all) {
            if let Found::Counts { counts, .. } = &mut range.found {
                *counts = zeros;
            }
        }
        Ok(())
    }

    /// Adds the rows that another state has seen in the same pass.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of columns differs; [`ErrorKind::InvalidArgument`] if the `q`, the
    /// method, the pass or the results of the passes before differ, if this pass then has more rows than the
    /// first one, or if the states are complete. The state is then as it was.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.add_state(other).named("Quantiles::merge")
    }

    fn add_state(&mut self, other: &Self) -> Result<(), ErrorKind> {
        let [p, of_other] = [self, other].map(|state| state.columns.len());
        if p != of_other {
            return Err(ErrorKind::shape("states of equally many columns", &[&[p], &[of_other]]));
        }
        if (&self.q, self.method) != (&other.q, other.method) {
            return Err(ErrorKind::invalid("other", "it has another `q` or another method"));
        }
        if self.passes != other.passes {
            let reason =
                format!("expected a state after {} passes, found one after {}", self.passes, other.passes);
            return Err(ErrorKind::invalid("other", reason));
        }
        if self.is_complete() {
            return Err(no_pass());
        }
        let fit = |(a, b): (&Column, &Column)| {
            a.known == b.known
                && a.ranges.len() == b.ranges.len()
                && a.ranges.iter().zip(&b.ranges).all(|(a, b)| a.fits(b))
        };
        if self.rows != other.rows || !self.columns.iter().zip(&other.columns).all(fit) {
            return Err(ErrorKind::invalid("other", "its passes before had other rows"));
        }
        let seen = self.seen_with(other.seen)?;
        if other.seen == 0 {
            return Ok(());
        }
        if self.seen == 0 {
            self.allocate()?;
        }
        self.seen = seen;
        for (column, other) in self.columns.iter_mut().zip(&other.columns) {
            column.ranges.iter_mut().zip(&other.ranges).for_each(|(range, other)| range.merge(other));
        }
        Ok(())
    }

    /// Ends a pass, in which all rows were seen: by this state or by those that were merged into it. What
    /// follows is another pass over the same rows, or the result.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there were no rows, as in [`quantile`](crate::quantile);
    /// [`ErrorKind::InvalidArgument`] if their number or their elements are not those of the passes before,
    /// or if the state is complete. The state is then as it was: rows that are missing can still be added,
    /// and [`restart_pass`](Self::restart_pass) begins the pass anew.
    pub fn end_pass(&mut self) -> Result<()> {
        self.advance().named("Quantiles::end_pass")
    }

    fn advance(&mut self) -> Result<(), ErrorKind> {
        if self.is_complete() {
            return Err(no_pass());
        }
        if self.passes == 0 && self.seen == 0 && !self.columns.is_empty() {
            return Err(ErrorKind::no_rows(self.columns.len()));
        }
        if self.passes > 0 && self.seen != self.rows {
            let reason = format!(
                "pass {} has {} rows, the first one had {}",
                u64::from(self.passes) + 1,
                self.seen,
                self.rows
            );
            return Err(ErrorKind::invalid("blocks", reason));
        }
        let plan = self.plan(self.seen);
        let nan = high_key(T::nan());
        let (passes, last, rows) = (self.passes, self.digits, self.seen);
        let after = |j: usize| self.columns[j].after_pass(plan.ranks(), passes, last, rows, nan);
        let columns = threads::map(self.columns.len(), 8, &after).into_iter().collect::<Result<_, _>>()?;
        (self.columns, self.passes, self.rows, self.seen) = (columns, self.passes + 1, self.seen, 0);
        Ok(())
    }

    /// The elements that are wanted of so many rows.
    fn plan(&self, rows: u64) -> Plan {
        // without rows there are no columns either
        Plan::new(rows.max(1) as usize, Question::Quantiles(&self.q, self.method))
    }

    /// Forgets the rows of this pass, so that it can begin anew: after an error, or if rows were seen twice.
    pub fn restart_pass(&mut self) {
        self.seen = 0;
        self.columns.iter_mut().flat_map(|column| &mut column.ranges).for_each(Range::clear);
    }

    /// Whether all quantiles are known.
    pub fn is_complete(&self) -> bool {
        self.passes > 0 && self.columns.iter().all(|column| column.ranges.is_empty())
    }

    /// Returns the quantiles, of shape `(k, p)` for `k` numbers `q` and `p` columns.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the state is not complete.
    pub fn values(&self) -> Result<Array2<T>> {
        self.results().named("Quantiles::values")
    }

    fn results(&self) -> Result<Array2<T>, ErrorKind> {
        if !self.is_complete() {
            let reason = format!("the quantiles are not known after {} passes", self.passes);
            return Err(ErrorKind::invalid("self", reason));
        }
        let mut values = new(Ix2(self.q.len(), self.columns.len()))?;
        let plan = self.plan(self.rows);
        let mut keys: Vec<T::Key> = room(plan.ranks().len())?;
        for (column, mut values) in self.columns.iter().zip(values.columns_mut()) {
            keys.clear();
            keys.extend(column.known.iter().flatten().map(|&key| low_key::<T>(key)));
            plan.combine::<T>(&keys, |i, value| values[i] = T::of(value));
        }
        Ok(values)
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Returns the number of rows that this pass has seen; if the state is complete, the number that each
    /// pass had.
    pub fn n_samples(&self) -> u64 {
        if self.is_complete() { self.rows } else { self.seen }
    }

    /// Returns the number of passes that have ended.
    pub fn passes(&self) -> usize {
        self.passes as usize
    }
}

/// Returns the exact quantiles of every column of data that come in blocks of rows: for each `q` the bits of
/// [`quantile_axis`](crate::quantile_axis)`(x, q, method, Axis(0))`, where `x` has all these rows.
///
/// `blocks` is called for each pass, at most twice for `f32` and four times for `f64`. It opens the data and
/// returns what iterates over all blocks: arrays or views with the same number of columns, or errors, which
/// end the passes. The result has shape `(k, p)` for `k` numbers `q` and `p` columns. See [`Quantiles`].
///
/// # Errors
/// [`ErrorKind::Empty`] if there are no rows, [`ErrorKind::Shape`] if the number of columns differs,
/// [`ErrorKind::InvalidArgument`] if a `q` is outside 0 to 1 or if the blocks have other rows in another
/// pass, [`ErrorKind::TooLarge`] if there is no memory for the counts; the errors of `blocks`.
///
/// # Examples
/// ```
/// use linstat::{QuantileMethod::Linear, stream};
/// use ndarray::{Axis, array};
///
/// let x = array![[1., 20.], [5., 10.], [3., 40.]];
/// let median = stream::quantiles(|| Ok(x.axis_chunks_iter(Axis(0), 2).map(Ok)), &[0.5], Linear)?;
/// assert_eq!(median, array![[3., 20.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantiles<T: Real, B: Deref<Target = ArrayRef2<T>>, I: IntoIterator<Item = Result<B>>>(
    mut blocks: impl FnMut() -> Result<I>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array2<T>> {
    let mut state = None;
    loop {
        for block in blocks()? {
            add_block(&mut state, &block?, q, method).named("quantiles")?;
        }
        if let Some(values) = ended(&mut state).named("quantiles")? {
            return Ok(values);
        }
    }
}

/// Adds a block to the state, which the first one creates.
fn add_block<T: Real>(
    state: &mut Option<Quantiles<T>>,
    block: &ArrayRef2<T>,
    q: &[f64],
    method: QuantileMethod,
) -> Result<(), ErrorKind> {
    let state = match state {
        Some(state) => state,
        None => state.insert(Quantiles::start(block.ncols(), q, method)?),
    };
    state.add(block)
}

/// Ends a pass, and returns the result if it was the last one.
fn ended<T: Real>(state: &mut Option<Quantiles<T>>) -> Result<Option<Array2<T>>, ErrorKind> {
    let state = state.as_mut().ok_or_else(|| ErrorKind::no_rows(0))?;
    state.advance()?;
    if state.is_complete() { state.results().map(Some) } else { Ok(None) }
}

/// States as they were read, whose parts need not fit.
#[cfg(feature = "serde")]
mod loaded {
    use super::*;
    use serde::{Deserialize, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(rename = "Quantiles")]
    pub(super) struct Loaded {
        #[serde(with = "crate::stream::bits")]
        q: Vec<f64>,
        method: QuantileMethod,
        digits: u32,
        passes: u32,
        rows: u64,
        seen: u64,
        columns: Vec<LoadedColumn>,
    }

    #[derive(Deserialize)]
    #[serde(rename = "Column")]
    struct LoadedColumn {
        known: Vec<Option<u64>>,
        ranges: Vec<LoadedRange>,
    }

    #[derive(Deserialize)]
    #[serde(rename = "Range")]
    struct LoadedRange {
        first: u64,
        below: u64,
        count: u64,
        found: LoadedFound,
    }

    #[derive(Deserialize)]
    #[serde(rename = "Found")]
    enum LoadedFound {
        Keys(Vec<u64>, u64),
        Counts { counts: Vec<(u16, u64)>, least: u64, greatest: u64 },
    }

    /// Saves the counts that are not 0, after their digits.
    pub(super) fn not_zero<S: Serializer>(counts: &[u64], to: S) -> Result<S::Ok, S::Error> {
        let counts = counts.iter().enumerate().filter(|&(_, &count)| count > 0);
        to.collect_seq(counts.map(|(digit, count)| (digit as u16, count)).collect::<Vec<_>>())
    }

    impl Serialize for Keys {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            (self.sorted(), self.too_many).serialize(to)
        }
    }

    const DAMAGED: &str = "the parts of Quantiles do not fit";

    fn sum(counts: impl IntoIterator<Item = u64>) -> Option<u64> {
        counts.into_iter().try_fold(0u64, |sum, count| sum.checked_add(count))
    }

    impl LoadedRange {
        /// Returns the range of a state that has seen so many rows in this pass.
        fn checked(self, state: &Loaded) -> Option<Range> {
            let LoadedRange { first, below, count, found } = self;
            let inner = if state.passes == 0 { u64::MAX } else { (1 << shift(state.passes)) - 1 };
            let end = if state.passes == 0 { u64::MAX } else { state.rows };
            let mut range = Range::new(first, below, count);
            if first & inner != 0 || count == 0 || below.checked_add(count)? > end {
                return None;
            }
            let inside = |key: u64| key & !inner == first && key & spare(state.digits) == 0;
            match (&mut range.found, found) {
                (Found::Keys(to), LoadedFound::Keys(keys, too_many)) => {
                    let fit = if too_many == 0 { keys.len() as u64 <= count } else { keys.is_empty() };
                    if !fit || (too_many > 0 && too_many <= count) || !keys.iter().all(|&key| inside(key)) {
                        return None;
                    }
                    *to = Keys { keys, too_many };
                }
                (
                    Found::Counts { counts: to, least: to_least, greatest: to_greatest },
                    LoadedFound::Counts { counts, least, greatest },
                ) => {
                    let ascending = counts.windows(2).all(|pair| pair[0].0 < pair[1].0);
                    if !ascending || counts.iter().any(|&(_, count)| count == 0) {
                        return None;
                    }
                    // the ends of the keys, where they are known
                    let ends = counts.first().zip(counts.last()).filter(|_| state.passes > 0);
                    let fit = match ends {
                        None => (least, greatest) == (*to_least, *to_greatest),
                        Some((low, high)) => {
                            let at = shift(state.passes + 1);
                            let digits = [low, high].map(|&(value, _)| usize::from(value));
                            inside(least)
                                && inside(greatest)
                                && least <= greatest
                                && [least, greatest].map(|key| digit(key, at)) == digits
                        }
                    };
                    if !fit {
                        return None;
                    }
                    (*to_least, *to_greatest) = (least, greatest);
                    if state.seen > 0 {
                        *to = defaults(DIGITS).ok()?;
                        counts.iter().for_each(|&(value, count)| to[usize::from(value)] = count);
                    } else if !counts.is_empty() {
                        return None;
                    }
                    sum(counts.iter().map(|&(_, count)| count))?;
                }
                _ => return None,
            }
            let seen = range.seen();
            let fits = if state.passes == 0 { seen == state.seen } else { seen <= state.seen };
            fits.then_some(range)
        }
    }

    /// The bits below the digits of a key.
    fn spare(digits: u32) -> u64 {
        u64::MAX.checked_shr(16 * digits).unwrap_or(0)
    }

    impl LoadedColumn {
        fn checked(self, state: &Loaded, ranks: &[usize]) -> Option<Column> {
            let mut ranges = room(self.ranges.len()).ok()?;
            for range in self.ranges {
                ranges.push(range.checked(state)?);
            }
            if state.passes == 0 {
                let fits = self.known.is_empty() && ranges.len() == 1 && ranges[0].fits(&Range::whole());
                return fits.then_some(Column { known: self.known, ranges });
            }
            let ascending = ranges
                .windows(2)
                .all(|pair| pair[0].first < pair[1].first && pair[0].below + pair[0].count <= pair[1].below);
            let within = |rank: u64| {
                ranges.iter().any(|range| range.below <= rank && rank < range.below + range.count)
            };
            let fits = self.known.len() == ranks.len()
                && ascending
                && (ranges.is_empty() || state.passes < state.digits)
                && ranks.iter().zip(&self.known).all(|(&rank, key)| key.is_none() == within(rank as u64))
                && self.known.iter().flatten().all(|key| key & spare(state.digits) == 0);
            fits.then_some(Column { known: self.known, ranges })
        }
    }

    impl<T: Real> TryFrom<Loaded> for Quantiles<T> {
        type Error = &'static str;
        fn try_from(mut loaded: Loaded) -> Result<Self, &'static str> {
            if loaded.digits != digits::<T>() {
                return Err("these Quantiles are of another type of elements");
            }
            let (columns, q) = (std::mem::take(&mut loaded.columns), loaded.q.clone());
            let counted = |range: &LoadedRange| matches!(range.found, LoadedFound::Counts { .. });
            let ranges = columns.iter().flat_map(|column| &column.ranges);
            let memory = ranges.filter(|range| counted(range)).count().saturating_mul(DIGITS);
            check_memory::<u64>(memory)
                .map_err(|_| "there is no memory for the counts of these Quantiles")?;
            let first = loaded.passes == 0;
            let rows = usize::try_from(loaded.rows).map_err(|_| DAMAGED)?;
            usize::try_from(loaded.seen).map_err(|_| DAMAGED)?;
            if loaded.passes > loaded.digits
                || q.iter().any(|&q| share(q, 1.0).is_err())
                || if first { loaded.rows > 0 } else { loaded.seen > loaded.rows }
                || (!first && rows == 0 && !columns.is_empty())
            {
                return Err(DAMAGED);
            }
            let plan = Plan::new(rows.max(1), Question::Quantiles(&q, loaded.method));
            let columns: Option<Vec<_>> =
                columns.into_iter().map(|column| column.checked(&loaded, plan.ranks())).collect();
            let state = Quantiles {
                q,
                method: loaded.method,
                digits: loaded.digits,
                passes: loaded.passes,
                rows: loaded.rows,
                seen: loaded.seen,
                columns: columns.ok_or(DAMAGED)?,
                element: PhantomData,
            };
            if state.is_complete() && state.seen > 0 { Err(DAMAGED) } else { Ok(state) }
        }
    }
}
