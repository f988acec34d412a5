//! Systems of linear equations.

use crate::common::assert::*;
use crate::common::golden::{SQUARE, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use crate::linalg::{each_singular, integers, tiny};
use linstat::{ErrorKind, Real, solve};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix1, Ix2, array};

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    layouts_of_right_hand_sides => layouts_of_right_hand_sides;
    empty => empty;
    exactly_singular => exactly_singular;
    near_the_underflow => near_the_underflow;
    tiny_rows_and_columns => tiny_rows_and_columns;
    tiny_pivots => tiny_pivots;
    unknowns_of_all_sizes => unknowns_of_all_sizes;
}
for_types! { golden_solutions => golden, [f32, f64, Complex64]; }

/// The backward error: |a · x - b| relative to |a| * |x|.
pub fn check_solution<T: Element>(a: &ArrayRef2<T>, x: &ArrayRef2<T>, b: &ArrayRef2<T>) {
    assert_eq!(x.dim(), b.dim());
    for (x, b) in x.axis_iter(Axis(1)).zip(b.axis_iter(Axis(1))) {
        let (x, b) = (x.insert_axis(Axis(1)), b.insert_axis(Axis(1)));
        let residual = wide(a).dot(&wide(&x)) - wide(&b);
        small_residual::<T>("solve", &residual, a.nrows(), one_norm(a) * one_norm(&x));
    }
}

fn check<T: Element>(a: &ArrayRef2<T>) {
    let n = a.nrows();
    for k in [0, 1, 2, 7] {
        let b = matrix::<T>(n, k, 5);
        check_solution(a, &solve(a, &b).unwrap(), &b);
    }
    let b = vector::<T>(n, 5);
    check_solution(a, &solve(a, &b).unwrap().insert_axis(Axis(1)), &b.insert_axis(Axis(1)));
}

fn sizes_and_layouts<T: Element>() {
    each_square::<T>(check);
}

fn layouts_of_right_hand_sides<T: Element>() {
    each_library(|| {
        for n in [1, 3, 18] {
            for a in [matrix::<T>(n, n, 1), matrix::<T>(n, n, 1).reversed_axes()] {
                each_layout(&matrix::<T>(n, 4, 2), |b| check_solution(&a, &solve(&a, b).unwrap(), b));
                each_layout(&Array2::ones((n, 4)), |b| check_solution(&a, &solve(&a, b).unwrap(), b));
                each_stride(&vector::<T>(n, 2), |b| {
                    let x = solve(&a, b).unwrap();
                    check_solution(&a, &x.insert_axis(Axis(1)), &b.view().insert_axis(Axis(1)));
                });
            }
        }
    });
}

fn empty<T: Element>() {
    each_library(|| {
        let none = Array2::<T>::zeros((0, 0));
        same(&solve(&none, &Array1::zeros(0)).unwrap(), &Array1::zeros(0));
        for (m, k) in [(0, 3), (3, 0), (0, 0)] {
            same(&solve(&Array2::eye(m), &Array2::<T>::zeros((m, k))).unwrap(), &Array2::zeros((m, k)));
        }
    });
}

fn exactly_singular<T: Element>() {
    each_singular(|a: &Array2<T>, pivot| {
        error(solve(a, &Array1::ones(a.nrows())), "solve", ErrorKind::Singular { pivot });
        error(solve(&a.t(), &Array2::ones((a.nrows(), 2))), "solve", ErrorKind::Singular { pivot });
    });
}

/// The solution of `s · a` is that of `a`, divided by `s`.
fn near_the_underflow<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 16, 17, 33, 70] {
            let a = integers::<T>(n);
            let b = matrix::<T>(n, 2, 7);
            let s = T::from_real(tiny::<T>(1040));
            case(format!("{} {n} x {n} near the underflow", T::NAME), || {
                // b is scaled by the same factor: the solution is that of the unscaled system, except for the
                // rounding of b
                let b = b.mapv(|x| x * s);
                let x = solve(&(&a * s), &b).unwrap();
                check_solution(&a, &x, &b.mapv(|x| x.div_real(s.re())));
                let x = solve(&(&a * s).reversed_axes(), &b).unwrap();
                check_solution(&a.t(), &x, &b.mapv(|x| x.div_real(s.re())));
            });
        }
    });
}

