//! Factorizations that are kept, to solve with one matrix many times.

use super::cholesky;
use super::det::{logarithm, product, zero};
use super::qr::{self, near_one_by_column};
use super::rcond::Norm;
use super::solve::{eliminate_in_parts, has_lost, has_small};
use super::stack::{Stack, columns_of_one, matrices, operations, solution_of_one};
use super::{Equilibration, RightHandSide, SlogDet, equilibrate, finite_max, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Kernels, Library, LuParts, Operation, Triangle, lu_kernels};
use crate::loops::are_finite;
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{Array, Array2, ArrayD, ArrayRef, ArrayRef2, ArrayViewD, Dimension, Ix2};
use num_traits::{Float, Zero};

/// Solves in place with a matrix that was factorized.
type Run<'f, T> = dyn Fn(&dyn Kernels<T>, &mut Dense<T>) -> Result<(), ErrorKind> + 'f;

/// Solves for the columns of `b` by `run`, which solves with the scaled matrix. If parts of the solution are
/// lost in infinities, it runs again in our own kernels, which divide where the libraries multiply by
/// reciprocals.
pub(super) fn solve_equilibrated<T: Scalar>(
    b: &ArrayRef2<T>,
    powers: Option<&Equilibration>,
    kernels: &dyn Kernels<T>,
    run: &Run<'_, T>,
) -> Result<Dense<T>, ErrorKind> {
    let right = || Dense::new(b);
    let mut x = right()?;
    let n = x.rows();
    if n == 0 || x.cols() == 0 {
        return Ok(x);
    }
    let in_parts = |kernels: &dyn Kernels<T>, x: &mut Dense<T>| match powers {
        Some(powers) => eliminate_in_parts(powers, x, &mut |y| run(kernels, y)),
        None => eliminate_in_parts(&Equilibration::none(n)?, x, &mut |y| run(kernels, y)),
    };
    if powers.is_none() && !has_small(x.as_slice()) {
        run(kernels, &mut x)?;
    } else {
        in_parts(kernels, &mut x)?;
    }
    if !are_finite(x.as_slice()) && has_lost(&right()?, &x, |x| x.is_finite()) {
        x = right()?;
        in_parts(T::kernels_of(Library::Small), &mut x)?;
        if has_lost(&right()?, &x, |x| !x.is_nan()) {
            return Err(ErrorKind::non_finite("solution", &x.view()));
        }
    }
    Ok(x)
}

/// Solves for the columns of a matrix.
type Solve<'f, T> = dyn Fn(&ArrayRef2<T>) -> Result<Dense<T>, ErrorKind> + Sync + 'f;

/// Calls `solve` with the columns of right-hand sides `(m,)`, `(m, k)` or `(.., m, k)`, for solutions with
/// `n` rows.
fn columns_of<T: Scalar>(
    b: ArrayViewD<'_, T>,
    (m, n): (usize, usize),
    solve: &Solve<'_, T>,
) -> Result<ArrayD<T>, BadMatrix> {
    if let Some(columns) = columns_of_one(&b) {
        return Ok(solution_of_one(&b, of_columns(&columns, b.shape(), m, solve)?));
    }
    let columns = Stack::of(b.view())?;
    let (rows, k) = columns.dim();
    if rows != m {
        return Err(mismatch(b.shape()).into());
    }
    let x = matrices(&columns, (n, k), operations([2, m, n, k]), |b| Ok(solve(b)?.into_array()))?;
    Ok(x.into_array())
}

/// Calls `solve` with the columns of a matrix; `given` is the shape of the caller's right-hand side.
fn of_columns<T: Scalar>(
    b: &ArrayRef2<T>,
    given: &[usize],
    m: usize,
    solve: &Solve<'_, T>,
) -> Result<Array2<T>, ErrorKind> {
    if b.nrows() == m { Ok(solve(b)?.into_array()) } else { Err(mismatch(given)) }
}

#[cold]
fn mismatch(b: &[usize]) -> ErrorKind {
    ErrorKind::shape("b with as many rows as the matrix that was factorized", &[b])
}

fn of_its_dimension<T, D: Dimension>(x: ArrayD<T>) -> Array<T, D> {
    x.into_dimensionality().unwrap_or_else(|_| unreachable!("as many dimensions as the right-hand sides"))
}

