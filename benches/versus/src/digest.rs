//! Results shortened for comparison: shapes, and numbers that do not depend on signs or order. `peers.py`
//! does the same.

use linstat::Real;
use ndarray::ArrayRef2;
use num_complex::Complex;
use serde::Deserialize;

/// A shortened result. All values of a digest are of similar size, so that one scale suffices.
#[derive(Debug, Clone, Deserialize)]
pub struct Digest {
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Digest {
    /// Whether this is a number that overflowed or underflowed.
    pub fn is_out_of_range(&self) -> bool {
        self.shape.is_empty() && self.values.iter().all(|&x| x == 0.0 || x.is_infinite())
    }

    /// Whether no number is larger than this.
    pub fn is_within(&self, largest: f64) -> bool {
        self.values.iter().all(|x| x.abs() <= largest)
    }

    /// Describes how `self` differs from `reference` by more than `tolerance`.
    pub fn check(&self, reference: &Digest, tolerance: f64) -> Result<(), String> {
        if self.shape != reference.shape || self.values.len() != reference.values.len() {
            return Err(format!("the shape is {:?}, that of linstat {:?}", self.shape, reference.shape));
        }
        let scale = reference.values.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        for (i, (x, y)) in self.values.iter().zip(&reference.values).enumerate() {
            let close = (x - y).abs() <= tolerance * scale;
            if !close {
                return Err(format!("value {i} is {x:e}, that of linstat {y:e}, largest {scale:e}"));
            }
        }
        Ok(())
    }
}

pub fn number(x: f64) -> Digest {
    Digest { shape: vec![], values: vec![x] }
}

/// The number of draws, and numbers that depend on all their bits.
pub fn exactly(len: usize, bits: [u64; 2]) -> Digest {
    Digest { shape: vec![len], values: bits.map(|bits| bits as f64).to_vec() }
}

/// About fifty of the numbers, and the root mean square of all.
fn some(shape: Vec<usize>, numbers: &[f64]) -> Digest {
    let mean_square = numbers.iter().map(|x| x * x).sum::<f64>() / numbers.len() as f64;
    let mut values: Vec<f64> = numbers.iter().copied().step_by((numbers.len() / 50).max(1)).collect();
    values.push(mean_square.sqrt());
    Digest { shape, values }
}

pub fn numbers(shape: Vec<usize>, x: impl Iterator<Item = f64>) -> Digest {
    let numbers: Vec<f64> = x.collect();
    if shape.is_empty() { Digest { shape, values: numbers } } else { some(shape, &numbers) }
}

pub fn vector(x: impl IntoIterator<Item = f64>) -> Digest {
    let numbers: Vec<f64> = x.into_iter().collect();
    some(vec![numbers.len()], &numbers)
}

pub fn matrix(rows: usize, columns: usize, at: impl Fn(usize, usize) -> f64) -> Digest {
    let numbers: Vec<f64> = (0..rows * columns).map(|i| at(i / columns, i % columns)).collect();
    some(vec![rows, columns], &numbers)
}

pub fn array<T: Real>(x: &ArrayRef2<T>) -> Digest {
    matrix(x.nrows(), x.ncols(), |i, j| x[[i, j]].f64())
}

/// Eigenvalues in any order.
pub fn eigvals(w: &[Complex<f64>]) -> Digest {
    let mean = |f: fn(&Complex<f64>) -> f64| w.iter().map(f).sum::<f64>() / w.len() as f64;
    let largest = w.iter().fold(0.0, |max: f64, w| max.max(w.norm()));
    let values = vec![mean(|w| w.re), mean(|w| w.norm()), mean(Complex::norm_sqr).sqrt(), largest];
    Digest { shape: vec![w.len()], values }
}

/// Eigenvalues in any order, and the residual of the first one with its vector.
pub fn eig<T: Real>(a: &ArrayRef2<T>, w: &[Complex<f64>], v: &[Complex<f64>]) -> Digest {
    let mut digest = eigvals(w);
    let residual = residual(a, |j| v[j], |i| w[0] * v[i]) + off_unit(v.iter().map(Complex::norm_sqr));
    let scale = digest.values[1];
    digest.values.push(scale * (1.0 + residual));
    digest
}

/// Ascending eigenvalues, and the residual of the last one with its vector.
pub fn eigh<T: Real>(a: &ArrayRef2<T>, w: &[f64], v: &[f64]) -> Digest {
    let mut digest = vector(w.iter().copied());
    let last = w[w.len() - 1];
    let residual = residual(a, |j| v[j].into(), |i| (last * v[i]).into()) + off_unit(v.iter().map(|v| v * v));
    digest.values.push(last * (1.0 + residual));
    digest
}

/// Descending singular values, and the residual of the first one with its vectors.
pub fn svd<T: Real>(a: &ArrayRef2<T>, u: &[f64], s: &[f64], v: &[f64]) -> Digest {
    let mut digest = vector(s.iter().copied());
    let residual = residual(a, |j| v[j].into(), |i| (s[0] * u[i]).into())
        + off_unit(v.iter().map(|v| v * v))
        + off_unit(u.iter().map(|u| u * u));
    digest.values.push(s[0] * (1.0 + residual));
    digest
}

/// Scores up to the signs of their columns.
pub fn pca<T: Real>(scores: &ArrayRef2<T>) -> Digest {
    let norms = scores.columns().into_iter().map(|c| c.iter().map(|x| x.f64() * x.f64()).sum::<f64>().sqrt());
    Digest { shape: scores.shape().to_vec(), values: norms.collect() }
}

/// |a · v - r| / |a|
fn residual<T: Real>(
    a: &ArrayRef2<T>,
    v: impl Fn(usize) -> Complex<f64>,
    r: impl Fn(usize) -> Complex<f64>,
) -> f64 {
    let (mut difference, mut size) = (0.0, 0.0);
    for (i, row) in a.rows().into_iter().enumerate() {
        let mut sum = -r(i);
        for (j, &x) in row.iter().enumerate() {
            sum += v(j) * x.f64();
            size += x.f64() * x.f64();
        }
        difference += sum.norm_sqr();
    }
    (difference / size).sqrt()
}

fn off_unit(squares: impl Iterator<Item = f64>) -> f64 {
    (squares.sum::<f64>() - 1.0).abs()
}
