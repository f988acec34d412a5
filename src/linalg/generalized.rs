//! Generalized symmetric eigenproblems.

use super::cholesky::{Factor, factorize};
use super::eigh::{ALL, hermitian};
use super::stack::{Matrices, Results, Stack, broadcast_lead, in_parts, one_by_one, operations, put};
use super::{Eigh, finite_max, scale_by, scale_near_one, size};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Eigen, EighParts, Operation, Problem, Triangle, kernels, lu_kernels, zeros};
use crate::loops::are_finite;
use crate::number::PowerOfTwo;
use crate::product::{cost_with_gemm, gemm};
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array, Array1, ArrayD, ArrayRef, ArrayRef2, ArrayViewD, DimMax, Dimension};

/// The equation of a generalized eigenproblem, SciPy's `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GeneralizedType {
    /// `a · v = w · b · v`: `type=1`.
    #[default]
    Pencil,
    /// `a · b · v = w · v`: `type=2`.
    ProductAb,
    /// `b · a · v = w · v`: `type=3`.
    ProductBa,
}

/// Returns the eigenvalues, ascending, and eigenvectors of a symmetric or Hermitian matrix relative to a
/// positive definite one, as `scipy.linalg.eigh(a, b, type=1)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a` | `(n, n)` or `(.., n, n)` | Hermitian, any memory layout |
/// | `b` | `(n, n)` or `(.., n, n)` | Hermitian and positive definite |
/// | `problem` | | the equation: [`GeneralizedType::Pencil`] is `a · v = w · b · v` |
/// | result | `(.., n)` and `(.., n, n)` | eigenvalues, and vectors as columns |
///
/// Of both matrices, only the lower triangles are read, and of their diagonals the real parts. The leading
/// axes of stacks are broadcast against each other. The vectors are normalised as LAPACK does: `vᴴ · b · v`
/// is the identity matrix, for [`ProductBa`](GeneralizedType::ProductBa) `vᴴ · b⁻¹ · v`.
///
/// Uses the Cholesky factor `l` of `b` (`potrf`), and [`eigh`](crate::eigh) of `l⁻¹ · a · l⁻ᴴ` (triangular
/// systems, `trtrs`), or of `lᴴ · a · l`, as `sygvd` does. The error of an eigenvalue `w` of a pencil is of
/// the order of `n * EPSILON * (|a| |b⁻¹| + cond(b) |w|)`, that of the others of the order of
/// `n * EPSILON * (|a| |b| + cond(b) |w|)`. Matrices and rows with very large or very small elements are
/// scaled by powers of two, which is exact; an eigenvalue that is too large for the type is infinite. f32 is
/// computed in f32.
///
/// # Errors
/// [`ErrorKind::Shape`] if the matrices are not square or do not fit each other;
/// [`ErrorKind::NotPositiveDefinite`] with the order of the first leading minor of `b` that is not positive,
/// where rounding may decide if it is nearly 0; [`ErrorKind::NonFinite`] for a NaN or an infinity in either
/// triangle; the others as [`eigh`](crate::eigh).
///
/// # Examples
/// ```
/// use linstat::{GeneralizedType, eigh_generalized, matmul};
/// use ndarray::array;
/// let (a, b) = (array![[2., 0.], [0., 12.]], array![[2., 0.], [0., 3.]]);
/// let e = eigh_generalized(&a, &b, GeneralizedType::Pencil)?;
/// approx::assert_abs_diff_eq!(e.eigenvalues, array![1., 4.], epsilon = 1e-14);
/// let (av, bv) = (matmul(&a, &e.eigenvectors)?, matmul(&b, &e.eigenvectors)?);
/// approx::assert_abs_diff_eq!(av, bv * &e.eigenvalues, epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("sygvd", "hegvd", "sygv", "generalized_eigenproblem"))]
pub fn eigh_generalized<T: Scalar, A: Matrices + DimMax<B>, B: Matrices>(
    a: &ArrayRef<T, A>,
    b: &ArrayRef<T, B>,
    problem: GeneralizedType,
) -> Result<Eigh<T, <A as DimMax<B>>::Output>>
where
    <A as DimMax<B>>::Output: Matrices,
{
    let (a, b) = (a.view().into_dyn(), b.view().into_dyn());
    let (w, v) = T::eigh_generalized(a, b, problem, Eigen::Vectors).named("eigh_generalized")?;
    Ok(Eigh { eigenvalues: of_its_dimension(w), eigenvectors: of_its_dimension(v) })
}

