//! `numpy.random.RandomState`: the streams of `numpy.random.seed`.

mod distributions;
mod order;
mod source;

use super::distribution::Pieces;
use super::sampling::{NumPys, Samples, Way};
use super::{Integer, Integers, Mt19937, Mt19937State, SeedSequence};
use crate::loops::lanes;
use crate::{Error, ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, Dimension, IntoDimension};
use rand_core::RngCore;
pub use source::LegacyDistribution;
use std::ops::RangeBounds;

/// NumPy's legacy generator, as `numpy.random.RandomState`: it draws what `numpy.random.rand`, `randn`,
/// `randint`, `shuffle`, ... draw after `numpy.random.seed(42)`.
///
/// Every method gives NumPy's values for the same seed, bit for bit, and leaves the generator in NumPy's
/// state. (Where NumPy's samples overflow or it does not come to an end, the method or the distribution says
/// what is drawn instead.) NumPy has frozen these streams; for new ones [`default_rng`](super::default_rng)
/// is faster and has more methods.
///
/// The arguments are NumPy's, followed by the shape as in ndarray (`10`, `(2, 3)`, `()`). Arrays are filled
/// in C order. Parameters that differ from element to element are given by types of distributions, as for a
/// [`Generator`](super::Generator): [`sample_each`](Self::sample_each).
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

    /// Draws one sample from a distribution.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Normal, RandomState};
    /// let x = RandomState::new(42).sample(Normal::new(0., 1.)?);
    /// assert_eq!(x, 0.4967141530112327);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn sample<T: Copy + Default>(&mut self, distribution: impl LegacyDistribution<T>) -> T {
        self.one(&distribution, &mut Pieces::default())
    }

    #[inline(always)]
    fn one<T: Copy + Default>(
        &mut self,
        distribution: &impl LegacyDistribution<T>,
        pieces: &mut Pieces,
    ) -> T {
        let mut out = [T::default()];
        distribution.fill_legacy(self, pieces, &mut out);
        out[0]
    }

    /// Draws an array of samples from a distribution, in C order: one that `numpy.random` has, whose samples
    /// are NumPy's, or, with the feature `rand`, any one of `rand_distr` and other crates.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Gumbel, RandomState};
    /// let x = RandomState::new(42).sample_array(Gumbel::new(0., 2.)?, (2, 3))?;
    /// assert_eq!(x, RandomState::new(42).gumbel(0., 2., (2, 3))?);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn sample_array<T, S: IntoDimension, W: Way>(
        &mut self,
        distribution: impl Samples<T, Self, W>,
        shape: S,
    ) -> Result<Array<T, S::Dim>> {
        distribution.array(self, shape.into_dimension()).named("RandomState::sample_array")
    }

    /// Returns an array of samples.
    fn array<T: Copy + Default, D: Dimension>(
        &mut self,
        distribution: impl LegacyDistribution<T>,
        shape: D,
    ) -> Result<Array<T, D>, ErrorKind> {
        let mut out = lanes::new(shape)?;
        // a new array is in C order
        if let Some(out) = out.as_slice_mut() {
            distribution.fill_legacy(self, &mut Pieces::default(), out);
        }
        Ok(out)
    }

    /// Fills an array of any layout with samples, in C order.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Normal, RandomState};
    /// let mut x = ndarray::Array2::zeros((2, 3));
    /// RandomState::new(42).sample_into(Normal::new(5., 2.)?, &mut x);
    /// assert_eq!(x, RandomState::new(42).normal(5., 2., (2, 3))?);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn sample_into<T: Copy + Default, D: Dimension>(
        &mut self,
        distribution: impl LegacyDistribution<T>,
        out: &mut ArrayRef<T, D>,
    ) {
        let mut pieces = Pieces::default();
        match out.as_slice_mut() {
            Some(out) => distribution.fill_legacy(self, &mut pieces, out),
            None => out.iter_mut().for_each(|out| *out = self.one(&distribution, &mut pieces)),
        }
    }

    /// Draws one sample from each of many distributions, in C order, as NumPy does for arrays of parameters
    /// after broadcasting them.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Normal, RandomState};
    /// use ndarray::{Array1, array};
    /// // numpy.random.RandomState(42).normal([0, 10, -10], 2)
    /// let normals: Vec<_> =
    ///     [0., 10., -10.].iter().map(|&loc| Normal::new(loc, 2.)).collect::<Result<_, _>>()?;
    /// let x = RandomState::new(42).sample_each(&Array1::from(normals))?;
    /// assert_eq!(x, array![0.9934283060224653, 9.723471397657631, -8.704622923798615]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn sample_each<T: Copy + Default, P: LegacyDistribution<T>, D: Dimension>(
        &mut self,
        distributions: &ArrayRef<P, D>,
    ) -> Result<Array<T, D>> {
        let mut out = lanes::new(distributions.raw_dim()).named("RandomState::sample_each")?;
        let mut pieces = Pieces::default();
        for (out, distribution) in out.iter_mut().zip(distributions) {
            *out = self.one(distribution, &mut pieces);
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
        self.integers(range, shape.into_dimension()).named("RandomState::randint")
    }

    /// Draws uniform integers from `low` to `high`, which is included, as
    /// `numpy.random.random_integers(low, high, size)`; NumPy has deprecated it in favour of `randint`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `high` is less than `low`, unless no samples are drawn;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).random_integers(1, 6, 5)?;
    /// assert_eq!(x, RandomState::new(42).randint(1..=6, 5)?);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn random_integers<S: IntoDimension>(
        &mut self,
        low: i64,
        high: i64,
        shape: S,
    ) -> Result<Array<i64, S::Dim>> {
        // the bounds are two arguments here
        let of_high = |kind| match kind {
            ErrorKind::InvalidArgument { .. } => {
                ErrorKind::invalid("high", format!("expected at least low = {low}, found {high}"))
            }
            other => other,
        };
        let drawn = self.integers(low..=high, shape.into_dimension());
        drawn.map_err(of_high).named("RandomState::random_integers")
    }

    fn integers<T: Integer, D: Dimension>(
        &mut self,
        range: impl RangeBounds<T>,
        shape: D,
    ) -> Result<Array<T, D>, ErrorKind> {
        let mut out = lanes::new(shape)?;
        if let Some(out) = out.as_slice_mut().filter(|out| !out.is_empty()) {
            Integers::checked(range)?.fill_legacy(self, &mut Pieces::default(), out);
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

impl<T: Copy + Default, P: LegacyDistribution<T>> Samples<T, RandomState, NumPys> for P {
    fn array<D: Dimension>(self, rng: &mut RandomState, shape: D) -> Result<Array<T, D>, ErrorKind> {
        rng.array(self, shape)
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
