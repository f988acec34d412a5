//! Bytes, shuffles, permutations and choices of a `RandomState`.

use super::RandomState;
use crate::loops::lanes;
use crate::random::bit_generator::Bits;
use crate::random::choice::{self, Choice};
use crate::random::{distributions::integers, permutation};
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, IntoDimension, RemoveAxis};

impl RandomState {
    /// Returns random bytes, as `numpy.random.bytes(n)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the result does not fit into memory.
    pub fn bytes(&mut self, n: usize) -> Result<Vec<u8>> {
        permutation::bytes(Bits::Mt19937(&mut self.bits), n).named("RandomState::bytes")
    }

    /// Shuffles an array in place along its first axis, as `numpy.random.shuffle(x)`: the subarrays along it
    /// are not changed themselves.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `x` has no axis.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// use ndarray::array;
    /// let mut x = array![0, 1, 2, 3, 4];
    /// RandomState::new(42).shuffle(&mut x)?;
    /// assert_eq!(x, array![1, 4, 2, 0, 3]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn shuffle<T, D: Dimension>(&mut self, x: &mut ArrayRef<T, D>) -> Result<()> {
        lanes::check_axis(x, Axis(0)).named("RandomState::shuffle")?;
        permutation::shuffle(Bits::Mt19937(&mut self.bits), x, Axis(0));
        Ok(())
    }

    /// Returns 0 to `n - 1` in random order, as `numpy.random.permutation(n)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the result does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// assert_eq!(RandomState::new(42).permutation(5)?, ndarray::array![1, 4, 2, 0, 3]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn permutation(&mut self, n: usize) -> Result<Array1<usize>> {
        permutation::permutation(Bits::Mt19937(&mut self.bits), n).named("RandomState::permutation")
    }

    /// Returns a copy, shuffled along its first axis, as `numpy.random.permutation(x)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `x` has no axis, [`ErrorKind::TooLarge`] if the copy does not fit
    /// into memory.
    pub fn permutation_of<T: Clone, D: RemoveAxis>(&mut self, x: &ArrayRef<T, D>) -> Result<Array<T, D>> {
        permutation::permuted(Bits::Mt19937(&mut self.bits), x, Axis(0)).named("RandomState::permutation_of")
    }

    /// Returns indices below `population`, chosen at random, as
    /// `numpy.random.choice(population, size, replace, p)`. [`unshuffled`](Choice::unshuffled) has no effect.
    ///
    /// # Errors
    /// As [`Generator::choice`](crate::random::Generator::choice).
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Choice, RandomState};
    /// use ndarray::array;
    /// let p = array![0.1, 0.2, 0.3, 0.2, 0.2];
    /// let choice = Choice::new().weights(&p).without_replacement();
    /// assert_eq!(RandomState::new(42).choice(5, &choice, 3)?, array![2, 4, 3]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn choice<S: IntoDimension>(
        &mut self,
        population: usize,
        choice: &Choice,
        shape: S,
    ) -> Result<Array<usize, S::Dim>> {
        const OP: &str = "RandomState::choice";
        let mut chosen = lanes::new(shape.into_dimension()).named(OP)?;
        // a new array is in C order
        if let Some(out) = chosen.as_slice_mut() {
            self.choose(population, choice, out).named(OP)?;
        }
        Ok(chosen)
    }

    fn choose(&mut self, population: usize, choice: &Choice, out: &mut [usize]) -> Result<(), ErrorKind> {
        choice::check(population, out.len(), choice)?;
        let bits = &mut self.bits;
        match (choice.given_weights()?, choice.replace) {
            (Some(_), _) if out.is_empty() => {}
            (Some(p), true) => choice::weighted(bits, p, out),
            (Some(p), false) => choice::weighted_distinct(bits, p.to_vec(), out),
            (None, true) => {
                let last = (population as u64).wrapping_sub(1);
                out.iter_mut().for_each(|out| *out = integers::masked(last, bits) as usize);
            }
            // the whole population is shuffled, whatever the size of the sample
            (None, false) => {
                let all = permutation::permutation(Bits::Mt19937(bits), population)?;
                out.iter_mut().zip(all).for_each(|(out, index)| *out = index);
            }
        }
        Ok(())
    }
}
