//! Errors of other crates and libraries, each as a test that would find it here.

use crate::common::assert::*;
use crate::common::layouts::each_layout;
use crate::common::*;
use crate::linalg;
use linstat::*;
use ndarray::{Array1, Array2, Axis, array, s};
use num_complex::Complex64;

fn i() -> Complex64 {
    Complex64::i()
}

/// Row-major complex input taken for column-major is the conjugate matrix, with conjugate vectors.
#[test]
fn complex_eigh_of_row_major_input() {
    each_library(|| {
        let a = array![[2.0 + 0.0 * i(), 1.0 - 2.0 * i()], [1.0 + 2.0 * i(), 3.0 + 0.0 * i()]];
        let e = eigh(&a).unwrap();
        close(&a.dot(&e.eigenvectors), &(&e.eigenvectors * &e.eigenvalues.mapv(Complex64::from)), 1e-14);
        let a = hermitian(&matrix::<Complex64>(20, 20, 1));
        linalg::eigh::check(&a);
        linalg::eigh::check(&a.reversed_axes());
    });
}

/// A transpose taken for an adjoint gives the conjugates of complex results.
#[test]
fn complex_matrices_are_not_conjugated_on_the_way() {
    each_library(|| {
        for n in [2, 20] {
            let a = matrix::<Complex64>(n, n, 1);
            let b = vector::<Complex64>(n, 1);
            each_layout(&a, |a| {
                close(&a.dot(&solve(a, &b).unwrap()), &b, 1e-11);
                close(&a.dot(&inv(a).unwrap()), &Array2::eye(n), 1e-11);
                linalg::svd::check(a);
                linalg::eig::check(a);
            });
            close_number(det(&a.t()).unwrap(), det(&a).unwrap(), 1e-9 * det(&a).unwrap().norm());
        }
    });
}

/// A view with stride -1 on the unit axis was taken for a contiguous one; reversed rows were refused.
#[test]
fn negative_strides() {
    each_library(|| {
        for n in [3, 20] {
            let a = matrix::<f64>(n, n, 1);
            for view in [a.slice(s![.., ..;-1]), a.slice(s![..;-1, ..]), a.slice(s![..;-1, ..;-1])] {
                let copy = view.as_standard_layout().into_owned();
                linalg::svd::check::<f64>(&view);
                linalg::eig::check::<f64>(&view);
                close(&svdvals(&view).unwrap(), &svdvals(&copy).unwrap(), 1e-13);
                close(&inv(&view).unwrap(), &inv(&copy).unwrap(), 1e-10);
                close(&matmul(&view, &view.t()).unwrap(), &copy.dot(&copy.t()), 1e-13);
            }
        }
    });
}

/// Only one right-hand side at a time, and only contiguous ones, were accepted.
#[test]
fn many_and_strided_right_hand_sides() {
    each_library(|| {
        let a = matrix::<f64>(20, 20, 1);
        let many = matrix::<f64>(40, 300, 2);
        let b = many.slice(s![..;-2, ..;3]);
        let x: Array2<f64> = solve(&a, &b).unwrap();
        close(&a.dot(&x), &b.to_owned(), 1e-11);
        let b = many.slice(s![..;2, 7]);
        let x: Array1<f64> = solve(&a, &b).unwrap();
        close(&a.dot(&x), &b.to_owned(), 1e-11);
    });
}

/// `geev` of an OpenBLAS did not undo its own scaling of very large and very small matrices.
#[test]
fn eigenvalues_of_huge_and_tiny_matrices() {
    each_library(|| {
        for n in [2, 3, 20] {
            let a = matrix::<f64>(n, n, 1);
            let expected = eigvals(&a).unwrap();
            for exponent in [330, 498, 510, 1000, 1020, -330, -664, -1000] {
                let factor = 2f64.powi(exponent);
                let scaled = a.mapv(|x| x * factor);
                case(format!("2^{exponent} {n} x {n}"), || {
                    // scaled back first: the difference of such numbers would overflow
                    close(&eigvals(&scaled).unwrap().mapv(|w| w / factor), &expected, 1e-11);
                    let e = eig(&scaled).unwrap();
                    close(&e.eigenvalues.mapv(|w| w / factor), &expected, 1e-11);
                    for (v, w) in e.eigenvectors.columns().into_iter().zip(&e.eigenvalues) {
                        let residual = wide(&a).dot(&v) - v.mapv(|x| x * (w / factor));
                        close(&residual, &Array1::zeros(n), 1e-12);
                    }
                });
            }
            let w = eigvals(&(Array2::<f64>::eye(n) * 1e150)).unwrap();
            close_relative(&w, &Array1::from_elem(n, Complex64::new(1e150, 0.0)), 1e-14);
            let w = eigvals(&(Array2::<f64>::eye(n) * 1e-200)).unwrap();
            close_relative(&w, &Array1::from_elem(n, Complex64::new(1e-200, 0.0)), 1e-14);
        }
    });
}

