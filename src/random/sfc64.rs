//! The bit generator SFC64.

use super::bit_generator::{Half, drawing_64_bits};
use super::{BitGenerator, Seed, SeedSequence};
use rand_core::RngCore;

/// The generator SFC64, "small fast chaotic" (Doty-Humphrey, 2010), as `numpy.random.SFC64`: three words that
/// are mixed and a counter; the period depends on the seed and is at least 2^64. It cannot skip draws.
///
/// Not for cryptography: its output reveals its state.
///
/// Its 32-bit draws are the halves of a 64-bit one, as in NumPy; the second half is kept in the state, also
/// during 64-bit draws. rand's [`SeedableRng::from_seed`](rand_core::SeedableRng::from_seed) passes the 32
/// bytes as a list of eight 32-bit words to a [`SeedSequence`].
///
/// # Examples
/// ```
/// use linstat::random::{Generator, Sfc64};
/// use rand::RngCore;
/// let mut bits = Sfc64::new(42);
/// assert_eq!(bits.next_u64(), 9775594601838723485);
/// let saved = bits.state();
/// let next = bits.next_u64();
/// assert_eq!(Sfc64::from_state(saved).next_u64(), next);
/// // numpy.random.Generator(numpy.random.SFC64(42))
/// assert_eq!(Generator::<Sfc64>::seeded(42).random(1)?[0], 0.5299360452325557);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Sfc64State", into = "Sfc64State"))]
pub struct Sfc64 {
    words: [u64; 3],
    counter: u64,
    half: Half,
}

/// The state of an [`Sfc64`], with the names of `numpy.random.SFC64().state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Sfc64State {
    /// The three words that are mixed, and the counter.
    pub state: [u64; 4],
    /// Whether the second half of a 64-bit draw is the next 32-bit draw.
    pub has_uint32: bool,
    /// That half, or the last one.
    pub uinteger: u32,
}

impl From<Sfc64State> for Sfc64 {
    fn from(state: Sfc64State) -> Self {
        Sfc64::from_state(state)
    }
}

impl From<Sfc64> for Sfc64State {
    fn from(bits: Sfc64) -> Self {
        bits.state()
    }
}

impl Sfc64 {
    /// Creates the generator from a seed, as `numpy.random.SFC64(seed)`.
    pub fn new(seed: impl Seed) -> Self {
        Self::from_sequence(&seed.into_seed_sequence())
    }

    /// Creates the generator from a seed sequence, as `numpy.random.SFC64(seed_sequence)`.
    pub fn from_sequence(seed: &SeedSequence) -> Self {
        let mut bits = Sfc64 { words: seed.wide_words(), counter: 1, half: Half::default() };
        for _ in 0..12 {
            bits.draw();
        }
        bits
    }

    /// Returns the state, as `numpy.random.SFC64().state`.
    pub fn state(&self) -> Sfc64State {
        let ([a, b, c], Half { waits, value }) = (self.words, self.half);
        Sfc64State { state: [a, b, c, self.counter], has_uint32: waits, uinteger: value }
    }

    /// Creates the generator in this state: there is none that it cannot have.
    pub fn from_state(state: Sfc64State) -> Self {
        let Sfc64State { state: [a, b, c, counter], has_uint32, uinteger } = state;
        Sfc64 { words: [a, b, c], counter, half: Half { waits: has_uint32, value: uinteger } }
    }

    #[inline(always)]
    fn draw(&mut self) -> u64 {
        let [a, b, c] = self.words;
        let sum = a.wrapping_add(b).wrapping_add(self.counter);
        self.counter = self.counter.wrapping_add(1);
        self.words = [b ^ b >> 11, c.wrapping_add(c << 3), c.rotate_left(24).wrapping_add(sum)];
        sum
    }
}

drawing_64_bits!(Sfc64);
