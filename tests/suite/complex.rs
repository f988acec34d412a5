//! Complex numbers in reductions, statistics, sorting and differences: against NumPy's and exact results, in
//! every layout.

use crate::common::assert::*;
use crate::common::golden::{COMPLEX, each_case};
use crate::common::{Element as Number, Stored, matrix, on_threads};
use crate::reduce::{array, each_view};
use linstat::*;
use ndarray::{
    Array, Array1, Array2, Array3, ArrayD, ArrayRef, ArrayRef1, ArrayViewD, Axis, Dimension, Ix2, Slice,
    array as of, s,
};
use num_complex::{Complex32, Complex64};
use serde_json::Value;

macro_rules! of_complex {
    ($($name:ident;)*) => {$(
        mod $name {
            #[test]
            fn complex32() {
                super::$name::<num_complex::Complex32, f32, _>();
            }
            #[test]
            fn complex64() {
                super::$name::<num_complex::Complex64, f64, _>();
            }
        }
    )*};
}

of_complex! {
    golden;
    several_axes;
    ends;
    every_layout;
    large_values;
    unusual;
}

/// What a complex type has.
trait Kind<R, K>: Number<Real = R> + HasMean<K, Average = Self, Deviation = R> + HasSum<K, Total = Self> {}
impl<T, R, K> Kind<R, K> for T where
    T: Number<Real = R> + HasMean<K, Average = T, Deviation = R> + HasSum<K, Total = T>
{
}

fn number<T: Number>(re: f64, im: f64) -> T {
    T::new(re, im)
}

fn is_nan<T: Scalar>(x: T) -> bool {
    x.re() != x.re() || x.im() != x.im()
}

/// Fails unless each part of each number is at most as far away as `tolerance` says for it; infinities are
/// equal, and so are NaN.
#[track_caller]
fn near<T: Scalar, D: Dimension, E: Dimension>(
    actual: &ArrayRef<T, D>,
    expected: &ArrayRef<T, E>,
    tolerance: impl Fn(T, f64) -> f64,
) {
    let part = |of: T, x: f64, y: f64| {
        x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= tolerance(of, y.abs())
    };
    let equal =
        |(&x, &y): (&T, &T)| part(y, x.re().f64(), y.re().f64()) && part(y, x.im().f64(), y.im().f64());
    if actual.shape() != expected.shape() || !actual.iter().zip(expected).all(equal) {
        fail(format_args!("{actual:?}, expected {expected:?}"));
    }
}

/// Equal but for the signs of zeros.
#[track_caller]
fn equal<T: Scalar, D: Dimension, E: Dimension>(actual: &ArrayRef<T, D>, expected: &ArrayRef<T, E>) {
    near(actual, expected, |_, _| 0.0);
}

/// The largest finite part.
fn largest<T: Scalar, D: Dimension>(x: &ArrayRef<T, D>) -> f64 {
    let parts = x.iter().flat_map(|x| [x.re().f64().abs(), x.im().f64().abs()]);
    parts.filter(|x| x.is_finite()).fold(0.0, f64::max)
}

fn zero_d<T>(x: T) -> ndarray::Array0<T> {
    ndarray::arr0(x)
}

fn golden<T: Kind<R, K>, R: Real + Stored, K>() {
    each_case(COMPLEX, "complex", |value| {
        let x = array::<T>(&value["in"]["x"]);
        let probes = array::<T>(&value["in"]["probes"]);
        each_view(&x, |x| {
            golden_of_all::<T, R, K>(x, &value["out"]["all"]);
            for axis in 0..x.ndim() {
                golden_of_axis::<T, R, K>(x, Axis(axis), &value["out"][axis.to_string()]);
            }
            golden_of_sets(x, &probes, &value["out"]);
            if let Ok(x) = x.view().into_dimensionality::<Ix2>() {
                golden_of_table::<T, R, K>(&x, &value["out"]);
            }
        });
    });
}

