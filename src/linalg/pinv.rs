//! Pseudoinverses, ranks and condition numbers, from singular values.

use super::lstsq::{limit, rank};
use super::stack::{Given, Matrices, Stack, Stacked, matrices, numbers, operations};
use super::{MatrixNorm, inv, norm, svd, svd_of_transpose};
use crate::error::BadMatrix;
use crate::kernels::{Vectors, zeros};
use crate::product::{cost_with_gemm, gemm};
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2, s};
use num_traits::Float;

/// Returns the pseudoinverse of a matrix (Moore and Penrose), as `numpy.linalg.pinv(a, rtol=rtol)`.
///
/// `a` has any shape `(m, n)` or `(.., m, n)` and any memory layout; the result has shape `(.., n, m)`.
/// Singular values of at most `rtol` times the largest count as 0; `None` is `EPSILON * max(m, n)`. (NumPy's
/// default is 1e-15; since version 2.0, `rtol=None` asks for this one.) Uses the singular value decomposition
/// (`gesdd`); the error is of the order of `EPSILON` times the condition number.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for an `rtol` that is negative or NaN; the others as [`svd`](crate::svd).
///
/// # Examples
/// ```
/// use ndarray::array;
/// let a = array![[1., 2.], [2., 4.], [3., 6.]];
/// let inverse = linstat::pinv(&a, None)?;
/// approx::assert_abs_diff_eq!(inverse, array![[1., 2., 3.], [2., 4., 6.]] / 70., epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("pseudoinverse", "moore_penrose"))]
pub fn pinv<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, rtol: Option<T::Real>) -> Result<Array<T, D>> {
    inverses(a, rtol).named("pinv")
}

#[inline]
fn inverses<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    rtol: Option<T::Real>,
) -> Result<Array<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => super::stack::of_one(T::pinv(&a, rtol)?),
        Given::Stack(stack) => T::pinvs(&stack, rtol)?.into_array(),
    })
}

/// Returns about the number of operations of a singular value decomposition.
fn cost((m, n): (usize, usize)) -> usize {
    let k = m.min(n) + 4;
    operations([20, m.max(n), k, k])
}

pub(super) fn pinvs_of<T: Scalar>(
    stack: &Stack<'_, T>,
    rtol: Option<T::Real>,
) -> Result<Stacked<T>, BadMatrix> {
    let (m, n) = stack.dim();
    limit("rtol", rtol, (m, n))?;
    let cost = cost_with_gemm::<T>(cost((m, n)), [n, m.min(n), m]);
    matrices(stack, (n, m), cost, |a| pinv_of(a, rtol))
}

pub(super) fn pinv_of<T: Scalar>(a: &ArrayRef2<T>, rtol: Option<T::Real>) -> Result<Array2<T>, ErrorKind> {
    let (m, n) = a.dim();
    let limit = limit("rtol", rtol, (m, n))?;
    let inverse = zeros(n, m)?;
    if a.is_empty() {
        return Ok(inverse);
    }
    // aᵀ = u · s · vt, so the pseudoinverse of a is u' · s⁻¹ · vt', both conjugated
    let (mut parts, factor) = svd_of_transpose(a, Vectors::Reduced)?;
    let rank = rank(&parts.s, limit);
    parts.u.conjugate();
    parts.vt.conjugate();
    for (column, &s) in parts.u.as_mut_slice().chunks_exact_mut(n).zip(&parts.s) {
        column.iter_mut().for_each(|x| *x = x.div_real(s));
    }
    let (u, vt) = (parts.u.view(), parts.vt.view());
    let mut inverse = gemm(&u.slice(s![.., ..rank]), &vt.slice(s![..rank, ..]), T::zero(), inverse)?;
    let back = factor.inverse();
    if !back.is_one() {
        inverse.mapv_inplace(|x| back.times(x));
    }
    Ok(inverse)
}

/// Returns the rank of a matrix, as `numpy.linalg.matrix_rank(a, rtol=rtol)`: the number of singular values
/// above `rtol` times the largest.
///
/// `a` has any shape `(m, n)` or `(.., m, n)` and any memory layout. `None` is `EPSILON * max(m, n)`. An
/// empty matrix has rank 0. Uses `gesdd` without vectors. (A vector, as a matrix of one column, has rank 1
/// unless all its elements are 0.)
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for an `rtol` that is negative or NaN; the others as
/// [`svdvals`](crate::svdvals).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::matrix_rank(&array![[1., 2.], [2., 4.]], None)?, 1);
/// assert_eq!(linstat::matrix_rank(&array![[1., 2.], [2., 4.1]], None)?, 2);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "rank")]
pub fn matrix_rank<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    rtol: Option<T::Real>,
) -> Result<D::Each<usize>> {
    ranks(a, rtol).named("matrix_rank")
}

