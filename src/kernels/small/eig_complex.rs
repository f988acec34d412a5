//! Eigenvalues and eigenvectors of general complex matrices.
//!
//! Householder reduction to Hessenberg form, QR iteration with Wilkinson's shift and plane rotations (Golub &
//! Van Loan, *Matrix Computations*, 7.4.2 and 7.5; LAPACK `lahqr`), and eigenvectors by back substitution as
//! LAPACK `trevc`.

use super::tools::tiny_square;
use crate::Real;
use num_complex::Complex;
use num_traits::{One, Zero};

/// A size that is cheaper to compute than the modulus.
fn size<R: Real>(z: Complex<R>) -> R {
    z.re.abs() + z.im.abs()
}

/// `y += f x`
fn axpy<R: Real>(f: Complex<R>, x: &[Complex<R>], y: &mut [Complex<R>]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += f * x;
    }
}

/// Replaces every column `c` of `a`, in the rows `lo..`, by `H c`, where `H = I - v vᴴ`.
fn reflect_columns<R: Real>(a: &mut [Complex<R>], n: usize, lo: usize, v: &[Complex<R>]) {
    for column in a.chunks_exact_mut(n) {
        let sum = column[lo..].iter().zip(v).fold(Complex::zero(), |sum, (&x, v)| sum + v.conj() * x);
        axpy(-sum, v, &mut column[lo..]);
    }
}

/// Replaces the columns `lo..` of `a` by those of `a H`; `p` is scratch.
fn reflect_rows<R: Real>(a: &mut [Complex<R>], n: usize, lo: usize, v: &[Complex<R>], p: &mut [Complex<R>]) {
    p.fill(Complex::zero());
    for (column, &v) in a[lo * n..].chunks_exact(n).zip(v) {
        axpy(v, column, p);
    }
    for (column, v) in a[lo * n..].chunks_exact_mut(n).zip(v) {
        axpy(-v.conj(), p, column);
    }
}

/// Reduces `a` to Hessenberg form `zᴴ a z`.
fn hessenberg<R: Real>(n: usize, a: &mut [Complex<R>], mut z: Option<&mut [Complex<R>]>) {
    let mut v = vec![Complex::zero(); n];
    let mut p = vec![Complex::zero(); n];
    for k in 0..n.saturating_sub(2) {
        let lo = k + 1;
        let v = &mut v[lo..];
        let column = &mut a[k * n + lo..(k + 1) * n];
        v.copy_from_slice(column);
        let square = v[1..].iter().map(|x| x.norm_sqr()).sum::<R>();
        column[1..].fill(Complex::zero());
        if square < tiny_square() {
            continue; // far below the rounding errors of a matrix of moderate size
        }
        let first = v[0].norm();
        let norm = (first * first + square).sqrt();
        let phase = if first.is_zero() { Complex::one() } else { v[0] / first };
        column[0] = -phase * norm;
        v[0] = phase * (first + norm);
        // of length sqrt(2)
        let length = (norm * (norm + first)).sqrt();
        v.iter_mut().for_each(|x| *x /= length);
        reflect_columns(&mut a[lo * n..], n, lo, v);
        reflect_rows(a, n, lo, v, &mut p);
        if let Some(z) = &mut z {
            reflect_rows(z, n, lo, v, &mut p);
        }
    }
}

/// Computes the rotation `(c, s)` and `r` with `c x + s y = r`, `c y = conj(s) x`.
fn rotation<R: Real>(x: Complex<R>, y: Complex<R>) -> (R, Complex<R>, Complex<R>) {
    let [p, q] = [x.norm(), y.norm()];
    let r = p.hypot(q);
    if q.is_zero() {
        (R::one(), Complex::zero(), x)
    } else if p.is_zero() {
        (R::zero(), y.conj() / q, Complex::new(q, R::zero()))
    } else {
        let phase = x / p;
        (p / r, phase * (y.conj() / r), phase * r)
    }
}

/// Returns the eigenvalue of `[a b; c d]` that is nearer to `d`.
fn wilkinson<R: Real>(a: Complex<R>, b: Complex<R>, c: Complex<R>, d: Complex<R>) -> Complex<R> {
    let half = (a - d) / (R::one() + R::one());
    let product = b * c;
    if product.is_zero() {
        return d;
    }
    let root = (half * half + product).sqrt();
    let far = if (half + root).norm_sqr() >= (half - root).norm_sqr() { half + root } else { half - root };
    if far.is_zero() { d } else { d - product / far }
}

