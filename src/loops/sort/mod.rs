//! Sorting and selection of keys: a quicksort whose partitions and last steps run in vectors.
//!
//! A partition reads the keys in place. It writes those below the pivot to their final place and the others
//! to a spare one, each side in order. So each key moves once per partition, both sides can be processed at
//! once, and the order that a selection leaves depends only on the pivots, which are the same for all
//! vectors.
#![allow(unsafe_code)] // calls of the vector routines

mod vector;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::number::Key;
use crate::tuning::{PARALLEL_SORT, SHORT_BYTES, SHORT_WORDS};
use crate::{Element, ErrorKind, Result, memory, threads};

/// Elements whose keys are computed together.
const BLOCK: usize = 512;
/// Maximum size of the sample from which a pivot is chosen.
const SAMPLE: usize = 128;
/// Maximum number of keys that a selection sorts: a sample needs more.
const SELECTED: usize = SAMPLE;

/// A key whose fastest routines are known. Private: it seals the keys.
pub trait SortKernels: Copy {
    /// The fastest routines that the processor can run.
    fn kernels() -> Kernels<Self>;
}

macro_rules! sorted_by {
    ($key:ident: $($kernels:path),*) => {
        impl SortKernels for $key {
            #[inline]
            fn kernels() -> Kernels<Self> {
                #[cfg(target_arch = "x86_64")]
                {
                    $(if let Some(kernels) = $kernels() {
                        return kernels;
                    })*
                }
                Kernels::PORTABLE
            }
        }
    };
}

sorted_by!(u8:);
sorted_by!(u16:);
sorted_by!(u32: x86::avx512_u32, x86::avx2_u32);
sorted_by!(u64: x86::avx512_u64, x86::avx2_u64);

/// The two routines. A value exists only if the processor has the instructions for them.
#[derive(Debug, Clone, Copy)]
pub struct Kernels<K> {
    /// Maximum number of keys for `sort_few`.
    few: usize,
    /// Sorts that many keys from one place to another, or in place.
    sort_few: unsafe fn(*const K, usize, *mut K),
    /// Splits that many keys by the last argument: writes those that are less to the second pointer and the
    /// others to the third, in order; returns how many are less. One of the two may be the first pointer.
    split: unsafe fn(*const K, usize, *mut K, *mut K, K) -> usize,
}

/// Where the keys are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Home,
    Spare,
}

impl<K: Key> Kernels<K> {
    const PORTABLE: Self = Self { few: 32, sort_few: sort_few_portably, split: split_portably };

    /// Splits the keys of one of two slices of equal length into those below the pivot, at the start of
    /// `home`, and the others, at the start of `spare`.
    fn split(&self, home: &mut [K], spare: &mut [K], place: Place, pivot: K) -> usize {
        assert_eq!(home.len(), spare.len());
        let (n, home, spare) = (home.len(), home.as_mut_ptr(), spare.as_mut_ptr());
        let from = if place == Place::Home { home } else { spare };
        // SAFETY: both have room for n keys, and the processor has the instructions, or `self` would not
        // exist.
        unsafe { (self.split)(from, n, home, spare, pivot) }
    }

    /// [`split`](Kernels::split) of the keys of elements.
    fn split_elements<T: Element<Key = K>>(
        &self,
        x: &[T],
        home: &mut [K],
        spare: &mut [K],
        pivot: K,
    ) -> usize {
        assert!(x.len() == home.len() && x.len() == spare.len());
        let (mut keys, mut done, mut less) = ([K::default(); BLOCK], 0, 0);
        for x in x.chunks(BLOCK) {
            let keys = &mut keys[..x.len()];
            to_keys(x, keys);
            let (home, spare) = (&mut home[less..], &mut spare[done - less..]);
            assert!(home.len() >= x.len() && spare.len() >= x.len());
            // SAFETY: there is room, as just checked; the processor has the instructions, or `self` would not
            // exist.
            less += unsafe {
                (self.split)(keys.as_ptr(), keys.len(), home.as_mut_ptr(), spare.as_mut_ptr(), pivot)
            };
            done += x.len();
        }
        less
    }

