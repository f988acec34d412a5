//! Exponentials of matrices: against mpmath, and by what holds for all of them.

use crate::common::assert::*;
use crate::common::golden::{ARRAYS, cases};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::{ErrorKind, Real, expm, matmul, norm};
use ndarray::{Array2, Array3, ArrayRef2, Axis, Ix2, array, s};
use num_complex::Complex64;
use num_traits::Float;

for_scalar! {
    golden => golden;
    inverses => inverses;
    triangles => triangles;
    layouts => layouts;
    known => known;
    extremes => extremes;
}

/// The error relative to the norm is at most that of a change of the matrix by a few rounding errors, which
/// the condition of the exponential multiplies.
fn golden<T: Element>() {
    let all = cases(ARRAYS, &format!("expm {}", T::NAME));
    assert!(all.len() >= 25, "{}", all.len());
    each_library(|| {
        for golden in &all {
            case(golden.name(), || {
                let a = golden.input::<T, Ix2>("a");
                let exact = golden.output::<Complex64, Ix2>("expm");
                let error = norm(&(wide(&expm(&a).unwrap()) - &exact)) / norm(&exact);
                let bound = 10.0 * T::eps() * a.nrows() as f64 * golden.number("cond");
                // written so that NaN fails
                if error.is_nan() || error > bound {
                    fail(format_args!("error {error:e}, at most {bound:e}"));
                }
            });
        }
    });
}

/// Matrices whose norms ask for every degree, and for squarings.
fn inverses<T: Element>() {
    each_library(|| {
        for &n in &[1, 2, 3, 5, 16, 33, 70] {
            for size in [1e-3, 0.05, 0.3, 0.8, 1.7, 4.0, 9.0] {
                let a = matrix::<T>(n, n, 1);
                let a = &a * T::new(size / one_norm(&a), 0.0);
                case(format!("{} {n} x {n} of norm {size}", T::NAME), || {
                    let (there, back) = (expm(&a).unwrap(), expm(&a.mapv(|x| -x)).unwrap());
                    assert!(there.is_standard_layout(), "C order is promised");
                    let eye = Array2::<Complex64>::eye(n);
                    let scale = one_norm(&there) * one_norm(&back);
                    small_residual::<T>("inverse", &(wide(&there).dot(&wide(&back)) - eye), n, scale);
                    // a and 2a commute
                    let square = expm(&(&a + &a)).unwrap();
                    let product = wide(&there).dot(&wide(&there));
                    small_residual::<T>("square", &(wide(&square) - product), n, one_norm(&there).powi(2));
                });
            }
        }
    });
}

/// Triangles stay triangles; the diagonal is that of exponentials, and the line beside it that of pairs.
fn triangles<T: Element>() {
    each_library(|| {
        for n in [2, 3, 9, 40] {
            for size in [0.01, 1.0, 30.0] {
                let mut a = matrix::<T>(n, n, 2).mapv(|x| x * T::new(size, 0.0));
                a.indexed_iter_mut().filter(|((i, j), _)| i > j).for_each(|(_, x)| *x = T::zero());
                case(format!("{} {n} x {n} of size {size}", T::NAME), || {
                    let x = expm(&a).unwrap();
                    for ((i, j), &x) in x.indexed_iter() {
                        if i > j {
                            assert_eq!(x, T::zero());
                        }
                    }
                    let exact = wide(&a.diag()).mapv(Complex64::exp);
                    close_relative(&wide(&x.diag()), &exact, 8.0 * T::eps());
                    for i in 1..n {
                        let pair = expm(&a.slice(s![i - 1..=i, i - 1..=i])).unwrap();
                        let (line, pair) = (wide(&x)[[i - 1, i]], wide(&pair)[[0, 1]]);
                        close_number(line, pair, 1e-300);
                    }
                    // the transpose, up to the order of sums
                    let transpose = expm(&a.t()).unwrap();
                    let scale = norm(&x).f64();
                    close(&transpose.t().to_owned(), &x, 30.0 * T::eps() * n as f64 * scale);
                    assert!(transpose.indexed_iter().all(|((i, j), &x)| i >= j || x == T::zero()));
                });
            }
        }
    });
}

fn layouts<T: Element>() {
    each_library(|| {
        for n in [1, 2, 5, 18] {
            for size in [0.01, 3.0] {
                let a = matrix::<T>(n, n, 3).mapv(|x| x * T::new(size, 0.0));
                let x = expm(&a).unwrap();
                each_layout(&a, |a| same(&expm(a).unwrap(), &x));
            }
        }
        let ones = Array2::<T>::ones((4, 4));
        let x = expm(&ones).unwrap();
        each_layout(&ones, |ones| same(&expm(ones).unwrap(), &x));
    });
}

