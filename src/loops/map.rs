//! Functions of one number over contiguous memory.
#![allow(unsafe_code)] // reads and writes through the pointers of spans

use super::elementary::{Elementary, Function};
use crate::threads;
use std::hint::black_box;

/// Numbers that are computed at a time; the rest beyond the last whole chunk is padded to one.
pub(super) const CHUNK: usize = 16;
/// Where to read and where to write: two pieces of memory of the same length, or the same one twice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<T> {
    pub from: *const T,
    pub to: *mut T,
    pub len: usize,
}

// SAFETY: a span is only made from slices that its maker holds for as long as the span is used, `to`
// exclusively; parts that go to different threads do not overlap.
unsafe impl<T: Send + Sync> Send for Span<T> {}
// SAFETY: as above; by itself a span gives no access.
unsafe impl<T: Send + Sync> Sync for Span<T> {}

impl<T: Copy> Span<T> {
    pub fn split_at(self, at: usize) -> (Self, Self) {
        (self.part(0, at), self.part(at, self.len))
    }

    /// The part from `start` to `end`.
    #[inline(always)]
    pub fn part(self, start: usize, end: usize) -> Self {
        assert!(start <= end && end <= self.len);
        // SAFETY: within both pieces, or just past their ends.
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

    /// The starts of the whole chunks. The rest is read and written separately, because a loop with a
    /// condition is not vectorised. `black_box` keeps the compiler from processing the same element of
    /// several chunks at a time, which it would have to gather.
    #[inline(always)]
    pub fn whole(self) -> impl Iterator<Item = usize> {
        (0..self.len / CHUNK).map(|i| black_box(i * CHUNK))
    }

    /// Start of the rest, if there is one.
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
        // SAFETY: the elements of `from` after `start`, fewer than a chunk has, as asserted.
        unsafe { copy_rest(self.from.add(start), rest.as_mut_ptr(), self.len - start) };
        rest
    }

    /// Writes the rest, which begins at `start`, without the padding.
    #[inline(always)]
    pub fn write_rest(self, start: usize, rest: [T; CHUNK]) {
        assert!(start <= self.len && self.len - start < CHUNK);
        // SAFETY: the elements of `to` after `start`, fewer than a chunk has, as asserted.
        unsafe { copy_rest(rest.as_ptr(), self.to.add(start), self.len - start) };
    }
}

/// Copies fewer than `CHUNK` numbers, in powers of two: a call of memcpy takes longer than the computation.
///
/// # Safety
/// `from` must be valid for `len` reads and `to` for `len` writes; they must not overlap.
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

/// Work that is compiled for several instruction sets.
pub(super) trait Kernel {
    type Output;
    /// Must be `inline(always)`, with all that it calls: a separate function would be compiled for the
    /// baseline.
    fn run<const FMA: bool>(self) -> Self::Output;
}

dispatched! {
    /// Runs the work at the instruction set level of the processor.
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

dispatched! {
    /// Writes `f(x, a, b)` of the elements of a row, and of what belongs to their columns.
    pub(crate) fn map_row<T: Copy, F: Fn(T, T, T) -> T>(x: &[T], of_columns: [&[T]; 2], f: &F, out: &mut [T]) {
        let n = out.len();
        let (x, [a, b]) = (&x[..n], of_columns.map(|some| &some[..n]));
        for j in 0..n {
            out[j] = f(x[j], a[j], b[j]);
        }
    }
}

/// Returns `f` of every element of `x`.
pub(crate) fn map<T: Elementary, F: Function<T>>(f: F, x: &[T]) -> Vec<T> {
    let fill = |to: *mut T| {
        split(f, Span { from: x.as_ptr(), to, len: x.len() }, F::PARALLEL);
    };
    // SAFETY: `split` covers the span, and `Map` writes all of each part.
    unsafe { crate::memory::written(x.len(), fill) }
}

/// Replaces every element of `x` by `f` of it.
pub(crate) fn map_inplace<T: Elementary, F: Function<T>>(f: F, x: &mut [T]) {
    let to = x.as_mut_ptr();
    split(f, Span { from: to, to, len: x.len() }, F::PARALLEL);
}
