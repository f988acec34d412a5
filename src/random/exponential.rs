//! Exponential numbers by the ziggurat method, with NumPy's tables.

use super::distribution::{Pieces, distributions, filling};
use super::generator::methods;
use super::tables::*;
use super::{BitGenerator, Distribution, Generator};
use crate::Result;
use ndarray::{Array, IntoDimension};

/// Where the tail begins.
const R: f64 = 7.697_117_470_131_05;

distributions! {
    /// Exponential numbers with mean 1, as `f64` or `f32`, by the ziggurat method.
    StandardExponential;

    /// Exponential numbers with mean 1, as `f64` or `f32`, by the inverse of the distribution function: NumPy's
    /// `standard_exponential(method="inv")`.
    InverseExponential;

    /// Exponential numbers.
    Exponential { scale: f64 };
}

#[inline(always)]
pub(super) fn standard_exponential<B: BitGenerator>(bits: &mut B) -> f64 {
    loop {
        let draw = bits.next_u64() >> 3;
        let layer = (draw & 0xff) as usize;
        let size = draw >> 8;
        let x = size as f64 * EXPONENTIAL_W[layer];
        if size < EXPONENTIAL_K[layer] {
            return x;
        }
        if let Some(x) = edge(bits, layer, x) {
            return x;
        }
    }
}

#[cold]
fn edge<B: BitGenerator>(bits: &mut B, layer: usize, x: f64) -> Option<f64> {
    if layer == 0 {
        return Some(R - (-bits.next_f64()).ln_1p());
    }
    let (above, here) = (EXPONENTIAL_F[layer - 1], EXPONENTIAL_F[layer]);
    ((above - here) * bits.next_f64() + here < (-x).exp()).then_some(x)
}

#[inline(always)]
pub(super) fn standard_exponential_f32<B: BitGenerator>(bits: &mut B) -> f32 {
    loop {
        let draw = bits.next_u32() >> 1;
        let layer = (draw & 0xff) as usize;
        let size = draw >> 8;
        let x = size as f32 * EXPONENTIAL_W_F32[layer];
        if size < EXPONENTIAL_K_F32[layer] {
            return x;
        }
        if let Some(x) = edge_f32(bits, layer, x) {
            return x;
        }
    }
}

#[cold]
fn edge_f32<B: BitGenerator>(bits: &mut B, layer: usize, x: f32) -> Option<f32> {
    if layer == 0 {
        return Some(R as f32 - (-bits.next_f32()).ln_1p());
    }
    let (above, here) = (EXPONENTIAL_F_F32[layer - 1], EXPONENTIAL_F_F32[layer]);
    ((above - here) * bits.next_f32() + here < (-x).exp()).then_some(x)
}

impl Distribution<f64> for StandardExponential {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        standard_exponential(bits)
    }
}

impl Distribution<f32> for StandardExponential {
    filling!(f32);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f32 {
        standard_exponential_f32(bits)
    }
}

impl Distribution<f64> for InverseExponential {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        -(-bits.next_f64()).ln_1p()
    }
}

impl Distribution<f32> for InverseExponential {
    filling!(f32);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f32 {
        -f64::from(-bits.next_f32()).ln_1p() as f32
    }
}

impl Exponential {
    /// With mean `scale`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN.
    pub fn new(scale: f64) -> Result<Self> {
        super::non_negative("exponential", "scale", scale)?;
        Ok(Exponential { scale })
    }
}

impl Distribution<f64> for Exponential {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.scale * standard_exponential(bits)
    }
}

methods! {
    /// Exponential numbers with mean 1, as `numpy.random.Generator.standard_exponential(size)`. For `method="inv"` see
    /// [`InverseExponential`].
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)(crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_exponential(1)?;
    /// assert_eq!(x[0], 2.4042086039659947);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_exponential() -> f64 = StandardExponential;

    /// As [`standard_exponential`](Self::standard_exponential) with `dtype=numpy.float32`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)(crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    standard_exponential_f32() -> f32 = StandardExponential;

    /// Exponential numbers with mean `scale`, as `numpy.random.Generator.exponential(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)(crate::ErrorKind::TooLarge) for an array that does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).exponential(2., 1)?;
    /// assert_eq!(x[0], 4.808417207931989);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    exponential(scale: f64) -> f64 = Exponential::new(scale)?;
}
