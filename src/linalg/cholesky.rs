//! Cholesky factors.

use super::packs::{TINY, gather, in_packs, tiny};
use super::rcond::Norm;
use super::stack::{Matrices, Results, Rows, Stack, Stacked, array_each, matrices, operations, put};
use super::{finite_max, scale_by, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Library, Triangle, lu_kernels, packs};
use crate::loops::are_finite;
use crate::loops::packs::ALL;
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2};
use num_traits::{Float, Zero};

/// Returns the Cholesky factor `l`, lower triangular with a positive diagonal, for which `l · lᴴ` is the
/// positive definite Hermitian matrix `a`, as `numpy.linalg.cholesky(a)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; the result has the same shape, zeros above
/// the diagonal, and for one matrix Fortran order. Only the lower triangle of `a` is used, and of the
/// diagonal the real parts; that `a` is Hermitian is not checked. The factor of a 0 x 0 matrix is 0 x 0. To
/// solve systems, keep a [`CholeskyFactor`](crate::CholeskyFactor).
///
/// Uses `potrf`. The residual `|l · lᴴ - a|` is of the order of `n * EPSILON * |a|`. Rows and columns with
/// very large or very small diagonal elements are scaled by powers of two, which is exact. f32 is computed in
/// f32 (NumPy computes it in f64 and rounds).
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square; [`ErrorKind::NotPositiveDefinite`] with the order of the first
/// leading minor that is not positive, where rounding may decide if it is nearly 0; [`ErrorKind::NonFinite`]
/// for a NaN or an infinity in either triangle.
///
/// # Examples
/// ```
/// use linstat::{ErrorKind, cholesky};
/// use ndarray::array;
/// let a = array![[4., 2.], [2., 10.]];
/// assert_eq!(cholesky(&a)?, array![[2., 0.], [1., 3.]]);
/// let error = cholesky(&array![[1., 2.], [2., 1.]]).unwrap_err();
/// assert_eq!(error.kind(), &ErrorKind::NotPositiveDefinite { order: 2 });
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("potrf", "llt"))]
pub fn cholesky<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    array_each(a, T::cholesky_lower, T::choleskys_lower).named("cholesky")
}

/// Returns the upper triangular Cholesky factor `u` with `uᴴ · u = a`, as
/// `numpy.linalg.cholesky(a, upper=True)`.
///
/// As [`cholesky`], but the upper triangle of `a` is used, there are zeros below the diagonal, and the result
/// is in C order. For a matrix that is exactly Hermitian, `u` is the conjugate transpose of the lower factor.
///
/// # Errors
/// As [`cholesky`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let u = linstat::cholesky_upper(&array![[4., 2.], [2., 10.]])?;
/// assert_eq!(u, array![[2., 1.], [0., 3.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("potrf", "llt"))]
pub fn cholesky_upper<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    array_each(a, T::cholesky_upper, T::choleskys_upper).named("cholesky_upper")
}

pub(super) fn lowers_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T>, BadMatrix> {
    all_of(stack, false, lower_of)
}

pub(super) fn uppers_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T>, BadMatrix> {
    all_of(stack, true, upper_of)
}

/// Returns the factors of a stack, as `one` does for a matrix.
fn all_of<T: Scalar>(
    stack: &Stack<'_, T>,
    upper: bool,
    one: fn(&ArrayRef2<T>) -> Result<Array2<T>, ErrorKind>,
) -> Result<Stacked<T>, BadMatrix> {
    let n = stack.square()?;
    let cost = operations([n, n, n + 4]);
    let Some(packs) = packs::<T>(n) else { return matrices(stack, (n, n), cost, one) };
    let mut results = Results::new(stack.lead(), &[n, n])?;
    let run = |range, [pack, sums]: [&mut [_]; 2], out: &mut Rows<'_, T>| {
        gather(&packs, stack, &range, upper, pack);
        let good = (packs.cholesky)(n, pack, sums);
        (packs.separate)(n, n, upper, pack, out.data);
        good
    };
    in_packs(stack, results.room(), cost, [n * n, n * n], &run, &|k, out| {
        put(&one(&stack.matrix(k))?, out);
        Ok(())
    })?;
    Ok(results.done())
}

/// Returns the factor of a small matrix that has this triangle of `a`; `None` if that takes another kernel.
fn alone<T: Scalar>(a: &ArrayRef2<T>, triangle: Triangle) -> Result<Option<Dense<T>>, ErrorKind> {
    let n = square(a)?;
    let Some(packs) = packs::<T>(n) else { return Ok(None) };
    let upper = triangle == Triangle::Upper;
    // the kernel has the rows of the upper factor one after the other, which are the columns of the lower one
    let (good, l) = if n <= TINY {
        let (mut rows, mut sums) = (tiny(a, upper), [T::zero(); TINY * TINY]);
        let good = (packs.cholesky_alone)(n, &mut rows, &mut sums);
        (good, Dense::of_columns(n, n, &rows[..n * n])?)
    } else {
        let mut l = Dense::new(&if upper { a.t() } else { a.view() })?;
        let good = (packs.cholesky_alone)(n, l.as_mut_slice(), Dense::zeros(n, n)?.as_mut_slice());
        (good, l)
    };
    Ok((good == ALL).then_some(l))
}