/// The factors P·L·U of a square matrix, as `scipy.linalg.lu_factor`: to solve with it many times.
///
/// Made once by [`new`](Self::new) with about 2/3 n³ operations; each right-hand side then takes 2 n². For
/// one call, [`solve`](crate::solve), [`inv`](crate::inv) and [`det`](crate::det) do the same.
///
/// # Examples
/// ```
/// use linstat::LuFactor;
/// use ndarray::array;
/// let lu = LuFactor::new(&array![[3., 1.], [1., 2.]])?;
/// approx::assert_abs_diff_eq!(lu.solve(&array![9., 8.])?, array![2., 3.], epsilon = 1e-14);
/// approx::assert_abs_diff_eq!(lu.det(), 5., epsilon = 1e-14);
/// assert!(lu.rcond()? > 0.2);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug)]
pub struct LuFactor<T: Scalar> {
    /// The factors of the transpose, with its rows and columns scaled.
    parts: LuParts<T>,
    powers: Option<Equilibration>,
    norm: Norm<T::Real>,
    /// Whether a library may lose what these factors hold.
    is_extreme: bool,
}

impl<T: Scalar> LuFactor<T> {
    /// Factorizes a square matrix of any memory layout by LU with partial pivoting (`getrf`). A singular
    /// matrix is no error here: its determinant is 0.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if `a` is not square, [`ErrorKind::NonFinite`] for a NaN or an infinity,
    /// [`ErrorKind::TooLarge`] if memory is insufficient.
    #[doc(alias("lu_factor", "getrf"))]
    pub fn new(a: &ArrayRef2<T>) -> Result<Self> {
        T::lu_factor(a).named("LuFactor::new")
    }

    /// Solves `a · x = b` for `b` of shape `(n,)`, `(n, k)` or `(.., n, k)`, as `scipy.linalg.lu_solve`; the
    /// result has the same shape. Uses `getrs`; accuracy and scaling are those of [`solve`](crate::solve).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of rows differs; [`ErrorKind::Singular`] if a pivot is *exactly*
    /// zero; [`ErrorKind::NonFinite`] if unknowns overflow and turn others into NaN.
    #[doc(alias("lu_solve", "getrs"))]
    pub fn solve<D: RightHandSide<Ix2>>(&self, b: &ArrayRef<T, D>) -> Result<Array<T, D::Solution>> {
        if let Some(columns) = columns_of_one(b) {
            let x = T::lu_solve_columns(self, &columns, b.shape()).named("LuFactor::solve")?;
            return Ok(solution_of_one(b, x));
        }
        T::lu_solve(self, b.view().into_dyn()).map(of_its_dimension).named("LuFactor::solve")
    }

    /// Returns the determinant, as [`det`](crate::det).
    pub fn det(&self) -> T {
        T::lu_det(self)
    }

    /// Returns the sign and the logarithm of the determinant, as [`slogdet`](crate::slogdet).
    pub fn slogdet(&self) -> SlogDet<T> {
        T::lu_slogdet(self)
    }

    /// Returns the inverse. To solve a system, use [`solve`](Self::solve): it is faster and more accurate.
    ///
    /// # Errors
    /// As [`solve`](Self::solve).
    pub fn inv(&self) -> Result<Array2<T>> {
        T::lu_inv(self).named("LuFactor::inv")
    }

    /// Returns an estimate of the reciprocal condition `1 / (|a| |a⁻¹|)` in the 1-norm: 0 for a singular
    /// matrix, 1 for the identity, and for an empty one.
    ///
    /// It is LAPACK's (`gecon`), by a few solutions: never less than the reciprocal condition, apart from
    /// rounding, and rarely more than three times as large. A solution has about as many wrong digits as
    /// `rcond` has zeros.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if memory is insufficient.
    #[doc(alias("gecon", "cond"))]
    pub fn rcond(&self) -> Result<T::Real> {
        T::lu_rcond(self).named("LuFactor::rcond")
    }
}

