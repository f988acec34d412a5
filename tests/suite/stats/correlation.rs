//! Covariances and correlations.

use crate::common::assert::*;
use crate::common::golden::{STATS, each_case};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::{ErrorKind, Real, Variables, corrcoef, cov};
use ndarray::{Array1, Array2, ArrayRef2, Axis, Ix2, concatenate, s};

for_real! {
    numpy => numpy;
    layouts => layouts;
    promises => promises;
    extremes => extremes;
    errors => errors;
    near_the_largest => near_the_largest;
}

/// Fails unless NaN are in the same places and other elements differ by at most `tolerance` times the two
/// deviations.
fn close_or_nan<T: Real>(actual: &ArrayRef2<T>, expected: &ArrayRef2<f64>, tolerance: f64, sizes: &[f64]) {
    assert_eq!(actual.shape(), expected.shape());
    for ((i, j), &x) in actual.indexed_iter() {
        let y = expected[[i, j]];
        if x.is_nan() || y.is_nan() {
            assert!(x.is_nan() && y.is_nan(), "{actual}, expected {expected}");
        } else {
            close_number(x.f64(), y, tolerance * sizes[i] * sizes[j]);
        }
    }
}

fn numpy<T: Element + Real>() {
    each_library(|| {
        each_case(STATS, "correlation", |golden| {
            let x = golden.input::<f64, Ix2>("x");
            let (p, n) = x.dim();
            let tolerance = 4.0 * n as f64 * T::eps();
            let narrow = x.mapv(T::of);
            for ddof in [0, 1] {
                let expected = golden.output::<f64, Ix2>(&format!("cov/{ddof}"));
                let sizes: Vec<f64> = expected.diag().iter().map(|c| c.sqrt()).collect();
                close_or_nan(&cov(&narrow, Variables::Rows, ddof).unwrap(), &expected, tolerance, &sizes);
                close_or_nan(
                    &cov(&narrow.t(), Variables::Columns, ddof).unwrap(),
                    &expected,
                    tolerance,
                    &sizes,
                );
            }
            let expected = golden.output::<f64, Ix2>("corrcoef");
            let ones = vec![1.0; p];
            close_or_nan(&corrcoef(&narrow, Variables::Rows).unwrap(), &expected, tolerance, &ones);
        });
    });
}

fn same_bits<T: Real>(x: &ArrayRef2<T>, y: &ArrayRef2<T>) {
    assert!(x.iter().zip(y).all(|(x, y)| x.f64().to_bits() == y.f64().to_bits()), "{x}, {y}");
}

fn check<T: Element + Real>(x: &ArrayRef2<T>) {
    let (p, n) = x.dim();
    let wide = x.mapv(|x| x.f64());
    let centred = &wide - &wide.mean_axis(Axis(1)).unwrap().insert_axis(Axis(1));
    let expected = centred.dot(&centred.t()) / n as f64;
    let sizes: Vec<f64> = expected.diag().iter().map(|c| c.sqrt()).collect();
    let c = cov(x, Variables::Rows, 0).unwrap();
    close_or_nan(&c, &expected, 4.0 * n as f64 * T::eps(), &sizes);
    same_bits(&c, &c.t());
    let r = corrcoef(x, Variables::Rows).unwrap();
    same_bits(&r, &r.t());
    for i in 0..p {
        assert!(r[[i, i]] == T::one() || (expected[[i, i]] == 0.0 && r[[i, i]].is_nan()), "{r}");
        assert!(r.row(i).iter().all(|r| r.is_nan() || r.abs() <= T::one()), "{r}");
    }
    close_or_nan(&cov(&x.t(), Variables::Columns, 0).unwrap(), &expected, 4.0 * n as f64 * T::eps(), &sizes);
}

fn layouts<T: Element + Real>() {
    each_library(|| {
        for (p, n) in [(1, 1), (1, 5), (5, 2), (3, 4), (18, 7), (40, 30)] {
            each_layout(&matrix::<T>(p, n, 1), |x| check(x));
        }
        each_layout(&Array2::<T>::ones((3, 4)), |x| check(x));
    });
}

fn promises<T: Element + Real>() {
    each_library(|| {
        // exact multiples of one variable with a large mean: not beyond 1
        let v = vector::<T>(500, 2);
        let far = v.mapv(|x| x * T::of(3.0) + T::of(1000.0));
        let x = ndarray::stack![Axis(0), v, v.mapv(|x| -x), far];
        let r = corrcoef(&x, Variables::Rows).unwrap();
        assert!(r.iter().all(|r| r.abs() <= T::one()) && r.diag().iter().all(|&r| r == T::one()), "{r}");
        assert!(r[[0, 1]] < T::of(-0.999) && r[[0, 2]] > T::of(0.99), "{r}");
        // a constant whose plain sum, divided by n, is not the constant, beside another variable
        let constant = Array1::from_elem(500, T::of(0.1));
        let x = ndarray::stack![Axis(0), v, constant];
        let c = cov(&x, Variables::Rows, 1).unwrap();
        assert!(c[[1, 1]] == T::zero() && c[[0, 1]] == T::zero() && c[[0, 0]] > T::zero(), "{c}");
        let r = corrcoef(&x, Variables::Rows).unwrap();
        assert!(
            r[[0, 0]] == T::one() && r[[0, 1]].is_nan() && r[[1, 0]].is_nan() && r[[1, 1]].is_nan(),
            "{r}"
        );
        // a NaN or an infinity does not affect the other variables
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let good = matrix::<T>(20, 30, 4);
            let mut x = concatenate![Axis(0), good, good.slice(s![..1, ..])];
            x[[20, 3]] = T::of(bad);
            let c = cov(&x, Variables::Rows, 1).unwrap();
            assert!(c.row(20).iter().chain(c.column(20)).all(|c| c.is_nan()));
            assert!(c.slice(s![..20, ..20]).iter().all(|c| c.is_finite()));
            let r = corrcoef(&x, Variables::Rows).unwrap();
            assert!(r.row(20).iter().chain(r.column(20)).all(|c| c.is_nan()));
            assert!(r.slice(s![..20, ..20]).iter().all(|c| c.is_finite()));
        }
    });
}

