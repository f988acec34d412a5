//! The bare routines of BLAS and LAPACK that are measured.
#![allow(unsafe_code)] // calls into Fortran

use cblas_sys::{CBLAS_LAYOUT::CblasRowMajor, CBLAS_TRANSPOSE::CblasNoTrans};
use ndarray_linalg::Lapack;
use num_complex::Complex;
use std::ffi::c_char;

/// The routines for square matrices without gaps, and for those with m rows and n <= m columns. If `work` is
/// empty, the routine is only asked for the length of its workspace, and `work` gets that length.
pub trait LapackElement: Lapack<Real = Self, Complex = Complex<Self>> {
    fn gemm(n: usize, a: &[Self], b: &[Self], beta: Self, c: &mut [Self]);
    fn gemv(n: usize, a: &[Self], x: &[Self], y: &mut [Self]);
    fn getrf(n: usize, a: &mut [Self], pivots: &mut [i32]);
    fn getri(n: usize, a: &mut [Self], pivots: &[i32], work: &mut Vec<Self>);
    fn gesv(n: usize, nrhs: usize, a: &mut [Self], pivots: &mut [i32], b: &mut [Self]);
    fn geev(
        job: u8,
        n: usize,
        a: &mut [Self],
        w_re: &mut [Self],
        w_im: &mut [Self],
        v: &mut [Self],
        work: &mut Vec<Self>,
    );
    fn syevd(job: u8, n: usize, a: &mut [Self], w: &mut [Self], work: &mut Vec<Self>, iwork: &mut Vec<i32>);
    #[expect(clippy::too_many_arguments, reason = "LAPACK's")]
    fn gesdd(
        job: u8,
        n: usize,
        a: &mut [Self],
        s: &mut [Self],
        u: &mut [Self],
        vt: &mut [Self],
        work: &mut Vec<Self>,
        iwork: &mut [i32],
    );
    /// Of the lower triangle.
    fn potrf(n: usize, a: &mut [Self]);
    fn geqrf(m: usize, n: usize, a: &mut [Self], tau: &mut [Self], work: &mut Vec<Self>);
    /// The first n columns.
    fn orgqr(m: usize, n: usize, a: &mut [Self], tau: &[Self], work: &mut Vec<Self>);
    fn getrs(n: usize, nrhs: usize, a: &[Self], pivots: &[i32], b: &mut [Self]);
    /// With the lower triangle.
    fn trtrs(n: usize, nrhs: usize, a: &[Self], b: &mut [Self]);
    #[expect(clippy::too_many_arguments, reason = "LAPACK's")]
    fn gelsd(
        m: usize,
        n: usize,
        nrhs: usize,
        a: &mut [Self],
        b: &mut [Self],
        s: &mut [Self],
        work: &mut Vec<Self>,
        iwork: &mut Vec<i32>,
    );
    fn nrm2(x: &[Self]) -> Self;
    fn asum(x: &[Self]) -> Self;
    fn iamax(x: &[Self]) -> usize;
    fn lange(norm: u8, n: usize, a: &[Self], work: &mut [Self]) -> Self;
}

fn int(n: usize) -> i32 {
    i32::try_from(n).expect("benchmarks are small")
}

fn done(info: i32) {
    assert_eq!(info, 0, "the operation is defined for every case");
}

/// Computes with a workspace; if it is empty, only asks for its length and allocates it.
fn with_workspace<T: Copy + Default + Into<f64>>(work: &mut Vec<T>, mut call: impl FnMut(&mut [T], i32)) {
    if work.is_empty() {
        let mut length = [T::default()];
        call(&mut length, -1);
        work.resize(length[0].into() as usize, T::default());
    } else {
        let length = int(work.len());
        call(work, length);
    }
}

