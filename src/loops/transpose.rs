//! Transposing copies.

use ndarray::{ArrayViewMut1, ArrayViewMut2, Axis};
use std::array::from_fn;

/// Copies a matrix, row by row, to column-major order. `row` returns its rows, each of `n` elements.
///
/// Tiles of one cache line by as many rows are read and written at once: single elements of a column would
/// each take a cache line, and lines whose distance is a power of two push each other out.
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
    match size_of::<T>() {
        0..=4 => by_tiles::<T, U, 16>((m, n), row, to, out),
        5..=8 => by_tiles::<T, U, 8>((m, n), row, to, out),
        _ => by_tiles::<T, U, 4>((m, n), row, to, out),
    }
}

#[inline(always)]
fn by_tiles<'a, T: Copy + 'a, U: Copy, const N: usize>(
    (m, n): (usize, usize),
    row: impl Fn(usize) -> &'a [T],
    to: impl Fn(T) -> U,
    out: &mut [U],
) {
    let in_tiles = m / N * N;
    for i in (0..in_tiles).step_by(N) {
        let tiles: [(&[[T; N]], &[T]); N] = from_fn(|r| row(i + r).as_chunks());
        for t in 0..n / N {
            let tile: [[T; N]; N] = from_fn(|r| tiles[r].0[t]);
            for c in 0..N {
                let column: [U; N] = from_fn(|r| to(tile[r][c]));
                out[(t * N + c) * m + i..][..N].copy_from_slice(&column);
            }
        }
        for (c, j) in (n / N * N..n).enumerate() {
            out[j * m + i..][..N].iter_mut().zip(&tiles).for_each(|(out, (_, rest))| *out = to(rest[c]));
        }
    }
    for i in in_tiles..m {
        out[i..].iter_mut().step_by(m).zip(row(i)).for_each(|(out, &x)| *out = to(x));
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
