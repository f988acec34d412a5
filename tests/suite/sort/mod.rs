//! `linstat::sort`, with the same files; here what they share.

use crate::common::assert::*;
use crate::common::golden::{self, Golden, SORT, each_case};
use crate::common::{Stored, random_words};
use linstat::*;
use ndarray::{Array, Array1, ArrayD, ArrayRef, Axis, Dimension, IxDyn, ShapeBuilder, Slice};
use serde_json::Value;
use std::cmp::Ordering;

/// Calls `$f::<$t>` with a case of several arrays of the type that it names.
macro_rules! of_type {
    ($golden:expr, $f:ident) => {
        match $golden["of"].as_str().unwrap() {
            "f64" => $f::<f64>($golden),
            "f32" => $f::<f32>($golden),
            "i32" => $f::<i32>($golden),
            "u8" => $f::<u8>($golden),
            _ => $f::<bool>($golden),
        }
    };
}

mod isin;
mod lexsort;
mod order;
mod search;
mod select;
mod unique;
mod unique_axis;

/// One test per function and element type of NumPy's arrays.
macro_rules! for_elements {
    ($($name:ident => $check:ident;)*) => {
        for_types! { $($name => $check, [f32, f64, i8, i16, i32, i64, u8, u16, u32, u64, bool];)* }
    };
}
use for_elements;

/// NumPy's order, in which equal numbers are equal, and so are NaN.
fn compare<T: Element>(x: &T, y: &T) -> Ordering {
    x.partial_cmp(y).unwrap_or_else(|| x.as_f64().is_nan().cmp(&y.as_f64().is_nan()))
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

fn take<T: Element + Stored>(x: &ArrayRef<T, IxDyn>, indices: &ArrayD<usize>, axis: Axis) -> ArrayD<T> {
    Array::from_shape_fn(indices.raw_dim(), |mut at: IxDyn| {
        at[axis.0] = indices[&at];
        x[&at]
    })
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

/// Calls `f` with the arrays of the golden data in every layout.
fn each_golden<T: Element + Stored>(f: impl Fn(&ArrayRef<T, IxDyn>, &Golden)) {
    let many = ["f32", "f64", "i32", "i64", "u8", "bool"].contains(&T::NAME);
    assert!(golden::cases(SORT, T::NAME).len() > if many { 15 } else { 0 });
    each_case(SORT, T::NAME, |golden| each_layout(&golden.input::<T, IxDyn>("x"), |x| f(x, golden)));
}

/// As [`each_golden`], with every axis and the order along it.
fn each_golden_axis<T: Element + Stored>(f: impl Fn(&ArrayRef<T, IxDyn>, &Value, Axis, &ArrayD<usize>)) {
    each_golden::<T>(|x, golden| {
        let out = &golden["out"];
        (0..x.ndim()).for_each(|i| f(x, out, Axis(i), &indices(&out["argsort"][i])));
    });
}

/// As [`each_golden`], with the cases of whole arrays only.
fn each_golden_flat<T: Element + Stored>(f: impl Fn(&ArrayRef<T, IxDyn>, &Golden)) {
    each_golden::<T>(|x, golden| {
        if golden.has("unique") {
            f(x, golden);
        }
    });
}

/// Calls `f` with vectors of lengths above every threshold, and their order by std's stable sort.
fn each_long<T: Element + Stored>(f: impl Fn(&Array1<T>, &[usize])) {
    let mut next = random_words(1);
    let kinds: [fn(u64) -> u64; 4] =
        [|x| x, |x| x % 100, |x| x & !0 << 40 | 1, |x| if x % 999 == 0 { x } else { x % 5000 }];
    for n in [100, 1000, 5000, 70_000] {
        for (i, kind) in kinds.iter().enumerate() {
            case(format!("{} {n}, kind {i}", T::NAME), || {
                let x = Array1::from_shape_simple_fn(n, || T::from_word(kind(next())));
                let mut order: Vec<usize> = (0..n).collect();
                order.sort_by(|&i, &j| compare(&x[i], &x[j]));
                f(&x, &order);
            });
        }
    }
}

/// More elements than memory can hold.
fn endless<T: Element>(f: impl FnOnce(&ArrayRef<T, ndarray::Ix1>)) {
    let one = ndarray::arr0(T::default());
    f(&one.broadcast(isize::MAX as usize).unwrap());
}

const BAD_AXES: [Axis; 2] = [Axis(2), Axis(usize::MAX)];

fn is_axis(e: &Error) -> bool {
    matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. })
}

fn is_too_large(e: &Error) -> bool {
    matches!(e.kind(), ErrorKind::TooLarge { .. })
}
