//! The binomial distribution.

use super::*;
use crate::{ErrorKind, Named, Result};

/// The mean up to which inversion is used.
const INVERSION: f64 = 30.0;
/// The maximum number of stored sums of probabilities, and the number of parts of [0, 1) that guide the
/// search among them.
const KNOWN: usize = 64;
const GUIDE: usize = 32;
/// The maximum probability of the counts without a stored sum.
const SELDOM: f64 = 1e-6;
/// A bound of the rounding errors of all sums and differences up to 1, which are 2^-54 each.
const MARGIN: f64 = 1.0 / (1u64 << 45) as f64;

distributions! {
    /// The binomial distribution: the number of successes in `n` trials, each with probability `p` in [0, 1].
    ///
    /// The mass at k is (`n` over k) `p`^k (1 - `p`)^(`n` - k). Sampled by sequential search if `n` min(`p`,
    /// 1 - `p`) is at most 30, otherwise by the method BTPE of V. Kachitvichyanukul and B. W. Schmeiser
    /// ("Binomial random variate generation", 1988), as NumPy's `random_binomial`.
    Binomial { n: i64, p: f64, counts: Counted, method: Method, stream: Stream };
}

/// Whose samples are prepared. NumPy's legacy generator also draws for an `n` or `p` of 0, and rounds the
/// probability of no success differently.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stream {
    Generator,
    RandomState,
}

/// What a method counts: the rarer outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Counted {
    Successes,
    Failures,
}

/// The expected number of samples, which decides what is computed beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reuse {
    One,
    Many,
}

#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(clippy::large_enum_variant)] // in a box the sums would be slower, and no longer `Copy`
enum Method {
    /// Nothing is drawn.
    Zero,
    Inversion(Inversion),
    Btpe(Btpe),
}

impl Binomial {
    /// Creates the distribution of `n` trials with probability `p`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is above `i64::MAX`, or `p` is not in [0, 1].
    pub fn new(n: u64, p: f64) -> Result<Self> {
        Self::checked(n, p).named("Binomial::new")
    }

    pub(in crate::random) fn checked(n: u64, p: f64) -> Result<Self, ErrorKind> {
        let n = trials(n, p)?;
        Ok(Binomial::unchecked(n, p, Reuse::Many))
    }

    /// Creates the distribution for a `RandomState`.
    pub(in crate::random) fn legacy(n: u64, p: f64) -> Result<Self, ErrorKind> {
        let n = trials(n, p)?;
        Ok(Binomial::set_up(n, p, Reuse::Many, Stream::RandomState))
    }

    /// Creates the distribution with any `p`.
    pub(super) fn unchecked(n: i64, p: f64, reuse: Reuse) -> Self {
        if n == 0 || p == 0.0 {
            let (counts, method) = (Counted::Successes, Method::Zero);
            return Binomial { n, p, counts, method, stream: Stream::Generator };
        }
        Binomial::set_up(n, p, reuse, Stream::Generator)
    }

    fn set_up(n: i64, p: f64, reuse: Reuse, stream: Stream) -> Self {
        let (counts, rarer) = if p <= 0.5 { (Counted::Successes, p) } else { (Counted::Failures, 1.0 - p) };
        let method = if rarer * n as f64 <= INVERSION {
            let ln_not = match stream {
                Stream::Generator => (-rarer).ln_1p(),
                Stream::RandomState => (1.0 - rarer).ln(),
            };
            Method::Inversion(Inversion::new(n, rarer, reuse, (n as f64 * ln_not).exp()))
        } else {
            Method::Btpe(Btpe::new(n, rarer))
        };
        Binomial { n, p, counts, method, stream }
    }

    #[inline(always)]
    fn successes<B: BitGenerator>(&self, bits: &mut B) -> i64 {
        let count = match &self.method {
            Method::Zero => 0,
            Method::Inversion(inversion) => inversion.draw(bits),
            Method::Btpe(btpe) => btpe.draw(bits),
        };
        match self.counts {
            Counted::Successes => count,
            Counted::Failures => self.n - count,
        }
    }
}

fn trials(n: u64, p: f64) -> Result<i64, ErrorKind> {
    probability("p", p)?;
    int64("n", n)
}

impl Distribution<i64> for Binomial {
    filling!(i64);

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> i64 {
        if B::LEGACY && self.stream == Stream::Generator {
            return Binomial::set_up(self.n, self.p, Reuse::One, Stream::RandomState).successes(bits);
        }
        self.successes(bits)
    }
}

