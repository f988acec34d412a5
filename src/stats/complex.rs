//! Statistics of complex numbers: means part by part, variances as sums of those of the parts, medians in
//! lexicographic order.

use super::Variables;
use super::compiled::Statistic;
use super::correlation::within_one;
use super::quantile::Nan;
use crate::loops::any_order::AnyOrder;
use crate::loops::complex::{joined, of_lanes, of_parts, reduce_all, reduce_parts};
use crate::loops::lanes::{Along, Elements, new, try_map_along};
use crate::memory::room;
use crate::number::{PowerOfTwo, Ranked};
use crate::tuning::PARALLEL_SORT_LANES;
use crate::{ErrorKind, Real, Result};
use ndarray::{Array2, ArrayView2, Axis, Ix2, Zip};
use num_complex::Complex;
use num_traits::Float;

impl Statistic {
    fn nan(self) -> Nan {
        match self {
            Statistic::NanMean | Statistic::NanVar(_) | Statistic::NanStd(_) => Nan::LeftOut,
            _ => Nan::Spreads,
        }
    }

    /// Returns a variance or standard deviation of complex numbers, given those of the parts.
    fn of_complex<R: Real>(self, Complex { re, im }: Complex<R>) -> R {
        let sum = re + im;
        match self {
            // a NaN beside an infinity stays NaN
            Statistic::Std(_) | Statistic::NanStd(_) if !sum.is_nan() => Float::hypot(re, im),
            _ => sum,
        }
    }
}

/// Returns the mean of at least one element.
pub(super) fn location<R: Real>(
    x: Elements<'_, Complex<R>>,
    statistic: Statistic,
) -> Result<Complex<R>, ErrorKind> {
    reduce_all(&x, statistic.nan(), &|parts, out| statistic.of_blocks(parts, out))
}

pub(super) fn locations<R: Real>(
    x: Along<'_, Complex<R>>,
    statistic: Statistic,
) -> Result<Vec<Complex<R>>, ErrorKind> {
    reduce_parts(x, statistic.nan(), &|parts, out| statistic.of_blocks(parts, out), |mean| mean)
}

/// Returns the variance or the standard deviation of at least one element.
pub(super) fn spread<R: Real>(x: Elements<'_, Complex<R>>, statistic: Statistic) -> Result<R, ErrorKind> {
    location(x, statistic).map(|parts| statistic.of_complex(parts))
}

pub(super) fn spreads<R: Real>(x: Along<'_, Complex<R>>, statistic: Statistic) -> Result<Vec<R>, ErrorKind> {
    let join = |parts| statistic.of_complex(parts);
    reduce_parts(x, statistic.nan(), &|parts, out| statistic.of_blocks(parts, out), join)
}

/// Returns the weighted mean of each lane of `n` elements, which come one after the other and are not empty.
pub(super) fn each_weighted<R: Real>(
    x: Elements<'_, Complex<R>>,
    weights: Elements<'_, R>,
    n: usize,
) -> Result<Vec<Complex<R>>, ErrorKind> {
    let weights = weights.in_order()?;
    let parts = of_parts(&x, |x| R::each_weighted(x, Elements::Slice(&weights), n))?;
    joined([parts.re, parts.im])
}

pub(super) fn weighted_means<R: Real>(
    x: Along<'_, Complex<R>>,
    weights: &[R],
) -> Result<Vec<Complex<R>>, ErrorKind> {
    of_lanes(x, 1, |x| R::weighted_means(x, weights)).and_then(joined)
}

/// Returns the median of a nonempty array.
pub(super) fn median<R: Real>(x: AnyOrder<'_, Complex<R>>, nan: Nan) -> Result<Complex<R>, ErrorKind> {
    let mut all = room(x.len())?;
    x.each_chunk(|x| all.extend_from_slice(x));
    median_in(&mut all, nan)
}

pub(super) fn medians<R: Real>(x: Along<'_, Complex<R>>, nan: Nan) -> Result<Vec<Complex<R>>, ErrorKind> {
    try_map_along(x, 1, PARALLEL_SORT_LANES, |lane, out, spare: &mut Vec<_>| {
        if spare.capacity() < lane.len() {
            *spare = room(lane.len())?;
        }
        spare.clear();
        spare.extend_from_slice(lane);
        out.fill(median_in(spare, nan)?);
        Ok(())
    })
}

