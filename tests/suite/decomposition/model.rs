//! The number of components that are kept, and the probabilistic model of a fit: against scikit-learn and
//! against their definitions.

use crate::common::assert::*;
use crate::common::golden::{self, Golden};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::{Error, ErrorKind, FittedPca, Pca, Real, Variables, cov, inv, slogdet, svdvals};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix1, Ix2, array};
use std::f64::consts::PI;

for_real! {
    definitions => definitions;
    any_scale => any_scale;
    little_left_over => little_left_over;
    shares => shares;
    errors => errors;
}

pub fn table(golden: &Golden) -> Array2<f64> {
    // those of the digits are whole
    match golden["in"]["x"]["type"] == "u8" {
        true => golden.input::<u8, Ix2>("x").mapv(f64::from),
        false => golden.input("x"),
    }
}

/// Within 1e-10 of scikit-learn's numbers, relative to the largest of them.
fn near<D: ndarray::Dimension>(
    what: &str,
    actual: &ndarray::ArrayRef<f64, D>,
    expected: &ndarray::ArrayRef<f64, D>,
    condition: f64,
) {
    let size = expected.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    case(what, || close(actual, expected, 1e-10 * size + 16.0 * f64::EPSILON * condition * size));
}

#[test]
fn tables_of_scikit_learn() {
    let models: [(&str, Pca); 5] = [
        ("two", Pca::new(2)),
        ("most", Pca::with_share(0.9)),
        ("nearly all", Pca::with_share(0.999)),
        ("mle", Pca::mle()),
        ("all", Pca::all()),
    ];
    each_library(|| {
        for golden in golden::cases(golden::PCA_TABLES, "") {
            if golden["kept"].is_null() {
                continue;
            }
            let x = table(&golden);
            for (name, pca) in models {
                case(format!("{}, {name}", golden.name()), || {
                    check_model(&golden, name, &pca.fit(&x).unwrap(), &x)
                });
            }
        }
    });
}

#[test]
fn far_from_the_origin() {
    let cases = golden::cases(golden::PCA_TABLES, "");
    let golden = cases.iter().find(|golden| golden.name() == "far from the origin").unwrap();
    let (x, expected) = (table(golden), golden.output::<f64, Ix2>("components"));
    each_library(|| {
        for offset in [0.0, 1e8, -1e8] {
            case(format!("{offset}"), || {
                close(Pca::new(5).fit(&(&x + offset)).unwrap().components(), &expected, 1e-8);
            });
        }
    });
    // scikit-learn's solver by the covariance matrix, which subtracts the means after it has multiplied
    let theirs = golden.output::<f64, Ix2>("covariance solver");
    assert!((&theirs - &expected).iter().any(|difference| difference.abs() > 1e-8));
}

