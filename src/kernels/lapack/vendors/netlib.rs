//! The reference BLAS and LAPACK, and any other library that does not report its name.

use super::symbols::lapack_version;
use super::{Library, Threads};

pub(super) fn unnamed() -> Library {
    Library {
        name: "BLAS/LAPACK",
        version: lapack_version().unwrap_or_else(|| "of unknown version".into()),
        core: None,
        threads: Threads::None,
        buffer: 0,
        unfit: None,
    }
}
