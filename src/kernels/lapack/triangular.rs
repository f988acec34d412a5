//! Triangular systems: `trtrs`.

use super::ffi::Routines;
use super::int;
use super::threads::ready;
use crate::kernels::{Dense, Operation, Result, Triangle, packed};
use ndarray::ArrayRef2;

/// The letter of an operation, as BLAS and LAPACK name it.
pub(super) fn letter(operation: Operation) -> u8 {
    match operation {
        Operation::None => b'N',
        Operation::Transpose => b'T',
        Operation::Adjoint => b'C',
    }
}

/// Solves `op(a) · x = b`; `b` becomes `x`.
pub(super) fn solve<T: Routines>(
    a: &ArrayRef2<T>,
    triangle: Triangle,
    operation: Operation,
    b: &mut Dense<T>,
) -> Result<()> {
    let a = packed(a);
    let (n, columns) = (int(b.rows())?, int(b.cols())?);
    let uplo = if triangle == Triangle::Lower { b'L' } else { b'U' };
    ready()?;
    let (a, b) = (a.as_ptr(), b.as_mut_slice().as_mut_ptr());
    // SAFETY: a has the n x n elements of a dense matrix, b is dense with n rows and this number of columns.
    let info = unsafe { T::trtrs(uplo, letter(operation), b'N', n, columns, a, n, b, n) };
    info.regular()
}
