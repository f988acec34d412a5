//! Lanes in blocks of numbers that lie one behind the other, of one of three types, whatever their elements and their layout
//! are: what works on them is compiled for three types, and sees slices.

use crate::Element;
use crate::lanes::{Bundle, Elements, Source};
use std::ops::Range;

/// Elements of a block.
pub(crate) const BLOCK: usize = 512;
/// Neighbouring lanes that are gathered together: in f64 a line of the cache.
const COLUMNS: usize = 8;
/// Rows that are gathered together.
const ROWS: usize = 8;
/// What keeps gathered lanes from sharing the sets of the cache.
const PAD: usize = 8;

/// Neighbouring lanes of equal length.
pub(crate) trait Blocks<N>: Sync {
    /// The length of the lanes.
    fn len(&self) -> usize;
    /// How many lanes there are.
    fn width(&self) -> usize;
    /// Whether some of the blocks can be had without the others.
    fn apart(&self) -> bool;
    /// Element `i` of every lane.
    fn row(&self, i: usize, out: &mut [N]);
    /// Calls `f` with the number of the lane and the elements of each of these blocks; of all where they cannot be had apart.
    /// Those of a lane come in order.
    fn each(&self, blocks: Range<usize>, f: &mut dyn FnMut(usize, &[N]));
    /// Calls `f` with the elements of a lane, in order.
    fn each_of(&self, lane: usize, f: &mut dyn FnMut(N));
}

impl<T: Element> Blocks<T::Wide> for Source<'_, T> {
    fn len(&self) -> usize {
        Source::len(*self)
    }

    fn width(&self) -> usize {
        Source::width(*self)
    }

    fn apart(&self) -> bool {
        matches!(self, Source::Lanes(_))
    }

    fn row(&self, i: usize, out: &mut [T::Wide]) {
        match *self {
            Source::Whole(x) => out[0] = crate::lanes::nth(x, i).wide(),
            Source::Lanes(Bundle::Lane(lane)) => out[0] = lane[i].wide(),
            Source::Lanes(Bundle::Rows { rows, start, width }) => {
                out.iter_mut().zip(&rows[i][start..start + width]).for_each(|(out, x)| *out = x.wide());
            }
        }
    }

    fn each(&self, blocks: Range<usize>, f: &mut dyn FnMut(usize, &[T::Wide])) {
        let n = Source::len(*self);
        let range = blocks.start * BLOCK..n.min(blocks.end.saturating_mul(BLOCK));
        match *self {
            Source::Whole(x) => {
                let mut buffer = Vec::new();
                // full blocks, but for the last one
                Elements::new(x).each_block(|some| {
                    some.chunks(BLOCK).for_each(|block| f(0, T::all_wide(block, &mut buffer)));
                });
            }
            Source::Lanes(Bundle::Lane(lane)) => {
                let mut buffer = Vec::new();
                lane[range].chunks(BLOCK).for_each(|block| f(0, T::all_wide(block, &mut buffer)));
            }
            Source::Lanes(Bundle::Rows { rows, start, width }) => {
                let stride = range.len().min(BLOCK) + PAD;
                let mut buffer = vec![T::Wide::default(); stride * width.min(COLUMNS)];
                for block in rows[range].chunks(BLOCK) {
                    for j in (0..width).step_by(COLUMNS) {
                        let columns = COLUMNS.min(width - j);
                        gather(block, start + j, columns, stride, &mut buffer);
                        for (c, lane) in buffer.chunks(stride).take(columns).enumerate() {
                            f(j + c, &lane[..block.len()]);
                        }
                    }
                }
            }
        }
    }

    fn each_of(&self, lane: usize, f: &mut dyn FnMut(T::Wide)) {
        self.lane(lane).for_each(|x| f(x.wide()));
    }
}

/// Neighbouring columns, each behind the other at a distance.
fn gather<T: Element>(rows: &[&[T]], start: usize, columns: usize, stride: usize, buffer: &mut [T::Wide]) {
    let mut done = 0;
    if columns == COLUMNS {
        let (tiles, _) = rows.as_chunks::<ROWS>();
        for tile in tiles {
            let tile: [&[T; COLUMNS]; ROWS] = tile
                .map(|row| row[start..].first_chunk().unwrap_or_else(|| unreachable!("rows are as long")));
            for (c, lane) in buffer.chunks_mut(stride).enumerate() {
                let lane = &mut lane[done..done + ROWS];
                for r in 0..ROWS {
                    lane[r] = tile[r][c].wide();
                }
            }
            done += ROWS;
        }
    }
    for (i, row) in rows.iter().enumerate().skip(done) {
        for (lane, x) in buffer.chunks_mut(stride).zip(&row[start..start + columns]) {
            lane[i] = x.wide();
        }
    }
}
