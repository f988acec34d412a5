//! Bodies of this module, compiled once for each element type.

use super::array_like::Argument;
use super::{clip, diff, gradient, interp, narrow};
use crate::loops::lanes::{Along, Elements};
use crate::sealed::compiled;
use crate::{Entry, ErrorKind, Result};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Axis};

compiled! {
    /// Bodies of differences and gradients. Private: it seals [`Entry`].
    entries Numeric {
        fn diff_lanes(x: Along<'_, Self>, n: usize) -> Result<Vec<Self>, ErrorKind> = diff::diff_lanes;
        fn joined(
            before: Argument<'_, Self>, x: ArrayViewD<'_, Self>, after: Argument<'_, Self>, axis: Axis
        ) -> Result<ArrayD<Self>, ErrorKind> = diff::joined;
        fn gradient_lanes(x: Along<'_, Self>, stencil: &gradient::Stencil)
            -> Result<Vec<<Self as Entry>::Location>, ErrorKind> = gradient::gradient_lanes, narrow: narrow::gradient_lanes,
            complex: gradient::complex_lanes;
    }
}

compiled! {
    /// Bodies of limits. Private: it seals [`Element`](crate::Element).
    Limits {
        fn clipped(x: Elements<'_, Self>, bounds: [Self; 2]) -> Result<Vec<Self>, ErrorKind> = clip::clipped;
        fn clip_slice(x: &mut [Self], bounds: [Self; 2]) -> () = clip::clip_slice;
        fn clip_between(
            out: ArrayViewMutD<'_, Self>, x: Option<ArrayViewD<'_, Self>>, limits: [Argument<'_, Self>; 2]
        ) -> Result<(), ErrorKind> = clip::clip_between;
    }
}

compiled! {
    /// Bodies of interpolation. Private: it seals [`Real`](crate::Real).
    Curves: crate::Real; f32, f64; {
        fn curve(x: Elements<'_, Self>, knots: &interp::Knots) -> Result<Vec<Self>, ErrorKind> = interp::curve;
    }
}
