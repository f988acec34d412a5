//! Sorting by several keys.

use super::Sortable;
use crate::memory::{check_memory, room};
use crate::{ErrorKind, Named, Result};
use ndarray::{Array1, ArrayBase, ArrayRef1, Data, Ix1};

/// A key of [`lexsort`]: a one-dimensional array or view, or a reference to an `ArrayRef1`, of any layout, of
/// a [`Sortable`] type. Sealed.
pub trait SortKey: Seal {
    /// The number of elements.
    #[doc(hidden)]
    fn count(&self) -> usize;

    /// Sorts the indices by their elements; ties keep their order.
    #[doc(hidden)]
    fn sorted(&self, indices: Vec<usize>) -> Result<Vec<usize>, ErrorKind>;
}

/// Private: it seals [`SortKey`].
pub trait Seal {}

impl<T: Sortable, S: Data<Elem = T>> Seal for ArrayBase<S, Ix1> {}

impl<T: Sortable, S: Data<Elem = T>> SortKey for ArrayBase<S, Ix1> {
    fn count(&self) -> usize {
        self.len()
    }

    fn sorted(&self, indices: Vec<usize>) -> Result<Vec<usize>, ErrorKind> {
        sorted_by(self, indices)
    }
}

impl<T: Sortable> Seal for &ArrayRef1<T> {}

impl<T: Sortable> SortKey for &ArrayRef1<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn sorted(&self, indices: Vec<usize>) -> Result<Vec<usize>, ErrorKind> {
        sorted_by(self, indices)
    }
}

fn sorted_by<T: Sortable>(key: &ArrayRef1<T>, indices: Vec<usize>) -> Result<Vec<usize>, ErrorKind> {
    check_memory::<T>(indices.len())?;
    let values: Vec<T> = indices.iter().map(|&i| key[i].clone()).collect();
    let mut order = T::order_values(&values)?;
    order.iter_mut().for_each(|i| *i = indices[*i]);
    Ok(order)
}

/// Returns the indices that sort by several keys, as `numpy.lexsort(keys)`: by the last key, ties by the one
/// before it, and so on.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `keys` | each `(n,)` | arrays of any layout, each of its own type: numbers, strings, any [`Sortable`] |
/// | result | `(n,)` | indices of a stable sort |
///
/// NaN comes last and all NaN are ties, as are -0 and 0. A stable sort for each key, the last one last.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if there is no key, [`ErrorKind::Shape`] if their lengths differ,
/// [`ErrorKind::TooLarge`] if the indices do not fit into memory.
///
/// # Examples
/// ```
/// use linstat::lexsort;
/// use ndarray::array;
/// let surnames = array!["Hertz", "Galilei", "Hertz"];
/// let ages = array![36, 77, 21];
/// assert_eq!(lexsort(&[&ages, &surnames])?, array![1, 2, 0]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn lexsort(keys: &[&dyn SortKey]) -> Result<Array1<usize>> {
    order_by(keys).map(Array1::from_vec).named("lexsort")
}

fn order_by(keys: &[&dyn SortKey]) -> Result<Vec<usize>, ErrorKind> {
    let Some(n) = keys.first().map(|key| key.count()) else {
        return Err(ErrorKind::invalid("keys", "expected at least one key, found none"));
    };
    if let Some(other) = keys.iter().map(|key| key.count()).find(|&count| count != n) {
        return Err(ErrorKind::shape("keys (n,)", &[&[n], &[other]]));
    }
    let mut indices = room(n)?;
    indices.extend(0..n);
    keys.iter().try_fold(indices, |indices, key| key.sorted(indices))
}
