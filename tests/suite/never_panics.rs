//! Random shapes, layouts and values, including NaN and the ends of the range: every function returns a
//! result or an error, and the libraries agree on which.

use crate::common::assert::error_kind;
use crate::common::{Element, each_library, must_end};
use linstat::ErrorKind;
use linstat::testing::{Library, run_in};
use linstat::*;
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, s};
use num_complex::{Complex32, Complex64};
use proptest::prelude::any;
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The arguments of the functions.
struct Arguments<'a, T> {
    a: &'a ArrayRef2<T>,
    b: &'a ArrayRef2<T>,
    v: &'a ArrayRef1<T>,
    ord: f64,
    axis: Axis,
    k: usize,
}

/// How a call ended: `Ok`, or the name of the error.
fn ending<R>(result: Result<R>) -> String {
    match result {
        Ok(_) => "Ok".into(),
        Err(e) => format!("{:?}", e.kind()).split([' ', '{']).next().unwrap_or_default().into(),
    }
}

type Calls<T> = Vec<(&'static str, fn(&Arguments<'_, T>) -> String)>;

macro_rules! calls {
    ($x:ident; $($name:literal => $call:expr;)*) => { vec![$(($name, |$x| ending($call))),*] };
}

/// The functions for every element type.
fn of_scalar<T: Element>() -> Calls<T> {
    calls! { x;
        "matmul" => matmul(x.a, x.b);
        "matmul, vector" => matmul(x.a, x.v);
        "matmul, row" => matmul(x.v, x.a);
        "matmul, transposed" => matmul(&x.a.t(), x.a);
        "dot" => dot(x.v, &x.a.diag());
        "outer" => outer(x.v, &x.a.diag());
        "trace" => Ok(trace(x.a));
        "det" => det(x.a);
        "slogdet" => slogdet(x.a);
        "inv" => inv(x.a);
        "solve" => solve(x.a, x.b);
        "solve, one" => solve(x.a, x.v);
        "svd" => svd(x.a, SvdShape::Reduced);
        "svd, full" => svd(x.a, SvdShape::Full);
        "svdvals" => svdvals(x.a);
        "eig" => eig(x.a).map(Eig::into_real);
        "eigvals" => eigvals(x.a);
        "eigh" => eigh(x.a);
        "eigvalsh" => eigvalsh(x.a);
        "norm" => Ok(norm(x.a));
        "vector_norm" => vector_norm(x.v, x.ord);
        "vector_norm_axis" => vector_norm_axis(x.a, x.ord, x.axis);
        "Fro" => matrix_norm(x.a, MatrixNorm::Fro);
        "Nuc" => matrix_norm(x.a, MatrixNorm::Nuc);
        "One" => matrix_norm(x.a, MatrixNorm::One);
        "NegOne" => matrix_norm(x.a, MatrixNorm::NegOne);
        "Two" => matrix_norm(x.a, MatrixNorm::Two);
        "NegTwo" => matrix_norm(x.a, MatrixNorm::NegTwo);
        "Inf" => matrix_norm(x.a, MatrixNorm::Inf);
        "NegInf" => matrix_norm(x.a, MatrixNorm::NegInf);
        "normalize" => normalize(x.a);
    }
}

