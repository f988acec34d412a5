//! Least squares of any rank.

use super::{scale_near_one, svd_of_transpose};
use crate::kernels::{Dense, Vectors, is_finite};
use crate::loops::{max_part, sum_of_squares};
use crate::number::PowerOfTwo;
use crate::product::gemm;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef2, Axis, Dimension, Ix1, Ix2};

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
/// Uses the singular value decomposition (`gesdd`). Its error is of the order of `EPSILON` times the
/// condition number of `a`, and the square of that times the size of the residuals. Neither `a` nor `b`
/// overflows or underflows on the way.
///
/// # Errors
/// [`ErrorKind::Shape`] if the row counts differ; [`ErrorKind::InvalidArgument`] for an `rcond` that is
/// negative or NaN; [`ErrorKind::NonFinite`] for a NaN or an infinity in `a` or `b`;
/// [`ErrorKind::NoConvergence`]; [`ErrorKind::TooLarge`] as [`svd`](crate::svd).
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
    let columns = if b.ndim() == 1 { b.view().into_dyn().insert_axis(Axis(1)) } else { b.view().into_dyn() };
    let columns = columns.into_dimensionality().unwrap_or_else(|_| unreachable!("two axes"));
    let Lstsq { x, residuals, rank, s } = T::lstsq(a, &columns, b.shape(), rcond)?;
    let x = if b.ndim() == 1 { x.remove_axis(Axis(1)).into_dyn() } else { x.into_dyn() };
    let x = x.into_dimensionality().unwrap_or_else(|_| unreachable!("as many axes as `b`"));
    Ok(Lstsq { x, residuals, rank, s })
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
        Some(limit) => Err(ErrorKind::invalid(name, format!("expected a number from 0 on, found {limit}"))),
    }
}

/// `given` is the shape of the caller's `b`.
pub(super) fn lstsq_of<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    given: &[usize],
    rcond: Option<T::Real>,
) -> Result<Lstsq<T, Ix2>, ErrorKind> {
    let ((m, n), k) = (a.dim(), b.ncols());
    if b.nrows() != m {
        return Err(ErrorKind::shape("a (m, n) and b (m,) or (m, k)", &[a.shape(), given]));
    }
    let limit = limit("rcond", rcond, a.dim())?;
    let mut right = Dense::new(b)?;
    if !is_finite(right.as_slice()) {
        return Err(ErrorKind::non_finite("b", b));
    }
    let largest = max_part(right.as_slice());
    let b_back = scale_near_one(&mut right, largest);
    let mut x = crate::kernels::zeros(n, k)?;
    let (mut s, mut rank, mut a_back) = (Vec::new(), 0, PowerOfTwo::none());
    if m > 0 && n > 0 {
        // aᵀ = u · s · vt, so the pseudoinverse of a is u' · s⁻¹ · vt', both conjugated
        let (mut parts, factor) = svd_of_transpose(a, Vectors::Reduced)?;
        a_back = factor;
        rank = parts.s.iter().take_while(|&&s| s > limit * parts.s[0]).count();
        for m in [&mut parts.u, &mut parts.vt] {
            m.as_mut_slice().iter_mut().for_each(|x| *x = x.conj());
        }
        let (u, vt) = (parts.u.view(), parts.vt.view());
        let shares = crate::kernels::zeros(rank, k)?;
        let mut shares = gemm(&vt.slice(ndarray::s![..rank, ..]), &right.view(), T::zero(), shares)?;
        for (mut share, &s) in shares.rows_mut().into_iter().zip(&parts.s) {
            share.mapv_inplace(|x| x.div_real(s));
        }
        x = gemm(&u.slice(ndarray::s![.., ..rank]), &shares, T::zero(), x)?;
        s = parts.s;
    }
    let mut residuals = Array1::zeros(0);
    if rank == n && m > n {
        residuals = squared_residuals(a, &x, &mut right, a_back.inverse(), b_back)?;
    }
    let back = b_back.and(a_back.inverse());
    x.mapv_inplace(|x| back.times(x));
    Ok(Lstsq { x, residuals, rank, s: s.into_iter().map(|s| a_back.times(s)).collect() })
}

/// Returns the sums of squares of `b - a · x`; `x` is that for the matrix multiplied by `scale`.
fn squared_residuals<T: Scalar>(
    a: &ArrayRef2<T>,
    x: &Array2<T>,
    b: &mut Dense<T>,
    scale: PowerOfTwo,
    back: PowerOfTwo,
) -> Result<Array1<T::Real>, ErrorKind> {
    let (m, k) = (b.rows(), b.cols());
    let mut rest = crate::kernels::zeros(m, k)?;
    rest.assign(&b.view());
    if !a.is_empty() {
        let mut scaled = Dense::new(a)?;
        scale.scale(scaled.as_mut_slice());
        rest = gemm(&scaled.view(), &x.mapv(|x| -x), T::one(), rest)?;
    }
    let columns = Dense::new(&rest)?;
    let twice = back.and(back);
    let sums = columns.as_slice().chunks_exact(m.max(1)).map(sum_of_squares);
    Ok(sums.map(|sum| twice.times(T::Real::of(sum))).collect())
}
