//! Entropies of distributions.

use super::of_pairs;
use super::scores::Score;
use crate::{Named, Real, Result};
use ndarray::{ArrayRef, Dimension};

/// Returns Shannon's entropy of a distribution, `-sum(p * ln(p))`, as `scipy.stats.entropy(p)`; in nats:
/// divide it by `ln(2)` for bits.
///
/// `p` has any shape and layout, and is taken as one distribution. It is divided by its sum first, so counts
/// will do. A 0 adds nothing. A part below 0 gives -infinity, and a sum of 0 NaN, as in SciPy. NaN
/// propagates. For parts that are not negative, the error is at most 40 EPSILON of `f64` times the result +
/// 1, for the sums of `p` and of the terms, and a rounding to `T`.
///
/// # Errors
/// [`ErrorKind::Empty`](crate::ErrorKind::Empty) if there are no elements,
/// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if `p` is not in C order and a copy does not fit into
/// memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::entropy(&array![1_f64, 1.])? / 2_f64.ln(), 1.);
/// assert_eq!(linstat::entropy(&array![0., 5., 0.])?, 0.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn entropy<T: Real, D: Dimension>(p: &ArrayRef<T, D>) -> Result<T> {
    of_pairs(p, p, Score::Entropy).named("entropy")
}

/// Returns the Kullback-Leibler divergence of `p` from `q`, `sum(p * ln(p / q))`, as
/// `scipy.stats.entropy(p, q)`, in nats.
///
/// Both have one shape, any layout, and each is divided by its sum first, as in [`entropy`]. The terms are
/// those of `scipy.special.rel_entr`: 0 where `p` is 0; infinite where `q` alone is 0, or a part is negative.
/// NaN propagates. The error is at most 60 EPSILON of `f64` times 1 + the sum of the absolute values of the
/// terms, which cancel where the distributions are close to each other, and a rounding to `T`.
///
/// # Errors
/// As [`entropy`], and [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the shapes differ.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let divergence = linstat::kl_divergence(&array![1_f64, 0.], &array![3., 1.])?;
/// assert!((divergence - (4_f64 / 3.).ln()).abs() < 1e-15);
/// assert_eq!(linstat::kl_divergence(&array![0.5, 0.5], &array![1., 0.])?, f64::INFINITY);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("relative_entropy", "rel_entr"))]
pub fn kl_divergence<T: Real, D: Dimension>(p: &ArrayRef<T, D>, q: &ArrayRef<T, D>) -> Result<T> {
    of_pairs(p, q, Score::RelativeEntropy).named("kl_divergence")
}
