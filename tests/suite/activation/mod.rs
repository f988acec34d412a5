//! Activation functions: against values of SciPy and NumPy, and in every layout.

use crate::common::Element;
use crate::common::assert::*;
use crate::common::golden::{ACTIVATION, ELEMENTWISE, Golden, by_dimension, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use linstat::*;
use ndarray::{
    Array, Array1, Array2, Array3, ArrayRef, ArrayRef2, Axis, Ix1, Ix2, RemoveAxis, ShapeBuilder, arr0, array,
};

for_real! {
    sixty_digits => sixty_digits;
    large => large;
    layouts => layouts;
    golden_activations => golden;
    every_nan => every_nan;
    special => special;
}

/// The elementwise functions, with their in-place twins.
type Twins<T, D> = (&'static str, fn(&ArrayRef<T, D>) -> Array<T, D>, fn(&mut ArrayRef<T, D>));

fn elementwise<T: Real, D: ndarray::Dimension>() -> Vec<Twins<T, D>> {
    vec![
        ("relu", relu, relu_inplace),
        ("leaky_relu", |x| leaky_relu(x, T::of(0.01)), |x| leaky_relu_inplace(x, T::of(0.01))),
        ("sigmoid", sigmoid, sigmoid_inplace),
        ("tanh", tanh, tanh_inplace),
        ("gelu", gelu, gelu_inplace),
        ("gelu_tanh", gelu_tanh, gelu_tanh_inplace),
        ("silu", silu, silu_inplace),
        ("softplus", softplus, softplus_inplace),
        ("softmax", softmax, softmax_inplace),
        ("log_softmax", log_softmax, log_softmax_inplace),
    ]
}

/// Fails if a result is more than this many ulp from the rounded value, the bound in the documentation of
/// each function; NaN fails.
#[track_caller]
fn within_ulp<T: Element + Real, D: ndarray::Dimension>(
    actual: &ArrayRef<T, D>,
    expected: &ArrayRef<T, D>,
    ulp: f64,
) {
    let least = <T as num_traits::Float>::min_positive_value().f64();
    assert_eq!(actual.shape(), expected.shape());
    for (&x, &y) in actual.iter().zip(expected) {
        let unit = 2f64.powi(y.f64().abs().max(least).log2().floor() as i32) * T::eps();
        let error = (x.f64() - y.f64()).abs() / unit;
        let close = x == y || error <= ulp;
        if !close {
            fail(format_args!("{x}, expected {y}, {error} ulp"));
        }
    }
}

fn sixty_digits<T: Element + Real>() {
    each_golden::<T>(ACTIVATION, |golden| {
        let x = golden.input::<T, Ix1>("x");
        if golden.has("softmax") {
            within_ulp(&softmax(&x), &golden.output("softmax"), 2.0);
            within_ulp(&log_softmax(&x), &golden.output("log_softmax"), 2.0);
            let expected = golden.output::<T, Ix1>("logsumexp");
            close(
                &array![logsumexp(&x).unwrap()],
                &expected,
                2.0 * T::eps() * expected[0].f64().abs().max(1.0),
            );
            return;
        }
        let all = elementwise::<T, Ix1>();
        let (_, f, _) = all.iter().find(|(name, ..)| golden.is("function", name)).unwrap();
        within_ulp(&f(&x), &golden.output("y"), 2.0);
    });
}

/// Every layout gives the same bits as the contiguous copy, and so does every twin.
fn check<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let copy = Array::from_shape_vec(x.raw_dim(), x.iter().copied().collect()).unwrap();
    for (name, f, inplace) in elementwise::<T, D>() {
        case(name, || {
            let expected = f(&copy);
            same(&f(x), &expected);
            let mut y = x.to_owned();
            inplace(&mut y);
            same(&y, &expected);
            // a view with gaps
            let mut wide = Array::from_elem((2 * x.len(),), T::of(7.0));
            let mut gaps = wide.slice_mut(ndarray::s![..;2]);
            gaps.assign(&Array1::from_iter(x.iter().copied()));
            let mut line = Array1::from_iter(x.iter().copied());
            let twin = elementwise::<T, Ix1>().into_iter().find(|twin| twin.0 == name).unwrap().2;
            twin(&mut gaps);
            twin(&mut line);
            same(&gaps, &line);
            assert!(wide.iter().skip(1).step_by(2).all(|&x| x == T::of(7.0)));
        });
    }
    let sum = logsumexp(&copy).unwrap();
    same(&arr0(logsumexp(x).unwrap()), &arr0(sum));
    for axis in (0..x.ndim()).map(Axis) {
        case(format!("{axis:?}"), || check_axis(x, &copy, axis));
    }
    let last = Axis(x.ndim() - 1);
    same(&softmax(x), &softmax_axis(x, last).unwrap());
    same(&log_softmax(x), &log_softmax_axis(x, last).unwrap());
}

/// A lane gives the same bits in every position; probabilities sum to 1.
fn check_axis<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>, copy: &Array<T, D>, axis: Axis) {
    let (p, logs) = (softmax_axis(x, axis).unwrap(), log_softmax_axis(x, axis).unwrap());
    let sums = logsumexp_axis(x, axis).unwrap();
    let (mut p_twin, mut log_twin) = (x.to_owned(), x.to_owned());
    softmax_axis_inplace(&mut p_twin, axis).unwrap();
    log_softmax_axis_inplace(&mut log_twin, axis).unwrap();
    same(&p_twin, &p);
    same(&log_twin, &logs);
    for (((lane, p), logs), &sum) in
        copy.lanes(axis).into_iter().zip(p.lanes(axis)).zip(logs.lanes(axis)).zip(&sums)
    {
        let lane = lane.to_owned();
        same(&softmax(&lane), &p);
        same(&log_softmax(&lane), &logs);
        same(&arr0(logsumexp(&lane).unwrap()), &arr0(sum));
        let length = lane.len() as f64;
        assert!((p.iter().map(|p| p.f64()).sum::<f64>() - 1.0).abs() <= T::eps() * (length + 4.0));
    }
}

