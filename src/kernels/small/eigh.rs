//! Eigenvalues and eigenvectors of tiny symmetric matrices.
//!
//! Householder tridiagonalisation (Golub & Van Loan, *Matrix Computations*, 8.3.1; LAPACK `sytd2` of the
//! lower triangle), then implicit QL or QR with Wilkinson's shift (EISPACK `imtql2`, LAPACK `steqr`) if
//! vectors are requested, or the square-root-free QL of Pal, Walker and Kahan (Parlett, *The Symmetric
//! Eigenvalue Problem*, 8.15; LAPACK `sterf`) for the values alone.
//!
//! The vectors have the signs that LAPACK's `syevd` gives them up to order 25, as described in
//! [`small`](super).

use super::tools::*;
use crate::Real;
use crate::loops::symmetric::{Course, Step, negligible};

/// Returns the eigenvalues of `[a b; b c]`, that of larger modulus first, and the unit eigenvector of the
/// first one with the sign that LAPACK `laev2` gives it; as there, both eigenvalues have high relative
/// accuracy unless `a c - b b` cancels.
#[inline(always)]
fn symmetric2<T: Real>(a: T, b: T, c: T) -> (T, T, T, T) {
    let (zero, one) = (T::zero(), T::one());
    let (sum, diff, twice) = (a + c, a - c, b + b);
    let root = (diff * diff + twice * twice).sqrt();
    if root == zero {
        return (a, c, one, zero);
    }
    // The determinant gives the eigenvalue of smaller modulus.
    let (large, small) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
    let first = (sum + if sum < zero { -root } else { root }) / (one + one);
    let second = (large / first) * small - (b / first) * b;
    let length = diff.abs() + root;
    let t = twice / length;
    let cos = one / (one + t * t).sqrt();
    let falls = diff >= zero;
    let (mut x, mut y) = (if falls { -t * cos } else { t * cos }, cos);
    if length <= twice.abs() && (t > zero) == falls {
        (x, y) = (-x, -y); // laev2 divides the other way if |t| is 1
    }
    if falls != (sum < zero) { (first, second, -y, x) } else { (first, second, x, y) }
}

/// Returns Wilkinson's shift at the top of `[a e; e b]`, given `ee = e e`: its eigenvalue closer to `a`.
#[inline(always)]
fn wilkinson<T: Real>(a: T, ee: T, b: T) -> T {
    let half = (b - a) / (T::one() + T::one());
    let root = half.abs() + (half * half + ee).sqrt();
    if root > T::zero() { a - (ee / root).copysign(half) } else { a }
}

/// Diagonalises the tridiagonal `(d, e)`, `e` of length `d.len()`, and rotates the columns of `z` in the same
/// way.
#[inline(always)]
fn ql_vectors<T: Real>(ld: usize, d: &mut [T], e: &mut [T], z: &mut [T]) -> bool {
    let mut course = Course::new(d.len());
    loop {
        match course.next(d, e) {
            Step::Done => return true,
            Step::Failed => return false,
            Step::Two { i } => {
                let (x, y);
                (d[i], d[i + 1], x, y) = symmetric2(d[i], e[i], d[i + 1]);
                let (p, q) = two_columns(z, ld, i);
                rotate(p, q, x, y);
            }
            Step::Sweep { at, to } => sweep(ld, (d, e, z), at, to),
        }
    }
}

/// Runs a sweep of QL, or of QR if `to` is above `at`.
#[inline(always)]
fn sweep<T: Real>(ld: usize, (d, e, z): (&mut [T], &mut [T], &mut [T]), at: usize, to: usize) {
    let qr = to < at;
    let row = |i: usize| if qr { at - i } else { at + i };
    let edge = |i: usize| if qr { at - i - 1 } else { at + i };
    let m = at.abs_diff(to);
    let top = e[edge(0)];
    let mut g = d[to] - wilkinson(d[at], top * top, d[row(1)]);
    let (mut c, mut s, mut p) = (T::one(), T::one(), T::zero());
    for i in (0..m).rev() {
        let (above, below, next) = (row(i), row(i + 1), edge(i));
        let (f, b) = (s * e[next], c * e[next]);
        let r;
        (c, s, r) = lartg(g, f);
        if i + 1 < m {
            e[edge(i + 1)] = r;
        }
        g = d[below] - p;
        let r = (d[above] - g) * s + (c + c) * b;
        p = s * r;
        d[below] = g + p;
        g = c * r - b;
        let (x, y) = two_columns(z, ld, next);
        rotate(x, y, c, if qr { s } else { -s });
    }
    d[at] -= p;
    e[edge(0)] = g;
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
                let (x, y, _, _) = symmetric2(d[l], e[l].sqrt(), d[m]);
                (d[l], d[m]) = if x < y { (y, x) } else { (x, y) };
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
        (e[k], tau[k]) = reflector(v, k + 1, vectors);
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
    let done = if vectors {
        form_q(ld, n, a, tau);
        ql_vectors(ld, d, e, a)
    } else {
        ql_values(d, e, T::epsilon() * T::epsilon() * max)
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
    let [d, e, f] = [a[0], a[1], a[3]];
    if max_abs(&[d, e, f]).is_none() {
        return false;
    }
    let (first, second, x, y) =
        if vectors && negligible(e, d, f) { (d, f, T::one(), T::zero()) } else { symmetric2(d, e, f) };
    let swapped = second < first;
    w[..2].copy_from_slice(&if swapped { [second, first] } else { [first, second] });
    if vectors {
        let minus = T::zero() - y; // not -0
        a[..4].copy_from_slice(&if swapped { [minus, x, x, y] } else { [x, y, minus, x] });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_vectors() {
        let n = 4;
        // column by column; the upper triangles are not read
        let matrices = [
            vec![4., 1., -2., 0.25, 0., 3., 0.5, -1., 0., 0., 2., 0.75, 0., 0., 0., 1.],
            vec![0.; 16],
            vec![1.; 16],
            vec![2., 0., 0., 0., 0., -1., 0., 0., 0., 0., 3., 1e-150, 0., 0., 0., 1e-160],
            vec![1., 0., 0., 0., 0., 1., 3., 0., 0., 0., -1., 0., 0., 0., 0., 0.],
        ];
        for a in matrices {
            let (mut v, mut w) = (a.clone(), vec![0.; n]);
            assert!(eigh(n, &mut v, &mut w, true));
            assert!(w.is_sorted(), "{w:?}");
            for i in 0..n {
                for j in 0..=i {
                    let back: f64 = (0..n).map(|k| w[k] * v[k * n + i] * v[k * n + j]).sum();
                    assert!((back - a[j * n + i]).abs() < 1e-14, "{a:?} {i} {j} {back}");
                    let dot: f64 = (0..n).map(|k| v[i * n + k] * v[j * n + k]).sum();
                    assert!((dot - if i == j { 1. } else { 0. }).abs() < 1e-14, "{a:?} {i} {j} {dot}");
                }
            }
        }
    }

    #[test]
    fn nothing_and_one() {
        assert!(eigh::<f64>(0, &mut [], &mut [], true));
        let (mut v, mut w) = ([-3.], [0.]);
        assert!(eigh(1, &mut v, &mut w, true));
        assert_eq!((w, v), ([-3.], [1.]));
    }

    #[test]
    fn no_convergence_ends() {
        for n in [1, 2, 4, 20] {
            assert!(!eigh(n, &mut vec![f64::NAN; n * n], &mut vec![0.; n], true), "{n}");
        }
    }
}
