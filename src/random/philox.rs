//! The bit generator Philox 4x64-10.

use super::bit_generator::{Half, drawing_64_bits};
use super::{BitGenerator, Seed, SeedSequence};
use crate::{Error, ErrorKind, Named, Result};
use rand_core::RngCore;

/// The number of words that are made from one count.
const WORDS: usize = 4;
const ROUNDS: usize = 10;
const MULTIPLIERS: [u64; 2] = [0xd2e7_470e_e14c_6c93, 0xca5a_8263_9512_1157];
/// What is added to the key in each round.
const STEPS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xbb67_ae85_84ca_a73b];

/// The generator Philox 4x64-10 (Salmon, Moraes, Dror and Shaw, 2011), as `numpy.random.Philox`: four words
/// at a time are a function of a counter of 256 bits and a key of 128 bits. Different keys give independent
/// streams, and any number of draws is skipped at once.
///
/// Not for cryptography, from whose ciphers it descends.
///
/// Its 32-bit draws are the halves of a 64-bit one, as in NumPy; the second half is kept in the state, also
/// during 64-bit draws. rand's [`SeedableRng::from_seed`](rand_core::SeedableRng::from_seed) passes the 32
/// bytes as a list of eight 32-bit words to a [`SeedSequence`].
///
/// # Examples
/// ```
/// use linstat::random::{Generator, Philox};
/// use rand::RngCore;
/// let mut bits = Philox::new(42);
/// assert_eq!(bits.next_u64(), 1587852024645073290);
/// let saved = bits.state();
/// let next = bits.next_u64();
/// assert_eq!(Philox::from_state(saved)?.next_u64(), next);
/// // numpy.random.Generator(numpy.random.Philox(42))
/// assert_eq!(Generator::<Philox>::seeded(42).random(1)?[0], 0.08607763073528474);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "PhiloxState", into = "PhiloxState"))]
pub struct Philox {
    counter: [u64; WORDS],
    key: [u64; 2],
    buffer: [u64; WORDS],
    /// The index of the next word in the buffer.
    next: usize,
    half: Half,
}

/// The state of a [`Philox`], with the names of `numpy.random.Philox().state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PhiloxState {
    /// The counter, its lowest word first.
    pub counter: [u64; 4],
    /// The key, its lowest word first.
    pub key: [u64; 2],
    /// The words made from the counter.
    pub buffer: [u64; 4],
    /// The number of used ones, up to 4.
    pub buffer_pos: usize,
    /// Whether the second half of a 64-bit draw is the next 32-bit draw.
    pub has_uint32: bool,
    /// That half, or the last one.
    pub uinteger: u32,
}

impl TryFrom<PhiloxState> for Philox {
    type Error = Error;
    fn try_from(state: PhiloxState) -> Result<Self> {
        Philox::of(state).named("Philox::try_from")
    }
}

impl From<Philox> for PhiloxState {
    fn from(bits: Philox) -> Self {
        bits.state()
    }
}

impl Philox {
    /// Creates the generator from a seed, as `numpy.random.Philox(seed)`.
    pub fn new(seed: impl Seed) -> Self {
        Self::from_sequence(&seed.into_seed_sequence())
    }

    /// Creates the generator from a seed sequence, as `numpy.random.Philox(seed_sequence)`.
    pub fn from_sequence(seed: &SeedSequence) -> Self {
        Self::from_key(seed.wide_words())
    }

    /// Creates the generator with this key, its lowest word first, as `numpy.random.Philox(key=key)`.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Philox;
    /// use rand::RngCore;
    /// // numpy.random.Philox(key=2**64 + 7, counter=5)
    /// let mut bits = Philox::from_key([7, 1]).with_counter([5, 0, 0, 0]);
    /// assert_eq!(bits.next_u64(), 8706885944373906910);
    /// ```
    pub fn from_key(key: [u64; 2]) -> Self {
        Philox { counter: [0; WORDS], key, buffer: [0; WORDS], next: WORDS, half: Half::default() }
    }

