//! Hermitian eigenproblems: by residuals and orthogonality, in every layout.

use crate::common::assert::*;
use crate::common::golden::{EIGEN, SQUARE, each_golden};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::testing::run_without;
use linstat::{ErrorKind, Real, Scalar, eigh, eigh_range, eigvalsh, eigvalsh_range};
use ndarray::{Array2, Array3, ArrayRef2, Axis, Ix1, Ix2, array, s};
use num_complex::Complex64;
use std::ops::{Bound, Range};

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    spectra => spectra;
    random_matrices => random_matrices;
    other_triangle => other_triangle;
    ranges => ranges;
    few_of_many => few_of_many;
    when_an_iteration_fails => when_an_iteration_fails;
}
for_types! {
    golden_eigenvalues => golden, [f32, f64, Complex64];
    golden_ranges => golden_range, [f32, f64, Complex64];
}

/// `a` is not symmetric: only its lower triangle may be read, and the imaginary part of the diagonal must be
/// ignored.
pub fn check<T: Element>(a: &ArrayRef2<T>) {
    let n = a.nrows();
    let h = Array2::from_shape_fn((n, n), |(i, j)| match i.cmp(&j) {
        std::cmp::Ordering::Greater => a[[i, j]],
        std::cmp::Ordering::Equal => T::from_real(a[[i, i]].re()),
        std::cmp::Ordering::Less => a[[j, i]].conj(),
    });
    let e = eigh(a).unwrap();
    assert_eq!((e.eigenvalues.len(), e.eigenvectors.dim()), (n, (n, n)));
    orthonormal_columns("eigenvectors", &e.eigenvectors);
    let (v, w) = (wide(&e.eigenvectors), e.eigenvalues.mapv(|w| Complex64::new(w.f64(), 0.0)));
    small_residual::<T>("h · v - v · w", &(wide(&h).dot(&v) - &v * &w), n, one_norm(&h));
    ordered("eigenvalues", e.eigenvalues.as_slice().unwrap(), |x, y| x <= y);
    let largest = e.eigenvalues.iter().fold(0.0, |max, w| f64::max(max, w.f64().abs()));
    close(&eigvalsh(a).unwrap(), &e.eigenvalues, 10.0 * T::eps() * n as f64 * largest);
}

fn sizes_and_layouts<T: Element>() {
    each_square::<T>(check);
}

fn random_matrices<T: Element>() {
    each_small_order::<T>(check);
}

/// The upper triangle is not read, however large or small it is.
fn other_triangle<T: Element>() {
    let huge = if T::eps() < 1e-10 { 1e300 } else { 1e30 };
    each_library(|| {
        for n in [2, 3, 5, 16, 17, 40] {
            for scale in [huge, 1.0 / huge, 0.0] {
                let mut a = matrix::<T>(n, n, 7);
                a.indexed_iter_mut().filter(|((i, j), _)| i < j).for_each(|(_, x)| *x = T::new(scale, 0.0));
                a.diag_mut().mapv_inplace(|x| T::new(x.re().f64(), scale));
                check(&a);
            }
        }
    });
}

/// Multiple, clustered, zero and graded eigenvalues.
fn spectra<T: Element>() {
    each_library(|| {
        for n in [2, 5, 17, 40] {
            check(&Array2::<T>::zeros((n, n)));
            check(&Array2::<T>::eye(n));
            check(&Array2::<T>::ones((n, n)));
            let q = orthonormal::<T>(n, n, 1);
            let spectra: [fn(usize) -> f64; 4] = [
                |i| if i == 0 { 1.0 } else { 2.0 },
                |i| 1.0 + 1e-12 * i as f64,
                |i| 10f64.powi(-(i as i32)),
                |i| if i % 2 == 0 { 1.0 } else { -1.0 },
            ];
            for spectrum in spectra {
                let w = ndarray::Array1::from_shape_fn(n, |i| T::new(spectrum(i), 0.0));
                check(&(&q * &w).dot(&adjoint(&q)));
            }
        }
    });
}