fn known<T: Element>() {
    let number = |x: f64| T::new(x, 0.0);
    each_library(|| {
        for n in [0, 1, 2, 7] {
            same(&expm(&Array2::<T>::zeros((n, n))).unwrap(), &Array2::eye(n));
        }
        assert_eq!(expm(&Array3::<T>::zeros((4, 0, 0))).unwrap().dim(), (4, 0, 0));
        assert_eq!(expm(&Array3::<T>::zeros((0, 3, 3))).unwrap().dim(), (0, 3, 3));
        // a diagonal of any size, to the last digits
        let diagonal = ndarray::Array1::from_iter([-80.0, 80.0, 1e-3, 0.0].map(number));
        let x = expm(&Array2::from_diag(&diagonal)).unwrap();
        close_relative(&wide(&x.diag()), &wide(&diagonal).mapv(Complex64::exp), 2.0 * T::eps());
        assert!(x.indexed_iter().all(|((i, j), &x)| i == j || x == T::zero()));
        // projections: p * p = p, so exp(t * p) = 1 + (exp(t) - 1) * p
        for (n, t) in [(2, 1.0), (5, 3.0), (20, -2.0)] {
            let p = Array2::<T>::from_elem((n, n), number(1.0 / n as f64));
            let expected = Array2::eye(n) + p.mapv(|x| x * number(t.exp_m1()));
            close(&expm(&p.mapv(|x| x * number(t))).unwrap(), &expected, 100.0 * T::eps() * t.exp().max(1.0));
        }
        // rotations by many turns
        for angle in [0.5, 2.0, 40.0] {
            let a = array![[0.0, -angle], [angle, 0.0]].mapv(number);
            let (sin, cos) = a[[1, 0]].re().f64().sin_cos();
            let expected = array![[cos, -sin], [sin, cos]].mapv(number);
            close(&expm(&a).unwrap(), &expected, 20.0 * T::eps() * angle);
        }
    });
}

/// Numbers whose powers overflow, although the exponential does not.
fn extremes<T: Element>() {
    let largest = <T::Real as Float>::max_value();
    let (huge, tiny) = (T::from_real(largest / T::Real::of(4.0)), T::from_real(largest.recip()));
    let zero = T::zero();
    each_library(|| {
        let one = T::one();
        let nilpotent = array![[zero, huge], [zero, zero]];
        same(&expm(&nilpotent).unwrap(), &array![[one, huge], [zero, one]]);
        same(&expm(&nilpotent.t()).unwrap(), &array![[one, zero], [huge, one]]);
        let small = array![[zero, tiny], [tiny, zero]];
        same(&expm(&small).unwrap(), &array![[one, tiny], [tiny, one]]);
        // exp(-x) vanishes
        let a = array![[-huge, one], [zero, -huge]];
        assert!(expm(&a).unwrap().iter().all(|&x| x == zero));
        for a in [
            array![[huge, zero], [zero, one]],
            array![[huge, one], [zero, one]],
            array![[huge, one], [one, huge]],
            array![[zero, huge], [huge, zero]],
            array![[T::new(1000.0, 0.0), one], [one, zero]],
        ] {
            error_kind(expm(&a), |e| {
                e.op() == "expm" && matches!(e.kind(), ErrorKind::NonFinite { name: "exponential", .. })
            });
        }
    });
}

#[test]
fn errors_name_the_matrix() {
    let mut a = Array3::<f64>::zeros((4, 2, 2));
    a[[2, 0, 1]] = f64::INFINITY;
    let bad = expm(&a).unwrap_err();
    assert_eq!((bad.op(), bad.matrix()), ("expm", Some(&[2][..])));
    assert!(matches!(bad.kind(), ErrorKind::NonFinite { name: "a", index, .. } if index == &[0, 1]));
    a[[2, 0, 1]] = 0.0;
    a[[3, 1, 1]] = 1e3;
    assert_eq!(expm(&a).unwrap_err().matrix(), Some(&[3][..]));
    shape_error(expm(&Array3::<f64>::zeros((4, 2, 3))), "expm", "(4, 2, 3)");
}

/// A large stack on several threads, and matrices that the library multiplies on its threads if it has more
/// than one.
#[test]
fn stacks() {
    for (count, n, threads) in [(3000, 3, 2), (3, 70, 1)] {
        let a = matrix::<f64>(count * n, n, 5).into_shape_with_order((count, n, n)).unwrap();
        let all = on_threads(threads, || expm(&a).unwrap());
        for (a, x) in a.outer_iter().zip(all.outer_iter()).step_by(count / 3) {
            identical(&x, &on_threads(threads, || expm(&a).unwrap()));
        }
        let product = matmul(&all, &expm(&-&a).unwrap()).unwrap();
        let residual = |x: &ArrayRef2<f64>| (x.to_owned() - Array2::<f64>::eye(n)).mapv(f64::abs).sum();
        assert!(product.axis_iter(Axis(0)).all(|x| residual(&x) < 1e-6));
    }
}
