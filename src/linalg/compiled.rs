//! The factorizations behind the public functions, compiled here for each element type.
#![allow(clippy::type_complexity)] // signatures of functions

use super::stack::{Stack, Stacked};
use super::{
    Eig, Eigh, Lstsq, MatrixNorm, SlogDet, Svd, SvdShape, det, eig, eigh, inv, lstsq, pinv, solve, svd,
};
use crate::error::BadMatrix;
use crate::number::Parts;
use crate::sealed::compiled;
use crate::{ErrorKind, Result};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, ArrayViewD, Ix2};
use num_complex::{Complex, Complex32, Complex64};

compiled! {
    /// Linear algebra, compiled for every element type. Private: it seals [`Scalar`](crate::Scalar).
    Factorizations: crate::Scalar; f32, f64, Complex32, Complex64; {
        fn det(a: &ArrayRef2<Self>) -> Result<Self, ErrorKind> = det::det_of;
        fn dets(a: &Stack<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = det::dets_of;
        fn slogdet(a: &ArrayRef2<Self>) -> Result<SlogDet<Self>, ErrorKind> = det::slogdet_of;
        fn slogdets(a: &Stack<'_, Self>) -> Result<(Stacked<Self>, Stacked<<Self as Parts>::Real>), BadMatrix> = det::slogdets_of;
        fn inv(a: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = inv::inv_of;
        fn invs(a: &Stack<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = inv::invs_of;
        fn solve_vector(a: &ArrayRef2<Self>, b: &ArrayRef1<Self>) -> Result<Array1<Self>, ErrorKind> = solve::solve_vector;
        fn solve_columns(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>, given: &[usize]) -> Result<Array2<Self>, ErrorKind>
            = solve::solve_columns;
        fn solve_stacks(a: &Stack<'_, Self>, b: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = solve::solve_stacks;
        fn lstsq(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>, given: &[usize], rcond: Option<<Self as Parts>::Real>) -> Result<Lstsq<Self, Ix2>, ErrorKind> = lstsq::lstsq_of;
        fn pinv(a: &ArrayRef2<Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Array2<Self>, ErrorKind> = pinv::pinv_of;
        fn pinvs(a: &Stack<'_, Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Stacked<Self>, BadMatrix> = pinv::pinvs_of;
        fn rank(a: &ArrayRef2<Self>, rtol: Option<<Self as Parts>::Real>) -> Result<usize, ErrorKind> = pinv::rank_of;
        fn ranks(a: &Stack<'_, Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Stacked<usize>, BadMatrix> = pinv::ranks_of;
        fn cond(a: &ArrayRef2<Self>, norm: MatrixNorm) -> Result<<Self as Parts>::Real, ErrorKind> = pinv::cond_of;
        fn conds(a: &Stack<'_, Self>, norm: MatrixNorm) -> Result<Stacked<<Self as Parts>::Real>, BadMatrix> = pinv::conds_of;
        fn eigenpairs(a: &ArrayRef2<Self>) -> Result<Eig<<Self as Parts>::Real>, ErrorKind> = eig::eig_of;
        fn all_eigenpairs(a: &Stack<'_, Self>) -> Result<(Stacked<Complex<<Self as Parts>::Real>>, Stacked<Complex<<Self as Parts>::Real>>), BadMatrix> = eig::all_eigenpairs_of;
        fn all_eigvals(a: &Stack<'_, Self>) -> Result<Stacked<Complex<<Self as Parts>::Real>>, BadMatrix> = eig::all_eigvals_of;
        fn eigvals(a: &ArrayRef2<Self>) -> Result<Array1<Complex<<Self as Parts>::Real>>, ErrorKind> = eig::eigvals_of;
        fn eigh(a: &ArrayRef2<Self>) -> Result<Eigh<Self>, ErrorKind> = eigh::eigh_of;
        fn eighs(a: &Stack<'_, Self>) -> Result<(Stacked<<Self as Parts>::Real>, Stacked<Self>), BadMatrix> = eigh::eighs_of;
        fn all_eigvalsh(a: &Stack<'_, Self>) -> Result<Stacked<<Self as Parts>::Real>, BadMatrix> = eigh::all_eigvalsh_of;
        fn eigvalsh(a: &ArrayRef2<Self>) -> Result<Array1<<Self as Parts>::Real>, ErrorKind> = eigh::eigvalsh_of;
        fn svd(a: &ArrayRef2<Self>, shape: SvdShape) -> Result<Svd<Self>, ErrorKind> = svd::svd_of;
        fn svds(a: &Stack<'_, Self>, shape: SvdShape) -> Result<(Stacked<Self>, Stacked<<Self as Parts>::Real>, Stacked<Self>), BadMatrix> = svd::svds_of;
        fn all_singular_values(a: &Stack<'_, Self>) -> Result<Stacked<<Self as Parts>::Real>, BadMatrix> = svd::all_singular_values;
        fn singular_values(a: &ArrayRef2<Self>) -> Result<Array1<<Self as Parts>::Real>, ErrorKind>
            = svd::singular_values;
    }
}
