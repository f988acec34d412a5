//! General eigenproblems: by residuals and against NumPy, in every layout.

use crate::common::assert::*;
use crate::common::golden::{SQUARE, each_golden};
use crate::common::*;
use linstat::{Real, eig, eigvals};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix1, Ix2, array};
use num_complex::{Complex, Complex64};

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    special => special;
    defective => defective;
    random_matrices => random_matrices;
}
for_types! { golden_eigenvalues => golden, [f32, f64, Complex64]; }

/// Whether `x` may come before `y`: the smaller real part first; if they are (nearly) equal, the smaller
/// imaginary part.
fn in_order<R: Real>(x: Complex<R>, y: Complex<R>, grid: f64) -> bool {
    let [(x, sx), (y, sy)] = [x, y].map(|z| (z.re.f64(), z.im.f64().abs()));
    let equal = (x - y).abs() <= 4.0 * R::epsilon().f64() * x.abs();
    x <= y + grid && (!equal || sx <= sy + grid)
}

pub fn check<T: Element>(a: &ArrayRef2<T>) {
    let (n, size) = (a.nrows(), one_norm(a));
    let e = eig(a).unwrap();
    assert_eq!((e.eigenvalues.len(), e.eigenvectors.dim()), (n, (n, n)));
    let (v, w) = (wide_complex(&e.eigenvectors), wide_complex(&e.eigenvalues));
    for (j, v) in v.columns().into_iter().enumerate() {
        let length = v.iter().map(|x| x.norm_sqr()).sum::<f64>().sqrt();
        close_number(length, 1.0, T::eps() * (n as f64 + 4.0));
        // the backward error of each pair, column by column
        let column = v.insert_axis(Axis(1));
        let residual = wide(a).dot(&column) - column.mapv(|x| x * w[j]);
        small_residual::<T>(&format!("a · v - v · w of pair {j}"), &residual, n, size.max(f64::MIN_POSITIVE));
    }
    let grid = 64.0 * T::eps() * (n as f64) * size;
    ordered("eigenvalues", e.eigenvalues.as_slice().unwrap(), |x, y| in_order(x, y, grid));
    if !T::COMPLEX {
        conjugate_pairs(&e.eigenvalues, &e.eigenvectors);
    }
    close_number(w.sum(), wide(a).diag().sum(), T::eps() * n as f64 * size * 4.0);
    let values = eigvals(a).unwrap();
    assert_eq!(values.len(), n);
    close_number(wide_complex(&values).sum(), wide(a).diag().sum(), T::eps() * n as f64 * size * 4.0);
    ordered("eigvals", values.as_slice().unwrap(), |x, y| in_order(x, y, grid));
}

/// Complex eigenvalues of a real matrix: the one with the positive imaginary part first; values and vectors
/// are exact conjugates.
fn conjugate_pairs<R: Real>(w: &Array1<Complex<R>>, v: &Array2<Complex<R>>) {
    let mut j = 0;
    while j < w.len() {
        if w[j].im == R::zero() {
            assert!(
                v.column(j).iter().all(|x| x.im == R::zero()),
                "vector {j} of a real eigenvalue is not real"
            );
            j += 1;
        } else {
            assert!(
                j + 1 < w.len() && w[j].im > R::zero() && w[j + 1] == w[j].conj(),
                "no pair at {j} of {w}"
            );
            assert_eq!(v.column(j + 1), v.column(j).mapv(|x| x.conj()), "vectors of pair {j}");
            j += 2;
        }
    }
}

fn sizes_and_layouts<T: Element>() {
    each_square::<T>(check);
}

