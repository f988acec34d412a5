//! `numpy.random.RandomState`: the streams of `numpy.random.seed`.

mod distributions;
mod order;
mod source;

use super::distribution::Pieces;
use super::{Integer, Integers, Mt19937, Mt19937State, SeedSequence};
use crate::loops::lanes;
use crate::{Error, ErrorKind, Named, Result};
use ndarray::{Array, IntoDimension};
use rand_core::RngCore;
use source::Legacy;
use std::ops::RangeBounds;

/// NumPy's legacy generator, as `numpy.random.RandomState`: it draws what `numpy.random.rand`, `randn`,
/// `randint`, `shuffle`, ... draw after `numpy.random.seed(42)`.
///
/// Every method gives NumPy's values for the same seed, bit for bit, and leaves the generator in NumPy's
/// state. NumPy has frozen these streams; for new ones [`default_rng`](super::default_rng) is faster and has
/// more methods.
///
/// The arguments are NumPy's, followed by the shape as in ndarray (`10`, `(2, 3)`, `()`). Arrays are filled
/// in C order.
///
/// # Examples
/// ```
/// use linstat::random::RandomState;
/// use ndarray::array;
/// // numpy.random.seed(42); numpy.random.rand(2); numpy.random.randn(2)
/// let mut random = RandomState::new(42);
/// assert_eq!(random.rand(2)?, array![0.3745401188473625, 0.9507143064099162]);
/// assert_eq!(random.randn(2)?, array![0.6476885381006925, 1.5230298564080254]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "LegacyState", into = "LegacyState"))]
pub struct RandomState {
    bits: Mt19937,
    /// The second normal sample of a pair, if it is not used yet.
    gauss: Option<f64>,
}

/// The state of a [`RandomState`], as `numpy.random.RandomState().get_state(legacy=False)`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LegacyState {
    /// NumPy's `state`: the state of the bit generator.
    pub bits: Mt19937State,
    /// The second normal sample of a pair, which is the next one: NumPy's `gauss`, if `has_gauss`.
    pub gauss: Option<f64>,
}

impl TryFrom<LegacyState> for RandomState {
    type Error = Error;
    fn try_from(state: LegacyState) -> Result<Self> {
        RandomState::of(state).named("RandomState::try_from")
    }
}

impl From<RandomState> for LegacyState {
    fn from(random: RandomState) -> Self {
        random.state()
    }
}

impl RandomState {
    /// Creates a generator from a seed, as `numpy.random.RandomState(seed)`.
    pub fn new(seed: u32) -> Self {
        Self::from_bits(Mt19937::legacy(seed))
    }

    /// Creates a generator from a list, as `numpy.random.RandomState(seeds)`. `[42]` is a different seed from
    /// 42.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty list.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// assert_eq!(RandomState::from_array(&[42])?.rand(1)?[0], 0.6394267984578837);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn from_array(seeds: &[u32]) -> Result<Self> {
        Mt19937::of_array(seeds).map(Self::from_bits).named("RandomState::from_array")
    }

    /// Creates a generator from random bits of the operating system, as `numpy.random.RandomState()`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the system has no source of random bits.
    pub fn from_os() -> Result<Self> {
        let seed = SeedSequence::of_os().named("RandomState::from_os")?;
        Ok(Self::from_bits(Mt19937::from_sequence(&seed)))
    }

    /// Creates a generator on this bit generator, as `numpy.random.RandomState(bit_generator)`.
    pub fn from_bits(bits: Mt19937) -> Self {
        RandomState { bits, gauss: None }
    }

    /// Restarts from a seed, as `numpy.random.seed(seed)`.
    pub fn seed(&mut self, seed: u32) {
        *self = RandomState::new(seed);
    }

    /// Returns the state, as `numpy.random.get_state(legacy=False)`.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let mut random = RandomState::new(42);
    /// random.randn(3)?;
    /// let saved = random.state();
    /// let x = random.randn(10)?;
    /// assert_eq!(RandomState::from_state(saved)?.randn(10)?, x);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn state(&self) -> LegacyState {
        LegacyState { bits: self.bits.state(), gauss: self.gauss }
    }

    /// Creates a generator in this state, as after `numpy.random.set_state(state)`.
    ///
    /// # Errors
    /// As [`Mt19937::from_state`].
    pub fn from_state(state: LegacyState) -> Result<Self> {
        Self::of(state).named("RandomState::from_state")
    }

    fn of(state: LegacyState) -> Result<Self, ErrorKind> {
        Ok(RandomState { bits: Mt19937::of(state.bits)?, gauss: state.gauss })
    }

    /// Returns the bit generator, to draw raw bits. It does not contain the second normal sample of a pair.
    pub fn bits(&mut self) -> &mut Mt19937 {
        &mut self.bits
    }

    /// Returns an array of samples.
    fn array<T: Copy + Default, S: IntoDimension>(
        &mut self,
        distribution: impl Legacy<T>,
        shape: S,
    ) -> Result<Array<T, S::Dim>, ErrorKind> {
        let mut out = lanes::new(shape.into_dimension())?;
        // a new array is in C order
        if let Some(out) = out.as_slice_mut() {
            distribution.fill(self, out);
        }
        Ok(out)
    }

    /// Draws uniform integers from a range, as `numpy.random.randint(low, high, size, dtype)`: `low..high`;
    /// `..high` starts at 0. The dtype is that of the range.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty range, unless no samples are drawn;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).randint(0_i64..10, 5)?;
    /// assert_eq!(x, ndarray::array![6, 3, 7, 4, 6]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn randint<T: Integer, S: IntoDimension>(
        &mut self,
        range: impl RangeBounds<T>,
        shape: S,
    ) -> Result<Array<T, S::Dim>> {
        const OP: &str = "RandomState::randint";
        let mut out = lanes::new(shape.into_dimension()).named(OP)?;
        if let Some(out) = out.as_slice_mut().filter(|out| !out.is_empty()) {
            let (low, range) = Integers::bounds(range).named(OP)?;
            let mut pieces = Pieces::default();
            out.iter_mut()
                .for_each(|out| *out = low.plus(masked(T::WIDTH, range, &mut self.bits, &mut pieces)));
        }
        Ok(out)
    }

    /// Draws integers from 0 to `i64::MAX`, as `numpy.random.RandomState.tomaxint(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    pub fn tomaxint<S: IntoDimension>(&mut self, shape: S) -> Result<Array<i64, S::Dim>> {
        let mut out = lanes::new(shape.into_dimension()).named("RandomState::tomaxint")?;
        out.iter_mut().for_each(|out| *out = (self.bits.next_u64() >> 1) as i64);
        Ok(out)
    }
}

/// Returns a uniform sample from [0, max] by masks and rejection, in integers of `width` bits.
#[inline(always)]
fn masked(width: u32, max: u64, bits: &mut Mt19937, pieces: &mut Pieces) -> u64 {
    if max == 0 || width >= 32 {
        return super::distributions::integers::masked(max, bits);
    }
    let mask = u64::MAX >> max.leading_zeros();
    loop {
        let piece = u64::from(pieces.next(width, bits)) & mask;
        if piece <= max {
            return piece;
        }
    }
}

impl RngCore for RandomState {
    fn next_u32(&mut self) -> u32 {
        self.bits.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.bits.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.bits.fill_bytes(bytes);
    }
}
