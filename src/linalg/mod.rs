//! Linear algebra, as `numpy.linalg`, with SciPy's names where NumPy has none.
//!
//! | question | functions | LAPACK |
//! |---|---|---|
//! | what solves a x = b | [`solve`], [`inv`], [`solve_triangular`], [`tensorsolve`], [`tensorinv`] | `getrf`, `getrs`, `trtrs` |
//! | the same, for many b | [`LuFactor`], [`CholeskyFactor`], [`QrFactor`] | `getrf`, `potrf`, `geqrf` |
//! | what comes closest to it | [`lstsq`], [`pinv`], [`pinvh`] | `geqrf`, `gesdd` |
//! | how large, how near to singular | [`det`], [`slogdet`], [`cond`], [`matrix_rank`], [`matrix_rank_hermitian`], [`norm`], [`vector_norm`], [`matrix_norm`] | |
//! | eigenvalues and eigenvectors | [`eig`], [`eigvals`]; of Hermitian matrices [`eigh`], [`eigvalsh`], [`eigh_range`], [`eigh_generalized`] | `geev`, `syevd`, `syevr` |
//! | singular values and vectors | [`svd`], [`svdvals`], [`svd_hermitian`], [`null_space`], [`orth`], [`polar`] | `gesdd`, `gesvd` |
//! | factors | [`cholesky`], [`cholesky_upper`], [`qr`], [`qr_r`] | `potrf`, `geqrf` |
//! | functions of a matrix | [`expm`], [`sqrtm_hermitian`] | |
//! | parts of it, and matrices from parts | [`trace`], [`diagonal`], [`block_diag`], [`toeplitz`], [`normalize`] | |
//!
//! Most of them also take stacks of matrices, in the last two axes ([`Matrices`]), and broadcast the others.
//! Matrices of real or complex numbers of both precisions; whole numbers are to be converted first:
//! `x.mapv(f64::from)`.
//!
//! There is a file per factorization. This file holds the checks and the scaling that they share.

mod cholesky;
mod compiled;
pub(crate) mod construct;
mod det;
mod eig;
mod eigh;
mod expm;
mod factors;
mod generalized;
mod hermitian;
mod inv;
mod lstsq;
mod norm;
mod packs;
mod pinv;
mod polar;
mod qr;
mod rcond;
mod refine;
mod solve;
mod spaces;
pub(crate) mod stack;
mod svd;
mod tensor;
pub(crate) mod trace;
mod triangular;

pub use cholesky::{cholesky, cholesky_upper};
pub(crate) use compiled::Factorizations;
pub use construct::{block_diag, toeplitz};
pub use det::{SlogDet, det, slogdet};
pub use eig::{Eig, eig, eigvals};
pub use eigh::{Eigh, eigh, eigh_range, eigvalsh, eigvalsh_range};
pub use expm::expm;
pub use factors::{CholeskyFactor, LuFactor, QrFactor};
pub use generalized::{GeneralizedType, eigh_generalized, eigvalsh_generalized};
pub use hermitian::{matrix_rank_hermitian, pinvh, sqrtm_hermitian, svd_hermitian, svdvals_hermitian};
pub use inv::inv;
pub use lstsq::{Lstsq, Observations, lstsq};
pub(crate) use norm::Norms;
pub use norm::{
    MatrixNorm, matrix_norm, matrix_norm_axes, norm, normalize, vector_norm, vector_norm_axes,
    vector_norm_axis,
};
pub use pinv::{cond, matrix_rank, pinv};
pub use polar::{Polar, PolarSide, polar};
pub use qr::{Qr, QrShape, qr, qr_r};
pub use solve::{RightHandSide, solve};
pub use spaces::{null_space, orth};
pub use stack::Matrices;
pub(crate) use svd::of_transpose as svd_of_transpose;
pub use svd::{Svd, SvdShape, svd, svdvals};
pub use tensor::{tensorinv, tensorsolve};
pub use trace::{diagonal, trace, trace_offset};
pub use triangular::{TriangularShape, solve_triangular};

use crate::kernels::{Dense, Kernels, Library, failing};
use crate::loops::are_moderate;
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Real, Result, Scalar, memory};
use ndarray::ArrayRef2;
use num_traits::{Float, Zero};

/// Returns the order of a square matrix.
fn square<T>(a: &ArrayRef2<T>) -> Result<usize, ErrorKind> {
    match a.dim() {
        (m, n) if m == n => Ok(n),
        _ => Err(ErrorKind::shape("a square matrix (n, n)", &[a.shape()])),
    }
}

/// Checks that all elements are finite and scales the largest to be near 1, unless it is moderate already.
/// Returns the factor by which to multiply eigenvalues or singular values.
///
/// The libraries should do this themselves, but OpenBLAS 0.3.30 does not undo it in `geev`, and faer does not
/// do it and loses the small eigenvalues of a matrix of size 1e-100. Our own kernels rely on it.
fn condition<T: Scalar>(
    argument: &ArrayRef2<T>,
    a: &mut Dense<T>,
    reads: Reads,
) -> Result<PowerOfTwo, ErrorKind> {
    let mut max = finite_max(argument, a)?;
    if reads == Reads::Lower {
        // what is not read must not decide the scale
        a.keep_hermitian_lower();
        max = a.max_part();
    }
    Ok(scale_near_one(a, max))
}

/// The elements that determine a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    All,
    /// Those of the lower triangle, and of the diagonal the real parts.
    Lower,
}

