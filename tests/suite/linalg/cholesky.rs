//! Cholesky factors.

use crate::common::assert::*;
use crate::common::golden::{FACTORS, each_golden};
use crate::common::*;
use crate::linalg::tiny;
use linstat::{ErrorKind, Real, cholesky, cholesky_upper};
use ndarray::{Array2, ArrayRef2, Ix2, array};
use num_complex::Complex64;

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    empty => empty;
    not_positive_definite => not_positive_definite;
    the_ends_of_the_range => the_ends_of_the_range;
}
for_types! { golden_factors => golden, [f32, f64, Complex64]; }

/// A positive definite matrix.
pub fn definite<T: Element>(n: usize, seed: u64) -> Array2<T> {
    let a = matrix::<T>(n, n, seed);
    // exactly Hermitian, which the product is but for rounding
    hermitian(&a.dot(&adjoint(&a))) + Array2::from_diag_elem(n, T::new(0.5, 0.0))
}

fn check<T: Element>(a: &ArrayRef2<T>) {
    let n = a.nrows();
    let (l, u) = (cholesky(a).unwrap(), cholesky_upper(a).unwrap());
    for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
        let (l, u) = (l[[i, j]], u[[j, i]]);
        assert!(if i < j { l.is_zero() && u.is_zero() } else { i != j || l.re() > T::Real::of(0.0) });
        assert!(i != j || (l.im().f64() == 0.0 && u.im().f64() == 0.0), "a real diagonal");
    }
    let [wide_l, wide_u] = [wide(&l), wide(&u)];
    small_residual::<T>("l · lᴴ - a", &(wide_l.dot(&adjoint(&wide_l)) - wide(a)), n, one_norm(a));
    small_residual::<T>("uᴴ · u - a", &(adjoint(&wide_u).dot(&wide_u) - wide(a)), n, one_norm(a));
    close(&adjoint(&u), &l, 0.0);
}

fn sizes_and_layouts<T: Element>() {
    each_library(|| {
        for &n in SIZES {
            case(format!("{} {n}", T::NAME), || {
                check(&definite::<T>(n, 1));
                // only one triangle is used, and the real part of the diagonal
                let (a, junk) = (definite::<T>(n, 2), T::new(9.0, 9.0));
                let mut lower = a.clone();
                lower.indexed_iter_mut().filter(|((i, j), _)| i < j).for_each(|(_, x)| *x = junk);
                lower.diag_mut().mapv_inplace(|x| x + T::new(0.0, 7.0));
                same(&cholesky(&lower).unwrap(), &cholesky(&a).unwrap());
                same(&cholesky_upper(&lower.t()).unwrap(), &cholesky_upper(&a.t()).unwrap());
            });
        }
        for n in [1, 2, 5, 18] {
            let a = definite::<T>(n, 3);
            let expected = cholesky(&a).unwrap();
            layouts::each_layout(&a, |a| {
                check(a);
                same(&cholesky(a).unwrap(), &expected);
            });
        }
    });
}

fn empty<T: Element>() {
    each_library(|| {
        let none = Array2::<T>::zeros((0, 0));
        same(&cholesky(&none).unwrap(), &none);
        same(&cholesky_upper(&none).unwrap(), &none);
    });
}

fn not_positive_definite<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 17, 40, 130] {
            for order in [1, n / 2 + 1, n] {
                for bad in [0.0, -1.0] {
                    let mut a = Array2::<T>::eye(n);
                    a[[order - 1, order - 1]] = T::new(bad, 0.0);
                    let expected = || ErrorKind::NotPositiveDefinite { order };
                    case(format!("{} {n}, {bad} at {order}", T::NAME), || {
                        error(cholesky(&a), "cholesky", expected());
                        error(cholesky_upper(&a), "cholesky_upper", expected());
                    });
                }
            }
            // products that overflow
            if n > 2 {
                let mut a = Array2::<T>::eye(n);
                let huge = T::from_real(<T::Real as num_traits::Float>::max_value() / T::Real::of(4.0));
                for (i, j) in [(1, 0), (2, 0), (2, 1)] {
                    (a[[i, j]], a[[j, i]]) = (huge, huge);
                }
                error(cholesky(&a), "cholesky", ErrorKind::NotPositiveDefinite { order: 2 });
                error(cholesky_upper(&a), "cholesky_upper", ErrorKind::NotPositiveDefinite { order: 2 });
            }
        }
    });
}

/// The factor of `s² · a` is that of `a` times `s`, and so for single rows and columns.
fn the_ends_of_the_range<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 17, 40] {
            let whole = matrix::<T>(n, n, 4)
                .mapv(|x| T::new((9.0 * x.re().f64()).trunc(), (9.0 * x.im().f64()).trunc()));
            let a = whole.dot(&adjoint(&whole)) + Array2::eye(n);
            let expected = cholesky(&a).unwrap();
            let (small, large) = (tiny::<T>(500), tiny::<T>(-300));
            for s in [small, large] {
                let s = T::from_real(s);
                case(format!("{} {n} x {n} times {s:?}²", T::NAME), || {
                    let l = cholesky(&(&a * s * s)).unwrap();
                    close(&l.mapv(|x| x / s), &expected, 100.0 * T::eps() * one_norm(&expected));
                });
            }
            let scale = |i: usize| T::from_real(if i.is_multiple_of(2) { small } else { large });
            let mut scaled = a.clone();
            scaled.indexed_iter_mut().for_each(|((i, j), x)| *x = *x * scale(i) * scale(j));
            case(format!("{} {n} x {n}, some rows", T::NAME), || {
                let mut l = cholesky(&scaled).unwrap();
                l.indexed_iter_mut().for_each(|((i, _), x)| *x /= scale(i));
                close(&l, &expected, 100.0 * T::eps() * one_norm(&expected));
            });
        }
    });
}

fn golden<T: Element>() {
    each_golden::<T>(FACTORS, |golden| {
        let h = golden.input::<T, Ix2>("h");
        let expected = golden.output::<T, Ix2>("cholesky");
        let tolerance =
            4.0 * T::eps() * (h.nrows() as f64 + 1.0) * golden.number("h_cond") * one_norm(&expected);
        close(&cholesky(&h).unwrap(), &expected, tolerance);
    });
}

#[test]
fn a_known_one() {
    each_library(|| {
        let z = Complex64::new;
        let a = array![[z(4.0, 0.0), z(2.0, -4.0)], [z(2.0, 4.0), z(6.0, 0.0)]];
        close(&cholesky(&a).unwrap(), &array![[z(2.0, 0.0), z(0.0, 0.0)], [z(1.0, 2.0), z(1.0, 0.0)]], 1e-15);
    });
}
