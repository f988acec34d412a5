//! Bodies of the activations, compiled once for each element type.

use super::softmax;
use crate::loops::elementary;
use crate::loops::lanes::Elements;
use crate::loops::layout;
use crate::loops::map;
use crate::loops::softmax::{Kind, Lanes};
use crate::sealed::compiled;
use crate::{ErrorKind, Real, Result};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Axis};

compiled! {
    /// Bodies of the activations. Private: it seals [`Real`].
    Activate: Real; f32, f64; {
        fn map(f: Activation<Self>, x: &[Self]) -> Vec<Self> = map_slice;
        fn map_view(f: Activation<Self>, x: ArrayViewD<'_, Self>) -> ArrayD<Self> = map_view;
        fn map_inplace(f: Activation<Self>, x: &mut [Self]) -> () = map_inplace;
        fn map_view_inplace(f: Activation<Self>, x: ArrayViewMutD<'_, Self>) -> () = map_view_inplace;
        fn softmax_lanes(kind: Kind, x: &[Self], lanes: Lanes) -> Vec<Self> = softmax::over_lanes;
        fn softmax_view(kind: Kind, x: ArrayViewD<'_, Self>, axis: Axis) -> ArrayD<Self> = softmax::over_view;
        fn softmax_view_inplace(kind: Kind, x: ArrayViewMutD<'_, Self>, axis: Axis) -> () = softmax::over_view_inplace;
        fn log_sum(x: Elements<'_, Self>) -> Result<Self, ErrorKind> = softmax::log_sum;
        fn log_sum_lanes(x: &[Self], lanes: Lanes) -> Result<Vec<Self>, ErrorKind> = softmax::log_sum_lanes;
        fn log_sum_view(x: ArrayViewD<'_, Self>, axis: Axis) -> Result<ArrayD<Self>, ErrorKind>
            = softmax::log_sum_view;
    }
}

/// Functions of one element.
#[derive(Debug, Clone, Copy)]
pub enum Activation<T> {
    Relu,
    LeakyRelu(T),
    Sigmoid,
    Tanh,
    Gelu,
    GeluTanh,
    Silu,
    Softplus,
}

/// Calls a generic function with the function that an [`Activation`] names.
macro_rules! with_function {
    ($activation:expr, $f:ident => $call:expr) => {
        match $activation {
            Activation::Relu => with_function!(@call elementary::Relu, $f => $call),
            Activation::LeakyRelu(slope) => with_function!(@call elementary::LeakyRelu(slope), $f => $call),
            Activation::Sigmoid => with_function!(@call elementary::Sigmoid, $f => $call),
            Activation::Tanh => with_function!(@call elementary::Tanh, $f => $call),
            Activation::Gelu => with_function!(@call elementary::Gelu, $f => $call),
            Activation::GeluTanh => with_function!(@call elementary::GeluTanh, $f => $call),
            Activation::Silu => with_function!(@call elementary::Silu, $f => $call),
            Activation::Softplus => with_function!(@call elementary::Softplus, $f => $call),
        }
    };
    (@call $function:expr, $f:ident => $call:expr) => {{
        let $f = $function;
        $call
    }};
}

fn map_slice<T: Real>(f: Activation<T>, x: &[T]) -> Vec<T> {
    with_function!(f, f => map::map(f, x))
}

fn map_inplace<T: Real>(f: Activation<T>, x: &mut [T]) {
    with_function!(f, f => map::map_inplace(f, x));
}

fn map_view<T: Real>(f: Activation<T>, x: ArrayViewD<'_, T>) -> ArrayD<T> {
    if let Some(memory) = x.as_slice_memory_order()
        && let Some(y) = layout::like(&x, map_slice(f, memory))
    {
        return y;
    }
    let mut y = layout::copy(&x);
    if let Some(memory) = y.as_slice_mut() {
        map_inplace(f, memory);
    }
    y
}

/// Works in blocks, since the memory has gaps.
fn map_view_inplace<T: Real>(f: Activation<T>, mut x: ArrayViewMutD<'_, T>) {
    const BLOCK: usize = 1 << 16;
    let (mut elements, mut block) = (x.iter_mut(), Vec::new());
    loop {
        let places: Vec<&mut T> = elements.by_ref().take(BLOCK).collect();
        if places.is_empty() {
            return;
        }
        block.clear();
        block.extend(places.iter().map(|x| **x));
        map_inplace(f, &mut block);
        places.into_iter().zip(&block).for_each(|(x, &y)| *x = y);
    }
}
