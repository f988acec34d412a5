//! Reductions without NaN: NumPy's results, and the plain reductions of copies without NaN.

use super::{array, each_view};
use crate::common::assert::*;
use crate::common::golden::{LISTS, each_case};
use crate::common::{Stored, on_threads, random_words};
use linstat::*;
use ndarray::{Array, Array1, Array2, ArrayD, ArrayRef, Axis, Dimension, RemoveAxis, arr0, s};
use serde_json::Value;

for_real! {
    golden => golden;
    plain_reductions_of_copies => oracle;
    long_lanes_on_threads => long;
    only_nan => only_nan;
}

fn golden<T: Stored + Real>() {
    each_case(LISTS, "nan", |golden| {
        if golden.is("of", T::NAME) {
            each_view(&array::<T>(&golden["in"]["x"]), |x| {
                of_all(x, &golden["out"]["all"]);
                (0..x.ndim()).for_each(|axis| of_axis(x, Axis(axis), &golden["out"][axis.to_string()]));
            });
        }
    });
}

fn of_all<T: Stored + Real>(x: &ArrayRef<T, ndarray::IxDyn>, out: &Value) {
    identical(&arr0(nansum(x).unwrap()), &array::<T>(&out["sum"]));
    identical(&arr0(nanprod(x).unwrap()), &array::<T>(&out["prod"]));
    identical(&nancumsum(x).unwrap(), &array::<T>(&out["cumsum"]));
    identical(&nancumprod(x).unwrap(), &array::<T>(&out["cumprod"]));
    numbers(&arr0(nanmin(x).unwrap()), &array::<T>(&out["min"]));
    numbers(&arr0(nanmax(x).unwrap()), &array::<T>(&out["max"]));
    identical(&arr0(nanargmin(x).unwrap()), &array::<usize>(&out["argmin"]));
    identical(&arr0(nanargmax(x).unwrap()), &array::<usize>(&out["argmax"]));
}

fn of_axis<T: Stored + Real>(x: &ArrayRef<T, ndarray::IxDyn>, axis: Axis, out: &Value) {
    identical(&nansum_axis(x, axis).unwrap(), &array::<T>(&out["sum"]));
    identical(&nanprod_axis(x, axis).unwrap(), &array::<T>(&out["prod"]));
    identical(&nancumsum_axis(x, axis).unwrap(), &array::<T>(&out["cumsum"]));
    identical(&nancumprod_axis(x, axis).unwrap(), &array::<T>(&out["cumprod"]));
    numbers(&nanmin_axis(x, axis).unwrap(), &array::<T>(&out["min"]));
    numbers(&nanmax_axis(x, axis).unwrap(), &array::<T>(&out["max"]));
    for (found, name) in [(nanargmin_axis(x, axis), "argmin"), (nanargmax_axis(x, axis), "argmax")] {
        if out[name].is_null() {
            error_kind(found, |e| matches!(e.kind(), ErrorKind::InvalidArgument { name: "x", .. }));
        } else {
            identical(&found.unwrap(), &array::<usize>(&out[name]));
        }
    }
}

/// The same numbers; NumPy leaves open which of -0 and 0 it returns.
#[track_caller]
fn numbers<T: Stored + Real, D: Dimension>(actual: &ArrayRef<T, D>, expected: &ArrayD<T>) {
    identical(&actual.mapv(|x| x + T::of(0.0)), &expected.mapv(|x| x + T::of(0.0)));
}

/// The first element that no other beats, without NaN.
fn first<T: Real>(lane: impl Iterator<Item = T>, beats: fn(T, T) -> bool) -> Option<(usize, T)> {
    let mut best: Option<(usize, T)> = None;
    for (i, x) in lane.enumerate().filter(|(_, x)| !x.is_nan()) {
        if best.is_none_or(|(_, best)| beats(x, best)) {
            best = Some((i, x));
        }
    }
    best
}

fn check<T: Stored + Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let with = |neutral: f64| x.mapv(|x| if x.is_nan() { T::of(neutral) } else { x });
    let (zeros, ones) = (with(0.0), with(1.0));
    identical(&arr0(nansum(x).unwrap()), &arr0(sum(&zeros).unwrap()));
    identical(&arr0(nanprod(x).unwrap()), &arr0(prod(&ones).unwrap()));
    identical(&nancumsum(x).unwrap(), &cumsum(&zeros).unwrap());
    identical(&nancumprod(x).unwrap(), &cumprod(&ones).unwrap());
    for (beats, value, index) in [
        (T::lt as fn(&T, &T) -> bool, nanmin(x), nanargmin(x)),
        (T::gt as fn(&T, &T) -> bool, nanmax(x), nanargmax(x)),
    ] {
        let beats: fn(T, T) -> bool =
            if beats(&T::of(0.0), &T::of(1.0)) { |x, y| x < y } else { |x, y| x > y };
        match first(x.iter().copied(), beats) {
            Some((at, best)) => {
                identical(&arr0(value.unwrap()), &arr0(best));
                assert_eq!(index.unwrap(), at);
            }
            None => {
                assert!(value.unwrap().is_nan());
                error_kind(index, |e| matches!(e.kind(), ErrorKind::InvalidArgument { name: "x", .. }));
            }
        }
    }
    for axis in (0..x.ndim()).map(Axis) {
        identical(&nansum_axis(x, axis).unwrap(), &sum_axis(&zeros, axis).unwrap());
        identical(&nanprod_axis(x, axis).unwrap(), &prod_axis(&ones, axis).unwrap());
        identical(&nancumsum_axis(x, axis).unwrap(), &cumsum_axis(&zeros, axis).unwrap());
        identical(&nancumprod_axis(x, axis).unwrap(), &cumprod_axis(&ones, axis).unwrap());
        let best = |beats| x.map_axis(axis, |lane| first(lane.iter().copied(), beats));
        let value = |best: &Array<Option<(usize, T)>, D::Smaller>| {
            best.mapv(|best| best.map_or(T::nan(), |(_, x)| x))
        };
        let (least, greatest) = (best(|x, y| x < y), best(|x, y| x > y));
        identical(&nanmin_axis(x, axis).unwrap(), &value(&least));
        identical(&nanmax_axis(x, axis).unwrap(), &value(&greatest));
        for (found, expected) in [(nanargmin_axis(x, axis), &least), (nanargmax_axis(x, axis), &greatest)] {
            if expected.iter().all(Option::is_some) {
                identical(&found.unwrap(), &expected.mapv(|best| best.map_or(0, |(i, _)| i)));
            } else {
                error_kind(found, |e| matches!(e.kind(), ErrorKind::InvalidArgument { name: "x", .. }));
            }
        }
    }
}

