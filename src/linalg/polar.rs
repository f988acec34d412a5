//! Polar decompositions.

use super::stack::{Given, Matrices, Results, Stack, Stacked, for_each, of_one, put};
use super::svd_of_transpose;
use crate::error::BadMatrix;
use crate::kernels::{Vectors, zeros};
use crate::product::gemm;
use crate::{ErrorKind, Named, Real, Result, Scalar};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2, ArrayView2, Ix2};

/// The order of the factors of [`polar`], as SciPy's `side`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PolarSide {
    /// `a = u · p`: `side='right'`.
    #[default]
    Right,
    /// `a = p · u`: `side='left'`.
    Left,
}

/// A polar decomposition.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Polar<T: Scalar, D: Matrices = Ix2> {
    /// The unitary factor, of the shape of `a`: the matrix with orthonormal columns (rows, if there are more
    /// columns than rows) that is nearest to `a`.
    pub u: Array<T, D>,
    /// The positive semidefinite Hermitian factor: `(n, n)` on the right, `(m, m)` on the left.
    pub p: Array<T, D>,
}

/// Returns the polar decomposition `a = u · p` or `a = p · u`, as `scipy.linalg.polar(a, side)`.
///
/// `a` has any shape `(m, n)` or `(.., m, n)` and any memory layout. Uses the singular value decomposition
/// (`gesdd`): with `a = w · s · vt`, `u` is `w · vt`, and `p` is `vtᴴ · s · vt` or `w · s · wᴴ`. `u` is
/// orthonormal to the order of `max(m, n) * EPSILON`, the product is `a` to that order times the norm of `a`;
/// `p` is exactly Hermitian. `u` is unique if the rank is min(m, n), `p` always.
///
/// # Errors
/// As [`svd`](crate::svd).
///
/// # Examples
/// ```
/// use linstat::{PolarSide, polar};
/// use ndarray::array;
/// // a rotation by a quarter after a stretch
/// let polar = polar(&array![[0., -3.], [2., 0.]], PolarSide::Right)?;
/// approx::assert_abs_diff_eq!(polar.u, array![[0., -1.], [1., 0.]], epsilon = 1e-15);
/// approx::assert_abs_diff_eq!(polar.p, array![[2., 0.], [0., 3.]], epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("procrustes", "nearest_orthogonal"))]
pub fn polar<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, side: PolarSide) -> Result<Polar<T, D>> {
    decomposed(a, side).named("polar")
}

#[inline]
fn decomposed<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, side: PolarSide) -> Result<Polar<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let Polar { u, p } = T::polar(&a, side)?;
            Polar { u: of_one(u), p: of_one(p) }
        }
        Given::Stack(stack) => {
            let (u, p) = T::polars(&stack, side)?;
            Polar { u: u.into_array(), p: p.into_array() }
        }
    })
}

/// Returns the order of the Hermitian factor.
fn order((m, n): (usize, usize), side: PolarSide) -> usize {
    if side == PolarSide::Right { n } else { m }
}

pub(super) fn polars_of<T: Scalar>(
    stack: &Stack<'_, T>,
    side: PolarSide,
) -> Result<(Stacked<T>, Stacked<T>), BadMatrix> {
    let (m, n) = stack.dim();
    let order = order((m, n), side);
    let (mut u, mut p) = (Results::new(stack.lead(), &[m, n])?, Results::new(stack.lead(), &[order, order])?);
    let k = m.min(n) + 4;
    for_each(stack, (u.room(), p.room()), 24 * m.max(n) * k * k, |a, (u, p)| {
        let one = polar_of(a, side)?;
        put(&one.u, u);
        put(&one.p, p);
        Ok(())
    })?;
    Ok((u.done(), p.done()))
}

pub(super) fn polar_of<T: Scalar>(a: &ArrayRef2<T>, side: PolarSide) -> Result<Polar<T>, ErrorKind> {
    let (m, n) = a.dim();
    let order = order((m, n), side);
    let (u, p) = (zeros(m, n)?, zeros(order, order)?);
    if a.is_empty() {
        return Ok(Polar { u, p });
    }
    // aᵀ = parts.u · s · parts.vt, so w is the transpose of parts.vt, and vt that of parts.u
    let (parts, factor) = svd_of_transpose(a, Vectors::Reduced)?;
    let u = gemm(&parts.vt.view().t(), &parts.u.view().t(), T::zero(), u)?;
    let vectors: ArrayView2<'_, T> =
        if side == PolarSide::Right { parts.u.view() } else { parts.vt.view().reversed_axes() };
    // the columns of `vectors` are w, or the conjugates of those of vtᴴ
    let mut scaled: Array2<T> = vectors.to_owned();
    for (mut column, &s) in scaled.columns_mut().into_iter().zip(&parts.s) {
        column.mapv_inplace(|x| x * T::from_real(s));
    }
    let adjoint = vectors.t().mapv(T::conj);
    let product = gemm(&scaled, &adjoint, T::zero(), p)?;
    let half = T::Real::of(0.5);
    let p = Array2::from_shape_fn((order, order), |(i, j)| {
        // the same order of the terms on both sides of the diagonal
        let (x, y) = (product[[i, j]], product[[j, i]].conj());
        let mean = (x + y) * T::from_real(half);
        factor.times(if side == PolarSide::Right { mean.conj() } else { mean })
    });
    Ok(Polar { u, p })
}
