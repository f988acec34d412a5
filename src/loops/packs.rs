//! LU and Cholesky factorizations of small matrices: of [`LANES`] at once, each in one lane of the vectors,
//! or of one.
//!
//! An element (i, j) of all matrices is one pack, at `i + j * n`. Every lane takes the steps of the small
//! kernels, so that a matrix has the same bits everywhere. What is rare is left to those: the functions
//! return the lanes whose results hold, and the others are computed again, by themselves.
//!
//! J. Dongarra et al., "Optimized Batched Linear Algebra for Modern Architectures", Euro-Par 2017.

use super::tiny;
pub(crate) use super::wide::{ALL, LANES, Lanes, Pack, prefetch};
use super::wide::{Plain, TILE, Vectors, Wide};
use crate::Real;
use num_traits::{Float, One, Zero};

/// Largest order of the matrices of a pack.
pub(crate) const LARGEST: usize = 32;

/// Returns where no product of two elements may overflow or vanish: the matrices that need no scaling.
#[inline(always)]
fn are_moderate<W: Wide>(a: &[W::Stored]) -> W::Mask {
    let mut extent = W::extent();
    for x in a {
        extent = W::load(x).extend(extent);
    }
    W::moderate(extent)
}

/// Returns the lanes that have no element of this kind.
#[inline(always)]
pub(crate) fn lanes_without<T: Copy>(x: &[Pack<T>], kind: impl Fn(T) -> bool) -> Lanes {
    x.iter()
        .flat_map(|x| x.0.iter().enumerate())
        .fold(ALL, |all, (lane, &x)| all & !(Lanes::from(kind(x)) << lane))
}

/// The rows that were swapped with row 0, 1, ...
type Pivots<W> = [<W as Wide>::Row; LARGEST];

/// Takes a column through the steps of the factorization of which there are multipliers.
#[inline(always)]
fn forward<W: Wide>(n: usize, x: &mut [W::Stored], multipliers: &[W::Stored], pivots: &Pivots<W>) {
    for (k, (column, &pivot)) in multipliers.chunks_exact(n).zip(pivots).enumerate() {
        W::swap(x, k, pivot, |i, x, top| x.minus(W::load(&column[i]).times(top)));
    }
}

/// Factorizes, column after column, so that what is written stays in the nearest cache. The multipliers of a
/// column are in the order that the rows had at its step. Returns where no pivot is 0, too.
#[inline(always)]
fn factor<W: Wide>(n: usize, a: &mut [W::Stored], mut good: W::Mask) -> (Pivots<W>, W::Mask) {
    let zero = W::splat(W::Number::zero());
    let mut pivots = [W::row(0); LARGEST];
    for k in 0..n {
        let (left, right) = a.split_at_mut(k * n);
        let x = &mut right[..n];
        forward::<W>(n, x, left, &pivots);
        let mut largest = W::load(&x[k]).size();
        let mut pivot = W::row(k);
        for (i, x) in x.iter().enumerate().skip(k + 1) {
            let size = W::load(x).size();
            let larger = size.greater(largest);
            largest = size.or(larger, largest);
            pivot = W::or_row(W::row(i), larger, pivot);
        }
        pivots[k] = pivot;
        good = W::both(good, largest.greater(zero));
        W::swap(x, k, pivot, |_, x, top| x.over(top));
    }
    (pivots, good)
}

#[inline(always)]
fn det_of<W: Wide>(n: usize, a: &mut [W::Stored], out: &mut W::Stored) -> Lanes {
    let moderate = are_moderate::<W>(a);
    let (pivots, mut good) = factor::<W>(n, a, moderate);
    let mut product = W::splat(W::Number::one());
    for (k, &pivot) in pivots[..n].iter().enumerate() {
        product = product.or(W::is_row(pivot, k), W::splat(-W::Number::one()).times(product));
    }
    let mut extent = W::extent();
    for pivot in a.iter().step_by(n + 1) {
        let pivot = W::load(pivot);
        product = product.times(pivot);
        // neither is 0 when no pivot is
        extent = product.extend(pivot.extend(extent));
    }
    product.store(out);
    good = W::both(good, W::moderate(extent));
    W::lanes(good)
}

#[inline(always)]
fn solve_of<W: Wide>(n: usize, a: &mut [W::Stored], b: &mut [W::Stored]) -> Lanes {
    let moderate = are_moderate::<W>(a);
    let (pivots, mut good) = factor::<W>(n, a, moderate);
    let most = W::splat(W::Number::max_value());
    for x in b.chunks_exact_mut(n) {
        forward::<W>(n, x, a, &pivots);
        for (k, column) in a.chunks_exact(n).enumerate().rev() {
            let (above, below) = x.split_at_mut(k);
            let unknown = W::load(&below[0]).over(W::load(&column[k]));
            unknown.store(&mut below[0]);
            good = W::both(good, unknown.size().at_most(most));
            for (x, u) in above.iter_mut().zip(column) {
                W::load(x).minus(W::load(u).times(unknown)).store(x);
            }
        }
    }
    W::lanes(good)
}

