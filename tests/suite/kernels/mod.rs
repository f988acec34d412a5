//! The libraries against each other: the same call gives the same result up to rounding.

mod lapack;

use crate::common::Element;
use crate::common::assert::*;
use crate::common::*;
use linstat::testing::{Library, run_in, run_on_all_threads};
use linstat::*;
use ndarray::{Array, Array1, Array2, ArrayRef2, Axis, Dimension, arr1, s};

for_scalar! {
    products => products;
    determinants => determinants;
    solutions => solutions;
    inverses => inverses;
    eigenvalues => eigenvalues;
    hermitian_eigenvalues => hermitian_eigenvalues;
    singular_values => singular_values;
}

/// Compares `f` in each library with the first one, for every size but 0, to `tolerance`.
fn agree<T: Element, R: Scalar, D: Dimension>(
    f: impl Fn(&ArrayRef2<T>) -> Array<R, D>,
    tolerance: impl Fn(&ArrayRef2<T>, &Array<R, D>) -> f64,
) {
    for n in [1, 2, 3, 5, 8, 16, 17, 33, 64] {
        let a = matrix::<T>(n, n, 11);
        let results: Vec<_> = Library::ALL
            .iter()
            .map(|&library| case(format!("{library:?}"), || run_in(library, || f(&a))))
            .collect();
        for (library, result) in Library::ALL.iter().zip(&results).skip(1) {
            case(format!("{} {n} x {n}, {library:?} and {:?}", T::NAME, Library::ALL[0]), || {
                close(result, &results[0], tolerance(&a, &results[0]));
            });
        }
    }
}

fn unit<T: Element>(a: &ArrayRef2<T>) -> f64 {
    8.0 * T::eps() * (a.nrows() + 1) as f64
}

fn largest<R: Scalar, D: Dimension>(x: &Array<R, D>) -> f64 {
    x.iter().fold(0.0, |max, x| f64::max(max, x.modulus().f64()))
}

fn products<T: Element>() {
    agree::<T, _, _>(|a| matmul(a, &a.t()).unwrap(), |a, _| unit(a) * 2.0);
    agree::<T, _, _>(|a| matmul(&a.t(), &a.row(0)).unwrap(), |a, _| unit(a) * 2.0);
}

fn determinants<T: Element>() {
    agree::<T, _, _>(|a| arr1(&[det(a).unwrap()]), |a, x| unit(a) * eliminate(a).cond * largest(x));
    agree::<T, _, _>(|a| arr1(&[slogdet(a).unwrap().logabsdet]), |a, _| unit(a) * eliminate(a).cond);
    agree::<T, _, _>(|a| arr1(&[slogdet(a).unwrap().sign]), |a, _| unit(a) * eliminate(a).cond);
}

fn solutions<T: Element>() {
    agree::<T, _, _>(
        |a| solve(a, &vector(a.nrows(), 1)).unwrap(),
        |a, x| unit(a) * eliminate(a).cond * largest(x),
    );
    agree::<T, _, _>(
        |a| solve(&a.t(), &matrix(a.nrows(), 3, 1)).unwrap(),
        |a, x| unit(a) * eliminate(a).cond * largest(x),
    );
}

fn inverses<T: Element>() {
    agree::<T, _, _>(|a| inv(a).unwrap(), |a, x| unit(a) * eliminate(a).cond * largest(x));
}

/// Compared position by position, so the order must agree, too. The matrices are normal: their eigenvalues
/// have condition 1.
fn eigenvalues<T: Element>() {
    let normal = |a: &ArrayRef2<T>| {
        let q = orthonormal::<T>(a.nrows(), a.nrows(), 1);
        // a plane rotation in every pair of columns: conjugate pairs, with equal real parts where q is real
        let n = q.ncols();
        let blocks = Array2::from_shape_fn((n, n), |(i, j)| {
            let (x, y) = ((i / 2) as f64 * 0.1, 1.0 + (i / 2) as f64);
            match (i == j, i / 2 == j / 2) {
                (true, _) => T::new(x, 0.0),
                (false, true) => T::new(if i < j { y } else { -y }, 0.0),
                _ => T::zero(),
            }
        });
        q.dot(&blocks).dot(&adjoint(&q))
    };
    agree::<T, _, _>(|a| wide_complex(&eigvals(&normal(a)).unwrap()), |a, x| unit(a) * 4.0 * largest(x));
    agree::<T, _, _>(
        |a| wide_complex(&eig(&normal(a)).unwrap().eigenvalues),
        |a, x| unit(a) * 4.0 * largest(x),
    );
    // and one that is not normal
    agree::<T, _, _>(|a| wide_complex(&eigvals(a).unwrap()), |a, x| 50.0 * unit(a) * largest(x));
}

