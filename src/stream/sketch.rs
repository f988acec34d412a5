//! Sketches of columns: approximate quantiles in one pass.

use crate::loops::lanes::{check_extent, fold_columns, new};
use crate::memory::{check_memory, room};
use crate::stats::share;
use crate::tuning::PARALLEL_COUNTS;
use crate::{ErrorKind, Named, Real, Result};
use datasketches::common::SearchCriteria::Inclusive;
use datasketches::kll::{KllFloat, KllSketch};
use ndarray::{Array2, ArrayRef2, Ix2};
use std::marker::PhantomData;

/// Most rows of a sketch. Up to here the shares of rows are exact in f64, and the levels of the sketch, of
/// which `datasketches` panics for more than 61, cannot run out.
const MOST: u64 = 1 << 53;

/// Approximate quantiles of every column in one pass over data of any size, in little memory: KLL sketches
/// (Karnin, Lang, Liberty, "Optimal quantile approximation in streams", 2016) of the crate `datasketches`.
/// Needs the feature `sketch`.
///
/// What is found for `q` is an element of the column, as by
/// [`InvertedCdf`](crate::QuantileMethod::InvertedCdf), whose share of elements below is `q` up to
/// [`rank_error`](Self::rank_error), which depends on `k` alone:
///
/// | `k` | 25 | 50 | 100 | 200 | 400 | 800 | 3200 |
/// |---|---|---|---|---|---|---|---|
/// | error of the share | 0.100 | 0.051 | 0.026 | 0.0133 | 0.0068 | 0.0035 | 0.0009 |
///
/// That bound holds with a confidence of 99 %, as its authors state, whatever the data and their order. It is
/// one of ranks: how near the values are depends on the data. The ends, `q` 0 and 1, are exact. A column
/// keeps at most about `3 k` numbers, and 8 for each doubling of the rows. Everything is exact, and the same
/// in every run, up to `k` rows; with more, the sketch drops every other one of some neighbours, and a coin
/// that cannot be seeded decides which. So two runs over the same rows, or two ways to cut and to merge them,
/// agree within the error, not in their bits. [`Quantiles`](super::Quantiles) are exact and reproducible;
/// they need several passes.
///
/// A column with a NaN has the quantiles NaN. Infinities are numbers. Zeros of both signs are one value: the
/// result may be either.
///
/// # Examples
/// ```
/// use linstat::stream::Sketch;
/// use ndarray::{Array2, array};
///
/// let mut state = Sketch::new(1, 200)?;
/// for i in 0..100 {
///     state.update(&Array2::from_shape_fn((1000, 1), |(j, _)| (1000 * i + j) as f64))?;
/// }
/// let median = state.quantiles(&[0.5])?[[0, 0]];
/// // half of 100 000 rows, up to three times the error
/// assert!((median - 50_000.).abs() < 3. * state.rank_error() * 100_000.);
/// assert_eq!(state.quantiles(&[0., 1.])?, array![[0.], [99_999.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
///
/// With the feature `serde`, a state can be saved and loaded: a column as the bytes that every DataSketches
/// library reads as a KLL sketch of doubles.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "loaded::Loaded"))]
pub struct Sketch<T> {
    k: u16,
    rows: u64,
    columns: Vec<Column>,
    #[cfg_attr(feature = "serde", serde(skip))]
    element: PhantomData<T>,
}

#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Column {
    /// All elements that are not NaN.
    #[cfg_attr(feature = "serde", serde(with = "loaded"))]
    sketch: KllSketch<KllFloat<f64>>,
    nans: u64,
}

impl Column {
    /// Adds an element, while there are fewer than [`MOST`].
    fn add(&mut self, x: f64) {
        match KllFloat::<f64>::new(x) {
            Ok(x) => self.sketch.update(x),
            Err(_) => self.nans += 1,
        }
    }

    /// Writes the quantiles `q`, which are from 0 to 1.
    fn quantiles<'a, T: Real>(&self, q: &[f64], values: impl Iterator<Item = &'a mut T>) {
        match self.sketch.quantiles(q, Inclusive) {
            Ok(Some(found)) if self.nans == 0 => {
                values.zip(found).for_each(|(value, x)| *value = T::of(x.into_inner()));
            }
            _ => values.for_each(|value| *value = T::nan()),
        }
    }
}

impl<T: Real> Sketch<T> {
    /// Creates the state without rows, for this number of columns; `k`, at least 8, decides on the error and
    /// the memory, see [`Sketch`]. 200 is usual.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `k` is less than 8, [`ErrorKind::TooLarge`] if there is no memory
    /// for so many columns.
    pub fn new(columns: usize, k: u16) -> Result<Self> {
        Self::start(columns, k).named("Sketch::new")
    }

    fn start(columns: usize, k: u16) -> Result<Self, ErrorKind> {
        let reason = |_| ErrorKind::invalid("k", format!("expected at least 8, found {k}"));
        let empty = Column { sketch: KllSketch::new(k).map_err(reason)?, nans: 0 };
        // with the list of levels, which is an allocation of its own
        check_memory::<[Column; 2]>(columns)?;
        let mut all = room(columns)?;
        all.resize(columns, empty);
        Ok(Sketch { k, rows: 0, columns: all, element: PhantomData })
    }

    /// Adds a block of rows. It has shape `(n, p)` for `p` columns and any memory layout; `n` may be 0.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the block has another number of columns; [`ErrorKind::TooLarge`] if there is
    /// no memory, or if there are more than 2^53 rows in all. The state is then as it was.
    pub fn update(&mut self, block: &ArrayRef2<T>) -> Result<()> {
        self.add(block).named("Sketch::update")
    }

