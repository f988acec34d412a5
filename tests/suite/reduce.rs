//! Reductions and moments: against NumPy's and exact results, in every layout.

mod axes;
mod narrow;

use crate::common::Stored;
use crate::common::assert::*;
use crate::common::golden::{REDUCE, array as read, each_case};
use crate::common::layouts::each_layout;
use linstat::*;
use ndarray::{
    Array, Array1, Array2, ArrayD, ArrayRef, ArrayView1, ArrayViewD, Axis, Dimension, RemoveAxis, Slice,
    arr0, array,
};
use serde_json::Value;

mod nan;

/// An array of the file.
pub(crate) fn array<T: Stored>(stored: &Value) -> ArrayD<T> {
    read(stored)
}

/// Calls `f` with the same values in C order, in Fortran order, reversed, with steps, and with the axes
/// exchanged in memory.
pub(crate) fn each_view<T: Stored>(x: &ArrayD<T>, f: impl Fn(&ArrayViewD<'_, T>)) {
    case("in C order", || f(&x.view()));
    let fortran = Array::from_shape_vec(x.t().raw_dim(), x.t().iter().copied().collect()).unwrap();
    case("in Fortran order", || f(&fortran.t()));
    for steps in [[-1isize, 1, 1], [1, -1, 3], [-2, -1, 2], [3, 2, -1]] {
        let steps = &steps[..x.ndim()];
        let mut shape = x.raw_dim();
        (0..x.ndim()).for_each(|i| shape[i] = x.shape()[i] * steps[i].unsigned_abs());
        let mut base = ArrayD::<T>::default(shape);
        let mut view = base.view_mut();
        (0..x.ndim()).for_each(|i| view.slice_axis_inplace(Axis(i), Slice::new(0, None, steps[i])));
        view.assign(x);
        case(format!("in steps {steps:?}"), || f(&view.view()));
    }
}

macro_rules! of_types {
    ($($name:ident => $check:ident, [$($t:ident),*];)*) => {$(
        mod $name {
            $(
                #[test]
                fn $t() {
                    super::$check::<$t, _>();
                }
            )*
        }
    )*};
}

of_types! {
    golden => golden, [f64, f32, i8, i16, i32, i64, u8, u16, u32, bool];
    golden_of_moments => moments, [f64, f32];
}

for_real! {
    layouts => layouts;
    range => range;
    long_lanes => long_lanes;
}

fn golden<T: Stored + Averaged<K> + Summed<K>, K>()
where
    T::Sum: Stored,
    T::Mean: Stored,
{
    each_case(REDUCE, T::NAME, |value| {
        let x = array::<T>(&value["in"]["x"]);
        each_view(&x, |x| {
            golden_of_all(x, &value["out"]["all"]);
            (0..x.ndim()).for_each(|axis| golden_of_axis(x, Axis(axis), &value["out"][axis.to_string()]));
        });
    });
}

fn golden_of_all<T: Stored + Averaged<K> + Summed<K>, K>(x: &ArrayViewD<'_, T>, out: &Value)
where
    T::Sum: Stored,
    T::Mean: Stored,
{
    let exact = T::NAME.starts_with('f');
    identical(&cumsum(x).unwrap(), &array::<T::Sum>(&out["cumsum"]));
    identical(&cumprod(x).unwrap(), &array::<T::Sum>(&out["cumprod"]));
    identical(&arr0(prod(x).unwrap()), &array::<T::Sum>(&out["prod"]));
    identical(&arr0(all(x)), &array::<bool>(&out["all"]));
    identical(&arr0(any(x)), &array::<bool>(&out["any"]));
    identical(&arr0(count_nonzero(x)), &array::<usize>(&out["count_nonzero"]));
    if out["sum"].is_null() {
        identical(&arr0(sum(x).unwrap()), &arr0(T::Sum::default()));
    } else if exact {
        near(&arr0(sum(x).unwrap()), &array(&out["sum"]), x, 20.0 * x.len() as f64);
    } else {
        identical(&arr0(sum(x).unwrap()), &array::<T::Sum>(&out["sum"]));
    }
    if out["min"].is_null() {
        for result in [min(x).map(drop), max(x).map(drop), argmin(x).map(drop), argmax(x).map(drop)] {
            error_kind(result, |e| matches!(e.kind(), ErrorKind::Empty { .. }));
        }
        return;
    }
    identical(&arr0(min(x).unwrap()), &array::<T>(&out["min"]));
    identical(&arr0(max(x).unwrap()), &array::<T>(&out["max"]));
    identical(&arr0(argmin(x).unwrap()), &array::<usize>(&out["argmin"]));
    identical(&arr0(argmax(x).unwrap()), &array::<usize>(&out["argmax"]));
    near(&arr0(mean(x).unwrap()), &array(&out["mean"]), x, 20.0);
    relative(&arr0(var(x, 0).unwrap()), &array(&out["var"]));
    relative(&arr0(std(x, 0).unwrap()), &array(&out["std"]));
    if !out["var_1"].is_null() {
        relative(&arr0(var(x, 1).unwrap()), &array(&out["var_1"]));
    }
    if exact {
        near(&arr0(nanmean(x).unwrap()), &array(&out["nanmean"]), x, 40.0);
        numpys(&arr0(nanvar(x, 0).unwrap()), &array(&out["nanvar"]));
        numpys(&arr0(nanstd(x, 0).unwrap()), &array(&out["nanstd"]));
    }
}

fn golden_of_axis<T: Stored + Averaged<K> + Summed<K>, K>(x: &ArrayViewD<'_, T>, axis: Axis, out: &Value)
where
    T::Sum: Stored,
    T::Mean: Stored,
{
    let exact = T::NAME.starts_with('f');
    identical(&cumsum_axis(x, axis).unwrap(), &array::<T::Sum>(&out["cumsum"]));
    identical(&cumprod_axis(x, axis).unwrap(), &array::<T::Sum>(&out["cumprod"]));
    identical(&prod_axis(x, axis).unwrap(), &array::<T::Sum>(&out["prod"]));
    identical(&all_axis(x, axis).unwrap(), &array::<bool>(&out["all"]));
    identical(&any_axis(x, axis).unwrap(), &array::<bool>(&out["any"]));
    identical(&count_nonzero_axis(x, axis).unwrap(), &array::<usize>(&out["count_nonzero"]));
    let sums = sum_axis(x, axis).unwrap();
    if out["sum"].is_null() {
        assert!(sums.iter().all(|sum| sum.as_f64() == 0.0));
    } else if exact {
        near(&sums, &array(&out["sum"]), x, 20.0 * x.len_of(axis) as f64);
    } else {
        identical(&sums, &array::<T::Sum>(&out["sum"]));
    }
    if out["min"].is_null() {
        if x.len_of(axis) == 0 {
            error_kind(argmax_axis(x, axis), |e| {
                matches!((e.op(), e.kind()), ("argmax_axis", ErrorKind::Empty { .. }))
            });
            error_kind(min_axis(x, axis), |e| {
                matches!((e.op(), e.kind()), ("min_axis", ErrorKind::Empty { .. }))
            });
            error_kind(mean_axis(x, axis), |e| {
                matches!((e.op(), e.kind()), ("mean_axis", ErrorKind::Empty { .. }))
            });
        } else {
            assert_eq!(argmax_axis(x, axis).unwrap().len(), 0);
        }
        return;
    }
    identical(&min_axis(x, axis).unwrap(), &array::<T>(&out["min"]));
    identical(&max_axis(x, axis).unwrap(), &array::<T>(&out["max"]));
    identical(&argmin_axis(x, axis).unwrap(), &array::<usize>(&out["argmin"]));
    identical(&argmax_axis(x, axis).unwrap(), &array::<usize>(&out["argmax"]));
    near(&mean_axis(x, axis).unwrap(), &array(&out["mean"]), x, 20.0);
    relative(&var_axis(x, 0, axis).unwrap(), &array(&out["var"]));
    relative(&std_axis(x, 0, axis).unwrap(), &array(&out["std"]));
    if !out["var_1"].is_null() {
        relative(&var_axis(x, 1, axis).unwrap(), &array(&out["var_1"]));
    }
    if exact {
        near(&nanmean_axis(x, axis).unwrap(), &array(&out["nanmean"]), x, 40.0);
        numpys(&nanvar_axis(x, 0, axis).unwrap(), &array(&out["nanvar"]));
        numpys(&nanstd_axis(x, 0, axis).unwrap(), &array(&out["nanstd"]));
    }
}

/// The documented accuracy of `mean` and `sum`: `factor` EPSILON of the largest element.
#[track_caller]
fn near<M: Element + Stored, T: Element, D: Dimension>(
    actual: &ArrayRef<M, D>,
    expected: &ArrayD<M>,
    x: &ArrayViewD<'_, T>,
    factor: f64,
) {
    let finite = x.iter().map(|x| x.as_f64().abs()).filter(|x| x.is_finite());
    let largest = finite.fold(0.0, f64::max);
    compare(actual, expected, |_| factor * epsilon::<M>() * largest);
}

/// The documented accuracy of `var`.
#[track_caller]
fn relative<M: Element + Stored, D: Dimension>(actual: &ArrayRef<M, D>, expected: &ArrayD<M>) {
    compare(actual, expected, |x| 50.0 * epsilon::<M>() * x);
}

/// Close to NumPy's own result, whose f32 deviations lose the digits that its mean lacks.
#[track_caller]
fn numpys<M: Element + Stored, D: Dimension>(actual: &ArrayRef<M, D>, expected: &ArrayD<M>) {
    let relative = if M::NAME == "f32" { 1e-2 } else { 1e-9 };
    compare(actual, expected, |x| relative * x.max(1e-3));
}

fn epsilon<M: Stored>() -> f64 {
    if M::NAME == "f32" { f64::from(f32::EPSILON) } else { f64::EPSILON }
}

#[track_caller]
fn compare<M: Element + Stored, D: Dimension>(
    actual: &ArrayRef<M, D>,
    expected: &ArrayD<M>,
    tolerance: impl Fn(f64) -> f64,
) {
    let equal = |x: &M, y: &M| {
        let (x, y) = (x.as_f64(), y.as_f64());
        x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= tolerance(y.abs())
    };
    if actual.shape() != expected.shape() || !actual.iter().zip(expected).all(|(x, y)| equal(x, y)) {
        fail(format_args!("{actual:?}, expected {expected:?}"));
    }
}

fn moments<T: Stored + Averaged<K>, K>()
where
    T::Mean: Stored,
{
    each_case(REDUCE, T::NAME, |value| {
        let x = array::<T>(&value["in"]["x"]);
        let of_all = &value["out"]["all"];
        if of_all["skewness"].is_null() {
            return;
        }
        let far = value["case"].as_str().unwrap().starts_with("far");
        // SciPy's own mean loses digits where the data are far from 0
        let tolerance = epsilon::<T::Mean>() * if far { 1e7 } else { 200.0 };
        let close = |actual: ArrayD<T::Mean>, expected: &Value| {
            let expected = array::<f64>(expected);
            let wide = actual.mapv(|x| x.as_f64());
            compare(&wide, &expected, |x| tolerance * x.max(1.0));
        };
        each_view(&x, |x| {
            close(arr0(skewness(x).unwrap()).into_dyn(), &of_all["skewness"]);
            close(arr0(kurtosis(x).unwrap()).into_dyn(), &of_all["kurtosis"]);
            close(arr0(central_moment(x, 3).unwrap()).into_dyn(), &of_all["moment3"]);
            for axis in 0..x.ndim() {
                let out = &value["out"][axis.to_string()];
                if !out["skewness"].is_null() {
                    close(skewness_axis(x, Axis(axis)).unwrap(), &out["skewness"]);
                    close(kurtosis_axis(x, Axis(axis)).unwrap(), &out["kurtosis"]);
                    close(central_moment_axis(x, 3, Axis(axis)).unwrap(), &out["moment3"]);
                }
            }
        });
    });
    // constant data have no skewness
    assert!(skewness(&Array1::<T>::default(4)).unwrap().as_f64().is_nan());
    assert_eq!(central_moment(&Array1::<T>::default(4), 0).unwrap().as_f64(), 1.0);
    assert_eq!(central_moment(&Array1::<T>::default(4), u32::MAX).unwrap().as_f64(), 0.0);
}

/// Lanes longer than blocks, and more lanes than are summed together; terms of all magnitudes.
fn layouts<T: Real + Stored>() {
    fn check<T: Real + Stored, D: RemoveAxis>(x: &ArrayRef<T, D>, copy: &ArrayRef<T, D>) {
        identical(&arr0(sum(x).unwrap()), &arr0(sum(copy).unwrap()));
        identical(&arr0(std(x, 0).unwrap()), &arr0(std(copy, 0).unwrap()));
        identical(&arr0(argmax(x).unwrap()), &arr0(argmax(copy).unwrap()));
        for axis in (0..x.ndim()).map(Axis) {
            identical(&sum_axis(x, axis).unwrap(), &sum_axis(copy, axis).unwrap());
            identical(&mean_axis(x, axis).unwrap(), &mean_axis(copy, axis).unwrap());
            identical(&std_axis(x, 0, axis).unwrap(), &std_axis(copy, 0, axis).unwrap());
            identical(&kurtosis_axis(x, axis).unwrap(), &kurtosis_axis(copy, axis).unwrap());
            identical(&argmin_axis(x, axis).unwrap(), &argmin_axis(copy, axis).unwrap());
            identical(&max_axis(x, axis).unwrap(), &max_axis(copy, axis).unwrap());
            identical(&cumsum_axis(x, axis).unwrap(), &cumsum_axis(copy, axis).unwrap());
            let lanes = copy.map_axis(axis, |lane| sum(&lane.to_owned()).unwrap());
            identical(&sum_axis(x, axis).unwrap(), &lanes);
        }
    }
    let mut next = crate::common::random(5);
    for shape in [(1300, 3), (3, 1300), (1100, 150), (17, 65), (2, 2), (1, 1)] {
        let x = Array2::from_shape_simple_fn(shape, || T::of(next() * 10f64.powf(6.0 * next())));
        let fortran = x.t().as_standard_layout().into_owned();
        check(&fortran.t(), &x);
        backend::with_threads(1, || check(&fortran.t(), &x)).unwrap();
        check(&x.slice(ndarray::s![..;2, ..;-1]), &x.slice(ndarray::s![..;2, ..;-1]).to_owned());
        if shape.1 > 1 {
            check(&x.slice(ndarray::s![.., 1..]), &x.slice(ndarray::s![.., 1..]).to_owned());
        }
        let row = x.row(0);
        let broadcast = row.broadcast((700, shape.1)).unwrap();
        check(&broadcast, &broadcast.to_owned());
    }
    let cube = Array::from_shape_simple_fn((5, 70, 600), || T::of(next()));
    for axes in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1], [1, 2, 0]] {
        let view = cube.view().permuted_axes(axes);
        let copy = view.as_standard_layout().into_owned();
        check(&view, &copy);
    }
}

/// No intermediate overflow or underflow.
fn range<T: Real + Stored>() {
    let (large, tiny) = (T::max_value(), T::min_positive_value());
    let of = |x: [T; 4]| Array1::from_iter(x);
    identical(&arr0(mean(&of([large; 4])).unwrap()), &arr0(large));
    identical(&arr0(std(&of([large; 4]), 0).unwrap()), &arr0(T::of(0.0)));
    identical(&arr0(std(&of([large, -large, large, -large]), 0).unwrap()), &arr0(large));
    for scale in [large * T::of(1e-3), T::of(1.0), tiny, tiny * T::epsilon()] {
        let x = of([1.0, 2.0, 3.0, 6.0].map(|x| T::of(x) * scale));
        // deviations -2, -1, 0, 3
        let expected = T::of(3.5f64.sqrt()) * scale;
        let found = std(&x, 0).unwrap();
        // denormal numbers, to their last digit
        close_number(
            found,
            expected,
            50.0 * T::epsilon().f64() * expected.f64() + (tiny * T::epsilon()).f64(),
        );
    }
    let zeros = Array1::<T>::zeros(3);
    identical(&arr0(var(&zeros, 0).unwrap()), &arr0(T::of(0.0)));
    let nan = of([T::nan(), large, large, large]);
    assert!(mean(&nan).unwrap().is_nan() && var(&nan, 0).unwrap().is_nan() && sum(&nan).unwrap().is_nan());
    let infinite = of([T::infinity(), large, large, large]);
    assert!(mean(&infinite).unwrap().is_infinite() && std(&infinite, 0).unwrap().is_nan());
    assert!(nanmean(&of([T::nan(); 4])).unwrap().is_nan() && nanvar(&of([T::nan(); 4]), 0).unwrap().is_nan());
    assert!(nanvar(&of([T::nan(), T::nan(), large, T::nan()]), 1).unwrap().is_nan());
}

/// Sums of a million elements and more, against exact integer sums, on data that are hard for sequential
/// summation.
fn long_lanes<T: Real + Stored>() {
    let n = 1usize << 21;
    let eps = T::epsilon().f64();
    // 2^23 + 0, 1, 2, 3 fit f32 exactly
    let offset = Array1::from_shape_fn(n, |i| T::of(8_388_608.0 + (i % 4) as f64));
    close_number(mean(&offset).unwrap().f64(), 8_388_609.5, 0.5 * eps * 8_388_609.5);
    close_number(var(&offset, 0).unwrap().f64(), 1.25, 50.0 * eps);
    let alternating = Array1::from_shape_fn(n, |i| T::of(if i % 2 == 0 { 1e8 } else { -1e8 }) + T::of(64.0));
    close_number(sum(&alternating).unwrap().f64(), 64.0 * n as f64, eps * 64.0 * n as f64);
    let ramp = Array1::from_shape_fn(n, |i| T::of(i as f64));
    let exact = (n as f64 * n as f64 - 1.0) / 12.0;
    close_number(var(&ramp, 0).unwrap().f64(), exact, 50.0 * eps * exact);
    assert_eq!((argmin(&ramp).unwrap(), argmax(&ramp).unwrap()), (0, n - 1));
    let mut late = ramp;
    late[n - 3] = T::nan();
    late[n - 2] = T::nan();
    assert_eq!((argmin(&late).unwrap(), argmax(&late).unwrap()), (n - 3, n - 3));
    assert!(max(&late).unwrap().is_nan());
}

/// The first of equal ends, and the first NaN, in every block of a long lane, whole or not.
#[test]
fn ends_in_every_block() {
    fn check<T: Element + Stored>(x: &[T], first: usize, smallest: bool) {
        let (x, from_right) = (ArrayView1::from(x), x.iter().rev().copied().collect::<Array1<T>>());
        let from_right = from_right.slice(ndarray::s![..;-1]);
        for x in [x, from_right] {
            let table = x.view().insert_axis(Axis(0));
            let (place, end) = match smallest {
                true => (argmin(&x), min(&x)),
                false => (argmax(&x), max(&x)),
            };
            assert_eq!(place.unwrap(), first, "of {}", x.len());
            identical(&arr0(end.unwrap()), &arr0(x[first]));
            let (places, ends) = match smallest {
                true => (argmin_axis(&table, Axis(1)), min_axis(&table, Axis(1))),
                false => (argmax_axis(&table, Axis(1)), max_axis(&table, Axis(1))),
            };
            assert_eq!(places.unwrap()[0], first);
            identical(&arr0(ends.unwrap()[0]), &arr0(x[first]));
        }
    }
    for n in [1, 15, 16, 17, 127, 128, 129, 200, 256, 257, 1024, 1030, 2049] {
        for first in (0..n).step_by(if n > 300 { 61 } else { 7 }).chain([n - 1]) {
            for again in [first, n - 1 - (n - 1 - first) / 2, n - 1] {
                let mut x: Vec<i64> = (0..n as i64).map(|i| i * 37 % 101 - 50).collect();
                for (end, smallest) in [(200, false), (-200, true)] {
                    (x[first], x[again]) = (end, end);
                    check(&x, first, smallest);
                    check(&x.iter().map(|&x| x as i16).collect::<Vec<_>>(), first, smallest);
                    let mut floats: Vec<f32> = x.iter().map(|&x| x as f32).collect();
                    check(&floats, first, smallest);
                    (floats[first], floats[again]) = (f32::NAN, f32::NAN);
                    check(&floats, first, smallest);
                    // equal zeros, of which the first has its own sign
                    let one = if smallest { 1.0 } else { -1.0 };
                    let mut zeros = vec![one; n];
                    (zeros[again], zeros[first]) = (0.0, -0.0);
                    check::<f64>(&zeros, first, smallest);
                }
            }
        }
    }
}

#[test]
fn integers_wrap_around_and_long_sums_do_not() {
    let x = Array1::from_elem(3_000_000, i32::MAX);
    assert_eq!(sum(&x).unwrap(), 3_000_000 * i64::from(i32::MAX));
    assert_eq!(mean(&x).unwrap(), f64::from(i32::MAX));
    assert_eq!(sum(&Array1::from_elem(3, i64::MAX)).unwrap(), i64::MAX.wrapping_mul(3));
    assert_eq!(sum(&Array1::from_elem(3_000_000, true)).unwrap(), 3_000_000);
    assert_eq!(sum(&Array1::from_elem(3_000_000, 255u8)).unwrap(), 765_000_000);
    assert_eq!(sum(&Array1::from_elem(3_000_000, u32::MAX)).unwrap(), 3_000_000 * i64::from(u32::MAX));
    assert_eq!(sum(&array![-1_i8, i8::MIN]).unwrap(), -129);
    assert_eq!(prod(&array![u32::MAX, u32::MAX, 3]).unwrap(), 18_446_744_047_939_747_843_u64 as i64);
    assert_eq!(mean(&Array1::from_elem(3_000_000, u32::MAX)).unwrap(), f64::from(u32::MAX));
    assert_eq!(mean(&Array1::from_elem(3_000_000, u16::MAX)).unwrap(), f64::from(u16::MAX));
}

#[test]
fn refused() {
    let x = Array2::<f64>::zeros((2, 3));
    let axis = |result: Result<Array1<f64>>| {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. }));
    };
    for wrong in [Axis(2), Axis(usize::MAX)] {
        axis(sum_axis(&x, wrong));
        axis(prod_axis(&x, wrong));
        axis(max_axis(&x, wrong));
        axis(var_axis(&x, 0, wrong));
        axis(nanstd_axis(&x, 0, wrong));
        axis(skewness_axis(&x, wrong));
        error_kind(cumsum_axis(&x, wrong), |e| {
            matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. })
        });
        error_kind(all_axis(&x, wrong), |e| {
            matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. })
        });
    }
    error_kind(var(&x, 6), |e| {
        matches!((e.op(), e.kind()), ("var", ErrorKind::InvalidArgument { name: "ddof", .. }))
    });
    error_kind(var_axis(&x, 2, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("var_axis", ErrorKind::InvalidArgument { .. }))
    });
    let absurd = arr0(1.0);
    let absurd = absurd.broadcast((1 << 40, 1 << 20)).unwrap();
    error_kind(cumsum_axis(&absurd, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("cumsum_axis", ErrorKind::TooLarge { .. }))
    });
    error_kind(sum(&absurd), |e| matches!((e.op(), e.kind()), ("sum", ErrorKind::TooLarge { .. })));
}

