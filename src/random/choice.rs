//! Choices from a population.

use super::bit_generator::{Bits, drawing, with_each};
use super::distributions::integers::below;
use super::permutation::selected;
use super::{BitGenerator, Generator};
use crate::loops::lanes::{self, check_axis};
use crate::memory::check_memory;
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, Array1, ArrayRef, ArrayRef1, Axis, Dimension, IntoDimension, Ix1, RemoveAxis};
use std::collections::HashSet;

/// Options of [`Generator::choice`]: with replacement and equal probabilities by default.
///
/// # Examples
/// ```
/// use linstat::random::{Choice, default_rng};
/// use ndarray::array;
/// let weights = array![0.1, 0.2, 0.3, 0.4];
/// let two = Choice::new().without_replacement().weights(&weights);
/// assert_eq!(default_rng(42).choice(4, &two, 2)?, array![3, 2]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub(super) replace: bool,
    /// The error if they could not be copied; the choice returns it.
    pub(super) weights: Option<Result<Vec<f64>, ErrorKind>>,
    pub(super) shuffle: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Choice { replace: true, weights: None, shuffle: true }
    }
}

impl Choice {
    /// Creates a choice with replacement and equal probabilities.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses nothing twice: NumPy's `replace=False`.
    #[must_use]
    pub fn without_replacement(self) -> Self {
        Choice { replace: false, ..self }
    }

    /// Sets the probabilities, which sum to 1: NumPy's `p`. The choice checks them, and that they fit into
    /// memory.
    #[must_use]
    pub fn weights(self, p: &ArrayRef1<f64>) -> Self {
        Choice { weights: Some(super::copied(p)), ..self }
    }

    /// Returns the weights, if there are any.
    pub(super) fn given_weights(&self) -> Result<Option<&[f64]>, ErrorKind> {
        match &self.weights {
            None => Ok(None),
            Some(Ok(p)) => {
                // the tables computed from them
                check_memory::<[f64; 4]>(p.len())?;
                Ok(Some(p))
            }
            Some(Err(error)) => Err(error.clone()),
        }
    }

    /// Allows any order of a sample without replacement, which is faster: NumPy's `shuffle=False`.
    #[must_use]
    pub fn unshuffled(self) -> Self {
        Choice { shuffle: false, ..self }
    }
}

/// Checks the arguments of a choice.
pub(super) fn check(population: usize, n: usize, choice: &Choice) -> Result<(), ErrorKind> {
    if n == 0 {
        return Ok(());
    }
    if population == 0 {
        return Err(ErrorKind::invalid(
            "population",
            format!("expected at least 1 for a sample of {n}, found 0"),
        ));
    }
    let weights = choice.given_weights()?;
    if let Some(p) = weights {
        if p.len() != population {
            let reason = format!("expected {population}, one for each element, found {}", p.len());
            return Err(ErrorKind::invalid("weights", reason));
        }
        let sum = super::compensated_sum(p.iter().copied());
        if sum.is_nan() {
            return Err(ErrorKind::invalid("weights", "expected numbers, found NaN"));
        }
        if let Some(negative) = p.iter().find(|&&p| p < 0.0) {
            return Err(ErrorKind::invalid("weights", format!("expected none below 0, found {negative:?}")));
        }
        if (sum - 1.0).abs() > f64::EPSILON.sqrt() {
            return Err(ErrorKind::invalid("weights", format!("expected a sum of 1, found {sum:?}")));
        }
    }
    if !choice.replace {
        if n > population {
            let reason = format!("expected at most the {population} of the population, found {n}");
            return Err(ErrorKind::invalid("shape", reason));
        }
        let possible = weights.map(|p| p.iter().filter(|&&p| p > 0.0).count());
        if possible.is_some_and(|possible| possible < n) {
            return Err(ErrorKind::invalid(
                "weights",
                format!("expected at least {n} above 0 for a sample of {n}"),
            ));
        }
    }
    Ok(())
}

/// Cumulative probabilities, for look-up of uniform samples from [0, 1).
struct Cumulative {
    sums: Vec<f64>,
    /// For each of `len - 1` equal parts of [0, 1), the number of sums that are not above its lower end; the
    /// number of parts is a power of two.
    guide: Vec<usize>,
}

