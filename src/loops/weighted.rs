//! Sums of products and of weights, in the order of additions of [`sums`](super::sum::sums).

use super::sum::{BLOCK, PARTS, add, sum_of_parts};
use crate::tuning::PARALLEL_SUM;
use crate::{Element, Real, threads};

/// Returns the sums of `x · weight` and of the weights, after both are multiplied by their scales.
pub(crate) fn weighted_sums<T: Element, W: Real>(x: &[T], weights: &[W], scales: [f64; 2]) -> [f64; 2] {
    let block = |(x, weights): (&[T], &[W])| {
        // a few elements skip the choice of an instruction set
        if x.len() < PARTS { few(x, weights, scales) } else { block(x, weights, scales) }
    };
    if x.len() <= BLOCK {
        return block((x, weights));
    }
    let mut totals = [[0.0; 2]; 2];
    let mut put = |block: [f64; 2]| {
        totals.iter_mut().zip(block).for_each(|([sum, error], block)| add(sum, error, block));
    };
    if threads::share(x.len(), PARALLEL_SUM) {
        let block = |i: usize, x: &[T]| block((x, &weights[i * BLOCK..i * BLOCK + x.len()]));
        threads::map_chunks(x, BLOCK, 64, block).into_iter().for_each(put);
    } else {
        x.chunks(BLOCK).zip(weights.chunks(BLOCK)).map(block).for_each(&mut put);
    }
    // an infinite sum has no rounding error
    totals.map(|[sum, error]| if sum.is_finite() { sum + error } else { sum })
}

dispatched! {
    fn block<T: Element, W: Real>(x: &[T], weights: &[W], scales: [f64; 2]) -> [f64; 2] {
        let ((x, last_x), (w, last_w)) = (x.as_chunks::<PARTS>(), weights.as_chunks::<PARTS>());
        let mut parts = [[0.0; PARTS]; 2];
        for (x, w) in x.iter().zip(w) {
            for (i, (&x, &w)) in x.iter().zip(w).enumerate() {
                let [product, weight] = term(x, w, scales);
                parts[0][i] += product;
                parts[1][i] += weight;
            }
        }
        let sum = sum_of_parts(&parts, |sums, others| *sums = plus(*sums, *others));
        if last_x.is_empty() { sum } else { plus(sum, few(last_x, last_w, scales)) }
    }
}

/// The sums over a few elements, in order.
#[inline(always)]
fn few<T: Element, W: Real>(x: &[T], weights: &[W], scales: [f64; 2]) -> [f64; 2] {
    let mut terms = x.iter().zip(weights).map(|(&x, &w)| term(x, w, scales));
    let first = terms.next().unwrap_or_default();
    terms.fold(first, plus)
}

#[inline(always)]
fn term<T: Element, W: Real>(x: T, weight: W, [of_x, of_weight]: [f64; 2]) -> [f64; 2] {
    let weight = weight.f64() * of_weight;
    [x.as_f64() * of_x * weight, weight]
}

#[inline(always)]
fn plus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] + b[0], a[1] + b[1]]
}
