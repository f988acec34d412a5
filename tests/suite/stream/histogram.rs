//! Histograms of blocks: the counts of those in memory, for any blocks and merges.

use super::cut;
use crate::common::assert::*;
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::stream::Histogram;
use linstat::{Bins, ErrorKind, Real, histogram, histogram_bin_edges};
use ndarray::{Array1, Array2, ArrayRef2, array};

for_real! {
    as_in_memory => as_in_memory;
    refusals => refusals;
}

/// Few and many bins, of equal and of unequal width, empty ones, and infinite ends.
fn edges() -> Vec<Vec<f64>> {
    let inf = f64::INFINITY;
    let equal = |n: usize| (0..=n).map(|i| 2.0 * i as f64 / n as f64 - 1.0).collect();
    let cubes = |n: usize| (0..=n).map(|i| (2.0 * i as f64 / n as f64 - 1.0f64).powi(3)).collect();
    vec![
        vec![0.0, 0.5],
        vec![-0.9, -0.9, 0.0, 0.0, 0.25, 0.3],
        vec![-inf, -0.5, 0.5, inf],
        vec![-inf, inf],
        vec![1.0, 1.0],
        vec![0.5, inf, inf],
        equal(10),
        equal(1000),
        cubes(30),
        cubes(3000),
    ]
}

fn check<T: Real>(state: &Histogram, x: &ArrayRef2<T>, edges: impl Fn(usize) -> Vec<f64>) {
    assert_eq!((state.n_samples(), state.columns()), (x.nrows() as u64, x.ncols()));
    let count = |found: Array1<usize>, is: &dyn Fn(f64, &[f64]) -> bool| {
        for (j, x) in x.columns().into_iter().enumerate() {
            let edges = edges(j);
            assert_eq!(found[j], x.iter().filter(|x| is(x.f64(), &edges)).count(), "column {j}");
        }
    };
    for (j, x) in x.columns().into_iter().enumerate() {
        assert_eq!(state.column(j).unwrap(), histogram(&x, Bins::Edges(&edges(j))).unwrap(), "column {j}");
    }
    count(state.below(), &|x, edges| x < edges[0]);
    count(state.above(), &|x, edges| x > edges[edges.len() - 1]);
    count(state.nans(), &|x, _| x.is_nan());
}

fn as_in_memory<T: Element + Real>() {
    let (inf, all) = (T::infinity(), edges());
    for n in [0, 1, 5, 700, 9000] {
        let mut x = matrix::<T>(n, all.len(), 3);
        for (i, special) in [T::nan(), inf, -inf, T::one(), -T::one(), -T::zero(), T::of(0.5), T::zero()]
            .into_iter()
            .enumerate()
        {
            x.iter_mut().skip(i * 7).step_by(53 + i).for_each(|x| *x = special);
        }
        for edges in &all {
            let mut state = Histogram::new(x.ncols(), edges).unwrap();
            cut(&x, 4).iter().for_each(|block| state.update(block).unwrap());
            check(&state, &x, |_| edges.clone());
            let mut whole = Histogram::new(x.ncols(), edges).unwrap();
            on_threads(2, || whole.update(&x).unwrap());
            assert!(whole == state);
        }
        let mut state = Histogram::per_column(&all).unwrap();
        state.update(&x).unwrap();
        check(&state, &x, |j| all[j].clone());
        let mut merged = Histogram::per_column(&all).unwrap();
        for block in cut(&x, 5).iter().rev() {
            let mut part = Histogram::per_column(&all).unwrap();
            part.update(block).unwrap();
            merged.merge(&part).unwrap();
        }
        assert!(merged == state);
    }
    let x = matrix::<T>(37, 5, 1);
    let edges = histogram_bin_edges(&x, Bins::Range { count: 7, start: -0.5, end: 0.75 }).unwrap().to_vec();
    each_layout(&x, |x| {
        let mut state = Histogram::new(5, &edges).unwrap();
        state.update(x).unwrap();
        check(&state, x, |_| edges.clone());
    });
    // edges of all columns and of each
    let (mut one, mut each) =
        (Histogram::new(1, &edges).unwrap(), Histogram::per_column(&[&edges; 5]).unwrap());
    one.update(&x.slice(ndarray::s![.., 2..3])).unwrap();
    each.update(&x).unwrap();
    assert_eq!(one.column(0), each.column(2));
    let mut same_for_all = Histogram::new(5, &edges).unwrap();
    same_for_all.merge(&each).unwrap();
    check(&same_for_all, &x, |_| edges.clone());
}

