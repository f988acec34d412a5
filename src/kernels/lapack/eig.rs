//! General eigenproblems: `geev`.

use super::threads::{Use, run};
use super::workspace::{self, Workspaces, with_workspaces};
use super::{Kind, SMALL_GENERAL, int};
use crate::kernels::{Dense, EigParts};
use crate::{ErrorKind, Named, Result, memory};
use num_complex::{Complex, Complex32, Complex64};
use std::ffi::c_char;

pub(super) fn eig<T: Geev>(a: Dense<T>, vectors: bool) -> Result<EigParts<T::Real>> {
    workspace::fitting(a.op(), workspace::geev(T::IS_REAL, a.rows(), vectors))?; // before anything is allocated
    let spare = a.flushed()?; // `geev` destroys its matrix
    match (eig_once(a, vectors), spare) {
        (Err(e), Some(spare)) if e.kind() == &ErrorKind::NoConvergence => eig_once(spare, vectors),
        (result, _) => result,
    }
}

fn eig_once<T: Geev>(mut a: Dense<T>, vectors: bool) -> Result<EigParts<T::Real>> {
    let (op, n) = (a.op(), a.rows());
    let (order, job) = (int(op, n)?, if vectors { b'V' } else { b'N' });
    let mut w = memory::zeros(2 * n).named(op)?;
    let mut v = if vectors { Dense::zeros(op, n, n)? } else { Dense::zeros(op, 0, 0)? };
    run(op, Use::of(n, SMALL_GENERAL), || {
        with_workspaces(op, n, workspace::geev(T::IS_REAL, n, vectors), |workspaces| {
            // SAFETY: a is a dense n x n matrix, v as well if vectors are wanted, w holds 2n numbers, and the workspaces
            // what the documentation asks for, or an entry where their lengths are -1.
            let info = unsafe { T::geev(job, order, a.as_mut_slice(), &mut w, v.as_mut_slice(), workspaces) };
            info == 0
        })
    })?;
    drop(a); // its memory may be that of the complex vectors
    let w = T::values(op, &w)?;
    let v = if vectors { Some(T::vectors(&w, v)?) } else { None };
    Ok((w, v))
}

/// `geev` of an element type.
pub(in crate::kernels) trait Geev: Kind {
    /// Right eigenvectors with `job` V. Returns `info`.
    ///
    /// # Safety
    /// `a` holds n x n elements, `v` as well for `job` V, `w` 2n numbers; `work` holds max(1, lwork) elements and, for a
    /// complex type, `rwork` 2n unless lwork is -1.
    unsafe fn geev(
        job: u8,
        n: i32,
        a: &mut [Self],
        w: &mut [Self::Real],
        v: &mut [Self],
        workspaces: &mut Workspaces<Self>,
    ) -> i32;

    /// The eigenvalues that `geev` left in `w`.
    fn values(op: &'static str, w: &[Self::Real]) -> Result<Vec<Complex<Self::Real>>>;

    /// The eigenvectors that `geev` left in `v` for these eigenvalues.
    fn vectors(w: &[Complex<Self::Real>], v: Dense<Self>) -> Result<Vec<Complex<Self::Real>>>;
}

macro_rules! geev {
    (real $t:ty, $geev:ident) => {
        impl Geev for $t {
            unsafe fn geev(
                job: u8,
                n: i32,
                a: &mut [Self],
                w: &mut [Self],
                v: &mut [Self],
                Workspaces { work, lengths: [lwork, ..], .. }: &mut Workspaces<Self>,
            ) -> i32 {
                let (left, job, one, mut info) = (b'N' as c_char, job as c_char, 1, 0);
                let (re, im) = w.split_at_mut(w.len() / 2);
                let (a, re, im) = (a.as_mut_ptr(), re.as_mut_ptr(), im.as_mut_ptr());
                let (none, v, work) = (std::ptr::null_mut(), v.as_mut_ptr(), work.as_mut_ptr());
                // SUBROUTINE ?GEEV( JOBVL, JOBVR, N, A, LDA, WR, WI, VL, LDVL, VR, LDVR, WORK, LWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for; VL is not referenced for JOBVL = 'N'.
                unsafe {
                    lapack_sys::$geev(
                        &left, &job, &n, a, &n, re, im, none, &one, v, &n, work, lwork, &mut info,
                    )
                };
                info
            }

            fn values(op: &'static str, w: &[Self]) -> Result<Vec<Complex<Self>>> {
                let (re, im) = w.split_at(w.len() / 2);
                let mut values = memory::room(re.len()).named(op)?;
                values.extend(re.iter().zip(im).map(|(&re, &im)| Complex::new(re, im)));
                Ok(values)
            }

            fn vectors(w: &[Complex<Self>], v: Dense<Self>) -> Result<Vec<Complex<Self>>> {
                complex_vectors(w, &v)
            }
        }
    };
    (complex $t:ty, $geev:ident) => {
        impl Geev for $t {
            unsafe fn geev(
                job: u8,
                n: i32,
                a: &mut [Self],
                w: &mut [Self::Real],
                v: &mut [Self],
                Workspaces { work, rwork, lengths: [lwork, ..], .. }: &mut Workspaces<Self>,
            ) -> i32 {
                let (left, job, one, mut info) = (b'N' as c_char, job as c_char, 1, 0);
                let (a, w, v) = (a.as_mut_ptr().cast(), w.as_mut_ptr().cast(), v.as_mut_ptr().cast());
                let (none, work, rwork) =
                    (std::ptr::null_mut(), work.as_mut_ptr().cast(), rwork.as_mut_ptr());
                // SUBROUTINE ?GEEV( JOBVL, JOBVR, N, A, LDA, W, VL, LDVL, VR, LDVR, WORK, LWORK, RWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for: n complex numbers are 2n real ones; VL is not
                // referenced for JOBVL = 'N'.
                unsafe {
                    lapack_sys::$geev(
                        &left, &job, &n, a, &n, w, none, &one, v, &n, work, lwork, rwork, &mut info,
                    )
                };
                info
            }

            fn values(op: &'static str, w: &[Self::Real]) -> Result<Vec<Self>> {
                let mut values = memory::room(w.len() / 2).named(op)?;
                values.extend(w.chunks_exact(2).map(|w| Complex::new(w[0], w[1])));
                Ok(values)
            }

            fn vectors(_: &[Self], v: Dense<Self>) -> Result<Vec<Self>> {
                Ok(v.into_vec())
            }
        }
    };
}

geev!(real f32, sgeev_);
geev!(real f64, dgeev_);
geev!(complex Complex32, cgeev_);
geev!(complex Complex64, zgeev_);

/// The complex vectors of a real matrix: of a conjugate pair of eigenvalues, `v` holds the real part of the first one's
/// vector in one column and the imaginary part in the next.
fn complex_vectors<T: crate::Real>(w: &[Complex<T>], v: &Dense<T>) -> Result<Vec<Complex<T>>> {
    let n = v.rows();
    let mut vectors = memory::room(v.as_slice().len()).named(v.op())?;
    let mut columns = v.as_slice().chunks_exact(n.max(1)).zip(w);
    while let Some((column, w)) = columns.next() {
        let pair = if w.im.is_zero() { None } else { columns.next() };
        match pair {
            None => vectors.extend(column.iter().map(|&re| Complex::new(re, T::zero()))),
            Some((imaginary, _)) => {
                let parts = || column.iter().zip(imaginary);
                vectors.extend(parts().map(|(&re, &im)| Complex::new(re, im)));
                vectors.extend(parts().map(|(&re, &im)| Complex::new(re, -im)));
            }
        }
    }
    Ok(vectors)
}