pub(super) fn lu_factor<T: Scalar>(a: &ArrayRef2<T>) -> Result<LuFactor<T>, ErrorKind> {
    let n = square(a)?;
    let mut transpose = Dense::new(&a.t())?;
    let max = finite_max(a, &transpose)?;
    let norm = Norm::of_transpose(&transpose, max)?;
    if n == 0 {
        let parts = LuParts { lu: transpose, swaps: Vec::new() };
        return Ok(LuFactor { parts, powers: None, norm, is_extreme: false });
    }
    let powers = equilibrate(a, &mut transpose)?;
    let mut parts = lu_kernels(n).lu_parts(transpose)?;
    // the reciprocals of denormal pivots, by which the libraries multiply, are infinite
    let least = T::Real::min_positive_value();
    let is_extreme =
        !are_finite(parts.lu.as_slice()) || parts.lu.diagonal().any(|u| !u.is_zero() && u.modulus() < least);
    if is_extreme {
        let mut transpose = Dense::new(&a.t())?;
        equilibrate(a, &mut transpose)?;
        parts = T::kernels_of(Library::Small).lu_parts(transpose)?;
    }
    Ok(LuFactor { parts, powers, norm, is_extreme })
}

impl<T: Scalar> LuFactor<T> {
    fn order(&self) -> usize {
        self.parts.lu.rows()
    }

    fn exponent(&self) -> i64 {
        let powers = self.powers.iter().flat_map(|powers| powers.rows.iter().chain(&powers.columns));
        powers.map(|power| i64::from(power.inverse().exponent())).sum()
    }

    fn is_singular(&self) -> bool {
        self.parts.lu.diagonal().any(|u| u.is_zero())
    }

    fn columns(&self, b: &ArrayRef2<T>, powers: Option<&Equilibration>) -> Result<Dense<T>, ErrorKind> {
        solve_equilibrated(b, powers, self.kernels(), &|kernels, x| {
            kernels.lu_solve(&self.parts, Operation::Transpose, x)
        })
    }

    fn kernels(&self) -> &'static dyn Kernels<T> {
        if self.is_extreme { T::kernels_of(Library::Small) } else { lu_kernels(self.order()) }
    }
}

pub(super) fn lu_solve<T: Scalar>(lu: &LuFactor<T>, b: ArrayViewD<'_, T>) -> Result<ArrayD<T>, BadMatrix> {
    columns_of(b, (lu.order(), lu.order()), &|b| lu.columns(b, lu.powers.as_ref()))
}

pub(super) fn lu_solve_columns<T: Scalar>(
    lu: &LuFactor<T>,
    b: &ArrayRef2<T>,
    given: &[usize],
) -> Result<Array2<T>, ErrorKind> {
    of_columns(b, given, lu.order(), &|b| lu.columns(b, lu.powers.as_ref()))
}

pub(super) fn lu_det<T: Scalar>(lu: &LuFactor<T>) -> T {
    if lu.is_singular() {
        return T::zero();
    }
    product(lu.parts.lu.diagonal(), lu.parts.is_odd(), lu.exponent())
}

pub(super) fn lu_slogdet<T: Scalar>(lu: &LuFactor<T>) -> SlogDet<T> {
    if lu.is_singular() {
        return zero();
    }
    logarithm(lu.parts.lu.diagonal(), lu.parts.is_odd(), lu.exponent())
}

pub(super) fn lu_inv<T: Scalar>(lu: &LuFactor<T>) -> Result<Array2<T>, ErrorKind> {
    let identity = Dense::identity(lu.order())?;
    Ok(lu.columns(&identity.view(), lu.powers.as_ref())?.into_array())
}

pub(super) fn lu_rcond<T: Scalar>(lu: &LuFactor<T>) -> Result<T::Real, ErrorKind> {
    let n = lu.order();
    if lu.is_singular() {
        return Ok(T::Real::zero());
    }
    let (forward, backward) = scaled(n, lu.powers.as_ref(), lu.norm.power)?;
    lu.norm.rcond(n, |b, adjoint| {
        if !adjoint {
            return lu.columns(b, forward.as_ref());
        }
        // aᴴ · x = b is conj(t) · x = b with the transpose t that is factorized, and that is t · conj(x) =
        // conj(b)
        let b = b.mapv(Scalar::conj);
        let mut x = solve_equilibrated(&b, backward.as_ref(), lu.kernels(), &|kernels, x| {
            kernels.lu_solve(&lu.parts, Operation::None, x)
        })?;
        x.conjugate();
        Ok(x)
    })
}

