//! Triangular systems.

use crate::common::assert::*;
use crate::common::golden::{FACTORS, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use crate::linalg::tiny;
use linstat::{ErrorKind, Real, TriangularShape, solve_triangular};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix1, Ix2};

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    empty => empty;
    singular => singular;
    the_ends_of_the_range => the_ends_of_the_range;
}
for_types! { golden_solutions => golden, [f32, f64, Complex64]; }

/// A matrix with large diagonal elements, and with junk in no triangle.
fn coefficients<T: Element>(n: usize, seed: u64) -> Array2<T> {
    matrix::<T>(n, n, seed) + Array2::from_diag_elem(n, T::new(2.0, 0.5))
}

/// Calls `f` with every way to read a matrix, and the matrix that is read.
fn each_shape<T: Element>(a: &ArrayRef2<T>, f: impl Fn(TriangularShape, &Array2<T>)) {
    for is_lower in [true, false] {
        for is_unit in [false, true] {
            let mut part = a.to_owned();
            for ((i, j), x) in part.indexed_iter_mut() {
                if i == j && is_unit {
                    *x = T::one();
                } else if i != j && (i > j) != is_lower {
                    *x = T::zero();
                }
            }
            let base = if is_lower { TriangularShape::lower() } else { TriangularShape::upper() };
            let base = if is_unit { base.unit_diagonal() } else { base };
            let all = [
                (base, part.clone()),
                (base.transposed(), part.t().to_owned()),
                (base.adjoint(), adjoint(&part)),
            ];
            for (shape, read) in all {
                case(format!("{shape:?}"), || f(shape, &read));
            }
        }
    }
}

/// The backward error: |a · x - b| relative to |a| * |x|.
fn check<T: Element>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) {
    each_shape(a, |shape, read| {
        let x = solve_triangular(a, b, shape).unwrap();
        assert_eq!(x.dim(), b.dim());
        for (x, b) in x.axis_iter(Axis(1)).zip(b.axis_iter(Axis(1))) {
            let (x, b) = (x.insert_axis(Axis(1)), b.insert_axis(Axis(1)));
            let residual = wide(read).dot(&wide(&x)) - wide(&b);
            small_residual::<T>("residual", &residual, a.nrows(), one_norm(read) * one_norm(&x));
        }
    });
}

fn sizes_and_layouts<T: Element>() {
    each_library(|| {
        for &n in SIZES {
            for k in [0, 1, 7] {
                case(format!("{} {n}, {k} columns", T::NAME), || {
                    check(&coefficients::<T>(n, 1), &matrix::<T>(n, k, 2));
                });
            }
        }
        for n in [1, 3, 18] {
            let (a, b) = (coefficients::<T>(n, 3), matrix::<T>(n, 2, 4));
            each_layout(&a, |a| check(a, &b));
            each_layout(&b, |b| check(&a, b));
            each_stride(&vector::<T>(n, 5), |v| {
                let column = v.view().insert_axis(Axis(1));
                each_shape(&a, |shape, _| {
                    let x = solve_triangular(&a, v, shape).unwrap();
                    close(&x.insert_axis(Axis(1)), &solve_triangular(&a, &column, shape).unwrap(), 0.0);
                });
            });
        }
    });
}

fn empty<T: Element>() {
    each_library(|| {
        let none = Array2::<T>::zeros((0, 0));
        let x = solve_triangular(&none, &Array1::zeros(0), TriangularShape::lower()).unwrap();
        same(&x, &Array1::<T>::zeros(0));
        assert_eq!(
            solve_triangular(&none, &Array2::zeros((0, 3)), TriangularShape::upper()).unwrap().dim(),
            (0, 3)
        );
        assert_eq!(
            solve_triangular(&Array2::<T>::eye(3), &Array2::zeros((3, 0)), TriangularShape::upper())
                .unwrap()
                .dim(),
            (3, 0)
        );
    });
}

