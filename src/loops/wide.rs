//! The numbers of one element of all matrices of a pack: vectors, or one number for a matrix alone.
//!
//! Explicit vectors: of loops over eight numbers the compiler makes single operations, and of what selects
//! and stores, masked stores, which take some processors twenty times as long.

#![allow(unsafe_code)] // the instructions of vectors

use crate::Real;
use num_traits::Float;

/// Number of matrices of a pack.
pub(crate) const LANES: usize = 8;

/// Bytes that processors read from memory at once.
pub(crate) const LINE: usize = 64;

/// Number of elements that are copied between matrices and packs at once.
pub(crate) const TILE: usize = 4;

/// The same element of all matrices of a pack.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub struct Pack<T>(pub [T; LANES]);

/// A set of lanes: bit `i` is that of matrix `i`.
pub type Lanes = u8;

/// All lanes of a pack.
pub(crate) const ALL: Lanes = Lanes::MAX;

/// Asks for memory that will be read soon, line by line. Several short streams through one page, as of small
/// matrices that are read side by side, are no pattern that processors recognise by themselves: 100 000
/// matrices of 8 x 8 are copied to packs three times as fast with it.
#[inline]
pub(crate) fn prefetch<T>(soon: &[T]) {
    for line in soon.chunks((LINE / size_of::<T>()).max(1)) {
        prefetch_line(line.as_ptr());
    }
}

/// Asks for the line of memory at this address, which need not exist.
#[inline(always)]
pub(crate) fn prefetch_line<T>(_line: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: SSE, which every x86-64 processor has; a prefetch does not access memory (Intel, Software
        // Developer's Manual, volume 2, PREFETCHh).
        unsafe { _mm_prefetch::<_MM_HINT_T0>(_line.cast()) }
    }
}

/// As [`prefetch_line`], of memory that will be written: no other core keeps a copy, so that the write does
/// not wait for that. For processors with AVX2.
#[inline(always)]
#[allow(clippy::pointers_in_nomem_asm_block)] // a prefetch accesses no memory
pub(crate) fn prefetch_line_to_write<T>(_line: *const T) {
    #[cfg(target_arch = "x86_64")]
    // In assembly: compilers make a prefetch for reading of it where they may not assume that it exists.
    // SAFETY: a prefetch does not access memory, nor does it change flags or the stack (Intel, Software
    // Developer's Manual, volume 2, PREFETCHW); those processors with AVX2 that do not have it, Haswell,
    // decode it as no operation.
    unsafe {
        std::arch::asm!("prefetchw [{}]", in(reg) _line, options(nomem, nostack, preserves_flags));
    }
}

/// A number per lane.
pub trait Wide: Copy {
    type Number: Real;
    /// As it is stored.
    type Stored: Copy;
    /// What is true for a lane or not.
    type Mask: Copy;
    /// The number of a row for each lane.
    type Row: Copy;
    /// Between which sizes numbers are.
    type Extent: Copy;

