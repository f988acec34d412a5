//! Singular value decompositions of small square matrices, of [`LANES`] at once, each in one lane of the
//! vectors.
//!
//! Every lane takes the steps of the small kernel, in the same order: Householder reflections to a bidiagonal
//! matrix (LAPACK `gebd2`), then implicit QR (`bdsqr`). So a matrix has the same bits everywhere. What a lane
//! does next is decided by [`Course`], one lane after the other, then all do it together.

use super::packs::{LANES, Lanes, Pack, Packed};
use super::reflections::{
    LARGEST, at, column, form_q, reflect, reflector, reverse_rows, rotate, scale_back, scaled, swap,
    swap_columns,
};
use super::wide::{Plain, Wide};
use crate::Real;
use num_traits::{Float, One, Zero};

/// Returns the smallest singular value of `[f g; 0 h]`.
#[inline(always)]
pub(crate) fn least2<T: Real>(f: T, g: T, h: T) -> T {
    let (f, h) = (f.abs(), h.abs());
    let (p, q) = (f + h, f - h);
    let sum = (p * p + g * g).sqrt() + (q * q + g * g).sqrt();
    if sum > T::zero() { (f + f) * (h / sum) } else { T::zero() }
}

/// What to do next with an upper bidiagonal matrix.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step<T> {
    /// Nothing more: it is diagonal.
    Done,
    /// Diagonalise the rows `l` and `l + 1`.
    Two { l: usize },
    /// Run a step of implicit QR over the rows `l..=m`, from the lower end if it goes `up`.
    Sweep { l: usize, m: usize, up: bool, shift: T },
    /// Give up: it does not converge.
    Failed,
}

/// The steps of `bdsqr`, which decide the signs of the vectors: sweeps run to the end of a block where the
/// entries are smaller, without a shift if it would cost relative accuracy (Demmel and Kahan 1990).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course<T> {
    tolerance: T,
    threshold: T,
    budget: usize,
    /// The last row that is not finished.
    m: usize,
    /// The block of the step before, and the direction there.
    old: (usize, usize),
    up: bool,
}

impl<T: Real> Course<T> {
    /// `d` is the diagonal, `e` what is above it.
    #[inline(always)]
    pub(crate) fn new(d: &[T], e: &mut [T]) -> Self {
        let n = d.len();
        let (one, ten, order) = (T::one(), T::of(10.0), T::of(n as f64));
        let eps = lapack_epsilon::<T>();
        let tolerance = (one / eps).sqrt().sqrt().sqrt().max(ten).min(ten * ten) * eps;
        let floor = T::of(6.0) * order * order * T::min_positive_value();
        let bound = bound(d, e, (0, n - 1, false), -one).unwrap_or(T::infinity());
        let threshold = (tolerance / (bound * order.sqrt())).max(floor);
        Course { tolerance, threshold, budget: 6 * n * n, m: n - 1, old: (n, 0), up: false }
    }

    /// Returns the next step, after zeros have replaced what is negligible in `e`.
    #[inline(always)]
    pub(crate) fn next(&mut self, d: &[T], e: &mut [T]) -> Step<T> {
        let (zero, ten, order) = (T::zero(), T::of(10.0), T::of(d.len() as f64));
        let (eps, tolerance) = (lapack_epsilon::<T>(), self.tolerance);
        while self.m > 0 {
            let m = self.m;
            let mut l = m;
            let mut max = d[m].abs();
            while l > 0 {
                let (off, size) = (e[l - 1].abs(), d[l - 1].abs());
                if off <= self.threshold {
                    e[l - 1] = zero;
                    break;
                }
                max = max.max(off).max(size);
                l -= 1;
            }
            if l == m {
                self.m -= 1;
                continue;
            }
            if l + 1 == m {
                self.m = l.saturating_sub(1);
                return Step::Two { l };
            }
            if l > self.old.1 || m < self.old.0 {
                self.up = d[l].abs() < d[m].abs();
            }
            let up = self.up;
            let (start, end, last) = if up { (m, l, l) } else { (l, m, m - 1) };
            if e[last].abs() <= tolerance * d[end].abs() {
                e[last] = zero;
                continue;
            }
            let start = d[start].abs();
            let Some(bound) = bound(d, e, (l, m, up), tolerance) else { continue };
            self.old = (l, m);
            if self.budget < m - l {
                return Step::Failed;
            }
            self.budget -= m - l;
            let mut shift = zero;
            if order * tolerance > eps.max(tolerance / (ten * ten)) * (bound * max) {
                let i = if up { l } else { m - 1 };
                // scaled, since the squares of a small block may underflow
                shift = max * least2(d[i] / max, e[i] / max, d[i + 1] / max);
                if shift < eps.sqrt() * start {
                    shift = zero;
                }
            }
            return Step::Sweep { l, m, up, shift };
        }
        Step::Done
    }
}

