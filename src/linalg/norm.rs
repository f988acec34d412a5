use super::svd::singular_values;
use crate::scalar::PowerOfTwo;
use crate::{Error, Real, Result, Scalar, simd};
use ndarray::{Array, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, RemoveAxis};
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

/// The Euclidean norm of all elements, as `numpy.linalg.norm(x)`: of a vector its length, of a matrix the Frobenius
/// norm.
///
/// Any shape and layout; the norm of an empty array is 0. Neither overflows nor underflows where the result is
/// representable (NumPy does). The relative error is at most a few `EPSILON`. NaN gives NaN.
///
/// # Examples
/// ```
/// use linstat::norm;
/// use ndarray::array;
/// assert_eq!(norm(&array![3_f64, 4.]), 5.);
/// assert_eq!(norm(&array![[1_f64, 1.], [1., 1.]]), 2.);
/// assert!((norm(&array![3e200_f64, 4e200]) - 5e200).abs() < 1e186);
/// ```
pub fn norm<T: Scalar, D: Dimension>(x: &ArrayRef<T, D>) -> T::Real {
    match x.as_slice_memory_order() {
        Some(x) => euclidean(x),
        None => euclidean(&x.iter().copied().collect::<Vec<_>>()),
    }
}

/// The square root of the sum of squares; in a second pass over scaled values if the sum leaves the safe range.
fn euclidean<T: Scalar>(x: &[T]) -> T::Real {
    let safe = T::Real::SAFE;
    let sum = simd::sum_of_squares(x);
    if sum > (safe * safe).recip() * T::Real::of(1e20) && sum.is_finite() {
        return sum.sqrt();
    }
    // Zero, tiny, huge, infinite or NaN.
    let max = simd::max_part(x);
    if max.is_zero() || !max.is_finite() {
        return max;
    }
    let power = PowerOfTwo::to_unit(max, T::Real::one());
    let scaled: T::Real = x
        .iter()
        .map(|&x| {
            let x = power.times(x);
            x.re() * x.re() + x.im() * x.im()
        })
        .sum();
    power.inverse().times(scaled.sqrt())
}

/// A vector norm, as `numpy.linalg.vector_norm(v, ord=ord)`.
///
/// | `ord` | norm |
/// |---|---|
/// | 2 | Euclidean, see [`norm`] |
/// | 1 | sum of the absolute values |
/// | 0 | number of elements that are not zero |
/// | infinity | largest absolute value |
/// | -infinity | smallest absolute value |
/// | any other p | sum of \|v\|ᵖ, to the power of 1/p |
///
/// `v` has shape `(n,)` and any stride. NaN gives NaN. Powers are scaled by the largest element, so that they neither
/// overflow nor underflow where the result is representable.
///
/// # Errors
/// [`Error::InvalidArgument`] if `ord` is NaN, [`Error::Empty`] for infinite or negative `ord` of an empty vector.
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
pub fn vector_norm<T: Scalar>(v: &ArrayRef1<T>, ord: f64) -> Result<T::Real> {
    check_order("vector_norm", v.len(), v.shape(), ord)?;
    Ok(match v.as_slice_memory_order() {
        Some(v) => p_norm(v, ord),
        None => p_norm(&v.to_vec(), ord),
    })
}

/// The norms of all lanes along `axis`, as `numpy.linalg.vector_norm(x, axis=axis, ord=ord)`.
///
/// The result has the shape of `x` without `axis`; see [`vector_norm`] for `ord`.
///
/// # Errors
/// As [`vector_norm`], and [`Error::InvalidArgument`] if `x` has no such axis.
///
/// # Examples
/// ```
/// use linstat::vector_norm_axis;
/// use ndarray::{Axis, array};
/// let rows = vector_norm_axis(&array![[3., 4.], [5., 12.]], 2., Axis(1))?;
/// assert_eq!(rows, array![5., 13.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn vector_norm_axis<T: Scalar, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    ord: f64,
    axis: Axis,
) -> Result<Array<T::Real, D::Smaller>> {
    if axis.0 >= x.ndim() {
        return Err(Error::axis("vector_norm_axis", axis, x.ndim()));
    }
    check_order("vector_norm_axis", x.len_of(axis), x.shape(), ord)?;
    let mut buffer = Vec::new();
    Ok(x.map_axis(axis, |lane| match lane.as_slice() {
        Some(lane) => p_norm(lane, ord),
        None => {
            buffer.clear();
            buffer.extend(lane.iter().copied());
            p_norm(&buffer, ord)
        }
    }))
}

fn check_order(op: &'static str, len: usize, shape: &[usize], ord: f64) -> Result<()> {
    if ord.is_nan() {
        return Err(Error::invalid(op, "ord", "expected a number, found NaN"));
    }
    if len == 0 && (ord.is_infinite() || ord < 0.0) {
        return Err(Error::empty(op, shape));
    }
    Ok(())
}

