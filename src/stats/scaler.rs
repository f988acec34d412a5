//! Columns with mean 0 and variance 1.

use super::by_columns;
use crate::{Error, Real, Result, mean_axis, std_axis};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Zip};

/// Scales columns to mean 0 and variance 1, as a fitted `sklearn.preprocessing.StandardScaler`.
///
/// # Examples
/// ```
/// use linstat::StandardScaler;
/// use ndarray::array;
/// let scaler = StandardScaler::fit(&array![[0., 10.], [2., 10.]])?;
/// let z = scaler.transform(&array![[0., 10.], [4., 11.]])?;
/// assert_eq!(z, array![[-1., 0.], [3., 1.]]);
/// assert_eq!(scaler.inverse_transform(&z)?, array![[0., 10.], [4., 11.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StandardScaler<T> {
    mean: Array1<T>,
    scale: Array1<T>,
}

impl<T: Real> StandardScaler<T> {
    /// The means and standard deviations (`ddof` 0) of the columns of `x`, of shape `(n, p)` and any memory layout.
    ///
    /// A column whose values are all equal has scale 1, so that it becomes 0 (scikit-learn treats a column alike whose
    /// deviations could be rounding errors). A NaN or an infinity makes its column NaN (scikit-learn leaves NaN out and
    /// refuses infinities).
    ///
    /// # Errors
    /// [`Error::Empty`] for no rows.
    pub fn fit(x: &ArrayRef2<T>) -> Result<Self> {
        Self::fit_as("StandardScaler::fit", x)
    }

    fn fit_as(op: &'static str, x: &ArrayRef2<T>) -> Result<Self> {
        if x.nrows() == 0 {
            return Err(Error::empty(op, x.shape()));
        }
        let (mut mean, mut scale) = (mean_axis(x, Axis(0))?, std_axis(x, Axis(0), 0)?);
        let first = x.row(0);
        let mut constant = Array1::from_elem(x.ncols(), true);
        for row in x.rows() {
            Zip::from(&mut constant)
                .and(&row)
                .and(&first)
                .for_each(|constant, x, first| *constant &= x == first);
        }
        // not only their deviation, their mean too has rounding errors
        Zip::from(&mut mean).and(&mut scale).and(&constant).and(&first).for_each(
            |mean, scale, &constant, &x| {
                if constant && x.is_finite() {
                    (*mean, *scale) = (x, T::one());
                } else if scale.is_zero() {
                    *scale = T::one();
                }
            },
        );
        Ok(StandardScaler { mean, scale })
    }

    /// The column means, shape `(p,)`.
    pub fn mean(&self) -> &Array1<T> {
        &self.mean
    }

    /// What the columns are divided by, shape `(p,)`: their standard deviations, 1 for a constant column.
    pub fn scale(&self) -> &Array1<T> {
        &self.scale
    }

    /// `(x - mean) / scale`, column by column.
    ///
    /// # Errors
    /// [`Error::Shape`] if `x` does not have the `p` columns of the data that were fitted.
    pub fn transform(&self, x: &ArrayRef2<T>) -> Result<Array2<T>> {
        self.each("StandardScaler::transform", x, |x, mean, scale| (x - mean) / scale)
    }

    /// `z * scale + mean`, column by column: what [`transform`](Self::transform) made it of, to rounding.
    ///
    /// # Errors
    /// [`Error::Shape`] if `z` does not have the `p` columns of the data that were fitted.
    pub fn inverse_transform(&self, z: &ArrayRef2<T>) -> Result<Array2<T>> {
        self.each("StandardScaler::inverse_transform", z, |z, mean, scale| z * scale + mean)
    }

    fn each(&self, op: &'static str, x: &ArrayRef2<T>, f: impl Fn(T, T, T) -> T + Sync) -> Result<Array2<T>> {
        if x.ncols() != self.mean.len() {
            let found = [x.shape(), self.mean.shape()];
            return Err(Error::shape(op, "(n, p) for p columns that were fitted", &found));
        }
        by_columns(op, x, [&self.mean, &self.scale], f)
    }
}

/// The columns with mean 0 and variance 1 (z-scores), as `sklearn.preprocessing.StandardScaler().fit_transform(x)` or
/// `scipy.stats.zscore(x)`.
///
/// `x` has shape `(n, p)` and any memory layout, and so does the result. A column whose values are all equal becomes 0.
/// To treat other data alike, and for the semantics, see [`StandardScaler`].
///
/// # Errors
/// [`Error::Empty`] for no rows.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::standardize(&array![[1., 5.], [3., 5.]])?, array![[-1., 0.], [1., 0.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn standardize<T: Real>(x: &ArrayRef2<T>) -> Result<Array2<T>> {
    StandardScaler::fit_as("standardize", x)?.transform(x)
}
