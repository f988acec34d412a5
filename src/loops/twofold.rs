//! Sums and products with their rounding errors.

use crate::Real;

/// Returns the rounded sum and its error.
#[inline(always)]
pub(crate) fn exact_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let of_y = sum - x;
    (sum, (x - (sum - of_y)) + (y - of_y))
}

/// Returns the rounded product and its error, unless it underflows or overflows. The factors are split in
/// halves, since not every processor has a fused multiply-add.
#[inline(always)]
pub(crate) fn exact_product(x: f64, y: f64) -> (f64, f64) {
    let halves = |x: f64| {
        let high = f64::from_bits(x.to_bits() & (!0 << 27));
        (high, x - high)
    };
    let ((x1, x2), (y1, y2)) = (halves(x), halves(y));
    let product = x * y;
    (product, ((x1 * y1 - product) + x1 * y2 + x2 * y1) + x2 * y2)
}

const LANES: usize = 8;

dispatched! {
    /// Adds `row` times the residual `b - row · x` to `high` and `low`, the two parts of its sums.
    pub(crate) fn add_residual<T: Real>(row: &[T], b: f64, x: &[f64], high: &mut [f64], low: &mut [f64]) {
        let (mut sums, mut errors) = ([0.0; LANES], [0.0; LANES]);
        let mut add = |lane: usize, a: T, x: f64| {
            let (product, error) = exact_product(a.f64(), x);
            let (sum, rest) = exact_sum(sums[lane], product);
            sums[lane] = sum;
            errors[lane] += rest + error;
        };
        let whole = row.len() - row.len() % LANES;
        for (row, x) in row[..whole].chunks_exact(LANES).zip(x.chunks_exact(LANES)) {
            for lane in 0..LANES {
                add(lane, row[lane], x[lane]);
            }
        }
        for (lane, (&a, &x)) in row[whole..].iter().zip(&x[whole..]).enumerate() {
            add(lane, a, x);
        }
        let (mut residual, mut rest) = (b, 0.0);
        for lane in 0..LANES {
            let (sum, error) = exact_sum(residual, -sums[lane]);
            residual = sum;
            rest += error - errors[lane];
        }
        let (residual, rest) = exact_sum(residual, rest);
        for ((&a, high), low) in row.iter().zip(high).zip(low) {
            let a = a.f64();
            let (product, error) = exact_product(a, residual);
            let (sum, carry) = exact_sum(*high, product);
            *high = sum;
            *low += carry + error + a * rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The residuals of numbers that cancel, exact in integers.
    #[test]
    fn residuals_have_twice_the_precision() {
        for n in [1, 2, 7, 8, 9, 31] {
            // products of more than 53 bits, whose sum is `b` but for one
            let row: Vec<f64> = (0..n).map(|i| (1u64 << 40) as f64 + f64::from(i)).collect();
            let x: Vec<f64> = (0..n).map(|i| f64::from(1 << 20) - f64::from(3 * i)).collect();
            let sum: i128 = row.iter().zip(&x).map(|(&a, &x)| a as i128 * x as i128).sum();
            let b = sum as f64;
            let residual = b as i128 - sum;
            let (mut high, mut low) = (vec![0.0; row.len()], vec![0.0; row.len()]);
            add_residual(&row, b, &x, &mut high, &mut low);
            for ((&a, high), low) in row.iter().zip(high).zip(low) {
                assert_eq!(high as i128 + low as i128, a as i128 * residual, "{n}");
            }
        }
    }
}
