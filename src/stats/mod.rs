//! Statistics, with NumPy's semantics.

mod correlation;
mod histogram;
mod mean;
mod nanorder;
mod order;
mod quantile;
mod scaler;
mod select;
mod spread;

pub use correlation::{Variables, corrcoef, cov};
pub use histogram::{Bins, Histogram, histogram, histogram_bin_edges};
pub use mean::{mean, mean_axis};
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
pub use spread::{std, std_axis};

use crate::{Error, Real, Result, simd};
use ndarray::{Array, ArrayRef, Axis, Dimension, RemoveAxis};

/// Refuses an axis that is not there and an empty array.
fn check_axis<T, D: RemoveAxis>(op: &'static str, x: &ArrayRef<T, D>, axis: Axis) -> Result<()> {
    if axis.0 >= x.ndim() {
        return Err(Error::axis(op, axis, x.ndim()));
    }
    if x.len_of(axis) == 0 {
        return Err(Error::empty(op, x.shape()));
    }
    Ok(())
}

/// The sum of `term(x)` over all elements.
fn sum_all<T: Real, D: Dimension>(x: &ArrayRef<T, D>, term: impl Fn(T) -> T + Copy + Sync) -> T {
    match x.as_slice_memory_order() {
        Some(x) => simd::sum_of(x, term),
        None => simd::sum_of(&x.iter().copied().collect::<Vec<_>>(), term),
    }
}

/// The sums of `term(x, center)` along `axis`, where `center` holds one number per lane.
fn sum_axis<T: Real, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    center: &Array<T, D::Smaller>,
    term: impl Fn(T, T) -> T + Copy + Sync,
) -> Array<T, D::Smaller> {
    if x.stride_of(axis) == 1 {
        // lanes lie in memory as they are: one long sum each
        return ndarray::Zip::from(center).and(x.lanes(axis)).map_collect(|&c, lane| {
            lane.as_slice().map_or(T::zero(), |lane| simd::sum_of(lane, |x| term(x, c)))
        });
    }
    // Otherwise slice after slice, in blocks, so that rounding errors do not add up over the whole length.
    const BLOCK: usize = 128;
    let mut total = Array::zeros(center.raw_dim());
    for block in x.axis_chunks_iter(axis, BLOCK) {
        let mut sum = Array::<T, D::Smaller>::zeros(center.raw_dim());
        for slice in block.axis_iter(axis) {
            ndarray::Zip::from(&mut sum).and(&slice).and(center).for_each(|s, &x, &c| *s += term(x, c));
        }
        total += &sum;
    }
    total
}
