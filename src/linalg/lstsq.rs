//! Least squares of any rank.

use super::qr::{self, near_one_by_column};
use super::refine::refine;
use super::stack::{columns_of_one, solution_of_one};
use super::svd_of_transpose;
use crate::kernels::{Dense, Problem, SvdParts, Vectors, kernels, zeros};
use crate::loops::{are_finite, sum_of_squares};
use crate::number::PowerOfTwo;
use crate::product::gemm;
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef2, ArrayView2, Dimension, Ix1, Ix2, s};
use num_traits::{Float, Zero};

/// Dimensions of the observations of [`lstsq`]: one vector, or a matrix whose columns are vectors. Sealed.
#[diagnostic::on_unimplemented(
    message = "`lstsq` takes observations of one or two dimensions, not of `{Self}`",
    label = "not a vector or a matrix"
)]
pub trait Observations: Dimension + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for ndarray::Ix1 {}
    impl Sealed for ndarray::Ix2 {}
}

impl Observations for Ix1 {}
impl Observations for Ix2 {}

/// A solution of a least squares problem, as the tuple that NumPy's `lstsq` returns.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Lstsq<T: Scalar, D: Observations = Ix1> {
    /// The solution, the shortest one if there are several: `(n,)` or `(n, k)`.
    pub x: Array<T, D>,
    /// The sum of the squared residuals of every column of `b`; empty if the rank is below `n`, or if there
    /// are no more rows than columns.
    pub residuals: Array1<T::Real>,
    /// The number of singular values above the limit.
    pub rank: usize,
    /// The singular values of `a`, descending.
    pub s: Array1<T::Real>,
}

/// Returns the `x` that minimises the Euclidean norm of `b - a · x`, as `numpy.linalg.lstsq(a, b, rcond)`: of
/// all minima the shortest.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a` | `(m, n)` | coefficients, any memory layout; any rank |
/// | `b` | `(m,)` or `(m, k)` | observations, one set per column |
/// | `rcond` | | singular values of at most `rcond` times the largest count as 0; `None` is `EPSILON * max(m, n)` |
///
/// With `a = q · r` (`geqrf`), the singular values are those of `r` (`gesdd`). If the rank is full, the
/// solution is that of the triangular system (`trtrs`), for which columns of very different sizes cost no
/// digits; else it is made of the singular vectors of `r`. The same is done with the transpose of a matrix
/// with more columns than rows. The relative error is of the order of `EPSILON * cond`, plus
/// `EPSILON * cond²` times the size of the residual relative to `b`, where cond is the largest singular value
/// over the smallest one that counts.
///
/// Real solutions of full rank with more rows than columns are refined by residuals in twice the precision,
/// if `b` has at most max(4, n / 16) columns. Each of two steps multiplies the error by the order of
/// `EPSILON * cond²`, here with the condition of `a` with its columns scaled to be of equal size; steps that
/// do not improve the solution are not taken.
///
/// NumPy calls `gelsd`, whose bidiagonal matrix costs as much as these singular values, and which has neither
/// property. It takes EPSILON for an `rcond` of 0, or of 1 and more; here 0 means that only zeros count as 0,
/// and 1 that all singular values do. Neither `a` nor `b` overflows or underflows on the way. f32 is computed
/// in f32 (NumPy computes it in f64 and rounds).
///
/// # Errors
/// [`ErrorKind::Shape`] if the row counts differ; [`ErrorKind::InvalidArgument`] for an `rcond` that is
/// negative or NaN; [`ErrorKind::NonFinite`] for a NaN or an infinity in `a` or `b`, or if unknowns overflow
/// and turn others into NaN; [`ErrorKind::NoConvergence`]; [`ErrorKind::TooLarge`] as [`svd`](crate::svd).
///
/// # Examples
/// ```
/// use linstat::lstsq;
/// use ndarray::array;
/// // a straight line through four points
/// let a = array![[1., 0.], [1., 1.], [1., 2.], [1., 3.]];
/// let line = lstsq(&a, &array![-1., 0.2, 0.9, 2.1], None)?;
/// approx::assert_abs_diff_eq!(line.x, array![-0.95, 1.0], epsilon = 1e-14);
/// approx::assert_abs_diff_eq!(line.residuals, array![0.05], epsilon = 1e-14);
/// assert_eq!(line.rank, 2);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("gelsd", "least_squares", "linear_regression"))]
pub fn lstsq<T: Scalar, D: Observations>(
    a: &ArrayRef2<T>,
    b: &ArrayRef<T, D>,
    rcond: Option<T::Real>,
) -> Result<Lstsq<T, D>> {
    solved(a, b, rcond).named("lstsq")
}

