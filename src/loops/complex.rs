//! Complex arrays as two real ones: what is computed part by part runs in the loops of real numbers, and so
//! has their accuracy and the same bits for every layout.
#![allow(unsafe_code)] // complex numbers as pairs of real ones

use super::Nan;
use super::blocks::{BLOCK, Blocks};
use super::lanes::{Along, Bundle, Elements, Source, nth, reduce_along};
use super::larger;
use super::narrow::lanes_as;
use super::sum::Room;
use super::total::{Long, Start, lane_sum};
use crate::memory::room;
use crate::number::Ranked;
use crate::tuning::{PARALLEL_LANES, PARALLEL_SUM};
use crate::{ErrorKind, Real, Result, threads};
use ndarray::{ArrayView1, ArrayViewD};
use num_complex::Complex;
use num_traits::Float;
use std::ops::Range;

/// The numbers as pairs of parts.
fn parts<R: Real>(x: &[Complex<R>]) -> &[R] {
    // SAFETY: `Complex` is `repr(C)` with two fields of type R: it has the size of two R and their alignment.
    // A slice has at most isize::MAX bytes, so the product does not overflow.
    unsafe { std::slice::from_raw_parts(x.as_ptr().cast(), 2 * x.len()) }
}

/// The number, with NaN in both parts if one is.
fn without_half<R: Real>(x: Complex<R>) -> Complex<R> {
    if x.unordered() { Complex::new(Float::nan(), Float::nan()) } else { x }
}

dispatched! {
    /// Writes the parts of `x`; if NaN is left out, both parts of an element are NaN if one is.
    fn divide<R: Real>(x: &[Complex<R>], nan: Nan, re: &mut [R], im: &mut [R]) {
        let n = x.len();
        let (re, im) = (&mut re[..n], &mut im[..n]);
        if nan == Nan::Spreads {
            for i in 0..n {
                (re[i], im[i]) = (x[i].re, x[i].im);
            }
        } else {
            for i in 0..n {
                let x = without_half(x[i]);
                (re[i], im[i]) = (x.re, x.im);
            }
        }
    }

    /// Whether one part of a number is NaN, but not the other one.
    fn any_half<R: Real>(x: &[Complex<R>]) -> bool {
        x.chunks(BLOCK).any(|x| x.iter().fold(false, |any, x| any | (x.re.is_nan() != x.im.is_nan())))
    }
}

/// The real and the imaginary parts of complex lanes, in turn: twice as many real lanes, which are copied
/// block by block.
struct Parts<'a, R> {
    lanes: Source<'a, Complex<R>>,
    nan: Nan,
}

impl<R: Real> Parts<'_, R> {
    /// Calls `f` with both parts of each block of lane `j`, of at most N elements.
    fn put<const N: usize>(&self, j: usize, x: &[Complex<R>], f: &mut dyn FnMut(usize, &[R])) {
        let (mut re, mut im) = ([R::zero(); N], [R::zero(); N]);
        for x in x.chunks(N) {
            divide(x, self.nan, &mut re, &mut im);
            f(2 * j, &re[..x.len()]);
            f(2 * j + 1, &im[..x.len()]);
        }
    }
}

impl<R: Real> Blocks<R> for Parts<'_, R> {
    fn len(&self) -> usize {
        self.lanes.len()
    }

    fn width(&self) -> usize {
        2 * self.lanes.width()
    }

    fn apart(&self) -> bool {
        matches!(self.lanes, Source::Lanes(_))
    }

    fn sizes(&self, step: usize, sizes: &mut [f64]) {
        for (j, sizes) in sizes.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            for i in (0..self.lanes.len()).step_by(step) {
                let x = match self.lanes {
                    Source::Whole(x) => nth(x, i),
                    Source::Lanes(lanes) => *lanes.at(j, i),
                };
                let x = if self.nan == Nan::LeftOut { without_half(x) } else { x };
                *sizes = [larger(sizes[0], x.re.f64().abs()), larger(sizes[1], x.im.f64().abs())];
            }
        }
    }

    fn each(&self, blocks: Range<usize>, f: &mut dyn FnMut(usize, &[R])) {
        /// Elements for which the copies are not worth their initialisation.
        const FEW: usize = 16;
        let range = blocks.start * BLOCK..self.lanes.len().min(blocks.end.saturating_mul(BLOCK));
        match self.lanes {
            // full blocks, except for the last one
            Source::Whole(x) => Elements::new(x).each_block(|some| self.put::<BLOCK>(0, some, f)),
            Source::Lanes(Bundle::Lane(lane)) if lane.len() <= FEW => self.put::<FEW>(0, &lane[range], f),
            Source::Lanes(Bundle::Lane(lane)) => self.put::<BLOCK>(0, &lane[range], f),
            Source::Lanes(Bundle::Rows { rows, start, width }) => {
                let mut lane = Vec::with_capacity(BLOCK);
                for rows in rows[range].chunks(BLOCK) {
                    for j in 0..width {
                        lane.clear();
                        lane.extend(rows.iter().map(|row| row[start + j]));
                        self.put::<BLOCK>(j, &lane, f);
                    }
                }
            }
        }
    }

    fn rows(&self) -> Option<(&[&[R]], usize)> {
        None
    }

    fn each_of(&self, lane: usize, f: &mut dyn FnMut(R)) {
        for &x in self.lanes.lane(lane / 2) {
            let x = if self.nan == Nan::LeftOut { without_half(x) } else { x };
            f(if lane.is_multiple_of(2) { x.re } else { x.im });
        }
    }

    fn long_sums(&self, bigs: &[f64], start: Start, done: &mut dyn FnMut(usize, Long)) {
        let sum = match start {
            Start::Zero => lane_sum::<R, false>,
            Start::High => lane_sum::<R, true>,
        };
        let of_some = |some: Range<usize>| {
            let mut totals = Room::filled(self.width(), Long::default());
            self.each(some, &mut |j, block| totals[j] = totals[j].join(sum(block, bigs[j])));
            totals
        };
        let blocks = self.lanes.len().div_ceil(BLOCK);
        let mut totals = if self.apart() && threads::share(self.len() * self.width(), PARALLEL_SUM) {
            const SOME: usize = 64;
            threads::map(blocks.div_ceil(SOME), 1, &|i| of_some(i * SOME..(i + 1) * SOME)).into_iter()
        } else {
            vec![of_some(0..blocks)].into_iter()
        };
        let Some(mut all) = totals.next() else { return };
        for some in totals {
            all.iter_mut().zip(some.iter()).for_each(|(total, &other)| *total = total.join(other));
        }
        all.iter().enumerate().for_each(|(j, &total)| done(j, total));
    }
}

