//! What can be sampled as an array.

use crate::{ErrorKind, Result};
use ndarray::{Array, Dimension};

/// A distribution of values of type `T` that the generator `G` samples as an array: one of this module, or,
/// with the feature `rand`, any type with `rand_distr`'s trait `Distribution<T>`. The compiler finds out
/// which of them it is. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a distribution of `{T}` for this generator",
    note = "distributions of `rand_distr` need the feature `rand`, and its version `linstat::random::distr`"
)]
pub trait Samples<T, G, W: Way> {
    /// Returns a new array, in C order.
    #[doc(hidden)]
    fn array<D: Dimension>(self, rng: &mut G, shape: D) -> Result<Array<T, D>, ErrorKind>;
}

/// Whose distribution it is, so that a type may be one of each. It cannot be named outside of this crate,
/// which seals [`Samples`].
pub trait Way {}

/// The distributions of this module.
#[derive(Debug)]
pub struct NumPys;
impl Way for NumPys {}
