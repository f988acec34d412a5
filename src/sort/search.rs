//! Positions of values in a sorted array.

use crate::loops::lanes::{Elements, in_order};
use crate::memory::{check_memory, room};
use crate::tuning::PARALLEL_SEARCH;
use crate::{Element, ErrorKind, Named, Result, threads};
use ndarray::{Array, ArrayRef, ArrayRef1, Dimension};

/// Where [`searchsorted`] puts a value among its equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Before them: `sorted[i - 1] < value <= sorted[i]`.
    #[default]
    Left,
    /// After them: `sorted[i - 1] <= value < sorted[i]`.
    Right,
}

/// Returns the index where each value has to be inserted to keep `sorted` in order, as
/// `numpy.searchsorted(sorted, values, side)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `sorted` | `(n,)` | ascending, NaN last; otherwise the result is an unspecified index up to `n` |
/// | `values` | any | values to search for |
/// | result | as `values` | indices from 0 to `n` |
///
/// NaN is greater than all numbers and equal to itself; -0 equals 0.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::{Side, searchsorted};
/// use ndarray::array;
/// let edges = array![0., 1., 1., 2.];
/// assert_eq!(searchsorted(&edges, &array![-1., 1., f64::NAN], Side::Left)?, array![0, 1, 4]);
/// assert_eq!(searchsorted(&edges, &array![-1., 1., f64::NAN], Side::Right)?, array![0, 3, 4]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("bisect", "digitize"))]
pub fn searchsorted<T: Element, D: Dimension>(
    sorted: &ArrayRef1<T>,
    values: &ArrayRef<T, D>,
    side: Side,
) -> Result<Array<usize, D>> {
    let places = in_order(sorted).and_then(|sorted| T::places(&sorted, Elements::new(values), side));
    let places = places.named("searchsorted")?;
    Ok(Array::from_shape_vec(values.raw_dim(), places).unwrap_or_else(|_| unreachable!("as many as values")))
}

/// Returns the positions of the values, in their logical order.
pub(super) fn places<T: Element>(
    sorted: &[T],
    values: Elements<'_, T>,
    side: Side,
) -> Result<Vec<usize>, ErrorKind> {
    check_memory::<[usize; 2]>(values.len())?; // the places, and those that threads have found
    // a comparison with NaN is false
    let place = |&value: &T| match (side, value.unordered()) {
        (Side::Left, false) => sorted.partition_point(|&x| x < value),
        (Side::Right, false) => sorted.partition_point(|&x| x <= value),
        (Side::Left, true) => sorted.partition_point(|x| !x.unordered()),
        (Side::Right, true) => sorted.len(),
    };
    let mut places = room(values.len())?;
    values.each_block(|block| {
        if threads::share(block.len(), PARALLEL_SEARCH) {
            let found = threads::map_chunks(block, PARALLEL_SEARCH / 2, 1, |_, part| {
                part.iter().map(place).collect::<Vec<_>>()
            });
            places.extend(found.iter().flatten());
        } else {
            places.extend(block.iter().map(place));
        }
    });
    Ok(places)
}
