//! Eigenvalues and eigenvectors of symmetric and Hermitian matrices.

use super::packs::{gather, in_packs};
use super::stack::{
    Given, Matrices, Results, Rows, Stack, Stacked, array_each, for_each, in_parts, of_one, one_by_one,
    operations, put,
};
use super::{Reads, Way, decompose, finite_max, ours, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Eigen, EighParts, Problem, finite_eigh, keep_range, kernels, packs};
use crate::loops::packs::Pack;
use crate::loops::symmetric;
use crate::number::PowerOfTwo;
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array, Array1, ArrayRef, ArrayRef2, Ix2};
use std::ops::{Bound, Range, RangeBounds};

/// Eigenvalues and eigenvectors of a Hermitian matrix, as NumPy's `EighResult`: all n, or k of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Eigh<T: Scalar, D: Matrices = Ix2> {
    /// Eigenvalues, ascending: `(k,)`, or `(.., k)` for a stack.
    pub eigenvalues: Array<T::Real, D::Smaller>,
    /// Eigenvectors, `(n, k)` or `(.., n, k)`: column `i` belongs to eigenvalue `i`. They are orthonormal, or
    /// normalised as [`eigh_generalized`](crate::eigh_generalized) says. In Fortran order for one matrix, in
    /// C order for a stack.
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
#[doc(alias("syevd", "heevd"))]
pub fn eigh<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Eigh<T, D>> {
    pairs(a, ALL).named("eigh")
}

/// Returns some eigenvalues, ascending, and their eigenvectors of a symmetric or Hermitian matrix, as
/// `scipy.linalg.eigh(a, subset_by_index=[first, last])`.
///
/// | argument | meaning |
/// |---|---|
/// | `a` | `(n, n)` or `(.., n, n)`, any memory layout; as for [`eigh`] |
/// | `range` | indices of the eigenvalues in ascending order, from 0: `..k` are the k smallest, `n - k..` the k largest, `..` all; `first..=last` are SciPy's two numbers |
/// | result | k eigenvalues `(.., k)` and their vectors `(.., n, k)`; k may be 0 |
///
/// A LAPACK backend finds at most a quarter of the eigenpairs of a matrix of order 300 or more by bisection
/// and inverse iteration (`syevr`, `heevr`), which takes less time; otherwise, and if
/// that does not converge, all are computed as by [`eigh`], and those of the range returned. The embedded
/// backend computes only those vectors of a real matrix. Accuracy is that of [`eigh`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for a range that ends after n or before it begins; the others as [`eigh`].
///
/// # Examples
/// ```
/// use linstat::eigh_range;
/// use ndarray::array;
/// let a = array![[2., 1., 0.], [1., 2., 0.], [0., 0., 7.]];
/// let smallest = eigh_range(&a, ..1)?;
/// approx::assert_abs_diff_eq!(smallest.eigenvalues, array![1.], epsilon = 1e-15);
/// let two_largest = eigh_range(&a, 3 - 2..)?;
/// approx::assert_abs_diff_eq!(two_largest.eigenvalues, array![3., 7.], epsilon = 1e-14);
/// assert_eq!(two_largest.eigenvectors.dim(), (3, 2));
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("syevr", "heevr", "subset_by_index"))]
pub fn eigh_range<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    range: impl RangeBounds<usize>,
) -> Result<Eigh<T, D>> {
    pairs(a, bounds(&range)).named("eigh_range")
}

/// The ends of a range of indices, which need not fit the matrix.
pub type Bounds = (Bound<usize>, Bound<usize>);

/// All indices.
pub(super) const ALL: Bounds = (Bound::Unbounded, Bound::Unbounded);

#[inline]
fn bounds(range: &impl RangeBounds<usize>) -> Bounds {
    (range.start_bound().cloned(), range.end_bound().cloned())
}

/// Returns the range of these bounds among `n` indices.
fn within((start, end): Bounds, n: usize) -> Result<Range<usize>, ErrorKind> {
    let start = match start {
        Bound::Included(first) => Some(first),
        Bound::Excluded(before) => before.checked_add(1),
        Bound::Unbounded => Some(0),
    };
    let end = match end {
        Bound::Included(last) => last.checked_add(1),
        Bound::Excluded(end) => Some(end),
        Bound::Unbounded => Some(n),
    };
    match start.zip(end) {
        Some((start, end)) if start <= end && end <= n => Ok(start..end),
        found => {
            let found = found.map_or("one beyond the largest number".into(), |(s, e)| format!("{s}..{e}"));
            let reason =
                format!("expected a range within 0..{n}, the indices of the eigenvalues, found {found}");
            Err(ErrorKind::invalid("range", reason))
        }
    }
}

#[inline]
fn pairs<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, range: Bounds) -> Result<Eigh<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let Eigh { eigenvalues, eigenvectors } = T::eigh(&a, range)?;
            Eigh { eigenvalues: of_one(eigenvalues), eigenvectors: of_one(eigenvectors) }
        }
        Given::Stack(stack) => {
            let (eigenvalues, eigenvectors) = T::eighs(&stack, range)?;
            Eigh { eigenvalues: eigenvalues.into_array(), eigenvectors: eigenvectors.into_array() }
        }
    })
}

