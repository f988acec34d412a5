//! LU: `getrf`, `getri` and `getrs`.

use super::ffi::Routines;
use super::int;
use super::threads::ready;
use super::workspace::{self, with_workspaces};
use crate::kernels::Dense;
use crate::{Error, Result, memory};

/// The factors of a square matrix, in its place.
pub(super) struct Factors {
    /// The row, from 1, that each row changed places with, one after the other.
    pub pivots: Vec<i32>,
    /// The first pivot of U that is exactly zero.
    pub zero_pivot: Option<usize>,
}

pub(super) fn factor<T: Routines>(a: &mut Dense<T>) -> Result<Factors> {
    let (op, n) = (a.op(), int(a.op(), a.rows())?);
    let mut pivots = memory::filled(op, a.rows(), 0)?;
    ready(op)?;
    // SAFETY: a is a dense n x n matrix, and there are n pivots.
    let info = unsafe { T::getrf(n, n, a.as_mut_slice().as_mut_ptr(), n, pivots.as_mut_ptr()) };
    Ok(Factors { pivots, zero_pivot: info.zero_pivot(op)? })
}

/// The pivots of the factors in the place of `a`; an error if it is singular.
fn factor_regular<T: Routines>(a: &mut Dense<T>) -> Result<Vec<i32>> {
    let Factors { pivots, zero_pivot } = factor(a)?;
    regular(a.op(), zero_pivot).map(|()| pivots)
}

fn regular(op: &'static str, zero_pivot: Option<usize>) -> Result<()> {
    zero_pivot.map_or(Ok(()), |pivot| Err(Error::Singular { op, pivot }))
}

/// `a` becomes its inverse.
pub(super) fn inv<T: Routines>(a: &mut Dense<T>) -> Result<()> {
    let pivots = factor_regular(a)?;
    let (op, n) = (a.op(), int(a.op(), a.rows())?);
    with_workspaces::<T>(op, a.rows(), workspace::getri(a.rows()), |w| {
        let (a, work) = (a.as_mut_slice().as_mut_ptr(), w.work.as_mut_ptr());
        // SAFETY: a is a dense n x n factorization with its n pivots; `work` holds what its length says.
        let info = unsafe { T::getri(n, a, n, pivots.as_ptr(), work, w.lwork) };
        regular(op, info.zero_pivot(op)?) // always, since the factors are
    })
}

/// `b` becomes the solution of `a · x = b`, or of `aᵀ · x = b`.
pub(super) fn solve<T: Routines>(a: &mut Dense<T>, transposed: bool, b: &mut Dense<T>) -> Result<()> {
    let pivots = factor_regular(a)?;
    let op = a.op();
    let (n, columns, trans) = (int(op, a.rows())?, int(op, b.cols())?, if transposed { b'T' } else { b'N' });
    ready(op)?;
    let (a, b) = (a.as_slice().as_ptr(), b.as_mut_slice().as_mut_ptr());
    // SAFETY: a is a dense n x n factorization with its n pivots, b is dense with n rows and these columns.
    let info = unsafe { T::getrs(trans, n, columns, a, n, pivots.as_ptr(), b, n) };
    info.success(op)
}
