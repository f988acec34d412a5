//! Sorting: against NumPy, against std's stable sort, on several threads, and in every layout.

use super::*;
use crate::common::on_threads;
use ndarray::{Array2, array};

for_elements! {
    golden_data => golden;
    long_lanes => long;
    sizes_and_errors => refused;
}

fn golden<T: Element + Stored>() {
    each_golden_axis::<T>(|x, out, axis, order| {
        assert_eq!(argsort_axis(x, axis).unwrap(), *order);
        let sorted = take(x, order, axis);
        equal("sort", &sort_axis(x, axis).unwrap(), &sorted);
        let mut reversed = order.clone();
        reversed.invert_axis(axis);
        assert_eq!(argsort_descending_axis(x, axis).unwrap(), reversed);
        if axis.0 + 1 == x.ndim() {
            assert_eq!(argsort(x).unwrap(), *order);
            assert_eq!(argsort_descending(x).unwrap(), reversed);
            equal("last axis", &sort(x).unwrap(), &sorted);
        }
        if let Some(expected) = out["sort"].get(axis.0) {
            equal("NumPy's sort", &sorted, &golden::array(expected));
        }
    });
}

/// The same bits on one thread and on three.
fn long<T: Element + Stored>() {
    each_long(|x: &Array1<T>, order| {
        assert!(on_threads(1, || argsort(x)).unwrap().to_vec() == order);
        assert!(on_threads(3, || argsort(x)).unwrap().to_vec() == order);
        let bits = |x: Array1<T>| x.mapv(|x| format!("{x:?}"));
        let sorted = on_threads(1, || sort(x)).unwrap();
        assert!(sorted.iter().zip(order).all(|(a, &i)| compare(a, &x[i]).is_eq()));
        assert!(bits(sorted) == bits(on_threads(3, || sort(x)).unwrap()));
    });
    let mut next = random_words(2);
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
    error_kind(sort(&number), is_axis);
    error_kind(argsort(&number), is_axis);
    error_kind(argsort_descending(&number), is_axis);
    let x = Array2::from_elem((2, 3), T::default());
    for bad in BAD_AXES {
        error_kind(sort_axis(&x, bad), is_axis);
        error_kind(argsort_axis(&x, bad), is_axis);
        error_kind(argsort_descending_axis(&x, bad), is_axis);
    }
    endless::<T>(|x| {
        error_kind(argsort(x), is_too_large);
        if size_of::<T>() > 1 {
            error_kind(sort(x), is_too_large);
        }
    });
}

#[test]
fn zeros_and_nan_have_the_documented_bits() {
    let sorted = sort(&array![-f64::NAN, 0.0, -0.0, f64::from_bits(0x7ff8_0000_0000_0001)]).unwrap();
    let bits = sorted.mapv(f64::to_bits);
    assert_eq!(bits, array![-0.0, 0.0, f64::NAN, f64::NAN].mapv(f64::to_bits));
}
