//! Products of vectors and matrices.

use crate::common::assert::*;
use crate::common::golden::{RECTANGLE, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use linstat::{Error, dot, matmul, outer};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, Ix1, Ix2, arr0};

for_scalar! {
    matrices => matrices;
    layouts => layouts;
    vectors => vectors;
    empty => empty;
}
for_types! { golden_products => golden, [f32, f64, Complex64]; }

/// Rounding errors of a product are bounded by k * EPSILON * |a| * |b|.
fn check<T: Element>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) {
    let verify = |c: &Array2<T>, a: &ArrayRef2<T>, b: &ArrayRef2<T>| {
        assert_eq!(c.dim(), (a.nrows(), b.ncols()));
        small_residual::<T>(
            "matmul",
            &(wide(c) - wide(a).dot(&wide(b))),
            a.ncols(),
            one_norm(a) * one_norm(b),
        );
    };
    let c = matmul(a, b).unwrap();
    assert!(c.is_standard_layout(), "C order is promised");
    verify(&c, a, b);
    for column in b.columns().into_iter().take(1) {
        verify(&matmul(a, &column).unwrap().insert_axis(Axis(1)), a, &column.insert_axis(Axis(1)));
    }
    for row in a.rows().into_iter().take(1) {
        verify(&matmul(&row, b).unwrap().insert_axis(Axis(0)), &row.insert_axis(Axis(0)), b);
    }
}

fn matrices<T: Element>() {
    each_library(|| {
        for &n in SIZES {
            check(&matrix::<T>(n, n, 1), &matrix(n, n, 2));
        }
        for (m, k, n) in [(1, 1, 7), (1, 9, 1), (7, 1, 7), (3, 40, 2), (40, 3, 17), (130, 2, 5), (2, 130, 33)]
        {
            case(format!("({m}, {k}) and ({k}, {n})"), || check(&matrix::<T>(m, k, 1), &matrix(k, n, 2)));
        }
    });
}

fn layouts<T: Element>() {
    each_library(|| {
        for (m, k, n) in [(1, 3, 4), (4, 3, 1), (3, 4, 5), (18, 19, 17)] {
            let (a, b) = (matrix::<T>(m, k, 1), matrix::<T>(k, n, 2));
            each_layout(&a, |a| check(a, &b));
            each_layout(&b, |b| check(&a, b));
        }
        let ones = Array2::from_elem((5, 6), T::one());
        each_layout(&ones, |a| check(a, &ones.t()));
        each_layout(&ones, |b| check(&ones.t(), b));
    });
}

fn vectors<T: Element>() {
    each_vector::<T>(|x| {
        let y = vector::<T>(x.len(), 9);
        let size: f64 = wide(x).iter().zip(&wide(&y)).map(|(x, y)| (x * y).norm()).sum();
        let expected = wide(x).dot(&wide(&y));
        for actual in [dot(x, &y), dot(&y, x), matmul(x, &y)] {
            let actual = actual.unwrap();
            close_number(wide(&arr0(actual)).into_scalar(), expected, T::eps() * x.len() as f64 * size);
        }
    });
    each_stride(&vector::<T>(6, 1), |x| {
        each_stride(&vector::<T>(4, 2), |y| {
            let expected = Array2::from_shape_fn((6, 4), |(i, j)| x[i] * y[j]);
            close_relative(&outer(x, y).unwrap(), &expected, T::eps());
        });
    });
}

fn empty<T: Element>() {
    each_library(|| {
        let zeros = |m, n| Array2::<T>::zeros((m, n));
        for (m, k, n) in [(0, 0, 0), (3, 0, 2), (0, 3, 2), (3, 2, 0), (1, 0, 1)] {
            same(&matmul(&zeros(m, k), &zeros(k, n)).unwrap(), &zeros(m, n));
        }
        let none = Array1::<T>::zeros(0);
        same(&matmul(&zeros(3, 0), &none).unwrap(), &Array1::zeros(3));
        same(&matmul(&none, &zeros(0, 2)).unwrap(), &Array1::zeros(2));
        assert_eq!(matmul(&none, &none), Ok(T::zero()));
        assert_eq!(dot(&none, &none), Ok(T::zero()));
        same(&outer(&none, &Array1::zeros(2)).unwrap(), &zeros(0, 2));
    });
}

fn golden<T: Element>() {
    each_golden::<T>(RECTANGLE, |golden| {
        let (a, b) = (golden.input::<T, Ix2>("a"), golden.input::<T, Ix2>("b"));
        let (x, y) = (golden.input::<T, Ix1>("x"), golden.input::<T, Ix1>("y"));
        // entries are at most 4 (complex: 6), so every sum of k products is rounded to k * EPSILON * 32
        let tolerance = T::eps() * x.len() as f64 * 32.0;
        close(&matmul(&a, &b).unwrap(), &golden.output("matmul"), tolerance);
        close(&matmul(&a, &x).unwrap(), &golden.output("matvec"), tolerance);
        close(&matmul(&x, &b).unwrap(), &golden.output("vecmat"), tolerance);
        close_number(dot(&x, &x).unwrap(), golden.scalar("dot"), tolerance);
        if golden.has("outer") {
            close(&outer(&y, &x).unwrap(), &golden.output("outer"), T::eps() * 32.0);
        }
    });
}

#[test]
fn nan_and_infinity_propagate() {
    each_library(|| {
        for n in [2, 20] {
            for bad in [f64::NAN, f64::INFINITY] {
                let mut a = Array2::<f64>::ones((n, n));
                a[[1, 1]] = bad;
                let c = matmul(&a, &Array2::ones((n, n))).unwrap();
                assert!(c.row(0).iter().all(|x| x.is_finite()));
                assert!(c.row(1).iter().all(|x| !x.is_finite()));
                // 0 times a NaN is NaN: a kernel that skips zeros would hide it
                let c = matmul(&a, &Array2::zeros((n, n))).unwrap();
                assert!(c.row(1).iter().all(|x| x.is_nan()), "{c:?}");
            }
        }
    });
}

#[test]
fn shapes_that_do_not_fit() {
    each_library(|| {
        let (a, v) = (Array2::<f64>::zeros((2, 3)), Array1::<f64>::zeros(2));
        shape_error(matmul(&a, &a), "matmul", "(2, 3) and (2, 3)");
        shape_error(matmul(&a, &v), "matmul", "(2, 3) and (2,)");
        shape_error(matmul(&v, &a.t()), "matmul", "(2,) and (3, 2)");
        shape_error(matmul(&v, &Array1::zeros(1)), "matmul", "(2,) and (1,)");
        shape_error(dot(&v, &Array1::zeros(3)), "dot", "(2,) and (3,)");
    });
}

#[test]
fn products_too_large_for_any_memory() {
    each_library(|| {
        let one = Array2::<f64>::ones((1, 1));
        let (tall, wide) = (one.broadcast((1 << 31, 1)).unwrap(), one.broadcast((1, 1 << 31)).unwrap());
        error_kind(matmul(&tall, &wide), |e| matches!(e, Error::TooLarge { op: "matmul", .. }));
        let tall = one.broadcast((1 << 40, 1)).unwrap();
        error_kind(matmul(&tall, &one), |e| matches!(e, Error::TooLarge { op: "matmul", .. }));
        let long: &ArrayRef1<f64> = &tall.column(0);
        error_kind(outer(long, long), |e| matches!(e, Error::TooLarge { op: "outer", .. }));
        error_kind(outer(long, &Array1::ones(1)), |e| matches!(e, Error::TooLarge { op: "outer", .. }));
    });
}
