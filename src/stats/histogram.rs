//! Histograms.

use super::QuantileMethod::Linear;
use super::compiled::Statistic;
use super::quantile::{Plan, Question, Spare};
use crate::loops::any_order::AnyOrder;
use crate::loops::select::Source;
use crate::memory::{copied, filled, room};
use crate::tuning::{PARALLEL_BINS, PARALLEL_HISTOGRAM};
use crate::{Element, ErrorKind, Named, Real, Result, loops, threads};
use ndarray::{Array1, ArrayRef, Dimension};
use std::f64::consts::PI;

/// The bins of a histogram: NumPy's arguments `bins` and `range`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Bins<'a> {
    /// This number of bins of equal width between the smallest and the largest element: `bins=n`.
    Count(usize),
    /// This number of bins of equal width from `start` to `end`: `bins=count, range=(start, end)`.
    Range {
        /// The number of bins.
        count: usize,
        /// The left edge of the first bin.
        start: f64,
        /// The right edge of the last bin.
        end: f64,
    },
    /// Ascending edges, one more than there are bins: `bins=edges`. They may be infinite, or equal for an
    /// empty bin.
    Edges(&'a [f64]),
    /// The narrower bins of the next two rules, but at most about twice the square root of the number of
    /// elements: `bins="auto"`.
    Auto,
    /// The number of bins is the binary logarithm of the number of elements, plus one: `bins="sturges"`.
    Sturges,
    /// The width of the bins is twice the interquartile range divided by the cube root of the number of
    /// elements: `bins="fd"`.
    FreedmanDiaconis,
    /// The number of bins is the square root of the number of elements: `bins="sqrt"`.
    Sqrt,
    /// The number of bins is twice the cube root of the number of elements: `bins="rice"`.
    Rice,
    /// The width of the bins is the best one for a normal distribution with the standard deviation of the
    /// elements: `bins="scott"`.
    Scott,
    /// As `Sturges`, with more bins for skewed data: `bins="doane"`.
    Doane,
    /// The number of bins, up to 100 or the square root of the number of elements, for which the estimated
    /// squared error of the density is least: `bins="stone"`. The elements are sorted once for all numbers of
    /// bins (NumPy makes a histogram for each).
    Stone,
}

/// What a histogram has in each bin: the number of elements, `usize`, or the sum of their weights, `f64`.
/// Sealed.
pub trait Tally: Copy + Seal {
    /// The value as `f64`.
    #[doc(hidden)]
    fn f64(self) -> f64;
}

/// Private: it seals [`Tally`].
pub trait Seal {}
impl Seal for usize {}
impl Seal for f64 {}

impl Tally for usize {
    fn f64(self) -> f64 {
        self as f64
    }
}

impl Tally for f64 {
    fn f64(self) -> f64 {
        self
    }
}

/// The result of [`histogram`]; `C` is `f64` if it has weights.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Histogram<C = usize> {
    /// The number of elements in each bin, or the sum of their weights.
    pub counts: Array1<C>,
    /// The edges of the bins, ascending, one more than there are bins.
    pub edges: Array1<f64>,
}

impl<C: Tally> Histogram<C> {
    /// Returns the density in each bin, as `numpy.histogram(x, density=True)`: its integral is 1, or it is
    /// NaN if all bins are empty. It is also right for a bin whose width overflows.
    ///
    /// # Examples
    /// ```
    /// use linstat::{Bins, histogram};
    /// use ndarray::array;
    /// let h = histogram(&array![0., 0.5, 1., 4.], Bins::Count(2))?;
    /// assert_eq!(h.density(), array![0.375, 0.125]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn density(&self) -> Array1<f64> {
        let total = self.counts.iter().fold(0.0, |total, count| total + count.f64());
        let bins = self.counts.iter().zip(self.edges.windows(2));
        bins.map(|(count, edges)| in_bin(count.f64(), edges[0], edges[1]) / total).collect()
    }
}

/// Returns a count over the width of its bin, even if the width overflows.
pub(super) fn in_bin(count: f64, start: f64, end: f64) -> f64 {
    let scale = scale(start, end);
    count / (end * scale - start * scale) * scale
}

