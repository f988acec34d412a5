//! Exact quantiles in passes: the bits of those in memory, for any blocks, order and merges.

use super::cut;
use crate::common::assert::*;
use crate::common::layouts::each_layout;
use crate::common::*;
use crate::stats::quantile::METHODS;
use linstat::QuantileMethod::{self, Linear, Lower};
use linstat::stream::{self, Quantiles};
use linstat::{ErrorKind, Real, Result, quantile_axis};
use ndarray::{Array2, ArrayRef2, ArrayView2, Axis, array, s};
use std::ops::Deref;

for_real! {
    every_kind_of_data => every_kind_of_data;
    layouts => layouts;
    many_keys => many_keys;
    shared_passes => shared_passes;
    other_rows => other_rows;
    refusals => refusals;
}

const Q: [f64; 7] = [0.5, 0.0, 1.0, 0.25, 0.999, 0.1, 0.5];

/// The passes over blocks that `blocks` returns for the number of the pass.
fn passes<'a, T: Real>(
    q: &[f64],
    method: QuantileMethod,
    blocks: impl Fn(u64) -> Vec<ArrayView2<'a, T>>,
) -> Quantiles<T> {
    let mut state = Quantiles::new(blocks(0)[0].ncols(), q, method).unwrap();
    while !state.is_complete() {
        for block in blocks(state.passes() as u64) {
            state.update(&block).unwrap();
        }
        state.end_pass().unwrap();
    }
    state
}

/// The passes over blocks that can always be had.
fn of_blocks<T: Real, B: Deref<Target = ArrayRef2<T>>, I: IntoIterator<Item = B>>(
    mut blocks: impl FnMut() -> I,
    q: &[f64],
    method: QuantileMethod,
) -> Result<Array2<T>> {
    stream::quantiles(|| Ok(blocks().into_iter().map(Ok)), q, method)
}

/// One column of each kind.
fn columns<T: Element + Real>(n: usize) -> Vec<(&'static str, Vec<T>)> {
    let of = |f: &mut dyn FnMut(usize) -> f64| (0..n).map(|i| T::of(f(i))).collect::<Vec<T>>();
    let mut next = random(n as u64);
    let tiny = T::min_positive_value();
    let with = |special: T, every: usize, mut x: Vec<T>| {
        x.iter_mut().skip(every / 2).step_by(every).for_each(|x| *x = special);
        x
    };
    let plain = of(&mut |_| next());
    let mut next = random(n as u64 + 1);
    vec![
        ("random", plain.clone()),
        ("one sign", plain.iter().map(|x| x.abs()).collect()),
        ("near 1000", plain.iter().map(|&x| T::of(1000.0) + x * T::of(1e-3)).collect()),
        ("many orders", plain.iter().map(|&x| (x * T::of(40.0)).exp()).collect()),
        ("ties", of(&mut |_| (next() * 3.0).trunc())),
        ("constant", of(&mut |_| 0.1)),
        ("zeros of both signs", of(&mut |i| if i % 3 == 0 { -0.0 } else { 0.0 })),
        ("infinities", with(T::infinity(), 5, with(T::neg_infinity(), 3, plain.clone()))),
        ("only infinity", of(&mut |_| f64::INFINITY)),
        ("opposite infinities", with(T::infinity(), 2, of(&mut |_| f64::NEG_INFINITY))),
        ("a NaN", with(T::nan(), n.max(1), plain.clone())),
        ("many NaN", with(-T::nan(), 4, plain.clone())),
        ("only NaN", of(&mut |_| f64::NAN)),
        ("subnormal", plain.iter().map(|&x| x * tiny).collect()),
        ("ends of the range", with(T::max_value(), 2, of(&mut |_| T::min_value().f64()))),
        ("ascending", of(&mut |i| i as f64)),
        ("neighbours", of(&mut |i| (T::one() + T::epsilon() * T::of((i % 5) as f64)).f64())),
    ]
}

fn table<T: Element + Real>(n: usize) -> Array2<T> {
    let columns = columns::<T>(n);
    Array2::from_shape_fn((n, columns.len()), |(i, j)| columns[j].1[i])
}

