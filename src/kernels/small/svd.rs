//! Singular value decomposition of tiny matrices.
//!
//! Householder bidiagonalisation (Golub & Van Loan, *Matrix Computations*, 5.4.8; LAPACK `gebd2`), then the
//! implicitly shifted QR iteration, with Demmel and Kahan's zero-shift sweep if a shift would cost accuracy
//! ("Accurate singular values of bidiagonal matrices", 1990; LAPACK `bdsqr`). Padding as described in
//! `tools`.
//!
//! The vectors have LAPACK's signs, as described in [`small`](super): those that `gesdd` gives the vectors of
//! the transpose, which is the caller's matrix. Much longer or wider than square, it is reduced to a triangle
//! first (`geqr2` or `gelq2`).

use super::tools::*;
use crate::kernels::{Result, Vectors};
use crate::loops::singular::{Course, Step, least2};
use crate::{ErrorKind, Real, memory};
use std::mem::swap;

/// Multiplies `a` from the left by `H_0 H_1 ...`, where reflector `k` starts at row `k` and lies in column
/// `k` of `v`.
#[inline(always)]
fn reflect_all<T: Real>(ld: usize, a: &mut [T], v: &[T], tau: &[T]) {
    for (k, (v, &tau)) in v.chunks_exact(ld).zip(tau).enumerate().rev() {
        let lo = first_row(ld, k);
        reflect_columns(a, ld, lo, &v[lo..], tau);
    }
}

/// Forms `cols` columns of `Q = H_0 H_1 ...` in place, from `n` reflectors `H_k` that start at row `k` and
/// lie in column `k`.
#[inline(always)]
fn form_u<T: Real>(ld: usize, n: usize, cols: usize, u: &mut [T], tau: &[T]) {
    unit_columns(ld, n, cols, u);
    for k in (0..n).rev() {
        let lo = first_row(ld, k);
        let (v, rest) = u[k * ld..cols * ld].split_at_mut(ld);
        reflect_columns(rest, ld, lo, &v[lo..], tau[k]);
        for v in &mut v[lo..] {
            *v *= -tau[k];
        }
        v[k] += T::one();
    }
    u[..n * ld].iter_mut().for_each(|u| *u += T::zero()); // without -0
}

/// Puts a one on the diagonal of the columns from `n` on, which are zero.
#[inline(always)]
fn unit_columns<T: Real>(ld: usize, n: usize, cols: usize, u: &mut [T]) {
    for j in n..cols {
        u[j * ld + j] = T::one();
    }
}

/// Singular value decomposition of `[f g; 0 h]`: `(s1, s2, cl, sl, cr, sr)` with `|s1| >= |s2|` and
/// `[cl sl; -sl cl] [f g; 0 h] [cr -sr; sr cr] = diag(s1, s2)`, with the signs of LAPACK `lasv2`.
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
    let (mut cr, mut sr) = if root == zero {
        (one, zero)
    } else {
        let t = twice / (diff.abs() + root);
        let c = one / (one + t * t).sqrt();
        if diff >= zero { (c, t * c) } else { (t * c, c) }
    };
    // Of the right vector, the entry that belongs to the larger diagonal entry is positive; if that is the
    // last one, the left vector has this property instead. Unless both are negligible beside g.
    let (falls, usual) = (f.abs() >= h.abs(), f.abs().max(h.abs()) >= T::epsilon() / two * g.abs());
    if usual && falls && cr < zero {
        (cr, sr) = (-cr, -sr);
    }
    // The longer column gives s1 and the left rotation; the determinant gives s2.
    let (mut cl, mut sl, mut s1) = lartg(cr * f + sr * g, sr * h);
    if usual && !falls && sl < zero {
        (cl, sl, s1) = (-cl, -sl, -s1);
    }
    (max * s1, max * (f / s1 * h), cl, sl, cr, sr)
}

/// The upper bidiagonal `(d, e)`, which the iteration makes diagonal, and with `vectors` the matrices whose
/// columns it rotates in the same way.
struct Bidiagonal<'a, T> {
    ld: usize,
    d: &'a mut [T],
    /// As long as `d`; the last entry is zero.
    e: &'a mut [T],
    u: &'a mut [T],
    v: &'a mut [T],
    vectors: bool,
}

