//! Integers of every width: the results of `i64`, in every layout, for lanes shorter and longer than the
//! parts that are converted at a time.

use crate::common::assert::*;
use crate::common::{Stored, random_words};
use linstat::QuantileMethod::{Hazen, Higher};
use linstat::*;
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayViewD, Axis, Dimension, Ix2, ShapeBuilder, s};

macro_rules! integers {
    ($($t:ident),*) => {$(
        mod $t {
            #[test]
            fn every_layout() {
                super::every_layout::<$t, _>();
            }
        }
    )*};
}

integers!(i8, i16, u16, u32);

/// Integers that fit into i64.
trait Integer<K>: Stored + Averaged<K, Average = f64> + Summed<K, Total = i64> + Into<i64> {}
impl<K, T: Stored + Averaged<K, Average = f64> + Summed<K, Total = i64> + Into<i64>> Integer<K> for T {}

fn wide<T: Into<i64> + Copy, D: Dimension>(x: &ArrayRef<T, D>) -> Array<i64, D> {
    Array::from_shape_vec(x.raw_dim(), x.iter().map(|&x| x.into()).collect()).unwrap()
}

#[track_caller]
fn equal<T: PartialEq + std::fmt::Debug>(name: &str, actual: T, expected: T) {
    if actual != expected {
        fail(format_args!("{name}: {actual:?}, expected {expected:?}"));
    }
}

/// Powers of deviations may be rounded otherwise.
#[track_caller]
fn near<D: Dimension>(name: &str, actual: &ArrayRef<f64, D>, expected: &ArrayRef<f64, D>) {
    let close = |(x, y): (&f64, &f64)| (x - y).abs() <= 1e-12 * (1.0 + y.abs()) || (x.is_nan() && y.is_nan());
    if actual.shape() != expected.shape() || !actual.iter().zip(expected).all(close) {
        fail(format_args!("{name}: {actual:?}, expected {expected:?}"));
    }
}

fn every_layout<T: Integer<K>, K>() {
    let mut next = random_words(size_of::<T>() as u64);
    let kinds: [fn(u64) -> u64; 3] = [|x| x, |x| x % 5, |x| if x & 1 == 0 { 0 } else { !0 << (x >> 58) }];
    for shape in [(1, 7), (5, 1), (6, 5), (40, 33)] {
        for (i, kind) in kinds.iter().enumerate() {
            let base =
                Array2::from_shape_simple_fn((2 * shape.0, 2 * shape.1), || T::from_word(kind(next())));
            let mut fortran = Array2::from_elem(base.raw_dim().f(), T::default());
            fortran.assign(&base);
            for (order, base) in [("C", &base), ("F", &fortran)] {
                let (rows, columns) = (shape.0 as isize, shape.1 as isize);
                let row = base.slice(s![..1, ..columns]);
                let views = [
                    base.slice(s![..rows, ..columns]),
                    base.slice(s![..;2, ..;-2]),
                    base.slice(s![..rows;-1, ..;2]),
                    base.slice(s![..1, ..;2]),
                    row.broadcast(shape).unwrap(),
                ];
                for (j, x) in views.iter().enumerate() {
                    case(format!("{} {shape:?} {order}, kind {i}, view {j}", T::NAME), || {
                        check::<T, K>(&x.view())
                    });
                }
            }
        }
    }
    let cube = Array::from_shape_simple_fn((3, 4, 5), || T::from_word(next()));
    let (x, expected) = (cube.view().permuted_axes([2, 0, 1]), wide(&cube).permuted_axes([2, 0, 1]));
    for axis in (0..3).map(Axis) {
        equal("cumsum", cumsum_axis(&x, axis), cumsum_axis(&expected, axis));
        equal("median", median_axis(&x, axis), median_axis(&expected, axis));
        equal("argmin", argmin_axis(&x, axis), argmin_axis(&expected, axis));
        equal(
            "quantile",
            quantile_axis(&x, [0.1, 0.7], Hazen, axis),
            quantile_axis(&expected, [0.1, 0.7], Hazen, axis),
        );
    }
    for shape in [(0, 3), (3, 0), (0, 0)] {
        let (x, expected) = (Array2::<T>::default(shape), Array2::<i64>::zeros(shape));
        equal("max", max(&x).map(Into::into), max(&expected));
        equal("mean", mean(&x), mean(&expected));
        for axis in [Axis(0), Axis(1)] {
            equal("sum", sum_axis(&x, axis), sum_axis(&expected, axis));
            equal("cumprod", cumprod_axis(&x, axis), cumprod_axis(&expected, axis));
            equal("min", min_axis(&x, axis).map(|x| wide(&x)), min_axis(&expected, axis));
            equal("argmax", argmax_axis(&x, axis), argmax_axis(&expected, axis));
            equal("mean", mean_axis(&x, axis), mean_axis(&expected, axis));
            equal(
                "quantile",
                quantile_axis(&x, [0.1], Hazen, axis),
                quantile_axis(&expected, [0.1], Hazen, axis),
            );
            equal("argsort", argsort_axis(&x, axis), argsort_axis(&expected, axis));
        }
    }
}

