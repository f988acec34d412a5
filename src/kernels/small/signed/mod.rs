//! Symmetric eigenvectors and singular vectors of small matrices with the signs that LAPACK gives them, for
//! the seeded normal vectors of [`random`](crate::random), which are NumPy's.
//!
//! The decompositions do not determine the signs of the vectors; they follow from every reflection, shift and
//! rotation of the algorithm. So these solvers repeat the steps of LAPACK one by one, while
//! [`eigh`](super::eigh) and [`svd`](super::svd) use the fastest ones: those sum in other orders, sweep in
//! one direction only, and solve blocks of order 2 with other formulas, which gives half of the vectors the
//! opposite sign.
//!
//! They are compiled with every backend, so that a seed gives the same vectors with each.

mod eigh;
mod orthogonal;
mod svd;

use crate::number::PowerOfTwo;
use ndarray::{Array2, ArrayRef2};

/// Largest order for which LAPACK's drivers `syevd` and `gesdd` work as these solvers; above it they use
/// divide and conquer.
pub(crate) const MAX_ORDER: usize = 25;

/// If the entries, or their reciprocals, exceed this size, a multiple of the matrix is decomposed: their
/// squares would overflow or underflow.
const MODERATE: f64 = 1e100;

/// Returns a power of two and the entries of a matrix, row by row, scaled by it so that their squares are
/// safe.
fn moderate(a: &ArrayRef2<f64>) -> (PowerOfTwo, Vec<f64>) {
    let factor = PowerOfTwo::to_unit(a.iter().fold(0.0, |max: f64, x| max.max(x.abs())), MODERATE);
    (factor, a.iter().map(|&x| factor.times(x)).collect())
}

fn square(rows: Vec<f64>, n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n, n), |(i, j)| rows[i * n + j])
}

fn scaled_back(factor: PowerOfTwo, values: Vec<f64>) -> Vec<f64> {
    values.into_iter().map(|value| factor.inverse().times(value)).collect()
}

/// Computes the eigenvalues of a finite symmetric matrix, ascending, and the eigenvectors, as rows. The lower
/// triangle is read. `None` if the iteration does not converge.
pub(crate) fn eigh(a: &ArrayRef2<f64>) -> Option<(Vec<f64>, Array2<f64>)> {
    let n = a.nrows();
    // an upper triangle of another size must not decide the scale
    let lower = Array2::from_shape_fn((n, n), |(i, j)| if j <= i { a[[i, j]] } else { 0.0 });
    let (factor, mut rows) = moderate(&lower);
    let parts = eigh::eigh(&mut rows, n)?;
    Some((scaled_back(factor, parts.values), square(parts.vectors, n)))
}

/// Computes the left singular vectors of a finite square matrix, as rows, the singular values, descending,
/// and the right singular vectors, as rows. `None` if the iteration does not converge.
pub(crate) fn svd(a: &ArrayRef2<f64>) -> Option<(Array2<f64>, Vec<f64>, Array2<f64>)> {
    let n = a.nrows();
    if n == 0 {
        return Some((Array2::zeros((0, 0)), Vec::new(), Array2::zeros((0, 0))));
    }
    let (factor, mut rows) = moderate(a);
    let parts = svd::svd(&mut rows, n)?;
    Some((square(parts.ut, n), scaled_back(factor, parts.s), square(parts.vt, n)))
}
