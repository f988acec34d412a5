//! The Mersenne Twister, the bit generator of NumPy's legacy streams.

use super::bit_generator::{Bits, never_ahead, sealed::Sealed, seeded};
use super::jump;
use super::{BitGenerator, Seed, SeedSequence};
use crate::{Error, ErrorKind, Named, Result};
use rand_core::{RngCore, impls};

/// The number of words of the state, and the distance of the two that are combined.
pub(super) const N: usize = 624;
pub(super) const M: usize = 397;
/// The last row of the matrix of the recurrence.
pub(super) const MATRIX: u32 = 0x9908_b0df;

/// The generator MT19937 (Matsumoto and Nishimura, 1998), as `numpy.random.MT19937`: 624 words of state, a
/// period of 2^19937 - 1. Use it for existing streams; for new ones [`Pcg64`](super::Pcg64) is faster and
/// smaller.
///
/// Not for cryptography: its output reveals its state.
///
/// | seeded by | gives the stream of |
/// |---|---|
/// | [`new`](Self::new), `from_sequence`, `seed_from_u64` | `numpy.random.MT19937(seed)` |
/// | [`legacy`](Self::legacy) | `numpy.random.RandomState(seed)`, `numpy.random.seed(seed)`, `seed` an int |
/// | [`legacy_by_array`](Self::legacy_by_array) | the same, `seed` a list |
///
/// A 64-bit draw consists of two 32-bit ones, of which the first is the high half. rand's
/// [`SeedableRng::from_seed`](rand_core::SeedableRng::from_seed) passes the 32 bytes as a list of eight
/// 32-bit words to a [`SeedSequence`].
///
/// # Examples
/// ```
/// use linstat::random::Mt19937;
/// use rand::RngCore;
/// let mut bits = Mt19937::new(42);
/// assert_eq!(bits.next_u32(), 2327846034);
/// let saved = bits.state();
/// let next = bits.next_u32();
/// assert_eq!(Mt19937::from_state(saved)?.next_u32(), next);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Mt19937State", into = "Mt19937State"))]
pub struct Mt19937 {
    key: Box<[u32; N]>,
    /// The index of the next word.
    pos: usize,
}

impl std::fmt::Debug for Mt19937 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mt19937").field("pos", &self.pos).finish_non_exhaustive()
    }
}

/// The state of an [`Mt19937`], with the names of `numpy.random.MT19937().state`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Mt19937State {
    /// The 624 words.
    pub key: Vec<u32>,
    /// The number of used words, up to 624.
    pub pos: usize,
}

impl TryFrom<Mt19937State> for Mt19937 {
    type Error = Error;
    fn try_from(state: Mt19937State) -> Result<Self> {
        Mt19937::of(state).named("Mt19937::try_from")
    }
}

impl From<Mt19937> for Mt19937State {
    fn from(bits: Mt19937) -> Self {
        bits.state()
    }
}

impl Mt19937 {
    /// Creates the generator from a seed, as `numpy.random.MT19937(seed)`.
    pub fn new(seed: impl Seed) -> Self {
        Self::from_sequence(&seed.into_seed_sequence())
    }

    /// Creates the generator from a seed sequence, as `numpy.random.MT19937(seed_sequence)`.
    pub fn from_sequence(seed: &SeedSequence) -> Self {
        let mut key = Box::new([0; N]);
        for (key, word) in key.iter_mut().zip(seed.words()) {
            *key = word;
        }
        // only one bit of this word counts; it keeps the state from being zero
        key[0] = 1 << 31;
        // as NumPy: the last word is used before the first new ones are computed
        Mt19937 { key, pos: N - 1 }
    }

