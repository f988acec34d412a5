//! Distances and cosines of all pairs of rows.

use super::scores::{Score, of_slices};
use crate::kernels::kernels;
use crate::loops::lanes::{Along, in_order};
use crate::loops::max_modulus;
use crate::loops::pairs::{Term, pair_sums};
use crate::memory::{copied, room};
use crate::stats::compiled::Statistic;
use crate::stats::mean::to_unit;
use crate::tuning::{PARALLEL_LANES, SMALL_DECOMPOSITION};
use crate::{Error, ErrorKind, Named, Real, Result, matmul, threads};
use ndarray::{Array2, ArrayRef2, ArrayView2, Axis};
use std::iter::once;

/// A distance of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// [`euclidean`](crate::euclidean).
    Euclidean,
    /// [`sqeuclidean`](crate::sqeuclidean).
    SquaredEuclidean,
    /// [`cityblock`](crate::cityblock).
    Cityblock,
    /// [`chebyshev`](crate::chebyshev).
    Chebyshev,
    /// [`cosine`](crate::cosine).
    Cosine,
}

impl Metric {
    fn score(self) -> Score {
        match self {
            Metric::Euclidean => Score::Euclidean,
            Metric::SquaredEuclidean => Score::SquaredEuclidean,
            Metric::Cityblock => Score::Cityblock,
            Metric::Chebyshev => Score::Chebyshev,
            Metric::Cosine => Score::Cosine,
        }
    }
}

/// Returns the distance of each row of `x` to each row of `y`, as
/// `scipy.spatial.distance.cdist(x, y, metric)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | `(m, p)` | vectors, one per row, any memory layout |
/// | `y` | `(n, p)` | vectors, one per row |
/// | result | `(m, n)` | in C order |
///
/// [`Metric::Cityblock`] and [`Metric::Chebyshev`] are those of each pair, to the bit. The others take one
/// product of the backend (`gemm`), for Euclidean distances after the means of the columns of `x` are
/// subtracted. Its results are used where they lose few digits: where the squared distance is at least 1/16
/// of the sum of the squared lengths, or the cosine distance at least 1/16. There, the relative error is at
/// most `16 (p + 8)` EPSILON (of a squared distance; half of that of its root), and far less as a rule.
/// Smaller distances are computed by the function of one pair, with its accuracy: they are never negative,
/// and 0 for equal rows. So are those of rows that are so long or so short that products overflow or
/// underflow, or that are not finite: a NaN stays in its row or column.
///
/// # Errors
/// [`ErrorKind::Shape`] if the numbers of columns differ, [`ErrorKind::TooLarge`] if the result or a copy of
/// an argument does not fit into memory. Having no rows is no error.
///
/// # Examples
/// ```
/// use linstat::{Metric, cdist};
/// use ndarray::array;
/// let d = cdist(&array![[0., 0.], [3., 0.]], &array![[3., 4.], [0., 1.]], Metric::Euclidean)?;
/// assert_eq!(d.row(0), array![5., 1.]);
/// assert_eq!(d[[1, 0]], 4.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("euclidean_distances", "cosine_distances", "manhattan_distances"))]
pub fn cdist<T: Real>(x: &ArrayRef2<T>, y: &ArrayRef2<T>, metric: Metric) -> Result<Array2<T>> {
    check_columns(x, y).and_then(|()| T::distances(x.view(), Some(y.view()), metric)).named("cdist")
}

/// Returns the distance of each row of `x` to each other, as
/// `sklearn.metrics.pairwise_distances(x, metric=metric)`: shape `(m, m)` for `m` rows.
///
/// The result is symmetric to the bit. Its diagonal is 0; NaN for a row that is not finite, and for a row of
/// zeros with [`Metric::Cosine`]. Computed as [`cdist`], each pair once.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result or a copy of `x` does not fit into memory. Having no rows is no
/// error.
///
/// # Examples
/// ```
/// use linstat::{Metric, pairwise_distances};
/// use ndarray::array;
/// let d = pairwise_distances(&array![[0., 0.], [3., 4.]], Metric::Cityblock)?;
/// assert_eq!(d, array![[0., 7.], [7., 0.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("pdist", "squareform"))]
pub fn pairwise_distances<T: Real>(x: &ArrayRef2<T>, metric: Metric) -> Result<Array2<T>> {
    T::distances(x.view(), None, metric).named("pairwise_distances")
}

/// Returns the cosine of the angle of each row of `x` and each row of `y`, as
/// `sklearn.metrics.pairwise.cosine_similarity(x, y)`.
///
/// Shapes as for [`cdist`]. The rows are divided by their lengths, and multiplied by one product of the
/// backend; the error is at most `(p + 8)` EPSILON, and no result is beyond -1 or 1. A row of zeros has the
/// cosine 0, as in scikit-learn; a row with a NaN or an infinity has NaN. For distances of nearly one
/// direction use [`cdist`] with [`Metric::Cosine`], which does not cancel.
///
/// # Errors
/// As [`cdist`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[2., 0.], [0., 0.]];
/// assert_eq!(linstat::cosine_similarity(&x, &array![[-1., 0.], [0., 3.]])?, array![[-1., 0.], [0., 0.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn cosine_similarity<T: Real>(x: &ArrayRef2<T>, y: &ArrayRef2<T>) -> Result<Array2<T>> {
    check_columns(x, y).and_then(|()| T::cosines(x.view(), y.view())).named("cosine_similarity")
}