#[inline]
fn solved<T: Scalar, D: Observations>(
    a: &ArrayRef2<T>,
    b: &ArrayRef<T, D>,
    rcond: Option<T::Real>,
) -> Result<Lstsq<T, D>, ErrorKind> {
    let columns = columns_of_one(b).unwrap_or_else(|| unreachable!("a vector or a matrix"));
    let Lstsq { x, residuals, rank, s } = T::lstsq(a, &columns, b.shape(), rcond)?;
    Ok(Lstsq { x: solution_of_one(b, x), residuals, rank, s })
}

/// Returns the limit relative to the largest singular value.
pub(super) fn limit<R: Real>(
    name: &'static str,
    given: Option<R>,
    (m, n): (usize, usize),
) -> Result<R, ErrorKind> {
    match given {
        None => Ok(R::epsilon() * R::of(m.max(n) as f64)),
        Some(limit) if limit >= R::zero() => Ok(limit),
        Some(limit) => Err(ErrorKind::invalid(name, format!("expected a number from 0 on, found {limit:?}"))),
    }
}

/// `given` is the shape of the caller's `b`.
pub(super) fn lstsq_of<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    given: &[usize],
    rcond: Option<T::Real>,
) -> Result<Lstsq<T, Ix2>, ErrorKind> {
    let (m, n) = a.dim();
    let k = m.min(n);
    if b.nrows() != m {
        return Err(ErrorKind::shape("a (m, n) and b (m,) or (m, k)", &[a.shape(), given]));
    }
    let limit = limit("rcond", rcond, a.dim())?;
    if k > 0 {
        kernels::<T>(k, SMALL_DECOMPOSITION).admit(Problem::Svd(k, k, Vectors::Reduced))?;
    }
    if k == 0 {
        let (right, scales) = observations(b)?;
        let residuals = if m > 0 { squares(&right, &scales, 0) } else { Array1::zeros(0) };
        return Ok(Lstsq { x: zeros(n, b.ncols())?, residuals, rank: 0, s: Array1::zeros(0) });
    }
    let solution = if m < n { wide(a, b, limit)? } else { tall(a, b, limit)? };
    if solution.x.iter().any(|x| x.re().is_nan() || x.im().is_nan()) {
        return Err(ErrorKind::non_finite("solution", &solution.x));
    }
    Ok(solution)
}

/// Copies `b`, whose columns are multiplied by the powers that are also returned.
fn observations<T: Scalar>(b: &ArrayRef2<T>) -> Result<(Dense<T>, Vec<PowerOfTwo>), ErrorKind> {
    let (copy, scales) = near_one_by_column(b)?;
    // a power makes neither a NaN nor an infinity, and leaves those that are there
    if are_finite(copy.as_slice()) { Ok((copy, scales)) } else { Err(ErrorKind::non_finite("b", b)) }
}

/// The number of columns of `b` that are refined whatever it costs.
const FEW: usize = 4;

/// As many rows as columns, or more: with `a = q · r`, the problem is that of `r` and the first rows of
/// `qᴴ · b`, and the other rows are the residuals.
fn tall<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>, limit: T::Real) -> Result<Lstsq<T, Ix2>, ErrorKind> {
    let (m, n) = a.dim();
    let factor = qr::factorize(a, a)?;
    let (mut right, scales) = observations(b)?;
    factor.rotate(&mut right)?;
    let r = factor.triangle()?;
    let Spectrum { s, rank, inverse } = Spectrum::new(&factor, &r, limit)?;
    let x = match inverse {
        None => {
            let mut x = factor.substituted(&r, &right)?;
            // the residuals of each column cost as much as the reflections of about 16 columns of `a`
            if m > n && b.ncols() <= FEW.max(n / 16) {
                refine(a, b, &scales, &factor, &r, &mut x)?;
            }
            factor.scale_back(&mut x, &scales);
            x.into_array()
        }
        Some(inverse) => {
            let (u, vt) = (inverse.u.view(), inverse.vt.view());
            inverse.times(u, vt, &right.view().slice(s![..n, ..]), &scales)?
        }
    };
    let residuals = if rank == n && m > n { squares(&right, &scales, n) } else { Array1::zeros(0) };
    Ok(Lstsq { x, residuals, rank, s })
}

