//! Activation functions, against SciPy's and NumPy's values and in every layout.

use crate::common::assert::*;
use crate::common::golden::{ELEMENTWISE, Golden, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use linstat::{Error, Real, relu, sigmoid, softmax, softmax_axis, tanh};
use ndarray::{Array1, Array2, ArrayRef, ArrayRef2, Axis, Ix1, Ix2, Ix3, RemoveAxis, arr0, array};

for_real! {
    layouts => layouts;
    golden_activations => golden;
    special => special;
}

/// Every layout gives, bit by bit, what the contiguous copy gives.
fn check<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let copy = ndarray::Array::from_shape_vec(x.raw_dim(), x.iter().copied().collect()).unwrap();
    same(&relu(x), &relu(&copy));
    same(&sigmoid(x), &sigmoid(&copy));
    same(&tanh(x), &tanh(&copy));
    let length = x.shape().iter().copied().max().unwrap_or(0) as f64;
    close_relative(&softmax(x), &softmax(&copy), T::eps() * (length + 4.0));
    for axis in (0..x.ndim()).map(Axis) {
        let p = softmax_axis(x, axis).unwrap();
        close_relative(&p, &softmax_axis(&copy, axis).unwrap(), T::eps() * (length + 4.0));
        close(
            &p.sum_axis(axis),
            &ndarray::Array::ones(p.raw_dim().remove_axis(axis)),
            T::eps() * (length + 4.0),
        );
    }
    let last = Axis(x.ndim() - 1);
    same(&softmax(x), &softmax_axis(x, last).unwrap());
}

fn layouts<T: Element + Real>() {
    let scaled = |x: T| x * T::of(20.0);
    for shape in [(1, 1), (1, 4), (4, 1), (3, 5), (17, 18)] {
        each_layout(&matrix::<T>(shape.0, shape.1, 1).mapv(scaled), |x| check::<T, Ix2>(x));
    }
    each_layout(&Array2::ones((3, 4)), |x: &ArrayRef2<T>| check::<T, Ix2>(x));
    each_stride(&vector::<T>(33, 1).mapv(scaled), |x| check::<T, Ix1>(x));
    let cube = ndarray::Array3::from_shape_fn((3, 4, 5), |(i, j, k)| T::of((i * j + k) as f64 - 4.0));
    check(&cube.view().permuted_axes([2, 0, 1]));
    check(&cube.slice(ndarray::s![..;-1, 1..;2, ..;-2]));
}

fn golden_of<T: Element + Real, D: RemoveAxis>(golden: &Golden) {
    let x = golden.input::<T, D>("x");
    // sums of up to 40 exponentials, each to a few EPSILON of an argument up to 50
    let relative = T::eps() * 128.0;
    // SciPy's f32 functions are as inexact as ours
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
    each_golden::<T>(ELEMENTWISE, |golden| match golden.dimensions("x") {
        1 => golden_of::<T, Ix1>(golden),
        2 => golden_of::<T, Ix2>(golden),
        _ => golden_of::<T, Ix3>(golden),
    });
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
    // size 0, and no dimension at all
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
    let is_axis = |e: &Error| matches!(e, Error::InvalidArgument { op: "softmax_axis", name: "axis", .. });
    error_kind(softmax_axis(&array![1.0], Axis(1)), is_axis);
    error_kind(softmax_axis(&array![[1.0]], Axis(2)), is_axis);
    error_kind(softmax_axis(&arr0(1.0), Axis(0)), is_axis);
}