/// -0 is the neutral element, so that the first element of running sums stays itself.
#[test]
fn sums_of_negative_zeros_are_those_of_numpy() {
    let zeros = array![[-0.0_f64, -0.0], [-0.0, 0.0]];
    let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    let running = cumsum(&zeros).unwrap();
    assert_eq!(bits(running.as_slice().unwrap()), bits(&[-0.0, -0.0, -0.0, 0.0]));
    for axis in [Axis(0), Axis(1)] {
        let running = cumsum_axis(&zeros, axis).unwrap();
        assert_eq!(bits(running.as_slice().unwrap()), bits(&[-0.0, -0.0, -0.0, 0.0]));
        assert_eq!(bits(sum_axis(&zeros, axis).unwrap().as_slice().unwrap()), bits(&[0.0, 0.0]));
    }
    let wide = Array2::from_elem((3, 40), -0.0_f32);
    assert!(cumsum_axis(&wide, Axis(0)).unwrap().iter().all(|x| x.is_sign_negative()));
    for shape in [(2, 1), (3, 2), (20, 2), (40, 40), (600, 3)] {
        let zeros = Array2::from_elem(shape, -0.0_f64);
        assert_eq!(sum(&zeros).unwrap().to_bits(), 0);
        for axis in [Axis(0), Axis(1)] {
            assert!(sum_axis(&zeros, axis).unwrap().iter().all(|x| x.to_bits() == 0), "{shape:?} {axis:?}");
            assert!(
                sum_axis(&zeros.t(), axis).unwrap().iter().all(|x| x.to_bits() == 0),
                "{shape:?} {axis:?}"
            );
        }
    }
}

