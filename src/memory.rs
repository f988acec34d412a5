//! Allocation that can fail: a size that is too large is [`ErrorKind::TooLarge`], where the standard
//! collections abort. Large results are not zeroed first and, on Linux, use huge pages.

#![allow(unsafe_code)] // no safe API allocates, zeroed or not, reports failure, and costs no more than that

use crate::tuning::{HUGE_PAGES, UNCERTAIN_ALLOCATION};
use crate::{ErrorKind, Result, Scalar};
use std::alloc::Layout;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[cold]
fn too_large(len: usize) -> ErrorKind {
    ErrorKind::TooLarge { dim: len }
}

/// Returns an empty vector with room for `len` elements: pushing and extending up to there does not allocate.
///
/// `try_reserve_exact` must also handle vectors with elements, which takes longer than the allocation of a
/// short one.
pub(crate) fn room<T>(len: usize) -> Result<Vec<T>, ErrorKind> {
    let memory = allocated::<T>(len, std::alloc::alloc)?;
    // SAFETY: the global allocator returned this memory for an array of `len` elements, none of which is used
    // yet; or the array takes no memory, and then any aligned pointer will do.
    Ok(unsafe { Vec::from_raw_parts(memory, 0, len) })
}

/// Allocates an array of `len` elements; the pointer dangles if the array takes no memory.
fn allocated<T>(len: usize, allocate: unsafe fn(Layout) -> *mut u8) -> Result<*mut T, ErrorKind> {
    let layout = Layout::array::<T>(len).map_err(|_| too_large(len))?;
    if layout.size() == 0 {
        return Ok(std::ptr::dangling_mut());
    }
    // SAFETY: the size is not 0, which is all that the functions of the global allocator require.
    let memory = unsafe { allocate(layout) }.cast::<T>();
    if memory.is_null() { Err(too_large(len)) } else { Ok(memory) }
}

/// Returns `len` copies of `value`.
pub(crate) fn filled<T: Clone>(len: usize, value: T) -> Result<Vec<T>, ErrorKind> {
    let mut filled = room(len)?;
    filled.resize(len, value);
    Ok(filled)
}

/// Returns a copy of `elements`.
pub(crate) fn copied<T: Clone>(elements: &[T]) -> Result<Vec<T>, ErrorKind> {
    let mut copy = room(elements.len())?;
    copy.extend_from_slice(elements);
    Ok(copy)
}

/// Returns `len` zeros. The system clears the pages of a large vector at their first write, so this costs no
/// pass over the memory.
pub(crate) fn zeros<T: Scalar>(len: usize) -> Result<Vec<T>, ErrorKind> {
    let zeros = allocated::<T>(len, std::alloc::alloc_zeroed)?;
    // SAFETY: as for `room`, but all elements are initialised: `Scalar` is sealed, and all its types are
    // floats or pairs of floats, of which zero bytes are the number 0.
    Ok(unsafe { Vec::from_raw_parts(zeros, len, len) })
}

/// Returns `len` default elements, to be overwritten: zeros, which cost no pass over the memory.
pub(crate) fn defaults<T: Copy + Default>(len: usize) -> Result<Vec<T>, ErrorKind> {
    check_memory::<T>(len)?;
    let mut defaults = vec![T::default(); len];
    in_huge_pages(&mut defaults);
    Ok(defaults)
}

/// Fails if an allocation of `len` elements cannot succeed now. It may still fail later: where the memory can
/// be allocated right away, use [`room`] and the functions below it instead.
pub(crate) fn check_memory<T>(len: usize) -> Result<(), ErrorKind> {
    if len >= UNCERTAIN_ALLOCATION {
        // hidden from the optimiser, which may remove an unused allocation
        std::hint::black_box(room::<T>(len)?);
    }
    Ok(())
}

/// Returns a vector of `len` elements, all written by `fill`.
///
/// # Safety
/// `fill` must write all `len` elements, starting at the pointer that it receives, or panic.
pub(crate) unsafe fn written<T: Copy>(len: usize, fill: impl FnOnce(*mut T)) -> Vec<T> {
    let mut out: Vec<T> = Vec::with_capacity(len);
    advise(out.as_mut_ptr(), len);
    fill(out.as_mut_ptr());
    // SAFETY: the capacity is `len`, and `fill` has written `len` elements, as the caller promises.
    unsafe { out.set_len(len) };
    out
}

/// A vector that is filled part by part, perhaps by several threads, each part just before it is used: memory
/// that is cleared as a whole has left the caches when it is used.
#[derive(Debug)]
pub(crate) struct Filling<T> {
    data: Vec<T>,
    /// Number of elements that have been filled.
    filled: AtomicUsize,
    len: usize,
}

