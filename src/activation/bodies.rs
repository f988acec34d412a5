//! Bodies of the activations, compiled once for each element type.

use super::{Activation, softmax};
use crate::loops::lanes::Elements;
use crate::loops::layout;
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

/// Declares the functions of one element. A row has the docs and the name of the function, its arguments, and
/// its formula in [`elementary`](crate::loops::elementary); then the docs and the name of the function that
/// works in place.
macro_rules! activations {
    ($(
        $(#[$doc:meta])* $function:ident(x $(, $parameter:ident)?) = $formula:ident;
        $(#[$inplace_doc:meta])* $inplace:ident;
    )*) => {
        // in a private module, since the trait is public
        mod named {
            /// A function of one element, with its parameter. It names the formula to
            /// [`Activate`](super::Activate), so that the loops are compiled here and not in the program that
            /// calls a function.
            #[derive(Debug, Clone, Copy)]
            pub enum Activation<T> {
                $($formula { $($parameter: T)? }),*
            }
        }
        use named::Activation;

        impl<T: Real> Activation<T> {
            fn map(self, x: &[T]) -> Vec<T> {
                match self {
                    $(Activation::$formula { $($parameter)? } => map::map(elementary::$formula $(($parameter))?, x),)*
                }
            }

            fn map_inplace(self, x: &mut [T]) {
                match self {
                    $(Activation::$formula { $($parameter)? } => {
                        map::map_inplace(elementary::$formula $(($parameter))?, x);
                    })*
                }
            }
        }

        $(
            $(#[$doc])*
            pub fn $function<T: Real, D: Dimension>(x: &ArrayRef<T, D> $(, $parameter: T)?) -> Array<T, D> {
                each(Activation::$formula { $($parameter)? }, x)
            }

            $(#[$inplace_doc])*
            pub fn $inplace<T: Real, D: Dimension>(x: &mut ArrayRef<T, D> $(, $parameter: T)?) {
                each_inplace(Activation::$formula { $($parameter)? }, x);
            }
        )*
    };
}
pub(super) use activations;

fn map_slice<T: Real>(f: Activation<T>, x: &[T]) -> Vec<T> {
    f.map(x)
}

fn map_inplace<T: Real>(f: Activation<T>, x: &mut [T]) {
    f.map_inplace(x);
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
