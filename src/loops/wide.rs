//! The numbers of one element of all matrices of a pack: vectors, or one number for a matrix alone.
//!
//! Explicit vectors: of loops over eight numbers the compiler makes single operations, and of what selects
//! and stores, masked stores, which take some processors twenty times as long.

#![allow(unsafe_code)] // the instructions of vectors

use crate::Real;
use num_traits::Float;

/// Number of matrices of a pack.
pub(crate) const LANES: usize = 8;

/// The same element of all matrices of a pack.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub struct Pack<T>(pub [T; LANES]);

/// A set of lanes: bit `i` is that of matrix `i`.
pub type Lanes = u8;

/// All lanes of a pack.
pub(crate) const ALL: Lanes = Lanes::MAX;

/// A number per lane.
pub trait Wide: Copy {
    type Number: Real;
    /// As it is stored.
    type Stored: Copy;
    /// What is true for a lane or not.
    type Mask: Copy;
    /// The number of a row for each lane.
    type Row: Copy;

    fn load(from: &Self::Stored) -> Self;
    fn store(self, to: &mut Self::Stored);
    fn splat(x: Self::Number) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    fn over(self, other: Self) -> Self;
    fn root(self) -> Self;
    fn size(self) -> Self;
    fn with_sign_of(self, other: Self) -> Self;
    fn greater(self, other: Self) -> Self::Mask;
    /// Whether it is less or equal: false for a NaN.
    fn at_most(self, other: Self) -> Self::Mask;
    fn is_zero(self) -> Self::Mask;
    fn both(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    fn either(a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Returns `self` where the mask is true, `other` where it is not.
    fn or(self, mask: Self::Mask, other: Self) -> Self;
    fn lanes(mask: Self::Mask) -> Lanes;

    fn row(i: usize) -> Self::Row;
    fn or_row(row: Self::Row, mask: Self::Mask, other: Self::Row) -> Self::Row;
    fn is_row(row: Self::Row, i: usize) -> Self::Mask;
    /// Swaps the elements `k` and `row`, which is not before it; then changes those behind `k`, of which the
    /// function is given the place, the value, and the new element `k`.
    fn swap(x: &mut [Self::Stored], k: usize, row: Self::Row, change: impl Fn(usize, Self, Self) -> Self);
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

/// One matrix alone.
macro_rules! alone {
    ($($t:ty),*) => {$(
        impl Wide for $t {
            type Number = $t;
            type Stored = $t;
            type Mask = bool;
            type Row = usize;

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
    }

    macro_rules! registers {
        ($t:ty, $wide:ident($($register:tt)*): $vector:ty, $count:literal, $load:ident, $store:ident, $set:ident,
            $add:ident, $sub:ident, $mul:ident, $div:ident, $sqrt:ident, $and:ident, $or:ident, $andnot:ident,
            $cmp:ident, $blend:ident, $movemask:ident
        ) => {
            /// A pack in registers. SAFETY of all that is done with it: this module gives it only to bodies
            /// that are compiled for a level with fused multiply-add, which includes AVX (Intel, Software
            /// Developer's Manual, volume 1, 14.5.3), the level of all these instructions.
            #[derive(Debug, Clone, Copy)]
                        pub struct $wide([$vector; $count]);

            impl Vectors for $t {
                type Registers = $wide;
            }

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

    registers!(f64, F64x8(0 1): __m256d, 2, _mm256_load_pd, _mm256_store_pd, _mm256_set1_pd, _mm256_add_pd,
        _mm256_sub_pd, _mm256_mul_pd, _mm256_div_pd, _mm256_sqrt_pd, _mm256_and_pd, _mm256_or_pd,
        _mm256_andnot_pd, _mm256_cmp_pd, _mm256_blendv_pd, _mm256_movemask_pd);
    registers!(f32, F32x8(0): __m256, 1, _mm256_load_ps, _mm256_store_ps, _mm256_set1_ps, _mm256_add_ps,
        _mm256_sub_ps, _mm256_mul_ps, _mm256_div_ps, _mm256_sqrt_ps, _mm256_and_ps, _mm256_or_ps,
        _mm256_andnot_ps, _mm256_cmp_ps, _mm256_blendv_ps, _mm256_movemask_ps);
}

/// The pack of an element type where there are no vectors for it.
#[cfg(not(target_arch = "x86_64"))]
pub trait Vectors: Real {
    type Registers: Wide<Number = Self, Stored = Pack<Self>>;
}
#[cfg(not(target_arch = "x86_64"))]
impl<T: Real> Vectors for T {
    type Registers = Plain<T>;
}
