//! The LAPACK backend: whatever BLAS and LAPACK the features link.
//!
//! A routine goes through ndarray-linalg where that is sound and as fast as the raw call on dense copies, and directly
//! to BLAS or LAPACK elsewhere; `vendor-notes.md` holds the table with the reasons.
#![allow(unsafe_code)] // calls into C and Fortran

mod blas;
mod eigh;
mod library;
mod lu;
mod svd;
mod threads;

pub(super) use library::info;
pub(super) use threads::{set_threads, threads};

use super::{Dense, EigParts, EighParts, Kernels, SvdParts, Vectors};
use crate::{Error, Result, Scalar};
use ndarray::{ArrayRef2, ArrayViewMut2};
use ndarray_linalg::Lapack as Lax;
use num_complex::{Complex, Complex32, Complex64};
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
    i32::try_from(dim).map_err(|_| Error::TooLarge { op, dim })
}

/// The length of a workspace from the number that a query returned. As a float it may have been rounded down.
fn workspace<T: Scalar>(op: &'static str, answer: T) -> Result<i32> {
    use num_traits::{Float, ToPrimitive};
    let one = <T::Real as num_traits::One>::one();
    let length = (answer.re() * (one + T::Real::epsilon())).ceil();
    length
        .to_i32()
        .map(|n| n.max(1))
        .ok_or(Error::TooLarge { op, dim: length.to_usize().unwrap_or(usize::MAX) })
}

/// What the kernels need of an element type: its routines, by family.
pub(super) trait Routines:
    blas::Blas
    + lu::Getrs
    + svd::Gesdd
    + eigh::Syevd
    + Lax<Real = <Self as Scalar>::Real, Complex = Complex<<Self as Scalar>::Real>>
{
}
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

    fn eig(&self, mut a: Dense<T>, vectors: bool) -> Result<EigParts<<T as Scalar>::Real>> {
        let (op, n) = (a.op(), a.rows());
        // ndarray-linalg computes n * n in 32 bits
        int(op, n * n)?;
        let layout = lu::layout(&a)?;
        let spare = a.flushed()?; // `geev` destroys its matrix
        let geev = |a: &mut Dense<T>| {
            let call = || T::eig(vectors, layout, a.as_mut_slice()).map_err(|_| Error::NoConvergence { op });
            run(op, Use::of(n, SMALL_GENERAL), call)
        };
        let (w, v) = match (geev(&mut a), spare) {
            (Err(Error::NoConvergence { .. }), Some(mut spare)) => geev(&mut spare)?,
            (result, _) => result?,
        };
        Ok((w, vectors.then_some(v)))
    }
}
