//! Sorting, ordering and searching.

use crate::common::assert::*;
use crate::common::golden::{self, Golden, SORT, each_case};
use crate::common::{Stored, on_threads, random_words};
use linstat::*;
use ndarray::{
    Array, Array1, Array2, ArrayD, ArrayRef, Axis, Dimension, Ix1, IxDyn, ShapeBuilder, Slice, array,
};
use serde_json::Value;
use std::cmp::Ordering;

/// NumPy's order, in which equal numbers are equal, and so are NaN.
fn compare<T: Element>(x: &T, y: &T) -> Ordering {
    x.partial_cmp(y).unwrap_or_else(|| x.as_f64().is_nan().cmp(&y.as_f64().is_nan()))
}

for_types! {
    golden_data => golden, [f32, f64, i32, i64, u8, bool];
    long_lanes => long, [f32, f64, i32, i64, u8, bool];
    sizes_and_errors => refused, [f32, f64, i32, i64, u8, bool];
}

#[track_caller]
fn equal<T: Element + Stored, D: Dimension>(what: &str, actual: &ArrayRef<T, D>, expected: &ArrayRef<T, D>) {
    let same = actual.iter().zip(expected).all(|(a, b)| compare(a, b).is_eq());
    if actual.shape() != expected.shape() || !same {
        fail(format_args!("{what}: {actual:?}, expected {expected:?}"));
    }
}

fn indices(stored: &Value) -> ArrayD<usize> {
    golden::array(stored)
}

/// Calls `f` with `x` in C and Fortran order, with steps of 1, 2, -1 and -2, and other values in the gaps.
fn each_layout<T: Element + Stored>(x: &ArrayD<T>, f: impl Fn(&ArrayRef<T, IxDyn>)) {
    for fortran in [false, true] {
        for step in [1isize, 2, -1, -2] {
            let wide: Vec<usize> = x.shape().iter().map(|n| n * step.unsigned_abs()).collect();
            let mut base = Array::from_elem(IxDyn(&wide).set_f(fortran), T::from_word(u64::MAX / 3));
            let mut view = base.view_mut();
            (0..x.ndim()).for_each(|axis| view.slice_axis_inplace(Axis(axis), Slice::new(0, None, step)));
            view.assign(x);
            assert_eq!(view.shape(), x.shape());
            case(format!("order {}, steps {step}", if fortran { "F" } else { "C" }), || f(&view));
        }
    }
}

fn golden<T: Element + Stored>() {
    assert!(golden::cases(SORT, T::NAME).len() > 15);
    each_case(SORT, T::NAME, |golden| {
        each_layout(&golden.input::<T, IxDyn>("x"), |x| {
            check_axes(x, &golden["out"]);
            if golden.has("unique") {
                check_flat(x, golden);
            }
        });
    });
}

fn check_axes<T: Element + Stored>(x: &ArrayRef<T, IxDyn>, out: &Value) {
    for i in 0..x.ndim() {
        let axis = Axis(i);
        let order = indices(&out["argsort"][i]);
        assert_eq!(argsort_axis(x, axis).unwrap(), order);
        let sorted = take(x, &order, axis);
        equal("sort", &sort_axis(x, axis).unwrap(), &sorted);
        let mut reversed = order.clone();
        reversed.invert_axis(axis);
        assert_eq!(argsort_descending_axis(x, axis).unwrap(), reversed);
        for k in [0, 1, 2, x.len_of(axis) / 2, x.len_of(axis)] {
            let k = k.min(x.len_of(axis));
            let expected = reversed.slice_axis(axis, Slice::from(..k)).to_owned();
            let top = top_k_axis(x, k, axis).unwrap();
            equal("top_k", &top.values, &take(x, &expected, axis));
            assert_eq!(top.indices, expected);
        }
        for kth in [0, x.len_of(axis) / 2, x.len_of(axis).saturating_sub(1)] {
            check_partition(&partition_axis(x, kth, axis).unwrap(), &sorted, kth, axis);
        }
        if i + 1 == x.ndim() {
            assert_eq!(argsort(x).unwrap(), order);
            assert_eq!(argsort_descending(x).unwrap(), reversed);
            equal("last axis", &sort(x).unwrap(), &sorted);
            let k = x.len_of(axis) / 2;
            equal("last axis", &partition(x, k).unwrap(), &partition_axis(x, k, axis).unwrap());
            assert_eq!(top_k(x, k).unwrap().indices, top_k_axis(x, k, axis).unwrap().indices);
        }
        if let Some(expected) = out["sort"].get(i) {
            equal("NumPy's sort", &sorted, &golden::array(expected));
        }
        if let Some(middle) = out["partition"].get(i).filter(|middle| middle.is_object()) {
            equal(
                "NumPy's partition",
                &sorted.index_axis(axis, x.len_of(axis) / 2),
                &golden::array::<T, IxDyn>(middle).view(),
            );
        }
    }
}

