//! The singular value decomposition of small square matrices by the steps of LAPACK's `gesdd`: reduction to a
//! bidiagonal matrix by reflections (`gebd2`), then implicit QR, with shifts unless small values would lose
//! accuracy (`bdsqr`).
//!
//! J. Demmel, W. Kahan, "Accurate singular values of bidiagonal matrices" (LAPACK Working Note 3, 1990);
//! G. H. Golub, C. F. Van Loan, "Matrix Computations", 5.1 and 8.6.

use super::orthogonal::{EPS, Reflection, Rotation, identity};

/// Maximal number of sweeps per singular value.
const SWEEPS: usize = 6;

/// Singular value decomposition of a square matrix.
#[derive(Debug)]
pub(super) struct Svd {
    /// Left singular vectors, as rows.
    pub ut: Vec<f64>,
    /// Singular values, descending.
    pub s: Vec<f64>,
    /// Right singular vectors, as rows.
    pub vt: Vec<f64>,
}

/// Decomposes a finite matrix of order `n`, row by row. The squares of its entries must neither overflow nor
/// underflow. `None` if the iteration does not converge.
pub(super) fn svd(a: &mut [f64], n: usize) -> Option<Svd> {
    let bidiagonal = Bidiagonal::new(a, n);
    let mut iteration =
        Iteration { n, d: bidiagonal.d, e: bidiagonal.e, ut: identity(n), vt: identity(n), threshold: 0.0 };
    if n == 1 {
        // LAPACK treats order 1 separately: the sign goes to the left
        iteration.ut[0] = 1f64.copysign(iteration.d[0]);
        iteration.d[0] = iteration.d[0].abs();
    }
    iteration.run()?;
    iteration.finish();
    let Iteration { d: s, mut ut, mut vt, .. } = iteration;
    for (vectors, reflections) in [(&mut ut, &bidiagonal.left), (&mut vt, &bidiagonal.right)] {
        for vector in vectors.chunks_exact_mut(n) {
            reflections.iter().rev().for_each(|reflection| reflection.apply(vector));
        }
    }
    Some(Svd { ut, s, vt })
}

/// A = H_1 H_2 ... B G_1 G_2 ..., where B has the diagonal d and the entries e above it.
struct Bidiagonal {
    d: Vec<f64>,
    e: Vec<f64>,
    left: Vec<Reflection>,
    right: Vec<Reflection>,
}

impl Bidiagonal {
    fn new(a: &mut [f64], n: usize) -> Self {
        let mut out = Bidiagonal { d: vec![], e: vec![], left: vec![], right: vec![] };
        for i in 0..n {
            let (reflection, d) = Reflection::new(i, (i..n).map(|row| a[row * n + i]).collect());
            for column in i + 1..n {
                let mut x: Vec<f64> = (0..n).map(|row| a[row * n + column]).collect();
                reflection.apply(&mut x);
                x.into_iter().enumerate().for_each(|(row, x)| a[row * n + column] = x);
            }
            out.d.push(d);
            out.left.push(reflection);
            if i + 1 < n {
                let (reflection, e) = Reflection::new(i + 1, a[i * n + i + 1..(i + 1) * n].to_vec());
                a[(i + 1) * n..].chunks_exact_mut(n).for_each(|row| reflection.apply(row));
                out.e.push(e);
                out.right.push(reflection);
            }
        }
        out
    }
}

/// The bidiagonal matrix, which the iteration makes diagonal.
struct Iteration {
    n: usize,
    d: Vec<f64>,
    e: Vec<f64>,
    ut: Vec<f64>,
    vt: Vec<f64>,
    /// Entries up to this size are treated as 0.
    threshold: f64,
}

/// The end of a block to which the sweeps run: the smaller entries gather there.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Direction {
    Down,
    Up,
}

impl Iteration {
    fn run(&mut self) -> Option<()> {
        let n = self.n;
        let tolerance = EPS.powf(-0.125).clamp(10.0, 100.0) * EPS;
        // a lower bound of the smallest singular value
        let mut least = self.d.first()?.abs();
        let mut mu = least;
        for (d, e) in self.d.iter().skip(1).zip(&self.e) {
            if least == 0.0 {
                break;
            }
            mu = d.abs() * (mu / (mu + e.abs()));
            least = least.min(mu);
        }
        let order = n as f64;
        let floor = SWEEPS as f64 * (order * (order * f64::MIN_POSITIVE));
        self.threshold = (tolerance * (least / order.sqrt())).max(floor);

        // the previous block
        let mut old: Option<(usize, usize)> = None;
        let mut direction = Direction::Down;
        let mut steps = 0;
        // the last row that is not finished
        let mut last = n - 1;
        while last > 0 {
            if steps > SWEEPS * n * n {
                return None;
            }
            let first = match (0..last).rev().find(|&i| self.e[i].abs() <= self.threshold) {
                Some(split) => {
                    self.e[split] = 0.0;
                    split + 1
                }
                None => 0,
            };
            if first == last {
                last -= 1;
                continue;
            }
            if first + 1 == last {
                self.two(first);
                last = first.saturating_sub(1);
                continue;
            }
            if old.is_none_or(|(old_first, old_last)| first > old_last || last < old_first) {
                let falls = self.d[first].abs() >= self.d[last].abs();
                direction = if falls { Direction::Down } else { Direction::Up };
            }
            let Some(least) = self.least(first, last, direction, tolerance) else { continue };
            old = Some((first, last));
            let shift = self.shift(first, last, direction, tolerance, least);
            steps += last - first;
            self.sweep(first, last, direction, shift);
        }
        Some(())
    }

