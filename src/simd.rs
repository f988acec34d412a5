//! Sums over slices, compiled for several instruction sets and chosen at run time.
//!
//! Every sum runs in fixed blocks whose partial sums are added in order, so that its bits depend neither on the
//! instruction set's width nor on the number of threads.
#![allow(unsafe_code)] // what `multiversion` generates: a call of a function for the instruction set it has just detected

use crate::{Real, Scalar};
use multiversion::multiversion;
use num_traits::Zero;
use rayon::prelude::*;

/// Elements in a block; within it, `LANES` partial sums.
const BLOCK: usize = 4096;
const LANES: usize = 32;
/// From here on, threads pay (measured: 256 KiB of f64 take about as long as waking a thread).
const PARALLEL: usize = 1 << 17;

/// The sum of `block` over all blocks of `x`, in order.
fn sum_blocks<T: Scalar>(x: &[T], block: impl Fn(&[T]) -> T::Real + Sync) -> T::Real {
    // f64 between the blocks: it costs nothing there, and keeps long f32 sums exact to the last digits
    let total: f64 = if x.len() < PARALLEL {
        x.chunks(BLOCK).map(|x| block(x).f64()).sum()
    } else {
        let sums: Vec<f64> =
            x.par_chunks(16 * BLOCK).map(|x| x.chunks(BLOCK).map(|x| block(x).f64()).sum()).collect();
        sums.into_iter().sum()
    };
    T::Real::of(total)
}

#[inline(always)]
fn lanes<T: Scalar>(x: &[T], term: impl Fn(T) -> T::Real) -> T::Real {
    let mut sums = [T::Real::zero(); LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum += term(x);
        }
    }
    let mut total: T::Real = rest.iter().map(|&x| term(x)).sum();
    for sum in sums {
        total += sum;
    }
    total
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn squares<T: Scalar>(x: &[T]) -> T::Real {
    lanes(x, |x| {
        let (re, im) = (x.re(), x.im());
        re * re + im * im
    })
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
fn moduli<T: Scalar>(x: &[T]) -> T::Real {
    lanes(x, |x| x.modulus())
}

/// The sum of `term(x)`.
pub(crate) fn sum_of<T: Real>(x: &[T], term: impl Fn(T) -> T + Copy + Sync) -> T {
    sum_blocks(x, |x| lanes(x, term))
}

/// `sum(|x|²)`; overflows where the squares do.
pub(crate) fn sum_of_squares<T: Scalar>(x: &[T]) -> T::Real {
    sum_blocks(x, squares)
}

/// `sum(|x|)`.
pub(crate) fn sum_of_moduli<T: Scalar>(x: &[T]) -> T::Real {
    sum_blocks(x, moduli)
}

/// `sums[i] += |x[i]|`.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2+fma", "aarch64+neon"))]
pub(crate) fn add_moduli<T: Scalar>(x: &[T], sums: &mut [T::Real]) {
    for (sum, x) in sums.iter_mut().zip(x) {
        *sum += x.modulus();
    }
}
