//! Histograms.

use super::QuantileMethod::Linear;
use super::quantile::{Plan, Question};
use crate::backend::check_memory;
use crate::{Element, Error, Real, Result, simd, threads};
use ndarray::{Array1, ArrayRef, Dimension};
use rayon::prelude::*;
use std::any::TypeId;
use std::borrow::Cow;

/// Elements from which on threads pay, and at most so many bins, since each thread has its own.
const PARALLEL: usize = 1 << 17;
const PARALLEL_BINS: usize = 1 << 14;

/// The bins of a histogram: NumPy's arguments `bins` and `range`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Bins<'a> {
    /// So many bins of equal width between the least and the greatest element: `bins=n`.
    Count(usize),
    /// So many bins of equal width from `start` to `end`: `bins=count, range=(start, end)`.
    Range {
        /// The number of bins.
        count: usize,
        /// The left edge of the first bin.
        start: f64,
        /// The right edge of the last bin.
        end: f64,
    },
    /// Ascending edges, one more than there are bins: `bins=edges`. They may be infinite, or equal for an empty bin.
    Edges(&'a [f64]),
    /// The narrower bins of the two rules below, but at most about twice the root of the number of elements in number:
    /// `bins="auto"`.
    Auto,
    /// As many bins as the binary logarithm of the number of elements, and one: `bins="sturges"`.
    Sturges,
    /// Bins as wide as twice the interquartile range over the cube root of the number of elements: `bins="fd"`.
    FreedmanDiaconis,
}

/// The result of [`histogram`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Histogram {
    /// The number of elements in each bin.
    pub counts: Array1<usize>,
    /// The edges of the bins, ascending, one more than there are bins.
    pub edges: Array1<f64>,
}

impl Histogram {
    /// The density in each bin, as `numpy.histogram(x, density=True)`: the integral over all bins is 1; NaN if none has
    /// an element.
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
        let total = self.counts.iter().sum::<usize>() as f64;
        let widths = self.edges.windows(2).into_iter().map(|pair| pair[1] - pair[0]);
        self.counts.iter().zip(widths).map(|(&count, width)| count as f64 / width / total).collect()
    }
}

/// How many elements lie in each bin, as `numpy.histogram(x, bins)`.
///
/// Any shape and layout. A bin holds its left edge and not its right one, but the last bin holds both. An element is
/// compared with the edges themselves, in `f64`, so it is counted where they say. Elements outside the edges are left
/// out, NaN among them, unless the edges follow from the data. All-equal data get edges 0.5 to both sides, empty data
/// those from 0 to 1. The edges for `f32` are `f32` numbers, except explicit ones.
///
/// # Errors
/// [`Error::InvalidArgument`] for no bins, a range that is not finite or not ascending (that of the data, if they hold a
/// NaN or an infinity), more bins than there are numbers to be their edges, or edges that descend, are NaN, or are fewer
/// than two; [`Error::TooLarge`] for more bins than fit into memory.
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram};
/// use ndarray::array;
/// let h = histogram(&array![1., 2., 1., 4., 3.], Bins::Count(3))?;
/// assert_eq!((h.counts, h.edges), (array![2, 1, 2], array![1., 2., 3., 4.]));
/// let h = histogram(&array![1, 2, 1, 9], Bins::Edges(&[0., 2., 4.]))?;
/// assert_eq!(h.counts, array![2, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram<T: Element, D: Dimension>(x: &ArrayRef<T, D>, bins: Bins<'_>) -> Result<Histogram> {
    let op = "histogram";
    let x = contiguous(op, x)?;
    let edges = edges_of(op, &x, bins)?;
    // for the cells
    check_memory::<f64>(op, edges.len().saturating_mul(3))?;
    if u32::try_from(edges.len()).is_err() {
        return Err(Error::TooLarge { op, dim: edges.len() });
    }
    let counts = Locator::new(&edges).count(&x);
    Ok(Histogram { counts: Array1::from_vec(counts), edges: Array1::from_vec(edges) })
}

/// The edges of the bins that [`histogram`] would use, as `numpy.histogram_bin_edges(x, bins)`.
///
/// # Errors
/// As [`histogram`].
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram_bin_edges};
/// use ndarray::array;
/// assert_eq!(histogram_bin_edges(&array![3, 1, 5], Bins::Count(2))?, array![1., 3., 5.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram_bin_edges<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    bins: Bins<'_>,
) -> Result<Array1<f64>> {
    let op = "histogram_bin_edges";
    edges_of(op, &contiguous(op, x)?, bins).map(Array1::from_vec)
}

