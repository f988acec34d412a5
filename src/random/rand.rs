//! Distributions with `rand_distr`'s trait.

use super::sampling::{Samples, Way};
use crate::loops::lanes;
use crate::{ErrorKind, Result};
use ndarray::{Array, Dimension};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::Distribution;
use rand_core::RngCore;

/// The distributions of `rand_distr` and of the crates that build on it.
#[derive(Debug)]
pub struct Rands;
impl Way for Rands {}

impl<T, G: RngCore, P: Distribution<T>> Samples<T, G, Rands> for P {
    fn array<D: Dimension>(self, rng: &mut G, shape: D) -> Result<Array<T, D>, ErrorKind> {
        lanes::check_new::<T, D>(&shape)?;
        // elements without a size need no memory, but time: no more of them than of bytes
        lanes::check_new::<u8, D>(&shape)?;
        Ok(Array::random_using(shape, self, rng))
    }
}