    fn add(&mut self, block: &ArrayRef2<T>) -> Result<(), ErrorKind> {
        if block.ncols() != self.columns.len() {
            let found = [block.shape(), &[self.columns.len()]];
            return Err(ErrorKind::shape("(n, p) for a state of p columns", &found));
        }
        check_extent(block)?;
        let rows = self.rows_with(block.nrows() as u64)?;
        fold_columns(block.view(), &mut self.columns, PARALLEL_COUNTS, &|x, column| {
            x.iter().for_each(|x| column.add(x.f64()));
        })?;
        self.rows = rows;
        Ok(())
    }

    /// Returns the number of rows with so many more; fails if what is kept of them will not fit into memory.
    fn rows_with(&self, more: u64) -> Result<u64, ErrorKind> {
        let rows = self.rows.checked_add(more).filter(|&rows| rows <= MOST);
        let rows = rows.ok_or(ErrorKind::TooLarge { dim: usize::MAX })?;
        let kept = rows.min(4 * u64::from(self.k) + 8 * 64) as usize;
        check_memory::<f64>(kept.saturating_mul(self.columns.len()))?;
        Ok(rows)
    }

    /// Adds the rows that another state has seen. The error of the result is that of each.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of columns differs, [`ErrorKind::InvalidArgument`] if `k` differs,
    /// [`ErrorKind::TooLarge`] if there is no memory, or if there are more than 2^53 rows in all. The state
    /// is then as it was.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.add_state(other).named("Sketch::merge")
    }

    fn add_state(&mut self, other: &Self) -> Result<(), ErrorKind> {
        let [p, of_other] = [&*self, other].map(|state| state.columns.len());
        if p != of_other {
            return Err(ErrorKind::shape("states of equally many columns", &[&[p], &[of_other]]));
        }
        if self.k != other.k {
            let reason = format!("expected a sketch with k = {}, found {}", self.k, other.k);
            return Err(ErrorKind::invalid("other", reason));
        }
        self.rows = self.rows_with(other.rows)?;
        for (column, other) in self.columns.iter_mut().zip(&other.columns) {
            column.nans += other.nans;
            let merged = column.sketch.merge(&other.sketch);
            merged.unwrap_or_else(|_| unreachable!("of equal kind, and of few rows"));
        }
        Ok(())
    }

    /// Returns approximate quantiles, of shape `(m, p)` for `m` numbers `q` and `p` columns.
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows, [`ErrorKind::InvalidArgument`] if a `q` is outside 0 to 1.
    pub fn quantiles(&self, q: &[f64]) -> Result<Array2<T>> {
        self.results(q).named("Sketch::quantiles")
    }

    fn results(&self, q: &[f64]) -> Result<Array2<T>, ErrorKind> {
        q.iter().try_for_each(|&q| share(q, 1.0).map(drop))?;
        if self.rows == 0 && !self.columns.is_empty() {
            return Err(ErrorKind::no_rows(self.columns.len()));
        }
        let mut values = new(Ix2(q.len(), self.columns.len()))?;
        for (column, mut values) in self.columns.iter().zip(values.columns_mut()) {
            column.quantiles(q, values.iter_mut());
        }
        Ok(values)
    }

    /// Returns the error of the share of elements below a quantile, which is not exceeded with a probability
    /// of 99 %: `2.296 / k^0.9723`.
    pub fn rank_error(&self) -> f64 {
        2.296 / f64::from(self.k).powf(0.9723)
    }

    /// Whether all elements are kept, so that quantiles are exact: there are at most `k` of them in a column.
    pub fn is_exact(&self) -> bool {
        self.columns.iter().all(|column| !column.sketch.is_estimation_mode())
    }

    /// Returns `k`.
    pub fn k(&self) -> u16 {
        self.k
    }

    /// Returns the number of columns.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Returns the number of rows that have been seen.
    pub fn n_samples(&self) -> u64 {
        self.rows
    }
}

/// Sketches as bytes, and states as they were read, whose parts need not fit.
#[cfg(feature = "serde")]
mod loaded {
    use super::*;
    use serde::de::{Deserializer, Error, SeqAccess, Visitor};
    use serde::{Deserialize, Serializer};
    use std::fmt;

    type Kll = KllSketch<KllFloat<f64>>;

    pub(super) fn serialize<S: Serializer>(sketch: &Kll, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&sketch.serialize())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Kll, D::Error> {
        from.deserialize_byte_buf(Bytes)
    }

    /// Reads bytes, which some formats store as a sequence of numbers.
    struct Bytes;

    impl<'de> Visitor<'de> for Bytes {
        type Value = Kll;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the bytes of a KLL sketch")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Kll, E> {
            Kll::deserialize(bytes).map_err(E::custom)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Kll, A::Error> {
            let mut bytes = Vec::new();
            while let Some(byte) = numbers.next_element()? {
                bytes.push(byte);
            }
            self.visit_bytes(&bytes)
        }
    }

    #[derive(Deserialize)]
    #[serde(rename = "Sketch")]
    pub(super) struct Loaded {
        k: u16,
        rows: u64,
        columns: Vec<Column>,
    }

    impl<T> TryFrom<Loaded> for Sketch<T> {
        type Error = &'static str;
        fn try_from(Loaded { k, rows, columns }: Loaded) -> Result<Self, &'static str> {
            let fits = |Column { sketch, nans }: &Column| {
                [sketch.k(), sketch.min_k()] == [k; 2] && sketch.n().checked_add(*nans) == Some(rows)
            };
            if KllSketch::<KllFloat<f64>>::new(k).is_err() || rows > MOST || !columns.iter().all(fits) {
                return Err("the columns of a Sketch have the same k and the same number of rows");
            }
            Ok(Sketch { k, rows, columns, element: PhantomData })
        }
    }
}