    /// Sorts with `sort_few`, or with std if there are too many keys.
    fn sort_short(&self, keys: &mut [K]) {
        if keys.len() > self.few {
            return keys.sort_unstable();
        }
        let start = keys.as_mut_ptr();
        // SAFETY: that many keys are there; the processor has the instructions, or `self` would not exist.
        unsafe { (self.sort_few)(start, keys.len(), start) }
    }

    /// Chooses a key with about `rank` of `n` keys below it, from a sample.
    fn pivot(&self, n: usize, rank: usize, key: impl Fn(usize) -> K) -> K {
        let size = match n {
            0..2048 => 16,
            2048..32768 => 32,
            _ => SAMPLE,
        };
        let mut sample = [K::default(); SAMPLE];
        let sample = &mut sample[..size];
        let step = n / size;
        sample.iter_mut().enumerate().for_each(|(i, sample)| *sample = key(i * step + step / 2));
        self.sort_short(sample);
        sample[(rank / step).min(size - 1)]
    }

    /// Sorts the keys into `home`, and calls `finish` with every part that is done.
    fn sort(
        &self,
        home: &mut [K],
        spare: &mut [K],
        place: Place,
        depth: u32,
        finish: &(impl Fn(&mut [K]) + Sync),
    ) {
        let n = home.len();
        if n <= self.few || depth == 0 {
            if place == Place::Spare {
                home.copy_from_slice(spare);
            }
            self.sort_short(home);
            return finish(home);
        }
        let keys = if place == Place::Home { &*home } else { &*spare };
        let pivot = self.pivot(n, n / 2, |i| keys[i]);
        let less = self.split(home, spare, place, pivot);
        if less == 0 {
            let equal = self.equal_first(home, spare, pivot);
            let (done, home) = home.split_at_mut(equal);
            finish(done);
            return self.sort(home, &mut spare[..n - equal], Place::Spare, depth - 1, finish);
        }
        self.sort_sides(home, spare, less, depth - 1, finish);
    }

    /// Sorts both sides of a split.
    fn sort_sides(
        &self,
        home: &mut [K],
        spare: &mut [K],
        less: usize,
        depth: u32,
        finish: &(impl Fn(&mut [K]) + Sync),
    ) {
        let n = home.len();
        let (home0, home1) = home.split_at_mut(less);
        let (spare1, spare0) = spare.split_at_mut(n - less);
        let mut below = || self.sort(home0, spare0, Place::Home, depth, finish);
        let mut others = || self.sort(home1, spare1, Place::Spare, depth, finish);
        if n < PARALLEL_SORT {
            others();
            below();
        } else {
            threads::join(below, others);
        }
    }

    /// Splits the keys in `spare`, none of which is below the pivot, into those equal to it and the others.
    fn equal_first(&self, home: &mut [K], spare: &mut [K], pivot: K) -> usize {
        match pivot.next() {
            Some(next) => self.split(home, spare, Place::Spare, next),
            None => {
                home.fill(pivot);
                home.len()
            }
        }
    }

    /// Moves the keys to `home`, the one of rank `kth` to its place in sorted order.
    fn select(&self, mut home: &mut [K], mut spare: &mut [K], mut place: Place, mut kth: usize) {
        // keeps the time linear, even if the pivots are bad
        let mut left = home.len().saturating_mul(8);
        while home.len() > SELECTED && home.len() <= left {
            let n = home.len();
            left -= n;
            let keys = if place == Place::Home { &*home } else { &*spare };
            let pivot = self.pivot(n, beyond(kth, n), |i| keys[i]);
            let mut less = self.split(home, spare, place, pivot);
            let mut sorted = false;
            if less == 0 {
                (less, sorted) = (self.equal_first(home, spare, pivot), true);
            }
            if kth < less {
                home[less..].copy_from_slice(&spare[..n - less]);
                if sorted {
                    return;
                }
                (home, spare, place) = (&mut home[..less], &mut spare[..less], Place::Home);
            } else {
                (home, spare, place) = (&mut home[less..], &mut spare[..n - less], Place::Spare);
                kth -= less;
            }
        }
        if place == Place::Spare {
            home.copy_from_slice(spare);
        }
        if home.len() > SELECTED {
            home.select_nth_unstable(kth);
        } else {
            self.sort_short(home);
        }
    }
}