fn golden_of_all<T: Kind<R, K>, R: Real + Stored, K>(x: &ArrayViewD<'_, T>, out: &Value) {
    let (n, eps) = (x.len() as f64, T::eps());
    let product = |size: f64| 4.0 * n * eps * size;
    equal(&zero_d(sum(x).unwrap()), &array(&out["sum"]));
    equal(&zero_d(nansum(x).unwrap()), &array(&out["nansum"]));
    near(&zero_d(prod(x).unwrap()), &array(&out["prod"]), |z: T, _| product(z.modulus().f64()));
    near(&zero_d(nanprod(x).unwrap()), &array(&out["nanprod"]), |z: T, _| product(z.modulus().f64()));
    equal(&cumsum(x).unwrap(), &array(&out["cumsum"]));
    equal(&nancumsum(x).unwrap(), &array(&out["nancumsum"]));
    near(&cumprod(x).unwrap(), &array(&out["cumprod"]), |z: T, _| product(z.modulus().f64()));
    near(&nancumprod(x).unwrap(), &array(&out["nancumprod"]), |z: T, _| product(z.modulus().f64()));
    identical(&zero_d(all(x)), &array::<bool>(&out["all"]));
    identical(&zero_d(any(x)), &array::<bool>(&out["any"]));
    identical(&zero_d(count_nonzero(x)), &array::<usize>(&out["count_nonzero"]));
    if x.is_empty() {
        let empty = |result: Result<()>| error_kind(result, |e| matches!(e.kind(), ErrorKind::Empty { .. }));
        empty(min(x).map(drop));
        empty(argmax(x).map(drop));
        empty(mean(x).map(drop));
        empty(nanstd(x, 0).map(drop));
        empty(median(x).map(drop));
        return;
    }
    equal(&zero_d(min(x).unwrap()), &array(&out["min"]));
    equal(&zero_d(max(x).unwrap()), &array(&out["max"]));
    equal(&zero_d(ptp(x).unwrap()), &array(&out["ptp"]));
    identical(&zero_d(argmin(x).unwrap()), &array::<usize>(&out["argmin"]));
    identical(&zero_d(argmax(x).unwrap()), &array::<usize>(&out["argmax"]));
    equal(&zero_d(nanmin(x).unwrap()), &array(&out["nanmin"]));
    equal(&zero_d(nanmax(x).unwrap()), &array(&out["nanmax"]));
    match nanargmin(x) {
        Ok(index) => assert_eq!(x.iter().nth(index), Some(&nanmin(x).unwrap())),
        Err(_) => assert!(x.iter().all(|&x| is_nan(x))),
    }
    equal(&zero_d(median(x).unwrap()), &array(&out["median"]));
    equal(&zero_d(nanmedian(x).unwrap()), &array(&out["nanmedian"]));
    near(&zero_d(mean(x).unwrap()), &array(&out["mean"]), |_: T, y| eps * y);
    near(&zero_d(nanmean(x).unwrap()), &array(&out["nanmean"]), |_: T, y| eps * y);
    near(&zero_d(var(x, 0).unwrap()), &array(&out["var"]), |_: R, y| 2.0 * eps * y);
    near(&zero_d(std(x, 0).unwrap()), &array(&out["std"]), |_: R, y| 2.0 * eps * y);
    near(&zero_d(nanvar(x, 0).unwrap()), &array(&out["nanvar"]), |_: R, y| 2.0 * eps * y);
    near(&zero_d(nanstd(x, 0).unwrap()), &array(&out["nanstd"]), |_: R, y| 2.0 * eps * y);
    if x.len() > 1 {
        near(&zero_d(var(x, 1).unwrap()), &array(&out["var_1"]), |_: R, y| 2.0 * eps * y);
    }
    let mut counted = 0.0;
    let weights = Array::from_shape_simple_fn(x.raw_dim(), || {
        counted += 0.25;
        R::of(counted)
    });
    near(&zero_d(average(x, &weights).unwrap()), &array(&out["average"]), |_: T, _| 20.0 * eps * largest(x));
}

