//! The generator with NumPy's methods.

use super::distribution::Pieces;
use super::sampling::{NumPys, Samples, Way};
use super::{BitGenerator, Distribution, Pcg64, Seed, SeedSequence, SeededBits};
use crate::loops::lanes;
use crate::memory::check_memory;
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, Dimension, IntoDimension};
use rand_core::RngCore;

/// A generator of random samples, as `numpy.random.Generator`; [`default_rng`](super::default_rng) creates
/// one.
///
/// Every method gives NumPy's values for the same seed, bit for bit, and leaves the generator in NumPy's
/// state, also after several calls of any methods. Arrays are filled in C order, whatever their layout.
///
/// Each distribution has a method with NumPy's name and arguments, which returns an array. Its shape is given
/// as in ndarray (`10`, `(2, 3)`, `()`). For everything else, each distribution has a type with its
/// parameters:
///
/// | to get | call |
/// |---|---|
/// | an array | `rng.normal(loc, scale, shape)?` |
/// | one sample | `rng.sample(Normal::new(loc, scale)?)` |
/// | an existing array, filled | `rng.sample_into(Normal::new(loc, scale)?, &mut array)` |
/// | parameters that differ from element to element | `rng.sample_each(&array_of_distributions)?` |
///
/// It implements rand's `RngCore`, so that the distributions of other crates run on it, too. Not for
/// cryptography.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Generator<B = Pcg64> {
    pub(super) bits: B,
    seed: Option<SeedSequence>,
}

impl Generator {
    /// Creates a generator on [`Pcg64`], as `numpy.random.default_rng(seed)`.
    pub fn new(seed: impl Seed) -> Self {
        Self::seeded(seed)
    }
}

impl<B: SeededBits> Generator<B> {
    /// Creates a generator on the bit generator of this type, as
    /// `numpy.random.Generator(bit_generator(seed))`.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Generator, Philox};
    /// let mut rng = Generator::<Philox>::seeded(42);
    /// assert_eq!(rng.normal(5., 2., 1)?[0], 2.7912009542157694);
    /// let children = rng.spawn(2)?;
    /// assert_ne!(children[0], children[1]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn seeded(seed: impl Seed) -> Self {
        let seed = seed.into_seed_sequence();
        Generator { bits: B::from_seed_sequence(&seed), seed: Some(seed) }
    }

    /// Returns generators with independent streams, as `numpy.random.Generator.spawn(n)`. Draws nothing. A
    /// later call returns different ones.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if this generator was created from a bit generator and so has no seed;
    /// [`ErrorKind::TooLarge`] as [`SeedSequence::spawn`].
    ///
    /// # Examples
    /// Parallel streams that are the same for any number of threads: one generator per task, not per thread.
    /// ```
    /// use linstat::random::default_rng;
    /// use rayon::prelude::*;
    /// let mut tasks = default_rng(42).spawn(8)?;
    /// let sums: Vec<f64> = tasks
    ///     .par_iter_mut()
    ///     .map(|rng| Ok(rng.standard_normal(1000)?.sum()))
    ///     .collect::<linstat::Result<_>>()?;
    /// let first = default_rng(42).spawn(1)?.remove(0).standard_normal(1000)?.sum();
    /// assert_eq!(sums[0], first);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn spawn(&mut self, n: usize) -> Result<Vec<Self>> {
        self.children(n).named("Generator::spawn")
    }

    fn children(&mut self, n: usize) -> Result<Vec<Self>, ErrorKind> {
        let Some(seed) = &mut self.seed else {
            return Err(ErrorKind::invalid("generator", "expected one that was created from a seed"));
        };
        check_memory::<Self>(n)?;
        Ok(seed.children(n)?.into_iter().map(Self::seeded).collect())
    }
}