/// Sequential search: the probabilities of 0, 1, 2, ... are subtracted from a uniform sample u until the next
/// one is not less than the remainder.
///
/// The count is monotonic in u, so a search among the sums of the probabilities finds it, unless u is so
/// close to a sum that rounding errors decide: then the probabilities are subtracted. The sums are the same
/// for all samples.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Inversion {
    n: i64,
    p: f64,
    /// The probability of 0.
    none: f64,
    /// The greatest count that is accepted.
    bound: u64,
    /// The sums of the probabilities of smaller counts, up to `known`; the empty sum is less than all u.
    below: [f64; KNOWN],
    known: usize,
    /// The start of the search among the sums, for every part of [0, 1).
    guide: [u8; GUIDE],
}

impl Inversion {
    fn new(n: i64, p: f64, reuse: Reuse, none: f64) -> Self {
        let mean = n as f64 * p;
        let bound = (n as f64).min(mean + 10.0 * (mean * (1.0 - p) + 1.0).sqrt()) as u64;
        let (below, known, guide) = ([-1.0; KNOWN], 0, [0; GUIDE]);
        let mut inversion = Inversion { n, p, none, bound, below, known, guide };
        if reuse == Reuse::Many {
            inversion.remember();
        }
        inversion
    }

    fn remember(&mut self) {
        let (mut probability, mut sum) = (self.none, self.none);
        for count in 1..KNOWN {
            self.below[count] = sum;
            self.known = count;
            if count as u64 > self.bound || sum > 1.0 - SELDOM {
                break;
            }
            probability = self.probability(count as u64, probability);
            sum += probability;
        }
        let mut passed = 0;
        for (part, start) in self.guide.iter_mut().enumerate() {
            while passed + 1 < self.known && self.below[passed + 1] * (GUIDE as f64) < part as f64 {
                passed += 1;
            }
            *start = passed as u8;
        }
    }

    /// Returns the probability of `count` successes, at least one, from that of one success less.
    #[inline(always)]
    fn probability(&self, count: u64, before: f64) -> f64 {
        let left = self.n - count as i64 + 1;
        (left as f64 * self.p * before) / (count as f64 * (1.0 - self.p))
    }

    #[inline(always)]
    fn draw<B: BitGenerator>(&self, bits: &mut B) -> i64 {
        loop {
            let u = bits.next_f64();
            if let Some(count) = self.search(u).or_else(|| self.subtract(u)) {
                return count;
            }
        }
    }

    /// Returns nothing if the sums do not decide.
    #[inline(always)]
    fn search(&self, u: f64) -> Option<i64> {
        let mut count = usize::from(self.guide[(u * GUIDE as f64) as usize % GUIDE]);
        let below = &self.below[..=self.known];
        while u > *below.get(count + 1)? {
            count += 1;
        }
        (u - below[count] > MARGIN && below[count + 1] - u > MARGIN).then_some(count as i64)
    }

    /// Returns nothing if the bound is passed: then `u` is drawn again.
    #[cold]
    fn subtract(&self, u: f64) -> Option<i64> {
        let (mut rest, mut probability) = (u, self.none);
        for count in 1..=self.bound {
            if rest <= probability {
                return Some(count as i64 - 1);
            }
            rest -= probability;
            probability = self.probability(count, probability);
        }
        (rest <= probability).then_some(self.bound as i64)
    }
}

/// Rejection from a triangle in the middle, parallelograms beside it, and exponential tails; the names are
/// those of the article.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Btpe {
    n: i64,
    p: f64,
    /// The mode.
    m: i64,
    xm: f64,
    xl: f64,
    xr: f64,
    c: f64,
    laml: f64,
    lamr: f64,
    p1: f64,
    p2: f64,
    p3: f64,
    p4: f64,
    /// The variance.
    nrq: f64,
}

impl Btpe {
    fn new(n: i64, p: f64) -> Self {
        let (trials, q) = (n as f64, 1.0 - p);
        let fm = trials * p + p;
        let m = fm.floor() as i64;
        let p1 = (2.195 * (trials * p * q).sqrt() - 4.6 * q).floor() + 0.5;
        let xm = m as f64 + 0.5;
        let (xl, xr) = (xm - p1, xm + p1);
        let c = 0.134 + 20.5 / (15.3 + m as f64);
        let a = (fm - xl) / (fm - xl * p);
        let laml = a * (1.0 + a / 2.0);
        let a = (xr - fm) / (xr * q);
        let lamr = a * (1.0 + a / 2.0);
        let p2 = p1 * (1.0 + 2.0 * c);
        let p3 = p2 + c / laml;
        let p4 = p3 + c / lamr;
        Btpe { n, p, m, xm, xl, xr, c, laml, lamr, p1, p2, p3, p4, nrq: trials * p * q }
    }