fn p_norm<T: Scalar>(v: &[T], ord: f64) -> T::Real {
    // `min` of the standard library drops a NaN
    let smallest = || {
        let moduli = v.iter().map(|x| x.modulus());
        moduli.fold(T::Real::infinity(), |m, x| if x.is_nan() || x < m { x } else { m })
    };
    match ord {
        2.0 => euclidean(v),
        1.0 => simd::sum_of_moduli(v),
        0.0 => T::Real::of(v.iter().filter(|x| !x.is_zero()).count() as f64),
        f64::INFINITY => simd::max_modulus(v),
        f64::NEG_INFINITY => smallest(),
        p => {
            let unit = if p > 0.0 { simd::max_modulus(v) } else { smallest() };
            if unit.is_zero() || !unit.is_finite() {
                // All zero, or (p < 0) a zero among them, whose power is infinite; an infinity or a NaN stays.
                return unit;
            }
            let (p, unit) = (T::Real::of(p), unit);
            let sum: T::Real = v.iter().map(|x| power(x.modulus() / unit, p)).sum();
            sum.powf(p.recip()) * unit
        }
    }
}

/// `x^p`, by multiplication where p is 3.
fn power<R: Real>(x: R, p: R) -> R {
    if p == R::of(3.0) { x * x * x } else { x.powf(p) }
}

/// A matrix norm, as `numpy.linalg.matrix_norm(m, ord=ord)`.
///
/// `m` has any shape `(r, c)` and any memory layout. The norms 2, -2 and nuclear come from the singular values
/// (`gesdd`), the others from one pass over the elements, where NaN gives NaN.
///
/// # Errors
/// [`Error::Empty`] for 1, -1, inf and -inf, 2 and -2 of an empty matrix (the others are 0);
/// [`Error::NonFinite`] for a NaN or an infinity where singular values are needed.
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
pub fn matrix_norm<T: Scalar>(m: &ArrayRef2<T>, ord: MatrixNorm) -> Result<T::Real> {
    if m.is_empty() && !matches!(ord, MatrixNorm::Fro | MatrixNorm::Nuc) {
        return Err(Error::empty("matrix_norm", m.shape()));
    }
    let zero = T::Real::zero();
    let singular = || singular_values("matrix_norm", m);
    Ok(match ord {
        MatrixNorm::Fro => norm(m),
        MatrixNorm::Nuc => singular()?.into_iter().sum(),
        MatrixNorm::Two => singular()?.first().copied().unwrap_or(zero),
        MatrixNorm::NegTwo => singular()?.last().copied().unwrap_or(zero),
        MatrixNorm::One => extreme_sum(&m.t(), |x, best| x > best),
        MatrixNorm::NegOne => extreme_sum(&m.t(), |x, best| x < best),
        MatrixNorm::Inf => extreme_sum(m, |x, best| x > best),
        MatrixNorm::NegInf => extreme_sum(m, |x, best| x < best),
    })
}

/// The largest or smallest row sum of absolute values.
fn extreme_sum<T: Scalar>(m: &ArrayRef2<T>, better: fn(T::Real, T::Real) -> bool) -> T::Real {
    let sums: Vec<T::Real> = if m.strides()[1].unsigned_abs() <= m.strides()[0].unsigned_abs() {
        let sum = |row: ndarray::ArrayView1<'_, T>| match row.as_slice() {
            Some(row) => simd::sum_of_moduli(row),
            None => row.iter().map(|x| x.modulus()).sum(),
        };
        m.rows().into_iter().map(sum).collect()
    } else {
        // Row sums of a column-major matrix: column by column, which is how it lies in memory.
        let mut sums = vec![T::Real::zero(); m.nrows()];
        for column in m.columns() {
            match column.as_slice() {
                Some(column) => simd::add_moduli(column, &mut sums),
                None => sums.iter_mut().zip(column).for_each(|(sum, x)| *sum += x.modulus()),
            }
        }
        sums
    };
    let mut sums = sums.into_iter();
    let first = sums.next().unwrap_or(T::Real::zero());
    sums.fold(first, |best, x| if x.is_nan() || (!best.is_nan() && better(x, best)) { x } else { best })
}

/// The array divided by its Euclidean norm, as `x / numpy.linalg.norm(x)`.
///
/// Any shape and layout; the result has norm 1 to a few `EPSILON`, also for elements of 1e200 or 1e-200, where NumPy's
/// squares overflow or underflow.
///
/// # Errors
/// [`Error::InvalidArgument`] if the norm is 0, infinite or NaN (NumPy warns and gives NaN).
///
/// # Examples
/// ```
/// use linstat::normalize;
/// use ndarray::array;
/// assert_eq!(normalize(&array![3., 4.])?, array![0.6, 0.8]);
/// assert!(normalize(&array![0., 0.]).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn normalize<T: Scalar, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    let mut size = norm(x);
    let mut unit = x.to_owned();
    let safe = T::Real::SAFE;
    if size > T::Real::zero() && (size > safe || size < safe.recip()) {
        // the norm may overflow where the quotient does not, and the quotient of two denormals would lose digits
        let step = T::from_real(if size > safe { safe.recip() } else { safe });
        unit.mapv_inplace(|x| x * step);
        size = norm(&unit);
    }
    if size.is_zero() || !size.is_finite() {
        return Err(Error::invalid("normalize", "x", format!("its norm is {size}")));
    }
    unit.mapv_inplace(|x| x.div_real(size));
    Ok(unit)
}