fn golden<T: Element>() {
    each_golden::<T>(SQUARE, |golden| {
        let h = golden.input::<T, Ix2>("h");
        let expected = golden.output::<T, Ix1>("eigvalsh").mapv(Scalar::re);
        // Weyl: eigenvalues change by at most the norm of the backward error
        let tolerance = 4.0 * T::eps() * (h.nrows() as f64 + 1.0) * one_norm(&h);
        close(&eigvalsh(&h).unwrap(), &expected, tolerance);
        close(&eigh(&h).unwrap().eigenvalues, &expected, tolerance);
    });
}

#[test]
fn empty_and_single() {
    each_library(|| {
        let e = eigh(&Array2::<f64>::zeros((0, 0))).unwrap();
        assert_eq!((e.eigenvalues.len(), e.eigenvectors.dim()), (0, (0, 0)));
        let e = eigh(&array![[-3.0f64]]).unwrap();
        assert_eq!((e.eigenvalues[0], e.eigenvectors[[0, 0]].abs()), (-3.0, 1.0));
    });
}

/// Checks the eigenpairs of a range of a Hermitian matrix.
fn check_range<T: Element>(a: &ArrayRef2<T>, range: Range<usize>) {
    let (n, k) = (a.nrows(), range.len());
    case(format!("{} {n}, {range:?}", T::NAME), || {
        let (e, all) = (eigh_range(a, range.clone()).unwrap(), eigvalsh(a).unwrap());
        assert_eq!((e.eigenvalues.len(), e.eigenvectors.dim()), (k, (n, k)));
        orthonormal_columns("eigenvectors", &e.eigenvectors);
        let (v, w) = (wide(&e.eigenvectors), e.eigenvalues.mapv(|w| Complex64::new(w.f64(), 0.0)));
        small_residual::<T>("a · v - v · w", &(wide(a).dot(&v) - &v * &w), n, one_norm(a));
        let largest = all.iter().fold(0.0, |max, w| f64::max(max, w.f64().abs()));
        let expected = all.slice(s![range.clone()]);
        close(&e.eigenvalues, &expected, 10.0 * T::eps() * n as f64 * largest);
        let values = eigvalsh_range(a, range).unwrap();
        // on several threads, last digits of two calls may differ
        close(&values, &expected, if n < 64 { 0.0 } else { T::eps() * n as f64 * largest });
    });
}

fn ranges<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 5, 16, 17, 40, 130] {
            let a = hermitian(&matrix::<T>(n, n, 1));
            for range in [0..1, n - 1..n, 0..n, n / 3..n / 2 + 1, 0..0, n..n, n / 2..n] {
                check_range(&a, range);
            }
            let (whole, all) = (eigh_range(&a, ..).unwrap(), eigh(&a).unwrap());
            same(&whole.eigenvalues, &all.eigenvalues);
            same(&whole.eigenvectors, &all.eigenvectors);
            same(&eigvalsh_range(&a, ..=n - 1).unwrap(), &eigvalsh(&a).unwrap());
            let after_first = (Bound::Excluded(0), Bound::Unbounded);
            assert_eq!(eigh_range(&a, after_first).unwrap().eigenvalues.len(), n - 1);
        }
        for n in [1, 2, 5, 18] {
            each_layout(&hermitian(&matrix::<T>(n, n, 2)), |a| check_range(a, n / 2..n));
        }
        let none = eigh_range(&Array2::<T>::zeros((0, 0)), ..).unwrap();
        assert_eq!((none.eigenvalues.len(), none.eigenvectors.dim()), (0, (0, 0)));
        for (count, n) in [(0, 3), (1, 3), (3, 5), (3, 0), (2, 20)] {
            let a = matrix::<T>(count * n, n, 3).into_shape_with_order((count, n, n)).unwrap();
            let range = n / 2..n;
            let (all, values) =
                (eigh_range(&a, range.clone()).unwrap(), eigvalsh_range(&a, range.clone()).unwrap());
            assert_eq!(all.eigenvectors.dim(), (count, n, range.len()));
            assert_eq!((all.eigenvalues.dim(), values.dim()), ((count, range.len()), (count, range.len())));
            for k in 0..count {
                let one = eigh_range(&a.index_axis(Axis(0), k), range.clone()).unwrap();
                identical(&all.eigenvectors.index_axis(Axis(0), k), &one.eigenvectors);
                same(&all.eigenvalues.index_axis(Axis(0), k), &one.eigenvalues);
                let one = eigvalsh_range(&a.index_axis(Axis(0), k), range.clone()).unwrap();
                same(&values.index_axis(Axis(0), k), &one);
            }
        }
    });
}

