//! The hypergeometric distribution.

use super::integers::masked;
use super::poisson::ln_gamma;
use super::*;
use crate::{ErrorKind, Named, Result};

/// NumPy accepts only urns with fewer good and fewer bad items than this.
pub(super) const URN: u64 = 1_000_000_000;
/// The same for a [`RandomState`](crate::random::RandomState), whose sums must not overflow.
const LEGACY_URN: u64 = 1 << 61;
/// The greatest ratio of a sample to the rest of the urn for which a `RandomState` draws what NumPy's draws.
const LEGACY_RATIO: i64 = 10_000_000_000;

distributions! {
    /// The hypergeometric distribution: the number of good items among `nsample` items taken from an urn of
    /// `ngood` good and `nbad` bad ones, both below 10^9.
    ///
    /// The mass at k is (`ngood` over k) (`nbad` over `nsample` - k) / (`ngood` + `nbad` over `nsample`).
    /// Items are taken one by one if the sample, or the rest of the urn, has fewer than 10; otherwise by the
    /// ratio of uniforms HRUA of E. Stadlober ("Sampling from Poisson, binomial and hypergeometric
    /// distributions: ratio of uniforms as a simple and fast alternative", 1989), as NumPy's
    /// `random_hypergeometric`.
    Hypergeometric { method: Urn };
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Urn {
    /// One by one.
    Sequence {
        good: u64,
        bad: u64,
        sample: u64,
    },
    Ratio(Ratio),
}

impl Hypergeometric {
    /// Creates the distribution for `nsample` items taken from `ngood` good and `nbad` bad ones.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `ngood` or `nbad` is not below 10^9, or `nsample` is above their
    /// sum.
    pub fn new(ngood: u64, nbad: u64, nsample: u64) -> Result<Self> {
        Self::checked(ngood, nbad, nsample).named("Hypergeometric::new")
    }

    pub(in crate::random) fn checked(ngood: u64, nbad: u64, nsample: u64) -> Result<Self, ErrorKind> {
        for (name, count) in [("ngood", ngood), ("nbad", nbad)] {
            if count >= URN {
                let reason = format!("expected less than 10^9, found {count}");
                return Err(ErrorKind::invalid(name, reason));
            }
        }
        if nsample > ngood + nbad {
            let reason = format!("expected at most ngood + nbad = {}, found {nsample}", ngood + nbad);
            return Err(ErrorKind::invalid("nsample", reason));
        }
        Ok(Hypergeometric::unchecked(ngood, nbad, nsample))
    }

    /// Creates the distribution for a `RandomState`, which accepts more items, and not 0 for `nsample`.
    pub(in crate::random) fn legacy(ngood: u64, nbad: u64, nsample: u64) -> Result<Self, ErrorKind> {
        for (name, count) in [("ngood", ngood), ("nbad", nbad)] {
            if count >= LEGACY_URN {
                return Err(ErrorKind::invalid(name, format!("expected less than 2^61, found {count}")));
            }
        }
        if !(1..=ngood + nbad).contains(&nsample) {
            let reason = format!("expected 1 to ngood + nbad = {}, found {nsample}", ngood + nbad);
            return Err(ErrorKind::invalid("nsample", reason));
        }
        Ok(Hypergeometric::unchecked(ngood, nbad, nsample))
    }

    /// Creates the distribution with counts that do not overflow an `i64`.
    pub(super) fn unchecked(good: u64, bad: u64, sample: u64) -> Self {
        let method = if sample >= 10 && sample + 10 <= good + bad {
            Urn::Ratio(Ratio::new(good as i64, bad as i64, sample as i64))
        } else {
            Urn::Sequence { good, bad, sample }
        };
        Hypergeometric { method }
    }
}

impl Distribution<i64> for Hypergeometric {
    filling!(i64);

    #[inline]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> i64 {
        if B::LEGACY {
            return self.draw_legacy(bits);
        }
        match &self.method {
            &Urn::Sequence { good, bad, sample } => sequence(good, bad, sample, bits) as i64,
            Urn::Ratio(ratio) => ratio.draw(bits),
        }
    }
}

impl Hypergeometric {
    /// Draws as NumPy's legacy generator: by Stadlober's algorithm HYP up to a sample of 10, else by the
    /// ratio of uniforms with other roundings.
    fn draw_legacy<B: BitGenerator>(&self, bits: &mut B) -> i64 {
        let (good, bad, sample) = match self.method {
            Urn::Sequence { good, bad, sample } => (good as i64, bad as i64, sample as i64),
            Urn::Ratio(Ratio { good, bad, sample, .. }) => (good, bad, sample),
        };
        match sample {
            0 => 0,
            1..=10 => inversions(good, bad, sample, bits),
            _ => Ratio::legacy(good, bad, sample).draw(bits),
        }
    }
}