    /// Sets an entry above the diagonal to 0 if it is small compared to its neighbours; if there is no such
    /// entry, returns a lower bound of the smallest singular value of the block.
    fn least(&mut self, first: usize, last: usize, direction: Direction, tolerance: f64) -> Option<f64> {
        // the first and the last row visited, and the entry between the last two rows
        let (start, end) = if direction == Direction::Down { (first, last) } else { (last, first) };
        let end_e = if direction == Direction::Down { last - 1 } else { first };
        if self.e[end_e].abs() <= tolerance * self.d[end].abs() {
            self.e[end_e] = 0.0;
            return None;
        }
        let mut mu = self.d[start].abs();
        let mut least = mu;
        for step in 0..last - first {
            let (e, d) = match direction {
                Direction::Down => (first + step, first + step + 1),
                Direction::Up => (last - step - 1, last - step - 1),
            };
            if self.e[e].abs() <= tolerance * mu {
                self.e[e] = 0.0;
                return None;
            }
            mu = self.d[d].abs() * (mu / (mu + self.e[e].abs()));
            least = least.min(mu);
        }
        Some(least)
    }

    /// Returns the shift, 0 if a shift would cost accuracy.
    fn shift(&self, first: usize, last: usize, direction: Direction, tolerance: f64, least: f64) -> f64 {
        let (d, e) = (&self.d, &self.e);
        let greatest = d[first..=last].iter().chain(&e[first..last]).fold(0.0f64, |max, x| max.max(x.abs()));
        if self.n as f64 * tolerance * (least / greatest) <= EPS.max(0.01 * tolerance) {
            return 0.0;
        }
        let (start, shift) = match direction {
            Direction::Down => (d[first].abs(), least_of_two(d[last - 1], e[last - 1], d[last])),
            Direction::Up => (d[last].abs(), least_of_two(d[first], e[first], d[first + 1])),
        };
        let ratio = shift / start;
        if start > 0.0 && ratio * ratio < EPS { 0.0 } else { shift }
    }

    /// Runs a step of implicit QR: a bulge is chased through the block. Upwards, rows and columns are
    /// exchanged.
    fn sweep(&mut self, first: usize, last: usize, direction: Direction, shift: f64) {
        let down = direction == Direction::Down;
        let len = last - first;
        // for a step: its row, and the entry between this row and the next, which has the smaller index of
        // both
        let row = |step: usize| if down { first + step } else { last - step };
        let edge = |step: usize| if down { first + step } else { last - step - 1 };
        let rotate = |this: &mut Self, step: usize, inner: Rotation, outer: Rotation| {
            // the inner rotation acts on the columns; upwards, on the rows
            let (on_v, on_u) = if down { (inner, outer) } else { (outer.inverse(), inner.inverse()) };
            on_v.apply(&mut this.vt, this.n, edge(step));
            on_u.apply(&mut this.ut, this.n, edge(step));
        };
        if shift == 0.0 {
            let (mut inner, mut outer) = (Rotation::NONE, Rotation::NONE);
            for step in 0..len {
                let r;
                (inner, r) = Rotation::new(self.d[row(step)] * inner.c, self.e[edge(step)]);
                if step > 0 {
                    self.e[edge(step - 1)] = outer.s * r;
                }
                (outer, self.d[row(step)]) = Rotation::new(outer.c * r, self.d[row(step + 1)] * inner.s);
                rotate(self, step, inner, outer);
            }
            let h = self.d[row(len)] * inner.c;
            self.d[row(len)] = h * outer.c;
            self.e[edge(len - 1)] = h * outer.s;
        } else {
            let start = self.d[row(0)];
            let mut f = (start.abs() - shift) * (1f64.copysign(start) + shift / start);
            let mut g = self.e[edge(0)];
            for step in 0..len {
                let (inner, r) = Rotation::new(f, g);
                if step > 0 {
                    self.e[edge(step - 1)] = r;
                }
                let (d, e, next) = (self.d[row(step)], self.e[edge(step)], self.d[row(step + 1)]);
                let e_turned = inner.c * e - inner.s * d;
                let next_turned = inner.c * next;
                let (outer, r) = Rotation::new(inner.c * d + inner.s * e, inner.s * next);
                self.d[row(step)] = r;
                f = outer.c * e_turned + outer.s * next_turned;
                self.d[row(step + 1)] = outer.c * next_turned - outer.s * e_turned;
                if step + 1 < len {
                    g = outer.s * self.e[edge(step + 1)];
                    self.e[edge(step + 1)] *= outer.c;
                }
                rotate(self, step, inner, outer);
            }
            self.e[edge(len - 1)] = f;
        }
        let end = &mut self.e[edge(len - 1)];
        if end.abs() <= self.threshold {
            *end = 0.0;
        }
    }