/// Sums of products are added before they are subtracted, as in the small kernel.
#[inline(always)]
fn cholesky_of<W: Wide>(n: usize, a: &mut [W::Stored], sums: &mut [W::Stored]) -> Lanes {
    let zero = W::splat(W::Number::zero());
    let (most, least) = (W::splat(W::Number::SAFE), W::splat(W::Number::SAFE.recip()));
    let largest = W::splat(W::Number::max_value());
    let mut good = zero.at_most(zero);
    // -0 is the sum of nothing
    sums.iter_mut().for_each(|sum| W::splat(-W::Number::zero()).store(sum));
    for k in 0..n {
        let (row, sum) = (&mut a[k * n..(k + 1) * n], &sums[k * n..(k + 1) * n]);
        let diagonal = W::load(&row[k]);
        let rest = diagonal.minus(W::load(&sum[k]));
        good = W::both(good, W::both(least.at_most(diagonal), diagonal.at_most(most)));
        good = W::both(good, rest.greater(zero));
        let root = rest.root();
        for x in &mut row[..k] {
            good = W::both(good, W::load(x).size().at_most(largest));
            zero.store(x);
        }
        root.store(&mut row[k]);
        for (x, sum) in row[k + 1..].iter_mut().zip(&sum[k + 1..]) {
            let quotient = W::load(x).minus(W::load(sum)).over(root);
            good = W::both(good, quotient.size().at_most(most));
            quotient.store(x);
        }
        for (i, sums) in sums.chunks_exact_mut(n).enumerate().skip(k + 1) {
            let factor = W::load(&row[i]);
            for (sum, x) in sums[i..].iter_mut().zip(&row[i..]) {
                W::load(sum).plus(factor.times(W::load(x))).store(sum);
            }
        }
    }
    W::lanes(good)
}

/// Calls `solve` for one right-hand side or as many as the matrix has columns, with the order as a constant
/// for the smallest ones.
#[inline(always)]
fn solve_by_order<W: Wide>(n: usize, a: &mut [W::Stored], b: &mut [W::Stored]) -> Lanes {
    match (n, b.len()) {
        (2, 2) => tiny::solve::<W, 2, 1>(a, b),
        (2, 4) => tiny::solve::<W, 2, 2>(a, b),
        (3, 3) => tiny::solve::<W, 3, 1>(a, b),
        (3, 9) => tiny::solve::<W, 3, 3>(a, b),
        (4, 4) => tiny::solve::<W, 4, 1>(a, b),
        (4, 16) => tiny::solve::<W, 4, 4>(a, b),
        _ => solve_of::<W>(n, &mut a[..n * n], b),
    }
}

#[inline(always)]
fn det_by_order<W: Wide>(n: usize, a: &mut [W::Stored], out: &mut W::Stored) -> Lanes {
    match n {
        2 => tiny::det::<W, 2>(a, out),
        3 => tiny::det::<W, 3>(a, out),
        4 => tiny::det::<W, 4>(a, out),
        _ => det_of::<W>(n, &mut a[..n * n], out),
    }
}

#[inline(always)]
fn cholesky_by_order<W: Wide>(n: usize, a: &mut [W::Stored], sums: &mut [W::Stored]) -> Lanes {
    match n {
        2 => tiny::cholesky::<W, 2>(a),
        3 => tiny::cholesky::<W, 3>(a),
        4 => tiny::cholesky::<W, 4>(a),
        _ => cholesky_of::<W>(n, &mut a[..n * n], &mut sums[..n * n]),
    }
}

/// A type of elements of packs.
pub trait Packed: Real + Vectors + Wide<Number = Self, Stored = Self> {}
impl<T: Real + Vectors + Wide<Number = T, Stored = T>> Packed for T {}

/// Largest order of one matrix for which the baseline is as fast as vectors.
const FEW: usize = 8;

/// [`det`] of one matrix.
#[inline]
pub(crate) fn det_alone<T: Packed>(n: usize, a: &mut [T], out: &mut T) -> Lanes {
    if n > FEW { many_det_alone(n, a, out) } else { det_by_order::<T>(n, a, out) }
}

/// [`solve`] for one matrix.
#[inline]
pub(crate) fn solve_alone<T: Packed>(n: usize, a: &mut [T], b: &mut [T]) -> Lanes {
    if n > FEW { many_solve_alone(n, a, b) } else { solve_by_order::<T>(n, a, b) }
}

/// [`cholesky`] of one matrix.
#[inline]
pub(crate) fn cholesky_alone<T: Packed>(n: usize, a: &mut [T], sums: &mut [T]) -> Lanes {
    if n > FEW { many_cholesky_alone(n, a, sums) } else { cholesky_by_order::<T>(n, a, sums) }
}