fn check_model(golden: &Golden, name: &str, fitted: &FittedPca<f64>, x: &Array2<f64>) {
    let vector = |what: &str| golden.output::<f64, Ix1>(&format!("{name}/{what}"));
    let matrix = |what: &str| golden.output::<f64, Ix2>(&format!("{name}/{what}"));
    assert_eq!(fitted.components().nrows(), golden.number(&format!("kept/{name}")) as usize);
    assert_eq!((fitted.n_samples(), fitted.n_components()), (x.nrows(), fitted.components().nrows()));
    near("variances", fitted.explained_variance(), &vector("explained_variance"), 1.0);
    near("ratios", fitted.explained_variance_ratio(), &vector("explained_variance_ratio"), 1.0);
    // as exact as the data: what is left of 1e6 has an error of 1e-16 of it
    let noise = golden.scalar::<f64>(&format!("{name}/noise_variance"));
    let largest = fitted.explained_variance()[0];
    case("noise", || {
        close_number(fitted.noise_variance(), noise, 1e-10 * noise + 4.0 * f64::EPSILON.powi(2) * largest)
    });
    let first = matrix("components");
    near(
        "components",
        &fitted.components().slice(ndarray::s![..first.nrows(), ..]),
        &first.slice(ndarray::s![.., ..]),
        1e3,
    );
    let results = &golden["out"][name];
    if !results["covariance"].is_null() {
        near("covariance", &fitted.covariance().unwrap(), &matrix("covariance"), 1.0);
        near(
            "precision",
            &fitted.precision().unwrap(),
            &matrix("precision"),
            largest / noise.max(fitted.explained_variance()[fitted.components().nrows() - 1]).max(1e-3),
        );
    }
    // what scikit-learn takes for the noise of constant columns is a rounding error
    if noise > 0.0 && noise.sqrt() <= x.nrows() as f64 * f64::EPSILON * largest.sqrt() {
        error_kind(fitted.score(x), no_variance);
    } else if !results["score"].is_null() {
        let condition = largest
            / if noise > 0.0 { noise } else { fitted.explained_variance()[fitted.components().nrows() - 1] };
        near(
            "scores",
            &fitted.score_samples(&x.slice(ndarray::s![..5, ..])).unwrap(),
            &vector("score_samples"),
            condition,
        );
        let score = golden.scalar::<f64>(&format!("{name}/score"));
        case("score", || {
            close_number(
                fitted.score(x).unwrap(),
                score,
                (1e-10 + 16.0 * f64::EPSILON * condition) * score.abs(),
            )
        });
    }
}

fn spectrum<T: Real>(x: &ArrayRef2<T>) -> Array1<f64> {
    let x = x.mapv(|x| x.f64());
    svdvals(&(&x - &x.mean_axis(Axis(0)).unwrap())).unwrap()
}

fn no_variance(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidArgument { name: "model", .. })
}

/// The model's matrices and likelihoods by their definitions.
fn definitions<T: Element + Real>() {
    each_library(|| {
        for (n, p, k) in
            [(40, 5, 1), (40, 5, 3), (40, 5, 5), (300, 12, 4), (6, 4, 4), (5, 9, 2), (5, 9, 4), (3, 1, 1)]
        {
            let x = matrix::<T>(n, p, 5);
            case(format!("{} {n} x {p}, {k}", T::NAME), || {
                let fitted = Pca::new(k).fit(&x).unwrap();
                let s = spectrum(&x);
                let variance = s.mapv(|s| s * s / (n - 1) as f64);
                let dropped = n.min(p) - k;
                let noise =
                    if dropped == 0 { 0.0 } else { variance.slice(ndarray::s![k..]).sum() / dropped as f64 };
                let lost = 64.0 * T::eps() * (n.max(p) as f64) * variance[0];
                close_number(fitted.noise_variance().f64(), noise, lost);
                let c = fitted.covariance().unwrap();
                if k == p {
                    close(&c, &cov(&x, Variables::Columns, 1).unwrap(), lost);
                }
                assert_eq!(c.dim(), (p, p));
                let rounding = n.max(p) as f64 * T::eps() * variance[0].sqrt();
                if (noise.sqrt() <= rounding && k < p) || variance[k - 1].sqrt() <= rounding {
                    for result in [fitted.precision().map(drop), fitted.score(&x).map(drop)] {
                        error_kind(result, no_variance);
                    }
                    return;
                }
                let c = c.mapv(|x| x.f64());
                let precision = inv(&c).unwrap();
                let condition = variance[0] / if noise > 0.0 { noise } else { variance[k - 1] };
                let relative = 64.0 * T::eps() * condition * (p as f64);
                let size = precision.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
                close(&fitted.precision().unwrap(), &precision.mapv(T::of), relative * size);

                let wide = x.mapv(|x| x.f64());
                let centred = &wide - &fitted.mean().mapv(|x| x.f64());
                let squares = (&centred.dot(&precision) * &centred).sum_axis(Axis(1));
                let constant = p as f64 * (2.0 * PI).ln() + slogdet(&c).unwrap().logabsdet;
                let expected = squares.mapv(|q| T::of(-0.5 * (q + constant)));
                let scores = fitted.score_samples(&x).unwrap();
                let most = expected.iter().fold(1.0, |max: f64, x| max.max(x.f64().abs()));
                close(&scores, &expected, relative * most);
                close_number(
                    fitted.score(&x).unwrap().f64(),
                    expected.mapv(|x| x.f64()).mean().unwrap(),
                    relative * most,
                );
                // whitening changes the transformed data and not the model
                let white = Pca::new(k).whiten().fit(&x).unwrap();
                close(&white.covariance().unwrap(), &fitted.covariance().unwrap(), lost);
                close(&white.score_samples(&x).unwrap(), &scores, relative * most);
                each_layout(&x, |x| close(&fitted.score_samples(x).unwrap(), &scores, relative * most));
            });
        }
        let none = Array2::<T>::zeros((0, 3));
        let fitted = Pca::new(1).fit(&matrix::<T>(7, 3, 1)).unwrap();
        assert_eq!(fitted.score_samples(&none).unwrap().len(), 0);
        shape_error(fitted.score(&none), "FittedPca::score", "(0, 3)");
    });
}

