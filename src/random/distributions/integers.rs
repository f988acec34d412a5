//! Integers in a range.

use super::*;
use crate::random::{Pcg64, distribution, distribution::sealed};
use crate::{ErrorKind, Named, Result};
use std::ops::{Bound, RangeBounds};

/// The types that [`Generator::integers`] draws: `i8` to `i64`, `u8` to `u64`, and `bool`. Sealed.
pub trait Integer: Copy + Default + PartialOrd + std::fmt::Debug + private::Bits {}

pub(super) mod private {
    use super::{Integers, Pcg64, Pieces};

    /// Integers as offsets from the start of a range.
    pub trait Bits: Sized {
        const MAX: Self;
        const ZERO: Self;
        /// The width in bits: 1 for `bool`.
        const WIDTH: u32;
        /// Returns the difference to `low`.
        fn offset(self, low: Self) -> u64;
        fn plus(self, offset: u64) -> Self;
        fn before(self) -> Option<Self>;
        fn after(self) -> Option<Self>;
        /// See [`Distribution::fill`](super::Distribution::fill).
        fn fill(integers: &Integers<Self>, bits: &mut Pcg64, pieces: &mut Pieces, out: &mut [Self]);
    }
}

macro_rules! integer {
    ($($t:ident as $unsigned:ident),*) => {$(
        impl private::Bits for $t {
            const MAX: $t = $t::MAX;
            const ZERO: $t = 0;
            const WIDTH: u32 = $t::BITS;
            #[inline(always)]
            fn offset(self, low: $t) -> u64 {
                u64::from(self.wrapping_sub(low) as $unsigned)
            }
            #[inline(always)]
            fn plus(self, offset: u64) -> $t {
                self.wrapping_add(offset as $t)
            }
            fn before(self) -> Option<$t> {
                self.checked_sub(1)
            }
            fn after(self) -> Option<$t> {
                self.checked_add(1)
            }
            #[inline(never)]
            fn fill(integers: &Integers<$t>, bits: &mut Pcg64, pieces: &mut Pieces, out: &mut [$t]) {
                integers.fill_by_products(bits, pieces, out);
            }
        }
        impl Integer for $t {}
    )*};
}

integer!(i8 as u8, i16 as u16, i32 as u32, i64 as u64, u8 as u8, u16 as u16, u32 as u32, u64 as u64);

impl private::Bits for bool {
    const MAX: bool = true;
    const ZERO: bool = false;
    const WIDTH: u32 = 1;
    #[inline(always)]
    fn offset(self, low: bool) -> u64 {
        u64::from(self & !low)
    }
    #[inline(always)]
    fn plus(self, offset: u64) -> bool {
        self | (offset != 0)
    }
    fn before(self) -> Option<bool> {
        self.then_some(false)
    }
    fn after(self) -> Option<bool> {
        (!self).then_some(true)
    }
    #[inline(never)]
    fn fill(integers: &Integers<bool>, bits: &mut Pcg64, pieces: &mut Pieces, out: &mut [bool]) {
        distribution::fill(integers, bits, pieces, out);
    }
}
impl Integer for bool {}

/// The uniform distribution of the integers in a range, which all have the same mass.
///
/// Sampled by the method of D. Lemire ("Fast random integer generation in an interval", 2019), as NumPy's
/// `Generator.integers`; by a `RandomState` with masks and rejection, as `numpy.random.randint`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Integers<T> {
    low: T,
    /// The difference between the greatest integer and `low`.
    range: u64,
}

impl<T: Integer> Integers<T> {
    /// Creates the distribution on a range: `0..10`, `0..=9`, `..10` (from 0), `5..` (to the greatest integer
    /// of the type).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty range.
    pub fn new(range: impl RangeBounds<T>) -> Result<Self> {
        Self::checked(range).named("Integers::new")
    }

    pub(in crate::random) fn checked(range: impl RangeBounds<T>) -> Result<Self, ErrorKind> {
        let (low, range) = Self::bounds(range)?;
        Ok(Integers { low, range })
    }

    /// Fills a slice, in order; integers of 32 bits and more by [`below`], for many draws.
    #[inline(always)]
    fn fill_by_products(&self, bits: &mut Pcg64, pieces: &mut Pieces, out: &mut [T]) {
        let (low, max) = (self.low, self.range);
        // the number of integers, and of those products that are rejected
        let short = u32::try_from(max).ok().and_then(|max| Some((max.checked_add(1)?, max)));
        match (short, max.checked_add(1)) {
            (Some((count, max)), _) if T::WIDTH >= 32 && max > 0 => {
                let threshold = (u32::MAX - max) % count;
                distribution::blocks_of_32(self, bits, pieces, out, |draw| {
                    let product = u64::from(draw) * u64::from(count);
                    (low.plus(product >> 32), product as u32 >= threshold)
                });
            }
            (None, Some(count)) if max > u64::from(u32::MAX) => {
                let threshold = (u64::MAX - max) % count;
                distribution::blocks_of_64(self, bits, pieces, out, |draw| {
                    let product = u128::from(draw) * u128::from(count);
                    (low.plus((product >> 64) as u64), product as u64 >= threshold)
                });
            }
            _ => distribution::fill(self, bits, pieces, out),
        }
    }