    fn load(from: &Self::Stored) -> Self;
    fn store(self, to: &mut Self::Stored);
    fn splat(x: Self::Number) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// Adds the product of two numbers, which the baseline rounds before: only if it is exact, all levels
    /// have the same bits.
    fn plus_product(self, x: Self, y: Self) -> Self;
    fn over(self, other: Self) -> Self;
    fn root(self) -> Self;
    fn size(self) -> Self;
    fn with_sign_of(self, other: Self) -> Self;
    /// The number itself if it is less, else the other one, which may be NaN.
    fn lesser(self, other: Self) -> Self;
    /// The number itself if it is greater, else the other one, which may be NaN.
    fn larger(self, other: Self) -> Self;
    fn greater(self, other: Self) -> Self::Mask;
    /// Whether it is less or equal: false for a NaN.
    fn at_most(self, other: Self) -> Self::Mask;
    fn is_zero(self) -> Self::Mask;
    fn both(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn either(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Returns `self` where the mask is true, `other` where it is not.
    fn or(self, mask: Self::Mask, other: Self) -> Self;
    fn lanes(mask: Self::Mask) -> Lanes;

    /// The extent of no numbers.
    fn extent() -> Self::Extent;
    fn extend(self, extent: Self::Extent) -> Self::Extent;
    /// Where all numbers are 0 or [moderate](Real::SAFE): false for a NaN; it may be false for numbers at the
    /// very limits.
    fn moderate(extent: Self::Extent) -> Self::Mask;

    fn row(i: usize) -> Self::Row;
    fn or_row(row: Self::Row, mask: Self::Mask, other: Self::Row) -> Self::Row;
    fn is_row(row: Self::Row, i: usize) -> Self::Mask;
    /// Swaps the elements `k` and `row`, which is not before it; then changes those behind `k`, of which the
    /// function is given the place, the value, and the new element `k`.
    fn swap(x: &mut [Self::Stored], k: usize, row: Self::Row, change: impl Fn(usize, Self, Self) -> Self);
}

/// Returns the rounded sum and its error.
#[inline(always)]
pub(crate) fn exact_sum<W: Wide>(x: W, y: W) -> (W, W) {
    let sum = x.plus(y);
    let of_y = sum.minus(x);
    (sum, x.minus(sum.minus(of_y)).plus(y.minus(of_y)))
}

/// Largest number of rows that are swapped by selecting: the work grows with their number, that of moving
/// single elements does not.
const SELECTED: usize = 16;

#[inline(always)]
fn swap<T: Real, W: Wide<Number = T, Stored = Pack<T>>>(
    x: &mut [Pack<T>],
    k: usize,
    row: W::Row,
    places: impl Fn(W::Row) -> [usize; LANES],
    change: impl Fn(usize, W, W) -> W,
) {
    let old = W::load(&x[k]);
    let mut top = old;
    if x.len() <= SELECTED {
        // Two loops: what is selected and stored at once becomes a masked store.
        for (i, x) in x.iter().enumerate().skip(k + 1) {
            top = W::load(x).or(W::is_row(row, i), top);
        }
        for (i, x) in x.iter_mut().enumerate().skip(k + 1) {
            change(i, old.or(W::is_row(row, i), W::load(x)), top).store(x);
        }
    } else {
        // without a branch: the row is as often the same as not
        let mut tops = x[k];
        for (lane, &row) in places(row).iter().enumerate() {
            let (old, top) = (x[k].0[lane], x[row].0[lane]);
            tops.0[lane] = top;
            x[row].0[lane] = old;
        }
        top = W::load(&tops);
        for (i, x) in x.iter_mut().enumerate().skip(k + 1) {
            change(i, W::load(x), top).store(x);
        }
    }
    top.store(&mut x[k]);
}

/// Whether it is 0 or neither very large nor very small; false for a NaN.
#[inline(always)]
fn is_moderate<W: Wide>(x: W) -> W::Mask {
    let (most, least) = (W::Number::SAFE, W::Number::SAFE.recip());
    let size = x.size();
    W::both(size.at_most(W::splat(most)), W::either(W::splat(least).at_most(size), x.is_zero()))
}

/// One matrix alone.
macro_rules! alone {
    ($($t:ty),*) => {$(
        impl Wide for $t {
            type Number = $t;
            type Stored = $t;
            type Mask = bool;
            type Row = usize;
            type Extent = bool;

            #[inline(always)]
            fn load(from: &$t) -> $t {
                *from
            }
            #[inline(always)]
            fn store(self, to: &mut $t) {
                *to = self;
            }
            #[inline(always)]
            fn splat(x: $t) -> $t {
                x
            }
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self + other
            }
            #[inline(always)]
            fn minus(self, other: $t) -> $t {
                self - other
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self * other
            }
            #[inline(always)]
            fn plus_product(self, x: $t, y: $t) -> $t {
                self + x * y
            }
            #[inline(always)]
            fn over(self, other: $t) -> $t {
                self / other
            }
            #[inline(always)]
            fn root(self) -> $t {
                self.sqrt()
            }
            #[inline(always)]
            fn size(self) -> $t {
                self.abs()
            }
            #[inline(always)]
            fn with_sign_of(self, other: $t) -> $t {
                self.copysign(other)
            }
            #[inline(always)]
            fn lesser(self, other: $t) -> $t {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn larger(self, other: $t) -> $t {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn greater(self, other: $t) -> bool {
                self > other
            }
            #[inline(always)]
            fn at_most(self, other: $t) -> bool {
                self <= other
            }
            #[inline(always)]
            fn is_zero(self) -> bool {
                self == 0.0
            }
            #[inline(always)]
            fn both(a: bool, b: bool) -> bool {
                a & b
            }
            #[inline(always)]
            fn either(a: bool, b: bool) -> bool {
                a | b
            }
            #[inline(always)]
            fn or(self, mask: bool, other: $t) -> $t {
                if mask { self } else { other }
            }
            #[inline(always)]
            fn lanes(mask: bool) -> Lanes {
                if mask { ALL } else { 0 }
            }
            #[inline(always)]
            fn extent() -> bool {
                true
            }
            #[inline(always)]
            fn extend(self, extent: bool) -> bool {
                extent & is_moderate(self)
            }
            #[inline(always)]
            fn moderate(extent: bool) -> bool {
                extent
            }
            #[inline(always)]
            fn row(i: usize) -> usize {
                i
            }
            #[inline(always)]
            fn or_row(row: usize, mask: bool, other: usize) -> usize {
                if mask { row } else { other }
            }
            #[inline(always)]
            fn is_row(row: usize, i: usize) -> bool {
                row == i
            }
            #[inline(always)]
            fn swap(x: &mut [$t], k: usize, row: usize, change: impl Fn(usize, $t, $t) -> $t) {
                // without a branch: the row is as often the same as not
                let (old, top) = (x[k], x[row]);
                x[row] = old;
                x[k] = top;
                for (i, x) in x.iter_mut().enumerate().skip(k + 1) {
                    *x = change(i, *x, top);
                }
            }
        }
    )*};
}

alone!(f32, f64);

/// A pack, of whatever vectors the compiler makes.
#[derive(Debug, Clone, Copy)]
pub struct Plain<T>([T; LANES]);

#[inline(always)]
fn each<T: Copy, U: Copy, R: Copy + Default>(
    a: [T; LANES],
    b: [U; LANES],
    f: impl Fn(T, U) -> R,
) -> [R; LANES] {
    let mut results = [R::default(); LANES];
    for lane in 0..LANES {
        results[lane] = f(a[lane], b[lane]);
    }
    results
}

impl<T: Real> Wide for Plain<T> {
    type Number = T;
    type Stored = Pack<T>;
    type Mask = [bool; LANES];
    type Row = [usize; LANES];
    type Extent = [bool; LANES];

    #[inline(always)]
    fn load(from: &Pack<T>) -> Self {
        Plain(from.0)
    }
    #[inline(always)]
    fn store(self, to: &mut Pack<T>) {
        to.0 = self.0;
    }
    #[inline(always)]
    fn splat(x: T) -> Self {
        Plain([x; LANES])
    }
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        Plain(each(self.0, other.0, |x, y| x + y))
    }
    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        Plain(each(self.0, other.0, |x, y| x - y))
    }
    #[inline(always)]
    fn times(self, other: Self) -> Self {
        Plain(each(self.0, other.0, |x, y| x * y))
    }
    #[inline(always)]
    fn plus_product(self, x: Self, y: Self) -> Self {
        self.plus(x.times(y))
    }
    #[inline(always)]
    fn over(self, other: Self) -> Self {
        Plain(each(self.0, other.0, |x, y| x / y))
    }
    #[inline(always)]
    fn root(self) -> Self {
        Plain(each(self.0, self.0, |x, _| Float::sqrt(x)))
    }
    #[inline(always)]
    fn size(self) -> Self {
        Plain(each(self.0, self.0, |x, _| Float::abs(x)))
    }
    #[inline(always)]
    fn with_sign_of(self, other: Self) -> Self {
        Plain(each(self.0, other.0, |x, y| x.copysign(y)))
    }
    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        Plain(each(self.0, other.0, |x, y| if x < y { x } else { y }))
    }
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        Plain(each(self.0, other.0, |x, y| if x > y { x } else { y }))
    }
    #[inline(always)]
    fn greater(self, other: Self) -> [bool; LANES] {
        each(self.0, other.0, |x, y| x > y)
    }
    #[inline(always)]
    fn at_most(self, other: Self) -> [bool; LANES] {
        each(self.0, other.0, |x, y| x <= y)
    }
    #[inline(always)]
    fn is_zero(self) -> [bool; LANES] {
        each(self.0, self.0, |x, _| x.is_zero())
    }
    #[inline(always)]
    fn both(a: [bool; LANES], b: [bool; LANES]) -> [bool; LANES] {
        each(a, b, |x, y| x & y)
    }
    #[inline(always)]
    fn either(a: [bool; LANES], b: [bool; LANES]) -> [bool; LANES] {
        each(a, b, |x, y| x | y)
    }
    #[inline(always)]
    fn or(self, mask: [bool; LANES], other: Self) -> Self {
        let mut result = other.0;
        for lane in 0..LANES {
            result[lane] = if mask[lane] { self.0[lane] } else { result[lane] };
        }
        Plain(result)
    }
    #[inline(always)]
    fn lanes(mask: [bool; LANES]) -> Lanes {
        (0..LANES).fold(0, |all, lane| all | (Lanes::from(mask[lane]) << lane))
    }
    #[inline(always)]
    fn extent() -> [bool; LANES] {
        [true; LANES]
    }
    #[inline(always)]
    fn extend(self, extent: [bool; LANES]) -> [bool; LANES] {
        Self::both(extent, is_moderate(self))
    }
    #[inline(always)]
    fn moderate(extent: [bool; LANES]) -> [bool; LANES] {
        extent
    }
    #[inline(always)]
    fn row(i: usize) -> [usize; LANES] {
        [i; LANES]
    }
    #[inline(always)]
    fn or_row(row: [usize; LANES], mask: [bool; LANES], other: [usize; LANES]) -> [usize; LANES] {
        let mut result = other;
        for lane in 0..LANES {
            result[lane] = if mask[lane] { row[lane] } else { other[lane] };
        }
        result
    }
    #[inline(always)]
    fn is_row(row: [usize; LANES], i: usize) -> [bool; LANES] {
        each(row, row, |row, _| row == i)
    }
    #[inline(always)]
    fn swap(x: &mut [Pack<T>], k: usize, row: [usize; LANES], change: impl Fn(usize, Self, Self) -> Self) {
        swap::<_, Self>(x, k, row, |row| row, change);
    }
}

