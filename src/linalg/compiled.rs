//! The factorizations behind the public functions, compiled here for each element type.
#![allow(clippy::type_complexity)] // signatures of functions

use super::eigh::Bounds;
use super::factors::{self, CholeskyFactor, LuFactor, QrFactor};
use super::stack::{Stack, Stacked};
use super::{
    Eig, Eigh, GeneralizedType, Lstsq, MatrixNorm, Polar, PolarSide, Qr, QrShape, SlogDet, Svd, SvdShape,
    TriangularShape, cholesky, det, eig, eigh, expm, generalized, hermitian, inv, lstsq, pinv, polar, qr,
    solve, spaces, svd, tensor, triangular,
};
use crate::error::BadMatrix;
use crate::kernels::Eigen;
use crate::number::Parts;
use crate::sealed::compiled;
use crate::{ErrorKind, Result};
use ndarray::{Array1, Array2, ArrayD, ArrayRef1, ArrayRef2, ArrayViewD, Axis, Ix2};
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
        fn tensorsolve(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>, axes: &[Axis]) -> Result<ArrayD<Self>, ErrorKind>
            = tensor::tensorsolve_of;
        fn tensorinv(a: ArrayViewD<'_, Self>, ind: usize) -> Result<ArrayD<Self>, ErrorKind> = tensor::tensorinv_of;
        fn expm(a: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = expm::expm_of;
        fn expms(a: &Stack<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = expm::expms_of;
        fn lstsq(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>, given: &[usize], rcond: Option<<Self as Parts>::Real>) -> Result<Lstsq<Self, Ix2>, ErrorKind> = lstsq::lstsq_of;
        fn pinv(a: &ArrayRef2<Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Array2<Self>, ErrorKind> = pinv::pinv_of;
        fn pinvs(a: &Stack<'_, Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Stacked<Self>, BadMatrix> = pinv::pinvs_of;
        fn rank(a: &ArrayRef2<Self>, rtol: Option<<Self as Parts>::Real>) -> Result<usize, ErrorKind> = pinv::rank_of;
        fn ranks(a: &Stack<'_, Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Stacked<usize>, BadMatrix> = pinv::ranks_of;
        fn cond(a: &ArrayRef2<Self>, norm: MatrixNorm) -> Result<<Self as Parts>::Real, ErrorKind> = pinv::cond_of;
        fn conds(a: &Stack<'_, Self>, norm: MatrixNorm) -> Result<Stacked<<Self as Parts>::Real>, BadMatrix> = pinv::conds_of;
        fn null_space(a: &ArrayRef2<Self>, rcond: Option<<Self as Parts>::Real>) -> Result<Array2<Self>, ErrorKind> = spaces::null_space_of;
        fn orth(a: &ArrayRef2<Self>, rcond: Option<<Self as Parts>::Real>) -> Result<Array2<Self>, ErrorKind> = spaces::orth_of;
        fn polar(a: &ArrayRef2<Self>, side: PolarSide) -> Result<Polar<Self>, ErrorKind> = polar::polar_of;
        fn polars(a: &Stack<'_, Self>, side: PolarSide) -> Result<(Stacked<Self>, Stacked<Self>), BadMatrix> = polar::polars_of;
        fn eigenpairs(a: &ArrayRef2<Self>) -> Result<Eig<<Self as Parts>::Real>, ErrorKind> = eig::eig_of;
        fn all_eigenpairs(a: &Stack<'_, Self>) -> Result<(Stacked<Complex<<Self as Parts>::Real>>, Stacked<Complex<<Self as Parts>::Real>>), BadMatrix> = eig::all_eigenpairs_of;
        fn all_eigvals(a: &Stack<'_, Self>) -> Result<Stacked<Complex<<Self as Parts>::Real>>, BadMatrix> = eig::all_eigvals_of;
        fn eigvals(a: &ArrayRef2<Self>) -> Result<Array1<Complex<<Self as Parts>::Real>>, ErrorKind> = eig::eigvals_of;
        fn eigh(a: &ArrayRef2<Self>, range: Bounds) -> Result<Eigh<Self>, ErrorKind> = eigh::eigh_of;
        fn eighs(a: &Stack<'_, Self>, range: Bounds) -> Result<(Stacked<<Self as Parts>::Real>, Stacked<Self>), BadMatrix> = eigh::eighs_of;
        fn all_eigvalsh(a: &Stack<'_, Self>, range: Bounds) -> Result<Stacked<<Self as Parts>::Real>, BadMatrix> = eigh::all_eigvalsh_of;
        fn eigvalsh(a: &ArrayRef2<Self>, range: Bounds) -> Result<Array1<<Self as Parts>::Real>, ErrorKind> = eigh::eigvalsh_of;
        fn eigh_generalized(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>, problem: GeneralizedType, wanted: Eigen) -> Result<(ArrayD<<Self as Parts>::Real>, ArrayD<Self>), BadMatrix>
            = generalized::all_pairs;
        fn pinvh(a: &ArrayRef2<Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Array2<Self>, ErrorKind> = hermitian::pinvh_of;
        fn pinvhs(a: &Stack<'_, Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Stacked<Self>, BadMatrix> = hermitian::pinvhs_of;
        fn sqrtm_hermitian(a: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = hermitian::root_of;
        fn all_sqrtm_hermitian(a: &Stack<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = hermitian::all_roots_of;
        fn svd_hermitian(a: &ArrayRef2<Self>) -> Result<Svd<Self>, ErrorKind> = hermitian::svd_of;
        fn svds_hermitian(a: &Stack<'_, Self>) -> Result<(Stacked<Self>, Stacked<<Self as Parts>::Real>, Stacked<Self>), BadMatrix> = hermitian::svds_of;
        fn svdvals_hermitian(a: &ArrayRef2<Self>) -> Result<Array1<<Self as Parts>::Real>, ErrorKind> = hermitian::values_of;
        fn all_svdvals_hermitian(a: &Stack<'_, Self>) -> Result<Stacked<<Self as Parts>::Real>, BadMatrix> = hermitian::all_values_of;
        fn rank_hermitian(a: &ArrayRef2<Self>, rtol: Option<<Self as Parts>::Real>) -> Result<usize, ErrorKind> = hermitian::rank_of;
        fn ranks_hermitian(a: &Stack<'_, Self>, rtol: Option<<Self as Parts>::Real>) -> Result<Stacked<usize>, BadMatrix> = hermitian::ranks_of;
        fn svd(a: &ArrayRef2<Self>, shape: SvdShape) -> Result<Svd<Self>, ErrorKind> = svd::svd_of;
        fn svds(a: &Stack<'_, Self>, shape: SvdShape) -> Result<(Stacked<Self>, Stacked<<Self as Parts>::Real>, Stacked<Self>), BadMatrix> = svd::svds_of;
        fn all_singular_values(a: &Stack<'_, Self>) -> Result<Stacked<<Self as Parts>::Real>, BadMatrix> = svd::all_singular_values;
        fn singular_values(a: &ArrayRef2<Self>) -> Result<Array1<<Self as Parts>::Real>, ErrorKind>
            = svd::singular_values;
        fn cholesky_lower(a: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = cholesky::lower_of;
        fn choleskys_lower(a: &Stack<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = cholesky::lowers_of;
        fn cholesky_upper(a: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = cholesky::upper_of;
        fn choleskys_upper(a: &Stack<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = cholesky::uppers_of;
        fn qr(a: &ArrayRef2<Self>, shape: QrShape) -> Result<Qr<Self>, ErrorKind> = qr::qr_of;
        fn qrs(a: &Stack<'_, Self>, shape: QrShape) -> Result<(Stacked<Self>, Stacked<Self>), BadMatrix> = qr::qrs_of;
        fn qr_r(a: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = qr::r_of;
        fn qr_rs(a: &Stack<'_, Self>) -> Result<Stacked<Self>, BadMatrix> = qr::rs_of;
        fn solve_triangle(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>, given: &[usize], shape: TriangularShape) -> Result<Array2<Self>, ErrorKind> = triangular::solve_columns;
        fn solve_triangulars(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>, shape: TriangularShape) -> Result<ArrayD<Self>, BadMatrix>
            = triangular::solve_all;
        fn lu_factor(a: &ArrayRef2<Self>) -> Result<LuFactor<Self>, ErrorKind> = factors::lu_factor;
        fn lu_solve_columns(lu: &LuFactor<Self>, b: &ArrayRef2<Self>, given: &[usize]) -> Result<Array2<Self>, ErrorKind> = factors::lu_solve_columns;
        fn lu_solve(lu: &LuFactor<Self>, b: ArrayViewD<'_, Self>) -> Result<ArrayD<Self>, BadMatrix> = factors::lu_solve;
        fn lu_det(lu: &LuFactor<Self>) -> Self = factors::lu_det;
        fn lu_slogdet(lu: &LuFactor<Self>) -> SlogDet<Self> = factors::lu_slogdet;
        fn lu_inv(lu: &LuFactor<Self>) -> Result<Array2<Self>, ErrorKind> = factors::lu_inv;
        fn lu_rcond(lu: &LuFactor<Self>) -> Result<<Self as Parts>::Real, ErrorKind> = factors::lu_rcond;
        fn cholesky_factor(a: &ArrayRef2<Self>) -> Result<CholeskyFactor<Self>, ErrorKind> = factors::cholesky_factor;
        fn cholesky_solve_columns(factor: &CholeskyFactor<Self>, b: &ArrayRef2<Self>, given: &[usize]) -> Result<Array2<Self>, ErrorKind> = factors::cholesky_solve_columns;
        fn cholesky_solve(factor: &CholeskyFactor<Self>, b: ArrayViewD<'_, Self>) -> Result<ArrayD<Self>, BadMatrix>
            = factors::cholesky_solve;
        fn cholesky_det(factor: &CholeskyFactor<Self>) -> <Self as Parts>::Real = factors::cholesky_det;
        fn cholesky_logdet(factor: &CholeskyFactor<Self>) -> <Self as Parts>::Real = factors::cholesky_logdet;
        fn cholesky_inv(factor: &CholeskyFactor<Self>) -> Result<Array2<Self>, ErrorKind> = factors::cholesky_inv;
        fn cholesky_rcond(factor: &CholeskyFactor<Self>) -> Result<<Self as Parts>::Real, ErrorKind> = factors::cholesky_rcond;
        fn qr_factor(a: &ArrayRef2<Self>) -> Result<QrFactor<Self>, ErrorKind> = factors::qr_factor;
        fn qr_solve(qr: &QrFactor<Self>, b: ArrayViewD<'_, Self>) -> Result<ArrayD<Self>, BadMatrix> = factors::qr_solve;
        fn qr_rcond(qr: &QrFactor<Self>) -> Result<<Self as Parts>::Real, ErrorKind> = factors::qr_rcond;
    }
}
