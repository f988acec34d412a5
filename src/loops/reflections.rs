//! Tools of small spectral decompositions in lanes: every operation in the order of the small kernels.

use super::packs::{LANES, Lanes, Pack, Packed};
use super::wide::Wide;
use crate::number::PowerOfTwo;
use num_traits::{Float, One, Zero};

/// Largest order of the matrices.
pub(crate) const LARGEST: usize = 8;

/// The place of element (i, j).
#[inline(always)]
pub(super) fn at(n: usize, i: usize, j: usize) -> usize {
    i + j * n
}

/// A sum of products in the order of the small kernel: four sums, of every fourth row.
#[inline(always)]
pub(super) fn dot<W: Wide>(
    rows: std::ops::Range<usize>,
    x: impl Fn(usize) -> W,
    y: impl Fn(usize) -> W,
) -> W {
    let mut sums = [W::splat(W::Number::zero()); 4];
    for i in rows {
        sums[i % 4] = sums[i % 4].plus(x(i).times(y(i)));
    }
    sums[0].plus(sums[2]).plus(sums[1].plus(sums[3]))
}

/// Multiplies each matrix by a power of two that brings the largest of the elements that are used near 1, if
/// it is far from it. Returns the powers, and the lanes that this makes fit to be computed: those that are
/// finite.
#[inline(always)]
pub(super) fn scaled<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    n: usize,
    a: &mut [Pack<T>],
    is_used: impl Fn(usize, usize) -> bool,
) -> ([PowerOfTwo; LANES], Lanes) {
    let (zero, most) = (W::splat(T::zero()), W::splat(T::max_value()));
    let (mut largest, mut finite) = (zero, zero.at_most(zero));
    for j in 0..n {
        for i in 0..n {
            let size = W::load(&a[at(n, i, j)]).size();
            finite = W::both(finite, size.at_most(most));
            if is_used(i, j) {
                largest = size.or(size.greater(largest), largest);
            }
        }
    }
    // products of sixteen elements neither overflow nor vanish
    let window = T::max_value().sqrt().sqrt().sqrt().sqrt();
    let (mut sizes, mut fit) = (a[0], W::lanes(finite));
    largest.store(&mut sizes);
    let mut powers = [PowerOfTwo::none(); LANES];
    let mut all = sizes;
    let margin = T::of(4.0);
    for ((lane, power), &size) in powers.iter_mut().enumerate().zip(&sizes.0) {
        all.0[lane] = T::one();
        if size > window || size < window.recip() {
            if size > T::max_value() / margin || size < T::min_positive_value() * margin {
                fit &= !(1 << lane);
            } else {
                *power = PowerOfTwo::near(size).inverse();
                all.0[lane] = power.times(T::one());
            }
        }
    }
    if powers.iter().any(|power| !power.is_one()) {
        let all = W::load(&all);
        for x in a.iter_mut() {
            W::load(x).times(all).store(x);
        }
    }
    (powers, fit)
}

/// Divides the numbers of each lane by the power by which its matrix was multiplied.
#[inline(always)]
pub(super) fn scale_back<T: Packed>(powers: [PowerOfTwo; LANES], numbers: &mut [Pack<T>]) {
    for (lane, power) in powers.into_iter().enumerate().filter(|(_, power)| !power.is_one()) {
        for x in numbers.iter_mut() {
            x.0[lane] = power.inverse().times(x.0[lane]);
        }
    }
}

/// Swaps two elements of a lane.
#[inline(always)]
pub(super) fn swap<T: Copy>(x: &mut [Pack<T>], i: usize, j: usize, lane: usize) {
    (x[i].0[lane], x[j].0[lane]) = (x[j].0[lane], x[i].0[lane]);
}

/// Swaps two columns of the matrix of a lane.
#[inline(always)]
pub(super) fn swap_columns<T: Copy>(n: usize, x: &mut [Pack<T>], i: usize, j: usize, lane: usize) {
    for row in 0..n {
        swap(x, at(n, row, i), at(n, row, j), lane);
    }
}

/// Reverses the rows of a matrix of a lane with the diagonal `d` and `e` beside it.
#[inline(always)]
pub(super) fn reverse_rows<T: Copy>(n: usize, d: &mut [Pack<T>], e: &mut [Pack<T>], lane: usize) {
    for i in 0..n / 2 {
        swap(d, i, n - 1 - i, lane);
    }
    for i in 0..(n - 1) / 2 {
        swap(e, i, n - 2 - i, lane);
    }
}

