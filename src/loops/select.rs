//! Selection: the elements at given ranks, without sorting.
//!
//! Long slices are read in place. A sample gives two keys that almost always enclose the wanted ranks; one
//! pass counts the elements below and collects the few between the keys, from which the ranks are selected.
//! Equal elements are counted, never collected, so constant data are the fastest. Results depend only on the
//! values.

use super::any_order::AnyOrder;
use super::sift::{Sifted, count_nan, key_range, sift};
use crate::memory::room;
use crate::number::{Key, Ordered};
use crate::tuning::{COPIED, PARALLEL_SELECT, PASSES, SAMPLED};
use crate::{Element, ErrorKind, Result, threads};

/// The elements to select from.
#[derive(Debug)]
pub(crate) enum Source<'a, T: Element> {
    /// In place.
    Slice(&'a [T]),
    /// Keys, which may be reordered, and how many of them are NaN.
    Keys(Vec<T::Key>, usize),
}

impl<'a, T: Element> Source<'a, T> {
    /// Takes all elements; copies them if there are gaps.
    pub(crate) fn new(x: &AnyOrder<'a, T>) -> Result<Self, ErrorKind> {
        if let AnyOrder::Slice(x) = x {
            return Ok(Source::Slice(x));
        }
        let (mut keys, mut nans) = (room(x.len())?, 0);
        x.each_chunk(|chunk| {
            nans += count_nan(chunk);
            keys.extend(chunk.iter().map(|x| x.key()));
        });
        Ok(Source::Keys(keys, nans))
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Source::Slice(x) => x.len(),
            Source::Keys(keys, _) => keys.len(),
        }
    }

    /// Returns the number of NaN.
    pub(crate) fn nans(&self) -> usize {
        match self {
            Source::Slice(x) => nan_count(x),
            Source::Keys(_, nans) => *nans,
        }
    }

    /// Writes the keys of the elements that sorting would put at `ranks` into `out`. The ranks ascend and are
    /// in range. `spare` holds a copy, if one is needed; returns `None` if there is no memory for it.
    pub(crate) fn at_ranks(
        &mut self,
        ranks: &[usize],
        out: &mut [T::Key],
        spare: &mut Vec<T::Key>,
    ) -> Option<()> {
        let keys = match self {
            Source::Slice(x) if by_sampling(x, ranks, out) => return Some(()),
            Source::Slice(x) => {
                spare.clear();
                spare.try_reserve_exact(x.len()).ok()?;
                spare.extend(x.iter().map(|x| x.key()));
                spare
            }
            Source::Keys(keys, _) if by_sampling(keys, ranks, out) => return Some(()),
            Source::Keys(keys, _) => keys,
        };
        select_all(keys, 0, ranks, out);
        Some(())
    }
}

/// Returns the number of NaN.
fn nan_count<T: Ordered + Sync>(x: &[T]) -> usize {
    if !threads::share(x.len(), PARALLEL_SELECT) {
        return count_nan(x);
    }
    threads::map_chunks(x, PARALLEL_SELECT / 2, 1, &|_, x| count_nan(x)).into_iter().sum()
}

/// Returns whether samples found the ranks: if not, the content of `out` is unspecified.
fn by_sampling<T: Ordered + Sync>(x: &[T], ranks: &[usize], out: &mut [T::Key]) -> bool {
    let near = x.len() / 64;
    let places = || ranks.chunk_by(|&a, &b| b - a <= near);
    let passes = if x.len() <= COPIED { 1 } else { PASSES };
    // the elements between the ends of a group are collected, which does not pay if they are many
    let wide = |place: &[usize]| place[place.len() - 1] - place[0] > x.len() / 4;
    if x.len() < SAMPLED || places().nth(passes).is_some() || places().any(wide) {
        return false;
    }
    let mut done = 0;
    places().all(|place| {
        let out = &mut out[done..done + place.len()];
        done += place.len();
        sample_and_select(x, place, out)
    })
}

