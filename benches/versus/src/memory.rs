//! Memory of the arguments.
#![allow(unsafe_code)] // advice to the system

/// Bytes from which NumPy asks for huge pages.
#[cfg(target_os = "linux")]
const HUGE: usize = 1 << 22;

/// Returns so many elements in memory as NumPy's arrays have it: large ones in huge pages, through which a
/// pass takes as little as half the time.
pub fn vector<T>(len: usize, next: impl FnMut() -> T) -> Vec<T> {
    let mut x: Vec<T> = Vec::with_capacity(len);
    #[cfg(target_os = "linux")]
    if len * size_of::<T>() >= HUGE {
        const PAGE: usize = 4096;
        let start = x.as_mut_ptr().cast::<u8>();
        let offset = start.align_offset(PAGE);
        let whole = (len * size_of::<T>() - offset) / PAGE * PAGE;
        // SAFETY: whole pages within the allocation of `x`; the advice does not change their contents.
        unsafe { libc::madvise(start.add(offset).cast(), whole, libc::MADV_HUGEPAGE) };
    }
    x.extend(std::iter::repeat_with(next).take(len));
    x
}
