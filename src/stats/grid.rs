//! Histograms with weights and in several dimensions.

use super::Bins;
use super::histogram::{Histogram, Locator, Tally, edges_of_all, edges_of_range, in_bin};
use crate::loops::lanes::{Elements, check_extent};
use crate::memory::{defaults, filled};
use crate::{Element, ErrorKind, Named, Real, Result};
use ndarray::{Array, Array1, Array2, ArrayD, ArrayRef, ArrayRef1, ArrayRef2, Dimension};

/// Returns the sum of the weights of the elements in each bin, as `numpy.histogram(x, bins,
/// weights=weights)`.
///
/// `weights` has the shape of `x`; they are added in logical order and in `f64`. `bins` are all but the rules
/// for their number, as in NumPy. See [`histogram`](crate::histogram); the density is
/// [`Histogram::density`].
///
/// # Errors
/// As [`histogram`](crate::histogram); [`ErrorKind::Shape`] if the shapes differ,
/// [`ErrorKind::InvalidArgument`] for a rule.
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram_weighted};
/// use ndarray::array;
/// let h = histogram_weighted(&array![1., 2., 1., 4.], &array![0.5, 1., 2., 3.], Bins::Count(3))?;
/// assert_eq!((h.counts, h.edges), (array![2.5, 1., 3.], array![1., 2., 3., 4.]));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram_weighted<T: Element, W: Real, D: Dimension>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<W, D>,
    bins: Bins<'_>,
) -> Result<Histogram<f64>> {
    weighted(x, weights, bins).named("histogram_weighted")
}

fn weighted<T: Element, W: Real, D: Dimension>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<W, D>,
    bins: Bins<'_>,
) -> Result<Histogram<f64>, ErrorKind> {
    if x.shape() != weights.shape() {
        return Err(ErrorKind::shape("x and weights of the same shape", &[x.shape(), weights.shape()]));
    }
    if !matches!(bins, Bins::Count(_) | Bins::Range { .. } | Bins::Edges(_)) {
        let reason = format!("expected a number, a range or edges, found {bins:?}: a rule takes no weights");
        return Err(ErrorKind::invalid("bins", reason));
    }
    let mut grid = Grid::new(x)?;
    grid.add_axis(x, edges_of_all(x, bins)?)?;
    let counts = grid.sums(weights)?.into();
    Ok(Histogram { counts, edges: grid.edges.swap_remove(0) })
}

/// The result of [`histogram2d`]; `C` is `f64` if it has weights.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Histogram2d<C = usize> {
    /// The number of points in each bin, or the sum of their weights: bins of `x` in the rows, of `y` in the
    /// columns.
    pub counts: Array2<C>,
    /// The edges of the bins of `x`.
    pub x_edges: Array1<f64>,
    /// The edges of the bins of `y`.
    pub y_edges: Array1<f64>,
}

impl<C: Tally> Histogram2d<C> {
    /// Returns the density in each bin, as `numpy.histogram2d(x, y, density=True)`: its integral is 1, or it
    /// is NaN if all bins are empty.
    ///
    /// # Examples
    /// ```
    /// use linstat::{Bins, histogram2d};
    /// use ndarray::array;
    /// let h = histogram2d(&array![0., 2., 4.], &array![0., 1., 1.], [Bins::Count(2), Bins::Count(1)])?;
    /// assert_eq!(h.density(), array![[1. / 3. / 2.], [2. / 3. / 2.]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn density(&self) -> Array2<f64> {
        density(&self.counts, [&self.x_edges, &self.y_edges])
    }
}

/// The result of [`histogramdd`]; `C` is `f64` if it has weights.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HistogramDd<C = usize> {
    /// The number of points in each bin, or the sum of their weights, with an axis for each column.
    pub counts: ArrayD<C>,
    /// The edges of the bins of each column.
    pub edges: Vec<Array1<f64>>,
}