impl<T: Real> Bidiagonal<'_, T> {
    /// Runs a step of implicit QR on the block `l..=m`; with `UP` from its lower end to the upper one, which
    /// exchanges rows and columns.
    #[inline(always)]
    fn sweep<const UP: bool>(&mut self, l: usize, m: usize, shift: T) {
        let Self { ld, ref mut d, ref mut e, ref mut u, ref mut v, vectors } = *self;
        let (zero, one) = (T::zero(), T::one());
        let row = |i: usize| if UP { m - i } else { l + i };
        let edge = |i: usize| if UP { m - i - 1 } else { l + i };
        let (inner, outer) = if UP { (u, v) } else { (v, u) };
        let turn = |a: &mut [T], i: usize, c: T, s: T| {
            if vectors {
                let (x, y) = two_columns(a, ld, edge(i));
                rotate(x, y, c, if UP { -s } else { s });
            }
        };
        let end = m - l;
        if shift == zero {
            let (mut c, mut old_c, mut old_s) = (one, one, zero);
            for i in 0..end {
                let (s, r);
                (c, s, r) = lartg(d[row(i)] * c, e[edge(i)]);
                if i > 0 {
                    e[edge(i - 1)] = old_s * r;
                }
                (old_c, old_s, d[row(i)]) = lartg(old_c * r, d[row(i + 1)] * s);
                turn(inner, i, c, s);
                turn(outer, i, old_c, old_s);
            }
            let h = d[row(end)] * c;
            d[row(end)] = h * old_c;
            e[edge(end - 1)] = h * old_s;
            return;
        }
        // (d d - shift shift, d e) up to a factor that keeps it representable.
        let first = d[row(0)];
        let (mut f, mut g) = (first.abs() - shift, e[edge(0)]);
        if shift <= first.abs() {
            f *= one.copysign(first) + shift / first;
        } else {
            f *= first.abs() / shift + one;
            g *= first / shift;
        }
        for i in 0..end {
            let (this, next, between) = (row(i), row(i + 1), edge(i));
            let (c, s, r) = lartg(f, g);
            if i > 0 {
                e[edge(i - 1)] = r;
            }
            f = c * d[this] + s * e[between];
            let off = c * e[between] - s * d[this];
            g = s * d[next];
            let below = d[next] * c;
            turn(inner, i, c, s);
            let (c, s, r) = lartg(f, g);
            d[this] = r;
            f = c * off + s * below;
            d[next] = c * below - s * off;
            if i + 1 < end {
                let after = &mut e[edge(i + 1)];
                g = s * *after;
                *after *= c;
            }
            turn(outer, i, c, s);
        }
        e[edge(end - 1)] = f;
    }

    /// Diagonalises a block of order 2.
    #[inline(always)]
    fn two(&mut self, i: usize) {
        let (cl, sl, cr, sr);
        (self.d[i], self.d[i + 1], cl, sl, cr, sr) = triangular2(self.d[i], self.e[i], self.d[i + 1]);
        self.e[i] = T::zero();
        if self.vectors {
            let (x, y) = two_columns(self.u, self.ld, i);
            rotate(x, y, cl, sl);
            let (x, y) = two_columns(self.v, self.ld, i);
            rotate(x, y, cr, sr);
        }
    }

    /// Diagonalises the matrix by the steps of `bdsqr`.
    #[inline(always)]
    fn diagonalise(&mut self) -> bool {
        let mut course = Course::new(self.d, self.e);
        loop {
            match course.next(self.d, self.e) {
                Step::Done => return true,
                Step::Two { l } => self.two(l),
                Step::Sweep { l, m, up: true, shift } => self.sweep::<true>(l, m, shift),
                Step::Sweep { l, m, up: false, shift } => self.sweep::<false>(l, m, shift),
                Step::Failed => return false,
            }
        }
    }

    /// Diagonalises the matrix without vectors: all sweeps run down, and only absolute accuracy is kept.
    #[inline(always)]
    fn values(&mut self, max: T) -> bool {
        let (zero, eps) = (T::zero(), T::epsilon());
        let mut budget = 40 * self.d.len() + 40;
        let mut m = self.d.len() - 1;
        let mut its = 0;
        while m > 0 {
            let (d, e) = (&self.d, &mut self.e);
            // After many iterations, any negligible entry is dropped (if the grading opposes the direction of
            // the sweeps).
            let floor = if its > 15 { eps * max } else { eps * eps * max };
            // The unreduced block l..=m; `singular` if a vanishing diagonal entry requires a sweep without
            // shift (a shifted bulge would vanish there).
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
                self.two(l);
                (m, its) = (l, 0);
                continue;
            }
            if budget == 0 {
                return false;
            }
            budget -= 1;
            its += 1;
            let mut shift = if singular { zero } else { least2(d[m - 1], e[m - 1], d[m]) };
            if shift * shift < eps * (d[l] * d[l]) {
                shift = zero;
            }
            self.sweep::<false>(l, m, shift);
        }
        true
    }

    /// Makes the values positive and sorts them.
    #[inline(always)]
    fn finish(&mut self) {
        let Self { ld, ref mut d, ref mut u, ref mut v, vectors, .. } = *self;
        let n = d.len();
        for (j, s) in d.iter_mut().enumerate() {
            // LAPACK treats order 1 separately: the sign goes to the left
            let vector = if n == 1 { &mut *u } else { &mut *v };
            if vectors && (*s < T::zero() || n == 1 && s.is_sign_negative()) {
                for x in &mut vector[j * ld..(j + 1) * ld] {
                    *x = -*x;
                }
            }
            *s = s.abs();
        }
        for end in (1..n).rev() {
            let mut least = 0; // the last of equal ones
            for j in 1..=end {
                if d[j] <= d[least] {
                    least = j;
                }
            }
            if least != end {
                d.swap(least, end);
                if vectors {
                    swap_columns(u, ld, least, end);
                    swap_columns(v, ld, least, end);
                }
            }
        }
    }
}

