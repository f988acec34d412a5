//! Whether elements are among others.

use super::search::found_by;
use crate::loops::lanes::Elements;
use crate::loops::layout::in_c_order;
use crate::memory::check_memory;
use crate::{Element, Entry, ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, Dimension};

/// Returns whether each element is one of the elements of `test`, as `numpy.isin(x, test)`.
///
/// Both of any shape and layout; the result has the shape of `x`. -0 equals 0; NaN equals nothing, as in
/// NumPy. `test` is sorted once, and each element is searched for in it, with several threads for many of
/// them.
///
/// NumPy's `invert=True` is `!isin(&x, &test)?`; `assume_unique=True` is not needed, since repeated elements
/// do not slow the search down.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result or a copy of `test` does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// use linstat::isin;
/// let (x, test) = (array![[0, 2], [4, 6]], array![1, 2, 4, 8]);
/// assert_eq!(isin(&x, &test)?, array![[false, true], [true, false]]);
/// assert_eq!(!isin(&x, &test)?, array![[true, false], [false, true]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("in1d", "contains"))]
pub fn isin<T: Entry, D: Dimension, E: Dimension>(
    x: &ArrayRef<T, D>,
    test: &ArrayRef<T, E>,
) -> Result<Array<bool, D>> {
    let found = T::members(Elements::new(x), Elements::new(test)).named("isin")?;
    Ok(in_c_order(x.raw_dim(), found))
}

/// Returns whether each element of `x`, in logical order, is one of `test`.
pub(super) fn members<T: Element>(x: Elements<'_, T>, test: Elements<'_, T>) -> Result<Vec<bool>, ErrorKind> {
    check_memory::<[bool; 2]>(x.len())?;
    x.check()?;
    let test = T::sorted_values(test.distinct().in_order()?)?;
    // a comparison with NaN is false, and NaN are last
    found_by(&x, &|&value: &T| {
        let place = test.partition_point(|&x| x < value);
        test.get(place).is_some_and(|&x| x == value)
    })
}
