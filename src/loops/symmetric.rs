//! Eigenvalues and eigenvectors of small symmetric matrices, of [`LANES`] at once, each in one lane of the
//! vectors.
//!
//! Every lane takes the steps of the small kernel, in the same order: Householder reflections to a
//! tridiagonal matrix (LAPACK `sytd2`), then implicit QL or QR (`steqr`). So a matrix has the same bits
//! everywhere. The steps of the iteration differ from lane to lane: what a lane does next is decided one lane
//! after the other, then all do it together, each on its own rows.

use super::packs::{LANES, Lanes, Pack, Packed};
pub(crate) use super::reflections::LARGEST;
use super::reflections::{
    at, column, dot, form_q, reflector, reverse_rows, rotate, scale_back, scaled, swap, swap_columns,
};
use super::wide::{Plain, Wide};
use crate::Real;
use num_traits::{One, Zero};

/// Reduces `a` to a tridiagonal matrix with the diagonal `d` and `e` beside it, and overwrites it with the
/// product of the reflections. Only the lower triangle is read.
#[inline(always)]
fn tridiagonal<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    n: usize,
    a: &mut [Pack<T>],
    d: &mut [Pack<T>],
    e: &mut [Pack<T>],
) {
    let zero = W::splat(T::zero());
    for j in 0..n {
        for i in j + 1..n {
            a[at(n, j, i)] = a[at(n, i, j)];
        }
    }
    let mut taus = [zero; LARGEST];
    for k in 0..n - 2 {
        d[k] = a[at(n, k, k)];
        let mut v = column::<W>(n, a, k, k + 1);
        let (beta, t) = reflector(n, &mut v, k + 1);
        beta.store(&mut e[k]);
        let mut w = [zero; LARGEST];
        for i in k + 1..n {
            for j in k + 1..n {
                w[i] = w[i].plus(v[j].times(W::load(&a[at(n, i, j)])));
            }
        }
        let half = W::splat(-T::of(0.5));
        let f = half.times(t).times(t).times(dot(k + 1..n, |i| w[i], |i| v[i]));
        for i in k + 1..n {
            w[i] = t.times(w[i]).plus(f.times(v[i]));
        }
        for j in k + 1..n {
            for i in k + 1..n {
                let x = &mut a[at(n, i, j)];
                W::load(x).minus(v[i].times(w[j]).plus(w[i].times(v[j]))).store(x);
            }
        }
        for i in k + 1..n {
            v[i].store(&mut a[at(n, i, k)]);
        }
        taus[k] = t;
    }
    d[n - 2] = a[at(n, n - 2, n - 2)];
    d[n - 1] = a[at(n, n - 1, n - 1)];
    e[n - 2] = a[at(n, n - 1, n - 2)];
    form_q::<W>(n, a, &taus[..n - 2], 1);
}

/// What to do next with a symmetric tridiagonal matrix.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Nothing more: it is diagonal.
    Done,
    /// Diagonalise the rows `i` and `i + 1`.
    Two { i: usize },
    /// Run a sweep that finds an eigenvalue in the row `at`, over the rows up to `to`: QL if that is below,
    /// QR, which is QL with reversed rows, if it is above.
    Sweep { at: usize, to: usize },
    /// Give up: it does not converge.
    Failed,
}

/// The steps of implicit QL and QR, which decide the signs of the vectors: each block is swept by QL, which
/// finds the eigenvalues from the top, if its lower end is larger; by QR if its upper end is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    /// The first row that belongs to no block yet.
    next: usize,
    /// The first and the last row of the block.
    block: (usize, usize),
    /// The distance of the row whose eigenvalue is next from the end where they are found.
    l: usize,
    qr: bool,
    /// Number of sweeps that are left.
    budget: usize,
}

/// Returns whether the off-diagonal `e` between `a` and `b` may be dropped; LAPACK's epsilon is half of ours.
#[inline(always)]
pub(crate) fn negligible<T: Real>(e: T, a: T, b: T) -> bool {
    let eps = T::epsilon() / (T::one() + T::one());
    e * e <= eps * eps * a.abs() * b.abs() + T::min_positive_value()
}

