//! Eigenvectors of small symmetric matrices by the steps of LAPACK's `syevd`: reduction to a tridiagonal
//! matrix by reflections (`sytd2`), then implicit QL or QR with shifts (`steqr`).
//!
//! G. H. Golub, C. F. Van Loan, "Matrix Computations", 8.3 and 8.4; E. Anderson et al., "LAPACK Users'
//! Guide", 2.4.4.

use super::MODERATE;
use super::orthogonal::{EPS, Reflection, Rotation, identity};
use crate::number::PowerOfTwo;

/// Maximal number of sweeps per eigenvalue.
const SWEEPS: usize = 30;

#[derive(Debug)]
pub(super) struct Eigh {
    /// Eigenvalues, ascending.
    pub values: Vec<f64>,
    /// Eigenvectors, as rows.
    pub vectors: Vec<f64>,
}

/// Decomposes a finite symmetric matrix of order `n`, row by row, whose lower triangle is read. The squares
/// of its entries must neither overflow nor underflow. `None` if the iteration does not converge.
pub(super) fn eigh(a: &mut [f64], n: usize) -> Option<Eigh> {
    let tridiagonal = Tridiagonal::new(a, n);
    let mut iteration =
        Iteration { n, d: tridiagonal.d, e: tridiagonal.e, vectors: identity(n), left: SWEEPS * n };
    iteration.run()?;
    iteration.sort();
    let Iteration { d: values, mut vectors, .. } = iteration;
    for vector in vectors.chunks_exact_mut(n.max(1)) {
        tridiagonal.reflections.iter().rev().for_each(|reflection| reflection.apply(vector));
    }
    Some(Eigh { values, vectors })
}

/// A = H_1 H_2 ... T ... H_2 H_1, where T has the diagonal d and the entries e next to it.
struct Tridiagonal {
    d: Vec<f64>,
    e: Vec<f64>,
    reflections: Vec<Reflection>,
}

impl Tridiagonal {
    fn new(a: &mut [f64], n: usize) -> Self {
        let mut out = Tridiagonal { d: vec![], e: vec![], reflections: vec![] };
        for i in 0..n {
            out.d.push(a[i * n + i]);
            if i + 1 < n {
                let (reflection, e) = Reflection::new(i + 1, (i + 1..n).map(|row| a[row * n + i]).collect());
                both_sides(&reflection, a, n);
                out.e.push(e);
                out.reflections.push(reflection);
            }
        }
        out
    }
}

/// Replaces the lower triangle of A by that of H A H: A - v wᵀ - w vᵀ with w = p - τ / 2 (p · v) v, p = τ A
/// v.
fn both_sides(reflection: &Reflection, a: &mut [f64], n: usize) {
    let &Reflection { first, tau, ref rest } = reflection;
    if tau == 0.0 {
        return;
    }
    let v: Vec<f64> = [1.0].iter().chain(rest).copied().collect();
    let at = |i: usize, j: usize| (first + i.max(j)) * n + first + i.min(j);
    let mut w: Vec<f64> = (0..v.len())
        .map(|i| tau * v.iter().enumerate().fold(0.0, |sum, (j, v)| sum + a[at(i, j)] * v))
        .collect();
    let half = -0.5 * tau * w.iter().zip(&v).fold(0.0, |sum, (w, v)| sum + w * v);
    w.iter_mut().zip(&v).for_each(|(w, v)| *w += half * v);
    for i in 0..v.len() {
        for j in 0..=i {
            a[at(i, j)] -= v[i] * w[j] + w[i] * v[j];
        }
    }
}

/// The tridiagonal matrix, which the iteration makes diagonal.
struct Iteration {
    n: usize,
    d: Vec<f64>,
    e: Vec<f64>,
    vectors: Vec<f64>,
    /// Number of sweeps left.
    left: usize,
}

/// Part of a block, from the end where the values are found to the other end: QL if the values are found at
/// the upper end; QR, which is QL with reversed rows, if at the lower end.
#[derive(Debug, Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
}

