//! Gradients of narrow integers, as those of wider ones: with the same bits, since `f64` holds both exactly.

use super::gradient::{self, Stencil};
use crate::loops::lanes::Along;
use crate::loops::narrow::{NarrowWhole, lanes_of};
use crate::{ErrorKind, Result};

pub(super) fn gradient_lanes<T: NarrowWhole>(
    x: Along<'_, T>,
    stencil: &Stencil,
) -> Result<Vec<f64>, ErrorKind> {
    let len = x.len();
    lanes_of(x, len, |x| gradient::gradient_lanes(x, stencil))
}