fn check_columns<T>(x: &ArrayRef2<T>, y: &ArrayRef2<T>) -> Result<(), ErrorKind> {
    if x.ncols() == y.ncols() {
        return Ok(());
    }
    Err(ErrorKind::shape("x (m, p) and y (n, p)", &[x.shape(), y.shape()]))
}

/// The results of products are used from this part of the lengths on: below, they lose too many digits.
const APART: f64 = 1.0 / 16.0;

/// The rows of a matrix, one after the other, and a number for each.
struct Rows<T> {
    data: Vec<T>,
    sizes: Vec<f64>,
}

/// What is known of a distance before its pair is looked at.
enum Known {
    Nothing,
    /// The products of rows, whose squared lengths these are. A product is as good as it should be if the sum
    /// of both is between the bounds.
    Squares {
        x: Vec<f64>,
        y: Vec<f64>,
        floor: f64,
        ceiling: f64,
    },
    /// The cosines of rows. The numbers are 1, or NaN for a row of zeros, which has no cosines.
    Cosines {
        x: Vec<f64>,
        y: Vec<f64>,
    },
}

pub(super) fn distances<T: Real>(
    x: ArrayView2<'_, T>,
    y: Option<ArrayView2<'_, T>>,
    metric: Metric,
) -> Result<Array2<T>, ErrorKind> {
    let (shape, p) = ((x.nrows(), y.map_or(x.nrows(), |y| y.nrows())), x.ncols());
    let mut out = crate::kernels::zeros(shape.0, shape.1)?;
    if out.is_empty() {
        return Ok(out);
    }
    let (x_rows, y_rows) = (in_order(&x)?, y.as_ref().map(|y| in_order(y)).transpose()?);
    let mut known = Known::Nothing;
    if p > 0 {
        let prepared = match metric {
            Metric::Euclidean | Metric::SquaredEuclidean => {
                let mut means = T::statistic_along(Along::new(&x, Axis(0)), Statistic::Mean)?;
                // a NaN or an infinity stays in its row
                means.iter_mut().filter(|mean| !mean.is_finite()).for_each(|mean| *mean = T::zero());
                let centred = |rows: &[T]| centred(rows, &means);
                Some((centred(&x_rows)?, y_rows.as_deref().map(centred).transpose()?))
            }
            Metric::Cosine => {
                Some((unit(&x_rows, p)?, y_rows.as_deref().map(|rows| unit(rows, p)).transpose()?))
            }
            Metric::Cityblock | Metric::Chebyshev => None,
        };
        if let Some((left, right)) = prepared {
            drop(out);
            out = products(shape, p, &left.data, right.as_ref().map(|rows| &*rows.data))?;
            let (left, right) = (left.sizes, right.map(|rows| rows.sizes));
            let right = match right {
                Some(right) => right,
                None => copied(&left)?,
            };
            known = match metric {
                Metric::Cosine => Known::Cosines { x: left, y: right },
                _ => Known::Squares {
                    x: left,
                    y: right,
                    // products that underflow are negligible beside it
                    floor: T::min_positive_value().f64() / T::epsilon().f64() * p as f64,
                    ceiling: T::max_value().f64() / 4.0,
                },
            };
        }
    }
    let pairs = Pairs { x: &x_rows, y: y_rows.as_deref(), p, metric, known };
    pairs.fill(&mut out);
    if y.is_none() {
        mirror(&mut out);
    }
    Ok(out)
}

/// All pairs of rows, whose distances are wanted.
struct Pairs<'a, T> {
    x: &'a [T],
    /// Nothing if they are those of x.
    y: Option<&'a [T]>,
    p: usize,
    metric: Metric,
    known: Known,
}

impl<T: Real> Pairs<'_, T> {
    /// Replaces the products by the distances; of the pairs of one matrix, on and above the diagonal.
    fn fill(&self, out: &mut Array2<T>) {
        let (m, n) = out.dim();
        let Some(out) = out.as_slice_mut() else { unreachable!("a matrix in C order") };
        let cost = match self.known {
            Known::Nothing => self.p.max(1),
            _ => 1,
        };
        let row = |i: usize, out: &mut [T]| {
            let start = if self.y.is_some() { 0 } else { i };
            for (j, out) in out.iter_mut().enumerate().skip(start) {
                *out = self.distance(i, j, *out);
            }
        };
        if threads::share(m.saturating_mul(n).saturating_mul(cost), PARALLEL_LANES) {
            let some = (PARALLEL_LANES / 8 / n.saturating_mul(cost)).max(1);
            threads::each_chunk(out, n * some, &|k, rows| {
                rows.chunks_mut(n).enumerate().for_each(|(i, out)| row(k * some + i, out));
            });
        } else {
            out.chunks_mut(n).enumerate().for_each(|(i, out)| row(i, out));
        }
    }

    fn distance(&self, i: usize, j: usize, product: T) -> T {
        match &self.known {
            Known::Nothing => {}
            Known::Squares { x, y, floor, ceiling } => {
                let lengths = x[i] + y[j];
                let square = lengths - 2.0 * product.f64();
                // all false for a NaN
                if square >= lengths * APART && lengths > *floor && lengths < *ceiling {
                    return T::of(if self.metric == Metric::Euclidean { square.sqrt() } else { square });
                }
            }
            Known::Cosines { x, y } => {
                let distance = 1.0 - product.f64() * x[i] * y[j];
                if distance >= APART {
                    return T::of(distance.min(2.0));
                }
            }
        }
        let (p, y) = (self.p, self.y.unwrap_or(self.x));
        T::of(of_slices(&self.x[i * p..(i + 1) * p], &y[j * p..(j + 1) * p], self.metric.score()))
    }
}

