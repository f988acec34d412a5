//! Random arrays, including NaN, infinities, zeros of both signs and ties, against the simplest correct code.

use linstat::*;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use proptest::prelude::any;
use proptest::prelude::*;
use std::cmp::Ordering;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -100.0..100.0,
        4 => prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, 2.0]),
        1 => prop::sample::select(vec![f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e300, 5e-324]),
    ]
}

/// Without NaN and without overflow.
fn tame() -> impl Strategy<Value = f64> {
    prop_oneof![-100.0..100.0, prop::sample::select(vec![0.0, 1.0, 1.0 + f64::EPSILON, 1e8])]
}

/// NumPy's order: NaN last, zeros equal.
fn order(x: &f64, y: &f64) -> Ordering {
    x.partial_cmp(y).unwrap_or_else(|| x.is_nan().cmp(&y.is_nan()))
}

fn sorted(x: ArrayView1<'_, f64>) -> Vec<f64> {
    let mut x = x.to_vec();
    x.sort_by(order);
    x
}

fn alike(x: f64, y: f64) -> bool {
    x == y || (x.is_nan() && y.is_nan())
}

fn all_alike(x: &Array1<f64>, y: &[f64]) -> bool {
    x.len() == y.len() && x.iter().zip(y).all(|(&x, &y)| alike(x, y))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sorting(x in prop::collection::vec(number(), 0..60), k in 0usize..60) {
        let x = Array1::from(x);
        let expected = sorted(x.view());
        let found = sort(&x).unwrap();
        prop_assert!(all_alike(&found, &expected));
        let indices = argsort(&x).unwrap();
        let mut stable: Vec<usize> = (0..x.len()).collect();
        stable.sort_by(|&i, &j| order(&x[i], &x[j]));
        prop_assert_eq!(indices.to_vec(), stable);
        let mut distinct = expected.clone();
        distinct.dedup_by(|x, y| alike(*x, *y));
        let found = unique(&x).unwrap();
        prop_assert!(all_alike(&found, &distinct));
        if k < x.len() {
            let parted = partition(&x, k).unwrap();
            prop_assert!(alike(parted[k], expected[k]));
            prop_assert!(parted.iter().take(k).all(|x| order(x, &parted[k]) != Ordering::Greater));
            prop_assert!(parted.iter().skip(k).all(|x| order(x, &parted[k]) != Ordering::Less));
        }
    }

    #[test]
    fn extremes(x in prop::collection::vec(number(), 1..80), columns in 1usize..9) {
        let plain = |x: ArrayView1<'_, f64>, better: fn(f64, f64) -> bool| {
            x.iter().position(|x| x.is_nan()).unwrap_or_else(|| {
                (1..x.len()).fold(0, |best, i| if better(x[i], x[best]) { i } else { best })
            })
        };
        let x = Array1::from(x);
        prop_assert_eq!(argmin(&x).unwrap(), plain(x.view(), |x, y| x < y));
        prop_assert_eq!(argmax(&x).unwrap(), plain(x.view(), |x, y| x > y));
        prop_assert!(alike(max(&x).unwrap(), x[argmax(&x).unwrap()]));
        let rows = x.len() / columns;
        if rows > 0 {
            let table = Array2::from_shape_fn((rows, columns), |(i, j)| x[i * columns + j]);
            let found = argmax_axis(&table, Axis(0)).unwrap();
            let expected: Vec<usize> = table.columns().into_iter().map(|c| plain(c, |x, y| x > y)).collect();
            prop_assert_eq!(found.to_vec(), expected);
        }
    }

    #[test]
    fn order_statistics(x in prop::collection::vec(number(), 1..60), q in 0.0..=1.0f64) {
        let x = Array1::from(x);
        let s = sorted(x.view());
        let nan = x.iter().any(|x| x.is_nan());
        let at = q * (s.len() - 1) as f64;
        let lower = if nan { f64::NAN } else { s[at.floor() as usize] };
        prop_assert!(alike(quantile(&x, q, QuantileMethod::Lower).unwrap(), lower));
        let higher = if nan { f64::NAN } else { s[at.ceil() as usize] };
        prop_assert!(alike(quantile(&x, q, QuantileMethod::Higher).unwrap(), higher));
        if s.len() % 2 == 1 && !nan {
            prop_assert!(alike(median(&x).unwrap(), s[s.len() / 2]));
        }
    }

    #[test]
    fn sums(x in prop::collection::vec(tame(), 1..2000), ddof in any::<bool>()) {
        let x = Array1::from(x);
        let n = x.len() as f64;
        let size: f64 = x.iter().map(|x| x.abs()).sum();
        // an exact sum of multiples of 2^-40
        let exact: i128 = x.iter().map(|x| (x * (1u64 << 40) as f64).round() as i128).sum();
        let exact = exact as f64 / (1u64 << 40) as f64;
        // each number was rounded to 2^-40
        let tolerance = 20.0 * f64::EPSILON * size + n * 1e-12;
        prop_assert!((sum(&x).unwrap() - exact).abs() <= tolerance);
        prop_assert!((mean(&x).unwrap() - exact / n).abs() <= tolerance / n);
        let ddof = usize::from(ddof);
        if x.len() > ddof {
            let m = exact / n;
            let squares: f64 = x.iter().map(|x| (x - m) * (x - m)).sum();
            let expected = squares / (n - ddof as f64);
            prop_assert!((var(&x, ddof).unwrap() - expected).abs() <= 1e-9 * expected + 1e-9);
        }
    }
}