impl<C: Tally> HistogramDd<C> {
    /// Returns the density in each bin, as `numpy.histogramdd(x, density=True)`: its integral is 1, or it is
    /// NaN if all bins are empty.
    ///
    /// # Examples
    /// ```
    /// use linstat::{Bins, histogramdd};
    /// use ndarray::array;
    /// let x = array![[0., 0.], [2., 1.], [4., 1.], [4., 0.]];
    /// let h = histogramdd(&x, &[Bins::Count(2), Bins::Count(1)])?;
    /// assert_eq!(h.density(), array![[0.125], [0.375]].into_dyn());
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn density(&self) -> ArrayD<f64> {
        density(&self.counts, &self.edges)
    }
}

/// Returns the sums divided by the volumes of their bins and by their total.
fn density<'a, C: Tally, D: Dimension>(
    counts: &ArrayRef<C, D>,
    edges: impl IntoIterator<Item = &'a Array1<f64>>,
) -> Array<f64, D> {
    let mut density: Vec<f64> = counts.iter().map(|&count| count.f64()).collect();
    let total: f64 = density.iter().fold(0.0, |total, count| total + count);
    let mut each = density.len();
    for (edges, &bins) in edges.into_iter().zip(counts.shape()) {
        each /= bins.max(1);
        // along the last axes of the array, which lie side by side: there may be very many bins
        for (i, counts) in density.chunks_mut(each.max(1)).enumerate() {
            let bin = i % bins;
            if let (Some(&start), Some(&end)) = (edges.get(bin), edges.get(bin + 1)) {
                counts.iter_mut().for_each(|count| *count = in_bin(*count, start, end));
            }
        }
    }
    density.iter_mut().for_each(|count| *count /= total);
    Array::from_shape_vec(counts.raw_dim(), density).unwrap_or_else(|_| unreachable!("one for each bin"))
}

/// Returns the number of points in each bin of a plane, as `numpy.histogram2d(x, y, bins)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x`, `y` | `(n,)` | the coordinates of the points, any element type and layout |
/// | `bins` | | the bins of `x` and of `y` |
/// | `counts` | `(bins of x, bins of y)` | how many points are in each bin |
///
/// Bins, edges and their ends are those of [`histogram`](crate::histogram) for each coordinate: the last bin
/// includes both edges, and points outside, or with a NaN, are not counted. Edges of a [`Bins::Range`] are
/// `f64` numbers for `f32` too, as in NumPy. The rules for the number of bins look at each coordinate by
/// itself (NumPy refuses them here).
///
/// # Errors
/// [`ErrorKind::Shape`] if the lengths differ; others as [`histogram`](crate::histogram).
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram2d};
/// use ndarray::array;
/// let bins = [Bins::Count(2), Bins::Edges(&[0., 1., 2.])];
/// let h = histogram2d(&array![0., 0.5, 4.], &array![0, 1, 2], bins)?;
/// assert_eq!(h.counts, array![[1, 1], [0, 1]]);
/// assert_eq!(h.x_edges, array![0., 2., 4.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram2d<T: Element, U: Element>(
    x: &ArrayRef1<T>,
    y: &ArrayRef1<U>,
    bins: [Bins<'_>; 2],
) -> Result<Histogram2d> {
    plane(x, y, bins).and_then(|grid| grid.in_plane(Grid::counts)).named("histogram2d")
}

/// Returns the sum of the weights of the points in each bin of a plane, as
/// `numpy.histogram2d(x, y, bins, weights=weights)`. See [`histogram2d`].
///
/// # Errors
/// As [`histogram2d`]; [`ErrorKind::Shape`] if there is not one weight for each point.
///
/// # Examples
/// ```
/// use linstat::{Bins, histogram2d_weighted};
/// use ndarray::array;
/// let (x, y, weights) = (array![0., 0.5, 4.], array![0., 1., 2.], array![0.5, 1., 2.]);
/// let h = histogram2d_weighted(&x, &y, &weights, [Bins::Count(2), Bins::Count(1)])?;
/// assert_eq!(h.counts, array![[1.5], [2.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogram2d_weighted<T: Element, U: Element, W: Real>(
    x: &ArrayRef1<T>,
    y: &ArrayRef1<U>,
    weights: &ArrayRef1<W>,
    bins: [Bins<'_>; 2],
) -> Result<Histogram2d<f64>> {
    let sums = |grid: &Grid| grid.sums(weights);
    plane(x, y, bins).and_then(|grid| grid.in_plane(sums)).named("histogram2d_weighted")
}