/// Number of splits before std's sort takes over: twice as many as good pivots need.
fn depth(n: usize) -> u32 {
    2 * n.max(1).ilog2()
}

/// A rank that is likely to leave `kth` in the smaller part: a little on the far side of it.
fn beyond(kth: usize, n: usize) -> usize {
    if kth < n / 2 { kth + n / 16 } else { kth - n / 16 }
}

/// Sorts keys.
pub(crate) fn sort_keys<K: Key>(keys: &mut [K]) -> Result<(), ErrorKind> {
    let kernels = K::kernels();
    if keys.len() <= kernels.few {
        kernels.sort_short(keys);
        return Ok(());
    }
    let mut spare = Vec::new();
    kernels.sort(keys, room(&mut spare, keys.len())?, Place::Home, depth(keys.len()), &|_| {});
    Ok(())
}

/// Writes the elements of `x` in the order of their keys to `out`, which has the same length. `spare` may be
/// empty, and is kept for the next call.
pub(crate) fn sort_elements<T: Element>(
    x: &[T],
    out: &mut [T],
    spare: &mut Vec<T::Key>,
) -> Result<(), ErrorKind> {
    let n = x.len();
    if size_of::<T>() <= 2 {
        return sort_narrow(x, out);
    }
    let (kernels, home) = (T::Key::kernels(), keys_mut(out));
    if n <= kernels.few {
        to_keys(x, home);
        kernels.sort_short(home);
        to_elements::<T>(home);
        return Ok(());
    }
    let spare = room(spare, n)?;
    let pivot = kernels.pivot(n, n / 2, |i| x[i].key());
    let less = kernels.split_elements(x, home, spare, pivot);
    kernels.sort_sides(home, spare, less, depth(n), &to_elements::<T>);
    Ok(())
}

/// Sorts elements of more than two bytes by their keys. An error leaves them as they were.
pub(crate) fn sort_in_place<T: Element>(x: &mut [T]) -> Result<(), ErrorKind> {
    let (kernels, n) = (T::Key::kernels(), x.len());
    let mut spare = Vec::new();
    let spare = room(&mut spare, if n <= kernels.few { 0 } else { n })?;
    let mut some = [T::default(); BLOCK];
    for x in x.chunks_mut(BLOCK) {
        let some = &mut some[..x.len()];
        some.copy_from_slice(x);
        to_keys(some, keys_mut(x));
    }
    let keys = keys_mut(x);
    if n <= kernels.few {
        kernels.sort_short(keys);
        to_elements::<T>(keys);
    } else {
        kernels.sort(keys, spare, Place::Home, depth(n), &to_elements::<T>);
    }
    Ok(())
}

/// Writes the elements of `x` to `out`, the one of rank `kth` to its place in sorted order, with none greater
/// before it and none less after it. `spare` may be empty, and is kept for the next call.
pub(crate) fn select_element<T: Element>(
    x: &[T],
    out: &mut [T],
    kth: usize,
    spare: &mut Vec<T::Key>,
) -> Result<(), ErrorKind> {
    let n = x.len();
    if size_of::<T>() <= 2 {
        return sort_narrow(x, out);
    }
    let (kernels, home) = (T::Key::kernels(), keys_mut(out));
    if n <= SELECTED {
        to_keys(x, home);
        kernels.select(home, &mut [], Place::Home, kth);
    } else {
        let spare = room(spare, n)?;
        let pivot = kernels.pivot(n, beyond(kth, n), |i| x[i].key());
        let less = kernels.split_elements(x, home, spare, pivot);
        if kth < less {
            home[less..].copy_from_slice(&spare[..n - less]);
            kernels.select(&mut home[..less], &mut spare[..less], Place::Home, kth);
        } else {
            kernels.select(&mut home[less..], &mut spare[..n - less], Place::Spare, kth - less);
        }
    }
    to_elements::<T>(home);
    Ok(())
}

