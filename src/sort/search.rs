//! Positions of values in a sorted array.

use crate::loops::lanes::{Elements, in_order};
use crate::loops::layout::in_c_order;
use crate::memory::{check_memory, copied, room};
use crate::tuning::PARALLEL_SEARCH;
use crate::{Element, Entry, ErrorKind, Named, Result, threads};
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
#[doc(alias = "bisect")]
pub fn searchsorted<T: Entry, D: Dimension>(
    sorted: &ArrayRef1<T>,
    values: &ArrayRef<T, D>,
    side: Side,
) -> Result<Array<usize, D>> {
    let places = in_order(sorted).and_then(|sorted| T::places(&sorted, Elements::new(values), side));
    let places = places.named("searchsorted")?;
    Ok(Array::from_shape_vec(values.raw_dim(), places).unwrap_or_else(|_| unreachable!("as many as values")))
}

/// Which of its edges a bin of [`digitize`] includes: NumPy's `right`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Closed {
    /// The left one: `bins[i - 1] <= x < bins[i]`.
    #[default]
    Left,
    /// The right one: `bins[i - 1] < x <= bins[i]`.
    Right,
}

/// Returns the index of the bin of each element, as `numpy.digitize(x, bins, right)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | any | the elements |
/// | `bins` | `(n,)` | the edges between the bins, ascending or descending |
/// | result | as `x` | 0 before the first edge, up to `n` beyond the last one |
///
/// If the edges descend, bin `i` is from `bins[i]` up to `bins[i - 1]`. NaN is greater than all numbers; -0
/// equals 0. A binary search for each element, with several threads for many of them.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if the edges neither ascend nor descend, [`ErrorKind::TooLarge`] if the
/// result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::{Closed, digitize};
/// use ndarray::array;
/// let x = array![0.2, 6.4, 2.5, 10.];
/// assert_eq!(digitize(&x, &array![0., 1., 2.5, 4., 10.], Closed::Left)?, array![1, 4, 3, 5]);
/// assert_eq!(digitize(&x, &array![0., 1., 2.5, 4., 10.], Closed::Right)?, array![1, 4, 2, 4]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn digitize<T: Element, D: Dimension>(
    x: &ArrayRef<T, D>,
    bins: &ArrayRef1<T>,
    closed: Closed,
) -> Result<Array<usize, D>> {
    let side = match closed {
        Closed::Left => Side::Right,
        Closed::Right => Side::Left,
    };
    let places = in_order(bins).and_then(|bins| digits(&bins, Elements::new(x), side));
    Ok(in_c_order(x.raw_dim(), places.named("digitize")?))
}

/// Returns the bins of the elements, in their logical order.
fn digits<T: Element>(bins: &[T], x: Elements<'_, T>, side: Side) -> Result<Vec<usize>, ErrorKind> {
    let mut pairs = bins.windows(2);
    if pairs.clone().all(|pair| pair[0].rank() <= pair[1].rank()) {
        return T::places(bins, x, side);
    }
    if pairs.any(|pair| pair[0].rank() < pair[1].rank()) {
        return Err(ErrorKind::invalid("bins", "expected edges that ascend or descend"));
    }
    let mut ascending = copied(bins)?;
    ascending.reverse();
    let mut places = T::places(&ascending, x, side)?;
    places.iter_mut().for_each(|place| *place = bins.len() - *place);
    Ok(places)
}

/// Returns the positions of the values, in their logical order.
pub(super) fn places<T: Element>(
    sorted: &[T],
    values: Elements<'_, T>,
    side: Side,
) -> Result<Vec<usize>, ErrorKind> {
    // a comparison with NaN is false
    found_by(&values, &|&value: &T| match (side, value.unordered()) {
        (Side::Left, false) => sorted.partition_point(|&x| x < value),
        (Side::Right, false) => sorted.partition_point(|&x| x <= value),
        (Side::Left, true) => sorted.partition_point(|x| !x.unordered()),
        (Side::Right, true) => sorted.len(),
    })
}

/// Returns what `find` returns for each element, in logical order, with several threads for many elements.
pub(super) fn found_by<T: Copy + Sync, R: Copy + Send>(
    x: &Elements<'_, T>,
    find: &(impl Fn(&T) -> R + Sync),
) -> Result<Vec<R>, ErrorKind> {
    check_memory::<[R; 2]>(x.len())?; // the results, and those that threads have found
    let mut results = room(x.len())?;
    x.each_block(|block| {
        if threads::share(block.len(), PARALLEL_SEARCH) {
            let found = threads::map_chunks(block, PARALLEL_SEARCH / 2, 1, &|_, part| {
                part.iter().map(find).collect::<Vec<_>>()
            });
            results.extend(found.iter().flatten());
        } else {
            results.extend(block.iter().map(find));
        }
    });
    Ok(results)
}