fn plane<T: Element, U: Element>(
    x: &ArrayRef1<T>,
    y: &ArrayRef1<U>,
    [x_bins, y_bins]: [Bins<'_>; 2],
) -> Result<Grid, ErrorKind> {
    if x.len() != y.len() {
        return Err(ErrorKind::shape("x (n,) and y (n,)", &[x.shape(), y.shape()]));
    }
    let mut grid = Grid::new(x)?;
    grid.add_axis(x, edges_of_axis(x, x_bins)?)?;
    grid.add_axis(y, edges_of_axis(y, y_bins)?)?;
    Ok(grid)
}

/// Returns the number of points in each bin of a space, as `numpy.histogramdd(x, bins)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | `(n, d)` | a point in each row, any layout; d is 1 to 64 |
/// | `bins` | | the bins of each column, or the same for all |
/// | `counts` | as many axes as columns | how many points are in each bin |
///
/// See [`histogram2d`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if there are neither as many `bins` as columns nor one,
/// [`ErrorKind::Shape`] if there are no columns or more than 64; others as [`histogram`](crate::histogram).
///
/// # Examples
/// ```
/// use linstat::{Bins, histogramdd};
/// use ndarray::array;
/// let h = histogramdd(&array![[0., 0.], [0.5, 1.], [4., 2.]], &[Bins::Count(2)])?;
/// assert_eq!(h.counts, array![[1, 1], [0, 1]].into_dyn());
/// assert_eq!(h.edges, [array![0., 2., 4.], array![0., 1., 2.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogramdd<T: Element>(x: &ArrayRef2<T>, bins: &[Bins<'_>]) -> Result<HistogramDd> {
    space(x, bins).and_then(|grid| grid.in_space(Grid::counts)).named("histogramdd")
}

/// Returns the sum of the weights of the points in each bin of a space, as
/// `numpy.histogramdd(x, bins, weights=weights)`. See [`histogramdd`].
///
/// # Errors
/// As [`histogramdd`]; [`ErrorKind::Shape`] if there is not one weight for each row.
///
/// # Examples
/// ```
/// use linstat::{Bins, histogramdd_weighted};
/// use ndarray::array;
/// let x = array![[0., 0.], [0.5, 1.], [4., 2.]];
/// let h = histogramdd_weighted(&x, &array![0.5, 1., 2.], &[Bins::Count(2)])?;
/// assert_eq!(h.counts, array![[0.5, 1.], [0., 2.]].into_dyn());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn histogramdd_weighted<T: Element, W: Real>(
    x: &ArrayRef2<T>,
    weights: &ArrayRef1<W>,
    bins: &[Bins<'_>],
) -> Result<HistogramDd<f64>> {
    let sums = |grid: &Grid| grid.sums(weights);
    space(x, bins).and_then(|grid| grid.in_space(sums)).named("histogramdd_weighted")
}

/// The largest number of axes of an array of NumPy. Without a limit, an empty matrix could have more columns
/// than there is time for.
const MOST_AXES: usize = 64;