/// Data whose squares overflow or vanish: the likelihood only changes by the logarithm of the scale.
fn any_scale<T: Element + Real>() {
    let (x, p) = (matrix::<T>(20, 4, 3), 4);
    each_library(|| {
        for k in [2, 4] {
            let plain = Pca::new(k).fit(&x).unwrap();
            let expected = plain.score_samples(&x).unwrap();
            let exponents: &[i32] =
                if T::eps() < 1e-10 { &[600, -600, 900, -900] } else { &[70, -70, 100, -100] };
            for &exponent in exponents {
                case(format!("{} k = {k}, 2^{exponent}", T::NAME), || {
                    let factor = T::of(2f64.powi(exponent));
                    let y = x.mapv(|x| x * factor);
                    let fitted = Pca::new(k).fit(&y).unwrap();
                    let shift = T::of(f64::from(exponent) * p as f64 * std::f64::consts::LN_2);
                    let scores = fitted.score_samples(&y).unwrap().mapv(|score| score + shift);
                    close(&scores, &expected, 256.0 * T::eps() * (10.0 + shift.f64().abs()));
                    // what is too large is infinite, what is too small 0, and nothing NaN
                    for matrix in [fitted.covariance().unwrap(), fitted.precision().unwrap()] {
                        assert!(matrix.iter().all(|x| !x.is_nan()), "{matrix}");
                        assert!(matrix.diag().iter().all(|x| *x >= T::zero()));
                    }
                });
            }
        }
    });
}

/// The noise where the components explain all but a little: a difference from the total variance would be
/// rounding.
fn little_left_over<T: Element + Real>() {
    each_library(|| {
        for (n, p, k) in [(50, 6, 2), (6, 50, 2), (400, 30, 3)] {
            for decades in if T::eps() < 1e-10 { 1..6 } else { 1..3 } {
                let small = 10f64.powi(-decades);
                let s: Vec<f64> =
                    (0..n.min(p)).map(|i| if i < k { 0.3f64.powi(i as i32) } else { small }).collect();
                let x = with_spectrum::<f64>(n, p, &s, 3).mapv(T::of);
                let left = spectrum(&x).iter().skip(k).map(|s| s * s).sum::<f64>();
                let expected = left / ((n - 1) * (n.min(p) - k)) as f64;
                case(format!("{} {n} x {p}, {decades} decades", T::NAME), || {
                    let noise = Pca::new(k).fit(&x).unwrap().noise_variance().f64();
                    // the data have an error of EPSILON of the largest
                    let lost = (64.0 * T::eps() / small + promised::<T>()) * 2.0;
                    close_number(noise, expected, lost * expected);
                });
            }
        }
    });
}

fn promised<T: Element>() -> f64 {
    if T::eps() < 1e-10 { 1e-10 } else { 1e-4 }
}

