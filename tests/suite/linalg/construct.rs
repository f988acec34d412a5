//! Block-diagonal and Toeplitz matrices, against SciPy.

use crate::common::assert::*;
use crate::common::golden::{ARRAYS, Golden, each_case};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::{Element, Stored, matrix, vector};
use linstat::{ErrorKind, Number, block_diag, toeplitz};
use ndarray::{Array1, Array2, ArrayRef2, Ix1, Ix2, array, s};
use num_complex::Complex64;

for_scalar! { in_every_layout => in_every_layout; }

#[test]
fn as_by_scipy() {
    fn check<T: Stored + Number>(kind: &str) {
        each_case(ARRAYS, &format!("toeplitz {kind}"), |golden: &Golden| {
            let (c, r) = (golden.input::<T, Ix1>("c"), golden.input::<T, Ix1>("r"));
            let result = toeplitz(&c, &r).unwrap();
            assert!(result.is_standard_layout(), "C order is promised");
            identical(&result, &golden.output::<T, Ix2>("toeplitz"));
        });
        each_case(ARRAYS, &format!("block_diag {kind}"), |golden: &Golden| {
            let letters = ["a", "b", "c"].into_iter().filter(|letter| !golden["in"][letter].is_null());
            let blocks: Vec<Array2<T>> = letters.map(|letter| golden.input(letter)).collect();
            let blocks: Vec<&ArrayRef2<T>> = blocks.iter().map(|block| &**block).collect();
            let result = block_diag(&blocks).unwrap();
            assert!(result.is_standard_layout(), "C order is promised");
            identical(&result, &golden.output::<T, Ix2>("block_diag"));
        });
    }
    check::<f64>("f64");
    check::<Complex64>("c64");
    check::<i32>("i32");
    check::<u8>("u8");
}

fn in_every_layout<T: Element>() {
    let (a, b) = (matrix::<T>(3, 4, 1), matrix::<T>(2, 1, 2));
    let mut expected = Array2::zeros((5, 5));
    expected.slice_mut(s![..3, ..4]).assign(&a);
    expected.slice_mut(s![3.., 4..]).assign(&b);
    each_layout(&a, |a| same(&block_diag(&[a, &b]).unwrap(), &expected));
    each_layout(&b, |b| same(&block_diag(&[&a, b]).unwrap(), &expected));

    let (c, r) = (vector::<T>(5, 1), vector::<T>(3, 2));
    let expected = Array2::from_shape_fn((5, 3), |(i, j)| if i >= j { c[i - j] } else { r[j - i] });
    each_stride(&c, |c| same(&toeplitz(c, &r).unwrap(), &expected));
    each_stride(&r, |r| same(&toeplitz(&c, r).unwrap(), &expected));
    each_stride(&Array1::ones(6), |ones: &ndarray::ArrayRef1<T>| {
        same(&toeplitz(ones, ones).unwrap(), &Array2::ones((6, 6)));
    });
}

#[test]
fn nothing() {
    let none: &[&ArrayRef2<f64>] = &[];
    assert_eq!(block_diag(none).unwrap().dim(), (0, 0));
    let (wide, tall) = (Array2::<f64>::zeros((0, 3)), Array2::<f64>::zeros((2, 0)));
    assert_eq!(block_diag(&[&wide, &tall]).unwrap(), Array2::<f64>::zeros((2, 3)));
    assert_eq!(block_diag(&[&wide, &wide]).unwrap().dim(), (0, 6));
    assert_eq!(toeplitz(&Array1::zeros(0), &array![1.0]).unwrap().dim(), (0, 1));
}

#[test]
fn absurd_sizes() {
    let too_large = |result: linstat::Result<Array2<f64>>, op: &str| {
        error_kind(result, |e| e.op() == op && matches!(e.kind(), ErrorKind::TooLarge { .. }));
    };
    let one = Array2::<f64>::ones((1, 1));
    let view = |m: usize, n: usize| one.broadcast((m, n)).unwrap();
    for (m, n) in [(1 << 60, 1), (1, 1 << 60), (1 << 30, 1 << 30), (1 << 40, 2)] {
        too_large(block_diag(&[&view(m, n), &view(m, n)]), "block_diag");
    }
    let long = view(1, 1 << 60);
    let long = long.row(0);
    for short in [1, 2, 1 << 30] {
        too_large(toeplitz(&long, &long.slice(s![..short])), "toeplitz");
        too_large(toeplitz(&long.slice(s![..short]), &long), "toeplitz");
    }
    assert_eq!(toeplitz(&long, &Array1::zeros(0)).unwrap().dim(), (1 << 60, 0));
    // more rows than can be counted
    let empty = Array2::<f64>::zeros((1, 0));
    let rows = empty.broadcast((1 << 62, 0)).unwrap();
    too_large(block_diag(&[&rows, &rows, &rows, &rows]), "block_diag");
}
