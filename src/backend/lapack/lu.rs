//! LU: `getrf` and `getri` through ndarray-linalg; `getrs` directly, for several right-hand sides.

use super::threads::{Use, run, run_deep};
use super::{Routines, SMALL, int};
use crate::backend::Dense;
use crate::{Error, Result, Scalar};
use ndarray_linalg::{Lapack, MatrixLayout};
use num_complex::{Complex32, Complex64};
use std::ffi::c_char;

/// The layout of a dense matrix, as ndarray-linalg takes it.
pub(super) fn layout<T: Scalar>(a: &Dense<T>) -> Result<MatrixLayout> {
    Ok(MatrixLayout::F { col: int(a.op(), a.cols())?, lda: int(a.op(), a.rows())? })
}

/// Factorizes `a` in place. `None` if it is singular: then its diagonal holds a zero.
pub(super) fn factor<T: Routines>(a: &mut Dense<T>) -> Result<Option<Vec<i32>>> {
    let layout = layout(a)?;
    // ndarray-linalg's only error here is the singular matrix: its arguments are right by construction
    run_deep(a.op(), Use::of(a.rows(), SMALL), || Ok(T::lu(layout, a.as_mut_slice()).ok()))
}

/// Factorizes `a` in place; an error if it is singular.
fn factor_regular<T: Routines>(a: &mut Dense<T>) -> Result<Vec<i32>> {
    let pivots = factor(a)?;
    pivots.ok_or_else(|| {
        let pivot = a.diagonal().position(|u| u.is_zero()).unwrap_or(0);
        Error::Singular { op: a.op(), pivot }
    })
}

pub(super) fn inv<T: Routines>(mut a: Dense<T>) -> Result<Dense<T>> {
    let pivots = factor_regular(&mut a)?;
    let layout = layout(&a)?;
    run(a.op(), Use::of(a.rows(), SMALL), || {
        // the factors are regular, so that `getri` cannot fail
        <T as Lapack>::inv(layout, a.as_mut_slice(), &pivots)
            .map_err(|_| Error::Singular { op: a.op(), pivot: 0 })
    })?;
    Ok(a)
}

pub(super) fn solve<T: Routines>(mut a: Dense<T>, transposed: bool, b: &mut Dense<T>) -> Result<()> {
    let pivots = factor_regular(&mut a)?;
    let (n, columns) = (int(a.op(), a.rows())?, int(a.op(), b.cols())?);
    let trans = if transposed { b'T' } else { b'N' };
    // SAFETY: a is a dense n x n factorization with its n pivots, b is dense with n rows and these columns.
    let mut getrs = || unsafe { T::getrs(trans, [n, columns], a.as_slice(), &pivots, b.as_mut_slice()) };
    let info = run(a.op(), Use::of(a.rows(), SMALL), || Ok(getrs()))?;
    debug_assert_eq!(info, 0, "an argument of getrs is wrong");
    Ok(())
}

/// `getrs` of an element type.
pub(in crate::backend) trait Getrs: Scalar {
    /// Returns `info`.
    ///
    /// # Safety
    /// For the sizes [n, k]: `a` holds n x n elements, `pivots` n row numbers of 1 to n, `b` n x k elements.
    unsafe fn getrs(trans: u8, sizes: [i32; 2], a: &[Self], pivots: &[i32], b: &mut [Self]) -> i32;
}

macro_rules! getrs {
    ($($t:ty: $getrs:ident;)*) => {$(
        impl Getrs for $t {
            unsafe fn getrs(trans: u8, [n, k]: [i32; 2], a: &[Self], pivots: &[i32], b: &mut [Self]) -> i32 {
                let mut info = 0;
                let (a, pivots, b) = (a.as_ptr().cast(), pivots.as_ptr(), b.as_mut_ptr().cast());
                // SUBROUTINE ?GETRS( TRANS, N, NRHS, A, LDA, IPIV, B, LDB, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe { lapack_sys::$getrs(&(trans as c_char), &n, &k, a, &n, pivots, b, &n, &mut info) };
                info
            }
        }
    )*};
}

getrs! {
    f32: sgetrs_;
    f64: dgetrs_;
    Complex32: cgetrs_;
    Complex64: zgetrs_;
}
