//! LU: `getrf`, `getri` and `getrs`.

use super::threads::{Use, ready, run, run_deep};
use super::workspace::{self, with_workspaces};
use super::{SMALL, int};
use crate::kernels::Dense;
use crate::{ErrorKind, Named, Result, Scalar, memory};
use num_complex::{Complex32, Complex64};
use std::ffi::c_char;

/// Factorizes `a` in place. `None` if it is singular: then its diagonal holds a zero.
pub(super) fn factor<T: Lu>(a: &mut Dense<T>) -> Result<Option<Vec<i32>>> {
    let (op, order) = (a.op(), a.rows());
    let n = int(op, order)?;
    let mut pivots = memory::filled(order, 0).named(op)?;
    // SAFETY: a is a dense n x n matrix, and there are n pivots.
    let mut getrf = || unsafe { T::getrf(n, a.as_mut_slice(), &mut pivots) };
    let info = run_deep(op, Use::of(order, SMALL), || ready(op).map(|()| getrf()))?;
    debug_assert!(info >= 0, "an argument of getrf is wrong");
    Ok((info == 0).then_some(pivots))
}

/// Factorizes `a` in place; an error if it is singular.
fn factor_regular<T: Lu>(a: &mut Dense<T>) -> Result<Vec<i32>> {
    let pivots = factor(a)?;
    pivots.ok_or_else(|| {
        let pivot = a.diagonal().position(|u| u.is_zero()).unwrap_or(0);
        ErrorKind::Singular { pivot }.at(a.op())
    })
}

pub(super) fn inv<T: Lu>(mut a: Dense<T>) -> Result<Dense<T>> {
    let (op, order) = (a.op(), a.rows());
    let pivots = factor_regular(&mut a)?;
    let n = int(op, order)?;
    run(op, Use::of(order, SMALL), || {
        with_workspaces::<T>(op, order, workspace::getri(order), |w| {
            // SAFETY: a is a dense n x n factorization with its n pivots; `work` holds what its length says.
            let info = unsafe { T::getri(n, a.as_mut_slice(), &pivots, &mut w.work, w.lengths[0]) };
            info == 0 // always, since the factors are regular
        })
    })?;
    Ok(a)
}

pub(super) fn solve<T: Lu>(mut a: Dense<T>, transposed: bool, b: &mut Dense<T>) -> Result<()> {
    let (op, order) = (a.op(), a.rows());
    let pivots = factor_regular(&mut a)?;
    let (n, columns) = (int(op, order)?, int(op, b.cols())?);
    let trans = if transposed { b'T' } else { b'N' };
    // SAFETY: a is a dense n x n factorization with its n pivots, b is dense with n rows and these columns.
    let mut getrs = || unsafe { T::getrs(trans, [n, columns], a.as_slice(), &pivots, b.as_mut_slice()) };
    let info = run(op, Use::of(order, SMALL), || ready(op).map(|()| getrs()))?;
    debug_assert_eq!(info, 0, "an argument of getrs is wrong");
    Ok(())
}

/// The LU routines of an element type. All return `info`.
pub(in crate::kernels) trait Lu: Scalar {
    /// # Safety
    /// `a` holds n x n elements, `pivots` n.
    unsafe fn getrf(n: i32, a: &mut [Self], pivots: &mut [i32]) -> i32;

    /// # Safety
    /// `a` holds n x n elements, `pivots` n row numbers of 1 to n, `work` max(1, lwork) elements.
    unsafe fn getri(n: i32, a: &mut [Self], pivots: &[i32], work: &mut [Self], lwork: i32) -> i32;

    /// # Safety
    /// For the sizes [n, k]: `a` holds n x n elements, `pivots` n row numbers of 1 to n, `b` n x k elements.
    unsafe fn getrs(trans: u8, sizes: [i32; 2], a: &[Self], pivots: &[i32], b: &mut [Self]) -> i32;
}

macro_rules! lu {
    ($($t:ty: $getrf:ident, $getri:ident, $getrs:ident;)*) => {$(
        impl Lu for $t {
            unsafe fn getrf(n: i32, a: &mut [Self], pivots: &mut [i32]) -> i32 {
                let mut info = 0;
                // SUBROUTINE ?GETRF( M, N, A, LDA, IPIV, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe {
                    lapack_sys::$getrf(&n, &n, a.as_mut_ptr().cast(), &n, pivots.as_mut_ptr(), &mut info)
                };
                info
            }

            unsafe fn getri(n: i32, a: &mut [Self], pivots: &[i32], work: &mut [Self], lwork: i32) -> i32 {
                let mut info = 0;
                let (a, pivots, work) = (a.as_mut_ptr().cast(), pivots.as_ptr(), work.as_mut_ptr().cast());
                // SUBROUTINE ?GETRI( N, A, LDA, IPIV, WORK, LWORK, INFO )
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe { lapack_sys::$getri(&n, a, &n, pivots, work, &lwork, &mut info) };
                info
            }

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

lu! {
    f32: sgetrf_, sgetri_, sgetrs_;
    f64: dgetrf_, dgetri_, dgetrs_;
    Complex32: cgetrf_, cgetri_, cgetrs_;
    Complex64: zgetrf_, zgetri_, zgetrs_;
}
