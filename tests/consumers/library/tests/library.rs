//! The library crate on the backend of its dev-dependency.

use library::linstat::ndarray::{Array1, Array2, array};
use library::linstat::random::default_rng;
use library::linstat::{self, Real, Variables, cov, matmul};
use library::{Error, Ridge, whiten};
use std::error::Error as _;

/// Above the sizes that linstat computes itself, so that the backend computes.
const FEATURES: usize = 24;

fn samples(n: usize) -> Array2<f64> {
    default_rng(42).normal(3., 2., (n, FEATURES)).unwrap()
}

fn coefficients_are_recovered<T: Real>(tolerance: f64) {
    let x = samples(200);
    let truth = Array1::linspace(-2., 2., FEATURES);
    let y = matmul(&x, &truth).unwrap() + 5.;
    let model = Ridge::fit(&x.mapv(T::of), &y.mapv(T::of), T::zero()).unwrap();
    for (i, (&found, &truth)) in model.coefficients().iter().zip(&truth).enumerate() {
        let found: T = found;
        assert!((found.f64() - truth).abs() <= tolerance, "coefficient {i}: {found}, should be {truth}");
    }
    assert!((model.intercept().f64() - 5.).abs() <= 100. * tolerance, "{}", model.intercept());
    let predictions = model.predict(&x.mapv(T::of)).unwrap();
    for (i, (&found, &y)) in predictions.iter().zip(&y).enumerate() {
        let found: T = found;
        assert!((found.f64() - y).abs() <= 100. * tolerance, "prediction {i}: {found}, should be {y}");
    }
}

#[test]
fn coefficients_are_recovered_in_both_precisions() {
    coefficients_are_recovered::<f64>(1e-13);
    coefficients_are_recovered::<f32>(1e-5);
}

/// For one feature the coefficient is cov(x, y) / (var(x) (1 + penalty)).
#[test]
fn the_penalty_shrinks() {
    let x = array![[1.], [2.], [3.], [6.]];
    let y = array![1., 3., 2., 4.];
    // means 3 and 2.5; sum of products 7, sum of squares 14
    let plain = Ridge::fit(&x, &y, 0.).unwrap();
    let shrunk = Ridge::fit(&x, &y, 1.).unwrap();
    let near = |found: f64, expected: f64| (found - expected).abs() < 1e-14;
    assert!(near(plain.coefficients()[0], 0.5) && near(plain.intercept(), 1.), "{plain:?}");
    assert!(near(shrunk.coefficients()[0], 0.25) && near(shrunk.intercept(), 1.75), "{shrunk:?}");
}

#[test]
fn whitened_data_have_no_correlations_and_variance_1() {
    let mut x = samples(300);
    // correlated, and of very different scales
    for mut row in x.rows_mut() {
        row[1] += 100. * row[0];
        row[2] *= 1e-3;
    }
    let z = whiten(&x, FEATURES).unwrap();
    let covariance = cov(&z, Variables::Columns, 1).unwrap();
    let off = (&covariance - &Array2::<f64>::eye(FEATURES)).mapv(f64::abs);
    let largest = linstat::max(&off).unwrap();
    assert!(largest < 1e-9, "{largest}");
}

#[test]
fn errors_are_those_of_the_library_and_lead_to_linstat() {
    let x = array![[1., 7.], [2., 7.], [4., 7.]];
    let y = array![1., 2., 3.];
    assert_eq!(Ridge::fit(&x, &array![1., 2.], 0.), Err(Error::Targets { samples: 3, targets: 2 }),);
    assert_eq!(Ridge::fit(&x, &y, -1.), Err(Error::Penalty(-1.)));
    assert!(matches!(Ridge::fit(&x, &y, f64::NAN), Err(Error::Penalty(p)) if p.is_nan()));

    // a constant feature determines no coefficient, unless a penalty makes it 0
    let error = Ridge::fit(&x, &y, 0.).unwrap_err();
    let source = error.source().expect("linstat's error").downcast_ref::<linstat::Error>();
    let source = source.expect("it is linstat's type");
    assert_eq!((source.op(), source.kind()), ("solve", &linstat::ErrorKind::Singular { pivot: 1 }));
    assert_eq!(Ridge::fit(&x, &y, 0.1).unwrap().coefficients()[1], 0.);

    let model = Ridge::fit(&x, &y, 0.1).unwrap();
    let error = model.predict(&array![[1., 2., 3.]]).unwrap_err();
    assert!(error.source().is_some_and(|e| e.to_string().contains("(1, 3)")), "{error:?}");
}
