//! Activation functions of single elements: against values of SciPy and NumPy and of 60 digits, and in every
//! layout. The files of `linstat::activation` are here; this one also holds what they share.

use crate::common::Element;
use crate::common::assert::*;
use crate::common::golden::{ACTIVATION, ELEMENTWISE, Golden, by_dimension, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use crate::functions::{activations, elementwise};
use linstat::*;
use ndarray::{
    Array, Array1, Array2, Array3, ArrayRef, ArrayRef2, Axis, Dimension, Ix1, Ix2, RemoveAxis, ShapeBuilder,
    array,
};

mod softmax;

for_real! {
    sixty_digits => sixty_digits;
    large => large;
    layouts => layouts;
    golden_activations => golden;
    every_nan => every_nan;
    special => special;
    no_elements => no_elements;
}

/// Fails if a result is more than this many ulp from the rounded value, the bound in the documentation of
/// each function; NaN fails.
#[track_caller]
fn within_ulp<T: Element + Real, D: Dimension>(actual: &ArrayRef<T, D>, expected: &ArrayRef<T, D>, ulp: f64) {
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
    let all = elementwise::<T, Ix1>();
    each_golden::<T>(ACTIVATION, |golden| {
        if golden.is("function", "lane") {
            return;
        }
        let (_, f, _) = all.iter().find(|(name, ..)| golden.is("function", name)).unwrap();
        within_ulp(&f(&golden.input::<T, Ix1>("x")), &golden.output("y"), 2.0);
    });
}

/// Every layout gives the same bits as the contiguous copy, and so does every twin.
fn check<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let copy = Array::from_shape_vec(x.raw_dim(), x.iter().copied().collect()).unwrap();
    for ((name, f, inplace), (_, _, twin)) in activations::<T, D>().into_iter().zip(activations::<T, Ix1>()) {
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
            twin(&mut gaps);
            twin(&mut line);
            same(&gaps, &line);
            assert!(wide.iter().skip(1).step_by(2).all(|&x| x == T::of(7.0)));
        });
    }
}

/// The shapes of arrays that are larger than the sizes at which threads share the work and at which sums are
/// split into blocks, with the same 70 000 numbers in a line.
fn each_large<T: Element + Real>(f: impl Fn(&Array1<T>, &ArrayRef2<T>)) {
    let mut random = random(5);
    let line = Array1::from_shape_simple_fn(70_000, || T::of(20.0 * random()));
    for shape in [(1, 70_000), (70_000, 1), (5_000, 14), (200, 350), (35_000, 2)] {
        case(format!("{shape:?}"), || f(&line, &line.to_shape(shape).unwrap()));
    }
}

fn large<T: Element + Real>() {
    each_large(|line: &Array1<T>, x| {
        for ((name, f, _), (_, of_line, _)) in
            elementwise::<T, Ix2>().into_iter().zip(elementwise::<T, Ix1>())
        {
            case(name, || same(&f(x), &of_line(line).to_shape(x.dim()).unwrap()));
        }
    });
}

/// Calls `$check::<$t, D>` with arrays of one to three axes in every layout.
macro_rules! each_layout_of_activations {
    ($check:ident::<$t:ty>) => {
        let scaled = |x: $t| x * <$t>::of(20.0);
        for shape in [(1, 1), (1, 4), (4, 1), (3, 5), (17, 18)] {
            each_layout(&matrix::<$t>(shape.0, shape.1, 1).mapv(scaled), |x| $check::<$t, Ix2>(x));
        }
        each_layout(&Array2::ones((3, 4)), |x: &ArrayRef2<$t>| $check::<$t, Ix2>(x));
        each_stride(&vector::<$t>(33, 1).mapv(scaled), |x| $check::<$t, Ix1>(x));
        let cube = Array3::from_shape_fn((3, 4, 5), |(i, j, k)| <$t>::of((i * j + k) as f64 - 4.0));
        $check(&cube.view().permuted_axes([2, 0, 1]));
        $check(&cube.slice(ndarray::s![..;-1, 1..;2, ..;-2]));
    };
}
use each_layout_of_activations;

fn layouts<T: Element + Real>() {
    each_layout_of_activations!(check::<T>);
}

fn golden_of<T: Element + Real, D: RemoveAxis>(golden: &Golden) {
    let x = golden.input::<T, D>("x");
    // SciPy's f32 functions are as inexact as linstat's
    close_relative(&sigmoid(&x), &golden.output("sigmoid"), 8.0 * T::eps());
    close_relative(&tanh(&x), &golden.output("tanh"), 4.0 * T::eps());
    same(&relu(&x), &golden.output("relu"));
}

fn golden<T: Element + Real>() {
    each_golden::<T>(ELEMENTWISE, |golden| by_dimension!(golden, "x", golden_of::<T>));
}

/// Calls `f` with vectors of NaN. The sign and the payload of a NaN are of no account: processors make NaN
/// with either sign.
fn each_nan<T: Element + Real>(f: impl Fn(&Array1<T>)) {
    for bits in [f64::NAN.to_bits(), (-f64::NAN).to_bits(), u64::MAX, u64::MAX >> 1, 0xfff0_0000_2000_0000] {
        let nan = T::of(f64::from_bits(bits));
        assert!(nan.is_nan());
        for n in [1, 2, 7, 40] {
            case(format!("{n} of {bits:#x}"), || f(&Array1::from_elem(n, nan)));
        }
    }
}

fn every_nan<T: Element + Real>() {
    each_nan(|x: &Array1<T>| {
        for (name, f, _) in activations::<T, Ix1>() {
            case(name, || f(x).iter().for_each(|y| assert!(y.is_nan())));
        }
    });
}

fn no_elements<T: Element + Real>() {
    for shape in [(0, 3), (3, 0), (0, 0)] {
        for (name, f, _) in activations::<T, Ix2>() {
            case(name, || assert_eq!(f(&Array2::zeros(shape)).dim(), shape));
        }
    }
}

fn six<T: Real>(x: [f64; 6]) -> Array1<T> {
    Array1::from_iter(x.map(T::of))
}

fn special<T: Element + Real>() {
    let (nan, inf, of) = (f64::NAN, f64::INFINITY, six::<T>);
    let x = of([nan, inf, -inf, 0.0, -0.0, -1000.0]);
    same(&relu(&x), &of([nan, inf, 0.0, 0.0, 0.0, 0.0]));
    same(&sigmoid(&x), &of([nan, 1.0, 0.0, 0.5, 0.5, 0.0]));
    same(&tanh(&x), &of([nan, 1.0, -1.0, 0.0, -0.0, -1.0]));
    // the left tail keeps its digits: sigmoid(-80) is exp(-80) to EPSILON
    let tail = sigmoid(&Array1::from_elem(1, T::of(-80.0)));
    close_relative(&tail, &Array1::from_elem(1, T::of((-80.0f64).exp())), 4.0 * T::eps());
    same(&leaky_relu(&x, T::of(0.5)), &of([nan, inf, -inf, 0.0, -0.0, -500.0]));
    for f in [gelu::<T, Ix1>, gelu_tanh, silu] {
        same(&f(&x), &of([nan, inf, -0.0, 0.0, -0.0, -0.0]));
    }
    let ln2 = std::f64::consts::LN_2;
    same(&softplus(&x), &of([nan, inf, 0.0, ln2, ln2, 0.0]));
}
