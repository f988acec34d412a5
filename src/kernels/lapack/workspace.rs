//! Workspaces: the lengths that LAPACK's documentation requires, and their memory.
//!
//! The answer to a query (`LWORK = -1`) is only used if it is larger: for large matrices, OpenBLAS and the
//! reference LAPACK compute it in 32 bits that overflow, and then write past the end of the requested
//! workspace.

use super::threads::ready;
use crate::kernels::dense::zeros_with_spare;
use crate::kernels::{Result, Vectors};
use crate::tuning::LAPACK_UNBLOCKED;
use crate::{ErrorKind, Scalar, memory};
use num_traits::ToPrimitive;

/// Requirements of a problem: the number of elements of its largest matrix, if LAPACK counts them in 32 bits
/// (`dlarf`, `zlacgv`), and the minimal lengths of `WORK`, `RWORK` and `IWORK`. Absent ones are 0. The type
/// can hold every product of dimensions.
pub(super) type Least = [u128; 4];

/// `getri`: LWORK >= max(1, N).
pub(super) fn getri(n: usize) -> Least {
    [0, n as u128, 0, 0]
}

/// `geqrf`, `ungqr` and `unmqr` of matrices with M rows and N columns, for K columns of their result: LWORK
/// at least max(1, K).
pub(super) fn qr(m: usize, n: usize, k: usize) -> Least {
    let [m, n, k] = [m, n, k].map(|n| n as u128);
    [m * n.max(k), k, 0, 0]
}

/// `geev`: LWORK >= 4 N for real vectors, 3 N for real values; 2 N and RWORK of 2 N for complex types.
pub(super) fn geev(real: bool, n: usize, vectors: bool) -> Least {
    let n = n as u128;
    match (real, vectors) {
        (true, true) => [n * n, 4 * n, 0, 0],
        (true, false) => [n * n, 3 * n, 0, 0],
        (false, _) => [n * n, 2 * n, 2 * n, 0],
    }
}

/// `syevd` and `heevd`: LWORK >= 1 + 6 N + 2 N², LIWORK >= 3 + 5 N for real vectors; LWORK >= 2 N + N²,
/// LRWORK >= 1 + 5 N + 2 N² for complex ones; for values 2 N + 1, or N + 1 and N.
pub(super) fn heevd(real: bool, n: usize, vectors: bool) -> Least {
    let n = n as u128;
    match (real, vectors) {
        _ if n <= 1 => [n, 1, 1, 1],
        (true, true) => [n * n, 1 + 6 * n + 2 * n * n, 0, 3 + 5 * n],
        (true, false) => [n * n, 2 * n + 1, 0, 1],
        (false, true) => [n * n, 2 * n + n * n, 1 + 5 * n + 2 * n * n, 3 + 5 * n],
        (false, false) => [n * n, n + 1, n, 1],
    }
}

/// `syevr` and `heevr`: LWORK >= 26 N, for complex types 2 N and LRWORK >= 24 N; LIWORK >= 10 N.
pub(super) fn heevr(real: bool, n: usize) -> Least {
    let n = n as u128;
    let [work, rwork] = if real { [26 * n, 0] } else { [2 * n, 24 * n] };
    [n * n, work, rwork, 10 * n]
}

/// `gesdd`: the maximum over its versions. With `k` = min(M, N) and `l` = max(M, N), real types: LWORK at
/// least 3 k + max(l, 7 k) for values, 4 k² + 6 k + l for vectors; complex types: 2 k + l and k² + 2 k + l,
/// and RWORK of 7 k and 5 k² + 7 k, at least 2 l k + 2 k² + k unless l is much larger than k (17/9 of it in
/// the reference). IWORK of 8 k.
pub(super) fn gesdd(real: bool, m: usize, n: usize, vectors: Vectors) -> Least {
    let (k, l) = (m.min(n) as u128, m.max(n) as u128);
    let [work, rwork] = match (real, vectors) {
        (true, Vectors::None) => [3 * k + l.max(7 * k), 0],
        (true, _) => [4 * k * k + 6 * k + l, 0],
        (false, Vectors::None) => [2 * k + l, 7 * k],
        (false, _) => {
            let near = if l < 4 * k { 2 * l * k + 2 * k * k + k } else { 0 };
            [k * k + 2 * k + l, near.max(5 * k * k + 7 * k)]
        }
    };
    [l * if vectors == Vectors::Full { l } else { k }, work, rwork, 8 * k]
}

/// `gesvd`: with `k` = min(M, N) and `l` = max(M, N), LWORK >= max(3 k + l, 5 k) for real types, 2 k + l for
/// complex ones, and RWORK of 5 k.
pub(super) fn gesvd(real: bool, m: usize, n: usize, vectors: Vectors) -> Least {
    let (k, l) = (m.min(n) as u128, m.max(n) as u128);
    let [work, rwork] = if real { [(3 * k + l).max(5 * k), 0] } else { [2 * k + l, 5 * k] };
    [l * if vectors == Vectors::Full { l } else { k }, work, rwork, 0]
}

