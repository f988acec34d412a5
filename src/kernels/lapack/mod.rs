//! The LAPACK backend: the BLAS and LAPACK that the features link.
//!
//! [`ffi`] declares their routines, [`vendors`] holds what is specific to a library, [`threads`] assigns its
//! threads to calls, and there is a file of kernels per family of routines. This file is their entry: each
//! call is assigned its threads once. `vendor-notes.md` explains why the routines of ndarray-linalg are not
//! used.
#![allow(unsafe_code)] // calls into C and Fortran

mod eig;
mod eigh;
mod ffi;
mod info;
mod lu;
mod product;
mod svd;
mod threads;
mod vendors;
mod workspace;

pub(super) use threads::{parallel_order, set_threads, threads};

use super::{Dense, EigParts, Eigen, EighParts, Kernels, Problem, Result, SvdParts, Vectors};
use crate::ErrorKind;
use crate::tuning::{LAPACK_PARALLEL, LAPACK_PARALLEL_GENERAL};
use ffi::Routines;
use ndarray::{ArrayRef2, ArrayViewMut2};
#[cfg(feature = "openblas-static")]
use openblas_src as _; // for its link line
use threads::{Use, run, run_deep};

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

impl<T: Routines> Kernels<T> for Lapack {
    fn gemm(&self, a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, c: ArrayViewMut2<'_, T>) -> Result<()> {
        // below this, OpenBLAS uses one thread (SMP_THRESHOLD_MIN times GEMM_MULTITHREAD_THRESHOLD
        // operations)
        const TINY: f64 = 65536.0 * 4.0;
        let work = a.len() as f64 * b.ncols() as f64;
        run(if work <= TINY { Use::Own } else { Use::All }, || product::gemm(a, b, beta, c))
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

    fn inv(&self, mut a: Dense<T>) -> Result<Dense<T>> {
        run_deep(Use::of(a.rows(), LAPACK_PARALLEL), || lu::inv(&mut a))?;
        Ok(a)
    }

    fn svd(&self, a: Dense<T>, vectors: Vectors) -> Result<SvdParts<T>> {
        run(Use::of(a.rows().min(a.cols()), LAPACK_PARALLEL), || svd::svd(a, vectors))
    }

    fn eigh(&self, a: Dense<T>, wanted: Eigen, largest: Option<usize>) -> Result<EighParts<T>> {
        run(Use::of(a.rows(), LAPACK_PARALLEL), || eigh::eigh(a, wanted.vectors(), largest))
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