fn every_kind_of_data<T: Element + Real>() {
    for n in [1, 2, 3, 10, 1001] {
        let x = table::<T>(n);
        for (name, method) in METHODS {
            case(format!("{name} of {n} rows"), || {
                let expected = quantile_axis(&x, &Q, method, Axis(0)).unwrap();
                let state = passes(&Q, method, |pass| cut(&x, pass));
                for ((j, (kind, _)), found) in
                    columns::<T>(1).iter().enumerate().zip(state.values().unwrap().columns())
                {
                    case(*kind, || same(&found.to_owned(), &expected.column(j).to_owned()));
                }
                assert_eq!((state.n_samples(), state.columns()), (n as u64, x.ncols()));
                assert!(state.passes() <= 2, "{} passes", state.passes());
                same(
                    &stream::quantiles(|| Ok(x.axis_chunks_iter(Axis(0), 4).map(Ok)), &Q, method).unwrap(),
                    &expected,
                );
                same(&of_blocks(|| [x.view()], &Q, method).unwrap(), &expected);
            });
        }
    }
}

fn layouts<T: Element + Real>() {
    for shape in [(1, 1), (5, 3), (40, 19), (3000, 2)] {
        let x = matrix::<T>(shape.0, shape.1, 3);
        let expected = quantile_axis(&x, &Q, Linear, Axis(0)).unwrap();
        each_layout(&x, |x| {
            let state = passes(&Q, Linear, |_| vec![x.view()]);
            same(&state.values().unwrap(), &expected);
        });
    }
    each_layout(&Array2::from_elem((7, 3), T::of(0.1)), |x| {
        same(
            &passes(&Q, Linear, |_| vec![x.view()]).values().unwrap(),
            &Array2::from_elem((7, 3), T::of(0.1)),
        );
    });
}

/// More keys in a range than are collected, so that their digits are counted to the last.
fn many_keys<T: Element + Real>() {
    let n = 200_000;
    let mut next = random(5);
    // an integer above all digits but the last ones; ties and other numbers; equal but for one element
    let last = T::epsilon() * T::of(64.0);
    let mut x = Array2::from_shape_fn((n, 5), |(i, j)| match j {
        0 => T::one() + last * T::of(next().abs()),
        1 => T::one() + T::epsilon() * T::of((i % 3) as f64),
        2 => T::of((next() * 2.0).round()),
        3 => T::of(next()),
        _ => T::of(7.0),
    });
    x[[n / 3, 4]] = T::of(7.0) * (T::one() + T::epsilon());
    let q = [0.0, 0.2, 0.5, 0.500001, 0.8, 1.0];
    for (name, method) in METHODS {
        case(name, || {
            let state = passes(&q, method, |pass| cut(&x, 10 * pass));
            same(&state.values().unwrap(), &quantile_axis(&x, &q, method, Axis(0)).unwrap());
            assert_eq!(state.passes(), 8 * size_of::<T>() / 16);
            let tied = passes(&q, method, |_| vec![x.slice(s![.., 2..4])]);
            same(&tied.values().unwrap(), &state.values().unwrap().slice(s![.., 2..4]).to_owned());
            assert_eq!(tied.passes(), 2);
        });
    }
    // as many quantiles as there are elements, and a single one
    let all: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 1000.0).collect();
    let few = x.slice(s![..1001, ..]);
    let state = passes(&all, Linear, |_| vec![few]);
    same(&state.values().unwrap(), &quantile_axis(&few, &all, Linear, Axis(0)).unwrap());
    let state = passes(&[], Linear, |_| vec![few]);
    assert_eq!((state.values().unwrap().dim(), state.passes()), ((0, 5), 1));
}

/// Threads of a program or of a cluster: each has a clone of the state and some of the blocks.
fn shared_passes<T: Element + Real>() {
    // enough to be shared among the threads of this process too
    let x = table::<T>(9000);
    let expected = quantile_axis(&x, &Q, Linear, Axis(0)).unwrap();
    let mut alone = Quantiles::new(x.ncols(), &Q, Linear).unwrap();
    let mut shared = alone.clone();
    while !shared.is_complete() {
        alone.update(&x).unwrap();
        let mut parts = vec![shared.clone(); 4];
        for (i, block) in cut(&x, 3).into_iter().enumerate() {
            on_threads(1 + i % 3, || parts[i * i % 3].update(&block).unwrap());
        }
        parts.rotate_left(shared.passes());
        for part in parts {
            shared.merge(&part).unwrap();
        }
        assert!(shared == alone, "the order of rows and merges is seen");
        assert_eq!(shared.n_samples(), 9000);
        alone.end_pass().unwrap();
        shared.end_pass().unwrap();
        assert!(shared == alone);
    }
    same(&shared.values().unwrap(), &expected);
}

