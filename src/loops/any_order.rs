//! All elements of an array in any order and without a copy, for order statistics and histograms.

use super::lanes::{Elements, check_extent};
use crate::{ErrorKind, Result};
use ndarray::{ArrayRef, ArrayView1, ArrayViewD, Axis, Dimension};

/// Number of elements that are gathered at a time: they and the values computed from them stay in the cache.
const CHUNK: usize = 1 << 12;

/// All elements of an array.
#[derive(Debug, Clone)]
pub enum AnyOrder<'a, T> {
    /// Without gaps, in memory order.
    Slice(&'a [T]),
    /// With gaps, or broadcast.
    View(ArrayViewD<'a, T>),
}

impl<'a, T: Copy> AnyOrder<'a, T> {
    /// Fails if [`check_extent`] does.
    pub(crate) fn of<D: Dimension>(x: &'a ArrayRef<T, D>) -> Result<Self, ErrorKind> {
        check_extent(x)?;
        Ok(match x.as_slice_memory_order() {
            Some(x) => AnyOrder::Slice(x),
            None => AnyOrder::View(x.view().into_dyn()),
        })
    }

    /// Refuses an empty array.
    pub(crate) fn filled<D: Dimension>(x: &'a ArrayRef<T, D>) -> Result<Self, ErrorKind> {
        if x.is_empty() { Err(ErrorKind::empty(x.shape())) } else { Self::of(x) }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            AnyOrder::Slice(x) => x.len(),
            AnyOrder::View(x) => x.len(),
        }
    }

    /// Returns the elements as those of a lane.
    pub(crate) fn elements(&self) -> Elements<'a, T> {
        match self {
            AnyOrder::Slice(x) => Elements::Slice(x),
            AnyOrder::View(x) => Elements::View(x.clone()),
        }
    }

    /// Calls `f` with all elements, in chunks.
    pub(crate) fn each_chunk(&self, mut f: impl FnMut(&[T])) {
        match self {
            AnyOrder::Slice(x) => f(x),
            AnyOrder::View(x) => each_chunk_of_view(x, &mut f),
        }
    }
}

fn each_chunk_of_view<T: Copy>(x: &ArrayViewD<'_, T>, f: &mut dyn FnMut(&[T])) {
    let mut chunk = Vec::with_capacity(CHUNK.min(x.len()));
    let mut put = |lane: ArrayView1<'_, T>| {
        for &x in lane {
            chunk.push(x);
            if chunk.len() == CHUNK {
                f(&chunk);
                chunk.clear();
            }
        }
    };
    // along the axis with the smallest stride
    let near = (0..x.ndim()).filter(|&i| x.shape()[i] > 1).min_by_key(|&i| x.strides()[i].unsigned_abs());
    match near {
        Some(axis) => x.lanes(Axis(axis)).into_iter().for_each(put),
        None => x.iter().for_each(|x| put(ndarray::aview1(std::slice::from_ref(x)))),
    }
    if !chunk.is_empty() {
        f(&chunk);
    }
}
