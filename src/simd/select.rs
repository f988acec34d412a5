//! The one pass of selection: what lies below, at and between two keys.
#![allow(unsafe_code)] // what `multiversion` generates: a call of a function for the instruction set it has just detected

use crate::Element;
use multiversion::multiversion;

/// How the elements of a slice lie to two keys, and the keys strictly between these.
#[derive(Debug)]
pub(crate) struct Sifted<K> {
    pub(crate) below: usize,
    pub(crate) at_low: usize,
    pub(crate) at_high: usize,
    pub(crate) between: Vec<K>,
}

/// Elements that are looked at together: those without any between the keys are only counted.
const CHUNK: usize = 16;

/// Sifts `x` by two keys, `low <= high`; if they are equal, `at_high` is 0.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn sift<T: Element>(x: &[T], low: T::Key, high: T::Key) -> Sifted<T::Key> {
    let [mut below, mut at_low, mut at_high] = [0usize; 3];
    let mut between = Vec::new();
    let mut keys = [low; CHUNK];
    let mut rest = x;
    while !rest.is_empty() {
        let (chunk, others) = rest.split_at(rest.len().min(CHUNK));
        rest = others;
        let keys = &mut keys[..chunk.len()];
        keys.iter_mut().zip(chunk).for_each(|(key, x)| *key = x.key());
        let [mut b, mut l, mut h] = [0u32; 3];
        for &key in &*keys {
            b += u32::from(key < low);
            l += u32::from(key == low);
            h += u32::from(key == high);
        }
        let above: u32 = keys.iter().map(|&key| u32::from(key > high)).sum();
        if low == high {
            h = 0;
        }
        if b + l + h + above < chunk.len() as u32 {
            between.extend(keys.iter().copied().filter(|&key| low < key && key < high));
        }
        below += b as usize;
        at_low += l as usize;
        at_high += h as usize;
    }
    Sifted { below, at_low, at_high, between }
}

/// The number of NaN.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn count_nan<T: Element>(x: &[T]) -> usize {
    // counted in short runs, so that the counters are as narrow as the elements
    x.chunks(128).map(|x| x.iter().map(|x| u32::from(x.is_nan())).sum::<u32>() as usize).sum()
}

/// The least and the greatest key; `None` of an empty slice.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn key_range<T: Element>(x: &[T]) -> Option<(T::Key, T::Key)> {
    let start = x.first()?.key();
    let (mut least, mut greatest) = ([start; CHUNK], [start; CHUNK]);
    let (chunks, rest) = x.as_chunks::<CHUNK>();
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