fn invalid<R: std::fmt::Debug>(result: Result<R>, op: &str, says: &str) {
    error_kind(result, |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { .. }) && e.op() == op && e.to_string().contains(says)
    });
}

/// A later pass over other rows is noticed, and can begin anew.
fn other_rows<T: Element + Real>() {
    let x = matrix::<T>(500, 3, 1);
    let expected = quantile_axis(&x, &Q, Linear, Axis(0)).unwrap();
    let mut first = Quantiles::new(3, &Q, Linear).unwrap();
    first.update(&x).unwrap();
    first.end_pass().unwrap();

    let (end, update) = ("Quantiles::end_pass", "Quantiles::update");
    let mut state = first.clone();
    invalid(state.end_pass(), end, "pass 2 has 0 rows, the first one had 500");
    invalid(state.values(), "Quantiles::values", "not known after 1 passes");
    state.update(&x.slice(s![..499, ..])).unwrap();
    invalid(state.end_pass(), end, "pass 2 has 499 rows, the first one had 500");
    let before = state.clone();
    invalid(
        state.update(&x.slice(s![..2, ..])),
        update,
        "pass 2 has at least 501 rows, the first one had 500",
    );
    invalid(state.merge(&before), "Quantiles::merge", "pass 2 has at least 998 rows");
    assert!(state == before);
    state.update(&x.slice(s![499.., ..])).unwrap();
    state.end_pass().unwrap();
    same(&state.values().unwrap(), &expected);

    // as many rows, one of which differs
    for change in [T::of(100.0), T::nan(), x[[7, 2]]] {
        let mut other = x.clone();
        let least = (0..500).min_by(|&i, &j| x[[i, 1]].partial_cmp(&x[[j, 1]]).unwrap()).unwrap();
        other[[least, 1]] = change;
        let mut state = first.clone();
        state.update(&other).unwrap();
        invalid(state.end_pass(), end, "the rows of this pass are not those");
        let before = state.clone();
        invalid(state.end_pass(), end, "the rows of this pass are not those");
        assert!(state == before);
        state.restart_pass();
        assert!(state == first);
        for block in cut(&x, 9) {
            state.update(&block).unwrap();
        }
        state.end_pass().unwrap();
        same(&state.values().unwrap(), &expected);
    }
    // more keys than expected in the range of a quantile, in any order of merges
    let many = Array2::from_elem((300, 3), expected[[0, 0]]);
    let (mut a, mut b) = (first.clone(), first.clone());
    a.update(&many).unwrap();
    b.update(&x.slice(s![..100, ..])).unwrap();
    let (mut ab, mut ba) = (a.clone(), b.clone());
    ab.merge(&b).unwrap();
    ba.merge(&a).unwrap();
    assert!(ab == ba);
    ab.update(&x.slice(s![..100, ..])).unwrap();
    ba.update(&x.slice(s![..100, ..])).unwrap();
    assert!(ab == ba);
    invalid(ab.end_pass(), end, "the rows of this pass are not those");
}

