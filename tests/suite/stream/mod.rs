//! What all states have in common: equal bits however the rows are cut, merged, laid out and saved.

mod covariance;
mod histogram;
mod moments;
mod nist;
#[cfg(feature = "npy")]
mod npy;
mod quantiles;
#[cfg(feature = "sketch")]
mod sketch;
mod tall_qr;

use crate::common::assert::*;
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::stream::{Covariance, Intercept, Moments, TallQr};
use linstat::{Real, Result, backend};
use ndarray::{Array2, ArrayRef2, ArrayView2, Axis, concatenate, s};
use std::fmt::Debug;

for_real! {
    cuts => cuts;
    merges => merges;
    layouts => layouts;
    threads => threads;
    unplaced => unplaced;
    unchanged => unchanged;
    empty => empty;
}

/// A state, as the tests use all of them.
trait State<T: Real>: Clone + Debug + PartialEq + Sized {
    fn new(columns: usize) -> Self;
    fn starting_at(self, row: u64) -> Self;
    fn update(&mut self, block: &ArrayRef2<T>) -> Result<()>;
    fn merge(&mut self, other: &Self) -> Result<()>;
    fn n_samples(&self) -> u64;
    /// All results in one matrix.
    fn results(&self) -> Result<Array2<T>>;
}

macro_rules! state {
    ($($State:ident: |$state:ident| $results:expr;)*) => {$(
        impl<T: Element + Real> State<T> for $State<T> {
            fn new(columns: usize) -> Self {
                $State::new(columns)
            }
            fn starting_at(self, row: u64) -> Self {
                $State::starting_at(self, row)
            }
            fn update(&mut self, block: &ArrayRef2<T>) -> Result<()> {
                $State::update(self, block)
            }
            fn merge(&mut self, other: &Self) -> Result<()> {
                $State::merge(self, other)
            }
            fn n_samples(&self) -> u64 {
                $State::n_samples(self)
            }
            fn results(&self) -> Result<Array2<T>> {
                let $state = self;
                $results
            }
        }
    )*};
}

state! {
    Moments: |state| {
        let rows = [state.mean()?, state.var(0)?, state.skewness()?, state.kurtosis()?, state.min()?, state.max()?];
        Ok(ndarray::stack(Axis(0), &rows.each_ref().map(|row| row.view())).unwrap())
    };
    Covariance: |state| Ok(concatenate![Axis(0), state.cov(0)?, state.corrcoef()?]);
    TallQr: |state| state.r();
}

/// Fails unless the states are equal, to the bit. oneMKL may add in another order where memory begins at
/// another place: then their results are nearly equal.
#[track_caller]
fn equal<T: Element + Real, S: State<T>>(what: &str, actual: &S, expected: &S) {
    if backend::info().name == "oneMKL" {
        return case(what, || close(&actual.results().unwrap(), &expected.results().unwrap(), 1e3));
    }
    if actual != expected {
        fail(format!("{what}: {:?}, expected {:?}", actual.results(), expected.results()));
    }
}

fn of<T: Element + Real, S: State<T>>(x: &ArrayRef2<T>) -> S {
    let mut state = S::new(x.ncols());
    state.update(x).unwrap();
    state
}

/// The rows in blocks of any size, some of them empty.
fn cut<'a, T>(x: &'a ArrayRef2<T>, seed: u64) -> Vec<ArrayView2<'a, T>> {
    let mut next = random_words(seed);
    let (mut rest, mut blocks) = (x.view(), Vec::new());
    while rest.nrows() > 0 {
        let most = [0, 1, 7, 300, 5000][next() as usize % 5].min(rest.nrows());
        let (block, below) = rest.split_at(Axis(0), next() as usize % (most + 1));
        blocks.push(block);
        rest = below;
    }
    blocks
}

/// Calls the function for every state.
macro_rules! each_state {
    ($f:ident::<$T:ident>($($argument:expr),*)) => {
        case("Moments", || $f::<$T, Moments<$T>>($($argument),*));
        case("Covariance", || $f::<$T, Covariance<$T>>($($argument),*));
        case("TallQr", || $f::<$T, TallQr<$T>>($($argument),*));
    };
}

/// Rows with large means, which differ.
fn rows<T: Element + Real>(n: usize, p: usize, seed: u64) -> Array2<T> {
    let mut x: Array2<T> = matrix(n, p, seed);
    for (j, mut column) in x.columns_mut().into_iter().enumerate() {
        column.mapv_inplace(|x| x + T::of(1000.0 * j as f64));
    }
    x
}