/// Numbers with many NaN, or few, and zeros of both signs.
fn with_nan<T: Real>(word: u64, share: u64) -> T {
    match word >> 8 {
        x if x % 100 < share => T::nan(),
        x if x % 5 == 0 => T::of(-0.0),
        x if x % 5 == 1 => T::of(0.0),
        x => T::of((x % 4001) as f64 / 1024.0 - 1.5),
    }
}

fn oracle<T: Stored + Real>() {
    let mut next = random_words(9);
    for share in [0, 2, 40, 95, 100] {
        for shape in [(1, 1), (2, 3), (3, 1300), (1300, 3), (33, 17), (600, 90)] {
            case(format!("{} {shape:?}, {share} % NaN", T::NAME), || {
                let x = Array2::from_shape_simple_fn(shape, || with_nan::<T>(next(), share));
                check(&x);
                check(&x.t());
                check(&x.slice(s![..;-1, ..;-2]));
                check(&x.t().as_standard_layout().t());
                check(&x.row(0).broadcast((5, shape.1)).unwrap());
                check(&x.column(0).broadcast((5, shape.0)).unwrap().t());
            });
        }
    }
    let cube = Array::from_shape_simple_fn((4, 30, 50), || with_nan::<T>(next(), 30));
    for axes in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        check(&cube.view().permuted_axes(axes));
    }
}

fn long<T: Stored + Real>() {
    let mut next = random_words(3);
    for share in [1, 60] {
        let x = Array1::from_shape_simple_fn(1 << 20, || with_nan::<T>(next(), share));
        on_threads(3, || check(&x));
        on_threads(1, || check(&x));
    }
    let rows = Array2::from_shape_simple_fn((6000, 100), || with_nan::<T>(next(), 60));
    on_threads(3, || check(&rows));
}

fn only_nan<T: Stored + Real>() {
    let x = Array2::from_elem((3, 2), T::nan());
    identical(&arr0(nansum(&x).unwrap()), &arr0(T::of(0.0)));
    identical(&arr0(nanprod(&x).unwrap()), &arr0(T::of(1.0)));
    let empty = Array2::<T>::zeros((0, 2));
    identical(&arr0(nansum(&empty).unwrap()), &arr0(T::of(0.0)));
    for axis in [Axis(0), Axis(1)] {
        let found = nanmin_axis(&empty, axis);
        if axis.0 == 0 {
            error_kind(found, |e| matches!((e.op(), e.kind()), ("nanmin_axis", ErrorKind::Empty { .. })));
        } else {
            assert_eq!(found.unwrap().len(), 0);
        }
    }
    for result in [nanargmin(&empty), nanargmax(&empty)] {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::Empty { .. }));
    }
    error_kind(nanmax(&empty), |e| matches!((e.op(), e.kind()), ("nanmax", ErrorKind::Empty { .. })));
}

#[test]
fn whole_numbers_have_no_nan() {
    let x = ndarray::array![[3, -1, 4], [1, -5, 9]];
    assert_eq!(nansum(&x).unwrap(), sum(&x).unwrap());
    assert_eq!(nancumprod_axis(&x, Axis(0)).unwrap(), cumprod_axis(&x, Axis(0)).unwrap());
    assert_eq!(nanmin_axis(&x, Axis(1)).unwrap(), min_axis(&x, Axis(1)).unwrap());
    assert_eq!(nanargmax(&x).unwrap(), 5);
    assert!(!nanmin(&x.mapv(|x| x > 0)).unwrap());
    assert_eq!(nanprod(&x.mapv(|x| x as u8)).unwrap(), prod(&x.mapv(|x| x as u8)).unwrap());
}

#[test]
fn peak_to_peak() {
    use ndarray::array;
    assert_eq!(ptp(&array![[3, -1], [9, 2]]).unwrap(), 10);
    assert!(ptp(&array![1.0, f64::NAN]).unwrap().is_nan());
    assert_eq!(ptp(&array![i32::MIN, i32::MAX]).unwrap(), -1);
    assert!(ptp(&array![true, false]).unwrap() && !ptp(&array![true, true]).unwrap());
    assert_eq!(ptp(&array![250u8, 3]).unwrap(), 247);
    error_kind(ptp_axis(&Array2::<f64>::zeros((2, 0)), Axis(1)), |e| {
        matches!((e.op(), e.kind()), ("ptp_axis", ErrorKind::Empty { .. }))
    });
}
