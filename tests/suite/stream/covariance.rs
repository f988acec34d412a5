//! Covariances and correlations, against exact sums and the functions in memory.

use super::{of, rows};
use crate::common::assert::*;
use crate::common::*;
use linstat::stream::Covariance;
use linstat::{Real, Variables, corrcoef, cov, std_axis};
use ndarray::{Array2, Axis};

for_real! {
    in_memory => in_memory;
    special => special;
    scales => scales;
}

/// Fails unless each covariance is within `ulps` EPSILON of the product of the deviations.
#[track_caller]
pub(super) fn within<T: Element + Real>(actual: &Array2<T>, expected: &Array2<T>, ulps: f64) {
    assert_eq!(actual.dim(), expected.dim());
    for ((i, j), e) in expected.indexed_iter() {
        let size = expected[[i, i]].f64().sqrt() * expected[[j, j]].f64().sqrt();
        let a = actual[[i, j]];
        let near = (a.f64() - e.f64()).abs() <= ulps * T::eps() * size;
        if !(near || a == *e || (a.is_nan() && e.is_nan())) {
            fail(format!("[{i}, {j}]: {a}, expected {e}, {} EPSILON", (a.f64() - e.f64()) / size / T::eps()));
        }
    }
}

fn in_memory<T: Element + Real>() {
    each_library(|| {
        for (n, p) in [(2, 1), (2, 3), (40, 60), (511, 2), (513, 20), (4000, 3)] {
            let x = rows::<T>(n, p, 1);
            let state: Covariance<T> = of(&x);
            // what is computed in memory has an error of about the root of n EPSILON
            let most = 4.0 + (n as f64).sqrt();
            within(&state.cov(1).unwrap(), &cov(&x, Variables::Columns, 1).unwrap(), most);
            within(&state.corrcoef().unwrap(), &corrcoef(&x, Variables::Columns).unwrap(), most);
            same(&state.cov(0).unwrap(), &state.cov(0).unwrap().t());
            assert!(state.corrcoef().unwrap().diag().iter().all(|&r| r == T::one()));
            assert_eq!(state.mean().unwrap().len(), p);
        }
    });
}

/// Whole numbers with means of 1e8 and more, whose sums of products are exact in 128 bits.
#[test]
fn hard_data_against_exact_sums() {
    each_library(|| {
        for offset in [0, 100_000_000, 1 << 50] {
            let mut random = random_words(2);
            let whole =
                Array2::from_shape_fn((20_000, 3), |(_, j)| i128::from(random() % (1 << (4 * j + 1))));
            let x = whole.mapv(|x| (x + offset) as f64);
            let n = whole.nrows() as i128;
            let exact = Array2::from_shape_fn((3, 3), |(i, j)| {
                let (a, b) = (whole.column(i), whole.column(j));
                let products: i128 = a.iter().zip(b).map(|(a, b)| a * b).sum();
                (n * products - a.iter().sum::<i128>() * b.iter().sum::<i128>()) as f64 / (n * (n - 1)) as f64
            });
            let state: Covariance<f64> = of(&x);
            // some libraries add the products of a block one after the other
            within(&state.cov(1).unwrap(), &exact, 16.0);
        }
    });
}

fn special<T: Element + Real>() {
    for place in [0, 700, 1299] {
        let mut x = rows::<T>(1300, 5, 3);
        x[[place, 1]] = T::nan();
        x[[place, 2]] = T::infinity();
        x.column_mut(4).fill(T::of(0.7));
        let state: Covariance<T> = of(&x);
        within(&state.cov(1).unwrap(), &cov(&x, Variables::Columns, 1).unwrap(), 40.0);
        let (found, expected) = (state.corrcoef().unwrap(), corrcoef(&x, Variables::Columns).unwrap());
        for (a, e) in found.iter().zip(&expected) {
            assert!((a.is_nan() && e.is_nan()) || (a.f64() - e.f64()).abs() < 40.0 * T::eps(), "{a} {e}");
        }
    }
}

/// Columns near the ends of the range of numbers, whose squares overflow or underflow.
fn scales<T: Element + Real>() {
    let (large, small) = if T::NAME == "f64" { (1e300, 1e-300) } else { (1e30, 1e-30) };
    let mut x: Array2<T> = matrix(1600, 5, 4);
    for (i, mut row) in x.rows_mut().into_iter().enumerate() {
        row[0] *= T::of(large);
        row[1] *= T::of(small);
        row[2] *= T::of(if i < 800 { small } else { large });
        row[3] = if i < 800 { T::of(small) } else { row[3] * T::of(small) };
    }
    let state: Covariance<T> = of(&x);
    let (found, expected) = (state.corrcoef().unwrap(), corrcoef(&x, Variables::Columns).unwrap());
    close(&found, &expected, 100.0);
    // the square of a deviation of f64 at the top of the range
    let deviation = std_axis(&x, 0, Axis(0)).unwrap();
    let cov = state.cov(0).unwrap();
    assert!((cov[[4, 4]].sqrt() - deviation[4]).abs() <= deviation[4] * T::of(100.0 * T::eps()));
    let product = deviation[0] * deviation[1] * found[[0, 1]];
    assert!((cov[[0, 1]] - product).abs() <= T::of(1000.0 * T::eps()) * deviation[0] * deviation[1]);
    // deviations that overflow
    let x = Array2::from_shape_fn(
        (1600, 2),
        |(i, j)| {
            if i % (5 + j) < 3 { T::max_value() } else { -T::max_value() }
        },
    );
    let state: Covariance<T> = of(&x);
    close(&state.corrcoef().unwrap(), &corrcoef(&x, Variables::Columns).unwrap(), 100.0);
}