fn cuts<T: Element + Real>() {
    fn check<T: Element + Real, S: State<T>>(x: &Array2<T>) {
        let whole: S = of(x);
        assert_eq!(whole.n_samples(), x.nrows() as u64);
        for size in [1, 7, 511, 512, 513, 1024, 2500] {
            let mut state = S::new(x.ncols());
            x.axis_chunks_iter(Axis(0), size).for_each(|block| state.update(&block).unwrap());
            equal(&format!("blocks of {size}"), &state, &whole);
        }
        let mut state = S::new(x.ncols());
        let (mut next, mut random) = (0, random(1));
        while next < x.nrows() {
            let end = x.nrows().min(next + (random().abs() * 900.0) as usize);
            state.update(&x.slice(s![next..end, ..])).unwrap();
            next = end;
        }
        equal("blocks of random sizes", &state, &whole);
    }
    each_library(|| {
        let x = rows::<T>(5000, 3, 1);
        each_state!(check::<T>(&x));
    });
}

/// Any number of states, some without rows, in any order.
fn merges<T: Element + Real>() {
    fn check<T: Element + Real, S: State<T>>(x: &Array2<T>) {
        let (whole, mut random) = (of::<T, S>(x), random_words(2));
        let n = x.nrows() as u64;
        for count in [1, 2, 3, 4, 7, 12] {
            let mut cuts: Vec<u64> = (1..count).map(|_| random() % (n + 1)).collect();
            cuts.extend([0, n]);
            cuts.sort_unstable();
            let mut states: Vec<S> = Vec::new();
            for range in cuts.windows(2) {
                let mut state = S::new(x.ncols()).starting_at(range[0]);
                let block = x.slice(s![range[0] as usize..range[1] as usize, ..]);
                block.axis_chunks_iter(Axis(0), 700).for_each(|block| state.update(&block).unwrap());
                states.push(state);
            }
            let mut merged = S::new(x.ncols());
            while !states.is_empty() {
                let next = states.swap_remove((random() % states.len() as u64) as usize);
                merged.merge(&next).unwrap();
            }
            equal(&format!("{count} states"), &merged, &whole);
        }
        // and goes on
        let mut merged: S = of(&x.slice(s![..2000, ..]));
        merged
            .merge(&{
                let mut next = S::new(x.ncols()).starting_at(2000);
                next.update(&x.slice(s![2000..2003, ..])).unwrap();
                next
            })
            .unwrap();
        merged.update(&x.slice(s![2003.., ..])).unwrap();
        equal("rows after a merge", &merged, &whole);
    }
    let x = rows::<T>(6000, 2, 3);
    each_state!(check::<T>(&x));
}

fn layouts<T: Element + Real>() {
    fn check<T: Element + Real, S: State<T>>(x: &Array2<T>) {
        let whole: S = of(x);
        each_layout(x, |x| equal("layout", &of::<T, S>(x), &whole));
    }
    each_state!(check::<T>(&rows(1100, 3, 4)));
    each_state!(check::<T>(&rows(5, 20, 5)));
}

fn threads<T: Element + Real>() {
    fn check<T: Element + Real, S: State<T>>(x: &Array2<T>) {
        let one: S = on_threads(1, || of(x));
        for n in [2, 3] {
            equal(&format!("{n} threads"), &on_threads(n, || of(x)), &one);
        }
    }
    each_state!(check::<T>(&rows(9000, 4, 6)));
}

/// States that both begin at row 0 are two sets of rows.
fn unplaced<T: Element + Real>() {
    fn check<T: Element + Real, S: State<T>>(x: &Array2<T>) {
        let mut merged: S = of(&x.slice(s![..1500, ..]));
        merged.merge(&of(&x.slice(s![1500..2500, ..]))).unwrap();
        merged.merge(&of(&x.slice(s![2500.., ..]))).unwrap();
        assert_eq!(merged.n_samples(), x.nrows() as u64);
        close(&merged.results().unwrap(), &of::<T, S>(x).results().unwrap(), 1e3);
        // twice the same rows
        let mut twice: S = of(x);
        twice.merge(&of(x)).unwrap();
        assert_eq!(twice.n_samples(), 2 * x.nrows() as u64);
        let both: S = of(&concatenate![Axis(0), *x, *x]);
        close(&twice.results().unwrap(), &both.results().unwrap(), 1e3);
    }
    let x = matrix::<T>(4000, 3, 7);
    each_state!(check::<T>(&x));
}

