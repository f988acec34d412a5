//! Gaussian elimination with partial pivoting (Golub and Van Loan, Matrix Computations, algorithm 3.4.1),
//! column by column, with determinants, inverses and solutions from its factors.

use super::Dense;
use crate::kernels::{LuParts, Result};
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Real, Scalar};
use num_traits::{Float, Zero};

/// Returns two distinct columns `i < j` of a column-major matrix with `n` rows.
fn two_columns<T>(a: &mut [T], n: usize, i: usize, j: usize) -> (&[T], &mut [T]) {
    let (left, right) = a.split_at_mut(j * n);
    (&left[i * n..(i + 1) * n], &mut right[..n])
}

/// The size by which pivots are chosen, as in LAPACK: for a real number, its absolute value.
fn size<T: Scalar>(x: T) -> T::Real {
    x.re().abs() + x.im().abs()
}

/// A divisor. Complex division squares it, so it is scaled to be near 1 by a power of two.
pub(super) struct Divisor<T> {
    value: T,
    power: PowerOfTwo,
}

impl<T: Scalar> Divisor<T> {
    pub(super) fn new(value: T) -> Self {
        let power = if value.im().is_zero() {
            PowerOfTwo::none()
        } else {
            PowerOfTwo::to_unit(value.re().abs().max(value.im().abs()), T::Real::SAFE.sqrt())
        };
        Divisor { value: power.times(value), power }
    }

    pub(super) fn divide(&self, x: T) -> T {
        if self.value.im().is_zero() { x.div_real(self.value.re()) } else { self.power.times(x / self.value) }
    }
}

/// Factorizes `a` in place; entry `k` of the result is the row that was swapped with row `k`.
///
/// Divides by the pivots. The libraries multiply by their reciprocals, which are infinite for denormal
/// pivots.
fn factor<T: Scalar>(a: &mut Dense<T>) -> Vec<usize> {
    let n = a.rows();
    let a = a.as_mut_slice();
    let mut pivots = Vec::with_capacity(n);
    for k in 0..n {
        let column = &a[k * n..(k + 1) * n];
        let mut pivot = k;
        for i in k + 1..n {
            if size(column[i]) > size(column[pivot]) {
                pivot = i;
            }
        }
        pivots.push(pivot);
        if pivot != k {
            a.chunks_exact_mut(n).for_each(|column| column.swap(k, pivot));
        }
        let top = a[k * n + k];
        if top.is_zero() {
            continue; // singular: the diagonal shows it
        }
        let top = Divisor::new(top);
        a[k * n + k + 1..(k + 1) * n].iter_mut().for_each(|x| *x = top.divide(*x));
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

/// Returns the factors of `a`.
pub(super) fn parts<T: Scalar>(mut a: Dense<T>) -> Result<LuParts<T>> {
    let swaps = factor(&mut a).into_iter().map(|row| row as i32 + 1); // an order fits 31 bits
    Ok(LuParts { swaps: swaps.collect(), lu: a })
}

/// Factorizes `a` in place; returns whether the permutation is odd.
pub(super) fn is_odd<T: Scalar>(a: &mut Dense<T>) -> bool {
    let swaps = factor(a).iter().enumerate().filter(|&(k, &pivot)| k != pivot).count();
    swaps % 2 == 1
}

/// Returns the inverse of `a`.
pub(super) fn inv<T: Scalar>(a: Dense<T>) -> Result<Dense<T>> {
    let mut inverse = Dense::identity(a.rows())?;
    solve(a, &mut inverse)?;
    Ok(inverse)
}

/// Solves `a · x = b` in place.
pub(super) fn solve<T: Scalar>(mut a: Dense<T>, b: &mut Dense<T>) -> Result<()> {
    let n = a.rows();
    let pivots = factor(&mut a);
    if let Some(pivot) = a.diagonal().position(|u| u.is_zero()) {
        return Err(ErrorKind::Singular { pivot });
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
            let factor = Divisor::new(column[k]).divide(x[k]);
            x[k] = factor;
            for (x, &u) in x[..k].iter_mut().zip(&column[..k]) {
                *x -= u * factor;
            }
        }
    }
    Ok(())
}
