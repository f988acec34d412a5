//! Factors that are kept.

use super::cholesky::definite;
use super::solve::check_solution;
use crate::common::assert::*;
use crate::common::golden::{FACTORS, NIST_LINEAR, each_case, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use crate::linalg::{each_singular, integers, tiny};
use linstat::{
    CholeskyFactor, ErrorKind, LuFactor, QrFactor, Real, TriangularShape, det, inv, qr_r, slogdet,
    solve_triangular,
};
use ndarray::{Array2, Array3, ArrayRef2, Axis, Ix1, Ix2, array};
use num_complex::Complex64;
use num_traits::Float;

for_scalar! {
    lu => lu;
    cholesky_factors => cholesky_factors;
    least_squares => least_squares;
    singular => singular;
    empty => empty;
    the_ends_of_the_range => the_ends_of_the_range;
    stacks_of_right_hand_sides => stacks_of_right_hand_sides;
}
for_types! { golden_conditions => golden, [f32, f64, Complex64]; }

/// Fails unless the estimate is not less than the reciprocal condition, and not much larger.
fn check_rcond<T: Element>(rcond: T::Real, a: &ArrayRef2<T>, inverse: &ArrayRef2<T>) {
    let (rcond, expected) = (rcond.f64(), 1.0 / (one_norm(a) * one_norm(inverse)));
    let rounding = 30.0 * T::eps() * a.nrows() as f64 / expected;
    assert!(rcond >= expected * (1.0 - rounding) && rcond <= 10.0 * expected, "{rcond} for {expected}");
}

fn lu<T: Element>() {
    each_square::<T>(|a| {
        let n = a.nrows();
        let lu = LuFactor::new(a).unwrap();
        assert_eq!(lu.det(), det(a).unwrap());
        assert_eq!(lu.slogdet(), slogdet(a).unwrap());
        for k in [0, 1, 7] {
            let b = matrix::<T>(n, k, 5);
            check_solution(a, &lu.solve(&b).unwrap(), &b);
        }
        each_stride(&vector::<T>(n, 5), |b| {
            let x = lu.solve(b).unwrap();
            check_solution(a, &x.insert_axis(Axis(1)), &b.view().insert_axis(Axis(1)));
        });
        let inverse = lu.inv().unwrap();
        let cond = one_norm(a) * one_norm(&inverse);
        let error = wide(a).dot(&wide(&inverse)) - Array2::<Complex64>::eye(n);
        small_residual::<T>("a · inv(a) - 1", &error, n, cond);
        if n > 0 {
            check_rcond(lu.rcond().unwrap(), a, &inverse);
        }
    });
}

fn cholesky_factors<T: Element>() {
    each_library(|| {
        let check = |a: &ArrayRef2<T>| {
            let n = a.nrows();
            let factor = CholeskyFactor::new(a).unwrap();
            let b = matrix::<T>(n, 3, 5);
            check_solution(a, &factor.solve(&b).unwrap(), &b);
            check_solution(a, &factor.inv().unwrap(), &Array2::eye(n));
            let expected = slogdet(a).unwrap().logabsdet;
            let tolerance = 100.0 * T::eps() * (n * n) as f64 * (1.0 + expected.f64().abs());
            close_number(factor.logdet(), expected, tolerance);
            if expected.f64() < 80.0 {
                close_number(factor.det().ln(), expected, tolerance);
            }
            if n > 0 {
                check_rcond(factor.rcond().unwrap(), a, &inv(a).unwrap());
            }
        };
        for &n in SIZES {
            case(format!("{} {n}", T::NAME), || check(&definite::<T>(n, 1)));
        }
        for n in [1, 2, 18] {
            each_layout(&definite::<T>(n, 2), check);
        }
    });
}

/// The residual is orthogonal to the columns.
fn least_squares<T: Element>() {
    each_library(|| {
        let check = |a: &ArrayRef2<T>| {
            let (m, n) = a.dim();
            let qr = QrFactor::new(a).unwrap();
            let b = matrix::<T>(m, 2, 5);
            let x = qr.solve(&b).unwrap();
            assert_eq!(x.dim(), (n, 2));
            let residual = wide(a).dot(&wide(&x)) - wide(&b);
            let scale = one_norm(a) * (one_norm(a) * one_norm(&x) + one_norm(&b)) * (m as f64).sqrt();
            small_residual::<T>("aᴴ · residual", &adjoint(&wide(a)).dot(&residual), m, scale);
            each_stride(&b.column(1).to_owned(), |v| {
                close(&qr.solve(v).unwrap(), &x.column(1), 1e3 * T::eps() * one_norm(&x))
            });
            if n > 0 {
                let r = qr_r(a).unwrap();
                check_rcond(qr.rcond().unwrap(), &r, &inv(&r).unwrap());
            }
        };
        for (m, n) in [(1, 1), (3, 3), (5, 2), (17, 16), (40, 3), (40, 36), (130, 70), (3, 0)] {
            case(format!("{} {m} x {n}", T::NAME), || check(&matrix::<T>(m, n, 1)));
        }
        for (m, n) in [(1, 1), (4, 3), (20, 17)] {
            each_layout(&matrix::<T>(m, n, 2), check);
        }
        shape_error(QrFactor::new(&matrix::<T>(2, 3, 1)), "QrFactor::new", "(2, 3)");
    });
}

fn singular<T: Element>() {
    each_singular(|a: &Array2<T>, pivot| {
        let lu = LuFactor::new(a).unwrap();
        let zero = T::Real::of(0.0);
        assert!(lu.det().is_zero());
        assert_eq!((lu.rcond().unwrap(), lu.slogdet().logabsdet.f64()), (zero, f64::NEG_INFINITY));
        error(lu.solve(&vector::<T>(a.nrows(), 1)), "LuFactor::solve", ErrorKind::Singular { pivot });
        error(lu.inv(), "LuFactor::inv", ErrorKind::Singular { pivot });
    });
    each_library(|| {
        let mut a = matrix::<T>(5, 3, 1);
        a.column_mut(1).fill(T::zero());
        let qr = QrFactor::new(&a).unwrap();
        error(qr.solve(&vector::<T>(5, 1)), "QrFactor::solve", ErrorKind::Singular { pivot: 1 });
        assert_eq!(qr.rcond().unwrap().f64(), 0.0);
    });
}

fn empty<T: Element>() {
    each_library(|| {
        let none = Array2::<T>::zeros((0, 0));
        let (lu, factor, qr) = (
            LuFactor::new(&none).unwrap(),
            CholeskyFactor::new(&none).unwrap(),
            QrFactor::new(&none).unwrap(),
        );
        let one = T::Real::of(1.0);
        assert_eq!((lu.det(), lu.rcond().unwrap()), (T::one(), one));
        assert_eq!((factor.det(), factor.logdet().f64(), factor.rcond().unwrap()), (one, 0.0, one));
        assert_eq!(qr.rcond().unwrap(), one);
        assert_eq!(lu.inv().unwrap().dim(), (0, 0));
        let b = Array2::<T>::zeros((0, 2));
        for x in [lu.solve(&b), factor.solve(&b), qr.solve(&b)] {
            assert_eq!(x.unwrap().dim(), (0, 2));
        }
        shape_error(lu.solve(&vector::<T>(2, 1)), "LuFactor::solve", "(2,)");
    });
}

/// The condition does not depend on the scale, and the solution of `s · a · x = s · b` neither.
fn the_ends_of_the_range<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 17, 40] {
            let a = integers::<T>(n);
            let square = a.dot(&adjoint(&a));
            let b = integers::<T>(n);
            let rcond = LuFactor::new(&a).unwrap().rcond().unwrap().f64();
            for exponent in [900, 500, -500] {
                let s = T::from_real(tiny::<T>(exponent));
                case(format!("{} {n} x {n} times {s:?}", T::NAME), || {
                    let lu = LuFactor::new(&(&a * s)).unwrap();
                    let b = &b * s;
                    check_solution(&a, &lu.solve(&b).unwrap(), &b.mapv(|x| x.div_real(s.re())));
                    let close_to = |found: T::Real, expected: f64| {
                        assert!(
                            (found.f64() - expected).abs() <= 1e4 * T::eps() * expected,
                            "{found} for {expected}"
                        );
                    };
                    close_to(lu.rcond().unwrap(), rcond);
                    let qr = QrFactor::new(&(&a * s)).unwrap();
                    check_solution(&a, &qr.solve(&b).unwrap(), &b.mapv(|x| x.div_real(s.re())));
                    close_to(qr.rcond().unwrap(), QrFactor::new(&a).unwrap().rcond().unwrap().f64());
                    let factor = CholeskyFactor::new(&(&square * s)).unwrap();
                    check_solution(&square, &factor.solve(&b).unwrap(), &b.mapv(|x| x.div_real(s.re())));
                    close_to(
                        factor.rcond().unwrap(),
                        CholeskyFactor::new(&square).unwrap().rcond().unwrap().f64(),
                    );
                });
            }
        }
    });
}

