//! QR factorizations: by reconstruction and orthogonality, in every layout, and with LAPACK's signs.

use crate::common::assert::*;
use crate::common::golden::{FACTORS, each_golden};
use crate::common::*;
use crate::linalg::tiny;
use linstat::{QrShape, Real, qr, qr_r};
use ndarray::{Array2, ArrayRef2, Axis, Ix2, array, s};
use num_complex::Complex64;
use num_traits::Float;

for_scalar! {
    squares => squares;
    rectangles => rectangles;
    low_ranks => low_ranks;
    empty => empty;
    the_ends_of_the_range => the_ends_of_the_range;
    what_is_left_is_subnormal => what_is_left_is_subnormal;
}
for_types! { golden_factors => golden, [f32, f64, Complex64]; }

fn check<T: Element>(a: &ArrayRef2<T>) {
    let ((m, n), k) = (a.dim(), a.nrows().min(a.ncols()));
    let only = qr_r(a).unwrap();
    for (shape, columns) in [(QrShape::Reduced, k), (QrShape::Complete, m)] {
        case(format!("{shape:?}"), || {
            let qr = qr(a, shape).unwrap();
            assert_eq!((qr.q.dim(), qr.r.dim()), ((m, columns), (columns, n)));
            orthonormal_columns("q", &qr.q);
            assert!(qr.r.indexed_iter().all(|((i, j), x)| i <= j || x.is_zero()), "{}", qr.r);
            assert!(qr.r.diag().iter().all(|x| x.im().f64() == 0.0), "a real diagonal: {}", qr.r);
            small_residual::<T>(
                "q · r - a",
                &(wide(&qr.q).dot(&wide(&qr.r)) - wide(a)),
                m.max(n),
                one_norm(a),
            );
            same(&qr.r.slice(s![..k, ..]), &only);
        });
    }
}

fn squares<T: Element>() {
    each_square::<T>(check);
}

fn rectangles<T: Element>() {
    each_rectangle::<T>(check);
}

/// Columns that depend on those before, and zeros: no column is left out.
fn low_ranks<T: Element>() {
    each_library(|| {
        for (m, n) in [(3, 3), (5, 3), (3, 5), (40, 40), (70, 45), (45, 70)] {
            for rank in [0, 1, 2] {
                case(format!("{} {m} x {n} of rank {rank}", T::NAME), || {
                    check(&matrix::<T>(m, rank, 1).dot(&matrix::<T>(rank, n, 2)));
                });
            }
            let mut a = matrix::<T>(m, n, 3);
            a.column_mut(0).fill(T::new(0.0, 0.0));
            case(format!("{} {m} x {n}, a zero column", T::NAME), || {
                check(&a);
                let r = qr_r(&a).unwrap();
                assert!(r[[0, 0]].is_zero());
                same(&r.slice(s![..1, 1..]), &a.slice(s![..1, 1..]));
            });
            check(&Array2::<T>::ones((m, n)));
            check(&Array2::<T>::eye(m.max(n)).slice(s![..m, ..n]));
        }
    });
}

fn empty<T: Element>() {
    each_library(|| {
        for (m, n) in [(0, 0), (0, 3), (3, 0)] {
            let a = Array2::<T>::zeros((m, n));
            let reduced = qr(&a, QrShape::Reduced).unwrap();
            assert_eq!((reduced.q.dim(), reduced.r.dim()), ((m, 0), (0, n)));
            let complete = qr(&a, QrShape::Complete).unwrap();
            same(&complete.q, &Array2::eye(m));
            assert_eq!(complete.r.dim(), (m, n));
            assert_eq!(qr_r(&a).unwrap().dim(), (0, n));
        }
    });
}

