//! Orders drawn at random: bytes, shuffles and permutations.

use super::bit_generator::{Bits, drawing, with_each};
use super::{BitGenerator, Generator};
use crate::loops::lanes::{self, check_axis};
use crate::memory::check_memory;
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, Ix1, RemoveAxis, Zip};
use rand_core::RngCore;

/// Places that are drawn before the elements are swapped: memory is waited for side by side.
const BATCH: usize = 64;

/// Calls `swap(i, j)` with i from `len - 1` down to 1 and j drawn from [0, i] by masks and rejection (Fisher and Yates).
pub(super) fn swaps(bits: Bits<'_>, len: usize, mut swap: impl FnMut(usize, usize)) {
    places(bits, len, &mut |max, places| {
        for (i, &place) in places.iter().enumerate() {
            swap(max - i, place);
        }
    });
}

/// Calls `swap(i, places)` with the places for i, i - 1, and so on.
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
        // all with the same mask
        let batch = BATCH.min(max - mask / 2);
        let mut drawn = 0;
        while drawn < batch {
            let draw = if wide { bits.next_u64() as usize } else { bits.next_u32() as usize };
            // without a branch: whether a draw is taken cannot be foreseen
            places[drawn] = draw & mask;
            drawn += usize::from(draw & mask <= max - drawn);
        }
        swap(max, &places[..batch]);
        max -= batch;
    }
}

/// Shuffles the lanes across `axis`, as they are.
pub(super) fn shuffle<T, D: Dimension>(bits: Bits<'_>, x: &mut ArrayRef<T, D>, axis: Axis) {
    // NumPy draws nothing where there is nothing to be moved
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

/// 0 to `n - 1` in an order drawn at random.
#[inline(never)]
pub(super) fn permutation(bits: Bits<'_>, op: &'static str, n: usize) -> Result<Array1<usize>> {
    let mut indices = lanes::new(op, Ix1(n))?;
    if let Ok(n) = u32::try_from(n) {
        // half as wide, so that more of them are near
        check_memory::<u32>(indices.len()).named(op)?;
        let mut narrow: Vec<u32> = (0..n).collect();
        swaps(bits, narrow.len(), |i, j| narrow.swap(i, j));
        indices.iter_mut().zip(narrow).for_each(|(index, narrow)| *index = narrow as usize);
    } else {
        indices.iter_mut().enumerate().for_each(|(i, index)| *index = i);
        shuffle(bits, &mut indices, Axis(0));
    }
    Ok(indices)
}

/// `n` random bytes.
#[inline(never)]
pub(super) fn bytes(bits: Bits<'_>, n: usize) -> Result<Vec<u8>> {
    check_memory::<u8>(n).named("bytes")?;
    let mut bytes = Vec::with_capacity(n);
    // NumPy draws once for no bytes, too
    with_each!(bits => for _ in 0..n.div_ceil(4).max(1) {
        let word = bits.next_u32().to_le_bytes();
        bytes.extend_from_slice(&word[..word.len().min(n - bytes.len())]);
    });
    Ok(bytes)
}

impl<B: BitGenerator> Generator<B> {
    /// Random bytes, as `numpy.random.Generator.bytes(n)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for more than fit into memory.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(linstat::random::default_rng(42).bytes(3)?, [136, 38, 217]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn bytes(&mut self, n: usize) -> Result<Vec<u8>> {
        self.bits.with(|bits| bytes(bits, n))
    }

    /// Shuffles an array in place along an axis, as `numpy.random.Generator.shuffle(x, axis=axis)`: what lies across the
    /// axis stays together.
    ///
    /// Any type and layout; the order depends on the length of the axis alone.
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
        check_axis("shuffle", x, axis)?;
        self.bits.with(|bits| shuffle(bits, x, axis));
        Ok(())
    }

    /// 0 to `n - 1` in random order, as `numpy.random.Generator.permutation(n)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for more than fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::array;
    /// assert_eq!(linstat::random::default_rng(42).permutation(5)?, array![4, 2, 3, 1, 0]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn permutation(&mut self, n: usize) -> Result<Array1<usize>> {
        self.bits.with(|bits| permutation(bits, "permutation", n))
    }

    /// A copy, shuffled along an axis, as `numpy.random.Generator.permutation(x, axis=axis)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `x` has no such axis,
    /// [`ErrorKind::TooLarge`] if the copy does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use ndarray::{Axis, array};
    /// let mut rng = linstat::random::default_rng(42);
    /// assert_eq!(rng.permutation_of(&array!["a", "b", "c", "d", "e"], Axis(0))?, array!["e", "c", "d", "b", "a"]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn permutation_of<T: Clone, D: RemoveAxis>(
        &mut self,
        x: &ArrayRef<T, D>,
        axis: Axis,
    ) -> Result<Array<T, D>> {
        check_axis("permutation_of", x, axis)?;
        check_memory::<T>(x.len()).named("permutation_of")?;
        let indices = self.bits.with(|bits| permutation(bits, "permutation_of", x.len_of(axis)))?;
        selected("permutation_of", x, axis, &indices)
    }

    /// A copy in which all elements are shuffled, as `numpy.random.Generator.permuted(x)`.
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
        let mut out = copy("permuted", x)?;
        if let Some(all) = out.as_slice_mut() {
            self.bits.with(|bits| swaps(bits, all.len(), |i, j| all.swap(i, j)));
        }
        Ok(out)
    }

    /// A copy in which every lane along an axis is shuffled by itself, as `numpy.random.Generator.permuted(x, axis=axis)`.
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
        check_axis("permuted_axis", x, axis)?;
        let mut out = copy("permuted_axis", x)?;
        if !out.is_empty() {
            for mut lane in out.lanes_mut(axis) {
                self.bits.with(|bits| shuffle(bits, &mut lane, Axis(0)));
            }
        }
        Ok(out)
    }
}

/// In C order.
fn copy<T: Clone, D: Dimension>(op: &'static str, x: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    check_memory::<T>(x.len()).named(op)?;
    Ok(x.as_standard_layout().into_owned())
}

/// The parts of `x` across `axis` with these indices, which are in range.
pub(super) fn selected<T: Clone, D: RemoveAxis>(
    op: &'static str,
    x: &ArrayRef<T, D>,
    axis: Axis,
    indices: &ArrayRef<usize, Ix1>,
) -> Result<Array<T, D>> {
    if x.is_empty() || indices.is_empty() {
        let mut dim = x.raw_dim();
        dim[axis.0] = indices.len();
        return Array::from_shape_vec(dim, Vec::new())
            .map_err(|_| ErrorKind::TooLarge { dim: indices.len() }.at(op));
    }
    Ok(x.select(axis, &indices.to_vec()))
}
