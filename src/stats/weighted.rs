//! Quantiles of elements that count with weights.

use super::OneOrMore;
use crate::loops::lanes::{Along, check_axis, check_lanes, in_order, try_map_along};
use crate::memory::room;
use crate::tuning::PARALLEL_SORT_LANES;
use crate::{Averaged, Element, ErrorKind, Named, Real, Result};
use ndarray::{ArrayRef, ArrayRef1, Axis, Dimension, RemoveAxis};

/// Returns the weighted quantiles of all elements, as
/// `numpy.quantile(x, q, weights=weights, method="inverted_cdf")`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | any, not empty | the elements |
/// | `weights` | as `x` | how much each counts: finite, not negative, not all 0 |
/// | `q` | one number or several ([`OneOrMore`]) | shares from 0 to 1 |
///
/// The result is the smallest element such that at least the share `q` of all weights belongs to elements
/// that do not exceed it, in the type of the elements: NumPy has no other method with weights. Whole weights
/// give the same as elements repeated that often. The weights are added in `f64`, as in NumPy, from the
/// smallest element on: rounding may decide between two neighbours if their border is at `q`. Any NaN in `x`
/// gives NaN. `f64` weights belong to integers and `bool`. Sorts indices: `n log n`.
///
/// # Errors
/// [`ErrorKind::Empty`] for an empty array, [`ErrorKind::Shape`] if the shapes differ,
/// [`ErrorKind::InvalidArgument`] for a `q` outside 0 to 1, a weight that is negative, infinite or NaN, or
/// weights that are all 0. Weights whose sum overflows are none (NumPy refuses them).
///
/// # Examples
/// ```
/// use linstat::quantile_weighted;
/// use ndarray::array;
/// let (ages, people) = (array![30, 10, 20], array![1., 6., 3.]);
/// assert_eq!(quantile_weighted(&ages, &people, 0.5)?, 10);
/// assert_eq!(quantile_weighted(&ages, &people, [0.6, 0.7, 0.95])?, array![10, 20, 30]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("weighted_quantile", "weighted_median"))]
pub fn quantile_weighted<T: Averaged<K>, K, D: Dimension, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<T::Average, D>,
    q: Q,
) -> Result<Q::Whole<T>> {
    of_all(x, weights, q).named("quantile_weighted")
}

/// Returns the weighted quantiles along an axis, as
/// `numpy.quantile(x, q, axis=axis, weights=weights, method="inverted_cdf")`.
///
/// `weights` has shape `(n,)`, where n is the length of the axis; the result has the shape of `x` without
/// `axis`; if there are several `q`, it has a new first axis for them. See [`quantile_weighted`].
///
/// # Errors
/// As [`quantile_weighted`]; [`ErrorKind::InvalidArgument`] if `x` has no such axis, [`ErrorKind::Shape`] if
/// the number of weights is not the length of the axis, [`ErrorKind::Empty`] if the axis has length 0 and
/// there are lanes.
///
/// # Examples
/// ```
/// use linstat::quantile_weighted_axis;
/// use ndarray::{Axis, array};
/// let x = array![[1., 60.], [2., 50.], [3., 40.]];
/// assert_eq!(quantile_weighted_axis(&x, &array![2., 1., 2.], 0.5, Axis(0))?, array![2., 50.]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn quantile_weighted_axis<T: Averaged<K>, K, D: RemoveAxis, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef1<T::Average>,
    q: Q,
    axis: Axis,
) -> Result<Q::Lanes<T, D, Axis>> {
    along(x, weights, q, axis).named("quantile_weighted_axis")
}

fn of_all<T: Element, W: Real, D: Dimension, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef<W, D>,
    q: Q,
) -> Result<Q::Whole<T>, ErrorKind> {
    let q = q.shares(1.0)?;
    if x.shape() != weights.shape() {
        return Err(ErrorKind::shape("x and weights of one shape", &[x.shape(), weights.shape()]));
    }
    if x.is_empty() {
        return Err(ErrorKind::empty(x.shape()));
    }
    let weights = in_order(weights)?;
    check_weights("weights", &weights)?;
    let x = in_order(x)?;
    Q::whole(q.as_ref().len(), |out| find(&x, &weights, q.as_ref(), out))
}

fn along<T: Element, W: Real, D: RemoveAxis, Q: OneOrMore>(
    x: &ArrayRef<T, D>,
    weights: &ArrayRef1<W>,
    q: Q,
    axis: Axis,
) -> Result<Q::Lanes<T, D, Axis>, ErrorKind> {
    let q = q.shares(1.0)?;
    check_axis(x, axis)?;
    if weights.len() != x.len_of(axis) {
        let found = [x.shape(), weights.shape()];
        return Err(ErrorKind::shape("a weight for every element of x along the axis", &found));
    }
    check_lanes(x, axis)?;
    let weights = in_order(weights)?;
    if !x.is_empty() {
        check_weights("weights", &weights)?;
    }
    let shares = q.as_ref();
    let found =
        try_map_along(Along::new(x, axis), shares.len(), PARALLEL_SORT_LANES, |lane, out, (): &mut ()| {
            find(lane, &weights, shares, out)
        })?;
    Q::lanes(&x.raw_dim(), &axis, shares.len(), found)
}

/// Refuses weights that are negative, infinite or NaN, or all 0.
pub(super) fn check_weights<W: Real>(name: &'static str, weights: &[W]) -> Result<(), ErrorKind> {
    if let Some(bad) = weights.iter().find(|w| !(**w >= W::zero() && w.is_finite())) {
        return Err(ErrorKind::invalid(
            name,
            format!("expected finite weights that are not negative, found {bad:?}"),
        ));
    }
    if weights.iter().all(|w| w.is_zero()) {
        return Err(ErrorKind::invalid(name, "expected a sum other than 0, found 0"));
    }
    Ok(())
}

/// Writes the elements at these shares of the weights.
fn find<T: Element, W: Real>(
    lane: &[T],
    weights: &[W],
    shares: &[f64],
    out: &mut [T],
) -> Result<(), ErrorKind> {
    let order = T::value_order(lane)?;
    let Some(&last) = order.last() else { return Ok(()) };
    if lane[last].unordered() {
        out.fill(lane[last]);
        return Ok(());
    }
    let mut running = room(lane.len())?;
    let mut add_up = |scale: f64| {
        let mut total = 0.0;
        running.clear();
        running.extend(order.iter().map(|&i| {
            total += weights[i].f64() * scale;
            total
        }));
        total
    };
    let mut total = add_up(1.0);
    if total.is_infinite() {
        total = add_up(1.0 / (1u64 << 63) as f64);
    }
    for (out, &share) in out.iter_mut().zip(shares) {
        // elements without weight before all others are no answer
        let place = running.partition_point(|&sum| sum / total < share || sum == 0.0);
        *out = lane[order[place.min(lane.len() - 1)]];
    }
    Ok(())
}
