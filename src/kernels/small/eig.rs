//! Eigenvalues and eigenvectors of tiny general real matrices.
//!
//! Balancing by powers of two (Parlett & Reinsch 1969; the norms include the diagonal, after James, Langou &
//! Lowery 2014), Householder reduction to Hessenberg form (Golub & Van Loan, *Matrix Computations*, 7.4.2),
//! Francis' implicit double-shift QR (7.5.1) with the deflation test of Ahues & Tisseur (1997) and the
//! exceptional shifts of LAPACK `lahqr`, standardised 2 x 2 blocks as LAPACK `lanv2`, and eigenvectors by
//! back substitution. Padding as described in `tools`.

use super::eigh::eigh;
use super::tools::*;
use crate::Real;
use crate::number::PowerOfTwo;

/// Scales `a` to `D^-1 A D` with rows and columns of similar norms; the diagonal of `D` goes to `scale`.
/// Returns false if there was nothing to scale.
#[inline(always)]
fn balance<T: Real>(
    ld: usize,
    n: usize,
    a: &mut [T],
    scale: &mut [T],
    rows: &mut [T],
    vectors: bool,
) -> bool {
    let (zero, one) = (T::zero(), T::one());
    let two = one + one;
    let off = |c: T, r: T| c > zero && r > zero && (c > two * r || r > two * c);
    let norm = |c: &[T]| c.iter().fold(zero, |s, &v| s + v.abs());
    scale[..n].fill(one);
    // Usually nothing needs scaling: check this in one pass over the columns.
    rows[..ld].fill(zero);
    for c in a.chunks_exact(ld).take(n) {
        for (r, &v) in rows.iter_mut().zip(c) {
            *r += v.abs();
        }
    }
    let mut columns = a.chunks_exact(ld).zip(&rows[..n]);
    if !columns.any(|(c, &r)| off(norm(c), r)) {
        return false;
    }
    let before = max_abs(a);
    // D stays far from the limits of the exponent range.
    let limit = T::max_value().sqrt().sqrt();
    for _ in 0..20 {
        let mut again = false;
        for i in 0..n {
            let mut c = norm(&a[i * ld..i * ld + n]);
            let mut r = a[i..].iter().step_by(ld).take(n).fold(zero, |s, &v| s + v.abs());
            if !off(c, r) {
                continue;
            }
            let (sum, mut f) = (c + r, one);
            while c * two < r && scale[i] * f < limit {
                (c, r, f) = (c * two, r / two, f * two);
            }
            while r * two < c && scale[i] * f * limit > one {
                (c, r, f) = (c / two, r * two, f / two);
            }
            if c + r >= sum * T::from(0.95).unwrap_or(one) {
                continue;
            }
            again = true;
            scale[i] *= f;
            a[i * ld..(i + 1) * ld].iter_mut().for_each(|v| *v *= f);
            a[i..].iter_mut().step_by(ld).take(n).for_each(|v| *v /= f);
        }
        if !again {
            break;
        }
    }
    if !vectors {
        return true;
    }
    // The errors of QR are relative to the norm of the balanced matrix, and D amplifies them. If this makes
    // them too large, small residuals have priority (for LAPACK, the small eigenvalues of a graded matrix
    // have priority, as they have here without vectors).
    let spread = |pick: fn(T, T) -> T| scale[..n].iter().fold(scale[0], |m, &v| pick(m, v));
    let amplified = max_abs(a).map(|m| m * (spread(T::max) / spread(T::min)));
    let bound = before.map(|m| m * T::from(64).unwrap_or(one));
    if amplified <= bound {
        return true;
    }
    for (c, &f) in a.chunks_exact_mut(ld).zip(&scale[..n]) {
        c.iter_mut().zip(&scale[..n]).for_each(|(v, &d)| *v *= d / f);
    }
    false
}

