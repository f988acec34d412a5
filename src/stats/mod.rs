//! Statistics, with NumPy's semantics.
//!
//! | task | functions |
//! |---|---|
//! | centre and spread | [`mean`](fn@mean), [`average`], [`var`], [`std`](fn@std), [`skewness`], [`kurtosis`], [`central_moment`] |
//! | order statistics | [`median`], [`quantile`], [`percentile`], [`quantile_weighted`] |
//! | the same without NaN | [`nanmean`], [`nanvar`], [`nanstd`], [`nanmedian`], [`nanquantile`] |
//! | how variables go together | [`cov`], [`corrcoef`], [`cov_weighted`] |
//! | counts | [`histogram`](fn@histogram), [`histogram2d`], [`histogramdd`], [`bincount`] |
//! | columns of mean 0 and deviation 1 | [`standardize`], [`StandardScaler`] |
//!
//! They take whole arrays or lanes along any axis, or along several at once ([`Axes`]), in any layout. Sums
//! run in `f64`, in an order that depends only on the elements of the lane, or, for means, with so many
//! digits that the order does not matter: results have the same bits for every layout of the same values and
//! for every number of threads. [`cov`] and [`corrcoef`] are the exception, since their products run in the
//! backend.
//!
//! If there are too few elements for a result (none, or not more than `ddof`), NumPy warns and gives NaN; the
//! functions here return an error, except that an empty result is no error. The values of the elements cause
//! no error, except in histograms and as weights: NaN gives NaN, and the functions that skip NaN give NaN if
//! no other elements are left.
//!
//! Integers and `bool` have results in `f64`, as in NumPy; `f32` and `f64` in their own type. Complex numbers
//! have means, medians and covariances, which are complex, and variances and standard deviations, which are
//! real ([`HasMean`](crate::HasMean)); quantiles, higher moments, histograms and scalers take real elements.

mod bincount;
mod center;
mod columns;
pub(crate) mod compiled;
mod complex;
mod correlation;
mod exact;
mod grid;
mod histogram;
pub(crate) mod mean;
mod moments;
mod nanorder;
mod narrow;
mod one_or_more;
mod order;
mod quantile;
mod scaler;
mod spread;
mod weighted;

pub use bincount::{Countable, bincount, bincount_weighted};
pub(crate) use compiled::{Compiled, Measured, Tables};
pub use correlation::{CovWeights, Variables, corrcoef, cov, cov_weighted};
pub use grid::{
    Histogram2d, HistogramDd, histogram_weighted, histogram2d, histogram2d_weighted, histogramdd,
    histogramdd_weighted,
};
pub use histogram::{Bins, Histogram, Tally, histogram, histogram_bin_edges};
pub(crate) use histogram::{Locator, check_edges};
pub use mean::{average, average_axis, mean, mean_axis, nanmean, nanmean_axis};
pub use moments::{central_moment, central_moment_axis, kurtosis, kurtosis_axis, skewness, skewness_axis};
pub use nanorder::{
    nanmedian, nanmedian_axis, nanpercentile, nanpercentile_axis, nanquantile, nanquantile_axis,
};
pub use one_or_more::OneOrMore;
pub use order::{
    median, median_axis, percentile, percentile_axis, quantile, quantile_axis, quantile_element,
    quantile_element_axis,
};
pub use quantile::QuantileMethod;
pub(crate) use quantile::{Plan, Question, share};
pub use scaler::{StandardScaler, standardize};
pub use spread::{nanstd, nanstd_axis, nanvar, nanvar_axis, std, std_axis, var, var_axis};
pub use weighted::{quantile_weighted, quantile_weighted_axis};

pub(crate) use center::{Powers, Summary, scale_of, summaries};
pub(crate) use columns::{Columns, all_finite};
pub(crate) use correlation::{Centred, coefficients, unscaled_covariances};

use crate::loops::lanes::{Along, Elements};
use crate::reduce::{Check, reduced};
use crate::{Axes, ErrorKind, Result};
use ndarray::{Array, ArrayRef, Dimension};

/// Returns what `compute` returns for all elements.
fn of_all<T: Copy, R, D: Dimension>(
    x: &ArrayRef<T, D>,
    compute: impl FnOnce(Elements<'_, T>) -> Result<R, ErrorKind>,
) -> Result<R, ErrorKind> {
    if x.is_empty() {
        return Err(ErrorKind::empty(x.shape()));
    }
    compute(Elements::new(x))
}

/// Returns what `compute` returns for the lanes along `axis`.
fn of_axis<T: Copy, R, D: Dimension, A: Axes<D>>(
    x: &ArrayRef<T, D>,
    axis: A,
    compute: impl FnOnce(Along<'_, T>) -> Result<Vec<R>, ErrorKind>,
) -> Result<Array<R, A::Left>, ErrorKind> {
    reduced(x, axis, Check::Lanes, compute)
}
