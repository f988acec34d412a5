//! Eigenvalues and eigenvectors of symmetric and Hermitian matrices.

use super::stack::{Given, Matrices, Results, Stack, Stacked, array_each, for_each, of_one, put};
use super::{Reads, decompose, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Eigen, Kernels, Problem, finite_eigh, kernels};
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array, Array1, ArrayRef, ArrayRef2, Ix2};

/// Eigenvalues and eigenvectors of a Hermitian matrix, as NumPy's `EighResult`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Eigh<T: Scalar, D: Matrices = Ix2> {
    /// Eigenvalues, ascending: `(n,)`, or `(.., n)` for a stack.
    pub eigenvalues: Array<T::Real, D::Smaller>,
    /// Orthonormal eigenvectors: column `i` belongs to eigenvalue `i`. In Fortran order for one matrix, in C
    /// order for a stack.
    pub eigenvectors: Array<T, D>,
}

/// Returns the eigenvalues, ascending, and orthonormal eigenvectors of a symmetric or Hermitian matrix, as
/// `numpy.linalg.eigh(a)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; only its lower triangle is read, and the
/// imaginary part of its diagonal is taken as 0. Uses divide and conquer (`syevd`, `heevd`); eigenvalues are
/// accurate to a small multiple of `n * EPSILON * max|w|`. The signs of the vectors of real matrices are
/// NumPy's up to order 16, unless rounding decides them; beyond, they depend on the backend. f32 is computed
/// in f32 (NumPy computes it in f64 and rounds).
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square, [`ErrorKind::NonFinite`] for a NaN or an infinity (in either
/// triangle), [`ErrorKind::NoConvergence`], [`ErrorKind::TooLarge`] if memory is insufficient and, on a
/// LAPACK backend, whose lengths have 32 bits, from n = 32 767 on.
///
/// # Examples
/// ```
/// use linstat::{eigh, matmul};
/// use ndarray::array;
/// let a = array![[2., 1.], [1., 2.]];
/// let e = eigh(&a)?;
/// approx::assert_abs_diff_eq!(e.eigenvalues, array![1., 3.], epsilon = 1e-15);
/// let (av, vw) = (matmul(&a, &e.eigenvectors)?, &e.eigenvectors * &e.eigenvalues);
/// approx::assert_abs_diff_eq!(av, vw, epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("syevd", "heevd", "syevr"))]
pub fn eigh<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Eigh<T, D>> {
    pairs(a).named("eigh")
}

#[inline]
fn pairs<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Eigh<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let Eigh { eigenvalues, eigenvectors } = T::eigh(&a)?;
            Eigh { eigenvalues: of_one(eigenvalues), eigenvectors: of_one(eigenvectors) }
        }
        Given::Stack(stack) => {
            let (eigenvalues, eigenvectors) = T::eighs(&stack)?;
            Eigh { eigenvalues: eigenvalues.into_array(), eigenvectors: eigenvectors.into_array() }
        }
    })
}

pub(super) fn eighs_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<(Stacked<T::Real>, Stacked<T>), BadMatrix> {
    let n = stack.square()?;
    let (mut w, mut v) = (Results::new(stack.lead(), &[n])?, Results::new(stack.lead(), &[n, n])?);
    for_each(stack, (w.slots(), v.slots()), 10 * n * n * (n + 4), |a, (w, v)| {
        let one = eigh_of(a)?;
        put(&one.eigenvalues, w);
        put(&one.eigenvectors, v);
        Ok(())
    })?;
    Ok((w.done(), v.done()))
}

pub(super) fn eigh_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Eigh<T>, ErrorKind> {
    let (eigenvalues, eigenvectors) = hermitian(a, Eigen::Vectors)?;
    Ok(Eigh { eigenvalues, eigenvectors: eigenvectors.into_array() })
}

/// Returns the eigenvalues, ascending, of a symmetric or Hermitian matrix, as `numpy.linalg.eigvalsh(a)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; only its lower triangle is read. Uses
/// `syevd` without vectors.
///
/// # Errors
/// As [`eigh`], but on a LAPACK backend from n = 46 341 on.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let w = linstat::eigvalsh(&array![[2., 1.], [1., 2.]])?;
/// approx::assert_abs_diff_eq!(w, array![1., 3.], epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("syevd", "heevd"))]
pub fn eigvalsh<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T::Real, D::Smaller>> {
    array_each(a, T::eigvalsh, T::all_eigvalsh).named("eigvalsh")
}

pub(super) fn all_eigvalsh_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T::Real>, BadMatrix> {
    let n = stack.square()?;
    let mut w = Results::new(stack.lead(), &[n])?;
    for_each(stack, w.slots(), 4 * n * n * (n + 4), |a, w| {
        put(&eigvalsh_of(a)?, w);
        Ok(())
    })?;
    Ok(w.done())
}

pub(super) fn eigvalsh_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array1<T::Real>, ErrorKind> {
    Ok(hermitian(a, Eigen::Values)?.0)
}

fn hermitian<T: Scalar>(a: &ArrayRef2<T>, wanted: Eigen) -> Result<(Array1<T::Real>, Dense<T>), ErrorKind> {
    let n = square(a)?;
    let kernels = kernels::<T>(n, SMALL_DECOMPOSITION);
    kernels.admit(Problem::Eigh(n, wanted))?;
    if n == 0 {
        return Ok((Array1::zeros(0), Dense::zeros(0, 0)?));
    }
    let run = |kernels: &dyn Kernels<T>, a| finite_eigh(kernels.eigh(a, wanted, None)?);
    let ((w, v), factor) = decompose(a, a, Reads::Lower, kernels, run)?;
    Ok((w.into_iter().map(|w| factor.times(w)).collect(), v))
}