fn take<T: Element + Stored>(x: &ArrayRef<T, IxDyn>, indices: &ArrayD<usize>, axis: Axis) -> ArrayD<T> {
    Array::from_shape_fn(indices.raw_dim(), |mut at: IxDyn| {
        at[axis.0] = indices[&at];
        x[&at]
    })
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

fn check_flat<T: Element + Stored>(x: &ArrayRef<T, IxDyn>, golden: &Golden) {
    let out = &golden["out"];
    let (values, counts) = (golden.output::<T, Ix1>("unique"), golden.output::<usize, Ix1>("counts"));
    equal("unique", &unique(x).unwrap(), &values);
    let found = unique_counts(x).unwrap();
    equal("unique_counts", &found.values, &values);
    assert_eq!(found.counts, counts);
    let found = unique_inverse(x).unwrap();
    equal("unique_inverse", &found.values, &values);
    assert_eq!(found.inverse_indices, indices(&out["inverse"]));

    let sorted = sort(&Array1::from_iter(x.iter().copied())).unwrap();
    each_layout(&golden.input::<T, IxDyn>("probes"), |probes| {
        assert_eq!(searchsorted(&sorted, probes, Side::Left).unwrap(), indices(&out["left"]));
        assert_eq!(searchsorted(&sorted, probes, Side::Right).unwrap(), indices(&out["right"]));
    });
    let mut backwards = sorted.clone();
    backwards.invert_axis(Axis(0));
    let backwards = backwards.as_standard_layout().into_owned();
    let probes = golden.input::<T, IxDyn>("probes");
    let found = searchsorted(&backwards.slice(ndarray::s![..;-1]), &probes, Side::Left).unwrap();
    assert_eq!(found, indices(&out["left"]));
}

/// Above every threshold, against std's stable sort; the same bits on one thread and on three.
fn long<T: Element + Stored>() {
    let mut next = random_words(1);
    let kinds: [fn(u64) -> u64; 4] =
        [|x| x, |x| x % 100, |x| x & !0 << 40 | 1, |x| if x % 999 == 0 { x } else { x % 5000 }];
    for n in [100, 1000, 5000, 70_000] {
        for (i, kind) in kinds.iter().enumerate() {
            case(format!("{} {n}, kind {i}", T::NAME), || {
                let x = Array1::from_shape_simple_fn(n, || T::from_word(kind(next())));
                let mut order: Vec<usize> = (0..n).collect();
                order.sort_by(|&i, &j| compare(&x[i], &x[j]));
                assert!(on_threads(1, || argsort(&x)).unwrap().to_vec() == order);
                assert!(on_threads(3, || argsort(&x)).unwrap().to_vec() == order);
                let bits = |x: Array1<T>| x.mapv(|x| format!("{x:?}"));
                let sorted = on_threads(1, || sort(&x)).unwrap();
                assert!(sorted.iter().zip(&order).all(|(a, &i)| compare(a, &x[i]).is_eq()));
                assert!(bits(sorted) == bits(on_threads(3, || sort(&x)).unwrap()));
                let top = top_k(&x, n / 3).unwrap();
                assert!(top.indices.iter().eq(order.iter().rev().take(n / 3)));
                let places = searchsorted(&sort(&x).unwrap(), &x, Side::Right).unwrap();
                assert!(places.iter().zip(&x).all(|(&i, x_i)| {
                    i > 0
                        && compare(&x[order[i - 1]], x_i).is_eq()
                        && (i == n || compare(&x[order[i]], x_i).is_gt())
                }));
            });
        }
    }
    let x = Array2::from_shape_simple_fn((700, 90), || T::from_word(next()));
    for axis in [Axis(0), Axis(1)] {
        let sorted = on_threads(3, || sort_axis(&x, axis)).unwrap();
        equal(
            "lanes",
            &sorted,
            &on_threads(1, || sort_axis(&x.t(), Axis(1 - axis.0))).unwrap().t().to_owned(),
        );
        for (lane, sorted) in x.lanes(axis).into_iter().zip(sorted.lanes(axis)) {
            equal("a lane", &sort(&lane).unwrap().view(), &sorted);
        }
    }
    let row = Array::from_shape_simple_fn((1, 30), || T::from_word(next()));
    let many = row.broadcast((40, 30)).unwrap();
    equal("broadcast", &sort(&many).unwrap().row(39).to_owned(), &sort(&row).unwrap().row(0).to_owned());
    equal("broadcast", &sort_axis(&many, Axis(0)).unwrap(), &many.to_owned());
    assert_eq!(argsort_axis(&many, Axis(0)).unwrap().column(7).to_vec(), Vec::from_iter(0..40));
}

fn refused<T: Element + Stored>() {
    let number = ndarray::arr0(T::default());
    let axis = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. });
    error_kind(sort(&number), axis);
    error_kind(argsort(&number), axis);
    error_kind(argsort_descending(&number), axis);
    error_kind(partition(&number, 0), axis);
    error_kind(top_k(&number, 0), axis);
    assert_eq!(unique(&number).unwrap().len(), 1);
    assert_eq!(searchsorted(&array![], &number, Side::Left).unwrap().into_scalar(), 0);
    let x = Array2::from_elem((2, 3), T::default());
    for bad in [2, usize::MAX].map(Axis) {
        error_kind(sort_axis(&x, bad), axis);
        error_kind(argsort_axis(&x, bad), axis);
        error_kind(argsort_descending_axis(&x, bad), axis);
        error_kind(partition_axis(&x, 0, bad), axis);
        error_kind(top_k_axis(&x, 0, bad), axis);
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
    let endless = array![T::default()];
    let endless = endless.broadcast(isize::MAX as usize).unwrap();
    let large = |e: &Error| matches!(e.kind(), ErrorKind::TooLarge { .. });
    error_kind(argsort(&endless), large);
    error_kind(unique_inverse(&endless), large);
    error_kind(searchsorted(&endless.slice(ndarray::s![..1]), &endless, Side::Left), large);
    if size_of::<T>() > 1 {
        error_kind(sort(&endless), large);
        error_kind(unique(&endless), large);
        error_kind(unique_counts(&endless), large);
    }
}