    /// Sets the counter, its lowest word first, as `numpy.random.Philox(seed, counter=counter)`. What is left
    /// of earlier draws is dropped.
    #[must_use]
    pub fn with_counter(self, counter: [u64; 4]) -> Self {
        Philox { counter, ..Philox::from_key(self.key) }
    }

    /// Returns the state, as `numpy.random.Philox().state`.
    pub fn state(&self) -> PhiloxState {
        let Philox { counter, key, buffer, next, half: Half { waits, value } } = *self;
        PhiloxState { counter, key, buffer, buffer_pos: next, has_uint32: waits, uinteger: value }
    }

    /// Creates the generator in this state.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `buffer_pos` is above 4.
    pub fn from_state(state: PhiloxState) -> Result<Self> {
        Self::of(state).named("Philox::from_state")
    }

    fn of(state: PhiloxState) -> Result<Self, ErrorKind> {
        let PhiloxState { counter, key, buffer, buffer_pos: next, has_uint32, uinteger } = state;
        if next > WORDS {
            return Err(ErrorKind::invalid("buffer_pos", format!("expected at most {WORDS}, found {next}")));
        }
        Ok(Philox { counter, key, buffer, next, half: Half { waits: has_uint32, value: uinteger } })
    }

    /// Adds `delta` to the counter, as `numpy.random.Philox().advance(delta)`: each count is worth four
    /// 64-bit draws. What is left of the last four words is dropped.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Philox;
    /// use rand::RngCore;
    /// let (mut one, mut other) = (Philox::new(1), Philox::new(1));
    /// (0..1000).for_each(|_| drop(one.next_u64()));
    /// other.advance(250);
    /// assert_eq!(one.next_u64(), other.next_u64());
    /// ```
    pub fn advance(&mut self, delta: u128) {
        self.count(delta, 0);
        self.drop_drawn();
    }

    /// Returns a copy with `jumps` times 2^128 added to the counter, as
    /// `numpy.random.Philox().jumped(jumps)`: far enough for streams that do not overlap.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Philox;
    /// let bits = Philox::new(1);
    /// assert_eq!(bits.jumped(2), bits.jumped(1).jumped(1));
    /// assert_eq!(bits.jumped(3).state().counter, [0, 0, 3, 0]);
    /// ```
    #[must_use]
    pub fn jumped(&self, jumps: u128) -> Self {
        let mut ahead = self.clone();
        ahead.count(0, jumps);
        ahead.drop_drawn();
        ahead
    }

    fn drop_drawn(&mut self) {
        (self.buffer, self.next, self.half) = ([0; WORDS], WORDS, Half::default());
    }

    /// Adds a number of 256 bits to the counter, which wraps around.
    #[inline(always)]
    fn count(&mut self, low: u128, high: u128) {
        let wide = |low: u64, high: u64| u128::from(low) | u128::from(high) << 64;
        let [a, b, c, d] = self.counter;
        let (low, carry) = wide(a, b).overflowing_add(low);
        let high = wide(c, d).wrapping_add(high).wrapping_add(carry.into());
        self.counter = [low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64];
    }

    #[inline(always)]
    fn draw(&mut self) -> u64 {
        if self.next >= WORDS {
            self.refill();
        }
        let word = self.buffer[self.next];
        self.next += 1;
        word
    }

    #[inline(never)]
    fn refill(&mut self) {
        self.count(1, 0);
        let (mut words, mut key) = (self.counter, self.key);
        for _ in 0..ROUNDS {
            let [a, b, c, d] = words;
            let first = u128::from(a) * u128::from(MULTIPLIERS[0]);
            let second = u128::from(c) * u128::from(MULTIPLIERS[1]);
            let high = |product: u128| (product >> 64) as u64;
            words = [high(second) ^ b ^ key[0], second as u64, high(first) ^ d ^ key[1], first as u64];
            key = [key[0].wrapping_add(STEPS[0]), key[1].wrapping_add(STEPS[1])];
        }
        (self.buffer, self.next) = (words, 0);
    }
}

drawing_64_bits!(Philox);
