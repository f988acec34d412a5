//! Means and central moments, against exact fractions: tests/golden/moments.json.

use crate::common::assert::*;
use crate::common::golden::{self, MOMENTS};
use crate::common::*;
use linstat::{
    Real, Variables, central_moment, central_moment_axis, corrcoef, cov, kurtosis, kurtosis_axis, mean,
    mean_axis, nanmean, nanmean_axis, nanstd, nanvar, nanvar_axis, skewness, skewness_axis, standardize, std,
    std_axis, var, var_axis,
};
use ndarray::{Array1, Array2, Axis, array, s};

for_real! {
    exact => exact;
    layouts => layouts;
    small_stacks => small_stacks;
    long_views => long_views;
}

/// Calls `f` with the elements of every case and its known results.
fn each_case<T: Element + Real>(f: impl Fn(&Array1<T>, &dyn Fn(&str) -> Option<f64>)) {
    assert!(golden::cases(MOMENTS, T::NAME).len() > 50);
    golden::each_case(MOMENTS, T::NAME, |golden| {
        f(&golden.input("x"), &|name| golden.has(name).then(|| golden.scalar(name)));
    });
}

/// The distance to the next number of the type.
fn ulp<T: Element>(x: f64) -> f64 {
    let least = if T::NAME == "f32" { f64::from(f32::from_bits(1)) } else { f64::from_bits(1) };
    // the power of two at or below |x|
    let power = f64::from_bits(x.abs().to_bits() & (0x7ff << 52));
    (power * T::eps()).max(least)
}

/// Fails unless the result is within an ulp, or within `more`.
#[track_caller]
fn within<T: Element + Real>(what: &str, actual: T, expected: f64, more: f64) {
    let near = (actual.f64() - expected).abs() <= ulp::<T>(expected).max(more);
    // beyond the largest number of the type
    let both_infinite = actual.is_infinite() && T::of(expected).is_infinite();
    if !(near || both_infinite) {
        fail(format!(
            "{what}: {actual}, expected {expected:e}, {} ulp",
            (actual.f64() - expected) / ulp::<T>(expected)
        ));
    }
}

/// Also among NaN.
fn exact<T: Element + Real>() {
    each_case::<T>(|x, known| {
        let expected = |name: &str| known(name).unwrap();
        let mut holes = Array1::from_elem(2 * x.len() + 3, T::nan());
        holes.slice_mut(s![2..2 * x.len() + 1;2]).assign(x);
        within("mean", mean(x).unwrap(), expected("mean"), 0.0);
        within("nanmean", nanmean(&holes).unwrap(), expected("mean"), 0.0);
        within("var", var(x, 0).unwrap(), expected("var"), 0.0);
        within("nanvar", nanvar(&holes, 0).unwrap(), expected("var"), 0.0);
        within("std", std(x, 0).unwrap(), expected("std"), 0.0);
        within("nanstd", nanstd(&holes, 0).unwrap(), expected("std"), 0.0);
        if x.len() > 1 {
            within("var_1", var(x, 1).unwrap(), expected("var_1"), 0.0);
        }
        let digits = if T::NAME == "f32" { -46 } else { -60 };
        let lost = expected("cubes") * 2f64.powi(digits);
        assert_eq!(central_moment(x, 0).unwrap(), T::one());
        assert_eq!(central_moment(x, 1).unwrap(), T::zero());
        within("moment 2", central_moment(x, 2).unwrap(), expected("var"), 0.0);
        within("moment 3", central_moment(x, 3).unwrap(), expected("moment3"), lost);
        within("moment 4", central_moment(x, 4).unwrap(), expected("moment4"), 0.0);
        let (skew, kurt) = (skewness(x).unwrap(), kurtosis(x).unwrap());
        if expected("std") == 0.0 && known("skewness").is_none() {
            assert!(skew.is_nan() && kurt.is_nan(), "{skew}, {kurt}");
            let first = x[0];
            assert!(mean(x).unwrap() == first && nanmean(&holes).unwrap() == first);
        } else {
            let (s, k) = (expected("skewness"), expected("kurtosis"));
            within(
                "skewness",
                skew,
                s,
                4.0 * f64::EPSILON * s.abs() + expected("skewness_sizes") * 2f64.powi(digits),
            );
            within("kurtosis", kurt, k, 4.0 * f64::EPSILON * (k + 3.0));
        }
    });
}

fn same_bits<T: Real>(what: &str, one: T, other: T) {
    assert!(
        one.f64().to_bits() == other.f64().to_bits() || (one.is_nan() && other.is_nan()),
        "{what}: {one}, {other}"
    );
}

