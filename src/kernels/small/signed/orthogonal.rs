//! Reflections and rotations of small matrices, with the signs of LAPACK.
//!
//! G. H. Golub, C. F. Van Loan, "Matrix Computations", 5.1; rotations as in LAPACK 3.10 (E. Anderson, "Safe
//! scaling in the level 1 BLAS", 2017).

/// Half of the machine epsilon, LAPACK's `eps`.
pub(super) const EPS: f64 = f64::EPSILON / 2.0;

pub(super) fn identity(n: usize) -> Vec<f64> {
    (0..n * n).map(|i| if i % (n + 1) == 0 { 1.0 } else { 0.0 }).collect()
}

/// `x - tau * v * (v . x)`, applied to the coordinates from `first` on; the first entry of v is 1.
#[derive(Debug)]
pub(super) struct Reflection {
    pub first: usize,
    pub tau: f64,
    /// The other entries of v.
    pub rest: Vec<f64>,
}

impl Reflection {
    /// Returns the reflection that makes all entries of `x` but the first 0, and the new first entry; no
    /// reflection if they are 0 already.
    pub fn new(first: usize, mut x: Vec<f64>) -> (Self, f64) {
        let rest = x.split_off(1.min(x.len()));
        let alpha = x.first().copied().unwrap_or(0.0);
        let norm = rest.iter().fold(0.0, |sum, x| sum + x * x).sqrt();
        if norm == 0.0 {
            return (Reflection { first, tau: 0.0, rest }, alpha);
        }
        let beta = -alpha.hypot(norm).copysign(alpha);
        let scale = 1.0 / (alpha - beta);
        let rest = rest.into_iter().map(|x| x * scale).collect();
        (Reflection { first, tau: (beta - alpha) / beta, rest }, beta)
    }

    pub fn apply(&self, x: &mut [f64]) {
        if self.tau == 0.0 {
            return;
        }
        if let Some((head, tail)) = x[self.first..].split_first_mut() {
            let dot = tail.iter().zip(&self.rest).fold(*head, |sum, (x, v)| sum + x * v);
            *head -= self.tau * dot;
            tail.iter_mut().zip(&self.rest).for_each(|(x, v)| *x -= self.tau * dot * v);
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation {
    pub c: f64,
    pub s: f64,
}

impl Rotation {
    pub const NONE: Rotation = Rotation { c: 1.0, s: 0.0 };

    /// Returns the rotation that maps (f, g) to (r, 0), and r, which has the sign of f.
    pub fn new(f: f64, g: f64) -> (Self, f64) {
        if g == 0.0 {
            (Rotation::NONE, f)
        } else if f == 0.0 {
            (Rotation { c: 0.0, s: 1f64.copysign(g) }, g.abs())
        } else {
            let length = f.hypot(g);
            let r = length.copysign(f);
            (Rotation { c: f.abs() / length, s: g / r }, r)
        }
    }

    pub fn inverse(self) -> Self {
        Rotation { c: self.c, s: -self.s }
    }

    /// Rotates the rows `i` and `i + 1`, of `n` entries each.
    pub fn apply(self, rows: &mut [f64], n: usize, i: usize) {
        let (upper, lower) = rows[i * n..(i + 2) * n].split_at_mut(n);
        for (x, y) in upper.iter_mut().zip(lower) {
            (*x, *y) = (self.c * *x + self.s * *y, self.c * *y - self.s * *x);
        }
    }
}
