//! Means, plain and weighted.

use super::{check_lanes, each_layout_of_statistics};
use crate::common::assert::*;
use crate::common::golden::{ELEMENTWISE, Golden, LISTS, by_dimension, each_case, each_golden};
use crate::common::*;
use linstat::{
    Averaged, ErrorKind, Real, StandardScaler, average, average_axis, mean, mean_axis, nanmean, nanmean_axis,
};
use ndarray::{Array1, Array2, ArrayRef, Axis, IxDyn, RemoveAxis, arr0, array};

for_real! {
    layouts => layouts;
    golden_means => golden;
    long_sums => long_sums;
    special => special;
}

/// Against plain sums in f64.
fn check<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let expected = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    check_lanes(x, mean(x).unwrap(), |axis| mean_axis(x, axis).unwrap(), expected);
}

fn layouts<T: Element + Real>() {
    each_layout_of_statistics!(check::<T>);
}

fn golden_of<T: Element + Real, D: RemoveAxis>(golden: &Golden) {
    let x = golden.input::<T, D>("far");
    // a mean is exact to EPSILON of its size, 4100
    let tolerance = 4.0 * T::eps() * 4100.0;
    close_number(mean(&x).unwrap(), golden.scalar("mean"), tolerance);
    for axis in 0..x.ndim() {
        let expected = golden.output::<T, D::Smaller>(&format!("mean_axis/{axis}"));
        close(&mean_axis(&x, Axis(axis)).unwrap(), &expected, tolerance);
    }
}

fn golden<T: Element + Real>() {
    each_golden::<T>(ELEMENTWISE, |golden| by_dimension!(golden, "far", golden_of::<T>));
}

/// A plain sum of this many f32 loses four digits and more; beyond 2^17 elements, threads share the work.
fn long_sums<T: Element + Real>() {
    let tenth = T::of(0.1);
    for n in [100_000, 300_000] {
        let x = Array1::from_elem(n, tenth);
        close_number(mean(&x).unwrap(), tenth, 16.0 * T::eps() * 0.1);
        let columns = x.to_shape((n / 2, 2)).unwrap().into_owned();
        close(&mean_axis(&columns, Axis(0)).unwrap(), &Array1::from_elem(2, tenth), 1000.0 * T::eps() * 0.1);
        close(
            &mean_axis(&columns.t(), Axis(1)).unwrap(),
            &Array1::from_elem(2, tenth),
            1000.0 * T::eps() * 0.1,
        );
    }
}

/// NumPy's, computed in f64, within the rounding of a few operations.
#[test]
fn golden_averages() {
    fn check<T: Averaged<K> + Stored, K>(golden: &Golden)
    where
        T::Average: Stored,
    {
        let x = golden.input::<T, IxDyn>("x");
        let whole = golden.input::<T::Average, IxDyn>("whole");
        for axes in [&[0][..], &[1], &[2], &[0, 2], &[2, 0], &[1, 2], &[2, 1], &[2, 0, 1], &[0, 1, 2]] {
            let name = axes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            let axes: Vec<Axis> = axes.iter().copied().map(Axis).collect();
            let weights = golden.input::<T::Average, IxDyn>(&name);
            // the sums have up to 24 terms, of up to 200, which the last rounding is to
            let size = x.iter().fold(0.0, |size: f64, x| size.max(x.as_f64().abs()));
            let tolerance =
                24.0 * f64::EPSILON * size + <T::Average as num_traits::Float>::epsilon().f64() * size;
            close(&average_axis(&x, &weights, &axes[..]).unwrap(), &golden.output(&name), tolerance);
            close(
                &average_axis(&x, &whole, &axes[..]).unwrap(),
                &golden.output(&format!("whole {name}")),
                tolerance,
            );
        }
    }
    each_case(LISTS, "average", |golden| match golden["of"].as_str().unwrap() {
        "f64" => check::<f64, _>(golden),
        "f32" => check::<f32, _>(golden),
        "i32" => check::<i32, _>(golden),
        _ => check::<u8, _>(golden),
    });
}

fn special<T: Element + Real>() {
    let none = Array2::<T>::zeros((0, 3));
    error_kind(mean(&none), |e| matches!((e.op(), e.kind()), ("mean", ErrorKind::Empty { .. })));
    error_kind(mean_axis(&none, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("mean_axis", ErrorKind::Empty { .. }))
    });
    // NumPy: an empty array along an axis with elements has no lanes, and so no mean is missing
    same(&mean_axis(&none, Axis(1)).unwrap(), &Array1::zeros(0));
    for axis in [2, 100] {
        error_kind(mean_axis(&none, Axis(axis)), |e| {
            matches!((e.op(), e.kind()), ("mean_axis", ErrorKind::InvalidArgument { .. }))
        });
    }
    let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].mapv(T::of);
    for bad in [T::nan(), T::infinity()] {
        let mut x = x.clone();
        x[[1, 0]] = bad;
        same(&mean_axis(&x, Axis(0)).unwrap(), &array![bad, T::of(4.0)]);
        same(&array![mean(&x).unwrap()], &array![bad]);
    }
}

