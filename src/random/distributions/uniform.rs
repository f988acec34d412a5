//! The uniform distribution.

use super::*;
use crate::random::bit_generator::{unit, unit_f32};
use crate::{ErrorKind, Named, Result};

distributions! {
    /// The uniform distribution on [0, 1): multiples of 2^-53 as `f64`, of 2^-24 as `f32`.
    StandardUniform;

    /// The uniform distribution on [`low`, `high`), whose density is 1 / (`high` - `low`).
    ///
    /// `high` is not below `low`, and their difference is finite. A sample is `low` + (`high` - `low`) u with
    /// u in [0, 1); rounding may give `high`.
    Uniform { low: f64, range: f64 };
}

impl Distribution<f64> for StandardUniform {
    filling!(f64, blocks_of_64: |_, draw| (unit(draw), true));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        bits.next_f64()
    }
}

impl Distribution<f32> for StandardUniform {
    filling!(f32, blocks_of_32: |_, draw| (unit_f32(draw), true));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f32 {
        bits.next_f32()
    }
}

impl Uniform {
    /// Creates the distribution on [`low`, `high`).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `high` is below `low`, or their difference is not finite.
    pub fn new(low: f64, high: f64) -> Result<Self> {
        Self::checked(low, high).named("Uniform::new")
    }

    pub(in crate::random) fn checked(low: f64, high: f64) -> Result<Self, ErrorKind> {
        let uniform = Uniform::legacy(low, high)?;
        if uniform.range.is_sign_negative() {
            let reason = format!("expected at least low, which is {low:?}, found {high:?}");
            return Err(ErrorKind::invalid("high", reason));
        }
        Ok(uniform)
    }

    /// Creates the distribution as sampled by NumPy's legacy generator: `high` may be below `low`.
    pub(in crate::random) fn legacy(low: f64, high: f64) -> Result<Self, ErrorKind> {
        let range = high - low;
        if range.is_finite() {
            return Ok(Uniform { low, range });
        }
        let reason = format!("expected a finite high - low, found {high:?} - {low:?}");
        Err(ErrorKind::invalid("high", reason))
    }
}

impl Distribution<f64> for Uniform {
    filling!(f64, blocks_of_64: |uniform: &Self, draw| (uniform.low + uniform.range * unit(draw), true));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.low + self.range * bits.next_f64()
    }
}

methods! {
    /// Draws samples from the [uniform distribution](Uniform) on [0, 1), as
    /// `numpy.random.Generator.random(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::default_rng;
    /// assert_eq!(default_rng(42).random(2)?, ndarray::array![0.7739560485559633, 0.4388784397520523]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[doc(alias("rand", "random_sample"))]
    random() -> f64 = Ok(StandardUniform);

    /// As [`random`](Self::random) with `dtype=numpy.float32`.
    ///
    /// # Errors
    /// As [`random`](Self::random).
    random_f32() -> f32 = Ok(StandardUniform);

    /// Draws samples from the [uniform distribution](Uniform) on [`low`, `high`), as
    /// `numpy.random.Generator.uniform(low, high, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `high` is below `low`, or their difference is not finite;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).uniform(-1., 1., 1)?;
    /// assert_eq!(x[0], 0.5479120971119267);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    uniform(low: f64, high: f64) -> f64 = Uniform::checked(low, high);
}