fn check<T: Integer<K>, K>(x: &ndarray::ArrayView2<'_, T>) {
    let expected = wide(x);
    let (flat, last) = (expected.flatten().to_owned(), Axis(1));
    macro_rules! same {
        ($($op:ident($($argument:expr),*);)*) => {$(
            equal(stringify!($op), $op(x $(, $argument)*), $op(&expected $(, $argument)*));
        )*};
    }
    macro_rules! same_elements {
        ($($op:ident($($argument:expr),*);)*) => {$(
            equal(stringify!($op), $op(x $(, $argument)*).map(|x| wide(&x)), $op(&expected $(, $argument)*));
        )*};
    }
    same! {
        sum(); prod(); cumsum(); cumprod(); argmin(); argmax(); all(); any(); count_nonzero(); mean();
        median(); quantile(0.3, Hazen); quantile([0.9, 0.2], Hazen); argsort(); argsort_descending();
        histogram(Bins::Count(7)); histogram(Bins::Auto); histogram(Bins::Edges(&[-4.0, 0.0, 3.0, 90.0]));
        histogram_bin_edges(Bins::Doane); nanmedian(); cov(Variables::Rows, 0);
        nansum(); nanprod(); nancumsum(); nancumprod(); nanargmin(); nanargmax();
        histogramdd(&[Bins::Count(3)]);
    }
    equal("min", min(x).unwrap().into(), min(&expected).unwrap());
    equal("max", max(x).unwrap().into(), max(&expected).unwrap());
    equal("nanmin", nanmin(x).unwrap().into(), min(&expected).unwrap());
    equal("nanmax", nanmax(x).unwrap().into(), max(&expected).unwrap());
    wrapped("ptp", &ndarray::arr0(ptp(x).unwrap()), &ndarray::arr0(ptp(&expected).unwrap()));
    equal(
        "element",
        quantile_element(x, 0.6, Higher).unwrap().into(),
        quantile_element(&expected, 0.6, Higher).unwrap(),
    );
    same_elements! { sort(); unique(); sort_axis(Axis(0)); sort_axis(last); }
    let (found, counted) = (unique_counts(x).unwrap(), unique_counts(&expected).unwrap());
    equal("unique_counts", (wide(&found.values), found.counts), (counted.values, counted.counts));
    let (found, inverse) = (unique_inverse(x).unwrap(), unique_inverse(&expected).unwrap());
    equal(
        "unique_inverse",
        (wide(&found.values), found.inverse_indices),
        (inverse.values, inverse.inverse_indices),
    );
    lists(x, &expected);
    let sorted = sort(&x.flatten()).unwrap();
    for side in [Side::Left, Side::Right] {
        equal(
            "searchsorted",
            searchsorted(&sorted, x, side),
            searchsorted(&sort(&flat).unwrap(), &expected, side),
        );
    }
    let all = |f: fn(&ArrayRef<T, Ix2>) -> Result<f64>, g: fn(&ArrayRef<i64, Ix2>) -> Result<f64>| {
        [f(x), g(&expected)].map(|x| ndarray::arr0(x.unwrap()))
    };
    for (name, [actual, expected]) in [
        ("nanmean", all(nanmean, nanmean)),
        ("var", all(|x| var(x, 0), |x| var(x, 0))),
        ("std", all(|x| std(x, 0), |x| std(x, 0))),
        ("nanvar", all(|x| nanvar(x, 0), |x| nanvar(x, 0))),
        ("nanstd", all(|x| nanstd(x, 0), |x| nanstd(x, 0))),
        ("skewness", all(skewness, skewness)),
        ("kurtosis", all(kurtosis, kurtosis)),
    ] {
        // of equal numbers: 0, or NaN
        near(name, &actual, &expected);
    }
    let weights = Array::from_shape_fn(x.raw_dim(), |(i, j)| 1.0 + (i % 3 + j % 4) as f64);
    near(
        "average",
        &ndarray::arr0(average(x, &weights).unwrap()),
        &ndarray::arr0(average(&expected, &weights).unwrap()),
    );
    for axis in [Axis(0), Axis(1)] {
        same! {
            sum_axis(axis); prod_axis(axis); cumsum_axis(axis); cumprod_axis(axis); argmin_axis(axis);
            argmax_axis(axis); all_axis(axis); any_axis(axis); count_nonzero_axis(axis); mean_axis(axis);
            median_axis(axis); quantile_axis(0.3, Hazen, axis); quantile_axis([0.9, 0.2], Hazen, axis);
            percentile_axis([90.0, 20.0], Hazen, axis); nanquantile_axis(0.3, Hazen, axis);
            argsort_axis(axis); argsort_descending_axis(axis);
            nansum_axis(axis); nanprod_axis(axis); nancumsum_axis(axis); nancumprod_axis(axis);
            nanargmin_axis(axis); nanargmax_axis(axis);
        }
        same_elements! {
            min_axis(axis); max_axis(axis); nanmin_axis(axis); nanmax_axis(axis);
            quantile_element_axis(0.6, Higher, axis);
        }
        wrapped("ptp_axis", &ptp_axis(x, axis).unwrap(), &ptp_axis(&expected, axis).unwrap());
        for n in 0..4 {
            wrapped("diff", &diff_axis(x, n, axis).unwrap(), &diff_axis(&expected, n, axis).unwrap());
        }
        if x.len_of(axis) > 2 {
            let at: Vec<f64> = (0..x.len_of(axis)).map(|i| (i * i + i) as f64).collect();
            for spacing in [Spacing::Uniform(0.3), Spacing::Coordinates(&at)] {
                same! { gradient_axis(spacing, EdgeOrder::Second, axis); }
            }
        }
        let (found, distinct) = (unique_axis(x, axis).unwrap(), unique_axis(&expected, axis).unwrap());
        equal(
            "unique_axis",
            (wide(&found.values), found.indices, found.inverse_indices, found.counts),
            (distinct.values, distinct.indices, distinct.inverse_indices, distinct.counts),
        );
        near("var_axis", &var_axis(x, 0, axis).unwrap(), &var_axis(&expected, 0, axis).unwrap());
        near("nanmean_axis", &nanmean_axis(x, axis).unwrap(), &nanmean_axis(&expected, axis).unwrap());
        near("kurtosis_axis", &kurtosis_axis(x, axis).unwrap(), &kurtosis_axis(&expected, axis).unwrap());
        let n = x.len_of(axis);
        let weights = Array1::from_shape_fn(n, |i| 1.0 + (i % 3) as f64);
        near(
            "average_axis",
            &average_axis(x, &weights, axis).unwrap(),
            &average_axis(&expected, &weights, axis).unwrap(),
        );
        for k in [0, n / 2, n] {
            let (found, top) = (top_k_axis(x, k, axis).unwrap(), top_k_axis(&expected, k, axis).unwrap());
            equal("top_k_axis", (wide(&found.values), found.indices), (top.values, top.indices));
        }
        let kth = n / 2;
        let (parted, sorted) = (partition_axis(x, kth, axis).unwrap(), sort_axis(&expected, axis).unwrap());
        equal("partition", wide(&sort_axis(&parted, axis).unwrap()), sorted.clone());
        for (lane, sorted) in wide(&parted).lanes(axis).into_iter().zip(sorted.lanes(axis)) {
            assert!(lane.iter().take(kth).all(|x| *x <= sorted[kth]) && lane[kth] == sorted[kth]);
            assert!(lane.iter().skip(kth).all(|x| *x >= sorted[kth]));
        }
        let places = argpartition_axis(x, [0, kth], axis).unwrap();
        for ((places, lane), sorted) in
            places.lanes(axis).into_iter().zip(expected.lanes(axis)).zip(sorted.lanes(axis))
        {
            let parted = places.mapv(|i| lane[i]);
            assert!(parted[0] == sorted[0] && parted[kth] == sorted[kth]);
            assert!(parted.iter().take(kth).all(|x| *x <= sorted[kth]));
            assert!(parted.iter().skip(kth).all(|x| *x >= sorted[kth]));
            equal("indices", unique(&places).unwrap().to_vec(), (0..n).collect());
        }
    }
}

