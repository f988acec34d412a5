//! Generalized symmetric eigenproblems: by residuals and the normalisation of the vectors, in every layout.

use super::cholesky::definite;
use super::tiny;
use crate::common::assert::*;
use crate::common::golden::{EIGEN, each_golden};
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::{ErrorKind, GeneralizedType, Real, Scalar, eigh_generalized, eigvalsh_generalized, inv};
use ndarray::{Array2, Array3, ArrayRef2, Axis, Ix1, Ix2, array};
use num_complex::Complex64;

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    one_triangle => one_triangle;
    the_ends_of_the_range => the_ends_of_the_range;
    not_positive_definite => not_positive_definite;
    broadcast => broadcast;
}
for_types! { golden_eigenvalues => golden, [f32, f64, Complex64]; }

const TYPES: [GeneralizedType; 3] =
    [GeneralizedType::Pencil, GeneralizedType::ProductAb, GeneralizedType::ProductBa];

/// A well-conditioned positive definite matrix.
fn well_conditioned<T: Element>(n: usize, seed: u64) -> Array2<T> {
    definite::<T>(n, seed) + Array2::from_diag_elem(n, T::new(n as f64, 0.0))
}

fn size<R: Real>(w: &ndarray::Array1<R>) -> f64 {
    w.iter().fold(0.0, |max, w| f64::max(max, w.f64().abs()))
}

/// Checks the results for Hermitian matrices, of which `b` is well-conditioned.
fn check<T: Element>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) {
    let n = a.nrows();
    for problem in TYPES {
        case(format!("{} {n} {problem:?}", T::NAME), || {
            let e = eigh_generalized(a, b, problem).unwrap();
            assert_eq!((e.eigenvalues.len(), e.eigenvectors.dim()), (n, (n, n)));
            ordered("eigenvalues", e.eigenvalues.as_slice().unwrap(), |x, y| x <= y);
            let [a64, b64, v] = [wide(a), wide(b), wide(&e.eigenvectors)];
            let vw = &v * &e.eigenvalues.mapv(|w| Complex64::new(w.f64(), 0.0));
            let (na, nb, nv, nw) = (one_norm(a), one_norm(b), one_norm(&v), size(&e.eigenvalues));
            let (left, right, scale) = match problem {
                GeneralizedType::Pencil => (a64.dot(&v), b64.dot(&vw), na + nb * nw),
                GeneralizedType::ProductAb => (a64.dot(&b64).dot(&v), vw, na * nb + nw),
                GeneralizedType::ProductBa => (b64.dot(&a64).dot(&v), vw, na * nb + nw),
            };
            small_residual::<T>("residual", &(left - right), n, scale * nv);
            let metric = if problem == GeneralizedType::ProductBa { inv(&b64).unwrap() } else { b64 };
            let gram = adjoint(&v).dot(&metric).dot(&v);
            let scale = one_norm(&adjoint(&v)) * one_norm(&metric) * nv;
            small_residual::<T>("normalisation", &(gram - Array2::<Complex64>::eye(n)), n, scale);
            let values = eigvalsh_generalized(a, b, problem).unwrap();
            close(&values, &e.eigenvalues, 10.0 * T::eps() * n as f64 * nw);
        });
    }
}

fn sizes_and_layouts<T: Element>() {
    each_library(|| {
        for &n in SIZES {
            check(&hermitian(&matrix::<T>(n, n, 1)), &well_conditioned::<T>(n, 2));
        }
        for n in [1, 2, 5, 18] {
            let (a, b) = (hermitian(&matrix::<T>(n, n, 3)), well_conditioned::<T>(n, 4));
            each_layout(&a, |a| check(a, &b));
            each_layout(&b, |b| check(&a, b));
        }
    });
}

/// Only the lower triangles are read, and the real parts of the diagonals.
fn one_triangle<T: Element>() {
    each_library(|| {
        for n in [2, 5, 17, 30] {
            let (a, b) = (hermitian(&matrix::<T>(n, n, 1)), well_conditioned::<T>(n, 2));
            let junk = |a: &Array2<T>| {
                let mut a = a.clone();
                a.indexed_iter_mut().filter(|((i, j), _)| i < j).for_each(|(_, x)| *x = T::new(1e30, -1e30));
                a.diag_mut().mapv_inplace(|x| x + T::new(0.0, 1e30));
                a
            };
            for problem in TYPES {
                let (e, other) = (
                    eigh_generalized(&a, &b, problem).unwrap(),
                    eigh_generalized(&junk(&a), &junk(&b), problem).unwrap(),
                );
                same(&other.eigenvalues, &e.eigenvalues);
                same(&other.eigenvectors, &e.eigenvectors);
            }
        }
    });
}