fn lapack_epsilon<T: Real>() -> T {
    T::epsilon() / T::of(2.0)
}

/// Sets an entry above the diagonal of the block `l..=m` to zero if it is small compared to its neighbours;
/// if there is no such entry, returns an upper bound of the reciprocal of its smallest singular value.
#[inline(always)]
fn bound<T: Real>(d: &[T], e: &mut [T], (l, m, up): (usize, usize, bool), tolerance: T) -> Option<T> {
    let one = T::one();
    // The reciprocals of Demmel and Kahan's mu: the divisions do not wait for each other. If they are
    // infinite, so is the maximum, even if NaN follows.
    let mut r = one / d[if up { m } else { l }].abs();
    let mut max = r;
    for i in 0..m - l {
        let (edge, row) = if up { (m - i - 1, m - i - 1) } else { (l + i, l + i + 1) };
        let off = e[edge].abs();
        if off * r <= tolerance {
            e[edge] = T::zero();
            return None;
        }
        let inverse = one / d[row].abs();
        r = inverse + (off * inverse) * r;
        max = max.max(r);
    }
    Some(max)
}

/// Reduces `a` to the upper bidiagonal matrix with the diagonal `d` and `e` above it, and overwrites it with
/// the reflections from the left; `v` becomes those from the right.
#[inline(always)]
fn bidiagonal<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    n: usize,
    [a, v]: [&mut [Pack<T>]; 2],
    [d, e]: [&mut [Pack<T>]; 2],
) {
    let zero = W::splat(T::zero());
    let (mut left, mut right) = ([zero; LARGEST], [zero; LARGEST]);
    for k in 0..n {
        let mut x = column::<W>(n, a, k, k);
        let (beta, tau) = reflector(n, &mut x, k);
        beta.store(&mut d[k]);
        for i in k..n {
            x[i].store(&mut a[at(n, i, k)]);
        }
        left[k] = tau;
        reflect::<W>(n, a, k + 1, (&x, k, tau));
        if k + 2 == n {
            e[k] = a[at(n, k, k + 1)];
        }
        if k + 2 >= n {
            continue;
        }
        let mut row = [zero; LARGEST];
        for j in k + 1..n {
            row[j] = W::load(&a[at(n, k, j)]);
        }
        let (beta, tau) = reflector(n, &mut row, k + 1);
        beta.store(&mut e[k]);
        right[k] = tau;
        for i in k + 1..n {
            row[i].store(&mut v[at(n, i, k)]);
        }
        let mut p = [zero; LARGEST];
        for i in k + 1..n {
            for j in k + 1..n {
                p[i] = p[i].plus(row[j].times(W::load(&a[at(n, i, j)])));
            }
        }
        let minus_tau = W::splat(-T::one()).times(tau);
        for j in k + 1..n {
            let f = minus_tau.times(row[j]);
            for i in k + 1..n {
                let x = &mut a[at(n, i, j)];
                W::load(x).plus(f.times(p[i])).store(x);
            }
        }
    }
    zero.store(&mut e[n - 1]);
    form_q::<W>(n, a, &left[..n], 0);
    form_q::<W>(n, v, &right[..n - 2], 1);
}

/// Returns the rotation `(c, s)` and `r` with `c f + s g = r`, `c g - s f = 0`, as the small kernel's
/// `lartg`, and where that kernel would not scale.
#[inline(always)]
fn lartg<W: Wide>(f: W, g: W) -> (W, W, W, W::Mask) {
    let (zero, one) = (W::splat(W::Number::zero()), W::splat(W::Number::one()));
    let tiny = W::splat(W::Number::min_positive_value() / W::Number::epsilon());
    let square = f.times(f).plus(g.times(g));
    let nothing = W::both(f.is_zero(), g.is_zero());
    let root = square.root();
    // r has the sign of f
    let r = W::splat(-W::Number::one()).times(root).or(zero.greater(f), root);
    let (c, s) = (f.over(r), g.over(r));
    (one.or(nothing, c), zero.or(nothing, s), zero.or(nothing, r), W::either(square.greater(tiny), nothing))
}