macro_rules! lapack_element {
    ($t:ident: $gemm:ident $gemv:ident $getrf:ident $getri:ident $gesv:ident $geev:ident $syevd:ident $gesdd:ident
     $potrf:ident $geqrf:ident $orgqr:ident $getrs:ident $trtrs:ident $gelsd:ident
     $nrm2:ident $asum:ident $iamax:ident $lange:ident) => {
        // SAFETY, of every call: the asserts ensure that each buffer holds what the routine reads and writes
        // for a matrix without gaps, square of order n or with m rows and n columns; `work` and `iwork` have
        // the length that the routine itself asked for.
        #[allow(clippy::undocumented_unsafe_blocks)]
        impl LapackElement for $t {
            fn gemm(n: usize, a: &[$t], b: &[$t], beta: $t, c: &mut [$t]) {
                assert!([a.len(), b.len(), c.len()] == [n * n; 3]);
                let i = int(n);
                unsafe {
                    let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
                    cblas_sys::$gemm(
                        CblasRowMajor,
                        CblasNoTrans,
                        CblasNoTrans,
                        i,
                        i,
                        i,
                        1.0,
                        a,
                        i,
                        b,
                        i,
                        beta,
                        c,
                        i,
                    );
                }
            }

            fn gemv(n: usize, a: &[$t], x: &[$t], y: &mut [$t]) {
                assert!(a.len() == n * n && [x.len(), y.len()] == [n; 2]);
                let (i, a, x, y) = (int(n), a.as_ptr(), x.as_ptr(), y.as_mut_ptr());
                unsafe { cblas_sys::$gemv(CblasRowMajor, CblasNoTrans, i, i, 1.0, a, i, x, 1, 0.0, y, 1) };
            }

            fn getrf(n: usize, a: &mut [$t], pivots: &mut [i32]) {
                assert!(a.len() == n * n && pivots.len() == n);
                let (i, mut info) = (int(n), 0);
                unsafe { lapack_sys::$getrf(&i, &i, a.as_mut_ptr(), &i, pivots.as_mut_ptr(), &mut info) };
                done(info);
            }

            fn getri(n: usize, a: &mut [$t], pivots: &[i32], work: &mut Vec<$t>) {
                assert!(a.len() == n * n && pivots.len() == n);
                let (i, mut info) = (int(n), 0);
                let (a, pivots) = (a.as_mut_ptr(), pivots.as_ptr());
                let call = |work: &mut [$t], lwork| unsafe {
                    lapack_sys::$getri(&i, a, &i, pivots, work.as_mut_ptr(), &lwork, &mut info);
                };
                with_workspace(work, call);
                done(info);
            }

            fn gesv(n: usize, nrhs: usize, a: &mut [$t], pivots: &mut [i32], b: &mut [$t]) {
                assert!(a.len() == n * n && pivots.len() == n && b.len() == n * nrhs);
                let (i, nrhs, mut info) = (int(n), int(nrhs), 0);
                let (a, pivots, b) = (a.as_mut_ptr(), pivots.as_mut_ptr(), b.as_mut_ptr());
                unsafe { lapack_sys::$gesv(&i, &nrhs, a, &i, pivots, b, &i, &mut info) };
                done(info);
            }

            fn geev(
                job: u8,
                n: usize,
                a: &mut [$t],
                w_re: &mut [$t],
                w_im: &mut [$t],
                v: &mut [$t],
                work: &mut Vec<$t>,
            ) {
                assert!([a.len(), v.len()] == [n * n; 2] && [w_re.len(), w_im.len()] == [n; 2]);
                let (job, none) = (job as c_char, b'N' as c_char);
                let (i, mut info) = (int(n), 0);
                let (a, w_re, w_im, v) =
                    (a.as_mut_ptr(), w_re.as_mut_ptr(), w_im.as_mut_ptr(), v.as_mut_ptr());
                let mut left = [0.0];
                let call = |work: &mut [$t], lwork| unsafe {
                    let work = work.as_mut_ptr();
                    lapack_sys::$geev(
                        &none,
                        &job,
                        &i,
                        a,
                        &i,
                        w_re,
                        w_im,
                        left.as_mut_ptr(),
                        &1,
                        v,
                        &i,
                        work,
                        &lwork,
                        &mut info,
                    );
                };
                with_workspace(work, call);
                done(info);
            }

            fn syevd(
                job: u8,
                n: usize,
                a: &mut [$t],
                w: &mut [$t],
                work: &mut Vec<$t>,
                iwork: &mut Vec<i32>,
            ) {
                assert!(a.len() == n * n && w.len() == n);
                let (job, lower) = (job as c_char, b'L' as c_char);
                let (i, mut info) = (int(n), 0);
                let (a, w) = (a.as_mut_ptr(), w.as_mut_ptr());
                let mut call = |work: &mut [$t], lwork, iwork: &mut [i32], liwork| unsafe {
                    let (work, iwork) = (work.as_mut_ptr(), iwork.as_mut_ptr());
                    lapack_sys::$syevd(&job, &lower, &i, a, &i, w, work, &lwork, iwork, &liwork, &mut info);
                };
                if work.is_empty() {
                    let (mut length, mut ilength) = ([0.0], [0]);
                    call(&mut length, -1, &mut ilength, -1);
                    work.resize(length[0] as usize, 0.0);
                    iwork.resize(usize::try_from(ilength[0]).expect("a length"), 0);
                } else {
                    let (length, ilength) = (int(work.len()), int(iwork.len()));
                    call(work, length, iwork, ilength);
                }
                done(info);
            }

            fn gesdd(
                job: u8,
                n: usize,
                a: &mut [$t],
                s: &mut [$t],
                u: &mut [$t],
                vt: &mut [$t],
                work: &mut Vec<$t>,
                iwork: &mut [i32],
            ) {
                assert!([a.len(), u.len(), vt.len()] == [n * n; 3] && s.len() == n && iwork.len() == 8 * n);
                let (job, i, mut info) = (job as c_char, int(n), 0);
                let (a, s, u, vt) = (a.as_mut_ptr(), s.as_mut_ptr(), u.as_mut_ptr(), vt.as_mut_ptr());
                let call = |work: &mut [$t], lwork| unsafe {
                    let (work, iwork) = (work.as_mut_ptr(), iwork.as_mut_ptr());
                    lapack_sys::$gesdd(&job, &i, &i, a, &i, s, u, &i, vt, &i, work, &lwork, iwork, &mut info);
                };
                with_workspace(work, call);
                done(info);
            }

            fn potrf(n: usize, a: &mut [$t]) {
                assert!(a.len() == n * n);
                let (lower, i, mut info) = (b'L' as c_char, int(n), 0);
                unsafe { lapack_sys::$potrf(&lower, &i, a.as_mut_ptr(), &i, &mut info) };
                done(info);
            }

            fn geqrf(m: usize, n: usize, a: &mut [$t], tau: &mut [$t], work: &mut Vec<$t>) {
                assert!(n <= m && a.len() == m * n && tau.len() == n);
                let (i, j, mut info) = (int(m), int(n), 0);
                let (a, tau) = (a.as_mut_ptr(), tau.as_mut_ptr());
                let call = |work: &mut [$t], lwork| unsafe {
                    lapack_sys::$geqrf(&i, &j, a, &i, tau, work.as_mut_ptr(), &lwork, &mut info);
                };
                with_workspace(work, call);
                done(info);
            }

            fn orgqr(m: usize, n: usize, a: &mut [$t], tau: &[$t], work: &mut Vec<$t>) {
                assert!(n <= m && a.len() == m * n && tau.len() == n);
                let (i, j, mut info) = (int(m), int(n), 0);
                let (a, tau) = (a.as_mut_ptr(), tau.as_ptr());
                let call = |work: &mut [$t], lwork| unsafe {
                    lapack_sys::$orgqr(&i, &j, &j, a, &i, tau, work.as_mut_ptr(), &lwork, &mut info);
                };
                with_workspace(work, call);
                done(info);
            }

            fn getrs(n: usize, nrhs: usize, a: &[$t], pivots: &[i32], b: &mut [$t]) {
                assert!(a.len() == n * n && pivots.len() == n && b.len() == n * nrhs);
                let (none, i, nrhs, mut info) = (b'N' as c_char, int(n), int(nrhs), 0);
                let (a, pivots, b) = (a.as_ptr(), pivots.as_ptr(), b.as_mut_ptr());
                unsafe { lapack_sys::$getrs(&none, &i, &nrhs, a, &i, pivots, b, &i, &mut info) };
                done(info);
            }

            fn trtrs(n: usize, nrhs: usize, a: &[$t], b: &mut [$t]) {
                assert!(a.len() == n * n && b.len() == n * nrhs);
                let (lower, none) = (b'L' as c_char, b'N' as c_char);
                let (i, nrhs, mut info) = (int(n), int(nrhs), 0);
                let (a, b) = (a.as_ptr(), b.as_mut_ptr());
                unsafe { lapack_sys::$trtrs(&lower, &none, &none, &i, &nrhs, a, &i, b, &i, &mut info) };
                done(info);
            }

            fn gelsd(
                m: usize,
                n: usize,
                nrhs: usize,
                a: &mut [$t],
                b: &mut [$t],
                s: &mut [$t],
                work: &mut Vec<$t>,
                iwork: &mut Vec<i32>,
            ) {
                assert!(n <= m && a.len() == m * n && b.len() == m * nrhs && s.len() == n);
                let (i, j, nrhs, mut rank, mut info) = (int(m), int(n), int(nrhs), 0, 0);
                let (a, b, s) = (a.as_mut_ptr(), b.as_mut_ptr(), s.as_mut_ptr());
                // a negative limit stands for the precision of the machine
                let limit = -1.0;
                let mut call = |work: &mut [$t], lwork, iwork: &mut [i32]| unsafe {
                    let (work, iwork) = (work.as_mut_ptr(), iwork.as_mut_ptr());
                    lapack_sys::$gelsd(
                        &i, &j, &nrhs, a, &i, b, &i, s, &limit, &mut rank, work, &lwork, iwork, &mut info,
                    );
                };
                if work.is_empty() {
                    let (mut length, mut ilength) = ([0.0], [0]);
                    call(&mut length, -1, &mut ilength);
                    work.resize(length[0] as usize, 0.0);
                    iwork.resize(usize::try_from(ilength[0]).expect("a length"), 0);
                } else {
                    let length = int(work.len());
                    call(work, length, iwork);
                }
                done(info);
            }

            fn nrm2(x: &[$t]) -> $t {
                unsafe { cblas_sys::$nrm2(int(x.len()), x.as_ptr(), 1) }
            }

            fn asum(x: &[$t]) -> $t {
                unsafe { cblas_sys::$asum(int(x.len()), x.as_ptr(), 1) }
            }

            fn iamax(x: &[$t]) -> usize {
                unsafe { cblas_sys::$iamax(int(x.len()), x.as_ptr(), 1) as usize }
            }

            fn lange(norm: u8, n: usize, a: &[$t], work: &mut [$t]) -> $t {
                assert!(a.len() == n * n && (norm != b'I' || work.len() == n));
                let (norm, i) = (norm as c_char, int(n));
                unsafe { lapack_sys::$lange(&norm, &i, &i, a.as_ptr(), &i, work.as_mut_ptr()) as $t }
            }
        }
    };
}

lapack_element!(f32: cblas_sgemm cblas_sgemv sgetrf_ sgetri_ sgesv_ sgeev_ ssyevd_ sgesdd_
    spotrf_ sgeqrf_ sorgqr_ sgetrs_ strtrs_ sgelsd_ cblas_snrm2 cblas_sasum cblas_isamax slange_);
lapack_element!(f64: cblas_dgemm cblas_dgemv dgetrf_ dgetri_ dgesv_ dgeev_ dsyevd_ dgesdd_
    dpotrf_ dgeqrf_ dorgqr_ dgetrs_ dtrtrs_ dgelsd_ cblas_dnrm2 cblas_dasum cblas_idamax dlange_);
