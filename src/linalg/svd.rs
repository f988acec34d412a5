//! Singular values and vectors.

use super::packs::{gather, in_packs};
use super::stack::{
    Given, Matrices, Results, Rows, Stack, Stacked, array_each, for_each, of_one, operations, put,
};
use super::{Reads, Way, decompose, ours};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Kernels, Problem, SvdMethod, SvdParts, Vectors, are_small, kernels, packs};
use crate::loops::packs::Pack;
use crate::loops::symmetric::LARGEST;
use crate::number::{Parts, PowerOfTwo};
use crate::tuning::SMALL_DECOMPOSITION;
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array, Array1, ArrayRef, ArrayRef2, Ix2};

/// Number of singular vectors that [`svd`] returns, as NumPy's `full_matrices`. With k = min(m, n):
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SvdShape {
    /// `u` is `(m, k)` and `vt` is `(k, n)`: `full_matrices=False`.
    #[default]
    Reduced,
    /// `u` is `(m, m)` and `vt` is `(n, n)`: `full_matrices=True`.
    Full,
}

/// A singular value decomposition `a = u · diag(s) · vt`, as NumPy's `SVDResult`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Svd<T: Scalar, D: Matrices = Ix2> {
    /// Left singular vectors, as columns.
    pub u: Array<T, D>,
    /// Singular values, descending: `(k,)`, or `(.., k)` for a stack.
    pub s: Array<T::Real, D::Smaller>,
    /// Right singular vectors, conjugated, as rows.
    pub vt: Array<T, D>,
}

/// Returns the singular value decomposition `a = u · diag(s) · vt`, as `numpy.linalg.svd(a)`.
///
/// `a` has any shape `(m, n)` or `(.., m, n)` and any memory layout; `s` has k = min(m, n) entries; see
/// [`SvdShape`] for the shapes of `u` and `vt`. An empty `a` gives an empty `s` (and, for [`SvdShape::Full`],
/// identity matrices). Uses divide and conquer (`gesdd`), and QR iteration (`gesvd`) in the rare case that
/// this does not converge; values and vectors are accurate to a small multiple of
/// `max(m, n) * EPSILON * s[0]`. The signs of the vectors of real matrices are NumPy's up to 16 x 16, unless
/// rounding decides them; beyond, they depend on the backend. f32 is computed in f32 (NumPy computes it in
/// f64 and rounds).
///
/// # Errors
/// [`ErrorKind::NonFinite`] for a NaN or an infinity, [`ErrorKind::NoConvergence`], [`ErrorKind::TooLarge`]
/// if memory is insufficient and, on a LAPACK backend, whose lengths have 32 bits, from k = 23 170 on
/// (complex 20 724).
///
/// # Examples
/// ```
/// use linstat::{SvdShape, matmul, svd};
/// use ndarray::{Array2, array};
/// let a = array![[1., 2.], [3., 4.], [5., 6.]];
/// let svd = svd(&a, SvdShape::Reduced)?;
/// approx::assert_abs_diff_eq!(svd.s, array![9.525518, 0.514301], epsilon = 1e-6);
/// let back = matmul(&matmul(&svd.u, &Array2::from_diag(&svd.s))?, &svd.vt)?;
/// approx::assert_abs_diff_eq!(back, a, epsilon = 1e-14);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "gesdd")]
pub fn svd<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, shape: SvdShape) -> Result<Svd<T, D>> {
    decomposed(a, shape).named("svd")
}

#[inline]
fn decomposed<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>, shape: SvdShape) -> Result<Svd<T, D>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => {
            let Svd { u, s, vt } = T::svd(&a, shape)?;
            Svd { u: of_one(u), s: of_one(s), vt: of_one(vt) }
        }
        Given::Stack(stack) => {
            let (u, s, vt) = T::svds(&stack, shape)?;
            Svd { u: u.into_array(), s: s.into_array(), vt: vt.into_array() }
        }
    })
}

type Decompositions<T> = (Stacked<T>, Stacked<<T as Parts>::Real>, Stacked<T>);

pub(super) fn svds_of<T: Scalar>(
    stack: &Stack<'_, T>,
    shape: SvdShape,
) -> Result<Decompositions<T>, BadMatrix> {
    let (m, n) = stack.dim();
    let k = m.min(n);
    let (u_shape, vt_shape) = match shape {
        SvdShape::Reduced => ([m, k], [k, n]),
        SvdShape::Full => ([m, m], [n, n]),
    };
    let cost = operations([20, m.max(n), k + 4, k + 4]);
    let is_small = m == n && (2..=LARGEST).contains(&n);
    let packs = packs::<T>(n).filter(|_| is_small && are_small::<T>(n, SMALL_DECOMPOSITION));
    let Some(packs) = packs else { return each(stack, [u_shape, vt_shape], cost, |a| svd_of(a, shape)) };
    let (mut u, mut s) = (Results::new(stack.lead(), &[n, n])?, Results::new(stack.lead(), &[n])?);
    let mut vt = Results::new(stack.lead(), &[n, n])?;
    let run = |range, [pack, others]: [&mut [Pack<T>]; 2], (u, s, vt): &mut Places<'_, T>| {
        gather(&packs, stack, &range, false, pack);
        let good = (packs.svd)(n, pack, others);
        let (v, values) = others.split_at(n * n);
        (packs.separate)(n, n, false, pack, u.data);
        (packs.separate)(n, n, true, v, vt.data);
        for (lane, s) in s.data.chunks_exact_mut(n).enumerate() {
            s.iter_mut().zip(values).for_each(|(s, value)| *s = value.0[lane].re());
        }
        good
    };
    in_packs(stack, (u.room(), s.room(), vt.room()), cost, [n * n, n * (n + 2)], &run, &|i, places| {
        put_parts(&svd_of(&stack.matrix(i), shape)?, places);
        Ok(())
    })?;
    Ok((u.done(), s.done(), vt.done()))
}