/// Returns the number of elements in each bin, as `numpy.histogram(x, bins)`.
///
/// Any shape, layout and element type. A bin includes its left edge and excludes its right one; the last bin
/// includes both. Elements are compared with the edges themselves, in `f64`. Elements outside the edges, and
/// NaN, are not counted, unless the edges are derived from the data. If all elements are equal, the edges are
/// 0.5 below and above; for an empty array they are 0 and 1. The edges for `f32` are `f32` numbers, except
/// explicit ones. A range whose width overflows is accepted (NumPy refuses it).
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if there are no bins, if the range is not finite or not ascending (the
/// range of the data, if they contain a NaN or an infinity), if there are more bins than numbers to be their
/// edges, or if the edges descend, contain a NaN, or are fewer than two; [`ErrorKind::TooLarge`] if the bins
/// do not fit into memory.
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram};
/// use ndarray::array;
/// let h = histogram(&array![1., 2., 1., 4., 3.], Bins::Count(3))?;
/// assert_eq!((h.counts, h.edges), (array![2, 1, 2], array![1., 2., 3., 4.]));
/// let h = histogram(&array![1., 2., 1., 9.], Bins::Edges(&[0., 2., 4.]))?;
/// assert_eq!(h.counts, array![2, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram<T: Element, D: Dimension>(x: &ArrayRef<T, D>, bins: Bins<'_>) -> Result<Histogram> {
    histogram_of_all(x, bins).named("histogram")
}

/// Returns the edges of the bins that [`histogram`] would use, as `numpy.histogram_bin_edges(x, bins)`.
///
/// # Errors
/// As [`histogram`].
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram_bin_edges};
/// use ndarray::array;
/// assert_eq!(histogram_bin_edges(&array![3., 1., 5.], Bins::Count(2))?, array![1., 3., 5.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram_bin_edges<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    bins: Bins<'_>,
) -> Result<Array1<f64>> {
    edges_of_all(x, bins).named("histogram_bin_edges")
}

pub(crate) fn histogram_of_all<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    bins: Bins<'_>,
) -> Result<Histogram, ErrorKind> {
    T::histogram(AnyOrder::of(x)?, bins)
}

pub(crate) fn edges_of_all<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    bins: Bins<'_>,
) -> Result<Array1<f64>, ErrorKind> {
    T::bin_edges(AnyOrder::of(x)?, bins).map(Array1::from_vec)
}

pub(super) fn count_in_bins<T: Element>(x: AnyOrder<'_, T>, bins: Bins<'_>) -> Result<Histogram, ErrorKind> {
    let edges = bin_edges(x.clone(), bins)?;
    let locator = Locator::new(&edges)?;
    let mut counts = filled(edges.len() - 1, 0)?;
    x.each_chunk(|x| locator.count(x, &mut counts));
    Ok(Histogram { counts: Array1::from_vec(counts), edges: Array1::from_vec(edges) })
}

pub(super) fn bin_edges<T: Element>(x: AnyOrder<'_, T>, bins: Bins<'_>) -> Result<Vec<f64>, ErrorKind> {
    let number = |count| move || Ok(count);
    match bins {
        Bins::Edges(edges) => check_edges(edges),
        Bins::Range { count, start, end } => in_range::<f64, T::Mean>((start, end), number(count)),
        // the range of an empty array
        _ if x.len() == 0 => in_range::<f64, T::Mean>(
            (0.0, 1.0),
            number(match bins {
                Bins::Count(count) => count,
                _ => 1,
            }),
        ),
        Bins::Count(count) => in_range::<T::Mean, T::Mean>(range_of(&x), number(count)),
        _ => {
            let range = range_of(&x);
            in_range::<T::Mean, T::Mean>(range, || by_rule(&x, bins, range))
        }
    }
}

/// Returns the edges of equal bins over a range, in `f64` for every type of elements.
pub(super) fn edges_of_range(count: usize, start: f64, end: f64) -> Result<Array1<f64>, ErrorKind> {
    in_range::<f64, f64>((start, end), || Ok(count)).map(Array1::from_vec)
}