/// Returns the powers for solving with a matrix that is multiplied by `power`, and with its transpose.
fn scaled(
    n: usize,
    powers: Option<&Equilibration>,
    power: PowerOfTwo,
) -> Result<(Option<Equilibration>, Option<Equilibration>), ErrorKind> {
    if powers.is_none() && power.is_one() {
        return Ok((None, None));
    }
    let Equilibration { mut rows, columns } = powers.cloned().map_or_else(|| Equilibration::none(n), Ok)?;
    // the solution is divided by the power
    rows.iter_mut().for_each(|row| *row = row.and(power.inverse()));
    let forward = Equilibration { rows, columns };
    let backward = Equilibration { rows: forward.columns.clone(), columns: forward.rows.clone() };
    Ok((Some(forward), Some(backward)))
}

/// The Cholesky factor of a positive definite Hermitian matrix, as `scipy.linalg.cho_factor`: to solve with
/// it many times.
///
/// Made once by [`new`](Self::new) with about n³ / 3 operations, half of those of [`LuFactor`]; each
/// right-hand side then takes 2 n². For the factor itself, see [`cholesky`](crate::cholesky).
///
/// # Examples
/// ```
/// use linstat::CholeskyFactor;
/// use ndarray::array;
/// let factor = CholeskyFactor::new(&array![[4., 2.], [2., 10.]])?;
/// approx::assert_abs_diff_eq!(factor.solve(&array![8., 22.])?, array![1., 2.], epsilon = 1e-14);
/// approx::assert_abs_diff_eq!(factor.det(), 36., epsilon = 1e-13);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug)]
pub struct CholeskyFactor<T: Scalar> {
    /// The lower factor of the matrix with its rows and columns scaled by the same powers.
    l: Dense<T>,
    powers: Option<Equilibration>,
    norm: Norm<T::Real>,
}

impl<T: Scalar> CholeskyFactor<T> {
    /// Factorizes a positive definite matrix of any memory layout (`potrf`). Only its lower triangle is used.
    ///
    /// # Errors
    /// As [`cholesky`](crate::cholesky).
    #[doc(alias("cho_factor", "potrf"))]
    pub fn new(a: &ArrayRef2<T>) -> Result<Self> {
        T::cholesky_factor(a).named("CholeskyFactor::new")
    }

    /// Solves `a · x = b` for `b` of shape `(n,)`, `(n, k)` or `(.., n, k)`, as `scipy.linalg.cho_solve`; the
    /// result has the same shape. Uses substitution twice (`trtrs`); very large and very small elements are
    /// scaled as by [`solve`](crate::solve).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of rows differs; [`ErrorKind::NonFinite`] if unknowns overflow and
    /// turn others into NaN.
    #[doc(alias("cho_solve", "potrs"))]
    pub fn solve<D: RightHandSide<Ix2>>(&self, b: &ArrayRef<T, D>) -> Result<Array<T, D::Solution>> {
        if let Some(columns) = columns_of_one(b) {
            let x = T::cholesky_solve_columns(self, &columns, b.shape()).named("CholeskyFactor::solve")?;
            return Ok(solution_of_one(b, x));
        }
        T::cholesky_solve(self, b.view().into_dyn()).map(of_its_dimension).named("CholeskyFactor::solve")
    }

    /// Returns the determinant, which is positive; infinite or 0 if it is too large or too small for the
    /// type.
    pub fn det(&self) -> T::Real {
        T::cholesky_det(self)
    }

    /// Returns the logarithm of the determinant.
    #[doc(alias("slogdet", "log_determinant"))]
    pub fn logdet(&self) -> T::Real {
        T::cholesky_logdet(self)
    }

    /// Returns the inverse. To solve a system, use [`solve`](Self::solve): it is faster and more accurate.
    ///
    /// # Errors
    /// As [`solve`](Self::solve).
    pub fn inv(&self) -> Result<Array2<T>> {
        T::cholesky_inv(self).named("CholeskyFactor::inv")
    }

    /// Returns an estimate of the reciprocal condition in the 1-norm, as [`LuFactor::rcond`] (`pocon`).
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if memory is insufficient.
    #[doc(alias("pocon", "cond"))]
    pub fn rcond(&self) -> Result<T::Real> {
        T::cholesky_rcond(self).named("CholeskyFactor::rcond")
    }
}

