//! LU of many tiny matrices at once: [`LANES`] of them side by side, each in one lane of the vectors.
//!
//! An element (i, j) of all matrices is one array, at `i + j * n`. Every lane takes the steps of the small
//! kernel of LU, so that a matrix has the same bits here as alone. What is rare is left to it: a lane that is
//! not [`Good`] is computed again, by itself.
//!
//! J. Dongarra et al., "Optimized Batched Linear Algebra for Modern Architectures", Euro-Par 2017.

use crate::Real;

/// Number of matrices of a pack.
pub(crate) const LANES: usize = 8;

/// The same element of all matrices of a pack.
pub(crate) type Pack<T> = [T; LANES];

/// Whether the result of each lane is the one that the matrix has alone.
pub(crate) type Good = [bool; LANES];

/// Whether no product of two elements may overflow or vanish: a matrix that needs no scaling.
#[inline(always)]
fn are_moderate<T: Real>(a: &[Pack<T>]) -> Good {
    let (most, least) = (T::SAFE, T::SAFE.recip());
    let mut good = [true; LANES];
    for x in a {
        for (good, x) in good.iter_mut().zip(x) {
            let size = x.abs();
            // false for a NaN
            *good &= (size <= most) & ((size >= least) | x.is_zero());
        }
    }
    good
}

/// Returns which lanes have no element of this kind.
pub(crate) fn lanes_without<T: Copy>(x: &[Pack<T>], kind: impl Fn(T) -> bool) -> Good {
    let mut without = [true; LANES];
    for x in x {
        without.iter_mut().zip(x).for_each(|(without, &x)| *without &= !kind(x));
    }
    without
}

/// Swaps two rows of a matrix in one lane, in these columns. Without a branch: the pivot is as often the
/// same row as not.
#[inline(always)]
fn swap<T: Copy>(a: &mut [Pack<T>], n: usize, lane: usize, i: usize, j: usize) {
    for column in a.chunks_exact_mut(n) {
        let (x, y) = (column[i][lane], column[j][lane]);
        column[i][lane] = y;
        column[j][lane] = x;
    }
}

#[inline(always)]
fn subtract<T: Real>(x: &mut Pack<T>, a: &Pack<T>, b: &Pack<T>) {
    for ((x, &a), &b) in x.iter_mut().zip(a).zip(b) {
        *x -= a * b;
    }
}

#[inline(always)]
fn divide<T: Real>(x: &mut Pack<T>, by: &Pack<T>) {
    for (x, &by) in x.iter_mut().zip(by) {
        *x = *x / by;
    }
}

/// Factorizes; `swapped` is told the rows of every exchange. Lanes with a pivot of 0 are not good.
#[inline(always)]
fn factor<T: Real>(
    n: usize,
    a: &mut [Pack<T>],
    good: &mut Good,
    mut swapped: impl FnMut(usize, &[usize; LANES]),
) {
    for k in 0..n {
        let column = &a[k * n..(k + 1) * n];
        let mut largest = column[k].map(|x| x.abs());
        let mut pivots = [k; LANES];
        for (i, x) in column.iter().enumerate().skip(k + 1) {
            for ((largest, pivot), x) in largest.iter_mut().zip(&mut pivots).zip(x) {
                let larger = x.abs() > *largest;
                *largest = if larger { x.abs() } else { *largest };
                *pivot = if larger { i } else { *pivot };
            }
        }
        for (lane, &pivot) in pivots.iter().enumerate() {
            swap(a, n, lane, k, pivot);
        }
        swapped(k, &pivots);
        for (good, largest) in good.iter_mut().zip(&largest) {
            *good &= !largest.is_zero();
        }
        let top = a[k * n + k];
        for x in &mut a[k * n + k + 1..(k + 1) * n] {
            divide(x, &top);
        }
        let (left, right) = a.split_at_mut((k + 1) * n);
        let multipliers = &left[k * n + k + 1..];
        for column in right.chunks_exact_mut(n) {
            let (above, below) = column.split_at_mut(k + 1);
            for (x, l) in below.iter_mut().zip(multipliers) {
                subtract(x, l, &above[k]);
            }
        }
    }
}

#[inline(always)]
fn det_of<T: Real>(n: usize, a: &mut [Pack<T>], out: &mut Pack<T>) -> Good {
    let mut good = are_moderate(a);
    let mut product = [T::one(); LANES];
    factor(n, a, &mut good, |k, pivots| {
        for (product, &pivot) in product.iter_mut().zip(pivots) {
            *product = if pivot == k { *product } else { -*product };
        }
    });
    let (most, least) = (T::SAFE, T::SAFE.recip());
    for pivot in a.iter().step_by(n + 1) {
        for ((product, good), &pivot) in product.iter_mut().zip(&mut good).zip(pivot) {
            *product *= pivot;
            let size = product.abs();
            *good &= (pivot.abs() >= least) & (pivot.abs() <= most) & (size >= least) & (size <= most);
        }
    }
    *out = product;
    good
}

#[inline(always)]
fn solve_of<T: Real>(n: usize, a: &mut [Pack<T>], b: &mut [Pack<T>]) -> Good {
    let mut good = are_moderate(a);
    factor(n, a, &mut good, |k, pivots| {
        for (lane, &pivot) in pivots.iter().enumerate() {
            swap(b, n, lane, k, pivot);
        }
    });
    for x in b.chunks_exact_mut(n) {
        for (k, column) in a.chunks_exact(n).enumerate() {
            let (above, below) = x.split_at_mut(k + 1);
            for (x, l) in below.iter_mut().zip(&column[k + 1..]) {
                subtract(x, l, &above[k]);
            }
        }
        for (k, column) in a.chunks_exact(n).enumerate().rev() {
            let (above, below) = x.split_at_mut(k);
            divide(&mut below[0], &column[k]);
            for (x, u) in above.iter_mut().zip(column) {
                subtract(x, u, &below[0]);
            }
        }
    }
    for x in &*b {
        for (good, x) in good.iter_mut().zip(x) {
            *good &= x.is_finite();
        }
    }
    good
}

/// Calls a body with the order as a constant, for the smallest ones.
macro_rules! unrolled {
    ($n:ident => $call:expr) => {
        match $n {
            2 => {
                let $n = 2;
                $call
            }
            3 => {
                let $n = 3;
                $call
            }
            4 => {
                let $n = 4;
                $call
            }
            $n => $call,
        }
    };
}

dispatched! {
    /// Writes the determinants of matrices of order `n`, which are destroyed.
    pub(crate) fn det<T: Real>(n: usize, a: &mut [Pack<T>], out: &mut Pack<T>) -> Good {
        unrolled!(n => det_of(n, &mut a[..n * n], out))
    }

    /// Solves `a · x = b` in place, for matrices of order `n`, which are destroyed, and any number of columns
    /// of `b`.
    pub(crate) fn solve<T: Real>(n: usize, a: &mut [Pack<T>], b: &mut [Pack<T>]) -> Good {
        unrolled!(n => solve_of(n, &mut a[..n * n], b))
    }
}
