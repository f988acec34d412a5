//! Differences, gradients, limits and interpolation: NumPy's results in every layout, and the arguments that
//! are refused.

use crate::common::assert::*;
use crate::common::golden::{Golden, LISTS, array, each_case};
use crate::common::{Stored, on_threads, random, random_words};
use crate::reduce::each_view;
use linstat::*;
use ndarray::{Array1, Array2, ArrayD, Axis, Ix1, IxDyn, arr0, s};

/// Calls `$f::<$t, _>` with the type that the case names.
macro_rules! of_type {
    ($golden:expr, $f:ident) => {
        match $golden["of"].as_str().unwrap() {
            "f64" => $f::<f64, _>($golden),
            "f32" => $f::<f32, _>($golden),
            "i32" => $f::<i32, _>($golden),
            "u8" => $f::<u8, _>($golden),
            _ => $f::<bool, _>($golden),
        }
    };
}

#[test]
fn differences() {
    fn check<T: Averaged<K> + Stored, K>(golden: &Golden) {
        let x = golden.input::<T, IxDyn>("x");
        each_view(&x, |x| {
            for (name, expected) in golden["out"].as_object().unwrap() {
                let expected: ArrayD<T> = array(expected);
                let (n, axis) = name.split_once(' ').unwrap();
                let axis = axis.parse().unwrap();
                if n == "ptp" {
                    identical(&ptp_axis(x, Axis(axis)).unwrap(), &expected);
                    continue;
                }
                let n = n.parse().unwrap();
                identical(&diff_axis(x, n, Axis(axis)).unwrap(), &expected);
                if axis + 1 == x.ndim() {
                    identical(&diff(x, n).unwrap(), &expected);
                }
            }
        });
    }
    each_case(LISTS, "diff", |golden| of_type!(golden, check));
}

/// Pascal's triangle: the n-th difference of any numbers.
#[test]
fn differences_of_many_lanes() {
    let mut next = random_words(4);
    let x = Array2::from_shape_simple_fn((700, 90), || next() as i32);
    for (n, factors) in [(1, vec![-1, 1]), (3, vec![-1, 3, -3, 1]), (4, vec![1, -4, 6, -4, 1])] {
        let expected = Array2::from_shape_fn((700 - n, 90), |(i, j)| {
            let terms = factors.iter().enumerate();
            terms.fold(0i32, |sum, (k, &factor): (usize, &i32)| {
                sum.wrapping_add(factor.wrapping_mul(x[[i + k, j]]))
            })
        });
        assert_eq!(diff_axis(&x, n, Axis(0)).unwrap(), expected);
        assert_eq!(diff(&x.t(), n).unwrap(), expected.t());
        on_threads(3, || assert_eq!(diff_axis(&x, n, Axis(0)).unwrap(), expected));
    }
    for n in [700, usize::MAX] {
        assert_eq!(diff_axis(&x, n, Axis(0)).unwrap().dim(), (0, 90));
    }
    error_kind(diff(&arr0(1.0), 1), |e| {
        matches!((e.op(), e.kind()), ("diff", ErrorKind::InvalidArgument { name: "axis", .. }))
    });
    error_kind(diff_axis(&x, 1, Axis(2)), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. })
    });
    assert_eq!(diff(&Array2::<f64>::zeros((3, 0)), 2).unwrap().dim(), (3, 0));
}

#[test]
fn differences_with_ends() {
    fn check<T: Averaged<K> + Stored, K>(golden: &Golden) {
        let number = golden.input::<T, IxDyn>("number");
        let [before, after] = ["before", "after"]
            .map(|name| [0, 1].map(|axis| golden.input::<T, IxDyn>(&format!("{name}{axis}"))));
        each_view(&golden.input::<T, IxDyn>("x"), |x| {
            for (name, expected) in golden["out"].as_object().unwrap() {
                let expected: ArrayD<T> = array(expected);
                let words: Vec<&str> = name.split(' ').collect();
                let (n, axis) = (words[0].parse().unwrap(), words[1].parse::<usize>().unwrap());
                let found = match words[2] {
                    "arrays" => diff_with_axis(
                        x,
                        n,
                        &before[axis],
                        after[axis].t().view().reversed_axes(),
                        Axis(axis),
                    ),
                    "before" => diff_with_axis(x, n, &before[axis], None, Axis(axis)),
                    "numbers" => diff_with_axis(x, n, number[[]], Some(number[[]]), Axis(axis)),
                    _ => diff_with_axis(x, n, None, &number, Axis(axis)),
                };
                identical(&found.unwrap(), &expected);
                if axis == 1 && words[2] == "arrays" {
                    identical(&diff_with(x, n, &before[1], &after[1]).unwrap(), &expected);
                }
            }
        });
    }
    each_case(LISTS, "diff with", |golden| of_type!(golden, check));
}

