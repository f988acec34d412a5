//! Random sampling: NumPy's streams, bit for bit.
//!
//! [`default_rng`]`(42)` draws what `numpy.random.default_rng(42)` draws, call by call, with all methods and
//! shapes, and ends in the same state. The reference is NumPy 2.4.6 on x86-64 Linux (glibc 2.36); every
//! method is tested to the bit against it.
//!
//! Samples that need no logarithm, exponential or power are the same on every platform: bits, integers,
//! uniform samples, shuffles and choices. Normal and exponential samples need these functions for a decision
//! in 1 % of the cases, and for the value only in the far tails. All others may differ in the last bit if the
//! system's mathematical library differs. So may NumPy's own, between processors with and without fused
//! multiply-add, and between versions: 2.5 changed the binomial samples of large `n * p`.
//!
//! A NaN is an error if a parameter has a range: scales, shapes, probabilities. NumPy refuses it in some
//! methods (`uniform`, `poisson`, `binomial`, ...), but returns NaN without a warning in most of the
//! continuous ones, and 0 in `RandomState.negative_binomial`. A location that is NaN gives NaN, as in NumPy.
//! Empty arrays draw nothing, and accept any range of integers.
//!
//! This module is not for cryptography: the output reveals the state.
//!
//! # Bit generators
//! | NumPy | here | for |
//! |---|---|---|
//! | `PCG64` | [`Pcg64`] | everything: the default, and the fastest here |
//! | `PCG64DXSM` | [`Pcg64Dxsm`] | very many streams at once |
//! | `Philox` | [`Philox`] | streams that are told apart by a key or a counter |
//! | `SFC64` | [`Sfc64`] | existing streams |
//! | `MT19937` | [`Mt19937`] | existing streams; `RandomState` |
//!
//! `Generator::<Philox>::seeded(42)` is `numpy.random.Generator(numpy.random.Philox(42))`. All of them have
//! NumPy's states, and with the feature `serde` they are saved and restored.
//!
//! # With other crates
//! The generators implement rand's `RngCore`, so that the distributions of other crates run on them: with the
//! feature `rand` (on by default) as arrays by [`Generator::sample_array`] and
//! [`RandomState::sample_array`]. Those samples are also reproducible from a seed, but they are not NumPy's.
//! `linstat::random::distr` is `rand_distr` in the version that fits.
#![cfg_attr(feature = "rand", doc = "```")]
#![cfg_attr(not(feature = "rand"), doc = "```ignore")]
//! use linstat::random::distr::{Distribution, Exp1, Pert, StudentT};
//! use linstat::random::{RandomState, default_rng};
//! use ndarray::Array2;
//! let mut rng = default_rng(42);
//! let x = rng.sample_array(Pert::new(0., 5.).with_mode(1.)?, (2, 3))?;
//! assert!(x.dim() == (2, 3) && x.iter().all(|x: &f64| (0. ..5.).contains(x)));
//! let t: f64 = StudentT::new(3.)?.sample(&mut rng);
//! // the same samples again
//! let mut again = default_rng(42);
//! assert_eq!(again.sample_array(Pert::new(0., 5.).with_mode(1.)?, (2, 3))?, x);
//! assert_eq!(again.sample_array(StudentT::new(3.)?, ())?.into_scalar(), t);
//! // on NumPy's legacy generator
//! let y: Array2<f32> = RandomState::new(42).sample_array(Exp1, (2, 3))?;
//! assert!(y.iter().all(|&y| y >= 0.));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bit_generator;
mod choice;
mod distribution;
mod distributions;
mod generator;
mod jump;
mod legacy;
mod mt19937;
mod pcg64;
mod pcg64dxsm;
mod permutation;
mod philox;
#[cfg(feature = "rand")]
mod rand;
mod sampling;
mod seed_sequence;
mod sfc64;

pub use bit_generator::{BitGenerator, SeededBits};
pub use choice::Choice;
pub use distribution::Distribution;
pub use distributions::*;
pub use generator::Generator;
pub use legacy::{LegacyDistribution, LegacyState, RandomState};
pub use mt19937::{Mt19937, Mt19937State};
pub use pcg64::{Pcg64, Pcg64State};
pub use pcg64dxsm::Pcg64Dxsm;
pub use philox::{Philox, PhiloxState};
pub use sampling::Samples;
pub use seed_sequence::{Seed, SeedSequence, Words};
pub use sfc64::{Sfc64, Sfc64State};

// Not under its own name: whoever imports all of this module may depend on the crate of that name, too.
#[cfg(feature = "rand")]
#[doc(no_inline)]
pub use ndarray_rand::rand_distr as distr;

use crate::memory::check_memory;
use crate::{ErrorKind, Named, Result};
use ndarray::ArrayRef1;

/// Creates a generator from a seed, as `numpy.random.default_rng(seed)`: the same samples, bit for bit.
///
/// # Examples
/// ```
/// use linstat::random::default_rng;
/// assert_eq!(default_rng(42).random(1)?[0], 0.7739560485559633);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("seed", "RandomState"))]
pub fn default_rng(seed: impl Seed) -> Generator {
    Generator::new(seed)
}

/// Creates a generator from 128 random bits of the operating system, as `numpy.random.default_rng()`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if the system has no source of random bits.
///
/// # Examples
/// ```
/// let mut rng = linstat::random::from_os()?;
/// assert!(rng.random(3)?.iter().all(|&x| (0. ..1.).contains(&x)));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn from_os() -> Result<Generator> {
    SeedSequence::of_os().map(Generator::new).named("from_os")
}

/// Returns a copy, or an error if it does not fit into memory: the length of a broadcast view has no limit.
fn copied<T: Copy>(x: &ArrayRef1<T>) -> Result<Vec<T>, ErrorKind> {
    check_memory::<T>(x.len())?;
    Ok(x.to_vec())
}

/// Refuses a negative argument, including -0, and NaN.
fn non_negative(name: &'static str, x: f64) -> Result<(), ErrorKind> {
    if x.is_nan() || x.is_sign_negative() {
        return Err(ErrorKind::invalid(name, format!("expected at least 0, found {x:?}")));
    }
    Ok(())
}

/// Refuses a number outside [0, 1].
fn probability(name: &'static str, p: f64) -> Result<(), ErrorKind> {
    if !(0.0..=1.0).contains(&p) {
        return Err(ErrorKind::invalid(name, format!("expected 0 to 1, found {p:?}")));
    }
    Ok(())
}

/// Refuses a number that does not fit into `i64`.
fn int64(name: &'static str, n: u64) -> Result<i64, ErrorKind> {
    i64::try_from(n)
        .map_err(|_| ErrorKind::invalid(name, format!("expected at most {}, found {n}", i64::MAX)))
}

/// Refuses a number that is not above 0, and NaN.
fn positive(name: &'static str, x: f64) -> Result<(), ErrorKind> {
    if x > 0.0 {
        return Ok(());
    }
    Err(ErrorKind::invalid(name, format!("expected more than 0, found {x:?}")))
}

/// Returns the sum of probabilities as computed by NumPy (Kahan, 1965), since it decides which arguments are
/// refused.
fn compensated_sum(x: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0, 0.0);
    for x in x {
        let term = x - lost;
        let next = sum + term;
        lost = (next - sum) - term;
        sum = next;
    }
    sum
}
