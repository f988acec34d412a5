//! Apple's Accelerate.

use super::symbols::{Symbols, lapack_version};
use super::{Control, Library, Scope, Share, Stack, Threads};
use std::ffi::c_int;

pub(super) fn find(symbols: &Symbols) -> Option<Library> {
    let file = symbols.file.as_ref().filter(|_| cfg!(target_vendor = "apple"))?.to_string_lossy();
    let ours = file.contains("Accelerate.framework") || file.contains("vecLib");
    ours.then(|| Library {
        name: "Accelerate",
        version: lapack_version().unwrap_or_else(|| "of unknown version".into()),
        core: None,
        threads: threads(symbols),
        buffer: 0,
        unfit: None,
    })
}

/// From macOS 15 on, each calling thread sets one thread (1) or as many as the library chooses (0).
fn threads(symbols: &Symbols) -> Threads {
    // SAFETY: the types are those of Accelerate's thread_api.h, whose enumeration has 32 bits.
    let (get, set) = unsafe {
        (
            symbols.get::<unsafe extern "C" fn() -> c_int>("BLASGetThreading"),
            symbols.get::<unsafe extern "C" fn(c_int) -> c_int>("BLASSetThreading"),
        )
    };
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    // SAFETY: takes nothing, returns 0 or 1.
    let get = move || if get.is_some_and(|get| unsafe { get() } == 1) { 1 } else { all };
    let set = move |n| {
        // SAFETY: takes 0 or 1; its result is checked by reading back.
        set.map(|set| unsafe { set(c_int::from(n == 1)) });
    };
    let here = move |n| {
        let before = get();
        set(n);
        before
    };
    Threads::Many(Control {
        get: Box::new(get),
        set: Box::new(set),
        scope: Scope::Thread(Box::new(here)),
        share: Share::Equal,
        spares_threads: false,
        stack: Stack::Usual,
    })
}