/// Reduces `a` to Hessenberg form. With `vectors`, Q goes to `z`; otherwise only its first column is used, as
/// scratch.
#[inline(always)]
fn hessenberg<T: Real>(
    ld: usize,
    n: usize,
    a: &mut [T],
    z: &mut [T],
    tau: &mut [T],
    p: &mut [T],
    vectors: bool,
) {
    for k in 0..n.saturating_sub(2) {
        let lo = first_row(ld, k + 1);
        let (left, right) = a[..n * ld].split_at_mut((k + 1) * ld);
        let column = &mut left[k * ld..];
        let v = if vectors { &mut z[k * ld..][..ld] } else { &mut z[..ld] };
        v.copy_from_slice(&column[..ld]);
        (column[k + 1], tau[k]) = reflector(v, k + 1, false);
        column[k + 2..].fill(T::zero());
        let t = tau[k];
        if t == T::zero() {
            continue;
        }
        // First from the right, on all rows; then from the left.
        let p = &mut p[..ld];
        combine(right, ld, 0, &v[k + 1..n], p);
        for (c, &v) in right.chunks_exact_mut(ld).zip(&v[k + 1..n]) {
            axpy(-t * v, p, c);
        }
        reflect_columns(right, ld, lo, &v[lo..], t);
    }
    if vectors {
        form_q(ld, n, z, tau);
    }
}

/// The Schur form of a 2 x 2 block, as LAPACK `lanv2`: entries `(a, b, c, d)`, with either `c = 0`
/// or `a = d` and `b c < 0`, and the rotation `(cs, sn)` with
/// `[cs sn; -sn cs] old [cs -sn; sn cs] = new`.
#[inline(always)]
fn schur2<T: Real>(a: T, b: T, c: T, d: T) -> ([T; 4], T, T) {
    let (zero, one) = (T::zero(), T::one());
    let half = one / (one + one);
    if c == zero {
        return ([a, b, c, d], one, zero);
    }
    if b == zero {
        return ([d, -c, zero, a], zero, one);
    }
    let differs = b.is_sign_negative() != c.is_sign_negative();
    if a == d && differs {
        return ([a, b, c, d], one, zero);
    }
    let p = half * (a - d);
    let (most, least) = (b.abs().max(c.abs()), b.abs().min(c.abs()));
    let signed = if differs { -least } else { least };
    // The discriminant p p + b c, over `scale`
    let scale = p.abs().max(most);
    let z = (p / scale) * p + (most / scale) * signed;
    if z >= T::from(4).unwrap_or(one) * T::epsilon() * scale {
        // Two real eigenvalues, well apart
        let z = p + (scale.sqrt() * z.sqrt()).copysign(p);
        let (cs, sn, _) = rotation(z, c);
        return ([d + z, b - c, zero, d - (most / z) * signed], cs, sn);
    }
    // Complex, or real and almost equal: make the diagonal entries equal first.
    let sigma = b + c;
    let (_, _, tau) = rotation(sigma, a - d);
    let cs = (half * (one + sigma.abs() / tau)).sqrt();
    let sn = -(p / (tau * cs)) * one.copysign(sigma);
    let (aa, bb, cc, dd) = (a * cs + b * sn, b * cs - a * sn, c * cs + d * sn, d * cs - c * sn);
    let (b, c) = (bb * cs + dd * sn, cc * cs - aa * sn);
    let mean = half * ((aa * cs + cc * sn) + (dd * cs - bb * sn));
    if c == zero {
        ([mean, b, c, mean], cs, sn)
    } else if b == zero {
        ([mean, -c, zero, mean], -sn, cs)
    } else if b.is_sign_negative() == c.is_sign_negative() {
        // Real after all
        let (rb, rc) = (b.abs().sqrt(), c.abs().sqrt());
        let p = (rb * rc).copysign(c);
        let tau = one / (b + c).abs().sqrt();
        let (c1, s1) = (rb * tau, rc * tau);
        ([mean + p, b - c, zero, mean - p], cs * c1 - sn * s1, cs * s1 + sn * c1)
    } else {
        ([mean, b, c, mean], cs, sn)
    }
}

/// Computes a reflector `I - (1, v1, v2)' (t0, t1, t2)` that maps `(x, y, z)` to `(beta, 0, 0)`:
/// `(beta, [v1, v2, t0, t1, t2])`.
#[inline(always)]
fn reflector3<T: Real>(x: T, y: T, z: T) -> (T, [T; 5]) {
    let (zero, one) = (T::zero(), T::one());
    let square = y * y + z * z;
    if square < tiny_square() {
        let max = x.abs().max(y.abs()).max(z.abs());
        if max == zero || y.abs().max(z.abs()) <= max * T::epsilon() * T::epsilon() {
            return (x, [zero; 5]);
        }
        if max < one {
            let (beta, h) = reflector3(x / max, y / max, z / max);
            return (beta * max, h);
        }
    }
    let norm = (x * x + square).sqrt();
    let beta = if x > zero { -norm } else { norm };
    let f = one / (x - beta);
    let (v1, v2, t) = (y * f, z * f, (beta - x) / beta);
    (beta, [v1, v2, t, t * v1, t * v2])
}

