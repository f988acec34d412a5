//! Sums of products and of weights.

use super::pairs::{Term, pair_sums};
use crate::{Element, Real};

/// The product with a weight and the weight, each after multiplication by its scale.
struct Weighted([f64; 2]);

impl<T: Element, W: Real> Term<T, W, 2> for Weighted {
    #[inline(always)]
    fn of(&self, x: T, weight: W) -> [f64; 2] {
        let weight = weight.f64() * self.0[1];
        [x.as_f64() * self.0[0] * weight, weight]
    }
}

/// Returns the sums of `x · weight` and of the weights, after both are multiplied by their scales.
pub(crate) fn weighted_sums<T: Element, W: Real>(x: &[T], weights: &[W], scales: [f64; 2]) -> [f64; 2] {
    pair_sums(x, weights, &Weighted(scales))
}
