//! Complex arrays as two real ones: what is computed part by part runs in the loops of real numbers, and so
//! has their accuracy and the same bits for every layout.

use super::Nan;
use super::lanes::{Along, Elements};
use super::narrow::lanes_as;
use crate::memory::room;
use crate::number::Ranked;
use crate::{ErrorKind, Real, Result};
use ndarray::{ArrayView1, ArrayViewD};
use num_complex::Complex;
use num_traits::Float;

/// Returns the results of `work` for the real and for the imaginary parts of all elements. If NaN is left
/// out, both parts of an element are NaN if one is.
pub(crate) fn of_parts<R: Real, S>(
    x: &Elements<'_, Complex<R>>,
    nan: Nan,
    work: impl Fn(Elements<'_, R>) -> Result<S, ErrorKind>,
) -> Result<Complex<S>, ErrorKind> {
    let mut half = false;
    if nan == Nan::LeftOut {
        x.check()?;
        x.distinct().each_block(|x| half |= x.iter().any(|x| x.re.is_nan() != x.im.is_nan()));
    }
    if half {
        let all = x.in_order()?;
        let part = |of: fn(Complex<R>) -> R| -> Result<S, ErrorKind> {
            let mut part = room(all.len())?;
            part.extend(all.iter().map(|&x| of(without_half(x))));
            work(Elements::Slice(&part))
        };
        return Ok(Complex { re: part(|x| x.re)?, im: part(|x| x.im)? });
    }
    let x: ArrayViewD<'_, Complex<R>> = match x {
        Elements::Slice(x) => ArrayView1::from(*x).into_dyn(),
        Elements::View(x) => x.clone(),
    };
    let Complex { re, im } = x.split_complex();
    Ok(Complex { re: work(Elements::View(re))?, im: work(Elements::View(im))? })
}

/// Returns the results of `work` for the real and for the imaginary parts of the lanes: `len` for each lane,
/// in C order, where the axis has length `len`. NaN as in [`of_parts`].
pub(crate) fn of_lanes<R: Real, S>(
    x: Along<'_, Complex<R>>,
    len: usize,
    nan: Nan,
    work: impl Fn(Along<'_, R>) -> Result<Vec<S>, ErrorKind>,
) -> Result<[Vec<S>; 2], ErrorKind> {
    let whole = |x| if nan == Nan::LeftOut { without_half(x) } else { x };
    let re = lanes_as(x.clone(), len, |x| whole(x).re, &work)?;
    Ok([re, lanes_as(x, len, |x| whole(x).im, &work)?])
}

/// The number, with NaN in both parts if one is.
fn without_half<R: Real>(x: Complex<R>) -> Complex<R> {
    if x.unordered() { Complex::new(Float::nan(), Float::nan()) } else { x }
}

/// The complex numbers with these parts.
pub(crate) fn joined<R: Real>([re, im]: [Vec<R>; 2]) -> Result<Vec<Complex<R>>, ErrorKind> {
    let mut all = room(re.len())?;
    all.extend(re.into_iter().zip(im).map(|(re, im)| Complex { re, im }));
    Ok(all)
}