/// Whether it is the error of a function for shapes that do not fit.
fn is_shape(op: &'static str) -> impl Fn(&Error) -> bool {
    move |e| e.op() == op && matches!(e.kind(), ErrorKind::Shape { .. })
}

#[test]
fn ends_that_are_refused() {
    let x = Array2::<f64>::zeros((3, 4));
    for shape in [&[2, 4][..], &[4], &[3, 4, 1], &[1, 4]] {
        let end = ArrayD::<f64>::zeros(shape);
        error_kind(diff_with(&x, 1, &end, None), is_shape("diff_with"));
        error_kind(diff_with_axis(&x, 1, 0.0, &end, Axis(1)), is_shape("diff_with_axis"));
    }
    shape_error(diff_with(&x, 1, 0.0, &Array1::zeros(2)), "diff_with", "(3, 4) and (2,)");
    assert_eq!(diff_with(&x, 1, &Array2::zeros((3, 0)), &x).unwrap().dim(), (3, 7));
    let is_axis = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. });
    error_kind(diff_with(&arr0(1.0), 1, 0.0, None), is_axis);
    error_kind(diff_with_axis(&x, 0, 0.0, None, Axis(2)), is_axis);
    // lengths that no array can have, and that do not fit into memory
    let one = ndarray::array![1.0];
    for len in [1 << 40, isize::MAX as usize] {
        let long = one.broadcast(len).unwrap();
        for (before, x) in [(long, one.view()), (long, long)] {
            error_kind(diff_with(&x, 1, before, long), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
        }
    }
    let none = Array2::<u8>::zeros((0, 3));
    assert_eq!(diff_with(&none, 1, 5, 6).unwrap().dim(), (0, 4));
    assert_eq!(diff_with_axis(&none, 1, 5, 7, Axis(0)).unwrap(), ndarray::array![[2, 2, 2]]);
}

#[test]
fn gradients() {
    fn check<T: Averaged<K> + Stored, K>(golden: &Golden)
    where
        T::Average: Stored,
    {
        let at = ["at0", "at1", "even"].map(|name| golden.input::<f64, Ix1>(name).to_vec());
        let x = golden.input::<T, IxDyn>("x");
        each_view(&x, |x| {
            for (name, expected) in golden["out"].as_object().unwrap() {
                let expected: ArrayD<T::Average> = array(expected);
                let mut words = name.split(' ');
                let edge = if words.next() == Some("1") { EdgeOrder::First } else { EdgeOrder::Second };
                let axis: usize = words.next().unwrap().parse().unwrap();
                let spacing = match words.next() {
                    Some("uniform") => Spacing::Uniform(0.3),
                    Some("at") => Spacing::Coordinates(&at[axis]),
                    _ => Spacing::Coordinates(&at[2]),
                };
                let found = gradient_axis(x, spacing, edge, Axis(axis)).unwrap();
                if T::NAME == "f32" {
                    // NumPy rounds each operation to f32: a few of them on numbers up to 200 over 1/16
                    let size = expected.iter().fold(1.0, |size: f64, x| size.max(x.f64().abs()));
                    close(&found, &expected, 16.0 * f64::from(f32::EPSILON) * size);
                } else {
                    identical(&found, &expected);
                }
            }
        });
    }
    each_case(LISTS, "gradient", |golden| match golden["of"].as_str().unwrap() {
        "f64" => check::<f64, _>(golden),
        "f32" => check::<f32, _>(golden),
        "i32" => check::<i32, _>(golden),
        _ => check::<u8, _>(golden),
    });
}

/// Parabolas have exact gradients of second order, wherever their points are.
#[test]
fn gradients_of_parabolas() {
    let at: Vec<f64> = (0..700).map(|i| f64::from(i * i % 7 + 9 * i) / 8.0).collect();
    let x = Array2::from_shape_fn((700, 40), |(i, j)| at[i] * at[i] * 0.5 - j as f64 * at[i]);
    let slopes = Array2::from_shape_fn((700, 40), |(i, j)| at[i] - j as f64);
    let spacing = Spacing::Coordinates(&at);
    // the elements are up to 3e5 and their distances at least 3/8
    let tolerance = 3e5 * 16.0 * f64::EPSILON;
    let found = gradient_axis(&x, spacing, EdgeOrder::Second, Axis(0)).unwrap();
    close(&found, &slopes, tolerance);
    identical(
        &gradient_axis(&x.t().as_standard_layout(), spacing, EdgeOrder::Second, Axis(1)).unwrap().t(),
        &found,
    );
    let both = gradient(&x, &[spacing, Spacing::Uniform(1.0)], EdgeOrder::Second).unwrap();
    identical(&both[0], &found);
    close(&both[1], &Array2::from_shape_fn((700, 40), |(i, _)| -at[i]), tolerance);
    let ones = gradient(&x, &[], EdgeOrder::First).unwrap();
    let twos = gradient(&x, &[Spacing::Uniform(2.0)], EdgeOrder::First).unwrap();
    assert!(ones.iter().zip(&twos).all(|(one, two)| *one == two * 2.0) && ones.len() == 2);
}

