//! Functions of one number over contiguous memory.

use super::elementary::{Elementary, Function};
use multiversion::{multiversion, target::target_cfg_f};

/// Numbers that are computed at a time: what lies beyond the last whole chunk is padded to one.
pub(super) const CHUNK: usize = 16;
/// From how many elements on a second thread pays: of a costly function, and of one that is as quick as a copy.
const PARALLEL: [usize; 2] = [1 << 20, 1 << 16];

/// Where to read and where to write: two stretches of memory of the same length, or twice the same one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<T> {
    pub from: *const T,
    pub to: *mut T,
    pub len: usize,
}

// SAFETY: a span is only made of slices that whoever made it holds for as long as the span is used, `to` exclusively;
// parts that go to different threads do not overlap.
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

    /// Writes one number.
    #[inline(always)]
    pub fn put(self, i: usize, x: T) {
        assert!(i < self.len);
        // SAFETY: within `to`.
        unsafe { self.to.add(i).write(x) };
    }

    /// The chunk that begins at `start`, filled up with `padding`.
    #[inline(always)]
    pub fn read(&self, start: usize, padding: T) -> [T; CHUNK] {
        if start + CHUNK <= self.len {
            // SAFETY: the chunk lies within `from`, which is initialised.
            return unsafe { self.from.add(start).cast::<[T; CHUNK]>().read_unaligned() };
        }
        let mut chunk = [padding; CHUNK];
        for (i, x) in (start..self.len).zip(&mut chunk) {
            // SAFETY: i < len.
            *x = unsafe { self.from.add(i).read() };
        }
        chunk
    }

    /// Writes the chunk that begins at `start`, but for padding.
    #[inline(always)]
    pub fn write(&self, start: usize, chunk: [T; CHUNK]) {
        if start + CHUNK <= self.len {
            // SAFETY: the chunk lies within `to`.
            return unsafe { self.to.add(start).cast::<[T; CHUNK]>().write_unaligned(chunk) };
        }
        for (i, x) in (start..self.len).zip(chunk) {
            // SAFETY: i < len.
            unsafe { self.to.add(i).write(x) };
        }
    }
}

#[inline(always)]
fn chunks<const FMA: bool, T: Elementary, F: Function<T>>(f: F, span: Span<T>) {
    for start in (0..span.len).step_by(CHUNK) {
        let mut chunk = span.read(start, T::zero());
        for x in &mut chunk {
            *x = f.at::<FMA>(*x);
        }
        span.write(start, chunk);
    }
}

#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl",
    "x86_64+avx2+fma",
    "aarch64+neon"
))]
fn map_span<T: Elementary, F: Function<T>>(f: F, span: Span<T>) {
    if target_cfg_f!(any(target_feature = "fma", target_feature = "neon")) {
        chunks::<true, T, F>(f, span);
    } else {
        chunks::<false, T, F>(f, span);
    }
}

fn split<T: Elementary, F: Function<T>>(f: F, span: Span<T>, grain: usize) {
    if span.len < grain {
        return map_span(f, span);
    }
    let (first, second) = span.split_at((span.len / 2).next_multiple_of(CHUNK));
    rayon::join(|| split(f, first, grain), || split(f, second, grain));
}

/// `f` of every element of x.
pub(crate) fn map<T: Elementary, F: Function<T>>(f: F, x: &[T]) -> Vec<T> {
    let fill = |to: *mut T| {
        split(f, Span { from: x.as_ptr(), to, len: x.len() }, PARALLEL[usize::from(F::COSTLY)]);
    };
    // SAFETY: `split` covers the span with chunks, and `chunks` writes each of them.
    unsafe { super::memory::filled(x.len(), fill) }
}

/// Puts `f` of every element in its place.
pub(crate) fn map_inplace<T: Elementary, F: Function<T>>(f: F, x: &mut [T]) {
    let to = x.as_mut_ptr();
    split(f, Span { from: to, to, len: x.len() }, PARALLEL[usize::from(F::COSTLY)]);
}
