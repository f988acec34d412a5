//! The contenders, a file each. Every function gives `None`, or nothing, where the library has no such
//! operation.

pub mod faer;
#[cfg(feature = "_lapack")]
pub mod lapack;
#[cfg(not(feature = "_lapack"))]
#[path = "no_lapack.rs"]
pub mod lapack;
pub mod linstat;
pub mod nalgebra;
pub mod ndarray;