/// Larger than the sizes at which threads share the work and at which sums are split into blocks.
fn large<T: Element + Real>() {
    let mut random = random(5);
    let line = Array1::from_shape_simple_fn(70_000, || T::of(20.0 * random()));
    for shape in [(1, 70_000), (70_000, 1), (5_000, 14), (200, 350), (35_000, 2)] {
        let x = line.to_shape(shape).unwrap();
        for (name, f, _) in elementwise::<T, Ix1>().into_iter().take(8) {
            let expected = f(&line);
            let f = elementwise::<T, Ix2>().into_iter().find(|twin| twin.0 == name).unwrap().1;
            case(name, || same(&f(&x), &expected.to_shape(shape).unwrap()));
        }
        let mut fortran = Array2::zeros(shape.f());
        fortran.assign(&x);
        for axis in [Axis(0), Axis(1)] {
            case(format!("{shape:?} {axis:?}"), || {
                let p = softmax_axis(&x, axis).unwrap();
                same(&softmax_axis(&fortran, axis).unwrap(), &p);
                let other = Axis(1 - axis.0);
                let i = x.len_of(other) - 1;
                same(&p.index_axis(other, i), &softmax(&x.index_axis(other, i)));
                same(&logsumexp_axis(&fortran, axis).unwrap(), &logsumexp_axis(&x, axis).unwrap());
                same(&log_softmax_axis(&fortran, axis).unwrap(), &log_softmax_axis(&x, axis).unwrap());
            });
        }
    }
}

fn layouts<T: Element + Real>() {
    let scaled = |x: T| x * T::of(20.0);
    for shape in [(1, 1), (1, 4), (4, 1), (3, 5), (17, 18)] {
        each_layout(&matrix::<T>(shape.0, shape.1, 1).mapv(scaled), |x| check::<T, Ix2>(x));
    }
    each_layout(&Array2::ones((3, 4)), |x: &ArrayRef2<T>| check::<T, Ix2>(x));
    each_stride(&vector::<T>(33, 1).mapv(scaled), |x| check::<T, Ix1>(x));
    let cube = Array3::from_shape_fn((3, 4, 5), |(i, j, k)| T::of((i * j + k) as f64 - 4.0));
    check(&cube.view().permuted_axes([2, 0, 1]));
    check(&cube.slice(ndarray::s![..;-1, 1..;2, ..;-2]));
}

