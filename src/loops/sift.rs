//! Counts, ranges, and the single pass of selection: keys below, at and between two keys.

use crate::number::Ordered;
use crate::{Element, Entry};

/// Number of elements of a slice below and at two keys, and the keys strictly between these.
#[derive(Debug)]
pub(crate) struct Sifted<K> {
    pub(crate) below: usize,
    pub(crate) at_low: usize,
    pub(crate) at_high: usize,
    pub(crate) between: Vec<K>,
}

/// Elements whose keys are computed together: a few vectors of the widest kind, and a multiple of 8.
const BLOCK: usize = 256;

dispatched! {
    /// Sifts `x` by two keys, `low <= high`; if they are equal, `at_high` is 0.
    pub(crate) fn sift<T: Ordered>(x: &[T], low: T::Key, high: T::Key) -> Sifted<T::Key> {
        let [mut below, mut at_low, mut at_high] = [0; 3];
        let mut between = Vec::new();
        let (mut keys, mut inside) = ([low; BLOCK], [0u8; BLOCK]);
        for x in x.chunks(BLOCK) {
            inside[x.len()..].fill(0);
            for ((key, inside), x) in keys.iter_mut().zip(&mut inside).zip(x) {
                *key = x.key();
                *inside = u8::from((low < *key) & (*key < high));
            }
            let made = &keys[..x.len()];
            below += count(made, |key| key < low);
            at_low += count(made, |key| key == low);
            at_high += count(made, |key| key == high);
            // eight flags at a time, most of them 0
            let (flags, _) = inside.as_chunks::<8>();
            for (i, &flags) in flags.iter().enumerate() {
                let mut flags = u64::from_le_bytes(flags);
                while flags != 0 {
                    between.push(keys[8 * i + flags.trailing_zeros() as usize / 8]);
                    flags &= flags - 1;
                }
            }
        }
        Sifted { below, at_low, at_high: if low == high { 0 } else { at_high }, between }
    }
}

/// Number of keys of a block for which `holds` is true, counted in counters as wide as the keys.
#[inline(always)]
fn count<K: Copy>(keys: &[K], holds: impl Fn(K) -> bool) -> usize {
    if size_of::<K>() == 8 {
        keys.iter().map(|&key| usize::from(holds(key))).sum()
    } else {
        keys.iter().map(|&key| u32::from(holds(key))).sum::<u32>() as usize
    }
}

dispatched! {
    /// The number of NaN.
    pub(crate) fn count_nan<T: Ordered>(x: &[T]) -> usize {
        // in short runs, so that the counters can be as narrow as the elements
        x.chunks(128).map(|x| x.iter().map(|x| u32::from(x.unordered())).sum::<u32>() as usize).sum()
    }

    /// The numbers of elements below `first`, above `last`, and of NaN.
    pub(crate) fn count_outside<T: Element>(x: &[T], first: f64, last: f64) -> [usize; 3] {
        let mut counts = [0; 3];
        for x in x.chunks(128) {
            let [mut below, mut above, mut nan] = [0u32; 3];
            for x in x {
                below += u32::from(x.as_f64() < first);
                above += u32::from(x.as_f64() > last);
                nan += u32::from(x.unordered());
            }
            for (count, more) in counts.iter_mut().zip([below, above, nan]) {
                *count += more as usize;
            }
        }
        counts
    }

    /// The number of elements that are not 0.
    pub(crate) fn count_nonzero<T: Entry>(x: &[T]) -> usize {
        x.chunks(128).map(|x| x.iter().map(|x| u32::from(*x != T::default())).sum::<u32>() as usize).sum()
    }
}

const LANES: usize = 16;

/// The least and the greatest key; `None` for an empty slice.
pub(crate) fn key_range<T: Ordered>(x: &[T]) -> Option<(T::Key, T::Key)> {
    // a few elements skip the choice of an instruction set
    if x.len() > LANES {
        return range_of_many(x);
    }
    let mut keys = x.iter().map(|x| x.key());
    let first = keys.next()?;
    Some(keys.fold((first, first), |(least, greatest), key| (least.min(key), greatest.max(key))))
}

dispatched! {
    fn range_of_many<T: Ordered>(x: &[T]) -> Option<(T::Key, T::Key)> {
        let start = x.first()?.key();
        let (mut least, mut greatest) = ([start; LANES], [start; LANES]);
        let (chunks, rest) = x.as_chunks::<LANES>();
        for chunk in chunks {
            for ((least, greatest), x) in least.iter_mut().zip(&mut greatest).zip(chunk) {
                let key = x.key();
                *least = if key < *least { key } else { *least };
                *greatest = if key > *greatest { key } else { *greatest };
            }
        }
        let rest = rest.iter().map(|x| x.key());
        let least = least.into_iter().chain(rest.clone()).min()?;
        let greatest = greatest.into_iter().chain(rest).max()?;
        Some((least, greatest))
    }
}
