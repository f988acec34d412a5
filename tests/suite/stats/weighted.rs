//! Weighted quantiles and covariances: NumPy's, and those of repeated elements.

use crate::common::assert::*;
use crate::common::golden::{STATS, each_case};
use crate::common::layouts::each_layout;
use crate::common::{Element as Number, each_library, matrix, on_threads, random};
use linstat::*;
use ndarray::{Array, Array1, Array2, ArrayRef2, Axis, Ix1, Ix2, array, s};

for_real! {
    layouts => layouts;
    covariances => covariances;
}

#[test]
fn numpy() {
    each_case(STATS, "weighted", |golden| {
        let (x, both) = (golden.input::<f64, Ix2>("x"), golden.input::<f64, Ix2>("both"));
        let weights = golden.input::<f64, Ix1>("weights");
        let q = golden.input::<f64, Ix1>("q");
        same(&quantile_weighted(&x, &both, &q).unwrap(), &golden.output("all"));
        let lanes = golden.output::<f64, Ix2>("lanes");
        same(&quantile_weighted_axis(&x, &weights, &q, Axis(1)).unwrap(), &lanes);
        same(&quantile_weighted_axis(&x.t(), &weights, &q, Axis(0)).unwrap(), &lanes);
        let one = quantile_weighted_axis(&x, &weights, q[4], Axis(1)).unwrap();
        same(&one, &lanes.row(4));
        let times = golden.input::<usize, Ix1>("times");
        each_library(|| {
            for ddof in [0, 1] {
                let kinds = [
                    CovWeights::Frequencies(&times),
                    CovWeights::Importances(&weights),
                    CovWeights::Both(&times, &weights),
                ];
                for (k, weights) in kinds.into_iter().enumerate() {
                    let expected = golden.output::<f64, Ix2>(&format!("cov/{ddof}/{k}"));
                    close_covariances(&cov_weighted(&x, Variables::Rows, weights, ddof).unwrap(), &expected);
                    close_covariances(
                        &cov_weighted(&x.t(), Variables::Columns, weights, ddof).unwrap(),
                        &expected,
                    );
                }
            }
        });
    });
}

/// To 100 EPSILON of the two deviations; NaN in the same places.
fn close_covariances<T: Number + Real>(actual: &ArrayRef2<T>, expected: &ArrayRef2<f64>) {
    assert_eq!(actual.shape(), expected.shape());
    for ((i, j), &x) in actual.indexed_iter() {
        let (y, size) = (expected[[i, j]], (expected[[i, i]] * expected[[j, j]]).sqrt());
        if x.is_nan() || y.is_nan() {
            assert!(x.is_nan() && y.is_nan(), "{actual}, expected {expected}");
        } else {
            close_number(x.f64(), y, 100.0 * T::eps() * size);
        }
    }
}

/// By the definition, without sorting: the smallest element up to which there is enough weight.
fn by_definition(x: &[f64], weights: &[f64], q: f64) -> f64 {
    if x.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    let total: f64 = weights.iter().sum();
    let up_to = |most: f64| x.iter().zip(weights).filter(|(x, _)| **x <= most).map(|(_, w)| w).sum::<f64>();
    let enough = |x: f64| up_to(x) >= q * total && up_to(x) > 0.0;
    x.iter().copied().filter(|&x| enough(x)).fold(f64::INFINITY, f64::min)
}

/// Weights are multiples of 1/8 and shares of 1/16, so that the sums are exact, and the totals powers of two.
fn layouts<T: Number + Real>() {
    let mut next = random(4);
    for (m, n) in [(1, 8), (4, 16), (16, 4), (64, 2)] {
        let mut weights = Array1::from_shape_simple_fn(n * m, || (next().abs() * 3.0).floor() / 8.0);
        let total = weights.slice(s![1..]).sum();
        weights[0] = total.max(0.125).log2().floor().exp2() * 2.0 - total;
        let weights = weights.into_shape_with_order((m, n)).unwrap();
        let x = matrix::<T>(m, n, 3).mapv(|x| T::of((8.0 * x.f64()).round()));
        let shares: Vec<f64> = (0..=16).map(|i| f64::from(i) / 16.0).collect();
        let numbers = |x: &ArrayRef2<T>| x.iter().map(|x| x.f64()).collect::<Vec<_>>();
        let expected: Array1<T> = shares
            .iter()
            .map(|&q| T::of(by_definition(&numbers(&x), weights.as_slice().unwrap(), q)))
            .collect();
        let narrow = weights.mapv(T::of);
        each_layout(&x, |x| same(&quantile_weighted(x, &narrow, &shares).unwrap(), &expected));
        each_layout(&narrow, |weights| same(&quantile_weighted(&x, weights, &shares).unwrap(), &expected));
        let whole = x.mapv(|x| x.f64() as i8);
        let found = quantile_weighted(&whole, &weights, &shares).unwrap();
        assert_eq!(found, expected.mapv(|x| x.f64() as i8));
        // lanes, of which each is a small array
        let row = Array1::from_iter((0..n).map(|j| if j == 0 { 8.0 } else { (j % 3) as f64 }));
        each_layout(&x, |x| {
            let found = quantile_weighted_axis(x, &row.mapv(T::of), [0.0, 0.3, 1.0], Axis(1)).unwrap();
            for (i, lane) in x.rows().into_iter().enumerate() {
                let one = quantile_weighted(&lane, &row.mapv(T::of), [0.0, 0.3, 1.0]).unwrap();
                same(&found.column(i), &one);
            }
        });
    }
}