/// The functions for real numbers.
fn of_real<T: Element + Real>() -> Calls<T> {
    calls! { x;
        "linear_layer" => linear_layer(x.a, x.b, x.v);
        "relu" => Ok(relu(x.a));
        "sigmoid" => Ok(sigmoid(x.a));
        "tanh" => Ok(tanh(x.a));
        "softmax" => Ok(softmax(x.a));
        "softmax_axis" => softmax_axis(x.a, x.axis);
        "leaky_relu" => Ok(leaky_relu(x.a, T::of(x.ord)));
        "silu" => Ok(silu(x.a));
        "softplus" => Ok(softplus(x.a));
        "gelu" => Ok(gelu(x.a));
        "gelu_tanh" => Ok(gelu_tanh(x.a));
        "log_softmax" => Ok(log_softmax(x.a));
        "log_softmax_axis" => log_softmax_axis(x.a, x.axis);
        "logsumexp" => logsumexp(x.a);
        "logsumexp_axis" => logsumexp_axis(x.a, x.axis);
        "median" => median(x.a);
        "median_axis" => median_axis(x.a, x.axis);
        "quantile" => quantile(x.a, x.ord, QuantileMethod::Weibull);
        "quantiles_axis" => quantile_axis(x.a, &[0.1, 0.9], QuantileMethod::Nearest, x.axis);
        "quantiles" => quantile(x.a, &[x.ord, 0.5], QuantileMethod::Hazen);
        "quantile_axis" => quantile_axis(x.a, x.ord, QuantileMethod::MedianUnbiased, x.axis);
        "quantile_element" => quantile_element(x.a, x.ord, QuantileMethod::Lower);
        "quantile_element, interpolated" => quantile_element(x.a, 0.5, QuantileMethod::Linear);
        "quantile_element_axis" => quantile_element_axis(x.a, 0.3, QuantileMethod::Higher, x.axis);
        "percentile" => percentile(x.a, x.ord, QuantileMethod::Midpoint);
        "percentile_axis" => percentile_axis(x.a, 33.0, QuantileMethod::InvertedCdf, x.axis);
        "percentiles_axis" => percentile_axis(x.a, &[x.ord, 5.0], QuantileMethod::Linear, x.axis);
        "percentiles" => percentile(x.a, &[10.0, x.ord], QuantileMethod::Linear);
        "nanmedian_axis" => nanmedian_axis(x.a, x.axis);
        "nanquantile" => nanquantile(x.a, x.ord, QuantileMethod::ClosestObservation);
        "nanmedian" => nanmedian(x.a);
        "nanquantile_axis" => nanquantile_axis(x.a, 0.9, QuantileMethod::Linear, x.axis);
        "nanquantiles" => nanquantile(x.a, &[x.ord, 1.0], QuantileMethod::NormalUnbiased);
        "nanquantiles_axis" => nanquantile_axis(x.a, &[0.0, 0.7], QuantileMethod::AveragedInvertedCdf, x.axis);
        "nanpercentile" => nanpercentile(x.a, x.ord, QuantileMethod::Linear);
        "nanpercentile_axis" => nanpercentile_axis(x.a, 50.0, QuantileMethod::Nearest, x.axis);
        "nanpercentiles" => nanpercentile(x.a, &[x.ord, 100.0], QuantileMethod::Linear);
        "nanpercentiles_axis" => nanpercentile_axis(x.a, &[0.0, 70.0], QuantileMethod::InterpolatedInvertedCdf, x.axis);
        "cov" => cov(x.a, Variables::Columns, x.k);
        "corrcoef" => corrcoef(x.a, Variables::Rows);
        "histogram" => histogram(x.a, Bins::Count(x.k.min(100)));
        "histogram, absurd" => histogram(x.a, Bins::Count(x.k));
        "histogram, auto" => histogram(x.a, Bins::Auto);
        "histogram, edges" => histogram(x.a, Bins::Edges(&[0.0, 1.0, x.ord]));
        "histogram_bin_edges" => histogram_bin_edges(x.a, Bins::Sturges);
        "density" => histogram(x.a, Bins::Count(5)).map(|h| h.density());
        "standardize" => standardize(x.a);
        "sort_axis" => sort_axis(x.a, x.axis);
        "sort" => sort(x.a);
        "argsort" => argsort(x.a);
        "argsort_axis" => argsort_axis(x.a, x.axis);
        "argsort_descending" => argsort_descending(x.a);
        "argsort_descending_axis" => argsort_descending_axis(x.a, x.axis);
        "partition_axis" => partition_axis(x.a, x.k, x.axis);
        "partition" => partition(x.a, x.k);
        "top_k" => top_k(x.a, x.k);
        "top_k_axis" => top_k_axis(x.a, x.k, x.axis);
        "unique_counts" => unique_counts(x.a);
        "unique" => unique(x.a);
        "unique_inverse" => unique_inverse(x.a);
        "searchsorted" => searchsorted(x.v, x.a, Side::Right);
        "mean" => mean(x.a);
        "mean_axis" => mean_axis(x.a, x.axis);
        "std" => std(x.a, x.k);
        "std_axis" => std_axis(x.a, x.k, x.axis);
        "sum" => sum(x.a);
        "sum_axis" => sum_axis(x.a, x.axis);
        "prod" => prod(x.a);
        "prod_axis" => prod_axis(x.a, x.axis);
        "cumsum" => cumsum(x.a);
        "cumsum_axis" => cumsum_axis(x.a, x.axis);
        "cumprod" => cumprod(x.a);
        "cumprod_axis" => cumprod_axis(x.a, x.axis);
        "min" => min(x.a);
        "min_axis" => min_axis(x.a, x.axis);
        "max" => max(x.a);
        "max_axis" => max_axis(x.a, x.axis);
        "argmax" => argmax(x.a);
        "argmax_axis" => argmax_axis(x.a, x.axis);
        "argmin" => argmin(x.a);
        "argmin_axis" => argmin_axis(x.a, x.axis);
        "all_axis" => all_axis(x.a, x.axis);
        "any" => Ok(linstat::any(x.a));
        "any_axis" => any_axis(x.a, x.axis);
        "count_nonzero" => Ok(count_nonzero(x.a));
        "count_nonzero_axis" => count_nonzero_axis(x.a, x.axis);
        "var" => var(x.a, x.k);
        "var_axis" => var_axis(x.a, x.k, x.axis);
        "nanmean" => nanmean(x.a);
        "nanmean_axis" => nanmean_axis(x.a, x.axis);
        "nanvar" => nanvar(x.a, x.k);
        "nanvar_axis" => nanvar_axis(x.a, x.k, x.axis);
        "nanstd" => nanstd(x.a, x.k);
        "nanstd_axis" => nanstd_axis(x.a, x.k, x.axis);
        "average" => average(x.a, x.b);
        "average_axis" => average_axis(x.a, x.v, x.axis);
        "central_moment" => central_moment(x.a, x.k as u32);
        "central_moment_axis" => central_moment_axis(x.a, x.k as u32, x.axis);
        "skewness" => skewness(x.a);
        "skewness_axis" => skewness_axis(x.a, x.axis);
        "kurtosis" => kurtosis(x.a);
        "kurtosis_axis" => kurtosis_axis(x.a, x.axis);
        "pca" => pca(x.a, x.k);
        "Pca::fit" => Pca::new(x.k).fit(x.a).and_then(|f| f.transform(x.b).and_then(|_| f.inverse_transform(x.b)));
        "Pca::fit_transform" => Pca::new(x.k).whiten().fit_transform(x.a).and_then(|(f, z)| f.inverse_transform(&z));
    }
}

