//! Covariances and correlations.

use super::columns::{half_less, is_few};
use super::mean::average_along;
use super::weighted::check_weights;
use super::{Columns, Tables};
use crate::kernels::kernels;
use crate::memory::{copied, filled};
use crate::number::PowerOfTwo;
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{Element, Error, ErrorKind, HasMean, Named, Real, Result, max_axis, min_axis};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, ArrayView2, Axis, Zip};
use num_traits::Float;

/// Whether rows or columns of a matrix of observations are the variables: NumPy's `rowvar`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variables {
    /// A row per variable, a column per observation: `rowvar=True`, NumPy's default.
    Rows,
    /// A column per variable, a row per observation: `rowvar=False`, usual in machine learning.
    Columns,
}

impl Variables {
    /// Returns the observations with a column per variable.
    pub(super) fn in_columns<T>(self, x: &ArrayRef2<T>) -> ArrayView2<'_, T> {
        match self {
            Variables::Rows => x.t(),
            Variables::Columns => x.view(),
        }
    }
}

/// Returns the covariances of variables, as `numpy.cov(x, rowvar=..., ddof=ddof)`.
///
/// | argument | meaning |
/// |---|---|
/// | `x` | observations, any memory layout |
/// | `variables` | whether the `p` variables are the rows or the columns of `x` |
/// | `ddof` | 1 for a sample (NumPy's default), 0 for a whole population |
/// | result | shape `(p, p)`, also for one variable; symmetric to the bit |
///
/// The variables are centred with means in twice the precision, however large these are, and then multiplied
/// by one symmetric product of the backend (`syrk`), for f32 in f32. The error of each covariance of `n`
/// observations is about `n * EPSILON` times the product of the two standard deviations. A variable with a
/// NaN or an infinity has NaN covariances; the others are not affected. Values whose squares overflow or
/// underflow are scaled first.
///
/// The covariance of complex variables `x` and `y` is that of `x` with the conjugate of `y`, as in NumPy: the
/// result is Hermitian to the bit, with a real diagonal.
///
/// # Errors
/// [`ErrorKind::Empty`] if there are no observations, [`ErrorKind::InvalidArgument`] if `ddof` is not below
/// their number (NumPy warns and divides by zero), [`ErrorKind::TooLarge`] if the result does not fit into
/// memory.
///
/// # Examples
/// ```
/// use linstat::Variables;
/// use ndarray::array;
/// let x = array![[0., 2.], [1., 1.], [2., 0.]];
/// assert_eq!(linstat::cov(&x, Variables::Columns, 1)?, array![[1., -1.], [-1., 1.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "covariance")]
pub fn cov<T: HasMean<K>, K>(
    x: &ArrayRef2<T>,
    variables: Variables,
    ddof: usize,
) -> Result<Array2<T::Average>> {
    T::covs(x.view(), variables, ddof).named("cov")
}

/// Covariances of real elements.
pub(super) fn covs<T: Element>(
    x: ArrayView2<'_, T>,
    variables: Variables,
    ddof: usize,
) -> Result<Array2<T::Mean>, ErrorKind> {
    T::Mean::covariances(T::reals(x)?.view(), variables, ddof)
}

pub(super) fn weighted_covs<T: Element>(
    x: ArrayView2<'_, T>,
    variables: Variables,
    weights: &[f64],
    freedom: f64,
) -> Result<Array2<T::Mean>, ErrorKind> {
    T::Mean::weighted_covariances(T::reals(x)?.view(), variables, weights, freedom)
}

pub(super) fn coefs<T: Element>(
    x: ArrayView2<'_, T>,
    variables: Variables,
) -> Result<Array2<T::Mean>, ErrorKind> {
    T::Mean::correlations(T::reals(x)?.view(), variables)
}