/// Sums beyond 2^53, and NaN in every place of a short lane.
#[test]
fn means_of_few_elements() {
    assert_eq!(mean(&array![9007199254740991_i64, -9007199254740992, 5]).unwrap(), 4.0 / 3.0);
    assert_eq!(mean(&array![i64::MAX, i64::MAX]).unwrap(), 9223372036854775807.0);
    assert_eq!(mean(&array![1_u64 << 63, 1 << 62]).unwrap(), 6917529027641081856.0);
    assert_eq!(mean(&array![1, 2, 4]).unwrap(), 7.0 / 3.0);
    assert_eq!(mean(&array![0, 0]).unwrap().to_bits(), 0);
    assert_eq!(mean(&array![true, false, false]).unwrap(), 1.0 / 3.0);
    for place in 0..4 {
        let mut x = array![1e308, 1e308, 1.5e308, 1e308];
        x[place] = f64::NAN;
        let others: Array1<f64> = x.iter().copied().filter(|x| !x.is_nan()).collect();
        assert_eq!(nanmean(&x).unwrap(), mean(&others).unwrap());
        assert!(mean(&x).unwrap().is_nan());
    }
    assert!(nanmean(&array![f64::NAN, f64::NAN]).unwrap().is_nan());
    assert_eq!(nanmean(&array![-0.0, f64::NAN]).unwrap().to_bits(), (-0.0_f64).to_bits());
    assert_eq!(nanmean(&array![f64::INFINITY, f64::NAN]).unwrap(), f64::INFINITY);
}

/// The mean of -0 is -0, as that of every constant.
#[test]
fn means_of_negative_zeros() {
    for n in [1, 2, 8, 16, 17, 100, 2000] {
        let (narrow, wide) = (Array2::from_elem((n, 300), -0.0_f32), Array2::from_elem((n, 300), -0.0_f64));
        for axis in [Axis(0), Axis(1)] {
            assert!(mean_axis(&narrow, axis).unwrap().iter().all(|x| x.is_sign_negative()), "{n}");
            assert!(nanmean_axis(&narrow, axis).unwrap().iter().all(|x| x.is_sign_negative()), "{n}");
            assert!(mean_axis(&wide, axis).unwrap().iter().all(|x| x.is_sign_negative()), "{n}");
        }
        let (narrow, wide) = (narrow.column(0), wide.column(0));
        assert!(mean(&narrow).unwrap().is_sign_negative() && mean(&wide).unwrap().is_sign_negative());
        assert!(mean(&narrow.to_owned()).unwrap().is_sign_negative());
        assert!(nanmean(&narrow.to_owned()).unwrap().is_sign_negative());
    }
}

/// A digit far beyond the tie between two f32 decides: the mean is 1 + 2^-24 + 2^-85.
#[test]
fn means_near_a_tie() {
    let mut x = Array1::zeros(32);
    (x[0], x[1], x[2]) = (32.0, 2.0_f32.powi(-19), 2.0_f32.powi(-80));
    assert_eq!(mean(&x).unwrap(), 1.0 + f32::EPSILON);
    x[2] = -x[2];
    assert_eq!(mean(&x).unwrap(), 1.0);
}

#[test]
fn weighted_means() {
    let x = array![[1.0, 2.0], [3.0, 4.0]];
    assert_eq!(average(&x, &array![[1.0, 0.0], [0.0, 3.0]]).unwrap(), 3.25);
    let rows = average_axis(&x.t(), &array![3.0, 1.0], Axis(0)).unwrap();
    assert_eq!(rows, array![1.25, 3.25]);
    let ints = average_axis(&array![[1, 2], [3, 4]], &array![1.0, 1.0], Axis(1)).unwrap();
    assert_eq!(ints, array![1.5, 3.5]);
    let none = array![[1.0, -1.0], [0.0, 0.0]];
    error_kind(average(&x, &none), |e| {
        matches!((e.op(), e.kind()), ("average", ErrorKind::InvalidArgument { .. }))
    });
    error_kind(average(&x, &array![[1.0]]), |e| {
        matches!((e.op(), e.kind()), ("average", ErrorKind::Shape { .. }))
    });
    error_kind(average_axis(&x, &array![1.0], Axis(0)), |e| matches!(e.kind(), ErrorKind::Shape { .. }));
    error_kind(average_axis(&x, &array![1.0, -1.0], Axis(0)), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "weights", .. })
    });
    error_kind(average_axis(&x, &array![1.0], Axis(2)), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. })
    });
    let empty = Array1::<f64>::zeros(0);
    error_kind(average(&empty, &empty), |e| {
        matches!((e.op(), e.kind()), ("average", ErrorKind::Empty { .. }))
    });
    let square = Array2::<f64>::zeros((0, 0));
    assert_eq!(average_axis(&square, &empty, Axis(0)).unwrap(), empty);
    let none = Array2::<f64>::zeros((0, 3));
    error_kind(average_axis(&none, &empty, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("average_axis", ErrorKind::Empty { .. }))
    });
}