pub(super) fn cholesky_factor<T: Scalar>(a: &ArrayRef2<T>) -> Result<CholeskyFactor<T>, ErrorKind> {
    let (cholesky::Factor { l, powers }, norm) = cholesky::factorize_with_norm(a)?;
    let powers = powers.map(|powers| Equilibration { rows: powers.clone(), columns: powers });
    Ok(CholeskyFactor { l, powers, norm })
}

impl<T: Scalar> CholeskyFactor<T> {
    fn columns(&self, b: &ArrayRef2<T>, powers: Option<&Equilibration>) -> Result<Dense<T>, ErrorKind> {
        solve_equilibrated(b, powers, lu_kernels(self.l.rows()), &|kernels, x| {
            kernels.solve_triangular(&self.l.view(), Triangle::Lower, Operation::None, x)?;
            kernels.solve_triangular(&self.l.view(), Triangle::Lower, Operation::Adjoint, x)
        })
    }

    /// The pivots whose product is the determinant, but for a power of two.
    fn pivots(&self) -> (impl Iterator<Item = T>, i64) {
        let powers = self.powers.iter().flat_map(|powers| powers.rows.iter().chain(&powers.columns));
        let exponent = powers.map(|power| i64::from(power.inverse().exponent())).sum();
        (self.l.diagonal().flat_map(|l| [l, l]), exponent)
    }
}

pub(super) fn cholesky_solve_columns<T: Scalar>(
    factor: &CholeskyFactor<T>,
    b: &ArrayRef2<T>,
    given: &[usize],
) -> Result<Array2<T>, ErrorKind> {
    of_columns(b, given, factor.l.rows(), &|b| factor.columns(b, factor.powers.as_ref()))
}

pub(super) fn cholesky_solve<T: Scalar>(
    factor: &CholeskyFactor<T>,
    b: ArrayViewD<'_, T>,
) -> Result<ArrayD<T>, BadMatrix> {
    columns_of(b, (factor.l.rows(), factor.l.rows()), &|b| factor.columns(b, factor.powers.as_ref()))
}

pub(super) fn cholesky_det<T: Scalar>(factor: &CholeskyFactor<T>) -> T::Real {
    let (pivots, exponent) = factor.pivots();
    product(pivots, false, exponent).re()
}

pub(super) fn cholesky_logdet<T: Scalar>(factor: &CholeskyFactor<T>) -> T::Real {
    let (pivots, exponent) = factor.pivots();
    logarithm(pivots, false, exponent).logabsdet
}

pub(super) fn cholesky_inv<T: Scalar>(factor: &CholeskyFactor<T>) -> Result<Array2<T>, ErrorKind> {
    let identity = Dense::identity(factor.l.rows())?;
    Ok(factor.columns(&identity.view(), factor.powers.as_ref())?.into_array())
}

pub(super) fn cholesky_rcond<T: Scalar>(factor: &CholeskyFactor<T>) -> Result<T::Real, ErrorKind> {
    let n = factor.l.rows();
    let (powers, _) = scaled(n, factor.powers.as_ref(), factor.norm.power)?;
    factor.norm.rcond(n, |b, _| factor.columns(b, powers.as_ref()))
}

/// The factors Q·R of a matrix with at least as many rows as columns: to solve least-squares problems with it
/// many times.
///
/// # Examples
/// A line through three points:
/// ```
/// use linstat::QrFactor;
/// use ndarray::array;
/// let qr = QrFactor::new(&array![[1., 0.], [1., 1.], [1., 2.]])?;
/// approx::assert_abs_diff_eq!(qr.solve(&array![1., 3., 5.])?, array![1., 2.], epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug)]
pub struct QrFactor<T: Scalar> {
    factor: Option<qr::Factor<T>>,
    rows: usize,
    cols: usize,
    /// That of the upper triangular factor.
    norm: Norm<T::Real>,
}

impl<T: Scalar> QrFactor<T> {
    /// Factorizes a matrix of shape `(m, n)` with m >= n and of any memory layout (`geqrf`). A matrix of
    /// lower rank is no error here.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there are more columns than rows, [`ErrorKind::NonFinite`] for a NaN or an
    /// infinity, [`ErrorKind::TooLarge`] if memory is insufficient.
    #[doc(alias("geqrf"))]
    pub fn new(a: &ArrayRef2<T>) -> Result<Self> {
        T::qr_factor(a).named("QrFactor::new")
    }

