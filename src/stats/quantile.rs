//! Which elements determine a quantile, and how.

use crate::loops::select::Source;
use crate::{Element, ErrorKind, Real, Result};
use num_traits::Float;

/// How a quantile between two elements is computed from them: NumPy's 13 methods, with NumPy's names.
///
/// The first nine are those of Hyndman and Fan, "Sample quantiles in statistical packages" (1996), in that
/// order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum QuantileMethod {
    /// The smallest element such that at least the share `q` of all elements does not exceed it.
    InvertedCdf,
    /// As `InvertedCdf`, but the mean of two elements if the distribution function is exactly `q` between
    /// them.
    AveragedInvertedCdf,
    /// The element whose rank is nearest to `n q`; the even rank if two are equally near.
    ClosestObservation,
    /// Linear between the steps of the distribution function.
    InterpolatedInvertedCdf,
    /// Linear between the midpoints of these steps.
    Hazen,
    /// Linear at position `(n + 1) q`, counted from 1.
    Weibull,
    /// Linear at position `(n - 1) q`, counted from 0: NumPy's default.
    #[default]
    Linear,
    /// Nearly unbiased for the median, whatever the distribution.
    MedianUnbiased,
    /// Nearly unbiased for normally distributed data.
    NormalUnbiased,
    /// The element below position `(n - 1) q`.
    Lower,
    /// The element above position `(n - 1) q`.
    Higher,
    /// The mean of the elements below and above position `(n - 1) q`.
    Midpoint,
    /// The element nearest to position `(n - 1) q`; the even position if two are equally near.
    Nearest,
}

/// The order statistic to compute for every lane.
#[derive(Debug, Clone, Copy)]
pub enum Question<'a> {
    Median,
    /// Shares between 0 and 1.
    Quantiles(&'a [f64], QuantileMethod),
}

impl Question<'_> {
    pub(super) fn len(&self) -> usize {
        match self {
            Question::Median => 1,
            Question::Quantiles(q, _) => q.len(),
        }
    }
}

pub use crate::loops::Nan;

/// Returns `q` as a share, where the maximum is `full`; refuses a `q` outside the range.
pub(crate) fn share(q: f64, full: f64) -> Result<f64, ErrorKind> {
    match q / full {
        share @ 0.0..=1.0 => Ok(share),
        _ => Err(ErrorKind::invalid("q", format!("expected 0 to {full}, found {q:?}"))),
    }
}

/// Returns the rank of the quantile `q` of `n` elements (at least one), if the method gives an element.
pub(super) fn rank(n: usize, q: f64, method: QuantileMethod) -> Result<usize, ErrorKind> {
    match point(n, q, method) {
        Point::At(rank) => Ok(rank),
        _ => Err(ErrorKind::invalid(
            "method",
            format!(
                "expected one that gives an element (`InvertedCdf`, `ClosestObservation`, `Lower`, `Higher` or `Nearest`), found `{method:?}`"
            ),
        )),
    }
}

/// A result, given by the ranks of the elements that determine it.
#[derive(Debug, Clone, Copy)]
enum Point {
    At(usize),
    Mean(usize, usize),
    /// From the first to the second element, by this share of the way.
    Lerp(usize, usize, f64),
}

/// The results for a lane of a certain length.
#[derive(Debug)]
pub(crate) struct Plan {
    points: Vec<Point>,
    /// The ranks of all points, ascending.
    ranks: Vec<usize>,
}

impl Plan {
    /// Creates the plan for lanes of `n` elements, at least one.
    pub(crate) fn new(n: usize, question: Question<'_>) -> Self {
        let points: Vec<Point> = match question {
            Question::Median if n % 2 == 1 => vec![Point::At(n / 2)],
            Question::Median => vec![Point::Mean(n / 2 - 1, n / 2)],
            Question::Quantiles(q, method) => q.iter().map(|&q| point(n, q, method)).collect(),
        };
        let both = |&point: &Point| match point {
            Point::At(rank) => [rank, rank],
            Point::Mean(low, high) | Point::Lerp(low, high, _) => [low, high],
        };
        let mut ranks: Vec<usize> = points.iter().flat_map(both).collect();
        ranks.sort_unstable();
        ranks.dedup();
        Plan { points, ranks }
    }

