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

pub(super) use threads::{set_threads, threads};

use super::{Dense, EigParts, EighParts, Kernels, Problem, Result, SvdParts, Vectors};
use crate::ErrorKind;
use ffi::Routines;
use ndarray::{ArrayRef2, ArrayViewMut2};
#[cfg(feature = "openblas-static")]
use openblas_src as _; // for its link line
use threads::{Use, run, run_deep};

/// Order from which LU, symmetric eigenproblems and singular values use the library's threads; below it,
/// threads do not pay off (`cargo bench --bench backend`, section `thresholds`: with two threads of OpenBLAS,
/// LU is faster from 150 to 250 on, `getri` from 200 to 350, `syevd` and `gesdd` from 250 to 300; oneMKL
/// decides by itself, and its threads pay off from 64 or 150 on).
const SMALL: usize = 300;

/// As [`SMALL`], for `geev`, whose threads hardly ever pay off.
const SMALL_GENERAL: usize = 600;

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
        let (pivots, info) = run_deep(Use::of(a.rows(), SMALL), || lu::factor(a))?;
        let swaps = (1..).zip(&pivots).filter(|&(row, &pivot)| row != pivot).count();
        Ok(info.zero_pivot()?.is_none() && swaps % 2 == 1)
    }

    fn solve(&self, mut a: Dense<T>, transposed: bool, b: &mut Dense<T>) -> Result<()> {
        run_deep(Use::of(a.rows(), SMALL), || lu::solve(&mut a, transposed, b))
    }

    fn inv(&self, mut a: Dense<T>) -> Result<Dense<T>> {
        run_deep(Use::of(a.rows(), SMALL), || lu::inv(&mut a))?;
        Ok(a)
    }

    fn svd(&self, a: Dense<T>, vectors: Vectors) -> Result<SvdParts<T>> {
        run(Use::of(a.rows().min(a.cols()), SMALL), || svd::svd(a, vectors))
    }

    fn eigh(&self, a: Dense<T>, vectors: bool, largest: Option<usize>) -> Result<EighParts<T>> {
        run(Use::of(a.rows(), SMALL), || eigh::eigh(a, vectors, largest))
    }

    fn eig(&self, a: Dense<T>, vectors: bool) -> Result<EigParts<T::Real>> {
        run(Use::of(a.rows(), SMALL_GENERAL), || eig::eig(a, vectors))
    }

    fn admit(&self, problem: Problem) -> Result<()> {
        let least = match problem {
            Problem::Svd(rows, cols, vectors) => workspace::gesdd(T::IS_REAL, rows, cols, vectors),
            Problem::Eigh(n, vectors) => workspace::heevd(T::IS_REAL, n, vectors),
            Problem::Eig(n, vectors) => workspace::geev(T::IS_REAL, n, vectors),
        };
        workspace::fitting(least).map(drop)
    }
}