/// Eigenvalues of scaled matrices: of all elements, and of rows and columns of both by the same factors,
/// which changes neither eigenvalues of pencils nor, by the inverse factors for one of them, of products.
fn the_ends_of_the_range<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 17, 40] {
            let (a, b) = (hermitian(&matrix::<T>(n, n, 1)), well_conditioned::<T>(n, 2));
            let expected = TYPES.map(|problem| eigvalsh_generalized(&a, &b, problem).unwrap());
            let check = |name: &str, a: &Array2<T>, b: &Array2<T>, problem: GeneralizedType, by: T::Real| {
                case(format!("{} {n} {problem:?}, {name}", T::NAME), || {
                    let expected = &expected[TYPES.iter().position(|&other| other == problem).unwrap()];
                    let tolerance = 100.0 * T::eps() * n as f64 * size(expected);
                    let e = eigh_generalized(a, b, problem).unwrap();
                    close(&e.eigenvalues.mapv(|w| w / by / by), expected, tolerance);
                    close(&eigvalsh_generalized(a, b, problem).unwrap(), &e.eigenvalues, {
                        tolerance * by.f64() * by.f64()
                    });
                });
            };
            let one = T::Real::of(1.0);
            for s in [tiny::<T>(400), tiny::<T>(-300)] {
                let scaled = |x: &Array2<T>| x.mapv(|x| x * T::from_real(s) * T::from_real(s));
                check("a scaled", &scaled(&a), &b, GeneralizedType::Pencil, s);
                check("a scaled", &scaled(&a), &b, GeneralizedType::ProductAb, s);
                check("b scaled", &a, &scaled(&b), GeneralizedType::ProductBa, s);
                check("b scaled", &a, &scaled(&b), GeneralizedType::Pencil, one / s);
                check("both scaled", &scaled(&a), &scaled(&b), GeneralizedType::Pencil, one);
            }
            let rows = |x: &Array2<T>, even: T::Real, odd: T::Real| {
                let by = |i: usize| T::from_real(if i.is_multiple_of(2) { even } else { odd });
                let mut x = x.clone();
                x.indexed_iter_mut().for_each(|((i, j), x)| *x = *x * by(i) * by(j));
                x
            };
            let (small, large) = (tiny::<T>(400), tiny::<T>(-300));
            let (a_rows, b_rows) = (rows(&a, small, large), rows(&b, small, large));
            check("rows of both", &a_rows, &b_rows, GeneralizedType::Pencil, one);
            let b_rows = rows(&b, one / small, one / large);
            check("rows of both", &a_rows, &b_rows, GeneralizedType::ProductAb, one);
            check("rows of both", &a_rows, &b_rows, GeneralizedType::ProductBa, one);
        }
    });
}

fn not_positive_definite<T: Element>() {
    each_library(|| {
        for n in [1, 3, 17, 40] {
            for order in [1, n / 2 + 1, n] {
                let (a, mut b) = (Array2::<T>::eye(n), Array2::<T>::eye(n));
                b[[order - 1, order - 1]] = T::new(-1.0, 0.0);
                for problem in TYPES {
                    let expected = || ErrorKind::NotPositiveDefinite { order };
                    error(eigh_generalized(&a, &b, problem), "eigh_generalized", expected());
                    error(eigvalsh_generalized(&a, &b, problem), "eigvalsh_generalized", expected());
                }
            }
        }
    });
}