#[test]
fn gradients_that_are_refused() {
    let x = Array2::<f64>::zeros((3, 2));
    let first = EdgeOrder::First;
    let named = |op: &'static str, argument: &'static str| {
        move |e: &Error| {
            e.op() == op && matches!(e.kind(), ErrorKind::InvalidArgument { name, .. } if *name == argument)
        }
    };
    error_kind(gradient(&x, &[Spacing::Uniform(0.0)], first), named("gradient", "spacing"));
    error_kind(gradient(&x, &[Spacing::Uniform(1.0); 3], first), named("gradient", "spacing"));
    error_kind(gradient(&x, &[Spacing::Coordinates(&[0.0, 1.0, 2.0])], first), named("gradient", "spacing"));
    for at in [&[0.0, 0.0, 0.0][..], &[0.0, 1.0, 1.0]] {
        error_kind(
            gradient_axis(&x, Spacing::Coordinates(at), first, Axis(0)),
            named("gradient_axis", "spacing"),
        );
    }
    error_kind(gradient_axis(&x, Spacing::Uniform(1.0), first, Axis(2)), named("gradient_axis", "axis"));
    shape_error(
        gradient_axis(&x, Spacing::Uniform(1.0), EdgeOrder::Second, Axis(1)),
        "gradient_axis",
        "(3, 2)",
    );
    shape_error(
        gradient_axis(&x, Spacing::Coordinates(&[0.0, 1.0]), first, Axis(0)),
        "gradient_axis",
        "(3, 2) and (2,)",
    );
    shape_error(gradient(&Array1::<f64>::zeros(1), &[], first), "gradient", "(1,)");
    assert!(gradient(&arr0(1.0), &[], first).unwrap().is_empty());
    assert_eq!(
        gradient_axis(&Array2::<f64>::zeros((0, 4)), Spacing::Uniform(1.0), first, Axis(1)).unwrap().dim(),
        (0, 4)
    );
}

#[test]
fn limits() {
    each_case(LISTS, "clip", |golden| {
        let x = golden.input::<f64, IxDyn>("x").into_shape_with_order((2, 5)).unwrap().into_dyn();
        let limits = golden.input::<f64, Ix1>("limits");
        let expected = golden.output::<f64, IxDyn>("y").into_shape_with_order((2, 5)).unwrap();
        each_view(&x, |x| {
            identical(&clip(x, limits[0], limits[1]).unwrap(), &expected);
            let narrow = clip(&x.mapv(|x| x as f32), limits[0] as f32, limits[1] as f32).unwrap();
            identical(&narrow, &expected.mapv(|x| x as f32));
        });
        for step in [1, 2, -1, -3] {
            let mut base = Array2::from_elem((4, 30), 77.0);
            {
                let mut some = base.slice_mut(s![..;2, ..;step]);
                let mut some = some.slice_mut(s![.., ..5]);
                some.assign(&x);
                clip_inplace(&mut some, limits[0], limits[1]).unwrap();
                identical(&some, &expected);
            }
            assert_eq!(base.iter().filter(|&&x| x == 77.0).count(), 110, "a gap was written");
        }
    });
    assert_eq!(clip(&ndarray::array![-9, 5, 9], 0, 7).unwrap().to_vec(), [0, 5, 7]);
    assert_eq!(clip(&ndarray::array![200u8, 5], 9, 7).unwrap().to_vec(), [7, 7]);
    assert!(clip(&arr0(false), true, true).unwrap().into_scalar());
    let x = Array2::from_shape_simple_fn((1 << 10, 1 << 11), random(5));
    let expected = x.mapv(|x| x.clamp(-0.25, 0.5));
    for threads in [1, 3] {
        on_threads(threads, || assert_eq!(clip(&x.t(), -0.25, 0.5).unwrap(), expected.t()));
        let mut copy = x.clone();
        on_threads(threads, || clip_inplace(&mut copy, -0.25, 0.5)).unwrap();
        assert_eq!(copy, expected);
    }
}

