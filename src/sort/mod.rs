//! Sorting, ordering and searching, with NumPy's semantics.
//!
//! The order is NumPy's: NaN comes last and all NaN are ties, as are -0 and 0.

mod bodies;
mod narrow;
mod order;
mod search;
mod select;
mod unique;

pub use order::{argsort, argsort_axis, argsort_descending, argsort_descending_axis, sort, sort_axis};
pub use search::{Side, searchsorted};
pub use select::{TopK, partition, partition_axis, top_k, top_k_axis};
pub use unique::{Sortable, UniqueCounts, UniqueInverse, unique, unique_counts, unique_inverse};

pub(crate) use bodies::Sort;

use crate::{Element, ErrorKind, Result};
use ndarray::{ArrayRef, Axis, Dimension};

/// Returns the key of an element in NumPy's order, in which -0 and 0 are ties.
#[inline(always)]
fn rank<T: Element>(x: T) -> T::Key {
    let zero = T::default();
    if x == zero { zero.key() } else { x.key() }
}

/// Returns the last axis, along which NumPy sorts.
fn last_axis<T, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Axis, ErrorKind> {
    x.ndim().checked_sub(1).map(Axis).ok_or_else(|| ErrorKind::axis(Axis(0), 0))
}