impl<T: Copy> Filling<T> {
    pub(crate) fn new(len: usize) -> Result<Self, ErrorKind> {
        let mut data = room(len)?;
        advise(data.as_mut_ptr(), len);
        Ok(Filling { data, filled: AtomicUsize::new(0), len })
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns all elements, none of which is filled.
    pub(crate) fn parts(&mut self) -> Unfilled<'_, T> {
        self.filled.store(0, Relaxed);
        Unfilled { places: &mut self.data.spare_capacity_mut()[..self.len], filled: &self.filled }
    }

    /// Returns the vector.
    ///
    /// # Panics
    /// If a part has not been filled.
    pub(crate) fn done(mut self) -> Vec<T> {
        assert_eq!(*self.filled.get_mut(), self.len, "all parts are filled");
        // SAFETY: the capacity is at least `len`. `parts` set the number to 0, and each part, which nothing
        // else can refer to, added its length once, when it was filled: now all elements are.
        unsafe { self.data.set_len(self.len) };
        self.data
    }
}

/// A part of a [`Filling`].
#[derive(Debug)]
pub(crate) struct Unfilled<'a, T> {
    places: &'a mut [MaybeUninit<T>],
    filled: &'a AtomicUsize,
}

impl<'a, T: Copy> Unfilled<'a, T> {
    pub(crate) fn split_at(self, mid: usize) -> (Self, Self) {
        let (first, rest) = self.places.split_at_mut(mid);
        let part = |places| Unfilled { places, filled: self.filled };
        (part(first), part(rest))
    }

    /// Returns parts of this length; the last may be shorter.
    #[cfg(feature = "npy")]
    pub(crate) fn chunks(self, len: usize) -> impl Iterator<Item = Unfilled<'a, T>> {
        let filled = self.filled;
        self.places.chunks_mut(len.max(1)).map(move |places| Unfilled { places, filled })
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn fill(self, value: T) -> &'a mut [T] {
        self.filled.fetch_add(self.places.len(), Relaxed);
        self.places.iter_mut().for_each(|place| _ = place.write(value));
        // SAFETY: all these elements have been written, and a `MaybeUninit` has the layout of its value.
        unsafe { std::slice::from_raw_parts_mut(self.places.as_mut_ptr().cast(), self.places.len()) }
    }
}

/// Requests huge pages for memory that has not been written yet, such as fresh zeros from the system.
pub(crate) fn in_huge_pages<T>(x: &mut [T]) {
    advise(x.as_mut_ptr(), x.len());
}

/// Requests huge pages for a large array: the system clears them in a fraction of the time.
#[cfg(target_os = "linux")]
fn advise<T>(start: *mut T, len: usize) {
    const PAGE: usize = 4096;
    let size = len * size_of::<T>();
    if size >= HUGE_PAGES {
        let offset = start.cast::<u8>().align_offset(PAGE);
        // SAFETY: whole pages within our own allocation; the advice does not change their contents.
        unsafe {
            let first = start.cast::<u8>().add(offset);
            libc::madvise(first.cast(), (size - offset) / PAGE * PAGE, libc::MADV_HUGEPAGE);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn advise<T>(_: *mut T, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex32;

    #[test]
    fn memory_holds_what_it_should() {
        let room = room::<u16>(5).unwrap();
        assert!(room.is_empty() && room.capacity() >= 5);
        assert_eq!(filled(3, "x").unwrap(), ["x"; 3]);
        assert_eq!(copied(&[1, 2, 3]).unwrap(), [1, 2, 3]);
        assert_eq!(zeros::<f64>(4).unwrap(), [0.0; 4]);
        assert_eq!(zeros::<Complex32>(100_000).unwrap(), vec![Complex32::default(); 100_000]);
        assert_eq!(zeros::<f32>(0).unwrap(), []);
        assert_eq!(defaults::<u64>(3).unwrap(), [0; 3]);
    }

    #[test]
    fn parts_are_filled() {
        let mut filling = Filling::new(5).unwrap();
        let (first, rest) = filling.parts().split_at(2);
        std::thread::scope(|scope| {
            scope.spawn(|| first.fill(1)[1] = 2);
            scope.spawn(|| rest.fill(3));
        });
        assert_eq!(filling.done(), [1, 2, 3, 3, 3]);
        let mut nothing = Filling::<f64>::new(0).unwrap();
        nothing.parts().fill(1.0);
        assert_eq!(nothing.done(), []);
    }

    #[test]
    #[should_panic(expected = "all parts are filled")]
    fn a_part_that_is_not_filled_is_noticed() {
        let mut filling = Filling::new(5).unwrap();
        filling.parts().split_at(2).1.fill(3);
        filling.done();
    }

    #[test]
    fn too_much_is_an_error() {
        for len in [1 << 60, usize::MAX] {
            let error = ErrorKind::TooLarge { dim: len };
            assert_eq!(room::<f64>(len), Err(error.clone()));
            assert_eq!(filled(len, 1.0), Err(error.clone()));
            assert_eq!(zeros::<f64>(len), Err(error.clone()));
            assert_eq!(defaults::<u32>(len), Err(error.clone()));
            assert_eq!(check_memory::<u64>(len), Err(error));
        }
    }
}
