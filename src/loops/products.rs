//! Products of small matrices.

use super::dispatch::{Level, level};
use super::wide::{LINE, prefetch_line, prefetch_line_to_write};
use crate::Real;
use num_traits::Float;

/// Adds the product of two numbers, rounded once where the processor can.
#[inline(always)]
fn add<T: Real, const FMA: bool>(sum: T, a: T, b: T) -> T {
    if FMA { Float::mul_add(a, b, sum) } else { sum + a * b }
}

/// The memory that the next product needs, which is asked for line by line while this one is computed: tiles
/// are no order in which processors would read ahead by themselves.
#[derive(Clone, Copy)]
struct Ahead<T> {
    factors: [*const T; 2],
    result: *const T,
    /// Lines per tile.
    lines: usize,
}

impl<T> Ahead<T> {
    const NOTHING: Self = Self { factors: [std::ptr::null(); 2], result: std::ptr::null(), lines: 0 };
    const STEP: usize = LINE / size_of::<T>();

    /// The factors and the result that follow the first ones of these slices.
    fn behind(a: &[T], b: &[T], steps: [usize; 2], c: &[T], [m, _, n]: [usize; 3]) -> Self {
        let largest = steps[0].max(steps[1]).max(m * n);
        let tiles = m.div_ceil(8) * n.div_ceil(Self::STEP); // of AVX-512; others are smaller
        Self {
            factors: [a.as_ptr().wrapping_add(steps[0]), b.as_ptr().wrapping_add(steps[1])],
            result: c.as_ptr().wrapping_add(m * n),
            lines: largest.div_ceil(Self::STEP * tiles),
        }
    }

    /// Asks for the next line of each matrix; lines behind their ends are asked for in vain.
    #[inline(always)]
    fn ask(&self, line: usize) {
        let at = line * Self::STEP;
        self.factors.iter().for_each(|factor| prefetch_line(factor.wrapping_add(at)));
        prefetch_line_to_write(self.result.wrapping_add(at));
    }

    #[inline(always)]
    fn advance(&mut self) {
        let step = self.lines * Self::STEP;
        self.factors = self.factors.map(|factor| factor.wrapping_add(step));
        self.result = self.result.wrapping_add(step);
    }
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
    ahead: &mut Ahead<T>,
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
        if i < ahead.lines {
            ahead.ask(i);
        }
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
    ahead.advance();
}

/// `N` columns of `c = a · b`.
#[inline(always)]
fn columns<T: Real, const FMA: bool, const N: usize>(
    [m, k, n]: [usize; 3],
    a: &[T],
    b: &[T],
    c: &mut [T],
    onto: bool,
    ahead: &mut Ahead<T>,
) {
    let mut row = 0;
    macro_rules! rows {
        ($R:literal) => {
            tile::<T, FMA, $R, N>([k, n], &a[row * k..], b, &mut c[row * n..], onto, ahead)
        };
    }
    // Eight rows of 64 bytes take eight registers of AVX-512, and as many sums keep its multipliers busy; of
    // AVX2 they would take all sixteen.
    if N * size_of::<T>() == 64 && level() == Level::Avx512 {
        while m - row >= 8 {
            rows!(8);
            row += 8;
        }
    }
    while m - row >= 4 {
        rows!(4);
        row += 4;
    }
    match m - row {
        3 => rows!(3),
        2 => rows!(2),
        1 => rows!(1),
        _ => {}
    }
}

/// `c = a · b` by as many columns at a time as there are numbers in 64 bytes, then by fewer.
#[inline(always)]
fn product<T: Real, const FMA: bool>(
    shape: [usize; 3],
    a: &[T],
    b: &[T],
    c: &mut [T],
    onto: bool,
    ahead: &mut Ahead<T>,
) {
    let n = shape[2];
    let mut j = 0;
    macro_rules! by {
        ($N:literal) => {
            while n - j >= $N {
                columns::<T, FMA, $N>(shape, a, &b[j..], &mut c[j..], onto, ahead);
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
        /// Bytes of factors that stay in a cache.
        const CACHED: usize = 1 << 20;
        let ([m, k, n], all) = (shape, [a, b]);
        let is_long = FMA && steps != [0, 0] && size_of_val(a).max(size_of_val(b)) > CACHED;
        let mut nothing = Ahead::NOTHING;
        let ahead = |a: &[T], b: &[T], c: &[T]| match is_long {
            true => Ahead::behind(a, b, steps, c, shape),
            false => Ahead::NOTHING,
        };
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
            [_, _, 1] => each!(|a, b, c| columns::<T, false, 1>([m, k, 1], a, b, c, onto, &mut nothing)),
            [_, _, 2] => each!(|a, b, c| columns::<T, false, 2>([m, k, 2], a, b, c, onto, &mut nothing)),
            [_, _, 3] => each!(|a, b, c| columns::<T, false, 3>([m, k, 3], a, b, c, onto, &mut nothing)),
            [_, _, 4] => each!(|a, b, c| columns::<T, false, 4>([m, k, 4], a, b, c, onto, &mut nothing)),
            [_, _, 5] => each!(|a, b, c| columns::<T, false, 5>([m, k, 5], a, b, c, onto, &mut nothing)),
            [_, _, 6] => each!(|a, b, c| columns::<T, false, 6>([m, k, 6], a, b, c, onto, &mut nothing)),
            [_, _, 7] => each!(|a, b, c| columns::<T, false, 7>([m, k, 7], a, b, c, onto, &mut nothing)),
            [_, _, 8] => each!(|a, b, c| columns::<T, false, 8>([m, k, 8], a, b, c, onto, &mut nothing)),
            _ => each!(|a, b, c| product::<T, FMA>(shape, a, b, c, onto, &mut ahead(a, b, c))),
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
    fn products_of_a_long_stack_are_those_of_its_matrices() {
        let ([m, k, n], count) = ([20, 30, 17], 300);
        let (a, b) = (integers::<f64>(count * m * k, 1), integers::<f64>(count * k * n, 2));
        assert!(size_of_val(&a[..]) > 1 << 20, "{}", a.len());
        for steps in [[m * k, k * n], [m * k, 0], [0, k * n]] {
            let mut all = vec![f64::NAN; count * m * n];
            products([m, k, n], &a, &b, steps, &mut all, false);
            for (i, c) in all.chunks(m * n).enumerate() {
                let mut alone = vec![f64::NAN; m * n];
                products([m, k, n], &a[i * steps[0]..], &b[i * steps[1]..], [0, 0], &mut alone, false);
                assert_eq!(c, alone, "steps {steps:?}, product {i}");
            }
        }
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