fn shares<T: Element + Real>() {
    each_library(|| {
        // variances 16 : 4 : 1 in directions without rounding
        let x = array![[4., 0., 0.], [-4., 0., 0.], [0., 2., 0.], [0., -2., 0.], [0., 0., 1.], [0., 0., -1.]];
        let x = x.mapv(T::of);
        let kept = |share: f64| Pca::with_share(share).fit(&x).unwrap().components().nrows();
        let shares = [16.0 / 21.0, 20.0 / 21.0];
        for (share, expected) in [
            (1e-300, 1),
            (0.5, 1),
            (shares[0] - 1e-4, 1),
            (shares[0] + 1e-4, 2),
            (shares[1] - 1e-4, 2),
            (shares[1] + 1e-4, 3),
            (1.0 - f64::EPSILON, 3),
        ] {
            case(format!("{share}"), || assert_eq!(kept(share), expected));
        }
        // no share of nothing is more than that: all components
        assert_eq!(Pca::with_share(0.5).fit(&Array2::<T>::ones((4, 3))).unwrap().components().dim(), (3, 3));
        for (n, p) in [(9, 4), (4, 9), (5, 5)] {
            let x = matrix::<T>(n, p, 1);
            assert_eq!(Pca::all().fit(&x).unwrap().components().dim(), (n.min(p), p));
            let all = Pca::all().fit(&x).unwrap();
            for k in 1..n.min(p) {
                let share: f64 = all.explained_variance_ratio().iter().take(k).map(|x| x.f64()).sum();
                if share + 1e-3 < 1.0 {
                    let kept = Pca::with_share(share + 1e-3).fit(&x).unwrap().components().nrows();
                    let sum = |k: usize| -> f64 {
                        all.explained_variance_ratio().iter().take(k).map(|x| x.f64()).sum()
                    };
                    assert!(
                        kept > k
                            && sum(kept - 1) <= share + 1e-3
                            && sum(kept) >= share + 1e-3 - T::eps() * 64.0
                    );
                }
            }
        }
        // two directions and noise
        let mut noise = random(4);
        let x = Array2::from_shape_fn((200, 6), |(i, j)| {
            let signal = if j < 2 { ((i * (j + 3)) % 17) as f64 } else { 0.0 };
            T::of(signal + 0.01 * noise())
        });
        assert_eq!(Pca::mle().fit(&x).unwrap().components().dim(), (2, 6));
        assert_eq!(Pca::mle().fit(&x.mapv(|x| x * T::of(1024.0))).unwrap().components().dim(), (2, 6));
        // far outside the range in which squares are finite
        for exponent in if T::eps() < 1e-10 { [600, -600] } else { [80, -80] } {
            let factor = T::of(2f64.powi(exponent));
            let scaled = Pca::mle().fit(&x.mapv(|x| x * factor)).unwrap();
            assert_eq!(scaled.components().dim(), (2, 6));
        }
        // two equal variances
        let ties =
            array![[4., 0., 0.], [-4., 0., 0.], [0., 4., 0.], [0., -4., 0.], [0., 0., 0.01], [0., 0., -0.01]];
        assert_eq!(Pca::mle().fit(&ties.mapv(T::of)).unwrap().components().dim(), (2, 3));
        // no variance at all
        assert_eq!(Pca::mle().fit(&Array2::<T>::ones((4, 3))).unwrap().components().dim(), (1, 3));
    });
}

fn errors<T: Element + Real>() {
    let named = |name: &'static str| move |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: n, .. } if *n == name);
    let x = matrix::<T>(5, 3, 1);
    for share in [0.0, 1.0, -0.5, 2.0, f64::NAN, f64::INFINITY] {
        error_kind(Pca::with_share(share).fit(&x), named("share"));
    }
    shape_error(Pca::mle().fit(&x.t()), "Pca::fit", "(3, 5)");
    shape_error(Pca::mle().fit(&matrix::<T>(5, 1, 1)), "Pca::fit", "(5, 1)");
    let empty = Array2::<T>::zeros((3, 0));
    for pca in [Pca::all(), Pca::with_share(0.5)] {
        shape_error(pca.fit(&empty), "Pca::fit", "(3, 0)");
        shape_error(pca.fit(&x.slice(ndarray::s![..1, ..])), "Pca::fit", "(1, 3)");
    }
    let fitted = Pca::new(1).fit(&x).unwrap();
    shape_error(fitted.score_samples(&matrix(5, 4, 1)), "FittedPca::score_samples", "(5, 4) and (1, 3)");
    shape_error(fitted.score(&matrix(5, 4, 1)), "FittedPca::score", "(5, 4) and (1, 3)");
    let constant = Pca::new(2).fit(&Array2::<T>::ones((4, 2))).unwrap();
    error_kind(constant.precision(), |e| e.op() == "FittedPca::precision" && no_variance(e));
}

