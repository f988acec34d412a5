//! Which elements a quantile is made of, and how.

use super::select::at_ranks;
use crate::{Element, Error, Result};

/// How a quantile that falls between two elements is made of them: NumPy's 13 methods, by their names there.
///
/// The first nine are those of Hyndman and Fan, "Sample quantiles in statistical packages" (1996), in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum QuantileMethod {
    /// The smallest element that at least the share `q` of all does not exceed.
    InvertedCdf,
    /// As `InvertedCdf`, but the mean of two elements where the distribution function is exactly `q` between them.
    AveragedInvertedCdf,
    /// The element whose rank is nearest to `n q`, the even one of two.
    ClosestObservation,
    /// Between the steps of the distribution function, linearly.
    InterpolatedInvertedCdf,
    /// Between the midpoints of these steps, linearly.
    Hazen,
    /// At position `(n + 1) q`, counted from 1.
    Weibull,
    /// At position `(n - 1) q`, counted from 0: NumPy's default.
    #[default]
    Linear,
    /// Nearly unbiased for the median, whatever the distribution is.
    MedianUnbiased,
    /// Nearly unbiased for normally distributed data.
    NormalUnbiased,
    /// The element below position `(n - 1) q`.
    Lower,
    /// The element above position `(n - 1) q`.
    Higher,
    /// The mean of the elements below and above position `(n - 1) q`.
    Midpoint,
    /// The element nearest to position `(n - 1) q`, the even one of two.
    Nearest,
}

/// What is asked of every lane.
#[derive(Debug, Clone, Copy)]
pub(super) enum Question<'a> {
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

/// The shares that `q`, of which `full` is all, stands for; refuses what is outside.
pub(super) fn shares(op: &'static str, q: &[f64], full: f64) -> Result<Vec<f64>> {
    match q.iter().find(|&&q| !(0.0..=1.0).contains(&(q / full))) {
        Some(q) => Err(Error::invalid(op, "q", format!("expected 0 to {full}, found {q}"))),
        None => Ok(q.iter().map(|q| q / full).collect()),
    }
}

/// An answer, by the ranks of the elements that it is made of.
#[derive(Debug, Clone, Copy)]
enum Point {
    At(usize),
    Mean(usize, usize),
    /// From the first to the second by this share of the way.
    Lerp(usize, usize, f64),
}

/// The answers for a lane of a certain length.
#[derive(Debug)]
pub(super) struct Plan {
    points: Vec<Point>,
    /// Of all points, ascending.
    ranks: Vec<usize>,
}

impl Plan {
    /// For lanes of `n` elements, at least one.
    pub(super) fn new(n: usize, question: Question<'_>) -> Self {
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

    /// The answers for `x`, of which more elements than `n` may be there if they are NaN.
    pub(super) fn answer<T: Element>(&self, x: &[T]) -> impl Iterator<Item = f64> {
        let mut values = vec![T::default(); self.ranks.len()];
        at_ranks(x, &self.ranks, &mut values);
        let value = move |rank| values[self.ranks.partition_point(|&r| r < rank)].as_f64();
        self.points.iter().map(move |&point| match point {
            Point::At(rank) => value(rank),
            Point::Mean(low, high) => mean(value(low), value(high)),
            Point::Lerp(low, high, t) => lerp(value(low), value(high), t),
        })
    }
}

fn mean(a: f64, b: f64) -> f64 {
    let sum = a + b;
    // only a sum that overflows is halved before: it could lose a bit of the tiniest numbers
    if sum.is_finite() { sum / 2.0 } else { a / 2.0 + b / 2.0 }
}

/// NumPy's interpolation, from whichever end is nearer.
fn lerp(a: f64, b: f64, t: f64) -> f64 {
    let difference = b - a;
    if difference.is_infinite() && a.is_finite() && b.is_finite() {
        return a * (1.0 - t) + b * t;
    }
    if t >= 0.5 { b - difference * (1.0 - t) } else { a + difference * t }
}

/// Where the quantile `q` of `n` elements lies: NumPy's formulae, with its order of operations.
fn point(n: usize, q: f64, method: QuantileMethod) -> Point {
    use QuantileMethod::*;
    let count = n as f64;
    let plain = (count - 1.0) * q;
    let fitted = |alpha: f64, beta: f64| count * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
    let at = |position: f64| Point::At((position.max(0.0) as usize).min(n - 1));
    // the element after `position`, but that at it if `exact` holds of a whole number
    let step = |position: f64, exact: fn(f64) -> bool| {
        let floor = position.floor();
        at(if position == floor && exact(floor) { floor } else { floor + 1.0 })
    };
    match method {
        InvertedCdf => step(count * q - 1.0, |_| true),
        AveragedInvertedCdf => between(n, count * q - 1.0, |t, _| if t == 0.0 { 0.5 } else { 1.0 }),
        ClosestObservation => step(count * q - 1.0 - 0.5, |floor| floor.rem_euclid(2.0) == 1.0),
        InterpolatedInvertedCdf => between(n, fitted(0.0, 1.0), |t, _| t),
        Hazen => between(n, fitted(0.5, 0.5), |t, _| t),
        Weibull => between(n, fitted(0.0, 0.0), |t, _| t),
        Linear => between(n, plain, |t, _| t),
        MedianUnbiased => between(n, fitted(1.0 / 3.0, 1.0 / 3.0), |t, _| t),
        NormalUnbiased => between(n, fitted(3.0 / 8.0, 3.0 / 8.0), |t, _| t),
        Lower => at(plain.floor()),
        Higher => at(plain.ceil()),
        Midpoint => {
            let middle = 0.5 * (plain.floor() + plain.ceil());
            between(n, middle, |_, position| if position % 1.0 == 0.0 { 0.0 } else { 0.5 })
        }
        Nearest => at(plain.round_ties_even()),
    }
}

/// The point at a position between two ranks; beyond the ends, the element there with itself.
fn between(n: usize, position: f64, weight: fn(f64, f64) -> f64) -> Point {
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