pub(super) fn eighs_of<T: Scalar>(
    stack: &Stack<'_, T>,
    range: Bounds,
) -> Result<(Stacked<T::Real>, Stacked<T>), BadMatrix> {
    let n = stack.square()?;
    let k = within(range, n)?.len();
    let (mut w, mut v) = (Results::new(stack.lead(), &[k])?, Results::new(stack.lead(), &[n, k])?);
    let cost = operations([10, n, n, n + 4]);
    let one = |i: usize, (w, v): (Rows<'_, T::Real>, Rows<'_, T>)| {
        let one = eigh_of(&stack.matrix(i), range)?;
        put(&one.eigenvalues, w);
        put(&one.eigenvectors, v);
        Ok(())
    };
    let small = (2..=symmetric::LARGEST).contains(&n) && k == n;
    if let (true, Some(packs)) = (small, packs::<T>(n)) {
        let run =
            |range, [pack, values]: [&mut [Pack<T>]; 2], (w, v): &mut (Rows<'_, T::Real>, Rows<'_, T>)| {
                gather(&packs, stack, &range, false, pack);
                let good = (packs.eigh)(n, pack, values);
                (packs.separate)(n, n, false, pack, v.data);
                for (lane, w) in w.data.chunks_exact_mut(n).enumerate() {
                    w.iter_mut().zip(&*values).for_each(|(w, value)| *w = value.0[lane].re());
                }
                good
            };
        in_packs(stack, (w.room(), v.room()), cost, [n * n, 2 * n], &run, &one)?;
    } else {
        in_parts(stack, (w.room(), v.room()), cost, |range, out| one_by_one(range, out, one))?;
    }
    Ok((w.done(), v.done()))
}

pub(super) fn eigh_of<T: Scalar>(a: &ArrayRef2<T>, range: Bounds) -> Result<Eigh<T>, ErrorKind> {
    let ((w, v), factor) = hermitian(a, Eigen::Vectors, range)?;
    let eigenvalues = w.into_iter().map(|w| factor.times(w)).collect();
    Ok(Eigh { eigenvalues, eigenvectors: v.into_array() })
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
    values(a, ALL).named("eigvalsh")
}

/// Returns some eigenvalues, ascending, of a symmetric or Hermitian matrix, as
/// `scipy.linalg.eigvalsh(a, subset_by_index=[first, last])`.
///
/// `a` and `range` are those of [`eigh_range`]. All eigenvalues are computed, since the reduction to
/// tridiagonal form takes most of the time, and those of the range returned: they are those of [`eigvalsh`].
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for a range that ends after n or before it begins; the others as
/// [`eigvalsh`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let w = linstat::eigvalsh_range(&array![[2., 1.], [1., 2.]], 1..)?;
/// approx::assert_abs_diff_eq!(w, array![3.], epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("syevr", "heevr", "subset_by_index"))]
pub fn eigvalsh_range<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    range: impl RangeBounds<usize>,
) -> Result<Array<T::Real, D::Smaller>> {
    values(a, bounds(&range)).named("eigvalsh_range")
}

#[inline]
fn values<T: Scalar, D: Matrices>(
    a: &ArrayRef<T, D>,
    range: Bounds,
) -> Result<Array<T::Real, D::Smaller>, BadMatrix> {
    array_each(a, |a| T::eigvalsh(a, range), |stack| T::all_eigvalsh(stack, range))
}

pub(super) fn all_eigvalsh_of<T: Scalar>(
    stack: &Stack<'_, T>,
    range: Bounds,
) -> Result<Stacked<T::Real>, BadMatrix> {
    let n = stack.square()?;
    let mut w = Results::new(stack.lead(), &[within(range, n)?.len()])?;
    for_each(stack, w.room(), operations([4, n, n, n + 4]), |a, w| {
        put(&eigvalsh_of(a, range)?, w);
        Ok(())
    })?;
    Ok(w.done())
}

pub(super) fn eigvalsh_of<T: Scalar>(a: &ArrayRef2<T>, range: Bounds) -> Result<Array1<T::Real>, ErrorKind> {
    let ((w, _), factor) = hermitian(a, Eigen::Values, range)?;
    Ok(w.into_iter().map(|w| factor.times(w)).collect())
}

/// Decomposes the matrix that has the lower triangle of `a`; also returns the factor by which to multiply the
/// eigenvalues.
pub(super) fn hermitian<T: Scalar>(
    a: &ArrayRef2<T>,
    wanted: Eigen,
    range: Bounds,
) -> Result<(EighParts<T>, PowerOfTwo), ErrorKind> {
    let n = square(a)?;
    let range = within(range, n)?;
    if range.is_empty() {
        finite_max(a, &Dense::new(a)?)?;
        return Ok(((Vec::new(), Dense::zeros(n, 0)?), PowerOfTwo::none()));
    }
    let kernels = kernels::<T>(n, SMALL_DECOMPOSITION);
    kernels.admit(Problem::Eigh(n, wanted))?;
    let some = (range.len() < n).then(|| range.clone());
    let first = |a| finite_eigh(kernels.eigh(a, wanted, some.clone())?);
    let whole = |a| Ok(keep_range(finite_eigh(kernels.eigh(a, wanted, None)?)?, range.clone()));
    let last = |a| finite_eigh(ours().eigh(a, wanted, some.clone())?);
    let ways: [Way<'_, T, _>; 3] = [&first, &whole, &last];
    // the iterations for some vectors may fail where that for all does not
    let is_part = some.is_some() && wanted == Eigen::Vectors;
    decompose(a, a, Reads::Lower, if is_part { &ways } else { &ways[1..] })
}
