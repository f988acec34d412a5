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

/// As [`inner_rows`], of real numbers and with `N` as `K` packs, in the vectors of a level: the same bits.
#[inline(always)]
fn real_rows_of<T: Vectors, W: Wide<Number = T, Stored = Pack<T>>, const N: usize, const K: usize>(
    a: &[T],
    b: &[T],
    n: usize,
    out: &mut [T],
) {
    for (i, out) in out.iter_mut().enumerate() {
        let (a, b) = (&a[i * n..(i + 1) * n], &b[i * n..(i + 1) * n]);
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
                sum = pack.0[0] + sum;
            }
            *out += sum;
        }
    }
}

dispatched! {
    /// As [`inner_rows`], of real numbers.
    pub(crate) fn real_rows<T: Vectors; const N: usize, const K: usize>(a: &[T], b: &[T], n: usize, out: &mut [T]) {
        if FMA {
            real_rows_of::<T, T::Registers, N, K>(a, b, n, out)
        } else {
            real_rows_of::<T, Plain<T>, N, K>(a, b, n, out)
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
