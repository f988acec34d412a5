//! Arrays of vectors, whose components are along an additional last axis.

use super::*;
use crate::{ErrorKind, Result};
use ndarray::IxDyn;

/// Returns an array of vectors, which `draw` writes into zeros.
pub(in crate::random) fn vectors<T: Copy + Default>(
    shape: &[usize],
    components: usize,
    mut draw: impl FnMut(&mut [T]),
) -> Result<ArrayD<T>, ErrorKind> {
    let mut dim = IxDyn::zeros(shape.len() + 1);
    let (last, lengths) = dim.slice_mut().split_last_mut().expect("one axis more than the shape");
    lengths.copy_from_slice(shape);
    *last = components;
    let mut out = lanes::new(dim)?;
    let all = out.as_slice_mut().expect("a new array is contiguous");
    all.chunks_exact_mut(components.max(1)).for_each(&mut draw);
    Ok(out)
}