/// Limits, bins, members and sorted rows.
fn lists<T: Integer<K>, K>(x: &ndarray::ArrayView2<'_, T>, expected: &Array2<i64>) {
    let (row, wide_row) = (x.row(0), expected.row(0).to_owned());
    let (low, high) = (row[0], row[row.len() / 2]);
    for (low, high) in [(low, high), (high, low)] {
        let limited = clip(x, low, high).unwrap();
        equal("clip", wide(&limited), clip(expected, low.into(), high.into()).unwrap());
        let mut copy = x.to_owned();
        clip_inplace(&mut copy, low, high).unwrap();
        equal("clip_inplace", copy, limited);
    }
    equal("isin", isin(x, &row), isin(expected, &wide_row));
    equal("isin", isin(&row, &x.column(0)), isin(&wide_row, &expected.column(0)));
    let (bins, wide_bins) = (sort(&row).unwrap(), sort(&wide_row).unwrap());
    for closed in [Closed::Left, Closed::Right] {
        equal("digitize", digitize(x, &bins, closed), digitize(expected, &wide_bins, closed));
        let descending = s![..;-1];
        equal(
            "digitize",
            digitize(x, &bins.slice(descending), closed),
            digitize(expected, &wide_bins.slice(descending), closed),
        );
    }
    let (found, distinct) = (unique_all(x).unwrap(), unique_all(expected).unwrap());
    equal(
        "unique_all",
        (wide(&found.values), found.indices, found.inverse_indices, found.counts),
        (distinct.values, distinct.indices, distinct.inverse_indices, distinct.counts),
    );
}

