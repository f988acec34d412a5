//! Inner products of vectors that lie one after the other.

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

dispatched! {
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
