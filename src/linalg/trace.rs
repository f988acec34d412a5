//! Traces.

use crate::product::Number;
use ndarray::ArrayRef2;

/// Returns the sum of the main diagonal, as `numpy.trace(a)`.
///
/// `a` has any shape `(m, n)` and any memory layout; an empty diagonal sums to 0. Integers wrap around; NumPy
/// sums those of less than 64 bits in 64 bits, as `a.mapv(i64::from)` does.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::trace(&array![[1., 2.], [3., 4.]]), 5.);
/// assert_eq!(linstat::trace(&array![[1, 2], [3, 4]]), 5);
/// ```
pub fn trace<T: Number>(a: &ArrayRef2<T>) -> T {
    T::trace(a)
}