/// Reduces `n` columns of `a` to the upper bidiagonal `(d, e)`; `a` becomes `cols` columns of U, and `v`
/// becomes V. There are no vectors if `cols` is 0. `scratch` has room for `2 n + ld`.
#[inline(always)]
fn reduce<T: Real>(
    (ld, n, cols): (usize, usize, usize),
    a: &mut [T],
    v: &mut [T],
    d: &mut [T],
    e: &mut [T],
    scratch: &mut [T],
) {
    let (tau_u, rest) = scratch.split_at_mut(n);
    let (tau_v, p) = rest.split_at_mut(n);
    e[n - 1] = T::zero();
    for k in 0..n {
        let lo = first_row(ld, k);
        let (left, right) = a[..n * ld].split_at_mut((k + 1) * ld);
        let x = &mut left[k * ld..];
        (d[k], tau_u[k]) = reflector(x, k, cols > 0);
        reflect_columns(right, ld, lo, &x[lo..], tau_u[k]);
        if k + 2 > n {
            break;
        }
        if k + 2 == n {
            e[k] = right[k];
            continue;
        }
        // The row to the right of the diagonal goes to column k of v (always column 0 without vectors).
        let row = if cols > 0 { &mut v[k * ld..][..ld] } else { &mut v[..ld] };
        for (r, c) in row[k + 1..n].iter_mut().zip(right.chunks_exact(ld)) {
            *r = c[k];
        }
        (e[k], tau_v[k]) = reflector(row, k + 1, cols > 0);
        let p = &mut p[lo..ld];
        combine(right, ld, lo, &row[k + 1..n], p);
        for (c, &r) in right.chunks_exact_mut(ld).zip(&row[k + 1..n]) {
            axpy(-tau_v[k] * r, p, &mut c[lo..]);
        }
    }
    if cols > 0 {
        form_u(ld, n, cols, a, tau_u);
        form_q(ld, n, v, tau_v);
    }
}

/// Reduces `n` columns of `a` to the triangle `R`, of which `r` becomes R or, with `transposed`, its
/// transpose; the reflectors stay in `a`.
#[inline(always)]
fn triangle<T: Real>((ld, n): (usize, usize), a: &mut [T], r: &mut [T], tau: &mut [T], transposed: bool) {
    for k in 0..n {
        let lo = first_row(ld, k);
        let (left, right) = a[..n * ld].split_at_mut((k + 1) * ld);
        let x = &mut left[k * ld..];
        let mut put = |i: usize, value| r[if transposed { i * ld + k } else { k * ld + i }] = value;
        (0..k).for_each(|i| put(i, x[i]));
        let diagonal;
        (diagonal, tau[k]) = reflector(x, k, true);
        put(k, diagonal);
        reflect_columns(right, ld, lo, &x[lo..], tau[k]);
    }
}

/// What [`svd`] computes: the decomposition of the transpose of `a`, which is column-major and `m x n`.
struct Task<'a, T> {
    m: usize,
    n: usize,
    a: &'a [T],
    s: &'a mut [T],
    u: &'a mut [T],
    vt: &'a mut [T],
    vectors: Vectors,
}