/// The inverse of a denormal number is infinite, and infinity times zero is NaN.
fn tiny_rows_and_columns<T: Element>() {
    each_library(|| {
        for n in [2, 3, 16, 17, 40] {
            let tiny = T::from_real(tiny::<T>(1060));
            let three = T::new(3.0, 0.0);
            let mut a = Array2::<T>::eye(n);
            a[[n - 1, n - 1]] = tiny;
            let (mut b, mut expected) = (Array1::ones(n), Array1::ones(n));
            (b[n - 1], expected[n - 1]) = (three * tiny, three);
            case(format!("{} {n} x {n}, the last row", T::NAME), || {
                same(&solve(&a, &b).unwrap().mapv(|x| x + T::zero()), &expected);
            });
            // a block of denormal numbers, whose multiplier 1 / 3 has many digits
            let mut a = Array2::<T>::eye(n);
            for (at, x) in [([0, 0], 3.0), ([0, 1], 1.0), ([1, 0], 1.0), ([1, 1], 5.0)] {
                a[at] = T::new(x, 0.0) * tiny;
            }
            let mut b = Array1::ones(n);
            (b[0], b[1]) = (T::new(5.0, 0.0) * tiny, T::new(11.0, 0.0) * tiny);
            let mut expected = Array1::ones(n);
            expected[1] = T::new(2.0, 0.0);
            case(format!("{} {n} x {n}, two rows", T::NAME), || {
                close(&solve(&a, &b).unwrap(), &expected, 4.0 * T::eps());
                close(&solve(&a.t(), &b).unwrap(), &expected, 4.0 * T::eps());
            });
            // and a column: the last unknown is large
            let mut a = Array2::<T>::eye(n);
            a[[0, n - 1]] = tiny;
            a[[n - 1, n - 1]] = tiny;
            let mut b = Array1::ones(n);
            b[n - 1] = three * tiny;
            case(format!("{} {n} x {n}, the last column", T::NAME), || {
                let x = solve(&a, &b).unwrap();
                close(
                    &x,
                    &Array1::from_shape_fn(n, |i| if i + 1 == n { three } else { T::one() }),
                    4.0 * T::eps(),
                );
            });
        }
    });
}

/// A denormal pivot in a matrix whose rows and columns are of moderate size.
fn tiny_pivots<T: Element>() {
    each_library(|| {
        for n in [3, 17, 40] {
            let tiny = T::from_real(tiny::<T>(1060));
            let mut a = Array2::<T>::eye(n);
            a[[0, 1]] = T::one();
            a[[1, 0]] = T::one();
            a[[1, 2]] = tiny;
            a[[2, 1]] = T::one();
            // the solutions begin with (0, 3, 0) and (3, 0, 0)
            for (a, last) in [(a.view(), 3.0), (a.t(), 0.0)] {
                let mut b = Array1::ones(n);
                (b[0], b[1], b[2]) = (T::new(3.0, 0.0), T::new(3.0, 0.0), T::new(last, 0.0));
                case(format!("{} {n} x {n}", T::NAME), || {
                    let x = solve(&a, &b).unwrap();
                    assert!(x.iter().all(|x| x.re().f64().is_finite() && x.im().f64().is_finite()), "{x}");
                    check_solution(&a, &x.insert_axis(Axis(1)), &b.view().insert_axis(Axis(1)));
                });
            }
        }
    });
}

/// Equations that do not share unknowns: no size of an element may make those of other equations vanish.
fn unknowns_of_all_sizes<T: Element>() {
    let number = |x: f64| T::new(x, 0.0);
    // what is next to an unknown of 2^e, and the unknown itself; for f32, an eighth of the exponents
    let power = |e: i32| {
        let e = if T::eps() < 1e-10 { e } else { e / 8 };
        // in two steps, since the power may be denormal
        T::from_real(<T::Real as Real>::of(2f64.powi(e / 2)))
            * T::from_real(<T::Real as Real>::of(2f64.powi(e - e / 2)))
    };
    let infinite = T::from_real(<T::Real as Real>::of(f64::INFINITY));
    each_library(|| {
        for n in [2, 3, 17, 40] {
            // the first coefficient, the first two right-hand sides, the first two unknowns
            let cases = [
                (power(-980), T::one(), power(-98), power(980), power(-98)),
                (power(-980), power(980), number(5.0), infinite, number(5.0)),
                (power(-350), power(980), power(-98), infinite, power(-98)),
                (power(-350), power(980), power(-1001), infinite, power(-1001)),
                (power(980), power(980), power(-1001), T::one(), power(-1001)),
                (power(980), power(-980), power(980), T::zero(), power(980)),
                (T::one(), power(1001), power(-1001), power(1001), power(-1001)),
            ];
            for (i, (coefficient, b0, b1, x0, x1)) in cases.into_iter().enumerate() {
                let mut a = Array2::<T>::eye(n);
                a[[0, 0]] = coefficient;
                let (mut b, mut expected) = (Array2::ones((n, 2)), Array2::ones((n, 2)));
                (b[[0, 0]], b[[1, 0]]) = (b0, b1);
                (expected[[0, 0]], expected[[1, 0]]) = (x0, x1);
                // the second column is moderate
                b[[0, 1]] = coefficient;
                case(format!("{} {n} x {n}, {i}", T::NAME), || {
                    let found = solve(&a, &b).unwrap();
                    // part by part, and without the sign of zero
                    for (found, expected) in found.iter().zip(&expected) {
                        let parts = |x: &T| (x.re().f64(), x.im().f64());
                        assert_eq!(parts(found), parts(expected), "{found} for {expected}");
                    }
                });
            }
            // a small unknown that depends on another one only by products that vanish
            let mut a = Array2::<T>::eye(n);
            (a[[1, 0]], a[[1, 1]]) = (power(-466), power(-466));
            let mut b = Array1::zeros(n);
            b[0] = power(-790);
            let mut expected = b.clone();
            expected[1] = -b[0];
            case(format!("{} {n} x {n}, vanishing products", T::NAME), || {
                close(&solve(&a, &b).unwrap(), &expected, 0.0);
            });
        }
    });
}

