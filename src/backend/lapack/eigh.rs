//! Hermitian eigenproblems: `syevd`/`heevd` for all eigenpairs and `syevr` for the largest, directly (ndarray-linalg
//! calls the slower `syev`).

use super::{SMALL, int, workspace};
use crate::backend::{Dense, EighParts};
use crate::{Error, Result, Scalar};
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
    let size = int(op, n)?;
    let job = if vectors { b'V' } else { b'N' };
    let mut w = vec![T::Real::default(); n];
    // Called twice with the same arguments but the workspaces: to ask for their lengths, then to compute.
    let mut syevd = |work: &mut [T], rwork: &mut [T::Real], iwork: &mut [i32], lengths: [i32; 3]| {
        // SAFETY: a is a dense n x n matrix, w holds n entries; the workspaces hold max(1, length) entries each, and
        // lengths of -1 only ask.
        let info = unsafe { T::syevd(job, size, a.as_mut_slice(), &mut w, work, rwork, iwork, lengths) };
        if info == 0 { Ok(()) } else { Err(Error::NoConvergence { op }) }
    };
    let (mut work, mut rwork, mut iwork) = ([T::zero()], [T::Real::default()], [0]);
    syevd(&mut work, &mut rwork, &mut iwork, [-1; 3])?;
    let lengths = [workspace(op, work[0])?, workspace(op, rwork[0])?, iwork[0].max(1)];
    let [lwork, lrwork, liwork] = lengths.map(|length| length.unsigned_abs() as usize);
    syevd(&mut vec![T::zero(); lwork], &mut vec![T::Real::default(); lrwork], &mut vec![0; liwork], lengths)?;

    let first = n - largest.unwrap_or(n);
    a.keep_columns(if vectors { first..n } else { 0..0 });
    Ok((w.split_off(first), a))
}

/// The Hermitian eigensolvers of an element type.
pub(in crate::backend) trait Syevd: Scalar {
    /// `syevd` or `heevd` on the lower triangle. Returns `info`.
    ///
    /// # Safety
    /// `a` holds n x n elements, `w` n; the workspaces hold max(1, length) for `lengths` in their order.
    #[allow(clippy::too_many_arguments)] // as many as LAPACK has
    unsafe fn syevd(
        job: u8,
        n: i32,
        a: &mut [Self],
        w: &mut [Self::Real],
        work: &mut [Self],
        rwork: &mut [Self::Real],
        iwork: &mut [i32],
        lengths: [i32; 3],
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
                work: &mut [Self],
                _: &mut [Self],
                iwork: &mut [i32],
                [lwork, _, liwork]: [i32; 3],
            ) -> i32 {
                let (job, uplo, mut info) = (job as c_char, b'L' as c_char, 0);
                let (a, w, work, iwork) =
                    (a.as_mut_ptr(), w.as_mut_ptr(), work.as_mut_ptr(), iwork.as_mut_ptr());
                // SUBROUTINE ?SYEVD( JOBZ, UPLO, N, A, LDA, W, WORK, LWORK, IWORK, LIWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe {
                    lapack_sys::$syevd(&job, &uplo, &n, a, &n, w, work, &lwork, iwork, &liwork, &mut info)
                };
                info
            }

            fn syevr(a: &mut Dense<Self>, k: usize) -> Option<Result<EighParts<Self>>> {
                Some(largest(a, k, |[n, k], a, w, z, support, work, iwork, [lwork, liwork]| {
                    let (job, range, uplo) = (b'V' as c_char, b'I' as c_char, b'L' as c_char);
                    let (from, mut found, mut info) = (n - k + 1, 0, 0);
                    // SUBROUTINE ?SYEVR( JOBZ, RANGE, UPLO, N, A, LDA, VL, VU, IL, IU, ABSTOL, M, W, Z, LDZ, ISUPPZ,
                    //                    WORK, LWORK, IWORK, LIWORK, INFO )
                    // SAFETY: `largest` hands over n x n elements of a, n of w, n x k of z, 2n of support (2 max(1, k)
                    // are asked for), and workspaces of max(1, length) entries, where -1 only asks; VL and VU are not
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
                            &lwork,
                            iwork.as_mut_ptr(),
                            &liwork,
                            &mut info,
                        )
                    };
                    info == 0 && (lwork == -1 || found == k)
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
                work: &mut [Self],
                rwork: &mut [Self::Real],
                iwork: &mut [i32],
                [lwork, lrwork, liwork]: [i32; 3],
            ) -> i32 {
                let (job, uplo, mut info) = (job as c_char, b'L' as c_char, 0);
                let (a, w, work) = (a.as_mut_ptr().cast(), w.as_mut_ptr(), work.as_mut_ptr().cast());
                let (rwork, iwork) = (rwork.as_mut_ptr(), iwork.as_mut_ptr());
                // SUBROUTINE ?HEEVD( JOBZ, UPLO, N, A, LDA, W, WORK, LWORK, RWORK, LRWORK, IWORK, LIWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe {
                    lapack_sys::$heevd(
                        &job, &uplo, &n, a, &n, w, work, &lwork, rwork, &lrwork, iwork, &liwork, &mut info,
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
    call: impl Fn([i32; 2], &mut [T], &mut [T], &mut [T], &mut [i32], &mut [T], &mut [i32], [i32; 2]) -> bool,
) -> Result<EighParts<T>> {
    let (op, n) = (a.op(), a.rows());
    let sizes = [int(op, n)?, int(op, k)?];
    let (mut w, mut z, mut support) = (vec![T::zero(); n], Dense::zeros(op, n, k)?, vec![0; 2 * n]);
    let mut run = |work: &mut [T], iwork: &mut [i32], lengths| {
        let done =
            call(sizes, a.as_mut_slice(), &mut w, z.as_mut_slice(), &mut support, work, iwork, lengths);
        if done { Ok(()) } else { Err(Error::NoConvergence { op }) }
    };
    let (mut work, mut iwork) = ([T::zero()], [0]);
    run(&mut work, &mut iwork, [-1; 2])?;
    let lengths = [workspace(op, work[0])?, iwork[0].max(1)];
    let [lwork, liwork] = lengths.map(|length| length.unsigned_abs() as usize);
    run(&mut vec![T::zero(); lwork], &mut vec![0; liwork], lengths)?;
    w.truncate(k);
    Ok((w, z))
}
