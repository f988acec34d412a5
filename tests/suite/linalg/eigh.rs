//! Hermitian eigenproblems: by residuals and orthogonality, in every layout.

use crate::common::assert::*;
use crate::common::golden::{SQUARE, each_golden};
use crate::common::*;
use linstat::{Real, Scalar, eigh, eigvalsh};
use ndarray::{Array2, ArrayRef2, Ix1, Ix2, array};
use num_complex::Complex64;

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    spectra => spectra;
    random_matrices => random_matrices;
    other_triangle => other_triangle;
}
for_types! { golden_eigenvalues => golden, [f32, f64, Complex64]; }

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
