//! The bit generator PCG-XSL-RR-128/64, NumPy's default.

use super::bit_generator::{Bits, Half, never_ahead, rng_core, sealed::Sealed, seeded, unit};
use super::distribution::Pieces;
use super::{BitGenerator, Distribution, Seed, SeedSequence};
use crate::loops::pcg64::{BLOCK, MULTIPLIER, fill_block, output};
use crate::{Error, ErrorKind, Named, Result};
use rand_core::RngCore;

/// The number of steps of one jump.
const JUMP: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The generator PCG-XSL-RR-128/64 (O'Neill, 2014), as `numpy.random.PCG64`: a state of 128 bits, a period of
/// 2^128.
///
/// Not for cryptography: its output reveals its state.
///
/// Its 32-bit draws are the halves of a 64-bit one, as in NumPy; the second half is kept in the state, also
/// during 64-bit draws. rand's [`SeedableRng::from_seed`](rand_core::SeedableRng::from_seed) passes the 32
/// bytes as a list of eight 32-bit words to a [`SeedSequence`].
///
/// # Examples
/// ```
/// use linstat::random::Pcg64;
/// use rand::RngCore;
/// let mut bits = Pcg64::new(42);
/// assert_eq!(bits.next_u64(), 14276969152011380360);
/// let saved = bits.state();
/// let next = bits.next_u64();
/// assert_eq!(Pcg64::from_state(saved)?.next_u64(), next);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Pcg64State", into = "Pcg64State"))]
pub struct Pcg64 {
    lcg: Lcg,
    half: Half,
}

/// The recurrence of a [`Pcg64`] or [`Pcg64Dxsm`](super::Pcg64Dxsm), which have different multipliers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lcg {
    pub state: u128,
    inc: u128,
}

impl Lcg {
    /// Creates it for a seed: with the multiplier of [`Pcg64`] for both, as in NumPy.
    pub fn seeded(seed: &SeedSequence) -> Self {
        let mut words = seed.words();
        let mut next = || u128::from(words.next().unwrap_or_default());
        // the first of each pair of 64-bit words is the high one; of 32-bit words the second
        let mut wide = || next() << 64 | next() << 96 | next() | next() << 32;
        let (state, sequence) = (wide(), wide());
        let inc = sequence << 1 | 1;
        // a step from 0 leads to the increment
        Lcg { state: jump(inc.wrapping_add(state), MULTIPLIER, inc, 1), inc }
    }

    /// Returns the state with the unused half of a draw.
    pub fn saved(&self, half: Half) -> Pcg64State {
        Pcg64State { state: self.state, inc: self.inc, has_uint32: half.waits, uinteger: half.value }
    }

    #[inline(always)]
    pub fn step(&mut self, multiplier: u128) {
        self.state = self.state.wrapping_mul(multiplier).wrapping_add(self.inc);
    }

    pub fn advance(&mut self, multiplier: u128, delta: u128) {
        self.state = jump(self.state, multiplier, self.inc, delta);
    }

    pub fn jumped(&self, multiplier: u128, jumps: u128) -> Self {
        let mut ahead = self.clone();
        ahead.advance(multiplier, JUMP.wrapping_mul(jumps));
        ahead
    }
}

/// The state of a [`Pcg64`] or [`Pcg64Dxsm`](super::Pcg64Dxsm), with the names of
/// `numpy.random.PCG64().state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Pcg64State {
    /// The state of the recurrence.
    pub state: u128,
    /// Its increment, which distinguishes streams; odd.
    pub inc: u128,
    /// Whether the second half of a 64-bit draw is the next 32-bit draw.
    pub has_uint32: bool,
    /// That half, or the last one.
    pub uinteger: u32,
}

impl Pcg64State {
    /// Returns the recurrence and the unused half of a draw.
    pub(super) fn parts(self) -> Result<(Lcg, Half), ErrorKind> {
        let Pcg64State { state, inc, has_uint32, uinteger } = self;
        if inc.is_multiple_of(2) {
            return Err(ErrorKind::invalid("inc", format!("expected an odd number, found {inc}")));
        }
        Ok((Lcg { state, inc }, Half { waits: has_uint32, value: uinteger }))
    }
}

impl TryFrom<Pcg64State> for Pcg64 {
    type Error = Error;
    fn try_from(state: Pcg64State) -> Result<Self> {
        Pcg64::of(state).named("Pcg64::try_from")
    }
}

impl From<Pcg64> for Pcg64State {
    fn from(bits: Pcg64) -> Self {
        bits.state()
    }
}

impl Pcg64 {
    /// Creates the generator from a seed, as `numpy.random.PCG64(seed)`.
    pub fn new(seed: impl Seed) -> Self {
        Self::from_sequence(&seed.into_seed_sequence())
    }