/// Ordinary numbers, and those at the ends of the range of f64 and f32.
fn number() -> impl Strategy<Value = f64> {
    let odd = vec![
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e300,
        -1e300,
        1e38,
        5e-324,
        1e-310,
        1e-45,
        f64::MAX,
        f64::MIN_POSITIVE,
    ];
    prop_oneof![6 => -4.0..4.0, 4 => prop::sample::select(vec![0.0, -0.0, 1.0, -1.0, 2.0]), 1 => prop::sample::select(odd)]
}

/// Mostly finite matrices; otherwise only the check for NaN would be tested.
fn numbers() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(number(), 150),
        prop::collection::vec(-4.0..4.0, 150),
        prop::collection::vec(
            prop::sample::select(vec![0.0, 1.0, -1.0, 1e300, 1e-300, 1e38, 1e-38, 5e-324]),
            150
        ),
        number().prop_map(|x| vec![x; 150]),
    ]
}

#[derive(Debug, Clone)]
struct Input {
    shapes: [usize; 5],
    numbers: Vec<f64>,
    steps: [isize; 4],
    ord: f64,
    axis: usize,
    k: usize,
}

prop_compose! {
    fn input()(
        // half of them are square and fit each other
        n in 0usize..7, fit in any::<bool>(), others in prop::array::uniform5(0usize..7), numbers in numbers(),
        steps in prop::array::uniform4(prop::sample::select(vec![1isize, 1, 3, -1, -2])),
        ord in prop_oneof![-3.0..4.0, prop::sample::select(vec![0.0, 1.0, 2.0, 3.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-3, 1e3, -1e300])],
        axis in 0usize..4, k in prop_oneof![0usize..8, Just(usize::MAX)],
    ) -> Input {
        Input { shapes: if fit { [n, n, n, others[3], n] } else { others }, numbers, steps, ord, axis, k }
    }
}

