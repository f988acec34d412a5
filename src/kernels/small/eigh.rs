//! Eigenvalues and eigenvectors of tiny symmetric matrices.
//!
//! Householder tridiagonalisation (Golub & Van Loan, *Matrix Computations*, 8.3.1), then implicit QL with
//! Wilkinson's shift (EISPACK `imtql2`, LAPACK `steqr`) if vectors are requested, or the square-root-free QL
//! of Pal, Walker and Kahan (Parlett, *The Symmetric Eigenvalue Problem*, 8.15; LAPACK `sterf`) for the
//! values alone.

use super::tools::*;
use crate::Real;

/// Returns the eigenvalues `(larger, smaller)` of `[a b; b c]`, and the unit eigenvector of the larger one;
/// as with LAPACK `laev2`, both eigenvalues have high relative accuracy unless `a c - b b` cancels.
#[inline(always)]
fn symmetric2<T: Real>(a: T, b: T, c: T) -> (T, T, T, T) {
    let (zero, one) = (T::zero(), T::one());
    let two = one + one;
    let (sum, diff) = (a + c, a - c);
    let root = (diff * diff + two * two * b * b).sqrt();
    if root == zero {
        return if a >= c { (a, c, one, zero) } else { (c, a, zero, one) };
    }
    // The eigenvalue of larger modulus first: the determinant gives the other one.
    let (large, small) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
    let first = (sum + if sum < zero { -root } else { root }) / two;
    let second = (large / first) * small - (b / first) * b;
    // Ordered even if they are equal up to rounding.
    let (big, little) = if first < second { (second, first) } else { (first, second) };
    let t = two * b / (diff.abs() + root);
    let cos = one / (one + t * t).sqrt();
    let (x, y) = if diff >= zero { (cos, t * cos) } else { (t * cos, cos) };
    (big, little, x, y)
}

/// Returns whether the off-diagonal `e` between `a` and `b` may be dropped.
#[inline(always)]
fn negligible<T: Real>(e: T, a: T, b: T, floor: T) -> bool {
    e.abs() <= T::epsilon() * (a.abs() + b.abs()) || e.abs() <= floor
}

/// Returns Wilkinson's shift at the top of `[a e; e b]`, given `ee = e e`: its eigenvalue closer to `a`.
#[inline(always)]
fn wilkinson<T: Real>(a: T, ee: T, b: T) -> T {
    let half = (b - a) / (T::one() + T::one());
    let root = half.abs() + (half * half + ee).sqrt();
    if root > T::zero() { a - (ee / root).copysign(half) } else { a }
}

/// Returns the end of the unreduced block that starts at `l`.
#[inline(always)]
fn block_end<T: Real>(l: usize, d: &[T], e: &[T], floor: T) -> usize {
    let pairs = d[l..].iter().zip(&d[l + 1..]).zip(&e[l..]);
    l + pairs.take_while(|((a, b), e)| !negligible(**e, **a, **b, floor)).count()
}

/// Runs implicit QL on the tridiagonal `(d, e)`, `e` of length `d.len()` (the last entry is scratch).
#[inline(always)]
fn ql_vectors<T: Real>(ld: usize, d: &mut [T], e: &mut [T], z: &mut [T], floor: T) -> bool {
    let n = d.len();
    let mut budget = 30 * n;
    for l in 0..n {
        loop {
            let m = block_end(l, d, e, floor);
            if m == l {
                break;
            }
            if m == l + 1 {
                // [x y] belongs to the larger eigenvalue, which goes to column l.
                let (x, y);
                (d[l], d[m], x, y) = symmetric2(d[l], e[l], d[m]);
                e[l] = T::zero();
                let (p, q) = two_columns(z, ld, l);
                rotate(p, q, x, y);
                break;
            }
            if budget == 0 {
                return false;
            }
            budget -= 1;
            let mut g = d[m] - wilkinson(d[l], e[l] * e[l], d[l + 1]);
            let (mut c, mut s, mut p) = (T::one(), T::one(), T::zero());
            for i in (l..m).rev() {
                let (f, b) = (s * e[i], c * e[i]);
                (c, s, e[i + 1]) = rotation(g, f);
                g = d[i + 1] - p;
                let r = (d[i] - g) * s + (c + c) * b;
                p = s * r;
                d[i + 1] = g + p;
                g = c * r - b;
                let (x, y) = two_columns(z, ld, i);
                rotate(x, y, c, -s);
            }
            d[l] -= p;
            e[l] = g;
            e[m] = T::zero();
        }
    }
    true
}

/// Runs square-root-free QL: here `e` holds the squares of the off-diagonals during the iteration.
#[inline(always)]
fn ql_values<T: Real>(d: &mut [T], e: &mut [T], floor: T) -> bool {
    let n = d.len();
    let (zero, one) = (T::zero(), T::one());
    for e in e.iter_mut() {
        *e *= *e;
    }
    let (eps2, floor2) = (T::epsilon() * T::epsilon(), floor * floor);
    let mut budget = 30 * n;
    for l in 0..n {
        loop {
            let pairs = d[l..].iter().zip(&d[l + 1..]).zip(&e[l..]);
            let keep = |((a, b), e): &((&T, &T), &T)| {
                let s = a.abs() + b.abs();
                **e > eps2 * (s * s) && **e > floor2
            };
            let m = l + pairs.take_while(keep).count();
            if m == l {
                break;
            }
            if m == l + 1 {
                (d[l], d[m], _, _) = symmetric2(d[l], e[l].sqrt(), d[m]);
                e[l] = zero;
                break;
            }
            if budget == 0 {
                return false;
            }
            budget -= 1;
            let shift = wilkinson(d[l], e[l], d[l + 1]);
            let (mut c, mut s) = (one, zero);
            let mut gamma = d[m] - shift;
            let mut p = gamma * gamma;
            for i in (l..m).rev() {
                let bb = e[i];
                let r = p + bb;
                e[i + 1] = s * r;
                let (old_c, old_gamma, alpha) = (c, gamma, d[i]);
                (c, s) = (p / r, bb / r);
                gamma = c * (alpha - shift) - s * old_gamma;
                d[i + 1] = old_gamma + (alpha - gamma);
                p = if c == zero { old_c * bb } else { gamma * gamma / c };
            }
            e[l] = s * p;
            d[l] = shift + gamma;
            e[m] = zero;
        }
    }
    true
}