fn golden_of_axis<T: Kind<R, K>, R: Real + Stored, K>(x: &ArrayViewD<'_, T>, axis: Axis, out: &Value) {
    let (n, eps) = (x.len_of(axis), T::eps());
    let product = |z: T, _| 4.0 * n as f64 * eps * z.modulus().f64();
    equal(&sum_axis(x, axis).unwrap(), &array(&out["sum"]));
    equal(&nansum_axis(x, axis).unwrap(), &array(&out["nansum"]));
    near(&prod_axis(x, axis).unwrap(), &array(&out["prod"]), product);
    near(&nanprod_axis(x, axis).unwrap(), &array(&out["nanprod"]), product);
    equal(&cumsum_axis(x, axis).unwrap(), &array(&out["cumsum"]));
    equal(&nancumsum_axis(x, axis).unwrap(), &array(&out["nancumsum"]));
    near(&cumprod_axis(x, axis).unwrap(), &array(&out["cumprod"]), product);
    near(&nancumprod_axis(x, axis).unwrap(), &array(&out["nancumprod"]), product);
    identical(&all_axis(x, axis).unwrap(), &array::<bool>(&out["all"]));
    identical(&any_axis(x, axis).unwrap(), &array::<bool>(&out["any"]));
    identical(&count_nonzero_axis(x, axis).unwrap(), &array::<usize>(&out["count_nonzero"]));
    equal(&diff_axis(x, 2, axis).unwrap(), &array(&out["diff"]));
    golden_of_order(x, axis, out);
    if n == 0 {
        error_kind(max_axis(x, axis), |e| {
            matches!((e.op(), e.kind()), ("max_axis", ErrorKind::Empty { .. }))
        });
        return;
    }
    equal(&min_axis(x, axis).unwrap(), &array(&out["min"]));
    equal(&max_axis(x, axis).unwrap(), &array(&out["max"]));
    equal(&ptp_axis(x, axis).unwrap(), &array(&out["ptp"]));
    identical(&argmin_axis(x, axis).unwrap(), &array::<usize>(&out["argmin"]));
    identical(&argmax_axis(x, axis).unwrap(), &array::<usize>(&out["argmax"]));
    equal(&nanmin_axis(x, axis).unwrap(), &array(&out["nanmin"]));
    equal(&nanmax_axis(x, axis).unwrap(), &array(&out["nanmax"]));
    let lane_of_nan = x.lanes(axis).into_iter().any(|lane| lane.iter().all(|&x| is_nan(x)));
    assert_eq!(nanargmax_axis(x, axis).is_err(), lane_of_nan);
    equal(&median_axis(x, axis).unwrap(), &array(&out["median"]));
    equal(&nanmedian_axis(x, axis).unwrap(), &array(&out["nanmedian"]));
    near(&mean_axis(x, axis).unwrap(), &array(&out["mean"]), |_: T, y| eps * y);
    near(&nanmean_axis(x, axis).unwrap(), &array(&out["nanmean"]), |_: T, y| eps * y);
    let two = |_: R, y| 2.0 * eps * y;
    near(&var_axis(x, 0, axis).unwrap(), &array(&out["var"]), two);
    near(&std_axis(x, 0, axis).unwrap(), &array(&out["std"]), two);
    near(&nanvar_axis(x, 0, axis).unwrap(), &array(&out["nanvar"]), two);
    near(&nanstd_axis(x, 0, axis).unwrap(), &array(&out["nanstd"]), two);
    if n > 1 {
        near(&var_axis(x, 1, axis).unwrap(), &array(&out["var_1"]), two);
    }
    let weights: Array1<R> = (1..=n).map(|i| R::of(0.25 * i as f64)).collect();
    let found = average_axis(x, &weights, axis).unwrap();
    near(&found, &array(&out["average"]), |_: T, _| 20.0 * eps * largest(x));
    if !out["gradient"].is_null() {
        let found = gradient_axis(x, Spacing::Uniform(0.5), EdgeOrder::First, axis).unwrap();
        near(&found, &array(&out["gradient"]), |_: T, y| 4.0 * eps * y);
    }
}