#[inline(always)]
fn larger<W: Wide>(x: W, y: W) -> W {
    y.or(y.greater(x), x)
}

/// The opposite where the mask is true.
#[inline(always)]
fn opposite<W: Wide>(x: W, mask: W::Mask) -> W {
    W::splat(-W::Number::one()).times(x).or(mask, x)
}

/// Returns the singular values of `[f g; 0 h]`, which is not zero, and the rotations `(cl, sl)` and
/// `(cr, sr)`, as the small kernel's `triangular2`; and where that kernel would not scale.
#[inline(always)]
fn triangular2<W: Wide>(f: W, g: W, h: W) -> ([W; 6], W::Mask) {
    let (zero, one) = (W::splat(W::Number::zero()), W::splat(W::Number::one()));
    let max = larger(larger(f.size(), g.size()), h.size());
    let (f, g, h) = (f.over(max), g.over(max), h.over(max));
    let diff = f.minus(h).times(f.plus(h)).minus(g.times(g));
    let twice = W::splat(W::Number::of(2.0)).times(f).times(g);
    let root = diff.times(diff).plus(twice.times(twice)).root();
    let t = twice.over(diff.size().plus(root));
    let c = one.over(one.plus(t.times(t)).root());
    let (first, is_zero) = (zero.at_most(diff), root.is_zero());
    let (mut cr, mut sr) = (c.or(first, t.times(c)), t.times(c).or(first, c));
    (cr, sr) = (one.or(is_zero, cr), zero.or(is_zero, sr));
    let half_epsilon = W::splat(W::Number::epsilon() / W::Number::of(2.0));
    let usual = half_epsilon.times(g.size()).at_most(larger(f.size(), h.size()));
    let (falls, rises) = (h.size().at_most(f.size()), h.size().greater(f.size()));
    let turned = W::both(W::both(usual, falls), zero.greater(cr));
    (cr, sr) = (opposite(cr, turned), opposite(sr, turned));
    let (cl, sl, s1, fits) = lartg(cr.times(f).plus(sr.times(g)), sr.times(h));
    let turned = W::both(W::both(usual, rises), zero.greater(sl));
    let (cl, sl, s1) = (opposite(cl, turned), opposite(sl, turned), opposite(s1, turned));
    ([max.times(s1), max.times(f.over(s1).times(h)), cl, sl, cr, sr], fits)
}

/// Reverses the rows of the bidiagonal matrix of a lane, which turns it upside down: a step up becomes one
/// down, and the vectors of both sides change places.
fn reverse<T: Copy>(n: usize, [d, e, u, v]: [&mut [Pack<T>]; 4], lane: usize) {
    reverse_rows(n, d, e, lane);
    for j in 0..n {
        for i in 0..n {
            let (left, right) = (&mut u[at(n, i, j)].0[lane], &mut v[at(n, i, n - 1 - j)].0[lane]);
            std::mem::swap(left, right);
        }
    }
}