    /// Calls `put` with the index and the value of each result for `x`; returns `None` if there is not enough
    /// memory.
    pub(super) fn find<T: Element>(
        &self,
        x: &mut Source<'_, T>,
        spare: &mut Spare<T::Key>,
        put: impl FnMut(usize, f64),
    ) -> Option<()> {
        spare.found.resize(self.ranks.len(), T::Key::default());
        x.at_ranks(&self.ranks, &mut spare.found, &mut spare.keys)?;
        self.combine::<T>(&spare.found, put);
        Some(())
    }

    /// The ranks of the elements that determine the results, ascending.
    pub(crate) fn ranks(&self) -> &[usize] {
        &self.ranks
    }

    /// Calls `put` with the index and the value of each result, where `found` has the key of every rank.
    pub(crate) fn combine<T: Element>(&self, found: &[T::Key], mut put: impl FnMut(usize, f64)) {
        let value = |rank| T::from_key(found[self.ranks.partition_point(|&r| r < rank)]);
        for (i, &point) in self.points.iter().enumerate() {
            put(
                i,
                match point {
                    Point::At(rank) => value(rank).as_f64(),
                    Point::Mean(low, high) => mean(value(low), value(high)),
                    Point::Lerp(low, high, t) => between(value(low), value(high), t),
                },
            );
        }
    }
}

/// Buffers that are reused from lane to lane.
#[derive(Debug)]
pub(super) struct Spare<K> {
    keys: Vec<K>,
    found: Vec<K>,
}

impl<K> Default for Spare<K> {
    fn default() -> Self {
        Spare { keys: Vec::new(), found: Vec::new() }
    }
}

/// Computes the results for one lane, where `plan` is for a lane of this length; returns `None` if there is
/// not enough memory.
pub(super) fn answer<T: Element>(
    mut lane: Source<'_, T>,
    plan: &Plan,
    question: Question<'_>,
    nan: Nan,
    spare: &mut Spare<T::Key>,
    out: &mut [T::Mean],
) -> Option<()> {
    let nans = lane.nans();
    let rest;
    let plan = match nan {
        _ if nans == 0 => plan,
        Nan::LeftOut if nans < lane.len() => {
            rest = Plan::new(lane.len() - nans, question);
            &rest
        }
        _ => {
            out.fill(Float::nan());
            return Some(());
        }
    };
    plan.find(&mut lane, spare, |i, answer| out[i] = T::Mean::of(answer))
}

/// Returns the element of this rank, or NaN if there is one; returns `None` if there is not enough memory.
pub(super) fn element_at<T: Element>(
    mut lane: Source<'_, T>,
    rank: usize,
    spare: &mut Spare<T::Key>,
    out: &mut [T],
) -> Option<()> {
    // NaN are the greatest
    let rank = if lane.nans() > 0 { lane.len() - 1 } else { rank };
    let mut key = [T::Key::default()];
    lane.at_ranks(&[rank], &mut key, &mut spare.keys)?;
    out.fill(T::from_key(key[0]));
    Some(())
}

/// Integers up to this limit are exact in `f64`.
const EXACT: u128 = 1 << 53;

/// Returns the mean, rounded once if the elements or their sum are not exact in f64.
fn mean<T: Element>(a: T, b: T) -> f64 {
    if let [Some(a), Some(b)] = [a, b].map(T::whole) {
        return (a + b) as f64 / 2.0;
    }
    let [a, b] = [a, b].map(T::as_f64);
    let sum = a + b;
    // halved first only if the sum overflows: halving the tiniest numbers could lose a bit
    if sum.is_finite() { sum / 2.0 } else { a / 2.0 + b / 2.0 }
}

/// Interpolates from the first number to the second by the share `t`.
fn between<T: Element>(a: T, b: T, t: f64) -> f64 {
    match [a, b].map(T::whole) {
        [Some(a), Some(b)] if a.unsigned_abs().max(b.unsigned_abs()).max((b - a).unsigned_abs()) > EXACT => {
            lerp_whole(a, b, t)
        }
        _ => lerp(a.as_f64(), b.as_f64(), t),
    }
}

/// Computes NumPy's interpolation from the nearer end; where that overflows, returns the correct value.
fn lerp(a: f64, b: f64, t: f64) -> f64 {
    let difference = b - a;
    if !difference.is_finite() {
        return match t {
            _ if a == b || t == 0.0 => a,
            1.0 => b,
            _ => a * (1.0 - t) + b * t,
        };
    }
    if t >= 0.5 { b - difference * (1.0 - t) } else { a + difference * t }
}

