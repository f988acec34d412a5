//! Powers of matrices.

use super::{Term, each_tensor_layout, near_wide, whole};
use crate::common::assert::*;
use crate::common::*;
use linstat::{ErrorKind, inv, matmul, matrix_power};
use ndarray::{Array2, Array3, ArrayD, Axis, Dimension, array};

for_types! { powers => powers, [f32, f64, Complex32, Complex64, i64]; }
for_scalar! { negative_powers => negative; }

fn powers<T: Term>() {
    each_library(|| {
        for shape in [&[2, 2][..], &[3, 2, 2], &[2, 1, 2, 2], &[1000, 2, 2], &[0, 2, 2], &[3, 0, 0]] {
            let a = whole::<T>(shape, 1);
            let mut expected = matrix_power(&a, 0).unwrap();
            for (index, x) in expected.indexed_iter() {
                let n = index.ndim();
                assert_eq!(*x, T::of((index[n - 2] == index[n - 1]).into(), 0));
            }
            // as long as powers of whole numbers are exact in f32
            for n in 1..=7 {
                expected = matmul(&expected, &a).unwrap();
                let wide = expected.mapv(T::wide);
                near_wide(&matrix_power(&a, n).unwrap(), &wide, 0.0);
                if n < 5 && shape[0] < 10 {
                    each_tensor_layout(&a, |a| near_wide(&matrix_power(a, n).unwrap(), &wide, 0.0));
                }
            }
        }
    });
}

fn negative<T: Element>() {
    each_library(|| {
        let a = Array3::from_shape_fn((3, 4, 4), |(k, i, j)| {
            if i == j { T::new(4.0 + k as f64, 1.0) } else { T::new(1.0 / (1 + i + 2 * j) as f64, 0.5) }
        });
        let inverses = inv(&a).unwrap();
        same(&matrix_power(&a, -1).unwrap(), &inverses);
        same(&matrix_power(&a, -3).unwrap(), &matrix_power(&inverses, 3).unwrap());
        let first: Array2<T> = matrix_power(&a.index_axis(Axis(0), 0), -2).unwrap();
        same(&first, &matrix_power(&a, -2).unwrap().index_axis(Axis(0), 0).to_owned());
    });
}

#[test]
fn what_has_no_power() {
    let zeros = |shape: &[usize]| ArrayD::<f64>::zeros(shape);
    for n in [0, 1, 2, 3, 9, -1] {
        shape_error(matrix_power(&zeros(&[2, 3]), n), "matrix_power", "(2, 3)");
        shape_error(matrix_power(&zeros(&[2]), n), "matrix_power", "(2,)");
    }
    let mut a = Array3::<f64>::zeros((2, 2, 2));
    a.index_axis_mut(Axis(0), 0).assign(&Array2::<f64>::eye(2));
    let singular = matrix_power(&a, -2).unwrap_err();
    assert_eq!(singular.op(), "matrix_power");
    assert_eq!(singular.kind(), &ErrorKind::Singular { pivot: 0 });
    assert_eq!(singular.matrix(), Some(&[1][..]));
    error_kind(matrix_power(&array![[1]], -1), |e| {
        e.op() == "matrix_power" && matches!(e.kind(), ErrorKind::InvalidArgument { name: "n", .. })
    });
}

#[test]
fn extreme_exponents() {
    let a = array![[0.0, 1.0], [1.0, 0.0]];
    assert_eq!(matrix_power(&a, i64::MAX).unwrap(), a);
    assert_eq!(matrix_power(&a, i64::MIN).unwrap(), Array2::<f64>::eye(2));
    assert_eq!(matrix_power(&array![[3_u8]], i64::MAX).unwrap(), array![[171]]);
    let nan = array![[f64::NAN]];
    assert_eq!(matrix_power(&nan, 0).unwrap(), array![[1.0]]);
    assert!(matrix_power(&nan, 5).unwrap()[[0, 0]].is_nan());
}
