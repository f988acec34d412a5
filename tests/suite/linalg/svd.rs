//! Singular value decompositions: by reconstruction and orthogonality, in every layout.

use crate::common::assert::*;
use crate::common::golden::{RECTANGLE, SQUARE, each_golden};
use crate::common::*;
use linstat::testing::run_without;
use linstat::{Real, Scalar, SvdShape, svd, svdvals};
use ndarray::{Array2, ArrayRef2, Ix1, Ix2, array, s};
use num_complex::Complex64;

for_scalar! {
    squares => squares;
    rectangles => rectangles;
    spectra => spectra;
    random_matrices => random_matrices;
    when_an_iteration_fails => when_an_iteration_fails;
    empty => empty;
}
for_types! { golden_singular_values => golden, [f32, f64, Complex64]; }

pub fn check<T: Element>(a: &ArrayRef2<T>) {
    let ((m, n), k) = (a.dim(), a.nrows().min(a.ncols()));
    let size = m.max(n);
    let values = svdvals(a).unwrap();
    for (shape, u_cols, vt_rows) in [(SvdShape::Reduced, k, k), (SvdShape::Full, m, n)] {
        case(format!("{shape:?}"), || {
            let svd = svd(a, shape).unwrap();
            assert_eq!((svd.u.dim(), svd.s.len(), svd.vt.dim()), ((m, u_cols), k, (vt_rows, n)));
            orthonormal_columns("u", &svd.u);
            orthonormal_columns("vt", &adjoint(&svd.vt));
            ordered("s", svd.s.as_slice().unwrap(), |x, y| x >= y);
            assert!(svd.s.iter().all(|&s| s.f64() >= 0.0), "{}", svd.s);
            let s = svd.s.mapv(|s| Complex64::new(s.f64(), 0.0));
            let back = (wide(&svd.u.slice(s![.., ..k])) * &s).dot(&wide(&svd.vt.slice(s![..k, ..])));
            small_residual::<T>("u · s · vt - a", &(back - wide(a)), size, one_norm(a));
            close(&values, &svd.s, 10.0 * T::eps() * size as f64 * svd.s.first().map_or(0.0, |s| s.f64()));
        });
    }
}

fn squares<T: Element>() {
    each_square::<T>(check);
}

fn rectangles<T: Element>() {
    each_rectangle::<T>(check);
}

fn random_matrices<T: Element>() {
    each_small_order::<T>(check);
}

/// QR iteration where divide and conquer does not converge, and then our own.
fn when_an_iteration_fails<T: Element>() {
    for count in 1..=2 {
        case(format!("without the first {count}"), || {
            run_without(count, || {
                each_library(|| {
                    for (m, n) in [(1, 1), (3, 2), (17, 17), (20, 40), (70, 33)] {
                        case(format!("{} {m} x {n}", T::NAME), || check(&matrix::<T>(m, n, 1)));
                    }
                });
                spectra::<T>();
            });
        });
    }
    // an order from which libraries use several threads; ours take long
    run_without(1, || each_large_library(|| check(&matrix::<T>(310, 301, 1))));
}

/// Zero, low rank, multiple, clustered and graded singular values.
fn spectra<T: Element>() {
    each_library(|| {
        for (m, n) in [(2, 2), (5, 3), (3, 20), (40, 17), (33, 33)] {
            let k = m.min(n);
            for a in
                [Array2::zeros((m, n)), Array2::ones((m, n)), Array2::eye(m.max(n)).slice_move(s![..m, ..n])]
            {
                check::<T>(&a);
            }
            let spectra: [fn(usize) -> f64; 4] = [
                |i| f64::from(i == 0),
                |i| 1.0 + 1e-12 * i as f64,
                |i| 10f64.powi(-(i as i32)),
                |i| f64::from(i < 2) + 1.0,
            ];
            for (i, spectrum) in spectra.iter().enumerate() {
                let mut s: Vec<f64> = (0..k).map(spectrum).collect();
                s.sort_by(|x, y| y.total_cmp(x));
                let a = with_spectrum::<T>(m, n, &s, 1);
                case(format!("{} {m} x {n}, spectrum {i}", T::NAME), || {
                    check(&a);
                    let expected = ndarray::Array1::from(s.clone()).mapv(<T::Real as Real>::of);
                    close(&svdvals(&a).unwrap(), &expected, 4.0 * T::eps() * (m + n) as f64 * s[0]);
                });
            }
        }
    });
}

fn empty<T: Element>() {
    each_library(|| {
        for (m, n) in [(0, 0), (0, 3), (3, 0)] {
            let a = Array2::<T>::zeros((m, n));
            let full = svd(&a, SvdShape::Full).unwrap();
            same(&full.u, &Array2::eye(m));
            same(&full.vt, &Array2::eye(n));
            let reduced = svd(&a, SvdShape::Reduced).unwrap();
            assert_eq!((reduced.u.dim(), reduced.s.len(), reduced.vt.dim()), ((m, 0), 0, (0, n)));
            assert_eq!(svdvals(&a).unwrap().len(), 0);
        }
    });
}

fn golden<T: Element>() {
    for file in [SQUARE, RECTANGLE] {
        each_golden::<T>(file, |golden| {
            let a = golden.input::<T, Ix2>("a");
            let expected = golden.output::<T, Ix1>("svdvals").mapv(Scalar::re);
            // singular values change by at most the norm of the backward error
            let tolerance = 4.0 * T::eps() * (a.nrows().max(a.ncols()) as f64 + 1.0) * expected[0].f64();
            close(&svdvals(&a).unwrap(), &expected, tolerance);
            close(&svd(&a, SvdShape::Reduced).unwrap().s, &expected, tolerance);
        });
    }
}

#[test]
fn a_known_one() {
    each_library(|| {
        // NumPy 2.4: np.linalg.svd([[3., 0.], [4., 5.]]); sqrt(45) and sqrt(5), from the characteristic
        // polynomial
        let s = svdvals(&array![[3.0, 0.0], [4.0, 5.0]]).unwrap();
        close(&s, &array![45f64.sqrt(), 5f64.sqrt()], 1e-14);
    });
}