/// The other decompositions square their elements too.
#[test]
fn spectra_of_huge_tiny_and_denormal_matrices() {
    each_library(|| {
        for n in [2, 3, 20] {
            let a = matrix::<f64>(n, n, 1);
            for exponent in [600, 1010, -600, -1000] {
                let factor = 2f64.powi(exponent);
                let scaled = a.mapv(|x| x * factor);
                case(format!("2^{exponent} {n} x {n}"), || {
                    close(&(svdvals(&scaled).unwrap() / factor), &svdvals(&a).unwrap(), 1e-13);
                    let full = svd(&scaled, SvdShape::Full).unwrap();
                    orthonormal_columns("u", &full.u);
                    orthonormal_columns("v", &full.vt.t());
                    close(&(eigvalsh(&scaled).unwrap() / factor), &eigvalsh(&a).unwrap(), 1e-13);
                    orthonormal_columns("eigenvectors", &eigh(&scaled).unwrap().eigenvectors);
                    close(&(inv(&scaled).unwrap() * factor), &inv(&a).unwrap(), 1e-10);
                });
            }
            // a denormal, which is exact when multiplied by two
            let tiny = Array2::<f64>::eye(n) * 2f64.powi(-1070);
            assert_eq!(svdvals(&tiny).unwrap(), Array1::from_elem(n, 2f64.powi(-1070)));
            assert_eq!(eigvalsh(&tiny).unwrap(), Array1::from_elem(n, 2f64.powi(-1070)));
        }
    });
}

/// Empty matrices: out-of-bounds reads, panics or an error, depending on the routine.
#[test]
fn empty_matrices_everywhere() {
    each_library(|| {
        for (op, call) in linalg::of_square::<f64>() {
            case(op, || call(&Array2::zeros((0, 0))).unwrap());
        }
        for (op, call) in linalg::of_any::<f64>() {
            for shape in [(0, 0), (0, 4), (4, 0)] {
                let result = call(&Array2::zeros(shape));
                // condition numbers and the norms 2 and -2 take an extreme of no elements
                let may_refuse = ["matrix_norm", "matrix_norm_axes", "cond"].contains(&op);
                let fine = match &result {
                    Ok(()) => true,
                    Err(e) => may_refuse && e.op() == op && matches!(e.kind(), ErrorKind::Empty { .. }),
                };
                assert!(fine, "{op} of {shape:?}: {result:?}");
            }
        }
    });
}

/// NaN without a check: garbage, arbitrary error codes, or an endless iteration.
#[test]
fn nan_never_hangs() {
    must_end(|| {
        each_library(|| {
            for n in [2, 30] {
                let mut a = Array2::<f64>::ones((n, n));
                a[[n - 1, 0]] = f64::NAN;
                for (op, call) in linalg::of_square().into_iter().chain(linalg::of_any()) {
                    error_kind(call(&a), |e| e.op() == op && matches!(e.kind(), ErrorKind::NonFinite { .. }));
                }
                error_kind(pca(&a, 1), |e| {
                    e.op() == "pca" && matches!(e.kind(), ErrorKind::NonFinite { .. })
                });
            }
        });
    });
}

/// The full U of this matrix takes 3.2 GB, that of 100 000 rows 80.
#[test]
fn a_reduced_svd_does_not_compute_the_full_u() {
    each_library(|| {
        let a = matrix::<f64>(20_000, 10, 1);
        let svd = svd(&a, SvdShape::Reduced).unwrap();
        assert_eq!((svd.u.dim(), svd.vt.dim()), ((20_000, 10), (10, 10)));
        close(&(svd.u * &svd.s).dot(&svd.vt), &a, 1e-11);
        assert_eq!(pca(&a, 10).unwrap().dim(), (20_000, 10));
    });
}

