//! Factorizations of matrices of order 2 to 4, whose elements stay in registers. They take the steps of those
//! of any order in [`packs`](super::packs), but with the rest of the matrix changed at each step.
//!
//! Each step is a function of its own, with constant bounds: the compiler does not unroll loops in loops as
//! far as it takes for no element to be in memory.

#![allow(clippy::needless_range_loop)] // adapters of iterators are unrolled less far

use super::wide::{Lanes, Wide};
use crate::Real;
use num_traits::{Float, One, Zero};

/// Columns, or rows, in registers.
type Columns<W, const N: usize, const M: usize> = [[W; N]; M];

#[inline(always)]
fn load<W: Wide, const N: usize, const M: usize>(from: &[W::Stored]) -> Columns<W, N, M> {
    let mut x = [[W::splat(W::Number::zero()); N]; M];
    let (columns, _) = from.as_chunks::<N>();
    for j in 0..M {
        for i in 0..N {
            x[j][i] = W::load(&columns[j][i]);
        }
    }
    x
}

#[inline(always)]
fn store<W: Wide, const N: usize, const M: usize>(x: &Columns<W, N, M>, to: &mut [W::Stored]) {
    let (columns, _) = to.as_chunks_mut::<N>();
    for j in 0..M {
        for i in 0..N {
            x[j][i].store(&mut columns[j][i]);
        }
    }
}

#[inline(always)]
fn are_moderate<W: Wide, const N: usize, const M: usize>(x: &Columns<W, N, M>) -> W::Mask {
    let mut extent = W::extent();
    for j in 0..M {
        for i in 0..N {
            extent = x[j][i].extend(extent);
        }
    }
    W::moderate(extent)
}

#[inline(always)]
fn everywhere<W: Wide>() -> W::Mask {
    let zero = W::splat(W::Number::zero());
    zero.at_most(zero)
}

/// Calls a step for each column of a matrix.
macro_rules! steps {
    ($N:ident: $step:ident::<$($generic:ident),*>($($argument:expr),*)) => {
        steps!(@each [0 1 2 3] $N $step [$($generic),*] [$($argument),*])
    };
    (@each [$($k:literal)*] $N:ident $step:ident $generics:tt $arguments:tt) => {
        $(if $k < $N {
            steps!(@one $k $step $generics $arguments);
        })*
    };
    (@one $k:literal $step:ident [$($generic:ident),*] [$($argument:expr),*]) => {
        $step::<$($generic,)* $k>($($argument),*)
    };
}

/// What is found while a matrix is factorized.
struct Found<W: Wide> {
    /// -1 for an odd permutation.
    sign: W,
    /// Where no pivot is 0.
    regular: W::Mask,
}

/// Factorizes a matrix; the columns of `b` take part in it.
#[inline(always)]
fn eliminate<W: Wide, const N: usize, const M: usize>(
    a: &mut Columns<W, N, N>,
    b: &mut Columns<W, N, M>,
) -> Found<W> {
    let mut found = Found { sign: W::splat(W::Number::one()), regular: everywhere::<W>() };
    steps!(N: eliminate_column::<W, N, M>(a, b, &mut found));
    found
}

#[inline(always)]
fn eliminate_column<W: Wide, const N: usize, const M: usize, const K: usize>(
    a: &mut Columns<W, N, N>,
    b: &mut Columns<W, N, M>,
    found: &mut Found<W>,
) {
    let (mut largest, mut pivot) = (a[K][K].size(), W::row(K));
    for i in K + 1..N {
        let size = a[K][i].size();
        let larger = size.greater(largest);
        largest = size.or(larger, largest);
        pivot = W::or_row(W::row(i), larger, pivot);
    }
    found.regular = W::both(found.regular, largest.greater(W::splat(W::Number::zero())));
    let opposite = W::splat(-W::Number::one()).times(found.sign);
    found.sign = found.sign.or(W::is_row(pivot, K), opposite);
    let mut is_pivot = [everywhere::<W>(); N];
    for i in K + 1..N {
        is_pivot[i] = W::is_row(pivot, i);
    }
    for j in K..N {
        swap::<W, N, K>(&mut a[j], &is_pivot);
    }
    for j in 0..M {
        swap::<W, N, K>(&mut b[j], &is_pivot);
    }
    for i in K + 1..N {
        let multiplier = a[K][i].over(a[K][K]);
        for j in K + 1..N {
            a[j][i] = a[j][i].minus(multiplier.times(a[j][K]));
        }
        for j in 0..M {
            b[j][i] = b[j][i].minus(multiplier.times(b[j][K]));
        }
    }
}

