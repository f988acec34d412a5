//! Eigenvalues and eigenvectors of general matrices.

use super::stack::{Given, Matrices, Results, Stack, Stacked, array_each, for_each, of_one, operations, put};
use super::{Reads, Way, decompose, ours, square};
use crate::error::BadMatrix;
use crate::kernels::{Eigen, Kernels, Problem, finite_eig, kernels};
use crate::number::Parts;
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Real, Result, Scalar, memory};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef2, Ix2};
use num_complex::Complex;
use num_traits::Zero;

/// Eigenvalues and eigenvectors of a general matrix, as NumPy's `EigResult`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Eig<R: Real, D: Matrices = Ix2> {
    /// Eigenvalues, ordered by real part, then by the absolute value of the imaginary part; in a conjugate
    /// pair, the one with the positive imaginary part comes first. `(n,)`, or `(.., n)` for a stack.
    pub eigenvalues: Array<Complex<R>, D::Smaller>,
    /// Eigenvectors of Euclidean norm 1: column `i` belongs to eigenvalue `i`. In Fortran order for one
    /// matrix, in C order for a stack.
    pub eigenvectors: Array<Complex<R>, D>,
}

impl<R: Real, D: Matrices> Eig<R, D> {
    /// Returns whether all eigenvalues, and so for a real matrix all eigenvectors, are real. NumPy returns
    /// real arrays in that case.
    pub fn is_real(&self) -> bool {
        self.eigenvalues.iter().all(|w| w.im.is_zero()) && self.eigenvectors.iter().all(|v| v.im.is_zero())
    }

    /// Returns the real eigenvalues and eigenvectors, if all of them are real.
    ///
    /// # Examples
    /// ```
    /// use linstat::eig;
    /// use ndarray::array;
    /// let (w, v) = eig(&array![[2., 0.], [0., 3.]])?.into_real().expect("a symmetric matrix");
    /// assert_eq!(w, array![2., 3.]);
    /// assert_eq!(v.mapv(f64::abs), array![[1., 0.], [0., 1.]]);
    /// assert!(eig(&array![[0., -1.], [1., 0.]])?.into_real().is_none());
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[allow(clippy::type_complexity)] // a pair of arrays
    pub fn into_real(self) -> Option<(Array<R, D::Smaller>, Array<R, D>)> {
        self.is_real().then(|| (self.eigenvalues.mapv(|w| w.re), self.eigenvectors.mapv(|v| v.re)))
    }
}

/// Returns the eigenvalues and right eigenvectors of a general square matrix, as `numpy.linalg.eig(a)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout. Uses Hessenberg reduction and QR iteration
/// (`geev`). The result is always complex; [`Eig::is_real`] says whether all of it is real, and
/// [`Eig::into_real`] converts it to real arrays, as NumPy does by changing the type. The backward error is a
/// small multiple of `n * EPSILON * norm(a)`; the error of an eigenvalue depends on its condition. A
/// defective matrix has fewer eigenvectors than columns: some columns are then equal up to rounding. f32 is
/// computed in f32 (NumPy computes it in f64 and rounds).
///
/// NumPy returns the eigenvalues in LAPACK's order; here they are sorted (see [`Eig::eigenvalues`]), so that
/// every backend gives the same order. Real parts that differ only by rounding errors count as equal.
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square, [`ErrorKind::NonFinite`] for a NaN or an infinity,
/// [`ErrorKind::NoConvergence`], [`ErrorKind::TooLarge`] if memory is insufficient and, on a LAPACK backend,
/// whose lengths have 32 bits, from n = 46 341 on.
///
/// # Examples
/// ```
/// use linstat::eig;
/// use ndarray::array;
/// use num_complex::Complex;
/// let rotation = eig(&array![[0., -1.], [1., 0.]])?;
/// assert_eq!(rotation.eigenvalues, array![Complex::new(0., 1.), Complex::new(0., -1.)]);
/// assert!(!rotation.is_real());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "geev")]
pub fn eig<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Eig<T::Real, D>> {
    pairs(a).named("eig")
}

#[inline]
fn pairs<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Eig<T::Real, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let Eig { eigenvalues, eigenvectors } = T::eigenpairs(&a)?;
            Eig { eigenvalues: of_one(eigenvalues), eigenvectors: of_one(eigenvectors) }
        }
        Given::Stack(stack) => {
            let (eigenvalues, eigenvectors) = T::all_eigenpairs(&stack)?;
            Eig { eigenvalues: eigenvalues.into_array(), eigenvectors: eigenvectors.into_array() }
        }
    })
}

type Complexes<T> = Stacked<Complex<<T as Parts>::Real>>;

