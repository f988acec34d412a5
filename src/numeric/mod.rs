//! Differences, gradients, interpolation and limits, with NumPy's semantics.
//!
//! | task | functions |
//! |---|---|
//! | differences of neighbours | [`diff`], [`diff_axis`], [`diff_with`] (with elements before and after) |
//! | derivatives | [`gradient`], [`gradient_axis`], by [`Spacing`] and [`EdgeOrder`] |
//! | values between points | [`interp`], which says by [`Outside`] what there is beyond them |
//! | values within limits | [`clip`], [`clip_inplace`]; limits are numbers or arrays |
//!
//! Results have the same bits for every layout of the same values and for every number of threads.
//! Differences and gradients take complex numbers, too; interpolation and limits take real ones.

mod array_like;
mod bodies;
mod clip;
mod diff;
mod gradient;
mod interp;
mod narrow;

pub use array_like::ArrayLike;
pub(crate) use bodies::{Curves, Limits, Numeric};
pub use clip::{clip, clip_inplace};
pub use diff::{diff, diff_axis, diff_with, diff_with_axis};
pub use gradient::{EdgeOrder, Spacing, gradient, gradient_axis};
pub use interp::{Outside, interp};
