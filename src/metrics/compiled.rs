//! What is compiled here for both real types, instead of in every program.

use super::scores::{self, Score};
use super::{Metric, classification, pairwise};
use crate::loops::lanes::Elements;
use crate::sealed::compiled;
use crate::{ErrorKind, Result};
use ndarray::{Array2, ArrayView2, ArrayViewD};

compiled! {
    /// The metrics, compiled for both real types. Private: it seals [`Real`](crate::Real).
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
