//! Pseudoinverses, ranks, singular values and square roots of Hermitian matrices.

use super::tiny;
use crate::common::assert::*;
use crate::common::golden::{EIGEN, each_golden};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::{
    ErrorKind, Real, Scalar, matrix_rank, matrix_rank_hermitian, pinvh, sqrtm_hermitian, svd_hermitian,
    svdvals, svdvals_hermitian,
};
use ndarray::{Array, Array1, Array2, Array3, ArrayRef2, Axis, Ix1, Ix2, array, s};
use num_complex::Complex64;

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    one_triangle => one_triangle;
    low_rank => low_rank;
    indefinite => indefinite;
    the_ends_of_the_range => the_ends_of_the_range;
    stacks => stacks;
}
for_types! { golden_values => golden, [f32, f64, Complex64]; }

/// A Hermitian matrix with these eigenvalues.
fn with_eigenvalues<T: Element>(n: usize, w: impl Fn(usize) -> f64, seed: u64) -> Array2<T> {
    let q = orthonormal::<T>(n, n, seed);
    let w = Array1::from_shape_fn(n, |i| T::new(w(i), 0.0));
    let a = (&q * &w).dot(&adjoint(&q));
    hermitian(&a) * T::new(0.5, 0.0)
}

#[track_caller]
fn exactly_hermitian<T: Element>(x: &ArrayRef2<T>) {
    same(&adjoint(x).mapv(|x| x + T::zero()), &x.mapv(|x| x + T::zero()));
}

/// Checks the decomposition of a Hermitian matrix, its pseudoinverse if it is regular, and the root of its
/// square.
fn check<T: Element>(a: &ArrayRef2<T>) {
    let n = a.nrows();
    let svd = svd_hermitian(a).unwrap();
    assert_eq!((svd.u.dim(), svd.s.len(), svd.vt.dim()), ((n, n), n, (n, n)));
    orthonormal_columns("u", &svd.u);
    orthonormal_columns("vt", &adjoint(&svd.vt));
    ordered("s", svd.s.as_slice().unwrap(), |x, y| x >= y);
    let [u, vt] = [wide(&svd.u), wide(&svd.vt)];
    let back = (&u * &svd.s.mapv(|s| Complex64::new(s.f64(), 0.0))).dot(&vt);
    small_residual::<T>("u · s · vt - a", &(back - wide(a)), n, one_norm(a));
    let largest = svd.s.first().map_or(0.0, |s| s.f64());
    let values = svdvals_hermitian(a).unwrap();
    close(&values, &svd.s, 10.0 * T::eps() * n as f64 * largest);
    close(&values, &svdvals(a).unwrap(), 20.0 * T::eps() * n as f64 * largest);
    let rank = matrix_rank_hermitian(a, None).unwrap();
    assert_eq!(rank, matrix_rank(a, None).unwrap());

    let inverse = pinvh(a, None).unwrap();
    exactly_hermitian(&inverse);
    if rank == n && n > 0 {
        let cond = largest / svd.s[n - 1].f64();
        let residual = wide(a).dot(&wide(&inverse)) - Array2::<Complex64>::eye(n);
        small_residual::<T>("a · pinvh - 1", &residual, n, cond * n as f64);
    }

    let square = hermitian(&a.dot(a)) * T::new(0.5, 0.0);
    let root = sqrtm_hermitian(&square).unwrap();
    exactly_hermitian(&root);
    let residual = wide(&root).dot(&wide(&root)) - wide(&square);
    small_residual::<T>("x · x - a", &residual, n, one_norm(&square) * (n as f64).sqrt());
}

fn sizes_and_layouts<T: Element>() {
    each_library(|| {
        for &n in SIZES {
            case(format!("{} {n}", T::NAME), || {
                check(&hermitian(&matrix::<T>(n, n, 1)));
                check(&Array2::<T>::eye(n));
                check(&Array2::<T>::zeros((n, n)));
            });
        }
        for n in [1, 2, 5, 18] {
            each_layout(&hermitian(&matrix::<T>(n, n, 2)), check);
        }
    });
}

/// Only the lower triangle is read, and of the diagonal the real parts.
fn one_triangle<T: Element>() {
    each_library(|| {
        for n in [2, 5, 17, 30] {
            let a = with_eigenvalues::<T>(n, |i| 1.0 + i as f64, 1);
            let mut junk = a.clone();
            junk.indexed_iter_mut().filter(|((i, j), _)| i < j).for_each(|(_, x)| *x = T::new(1e30, 1e30));
            junk.diag_mut().mapv_inplace(|x| x + T::new(0.0, 1e30));
            same(&pinvh(&junk, None).unwrap(), &pinvh(&a, None).unwrap());
            same(&sqrtm_hermitian(&junk).unwrap(), &sqrtm_hermitian(&a).unwrap());
            same(&svd_hermitian(&junk).unwrap().u, &svd_hermitian(&a).unwrap().u);
            same(&svdvals_hermitian(&junk).unwrap(), &svdvals_hermitian(&a).unwrap());
            assert_eq!(matrix_rank_hermitian(&junk, None), Ok(n));
        }
    });
}