    /// Creates the generator from a seed sequence, as `numpy.random.PCG64(seed_sequence)`.
    pub fn from_sequence(seed: &SeedSequence) -> Self {
        Pcg64 { lcg: Lcg::seeded(seed), half: Half::default() }
    }

    /// Returns the state, as `numpy.random.PCG64().state`.
    pub fn state(&self) -> Pcg64State {
        self.lcg.saved(self.half)
    }

    /// Creates the generator in this state.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the increment is even.
    pub fn from_state(state: Pcg64State) -> Result<Self> {
        Self::of(state).named("Pcg64::from_state")
    }

    fn of(state: Pcg64State) -> Result<Self, ErrorKind> {
        state.parts().map(|(lcg, half)| Pcg64 { lcg, half })
    }

    /// Skips `delta` 64-bit draws, as `numpy.random.PCG64().advance(delta)`; an unused half is dropped. Takes
    /// logarithmic time. `delta.wrapping_neg()` goes back.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Pcg64;
    /// use rand::RngCore;
    /// let (mut one, mut other) = (Pcg64::new(1), Pcg64::new(1));
    /// (0..1000).for_each(|_| drop(one.next_u64()));
    /// other.advance(1000);
    /// assert_eq!(one, other);
    /// ```
    pub fn advance(&mut self, delta: u128) {
        self.lcg.advance(MULTIPLIER, delta);
        self.half = Half::default();
    }

    /// Returns a copy that is `jumps` times 2^128 / phi draws ahead, as `numpy.random.PCG64().jumped(jumps)`:
    /// far enough for streams that do not overlap.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Pcg64;
    /// let bits = Pcg64::new(1);
    /// assert_eq!(bits.jumped(2), bits.jumped(1).jumped(1));
    /// ```
    #[must_use]
    pub fn jumped(&self, jumps: u128) -> Self {
        Pcg64 { lcg: self.lcg.jumped(MULTIPLIER, jumps), half: Half::default() }
    }

    #[inline(always)]
    fn draw(&mut self) -> u64 {
        self.lcg.step(MULTIPLIER);
        output(self.lcg.state)
    }
}

/// Returns the state after this number of steps.
#[inline]
fn jump(state: u128, multiplier: u128, inc: u128, mut steps: u128) -> u128 {
    let (mut factor, mut term) = (1u128, 0u128);
    let (mut power, mut increment) = (multiplier, inc);
    while steps > 0 {
        if steps & 1 == 1 {
            factor = factor.wrapping_mul(power);
            term = term.wrapping_mul(power).wrapping_add(increment);
        }
        increment = power.wrapping_add(1).wrapping_mul(increment);
        power = power.wrapping_mul(power);
        steps >>= 1;
    }
    factor.wrapping_mul(state).wrapping_add(term)
}

rng_core!(Pcg64);
seeded!(Pcg64);

impl Sealed for Pcg64 {}
impl BitGenerator for Pcg64 {
    type Ahead<'a> = Ahead<'a>;

    fn ahead(&mut self) -> Ahead<'_> {
        Ahead { start: self.lcg.state, half: self.half, buffer: [0; BLOCK], next: BLOCK, bits: self }
    }

    fn fill<T>(&mut self, distribution: &impl Distribution<T>, pieces: &mut Pieces, out: &mut [T]) {
        distribution.fill(self, pieces, out);
    }

    #[inline(always)]
    fn with<R>(&mut self, body: impl FnOnce(Bits<'_>) -> R) -> R {
        body(Bits::Pcg64(self))
    }

    #[inline(always)]
    fn next_f64(&mut self) -> f64 {
        unit(self.draw())
    }
}

impl Pcg64 {
    /// Fills a slice with samples, in order, a block at a time. `fast` makes one of a draw of 64 bits, and
    /// says whether it is enough, which few draws are not; `one` draws a sample.
    #[inline(always)]
    pub(super) fn fill_blocks_of_64<T: Copy>(
        &mut self,
        out: &mut [T],
        fast: impl Fn(u64) -> (T, bool),
        mut one: impl FnMut(&mut Self) -> T,
    ) {
        let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
        for block in blocks {
            if !fill_block(&mut self.lcg.state, self.lcg.inc, block, &fast) {
                block.iter_mut().for_each(|out| *out = one(self));
            }
        }
        rest.iter_mut().for_each(|out| *out = one(self));
    }

