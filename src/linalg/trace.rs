use crate::Scalar;
use ndarray::ArrayRef2;

/// The sum of the main diagonal, as `numpy.trace(a)`.
///
/// `a` has any shape `(m, n)` and any memory layout; an empty diagonal sums to 0.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::trace(&array![[1., 2.], [3., 4.]]), 5.);
/// ```
pub fn trace<T: Scalar>(a: &ArrayRef2<T>) -> T {
    a.diag().iter().copied().sum()
}