/// The LU factors of a nearly singular matrix do not depend on its layout.
#[test]
fn what_is_singular_does_not_depend_on_the_layout() {
    each_library(|| {
        for n in [3, 5, 8, 17, 20, 40] {
            for seed in 0..20 {
                let mut a = matrix::<f64>(n, n, seed).mapv(|x| (8.0 * x).trunc());
                let sum = &a.row(0) + &a.row(1);
                a.row_mut(n - 1).assign(&sum);
                let x = solve(&a, &Array1::ones(n)).is_ok();
                each_layout(&a, |a| {
                    assert_eq!(solve(a, &Array1::ones(n)).is_ok(), x, "{n}, seed {seed}");
                });
            }
        }
    });
}

fn golden<T: Element>() {
    each_golden::<T>(SQUARE, |golden| {
        let a = golden.input::<T, Ix2>("a");
        // the forward error of Gaussian elimination: n * EPSILON * cond, relative to the largest entry
        let relative = 4.0 * T::eps() * (a.nrows() as f64 + 1.0) * golden.number("cond");
        let largest = |x: &[T]| x.iter().map(|x| x.modulus().f64()).fold(0.0, f64::max);
        let x = golden.output::<T, Ix1>("solve");
        close(
            &solve(&a, &golden.input::<T, Ix1>("b")).unwrap(),
            &x,
            relative * largest(x.as_slice().unwrap()),
        );
        let x = golden.output::<T, Ix2>("solve_many");
        close(
            &solve(&a, &golden.input::<T, Ix2>("bs")).unwrap(),
            &x,
            relative * largest(x.as_slice().unwrap()),
        );
    });
}

#[test]
fn shapes_that_do_not_fit() {
    each_library(|| {
        let (a, tall) = (Array2::<f64>::eye(3), Array2::<f64>::zeros((3, 2)));
        shape_error(solve(&tall, &Array1::zeros(3)), "solve", "(3, 2) and (3,)");
        shape_error(solve(&a, &Array1::zeros(2)), "solve", "(3, 3) and (2,)");
        shape_error(solve(&a, &tall.t()), "solve", "(3, 3) and (2, 3)");
    });
}

#[test]
fn nan_in_a_right_hand_side_stays_in_its_column() {
    each_library(|| {
        for n in [2, 20] {
            let a = matrix::<f64>(n, n, 1);
            let mut b = matrix::<f64>(n, 3, 2);
            b[[0, 1]] = f64::NAN;
            let x = solve(&a, &b).unwrap();
            assert!(x.column(1).iter().any(|x| x.is_nan()));
            for j in [0, 2] {
                let [x, b] = [&x, &b].map(|m| m.column(j).to_owned().insert_axis(Axis(1)));
                check_solution(&a, &x, &b);
            }
        }
    });
}

#[test]
fn arguments_are_not_modified() {
    each_library(|| {
        let (a, b) = (array![[3.0, 1.0], [1.0, 2.0]], array![[9.0, 1.0], [8.0, 1.0]]);
        let (a_before, b_before) = (a.clone(), b.clone());
        solve(&a, &b).unwrap();
        assert_eq!((a, b), (a_before, b_before));
    });
}