impl Cumulative {
    /// Creates the table for `n` look-ups.
    fn new(p: &[f64], n: usize) -> Self {
        let mut total = 0.0;
        let sum = |p: &f64| {
            total += p;
            total
        };
        let mut sums: Vec<f64> = p.iter().map(sum).collect();
        sums.iter_mut().for_each(|sum| *sum /= total);
        let parts = if n < 64 { 1 } else { p.len().min(n).next_power_of_two() };
        let mut guide = Vec::with_capacity(parts + 1);
        let mut count = 0;
        for part in 0..=parts {
            let end = part as f64 / parts as f64;
            while count < sums.len() && sums[count] <= end {
                count += 1;
            }
            guide.push(count);
        }
        Cumulative { sums, guide }
    }

    /// Returns the number of sums that are not above u.
    #[inline(always)]
    fn find(&self, u: f64) -> usize {
        // exact, since the number of parts is a power of two
        let part = (u * (self.guide.len() - 1) as f64) as usize;
        let (first, last) = (self.guide[part], self.guide[part + 1]);
        let sums = &self.sums[first..last];
        if sums.len() <= 8 {
            return first + sums.iter().filter(|&&sum| sum <= u).count();
        }
        first + sums.partition_point(|&sum| sum <= u)
    }
}

/// Chooses with replacement and weights.
pub(super) fn weighted<B: BitGenerator>(bits: &mut B, p: &[f64], out: &mut [usize]) {
    let cumulative = Cumulative::new(p, out.len());
    drawing!(bits, out.len() => out.iter_mut().for_each(|out| *out = cumulative.find(bits.next_f64())));
}

/// Chooses without replacement and with weights: in rounds of draws, of which the new ones are kept.
pub(super) fn weighted_distinct<B: BitGenerator>(bits: &mut B, mut p: Vec<f64>, out: &mut [usize]) {
    let mut found = 0;
    while found < out.len() {
        let missing = out.len() - found;
        // all draws of a round come before the removal of the weights found earlier
        let draws: Vec<f64> = (0..missing).map(|_| bits.next_f64()).collect();
        out[..found].iter().for_each(|&index| p[index] = 0.0);
        let cumulative = Cumulative::new(&p, missing);
        for u in draws {
            let index = cumulative.find(u);
            if p[index] >= 0.0 {
                // marks it as found in this round
                p[index] = -1.0;
                out[found] = index;
                found += 1;
            }
        }
    }
}

/// Chooses without replacement and with equal probabilities.
fn distinct<B: BitGenerator>(
    bits: &mut B,
    population: usize,
    shuffle: bool,
    out: &mut [usize],
) -> Result<(), ErrorKind> {
    let n = out.len();
    if population > 10_000 && n > population / if shuffle { 50 } else { 20 } {
        // the end of a shuffle
        check_memory::<usize>(population)?;
        let mut all: Vec<usize> = (0..population).collect();
        drawing!(bits, n => {
            for i in ((population - n).max(1)..population).rev() {
                all.swap(i, below(i as u64, bits) as usize);
            }
        });
        out.copy_from_slice(&all[population - n..]);
        return Ok(());
    }
    // R. W. Floyd's algorithm (Bentley and Floyd, 1987)
    let mut seen = HashSet::new();
    seen.try_reserve(n).map_err(|_| ErrorKind::TooLarge { dim: n })?;
    drawing!(bits, n => {
        for (out, last) in out.iter_mut().zip(population - n..) {
            let drawn = below(last as u64, bits) as usize;
            *out = if seen.insert(drawn) { drawn } else { last };
            seen.insert(*out);
        }
        if shuffle {
            for i in (1..n).rev() {
                out.swap(i, below(i as u64, bits) as usize);
            }
        }
    });
    Ok(())
}

#[inline(never)]
fn choose(bits: Bits<'_>, population: usize, choice: &Choice, out: &mut [usize]) -> Result<(), ErrorKind> {
    check(population, out.len(), choice)?;
    if out.is_empty() {
        return Ok(());
    }
    let weights = choice.given_weights()?;
    with_each!(bits => match (weights, choice.replace) {
        (None, true) => {
            let last = population as u64 - 1;
            drawing!(bits, out.len() => out.iter_mut().for_each(|out| *out = below(last, bits) as usize));
        }
        (Some(p), true) => weighted(bits, p, out),
        (Some(p), false) => weighted_distinct(bits, p.to_vec(), out),
        (None, false) => distinct(bits, population, choice.shuffle, out)?,
    });
    Ok(())
}