/// Sorts elements of one or two bytes: by counting, unless there are only a few elements.
fn sort_narrow<T: Element>(x: &[T], out: &mut [T]) -> Result<(), ErrorKind> {
    let few = if size_of::<T>() == 1 { SHORT_BYTES } else { SHORT_WORDS };
    if x.len() <= few {
        out.copy_from_slice(x);
        out.sort_unstable_by_key(|x| x.key());
    } else if size_of::<T>() == 1 {
        by_counting(x, out, &mut [(0, T::default()); 1 << 8]);
    } else {
        by_counting(x, out, &mut memory::filled(1 << 16, (0, T::default()))?);
    }
    Ok(())
}

/// Sorts elements that have at most as many different keys as there are counts.
fn by_counting<T: Element>(x: &[T], out: &mut [T], counts: &mut [(usize, T)]) {
    let mask = counts.len() - 1;
    for &x in x {
        let (count, value) = &mut counts[x.key().into() as usize & mask];
        *count += 1;
        *value = x;
    }
    let mut rest = out;
    for &mut (count, value) in counts {
        let (out, others) = rest.split_at_mut(count);
        out.fill(value);
        rest = others;
    }
}

/// The first `n` keys of `spare`, which grows if necessary.
fn room<K: Key>(spare: &mut Vec<K>, n: usize) -> Result<&mut [K], ErrorKind> {
    if spare.len() < n {
        *spare = memory::defaults(n)?;
    }
    Ok(&mut spare[..n])
}

/// The memory of elements as keys.
fn keys_mut<T: Element>(x: &mut [T]) -> &mut [T::Key] {
    assert!(size_of::<T>() == size_of::<T::Key>() && align_of::<T>() == align_of::<T::Key>());
    assert!(size_of::<T>() > 2, "only two values of a byte are a bool");
    // SAFETY: size and alignment are the same, as just checked, and all bits are valid for elements (numbers
    // of 32 or 64 bits) and keys.
    unsafe { std::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len()) }
}

dispatched! {
    fn to_keys<T: Element>(x: &[T], keys: &mut [T::Key]) {
        keys.iter_mut().zip(x).for_each(|(key, x)| *key = x.key());
    }

    /// Replaces keys by their elements, in place.
    fn to_elements<T: Element>(keys: &mut [T::Key]) {
        keys.iter_mut().for_each(|key| *key = T::from_key(*key).bits());
    }
}

/// # Safety
/// As for [`Kernels::sort_few`].
unsafe fn sort_few_portably<K: Key>(from: *const K, n: usize, to: *mut K) {
    // SAFETY: there are n keys at both pointers; `copy` allows them to be the same.
    unsafe {
        std::ptr::copy(from, to, n);
        std::slice::from_raw_parts_mut(to, n).sort_unstable();
    }
}

