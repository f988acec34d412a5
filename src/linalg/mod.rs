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
pub use norm::{MatrixNorm, matrix_norm, norm, normalize, vector_norm, vector_norm_axis};
pub use solve::{RightHandSide, solve};
pub use svd::{Svd, SvdShape, svd, svdvals};
pub use trace::trace;

use crate::backend::Dense;
use crate::{Error, Real, Result, Scalar};
use ndarray::ArrayRef2;

/// Up to here our own LU beats LAPACK's.
pub(crate) const SMALL_LU: usize = 16;

/// The order of a square matrix.
fn square<T>(op: &'static str, a: &ArrayRef2<T>) -> Result<usize> {
    match a.dim() {
        (m, n) if m == n => Ok(n),
        _ => Err(Error::shape(op, "a square matrix (n, n)", &[a.shape()])),
    }
}

/// Checks that all elements are finite and brings them to a moderate size, where squares neither overflow nor
/// underflow. Returns the factor to multiply eigenvalues or singular values with; it is a power of two, so that
/// scaling is exact.
///
/// The libraries should do this themselves; OpenBLAS 0.3.30 forgets to undo it in `geev`, faer does not do it at all.
fn condition<T: Scalar>(a: &mut Dense<T>) -> Result<T::Real> {
    use num_traits::{Float, One, Zero};
    let (one, safe) = (T::Real::one(), T::Real::SAFE);
    let max = a.finite_max()?;
    if max.is_zero() || (max <= safe && max >= safe.recip()) {
        return Ok(one);
    }
    // In steps of SAFE, and twice where one is not enough: 2^-480 * 2^-480 would itself underflow.
    let step = if max > safe { safe.recip() } else { safe };
    let mut factor = one;
    let mut size = max;
    while size > safe || size < safe.recip() {
        a.scale(step);
        size = size * step;
        factor = factor / step;
    }
    Ok(factor)
}