#[inline]
fn ranks<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    rtol: Option<T::Real>,
) -> Result<D::Each<usize>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => D::one(T::rank(&a, rtol)?),
        Given::Stack(stack) => D::each(T::ranks(&stack, rtol)?),
    })
}

pub(super) fn ranks_of<T: Scalar>(
    stack: &Stack<'_, T>,
    rtol: Option<T::Real>,
) -> Result<Stacked<usize>, BadMatrix> {
    limit("rtol", rtol, stack.dim())?;
    numbers(stack, cost(stack.dim()) / 4, |a| rank_of(a, rtol))
}

pub(super) fn rank_of<T: Scalar>(a: &ArrayRef2<T>, rtol: Option<T::Real>) -> Result<usize, ErrorKind> {
    let limit = limit("rtol", rtol, a.dim())?;
    let s = svd::singular_values(a)?;
    Ok(rank(s.as_slice().unwrap_or_default(), limit))
}

/// Returns the condition number of a matrix, as `numpy.linalg.cond(a, p)`.
///
/// | `norm` | result |
/// |---|---|
/// | [`MatrixNorm::Two`], NumPy's default | the largest singular value over the smallest; any shape |
/// | [`MatrixNorm::NegTwo`] | the smallest over the largest; any shape |
/// | another | the norm of `a` times that of its inverse; square matrices |
///
/// `a` has shape `(m, n)` or `(.., m, n)` and any memory layout. A singular matrix has the condition number
/// infinity (0 for `NegTwo`, NaN for a matrix of zeros, as in NumPy).
///
/// # Errors
/// [`ErrorKind::Empty`] for a matrix without elements; [`ErrorKind::Shape`] if a square matrix is needed;
/// [`ErrorKind::NonFinite`] for a NaN or an infinity; the others as [`svdvals`](crate::svdvals) and
/// [`inv`](crate::inv).
///
/// # Examples
/// ```
/// use linstat::{MatrixNorm, cond};
/// use ndarray::array;
/// let a = array![[2., 0.], [0., 0.5]];
/// approx::assert_abs_diff_eq!(cond(&a, MatrixNorm::Two)?, 4., epsilon = 1e-14);
/// approx::assert_abs_diff_eq!(cond(&a, MatrixNorm::One)?, 4., epsilon = 1e-14);
/// assert_eq!(cond(&array![[1., 2.], [2., 4.]], MatrixNorm::One)?, f64::INFINITY);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "condition_number")]
pub fn cond<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, norm: MatrixNorm) -> Result<D::Each<T::Real>> {
    conditions(a, norm).named("cond")
}

#[inline]
fn conditions<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    norm: MatrixNorm,
) -> Result<D::Each<T::Real>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => D::one(T::cond(&a, norm)?),
        Given::Stack(stack) => D::each(T::conds(&stack, norm)?),
    })
}

pub(super) fn conds_of<T: Scalar>(
    stack: &Stack<'_, T>,
    norm: MatrixNorm,
) -> Result<Stacked<T::Real>, BadMatrix> {
    numbers(stack, cost(stack.dim()) / 4, |a| cond_of(a, norm))
}

pub(super) fn cond_of<T: Scalar>(a: &ArrayRef2<T>, norm: MatrixNorm) -> Result<T::Real, ErrorKind> {
    if a.is_empty() {
        return Err(ErrorKind::empty(a.shape()));
    }
    if let MatrixNorm::Two | MatrixNorm::NegTwo = norm {
        let s = svd::singular_values(a)?;
        let (largest, smallest) = (s[0], s[s.len() - 1]);
        return Ok(if norm == MatrixNorm::Two { largest / smallest } else { smallest / largest });
    }
    match inv::inv_of(a) {
        Ok(inverse) => Ok(norm::matrix_norm_of(a, norm)? * norm::matrix_norm_of(&inverse, norm)?),
        Err(ErrorKind::Singular { .. }) => Ok(T::Real::infinity()),
        // an inverse that overflows
        Err(ErrorKind::NonFinite { name: "inverse", .. }) => Ok(T::Real::infinity()),
        Err(error) => Err(error),
    }
}
