use crate::backend::check_memory;
use crate::{Element, Result, threads};
use ndarray::{Array, ArrayRef, ArrayRef1, Dimension};
use rayon::prelude::*;

/// Searches from which on a second thread pays.
const PARALLEL: usize = 1 << 13;

/// Where [`searchsorted`] puts a value among its equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Before them: `sorted[i - 1] < value <= sorted[i]`.
    #[default]
    Left,
    /// Behind them: `sorted[i - 1] <= value < sorted[i]`.
    Right,
}

/// Where each value would have to be inserted to keep `sorted` in order, as `numpy.searchsorted(sorted, values, side)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `sorted` | `(n,)` | ascending, NaN last; if it is not, the result is some index up to `n` |
/// | `values` | any | what is searched for |
/// | result | as `values` | indices from 0 to `n` |
///
/// NaN is greater than all numbers and equal to itself, -0 equals 0.
///
/// # Errors
/// [`Error::TooLarge`](crate::Error::TooLarge) if the result does not fit into memory.
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
pub fn searchsorted<T: Element, D: Dimension>(
    sorted: &ArrayRef1<T>,
    values: &ArrayRef<T, D>,
    side: Side,
) -> Result<Array<usize, D>> {
    check_memory::<usize>("searchsorted", values.len())?;
    let copy;
    let sorted = match sorted.as_slice() {
        Some(sorted) => sorted,
        None => {
            check_memory::<T>("searchsorted", sorted.len())?;
            copy = sorted.to_vec();
            &copy
        }
    };
    // a comparison with NaN is false
    let place = |&value: &T| match (side, value.unordered()) {
        (Side::Left, false) => sorted.partition_point(|&x| x < value),
        (Side::Right, false) => sorted.partition_point(|&x| x <= value),
        (Side::Left, true) => sorted.partition_point(|x| !x.unordered()),
        (Side::Right, true) => sorted.len(),
    };
    let mut places = Array::from_elem(values.raw_dim(), 0);
    match (values.as_slice(), places.as_slice_mut()) {
        (Some(values), Some(places)) if threads::share(values.len(), PARALLEL) => {
            let both = places.par_iter_mut().zip(values).with_min_len(PARALLEL / 2);
            threads::install(|| both.for_each(|(i, x)| *i = place(x)));
        }
        _ => ndarray::Zip::from(&mut places).and(values).for_each(|i, x| *i = place(x)),
    }
    Ok(places)
}