/// The conditions of Moore and Penrose, the rank, and the root of a singular matrix.
fn low_rank<T: Element>() {
    each_library(|| {
        for (n, rank) in [(1, 0), (3, 1), (5, 3), (17, 9), (40, 11)] {
            case(format!("{} rank {rank} of {n}", T::NAME), || {
                let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
                let spectrum = |i: usize| if i < rank { 1.0 + i as f64 } else { 0.0 };
                let a = with_eigenvalues::<T>(n, |i| sign(i) * spectrum(i), 3);
                let some = Some(T::Real::of(100.0 * T::eps() * n as f64));
                assert_eq!(matrix_rank_hermitian(&a, some), Ok(rank));
                let x = pinvh(&a, some).unwrap();
                let [a64, x64] = [wide(&a), wide(&x)];
                let scale = one_norm(&a) * one_norm(&x);
                let unit = [one_norm(&a) * scale, one_norm(&x) * scale];
                small_residual::<T>("a · x · a - a", &(a64.dot(&x64).dot(&a64) - &a64), n, unit[0]);
                small_residual::<T>("x · a · x - x", &(x64.dot(&a64).dot(&x64) - &x64), n, unit[1]);
                let definite = with_eigenvalues::<T>(n, spectrum, 4);
                let root = wide(&sqrtm_hermitian(&definite).unwrap());
                let residual = root.dot(&root) - wide(&definite);
                small_residual::<T>("x · x - a", &residual, n, one_norm(&definite));
            });
        }
        let a = array![[1.0, 0.0, 0.0], [0.0, -0.1, 0.0], [0.0, 0.0, 0.01]].mapv(|x| T::new(x, 0.0));
        for (rtol, rank) in [(0.0, 3), (0.05, 2), (0.5, 1), (2.0, 0)] {
            let rtol = Some(T::Real::of(rtol));
            assert_eq!(matrix_rank_hermitian(&a, rtol), Ok(rank));
            let inverse = pinvh(&a, rtol).unwrap();
            assert_eq!(inverse.diag().iter().filter(|x| !x.is_zero()).count(), rank);
        }
    });
}

/// A negative eigenvalue has no real root, unless it is one of 0 that was rounded.
fn indefinite<T: Element>() {
    each_library(|| {
        for n in [1, 2, 5, 17, 40] {
            let least = |least: f64| {
                let mut w = Array1::from_elem(n, T::one());
                w[n / 2] = T::new(least, 0.0);
                sqrtm_hermitian(&Array2::from_diag(&w))
            };
            for bad in [-1.0, -100.0 * T::eps() * n as f64] {
                error_kind(least(bad), |e| {
                    e.op() == "sqrtm_hermitian"
                        && matches!(e.kind(), ErrorKind::InvalidArgument { name: "a", reason }
                            if reason.starts_with("expected no negative eigenvalue, found -"))
                });
            }
            if n > 1 {
                let rounded = least(-2.0 * T::eps()).unwrap();
                assert!(rounded[[n / 2, n / 2]].modulus().f64() <= T::eps(), "{rounded}");
            }
        }
    });
}

/// Results for `s · a`, for powers of two with even and odd exponents.
fn the_ends_of_the_range<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 17, 40] {
            let a = with_eigenvalues::<T>(n, |i| 1.0 + i as f64, 1);
            let (inverse, root) = (pinvh(&a, None).unwrap(), sqrtm_hermitian(&a).unwrap());
            let (s, tolerance) = (svdvals_hermitian(&a).unwrap(), 1e3 * T::eps() * n as f64);
            for r in [tiny::<T>(480), tiny::<T>(-340)] {
                case(format!("{} {n} times {r:?}²", T::NAME), || {
                    let by = |x: T::Real| move |y: T| y * T::from_real(x);
                    let scaled = a.mapv(by(r)).mapv(by(r));
                    let x = pinvh(&scaled, None).unwrap();
                    close(&x.mapv(by(r)).mapv(by(r)), &inverse, tolerance);
                    let x = sqrtm_hermitian(&scaled).unwrap();
                    close(&x.mapv(by(T::Real::of(1.0) / r)), &root, tolerance);
                    let half = T::Real::of(0.5);
                    let x = sqrtm_hermitian(&scaled.mapv(by(half))).unwrap();
                    let back = T::Real::of(1.0) / r * T::Real::of(2f64.sqrt());
                    close(&x.mapv(by(back)), &root, tolerance);
                    let x = svdvals_hermitian(&scaled).unwrap();
                    close(&x.mapv(|x| x / r / r), &s, tolerance);
                    assert_eq!(matrix_rank_hermitian(&scaled, None), Ok(n));
                });
            }
        }
    });
}

