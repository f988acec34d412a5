//! Equations of tensors, against NumPy and the definition.

use crate::common::assert::*;
use crate::common::golden::{ARRAYS, each_case};
use crate::common::{Element, each_library, matrix};
use linstat::{Contracted, ErrorKind, Real, inv, solve, tensordot, tensorinv, tensorsolve};
use ndarray::{Array1, Array2, Array4, ArrayD, Axis, IxDyn, array};

for_scalar! {
    golden => golden;
    equations => equations;
    layouts => layouts;
}

fn golden<T: Element>() {
    let kind = if T::COMPLEX { "c64" } else { "f64" };
    // NumPy's error and ours; the arguments are exact in single precision
    let units = |cond: f64, n: usize| 30.0 * T::eps() * n as f64 * cond;
    let size = |x: &ArrayD<T>| x.iter().fold(0.0, |max: f64, x| max.max(x.modulus().f64()));
    each_library(|| {
        each_case(ARRAYS, &format!("tensorsolve {kind}"), |golden| {
            let axes = golden["axes"].as_array().unwrap();
            let axes: Vec<Axis> = axes.iter().map(|axis| Axis(axis.as_u64().unwrap() as usize)).collect();
            let (a, b) = (golden.input::<T, IxDyn>("a"), golden.input::<T, IxDyn>("b"));
            let x = tensorsolve(&a, &b, &axes).unwrap();
            assert!(x.is_standard_layout(), "C order is promised");
            let expected = golden.output::<T, IxDyn>("tensorsolve");
            close(&x, &expected, units(golden.number("cond"), b.len()) * size(&expected));
        });
        each_case(ARRAYS, &format!("tensorinv {kind}"), |golden| {
            let a = golden.input::<T, IxDyn>("a");
            let ind = golden.number("ind") as usize;
            let inverse = tensorinv(&a, ind).unwrap();
            assert!(inverse.is_standard_layout(), "C order is promised");
            let expected = golden.output::<T, IxDyn>("tensorinv");
            let n = a.shape()[..ind].iter().product();
            close(&inverse, &expected, units(golden.number("cond"), n) * size(&expected));
        });
    });
}

/// A well-conditioned matrix in the shape of a tensor.
fn tensor<T: Element>(n: usize, shape: &[usize]) -> ArrayD<T> {
    let a = matrix::<T>(n, n, 1) + Array2::from_diag_elem(n, T::new(2.0 * n as f64, 0.0));
    a.into_dyn().into_shape_with_order(shape).unwrap()
}

fn equations<T: Element>() {
    each_library(|| {
        let a = tensor::<T>(12, &[3, 4, 2, 1, 6]);
        let b = matrix::<T>(3, 4, 2).into_dyn();
        let x = tensorsolve(&a, &b, &[]).unwrap();
        assert_eq!(x.shape(), [2, 1, 6]);
        close(&tensordot(&a, &x, Contracted::Count(3)).unwrap(), &b, 100.0 * T::eps());
        let inverse = tensorinv(&a, 2).unwrap();
        assert_eq!(inverse.shape(), [2, 1, 6, 3, 4]);
        close(&tensordot(&inverse, &b, Contracted::Count(2)).unwrap(), &x, 100.0 * T::eps());
        // a matrix and a vector
        let (a, b) = (matrix::<T>(5, 5, 3), matrix::<T>(5, 1, 4).remove_axis(Axis(1)));
        same(&tensorsolve(&a, &b, &[]).unwrap(), &solve(&a, &b).unwrap().into_dyn());
        same(&tensorsolve(&a, &b, &[Axis(0)]).unwrap(), &solve(&a.t(), &b).unwrap().into_dyn());
        same(&tensorinv(&a, 1).unwrap(), &inv(&a).unwrap().into_dyn());
        // no unknowns: one number
        let two = ArrayD::from_elem(vec![1, 1], T::new(2.0, 0.0));
        assert_eq!(tensorsolve(&two, &two, &[]).unwrap(), ArrayD::from_elem(vec![], T::one()));
        assert_eq!(tensorinv(&two, 2).unwrap(), ArrayD::from_elem(vec![1, 1], T::new(0.5, 0.0)));
    });
}