/// Returns the eigenvalues, ascending, of a symmetric or Hermitian matrix relative to a positive definite
/// one, as `scipy.linalg.eigvalsh(a, b, type=1)`.
///
/// The arguments are those of [`eigh_generalized`]. Uses `syevd` without vectors.
///
/// # Errors
/// As [`eigh_generalized`].
///
/// # Examples
/// ```
/// use linstat::{GeneralizedType, eigvalsh_generalized};
/// use ndarray::array;
/// let (a, b) = (array![[2., 0.], [0., 12.]], array![[2., 0.], [0., 3.]]);
/// let w = eigvalsh_generalized(&a, &b, GeneralizedType::ProductAb)?;
/// approx::assert_abs_diff_eq!(w, array![4., 36.], epsilon = 1e-13);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("sygvd", "hegvd", "sygv"))]
#[allow(clippy::type_complexity)] // the dimension of both arguments
pub fn eigvalsh_generalized<T: Scalar, A: Matrices + DimMax<B>, B: Matrices>(
    a: &ArrayRef<T, A>,
    b: &ArrayRef<T, B>,
    problem: GeneralizedType,
) -> Result<Array<T::Real, <<A as DimMax<B>>::Output as Dimension>::Smaller>> {
    let (a, b) = (a.view().into_dyn(), b.view().into_dyn());
    let (w, _) = T::eigh_generalized(a, b, problem, Eigen::Values).named("eigvalsh_generalized")?;
    Ok(of_its_dimension(w))
}

fn of_its_dimension<T, D: Dimension>(x: ArrayD<T>) -> Array<T, D> {
    x.into_dimensionality().unwrap_or_else(|_| unreachable!("as many dimensions as the arguments require"))
}

/// Eigenvalues, and the vectors or a matrix without columns.
type Pairs<T> = (ArrayD<<T as crate::number::Parts>::Real>, ArrayD<T>);

pub(super) fn all_pairs<T: Scalar>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    problem: GeneralizedType,
    wanted: Eigen,
) -> Result<Pairs<T>, BadMatrix> {
    let is_one = a.ndim() == 2 && b.ndim() == 2;
    let mismatch = || {
        let expected = if is_one { "a (n, n) and b (n, n)" } else { "a (.., n, n) and b (.., n, n)" };
        ErrorKind::shape(expected, &[a.shape(), b.shape()])
    };
    let [Ok(left), Ok(right)] = [Stack::of(a.view()), Stack::of(b.view())] else {
        return Err(mismatch().into());
    };
    let n = left.square().map_err(|_| mismatch())?;
    if right.dim() != (n, n) {
        return Err(mismatch().into());
    }
    if is_one {
        let (w, v) = pairs(&left.matrix(0), &right.matrix(0), problem, wanted)?;
        return Ok((Array1::from_vec(w).into_dyn(), v.into_array().into_dyn()));
    }
    let lead = broadcast_lead(left.lead(), right.lead()).ok_or_else(mismatch)?;
    let (left, right) = left.broadcast(&lead).zip(right.broadcast(&lead)).ok_or_else(mismatch)?;
    let columns = if wanted == Eigen::Vectors { n } else { 0 };
    let (mut w, mut v) = (Results::new(&lead, &[n])?, Results::new(&lead, &[n, columns])?);
    let mut cost = operations([15, n, n, n + 4]);
    if problem != GeneralizedType::Pencil {
        cost = cost_with_gemm::<T>(cost, [n; 3]);
    }
    in_parts(&left, (w.room(), v.room()), cost, |range, out| {
        one_by_one(range, out, |k, (w, v)| {
            let (one_w, one_v) = pairs(&left.matrix(k), &right.matrix(k), problem, wanted)?;
            w.data.copy_from_slice(&one_w);
            put(&one_v.into_array(), v);
            Ok(())
        })
    })?;
    Ok((w.done().into_array(), v.done().into_array()))
}