/// Applies the reflector to rows `k..k + 3` of the columns in `a`.
#[inline(always)]
fn reflect_rows3<T: Real>(a: &mut [T], ld: usize, k: usize, [v1, v2, t0, t1, t2]: [T; 5]) {
    for c in a.chunks_exact_mut(ld) {
        if let [x, y, z] = &mut c[k..k + 3] {
            let sum = *x + v1 * *y + v2 * *z;
            *x -= sum * t0;
            *y -= sum * t1;
            *z -= sum * t2;
        }
    }
}

/// Applies the reflector to the first three columns in `a`.
#[inline(always)]
fn reflect_columns3<T: Real>(a: &mut [T], ld: usize, [v1, v2, t0, t1, t2]: [T; 5]) {
    let (x, rest) = a.split_at_mut(ld);
    let (y, rest) = rest.split_at_mut(ld);
    for (x, (y, z)) in x.iter_mut().zip(y.iter_mut().zip(&mut rest[..ld])) {
        let sum = *x + v1 * *y + v2 * *z;
        *x -= sum * t0;
        *y -= sum * t1;
        *z -= sum * t2;
    }
}

/// Rotates rows `k` and `k + 1` of the columns in `a`.
#[inline(always)]
fn rotate_rows<T: Real>(a: &mut [T], ld: usize, k: usize, c: T, s: T) {
    for col in a.chunks_exact_mut(ld) {
        let (x, y) = (col[k], col[k + 1]);
        col[k] = c * x + s * y;
        col[k + 1] = c * y - s * x;
    }
}

/// Returns the start of the active block that ends at `hi`: the last row whose subdiagonal is negligible.
#[inline(always)]
fn block_start<T: Real>(ld: usize, hi: usize, h: &[T], floor: T) -> usize {
    let at = |i: usize, j: usize| h[j * ld + i];
    let mut l = hi;
    while l > 0 {
        let sub = at(l, l - 1).abs();
        if sub <= floor {
            break;
        }
        let (d, u) = (at(l, l), at(l - 1, l - 1));
        let mut size = d.abs() + u.abs();
        if size == T::zero() {
            size += if l > 1 { at(l - 1, l - 2).abs() } else { T::zero() };
            size += if l < hi { at(l + 1, l).abs() } else { T::zero() };
        }
        if sub <= T::epsilon() * size {
            // Ahues & Tisseur: also small compared to the gap and to the entry across the diagonal.
            let across = at(l - 1, l).abs();
            let (ab, ba) = (sub.max(across), sub.min(across));
            let gap = (u - d).abs();
            let (aa, bb) = (d.abs().max(gap), d.abs().min(gap));
            let s = aa + ab;
            if ba * (ab / s) <= floor.max(T::epsilon() * (bb * (aa / s))) {
                break;
            }
        }
        l -= 1;
    }
    l
}

/// Returns the shifts `(re1, im1, re2, im2)` for the block `l..=hi` in its iteration `its`.
#[inline(always)]
fn shifts<T: Real>(ld: usize, l: usize, hi: usize, h: &[T], its: usize) -> (T, T, T, T) {
    let at = |i: usize, j: usize| h[j * ld + i];
    let (zero, one) = (T::zero(), T::one());
    let (two, four) = (one + one, one + one + one + one);
    let (a, b, c, d);
    if its % 10 == 9 {
        // Exceptional shifts, from the two ends in turn, for matrices that plain QR leaves unchanged.
        let (s, corner) = if its % 20 == 9 {
            (at(l + 1, l).abs() + at(l + 2, l + 1).abs(), at(l, l))
        } else {
            (at(hi, hi - 1).abs() + at(hi - 1, hi - 2).abs(), at(hi, hi))
        };
        a = s * (one - one / four) + corner;
        (b, c, d) = (-(s * (two - one / four)) / four, s, a);
    } else {
        (a, b, c, d) = (at(hi - 1, hi - 1), at(hi - 1, hi), at(hi, hi - 1), at(hi, hi));
    }
    let s = a.abs() + b.abs() + c.abs() + d.abs();
    if s == zero {
        return (zero, zero, zero, zero);
    }
    let (a, b, c, d) = (a / s, b / s, c / s, d / s);
    let mean = (a + d) / two;
    let det = (a - mean) * (d - mean) - b * c;
    let root = det.abs().sqrt();
    if det >= zero {
        return (mean * s, root * s, mean * s, -root * s);
    }
    // Two real shifts: the one closer to the corner, twice.
    let (p, q) = (mean + root, mean - root);
    let best = if (p - d).abs() <= (q - d).abs() { p } else { q } * s;
    (best, zero, best, zero)
}