/// Broadcast views can have any length: they are refused, or repeated elements are read once.
#[test]
fn views_of_absurd_size() {
    let row = array![3.0, f64::NAN, -0.0, 1.0];
    let few = row.slice(ndarray::s![2..]);
    for n in [1_usize << 29, 1 << 40, 1 << 58] {
        let (x, few) = (row.broadcast((n, 4)).unwrap(), few.broadcast((n, 2)).unwrap());
        let tall = few.t();
        assert!(!all(&x) && any(&x) && !all(&few) && any(&tall));
        assert_eq!((count_nonzero(&x), count_nonzero(&tall)), (3 * n, n));
        assert!(min(&x).unwrap().is_nan());
        assert_eq!(max(&few).unwrap(), 1.0);
        assert_eq!((argmin(&x).unwrap(), argmax(&few).unwrap()), (1, 1));
        // where the repeated axis is the last one, the first element of each row is n further on
        assert_eq!((argmax(&tall).unwrap(), argmin(&tall).unwrap()), (n, 0));
        assert!(min(&tall).unwrap().is_sign_negative());
    }
    let zero = arr0(0_u8);
    let zeros = zero.broadcast((1 << 40, 1 << 20)).unwrap();
    assert_eq!((count_nonzero(&zeros), argmax(&zeros).unwrap()), (0, 0));
    macro_rules! refused {
        ($($op:ident($($argument:expr),*)),* $(,)?) => {
            $(error_kind($op(&zeros $(, $argument)*), |e| {
                matches!(e.kind(), ErrorKind::TooLarge { .. } if e.op() == stringify!($op))
            });)*
        };
    }
    refused!(
        sum(),
        prod(),
        cumsum(),
        cumprod(),
        sort(),
        argsort(),
        partition(1),
        unique(),
        sum_axis(Axis(0)),
        prod_axis(Axis(1)),
        cumsum_axis(Axis(0)),
        cumprod_axis(Axis(1)),
        min_axis(Axis(0)),
        argmax_axis(Axis(1)),
        all_axis(Axis(0)),
        any_axis(Axis(1)),
        count_nonzero_axis(Axis(0)),
        sort_axis(Axis(0)),
        argsort_axis(Axis(1)),
        top_k_axis(3, Axis(0)),
    );
    // an empty array with a huge axis
    let nothing = ndarray::ArrayView2::<f64>::from_shape((1 << 60, 0), &[]).unwrap();
    assert_eq!((sum(&nothing).unwrap(), prod(&nothing).unwrap()), (0.0, 1.0));
    assert_eq!((all(&nothing), any(&nothing), count_nonzero(&nothing)), (true, false, 0));
    assert_eq!(sum_axis(&nothing, Axis(0)).unwrap().len(), 0);
    assert_eq!(cumsum(&nothing).unwrap().len(), 0);
    error_kind(sum_axis(&nothing, Axis(1)), |e| {
        matches!((e.op(), e.kind()), ("sum_axis", ErrorKind::TooLarge { .. }))
    });
}