impl<T: Real> Task<'_, T> {
    /// The buffers have the leading dimension `ld`, as many columns as the vectors, and are zero; `scratch`
    /// has room for `4 min(m, n) + ld`.
    #[inline(always)]
    fn run(self, ld: usize, [x, y, z, scratch]: [&mut [T]; 4]) -> bool {
        let Task { m, n, a, s: d, u, vt, vectors } = self;
        let (p, q, wanted) = (m.max(n), m.min(n), vectors != Vectors::None);
        // The matrix of the caller is the transpose of `a`. x becomes the one of both that has more rows; of
        // a square one with vectors, the caller's.
        let wide = m > n || m == n && !wanted;
        for (j, column) in a.chunks_exact(m).take(n).enumerate() {
            if wide {
                x[j * ld..][..m].copy_from_slice(column);
            } else {
                column.iter().enumerate().for_each(|(i, &a)| x[i * ld + j] = a);
            }
        }
        let Some(max) = max_abs(&x[..q * ld]) else {
            return false;
        };
        let (e, rest) = scratch.split_at_mut(q);
        let (tau, rest) = rest.split_at_mut(q);
        if !wanted {
            reduce((ld, q, 0), x, y, d, e, rest);
            let mut iteration = Bidiagonal { ld, d, e, u: x, v: y, vectors: false };
            let done = iteration.values(max);
            iteration.finish();
            return done;
        }
        let cols = if vectors == Vectors::Full { p } else { q };
        // gesdd reduces a matrix that is long enough to a triangle first.
        let long = p >= 11 * q / 6;
        let (mut left, mut right) = (x, y);
        let (mut long_cols, mut reflectors) = (cols, z);
        if long {
            triangle((ld, q), left, reflectors, tau, wide);
            swap(&mut left, &mut reflectors);
            long_cols = q;
        }
        reduce((ld, q, long_cols), left, right, d, e, rest);
        if wide && !long {
            // The caller's matrix is lower bidiagonal.
            swap(&mut left, &mut right);
            for i in 0..q - 1 {
                let (c, s);
                (c, s, d[i]) = lartg(d[i], e[i]);
                e[i] = s * d[i + 1];
                d[i + 1] *= c;
                let (x, y) = two_columns(left, ld, i);
                rotate(x, y, c, s);
            }
        }
        let mut iteration = Bidiagonal { ld, d, e, u: left, v: right, vectors: true };
        let done = iteration.diagonalise();
        iteration.finish();
        if long {
            let thin = if wide { &mut *right } else { &mut *left };
            unit_columns(ld, q, cols, thin);
            reflect_all(ld, &mut thin[..cols * ld], reflectors, tau);
        }
        for (u, right) in u.chunks_exact_mut(m).zip(right.chunks_exact(ld)) {
            u.copy_from_slice(&right[..m]);
        }
        let rows = vt.len() / n;
        for (i, left) in left.chunks_exact(ld).take(rows).enumerate() {
            for (vt, &left) in vt[i..].iter_mut().step_by(rows).zip(&left[..n]) {
                *vt = left;
            }
        }
        done
    }

    fn padded<const LD: usize, const LEN: usize>(self) -> bool {
        let (mut x, mut y, mut z) = ([T::zero(); LEN], [T::zero(); LEN], [T::zero(); LEN]);
        self.run(LD, [&mut x, &mut y, &mut z, [[T::zero(); LD]; 5].as_flattened_mut()])
    }
}

/// Computes the singular values `s`, descending, of the column-major `m x n` matrix `a`; with `vectors` also
/// the factors `u` and `vt`, of these shapes. Fails if the iteration does not converge or the input is not
/// finite.
pub(super) fn svd<T: Real>(
    (m, n): (usize, usize),
    a: &[T],
    s: &mut [T],
    u: &mut [T],
    vt: &mut [T],
    vectors: Vectors,
) -> Result<()> {
    let task = Task { m, n, a, s, u, vt, vectors };
    let long = m.max(n);
    let done = match long {
        _ if m.min(n) == 0 => true,
        ..=4 => task.padded::<4, 16>(),
        5..=8 => task.padded::<8, 64>(),
        9..=PADDED => task.padded::<PADDED, { PADDED * PADDED }>(),
        _ => {
            let cols = if vectors == Vectors::Full { long } else { m.min(n) };
            let buffer = || memory::zeros(long * cols);
            let (mut x, mut y, mut z) = (buffer()?, buffer()?, buffer()?);
            task.run(long, [&mut x, &mut y, &mut z, &mut memory::zeros(5 * long)?])
        }
    };
    if done { Ok(()) } else { Err(ErrorKind::NoConvergence) }
}