/// Calls all functions in all libraries, and returns what is wrong.
fn run<T: Element>(input: &Input, calls: &Calls<T>) -> std::result::Result<(), String> {
    let mut numbers = input.numbers.iter().cycle().map(|&x| T::new(x, -x));
    let [am, an, bm, bn, v] = input.shapes;
    let mut next = |m: usize, n: usize| {
        Array2::from_shape_simple_fn((m * 3, n * 3), || numbers.next().unwrap_or_default())
    };
    let (a, b, v) = (next(am, an), next(bm, bn), next(v, 1));
    let [p, q, r, t] = input.steps;
    let (a, b) = (a.slice(s![..;p, ..;q]), b.slice(s![..;r, ..;t]));
    let (a, b) = (a.slice(s![..am, ..an]), b.slice(s![..bm, ..bn]));
    let v: Array1<T> = v.slice(s![..;3, 0]).to_owned();
    let arguments = Arguments { a: &a, b: &b, v: &v, ord: input.ord, axis: Axis(input.axis), k: input.k };
    let finite = a.iter().all(|x| x.re().f64().is_finite() && x.im().f64().is_finite());
    for (name, call) in calls {
        let mut endings = Vec::new();
        for &library in Library::ALL {
            let run = || run_in(library, || call(&arguments));
            match catch_unwind(AssertUnwindSafe(run)) {
                // rounding decides whether a pivot is exactly zero, and whether a solution beyond the largest
                // number is infinite or becomes NaN where infinities cancel
                Ok(ending) => {
                    let solved = name.starts_with("solve") || *name == "inv";
                    let lost = ending == "NonFinite" && solved && finite;
                    endings.push(if ending == "Singular" || lost { "Ok".into() } else { ending });
                }
                Err(_) => {
                    return Err(format!(
                        "{name} of {} panics in {library:?}\na = {a:?}\nb = {b:?}\nv = {v:?}",
                        T::NAME
                    ));
                }
            }
        }
        if endings.iter().any(|e| *e != endings[0]) {
            return Err(format!(
                "{name} of {}: {endings:?} in {:?}\na = {a:?}\nb = {b:?}\nv = {v:?}",
                T::NAME,
                Library::ALL
            ));
        }
    }
    Ok(())
}

macro_rules! properties {
    ($($name:ident: $t:ty, $calls:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig {
                cases: 400,
                failure_persistence: None,
                max_shrink_time: 10_000,
                ..ProptestConfig::default()
            })]
            $(
                #[test]
                fn $name(input in input()) {
                    let calls: Calls<$t> = $calls;
                    must_end(move || run(&input, &calls)).map_err(TestCaseError::fail)?;
                }
            )*
        }
    };
}

properties! {
    in_f32: f32, [of_scalar(), of_real()].concat();
    in_f64: f64, [of_scalar(), of_real()].concat();
    in_complex32: Complex32, of_scalar();
    in_complex64: Complex64, of_scalar();
}

/// Views that repeat one number so often that no memory could hold them: the right answer or an error,
/// without delay.
#[test]
fn absurd_sizes() {
    must_end(|| each_library(products_of_absurd_size));
    must_end(random_numbers_of_absurd_size);
    must_end(statistics_of_absurd_size);
    must_end(empty_results);
}