/// Takes the items one by one, a uniform sample for each, until all of the fewer kind are taken.
fn inversions<B: BitGenerator>(good: i64, bad: i64, sample: i64, bits: &mut B) -> i64 {
    let rest = bad + good - sample;
    let fewer = good.min(bad) as f64;
    let (mut left, mut k) = (fewer, sample);
    while left > 0.0 && k > 0 {
        let u = bits.next_f64();
        left -= (u + left / (rest + k) as f64).floor();
        k -= 1;
    }
    let taken = (fewer - left) as i64;
    if good > bad { sample - taken } else { taken }
}

fn sequence<B: BitGenerator>(good: u64, bad: u64, sample: u64, bits: &mut B) -> u64 {
    let all = good + bad;
    // the rest of the urn is sampled instead
    let rest_is_sampled = sample > all / 2;
    let mut left = if rest_is_sampled { all - sample } else { sample };
    let (mut remaining, mut remaining_good) = (all, good);
    while left > 0 && remaining_good > 0 && remaining > remaining_good {
        remaining -= 1;
        if masked(remaining, bits) < remaining_good {
            remaining_good -= 1;
        }
        left -= 1;
    }
    if remaining == remaining_good {
        remaining_good -= left;
    }
    if rest_is_sampled { remaining_good } else { good - remaining_good }
}

/// Stadlober's ratio of uniforms HRUA (1989), for the smaller one of the sample and the rest, and of good and
/// bad.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ratio {
    good: i64,
    bad: i64,
    sample: i64,
    smaller_sample: i64,
    a: f64,
    h: f64,
    /// A bound above all counts.
    b: f64,
    /// The logarithm of the density at the mode, up to a constant.
    g: f64,
}

impl Ratio {
    fn new(good: i64, bad: i64, sample: i64) -> Self {
        let (p, all) = (good.max(bad) as f64, good + bad);
        Self::with(good, bad, sample, p / all as f64, sample.min(all - sample), ln_factorial)
    }

    /// The constants as in NumPy's legacy generator.
    fn legacy(good: i64, bad: i64, sample: i64) -> Self {
        let q = 1.0 - good.min(bad) as f64 / (good + bad) as f64;
        // NumPy takes the whole sample for the smaller one, and so draws and rejects about the square root of
        // their ratio; where that comes to no end, the smaller one is taken
        let smaller = sample.min(good + bad - sample);
        let taken = if sample / smaller.max(1) > LEGACY_RATIO { smaller } else { sample };
        Self::with(good, bad, sample, q, taken, ln_factorial_by_gamma)
    }

    /// `q` is the share of the more frequent kind, and `taken` the sample size that the variance is computed
    /// from.
    fn with(good: i64, bad: i64, sample: i64, q: f64, taken: i64, ln_factorial: fn(i64) -> f64) -> Self {
        /// 2 · sqrt(2 / e) and 3 - 2 · sqrt(3 / e).
        const D1: f64 = 1.715_527_769_921_413_5;
        const D2: f64 = 0.898_916_162_058_898_8;
        let all = good + bad;
        let smaller_sample = sample.min(all - sample);
        let fewer = good.min(bad);
        let p = fewer as f64 / all as f64;
        let a = smaller_sample as f64 * p + 0.5;
        let variance = (all - smaller_sample) as f64 * taken as f64 * p * q / (all - 1) as f64;
        let c = (variance + 0.5).sqrt();
        let mode = ((smaller_sample + 1) as f64 * (fewer + 1) as f64 / (all + 2) as f64).floor() as i64;
        let b = ((smaller_sample.min(fewer) + 1) as f64).min((a + 16.0 * c).floor());
        let mut ratio = Ratio { good, bad, sample, smaller_sample, a, h: D1 * c + D2, b, g: 0.0 };
        ratio.g = ratio.log_density(mode, ln_factorial);
        ratio
    }

    #[inline(always)]
    fn log_density(&self, k: i64, ln_factorial: impl Fn(i64) -> f64) -> f64 {
        let (fewer, more) = (self.good.min(self.bad), self.good.max(self.bad));
        ln_factorial(k)
            + ln_factorial(fewer - k)
            + ln_factorial(self.smaller_sample - k)
            + ln_factorial(more - self.smaller_sample + k)
    }

    fn draw<B: BitGenerator>(&self, bits: &mut B) -> i64 {
        let k = loop {
            let u = bits.next_f64();
            let v = bits.next_f64();
            let x = self.a + self.h * (v - 0.5) / u;
            if !(0.0..self.b).contains(&x) {
                continue;
            }
            let k = x.floor() as i64;
            let density = if B::LEGACY {
                self.log_density(k, ln_factorial_by_gamma)
            } else {
                self.log_density(k, ln_factorial)
            };
            let t = self.g - density;
            if u * (4.0 - u) - 3.0 <= t {
                break k;
            }
            if u * (u - t) >= 1.0 {
                continue;
            }
            if 2.0 * u.ln() <= t {
                break k;
            }
        };
        let k = if self.good > self.bad { self.smaller_sample - k } else { k };
        if self.smaller_sample < self.sample { self.good - k } else { k }
    }
}

