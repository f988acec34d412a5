//! Columns with mean 0 and variance 1.

use crate::common::assert::*;
use crate::common::golden::{STATS, each_case};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::{ErrorKind, Real, StandardScaler, standardize};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix1, Ix2};

for_real! {
    scikit_learn => scikit_learn;
    layouts => layouts;
    special => special;
    near_the_largest => near_the_largest;
}

fn scikit_learn<T: Element + Real>() {
    each_case(STATS, "scaler", |golden| {
        let x = golden.input::<T, Ix2>("x");
        let expected = |name: &str| golden.output::<T, Ix1>(name);
        let scaler = StandardScaler::fit(&x).unwrap();
        close_relative(scaler.mean(), &expected("mean"), 64.0 * T::eps());
        close_relative(scaler.scale(), &expected("scale"), 64.0 * T::eps());
        // means of up to 100 standard deviations
        let z = golden.output::<T, Ix2>("z");
        close(&scaler.transform(&x).unwrap(), &z, 256.0 * T::eps());
    });
}

fn check<T: Element + Real>(x: &ArrayRef2<T>) {
    let n = x.nrows() as f64;
    let scaler = StandardScaler::fit(x).unwrap();
    let z = standardize(x).unwrap();
    same(&z, &scaler.transform(x).unwrap());
    let size = x.iter().fold(0.0, |max: f64, x| max.max(x.f64().abs()));
    close(&scaler.inverse_transform(&z).unwrap(), &x.to_owned(), 8.0 * T::eps() * size);
    for (column, x) in z.columns().into_iter().zip(x.columns()) {
        let sum: f64 = column.iter().map(|z| z.f64()).sum();
        let squares: f64 = column.iter().map(|z| z.f64() * z.f64()).sum();
        if x.iter().all(|other| other == &x[0]) {
            assert!(column.iter().all(|z| z.is_zero()), "{column}");
        } else {
            close_number(sum / n, 0.0, 16.0 * n * T::eps());
            close_number(squares / n, 1.0, 16.0 * n * T::eps());
        }
    }
}

fn layouts<T: Element + Real>() {
    for (m, n) in [(1, 1), (1, 5), (5, 1), (3, 4), (18, 7)] {
        each_layout(&matrix::<T>(m, n, 1), |x| check(x));
    }
    each_layout(&Array2::from_elem((3, 4), T::of(0.1)), |x| check(x));
}

fn special<T: Element + Real>() {
    // a constant whose plain sum, divided by n, is not the constant
    let z = standardize(&Array2::from_elem((1000, 2), T::of(0.1))).unwrap();
    same(&z, &Array2::zeros((1000, 2)));
    for bad in [T::nan(), T::infinity()] {
        let mut x = matrix::<T>(6, 2, 3);
        x[[2, 0]] = bad;
        let z = standardize(&x).unwrap();
        assert!(z.column(0).iter().all(|z| z.is_nan()) && z.column(1).iter().all(|z| z.is_finite()));
        let z = standardize(&Array2::from_elem((3, 1), bad)).unwrap();
        assert!(z.iter().all(|z| z.is_nan()));
    }
    error_kind(StandardScaler::<T>::fit(&Array2::zeros((0, 2))), |e| {
        matches!((e.op(), e.kind()), ("StandardScaler::fit", ErrorKind::Empty { .. }))
    });
    error_kind(standardize(&Array2::<T>::zeros((0, 2))), |e| {
        matches!((e.op(), e.kind()), ("standardize", ErrorKind::Empty { .. }))
    });
    assert_eq!(standardize(&Array2::<T>::zeros((2, 0))).unwrap().dim(), (2, 0));
    let scaler = StandardScaler::fit(&matrix::<T>(4, 3, 1)).unwrap();
    let shapes = "(2, 4) and (3,)";
    shape_error(scaler.transform(&matrix(2, 4, 1)), "StandardScaler::transform", shapes);
    shape_error(scaler.inverse_transform(&matrix(2, 4, 1)), "StandardScaler::inverse_transform", shapes);
    assert_eq!(scaler.transform(&Array2::zeros((0, 3))).unwrap().dim(), (0, 3));
    let mean: Array1<T> = linstat::mean_axis(&matrix::<T>(4, 3, 1), Axis(0)).unwrap();
    close(scaler.mean(), &mean, 4.0 * T::eps());
}

/// Differences from the mean that overflow.
fn near_the_largest<T: Element + Real>() {
    let max = T::max_value();
    for n in [4, 4000] {
        let signs = Array2::from_shape_fn((n, 3), |(i, _)| if i % 4 == 3 { -T::one() } else { T::one() });
        let mut x = signs.mapv(|x| x * max);
        x.column_mut(1).assign(&signs.column(1));
        x.column_mut(2).mapv_inplace(|x| x.abs());
        let mut expected = standardize(&signs).unwrap();
        expected.column_mut(2).fill(T::zero());
        each_layout(&x, |x| {
            close(&standardize(x).unwrap(), &expected, 4.0 * T::eps());
            let scaler = StandardScaler::fit(x).unwrap();
            let z = scaler.transform(x).unwrap();
            close(&z, &expected, 4.0 * T::eps());
            // a little nearer to the mean, so that rounding cannot overflow
            let back = scaler.inverse_transform(&(&z * T::of(0.875))).unwrap();
            for (back, x) in back.columns().into_iter().zip([max, T::one()]) {
                // mean 1/2
                close_number((back[0] / x).f64(), 0.5 + 0.875 * 0.5, 8.0 * T::eps());
                close_number((back[3] / x).f64(), 0.5 - 0.875 * 1.5, 8.0 * T::eps());
            }
        });
    }
}