/// No elements beside an axis of any length: a result of no elements is empty, one of too many is refused.
fn empty_results() {
    fn check<T: Element + Real>() {
        for shape in [vec![0, 1 << 40], vec![1 << 40, 0], vec![1 << 20, 0, 1 << 20], vec![0, 1 << 40, 3]] {
            let x = ndarray::ArrayViewD::<T>::from_shape(shape.clone(), &[]).unwrap();
            let empty = |name: &str, result: Vec<usize>| assert_eq!(result, shape, "{name}");
            for axis in (0..x.ndim()).map(Axis) {
                for x in [x.view(), x.clone().reversed_axes().reversed_axes()] {
                    let x = &x;
                    empty("sort_axis", sort_axis(x, axis).unwrap().shape().to_vec());
                    empty("argsort_axis", argsort_axis(x, axis).unwrap().shape().to_vec());
                    empty("argsort_descending", argsort_descending_axis(x, axis).unwrap().shape().to_vec());
                    empty("partition_axis", partition_axis(x, 3, axis).unwrap().shape().to_vec());
                    empty("cumsum_axis", cumsum_axis(x, axis).unwrap().shape().to_vec());
                    empty("cumprod_axis", cumprod_axis(x, axis).unwrap().shape().to_vec());
                    empty("softmax_axis", softmax_axis(x, axis).unwrap().shape().to_vec());
                    empty("log_softmax_axis", log_softmax_axis(x, axis).unwrap().shape().to_vec());
                    empty("relu", relu(x).shape().to_vec());
                    let inverse = unique_inverse(x).unwrap();
                    empty("unique_inverse", inverse.inverse_indices.shape().to_vec());
                    let mut out = shape.clone();
                    out[axis.0] = 0;
                    let top = top_k_axis(x, 0, axis).unwrap();
                    assert_eq!((top.values.shape(), top.indices.shape()), (&*out, &*out));
                    out.remove(axis.0);
                    let many: usize = out.iter().product();
                    if many == 0 {
                        assert_eq!(sum_axis(x, axis).unwrap().shape(), out);
                        assert_eq!(logsumexp_axis(x, axis).unwrap().shape(), out);
                    } else if many >= 1 << 40 {
                        too_large("sum_axis", sum_axis(x, axis));
                        too_large("all_axis", all_axis(x, axis));
                        too_large("logsumexp_axis", logsumexp_axis(x, axis));
                    }
                }
            }
        }
        let wide = ndarray::ArrayView2::<T>::from_shape((0, 1 << 40), &[]).unwrap();
        error_kind(standardize(&wide), |e| matches!(e.kind(), ErrorKind::Empty { .. }));
        for wide in [wide, wide.reversed_axes()] {
            let values = Array1::<T>::zeros(3);
            assert_eq!(searchsorted(&values, &wide, Side::Left).unwrap().dim(), wide.dim());
        }
        let tall = wide.reversed_axes();
        assert_eq!(standardize(&tall).unwrap().dim(), (1 << 40, 0));
        let scaler = StandardScaler::fit(&tall).unwrap();
        assert_eq!(scaler.inverse_transform(&tall).unwrap().dim(), (1 << 40, 0));
        assert_eq!(cov(&tall, Variables::Columns, 0).unwrap().dim(), (0, 0));
    }
    check::<f64>();
    check::<f32>();
}

fn too_large<R: std::fmt::Debug>(op: &str, result: Result<R>) {
    error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. } if e.op() == op));
}

fn products_of_absurd_size() {
    fn check<T: Number>(one: T, expected: impl Fn(usize) -> T) {
        let one = Array2::from_elem((1, 1), one);
        let view = |m: usize, n: usize| one.broadcast((m, n)).unwrap();
        for n in [1 << 29, 1 << 31, 1 << 40, 1 << 60] {
            let long = view(1, n);
            let long = long.row(0);
            assert_eq!(dot(&long, &long), Ok(expected(n)), "dot of {n}");
            assert_eq!(matmul(&long, &long), Ok(expected(n)), "matmul of {n}");
            let nothing = Array1::from_elem(0, one[[0, 0]]);
            assert_eq!(outer(&nothing, &long).unwrap().dim(), (0, n));
            assert_eq!(outer(&long, &nothing).unwrap().dim(), (n, 0));
        }
        for n in [1 << 29, 1 << 31] {
            assert_eq!(trace(&view(n, n)), expected(n), "trace of {n}");
        }
        for n in [1usize << 31, 1 << 40, 1 << 57] {
            too_large("matmul", matmul(&view(9, n), &view(n, 9)));
            too_large("matmul", matmul(&view(1, n), &view(n, 1)));
            too_large("matmul", matmul(&view(9, n), &view(1, n).row(0)));
            too_large("matmul", matmul(&view(1, n).row(0), &view(n, 9)));
            too_large("linear_layer", linear_layer(&view(9, n), &view(n, 9), &view(1, 9).row(0)));
        }
        // of a size that BLAS can count
        too_large("matmul", matmul(&view(1 << 20, 1 << 20), &view(1 << 20, 1)));
        too_large("matmul", matmul(&view(1, 1 << 20), &view(1 << 20, 1 << 20)));
        too_large("outer", outer(&view(1, 1 << 40).row(0), &view(1, 1 << 40).row(0)));
        let none = Array2::from_elem((0, 1 << 40), one[[0, 0]]);
        assert_eq!(matmul(&none, &view(1 << 40, 3)).unwrap().dim(), (0, 3));
        assert_eq!(matmul(&none.t(), &none.slice(s![.., ..0])).unwrap().dim(), (1 << 40, 0));
    }

    check(1.0_f64, |n| n as f64);
    check(1.0_f32, |n| n as f32);
    check(Complex64::new(1.0, 0.0), |n| Complex64::new(n as f64, 0.0));
    check(1_i32, |n| n as i32);
    check(1_i64, |n| n as i64);
    check(1_u8, |n| n as u8);
}