/// The first NaN of a lane, whatever the layout: not any other.
#[test]
fn extremes_of_several_nan_are_the_first() {
    for (n, k) in [(3, 2), (40, 3), (700, 9), (5000, 40), (3, 3000)] {
        let mut x = Array2::from_shape_fn((n, k), |(i, j)| (i * 7 % 5 + j) as f64);
        for j in (0..k).filter(|j| j % 3 != 1) {
            for (payload, i) in [j % n, n / 2 + j % (n / 2), n - 1].into_iter().enumerate() {
                x[[i, j]] = f64::from_bits(0x7ff8 << 48 | (3 - payload as u64) | (payload as u64) << 63);
            }
        }
        let first = |lane: ArrayView1<'_, f64>, extreme: fn(f64, f64) -> f64| {
            let nan = lane.iter().find(|x| x.is_nan());
            nan.copied().unwrap_or_else(|| lane.iter().copied().reduce(extreme).unwrap()).to_bits()
        };
        let bits = |x: Array1<f64>| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        each_layout(&x, |x| {
            for (x, axis) in [(x.view(), Axis(0)), (x.t(), Axis(1))] {
                let all = |extreme| x.lanes(axis).into_iter().map(|x| first(x, extreme)).collect::<Vec<_>>();
                assert_eq!(bits(max_axis(&x, axis).unwrap()), all(f64::max), "{n} x {k}");
                assert_eq!(bits(min_axis(&x, axis).unwrap()), all(f64::min), "{n} x {k}");
                let nan = x.iter().find(|x| x.is_nan()).unwrap().to_bits();
                assert_eq!([min(&x), max(&x)].map(|x| x.unwrap().to_bits()), [nan; 2]);
            }
        });
    }
}

