//! Cholesky: `potrf`.

use super::ffi::Routines;
use super::int;
use super::threads::ready;
use crate::kernels::{Dense, Result};

/// Replaces the lower triangle of a Hermitian matrix by its factor; what is above stays as it is. OpenBLAS
/// 0.3.21 takes half as long again for the upper one (order 256).
pub(super) fn factor<T: Routines>(a: &mut Dense<T>) -> Result<()> {
    let n = int(a.rows())?;
    ready()?;
    // SAFETY: a is a dense n x n matrix.
    let info = unsafe { T::potrf(b'L', n, a.as_mut_slice().as_mut_ptr(), n) };
    info.positive_definite()
}