/// The factors of scaled columns: q is the same, and the columns of r are scaled.
fn the_ends_of_the_range<T: Element>() {
    each_library(|| {
        for (m, n) in [(1, 1), (3, 2), (4, 4), (20, 17), (40, 36)] {
            let a = matrix::<T>(m, n, 5);
            let expected = qr(&a, QrShape::Reduced).unwrap();
            let scales =
                [tiny::<T>(800), T::Real::of(1.0), tiny::<T>(-800), tiny::<T>(400)].map(T::from_real);
            let mut scaled = a.clone();
            for (j, mut column) in scaled.axis_iter_mut(Axis(1)).enumerate() {
                column.mapv_inplace(|x| x * scales[j % 4]);
            }
            case(format!("{} {m} x {n}", T::NAME), || {
                let mut found = qr(&scaled, QrShape::Reduced).unwrap();
                let tolerance = 30.0 * T::eps() * m as f64;
                for (j, mut column) in found.r.axis_iter_mut(Axis(1)).enumerate() {
                    column.mapv_inplace(|x| x.div_real(scales[j % 4].re()));
                }
                close(&found.q, &expected.q, tolerance);
                close(&found.r, &expected.r, tolerance);
            });
        }
        // an element that is too large, of a matrix that is finite
        let max = T::from_real(<T::Real as Float>::max_value());
        let r = qr_r(&Array2::from_elem((3, 1), max)).unwrap();
        assert!(r[[0, 0]].re().f64() == f64::NEG_INFINITY, "{r}");
    });
}

fn golden<T: Element>() {
    each_golden::<T>(FACTORS, |golden| {
        let a = golden.input::<T, Ix2>("a");
        let (q, r) = (golden.output::<T, Ix2>("q"), golden.output::<T, Ix2>("r"));
        // the signs are compared, too
        let relative = 10.0 * T::eps() * (a.nrows() as f64 + 1.0) * golden.number("cond");
        let found = qr(&a, QrShape::Reduced).unwrap();
        close(&found.q, &q, relative);
        close(&found.r, &r, relative * one_norm(&r));
        let wide_r = golden.output::<T, Ix2>("wide_r");
        let found = qr_r(&golden.input::<T, Ix2>("wide")).unwrap();
        close(&found, &wide_r, 10.0 * relative * one_norm(&wide_r));
    });
}

/// What is left of the last columns is below the normal numbers: oneMKL 2026.2 makes NaN of it in a complex
/// matrix of order 20 or less.
fn what_is_left_is_subnormal<T: Element>() {
    each_library(|| {
        let small = T::Real::min_positive_value().f64();
        for (m, n) in
            [(1, 1), (2, 2), (3, 2), (3, 3), (4, 6), (16, 16), (18, 18), (20, 20), (20, 3), (24, 24)]
        {
            for left in (1..=3).filter(|&left| left < m.min(n)) {
                for size in [1.0, 0.75, 0.125, 0.0] {
                    let mut a = matrix::<T>(m, n, 7);
                    a.slice_mut(s![m.min(n) - left.., ..])
                        .mapv_inplace(|x| T::new(x.re().f64() * size * small, x.im().f64() * size * small));
                    case(format!("{} {m} x {n}, {left} left of {size}", T::NAME), || check(&a));
                }
            }
        }
    });
}

/// NumPy 2.4: `np.linalg.qr([[3., 1.], [4., 2.]])`, and a complex matrix whose last column is reflected, too.
#[test]
fn known_ones() {
    each_library(|| {
        let found = qr(&array![[3.0, 1.0], [4.0, 2.0]], QrShape::Reduced).unwrap();
        close(&found.q, &array![[-0.6, -0.8], [-0.8, 0.6]], 1e-15);
        close(&found.r, &array![[-5.0, -2.2], [0.0, 0.4]], 1e-15);
        let z = Complex64::new;
        let found = qr(&array![[z(0.0, 2.0)]], QrShape::Reduced).unwrap();
        close(&found.r, &array![[z(-2.0, 0.0)]], 1e-15);
        close(&found.q, &array![[z(0.0, -1.0)]], 1e-15);
        assert_eq!(qr_r(&array![[-2.0], [0.0]]).unwrap(), array![[-2.0]]);
    });
}
