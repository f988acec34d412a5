//! The distinct parts of an array along an axis, such as its rows.

use super::order::{order_slice, sort_by};
use crate::loops::lanes::{check_axis, in_order, reshaped};
use crate::memory::{defaults, room};
use crate::{Entry, ErrorKind, Named, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension};
use std::cmp::Ordering;

/// The distinct parts along an axis with their first indices, the index of each part among them, and their
/// counts: the result of [`unique_axis`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UniqueAxis<T, D: Dimension> {
    /// The parts, sorted along the axis.
    pub values: Array<T, D>,
    /// The index of the first occurrence of each part.
    pub indices: Array1<usize>,
    /// The index in `values` of each part of the argument.
    pub inverse_indices: Array1<usize>,
    /// The number of times that each part occurs.
    pub counts: Array1<usize>,
}

/// Returns the distinct parts of an array along an axis in sorted order, with their first indices, the index
/// of each part among them and their counts, as `numpy.unique(x, axis=axis)` with `return_index`,
/// `return_inverse` and `return_counts`.
///
/// The parts along `Axis(0)` of a matrix are its rows, along `Axis(1)` its columns. They are sorted by their
/// first elements, ties by the next ones, in logical order. `values` has the shape of `x` except along the
/// axis. NaN is the greatest and equals itself (NumPy counts each part with a NaN separately), and a complex
/// NaN equals those with the same other part; -0 and 0 are equal, and the first occurrence of a part stands
/// for all of them.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::TooLarge`] if a copy of `x` or the
/// indices do not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::{Axis, array};
/// let x = array![[1, 0, 0], [1, 0, 0], [2, 3, 4]];
/// let rows = linstat::unique_axis(&x, Axis(0))?;
/// assert_eq!(rows.values, array![[1, 0, 0], [2, 3, 4]]);
/// assert_eq!((rows.indices, rows.counts), (array![0, 2], array![2, 1]));
/// assert_eq!(rows.inverse_indices, array![0, 0, 1]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("unique_rows", "distinct_rows"))]
pub fn unique_axis<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<UniqueAxis<T, D>> {
    of_axis(x, axis).named("unique_axis")
}

fn of_axis<T: Entry, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Result<UniqueAxis<T, D>, ErrorKind> {
    check_axis(x, axis)?;
    let n = x.len_of(axis);
    let mut parts = x.view().into_dyn();
    (0..axis.0).rev().for_each(|i| parts.swap_axes(i, i + 1));
    let rows = in_order(&parts)?;
    let order = T::row_order(&rows, n)?;
    let runs = T::row_runs(&rows, &order)?;
    // a row has the elements of all axes but this one
    let width = rows.len().checked_div(n).unwrap_or(0);
    let inner: usize = x.shape()[axis.0 + 1..].iter().product();
    let mut values = room(runs.firsts.len().saturating_mul(width))?;
    for start in (0..width).step_by(inner.max(1)) {
        runs.firsts
            .iter()
            .for_each(|&i| values.extend_from_slice(&row(&rows, width, i)[start..start + inner]));
    }
    Ok(UniqueAxis {
        values: reshaped(x, axis, runs.firsts.len(), values),
        indices: runs.firsts.into(),
        inverse_indices: runs.inverse.into(),
        counts: runs.counts.into(),
    })
}

/// The runs of equal rows, in sorted order.
#[derive(Debug)]
pub struct Runs {
    firsts: Vec<usize>,
    inverse: Vec<usize>,
    counts: Vec<usize>,
}

/// Row `i` of rows of this length.
fn row<T>(rows: &[T], width: usize, i: usize) -> &[T] {
    &rows[i * width..(i + 1) * width]
}

fn compare<T: Entry>(a: &[T], b: &[T]) -> Ordering {
    a.iter().map(|&x| x.rank()).cmp(b.iter().map(|&x| x.rank()))
}

/// Returns the indices of a stable sort of `n` rows of equal length.
pub(super) fn row_order<T: Entry>(rows: &[T], n: usize) -> Result<Vec<usize>, ErrorKind> {
    let mut order = defaults(n)?;
    match rows.len().checked_div(n) {
        Some(1) => order_slice(rows, &mut order)?,
        width => {
            order.iter_mut().enumerate().for_each(|(i, index)| *index = i);
            if let Some(width @ 1..) = width {
                sort_by(&mut order, &|i, j| compare(row(rows, width, i), row(rows, width, j)));
            }
        }
    }
    Ok(order)
}

/// Returns the runs of equal rows in this order, which has all of them.
pub(super) fn row_runs<T: Entry>(rows: &[T], order: &[usize]) -> Result<Runs, ErrorKind> {
    let n = order.len();
    let width = rows.len().checked_div(n).unwrap_or(0);
    let (mut firsts, mut counts): (Vec<usize>, Vec<usize>) = (room(n)?, room(n)?);
    let mut inverse = defaults(n)?;
    for &i in order {
        match (firsts.last(), counts.last_mut()) {
            (Some(&first), Some(count)) if compare(row(rows, width, first), row(rows, width, i)).is_eq() => {
                *count += 1;
            }
            _ => {
                firsts.push(i);
                counts.push(1);
            }
        }
        inverse[i] = firsts.len() - 1;
    }
    Ok(Runs { firsts, inverse, counts })
}