pub(super) fn lower_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    Ok(factor(a, Triangle::Lower)?.into_array())
}

pub(super) fn upper_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    let mut l = factor(a, Triangle::Upper)?;
    l.conjugate();
    Ok(l.into_transpose())
}

/// Returns the lower factor of the Hermitian matrix that has this triangle of `a`.
fn factor<T: Scalar>(a: &ArrayRef2<T>, triangle: Triangle) -> Result<Dense<T>, ErrorKind> {
    Ok(unscaled(factorize(a, triangle)?))
}

/// The lower factor of a matrix whose rows and columns were multiplied by powers of two, if there are any.
#[derive(Debug)]
pub(super) struct Factor<T: Scalar> {
    pub(super) l: Dense<T>,
    pub(super) powers: Option<Vec<PowerOfTwo>>,
}

fn unscaled<T: Scalar>(Factor { mut l, powers }: Factor<T>) -> Dense<T> {
    if let Some(mut powers) = powers {
        powers.iter_mut().for_each(|power| *power = power.inverse());
        for column in l.as_mut_slice().chunks_exact_mut(powers.len()) {
            scale_by(column, &powers, PowerOfTwo::none());
        }
    }
    l
}

/// Factorizes the Hermitian matrix that has this triangle of `a`.
pub(super) fn factorize<T: Scalar>(a: &ArrayRef2<T>, triangle: Triangle) -> Result<Factor<T>, ErrorKind> {
    match alone(a, triangle)? {
        Some(l) => Ok(Factor { l, powers: None }),
        None => Ok(factorize_by_kernels(a, triangle, |_| Ok(()))?.0),
    }
}

/// As [`factorize`], also returns the norm of the matrix.
pub(super) fn factorize_with_norm<T: Scalar>(
    a: &ArrayRef2<T>,
) -> Result<(Factor<T>, Norm<T::Real>), ErrorKind> {
    match alone(a, Triangle::Lower)? {
        Some(l) => Ok((Factor { l, powers: None }, Norm::of_hermitian(&Dense::new(a)?)?)),
        None => factorize_by_kernels(a, Triangle::Lower, Norm::of_hermitian),
    }
}

/// Also returns what `look` finds in the lower triangle of the copy before it is factorized.
fn factorize_by_kernels<T: Scalar, R>(
    a: &ArrayRef2<T>,
    triangle: Triangle,
    look: impl FnOnce(&Dense<T>) -> Result<R, ErrorKind>,
) -> Result<(Factor<T>, R), ErrorKind> {
    let n = square(a)?;
    let mut l = copy(a, triangle)?;
    finite_max(a, &l)?;
    let found = look(&l)?;
    if n == 0 {
        return Ok((Factor { l, powers: None }, found));
    }
    let powers = scale(&mut l);
    let result = lu_kernels(n).cholesky(&mut l);
    // what is not positive definite may overflow, and some libraries do not notice a NaN
    if result.is_ok() && !are_finite(l.as_slice()) {
        l = copy(a, triangle)?;
        scale(&mut l);
        T::kernels_of(Library::Small).cholesky(&mut l)?;
    }
    result?;
    Ok((Factor { l, powers }, found))
}

/// Copies `a` so that the lower triangle is that of the Hermitian matrix.
fn copy<T: Scalar>(a: &ArrayRef2<T>, triangle: Triangle) -> Result<Dense<T>, ErrorKind> {
    if triangle == Triangle::Lower {
        return Dense::new(a);
    }
    let mut copy = Dense::new(&a.t())?;
    copy.conjugate();
    Ok(copy)
}

/// Scales rows and columns by powers of two whose diagonal elements are very large or very small. The other
/// elements of a positive definite matrix are not larger than those, and neither are sums of products in its
/// factorization. Makes the diagonal real.
fn scale<T: Scalar>(a: &mut Dense<T>) -> Option<Vec<PowerOfTwo>> {
    let n = a.rows();
    a.as_mut_slice().iter_mut().step_by(n + 1).for_each(|x| *x = T::from_real(x.re()));
    let (most, least) = (T::Real::SAFE, T::Real::SAFE.recip());
    if a.diagonal().all(|x| x.re() <= most && (x.re() >= least || x.re() <= T::Real::zero())) {
        return None;
    }
    let power = |x: T::Real| match x > T::Real::zero() {
        true => PowerOfTwo::of(-(PowerOfTwo::near(x).exponent() / 2)),
        false => PowerOfTwo::none(),
    };
    let powers: Vec<_> = a.diagonal().map(|x| power(x.re())).collect();
    for (column, &power) in a.as_mut_slice().chunks_exact_mut(n).zip(&powers) {
        scale_by(column, &powers, power);
    }
    Some(powers)
}