/// Returns a copy of the edges of bins; refuses them if they are fewer than two, descend or contain a NaN.
pub(crate) fn check_edges(edges: &[f64]) -> Result<Vec<f64>, ErrorKind> {
    if edges.len() < 2 {
        return Err(ErrorKind::invalid(
            "bins",
            format!("expected at least two edges, found {}", edges.len()),
        ));
    }
    let ascend = |pair: &&[f64]| pair[0] <= pair[1]; // false for a NaN
    match edges.windows(2).find(|pair| !ascend(pair)) {
        Some(pair) => Err(ErrorKind::invalid(
            "bins",
            format!("expected ascending edges, found {:?} before {:?}", pair[0], pair[1]),
        )),
        None => copied(edges),
    }
}

/// Returns the smallest and the largest element; a NaN counts as the largest.
fn range_of<T: Element>(x: &AnyOrder<'_, T>) -> (T::Mean, T::Mean) {
    let mut range = None;
    x.each_chunk(|x| {
        range = match (range, loops::sift::key_range(x)) {
            (Some((least, greatest)), Some((low, high))) => Some((low.min(least), high.max(greatest))),
            (range, of_chunk) => range.or(of_chunk),
        };
    });
    let of = |key| T::Mean::of(T::from_key(key).as_f64());
    range.map_or((Real::of(0.0), Real::of(1.0)), |(least, greatest)| (of(least), of(greatest)))
}

/// Returns the factor of numbers before they are subtracted: a half if the difference would not be finite,
/// else 1.
fn scale<R: Real>(start: R, end: R) -> R {
    R::of(if (end - start).is_finite() || start.is_infinite() || end.is_infinite() { 1.0 } else { 0.5 })
}

/// Returns equal bins over a range, computed in `R` and rounded to `E`; `count` returns their number.
fn in_range<R: Real, E: Real>(
    (mut start, mut end): (R, R),
    count: impl FnOnce() -> Result<usize, ErrorKind>,
) -> Result<Vec<f64>, ErrorKind> {
    if !(start.is_finite() && end.is_finite() && start <= end) {
        let reason = format!("expected a finite range, found {start:?} to {end:?}");
        return Err(ErrorKind::invalid("range", reason));
    }
    if start == end {
        (start, end) = (start - R::of(0.5), end + R::of(0.5));
    }
    let count = count()?;
    if count == 0 {
        return Err(ErrorKind::invalid("bins", "expected at least one bin, found 0"));
    }
    let mut edges = room(count.saturating_add(1))?;
    edges.extend(linspace(start, end, count).map(|edge| E::of(edge.f64()).f64()));
    if edges.windows(2).all(|pair| pair[0] < pair[1]) {
        return Ok(edges);
    }
    let reason = format!("{count} bins are too many for the range from {start:?} to {end:?}");
    Err(ErrorKind::invalid("bins", reason))
}

/// Returns the `n + 1` edges of `n` equal bins, by NumPy's formula, halved where the width of the range
/// overflows.
fn linspace<R: Real>(start: R, end: R, n: usize) -> impl Iterator<Item = R> {
    let (parts, scale) = (R::of(n as f64), scale(start, end));
    let first = start * scale;
    let width = end * scale - first;
    let step = width / parts;
    let inner = (0..n).map(move |i| {
        let i = R::of(i as f64);
        ((if step.is_zero() { i / parts * width } else { i * step }) + first) / scale
    });
    inner.chain(std::iter::once(end))
}

