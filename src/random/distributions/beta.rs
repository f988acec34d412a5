//! The beta distribution.

use super::*;
use crate::{ErrorKind, Named, Result};

/// If both parameters are below this, a sample is 0 or 1 to `f64` accuracy.
const TINY: f64 = 3e-103;

distributions! {
    /// The beta distribution on [0, 1].
    ///
    /// The density is x^(`a` - 1) (1 - x)^(`b` - 1), up to a factor; `a` and `b` are above 0.
    ///
    /// Sampled by the method of M. D. Jöhnk ("Erzeugung von betaverteilten und gammaverteilten
    /// Zufallszahlen", 1964) if both parameters are at most 1, otherwise as x / (x + y) from two
    /// [gamma](Gamma) samples x and y.
    Beta { method: Method };
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    Tiny { a: f64, b: f64 },
    Johnk { a: f64, b: f64 },
    Ratio { a: Shape<f64>, b: Shape<f64> },
}

impl Beta {
    /// Creates the distribution with the parameters of [`Generator::beta`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` or `b` is not above 0.
    pub fn new(a: f64, b: f64) -> Result<Self> {
        Self::checked(a, b).named("Beta::new")
    }

    pub(in crate::random) fn checked(a: f64, b: f64) -> Result<Self, ErrorKind> {
        positive("a", a)?;
        positive("b", b)?;
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
            &Method::Tiny { a, b } | &Method::Johnk { a, b } if B::LEGACY => legacy_johnk(a, b, bits),
            &Method::Tiny { a, b } => f64::from((a + b) * bits.next_f64() < a),
            &Method::Johnk { a, b } => johnk(a, b, bits),
        }
    }
}

/// Uniform samples u and v, with x = u^(1 / a) and y = v^(1 / b), whose sum is at most 1. Then x / (x + y) is
/// a beta sample.
struct Powers {
    u: f64,
    v: f64,
    x: f64,
    y: f64,
}

impl Powers {
    #[inline(always)]
    fn draw<B: BitGenerator>(a: f64, b: f64, bits: &mut B) -> Self {
        loop {
            let u = bits.next_f64();
            let v = bits.next_f64();
            let x = u.powf(1.0 / a);
            let y = v.powf(1.0 / b);
            if x + y <= 1.0 {
                return Powers { u, v, x, y };
            }
        }
    }
}

fn johnk<B: BitGenerator>(a: f64, b: f64, bits: &mut B) -> f64 {
    loop {
        let Powers { u, v, x, y } = Powers::draw(a, b, bits);
        if u + v == 0.0 {
            continue;
        }
        if x > 0.0 && y > 0.0 {
            return x / (x + y);
        }
        // one of them has underflowed, but their logarithms have not
        let d = u.ln() / a - v.ln() / b;
        return if d > 0.0 { (-(-d).exp().ln_1p()).exp() } else { (d - d.exp().ln_1p()).exp() };
    }
}

/// Jöhnk's method with the last step of NumPy's legacy generator.
fn legacy_johnk<B: BitGenerator>(a: f64, b: f64, bits: &mut B) -> f64 {
    let Powers { u, v, x, y } = Powers::draw(a, b, bits);
    if x + y > 0.0 {
        return x / (x + y);
    }
    // both have underflowed
    let (log_x, log_y) = (u.ln() / a, v.ln() / b);
    let greater = if log_x > log_y { log_x } else { log_y };
    let (log_x, log_y) = (log_x - greater, log_y - greater);
    (log_x - (log_x.exp() + log_y.exp()).ln()).exp()
}

methods! {
    /// Draws samples from the [beta distribution](Beta), as `numpy.random.Generator.beta(a, b, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` or `b` is not above 0; [`ErrorKind::TooLarge`] if the array does
    /// not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).beta(2., 3., 1)?;
    /// assert_eq!(x[0], 0.33841183847153383);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    beta(a: f64, b: f64) -> f64 = Beta::checked(a, b);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).beta(0.5, 0.5, 2), &[0.7566840941053092, 0.009232118044248207]);
        numpys(default_rng(42).beta(1.0, 1.0, 2), &[0.22145847498048798, 0.6611679233762598]);
        numpys(default_rng(42).beta(2.0, 3.0, 2), &[0.33841183847153383, 0.41040972646061824]);
        numpys(default_rng(42).beta(0.5, 2.0, 2), &[0.22102589079334944, 0.004804422916701851]);
        numpys(default_rng(42).beta(0.01, 0.02, 2), &[0.999999823971749, 0.9414006302631027]);
        numpys(default_rng(42).beta(2e-150, 1e-160, 2), &[1.0, 1.0]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, 0.0, f64::NAN] {
            refused(|rng| rng.beta(x, 1.0, 1));
            refused(|rng| rng.beta(1.0, x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            for y in [5e-324, 1e-300, 1e300, f64::INFINITY] {
                assert!(default_rng(42).beta(x, y, 9).is_ok(), "{x}, {y}");
            }
        }
    }
}