fn ln_factorial(k: i64) -> f64 {
    const HALF_LN_2PI: f64 = 0.918_938_533_204_672_8;
    if let Some(&value) = LN_FACTORIAL.get(k as usize) {
        return value;
    }
    let k = k as f64;
    (k + 0.5) * k.ln() - k + (HALF_LN_2PI + (1.0 / k) * (1.0 / 12.0 - 1.0 / (360.0 * k * k)))
}

/// As NumPy's legacy generator computes it.
fn ln_factorial_by_gamma(k: i64) -> f64 {
    ln_gamma((k + 1) as f64)
}

/// ln k!, rounded to nearest. NumPy has the same table in `numpy/random/src/distributions/logfactorial.c`.
#[rustfmt::skip]
static LN_FACTORIAL: [f64; 126] = [
    0.0, 0.0, std::f64::consts::LN_2, 1.791759469228055,
    3.1780538303479458, 4.787491742782046, 6.579251212010101, 8.525161361065415,
    10.60460290274525, 12.801827480081469, 15.104412573075516, 17.502307845873887,
    19.987214495661885, 22.552163853123425, 25.19122118273868, 27.89927138384089,
    30.671860106080672, 33.50507345013689, 36.39544520803305, 39.339884187199495,
    42.335616460753485, 45.38013889847691, 48.47118135183523, 51.60667556776438,
    54.78472939811232, 58.00360522298052, 61.261701761002, 64.55753862700634,
    67.88974313718154, 71.25703896716801, 74.65823634883016, 78.0922235533153,
    81.55795945611504, 85.05446701758152, 88.58082754219768, 92.1361756036871,
    95.7196945421432, 99.33061245478743, 102.96819861451381, 106.63176026064346,
    110.32063971475739, 114.0342117814617, 117.77188139974507, 121.53308151543864,
    125.3172711493569, 129.12393363912722, 132.95257503561632, 136.80272263732635,
    140.67392364823425, 144.5657439463449, 148.47776695177302, 152.40959258449735,
    156.3608363030788, 160.3311282166309, 164.32011226319517, 168.32744544842765,
    172.3527971391628, 176.39584840699735, 180.45629141754378, 184.53382886144948,
    188.6281734236716, 192.7390472878449, 196.86618167289, 201.00931639928152,
    205.1681994826412, 209.34258675253685, 213.53224149456327, 217.73693411395422,
    221.95644181913033, 226.1905483237276, 230.43904356577696, 234.70172344281826,
    238.97838956183432, 243.2688490029827, 247.57291409618688, 251.8904022097232,
    256.22113555000954, 260.5649409718632, 264.9216497985528, 269.2910976510198,
    273.6731242856937, 278.0675734403661, 282.4742926876304, 286.893133295427,
    291.3239500942703, 295.76660135076065, 300.22094864701415, 304.6868567656687,
    309.1641935801469, 313.65282994987905, 318.1526396202093, 322.66349912672615,
    327.1852877037752, 331.7178871969285, 336.26118197919845, 340.815058870799,
    345.37940706226686, 349.95411804077025, 354.5390855194408, 359.1342053695754,
    363.73937555556347, 368.35449607240474, 372.979468885689, 377.61419787391867,
    382.25858877306, 386.91254912321756, 391.5759882173296, 396.24881705179155,
    400.93094827891576, 405.6222961611449, 410.32277652693733, 415.03230672824964,
    419.7508055995447, 424.4781934182571, 429.21439186665157, 433.9593239950148,
    438.71291418612117, 443.47508812091894, 448.2457727453846, 453.0248962384961,
    457.81238798127816, 462.6081785268749, 467.4121995716082, 472.2243839269806,
    477.04466549258564, 481.87297922988796,
];

methods! {
    /// Draws samples from the [hypergeometric distribution](Hypergeometric): the number of good items among
    /// `nsample` items taken from `ngood` good and `nbad` bad ones, as
    /// `numpy.random.Generator.hypergeometric(ngood, nbad, nsample, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `ngood` or `nbad` is not below 10^9, or `nsample` is above their
    /// sum; [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).hypergeometric(100, 50, 30, 4)?;
    /// assert_eq!(x, ndarray::array![20, 19, 18, 22]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    hypergeometric(ngood: u64, nbad: u64, nsample: u64) -> i64 = Hypergeometric::checked(ngood, nbad, nsample);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).hypergeometric(100, 50, 30, 4), &[20, 19, 18, 22]);
        numpys(default_rng(42).hypergeometric(5, 5, 5, 4), &[3, 2, 3, 1]);
        numpys(default_rng(42).hypergeometric(20, 30, 41, 4), &[13, 18, 16, 16]);
        numpys(default_rng(42).hypergeometric(30, 20, 30, 4), &[18, 19, 16, 20]);
        numpys(
            default_rng(42).hypergeometric(999_999_999, 999_999_999, 1_000_000_000, 4),
            &[500001515, 499995591, 499992791, 500007428],
        );
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for (good, bad, sample) in [(3, 4, 8), (URN, 0, 1), (0, URN, 1), (u64::MAX, u64::MAX, 0)] {
            refused(|rng| rng.hypergeometric(good, bad, sample, 1));
        }
    }
}
