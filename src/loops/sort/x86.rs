//! The vectors of keys for AVX-512.

use super::Kernels;
use super::vector::{ROWS, Vector, sort_few, split};
use crate::loops::dispatch::{Level, level};
use std::arch::x86_64::*;

/// The routines of a vector, compiled for AVX-512; `None` at another level.
macro_rules! kernels {
    ([Avx2 $($rest:tt)*] $($kernels:tt)*) => {};
    ([Avx512 $at:ident $($feature:tt)*] $name:ident, $vector:ident, $key:ident) => {
        pub(super) fn $name() -> Option<Kernels<$key>> {
            $(#[target_feature(enable = $feature)])*
            unsafe fn few(from: *const $key, n: usize, to: *mut $key) {
                // SAFETY: the caller's promise, and this function has the instruction set of the vector.
                unsafe { sort_few::<$vector>(from, n, to) }
            }
            $(#[target_feature(enable = $feature)])*
            unsafe fn halves(
                from: *const $key,
                n: usize,
                below: *mut $key,
                others: *mut $key,
                pivot: $key,
            ) -> usize {
                // SAFETY: the caller's promise, and this function has the instruction set of the vector.
                unsafe { split::<$vector>(from, n, below, others, pivot) }
            }
            let kernels = Kernels { few: ROWS * $vector::LANES, sort_few: few, split: halves };
            (level() == Level::Avx512).then_some(kernels)
        }
    };
}

levels!(kernels! { avx512_u64, U64x8, u64 });
levels!(kernels! { avx512_u32, U32x16, u32 });

#[derive(Clone, Copy)]
struct U64x8(__m512i);

impl Vector for U64x8 {
    type Key = u64;
    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn splat(key: u64) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_set1_epi64(key as i64)) }
    }
    #[inline(always)]
    unsafe fn load(from: *const u64) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_loadu_si512(from.cast())) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut u64) {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { _mm512_storeu_si512(to.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn load_some(from: *const u64, count: usize) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe {
            Self(_mm512_mask_loadu_epi64(_mm512_set1_epi64(-1), ((1u32 << count) - 1) as u8, from.cast()))
        }
    }
    #[inline(always)]
    unsafe fn store_some(self, to: *mut u64, count: usize) {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { _mm512_mask_storeu_epi64(to.cast(), ((1u32 << count) - 1) as u8, self.0) }
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_min_epu64(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_max_epu64(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn reverse<const C: usize>(self) -> Self {
        let index: [u64; 8] = std::array::from_fn(|i| (i ^ (C - 1)) as u64);
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_permutexvar_epi64(_mm512_loadu_si512(index.as_ptr().cast()), self.0)) }
    }
    #[inline(always)]
    unsafe fn exchange<const X: usize>(self) -> Self {
        let index: [u64; 8] = std::array::from_fn(|i| (i ^ X) as u64);
        let upper: u8 = [0xAA, 0xCC, 0xF0, 0][X.ilog2() as usize];
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe {
            let other = _mm512_permutexvar_epi64(_mm512_loadu_si512(index.as_ptr().cast()), self.0);
            Self(_mm512_mask_max_epu64(_mm512_min_epu64(self.0, other), upper, self.0, other))
        }
    }
    #[inline(always)]
    unsafe fn split(self, pivot: Self) -> (Self, usize, Self) {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe {
            let less = _mm512_cmplt_epu64_mask(self.0, pivot.0);
            let low = _mm512_maskz_compress_epi64(less, self.0);
            let high = _mm512_maskz_compress_epi64(!less, self.0);
            (Self(low), less.count_ones() as usize, Self(high))
        }
    }
}

#[derive(Clone, Copy)]
struct U32x16(__m512i);

impl Vector for U32x16 {
    type Key = u32;
    const LANES: usize = 16;

    #[inline(always)]
    unsafe fn splat(key: u32) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_set1_epi32(key as i32)) }
    }
    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_loadu_si512(from.cast())) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { _mm512_storeu_si512(to.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn load_some(from: *const u32, count: usize) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe {
            Self(_mm512_mask_loadu_epi32(_mm512_set1_epi32(-1), ((1u32 << count) - 1) as u16, from.cast()))
        }
    }
    #[inline(always)]
    unsafe fn store_some(self, to: *mut u32, count: usize) {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { _mm512_mask_storeu_epi32(to.cast(), ((1u32 << count) - 1) as u16, self.0) }
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_min_epu32(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_max_epu32(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn reverse<const C: usize>(self) -> Self {
        let index: [u32; 16] = std::array::from_fn(|i| (i ^ (C - 1)) as u32);
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe { Self(_mm512_permutexvar_epi32(_mm512_loadu_si512(index.as_ptr().cast()), self.0)) }
    }
    #[inline(always)]
    unsafe fn exchange<const X: usize>(self) -> Self {
        let index: [u32; 16] = std::array::from_fn(|i| (i ^ X) as u32);
        let upper = [0xAAAA, 0xCCCC, 0xF0F0, 0xFF00][X.ilog2() as usize];
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe {
            let other = _mm512_permutexvar_epi32(_mm512_loadu_si512(index.as_ptr().cast()), self.0);
            Self(_mm512_mask_max_epu32(_mm512_min_epu32(self.0, other), upper, self.0, other))
        }
    }
    #[inline(always)]
    unsafe fn split(self, pivot: Self) -> (Self, usize, Self) {
        // SAFETY: the trait's contract: the processor has AVX-512, and memory is valid for these keys.
        unsafe {
            let less = _mm512_cmplt_epu32_mask(self.0, pivot.0);
            let low = _mm512_maskz_compress_epi32(less, self.0);
            let high = _mm512_maskz_compress_epi32(!less, self.0);
            (Self(low), less.count_ones() as usize, Self(high))
        }
    }
}