/// A lane alone, as one of few columns, as one of many, and with steps gives the same bits.
fn layouts<T: Element + Real>() {
    each_case::<T>(|x, _| {
        let n = x.len();
        let steps = {
            let mut wide = Array1::from_elem(3 * n, T::nan());
            wide.slice_mut(s![..;-3]).assign(x);
            wide
        };
        let stepped = steps.slice(s![..;-3]);
        // one, few, and whole and partial cache lines
        for (width, at) in [(1, 0), (3, 1), (21, 10), (24, 20)] {
            let mut columns = Array2::from_shape_fn((n, width), |(i, j)| T::of(0.25 * (i * j % 7) as f64));
            columns.column_mut(at).assign(x);
            let mut holes = Array2::from_elem((2 * n, width), T::nan());
            holes.slice_mut(s![..;2, ..]).assign(&columns);
            let rows = columns.t().as_standard_layout().into_owned();
            macro_rules! check {
                ($($of_all:ident, $of_axis:ident, $x:ident, $($more:literal)?;)*) => {$({
                    let alone = $of_all($x $(, $more)?).unwrap();
                    same_bits(stringify!($of_all), $of_all(&stepped $(, $more)?).unwrap(), alone);
                    same_bits(stringify!($of_axis), $of_axis(&columns $(, $more)?, Axis(0)).unwrap()[at], alone);
                    same_bits(stringify!($of_axis), $of_axis(&rows $(, $more)?, Axis(1)).unwrap()[at], alone);
                    same_bits(stringify!($of_axis), $of_axis(&columns.t() $(, $more)?, Axis(1)).unwrap()[at], alone);
                })*};
            }
            check! {
                mean, mean_axis, x,;
                var, var_axis, x, 0;
                std, std_axis, x, 0;
                skewness, skewness_axis, x,;
                kurtosis, kurtosis_axis, x,;
                central_moment, central_moment_axis, x, 3;
                central_moment, central_moment_axis, x, 6;
            }
            let column = holes.column(at).to_owned();
            same_bits("nanmean", nanmean_axis(&holes, Axis(0)).unwrap()[at], nanmean(&column).unwrap());
            same_bits("nanvar", nanvar_axis(&holes, 0, Axis(0)).unwrap()[at], nanvar(&column, 0).unwrap());
        }
    });
}

/// Views too long to be copied are gathered block by block, and give the same bits.
fn long_views<T: Element + Real>() {
    // more than one block, and not a multiple of it
    let x = matrix::<T>(310, 301, 1).mapv(|x| if x > T::of(0.9) { x * T::of(1e6) } else { x });
    let mut wide = Array2::from_elem((620, 903), T::nan());
    wide.slice_mut(s![..;2, ..;-3]).assign(&x);
    let columns = x.t().as_standard_layout().into_owned();
    for view in [columns.t(), wide.slice(s![..;2, ..;-3])] {
        assert!(view.as_slice().is_none() && view == x);
        same_bits("sum", linstat::sum(&view).unwrap(), linstat::sum(&x).unwrap());
        same_bits("mean", mean(&view).unwrap(), mean(&x).unwrap());
        same_bits("nanmean", nanmean(&view).unwrap(), nanmean(&x).unwrap());
        same_bits("var", var(&view, 1).unwrap(), var(&x, 1).unwrap());
        same_bits("nanvar", nanvar(&view, 1).unwrap(), nanvar(&x, 1).unwrap());
        same_bits("skewness", skewness(&view).unwrap(), skewness(&x).unwrap());
        same_bits("kurtosis", kurtosis(&view).unwrap(), kurtosis(&x).unwrap());
        same_bits("moment 7", central_moment(&view, 7).unwrap(), central_moment(&x, 7).unwrap());
    }
    let whole = x.mapv(|x| (x.f64() * 1e3) as i64);
    let turned = whole.t().as_standard_layout().into_owned();
    assert_eq!(linstat::sum(&turned.t()).unwrap(), linstat::sum(&whole).unwrap());
    same_bits("mean", mean(&turned.t()).unwrap(), mean(&whole).unwrap());
    // terms that cancel, and zeros
    let both = ndarray::concatenate![Axis(0), x, x.mapv(|x| -x)];
    let turned = both.t().as_standard_layout().into_owned();
    same_bits("mean", mean(&turned.t()).unwrap(), T::zero());
    same_bits(
        "mean",
        mean(&turned.mapv(|x| x * -T::zero()).t()).unwrap(),
        mean(&both.mapv(|x| x * -T::zero())).unwrap(),
    );
}