/// Scales `a`, whose largest part is `max`, as [`condition`] does; a matrix that is not finite stays as it
/// is.
pub(crate) fn scale_near_one<T: Scalar>(a: &mut Dense<T>, max: T::Real) -> PowerOfTwo {
    let moderate = T::Real::SAFE.sqrt().sqrt().sqrt(); // 2^60, for f32 2^6
    let power = PowerOfTwo::to_unit(max, moderate);
    power.scale(a.as_mut_slice());
    power.inverse()
}

/// Returns the largest real or imaginary part of the copy of an argument; an error with the position of the
/// first element that is NaN or infinite, if there is one.
fn finite_max<T: Scalar>(argument: &ArrayRef2<T>, copy: &Dense<T>) -> Result<T::Real, ErrorKind> {
    let max = copy.max_part();
    if max.is_finite() { Ok(max) } else { Err(ErrorKind::non_finite("a", argument)) }
}

/// Computes an iterative factorization of the conditioned `a`, and returns the factor of [`condition`] with
/// it. The next of the `ways` runs where the iteration of the one before does not converge; the last is our
/// own, which is slower for all but tiny matrices.
///
/// `argument` is the matrix of the caller, which errors describe: `a` or its transpose.
fn decompose<T: Scalar, R>(
    argument: &ArrayRef2<T>,
    a: &ArrayRef2<T>,
    reads: Reads,
    ways: &[Way<'_, T, R>],
) -> Result<(R, PowerOfTwo), ErrorKind> {
    let first = failing().min(ways.len() - 1);
    for (k, way) in ways.iter().enumerate().skip(first) {
        let mut copy = Dense::new(a)?;
        let factor = condition(argument, &mut copy, reads)?;
        match way(copy) {
            Err(ErrorKind::NoConvergence) if k + 1 < ways.len() => {}
            result => return Ok((result?, factor)),
        }
    }
    Err(ErrorKind::NoConvergence)
}

/// A way of computing a factorization of a matrix, which it may overwrite.
type Way<'a, T, R> = &'a dyn Fn(Dense<T>) -> Result<R, ErrorKind>;

/// Returns our own kernels.
fn ours<T: Scalar>() -> &'static dyn Kernels<T> {
    T::kernels_of(Library::Small)
}

/// Powers of two that scale the rows and the columns of a matrix to be near 1, unless they are moderate
/// already.
#[derive(Debug, Clone)]
struct Equilibration {
    rows: Vec<PowerOfTwo>,
    columns: Vec<PowerOfTwo>,
}

impl Equilibration {
    /// Scales nothing.
    fn none(n: usize) -> Result<Self, ErrorKind> {
        let none = || memory::filled(n, PowerOfTwo::none());
        Ok(Equilibration { rows: none()?, columns: none()? })
    }
}

/// Checks that all elements of a transpose are finite. If some are so large or small that products of two may
/// overflow or vanish, multiplies rows and columns by powers of two, which is exact. Without this, LU
/// factorizations lose digits to denormal numbers, and some multiply by reciprocals that are infinite.
fn equilibrate<T: Scalar>(
    argument: &ArrayRef2<T>,
    a: &mut Dense<T>,
) -> Result<Option<Equilibration>, ErrorKind> {
    if are_moderate(a.as_slice()) {
        return Ok(None);
    }
    equilibration(argument, a).map(Some)
}

#[cold]
fn equilibration<T: Scalar>(argument: &ArrayRef2<T>, a: &mut Dense<T>) -> Result<Equilibration, ErrorKind> {
    finite_max(argument, a)?;
    let (n, zero) = (a.rows(), T::Real::zero());
    // Columns first, which are rows of the caller's matrix: their scaling affects the right-hand sides and
    // not the unknowns, which would lose digits to denormal numbers when scaled back.
    let column_max = |column: &[T]| column.iter().fold(zero, |max, &x| max.max(size(x)));
    let near_one = |column: &[T]| PowerOfTwo::to_unit(column_max(column), T::Real::SAFE.sqrt());
    let columns: Vec<_> = a.as_slice().chunks_exact(n).map(near_one).collect();
    // The exponents of the largest elements of the rows: scaled by its column, such an element may vanish.
    let mut maxima = memory::filled(n, i32::MIN)?;
    for (column, power) in a.as_slice().chunks_exact(n).zip(&columns) {
        for (max, x) in maxima.iter_mut().zip(column).filter(|(_, x)| !x.is_zero()) {
            *max = i32::max(*max, PowerOfTwo::near(size(*x)).and(*power).exponent());
        }
    }
    let moderate = |exponent: i32| exponent.unsigned_abs() <= u32::from(T::Real::SAFE_EXPONENT) / 2;
    let rows: Vec<_> = maxima
        .into_iter()
        .map(|max| if max == i32::MIN || moderate(max) { PowerOfTwo::none() } else { PowerOfTwo::of(-max) })
        .collect();
    for (column, power) in a.as_mut_slice().chunks_exact_mut(n).zip(&columns) {
        scale_by(column, &rows, *power);
    }
    Ok(Equilibration { rows, columns })
}

/// Returns the larger of |re| and |im|.
fn size<T: Scalar>(x: T) -> T::Real {
    x.re().abs().max(x.im().abs())
}

/// Multiplies every element of `x` by its power and by `all`.
fn scale_by<T: Scalar>(x: &mut [T], powers: &[PowerOfTwo], all: PowerOfTwo) {
    // a power may be infinite where the element is 0
    for (x, power) in x.iter_mut().zip(powers).filter(|(x, _)| !x.is_zero()) {
        *x = power.and(all).times(*x);
    }
}