/// Eigenvalues alone and with vectors come from different routines: both must be sorted, and agree.
#[test]
fn eigenvalues_of_a_general_matrix_are_in_order() {
    each_library(|| {
        let diagonal = array![3.0, -1.0, 2.0, 0.0, -5.0, 2.5];
        for values in [
            eigvals(&Array2::from_diag(&diagonal)).unwrap(),
            eig(&Array2::from_diag(&diagonal)).unwrap().eigenvalues,
        ] {
            close(&values.mapv(|w| w.re), &array![-5.0, -1.0, 0.0, 2.0, 2.5, 3.0], 1e-14);
        }
        // two rotations with equal real parts: the slower one first, and in each pair the positive one
        let mut a = Array2::<f64>::zeros((4, 4));
        for (at, x) in [([0, 1], 3.0), ([1, 0], -3.0), ([2, 3], 1.0), ([3, 2], -1.0)] {
            a[at] = x;
        }
        close(&eigvals(&a).unwrap(), &array![i(), -i(), 3.0 * i(), -3.0 * i()], 1e-14);
    });
}

/// A maximum that drops NaN, and squares that overflow.
#[test]
fn norms_keep_nan_and_do_not_overflow() {
    let a = array![[1.0, f64::NAN], [3.0, 4.0]];
    for ord in [MatrixNorm::Fro, MatrixNorm::One, MatrixNorm::NegOne, MatrixNorm::Inf, MatrixNorm::NegInf] {
        assert!(matrix_norm(&a, ord).unwrap().is_nan(), "{ord:?}");
    }
    for ord in [f64::INFINITY, f64::NEG_INFINITY, 1.0, 2.0, 3.0] {
        assert!(vector_norm(&a.row(0), ord).unwrap().is_nan(), "{ord}");
    }
    close_relative(
        &array![norm(&array![3e200, 4e200]), norm(&array![3e-200, 4e-200])],
        &array![5e200, 5e-200],
        1e-15,
    );
    close_relative(
        &array![norm(&array![3e30f32, 4e30]), norm(&array![3e-30f32, 4e-30])],
        &array![5e30, 5e-30],
        1e-6,
    );
    close_relative(
        &array![vector_norm(&array![1e200, 1e200], 3.0).unwrap()],
        &array![1e200 * 2f64.cbrt()],
        1e-14,
    );
}

/// faer's LU divides by a zero pivot and goes on: infinities instead of an error.
#[test]
fn singular_matrices_are_errors_in_every_library() {
    each_library(|| {
        for n in [2, 3, 17, 40, 100] {
            let mut a = matrix::<f64>(n, n, 1);
            a.column_mut(n - 1).fill(0.0);
            error(inv(&a), "inv", ErrorKind::Singular { pivot: n - 1 });
            error(solve(&a, &Array1::ones(n)), "solve", ErrorKind::Singular { pivot: n - 1 });
            assert_eq!(det(&a), Ok(0.0));
            assert_eq!(slogdet(&a).unwrap().logabsdet, f64::NEG_INFINITY);
            // an early zero pivot, with columns after it
            let mut a = Array2::<f64>::eye(n);
            a[[0, 0]] = 0.0;
            error(inv(&a), "inv", ErrorKind::Singular { pivot: 0 });
            assert_eq!(det(&a), Ok(0.0));
        }
    });
}

/// Strides that BLAS does not accept silently took another path, broadcast operands among them.
#[test]
fn products_of_awkward_views() {
    each_library(|| {
        let big = matrix::<f64>(90, 90, 1);
        let row = big.row(3);
        let broadcast = row.broadcast((20, 90)).unwrap();
        close(&matmul(&broadcast, &big).unwrap(), &broadcast.to_owned().dot(&big), 1e-13);
        close(&matmul(&big, &broadcast.t()).unwrap(), &big.dot(&broadcast.to_owned().t()), 1e-13);
        let overlapping = big.slice(s![..;2, 1..80;3]);
        close(
            &matmul(&overlapping.t(), &overlapping).unwrap(),
            &overlapping.to_owned().t().dot(&overlapping.to_owned()),
            1e-13,
        );
        // one row or one column: the stride of the other axis means nothing
        let column = big.slice(s![.., 5..6]);
        close(&matmul(&column.t(), &column).unwrap(), &array![[column.iter().map(|x| x * x).sum()]], 1e-13);
        close(
            &matmul(&big.slice(s![2..3, ..]), &big.slice(s![.., ..;-1])).unwrap(),
            &big.slice(s![2..3, ..]).dot(&big.slice(s![.., ..;-1])),
            1e-13,
        );
    });
}

