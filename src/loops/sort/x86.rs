//! The vectors of keys for AVX-512 and AVX2.

use super::Kernels;
use super::vector::{ROWS, Vector, sort_few, split};
use crate::loops::dispatch::{Level, level};
use std::arch::x86_64::*;

/// The routines of a vector, compiled for a level; `None` at a lower one.
macro_rules! kernels {
    ([Avx512 $($level:tt)*] Avx512 $($kernels:tt)*) => { kernels!(@ Avx512 $($level)*; $($kernels)*); };
    ([Avx2 $($level:tt)*] Avx2 $($kernels:tt)*) => { kernels!(@ Avx2 $($level)*; $($kernels)*); };
    ([$($other:tt)*] $($kernels:tt)*) => {};
    (@ $Level:ident $at:ident $($feature:literal)*; $name:ident, $vector:ident, $key:ident) => {
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
            (level() >= Level::$Level).then_some(kernels)
        }
    };
}

levels!(kernels! { Avx512 avx512_u64, U64x8, u64 });
levels!(kernels! { Avx512 avx512_u32, U32x16, u32 });
levels!(kernels! { Avx2 avx2_u64, U64x4, u64 });
levels!(kernels! { Avx2 avx2_u32, U32x8, u32 });

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

/// The number of words of a vector of AVX2.
const WORDS: usize = 8;

/// For each set of `N` keys, where the words of its keys are, from the first vector element on, and those of
/// the others.
const fn places<const N: usize, const SETS: usize>() -> [[u8; WORDS]; SETS] {
    let (mut all, words) = ([[0; WORDS]; SETS], WORDS / N);
    let mut set = 0;
    while set < SETS {
        let (mut place, mut turn) = (0, 0);
        while turn < 2 {
            let mut key = 0;
            while key < N {
                let mut word = 0;
                while (set >> key & 1 == 1) == (turn == 0) && word < words {
                    all[set][place] = (words * key + word) as u8;
                    place += 1;
                    word += 1;
                }
                key += 1;
            }
            turn += 1;
        }
        set += 1;
    }
    all
}

static PLACES_OF_4: [[u8; WORDS]; 1 << 4] = places::<4, { 1 << 4 }>();
static PLACES_OF_8: [[u8; WORDS]; 1 << 8] = places::<8, { 1 << 8 }>();

/// # Safety
/// The processor has AVX2.
#[inline(always)]
unsafe fn permuted(words: __m256i, places: &[u8; WORDS]) -> __m256i {
    // SAFETY: the caller's promise; there are eight bytes.
    unsafe {
        let places = _mm256_cvtepu8_epi32(_mm_loadl_epi64(places.as_ptr().cast()));
        _mm256_permutevar8x32_epi32(words, places)
    }
}

/// Four keys with the highest bit flipped: their order is that of signed numbers, which AVX2 compares.
#[derive(Clone, Copy)]
struct U64x4(__m256i);

impl U64x4 {
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    unsafe fn flipped(keys: __m256i) -> __m256i {
        // SAFETY: the caller's promise.
        unsafe { _mm256_xor_si256(keys, _mm256_set1_epi64x(i64::MIN)) }
    }
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    unsafe fn first(count: usize) -> __m256i {
        // SAFETY: the caller's promise.
        unsafe { _mm256_cmpgt_epi64(_mm256_set1_epi64x(count as i64), _mm256_set_epi64x(3, 2, 1, 0)) }
    }
    /// The keys of `other` where the mask says so.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    unsafe fn or(self, mask: __m256i, other: Self) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self(_mm256_blendv_epi8(self.0, other.0, mask)) }
    }
    /// The vector elements `i ^ X` in the place of `i`.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    unsafe fn swapped<const X: usize>(self) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            Self(match X {
                1 => _mm256_permute4x64_epi64::<0b10_11_00_01>(self.0),
                2 => _mm256_permute4x64_epi64::<0b01_00_11_10>(self.0),
                _ => _mm256_permute4x64_epi64::<0b00_01_10_11>(self.0),
            })
        }
    }
}

