//! Products of integers. They wrap around, so their sums are the same in every order.

use crate::tuning::{NARROW_FACTOR, TINY_FACTOR};
use ndarray::{ArrayRef2, s};
use num_traits::Zero;

/// An integer whose sums and products wrap around.
pub(crate) trait Whole: Copy + Zero + Send + Sync {
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
}

dispatched! {
    /// The sum of the products of two slices of the same length.
    pub(crate) fn inner<T: Whole>(a: &[T], b: &[T]) -> T {
        a.iter().zip(b).fold(T::zero(), |sum, (&x, &y)| sum.plus(x.times(y)))
    }

    /// `out += factors · rows`; `rows` has one row per factor, one after the other.
    fn add_rows<T: Whole>(factors: &[T], rows: &[T], out: &mut [T]) {
        let width = out.len();
        // Four rows at a time: the sums are read and written once for four products.
        let (quads, rest) = factors.as_chunks::<4>();
        let (quad_rows, rest_rows) = rows.split_at(quads.len() * 4 * width);
        for (&[a, b, c, d], rows) in quads.iter().zip(quad_rows.chunks_exact(4 * width)) {
            let (first, second) = rows.split_at(2 * width);
            let ((a_row, b_row), (c_row, d_row)) = (first.split_at(width), second.split_at(width));
            let rows = a_row.iter().zip(b_row).zip(c_row.iter().zip(d_row));
            for (out, ((&x, &y), (&z, &w))) in out.iter_mut().zip(rows) {
                *out = out.plus(a.times(x).plus(b.times(y)).plus(c.times(z).plus(d.times(w))));
            }
        }
        for (&factor, row) in rest.iter().zip(rest_rows.chunks_exact(width)) {
            out.iter_mut().zip(row).for_each(|(out, &x)| *out = out.plus(factor.times(x)));
        }
    }
}

/// `c += a · b` for every layout of `a` and `b`, no dimension of which is 0; `c` is row-major.
pub(crate) fn add_product<T: Whole>(a: &ArrayRef2<T>, b: &ArrayRef2<T>, c: &mut [T]) {
    /// Rows and columns of the part of `b` that is reused: it stays in the second-level cache.
    const ROWS: usize = 128;
    const COLUMNS: usize = 256;

    let ((m, k), n) = (a.dim(), b.ncols());
    if k * n <= TINY_FACTOR {
        for (i, row) in a.rows().into_iter().enumerate() {
            for (c, column) in c[i * n..].iter_mut().zip(b.columns()) {
                *c = row.iter().zip(column).fold(*c, |sum, (&x, &y)| sum.plus(x.times(y)));
            }
        }
        return;
    }
    if n == 1 && m > NARROW_FACTOR && a.strides()[0].unsigned_abs() < a.strides()[1].unsigned_abs() {
        // A vector has the same memory as a row and as a column, and the columns of `a` are contiguous.
        return add_product(&b.t(), &a.t(), c);
    }
    let (mut part, mut factors) = (Vec::new(), Vec::new());
    if n <= NARROW_FACTOR {
        const LONG: usize = 1024;
        for start in (0..k).step_by(LONG) {
            let end = k.min(start + LONG);
            part.clear();
            b.columns().into_iter().for_each(|column| part.extend(column.slice(s![start..end])));
            for (row, c) in a.rows().into_iter().zip(c.chunks_exact_mut(n)) {
                factors.clear();
                factors.extend(row.slice(s![start..end]));
                let columns = part.chunks_exact(end - start);
                c.iter_mut().zip(columns).for_each(|(c, column)| *c = c.plus(inner(&factors, column)));
            }
        }
        return;
    }
    for start in (0..k).step_by(ROWS) {
        let end = k.min(start + ROWS);
        for left in (0..n).step_by(COLUMNS) {
            let right = n.min(left + COLUMNS);
            part.clear();
            (start..end).for_each(|row| part.extend(b.slice(s![row, left..right])));
            for (row, c) in a.rows().into_iter().zip(c.chunks_exact_mut(n)) {
                factors.clear();
                factors.extend(row.slice(s![start..end]));
                add_rows(&factors, &part, &mut c[left..right]);
            }
        }
    }
}
