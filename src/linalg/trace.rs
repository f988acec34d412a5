//! Diagonals and their sums.

use super::stack::{Given, Matrices, Results, Stack, Stacked, for_each, numbers, put};
use crate::error::BadMatrix;
use crate::product::{Number, Terms};
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis};

/// Returns the sum of the main diagonal, as `numpy.trace(a)`.
///
/// `a` has any shape `(m, n)` and any memory layout; an empty diagonal sums to 0. Integers wrap around; NumPy
/// sums those of less than 64 bits in 64 bits, as `a.mapv(i64::from)` does. For another diagonal, and for
/// stacks of matrices, see [`trace_offset`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::trace(&array![[1., 2.], [3., 4.]]), 5.);
/// assert_eq!(linstat::trace(&array![[1, 2], [3, 4]]), 5);
/// ```
pub fn trace<T: Number>(a: &ArrayRef2<T>) -> T {
    T::trace(a)
}

/// Returns the sum of a diagonal of a matrix, as `numpy.linalg.trace(a, offset=offset)`.
///
/// `a` has shape `(m, n)` or `(.., m, n)` and any memory layout; a stack gives the sums with the shape of its
/// leading axes. The diagonal is that of [`diagonal`]; an empty one sums to 0. Integers wrap around, as for
/// [`trace`].
///
/// # Errors
/// [`ErrorKind::Shape`] for an array of fewer than two dimensions; [`ErrorKind::TooLarge`] if the result does
/// not fit into memory.
///
/// # Examples
/// ```
/// use linstat::trace_offset;
/// use ndarray::{Array3, array};
/// let a = array![[1., 2., 3.], [4., 5., 6.]];
/// assert_eq!(trace_offset(&a, 1)?, 8.);
/// assert_eq!(trace_offset(&a, -1)?, 4.);
/// assert_eq!(trace_offset(&Array3::<f64>::ones((4, 2, 3)), 0)?, array![2., 2., 2., 2.]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "trace")]
pub fn trace_offset<T: Number, D: Matrices>(a: &ArrayRef<T, D>, offset: isize) -> Result<D::Each<T>> {
    traces(a, offset).named("trace_offset")
}

#[inline]
fn traces<T: Number, D: Matrices>(a: &ArrayRef<T, D>, offset: isize) -> Result<D::Each<T>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => D::one(T::trace_offset(&a, offset)?),
        Given::Stack(stack) => D::each(T::traces(&stack, offset)?),
    })
}

/// Returns a diagonal of a matrix, as `numpy.linalg.diagonal(a, offset=offset)`: a copy, where NumPy returns
/// a view.
///
/// `a` has shape `(m, n)` or `(.., m, n)` and any memory layout. An offset of 0 is the main diagonal, a
/// positive one is above it, a negative one below it. The result has the leading axes of a stack, and the
/// diagonal as its last axis; a diagonal outside the matrix is empty. For the main diagonal of one matrix as
/// a view, use `a.diag()`.
///
/// # Errors
/// As [`trace_offset`].
///
/// # Examples
/// ```
/// use linstat::diagonal;
/// use ndarray::array;
/// let a = array![[1, 2, 3], [4, 5, 6]];
/// assert_eq!(diagonal(&a, 0)?, array![1, 5]);
/// assert_eq!(diagonal(&a, 2)?, array![3]);
/// assert_eq!(diagonal(&a, -1)?, array![4]);
/// assert_eq!(diagonal(&a, -2)?, array![]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "diag")]
pub fn diagonal<T: Number, D: Matrices>(a: &ArrayRef<T, D>, offset: isize) -> Result<Array<T, D::Smaller>> {
    diagonals(a, offset).named("diagonal")
}

#[inline]
fn diagonals<T: Number, D: Matrices>(
    a: &ArrayRef<T, D>,
    offset: isize,
) -> Result<Array<T, D::Smaller>, BadMatrix> {
    let diagonals = match D::given(a)? {
        Given::One(a) => T::diagonals(&Stack::new(a.into_dyn()), offset)?,
        Given::Stack(stack) => T::diagonals(&stack, offset)?,
    };
    Ok(diagonals.into_array())
}

/// Returns a diagonal, which may be empty.
fn along<T>(a: &ArrayRef2<T>, offset: isize) -> ArrayView1<'_, T> {
    let axis = Axis(if offset < 0 { 0 } else { 1 });
    let skipped = offset.unsigned_abs().min(a.len_of(axis));
    let a: ArrayView2<'_, T> = a.view();
    let (_, rest) = a.split_at(axis, skipped);
    rest.into_diag()
}

fn sum<T: Terms>(diagonal: &ArrayRef1<T>) -> T {
    if diagonal.len() > 1 && diagonal.strides() == [0] {
        return diagonal[0].repeated(diagonal.len());
    }
    diagonal.iter().fold(T::zero(), |sum, &x| sum.plus(x))
}

pub(crate) fn trace_of<T: Terms>(a: &ArrayRef2<T>) -> T {
    sum(&a.diag())
}

pub(crate) fn trace_offset_of<T: Terms>(a: &ArrayRef2<T>, offset: isize) -> Result<T, ErrorKind> {
    Ok(sum(&along(a, offset)))
}

pub(crate) fn traces_of<T: Terms>(stack: &Stack<'_, T>, offset: isize) -> Result<Stacked<T>, BadMatrix> {
    let (m, n) = stack.dim();
    numbers(stack, m.min(n), |a| trace_offset_of(a, offset))
}

pub(crate) fn diagonals_of<T: Terms>(stack: &Stack<'_, T>, offset: isize) -> Result<Stacked<T>, BadMatrix> {
    let (m, n) = stack.dim();
    let skipped = offset.unsigned_abs();
    let len = if offset < 0 { m.saturating_sub(skipped).min(n) } else { n.saturating_sub(skipped).min(m) };
    let mut results = Results::new(stack.lead(), &[len])?;
    if !results.is_empty() {
        for_each(stack, results.room(), len, |a, out| {
            put(&along(a, offset), out);
            Ok(())
        })?;
    }
    Ok(results.done())
}
