//! The signs of eigenvectors and singular vectors, which are NumPy's where our own kernels compute them.

use crate::common::golden::{Golden, SIGNS, each_case};
use linstat::testing::{Library, run_in, tuning};
use linstat::{Svd, SvdShape, eigh, svd};
use ndarray::{Array1, Array2, ArrayRef2, Ix1, Ix2, s};

/// The signs of the largest entry of each column.
fn signs(vectors: &ArrayRef2<f64>) -> Array1<i8> {
    let largest = |best: f64, &x: &f64| if x.abs() > best.abs() { x } else { best };
    vectors.columns().into_iter().map(|v| v.iter().fold(0.0, largest).signum() as i8).collect()
}

/// Calls `f` with each matrix, in our own kernels; small ones also as a program would, with any backend.
fn each(kind: &str, f: impl Fn(&Golden, &Array2<f64>)) {
    each_case(SIGNS, kind, |golden| {
        let a = golden.input::<i8, Ix2>("a").mapv(f64::from);
        run_in(Library::Small, || f(golden, &a));
        if a.nrows().max(a.ncols()) <= tuning::SMALL_DECOMPOSITION {
            f(golden, &a);
        }
    });
}

#[test]
fn eigenvectors() {
    each("eigh", |golden, a| {
        assert_eq!(signs(&eigh(a).unwrap().eigenvectors), golden.output::<i8, Ix1>("vectors"));
    });
}

#[test]
fn singular_vectors() {
    each("svd", |golden, a| {
        for shape in [SvdShape::Reduced, SvdShape::Full] {
            let Svd { u, vt, .. } = svd(a, shape).unwrap();
            for (name, found) in [("u", signs(&u)), ("v", signs(&vt.t()))] {
                let expected = golden.output::<i8, Ix1>(name);
                assert_eq!(found, expected.slice(s![..found.len()]), "{name}, {shape:?}");
            }
        }
    });
}
