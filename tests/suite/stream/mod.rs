//! `linstat::stream`, with the same files; here what several of them share.

use crate::common::random_words;
use ndarray::{ArrayRef2, ArrayView2, Axis};

mod histogram;
mod quantiles;
#[cfg(feature = "sketch")]
mod sketch;

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
