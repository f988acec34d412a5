//! Singular values: `gesdd`, and `gesvd` for matrices for which that does not converge.

use super::ffi::Routines;
use super::int;
use super::workspace::{self, with_workspaces};
use crate::kernels::{Dense, Result, SvdMethod, SvdParts, Vectors};
use crate::memory;

pub(super) fn svd<T: Routines>(mut a: Dense<T>, vectors: Vectors, method: SvdMethod) -> Result<SvdParts<T>> {
    let (m, n) = (a.rows(), a.cols());
    let least = match method {
        SvdMethod::DivideAndConquer => workspace::gesdd(T::IS_REAL, m, n, vectors),
        SvdMethod::Qr => workspace::gesvd(T::IS_REAL, m, n, vectors),
    };
    workspace::fitting(least)?; // before anything is allocated
    let k = m.min(n);
    let (job, u_shape, vt_shape) = match vectors {
        Vectors::None => (b'N', (0, 0), (0, 0)),
        Vectors::Reduced => (b'S', (m, k), (k, n)),
        Vectors::Full => (b'A', (m, m), (n, n)),
    };
    let (mut u, mut vt) = (Dense::zeros(u_shape.0, u_shape.1)?, Dense::zeros(vt_shape.0, vt_shape.1)?);
    let mut s = memory::zeros(k)?;
    let (rows, cols, ldvt) = (int(m)?, int(n)?, int(vt_shape.0)?.max(1));
    with_workspaces(m.max(n), least, |w| {
        let [a, u, vt] = [&mut a, &mut u, &mut vt].map(|x| x.as_mut_slice().as_mut_ptr());
        let (s, work, rwork) = (s.as_mut_ptr(), w.work.as_mut_ptr(), w.rwork.as_mut_ptr());
        let (lwork, iwork) = (w.lwork, w.iwork.as_mut_ptr());
        // SAFETY: a is m x n, u m x k or m x m, vt k x n or n x n, all dense; s holds k entries, and the
        // workspaces have the documented lengths, or one entry where their lengths are -1.
        let info = unsafe {
            match method {
                SvdMethod::DivideAndConquer => {
                    T::gesdd(job, rows, cols, a, rows, s, u, rows, vt, ldvt, work, lwork, rwork, iwork)
                }
                SvdMethod::Qr => {
                    T::gesvd(job, job, rows, cols, a, rows, s, u, rows, vt, ldvt, work, lwork, rwork)
                }
            }
        };
        info.converged()
    })?;
    Ok(SvdParts { u, s, vt })
}
