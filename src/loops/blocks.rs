//! Lanes in blocks of contiguous numbers of one of three types, whatever the type and layout of the elements:
//! code that works on them is compiled for three types, and sees slices.

use super::larger;
use crate::Element;
use crate::loops::lanes::{Bundle, Elements, Source, nth};
use crate::loops::total::{self, Long, Start};
use std::any::TypeId;
use std::ops::Range;

/// Elements per block.
pub(crate) const BLOCK: usize = 512;
/// Bytes of a cache line.
const LINE: usize = 64;
/// Lines of a row that are gathered together, so that the hardware prefetches them.
const LINES: usize = 4;
/// Rows that are gathered together.
const ROWS: usize = 8;
/// Elements between gathered lanes, so that they do not compete for the same cache sets.
const PAD: usize = 8;

/// Maximum number of elements that are converted on the stack instead of in an allocation.
const ON_STACK: usize = 16;

/// Neighbouring lanes of equal length.
pub(crate) trait Blocks<N>: Sync {
    /// Length of the lanes.
    fn len(&self) -> usize;
    /// Number of lanes.
    fn width(&self) -> usize;
    /// Whether some of the blocks can be visited without the others.
    fn apart(&self) -> bool;
    /// Raises the size of each lane to the largest absolute value of every `step`-th element, or of elements
    /// at its start, middle and end.
    fn sizes(&self, step: usize, sizes: &mut [f64]);
    /// Calls `f` with the index of the lane and the elements of each block in `blocks`, or of all blocks if
    /// they are not `apart`. The blocks of a lane come in order.
    fn each(&self, blocks: Range<usize>, f: &mut dyn FnMut(usize, &[N]));
    /// The rows of which element i of all lanes is in row i, from this column on, if that is how they are in
    /// memory.
    fn rows(&self) -> Option<(&[&[N]], usize)>;
    /// Rows with the same columns that are read after these, and may be fetched meanwhile.
    fn next(&self) -> &[&[N]] {
        &[]
    }
    /// Calls `f` with the elements of a lane, in order.
    fn each_of(&self, lane: usize, f: &mut dyn FnMut(N));
    /// Calls `done` with the index of each lane and its sum, from these large numbers on if it starts
    /// [`High`](Start::High).
    fn long_sums(&self, bigs: &[f64], start: Start, done: &mut dyn FnMut(usize, Long));
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

    fn sizes(&self, step: usize, sizes: &mut [f64]) {
        let larger = |size: f64, x: &T| larger(size, x.as_f64().abs());
        match *self {
            Source::Whole(x) => {
                sizes[0] = (0..x.len()).step_by(step).fold(sizes[0], |size, i| larger(size, &nth(x, i)));
            }
            Source::Lanes(Bundle::Lane(lane)) => {
                // lines here and there along the lane would cost more than they tell: they break the pattern
                // by which memory is fetched ahead (lanes of 4096 f64: 2.6 times the time of the sum)
                let some =
                    [lane.iter().take(LINE / size_of::<T>().max(1)), lane[lane.len() / 2..].iter().take(1)];
                sizes[0] = some.into_iter().flatten().chain(lane.last()).fold(sizes[0], larger);
            }
            Source::Lanes(Bundle::Rows { rows, start, width }) => {
                for row in rows.iter().step_by(step) {
                    let row = &row[start..start + width];
                    sizes.iter_mut().zip(row).for_each(|(size, x)| *size = larger(*size, x));
                }
            }
        }
    }

