//! Inverses.

use crate::common::assert::*;
use crate::common::golden::{SQUARE, each_golden};
use crate::common::layouts::each_layout;
use crate::common::*;
use crate::linalg::{each_singular, integers, tiny};
use linstat::{ErrorKind, Real, inv};
use ndarray::{Array2, ArrayRef2, Ix2, array};
use num_complex::Complex64;

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    empty => empty;
    exactly_singular => exactly_singular;
    near_the_underflow => near_the_underflow;
}
for_types! { golden_inverses => golden, [f32, f64, Complex64]; }

fn check<T: Element>(a: &ArrayRef2<T>) {
    let n = a.nrows();
    let inverse = inv(a).unwrap();
    assert!(inverse.is_standard_layout(), "C order is promised");
    assert_eq!(inverse.dim(), (n, n));
    let cond = one_norm(a) * one_norm(&inverse);
    let (product, eye) = (wide(a).dot(&wide(&inverse)), Array2::<Complex64>::eye(n));
    small_residual::<T>("a · inv(a) - 1", &(product - &eye), n, cond);
    small_residual::<T>("inv(a) · a - 1", &(wide(&inverse).dot(&wide(a)) - &eye), n, cond);
}

fn sizes_and_layouts<T: Element>() {
    each_square::<T>(check);
}

fn empty<T: Element>() {
    each_library(|| {
        let none = Array2::<T>::zeros((0, 0));
        same(&inv(&none).unwrap(), &none);
    });
}

fn exactly_singular<T: Element>() {
    each_singular(|a: &Array2<T>, pivot| error(inv(a), "inv", ErrorKind::Singular { pivot }));
}

/// The inverse of `s · a` is that of `a`, divided by `s`.
fn near_the_underflow<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 16, 17, 33, 70] {
            let a = integers::<T>(n);
            // where the inverse can be represented
            let s = T::from_real(tiny::<T>(900));
            case(format!("{} inverse, {n} x {n}", T::NAME), || {
                let inverse = inv(&(&a * s)).unwrap() * s;
                let cond = one_norm(&a) * one_norm(&inverse);
                let error = wide(&a).dot(&wide(&inverse)) - Array2::<Complex64>::eye(n);
                small_residual::<T>("a · inv(a) - 1", &error, n, cond);
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
                let inverse = inv(&a).is_ok();
                each_layout(&a, |a| assert_eq!(inv(a).is_ok(), inverse, "{n}, seed {seed}"));
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
        if golden.has("inv") {
            let x = golden.output::<T, Ix2>("inv");
            close(&inv(&a).unwrap(), &x, relative * largest(x.as_slice().unwrap()));
        }
    });
}

#[test]
fn shapes_that_do_not_fit() {
    each_library(|| {
        shape_error(inv(&Array2::<f64>::zeros((3, 2))), "inv", "(3, 2)");
    });
}

#[test]
fn the_argument_is_not_modified() {
    each_library(|| {
        let a = array![[3.0, 1.0], [1.0, 2.0]];
        let before = a.clone();
        inv(&a).unwrap();
        assert_eq!(a, before);
    });
}
