//! Norms of vectors, lanes and matrices.

use super::stack::{Given, Matrices, Stack, Stacked, numbers};
use super::svd::singular_values;
use crate::error::BadMatrix;
use crate::loops::lanes::{self, Along, check_axis, map_along, others_first, shaped};
use crate::memory::check_memory;
use crate::number::PowerOfTwo;
use crate::product::{Terms, grouped};
use crate::tuning::PARALLEL_LANES;
use crate::{ErrorKind, Named, Real, Result, Scalar, loops};
use ndarray::{
    Array, ArrayD, ArrayRef, ArrayRef2, ArrayView1, ArrayView2, ArrayViewD, Axis, Dimension, Ix2, IxDyn,
    RemoveAxis,
};
use num_complex::{Complex32, Complex64};
use num_traits::{Float, One, Zero};

/// Which norm [`matrix_norm`] computes, as NumPy's `ord` of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatrixNorm {
    /// `'fro'`: the square root of the sum of squares.
    Fro,
    /// `'nuc'`: the sum of the singular values.
    Nuc,
    /// `1`: the largest column sum of absolute values.
    One,
    /// `-1`: the smallest column sum of absolute values.
    NegOne,
    /// `2`: the largest singular value.
    Two,
    /// `-2`: the smallest singular value.
    NegTwo,
    /// `inf`: the largest row sum of absolute values.
    Inf,
    /// `-inf`: the smallest row sum of absolute values.
    NegInf,
}

/// Returns the Euclidean norm of all elements, as `numpy.linalg.norm(x)`: the length of a vector, the
/// Frobenius norm of a matrix.
///
/// Any shape and layout; the norm of an empty array is 0. Elements that a broadcast view repeats are read
/// once. Neither overflows nor underflows where the result is representable (NumPy does). The relative error
/// is at most a few `EPSILON`. NaN gives NaN.
///
/// # Examples
/// ```
/// use linstat::norm;
/// use ndarray::array;
/// assert_eq!(norm(&array![3_f64, 4.]), 5.);
/// assert_eq!(norm(&array![[1_f64, 1.], [1., 1.]]), 2.);
/// assert!((norm(&array![3e200_f64, 4e200]) - 5e200).abs() < 1e186);
/// ```
#[doc(alias("fro", "nrm2"))]
pub fn norm<T: Scalar, D: Dimension>(x: &ArrayRef<T, D>) -> T::Real {
    match x.as_slice_memory_order() {
        Some(x) => T::norm_of_slice(x),
        None => T::norm_of(x.view().into_dyn()),
    }
}

/// Returns a vector norm of all elements, as `numpy.linalg.vector_norm(x, ord=ord)`.
///
/// | `ord` | norm |
/// |---|---|
/// | 2 | Euclidean, see [`norm`] |
/// | 1 | sum of the absolute values |
/// | 0 | number of elements that are not zero |
/// | infinity | largest absolute value |
/// | -infinity | smallest absolute value |
/// | any other p | sum of \|x\|ᵖ, to the power of 1/p |
///
/// `x` has any shape and any memory layout; an array of several axes is read as one vector. See
/// [`vector_norm_axis`] and [`vector_norm_axes`] for norms along axes. NaN gives NaN, and counts for `ord` 0.
/// Powers are scaled by the largest element, so that they neither overflow nor underflow where the result is
/// representable. Norms of an empty vector are 0; for finite negative `ord` they are infinite.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `ord` is NaN, [`ErrorKind::Empty`] for the smallest value of an empty
/// vector.
///
/// # Examples
/// ```
/// use linstat::vector_norm;
/// use ndarray::array;
/// let v = array![3_f64, 0., -4.];
/// assert_eq!(vector_norm(&v, 1.)?, 7.);
/// assert_eq!(vector_norm(&v, 2.)?, 5.);
/// assert_eq!(vector_norm(&v, 0.)?, 2.);
/// assert_eq!(vector_norm(&v, f64::INFINITY)?, 4.);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "nrm2")]
pub fn vector_norm<T: Scalar, D: Dimension>(x: &ArrayRef<T, D>, ord: f64) -> Result<T::Real> {
    match x.as_slice() {
        Some(elements) => T::vector_norm_of_slice(elements, x.shape(), ord),
        None => T::vector_norm(x.view().into_dyn(), ord),
    }
    .named("vector_norm")
}

