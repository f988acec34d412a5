//! Products of many small matrices.

use crate::Real;

/// `R` rows of `c = a · b`, which stay in registers: each the sum of rows of `b`, in the order of the small
/// kernel.
#[inline(always)]
fn rows<T: Real, const R: usize, const N: usize>(k: usize, a: &[T], b: &[T], c: &mut [T]) {
    let (b, c) = (&b.as_chunks::<N>().0[..k], &mut c.as_chunks_mut::<N>().0[..R]);
    let a: [&[T]; R] = std::array::from_fn(|row| &a[row * k..(row + 1) * k]);
    let mut sums = [[T::zero(); N]; R];
    for (i, b) in b.iter().enumerate() {
        for row in 0..R {
            for j in 0..N {
                sums[row][j] += a[row][i] * b[j];
            }
        }
    }
    c.copy_from_slice(&sums);
}

/// `c = a · b` for matrices of `N` columns.
#[inline(always)]
fn product<T: Real, const N: usize>(m: usize, k: usize, a: &[T], b: &[T], c: &mut [T]) {
    let (whole, left) = (m / 4, m % 4);
    for block in 0..whole {
        rows::<T, 4, N>(k, &a[4 * block * k..], b, &mut c[4 * block * N..]);
    }
    let (a, c) = (&a[4 * whole * k..], &mut c[4 * whole * N..]);
    match left {
        3 => rows::<T, 3, N>(k, a, b, c),
        2 => rows::<T, 2, N>(k, a, b, c),
        1 => rows::<T, 1, N>(k, a, b, c),
        _ => {}
    }
}

/// `c = a · b` for square matrices of order `N`: with constants for all bounds, the smallest ones take half
/// the time or less.
#[inline(always)]
fn square<T: Real, const N: usize>(a: &[T], b: &[T], c: &mut [T]) {
    let (a, b) = (a[..N * N].as_chunks::<N>().0, b[..N * N].as_chunks::<N>().0);
    let c = c[..N * N].as_chunks_mut::<N>().0;
    for row in 0..N {
        let mut sums = [T::zero(); N];
        for i in 0..N {
            for j in 0..N {
                sums[j] += a[row][i] * b[i][j];
            }
        }
        c[row] = sums;
    }
}

/// Largest number of columns of the products.
pub(crate) const LARGEST: usize = 8;

dispatched! {
    /// Writes the products of row-major matrices of shapes `(m, k)` and `(k, n)`, `n` at most [`LARGEST`].
    /// From one product to the next, the slices of the factors advance by `steps`.
    pub(crate) fn products<T: Real>(shape: [usize; 3], a: &[T], b: &[T], steps: [usize; 2], c: &mut [T]) {
        let [m, k, n] = shape;
        macro_rules! each {
            (|$a:ident, $b:ident, $c:ident| $product:expr) => {
                for (i, $c) in c.chunks_exact_mut(m * n).enumerate() {
                    let ($a, $b) = (&a[i * steps[0]..], &b[i * steps[1]..]);
                    $product;
                }
            };
        }
        match shape {
            [2, 2, 2] => each!(|a, b, c| square::<T, 2>(a, b, c)),
            [3, 3, 3] => each!(|a, b, c| square::<T, 3>(a, b, c)),
            [4, 4, 4] => each!(|a, b, c| square::<T, 4>(a, b, c)),
            _ => each!(|a, b, c| match n {
                1 => product::<T, 1>(m, k, a, b, c),
                2 => product::<T, 2>(m, k, a, b, c),
                3 => product::<T, 3>(m, k, a, b, c),
                4 => product::<T, 4>(m, k, a, b, c),
                5 => product::<T, 5>(m, k, a, b, c),
                6 => product::<T, 6>(m, k, a, b, c),
                7 => product::<T, 7>(m, k, a, b, c),
                8 => product::<T, 8>(m, k, a, b, c),
                n => unreachable!("products of at most {LARGEST} columns, not of {n}"),
            }),
        }
    }
}
