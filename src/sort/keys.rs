//! Sorting of keys: std's sort when there are few, else a radix sort, in halves on two threads when there are many.

/// Fewer keys are left to std's sort.
const RADIX: usize = 768;
/// From here on digits of 11 bits pay: fewer passes, but larger tables.
const WIDE: usize = 1 << 12;
/// From here on a second thread pays.
const PARALLEL: usize = 1 << 15;
/// Bits that are sorted by beyond those that count the keys.
const SPREAD: u32 = 8;
/// The largest number of digits that are sorted by.
const DIGITS: usize = 4;

/// What is sorted: a key of an element, or a key with an index below it.
pub(super) trait Key: Ord + Copy + Send + Sync + Into<u64> {}
impl<K: Ord + Copy + Send + Sync + Into<u64>> Key for K {}

/// Sorts. If the keys are in order of their `low` lowest bits already, `low` may tell so, which saves work.
pub(super) fn sort_keys<K: Key>(keys: &mut [K], low: u32) {
    if keys.len() < RADIX || keys.len() > u32::MAX as usize {
        keys.sort_unstable();
    } else {
        sort_with(keys, &mut keys.to_vec(), low, rayon::current_num_threads());
    }
}

fn sort_with<K: Key>(keys: &mut [K], spare: &mut [K], low: u32, threads: usize) {
    if keys.len() < PARALLEL || threads == 1 {
        return radix_sort(keys, spare, low);
    }
    let (half, some, others) = (keys.len() / 2, threads / 2, threads - threads / 2);
    let (keys0, keys1) = keys.split_at_mut(half);
    let (spare0, spare1) = spare.split_at_mut(half);
    rayon::join(|| sort_with(keys0, spare0, low, some), || sort_with(keys1, spare1, low, others));
    spare.copy_from_slice(keys);
    let (left, right) = spare.split_at(half);
    merge(left, right, keys);
}

/// Sorts `indices`, which ascend, by the keys of what they point to; ties stay in order.
pub(super) fn order_by(indices: &mut [usize], key: &impl Fn(usize) -> u64) {
    if indices.last().is_some_and(|&last| last > u32::MAX as usize) {
        return indices.sort_by_key(|&i| key(i));
    }
    // the leading 32 bits of the key, and the index below them
    let (min, max) = indices.iter().fold((u64::MAX, 0), |(min, max), &i| (min.min(key(i)), max.max(key(i))));
    let shift = (u64::BITS - max.saturating_sub(min).leading_zeros()).saturating_sub(32);
    let mut packed: Vec<u64> = indices.iter().map(|&i| ((key(i) - min) >> shift) << 32 | i as u64).collect();
    sort_keys(&mut packed, 32);
    indices.iter_mut().zip(&packed).for_each(|(index, &packed)| *index = packed as u32 as usize);
    if shift == 0 {
        return;
    }
    let mut rest = indices;
    for run in packed.chunk_by(|a, b| a >> 32 == b >> 32) {
        let (indices, others) = rest.split_at_mut(run.len());
        rest = others;
        match run.len() {
            1 => {}
            2..=32 => indices.sort_by_key(|&i| key(i)),
            _ => order_by(indices, key),
        }
    }
}

/// Merges two sorted slices, in halves of equal length on as many threads as are free.
fn merge<K: Key>(left: &[K], right: &[K], out: &mut [K]) {
    let half = out.len() / 2;
    if out.len() < PARALLEL {
        return merge_serial(left, right, out);
    }
    // how many of the first `half` come from the left
    let (mut low, mut high) = (half.saturating_sub(right.len()), half.min(left.len()));
    while low < high {
        let middle = low + (high - low) / 2;
        if left[middle] <= right[half - middle - 1] { low = middle + 1 } else { high = middle }
    }
    let ((left0, left1), (right0, right1)) = (left.split_at(low), right.split_at(half - low));
    let (out0, out1) = out.split_at_mut(half);
    rayon::join(|| merge(left0, right0, out0), || merge(left1, right1, out1));
}

fn merge_serial<K: Key>(left: &[K], right: &[K], out: &mut [K]) {
    let (mut i, mut j) = (0, 0);
    // while neither can run out, without branches on what is compared
    let safe = left.len().min(right.len());
    let (head, _) = out.split_at_mut(safe);
    for out in head {
        let (x, y) = (left[i], right[j]);
        let from_right = y < x;
        *out = if from_right { y } else { x };
        i += usize::from(!from_right);
        j += usize::from(from_right);
    }
    for out in &mut out[safe..] {
        let from_right = i == left.len() || (j < right.len() && right[j] < left[i]);
        *out = if from_right { right[j] } else { left[i] };
        i += usize::from(!from_right);
        j += usize::from(from_right);
    }
}

fn radix_sort<K: Key>(keys: &mut [K], spare: &mut [K], low: u32) {
    if keys.len() < RADIX {
        keys.sort_unstable();
    } else if keys.len() < WIDE {
        by_digits::<K, 256>(keys, spare, low);
    } else {
        by_digits::<K, 2048>(keys, spare, low);
    }
}

