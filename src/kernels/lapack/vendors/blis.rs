//! BLIS.

use super::symbols::{Symbols, text};
use super::{Control, Library, Scope, Share, Stack, Threads, int, long_integers, number};
use std::ffi::{c_char, c_int};

pub(super) fn find(symbols: &Symbols) -> Option<Library> {
    // SAFETY: the types are those of BLIS's blis.h. Its integers have 32 or 64 bits; the returned ones are
    // small, so that their lower halves hold the value, and 32 of the 64 bits of an argument that is not
    // negative are its value.
    let (version, core, kind, threaded, int_size, get, set) = unsafe {
        (
            symbols.get::<unsafe extern "C" fn() -> *const c_char>("bli_info_get_version_str")?,
            symbols.get::<unsafe extern "C" fn(c_int) -> *const c_char>("bli_arch_string")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_arch_query_id")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_info_get_enable_threading")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_info_get_blas_int_type_size")?,
            symbols.get::<unsafe extern "C" fn() -> c_int>("bli_thread_get_num_threads")?,
            symbols.get::<unsafe extern "C" fn(i64)>("bli_thread_set_num_threads")?,
        )
    };
    // SAFETY: they take nothing or a kind that the library has just returned, and return a number or a
    // string.
    let (version, core, threaded, int_size) =
        unsafe { (text(version())?, text(core(kind())), threaded() != 0, int_size()) };
    // SAFETY: takes nothing, returns a number.
    let get = move || number(unsafe { get() });
    // SAFETY: takes a number of threads.
    let set = move |n| unsafe { set(i64::from(int(n))) };
    let here = move |n| {
        let before = get();
        set(n);
        before
    };
    // from 1.0 on, the number is that of the calling thread
    let scope = if version.starts_with("0.") { Scope::Process } else { Scope::Thread(Box::new(here)) };
    let control = Control {
        get: Box::new(get),
        set: Box::new(set),
        scope,
        share: Share::Equal,
        spares_threads: false,
        stack: Stack::Usual,
    };
    // a build without threads accepts every number
    let threads = if threaded { Threads::Many(control) } else { Threads::None };
    let unfit = (int_size == 64).then(|| long_integers("BLIS", symbols.file.clone()));
    Some(Library { name: "BLIS", version, core, threads, buffer: 0, unfit })
}