    #[inline(never)]
    fn draw<B: BitGenerator>(&self, bits: &mut B) -> i64 {
        let Btpe { n, xm, xl, xr, c, laml, lamr, p1, p2, p3, p4, .. } = *self;
        loop {
            let u = bits.next_f64() * p4;
            let v = bits.next_f64();
            if u <= p1 {
                return (xm - p1 * v + u).floor() as i64;
            }
            let (y, v) = if u <= p2 {
                let x = xl + (u - p1) / c;
                let v = v * c + 1.0 - (self.m as f64 - x + 0.5).abs() / p1;
                if v > 1.0 {
                    continue;
                }
                (x.floor() as i64, v)
            } else if u <= p3 {
                let y = (xl + v.ln() / laml).floor() as i64;
                if y < 0 || v == 0.0 {
                    continue;
                }
                (y, v * (u - p2) * laml)
            } else {
                let y = (xr - v.ln() / lamr).floor() as i64;
                if y > n || v == 0.0 {
                    continue;
                }
                (y, v * (u - p3) * lamr)
            };
            if self.accepts(y, v) {
                return y;
            }
        }
    }

    fn accepts(&self, y: i64, v: f64) -> bool {
        let Btpe { n, p, m, xm, nrq, .. } = *self;
        let q = 1.0 - p;
        // NumPy's integers wrap if `n` is close to the greatest one
        let trials = n.wrapping_add(1);
        let distance = y.wrapping_sub(m).wrapping_abs();
        let k = distance as f64;
        if !(k > 20.0 && k < nrq / 2.0 - 1.0) {
            let s = p / q;
            let a = s * trials as f64;
            let up = (m + 1..=y).fold(1.0, |f, i| f * (a / i as f64 - s));
            let ratio = (y + 1..=m).fold(up, |f, i| f / (a / i as f64 - s));
            return v <= ratio;
        }
        let rho = (k / nrq) * ((k * (k / 3.0 + 0.625) + 0.166_666_666_666_666_66) / nrq + 0.5);
        let t = distance.wrapping_neg().wrapping_mul(distance) as f64 / (2.0 * nrq);
        let a = v.ln();
        if a < t - rho {
            return true;
        }
        if a > t + rho {
            return false;
        }
        let x1 = y.wrapping_add(1) as f64;
        let f1 = (m + 1) as f64;
        let z = trials.wrapping_sub(m) as f64;
        let w = n.wrapping_sub(y).wrapping_add(1) as f64;
        a <= xm * (f1 / x1).ln()
            + ((n - m) as f64 + 0.5) * (z / w).ln()
            + y.wrapping_sub(m) as f64 * (w * p / (x1 * q)).ln()
            + correction(f1)
            + correction(z)
            + correction(x1)
            + correction(w)
    }
}

/// The correction of Stirling's formula, with NumPy's coefficients: 13680 should be 13860, and two of the
/// signs differ from the article.
fn correction(g: f64) -> f64 {
    let square = g * g;
    (13680.0 - (462.0 - (132.0 - (99.0 - 140.0 / square) / square) / square) / square) / g / 166_320.0
}

methods! {
    /// Draws samples from the [binomial distribution](Binomial): the number of successes in `n` trials, each
    /// with probability `p`, as `numpy.random.Generator.binomial(n, p, size)`.
    ///
    /// The samples are those of NumPy up to 2.4. NumPy 2.5 corrected a formula, which changes about one
    /// sample in 10 000 for an `n * p` above 30.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is above `i64::MAX`, or `p` is not in [0, 1];
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).binomial(10, 0.3, 4)?;
    /// assert_eq!(x, ndarray::array![4, 3, 5, 4]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    binomial(n: u64, p: f64) -> i64 = Binomial::checked(n, p);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn sums_and_differences_agree() {
        for (n, p) in [(1, 0.5), (10, 0.3), (60, 0.5), (300, 0.1), (1 << 40, 1e-11)] {
            let inversion = match Binomial::new(n, p).unwrap().method {
                Method::Inversion(inversion) => inversion,
                _ => panic!("expected the inversion for n = {n}, p = {p}"),
            };
            let near = inversion.below[1..=inversion.known].iter().flat_map(|&sum| {
                (-3..=3).map(move |steps| sum + f64::from(steps) * MARGIN).filter(|u| (0.0..1.0).contains(u))
            });
            for u in near.chain((0..1000).map(|u| f64::from(u) / 1000.0)) {
                let found = inversion.search(u);
                assert!(found.is_none() || found == inversion.subtract(u), "n = {n}, p = {p}, u = {u}");
            }
        }
    }

    // NumPy 2.4.6, default_rng(42).binomial(n, p, 4)
    #[test]
    fn draws_are_numpys() {
        let cases = [(10, 0.3, [4, 3, 5, 4])];
        for (n, p, expected) in cases {
            let x = default_rng(42).binomial(n, p, 4).unwrap();
            assert_eq!(x.as_slice().unwrap(), expected, "n = {n}, p = {p}");
        }
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for p in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Binomial::new(10, p).is_err(), "p = {p}");
        }
        assert!(Binomial::new(1 << 63, 0.5).is_err());
    }
}
