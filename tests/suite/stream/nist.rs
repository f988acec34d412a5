//! NIST's univariate sets through the states, cut in several ways: within the documented errors of the exact
//! moments of the stored data, and within the digits of the certified values that these data have.

use super::{State, covariance, cut, moments};
use crate::common::assert::*;
use crate::common::each_library;
use crate::common::golden::{Golden, NIST, cases};
use linstat::stream::{Covariance, Intercept, Moments, TallQr};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, array, s};

/// The lag-1 autocorrelation that NIST certifies, exactly.
const AUTOCORRELATION: [(&str, f64); 4] =
    [("NumAcc1", -0.5), ("NumAcc2", -0.999), ("NumAcc3", -0.999), ("NumAcc4", -0.999)];

/// The numbers of a column less the first one, as multiples of a power of two.
struct Exact {
    whole: Vec<i128>,
    first: f64,
    unit: f64,
}

impl Exact {
    fn of(y: &ArrayRef1<f64>) -> Self {
        let mut unit = 1.0;
        while y.iter().any(|y| (y / unit).fract() != 0.0) {
            unit /= 2.0;
        }
        let whole = y.iter().map(|x| (x / unit) as i128 - (y[0] / unit) as i128).collect();
        Exact { whole, first: y[0], unit }
    }

    fn mean(&self) -> f64 {
        self.first + self.whole.iter().sum::<i128>() as f64 / self.whole.len() as f64 * self.unit
    }

    /// The number of rows times the sum of products of deviations, in units.
    fn products(&self, other: &Self) -> i128 {
        let products: i128 = self.whole.iter().zip(&other.whole).map(|(a, b)| a * b).sum();
        self.whole.len() as i128 * products
            - self.whole.iter().sum::<i128>() * other.whole.iter().sum::<i128>()
    }

    fn covariance(&self, other: &Self) -> f64 {
        let n = self.whole.len() as i128;
        self.products(other) as f64 / (n * (n - 1)) as f64 * self.unit * other.unit
    }
}

/// The most EPSILON of a sum of squares by which libraries may round it, that add the squares of a block one
/// after the other: half of one for each. Most of these sets repeat two or three numbers, so that the errors
/// do not cancel as those of other data.
fn one_by_one(rows: usize, block: usize) -> f64 {
    4.0 + rows.min(block) as f64 / 2.0
}

/// The states of the rows as a whole, row by row, in random blocks, and merged from parts, last part first.
fn states<S: State<f64>>(x: &ArrayRef2<f64>) -> Vec<S> {
    let n = x.nrows();
    let of_blocks = |blocks: Vec<ndarray::ArrayView2<'_, f64>>| {
        let mut state = S::new(x.ncols());
        blocks.iter().for_each(|block| state.update(block).unwrap());
        state
    };
    let mut merged = S::new(x.ncols());
    for part in (0..4).rev() {
        let (start, end) = (n * part / 4, n * (part + 1) / 4);
        let mut state = S::new(x.ncols()).starting_at(start as u64);
        state.update(&x.slice(s![start..end, ..])).unwrap();
        merged.merge(&state).unwrap();
    }
    let rows = x.axis_chunks_iter(Axis(0), 1).collect();
    vec![of_blocks(vec![x.view()]), of_blocks(rows), of_blocks(cut(x, 1)), of_blocks(cut(x, 2)), merged]
}

/// Fails if its relative error is above that of the exact result for the stored data, and a few EPSILON.
fn certified(golden: &Golden, name: &str, found: f64, epsilons: f64) {
    let (certified, limit) = (golden.scalar::<f64>(name), golden.number(&format!("lre_data_limit/{name}")));
    // the file has two decimals
    let tolerance = 10f64.powf(0.01 - limit) + epsilons * f64::EPSILON;
    assert!(((found - certified) / certified).abs() <= tolerance, "{name}: {found}, certified {certified}");
}

fn each_set(check: impl Fn(&Golden, &Array1<f64>)) {
    let sets = cases(NIST, "");
    assert_eq!(sets.len(), 9);
    sets.iter().for_each(|golden| case(golden.name(), || check(golden, &golden.input("y"))));
}

/// Each number beside the one before.
fn pairs(y: &Array1<f64>) -> (Array2<f64>, [Exact; 2]) {
    let (before, after) = (y.slice(s![..-1]), y.slice(s![1..]));
    (ndarray::stack![Axis(1), before, after], [Exact::of(&before), Exact::of(&after)])
}