    /// As [`fill_blocks_of_64`](Self::fill_blocks_of_64), of draws of 32 bits.
    #[inline(always)]
    pub(super) fn fill_blocks_of_32<T: Copy>(
        &mut self,
        out: &mut [T],
        fast: impl Fn(u32) -> (T, bool),
        mut one: impl FnMut(&mut Self) -> T,
    ) {
        let (first, out) = out.split_at_mut(usize::from(self.half.waits).min(out.len()));
        first.iter_mut().for_each(|out| *out = one(self));
        let (pairs, last) = out.as_chunks_mut::<2>();
        let (blocks, rest) = pairs.as_chunks_mut::<BLOCK>();
        let both = |draw: u64| {
            let ((low, one), (high, other)) = (fast(draw as u32), fast((draw >> 32) as u32));
            ([low, high], one & other)
        };
        for block in blocks {
            if fill_block(&mut self.lcg.state, self.lcg.inc, block, &both) {
                self.half.value = (output(self.lcg.state) >> 32) as u32;
            } else {
                block.as_flattened_mut().iter_mut().for_each(|out| *out = one(self));
            }
        }
        rest.as_flattened_mut().iter_mut().chain(last).for_each(|out| *out = one(self));
    }
}

/// A [`Pcg64`] that makes many draws at a time.
#[derive(Debug)]
pub struct Ahead<'a> {
    bits: &'a mut Pcg64,
    half: Half,
    /// The state before the draws in the buffer; that of `bits` comes after them.
    start: u128,
    buffer: [u64; BLOCK],
    next: usize,
}

impl Ahead<'_> {
    /// Returns the generator to the state after the last draw.
    fn settle(&mut self) {
        self.bits.half = self.half;
        if self.next < BLOCK {
            self.bits.lcg.state = jump(self.start, MULTIPLIER, self.bits.lcg.inc, self.next as u128);
        }
    }

    #[inline(never)]
    fn refill(&mut self) {
        self.start = self.bits.lcg.state;
        fill_block(&mut self.bits.lcg.state, self.bits.lcg.inc, &mut self.buffer, &|draw| (draw, true));
        self.next = 0;
    }

    /// The draws that are ready, at least one.
    fn ready(&mut self) -> &[u64] {
        if self.next == BLOCK {
            self.refill();
        }
        &self.buffer[self.next..]
    }

    /// Fills a slice with samples, in order. `fast` makes one of a draw of 64 bits, if it is enough;
    /// otherwise `slow` draws the sample.
    ///
    /// The loop has its counters in registers, and is vectorised if the compiler sees that `fast` never
    /// fails.
    #[inline(always)]
    pub(super) fn fill_by_64<T>(
        &mut self,
        mut out: &mut [T],
        fast: impl Fn(u64) -> Option<T>,
        mut slow: impl FnMut(&mut Self) -> T,
    ) {
        while !out.is_empty() {
            let ready = self.ready();
            let (mut done, most) = (0, ready.len().min(out.len()));
            for (out, &draw) in out.iter_mut().zip(ready) {
                let Some(sample) = fast(draw) else { break };
                *out = sample;
                done += 1;
            }
            self.next += done;
            if done < most {
                out[done] = slow(self);
                done += 1;
            }
            out = &mut out[done..];
        }
    }

    /// As [`fill_by_64`](Self::fill_by_64), of draws of 32 bits.
    #[inline(always)]
    pub(super) fn fill_by_32<T>(
        &mut self,
        mut out: &mut [T],
        fast: impl Fn(u32) -> Option<T>,
        mut slow: impl FnMut(&mut Self) -> T,
    ) {
        while !out.is_empty() {
            if self.half.waits || out.len() == 1 {
                out[0] = slow(self);
                out = &mut out[1..];
                continue;
            }
            let ready = self.ready();
            let (mut done, mut last) = (0, 0);
            for (out, &draw) in out.as_chunks_mut::<2>().0.iter_mut().zip(ready) {
                let (Some(low), Some(high)) = (fast(draw as u32), fast((draw >> 32) as u32)) else { break };
                *out = [low, high];
                (done, last) = (done + 1, draw);
            }
            if done == 0 {
                out[0] = slow(self);
                out = &mut out[1..];
                continue;
            }
            self.next += done;
            self.half = Half { waits: false, value: (last >> 32) as u32 };
            out = &mut out[2 * done..];
        }
    }

    #[inline(always)]
    fn draw(&mut self) -> u64 {
        if self.next == BLOCK {
            self.refill();
        }
        let value = self.buffer[self.next];
        self.next += 1;
        value
    }
}

rng_core!(Ahead<'_>);

impl Drop for Ahead<'_> {
    fn drop(&mut self) {
        self.settle();
    }
}

impl Sealed for Ahead<'_> {}
impl BitGenerator for Ahead<'_> {
    never_ahead!();

    fn with<R>(&mut self, body: impl FnOnce(Bits<'_>) -> R) -> R {
        self.settle();
        let result = body(Bits::Pcg64(self.bits));
        (self.half, self.next) = (self.bits.half, BLOCK);
        result
    }

    #[inline(always)]
    fn next_f64(&mut self) -> f64 {
        unit(self.draw())
    }
}
