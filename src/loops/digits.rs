//! Keys as numbers of four digits of 16 bits, from the highest one on: their counts, and those with given
//! digits.

use crate::number::{Key, Ordered};

/// The number of values of a digit.
pub(crate) const DIGITS: usize = 1 << 16;

/// Elements whose keys are computed together.
const BLOCK: usize = 256;

/// The bits above the key of an element in 64 bits.
const fn spare_bits<T: Ordered>() -> u32 {
    64 - 8 * size_of::<T::Key>() as u32
}

/// The number of digits of the keys.
pub(crate) const fn digits<T: Ordered>() -> u32 {
    4 - spare_bits::<T>() / 16
}

/// The key of an element in the highest of 64 bits, so that the digits of all types are at the same places.
#[inline(always)]
pub(crate) fn high_key<T: Ordered>(x: T) -> u64 {
    let key: u64 = x.key().into();
    key << spare_bits::<T>()
}

/// The key that [`high_key`] has moved.
pub(crate) fn low_key<T: Ordered>(key: u64) -> T::Key {
    T::Key::from_low(key >> spare_bits::<T>())
}

/// The digit that ends `shift` bits above the lowest bit.
#[inline(always)]
pub(crate) fn digit(key: u64, shift: u32) -> usize {
    (key >> shift) as usize % DIGITS
}

/// A set of values of a digit.
#[derive(Debug)]
pub(crate) struct DigitSet([u64; DIGITS / 64]);

impl DigitSet {
    pub(crate) fn new(digits: impl Iterator<Item = usize>) -> Self {
        let mut set = [0; DIGITS / 64];
        digits.for_each(|digit| set[digit / 64 % set.len()] |= 1 << (digit % 64));
        DigitSet(set)
    }
}

dispatched! {
    /// Adds the number of elements with each first digit to `counts`, of which there are [`DIGITS`].
    pub(crate) fn count_first_digits<T: Ordered>(x: &[T], counts: &mut [u64]) {
        let Ok(counts) = <&mut [u64; DIGITS]>::try_from(counts) else { return };
        let mut digits = [0u16; BLOCK];
        for x in x.chunks(BLOCK) {
            for (digit, &x) in digits.iter_mut().zip(x) {
                *digit = (high_key(x) >> 48) as u16;
            }
            for &digit in &digits[..x.len()] {
                counts[usize::from(digit)] += 1;
            }
        }
    }

    /// Writes those of the keys of at most [`BLOCK`] elements to `found` whose digit at `shift` is in the
    /// set, and returns their number.
    fn find_digits<T: Ordered>(x: &[T], shift: u32, set: &[u64; DIGITS / 64], found: &mut [u64; BLOCK]) -> usize {
        let mut keys = [0u64; BLOCK];
        for (key, &x) in keys.iter_mut().zip(x) {
            *key = high_key(x);
        }
        let mut len = 0usize;
        for &key in &keys[..x.len().min(BLOCK)] {
            // without a branch, which could not be predicted; it never comes to the end of `found` plus one
            found[len % BLOCK] = key;
            let digit = digit(key, shift);
            len += (set[digit / 64] >> (digit % 64)) as usize & 1;
        }
        len
    }
}

/// Calls `put` with those keys of `x` whose digit at `shift` is in the set.
pub(crate) fn each_with_digit<T: Ordered>(x: &[T], shift: u32, set: &DigitSet, mut put: impl FnMut(u64)) {
    let mut found = [0; BLOCK];
    for x in x.chunks(BLOCK) {
        let len = find_digits(x, shift, &set.0, &mut found);
        found[..len].iter().for_each(|&key| put(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_by_their_digits() {
        fn check<T: Ordered + From<f32> + std::fmt::Debug>(number_of_digits: u32) {
            assert_eq!(digits::<T>(), number_of_digits);
            let x: Vec<T> = (0..1000).map(|i| T::from((i * 37 % 1000) as f32 - 500.0)).collect();
            let keys: Vec<u64> = x.iter().map(|&x| high_key(x)).collect();
            let mut counts = vec![0; DIGITS];
            count_first_digits(&x, &mut counts);
            for (value, &count) in counts.iter().enumerate() {
                assert_eq!(count as usize, keys.iter().filter(|&&key| digit(key, 48) == value).count());
            }
            for shift in [48, 32] {
                let wanted: Vec<usize> = keys[..7].iter().map(|&key| digit(key, shift)).collect();
                let mut found = Vec::new();
                let set = DigitSet::new(wanted.iter().copied());
                each_with_digit(&x, shift, &set, |key| found.push(key));
                let all = keys.iter().copied().filter(|&key| wanted.contains(&digit(key, shift)));
                assert_eq!(found, all.collect::<Vec<_>>());
                assert!(found.len() >= 7);
            }
            for (&x, &key) in x.iter().zip(&keys) {
                assert_eq!(low_key::<T>(key), x.key());
            }
        }
        check::<f32>(2);
        check::<f64>(4);
    }
}