/// `a` holds both triangles, with leading dimension `ld`; `scratch` has room for `2 n + ld`.
#[inline(always)]
fn kernel<T: Real>(ld: usize, n: usize, a: &mut [T], d: &mut [T], scratch: &mut [T], vectors: bool) -> bool {
    let Some(max) = max_abs(a) else {
        return false;
    };
    let d = &mut d[..n];
    let (e, rest) = scratch.split_at_mut(n);
    let (tau, p) = rest.split_at_mut(n);
    let half = T::one() / (T::one() + T::one());
    for k in 0..n - 2 {
        let lo = first_row(ld, k + 1);
        let (left, right) = a[..n * ld].split_at_mut((k + 1) * ld);
        let v = &mut left[k * ld..];
        d[k] = v[k];
        (e[k], tau[k]) = reflector(v, k + 1);
        let t = tau[k];
        if t == T::zero() {
            continue;
        }
        // A - v w' - w v' with w = p - (tau p'v / 2) v, p = tau A v
        let w = &mut p[lo..ld];
        combine(right, ld, lo, &v[k + 1..n], w);
        let f = -half * t * t * dot(w, &v[lo..]);
        for (w, &v) in w.iter_mut().zip(&v[lo..]) {
            *w = t * *w + f * v;
        }
        for (j, c) in right.chunks_exact_mut(ld).enumerate() {
            let (vj, wj) = (v[k + 1 + j], p[k + 1 + j]);
            for (c, (&v, &w)) in c[lo..].iter_mut().zip(v[lo..].iter().zip(&p[lo..ld])) {
                *c -= v * wj + w * vj;
            }
        }
    }
    d[n - 2] = a[(n - 2) * ld + n - 2];
    d[n - 1] = a[(n - 1) * ld + n - 1];
    e[n - 2] = a[(n - 2) * ld + n - 1];
    e[n - 1] = T::zero();
    let floor = T::epsilon() * T::epsilon() * max;
    let done = if vectors {
        form_q(ld, n, a, tau);
        ql_vectors(ld, d, e, a, floor)
    } else {
        ql_values(d, e, floor)
    };
    for i in 0..n {
        let mut least = i;
        for j in i + 1..n {
            if d[j] < d[least] {
                least = j;
            }
        }
        if least != i {
            d.swap(i, least);
            if vectors {
                swap_columns(a, ld, i, least);
            }
        }
    }
    done
}

fn padded<T: Real, const LD: usize, const LEN: usize>(
    n: usize,
    a: &mut [T],
    w: &mut [T],
    vectors: bool,
) -> bool {
    let mut full = [T::zero(); LEN];
    for (j, c) in a.chunks_exact(n).take(n).enumerate() {
        for (i, &v) in c.iter().enumerate().skip(j) {
            full[j * LD + i] = v;
            full[i * LD + j] = v;
        }
    }
    let mut scratch = [T::zero(); 3 * PADDED];
    let done = kernel(LD, n, &mut full, w, &mut scratch[..2 * n + LD], vectors);
    if vectors {
        for (c, f) in a.chunks_exact_mut(n).zip(full.chunks_exact(LD)) {
            c.copy_from_slice(&f[..n]);
        }
    }
    done
}

fn order2<T: Real>(a: &mut [T], w: &mut [T], vectors: bool) -> bool {
    let mut m = [a[0], a[1], a[3], T::zero()];
    let Some(max) = max_abs(&m) else {
        return false;
    };
    if m[1].abs() <= T::epsilon() * T::epsilon() * max {
        m[1] = T::zero(); // its square might underflow
    }
    let (large, small, x, y) = symmetric2(m[0], m[1], m[2]);
    w[..2].copy_from_slice(&[small, large]);
    if vectors {
        a[..4].copy_from_slice(&[-y, x, x, y]);
    }
    true
}

/// Computes the eigenvalues `w`, ascending, and with `vectors` orthonormal eigenvectors (the columns of `a`
/// on return) of the symmetric `n x n` matrix whose lower triangle is in the column-major `a`. `a` is
/// destroyed. Returns false if the iteration did not converge or the input is not finite.
pub(super) fn eigh<T: Real>(n: usize, a: &mut [T], w: &mut [T], vectors: bool) -> bool {
    match n {
        0 => true,
        1 => {
            w[0] = a[0];
            if vectors {
                a[0] = T::one();
            }
            w[0].is_finite()
        }
        2 => order2(a, w, vectors),
        3..=4 => padded::<T, 4, 16>(n, a, w, vectors),
        5..=8 => padded::<T, 8, 64>(n, a, w, vectors),
        9..=PADDED => padded::<T, PADDED, { PADDED * PADDED }>(n, a, w, vectors),
        _ => {
            for j in 0..n {
                for i in j + 1..n {
                    a[i * n + j] = a[j * n + i];
                }
            }
            kernel(n, n, &mut a[..n * n], w, &mut vec![T::zero(); 3 * n], vectors)
        }
    }
}
