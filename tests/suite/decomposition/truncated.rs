//! Truncated and randomized singular value decompositions: against scikit-learn, a full decomposition, and
//! the promised bound.

use crate::common::assert::*;
use crate::common::golden;
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::random::default_rng;
use linstat::{Error, ErrorKind, RandomizedSvd, Real, Svd, SvdShape, TruncatedSvd, svd, svdvals};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix1, Ix2, s};

for_real! {
    sizes_and_layouts => sizes_and_layouts;
    extremes => extremes;
    low_rank => low_rank;
    the_bound => the_bound;
    a_slow_spectrum => a_slow_spectrum;
    errors => errors;
}

#[test]
fn tables_of_scikit_learn() {
    each_library(|| {
        for golden in golden::cases(golden::PCA_TABLES, "") {
            if golden["out"]["truncated"].is_null() {
                continue;
            }
            case(golden.name(), || {
                let x = super::model::table(&golden);
                let fitted = TruncatedSvd::new(2).fit(&x).unwrap();
                let vector = |what: &str| golden.output::<f64, Ix1>(&format!("truncated/{what}"));
                let components = golden.output::<f64, Ix2>("truncated/components");
                close(fitted.components(), &components, 1e-10);
                close_relative(fitted.singular_values(), &vector("singular_values"), 1e-10);
                close_relative(fitted.explained_variance(), &vector("explained_variance"), 1e-10);
                close_relative(fitted.explained_variance_ratio(), &vector("explained_variance_ratio"), 1e-10);
            });
        }
    });
}

fn promised<T: Element>() -> f64 {
    if T::eps() < 1e-10 { 1e-10 } else { 1e-4 }
}

fn check<T: Element + Real>(x: &ArrayRef2<T>, k: usize) {
    let (n, p) = x.dim();
    let (fitted, z) = TruncatedSvd::new(k).fit_transform(x).unwrap();
    assert_eq!((fitted.components().dim(), z.dim()), ((k, p), (n, k)));
    let full = svdvals(&x.mapv(|x| x.f64())).unwrap();
    let floor = 8.0 * T::eps() * n.max(p) as f64 * full[0];
    for (i, s) in fitted.singular_values().iter().enumerate() {
        close_number(s.f64(), full[i], promised::<T>() * full[i] + floor);
    }
    let components = fitted.components().mapv(|x| x.f64());
    close(&components.dot(&components.t()), &Array2::eye(k), promised::<T>());
    close(&z, &fitted.transform(x).unwrap(), 8.0 * floor);
    close(&z, &TruncatedSvd::new(k).fit(x).unwrap().transform(x).unwrap(), 8.0 * floor);
    let wide = z.mapv(|z| z.f64());
    let variances = wide.var_axis(Axis(0), 0.0);
    let size = full[0] * full[0] / n as f64;
    close(fitted.explained_variance(), &variances.mapv(T::of), 64.0 * T::eps() * size);
    let total = x.mapv(|x| x.f64()).var_axis(Axis(0), 0.0).sum();
    let ratio = if total > 0.0 { variances / total } else { Array1::zeros(k) };
    close(
        fitted.explained_variance_ratio(),
        &ratio.mapv(T::of),
        64.0 * T::eps() * (1.0 + size / total.max(f64::MIN_POSITIVE)),
    );
    if k == n.min(p) {
        close(&fitted.inverse_transform(&z).unwrap(), &x.to_owned(), 8.0 * floor);
    }
    for component in fitted.components().rows() {
        let largest = component.iter().fold(T::zero(), |max, &x| if x.abs() > max.abs() { x } else { max });
        assert!(largest > T::zero());
    }
}

fn sizes_and_layouts<T: Element + Real>() {
    each_library(|| {
        for (n, p) in [(1, 1), (1, 5), (5, 1), (2, 2), (17, 4), (4, 17), (40, 33), (300, 6)] {
            let x = matrix::<T>(n, p, 1);
            for k in [1, 2, n.min(p)].into_iter().filter(|&k| k <= n.min(p)) {
                case(format!("{} {n} x {p}, {k}", T::NAME), || check(&x, k));
            }
        }
        each_layout(&matrix::<T>(18, 5, 2), |x| check(x, 2));
    });
}