fn golden_of<T: Element + Real, D: RemoveAxis>(golden: &Golden) {
    let x = golden.input::<T, D>("x");
    // sums of up to 40 exponentials, each exact to a few EPSILON of an argument up to 50
    let relative = T::eps() * 128.0;
    // SciPy's f32 functions are as inexact as linstat's
    close_relative(&sigmoid(&x), &golden.output("sigmoid"), 8.0 * T::eps());
    close_relative(&tanh(&x), &golden.output("tanh"), 4.0 * T::eps());
    same(&relu(&x), &golden.output("relu"));
    let tiny = <T as num_traits::Float>::min_positive_value().f64();
    let normal = |x: ndarray::Array<T, D>| x.mapv(|x| if x.f64() < tiny { T::zero() } else { x });
    close_relative(&normal(softmax(&x)), &normal(golden.output("softmax")), relative);
    for axis in 0..x.ndim() {
        let expected = golden.output::<T, D>(&format!("softmax_axis/{axis}"));
        close_relative(&normal(softmax_axis(&x, Axis(axis)).unwrap()), &normal(expected), relative);
    }
}

fn golden<T: Element + Real>() {
    each_golden::<T>(ELEMENTWISE, |golden| by_dimension!(golden, "x", golden_of::<T>));
}

/// The sign and the payload of a NaN are of no account: processors make NaN with either sign.
fn every_nan<T: Element + Real>() {
    for bits in [f64::NAN.to_bits(), (-f64::NAN).to_bits(), u64::MAX, u64::MAX >> 1, 0xfff0_0000_2000_0000] {
        let nan = T::of(f64::from_bits(bits));
        assert!(nan.is_nan());
        for n in [1, 2, 7, 40] {
            let x = Array1::from_elem(n, nan);
            let results = [
                relu(&x),
                sigmoid(&x),
                tanh(&x),
                silu(&x),
                softplus(&x),
                gelu(&x),
                gelu_tanh(&x),
                leaky_relu(&x, T::of(0.5)),
                softmax(&x),
                log_softmax(&x),
            ];
            for y in results.iter().flatten() {
                assert!(y.is_nan(), "{bits:#x}");
            }
            assert!(logsumexp(&x).unwrap().is_nan());
            // along the other axis, and one among numbers
            let mut table = Array2::<T>::zeros((3, n));
            table.row_mut(1).fill(nan);
            for axis in [Axis(0), Axis(1)] {
                let lanes = logsumexp_axis(&table, axis).unwrap();
                assert_eq!(lanes.iter().filter(|y| y.is_nan()).count(), if axis == Axis(0) { n } else { 1 });
                for y in [softmax_axis(&table, axis).unwrap(), log_softmax_axis(&table, axis).unwrap()] {
                    assert!(y.row(1).iter().all(|y| y.is_nan()));
                }
            }
        }
    }
}

