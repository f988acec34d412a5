//! Lanes in blocks of numbers that lie one behind the other, of one of three types, whatever their elements and their layout
//! are: what works on them is compiled for three types, and sees slices.

use crate::Element;
use crate::lanes::{Bundle, Elements, Source};
use std::any::TypeId;
use std::ops::Range;

/// Elements of a block.
pub(crate) const BLOCK: usize = 512;
/// Bytes of a row that are gathered together: a line of the cache.
const LINE: usize = 64;
/// Rows that are gathered together.
const ROWS: usize = 8;
/// What keeps gathered lanes from sharing the sets of the cache.
const PAD: usize = 8;

/// So few elements have room on the stack.
const FEW: usize = 16;

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
                // few, if they are of another type, without an allocation
                if (1..=FEW).contains(&n) && TypeId::of::<T>() != TypeId::of::<T::Wide>() {
                    let mut few = [T::Wide::default(); FEW];
                    few.iter_mut().zip(&lane[range]).for_each(|(to, x)| *to = x.wide());
                    return f(0, &few[..n]);
                }
                let mut buffer = Vec::new();
                lane[range].chunks(BLOCK).for_each(|block| f(0, T::all_wide(block, &mut buffer)));
            }
            Source::Lanes(Bundle::Rows { rows, start, width }) => {
                let stride = range.len().min(BLOCK) + PAD;
                let together = LINE / size_of::<T::Wide>();
                let mut buffer = vec![T::Wide::default(); stride * width.min(together)];
                for block in rows[range].chunks(BLOCK) {
                    for j in (0..width).step_by(together) {
                        let columns = together.min(width - j);
                        match columns {
                            16 => gather_tiles::<T, 16>(block, start + j, stride, &mut buffer),
                            8 => gather_tiles::<T, 8>(block, start + j, stride, &mut buffer),
                            _ => gather(block, 0, start + j, columns, stride, &mut buffer),
                        }
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
fn gather_tiles<T: Element, const COLUMNS: usize>(
    rows: &[&[T]],
    start: usize,
    stride: usize,
    buffer: &mut [T::Wide],
) {
    let (tiles, rest) = rows.as_chunks::<ROWS>();
    for (tile, at) in tiles.iter().zip((0..).step_by(ROWS)) {
        let tile: [&[T; COLUMNS]; ROWS] =
            tile.map(|row| row[start..].first_chunk().unwrap_or_else(|| unreachable!("rows are as long")));
        for (c, lane) in buffer.chunks_mut(stride).take(COLUMNS).enumerate() {
            let lane = &mut lane[at..at + ROWS];
            for r in 0..ROWS {
                lane[r] = tile[r][c].wide();
            }
        }
    }
    gather(rest, rows.len() - rest.len(), start, COLUMNS, stride, buffer);
}

/// The same of any number of columns, from the place `at` on.
fn gather<T: Element>(
    rows: &[&[T]],
    at: usize,
    start: usize,
    columns: usize,
    stride: usize,
    buffer: &mut [T::Wide],
) {
    for (i, row) in rows.iter().enumerate() {
        for (lane, x) in buffer.chunks_mut(stride).zip(&row[start..start + columns]) {
            lane[at + i] = x.wide();
        }
    }
}
