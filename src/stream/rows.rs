//! Blocks of rows as the states read them, whatever their type and layout.

use crate::Real;
use crate::loops::transpose::transpose_as;
use ndarray::{ArrayView2, ArrayViewMut2, ShapeBuilder};
use std::ops::Range;

/// Rows of a block, read as `f64`. Private: part of a seal.
pub trait Rows: Sync {
    /// Returns the number of rows.
    fn len(&self) -> usize;

    /// Returns the number of columns.
    fn columns(&self) -> usize;

    /// Writes the columns of a range of rows one after the other.
    fn put_columns(&self, range: Range<usize>, out: &mut [f64]);

    /// Appends a range of rows, for which there is room, one after the other.
    fn push_rows(&self, range: Range<usize>, out: &mut Vec<f64>);
}

/// The rows of a matrix.
pub(crate) struct Table<'a, T>(pub(crate) ArrayView2<'a, T>);

impl<T: Real> Rows for Table<'_, T> {
    fn len(&self) -> usize {
        self.0.nrows()
    }

    fn columns(&self) -> usize {
        self.0.ncols()
    }

    fn put_columns(&self, range: Range<usize>, out: &mut [f64]) {
        let rows = self.0.slice(ndarray::s![range, ..]);
        if rows.ncols() > 1 && rows.strides()[1] == 1 {
            // read once in the order of memory, which is twice as fast as by tiles
            let copy;
            let rows = match rows.as_slice() {
                Some(elements) => {
                    copy = elements.to_vec();
                    ArrayView2::from_shape(rows.raw_dim(), &copy).unwrap_or(rows)
                }
                None => rows,
            };
            let row = |i| rows.row(i).to_slice().unwrap_or_else(|| unreachable!("a row without gaps"));
            return transpose_as(rows.dim(), row, |x: T| x.f64(), out);
        }
        let mut out = ArrayViewMut2::from_shape(rows.raw_dim().f(), out)
            .unwrap_or_else(|_| unreachable!("room for the block"));
        out.zip_mut_with(&rows, |out, x| *out = x.f64());
    }

    fn push_rows(&self, range: Range<usize>, out: &mut Vec<f64>) {
        out.extend(self.0.slice(ndarray::s![range, ..]).iter().map(|x| x.f64()));
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

    fn put_columns(&self, range: Range<usize>, out: &mut [f64]) {
        let (first, others) = out.split_at_mut(range.len() * self.0.columns());
        self.0.put_columns(range.clone(), first);
        self.1.put_columns(range, others);
    }

    fn push_rows(&self, range: Range<usize>, out: &mut Vec<f64>) {
        for i in range {
            self.0.push_rows(i..i + 1, out);
            self.1.push_rows(i..i + 1, out);
        }
    }
}
