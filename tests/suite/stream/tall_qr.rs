//! Triangles of all rows: against the factorization, principal components and least squares in memory.

use super::{of, rows};
use crate::common::assert::*;
use crate::common::*;
use linstat::stream::{Intercept, TallQr};
use linstat::{Pca, Real, lstsq, mean_axis};
use ndarray::{Array1, Array2, Axis, array, concatenate, s};

for_real! {
    gram => gram;
    components => components;
    regressions => regressions;
    special => special;
    scales => scales;
}

/// RᵀR is the sum of products of the centred rows.
fn gram<T: Element + Real>() {
    each_library(|| {
        for (n, p) in [(1, 2), (2, 5), (40, 60), (1023, 2), (1025, 20), (5000, 3)] {
            let x = rows::<T>(n, p, 1);
            let state: TallQr<T> = of(&x);
            let r = state.r().unwrap();
            assert!(r.indexed_iter().all(|((i, j), &x)| i <= j || x.is_zero()));
            assert!(r.diag().iter().all(|&x| x >= T::zero()));
            let mean = mean_axis(&x.mapv(|x| x.f64()), Axis(0)).unwrap();
            let centred = x.mapv(|x| x.f64()) - &mean;
            let r = r.mapv(|x| x.f64());
            let (found, expected) = (r.t().dot(&r), centred.t().dot(&centred));
            let size = expected.diag().iter().fold(0.0, |most: f64, &x| most.max(x));
            let worst = (&found - &expected).iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            assert!(worst <= 20.0 * T::eps() * size, "{worst} of {size}");
        }
    });
}

fn components<T: Element + Real>() {
    each_library(|| {
        for (n, p) in [(2, 3), (30, 60), (1025, 20), (4000, 3)] {
            let x = rows::<T>(n, p, 2);
            let state: TallQr<T> = of(&x);
            for pca in
                [Pca::new(1), Pca::new(2.min(p)), Pca::all(), Pca::with_share(0.6), Pca::new(1).whiten()]
            {
                let (found, expected) = (pca.fit_stream(&state).unwrap(), pca.fit(&x).unwrap());
                assert_eq!(found.n_samples(), n);
                // as the documentation says
                let near = if T::NAME == "f64" { 1e-10 } else { 1e-4 };
                let tolerance = near / T::eps();
                let k = expected.singular_values().iter().filter(|s| s.f64() > 1e-3).count();
                close(found.mean(), expected.mean(), 4.0);
                close(found.singular_values(), expected.singular_values(), 100.0);
                let large = |x: &Array1<T>| x.slice(s![..k]).to_owned();
                close_relative(
                    &large(found.singular_values()),
                    &large(expected.singular_values()),
                    tolerance,
                );
                close(found.explained_variance_ratio(), expected.explained_variance_ratio(), tolerance);
                let [a, b] = [&found, &expected].map(|fit| fit.components().slice(s![..k, ..]).to_owned());
                close(&a, &b, 100.0 * tolerance);
                assert!((found.noise_variance() - expected.noise_variance()).abs() <= T::of(near));
                close(&found.transform(&x).unwrap(), &expected.transform(&x).unwrap(), 1e4 * tolerance);
            }
        }
        let square = rows::<T>(300, 4, 3);
        let state: TallQr<T> = of(&square);
        let [found, expected] =
            [Pca::mle().fit_stream(&state), Pca::mle().fit(&square)].map(|fit| fit.unwrap());
        assert_eq!(found.components().nrows(), expected.components().nrows());
    });
    let refused = |n: usize, p: usize, pca: Pca| {
        let x = rows::<T>(n, p, 4);
        let found = pca.fit_stream(&of::<T, TallQr<T>>(&x)).unwrap_err();
        let expected = pca.fit(&x).unwrap_err();
        assert_eq!(found.op(), "Pca::fit_stream");
        assert_eq!(found.kind().to_string().split(',').next(), expected.kind().to_string().split(',').next());
    };
    refused(5, 3, Pca::new(4));
    refused(5, 3, Pca::new(0));
    refused(2, 3, Pca::mle());
    let targets = TallQr::<T>::new(2).with_targets(1);
    let error = Pca::new(1).fit_stream(&targets).unwrap_err().to_string();
    assert!(error.contains("expected a state without targets, found 1"), "{error}");
}

/// Nearly dependent columns, where products of the columns lose all digits of the small singular value.
#[test]
fn the_condition_is_not_squared() {
    each_library(|| {
        let mut x: Array2<f64> = matrix(6000, 2, 5);
        let small = 1e-10;
        let combined = &x.column(0) + &(&x.column(1) * small);
        x.column_mut(1).assign(&combined);
        let found = Pca::all().fit_stream(&of::<f64, TallQr<f64>>(&x)).unwrap();
        let expected = Pca::all().fit(&x).unwrap();
        let (a, b) = (found.singular_values()[1], expected.singular_values()[1]);
        assert!((a / b - 1.0).abs() < 1e-4, "{a} {b}");
    });
}

