//! Memory for as many elements as a caller asks for. Too many are [`ErrorKind::TooLarge`], where the standard
//! collections end the program. Large results are neither zeroed first nor, on Linux, in small pages.

#![allow(unsafe_code)] // nothing safe asks for memory, zeroed or not, survives a refusal, and costs no more than that

use crate::{ErrorKind, Result, Scalar};
use std::alloc::Layout;

#[cold]
fn too_large(len: usize) -> ErrorKind {
    ErrorKind::TooLarge { dim: len }
}

/// An empty vector with room for `len` elements: pushing and extending up to there does not allocate.
///
/// What `try_reserve_exact` does for a vector that may hold something takes longer than the allocation of a
/// short one.
pub(crate) fn room<T>(len: usize) -> Result<Vec<T>, ErrorKind> {
    let memory = allocated::<T>(len, std::alloc::alloc)?;
    // SAFETY: the global allocator gave this memory for an array of `len` elements, of which none is used
    // yet; or it takes no memory, and then any aligned pointer will do.
    Ok(unsafe { Vec::from_raw_parts(memory, 0, len) })
}

/// Memory for an array of `len` elements, dangling if that takes none.
fn allocated<T>(len: usize, allocate: unsafe fn(Layout) -> *mut u8) -> Result<*mut T, ErrorKind> {
    let layout = Layout::array::<T>(len).map_err(|_| too_large(len))?;
    if layout.size() == 0 {
        return Ok(std::ptr::dangling_mut());
    }
    // SAFETY: the size is not 0, which is all that the functions of the global allocator ask for.
    let memory = unsafe { allocate(layout) }.cast::<T>();
    if memory.is_null() { Err(too_large(len)) } else { Ok(memory) }
}

/// `len` times `value`.
pub(crate) fn filled<T: Clone>(len: usize, value: T) -> Result<Vec<T>, ErrorKind> {
    let mut filled = room(len)?;
    filled.resize(len, value);
    Ok(filled)
}

/// A copy of `elements`.
pub(crate) fn copied<T: Clone>(elements: &[T]) -> Result<Vec<T>, ErrorKind> {
    let mut copy = room(elements.len())?;
    copy.extend_from_slice(elements);
    Ok(copy)
}

/// `len` zeros. Large ones are pages that the system clears when they are first written to, so that this
/// costs no pass.
pub(crate) fn zeros<T: Scalar>(len: usize) -> Result<Vec<T>, ErrorKind> {
    let zeros = allocated::<T>(len, std::alloc::alloc_zeroed)?;
    // SAFETY: as for `room`, but all elements are initialised: `Scalar` is sealed, and all its types are
    // floats or pairs of floats, of which zero bytes are the number 0.
    Ok(unsafe { Vec::from_raw_parts(zeros, len, len) })
}

/// Refuses an allocation that cannot succeed now. Whether it does later is another question: where it can be
/// done here, [`room`] and its kin answer both.
pub(crate) fn check_memory<T>(len: usize) -> Result<(), ErrorKind> {
    const CERTAIN: usize = 1 << 20; // elements; below that, asking costs more than it tells
    if len > CERTAIN {
        // hidden from the optimiser, which may leave out an allocation that nobody uses
        std::hint::black_box(room::<T>(len)?);
    }
    Ok(())
}

/// From this size on huge pages are asked for, as NumPy does: the kernel clears them at a fraction of the
/// time.
#[cfg(target_os = "linux")]
const LARGE: usize = 1 << 22;

/// A vector of `len` elements, all of which `fill` writes.
///
/// # Safety
/// `fill` must write all `len` elements from the pointer on that it is given, or panic.
pub(crate) unsafe fn written<T: Copy>(len: usize, fill: impl FnOnce(*mut T)) -> Vec<T> {
    let mut out: Vec<T> = Vec::with_capacity(len);
    advise(out.as_mut_ptr(), len);
    fill(out.as_mut_ptr());
    // SAFETY: the capacity is `len`, and `fill` has written as many, as the caller promises.
    unsafe { out.set_len(len) };
    out
}

/// Asks for huge pages for what has not been written yet, as zeros straight from the kernel.
pub(crate) fn in_huge_pages<T>(x: &mut [T]) {
    advise(x.as_mut_ptr(), x.len());
}

/// Asks for huge pages.
#[cfg(target_os = "linux")]
fn advise<T>(start: *mut T, len: usize) {
    const PAGE: usize = 4096;
    let size = len * size_of::<T>();
    if size >= LARGE {
        let offset = start.cast::<u8>().align_offset(PAGE);
        // SAFETY: whole pages within an allocation of ours; the advice changes none of their contents.
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
    }

    #[test]
    fn too_much_is_an_error() {
        for len in [1 << 60, usize::MAX] {
            let error = ErrorKind::TooLarge { dim: len };
            assert_eq!(room::<f64>(len), Err(error.clone()));
            assert_eq!(filled(len, 1.0), Err(error.clone()));
            assert_eq!(zeros::<f64>(len), Err(error.clone()));
            assert_eq!(check_memory::<u64>(len), Err(error));
        }
    }
}