impl Part {
    fn ql(self) -> bool {
        self.start < self.end
    }

    fn steps(self) -> usize {
        self.start.abs_diff(self.end)
    }

    fn row(self, step: usize) -> usize {
        if self.ql() { self.start + step } else { self.start - step }
    }

    /// The smaller index of this row and the next.
    fn edge(self, step: usize) -> usize {
        if self.ql() { self.start + step } else { self.start - step - 1 }
    }

    /// The part without the rows before this step; `None` if no rows are left.
    fn from(self, step: usize) -> Option<Self> {
        (step <= self.steps()).then(|| Part { start: self.row(step), ..self })
    }
}

impl Iteration {
    fn run(&mut self) -> Option<()> {
        let mut first = 0;
        while first < self.n {
            let small =
                |i: &usize| self.e[*i].abs() <= self.d[*i].abs().sqrt() * self.d[*i + 1].abs().sqrt() * EPS;
            let split = (first..self.e.len()).find(small);
            if let Some(split) = split {
                self.e[split] = 0.0;
            }
            let last = split.unwrap_or(self.e.len());
            self.block(first, last)?;
            first = last + 1;
        }
        Some(())
    }

    fn block(&mut self, first: usize, last: usize) -> Option<()> {
        let entries = self.d[first..=last].iter().chain(&self.e[first..last]);
        let factor = PowerOfTwo::to_unit(entries.fold(0.0f64, |max, x| max.max(x.abs())), MODERATE);
        factor.scale(&mut self.d[first..=last]);
        factor.scale(&mut self.e[first..last]);
        let swapped = self.d[last].abs() < self.d[first].abs();
        let (start, end) = if swapped { (last, first) } else { (first, last) };
        let mut rest = Some(Part { start, end });
        while let Some(part) = rest {
            let split = (0..part.steps()).find(|&step| self.negligible(part, step));
            if let Some(split) = split {
                self.e[part.edge(split)] = 0.0;
            }
            match split.unwrap_or(part.steps()) {
                0 => rest = part.from(1),
                1 => {
                    self.two(part.edge(0));
                    rest = part.from(2);
                }
                steps => {
                    self.left = self.left.checked_sub(1)?;
                    self.sweep(part, steps);
                }
            }
        }
        factor.inverse().scale(&mut self.d[first..=last]);
        Some(())
    }

    /// Returns whether the entry between this row and the next is negligible.
    fn negligible(&self, part: Part, step: usize) -> bool {
        let [d, next] = [step, step + 1].map(|step| self.d[part.row(step)].abs());
        let e = self.e[part.edge(step)];
        e * e <= EPS * EPS * d * next + f64::MIN_POSITIVE
    }

    /// Sweeps with Wilkinson's shift, from row `steps` to the start.
    fn sweep(&mut self, part: Part, steps: usize) {
        let (d, e) = (&mut self.d, &mut self.e);
        let start = d[part.row(0)];
        let edge = e[part.edge(0)];
        let ratio = (d[part.row(1)] - start) / (2.0 * edge);
        let mut g = d[part.row(steps)] - start + edge / (ratio + ratio.hypot(1.0).copysign(ratio));
        // no rotation yet: the first off-diagonal entry counts in full
        let mut rotation = Rotation { c: 1.0, s: 1.0 };
        let mut moved = 0.0;
        for step in (0..steps).rev() {
            let (row, next, edge) = (part.row(step), part.row(step + 1), part.edge(step));
            let (f, b) = (rotation.s * e[edge], rotation.c * e[edge]);
            let r;
            (rotation, r) = Rotation::new(g, f);
            if step + 1 < steps {
                e[part.edge(step + 1)] = r;
            }
            g = d[next] - moved;
            let r = (d[row] - g) * rotation.s + 2.0 * rotation.c * b;
            moved = rotation.s * r;
            d[next] = g + moved;
            g = rotation.c * r - b;
            let on_vectors = if part.ql() { rotation.inverse() } else { rotation };
            on_vectors.apply(&mut self.vectors, self.n, edge);
        }
        d[part.row(0)] -= moved;
        e[part.edge(0)] = g;
    }

