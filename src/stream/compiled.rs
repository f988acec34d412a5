//! What is compiled here for both real types, instead of in every program.

use super::rows::{Rows, Table};
use crate::Real;
use crate::sealed::compiled;
use ndarray::ArrayView2;

compiled! {
    /// Reading of blocks. Private: it seals [`Real`](crate::Real).
    Streams: crate::Real; f32, f64; {
        fn rows(x: ArrayView2<'_, Self>) -> Box<dyn Rows + '_> = rows;
    }
}

fn rows<T: Real>(x: ArrayView2<'_, T>) -> Box<dyn Rows + '_> {
    Box::new(Table(x))
}