/// Stacks are broadcast against each other; each pair has the results that it has alone.
fn broadcast<T: Element>() {
    let stack = |count: usize, n: usize, f: &dyn Fn(u64) -> Array2<T>| {
        let mut all = Array3::<T>::zeros((count, n, n));
        all.outer_iter_mut().enumerate().for_each(|(k, mut one)| one.assign(&f(k as u64)));
        all
    };
    each_library(|| {
        for (count, n) in [(0, 3), (1, 3), (3, 3), (3, 0), (2, 20)] {
            let a = stack(count, n, &|k| hermitian(&matrix::<T>(n, n, k)));
            let b = stack(count, n, &|k| well_conditioned::<T>(n, 50 + k));
            let b_lead = b.view().insert_axis(Axis(1));
            for problem in TYPES {
                let one = |i: usize, j: usize| {
                    let (a, b) = (a.index_axis(Axis(0), i), b.index_axis(Axis(0), j));
                    eigh_generalized(&a, &b, problem).unwrap()
                };
                let both = eigh_generalized(&a, &b, problem).unwrap();
                assert_eq!((both.eigenvalues.dim(), both.eigenvectors.dim()), ((count, n), (count, n, n)));
                let values = eigvalsh_generalized(&a, &b, problem).unwrap();
                assert_eq!(values.dim(), (count, n));
                let all = eigh_generalized(&a, &b_lead, problem).unwrap();
                assert_eq!(all.eigenvectors.dim(), (count, count, n, n));
                let dynamic = eigh_generalized(&a.view().into_dyn(), &b, problem).unwrap();
                identical(&dynamic.eigenvectors, &both.eigenvectors);
                for k in 0..count {
                    same(&both.eigenvalues.index_axis(Axis(0), k), &one(k, k).eigenvalues);
                    identical(&both.eigenvectors.index_axis(Axis(0), k), &one(k, k).eigenvectors);
                    let alone =
                        eigvalsh_generalized(&a.index_axis(Axis(0), k), &b.index_axis(Axis(0), k), problem);
                    same(&values.index_axis(Axis(0), k), &alone.unwrap());
                    let with_first = eigh_generalized(&a, &b.index_axis(Axis(0), 0), problem).unwrap();
                    identical(&with_first.eigenvectors.index_axis(Axis(0), k), &one(k, 0).eigenvectors);
                    let row = all.eigenvectors.index_axis(Axis(0), k);
                    (0..count).for_each(|j| identical(&row.index_axis(Axis(0), j), &one(j, k).eigenvectors));
                }
            }
        }
    });
}

fn golden<T: Element>() {
    each_golden::<T>(EIGEN, |golden| {
        let (a, b) = (golden.input::<T, Ix2>("a"), golden.input::<T, Ix2>("b"));
        let unit = 4.0 * T::eps() * (a.nrows() as f64 + 1.0);
        for (problem, name) in TYPES.into_iter().zip(["pencil", "product_ab", "product_ba"]) {
            let expected = golden.output::<T, Ix1>(name).mapv(Scalar::re);
            // the bounds of LAPACK's guide for `sygv`
            let b_size = match problem {
                GeneralizedType::Pencil => one_norm(&inv(&wide(&b)).unwrap()),
                _ => one_norm(&b),
            };
            let tolerance = unit * (one_norm(&a) * b_size + golden.number("b_cond") * size(&expected));
            close(&eigvalsh_generalized(&a, &b, problem).unwrap(), &expected, tolerance);
            close(&eigh_generalized(&a, &b, problem).unwrap().eigenvalues, &expected, tolerance);
        }
    });
}

#[test]
fn errors_name_the_argument_and_the_matrix() {
    let (a, b) = (Array2::<f64>::eye(2), Array2::<f64>::eye(3));
    let pencil = GeneralizedType::Pencil;
    shape_error(eigh_generalized(&a, &b, pencil), "eigh_generalized", "(2, 2) and (3, 3)");
    let stack = Array3::<f64>::zeros((2, 2, 2));
    shape_error(
        eigvalsh_generalized(&stack, &Array3::zeros((3, 2, 2)), pencil),
        "eigvalsh_generalized",
        "(2, 2, 2) and (3, 2, 2)",
    );
    let nan = array![[1.0, 0.0], [f64::NAN, 1.0]];
    for (a, b, expected) in [(&nan, &a, "a[1, 0]"), (&a, &nan, "b[1, 0]")] {
        let expected = format!("eigh_generalized: {expected} is NaN, expected finite elements");
        assert_eq!(eigh_generalized(a, b, pencil).unwrap_err().to_string(), expected);
    }
    let bad = eigh_generalized(&a, &stack, pencil).unwrap_err();
    assert_eq!(bad.matrix(), Some(&[0][..]));
    assert_eq!(bad.kind(), &ErrorKind::NotPositiveDefinite { order: 1 });
}

/// An eigenvalue beyond the largest number is infinite.
#[test]
fn overflow() {
    each_library(|| {
        let (a, b) = (array![[1e200, 0.0], [0.0, 1.0]], array![[1e-200, 0.0], [0.0, 1.0]]);
        let w = eigvalsh_generalized(&a, &b, GeneralizedType::Pencil).unwrap();
        assert_eq!(w[1], f64::INFINITY);
        assert!(w[0].is_finite());
    });
}
