//! Intel's oneMKL.

use super::symbols::Symbols;
use super::{Control, Library, Scope, Threads, int};
use std::ffi::{c_char, c_int};

pub(super) fn find(symbols: &Symbols) -> Option<Library> {
    // SAFETY: the types are those of oneMKL's mkl_service.h.
    let (version, get, set, set_here) = unsafe {
        (
            symbols.get::<unsafe extern "C" fn(*mut c_char, c_int)>("MKL_Get_Version_String")?,
            symbols.get("MKL_Get_Max_Threads")?,
            symbols.get("MKL_Set_Num_Threads")?,
            symbols.get::<unsafe extern "C" fn(c_int) -> c_int>("MKL_Set_Num_Threads_Local")?,
        )
    };
    let mut buffer = [0u8; 256];
    // SAFETY: writes at most as many characters as its second argument says.
    unsafe { version(buffer.as_mut_ptr().cast(), 255) };
    let said = String::from_utf8_lossy(&buffer);
    // "Intel(R) oneAPI Math Kernel Library Version 2026.2-Product Build 20260505 for Intel(R) 64 architecture
    // ..."
    let version = said.split("Version ").nth(1).and_then(|rest| rest.split(['-', ' ']).next());
    let version = version.unwrap_or("of unknown version").to_owned();
    // SAFETY: takes a number of threads for the calls of this thread, 0 for that of the process; returns the
    // previous one.
    let here = move |n| usize::try_from(unsafe { set_here(int(n)) }).unwrap_or(0);
    let threads =
        Threads::Many(Control { scope: Scope::ThreadFirst(Box::new(here)), ..Control::of_process(get, set) });
    Some(Library { name: "oneMKL", version, core: None, threads, buffer: 0, unfit: None })
}
