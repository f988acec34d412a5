//! Transposing copies.

use ndarray::{ArrayViewMut1, ArrayViewMut2, Axis};
use std::array::from_fn;

/// Copies a matrix, row by row, to column-major order. `row` returns its rows, each of `n` elements.
///
/// As many rows as a cache line has elements are read side by side, and whole lines of the columns written:
/// single elements of a column would each take a cache line, and lines whose distance is a power of two push
/// each other out.
pub(crate) fn transpose<'a, T: Copy + 'a>(
    (m, n): (usize, usize),
    row: impl Fn(usize) -> &'a [T],
    out: &mut [T],
) {
    transpose_as((m, n), row, |x| x, out);
}

/// As [`transpose`], with every element converted by `to`.
pub(crate) fn transpose_as<'a, T: Copy + 'a, U: Copy>(
    (m, n): (usize, usize),
    row: impl Fn(usize) -> &'a [T],
    to: impl Fn(T) -> U,
    out: &mut [U],
) {
    if n == 0 {
        return;
    }
    // as many rows as elements of a cache line, so that whole lines of the columns are written
    let lines = (LINE / size_of::<T>().max(1)).next_multiple_of(SIDE).min(MOST);
    for i in (0..m).step_by(lines) {
        let mut rows: [&[T]; MOST] = [&[]; MOST];
        let count = lines.min(m - i);
        for (k, place) in rows[..count].iter_mut().enumerate() {
            *place = &row(i + k)[..n];
        }
        tiles(&rows[..count], m, i, &to, out);
    }
}

/// Bytes of a cache line.
const LINE: usize = 64;
/// Largest number of rows that are read side by side.
const MOST: usize = 16;
/// Rows and columns of a part of a tile: what vectors transpose best.
const SIDE: usize = 4;
/// Columns of which all rows are written before the next ones.
const COLUMNS: usize = 64;

dispatched! {
    /// Copies the rows from `i` on to their places in the columns, each of `m` elements, tile by tile.
    fn tiles<T: Copy, U: Copy, F: Fn(T) -> U>(rows: &[&[T]], m: usize, i: usize, to: F, out: &mut [U]) {
        let n = rows[0].len();
        let (high, wide) = (rows.len() / SIDE * SIDE, n / SIDE * SIDE);
        // columns by which lines are written whole while they are in the cache
        for some in (0..wide).step_by(COLUMNS) {
            let end = wide.min(some + COLUMNS);
            for r in (0..high).step_by(SIDE) {
                let [a, b, c, d] = [0, 1, 2, 3].map(|k| rows[r + k][some..end].as_chunks::<SIDE>().0.iter());
                let columns = out[some * m..].chunks_mut(SIDE * m);
                for ((((a, b), c), d), columns) in a.zip(b).zip(c).zip(d).zip(columns) {
                    // all of it in registers before it is written
                    let mut tile = [[to(a[0]); SIDE]; SIDE];
                    for k in 0..SIDE {
                        tile[k] = [to(a[k]), to(b[k]), to(c[k]), to(d[k])];
                    }
                    let columns = &mut columns[i + r..][..(SIDE - 1) * m + SIDE];
                    for k in 0..SIDE {
                        columns[k * m..k * m + SIDE].copy_from_slice(&tile[k]);
                    }
                }
            }
        }
        for r in 0..rows.len() {
            for c in if r < high { wide } else { 0 }..n {
                out[c * m + i + r] = to(rows[r][c]);
            }
        }
    }
}

/// Writes the columns of a matrix, given one after the other, to a table whose rows have no gaps.
pub(crate) fn write_columns<T: Copy>(columns: &[T], mut out: ArrayViewMut2<'_, T>) {
    const N: usize = 8;
    let (m, n) = out.dim();
    for (mut part, i) in out.axis_chunks_iter_mut(Axis(0), N).zip((0..).step_by(N)) {
        let mut rows = part.outer_iter_mut().filter_map(ArrayViewMut1::into_slice);
        let mut done = 0;
        if i + N <= m {
            let mut rows: [&mut [T]; N] = from_fn(|_| rows.next().unwrap_or_default());
            for c in (0..n / N * N).step_by(N) {
                let tile: [&[T; N]; N] = from_fn(|k| {
                    let column = columns[(c + k) * m + i..].first_chunk();
                    column.unwrap_or_else(|| unreachable!("columns have m elements"))
                });
                for (r, row) in rows.iter_mut().enumerate() {
                    let some: [T; N] = from_fn(|k| tile[k][r]);
                    row[c..c + N].copy_from_slice(&some);
                }
            }
            done = n / N * N;
        }
        for (r, mut row) in part.outer_iter_mut().enumerate() {
            for c in done..n {
                row[c] = columns[c * m + i + r];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, s};

    fn check<T: Copy + PartialEq + std::fmt::Debug>(value: impl Fn(usize) -> T) {
        for (m, n) in
            [(0, 0), (0, 5), (5, 0), (1, 40), (40, 1), (3, 3), (16, 16), (17, 33), (40, 21), (64, 8)]
        {
            let rows: Vec<T> = (0..m * n).map(&value).collect();
            let mut out = vec![value(0); m * n];
            transpose((m, n), |i| &rows[i * n..(i + 1) * n], &mut out);
            let expected: Vec<T> =
                (0..n).flat_map(|j| (0..m).map(move |i| (i, j))).map(|(i, j)| rows[i * n + j]).collect();
            assert_eq!(out, expected, "{m} x {n}");
            // back, to a part of a table
            let mut table = Array2::from_elem((m, n + 1), value(0));
            let mut part = table.slice_mut(s![.., 1..]);
            write_columns(&out, part.view_mut());
            assert!(part.iter().eq(&rows), "{m} x {n}");
            assert!(table.column(0).iter().all(|&x| x == value(0)));
        }
    }

    #[test]
    fn every_element_is_at_its_place() {
        check(|k| k as f32);
        check(|k| k as f64);
        check(|k| num_complex::Complex64::new(k as f64, 0.5));
    }
}
