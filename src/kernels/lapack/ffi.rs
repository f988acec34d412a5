//! Raw BLAS and LAPACK routines for all four element types: a prototype each, with its safety requirements.
//!
//! A new routine is one entry here, with its names for f32, f64, Complex32 and Complex64.

use super::info::Info;
use crate::Scalar;
use cblas_sys::{CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_UPLO};
use lapack_sys::__BindgenComplex;
use num_complex::{Complex, Complex32, Complex64};
use std::ffi::c_char;

/// A C argument: passed by value, complex numbers by address.
trait ToC {
    type Raw;
    fn raw(&self) -> Self::Raw;
}

/// A Fortran argument: passed by address.
trait ToFortran {
    type Raw;
    fn raw(&self) -> Self::Raw;
}

macro_rules! as_they_are {
    ($trait:ident: $($t:ty),*) => {$(
        impl $trait for $t {
            type Raw = $t;
            fn raw(&self) -> $t {
                *self
            }
        }
    )*};
}

as_they_are!(ToC: i32, f32, f64, CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_UPLO);
as_they_are!(ToFortran: *const i32, *mut i32);

macro_rules! by_address {
    ($trait:ident: $($t:ty => $raw:ty),*) => {$(
        impl $trait for $t {
            type Raw = *const $raw;
            fn raw(&self) -> *const $raw {
                (&raw const *self).cast()
            }
        }
    )*};
}

// A complex number is two floats, one after the other, in C, Fortran and all these crates.
by_address!(ToC: Complex32 => [f32; 2], Complex64 => [f64; 2]);
by_address!(ToFortran: i32 => i32, f32 => f32, f64 => f64, u8 => c_char);

macro_rules! pointers {
    ($($t:ty => $c:ty, $fortran:ty;)*) => {
        pointers!(@ToC $($t => $c),*);
        pointers!(@ToFortran $($t => $fortran),*);
    };
    (@$trait:ident $($t:ty => $raw:ty),*) => {$(
        impl $trait for *const $t {
            type Raw = *const $raw;
            fn raw(&self) -> *const $raw {
                self.cast()
            }
        }
        impl $trait for *mut $t {
            type Raw = *mut $raw;
            fn raw(&self) -> *mut $raw {
                self.cast()
            }
        }
    )*};
}

pointers! {
    f32 => f32, f32;
    f64 => f64, f64;
    Complex32 => [f32; 2], __BindgenComplex<f32>;
    Complex64 => [f64; 2], __BindgenComplex<f64>;
}

/// Calls a LAPACK routine with the arguments for this kind of elements, `real` or `complex`.
macro_rules! call {
    (real $f:ident [$($done:tt)*] [complex] $x:ident $($rest:tt)*) => { call!(real $f [$($done)*] $($rest)*) };
    (complex $f:ident [$($done:tt)*] [real] $x:ident $($rest:tt)*) => { call!(complex $f [$($done)*] $($rest)*) };
    ($kind:ident $f:ident [$($done:tt)*] $([$only:ident])? $x:ident $($rest:tt)*) => {
        call!($kind $f [$($done)* ToFortran::raw(&$x),] $($rest)*)
    };
    ($kind:ident $f:ident [$($done:tt)*]) => { lapack_sys::$f($($done)*) };
}