fn refusals<T: Element + Real>() {
    let invalid = |result: linstat::Result<Histogram>, op: &str| {
        error_kind(result, |e| e.op() == op && matches!(e.kind(), ErrorKind::InvalidArgument { .. }));
    };
    for bad in [&[][..], &[1.0], &[1.0, 0.0], &[0.0, f64::NAN], &[f64::NAN, 1.0]] {
        invalid(Histogram::new(2, bad), "Histogram::new");
        invalid(Histogram::per_column(&[&[0.0, 1.0], bad]), "Histogram::per_column");
    }
    for absurd in [1 << 50, usize::MAX] {
        error_kind(Histogram::new(absurd, &[0.0, 1.0, 2.0]), |e| {
            e.op() == "Histogram::new" && matches!(e.kind(), ErrorKind::TooLarge { .. })
        });
    }
    let mut state = Histogram::new(2, &[0.0, 1.0]).unwrap();
    state.update(&array![[T::zero(), T::one()]]).unwrap();
    let before = state.clone();
    let update = "Histogram::update";
    shape_error(state.update(&Array2::<T>::zeros((3, 4))), update, "(3, 4) and (2,)");
    let one = array![[T::one()]];
    error_kind(state.update(&one.broadcast((1 << 50, 2)).unwrap()), |e| {
        e.op() == update && matches!(e.kind(), ErrorKind::TooLarge { .. })
    });
    state.update(&Array2::<T>::zeros((0, 2))).unwrap();
    let merge = "Histogram::merge";
    shape_error(state.merge(&Histogram::new(3, &[0.0, 1.0]).unwrap()), merge, "(2,) and (3,)");
    for other in [
        Histogram::new(2, &[0.0, 2.0]),
        Histogram::new(2, &[0.0, 1.0, 2.0]),
        Histogram::per_column(&[[0.0, 1.0], [0.0, 2.0]]),
    ] {
        error_kind(state.merge(&other.unwrap()), |e| {
            e.op() == merge && matches!(e.kind(), ErrorKind::InvalidArgument { .. })
        });
    }
    error_kind(state.column(2), |e| {
        e.to_string() == "Histogram::column: invalid argument `j`: expected a column below 2, found 2"
    });
    assert!(state == before);
    // without columns there may be as many rows as can be counted
    let mut none = Histogram::per_column::<Vec<f64>>(&[]).unwrap();
    let most = ndarray::ArrayView2::<T>::from_shape((isize::MAX as usize, 0), &[]).unwrap();
    none.update(&most).unwrap();
    none.merge(&none.clone()).unwrap();
    none.update(&Array2::<T>::zeros((1, 0))).unwrap();
    let full = none.clone();
    for result in [none.update(&Array2::<T>::zeros((1, 0))), none.merge(&full)] {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    }
    assert!(none == full);
}

#[cfg(feature = "serde")]
#[test]
fn saved() {
    let x = matrix::<f64>(50, 2, 1);
    for mut state in [
        Histogram::new(2, &[f64::NEG_INFINITY, 0.1, 0.5]).unwrap(),
        Histogram::per_column(&[vec![0.0, 0.1], vec![0.0, 0.5, f64::INFINITY]]).unwrap(),
    ] {
        state.update(&x).unwrap();
        let text = serde_json::to_string(&state).unwrap();
        assert!(serde_json::from_str::<Histogram>(&text).unwrap() == state);
        let bytes = text.as_bytes();
        for start in (1..bytes.len()).filter(|&i| bytes[i].is_ascii_digit() && !bytes[i - 1].is_ascii_digit())
        {
            let end = start + bytes[start..].iter().position(|b| !b.is_ascii_digit()).unwrap();
            let long = end - start > 10; // the bits of an edge: NaN
            let changed = if long { "9221120237041090560" } else { "18446744073709551615" };
            let changed = format!("{}{changed}{}", &text[..start], &text[end..]);
            assert!(serde_json::from_str::<Histogram>(&changed).is_err(), "{changed}");
        }
        let fewer = text.replacen("\"bins\":[", "\"bins\":[0,", 1);
        assert!(serde_json::from_str::<Histogram>(&fewer).is_err());
    }
}
