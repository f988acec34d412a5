//! Distances of two arrays, as in `scipy.spatial.distance`.

use super::of_pairs;
use super::scores::Score;
use crate::{Named, Real, Result};
use ndarray::{ArrayRef, Dimension};

/// Returns the sum of the absolute differences, the l1 distance, as
/// `scipy.spatial.distance.cityblock(u, v)`.
///
/// Both arrays have one shape, any memory layout and any number of axes; each is taken as one vector. The sum
/// has the error bound of [`sum`](crate::sum). NaN propagates.
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
/// assert_eq!(linstat::cityblock(&array![1., 0., 2.], &array![0., 3., 2.])?, 4.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("l1_dist", "manhattan"))]
pub fn cityblock<T: Real, D: Dimension>(u: &ArrayRef<T, D>, v: &ArrayRef<T, D>) -> Result<T> {
    of_pairs(u, v, Score::Cityblock).named("cityblock")
}

/// Returns the root of the sum of the squared differences, the l2 distance, as
/// `scipy.spatial.distance.euclidean(u, v)`.
///
/// Shapes and NaN as for [`cityblock`]. The squares neither overflow nor underflow if the result is
/// representable.
///
/// # Errors
/// As [`cityblock`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::euclidean(&array![1., 2.], &array![4., 6.])?, 5.);
/// assert_eq!(linstat::euclidean(&array![3e300, 0.], &array![0., 4e300])?, 5e300);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "l2_dist")]
pub fn euclidean<T: Real, D: Dimension>(u: &ArrayRef<T, D>, v: &ArrayRef<T, D>) -> Result<T> {
    of_pairs(u, v, Score::Euclidean).named("euclidean")
}

/// Returns the sum of the squared differences, as `scipy.spatial.distance.sqeuclidean(u, v)`.
///
/// Shapes, accuracy and NaN as for [`cityblock`].
///
/// # Errors
/// As [`cityblock`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::sqeuclidean(&array![1., 2.], &array![4., 6.])?, 25.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "sq_l2_dist")]
pub fn sqeuclidean<T: Real, D: Dimension>(u: &ArrayRef<T, D>, v: &ArrayRef<T, D>) -> Result<T> {
    of_pairs(u, v, Score::SquaredEuclidean).named("sqeuclidean")
}

/// Returns the largest absolute difference, the l-infinity distance, as
/// `scipy.spatial.distance.chebyshev(u, v)`.
///
/// Shapes and NaN as for [`cityblock`]; the result is the rounded difference of two elements.
///
/// # Errors
/// As [`cityblock`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::chebyshev(&array![1., 0., 2.], &array![0., 3., 2.])?, 3.);
/// assert!(linstat::chebyshev(&array![1., f64::NAN], &array![0., 0.])?.is_nan());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "linf_dist")]
pub fn chebyshev<T: Real, D: Dimension>(u: &ArrayRef<T, D>, v: &ArrayRef<T, D>) -> Result<T> {
    of_pairs(u, v, Score::Chebyshev).named("chebyshev")
}

/// Returns 1 less the cosine of the angle of two vectors, as `scipy.spatial.distance.cosine(u, v)`.
///
/// Shapes as for [`cityblock`]. The result is between 0 and 2; NaN if a vector is 0 or not finite. The
/// lengths of the vectors do not matter, however large or small. For vectors of nearly one direction it is
/// computed by the difference of unit vectors: besides the rounding to `T`, the error is at most 60 EPSILON
/// (of `f64`) times the result, and 2 EPSILON times its root, where SciPy's is EPSILON.
///
/// # Errors
/// As [`cityblock`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::cosine(&array![1., 0.], &array![0., 2.])?, 1.);
/// let near = linstat::cosine(&array![1., 0.], &array![1., 1e-10])?;
/// assert!((near / 5e-21 - 1_f64).abs() < 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "cosine_distance")]
pub fn cosine<T: Real, D: Dimension>(u: &ArrayRef<T, D>, v: &ArrayRef<T, D>) -> Result<T> {
    of_pairs(u, v, Score::Cosine).named("cosine")
}
