//! Singular value decomposition of tiny matrices.
//!
//! Householder bidiagonalisation (Golub & Van Loan, *Matrix Computations*, 5.4.8), then the implicitly
//! shifted QR iteration, with Demmel and Kahan's zero-shift sweep if the shift is negligible ("Accurate
//! singular values of bidiagonal matrices", 1990; LAPACK `bdsqr`). Padding as described in `tools`.

use super::tools::*;
use crate::Real;

/// Forms `Q = H_0 H_1 ...` in place, from reflectors `H_k` that start at row `k` and lie in column `k`.
#[inline(always)]
fn form_u<T: Real>(ld: usize, n: usize, u: &mut [T], tau: &[T]) {
    for k in (0..n).rev() {
        let lo = first_row(ld, k);
        let (v, rest) = u[k * ld..n * ld].split_at_mut(ld);
        reflect_columns(rest, ld, lo, &v[lo..], tau[k]);
        for v in &mut v[lo..] {
            *v *= -tau[k];
        }
        v[k] += T::one();
    }
}

/// Singular value decomposition of `[f g; 0 h]`: `(s1, s2, cl, sl, cr, sr)` with `s1 >= |s2|` and
/// `[cl sl; -sl cl] [f g; 0 h] [cr -sr; sr cr] = diag(s1, s2)`.
#[inline(always)]
fn triangular2<T: Real>(f: T, g: T, h: T) -> (T, T, T, T, T, T) {
    let (zero, one) = (T::zero(), T::one());
    let two = one + one;
    let max = f.abs().max(g.abs()).max(h.abs());
    if max == zero {
        return (zero, zero, one, zero, one, zero);
    }
    // Scaled, since fourth powers follow.
    let (f, g, h) = (f / max, g / max, h / max);
    // The right rotation makes the columns orthogonal: a Jacobi step on B'B = [ff fg; fg gg+hh].
    let diff = (f - h) * (f + h) - g * g;
    let twice = two * f * g;
    let root = (diff * diff + twice * twice).sqrt();
    let (cr, sr) = if root == zero {
        (one, zero)
    } else {
        let t = twice / (diff.abs() + root);
        let c = one / (one + t * t).sqrt();
        if diff >= zero { (c, t * c) } else { (t * c, c) }
    };
    // The longer column gives s1 and the left rotation; the determinant gives s2.
    let (cl, sl, s1) = rotation(cr * f + sr * g, sr * h);
    (max * s1, max * (f / s1 * h), cl, sl, cr, sr)
}

