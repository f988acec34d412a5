//! Singular values: `gesdd`.

use super::workspace::{self, Workspaces, with_workspaces};
use super::{Kind, int};
use crate::kernels::{Dense, SvdParts, Vectors};
use crate::{Named, Result, memory};
use num_complex::{Complex32, Complex64};
use std::ffi::c_char;

pub(super) fn svd<T: Gesdd>(mut a: Dense<T>, vectors: Vectors) -> Result<SvdParts<T>> {
    let (op, m, n) = (a.op(), a.rows(), a.cols());
    let least = workspace::gesdd(T::IS_REAL, m, n, vectors);
    workspace::fitting(op, least)?; // before anything is allocated
    let k = m.min(n);
    let (job, u_shape, vt_shape) = match vectors {
        Vectors::None => (b'N', (0, 0), (0, 0)),
        Vectors::Reduced => (b'S', (m, k), (k, n)),
        Vectors::Full => (b'A', (m, m), (n, n)),
    };
    let (mut u, mut vt) =
        (Dense::zeros(op, u_shape.0, u_shape.1)?, Dense::zeros(op, vt_shape.0, vt_shape.1)?);
    let mut s = memory::zeros(k).named(op)?;
    let (sizes, ldvt) = ([int(op, m)?, int(op, n)?], int(op, vt_shape.0)?.max(1));
    with_workspaces(op, m.max(n), least, |workspaces| {
        let (u, vt) = ((u.as_mut_slice(), sizes[0]), (vt.as_mut_slice(), ldvt));
        // SAFETY: a is m x n, u m x k or m x m, vt k x n or n x n, all dense; s holds k entries, and the workspaces what
        // the documentation asks for, or an entry where their lengths are -1.
        let info = unsafe { T::gesdd(job, sizes, a.as_mut_slice(), &mut s, u, vt, workspaces) };
        info == 0
    })?;
    Ok(SvdParts { u, s, vt })
}

/// `gesdd` of an element type.
pub(in crate::kernels) trait Gesdd: Kind {
    /// Returns `info`. `u` and `vt` come with their leading dimensions.
    ///
    /// # Safety
    /// For the sizes [m, n] and k = min(m, n): `a` holds m x n elements, `u` and `vt` what `job` asks for, `s` k, `iwork`
    /// 8k and `rwork` what the documentation says for a complex type, both unless lwork is -1; `work` max(1, lwork).
    unsafe fn gesdd(
        job: u8,
        sizes: [i32; 2],
        a: &mut [Self],
        s: &mut [Self::Real],
        u: (&mut [Self], i32),
        vt: (&mut [Self], i32),
        workspaces: &mut Workspaces<Self>,
    ) -> i32;
}

macro_rules! gesdd {
    ($t:ty, $gesdd:ident $(, $rwork:ident)?) => {
        impl Gesdd for $t {
            unsafe fn gesdd(
                job: u8,
                [m, n]: [i32; 2],
                a: &mut [Self],
                s: &mut [Self::Real],
                (u, ldu): (&mut [Self], i32),
                (vt, ldvt): (&mut [Self], i32),
                Workspaces { work, $($rwork,)? iwork, lengths: [lwork, ..], .. }: &mut Workspaces<Self>,
            ) -> i32 {
                let mut info = 0;
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
                        lwork,
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

gesdd!(f32, sgesdd_);
gesdd!(f64, dgesdd_);
gesdd!(Complex32, cgesdd_, rwork);
gesdd!(Complex64, zgesdd_, rwork);
