//! Tools of the small kernels: elementary reflections and rotations.
//!
//! Small matrices are copied into a zero-padded buffer whose leading dimension is a constant: the inner loops
//! then have constant trip counts and compile to straight vector code. The zero padding (below) and finished
//! rows (above) take part in the arithmetic, but are only combined with the zeros of a reflector.

use crate::Real;

/// Up to this value, leading dimensions are compile-time constants and inner loops run over the full height.
pub(super) const PADDED: usize = 16;

/// The largest entry of a matrix that is not zero is inside `[1/window, window]`. Squares, and
/// products of several entries, are then far from overflow, and values that underflow are negligible.
#[inline(always)]
pub(super) fn window<T: Real>() -> T {
    T::max_value().sqrt().sqrt().sqrt().sqrt()
}

/// Sums of squares below this one have lost accuracy to underflow.
#[inline(always)]
pub(super) fn tiny_square<T: Real>() -> T {
    T::min_positive_value() / T::epsilon()
}

/// Returns the largest `|x|`, or `None` if an entry is infinite or NaN.
#[inline(always)]
pub(super) fn max_abs<T: Real>(x: &[T]) -> Option<T> {
    let (mut max, mut zero) = ([T::zero(); 4], [T::zero(); 4]);
    let mut put = |i: usize, v: T| {
        max[i] = if v.abs() > max[i] { v.abs() } else { max[i] };
        zero[i] += v * T::zero(); // NaN unless v is finite
    };
    let chunks = x.chunks_exact(4);
    let tail = chunks.remainder();
    for c in chunks {
        for (i, &v) in c.iter().enumerate() {
            put(i, v);
        }
    }
    for &v in tail {
        put(0, v);
    }
    let finite = zero.iter().all(|z| *z == T::zero());
    finite.then(|| max.iter().fold(T::zero(), |m, &v| m.max(v)))
}

#[inline(always)]
pub(super) fn dot<T: Real>(x: &[T], y: &[T]) -> T {
    // Four partial sums: under strict floating-point rules the compiler cannot introduce them.
    let mut s = [T::zero(); 4];
    let (xs, ys) = (x.chunks_exact(4), y.chunks_exact(4));
    let tail = xs.remainder().iter().zip(ys.remainder());
    for (x, y) in xs.zip(ys) {
        for (s, (&x, &y)) in s.iter_mut().zip(x.iter().zip(y)) {
            *s += x * y;
        }
    }
    let mut sum = (s[0] + s[2]) + (s[1] + s[3]);
    for (&x, &y) in tail {
        sum += x * y;
    }
    sum
}

/// `y += f x`
#[inline(always)]
pub(super) fn axpy<T: Real>(f: T, x: &[T], y: &mut [T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += f * x;
    }
}

/// Computes `y = sum_j x[j] a_j` over the columns `a_j` of `a`, rows `lo..` only.
#[inline(always)]
pub(super) fn combine<T: Real>(a: &[T], ld: usize, lo: usize, x: &[T], y: &mut [T]) {
    if ld <= PADDED {
        // Blocks of rows whose sums stay in registers.
        for (block, y) in y.chunks_exact_mut(4).enumerate() {
            let mut sum = [T::zero(); 4];
            for (c, &x) in a.chunks_exact(ld).zip(x) {
                for (s, &c) in sum.iter_mut().zip(&c[4 * block..4 * block + 4]) {
                    *s += x * c;
                }
            }
            y.copy_from_slice(&sum);
        }
        return;
    }
    y.fill(T::zero());
    for (c, &x) in a.chunks_exact(ld).zip(x) {
        axpy(x, &c[lo..], y);
    }
}

/// Computes the plane rotation `(c, s)` and `r` with `c f + s g = r`, `c g - s f = 0`.
#[inline(always)]
pub(super) fn rotation<T: Real>(f: T, g: T) -> (T, T, T) {
    let q = f * f + g * g;
    if q > tiny_square() {
        let r = q.sqrt();
        (f / r, g / r, r)
    } else {
        rotation_tiny(f, g)
    }
}

/// As [`rotation`], if the squares underflow.
#[cold]
#[inline(never)]
fn rotation_tiny<T: Real>(f: T, g: T) -> (T, T, T) {
    let m = f.abs().max(g.abs());
    if m == T::zero() {
        return (T::one(), T::zero(), T::zero());
    }
    let (f, g) = (f / m, g / m);
    let r = (f * f + g * g).sqrt();
    (f / r, g / r, r * m)
}