fn refusals<T: Element + Real>() {
    for bad in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
        invalid(Quantiles::<T>::new(2, &[0.5, bad], Linear), "Quantiles::new", "0 to 1");
        invalid(of_blocks(|| [Array2::<T>::zeros((2, 2))], &[bad], Linear), "quantiles", "0 to 1");
    }
    for absurd in [1 << 40, usize::MAX] {
        error_kind(Quantiles::<T>::new(absurd, &[0.5], Linear), |e| {
            e.op() == "Quantiles::new" && matches!(e.kind(), ErrorKind::TooLarge { .. })
        });
    }
    let mut state = Quantiles::<T>::new(2, &[0.5], Linear).unwrap();
    let fresh = state.clone();
    shape_error(state.update(&Array2::zeros((3, 4))), "Quantiles::update", "(3, 4) and (2,)");
    state.update(&Array2::zeros((0, 2))).unwrap();
    assert!(state == fresh);
    error_kind(state.end_pass(), |e| {
        e.op() == "Quantiles::end_pass"
            && e.kind() == &ErrorKind::Empty { found: "(0, 2): no rows were added".into() }
    });
    invalid(state.values(), "Quantiles::values", "not known after 0 passes");
    let one = array![[T::one()]];
    error_kind(state.update(&one.broadcast((1 << 50, 2)).unwrap()), |e| {
        matches!(e.kind(), ErrorKind::TooLarge { .. })
    });
    assert!(state == fresh);

    let merge = "Quantiles::merge";
    shape_error(state.merge(&Quantiles::new(3, &[0.5], Linear).unwrap()), merge, "(2,) and (3,)");
    invalid(state.merge(&Quantiles::new(2, &[0.4], Linear).unwrap()), merge, "another `q`");
    invalid(state.merge(&Quantiles::new(2, &[0.5], Lower).unwrap()), merge, "another method");
    let mut next = state.clone();
    next.update(&array![[T::one(), T::zero()]]).unwrap();
    next.end_pass().unwrap();
    invalid(state.merge(&next), merge, "expected a state after 0 passes, found one after 1");
    let mut other = state.clone();
    other.update(&array![[T::one(), T::one()]]).unwrap();
    other.end_pass().unwrap();
    invalid(next.merge(&other), merge, "had other rows");
    next.update(&array![[T::one(), T::zero()]]).unwrap();
    next.end_pass().unwrap();
    same(&next.values().unwrap(), &array![[T::one(), T::zero()]]);
    let complete = next.clone();
    invalid(next.end_pass(), "Quantiles::end_pass", "all quantiles are known");
    invalid(next.update(&Array2::zeros((0, 2))), "Quantiles::update", "all quantiles are known");
    invalid(next.merge(&complete), merge, "all quantiles are known");
    assert!(next == complete);

    error_kind(of_blocks(|| [Array2::<T>::zeros((0, 3)), Array2::zeros((0, 3))], &Q, Linear), |e| {
        e.op() == "quantiles" && e.kind() == &ErrorKind::Empty { found: "(0, 3): no rows were added".into() }
    });
    error_kind(of_blocks(Vec::<Array2<T>>::new, &Q, Linear), |e| matches!(e.kind(), ErrorKind::Empty { .. }));
    shape_error(
        of_blocks(|| [Array2::<T>::zeros((1, 3)), Array2::zeros((1, 2))], &Q, Linear),
        "quantiles",
        "(1, 2) and (3,)",
    );
    let mut calls = 0;
    let changing = of_blocks(
        || {
            calls += 1;
            [matrix::<T>(50, 2, calls)]
        },
        &Q,
        Linear,
    );
    invalid(changing, "quantiles", "the rows of this pass are not those");
    // blocks that cannot be had, in a later pass or at once
    let refused = || Err(linstat::solve(&array![[T::zero()]], &array![T::one()]).unwrap_err());
    let mut left = 3;
    let broken = stream::quantiles(
        || {
            Ok([0, 1].map(|_| {
                left -= 1;
                if left < 0 { refused() } else { Ok(matrix::<T>(50, 2, 1)) }
            }))
        },
        &Q,
        Linear,
    );
    error_kind(broken, |e| e.op() == "solve");
    error_kind(stream::quantiles(|| refused().map(|block| [Ok::<Array2<T>, _>(block)]), &Q, Linear), |e| {
        e.op() == "solve"
    });
    // no columns: nothing to read, as many rows as there may be
    let none = Array2::<T>::zeros((1, 0));
    let none = none.broadcast((1 << 60, 0)).unwrap();
    assert_eq!(of_blocks(|| [none], &Q, Linear).unwrap().dim(), (7, 0));
    assert_eq!(of_blocks(|| [Array2::<T>::zeros((0, 0))], &Q, Linear).unwrap().dim(), (7, 0));
    let mut endless = Quantiles::<T>::new(0, &Q, Linear).unwrap();
    let most: ArrayView2<'_, T> = ndarray::ArrayView2::from_shape((isize::MAX as usize, 0), &[]).unwrap();
    endless.update(&most).unwrap();
    endless.update(&most).unwrap();
    endless.update(&Array2::zeros((1, 0))).unwrap();
    error_kind(endless.update(&Array2::zeros((1, 0))), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    assert_eq!(endless.n_samples(), u64::MAX);
}

