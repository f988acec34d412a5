//! General eigenproblems: `geev`.

use super::ffi::Routines;
use super::int;
use super::workspace::{self, with_workspaces};
use crate::kernels::small::packed_eigenvectors;
use crate::kernels::{Dense, EigParts, Result};
use crate::{ErrorKind, memory};
use num_complex::Complex;
use num_traits::Zero;

pub(super) fn eig<T: Routines>(a: Dense<T>, vectors: bool) -> Result<EigParts<T::Real>> {
    workspace::fitting(workspace::geev(T::IS_REAL, a.rows(), vectors))?; // before anything is allocated
    let spare = a.flushed()?; // `geev` destroys its matrix
    match (eig_once(a, vectors), spare) {
        (Err(ErrorKind::NoConvergence), Some(spare)) => eig_once(spare, vectors),
        (result, _) => result,
    }
}

fn eig_once<T: Routines>(mut a: Dense<T>, vectors: bool) -> Result<EigParts<T::Real>> {
    let order = a.rows();
    let (n, job) = (int(order)?, if vectors { b'V' } else { b'N' });
    // a real matrix sets `re` and `im`, a complex one `w`
    let (mut re, mut im) = (memory::zeros(order)?, memory::zeros(order)?);
    let mut w = memory::filled(order, Complex::zero())?;
    let size = if vectors { order } else { 0 };
    let mut v = Dense::zeros(size, size)?;
    with_workspaces(order, workspace::geev(T::IS_REAL, order, vectors), |workspaces| {
        let (a, v, none) =
            (a.as_mut_slice().as_mut_ptr(), v.as_mut_slice().as_mut_ptr(), std::ptr::null_mut());
        let (re, im, w) = (re.as_mut_ptr(), im.as_mut_ptr(), w.as_mut_ptr());
        let (work, rwork) = (workspaces.work.as_mut_ptr(), workspaces.rwork.as_mut_ptr());
        // SAFETY: a is a dense n x n matrix, v as well if vectors are requested, the eigenvalues have n
        // entries, and the workspaces have the documented lengths, or one entry where their lengths are -1.
        // There are no left vectors.
        let info =
            unsafe { T::geev(b'N', job, n, a, n, re, im, w, none, 1, v, n, work, workspaces.lwork, rwork) };
        info.converged()
    })?;
    drop(a); // its memory can be reused for the complex vectors of a real matrix
    if T::IS_REAL {
        w.iter_mut().zip(re.iter().zip(&im)).for_each(|(w, (&re, &im))| *w = Complex::new(re, im));
    }
    let v = match vectors {
        true if T::IS_REAL => Some(packed_eigenvectors(&im, &v)?),
        // collected in place: complex elements already have the size of the result's
        true => Some(v.into_vec().into_iter().map(T::complex).collect()),
        false => None,
    };
    Ok((w, v))
}