/// Diagonalises the upper bidiagonal `(d, e)` (`e` is as long as `d`, its last entry is zero) and, with
/// `vectors`, rotates the columns of `u` and `v` in the same way.
#[inline(always)]
fn qr_bidiagonal<T: Real>(
    d: &mut [T],
    e: &mut [T],
    (u, ldu): (&mut [T], usize),
    (v, ldv): (&mut [T], usize),
    vectors: bool,
    max: T,
) -> bool {
    let (zero, one, eps) = (T::zero(), T::one(), T::epsilon());
    let turn = |a: &mut [T], ld: usize, i: usize, c: T, s: T| {
        if vectors {
            let (x, y) = two_columns(a, ld, i);
            rotate(x, y, c, s);
        }
    };
    let mut budget = 40 * d.len() + 40;
    let mut m = d.len() - 1;
    let mut its = 0;
    while m > 0 {
        // After many iterations, any negligible entry is dropped (if the grading opposes the direction of the
        // sweeps).
        let floor = if its > 15 { eps * max } else { eps * eps * max };
        // The unreduced block l..=m; `singular` if a vanishing diagonal entry requires a sweep without shift
        // (a shifted bulge would vanish there).
        let mut l = m;
        let mut singular = d[m].abs() <= eps * max;
        while l > 0 {
            let (off, size) = (e[l - 1].abs(), d[l - 1].abs() + d[l].abs());
            if off <= eps * size || off <= floor {
                e[l - 1] = zero;
                break;
            }
            l -= 1;
            singular |= d[l].abs() <= eps * max;
        }
        if l == m {
            (m, its) = (m - 1, 0);
            continue;
        }
        if l + 1 == m {
            let (cl, sl, cr, sr);
            (d[l], d[m], cl, sl, cr, sr) = triangular2(d[l], e[l], d[m]);
            e[l] = zero;
            turn(u, ldu, l, cl, sl);
            turn(v, ldv, l, cr, sr);
            (m, its) = (l, 0);
            continue;
        }
        if budget == 0 {
            return false;
        }
        budget -= 1;
        its += 1;
        let shift = if singular {
            zero
        } else {
            // The smaller singular value of the trailing 2 x 2 block.
            let (f, g, h) = (d[m - 1].abs(), e[m - 1], d[m].abs());
            let (p, q) = (f + h, f - h);
            let sum = (p * p + g * g).sqrt() + (q * q + g * g).sqrt();
            if sum > zero { (f + f) * (h / sum) } else { zero }
        };
        if singular || shift * shift < eps * (d[l] * d[l]) {
            let (mut c, mut old_c, mut old_s) = (one, one, zero);
            for i in l..m {
                let (s, r);
                (c, s, r) = rotation(d[i] * c, e[i]);
                if i > l {
                    e[i - 1] = old_s * r;
                }
                (old_c, old_s, d[i]) = rotation(old_c * r, d[i + 1] * s);
                turn(v, ldv, i, c, s);
                turn(u, ldu, i, old_c, old_s);
            }
            let h = d[m] * c;
            d[m] = h * old_c;
            e[m - 1] = h * old_s;
        } else {
            // (d d - shift shift, d e) up to a factor that keeps it representable.
            let (mut f, mut g) = (d[l].abs() - shift, e[l]);
            if shift <= d[l].abs() {
                f *= one.copysign(d[l]) + shift / d[l];
            } else {
                f *= d[l].abs() / shift + one;
                g *= d[l] / shift;
            }
            for i in l..m {
                let (c, s, r) = rotation(f, g);
                if i > l {
                    e[i - 1] = r;
                }
                f = c * d[i] + s * e[i];
                e[i] = c * e[i] - s * d[i];
                g = s * d[i + 1];
                d[i + 1] *= c;
                turn(v, ldv, i, c, s);
                let (c, s, r) = rotation(f, g);
                d[i] = r;
                f = c * e[i] + s * d[i + 1];
                d[i + 1] = c * d[i + 1] - s * e[i];
                g = s * e[i + 1]; // e[m] is zero
                e[i + 1] *= c;
                turn(u, ldu, i, c, s);
            }
            e[m - 1] = f;
        }
    }
    true
}

