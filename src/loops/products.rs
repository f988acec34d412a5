//! Products of many small matrices.

use crate::Real;

/// `c = a · b`, row by row, each the sum of rows of `b`: the order of the small kernel.
#[inline(always)]
fn product<T: Real>([m, k, n]: [usize; 3], a: &[T], b: &[T], c: &mut [T]) {
    let (a, b, c) = (&a[..m * k], &b[..k * n], &mut c[..m * n]);
    for (a, c) in a.chunks_exact(k).zip(c.chunks_exact_mut(n)) {
        c.fill(T::zero());
        for (&x, b) in a.iter().zip(b.chunks_exact(n)) {
            c.iter_mut().zip(b).for_each(|(c, &b)| *c += x * b);
        }
    }
}

/// As [`product`], for square matrices of a constant order, whose rows stay in registers.
#[inline(always)]
fn square_product<T: Real, const N: usize>(a: &[T], b: &[T], c: &mut [T]) {
    let rows = |x: &[T]| {
        let mut rows = [[T::zero(); N]; N];
        rows.iter_mut().zip(x.as_chunks::<N>().0).for_each(|(row, x)| *row = *x);
        rows
    };
    let (a, b) = (rows(a), rows(b));
    for (a, c) in a.iter().zip(c.as_chunks_mut::<N>().0) {
        let mut sums = [T::zero(); N];
        for (&x, b) in a.iter().zip(&b) {
            for j in 0..N {
                sums[j] += x * b[j];
            }
        }
        *c = sums;
    }
}

dispatched! {
    /// Writes the products of row-major matrices of shapes `(m, k)` and `(k, n)`. From one product to the
    /// next, the slices of the factors advance by `steps`.
    pub(crate) fn products<T: Real>(shape: [usize; 3], a: &[T], b: &[T], steps: [usize; 2], c: &mut [T]) {
        let [m, _, n] = shape;
        for (i, c) in c.chunks_exact_mut(m * n).enumerate() {
            let (a, b) = (&a[i * steps[0]..], &b[i * steps[1]..]);
            match shape {
                [2, 2, 2] => square_product::<T, 2>(a, b, c),
                [3, 3, 3] => square_product::<T, 3>(a, b, c),
                [4, 4, 4] => square_product::<T, 4>(a, b, c),
                [8, 8, 8] => square_product::<T, 8>(a, b, c),
                _ => product(shape, a, b, c),
            }
        }
    }
}