/// With `b = d⁻¹ · l · lᴴ · d⁻¹`, where `d` is a diagonal matrix of powers of two, the Hermitian matrix is
/// `l⁻¹ · (d · a · d) · l⁻ᴴ` or `lᴴ · (d⁻¹ · a · d⁻¹) · l`.
fn pairs<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    problem: GeneralizedType,
    wanted: Eigen,
) -> Result<EighParts<T>, ErrorKind> {
    let n = a.nrows();
    kernels::<T>(n, SMALL_DECOMPOSITION).admit(Problem::Eigh(n, wanted))?;
    let mut c = Dense::new(a)?;
    finite_max(a, &c)?;
    if n == 0 {
        return Ok((Vec::new(), c));
    }
    let Factor { l, mut powers } = factorize(b, Triangle::Lower).map_err(of_b)?;
    if problem != GeneralizedType::Pencil {
        powers.iter_mut().flatten().for_each(|power| *power = power.inverse());
    }
    let back = scale(&mut c, powers.as_deref());
    let product = |x: &ArrayRef2<T>, y: &ArrayRef2<T>| gemm(x, y, T::zero(), zeros(n, n)?);
    let divide = |c: &mut Dense<T>, operation| {
        lu_kernels(n).solve_triangular(&l.view(), Triangle::Lower, operation, c)
    };
    if problem == GeneralizedType::Pencil {
        divide(&mut c, Operation::None)?;
        c = c.adjoint()?;
        divide(&mut c, Operation::None)?;
    } else {
        let half = product(&l.adjoint()?.view(), &c.view())?;
        c = Dense::new(&product(&half, &l.view())?)?;
    }
    if !are_finite(c.as_slice()) {
        return Err(ErrorKind::non_finite("solution", &c.view()));
    }
    let ((mut w, mut v), factor) = hermitian(&c.view(), wanted, ALL)?;
    w.iter_mut().for_each(|w| *w = factor.and(back).times(*w));
    if wanted == Eigen::Vectors {
        if problem == GeneralizedType::ProductBa {
            v = Dense::new(&product(&l.view(), &v.view())?)?;
        } else {
            divide(&mut v, Operation::Adjoint)?;
        }
        if let Some(mut powers) = powers {
            if problem == GeneralizedType::ProductAb {
                powers.iter_mut().for_each(|power| *power = power.inverse());
            }
            for column in v.as_mut_slice().chunks_exact_mut(n) {
                scale_by(column, &powers, PowerOfTwo::none());
            }
        }
    }
    Ok((w, v))
}

/// Names the argument in the error of the factorization of `b`.
fn of_b(kind: ErrorKind) -> ErrorKind {
    match kind {
        ErrorKind::NonFinite { index, found, .. } => ErrorKind::NonFinite { name: "b", index, found },
        kind => kind,
    }
}

/// Multiplies rows and columns of the Hermitian matrix that has the lower triangle of `a` by these powers,
/// and all of it by another that makes it moderate. Returns the factor that undoes that one.
fn scale<T: Scalar>(a: &mut Dense<T>, powers: Option<&[PowerOfTwo]>) -> PowerOfTwo {
    let n = a.rows();
    a.keep_hermitian_lower();
    let back = match powers {
        None => {
            let max = a.max_part();
            scale_near_one(a, max)
        }
        Some(powers) => {
            // an element that is multiplied by its powers alone may overflow or vanish
            let exponent = |(k, x): (usize, &T)| {
                let near = PowerOfTwo::near(size(*x)).and(powers[k % n]).and(powers[k / n]);
                (!x.is_zero()).then(|| near.exponent())
            };
            let largest = a.as_slice().iter().enumerate().filter_map(exponent).max();
            let back = PowerOfTwo::of(largest.unwrap_or(0));
            for (column, power) in a.as_mut_slice().chunks_exact_mut(n).zip(powers) {
                scale_by(column, powers, power.and(back.inverse()));
            }
            back
        }
    };
    a.mirror_lower();
    back
}