/// On a stack of 128 KiB, narrow and wide.
fn small_stacks<T: Element + Real>() {
    let work = || {
        for (n, p) in [(40, 1), (40, 3), (700, 520)] {
            let x = matrix::<T>(n, p, 1);
            for axis in [Axis(0), Axis(1)] {
                mean_axis(&x, axis).unwrap();
                nanmean_axis(&x, axis).unwrap();
                var_axis(&x, 0, axis).unwrap();
                nanvar_axis(&x, 0, axis).unwrap();
                skewness_axis(&x, axis).unwrap();
                kurtosis_axis(&x, axis).unwrap();
                central_moment_axis(&x, 7, axis).unwrap();
                linstat::sum_axis(&x, axis).unwrap();
            }
            mean(&x).unwrap();
            var(&x, 0).unwrap();
            kurtosis(&x).unwrap();
            standardize(&x).unwrap();
        }
        let x = matrix::<T>(60, 5, 1);
        cov(&x, Variables::Columns, 1).unwrap();
        corrcoef(&x, Variables::Columns).unwrap();
    };
    std::thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap().join().unwrap();
}

/// The parity of an order beyond `i32` decides the sign.
#[test]
fn orders_beyond_32_bits() {
    let (x, skewed) = (array![-1.0, 1.0], array![-3.0, 1.0, 1.0, 1.0]);
    for even in [1 << 31, u32::MAX - 1] {
        assert_eq!(central_moment(&x, even).unwrap(), 1.0);
        assert_eq!(central_moment(&x, even + 1).unwrap(), 0.0);
        assert_eq!(central_moment(&skewed, even).unwrap(), f64::INFINITY);
        assert_eq!(central_moment(&skewed, even + 1).unwrap(), f64::NEG_INFINITY);
    }
}

#[test]
fn whole_numbers() {
    let x = array![i32::MAX, i32::MIN, i32::MAX, 1, 5];
    assert_eq!(mean(&x).unwrap(), 2147483652.0 / 5.0);
    assert_eq!(mean(&array![true, false, true, true]).unwrap(), 0.75);
    assert_eq!(mean(&array![200_u8, 255, 255]).unwrap(), 710.0 / 3.0);
    assert_eq!(var(&Array1::from_iter([0, 1, 2, 3].map(|k| (1_i64 << 50) + k)), 0).unwrap(), 1.25);
    assert!(skewness(&array![7_i32, 7, 7]).unwrap().is_nan());
    assert_eq!(skewness(&array![-3_i32, 0, 3]).unwrap(), 0.0);
    // long, with a sum of 0 and with a large one
    let long = Array1::from_shape_fn(100_000, |i| if i % 2 == 0 { i32::MAX } else { -i32::MAX });
    assert_eq!(mean(&long).unwrap().to_bits(), 0);
    assert_eq!(mean(&long.mapv(|x| x.abs() - i32::from(x < 0))).unwrap(), f64::from(i32::MAX) - 0.5);
}

/// Few elements, against exact fractions.
#[test]
fn high_moments_of_few_elements() {
    let far = array![0.0, 0.25, 0.5, 1.75, 3.5, 0.125, 9.0].mapv(|x| 1e15 + x);
    let near = array![0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0].mapv(|k| 1.0 + k * f64::EPSILON);
    let single = array![16777216_f32, 16777218.0, 16777220.0, 16777230.0];
    let bits = |mantissa: u64, exponent: i32| (mantissa as f64) * 2f64.powi(exponent - 52);
    for (order, of_far, of_near, of_single) in [
        (5, 2121.192674290143, bits(0x167ecb8e9d67a7, -248), 13920.0),
        (6, 14656.120019433989, bits(0x19ecc4557f7bb4, -297), 136949.0),
        (7, 99925.4835248186, bits(0x19f652e7525f7c, -346), 1175664.0),
    ] {
        let roundings = f64::from(order) * f64::EPSILON;
        close_number(central_moment(&far, order).unwrap(), of_far, roundings * of_far);
        close_number(central_moment(&near, order).unwrap(), of_near, roundings * of_near);
        close_number(central_moment(&single, order).unwrap(), of_single, 1.2e-7 * f64::from(of_single));
        // powers that are scaled, and those that are not representable
        let small = central_moment(&far.mapv(|x| x * 2f64.powi(-190)), order).unwrap();
        let expected = of_far * 2f64.powi(-95 * order as i32) * 2f64.powi(-95 * order as i32);
        assert!((small - expected).abs() <= roundings * expected, "{small:e} {expected:e}");
        assert_eq!(central_moment(&array![14.3, 14.3, 14.3, 14.3, 14.3, 14.3, 14.3], order).unwrap(), 0.0);
        assert!(central_moment(&array![1.0, f64::NAN, 2.0], order).unwrap().is_nan());
        assert!(central_moment(&array![1.0, f64::INFINITY, 2.0], order).unwrap().is_nan());
    }
    let large = central_moment(&array![1e200, -3e200], 6).unwrap();
    assert_eq!(large, f64::INFINITY);
}
