//! Blocks of rows as the states read them, whatever their type and layout.

use crate::loops::transpose::transpose_as;
use crate::{ErrorKind, Real, Result};
use ndarray::{ArrayView2, ArrayViewMut2, Axis, s};
use std::ops::Range;

/// Rows of a block, read as `f64`. Private: part of a seal.
pub trait Rows: Sync {
    /// Returns the number of rows.
    fn len(&self) -> usize;

    /// Returns the number of columns.
    fn columns(&self) -> usize;

    /// Returns a range of rows if they are `f64`, each without gaps.
    fn in_memory(&self, range: Range<usize>) -> Option<ArrayView2<'_, f64>>;

    /// Writes a range of rows.
    fn put(&self, range: Range<usize>, out: ArrayViewMut2<'_, f64>) -> Result<(), ErrorKind>;
}

/// The rows of a matrix.
pub(crate) struct Table<'a, T> {
    rows: ArrayView2<'a, T>,
    /// The same rows if they are `f64`.
    numbers: Option<ArrayView2<'a, f64>>,
}

impl<'a> Table<'a, f32> {
    pub(crate) fn new(rows: ArrayView2<'a, f32>) -> Self {
        Table { rows, numbers: None }
    }
}

impl<'a> Table<'a, f64> {
    pub(crate) fn new(rows: ArrayView2<'a, f64>) -> Self {
        Table { rows, numbers: Some(rows) }
    }
}

impl<T: Real> Rows for Table<'_, T> {
    fn len(&self) -> usize {
        self.rows.nrows()
    }

    fn columns(&self) -> usize {
        self.rows.ncols()
    }

    fn in_memory(&self, range: Range<usize>) -> Option<ArrayView2<'_, f64>> {
        let rows = self.numbers.as_ref()?.slice(s![range, ..]);
        (rows.ncols() <= 1 || rows.strides()[1] == 1).then_some(rows)
    }

    fn put(&self, range: Range<usize>, mut out: ArrayViewMut2<'_, f64>) -> Result<(), ErrorKind> {
        let rows = self.rows.slice(s![range, ..]);
        if rows.nrows() > 1
            && rows.strides()[0] == 1
            && let Some(out) = out.as_slice_mut()
        {
            let column =
                |j| rows.column(j).to_slice().unwrap_or_else(|| unreachable!("columns without gaps"));
            transpose_as((rows.ncols(), rows.nrows()), column, |x| x.f64(), out);
        } else {
            out.zip_mut_with(&rows, |out, x| *out = x.f64());
        }
        Ok(())
    }
}

/// Rows that begin in one block and end in the other.
pub(crate) struct Beside<'a>(pub(crate) &'a dyn Rows, pub(crate) &'a dyn Rows);

impl Rows for Beside<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn columns(&self) -> usize {
        self.0.columns() + self.1.columns()
    }

    fn in_memory(&self, _: Range<usize>) -> Option<ArrayView2<'_, f64>> {
        None
    }

    fn put(&self, range: Range<usize>, out: ArrayViewMut2<'_, f64>) -> Result<(), ErrorKind> {
        let (first, others) = out.split_at(Axis(1), self.0.columns());
        self.0.put(range.clone(), first)?;
        self.1.put(range, others)
    }
}
