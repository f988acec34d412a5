//! Pseudoinverses, square roots, singular values and ranks of Hermitian matrices, by their eigenvalues.

use super::eigh::{ALL, hermitian};
use super::lstsq::limit;
use super::stack::{
    Given, Matrices, Results, Stack, Stacked, array_each, for_each, matrices, number_each, numbers, of_one,
    operations, put,
};
use super::{Svd, square, svd};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Eigen, zeros};
use crate::loops::are_finite;
use crate::number::{Parts, PowerOfTwo};
use crate::product::{cost_with_gemm, gemm};
use crate::{ErrorKind, Named, Real, Result, Scalar, memory};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef2};
use num_traits::Float;
use std::cmp::Ordering;

/// Returns the pseudoinverse of a symmetric or Hermitian matrix, as `scipy.linalg.pinvh(a, rtol=rtol)` and
/// `numpy.linalg.pinv(a, rtol=rtol, hermitian=True)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; only its lower triangle is read. The result
/// has the same shape and is exactly Hermitian. Eigenvalues whose absolute value is at most `rtol` times the
/// largest count as 0; `None` is `EPSILON * n`. Uses [`eigh`](crate::eigh) (`syevd`); the error is of the
/// order of `EPSILON` times the condition number.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for an `rtol` that is negative or NaN; [`ErrorKind::NonFinite`] also if the
/// reciprocal of an eigenvalue overflows beside the others, which takes an `rtol` near 0; the others as
/// [`eigh`](crate::eigh).
///
/// # Examples
/// ```
/// use ndarray::array;
/// let a = array![[1., 2.], [2., 4.]];
/// approx::assert_abs_diff_eq!(linstat::pinvh(&a, None)?, &a / 25., epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("pinv", "pinv_hermitian", "pseudoinverse"))]
pub fn pinvh<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, rtol: Option<T::Real>) -> Result<Array<T, D>> {
    array_each(a, |a| T::pinvh(a, rtol), |stack| T::pinvhs(stack, rtol)).named("pinvh")
}

/// Returns about the number of operations of an eigenproblem of this order with vectors.
fn cost(n: usize) -> usize {
    operations([10, n, n, n + 4])
}

/// As [`cost`], with a product of the vectors.
fn cost_with_product<T: Scalar>(n: usize) -> usize {
    cost_with_gemm::<T>(cost(n), [n; 3])
}

pub(super) fn pinvhs_of<T: Scalar>(
    stack: &Stack<'_, T>,
    rtol: Option<T::Real>,
) -> Result<Stacked<T>, BadMatrix> {
    let n = stack.square()?;
    limit("rtol", rtol, (n, n))?;
    matrices(stack, (n, n), cost_with_product::<T>(n), |a| pinvh_of(a, rtol))
}

pub(super) fn pinvh_of<T: Scalar>(a: &ArrayRef2<T>, rtol: Option<T::Real>) -> Result<Array2<T>, ErrorKind> {
    let n = square(a)?;
    let limit = limit("rtol", rtol, (n, n))?;
    let ((mut w, v), factor) = hermitian(a, Eigen::Vectors, ALL)?;
    let least = limit * largest(&w);
    w.iter_mut().for_each(|w| *w = if w.abs() > least { w.recip() } else { T::Real::of(0.0) });
    with_eigenvalues(&v, &w, factor.inverse())
}

/// Returns the largest absolute value.
fn largest<R: Real>(w: &[R]) -> R {
    w.iter().fold(R::of(0.0), |max, w| max.max(w.abs()))
}

/// Returns the Hermitian matrix with these eigenvalues, times `back`, and vectors.
fn with_eigenvalues<T: Scalar>(
    v: &Dense<T>,
    w: &[T::Real],
    back: PowerOfTwo,
) -> Result<Array2<T>, ErrorKind> {
    let n = v.rows();
    if n == 0 {
        return zeros(0, 0);
    }
    let mut scaled = v.copy()?;
    for (column, &w) in scaled.as_mut_slice().chunks_exact_mut(n).zip(w) {
        column.iter_mut().for_each(|x| *x *= T::from_real(w));
    }
    let adjoint = v.adjoint()?;
    let mut product = Dense::new(&gemm(&scaled.view(), &adjoint.view(), T::zero(), zeros(n, n)?)?)?;
    if !are_finite(product.as_slice()) {
        return Err(ErrorKind::non_finite("inverse", &product.view()));
    }
    back.scale(product.as_mut_slice());
    product.mirror_lower();
    Ok(product.into_array())
}