/// Rotates the columns `i` and `i + 1` where the mask is true: `x, y = c x + s y, c y - s x`.
#[inline(always)]
pub(super) fn rotate<W: Wide>(n: usize, a: &mut [W::Stored], i: usize, (c, s): (W, W), mask: W::Mask) {
    let (left, right) = a[i * n..(i + 2) * n].split_at_mut(n);
    for (left, right) in left.iter_mut().zip(right) {
        let (x, y) = (W::load(left), W::load(right));
        c.times(x).plus(s.times(y)).or(mask, x).store(left);
        c.times(y).minus(s.times(x)).or(mask, y).store(right);
    }
}

/// Makes the reflection that maps the rows `k..n` of `v` to the first of them, as the small kernel's
/// `reflector`: `v` becomes its vector, whose first element is 1. Returns the image and `tau`.
#[inline(always)]
pub(super) fn reflector<W: Wide>(n: usize, v: &mut [W; LARGEST], k: usize) -> (W, W) {
    let (zero, one) = (W::splat(W::Number::zero()), W::splat(W::Number::one()));
    let tiny = W::splat(W::Number::min_positive_value() / W::Number::epsilon());
    let alpha = v[k];
    let square = dot(k + 1..n, |i| v[i], |i| v[i]);
    // its norm is inaccurate
    let negligible = tiny.greater(square);
    let norm = alpha.times(alpha).plus(square).root();
    let beta = W::splat(-W::Number::one()).times(norm.with_sign_of(alpha));
    let f = one.over(alpha.minus(beta));
    for v in &mut v[k + 1..n] {
        *v = zero.or(negligible, v.times(f));
    }
    v[k] = one;
    (alpha.or(negligible, beta), zero.or(negligible, beta.minus(alpha).over(beta)))
}

/// Returns the rows `k..n` of a column.
#[inline(always)]
pub(super) fn column<W: Wide>(n: usize, a: &[W::Stored], j: usize, k: usize) -> [W; LARGEST] {
    let mut rows = [W::splat(W::Number::zero()); LARGEST];
    for i in k..n {
        rows[i] = W::load(&a[at(n, i, j)]);
    }
    rows
}

/// Applies the reflection with the vector `v`, which begins at the row `k`, to the columns from `first` on.
#[inline(always)]
pub(super) fn reflect<W: Wide>(
    n: usize,
    a: &mut [W::Stored],
    first: usize,
    (v, k, tau): (&[W; LARGEST], usize, W),
) {
    let minus_tau = W::splat(-W::Number::one()).times(tau);
    for j in first..n {
        let f = minus_tau.times(dot(k..n, |i| v[i], |i| W::load(&a[at(n, i, j)])));
        for i in k..n {
            let x = &mut a[at(n, i, j)];
            W::load(x).plus(f.times(v[i])).store(x);
        }
    }
}

/// Forms the product of reflections in place, last one first. Their vectors are in the columns from 0 on, and
/// begin `below` rows below the diagonal; the column that becomes free gets what is left of the identity.
#[inline(always)]
pub(super) fn form_q<W: Wide>(n: usize, q: &mut [W::Stored], taus: &[W], below: usize) {
    let (zero, one) = (W::splat(W::Number::zero()), W::splat(W::Number::one()));
    let minus = W::splat(-W::Number::one());
    let unit = |column: &mut [W::Stored], row: usize| {
        for (i, x) in column.iter_mut().enumerate() {
            (if i == row { one } else { zero }).store(x);
        }
    };
    for j in taus.len() + below..n {
        unit(&mut q[j * n..(j + 1) * n], j);
    }
    for (k, &tau) in taus.iter().enumerate().rev() {
        let first = k + below;
        let v = column::<W>(n, q, k, first);
        reflect::<W>(n, q, first + 1, (&v, first, tau));
        let minus_tau = minus.times(tau);
        for i in 0..n {
            let x = if i >= first { minus_tau.times(v[i]) } else { zero };
            (if i == first { x.plus(one) } else { x }).store(&mut q[at(n, i, first)]);
        }
    }
    for j in 0..below {
        unit(&mut q[j * n..(j + 1) * n], j);
    }
    for x in q.iter_mut() {
        W::load(x).plus(zero).store(x); // without -0
    }
}