/// Copies what is above the diagonal of a square matrix to below it.
fn mirror<T: Copy>(out: &mut Array2<T>) {
    // in tiles, so that both stay in the cache
    const TILE: usize = 32;
    let n = out.nrows();
    for i0 in (0..n).step_by(TILE) {
        for j0 in (i0..n).step_by(TILE) {
            for i in i0..n.min(i0 + TILE) {
                for j in j0.max(i + 1)..n.min(j0 + TILE) {
                    out[[j, i]] = out[[i, j]];
                }
            }
        }
    }
}

/// Returns the products of all rows; of the pairs of one matrix, on and above the diagonal.
fn products<T: Real>(
    (m, n): (usize, usize),
    p: usize,
    x: &[T],
    y: Option<&[T]>,
) -> Result<Array2<T>, ErrorKind> {
    let matrix = |rows, data| {
        ArrayView2::from_shape((rows, p), data).unwrap_or_else(|_| unreachable!("p elements in each row"))
    };
    let x = matrix(m, x);
    match y {
        Some(y) => matmul(&x, &matrix(n, y).t()).map_err(Error::into_kind),
        // the lower triangle in Fortran order is the upper one in C order
        None => {
            let gram = kernels::<T>(m.max(p), SMALL_DECOMPOSITION).gram(&x.t())?.into_array();
            Ok(gram.reversed_axes())
        }
    }
}

/// The square of a number, after multiplication by the scale.
struct Square(f64);

impl<T: Real> Term<T, T, 1> for Square {
    #[inline(always)]
    fn of(&self, x: T, _: T) -> [f64; 1] {
        let x = x.f64() * self.0;
        [x * x]
    }
}

fn squared_length<T: Real>(x: &[T], scale: f64) -> f64 {
    pair_sums(x, x, &Square(scale))[0]
}

/// Subtracts the means of the columns, of which there is at least one; with the squared lengths.
fn centred<T: Real>(rows: &[T], means: &[T]) -> Result<Rows<T>, ErrorKind> {
    let mut data = room(rows.len())?;
    let mut sizes = room(rows.len() / means.len())?;
    for row in rows.chunks_exact(means.len()) {
        let start = data.len();
        data.extend(row.iter().zip(means).map(|(&x, &mean)| x - mean));
        sizes.push(squared_length(&data[start..], 1.0));
    }
    Ok(Rows { data, sizes })
}

/// Divides rows of p > 0 elements by their lengths; with 1 for each, or NaN for a row of zeros, which stays
/// as it is.
fn unit<T: Real>(rows: &[T], p: usize) -> Result<Rows<T>, ErrorKind> {
    let mut data = room(rows.len())?;
    let mut sizes = room(rows.len() / p)?;
    for row in rows.chunks_exact(p) {
        let largest = max_modulus(row).f64();
        // otherwise squares may overflow or underflow
        let scale = if (1e-100..1e100).contains(&largest) { 1.0 } else { to_unit(once(largest)) };
        let length = squared_length(row, scale).sqrt();
        let (factor, size) = if largest == 0.0 { (0.0, f64::NAN) } else { (length.recip(), 1.0) };
        data.extend(row.iter().map(|x| T::of(x.f64() * scale * factor)));
        sizes.push(size);
    }
    Ok(Rows { data, sizes })
}

pub(super) fn cosines<T: Real>(x: ArrayView2<'_, T>, y: ArrayView2<'_, T>) -> Result<Array2<T>, ErrorKind> {
    let (shape, p) = ((x.nrows(), y.nrows()), x.ncols());
    let none = crate::kernels::zeros(shape.0, shape.1)?;
    if none.is_empty() || p == 0 {
        return Ok(none);
    }
    drop(none);
    let (x, y) = (unit(&in_order(&x)?, p)?, unit(&in_order(&y)?, p)?);
    let mut cosines = products(shape, p, &x.data, Some(&y.data))?;
    // a NaN stays
    cosines.mapv_inplace(|x| {
        if x > T::one() {
            T::one()
        } else if x < -T::one() {
            -T::one()
        } else {
            x
        }
    });
    Ok(cosines)
}
