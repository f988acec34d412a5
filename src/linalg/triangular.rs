//! Triangular systems.

use super::factors::solve_equilibrated;
use super::stack::{
    Results, Slots, Stack, broadcast_lead, columns_of_one, in_parts, operations, put, solution_of_one,
};
use super::{Matrices, RightHandSide, equilibrate, finite_max, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Library, Operation, Triangle, lu_kernels};
use crate::loops::are_moderate;
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array, Array2, ArrayD, ArrayRef, ArrayRef2, ArrayViewD, Axis};

/// How [`solve_triangular`] reads its matrix: which triangle, as it is or transposed, with which diagonal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TriangularShape {
    is_lower: bool,
    is_transposed: bool,
    is_conjugated: bool,
    has_unit_diagonal: bool,
}

impl TriangularShape {
    /// The lower triangle: SciPy's `lower=True`.
    pub const fn lower() -> Self {
        TriangularShape {
            is_lower: true,
            is_transposed: false,
            is_conjugated: false,
            has_unit_diagonal: false,
        }
    }

    /// The upper triangle: SciPy's default.
    pub const fn upper() -> Self {
        TriangularShape { is_lower: false, ..Self::lower() }
    }

    /// Solves with the transpose of that triangle: SciPy's `trans='T'`.
    pub const fn transposed(self) -> Self {
        TriangularShape { is_transposed: true, is_conjugated: false, ..self }
    }

    /// Solves with the conjugate transpose of that triangle: SciPy's `trans='C'`.
    pub const fn adjoint(self) -> Self {
        TriangularShape { is_transposed: true, is_conjugated: true, ..self }
    }

    /// Takes ones for the diagonal, whatever is stored there: SciPy's `unit_diagonal=True`.
    pub const fn unit_diagonal(self) -> Self {
        TriangularShape { has_unit_diagonal: true, ..self }
    }
}

/// Solves the triangular system `a · x = b`, as `scipy.linalg.solve_triangular(a, b)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a` | `(m, m)`, or `(.., m, m)` for a stack | coefficients, any memory layout |
/// | `b` | `(m,)` or `(m, k)`, or `(.., m, k)` | right-hand sides, one per column |
/// | `shape` | | [`TriangularShape::lower`] or [`upper`](TriangularShape::upper), and transposition and a unit diagonal if they are wanted |
/// | result | `(.., m)` if `b` has one dimension, else `(.., m, k)` | solutions; of one matrix in Fortran order |
///
/// The other triangle is ignored. The leading axes of stacks are broadcast against each other; one vector is
/// solved for with every matrix. Uses substitution (`trtrs`): each solution is exact for a matrix that
/// differs from `a` by `m * EPSILON` of each element. Very large and very small elements are scaled as by
/// [`solve`](crate::solve); a NaN in `b` affects only its column. f32 is computed in f32.
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square or the shapes do not fit; [`ErrorKind::Singular`] for a diagonal
/// element that is exactly zero; [`ErrorKind::NonFinite`] for a NaN or an infinity in `a`, in either
/// triangle, or if unknowns overflow and turn others into NaN.
///
/// # Examples
/// ```
/// use linstat::{TriangularShape, solve_triangular};
/// use ndarray::array;
/// let l = array![[2., 0.], [1., 4.]];
/// let b = array![2., 9.];
/// assert_eq!(solve_triangular(&l, &b, TriangularShape::lower())?, array![1., 2.]);
/// assert_eq!(solve_triangular(&l, &b, TriangularShape::lower().transposed())?, array![-0.125, 2.25]);
/// assert_eq!(solve_triangular(&l, &b, TriangularShape::lower().unit_diagonal())?, array![2., 7.]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("trtrs", "trsm", "substitution"))]
pub fn solve_triangular<T: Scalar, A: Matrices, B: RightHandSide<A>>(
    a: &ArrayRef<T, A>,
    b: &ArrayRef<T, B>,
    shape: TriangularShape,
) -> Result<Array<T, B::Solution>> {
    if let (Ok(matrix), Some(columns)) = (a.view().into_dimensionality(), columns_of_one(b)) {
        let x = T::solve_triangle(&matrix, &columns, b.shape(), shape).named("solve_triangular")?;
        return Ok(solution_of_one(b, x));
    }
    let x =
        T::solve_triangulars(a.view().into_dyn(), b.view().into_dyn(), shape).named("solve_triangular")?;
    Ok(x.into_dimensionality()
        .unwrap_or_else(|_| unreachable!("as many dimensions as the arguments require")))
}