#[test]
fn unique_takes_whatever_has_an_order() {
    assert_eq!(unique(&array!["b", "a", "b"]).unwrap(), array!["a", "b"]);
    assert_eq!(unique(&array!["b".to_string(), "a".into()]).unwrap(), array!["a".to_string(), "b".into()]);
    assert_eq!(unique(&array!['z', 'a']).unwrap(), array!['a', 'z']);
    assert_eq!(unique(&array![3u16, 1]).unwrap(), array![1, 3]);
    let found = unique_inverse(&array![["b", "a"], ["c", "b"]]).unwrap();
    assert_eq!((found.values, found.inverse_indices), (array!["a", "b", "c"], array![[1, 0], [2, 1]]));

    #[derive(Debug, Clone, PartialEq)]
    struct Label(&'static str);
    impl Sortable for Label {
        fn compare(&self, other: &Self) -> Ordering {
            self.0.to_lowercase().cmp(&other.0.to_lowercase())
        }
    }
    let found = unique_counts(&array![Label("x"), Label("A"), Label("a")]).unwrap();
    assert_eq!((found.values, found.counts), (array![Label("A"), Label("x")], array![2, 1]));
}

/// The sorts of std panic for such orders.
#[test]
fn unique_takes_an_order_that_is_not_total() {
    #[derive(Debug, Clone, PartialEq)]
    struct Odd(u32);
    impl Sortable for Odd {
        fn compare(&self, other: &Self) -> Ordering {
            // neither transitive nor antisymmetric
            [Ordering::Less, Ordering::Greater, Ordering::Equal][(self.0 * 7 + other.0 * 3) as usize % 3]
        }
    }
    for n in [0, 1, 2, 5, 20, 21, 100, 1000] {
        let x = Array1::from_shape_fn(n, |i| Odd(i as u32 * 2_654_435 % 1009));
        assert!(unique(&x).unwrap().len() <= n);
        assert_eq!(unique_counts(&x).unwrap().counts.sum(), n);
        assert_eq!(unique_inverse(&x).unwrap().inverse_indices.len(), n);
    }
}

/// A user's own type is sorted stably, as all others are.
#[test]
fn orders_of_ones_own_are_stable() {
    #[derive(Debug, Clone, PartialEq)]
    struct Pair(u32, usize);
    impl Sortable for Pair {
        fn compare(&self, other: &Self) -> Ordering {
            self.0.cmp(&other.0)
        }
    }
    for n in [0, 1, 2, 3, 4, 7, 8, 9, 100, 1000, 1025] {
        let x = Array1::from_shape_fn(n, |i| Pair(i as u32 * 2_654_435 % 37, i));
        let mut expected = x.to_vec();
        expected.sort_by_key(|pair| pair.0);
        expected.dedup_by_key(|pair| pair.0);
        assert_eq!(unique(&x).unwrap().to_vec(), expected);
    }
}

#[test]
fn zeros_and_nan_have_the_documented_bits() {
    let sorted = sort(&array![-f64::NAN, 0.0, -0.0, f64::from_bits(0x7ff8_0000_0000_0001)]).unwrap();
    let bits = sorted.mapv(f64::to_bits);
    assert_eq!(bits, array![-0.0, 0.0, f64::NAN, f64::NAN].mapv(f64::to_bits));
    let top = top_k(&array![0.0, -0.0, 1.0], 2).unwrap();
    assert_eq!(top.indices, array![2, 1]);
}