/// As [`rotation`], but `r` has the sign of `f`, as with LAPACK `lartg`; -0 counts as 0.
#[inline(always)]
pub(super) fn lartg<T: Real>(f: T, g: T) -> (T, T, T) {
    let (c, s, r) = rotation(f, g);
    if f < T::zero() { (-c, -s, -r) } else { (c, s, r) }
}

/// Rotates two columns: `x, y = c x + s y, c y - s x`.
#[inline(always)]
pub(super) fn rotate<T: Real>(x: &mut [T], y: &mut [T], c: T, s: T) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (c * *x + s * *y, c * *y - s * *x);
    }
}

/// Returns the columns `j` and `j + 1`.
#[inline(always)]
pub(super) fn two_columns<T>(a: &mut [T], ld: usize, j: usize) -> (&mut [T], &mut [T]) {
    a[j * ld..(j + 2) * ld].split_at_mut(ld)
}

pub(super) fn swap_columns<T>(a: &mut [T], ld: usize, i: usize, j: usize) {
    let (lo, hi) = a.split_at_mut(i.max(j) * ld);
    lo[i.min(j) * ld..][..ld].swap_with_slice(&mut hi[..ld]);
}

/// Overwrites the column `x` with the `v` (zero up to `v[k] = 1`) of the Householder reflector
/// `H = I - tau v v'` that maps `x[k..]` to `beta e_k`; returns `(beta, tau)`. `beta` has the opposite sign
/// of `x[k]`; if that is 0, the one that LAPACK `larfg` gives it only with `vectors`, whose signs depend on
/// it.
#[inline(always)]
pub(super) fn reflector<T: Real>(x: &mut [T], k: usize, vectors: bool) -> (T, T) {
    let lo = first_row(x.len(), k);
    let alpha = x[k];
    // Masked instead of sliced: the trip count remains constant.
    for (i, v) in x.iter_mut().enumerate() {
        *v = if i > k { *v } else { T::zero() };
    }
    let v = &mut x[lo..];
    let square = dot(v, v);
    if square < tiny_square() {
        // Negligible, and its norm is inaccurate: its reflector would not be orthogonal.
        v.fill(T::zero());
        v[k - lo] = T::one();
        return (alpha, T::zero());
    }
    let norm = (alpha * alpha + square).sqrt();
    let falls = alpha > T::zero() || vectors && alpha.is_sign_positive();
    let beta = if falls { -norm } else { norm };
    let f = T::one() / (alpha - beta);
    for v in v.iter_mut() {
        *v *= f;
    }
    v[k - lo] = T::one();
    (beta, (beta - alpha) / beta)
}

/// Replaces every column `a_j` of `a`, in the rows `lo..`, by `H a_j`; `v` holds those rows of the reflector.
#[inline(always)]
pub(super) fn reflect_columns<T: Real>(a: &mut [T], ld: usize, lo: usize, v: &[T], tau: T) {
    for c in a.chunks_exact_mut(ld) {
        let c = &mut c[lo..];
        axpy(-tau * dot(v, c), v, c);
    }
}

/// Returns the first row that the inner loops access if the reflector starts at row `k`.
#[inline(always)]
pub(super) fn first_row(ld: usize, k: usize) -> usize {
    if ld > PADDED { k } else { 0 }
}

/// Forms `Q = H_0 H_1 ...` of order `n` in place, from reflectors `H_k` that start at row `k + 1` and lie in
/// column `k`, with zeros above: column `k + 1` is free once `H_{k+1}` has been applied.
#[inline(always)]
pub(super) fn form_q<T: Real>(ld: usize, n: usize, q: &mut [T], tau: &[T]) {
    let unit = |c: &mut [T], i: usize| {
        c.fill(T::zero());
        c[i] = T::one();
    };
    unit(&mut q[(n - 1) * ld..n * ld], n - 1);
    for k in (0..n.saturating_sub(2)).rev() {
        let lo = first_row(ld, k + 1);
        let (v, rest) = q[k * ld..n * ld].split_at_mut(ld);
        let (next, rest) = rest.split_at_mut(ld);
        let v = &v[lo..];
        reflect_columns(rest, ld, lo, v, tau[k]);
        next.fill(T::zero());
        for (q, &v) in next[lo..].iter_mut().zip(v) {
            *q = -tau[k] * v;
        }
        next[k + 1] += T::one();
    }
    unit(&mut q[..ld], 0);
    q[..n * ld].iter_mut().for_each(|q| *q += T::zero()); // without -0
}