fn special<T: Element>() {
    each_library(|| {
        let e = eig(&Array2::<T>::zeros((0, 0))).unwrap();
        assert_eq!((e.eigenvalues.len(), e.eigenvectors.dim()), (0, (0, 0)));
        assert_eq!(eigvals(&Array2::<T>::zeros((0, 0))).unwrap().len(), 0);
        for n in [1, 2, 3, 17] {
            case(format!("zero {n}"), || check(&Array2::<T>::zeros((n, n))));
            case(format!("identity {n}"), || check(&Array2::<T>::eye(n)));
            case(format!("ones {n}"), || check(&Array2::<T>::ones((n, n))));
            case(format!("triangular {n}"), || {
                check(&Array2::from_shape_fn((n, n), |(i, j)| {
                    T::new(if i <= j { (i + 1) as f64 } else { 0.0 }, 0.0)
                }));
            });
            // the roots of 1: pairs with equal real parts on a circle
            case(format!("cyclic {n}"), || {
                check(&Array2::from_shape_fn((n, n), |(i, j)| T::new(f64::from((i + 1) % n == j), 0.0)));
            });
            // all eigenvalues on a vertical line
            case(format!("skew {n}"), || {
                let a = matrix::<T>(n, n, 1);
                check(&(&a - &adjoint(&a)));
            });
        }
    });
}

/// Matrices with fewer eigenvectors than columns: eigenvectors are repeated, and back substitution divides by
/// differences of equal eigenvalues.
fn defective<T: Element>() {
    each_library(|| {
        for n in [2, 3, 8, 10, 17, 24, 40, 60] {
            for value in [T::zero(), T::new(2.0, 0.0), T::new(-0.5, 1.5)] {
                let jordan = Array2::from_shape_fn((n, n), |(i, j)| match j.wrapping_sub(i) {
                    0 => value,
                    1 => T::one(),
                    _ => T::zero(),
                });
                case(format!("{value} and shift, of order {n}"), || {
                    check(&jordan);
                    check(&jordan.t());
                    // two blocks, each with its own eigenvector
                    check(&ndarray::concatenate![
                        Axis(0),
                        ndarray::concatenate![Axis(1), jordan, Array2::zeros((n, n))],
                        ndarray::concatenate![Axis(1), Array2::zeros((n, n)), jordan]
                    ]);
                });
            }
            // repeated pairs with small imaginary parts: 2 x 2 blocks with tiny determinants
            let pairs = Array2::from_shape_fn((2 * n, 2 * n), |(i, j)| match (i / 2 == j / 2, i == j) {
                (true, true) => T::one(),
                (true, false) => T::new(if i < j { 1e-3 } else { -1e-3 }, 0.0),
                (false, _) => T::new(f64::from(u8::from(j / 2 == i / 2 + 1)), 0.0),
            });
            case(format!("{n} equal pairs"), || check(&pairs));
        }
    });
}

fn random_matrices<T: Element>() {
    each_small_order::<T>(check);
}

fn golden<T: Element>() {
    each_golden::<T>(SQUARE, |golden| {
        let a = golden.input::<T, Ix2>("a");
        let expected = golden.output::<Complex64, Ix1>("eigvals");
        // Bauer and Fike: the backward error times the condition of the worst eigenvalue
        let tolerance = 4.0 * T::eps() * (a.nrows() as f64 + 1.0) * one_norm(&a) * golden.number("eig_cond");
        close(&wide_complex(&eigvals(&a).unwrap()), &expected, tolerance);
        close(&wide_complex(&eig(&a).unwrap().eigenvalues), &expected, tolerance);
    });
}

#[test]
fn real_results_can_be_had_as_such() {
    each_library(|| {
        let (w, v) = eig(&array![[2.0, 1.0], [0.0, 3.0]]).unwrap().into_real().unwrap();
        close(&w, &array![2.0, 3.0], 1e-14);
        assert_eq!(v.dim(), (2, 2));
        let rotation = eig(&array![[0.0, -1.0], [1.0, 0.0]]).unwrap();
        assert!(!rotation.is_real());
        close(&rotation.eigenvalues, &array![Complex64::new(0.0, 1.0), Complex64::new(0.0, -1.0)], 1e-15);
        assert!(rotation.into_real().is_none());
        assert!(eig(&Array2::<f64>::zeros((0, 0))).unwrap().is_real());
    });
}
