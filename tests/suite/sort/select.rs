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
            let indices = argpartition_axis(x, kth, axis).unwrap();
            check_partition(&take(x, &indices, axis), &sorted, kth, axis);
            let all = sort_axis(&indices.mapv(|i| i as i64), axis).unwrap();
            assert!(all.lanes(axis).into_iter().all(|lane| lane.iter().copied().eq(0..n as i64)));
            if axis.0 + 1 == x.ndim() {
                assert_eq!(argpartition(x, kth).unwrap(), indices);
            }
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

#[test]
fn several_places() {
    fn check<T: Element + Stored>(golden: &Golden) {
        each_layout(&golden.input::<T, IxDyn>("x"), |x| {
            for (name, expected) in golden["out"].as_object().unwrap() {
                let kth: Vec<isize> = serde_json::from_str(name).unwrap();
                let parted = partition(x, &kth).unwrap();
                let places: Vec<usize> =
                    kth.iter().map(|&k| if k < 0 { k + 11 } else { k } as usize).collect();
                let expected = golden::array::<T, IxDyn>(expected);
                equal("partition", &parted.select(Axis(1), &places), &expected);
                for &place in &places {
                    check_partition(&parted, &sort(x).unwrap(), place, Axis(1));
                }
            }
        });
    }
    assert_eq!(golden::cases(golden::LISTS, "partition").len(), 3);
    each_case(golden::LISTS, "partition", |golden| match golden.name() {
        "f64" => check::<f64>(golden),
        "i32" => check::<i32>(golden),
        _ => check::<u8>(golden),
    });
}

/// All the ways to write places.
#[test]
fn places_of_every_type() {
    let x = array![5, 1, 4, 2, 3];
    let sorted = array![1, 2, 3, 4, 5];
    assert_eq!(partition(&x, [0, 1, 2, 3, 4]).unwrap(), sorted);
    assert_eq!(partition(&x, &[-1i64, -2, -3, 1][..]).unwrap(), sorted);
    assert_eq!(partition(&x, vec![0usize, 1, 2, 3]).unwrap(), sorted);
    assert_eq!(partition(&x, Array1::from_iter(0..4)).unwrap(), sorted);
    assert_eq!(partition(&x, &Array1::from_iter(0..4isize)).unwrap(), sorted);
    assert_eq!(partition(&x, -5).unwrap()[0], 1);
    assert_eq!(partition(&x, [0usize; 0]).unwrap(), x);
    for bad in [-6, 5, i32::MIN, i32::MAX] {
        for result in
            [partition(&x, bad).map(drop), partition(&x, [0, bad]).map(drop), argpartition(&x, bad).map(drop)]
        {
            error_kind(result, |e| matches!(e.kind(), ErrorKind::InvalidArgument { name: "kth", .. }));
        }
    }
    assert_eq!(argpartition(&Array2::<f64>::zeros((0, 3)), 9).unwrap().dim(), (0, 3));
}

fn long<T: Element + Stored>() {
    each_long(|x: &Array1<T>, order| {
        let sorted = Array1::from_iter(order.iter().map(|&i| x[i])).into_dyn();
        let n = x.len();
        let kth = [0, n / 3, n / 2, n / 2 + 1, n - 1];
        let parted = partition(x, kth).unwrap().into_dyn();
        let by_index = argpartition(x, kth).unwrap();
        let by_index = Array1::from_iter(by_index.iter().map(|&i| x[i])).into_dyn();
        for parted in [parted, by_index] {
            kth.iter().for_each(|&kth| check_partition(&parted, &sorted, kth, Axis(0)));
        }
    });
    each_long(|x: &Array1<T>, order| {
        let k = x.len() / 3;
        assert!(top_k(x, k).unwrap().indices.iter().eq(order.iter().rev().take(k)));
    });
}

fn refused<T: Element + Stored>() {
    let number = ndarray::arr0(T::default());
    error_kind(partition(&number, 0), is_axis);
    error_kind(top_k(&number, 0), is_axis);
    error_kind(argpartition(&number, 0), |e| is_axis(e) && e.op() == "argpartition");
    endless::<T>(|x| error_kind(argpartition(x, 0), is_too_large));
    let x = Array2::from_elem((2, 3), T::default());
    for bad in BAD_AXES {
        error_kind(partition_axis(&x, 0, bad), is_axis);
        error_kind(argpartition_axis(&x, 0, bad), is_axis);
        error_kind(top_k_axis(&x, 0, bad), is_axis);
    }
    for bad in [3usize, usize::MAX] {
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
