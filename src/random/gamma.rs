//! Gamma numbers by the method of Marsaglia and Tsang (2000), below a shape of 1 by rejection (Johnk's lemma); and
//! chi-square numbers.

use super::distribution::{Pieces, distributions, filling};
use super::exponential::{standard_exponential, standard_exponential_f32};
use super::generator::methods;
use super::normal::{standard_normal, standard_normal_f32};
use super::{BitGenerator, Distribution, Generator};
use crate::Result;
use ndarray::{Array, IntoDimension};

distributions! {
    /// Gamma numbers with scale 1, as `f64` or `f32`.
    StandardGamma { double: Shape<f64>, single: Shape<f32> };

    /// Gamma numbers.
    Gamma { standard: Shape<f64>, scale: f64 };

    /// Chi-square numbers.
    Chisquare { half: Shape<f64> };
}

/// A shape with what follows from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape<T> {
    /// Without a draw.
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
            pub(super) fn new(shape: $t) -> Self {
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

            /// From these exponential and normal numbers, in which NumPy's generators differ.
            #[inline(always)]
            pub(super) fn draw_from<B: BitGenerator>(
                &self,
                bits: &mut B,
                exponential: impl Fn(&mut B) -> $t,
                mut normal: impl FnMut(&mut B) -> $t,
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
    pub(super) fn draw<B: BitGenerator>(&self, bits: &mut B) -> f64 {
        self.draw_from(bits, standard_exponential, standard_normal)
    }
}

/// A chi-square number with any degrees of freedom.
pub(super) fn chisquare<B: BitGenerator>(df: f64, bits: &mut B) -> f64 {
    2.0 * Shape::<f64>::new(df / 2.0).draw(bits)
}

impl StandardGamma {
    /// With this shape; for `f32` it is rounded to that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `shape` is negative (-0 is) or NaN.
    pub fn new(shape: f64) -> Result<Self> {
        super::non_negative("standard_gamma", "shape", shape)?;
        Ok(StandardGamma { double: Shape::<f64>::new(shape), single: Shape::<f32>::new(shape as f32) })
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
    /// With this shape and scale: the mean is their product.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if one is negative (-0 is) or NaN.
    pub fn new(shape: f64, scale: f64) -> Result<Self> {
        super::non_negative("gamma", "shape", shape)?;
        super::non_negative("gamma", "scale", scale)?;
        Ok(Gamma { standard: Shape::<f64>::new(shape), scale })
    }
}

impl Distribution<f64> for Gamma {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        self.scale * self.standard.draw(bits)
    }
}

impl Chisquare {
    /// With so many degrees of freedom.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `df` is not above 0.
    pub fn new(df: f64) -> Result<Self> {
        super::positive("chisquare", "df", df)?;
        Ok(Chisquare { half: Shape::<f64>::new(df / 2.0) })
    }
}

impl Distribution<f64> for Chisquare {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        2.0 * self.half.draw(bits)
    }
}

methods! {
    /// Gamma numbers with scale 1, as `numpy.random.Generator.standard_gamma(shape, size)`, where `alpha` is NumPy's
    /// `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `alpha` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)(crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_gamma(2.5, 1)?;
    /// assert_eq!(x[0], 2.646860815267719);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_gamma(alpha: f64) -> f64 = StandardGamma::new(alpha)?;

    /// As [`standard_gamma`](Self::standard_gamma) with `dtype=numpy.float32`.
    ///
    /// # Errors
    /// As [`standard_gamma`](Self::standard_gamma).
    standard_gamma_f32(alpha: f64) -> f32 = StandardGamma::new(alpha)?;

    /// Gamma numbers, as `numpy.random.Generator.gamma(shape, scale, size)`, where `alpha` is NumPy's `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `alpha` or `scale` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)(crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).gamma(0.5, 2., 1)?;
    /// assert_eq!(x[0], 1.6090002922630262);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    gamma(alpha: f64, scale: f64) -> f64 = Gamma::new(alpha, scale)?;

    /// Chi-square numbers with `df` degrees of freedom, as `numpy.random.Generator.chisquare(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `df` is not above 0;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)(crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).chisquare(3., 1)?;
    /// assert_eq!(x[0], 3.0554394899785056);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    chisquare(df: f64) -> f64 = Chisquare::new(df)?;
}

#[cfg(test)]
mod tests {
    use crate::random::default_rng;

    // NumPy 2.4.6, default_rng(42), the first two numbers of each
    #[test]
    fn numpys_numbers() {
        let cases = [
            ("standard_gamma(0)", default_rng(42).standard_gamma(0.0, 2), [0.0, 0.0]),
            (
                "standard_gamma(0.1)",
                default_rng(42).standard_gamma(0.1, 2),
                [0.07711928359850607, 0.21771999715974716],
            ),
            (
                "standard_gamma(1)",
                default_rng(42).standard_gamma(1.0, 2),
                [2.4042086039659947, 2.3361896558244535],
            ),
            (
                "standard_gamma(2.5)",
                default_rng(42).standard_gamma(2.5, 2),
                [2.646860815267719, 3.4696608496366044],
            ),
            ("gamma(0.5, 2)", default_rng(42).gamma(0.5, 2.0, 2), [1.6090002922630262, 2.5605859356446223]),
            ("chisquare(3)", default_rng(42).chisquare(3.0, 2), [3.0554394899785056, 4.358928659107372]),
        ];
        for (name, x, expected) in cases {
            assert_eq!(x.unwrap().as_slice().unwrap(), expected, "{name}");
        }
    }

    // the same with dtype=numpy.float32
    #[test]
    fn numpys_single_numbers() {
        let cases = [(0.5, [0.007965727, 0.46910334]), (2.5, [2.3823326, 0.73788244])];
        for (alpha, expected) in cases {
            let x = default_rng(42).standard_gamma_f32(alpha, 2).unwrap();
            assert_eq!(x.as_slice().unwrap(), expected, "alpha = {alpha}");
        }
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            assert!(default_rng(42).standard_gamma(x, 1).is_err(), "standard_gamma({x})");
            assert!(default_rng(42).gamma(x, 1.0, 1).is_err(), "gamma({x}, 1)");
            assert!(default_rng(42).gamma(1.0, x, 1).is_err(), "gamma(1, {x})");
            assert!(default_rng(42).chisquare(x, 1).is_err(), "chisquare({x})");
        }
        assert!(default_rng(42).chisquare(0.0, 1).is_err());
    }
}
