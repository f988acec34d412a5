//! Statistics of narrow integers. Their means are those of exact sums; the rest is computed in blocks of a
//! wider type, as for all elements, or from a copy in a wider type.

use super::compiled::Statistic;
use super::quantile::{Nan, Question};
use super::{Bins, Histogram, QuantileMethod, grid, histogram, mean, order};
use crate::loops::any_order::AnyOrder;
use crate::loops::lanes::{Along, Elements, Source, reduce_along};
use crate::loops::narrow::{NarrowWhole, back, in_any_order, in_logical_order, lanes_of};
use crate::loops::twofold::Twofold;
use crate::tuning::PARALLEL_LANES;
use crate::{ErrorKind, Result};

/// Computes a statistic of each lane.
fn statistic_of<T: NarrowWhole>(lanes: Source<'_, T>, statistic: Statistic, out: &mut [f64]) {
    let n = lanes.len();
    match statistic {
        // sums of that many numbers do not wrap around
        Statistic::Mean | Statistic::NanMean if n <= i32::MAX as usize => {
            let (mut few, mut many) = ([0; 8], Vec::new());
            let sums = match few.get_mut(..out.len()) {
                Some(few) => few,
                None => {
                    many.resize(out.len(), 0);
                    &mut many[..]
                }
            };
            T::sums(lanes, sums);
            out.iter_mut().zip(sums).for_each(|(out, &mut sum)| *out = quotient(sum, n));
        }
        Statistic::Mean => Statistic::NanMean.of_blocks::<T::Wide>(&lanes, out),
        _ => statistic.of_blocks::<T::Wide>(&lanes, out),
    }
}

/// Returns an integer divided by a number of at most 32 bits.
fn quotient(sum: i64, n: usize) -> f64 {
    let hi = sum as f64;
    // 2^63 is no i64
    Twofold { hi, lo: (i128::from(sum) - hi as i128) as f64 }.over_rounded(n as f64).hi
}

/// Returns a statistic of at least one element.
pub(super) fn statistic_of_all<T: NarrowWhole>(
    x: Elements<'_, T>,
    statistic: Statistic,
) -> Result<f64, ErrorKind> {
    let mut out = [0.0];
    x.summed(|x| statistic_of(x, statistic, &mut out))?;
    Ok(out[0])
}

pub(super) fn statistic_along<T: NarrowWhole>(
    x: Along<'_, T>,
    statistic: Statistic,
) -> Result<Vec<f64>, ErrorKind> {
    reduce_along(x, PARALLEL_LANES, &|lanes, out| statistic_of(lanes.into(), statistic, out))
}

pub(super) fn answers<T: NarrowWhole>(
    x: AnyOrder<'_, T>,
    question: Question<'_>,
    nan: Nan,
    out: &mut [f64],
) -> Result<(), ErrorKind> {
    order::answers(AnyOrder::Slice(&in_any_order(&x)?), question, nan, out)
}

pub(super) fn answers_along<T: NarrowWhole>(
    x: Along<'_, T>,
    question: Question<'_>,
    nan: Nan,
) -> Result<Vec<f64>, ErrorKind> {
    lanes_of(x, question.len(), |x| order::answers_along(x, question, nan))
}

pub(super) fn element<T: NarrowWhole>(
    x: AnyOrder<'_, T>,
    q: f64,
    method: QuantileMethod,
) -> Result<T, ErrorKind> {
    order::element(AnyOrder::Slice(&in_any_order(&x)?), q, method).map(T::back)
}

pub(super) fn element_along<T: NarrowWhole>(
    x: Along<'_, T>,
    q: f64,
    method: QuantileMethod,
) -> Result<Vec<T>, ErrorKind> {
    lanes_of(x, 1, |x| order::element_along(x, q, method)).map(back)
}

pub(super) fn each_weighted<T: NarrowWhole>(
    x: Elements<'_, T>,
    weights: Elements<'_, f64>,
    n: usize,
) -> Result<Vec<f64>, ErrorKind> {
    mean::each_weighted(Elements::Slice(&in_logical_order(&x)?), weights, n)
}

pub(super) fn weighted_means<T: NarrowWhole>(
    x: Along<'_, T>,
    weights: &[f64],
) -> Result<Vec<f64>, ErrorKind> {
    lanes_of(x, 1, |x| mean::weighted_means(x, weights))
}

pub(super) fn count_in_bins<T: NarrowWhole>(
    x: AnyOrder<'_, T>,
    bins: Bins<'_>,
) -> Result<Histogram, ErrorKind> {
    histogram::count_in_bins(AnyOrder::Slice(&in_any_order(&x)?), bins)
}

pub(super) fn bin_edges<T: NarrowWhole>(x: AnyOrder<'_, T>, bins: Bins<'_>) -> Result<Vec<f64>, ErrorKind> {
    histogram::bin_edges(AnyOrder::Slice(&in_any_order(&x)?), bins)
}

pub(super) fn place_in_bins<T: NarrowWhole>(
    x: Elements<'_, T>,
    edges: &[f64],
    places: &mut [usize],
) -> Result<(), ErrorKind> {
    grid::place_in_bins(Elements::Slice(&in_logical_order(&x)?), edges, places)
}
