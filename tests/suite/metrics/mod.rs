//! Metrics against scikit-learn and SciPy, in every layout, at the ends of the range, and for errors.

mod classification;
mod distance;
mod information;
mod pairwise;
mod regression;

use crate::common::assert::{case, close_number, fail, same};
use crate::common::golden::{METRICS, by_dimension};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::{Element, golden, matrix, on_threads, random_words, vector};
use linstat::*;
use ndarray::{Array1, Array2, ArrayRef, Axis, Dimension, Ix1, Ix2, arr0, array};
use num_traits::Float;

/// Fails unless both are NaN, or at most `tolerance` apart.
#[track_caller]
fn agrees<T: Real>(actual: T, expected: f64, tolerance: f64) {
    if expected.is_nan() {
        if !actual.is_nan() {
            fail(format_args!("{actual}, expected NaN"));
        }
    } else {
        close_number(actual.f64(), expected, tolerance);
    }
}

/// The relative error of a sum of terms of one sign, as documented, and of its rounding to the type.
fn of_sum<T: Element>() -> f64 {
    20.0 * f64::EPSILON + T::eps()
}

/// A function of two arrays.
type OfPairs<T, D> = fn(&ArrayRef<T, D>, &ArrayRef<T, D>) -> Result<T>;

/// Every layout of either argument gives the bits of the contiguous arrays.
fn layouts<T: Element + Real>(f: OfPairs<T, Ix2>) {
    for (m, n) in [(1, 4), (4, 1), (3, 5), (18, 40)] {
        let (x, y) = (matrix::<T>(m, n, 1).mapv(Float::abs), matrix::<T>(m, n, 2).mapv(Float::abs));
        let expected = arr0(f(&x, &y).unwrap());
        assert!(expected[()].is_finite());
        each_layout(&x, |x| same(&arr0(f(x, &y).unwrap()), &expected));
        each_layout(&y, |y| same(&arr0(f(&x, y).unwrap()), &expected));
    }
    // broadcast
    let (x, y) = (Array2::from_elem((3, 4), T::of(0.5)), matrix::<T>(3, 4, 2).mapv(Float::abs));
    let expected = arr0(f(&x, &y).unwrap());
    each_layout(&x, |x| same(&arr0(f(x, &y).unwrap()), &expected));
}

/// Every stride of either argument gives the bits of the contiguous vectors.
fn strides<T: Element + Real>(f: OfPairs<T, Ix1>) {
    for n in [2, 5, 16, 33, 1100] {
        let (x, y) = (vector::<T>(n, 1), vector::<T>(n, 2));
        let expected = arr0(f(&x, &y).unwrap());
        each_stride(&x, |x| same(&arr0(f(x, &y).unwrap()), &expected));
        each_stride(&y, |y| same(&arr0(f(&x, y).unwrap()), &expected));
    }
}

/// Long arrays of numbers, which are whole where that makes sums exact, have the same bits on any number of
/// threads and in any order of memory.
fn long<T: Element + Real>(f: OfPairs<T, Ix2>) -> [Array2<T>; 2] {
    let mut words = random_words(7);
    let mut next = || Array2::from_shape_simple_fn((700, 900), || T::of((words() % 64) as f64));
    let (x, y) = (next(), next());
    let one = on_threads(1, || f(&x, &y).unwrap());
    same(&arr0(on_threads(4, || f(&x, &y).unwrap())), &arr0(one));
    let turned = |x: &Array2<T>| x.t().as_standard_layout().reversed_axes().into_owned();
    same(&arr0(f(&turned(&x), &turned(&y)).unwrap()), &arr0(one));
    [x, y]
}

/// A NaN anywhere gives NaN.
fn every_nan<T: Element + Real>(f: OfPairs<T, Ix1>) {
    for n in [2, 7, 16, 40, 1200] {
        let (x, y) = (vector::<T>(n, 1).mapv(Float::abs), vector::<T>(n, 2).mapv(Float::abs));
        for i in [0, n / 2, n - 1] {
            let mut bad = x.clone();
            bad[i] = T::nan();
            assert!(f(&bad, &y).unwrap().is_nan() && f(&y, &bad).unwrap().is_nan(), "{n}, {i}");
        }
    }
}

/// Arguments that are refused.
fn refuses<T: Element + Real>(name: &str, f: OfPairs<T, Ix1>) {
    use crate::common::assert::{error_kind, shape_error};
    shape_error(f(&Array1::zeros(3), &Array1::zeros(2)), name, "(3,) and (2,)");
    let none = Array1::zeros(0);
    error_kind(f(&none, &none), |e| e.op() == name && matches!(e.kind(), ErrorKind::Empty { .. }));
    let one = arr0(T::one());
    let endless = one.broadcast(1 << 58).unwrap();
    error_kind(f(&endless, &endless), |e| e.op() == name && matches!(e.kind(), ErrorKind::TooLarge { .. }));
}