fn special<T: Element + Real>() {
    let of = |x: [f64; 6]| Array1::from_iter(x.map(T::of));
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let x = of([nan, inf, -inf, 0.0, -0.0, -1000.0]);
    same(&relu(&x), &of([nan, inf, 0.0, 0.0, 0.0, 0.0]));
    same(&sigmoid(&x), &of([nan, 1.0, 0.0, 0.5, 0.5, 0.0]));
    same(&tanh(&x), &of([nan, 1.0, -1.0, 0.0, -0.0, -1.0]));
    assert!(softmax(&x).iter().all(|x| x.is_nan()));
    assert!(softmax(&of([inf, 0.0, 0.0, 0.0, 0.0, 0.0])).iter().all(|x| x.is_nan()));
    assert!(softmax(&of([-inf; 6])).iter().all(|x| x.is_nan()));
    same(&softmax(&of([-inf, 0.0, 0.0, 0.0, 0.0, -inf])), &of([0.0, 0.25, 0.25, 0.25, 0.25, 0.0]));
    same(&softmax(&of([1e30; 6])), &softmax(&of([0.0; 6])));
    // the left tail keeps its digits: sigmoid(-80) is exp(-80) to EPSILON
    let tail = sigmoid(&Array1::from_elem(1, T::of(-80.0)));
    close_relative(&tail, &Array1::from_elem(1, T::of((-80.0f64).exp())), 4.0 * T::eps());
    same(&leaky_relu(&x, T::of(0.5)), &of([nan, inf, -inf, 0.0, -0.0, -500.0]));
    for f in [gelu::<T, Ix1>, gelu_tanh, silu] {
        same(&f(&x), &of([nan, inf, -0.0, 0.0, -0.0, -0.0]));
    }
    let ln2 = std::f64::consts::LN_2;
    same(&softplus(&x), &of([nan, inf, 0.0, ln2, ln2, 0.0]));
    let (one, two) = (|x| array![T::of(x)], |x, y| array![T::of(x), T::of(y)]);
    same(&log_softmax(&two(inf, 0.0)), &two(nan, -inf));
    same(&log_softmax(&two(-inf, -inf)), &two(nan, nan));
    same(&log_softmax(&two(-inf, 0.0)), &two(-inf, 0.0));
    // small terms are not lost beside the largest one
    for x in [20.0, 40.0f64, 60.0, 80.0] {
        let rest = (-x).exp().ln_1p();
        within_ulp(&log_softmax(&two(0.0, -x)), &two(-rest, -x - rest), 2.0);
        within_ulp(&array![logsumexp(&two(0.0, -x)).unwrap()], &one(rest), 2.0);
    }
    for (pair, sum) in
        [((inf, 0.0), inf), ((-inf, -inf), -inf), ((inf, nan), nan), ((-inf, 3.0), 3.0), ((inf, -inf), inf)]
    {
        same(&array![logsumexp(&two(pair.0, pair.1)).unwrap()], &one(sum));
    }
    same(&array![logsumexp(&Array1::<T>::zeros(0)).unwrap()], &one(-inf));
    same(&logsumexp_axis(&Array2::<T>::zeros((0, 2)), Axis(0)).unwrap(), &two(-inf, -inf));
    same(&logsumexp_axis(&Array2::<T>::zeros((0, 2)), Axis(1)).unwrap(), &Array1::zeros(0));
    // size 0, and zero dimensions
    for shape in [(0, 3), (3, 0), (0, 0)] {
        let none = Array2::<T>::zeros(shape);
        for y in
            [relu(&none), sigmoid(&none), tanh(&none), softmax(&none), softmax_axis(&none, Axis(0)).unwrap()]
        {
            assert_eq!(y.dim(), shape);
        }
    }
    same(&softmax(&arr0(T::of(7.0))), &arr0(T::one()));
    assert!(softmax(&arr0(T::nan())).into_scalar().is_nan());
}

#[test]
fn an_axis_that_is_not_there() {
    let is_axis = |e: &Error| {
        matches!((e.op(), e.kind()), ("softmax_axis", ErrorKind::InvalidArgument { name: "axis", .. }))
    };
    let any = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. });
    let mut x = array![1.0];
    error_kind(softmax_axis_inplace(&mut x, Axis(1)), any);
    error_kind(log_softmax_axis_inplace(&mut x, Axis(1)), any);
    error_kind(log_softmax_axis(&x, Axis(1)), any);
    error_kind(logsumexp_axis(&x, Axis(1)), any);
    error_kind(softmax_axis(&array![1.0], Axis(1)), is_axis);
    error_kind(softmax_axis(&array![[1.0]], Axis(2)), is_axis);
    error_kind(softmax_axis(&arr0(1.0), Axis(0)), is_axis);
}

/// Views that would take years or all memory are refused; in-place functions need no memory.
#[test]
fn views_of_absurd_size() {
    let zero = arr0(0.0_f64);
    let zeros = zero.broadcast((1 << 40, 1 << 20)).unwrap();
    error_kind(logsumexp(&zeros), |e| {
        matches!((e.op(), e.kind()), ("logsumexp", ErrorKind::TooLarge { .. }))
    });
    error_kind(logsumexp_axis(&zeros, Axis(1)), |e| {
        matches!((e.op(), e.kind()), ("logsumexp_axis", ErrorKind::TooLarge { .. }))
    });
    error_kind(softmax_axis(&zeros, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("softmax_axis", ErrorKind::TooLarge { .. }))
    });
}
