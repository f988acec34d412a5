//! The distinct values of an array.

use super::order::order_slice;
use crate::loops::layout::in_c_order;
use crate::loops::{sort_elements, sort_in_place};
use crate::memory::{check_memory, defaults, room};
use crate::{Element, Entry, ErrorKind, Named, Result};
use ndarray::{Array, Array1, ArrayRef, Dimension};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The element types of [`unique`]: the [`Entry`] types, strings, characters and all integers. For
/// your own type, implement [`compare`](Sortable::compare).
pub trait Sortable: Clone {
    /// Compares two values for sorting; those that are `Equal` count as one value. If the order is not total,
    /// the values come in an unspecified order.
    fn compare(&self, other: &Self) -> Ordering;

    /// Sorts the values; fails if there is no memory for that.
    fn sort_values(values: Cow<'_, [Self]>) -> Result<Vec<Self>, ErrorKind> {
        let mut sorted = room(values.len())?;
        sorted.extend(Self::order_values(&values)?.into_iter().map(|i| values[i].clone()));
        Ok(sorted)
    }

    /// Keeps the first of each run of equal values.
    fn remove_repeated(values: &mut Vec<Self>) {
        values.dedup_by(|a, b| a.compare(b).is_eq());
    }

    /// Returns the indices of a stable sort; fails if there is no memory for that.
    fn order_values(values: &[Self]) -> Result<Vec<usize>, ErrorKind> {
        merge_sort(values)
    }
}

/// Returns the indices of a stable sort. std's sorts may panic if the order is not total.
fn merge_sort<T: Sortable>(values: &[T]) -> Result<Vec<usize>, ErrorKind> {
    let n = values.len();
    let (mut from, mut to): (Vec<usize>, _) = (counted(n)?, defaults(n)?);
    let mut width = 1;
    while width < n {
        for (from, to) in from.chunks(2 * width).zip(to.chunks_mut(2 * width)) {
            let (mut left, mut right) = from.split_at(width.min(from.len()));
            for out in to {
                let side = match (left, right) {
                    ([], _) => &mut right,
                    (&[i, ..], &[j, ..]) if values[j].compare(&values[i]).is_lt() => &mut right,
                    _ => &mut left,
                };
                // never empty: the two sides have as many indices as `to`
                if let Some((&index, rest)) = side.split_first() {
                    (*out, *side) = (index, rest);
                }
            }
        }
        std::mem::swap(&mut from, &mut to);
        width *= 2;
    }
    Ok(from)
}

/// Returns the indices of `n` values.
fn counted(n: usize) -> Result<Vec<usize>, ErrorKind> {
    let mut indices = room(n)?;
    indices.extend(0..n);
    Ok(indices)
}

/// NaN is the greatest and equals itself; -0 equals 0.
impl<T: Entry> Sortable for T {
    #[inline]
    fn compare(&self, other: &Self) -> Ordering {
        self.value().cmp(&other.value())
    }

    fn sort_values(values: Cow<'_, [Self]>) -> Result<Vec<Self>, ErrorKind> {
        T::sorted_values(values)
    }

    fn remove_repeated(values: &mut Vec<Self>) {
        T::distinct_values(values);
    }

    fn order_values(values: &[Self]) -> Result<Vec<usize>, ErrorKind> {
        T::value_order(values)
    }
}

pub(super) fn sorted_values<T: Element>(values: Cow<'_, [T]>) -> Result<Vec<T>, ErrorKind> {
    match values {
        Cow::Owned(mut values) if size_of::<T>() > 2 => {
            sort_in_place(&mut values)?;
            Ok(values)
        }
        values => {
            let mut out = defaults(values.len())?;
            sort_elements(&values, &mut out, &mut Vec::new())?;
            Ok(out)
        }
    }
}

pub(super) fn distinct_values<T: Entry>(values: &mut Vec<T>) {
    let Some(&first) = values.first() else { return };
    let (mut kept, mut last) = (1, first.value());
    for i in 1..values.len() {
        // branch-free: the next value overwrites a repeated one
        let (value, key) = (values[i], values[i].value());
        values[kept] = value;
        kept += usize::from(key != last);
        last = key;
    }
    values.truncate(kept);
}

