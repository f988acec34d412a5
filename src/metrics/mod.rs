//! Metrics: errors and scores of predictions, distances, and entropies, with scikit-learn's and SciPy's names
//! and values. Feature `metrics`, on by default.
//!
//! What is true comes first and what is predicted second, as in scikit-learn. Both have one shape; there is
//! no broadcasting. Predictions are `f32` or `f64`, labels are integers or `bool` ([`Label`]). An array
//! without elements is an error; NaN propagates, where scikit-learn refuses it.
//!
//! Sums run in `f64` with their rounding errors, whatever the type of the elements, and neither overflow nor
//! underflow if the result is representable. Results have the same bits for every layout of the same values
//! and for every number of threads; [`cdist`], [`pairwise_distances`] and [`cosine_similarity`] are the
//! exception, since their products run in the backend.

// Of ndarray-stats, `count_eq` is used. Its distances and errors add in the type of the elements, one by one
// and in memory order: sums of f32 lose digits, sums of integers overflow, and the bits depend on the layout;
// `linf_dist` drops NaN. Its entropies do not normalise, and compute `ln(q / p)` where the quotient
// overflows.

mod classification;
mod distance;
mod information;
mod pairwise;
mod regression;
mod scores;

pub use classification::{Label, accuracy_score, confusion_matrix, cross_entropy, log_loss};
pub use distance::{chebyshev, cityblock, cosine, euclidean, sqeuclidean};
pub use information::{entropy, kl_divergence};
pub use pairwise::{Metric, cdist, cosine_similarity, pairwise_distances};
pub use regression::{mean_absolute_error, mean_squared_error, r2_score, root_mean_squared_error};

use crate::loops::lanes::Elements;
use crate::sealed::compiled;
use crate::{ErrorKind, Real, Result};
use ndarray::{Array2, ArrayRef, ArrayView2, ArrayViewD, Dimension};
use scores::Score;

compiled! {
    /// The metrics, compiled for both real types. Private: it seals [`Real`].
    Measures: crate::Real; f32, f64; {
        fn of_pairs(x: Elements<'_, Self>, y: Elements<'_, Self>, score: Score) -> Result<Self, ErrorKind>
            = scores::of_elements;
        fn distances(x: ArrayView2<'_, Self>, y: Option<ArrayView2<'_, Self>>, metric: Metric)
            -> Result<Array2<Self>, ErrorKind> = pairwise::distances;
        fn cosines(x: ArrayView2<'_, Self>, y: ArrayView2<'_, Self>) -> Result<Array2<Self>, ErrorKind>
            = pairwise::cosines;
        fn log_loss(classes: &[usize], p: ArrayViewD<'_, Self>, name: &dyn Fn(usize) -> String)
            -> Result<Self, ErrorKind> = classification::log_loss_of;
        fn cross_entropy(classes: &[usize], logits: ArrayView2<'_, Self>, name: &dyn Fn(usize) -> String)
            -> Result<Self, ErrorKind> = classification::cross_entropy_of;
    }
}

/// Returns a score of two arrays of one shape, with at least one element.
fn of_pairs<T: Real, D: Dimension>(
    x: &ArrayRef<T, D>,
    y: &ArrayRef<T, D>,
    score: Score,
) -> Result<T, ErrorKind> {
    if x.shape() != y.shape() {
        return Err(ErrorKind::shape("two arrays of one shape", &[x.shape(), y.shape()]));
    }
    if x.is_empty() {
        return Err(ErrorKind::empty(x.shape()));
    }
    T::of_pairs(Elements::new(x), Elements::new(y), score)
}
