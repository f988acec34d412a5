//! Uniform numbers.

use super::distribution::{Pieces, distributions, filling};
use super::generator::methods;
use super::{BitGenerator, Distribution, Generator};
use crate::{Error, Result};
use ndarray::{Array, IntoDimension};

distributions! {
    /// Numbers in [0, 1): of 53 bits as `f64`, of 24 bits as `f32`.
    StandardUniform;

    /// Numbers in [low, high).
    Uniform { low: f64, range: f64 };
}

impl Distribution<f64> for StandardUniform {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        bits.next_f64()
    }
}

impl Distribution<f32> for StandardUniform {
    filling!(f32);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f32 {
        bits.next_f32()
    }
}

impl Uniform {
    /// `low + (high - low) * u` with u in [0, 1); rounding may give `high`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `high` is below `low`, or their difference is not finite.
    pub fn new(low: f64, high: f64) -> Result<Self> {
        let range = high - low;
        if !range.is_finite() {
            let reason = format!("expected a finite high - low, found {high} - {low}");
            return Err(Error::invalid("uniform", "high", reason));
        }
        if range.is_sign_negative() {
            let reason = format!("expected at least low, which is {low}, found {high}");
            return Err(Error::invalid("uniform", "high", reason));
        }
        Ok(Uniform { low, range })
    }
}

impl Distribution<f64> for Uniform {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.low + self.range * bits.next_f64()
    }
}

methods! {
    /// Numbers in [0, 1), as `numpy.random.Generator.random(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::default_rng;
    /// assert_eq!(default_rng(42).random(2)?, ndarray::array![0.7739560485559633, 0.4388784397520523]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    random() -> f64 = StandardUniform;

    /// Numbers in [0, 1), as `numpy.random.Generator.random(size, dtype=numpy.float32)`.
    ///
    /// # Errors
    /// As [`random`](Self::random).
    random_f32() -> f32 = StandardUniform;

    /// Numbers in [low, high), as `numpy.random.Generator.uniform(low, high, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `high` is below `low`, or their difference is not finite; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).uniform(-1., 1., 1)?;
    /// assert_eq!(x[0], 0.5479120971119267);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    uniform(low: f64, high: f64) -> f64 = Uniform::new(low, high)?;
}