/// What is refused leaves no trace.
fn unchanged<T: Element + Real>() {
    fn check<T: Element + Real, S: State<T>>() {
        let state: S = of(&rows(600, 3, 8));
        let mut other = state.clone();
        for columns in [0, 2, 4] {
            error_kind(other.update(&Array2::zeros((700, columns))), |e| {
                e.to_string().contains(&format!("found (700, {columns}) and (3,)"))
            });
            error_kind(other.merge(&S::new(columns)), |e| {
                e.to_string().contains(&format!("found (3,) and ({columns},)"))
            });
        }
        assert_eq!(other, state);
        // more rows than can be counted
        let mut last = S::new(1).starting_at(u64::MAX - 1);
        error_kind(last.update(&Array2::zeros((3, 1))), |e| e.to_string().contains("too large"));
        last.update(&Array2::ones((1, 1))).unwrap();
        assert_eq!(last.n_samples(), 1);
    }
    each_state!(check::<T>());
}

fn empty<T: Element + Real>() {
    fn check<T: Element + Real, S: State<T>>() {
        for columns in [0, 3] {
            let mut state = S::new(columns);
            state.update(&Array2::zeros((0, columns))).unwrap();
            state.merge(&S::new(columns)).unwrap();
            assert_eq!((state.n_samples(), &state), (0, &S::new(columns)));
            error_kind(state.results(), |e| e.to_string().contains(&format!("its shape is (0, {columns})")));
        }
        // rows without columns
        let mut state = S::new(0);
        state.update(&Array2::zeros((1300, 0))).unwrap();
        state.update(&Array2::zeros((7, 0))).unwrap();
        assert_eq!(state.n_samples(), 1307);
        assert_eq!(state.results().unwrap().ncols(), 0);
        // one row
        let one: S = of(&rows(1, 3, 9));
        assert_eq!(one.n_samples(), 1);
        one.results().unwrap();
    }
    each_state!(check::<T>());
    let targets = TallQr::<T>::new(2).with_targets(1);
    error_kind(targets.lstsq(Intercept::Fitted, None), |e| e.to_string().contains("its shape is (0, 3)"));
}

#[cfg(feature = "serde")]
mod saved {
    use super::*;
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    for_real! {
        loaded => loaded;
        broken => broken;
    }

    fn loaded<T: Element + Real>() {
        fn check<T: Element + Real, S: State<T> + Serialize + DeserializeOwned>() {
            let mut x = rows::<T>(3600, 3, 10);
            let mut state: S = of(&x.slice(s![..1700, ..]));
            state.merge(&S::new(3).starting_at(9999)).unwrap();
            let mut back: S = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
            assert_eq!(back, state);
            x[[2000, 1]] = T::nan();
            x[[2001, 2]] = T::infinity();
            back.update(&x.slice(s![1700.., ..])).unwrap();
            state.update(&x.slice(s![1700.., ..])).unwrap();
            let (text, again) =
                (serde_json::to_string(&back).unwrap(), serde_json::to_string(&state).unwrap());
            assert_eq!(text, again);
            let back: S = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&back).unwrap(), text);
        }
        each_state!(check::<T>());
    }

    /// Every number of a state that is not a bit pattern, changed.
    fn broken<T: Element + Real>() {
        fn check<T: Element + Real, S: State<T> + Serialize + DeserializeOwned>() {
            let state: S = of(&rows(3600, 2, 11));
            let whole = serde_json::to_value(&state).unwrap();
            let tree = if whole.get("tree").is_some() { "/tree" } else { "" };
            let broken = |path: &str, value: Value| {
                let mut broken = whole.clone();
                let place = broken.pointer_mut(&format!("{tree}{path}")).unwrap_or_else(|| fail(path));
                if std::mem::replace(place, value.clone()) == value {
                    return;
                }
                assert!(serde_json::from_value::<S>(broken).is_err(), "{path}");
            };
            for columns in [0_u64, 1, 3, u64::MAX] {
                broken("/columns", columns.into());
            }
            broken("/next", 3599.into());
            for first in [1_u64, 2, u64::MAX, u64::MAX / 512] {
                broken("/nodes/0/0", first.into());
            }
            for level in [0, 1, 63, 64, u32::MAX] {
                broken("/nodes/0/1", level.into());
            }
            for first in [0_u64, 100, u64::MAX] {
                broken("/parts/0/0", first.into());
            }
            for rows in [0_u64, 1, 5000, u64::MAX] {
                broken("/parts/0/1/rows", rows.into());
            }
            broken("/parts/0/1/data", Vec::<u64>::new().into());
        }
        each_state!(check::<T>());
    }
}
