//! Products of stacks of matrices: `matmul`, `matvec`, `vecmat`, and layers of any number of axes.

use super::{Term, each_tensor_layout, near_wide, whole};
use crate::common::assert::*;
use crate::common::*;
use linstat::{ErrorKind, linear_layer, matmul, matvec, vecmat};
use ndarray::{
    Array, Array1, Array2, Array3, Array4, ArrayD, ArrayViewD, Axis, Dimension, Ix2, Ix3, Ix6, arr0, array,
};
use num_complex::Complex64;

for_types! {
    naive_products => naive_products, [f32, f64, Complex32, Complex64, i8, i32, i64, u32];
    many_vectors_of_one_matrix => many_vectors, [f32, f64, Complex32, Complex64, i8, i32, i64, u32];
    stacks_are_their_matrices => single, [f32, f64, Complex32, Complex64];
    many_layers => layers, [f32, f64, Complex32, Complex64, i32];
}

/// The product of stacks by its definition, for these leading axes.
fn naive<T: Term>(a: &ArrayViewD<'_, T>, b: &ArrayViewD<'_, T>, lead: &[usize]) -> ArrayD<Complex64> {
    let (m, k) = (a.shape()[a.ndim() - 2], a.shape()[a.ndim() - 1]);
    let n = b.shape()[b.ndim() - 1];
    let shape = |rows, columns| [lead, &[rows, columns]].concat();
    let (a, b) = (a.broadcast(shape(m, k)).unwrap(), b.broadcast(shape(k, n)).unwrap());
    let (i, j) = (lead.len(), lead.len() + 1);
    ArrayD::from_shape_fn(shape(m, n), |index| {
        let term = |l: usize| {
            let (mut left, mut right) = (index.clone(), index.clone());
            (left[j], right[i]) = (l, l);
            a[left].wide() * b[right].wide()
        };
        (0..k).map(term).sum()
    })
}

fn naive_products<T: Term>() {
    let pairs: &[(&[usize], &[usize], &[usize])] = &[
        (&[], &[], &[]),
        (&[0], &[1], &[0]),
        (&[1], &[], &[1]),
        (&[3], &[3], &[3]),
        (&[], &[3], &[3]),
        (&[3, 1], &[4], &[3, 4]),
        (&[1, 4], &[3, 1], &[3, 4]),
        (&[2, 1, 1, 2], &[3, 1, 1], &[2, 3, 1, 2]),
        (&[1000], &[1000], &[1000]),
        (&[1000], &[], &[1000]),
        (&[], &[10, 100], &[10, 100]),
    ];
    each_library(|| {
        for &(left, right, lead) in pairs {
            let many = lead.iter().product::<usize>() > 100;
            for (m, k, n) in
                [(2, 3, 2), (1, 3, 1), (1, 2, 4), (4, 2, 1), (9, 2, 3), (3, 0, 2), (0, 2, 2), (2, 2, 0)]
            {
                if many && m > 2 {
                    continue;
                }
                let a = whole::<T>(&[left, &[m, k]].concat(), 1);
                let b = whole::<T>(&[right, &[k, n]].concat(), 2);
                let expected = naive(&a.view(), &b.view(), lead);
                let check = |a: &ArrayViewD<'_, T>, b: &ArrayViewD<'_, T>| {
                    let c = matmul(a, b).unwrap();
                    assert!(c.is_standard_layout(), "C order is promised");
                    near_wide(&c, &expected, 0.0);
                };
                case(format!("{:?} and {:?}", a.shape(), b.shape()), || {
                    check(&a.view(), &b.view());
                    if many && (m, k, n) != (2, 3, 2) {
                        return;
                    }
                    each_tensor_layout(&a, |a| check(a, &b.view()));
                    each_tensor_layout(&b, |b| check(&a.view(), b));
                });
            }
        }
    });
}