/// Returns the norms of all lanes along `axis`, as `numpy.linalg.vector_norm(x, axis=axis, ord=ord)`.
///
/// The result has the shape of `x` without `axis`; see [`vector_norm`] for `ord`. To keep the axis with
/// length 1, as with NumPy's `keepdims=True`, insert it again: `norms.insert_axis(axis)`.
///
/// # Errors
/// As [`vector_norm`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::TooLarge`] if the
/// result, or a copy of eight lanes that are not contiguous, does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::vector_norm_axis;
/// use ndarray::{Axis, array};
/// let x = array![[3., 4.], [6., 8.]];
/// let rows = vector_norm_axis(&x, 2., Axis(1))?;
/// assert_eq!(rows, array![5., 10.]);
/// // keepdims
/// assert_eq!(&x / &rows.insert_axis(Axis(1)), array![[0.6, 0.8], [0.6, 0.8]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn vector_norm_axis<T: Scalar, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    ord: f64,
    axis: Axis,
) -> Result<Array<T::Real, D::Smaller>> {
    lane_norms(x, ord, axis).named("vector_norm_axis")
}

/// Returns the vector norms over several axes, as `numpy.linalg.vector_norm(x, axis=axes, ord=ord)`: the
/// elements along all of these axes are one vector.
///
/// The result has the shape of `x` without these axes, whose order does not matter, and is an `ArrayD` in C
/// order; all axes give one number without axes, no axes the absolute values (for `ord` 0, whether an element
/// is not 0). See [`vector_norm`] for `ord`. Axes that cannot be merged to one without a copy are copied.
/// `norms.insert_axis(axis)` for each axis, in ascending order, keeps the axes as NumPy's `keepdims=True`.
///
/// # Errors
/// As [`vector_norm`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis or an axis is there twice;
/// [`ErrorKind::TooLarge`] if the result or a copy does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::vector_norm_axes;
/// use ndarray::{Array3, Axis, array};
/// let x = Array3::<f64>::ones((2, 3, 3));
/// assert_eq!(vector_norm_axes(&x, 2., &[Axis(1), Axis(2)])?, array![3., 3.].into_dyn());
/// assert_eq!(vector_norm_axes(&x, 1., &[Axis(0), Axis(2)])?, array![6., 6., 6.].into_dyn());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn vector_norm_axes<T: Scalar, D: Dimension>(
    x: &ArrayRef<T, D>,
    ord: f64,
    axes: &[Axis],
) -> Result<ArrayD<T::Real>> {
    T::norms_over(x.view().into_dyn(), ord, axes).named("vector_norm_axes")
}

/// Returns a matrix norm, as `numpy.linalg.matrix_norm(m, ord=ord)`.
///
/// `m` has any shape `(r, c)` or `(.., r, c)` and any memory layout; a stack gives the norms of its matrices,
/// with the shape of its leading axes. See [`matrix_norm_axes`] for matrices in other axes. The norms 2, -2
/// and nuclear are computed from the singular values (`gesdd`), the others in one pass over the elements, in
/// which NaN gives NaN.
///
/// # Errors
/// [`ErrorKind::Empty`] for the smallest value of an empty set: -1 without columns, -inf without rows, -2
/// without either (all other norms of an empty matrix are 0); [`ErrorKind::NonFinite`] for a NaN or an
/// infinity if singular values are needed; [`ErrorKind::TooLarge`] for a matrix whose singular values no
/// backend can compute.
///
/// # Examples
/// ```
/// use linstat::{MatrixNorm, matrix_norm};
/// use ndarray::array;
/// let m = array![[1_f64, -2.], [3., 4.]];
/// assert_eq!(matrix_norm(&m, MatrixNorm::One)?, 6.);
/// assert_eq!(matrix_norm(&m, MatrixNorm::Inf)?, 7.);
/// assert!((matrix_norm(&m, MatrixNorm::Fro)? - 30_f64.sqrt()).abs() < 1e-15);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "lange")]
pub fn matrix_norm<T: Scalar, D: Matrices>(m: &ArrayRef<T, D>, ord: MatrixNorm) -> Result<D::Each<T::Real>> {
    norm_each(m, ord).named("matrix_norm")
}