/// # Safety
/// As for [`Kernels::split`].
unsafe fn split_portably<K: Ord + Copy>(
    from: *const K,
    n: usize,
    below: *mut K,
    others: *mut K,
    pivot: K,
) -> usize {
    let mut less = 0;
    for i in 0..n {
        // SAFETY: `less` and `i - less` are at most i, which is below n: within the memory, and not on a key
        // that has still to be read.
        unsafe {
            let key = *from.add(i);
            *below.add(less) = key;
            *others.add(i - less) = key;
            less += usize::from(key < pivot);
        }
    }
    less
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Ordered;

    /// From few splits, so that std's sort takes over, to more than are needed.
    const DEPTHS: [u32; 7] = [64, 1, 64, 2, 64, 0, 64];

    fn mixed(n: usize) -> impl Iterator<Item = u64> {
        (0..n as u64).scan(7u64, |state, _| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Some(*state ^ (*state >> 29))
        })
    }

    /// `n` keys of every kind: all distributions and orders that may be hard.
    fn each_kind(n: usize, f: impl Fn(&str, Vec<u64>)) {
        type Kind = fn(u64, usize, usize) -> u64;
        let kinds: [(&str, Kind); 11] = [
            ("mixed", |x, _, _| x),
            ("few", |x, _, _| (x >> 7) % 7),
            ("many ties", |x, _, n| (x >> 7) % (n as u64 / 4 + 1) * 1_000_003),
            ("sorted", |_, i, _| i as u64),
            ("reversed", |_, i, n| (n - i) as u64),
            ("organ pipe", |_, i, n| i.min(n - i) as u64),
            ("equal", |_, _, _| 3),
            ("all greatest", |_, _, _| u64::MAX),
            ("extremes", |x, _, _| if (x >> 7) % 2 == 0 { 0 } else { u64::MAX }),
            ("many greatest", |x, _, _| if (x >> 7) % 3 == 0 { u64::MAX } else { x }),
            ("saw", |_, i, _| (i % 37) as u64),
        ];
        for (name, kind) in kinds {
            f(name, mixed(n).enumerate().map(|(i, x)| kind(x, i, n)).collect());
        }
    }

    fn lengths() -> impl Iterator<Item = usize> {
        (0..300).chain((300..600).step_by(7)).chain([
            1000,
            2047,
            2048,
            5000,
            PARALLEL_SORT - 1,
            PARALLEL_SORT + 1,
        ])
    }

    fn check<K: Key>(all: &[Kernels<K>], of: fn(u64) -> K) {
        for n in lengths() {
            each_kind(n, |kind, keys| {
                let keys: Vec<K> = keys.into_iter().map(of).collect();
                let mut sorted = keys.clone();
                sorted.sort();
                for (i, kernels) in all.iter().enumerate() {
                    let depth = DEPTHS[n % DEPTHS.len()];
                    for place in [Place::Home, Place::Spare] {
                        // the contents of the other place do not matter
                        let mut home = vec![K::default(); n];
                        let mut spare = home.clone();
                        if place == Place::Home { &mut home } else { &mut spare }.copy_from_slice(&keys);
                        kernels.sort(&mut home, &mut spare, place, depth, &|_| {});
                        assert!(home == sorted, "kernels {i}: {kind}, {n}, depth {depth}, {place:?}");
                    }
                }
                for kth in [n / 3, n.saturating_sub(1)] {
                    let selected = |kernels: &Kernels<K>| {
                        let mut home = keys.clone();
                        if n > 0 {
                            kernels.select(&mut home, &mut keys.clone(), Place::Home, kth);
                            assert!(home[kth] == sorted[kth], "{kind}, {n}");
                            assert!(home[..kth].iter().all(|&key| key <= home[kth]));
                            assert!(home[kth..].iter().all(|&key| key >= home[kth]));
                        }
                        home
                    };
                    let first = selected(&all[0]);
                    all.iter().for_each(|kernels| assert!(selected(kernels) == first, "{kind}, {n}"));
                    let mut home = first;
                    home.sort();
                    assert!(home == sorted, "{kind}, {n}: keys are lost");
                }
            });
        }
    }

    #[test]
    fn all_kernels_sort_and_select_32_bits() {
        let mut all = vec![Kernels::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        all.extend(x86::avx512_u32().into_iter().chain(x86::avx2_u32()));
        check(&all, |x| if x == u64::MAX { u32::MAX } else { x as u32 });
    }

    #[test]
    fn all_kernels_sort_and_select_64_bits() {
        let mut all = vec![Kernels::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        all.extend(x86::avx512_u64().into_iter().chain(x86::avx2_u64()));
        check(&all, |x| x);
    }

    #[test]
    fn elements_are_sorted_and_selected_through_their_keys() {
        for n in lengths() {
            let x: Vec<f64> = mixed(n).map(f64::from_bits).collect();
            let mut expected: Vec<u64> = x.iter().map(|x| x.key()).collect();
            expected.sort();
            let (mut out, mut spare) = (x.clone(), Vec::new());
            sort_elements(&x, &mut out, &mut spare).unwrap();
            assert!(out.iter().map(|x| x.key()).eq(expected.iter().copied()), "{n}");
            let mut sorted = x.clone();
            sort_in_place(&mut sorted).unwrap();
            assert!(sorted.iter().map(|x| x.key()).eq(expected.iter().copied()), "{n}");
            if n > 0 {
                select_element(&x, &mut out, n / 3, &mut spare).unwrap();
                assert_eq!(out[n / 3].key(), expected[n / 3], "{n}");
                out.sort_by_key(|x| x.key());
                assert!(out.iter().map(|x| x.key()).eq(expected), "{n}");
            }
        }
    }
}
