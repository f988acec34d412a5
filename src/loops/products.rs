//! Products of small matrices.

use super::dispatch::{Level, level};
use super::wide::prefetch_aside;
use crate::Real;
use num_traits::Float;

/// Adds the product of two numbers, rounded once where the processor can.
#[inline(always)]
fn add<T: Real, const FMA: bool>(sum: T, a: T, b: T) -> T {
    if FMA { Float::mul_add(a, b, sum) } else { sum + a * b }
}

/// `R` rows of `N` columns of `c = a · b`, or of `c += a · b`, which stay in registers: each the sum of rows
/// of `b`, in their order. The slices begin where the tile does.
#[inline(always)]
fn tile<T: Real, const FMA: bool, const R: usize, const N: usize>(
    [k, n]: [usize; 2],
    a: &[T],
    b: &[T],
    c: &mut [T],
    onto: bool,
) {
    // in a loop: `from_fn` keeps the slices in memory, with a check of bounds for each element
    let mut rows = [a; R];
    for row in 0..R {
        rows[row] = &a[row * k..][..k];
    }
    let mut sums = [[T::zero(); N]; R];
    if onto {
        for row in 0..R {
            sums[row].copy_from_slice(&c[row * n..][..N]);
        }
    }
    for i in 0..k {
        let mut terms = [T::zero(); N];
        terms.copy_from_slice(&b[i * n..][..N]);
        for row in 0..R {
            let factor = rows[row][i];
            for j in 0..N {
                sums[row][j] = add::<T, FMA>(sums[row][j], factor, terms[j]);
            }
        }
    }
    for row in 0..R {
        c[row * n..][..N].copy_from_slice(&sums[row]);
    }
}

/// `N` columns of `c = a · b`.
#[inline(always)]
fn columns<T: Real, const FMA: bool, const N: usize>(
    [m, k, n]: [usize; 3],
    a: &[T],
    b: &[T],
    c: &mut [T],
    onto: bool,
) {
    let mut row = 0;
    // Eight rows of 64 bytes take eight registers of AVX-512, and as many sums keep its multipliers busy; of
    // AVX2 they would take all sixteen.
    if N * size_of::<T>() == 64 && level() == Level::Avx512 {
        while m - row >= 8 {
            tile::<T, FMA, 8, N>([k, n], &a[row * k..], b, &mut c[row * n..], onto);
            row += 8;
        }
    }
    while m - row >= 4 {
        tile::<T, FMA, 4, N>([k, n], &a[row * k..], b, &mut c[row * n..], onto);
        row += 4;
    }
    match m - row {
        3 => tile::<T, FMA, 3, N>([k, n], &a[row * k..], b, &mut c[row * n..], onto),
        2 => tile::<T, FMA, 2, N>([k, n], &a[row * k..], b, &mut c[row * n..], onto),
        1 => tile::<T, FMA, 1, N>([k, n], &a[row * k..], b, &mut c[row * n..], onto),
        _ => {}
    }
}

/// `c = a · b` by as many columns at a time as there are numbers in 64 bytes, then by fewer. Meanwhile it
/// asks for the `next` factors: columns are no order in which processors would read them ahead by themselves.
#[inline(always)]
fn product<T: Real, const FMA: bool>(
    shape: [usize; 3],
    a: &[T],
    b: &[T],
    c: &mut [T],
    onto: bool,
    next: [&[T]; 2],
) {
    let n = shape[2];
    let mut j = 0;
    macro_rules! by {
        ($N:literal) => {
            while n - j >= $N {
                for next in next {
                    prefetch_aside(&next[next.len() * j / n..next.len() * (j + $N) / n]);
                }
                columns::<T, FMA, $N>(shape, a, &b[j..], &mut c[j..], onto);
                j += $N;
            }
        };
    }
    if size_of::<T>() == 4 {
        by!(16);
    }
    by!(8);
    by!(4);
    by!(2);
    by!(1);
}

/// The next matrix, for which memory is asked: nothing behind the last one, where the same one is taken
/// again, and where `all` of them are in a cache.
#[inline(always)]
fn behind<'a, T>(x: &'a [T], step: usize, all: &[T]) -> &'a [T] {
    const CACHED: usize = 1 << 22;
    if step == 0 || size_of_val(all) < CACHED { &[] } else { &x[step..x.len().min(2 * step)] }
}

/// `c = a · b` for square matrices of order `N`: with constants for all bounds, the smallest ones take half
/// the time or less.
#[inline(always)]
fn square<T: Real, const N: usize>(a: &[T], b: &[T], c: &mut [T], onto: bool) {
    let (a, b) = (a[..N * N].as_chunks::<N>().0, b[..N * N].as_chunks::<N>().0);
    let c = c[..N * N].as_chunks_mut::<N>().0;
    for row in 0..N {
        let mut sums = if onto { c[row] } else { [T::zero(); N] };
        for i in 0..N {
            for j in 0..N {
                sums[j] += a[row][i] * b[i][j];
            }
        }
        c[row] = sums;
    }
}

