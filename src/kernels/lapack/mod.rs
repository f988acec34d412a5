//! The LAPACK backend: the BLAS and LAPACK that the features link.
//!
//! [`ffi`] declares their routines, [`vendors`] holds what is specific to a library, [`threads`] assigns its
//! threads to calls, and there is a file of kernels per family of routines. This file is their entry: each
//! call is assigned its threads once. `vendor-notes.md` explains why the routines of ndarray-linalg are not
//! used.
#![allow(unsafe_code)] // calls into C and Fortran

mod cholesky;
mod eig;
mod eigh;
mod ffi;
mod info;
mod lu;
mod product;
mod qr;
mod svd;
mod threads;
mod triangular;
mod vendors;
mod workspace;

pub(super) use threads::{set_threads, threads};

use super::{
    Dense, EigParts, Eigen, EighParts, Kernels, Line, LuParts, Operation, Problem, QrParts, Result,
    SvdMethod, SvdParts, Triangle, Vectors,
};
use crate::ErrorKind;
use crate::tuning::{LAPACK_PARALLEL, LAPACK_PARALLEL_GENERAL};
use ffi::Routines;
use ndarray::{ArrayRef2, ArrayViewMut2};
#[cfg(feature = "openblas-static")]
use openblas_src as _; // for its link line
use std::any::Any;
use std::ops::Range;
use threads::{TinyProducts, Use, run, run_deep};

/// The kernels of the linked library.
#[derive(Debug)]
pub(super) struct Lapack;

/// Describes the library in use.
pub(super) fn info() -> super::Info {
    vendors::library().info(threads())
}

/// Converts a dimension to the integer type of BLAS and LAPACK.
fn int(dim: usize) -> Result<i32> {
    i32::try_from(dim).map_err(|_| ErrorKind::TooLarge { dim })
}

/// Returns whether OpenBLAS computes a product of these dimensions `(m, k)` and `(k, n)` on one thread. The
/// number of multiplications is compared with GEMM_MULTITHREAD_THRESHOLD, which is 4, times a number that is
/// smaller for complex elements, and smaller in `gemv.c` than in `gemm.c` (SMP_THRESHOLD_MIN).
fn is_tiny_product<T: Routines>([m, k, n]: [usize; 3]) -> bool {
    let work = m as f64 * k as f64 * n as f64;
    if m == 1 || n == 1 {
        work < 4.0 * if T::IS_REAL { 2304.0 } else { 1024.0 }
    } else {
        work <= 4.0 * if T::IS_REAL { 65536.0 } else { 8192.0 }
    }
}

impl<T: Routines> Kernels<T> for Lapack {
    fn gemm(&self, a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, c: ArrayViewMut2<'_, T>) -> Result<()> {
        let dims = [a.nrows(), a.ncols(), b.ncols()];
        let threads = if is_tiny_product::<T>(dims) { Use::of_tiny_product() } else { Use::All };
        run(threads, || product::gemm(a, b, beta, c))
    }

    fn takes_threads(&self, dims: [usize; 3]) -> bool {
        !is_tiny_product::<T>(dims)
    }

    fn hold(&self, dims: [usize; 3]) -> Result<Option<Box<dyn Any>>> {
        Ok(if is_tiny_product::<T>(dims) { Some(Box::new(TinyProducts::begin()?)) } else { None })
    }

    fn products(&self, dims: [usize; 3], a: Line<'_, T>, b: Line<'_, T>, c: &mut [T]) -> Result<bool> {
        // gemm uses gemv for one row or column
        if !is_tiny_product::<T>(dims) || dims[0] == 1 || dims[2] == 1 {
            return Ok(false);
        }
        run(Use::of_tiny_product(), || product::products(dims, a, b, c)).map(|()| true)
    }

    fn gram(&self, a: &ArrayRef2<T>) -> Result<Dense<T>> {
        run(Use::All, || product::gram(a))
    }