/// Interpolates between 64-bit integers in exact arithmetic, rounded once.
fn lerp_whole(a: i128, b: i128, t: f64) -> f64 {
    if a == b {
        // beyond the ends, where `t` has no meaning
        return a as f64;
    }
    if t > 0.5 {
        // 1 - t is exact
        return lerp_whole(b, a, 1.0 - t);
    }
    let Some((mantissa, places)) = binary_fraction(t) else { return a as f64 };
    // at most 65 and 53 bits
    let step = (b - a) * i128::from(mantissa);
    // as many binary places as there is room for: a step that cancels `a` has no more
    let room = if a == 0 { places } else { a.unsigned_abs().leading_zeros() - 2 };
    let kept = places.min(room);
    let lost = places - kept;
    let step = match lost {
        0 => step,
        1..=126 => step >> lost | i128::from(step & ((1 << lost) - 1) != 0),
        _ => step.signum(),
    };
    let sum = if a == 0 { step } else { (a << kept) + step } as f64;
    // in two steps: the power itself may underflow
    let half = kept as i32 / 2;
    sum * 2f64.powi(-half) * 2f64.powi(half - kept as i32)
}

/// Returns the odd `m` and the `k` of `t = m / 2^k`, for `t` from 0 to 0.5; nothing for 0.
fn binary_fraction(t: f64) -> Option<(u64, u32)> {
    let (exponent, fraction) = (t.to_bits() >> 52, t.to_bits() & ((1 << 52) - 1));
    let mantissa = if exponent > 0 { fraction | 1 << 52 } else { fraction };
    let zeros = mantissa.trailing_zeros();
    (mantissa > 0).then(|| (mantissa >> zeros, 1075 - exponent.max(1) as u32 - zeros))
}

/// Returns the point of the quantile `q` of `n` elements, by NumPy's formulae and with its order of
/// operations.
fn point(n: usize, q: f64, method: QuantileMethod) -> Point {
    use QuantileMethod::*;
    let count = n as f64;
    let plain = (count - 1.0) * q;
    let fitted = |alpha: f64, beta: f64| count * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
    let at = |position: f64| Point::At((position.max(0.0) as usize).min(n - 1));
    // the element after `position`, or the element at it if it is an integer for which `exact` holds
    let step = |position: f64, exact: fn(f64) -> bool| {
        let floor = position.floor();
        at(if position == floor && exact(floor) { floor } else { floor + 1.0 })
    };
    match method {
        InvertedCdf => step(count * q - 1.0, |_| true),
        AveragedInvertedCdf => around(n, count * q - 1.0, |t, _| if t == 0.0 { 0.5 } else { 1.0 }),
        ClosestObservation => step(count * q - 1.0 - 0.5, |floor| floor.rem_euclid(2.0) == 1.0),
        InterpolatedInvertedCdf => around(n, fitted(0.0, 1.0), |t, _| t),
        Hazen => around(n, fitted(0.5, 0.5), |t, _| t),
        Weibull => around(n, fitted(0.0, 0.0), |t, _| t),
        Linear => around(n, plain, |t, _| t),
        MedianUnbiased => around(n, fitted(1.0 / 3.0, 1.0 / 3.0), |t, _| t),
        NormalUnbiased => around(n, fitted(3.0 / 8.0, 3.0 / 8.0), |t, _| t),
        Lower => at(plain.floor()),
        Higher => at(plain.ceil()),
        Midpoint => {
            let middle = 0.5 * (plain.floor() + plain.ceil());
            around(n, middle, |_, position| if position % 1.0 == 0.0 { 0.0 } else { 0.5 })
        }
        Nearest => at(plain.round_ties_even()),
    }
}

/// Returns the point at a position between two ranks; beyond the ends, the end element twice.
fn around(n: usize, position: f64, weight: fn(f64, f64) -> f64) -> Point {
    let (low, high, floor) = if position >= (n - 1) as f64 {
        // NumPy counts it from the end
        (n - 1, n - 1, -1.0)
    } else if position < 0.0 {
        (0, 0, 0.0)
    } else {
        (position as usize, position as usize + 1, position.floor())
    };
    Point::Lerp(low, high, weight(position - floor, position))
}