/// Sorting along an axis: the others follow from NumPy's order.
fn golden_of_order<T: Number + Entry>(x: &ArrayViewD<'_, T>, axis: Axis, out: &Value) {
    let n = x.len_of(axis);
    let (sorted, order) = (sort_axis(x, axis).unwrap(), argsort_axis(x, axis).unwrap());
    equal(&sorted, &array(&out["sort"]));
    identical(&order, &array::<usize>(&out["argsort"]));
    let mut reversed = order.clone();
    reversed.invert_axis(axis);
    identical(&argsort_descending_axis(x, axis).unwrap(), &reversed);
    for k in 0..n.min(3) {
        let parted = partition_axis(x, k, axis).unwrap();
        equal(&parted.index_axis(axis, k), &sorted.index_axis(axis, k));
        equal(&sort_axis(&parted, axis).unwrap(), &sorted);
        let places = argpartition_axis(x, k, axis).unwrap();
        identical(&places.index_axis(axis, k), &order.index_axis(axis, k));
        let top = top_k_axis(x, k, axis).unwrap();
        identical(&top.indices, &reversed.slice_axis(axis, Slice::from(..k)));
    }
}

fn golden_of_sets<T: Number + Entry>(x: &ArrayViewD<'_, T>, probes: &ArrayD<T>, out: &Value) {
    let found = unique_all(x).unwrap();
    equal(&found.values, &array(&out["unique"]));
    identical(&found.indices, &array::<usize>(&out["index"]));
    identical(&found.inverse_indices, &array::<usize>(&out["inverse"]));
    identical(&found.counts, &array::<usize>(&out["counts"]));
    equal(&unique(x).unwrap(), &found.values);
    identical(&unique_counts(x).unwrap().counts, &found.counts);
    identical(&unique_inverse(x).unwrap().inverse_indices, &found.inverse_indices);
    let flat: Array1<T> = x.iter().copied().collect();
    let sorted = sort(&flat).unwrap();
    each_view(probes, |probes| {
        identical(&searchsorted(&sorted, probes, Side::Left).unwrap(), &array::<usize>(&out["left"]));
        identical(&searchsorted(&sorted, probes, Side::Right).unwrap(), &array::<usize>(&out["right"]));
        identical(&isin(probes, x).unwrap(), &array::<bool>(&out["isin"]));
    });
    let above = flat.mapv(|x| x.im().f64() > 0.0);
    identical(&lexsort(&[&flat, &above]).unwrap(), &array::<usize>(&out["lexsort"]));
}

fn golden_of_table<T: Kind<R, K>, R: Real + Stored, K>(x: &ndarray::ArrayView2<'_, T>, out: &Value) {
    if out["cov"].is_null() {
        return;
    }
    let eps = 4.0 * x.ncols() as f64 * T::eps();
    let size = largest(x).powi(2);
    let covariances = cov(x, Variables::Rows, 1).unwrap();
    near(&covariances, &array(&out["cov"]), |_: T, _| eps * size);
    identical(&cov(&x.t(), Variables::Columns, 1).unwrap(), &covariances);
    let coefficients = corrcoef(x, Variables::Rows).unwrap();
    near(&coefficients, &array(&out["corrcoef"]), |_: T, _| 4.0 * eps);
    for hermitian in [&covariances, &coefficients] {
        identical(&hermitian.t().mapv(|x| x.conj()).mapv(positive), &hermitian.mapv(positive));
    }
    assert!(coefficients.diag().iter().all(|&r| r == T::one() || is_nan(r)));
    let times: Array1<usize> = (1..=x.ncols()).collect();
    let shares = times.mapv(|n| R::of(0.25 * n as f64));
    let found = cov_weighted(x, Variables::Rows, CovWeights::Frequencies(&times), 1).unwrap();
    near(&found, &array(&out["fweights"]), |_: T, _| eps * size);
    let found = cov_weighted(x, Variables::Rows, CovWeights::Importances(&shares), 1).unwrap();
    near(&found, &array(&out["aweights"]), |_: T, _| eps * size);
    if !out["rows"].is_null() {
        let (found, rows) = (unique_axis(x, Axis(0)).unwrap(), &out["rows"]);
        equal(&found.values, &array(&rows["values"]));
        identical(&found.indices, &array::<usize>(&rows["index"]));
        identical(&found.inverse_indices, &array::<usize>(&rows["inverse"]));
        identical(&found.counts, &array::<usize>(&rows["counts"]));
    }
}