fn stacks_of_right_hand_sides<T: Element>() {
    each_library(|| {
        let (a, b): (_, Array3<T>) =
            (definite::<T>(4, 1), matrix::<T>(12, 2, 2).into_shape_with_order((3, 4, 2)).unwrap());
        let (lu, factor, qr) =
            (LuFactor::new(&a).unwrap(), CholeskyFactor::new(&a).unwrap(), QrFactor::new(&a).unwrap());
        let all = [lu.solve(&b).unwrap(), factor.solve(&b).unwrap(), qr.solve(&b).unwrap()];
        for (k, b) in b.outer_iter().enumerate() {
            let one = [lu.solve(&b).unwrap(), factor.solve(&b).unwrap(), qr.solve(&b).unwrap()];
            for (all, one) in all.iter().zip(&one) {
                same(&all.index_axis(Axis(0), k), one);
            }
        }
    });
}

fn golden<T: Element>() {
    each_golden::<T>(FACTORS, |golden| {
        let a = golden.input::<T, Ix2>("a");
        let expected = golden.number("rcond");
        let tolerance = 10.0 * T::eps() * a.nrows() as f64 * golden.number("cond") * expected;
        close_number(LuFactor::new(&a).unwrap().rcond().unwrap(), T::Real::of(expected), tolerance);
    });
}

