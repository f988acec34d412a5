//! Contractions and products of all pairs: `inner`, `tensordot`, `kron`, `cross`.

use super::whole;
use crate::common::assert::*;
use linstat::{Contracted, ErrorKind, cross, inner, kron, tensordot};
use ndarray::{Array1, Array2, Array3, Array4, ArrayD, Axis, Ix4, Ix6, array};

#[test]
fn types_of_the_results() {
    let (v, m) = (Array1::<f64>::ones(2), Array2::<f64>::ones((3, 2)));
    let (a3, a4) = (Array3::<f64>::ones((4, 1, 2)), Array4::<f64>::ones((1, 5, 1, 2)));
    let x: f64 = inner(&v, &v).unwrap();
    assert_eq!(x, 2.0);
    let x: Array2<f64> = inner(&m, &m).unwrap();
    assert_eq!(x, Array2::from_elem((3, 3), 2.0));
    let x: Array1<f64> = inner(&m, &v).unwrap();
    assert_eq!(x, array![2.0, 2.0, 2.0]);
    let x: Array3<f64> = inner(&m, &a3).unwrap();
    assert_eq!(x.dim(), (3, 4, 1));
    let x: ndarray::Array<f64, Ix6> = inner(&a4, &a4).unwrap();
    assert_eq!(x.shape(), [1, 5, 1, 1, 5, 1]);
    let x: Array3<f64> = kron(&m, &a3).unwrap();
    assert_eq!(x.dim(), (4, 3, 4));
    let x: ndarray::Array<f64, Ix4> =
        cross(&Array2::<f64>::ones((2, 3)), &Array4::ones((4, 1, 1, 3))).unwrap();
    assert_eq!(x.dim(), (4, 1, 2, 3));
}

#[test]
fn arguments_that_do_not_fit() {
    let zeros = |shape: &[usize]| ArrayD::<f64>::zeros(shape);
    shape_error(inner(&zeros(&[2, 3]), &zeros(&[3, 2])), "inner", "(2, 3) and (3, 2)");
    shape_error(inner(&zeros(&[]), &zeros(&[])), "inner", "() and ()");
    shape_error(cross(&zeros(&[2]), &zeros(&[2])), "cross", "(2,) and (2,)");
    shape_error(cross(&zeros(&[3]), &zeros(&[1])), "cross", "(3,) and (1,)");
    shape_error(cross(&zeros(&[2, 3]), &zeros(&[4, 3])), "cross", "(2, 3) and (4, 3)");
    shape_error(cross(&zeros(&[]), &zeros(&[3])), "cross", "() and (3,)");
    let (a, b) = (zeros(&[2, 3]), zeros(&[3, 2]));
    let by = |axes| tensordot(&a, &b, axes);
    shape_error(by(Contracted::Count(2)), "tensordot", "(2, 3) and (3, 2)");
    shape_error(by(Contracted::Axes(&[Axis(0)], &[Axis(0)])), "tensordot", "(2, 3) and (3, 2)");
    for axes in [
        Contracted::Count(3),
        Contracted::Count(usize::MAX),
        Contracted::Axes(&[Axis(0)], &[]),
        Contracted::Axes(&[Axis(2)], &[Axis(0)]),
        Contracted::Axes(&[Axis(1)], &[Axis(usize::MAX)]),
        Contracted::Axes(&[Axis(0), Axis(0)], &[Axis(1), Axis(0)]),
    ] {
        error_kind(by(axes), |e| {
            e.op() == "tensordot" && matches!(e.kind(), ErrorKind::InvalidArgument { name: "axes", .. })
        });
    }
}

#[test]
fn absurd_sizes() {
    let one = Array2::<f64>::ones((1, 1));
    let view = |m: usize, n: usize| one.broadcast((m, n)).unwrap();
    fn too_large<R: std::fmt::Debug>(op: &str, result: linstat::Result<R>) {
        error_kind(result, |e| e.op() == op && matches!(e.kind(), ErrorKind::TooLarge { .. }));
    }
    for n in [1 << 31, 1 << 40] {
        too_large("kron", kron(&view(n, 1 << 20), &view(n, 1)));
        too_large("inner", inner(&view(1, n), &view(1, n)).and_then(|_| inner(&view(9, n), &view(9, n))));
        too_large("tensordot", tensordot(&view(1, n), &view(n, 9), Contracted::Count(1)));
        too_large("tensordot", tensordot(&view(n, 1 << 20), &view(n, 1 << 20), Contracted::Count(0)));
        let threes = one.broadcast((n << 9, 3)).unwrap();
        too_large("cross", cross(&threes, &view(1, 3)));
    }
    let none = Array2::<f64>::zeros((1, 0));
    let none = none.broadcast((1 << 40, 0)).unwrap();
    too_large("kron", kron(&none, &none));
    too_large("tensordot", tensordot(&none, &none, Contracted::Count(0)));
    assert_eq!(tensordot(&none.t(), &none, Contracted::Count(1)).unwrap().shape(), [0, 0]);
}

#[test]
fn cross_products_are_perpendicular() {
    let (a, b) = (whole::<i64>(&[50, 3], 1), whole::<i64>(&[50, 3], 2));
    let c = cross(&a, &b).unwrap();
    assert!(linstat::vecdot(&a, &c).unwrap().iter().all(|&x| x == 0));
    assert!(linstat::vecdot(&b, &c).unwrap().iter().all(|&x| x == 0));
    assert_eq!(cross(&b, &a).unwrap(), c.mapv(|x| -x));
}