/// The number with zeros that are positive.
fn positive<T: Scalar>(x: T) -> T {
    x + T::zero()
}

fn several_axes<T: Kind<R, K>, R: Real + Stored, K>() {
    let mut x: Array3<T> = matrix::<T>(4, 15, 5).into_shape_with_order((4, 3, 5)).unwrap();
    x[[1, 2, 3]] = number(f64::NAN, 1.0);
    let merged = x.view().permuted_axes([1, 0, 2]).as_standard_layout().into_owned();
    let merged = merged.into_shape_with_order((3, 20)).unwrap();
    let (both, last) = ([Axis(2), Axis(0)], Axis(1));
    identical(&sum_axis(&x, both).unwrap(), &sum_axis(&merged, last).unwrap());
    identical(&nanmean_axis(&x, both).unwrap(), &nanmean_axis(&merged, last).unwrap());
    identical(&nanstd_axis(&x, 1, both).unwrap(), &nanstd_axis(&merged, 1, last).unwrap());
    identical(&median_axis(&x, both).unwrap(), &median_axis(&merged, last).unwrap());
    identical(&max_axis(&x, both).unwrap(), &max_axis(&merged, last).unwrap());
    identical(&all_axis(&x, &both[..]).unwrap(), &all_axis(&merged, last).unwrap().into_dyn());
    let kept = var_axis(&x, 0, KeepDims(both)).unwrap();
    assert_eq!(kept.shape(), [1, 3, 1]);
    identical(&kept.slice(s![0, .., 0]), &var_axis(&merged, 0, last).unwrap());
    let kept = mean_axis(&x, KeepDims(Axis(1))).unwrap();
    identical(&kept.slice(s![.., 0, ..]), &mean_axis(&x, Axis(1)).unwrap());
    identical(&argmin_axis(&x, both).unwrap(), &argmin_axis(&merged, last).unwrap());
    let kept = nanargmax_axis(&x, KeepDims(both)).unwrap();
    identical(&kept.slice(s![0, .., 0]), &nanargmax_axis(&merged, last).unwrap());
    weighted_axes::<T, R, K>(&x);
}

/// Weights are real: the same for all lanes, or one for each element.
fn weighted_axes<T: Kind<R, K>, R: Real + Stored, K>(x: &Array3<T>) {
    let both = [Axis(2), Axis(0)];
    let mut count = 0.0;
    let weights = Array3::from_shape_simple_fn(x.raw_dim(), || {
        count += 0.25;
        R::of(count)
    });
    let found = average_axis(x, &weights, both).unwrap();
    for (j, found) in found.iter().enumerate() {
        let of_lane = average(&x.slice(s![.., j, ..]), &weights.slice(s![.., j, ..])).unwrap();
        identical(&zero_d(*found), &zero_d(of_lane));
    }
    let same = weights.slice(s![.., 1, ..]);
    let all = same.insert_axis(Axis(1));
    let repeated = all.broadcast(x.raw_dim()).unwrap();
    let found = average_axis(x, &same.t(), KeepDims(both)).unwrap();
    identical(&found, &average_axis(x, &repeated, KeepDims(both)).unwrap());
    error_kind(average_axis(x, &same, both), |e| matches!(e.kind(), ErrorKind::Shape { .. }));
    let nothing = Array3::<R>::zeros(x.raw_dim());
    error_kind(average_axis(x, &nothing, both), |e| e.op() == "average_axis");
}