/// Diagonalises the bidiagonal matrices and rotates the columns of `u` and `v` in the same way. Returns the
/// lanes in which that succeeded.
#[inline(always)]
fn qr<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    n: usize,
    [d, e, u, v]: [&mut [Pack<T>]; 4],
    mut good: Lanes,
) -> Lanes {
    let (zero, one) = (T::zero(), T::one());
    let fill = |x: T| Pack([x; LANES]);
    let number = |i: usize| T::of(i as f64);
    let read = |x: &[Pack<T>], lane: usize| {
        let mut numbers = [zero; LARGEST];
        for (number, x) in numbers.iter_mut().zip(x) {
            *number = x.0[lane];
        }
        numbers
    };
    let mut courses: [Course<T>; LANES] =
        std::array::from_fn(|lane| Course::new(&read(d, lane)[..n], &mut read(e, lane)[..n]));
    let (mut reversed, mut done): (Lanes, Lanes) = (0, 0);
    // more than the budget of a course
    for _ in 0..7 * n * n {
        let mut steps = [Step::Done; LANES];
        // the rows of the sweep, none for the other lanes, its shift, and the row of a pair
        let (mut low, mut high, mut shifts, mut pair) = (fill(zero), fill(-one), fill(zero), fill(-one));
        let (mut firsts, mut edges) = (fill(one), fill(one));
        let mut two = [fill(one); 3];
        let (mut begin, mut end, mut pairs) = (n, 0, false);
        for (lane, (step, course)) in steps.iter_mut().zip(&mut courses).enumerate() {
            let bit = 1 << lane;
            if good & !done & bit == 0 {
                continue;
            }
            // in the order of the rows of the matrix
            let is_reversed = reversed & bit != 0;
            let place = |i: usize| if is_reversed { n - 1 - i } else { i };
            let edge = |i: usize| if is_reversed { n - 2 - i } else { i };
            let (mut diagonal, mut above) = ([zero; LARGEST], [zero; LARGEST]);
            for i in 0..n {
                diagonal[i] = d[place(i)].0[lane];
            }
            for i in 0..n - 1 {
                above[i] = e[edge(i)].0[lane];
            }
            *step = course.next(&diagonal[..n], &mut above[..n]);
            for i in 0..n - 1 {
                e[edge(i)].0[lane] = above[i];
            }
            let up = match *step {
                Step::Done | Step::Two { .. } => false,
                Step::Sweep { up, .. } => up,
                Step::Failed => {
                    good &= !bit;
                    continue;
                }
            };
            if up != is_reversed {
                reverse(n, [&mut *d, &mut *e, &mut *u, &mut *v], lane);
                reversed ^= bit;
            }
            match *step {
                Step::Two { l } => {
                    (two[0].0[lane], two[1].0[lane], two[2].0[lane]) =
                        (diagonal[l], above[l], diagonal[l + 1]);
                    e[l].0[lane] = zero;
                    pair.0[lane] = number(l);
                    pairs = true;
                    (begin, end) = (begin.min(l), end.max(l + 1));
                }
                Step::Sweep { l, m, shift, .. } => {
                    let (l, m) = if up { (n - 1 - m, n - 1 - l) } else { (l, m) };
                    (low.0[lane], high.0[lane], shifts.0[lane]) = (number(l), number(m), shift);
                    (firsts.0[lane], edges.0[lane]) = (d[l].0[lane], e[l].0[lane]);
                    (begin, end) = (begin.min(l), end.max(m));
                }
                _ => done |= bit,
            }
        }
        if end == 0 {
            break;
        }
        let [mut cl, mut sl, mut cr, mut sr] = [W::splat(one), W::splat(zero), W::splat(one), W::splat(zero)];
        if pairs {
            let (f, g, h) = (W::load(&two[0]), W::load(&two[1]), W::load(&two[2]));
            let (found, fits) = triangular2(f, g, h);
            good &= W::lanes(fits);
            let [mut large, mut small] = [two[0]; 2];
            found[0].store(&mut large);
            found[1].store(&mut small);
            [cl, sl, cr, sr] = [found[2], found[3], found[4], found[5]];
            for (lane, step) in steps.iter().enumerate() {
                if let Step::Two { l } = *step {
                    (d[l].0[lane], d[l + 1].0[lane]) = (large.0[lane], small.0[lane]);
                }
            }
        }
        let (low, high, pair) = (W::load(&low), W::load(&high), W::load(&pair));
        let (ones, zeros) = (W::splat(one), W::splat(zero));
        // (d d - shift shift, d e) up to a factor that keeps it representable
        let (first, shift) = (W::load(&firsts), W::load(&shifts));
        let (shifted, unshifted) = (shift.greater(zeros), shift.at_most(zeros));
        let difference = first.size().minus(shift);
        let is_large = shift.at_most(first.size());
        let large = difference.times(ones.with_sign_of(first).plus(shift.over(first)));
        let small = difference.times(first.size().over(shift).plus(ones));
        let mut f = large.or(is_large, small);
        let edge = W::load(&edges);
        let mut g = edge.or(is_large, edge.times(first.over(shift)));
        let (mut c, mut old_c, mut old_s) = (ones, ones, zeros);
        for i in begin..end {
            let here = W::splat(number(i));
            let active = W::both(low.at_most(here), high.greater(here));
            let paired = W::both(pair.at_most(here), here.at_most(pair));
            let ([mut inner, mut outer], turned) = ([(cr, sr), (cl, sl)], W::either(active, paired));
            if W::lanes(turned) == 0 {
                continue;
            }
            if W::lanes(active) != 0 {
                let (this, next, between) = (W::load(&d[i]), W::load(&d[i + 1]), W::load(&e[i]));
                let (c1, s1, r1, fits) = lartg(f.or(shifted, this.times(c)), g.or(shifted, between));
                good &= W::lanes(fits) | !W::lanes(active);
                if i > begin {
                    let inside = W::both(active, here.greater(low));
                    r1.or(shifted, old_s.times(r1)).or(inside, W::load(&e[i - 1])).store(&mut e[i - 1]);
                }
                let next_s = s1.times(next);
                let sum = c1.times(this).plus(s1.times(between));
                let off = c1.times(between).minus(s1.times(this));
                let below = next.times(c1);
                let (c2, s2, r2, fits) = lartg(sum.or(shifted, old_c.times(r1)), next_s);
                good &= W::lanes(fits) | !W::lanes(active);
                r2.or(active, this).store(&mut d[i]);
                let moved = W::both(active, shifted);
                let last = W::both(active, high.at_most(W::splat(number(i + 1))));
                let product = below.times(c2).or(W::both(last, unshifted), next);
                c2.times(below).minus(s2.times(off)).or(moved, product).store(&mut d[i + 1]);
                let sum = c2.times(off).plus(s2.times(below));
                let bottom = sum.or(shifted, below.times(s2));
                bottom.or(last, between).store(&mut e[i]);
                if i + 1 < end {
                    let after = W::load(&e[i + 1]);
                    let inside = W::both(moved, high.greater(W::splat(number(i + 1))));
                    g = s2.times(after).or(inside, g);
                    after.times(c2).or(inside, after).store(&mut e[i + 1]);
                }
                f = sum.or(active, f);
                (c, old_c, old_s) = (c1.or(active, c), c2.or(active, old_c), s2.or(active, old_s));
                inner = (c1.or(active, inner.0), s1.or(active, inner.1));
                outer = (c2.or(active, outer.0), s2.or(active, outer.1));
            }
            rotate(n, v, i, inner, turned);
            rotate(n, u, i, outer, turned);
        }
    }
    good & done
}

