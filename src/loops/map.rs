//! Functions of one number over contiguous memory.
#![allow(unsafe_code)] // reads and writes through the pointers of spans

use super::elementary::{Elementary, Function};
use crate::threads;
use std::hint::black_box;

/// Numbers that are computed at a time: what lies beyond the last whole chunk is padded to one.
pub(super) const CHUNK: usize = 16;
/// From how many elements on a second thread pays: of a costly function, and of one that is as quick as a
/// copy.
const PARALLEL: [usize; 2] = [1 << 20, 1 << 16];

/// Where to read and where to write: two stretches of memory of the same length, or twice the same one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<T> {
    pub from: *const T,
    pub to: *mut T,
    pub len: usize,
}

// SAFETY: a span is only made of slices that whoever made it holds for as long as the span is used, `to`
// exclusively; parts that go to different threads do not overlap.
unsafe impl<T: Send + Sync> Send for Span<T> {}
// SAFETY: as above; by itself a span gives no access.
unsafe impl<T: Send + Sync> Sync for Span<T> {}

impl<T: Copy> Span<T> {
    pub fn split_at(self, at: usize) -> (Self, Self) {
        (self.part(0, at), self.part(at, self.len))
    }

    /// From `start` up to `end`.
    #[inline(always)]
    pub fn part(self, start: usize, end: usize) -> Self {
        assert!(start <= end && end <= self.len);
        // SAFETY: within both stretches, or just behind their ends.
        unsafe { Span { from: self.from.add(start), to: self.to.add(start), len: end - start } }
    }

    /// Reads one number.
    #[inline(always)]
    pub fn get(self, i: usize) -> T {
        assert!(i < self.len);
        // SAFETY: within `from`, which is initialised.
        unsafe { self.from.add(i).read() }
    }

    /// Writes one number.
    #[inline(always)]
    pub fn put(self, i: usize, x: T) {
        assert!(i < self.len);
        // SAFETY: within `to`.
        unsafe { self.to.add(i).write(x) };
    }

    /// Where the chunks begin that are whole. What lies beyond is read and written apart: a loop that chooses
    /// is not vectorised. `black_box` because the compiler would rather work on the same element of several
    /// chunks at a time, which it has to gather.
    #[inline(always)]
    pub fn whole(self) -> impl Iterator<Item = usize> {
        (0..self.len / CHUNK).map(|i| black_box(i * CHUNK))
    }

    /// Where the rest begins, unless there is none.
    #[inline(always)]
    pub fn rest(self) -> Option<usize> {
        let rest = self.len % CHUNK;
        (rest > 0).then_some(self.len - rest)
    }

    /// The whole chunk that begins at `start`.
    #[inline(always)]
    pub fn read(self, start: usize) -> [T; CHUNK] {
        assert!(start <= self.len && self.len - start >= CHUNK);
        // SAFETY: a whole chunk within `from`, as asserted, which is initialised.
        unsafe { self.from.add(start).cast::<[T; CHUNK]>().read_unaligned() }
    }

    /// Writes the whole chunk that begins at `start`.
    #[inline(always)]
    pub fn write(self, start: usize, chunk: [T; CHUNK]) {
        assert!(start <= self.len && self.len - start >= CHUNK);
        // SAFETY: a whole chunk within `to`, as asserted.
        unsafe { self.to.add(start).cast::<[T; CHUNK]>().write_unaligned(chunk) };
    }

    /// The rest, which begins at `start`, filled up with `padding`.
    #[inline(always)]
    pub fn read_rest(self, start: usize, padding: T) -> [T; CHUNK] {
        assert!(start <= self.len && self.len - start < CHUNK);
        let mut rest = [padding; CHUNK];
        // SAFETY: what lies behind `start` in `from`, fewer than a chunk has, as asserted.
        unsafe { copy_rest(self.from.add(start), rest.as_mut_ptr(), self.len - start) };
        rest
    }

    /// Writes the rest, which begins at `start`, but for padding.
    #[inline(always)]
    pub fn write_rest(self, start: usize, rest: [T; CHUNK]) {
        assert!(start <= self.len && self.len - start < CHUNK);
        // SAFETY: what lies behind `start` in `to`, fewer than a chunk has, as asserted.
        unsafe { copy_rest(rest.as_ptr(), self.to.add(start), self.len - start) };
    }
}

/// Copies fewer than `CHUNK` numbers, in powers of two: a call of memcpy takes longer than what is computed
/// of them.
///
/// # Safety
/// The numbers must lie in both places, which must not overlap.
#[inline(always)]
unsafe fn copy_rest<T: Copy>(from: *const T, to: *mut T, len: usize) {
    let mut at = 0;
    // SAFETY: the parts add up to `len`, which is below 16.
    unsafe {
        if len & 8 != 0 {
            from.copy_to_nonoverlapping(to, 8);
            at = 8;
        }
        if len & 4 != 0 {
            from.add(at).copy_to_nonoverlapping(to.add(at), 4);
            at += 4;
        }
        if len & 2 != 0 {
            from.add(at).copy_to_nonoverlapping(to.add(at), 2);
            at += 2;
        }
        if len & 1 != 0 {
            to.add(at).write(from.add(at).read());
        }
    }
}

/// What is compiled for several instruction sets.
pub(super) trait Kernel {
    type Output;
    /// Must be `inline(always)`, with all that it calls: a function of its own would be compiled for the
    /// baseline.
    fn run<const FMA: bool>(self) -> Self::Output;
}

dispatched! {
    /// Runs the kernel at the level of the processor.
    pub(super) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
        kernel.run::<FMA>()
    }
}

/// A function of every element of a span.
struct Map<T, F>(F, Span<T>);

impl<T: Elementary, F: Function<T>> Kernel for Map<T, F> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let Map(f, span) = self;
        for start in span.whole() {
            span.write(start, at::<FMA, T, F>(f, span.read(start)));
        }
        if let Some(start) = span.rest() {
            span.write_rest(start, at::<FMA, T, F>(f, span.read_rest(start, T::zero())));
        }
    }
}

#[inline(always)]
fn at<const FMA: bool, T: Elementary, F: Function<T>>(f: F, mut chunk: [T; CHUNK]) -> [T; CHUNK] {
    for x in &mut chunk {
        *x = f.at::<FMA>(*x);
    }
    chunk
}

fn split<T: Elementary, F: Function<T>>(f: F, span: Span<T>, grain: usize) {
    if span.len < grain {
        return dispatch(Map(f, span));
    }
    let (first, second) = span.split_at((span.len / 2).next_multiple_of(CHUNK));
    threads::join(|| split(f, first, grain), || split(f, second, grain));
}

/// `f` of every element of x.
pub(crate) fn map<T: Elementary, F: Function<T>>(f: F, x: &[T]) -> Vec<T> {
    let fill = |to: *mut T| {
        split(f, Span { from: x.as_ptr(), to, len: x.len() }, PARALLEL[usize::from(F::COSTLY)]);
    };
    // SAFETY: `split` covers the span, and `Map` writes all of each part.
    unsafe { crate::memory::written(x.len(), fill) }
}

/// Puts `f` of every element in its place.
pub(crate) fn map_inplace<T: Elementary, F: Function<T>>(f: F, x: &mut [T]) {
    let to = x.as_mut_ptr();
    split(f, Span { from: to, to, len: x.len() }, PARALLEL[usize::from(F::COSTLY)]);
}