pub(super) fn covariances<T: Real>(
    x: ArrayView2<'_, T>,
    variables: Variables,
    ddof: usize,
) -> Result<Array2<T>, ErrorKind> {
    let centred = Centred::new(&x, variables)?;
    let n = centred.data.nrows();
    if ddof >= n {
        return Err(ErrorKind::invalid(
            "ddof",
            format!("expected less than the {n} observations, found {ddof}"),
        ));
    }
    centred.covariances(T::of((n - ddof) as f64))
}

/// Returns the covariances, given the lower triangle of the sums of products of variables that are multiplied
/// by powers of two.
pub(crate) fn unscaled_covariances<T: Real>(
    products: Array2<T>,
    powers: &[PowerOfTwo],
    freedom: T,
) -> Array2<T> {
    let back: Vec<_> = powers.iter().map(|power| power.inverse()).collect();
    let size: Vec<T> = back.iter().map(|power| power.times(T::one())).collect();
    symmetric(products, |i, j, product| {
        // the smaller factor first, so that no intermediate result overflows if the final one does not
        let (first, then) = if size[i] < size[j] { (i, j) } else { (j, i) };
        back[then].times(back[first].times(product / freedom))
    })
}

/// The weights of the observations in [`cov_weighted`]: one for each.
#[derive(Debug, Clone, Copy)]
pub enum CovWeights<'a, R> {
    /// How often each observation was made: NumPy's `fweights`.
    Frequencies(&'a ArrayRef1<usize>),
    /// How much each observation counts, in any unit: NumPy's `aweights`.
    Importances(&'a ArrayRef1<R>),
    /// Both: `fweights` and `aweights`.
    Both(&'a ArrayRef1<usize>, &'a ArrayRef1<R>),
}

/// Returns the covariances of variables whose observations have weights, as
/// `numpy.cov(x, rowvar=..., ddof=ddof, fweights=..., aweights=...)`.
///
/// | argument | meaning |
/// |---|---|
/// | `x`, `variables` | as in [`cov`] |
/// | `weights` | [`CovWeights`]: frequencies, importances or both, of length `n` for `n` observations |
/// | `ddof` | 1 for a sample, 0 for a whole population |
/// | result | shape `(p, p)` for `p` variables; symmetric to the bit |
///
/// The weighted products of deviations from the weighted means are divided by NumPy's number of degrees of
/// freedom: `sum(f) - ddof` for frequencies `f`, `sum(a) - ddof * sum(a * a) / sum(a)` for importances `a`,
/// and `sum(w) - ddof * sum(w * a) / sum(w)` with `w = f * a` for both. Frequencies give the covariances of
/// observations repeated that often. Computed as [`cov`]; an observation of weight 0 counts only if it is not
/// finite.
///
/// # Errors
/// [`ErrorKind::Empty`] if there are no observations, [`ErrorKind::Shape`] if their number is not that of the
/// weights, [`ErrorKind::InvalidArgument`] if a weight is negative, infinite or NaN, if all are 0, or if no
/// degree of freedom is left after `ddof` (NumPy warns and divides by zero), [`ErrorKind::TooLarge`] if the
/// result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::{CovWeights, Variables, cov, cov_weighted};
/// use ndarray::array;
/// let (x, times) = (array![[0., 2.], [1., 1.], [3., 0.]], array![1, 2, 1]);
/// let repeated = array![[0., 2.], [1., 1.], [1., 1.], [3., 0.]];
/// let weighted = cov_weighted(&x, Variables::Columns, CovWeights::Frequencies(&times), 1)?;
/// assert!((weighted - cov(&repeated, Variables::Columns, 1)?).iter().all(|x: &f64| x.abs() < 1e-15));
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("covariance", "fweights", "aweights"))]
pub fn cov_weighted<T: HasMean<K>, K>(
    x: &ArrayRef2<T>,
    variables: Variables,
    weights: CovWeights<'_, T::Deviation>,
    ddof: usize,
) -> Result<Array2<T::Average>> {
    let n = match variables {
        Variables::Rows => x.ncols(),
        Variables::Columns => x.nrows(),
    };
    let found = weights_of(x.shape(), n, weights, ddof);
    found
        .and_then(|(weights, freedom)| T::weighted_covs(x.view(), variables, &weights, freedom))
        .named("cov_weighted")
}

