//! The heavy parts of statistics, behind functions that are not generic.

use super::elements::Elements;
use super::quantile::{Nan, Question};
use super::{Bins, Histogram, QuantileMethod, histogram, mean, order};
use crate::element::compiled;
use crate::{Element, Result};
use ndarray::{ArrayD, ArrayView1, ArrayViewD, Axis};

compiled! {
    /// Statistics, compiled for every element. Private: it seals [`Element`].
    Compiled {
        fn answers(
            op: &'static str, x: Elements<'_, Self>, question: Question<'_>, nan: Nan,
            out: &mut [<Self as Element>::Mean]
        ) -> Result<()> = order::answers;
        fn answer_along(
            op: &'static str, x: ArrayViewD<'_, Self>, axis: Axis, question: Question<'_>, nan: Nan
        ) -> Result<ArrayD<<Self as Element>::Mean>> = order::answer_along;
        fn answers_along(
            op: &'static str, x: ArrayViewD<'_, Self>, axis: Axis, question: Question<'_>, nan: Nan
        ) -> Result<ArrayD<<Self as Element>::Mean>> = order::answers_along;
        fn element(op: &'static str, x: Elements<'_, Self>, q: f64, method: QuantileMethod)
            -> Result<Self> = order::element;
        fn element_along(
            op: &'static str, x: ArrayViewD<'_, Self>, axis: Axis, q: f64, method: QuantileMethod
        ) -> Result<ArrayD<Self>> = order::element_along;
        fn weighted_mean(
            op: &'static str, x: ArrayViewD<'_, Self>, weights: ArrayViewD<'_, <Self as Element>::Mean>
        ) -> Result<<Self as Element>::Mean> = mean::weighted_mean;
        fn weighted_means(
            op: &'static str, x: ArrayViewD<'_, Self>, weights: ArrayView1<'_, <Self as Element>::Mean>, axis: Axis
        ) -> Result<ArrayD<<Self as Element>::Mean>> = mean::weighted_means;
        fn histogram(op: &'static str, x: Elements<'_, Self>, bins: Bins<'_>)
            -> Result<Histogram> = histogram::count_in_bins;
        fn bin_edges(op: &'static str, x: Elements<'_, Self>, bins: Bins<'_>)
            -> Result<Vec<f64>> = histogram::bin_edges;
    }
}