fn hermitian_eigenvalues<T: Element>() {
    agree::<T, _, _>(|a| eigvalsh(&hermitian(a)).unwrap(), |a, x| unit(a) * largest(x));
    agree::<T, _, _>(|a| eigh(a).unwrap().eigenvalues, |a, x| unit(a) * largest(x));
}

fn singular_values<T: Element>() {
    agree::<T, _, _>(|a| svdvals(a).unwrap(), |a, x| unit(a) * largest(x));
    agree::<T, _, _>(
        |a| svd(&a.slice(ndarray::s![.., ..1]), SvdShape::Reduced).unwrap().s,
        |a, x| unit(a) * largest(x),
    );
    agree::<T, _, _>(
        |a| arr1(&[matrix_norm(a, MatrixNorm::Nuc).unwrap()]),
        |a, x| unit(a) * largest(x) * 4.0,
    );
}

for_real! {
    products_on_all_threads => products_on_all_threads;
}

/// Rows and columns of zeros in blocks, random samples elsewhere.
fn with_zero_blocks<T: Element>(n: usize, seed: u64) -> Array2<T> {
    let mut a = matrix::<T>(n, n, seed);
    a.slice_mut(s![n / 4..n / 2, ..]).fill(T::zero());
    a.slice_mut(s![.., 3 * n / 4..]).fill(T::zero());
    a
}

/// Compares `c · r` with `a · (b · r)` for a random vector `r`, where one wrong element would show. Rounding
/// errors are random, so they grow with the square root of the number of terms.
fn check_product<T: Element>(c: &ArrayRef2<T>, a: &ArrayRef2<T>, b: &ArrayRef2<T>) {
    let n = c.nrows();
    let r = vector::<T>(n, 9);
    close(&c.dot(&r), &a.dot(&b.dot(&r)), 4.0 * T::eps() * (n as f64).powf(1.5));
}

/// faer's parallel triangular products were wrong for such sizes, and at 5018 its rectangular ones of f64.
fn products_on_all_threads<T: Element + Real>() {
    // on a worker of a foreign pool, linstat uses that thread only
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    for &library in Library::ALL.iter().filter(|&&library| library != Library::Small) {
        let wrong_once = format!("{library:?}") == "Embedded" && size_of::<T>() == 8;
        let large = if wrong_once { 5018 } else { 1000 };
        for n in [300, 331, 448, 512, 613, 700, large] {
            case(format!("{library:?}, {n}"), || {
                let (a, b) = (matrix::<T>(n, n, 1), with_zero_blocks::<T>(n, 2));
                let on_all = |f: &(dyn Fn() -> Array2<T> + Sync)| {
                    let result = run_in(library, || run_on_all_threads(f));
                    if n <= 700 {
                        let scale = largest(&result) * T::eps() * n as f64;
                        close(&result, &one.install(|| run_in(library, f)), scale);
                    }
                    result
                };
                check_product(&on_all(&|| matmul(&a, &b).unwrap()), &a, &b);
                // `cov` is a triangular product
                let variances = on_all(&|| cov(&b, Variables::Columns, 0).unwrap());
                let centred = &b - &mean_axis(&b, Axis(0)).unwrap();
                let scale = T::new(1.0 / n as f64, 0.0);
                check_product(&(variances / scale), &centred.t(), &centred);
            });
        }
    }
}

/// Every library gives the same error for the same matrix.
#[test]
fn errors() {
    let ones = Array2::<f64>::ones((20, 20));
    let mut nan = ones.clone();
    nan[[3, 4]] = f64::NAN;
    let calls: [(&str, &dyn Fn() -> Option<Error>); 7] = [
        ("singular inverse", &|| inv(&ones).err()),
        ("singular system", &|| solve(&ones, &Array1::ones(20)).err()),
        ("NaN in eig", &|| eig(&nan).err()),
        ("NaN in svd", &|| svdvals(&nan).err()),
        ("NaN in eigh", &|| eigh(&nan).err()),
        ("NaN in pca", &|| pca(&nan, 2).err()),
        ("shapes", &|| matmul(&ones, &Array1::ones(3)).err()),
    ];
    for (name, call) in calls {
        let errors: Vec<_> = Library::ALL.iter().map(|&library| run_in(library, call)).collect();
        assert!(errors[0].is_some() && errors.iter().all(|e| *e == errors[0]), "{name}: {errors:?}");
    }
}
