//! The memory behind arrays of any layout, for elementwise functions and the softmax family.

use super::softmax::Lanes;
use crate::Real;
use crate::tuning::NARROW;
use ndarray::{Array, ArrayRef, Axis, Dimension, ShapeBuilder};

/// Returns a copy of x in C order.
pub(crate) fn copy<T: Real, D: Dimension>(x: &ArrayRef<T, D>) -> Array<T, D> {
    let mut y = Array::zeros(x.raw_dim());
    y.assign(x);
    y
}

/// Returns the array of this shape, which has as many elements as `memory`.
pub(crate) fn in_c_order<T, D: Dimension>(dim: D, memory: Vec<T>) -> Array<T, D> {
    Array::from_shape_vec(dim, memory)
        .unwrap_or_else(|_| unreachable!("as many elements as the argument has"))
}

/// Returns an array with the shape and the memory order of x, which has no gaps.
pub(crate) fn like<T, D: Dimension>(x: &ArrayRef<T, D>, memory: Vec<T>) -> Option<Array<T, D>> {
    let mut strides = x.raw_dim();
    strides.slice_mut().iter_mut().zip(x.strides()).for_each(|(to, from)| *to = from.unsigned_abs());
    let mut y = Array::from_shape_vec(x.raw_dim().strides(strides), memory).ok()?;
    for axis in (0..x.ndim()).map(Axis).filter(|&axis| x.stride_of(axis) < 0) {
        y.invert_axis(axis);
    }
    Some(y)
}

/// Returns the lanes of x along an axis in its memory, if x has no gaps and is not reversed, and the lanes
/// are not narrow.
pub(crate) fn lanes<T, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> Option<Lanes> {
    let n = x.len_of(axis);
    let reversed = x.shape().iter().zip(x.strides()).any(|(&n, &stride)| n > 1 && stride < 0);
    if x.is_empty() || reversed || x.as_slice_memory_order().is_none() {
        return None;
    }
    let inner = if n > 1 { x.stride_of(axis).unsigned_abs() } else { 1 };
    (inner == 1 || inner >= NARROW).then(|| Lanes { outer: x.len() / (n * inner), n, inner })
}

/// Returns the lanes along an axis of an array of this shape, which is contiguous in C order and not empty.
pub(crate) fn lanes_in_c_order(shape: &[usize], axis: Axis) -> Lanes {
    let product = |dims: &[usize]| dims.iter().product();
    let (outer, n, inner): (usize, _, usize) =
        (product(&shape[..axis.0]), shape[axis.0], product(&shape[axis.0 + 1..]));
    // lanes of one element are contiguous
    if n == 1 { Lanes { outer: outer * inner, n, inner: 1 } } else { Lanes { outer, n, inner } }
}

pub(crate) fn is_narrow(lanes: Lanes) -> bool {
    (2..NARROW).contains(&lanes.inner)
}

/// Returns the lanes one after the other.
pub(crate) fn unbraided<T: Copy>(x: &[T], Lanes { outer, n, inner }: Lanes) -> (Vec<T>, Lanes) {
    (transposed(x, n, inner), Lanes { outer: outer * inner, n, inner: 1 })
}

/// Transposes consecutive matrices with this number of rows and columns.
pub(crate) fn transposed<T: Copy>(x: &[T], rows: usize, columns: usize) -> Vec<T> {
    let mut transposed = Vec::with_capacity(x.len());
    for matrix in x.chunks_exact(rows * columns) {
        (0..columns).for_each(|j| transposed.extend(matrix[j..].iter().step_by(columns)));
    }
    transposed
}

/// Returns x in C order with `axis` last, and its lanes.
pub(crate) fn with_axis_last<T: Real, D: Dimension>(x: &ArrayRef<T, D>, axis: Axis) -> (Array<T, D>, Lanes) {
    let mut view = x.view();
    view.swap_axes(axis.0, x.ndim() - 1);
    let n = x.len_of(axis);
    (copy(&view), Lanes { outer: x.len().checked_div(n).unwrap_or(0), n, inner: 1 })
}