    /// Solves a block of order 2 directly.
    fn two(&mut self, i: usize) {
        let two = Two::new(self.d[i], self.e[i], self.d[i + 1]);
        (self.d[i], self.e[i], self.d[i + 1]) = (two.greater, 0.0, two.less);
        two.right.apply(&mut self.vt, self.n, i);
        two.left.apply(&mut self.ut, self.n, i);
    }

    /// Makes the values positive and sorts them.
    fn finish(&mut self) {
        let n = self.n;
        for (d, row) in self.d.iter_mut().zip(self.vt.chunks_exact_mut(n)) {
            if *d < 0.0 {
                *d = -*d;
                row.iter_mut().for_each(|x| *x = -*x);
            }
        }
        for end in (1..n).rev() {
            // the last of equal ones
            let least = (0..=end).fold(0, |least, i| if self.d[i] <= self.d[least] { i } else { least });
            if least != end {
                self.d.swap(least, end);
                for vectors in [&mut self.ut, &mut self.vt] {
                    let (head, tail) = vectors.split_at_mut(end * n);
                    head[least * n..(least + 1) * n].swap_with_slice(&mut tail[..n]);
                }
            }
        }
    }
}

/// Returns the smallest singular value of [[f, g], [0, h]] (`las2`).
fn least_of_two(f: f64, g: f64, h: f64) -> f64 {
    let (f, g, h) = (f.abs(), g.abs(), h.abs());
    let (less, greater) = (f.min(h), f.max(h));
    if less == 0.0 {
        return 0.0;
    }
    let (sum, difference) = (1.0 + less / greater, (greater - less) / greater);
    if g < greater {
        let square = (g / greater) * (g / greater);
        return less * (2.0 / ((sum * sum + square).sqrt() + (difference * difference + square).sqrt()));
    }
    let ratio = greater / g;
    if ratio == 0.0 {
        return less * greater / g;
    }
    let (sum, difference) = (sum * ratio, difference * ratio);
    let half = (less * (1.0 / ((1.0 + sum * sum).sqrt() + (1.0 + difference * difference).sqrt()))) * ratio;
    half + half
}

/// The singular values, with signs, and singular vectors of [[f, g], [0, h]] (`lasv2`).
struct Two {
    greater: f64,
    less: f64,
    left: Rotation,
    right: Rotation,
}

impl Two {
    fn new(f: f64, g: f64, h: f64) -> Self {
        let sign = |x: f64| 1f64.copysign(x);
        // after exchanging rows and columns, the first diagonal entry is the larger one
        let swapped = h.abs() > f.abs();
        let (first, last) = if swapped { (h, f) } else { (f, h) };
        let (first_size, last_size, edge) = (first.abs(), last.abs(), g.abs());
        let (greater, less, left, right);
        if edge == 0.0 {
            (greater, less) = (first_size, last_size);
            (left, right) = (Rotation::NONE, Rotation::NONE);
        } else if edge > first_size && first_size / edge < EPS {
            greater = edge;
            less = if last_size > 1.0 {
                first_size / (edge / last_size)
            } else {
                (first_size / edge) * last_size
            };
            left = Rotation { c: 1.0, s: last / g };
            right = Rotation { c: first / g, s: 1.0 };
        } else {
            let difference = first_size - last_size;
            let l = if difference == first_size { 1.0 } else { difference / first_size };
            let m = g / first;
            let t = 2.0 - l;
            let s = (t * t + m * m).sqrt();
            let r = if l == 0.0 { m.abs() } else { (l * l + m * m).sqrt() };
            let a = 0.5 * (s + r);
            (greater, less) = (first_size * a, last_size / a);
            let t = if m * m != 0.0 {
                (m / (s + t) + m / (r + l)) * (1.0 + a)
            } else if l == 0.0 {
                2.0 * sign(first) * sign(g)
            } else {
                g / difference.copysign(first) + m / t
            };
            let l = (t * t + 4.0).sqrt();
            right = Rotation { c: 2.0 / l, s: t / l };
            left = Rotation { c: (right.c + right.s * m) / a, s: (last / first) * right.s / a };
        }
        let turned = |rotation: Rotation| Rotation { c: rotation.s, s: rotation.c };
        let (left, right) = if swapped { (turned(right), turned(left)) } else { (left, right) };
        // the sign of the larger value is that of the contribution of the largest entry to it
        let product = if edge > first_size {
            sign(right.s) * sign(left.c) * sign(g)
        } else if swapped {
            sign(right.s) * sign(left.s) * sign(h)
        } else {
            sign(right.c) * sign(left.c) * sign(f)
        };
        Two {
            greater: greater.copysign(product),
            less: less.copysign(product * sign(f) * sign(h)),
            left,
            right,
        }
    }
}
