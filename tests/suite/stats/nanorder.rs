//! Order statistics that ignore NaN.

use super::quantile::METHODS;
use crate::common::assert::*;
use crate::common::vector;
use linstat::QuantileMethod::*;
use linstat::*;
use ndarray::{Array, Array1, ArrayRef, Axis, RemoveAxis, arr0};

/// As `check_view` of `order`, for the functions that ignore NaN.
pub fn check_nan<T: Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let copy = Array::from_shape_vec(x.raw_dim(), x.iter().copied().collect()).unwrap();
    let q = [0.9, 0.25];
    same(&arr0(nanmedian(x).unwrap()), &arr0(nanmedian(&copy).unwrap()));
    same(&nanquantile(x, &q, Hazen).unwrap(), &nanquantile(&copy, &q, Hazen).unwrap());
    let hundreds = q.map(|q| 100.0 * q);
    same(&nanpercentile(x, &hundreds, Hazen).unwrap(), &nanquantile(&copy, &q, Hazen).unwrap());
    same(&arr0(nanpercentile(x, 25.0, Lower).unwrap()), &arr0(nanquantile(&copy, 0.25, Lower).unwrap()));
    for axis in (0..x.ndim()).map(Axis) {
        same(&nanmedian_axis(x, axis).unwrap(), &x.map_axis(axis, |lane| nanmedian(&lane).unwrap()));
        for &q in &q {
            let one = x.map_axis(axis, |lane| nanquantile(&lane, q, Linear).unwrap());
            same(&nanquantile_axis(x, q, Linear, axis).unwrap(), &one);
            same(&nanpercentile_axis(x, 100.0 * q, Linear, axis).unwrap(), &one);
            let several = [
                nanquantile_axis(x, &[0.5, q], Linear, axis).unwrap(),
                nanpercentile_axis(x, &[50.0, 100.0 * q], Linear, axis).unwrap(),
            ];
            several.iter().for_each(|several| same(&several.index_axis(Axis(0), 1), &one));
        }
    }
}

#[test]
fn long_with_nan() {
    let mut x = vector::<f64>(800_000, 3);
    x.iter_mut().step_by(3).for_each(|x| *x = f64::NAN);
    x[1] = -f64::NAN;
    let kept: Array1<f64> = x.iter().copied().filter(|x| !x.is_nan()).collect();
    assert!(median(&x).unwrap().is_nan() && quantile(&x, 0.0, Lower).unwrap().is_nan());
    let q = [0.01, 0.5, 0.9, 1.0];
    for (name, method) in METHODS {
        case(name, || {
            same(&nanquantile(&x, &q, method).unwrap(), &quantile(&kept, &q, method).unwrap());
        });
    }
    same(&arr0(nanmedian(&x).unwrap()), &arr0(median(&kept).unwrap()));
    let one = Array1::from_elem(800_000, f32::NAN);
    assert!(nanmedian(&one).unwrap().is_nan());
}