/// Selects the middle rank first, then the others on both sides; `keys` starts at rank `first`.
fn select_all<K: Key>(keys: &mut [K], first: usize, ranks: &[usize], out: &mut [K]) {
    if ranks.is_empty() {
        return;
    }
    let middle = ranks.len() / 2;
    let (below, &mut key, above) = keys.select_nth_unstable(ranks[middle] - first);
    out[middle] = key;
    let (out_below, out_above) = out.split_at_mut(middle);
    select_all(below, first, &ranks[..middle], out_below);
    select_all(above, ranks[middle] + 1, &ranks[middle + 1..], &mut out_above[1..]);
}

/// Returns whether the sample enclosed the ranks: if not, nothing is written.
fn sample_and_select<T: Ordered + Sync>(x: &[T], ranks: &[usize], out: &mut [T::Key]) -> bool {
    let [Some(&first), Some(&last)] = [ranks.first(), ranks.last()] else { return true };
    let (low, high) = enclose(x, first, last);
    let mut sifted = if !threads::share(x.len(), PARALLEL_SELECT) {
        sift(x, low, high)
    } else {
        let part = x.len().div_ceil(threads::count().clamp(1, x.len() / (PARALLEL_SELECT / 4)));
        let parts = threads::map_chunks(x, part, 1, &|_, x| sift(x, low, high));
        parts.into_iter().reduce(join).unwrap_or_else(|| sift(&[] as &[T], low, high))
    };
    let low_end = sifted.below + sifted.at_low;
    let high_start = low_end + sifted.between.len();
    if first < sifted.below || last >= high_start + sifted.at_high {
        return false;
    }
    let at_low = ranks.partition_point(|&rank| rank < low_end);
    let at_high = ranks.partition_point(|&rank| rank < high_start);
    out[..at_low].fill(low);
    out[at_high..].fill(high);
    select_all(&mut sifted.between, low_end, &ranks[at_low..at_high], &mut out[at_low..at_high]);
    true
}

fn join<K>(mut x: Sifted<K>, y: Sifted<K>) -> Sifted<K> {
    x.below += y.below;
    x.at_low += y.at_low;
    x.at_high += y.at_high;
    x.between.extend(y.between);
    x
}

/// Returns two keys of `x` that enclose the elements of rank `first` to `last`, except for one sample in some
/// hundreds.
fn enclose<T: Ordered + Sync>(x: &[T], first: usize, last: usize) -> (T::Key, T::Key) {
    let mut sample = sample(x);
    let (n, size) = (x.len() as f64, sample.len() as f64);
    // three standard deviations of the rank in the sample
    let margin = |share: f64| 3.0 * (size * share * (1.0 - share)).sqrt() + 2.0;
    let (p, q) = (first as f64 / n, last as f64 / n);
    let (low, high) = (p * size - margin(p), q * size + margin(q));
    // beyond the sample, the ends of the data
    let range = if low < 1.0 || high >= size - 1.0 { key_range(x) } else { None };
    let high = (high as usize).min(sample.len() - 1);
    let (below, &mut high_key, _) = sample.select_nth_unstable(high);
    let low_key = if low < 1.0 || below.is_empty() {
        high_key
    } else {
        *below.select_nth_unstable((low as usize).min(high - 1)).1
    };
    match range {
        Some((least, greatest)) => (
            if low < 1.0 { least } else { low_key },
            if high + 1 >= sample.len() { greatest } else { high_key },
        ),
        None => (low_key, high_key),
    }
}

/// Returns keys from pseudo-random places, always the same: one from each stretch of `x`.
fn sample<T: Ordered + Sync>(x: &[T]) -> Vec<T::Key> {
    let size = (x.len() / 16).clamp(256, 16384);
    let start = |i: usize| (i as u64 * x.len() as u64 / size as u64) as usize;
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut key = |i| {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        let (start, end) = (start(i), start(i + 1));
        x[start + (state >> 33) as usize % (end - start)].key()
    };
    (0..size).map(&mut key).collect()
}
