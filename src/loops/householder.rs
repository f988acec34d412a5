//! QR factorizations of small matrices, of [`LANES`](super::packs::LANES) at once, each in one lane of the
//! vectors: the steps of the small kernel (LAPACK `geqr2`, `org2r`), so that a matrix has the same bits
//! everywhere. Where that kernel would scale what is left of a column, the lane is left to it. And the loops
//! of that kernel.

use super::packs::{Lanes, Pack, Packed};
use super::wide::{Plain, Wide};
use crate::{Real, Scalar};
use num_traits::{Float, One, Zero};

/// Largest number of rows and of columns of matrices in lanes: larger packs leave the caches.
pub(crate) const LARGEST: usize = 32;

/// Number of sums side by side of an inner product, which are added in pairs.
const SUMS: usize = 8;

/// The inner product of two columns, as [`dot`].
#[inline(always)]
fn dot_of<W: Wide>(v: &[W::Stored], x: &[W::Stored]) -> W {
    let zero = W::splat(W::Number::zero());
    let ((v, v_rest), (x, x_rest)) = (v.as_chunks::<SUMS>(), x.as_chunks::<SUMS>());
    let mut sums = [zero; SUMS];
    for (v, x) in v.iter().zip(x) {
        for k in 0..SUMS {
            sums[k] = sums[k].plus(W::load(&v[k]).times(W::load(&x[k])));
        }
    }
    let mut half = SUMS / 2;
    while half > 0 {
        for k in 0..half {
            sums[k] = sums[k].plus(sums[k + half]);
        }
        half /= 2;
    }
    let mut rest = zero;
    for (v, x) in v_rest.iter().zip(x_rest) {
        rest = rest.plus(W::load(v).times(W::load(x)));
    }
    sums[0].plus(rest)
}

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
    let square = dot_of::<W>(&x[1..], &x[1..]);
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
        let step = tau.times(old.plus(dot_of::<W>(rest, below)));
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

/// The inner product of two columns of equal length, of which the first is conjugated.
#[inline(always)]
fn dot_alone<T: Scalar>(v: &[T], x: &[T]) -> T {
    let ((v, v_rest), (x, x_rest)) = (v.as_chunks::<SUMS>(), x.as_chunks::<SUMS>());
    let mut sums = [T::zero(); SUMS];
    for (v, x) in v.iter().zip(x) {
        for k in 0..SUMS {
            sums[k] += v[k].conj() * x[k];
        }
    }
    let mut half = SUMS / 2;
    while half > 0 {
        for k in 0..half {
            let other = sums[k + half];
            sums[k] += other;
        }
        half /= 2;
    }
    let mut rest = T::zero();
    for (&v, &x) in v_rest.iter().zip(x_rest) {
        rest += v.conj() * x;
    }
    sums[0] + rest
}

dispatched! {
    /// The inner product of two columns of equal length, of which the first is conjugated, of one matrix.
    pub(crate) fn dot<T: Scalar>(v: &[T], x: &[T]) -> T {
        dot_alone(v, x)
    }

    /// Applies `I - tau · v · vᴴ` to each column of `c`, from the element `first` on, of one matrix. The
    /// first element of `v` is 1 and not stored: `rest` holds the others.
    pub(crate) fn reflect_alone<T: Scalar>(rest: &[T], tau: T, first: usize, rows: usize, c: &mut [T]) {
        for column in c.chunks_exact_mut(rows) {
            let column = &mut column[first..][..rest.len() + 1];
            let step = tau * (column[0] + dot_alone(rest, &column[1..]));
            column[0] -= step;
            for (x, &v) in column[1..].iter_mut().zip(rest) {
                *x -= step * v;
            }
        }
    }

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
