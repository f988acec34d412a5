//! Linear algebra, as `numpy.linalg`.
//!
//! A file per factorization. What they share is here: the checks before a kernel runs.

mod det;
mod eig;
mod eigh;
mod inv;
mod norm;
mod solve;
mod svd;
mod trace;

pub use det::{SlogDet, det, slogdet};
pub use eig::{Eig, eig, eigvals};
pub(crate) use eigh::SMALL as SMALL_EIGH;
pub use eigh::{Eigh, eigh, eigvalsh};
pub use inv::inv;
pub(crate) use norm::Norms;
pub use norm::{MatrixNorm, matrix_norm, norm, normalize, vector_norm, vector_norm_axis};
pub use solve::{RightHandSide, solve};
pub use svd::{Svd, SvdShape, svd, svdvals};
pub use trace::trace;

use crate::backend::Dense;
use crate::scalar::PowerOfTwo;
use crate::{Error, Real, Result, Scalar};
use ndarray::ArrayRef2;
use num_traits::Float;

/// Up to here our own LU beats LAPACK's.
pub(crate) const SMALL_LU: usize = 16;

/// The order of a square matrix.
fn square<T>(op: &'static str, a: &ArrayRef2<T>) -> Result<usize> {
    match a.dim() {
        (m, n) if m == n => Ok(n),
        _ => Err(Error::shape(op, "a square matrix (n, n)", &[a.shape()])),
    }
}

/// Checks that all elements are finite and brings the largest near 1, unless it is moderate already. Returns the factor
/// to multiply eigenvalues or singular values with.
///
/// The libraries should do this themselves; OpenBLAS 0.3.30 forgets to undo it in `geev`, faer does not do it at all and
/// loses the small eigenvalues of a matrix of 1e-100.
fn condition<T: Scalar>(a: &mut Dense<T>) -> Result<PowerOfTwo> {
    let moderate = T::Real::SAFE.sqrt().sqrt().sqrt(); // 2^60, for f32 2^6
    let power = PowerOfTwo::to_unit(a.finite_max()?, moderate);
    if !power.is_one() {
        a.as_mut_slice().iter_mut().for_each(|x| *x = power.times(*x));
    }
    Ok(power.inverse())
}
