//! What is compiled here for both real types, instead of in every program.

use super::rows::{Rows, Table};
use ndarray::ArrayView2;

/// Reading of blocks. Private: it seals [`Real`](crate::Real).
pub trait Streams: Sized {
    #[doc(hidden)]
    fn rows(x: ArrayView2<'_, Self>) -> Box<dyn Rows + '_>;
}

impl Streams for f32 {
    fn rows(x: ArrayView2<'_, f32>) -> Box<dyn Rows + '_> {
        Box::new(Table::<f32>::new(x))
    }
}

impl Streams for f64 {
    fn rows(x: ArrayView2<'_, f64>) -> Box<dyn Rows + '_> {
        Box::new(Table::<f64>::new(x))
    }
}
