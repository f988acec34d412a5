//! Medians, quantiles and percentiles: against NumPy along axes and against sorting, in every layout.

use super::nanorder;
use super::quantile::METHODS;
use crate::common::assert::*;
use crate::common::golden::{Golden, STATS, each_case};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::{Element as Number, matrix, must_end, on_threads, random, vector};
use linstat::ErrorKind;
use linstat::QuantileMethod::*;
use linstat::*;
use ndarray::{Array, Array1, Array2, ArrayRef, Axis, Ix1, Ix2, Ix3, IxDyn, RemoveAxis, arr0, array, s};

#[test]
fn numpy_axes() {
    fn check<D: RemoveAxis>(golden: &Golden) {
        let (x, holes) = (golden.input::<f64, D>("x"), golden.input::<f64, D>("holes"));
        let q = [0.0, 0.1, 0.25, 1.0 / 3.0, 0.5, 0.75, 0.9, 1.0];
        for i in 0..x.ndim() {
            let (axis, lanes) =
                (Axis(i), |name: &str| golden.output::<f64, D::Smaller>(&format!("{name}/{i}")));
            same(&median_axis(&x, axis).unwrap(), &lanes("median"));
            same(&median_axis(&holes, axis).unwrap(), &lanes("holes_median"));
            same(&nanmedian_axis(&holes, axis).unwrap(), &lanes("nanmedian"));
            let all = quantile_axis(&x, &q, Linear, axis).unwrap();
            same(&all, &golden.output(&format!("quantiles/{i}")));
            let all = nanquantile_axis(&holes, &q, Linear, axis).unwrap();
            same(&all, &golden.output(&format!("nanquantiles/{i}")));
            for (k, &q) in q.iter().enumerate() {
                let one = nanquantile_axis(&holes, q, Linear, axis).unwrap();
                same(&one, &all.index_axis(Axis(0), k));
            }
        }
    }
    each_case(STATS, "axes", |golden| match golden.dimensions("x") {
        2 => check::<Ix2>(golden),
        _ => check::<Ix3>(golden),
    });
}

/// Expected results by sorting: the elements at whole positions; the median as the mean of two.
fn sorted<T: Element>(x: impl IntoIterator<Item = T>) -> Vec<f64> {
    let mut x: Vec<f64> = x.into_iter().map(|x| x.as_f64()).collect();
    x.sort_by(|a, b| a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b)));
    x
}

fn by_sorting<T: Element>(x: impl IntoIterator<Item = T>) -> T::Mean {
    let x = sorted(x);
    let n = x.len();
    let middle = if n % 2 == 1 { x[n / 2] } else { (x[n / 2 - 1] + x[n / 2]) / 2.0 };
    T::Mean::of(if x[n - 1].is_nan() { f64::NAN } else { middle })
}

/// Every function of this view gives, to the bit, the result of sorting or that of a contiguous copy.
fn check_view<T: Averaged<K>, K, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let copy = Array::from_shape_vec(x.raw_dim(), x.iter().copied().collect()).unwrap();
    let q = [0.9, 0.25];
    same(&arr0(median(x).unwrap()), &arr0(by_sorting(x.iter().copied())));
    same(&quantile(x, &q, Hazen).unwrap(), &quantile(&copy, &q, Hazen).unwrap());
    let hundreds = q.map(|q| 100.0 * q);
    same(&percentile(x, &hundreds, Hazen).unwrap(), &quantile(&copy, &q, Hazen).unwrap());
    same(&arr0(percentile(x, 25.0, Lower).unwrap()), &arr0(quantile(&copy, 0.25, Lower).unwrap()));
    for axis in (0..x.ndim()).map(Axis) {
        let expected = x.map_axis(axis, |lane| by_sorting(lane.iter().copied()));
        same(&median_axis(x, axis).unwrap(), &expected);
        for &q in &q {
            let one = x.map_axis(axis, |lane| quantile(&lane, q, Linear).unwrap());
            same(&quantile_axis(x, q, Linear, axis).unwrap(), &one);
            same(&percentile_axis(x, 100.0 * q, Linear, axis).unwrap(), &one);
            let several = [
                quantile_axis(x, &[0.5, q], Linear, axis).unwrap(),
                percentile_axis(x, &[50.0, 100.0 * q], Linear, axis).unwrap(),
            ];
            several.iter().for_each(|several| same(&several.index_axis(Axis(0), 1), &one));
        }
    }
    check_elements(x);
}