/// Returns the weights of `n` observations and the degrees of freedom.
fn weights_of<R: Real>(
    shape: &[usize],
    n: usize,
    weights: CovWeights<'_, R>,
    ddof: usize,
) -> Result<(Vec<f64>, f64), ErrorKind> {
    let (frequencies, importances) = match weights {
        CovWeights::Frequencies(frequencies) => (Some(frequencies), None),
        CovWeights::Importances(importances) => (None, Some(importances)),
        CovWeights::Both(frequencies, importances) => (Some(frequencies), Some(importances)),
    };
    let lengths = [frequencies.map(|f| f.len()), importances.map(|a| a.len())];
    if let Some(&len) = lengths.iter().flatten().find(|&&len| len != n) {
        return Err(ErrorKind::shape("a weight for every observation of x", &[shape, &[len]]));
    }
    if n == 0 {
        return Err(ErrorKind::empty(shape));
    }
    let mut of_importance: Vec<f64> = filled(n, 1.0)?;
    if let Some(importances) = importances {
        of_importance.iter_mut().zip(importances).for_each(|(to, from)| *to = from.f64());
        check_weights("aweights", &of_importance)?;
        // their unit does not matter
        let largest = of_importance.iter().fold(0.0, |max: f64, &x| max.max(x));
        PowerOfTwo::to_unit(largest, 1e100).scale(&mut of_importance);
    }
    let mut weights = copied(&of_importance)?;
    if let Some(frequencies) = frequencies {
        weights.iter_mut().zip(frequencies).for_each(|(weight, &times)| *weight *= times as f64);
        let name = if importances.is_some() { "weights" } else { "fweights" };
        check_weights(name, &weights)?;
    }
    let total: f64 = weights.iter().sum();
    let lost = match importances {
        None => 1.0,
        Some(_) => weights.iter().zip(&of_importance).map(|(w, a)| w * a).sum::<f64>() / total,
    };
    let freedom = total - ddof as f64 * lost;
    if freedom > 0.0 {
        return Ok((weights, freedom));
    }
    let most = total / lost;
    Err(ErrorKind::invalid(
        "ddof",
        format!("expected less than {most}, the weighted number of observations, found {ddof}"),
    ))
}

pub(super) fn weighted_covariances<T: Real>(
    x: ArrayView2<'_, T>,
    variables: Variables,
    weights: &[f64],
    freedom: f64,
) -> Result<Array2<T>, ErrorKind> {
    let x = variables.in_columns(&x);
    let largest = weights.iter().fold(0.0, |max: f64, &x| max.max(x));
    let of_largest = |f: fn(f64) -> f64| weights.iter().map(|w| T::of(f(w / largest))).collect::<Array1<T>>();
    let mut columns = Columns { mean: Array1::zeros(x.ncols()), rest: Array1::zeros(x.ncols()) };
    if x.ncols() > 0 {
        let shares = of_largest(|share| share);
        columns.mean = average_along(&x, &shares, Axis(0))?;
        // what is missing to the exact mean; not where the differences overflow
        let rest = average_along(&columns.centred(&x)?, &shares, Axis(0))?;
        columns.rest = rest.mapv(|rest| if rest.is_finite() { rest } else { T::zero() });
    }
    let centred = Centred::of(&x, columns, None, Some(&of_largest(f64::sqrt)))?;
    centred.covariances(T::of(freedom / largest))
}