/// Longer than the blocks that are copied, in every memory order.
#[test]
fn long_arrays_in_another_order() {
    let mut next = crate::common::random(9);
    // near 1, so that products are finite, and with ties
    let mut near_one = || 1.0 + (next() * 1e3).round() * 1e-6;
    let x = Array2::from_shape_simple_fn((301, 907), &mut near_one);
    let long = Array2::from_shape_simple_fn((2, 600_000), &mut near_one);
    let views = [
        x.t(),
        x.slice(ndarray::s![.., ..;-1]),
        x.slice(ndarray::s![..;2, 1..]),
        long.slice(ndarray::s![.., ..;-1]),
    ];
    for view in views {
        let copy = view.as_standard_layout().into_owned();
        assert_eq!(prod(&view).unwrap().to_bits(), prod(&copy).unwrap().to_bits());
        assert_eq!(cumsum(&view).unwrap(), cumsum(&copy).unwrap());
        assert_eq!((min(&view), max(&view)), (min(&copy), max(&copy)));
        assert_eq!((argmin(&view), argmax(&view)), (argmin(&copy), argmax(&copy)));
        assert_eq!(logsumexp(&view).unwrap().to_bits(), logsumexp(&copy).unwrap().to_bits());
        assert_eq!(sum(&view).unwrap().to_bits(), sum(&copy).unwrap().to_bits());
        let mut rectified = copy.clone();
        relu_inplace(&mut rectified);
        let mut wide = Array2::from_elem((copy.nrows(), 2 * copy.ncols()), 7.0);
        let mut gaps = wide.slice_mut(ndarray::s![.., ..;2]);
        gaps.assign(&copy);
        relu_inplace(&mut gaps);
        assert!(gaps == rectified && relu(&view) == rectified);
        assert!(wide.slice(ndarray::s![.., 1..;2]).iter().all(|&x| x == 7.0));
        let places = searchsorted(&array![0.0, 1.0, 1.0002], &view, Side::Left).unwrap();
        assert_eq!(places, searchsorted(&array![0.0, 1.0, 1.0002], &copy, Side::Left).unwrap());
    }
}