/// Swaps the element `K` with that of the row of the pivot.
#[inline(always)]
fn swap<W: Wide, const N: usize, const K: usize>(x: &mut [W; N], is_pivot: &[W::Mask; N]) {
    let old = x[K];
    let mut top = old;
    for i in K + 1..N {
        top = x[i].or(is_pivot[i], top);
        x[i] = old.or(is_pivot[i], x[i]);
    }
    x[K] = top;
}

#[inline(always)]
pub(super) fn det<W: Wide, const N: usize>(a: &[W::Stored], out: &mut W::Stored) -> Lanes {
    let mut a = load::<W, N, N>(a);
    let moderate = are_moderate(&a);
    let Found { sign, regular } = eliminate(&mut a, &mut []);
    let (mut product, mut extent) = (sign, W::extent());
    for k in 0..N {
        product = product.times(a[k][k]);
        // neither is 0 when no pivot is
        extent = product.extend(a[k][k].extend(extent));
    }
    product.store(out);
    W::lanes(W::both(W::both(moderate, regular), W::moderate(extent)))
}

#[inline(always)]
pub(super) fn solve<W: Wide, const N: usize, const M: usize>(a: &[W::Stored], b: &mut [W::Stored]) -> Lanes {
    let (mut a, mut x) = (load::<W, N, N>(a), load::<W, N, M>(b));
    let moderate = are_moderate(&a);
    let mut good = W::both(moderate, eliminate(&mut a, &mut x).regular);
    for j in 0..M {
        good = W::both(good, substitute(&a, &mut x[j]));
    }
    store(&x, b);
    W::lanes(good)
}

/// Solves with the upper triangle. Returns where no unknown overflows.
#[inline(always)]
fn substitute<W: Wide, const N: usize>(a: &Columns<W, N, N>, x: &mut [W; N]) -> W::Mask {
    let most = W::splat(W::Number::max_value());
    let mut finite = everywhere::<W>();
    for step in 0..N {
        let k = N - 1 - step;
        x[k] = x[k].over(a[k][k]);
        finite = W::both(finite, x[k].size().at_most(most));
        for i in 0..k {
            x[i] = x[i].minus(a[k][i].times(x[k]));
        }
    }
    finite
}

#[inline(always)]
pub(super) fn cholesky<W: Wide, const N: usize>(a: &mut [W::Stored]) -> Lanes {
    let mut rows = load::<W, N, N>(a);
    // -0 is the sum of nothing
    let mut sums = [[W::splat(-W::Number::zero()); N]; N];
    let mut good = everywhere::<W>();
    steps!(N: cholesky_row::<W, N>(&mut rows, &mut sums, &mut good));
    store(&rows, a);
    W::lanes(good)
}

#[inline(always)]
fn cholesky_row<W: Wide, const N: usize, const K: usize>(
    a: &mut Columns<W, N, N>,
    sums: &mut Columns<W, N, N>,
    good: &mut W::Mask,
) {
    let zero = W::splat(W::Number::zero());
    let (most, least) = (W::splat(W::Number::SAFE), W::splat(W::Number::SAFE.recip()));
    let diagonal = a[K][K];
    let rest = diagonal.minus(sums[K][K]);
    *good = W::both(*good, W::both(least.at_most(diagonal), diagonal.at_most(most)));
    *good = W::both(*good, rest.greater(zero));
    let root = rest.root();
    a[K][K] = root;
    for j in 0..K {
        *good = W::both(*good, a[K][j].size().at_most(W::splat(W::Number::max_value())));
        a[K][j] = zero;
    }
    for j in K + 1..N {
        a[K][j] = a[K][j].minus(sums[K][j]).over(root);
        *good = W::both(*good, a[K][j].size().at_most(most));
    }
    for i in K + 1..N {
        for j in i..N {
            sums[i][j] = sums[i][j].plus(a[K][i].times(a[K][j]));
        }
    }
}
