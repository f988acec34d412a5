//! Hermitian eigenproblems: `syevd` and `heevd` for all eigenpairs, `syevr` and `heevr` for some of them.

use super::ffi::Routines;
use super::int;
use super::workspace::{self, Workspaces, with_workspaces};
use crate::kernels::{Dense, EighParts, Result, keep_range};
use crate::tuning::{FEW_EIGENPAIRS, LAPACK_PARALLEL};
use crate::{ErrorKind, memory};
use num_traits::Zero;
use std::ops::Range;

pub(super) fn eigh<T: Routines>(
    a: Dense<T>,
    vectors: bool,
    range: Option<Range<usize>>,
) -> Result<EighParts<T>> {
    let n = a.rows();
    match range {
        // Bisection and inverse iteration for a few of many vectors; otherwise divide and conquer is faster.
        Some(range) if vectors && n >= LAPACK_PARALLEL && range.len() <= n / FEW_EIGENPAIRS => some(a, range),
        range => all(a, vectors, range.unwrap_or(0..n)),
    }
}

/// Computes all eigenpairs and returns those of a range.
fn all<T: Routines>(mut a: Dense<T>, vectors: bool, range: Range<usize>) -> Result<EighParts<T>> {
    let order = a.rows();
    let (n, job) = (int(order)?, if vectors { b'V' } else { b'N' });
    let mut w = memory::zeros(order)?;
    with_workspaces(order, workspace::heevd(T::IS_REAL, order, vectors), |workspaces| {
        let Workspaces { work, lwork, rwork, lrwork, iwork, liwork } = workspaces;
        let (a, w, work) = (a.as_mut_slice().as_mut_ptr(), w.as_mut_ptr(), work.as_mut_ptr());
        let (rwork, iwork) = (rwork.as_mut_ptr(), iwork.as_mut_ptr());
        // SAFETY: a is a dense n x n matrix, w holds n entries, and the workspaces hold as many as their
        // lengths say.
        let info = unsafe { T::heevd(job, b'L', n, a, n, w, work, *lwork, rwork, *lrwork, iwork, *liwork) };
        info.converged()
    })?;
    if !vectors {
        a.keep_columns(0..0);
    }
    Ok(keep_range((w, a), range))
}

/// Computes the eigenpairs of a range.
fn some<T: Routines>(mut a: Dense<T>, range: Range<usize>) -> Result<EighParts<T>> {
    let (order, k) = (a.rows(), range.len());
    let least = workspace::heevr(T::IS_REAL, order);
    workspace::fitting(least)?; // before anything is allocated
    let (n, columns) = (int(order)?, int(k)?);
    let (from, to) = (int(range.start + 1)?, int(range.end)?);
    let (mut w, mut z) = (memory::zeros(order)?, Dense::zeros(order, k)?);
    let mut support = memory::filled(2 * order, 0)?;
    let (job, by_index, uplo, any) = (b'V', b'I', b'L', T::Real::zero());
    with_workspaces(order, least, |workspaces| {
        let Workspaces { work, lwork, rwork, lrwork, iwork, liwork } = workspaces;
        let (a, w, z) = (a.as_mut_slice().as_mut_ptr(), w.as_mut_ptr(), z.as_mut_slice().as_mut_ptr());
        let (work, rwork, iwork) = (work.as_mut_ptr(), rwork.as_mut_ptr(), iwork.as_mut_ptr());
        let (support, mut found) = (support.as_mut_ptr(), 0);
        // SAFETY: a is a dense n x n and z a dense n x k matrix, k = to - from + 1 with 1 <= from <= to <= n,
        // w holds n entries, support 2n (2 max(1, k) are required), and the workspaces hold as many as their
        // lengths say; VL and VU are not read for RANGE = 'I'.
        let info = unsafe {
            T::heevr(
                job, by_index, uplo, n, a, n, any, any, from, to, any, &mut found, w, z, n, support, work,
                *lwork, rwork, *lrwork, iwork, *liwork,
            )
        };
        info.converged()?;
        let asked = *lwork == -1;
        if asked || found == columns { Ok(()) } else { Err(ErrorKind::NoConvergence) }
    })?;
    w.truncate(k);
    Ok((w, z))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Real;
    use ndarray::Array2;
    use num_complex::{Complex32, Complex64};
    use num_traits::Float;

    #[test]
    fn some_eigenpairs_are_those_of_all() {
        fn check<T: Routines>(number: impl Fn(f64, f64) -> T) {
            let n = 40;
            let any = Array2::from_shape_fn((n, n), |(i, j)| {
                number(((7 * i + 3 * j * j) % 11) as f64, ((5 * i * j + j) % 13) as f64)
            });
            let a = &any + &any.t().mapv(|x| x.conj());
            let dense = || Dense::new(&a).unwrap();
            let largest = all(dense(), false, n - 1..n).unwrap().0[0];
            for range in [n - 7..n, 0..7, 10..11, 3..30, 0..n] {
                let k = range.len();
                let (expected, _) = all(dense(), true, range.clone()).unwrap();
                let (w, z) = some(dense(), range).unwrap();
                assert_eq!((w.len(), z.rows(), z.cols()), (k, n, k));
                let tolerance = T::Real::epsilon() * T::Real::of(100.0) * largest;
                let z = z.into_array();
                let (image, gram) = (a.dot(&z), z.t().mapv(|x| x.conj()).dot(&z));
                for (j, (&w, &expected)) in w.iter().zip(&expected).enumerate() {
                    assert!((w - expected).abs() <= tolerance, "{w} for {expected}");
                    for (&image, &z) in image.column(j).iter().zip(&z.column(j)) {
                        assert!((image - z * T::from_real(w)).modulus() <= tolerance, "vector {j}");
                    }
                    for (i, &g) in gram.column(j).iter().enumerate() {
                        let error = (g - if i == j { T::one() } else { T::zero() }).modulus();
                        assert!(error <= T::Real::epsilon() * T::Real::of(100.0), "{i} {j}: {g}");
                    }
                }
            }
        }
        check(|re, _| re as f32);
        check(|re, _| re);
        check(|re, im| Complex32::new(re as f32, im as f32));
        check(Complex64::new);
    }
}