    fn each(&self, blocks: Range<usize>, f: &mut dyn FnMut(usize, &[T::Wide])) {
        let n = Source::len(*self);
        let range = blocks.start * BLOCK..n.min(blocks.end.saturating_mul(BLOCK));
        match *self {
            Source::Whole(x) => {
                let mut buffer = Vec::new();
                // full blocks, except for the last one
                Elements::new(x).each_block(|some| {
                    some.chunks(BLOCK).for_each(|block| f(0, T::all_wide(block, &mut buffer)));
                });
            }
            Source::Lanes(Bundle::Lane(lane)) => {
                // a few elements of another type, without an allocation
                if (1..=ON_STACK).contains(&n) && TypeId::of::<T>() != TypeId::of::<T::Wide>() {
                    let mut few = [T::Wide::default(); ON_STACK];
                    few.iter_mut().zip(&lane[range]).for_each(|(to, x)| *to = x.wide());
                    return f(0, &few[..n]);
                }
                let mut buffer = Vec::new();
                lane[range].chunks(BLOCK).for_each(|block| f(0, T::all_wide(block, &mut buffer)));
            }
            Source::Lanes(Bundle::Rows { rows, start, width }) => {
                let stride = range.len().min(BLOCK) + PAD;
                let together = LINES * LINE / size_of::<T::Wide>();
                let mut buffer = vec![T::Wide::default(); stride * width.min(together)];
                for block in rows[range].chunks(BLOCK) {
                    for j in (0..width).step_by(together) {
                        let columns = together.min(width - j);
                        match size_of::<T::Wide>() {
                            4 => gather_lines::<T, { LINE / 4 }>(
                                block,
                                start + j,
                                columns,
                                stride,
                                &mut buffer,
                            ),
                            _ => gather_lines::<T, { LINE / 8 }>(
                                block,
                                start + j,
                                columns,
                                stride,
                                &mut buffer,
                            ),
                        }
                        for (c, lane) in buffer.chunks(stride).take(columns).enumerate() {
                            f(j + c, &lane[..block.len()]);
                        }
                    }
                }
            }
        }
    }

    fn rows(&self) -> Option<(&[&[T::Wide]], usize)> {
        match *self {
            Source::Lanes(Bundle::Rows { rows, start, .. }) => T::wide_rows(rows).map(|rows| (rows, start)),
            _ => None,
        }
    }

    fn each_of(&self, lane: usize, f: &mut dyn FnMut(T::Wide)) {
        self.lane(lane).for_each(|x| f(x.wide()));
    }

    fn long_sums(&self, bigs: &[f64], start: Start, done: &mut dyn FnMut(usize, Long)) {
        match start {
            Start::Zero => total::long_sums::<T, false>(*self, bigs, done),
            Start::High => total::long_sums::<T, true>(*self, bigs, done),
        }
    }
}

/// Lanes, and the rows that are read after them.
pub(crate) struct Followed<'a, N> {
    pub(crate) lanes: Source<'a, N>,
    pub(crate) next: &'a [&'a [N]],
}

impl<N: Element<Wide = N>> Blocks<N> for Followed<'_, N> {
    fn len(&self) -> usize {
        self.lanes.len()
    }

    fn width(&self) -> usize {
        self.lanes.width()
    }

    fn apart(&self) -> bool {
        self.lanes.apart()
    }

    fn sizes(&self, step: usize, sizes: &mut [f64]) {
        self.lanes.sizes(step, sizes);
    }

    fn each(&self, blocks: Range<usize>, f: &mut dyn FnMut(usize, &[N])) {
        self.lanes.each(blocks, f);
    }

    fn rows(&self) -> Option<(&[&[N]], usize)> {
        self.lanes.rows()
    }

    fn next(&self) -> &[&[N]] {
        self.next
    }

    fn each_of(&self, lane: usize, f: &mut dyn FnMut(N)) {
        self.lanes.each_of(lane, f);
    }

    fn long_sums(&self, bigs: &[f64], start: Start, done: &mut dyn FnMut(usize, Long)) {
        self.lanes.long_sums(bigs, start, done);
    }
}

/// Gathers neighbouring columns into lanes that are `stride` apart, as many columns at a time as fill a cache
/// line.
fn gather_lines<T: Element, const COLUMNS: usize>(
    rows: &[&[T]],
    start: usize,
    columns: usize,
    stride: usize,
    buffer: &mut [T::Wide],
) {
    let whole = columns - columns % COLUMNS;
    let (lines, last) = buffer.split_at_mut(whole * stride);
    let (tiles, rest) = rows.as_chunks::<ROWS>();
    for (tile, at) in tiles.iter().zip((0..).step_by(ROWS)) {
        for (start, lanes) in (start..).step_by(COLUMNS).zip(lines.chunks_mut(COLUMNS * stride)) {
            let tile: [&[T; COLUMNS]; ROWS] = tile.map(|row| {
                row[start..].first_chunk().unwrap_or_else(|| unreachable!("rows have these columns"))
            });
            for (c, lane) in lanes.chunks_mut(stride).enumerate() {
                let lane = &mut lane[at..at + ROWS];
                for r in 0..ROWS {
                    lane[r] = tile[r][c].wide();
                }
            }
        }
    }
    gather(rest, rows.len() - rest.len(), start, whole, stride, lines);
    gather(rows, 0, start + whole, columns - whole, stride, last);
}

/// Gathers any number of columns into the lanes, from index `at` on.
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
