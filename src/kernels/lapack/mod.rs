//! The LAPACK backend: whatever BLAS and LAPACK the features link.
//!
//! Its routines are called directly; `vendor-notes.md` tells for each why ndarray-linalg's is not taken.
#![allow(unsafe_code)] // calls into C and Fortran

mod blas;
mod eig;
mod eigh;
mod library;
mod lu;
mod svd;
mod threads;
mod workspace;

pub(super) use library::info;
pub(super) use threads::{set_threads, threads};

use super::{Dense, EigParts, EighParts, Kernels, Problem, SvdParts, Vectors};
use crate::{ErrorKind, Result, Scalar};
use ndarray::{ArrayRef2, ArrayViewMut2};
use num_complex::{Complex32, Complex64};
#[cfg(feature = "openblas-static")]
use openblas_src as _; // for its link line
use threads::{Use, run};

/// The order from which on LU, symmetric eigenproblems and singular values use the library's threads: below it, they cost
/// more than they bring (`cargo bench --bench backend`, section `thresholds`: with two threads of OpenBLAS, LU pays from 150
/// to 250 on, `getri` from 200 to 350, `syevd` and `gesdd` from 250 to 300; oneMKL decides by itself, and its threads pay from 64 or 150 on).
const SMALL: usize = 300;

/// The same for `geev`, whose threads hardly ever pay.
const SMALL_GENERAL: usize = 600;

/// The kernels of the linked library.
#[derive(Debug)]
pub(super) struct Lapack;

/// A dimension as BLAS and LAPACK take it.
fn int(op: &'static str, dim: usize) -> Result<i32> {
    i32::try_from(dim).map_err(|_| ErrorKind::TooLarge { dim }.at(op))
}

/// Whether an element type is real: its routines differ in their workspaces.
pub(super) trait Kind: Scalar {
    const IS_REAL: bool;
}
impl Kind for f32 {
    const IS_REAL: bool = true;
}
impl Kind for f64 {
    const IS_REAL: bool = true;
}
impl Kind for Complex32 {
    const IS_REAL: bool = false;
}
impl Kind for Complex64 {
    const IS_REAL: bool = false;
}

/// What the kernels need of an element type: its routines, by family.
pub(super) trait Routines: blas::Blas + lu::Lu + svd::Gesdd + eigh::Syevd + eig::Geev {}
impl Routines for f32 {}
impl Routines for f64 {}
impl Routines for Complex32 {}
impl Routines for Complex64 {}

impl<T: Routines> Kernels<T> for Lapack {
    fn gemm(&self, a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, c: ArrayViewMut2<'_, T>) -> Result<()> {
        // below this, OpenBLAS does not use its threads (SMP_THRESHOLD_MIN times GEMM_MULTITHREAD_THRESHOLD operations)
        const TINY: f64 = 65536.0 * 4.0;
        let work = a.len() as f64 * b.ncols() as f64;
        run("matmul", if work <= TINY { Use::Own } else { Use::All }, || blas::gemm(a, b, beta, c))
    }

    fn gram(&self, op: &'static str, a: &ArrayRef2<T>) -> Result<Dense<T>> {
        run(op, Use::All, || blas::gram(op, a))
    }

    fn lu(&self, a: &mut Dense<T>) -> Result<bool> {
        let pivots = lu::factor(a)?.unwrap_or_default();
        let swaps = (1..).zip(&pivots).filter(|&(row, &pivot)| row != pivot).count();
        Ok(swaps % 2 == 1)
    }

    fn solve(&self, a: Dense<T>, transposed: bool, b: &mut Dense<T>) -> Result<()> {
        lu::solve(a, transposed, b)
    }

    fn inv(&self, a: Dense<T>) -> Result<Dense<T>> {
        lu::inv(a)
    }

    fn svd(&self, a: Dense<T>, vectors: Vectors) -> Result<SvdParts<T>> {
        run(a.op(), Use::of(a.rows().min(a.cols()), SMALL), || svd::svd(a, vectors))
    }

    fn eigh(&self, a: Dense<T>, vectors: bool, largest: Option<usize>) -> Result<EighParts<T>> {
        run(a.op(), Use::of(a.rows(), SMALL), || eigh::eigh(a, vectors, largest))
    }

    fn eig(&self, a: Dense<T>, vectors: bool) -> Result<EigParts<T::Real>> {
        eig::eig(a, vectors)
    }

    fn admit(&self, op: &'static str, problem: Problem) -> Result<()> {
        let least = match problem {
            Problem::Svd(rows, cols, vectors) => workspace::gesdd(T::IS_REAL, rows, cols, vectors),
            Problem::Eigh(n, vectors) => workspace::syevd(T::IS_REAL, n, vectors),
            Problem::Eig(n, vectors) => workspace::geev(T::IS_REAL, n, vectors),
        };
        workspace::fitting(op, least).map(drop)
    }
}