/// Computes one result for each lane, of real lanes.
type Work<'f, R> = dyn Fn(&dyn Blocks<R>, &mut [R]) + Sync + 'f;

/// Fills the results of `work` for the parts of all lanes: those of the real and of the imaginary part in
/// turn.
fn work_on<R: Real>(lanes: Source<'_, Complex<R>>, nan: Nan, work: &Work<'_, R>, out: &mut [R]) {
    if let Source::Lanes(Bundle::Rows { rows, start, width }) = lanes {
        let half = |row: &&[Complex<R>]| any_half(&row[start..start + width]);
        if nan == Nan::Spreads || !rows.iter().any(half) {
            // rows of complex numbers are rows of real ones that are twice as long
            let rows: Vec<&[R]> = rows.iter().map(|row| parts(row)).collect();
            let lanes = Bundle::Rows { rows: &rows, start: 2 * start, width: 2 * width };
            return work(&Source::from(lanes), out);
        }
    }
    work(&Parts { lanes, nan }, out);
}

/// Returns the results of `work` for the real and for the imaginary parts of all elements. If NaN is left
/// out, both parts of an element are NaN if one is.
pub(crate) fn reduce_all<R: Real>(
    x: &Elements<'_, Complex<R>>,
    nan: Nan,
    work: &Work<'_, R>,
) -> Result<Complex<R>, ErrorKind> {
    let mut out = [R::zero(); 2];
    x.summed(|x| work_on(x, nan, work, &mut out))?;
    Ok(Complex::new(out[0], out[1]))
}

/// Returns what `join` makes of the results of `work` for both parts of each lane, in C order. NaN as in
/// [`reduce_all`].
pub(crate) fn reduce_parts<R: Real, S: Copy + Default + Send + Sync>(
    x: Along<'_, Complex<R>>,
    nan: Nan,
    work: &Work<'_, R>,
    join: impl Fn(Complex<R>) -> S + Sync,
) -> Result<Vec<S>, ErrorKind> {
    reduce_along(x, PARALLEL_LANES, &|lanes, out| {
        let mut found = Room::filled(2 * out.len(), R::zero());
        work_on(lanes.into(), nan, work, &mut found);
        let pairs = found.as_chunks::<2>().0;
        out.iter_mut().zip(pairs).for_each(|(out, &[re, im])| *out = join(Complex::new(re, im)));
    })
}

/// Returns the results of `work` for the real and for the imaginary parts of all elements.
pub(crate) fn of_parts<R: Real, S>(
    x: &Elements<'_, Complex<R>>,
    work: impl Fn(Elements<'_, R>) -> Result<S, ErrorKind>,
) -> Result<Complex<S>, ErrorKind> {
    let x: ArrayViewD<'_, Complex<R>> = match x {
        Elements::Slice(x) => ArrayView1::from(*x).into_dyn(),
        Elements::View(x) => x.clone(),
    };
    let Complex { re, im } = x.split_complex();
    Ok(Complex { re: work(Elements::View(re))?, im: work(Elements::View(im))? })
}

/// Returns the results of `work` for the real and for the imaginary parts of the lanes: `len` for each lane,
/// in C order, where the axis has length `len`.
pub(crate) fn of_lanes<R: Real, S>(
    x: Along<'_, Complex<R>>,
    len: usize,
    work: impl Fn(Along<'_, R>) -> Result<Vec<S>, ErrorKind>,
) -> Result<[Vec<S>; 2], ErrorKind> {
    let re = lanes_as(x.clone(), len, |x| x.re, &work)?;
    Ok([re, lanes_as(x, len, |x| x.im, &work)?])
}

/// The complex numbers with these parts.
pub(crate) fn joined<R: Real>([re, im]: [Vec<R>; 2]) -> Result<Vec<Complex<R>>, ErrorKind> {
    let mut all = room(re.len())?;
    all.extend(re.into_iter().zip(im).map(|(re, im)| Complex { re, im }));
    Ok(all)
}