/// Runs the QR iteration on the Hessenberg matrix `h`, which becomes triangular; the columns of `z` are
/// transformed in the same way.
fn triangularize<R: Real>(n: usize, h: &mut [Complex<R>], mut z: Option<&mut [Complex<R>]>) -> bool {
    let norm = h.iter().fold(R::zero(), |max, &x| max.max(size(x)));
    let mut budget = 30 * n.max(10);
    let mut end = n;
    let mut its = 0;
    while end > 1 {
        let hi = end - 1;
        let mut l = hi;
        while l > 0 {
            let neighbours = size(h[(l - 1) * n + l - 1]) + size(h[l * n + l]);
            // after many iterations, elements that are negligible compared to the whole matrix are dropped
            let scale = if neighbours.is_zero() || its > 10 { norm } else { neighbours };
            if size(h[(l - 1) * n + l]) <= R::epsilon() * scale {
                h[(l - 1) * n + l] = Complex::zero();
                break;
            }
            l -= 1;
        }
        if l == hi {
            (end, its) = (hi, 0);
            continue;
        }
        if budget == 0 {
            return false;
        }
        budget -= 1;
        its += 1;
        let (left, right) = ((hi - 1) * n, hi * n);
        let shift = if its % 10 == 0 {
            // an exceptional shift, for matrices that the iteration leaves unchanged
            let (corner, sub) =
                if its % 20 == 0 { (l * n + l, l * n + l + 1) } else { (right + hi, left + hi) };
            h[corner] + Complex::from(size(h[sub]) * R::of(0.75))
        } else {
            wilkinson(h[left + hi - 1], h[right + hi - 1], h[left + hi], h[right + hi])
        };
        for k in l..hi {
            let (x, y) = if k == l {
                (h[k * n + k] - shift, h[k * n + k + 1])
            } else {
                (h[(k - 1) * n + k], h[(k - 1) * n + k + 1])
            };
            let (c, s, r) = rotation(x, y);
            if k > l {
                (h[(k - 1) * n + k], h[(k - 1) * n + k + 1]) = (r, Complex::zero());
            }
            for column in h[k * n..].chunks_exact_mut(n) {
                let (x, y) = (column[k], column[k + 1]);
                column[k] = x * c + s * y;
                column[k + 1] = y * c - s.conj() * x;
            }
            let rows = (k + 3).min(end);
            rotate_columns(&mut h[k * n..(k + 2) * n], n, rows, c, s);
            if let Some(z) = &mut z {
                rotate_columns(&mut z[k * n..(k + 2) * n], n, n, c, s);
            }
        }
    }
    true
}

/// Multiplies the first `rows` rows of two columns by the conjugate transpose of the rotation.
fn rotate_columns<R: Real>(pair: &mut [Complex<R>], n: usize, rows: usize, c: R, s: Complex<R>) {
    let (x, y) = pair.split_at_mut(n);
    for (x, y) in x[..rows].iter_mut().zip(y) {
        (*x, *y) = (*x * c + s.conj() * *y, *y * c - s * *x);
    }
}

/// Computes the eigenvector of the triangular `t` for its diagonal element `k`, into `x[..=k]`.
///
/// A difference of eigenvalues below their rounding errors is replaced by that error, and the vector is
/// scaled down when it grows: defective matrices have eigenvectors as well.
fn back_substitute<R: Real>(n: usize, k: usize, t: &[Complex<R>], x: &mut [Complex<R>], floor: R) {
    let value = t[k * n + k];
    let least = floor.max(R::epsilon() * size(value));
    let big = R::epsilon().sqrt().recip();
    for (x, &t) in x.iter_mut().zip(&t[k * n..k * n + k]) {
        *x = -t;
    }
    x[k] = Complex::one();
    for j in (0..k).rev() {
        let gap = t[j * n + j] - value;
        let gap = if size(gap) < least { Complex::from(least) } else { gap };
        // both parts are divided by the size first, since its square may underflow
        let unit = size(gap);
        x[j] = x[j] / (gap / unit) / unit;
        let grown = size(x[j]);
        if grown > big {
            x[..=k].iter_mut().for_each(|x| *x /= grown);
        }
        let factor = -x[j];
        axpy(factor, &t[j * n..j * n + j], &mut x[..j]);
    }
}

/// Computes the eigenvalues `w` of the column-major `n x n` matrix `a` of moderate size, which is destroyed,
/// and with `v` its eigenvectors, of any length. Returns false if the iteration did not converge.
pub(super) fn eig<R: Real>(
    n: usize,
    a: &mut [Complex<R>],
    w: &mut [Complex<R>],
    mut v: Option<&mut [Complex<R>]>,
) -> bool {
    if let Some(z) = &mut v {
        z.fill(Complex::zero());
        z.iter_mut().step_by(n + 1).for_each(|z| *z = Complex::one());
    }
    hessenberg(n, a, v.as_deref_mut());
    if !triangularize(n, a, v.as_deref_mut()) {
        return false;
    }
    for (w, &x) in w.iter_mut().zip(a.iter().step_by(n + 1)) {
        *w = x;
    }
    let Some(z) = v else { return true };
    let max = a.iter().fold(R::zero(), |max, &x| max.max(size(x)));
    let max = if max.is_zero() { R::one() } else { max };
    // small enough to be negligible, large enough to keep the vectors representable
    let floor = max * R::min_positive_value().sqrt().sqrt();
    let (mut x, mut out) = (vec![Complex::zero(); n], vec![Complex::zero(); n]);
    for k in (0..n).rev() {
        back_substitute(n, k, a, &mut x, floor);
        out.fill(Complex::zero());
        for (column, &x) in z.chunks_exact(n).zip(&x[..=k]) {
            axpy(x, column, &mut out);
        }
        // column k of the Schur vectors is not needed any more
        z[k * n..(k + 1) * n].copy_from_slice(&out);
    }
    true
}