/// Defines the trait of all routines and implements it for each type. Arguments marked with `[real]` or
/// `[complex]` are passed to the routines of those types only.
macro_rules! routines {
    (
        BLAS { $($(#[$blas_doc:meta])* fn $blas:ident($($b:ident: $bt:ty),*) = $bs:ident, $bd:ident, $bc:ident, $bz:ident;)* }
        LAPACK { $($(#[$doc:meta])* fn $name:ident($($([$only:ident])? $x:ident: $xt:ty),*) = $s:ident, $d:ident, $c:ident, $z:ident;)* }
    ) => {
        /// The routines of an element type, under their names for complex types.
        #[allow(clippy::too_many_arguments)] // as many as the routines have
        pub(in crate::kernels) trait Routines: Scalar {
            /// Whether the type is real: the workspaces of real and complex routines differ.
            const IS_REAL: bool;

            $($(#[$blas_doc])* unsafe fn $blas($($b: $bt),*);)*
            $($(#[$doc])* unsafe fn $name($($x: $xt),*) -> Info;)*
        }
        routines!(@impl f32 real { $($blas($($b: $bt),*) $bs;)* } { $($name($($([$only])? $x: $xt),*) $s;)* });
        routines!(@impl f64 real { $($blas($($b: $bt),*) $bd;)* } { $($name($($([$only])? $x: $xt),*) $d;)* });
        routines!(@impl Complex32 complex { $($blas($($b: $bt),*) $bc;)* } { $($name($($([$only])? $x: $xt),*) $c;)* });
        routines!(@impl Complex64 complex { $($blas($($b: $bt),*) $bz;)* } { $($name($($([$only])? $x: $xt),*) $z;)* });
    };
    (@impl $t:ident $kind:ident
        { $($blas:ident($($b:ident: $bt:ty),*) $bf:ident;)* }
        { $($name:ident($($([$only:ident])? $x:ident: $xt:ty),*) $f:ident;)* }
    ) => {
        impl Routines for $t {
            const IS_REAL: bool = routines!(@is_real $kind);

            $(unsafe fn $blas($($b: $bt),*) {
                // SAFETY: the caller guarantees what the routine requires. Arguments passed by address live
                // in this function.
                unsafe { cblas_sys::$bf($(ToC::raw(&$b)),*) }
            })*

            $(#[allow(unused_variables)] // arguments of the other kind
            unsafe fn $name($($x: $xt),*) -> Info {
                let mut value = 0;
                let info = &raw mut value;
                // SAFETY: as above.
                unsafe { call!($kind $f [] $($([$only])? $x)* info) };
                Info::new(stringify!($name), value)
            })*
        }
    };
    (@is_real real) => { true };
    (@is_real complex) => { false };
}

routines! {
BLAS {
    /// Computes `c = alpha · op(a) · op(b) + beta · c`.
    ///
    /// ```c
    /// void cblas_?gemm(layout, transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
    /// ```
    /// # Safety
    /// op(a) is m x k, op(b) k x n and `c` m x n, in this layout with these leading dimensions, none of which
    /// is less than a row (row-major) or column (column-major) of its matrix; `c` overlaps neither of the
    /// others.
    fn gemm(
        layout: CBLAS_LAYOUT, transa: CBLAS_TRANSPOSE, transb: CBLAS_TRANSPOSE, m: i32, n: i32, k: i32,
        alpha: Self, a: *const Self, lda: i32, b: *const Self, ldb: i32, beta: Self, c: *mut Self, ldc: i32
    ) = cblas_sgemm, cblas_dgemm, cblas_cgemm, cblas_zgemm;

    /// Computes `y = alpha · op(a) · x + beta · y`.
    ///
    /// ```c
    /// void cblas_?gemv(layout, trans, m, n, alpha, a, lda, x, incx, beta, y, incy)
    /// ```
    /// # Safety
    /// `a` is m x n in this layout with this leading dimension; op(a) has as many columns as `x` has
    /// elements, each `incx` > 0 after the one before, and as many rows as `y`, with `incy` > 0; `y` overlaps
    /// neither of the others.
    fn gemv(
        layout: CBLAS_LAYOUT, trans: CBLAS_TRANSPOSE, m: i32, n: i32,
        alpha: Self, a: *const Self, lda: i32, x: *const Self, incx: i32, beta: Self, y: *mut Self, incy: i32
    ) = cblas_sgemv, cblas_dgemv, cblas_cgemv, cblas_zgemv;

    /// Computes a triangle of `c = alpha · op(a) · op(a)ᴴ + beta · c`: `syrk` for real types.
    ///
    /// ```c
    /// void cblas_?herk(layout, uplo, trans, n, k, alpha, a, lda, beta, c, ldc)
    /// ```
    /// # Safety
    /// op(a) is n x k and `c` n x n, as for `gemm`; `trans` is not `CblasTrans` for a complex type.
    fn herk(
        layout: CBLAS_LAYOUT, uplo: CBLAS_UPLO, trans: CBLAS_TRANSPOSE, n: i32, k: i32,
        alpha: Self::Real, a: *const Self, lda: i32, beta: Self::Real, c: *mut Self, ldc: i32
    ) = cblas_ssyrk, cblas_dsyrk, cblas_cherk, cblas_zherk;
}
// In all of these, a matrix of m rows has a leading dimension of at least max(1, m), and that times its
// number of columns elements; WORK, RWORK and IWORK have as many elements as their lengths say or, where a
// length is -1, one element, and then nothing else is accessed. No two pointers that are written through
// overlap, and none overlaps what is read.
LAPACK {
    /// Computes the factors P·L·U, in place.
    ///
    /// ```fortran
    /// SUBROUTINE ?GETRF( M, N, A, LDA, IPIV, INFO )
    /// ```
    /// # Safety
    /// `a` is m x n; `ipiv` has min(m, n) elements.
    fn getrf(m: i32, n: i32, a: *mut Self, lda: i32, ipiv: *mut i32) = sgetrf_, dgetrf_, cgetrf_, zgetrf_;

    /// Computes the inverse of a matrix from its factors, in place.
    ///
    /// ```fortran
    /// SUBROUTINE ?GETRI( N, A, LDA, IPIV, WORK, LWORK, INFO )
    /// ```
    /// # Safety
    /// `a` is n x n; `ipiv` has n row numbers from 1 to n; `lwork` is at least max(1, n), or -1.
    fn getri(n: i32, a: *mut Self, lda: i32, ipiv: *const i32, work: *mut Self, lwork: i32)
        = sgetri_, dgetri_, cgetri_, zgetri_;

    /// Solves linear systems with the factors of a matrix: `b` becomes `op(a)⁻¹ · b`.
    ///
    /// ```fortran
    /// SUBROUTINE ?GETRS( TRANS, N, NRHS, A, LDA, IPIV, B, LDB, INFO )
    /// ```
    /// # Safety
    /// `a` is n x n and `b` n x nrhs; `ipiv` has n row numbers from 1 to n.
    fn getrs(trans: u8, n: i32, nrhs: i32, a: *const Self, lda: i32, ipiv: *const i32, b: *mut Self, ldb: i32)
        = sgetrs_, dgetrs_, cgetrs_, zgetrs_;

    /// Computes the Cholesky factor of a Hermitian matrix, in place of the triangle `uplo`, which alone is
    /// accessed.
    ///
    /// ```fortran
    /// SUBROUTINE ?POTRF( UPLO, N, A, LDA, INFO )
    /// ```
    /// # Safety
    /// `a` is n x n; `uplo` is L or U.
    fn potrf(uplo: u8, n: i32, a: *mut Self, lda: i32) = spotrf_, dpotrf_, cpotrf_, zpotrf_;

    /// Solves triangular systems: `b` becomes `op(a)⁻¹ · b`, unless the diagonal holds a zero.
    ///
    /// ```fortran
    /// SUBROUTINE ?TRTRS( UPLO, TRANS, DIAG, N, NRHS, A, LDA, B, LDB, INFO )
    /// ```
    /// # Safety
    /// `a` is n x n and `b` n x nrhs.
    fn trtrs(uplo: u8, trans: u8, diag: u8, n: i32, nrhs: i32, a: *const Self, lda: i32, b: *mut Self, ldb: i32)
        = strtrs_, dtrtrs_, ctrtrs_, ztrtrs_;

    /// Computes the factors Q·R, in place: R, and below it the vectors of the reflections whose product is Q.
    ///
    /// ```fortran
    /// SUBROUTINE ?GEQRF( M, N, A, LDA, TAU, WORK, LWORK, INFO )
    /// ```
    /// # Safety
    /// `a` is m x n; `tau` has min(m, n) elements; `lwork` is at least max(1, n), or -1.
    fn geqrf(m: i32, n: i32, a: *mut Self, lda: i32, tau: *mut Self, work: *mut Self, lwork: i32)
        = sgeqrf_, dgeqrf_, cgeqrf_, zgeqrf_;

    /// Computes the first n columns of the product of k reflections, in place: `orgqr` for real types.
    ///
    /// ```fortran
    /// SUBROUTINE ?UNGQR( M, N, K, A, LDA, TAU, WORK, LWORK, INFO )
    /// ```
    /// # Safety
    /// k <= n <= m; `a` is m x n; `tau` has k elements; `lwork` is at least max(1, n), or -1.
    fn ungqr(m: i32, n: i32, k: i32, a: *mut Self, lda: i32, tau: *const Self, work: *mut Self, lwork: i32)
        = sorgqr_, dorgqr_, cungqr_, zungqr_;

    /// Multiplies by a product Q of k reflections: for `side` L, `c` becomes `op(Q) · c`: `ormqr` for real
    /// types.
    ///
    /// ```fortran
    /// SUBROUTINE ?UNMQR( SIDE, TRANS, M, N, K, A, LDA, TAU, C, LDC, WORK, LWORK, INFO )
    /// ```
    /// # Safety
    /// `side` is L and k <= m; `a` is m x k, and restored if it is changed meanwhile; `tau` has k elements;
    /// `c` is m x n; `lwork` is at least max(1, n), or -1; `trans` is N, T for a real or C for a complex
    /// type.
    fn unmqr(
        side: u8, trans: u8, m: i32, n: i32, k: i32, a: *const Self, lda: i32, tau: *const Self, c: *mut Self, ldc: i32,
        work: *mut Self, lwork: i32
    ) = sormqr_, dormqr_, cunmqr_, zunmqr_;

    /// Computes the eigenvalues of a general matrix, which is destroyed, and its left and right eigenvectors.
    /// Those of a real matrix are packed: for a conjugate pair, two columns hold the real and the imaginary
    /// parts.
    ///
    /// ```fortran
    /// SUBROUTINE ?GEEV( JOBVL, JOBVR, N, A, LDA, [real: WR, WI,] [complex: W,] VL, LDVL, VR, LDVR,
    ///                   WORK, LWORK, [complex: RWORK,] INFO )
    /// ```
    /// # Safety
    /// `a` is n x n, and so are `vl` and `vr` where their job is V; they are not accessed for N, and their
    /// leading dimensions are at least 1. `wr`, `wi` and `w` have n elements each. `lwork` is at least 4n
    /// (real, with vectors), 3n (real) or 2n (complex) and not 0, or -1; `rwork` has 2n elements unless
    /// `lwork` is -1.
    fn geev(
        jobvl: u8, jobvr: u8, n: i32, a: *mut Self, lda: i32,
        [real] wr: *mut Self::Real, [real] wi: *mut Self::Real, [complex] w: *mut Complex<Self::Real>,
        vl: *mut Self, ldvl: i32, vr: *mut Self, ldvr: i32,
        work: *mut Self, lwork: i32, [complex] rwork: *mut Self::Real
    ) = sgeev_, dgeev_, cgeev_, zgeev_;

    /// Computes all eigenvalues of a Hermitian matrix, ascending, and, for `jobz` V, its eigenvectors, which
    /// replace it, by divide and conquer: `syevd` for real types.
    ///
    /// ```fortran
    /// SUBROUTINE ?HEEVD( JOBZ, UPLO, N, A, LDA, W, WORK, LWORK, [complex: RWORK, LRWORK,] IWORK, LIWORK,
    ///                    INFO )
    /// ```
    /// # Safety
    /// `a` is n x n; `w` has n elements; the lengths are at least those of
    /// [`workspace::heevd`](super::workspace::heevd), or all -1.
    fn heevd(
        jobz: u8, uplo: u8, n: i32, a: *mut Self, lda: i32, w: *mut Self::Real,
        work: *mut Self, lwork: i32, [complex] rwork: *mut Self::Real, [complex] lrwork: i32, iwork: *mut i32, liwork: i32
    ) = ssyevd_, dsyevd_, cheevd_, zheevd_;

    /// Computes some eigenvalues of a Hermitian matrix, which is destroyed, ascending, and their
    /// eigenvectors, by bisection and inverse iteration or relatively robust representations: `syevr` for
    /// real types.
    ///
    /// ```fortran
    /// SUBROUTINE ?HEEVR( JOBZ, RANGE, UPLO, N, A, LDA, VL, VU, IL, IU, ABSTOL, M, W, Z, LDZ, ISUPPZ,
    ///                    WORK, LWORK, [complex: RWORK, LRWORK,] IWORK, LIWORK, INFO )
    /// ```
    /// # Safety
    /// `a` is n x n; `w` has n elements; `z` is n x k and `isuppz` has 2k elements, with k = iu - il + 1 for
    /// `range` I (where 1 <= il <= iu <= n, or n = 0) and n otherwise; the lengths are at least those of
    /// [`workspace::heevr`](super::workspace::heevr), or all -1.
    fn heevr(
        jobz: u8, range: u8, uplo: u8, n: i32, a: *mut Self, lda: i32,
        vl: Self::Real, vu: Self::Real, il: i32, iu: i32, abstol: Self::Real, m: *mut i32, w: *mut Self::Real,
        z: *mut Self, ldz: i32, isuppz: *mut i32,
        work: *mut Self, lwork: i32, [complex] rwork: *mut Self::Real, [complex] lrwork: i32, iwork: *mut i32, liwork: i32
    ) = ssyevr_, dsyevr_, cheevr_, zheevr_;

    /// Computes the singular values of a matrix, which is destroyed, descending, and its singular vectors, by
    /// divide and conquer.
    ///
    /// ```fortran
    /// SUBROUTINE ?GESDD( JOBZ, M, N, A, LDA, S, U, LDU, VT, LDVT, WORK, LWORK, [complex: RWORK,] IWORK,
    ///                   INFO )
    /// ```
    /// # Safety
    /// With k = min(m, n): `a` is m x n; `s` has k elements, `iwork` 8k; `u` is m x k and `vt` k x n for
    /// `jobz` S, m x m and n x n for A, and neither is accessed for N. `lwork` and, for a complex type, the
    /// length of `rwork` are at least those of [`workspace::gesdd`](super::workspace::gesdd), or `lwork` is
    /// -1.
    fn gesdd(
        jobz: u8, m: i32, n: i32, a: *mut Self, lda: i32, s: *mut Self::Real, u: *mut Self, ldu: i32, vt: *mut Self, ldvt: i32,
        work: *mut Self, lwork: i32, [complex] rwork: *mut Self::Real, iwork: *mut i32
    ) = sgesdd_, dgesdd_, cgesdd_, zgesdd_;

    /// Computes the singular values of a matrix, which is destroyed, descending, and its singular vectors, by
    /// QR iteration.
    ///
    /// ```fortran
    /// SUBROUTINE ?GESVD( JOBU, JOBVT, M, N, A, LDA, S, U, LDU, VT, LDVT, WORK, LWORK, [complex: RWORK,] INFO )
    /// ```
    /// # Safety
    /// As for `gesdd`, where `jobu` and `jobvt` are the same of S, A and N, with the lengths of
    /// [`workspace::gesvd`](super::workspace::gesvd).
    fn gesvd(
        jobu: u8, jobvt: u8, m: i32, n: i32, a: *mut Self, lda: i32, s: *mut Self::Real, u: *mut Self, ldu: i32,
        vt: *mut Self, ldvt: i32, work: *mut Self, lwork: i32, [complex] rwork: *mut Self::Real
    ) = sgesvd_, dgesvd_, cgesvd_, zgesvd_;
}
}