/// Returns the Pearson correlation coefficients of variables, as `numpy.corrcoef(x, rowvar=...)`.
///
/// The result has shape `(p, p)` for `p` variables. It is exactly symmetric, lies between -1 and 1, and has a
/// diagonal of exactly 1. A variable whose values are all equal, or which contains a NaN or an infinity, has
/// NaN coefficients, including its diagonal entry. Computed as [`cov`]; scales do not matter, however large
/// or small. Of complex variables, both parts of a coefficient are between -1 and 1.
///
/// # Errors
/// [`ErrorKind::Empty`] if there are no observations, [`ErrorKind::TooLarge`] if the result does not fit into
/// memory.
///
/// # Examples
/// ```
/// use linstat::Variables;
/// use ndarray::array;
/// let x = array![[1., 2., 3.], [6., 4., 2.]];
/// assert_eq!(linstat::corrcoef(&x, Variables::Rows)?, array![[1., -1.], [-1., 1.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("correlation", "pearsonr"))]
pub fn corrcoef<T: HasMean<K>, K>(x: &ArrayRef2<T>, variables: Variables) -> Result<Array2<T::Average>> {
    T::coefs(x.view(), variables).named("corrcoef")
}

pub(super) fn correlations<T: Real>(
    x: ArrayView2<'_, T>,
    variables: Variables,
) -> Result<Array2<T>, ErrorKind> {
    Ok(coefficients(Centred::new(&x, variables)?.products()?))
}

/// Returns the correlation coefficients, given the lower triangle of the sums of products.
pub(crate) fn coefficients<T: Real>(products: Array2<T>) -> Array2<T> {
    let squares: Vec<f64> = products.diag().iter().map(|square| square.f64()).collect();
    symmetric(products, |i, j, product| {
        if i == j {
            // undefined for a constant or a NaN
            return if product > T::zero() { T::one() } else { Float::nan() };
        }
        // one square root, so that multiples of each other have exactly 1; the squares neither overflow nor
        // underflow
        let r = T::of(product.f64() / (squares[i] * squares[j]).sqrt());
        within_one(r)
    })
}

/// The nearest number between -1 and 1; a NaN stays.
pub(super) fn within_one<T: Real>(r: T) -> T {
    if r > T::one() {
        T::one()
    } else if r < -T::one() {
        -T::one()
    } else {
        r
    }
}

/// Fills both triangles from the lower one.
fn symmetric<T: Real>(mut products: Array2<T>, entry: impl Fn(usize, usize, T) -> T) -> Array2<T> {
    for i in 0..products.nrows() {
        for j in 0..=i {
            let value = entry(i, j, products[[i, j]]);
            products[[i, j]] = value;
            products[[j, i]] = value;
        }
    }
    products
}

/// Returns the largest absolute values; NaN if a column contains one.
fn largest_of_columns<T: Real>(data: &ArrayRef2<T>) -> Result<Array1<T>, ErrorKind> {
    if is_few(data) {
        let larger = |max: T, &x: &T| if x.abs() > max || x.is_nan() { x.abs() } else { max };
        return Ok(data.columns().into_iter().map(|x| x.iter().fold(T::zero(), larger)).collect());
    }
    let of_columns = |extreme: fn(&ArrayRef2<T>, Axis) -> Result<Array1<T>>| {
        extreme(data, Axis(0)).map_err(Error::into_kind)
    };
    let (mut max, min) = (of_columns(max_axis)?, of_columns(min_axis)?);
    max.zip_mut_with(&min, |max, &min| {
        if -min > *max {
            *max = -min;
        }
    });
    Ok(max)
}

/// Variables minus their means, one per column; variables that are not finite are zero here.
pub(crate) struct Centred<T> {
    pub(crate) columns: Columns<T>,
    pub(crate) data: Array2<T>,
    pub(crate) finite: Vec<bool>,
    /// The largest absolute values before they are multiplied by the factors.
    pub(crate) largest: Vec<T>,
    /// The factor of each column, chosen so that its squares neither overflow nor underflow.
    pub(crate) powers: Vec<PowerOfTwo>,
}

impl<T: Real> Centred<T> {
    pub(crate) fn new(x: &ArrayRef2<T>, variables: Variables) -> Result<Self, ErrorKind> {
        let x = variables.in_columns(x);
        let (columns, largest) = Columns::with_extents(&x)?;
        Self::of(&x, columns, Some(largest), None)
    }

