//! Least squares of any rank, pseudoinverses, ranks and conditions.

use crate::common::assert::*;
use crate::common::golden::{Golden, NIST_LINEAR, SQUARES, each_case, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use crate::linalg::integers;
use linstat::{
    ErrorKind, Lstsq, MatrixNorm, Observations, QrFactor, Real, Scalar, cond, lstsq, matrix_rank, null_space,
    orth, pinv, svdvals,
};
use ndarray::{Array1, Array2, Array3, ArrayRef, ArrayRef2, Axis, Ix1, Ix2, array, s};
use num_traits::{Float, Zero};

for_scalar! {
    full_rank => full_rank;
    low_rank => low_rank;
    refined => refined;
    pseudoinverses => pseudoinverses;
    conditions => conditions;
    stacks => stacks;
    empty => empty;
    the_ends_of_the_range => the_ends_of_the_range;
    mixed_sizes => mixed_sizes;
    refused => refused;
}
for_types! { golden_results => golden, [f32, f64, Complex64]; }

/// Fails unless `x` minimises `|a · x - b|`: `aᴴ` times the residual is 0.
fn check_minimum<T: Element>(a: &ArrayRef2<T>, x: &ArrayRef2<T>, b: &ArrayRef2<T>) {
    let residual = wide(a).dot(&wide(x)) - wide(b);
    let (m, n) = a.dim();
    let scale = one_norm(a) * (one_norm(a) * one_norm(x) + one_norm(b)) * (m.max(n) as f64).sqrt();
    small_residual::<T>("aᴴ · residual", &adjoint(&wide(a)).dot(&residual), m.max(n), scale);
}

/// Fails unless `x` is in the range of `aᴴ`, as the shortest solution is.
fn check_shortest<T: Element>(a: &ArrayRef2<T>, x: &ArrayRef2<T>) {
    let null = wide(&null_space(a, None).unwrap());
    let size = a.nrows().max(a.ncols());
    small_residual::<T>("nullᴴ · x", &adjoint(&null).dot(&wide(x)), size, one_norm(x) * size as f64);
}

/// Solves for several sets and for one; fails unless residuals, rank and values are consistent.
fn check<T: Element>(a: &ArrayRef2<T>, expected_rank: usize) {
    let (m, n) = a.dim();
    let b = matrix::<T>(m, 2, 5);
    let Lstsq { x, residuals, rank, s, .. } = lstsq(a, &b, None).unwrap();
    assert_eq!((x.dim(), rank), ((n, 2), expected_rank));
    check_minimum(a, &x, &b);
    check_shortest(a, &x);
    let size = m.max(n) as f64;
    close(&s, &svdvals(a).unwrap(), 10.0 * T::eps() * size * s.first().map_or(0.0, |s| s.f64()));
    let rest = wide(a).dot(&wide(&x)) - wide(&b);
    let squares = rest.map_axis(Axis(0), |column| column.iter().map(|x| x.norm_sqr()).sum::<f64>());
    if rank == n && m > n {
        let expected = squares.mapv(T::Real::of);
        close(&residuals, &expected, 100.0 * T::eps() * size * one_norm(&b).powi(2));
    } else {
        assert_eq!(residuals.len(), 0);
    }
    each_stride(&b.column(1).to_owned(), |v| {
        let one = lstsq(a, v, None).unwrap();
        assert_eq!((one.x.dim(), one.rank, &one.s), (n, rank, &s));
        check_minimum(a, &one.x.view().insert_axis(Axis(1)), &v.view().insert_axis(Axis(1)));
        assert_eq!(one.residuals.len(), residuals.len().min(1));
    });
    assert_eq!(matrix_rank(a, None).unwrap(), expected_rank);
    assert_eq!(orth(a, None).unwrap().dim(), (m, expected_rank));
}

fn full_rank<T: Element>() {
    each_rectangle::<T>(|a| check(a, a.nrows().min(a.ncols())));
}

/// A product of whole numbers of this rank: exact.
fn of_rank<T: Element>(m: usize, n: usize, rank: usize) -> Array2<T> {
    let whole = |m, n, seed| {
        matrix::<T>(m, n, seed).mapv(|x| T::new((9.0 * x.re().f64()).trunc(), (9.0 * x.im().f64()).trunc()))
    };
    whole(m, rank, 1).dot(&whole(rank, n, 2))
}

fn low_rank<T: Element>() {
    each_library(|| {
        for (m, n, rank) in [
            (1, 1, 0),
            (2, 2, 1),
            (3, 3, 1),
            (5, 3, 2),
            (3, 5, 2),
            (20, 17, 9),
            (17, 40, 16),
            (70, 33, 3),
            (4, 6, 0),
        ] {
            case(format!("{} {m} x {n} of rank {rank}", T::NAME), || check(&of_rank::<T>(m, n, rank), rank));
        }
        for (m, n, rank) in [(4, 3, 2), (3, 4, 2), (20, 18, 5)] {
            each_layout(&of_rank::<T>(m, n, rank), |a| check(a, rank));
        }
        // a column of zeros, and two that are equal, in a matrix that needs no rounding
        let mut a = integers::<T>(5);
        a.column_mut(2).fill(T::zero());
        check(&a, 4);
        let first = a.column(0).to_owned();
        a.column_mut(2).assign(&first);
        check(&a, 4);
        // all but the first singular value are below a large limit
        let a = with_spectrum::<T>(8, 5, &[4.0, 1.0, 0.9, 0.5, 0.1], 3);
        for (rcond, rank) in [(0.3, 1), (0.24, 2), (0.2, 3), (0.0, 5), (1.0, 0), (2.0, 0)] {
            case(format!("rcond {rcond}"), || {
                let found = lstsq(&a, &vector::<T>(8, 1), Some(T::Real::of(rcond))).unwrap();
                assert_eq!(found.rank, rank);
                assert_eq!(matrix_rank(&a, Some(T::Real::of(rcond))).unwrap(), rank);
                assert_eq!(found.residuals.len(), usize::from(rank == 5));
                let inverse = pinv(&a, Some(T::Real::of(rcond))).unwrap();
                let expected = wide(&inverse).dot(&wide(&vector::<T>(8, 1)));
                close(&wide(&found.x), &expected, 1e3 * T::eps());
                assert_eq!(null_space(&a, Some(T::Real::of(rcond))).unwrap().dim(), (5, 5 - rank));
            });
        }
    });
}

/// Real solutions have all digits, which the condition costs others. (NIST's sets have large residuals.)
fn refined<T: Element>() {
    each_library(|| {
        for (m, n) in [(12, 4), (60, 9), (200, 40)] {
            let s: Vec<f64> = (0..n).map(|i| T::eps().powf(0.3 * i as f64 / (n - 1) as f64)).collect();
            let a = with_spectrum::<T>(m, n, &s, 4);
            let exact = Array1::from_elem(n, T::one());
            // whole multiples of powers of two, so that the product is exact
            let a = a.mapv(|x| {
                let step = 2f64.powi(if T::eps() < 1e-10 { 30 } else { 12 });
                T::new((x.re().f64() * step).round() / step, (x.im().f64() * step).round() / step)
            });
            let b = a.dot(&exact);
            let found = lstsq(&a, &b, None).unwrap();
            let cond = 1.0 / s[n - 1];
            let allowed = if T::COMPLEX { 100.0 * cond } else { 4.0 };
            case(format!("{} {m} x {n}", T::NAME), || close(&found.x, &exact, allowed * T::eps()));
            // as accurate with other sets beside it
            let many = Array2::from_shape_fn((m, 3), |(i, j)| b[i] * T::new(f64::from(1 << j), 0.0));
            let x = lstsq(&a, &many, None).unwrap().x;
            for (j, x) in x.columns().into_iter().enumerate() {
                close(&x, &(&exact * T::new(f64::from(1 << j), 0.0)), 4.0 * allowed * T::eps());
            }
        }
    });
}

/// The four conditions of Moore and Penrose.
fn check_inverse<T: Element>(a: &ArrayRef2<T>) {
    let inverse = pinv(a, None).unwrap();
    let (m, n) = a.dim();
    assert_eq!(inverse.dim(), (n, m));
    let (wide_a, wide_x) = (wide(a), wide(&inverse));
    let (size, cond) = (m.max(n), one_norm(a) * one_norm(&inverse));
    let (left, right) = (wide_a.dot(&wide_x), wide_x.dot(&wide_a));
    small_residual::<T>("a · x · a - a", &(left.dot(&wide_a) - &wide_a), size, cond * one_norm(a));
    small_residual::<T>("x · a · x - x", &(right.dot(&wide_x) - &wide_x), size, cond * one_norm(&inverse));
    small_residual::<T>("a · x - (a · x)ᴴ", &(adjoint(&left) - &left), size, cond * size as f64);
    small_residual::<T>("x · a - (x · a)ᴴ", &(adjoint(&right) - &right), size, cond * size as f64);
}

fn pseudoinverses<T: Element>() {
    each_rectangle::<T>(check_inverse);
    each_library(|| {
        for (m, n, rank) in [(2, 2, 1), (5, 3, 2), (3, 5, 2), (20, 17, 9), (17, 40, 16), (4, 6, 0)] {
            case(format!("{} {m} x {n} of rank {rank}", T::NAME), || {
                check_inverse(&of_rank::<T>(m, n, rank))
            });
        }
    });
}

fn conditions<T: Element>() {
    each_library(|| {
        for (m, n) in [(1, 1), (3, 3), (20, 17), (17, 20), (33, 33)] {
            let k = m.min(n);
            let s: Vec<f64> = (0..k).map(|i| 3.0 - 2.5 * i as f64 / k as f64).collect();
            let a = with_spectrum::<T>(m, n, &s, 1);
            let expected = s[0] / s[k - 1];
            let tolerance = 100.0 * T::eps() * (m + n) as f64 * expected;
            let relative = |norm, expected| {
                close_number(cond(&a, norm).unwrap(), T::Real::of(expected), tolerance);
            };
            relative(MatrixNorm::Two, expected);
            relative(MatrixNorm::NegTwo, 1.0 / expected);
            if m == n {
                let inverse = linstat::inv(&a).unwrap();
                relative(MatrixNorm::One, one_norm(&a) * one_norm(&inverse));
                relative(MatrixNorm::Inf, one_norm(&a.t()) * one_norm(&inverse.t()));
            } else {
                shape_error(cond(&a, MatrixNorm::One), "cond", &format!("({m}, {n})"));
            }
        }
        let a = of_rank::<T>(3, 3, 3);
        each_layout(&a, |view| {
            for norm in [MatrixNorm::Two, MatrixNorm::Fro, MatrixNorm::NegInf] {
                close_relative(
                    &ndarray::arr0(cond(view, norm).unwrap()),
                    &ndarray::arr0(cond(&a, norm).unwrap()),
                    1e4 * T::eps(),
                );
            }
        });
        let infinity = T::Real::infinity();
        let singular = array![[T::one(), T::zero()], [T::one(), T::zero()]];
        for norm in [MatrixNorm::Two, MatrixNorm::One, MatrixNorm::Fro, MatrixNorm::NegInf] {
            assert_eq!(cond(&singular, norm).unwrap(), infinity, "{norm:?}");
        }
        assert!(cond(&singular, MatrixNorm::NegTwo).unwrap().is_zero());
        assert!(cond(&Array2::<T>::zeros((2, 2)), MatrixNorm::Two).unwrap().is_nan());
        assert_eq!(cond(&Array2::<T>::zeros((2, 2)), MatrixNorm::One).unwrap(), infinity);
    });
}

/// A matrix of a stack has the result that it has alone.
fn stacks<T: Element>() {
    each_library(|| {
        for (count, m, n) in [(0, 3, 2), (1, 3, 2), (3, 2, 4), (3, 4, 4), (3, 20, 17), (2, 0, 3)] {
            let a: Array3<T> = matrix::<T>(count * m, n, 7).into_shape_with_order((count, m, n)).unwrap();
            case(format!("{} {count} of {m} x {n}", T::NAME), || {
                let (inverses, ranks) = (pinv(&a, None).unwrap(), matrix_rank(&a, None).unwrap());
                assert_eq!((inverses.dim(), ranks.dim()), ((count, n, m), count));
                let of_all = |norm| if m > 0 || count == 0 { Some(cond(&a, norm).unwrap()) } else { None };
                let conds = of_all(MatrixNorm::Two);
                for (k, a) in a.outer_iter().enumerate() {
                    same(&inverses.index_axis(Axis(0), k), &pinv(&a, None).unwrap());
                    assert_eq!(ranks[k], matrix_rank(&a, None).unwrap());
                    if let Some(conds) = &conds {
                        assert_eq!(conds[k], cond(&a, MatrixNorm::Two).unwrap());
                    }
                }
                let steps = a.slice(s![..;-1, ..;-1, ..]);
                same(&pinv(&steps, None).unwrap(), &pinv(&steps.to_owned(), None).unwrap());
                let dynamic = pinv(&a.view().into_dyn(), None).unwrap();
                same(&dynamic, &inverses.into_dyn());
            });
        }
        let mut a: Array3<T> = Array3::ones((4, 2, 2));
        a[[2, 0, 1]] = T::new(f64::NAN, 0.0);
        for error in [
            pinv(&a, None).unwrap_err(),
            matrix_rank(&a, None).unwrap_err(),
            cond(&a, MatrixNorm::Two).unwrap_err(),
        ] {
            assert_eq!(error.matrix(), Some(&[2][..]), "{error}");
        }
    });
}

fn empty<T: Element>() {
    each_library(|| {
        for (m, n) in [(0, 0), (0, 3), (3, 0)] {
            let a = Array2::<T>::zeros((m, n));
            let b = Array2::<T>::ones((m, 2));
            let found = lstsq(&a, &b, None).unwrap();
            same(&found.x, &Array2::zeros((n, 2)));
            assert_eq!((found.rank, found.s.len()), (0, 0));
            let expected = if m > 0 { array![3.0, 3.0].mapv(T::Real::of) } else { Array1::zeros(0) };
            assert_eq!(found.residuals, expected);
            assert_eq!(lstsq(&a, &Array1::<T>::ones(m), None).unwrap().x, Array1::zeros(n));
            assert_eq!(pinv(&a, None).unwrap().dim(), (n, m));
            assert_eq!(matrix_rank(&a, None).unwrap(), 0);
            for norm in [MatrixNorm::Two, MatrixNorm::One] {
                error_kind(cond(&a, norm), |e| matches!(e.kind(), ErrorKind::Empty { .. }));
            }
            assert_eq!(null_space(&a, None).unwrap(), Array2::<T>::eye(n));
            assert_eq!(orth(&a, None).unwrap().dim(), (m, 0));
        }
        for (m, n) in [(3, 2), (2, 3), (2, 2)] {
            let none = lstsq(&matrix::<T>(m, n, 1), &Array2::zeros((m, 0)), None).unwrap();
            assert_eq!((none.x.dim(), none.residuals.len(), none.rank), ((n, 0), 0, 2));
        }
    });
}

/// Powers of two multiply results exactly.
fn the_ends_of_the_range<T: Element>() {
    each_library(|| {
        let exponents: &[i32] =
            if T::eps() < 1e-10 { &[990, 500, -500, -990] } else { &[110, 60, -60, -100] };
        for (m, n, rank) in [(5, 5, 5), (7, 3, 3), (3, 7, 3), (6, 4, 2), (4, 6, 2), (20, 18, 18)] {
            let (a, b) = (of_rank::<T>(m, n, rank), matrix::<T>(m, 2, 3));
            let one = lstsq(&a, &b, None).unwrap();
            for &exponent in exponents {
                let times = |x: &ArrayRef<T, Ix2>, exponent: i32| {
                    let half = <T::Real as Real>::of(2f64.powi(exponent / 2));
                    x.mapv(|x| x * T::from_real(half) * T::from_real(half))
                };
                case(format!("{} {m} x {n} of rank {rank}, 2^{exponent}", T::NAME), || {
                    let size = one_norm(&one.x) * 1e3 * T::eps() * cond_of(&one.s, rank);
                    let scaled = times(&a, exponent);
                    let both = lstsq(&scaled, &times(&b, exponent), None).unwrap();
                    assert_eq!(both.rank, rank);
                    close(&both.x, &one.x, size);
                    let back = lstsq(&scaled, &b, None).unwrap();
                    close(&times(&back.x, exponent), &one.x, size);
                    let s = back.s.mapv(T::from_real).insert_axis(Axis(1));
                    let s = times(&s, -exponent).mapv(Scalar::re).remove_axis(Axis(1));
                    close(&s, &one.s, 100.0 * T::eps() * one.s[0].f64());
                    // pinv(2^e · a) is pinv(a) / 2^e
                    let inverse = pinv(&a, None).unwrap();
                    let tolerance = 1e3 * T::eps() * one_norm(&inverse) * cond_of(&one.s, rank);
                    close(&times(&pinv(&scaled, None).unwrap(), exponent), &inverse, tolerance);
                    assert_eq!(matrix_rank(&scaled, None).unwrap(), rank);
                    if rank == m.min(n) {
                        let expected = cond(&a, MatrixNorm::Two).unwrap();
                        let found = cond(&scaled, MatrixNorm::Two).unwrap();
                        close_number(found, expected, 1e3 * T::eps() * expected.f64().powi(2));
                    }
                });
            }
        }
    });
}

/// The condition of the singular values that count.
fn cond_of<R: Real>(s: &ArrayRef<R, Ix1>, rank: usize) -> f64 {
    s[0].f64() / s[rank - 1].f64()
}

/// Columns, and observations, of sizes between both ends of the range.
fn mixed_sizes<T: Element>() {
    let power =
        |e: i32| T::from_real(<T::Real as Real>::of(2f64.powi(if T::eps() < 1e-10 { e } else { e / 9 })));
    each_library(|| {
        let a = integers::<T>(6).slice_move(s![.., ..3]);
        let b = matrix::<T>(6, 2, 3);
        let x = lstsq(&a, &b, None).unwrap().x;
        // within the limit: columns of other sizes cost no digits
        let scaled = &a * &array![power(40), T::one(), power(-9)];
        let found = lstsq(&scaled, &b, Some(<T::Real as Real>::of(0.0))).unwrap();
        assert_eq!(found.rank, 3);
        let back = &found.x * &array![power(40), T::one(), power(-9)].insert_axis(Axis(1));
        close(&back, &x, 1e3 * T::eps() * one_norm(&x));
        // beyond the limit: the small columns do not count
        let far = &a * &array![power(900), power(-900), power(900)];
        let found = lstsq(&far, &(&b * power(900)), None).unwrap();
        assert_eq!(found.rank, 2);
        let two = a.select(Axis(1), &[0, 2]);
        close(&found.x.select(Axis(0), &[0, 2]), &lstsq(&two, &b, None).unwrap().x, 1e3 * T::eps());
        assert!(found.x.row(1).iter().all(|x| x.modulus().f64() <= T::eps()));
        // observations of very different sizes
        let observations = &b * &array![power(900), power(-900)];
        let found = lstsq(&a, &observations, None).unwrap();
        let back = &found.x * &array![power(-900), power(900)];
        close(&back, &x, 1e3 * T::eps() * one_norm(&x));
        let wide_a = a.t();
        let b = matrix::<T>(3, 2, 3);
        let x = lstsq(&wide_a, &b, None).unwrap().x;
        let found = lstsq(&wide_a, &(&b * &array![power(900), power(-900)]), None).unwrap();
        close(&(&found.x * &array![power(-900), power(900)]), &x, 1e3 * T::eps() * one_norm(&x));
    });
}

fn refused<T: Element>() {
    each_library(|| {
        for (m, n) in [(1, 1), (3, 2), (2, 20), (20, 3)] {
            let (a, b) = (matrix::<T>(m, n, 1), matrix::<T>(m, 2, 1));
            for bad in [f64::NAN, f64::INFINITY] {
                let value = T::new(bad, 0.0);
                let mut wrong = a.clone();
                wrong[[m - 1, n / 2]] = value;
                let found = value.to_string();
                let at = |name, index: [usize; 2]| ErrorKind::NonFinite {
                    name,
                    index: index.to_vec(),
                    found: found.clone(),
                };
                error(lstsq(&wrong, &b, None), "lstsq", at("a", [m - 1, n / 2]));
                error(pinv(&wrong, None), "pinv", at("a", [m - 1, n / 2]));
                error(null_space(&wrong, None), "null_space", at("a", [m - 1, n / 2]));
                let mut wrong = b.clone();
                wrong[[m / 2, 1]] = value;
                error(lstsq(&a, &wrong, None), "lstsq", at("b", [m / 2, 1]));
            }
            for rcond in [-1.0, f64::NAN, f64::NEG_INFINITY] {
                let rcond = Some(T::Real::of(rcond));
                let invalid = |e: &linstat::Error| matches!(e.kind(), ErrorKind::InvalidArgument { .. });
                error_kind(lstsq(&a, &b, rcond), invalid);
                error_kind(pinv(&a, rcond), invalid);
                error_kind(matrix_rank(&a, rcond), invalid);
                error_kind(null_space(&a, rcond), invalid);
                error_kind(orth(&a, rcond), invalid);
            }
            shape_error(
                lstsq(&a, &vector::<T>(m + 1, 1), None),
                "lstsq",
                &format!("({m}, {n}) and ({},)", m + 1),
            );
        }
        shape_error(lstsq(&matrix::<T>(3, 2, 1), &matrix::<T>(2, 2, 1), None), "lstsq", "(3, 2) and (2, 2)");
    });
}

fn golden_of<T: Element, D: Observations>(golden: &Golden) {
    let power = golden.number("power") as i32;
    let power = T::from_real(<T::Real as Real>::of(2f64.powi(power)));
    let a = golden.input::<T, Ix2>("a") * power;
    let b = golden.input::<T, D>("b");
    let rcond = golden["rcond"].as_f64().map(T::Real::of);
    let found = lstsq(&a, &b, rcond).unwrap();
    let rank = golden.number("rank") as usize;
    assert_eq!((found.rank, matrix_rank(&a, rcond).unwrap()), (rank, rank));
    let size = a.nrows().max(a.ncols()) as f64;
    let condition = golden.number("cond");
    let expected = golden.output::<T, Ix1>("s").mapv(Scalar::re);
    close(&found.s, &expected, 10.0 * T::eps() * size * expected.first().map_or(0.0, |s| s.f64()));
    let largest = |x: &[f64]| x.iter().fold(0.0, |max: f64, &x| max.max(x));
    let x = golden.output::<T, D>("x");
    let norm = largest(&x.iter().map(|x| x.modulus().f64()).collect::<Vec<_>>());
    // with a residual, the error grows by the square of the condition
    let tolerance = 10.0 * T::eps() * size * condition.powi(2);
    close(&found.x, &x, tolerance * norm);
    let expected = golden.output::<T, Ix1>("residuals").mapv(Scalar::re);
    let squares = b.iter().map(|x| x.norm_sqr().f64()).sum::<f64>();
    close(&found.residuals, &expected, 10.0 * T::eps() * size * squares);
    let inverse = golden.output::<T, Ix2>("pinv");
    let norm = largest(&inverse.iter().map(|x| x.modulus().f64()).collect::<Vec<_>>());
    close(&pinv(&a, rcond).unwrap(), &inverse, tolerance * norm);
    assert_eq!(null_space(&a, rcond).unwrap().ncols(), golden.number("null") as usize);
    assert_eq!(orth(&a, rcond).unwrap().ncols(), rank);
    for (name, norm) in [
        ("Two", MatrixNorm::Two),
        ("NegTwo", MatrixNorm::NegTwo),
        ("One", MatrixNorm::One),
        ("NegOne", MatrixNorm::NegOne),
        ("Inf", MatrixNorm::Inf),
        ("NegInf", MatrixNorm::NegInf),
        ("Fro", MatrixNorm::Fro),
    ] {
        if !golden["out"]["cond"][name].is_null() {
            let expected = golden.scalar::<T>(&format!("cond/{name}")).re();
            let tolerance = 10.0 * T::eps() * size * condition * expected.f64();
            close_number(cond(&a, norm).unwrap(), expected, tolerance);
        }
    }
}

fn golden<T: Element>() {
    each_golden::<T>(SQUARES, |golden| match golden.dimensions("b") {
        1 => golden_of::<T, Ix1>(golden),
        _ => golden_of::<T, Ix2>(golden),
    });
}

/// Digits of the certified values of NIST's Statistical Reference Datasets: not fewer than NumPy's.
#[test]
fn certified_regressions() {
    let digits = |found: f64, certified: f64| match ((found - certified) / certified).abs() {
        0.0 => 15.0,
        // to two decimals, as NumPy's are stored
        error => (-error.log10() * 100.0).round().clamp(0.0, 1500.0) / 100.0,
    };
    each_library(|| {
        each_case(NIST_LINEAR, "f64", |golden| {
            let (x, y) = (golden.input::<f64, Ix2>("x"), golden.input::<f64, Ix1>("y"));
            let found = lstsq(&x, &y, None).unwrap();
            let coef = golden.output::<f64, Ix1>("coef");
            let coef = found.x.iter().zip(&coef).map(|(&x, &c)| digits(x, c)).fold(15.0, f64::min);
            let least = golden.number("numpy/lstsq");
            eprintln!("{} {coef:.2} digits, NumPy's {least}", golden.name());
            assert!(coef >= least, "{coef} of {least} digits");
            // by default, Filip's polynomial has a rank of 10 of 11, as in NumPy
            assert_eq!(found.rank, x.ncols() - usize::from(golden.name() == "Filip"));
            let sd = golden.scalar::<f64>("residual_sd");
            if found.rank == x.ncols() && sd > 0.0 {
                let found = (found.residuals[0] / (x.nrows() - x.ncols()) as f64).sqrt();
                eprintln!("{} residual {:.2} digits", golden.name(), digits(found, sd));
                assert!(digits(found, sd) >= 10.0, "{found} for {sd}");
            }
        });
    });
}

/// With the limit EPSILON alone, to which ndarray-linalg 0.18 is fixed, the first of these has rank 3 and a
/// solution of the size of 1e15 (seen in NumPy with `rcond=-1`, which is that limit).
#[test]
fn rounding_does_not_make_the_rank_full() {
    each_library(|| {
        for n in [3, 10, 40] {
            let a = Array2::from_shape_fn((2 * n, n), |(i, j)| 0.1 * (i as f64) + 0.7 * (j as f64) + 0.3);
            let found = lstsq(&a, &Array1::from_shape_fn(2 * n, |i| (i * i % 7) as f64), None).unwrap();
            assert_eq!(found.rank, 2);
            assert!(found.x.iter().all(|x| x.abs() < 10.0), "{}", found.x);
        }
    });
}

/// As for one set at a time, beside many others.
#[test]
fn many_sets() {
    each_library(|| {
        let (a, b) = (matrix::<f64>(30, 5, 1), matrix::<f64>(30, 40, 2));
        let found = lstsq(&a, &b, None).unwrap();
        close(&found.x, &QrFactor::new(&a).unwrap().solve(&b).unwrap(), 1e-13);
        for (j, b) in b.columns().into_iter().enumerate() {
            let one = lstsq(&a, &b, None).unwrap();
            close(&found.x.column(j), &one.x, 1e-13);
            close_number(found.residuals[j], one.residuals[0], 1e-13);
        }
    });
}
