//! QR: `geqrf`, `orgqr` and `ormqr`, for complex types `ungqr` and `unmqr`.

use super::ffi::Routines;
use super::int;
use super::workspace::{self, with_workspaces};
use crate::kernels::small::qr as small;
use crate::kernels::{Dense, QrParts, Result};
use crate::memory;

/// Complex matrices of at most this order are factorized by our own reflections: up to it, oneMKL 2026.2
/// makes NaN of what is left of a column if that is below the normal numbers.
const OURS: usize = 20;

pub(super) fn factor<T: Routines>(mut a: Dense<T>) -> Result<QrParts<T>> {
    let (rows, cols) = (a.rows(), a.cols());
    if !T::IS_REAL && rows.max(cols) <= OURS {
        return small::factor(a);
    }
    let mut tau = memory::zeros::<T>(rows.min(cols))?;
    // Where a complex matrix has no more rows than columns, LAPACK makes the last diagonal element real.
    // oneMKL leaves it as it is, so it is left to us.
    let is_left = !T::IS_REAL && (1..=cols).contains(&rows);
    let factored = if is_left { rows - 1 } else { cols };
    let (m, n) = (int(rows)?, int(factored)?);
    with_workspaces::<T>(rows.max(cols), workspace::qr(rows, factored, factored), |w| {
        let (a, tau, work) = (a.as_mut_slice().as_mut_ptr(), tau.as_mut_ptr(), w.work.as_mut_ptr());
        // SAFETY: the first columns of a are a dense m x n matrix, tau holds at least min(m, n) entries, and
        // `work` as many as its length says, at least n.
        let info = unsafe { T::geqrf(m, n, a, m, tau, work, w.lwork) };
        info.success()
    })?;
    if is_left {
        reflect_others(&mut a, &mut tau, factored)?;
    }
    Ok(QrParts { qr: a, tau })
}

/// Applies the reflections of the columns before `factored` to the others, and makes the diagonal element of
/// the last row real.
fn reflect_others<T: Routines>(a: &mut Dense<T>, tau: &mut [T], factored: usize) -> Result<()> {
    let rows = a.rows();
    let (reflections, others) = a.as_mut_slice().split_at_mut(factored * rows);
    adjoint_times(reflections, &tau[..factored], rows, others)?;
    small::factor_panel(a, factored, rows, tau);
    let step = tau[factored].conj();
    for x in a.as_mut_slice()[rows * rows..].iter_mut().skip(factored).step_by(rows) {
        *x -= step * *x;
    }
    Ok(())
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
    adjoint_times(parts.qr.as_slice(), &parts.tau, b.rows(), b.as_mut_slice())
}

/// Replaces `b`, of `rows` rows, by `Qᴴ · b`.
fn adjoint_times<T: Routines>(reflections: &[T], tau: &[T], rows: usize, b: &mut [T]) -> Result<()> {
    if tau.is_empty() || b.is_empty() {
        return Ok(());
    }
    let columns = b.len() / rows;
    let (m, n, k) = (int(rows)?, int(columns)?, int(tau.len())?);
    assert!(reflections.len() >= rows * tau.len() && b.len() == rows * columns);
    let trans = if T::IS_REAL { b'T' } else { b'C' };
    with_workspaces::<T>(rows.max(columns), workspace::qr(rows, tau.len(), columns), |w| {
        let (a, tau) = (reflections.as_ptr(), tau.as_ptr());
        let (b, work) = (b.as_mut_ptr(), w.work.as_mut_ptr());
        // SAFETY: a is dense with m rows and at least k <= m columns, tau holds k entries, b is a dense m x n
        // matrix, and `work` holds as many as its length says, at least n.
        let info = unsafe { T::unmqr(b'L', trans, m, n, k, a, m, tau, b, m, work, w.lwork) };
        info.success()
    })
}