/// The same numbers but for multiples of those that the type can tell apart.
#[track_caller]
fn wrapped<T: Integer<K>, K, D: Dimension>(name: &str, actual: &ArrayRef<T, D>, expected: &ArrayRef<i64, D>) {
    let same = |(x, y): (&T, &i64)| ((*x).into() - y) % (1 << (8 * size_of::<T>())) == 0;
    if actual.shape() != expected.shape() || !actual.iter().zip(expected).all(same) {
        fail(format_args!("{name}: {actual:?}, expected {expected:?}"));
    }
}

/// Several parts, which are split along another axis than that of the lanes.
#[test]
fn long_lanes() {
    type T = i16;
    let mut next = random_words(7);
    for (m, n) in [(2100, 260), (180_000, 3)] {
        let x = Array2::from_shape_simple_fn((m, n), || T::from_word(next()));
        let expected = wide(&x);
        let fortran = x.t().as_standard_layout().into_owned().reversed_axes();
        for (name, x) in [("C", x.view()), ("F", fortran.view())] {
            case(format!("{} {m} x {n} {name}", T::NAME), || {
                let of = |axis| {
                    equal("max", max_axis(&x, axis).map(|x| wide(&x)), max_axis(&expected, axis));
                    equal("argmin", argmin_axis(&x, axis), argmin_axis(&expected, axis));
                    equal("count", count_nonzero_axis(&x, axis), count_nonzero_axis(&expected, axis));
                    equal("sum", sum_axis(&x, axis), sum_axis(&expected, axis));
                    equal("mean", mean_axis(&x, axis), mean_axis(&expected, axis));
                    let q = [0.9, 0.25];
                    equal(
                        "quantile",
                        quantile_axis(&x, 0.3, Hazen, axis),
                        quantile_axis(&expected, 0.3, Hazen, axis),
                    );
                    equal(
                        "quantiles",
                        quantile_axis(&x, q, Hazen, axis),
                        quantile_axis(&expected, q, Hazen, axis),
                    );
                };
                of(Axis(0));
                of(Axis(1));
            });
        }
        let x: ArrayViewD<'_, T> = x.view().into_dyn();
        equal("sort", sort(&x).map(|x| wide(&x)), sort(&expected.view().into_dyn()));
        equal("sum", sum(&x), sum(&expected));
        equal("mean", mean(&x), mean(&expected));
        equal("argmax", argmax(&x.t()), argmax(&expected.t()));
        equal("min", min(&x.t()).unwrap().into(), min(&expected).unwrap());
    }
}