/// Whole weights repeat elements.
#[test]
fn repeated_elements() {
    let x = array![3_u16, 9, 1, 4, 4, 200];
    let times = array![2, 0, 1, 3, 1, 1];
    let repeated: Array1<u16> = x.iter().zip(&times).flat_map(|(&x, &n)| vec![x; n]).collect();
    for i in 0..=40 {
        let q = f64::from(i) / 40.0;
        let expected = quantile_element(&repeated, q, QuantileMethod::InvertedCdf).unwrap();
        assert_eq!(quantile_weighted(&x, &times.mapv(|n| n as f64), q).unwrap(), expected, "{q}");
    }
    let many = Array2::from_shape_fn((300, 90), |(i, j)| ((i * 31 + j * 17) % 101) as f64);
    let weights = Array1::from_shape_fn(300, |i| (i % 4) as f64);
    let of =
        |threads| on_threads(threads, || quantile_weighted_axis(&many, &weights, [0.5], Axis(0)).unwrap());
    same(&of(1), &of(3));
    for (j, column) in many.columns().into_iter().enumerate() {
        assert_eq!(of(1)[[0, j]], quantile_weighted(&column, &weights, 0.5).unwrap());
    }
}

/// The plain formula in f64.
fn covariances<T: Number + Real>() {
    each_library(|| {
        for (p, n) in [(1, 3), (3, 8), (7, 40)] {
            let x = matrix::<T>(p, n, 8);
            let times = Array1::from_shape_fn(n, |i| (i * 7 + 1) % 4);
            let importance = Array1::from_shape_fn(n, |i| ((i * 5) % 3) as f64 * 0.25 + 0.5);
            let wide = x.mapv(|x| x.f64());
            let all = &times.mapv(|n| n as f64) * &importance;
            let total = all.sum();
            let means = (&wide * &all).sum_axis(Axis(1)) / total;
            let centred = &wide - &means.insert_axis(Axis(1));
            let freedom = total - (&all * &importance).sum() / total;
            let expected = (&centred * &all).dot(&centred.t()) / freedom;
            let narrow = importance.mapv(T::of);
            let weights = CovWeights::Both(&times, &narrow);
            each_layout(&x, |x| {
                close_covariances(&cov_weighted(x, Variables::Rows, weights, 1).unwrap(), &expected);
                close_covariances(&cov_weighted(&x.t(), Variables::Columns, weights, 1).unwrap(), &expected);
            });
            // the unit of importances does not matter
            for unit in [1e30, 1e-30] {
                let narrow = narrow.mapv(|w| w * T::of(unit));
                let found = cov_weighted(&x, Variables::Rows, CovWeights::Both(&times, &narrow), 1).unwrap();
                close_covariances(&found, &expected);
            }
            // equal weights
            let plain = cov(&x, Variables::Rows, 1).unwrap().mapv(|x| x.f64());
            let ones = Array1::from_elem(n, 1);
            let found = cov_weighted(&x, Variables::Rows, CovWeights::Frequencies(&ones), 1).unwrap();
            close_covariances(&found, &plain);
        }
        // far from 0, and near the ends of the range
        let far = array![[1.0, 2.0, 4.0], [3.0, 1.0, 0.0]].mapv(|x| T::of(x + 1000.0));
        let times = array![1, 2, 1];
        let found = cov_weighted(&far, Variables::Rows, CovWeights::Frequencies(&times), 0).unwrap();
        close_covariances(&found, &array![[1.1875, -1.0625], [-1.0625, 1.1875]]);
        for scale in [T::max_value().sqrt() * T::of(0.1), T::min_positive_value().sqrt()] {
            let x = array![[1.0, 2.0, 4.0], [3.0, 1.0, 0.0]].mapv(|x| T::of(x) * scale);
            let found = cov_weighted(&x, Variables::Rows, CovWeights::Frequencies(&times), 0).unwrap();
            close_covariances(
                &found.mapv(|c| c / scale / scale),
                &array![[1.1875, -1.0625], [-1.0625, 1.1875]],
            );
        }
        let most = T::max_value();
        let huge = array![[most, -most, most], [T::one(), T::zero(), T::one()]];
        let found = cov_weighted(&huge, Variables::Rows, CovWeights::Frequencies(&times), 0).unwrap();
        assert!(found[[0, 0]].is_infinite() && found[[1, 1]] == T::of(0.25), "{found}");
        close_number((found[[0, 1]] / most).f64(), 0.5, 8.0 * T::eps());
    });
}