    fn lu(&self, a: &mut Dense<T>) -> Result<bool> {
        let (pivots, info) = run_deep(Use::of(a.rows(), LAPACK_PARALLEL), || lu::factor(a))?;
        let swaps = (1..).zip(&pivots).filter(|&(row, &pivot)| row != pivot).count();
        Ok(info.zero_pivot()?.is_none() && swaps % 2 == 1)
    }

    fn solve_transpose(&self, mut a: Dense<T>, b: &mut Dense<T>) -> Result<()> {
        run_deep(Use::of(a.rows(), LAPACK_PARALLEL), || lu::solve_transpose(&mut a, b))
    }

    fn lu_parts(&self, mut a: Dense<T>) -> Result<LuParts<T>> {
        let (swaps, info) = run_deep(Use::of(a.rows(), LAPACK_PARALLEL), || lu::factor(&mut a))?;
        info.zero_pivot()?; // the diagonal shows it
        Ok(LuParts { lu: a, swaps })
    }

    fn lu_solve(&self, parts: &LuParts<T>, operation: Operation, b: &mut Dense<T>) -> Result<()> {
        run(Use::of(b.rows().min(b.cols()), LAPACK_PARALLEL), || lu::solve(parts, operation, b))
    }

    fn cholesky(&self, a: &mut Dense<T>) -> Result<()> {
        run(Use::of(a.rows(), LAPACK_PARALLEL), || cholesky::factor(a))?;
        a.keep_lower();
        Ok(())
    }

    fn solve_triangular(
        &self,
        a: &ArrayRef2<T>,
        triangle: Triangle,
        operation: Operation,
        b: &mut Dense<T>,
    ) -> Result<()> {
        let threads = Use::of(b.rows().min(b.cols()), LAPACK_PARALLEL);
        run(threads, || triangular::solve(a, triangle, operation, b))
    }

    fn qr(&self, a: Dense<T>) -> Result<QrParts<T>> {
        run(Use::of(a.rows().min(a.cols()), LAPACK_PARALLEL), || qr::factor(a))
    }

    fn qr_columns(&self, parts: &QrParts<T>, columns: usize) -> Result<Dense<T>> {
        run(Use::of(parts.tau.len(), LAPACK_PARALLEL), || qr::columns(parts, columns))
    }

    fn qr_adjoint(&self, parts: &QrParts<T>, b: &mut Dense<T>) -> Result<()> {
        run(Use::of(parts.tau.len().min(b.cols()), LAPACK_PARALLEL), || qr::apply_adjoint(parts, b))
    }

    fn inv(&self, mut a: Dense<T>) -> Result<Dense<T>> {
        run_deep(Use::of(a.rows(), LAPACK_PARALLEL), || lu::inv(&mut a))?;
        Ok(a)
    }

    fn svd(&self, a: Dense<T>, vectors: Vectors, method: SvdMethod) -> Result<SvdParts<T>> {
        run(Use::of(a.rows().min(a.cols()), LAPACK_PARALLEL), || svd::svd(a, vectors, method))
    }

    fn eigh(&self, a: Dense<T>, wanted: Eigen, range: Option<Range<usize>>) -> Result<EighParts<T>> {
        run(Use::of(a.rows(), LAPACK_PARALLEL), || eigh::eigh(a, wanted.vectors(), range))
    }

    fn eig(&self, a: Dense<T>, wanted: Eigen) -> Result<EigParts<T::Real>> {
        run(Use::of(a.rows(), LAPACK_PARALLEL_GENERAL), || eig::eig(a, wanted.vectors()))
    }

    fn admit(&self, problem: Problem) -> Result<()> {
        let least = match problem {
            Problem::Svd(rows, cols, vectors) => workspace::gesdd(T::IS_REAL, rows, cols, vectors),
            Problem::Eigh(n, wanted) => workspace::heevd(T::IS_REAL, n, wanted.vectors()),
            Problem::Eig(n, wanted) => workspace::geev(T::IS_REAL, n, wanted.vectors()),
        };
        workspace::fitting(least).map(drop)
    }
}
