//! QR factorizations.

use super::factors::solve_equilibrated;
use super::packs::{gather, in_packs};
use super::stack::{
    Given, Matrices, Results, Rows, Stack, Stacked, array_each, in_parts, matrices, of_one, one_by_one,
    operations, put,
};
use super::{Equilibration, finite_max};
use crate::error::BadMatrix;
use crate::kernels::{
    Dense, Kernels, Operation, Packs, QrParts, Triangle, are_small, kernels, lu_kernels, packs,
};
use crate::loops::householder;
use crate::loops::packs::Pack;
use crate::number::PowerOfTwo;
use crate::tuning::SMALL_QR;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2, Ix2};
use num_traits::{Float, Zero};

/// Number of columns of `q` that [`qr`] returns, as NumPy's `mode`. With k = min(m, n):
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QrShape {
    /// `q` is `(m, k)` and `r` is `(k, n)`: `mode='reduced'`.
    #[default]
    Reduced,
    /// `q` is `(m, m)` and `r` is `(m, n)`: `mode='complete'`.
    Complete,
}

/// A QR factorization `a = q · r`, as NumPy's `QRResult`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Qr<T: Scalar, D: Matrices = Ix2> {
    /// Orthonormal columns.
    pub q: Array<T, D>,
    /// The upper triangular factor.
    pub r: Array<T, D>,
}

/// Returns the factors of `a = q · r`, `q` with orthonormal columns and `r` upper triangular, as
/// `numpy.linalg.qr(a)`.
///
/// `a` has any shape `(m, n)` or `(.., m, n)` and any memory layout; see [`QrShape`] for the shapes of `q`
/// and `r`. For `r` alone there is [`qr_r`]; to solve least-squares problems, keep a
/// [`QrFactor`](crate::QrFactor). Without rows or columns, the columns of a complete `q` are those of the
/// identity matrix.
///
/// Uses Householder reflections (`geqrf`, `orgqr`; for complex types `ungqr`). `q` is orthonormal to the
/// order of `m * EPSILON`, and each column of `q · r` is that of `a` to the order of `m * EPSILON` times its
/// norm. The signs are LAPACK's, and so NumPy's, with every backend: a diagonal element of `r` is real and
/// has the opposite sign of the element that its reflection maps to it (of its real part); it is that element
/// itself where all below it are zeros, as in the last row of a real square matrix. Columns with very large
/// or very small elements are scaled by powers of two, which is exact; an element of `r` that is too large
/// for the type is infinite. f32 is computed in f32 (NumPy computes it in f64 and rounds).
///
/// # Errors
/// [`ErrorKind::NonFinite`] for a NaN or an infinity, [`ErrorKind::TooLarge`] if memory is insufficient and,
/// on a LAPACK backend, if a matrix has 2³¹ elements or more.
///
/// # Examples
/// ```
/// use linstat::{QrShape, matmul, qr};
/// use ndarray::array;
/// let a = array![[3., 1.], [4., 2.], [0., 2.]];
/// let qr = qr(&a, QrShape::Reduced)?;
/// assert_eq!((qr.q.dim(), qr.r.dim()), ((3, 2), (2, 2)));
/// approx::assert_abs_diff_eq!(qr.r[[0, 0]], -5., epsilon = 1e-15);
/// approx::assert_abs_diff_eq!(matmul(&qr.q, &qr.r)?, a, epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("geqrf", "orgqr"))]
pub fn qr<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, shape: QrShape) -> Result<Qr<T, D>> {
    factors(a, shape).named("qr")
}

#[inline]
fn factors<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, shape: QrShape) -> Result<Qr<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let Qr { q, r } = T::qr(&a, shape)?;
            Qr { q: of_one(q), r: of_one(r) }
        }
        Given::Stack(stack) => {
            let (q, r) = T::qrs(&stack, shape)?;
            Qr { q: q.into_array(), r: r.into_array() }
        }
    })
}

/// Returns the upper triangular factor of [`qr`] alone, as `numpy.linalg.qr(a, mode='r')`.
///
/// `a` has any shape `(m, n)` or `(.., m, n)` and any memory layout; the result is `(k, n)` with k = min(m,
/// n). Uses `geqrf`.
///
/// # Errors
/// As [`qr`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let r = linstat::qr_r(&array![[3., 1.], [4., 2.]])?;
/// approx::assert_abs_diff_eq!(r, array![[-5., -2.2], [0., 0.4]], epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "geqrf")]
pub fn qr_r<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    array_each(a, T::qr_r, T::qr_rs).named("qr_r")
}

/// Returns about the number of operations of a factorization.
fn cost(m: usize, n: usize) -> usize {
    operations([2, m.max(n), m.min(n) + 4, m.min(n) + 4])
}