#[test]
fn moments_of_nist() {
    each_set(|golden, y| {
        let exact = Exact::of(y);
        for state in states::<Moments<f64>>(&y.view().insert_axis(Axis(1))) {
            let (mean, var, std) = (state.mean().unwrap(), state.var(1).unwrap(), state.std(1).unwrap());
            moments::within("mean", &mean, &array![exact.mean()], 0.0);
            moments::within("var", &var, &array![exact.covariance(&exact)], 0.0);
            moments::within("std", &std, &array![exact.covariance(&exact).sqrt()], 0.0);
            certified(golden, "mean", mean[0], 0.0);
            certified(golden, "sd", std[0], 0.0);
        }
    });
}

#[test]
fn covariances_of_nist() {
    let check = |golden: &Golden, y: &Array1<f64>| {
        let (x, exact) = pairs(y);
        let [all, means] = [&exact, &exact].map(|x| x.each_ref());
        let expected = Array2::from_shape_fn((2, 2), |(i, j)| all[i].covariance(all[j]));
        let whole = Exact::of(y);
        for state in states::<Covariance<f64>>(&x) {
            let cov = state.cov(1).unwrap();
            let epsilons = one_by_one(x.nrows(), 62);
            covariance::within(&cov, &expected, epsilons);
            let mean = state.mean().unwrap();
            moments::within("mean", &mean, &array![means[0].mean(), means[1].mean()], 0.0);
            // The numbers but the last one and but the first one have other means than all of them.
            let Some((_, certified)) = AUTOCORRELATION.iter().find(|(name, _)| *name == golden.name()) else {
                continue;
            };
            let n = y.len() as f64;
            let apart = (mean[0] - whole.mean()) * (mean[1] - whole.mean());
            let all = whole.covariance(&whole) * (n - 1.0);
            let found = ((n - 2.0) * cov[[0, 1]] + (n - 1.0) * apart) / all;
            let of_data = 4.0 * 10f64.powf(-golden.number("lre_data_limit/sd"));
            let tolerance = of_data + epsilons * f64::EPSILON;
            assert!((found - certified).abs() <= tolerance, "{found}, certified {certified}");
        }
    };
    each_library(|| each_set(check));
}

#[test]
fn triangles_of_nist() {
    let check = |golden: &Golden, y: &Array1<f64>| {
        let (x, [before, after]) = pairs(y);
        let freedom = (x.nrows() - 1) as f64;
        let expected = array![
            [before.covariance(&before), before.covariance(&after)],
            [before.covariance(&after), after.covariance(&after)]
        ] * freedom;
        let (size, epsilons) = (expected[[0, 0]].max(expected[[1, 1]]), 20.0 + one_by_one(x.nrows(), 992));
        for state in states::<TallQr<f64>>(&x) {
            let r = state.r().unwrap();
            close(&r.t().dot(&r), &expected, epsilons * f64::EPSILON * size);
        }
        for state in states::<TallQr<f64>>(&y.view().insert_axis(Axis(1))) {
            let deviation = state.r().unwrap()[[0, 0]] / (y.len() as f64 - 1.0).sqrt();
            certified(golden, "sd", deviation, epsilons);
        }
        // a number by the one before
        let slope =
            before.products(&after) as f64 / before.products(&before) as f64 * after.unit / before.unit;
        for rows in [1, 7, 400, 5000] {
            let mut state = TallQr::new(1).with_targets(1);
            let blocks = x.axis_chunks_iter(Axis(0), rows);
            blocks.for_each(|x| state.update_with(&x.slice(s![.., ..1]), &x.slice(s![.., 1..])).unwrap());
            let line = state.lstsq(Intercept::Fitted, None).unwrap();
            let tolerance = epsilons * f64::EPSILON * (expected[[1, 1]] / expected[[0, 0]]).sqrt();
            close_number(line.x[[0, 0]], slope, tolerance);
            let intercept = after.mean() - slope * before.mean();
            // the products with a mean that may be large
            let large = (tolerance + 2.0 * f64::EPSILON * (1.0 + slope.abs())) * before.mean().abs();
            close_number(line.intercept[0], intercept, large + 2.0 * f64::EPSILON * after.mean().abs());
        }
    };
    each_library(|| each_set(check));
}