fn contiguous<'a, T: Element, D: Dimension>(op: &'static str, x: &'a ArrayRef<T, D>) -> Result<Cow<'a, [T]>> {
    if let Some(x) = x.as_slice_memory_order() {
        return Ok(Cow::Borrowed(x));
    }
    check_memory::<T>(op, x.len())?;
    Ok(Cow::Owned(x.iter().copied().collect()))
}

fn edges_of<T: Element>(op: &'static str, x: &[T], bins: Bins<'_>) -> Result<Vec<f64>> {
    match bins {
        Bins::Edges(edges) => check_edges(op, edges),
        Bins::Range { count, start, end } => in_range::<f64, T::Mean>(op, (start, end), |_| count),
        // the range that an empty array has
        _ if x.is_empty() => in_range::<f64, T::Mean>(op, (0.0, 1.0), |_| match bins {
            Bins::Count(count) => count,
            _ => 1,
        }),
        _ => in_range::<T::Mean, T::Mean>(op, range_of(x), |width| match bins {
            Bins::Count(count) => count,
            _ => by_rule(x, bins, width),
        }),
    }
}

fn check_edges(op: &'static str, edges: &[f64]) -> Result<Vec<f64>> {
    if edges.len() < 2 {
        return Err(Error::invalid(
            op,
            "bins",
            format!("expected at least two edges, found {}", edges.len()),
        ));
    }
    let ascend = |pair: &&[f64]| pair[0] <= pair[1]; // false for a NaN
    match edges.windows(2).find(|pair| !ascend(pair)) {
        Some(pair) => Err(Error::invalid(
            op,
            "bins",
            format!("expected ascending edges, found {} before {}", pair[0], pair[1]),
        )),
        None => Ok(edges.to_vec()),
    }
}

/// The least and the greatest element; a NaN counts as the greatest.
fn range_of<T: Element>(x: &[T]) -> (T::Mean, T::Mean) {
    let of = |key| T::Mean::of(T::from_key(key).as_f64());
    match simd::key_range(x) {
        Some((least, greatest)) => (of(least), of(greatest)),
        None => (Real::of(0.0), Real::of(1.0)),
    }
}

/// Equal bins over a range, computed in `R` and rounded to `E`; `count` tells their number from the width of the range.
fn in_range<R: Real, E: Real>(
    op: &'static str,
    (mut start, mut end): (R, R),
    count: impl Fn(R) -> usize,
) -> Result<Vec<f64>> {
    if !(start.is_finite() && end.is_finite() && start <= end) {
        return Err(Error::invalid(op, "range", format!("expected a finite range, found {start} to {end}")));
    }
    if start == end {
        (start, end) = (start - R::of(0.5), end + R::of(0.5));
    }
    let count = count(end - start);
    if count == 0 {
        return Err(Error::invalid(op, "bins", "expected at least one bin, found 0"));
    }
    check_memory::<f64>(op, count.saturating_add(1))?;
    let edges: Vec<f64> = linspace(start, end, count).map(|edge| E::of(edge.f64()).f64()).collect();
    if edges.windows(2).all(|pair| pair[0] < pair[1]) {
        return Ok(edges);
    }
    Err(Error::invalid(op, "bins", format!("{count} bins are too many for the range from {start} to {end}")))
}

/// The `n + 1` edges of `n` equal bins, by NumPy's formula.
fn linspace<R: Real>(start: R, end: R, n: usize) -> impl Iterator<Item = R> {
    let parts = R::of(n as f64);
    let width = end - start;
    // the range of all numbers is no number
    let step = if width.is_finite() { width / parts } else { end / parts - start / parts };
    let inner = (0..n).map(move |i| {
        let i = R::of(i as f64);
        (if step.is_zero() { i / parts * width } else { i * step }) + start
    });
    inner.chain(std::iter::once(end))
}