pub(super) fn value_order<T: Entry>(values: &[T]) -> Result<Vec<usize>, ErrorKind> {
    let mut indices = defaults(values.len())?;
    order_slice(values, &mut indices)?;
    Ok(indices)
}

macro_rules! sortable {
    ($($t:ty),*) => {$(
        impl Sortable for $t {
            fn compare(&self, other: &Self) -> Ordering {
                self.cmp(other)
            }

            // inlined: compiled only where it is used, instead of for all seven types
            #[inline]
            fn sort_values(mut values: Cow<'_, [Self]>) -> Result<Vec<Self>, ErrorKind> {
                check_memory::<[Self; 2]>(values.len())?; // a copy, and std's merges
                values.to_mut().sort();
                Ok(values.into_owned())
            }

            #[inline]
            fn order_values(values: &[Self]) -> Result<Vec<usize>, ErrorKind> {
                let mut indices = counted(values.len())?;
                check_memory::<usize>(indices.len())?; // std's merges
                indices.sort_by_key(|&i| &values[i]);
                Ok(indices)
            }
        }
    )*};
}

sortable!(String, &str, char, i128, isize, u128, usize);

/// Returns the distinct values in sorted order, as `numpy.unique(x)`.
///
/// Any shape and layout; the elements of all axes count. All NaN are one value and come last; -0 and 0 are
/// one value, of either sign; complex numbers with a NaN in either part are one value, as in NumPy. Accepts
/// numbers, strings and every other [`Sortable`] type.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if a copy of `x` does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::unique;
/// use ndarray::array;
/// assert_eq!(unique(&array![[3, 1], [1, 2]])?, array![1, 2, 3]);
/// assert_eq!(unique(&array!["b", "a", "b"])?, array!["a", "b"]);
/// assert_eq!(unique(&array![f64::NAN, 1., f64::NAN])?.len(), 2);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "distinct")]
pub fn unique<T: Sortable, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array1<T>> {
    let mut values = sorted(x).named("unique")?;
    T::remove_repeated(&mut values);
    Ok(values.into())
}

/// The distinct values and their counts: the result of [`unique_counts`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UniqueCounts<T> {
    /// The values, sorted.
    pub values: Array1<T>,
    /// The number of times that each value occurs.
    pub counts: Array1<usize>,
}

/// Returns the distinct values in sorted order and how often each occurs, as `numpy.unique_counts(x)`.
///
/// See [`unique`]. All NaN are one value, as in `numpy.unique(x, return_counts=True)`; `numpy.unique_counts`
/// counts each NaN separately.
///
/// # Errors
/// As [`unique`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let labels = linstat::unique_counts(&array!["cat", "dog", "cat"])?;
/// assert_eq!((labels.values, labels.counts), (array!["cat", "dog"], array![2, 1]));
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "value_counts")]
pub fn unique_counts<T: Sortable, D: Dimension>(x: &ArrayRef<T, D>) -> Result<UniqueCounts<T>> {
    let sorted = sorted(x).named("unique_counts")?;
    check_memory::<(T, usize)>(sorted.len()).named("unique_counts")?;
    let runs = sorted.chunk_by(|a, b| a.compare(b).is_eq());
    let (values, counts): (Vec<T>, Vec<usize>) = runs.map(|run| (run[0].clone(), run.len())).unzip();
    Ok(UniqueCounts { values: values.into(), counts: counts.into() })
}

/// The distinct values and the index of each element among them: the result of [`unique_inverse`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UniqueInverse<T, D: Dimension> {
    /// The values, sorted.
    pub values: Array1<T>,
    /// The index in `values` of each element, in the shape of the argument.
    pub inverse_indices: Array<usize, D>,
}

