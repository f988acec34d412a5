//! QR factorizations of small matrices, of [`LANES`](super::packs::LANES) at once, each in one lane of the
//! vectors: the steps of the small kernel (LAPACK `geqr2`, `org2r`), so that a matrix has the same bits
//! everywhere. Where that kernel would scale what is left of a column, the lane is left to it.

use super::packs::{Lanes, Pack, Packed};
use super::wide::{Plain, Wide};
use crate::Real;
use num_traits::{Float, One, Zero};

/// Largest number of rows and of columns.
pub(crate) const LARGEST: usize = 16;

/// Makes the reflection that maps the column `x` to its first element, as the small kernel. Returns its
/// `tau`, where that is not 0, and where the column takes no scaling.
#[inline(always)]
fn reflector<W: Wide>(x: &mut [W::Stored]) -> (W, W::Mask, W::Mask) {
    let (zero, one) = (W::splat(W::Number::zero()), W::splat(W::Number::one()));
    let most = W::Number::SAFE.sqrt();
    let mut rest = zero;
    for x in &x[1..] {
        let size = W::load(x).size();
        rest = size.or(size.greater(rest), rest);
    }
    let first = W::load(&x[0]).size();
    let max = first.or(first.greater(rest), rest);
    let moderate =
        W::both(max.at_most(W::splat(most)), W::either(W::splat(most.recip()).at_most(max), max.is_zero()));
    let reflects = rest.greater(zero);
    let alpha = W::load(&x[0]);
    let mut square = zero;
    for x in &x[1..] {
        let x = W::load(x);
        square = square.plus(x.times(x));
    }
    let minus = W::splat(-W::Number::one());
    let norm = alpha.times(alpha).plus(square).root();
    let beta = minus.times(norm.with_sign_of(alpha));
    let difference = alpha.minus(beta);
    let tau = minus.times(difference.over(beta)).or(reflects, zero);
    let reciprocal = one.over(difference);
    for x in &mut x[1..] {
        let old = W::load(x);
        old.times(reciprocal).or(reflects, old).store(x);
    }
    beta.or(reflects, alpha).store(&mut x[0]);
    (tau, reflects, moderate)
}

/// Applies a reflection, whose vector is 1 and then `rest`, to each column of `c`, from the row `first` on.
#[inline(always)]
fn reflect<W: Wide>(
    rest: &[W::Stored],
    (tau, reflects): (W, W::Mask),
    first: usize,
    rows: usize,
    c: &mut [W::Stored],
) {
    for column in c.chunks_exact_mut(rows) {
        let Some((top, below)) = column[first..].split_first_mut() else { continue };
        let old = W::load(top);
        let mut sum = old;
        let mut pairs = rest.iter().zip(&*below);
        if let Some((v, x)) = pairs.next() {
            let mut products = W::load(v).times(W::load(x));
            for (v, x) in pairs {
                products = products.plus(W::load(v).times(W::load(x)));
            }
            sum = old.plus(products);
        }
        let step = tau.times(sum);
        old.minus(step).or(reflects, old).store(top);
        for (x, v) in below.iter_mut().zip(rest) {
            let old = W::load(x);
            old.minus(step.times(W::load(v))).or(reflects, old).store(x);
        }
    }
}

#[inline(always)]
fn qr_of<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    [m, n, k]: [usize; 3],
    a: &mut [Pack<T>],
    q: &mut [Pack<T>],
) -> Lanes {
    let (zero, one) = (W::splat(T::zero()), W::splat(T::one()));
    let most = T::SAFE.sqrt();
    let mut good = zero.at_most(zero);
    for column in a.chunks_exact(m) {
        let mut max = zero;
        for x in column {
            let size = W::load(x).size();
            good = W::both(good, size.at_most(W::splat(most))); // no NaN, either
            max = size.or(size.greater(max), max);
        }
        good = W::both(good, W::either(W::splat(most.recip()).at_most(max), max.is_zero()));
    }
    let count = m.min(n);
    let mut taus = [(zero, good); LARGEST];
    for i in 0..count {
        let (left, right) = a.split_at_mut((i + 1) * m);
        let column = &mut left[i * m + i..];
        let (tau, reflects, moderate) = reflector::<W>(column);
        good = W::both(good, moderate);
        taus[i] = (tau, reflects);
        reflect(&column[1..], taus[i], i, m, right);
    }
    if !q.is_empty() {
        for (j, column) in q.chunks_exact_mut(m).enumerate() {
            for (i, x) in column.iter_mut().enumerate() {
                (if i == j { one } else { zero }).store(x);
            }
        }
        for i in (0..count).rev() {
            reflect(&a[i * m + i + 1..(i + 1) * m], taus[i], i, m, &mut q[(i * m).min(k * m)..]);
        }
    }
    // the triangle, without gaps
    for j in 0..n {
        for i in 0..k {
            let x = if i <= j { W::load(&a[i + j * m]) } else { zero };
            x.store(&mut a[i + j * k]);
        }
    }
    W::lanes(good)
}

dispatched! {
    /// Overwrites matrices of shape `(m, n)` with the first `k` rows of their factors `r`, column by column,
    /// and `q`, if it has elements, with the first `k` columns of the factors `q`. `k` is at most `m`.
    pub(crate) fn qr<T: Packed>(shape: [usize; 3], a: &mut [Pack<T>], q: &mut [Pack<T>]) -> Lanes {
        let [m, n, k] = shape;
        let a = &mut a[..m * n];
        if FMA {
            match shape {
                [3, 3, 3] => qr_of::<T, T::Registers>([3, 3, 3], a, q),
                [4, 4, 4] => qr_of::<T, T::Registers>([4, 4, 4], a, q),
                shape => qr_of::<T, T::Registers>(shape, a, q),
            }
        } else {
            qr_of::<T, Plain<T>>([m, n, k], a, q)
        }
    }
}