/// Least squares of full rank and below, with and without a constant term.
fn regressions<T: Element + Real>() {
    each_library(|| {
        for (n, p, q) in [(3, 2, 1), (1030, 5, 2), (3000, 1, 1), (2500, 17, 3)] {
            let (x, noise) = (matrix::<T>(n, p, 6), matrix::<T>(n, q, 7));
            let y = x.dot(&matrix::<T>(p, q, 8)) + &(noise * T::of(0.1)) + T::of(3.0);
            let mut state = TallQr::new(p).with_targets(q);
            let blocks = x.axis_chunks_iter(Axis(0), 400).zip(y.axis_chunks_iter(Axis(0), 400));
            blocks.for_each(|(x, y)| state.update_with(&x, &y).unwrap());
            assert_eq!((state.columns(), state.targets(), state.n_samples()), (p, q, n as u64));

            let found = state.lstsq(Intercept::Zero, None).unwrap();
            let expected = lstsq(&x, &y, None).unwrap();
            close(&found.x, &expected.x, 1e3);
            close(&found.s, &expected.s, 1e3);
            assert_eq!((found.rank, found.intercept.iter().all(|x| x.is_zero())), (expected.rank, true));
            if expected.residuals.len() == q {
                close(&found.residuals, &expected.residuals, 1e4);
            }

            let found = state.lstsq(Intercept::Fitted, None).unwrap();
            let with_ones = concatenate![Axis(1), x, Array2::ones((n, 1))];
            let expected = lstsq(&with_ones, &y, None).unwrap();
            close(&found.x, &expected.x.slice(s![..p, ..]), 1e3);
            close(&found.intercept, &expected.x.row(p), 1e3);
            if expected.residuals.len() == q {
                close(&found.residuals, &expected.residuals, 1e4);
            }
        }
        // dependent columns: the shortest solution
        let x: Array2<T> = matrix(2100, 2, 9);
        let x = concatenate![Axis(1), x, x];
        let y = x.dot(&matrix::<T>(4, 1, 10));
        let mut state = TallQr::new(4).with_targets(1);
        state.update_with(&x, &y).unwrap();
        let found = state.lstsq(Intercept::Zero, None).unwrap();
        let expected = lstsq(&x, &y, None).unwrap();
        assert_eq!((found.rank, found.residuals.len()), (2, 0));
        close(&found.x, &expected.x, 1e3);
    });
    let mut state = TallQr::<T>::new(2).with_targets(1);
    for (x, y) in [((3, 2), (2, 1)), ((3, 1), (3, 1)), ((3, 2), (3, 2))] {
        error_kind(state.update_with(&Array2::zeros(x), &Array2::zeros(y)), |e| {
            e.to_string().contains(&format!("found {x:?} and {y:?}"))
        });
    }
    for columns in [2, 3] {
        error_kind(state.update(&Array2::zeros((3, columns))), |e| {
            e.to_string()
                == "TallQr::update: invalid argument `targets`: expected a state without targets, found 1"
        });
    }
    error_kind(state.merge(&TallQr::new(3)), |e| e.to_string().contains("same number of targets"));
    state.update_with(&Array2::ones((3, 2)), &Array2::ones((3, 1))).unwrap();
    for rcond in [T::of(-1.0), T::nan()] {
        error_kind(state.lstsq(Intercept::Fitted, Some(rcond)), |e| e.to_string().contains("`rcond`"));
    }
}

/// As NumPy, only if there are more rows than unknowns.
#[test]
fn residuals_of_as_many_rows_as_unknowns() {
    let (x, y) = (array![[1., 2.], [3., 5.], [4., 1.], [0., 3.]], array![[1.], [2.], [5.], [0.5]]);
    for (n, zero, fitted) in [(2, 0, 0), (3, 1, 0), (4, 1, 1)] {
        let mut state = TallQr::new(2).with_targets(1);
        state.update_with(&x.slice(s![..n, ..]), &y.slice(s![..n, ..])).unwrap();
        let count = |intercept| state.lstsq(intercept, None).unwrap().residuals.len();
        assert_eq!(
            (count(Intercept::Zero), count(Intercept::Fitted)),
            (zero, if n > 2 { fitted } else { 0 }),
            "{n}"
        );
    }
}

/// Numbers whose norms overflow have a solution.
#[test]
fn near_the_largest_number() {
    let x = Array2::from_shape_fn((3000, 1), |(i, _)| 1e307 * (1.0 + (i % 7) as f64 / 10.0));
    let y = x.mapv(|x| x / 2.0);
    let mut state = TallQr::new(1).with_targets(1);
    state.update_with(&x, &y).unwrap();
    for intercept in [Intercept::Zero, Intercept::Fitted] {
        let found = state.lstsq(intercept, None).unwrap();
        close_number(found.x[[0, 0]], 0.5, 1e-14);
    }
    let mut state = TallQr::new(2);
    state
        .update(&Array2::from_shape_fn((2000, 2), |(i, j)| if (i + j) % 2 == 0 { 1.7e308 } else { -1.7e308 }))
        .unwrap();
    error_kind(state.r(), |e| e.to_string().contains("column 0, whose overflows"));
    error_kind(Pca::new(1).fit_stream(&state), |e| e.to_string().contains("column 0, whose overflows"));
}

fn special<T: Element + Real>() {
    for bad in [T::nan(), T::infinity(), -T::infinity()] {
        for place in [0, 1100, 1299] {
            let mut x = rows::<T>(1300, 3, 11);
            x[[place, 1]] = bad;
            let state: TallQr<T> = of(&x);
            error_kind(state.r(), |e| {
                e.to_string().starts_with("TallQr::r: invalid argument `self`: column 1")
            });
            error_kind(Pca::new(1).fit_stream(&state), |e| e.to_string().contains("column 1"));
            error_kind(state.lstsq(Intercept::Fitted, None), |e| e.to_string().contains("column 1"));
        }
    }
}

fn scales<T: Element + Real>() {
    let (large, small) = if T::NAME == "f64" { (1e300, 1e-300) } else { (1e35, 1e-35) };
    for scale in [large, small] {
        let x: Array2<T> = matrix(2500, 3, 12);
        let [plain, scaled] = [&x, &x.mapv(|x| x * T::of(scale))].map(|x| of::<T, TallQr<T>>(x).r().unwrap());
        close(&(scaled / T::of(scale)), &plain, 100.0);
    }
}