dispatched! {
    /// Writes the products of row-major matrices of shapes `(m, k)` and `(k, n)`, or adds them if they go
    /// `onto` what is there. From one product to the next, the slices of the factors advance by `steps`.
    pub(crate) fn products<T: Real>(
        shape: [usize; 3],
        a: &[T],
        b: &[T],
        steps: [usize; 2],
        c: &mut [T],
        onto: bool,
    ) {
        let ([m, k, n], all) = (shape, [a, b]);
        macro_rules! each {
            (|$a:ident, $b:ident, $c:ident| $product:expr) => {
                for (i, $c) in c.chunks_exact_mut(m * n).enumerate() {
                    let ($a, $b) = (&all[0][i * steps[0]..], &all[1][i * steps[1]..]);
                    $product;
                }
            };
        }
        // not fused for up to 8 columns: tiny products have the same bits at all levels
        match shape {
            [2, 2, 2] => each!(|a, b, c| square::<T, 2>(a, b, c, onto)),
            [3, 3, 3] => each!(|a, b, c| square::<T, 3>(a, b, c, onto)),
            [4, 4, 4] => each!(|a, b, c| square::<T, 4>(a, b, c, onto)),
            // with a constant for the number of columns
            [_, _, 1] => each!(|a, b, c| columns::<T, false, 1>([m, k, 1], a, b, c, onto)),
            [_, _, 2] => each!(|a, b, c| columns::<T, false, 2>([m, k, 2], a, b, c, onto)),
            [_, _, 3] => each!(|a, b, c| columns::<T, false, 3>([m, k, 3], a, b, c, onto)),
            [_, _, 4] => each!(|a, b, c| columns::<T, false, 4>([m, k, 4], a, b, c, onto)),
            [_, _, 5] => each!(|a, b, c| columns::<T, false, 5>([m, k, 5], a, b, c, onto)),
            [_, _, 6] => each!(|a, b, c| columns::<T, false, 6>([m, k, 6], a, b, c, onto)),
            [_, _, 7] => each!(|a, b, c| columns::<T, false, 7>([m, k, 7], a, b, c, onto)),
            [_, _, 8] => each!(|a, b, c| columns::<T, false, 8>([m, k, 8], a, b, c, onto)),
            _ => each!(|a, b, c| {
                let next = [behind(a, steps[0], all[0]), behind(b, steps[1], all[1])];
                product::<T, FMA>(shape, a, b, c, onto, next);
            }),
        }
    }

    /// Adds the product of a vector and a matrix to `c`; the rows of the matrix begin every `step` elements.
    /// Four rows at a time, so that `c` is read and written less often.
    pub(crate) fn add_rows<T: Real>(x: &[T], b: &[T], step: usize, c: &mut [T]) {
        let n = c.len();
        let (fours, rest) = x.as_chunks::<4>();
        for (i, x) in fours.iter().enumerate() {
            let b = &b[4 * i * step..];
            let (b0, b1, b2, b3) = (&b[..n], &b[step..][..n], &b[2 * step..][..n], &b[3 * step..][..n]);
            for j in 0..n {
                let two = add::<T, FMA>(add::<T, FMA>(c[j], x[0], b0[j]), x[1], b1[j]);
                c[j] = add::<T, FMA>(add::<T, FMA>(two, x[2], b2[j]), x[3], b3[j]);
            }
        }
        for (i, &x) in (x.len() - rest.len()..).zip(rest) {
            let b = &b[i * step..][..n];
            for j in 0..n {
                c[j] = add::<T, FMA>(c[j], x, b[j]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{add_rows, products};
    use crate::Real;

    /// Small integers, whose products and sums are exact in every order.
    fn integers<T: Real>(len: usize, seed: usize) -> Vec<T> {
        (0..len).map(|i| T::of(((i + seed) * 7919 % 17) as f64 - 8.0)).collect()
    }

    /// Two products of every number of rows and columns of a tile, and of several tiles, against single sums.
    fn check<T: Real>() {
        let mut shapes: Vec<[usize; 3]> = (1..10).map(|n| [n, n, n]).collect();
        shapes.extend((1..14).flat_map(|m| (1..36).map(move |n| [m, 3, n])));
        shapes.extend([[1, 100, 40], [40, 100, 1], [33, 65, 47], [64, 64, 64], [130, 20, 90]]);
        for [m, k, n] in shapes {
            let (a, b) = (integers::<T>(2 * m * k, 1), integers::<T>(2 * k * n, 2));
            for onto in [false, true] {
                let before = integers::<T>(2 * m * n, 3);
                let mut c = before.clone();
                products([m, k, n], &a, &b, [m * k, k * n], &mut c, onto);
                for (at, c) in c.into_iter().enumerate() {
                    let (matrix, row, column) = (at / (m * n), at % (m * n) / n, at % n);
                    let terms =
                        (0..k).map(|i| a[(matrix * m + row) * k + i] * b[(matrix * k + i) * n + column]);
                    let expected = terms.fold(if onto { before[at] } else { T::zero() }, |sum, x| sum + x);
                    assert_eq!(c, expected, "{m} x {k} x {n}, element {at}, onto: {onto}");
                }
            }
        }
    }

    #[test]
    fn products_of_all_shapes_of_tiles() {
        check::<f32>();
        check::<f64>();
    }

    #[test]
    fn rows_are_added_for_all_lengths() {
        for (k, n) in [(1, 1), (3, 5), (4, 16), (7, 33), (30, 100)] {
            let (x, b, before) =
                (integers::<f64>(k, 1), integers::<f64>(k * (n + 2), 2), integers::<f64>(n, 3));
            let mut c = before.clone();
            add_rows(&x, &b, n + 2, &mut c);
            for (j, &c) in c.iter().enumerate() {
                let terms = x.iter().enumerate().map(|(i, x)| x * b[i * (n + 2) + j]);
                assert_eq!(c, before[j] + terms.sum::<f64>(), "{k} x {n}, column {j}");
            }
        }
    }
}