pub(super) fn all_eigenpairs_of<T: Scalar>(
    stack: &Stack<'_, T>,
) -> Result<(Complexes<T>, Complexes<T>), BadMatrix> {
    let n = stack.square()?;
    let (mut w, mut v) = (Results::new(stack.lead(), &[n])?, Results::new(stack.lead(), &[n, n])?);
    for_each(stack, (w.room(), v.room()), operations([25, n, n, n + 4]), |a, (w, v)| {
        let one = eig_of(a)?;
        put(&one.eigenvalues, w);
        put(&one.eigenvectors, v);
        Ok(())
    })?;
    Ok((w.done(), v.done()))
}

pub(super) fn eig_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Eig<T::Real>, ErrorKind> {
    let (eigenvalues, eigenvectors) = general(a, Eigen::Vectors)?;
    Ok(Eig { eigenvalues, eigenvectors })
}

/// Returns the eigenvalues of a general square matrix, as `numpy.linalg.eigvals(a)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; the order is that of [`Eig::eigenvalues`].
/// Uses `geev` without vectors.
///
/// # Errors
/// As [`eig`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let w = linstat::eigvals(&array![[4., 1.], [2., 3.]])?;
/// approx::assert_abs_diff_eq!(w.mapv(|w| w.re), array![2., 5.], epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "geev")]
pub fn eigvals<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<Complex<T::Real>, D::Smaller>> {
    array_each(a, T::eigvals, T::all_eigvals).named("eigvals")
}

pub(super) fn all_eigvals_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Complexes<T>, BadMatrix> {
    let n = stack.square()?;
    let mut w = Results::new(stack.lead(), &[n])?;
    for_each(stack, w.room(), operations([10, n, n, n + 4]), |a, w| {
        put(&eigvals_of(a)?, w);
        Ok(())
    })?;
    Ok(w.done())
}

pub(super) fn eigvals_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array1<Complex<T::Real>>, ErrorKind> {
    Ok(general(a, Eigen::Values)?.0)
}

type Pairs<R> = (Array1<Complex<R>>, Array2<Complex<R>>);

fn general<T: Scalar>(a: &ArrayRef2<T>, wanted: Eigen) -> Result<Pairs<T::Real>, ErrorKind> {
    let n = square(a)?;
    let kernels = kernels::<T>(n, SMALL_DECOMPOSITION);
    kernels.admit(Problem::Eig(n, wanted))?;
    if n == 0 {
        return Ok((Array1::from_vec(Vec::new()), Array2::from_shape_simple_fn((0, 0), Complex::zero)));
    }
    let run = |kernels: &dyn Kernels<T>, a| finite_eig(kernels.eig(a, wanted)?);
    let ways: [Way<'_, T, _>; 2] = [&|a| run(kernels, a), &|a| run(ours(), a)];
    let ((w, v), factor) = decompose(a, a, Reads::All, &ways)?;
    let order = order(&w);
    let sorted = order.iter().map(|&i| Complex::new(factor.times(w[i].re), factor.times(w[i].im))).collect();
    let vectors = match v {
        Some(v) => columns_in_order(&v, n, &order)?,
        None => Array2::from_shape_simple_fn((0, 0), Complex::zero),
    };
    Ok((sorted, vectors))
}

/// Returns the permutation that sorts eigenvalues by real part, absolute value of the imaginary part, and its
/// sign (positive first), and keeps conjugate pairs together.
///
/// Parts are compared on a grid of the size of their rounding errors: the last digits differ between
/// backends, and with them the order of eigenvalues with the same real part would differ.
fn order<R: Real>(w: &[Complex<R>]) -> Vec<usize> {
    let size = w.iter().fold(R::zero(), |max, w| max.max(w.re.abs()).max(w.im.abs()));
    let grid = size * R::epsilon() * R::of(64.0 * w.len() as f64);
    let cell = |x: R| if grid.is_zero() { 0 } else { (x / grid).round().to_i64().unwrap_or(0) };
    let mut units: Vec<(usize, Option<usize>)> = Vec::with_capacity(w.len());
    let mut next = 0;
    while let Some(&first) = w.get(next) {
        let pair = !first.im.is_zero() && w.get(next + 1) == Some(&first.conj());
        units.push(match (pair, first.im < R::zero()) {
            (false, _) => (next, None),
            (true, false) => (next, Some(next + 1)),
            (true, true) => (next + 1, Some(next)),
        });
        next += if pair { 2 } else { 1 };
    }
    units.sort_by_key(|&(i, _)| (cell(w[i].re), cell(w[i].im.abs()), w[i].im < R::zero()));
    units.into_iter().flat_map(|(i, conjugate)| std::iter::once(i).chain(conjugate)).collect()
}

fn columns_in_order<R: Real>(
    v: &[Complex<R>],
    n: usize,
    order: &[usize],
) -> Result<Array2<Complex<R>>, ErrorKind> {
    use ndarray::ShapeBuilder;
    let mut data = memory::room(v.len())?;
    order.iter().for_each(|&j| data.extend_from_slice(&v[j * n..(j + 1) * n]));
    Ok(Array2::from_shape_vec((n, n).f(), data).unwrap_or_else(|_| unreachable!("n columns of n entries")))
}