#[test]
fn limits_that_are_arrays() {
    fn check<T: Averaged<K> + Stored, K>(golden: &Golden) {
        let limit = |name| golden.input::<T, IxDyn>(name);
        let x = limit("x");
        for (name, expected) in golden["out"].as_object().unwrap() {
            let expected: ArrayD<T> = array(expected);
            let (low, high) = name.split_once(", ").unwrap();
            let unsigned = low == "None" || high == "None";
            let compare = |found: &ArrayD<T>| match unsigned {
                // 0 for both zeros
                true => {
                    identical(&found.mapv(|x| if x == T::default() { T::default() } else { x }), &expected)
                }
                false => identical(found, &expected),
            };
            let arrays = [low, high]
                .map(|name| if name == "None" { arr0(T::default()).into_dyn() } else { limit(name) });
            let [low_array, high_array] = &arrays;
            let clip = |x: &ndarray::ArrayViewD<'_, T>, low_array: &ArrayD<T>| match (low, high) {
                ("None", "None") => clip(x, None, None),
                ("None", "high number") => clip(x, None, high_array[[]]),
                ("None", _) => clip(x, None, high_array),
                (_, "None") => clip(x, low_array, None),
                (_, "high number") => clip(x, low_array.view(), Some(high_array[[]])),
                _ => clip(x, low_array, high_array),
            };
            each_view(&x, |x| compare(&clip(x, low_array).unwrap()));
            // limits in another order of memory
            let turned = low_array.t().as_standard_layout().into_owned().reversed_axes();
            compare(&clip(&x.view(), &turned).unwrap());
            let mut base = ArrayD::<T>::default(vec![3, 4, 8]);
            let mut copy = base.slice_each_axis_mut(|axis| match axis.axis.0 {
                1 => ndarray::Slice::new(0, None, -2),
                2 => ndarray::Slice::new(1, None, 2),
                _ => ndarray::Slice::from(..),
            });
            copy.assign(&x);
            match (low, high) {
                ("None", "None") => clip_inplace(&mut copy, None, None),
                ("None", _) => clip_inplace(&mut copy, None, high_array),
                (_, "None") => clip_inplace(&mut copy, low_array, None),
                _ => clip_inplace(&mut copy, low_array, high_array),
            }
            .unwrap();
            compare(&copy.to_owned());
            let sum = |x: &ArrayD<T>| x.iter().filter(|&&x| x != T::default()).count();
            assert_eq!(sum(&base), sum(&expected), "a gap was written");
        }
    }
    each_case(LISTS, "clip arrays", |golden| of_type!(golden, check));
}

/// Longer than the parts of one thread, in every order of memory.
#[test]
fn limits_of_many_elements() {
    let mut next = random(7);
    let x = Array2::from_shape_simple_fn((1 << 10, (1 << 11) + 1), &mut next);
    let low = Array2::from_shape_simple_fn(x.dim(), || next() - 0.75);
    let high = Array1::from_shape_simple_fn(x.ncols(), || next() + 0.5);
    let expected = Array2::from_shape_fn(x.dim(), |(i, j)| x[[i, j]].max(low[[i, j]]).min(high[j]));
    for threads in [1, 3] {
        on_threads(threads, || {
            identical(&clip(&x, &low, &high).unwrap(), &expected);
            let fortran = x.t().as_standard_layout().into_owned();
            let found = clip(&fortran.t(), &low, &high).unwrap();
            identical(&found, &expected);
            assert_eq!(found.strides(), fortran.t().strides(), "as x lies in memory");
            identical(
                &clip(&x.slice(s![..;-1, ..]), &low.slice(s![..;-1, ..]), &high).unwrap(),
                &expected.slice(s![..;-1, ..]),
            );
            let mut copy = x.clone();
            clip_inplace(&mut copy, &low, &high).unwrap();
            identical(&copy, &expected);
        });
    }
}

