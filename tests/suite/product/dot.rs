//! Inner products of vectors: `dot`, `vdot`, `vecdot`.

use super::{Term, each_tensor_layout, near_wide, whole};
use crate::common::assert::*;
use crate::common::*;
use linstat::{ErrorKind, dot, vdot, vecdot};
use ndarray::{Array1, Array2, ArrayD, ArrayRef1, Axis, array};
use num_complex::Complex64;

for_types! {
    naive_products => naive_products, [f32, f64, Complex32, Complex64, i8, i32, u32];
    the_same_bits_as_dot => bits, [f32, f64, Complex32, Complex64];
}

fn naive_products<T: Term>() {
    for (lead, n) in [(&[][..], 3), (&[3], 2), (&[2, 3], 5), (&[3], 0), (&[0], 2), (&[1000], 3)] {
        let (a, b) = (whole::<T>(&[lead, &[n]].concat(), 1), whole::<T>(&[lead, &[n]].concat(), 2));
        let all = a.mapv(T::wide).mapv(|x| x.conj()) * b.mapv(T::wide);
        let expected = all.sum_axis(Axis(lead.len()));
        each_tensor_layout(&a, |a| {
            near_wide(&vecdot(a, &b).unwrap(), &expected, 0.0);
            if all.len() < 20 {
                // few enough for i8
                assert_eq!(vdot(a, &b).unwrap().wide(), all.sum());
            }
        });
        each_tensor_layout(&b, |b| near_wide(&vecdot(&a, b).unwrap(), &expected, 0.0));
    }
}

fn bits<T: Element>() {
    for n in [1, 3, 16, 17, 5000] {
        let rows = 20_000 / n.max(20);
        let (a, b) = (matrix::<T>(rows, n, 1), matrix::<T>(n, rows, 2));
        let products = vecdot(&a, &b.t()).unwrap();
        let one = |a: &ArrayRef1<T>, b: &ArrayRef1<T>| dot(&a.mapv(|x| x.conj()), b).unwrap();
        let expected: Array1<T> = a.rows().into_iter().zip(b.columns()).map(|(a, b)| one(&a, &b)).collect();
        same(&products, &expected);
        let with_one = vecdot(&a, &b.column(0)).unwrap();
        let expected: Array1<T> = a.rows().into_iter().map(|a| one(&a, &b.column(0))).collect();
        same(&with_one, &expected);
        assert_eq!(vecdot(&a.row(0), &b.column(0)), Ok(expected[0]));
        assert_eq!(vdot(&a.row(0), &b.column(0)), Ok(expected[0]));
    }
}

#[test]
fn the_first_is_conjugated() {
    let (i, one) = (Complex64::i(), Complex64::new(1.0, 0.0));
    assert_eq!(vdot(&array![i], &array![one]), Ok(-i));
    assert_eq!(vdot(&array![one], &array![i]), Ok(i));
    assert_eq!(vecdot(&array![[i, one]], &array![one, i]).unwrap(), array![Complex64::default()]);
    let repeated = array![i];
    let repeated = repeated.broadcast(5).unwrap();
    assert_eq!(vdot(&repeated, &repeated), Ok(5.0 * one));
}

#[test]
fn shapes_that_do_not_fit() {
    let zeros = |shape: &[usize]| ArrayD::<f64>::zeros(shape);
    shape_error(vdot(&zeros(&[2, 3]), &zeros(&[5])), "vdot", "(2, 3) and (5,)");
    shape_error(vecdot(&zeros(&[2, 3]), &zeros(&[2, 1])), "vecdot", "(2, 3) and (2, 1)");
    shape_error(vecdot(&zeros(&[2, 3]), &zeros(&[3, 3])), "vecdot", "(2, 3) and (3, 3)");
    shape_error(vecdot(&zeros(&[]), &zeros(&[3])), "vecdot", "() and (3,)");
    shape_error(vecdot(&zeros(&[]), &zeros(&[])), "vecdot", "() and ()");
}

#[test]
fn absurd_sizes() {
    let one = Array2::<f64>::ones((1, 1));
    let view = |m: usize, n: usize| one.broadcast((m, n)).unwrap();
    let too_large = |e: &linstat::Error| matches!(e.kind(), ErrorKind::TooLarge { .. });
    assert_eq!(vdot(&view(1 << 20, 1 << 40), &view(1 << 40, 1 << 20)), Ok((1u64 << 60) as f64));
    assert_eq!(
        vecdot(&view(2, 1 << 40), &view(2, 1 << 40)).unwrap(),
        array![(1u64 << 40) as f64, (1u64 << 40) as f64]
    );
    error_kind(vecdot(&view(1 << 50, 1), &view(1, 1)), too_large);
}
