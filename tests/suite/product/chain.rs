//! Products of several matrices.

use super::{Term, near_wide, whole};
use crate::common::assert::*;
use linstat::{ErrorKind, matmul, multi_dot};
use ndarray::{Array2, ArrayD, array};

for_types! { chains => chains, [f32, f64, Complex32, Complex64, i64]; }

fn chains<T: Term>() {
    for dims in
        [&[2, 3, 2][..], &[2, 3, 4, 2], &[5, 1, 4, 1, 3], &[2, 9, 1, 9, 2, 3], &[2, 0, 3, 2], &[0, 2, 3]]
    {
        let arrays: Vec<ArrayD<T>> =
            dims.windows(2).enumerate().map(|(i, dims)| whole(dims, i as u64)).collect();
        let product = multi_dot(&arrays.iter().map(|a| &**a).collect::<Vec<_>>()).unwrap();
        let one_by_one = arrays[1..].iter().fold(arrays[0].clone(), |all, a| matmul(&all, a).unwrap());
        near_wide(&product, &one_by_one.mapv(T::wide), 0.0);
    }
}

#[test]
fn vectors_at_the_ends() {
    let (v, a) = (array![1, 2].into_dyn(), array![[1, 2], [3, 4]].into_dyn());
    assert_eq!(multi_dot(&[&v, &v]).unwrap().into_iter().collect::<Vec<_>>(), [5]);
    assert_eq!(multi_dot(&[&v, &a]).unwrap(), array![7, 10].into_dyn());
    assert_eq!(multi_dot(&[&a, &v]).unwrap(), array![5, 11].into_dyn());
    assert_eq!(multi_dot(&[&v, &a, &a, &v]).unwrap().into_iter().collect::<Vec<_>>(), [37 + 2 * 54]);
    shape_error(multi_dot(&[&a, &v, &a]), "multi_dot", "(2, 2) and (2,) and (2, 2)");
}

/// In an order that a recursive function would not survive.
#[test]
fn long_chains() {
    let one = Array2::<f64>::ones((1, 1));
    let product = multi_dot(&vec![&*one; 400]).unwrap();
    assert_eq!(product, one);
}

#[test]
fn chains_that_do_not_fit() {
    let zeros = |shape: &[usize]| ArrayD::<f64>::zeros(shape);
    let (a, b) = (zeros(&[2, 3]), zeros(&[2, 2]));
    shape_error(multi_dot(&[&a, &b]), "multi_dot", "(2, 3) and (2, 2)");
    shape_error(multi_dot(&[&zeros(&[]), &b]), "multi_dot", "() and (2, 2)");
    shape_error(multi_dot(&[&zeros(&[1, 2, 2]), &b]), "multi_dot", "(1, 2, 2) and (2, 2)");
    for few in [&[][..], &[&*a]] {
        error_kind(multi_dot(few), |e| {
            e.op() == "multi_dot" && matches!(e.kind(), ErrorKind::InvalidArgument { name: "arrays", .. })
        });
    }
}