#[test]
fn limits_that_are_refused() {
    let mut x = Array2::<f64>::zeros((3, 4));
    for shape in [&[3][..], &[3, 1, 1], &[2, 4], &[0]] {
        let limit = ArrayD::<f64>::zeros(shape);
        error_kind(clip(&x, &limit, 1.0), is_shape("clip"));
        error_kind(clip(&x, None, &limit), is_shape("clip"));
        error_kind(clip_inplace(&mut x, &limit, &limit), is_shape("clip_inplace"));
    }
    shape_error(clip(&x, &Array1::zeros(2), 1.0), "clip", "(3, 4) and (2,) and ()");
    let absurd = arr0(1.0);
    let absurd = absurd.broadcast((1 << 30, 1 << 30)).unwrap();
    error_kind(clip(&absurd, &ndarray::array![1.0], None), |e| {
        matches!(e.kind(), ErrorKind::TooLarge { .. })
    });
    error_kind(clip(&absurd, None, None), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    let none = ndarray::ArrayViewD::<f64>::from_shape(vec![1 << 40, 0, 1 << 20], &[]).unwrap();
    assert_eq!(clip(&none, &ndarray::array![1.0], &none).unwrap().shape(), none.shape());
}

#[test]
fn interpolation() {
    each_case(LISTS, "interp", |golden| {
        let [x, xp, fp] = ["x", "xp", "fp"].map(|name| golden.input::<f64, Ix1>(name));
        let with = |outside| {
            let found = interp(&x, &xp, &fp, outside).unwrap();
            each_view(&x.clone().into_dyn(), |x| identical(&interp(x, &xp, &fp, outside).unwrap(), &found));
            found
        };
        identical(&with(Outside::Nearest), &golden.output::<f64, Ix1>("nearest"));
        identical(&with(Outside::Values { left: -7.0, right: 9.0 }), &golden.output::<f64, Ix1>("values"));
        if golden.has("period") {
            let order = golden.input::<usize, Ix1>("order");
            let of = |x: &Array1<f64>| order.mapv(|i| x[i]);
            let period = if golden.name() == "spread" { 0.7 } else { -3.0 };
            let found = interp(&x, &of(&xp), &of(&fp), Outside::Period(period)).unwrap();
            identical(&found, &golden.output::<f64, Ix1>("period"));
        }
    });
}

/// Against a walk over all points.
#[test]
fn interpolation_of_many() {
    let mut next = random(6);
    let mut xp: Vec<f32> = (0..300).map(|_| (next() * 64.0).round() as f32).collect();
    xp.sort_by(f32::total_cmp);
    xp.dedup();
    let fp: Vec<f32> = xp.iter().map(|_| next() as f32).collect();
    let x = Array2::from_shape_simple_fn((300, 101), || (next() * 80.0) as f32);
    let expected = x.mapv(|x| {
        let after = xp.iter().position(|&at| at > x);
        match after {
            Some(0) => fp[0],
            None => fp[fp.len() - 1],
            Some(i) => {
                let [x0, x1, y0, y1] = [xp[i - 1], xp[i], fp[i - 1], fp[i]].map(f64::from);
                ((y1 - y0) / (x1 - x0) * (f64::from(x) - x0) + y0) as f32
            }
        }
    });
    let (xp, fp) = (Array1::from_vec(xp), Array1::from_vec(fp));
    for threads in [1, 3] {
        on_threads(threads, || identical(&interp(&x, &xp, &fp, Outside::Nearest).unwrap(), &expected));
        on_threads(threads, || {
            identical(&interp(&x.t(), &xp, &fp, Outside::Nearest).unwrap(), &expected.t())
        });
    }
    let reversed = xp.slice(s![..;-1]).to_owned();
    identical(&interp(&x, &reversed.slice(s![..;-1]), &fp, Outside::Nearest).unwrap(), &expected);
}

#[test]
fn interpolation_that_is_refused() {
    let x = arr0(0.5);
    let of = |xp: &[f64], fp: &[f64], outside| {
        interp(&x, &Array1::from(xp.to_vec()), &Array1::from(fp.to_vec()), outside)
    };
    let named = |argument: &'static str| {
        move |e: &Error| {
            e.op() == "interp"
                && matches!(e.kind(), ErrorKind::InvalidArgument { name, .. } if *name == argument)
        }
    };
    shape_error(of(&[1.0], &[], Outside::Nearest), "interp", "(1,) and (0,)");
    error_kind(of(&[], &[], Outside::Nearest), |e| matches!(e.kind(), ErrorKind::Empty { .. }));
    for xp in [[1.0, 0.0], [f64::NAN, 1.0], [0.0, f64::NAN]] {
        error_kind(of(&xp, &[0.0, 1.0], Outside::Nearest), named("xp"));
    }
    for period in [0.0, -0.0, f64::NAN, f64::INFINITY] {
        error_kind(of(&[1.0, 2.0], &[0.0, 1.0], Outside::Period(period)), named("period"));
    }
    error_kind(of(&[1.0, f64::INFINITY], &[0.0, 1.0], Outside::Period(1.0)), named("xp"));
}
