//! The heavy parts of statistics, behind functions that are not generic.

use super::center::{Powers, block_means, lane_means, means, nan_means, short_mean};
use super::moments::{kurtoses, moments, skewnesses};
use super::quantile::{Nan, Question};
use super::spread::{lane_spreads, nan_spread, spread};
use super::{
    Bins, Histogram, QuantileMethod, StandardScaler, Variables, complex, correlation, grid, histogram, mean,
    narrow, order, scaler,
};
use crate::loops::any_order::AnyOrder;
use crate::loops::blocks::Blocks;
use crate::loops::lanes::{self, Along, Bundle, Reduce, Source, reduce_lanes_along};
use crate::loops::transpose::transpose;
use crate::loops::wide::LANES;
use crate::number::Wide;
use crate::sealed::compiled;
use crate::tuning::{PARALLEL_LANES, SHORT_LANE, SHORT_ROWS, SHORT_SUM};
use crate::{Element, Entry, ErrorKind, Real, Result};
use ndarray::{Array2, ArrayView2};

compiled! {
    /// Statistics that complex numbers have, too. Private: it seals [`Entry`].
    entries Measured {
        fn location(x: lanes::Elements<'_, Self>, statistic: Statistic)
            -> Result<<Self as Entry>::Location, ErrorKind> = Self::statistic, complex: complex::location;
        fn locations(x: Along<'_, Self>, statistic: Statistic)
            -> Result<Vec<<Self as Entry>::Location>, ErrorKind> = Self::statistic_along, complex: complex::locations;
        fn spread(x: lanes::Elements<'_, Self>, statistic: Statistic)
            -> Result<<Self as Entry>::Spread, ErrorKind> = Self::statistic, complex: complex::spread;
        fn spreads(x: Along<'_, Self>, statistic: Statistic)
            -> Result<Vec<<Self as Entry>::Spread>, ErrorKind> = Self::statistic_along, complex: complex::spreads;
        fn median(x: AnyOrder<'_, Self>, nan: Nan)
            -> Result<<Self as Entry>::Location, ErrorKind> = order::median_of, complex: complex::median;
        fn medians(x: Along<'_, Self>, nan: Nan)
            -> Result<Vec<<Self as Entry>::Location>, ErrorKind> = order::medians, complex: complex::medians;
        fn each_weighted(
            x: lanes::Elements<'_, Self>, weights: lanes::Elements<'_, <Self as Entry>::Spread>, n: usize
        ) -> Result<Vec<<Self as Entry>::Location>, ErrorKind> = mean::each_weighted, narrow: narrow::each_weighted, complex: complex::each_weighted;
        fn weighted_means(
            x: Along<'_, Self>, weights: &[<Self as Entry>::Spread]
        ) -> Result<Vec<<Self as Entry>::Location>, ErrorKind> = mean::weighted_means, narrow: narrow::weighted_means, complex: complex::weighted_means;
        fn covs(x: ArrayView2<'_, Self>, variables: Variables, ddof: usize)
            -> Result<Array2<<Self as Entry>::Location>, ErrorKind>
            = correlation::covs, complex: complex::covariances;
        fn weighted_covs(x: ArrayView2<'_, Self>, variables: Variables, weights: &[f64], freedom: f64)
            -> Result<Array2<<Self as Entry>::Location>, ErrorKind>
            = correlation::weighted_covs, complex: complex::weighted_covariances;
        fn coefs(x: ArrayView2<'_, Self>, variables: Variables)
            -> Result<Array2<<Self as Entry>::Location>, ErrorKind>
            = correlation::coefs, complex: complex::correlations;
    }
}

compiled! {
    /// Statistics of real elements, compiled for every type. Private: it seals [`Element`].
    Compiled {
        fn statistic(x: lanes::Elements<'_, Self>, statistic: Statistic)
            -> Result<<Self as Element>::Mean, ErrorKind> = statistic_of_all, narrow: narrow::statistic_of_all;
        fn statistic_along(x: Along<'_, Self>, statistic: Statistic)
            -> Result<Vec<<Self as Element>::Mean>, ErrorKind> = statistic_along, narrow: narrow::statistic_along;
        fn answers(
            x: AnyOrder<'_, Self>, question: Question<'_>, nan: Nan,
            out: &mut [<Self as Element>::Mean]
        ) -> Result<(), ErrorKind> = order::answers, narrow: narrow::answers;
        fn answers_along(
            x: Along<'_, Self>, question: Question<'_>, nan: Nan
        ) -> Result<Vec<<Self as Element>::Mean>, ErrorKind> = order::answers_along, narrow: narrow::answers_along;
        fn element(x: AnyOrder<'_, Self>, q: f64, method: QuantileMethod)
            -> Result<Self, ErrorKind> = order::element, narrow: narrow::element;
        fn element_along(
            x: Along<'_, Self>, q: f64, method: QuantileMethod
        ) -> Result<Vec<Self>, ErrorKind> = order::element_along, narrow: narrow::element_along;
        fn histogram(x: AnyOrder<'_, Self>, bins: Bins<'_>)
            -> Result<Histogram, ErrorKind> = histogram::count_in_bins, narrow: narrow::count_in_bins;
        fn bin_edges(x: AnyOrder<'_, Self>, bins: Bins<'_>)
            -> Result<Vec<f64>, ErrorKind> = histogram::bin_edges, narrow: narrow::bin_edges;
        fn place_in_bins(x: lanes::Elements<'_, Self>, edges: &[f64], places: &mut [usize])
            -> Result<(), ErrorKind> = grid::place_in_bins, narrow: narrow::place_in_bins;
    }
}

compiled! {
    /// Statistics of the columns of a table, compiled for both real types. Private: it seals
    /// [`Real`](crate::Real).
    Tables: crate::Real; f32, f64; {
        fn covariances(x: ArrayView2<'_, Self>, variables: Variables, ddof: usize) -> Result<Array2<Self>, ErrorKind>
            = correlation::covariances;
        fn weighted_covariances(
            x: ArrayView2<'_, Self>, variables: Variables, weights: &[f64], freedom: f64
        ) -> Result<Array2<Self>, ErrorKind> = correlation::weighted_covariances;
        fn correlations(x: ArrayView2<'_, Self>, variables: Variables) -> Result<Array2<Self>, ErrorKind>
            = correlation::correlations;
        fn fit_scaler(x: ArrayView2<'_, Self>) -> Result<StandardScaler<Self>, ErrorKind> = scaler::fit_scaler;
        fn scale(fitted: &StandardScaler<Self>, x: ArrayView2<'_, Self>) -> Result<Array2<Self>, ErrorKind>
            = scaler::scale;
        fn unscale(fitted: &StandardScaler<Self>, z: ArrayView2<'_, Self>) -> Result<Array2<Self>, ErrorKind>
            = scaler::unscale;
    }
}

/// A statistic of the elements of a lane, with the order of a moment or the degrees of freedom to subtract.
#[derive(Debug, Clone, Copy)]
pub enum Statistic {
    Mean,
    Moment(u32),
    Skewness,
    Kurtosis,
    Var(usize),
    Std(usize),
    NanMean,
    NanVar(usize),
    NanStd(usize),
}

impl Statistic {
    fn of<T: Element>(self, lanes: Source<'_, T>, out: &mut [T::Mean]) {
        match self {
            Statistic::Mean => means(lanes, out),
            _ => self.of_blocks(&lanes, out),
        }
    }

    #[inline(never)]
    pub(super) fn of_blocks<N: Wide>(self, lanes: &dyn Blocks<N>, out: &mut [N::Mean]) {
        match self {
            Statistic::Mean => block_means(lanes, out),
            Statistic::Moment(order) => moments(lanes, order, out),
            Statistic::Skewness => skewnesses(lanes, out),
            Statistic::Kurtosis => kurtoses(lanes, out),
            Statistic::Var(ddof) => spread(lanes, ddof, out, Powers::variance),
            Statistic::Std(ddof) => spread(lanes, ddof, out, Powers::deviation),
            Statistic::NanMean => nan_means(lanes, out),
            Statistic::NanVar(ddof) => nan_spread(lanes, ddof, out, Powers::variance),
            Statistic::NanStd(ddof) => nan_spread(lanes, ddof, out, Powers::deviation),
        }
    }
}

/// Returns a statistic of at least one element.
fn statistic_of_all<T: Element>(
    x: lanes::Elements<'_, T>,
    statistic: Statistic,
) -> Result<T::Mean, ErrorKind> {
    if let (lanes::Elements::Slice(x), Statistic::Mean) = (&x, statistic)
        && x.len() <= SHORT_LANE
    {
        return Ok(Real::of(short_mean(x)));
    }
    let mut out = [T::Mean::default()];
    x.summed(|x| statistic.of(x, &mut out))?;
    Ok(out[0])
}

fn statistic_along<T: Element>(x: Along<'_, T>, statistic: Statistic) -> Result<Vec<T::Mean>, ErrorKind> {
    let of_lanes = |lanes: Bundle<'_, T>, out: &mut [T::Mean]| statistic.of(lanes.into(), out);
    match statistic {
        Statistic::Mean => {
            reduce_lanes_along(x, PARALLEL_LANES, &of_lanes, SHORT_LANE + 1..=SHORT_SUM, &lane_means)
        }
        _ => reduce_lanes_along(x, PARALLEL_LANES, &of_lanes, SHORT_LANE + 1..=SHORT_ROWS, &|x, n, out| {
            match statistic {
                Statistic::Var(ddof) | Statistic::NanVar(ddof) => {
                    lane_spreads(x, n, ddof, out, Powers::variance, &of_lanes);
                }
                Statistic::Std(ddof) | Statistic::NanStd(ddof) => {
                    lane_spreads(x, n, ddof, out, Powers::deviation, &of_lanes);
                }
                _ => by_rows(x, n, out, &of_lanes),
            }
        }),
    }
}

/// Computes statistics of short contiguous lanes of `n` elements. They are transposed, several at a time:
/// then they are in lanes of vectors, and share what is done for each call.
fn by_rows<T: Element, R>(x: &[T], n: usize, out: &mut [R], work: &Reduce<'_, T, R>) {
    /// Lanes that are transposed together.
    const STRIP: usize = 32;
    if out.len() < LANES {
        let lanes = x.chunks_exact(n).zip(out);
        return lanes.for_each(|(lane, out)| work(Bundle::Lane(lane), std::slice::from_mut(out)));
    }
    let mut columns = vec![T::default(); n * out.len().min(STRIP)];
    for (x, out) in x.chunks(STRIP * n).zip(out.chunks_mut(STRIP)) {
        let width = out.len();
        let columns = &mut columns[..n * width];
        transpose((width, n), |lane| &x[lane * n..(lane + 1) * n], columns);
        let rows: Vec<&[T]> = columns.chunks_exact(width).collect();
        work(Bundle::Rows { rows: &rows, start: 0, width }, out);
    }
}