    /// Returns the smallest integer, and the difference of the greatest one to it.
    fn bounds(range: impl RangeBounds<T>) -> Result<(T, u64), ErrorKind> {
        let low = match range.start_bound() {
            Bound::Included(&low) => Some(low),
            Bound::Excluded(&before) => before.after(),
            Bound::Unbounded => Some(T::ZERO),
        };
        let high = match range.end_bound() {
            Bound::Included(&high) => Some(high),
            Bound::Excluded(&after) => after.before(),
            Bound::Unbounded => Some(T::MAX),
        };
        match (low, high) {
            (Some(low), Some(high)) if low <= high => Ok((low, high.offset(low))),
            _ => {
                let start = match range.start_bound() {
                    Bound::Included(low) => format!("{low:?}"),
                    Bound::Excluded(before) => format!("{before:?} (excluded)"),
                    Bound::Unbounded => String::new(),
                };
                let end = match range.end_bound() {
                    Bound::Included(high) => format!("={high:?}"),
                    Bound::Excluded(after) => format!("{after:?}"),
                    Bound::Unbounded => String::new(),
                };
                let reason = format!("expected a range with elements, found {start}..{end}");
                Err(ErrorKind::invalid("range", reason))
            }
        }
    }
}

impl<T> sealed::Sealed for Integers<T> {}
impl<T: Integer> Distribution<T> for Integers<T> {
    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, pieces: &mut Pieces) -> T {
        let offset = if B::LEGACY {
            legacy_bounded(T::WIDTH, self.range, bits, pieces)
        } else {
            bounded(T::WIDTH, self.range, bits, pieces)
        };
        self.low.plus(offset)
    }

    #[inline(always)]
    fn fill(&self, bits: &mut Pcg64, pieces: &mut Pieces, out: &mut [T]) {
        T::fill(self, bits, pieces, out);
    }
}

/// Returns a uniform sample from [0, max] by the method of Lemire, in integers of `width` bits.
#[inline(always)]
fn bounded<B: BitGenerator>(width: u32, max: u64, bits: &mut B, pieces: &mut Pieces) -> u64 {
    if max == 0 {
        return 0;
    }
    match width {
        1 => u64::from(pieces.next(1, bits)),
        8 | 16 => {
            let all = (1u32 << width) - 1;
            let max = max as u32;
            if max == all {
                return u64::from(pieces.next(width, bits));
            }
            let count = max + 1;
            let mut product = pieces.next(width, bits) * count;
            if product & all < count {
                let threshold = (all - max) % count;
                while product & all < threshold {
                    product = pieces.next(width, bits) * count;
                }
            }
            u64::from(product >> width)
        }
        _ => below(max, bits),
    }
}

/// Returns a uniform sample from [0, max] by masks and rejection, in integers of `width` bits.
#[inline(always)]
fn legacy_bounded<B: BitGenerator>(width: u32, max: u64, bits: &mut B, pieces: &mut Pieces) -> u64 {
    if max == 0 || width >= 32 {
        return masked(max, bits);
    }
    let mask = u64::MAX >> max.leading_zeros();
    loop {
        let piece = u64::from(pieces.next(width, bits)) & mask;
        if piece <= max {
            return piece;
        }
    }
}

/// Returns a uniform sample from [0, max] by the method of Lemire, in 32 bits if `max` has no more, else in
/// 64.
#[inline(always)]
pub(in crate::random) fn below<B: BitGenerator>(max: u64, bits: &mut B) -> u64 {
    if max == 0 {
        return 0;
    }
    if let Ok(max) = u32::try_from(max) {
        let Some(count) = max.checked_add(1) else { return u64::from(bits.next_u32()) };
        let mut product = u64::from(bits.next_u32()) * u64::from(count);
        if (product as u32) < count {
            let threshold = (u32::MAX - max) % count;
            while (product as u32) < threshold {
                product = u64::from(bits.next_u32()) * u64::from(count);
            }
        }
        return product >> 32;
    }
    let Some(count) = max.checked_add(1) else { return bits.next_u64() };
    let mut product = u128::from(bits.next_u64()) * u128::from(count);
    if (product as u64) < count {
        let threshold = (u64::MAX - max) % count;
        while (product as u64) < threshold {
            product = u128::from(bits.next_u64()) * u128::from(count);
        }
    }
    (product >> 64) as u64
}

/// Returns a uniform sample from [0, max] by masks and rejection, as in NumPy's shuffles.
#[inline(always)]
pub(in crate::random) fn masked<B: BitGenerator>(max: u64, bits: &mut B) -> u64 {
    if max == 0 {
        return 0;
    }
    let mask = u64::MAX >> max.leading_zeros();
    loop {
        let draw = if max <= u64::from(u32::MAX) { u64::from(bits.next_u32()) } else { bits.next_u64() };
        if draw & mask <= max {
            return draw & mask;
        }
    }
}

impl<B: BitGenerator> Generator<B> {
    /// Draws samples from the [uniform distribution of integers](Integers) in a range, as
    /// `numpy.random.Generator.integers(low, high, size, dtype, endpoint)`: `low..high`, or `low..=high` with
    /// `endpoint=True`; `..high` starts at 0.
    ///
    /// The dtype is that of the range; NumPy's default is `i64`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty range, unless no samples are drawn;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::default_rng;
    /// use ndarray::array;
    /// let mut rng = default_rng(42);
    /// assert_eq!(rng.integers(0_i64..10, 5)?, array![0, 7, 6, 4, 4]);
    /// assert!(rng.integers(5..5, 1).is_err());
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[doc(alias("randint", "random_integers"))]
    pub fn integers<T: Integer, S: IntoDimension>(
        &mut self,
        range: impl RangeBounds<T>,
        shape: S,
    ) -> Result<Array<T, S::Dim>> {
        const OP: &str = "Generator::integers";
        let mut out = lanes::new(shape.into_dimension()).named(OP)?;
        if let Some(out) = out.as_slice_mut().filter(|out| !out.is_empty()) {
            self.bits.fill(&Integers::checked(range).named(OP)?, &mut Pieces::default(), out);
        }
        Ok(out)
    }
}
