//! The Poisson distribution.

use super::*;
use crate::{ErrorKind, Named, Result};

/// The greatest mean: ten standard deviations below `i64::MAX`.
pub(super) const MAX: f64 = 9.223_372_006_484_771e18;

distributions! {
    /// The Poisson distribution with mean `lam`, from 0 to 9.22e18.
    ///
    /// The mass at k is `lam`^k exp(-`lam`) / k!. Sampled by products of uniform samples below a mean of 10,
    /// otherwise by the method PTRS of W. Hörmann ("The transformed rejection method for generating Poisson
    /// random variables", 1993), as NumPy's `random_poisson`.
    Poisson { method: Method };
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    /// Nothing is drawn.
    Zero,
    Products {
        /// The probability of 0.
        none: f64,
    },
    Ptrs(Ptrs),
}

impl Poisson {
    /// Creates the distribution with mean `lam`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `lam` is negative (including -0) or NaN, or above 9.22e18, where
    /// samples would not fit into `i64`.
    pub fn new(lam: f64) -> Result<Self> {
        Self::checked(lam).named("Poisson::new")
    }

    pub(in crate::random) fn checked(lam: f64) -> Result<Self, ErrorKind> {
        non_negative("lam", lam)?;
        if lam > MAX {
            let reason = format!("expected at most {MAX:e}, found {lam:e}");
            return Err(ErrorKind::invalid("lam", reason));
        }
        Ok(Poisson::unchecked(lam))
    }

    pub(super) fn unchecked(lam: f64) -> Self {
        let method = if lam >= 10.0 {
            Method::Ptrs(Ptrs::new(lam))
        } else if lam == 0.0 {
            Method::Zero
        } else {
            Method::Products { none: (-lam).exp() }
        };
        Poisson { method }
    }
}

impl Distribution<i64> for Poisson {
    filling!(i64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> i64 {
        match &self.method {
            Method::Zero => 0,
            &Method::Products { none } => {
                let mut product = bits.next_f64();
                let mut count = 0;
                while product > none {
                    count += 1;
                    product *= bits.next_f64();
                }
                count
            }
            Method::Ptrs(ptrs) => ptrs.draw(bits),
        }
    }
}

/// Transformed rejection with a squeeze; the names are those of the article.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ptrs {
    lam: f64,
    ln_lam: f64,
    a: f64,
    b: f64,
    ln_inverse_alpha: f64,
    vr: f64,
}

impl Ptrs {
    fn new(lam: f64) -> Self {
        let b = 0.931 + 2.53 * lam.sqrt();
        Ptrs {
            lam,
            ln_lam: lam.ln(),
            a: -0.059 + 0.02483 * b,
            b,
            ln_inverse_alpha: (1.1239 + 1.1328 / (b - 3.4)).ln(),
            vr: 0.9277 - 3.6224 / (b - 2.0),
        }
    }

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B) -> i64 {
        loop {
            let u = bits.next_f64() - 0.5;
            let v = bits.next_f64();
            let us = 0.5 - u.abs();
            let k = ((2.0 * self.a / us + self.b) * u + self.lam + 0.43).floor();
            if (us >= 0.07 && v <= self.vr) || self.accepts(k, us, v) {
                return k as i64;
            }
        }
    }

    #[inline(never)]
    fn accepts(&self, k: f64, us: f64, v: f64) -> bool {
        // for a `us` near 0 it may be infinite or too large: NumPy casts that to a negative integer
        if !(0.0..9.223_372_036_854_776e18).contains(&k) || (us < 0.013 && v > us) {
            return false;
        }
        let Ptrs { lam, ln_lam, a, b, ln_inverse_alpha, .. } = *self;
        let after = (k as i64).wrapping_add(1) as f64;
        v.ln() + ln_inverse_alpha - (a / (us * us) + b).ln() <= -lam + k * ln_lam - ln_gamma(after)
    }
}

/// Returns the logarithm of the gamma function at x > 0 by Stirling's series, which is accurate from 7 on;
/// below that by recurrence.
pub(super) fn ln_gamma(x: f64) -> f64 {
    const SERIES: [f64; 10] = [
        8.333333333333333e-02,
        -2.777777777777778e-03,
        7.936507936507937e-04,
        -5.952380952380952e-04,
        8.417508417508418e-04,
        -1.917526917526918e-03,
        6.41025641025641e-03,
        -2.955065359477124e-02,
        1.796443723688307e-01,
        -1.3924322169059,
    ];
    const LN_2PI: f64 = 1.837_877_066_409_345_3;
    if x == 1.0 || x == 2.0 {
        return 0.0;
    }
    let steps = if x < 7.0 { (7.0 - x) as u32 } else { 0 };
    let mut at = x + f64::from(steps);
    let square = (1.0 / at) * (1.0 / at);
    let [first @ .., last] = SERIES;
    let series = first.iter().rev().fold(last, |sum, &term| sum * square + term);
    let mut value = series / at + 0.5 * LN_2PI + (at - 0.5) * at.ln() - at;
    for _ in 0..steps {
        value -= (at - 1.0).ln();
        at -= 1.0;
    }
    value
}

methods! {
    /// Draws samples from the [Poisson distribution](Poisson) with mean `lam`, as
    /// `numpy.random.Generator.poisson(lam, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `lam` is negative (including -0) or NaN, or above 9.22e18;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).poisson(3., 4)?;
    /// assert_eq!(x, ndarray::array![4, 4, 5, 1]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    poisson(lam: f64) -> i64 = Poisson::checked(lam);
}

#[cfg(test)]
mod tests {
    use crate::random::default_rng;

    // NumPy 2.4.6, default_rng(42).poisson(lam, 4)
    #[test]
    fn draws_are_numpys() {
        let cases = [
            (0.0, [0, 0, 0, 0]),
            (3.0, [4, 4, 5, 1]),
            (9.9, [15, 11, 10, 12]),
            (10.0, [13, 6, 9, 11]),
            (25.5, [30, 32, 19, 23]),
            (1e5, [100267, 100388, 99504, 100252]),
            (9.2e18, [9200000002564161536, 9200000003718269952, 9200000002420581376, 9199999996039986176]),
        ];
        for (lam, expected) in cases {
            let x = default_rng(42).poisson(lam, 4).unwrap();
            assert_eq!(x.as_slice().unwrap(), expected, "lam = {lam}");
        }
    }

    #[test]
    fn means_out_of_range_are_refused() {
        for lam in [-1.0, -0.0, f64::NAN, 9.3e18, f64::INFINITY] {
            assert!(default_rng(42).poisson(lam, 1).is_err(), "lam = {lam}");
        }
    }
}