    /// Creates the generator from an integer, as `numpy.random.RandomState(seed)`, whose stream is not that
    /// of [`new`](Self::new).
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Mt19937;
    /// use rand::RngCore;
    /// assert_eq!(Mt19937::legacy(42).next_u32(), 1608637542);
    /// ```
    pub fn legacy(seed: u32) -> Self {
        let mut key = Box::new([seed; N]);
        for i in 1..N {
            key[i] = stirred(key[i - 1]).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Mt19937 { key, pos: N }
    }

    /// Creates a generator from a list, as `numpy.random.RandomState(seeds)`. `[42]` is a different seed from
    /// 42.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty list.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Mt19937;
    /// assert_ne!(Mt19937::legacy_by_array(&[42])?, Mt19937::legacy(42));
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn legacy_by_array(seeds: &[u32]) -> Result<Self> {
        Self::of_array(seeds).named("Mt19937::legacy_by_array")
    }

    pub(super) fn of_array(seeds: &[u32]) -> Result<Self, ErrorKind> {
        if seeds.is_empty() {
            return Err(ErrorKind::invalid("seeds", "expected at least one number, found none"));
        }
        let mut bits = Mt19937::legacy(19_650_218);
        let key = &mut bits.key;
        let mut i = 1;
        let mut mix = |factor: u32, term: u32| {
            key[i] = (key[i] ^ stirred(key[i - 1]).wrapping_mul(factor)).wrapping_add(term);
            i += 1;
            if i == N {
                key[0] = key[N - 1];
                i = 1;
            }
            i as u32
        };
        let words = seeds.iter().zip(0u32..).cycle().take(seeds.len().max(N));
        let mut next = 1;
        for (&word, j) in words {
            next = mix(1_664_525, word.wrapping_add(j));
        }
        for _ in 1..N {
            next = mix(1_566_083_941, next.wrapping_neg());
        }
        key[0] = 1 << 31;
        Ok(bits)
    }

    /// Returns the state, as `numpy.random.MT19937().state["state"]`.
    pub fn state(&self) -> Mt19937State {
        Mt19937State { key: self.key.to_vec(), pos: self.pos }
    }

    /// Creates the generator in this state.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if there are not 624 words, if `pos` is above 624, or if the state is
    /// zero (the highest bit of the first word and all of the others), which would give only zeros.
    pub fn from_state(state: Mt19937State) -> Result<Self> {
        Self::of(state).named("Mt19937::from_state")
    }

    pub(super) fn of(state: Mt19937State) -> Result<Self, ErrorKind> {
        let invalid = |name, reason: String| Err(ErrorKind::invalid(name, reason));
        let Mt19937State { key, pos } = state;
        if pos > N {
            return invalid("pos", format!("expected at most {N}, found {pos}"));
        }
        let Ok(key) = Box::<[u32; N]>::try_from(key) else {
            return invalid("key", format!("expected {N} words"));
        };
        if key[0] >> 31 == 0 && key[1..].iter().all(|&word| word == 0) {
            return invalid("key", "expected a state that is not zero".into());
        }
        Ok(Mt19937 { key, pos })
    }

    /// Returns a copy that is `jumps` times 2^128 steps ahead, as `numpy.random.MT19937().jumped(jumps)`: far
    /// enough for streams that do not overlap. Takes some milliseconds for any number of jumps.
    ///
    /// As in NumPy, whose bits these are, the 624 words of the state make their steps as a ring that begins
    /// at `pos`, and are then used up as a block that begins at its first word. So the draws are not the very
    /// ones that 2^128 others lead to.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Mt19937;
    /// use rand::RngCore;
    /// let bits = Mt19937::new(42);
    /// assert_eq!(bits.jumped(2), bits.jumped(1).jumped(1));
    /// // numpy.random.MT19937(42).jumped(3).random_raw()
    /// assert_eq!(bits.jumped(3).next_u32(), 860915200);
    /// ```
    #[must_use]
    pub fn jumped(&self, jumps: u128) -> Self {
        if jumps == 0 {
            return self.clone();
        }
        let (key, pos) = jump::jumped(&self.key, self.pos, jumps);
        Mt19937 { key: Box::new(key), pos }
    }

    /// Replaces all words, in loops without dependencies within 227 words.
    #[inline(never)]
    fn refill(&mut self) {
        let key = &mut *self.key;
        for i in 0..N - M {
            key[i] = key[i + M] ^ twisted(key[i], key[i + 1]);
        }
        for i in N - M..N - 1 {
            key[i] = key[i + M - N] ^ twisted(key[i], key[i + 1]);
        }
        key[N - 1] = key[M - 1] ^ twisted(key[N - 1], key[0]);
        self.pos = 0;
    }
}

/// Returns the word that seeding multiplies.
fn stirred(word: u32) -> u32 {
    word ^ word >> 30
}

/// Returns the highest bit of one word and the other bits of the next, times the matrix of the recurrence.
#[inline(always)]
pub(super) fn twisted(word: u32, next: u32) -> u32 {
    let both = word & 1 << 31 | next & !(1 << 31);
    both >> 1 ^ (next & 1).wrapping_neg() & MATRIX
}

impl RngCore for Mt19937 {
    #[inline(always)]
    fn next_u32(&mut self) -> u32 {
        if self.pos >= N {
            self.refill();
        }
        let mut word = self.key[self.pos];
        self.pos += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c_5680;
        word ^= word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    #[inline(always)]
    fn next_u64(&mut self) -> u64 {
        let high = u64::from(self.next_u32());
        high << 32 | u64::from(self.next_u32())
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        impls::fill_bytes_via_next(self, bytes);
    }
}

seeded!(Mt19937);

impl Sealed for Mt19937 {}
impl BitGenerator for Mt19937 {
    never_ahead!();

    #[inline(always)]
    fn with<R>(&mut self, body: impl FnOnce(Bits<'_>) -> R) -> R {
        body(Bits::Mt19937(self))
    }

    #[inline(always)]
    fn next_f64(&mut self) -> f64 {
        let high = f64::from(self.next_u32() >> 5);
        let low = f64::from(self.next_u32() >> 6);
        // exact: the divisor is a power of two, and so is its reciprocal
        (high * (1u64 << 26) as f64 + low) * (1.0 / (1u64 << 53) as f64)
    }
}