/// What stands before and after the lanes takes part in the differences.
fn ends<T: Kind<R, K>, R: Real + Stored, K>() {
    let x: Array2<T> = matrix(6, 5, 3);
    let (before, after) = (x.slice(s![..2, ..;-1]), x.slice(s![3..4, ..]));
    for axis in [Axis(0), Axis(1)] {
        let turned =
            |x: ndarray::ArrayView2<'_, T>| if axis.0 == 0 { x } else { x.reversed_axes() }.into_owned();
        let (x, before, after) = (turned(x.view()), turned(before), turned(after));
        let joined = ndarray::concatenate(axis, &[before.view(), x.view(), after.view()]).unwrap();
        for n in 1..4 {
            let found = diff_with_axis(&x, n, &before, &after, axis).unwrap();
            identical(&found, &diff_axis(&joined, n, axis).unwrap());
        }
        let one = Array2::from_elem(after.raw_dim(), number::<T>(0.5, -1.0));
        let joined = ndarray::concatenate(axis, &[one.view(), x.view()]).unwrap();
        let found = diff_with_axis(&x, 1, one[[0, 0]], None, axis).unwrap();
        identical(&found, &diff_axis(&joined, 1, axis).unwrap());
    }
    assert_eq!(diff_with(&x, 0, number::<T>(0.0, 1.0), None).unwrap(), x);
    error_kind(diff_with(&x, 1, None, &x.t()), |e| matches!(e.kind(), ErrorKind::Shape { .. }));
}

/// The bits do not depend on the layout or the number of threads, and the parts are those of the real
/// functions.
fn every_layout<T: Kind<R, K>, R: Real + Stored, K>() {
    // more elements than are computed together, and few
    for (rows, columns) in [(530, 1000), (90, 41)] {
        let mut x: Array2<T> = matrix(rows, columns, 7);
        x[[3, 5]] = number(f64::NAN, 0.5);
        x[[4, 5]] = number(0.5, f64::NAN);
        x[[5, 6]] = number(-0.0, 0.0);
        let fortran = x.t().as_standard_layout().into_owned();
        let mut base = Array2::from_elem((2 * rows, 3 * columns), number(9.0, 9.0));
        base.slice_mut(s![..;-2, ..;3]).assign(&x);
        let views = [x.view(), fortran.t(), base.slice(s![..;-2, ..;3])];
        let results = |x: &ndarray::ArrayView2<'_, T>| {
            if x.len() > 10_000 {
                // what is computed in parts
                let mut all = vec![zero_d(nansum(x).unwrap()).into_dyn()];
                for axis in [Axis(0), Axis(1)] {
                    all.push(nansum_axis(x, axis).unwrap().into_dyn());
                    all.push(
                        gradient_axis(x, Spacing::Uniform(1.0), EdgeOrder::First, axis).unwrap().into_dyn(),
                    );
                }
                return all;
            }
            let mut all: Vec<ArrayD<T>> = vec![
                zero_d(sum(x).unwrap()).into_dyn(),
                zero_d(nansum(x).unwrap()).into_dyn(),
                zero_d(nanmean(x).unwrap()).into_dyn(),
                zero_d(nanprod(x).unwrap()).into_dyn(),
                zero_d(nanmin(x).unwrap()).into_dyn(),
                zero_d(nanmedian(x).unwrap()).into_dyn(),
                zero_d(T::from_real(nanvar(x, 1).unwrap())).into_dyn(),
            ];
            for axis in [Axis(0), Axis(1)] {
                all.extend([
                    nansum_axis(x, axis).unwrap().into_dyn(),
                    mean_axis(x, axis).unwrap().into_dyn(),
                    prod_axis(x, axis).unwrap().into_dyn(),
                    max_axis(x, axis).unwrap().into_dyn(),
                    sort_axis(x, axis).unwrap().into_dyn(),
                    cumsum_axis(x, axis).unwrap().into_dyn(),
                    diff_axis(x, 1, axis).unwrap().into_dyn(),
                    nanstd_axis(x, 0, axis).unwrap().mapv(T::from_real).into_dyn(),
                ]);
            }
            all
        };
        let expected = results(&views[0]);
        for threads in [1, 2] {
            on_threads(threads, || {
                for view in &views {
                    for (actual, expected) in results(view).iter().zip(&expected) {
                        identical(actual, expected);
                    }
                }
            });
        }
        let parts = [x.mapv(|x| x.re()), x.mapv(|x| x.im())].map(|x| sum_axis(&x, Axis(0)).unwrap());
        let sums = sum_axis(&x, Axis(0)).unwrap();
        identical(&sums.mapv(|x| x.re()), &parts[0]);
        identical(&sums.mapv(|x| x.im()), &parts[1]);
    }
    let repeated = of![number::<T>(1.0, -2.0), number(0.5, 3.0)];
    let repeated = repeated.broadcast((1000, 2)).unwrap();
    assert_eq!(sum(&repeated).unwrap(), number(1500.0, 1000.0));
    assert_eq!(argmin(&repeated).unwrap(), 1);
    assert_eq!(count_nonzero(&repeated), 2000);
    assert_eq!(isin(&repeated, &repeated).unwrap(), Array2::from_elem((1000, 2), true));
    assert_eq!(unique(&repeated).unwrap(), of![number(0.5, 3.0), number(1.0, -2.0)]);
}