impl Vector for U64x4 {
    type Key = u64;
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn load_unchanged(from: *const u64) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { Self(_mm256_loadu_si256(from.cast())) }
    }
    #[inline(always)]
    unsafe fn store_unchanged(self, to: *mut u64) {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { _mm256_storeu_si256(to.cast(), self.0) }
    }

    #[inline(always)]
    unsafe fn splat(key: u64) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { Self(Self::flipped(_mm256_set1_epi64x(key as i64))) }
    }
    #[inline(always)]
    unsafe fn load(from: *const u64) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { Self(Self::flipped(_mm256_loadu_si256(from.cast()))) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut u64) {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { _mm256_storeu_si256(to.cast(), Self::flipped(self.0)) }
    }
    #[inline(always)]
    unsafe fn load_some(from: *const u64, count: usize) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe {
            let mask = Self::first(count);
            let some = Self(Self::flipped(_mm256_maskload_epi64(from.cast(), mask)));
            Self::splat(u64::MAX).or(mask, some)
        }
    }
    #[inline(always)]
    unsafe fn store_some(self, to: *mut u64, count: usize) {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { _mm256_maskstore_epi64(to.cast(), Self::first(count), Self::flipped(self.0)) }
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { self.or(_mm256_cmpgt_epi64(self.0, other.0), other) }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { other.or(_mm256_cmpgt_epi64(self.0, other.0), self) }
    }
    #[inline(always)]
    unsafe fn reverse<const C: usize>(self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { if C == 2 { self.swapped::<1>() } else { self.swapped::<3>() } }
    }
    #[inline(always)]
    unsafe fn exchange<const X: usize>(self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe {
            let upper = match X {
                1 => _mm256_set_epi64x(-1, 0, -1, 0),
                _ => _mm256_set_epi64x(-1, -1, 0, 0),
            };
            let other = self.swapped::<X>();
            // the lower of two takes the other one if that is less, the upper one if it is not
            self.or(_mm256_xor_si256(_mm256_cmpgt_epi64(self.0, other.0), upper), other)
        }
    }
    #[inline(always)]
    unsafe fn split(self, pivot: Self) -> (Self, usize, Self) {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe {
            let less = _mm256_cmpgt_epi64(pivot.0, Self::flipped(self.0));
            let set = _mm256_movemask_pd(_mm256_castsi256_pd(less)) as usize;
            let low = permuted(self.0, &PLACES_OF_4[set]);
            let high = permuted(self.0, &PLACES_OF_4[set ^ 0xF]);
            (Self(low), set.count_ones() as usize, Self(high))
        }
    }
}

#[derive(Clone, Copy)]
struct U32x8(__m256i);

impl U32x8 {
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    unsafe fn first(count: usize) -> __m256i {
        // SAFETY: the caller's promise.
        unsafe {
            _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0))
        }
    }
    /// The vector elements `i ^ X` in the place of `i`.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[inline(always)]
    unsafe fn swapped<const X: usize>(self) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            Self(match X {
                1 => _mm256_shuffle_epi32::<0b10_11_00_01>(self.0),
                2 => _mm256_shuffle_epi32::<0b01_00_11_10>(self.0),
                3 => _mm256_shuffle_epi32::<0b00_01_10_11>(self.0),
                4 => _mm256_permute2x128_si256::<1>(self.0, self.0),
                _ => _mm256_permutevar8x32_epi32(self.0, _mm256_set_epi32(0, 1, 2, 3, 4, 5, 6, 7)),
            })
        }
    }
}

impl Vector for U32x8 {
    type Key = u32;
    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn splat(key: u32) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { Self(_mm256_set1_epi32(key as i32)) }
    }
    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { Self(_mm256_loadu_si256(from.cast())) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { _mm256_storeu_si256(to.cast(), self.0) }
    }
    #[inline(always)]
    unsafe fn load_some(from: *const u32, count: usize) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe {
            let mask = Self::first(count);
            let some = _mm256_maskload_epi32(from.cast(), mask);
            Self(_mm256_blendv_epi8(_mm256_set1_epi32(-1), some, mask))
        }
    }
    #[inline(always)]
    unsafe fn store_some(self, to: *mut u32, count: usize) {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { _mm256_maskstore_epi32(to.cast(), Self::first(count), self.0) }
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { Self(_mm256_min_epu32(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe { Self(_mm256_max_epu32(self.0, other.0)) }
    }
    #[inline(always)]
    unsafe fn reverse<const C: usize>(self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe {
            match C {
                2 => self.swapped::<1>(),
                4 => self.swapped::<3>(),
                _ => self.swapped::<7>(),
            }
        }
    }
    #[inline(always)]
    unsafe fn exchange<const X: usize>(self) -> Self {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe {
            let other = self.swapped::<X>();
            let (min, max) = (_mm256_min_epu32(self.0, other.0), _mm256_max_epu32(self.0, other.0));
            Self(match X {
                1 => _mm256_blend_epi32::<0xAA>(min, max),
                2 | 3 => _mm256_blend_epi32::<0xCC>(min, max),
                _ => _mm256_blend_epi32::<0xF0>(min, max),
            })
        }
    }
    #[inline(always)]
    unsafe fn split(self, pivot: Self) -> (Self, usize, Self) {
        // SAFETY: the trait's contract: the processor has AVX2, and memory is valid for these keys.
        unsafe {
            let others = _mm256_cmpeq_epi32(_mm256_max_epu32(self.0, pivot.0), self.0);
            let set = _mm256_movemask_ps(_mm256_castsi256_ps(others)) as usize;
            let low = permuted(self.0, &PLACES_OF_8[set ^ 0xFF]);
            let high = permuted(self.0, &PLACES_OF_8[set]);
            (Self(low), WORDS - set.count_ones() as usize, Self(high))
        }
    }
}