/// `gemm` with beta 0 must not read its output, since 0 * NaN is NaN; but it must read the bias of a layer.
#[test]
fn results_do_not_depend_on_what_was_in_memory() {
    each_library(|| {
        for n in [2, 40] {
            let (x, w) = (matrix::<f64>(n, n, 1), matrix::<f64>(n, n, 2));
            let plain = matmul(&x, &w).unwrap();
            close(&linear_layer(&x, &w, &Array1::from_elem(n, 0.5)).unwrap(), &(plain + 0.5), 1e-13);
            let y = linear_layer(&x, &w, &Array1::from_elem(n, f64::NAN)).unwrap();
            assert!(y.iter().all(|y| y.is_nan()));
        }
    });
}

/// The eigenvectors of many equal or nearly equal eigenvalues lost their orthogonality.
#[test]
fn eigenvectors_of_clusters_are_orthogonal() {
    each_library(|| {
        let q = orthonormal::<f64>(60, 60, 1);
        for gap in [0.0, 1e-15, 1e-10] {
            let w = Array1::from_shape_fn(60, |i| 1.0 + gap * i as f64);
            linalg::eigh::check(&(&q * &w).dot(&q.t()));
            // the largest of them, as PCA asks for: a few of many equal ones
            let x = (&q * &w).slice_move(s![.., ..20]);
            let fitted = Pca::new(5).fit(&x).unwrap();
            orthonormal_columns("components", &fitted.components().t());
        }
    });
}

/// Wilkinson's matrix: the elements grow by 2^(n-1), and the result is backward stable up to that growth.
#[test]
fn pivots_that_grow() {
    each_library(|| {
        let n = 40;
        let a = Array2::from_shape_fn((n, n), |(i, j)| match (i == j, i > j, j == n - 1) {
            (_, _, true) | (true, _, _) => 1.0,
            (_, true, _) => -1.0,
            _ => 0.0,
        });
        close_relative(&array![det(&a).unwrap()], &array![2f64.powi(n as i32 - 1)], 1e-12);
        close(&a.dot(&inv(&a).unwrap()), &Array2::eye(n), 2f64.powi(n as i32) * f64::EPSILON);
    });
}

/// A mean far from 0 took all digits from a one-pass variance.
#[test]
fn a_large_mean_costs_the_deviation_nothing() {
    let x = array![1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
    assert_eq!(std(&x, 1), Ok(30f64.sqrt()));
    let columns = x.clone().insert_axis(Axis(1));
    assert_eq!(std_axis(&columns, 1, Axis(0)), Ok(array![30f64.sqrt()]));
    assert_eq!(mean(&x), Ok(1e9 + 10.0));
}

/// Finite elements whose elimination overflows unless they are scaled first; the determinant is -4 m^2.
#[test]
fn pivots_that_overflow() {
    must_end(|| {
        each_library(|| {
            let m = f64::MAX;
            let a = array![[1.0, m, m], [-1.0, m, m], [-1.0, m, -m]];
            assert_eq!(det(&a), Ok(f64::NEG_INFINITY));
            let result = slogdet(&a).unwrap();
            assert_eq!(result.sign, -1.0);
            close_number(result.logabsdet, 4f64.ln() + 2.0 * m.ln(), 1e-12);
        });
    });
}

/// After scaling by their largest element, the other elements are near the underflow, where oneMKL's `geev`
/// fails.
#[test]
fn eigenvalues_of_matrices_of_one_huge_element() {
    let mut four = Array2::<f64>::zeros((4, 4));
    (four[[0, 2]], four[[1, 0]], four[[2, 1]]) = (1.859547322206529, 1e300, 0.1906506461368278);
    let mut five = Array2::<f64>::zeros((5, 5));
    (five[[0, 4]], five[[1, 0]], five[[4, 1]]) = (-2.0179560416783695, 1e300, -2.2747646909284396);
    each_library(|| {
        for a in [&four, &five] {
            let eig = eig(a).unwrap();
            // beside 1e300, the eigenvalues of size 1e100 and the zeros are both within the rounding errors
            assert!(eig.eigenvalues.iter().all(|w| w.norm() < 1e-14 * 1e300), "{:?}", eig.eigenvalues);
        }
    });
}

/// The reciprocal of a denormal pivot is infinite: kernels that multiply by it give NaN for a regular matrix.
#[test]
fn denormal_pivots() {
    must_end(|| {
        each_library(|| {
            let tiny = 5e-324_f64;
            let a = array![[tiny, tiny, tiny], [1.0, 2.0, 3.0], [4.0, 5.0, 7.0]];
            assert!(det(&a).unwrap().is_finite());
            assert!(slogdet(&a).unwrap().logabsdet.is_finite());
        });
    });
}