/// More bytes than any machine can address.
fn statistics_of_absurd_size() {
    let one = Array2::<f64>::ones((1, 1));
    for (m, n) in [(1 << 50, 1), (1, 1 << 50), (1 << 30, 1 << 30), (1 << 60, 1)] {
        let x = one.broadcast((m, n)).unwrap();
        too_large("mean", mean(&x));
        too_large("nanmean", nanmean(&x));
        too_large("var", var(&x, 0));
        too_large("nanstd", nanstd(&x, 1));
        too_large("std", std(&x, 0));
        too_large("skewness", skewness(&x));
        too_large("kurtosis", kurtosis(&x));
        too_large("central_moment", central_moment(&x, 3));
        too_large("sum", sum(&x));
        too_large("average", average(&x, &x));
        too_large("quantile", quantile(&x, 0.5, QuantileMethod::Linear));
        too_large("median", median(&x));
        too_large("cov", cov(&x, Variables::Columns, 0));
        too_large("corrcoef", corrcoef(&x, Variables::Rows));
        too_large("standardize", standardize(&x));
        for axis in [Axis(0), Axis(1)] {
            too_large("mean_axis", mean_axis(&x, axis));
            too_large("var_axis", var_axis(&x, 0, axis));
            too_large("kurtosis_axis", kurtosis_axis(&x, axis));
            too_large("central_moment_axis", central_moment_axis(&x, 7, axis));
            too_large("sum_axis", sum_axis(&x, axis));
            too_large("median_axis", median_axis(&x, axis));
            too_large("histogram", histogram(&x, Bins::Count(3)));
            too_large("histogram", histogram(&x, Bins::Edges(&[0.0, 1.0])));
            too_large("histogram_bin_edges", histogram_bin_edges(&x, Bins::Auto));
        }
    }
    let none = Array2::<f64>::zeros((1, 0));
    let none = none.broadcast((1 << 60, 0)).unwrap();
    assert_eq!(mean_axis(&none, Axis(0)).unwrap().dim(), 0);
    assert_eq!(var_axis(&none, 0, Axis(0)).unwrap().dim(), 0);
    assert_eq!(standardize(&none).unwrap().dim(), (1 << 60, 0));
    let scaler = StandardScaler::fit(&none).unwrap();
    assert_eq!(scaler.transform(&none).unwrap().dim(), (1 << 60, 0));
    assert_eq!(scaler.inverse_transform(&none).unwrap().dim(), (1 << 60, 0));

    let row = Array2::from_shape_fn((1, 2000), |(_, j)| (j % 7) as f64);
    let fitted =
        Pca::new(1).fit(&Array2::from_shape_fn((4, 2000), |(i, j)| ((i + 1) * (j % 7)) as f64)).unwrap();
    too_large("FittedPca::transform", fitted.transform(&row.broadcast((1 << 50, 2000)).unwrap()));
    let scores = fitted.transform(&row.broadcast((1 << 10, 2000)).unwrap()).unwrap();
    assert!(scores.iter().all(|x| (x - scores[[0, 0]]).abs() <= 1e-12 * x.abs()));
}

