//! Sorting, ordering, searching and sets, with NumPy's semantics.
//!
//! | task | functions |
//! |---|---|
//! | in order | [`sort`](fn@sort), [`argsort`] (stable), [`argsort_descending`], [`lexsort`] by several keys |
//! | some places only | [`partition`], [`argpartition`], [`top_k`] |
//! | places in a sorted array | [`searchsorted`], [`digitize`] |
//! | sets | [`unique`], [`unique_counts`], [`unique_inverse`], [`unique_all`], [`unique_axis`], [`isin`] |
//!
//! The order is NumPy's: NaN comes last and all NaN are ties, as are -0 and 0. Complex numbers are ordered by
//! their real parts, then by their imaginary ones; those with a NaN come last, in the order that
//! [`Entry`](crate::Entry) says.

mod bodies;
mod complex;
mod isin;
mod kth;
mod lexsort;
mod narrow;
mod order;
mod search;
mod select;
mod unique;
mod unique_axis;

pub use isin::isin;
pub use kth::Kth;
pub use lexsort::{SortKey, lexsort};
pub use order::{argsort, argsort_axis, argsort_descending, argsort_descending_axis, sort, sort_axis};
pub use search::{Closed, Side, digitize, searchsorted};
pub use select::{TopK, argpartition, argpartition_axis, partition, partition_axis, top_k, top_k_axis};
pub use unique::{
    Sortable, UniqueAll, UniqueCounts, UniqueInverse, unique, unique_all, unique_counts, unique_inverse,
};
pub use unique_axis::{UniqueAxis, unique_axis};

pub(crate) use bodies::Sort;

use crate::{ErrorKind, Result};
use ndarray::{ArrayRef, Axis, Dimension};

/// Returns the last axis, along which NumPy sorts.
pub(crate) fn last_axis<T, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Axis, ErrorKind> {
    x.ndim().checked_sub(1).map(Axis).ok_or_else(|| ErrorKind::axis(Axis(0), 0))
}