fn space<T: Element>(x: &ArrayRef2<T>, bins: &[Bins<'_>]) -> Result<Grid, ErrorKind> {
    if !(1..=MOST_AXES).contains(&x.ncols()) {
        return Err(ErrorKind::shape("x (n, d) with 1 to 64 columns", &[x.shape()]));
    }
    if bins.len() != 1 && bins.len() != x.ncols() {
        let reason = format!("expected one for all columns or {}, found {}", x.ncols(), bins.len());
        return Err(ErrorKind::invalid("bins", reason));
    }
    let mut grid = Grid::new(&x.column(0))?;
    for (column, &bins) in x.columns().into_iter().zip(bins.iter().cycle()) {
        grid.add_axis(&column, edges_of_axis(&column, bins)?)?;
    }
    Ok(grid)
}

/// Returns the edges along one of several axes. Those of a range are not rounded to `f32`, unlike the edges
/// of a histogram with one axis: so it is in NumPy.
fn edges_of_axis<T: Element>(x: &ArrayRef1<T>, bins: Bins<'_>) -> Result<Array1<f64>, ErrorKind> {
    match bins {
        Bins::Range { count, start, end } => edges_of_range(count, start, end),
        _ => edges_of_all(x, bins),
    }
}

/// A place outside all bins.
const OUTSIDE: usize = usize::MAX;

/// Bins with one or several axes, and the bin of each point.
#[derive(Debug)]
struct Grid {
    edges: Vec<Array1<f64>>,
    /// Index of the bin of each point in C order, or `OUTSIDE`.
    places: Vec<usize>,
    /// The number of bins.
    bins: usize,
}

impl Grid {
    /// Creates a grid without axes, for as many points as `x` has elements.
    fn new<T, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Self, ErrorKind> {
        check_extent(x)?;
        Ok(Grid { edges: Vec::new(), places: filled(x.len(), 0)?, bins: 1 })
    }

    /// Adds an axis with the coordinates of the points.
    fn add_axis<T: Element, D: Dimension>(
        &mut self,
        x: &ArrayRef<T, D>,
        edges: Array1<f64>,
    ) -> Result<(), ErrorKind> {
        let too_large = || ErrorKind::TooLarge { dim: edges.len() };
        self.bins = self.bins.checked_mul(edges.len() - 1).ok_or_else(too_large)?;
        T::place_in_bins(Elements::new(x), edges.as_slice().unwrap_or_default(), &mut self.places)?;
        self.edges.push(edges);
        Ok(())
    }

    /// Returns the number of points in each bin.
    fn counts(&self) -> Result<Vec<usize>, ErrorKind> {
        let mut counts = defaults(self.bins)?;
        self.places.iter().filter(|&&place| place != OUTSIDE).for_each(|&place| counts[place] += 1);
        Ok(counts)
    }

    /// Returns the sum of the weights of the points in each bin.
    fn sums<W: Real, D: Dimension>(&self, weights: &ArrayRef<W, D>) -> Result<Vec<f64>, ErrorKind> {
        if weights.len() != self.places.len() {
            let n = [self.places.len()];
            return Err(ErrorKind::shape("one weight for each point", &[&n, weights.shape()]));
        }
        let mut sums = defaults(self.bins)?;
        let mut places = self.places.iter();
        Elements::new(weights).each_block(|block| {
            for (weight, &place) in block.iter().zip(places.by_ref()) {
                if place != OUTSIDE {
                    sums[place] += weight.f64();
                }
            }
        });
        Ok(sums)
    }

    fn in_plane<C>(
        mut self,
        count: impl FnOnce(&Grid) -> Result<Vec<C>, ErrorKind>,
    ) -> Result<Histogram2d<C>, ErrorKind> {
        let counts = count(&self)?;
        let (y_edges, x_edges) = (self.edges.swap_remove(1), self.edges.swap_remove(0));
        let counts = Array2::from_shape_vec((x_edges.len() - 1, y_edges.len() - 1), counts)
            .unwrap_or_else(|_| unreachable!("as many counts as bins"));
        Ok(Histogram2d { counts, x_edges, y_edges })
    }

    fn in_space<C>(
        self,
        count: impl FnOnce(&Grid) -> Result<Vec<C>, ErrorKind>,
    ) -> Result<HistogramDd<C>, ErrorKind> {
        let counts = count(&self)?;
        let shape: Vec<usize> = self.edges.iter().map(|edges| edges.len() - 1).collect();
        let counts =
            ArrayD::from_shape_vec(shape, counts).unwrap_or_else(|_| unreachable!("as many counts as bins"));
        Ok(HistogramDd { counts, edges: self.edges })
    }
}

/// Appends the bin along another axis to the place of each point: an element of `x` in logical order.
pub(super) fn place_in_bins<T: Element>(
    x: Elements<'_, T>,
    edges: &[f64],
    places: &mut [usize],
) -> Result<(), ErrorKind> {
    let (locator, bins) = (Locator::new(edges)?, edges.len() - 1);
    let mut places = places.iter_mut();
    x.each_block(|block| {
        for (x, place) in block.iter().zip(places.by_ref()) {
            *place = match locator.bin(x.as_f64()) {
                Some(bin) if *place != OUTSIDE => *place * bins + bin,
                _ => OUTSIDE,
            };
        }
    });
    Ok(())
}