impl Course {
    /// For a matrix of order `n`.
    #[inline(always)]
    pub(crate) fn new(n: usize) -> Self {
        Course { next: 0, block: (0, 0), l: 1, qr: false, budget: 30 * n }
    }

    /// Returns the next step, after zeros have replaced what is negligible in `e`, the elements beside the
    /// diagonal `d`.
    #[inline(always)]
    pub(crate) fn next<T: Real>(&mut self, d: &[T], e: &mut [T]) -> Step {
        let n = d.len();
        loop {
            if self.l > self.block.1 - self.block.0 {
                if self.next == n {
                    return Step::Done;
                }
                let first = self.next;
                let mut last = first;
                while last + 1 < n && !negligible(e[last], d[last], d[last + 1]) {
                    last += 1;
                }
                self.qr = d[last].abs() < d[first].abs();
                (self.block, self.next, self.l) = ((first, last), last + 1, 0);
            }
            let ((first, last), qr, l) = (self.block, self.qr, self.l);
            // the row at a distance from the end where values are found, and the element next to it
            let row = |i: usize| if qr { last - i } else { first + i };
            let edge = |i: usize| if qr { last - i - 1 } else { first + i };
            let mut m = l;
            while m < last - first && !negligible(e[edge(m)], d[row(m)], d[row(m + 1)]) {
                m += 1;
            }
            if m < last - first {
                e[edge(m)] = T::zero();
            }
            if m == l {
                self.l += 1;
            } else if m == l + 1 {
                self.l += 2;
                return Step::Two { i: edge(l) };
            } else if self.budget == 0 {
                return Step::Failed;
            } else {
                self.budget -= 1;
                return Step::Sweep { at: row(l), to: row(m) };
            }
        }
    }
}

/// Reverses the rows of the tridiagonal matrix of a lane, and the columns of `z`.
fn reverse<T: Copy>(n: usize, [d, e, z]: [&mut [Pack<T>]; 3], lane: usize) {
    reverse_rows(n, d, e, lane);
    for j in 0..n / 2 {
        swap_columns(n, z, j, n - 1 - j, lane);
    }
}

/// Returns the eigenvalues of `[a b; b c]` and the rotation, as the small kernel's `symmetric2`; `b` is not
/// negligible.
#[inline(always)]
fn symmetric2<W: Wide>(a: W, b: W, c: W) -> [W; 4] {
    let (zero, one) = (W::splat(W::Number::zero()), W::splat(W::Number::one()));
    let (half, minus) = (W::splat(W::Number::of(0.5)), W::splat(-W::Number::one()));
    let (sum, diff, twice) = (a.plus(c), a.minus(c), b.plus(b));
    let root = diff.times(diff).plus(twice.times(twice)).root();
    let larger = a.size().greater(c.size());
    let (large, small) = (a.or(larger, c), c.or(larger, a));
    let (is_negative, is_positive) = (zero.greater(sum), zero.at_most(sum));
    let first = sum.plus(minus.times(root).or(is_negative, root)).times(half);
    let second = large.over(first).times(small).minus(b.over(first).times(b));
    let length = diff.size().plus(root);
    let t = twice.over(length);
    let cos = one.over(one.plus(t.times(t)).root());
    let (falls, rises) = (zero.at_most(diff), zero.greater(diff));
    let product = t.times(cos);
    let (mut x, mut y) = (minus.times(product).or(falls, product), cos);
    let alike = W::either(W::both(t.greater(zero), falls), W::both(t.at_most(zero), rises));
    let other = W::both(length.at_most(twice.size()), alike);
    (x, y) = (minus.times(x).or(other, x), minus.times(y).or(other, y));
    let turned = W::either(W::both(falls, is_positive), W::both(rises, is_negative));
    [first, second, minus.times(y).or(turned, x), x.or(turned, y)]
}

/// Returns the eigenvalue of `[a e; e b]` that is closer to `a`, given `ee = e e`, which is not 0.
#[inline(always)]
fn wilkinson<W: Wide>(a: W, ee: W, b: W) -> W {
    let half = b.minus(a).times(W::splat(W::Number::of(0.5)));
    let root = half.size().plus(half.times(half).plus(ee).root());
    a.minus(ee.over(root).with_sign_of(half))
}