fn extremes<T: Element + Real>() {
    let x = matrix::<T>(9, 4, 1);
    each_library(|| {
        let plain = TruncatedSvd::new(3).fit(&x).unwrap();
        let exponents: &[i32] =
            if T::eps() < 1e-10 { &[600, -600, 900, -900] } else { &[80, -80, 110, -110] };
        for &exponent in exponents {
            case(format!("2^{exponent}"), || {
                let factor = T::of(2f64.powi(exponent));
                let y = x.mapv(|x| x * factor);
                for scaled in [
                    TruncatedSvd::new(3).fit(&y).unwrap(),
                    TruncatedSvd::new(3).fit_randomized(&y, &mut default_rng(3)).unwrap(),
                ] {
                    close(scaled.components(), plain.components(), 256.0 * T::eps());
                    let s = plain.singular_values().mapv(|s| s * factor);
                    close_relative(scaled.singular_values(), &s, 64.0 * T::eps());
                    let ratio = plain.explained_variance_ratio();
                    close(scaled.explained_variance_ratio(), ratio, 64.0 * T::eps());
                }
            });
        }
    });
}

/// What a decomposition leaves of a matrix, in the 2-norm, and its singular values.
fn left<T: Element + Real>(a: &ArrayRef2<T>, Svd { u, s, vt, .. }: &Svd<T>) -> f64 {
    let [u, vt] = [u, vt].map(|x| x.mapv(|x| x.f64()));
    let product = (&u * &s.mapv(|s| s.f64())).dot(&vt);
    svdvals(&(a.mapv(|x| x.f64()) - product)).unwrap()[0]
}

fn low_rank<T: Element + Real>() {
    each_library(|| {
        for (m, n, rank) in [(60, 40, 3), (40, 60, 3), (30, 30, 1), (25, 9, 9), (9, 25, 5), (1, 4, 1)] {
            let spectrum: Vec<f64> = (0..rank).map(|i| 2f64.powi(-(i as i32))).collect();
            let a = with_spectrum::<f64>(m, n, &spectrum, 4).mapv(T::of);
            let full = svd(&a, SvdShape::Reduced).unwrap();
            let tolerance = 64.0 * T::eps() * m.max(n) as f64;
            let check = |a: &ArrayRef2<T>| {
                let found = RandomizedSvd::new(rank).compute(a, &mut default_rng(7)).unwrap();
                assert_eq!((found.u.dim(), found.s.len(), found.vt.dim()), ((m, rank), rank, (rank, n)));
                close(&found.s, &full.s.slice(s![..rank]).to_owned(), tolerance);
                orthonormal_columns("u", &found.u);
                orthonormal_columns("vt", &found.vt.t());
                assert!(left(a, &found) <= tolerance);
            };
            case(format!("{} {m} x {n}, rank {rank}", T::NAME), || {
                check(&a);
                each_layout(&a, check);
                // the generator goes on after the projection
                let (mut one, mut other) = (default_rng(7), default_rng(7));
                RandomizedSvd::new(rank).compute(&a, &mut one).unwrap();
                other.standard_normal((m.min(n), (rank + 10).min(m.min(n)))).unwrap();
                assert_eq!(one.random(3).unwrap(), other.random(3).unwrap());
            });
        }
    });
}

/// The average over seeds; values are never too large.
fn the_bound<T: Element + Real>() {
    each_library(|| {
        for (m, n, k, p, q) in [(60, 40, 5, 10, 0), (40, 60, 5, 10, 1), (50, 50, 3, 5, 2), (80, 30, 8, 10, 4)]
        {
            for decay in [0.5, 0.9, 0.99] {
                let spectrum: Vec<f64> = (0..m.min(n)).map(|i| f64::powi(decay, i as i32)).collect();
                let a = with_spectrum::<f64>(m, n, &spectrum, 9).mapv(T::of);
                let options = RandomizedSvd::new(k).oversampling(p).power_iterations(q);
                let (kf, pf) = (k as f64, p as f64);
                let factor = 1.0
                    + (kf / (pf - 1.0)).sqrt()
                    + 1f64.exp() * (kf + pf).sqrt() / pf * (m.min(n) as f64 - kf).sqrt();
                let bound = factor.powf(1.0 / (2.0 * f64::from(q) + 1.0)) * spectrum[k];
                let rounding = 64.0 * T::eps() * m.max(n) as f64;
                case(format!("{} {m} x {n}, k {k}, p {p}, q {q}, {decay}", T::NAME), || {
                    let mut sum = 0.0;
                    for seed in 0..10 {
                        let found = options.compute(&a, &mut default_rng(seed)).unwrap();
                        sum += left(&a, &found);
                        for (i, s) in found.s.iter().enumerate() {
                            assert!(s.f64() <= spectrum[i] + rounding, "{s} is more than {}", spectrum[i]);
                            assert!(s.f64() >= spectrum[i] - bound - rounding, "{s} against {}", spectrum[i]);
                        }
                    }
                    let limit = bound + spectrum[k] + rounding;
                    assert!(sum / 10.0 <= limit, "{} against {limit}", sum / 10.0);
                });
            }
        }
    });
}

