//! The QR factorization by Householder reflections (LAPACK `geqr2`, `larfg`, `org2r`, `orm2r`), column by
//! column.
//!
//! The signs are LAPACK's: with the first element `alpha` of what is left of a column, the diagonal element
//! of `r` is `-sign(re(alpha))` times its norm, or `alpha` itself if it is real and all below it are zeros.

use super::Dense;
use crate::kernels::{QrParts, Result};
use crate::loops::householder::{dot, reflect_alone};
use crate::number::PowerOfTwo;
use crate::{Real, Scalar, memory};
use num_traits::{Float, Zero};

/// Makes the reflection `I - tau · v · vᴴ` whose adjoint maps `x` to its first element. That element becomes
/// the image, the others become those of `v`, whose first is 1. Returns `tau`.
fn reflector<T: Scalar>(x: &mut [T]) -> T {
    // `f32` and `f64` have room for the squares of what is between 1 / SAFE and SAFE
    let max = x.iter().fold(T::Real::zero(), |max, x| max.max(x.re().abs()).max(x.im().abs()));
    let power = PowerOfTwo::to_unit(max, T::Real::SAFE.sqrt());
    power.scale(x);
    let Some((alpha, rest)) = x.split_first_mut() else { return T::zero() };
    let mut tau = T::zero();
    if !alpha.im().is_zero() || rest.iter().any(|x| !x.is_zero()) {
        let norm = (alpha.norm_sqr() + dot(rest, rest).re()).sqrt();
        let beta = -norm.copysign(alpha.re());
        let difference = *alpha - T::from_real(beta);
        tau = -difference.div_real(beta);
        let reciprocal = T::one() / difference;
        rest.iter_mut().for_each(|x| *x *= reciprocal);
        *alpha = T::from_real(beta);
    }
    *alpha = power.inverse().times(*alpha);
    tau
}

/// Applies `I - tau · v · vᴴ` to each column of `c`, from the element `first` on. The first element of `v` is
/// 1 and not stored: `rest` holds the others.
fn reflect<T: Scalar>(rest: &[T], tau: T, first: usize, rows: usize, c: &mut [T]) {
    if !tau.is_zero() {
        reflect_alone(rest, tau, first, rows, c);
    }
}

/// Factorizes the columns `from..to` of `a`, whose diagonal elements are in the rows of the same numbers, and
/// applies their reflections to those columns only. Writes a `tau` for each.
pub(in crate::kernels) fn factor_panel<T: Scalar>(a: &mut Dense<T>, from: usize, to: usize, tau: &mut [T]) {
    let rows = a.rows();
    let a = &mut a.as_mut_slice()[..to * rows];
    for k in from..to {
        let (before, after) = a.split_at_mut((k + 1) * rows);
        let column = &mut before[k * rows + k..];
        tau[k] = reflector(column);
        reflect(&column[1..], tau[k].conj(), k, rows, after);
    }
}

/// Factorizes `a`.
pub(in crate::kernels) fn factor<T: Scalar>(mut a: Dense<T>) -> Result<QrParts<T>> {
    let k = a.rows().min(a.cols());
    let mut tau = memory::zeros(k)?;
    factor_panel(&mut a, 0, k, &mut tau);
    if k < a.cols() {
        let rows = a.rows();
        let (square, wide) = a.as_mut_slice().split_at_mut(k * rows);
        for (i, (column, tau)) in square.chunks_exact(rows).zip(&tau).enumerate() {
            reflect(&column[i + 1..], tau.conj(), i, rows, wide);
        }
    }
    Ok(QrParts { qr: a, tau })
}

/// Returns the first columns of `q`.
pub(in crate::kernels) fn columns<T: Scalar>(parts: &QrParts<T>, columns: usize) -> Result<Dense<T>> {
    let rows = parts.qr.rows();
    let mut q = Dense::zeros(rows, columns)?;
    q.as_mut_slice().iter_mut().step_by(rows + 1).for_each(|x| *x = T::one());
    let reflectors = parts.qr.as_slice().chunks_exact(rows).zip(&parts.tau).enumerate();
    for (i, (column, &tau)) in reflectors.rev() {
        // the columns before are still those of the identity matrix, and have zeros where this one acts
        reflect(&column[i + 1..], tau, i, rows, &mut q.as_mut_slice()[(i * rows).min(columns * rows)..]);
    }
    Ok(q)
}

/// Replaces `b` by `qᴴ · b`.
pub(in crate::kernels) fn apply_adjoint<T: Scalar>(parts: &QrParts<T>, b: &mut Dense<T>) {
    let rows = parts.qr.rows();
    for (i, (column, tau)) in parts.qr.as_slice().chunks_exact(rows).zip(&parts.tau).enumerate() {
        reflect(&column[i + 1..], tau.conj(), i, rows, b.as_mut_slice());
    }
}