/// Returns the square root of a positive semidefinite symmetric or Hermitian matrix, which is of the same
/// kind, as `scipy.linalg.sqrtm(a)` for such matrices.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; only its lower triangle is read, and that it
/// is Hermitian is not checked. The result `x` has the same shape and is exactly Hermitian. Uses
/// [`eigh`](crate::eigh) (`syevd`); `|x · x - a|` is of the order of `n * EPSILON * |a|`. Eigenvalues of
/// `a` that are 0 have rounding errors of the order of `EPSILON * |a|`, and so those of `x` errors of the
/// square root of that.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] with the smallest eigenvalue if it is negative and not within rounding
/// errors, `10 * n * EPSILON * |a|`, of 0; the others as [`eigh`](crate::eigh).
///
/// # Examples
/// ```
/// use linstat::sqrtm_hermitian;
/// use ndarray::array;
/// let x = sqrtm_hermitian(&array![[5., 4.], [4., 5.]])?;
/// approx::assert_abs_diff_eq!(x, array![[2., 1.], [1., 2.]], epsilon = 1e-14);
/// assert!(sqrtm_hermitian(&array![[1., 2.], [2., 1.]]).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("sqrtm", "sqrtmh"))]
pub fn sqrtm_hermitian<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    array_each(a, T::sqrtm_hermitian, T::all_sqrtm_hermitian).named("sqrtm_hermitian")
}

pub(super) fn all_roots_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T>, BadMatrix> {
    let n = stack.square()?;
    matrices(stack, (n, n), cost_with_product::<T>(n), root_of)
}

pub(super) fn root_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    let ((mut w, v), factor) = hermitian(a, Eigen::Vectors, ALL)?;
    let rounding = T::Real::epsilon() * T::Real::of(10.0 * w.len() as f64) * largest(&w);
    if let Some(&least) = w.first().filter(|&&least| least < -rounding) {
        let reason = format!("expected no negative eigenvalue, found {:?}", factor.times(least));
        return Err(ErrorKind::invalid("a", reason));
    }
    // the root of a power of two is one if its exponent is even
    let (odd, half) = (factor.exponent().rem_euclid(2), factor.exponent().div_euclid(2));
    let rest = PowerOfTwo::of(odd);
    w.iter_mut().for_each(|w| *w = rest.times(w.max(T::Real::of(0.0))).sqrt());
    with_eigenvalues(&v, &w, PowerOfTwo::of(half))
}

/// Returns the singular value decomposition `a = u · diag(s) · vt` of a symmetric or Hermitian matrix, as
/// `numpy.linalg.svd(a, hermitian=True)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; only its lower triangle is read. The
/// singular values are the absolute values of the eigenvalues, `u` the eigenvectors in their order, and the
/// rows of `vt` are those too, conjugated, with the sign of the eigenvalue (that of 0 is positive; NumPy's
/// `vt` has rows of zeros there). Of equal values, that of the larger eigenvalue is first. Uses
/// [`eigh`](crate::eigh) (`syevd`), which takes less time than `gesdd`; accuracy is that of
/// [`svd`](crate::svd).
///
/// # Errors
/// As [`eigh`](crate::eigh).
///
/// # Examples
/// ```
/// use linstat::svd_hermitian;
/// use ndarray::array;
/// let svd = svd_hermitian(&array![[1., 0.], [0., -3.]])?;
/// assert_eq!(svd.s, array![3., 1.]);
/// assert_eq!(&svd.u.column(0) * -1., svd.vt.row(0));
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("svd", "syevd"))]
pub fn svd_hermitian<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Svd<T, D>> {
    decomposed(a).named("svd_hermitian")
}

#[inline]
fn decomposed<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Svd<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let Svd { u, s, vt } = T::svd_hermitian(&a)?;
            Svd { u: of_one(u), s: of_one(s), vt: of_one(vt) }
        }
        Given::Stack(stack) => {
            let (u, s, vt) = T::svds_hermitian(&stack)?;
            Svd { u: u.into_array(), s: s.into_array(), vt: vt.into_array() }
        }
    })
}

#[allow(clippy::type_complexity)] // u, s and vt
pub(super) fn svds_of<T: Scalar>(
    stack: &Stack<'_, T>,
) -> Result<(Stacked<T>, Stacked<<T as Parts>::Real>, Stacked<T>), BadMatrix> {
    let n = stack.square()?;
    svd::each(stack, [[n, n], [n, n]], cost(n), svd_of)
}

