//! Columns with mean 0 and variance 1.

use super::Tables;
use super::columns::{Columns, all_finite, by_columns, half_less};
use crate::{Averaged, Error, ErrorKind, Named, Real, Result, std_axis};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView2, Axis, CowArray, Ix2, Zip};

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
///
/// With the feature `serde`, a fitted scaler can be saved and loaded (as JSON with the same bits if
/// `serde_json` has its feature `float_roundtrip`).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Loaded<T>"))]
pub struct StandardScaler<T> {
    columns: Columns<T>,
    scale: Array1<T>,
}

/// A scaler as it was read, whose parts need not fit.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "StandardScaler")]
struct Loaded<T> {
    columns: Columns<T>,
    scale: Array1<T>,
}

#[cfg(feature = "serde")]
impl<T> TryFrom<Loaded<T>> for StandardScaler<T> {
    type Error = &'static str;
    fn try_from(Loaded { columns, scale }: Loaded<T>) -> Result<Self, &'static str> {
        if [columns.mean.len(), columns.rest.len()] != [scale.len(); 2] {
            return Err("a StandardScaler has a mean and a scale for every column");
        }
        Ok(StandardScaler { columns, scale })
    }
}

impl<T: Real> StandardScaler<T> {
    /// Computes the means and standard deviations (`ddof` 0) of the columns of `x`, of shape `(n, p)` and any
    /// memory layout.
    ///
    /// A column whose values are all equal, or whose deviation rounds to 0, has scale 1, so that it becomes 0
    /// or nearly so (scikit-learn also does this if the deviations could be rounding errors). A NaN or an
    /// infinity makes its column NaN (scikit-learn ignores NaN and refuses infinities).
    ///
    /// # Errors
    /// [`ErrorKind::Empty`] if there are no rows.
    pub fn fit(x: &ArrayRef2<T>) -> Result<Self> {
        T::fit_scaler(x.view()).named("StandardScaler::fit")
    }

    /// Returns the column means, shape `(p,)`.
    pub fn mean(&self) -> &Array1<T> {
        &self.columns.mean
    }

    /// Returns the divisors of the columns, shape `(p,)`: their standard deviations, 1 for a column whose
    /// deviation is 0 or rounds to it.
    pub fn scale(&self) -> &Array1<T> {
        &self.scale
    }

    /// Returns `(x - mean) / scale`, column by column. The mean has twice the precision of
    /// [`mean`](Self::mean).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `x` does not have the `p` columns of the fitted data.
    pub fn transform(&self, x: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::scale(self, x.view()).named("StandardScaler::transform")
    }

    /// Returns `z * scale + mean`, column by column: the inverse of [`transform`](Self::transform), up to
    /// rounding.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `z` does not have the `p` columns of the fitted data.
    pub fn inverse_transform(&self, z: &ArrayRef2<T>) -> Result<Array2<T>> {
        T::unscale(self, z.view()).named("StandardScaler::inverse_transform")
    }

    /// Takes the means and the standard deviations of columns.
    pub(crate) fn of(columns: Columns<T>, mut scale: Array1<T>) -> Self {
        // exactly 0 for equal values, and for some among the tiniest numbers
        scale.iter_mut().filter(|scale| scale.is_zero()).for_each(|scale| *scale = T::one());
        StandardScaler { columns, scale }
    }

    fn check(&self, x: &ArrayRef2<T>) -> Result<(), ErrorKind> {
        if x.ncols() != self.scale.len() {
            let found = [x.shape(), self.scale.shape()];
            return Err(ErrorKind::shape("(n, p) for p columns that were fitted", &found));
        }
        Ok(())
    }
}

/// Returns the columns scaled to mean 0 and variance 1 (z-scores), as
/// `sklearn.preprocessing.StandardScaler().fit_transform(x)` or `scipy.stats.zscore(x)`.
///
/// `x` has shape `(n, p)` and any memory layout; so does the result. A column whose values are all equal
/// becomes 0. See [`StandardScaler`] for the semantics, and to scale other data with the same means.
///
/// # Errors
/// [`ErrorKind::Empty`] if there are no rows.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::standardize(&array![[1., 5.], [3., 5.]])?, array![[-1., 0.], [1., 0.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("zscore", "scale"))]
pub fn standardize<T: Averaged<K>, K>(x: &ArrayRef2<T>) -> Result<Array2<T::Average>> {
    let standardized =
        |x: CowArray<'_, T::Average, Ix2>| T::Average::scale(&T::Average::fit_scaler(x.view())?, x.view());
    T::reals(x.view()).and_then(standardized).named("standardize")
}

pub(super) fn fit_scaler<T: Real>(x: ArrayView2<'_, T>) -> Result<StandardScaler<T>, ErrorKind> {
    let columns = Columns::new(&x)?;
    Ok(StandardScaler::of(columns, std_axis(&x, 0, Axis(0)).map_err(Error::into_kind)?))
}

pub(super) fn scale<T: Real>(
    scaler: &StandardScaler<T>,
    x: ArrayView2<'_, T>,
) -> Result<Array2<T>, ErrorKind> {
    scaler.check(&x)?;
    let mut z = scaler.columns.centred(&x)?;
    if z.is_empty() {
        return Ok(z); // there may be very many empty rows
    }
    z /= &scaler.scale;
    for j in scaler.columns.large() {
        let mut z = z.column_mut(j);
        if !all_finite(&z) {
            let (mean, rest) = (scaler.columns.mean[j], scaler.columns.rest[j]);
            let scale = scaler.scale[j] * T::of(0.5);
            Zip::from(&mut z).and(x.column(j)).for_each(|z, &x| *z = half_less(x, mean, rest) / scale);
        }
    }
    Ok(z)
}

pub(super) fn unscale<T: Real>(
    scaler: &StandardScaler<T>,
    z: ArrayView2<'_, T>,
) -> Result<Array2<T>, ErrorKind> {
    scaler.check(&z)?;
    let with = [&scaler.scale, &scaler.columns.rest];
    let mut x = by_columns(&z, with.map(|x| &**x), |z, scale, rest| z * scale + rest)?;
    if x.is_empty() {
        return Ok(x); // as above
    }
    x += &scaler.columns.mean;
    for j in scaler.columns.large() {
        let mut x = x.column_mut(j);
        if !all_finite(&x) {
            let half = |x: T| x * T::of(0.5);
            let (mean, rest) = (half(scaler.columns.mean[j]), half(scaler.columns.rest[j]));
            let scale = half(scaler.scale[j]);
            Zip::from(&mut x).and(z.column(j)).for_each(|x, &z| {
                *x = ((z * scale + rest) + mean) * T::of(2.0);
            });
        }
    }
    Ok(x)
}