/// Makes the values positive and sorts them, descending, in every lane.
#[inline(always)]
fn finish<T: Real>(n: usize, [d, u, v]: [&mut [Pack<T>]; 3]) {
    for lane in 0..LANES {
        for j in 0..n {
            if d[j].0[lane] < T::zero() {
                for x in v[j * n..(j + 1) * n].iter_mut() {
                    x.0[lane] = -x.0[lane];
                }
            }
            d[j].0[lane] = d[j].0[lane].abs();
        }
        for end in (1..n).rev() {
            let mut least = 0; // the last of equal ones
            for j in 1..=end {
                if d[j].0[lane] <= d[least].0[lane] {
                    least = j;
                }
            }
            if least != end {
                swap(d, least, end, lane);
                swap_columns(n, u, least, end, lane);
                swap_columns(n, v, least, end, lane);
            }
        }
    }
}

#[inline(always)]
fn svd_of<T: Packed, W: Wide<Number = T, Stored = Pack<T>>>(
    n: usize,
    a: &mut [Pack<T>],
    others: &mut [Pack<T>],
) -> Lanes {
    let (powers, fit) = scaled::<T, W>(n, a, |_, _| true);
    let (v, rest) = others.split_at_mut(n * n);
    let (d, rest) = rest.split_at_mut(n);
    let e = &mut rest[..n];
    bidiagonal::<T, W>(n, [&mut *a, &mut *v], [&mut *d, &mut *e]);
    let good = qr::<T, W>(n, [&mut *d, e, &mut *a, &mut *v], fit);
    finish(n, [&mut *d, a, v]);
    scale_back(powers, d);
    good
}

dispatched! {
    /// Overwrites matrices of order `n`, which is at least 2 and at most [`LARGEST`], with their left
    /// singular vectors, column by column. The first packs of `others` become the right ones, `n * n` packs,
    /// and then the singular values, `n` packs, descending; there are `n * (n + 2)` packs.
    pub(crate) fn svd<T: Packed>(n: usize, a: &mut [Pack<T>], others: &mut [Pack<T>]) -> Lanes {
        let a = &mut a[..n * n];
        if FMA {
            match n {
                3 => svd_of::<T, T::Registers>(3, a, others),
                4 => svd_of::<T, T::Registers>(4, a, others),
                n => svd_of::<T, T::Registers>(n, a, others),
            }
        } else {
            svd_of::<T, Plain<T>>(n, a, others)
        }
    }
}