/// Nothing overflows or underflows on the way.
fn large_values<T: Kind<R, K>, R: Real + Stored, K>() {
    let large = num_traits::Float::max_value();
    let part = |re: f64, im: f64| T::new(re * R::f64(large), im * R::f64(large));
    let x = of![part(1.0, -0.5), part(1.0, 0.5)];
    assert_eq!(mean(&x).unwrap(), part(1.0, 0.0));
    assert_eq!(std(&x, 0).unwrap(), large * R::of(0.5));
    assert_eq!(median(&x).unwrap(), part(1.0, 0.0));
    let tiny = <R as num_traits::Float>::min_positive_value();
    let x = of![T::new(0.0, 0.0), T::new(R::f64(tiny) * 6.0, R::f64(tiny) * 8.0)];
    assert_eq!(std(&x, 0).unwrap(), tiny * R::of(5.0));
    for size in [R::f64(large) / 8.0, R::f64(tiny) * 8.0] {
        let one = of![[T::new(1.0, 0.0), T::new(0.0, 1.0), T::new(-1.0, -1.0)]];
        let x = one.mapv(|x| T::new(x.re().f64() * size, x.im().f64() * size));
        let x = ndarray::concatenate![Axis(0), x, x.mapv(|x| T::new(-x.im().f64(), x.re().f64()))];
        // y is i x
        let expected = of![[T::new(1.0, 0.0), T::new(0.0, -1.0)], [T::new(0.0, 1.0), T::new(1.0, 0.0)]];
        close(&corrcoef(&x, Variables::Rows).unwrap(), &expected, 4.0 * T::eps());
    }
}