/// Returns the number of bins that a rule gives for data with this range.
fn by_rule<T: Element>(
    x: &AnyOrder<'_, T>,
    bins: Bins<'_>,
    (least, greatest): (T::Mean, T::Mean),
) -> Result<usize, ErrorKind> {
    let n = x.len() as f64;
    let scale = scale(least, greatest);
    let spread = (greatest * scale - least * scale).f64();
    let sturges = spread / (n.log2() + 1.0);
    let freedman_diaconis = || {
        let plan = Plan::new(x.len(), Question::Quantiles(&[0.75, 0.25], Linear));
        let mut quartiles = [0.0; 2];
        plan.find(&mut Source::new(x)?, &mut Spare::default(), |i, quartile| quartiles[i] = quartile)
            .ok_or(ErrorKind::TooLarge { dim: x.len() })?;
        let [upper, lower] = quartiles.map(|quartile| quartile * scale.f64());
        Ok(2.0 * (upper - lower) * n.powf(-1.0 / 3.0))
    };
    let statistic = |statistic| T::statistic(x.elements(), statistic).map(|value| value.f64());
    let deviation = || statistic(Statistic::Std(0)).map(|deviation| deviation * scale.f64());
    let bin = match bins {
        Bins::Sturges => sturges,
        Bins::FreedmanDiaconis => freedman_diaconis()?,
        Bins::Sqrt => spread / n.sqrt(),
        Bins::Rice => spread / (2.0 * n.cbrt()),
        Bins::Scott => (24.0 * PI.sqrt() / n).cbrt() * deviation()?,
        Bins::Doane if n > 2.0 && deviation()? > 0.0 => {
            let skewness = statistic(Statistic::Skewness)?.abs();
            let its_deviation = (6.0 * (n - 2.0) / ((n + 1.0) * (n + 3.0))).sqrt();
            spread / (1.0 + n.log2() + (1.0 + skewness / its_deviation).log2())
        }
        Bins::Doane => 0.0,
        Bins::Stone => spread / stone(x, least, greatest)? as f64,
        _ => freedman_diaconis()?.max(spread / n.sqrt() / 2.0).min(sturges),
    };
    if bin == 0.0 {
        return Ok(1);
    }
    let bin = if T::default().whole().is_some() { bin.max(1.0) } else { bin };
    Ok((spread / bin).ceil().max(1.0) as usize)
}

/// Returns the number of bins with the least estimated error (C. Stone, An asymptotically optimal histogram
/// selection rule, 1984).
fn stone<T: Element>(x: &AnyOrder<'_, T>, least: T::Mean, greatest: T::Mean) -> Result<usize, ErrorKind> {
    let n = x.len() as f64;
    let mut sorted: Vec<f64> = room(x.len())?;
    x.each_chunk(|x| sorted.extend(x.iter().map(|x| x.as_f64())));
    sorted.sort_unstable_by(f64::total_cmp);
    let (mut best, mut least_error) = (1, f64::INFINITY);
    for count in 1..=n.sqrt().max(100.0) as usize {
        let (mut squares, mut before) = (0.0, 0);
        for edge in linspace(least, greatest, count).skip(1) {
            let edge = edge.f64();
            // the last bin includes its right edge, which is the largest element
            let after = before + sorted[before..].partition_point(|&x| x < edge || edge == greatest.f64());
            let share = (after - before) as f64 / n;
            squares += share * share;
            before = after;
        }
        // of the integrated squared error, in units of the range
        let error = (2.0 - (n + 1.0) * squares) * count as f64;
        if error < least_error {
            (best, least_error) = (count, error);
        }
    }
    Ok(best)
}

/// Finds the bin of a number, with a table of equal cells that stores the bin in which each cell begins.
pub(crate) struct Locator<'a> {
    edges: &'a [f64],
    /// The left edges of the bins, then a NaN, which compares false with every number.
    left: Vec<f64>,
    /// The start of the first cell, and the number of cells per unit.
    start: f64,
    density: f64,
    /// The bin of the left end of each cell, and one more entry.
    first_bin: Vec<u32>,
    /// The largest number of edges in a cell.
    steps: usize,
}

/// Cells with more edges than this are searched by bisection.
const STEPS: usize = 6;