/// The pack of vectors of an element type, where the processor has them.
#[cfg(target_arch = "x86_64")]
pub use x86::Vectors;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::*;
    use std::arch::x86_64::*;

    /// The pack of an element type in registers of AVX.
    pub trait Vectors: Real {
        type Registers: Wide<Number = Self, Stored = Pack<Self>>;

        /// Returns the elements from `start` on of all matrices.
        fn load_tile(matrices: [&[Self]; LANES], start: usize) -> [Self::Registers; TILE];
        /// Writes elements of all matrices, each `step` after the one before.
        fn store_tile(tile: [Self::Registers; TILE], out: &mut [Self], step: usize);
    }

    macro_rules! registers {
        ($t:ty, $wide:ident($($register:tt)*): $vector:ty, $count:literal, $load:ident, $store:ident, $set:ident,
            $add:ident, $sub:ident, $mul:ident, $fma:ident, $div:ident, $min:ident, $max:ident, $sqrt:ident, $and:ident, $or:ident, $andnot:ident,
            $cmp:ident, $blend:ident, $movemask:ident, $integers:ident, $floats:ident, $add_integers:ident, $high:ident
        ) => {
            /// A pack in registers. SAFETY of all that is done with it: this module gives it only to bodies
            /// that are compiled for a level with fused multiply-add, which includes AVX and AVX2 (Intel,
            /// Software Developer's Manual, volume 1, 14.5.3 and 14.7.1; `dispatch::levels`): all these
            /// instructions.
            #[derive(Debug, Clone, Copy)]
            pub struct $wide([$vector; $count]);

            impl $wide {
                #[inline(always)]
                fn each(self, other: Self, f: impl Fn($vector, $vector) -> $vector) -> Self {
                    $wide([$(f(self.0[$register], other.0[$register])),*])
                }
            }

            impl Wide for $wide {
                type Number = $t;
                type Stored = Pack<$t>;
                type Mask = Self;
                type Row = Self;
                /// Of the bits without the sign, as integers, in which 0 is followed by the smallest number:
                /// the smallest number less 1 and the largest one. Only the higher half of 64 bits counts.
                type Extent = [[__m256i; 2]; $count];

                #[inline(always)]
                fn load(from: &Pack<$t>) -> Self {
                    const SIZE: usize = LANES / $count;
                    // SAFETY: AVX, as for the type; a pack has the elements of all its registers.
                    unsafe { $wide([$($load(from.0.as_ptr().add($register * SIZE))),*]) }
                }
                #[inline(always)]
                fn store(self, to: &mut Pack<$t>) {
                    const SIZE: usize = LANES / $count;
                    // SAFETY: AVX, as for the type; a pack has the elements of all its registers.
                    unsafe { $($store(to.0.as_mut_ptr().add($register * SIZE), self.0[$register]);)* }
                }
                #[inline(always)]
                fn splat(x: $t) -> Self {
                    // SAFETY: AVX, as for the type.
                    unsafe { $wide([$set(x); $count]) }
                }
                #[inline(always)]
                fn plus(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $add(x, y) })
                }
                #[inline(always)]
                fn minus(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $sub(x, y) })
                }
                #[inline(always)]
                fn times(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $mul(x, y) })
                }
                #[inline(always)]
                fn plus_product(self, x: Self, y: Self) -> Self {
                    // SAFETY: FMA, as for the type.
                    unsafe { $wide([$($fma(x.0[$register], y.0[$register], self.0[$register])),*]) }
                }
                #[inline(always)]
                fn over(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $div(x, y) })
                }
                #[inline(always)]
                fn root(self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(self, |x, _| unsafe { $sqrt(x) })
                }
                #[inline(always)]
                fn size(self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(Self::splat(-0.0), |x, sign| unsafe { $andnot(sign, x) })
                }
                #[inline(always)]
                fn with_sign_of(self, other: Self) -> Self {
                    let sign = Self::both(other, Self::splat(-0.0));
                    Self::either(sign, self.size())
                }
                // The second number if one of both is NaN (Intel, Software Developer's Manual, volume 2,
                // MINPD).
                #[inline(always)]
                fn lesser(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $min(x, y) })
                }
                #[inline(always)]
                fn larger(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $max(x, y) })
                }
                #[inline(always)]
                fn greater(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $cmp::<_CMP_GT_OQ>(x, y) })
                }
                #[inline(always)]
                fn at_most(self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(other, |x, y| unsafe { $cmp::<_CMP_LE_OQ>(x, y) })
                }
                #[inline(always)]
                fn is_zero(self) -> Self {
                    // SAFETY: AVX, as for the type.
                    self.each(Self::splat(0.0), |x, y| unsafe { $cmp::<_CMP_EQ_OQ>(x, y) })
                }
                #[inline(always)]
                fn both(a: Self, b: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    a.each(b, |x, y| unsafe { $and(x, y) })
                }
                #[inline(always)]
                fn either(a: Self, b: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    a.each(b, |x, y| unsafe { $or(x, y) })
                }
                #[inline(always)]
                fn or(self, mask: Self, other: Self) -> Self {
                    // SAFETY: AVX, as for the type.
                    unsafe { $wide([$($blend(other.0[$register], self.0[$register], mask.0[$register])),*]) }
                }
                #[inline(always)]
                fn lanes(mask: Self) -> Lanes {
                    // SAFETY: AVX, as for the type.
                    unsafe { 0 $(| ($movemask(mask.0[$register]) as Lanes) << ($register * (LANES / $count)))* }
                }
                #[inline(always)]
                fn extent() -> Self::Extent {
                    // SAFETY: AVX2, as for the type.
                    unsafe { [[_mm256_set1_epi32(i32::MAX), _mm256_setzero_si256()]; $count] }
                }
                #[inline(always)]
                fn extend(self, extent: Self::Extent) -> Self::Extent {
                    let size = self.size();
                    // SAFETY: AVX2, as for the type.
                    unsafe {
                        let one_less = _mm256_set1_epi32(-1);
                        [$({
                            let ([least, most], bits) = (extent[$register], $integers(size.0[$register]));
                            // 0 less 1 is the largest integer
                            [_mm256_min_epu32(least, $add_integers(bits, one_less)), _mm256_max_epu32(most, bits)]
                        }),*]
                    }
                }
                #[inline(always)]
                fn moderate(extent: Self::Extent) -> Self {
                    const HIGH: u32 = 8 * size_of::<$t>() as u32 - 32;
                    let (least, most) = (<$t>::SAFE.recip().to_bits() >> HIGH, <$t>::SAFE.to_bits() >> HIGH);
                    // SAFETY: AVX2, as for the type.
                    unsafe {
                        let (below, most) = (_mm256_set1_epi32(least as i32 - 1), _mm256_set1_epi32(most as i32));
                        $wide([$({
                            let (smallest, largest) = ($high(extent[$register][0]), $high(extent[$register][1]));
                            let (from, to) = (_mm256_cmpgt_epi32(smallest, below), _mm256_cmpgt_epi32(most, largest));
                            $floats(_mm256_and_si256(from, to))
                        }),*])
                    }
                }
                #[inline(always)]
                fn row(i: usize) -> Self {
                    Self::splat(i as $t)
                }
                #[inline(always)]
                fn or_row(row: Self, mask: Self, other: Self) -> Self {
                    row.or(mask, other)
                }
                #[inline(always)]
                fn is_row(row: Self, i: usize) -> Self {
                    // SAFETY: AVX, as for the type.
                    row.each(Self::row(i), |x, y| unsafe { $cmp::<_CMP_EQ_OQ>(x, y) })
                }
                #[inline(always)]
                fn swap(x: &mut [Pack<$t>], k: usize, row: Self, change: impl Fn(usize, Self, Self) -> Self) {
                    let places = |row: Self| {
                        let mut numbers = Pack([0.0; LANES]);
                        row.store(&mut numbers);
                        let mut places = [0; LANES];
                        for lane in 0..LANES {
                            places[lane] = numbers.0[lane] as usize;
                        }
                        places
                    };
                    swap::<_, Self>(x, k, row, places, change);
                }
            }
        };
    }

    #[inline(always)]
    fn higher_halves(x: __m256i) -> __m256i {
        // SAFETY: AVX2, as for the type.
        unsafe { _mm256_shuffle_epi32::<0xF5>(x) }
    }

    #[inline(always)]
    fn all(x: __m256i) -> __m256i {
        x
    }

    /// Transposes four by four numbers.
    #[inline(always)]
    fn transposed_f64(a: __m256d, b: __m256d, c: __m256d, d: __m256d) -> [__m256d; TILE] {
        // SAFETY: AVX, as for the type.
        unsafe {
            let (ab_even, ab_odd) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
            let (cd_even, cd_odd) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
            [
                _mm256_permute2f128_pd::<0x20>(ab_even, cd_even),
                _mm256_permute2f128_pd::<0x20>(ab_odd, cd_odd),
                _mm256_permute2f128_pd::<0x31>(ab_even, cd_even),
                _mm256_permute2f128_pd::<0x31>(ab_odd, cd_odd),
            ]
        }
    }

    #[inline(always)]
    fn load_f64(x: &[f64], start: usize) -> __m256d {
        let x = &x[start..start + TILE];
        // SAFETY: AVX, as for the type; the slice has four elements.
        unsafe { _mm256_loadu_pd(x.as_ptr()) }
    }

    #[inline(always)]
    fn store_f64(row: __m256d, out: &mut [f64], start: usize) {
        let out = &mut out[start..start + TILE];
        // SAFETY: AVX, as for the type; the slice has four elements.
        unsafe { _mm256_storeu_pd(out.as_mut_ptr(), row) }
    }

    impl Vectors for f64 {
        type Registers = F64x8;

        #[inline(always)]
        fn load_tile([a, b, c, d, e, f, g, h]: [&[f64]; LANES], k: usize) -> [F64x8; TILE] {
            let low = transposed_f64(load_f64(a, k), load_f64(b, k), load_f64(c, k), load_f64(d, k));
            let high = transposed_f64(load_f64(e, k), load_f64(f, k), load_f64(g, k), load_f64(h, k));
            [
                F64x8([low[0], high[0]]),
                F64x8([low[1], high[1]]),
                F64x8([low[2], high[2]]),
                F64x8([low[3], high[3]]),
            ]
        }

        #[inline(always)]
        fn store_tile([a, b, c, d]: [F64x8; TILE], out: &mut [f64], step: usize) {
            for half in 0..2 {
                let rows = transposed_f64(a.0[half], b.0[half], c.0[half], d.0[half]);
                for (i, row) in rows.into_iter().enumerate() {
                    store_f64(row, out, (half * TILE + i) * step);
                }
            }
        }
    }

    /// Transposes four by four numbers in each half.
    #[inline(always)]
    fn transposed_f32(a: __m256, b: __m256, c: __m256, d: __m256) -> [__m256; TILE] {
        // SAFETY: AVX, as for the type.
        unsafe {
            let (ab_first, ab_last) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
            let (cd_first, cd_last) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
            [
                _mm256_shuffle_ps::<0x44>(ab_first, cd_first),
                _mm256_shuffle_ps::<0xEE>(ab_first, cd_first),
                _mm256_shuffle_ps::<0x44>(ab_last, cd_last),
                _mm256_shuffle_ps::<0xEE>(ab_last, cd_last),
            ]
        }
    }

    #[inline(always)]
    fn load_f32(low: &[f32], high: &[f32], start: usize) -> __m256 {
        let (low, high) = (&low[start..start + TILE], &high[start..start + TILE]);
        // SAFETY: AVX, as for the type; each slice has four elements.
        unsafe { _mm256_loadu2_m128(high.as_ptr(), low.as_ptr()) }
    }

    #[inline(always)]
    fn store_f32(rows: __m256, out: &mut [f32], low: usize, high: usize) {
        let out_low = &mut out[low..low + TILE];
        // SAFETY: AVX, as for the type; the slice has four elements.
        unsafe { _mm_storeu_ps(out_low.as_mut_ptr(), _mm256_castps256_ps128(rows)) }
        let out_high = &mut out[high..high + TILE];
        // SAFETY: AVX, as for the type; the slice has four elements.
        unsafe { _mm_storeu_ps(out_high.as_mut_ptr(), _mm256_extractf128_ps::<1>(rows)) }
    }

    impl Vectors for f32 {
        type Registers = F32x8;

        #[inline(always)]
        fn load_tile([a, b, c, d, e, f, g, h]: [&[f32]; LANES], k: usize) -> [F32x8; TILE] {
            let (ae, bf, cg, dh) =
                (load_f32(a, e, k), load_f32(b, f, k), load_f32(c, g, k), load_f32(d, h, k));
            let columns = transposed_f32(ae, bf, cg, dh);
            [F32x8([columns[0]]), F32x8([columns[1]]), F32x8([columns[2]]), F32x8([columns[3]])]
        }

        #[inline(always)]
        fn store_tile([a, b, c, d]: [F32x8; TILE], out: &mut [f32], step: usize) {
            let rows = transposed_f32(a.0[0], b.0[0], c.0[0], d.0[0]);
            for (i, both) in rows.into_iter().enumerate() {
                store_f32(both, out, i * step, (TILE + i) * step);
            }
        }
    }

    registers!(f64, F64x8(0 1): __m256d, 2, _mm256_load_pd, _mm256_store_pd, _mm256_set1_pd, _mm256_add_pd,
        _mm256_sub_pd, _mm256_mul_pd, _mm256_fmadd_pd, _mm256_div_pd, _mm256_min_pd, _mm256_max_pd, _mm256_sqrt_pd, _mm256_and_pd, _mm256_or_pd,
        _mm256_andnot_pd, _mm256_cmp_pd, _mm256_blendv_pd, _mm256_movemask_pd, _mm256_castpd_si256,
        _mm256_castsi256_pd, _mm256_add_epi64, higher_halves);
    registers!(f32, F32x8(0): __m256, 1, _mm256_load_ps, _mm256_store_ps, _mm256_set1_ps, _mm256_add_ps,
        _mm256_sub_ps, _mm256_mul_ps, _mm256_fmadd_ps, _mm256_div_ps, _mm256_min_ps, _mm256_max_ps, _mm256_sqrt_ps, _mm256_and_ps, _mm256_or_ps,
        _mm256_andnot_ps, _mm256_cmp_ps, _mm256_blendv_ps, _mm256_movemask_ps, _mm256_castps_si256,
        _mm256_castsi256_ps, _mm256_add_epi32, all);
}

/// The pack of an element type where there are no vectors for it.
#[cfg(not(target_arch = "x86_64"))]
pub trait Vectors: Real {
    type Registers: Wide<Number = Self, Stored = Pack<Self>>;

    /// Returns the elements from `start` on of all matrices.
    #[inline(always)]
    fn load_tile(matrices: [&[Self]; LANES], start: usize) -> [Self::Registers; TILE] {
        let pack = |k| Wide::load(&Pack(std::array::from_fn(|lane| matrices[lane][start + k])));
        std::array::from_fn(pack)
    }

    /// Writes elements of all matrices, each `step` after the one before.
    #[inline(always)]
    fn store_tile(tile: [Self::Registers; TILE], out: &mut [Self], step: usize) {
        for (k, numbers) in tile.into_iter().enumerate() {
            let mut pack = Pack([Self::zero(); LANES]);
            numbers.store(&mut pack);
            pack.0.iter().enumerate().for_each(|(lane, &x)| out[lane * step + k] = x);
        }
    }
}
#[cfg(not(target_arch = "x86_64"))]
impl<T: Real> Vectors for T {
    type Registers = Plain<T>;
}