/// A spectrum that falls slowly shows what power iterations and more columns bring, and that the variances
/// are those of the transformed data.
fn a_slow_spectrum<T: Element + Real>() {
    each_library(|| {
        let spectrum: Vec<f64> = (0..30).map(|i| f64::powi(0.9, i)).collect();
        let a = with_spectrum::<f64>(80, 30, &spectrum, 9).mapv(T::of);
        let average = |options: RandomizedSvd| {
            let lefts = (0..10).map(|seed| left(&a, &options.compute(&a, &mut default_rng(seed)).unwrap()));
            lefts.sum::<f64>() / 10.0 / spectrum[8]
        };
        let options = RandomizedSvd::new(8);
        assert!(average(options) < 1.01);
        assert!(average(options.power_iterations(0)) > 1.03);
        assert!(average(options.power_iterations(0).oversampling(0)) > 1.2);
        let fitted = TruncatedSvd::new(3).fit_randomized(&a, &mut default_rng(1)).unwrap();
        let z = fitted.transform(&a).unwrap().mapv(|z| z.f64());
        let variances = z.var_axis(Axis(0), 0.0).mapv(T::of);
        close_relative(fitted.explained_variance(), &variances, 1024.0 * T::eps());
    });
}

fn errors<T: Element + Real>() {
    let is_k = |op: &'static str| move |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "k", .. } if e.op() == op);
    let x = matrix::<T>(5, 3, 1);
    let rng = || default_rng(1);
    for k in [0, 4, usize::MAX] {
        error_kind(TruncatedSvd::new(k).fit(&x), is_k("TruncatedSvd::fit"));
        error_kind(TruncatedSvd::new(k).fit_transform(&x.t()), is_k("TruncatedSvd::fit_transform"));
        error_kind(TruncatedSvd::new(k).fit_randomized(&x, &mut rng()), is_k("TruncatedSvd::fit_randomized"));
        error_kind(RandomizedSvd::new(k).compute(&x, &mut rng()), is_k("RandomizedSvd::compute"));
    }
    for bad in [T::nan(), T::infinity()] {
        let mut x = x.clone();
        x[[3, 1]] = bad;
        let non_finite = |e: &Error| matches!(e.kind(), ErrorKind::NonFinite { .. });
        error_kind(TruncatedSvd::new(1).fit(&x), non_finite);
        error_kind(TruncatedSvd::new(1).fit_randomized(&x, &mut rng()), non_finite);
        error_kind(RandomizedSvd::new(1).compute(&x, &mut rng()), non_finite);
    }
    let options = RandomizedSvd::new(2).oversampling(usize::MAX).power_iterations(0);
    assert_eq!(options.compute(&x, &mut rng()).unwrap().s.len(), 2);
    let fitted = TruncatedSvd::new(2).fit(&x).unwrap();
    shape_error(fitted.transform(&matrix(5, 4, 1)), "FittedTruncatedSvd::transform", "(5, 4) and (2, 3)");
    let back = fitted.inverse_transform(&matrix(5, 3, 1));
    shape_error(back, "FittedTruncatedSvd::inverse_transform", "(5, 3) and (2, 3)");
    let one = Array2::<T>::ones((1, 1));
    let huge = one.broadcast((1 << 31, 1 << 31)).unwrap();
    let too_large = |e: &Error| matches!(e.kind(), ErrorKind::TooLarge { .. });
    error_kind(TruncatedSvd::new(1).fit(&huge), too_large);
    error_kind(RandomizedSvd::new(1).compute(&huge, &mut rng()), too_large);
}