/// Diagonalises the tridiagonal matrices and rotates the columns of `z` in the same way. Returns the lanes in
/// which that succeeded.
#[inline(always)]
fn ql<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    n: usize,
    [d, e, z]: [&mut [Pack<T>]; 3],
    mut good: Lanes,
) -> Lanes {
    let (zero, one) = (T::zero(), T::one());
    let fill = |x: T| Pack([x; LANES]);
    let number = |i: usize| T::of(i as f64);
    let tiny = W::splat(T::min_positive_value() / T::epsilon());
    let minus = W::splat(-one);
    let mut courses = [Course::new(n); LANES];
    let (mut reversed, mut done): (Lanes, Lanes) = (0, 0);
    // more than the budget of a course
    for _ in 0..31 * n {
        // the rows of the sweep, none for the other lanes, and the upper row of a pair
        let (mut low, mut high, mut pair) = (fill(zero), fill(-one), fill(-one));
        // of the sweep: both ends of the diagonal, the row after the first, and the element between those
        let mut ends = [fill(one); 4];
        // of the pair: its elements, and where they lie
        let mut two = [fill(one); 3];
        let mut places = [None; LANES];
        let mut turn = fill(-one);
        let (mut begin, mut end) = (n, 0);
        for (lane, course) in courses.iter_mut().enumerate() {
            let bit = 1 << lane;
            if good & !done & bit == 0 {
                continue;
            }
            // in the order of the rows of the matrix
            let is_reversed = reversed & bit != 0;
            let place = |i: usize| if is_reversed { n - 1 - i } else { i };
            let edge = |i: usize| if is_reversed { n - 2 - i } else { i };
            let (mut diagonal, mut beside) = ([zero; LARGEST], [zero; LARGEST]);
            for i in 0..n {
                diagonal[i] = d[place(i)].0[lane];
            }
            for i in 0..n - 1 {
                beside[i] = e[edge(i)].0[lane];
            }
            let step = course.next(&diagonal[..n], &mut beside[..n]);
            for i in 0..n - 1 {
                e[edge(i)].0[lane] = beside[i];
            }
            let up = match step {
                Step::Sweep { at, to } => to < at,
                Step::Two { .. } => is_reversed,
                Step::Done | Step::Failed => false,
            };
            if up != is_reversed {
                reverse(n, [&mut *d, &mut *e, &mut *z], lane);
                reversed ^= bit;
            }
            match step {
                Step::Done => done |= bit,
                Step::Failed => good &= !bit,
                Step::Two { i } => {
                    (two[0].0[lane], two[1].0[lane], two[2].0[lane]) =
                        (diagonal[i], beside[i], diagonal[i + 1]);
                    places[lane] = Some((place(i), place(i + 1)));
                    turn.0[lane] = if is_reversed { one } else { -one };
                    pair.0[lane] = number(edge(i));
                    (begin, end) = (begin.min(edge(i)), end.max(edge(i) + 1));
                }
                Step::Sweep { at, to } => {
                    let (l, m) = if up { (n - 1 - at, n - 1 - to) } else { (at, to) };
                    (low.0[lane], high.0[lane]) = (number(l), number(m));
                    ends[0].0[lane] = d[l].0[lane];
                    ends[1].0[lane] = d[l + 1].0[lane];
                    ends[2].0[lane] = d[m].0[lane];
                    ends[3].0[lane] = e[l].0[lane];
                    (begin, end) = (begin.min(l), end.max(m));
                }
            }
        }
        if end == 0 {
            break;
        }
        let (mut x, mut y) = (W::splat(one), W::splat(zero));
        if places.iter().any(Option::is_some) {
            let [first, second, cos, sin] = symmetric2(W::load(&two[0]), W::load(&two[1]), W::load(&two[2]));
            (x, y) = (cos, sin.times(W::load(&turn)));
            let [mut firsts, mut seconds] = [two[0]; 2];
            first.store(&mut firsts);
            second.store(&mut seconds);
            for (lane, place) in places.into_iter().enumerate() {
                if let Some((a, c)) = place {
                    (d[a].0[lane], d[c].0[lane]) = (firsts.0[lane], seconds.0[lane]);
                }
            }
        }
        let (low, high, pair) = (W::load(&low), W::load(&high), W::load(&pair));
        let (top, next) = (W::load(&ends[0]), W::load(&ends[1]));
        let (bottom, between) = (W::load(&ends[2]), W::load(&ends[3]));
        let mut g = bottom.minus(wilkinson(top, between.times(between), next));
        let (mut c, mut s, mut p) = (W::splat(one), W::splat(one), W::splat(zero));
        for i in (begin..end).rev() {
            let here = W::splat(number(i));
            let active = W::both(low.at_most(here), high.greater(here));
            let paired = W::both(pair.at_most(here), here.at_most(pair));
            let (mut cos, mut sin) = (x, y);
            if W::lanes(active) != 0 {
                let (f, b) = (s.times(W::load(&e[i])), c.times(W::load(&e[i])));
                let q = g.times(g).plus(f.times(f));
                good &= !W::lanes(W::both(active, q.at_most(tiny)));
                let r = q.root();
                // r has the sign of g
                let signed = minus.times(r).or(W::splat(zero).greater(g), r);
                (c, s) = (g.over(signed).or(active, c), f.over(signed).or(active, s));
                if i + 1 < end {
                    let inner = W::both(active, high.greater(W::splat(number(i + 1))));
                    signed.or(inner, W::load(&e[i + 1])).store(&mut e[i + 1]);
                }
                let (above, below) = (W::load(&d[i]), W::load(&d[i + 1]));
                let old = below.minus(p);
                let r = above.minus(old).times(s).plus(c.plus(c).times(b));
                p = s.times(r).or(active, p);
                old.plus(p).or(active, below).store(&mut d[i + 1]);
                g = c.times(r).minus(b).or(active, g);
                let top = W::both(active, here.at_most(low));
                above.minus(p).or(top, above).store(&mut d[i]);
                g.or(top, W::load(&e[i])).store(&mut e[i]);
                (cos, sin) = (c.or(active, cos), s.or(active, sin));
            }
            let rotated = W::either(active, paired);
            if W::lanes(rotated) == 0 {
                continue;
            }
            rotate(n, z, i, (cos, minus.times(sin)), rotated);
        }
    }
    good & done
}

