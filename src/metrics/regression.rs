//! Errors of predicted numbers.

use super::of_pairs;
use super::scores::Score;
use crate::{Named, Real, Result};
use ndarray::{ArrayRef, ArrayRef1, Dimension};

/// Returns the mean of the squared differences, as `sklearn.metrics.mean_squared_error(y_true, y_pred)`.
///
/// Both arrays have one shape, any memory layout and any number of axes. (For several outputs this is
/// scikit-learn's mean of their errors.) The sum has the error bound of [`sum`](crate::sum); nothing
/// overflows or underflows if the result is representable. NaN propagates.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the shapes differ,
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) if there are no elements,
/// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if an array is not in C order and a copy does not fit
/// into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let (truth, predicted) = (array![3., -0.5, 2., 7.], array![2.5, 0., 2., 8.]);
/// assert_eq!(linstat::mean_squared_error(&truth, &predicted)?, 0.375);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "mse")]
pub fn mean_squared_error<T: Real, D: Dimension>(
    y_true: &ArrayRef<T, D>,
    y_pred: &ArrayRef<T, D>,
) -> Result<T> {
    of_pairs(y_true, y_pred, Score::MeanSquared).named("mean_squared_error")
}

/// Returns the square root of [`mean_squared_error`], as
/// `sklearn.metrics.root_mean_squared_error(y_true, y_pred)`.
///
/// The arrays are of one output, `(n,)`: scikit-learn's mean of the roots of several outputs is no root of a
/// mean.
///
/// # Errors
/// As [`mean_squared_error`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::root_mean_squared_error(&array![1., 2.], &array![4., 5.])?, 3.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "rmse")]
pub fn root_mean_squared_error<T: Real>(y_true: &ArrayRef1<T>, y_pred: &ArrayRef1<T>) -> Result<T> {
    of_pairs(y_true, y_pred, Score::RootMeanSquared).named("root_mean_squared_error")
}

/// Returns the mean of the absolute differences, as `sklearn.metrics.mean_absolute_error(y_true, y_pred)`.
///
/// Shapes, accuracy and NaN as for [`mean_squared_error`].
///
/// # Errors
/// As [`mean_squared_error`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let (truth, predicted) = (array![3., -0.5, 2., 7.], array![2.5, 0., 2., 8.]);
/// assert_eq!(linstat::mean_absolute_error(&truth, &predicted)?, 0.5);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "mae")]
pub fn mean_absolute_error<T: Real, D: Dimension>(
    y_true: &ArrayRef<T, D>,
    y_pred: &ArrayRef<T, D>,
) -> Result<T> {
    of_pairs(y_true, y_pred, Score::MeanAbsolute).named("mean_absolute_error")
}

/// Returns the coefficient of determination, as `sklearn.metrics.r2_score(y_true, y_pred)`:
/// `1 - sum((y_true - y_pred)²) / sum((y_true - mean(y_true))²)`.
///
/// Both arrays have shape `(n,)`. 1 is a perfect prediction; it may be negative. If all of `y_true` are
/// equal, the result is 1 for a perfect prediction and 0 for any other; for a single sample it is NaN. Both
/// are as in scikit-learn. A NaN or an infinity gives NaN.
///
/// # Errors
/// As [`mean_squared_error`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let truth = array![1., 2., 3., 4.];
/// assert_eq!(linstat::r2_score(&truth, &array![1., 2., 3., 5.])?, 0.8);
/// assert_eq!(linstat::r2_score(&truth, &array![2.5, 2.5, 2.5, 2.5])?, 0.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "coefficient_of_determination")]
pub fn r2_score<T: Real>(y_true: &ArrayRef1<T>, y_pred: &ArrayRef1<T>) -> Result<T> {
    of_pairs(y_true, y_pred, Score::R2).named("r2_score")
}