impl<B: BitGenerator> Generator<B> {
    /// Creates a generator on this bit generator, as `numpy.random.Generator(bit_generator)`.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Generator, Mt19937, SeedSequence};
    /// let mut rng = Generator::from_bits(Mt19937::from_sequence(&SeedSequence::new(42)));
    /// assert_eq!(rng.random(1)?[0], 0.5419938930062744);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn from_bits(bits: B) -> Self {
        Generator { bits, seed: None }
    }

    /// Returns the bit generator, to read its state, to advance it, or to draw raw bits.
    pub fn bits(&mut self) -> &mut B {
        &mut self.bits
    }

    /// Draws one sample from a distribution.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Normal, default_rng};
    /// let x: f64 = default_rng(42).sample(Normal::new(0., 1.)?);
    /// assert_eq!(x, 0.30471707975443135);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    #[inline]
    pub fn sample<T>(&mut self, distribution: impl Distribution<T>) -> T {
        distribution.draw(&mut self.bits, &mut Pieces::default())
    }

    /// Draws an array of samples from a distribution, in C order: one of this module, whose samples are
    /// NumPy's, or, with the feature `rand`, any one of `rand_distr` and other crates.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{StandardNormal, default_rng};
    /// let x: ndarray::Array2<f32> = default_rng(42).sample_array(StandardNormal, (2, 3))?;
    /// assert_eq!(x.dim(), (2, 3));
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn sample_array<T, S: IntoDimension, W: Way>(
        &mut self,
        distribution: impl Samples<T, Self, W>,
        shape: S,
    ) -> Result<Array<T, S::Dim>> {
        distribution.array(self, shape.into_dimension()).named("Generator::sample_array")
    }

    /// Returns a new array, in C order.
    pub(super) fn array<T: Copy + Default, D: Dimension>(
        &mut self,
        distribution: impl Distribution<T>,
        shape: D,
    ) -> Result<Array<T, D>, ErrorKind> {
        let mut out = lanes::new(shape)?;
        if let Some(out) = out.as_slice_mut() {
            self.bits.fill(&distribution, &mut Pieces::default(), out);
        }
        Ok(out)
    }

    /// Fills an array of any layout with samples, in C order.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Normal, default_rng};
    /// let mut x = ndarray::Array2::zeros((2, 3));
    /// default_rng(42).sample_into(Normal::new(5., 2.)?, &mut x);
    /// assert_eq!(x, default_rng(42).normal(5., 2., (2, 3))?);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn sample_into<T: Copy + Default, D: Dimension>(
        &mut self,
        distribution: impl Distribution<T>,
        out: &mut ArrayRef<T, D>,
    ) {
        let mut pieces = Pieces::default();
        let bits = &mut self.bits;
        if let Some(out) = out.as_slice_mut() {
            return bits.fill(&distribution, &mut pieces, out);
        }
        // drawn by the code for slices, then copied to their places
        let mut drawn = [T::default(); 256];
        let mut left = out.len();
        let mut out = out.iter_mut();
        while left > 0 {
            let drawn = &mut drawn[..left.min(256)];
            left -= drawn.len();
            bits.fill(&distribution, &mut pieces, drawn);
            drawn.iter().zip(&mut out).for_each(|(&drawn, out)| *out = drawn);
        }
    }

    /// Draws one sample from each of many distributions, in C order, as NumPy does for arrays of parameters
    /// after broadcasting them.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::{Normal, default_rng};
    /// use ndarray::array;
    /// let locs = array![0., 10., -10.];
    /// let normals: Vec<_> = locs.iter().map(|&loc| Normal::new(loc, 1.)).collect::<Result<_, _>>()?;
    /// let normals = ndarray::Array1::from(normals);
    /// let x = default_rng(3).sample_each(&normals.broadcast((2, 3)).expect("two rows of three"))?;
    /// assert!((&x - &locs).iter().all(|x: &f64| x.abs() < 5.));
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn sample_each<T: Copy + Default, P: Distribution<T>, D: Dimension>(
        &mut self,
        distributions: &ArrayRef<P, D>,
    ) -> Result<Array<T, D>> {
        let mut out = lanes::new(distributions.raw_dim()).named("Generator::sample_each")?;
        let mut pieces = Pieces::default();
        for (out, distribution) in out.iter_mut().zip(distributions) {
            *out = distribution.draw(&mut self.bits, &mut pieces);
        }
        Ok(out)
    }
}

impl<T: Copy + Default, B: BitGenerator, P: Distribution<T>> Samples<T, Generator<B>, NumPys> for P {
    fn array<D: Dimension>(self, rng: &mut Generator<B>, shape: D) -> Result<Array<T, D>, ErrorKind> {
        rng.array(self, shape)
    }
}

impl<B: BitGenerator> RngCore for Generator<B> {
    fn next_u32(&mut self) -> u32 {
        self.bits.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.bits.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.bits.fill_bytes(bytes);
    }
}

/// NumPy's methods that return arrays: their arguments, and the distribution to sample, or the error of its
/// parameters.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $t:ty),*) -> $value:ty = $distribution:expr;)*) => {
        impl<B: BitGenerator> Generator<B> {$(
            $(#[$doc])*
            pub fn $name<S: IntoDimension>(&mut self, $($argument: $t,)* shape: S) -> Result<Array<$value, S::Dim>> {
                let distribution: Result<_, ErrorKind> = $distribution;
                distribution
                    .and_then(|distribution| self.array(distribution, shape.into_dimension()))
                    .named(concat!("Generator::", stringify!($name)))
            }
        )*}
    };
}
pub(super) use methods;
