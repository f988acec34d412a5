//! The gamma distribution.

use super::exponential::standard_exponential_f32;
use super::normal::standard_normal_f32;
use super::*;
use crate::{ErrorKind, Named, Result};

distributions! {
    /// The gamma distribution with scale 1, sampled as `f64` or `f32`: see [`Gamma`].
    StandardGamma { double: Shape<f64>, single: Shape<f32> };

    /// The gamma distribution.
    ///
    /// For x > 0 the density is x^(`alpha` - 1) exp(-x / `scale`), up to a factor. The shape `alpha` and the
    /// scale are at least 0; a shape of 0 gives samples of 0. The mean is their product.
    ///
    /// Sampled by the method of G. Marsaglia and W. W. Tsang ("A simple method for generating gamma
    /// variables", 2000) for a shape above 1, by the rejection of J. H. Ahrens and U. Dieter ("Computer
    /// methods for sampling from gamma, beta, Poisson and binomial distributions", 1974) below 1, and as an
    /// exponential sample for 1.
    Gamma { standard: Shape<f64>, scale: f64 };
}

/// A shape and the constants computed from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape<T> {
    /// Nothing is drawn.
    Zero,
    Below1 {
        shape: T,
        inverse: T,
    },
    One,
    Above1 {
        b: T,
        c: T,
    },
}

macro_rules! shape {
    ($t:ty, $uniform:ident) => {
        impl Shape<$t> {
            pub(in crate::random) fn new(shape: $t) -> Self {
                if shape == 1.0 {
                    Shape::One
                } else if shape == 0.0 {
                    Shape::Zero
                } else if shape < 1.0 {
                    Shape::Below1 { shape, inverse: 1.0 / shape }
                } else {
                    let b = shape - 1.0 / 3.0;
                    Shape::Above1 { b, c: 1.0 / (9.0 * b).sqrt() }
                }
            }

            /// Returns one sample with scale 1, computed from these exponential and normal samples.
            #[inline(always)]
            fn draw_from<B: BitGenerator>(
                &self,
                bits: &mut B,
                exponential: impl Fn(&mut B) -> $t,
                normal: impl Fn(&mut B) -> $t,
            ) -> $t {
                match *self {
                    Shape::Zero => 0.0,
                    Shape::One => exponential(bits),
                    Shape::Below1 { shape, inverse } => loop {
                        let u = bits.$uniform();
                        let v = exponential(bits);
                        if u <= 1.0 - shape {
                            let x = u.powf(inverse);
                            if x <= v {
                                return x;
                            }
                        } else {
                            let y = -((1.0 - u) / shape).ln();
                            let x = (1.0 - shape + shape * y).powf(inverse);
                            if x <= v + y {
                                return x;
                            }
                        }
                    },
                    Shape::Above1 { b, c } => loop {
                        let x = normal(bits);
                        let v = 1.0 + c * x;
                        if v <= 0.0 {
                            continue;
                        }
                        let v = v * v * v;
                        let u = bits.$uniform();
                        if u < 1.0 - 0.0331 * (x * x) * (x * x)
                            || u.ln() < 0.5 * x * x + b * (1.0 - v + v.ln())
                        {
                            return b * v;
                        }
                    },
                }
            }
        }
    };
}

shape!(f64, next_f64);
shape!(f32, next_f32);

impl Shape<f64> {
    #[inline(always)]
    pub(in crate::random) fn draw<B: BitGenerator>(&self, bits: &mut B) -> f64 {
        self.draw_from(bits, B::standard_exponential, B::standard_normal)
    }
}

/// Returns a chi-square sample with any degrees of freedom.
pub(super) fn chisquare<B: BitGenerator>(df: f64, bits: &mut B) -> f64 {
    2.0 * Shape::<f64>::new(df / 2.0).draw(bits)
}

impl StandardGamma {
    /// Creates the distribution with this shape, which is rounded to `f32` for samples of type `f32`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `alpha` is negative (including -0) or NaN.
    pub fn new(alpha: f64) -> Result<Self> {
        Self::checked(alpha).named("StandardGamma::new")
    }

    pub(in crate::random) fn checked(alpha: f64) -> Result<Self, ErrorKind> {
        non_negative("alpha", alpha)?;
        Ok(StandardGamma { double: Shape::<f64>::new(alpha), single: Shape::<f32>::new(alpha as f32) })
    }
}

impl Distribution<f64> for StandardGamma {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.double.draw(bits)
    }
}

impl Distribution<f32> for StandardGamma {
    filling!(f32);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f32 {
        self.single.draw_from(bits, standard_exponential_f32, standard_normal_f32)
    }
}

impl Gamma {
    /// Creates the distribution with the shape `alpha` and this scale.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if either is negative (including -0) or NaN.
    pub fn new(alpha: f64, scale: f64) -> Result<Self> {
        Self::checked(alpha, scale).named("Gamma::new")
    }

    pub(in crate::random) fn checked(alpha: f64, scale: f64) -> Result<Self, ErrorKind> {
        non_negative("alpha", alpha)?;
        non_negative("scale", scale)?;
        Ok(Gamma { standard: Shape::<f64>::new(alpha), scale })
    }
}

impl Distribution<f64> for Gamma {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.scale * self.standard.draw(bits)
    }
}

methods! {
    /// Draws samples from the [gamma distribution](Gamma) with scale 1, as
    /// `numpy.random.Generator.standard_gamma(shape, size)`, where `alpha` is NumPy's `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `alpha` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_gamma(2.5, 1)?;
    /// assert_eq!(x[0], 2.646860815267719);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_gamma(alpha: f64) -> f64 = StandardGamma::checked(alpha);

    /// As [`standard_gamma`](Self::standard_gamma) with `dtype=numpy.float32`.
    ///
    /// # Errors
    /// As [`standard_gamma`](Self::standard_gamma).
    standard_gamma_f32(alpha: f64) -> f32 = StandardGamma::checked(alpha);

    /// Draws samples from the [gamma distribution](Gamma), as
    /// `numpy.random.Generator.gamma(shape, scale, size)`, where `alpha` is NumPy's `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `alpha` or `scale` is negative (including -0) or NaN;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).gamma(0.5, 2., 1)?;
    /// assert_eq!(x[0], 1.6090002922630262);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    gamma(alpha: f64, scale: f64) -> f64 = Gamma::checked(alpha, scale);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).standard_gamma(0.0, 2), &[0.0, 0.0]);
        numpys(default_rng(42).standard_gamma(0.1, 2), &[0.07711928359850607, 0.21771999715974716]);
        numpys(default_rng(42).standard_gamma(1.0, 2), &[2.4042086039659947, 2.3361896558244535]);
        numpys(default_rng(42).standard_gamma(2.5, 2), &[2.646860815267719, 3.4696608496366044]);
        numpys(default_rng(42).gamma(0.5, 2.0, 2), &[1.6090002922630262, 2.5605859356446223]);
        numpys(default_rng(42).standard_gamma_f32(0.5, 2), &[0.007965727, 0.46910334]);
        numpys(default_rng(42).standard_gamma_f32(2.5, 2), &[2.3823326, 0.73788244]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.standard_gamma(x, 1));
            refused(|rng| rng.standard_gamma_f32(x, 1));
            refused(|rng| rng.gamma(x, 1.0, 1));
            refused(|rng| rng.gamma(1.0, x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            assert!(default_rng(42).gamma(x, 1.0, 9).is_ok(), "{x}");
        }
    }
}