impl<'a> Locator<'a> {
    /// Creates a locator for at least two ascending edges, as [`check_edges`] returns them.
    pub(crate) fn new(edges: &'a [f64]) -> Result<Self, ErrorKind> {
        if u32::try_from(edges.len()).is_err() {
            return Err(ErrorKind::TooLarge { dim: edges.len() });
        }
        let bins = edges.len() - 1;
        let [start, end] = Self::finite_span(edges);
        // equal bins are used as cells
        let equal = (edges[1] - edges[0]) * bins as f64 <= 1.5 * (end - start);
        let cells = if equal { bins } else { bins.saturating_mul(64) }.clamp(1, bins.max(1 << 16));
        let mut left = copied(edges)?;
        left[bins] = f64::NAN;
        let density = cells as f64 / (end - start);
        let first_bin = filled(cells + 2, 0)?;
        let mut locator = Locator { edges, left, start, density, first_bin, steps: 0 };
        // the cell index is monotonic in the number, so the count of edges in earlier cells gives the start
        // of the search
        for &edge in &edges[1..bins] {
            let cell = locator.cell(edge);
            locator.first_bin[cell + 1] += 1;
        }
        let mut before = 0;
        for bin in &mut locator.first_bin {
            locator.steps = locator.steps.max(*bin as usize);
            before += *bin;
            *bin = before;
        }
        Ok(locator)
    }

    /// Returns the first and the last finite edge.
    fn finite_span(edges: &[f64]) -> [f64; 2] {
        let mut finite = edges.iter().copied().filter(|edge| edge.is_finite());
        let start = finite.next().unwrap_or(0.0);
        [start, finite.next_back().unwrap_or(start)]
    }

    /// Returns the cell of a number. It is monotonic in `x` in spite of rounding; a NaN is in cell 0.
    #[inline(always)]
    fn cell(&self, x: f64) -> usize {
        (((x - self.start) * self.density) as u32 as usize).min(self.first_bin.len() - 2)
    }

    /// Returns the bin of an element between the first and the last edge, if no cell has more edges than
    /// `steps`.
    #[inline(always)]
    fn step(&self, x: f64, steps: usize) -> usize {
        let mut bin = self.first_bin[self.cell(x)] as usize;
        // branch-free, since random data are hard to predict
        for _ in 0..steps {
            bin += usize::from(self.left[bin + 1] <= x);
        }
        bin
    }

    /// As `step`, for any number of edges in a cell.
    fn halve(&self, x: f64) -> usize {
        let cell = self.cell(x);
        let (first, last) = (self.first_bin[cell] as usize, self.first_bin[cell + 1] as usize);
        first + self.left[first + 1..=last].partition_point(|&edge| edge <= x)
    }

    /// Returns the bin of a number, if it has one.
    pub(super) fn bin(&self, x: f64) -> Option<usize> {
        let inside = self.edges[0] <= x && x <= self.edges[self.edges.len() - 1];
        inside.then(|| if self.steps <= STEPS { self.step(x, STEPS) } else { self.halve(x) })
    }

    /// Adds the number of elements in each bin to `counts`.
    fn count<T: Element>(&self, x: &[T], counts: &mut [usize]) {
        let bins = counts.len();
        if bins > PARALLEL_BINS || !threads::share(x.len(), PARALLEL_HISTOGRAM) {
            return self.count_part(x, counts);
        }
        let part = x.len().div_ceil(threads::count().clamp(1, x.len() / (PARALLEL_HISTOGRAM / 2)));
        let parts = threads::map_chunks(x, part, 1, &|_, x| {
            let mut counts = vec![0; bins];
            self.count_part(x, &mut counts);
            counts
        });
        for part in parts {
            counts.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
        }
    }

    /// As `count`, on this thread.
    pub(crate) fn count_part<T: Element>(&self, x: &[T], counts: &mut [usize]) {
        match self.steps {
            0..=2 => self.count_by(x, counts, |x| self.step(x, 2)),
            3..=STEPS => self.count_by(x, counts, |x| self.step(x, STEPS)),
            _ => self.count_by(x, counts, |x| self.halve(x)),
        }
    }

    #[inline(always)]
    fn count_by<T: Element>(&self, x: &[T], counts: &mut [usize], bin: impl Fn(f64) -> usize) {
        let (first, last) = (self.edges[0], self.edges[counts.len()]);
        for x in x {
            let x = x.as_f64();
            if first <= x && x <= last {
                counts[bin(x)] += 1;
            }
        }
    }
}
