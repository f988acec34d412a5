//! Determinants: against NumPy and known products of pivots, in every layout.

use crate::common::assert::*;
use crate::common::golden::{SQUARE, each_golden};
use crate::common::*;
use linstat::{Real, det, slogdet, trace};
use ndarray::{Array2, ArrayRef2, Ix2, arr0, array};
use num_complex::Complex64;

for_scalar! {
    sizes_and_layouts => sizes_and_layouts;
    special => special;
    near_the_underflow => near_the_underflow;
}
for_types! { golden_determinants => golden, [f32, f64, Complex64]; }

/// LU changes a determinant by n * EPSILON times the condition of the matrix, relative to its size.
fn check<T: Element>(a: &ArrayRef2<T>) {
    let reference = eliminate(a);
    let relative = 4.0 * T::eps() * (a.nrows() as f64 + 1.0) * reference.cond;
    let size = reference.det.norm();
    if size < T::Real::SAFE.f64() && size > T::Real::SAFE.f64().recip() {
        close_number(wide(&arr0(det(a).unwrap())).into_scalar(), reference.det, relative * size);
    }
    let result = slogdet(a).unwrap();
    close_number(result.logabsdet.f64(), size.ln(), relative);
    close_number(wide(&arr0(result.sign)).into_scalar(), reference.det / size, relative);
    let diagonal: Complex64 = wide(a).diag().sum();
    close_number(wide(&arr0(trace(a))).into_scalar(), diagonal, T::eps() * (a.nrows() * a.nrows()) as f64);
}

fn sizes_and_layouts<T: Element>() {
    each_square::<T>(check);
}

fn special<T: Element>() {
    each_library(|| {
        let none = Array2::<T>::zeros((0, 0));
        assert_eq!(det(&none), Ok(T::one()));
        assert_eq!(slogdet(&none).map(|s| (s.sign, s.logabsdet.f64())), Ok((T::one(), 0.0)));
        assert_eq!(trace(&none), T::zero());
        for n in [1, 2, 3, 20] {
            let eye = Array2::<T>::eye(n);
            assert_eq!(det(&eye), Ok(T::one()));
            for singular in [
                eye.mapv(|_| T::zero()),
                eye.mapv(|_| T::one()) * T::from_real(<T::Real as Real>::of((n > 1) as u8 as f64)),
            ] {
                case(format!("{n} x {n}, exactly singular"), || {
                    assert_eq!(det(&singular), Ok(T::zero()));
                    let result = slogdet(&singular).unwrap();
                    assert_eq!((result.sign, result.logabsdet.f64()), (T::zero(), f64::NEG_INFINITY));
                });
            }
            // two rows swapped
            let mut swapped = eye;
            if n > 1 {
                swapped.swap([0, 0], [0, 1]);
                swapped.swap([1, 0], [1, 1]);
                assert_eq!(det(&swapped), Ok(-T::one()));
                assert_eq!(slogdet(&swapped).unwrap().sign, -T::one());
            }
        }
    });
}

/// Pivots whose partial products leave the range and return to it.
#[test]
fn the_product_of_the_pivots_does_not_overflow_in_between() {
    each_library(|| {
        for diagonal in
            [[1e200, 1e200, 1e-200, 1e-200], [1e-200, 1e-200, 1e200, 1e200], [1e-300, 1e300, 1e300, 1e-300]]
        {
            let a = Array2::from_diag(&ndarray::arr1(&diagonal));
            close_number(det(&a).unwrap(), 1.0, 1e-14);
        }
        assert_eq!(det(&(Array2::<f64>::eye(3) * 1e200)), Ok(f64::INFINITY));
        assert_eq!(det(&(Array2::<f64>::eye(3) * -1e200)), Ok(f64::NEG_INFINITY));
        assert_eq!(det(&(Array2::<f64>::eye(3) * 1e-200)), Ok(0.0));
        // the same in f32, where 2^-149 is the smallest number
        close_number(
            det(&array![[1e-38f32, 0.0, 0.0], [0.0, 1e38, 0.0], [0.0, 0.0, 1e-38]]).unwrap(),
            1e-38,
            1e-43,
        );
        let a = Array2::<f32>::eye(400) * 1e30;
        close_number(slogdet(&a).unwrap().logabsdet, 400.0 * 30.0 * 10f32.ln(), 1e-2);
    });
}

/// Columns of very different sizes: scaling the rows alone would lose the small one.
#[test]
fn a_small_column_is_not_lost() {
    each_library(|| {
        let a = array![[1e200, 1e-150], [1e200, 0.0]];
        close_number(det(&a).unwrap(), -1e50, 1e36);
        let result = slogdet(&a).unwrap();
        assert_eq!(result.sign, -1.0);
        close_number(result.logabsdet, 50.0 * 10f64.ln(), 1e-13);
        let inverse = linstat::inv(&a).unwrap();
        close_relative(&inverse, &array![[0.0, 1e-200], [1e150, -1e150]], 1e-15);
        close_relative(&linstat::solve(&a, &array![1.0, 0.0]).unwrap(), &array![0.0, 1e150], 1e-15);
        let narrow = array![[1e20_f32, 1e-26], [1e20, 0.0]];
        close_number(det(&narrow).unwrap(), -1e-6, 1e-12);
    });
}

/// [[2a, a], [a, 3a]] has the determinant 5 a².
fn near_the_underflow<T: Element>() {
    each_library(|| {
        let exponent = if T::eps() < 1e-10 { 1040 } else { 140 };
        let a = (0..exponent).fold(T::one(), |x, _| x * T::new(0.5, 0.0));
        for n in [2, 3, 17, 40] {
            let mut m = Array2::<T>::eye(n);
            for (at, x) in [([0, 0], 2.0), ([0, 1], 1.0), ([1, 0], 1.0), ([1, 1], 3.0)] {
                m[at] = a * T::new(x, 0.0);
            }
            case(format!("{} {n} x {n}", T::NAME), || {
                let expected = 5f64.ln() - 2.0 * f64::from(exponent) * 2f64.ln();
                let result = slogdet(&m).unwrap();
                assert_eq!(result.sign, T::one());
                close_number(result.logabsdet.f64(), expected, T::eps() * expected.abs());
                assert_eq!(det(&m), Ok(T::zero()));
                // and back in the range
                m[[1, 0]] = T::one();
                m[[1, 1]] = T::new(3.0, 0.0);
                close_number(det(&m).unwrap(), a * T::new(5.0, 0.0), 0.0);
                // only one part overflows
                let big = T::new(if exponent == 1040 { 1e200 } else { 1e30 }, 0.0);
                let big = det(&Array2::from_diag_elem(6, big)).unwrap();
                assert_eq!((big.re().f64(), big.im().f64()), (f64::INFINITY, 0.0));
            });
        }
    });
}

fn golden<T: Element>() {
    each_golden::<T>(SQUARE, |golden| {
        let a = golden.input::<T, Ix2>("a");
        let relative = 4.0 * T::eps() * (a.nrows() as f64 + 1.0) * golden.number("cond");
        let expected = golden.scalar::<T>("det");
        // 40 x 40 leaves the range of f32 in NumPy too
        close_number(det(&a).unwrap(), expected, relative * expected.modulus().f64());
        let result = slogdet(&a).unwrap();
        close_number(result.sign, golden.scalar("sign"), relative);
        let logabsdet = golden.scalar::<f64>("logabsdet");
        close_number(result.logabsdet.f64(), logabsdet, relative + T::eps() * logabsdet.abs());
        close_number(trace(&a), golden.scalar("trace"), T::eps() * a.nrows() as f64 * 160.0);
    });
}