pub(super) fn qrs_of<T: Scalar>(
    stack: &Stack<'_, T>,
    shape: QrShape,
) -> Result<(Stacked<T>, Stacked<T>), BadMatrix> {
    let (m, n) = stack.dim();
    let k = columns(m, n, shape);
    let (mut q, mut r) = (Results::new(stack.lead(), &[m, k])?, Results::new(stack.lead(), &[k, n])?);
    let cost = operations([2, cost(m, n)]);
    let one = |i: usize, (q, r): (Rows<'_, T>, Rows<'_, T>)| {
        let one = qr_of(&stack.matrix(i), shape)?;
        put(&one.q, q);
        put(&one.r, r);
        Ok(())
    };
    if let Some(packs) = small_packs::<T>(m, n) {
        let run = |range, [pack, columns]: [&mut [Pack<T>]; 2], (q, r): &mut (Rows<'_, T>, Rows<'_, T>)| {
            gather(&packs, stack, &range, false, pack);
            let good = (packs.qr)([m, n, k], pack, columns);
            (packs.separate)(m, k, false, columns, q.data);
            (packs.separate)(k, n, false, pack, r.data);
            good
        };
        in_packs(stack, (q.room(), r.room()), cost, [m.max(k) * n, m * k], &run, &one)?;
    } else {
        in_parts(stack, (q.room(), r.room()), cost, |range, out| one_by_one(range, out, one))?;
    }
    Ok((q.done(), r.done()))
}

pub(super) fn rs_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T>, BadMatrix> {
    let ((m, n), cost) = (stack.dim(), cost(stack.dim().0, stack.dim().1));
    let k = m.min(n);
    let Some(packs) = small_packs::<T>(m, n) else { return matrices(stack, (k, n), cost, r_of) };
    let mut r = Results::new(stack.lead(), &[k, n])?;
    let run = |range, [pack, none]: [&mut [Pack<T>]; 2], r: &mut Rows<'_, T>| {
        gather(&packs, stack, &range, false, pack);
        let good = (packs.qr)([m, n, k], pack, none);
        (packs.separate)(k, n, false, pack, r.data);
        good
    };
    in_packs(stack, r.room(), cost, [m * n, 0], &run, &|i, r| {
        put(&r_of(&stack.matrix(i))?, r);
        Ok(())
    })?;
    Ok(r.done())
}

/// Returns the kernels for packs of matrices that our own kernels factorize.
fn small_packs<T: Scalar>(m: usize, n: usize) -> Option<Packs<T>> {
    let is_small = m.min(n) > 0 && m.max(n) <= householder::LARGEST;
    packs::<T>(m.max(n)).filter(|_| is_small && are_small::<T>(m.max(n), SMALL_QR))
}

/// Returns the number of columns of `q`.
fn columns(m: usize, n: usize, shape: QrShape) -> usize {
    if shape == QrShape::Complete { m } else { m.min(n) }
}

pub(super) fn qr_of<T: Scalar>(a: &ArrayRef2<T>, shape: QrShape) -> Result<Qr<T>, ErrorKind> {
    let (m, n) = a.dim();
    let k = columns(m, n, shape);
    if m.min(n) == 0 {
        let q = if k == m { Dense::identity(m)? } else { Dense::zeros(m, k)? };
        return Ok(Qr { q: q.into_array(), r: Dense::zeros(k, n)?.into_array() });
    }
    let factor = factorize(a, a)?;
    let q = factor.kernels().qr_columns(&factor.parts, k)?;
    Ok(Qr { q: q.into_array(), r: factor.r(k)?.into_array() })
}

pub(super) fn r_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    let (m, n) = a.dim();
    let k = m.min(n);
    let r = if k == 0 { Dense::zeros(k, n)? } else { factorize(a, a)?.r(k)? };
    Ok(r.into_array())
}

/// The factors of a matrix whose columns were multiplied by powers of two.
#[derive(Debug)]
pub(super) struct Factor<T: Scalar> {
    pub(super) parts: QrParts<T>,
    pub(super) powers: Vec<PowerOfTwo>,
}