/// Runs the QR iteration on the Hessenberg matrix `h`. With `vectors`, `h` becomes quasi-triangular with
/// standard 2 x 2 blocks, and the columns of `z` are transformed in the same way.
#[inline(always)]
fn francis<T: Real>(
    ld: usize,
    n: usize,
    h: &mut [T],
    z: &mut [T],
    (wr, wi): (&mut [T], &mut [T]),
    vectors: bool,
    (norm, floor): (T, T),
) -> bool {
    let mut budget = 40 * n.max(10);
    let mut its = 0;
    let mut end = n;
    while end > 0 {
        let hi = end - 1;
        // After many iterations, any negligible subdiagonal is dropped (for extremely graded matrices).
        let drop = if its > 30 { floor.max(T::epsilon() * norm) } else { floor };
        let l = block_start(ld, hi, h, drop);
        if l > 0 {
            h[(l - 1) * ld + l] = T::zero();
        }
        // Columns that take part in row operations.
        let last = if vectors { n } else { end };
        if l == hi {
            (wr[hi], wi[hi]) = (h[hi * ld + hi], T::zero());
            (end, its) = (hi, 0);
            continue;
        }
        if l + 1 == hi {
            let (i, j) = (l * ld + l, hi * ld + l);
            let ([a, b, c, d], cs, sn) = schur2(h[i], h[j], h[i + 1], h[j + 1]);
            if vectors {
                rotate_rows(&mut h[(hi + 1) * ld..n * ld], ld, l, cs, sn);
                let (x, y) = two_columns(h, ld, l);
                rotate(&mut x[..l], &mut y[..l], cs, sn);
                let (x, y) = two_columns(z, ld, l);
                rotate(x, y, cs, sn);
                (h[i], h[j], h[i + 1], h[j + 1]) = (a, b, c, d);
            }
            (wr[l], wr[hi]) = (a, d);
            wi[l] = if c == T::zero() { c } else { b.abs().sqrt() * c.abs().sqrt() };
            wi[hi] = -wi[l];
            if c == T::zero() {
                wi[hi] = T::zero();
            }
            (end, its) = (l, 0);
            continue;
        }
        if budget == 0 {
            return false;
        }
        budget -= 1;
        let (re1, im1, re2, im2) = shifts(ld, l, hi, h, its);
        its += 1;
        // Start at the lowest row that two consecutive small subdiagonals allow.
        let at = |i: usize, j: usize| h[j * ld + i];
        let mut start = hi - 2;
        let mut first;
        loop {
            let m = start;
            let (d, sub) = (at(m, m), at(m + 1, m));
            let s = T::one() / ((d - re2).abs() + im2.abs() + sub.abs());
            let sub = sub * s;
            let x = sub * at(m, m + 1) + (d - re1) * ((d - re2) * s) - im1 * (im2 * s);
            let y = sub * (d + at(m + 1, m + 1) - re1 - re2);
            let z = sub * at(m + 2, m + 1);
            first = (x, y, z);
            if m == l {
                break;
            }
            let size = at(m - 1, m - 1).abs() + d.abs() + at(m + 1, m + 1).abs();
            let small = T::epsilon() * x.abs() * size;
            if at(m, m - 1).abs() * (y.abs() + z.abs()) <= small {
                break;
            }
            start -= 1;
        }
        for k in start..hi - 1 {
            if k > start {
                let c = &h[(k - 1) * ld + k..];
                first = (c[0], c[1], c[2]);
            }
            let (beta, r) = reflector3(first.0, first.1, first.2);
            if k > start {
                h[(k - 1) * ld + k..][..3].copy_from_slice(&[beta, T::zero(), T::zero()]);
            } else if k > l {
                h[(k - 1) * ld + k] *= T::one() - r[2];
            }
            reflect_rows3(&mut h[k * ld..last * ld], ld, k, r);
            reflect_columns3(&mut h[k * ld..(k + 3) * ld], ld, r);
            if vectors {
                reflect_columns3(&mut z[k * ld..(k + 3) * ld], ld, r);
            }
        }
        // The last reflector acts on two rows.
        let k = hi - 1;
        let c = &mut h[(k - 1) * ld + k..][..2];
        let (cs, sn, r) = rotation(c[0], c[1]);
        c.copy_from_slice(&[r, T::zero()]);
        rotate_rows(&mut h[k * ld..last * ld], ld, k, cs, sn);
        let (x, y) = two_columns(h, ld, k);
        rotate(x, y, cs, sn);
        if vectors {
            let (x, y) = two_columns(z, ld, k);
            rotate(x, y, cs, sn);
        }
    }
    true
}

