//! Inner products of vectors that lie one after the other.

use super::wide::{LANES, Pack, Plain, Vectors, Wide};

/// Products whose sum is begun anew: the sums of these blocks are added in order.
pub(crate) const BLOCK: usize = 4096;

/// Writes the inner product of every `n` elements of `a` and of `b`, where `add` adds a product of two
/// elements to a sum, in `N` sums side by side, which are added in pairs.
pub(crate) fn inner_rows<T: Copy, const N: usize>(
    a: &[T],
    b: &[T],
    n: usize,
    zero: T,
    add: impl Fn(T, T, T) -> T + Copy,
    plus: impl Fn(T, T) -> T + Copy,
    out: &mut [T],
) {
    for (i, out) in out.iter_mut().enumerate() {
        let (a, b) = (&a[i * n..(i + 1) * n], &b[i * n..(i + 1) * n]);
        *out = zero;
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            let (a, a_rest) = a.as_chunks::<N>();
            let (b, b_rest) = b.as_chunks::<N>();
            let rest = a_rest.iter().zip(b_rest).fold(zero, |sum, (&x, &y)| add(sum, x, y));
            let sum = if a.is_empty() { rest } else { plus(in_pairs(&lanes(a, b, zero, add), plus), rest) };
            *out = plus(*out, sum);
        }
    }
}

/// Adds the numbers of packs in pairs, as [`in_pairs`].
#[inline(always)]
fn packs_in_pairs<T: Vectors, W: Wide<Number = T, Stored = Pack<T>>, const K: usize>(mut sums: [W; K]) -> T {
    let mut half = K / 2;
    while half > 0 {
        for k in 0..half {
            sums[k] = sums[k].plus(sums[k + half]);
        }
        half /= 2;
    }
    let mut pack = Pack([T::zero(); LANES]);
    sums[0].store(&mut pack);
    let mut half = LANES / 2;
    while half > 0 {
        for k in 0..half {
            pack.0[k] += pack.0[k + half];
        }
        half /= 2;
    }
    pack.0[0]
}

/// As [`inner_rows`], of real numbers and with `N` as `K` packs, in the vectors of a level: the same bits.
#[inline(always)]
fn real_rows_of<T: Vectors, W: Wide<Number = T, Stored = Pack<T>>, const N: usize, const K: usize>(
    a: &[T],
    b: &[T],
    n: usize,
    out: &mut [T],
) {
    for (i, out) in out.iter_mut().enumerate() {
        let (a, b) = (&a[i * n..][..n], &b[i * n..][..n]);
        *out = T::zero();
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            let (a, a_rest) = a.as_chunks::<N>();
            let (b, b_rest) = b.as_chunks::<N>();
            let mut sum = T::zero();
            for (&x, &y) in a_rest.iter().zip(b_rest) {
                sum += x * y;
            }
            if !a.is_empty() {
                let mut sums = [W::splat(T::zero()); K];
                for (a, b) in a.iter().zip(b) {
                    let (a, b) = (a.as_chunks::<LANES>().0, b.as_chunks::<LANES>().0);
                    for k in 0..K {
                        sums[k] = sums[k].plus(W::load(&Pack(a[k])).times(W::load(&Pack(b[k]))));
                    }
                }
                sum = packs_in_pairs(sums) + sum;
            }
            *out += sum;
        }
    }
}

/// As [`inner_rows`], of real numbers.
pub(crate) fn real_rows<T: Vectors>(a: &[T], b: &[T], n: usize, out: &mut [T]) {
    if size_of::<T>() == 4 {
        packs_of_rows::<T, 32, 4>(a, b, n, out);
    } else {
        packs_of_rows::<T, 16, 2>(a, b, n, out);
    }
}