/// `given` is the shape of the caller's `b`.
pub(super) fn solve_columns<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    given: &[usize],
    shape: TriangularShape,
) -> Result<Array2<T>, ErrorKind> {
    if square(a).ok() != Some(b.nrows()) {
        return Err(mismatch(a.shape(), given));
    }
    Ok(solve_one(a, b, shape)?.into_array())
}

#[cold]
fn mismatch(a: &[usize], b: &[usize]) -> ErrorKind {
    let expected = if a.len() == 2 && b.len() <= 2 {
        "a (m, m) and b (m,) or (m, k)"
    } else {
        "a (.., m, m) and b (m,) or (.., m, k)"
    };
    ErrorKind::shape(expected, &[a, b])
}

/// Solves the systems of stacks.
pub(super) fn solve_all<T: Scalar>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    shape: TriangularShape,
) -> Result<ArrayD<T>, BadMatrix> {
    let mismatch = || mismatch(a.shape(), b.shape());
    let is_vector = b.ndim() == 1;
    let columns = if is_vector { b.view().insert_axis(Axis(1)) } else { b.view() };
    let [Ok(matrices), Ok(columns)] = [Stack::of(a.view()), Stack::of(columns)] else {
        return Err(mismatch().into());
    };
    let (n, (rows, k)) = (matrices.square().map_err(|_| mismatch())?, columns.dim());
    if rows != n {
        return Err(mismatch().into());
    }
    let lead = broadcast_lead(matrices.lead(), columns.lead()).ok_or_else(mismatch)?;
    let stacks = matrices.broadcast(&lead).zip(columns.broadcast(&lead));
    let (matrices, columns) = stacks.ok_or_else(mismatch)?;
    let each = if is_vector { &[n][..] } else { &[n, k] };
    let mut results = Results::new(&lead, each)?;
    in_parts(&matrices, results.room(), operations([n, n, k + 4]), |range, mut out| {
        for i in range {
            let (first, rest) = out.split(1);
            let x = solve_one(&matrices.matrix(i), &columns.matrix(i), shape).map_err(|kind| (i, kind))?;
            put(&x.into_array(), first);
            out = rest;
        }
        Ok(())
    })?;
    Ok(results.done().into_array())
}

/// Solves for the columns of `b`.
fn solve_one<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    shape: TriangularShape,
) -> Result<Dense<T>, ErrorKind> {
    let n = square(a)?;
    if n == 0 || b.ncols() == 0 {
        return Dense::new(b);
    }
    let triangle = if shape.is_lower != shape.is_transposed { Triangle::Upper } else { Triangle::Lower };
    // most matrices are used where they are: those that need neither scaling nor another order
    let in_place = if shape.is_transposed { a.view() } else { a.t() };
    if !shape.is_conjugated
        && !shape.has_unit_diagonal
        && in_place.t().to_slice().is_some_and(are_moderate)
        && !in_place.diag().iter().any(|x| x.is_zero())
    {
        return solve_equilibrated(b, None, lu_kernels(n), &|kernels, x| {
            kernels.solve_triangular(&in_place, triangle, Operation::Transpose, x)
        });
    }
    let mut transpose = copy(a, shape)?;
    let zero = transpose.diagonal().position(|x| x.is_zero());
    if let Some(pivot) = zero {
        return Err(ErrorKind::Singular { pivot });
    }
    let mut powers = equilibrate(a, &mut transpose)?;
    let mut kernels = lu_kernels(n);
    if transpose.diagonal().any(|x| x.is_zero()) {
        // an element vanishes beside the others of its row and of its column
        (transpose, powers, kernels) = (copy(a, shape)?, None, T::kernels_of(Library::Small));
    }
    solve_equilibrated(b, powers.as_ref(), kernels, &|kernels, x| {
        kernels.solve_triangular(&transpose.view(), triangle, Operation::Transpose, x)
    })
}

/// Copies the transpose of the matrix of the system, with zeros in the other triangle.
fn copy<T: Scalar>(a: &ArrayRef2<T>, shape: TriangularShape) -> Result<Dense<T>, ErrorKind> {
    // as in `solve`: a row-major matrix has the memory layout of its transpose
    let mut copy = Dense::new(&if shape.is_transposed { a.view() } else { a.t() })?;
    finite_max(a, &copy)?;
    if shape.is_conjugated {
        copy.conjugate();
    }
    let n = copy.rows();
    for (j, column) in copy.as_mut_slice().chunks_exact_mut(n).enumerate() {
        let others = if shape.is_lower == shape.is_transposed { 0..j } else { j + 1..n };
        column[others].fill(T::zero());
        if shape.has_unit_diagonal {
            column[j] = T::one();
        }
    }
    Ok(copy)
}
