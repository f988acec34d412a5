//! Refinement of least squares solutions, by residuals in twice the precision.

use super::qr;
use crate::kernels::{Dense, Operation, Triangle, lu_kernels};
use crate::loops::max_part;
use crate::loops::twofold::add_residual;
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Real, Scalar, memory};
use ndarray::{ArrayRef1, ArrayRef2, s};
use num_traits::Zero;

/// Improves the solutions `x` of the problem of full rank that `factor` and its triangle `r` have solved:
/// that of `a` with its columns multiplied by the powers of the factor, and of `b` with its columns
/// multiplied by `scales`. Complex ones stay as they are.
///
/// The error of a solution solves a problem with `aᵀ · (b - a · x)` for `aᵀ · b`. That is computed in twice
/// the precision, or the error of a large residual, times the square of the condition, would stay. The
/// correction is wrong if the square of the condition is beyond the precision, so it is kept only if the next
/// one is smaller.
pub(super) fn refine<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    scales: &[PowerOfTwo],
    factor: &qr::Factor<T>,
    r: &Dense<T>,
    x: &mut Dense<T>,
) -> Result<(), ErrorKind> {
    if size_of::<T>() > size_of::<T::Real>() {
        return Ok(());
    }
    let n = r.cols();
    // the sizes of the columns, which make the parts of a correction comparable
    let weights: Vec<T::Real> = r.as_slice().chunks_exact(n).map(max_part).collect();
    let size = |correction: &[T]| {
        let sizes = correction.iter().zip(&weights).map(|(x, &weight)| x.modulus() * weight);
        sizes.fold(T::Real::zero(), |max, x| if x <= max { max } else { x }) // keeps a NaN
    };
    for ((x, b), &scale) in x.as_mut_slice().chunks_exact_mut(n).zip(b.columns()).zip(scales) {
        let first = correction(a, &b, scale, factor, r, x)?;
        let better: Vec<T> = x.iter().zip(&first).map(|(&x, &step)| x + step).collect();
        let second = correction(a, &b, scale, factor, r, &better)?;
        if size(&second) < size(&first) * T::Real::of(0.5) {
            x.iter_mut().zip(better.iter().zip(&second)).for_each(|(x, (&y, &step))| *x = y + step);
        }
    }
    Ok(())
}

/// Returns the solution for the residuals of `x`.
fn correction<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef1<T>,
    scale: PowerOfTwo,
    factor: &qr::Factor<T>,
    r: &Dense<T>,
    x: &[T],
) -> Result<Vec<T>, ErrorKind> {
    // rows that are copied at a time, so that a matrix in Fortran order is read in pieces of its columns
    const ROWS: usize = 32;
    let n = x.len();
    let x: Vec<f64> = x.iter().map(|x| x.re().f64()).collect();
    let (mut high, mut low) = (memory::zeros(n)?, memory::zeros(n)?);
    let mut rows = memory::zeros(n * ROWS)?;
    for first in (0..a.nrows()).step_by(ROWS) {
        let range = first..a.nrows().min(first + ROWS);
        let block = a.slice(s![range.clone(), ..]);
        for (j, column) in block.columns().into_iter().enumerate() {
            let power = factor.powers[j];
            let to = rows[j..].iter_mut().step_by(n);
            to.zip(column).for_each(|(to, &x)| *to = power.times(x).re());
        }
        for (row, &b) in rows.chunks_exact(n).zip(b.slice(s![range])) {
            add_residual(row, scale.times(b).re().f64(), &x, &mut high, &mut low);
        }
    }
    let mut step = Dense::zeros(n, 1)?;
    for (step, (high, low)) in step.as_mut_slice().iter_mut().zip(high.iter().zip(&low)) {
        *step = T::from_real(T::Real::of(high + low));
    }
    let kernels = lu_kernels::<T>(n);
    kernels.solve_triangular(&r.view(), Triangle::Upper, Operation::Adjoint, &mut step)?;
    kernels.solve_triangular(&r.view(), Triangle::Upper, Operation::None, &mut step)?;
    Ok(step.into_vec())
}