/// Calls a body with the shape as constants, for the smallest square matrices.
macro_rules! unrolled {
    ($m:ident, $n:ident => $call:expr) => {
        match ($m, $n) {
            (2, 2) => {
                let ($m, $n) = (2, 2);
                $call
            }
            (3, 3) => {
                let ($m, $n) = (3, 3);
                $call
            }
            (4, 4) => {
                let ($m, $n) = (4, 4);
                $call
            }
            (8, 8) => {
                let ($m, $n) = (8, 8);
                $call
            }
            ($m, $n) => $call,
        }
    };
}

/// Copies row-major matrices to a pack; `place` is where an element goes.
#[inline(always)]
fn interleave_of<T: Packed, const FMA: bool>(
    matrices: [&[T]; LANES],
    place: impl Fn(usize) -> usize,
    pack: &mut [Pack<T>],
) {
    let len = pack.len();
    let matrices = matrices.map(|matrix| &matrix[..len]);
    let in_tiles = if FMA { len / TILE * TILE } else { 0 };
    for start in (0..in_tiles).step_by(TILE) {
        let tile = T::load_tile(matrices, start);
        for c in 0..TILE {
            tile[c].store(&mut pack[place(start + c)]);
        }
    }
    for k in in_tiles..len {
        let [a, b, c, d, e, f, g, h] = matrices;
        pack[place(k)] = Pack([a[k], b[k], c[k], d[k], e[k], f[k], g[k], h[k]]);
    }
}

/// The inverse of [`interleave_of`].
#[inline(always)]
fn separate_of<T: Packed, const FMA: bool>(pack: &[Pack<T>], place: impl Fn(usize) -> usize, out: &mut [T]) {
    let len = pack.len();
    let in_tiles = if FMA && out.len() >= LANES * len { len / TILE * TILE } else { 0 };
    for start in (0..in_tiles).step_by(TILE) {
        let mut tile = [T::Registers::splat(T::zero()); TILE];
        for c in 0..TILE {
            tile[c] = Wide::load(&pack[place(start + c)]);
        }
        T::store_tile(tile, &mut out[start..], len);
    }
    for k in in_tiles..len {
        let numbers = &pack[place(k)].0;
        out[k..].iter_mut().step_by(len).zip(numbers).for_each(|(out, &x)| *out = x);
    }
}

dispatched! {
    /// Writes the determinants of matrices of order `n`, which may be destroyed.
    pub(crate) fn det<T: Packed>(n: usize, a: &mut [Pack<T>], out: &mut Pack<T>) -> Lanes {
        if FMA { det_by_order::<T::Registers>(n, a, out) } else { det_by_order::<Plain<T>>(n, a, out) }
    }

    /// Solves `a · x = b` in place, for matrices of order `n`, which may be destroyed, and any number of
    /// columns of `b`.
    pub(crate) fn solve<T: Packed>(n: usize, a: &mut [Pack<T>], b: &mut [Pack<T>]) -> Lanes {
        if FMA { solve_by_order::<T::Registers>(n, a, b) } else { solve_by_order::<Plain<T>>(n, a, b) }
    }

    /// Overwrites row-major matrices of order `n`, of which the upper triangle is read, with their upper
    /// factors. `sums` is scratch of the same length.
    pub(crate) fn cholesky<T: Packed>(n: usize, a: &mut [Pack<T>], sums: &mut [Pack<T>]) -> Lanes {
        if FMA { cholesky_by_order::<T::Registers>(n, a, sums) } else { cholesky_by_order::<Plain<T>>(n, a, sums) }
    }

    fn many_det_alone<T: Packed>(n: usize, a: &mut [T], out: &mut T) -> Lanes {
        det_of::<T>(n, &mut a[..n * n], out)
    }

    fn many_solve_alone<T: Packed>(n: usize, a: &mut [T], b: &mut [T]) -> Lanes {
        solve_of::<T>(n, &mut a[..n * n], b)
    }

    fn many_cholesky_alone<T: Packed>(n: usize, a: &mut [T], sums: &mut [T]) -> Lanes {
        cholesky_of::<T>(n, &mut a[..n * n], &mut sums[..n * n])
    }

    /// Copies row-major matrices of shape `(m, n)` to a pack, column by column, or row by row as their
    /// transposes.
    pub(crate) fn interleave<T: Packed>(
        m: usize,
        n: usize,
        transposed: bool,
        matrices: [&[T]; LANES],
        pack: &mut [Pack<T>],
    ) {
        unrolled!(m, n => {
            let pack = &mut pack[..m * n];
            if transposed {
                interleave_of::<T, FMA>(matrices, |k| k, pack);
            } else {
                interleave_of::<T, FMA>(matrices, |k| k / n + k % n * m, pack);
            }
        })
    }

    /// The inverse of [`interleave`]; `out` has the matrices one after the other.
    pub(crate) fn separate<T: Packed>(m: usize, n: usize, transposed: bool, pack: &[Pack<T>], out: &mut [T]) {
        unrolled!(m, n => {
            let pack = &pack[..m * n];
            if transposed {
                separate_of::<T, FMA>(pack, |k| k, out);
            } else {
                separate_of::<T, FMA>(pack, |k| k / n + k % n * m, out);
            }
        })
    }
}