/// Vectors, from few to more than are multiplied by one product, with a matrix of any layout.
fn many_vectors<T: Term>() {
    let leads: &[&[usize]] = &[&[1], &[7], &[8], &[9], &[40], &[2, 4], &[3, 1, 5], &[0], &[4, 0, 9]];
    each_library(|| {
        for &lead in leads {
            for (m, n) in [(3, 2), (1, 1), (20, 12), (2, 0), (0, 3)] {
                case(format!("vectors {lead:?} of {n}, and ({m}, {n})"), || {
                    let shape = [lead, &[n]].concat();
                    let (a, v) = (whole::<T>(&[m, n], 1), whole::<T>(&shape, 2));
                    let columns = v.view().insert_axis(Axis(shape.len()));
                    let products = naive(&a.view(), &columns, lead).remove_axis(Axis(shape.len()));
                    let check = |a: &ArrayViewD<'_, T>, v: &ArrayViewD<'_, T>| {
                        let product = matvec(a, v).unwrap();
                        assert!(product.is_standard_layout(), "C order is promised");
                        near_wide(&product, &products, 0.0);
                    };
                    each_tensor_layout(&a, |a| check(a, &v.view()));
                    each_tensor_layout(&v, |v| check(&a.view(), v));
                    // the vectors are conjugated, so the product is the conjugate of that with the conjugates
                    let conjugated = v.mapv(|x| T::of(x.wide().re as i32, -x.wide().im as i32));
                    each_tensor_layout(&conjugated, |v| {
                        let product = vecmat(v, &a.t()).unwrap();
                        near_wide(&product, &products, 0.0);
                    });
                });
            }
        }
    });
}

/// A stack of random matrices.
fn stack<T: Element>(count: usize, m: usize, n: usize, seed: u64) -> Array3<T> {
    matrix::<T>(count * m, n, seed).into_shape_with_order((count, m, n)).unwrap()
}

/// To the bit, on one thread and on several, whether the matrices are copied or not.
fn single<T: Element>() {
    let check = |a: &ndarray::ArrayRef<T, Ix3>, b: &ndarray::ArrayRef<T, Ix3>| {
        let c = matmul(a, b).unwrap();
        for (i, c) in c.outer_iter().enumerate() {
            let (a, b) = (a.index_axis(Axis(0), i), b.index_axis(Axis(0), i));
            same(&c, &matmul(&a, &b).unwrap());
            let product: Array2<T> = matmul(&a.view().insert_axis(Axis(0)), &b).unwrap().remove_axis(Axis(0));
            same(&c, &product);
        }
        let columns = matvec(a, &b.index_axis(Axis(2), 0)).unwrap();
        for (i, c) in columns.outer_iter().enumerate() {
            let (a, b) = (a.index_axis(Axis(0), i), b.index_axis(Axis(0), i));
            same(&c, &matmul(&a, &b.column(0)).unwrap());
        }
        let v = a.index_axis(Axis(1), 0);
        let rows = vecmat(&v, b).unwrap();
        for (i, c) in rows.outer_iter().enumerate() {
            let (v, b) = (v.row(i), b.index_axis(Axis(0), i));
            same(&c, &vecmat(&v, &b).unwrap());
            if !T::COMPLEX {
                same(&c, &matmul(&v, &b).unwrap());
            }
        }
    };
    let all = |sizes: &[(usize, usize, usize, usize)]| {
        each_library(|| {
            for &(count, m, k, n) in sizes {
                case(format!("{count} of ({m}, {k}) and ({k}, {n})"), || {
                    let (a, b) = (stack::<T>(count, m, k, 1), stack::<T>(count, k, n, 2));
                    check(&a, &b);
                    // transposed, and a stack along the last axis, whose matrices have no unit stride
                    let a_columns = stack::<T>(count, k, m, 3).permuted_axes((0, 2, 1));
                    let b_columns = stack::<T>(count, n, k, 4).permuted_axes((0, 2, 1));
                    check(&a_columns, &b);
                    check(&a, &b_columns);
                    check(&a_columns, &b_columns);
                    let last = stack::<T>(k, n, count, 5).permuted_axes((2, 0, 1));
                    check(&a, &last);
                    check(&a_columns, &last);
                    let last = stack::<T>(m, k, count, 5).permuted_axes((2, 0, 1));
                    check(&last, &b);
                });
            }
        });
    };
    all(&[
        (1000, 3, 3, 3),
        (1000, 2, 5, 1),
        (300, 8, 8, 8),
        (100, 17, 9, 20),
        (9, 30, 30, 30),
        (5, 1, 130, 40),
    ]);
    // The number of threads of the library decides last digits, and calls of other tests share them.
    on_threads(1, || all(&[(5, 60, 60, 60), (3, 130, 150, 110)]));
}