fn singular<T: Element>() {
    each_library(|| {
        for n in [1, 2, 17, 40] {
            for pivot in [0, n / 2, n - 1] {
                let mut a = coefficients::<T>(n, 6);
                a[[pivot, pivot]] = T::zero();
                let b = matrix::<T>(n, 1, 7);
                for shape in [
                    TriangularShape::lower(),
                    TriangularShape::upper().transposed(),
                    TriangularShape::upper().adjoint(),
                ] {
                    error(solve_triangular(&a, &b, shape), "solve_triangular", ErrorKind::Singular { pivot });
                    assert!(solve_triangular(&a, &b, shape.unit_diagonal()).is_ok(), "it is not read");
                }
            }
        }
    });
}

/// Rows and columns of very different sizes: the unknowns are those of the moderate matrix.
fn the_ends_of_the_range<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 17, 40] {
            let whole = |x: T| T::new((9.0 * x.re().f64()).trunc(), (9.0 * x.im().f64()).trunc());
            let a = matrix::<T>(n, n, 8).mapv(whole) + Array2::from_diag_elem(n, T::new(64.0, 0.0));
            let b = matrix::<T>(n, 2, 9);
            for (rows, exponent) in [(2, 1000), (2, -700), (1, 1000), (1, -700)] {
                let s = T::from_real(tiny::<T>(exponent));
                let scale = |i: usize| if i.is_multiple_of(rows) { s } else { T::one() };
                let mut scaled = a.clone();
                scaled.indexed_iter_mut().for_each(|((i, _), x)| *x *= scale(i));
                let mut right = b.clone();
                right.indexed_iter_mut().for_each(|((i, _), x)| *x *= scale(i));
                // what is left of the right-hand side near the underflow
                let mut left = right.clone();
                left.indexed_iter_mut().for_each(|((i, _), x)| *x = x.div_real(scale(i).re()));
                for shape in [TriangularShape::lower(), TriangularShape::upper()] {
                    case(format!("{} {n}, every {rows}. row times {s:?}, {shape:?}", T::NAME), || {
                        let expected = solve_triangular(&a, &left, shape).unwrap();
                        let found = solve_triangular(&scaled, &right, shape).unwrap();
                        close(&found, &expected, 30.0 * T::eps() * (1.0 + one_norm(&expected)));
                    });
                }
            }
        }
        // a diagonal element that vanishes beside the others of its row and column
        let (small, large) = (T::from_real(tiny::<T>(800)), T::from_real(tiny::<T>(-800)));
        let (zero, one) = (T::zero(), T::one());
        let a = ndarray::array![[one, zero, zero], [large, small, zero], [zero, large, one]];
        let x = solve_triangular(&a, &ndarray::array![zero, zero, one], TriangularShape::lower()).unwrap();
        same(&x, &ndarray::array![zero, zero, one]);
    });
}

fn golden<T: Element>() {
    each_golden::<T>(FACTORS, |golden| {
        let (a, b) = (golden.input::<T, Ix2>("h"), golden.input::<T, Ix1>("b"));
        let shapes = [
            ("lower", TriangularShape::lower()),
            ("upper_adjoint", TriangularShape::upper().adjoint()),
            ("upper_transposed", TriangularShape::upper().transposed()),
        ];
        for (name, shape) in shapes {
            let expected = golden.output::<T, Ix1>(name);
            let size = expected.iter().map(|x| x.re().f64().abs() + x.im().f64().abs()).fold(0.0, f64::max);
            let tolerance = 4.0 * T::eps() * (a.nrows() as f64 + 1.0) * golden.number("t_cond") * size;
            close(&solve_triangular(&a, &b, shape).unwrap(), &expected, tolerance);
        }
    });
}

#[test]
fn shapes_that_do_not_fit() {
    each_library(|| {
        let (a, tall) = (Array2::<f64>::eye(3), Array2::<f64>::zeros((3, 2)));
        let shape = TriangularShape::lower();
        shape_error(solve_triangular(&tall, &Array1::zeros(3), shape), "solve_triangular", "(3, 2) and (3,)");
        shape_error(solve_triangular(&a, &Array1::zeros(2), shape), "solve_triangular", "(3, 3) and (2,)");
        shape_error(solve_triangular(&a, &tall.t(), shape), "solve_triangular", "(3, 3) and (2, 3)");
    });
}
