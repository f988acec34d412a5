//! `linstat::stats`, with the same files; here what several of them share.

use crate::common::Element;
use crate::common::assert::*;
use linstat::Real;
use ndarray::{Array, ArrayRef, Axis, RemoveAxis};

mod bincount;
mod center;
mod correlation;
mod grid;
mod histogram;
mod mean;
mod moments;
mod nanorder;
mod order;
pub mod quantile;
mod scaler;
mod spread;
mod weighted;

/// Checks a statistic of all elements and of every lane against the plain formula in f64. A sum of n terms is
/// exact to n * EPSILON of the sum of their sizes.
fn check_lanes<T: Element + Real, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    all: T,
    of_axis: impl Fn(Axis) -> Array<T, D::Smaller>,
    expected: impl Fn(&[f64]) -> f64,
) {
    let values: Vec<f64> = x.iter().map(|x| x.f64()).collect();
    let size = values.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    let tolerance = T::eps() * (values.len() as f64).min(200.0) * size;
    close_number(all.f64(), expected(&values), tolerance);
    for axis in (0..x.ndim()).map(Axis) {
        let of_lanes =
            x.map_axis(axis, |lane| T::of(expected(&lane.iter().map(|x| x.f64()).collect::<Vec<_>>())));
        close(&of_axis(axis), &of_lanes, tolerance);
    }
}

/// Calls `$check::<$t, D>` with arrays of one to three axes in every layout.
macro_rules! each_layout_of_statistics {
    ($check:ident::<$t:ty>) => {
        use crate::common::layouts::{each_layout, each_stride};
        use crate::common::{matrix, vector};
        use ndarray::{Array2, Array3, Ix1, Ix2, s};
        for (m, n) in [(1, 1), (1, 5), (5, 1), (3, 4), (18, 7), (300, 2), (2, 300)] {
            each_layout(&matrix::<$t>(m, n, 1), |x| $check::<$t, Ix2>(x));
        }
        each_layout(&Array2::<$t>::ones((3, 4)), |x| $check::<$t, Ix2>(x));
        for n in [1, 2, 33, 5000] {
            each_stride(&vector::<$t>(n, 1), |x| $check::<$t, Ix1>(x));
        }
        let cube = Array3::from_shape_fn((3, 4, 5), |(i, j, k)| <$t>::of((i * j + k) as f64 - 4.0));
        $check(&cube.view().permuted_axes([2, 0, 1]));
        $check(&cube.slice(s![..;-1, 1..;2, ..;-2]));
    };
}
use each_layout_of_statistics;