/// A complex number.
#[derive(Clone, Copy)]
struct C<T>(T, T);

impl<T: Real> C<T> {
    fn times(self, o: Self) -> Self {
        C(self.0 * o.0 - self.1 * o.1, self.0 * o.1 + self.1 * o.0)
    }
    fn minus(self, o: Self) -> Self {
        C(self.0 - o.0, self.1 - o.1)
    }
    fn size(self) -> T {
        self.0.abs() + self.1.abs()
    }
    /// Smith's division.
    fn over(self, o: Self) -> Self {
        if o.1 == T::zero() {
            C(self.0 / o.0, self.1 / o.0)
        } else if o.0.abs() >= o.1.abs() {
            let r = o.1 / o.0;
            let f = o.0 + o.1 * r;
            C((self.0 + self.1 * r) / f, (self.1 - self.0 * r) / f)
        } else {
            let r = o.0 / o.1;
            let f = o.0 * r + o.1;
            C((self.0 * r + self.1) / f, (self.1 * r - self.0) / f)
        }
    }
    /// Returns the pivot itself, or one of modulus `least` if it is smaller.
    fn pivot(self, least: T) -> Self {
        if self.size() < least { C(least, T::zero()) } else { self }
    }
}

/// Solves `[a b; c d] x = r`, by elimination with row pivoting; pivots are perturbed to `least`.
fn solve2<T: Real>(a: C<T>, b: T, c: T, d: C<T>, r: [C<T>; 2], least: T) -> [C<T>; 2] {
    let (b, c) = (C(b, T::zero()), C(c, T::zero()));
    let ([p, q, s], [t, u, v]) =
        if a.size() >= c.size() { ([a, b, r[0]], [c, d, r[1]]) } else { ([c, d, r[1]], [a, b, r[0]]) };
    let p = p.pivot(least);
    let f = t.over(p);
    let y = v.minus(f.times(s)).over(u.minus(f.times(q)).pivot(least));
    [s.minus(q.times(y)).over(p), y]
}

