//! Variances and standard deviations.

use super::{check_lanes, each_layout_of_statistics};
use crate::common::assert::*;
use crate::common::golden::{self, ELEMENTWISE, Golden, NIST, by_dimension, each_golden};
use crate::common::*;
use linstat::random::default_rng;
use linstat::{ErrorKind, Real, mean, nanstd_axis, nanvar, nanvar_axis, std, std_axis, var, var_axis};

use ndarray::{Array1, Array2, ArrayRef, Axis, Ix1, RemoveAxis, array};

for_real! {
    layouts => layouts;
    golden_deviations => golden;
    long_sums => long_sums;
    special => special;
    lanes_alone_side_by_side_and_across => lanes;
}

/// Against two passes in f64.
fn check<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let expected = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        (squares / values.len() as f64).sqrt()
    };
    check_lanes(x, std(x, 0).unwrap(), |axis| std_axis(x, 0, axis).unwrap(), expected);
}

fn layouts<T: Element + Real>() {
    each_layout_of_statistics!(check::<T>);
}

fn golden_of<T: Element + Real, D: RemoveAxis>(golden: &Golden) {
    let x = golden.input::<T, D>("far");
    // a mean is exact to EPSILON of its size, 4100; a deviation from it, of size 4, loses that much
    let tolerance = 4.0 * T::eps() * 4100.0;
    close_number(std(&x, 0).unwrap(), golden.scalar("std"), tolerance);
    if golden.has("std_1") {
        close_number(std(&x, 1).unwrap(), golden.scalar("std_1"), tolerance);
    }
    for axis in 0..x.ndim() {
        let expected = golden.output::<T, D::Smaller>(&format!("std_axis/{axis}"));
        close(&std_axis(&x, 0, Axis(axis)).unwrap(), &expected, tolerance);
    }
}

fn golden<T: Element + Real>() {
    each_golden::<T>(ELEMENTWISE, |golden| by_dimension!(golden, "far", golden_of::<T>));
}

/// A plain sum of this many f32 loses four digits and more; beyond 2^17 elements, threads share the work.
fn long_sums<T: Element + Real>() {
    let tenth = T::of(0.1);
    for n in [100_000, 300_000] {
        let x = Array1::from_elem(n, tenth);
        close_number(std(&x, 0).unwrap(), T::zero(), 16.0 * T::eps() * 0.1);
    }
}

/// Short contiguous lanes have a path of their own, which leaves lanes that are not simple to another one.
fn lanes<T: Element + Real>() {
    let offsets = [0.0, 1.0, -1e3, 3e5, 1e30, 1e-35, f64::INFINITY, f64::NAN];
    for n in (1..40).chain([63, 64, 65, 100, 127, 128, 200, 511, 512, 513]) {
        let mut rng = default_rng(n as u64);
        let noise = rng.standard_normal((offsets.len() * 9, n)).unwrap();
        let x = Array2::from_shape_fn(noise.dim(), |(lane, i)| {
            let offset = offsets[lane / 9];
            match lane % 9 {
                // equal elements
                0 => T::of(offset),
                // of the size of the offset, and small beside it
                1..6 => T::of(offset * (1.0 + noise[[lane, i]])),
                6..8 => T::of(offset * (1.0 + 1e-5 * noise[[lane, i]])),
                // a last element that is not like the others
                _ => T::of(if i + 1 == n { offset } else { noise[[lane, i]] }),
            }
        });
        for ddof in [0, 1].into_iter().filter(|&ddof| ddof < n) {
            let across = var_axis(&x.t().as_standard_layout(), ddof, Axis(0)).unwrap();
            identical(&var_axis(&x, ddof, Axis(1)).unwrap(), &across);
            identical(
                &x.rows().into_iter().map(|lane| var(&lane, ddof).unwrap()).collect::<Array1<T>>(),
                &across,
            );
            let across = std_axis(&x.t().as_standard_layout(), ddof, Axis(0)).unwrap();
            identical(&std_axis(&x, ddof, Axis(1)).unwrap(), &across);
            let across = nanstd_axis(&x.t().as_standard_layout(), ddof, Axis(0)).unwrap();
            identical(&nanstd_axis(&x, ddof, Axis(1)).unwrap(), &across);
            identical(
                &nanvar_axis(&x, ddof, Axis(1)).unwrap(),
                &x.rows().into_iter().map(|lane| nanvar(&lane, ddof).unwrap()).collect::<Array1<T>>(),
            );
        }
    }
}

fn special<T: Element + Real>() {
    let none = Array2::<T>::zeros((0, 3));
    error_kind(std(&none, 0), |e| matches!((e.op(), e.kind()), ("std", ErrorKind::Empty { .. })));
    error_kind(std_axis(&none, 0, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("std_axis", ErrorKind::Empty { .. }))
    });
    // NumPy: an empty array along an axis with elements has no lanes, and so no deviation is missing
    same(&std_axis(&none, 0, Axis(1)).unwrap(), &Array1::zeros(0));
    for axis in [2, 100] {
        error_kind(std_axis(&none, 0, Axis(axis)), |e| {
            matches!((e.op(), e.kind()), ("std_axis", ErrorKind::InvalidArgument { .. }))
        });
    }
    let x = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].mapv(T::of);
    for ddof in [6, 7, usize::MAX] {
        error_kind(std(&x, ddof), |e| {
            matches!((e.op(), e.kind()), ("std", ErrorKind::InvalidArgument { name: "ddof", .. }))
        });
        error_kind(std_axis(&x, ddof, Axis(0)), |e| {
            matches!((e.op(), e.kind()), ("std_axis", ErrorKind::InvalidArgument { .. }))
        });
    }
    for bad in [T::nan(), T::infinity()] {
        let mut x = x.clone();
        x[[1, 0]] = bad;
        assert!(std(&x, 0).unwrap().is_nan() && std_axis(&x, 0, Axis(0)).unwrap()[0].is_nan());
    }
}

/// The number of correct digits, at most 15.
fn digits(found: f64, certified: f64) -> f64 {
    (-((found - certified) / certified).abs().log10()).clamp(0.0, 15.0)
}

#[test]
fn nist_reference_datasets() {
    let cases = golden::cases(NIST, "");
    assert_eq!(cases.len(), 9);
    for golden in &cases {
        case(golden.name(), || {
            let y = golden.input::<f64, Ix1>("y");
            for (what, found) in [("mean", mean(&y).unwrap()), ("sd", std(&y, 1).unwrap())] {
                let certified: f64 = golden.scalar(what);
                let limit = golden.number(&format!("lre_data_limit/{what}"));
                let numpy = golden.number(&format!("numpy/lre_{what}"));
                // the file has two decimals
                let found = digits(found, certified) + 0.01;
                assert!(
                    found >= numpy && found >= limit.min(15.0),
                    "{what}: {found}, NumPy {numpy}, data {limit}"
                );
            }
        });
    }
}