/// Long lanes with many ties, single elements, constants, and absurd sizes.
fn unusual<T: Kind<R, K>, R: Real + Stored, K>() {
    let x: Array1<T> = (0..5000).map(|i| number(f64::from(i * 7 % 3), f64::from(i * 13 % 1009))).collect();
    let order = argsort(&x).unwrap();
    let key = |i: usize| (x[i].re().f64() as u32, x[i].im().f64() as u32, i);
    assert!(order.iter().zip(order.iter().skip(1)).all(|(&i, &j)| key(i) < key(j)));
    assert_eq!(sort(&x).unwrap(), order.mapv(|i| x[i]));
    let middle: [T; 2] = [x[order[2499]], x[order[2500]]];
    assert_eq!(median(&x).unwrap(), mean(&ndarray::aview1(&middle)).unwrap());
    check_parts(&x);
    let same: Array1<T> = Array1::from_elem(7, number(0.1, 0.2));
    assert_eq!(var(&same, 1).unwrap(), R::of(0.0));
    assert_eq!(mean(&same).unwrap(), same[0]);
    let constant = of![[number::<T>(1.0, 2.0), number(1.0, 2.0)]];
    assert!(is_nan(corrcoef(&constant, Variables::Rows).unwrap()[[0, 0]]));
    error_kind(var(&same, 7), |e| e.op() == "var");
    error_kind(cov(&Array2::<T>::default((2, 0)), Variables::Rows, 1), |e| {
        matches!(e.kind(), ErrorKind::Empty { .. })
    });
    error_kind(average(&same, &Array1::zeros(7)), |e| e.op() == "average");
    let zeros = of![number::<T>(0.0, -0.0), number(-0.0, 0.0), number(-0.0, -0.0)];
    assert_eq!((argmin(&zeros).unwrap(), argmax(&zeros).unwrap()), (0, 0));
    assert_eq!(argsort(&zeros).unwrap(), of![0, 1, 2]);
    identical(&sort(&zeros).unwrap(), &zeros);
    let one = of![number::<T>(1.0, 1.0)];
    let absurd = one.broadcast(1 << 60).unwrap();
    let too_large =
        |result: Result<()>| error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    too_large(sum(&absurd).map(drop));
    too_large(nansum(&absurd).map(drop));
    too_large(nanmean(&absurd).map(drop));
    too_large(sort(&absurd).map(drop));
    too_large(median(&absurd).map(drop));
    too_large(prod(&absurd).map(drop));
    too_large(isin(&absurd, &one).map(drop));
    too_large(cov(&absurd.broadcast((2, 1 << 60)).unwrap(), Variables::Rows, 1).map(drop));
    assert_eq!(max(&absurd).unwrap(), one[0]);
    assert!(all(&absurd));
}

/// The two parts of sums and means are those of the real functions.
fn check_parts<T: Kind<R, K>, R: Real + Stored, K>(x: &ArrayRef1<T>) {
    let parts = [x.mapv(|x| x.re()), x.mapv(|x| x.im())];
    let pair = |of: &dyn Fn(&Array1<R>) -> R| parts.each_ref().map(of);
    let found = mean(x).unwrap();
    assert_eq!([found.re(), found.im()], pair(&|x| mean(x).unwrap()));
    let found = cumsum(x).unwrap()[x.len() - 1];
    assert_eq!([found.re(), found.im()], pair(&|x| cumsum(x).unwrap()[x.len() - 1]));
}

/// Complex literals need no types, and results can be used at once.
#[test]
fn literals() {
    use num_complex::Complex;
    let x = of![Complex::new(3., 4.), Complex::new(1., 0.)];
    assert_eq!(sum(&x).unwrap().re, 4.);
    assert_eq!(var(&x, 0).unwrap() * 2., 10.);
    assert_eq!(var_axis(&x, 0, Axis(0)).unwrap().into_scalar(), 5.);
    assert_eq!(mean(&x).unwrap().im, 2.);
    assert_eq!(average(&x, &of![1., 3.]).unwrap(), Complex::new(1.5, 1.));
    assert_eq!(max(&x).unwrap(), x[0]);
    // those of real and whole numbers are as they were
    assert_eq!(var_axis(&of![[1., 2.]], 0, Axis(1)).unwrap().sum(), 0.25);
    assert_eq!(mean_axis(&of![[1., 2.]], Axis(1)).unwrap().sum(), 1.5);
    assert_eq!(sum(&of![1, 2]).unwrap().pow(2), 9);
    assert_eq!(median(&of![1, 2]).unwrap().ceil(), 2.);
    let _: (Complex32, Complex64) =
        (prod(&of![Complex32::i()]).unwrap(), prod(&of![Complex64::i()]).unwrap());
}