impl<T: Scalar> Factor<T> {
    pub(super) fn kernels(&self) -> &'static dyn Kernels<T> {
        kernels_of(self.parts.qr.rows(), self.parts.qr.cols())
    }

    /// Returns the square upper triangle of the scaled matrix, which has at least as many rows as columns.
    pub(super) fn triangle(&self) -> Result<Dense<T>, ErrorKind> {
        let (m, n) = (self.parts.qr.rows(), self.parts.qr.cols());
        let mut r = Dense::zeros(n, n)?;
        let columns = r.as_mut_slice().chunks_exact_mut(n).zip(self.parts.qr.as_slice().chunks_exact(m));
        columns.enumerate().for_each(|(j, (out, column))| out[..=j].copy_from_slice(&column[..=j]));
        Ok(r)
    }

    /// Replaces `b` by `qᴴ · b`.
    pub(super) fn rotate(&self, b: &mut Dense<T>) -> Result<(), ErrorKind> {
        if b.cols() > 0 { self.kernels().qr_adjoint(&self.parts, b) } else { Ok(()) }
    }

    /// Returns the `x` for which `|a · x - b|` is least, for the scaled matrix, which has full rank, not more
    /// columns than rows, and the triangle `r`. `rotated` is `qᴴ · b`.
    pub(super) fn substituted(&self, r: &Dense<T>, rotated: &Dense<T>) -> Result<Dense<T>, ErrorKind> {
        let n = r.cols();
        let head = rotated.view().slice_move(ndarray::s![..n, ..]);
        solve_equilibrated(&head, None, lu_kernels(n), &|kernels, x| {
            kernels.solve_triangular(&r.view(), Triangle::Upper, Operation::None, x)
        })
    }

    /// Turns the solutions of the scaled matrix for columns that were multiplied by `scales` into those of
    /// the matrix for the columns.
    pub(super) fn scale_back(&self, x: &mut Dense<T>, scales: &[PowerOfTwo]) {
        for (column, scale) in x.as_mut_slice().chunks_exact_mut(self.powers.len()).zip(scales) {
            super::scale_by(column, &self.powers, scale.inverse());
        }
    }

    /// Returns the shortest `x` for which `aᵀ · x = b`, for the same matrices.
    pub(super) fn shortest(&self, r: &Dense<T>, b: &ArrayRef2<T>) -> Result<Dense<T>, ErrorKind> {
        let is_scaled = self.powers.iter().any(|power| !power.is_one());
        let powers = Equilibration { columns: self.powers.clone(), ..Equilibration::none(r.cols())? };
        solve_equilibrated(b, is_scaled.then_some(&powers), lu_kernels(r.cols()), &|kernels, x| {
            kernels.solve_triangular(&r.view(), Triangle::Upper, Operation::Transpose, x)
        })
    }

    /// Returns the triangle of the matrix before it was scaled, multiplied by a power of two that brings its
    /// largest element near 1, and the power.
    pub(super) fn near_one(&self, r: &Dense<T>) -> Result<(Dense<T>, PowerOfTwo), ErrorKind> {
        let mut r = r.copy()?;
        let n = r.cols();
        let largest = r.as_slice().chunks_exact(n).zip(&self.powers).filter_map(|(column, power)| {
            let max = column.iter().fold(T::Real::zero(), |max, &x| max.max(super::size(x)));
            (!max.is_zero()).then(|| PowerOfTwo::near(max).and(power.inverse()).exponent())
        });
        let near_one = PowerOfTwo::of(-largest.max().unwrap_or(0));
        for (column, power) in r.as_mut_slice().chunks_exact_mut(n).zip(&self.powers) {
            near_one.and(power.inverse()).scale(column);
        }
        Ok((r, near_one))
    }

    /// Returns the first `rows` of the factor of the matrix before it was scaled.
    fn r(&self, rows: usize) -> Result<Dense<T>, ErrorKind> {
        let (m, n) = (self.parts.qr.rows(), self.parts.qr.cols());
        let mut r = Dense::zeros(rows, n)?;
        let columns = r.as_mut_slice().chunks_exact_mut(rows).zip(self.parts.qr.as_slice().chunks_exact(m));
        for (j, ((out, column), power)) in columns.zip(&self.powers).enumerate() {
            let len = rows.min(j + 1);
            out[..len].copy_from_slice(&column[..len]);
            power.inverse().scale(&mut out[..len]);
        }
        Ok(r)
    }
}

fn kernels_of<T: Scalar>(m: usize, n: usize) -> &'static dyn Kernels<T> {
    kernels::<T>(m.max(n), SMALL_QR)
}

/// Factorizes a matrix that is not empty. Its columns are scaled to be near 1, unless they are moderate
/// already. `argument` is the matrix of the caller, which errors describe: `a` or its transpose.
pub(super) fn factorize<T: Scalar>(
    argument: &ArrayRef2<T>,
    a: &ArrayRef2<T>,
) -> Result<Factor<T>, ErrorKind> {
    let (copy, powers) = near_one_by_column(a)?;
    // a power changes neither a NaN nor an infinity
    finite_max(argument, &copy)?;
    Ok(Factor { parts: kernels_of(copy.rows(), copy.cols()).qr(copy)?, powers })
}

/// Copies a matrix with its columns scaled by powers of two to be near 1, unless they are moderate already.
pub(super) fn near_one_by_column<T: Scalar>(
    a: &ArrayRef2<T>,
) -> Result<(Dense<T>, Vec<PowerOfTwo>), ErrorKind> {
    let mut copy = Dense::new(a)?;
    let mut powers = crate::memory::filled(copy.cols(), PowerOfTwo::none())?;
    for (column, power) in copy.as_mut_slice().chunks_exact_mut(a.nrows().max(1)).zip(&mut powers) {
        let max = column.iter().fold(T::Real::zero(), |max, &x| max.max(super::size(x)));
        *power = PowerOfTwo::to_unit(max, T::Real::SAFE.sqrt());
        power.scale(column);
    }
    Ok((copy, powers))
}
