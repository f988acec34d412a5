//! FlexiBLAS, which forwards calls to one of several libraries.

use super::symbols::{Symbols, text};
use super::{Control, Library, Threads, openblas};
use std::ffi::{c_char, c_int};

pub(super) fn find(symbols: &Symbols) -> Option<Library> {
    // SAFETY: the types are those of FlexiBLAS's flexiblas_api.h.
    let (version, backend, get, set) = unsafe {
        (
            symbols
                .get::<unsafe extern "C" fn(*mut c_int, *mut c_int, *mut c_int)>("flexiblas_get_version")?,
            symbols.get::<unsafe extern "C" fn(*mut c_char, usize) -> c_int>("flexiblas_current_backend")?,
            symbols.get("flexiblas_get_num_threads")?,
            symbols.get("flexiblas_set_num_threads")?,
        )
    };
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    let mut buffer = [0u8; 256];
    // SAFETY: the first writes three numbers, the second at most 255 characters.
    unsafe {
        version(&mut major, &mut minor, &mut patch);
        backend(buffer.as_mut_ptr().cast(), 255);
    }
    Some(Library {
        name: "FlexiBLAS",
        version: format!("{major}.{minor}.{patch}"),
        core: text(buffer.as_ptr().cast()).filter(|name| !name.is_empty()),
        // OpenBLAS may be behind it
        threads: Threads::Many(Control { spares_threads: false, ..openblas::control(get, set) }),
        buffer: openblas::BUFFER,
        unfit: None,
    })
}