    /// Returns the `x` for which `|a · x - b|` is least, in the 2-norm, for a matrix of full rank and each
    /// column of `b` of shape `(m,)`, `(m, k)` or `(.., m, k)`; the result has `n` for `m`.
    ///
    /// Uses `ormqr` and `trtrs`. Columns of very different sizes cost no digits. With the condition of `a`
    /// with its columns scaled to be of equal size, the relative error is of the order of `EPSILON * cond`,
    /// or `EPSILON * cond²` times the size of the residual relative to `b`.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the number of rows differs; [`ErrorKind::Singular`] if a diagonal element of
    /// `r` is *exactly* zero: for a matrix of nearly lower rank, see [`rcond`](Self::rcond).
    #[doc(alias("lstsq", "gels", "least_squares"))]
    pub fn solve<D: RightHandSide<Ix2>>(&self, b: &ArrayRef<T, D>) -> Result<Array<T, D::Solution>> {
        T::qr_solve(self, b.view().into_dyn()).map(of_its_dimension).named("QrFactor::solve")
    }

    /// Returns an estimate of the reciprocal condition of the factor `r` in the 1-norm, as
    /// [`LuFactor::rcond`] (`trcon`).
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if memory is insufficient.
    #[doc(alias("trcon", "cond"))]
    pub fn rcond(&self) -> Result<T::Real> {
        T::qr_rcond(self).named("QrFactor::rcond")
    }
}

pub(super) fn qr_factor<T: Scalar>(a: &ArrayRef2<T>) -> Result<QrFactor<T>, ErrorKind> {
    let (rows, cols) = a.dim();
    if rows < cols {
        return Err(ErrorKind::shape("a (m, n) with m >= n", &[a.shape()]));
    }
    let factor = if cols > 0 { Some(qr::factorize(a, a)?) } else { None };
    let elements = || {
        let columns = factor.iter().flat_map(|factor| {
            let columns = factor.parts.qr.as_slice().chunks_exact(rows.max(1));
            columns.zip(&factor.powers).enumerate()
        });
        columns.flat_map(|(j, (column, power))| column[..=j].iter().map(move |&x| (j, x, power.inverse())))
    };
    // by exponents, since an element of the unscaled factor may overflow
    let exponents = elements().filter(|(_, x, _)| !x.is_zero());
    let largest = exponents.map(|(_, x, power)| PowerOfTwo::near(super::size(x)).and(power).exponent()).max();
    let power = PowerOfTwo::of(-largest.unwrap_or(0));
    let norm = Norm::of_scaled(cols, power, elements().map(|(j, x, back)| (j, power.and(back).times(x))))?;
    Ok(QrFactor { factor, rows, cols, norm })
}

pub(super) fn qr_solve<T: Scalar>(qr: &QrFactor<T>, b: ArrayViewD<'_, T>) -> Result<ArrayD<T>, BadMatrix> {
    columns_of(b, (qr.rows, qr.cols), &|b| {
        let Some(factor) = &qr.factor else { return Dense::zeros(0, b.ncols()) };
        let (mut y, powers) = near_one_by_column(b)?;
        factor.rotate(&mut y)?;
        let mut x = factor.substituted(&factor.triangle()?, &y)?;
        factor.scale_back(&mut x, &powers);
        Ok(x)
    })
}

pub(super) fn qr_rcond<T: Scalar>(qr: &QrFactor<T>) -> Result<T::Real, ErrorKind> {
    let Some(factor) = &qr.factor else { return Ok(T::Real::of(1.0)) };
    let (n, r) = (qr.cols, factor.triangle()?);
    let powers = Equilibration { rows: factor.powers.clone(), ..Equilibration::none(n)? };
    let (forward, backward) = scaled(n, Some(&powers), qr.norm.power)?;
    qr.norm.rcond(n, |b, adjoint| {
        let (powers, operation) =
            if adjoint { (&backward, Operation::Adjoint) } else { (&forward, Operation::None) };
        solve_equilibrated(b, powers.as_ref(), lu_kernels(n), &|kernels, x| {
            kernels.solve_triangular(&r.view(), Triangle::Upper, operation, x)
        })
    })
}
