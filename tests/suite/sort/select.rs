//! Selection: the smallest and the largest elements.

use super::*;
use ndarray::{Array2, array};

for_elements! {
    golden_data => golden;
    long_lanes => long;
    sizes_and_errors => refused;
}

fn golden<T: Element + Stored>() {
    each_golden_axis::<T>(|x, out, axis, order| {
        let (sorted, n) = (take(x, order, axis), x.len_of(axis));
        let mut reversed = order.clone();
        reversed.invert_axis(axis);
        for k in [0, 1, 2, n / 2, n] {
            let k = k.min(n);
            let expected = reversed.slice_axis(axis, Slice::from(..k)).to_owned();
            let top = top_k_axis(x, k, axis).unwrap();
            equal("top_k", &top.values, &take(x, &expected, axis));
            assert_eq!(top.indices, expected);
        }
        for kth in [0, n / 2, n.saturating_sub(1)] {
            check_partition(&partition_axis(x, kth, axis).unwrap(), &sorted, kth, axis);
        }
        if axis.0 + 1 == x.ndim() {
            let k = n / 2;
            equal("last axis", &partition(x, k).unwrap(), &partition_axis(x, k, axis).unwrap());
            assert_eq!(top_k(x, k).unwrap().indices, top_k_axis(x, k, axis).unwrap().indices);
        }
        if let Some(middle) = out["partition"].get(axis.0).filter(|middle| middle.is_object()) {
            equal(
                "NumPy's partition",
                &sorted.index_axis(axis, n / 2),
                &golden::array::<T, IxDyn>(middle).view(),
            );
        }
    });
}

fn check_partition<T: Element + Stored>(parted: &ArrayD<T>, sorted: &ArrayD<T>, kth: usize, axis: Axis) {
    equal("the same elements", &sort_axis(parted, axis).unwrap(), sorted);
    for (lane, sorted) in parted.lanes(axis).into_iter().zip(sorted.lanes(axis)) {
        if lane.is_empty() {
            continue;
        }
        let pivot = sorted[kth];
        assert!(compare(&lane[kth], &pivot).is_eq());
        assert!(lane.iter().take(kth).all(|x| compare(x, &pivot).is_le()));
        assert!(lane.iter().skip(kth).all(|x| compare(x, &pivot).is_ge()));
    }
}

fn long<T: Element + Stored>() {
    each_long(|x: &Array1<T>, order| {
        let k = x.len() / 3;
        assert!(top_k(x, k).unwrap().indices.iter().eq(order.iter().rev().take(k)));
    });
}

fn refused<T: Element + Stored>() {
    let number = ndarray::arr0(T::default());
    error_kind(partition(&number, 0), is_axis);
    error_kind(top_k(&number, 0), is_axis);
    let x = Array2::from_elem((2, 3), T::default());
    for bad in BAD_AXES {
        error_kind(partition_axis(&x, 0, bad), is_axis);
        error_kind(top_k_axis(&x, 0, bad), is_axis);
    }
    for bad in [3, usize::MAX] {
        error_kind(partition(&x, bad), |e| {
            matches!(e.kind(), ErrorKind::InvalidArgument { name: "kth", .. })
        });
    }
    for bad in [4, usize::MAX] {
        error_kind(top_k(&x, bad), |e| matches!(e.kind(), ErrorKind::InvalidArgument { name: "k", .. }));
    }
    // NumPy: an empty array accepts any `kth`
    assert_eq!(partition(&x.slice(ndarray::s![..0, ..]), 7).unwrap().dim(), (0, 3));
}

#[test]
fn equal_elements_are_taken_from_the_end() {
    let top = top_k(&array![0.0, -0.0, 1.0], 2).unwrap();
    assert_eq!(top.indices, array![2, 1]);
}
