//! QR: `geqrf`, `orgqr` and `ormqr`, for complex types `ungqr` and `unmqr`.

use super::ffi::Routines;
use super::int;
use super::workspace::{self, with_workspaces};
use crate::kernels::small::qr::factor_panel;
use crate::kernels::{Dense, QrParts, Result};
use crate::{Scalar, memory};
use num_traits::Zero;

pub(super) fn factor<T: Routines>(mut a: Dense<T>) -> Result<QrParts<T>> {
    let (rows, cols) = (a.rows(), a.cols());
    let (m, n) = (int(rows)?, int(cols)?);
    let mut tau = memory::zeros::<T>(rows.min(cols))?;
    with_workspaces::<T>(rows.max(cols), workspace::qr(rows, cols, cols), |w| {
        let (a, tau, work) = (a.as_mut_slice().as_mut_ptr(), tau.as_mut_ptr(), w.work.as_mut_ptr());
        // SAFETY: a is a dense m x n matrix, tau holds min(m, n) entries, and `work` as many as its length
        // says, at least n.
        let info = unsafe { T::geqrf(m, n, a, m, tau, work, w.lwork) };
        info.success()
    })?;
    make_last_real(&mut a, &mut tau);
    Ok(QrParts { qr: a, tau })
}

/// Makes the diagonal element of the last row real, where a complex matrix has no more rows than columns:
/// LAPACK does it, oneMKL leaves it as it is.
fn make_last_real<T: Scalar>(a: &mut Dense<T>, tau: &mut [T]) {
    let (rows, cols) = (a.rows(), a.cols());
    if rows == 0 || rows > cols || a.as_slice()[rows * rows - 1].im().is_zero() {
        return;
    }
    factor_panel(a, rows - 1, rows, tau);
    let step = tau[rows - 1].conj();
    for x in a.as_mut_slice()[rows * rows..].iter_mut().skip(rows - 1).step_by(rows) {
        *x -= step * *x;
    }
}

/// Returns the first columns of Q.
pub(super) fn columns<T: Routines>(parts: &QrParts<T>, columns: usize) -> Result<Dense<T>> {
    let rows = parts.qr.rows();
    let mut q = Dense::zeros(rows, columns)?;
    let stored = parts.qr.as_slice().len().min(q.as_slice().len());
    q.as_mut_slice()[..stored].copy_from_slice(&parts.qr.as_slice()[..stored]);
    // at least as many columns as reflections are wanted, and at most as many as there are rows
    let (m, n, k) = (int(rows)?, int(columns)?, int(parts.tau.len().min(columns))?);
    with_workspaces::<T>(rows.max(columns), workspace::qr(rows, columns, columns), |w| {
        let (q, tau, work) = (q.as_mut_slice().as_mut_ptr(), parts.tau.as_ptr(), w.work.as_mut_ptr());
        // SAFETY: q is a dense m x n matrix with k <= n <= m reflections in its first columns, tau holds at
        // least k entries, and `work` as many as its length says, at least n.
        let info = unsafe { T::ungqr(m, n, k, q, m, tau, work, w.lwork) };
        info.success()
    })?;
    Ok(q)
}

/// Replaces `b` by `Qᴴ · b`.
pub(super) fn apply_adjoint<T: Routines>(parts: &QrParts<T>, b: &mut Dense<T>) -> Result<()> {
    let (rows, columns) = (b.rows(), b.cols());
    let (m, n, k) = (int(rows)?, int(columns)?, int(parts.tau.len())?);
    let trans = if T::IS_REAL { b'T' } else { b'C' };
    with_workspaces::<T>(rows.max(columns), workspace::qr(rows, parts.tau.len(), columns), |w| {
        let (a, tau) = (parts.qr.as_slice().as_ptr(), parts.tau.as_ptr());
        let (b, work) = (b.as_mut_slice().as_mut_ptr(), w.work.as_mut_ptr());
        // SAFETY: a is dense with m rows and at least k <= m columns, tau holds k entries, b is a dense m x n
        // matrix, and `work` holds as many as its length says, at least n.
        let info = unsafe { T::unmqr(b'L', trans, m, n, k, a, m, tau, b, m, work, w.lwork) };
        info.success()
    })
}