/// Returns the median of numbers, whose order changes.
fn median_in<R: Real>(x: &mut Vec<Complex<R>>, nan: Nan) -> Result<Complex<R>, ErrorKind> {
    // zeros of different signs have one rank, but the result may not depend on the order in memory
    let place = |x: &Complex<R>| (x.rank(), !x.re.is_sign_negative(), !x.im.is_sign_negative());
    let number = |x: R| if x.is_nan() { Float::nan() } else { x };
    match nan {
        Nan::LeftOut => x.retain(|x| !x.unordered()),
        // NumPy returns the last element of the sorted ones
        Nan::Spreads => {
            if let Some(last) = x.iter().max_by_key(|x| x.rank()).filter(|x| x.unordered()) {
                return Ok(Complex::new(number(last.re), number(last.im)));
            }
        }
    }
    if x.is_empty() {
        return Ok(Complex::new(Float::nan(), Float::nan()));
    }
    let half = x.len() / 2;
    let odd = x.len() % 2 == 1;
    let (below, &mut upper, _) = x.select_nth_unstable_by_key(half, place);
    match below.iter().max_by_key(|x| place(x)) {
        Some(&lower) if !odd => {
            let mean = |pair: [R; 2]| R::statistic(Elements::Slice(&pair), Statistic::Mean);
            Ok(Complex::new(mean([lower.re, upper.re])?, mean([lower.im, upper.im])?))
        }
        _ => Ok(upper),
    }
}

/// Returns the variables as columns: their real parts, then their imaginary ones. `scale` is the factor of a
/// variable, given its largest part.
fn side_by_side<R: Real>(
    x: ArrayView2<'_, Complex<R>>,
    variables: Variables,
    scale: impl Fn(R) -> PowerOfTwo,
) -> Result<Array2<R>, ErrorKind> {
    let x = variables.in_columns(&x);
    let (n, p) = x.dim();
    if n == 0 {
        return Err(ErrorKind::empty(x.shape()));
    }
    let mut parts: Array2<R> = new(Ix2(n, p.saturating_mul(2)))?;
    let (mut re, mut im) = parts.view_mut().split_at(Axis(1), p);
    Zip::from(&mut re).and(&mut im).and(&x).for_each(|re, im, x| (*re, *im) = (x.re, x.im));
    for (mut re, mut im) in re.columns_mut().into_iter().zip(im.columns_mut()) {
        let largest = re.iter().chain(&im).fold(R::zero(), |max, x| Float::max(max, Float::abs(*x)));
        let scale = scale(largest);
        if !scale.is_one() {
            re.mapv_inplace(|x| scale.times(x));
            im.mapv_inplace(|x| scale.times(x));
        }
    }
    Ok(parts)
}

/// Returns the covariances of complex variables, given those of their parts: of `x` with the conjugate of
/// `y`, as in NumPy. They are Hermitian to the bit, since those of the parts are symmetric.
fn of_real_parts<R: Real>(parts: &Array2<R>) -> Result<Array2<Complex<R>>, ErrorKind> {
    let p = parts.nrows() / 2;
    let mut all: Array2<Complex<R>> = new(Ix2(p, p))?;
    for ((i, j), cov) in all.indexed_iter_mut() {
        let (re, im) = (parts[[i, j]] + parts[[p + i, p + j]], parts[[p + i, j]] - parts[[i, p + j]]);
        *cov = Complex { re, im };
    }
    Ok(all)
}

pub(super) fn covariances<R: Real>(
    x: ArrayView2<'_, Complex<R>>,
    variables: Variables,
    ddof: usize,
) -> Result<Array2<Complex<R>>, ErrorKind> {
    let parts = side_by_side(x, variables, |_| PowerOfTwo::none())?;
    of_real_parts(&R::covariances(parts.view(), Variables::Columns, ddof)?)
}

pub(super) fn weighted_covariances<R: Real>(
    x: ArrayView2<'_, Complex<R>>,
    variables: Variables,
    weights: &[f64],
    freedom: f64,
) -> Result<Array2<Complex<R>>, ErrorKind> {
    let parts = side_by_side(x, variables, |_| PowerOfTwo::none())?;
    of_real_parts(&R::weighted_covariances(parts.view(), Variables::Columns, weights, freedom)?)
}

pub(super) fn correlations<R: Real>(
    x: ArrayView2<'_, Complex<R>>,
    variables: Variables,
) -> Result<Array2<Complex<R>>, ErrorKind> {
    let parts = side_by_side(x, variables, |largest| PowerOfTwo::to_unit(largest, R::one()))?;
    let mut all = of_real_parts(&R::covariances(parts.view(), Variables::Columns, 0)?)?;
    let squares: Vec<f64> = all.diag().iter().map(|square| square.re.f64()).collect();
    for ((i, j), r) in all.indexed_iter_mut() {
        let size = (squares[i] * squares[j]).sqrt();
        let part = |x: R| within_one(R::of(x.f64() / size));
        *r = if i == j && r.re > R::zero() {
            Complex::from(R::one())
        } else {
            Complex { re: part(r.re), im: part(r.im) }
        };
    }
    Ok(all)
}