/// Returns the distinct values in sorted order and the index of each element among them, as
/// `numpy.unique_inverse(x)`.
///
/// See [`unique`]. All NaN are one value, as in `numpy.unique(x, return_inverse=True)`;
/// `numpy.unique_inverse` counts each NaN separately.
///
/// # Errors
/// As [`unique`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let labels = linstat::unique_inverse(&array![["b", "a"], ["c", "b"]])?;
/// assert_eq!(labels.values, array!["a", "b", "c"]);
/// assert_eq!(labels.inverse_indices, array![[1, 0], [2, 1]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("factorize", "LabelEncoder"))]
pub fn unique_inverse<T: Sortable, D: Dimension>(x: &ArrayRef<T, D>) -> Result<UniqueInverse<T, D>> {
    inverse(x).named("unique_inverse")
}

/// The distinct values with their first indices, the index of each element among them, and their counts: the
/// result of [`unique_all`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UniqueAll<T, D: Dimension> {
    /// The values, sorted.
    pub values: Array1<T>,
    /// The index of the first occurrence of each value, in logical order.
    pub indices: Array1<usize>,
    /// The index in `values` of each element, in the shape of the argument.
    pub inverse_indices: Array<usize, D>,
    /// The number of times that each value occurs.
    pub counts: Array1<usize>,
}

/// Returns the distinct values in sorted order with their first indices, the index of each element among them
/// and their counts, as `numpy.unique_all(x)`.
///
/// See [`unique`]. All NaN are one value, as in
/// `numpy.unique(x, return_index=True, return_inverse=True, return_counts=True)`; `numpy.unique_all` counts
/// each NaN separately. The value is its first occurrence, as for the sign of a zero.
///
/// # Errors
/// As [`unique`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let labels = linstat::unique_all(&array!["b", "a", "b"])?;
/// assert_eq!((labels.values, labels.indices), (array!["a", "b"], array![1, 0]));
/// assert_eq!((labels.inverse_indices, labels.counts), (array![1, 0, 1], array![1, 2]));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn unique_all<T: Sortable, D: Dimension>(x: &ArrayRef<T, D>) -> Result<UniqueAll<T, D>> {
    all(x).named("unique_all")
}

fn all<T: Sortable, D: Dimension>(x: &ArrayRef<T, D>) -> Result<UniqueAll<T, D>, ErrorKind> {
    let mut inverse = defaults(x.len())?;
    let elements = elements(x)?;
    let (mut values, mut indices, mut counts): (Vec<T>, _, _) = (Vec::new(), Vec::new(), Vec::new());
    for index in T::order_values(&elements)? {
        let value = &elements[index];
        match (values.last(), counts.last_mut()) {
            (Some(last), Some(count)) if last.compare(value).is_eq() => *count += 1,
            _ => {
                values.push(value.clone());
                indices.push(index);
                counts.push(1);
            }
        }
        inverse[index] = values.len() - 1;
    }
    Ok(UniqueAll {
        values: values.into(),
        indices: indices.into(),
        inverse_indices: in_c_order(x.raw_dim(), inverse),
        counts: counts.into(),
    })
}

fn inverse<T: Sortable, D: Dimension>(x: &ArrayRef<T, D>) -> Result<UniqueInverse<T, D>, ErrorKind> {
    let mut inverse = defaults(x.len())?;
    let elements = elements(x)?;
    let mut values: Vec<T> = Vec::new();
    for index in T::order_values(&elements)? {
        let value = &elements[index];
        if values.last().is_none_or(|last| last.compare(value).is_ne()) {
            values.push(value.clone());
        }
        inverse[index] = values.len() - 1;
    }
    Ok(UniqueInverse { values: values.into(), inverse_indices: in_c_order(x.raw_dim(), inverse) })
}

fn elements<'a, T: Clone, D: Dimension>(x: &'a ArrayRef<T, D>) -> Result<Cow<'a, [T]>, ErrorKind> {
    check_memory::<T>(x.len())?;
    Ok(match x.as_slice() {
        Some(x) => Cow::Borrowed(x),
        None => Cow::Owned(x.iter().cloned().collect()),
    })
}

fn sorted<T: Sortable, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Vec<T>, ErrorKind> {
    T::sort_values(elements(x)?)
}