#[cfg(feature = "serde")]
mod saved {
    use super::*;

    fn round_trip<T: Real>(state: &Quantiles<T>) -> Quantiles<T> {
        serde_json::from_str(&serde_json::to_string(state).unwrap()).unwrap()
    }

    /// Saved before, in and after every pass.
    fn every_state<T: Element + Real>() {
        let mut x = table::<T>(1000).select(Axis(1), &[0, 3, 4, 6, 7, 10]);
        x.slice_mut(s![500.., 0]).fill(T::one());
        let big = Array2::from_elem((70_000, x.ncols()), T::one());
        let x = ndarray::concatenate![Axis(0), x, big];
        let mut state = Quantiles::new(x.ncols(), &Q, Linear).unwrap();
        let small = serde_json::to_string(&state).unwrap().len();
        assert!(small < 200 * x.ncols(), "{small} bytes");
        while !state.is_complete() {
            for (i, block) in cut(&x, 8).into_iter().enumerate() {
                if i % 5 == 0 {
                    let loaded = round_trip(&state);
                    assert!(loaded == state);
                    state = loaded;
                }
                state.update(&block).unwrap();
            }
            let mut other = round_trip(&state);
            assert!(other == state);
            other.end_pass().unwrap();
            state.end_pass().unwrap();
            assert!(other == state);
        }
        same(&round_trip(&state).values().unwrap(), &quantile_axis(&x, &Q, Linear, Axis(0)).unwrap());
    }

    for_real! { every_state => every_state; }

    /// Every number of a saved state, changed: the state is refused, or nothing panics.
    #[test]
    fn damaged() {
        let x = ndarray::concatenate![
            Axis(0),
            matrix::<f64>(40, 2, 1),
            Array2::from_shape_fn((66_000, 2), |(i, j)| 1.0 + j as f64 + f64::EPSILON * (i % 2) as f64)
        ];
        let mut state = Quantiles::new(2, &[0.01, 0.5, 0.9], Linear).unwrap();
        let (mut refused, mut accepted) = (0, 0);
        for pass in 0..4 {
            state.update(&x.slice(s![..50_000, ..])).unwrap();
            let text = serde_json::to_string(&state).unwrap();
            assert!(serde_json::from_str::<Quantiles<f32>>(&text).is_err());
            assert!(serde_json::from_str::<Quantiles<f64>>(&text).is_ok());
            let bytes = text.as_bytes();
            let starts: Vec<usize> = (1..bytes.len())
                .filter(|&i| {
                    bytes[i].is_ascii_digit() && !(bytes[i - 1].is_ascii_digit() || bytes[i - 1] == b'.')
                })
                .collect();
            for &start in starts.iter().take(60).chain(starts.iter().rev().take(60)) {
                let end = start + bytes[start..].iter().position(|b| !b.is_ascii_digit()).unwrap();
                for number in ["0", "1", "7", "65535", "18446744073709551615", "4607182418800017409"] {
                    if &text[start..end] == number {
                        continue;
                    }
                    let changed = format!("{}{number}{}", &text[..start], &text[end..]);
                    let Ok(mut loaded) = serde_json::from_str::<Quantiles<f64>>(&changed) else {
                        refused += 1;
                        continue;
                    };
                    accepted += 1;
                    _ = loaded.merge(&state);
                    _ = loaded.update(&x.slice(s![50_000.., ..]));
                    _ = loaded.end_pass();
                    _ = loaded.update(&x);
                    _ = loaded.end_pass();
                    _ = loaded.values();
                }
            }
            state.update(&x.slice(s![50_000.., ..])).unwrap();
            state.end_pass().unwrap();
            assert_eq!(state.is_complete(), pass == 3);
        }
        assert!(refused > accepted, "{refused} refused, {accepted} accepted");
    }
}