/// The number of bins that a rule gives for data that span `width`.
fn by_rule<T: Element>(x: &[T], bins: Bins<'_>, width: T::Mean) -> usize {
    let n = x.len() as f64;
    let (least, greatest) = range_of(x);
    let spread = (greatest - least).f64();
    let sturges = spread / (n.log2() + 1.0);
    let freedman_diaconis = || {
        let quartiles: Vec<f64> =
            Plan::new(x.len(), Question::Quantiles(&[0.75, 0.25], Linear)).answer(x).collect();
        2.0 * (quartiles[0] - quartiles[1]) * n.powf(-1.0 / 3.0)
    };
    let bin = match bins {
        Bins::Sturges => sturges,
        Bins::FreedmanDiaconis => freedman_diaconis(),
        _ => freedman_diaconis().max(spread / n.sqrt() / 2.0).min(sturges),
    };
    if bin == 0.0 {
        return 1;
    }
    let whole_numbers = TypeId::of::<T>() != TypeId::of::<T::Mean>();
    let bin = if whole_numbers { bin.max(1.0) } else { bin };
    // a range that overflows gives NaN, and so one bin
    (width.f64() / bin).ceil().max(1.0) as usize
}

/// Finds the bin of a number: by a table of equal cells that tells in which bin a cell begins.
struct Locator<'a> {
    edges: &'a [f64],
    /// The left edges of the bins, and a NaN, which no number reaches.
    left: Vec<f64>,
    /// Where the first cell begins, and how many there are per unit.
    start: f64,
    density: f64,
    /// The bin of the left end of each cell, and one more entry.
    first_bin: Vec<u32>,
    /// The most edges in a cell.
    steps: usize,
}

/// More edges in a cell than this are searched by halving.
const STEPS: usize = 6;

impl<'a> Locator<'a> {
    /// `edges` ascend, and are two at least.
    fn new(edges: &'a [f64]) -> Self {
        let bins = edges.len() - 1;
        let [start, end] = Self::finite_span(edges);
        // equal bins are cells of their own
        let equal = (edges[1] - edges[0]) * bins as f64 <= 1.5 * (end - start);
        let cells = if equal { bins } else { bins.saturating_mul(64) }.clamp(1, bins.max(1 << 16));
        let left = edges[..bins].iter().copied().chain([f64::NAN]).collect();
        let density = cells as f64 / (end - start);
        let mut locator = Locator { edges, left, start, density, first_bin: vec![0; cells + 2], steps: 0 };
        // the cell of a number grows with it, so counting the edges in earlier cells tells where its search starts
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
        locator
    }

    /// From the first to the last finite edge.
    fn finite_span(edges: &[f64]) -> [f64; 2] {
        let mut finite = edges.iter().copied().filter(|edge| edge.is_finite());
        let start = finite.next().unwrap_or(0.0);
        [start, finite.next_back().unwrap_or(start)]
    }

    /// Grows with `x`, whatever is rounded; a NaN is in cell 0.
    #[inline(always)]
    fn cell(&self, x: f64) -> usize {
        (((x - self.start) * self.density) as u32 as usize).min(self.first_bin.len() - 2)
    }

    /// The bin of an element between the first and the last edge, where no cell has more edges than `steps`.
    #[inline(always)]
    fn step(&self, x: f64, steps: usize) -> usize {
        let mut bin = self.first_bin[self.cell(x)] as usize;
        // without branches, which random data would mislead
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

    fn count<T: Element>(&self, x: &[T]) -> Vec<usize> {
        let bins = self.edges.len() - 1;
        if bins > PARALLEL_BINS || !threads::share(x.len(), PARALLEL) {
            return self.count_part(x);
        }
        let add = |mut sum: Vec<usize>, counts: Vec<usize>| {
            sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            sum
        };
        let parts = x.par_chunks(PARALLEL / 2).map(|x| self.count_part(x));
        threads::install(|| parts.reduce(|| vec![0; bins], add))
    }

    fn count_part<T: Element>(&self, x: &[T]) -> Vec<usize> {
        match self.steps {
            0..=2 => self.count_by(x, |x| self.step(x, 2)),
            3..=STEPS => self.count_by(x, |x| self.step(x, STEPS)),
            _ => self.count_by(x, |x| self.halve(x)),
        }
    }

    #[inline(always)]
    fn count_by<T: Element>(&self, x: &[T], bin: impl Fn(f64) -> usize) -> Vec<usize> {
        let bins = self.edges.len() - 1;
        let (first, last) = (self.edges[0], self.edges[bins]);
        let mut counts = vec![0; bins];
        for x in x {
            let x = x.as_f64();
            if first <= x && x <= last {
                counts[bin(x)] += 1;
            }
        }
        counts
    }
}