/// Orders from which libraries find a few eigenpairs only; also those of clusters and of multiple
/// eigenvalues.
fn few_of_many<T: Element>() {
    each_large_library(|| {
        let n = 304;
        let a = hermitian(&matrix::<T>(n, n, 1));
        let clusters = Array2::from_diag(&ndarray::Array1::from_shape_fn(n, |i| T::new((i % 3) as f64, 0.0)));
        for range in [0..n / 4, n - 5..n, 99..110] {
            check_range(&a, range);
        }
        check_range(&clusters, 99..110);
        check_range(&Array2::<T>::ones((n, n)), n - 5..n);
    });
}

/// All eigenpairs where the iteration for some does not converge, and our own where that for all does not.
fn when_an_iteration_fails<T: Element>() {
    for count in 1..=2 {
        run_without(count, || {
            each_library(|| {
                for n in [1, 2, 17, 40] {
                    let a = hermitian(&matrix::<T>(n, n, 1));
                    check(&a);
                    check_range(&a, n / 2..n);
                }
            });
        });
    }
    run_without(1, || each_large_library(|| check_range(&hermitian(&matrix::<T>(300, 300, 1)), 7..10)));
}

fn golden_range<T: Element>() {
    each_golden::<T>(EIGEN, |golden| {
        let a = golden.input::<T, Ix2>("a");
        let expected = golden.output::<T, Ix1>("range").mapv(Scalar::re);
        let range = golden.number("first") as usize..=golden.number("last") as usize;
        let tolerance = 4.0 * T::eps() * (a.nrows() as f64 + 1.0) * one_norm(&a);
        close(&eigvalsh_range(&a, range.clone()).unwrap(), &expected, tolerance);
        close(&eigh_range(&a, range).unwrap().eigenvalues, &expected, tolerance);
    });
}

#[test]
fn ranges_that_do_not_fit() {
    let (a, stack) = (Array2::<f64>::eye(3), Array3::<f64>::zeros((2, 3, 3)));
    let refused = |e: &linstat::Error, found: &str| {
        e.matrix().is_none()
            && matches!(e.kind(), ErrorKind::InvalidArgument { name: "range", reason }
                if reason.contains("0..3") && reason.ends_with(found))
    };
    let ends = [
        ((Bound::Included(0_usize), Bound::Excluded(4_usize)), "found 0..4"),
        ((Bound::Included(2), Bound::Excluded(1)), "found 2..1"),
        ((Bound::Included(4), Bound::Unbounded), "found 4..3"),
        ((Bound::Unbounded, Bound::Included(usize::MAX)), "found one beyond the largest number"),
        ((Bound::Excluded(usize::MAX), Bound::Unbounded), "found one beyond the largest number"),
    ];
    for (range, found) in ends {
        error_kind(eigh_range(&a, range), |e| e.op() == "eigh_range" && refused(e, found));
        error_kind(eigh_range(&stack, range), |e| refused(e, found));
        error_kind(eigvalsh_range(&a, range), |e| e.op() == "eigvalsh_range" && refused(e, found));
        error_kind(eigvalsh_range(&stack, range), |e| refused(e, found));
    }
}