/// Sorts the eigenvalues of every lane, and the columns of `z` with them.
#[inline(always)]
fn sort<T: Real>(n: usize, d: &mut [Pack<T>], z: &mut [Pack<T>]) {
    for lane in 0..LANES {
        for i in 0..n - 1 {
            let mut least = i;
            for j in i + 1..n {
                if d[j].0[lane] < d[least].0[lane] {
                    least = j;
                }
            }
            if least != i {
                swap(d, i, least, lane);
                swap_columns(n, z, i, least, lane);
            }
        }
    }
}

#[inline(always)]
fn eigh_of<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    n: usize,
    a: &mut [Pack<T>],
    d: &mut [Pack<T>],
) -> Lanes {
    let (powers, fit) = scaled::<T, W>(n, a, |i, j| i >= j);
    let (d, e) = d.split_at_mut(n);
    tridiagonal::<T, W>(n, a, d, e);
    let good = ql::<T, W>(n, [&mut *d, e, &mut *a], fit);
    sort(n, d, a);
    scale_back(powers, d);
    good
}

dispatched! {
    /// Overwrites symmetric matrices of order `n`, of which the lower triangle is read, with their
    /// eigenvectors, column by column, and the first `n` packs of `w` with their eigenvalues, ascending; `w`
    /// has `2 n` packs.
    pub(crate) fn eigh<T: Packed>(n: usize, a: &mut [Pack<T>], w: &mut [Pack<T>]) -> Lanes {
        let a = &mut a[..n * n];
        if FMA {
            match n {
                3 => eigh_of::<T, T::Registers>(3, a, w),
                4 => eigh_of::<T, T::Registers>(4, a, w),
                n => eigh_of::<T, T::Registers>(n, a, w),
            }
        } else {
            eigh_of::<T, Plain<T>>(n, a, w)
        }
    }
}
