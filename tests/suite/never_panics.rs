//! Random shapes, layouts and values, including NaN and the ends of the range: every function returns a
//! result or an error that names it, and the libraries agree on which.

use crate::common::assert::error_kind;
use crate::common::{Element, each_library, must_end};
use crate::functions::{Arguments, Call, of_entry, of_real, of_scalar, of_sketch};
use linstat::ErrorKind;
use linstat::testing::{Library, run_in};
use linstat::*;
use ndarray::{Array1, Array2, Array3, ArrayRef2, Axis, s};
use num_complex::{Complex32, Complex64};
use proptest::prelude::any;
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

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

/// The name of the kind of an error.
fn kind(error: &Error) -> String {
    format!("{:?}", error.kind()).split([' ', '{']).next().unwrap_or_default().into()
}

/// Calls all functions in all libraries, and returns what is wrong.
fn run<T: Element>(input: &Input, calls: &[Call<T>]) -> std::result::Result<(), String> {
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
    for Call { text, name, run: call, .. } in calls {
        let mut endings = Vec::new();
        for &library in Library::ALL {
            let run = || run_in(library, || call(&arguments));
            let ending = match catch_unwind(AssertUnwindSafe(run)) {
                Ok(Ok(())) => "Ok".into(),
                Ok(Err(error)) if error.op() == *name => kind(&error),
                Ok(Err(error)) => return Err(format!("{text} of {} returns the error \"{error}\"", T::NAME)),
                Err(_) => {
                    return Err(format!(
                        "{text} of {} panics in {library:?}\na = {a:?}\nb = {b:?}\nv = {v:?}",
                        T::NAME
                    ));
                }
            };
            // rounding decides whether a pivot is exactly zero or below, whether a solution beyond the
            // largest number is infinite or becomes NaN where infinities cancel, and, for a matrix of 1e300,
            // whether its exponential vanishes or overflows
            let solves = ["solve", "triangular", "inv", "matrix_power", "generalized", "expm"]
                .iter()
                .any(|end| name.ends_with(end));
            let lost = ending == "NonFinite" && solves && finite;
            // ... and whether a deviation of a model is at most a rounding error of the largest one
            let model = ["precision", "score_samples", "score"].iter().any(|end| name.ends_with(end));
            let flat = ending == "InvalidArgument" && name.starts_with("FittedPca") && model;
            let decided = lost || flat || ["Singular", "NotPositiveDefinite"].contains(&&*ending);
            endings.push(if decided { "Ok".into() } else { ending });
        }
        if endings.iter().any(|e| *e != endings[0]) {
            return Err(format!(
                "{text} of {}: {endings:?} in {:?}\na = {a:?}\nb = {b:?}\nv = {v:?}",
                T::NAME,
                Library::ALL
            ));
        }
    }
    Ok(())
}

/// The functions of stacks of matrices.
fn of_stacks<T: Element>() -> Vec<Call<T>> {
    /// Three matrices of the same numbers, so that rounding does not decide which one is refused first.
    fn stack<T: Element>(a: &ArrayRef2<T>) -> Array3<T> {
        ndarray::stack(Axis(0), &[a.view(), a.slice(s![..;-1, ..]), a.slice(s![.., ..;-1])]).unwrap()
    }

    macro_rules! calls {
        (|$x:ident, $stack:ident| $($call:expr;)*) => {
            vec![$(Call {
                text: stringify!($call),
                name: stringify!($call).split('(').next().unwrap_or_default(),
                may_fail: true,
                run: |$x| {
                    let $stack = &stack($x.a);
                    $call.map(drop)
                },
            },)*]
        };
    }
    calls! { |x, stack|
        matmul(stack, x.b);
        matmul(stack, stack);
        matvec(stack, x.v);
        vecmat(x.v, stack);
        vecdot(stack, x.b);
        inner(stack, x.b);
        tensordot(stack, x.b, Contracted::Count(1));
        kron(stack, x.b);
        cross(stack, x.b);
        einsum("bij,jk->bik", (stack, x.b));
        matrix_power(stack, 5);
        matrix_power(stack, -2);
        det(stack);
        slogdet(stack);
        inv(stack);
        solve(stack, x.b);
        solve(stack, stack);
        solve(x.a, stack);
        solve_triangular(stack, x.b, TriangularShape::lower());
        solve_triangular(stack, stack, TriangularShape::upper().adjoint());
        cholesky(stack);
        cholesky_upper(stack);
        qr(stack, QrShape::Reduced);
        qr(stack, QrShape::Complete);
        qr_r(stack);
        svd(stack, SvdShape::Reduced);
        svdvals(stack);
        pinv(stack, None);
        matrix_rank(stack, None);
        cond(stack, MatrixNorm::Two);
        cond(stack, MatrixNorm::One);
        eig(stack);
        eigvals(stack);
        eigh(stack);
        eigvalsh(stack);
        matrix_norm(stack, MatrixNorm::Nuc);
        matrix_norm(stack, MatrixNorm::Fro);
    }
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
                    let calls: Vec<Call<$t>> = $calls;
                    must_end(move || run(&input, &calls)).map_err(TestCaseError::fail)?;
                }
            )*
        }
    };
}

properties! {
    in_f32: f32, [of_scalar(), of_real(), of_sketch()].concat();
    in_f64: f64, [of_scalar(), of_real(), of_sketch()].concat();
    in_complex32: Complex32, [of_scalar(), of_entry()].concat();
    in_complex64: Complex64, [of_scalar(), of_entry()].concat();
    stacks_in_f32: f32, of_stacks();
    stacks_in_f64: f64, of_stacks();
    stacks_in_complex32: Complex32, of_stacks();
    stacks_in_complex64: Complex64, of_stacks();
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
    // bins for more columns than an array has axes
    let points = one.broadcast((1, 1 << 40)).unwrap();
    for x in [points, points.slice(s![..0, ..]), points.slice(s![.., ..65]), points.slice(s![..0, ..65])] {
        let weights = Array1::<f64>::zeros(x.nrows());
        let is_shape = |e: &Error| matches!(e.kind(), ErrorKind::Shape { .. });
        error_kind(histogramdd(&x, &[Bins::Count(1)]), is_shape);
        error_kind(histogramdd_weighted(&x, &weights, &[Bins::Edges(&[0.0, 1.0])]), is_shape);
    }
    let most = histogramdd(&points.slice(s![.., ..64]), &[Bins::Count(1)]).unwrap();
    assert_eq!((most.counts.ndim(), most.counts.sum()), (64, 1));
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
