//! The bit generator PCG-DXSM-128/64.

use super::bit_generator::{Half, drawing_64_bits};
use super::pcg64::Lcg;
use super::{BitGenerator, Pcg64State, Seed, SeedSequence};
use crate::{Error, ErrorKind, Named, Result};
use rand_core::RngCore;

const MULTIPLIER: u64 = 0xda94_2042_e4dd_58b5;

/// The generator PCG-DXSM-128/64 (O'Neill, 2019), as `numpy.random.PCG64DXSM`: a [`Pcg64`](super::Pcg64) with
/// a better output function and a shorter multiplier, for programs with very many streams.
///
/// Not for cryptography: its output reveals its state.
///
/// Its 32-bit draws are the halves of a 64-bit one, as in NumPy; the second half is kept in the state, also
/// during 64-bit draws. rand's [`SeedableRng::from_seed`](rand_core::SeedableRng::from_seed) passes the 32
/// bytes as a list of eight 32-bit words to a [`SeedSequence`].
///
/// # Examples
/// ```
/// use linstat::random::{Generator, Pcg64Dxsm};
/// use rand::RngCore;
/// let mut bits = Pcg64Dxsm::new(42);
/// assert_eq!(bits.next_u64(), 12329818062196000797);
/// let saved = bits.state();
/// let next = bits.next_u64();
/// assert_eq!(Pcg64Dxsm::from_state(saved)?.next_u64(), next);
/// // numpy.random.Generator(numpy.random.PCG64DXSM(42))
/// assert_eq!(Generator::<Pcg64Dxsm>::seeded(42).random(1)?[0], 0.6684007764691958);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Pcg64State", into = "Pcg64State"))]
pub struct Pcg64Dxsm {
    lcg: Lcg,
    half: Half,
}

impl TryFrom<Pcg64State> for Pcg64Dxsm {
    type Error = Error;
    fn try_from(state: Pcg64State) -> Result<Self> {
        Pcg64Dxsm::of(state).named("Pcg64Dxsm::try_from")
    }
}

impl From<Pcg64Dxsm> for Pcg64State {
    fn from(bits: Pcg64Dxsm) -> Self {
        bits.state()
    }
}

impl Pcg64Dxsm {
    /// Creates the generator from a seed, as `numpy.random.PCG64DXSM(seed)`.
    pub fn new(seed: impl Seed) -> Self {
        Self::from_sequence(&seed.into_seed_sequence())
    }

    /// Creates the generator from a seed sequence, as `numpy.random.PCG64DXSM(seed_sequence)`.
    pub fn from_sequence(seed: &SeedSequence) -> Self {
        Pcg64Dxsm { lcg: Lcg::seeded(seed), half: Half::default() }
    }

    /// Returns the state, as `numpy.random.PCG64DXSM().state`.
    pub fn state(&self) -> Pcg64State {
        self.lcg.saved(self.half)
    }

    /// Creates the generator in this state.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the increment is even.
    pub fn from_state(state: Pcg64State) -> Result<Self> {
        Self::of(state).named("Pcg64Dxsm::from_state")
    }

    fn of(state: Pcg64State) -> Result<Self, ErrorKind> {
        state.parts().map(|(lcg, half)| Pcg64Dxsm { lcg, half })
    }

    /// Skips `delta` 64-bit draws, as `numpy.random.PCG64DXSM().advance(delta)`; an unused half is dropped.
    /// Takes logarithmic time. `delta.wrapping_neg()` goes back.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::Pcg64Dxsm;
    /// use rand::RngCore;
    /// let (mut one, mut other) = (Pcg64Dxsm::new(1), Pcg64Dxsm::new(1));
    /// (0..1000).for_each(|_| drop(one.next_u64()));
    /// other.advance(1000);
    /// assert_eq!(one, other);
    /// ```
    pub fn advance(&mut self, delta: u128) {
        self.lcg.advance(MULTIPLIER.into(), delta);
        self.half = Half::default();
    }

    /// Returns a copy that is `jumps` times 2^128 / phi draws ahead, as
    /// `numpy.random.PCG64DXSM().jumped(jumps)`: far enough for streams that do not overlap.
    #[must_use]
    pub fn jumped(&self, jumps: u128) -> Self {
        Pcg64Dxsm { lcg: self.lcg.jumped(MULTIPLIER.into(), jumps), half: Half::default() }
    }

    #[inline(always)]
    fn draw(&mut self) -> u64 {
        let (mut high, low) = ((self.lcg.state >> 64) as u64, self.lcg.state as u64 | 1);
        high ^= high >> 32;
        high = high.wrapping_mul(MULTIPLIER);
        high ^= high >> 48;
        self.lcg.step(MULTIPLIER.into());
        high.wrapping_mul(low)
    }
}

drawing_64_bits!(Pcg64Dxsm);