/// Converts the minimal lengths for LAPACK; an error if anything does not fit its integers.
pub(super) fn fitting(least: Least) -> Result<[i32; 3]> {
    let too_large = |n| ErrorKind::TooLarge { dim: usize::try_from(n).unwrap_or(usize::MAX) };
    let int = |n: u128| i32::try_from(n).map_err(|_| too_large(n));
    let [matrix, work, rwork, iwork] = least;
    int(matrix)?;
    Ok([int(work.max(1))?, int(rwork.max(1))?, int(iwork.max(1))?])
}

/// Returns the length to use: at least `least`, more if the routine's `answer` is larger. A float may have
/// been rounded down; an answer that is not a length, as after an overflow, is ignored.
fn length<T: Scalar>(least: i32, answer: T) -> i32 {
    use num_traits::{Float, One};
    let rounded_up = (answer.re() * (T::Real::one() + T::Real::epsilon())).ceil();
    rounded_up.to_i32().unwrap_or(0).max(least)
}

/// The workspaces of a routine. Each holds as many elements as its length says, or one element if that is -1.
pub(super) struct Workspaces<T: Scalar> {
    pub work: Vec<T>,
    pub lwork: i32,
    pub rwork: Vec<T::Real>,
    pub lrwork: i32,
    pub iwork: Vec<i32>,
    pub liwork: i32,
}

impl<T: Scalar> Workspaces<T> {
    /// `size` is the largest dimension of the matrices, of which some are in `WORK`.
    fn new([lwork, lrwork, liwork]: [i32; 3], size: usize) -> Result<Self> {
        let elements = |length| usize::try_from(length).unwrap_or(1);
        Ok(Workspaces {
            work: zeros_with_spare(elements(lwork), size)?,
            lwork,
            rwork: memory::zeros(elements(lrwork))?,
            lrwork,
            iwork: memory::filled(elements(liwork), 0)?,
            liwork,
        })
    }
}

