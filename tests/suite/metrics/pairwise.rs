//! Distances and cosines of all pairs of rows.

use super::*;
use crate::common::assert::{error_kind, shape_error};
use crate::common::each_library;
use ndarray::{ArrayRef2, s};

for_real! {
    golden_values => golden_values;
    all_layouts => all_layouts;
    many_rows => many_rows;
    close_rows => close_rows;
    rows_that_are_not_finite => rows_that_are_not_finite;
    ends_of_the_range => ends_of_the_range;
    sizes_of_zero => sizes_of_zero;
    errors => errors;
}

/// The metrics with SciPy's names, and the functions of one pair.
fn all<T: Real>() -> [(&'static str, Metric, OfPairs<T, Ix1>); 5] {
    [
        ("euclidean", Metric::Euclidean, euclidean),
        ("sqeuclidean", Metric::SquaredEuclidean, sqeuclidean),
        ("cityblock", Metric::Cityblock, cityblock),
        ("chebyshev", Metric::Chebyshev, chebyshev),
        ("cosine", Metric::Cosine, cosine),
    ]
}

/// The relative error that the documentation promises.
fn bound<T: Element>(metric: Metric, p: usize) -> f64 {
    let products = 16.0 * (p + 8) as f64 * T::eps();
    match metric {
        Metric::Euclidean => products / 2.0,
        Metric::SquaredEuclidean | Metric::Cosine => products,
        _ => 0.0,
    }
}

fn golden_values<T: Element + Real>() {
    each_library(|| {
        golden::each_case(METRICS, "pairs", |golden| {
            let (x, y) = (golden.input::<T, Ix2>("x"), golden.input::<T, Ix2>("y"));
            for (name, metric, _) in all::<T>() {
                let expected = golden.output::<f64, Ix2>(name);
                let tolerance = bound::<T>(metric, x.ncols()) + 2.0 * T::eps();
                let d = cdist(&x, &y, metric).unwrap();
                assert_eq!(d.dim(), expected.dim());
                for (&d, &expected) in d.iter().zip(&expected) {
                    // SciPy's cosine has the error of numbers near 1
                    let size = if name == "cosine" { expected.max(0.1) } else { expected };
                    agrees(d, expected, tolerance * size);
                }
            }
            let cosines = cosine_similarity(&x, &y).unwrap();
            for (&cosine, &expected) in cosines.iter().zip(&golden.output::<f64, Ix2>("similarity")) {
                agrees(cosine, expected, (x.ncols() + 8) as f64 * T::eps());
            }
            let own = pairwise_distances(&x, Metric::Euclidean).unwrap();
            for (&d, &expected) in own.iter().zip(&golden.output::<f64, Ix2>("own")) {
                agrees(d, expected, bound::<T>(Metric::Euclidean, x.ncols()) * expected + 2.0 * T::eps());
            }
        });
    });
}

/// Every pair against the function of one pair, in f64.
fn check<T: Element + Real>(x: &ArrayRef2<T>, y: &ArrayRef2<T>) {
    for (name, metric, _) in all::<T>() {
        let f = all::<f64>().into_iter().find(|(other, ..)| *other == name).unwrap().2;
        let (d, own) = (cdist(x, y, metric).unwrap(), pairwise_distances(x, metric).unwrap());
        assert_eq!((d.dim(), own.dim()), ((x.nrows(), y.nrows()), (x.nrows(), x.nrows())));
        same(&own, &own.t());
        let near = |d: T, x: &ArrayRef<T, Ix1>, y: &ArrayRef<T, Ix1>| {
            let expected = f(&x.mapv(Real::f64), &y.mapv(Real::f64)).unwrap();
            agrees(d, expected, (bound::<T>(metric, x.len()) + T::eps()) * expected);
        };
        for (i, u) in x.rows().into_iter().enumerate() {
            y.rows().into_iter().enumerate().for_each(|(j, v)| near(d[[i, j]], &u, &v));
            x.rows().into_iter().enumerate().for_each(|(j, v)| near(own[[i, j]], &u, &v));
            assert_eq!(own[[i, i]], T::zero(), "{name}");
        }
    }
    let cosines = cosine_similarity(x, y).unwrap();
    for ((i, j), &cosine) in cosines.indexed_iter() {
        let wide = |row: &ArrayRef<T, Ix1>| row.mapv(Real::f64);
        let expected = 1.0 - linstat::cosine(&wide(&x.row(i)), &wide(&y.row(j))).unwrap();
        agrees(cosine, expected, (x.ncols() + 8) as f64 * T::eps());
        assert!(cosine.abs() <= T::one());
    }
}

fn all_layouts<T: Element + Real>() {
    let (x, y) = (matrix::<T>(5, 3, 1), matrix::<T>(4, 3, 2));
    each_layout(&x, |x| check(x, &y));
    each_layout(&y, |y| check(&x, y));
    check(&Array2::from_elem((3, 4), T::of(0.5)), &matrix(2, 4, 1));
}

/// Sizes at which libraries block and rows are shared among threads.
fn many_rows<T: Element + Real>() {
    each_library(|| {
        for (m, n, p) in [(1, 7, 1), (40, 33, 5), (17, 70, 64), (90, 20, 33)] {
            check(&matrix::<T>(m, p, 1), &matrix::<T>(n, p, 2));
        }
    });
    let (x, y) = (matrix::<T>(700, 6, 1), matrix::<T>(500, 6, 2));
    for (name, metric, f) in all::<T>() {
        let d = on_threads(4, || cdist(&x, &y, metric).unwrap());
        let own = on_threads(4, || pairwise_distances(&x, metric).unwrap());
        for (i, j) in [(0, 0), (0, 499), (350, 123), (699, 0), (699, 499), (511, 256)] {
            let one = |v: &ArrayRef<T, Ix1>| f(&x.row(i), v).unwrap().f64();
            let tolerance = |d: f64| (bound::<T>(metric, 6) + T::eps()) * d;
            agrees(d[[i, j]], one(&y.row(j)), tolerance(one(&y.row(j))));
            agrees(own[[i, j]], one(&x.row(j)), tolerance(one(&x.row(j))));
        }
        same(&own, &own.t());
        assert!(own.diag().iter().all(|d| *d == T::zero()), "{name}");
    }
}

/// Clusters far from the origin and of nearly one direction, in which products lose all digits.
fn close_rows<T: Element + Real>() {
    let scatter = matrix::<T>(30, 8, 3);
    for (offset, spread) in [(1e3, 1.0), (4096.0, 2f64.powi(-6)), (-1.0, 2f64.powi(-12)), (0.0, 1.0)] {
        let x = Array2::from_shape_fn((30, 8), |(i, j)| {
            // three clusters
            T::of(offset * (1 + i % 3 + j % 2) as f64 + spread * scatter[[i, j]].f64())
        });
        each_library(|| check(&x, &x.slice(s![3..;-1, ..])));
        // equal rows
        let mut twins = x.clone();
        twins.row_mut(7).assign(&x.row(21));
        check(&twins, &x);
        for (_, metric, _) in all::<T>() {
            assert_eq!(pairwise_distances(&twins, metric).unwrap()[[7, 21]], T::zero());
        }
    }
}

/// They spoil their own distances alone.
fn rows_that_are_not_finite<T: Element + Real>() {
    for bad in [T::nan(), T::infinity()] {
        let (mut x, y) = (matrix::<T>(9, 5, 1), matrix::<T>(6, 5, 2));
        let good = x.clone();
        x[[4, 2]] = bad;
        for (name, metric, f) in all::<T>() {
            let (d, own) = (cdist(&x, &y, metric).unwrap(), pairwise_distances(&x, metric).unwrap());
            let turned = cdist(&y, &x, metric).unwrap();
            for j in 0..6 {
                let expected = f(&x.row(4), &y.row(j)).unwrap();
                same(&arr0(d[[4, j]]), &arr0(expected));
                same(&arr0(turned[[j, 4]]), &arr0(expected));
                let other = f(&good.row(3), &y.row(j)).unwrap().f64();
                agrees(d[[3, j]], other, (bound::<T>(metric, 5) + T::eps()) * other);
            }
            assert!(own[[4, 4]].is_nan(), "{name}");
            assert_eq!(own.diag().iter().filter(|d| d.is_nan()).count(), 1);
            assert!(own.iter().filter(|d| d.is_finite()).count() == 64, "{name}");
        }
        let cosines = cosine_similarity(&x, &y).unwrap();
        assert!(cosines.indexed_iter().all(|((i, _), cosine)| cosine.is_nan() == (i == 4)));
    }
    // rows of zeros have no direction
    let (x, y) = (array![[T::zero(), T::zero()], [T::one(), T::zero()]], array![[T::zero(), T::one()]]);
    let d = cdist(&x, &y, Metric::Cosine).unwrap();
    assert!(d[[0, 0]].is_nan() && d[[1, 0]] == T::one());
    assert!(pairwise_distances(&x, Metric::Cosine).unwrap()[[0, 0]].is_nan());
    assert_eq!(cosine_similarity(&x, &x).unwrap(), array![[T::zero(), T::zero()], [T::zero(), T::one()]]);
}

fn ends_of_the_range<T: Element + Real>() {
    let scales =
        [T::max_value() / T::of(64.0), T::min_positive_value() / T::epsilon(), T::SAFE, T::SAFE.recip()];
    for scale in scales {
        let whole = |m, seed| matrix::<T>(m, 4, seed).mapv(|x| (x * T::of(4.0)).round() + T::of(0.5));
        let (x, y) = (whole(5, 1), whole(3, 2));
        let scaled = |x: &Array2<T>| x.mapv(|x| x * scale);
        for (_, metric, _) in all::<T>() {
            if metric == Metric::SquaredEuclidean {
                continue;
            }
            let factor = if metric == Metric::Cosine { 1.0 } else { scale.f64() };
            let (d, expected) =
                (cdist(&scaled(&x), &scaled(&y), metric).unwrap(), cdist(&x, &y, metric).unwrap());
            for (&d, expected) in d.iter().zip(&expected) {
                // both within the bound
                let expected = expected.f64() * factor;
                agrees(d, expected, 2.0 * (bound::<T>(metric, 4) + T::eps()) * expected);
            }
        }
        let (cosines, expected) =
            (cosine_similarity(&scaled(&x), &y).unwrap(), cosine_similarity(&x, &y).unwrap());
        for (&cosine, expected) in cosines.iter().zip(&expected) {
            agrees(cosine, expected.f64(), 24.0 * T::eps());
        }
    }
    // the shortest of all rows
    let tiny = array![[T::min_positive_value() * T::epsilon(), T::zero()]];
    assert_eq!(cosine_similarity(&tiny, &tiny).unwrap(), array![[T::one()]]);
}

fn sizes_of_zero<T: Element + Real>() {
    for (_, metric, _) in all::<T>() {
        for (m, n, p) in [(0, 3, 2), (3, 0, 2), (0, 0, 0), (0, 2, 0), (1 << 40, 0, 0)] {
            let (x, y) = (Array2::<T>::zeros((m, p)), Array2::zeros((n, p)));
            assert_eq!(cdist(&x, &y, metric).unwrap().dim(), (m, n));
            assert_eq!(cosine_similarity(&x, &y).unwrap().dim(), (m, n));
        }
        let none = Array2::<T>::zeros((2, 0));
        let d = pairwise_distances(&none, metric).unwrap();
        assert!(d.iter().all(|d| if metric == Metric::Cosine { d.is_nan() } else { *d == T::zero() }));
        assert_eq!(pairwise_distances(&Array2::<T>::zeros((0, 4)), metric).unwrap().dim(), (0, 0));
    }
    assert_eq!(
        cosine_similarity(&Array2::<T>::zeros((2, 0)), &Array2::zeros((1, 0))),
        Ok(array![[T::zero()], [T::zero()]])
    );
}

fn errors<T: Element + Real>() {
    let (x, y) = (Array2::<T>::zeros((2, 3)), Array2::zeros((2, 2)));
    shape_error(cosine_similarity(&x, &y), "cosine_similarity", "(2, 3) and (2, 2)");
    let one = arr0(T::one());
    let endless = one.broadcast((1 << 40, 1 << 20)).unwrap();
    let too_large = |name, e: &Error| e.op() == name && matches!(e.kind(), ErrorKind::TooLarge { .. });
    for (_, metric, _) in all::<T>() {
        shape_error(cdist(&x, &y, metric), "cdist", "(2, 3) and (2, 2)");
        for wide in [endless.view(), endless.t()] {
            error_kind(cdist(&wide, &wide, metric), |e| too_large("cdist", e));
            error_kind(cdist(&wide, &wide.slice(s![..1, ..]), metric), |e| too_large("cdist", e));
            error_kind(pairwise_distances(&wide, metric), |e| too_large("pairwise_distances", e));
        }
    }
    error_kind(cosine_similarity(&endless, &endless), |e| too_large("cosine_similarity", e));
}