impl<B: BitGenerator> Generator<B> {
    /// Returns indices below `population`, chosen at random, as
    /// `numpy.random.Generator.choice(population, size, ...)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for a sample from an empty population; if the number of weights is not
    /// `population`, or the weights contain a NaN or a negative number, or do not sum to 1; if a sample
    /// without replacement is larger than the population, or than the number of weights above 0.
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Choice, default_rng};
    /// use ndarray::array;
    /// let mut rng = default_rng(42);
    /// assert_eq!(rng.choice(10, &Choice::new(), 5)?, array![0, 7, 6, 4, 4]);
    /// assert!(rng.choice(3, &Choice::new().without_replacement(), 4).is_err());
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[doc(alias("bootstrap", "resample"))]
    pub fn choice<S: IntoDimension>(
        &mut self,
        population: usize,
        choice: &Choice,
        shape: S,
    ) -> Result<Array<usize, S::Dim>> {
        self.chosen(population, choice, shape.into_dimension()).named("Generator::choice")
    }

    fn chosen<D: Dimension>(
        &mut self,
        population: usize,
        choice: &Choice,
        shape: D,
    ) -> Result<Array<usize, D>, ErrorKind> {
        let mut chosen = lanes::new(shape)?;
        // a new array is in C order
        if let Some(out) = chosen.as_slice_mut() {
            self.bits.with(|bits| choose(bits, population, choice, out))?;
        }
        Ok(chosen)
    }

    /// Returns elements of a vector, chosen at random, as `numpy.random.Generator.choice(x, size, ...)`.
    ///
    /// # Errors
    /// As [`choice`](Self::choice).
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Choice, default_rng};
    /// use ndarray::array;
    /// let x = array!["red", "green", "blue"];
    /// assert_eq!(default_rng(42).choice_of(&x, &Choice::new(), 3)?, array!["red", "blue", "green"]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn choice_of<T: Clone, S: IntoDimension>(
        &mut self,
        x: &ArrayRef1<T>,
        choice: &Choice,
        shape: S,
    ) -> Result<Array<T, S::Dim>> {
        let chosen = self.chosen(x.len(), choice, shape.into_dimension());
        chosen
            .and_then(|chosen| {
                check_memory::<T>(chosen.len())?;
                Ok(chosen.map(|&index| x[index].clone()))
            })
            .named("Generator::choice_of")
    }

    /// Returns `n` subarrays along an axis, chosen at random, as
    /// `numpy.random.Generator.choice(x, n, axis=axis, ...)`.
    ///
    /// # Errors
    /// As [`choice`](Self::choice); [`ErrorKind::InvalidArgument`] if `x` has no such axis.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Choice, default_rng};
    /// use ndarray::{Axis, array};
    /// let rows = array![[1, 2], [3, 4], [5, 6]];
    /// let some = default_rng(42).choice_axis(&rows, Axis(0), &Choice::new().without_replacement(), 2)?;
    /// assert_eq!(some, array![[1, 2], [5, 6]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn choice_axis<T: Clone, D: RemoveAxis>(
        &mut self,
        x: &ArrayRef<T, D>,
        axis: Axis,
        choice: &Choice,
        n: usize,
    ) -> Result<Array<T, D>> {
        self.chosen_across(x, axis, choice, n).named("Generator::choice_axis")
    }

    fn chosen_across<T: Clone, D: RemoveAxis>(
        &mut self,
        x: &ArrayRef<T, D>,
        axis: Axis,
        choice: &Choice,
        n: usize,
    ) -> Result<Array<T, D>, ErrorKind> {
        check_axis(x, axis)?;
        let chosen: Array1<usize> = self.chosen(x.len_of(axis), choice, Ix1(n))?;
        check_memory::<T>(x.len().checked_div(x.len_of(axis)).unwrap_or(0).saturating_mul(n))?;
        selected(x, axis, &chosen)
    }
}
