//! Beta numbers: by Johnk's method for parameters up to 1, else as a ratio of gamma numbers.

use super::distribution::{Pieces, distributions, filling};
use super::gamma::Shape;
use super::generator::methods;
use super::{BitGenerator, Distribution, Generator};
use crate::Result;
use ndarray::{Array, IntoDimension};

/// Parameters below which, if both are, a number is 0 or 1 as far as `f64` tells.
const TINY: f64 = 3e-103;

distributions! {
    /// Beta numbers.
    Beta { method: Method };
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    Tiny { a: f64, b: f64 },
    Johnk { a: f64, b: f64 },
    Ratio { a: Shape<f64>, b: Shape<f64> },
}

impl Beta {
    /// With the density x^(a - 1) · (1 - x)^(b - 1), up to a factor.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `a` or `b` is not above 0.
    pub fn new(a: f64, b: f64) -> Result<Self> {
        super::positive("beta", "a", a)?;
        super::positive("beta", "b", b)?;
        Ok(Beta::unchecked(a, b))
    }

    pub(super) fn unchecked(a: f64, b: f64) -> Self {
        let method = if !(a <= 1.0 && b <= 1.0) {
            Method::Ratio { a: Shape::<f64>::new(a), b: Shape::<f64>::new(b) }
        } else if a < TINY && b < TINY {
            Method::Tiny { a, b }
        } else {
            Method::Johnk { a, b }
        };
        Beta { method }
    }
}

impl Distribution<f64> for Beta {
    filling!(f64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        match &self.method {
            Method::Ratio { a, b } => {
                let a = a.draw(bits);
                let b = b.draw(bits);
                a / (a + b)
            }
            &Method::Tiny { a, b } => f64::from((a + b) * bits.next_f64() < a),
            &Method::Johnk { a, b } => johnk(a, b, bits),
        }
    }
}

fn johnk<B: BitGenerator>(a: f64, b: f64, bits: &mut B) -> f64 {
    loop {
        let u = bits.next_f64();
        let v = bits.next_f64();
        let x = u.powf(1.0 / a);
        let y = v.powf(1.0 / b);
        if x + y > 1.0 || u + v == 0.0 {
            continue;
        }
        if x > 0.0 && y > 0.0 {
            return x / (x + y);
        }
        // one has vanished, but their logarithms have not
        let d = u.ln() / a - v.ln() / b;
        return if d > 0.0 { (-(-d).exp().ln_1p()).exp() } else { (d - d.exp().ln_1p()).exp() };
    }
}

methods! {
    /// Beta numbers, as `numpy.random.Generator.beta(a, b, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument)(crate::ErrorKind::InvalidArgument) if `a` or `b` is not above 0;
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge)(crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).beta(2., 3., 1)?;
    /// assert_eq!(x[0], 0.33841183847153383);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    beta(a: f64, b: f64) -> f64 = Beta::new(a, b)?;
}

#[cfg(test)]
mod tests {
    use crate::random::default_rng;

    // NumPy 2.4.6, default_rng(42), the first two numbers of each
    #[test]
    fn numpys_numbers() {
        let cases = [
            ("beta(0.5, 0.5)", default_rng(42).beta(0.5, 0.5, 2), [0.7566840941053092, 0.009232118044248207]),
            ("beta(1, 1)", default_rng(42).beta(1.0, 1.0, 2), [0.22145847498048798, 0.6611679233762598]),
            ("beta(2, 3)", default_rng(42).beta(2.0, 3.0, 2), [0.33841183847153383, 0.41040972646061824]),
            ("beta(0.5, 2)", default_rng(42).beta(0.5, 2.0, 2), [0.22102589079334944, 0.004804422916701851]),
            (
                "beta(0.01, 0.02)",
                default_rng(42).beta(0.01, 0.02, 2),
                [0.999999823971749, 0.9414006302631027],
            ),
            ("beta(2e-150, 1e-160)", default_rng(42).beta(2e-150, 1e-160, 2), [1.0, 1.0]),
        ];
        for (name, x, expected) in cases {
            assert_eq!(x.unwrap().as_slice().unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, 0.0, f64::NAN] {
            assert!(default_rng(42).beta(x, 1.0, 1).is_err(), "beta({x}, 1)");
            assert!(default_rng(42).beta(1.0, x, 1).is_err(), "beta(1, {x})");
        }
    }
}