/// Long data of every kind that selection treats differently: every method against positions in the sorted
/// data.
fn long_of<T: Averaged<K>, K>(of: impl Fn(f64) -> T) {
    for (name, x) in long_data(of) {
        let n = x.len();
        let order = sorted(x.iter().copied());
        let doubled: Array1<T> = x.iter().flat_map(|&x| [x, T::default()]).collect();
        let shares = [0.0, 1e-5, 0.3, 0.5, 0.500_01, 0.999, 1.0];
        let many: Vec<f64> = (0..=100).map(|i| f64::from(i) / 100.0).collect();
        case(format!("{name}, {n} of {}", std::any::type_name::<T>()), || {
            for q in [&shares[..], &many, &[0.5], &[0.0], &[1.0]] {
                let expected: Array1<T::Mean> =
                    q.iter().map(|q| T::Mean::of(order[((n - 1) as f64 * q).floor() as usize])).collect();
                same(&quantile(&x, q, Lower).unwrap(), &expected);
                same(&quantile(&doubled.slice(s![..;2]), q, Lower).unwrap(), &expected);
            }
            same(&arr0(median(&x).unwrap()), &arr0(by_sorting(x.iter().copied())));
        });
    }
}

/// Quantiles that are elements equal those of the sorted data, in their own type.
fn check_elements<T: Element, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let text = |x: T| format!("{x:?}");
    let expected = |mut x: Vec<T>, q: f64| {
        let n = (x.len() - 1) as f64;
        x.sort_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| a.as_f64().is_nan().cmp(&b.as_f64().is_nan())));
        let nan = x.last().copied().filter(|x| x.as_f64().is_nan());
        [(Lower, n * q), (Higher, (n * q).ceil()), (Nearest, (n * q).round_ties_even())]
            .map(|(method, rank)| (method, text(nan.unwrap_or(x[rank as usize]))))
    };
    for q in [0.0, 0.3, 0.5, 1.0] {
        for (method, value) in expected(x.iter().copied().collect(), q) {
            let found = quantile_element(x, q, method).unwrap();
            assert!(text(found) == value || found.as_f64() == 0.0, "{found:?}, expected {value}");
        }
        for axis in (0..x.ndim()).map(Axis) {
            let found = quantile_element_axis(x, q, Higher, axis).unwrap();
            let each = x.map_axis(axis, |lane| quantile_element(&lane, q, Higher).unwrap());
            assert_eq!(found.mapv(text), each.mapv(text));
        }
    }
}

fn check<T: Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    check_view(x);
    nanorder::check_nan(x);
}

fn real_layouts<T: Number + Real>() {
    for (m, n) in [(1, 1), (1, 5), (5, 1), (3, 4), (18, 7)] {
        each_layout(&matrix::<T>(m, n, 1), |x| check::<T, Ix2>(x));
    }
    let mut holes = matrix::<T>(9, 10, 2);
    holes.iter_mut().step_by(7).for_each(|x| *x = T::new(f64::NAN, 0.0));
    each_layout(&holes, |x| check::<T, Ix2>(x));
    each_layout(&Array2::<T>::ones((3, 4)), |x| check::<T, Ix2>(x));
    for n in [1, 2, 33, 9000] {
        each_stride(&vector::<T>(n, 1), |x| check::<T, Ix1>(x));
    }
}

#[test]
fn layouts() {
    real_layouts::<f32>();
    real_layouts::<f64>();
}

fn views<T: Averaged<K>, K>(of: impl Fn(i64) -> T) {
    let cube =
        ndarray::Array3::from_shape_fn((3, 4, 5), |(i, j, k)| of(((i * 23 + j * 7 + k * 13) % 19) as i64));
    check_view(&cube.view());
    check_view(&cube.view().permuted_axes([2, 0, 1]));
    check_view(&cube.slice(s![..;-1, 1..;2, ..;-2]));
    check_view(&cube.view().into_dyn());
    check_view(&cube.slice(s![0..1, .., 0..1]).broadcast((2, 4, 6)).unwrap());
    check_view::<T, K, IxDyn>(&cube.view().into_shape_with_order(vec![3, 2, 2, 5]).unwrap().into_dyn());
}

#[test]
fn every_element_type() {
    views(|i| i as f32 - 9.5);
    views(|i| i as f64 - 9.5);
    views(|i| i as i8 - 9);
    views(|i| i as i16 - 9);
    views(|i| i as i32 - 9);
    views(|i| i - 9);
    views(|i| i as u8);
    views(|i| i as u16);
    views(|i| i as u32);
    views(|i| i as u64);
    views(|i| i % 3 == 0);
}