/// Computes the eigenvector of the quasi-triangular `t` for the eigenvalue of its diagonal block that ends at
/// `k`, into `re[..=k]` and `im[..=k]` (`im` is unchanged for a real eigenvalue).
#[inline(always)]
fn back_substitute<T: Real>(
    ld: usize,
    k: usize,
    t: &[T],
    (wr, wi): (T, T),
    re: &mut [T],
    im: &mut [T],
    floor: T,
) {
    let (zero, one) = (T::zero(), T::one());
    let at = |i: usize, j: usize| t[j * ld + i];
    let complex = wi != zero;
    let least = floor.max(T::epsilon() * (wr.abs() + wi.abs()));
    let big = one / T::epsilon().sqrt();
    let column = |j: usize| &t[j * ld..(j + 1) * ld];
    let mut end;
    if complex {
        let (b, c) = (at(k - 1, k), at(k, k - 1));
        (re[k], im[k - 1]) = (zero, zero);
        (re[k - 1], im[k]) = if b.abs() >= c.abs() { (one, wi / b) } else { (-wi / c, one) };
        end = k - 1;
        let (f, g) = (-re[k - 1], -im[k]);
        for (x, &t) in re[..end].iter_mut().zip(column(k - 1)) {
            *x = f * t;
        }
        for (x, &t) in im[..end].iter_mut().zip(column(k)) {
            *x = g * t;
        }
    } else {
        re[k] = one;
        end = k;
        for (x, &t) in re[..end].iter_mut().zip(column(k)) {
            *x = -t;
        }
    }
    while end > 0 {
        let j = end - 1;
        let block = j > 0 && at(j, j - 1) != zero;
        let mut largest;
        if block {
            let i = j - 1;
            end = i;
            let (x, y) = if complex { (im[i], im[j]) } else { (zero, zero) };
            let diagonal = (C(at(i, i) - wr, -wi), C(at(j, j) - wr, -wi));
            let right = [C(re[i], x), C(re[j], y)];
            let [x, y] = solve2(diagonal.0, at(i, j), at(j, i), diagonal.1, right, least);
            (re[i], re[j]) = (x.0, y.0);
            largest = x.size().max(y.size());
            if complex {
                (im[i], im[j]) = (x.1, y.1);
            }
        } else if complex {
            end = j;
            let x = C(re[j], im[j]).over(C(at(j, j) - wr, -wi).pivot(least));
            (re[j], im[j]) = (x.0, x.1);
            largest = x.size();
        } else {
            end = j;
            let d = at(j, j) - wr;
            re[j] /= if d.abs() < least { least } else { d };
            largest = re[j].abs();
        }
        if largest > big {
            largest = one / largest;
            re[..=k].iter_mut().for_each(|x| *x *= largest);
            if complex {
                im[..=k].iter_mut().for_each(|x| *x *= largest);
            }
        }
        for j in end..=j {
            axpy(-re[j], &t[j * ld..j * ld + end], &mut re[..end]);
            if complex {
                axpy(-im[j], &t[j * ld..j * ld + end], &mut im[..end]);
            }
        }
    }
}

/// Converts the Schur vectors `z` into unit eigenvectors, in place; `d` is the balancing, if any.
#[inline(always)]
fn eigenvectors<T: Real>(
    (ld, n): (usize, usize),
    t: &[T],
    z: &mut [T],
    (wr, wi): (&[T], &[T]),
    d: Option<&[T]>,
    scratch: &mut [T],
    floor: T,
) {
    let (zero, one) = (T::zero(), T::one());
    let (re, rest) = scratch.split_at_mut(n);
    let (im, rest) = rest.split_at_mut(n);
    let (out, more) = rest.split_at_mut(ld);
    let undo = |x: &mut [T]| {
        if let Some(d) = d {
            x.iter_mut().zip(d).for_each(|(x, &d)| *x *= d);
        }
    };
    let mut k = n;
    while k > 0 {
        k -= 1;
        // Columns further left do not need column k of z, so the result can be stored there.
        if wi[k] == zero {
            back_substitute(ld, k, t, (wr[k], zero), re, im, floor);
            combine(&z[..(k + 1) * ld], ld, 0, &re[..=k], out);
            undo(out);
            let f = one / dot(out, out).sqrt();
            for (z, &x) in z[k * ld..].iter_mut().zip(out.iter()) {
                *z = x * f;
            }
            continue;
        }
        back_substitute(ld, k, t, (wr[k], -wi[k]), re, im, floor);
        let other = &mut more[..ld];
        combine(&z[..(k + 1) * ld], ld, 0, &re[..=k], out);
        combine(&z[..(k + 1) * ld], ld, 0, &im[..=k], other);
        undo(out);
        undo(other);
        // The component of largest modulus becomes real.
        let (mut p, mut most) = (0, zero);
        for (i, (&x, &y)) in out.iter().zip(other.iter()).enumerate() {
            if x * x + y * y > most {
                (p, most) = (i, x * x + y * y);
            }
        }
        let (c, s, _) = rotation(out[p], other[p]);
        let f = one / (dot(out, out) + dot(other, other)).sqrt();
        rotate(out, other, c * f, s * f);
        other[p] = zero;
        k -= 1;
        let (x, y) = two_columns(z, ld, k);
        x.copy_from_slice(out);
        y.copy_from_slice(other);
    }
}

