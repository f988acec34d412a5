//! Hermitian eigenproblems: `syevd` and `heevd` for all eigenpairs, `syevr` for the largest.

use super::workspace::{self, Workspaces, with_workspaces};
use super::{Kind, SMALL, int};
use crate::kernels::{Dense, EighParts};
use crate::{Named, Result, memory};
use num_complex::{Complex32, Complex64};
use std::ffi::c_char;

pub(super) fn eigh<T: Syevd>(mut a: Dense<T>, vectors: bool, largest: Option<usize>) -> Result<EighParts<T>> {
    let (op, n) = (a.op(), a.rows());
    // Bisection and inverse iteration for a few vectors of many; divide and conquer is faster elsewhere.
    if let (true, Some(k)) = (vectors, largest)
        && n >= SMALL
        && 4 * k <= n
        && let Some(result) = T::syevr(&mut a, k)
    {
        return result;
    }
    let (size, job) = (int(op, n)?, if vectors { b'V' } else { b'N' });
    let mut w = memory::zeros(n).named(op)?;
    with_workspaces(op, n, workspace::syevd(T::IS_REAL, n, vectors), |workspaces| {
        // SAFETY: a is a dense n x n matrix, w holds n entries, and the workspaces what their lengths say.
        let info = unsafe { T::syevd(job, size, a.as_mut_slice(), &mut w, workspaces) };
        info == 0
    })?;
    let first = n - largest.unwrap_or(n);
    a.keep_columns(if vectors { first..n } else { 0..0 });
    w.drain(..first);
    Ok((w, a))
}

/// The Hermitian eigensolvers of an element type.
pub(in crate::kernels) trait Syevd: Kind {
    /// `syevd` or `heevd` on the lower triangle. Returns `info`.
    ///
    /// # Safety
    /// `a` holds n x n elements, `w` n; the workspaces hold max(1, length) elements each.
    unsafe fn syevd(
        job: u8,
        n: i32,
        a: &mut [Self],
        w: &mut [Self::Real],
        workspaces: &mut Workspaces<Self>,
    ) -> i32;

    /// The `k` largest eigenvalues with their vectors; destroys `a`. `None` for a type without this way.
    fn syevr(a: &mut Dense<Self>, k: usize) -> Option<Result<EighParts<Self>>>;
}

macro_rules! syevd {
    (real $t:ty, $syevd:ident, $syevr:ident) => {
        impl Syevd for $t {
            unsafe fn syevd(
                job: u8,
                n: i32,
                a: &mut [Self],
                w: &mut [Self],
                Workspaces { work, iwork, lengths: [lwork, _, liwork], .. }: &mut Workspaces<Self>,
            ) -> i32 {
                let (job, uplo, mut info) = (job as c_char, b'L' as c_char, 0);
                let (a, w, work, iwork) =
                    (a.as_mut_ptr(), w.as_mut_ptr(), work.as_mut_ptr(), iwork.as_mut_ptr());
                // SUBROUTINE ?SYEVD( JOBZ, UPLO, N, A, LDA, W, WORK, LWORK, IWORK, LIWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe {
                    lapack_sys::$syevd(&job, &uplo, &n, a, &n, w, work, lwork, iwork, liwork, &mut info)
                };
                info
            }

            fn syevr(a: &mut Dense<Self>, k: usize) -> Option<Result<EighParts<Self>>> {
                Some(largest(a, k, |[n, k], a, w, z, support, workspaces| {
                    let Workspaces { work, iwork, lengths: [lwork, _, liwork], .. } = workspaces;
                    let (job, range, uplo) = (b'V' as c_char, b'I' as c_char, b'L' as c_char);
                    let (from, mut found, mut info) = (n - k + 1, 0, 0);
                    // SUBROUTINE ?SYEVR( JOBZ, RANGE, UPLO, N, A, LDA, VL, VU, IL, IU, ABSTOL, M, W, Z, LDZ, ISUPPZ,
                    //                    WORK, LWORK, IWORK, LIWORK, INFO )
                    // SAFETY: `largest` hands over n x n elements of a, n of w, n x k of z, 2n of support (2 max(1, k)
                    // are asked for), and workspaces of max(1, length) entries; VL and VU are not
                    // read for RANGE = 'I'.
                    unsafe {
                        lapack_sys::$syevr(
                            &job,
                            &range,
                            &uplo,
                            &n,
                            a.as_mut_ptr(),
                            &n,
                            &0.0,
                            &0.0,
                            &from,
                            &n,
                            &0.0,
                            &mut found,
                            w.as_mut_ptr(),
                            z.as_mut_ptr(),
                            &n,
                            support.as_mut_ptr(),
                            work.as_mut_ptr(),
                            lwork,
                            iwork.as_mut_ptr(),
                            liwork,
                            &mut info,
                        )
                    };
                    info == 0 && (*lwork == -1 || found == k)
                }))
            }
        }
    };
    (complex $t:ty, $heevd:ident) => {
        impl Syevd for $t {
            unsafe fn syevd(
                job: u8,
                n: i32,
                a: &mut [Self],
                w: &mut [Self::Real],
                Workspaces { work, rwork, iwork, lengths: [lwork, lrwork, liwork] }: &mut Workspaces<Self>,
            ) -> i32 {
                let (job, uplo, mut info) = (job as c_char, b'L' as c_char, 0);
                let (a, w, work) = (a.as_mut_ptr().cast(), w.as_mut_ptr(), work.as_mut_ptr().cast());
                let (rwork, iwork) = (rwork.as_mut_ptr(), iwork.as_mut_ptr());
                // SUBROUTINE ?HEEVD( JOBZ, UPLO, N, A, LDA, W, WORK, LWORK, RWORK, LRWORK, IWORK, LIWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe {
                    lapack_sys::$heevd(
                        &job, &uplo, &n, a, &n, w, work, lwork, rwork, lrwork, iwork, liwork, &mut info,
                    )
                };
                info
            }

            fn syevr(_: &mut Dense<Self>, _: usize) -> Option<Result<EighParts<Self>>> {
                None
            }
        }
    };
}

syevd!(real f32, ssyevd_, ssyevr_);
syevd!(real f64, dsyevd_, dsyevr_);
syevd!(complex Complex32, cheevd_);
syevd!(complex Complex64, zheevd_);

/// What `syevr` does for all types: buffers, the query, the result. `call` returns whether it succeeded.
fn largest<T: crate::Real>(
    a: &mut Dense<T>,
    k: usize,
    call: impl Fn([i32; 2], &mut [T], &mut [T], &mut [T], &mut [i32], &mut Workspaces<T>) -> bool,
) -> Result<EighParts<T>> {
    let (op, n) = (a.op(), a.rows());
    let least = workspace::syevr(n);
    workspace::fitting(op, least)?; // before anything is allocated
    let sizes = [int(op, n)?, int(op, k)?];
    let (mut w, mut z) = (memory::zeros(n).named(op)?, Dense::zeros(op, n, k)?);
    let mut support = memory::filled(2 * n, 0).named(op)?;
    with_workspaces(op, n, least, |workspaces| {
        call(sizes, a.as_mut_slice(), &mut w, z.as_mut_slice(), &mut support, workspaces)
    })?;
    w.truncate(k);
    Ok((w, z))
}