fn long_data<T: Element>(of: impl Fn(f64) -> T) -> Vec<(&'static str, Array1<T>)> {
    let mut next = random(5);
    type Kind = Box<dyn FnMut(usize) -> f64>;
    let kinds: [(&str, Kind); 7] = [
        ("random", Box::new(move |_| next() * 1e6)),
        ("constant", Box::new(|_| 3.0)),
        ("sorted", Box::new(|i| i as f64)),
        ("descending", Box::new(|i| -(i as f64))),
        ("two values", Box::new(|i| (i % 2) as f64)),
        ("zeros of both signs", Box::new(|i| if i % 3 == 0 { -0.0 } else { 0.0 })),
        ("rare", Box::new(|i| if i % 9973 == 0 { 100.0 } else { 7.0 })),
    ];
    let mut data = Vec::new();
    for (name, mut kind) in kinds {
        for n in [8191, 8192, 20_000, 600_001] {
            data.push((name, (0..n).map(|i| of(kind(i))).collect()));
        }
    }
    data
}

#[test]
fn whole_numbers_whose_difference_is_not_exact() {
    let x = array![-9007199254740992_i64, 9007199254740991];
    assert_eq!(quantile(&x, 0.5, Linear).unwrap(), -0.5);
    let x = array![-4503599627370496_i64, 9007199254740991];
    assert_eq!(quantile(&x, 0.5, Linear).unwrap(), 2251799813685247.5);
}

/// A test for each type: they take long.
macro_rules! long {
    ($($name:ident: $of:expr;)*) => {
        mod long {
            use super::*;
            $(#[test]
            fn $name() {
                long_of($of);
            })*
        }
    };
}

long! {
    of_f32: |x| x as f32;
    of_f64: |x| x;
    of_i32: |x| x as i32;
    of_i64: |x| x as i64;
    of_i8: |x| x as i8;
    of_u8: |x| x as u8;
    of_i16: |x| x as i16;
    of_u32: |x| x as u32;
    of_bool: |x| x != 0.0;
}

#[test]
fn every_number_of_threads_gives_the_same() {
    let x = vector::<f64>(600_000, 9).into_shape_with_order((600, 1000)).unwrap();
    let all = |threads: usize| {
        on_threads(threads, || {
            let axes = [0, 1].map(|i| quantile_axis(&x, &[0.1, 0.7], Weibull, Axis(i)).unwrap());
            (quantile(&x, &[0.1, 0.5, 0.7], Weibull).unwrap(), axes)
        })
    };
    let one = all(1);
    for threads in [2, 3, 8] {
        let other = all(threads);
        same(&other.0, &one.0);
        other.1.iter().zip(&one.1).for_each(|(other, one)| same(other, one));
    }
}

/// Data that overflow the stack or take very long in other implementations.
#[test]
fn constant_data_end_soon() {
    let middle = must_end(|| median(&Array1::from_elem(2_000_000, 1.5_f64)).unwrap());
    assert_eq!(middle, 1.5);
    let columns = must_end(|| median_axis(&Array2::from_elem((100_000, 3), 1.5_f64), Axis(0)).unwrap());
    assert_eq!(columns, Array1::from_elem(3, 1.5));
}

#[test]
fn no_overflow_in_between() {
    let max = f64::MAX;
    assert_eq!(median(&Array1::from_vec(vec![max, max])).unwrap(), max);
    assert_eq!(median(&Array1::from_vec(vec![f32::MAX, f32::MAX])).unwrap(), f32::MAX);
    assert_eq!(quantile(&Array1::from_vec(vec![-max, max]), 0.5, Linear).unwrap(), 0.0);
    assert_eq!(median(&array![i32::MIN, i32::MAX]).unwrap(), -0.5);
    assert_eq!(median(&array![i64::MIN, i64::MAX]).unwrap(), -0.5);
    assert_eq!(median(&array![u64::MAX, u64::MAX - 1]).unwrap(), u64::MAX as f64);
    for method in [Midpoint, Linear, Hazen] {
        assert_eq!(quantile(&array![i64::MIN, i64::MAX], 0.5, method).unwrap(), -0.5);
    }
    assert_eq!(median(&Array1::from_vec(vec![5e-324, 5e-324])).unwrap(), 5e-324);
}

