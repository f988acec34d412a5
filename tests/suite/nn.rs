//! Layers.

use crate::common::assert::*;
use crate::common::golden::{RECTANGLE, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use linstat::{ErrorKind, linear_layer};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Ix1, Ix2};

for_real! {
    sizes_and_layouts => sizes_and_layouts;
    golden_layers => golden;
}

fn check<T: Element + linstat::Real>(x: &ArrayRef2<T>, w: &ArrayRef2<T>, b: &ArrayRef1<T>) {
    let y = linear_layer(x, w, b).unwrap();
    assert_eq!(y.dim(), (x.nrows(), w.ncols()));
    assert!(y.is_standard_layout(), "C order is promised");
    let expected = wide(x).dot(&wide(w)) + wide(b);
    // the bias is one more term of the sum, of size at most 1
    small_residual::<T>(
        "layer",
        &(wide(&y) - expected),
        x.ncols() + 1,
        one_norm(x) * one_norm(w) + x.nrows() as f64,
    );
}

fn sizes_and_layouts<T: Element + linstat::Real>() {
    each_library(|| {
        for (n, p, q) in
            [(0, 2, 3), (2, 0, 3), (2, 3, 0), (1, 1, 1), (1, 9, 4), (9, 4, 1), (64, 33, 17), (130, 20, 130)]
        {
            let (x, w, b) = (matrix::<T>(n, p, 1), matrix::<T>(p, q, 2), vector::<T>(q, 3));
            case(format!("({n}, {p}) and ({p}, {q})"), || check(&x, &w, &b));
            if n * p * q < 5000 {
                each_layout(&x, |x| check(x, &w, &b));
                each_layout(&w, |w| check(&x, w, &b));
                each_stride(&b, |b| check(&x, &w, b));
            }
        }
        each_stride(&Array1::<T>::ones(4), |b| check(&matrix(3, 5, 1), &matrix(5, 4, 2), b));
    });
}

fn golden<T: Element + linstat::Real>() {
    each_golden::<T>(RECTANGLE, |golden| {
        let (x, w, b) =
            (golden.input::<T, Ix2>("a"), golden.input::<T, Ix2>("b"), golden.input::<T, Ix1>("bias"));
        // a sum of p products of entries up to 4, and a bias
        let tolerance = T::eps() * (x.ncols() + 1) as f64 * 32.0;
        close(&linear_layer(&x, &w, &b).unwrap(), &golden.output("linear_layer"), tolerance);
    });
}

#[test]
fn without_inputs_the_bias_remains() {
    each_library(|| {
        let y = linear_layer(
            &Array2::<f64>::zeros((2, 0)),
            &Array2::zeros((0, 2)),
            &Array1::from(vec![1.0, 2.0]),
        );
        same(&y.unwrap(), &ndarray::array![[1.0, 2.0], [1.0, 2.0]]);
    });
}

#[test]
fn shapes_that_do_not_fit() {
    each_library(|| {
        let z = |m, n| Array2::<f64>::zeros((m, n));
        let b = Array1::<f64>::zeros(4);
        shape_error(linear_layer(&z(2, 3), &z(2, 4), &b), "linear_layer", "(2, 3) and (2, 4) and (4,)");
        shape_error(linear_layer(&z(2, 3), &z(3, 5), &b), "linear_layer", "(2, 3) and (3, 5) and (4,)");
        let one = z(1, 1);
        let tall = one.broadcast((1 << 40, 1)).unwrap();
        let result = linear_layer(&tall, &one, &Array1::zeros(1));
        error_kind(result, |e| matches!((e.op(), e.kind()), ("linear_layer", ErrorKind::TooLarge { .. })));
    });
}