/// `a`, of leading dimension `ldu`, becomes U; `v`, of leading dimension `ldv`, becomes V.
/// `scratch` has room for `3 n + ldu`.
#[inline(always)]
fn kernel<T: Real>(
    n: usize,
    (a, ldu): (&mut [T], usize),
    (v, ldv): (&mut [T], usize),
    d: &mut [T],
    scratch: &mut [T],
    vectors: bool,
) -> bool {
    let Some(max) = max_abs(a) else {
        return false;
    };
    let d = &mut d[..n];
    let (e, rest) = scratch.split_at_mut(n);
    let (tau_u, rest) = rest.split_at_mut(n);
    let (tau_v, p) = rest.split_at_mut(n);
    e[n - 1] = T::zero();
    for k in 0..n {
        let lo = first_row(ldu, k);
        let (left, right) = a[..n * ldu].split_at_mut((k + 1) * ldu);
        let x = &mut left[k * ldu..];
        (d[k], tau_u[k]) = reflector(x, k);
        reflect_columns(right, ldu, lo, &x[lo..], tau_u[k]);
        if k + 2 > n {
            break;
        }
        if k + 2 == n {
            e[k] = right[k];
            continue;
        }
        // The row to the right of the diagonal goes to column k of v (always column 0 without vectors).
        let row = if vectors { &mut v[k * ldv..][..ldv] } else { &mut v[..ldv] };
        for (r, c) in row[k + 1..n].iter_mut().zip(right.chunks_exact(ldu)) {
            *r = c[k];
        }
        (e[k], tau_v[k]) = reflector(row, k + 1);
        let p = &mut p[lo..ldu];
        combine(right, ldu, lo, &row[k + 1..n], p);
        for (c, &r) in right.chunks_exact_mut(ldu).zip(&row[k + 1..n]) {
            axpy(-tau_v[k] * r, p, &mut c[lo..]);
        }
    }
    if vectors {
        form_u(ldu, n, a, tau_u);
        form_q(ldv, n, v, tau_v);
    }
    let done = qr_bidiagonal(d, e, (a, ldu), (v, ldv), vectors, max);
    for (j, s) in d.iter_mut().enumerate() {
        if s.is_sign_negative() {
            *s = -*s;
            if vectors {
                for v in &mut v[j * ldv..(j + 1) * ldv] {
                    *v = -*v;
                }
            }
        }
    }
    for i in 0..n {
        let mut most = i;
        for j in i + 1..n {
            if d[j] > d[most] {
                most = j;
            }
        }
        if most != i {
            d.swap(i, most);
            if vectors {
                swap_columns(a, ldu, i, most);
                swap_columns(v, ldv, i, most);
            }
        }
    }
    done
}

fn padded<T: Real, const LD: usize, const LEN: usize>(
    (m, n): (usize, usize),
    a: &[T],
    s: &mut [T],
    u: &mut [T],
    vt: &mut [T],
    vectors: bool,
) -> bool {
    let (mut x, mut y) = ([T::zero(); LEN], [T::zero(); LEN]);
    for (x, a) in x.chunks_exact_mut(LD).zip(a.chunks_exact(m).take(n)) {
        x[..m].copy_from_slice(a);
    }
    let mut scratch = [T::zero(); 4 * PADDED];
    let scratch = &mut scratch[..3 * n + LD];
    let done = kernel(n, (&mut x[..n * LD], LD), (&mut y, LD), s, scratch, vectors);
    if vectors {
        for (u, x) in u.chunks_exact_mut(m).zip(x.chunks_exact(LD).take(n)) {
            u.copy_from_slice(&x[..m]);
        }
        for (j, y) in y.chunks_exact(LD).take(n).enumerate() {
            for (vt, &y) in vt[j..].iter_mut().step_by(n).zip(&y[..n]) {
                *vt = y;
            }
        }
    }
    done
}

/// Computes the singular values `s`, descending, of the column-major `m x n` matrix `a`, `m >= n >= 1`; with
/// `vectors` also the thin factors `u` (`m x n`) and `vt` (`n x n`). `a` may be destroyed. Returns false if
/// the iteration did not converge or the input is not finite.
pub(super) fn svd<T: Real>(
    m: usize,
    n: usize,
    a: &mut [T],
    s: &mut [T],
    u: &mut [T],
    vt: &mut [T],
    vectors: bool,
) -> bool {
    match m {
        _ if n == 0 => true,
        ..=4 => padded::<T, 4, 16>((m, n), a, s, u, vt, vectors),
        5..=8 => padded::<T, 8, 64>((m, n), a, s, u, vt, vectors),
        9..=PADDED => padded::<T, PADDED, { PADDED * PADDED }>((m, n), a, s, u, vt, vectors),
        _ => {
            let a = &mut a[..m * n];
            let mut scratch = vec![T::zero(); 4 * n + m];
            let (row, scratch) = scratch.split_at_mut(n);
            if !vectors {
                return kernel(n, (a, m), (row, n), s, scratch, false);
            }
            let done = kernel(n, (a, m), (vt, n), s, scratch, true);
            u[..m * n].copy_from_slice(a);
            for j in 0..n {
                for i in j + 1..n {
                    vt.swap(j * n + i, i * n + j);
                }
            }
            done
        }
    }
}
