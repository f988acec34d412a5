//! Bodies of the reductions, compiled once for each element type.

use super::{complex, narrow};
use crate::loops::Nan;
use crate::loops::columns::fold_rows;
use crate::loops::extreme::{self, End, find_with, lane_places, lane_values, values_with};
use crate::loops::lanes::{
    Along, Bundle, Elements, check_extent, map_along, new, reduce_along, reduce_lanes_along,
};
use crate::loops::sift::count_nonzero;
use crate::loops::sum;
use crate::memory::check_memory;
use crate::number::Accumulate;
use crate::sealed::compiled;
use crate::tuning::{FEW_LANES, PARALLEL_LANES};
use crate::{Element, Entry, ErrorKind, Result};
use ndarray::{Array1, Axis, RemoveAxis, Zip};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

compiled! {
    /// Bodies of the reductions. Private: it seals [`Entry`].
    entries Reduce {
        fn sum_all(x: Elements<'_, Self>, nan: Nan) -> Result<<Self as Accumulate>::Sum, ErrorKind>
            = sum_all, complex: complex::sum_all;
        fn sum_lanes(x: Along<'_, Self>, nan: Nan) -> Result<Vec<<Self as Accumulate>::Sum>, ErrorKind>
            = sum_lanes, complex: complex::sum_lanes;
        fn prod_all(x: Elements<'_, Self>, nan: Nan) -> Result<<Self as Accumulate>::Sum, ErrorKind> = prod_all;
        fn prod_lanes(x: Along<'_, Self>, nan: Nan) -> Result<Vec<<Self as Accumulate>::Sum>, ErrorKind>
            = prod_lanes;
        fn running_all(x: Elements<'_, Self>, step: Step, nan: Nan)
            -> Result<Array1<<Self as Accumulate>::Sum>, ErrorKind> = running_all;
        fn running_lanes(x: Along<'_, Self>, step: Step, nan: Nan)
            -> Result<Vec<<Self as Accumulate>::Sum>, ErrorKind> = running_lanes, narrow: narrow::running_lanes, complex: running_lanes;
        fn extreme_all(x: Elements<'_, Self>, end: End, nan: Nan) -> Option<Self>
            = extreme_all, narrow: narrow::extreme_all, complex: complex::extreme_all;
        fn extreme_lanes(x: Along<'_, Self>, end: End, nan: Nan) -> Result<Vec<Self>, ErrorKind>
            = extreme_lanes, narrow: narrow::extreme_lanes, complex: complex::extreme_lanes;
        fn index_all(x: Elements<'_, Self>, end: End, nan: Nan) -> Option<(usize, Self)>
            = index_all, narrow: narrow::index_all, complex: complex::index_all;
        fn index_lanes(x: Along<'_, Self>, end: End, nan: Nan) -> Result<Vec<usize>, ErrorKind>
            = index_lanes, narrow: narrow::index_lanes, complex: complex::index_lanes;
        fn any_is(x: Elements<'_, Self>, truth: Truth) -> bool = any_is;
        fn count_all(x: Elements<'_, Self>) -> usize = count_all;
        fn count_lanes(x: Along<'_, Self>) -> Result<Vec<usize>, ErrorKind> = count_lanes, narrow: narrow::count_lanes;
    }
}

/// How a running result combines with the next element.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Plus,
    Times,
}

/// The truth value of an element.
#[derive(Debug, Clone, Copy)]
pub enum Truth {
    True,
    False,
}

/// Number of elements between two checks whether the answer is known.
const CHUNK: usize = 4096;

fn sum_all<T: Element>(x: Elements<'_, T>, nan: Nan) -> Result<T::Sum, ErrorKind> {
    let mut out = [T::Sum::default()];
    x.summed(|x| match nan {
        Nan::Spreads => T::sums(x, &mut out),
        Nan::LeftOut => T::nan_sums(x, &mut out),
    })?;
    Ok(out[0])
}

fn sum_lanes<T: Element>(x: Along<'_, T>, nan: Nan) -> Result<Vec<T::Sum>, ErrorKind> {
    match nan {
        Nan::Spreads => {
            let of_lanes = |lanes: Bundle<'_, T>, out: &mut [T::Sum]| T::sums(lanes.into(), out);
            reduce_lanes_along(x, PARALLEL_LANES, &of_lanes, sum::SHORT, &T::lane_sums)
        }
        Nan::LeftOut => reduce_along(x, PARALLEL_LANES, &|lanes, out| T::nan_sums(lanes.into(), out)),
    }
}

/// The element as a factor: 1 for a NaN that is left out.
#[inline(always)]
fn factor<T: Entry>(x: T, nan: Nan) -> T::Sum {
    if nan == Nan::LeftOut && x.unordered() { T::Sum::UNIT } else { x.widen() }
}

fn prod_all<T: Entry>(x: Elements<'_, T>, nan: Nan) -> Result<T::Sum, ErrorKind> {
    x.check()?;
    let mut product = None;
    x.each_block(|block| product = prod_of(product, block, nan));
    Ok(product.unwrap_or(T::Sum::UNIT))
}

/// Returns the product of `before` and the elements. It starts with the first factor, not with 1, because 1
/// times a complex infinity has a NaN.
fn prod_of<T: Entry>(before: Option<T::Sum>, x: &[T], nan: Nan) -> Option<T::Sum> {
    let mut factors = x.iter().map(|&x| factor(x, nan));
    let first = before.or_else(|| factors.next())?;
    Some(factors.fold(first, T::Sum::times))
}

fn prod_lanes<T: Entry>(x: Along<'_, T>, nan: Nan) -> Result<Vec<T::Sum>, ErrorKind> {
    reduce_along(x, PARALLEL_LANES, &|lanes, out| match lanes {
        Bundle::Lane(lane) => out[0] = prod_of(None, lane, nan).unwrap_or(T::Sum::UNIT),
        Bundle::Rows { rows, start, width } => {
            let first = rows[0][start..start + width].iter();
            out.iter_mut().zip(first).for_each(|(product, &x)| *product = factor(x, nan));
            match nan {
                Nan::Spreads => {
                    fold_rows(&rows[1..], start, out, |product: T::Sum, x: T| product.times(x.widen()))
                }
                Nan::LeftOut => {
                    fold_rows(&rows[1..], start, out, |product: T::Sum, x| product.times(factor(x, nan)))
                }
            }
        }
    })
}

impl Step {
    /// Writes the running results of a lane, which continue `total`, and returns the last one.
    fn run<T: Entry>(
        self,
        total: Option<T::Sum>,
        lane: &[T],
        nan: Nan,
        out: &mut [T::Sum],
    ) -> Option<T::Sum> {
        fn run<T: Entry, S: Copy>(
            total: Option<S>,
            lane: &[T],
            out: &mut [S],
            term: impl Fn(T) -> S,
            next: impl Fn(S, S) -> S,
        ) -> Option<S> {
            let mut terms = lane.iter().map(|&x| term(x));
            let mut out = out.iter_mut();
            let mut total = match total {
                Some(total) => total,
                None => {
                    let first = terms.next()?;
                    if let Some(out) = out.next() {
                        *out = first;
                    }
                    first
                }
            };
            for (out, term) in out.zip(terms) {
                total = next(total, term);
                *out = total;
            }
            Some(total)
        }
        match (self, nan) {
            (Step::Plus, Nan::Spreads) => run(total, lane, out, T::widen, T::Sum::plus),
            (Step::Times, Nan::Spreads) => run(total, lane, out, T::widen, T::Sum::times),
            (step, nan) => run(total, lane, out, |x| step.term(x, nan), |total, x| step.next(total, x)),
        }
    }

    /// The element as a term or as a factor: 0 or 1 for a NaN that is left out.
    #[inline(always)]
    fn term<T: Entry>(self, x: T, nan: Nan) -> T::Sum {
        match self {
            Step::Plus if nan == Nan::LeftOut && x.unordered() => T::Sum::default(),
            Step::Plus => x.widen(),
            Step::Times => factor(x, nan),
        }
    }

    #[inline(always)]
    fn next<S: Accumulate>(self, total: S, term: S) -> S {
        match self {
            Step::Plus => total.plus(term),
            Step::Times => total.times(term),
        }
    }
}

fn running_all<T: Entry>(x: Elements<'_, T>, step: Step, nan: Nan) -> Result<Array1<T::Sum>, ErrorKind> {
    check_memory::<T::Sum>(x.len())?;
    let mut out = vec![T::Sum::default(); x.len()];
    let (mut total, mut done) = (None, 0);
    x.each_block(|block| {
        total = step.run(total, block, nan, &mut out[done..]);
        done += block.len();
    });
    Ok(out.into())
}

pub(super) fn running_lanes<T: Entry>(
    x: Along<'_, T>,
    step: Step,
    nan: Nan,
) -> Result<Vec<T::Sum>, ErrorKind> {
    let n = x.len();
    match x {
        // memory runs across the lanes: process all of them at once
        Along::Any(x, axis) if x.stride_of(axis) != 1 && n > 1 && x.len() / n > FEW_LANES => {
            check_extent(&x)?;
            let mut out = new(x.raw_dim())?;
            let mut totals = new(x.raw_dim().remove_axis(axis))?;
            for (i, (x, mut out)) in x.axis_iter(axis).zip(out.axis_iter_mut(axis)).enumerate() {
                Zip::from(&mut totals).and(x).and(&mut out).for_each(|total, &x, out| {
                    let term = step.term(x, nan);
                    *total = if i == 0 { term } else { step.next(*total, term) };
                    *out = *total;
                });
            }
            Ok(out.into_raw_vec_and_offset().0)
        }
        x => map_along(x, n, PARALLEL_LANES, &|walk| {
            walk(&mut |lane, out| {
                step.run(None, lane, nan, out);
            });
        }),
    }
}

/// Returns nothing for an empty array.
fn extreme_all<T: Element>(x: Elements<'_, T>, end: End, nan: Nan) -> Option<T> {
    let mut best = None;
    x.distinct().each_block(|block| {
        if !block.is_empty() {
            let mut found = [T::default()];
            values_with(Bundle::Lane(block), end, nan, &mut found);
            best = best.filter(|&best| !end.beats_with(found[0], best, nan)).or(Some(found[0]));
        }
    });
    best
}

pub(super) fn extreme_lanes<T: Element>(x: Along<'_, T>, end: End, nan: Nan) -> Result<Vec<T>, ErrorKind> {
    let of_lanes = |lanes: Bundle<'_, T>, out: &mut [T]| values_with(lanes, end, nan, out);
    match nan {
        Nan::Spreads => reduce_lanes_along(x, PARALLEL_LANES, &of_lanes, extreme::SHORT, &|x, n, out| {
            lane_values(x, n, end, out);
        }),
        Nan::LeftOut => reduce_along(x, PARALLEL_LANES, &of_lanes),
    }
}

/// Returns the index and the element there; nothing for an empty array.
fn index_all<T: Element>(x: Elements<'_, T>, end: End, nan: Nan) -> Option<(usize, T)> {
    index_by(x, end, nan, |block| {
        let mut found = [0];
        find_with(Bundle::Lane(block), end, nan, &mut found);
        found[0]
    })
}

/// Returns the index of the best of all elements, and that element, by a function that returns the index in a
/// block; nothing for an empty array.
pub(super) fn index_by<T: Entry>(
    x: Elements<'_, T>,
    end: End,
    nan: Nan,
    mut find: impl FnMut(&[T]) -> usize,
) -> Option<(usize, T)> {
    let (mut best, mut done) = (None, 0);
    let distinct = x.distinct();
    distinct.each_block(|block| {
        if !block.is_empty() {
            let found = find(block);
            let value = block[found];
            if best.is_none_or(|(_, best)| end.beats_with(value, best, nan)) {
                best = Some((done + found, value));
            }
            done += block.len();
        }
    });
    let (mut index, value) = best?;
    let Elements::View(x) = x else { return Some((index, value)) };
    // the index of that element among all elements, including repeated ones
    let (mut place, mut step) = (0, 1);
    for axis in (0..x.ndim()).map(Axis).rev() {
        if x.stride_of(axis) != 0 {
            place += step * (index % x.len_of(axis));
            index /= x.len_of(axis);
        }
        step *= x.len_of(axis);
    }
    Some((place, value))
}

/// Refuses a lane of NaN only, if NaN is left out.
pub(super) fn index_lanes<T: Element>(x: Along<'_, T>, end: End, nan: Nan) -> Result<Vec<usize>, ErrorKind> {
    match nan {
        Nan::Spreads => {
            let of_lanes = |lanes: Bundle<'_, T>, out: &mut [usize]| find_with(lanes, end, nan, out);
            reduce_lanes_along(x, PARALLEL_LANES, &of_lanes, extreme::SHORT, &|x, n, out| {
                lane_places(x, n, end, out);
            })
        }
        Nan::LeftOut => index_lanes_by(x, end, nan, &find_with),
    }
}

/// Returns the indices of the best elements by a function that finds them.
pub(super) fn index_lanes_by<T: Entry>(
    x: Along<'_, T>,
    end: End,
    nan: Nan,
    find: &(impl Fn(Bundle<'_, T>, End, Nan, &mut [usize]) + Sync),
) -> Result<Vec<usize>, ErrorKind> {
    if nan == Nan::Spreads {
        return reduce_along(x, PARALLEL_LANES, &|lanes, out| find(lanes, end, nan, out));
    }
    let nothing = AtomicBool::new(false);
    let found = reduce_along(x, PARALLEL_LANES, &|lanes, out| {
        find(lanes, end, nan, out);
        // the index is the first one if there is nothing else
        let missing = |(j, &i): (usize, &usize)| lanes.at(j, i).unordered();
        if out.iter().enumerate().any(missing) {
            nothing.store(true, Relaxed);
        }
    })?;
    if nothing.into_inner() { Err(only_nan()) } else { Ok(found) }
}

/// The error for NaN only, where an element is to be found.
#[cold]
pub(super) fn only_nan() -> ErrorKind {
    ErrorKind::invalid("x", "expected an element that is not NaN, found only NaN")
}

/// Returns whether any element has this truth value.
fn any_is<T: Entry>(x: Elements<'_, T>, truth: Truth) -> bool {
    let is = |x: &[T]| match truth {
        Truth::True => count_nonzero(x) > 0,
        Truth::False => count_nonzero(x) < x.len(),
    };
    match x.distinct() {
        Elements::Slice(x) => x.chunks(CHUNK).any(is),
        Elements::View(x) => match x.as_slice_memory_order() {
            Some(x) => x.chunks(CHUNK).any(is),
            None => x.iter().any(|x| is(std::slice::from_ref(x))),
        },
    }
}

fn count_all<T: Entry>(x: Elements<'_, T>) -> usize {
    let distinct = x.distinct();
    let count = match &distinct {
        Elements::Slice(x) => count_nonzero(x),
        Elements::View(x) => match x.as_slice_memory_order() {
            Some(x) => count_nonzero(x),
            None => x.iter().filter(|x| **x != T::default()).count(),
        },
    };
    count * x.len().checked_div(distinct.len()).unwrap_or(0)
}

pub(super) fn count_lanes<T: Entry>(x: Along<'_, T>) -> Result<Vec<usize>, ErrorKind> {
    reduce_along(x, PARALLEL_LANES, &|lanes, out| {
        out.fill(0);
        match lanes {
            Bundle::Lane(lane) => out[0] = count_nonzero(lane),
            Bundle::Rows { rows, start, .. } => {
                fold_rows(rows, start, out, |count: usize, x: T| count + usize::from(x != T::default()));
            }
        }
    })
}