/// Every factor at both ends of the range.
#[test]
fn weighted_means_do_not_overflow_in_between() {
    let (inf, max, tiny) = (f64::INFINITY, f64::MAX, 5e-324);
    let cases = [
        ([1e308, 1e308], [1.0, 1.0], 1e308),
        ([1.0, 3.0], [1e308, 1e308], 2.0),
        ([1e308, -1e308], [1e308, 1e308], 0.0),
        ([max, max], [max, max], max),
        ([max, -max], [3.0, 1.0], max / 2.0),
        ([1e-200, 3e-200], [1e-200, 1e-200], 2e-200),
        ([4.0, 8.0], [tiny, tiny], 6.0),
        ([tiny, tiny], [0.5, 0.5], tiny),
        ([tiny, tiny], [max, max], tiny),
        ([1e-300, 1e-300], [1e-300, 2e-300], 1e-300),
        ([inf, 1.0], [1e308, 1e308], inf),
        ([-inf, 1e308], [1e10, 1e10], -inf),
        ([inf, -1e308], [1e10, 1e10], inf),
        ([0.0, 0.0], [1.0, 2.0], 0.0),
    ];
    for (x, w, expected) in cases {
        let (x, w) = (ndarray::arr1(&x), ndarray::arr1(&w));
        case(format!("{x} with {w}"), || {
            let tolerance = 2.0 * f64::EPSILON * expected.abs();
            let near = |found: f64| expected.is_finite() && (found - expected).abs() <= tolerance;
            let right = |found: f64| found == expected || near(found);
            assert!(right(average(&x, &w).unwrap()), "{}", average(&x, &w).unwrap());
            let columns = x.view().insert_axis(Axis(1));
            assert!(right(average_axis(&columns, &w, Axis(0)).unwrap()[0]));
        });
    }
    let opposite = array![1e308, 1e308, -1e308, -1e308];
    error_kind(average(&opposite, &opposite), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "weights", .. })
    });
    assert!(average(&array![f64::NAN, 1.0], &array![1.0, 1.0]).unwrap().is_nan());
    let narrow = array![3e38_f32, 3e38];
    assert_eq!(average(&narrow, &narrow).unwrap(), 3e38);
}

/// The largest number divided by the length, which rounding takes beyond the range on the way.
#[test]
fn largest_number_and_zeros() {
    for n in 1..=40 {
        let mut x = Array1::<f64>::zeros(n);
        x[0] = f64::MAX;
        let expected = f64::MAX / n as f64;
        assert_eq!(mean(&x).unwrap(), expected, "{n}");
        assert_eq!(StandardScaler::fit(&x.clone().insert_axis(Axis(1))).unwrap().mean()[0], expected, "{n}");
        if n > 1 {
            x[1] = 1.0;
            assert_eq!(mean(&x).unwrap(), expected, "{n}");
            assert_eq!(nanmean(&x).unwrap(), expected, "{n}");
        }
    }
}

/// Every layout gives the same bits, and sums in plain order give the same up to rounding.
#[test]
fn weighted_means_of_every_layout() {
    for shape in [(1, 1), (3, 4), (17, 33), (600, 5), (5, 600), (700, 550)] {
        let mut next = random(7);
        let x = Array2::from_shape_simple_fn(shape, &mut next);
        let w = Array2::from_shape_simple_fn(shape, || next().abs() + 0.1);
        let plain = x.iter().zip(&w).map(|(x, w)| x * w).sum::<f64>() / w.sum();
        let all = average(&x, &w).unwrap();
        close_number(all, plain, 1e-13);
        let (f, fw) = (x.t().as_standard_layout().into_owned(), w.t().as_standard_layout().into_owned());
        assert_eq!(average(&f.t(), &fw.t()).unwrap().to_bits(), all.to_bits());
        assert_eq!(average(&f.t(), &w).unwrap().to_bits(), all.to_bits());
        for axis in [Axis(0), Axis(1)] {
            let w = w.index_axis(Axis(1 - axis.0), 0);
            let lanes = average_axis(&x, &w, axis).unwrap();
            let each = x.map_axis(axis, |lane| average(&lane, &w).unwrap());
            assert_eq!(lanes.mapv(f64::to_bits), each.mapv(f64::to_bits));
            assert_eq!(average_axis(&f.t(), &w, axis).unwrap(), lanes);
        }
        let numbers = x.mapv(|x| (x * 1e6) as i32);
        assert_eq!(average(&numbers, &w).unwrap(), average(&numbers.mapv(f64::from), &w).unwrap());
    }
    let absurd = arr0(1.0);
    let absurd = absurd.broadcast((1 << 50, 1 << 10)).unwrap();
    error_kind(average(&absurd, &absurd), |e| {
        matches!((e.op(), e.kind()), ("average", ErrorKind::TooLarge { .. }))
    });
    let weights = arr0(1.0);
    let weights = weights.broadcast(1 << 50).unwrap();
    error_kind(average_axis(&absurd, &weights, Axis(0)), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
}