    /// Centres columns, of which the largest absolute values may be known; rows are multiplied by their
    /// factors, from 0 to 1, if there are any.
    fn of(
        x: &ArrayRef2<T>,
        columns: Columns<T>,
        largest: Option<Array1<T>>,
        factors: Option<&Array1<T>>,
    ) -> Result<Self, ErrorKind> {
        let mut data = columns.centred(x)?;
        let mut largest = largest.map_or_else(|| largest_of_columns(&data), Ok)?;
        // the mean of a column is finite if all its elements are: then a difference from it overflows
        let overflows = |&j: &usize| columns.mean[j].is_finite() && !largest[j].is_finite();
        let halved: Vec<usize> = columns.large().filter(overflows).collect();
        for &j in &halved {
            let (mean, rest) = (columns.mean[j], columns.rest[j]);
            Zip::from(data.column_mut(j)).and(x.column(j)).for_each(|to, &x| *to = half_less(x, mean, rest));
            largest[j] = data.column(j).iter().fold(T::zero(), |max, x| max.max(x.abs()));
        }
        if let Some(factors) = factors {
            data.rows_mut().into_iter().zip(factors).for_each(|(mut row, &f)| row.mapv_inplace(|x| f * x));
            largest = largest_of_columns(&data)?;
        }
        let powers = largest.iter().map(|&max| PowerOfTwo::to_unit(max, T::SAFE.sqrt())).collect();
        let finite = largest.iter().map(|max| max.is_finite()).collect();
        let mut centred = Centred { columns, data, finite, powers, largest: largest.to_vec() };
        centred.scale();
        for j in halved {
            centred.powers[j] = centred.powers[j].and(PowerOfTwo::of(-1));
            centred.largest[j] = (centred.largest[j] * T::of(2.0)).min(T::max_value());
        }
        Ok(centred)
    }

    fn scale(&mut self) {
        let columns = self.data.columns_mut().into_iter();
        for ((mut column, &finite), power) in columns.zip(&self.finite).zip(&self.powers) {
            if !finite {
                column.fill(T::zero());
            } else if !power.is_one() {
                column.mapv_inplace(|x| power.times(x));
            }
        }
    }

    /// Returns the sums of products divided by the degrees of freedom.
    fn covariances(&self, freedom: T) -> Result<Array2<T>, ErrorKind> {
        Ok(unscaled_covariances(self.products()?, &self.powers, freedom))
    }

    /// Returns the lower triangle of the sums of products of all pairs.
    pub(crate) fn products(&self) -> Result<Array2<T>, ErrorKind> {
        self.products_in(self.data.nrows())
    }

    /// As [`products`](Self::products), where the library adds the products of this many rows one after the
    /// other; these sums are added in pairs.
    pub(crate) fn products_in(&self, rows: usize) -> Result<Array2<T>, ErrorKind> {
        let (n, p) = self.data.dim();
        if p == 0 {
            return Ok(Array2::zeros((0, 0)));
        }
        let kernels = kernels::<T>(n.max(p), SMALL_DECOMPOSITION);
        // sums of 1, 2, 4, .. parts that wait for the next ones
        let mut waiting: Vec<Array2<T>> = Vec::new();
        for (i, part) in self.data.axis_chunks_iter(Axis(0), rows.max(1)).enumerate() {
            let mut sum = kernels.gram(&part)?.into_array();
            for _ in 0..i.trailing_ones() {
                if let Some(other) = waiting.pop() {
                    sum = other + sum;
                }
            }
            waiting.push(sum);
        }
        let products = waiting.into_iter().rev().reduce(|rest, sum| sum + rest);
        let mut products = products.map_or_else(|| crate::kernels::zeros(p, p), Ok)?;
        for (i, _) in self.finite.iter().enumerate().filter(|&(_, &finite)| !finite) {
            products.row_mut(i).fill(Float::nan());
            products.column_mut(i).fill(Float::nan());
        }
        Ok(products)
    }
}
