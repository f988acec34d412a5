//! Statistics, with NumPy's semantics.
//!
//! Whole arrays and lanes along any axis, of any layout. Sums run in `f64`, in an order that depends on the elements of
//! the lane alone: results have the same bits for every layout of the same values and for every number of threads,
//! but for [`cov`] and [`corrcoef`], whose products run in the backend.
//!
//! Where there are too few elements to give a number (none, or not more than `ddof`), NumPy warns and gives NaN, and the
//! functions here give an error; a result of no elements is empty, though. What the elements are is never an error: NaN
//! among them gives NaN, and so do the functions that leave NaN out where nothing else is there. For whole numbers there
//! is [`whole`](crate::whole).

mod center;
mod columns;
mod compiled;
mod correlation;
mod elements;
mod exact;
mod histogram;
mod mean;
mod moments;
mod nanorder;
mod order;
mod quantile;
mod scaler;
mod select;
mod spread;

pub(crate) use compiled::Compiled;
pub use correlation::{Variables, corrcoef, cov};
pub use histogram::{Bins, Histogram, histogram, histogram_bin_edges};
pub(crate) use histogram::{edges_of_all, histogram_of_all};
pub use mean::{average, average_axis, mean, mean_axis, nanmean, nanmean_axis};
pub(crate) use mean::{average_along, average_of_all};
pub use moments::{central_moment, central_moment_axis, kurtosis, kurtosis_axis, skewness, skewness_axis};
pub use nanorder::{
    nanmedian, nanmedian_axis, nanpercentile, nanpercentile_axis, nanpercentiles, nanpercentiles_axis,
    nanquantile, nanquantile_axis, nanquantiles, nanquantiles_axis,
};
pub use order::{
    median, median_axis, percentile, percentile_axis, percentiles, percentiles_axis, quantile, quantile_axis,
    quantile_element, quantile_element_axis, quantiles, quantiles_axis,
};
pub(crate) use order::{one_along, one_of_all, several_along, several_of_all};
pub use quantile::QuantileMethod;
pub(crate) use quantile::{Nan, Question, share, shares};
pub use scaler::{StandardScaler, standardize};
pub use spread::{nanstd, nanstd_axis, nanvar, nanvar_axis, std, std_axis, var, var_axis};

pub(crate) use columns::Columns;

use crate::lanes::{Bundle, check_extent, check_lanes, in_order, reduce_axis};
use crate::{Element, Error, Result};
use ndarray::{Array, ArrayD, ArrayRef, Axis, Dimension, RemoveAxis};

/// The array with the number of its axes in its type, which it has.
fn sized<T, D: Dimension>(op: &'static str, x: ArrayD<T>) -> Result<Array<T, D>> {
    let ndim = x.ndim();
    x.into_dimensionality().map_err(|_| Error::axis(op, Axis(ndim), ndim))
}

/// Elements from which on a second thread pays for the sums along an axis (measured: waking it costs 30 us).
const GRAIN: usize = 1 << 18;

/// What `work` makes of all elements as one lane.
fn of_all<T: Element, R: Copy + Default, D: Dimension>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    work: impl Fn(Bundle<'_, T>, &mut [R]),
) -> Result<R> {
    if x.is_empty() {
        return Err(Error::empty(op, x.shape()));
    }
    check_extent(op, x)?;
    let mut out = [R::default()];
    work(Bundle::Lane(&in_order(op, x)?), &mut out);
    Ok(out[0])
}

/// What `work` makes of every lane along `axis`.
fn of_axis<T: Copy + Send + Sync, R: Copy + Default + Send + Sync, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    work: impl Fn(Bundle<'_, T>, &mut [R]) + Sync,
) -> Result<Array<R, D::Smaller>> {
    check_lanes(op, x, axis)?;
    reduce_axis(op, x, axis, GRAIN, work)
}
