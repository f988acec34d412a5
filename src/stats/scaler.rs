//! Columns with mean 0 and variance 1.

use super::Tables;
use super::columns::{Columns, by_columns};
use crate::{Averaged, Error, Real, Result, std_axis};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView2, Axis};

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
    columns: Columns<T>,
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
    /// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for no rows.
    pub fn fit(x: &ArrayRef2<T>) -> Result<Self> {
        T::fit_scaler("StandardScaler::fit", x.view())
    }

    /// The column means, shape `(p,)`.
    pub fn mean(&self) -> &Array1<T> {
        &self.columns.mean
    }

    /// What the columns are divided by, shape `(p,)`: their standard deviations, 1 for a constant column.
    pub fn scale(&self) -> &Array1<T> {
        &self.scale
    }

    /// `(x - mean) / scale`, column by column, where the mean has all its digits: also those that [`mean`](Self::mean)
    /// has no room for.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if `x` does not have the `p` columns of the data that were fitted.
    pub fn transform(&self, x: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::scale("StandardScaler::transform", self, x.view())
    }

    /// `z * scale + mean`, column by column: what [`transform`](Self::transform) made it of, to rounding.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if `z` does not have the `p` columns of the data that were fitted.
    pub fn inverse_transform(&self, z: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::unscale(self, z.view())
    }

    fn check(&self, op: &'static str, x: &ArrayRef2<T>) -> Result<()> {
        if x.ncols() != self.scale.len() {
            let found = [x.shape(), self.scale.shape()];
            return Err(Error::shape(op, "(n, p) for p columns that were fitted", &found));
        }
        Ok(())
    }
}

/// The columns with mean 0 and variance 1 (z-scores), as `sklearn.preprocessing.StandardScaler().fit_transform(x)` or
/// `scipy.stats.zscore(x)`.
///
/// `x` has shape `(n, p)` and any memory layout, and so does the result. A column whose values are all equal becomes 0.
/// To treat other data alike, and for the semantics, see [`StandardScaler`].
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) for no rows.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::standardize(&array![[1., 5.], [3., 5.]])?, array![[-1., 0.], [1., 0.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn standardize<T: Averaged<K>, K>(x: &ArrayRef2<T>) -> Result<Array2<T::Average>> {
    const OP: &str = "standardize";
    let x = T::reals(OP, x.view())?;
    T::Average::scale(OP, &T::Average::fit_scaler(OP, x.view())?, x.view())
}

pub(super) fn fit_scaler<T: Real>(op: &'static str, x: ArrayView2<'_, T>) -> Result<StandardScaler<T>> {
    let columns = Columns::new(op, &x)?;
    let mut scale = std_axis(&x, Axis(0), 0)?;
    // exactly so for equal values
    scale.iter_mut().filter(|scale| scale.is_zero()).for_each(|scale| *scale = T::one());
    Ok(StandardScaler { columns, scale })
}

pub(super) fn scale<T: Real>(
    op: &'static str,
    scaler: &StandardScaler<T>,
    x: ArrayView2<'_, T>,
) -> Result<Array2<T>> {
    scaler.check(op, &x)?;
    let mut z = scaler.columns.centred(op, &x)?;
    z /= &scaler.scale;
    Ok(z)
}

pub(super) fn unscale<T: Real>(scaler: &StandardScaler<T>, z: ArrayView2<'_, T>) -> Result<Array2<T>> {
    const OP: &str = "StandardScaler::inverse_transform";
    scaler.check(OP, &z)?;
    let with = [&scaler.scale, &scaler.columns.rest];
    let mut x = by_columns(OP, &z, with.map(|x| &**x), |z, scale, rest| z * scale + rest)?;
    x += &scaler.columns.mean;
    Ok(x)
}
