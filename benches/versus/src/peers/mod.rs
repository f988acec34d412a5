//! The contenders, one file each. Every function returns `None`, or nothing, if the package does not have the
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
