//! LU: `getrf`, `getri` and `getrs`.

use super::ffi::Routines;
use super::info::Info;
use super::int;
use super::threads::ready;
use super::triangular::letter;
use super::workspace::{self, with_workspaces};
use crate::kernels::{Dense, LuParts, Operation, Result};
use crate::{ErrorKind, memory};

/// Factorizes a square matrix in place. Returns, for each row in turn, the row, from 1, that it was swapped
/// with, and the `INFO` of `getrf` about the pivots.
pub(super) fn factor<T: Routines>(a: &mut Dense<T>) -> Result<(Vec<i32>, Info)> {
    let n = int(a.rows())?;
    let mut pivots = memory::filled(a.rows(), 0)?;
    ready()?;
    // SAFETY: a is a dense n x n matrix, and there are n pivots.
    let info = unsafe { T::getrf(n, n, a.as_mut_slice().as_mut_ptr(), n, pivots.as_mut_ptr()) };
    Ok((pivots, info))
}

/// Replaces `a` by its inverse.
pub(super) fn inv<T: Routines>(a: &mut Dense<T>) -> Result<()> {
    let (pivots, info) = factor(a)?;
    info.regular()?;
    let n = int(a.rows())?;
    with_workspaces::<T>(a.rows(), workspace::getri(a.rows()), |w| {
        let (a, work) = (a.as_mut_slice().as_mut_ptr(), w.work.as_mut_ptr());
        // SAFETY: a is a dense n x n factorization with its n pivots; `work` holds as many entries as its
        // length says.
        let info = unsafe { T::getri(n, a, n, pivots.as_ptr(), work, w.lwork) };
        info.regular() // the factors have been checked
    })
}

/// Solves `aᵀ · x = b`; `b` becomes `x`.
pub(super) fn solve_transpose<T: Routines>(a: &mut Dense<T>, b: &mut Dense<T>) -> Result<()> {
    let (pivots, info) = factor(a)?;
    info.regular()?;
    substitute(a, &pivots, Operation::Transpose, b)
}

/// Solves `op(a) · x = b` with the factors of `a`.
pub(super) fn solve<T: Routines>(parts: &LuParts<T>, operation: Operation, b: &mut Dense<T>) -> Result<()> {
    match parts.lu.diagonal().position(|u| u.is_zero()) {
        Some(pivot) => Err(ErrorKind::Singular { pivot }),
        None => substitute(&parts.lu, &parts.swaps, operation, b),
    }
}

fn substitute<T: Routines>(
    a: &Dense<T>,
    pivots: &[i32],
    operation: Operation,
    b: &mut Dense<T>,
) -> Result<()> {
    let (n, columns) = (int(a.rows())?, int(b.cols())?);
    debug_assert_eq!(pivots.len(), a.rows());
    ready()?;
    let (a, b) = (a.as_slice().as_ptr(), b.as_mut_slice().as_mut_ptr());
    // SAFETY: a is a dense n x n factorization with its n pivots, b is dense with n rows and this number of
    // columns.
    let info = unsafe { T::getrs(letter(operation), n, columns, a, n, pivots.as_ptr(), b, n) };
    info.success()
}