fn random_numbers_of_absurd_size() {
    use linstat::random::{Choice, Factor, RandomState, SeedSequence, default_rng};
    let (rng, legacy) = (&mut default_rng(1), &mut RandomState::new(1));
    let many = 1usize << 60;
    let (zero, whole) = (Array1::<f64>::zeros(1), Array1::<u64>::zeros(1));
    let (zeros, wholes) = (zero.broadcast(many).unwrap(), whole.broadcast(many).unwrap());
    let empty = ndarray::Array3::<f64>::zeros((3, 0, 1));
    let empty = empty.broadcast((3, 0, 1 << 61)).unwrap();

    let mut seed = SeedSequence::new(1);
    too_large("SeedSequence::generate_state", seed.generate_state(many));
    too_large("SeedSequence::generate_state_u64", seed.generate_state_u64(many));
    too_large("SeedSequence::spawn", seed.spawn(many));
    too_large("Generator::spawn", default_rng(1).spawn(many));
    assert_eq!(seed, SeedSequence::new(1), "nothing is spawned");

    let choice = Choice::new().weights(&zeros);
    too_large("Generator::choice", rng.choice(many, &choice, 1));
    too_large("RandomState::choice", legacy.choice(many, &choice, 1));
    assert_eq!(rng.choice_axis(&empty, Axis(0), &Choice::new(), 2).unwrap().dim(), (2, 0, 1 << 61));
    too_large("Generator::choice_axis", rng.choice_axis(&empty, Axis(0), &Choice::new(), 5));
    assert_eq!(rng.permutation_of(&empty, Axis(0)).unwrap().dim(), (3, 0, 1 << 61));
    too_large("Generator::permutation_of", rng.permutation_of(&empty, Axis(2)));
    assert_eq!(rng.permuted_axis(&empty, Axis(1)).unwrap().dim(), (3, 0, 1 << 61));
    too_large("Generator::permutation", rng.permutation(many));
    too_large("Generator::bytes", rng.bytes(many));
    let mut nothing = Array2::<f64>::zeros((many, 0));
    rng.shuffle(&mut nothing, Axis(0)).unwrap();
    legacy.shuffle(&mut nothing).unwrap();

    let (mean, cov) = (zero.broadcast(1 << 30).unwrap(), Array2::<f64>::zeros((1, 1)));
    let cov = cov.broadcast((1 << 30, 1 << 30)).unwrap();
    for factor in [Factor::Svd, Factor::Eigh, Factor::Cholesky] {
        too_large("Generator::multivariate_normal", rng.multivariate_normal(&mean, &cov, factor, 0));
    }
    too_large("RandomState::multivariate_normal", legacy.multivariate_normal(&mean, &cov, 0));
    for shape in [0, 1, many] {
        too_large("Generator::multinomial", rng.multinomial(3, &zeros, shape));
        too_large("RandomState::multinomial", legacy.multinomial(3, &zeros, shape));
        too_large("Generator::dirichlet", rng.dirichlet(&zeros, shape));
        too_large("RandomState::dirichlet", legacy.dirichlet(&zeros, shape));
        too_large(
            "Generator::multivariate_hypergeometric",
            rng.multivariate_hypergeometric(&wholes, 0, shape),
        );
    }
    for shape in [(0, 1 << 40), (1 << 40, 0), (many, 0)] {
        assert_eq!(rng.random(shape).unwrap().dim(), shape);
        assert_eq!(rng.integers(0..9, shape).unwrap().dim(), shape);
        assert_eq!(rng.choice(3, &Choice::new(), shape).unwrap().dim(), shape);
        assert_eq!(legacy.randint(0..9, shape).unwrap().dim(), shape);
        assert_eq!(legacy.choice(3, &Choice::new(), shape).unwrap().dim(), shape);
        assert_eq!(legacy.tomaxint(shape).unwrap().dim(), shape);
    }
    // more elements than can be counted, beside none
    too_large("Generator::random", rng.random((0, usize::MAX, 3)));
    too_large("Generator::normal", rng.normal(0.0, 1.0, many));
    too_large("Generator::integers", rng.integers(0..9, (many, 4)));
    too_large("RandomState::randint", legacy.randint(0..9, (many, 4)));
}
