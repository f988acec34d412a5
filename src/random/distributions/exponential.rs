//! The exponential distribution.

use super::tables::*;
use super::*;
use crate::{ErrorKind, Named, Result};

/// The start of the tail.
const R: f64 = 7.697_117_470_131_05;

distributions! {
    /// The exponential distribution with mean 1, sampled as `f64` or `f32`: see [`Exponential`].
    StandardExponential;

    /// The exponential distribution with mean 1, sampled as `f64` or `f32` by inversion of the distribution
    /// function: NumPy's `standard_exponential(method="inv")`.
    InverseExponential;

    /// The exponential distribution with mean `scale`. `scale` is at least 0.
    ///
    /// For x >= 0 the density is exp(-x / `scale`) / `scale`. Sampled by the ziggurat method of G. Marsaglia
    /// and W. W. Tsang ("The ziggurat method for generating random variables", 2000) with NumPy's tables;
    /// [`RandomState`](crate::random::RandomState) inverts the distribution function instead.
    Exponential { scale: f64 };
}

/// The layer of a draw, its size, and the sample if it is accepted.
#[inline(always)]
fn candidate(draw: u64) -> (usize, u64, f64) {
    let draw = draw >> 3;
    let layer = (draw & 0xff) as usize;
    let size = draw >> 8;
    (layer, size, size as f64 * EXPONENTIAL_W[layer])
}

/// The sample of a draw, if it is accepted at once.
#[inline(always)]
fn accepted(draw: u64) -> Option<f64> {
    let (layer, size, x) = candidate(draw);
    (size < EXPONENTIAL_K[layer]).then_some(x)
}

/// Returns an exponential sample by the ziggurat method.
#[inline(always)]
pub(in crate::random) fn standard_exponential<B: BitGenerator>(bits: &mut B) -> f64 {
    loop {
        let (layer, size, x) = candidate(bits.next_u64());
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

/// The same for `f32`.
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
    filling!(f64, by_64: |_, draw| accepted(draw));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        bits.standard_exponential()
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
    /// Creates the distribution with mean `scale`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN.
    pub fn new(scale: f64) -> Result<Self> {
        Self::checked(scale).named("Exponential::new")
    }

    pub(in crate::random) fn checked(scale: f64) -> Result<Self, ErrorKind> {
        non_negative("scale", scale)?;
        Ok(Exponential { scale })
    }
}

impl Distribution<f64> for Exponential {
    filling!(f64, by_64: |exponential: &Self, draw| accepted(draw).map(|x| exponential.scale * x));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.scale * bits.standard_exponential()
    }
}

methods! {
    /// Draws samples from the [exponential distribution](Exponential) with mean 1, as
    /// `numpy.random.Generator.standard_exponential(size)`. [`InverseExponential`] is NumPy's `method="inv"`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_exponential(1)?;
    /// assert_eq!(x[0], 2.4042086039659947);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_exponential() -> f64 = Ok(StandardExponential);

    /// As [`standard_exponential`](Self::standard_exponential) with `dtype=numpy.float32`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    standard_exponential_f32() -> f32 = Ok(StandardExponential);

    /// Draws samples from the [exponential distribution](Exponential) with mean `scale`, as
    /// `numpy.random.Generator.exponential(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).exponential(2., 1)?;
    /// assert_eq!(x[0], 4.808417207931989);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    exponential(scale: f64) -> f64 = Exponential::checked(scale);
}
