//! Statistics, with NumPy's semantics.
//!
//! Whole arrays and lanes along any axis, of any layout. Sums run in `f64`, in an order that depends on the elements of
//! the lane alone: results have the same bits for every layout of the same values and for every number of threads,
//! but for [`cov`] and [`corrcoef`], whose products run in the backend.

mod center;
mod columns;
mod correlation;
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

pub use correlation::{Variables, corrcoef, cov};
pub use histogram::{Bins, Histogram, histogram, histogram_bin_edges};
pub use mean::{average, average_axis, mean, mean_axis, nanmean, nanmean_axis};
pub use moments::{central_moment, central_moment_axis, kurtosis, kurtosis_axis, skewness, skewness_axis};
pub use nanorder::{
    nanmedian, nanmedian_axis, nanpercentile, nanpercentile_axis, nanpercentiles, nanpercentiles_axis,
    nanquantile, nanquantile_axis, nanquantiles, nanquantiles_axis,
};
pub use order::{
    median, median_axis, percentile, percentile_axis, percentiles, percentiles_axis, quantile, quantile_axis,
    quantiles, quantiles_axis,
};
pub use quantile::QuantileMethod;
pub use scaler::{StandardScaler, standardize};
pub use spread::{nanstd, nanstd_axis, nanvar, nanvar_axis, std, std_axis, var, var_axis};

pub(crate) use columns::Columns;

use crate::lanes::{Bundle, check_filled, in_order, reduce_axis};
use crate::{Element, Error, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension, RemoveAxis};

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
    check_filled(op, x, axis)?;
    reduce_axis(op, x, axis, GRAIN, work)
}
