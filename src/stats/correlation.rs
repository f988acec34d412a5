//! Covariances and correlations.

use super::columns::{half_less, is_few};
use super::{Columns, Tables};
use crate::kernels::kernels;
use crate::number::PowerOfTwo;
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{Averaged, Error, ErrorKind, Named, Real, Result, max_axis, min_axis};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView2, Axis, Zip};
use num_traits::Float;

/// Whether rows or columns of a matrix of observations are the variables: NumPy's `rowvar`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variables {
    /// A row per variable, a column per observation: `rowvar=True`, NumPy's default.
    Rows,
    /// A column per variable, a row per observation: `rowvar=False`, usual in machine learning.
    Columns,
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
pub fn cov<T: Averaged<K>, K>(
    x: &ArrayRef2<T>,
    variables: Variables,
    ddof: usize,
) -> Result<Array2<T::Average>> {
    T::reals(x.view()).and_then(|x| T::Average::covariances(x.view(), variables, ddof)).named("cov")
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
    let freedom = T::of((n - ddof) as f64);
    Ok(unscaled_covariances(centred.products()?, &centred.powers, freedom))
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

/// Returns the Pearson correlation coefficients of variables, as `numpy.corrcoef(x, rowvar=...)`.
///
/// The result has shape `(p, p)` for `p` variables. It is exactly symmetric, lies between -1 and 1, and has a
/// diagonal of exactly 1. A variable whose values are all equal, or which contains a NaN or an infinity, has
/// NaN coefficients, including its diagonal entry. Computed as [`cov`]; scales do not matter, however large
/// or small.
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
pub fn corrcoef<T: Averaged<K>, K>(x: &ArrayRef2<T>, variables: Variables) -> Result<Array2<T::Average>> {
    T::reals(x.view()).and_then(|x| T::Average::correlations(x.view(), variables)).named("corrcoef")
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
        // written so that a NaN stays
        if r > T::one() {
            T::one()
        } else if r < -T::one() {
            -T::one()
        } else {
            r
        }
    })
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
        let x: ArrayView2<'_, T> = match variables {
            Variables::Rows => x.t(),
            Variables::Columns => x.view(),
        };
        let columns = Columns::new(&x)?;
        let mut data = columns.centred(&x)?;
        let mut largest = largest_of_columns(&data)?;
        // the mean of a column is finite if all its elements are: then a difference from it overflows
        let overflows = |&j: &usize| columns.mean[j].is_finite() && !largest[j].is_finite();
        let halved: Vec<usize> = columns.large().filter(overflows).collect();
        for &j in &halved {
            let (mean, rest) = (columns.mean[j], columns.rest[j]);
            Zip::from(data.column_mut(j)).and(x.column(j)).for_each(|to, &x| *to = half_less(x, mean, rest));
            largest[j] = data.column(j).iter().fold(T::zero(), |max, x| max.max(x.abs()));
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

    /// Returns the lower triangle of the sums of products of all pairs.
    pub(crate) fn products(&self) -> Result<Array2<T>, ErrorKind> {
        let p = self.data.ncols();
        if p == 0 {
            return Ok(Array2::zeros((0, 0)));
        }
        let mut products =
            kernels::<T>(self.data.nrows().max(p), SMALL_DECOMPOSITION).gram(&self.data)?.into_array();
        for (i, _) in self.finite.iter().enumerate().filter(|&(_, &finite)| !finite) {
            products.row_mut(i).fill(Float::nan());
            products.column_mut(i).fill(Float::nan());
        }
        Ok(products)
    }
}