#[test]
fn the_result_does_not_depend_on_the_threads() {
    let (a, b) = (stack::<f64>(500, 20, 30, 1), stack::<f64>(500, 30, 10, 2));
    let one = on_threads(1, || matmul(&a, &b).unwrap());
    let two = on_threads(2, || matmul(&a, &b).unwrap());
    same(&one, &two);
}

#[test]
fn every_pair_of_dimensions_has_its_type() {
    let (v, m) = (Array1::<f64>::ones(2), Array2::<f64>::ones((2, 2)));
    let (a3, a4) = (Array3::<f64>::ones((3, 2, 2)), Array4::<f64>::ones((4, 1, 2, 2)));
    let a6 = Array::<f64, Ix6>::ones([1, 1, 1, 1, 2, 2]);
    let c: Array2<f64> = matmul(&a3, &v).unwrap();
    assert_eq!(c.dim(), (3, 2));
    let c: Array2<f64> = matmul(&v, &a3).unwrap();
    assert_eq!(c.dim(), (3, 2));
    let c: Array3<f64> = matmul(&a3, &m).unwrap();
    assert_eq!(c.dim(), (3, 2, 2));
    let c: Array4<f64> = matmul(&a3, &a4).unwrap();
    assert_eq!(c.dim(), (4, 3, 2, 2));
    let c: Array<f64, Ix6> = matmul(&m, &a6).unwrap();
    assert_eq!(c.ndim(), 6);
    let c: ArrayD<f64> = matmul(&m.view().into_dyn(), &a6).unwrap();
    assert_eq!(c.ndim(), 6);
    let c: ArrayD<f64> = matmul(&v.view().into_dyn(), &v).unwrap();
    assert_eq!(c, arr0(2.0).into_dyn());
    let c: ArrayD<f64> = matmul(&m, &v.view().into_dyn()).unwrap();
    assert_eq!(c, array![2.0, 2.0].into_dyn());
    let c: Array1<f64> = matvec(&m, &v).unwrap();
    assert_eq!(c, array![2.0, 2.0]);
    let c: Array2<f64> = matvec(&m, &m).unwrap();
    assert_eq!(c, m.mapv(|x| 2.0 * x));
    let c: Array2<f64> = vecmat(&v, &a3).unwrap();
    assert_eq!(c.dim(), (3, 2));
}

#[test]
fn nan_stays_in_its_matrix() {
    each_library(|| {
        for n in [2, 20] {
            let mut a = Array3::<f64>::ones((4, n, n));
            a[[2, 1, 1]] = f64::NAN;
            let c = matmul(&a, &Array2::zeros((n, n))).unwrap();
            assert!(c.indexed_iter().all(|((i, j, _), x)| x.is_nan() == (i == 2 && j == 1)), "{c:?}");
        }
    });
}

#[test]
fn stacks_that_do_not_fit() {
    let zeros = |shape: &[usize]| ArrayD::<f64>::zeros(shape);
    for (a, b, found) in [
        (&[2, 2, 3][..], &[2, 2, 3][..], "(2, 2, 3) and (2, 2, 3)"),
        (&[2, 2, 3], &[3, 3, 2], "(2, 2, 3) and (3, 3, 2)"),
        (&[2, 2, 3], &[2], "(2, 2, 3) and (2,)"),
        (&[2], &[2, 3, 2], "(2,) and (2, 3, 2)"),
        (&[], &[3, 2], "() and (3, 2)"),
        (&[3], &[], "(3,) and ()"),
        (&[2], &[3], "(2,) and (3,)"),
    ] {
        shape_error(matmul(&zeros(a), &zeros(b)), "matmul", found);
    }
    shape_error(matvec(&zeros(&[2, 2, 3]), &zeros(&[3, 3])), "matvec", "(2, 2, 3) and (3, 3)");
    shape_error(matvec(&zeros(&[3]), &zeros(&[3])), "matvec", "(3,) and (3,)");
    shape_error(matvec(&zeros(&[3, 3]), &zeros(&[])), "matvec", "(3, 3) and ()");
    shape_error(vecmat(&zeros(&[2]), &zeros(&[3, 2])), "vecmat", "(2,) and (3, 2)");
    shape_error(vecmat(&zeros(&[]), &zeros(&[3, 2])), "vecmat", "() and (3, 2)");
    let (w, b) = (Array2::<f64>::zeros((3, 2)), Array1::<f64>::zeros(2));
    let found = "(4, 2, 2) and (3, 2) and (2,)";
    shape_error(linear_layer(&zeros(&[4, 2, 2]), &w, &b), "linear_layer", found);
    shape_error(linear_layer(&zeros(&[]), &w, &b), "linear_layer", "() and (3, 2) and (2,)");
    shape_error(linear_layer(&zeros(&[2]), &w, &b), "linear_layer", "(2,) and (3, 2) and (2,)");
}