/// Sizes whose squares overflow or underflow.
fn extremes<T: Element + Real>() {
    let x = matrix::<T>(3, 20, 6);
    let expected = corrcoef(&x, Variables::Rows).unwrap();
    let covariance = cov(&x, Variables::Rows, 1).unwrap();
    // powers of two, so that the scaled data are exact
    let power = T::SAFE * T::SAFE.sqrt();
    let scales = [power, power.recip(), T::one()];
    let mut scaled = x.clone();
    scaled.rows_mut().into_iter().zip(scales).for_each(|(mut row, s)| row.mapv_inplace(|x| x * s));
    close(&corrcoef(&scaled, Variables::Rows).unwrap(), &expected, 4.0 * T::eps());
    let c = cov(&scaled, Variables::Rows, 1).unwrap();
    close_number(c[[0, 1]], covariance[[0, 1]], 8.0 * T::eps() * covariance[[0, 0]].f64());
    close_number(c[[2, 2]], covariance[[2, 2]], 8.0 * T::eps() * covariance[[2, 2]].f64());
    assert!(c[[0, 0]] == T::infinity());
}

fn errors<T: Element + Real>() {
    let none = Array2::<T>::zeros((3, 0));
    error_kind(cov(&none, Variables::Rows, 0), |e| {
        matches!((e.op(), e.kind()), ("cov", ErrorKind::Empty { .. }))
    });
    error_kind(corrcoef(&none, Variables::Rows), |e| {
        matches!((e.op(), e.kind()), ("corrcoef", ErrorKind::Empty { .. }))
    });
    assert_eq!(cov(&none, Variables::Columns, 1).unwrap().dim(), (0, 0));
    assert_eq!(corrcoef(&none, Variables::Columns).unwrap().dim(), (0, 0));
    for ddof in [4, 5, usize::MAX] {
        let x = matrix::<T>(2, 4, 1);
        error_kind(cov(&x, Variables::Rows, ddof), |e| {
            matches!((e.op(), e.kind()), ("cov", ErrorKind::InvalidArgument { name: "ddof", .. }))
        });
    }
    let one = Array2::<T>::ones((2, 1));
    assert!(corrcoef(&one, Variables::Rows).unwrap().iter().all(|r| r.is_nan()));
}

/// Differences from the mean that overflow.
fn near_the_largest<T: Element + Real>() {
    each_library(|| {
        let max = T::max_value();
        for n in [4, 400] {
            let signs = |i: usize| if i % 4 == 3 { -T::one() } else { T::one() };
            let large = Array1::from_shape_fn(n, |i| signs(i) * max);
            let small = Array1::from_shape_fn(n, |i| signs(i) / max * T::of(64.0));
            let other = Array1::from_shape_fn(n, |i| T::of((i % 4) as f64));
            let x = ndarray::stack![Axis(1), large, small, other, large];
            let expected = corrcoef(
                &ndarray::stack![
                    Axis(1),
                    large.mapv(|x| x / max),
                    large.mapv(|x| x / max),
                    other,
                    large.mapv(|x| x / max)
                ],
                Variables::Columns,
            )
            .unwrap();
            each_layout(&x, |x| {
                close(&corrcoef(x, Variables::Columns).unwrap(), &expected, 8.0 * T::eps());
                close(&corrcoef(&x.t(), Variables::Rows).unwrap(), &expected, 8.0 * T::eps());
                let c = cov(x, Variables::Columns, 0).unwrap();
                assert!(c[[0, 0]] == T::infinity() && c[[3, 0]] == T::infinity(), "{c}");
                // 64 times 3 / 4, the variance of the signs
                close_number(c[[0, 1]].f64(), 48.0, 1e3 * T::eps());
                close_number(c[[1, 3]].f64(), 48.0, 1e3 * T::eps());
                close_number((c[[0, 2]] / max).f64(), -0.75, 8.0 * T::eps());
                close_number(c[[2, 2]].f64(), 1.25, 8.0 * T::eps());
            });
            let mut bad = x.clone();
            bad[[1, 0]] = T::infinity();
            let c = cov(&bad, Variables::Columns, 0).unwrap();
            assert!(c.row(0).iter().all(|c| c.is_nan()) && c[[3, 3]] == T::infinity(), "{c}");
        }
    });
}