/// The places of left vectors, values and right vectors.
type Places<'a, T> = (Rows<'a, T>, Rows<'a, <T as Parts>::Real>, Rows<'a, T>);

fn put_parts<T: Scalar>(one: &Svd<T>, (u, s, vt): Places<'_, T>) {
    put(&one.u, u);
    put(&one.s, s);
    put(&one.vt, vt);
}

/// Returns what `one` returns for each matrix, with factors of these shapes.
pub(super) fn each<T: Scalar>(
    stack: &Stack<'_, T>,
    [u_shape, vt_shape]: [[usize; 2]; 2],
    cost: usize,
    one: impl Fn(&ArrayRef2<T>) -> Result<Svd<T>, ErrorKind> + Sync,
) -> Result<Decompositions<T>, BadMatrix> {
    let (m, n) = stack.dim();
    let mut u = Results::new(stack.lead(), &u_shape)?;
    let mut s = Results::new(stack.lead(), &[m.min(n)])?;
    let mut vt = Results::new(stack.lead(), &vt_shape)?;
    for_each(stack, (u.room(), s.room(), vt.room()), cost, |a, places| {
        put_parts(&one(a)?, places);
        Ok(())
    })?;
    Ok((u.done(), s.done(), vt.done()))
}

pub(super) fn svd_of<T: Scalar>(a: &ArrayRef2<T>, shape: SvdShape) -> Result<Svd<T>, ErrorKind> {
    let (m, n) = a.dim();
    let vectors = match shape {
        SvdShape::Reduced => Vectors::Reduced,
        SvdShape::Full => Vectors::Full,
    };
    if m.min(n) == 0 {
        let (u, vt) = match shape {
            SvdShape::Reduced => (Dense::zeros(m, 0)?, Dense::zeros(0, n)?),
            SvdShape::Full => (Dense::identity(m)?, Dense::identity(n)?),
        };
        return Ok(Svd { u: u.into_array(), s: Array1::zeros(0), vt: vt.into_array() });
    }
    // aᵀ = u' · s · vt' means a = vt'ᵀ · s · u'ᵀ: a row-major matrix is decomposed without transposing it.
    let (parts, factor) = of_transpose(a, vectors)?;
    let s = parts.s.into_iter().map(|s| factor.times(s)).collect();
    Ok(Svd { u: parts.vt.into_transpose(), s, vt: parts.u.into_transpose() })
}

/// Returns the singular values, descending, as `numpy.linalg.svdvals(a)`.
///
/// `a` has any shape `(m, n)` or `(.., m, n)` and any memory layout; the result has min(m, n) entries. Uses
/// `gesdd` (or `gesvd`, as [`svd`]) without vectors.
///
/// # Errors
/// As [`svd`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let s = linstat::svdvals(&array![[3., 0.], [0., -4.]])?;
/// approx::assert_abs_diff_eq!(s, array![4., 3.], epsilon = 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "gesdd")]
pub fn svdvals<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T::Real, D::Smaller>> {
    array_each(a, T::singular_values, T::all_singular_values).named("svdvals")
}

pub(super) fn all_singular_values<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T::Real>, BadMatrix> {
    let (m, n) = stack.dim();
    let k = m.min(n);
    let mut s = Results::new(stack.lead(), &[k])?;
    for_each(stack, s.room(), operations([5, m.max(n), k + 4, k + 4]), |a, s| {
        put(&singular_values(a)?, s);
        Ok(())
    })?;
    Ok(s.done())
}

pub(super) fn singular_values<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array1<T::Real>, ErrorKind> {
    if a.is_empty() {
        return Ok(Array1::zeros(0));
    }
    let (parts, factor) = of_transpose(a, Vectors::None)?;
    Ok(parts.s.into_iter().map(|s| factor.times(s)).collect())
}

/// Decomposes the transpose; also returns the factor by which to multiply its singular values.
pub(crate) fn of_transpose<T: Scalar>(
    a: &ArrayRef2<T>,
    vectors: Vectors,
) -> Result<(SvdParts<T>, PowerOfTwo), ErrorKind> {
    let (m, n) = a.dim();
    let kernels = kernels::<T>(m.max(n), SMALL_DECOMPOSITION);
    kernels.admit(Problem::Svd(m, n, vectors))?;
    let run = |kernels: &dyn Kernels<T>, a, method| kernels.svd(a, vectors, method)?.finite();
    let ways: [Way<'_, T, _>; 3] =
        [&|a| run(kernels, a, SvdMethod::DivideAndConquer), &|a| run(kernels, a, SvdMethod::Qr), &|a| {
            run(ours(), a, SvdMethod::Qr)
        }];
    decompose(a, &a.t(), Reads::All, &ways)
}