/// Returns the norms of the matrices in two axes, as `numpy.linalg.norm(x, ord=ord, axis=(rows, columns))`.
///
/// `axes` are the axis of the rows and the axis of the columns; the result has the shape of `x` without them.
/// No copy is made. See [`matrix_norm`] for `ord`. To keep the axes with length 1, as with NumPy's
/// `keepdims=True`, insert them again, the smaller first: `norms.insert_axis(Axis(0)).insert_axis(Axis(2))`.
///
/// # Errors
/// As [`matrix_norm`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis or both are equal.
///
/// # Examples
/// ```
/// use linstat::{MatrixNorm, matrix_norm, matrix_norm_axes};
/// use ndarray::{Array3, Axis, array};
/// let x = Array3::from_shape_fn((2, 3, 4), |(i, j, k)| (i + 2 * j + 3 * k) as f64);
/// let norms = matrix_norm_axes(&x, MatrixNorm::One, [Axis(0), Axis(2)])?;
/// assert_eq!(norms, array![19., 23., 27.]);
/// // the transposes
/// assert_eq!(matrix_norm_axes(&x, MatrixNorm::Inf, [Axis(2), Axis(0)])?, norms);
/// assert_eq!(matrix_norm_axes(&x, MatrixNorm::Two, [Axis(1), Axis(2)])?, matrix_norm(&x, MatrixNorm::Two)?);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn matrix_norm_axes<T: Scalar, D: Matrices>(
    x: &ArrayRef<T, D>,
    ord: MatrixNorm,
    axes: [Axis; 2],
) -> Result<D::Each<T::Real>> {
    norm_over(x, ord, axes).named("matrix_norm_axes")
}

#[inline]
fn norm_over<T: Scalar, D: Matrices>(
    x: &ArrayRef<T, D>,
    ord: MatrixNorm,
    axes: [Axis; 2],
) -> Result<D::Each<T::Real>, BadMatrix> {
    let order = others_first(x.ndim(), &axes)?;
    let mut dim = x.raw_dim();
    dim.slice_mut().copy_from_slice(&order);
    norm_each(&x.view().permuted_axes(dim), ord)
}

#[inline]
fn norm_each<T: Scalar, D: Matrices>(
    m: &ArrayRef<T, D>,
    ord: MatrixNorm,
) -> Result<D::Each<T::Real>, BadMatrix> {
    Ok(match D::given(m)? {
        Given::One(m) => D::one(T::matrix_norm(&m, ord)?),
        Given::Stack(stack) => D::each(T::matrix_norms(&stack, ord)?),
    })
}

fn matrix_norms_of<T: Scalar>(stack: &Stack<'_, T>, ord: MatrixNorm) -> Result<Stacked<T::Real>, BadMatrix> {
    let (m, n) = stack.dim();
    let k = m.min(n) + 4;
    let by_svd = matches!(ord, MatrixNorm::Nuc | MatrixNorm::Two | MatrixNorm::NegTwo);
    let cost = if by_svd { (5 * k).saturating_mul(k).saturating_mul(m.max(n)) } else { 50 + m * n };
    numbers(stack, cost, |m| matrix_norm_of(m, ord))
}

/// Returns the array divided by its Euclidean norm, as `x / numpy.linalg.norm(x)`.
///
/// Any shape and layout; the result has norm 1 to a few `EPSILON`, even for elements of 1e200 or 1e-200,
/// whose squares overflow or underflow in NumPy.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if the norm is 0, infinite or NaN (NumPy warns and gives NaN);
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::normalize;
/// use ndarray::array;
/// assert_eq!(normalize(&array![3., 4.])?, array![0.6, 0.8]);
/// assert!(normalize(&array![0., 0.]).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("normalized", "unit"))]
pub fn normalize<T: Scalar, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    const OP: &str = "normalize";
    check_memory::<T>(x.len()).named(OP)?;
    let mut unit = x.to_owned();
    match unit.as_slice_memory_order_mut() {
        Some(elements) => T::normalize(elements).named(OP)?,
        None => unreachable!("owned arrays are contiguous"),
    }
    Ok(unit)
}

