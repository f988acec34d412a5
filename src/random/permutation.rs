//! Random bytes, shuffles and permutations.

use super::bit_generator::{Bits, drawing, with_each};
use super::{BitGenerator, Generator};
use crate::loops::lanes::{self, check_axis};
use crate::memory::check_memory;
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, Ix1, RemoveAxis, Zip};
use rand_core::RngCore;

/// The number of positions that are drawn before elements are swapped, so that memory is read for several
/// swaps at once.
const BATCH: usize = 64;

/// Calls `swap(i, j)` with i from `len - 1` down to 1 and j drawn from [0, i] by masks and rejection (Fisher
/// and Yates).
pub(super) fn swaps(bits: Bits<'_>, len: usize, mut swap: impl FnMut(usize, usize)) {
    places(bits, len, &mut |max, places| {
        for (i, &place) in places.iter().enumerate() {
            swap(max - i, place);
        }
    });
}

/// Calls `swap(i, places)` with the positions for i, i - 1, and so on.
#[inline(never)]
fn places(bits: Bits<'_>, len: usize, swap: &mut dyn FnMut(usize, &[usize])) {
    with_each!(bits => drawing!(bits, len => batches(bits, len, swap)));
}

fn batches<B: BitGenerator>(bits: &mut B, len: usize, swap: &mut dyn FnMut(usize, &[usize])) {
    let mut places = [0; BATCH];
    let mut max = len.saturating_sub(1);
    while max > 0 {
        let mask = usize::MAX >> max.leading_zeros();
        let wide = max as u64 > u64::from(u32::MAX);
        // these have the same mask
        let batch = BATCH.min(max - mask / 2);
        let mut drawn = 0;
        while drawn < batch {
            let draw = if wide { bits.next_u64() as usize } else { bits.next_u32() as usize };
            // branch-free, since a branch could not be predicted
            places[drawn] = draw & mask;
            drawn += usize::from(draw & mask <= max - drawn);
        }
        swap(max, &places[..batch]);
        max -= batch;
    }
}

/// Shuffles the subarrays along `axis`, which are not changed themselves.
pub(super) fn shuffle<T, D: Dimension>(bits: Bits<'_>, x: &mut ArrayRef<T, D>, axis: Axis) {
    // NumPy draws nothing if nothing moves
    let len = if x.is_empty() { 0 } else { x.len_of(axis) };
    if let (1, Some(x)) = (x.ndim(), x.as_slice_mut()) {
        return swaps(bits, len, |i, j| x.swap(i, j));
    }
    swaps(bits, len, |i, j| {
        if i != j {
            let (mut below, mut above) = x.view_mut().split_at(axis, i);
            below.slice_axis_inplace(axis, (j..=j).into());
            above.slice_axis_inplace(axis, (..1).into());
            Zip::from(&mut below).and(&mut above).for_each(std::mem::swap);
        }
    });
}

/// Returns 0 to `n - 1` in random order.
#[inline(never)]
pub(super) fn permutation(bits: Bits<'_>, n: usize) -> Result<Array1<usize>, ErrorKind> {
    let mut indices = lanes::new(Ix1(n))?;
    if let Ok(n) = u32::try_from(n) {
        // half as wide, so that more of them fit into the cache
        check_memory::<u32>(indices.len())?;
        let mut narrow: Vec<u32> = (0..n).collect();
        swaps(bits, narrow.len(), |i, j| narrow.swap(i, j));
        indices.iter_mut().zip(narrow).for_each(|(index, narrow)| *index = narrow as usize);
    } else {
        indices.iter_mut().enumerate().for_each(|(i, index)| *index = i);
        shuffle(bits, &mut indices, Axis(0));
    }
    Ok(indices)
}

/// Returns `n` random bytes.
#[inline(never)]
pub(super) fn bytes(bits: Bits<'_>, n: usize) -> Result<Vec<u8>, ErrorKind> {
    check_memory::<u8>(n)?;
    let mut bytes = Vec::with_capacity(n);
    // NumPy makes one draw even for no bytes
    with_each!(bits => for _ in 0..n.div_ceil(4).max(1) {
        let word = bits.next_u32().to_le_bytes();
        bytes.extend_from_slice(&word[..word.len().min(n - bytes.len())]);
    });
    Ok(bytes)
}