/// `z` receives the vectors (without them, one of its columns is scratch); `scratch` has room for
/// `3 n + 2 ld`.
#[inline(always)]
fn kernel<T: Real>(
    ld: usize,
    n: usize,
    a: &mut [T],
    (wr, wi): (&mut [T], &mut [T]),
    z: &mut [T],
    scratch: &mut [T],
    vectors: bool,
) -> bool {
    let Some(mut max) = max_abs(a) else {
        return false;
    };
    let mut power = PowerOfTwo::none();
    let (d, scratch) = scratch.split_at_mut(n);
    let balanced = balance(ld, n, a, d, scratch, vectors);
    if balanced {
        // The norm may be much smaller now.
        max = max_abs(a).unwrap_or(max);
        power = PowerOfTwo::to_unit(max, window());
        if !power.is_one() {
            power.scale(a);
            max = T::one();
        }
    }
    let (tau, p) = scratch.split_at_mut(n);
    hessenberg(ld, n, a, z, tau, p, vectors);
    let floor = tiny_square::<T>() * max.max(T::one());
    let (wr, wi) = (&mut wr[..n], &mut wi[..n]);
    let done = francis(ld, n, a, z, (wr, wi), vectors, (max, floor));
    if done && vectors {
        // Smaller pivots are perturbed, so that the vectors stay representable.
        let least = max * T::min_positive_value().sqrt().sqrt();
        let d = balanced.then_some(&*d);
        eigenvectors((ld, n), a, z, (wr, wi), d, scratch, least);
    }
    if !power.is_one() {
        power.inverse().scale(wr);
        // An imaginary part must not become 0: it determines the meaning of the columns of z.
        let least = T::min_positive_value() * T::epsilon();
        for w in wi.iter_mut().filter(|w| **w != T::zero()) {
            *w = power.inverse().times(*w);
            if *w == T::zero() {
                *w = least.copysign(*w);
            }
        }
    }
    done
}

fn padded<T: Real, const LD: usize, const LEN: usize>(
    n: usize,
    a: &[T],
    w: (&mut [T], &mut [T]),
    v: Option<&mut [T]>,
) -> bool {
    let (mut h, mut z) = ([T::zero(); LEN], [T::zero(); LEN]);
    for (h, a) in h.chunks_exact_mut(LD).zip(a.chunks_exact(n).take(n)) {
        h[..n].copy_from_slice(a);
    }
    let mut scratch = [T::zero(); 5 * PADDED];
    let scratch = &mut scratch[..3 * n + 2 * LD];
    let done = kernel(LD, n, &mut h, w, &mut z, scratch, v.is_some());
    if let Some(v) = v {
        for (v, z) in v.chunks_exact_mut(n).zip(z.chunks_exact(LD).take(n)) {
            v.copy_from_slice(&z[..n]);
        }
    }
    done
}

/// Computes the eigenvalues `wr + i wi`, conjugate pairs together with the positive imaginary part first, of
/// the column-major `n x n` matrix `a`, which is destroyed, and eigenvectors of Euclidean norm one in the
/// packed form of LAPACK `geev`: for a pair `j, j + 1`, column `j` of `v` is the real and column `j + 1` the
/// imaginary part of the vector for `wi[j] > 0`, rotated so that its largest component is real. A symmetric
/// matrix is passed to `eigh`. Returns false if the iteration did not converge or the input is not finite.
pub(super) fn eig<T: Real>(n: usize, a: &mut [T], wr: &mut [T], wi: &mut [T], v: Option<&mut [T]>) -> bool {
    let symmetric = (1..n).all(|j| (0..j).all(|i| a[j * n + i] == a[i * n + j]));
    if symmetric {
        wi[..n].fill(T::zero());
        let done = eigh(n, a, wr, v.is_some());
        if let Some(v) = v {
            v[..n * n].copy_from_slice(&a[..n * n]);
        }
        return done;
    }
    match n {
        ..=4 => padded::<T, 4, 16>(n, a, (wr, wi), v),
        5..=8 => padded::<T, 8, 64>(n, a, (wr, wi), v),
        9..=PADDED => padded::<T, PADDED, { PADDED * PADDED }>(n, a, (wr, wi), v),
        _ => {
            let a = &mut a[..n * n];
            let mut scratch = vec![T::zero(); 6 * n];
            let (column, scratch) = scratch.split_at_mut(n);
            match v {
                Some(v) => kernel(n, n, a, (wr, wi), v, scratch, true),
                None => kernel(n, n, a, (wr, wi), column, scratch, false),
            }
        }
    }
}