#[test]
fn refused() {
    let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let is_weights = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "weights", .. });
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let weights = array![[1.0, 1.0], [bad, 1.0], [1.0, 1.0]];
        error_kind(quantile_weighted(&x, &weights, 0.5), |e| is_weights(e) && e.op() == "quantile_weighted");
        error_kind(quantile_weighted_axis(&x, &array![1.0, bad], 0.5, Axis(1)), |e| {
            is_weights(e) && e.op() == "quantile_weighted_axis"
        });
        error_kind(cov_weighted(&x, Variables::Rows, CovWeights::Importances(&array![1.0, bad]), 0), |e| {
            matches!(
                (e.op(), e.kind()),
                ("cov_weighted", ErrorKind::InvalidArgument { name: "aweights", .. })
            )
        });
    }
    error_kind(quantile_weighted(&x, &Array2::zeros((3, 2)), 0.5), is_weights);
    error_kind(quantile_weighted(&x, &x, 1.5), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "q", .. })
    });
    error_kind(quantile_weighted(&x, &x.t(), 0.5), |e| matches!(e.kind(), ErrorKind::Shape { .. }));
    error_kind(quantile_weighted_axis(&x, &array![1.0, 1.0], 0.5, Axis(0)), |e| {
        matches!(e.kind(), ErrorKind::Shape { .. })
    });
    error_kind(quantile_weighted_axis(&x, &array![1.0, 1.0], 0.5, Axis(2)), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. })
    });
    let none = Array2::<f64>::zeros((0, 3));
    error_kind(quantile_weighted(&none, &none, 0.5), |e| matches!(e.kind(), ErrorKind::Empty { .. }));
    error_kind(quantile_weighted_axis(&none, &array![], 0.5, Axis(0)), |e| {
        matches!(e.kind(), ErrorKind::Empty { .. })
    });
    let lanes = quantile_weighted_axis(&none, &array![1.0, 1.0, 1.0], [0.5, 0.1], Axis(1)).unwrap();
    assert_eq!(lanes.dim(), (2, 0));
    // sums that are not finite, and weights that are no less than the tiniest
    let huge = Array::from_elem(3, f64::MAX);
    assert_eq!(quantile_weighted(&array![1, 2, 3], &huge, [0.3, 0.5, 1.0]).unwrap(), array![1, 2, 3]);
    assert_eq!(
        quantile_weighted(&array![1, 2, 3], &array![0.0, 5e-324, 0.0], [0.0, 1.0]).unwrap(),
        array![2, 2]
    );
    assert!(quantile_weighted(&array![1.0, f64::NAN], &array![1.0, 0.0], 0.0).unwrap().is_nan());

    let (two, three) = (array![1, 1], array![1, 1, 1]);
    let of = |x: &ArrayRef2<f64>, times: &Array1<usize>, ddof| {
        cov_weighted(x, Variables::Columns, CovWeights::Frequencies(times), ddof)
    };
    error_kind(of(&x, &two, 0), |e| matches!(e.kind(), ErrorKind::Shape { .. }));
    error_kind(of(&x, &three, 3), |e| matches!(e.kind(), ErrorKind::InvalidArgument { name: "ddof", .. }));
    error_kind(of(&x, &array![0, 0, 0], 0), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "fweights", .. })
    });
    error_kind(of(&none, &array![], 0), |e| matches!(e.kind(), ErrorKind::Empty { .. }));
    assert_eq!(of(&none.t().to_owned(), &three, 0).unwrap().dim(), (0, 0));
    assert_eq!(of(&x, &three, 2).unwrap(), cov(&x, Variables::Columns, 2).unwrap());
    assert!(of(&x, &array![usize::MAX, usize::MAX, 1], 0).unwrap().iter().all(|c| c.is_finite()));
}