/// The norms of an element type, compiled here and not in every calling crate. Private: part of the seal of
/// [`Scalar`].
pub trait Norms: Sized {
    #[doc(hidden)]
    fn norm_of_slice(x: &[Self]) -> Self::Real
    where
        Self: Scalar;
    #[doc(hidden)]
    fn norm_of(x: ArrayViewD<'_, Self>) -> Self::Real
    where
        Self: Scalar;
    /// The norm of the elements of an array of this shape, in any order.
    #[doc(hidden)]
    fn vector_norm_of_slice(x: &[Self], shape: &[usize], ord: f64) -> Result<Self::Real, ErrorKind>
    where
        Self: Scalar;
    #[doc(hidden)]
    fn vector_norm(x: ArrayViewD<'_, Self>, ord: f64) -> Result<Self::Real, ErrorKind>
    where
        Self: Scalar;
    #[doc(hidden)]
    fn norms_over(x: ArrayViewD<'_, Self>, ord: f64, axes: &[Axis]) -> Result<ArrayD<Self::Real>, ErrorKind>
    where
        Self: Scalar;
    /// The norms of lanes whose elements each count `count` times.
    #[doc(hidden)]
    fn lane_norms(x: Along<'_, Self>, count: f64, ord: f64) -> Result<Vec<Self::Real>, ErrorKind>
    where
        Self: Scalar;
    #[doc(hidden)]
    fn matrix_norm(m: &ArrayRef2<Self>, ord: MatrixNorm) -> Result<Self::Real, ErrorKind>
    where
        Self: Scalar;
    #[doc(hidden)]
    fn matrix_norms(m: &Stack<'_, Self>, ord: MatrixNorm) -> Result<Stacked<Self::Real>, BadMatrix>
    where
        Self: Scalar;
    #[doc(hidden)]
    fn normalize(x: &mut [Self]) -> Result<(), ErrorKind>
    where
        Self: Scalar;
}

macro_rules! norms {
    ($($t:ty: $real:ty;)*) => {$(
        impl Norms for $t {
            #[inline(never)]
            fn norm_of_slice(x: &[$t]) -> $real {
                euclidean(&Elements::Slice(x, 1.0))
            }
            #[inline(never)]
            fn norm_of(x: ArrayViewD<'_, $t>) -> $real {
                euclidean(&Elements::of(x))
            }
            #[inline(never)]
            fn vector_norm_of_slice(x: &[$t], shape: &[usize], ord: f64) -> Result<$real, ErrorKind> {
                check_order(x.len(), shape, ord)?;
                Ok(p_norm(&Elements::Slice(x, 1.0), ord))
            }
            #[inline(never)]
            fn vector_norm(x: ArrayViewD<'_, $t>, ord: f64) -> Result<$real, ErrorKind> {
                vector_norm_of(x, ord)
            }
            #[inline(never)]
            fn norms_over(x: ArrayViewD<'_, $t>, ord: f64, axes: &[Axis]) -> Result<ArrayD<$real>, ErrorKind> {
                norms_over(x, ord, axes)
            }
            #[inline(never)]
            fn lane_norms(x: Along<'_, $t>, count: f64, ord: f64) -> Result<Vec<$real>, ErrorKind> {
                map_along(x, 1, PARALLEL_LANES, &|walk| {
                    walk(&mut |lane, norm| norm[0] = p_norm(&Elements::Slice(lane, count), ord));
                })
            }
            #[inline(never)]
            fn matrix_norm(m: &ArrayRef2<$t>, ord: MatrixNorm) -> Result<$real, ErrorKind> {
                matrix_norm_of(m, ord)
            }
            #[inline(never)]
            fn matrix_norms(m: &Stack<'_, $t>, ord: MatrixNorm) -> Result<Stacked<$real>, BadMatrix> {
                matrix_norms_of(m, ord)
            }
            #[inline(never)]
            fn normalize(x: &mut [$t]) -> Result<(), ErrorKind> {
                normalize_slice(x)
            }
        }
    )*};
}

norms! {
    f32: f32;
    f64: f64;
    Complex32: f32;
    Complex64: f64;
}

/// The elements of a norm, and how often each of them counts: elements that a broadcast view repeats are read
/// once.
enum Elements<'a, T> {
    Slice(&'a [T], f64),
    View(ArrayViewD<'a, T>, f64),
}

impl<'a, T: Scalar> Elements<'a, T> {
    fn of(mut x: ArrayViewD<'a, T>) -> Self {
        let mut count = 1.0;
        for axis in 0..x.ndim() {
            if x.strides()[axis] == 0 && x.len_of(Axis(axis)) > 1 {
                count *= x.len_of(Axis(axis)) as f64;
                x.collapse_axis(Axis(axis), 0);
            }
        }
        match x.to_slice_memory_order() {
            Some(x) => Elements::Slice(x, count),
            None => Elements::View(x, count),
        }
    }

    fn count(&self) -> f64 {
        match self {
            Elements::Slice(_, count) | Elements::View(_, count) => *count,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Elements::Slice(x, _) => x.is_empty(),
            Elements::View(x, _) => x.is_empty(),
        }
    }

    /// Combines the values of `f` for the parts, in order: one part if the elements are contiguous, otherwise
    /// copied blocks.
    fn fold(&self, start: f64, f: impl Fn(&[T]) -> f64, combine: impl Fn(f64, f64) -> f64) -> f64 {
        match self {
            Elements::Slice(x, _) => combine(start, f(x)),
            Elements::View(x, _) => {
                let mut block = Vec::with_capacity(x.len().min(loops::BLOCK));
                let mut result = start;
                let mut put = |mut lane: ArrayView1<'_, T>| {
                    while !lane.is_empty() {
                        let part = lane.len().min(loops::BLOCK - block.len());
                        let (head, tail) = lane.split_at(Axis(0), part);
                        block.extend(head);
                        lane = tail;
                        if block.len() == loops::BLOCK {
                            result = combine(result, f(&block));
                            block.clear();
                        }
                    }
                };
                match x.view().into_dimensionality::<Ix2>() {
                    // iterating over 1-D lanes of a 2-D view is faster
                    Ok(x) => x.rows().into_iter().for_each(&mut put),
                    Err(_) => x.rows().into_iter().for_each(&mut put),
                }
                if !block.is_empty() {
                    result = combine(result, f(&block));
                }
                result
            }
        }
    }

    /// Sums the values of `f` over blocks, so that all layouts give the same bits.
    fn sum(&self, f: impl Fn(&[T]) -> f64) -> f64 {
        self.fold(0.0, f, |total, sum| total + sum)
    }

    /// Sums a term over all elements.
    fn sum_of(&self, term: impl Fn(T) -> T::Real) -> f64 {
        let block = |x: &[T]| x.iter().fold(T::Real::zero(), |sum, &x| sum + term(x)).f64();
        self.sum(|x| x.chunks(loops::BLOCK).fold(0.0, |total, x| total + block(x)))
    }

    /// Returns the largest value of `f` over the parts, 0 if there are none; NaN if any is NaN.
    fn max(&self, f: impl Fn(&[T]) -> T::Real) -> T::Real {
        T::Real::of(self.fold(0.0, |x| f(x).f64(), |m, x| if x.is_nan() || x > m { x } else { m }))
    }

    /// Returns the smallest absolute value, infinity if there are no elements; NaN if any is NaN.
    fn min_modulus(&self) -> T::Real {
        // `min` of the standard library ignores a NaN
        let smaller = |m: f64, x: f64| if x.is_nan() || x < m { x } else { m };
        let min = |x: &[T]| x.iter().fold(f64::INFINITY, |m, x| smaller(m, x.modulus().f64()));
        T::Real::of(self.fold(f64::INFINITY, min, smaller))
    }
}

/// Returns the square root of the sum of squares; uses a second pass over scaled values if the sum leaves the
/// safe range.
fn euclidean<T: Scalar>(x: &Elements<'_, T>) -> T::Real {
    let safe = T::Real::SAFE;
    let repeated = T::Real::of(x.count().sqrt());
    let sum = T::Real::of(x.sum(loops::sum_of_squares));
    if sum > (safe * safe).recip() * T::Real::of(1e20) && sum.is_finite() {
        return sum.sqrt() * repeated;
    }
    // Zero, tiny, huge, infinite or NaN.
    let max = x.max(loops::max_part);
    if max.is_zero() || !max.is_finite() {
        return max;
    }
    let power = PowerOfTwo::to_unit(max, T::Real::one());
    let scaled = x.sum_of(|x| power.times(x).norm_sqr());
    power.inverse().times(T::Real::of(scaled.sqrt()) * repeated)
}

fn vector_norm_of<T: Scalar>(x: ArrayViewD<'_, T>, ord: f64) -> Result<T::Real, ErrorKind> {
    check_order(x.len(), x.shape(), ord)?;
    if x.len() > loops::BLOCK || x.strides().contains(&0) {
        return Ok(p_norm(&Elements::of(x), ord));
    }
    let few: Vec<T> = x.iter().copied().collect();
    Ok(p_norm(&Elements::Slice(&few, 1.0), ord))
}

/// Returns the norms over several axes.
fn norms_over<T: Scalar + Terms>(
    x: ArrayViewD<'_, T>,
    ord: f64,
    axes: &[Axis],
) -> Result<ArrayD<T::Real>, ErrorKind> {
    let mut ascending = axes.to_vec();
    ascending.sort_by_key(|axis| axis.0);
    let order = others_first(x.ndim(), &ascending)?;
    let others = x.ndim() - axes.len();
    let shape = x.shape().to_vec();
    let norms = |merged: &ArrayRef<T, IxDyn>| match lane_norms(merged, ord, Axis(others)) {
        Err(ErrorKind::Empty { .. }) => Err(ErrorKind::empty(&shape)),
        norms => norms,
    };
    let x = x.permuted_axes(order);
    if x.is_empty() {
        // no elements, so any order of them
        let len = x.shape()[others..].iter().product();
        let shape = IxDyn(&[&x.shape()[..others], &[len]].concat());
        let merged = ArrayD::from_shape_vec(shape, Vec::new());
        return norms(&merged.map_err(|_| ErrorKind::TooLarge { dim: len })?);
    }
    let merged = grouped(x, others, 0)?;
    norms(&merged.view().index_axis_move(Axis(others), 0))
}

fn lane_norms<T: Scalar, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    ord: f64,
    axis: Axis,
) -> Result<Array<T::Real, D::Smaller>, ErrorKind> {
    check_axis(x, axis)?;
    let n = x.len_of(axis);
    if n == 0 {
        let mut norms = lanes::new(x.raw_dim().remove_axis(axis))?;
        // no lane, or only empty ones
        check_order(usize::from(norms.is_empty()), x.shape(), ord)?;
        norms.fill(T::vector_norm_of_slice(&[], &[0], ord)?);
        return Ok(norms);
    }
    check_order(n, x.shape(), ord)?;
    // The elements that a broadcast view repeats are read once.
    let mut distinct = x.view();
    for other in (0..x.ndim()).map(Axis).filter(|&other| x.stride_of(other) == 0 && x.len_of(other) > 1) {
        distinct.collapse_axis(other, 0);
    }
    let count = n / distinct.len_of(axis);
    let norms = shaped(&distinct, axis, T::lane_norms(Along::new(&distinct, axis), count as f64, ord)?);
    let dim = x.raw_dim().remove_axis(axis);
    if norms.raw_dim() == dim {
        return Ok(norms);
    }
    check_memory::<T::Real>(dim.size())?;
    Ok(norms.broadcast(dim).unwrap_or_else(|| unreachable!("the repeated axes have length 1")).to_owned())
}

fn check_order(len: usize, shape: &[usize], ord: f64) -> Result<(), ErrorKind> {
    if ord.is_nan() {
        return Err(ErrorKind::invalid("ord", "expected a number, found NaN"));
    }
    if len == 0 && ord == f64::NEG_INFINITY {
        return Err(ErrorKind::empty(shape));
    }
    Ok(())
}

fn p_norm<T: Scalar>(v: &Elements<'_, T>, ord: f64) -> T::Real {
    let count = v.count();
    match ord {
        2.0 => euclidean(v),
        1.0 => T::Real::of(v.sum(loops::sum_of_moduli) * count),
        0.0 => T::Real::of(v.sum(|v| v.iter().filter(|x| !x.is_zero()).count() as f64) * count),
        f64::INFINITY => v.max(loops::max_modulus),
        f64::NEG_INFINITY => v.min_modulus(),
        _ if v.is_empty() => {
            if ord > 0.0 {
                T::Real::zero()
            } else {
                T::Real::infinity()
            }
        }
        p => {
            let unit = if p > 0.0 { v.max(loops::max_modulus) } else { v.min_modulus() };
            if unit.is_zero() || !unit.is_finite() {
                // All elements are zero, or p < 0 and there is a zero, whose power is infinite; an infinity
                // or a NaN stays.
                return unit;
            }
            let p = T::Real::of(p);
            let sum = T::Real::of(v.sum_of(|x| power(x.modulus() / unit, p)) * count);
            sum.powf(p.recip()) * unit
        }
    }
}

/// Returns `x^p`, by multiplication if p is 3.
fn power<R: Real>(x: R, p: R) -> R {
    if p == R::of(3.0) { x * x * x } else { x.powf(p) }
}

pub(super) fn matrix_norm_of<T: Scalar>(m: &ArrayRef2<T>, ord: MatrixNorm) -> Result<T::Real, ErrorKind> {
    if m.is_empty() {
        // the smallest value of an empty set: no singular values, no columns or no rows
        return match (ord, m.dim()) {
            (MatrixNorm::NegTwo, _) | (MatrixNorm::NegOne, (_, 0)) | (MatrixNorm::NegInf, (0, _)) => {
                Err(ErrorKind::empty(m.shape()))
            }
            _ => Ok(T::Real::zero()),
        };
    }
    let singular = || singular_values(m);
    Ok(match ord {
        MatrixNorm::Fro => norm(m),
        MatrixNorm::Nuc => singular()?.into_iter().fold(T::Real::zero(), |sum, s| sum + s),
        // not empty
        MatrixNorm::Two => singular()?[0],
        MatrixNorm::NegTwo => singular()?[m.nrows().min(m.ncols()) - 1],
        MatrixNorm::One => extreme_sum(m.t(), |x, best| x > best)?,
        MatrixNorm::NegOne => extreme_sum(m.t(), |x, best| x < best)?,
        MatrixNorm::Inf => extreme_sum(m.view(), |x, best| x > best)?,
        MatrixNorm::NegInf => extreme_sum(m.view(), |x, best| x < best)?,
    })
}

/// Returns the largest or smallest row sum of absolute values of a matrix that is not empty.
fn extreme_sum<T: Scalar>(
    mut m: ArrayView2<'_, T>,
    better: fn(T::Real, T::Real) -> bool,
) -> Result<T::Real, ErrorKind> {
    let zero = T::Real::zero();
    // Elements that a broadcast view repeats are read once.
    let mut count = T::Real::one();
    if m.strides()[1] == 0 {
        count = T::Real::of(m.ncols() as f64);
        m.collapse_axis(Axis(1), 0);
    }
    if m.strides()[0] == 0 {
        m.collapse_axis(Axis(0), 0);
    }
    let mut best: Option<T::Real> = None;
    let mut compare = |sum: T::Real| {
        best = Some(match best {
            Some(best) if !sum.is_nan() && (best.is_nan() || !better(sum, best)) => best,
            _ => sum,
        });
    };
    if m.strides()[1].unsigned_abs() <= m.strides()[0].unsigned_abs() {
        for row in m.rows() {
            compare(match row.to_slice() {
                Some(row) => T::Real::of(loops::sum_of_moduli(row)),
                None => row.iter().fold(zero, |sum, x| sum + x.modulus()),
            });
        }
    } else {
        // Row sums of a column-major matrix: accumulated column by column, in memory order.
        check_memory::<T::Real>(m.nrows())?;
        let mut sums = vec![zero; m.nrows()];
        for column in m.columns() {
            match column.as_slice() {
                Some(column) => loops::add_moduli(column, &mut sums),
                None => sums.iter_mut().zip(column).for_each(|(sum, x)| *sum += x.modulus()),
            }
        }
        sums.into_iter().for_each(compare);
    }
    Ok(best.unwrap_or(zero) * count)
}

fn normalize_slice<T: Scalar>(x: &mut [T]) -> Result<(), ErrorKind> {
    let norm_of = |x: &[T]| euclidean(&Elements::Slice(x, 1.0));
    let mut size = norm_of(x);
    let safe = T::Real::SAFE;
    if size > T::Real::zero() && (size > safe || size < safe.recip()) {
        // the norm may overflow where the quotient does not, and the quotient of two denormal numbers would
        // lose digits
        let step = T::from_real(if size > safe { safe.recip() } else { safe });
        x.iter_mut().for_each(|x| *x *= step);
        size = norm_of(x);
    }
    if size.is_zero() || !size.is_finite() {
        return Err(ErrorKind::invalid(
            "x",
            format!("expected a norm that is finite and not 0, found {size:?}"),
        ));
    }
    x.iter_mut().for_each(|x| *x = x.div_real(size));
    Ok(())
}
