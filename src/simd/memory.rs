//! Memory for large results: neither zeroed first nor, on Linux, in small pages.

/// From this size on huge pages are asked for, as NumPy does: the kernel clears them at a fraction of the time.
#[cfg(target_os = "linux")]
const LARGE: usize = 1 << 22;

/// A vector of `len` elements, all of which `fill` writes.
///
/// # Safety
/// `fill` must write all `len` elements from the pointer on that it is given, or panic.
pub(super) unsafe fn filled<T: Copy>(len: usize, fill: impl FnOnce(*mut T)) -> Vec<T> {
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