/// The inner products of `R` rows of a matrix with the vector `x`, each in `K` packs.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // of two indices
fn products_of<T: Vectors, W: Wide<Number = T, Stored = Pack<T>>, const R: usize, const K: usize>(
    a: &[T],
    x: &[T],
    out: &mut [T],
) {
    let n = x.len();
    let whole = n - n % (K * LANES);
    let mut rows = [a; R];
    for row in 0..R {
        rows[row] = &a[row * n..][..n];
    }
    let mut sums = [[W::splat(T::zero()); K]; R];
    let mut at = 0;
    while at < whole {
        for k in 0..K {
            let factors = W::load(&Pack(*x[at..].first_chunk().unwrap()));
            for row in 0..R {
                let terms = W::load(&Pack(*rows[row][at..].first_chunk().unwrap()));
                sums[row][k] = sums[row][k].plus_product(terms, factors);
            }
            at += LANES;
        }
    }
    for row in 0..R {
        let mut rest = T::zero();
        for i in whole..n {
            rest += rows[row][i] * x[i];
        }
        out[row] = packs_in_pairs(sums[row]) + rest;
    }
}

/// Four rows at a time, for which the vector is read once.
#[inline(always)]
fn all_products_of<T: Vectors, W: Wide<Number = T, Stored = Pack<T>>, const K: usize>(
    a: &[T],
    x: &[T],
    out: &mut [T],
) {
    let n = x.len();
    let (fours, rest) = out.as_chunks_mut::<4>();
    let first = 4 * fours.len();
    for (i, out) in fours.iter_mut().enumerate() {
        products_of::<T, W, 4, K>(&a[4 * i * n..], x, out);
    }
    for (i, out) in rest.iter_mut().enumerate() {
        products_of::<T, W, 1, K>(&a[(first + i) * n..], x, std::slice::from_mut(out));
    }
}

dispatched! {
    fn packs_of_rows<T: Vectors; const N: usize, const K: usize>(
        a: &[T],
        b: &[T],
        n: usize,
        out: &mut [T],
    ) {
        if FMA {
            real_rows_of::<T, T::Registers, N, K>(a, b, n, out)
        } else {
            real_rows_of::<T, Plain<T>, N, K>(a, b, n, out)
        }
    }

    /// Writes the inner products of the rows of a matrix, without gaps, with the vector `x`.
    pub(crate) fn matrix_vector<T: Vectors>(a: &[T], x: &[T], out: &mut [T]) {
        match (FMA, size_of::<T>()) {
            (true, 4) => all_products_of::<T, T::Registers, 2>(a, x, out),
            (true, _) => all_products_of::<T, T::Registers, 1>(a, x, out),
            (false, _) => all_products_of::<T, Plain<T>, 2>(a, x, out),
        }
    }

    // only the loop: with code for the end beside it, compilers split the array and vectorise badly
    fn lanes<T: Copy, A: Fn(T, T, T) -> T; const N: usize>(a: &[[T; N]], b: &[[T; N]], zero: T, add: A) -> [T; N] {
        let mut sums = [zero; N];
        for (a, b) in a.iter().zip(b) {
            for k in 0..N {
                sums[k] = add(sums[k], a[k], b[k]);
            }
        }
        sums
    }

    fn in_pairs<T: Copy, P: Fn(T, T) -> T; const N: usize>(sums: &[T; N], plus: P) -> T {
        let mut sums = *sums;
        let mut half = N / 2;
        while half > 0 {
            for k in 0..half {
                sums[k] = plus(sums[k], sums[k + half]);
            }
            half /= 2;
        }
        sums[0]
    }
}

#[cfg(test)]
mod tests {
    use super::matrix_vector;

    #[test]
    fn rows_times_a_vector_of_all_lengths() {
        for m in 0..10 {
            for n in 0..70 {
                // small integers, whose products and sums are exact in every order
                let a: Vec<f64> = (0..m * n).map(|i| (i * 7919 % 17) as f64 - 8.0).collect();
                let x: Vec<f64> = (0..n).map(|i| (i * 31 % 13) as f64 - 6.0).collect();
                let mut out = vec![f64::NAN; m];
                matrix_vector(&a, &x, &mut out);
                let a_single: Vec<f32> = a.iter().map(|&x| x as f32).collect();
                let x_single: Vec<f32> = x.iter().map(|&x| x as f32).collect();
                let mut out_single = vec![f32::NAN; m];
                matrix_vector(&a_single, &x_single, &mut out_single);
                for row in 0..m {
                    let expected: f64 = a[row * n..][..n].iter().zip(&x).map(|(a, x)| a * x).sum();
                    assert_eq!(out[row], expected, "{m} x {n}, row {row}");
                    assert_eq!(f64::from(out_single[row]), expected, "{m} x {n}, row {row}");
                }
            }
        }
    }
}