/// The growth of its factors is 2^(n - 1): their norm is not that of the matrix.
#[test]
fn the_condition_is_that_of_the_matrix_and_not_of_its_factors() {
    each_library(|| {
        for n in [8, 30] {
            let a = Array2::from_shape_fn((n, n), |(i, j)| {
                if i == j || j + 1 == n {
                    1.0
                } else if i > j {
                    -1.0
                } else {
                    0.0
                }
            });
            check_rcond::<f64>(LuFactor::new(&a).unwrap().rcond().unwrap(), &a, &inv(&a).unwrap());
        }
    });
}

/// Digits of the certified values of NIST's Statistical Reference Datasets.
#[test]
fn certified_regressions() {
    each_library(|| {
        each_case(NIST_LINEAR, "f64", |golden| {
            let (x, y) = (golden.input::<f64, Ix2>("x"), golden.input::<f64, Ix1>("y"));
            let certified = golden.output::<f64, Ix1>("coef");
            let found = QrFactor::new(&x).unwrap().solve(&y).unwrap();
            let digits =
                found.iter().zip(&certified).map(|(x, c)| -((x - c) / c).abs().log10()).fold(15.0, f64::min);
            let least = golden.number("digits");
            eprintln!("{} {digits:.1} digits", golden.name());
            assert!(digits >= least, "{digits} of {least} digits");
        });
    });
}

#[test]
fn nan_in_a_right_hand_side_stays_in_its_column() {
    each_library(|| {
        for n in [3, 20, 50] {
            let (a, mut b) = (definite::<f64>(n, 1), matrix::<f64>(n, 3, 2));
            b[[0, 1]] = f64::NAN;
            let (lu, factor, qr) =
                (LuFactor::new(&a).unwrap(), CholeskyFactor::new(&a).unwrap(), QrFactor::new(&a).unwrap());
            for x in [
                lu.solve(&b),
                factor.solve(&b),
                qr.solve(&b),
                solve_triangular(&a, &b, TriangularShape::lower()),
            ] {
                let x = x.unwrap();
                assert!(x.column(1).iter().any(|x| x.is_nan()));
                assert!(x.column(0).iter().chain(x.column(2)).all(|x| x.is_finite()), "{x}");
            }
        }
    });
}

#[test]
fn only_square_matrices_have_lu_and_cholesky_factors() {
    let a = array![[1.0, 2.0, 3.0]];
    shape_error(LuFactor::new(&a), "LuFactor::new", "(1, 3)");
    shape_error(CholeskyFactor::new(&a), "CholeskyFactor::new", "(1, 3)");
}
