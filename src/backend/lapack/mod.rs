//! The LAPACK backend: whatever BLAS and LAPACK the features link.
//!
//! A routine goes through ndarray-linalg where that is sound and as fast as the raw call on dense copies, and directly
//! to BLAS or LAPACK elsewhere; `vendor-notes.md` holds the table with the reasons.
#![allow(unsafe_code)] // calls into C and Fortran

mod blas;
mod eigh;
mod lu;
mod runtime;
mod svd;

pub(super) use runtime::{info, set_threads};

use super::{Dense, EigParts, EighParts, Kernels, SvdParts, Vectors};
use crate::{Error, Result, Scalar};
use ndarray::{ArrayRef2, ArrayViewMut2};
use ndarray_linalg::Lapack as Lax;
use num_complex::{Complex, Complex32, Complex64};

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
        blas::gemm(a, b, beta, c)
    }

    fn gram(&self, op: &'static str, a: &ArrayRef2<T>) -> Result<Dense<T>> {
        blas::gram(op, a)
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
        let small = a.rows().min(a.cols()) < runtime::SMALL;
        runtime::single_threaded_if(small, || svd::svd(a, vectors))
    }

    fn eigh(&self, a: Dense<T>, vectors: bool, largest: Option<usize>) -> Result<EighParts<T>> {
        runtime::single_threaded_if(a.rows() < runtime::SMALL, || eigh::eigh(a, vectors, largest))
    }

    fn eig(&self, mut a: Dense<T>, vectors: bool) -> Result<EigParts<<T as Scalar>::Real>> {
        let (op, n) = (a.op(), a.rows());
        // ndarray-linalg computes n * n in 32 bits
        int(op, n * n)?;
        let layout = lu::layout(&a)?;
        let geev = || T::eig(vectors, layout, a.as_mut_slice());
        let result = runtime::single_threaded_if(n < runtime::SMALL, geev);
        let (w, v) = result.map_err(|_| Error::NoConvergence { op })?;
        Ok((w, vectors.then_some(v)))
    }
}