pub(super) fn svd_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Svd<T>, ErrorKind> {
    let ((w, v), factor) = hermitian(a, Eigen::Vectors, ALL)?;
    let n = w.len();
    let order = by_size(&w)?;
    let (mut u, mut vt) = (Dense::zeros(n, n)?, Dense::zeros(n, n)?);
    let places =
        u.as_mut_slice().chunks_exact_mut(n.max(1)).zip(vt.as_mut_slice().chunks_exact_mut(n.max(1)));
    for ((u, vt), &k) in places.zip(&order) {
        u.copy_from_slice(&v.as_slice()[k * n..][..n]);
        let is_negative = w[k] < T::Real::of(0.0);
        vt.iter_mut().zip(&*u).for_each(|(vt, u)| *vt = if is_negative { -u.conj() } else { u.conj() });
    }
    let s = order.iter().map(|&k| factor.times(w[k].abs())).collect();
    Ok(Svd { u: u.into_array(), s, vt: vt.into_transpose() })
}

/// Returns the indices of ascending eigenvalues by absolute value, descending; of equal ones, the last first.
fn by_size<R: Real>(w: &[R]) -> Result<Vec<usize>, ErrorKind> {
    let mut order = memory::room(w.len())?;
    order.extend((0..w.len()).rev());
    order.sort_by(|&i: &usize, &j| w[j].abs().partial_cmp(&w[i].abs()).unwrap_or(Ordering::Equal));
    Ok(order)
}

/// Returns the singular values, descending, of a symmetric or Hermitian matrix, as
/// `numpy.linalg.svd(a, compute_uv=False, hermitian=True)`: the absolute values of its eigenvalues.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; only its lower triangle is read. Uses
/// `syevd` without vectors.
///
/// # Errors
/// As [`eigvalsh`](crate::eigvalsh).
///
/// # Examples
/// ```
/// use ndarray::array;
/// let s = linstat::svdvals_hermitian(&array![[3., 0.], [0., -4.]])?;
/// approx::assert_abs_diff_eq!(s, array![4., 3.], epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("svdvals", "syevd"))]
pub fn svdvals_hermitian<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T::Real, D::Smaller>> {
    array_each(a, T::svdvals_hermitian, T::all_svdvals_hermitian).named("svdvals_hermitian")
}

pub(super) fn all_values_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T::Real>, BadMatrix> {
    let n = stack.square()?;
    let mut s = Results::new(stack.lead(), &[n])?;
    for_each(stack, s.room(), cost(n) / 3, |a, s| {
        put(&values_of(a)?, s);
        Ok(())
    })?;
    Ok(s.done())
}

pub(super) fn values_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array1<T::Real>, ErrorKind> {
    let ((w, _), factor) = hermitian(a, Eigen::Values, ALL)?;
    Ok(by_size(&w)?.into_iter().map(|k| factor.times(w[k].abs())).collect())
}

/// Returns the rank of a symmetric or Hermitian matrix, as
/// `numpy.linalg.matrix_rank(a, rtol=rtol, hermitian=True)`: the number of eigenvalues whose absolute value
/// is above `rtol` times the largest.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; only its lower triangle is read. `None` is
/// `EPSILON * n`. An empty matrix has rank 0. Uses `syevd` without vectors.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for an `rtol` that is negative or NaN; the others as
/// [`eigvalsh`](crate::eigvalsh).
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::matrix_rank_hermitian(&array![[1., 2.], [2., 4.]], None)?, 1);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("matrix_rank", "rank"))]
pub fn matrix_rank_hermitian<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    rtol: Option<T::Real>,
) -> Result<D::Each<usize>> {
    number_each(a, |a| T::rank_hermitian(a, rtol), |stack| T::ranks_hermitian(stack, rtol))
        .named("matrix_rank_hermitian")
}

pub(super) fn ranks_of<T: Scalar>(
    stack: &Stack<'_, T>,
    rtol: Option<T::Real>,
) -> Result<Stacked<usize>, BadMatrix> {
    let n = stack.square()?;
    limit("rtol", rtol, (n, n))?;
    numbers(stack, cost(n) / 3, |a| rank_of(a, rtol))
}

pub(super) fn rank_of<T: Scalar>(a: &ArrayRef2<T>, rtol: Option<T::Real>) -> Result<usize, ErrorKind> {
    let n = square(a)?;
    let limit = limit("rtol", rtol, (n, n))?;
    let ((w, _), _) = hermitian(a, Eigen::Values, ALL)?;
    let least = limit * largest(&w);
    Ok(w.iter().filter(|w| w.abs() > least).count())
}