/// Calls a routine for matrices up to this `size` twice with the same arguments except the workspaces: to
/// query their lengths, then to compute.
pub(super) fn with_workspaces<T: Scalar>(
    size: usize,
    least: Least,
    mut call: impl FnMut(&mut Workspaces<T>) -> Result<()>,
) -> Result<()> {
    let mut lengths = fitting(least)?;
    if size > LAPACK_UNBLOCKED {
        let mut answer = Workspaces::new([-1; 3], 0)?;
        call(&mut answer)?;
        let [work, rwork, iwork] = lengths;
        lengths = [length(work, answer.work[0]), length(rwork, answer.rwork[0]), iwork.max(answer.iwork[0])];
    }
    let mut workspaces = Workspaces::new(lengths, size)?;
    ready()?;
    call(&mut workspaces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex32;

    fn refused(least: Least) -> Option<u128> {
        match fitting(least) {
            Err(ErrorKind::TooLarge { dim }) => Some(dim as u128),
            _ => None,
        }
    }

    /// Where OpenBLAS's queries return 1 114 078 (`syevd`, 32 767) and 1 792 585 (`gesdd`, 26 755).
    #[test]
    fn what_32_bits_do_not_hold_is_refused() {
        assert_eq!(refused(heevd(true, 32_766, true)), None);
        assert_eq!(refused(heevd(true, 32_767, true)), Some(2_147_549_181));
        assert_eq!(refused(heevd(false, 32_766, true)), None);
        assert_eq!(refused(heevd(false, 32_767, true)), Some(2_147_516_414));
        for n in [26_754, 26_755, 32_767, 46_340] {
            for real in [true, false] {
                for vectors in [Vectors::Reduced, Vectors::Full] {
                    let least = refused(gesdd(real, n, n, vectors));
                    // what its implementation uses is within the documented length
                    assert!(
                        least.is_some_and(|least| !real || least >= 3 * (n * n) as u128 + 7 * n as u128),
                        "{n}"
                    );
                }
                assert_eq!(refused(gesdd(real, n, n, Vectors::None)), None);
                assert_eq!(refused(heevd(real, n, false)), None);
                assert_eq!(refused(geev(real, n, true)), None);
            }
            assert_eq!(refused(heevr(true, n)), None);
            assert_eq!(refused(heevr(false, n)), None);
        }
        // from here on the matrix itself has too many elements
        let (n, elements) = (46_341, Some(2_147_488_281));
        for real in [true, false] {
            for vectors in [true, false] {
                assert_eq!(refused(heevd(real, n, vectors)), elements);
                assert_eq!(refused(geev(real, n, vectors)), elements);
            }
            assert_eq!(refused(gesdd(real, n, n, Vectors::None)), elements);
            assert_eq!(refused(gesdd(real, n, 1, Vectors::Full)), elements);
            assert_eq!(refused(gesdd(real, n, 1, Vectors::Reduced)), None);
        }
        assert_eq!(refused(heevr(true, n)), elements);
        assert_eq!(refused(heevr(false, n)), elements);
        assert_eq!(refused(getri(n)), None);
        // long and thin: the short side is decisive
        assert_eq!(refused(gesdd(true, 20_000_000, 100, Vectors::Reduced)), None);
        assert_eq!(refused(gesdd(false, 20_000_000, 100, Vectors::Reduced)), None);
        assert_eq!(refused(gesdd(false, 60_000, 20_000, Vectors::Reduced)), Some(3_200_020_000));
        let most = i32::MAX as usize;
        for least in
            [heevd(true, most, true), gesdd(false, most, most, Vectors::Full), geev(true, most, false)]
        {
            assert_eq!(refused(least), Some((most * most) as u128));
        }
    }

    #[test]
    fn documented_lengths_of_small_problems() {
        assert_eq!(fitting(getri(0)), Ok([1, 1, 1]));
        assert_eq!(fitting(heevd(true, 1, true)), Ok([1, 1, 1]));
        assert_eq!(heevd(true, 10, true), [100, 261, 0, 53]);
        assert_eq!(heevd(false, 10, true), [100, 120, 251, 53]);
        assert_eq!(heevd(true, 10, false), [100, 21, 0, 1]);
        assert_eq!(heevd(false, 10, false), [100, 11, 10, 1]);
        assert_eq!(heevr(true, 10), [100, 260, 0, 100]);
        assert_eq!(heevr(false, 10), [100, 20, 240, 100]);
        assert_eq!(geev(true, 10, true), [100, 40, 0, 0]);
        assert_eq!(geev(false, 10, true), [100, 20, 20, 0]);
        assert_eq!(gesdd(true, 10, 20, Vectors::None), [200, 100, 0, 80]);
        assert_eq!(gesdd(true, 10, 200, Vectors::None), [2000, 230, 0, 80]);
        assert_eq!(gesdd(true, 20, 10, Vectors::Full), [400, 480, 0, 80]);
        assert_eq!(gesdd(false, 20, 10, Vectors::None), [200, 40, 70, 80]);
        assert_eq!(gesdd(false, 20, 10, Vectors::Reduced), [200, 140, 610, 80]);
        assert_eq!(gesdd(false, 10, 50, Vectors::Reduced), [500, 170, 570, 80]);
        assert_eq!(gesvd(true, 20, 10, Vectors::None), [200, 50, 0, 0]);
        assert_eq!(gesvd(true, 10, 30, Vectors::Full), [900, 60, 0, 0]);
        assert_eq!(gesvd(false, 20, 10, Vectors::Reduced), [200, 40, 50, 0]);
    }

    #[test]
    fn an_answer_is_only_trusted_if_it_asks_for_more() {
        assert_eq!(length(100, 164.0), 165);
        assert_eq!(length(100, 7.0), 100);
        for overflowed in [-2_147_418_115.0, f64::NAN, 4e9, f64::INFINITY] {
            assert_eq!(length(100, overflowed), 100);
        }
        // 2^24 + 1 as f32 is 2^24
        assert!(length(1, 16_777_216_f32) > 16_777_216);
        assert_eq!(length(1, Complex32::new(3.0, 9.0)), 4);
    }

    /// A routine whose query returns too little gets the documented length.
    #[test]
    fn no_workspace_is_shorter_than_documented() {
        let mut calls = Vec::new();
        let mut call = |w: &mut Workspaces<f64>| {
            calls.push([w.lwork, w.lrwork, w.liwork]);
            assert_eq!(w.work.len(), if w.lwork < 0 { 1 } else { w.lwork as usize });
            (w.work[0], w.iwork[0]) = (3.0, 9);
            Ok(())
        };
        // no query for tiny matrices
        for size in [33, 32] {
            assert_eq!(with_workspaces(size, [9, 50, 0, 7], &mut call), Ok(()));
        }
        assert_eq!(calls, [[-1; 3], [50, 1, 9], [50, 1, 7]]);
        let failure = || Err(ErrorKind::NoConvergence);
        assert_eq!(with_workspaces::<f64>(1, [1; 4], |_| failure()), failure());
        let never =
            with_workspaces::<f64>(1, [9, 1 << 31, 0, 0], |_| unreachable!("refused before any call"));
        assert_eq!(never, Err(ErrorKind::TooLarge { dim: 1 << 31 }));
    }
}