#[test]
fn stacks_of_absurd_size() {
    let one = ArrayD::<f64>::ones(vec![1]);
    let view = |shape: &[usize]| one.broadcast(shape).unwrap();
    let too_large = |op: &'static str, result: linstat::Result<ArrayD<f64>>| {
        error_kind(result, |e| e.op() == op && matches!(e.kind(), ErrorKind::TooLarge { .. }));
    };
    too_large("matmul", matmul(&view(&[1 << 40, 1, 1]), &view(&[1, 1])));
    too_large("matmul", matmul(&view(&[1 << 30, 1, 1, 1]), &view(&[1 << 30, 1, 1])));
    too_large("matmul", matmul(&view(&[1 << 10, 1, 1 << 30]), &view(&[1 << 30, 1])));
    too_large("matmul", matmul(&view(&[2, 1, 1 << 40]), &view(&[1 << 40, 1])));
    too_large("matvec", matvec(&view(&[2, 1, 1 << 40]), &view(&[1 << 40])));
    too_large("vecmat", vecmat(&view(&[1 << 40]), &view(&[2, 1 << 40, 1])));
    let layer = |x: &ArrayViewD<'_, f64>| linear_layer(x, &Array2::ones((1, 1)), &Array1::ones(1));
    too_large("linear_layer", layer(&view(&[1 << 20, 1 << 20, 1])));
    // nothing, beside more than can be counted
    let none = ArrayD::<f64>::zeros(vec![1, 0, 1]);
    let none = |shape: &[usize]| none.broadcast(shape).unwrap().into_owned();
    assert_eq!(matmul(&none(&[1 << 40, 0, 1]), &view(&[1, 1])).unwrap().shape(), [1 << 40, 0, 1]);
    too_large(
        "matmul",
        matmul(&none(&[1 << 40, 1, 0, 1]), &none(&[1 << 40, 0, 1]).permuted_axes(vec![0, 2, 1])),
    );
}

/// Rows in any layout, against the layer of all rows at once.
fn layers<T: Term>() {
    each_library(|| {
        for lead in [&[][..], &[4], &[3, 4], &[2, 1, 3], &[0, 2], &[2, 0]] {
            for (p, q) in [(3, 2), (1, 1), (3, 0), (0, 2)] {
                let x = whole::<T>(&[lead, &[p]].concat(), 1);
                let w: Array2<T> = whole(&[p, q], 2).into_dimensionality::<Ix2>().unwrap();
                let b: Array1<T> = whole(&[q], 3).into_dimensionality().unwrap();
                let rows = lead.iter().product::<usize>();
                let matrix = x.view().into_shape_with_order((rows, p)).unwrap();
                let expected = ArrayD::from_shape_fn(vec![rows, q], |at| {
                    let (i, j) = (at[0], at[1]);
                    (0..p).map(|l| matrix[[i, l]].wide() * w[[l, j]].wide()).sum::<Complex64>() + b[j].wide()
                });
                let expected = expected.into_shape_with_order([lead, &[q]].concat()).unwrap();
                case(format!("{:?}", x.shape()), || {
                    each_tensor_layout(&x, |x| {
                        let y = linear_layer(x, &w, &b).unwrap();
                        assert!(y.is_standard_layout(), "C order is promised");
                        near_wide(&y, &expected, 0.0);
                    });
                });
            }
        }
    });
    fn keeps_the_type<T: Term, D: Dimension>(x: &Array<T, D>) -> Array<T, D> {
        linear_layer(x, &Array2::from_elem((1, 1), T::of(1, 0)), &Array1::from_elem(1, T::of(0, 0))).unwrap()
    }
    let x = Array3::from_elem((2, 3, 1), T::of(2, 0));
    assert_eq!(keeps_the_type(&x), x);
}
