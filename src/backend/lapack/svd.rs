//! Singular values: `gesdd`, directly (ndarray-linalg truncates the workspace length of long f32 matrices).

use super::{int, workspace};
use crate::backend::{Dense, SvdParts, Vectors};
use crate::{Error, Result, Scalar};
use num_complex::{Complex32, Complex64};
use std::ffi::c_char;

pub(super) fn svd<T: Gesdd>(mut a: Dense<T>, vectors: Vectors) -> Result<SvdParts<T>> {
    let (op, m, n) = (a.op(), a.rows(), a.cols());
    let k = m.min(n);
    let (job, u_shape, vt_shape) = match vectors {
        Vectors::None => (b'N', (0, 0), (0, 0)),
        Vectors::Reduced => (b'S', (m, k), (k, n)),
        Vectors::Full => (b'A', (m, m), (n, n)),
    };
    let (mut u, mut vt) =
        (Dense::zeros(op, u_shape.0, u_shape.1)?, Dense::zeros(op, vt_shape.0, vt_shape.1)?);
    let mut s = vec![T::Real::default(); k];
    let mut iwork = vec![0; 8 * k];
    // What LAPACK's documentation asks for, which is more than older versions' own answer.
    let rwork = if T::IS_REAL {
        0
    } else if vectors == Vectors::None {
        7 * k
    } else {
        k * (5 * k + 7).max(2 * m.max(n) + 2 * k + 1)
    };
    let mut rwork = vec![T::Real::default(); rwork.max(1)];
    let sizes = [int(op, m)?, int(op, n)?];
    // Called twice with the same arguments but the workspace: to ask for its length, then to compute.
    let mut gesdd = |work: &mut [T], length: i32| {
        // SAFETY: a is m x n, u m x k or m x m, vt k x n or n x n, all dense; s holds k entries, iwork 8k, rwork what
        // the documentation asks for; `work` holds max(1, length) entries, and length == -1 only asks.
        let info = unsafe {
            T::gesdd(
                job,
                sizes,
                a.as_mut_slice(),
                &mut s,
                (u.as_mut_slice(), sizes[0]),
                (vt.as_mut_slice(), int(op, vt_shape.0)?.max(1)),
                (work, length),
                &mut rwork,
                &mut iwork,
            )
        };
        if info == 0 { Ok(()) } else { Err(Error::NoConvergence { op }) }
    };
    let mut answer = [T::zero()];
    gesdd(&mut answer, -1)?;
    let length = workspace(op, answer[0])?;
    gesdd(&mut vec![T::zero(); length.unsigned_abs() as usize], length)?;
    Ok(SvdParts { u, s, vt })
}

/// `gesdd` of an element type.
pub(in crate::backend) trait Gesdd: Scalar {
    const IS_REAL: bool;

    /// Returns `info`. `u` and `vt` come with their leading dimensions, `work` with its length.
    ///
    /// # Safety
    /// For the sizes [m, n] and k = min(m, n): `a` holds m x n elements, `u` and `vt` what `job` asks for, `s` k, `iwork`
    /// 8k, `work` max(1, length); `rwork` what the documentation says for a complex type.
    #[allow(clippy::too_many_arguments)] // as many as LAPACK has
    unsafe fn gesdd(
        job: u8,
        sizes: [i32; 2],
        a: &mut [Self],
        s: &mut [Self::Real],
        u: (&mut [Self], i32),
        vt: (&mut [Self], i32),
        work: (&mut [Self], i32),
        rwork: &mut [Self::Real],
        iwork: &mut [i32],
    ) -> i32;
}

macro_rules! gesdd {
    ($t:ty, $gesdd:ident, $real:literal $(, $rwork:ident)?) => {
        impl Gesdd for $t {
            const IS_REAL: bool = $real;

            unsafe fn gesdd(
                job: u8,
                [m, n]: [i32; 2],
                a: &mut [Self],
                s: &mut [Self::Real],
                (u, ldu): (&mut [Self], i32),
                (vt, ldvt): (&mut [Self], i32),
                (work, lwork): (&mut [Self], i32),
                _rwork: &mut [Self::Real],
                iwork: &mut [i32],
            ) -> i32 {
                let mut info = 0;
                $(let $rwork = _rwork;)?
                // SUBROUTINE ?GESDD( JOBZ, M, N, A, LDA, S, U, LDU, VT, LDVT, WORK, LWORK, [RWORK,] IWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe {
                    lapack_sys::$gesdd(
                        &(job as c_char),
                        &m,
                        &n,
                        a.as_mut_ptr().cast(),
                        &m,
                        s.as_mut_ptr(),
                        u.as_mut_ptr().cast(),
                        &ldu,
                        vt.as_mut_ptr().cast(),
                        &ldvt,
                        work.as_mut_ptr().cast(),
                        &lwork,
                        $($rwork.as_mut_ptr(),)?
                        iwork.as_mut_ptr(),
                        &mut info,
                    )
                };
                info
            }
        }
    };
}

gesdd!(f32, sgesdd_, true);
gesdd!(f64, dgesdd_, true);
gesdd!(Complex32, cgesdd_, false, rwork);
gesdd!(Complex64, zgesdd_, false, rwork);