#[test]
fn elements_keep_their_type_and_value() {
    let odd = 9_007_199_254_740_993_i64;
    let x = array![odd, odd, 1, odd + 2];
    for method in [Lower, Higher, Nearest, InvertedCdf, ClosestObservation] {
        assert_eq!(quantile_element(&x, 0.5, method).unwrap(), odd, "{method:?}");
        assert_eq!(quantile_element(&x, 1.0, method).unwrap(), odd + 2, "{method:?}");
        let columns = x.view().insert_axis(Axis(1));
        assert_eq!(quantile_element_axis(&columns, 0.5, method, Axis(0)).unwrap(), array![odd]);
    }
    assert_eq!(quantile_element(&array![u64::MAX, u64::MAX], 0.3, Lower).unwrap(), u64::MAX);
    assert!(quantile_element(&array![false, true, true], 0.5, Nearest).unwrap());
    assert!(quantile_element(&array![1.0, f64::NAN], 0.0, Lower).unwrap().is_nan());
    for (_, method) in METHODS {
        let gives_elements = [Lower, Higher, Nearest, InvertedCdf, ClosestObservation].contains(&method);
        match quantile_element(&x, 0.5, method) {
            Ok(_) => assert!(gives_elements, "{method:?}"),
            Err(e) => {
                assert!(
                    !gives_elements && matches!(e.kind(), ErrorKind::InvalidArgument { name: "method", .. }),
                    "{e}"
                )
            }
        }
    }
    error_kind(quantile_element(&x, 1.5, Lower), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "q", .. })
    });
}

#[test]
fn errors() {
    let none = Array2::<f64>::zeros((0, 3));
    error_kind(median(&none), |e| matches!((e.op(), e.kind()), ("median", ErrorKind::Empty { .. })));
    error_kind(nanmedian(&none), |e| matches!((e.op(), e.kind()), ("nanmedian", ErrorKind::Empty { .. })));
    error_kind(quantile(&none, &[], Linear), |e| {
        matches!((e.op(), e.kind()), ("quantile", ErrorKind::Empty { .. }))
    });
    error_kind(median_axis(&none, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("median_axis", ErrorKind::Empty { .. }))
    });
    error_kind(quantile_element(&none, 0.5, Lower), |e| {
        matches!((e.op(), e.kind()), ("quantile_element", ErrorKind::Empty { .. }))
    });
    error_kind(median_axis(&none.mapv(|x| x as i32), Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("median_axis", ErrorKind::Empty { .. }))
    });
    same(&median_axis(&none, Axis(1)).unwrap(), &Array1::zeros(0));
    // no lanes, so no median of nothing is asked for
    let square = Array2::<f64>::zeros((0, 0));
    for axis in [Axis(0), Axis(1)] {
        same(&median_axis(&square, axis).unwrap(), &Array1::zeros(0));
        same(&nanquantile_axis(&square, 0.5, Linear, axis).unwrap(), &Array1::zeros(0));
        same(&quantile_element_axis(&square, 0.5, Lower, axis).unwrap(), &Array1::zeros(0));
        assert_eq!(percentile_axis(&square, &[50.0; 3], Weibull, axis).unwrap().dim(), (3, 0));
    }
    assert_eq!(quantile_axis(&none, &[0.5; 4], Linear, Axis(1)).unwrap().dim(), (4, 0));
    let x = Array2::<f64>::ones((2, 3));
    assert_eq!(quantile(&x, &[], Linear).unwrap().len(), 0);
    assert_eq!(quantile_axis(&x, &[], Linear, Axis(0)).unwrap().dim(), (0, 3));
    error_kind(median_axis(&x, Axis(2)), |e| {
        matches!((e.op(), e.kind()), ("median_axis", ErrorKind::InvalidArgument { name: "axis", .. }))
    });
    error_kind(median_axis(&arr0(1.0).into_dyn(), Axis(0)), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { .. })
    });

    for q in [-0.1, 1.1, f64::NAN, f64::INFINITY, -5e-324, 1.0 + f64::EPSILON] {
        let is_q = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "q", .. });
        error_kind(quantile(&x, q, Linear), is_q);
        error_kind(quantile_axis(&x, &[0.5, q], Linear, Axis(0)), is_q);
        error_kind(nanquantile_axis(&x, q, Linear, Axis(0)), is_q);
        error_kind(percentile(&x, 100.0 * q, Linear), |e| is_q(e) || q == -5e-324);
    }
    assert_eq!(median(&arr0(7_u8)).unwrap(), 7.0);
    let absurd = arr0(1.0_f64);
    let absurd = absurd.broadcast(1 << 50).unwrap();
    error_kind(median(&absurd), |e| matches!((e.op(), e.kind()), ("median", ErrorKind::TooLarge { .. })));
}