impl<B: BitGenerator> Generator<B> {
    /// Returns random bytes, as `numpy.random.Generator.bytes(n)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the result does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(linstat::random::default_rng(42).bytes(3)?, [136, 38, 217]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn bytes(&mut self, n: usize) -> Result<Vec<u8>> {
        self.bits.with(|bits| bytes(bits, n)).named("Generator::bytes")
    }

    /// Shuffles an array in place along an axis, as `numpy.random.Generator.shuffle(x, axis=axis)`: the
    /// subarrays along the axis are not changed themselves.
    ///
    /// Any type and layout; the order depends only on the length of the axis.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `x` has no such axis.
    ///
    /// # Examples
    /// ```
    /// use ndarray::{Axis, array};
    /// let mut x = array![0, 1, 2, 3, 4];
    /// linstat::random::default_rng(42).shuffle(&mut x, Axis(0))?;
    /// assert_eq!(x, array![4, 2, 3, 1, 0]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn shuffle<T, D: Dimension>(&mut self, x: &mut ArrayRef<T, D>, axis: Axis) -> Result<()> {
        check_axis(x, axis).named("Generator::shuffle")?;
        self.bits.with(|bits| shuffle(bits, x, axis));
        Ok(())
    }

    /// Returns 0 to `n - 1` in random order, as `numpy.random.Generator.permutation(n)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the result does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::random::default_rng(42).permutation(5)?, array![4, 2, 3, 1, 0]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn permutation(&mut self, n: usize) -> Result<Array1<usize>> {
        self.bits.with(|bits| permutation(bits, n)).named("Generator::permutation")
    }

    /// Returns a copy, shuffled along an axis, as `numpy.random.Generator.permutation(x, axis=axis)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `x` has no such axis,
    /// [`ErrorKind::TooLarge`] if the copy does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::{Axis, array};
    /// let mut rng = linstat::random::default_rng(42);
    /// let x = rng.permutation_of(&array!["a", "b", "c", "d", "e"], Axis(0))?;
    /// assert_eq!(x, array!["e", "c", "d", "b", "a"]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn permutation_of<T: Clone, D: RemoveAxis>(
        &mut self,
        x: &ArrayRef<T, D>,
        axis: Axis,
    ) -> Result<Array<T, D>> {
        self.bits.with(|bits| permuted(bits, x, axis)).named("Generator::permutation_of")
    }

    /// Returns a copy in which all elements are shuffled, as `numpy.random.Generator.permuted(x)` for an
    /// array in C order; NumPy shuffles an array in Fortran order in another way, linstat does not.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the copy does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// let x = linstat::random::default_rng(42).permuted(&array![[0, 1], [2, 3]])?;
    /// assert_eq!(x, array![[3, 2], [1, 0]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn permuted<T: Clone, D: Dimension>(&mut self, x: &ArrayRef<T, D>) -> Result<Array<T, D>> {
        let mut out = copy(x).named("Generator::permuted")?;
        if let Some(all) = out.as_slice_mut() {
            self.bits.with(|bits| swaps(bits, all.len(), |i, j| all.swap(i, j)));
        }
        Ok(out)
    }

    /// Returns a copy in which every lane along an axis is shuffled independently, as
    /// `numpy.random.Generator.permuted(x, axis=axis)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `x` has no such axis,
    /// [`ErrorKind::TooLarge`] if the copy does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::{Axis, array};
    /// let x = linstat::random::default_rng(42).permuted_axis(&array![[0, 1, 2], [3, 4, 5]], Axis(1))?;
    /// assert_eq!(x, array![[2, 1, 0], [3, 5, 4]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn permuted_axis<T: Clone, D: Dimension>(
        &mut self,
        x: &ArrayRef<T, D>,
        axis: Axis,
    ) -> Result<Array<T, D>> {
        check_axis(x, axis).named("Generator::permuted_axis")?;
        let mut out = copy(x).named("Generator::permuted_axis")?;
        if !out.is_empty() {
            for mut lane in out.lanes_mut(axis) {
                self.bits.with(|bits| shuffle(bits, &mut lane, Axis(0)));
            }
        }
        Ok(out)
    }
}

/// Returns a copy, shuffled along an axis.
pub(super) fn permuted<T: Clone, D: RemoveAxis>(
    bits: Bits<'_>,
    x: &ArrayRef<T, D>,
    axis: Axis,
) -> Result<Array<T, D>, ErrorKind> {
    check_axis(x, axis)?;
    check_memory::<T>(x.len())?;
    selected(x, axis, &permutation(bits, x.len_of(axis))?)
}

/// Returns a copy in C order.
fn copy<T: Clone, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Array<T, D>, ErrorKind> {
    check_memory::<T>(x.len())?;
    Ok(x.as_standard_layout().into_owned())
}

/// Returns the subarrays of `x` along `axis` with these indices, which are in range.
pub(super) fn selected<T: Clone, D: RemoveAxis>(
    x: &ArrayRef<T, D>,
    axis: Axis,
    indices: &ArrayRef<usize, Ix1>,
) -> Result<Array<T, D>, ErrorKind> {
    if x.is_empty() || indices.is_empty() {
        let mut dim = x.raw_dim();
        dim[axis.0] = indices.len();
        return Array::from_shape_vec(dim, Vec::new())
            .map_err(|_| ErrorKind::TooLarge { dim: indices.len() });
    }
    Ok(x.select(axis, &indices.to_vec()))
}
