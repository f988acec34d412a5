//! Eigenvalues and eigenvectors of small symmetric matrices, of [`LANES`] at once, each in one lane of the
//! vectors.
//!
//! Every lane takes the steps of the small kernel, in the same order: Householder reflections to a
//! tridiagonal matrix (LAPACK `sytd2`), then implicit QL or QR (`steqr`). So a matrix has the same bits
//! everywhere. The steps of the iteration differ from lane to lane: what a lane does next is decided one lane
//! after the other, then all do it together, each on its own rows.

use super::packs::{LANES, Lanes, Pack, Packed};
pub(crate) use super::reflections::LARGEST;
use super::reflections::{at, column, dot, form_q, reflector, scaled};
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
    for k in 0..n.saturating_sub(2) {
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
    form_q::<W>(n, a, &taus[..n.saturating_sub(2)], 1);
}

/// What a lane does next.
#[derive(Clone, Copy)]
enum Step {
    /// Nothing more.
    Done,
    /// Diagonalises rows `l` and `l + 1`.
    Two(usize),
    /// A sweep of QL over the rows `l..=m`.
    Sweep(usize, usize),
}

/// Where the iteration of a lane is.
#[derive(Clone, Copy)]
struct Course {
    /// The first row that belongs to no block yet.
    first: usize,
    /// The last row of the block, as it lies.
    end: usize,
    /// The row of the block whose eigenvalue is next, as it lies.
    l: usize,
    /// Whether the matrix is stored with its rows reversed: QR is QL with reversed rows.
    reversed: bool,
}

impl Course {
    /// `d`, `e` and `z` are those of the lane `lane`.
    #[inline(always)]
    fn next<T: Real>(&mut self, n: usize, [d, e, z]: [&mut [Pack<T>]; 3], lane: usize) -> Step {
        let negligible = |d: &[Pack<T>], e: &[Pack<T>], i: usize| {
            let (a, b, e) = (d[i].0[lane], d[i + 1].0[lane], e[i].0[lane]);
            let eps = T::epsilon() / T::of(2.0);
            e * e <= eps * eps * a.abs() * b.abs() + T::min_positive_value()
        };
        loop {
            if self.l > self.end {
                if self.reversed {
                    reverse(n, [&mut *d, &mut *e, &mut *z], lane);
                    self.reversed = false;
                }
                if self.first == n {
                    return Step::Done;
                }
                let first = self.first;
                let mut last = first;
                while last + 1 < n && !negligible(d, e, last) {
                    last += 1;
                }
                (self.l, self.end, self.first) = (first, last, last + 1);
                if d[last].0[lane].abs() < d[first].0[lane].abs() {
                    reverse(n, [&mut *d, &mut *e, &mut *z], lane);
                    self.reversed = true;
                    (self.l, self.end) = (n - 1 - last, n - 1 - first);
                }
            }
            let l = self.l;
            let mut m = l;
            while m < self.end && !negligible(d, e, m) {
                m += 1;
            }
            if m < self.end {
                e[m].0[lane] = T::zero();
            }
            if m == l {
                self.l += 1;
            } else if m == l + 1 {
                self.l += 2;
                return Step::Two(l);
            } else {
                return Step::Sweep(l, m);
            }
        }
    }
}

/// Reverses the rows of the tridiagonal matrix of a lane, and the columns of `z`.
fn reverse<T: Copy>(n: usize, [d, e, z]: [&mut [Pack<T>]; 3], lane: usize) {
    let swap = |x: &mut [Pack<T>], i: usize, j: usize| {
        (x[i].0[lane], x[j].0[lane]) = (x[j].0[lane], x[i].0[lane]);
    };
    (0..n / 2).for_each(|i| swap(d, i, n - 1 - i));
    (0..(n - 1) / 2).for_each(|i| swap(e, i, n - 2 - i));
    for j in 0..n / 2 {
        (0..n).for_each(|i| swap(z, at(n, i, j), at(n, i, n - 1 - j)));
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
    let mut courses = [Course { first: 0, end: 0, l: 1, reversed: false }; LANES];
    let mut done = 0;
    for _ in 0..31 * n {
        let mut steps = [Step::Done; LANES];
        // the rows of the sweep, none for the other lanes, and the row of a pair
        let (mut low, mut high, mut pair) = (fill(zero), fill(-one), fill(-one));
        // of the sweep: both ends of the diagonal, the row after the first, and the element between those
        let mut ends = [fill(one); 4];
        // of the pair: its elements
        let mut two = [fill(one); 3];
        let mut turn = fill(-one);
        let (mut begin, mut end, mut pairs) = (n, 0, false);
        for (lane, (step, course)) in steps.iter_mut().zip(&mut courses).enumerate() {
            if good & !done & (1 << lane) == 0 {
                continue;
            }
            *step = course.next(n, [&mut *d, &mut *e, &mut *z], lane);
            match *step {
                Step::Done => done |= 1 << lane,
                Step::Two(l) => {
                    let (a, c) = if course.reversed { (l + 1, l) } else { (l, l + 1) };
                    two[0].0[lane] = d[a].0[lane];
                    two[1].0[lane] = e[l].0[lane];
                    two[2].0[lane] = d[c].0[lane];
                    turn.0[lane] = if course.reversed { one } else { -one };
                    pair.0[lane] = number(l);
                    pairs = true;
                    (begin, end) = (begin.min(l), end.max(l + 1));
                }
                Step::Sweep(l, m) => {
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
        if pairs {
            let [first, second, cos, sin] = symmetric2(W::load(&two[0]), W::load(&two[1]), W::load(&two[2]));
            (x, y) = (cos, sin.times(W::load(&turn)));
            let [mut firsts, mut seconds] = [two[0]; 2];
            first.store(&mut firsts);
            second.store(&mut seconds);
            for (lane, (step, course)) in steps.iter().zip(&courses).enumerate() {
                if let Step::Two(l) = *step {
                    let (a, c) = if course.reversed { (l + 1, l) } else { (l, l + 1) };
                    (d[a].0[lane], d[c].0[lane]) = (firsts.0[lane], seconds.0[lane]);
                }
            }
        }
        let (low, high, pair) = (W::load(&low), W::load(&high), W::load(&pair));
        let [top, next, bottom, between] = ends.each_ref().map(W::load);
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
            let (left, right) = z[i * n..(i + 2) * n].split_at_mut(n);
            for (left, right) in left.iter_mut().zip(right) {
                let (x, y) = (W::load(left), W::load(right));
                cos.times(x).minus(sin.times(y)).or(rotated, x).store(left);
                cos.times(y).plus(sin.times(x)).or(rotated, y).store(right);
            }
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
                (d[i].0[lane], d[least].0[lane]) = (d[least].0[lane], d[i].0[lane]);
                for row in 0..n {
                    let (i, j) = (at(n, row, i), at(n, row, least));
                    (z[i].0[lane], z[j].0[lane]) = (z[j].0[lane], z[i].0[lane]);
                }
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
    for (lane, power) in powers.into_iter().enumerate().filter(|(_, power)| !power.is_one()) {
        d.iter_mut().for_each(|d| d.0[lane] = power.inverse().times(d.0[lane]));
    }
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
