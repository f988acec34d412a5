//! The normal distribution.

use super::tables::*;
use super::*;
use crate::{ErrorKind, Named, Result};

/// The start of the tail, and its reciprocal.
const R: f64 = 3.654_152_885_361_009;
const INVERSE_R: f64 = 0.273_661_237_329_758_3;

distributions! {
    /// The normal distribution with mean 0 and variance 1, sampled as `f64` or `f32`: see [`Normal`].
    StandardNormal;

    /// The normal distribution with mean `loc` and standard deviation `scale`. `scale` is at least 0.
    ///
    /// The density is exp(-(x - `loc`)² / (2 `scale`²)) / (`scale` sqrt(2 π)). Sampled by the ziggurat method
    /// of G. Marsaglia and W. W. Tsang ("The ziggurat method for generating random variables", 2000) with
    /// NumPy's tables; [`RandomState`](crate::random::RandomState) uses the polar method instead.
    Normal { loc: f64, scale: f64 };
}

/// The layer of a draw, its size, and the sample if it is accepted.
#[inline(always)]
fn candidate(draw: u64) -> (usize, u64, f64) {
    let layer = (draw & 0xff) as usize;
    let sign = (draw & 0x100) << 55;
    let size = draw >> 9 & 0xf_ffff_ffff_ffff;
    (layer, size, f64::from_bits((size as f64 * NORMAL_W[layer]).to_bits() ^ sign))
}

/// The sample of a draw, if it is accepted at once.
#[inline(always)]
fn accepted(draw: u64) -> Option<f64> {
    let (layer, size, x) = candidate(draw);
    (size < NORMAL_K[layer]).then_some(x)
}

/// Returns a normal sample by the ziggurat method.
#[inline(always)]
pub(in crate::random) fn standard_normal<B: BitGenerator>(bits: &mut B) -> f64 {
    loop {
        let (layer, size, x) = candidate(bits.next_u64());
        if size < NORMAL_K[layer] {
            return x;
        }
        if let Some(x) = edge(bits, layer, size, x) {
            return x;
        }
    }
}

/// Decides a draw beyond the part of a layer that is accepted at once.
#[cold]
fn edge<B: BitGenerator>(bits: &mut B, layer: usize, size: u64, x: f64) -> Option<f64> {
    if layer == 0 {
        loop {
            let further = -INVERSE_R * (-bits.next_f64()).ln_1p();
            let y = -(-bits.next_f64()).ln_1p();
            if y + y > further * further {
                let x = R + further;
                return Some(if size >> 8 & 1 == 1 { -x } else { x });
            }
        }
    }
    let below = (NORMAL_F[layer - 1] - NORMAL_F[layer]) * bits.next_f64() + NORMAL_F[layer];
    (below < (-0.5 * x * x).exp()).then_some(x)
}

/// The same for `f32`.
#[inline(always)]
fn candidate_f32(draw: u32) -> (usize, u32, f32) {
    let layer = (draw & 0xff) as usize;
    let sign = (draw & 0x100) << 23;
    let size = draw >> 9;
    (layer, size, f32::from_bits((size as f32 * NORMAL_W_F32[layer]).to_bits() ^ sign))
}

#[inline(always)]
fn accepted_f32(draw: u32) -> Option<f32> {
    let (layer, size, x) = candidate_f32(draw);
    (size < NORMAL_K_F32[layer]).then_some(x)
}

#[inline(always)]
pub(super) fn standard_normal_f32<B: BitGenerator>(bits: &mut B) -> f32 {
    loop {
        let (layer, size, x) = candidate_f32(bits.next_u32());
        if size < NORMAL_K_F32[layer] {
            return x;
        }
        if let Some(x) = edge_f32(bits, layer, size, x) {
            return x;
        }
    }
}

#[cold]
fn edge_f32<B: BitGenerator>(bits: &mut B, layer: usize, size: u32, x: f32) -> Option<f32> {
    if layer == 0 {
        loop {
            let further = -(INVERSE_R as f32) * (-bits.next_f32()).ln_1p();
            let y = -(-bits.next_f32()).ln_1p();
            if y + y > further * further {
                let x = R as f32 + further;
                return Some(if size >> 8 & 1 == 1 { -x } else { x });
            }
        }
    }
    let below = (NORMAL_F_F32[layer - 1] - NORMAL_F_F32[layer]) * bits.next_f32() + NORMAL_F_F32[layer];
    let x = f64::from(x);
    (f64::from(below) < (-0.5 * x * x).exp()).then_some(x as f32)
}

impl Distribution<f64> for StandardNormal {
    filling!(f64, by_64: |_, draw| accepted(draw));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        bits.standard_normal()
    }
}

impl Distribution<f32> for StandardNormal {
    filling!(f32, by_32: |_, draw| accepted_f32(draw));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f32 {
        standard_normal_f32(bits)
    }
}

impl Normal {
    /// Creates the distribution with mean `loc` and standard deviation `scale`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN.
    pub fn new(loc: f64, scale: f64) -> Result<Self> {
        Self::checked(loc, scale).named("Normal::new")
    }

    pub(in crate::random) fn checked(loc: f64, scale: f64) -> Result<Self, ErrorKind> {
        non_negative("scale", scale)?;
        Ok(Normal { loc, scale })
    }
}

impl Distribution<f64> for Normal {
    filling!(f64, by_64: |normal: &Self, draw| accepted(draw).map(|x| normal.loc + normal.scale * x));

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.loc + self.scale * bits.standard_normal()
    }
}

methods! {
    /// Draws samples from the [normal distribution](Normal) with mean 0 and variance 1, as
    /// `numpy.random.Generator.standard_normal(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_normal(2)?;
    /// assert_eq!(x, ndarray::array![0.30471707975443135, -1.0399841062404955]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[doc(alias("randn", "gaussian"))]
    standard_normal() -> f64 = Ok(StandardNormal);

    /// As [`standard_normal`](Self::standard_normal) with `dtype=numpy.float32`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    standard_normal_f32() -> f32 = Ok(StandardNormal);

    /// Draws samples from the [normal distribution](Normal) with mean `loc` and standard deviation `scale`,
    /// as `numpy.random.Generator.normal(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).normal(5., 2., 1)?;
    /// assert_eq!(x[0], 5.609434159508862);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[doc(alias("gaussian"))]
    normal(loc: f64, scale: f64) -> f64 = Normal::checked(loc, scale);
}