    /// Solves a block of order 2 directly.
    fn two(&mut self, i: usize) {
        let (greater, less, rotation) = two(self.d[i], self.e[i], self.d[i + 1]);
        (self.d[i], self.e[i], self.d[i + 1]) = (greater, 0.0, less);
        rotation.apply(&mut self.vectors, self.n, i);
    }

    fn sort(&mut self) {
        let n = self.n;
        for i in 0..n {
            // the first of equal ones
            let least = (i..n).fold(i, |least, j| if self.d[j] < self.d[least] { j } else { least });
            if least != i {
                self.d.swap(i, least);
                let (head, tail) = self.vectors.split_at_mut(least * n);
                head[i * n..(i + 1) * n].swap_with_slice(&mut tail[..n]);
            }
        }
    }
}

/// Computes the eigenvalues of [[a, b], [b, c]], that of larger absolute value first, and the rotation whose
/// row (c, s) is the eigenvector of the first one (`laev2`).
fn two(a: f64, b: f64, c: f64) -> (f64, f64, Rotation) {
    let (sum, difference, twice) = (a + c, a - c, b + b);
    let (greater, less) = if a.abs() > c.abs() { (a, c) } else { (c, a) };
    let root = difference.hypot(twice);
    let negative = sum < 0.0;
    let (first, second) = if sum == 0.0 {
        (0.5 * root, -0.5 * root)
    } else {
        let first = 0.5 * (sum + root.copysign(sum));
        (first, (greater / first) * less - (b / first) * b)
    };
    let falls = difference >= 0.0;
    let cs = if falls { difference + root } else { difference - root };
    let rotation = if cs.abs() > twice.abs() {
        let cotangent = -twice / cs;
        let s = 1.0 / (1.0 + cotangent * cotangent).sqrt();
        Rotation { c: cotangent * s, s }
    } else if twice == 0.0 {
        Rotation::NONE
    } else {
        let tangent = -cs / twice;
        let c = 1.0 / (1.0 + tangent * tangent).sqrt();
        Rotation { c, s: tangent * c }
    };
    let rotation = if falls != negative { Rotation { c: -rotation.s, s: rotation.c } } else { rotation };
    (first, second, rotation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_vectors() {
        let n = 4;
        let matrices = [
            vec![4., 0., 0., 0., 1., 3., 0., 0., -2., 0.5, 2., 0., 0.25, -1., 0.75, 1.],
            vec![0.; 16],
            vec![1.; 16],
            vec![2., 0., 0., 0., 0., -1., 0., 0., 0., 0., 3., 0., 0., 0., 1e-150, 1e-160],
            vec![1., 0., 0., 0., 0., 1., 0., 0., 0., 3., -1., 0., 0., 0., 0., 0.],
        ];
        for a in matrices {
            let Eigh { values, vectors } = eigh(&mut a.clone(), n).unwrap();
            assert!(values.is_sorted(), "{values:?}");
            for i in 0..n {
                for j in 0..=i {
                    let back: f64 = (0..n).map(|k| values[k] * vectors[k * n + i] * vectors[k * n + j]).sum();
                    assert!((back - a[i * n + j]).abs() < 1e-14, "{a:?} {i} {j} {back}");
                    let dot: f64 = (0..n).map(|k| vectors[i * n + k] * vectors[j * n + k]).sum();
                    assert!((dot - if i == j { 1. } else { 0. }).abs() < 1e-14, "{a:?} {i} {j} {dot}");
                }
            }
        }
    }

    #[test]
    fn nothing_and_one() {
        let Eigh { values, vectors } = eigh(&mut [], 0).unwrap();
        assert!(values.is_empty() && vectors.is_empty());
        let Eigh { values, vectors } = eigh(&mut [-3.], 1).unwrap();
        assert_eq!((values, vectors), (vec![-3.], vec![1.]));
    }

    #[test]
    fn no_convergence_ends() {
        assert!(eigh(&mut [f64::NAN; 16], 4).is_none());
    }
}