fn layouts<T: Element>() {
    each_library(|| {
        let a = tensor::<T>(6, &[2, 3, 3, 2]);
        let b = matrix::<T>(2, 3, 2).into_dyn();
        let (x, inverse) = (tensorsolve(&a, &b, &[]).unwrap(), tensorinv(&a, 2).unwrap());
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            let mut back = [0; 4];
            order.iter().enumerate().for_each(|(i, &axis)| back[axis] = i);
            let memory = a.view().permuted_axes(&order[..]).as_standard_layout().into_owned();
            let a = memory.view().permuted_axes(&back[..]);
            same(&tensorsolve(&a, &b, &[]).unwrap(), &x);
            same(&tensorinv(&a, 2).unwrap(), &inverse);
        }
        let turned = b.t().as_standard_layout().into_owned();
        same(&tensorsolve(&a, &turned.t(), &[]).unwrap(), &x);
        let mut reversed = a.clone();
        reversed.invert_axis(Axis(2));
        let expected = tensorinv(&reversed.as_standard_layout(), 2).unwrap();
        same(&tensorinv(&reversed, 2).unwrap(), &expected);
    });
}

#[test]
fn what_does_not_fit() {
    let zeros = |shape: &[usize]| ArrayD::<f64>::zeros(shape);
    shape_error(tensorsolve(&zeros(&[2, 3, 5]), &zeros(&[2, 3]), &[]), "tensorsolve", "(2, 3, 5) and (2, 3)");
    shape_error(tensorsolve(&zeros(&[2, 3, 6]), &zeros(&[2]), &[]), "tensorsolve", "(2, 3, 6) and (2,)");
    shape_error(tensorsolve(&zeros(&[2]), &zeros(&[2, 2]), &[]), "tensorsolve", "(2,) and (2, 2)");
    shape_error(tensorsolve(&zeros(&[2, 2]), &zeros(&[]), &[]), "tensorsolve", "(2, 2) and ()");
    shape_error(tensorsolve(&zeros(&[2, 3, 6]), &zeros(&[6]), &[]), "tensorsolve", "(2, 3, 6) and (6,)");
    for axes in [&[Axis(2)][..], &[Axis(0), Axis(0)]] {
        error_kind(tensorsolve(&zeros(&[2, 2]), &zeros(&[2]), axes), |e| {
            matches!((e.op(), e.kind()), ("tensorsolve", ErrorKind::InvalidArgument { name: "axes", .. }))
        });
    }
    shape_error(tensorinv(&zeros(&[2, 3, 5]), 2), "tensorinv", "(2, 3, 5)");
    for ind in [0, 4, usize::MAX] {
        error_kind(tensorinv(&zeros(&[2, 2, 4]), ind), |e| {
            matches!((e.op(), e.kind()), ("tensorinv", ErrorKind::InvalidArgument { name: "ind", .. }))
        });
    }
}

/// Positions are those in the arguments and the results, not those in the merged matrices.
#[test]
fn bad_numbers_are_found() {
    let mut a = Array4::<f64>::zeros((2, 3, 3, 2));
    error_kind(tensorinv(&a, 2), |e| e.kind() == &ErrorKind::Singular { pivot: 0 });
    let b = Array2::<f64>::ones((2, 3));
    a[[1, 2, 0, 1]] = f64::NAN;
    let found = |e: &linstat::Error| matches!(e.kind(), ErrorKind::NonFinite { name: "a", index, .. } if index == &[1, 2, 0, 1]);
    error_kind(tensorinv(&a, 2), found);
    error_kind(tensorsolve(&a, &b, &[]), found);
    let turned = a.permuted_axes([2, 0, 3, 1]);
    error_kind(
        tensorsolve(&turned, &b, &[Axis(0), Axis(2)]),
        |e| matches!(e.kind(), ErrorKind::NonFinite { name: "a", index, .. } if index == &[0, 1, 1, 2]),
    );
}

#[test]
fn absurd_sizes() {
    let one = array![[1.0]];
    for n in [1usize << 20, 1 << 30] {
        let a = one.broadcast((n, n)).unwrap();
        let long = one.broadcast((1, n)).unwrap();
        let too_large = |e: &linstat::Error| matches!(e.kind(), ErrorKind::TooLarge { .. });
        error_kind(tensorsolve(&a, &long.row(0), &[]), too_large);
        error_kind(tensorinv(&a, 1), too_large);
    }
    let none = Array2::<f64>::zeros((0, 1 << 40));
    // the unknowns are more than the equations
    error_kind(tensorsolve(&none, &Array1::zeros(0), &[]), |e| matches!(e.kind(), ErrorKind::Shape { .. }));
}