/// Every matrix of a stack has the results that it has alone.
fn stacks<T: Element>() {
    each_library(|| {
        for (count, n) in [(0, 3), (1, 3), (3, 5), (3, 0), (2, 20)] {
            let mut a = Array3::<T>::zeros((count, n, n));
            for (k, mut one) in a.outer_iter_mut().enumerate() {
                one.assign(&with_eigenvalues::<T>(n, |i| (i / 2) as f64, 20 + k as u64));
            }
            let a = a.slice(s![..;-1, .., ..]);
            let at = |k: usize| a.index_axis(Axis(0), k);
            let (inverse, root) = (pinvh(&a, None).unwrap(), sqrtm_hermitian(&a).unwrap());
            let (svd, values) = (svd_hermitian(&a).unwrap(), svdvals_hermitian(&a).unwrap());
            let ranks: Array<usize, Ix1> = matrix_rank_hermitian(&a, None).unwrap();
            assert_eq!((inverse.dim(), root.dim(), ranks.len()), (a.dim(), a.dim(), count));
            assert_eq!((svd.u.dim(), svd.s.dim(), values.dim()), (a.dim(), (count, n), (count, n)));
            for k in 0..count {
                let one = svd_hermitian(&at(k)).unwrap();
                identical(&inverse.index_axis(Axis(0), k), &pinvh(&at(k), None).unwrap());
                identical(&root.index_axis(Axis(0), k), &sqrtm_hermitian(&at(k)).unwrap());
                identical(&svd.u.index_axis(Axis(0), k), &one.u);
                identical(&svd.vt.index_axis(Axis(0), k), &one.vt);
                same(&svd.s.index_axis(Axis(0), k), &one.s);
                same(&values.index_axis(Axis(0), k), &svdvals_hermitian(&at(k)).unwrap());
                assert_eq!(ranks[k], matrix_rank_hermitian(&at(k), None).unwrap());
            }
        }
        let mut a = Array3::<T>::zeros((3, 2, 2));
        a[[1, 1, 1]] = T::new(-1.0, 0.0);
        let bad = sqrtm_hermitian(&a).unwrap_err();
        assert_eq!((bad.op(), bad.matrix()), ("sqrtm_hermitian", Some(&[1][..])));
    });
}

fn golden<T: Element>() {
    each_golden::<T>(EIGEN, |golden| {
        let (low, rank) = (golden.input::<T, Ix2>("low"), golden.number("rank") as usize);
        let unit = 8.0 * T::eps() * (low.nrows() as f64 + 1.0);
        let expected = golden.output::<T, Ix1>("svdvals").mapv(Scalar::re);
        close(&svdvals_hermitian(&low).unwrap(), &expected, unit * one_norm(&low));
        close(&svd_hermitian(&low).unwrap().s, &expected, unit * one_norm(&low));
        assert_eq!(matrix_rank_hermitian(&low, Some(T::Real::of(unit))), Ok(rank));
        let expected = golden.output::<T, Ix2>("pinvh");
        // Stewart: a pseudoinverse of the same rank changes by the condition times its size
        let tolerance = unit * golden.number("cond") * one_norm(&expected);
        close(&pinvh(&low, Some(T::Real::of(unit))).unwrap(), &expected, tolerance);
        let b = golden.input::<T, Ix2>("b");
        let expected = golden.output::<T, Ix2>("sqrtm");
        // a root changes by the change of the matrix over twice the smallest eigenvalue of the root
        let tolerance = unit * golden.number("b_cond").sqrt() * one_norm(&expected);
        close(&sqrtm_hermitian(&b).unwrap(), &expected, tolerance);
    });
}

/// The order of equal values, and a sign for the value 0.
#[test]
fn signs_of_singular_vectors() {
    each_library(|| {
        let svd = svd_hermitian(&array![[-1.0f64, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]).unwrap();
        same(&svd.s, &array![1.0, 1.0, 0.0]);
        for (k, sign, axis) in [(0, 1.0, 1), (1, -1.0, 0), (2, 1.0, 2)] {
            assert_eq!(svd.u[[axis, k]].abs(), 1.0);
            assert_eq!(svd.vt[[k, axis]], sign * svd.u[[axis, k]]);
        }
    });
}

#[test]
fn limits_must_not_be_negative() {
    let a = Array2::<f64>::eye(2);
    for bad in [-1.0, f64::NAN] {
        let refused = |e: &linstat::Error, op: &str| {
            e.op() == op && matches!(e.kind(), ErrorKind::InvalidArgument { name: "rtol", .. })
        };
        error_kind(pinvh(&a, Some(bad)), |e| refused(e, "pinvh"));
        error_kind(matrix_rank_hermitian(&a, Some(bad)), |e| refused(e, "matrix_rank_hermitian"));
    }
    // the reciprocal of an eigenvalue that is not ignored overflows, unless rounding makes it 0
    each_library(|| match pinvh(&array![[1.0, 0.0], [0.0, 1e-310]], Some(0.0)) {
        Ok(inverse) => same(&inverse, &array![[1.0, 0.0], [0.0, 0.0]]),
        result => {
            error_kind(result, |e| matches!(e.kind(), ErrorKind::NonFinite { name: "inverse", .. }));
        }
    });
}
