//! Gaussian elimination with partial pivoting (Golub and Van Loan, Matrix Computations, algorithm 3.4.1), column by
//! column, and what follows from it.

use super::Dense;
use crate::{Error, Real, Result};

/// The first two distinct columns `i < j` of a column-major matrix with `n` rows.
fn two_columns<T>(a: &mut [T], n: usize, i: usize, j: usize) -> (&[T], &mut [T]) {
    let (left, right) = a.split_at_mut(j * n);
    (&left[i * n..(i + 1) * n], &mut right[..n])
}

/// Factorizes `a` in place; the row that was swapped with row `k` stands in entry `k` of the result.
pub(super) fn factor<T: Real>(a: &mut Dense<T>) -> Vec<usize> {
    let n = a.rows();
    let a = a.as_mut_slice();
    let mut pivots = Vec::with_capacity(n);
    for k in 0..n {
        let column = &a[k * n..(k + 1) * n];
        let mut pivot = k;
        for i in k + 1..n {
            if column[i].abs() > column[pivot].abs() {
                pivot = i;
            }
        }
        pivots.push(pivot);
        if pivot != k {
            a.chunks_exact_mut(n).for_each(|column| column.swap(k, pivot));
        }
        let top = a[k * n + k];
        if top.is_zero() {
            continue; // singular: the diagonal says so
        }
        a[k * n + k + 1..(k + 1) * n].iter_mut().for_each(|x| *x /= top);
        for j in k + 1..n {
            let (multipliers, column) = two_columns(a, n, k, j);
            let factor = column[k];
            for (x, &l) in column[k + 1..].iter_mut().zip(&multipliers[k + 1..]) {
                *x -= l * factor;
            }
        }
    }
    pivots
}

/// Solves `a · x = b` in place.
pub(super) fn solve<T: Real>(mut a: Dense<T>, b: &mut Dense<T>) -> Result<()> {
    let n = a.rows();
    let pivots = factor(&mut a);
    if let Some(pivot) = a.diagonal().position(|u| u.is_zero()) {
        return Err(Error::Singular { op: a.op(), pivot });
    }
    for x in b.as_mut_slice().chunks_exact_mut(n) {
        for (k, &pivot) in pivots.iter().enumerate() {
            x.swap(k, pivot);
        }
        for (k, column) in a.as_slice().chunks_exact(n).enumerate() {
            let factor = x[k];
            for (x, &l) in x[k + 1..].iter_mut().zip(&column[k + 1..]) {
                *x -= l * factor;
            }
        }
        for (k, column) in a.as_slice().chunks_exact(n).enumerate().rev() {
            let factor = x[k] / column[k];
            x[k] = factor;
            for (x, &u) in x[..k].iter_mut().zip(&column[..k]) {
                *x -= u * factor;
            }
        }
    }
    Ok(())
}