#[cfg(feature = "serde")]
mod saved {
    use super::*;
    use linstat::{FittedTruncatedSvd, StandardScaler, TruncatedSvd};
    use serde_json::{Value, json};

    #[test]
    fn models_are_saved_and_loaded() {
        let x = matrix::<f64>(9, 4, 1);
        let fitted = Pca::new(2).whiten().fit(&x).unwrap();
        let text = serde_json::to_string(&fitted).unwrap();
        let loaded: FittedPca<f64> = serde_json::from_str(&text).unwrap();
        assert_eq!(loaded, fitted);
        close(&loaded.transform(&x).unwrap(), &fitted.transform(&x).unwrap(), 1e-14);
        let truncated = TruncatedSvd::new(2).fit(&x).unwrap();
        let text = serde_json::to_string(&truncated).unwrap();
        assert_eq!(serde_json::from_str::<FittedTruncatedSvd<f64>>(&text).unwrap(), truncated);
        let scaler = StandardScaler::fit(&x.mapv(|x| x as f32)).unwrap();
        let text = serde_json::to_string(&scaler).unwrap();
        assert_eq!(serde_json::from_str::<StandardScaler<f32>>(&text).unwrap(), scaler);
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let x = matrix::<f64>(9, 4, 1);
        let fitted = serde_json::to_value(Pca::new(2).fit(&x).unwrap()).unwrap();
        let list = |len: usize| json!({"v": 1, "dim": [len], "data": vec![1.0; len]});
        let table = |k: usize, p: usize| json!({"v": 1, "dim": [k, p], "data": vec![1.0; k * p]});
        for (path, value) in [
            ("/components", table(2, 3)),
            ("/components", table(3, 4)),
            ("/components", table(0, 4)),
            ("/columns/mean", list(3)),
            ("/columns/rest", list(5)),
            ("/singular_values", list(1)),
            ("/explained_variance", list(3)),
            ("/explained_variance_ratio", list(0)),
            ("/n_samples", json!(1)),
            ("/noise_deviation", Value::Null),
        ] {
            let mut broken = fitted.clone();
            *broken.pointer_mut(path).unwrap() = value;
            case(path, || assert!(serde_json::from_value::<FittedPca<f64>>(broken).is_err()));
        }
        let truncated = serde_json::to_value(TruncatedSvd::new(2).fit(&x).unwrap()).unwrap();
        for (path, value) in [
            ("/components", table(5, 4)),
            ("/components", table(0, 4)),
            ("/singular_values", list(3)),
            ("/explained_variance", list(1)),
            ("/explained_variance_ratio", list(1)),
        ] {
            let mut broken = truncated.clone();
            *broken.pointer_mut(path).unwrap() = value;
            case(path, || assert!(serde_json::from_value::<FittedTruncatedSvd<f64>>(broken).is_err()));
        }
        let scaler = serde_json::to_value(StandardScaler::fit(&x).unwrap()).unwrap();
        for (path, value) in [("/scale", list(3)), ("/columns/mean", list(5)), ("/columns/rest", list(0))] {
            let mut broken = scaler.clone();
            *broken.pointer_mut(path).unwrap() = value;
            case(path, || assert!(serde_json::from_value::<StandardScaler<f64>>(broken).is_err()));
        }
    }
}