/// Sorts by the leading digits of the range that the keys are in, the last one first, and then what is equal in them.
fn by_digits<K: Key, const BASE: usize>(keys: &mut [K], spare: &mut [K], low: u32) {
    let width = BASE.trailing_zeros();
    let (min, max) = range(keys);
    let min = min >> low << low;
    let bits = u64::BITS - (max - min).leading_zeros();
    // enough digits to tell most keys from each other, if they are spread well
    let enough = (usize::BITS - keys.len().leading_zeros() + SPREAD).div_ceil(width);
    let digits = bits.saturating_sub(low).div_ceil(width).min(enough).min(DIGITS as u32);
    let shift = low.max(bits.saturating_sub(digits * width));
    let by = match digits {
        0 => |_: &mut [K], _: &mut [K], _: u64, _: u32| {},
        1 => passes::<K, BASE, 1>,
        2 => passes::<K, BASE, 2>,
        3 => passes::<K, BASE, 3>,
        _ => passes::<K, BASE, DIGITS>,
    };
    by(keys, spare, min, shift);
    if shift > low {
        let prefix = |key: K| (key.into() - min) >> shift;
        let mut done = 0;
        while let Some(at) = keys[done..].windows(2).position(|pair| pair[1] < pair[0]) {
            let at = done + at;
            let same = |key: &&K| prefix(**key) == prefix(keys[at]);
            let start = at - keys[done..at].iter().rev().take_while(same).count();
            let end = at + keys[at..].iter().take_while(same).count();
            radix_sort(&mut keys[start..end], &mut spare[start..end], low);
            done = end;
        }
    }
}

/// A pass per digit, from bit `shift` of `key - min` on.
fn passes<K: Key, const BASE: usize, const N: usize>(keys: &mut [K], spare: &mut [K], min: u64, shift: u32) {
    let width = BASE.trailing_zeros() as usize;
    let digit = |key: K, d: usize| ((key.into() - min) >> shift >> (d * width)) as usize % BASE;
    let mut counts = [[0u32; BASE]; N];
    for &key in &*keys {
        for d in 0..N {
            counts[d][digit(key, d)] += 1;
        }
    }
    let (mut from, mut to) = (&mut *keys, &mut *spare);
    let mut in_spare = false;
    for (d, counts) in counts.iter_mut().enumerate() {
        if counts[digit(from[0], d)] as usize == from.len() {
            continue;
        }
        let mut start = 0;
        for count in counts.iter_mut() {
            (start, *count) = (start + *count, start);
        }
        for &key in &*from {
            let place = &mut counts[digit(key, d)];
            to[*place as usize] = key;
            *place += 1;
        }
        (from, to, in_spare) = (to, from, !in_spare);
    }
    if in_spare {
        keys.copy_from_slice(spare);
    }
}

fn range<K: Key>(keys: &[K]) -> (u64, u64) {
    keys.iter().fold((u64::MAX, 0), |(min, max), &key| (min.min(key.into()), max.max(key.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(n: usize) -> impl Iterator<Item = u64> {
        (0..n as u64).scan(7u64, |state, _| {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Some(*state ^ (*state >> 29))
        })
    }

    #[test]
    fn keys_of_every_kind_and_number_are_sorted() {
        for n in [0, 1, 2, RADIX - 1, RADIX, RADIX + 1, 5000, WIDE, PARALLEL - 1, PARALLEL + 1, 70_000] {
            let kinds: [fn(u64) -> u64; 8] = [
                |x| x,
                |x| x % 7,
                |x| (x % 1000) << 50,
                |_| 3,
                |x| u64::MAX - x % 5000,
                // a far one, so that the others agree in the leading digits
                |x| if x % 5000 == 1 { u64::MAX } else { x % (1 << 20) },
                |x| if x % 3 == 1 { u64::MAX - (x >> 40) } else { x >> 8 },
                |x| (x % 1000) * 1_000_003,
            ];
            for (i, kind) in kinds.iter().enumerate() {
                let mut keys: Vec<u64> = random(n).map(kind).collect();
                let mut expected = keys.clone();
                expected.sort();
                sort_keys(&mut keys, 0);
                assert!(keys == expected, "kind {i} of {n}");
                let mut short: Vec<u32> = random(n).map(|x| (kind(x) >> 20) as u32).collect();
                let mut expected = short.clone();
                expected.sort();
                sort_keys(&mut short, 0);
                assert!(short == expected, "kind {i} of {n}, 32 bits");
                let mut packed: Vec<u64> =
                    random(n).enumerate().map(|(i, x)| kind(x) >> 32 << 32 | i as u64).collect();
                let mut expected = packed.clone();
                expected.sort();
                sort_keys(&mut packed, 32);
                assert!(packed == expected, "kind {i} of {n}, packed");
            }
        }
    }
}