/// More columns than rows: with `aᵀ = q · r`, the shortest solution is `conj(q) · y` for the shortest `y` for
/// which `rᵀ · y - b` is least.
fn wide<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>, limit: T::Real) -> Result<Lstsq<T, Ix2>, ErrorKind> {
    let (m, n) = a.dim();
    let factor = qr::factorize(a, &a.t())?;
    let (right, scales) = observations(b)?;
    let r = factor.triangle()?;
    let Spectrum { s, rank, inverse } = Spectrum::new(&factor, &r, limit)?;
    let y = match inverse {
        None => factor.shortest(&r, b)?.into_array(),
        Some(inverse) => {
            let (u, vt) = (inverse.u.view(), inverse.vt.view());
            inverse.times(vt.reversed_axes(), u.reversed_axes(), &right.view(), &scales)?
        }
    };
    let (y, scales) = near_one_by_column(&y)?;
    let mut q = factor.kernels().qr_columns(&factor.parts, m)?;
    q.conjugate();
    let mut x = gemm(&q.view(), &y.view(), T::zero(), zeros(n, y.cols())?)?;
    for (mut column, scale) in x.columns_mut().into_iter().zip(scales) {
        column.mapv_inplace(|x| scale.inverse().times(x));
    }
    Ok(Lstsq { x, residuals: Array1::zeros(0), rank, s })
}

/// The singular values of a triangle.
struct Spectrum<T: Scalar> {
    /// Descending.
    s: Array1<T::Real>,
    /// Their number above the limit.
    rank: usize,
    /// What to solve with, unless the rank is full.
    inverse: Option<Inverse<T>>,
}

/// The factors of a pseudoinverse, `u · diag(1 / s) · vt`.
struct Inverse<T: Scalar> {
    u: Dense<T>,
    /// Those above the limit.
    s: Vec<T::Real>,
    vt: Dense<T>,
    /// That of the matrix multiplied by this power.
    power: PowerOfTwo,
}

impl<T: Scalar> Spectrum<T> {
    fn new(factor: &qr::Factor<T>, r: &Dense<T>, limit: T::Real) -> Result<Self, ErrorKind> {
        let (r, power) = factor.near_one(r)?;
        // The smallest singular value is at most the smallest element of the diagonal, the largest at least
        // the largest: often enough to know that the rank is not full.
        let sizes = || r.diagonal().map(|x| x.modulus());
        let largest = sizes().fold(T::Real::zero(), Float::max);
        let is_low = sizes().any(|size| size <= limit * largest);
        if !is_low {
            let (parts, back) = svd_of_transpose(&r.view(), Vectors::None)?;
            let rank = rank(&parts.s, limit);
            if rank == r.cols() {
                return Ok(Spectrum { s: values(&parts.s, back.and(power.inverse())), rank, inverse: None });
            }
        }
        // rᵀ = u · s · vt, so the pseudoinverse of r is u' · s⁻¹ · vt', both conjugated
        let (SvdParts { mut u, mut s, mut vt }, back) = svd_of_transpose(&r.view(), Vectors::Reduced)?;
        u.conjugate();
        vt.conjugate();
        let power = power.and(back.inverse());
        let rank = rank(&s, limit);
        let all = values(&s, power.inverse());
        s.truncate(rank);
        Ok(Spectrum { s: all, rank, inverse: Some(Inverse { u, s, vt, power }) })
    }
}

/// Returns the number of singular values above the limit.
pub(super) fn rank<R: Real>(s: &[R], limit: R) -> usize {
    s.iter().take_while(|&&x| x > limit * s[0]).count()
}

fn values<R: Real>(s: &[R], back: PowerOfTwo) -> Array1<R> {
    s.iter().map(|&s| back.times(s)).collect()
}

impl<T: Scalar> Inverse<T> {
    /// Returns `left · diag(1 / s) · right · b`; the columns of `b` were multiplied by `scales`.
    fn times(
        &self,
        left: ArrayView2<'_, T>,
        right: ArrayView2<'_, T>,
        b: &ArrayRef2<T>,
        scales: &[PowerOfTwo],
    ) -> Result<Array2<T>, ErrorKind> {
        let (rank, k) = (self.s.len(), b.ncols());
        let mut shares = gemm(&right.slice(s![..rank, ..]), b, T::zero(), zeros(rank, k)?)?;
        for (mut share, &s) in shares.rows_mut().into_iter().zip(&self.s) {
            share.mapv_inplace(|x| x.div_real(s));
        }
        let mut x = gemm(&left.slice(s![.., ..rank]), &shares, T::zero(), zeros(left.nrows(), k)?)?;
        for (mut column, scale) in x.columns_mut().into_iter().zip(scales) {
            let back = self.power.and(scale.inverse());
            column.mapv_inplace(|x| back.times(x));
        }
        Ok(x)
    }
}

/// Returns the sums of squares of the rows from `first` on; the columns were multiplied by `scales`.
fn squares<T: Scalar>(columns: &Dense<T>, scales: &[PowerOfTwo], first: usize) -> Array1<T::Real> {
    let columns = columns.as_slice().chunks_exact(columns.rows()).zip(scales);
    let squares = |(column, scale): (&[T], &PowerOfTwo)| {
        scale.and(*scale).inverse().times(T::Real::of(sum_of_squares(&column[first..])))
    };
    columns.map(squares).collect()
}
