//! Layers of neural networks: [`linear_layer`], for inputs with any number of leading axes. Activations and
//! the softmax family are in [`activation`](crate::activation), losses in `metrics`.

use crate::{Named, Number, Result};
use ndarray::{Array, ArrayRef, ArrayRef1, ArrayRef2, Dimension, Ix2};

/// Computes a fully connected layer, `x · w + b`, as `X @ W + b` in NumPy.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | `(n, p)` or `(.., p)` | inputs, one per row, any memory layout; any number of leading axes, or none |
/// | `w` | `(p, q)` | weights |
/// | `b` | `(q,)` | bias, one per output |
/// | result | `(n, q)` or `(.., q)` | in C order |
///
/// Uses BLAS `gemm`, which adds the product to rows that already hold the bias, so there is no second pass
/// over the result. All rows of `x` are one matrix, if its leading axes can be merged without a copy, as
/// those in C order can; otherwise its matrices, in the last two axes, follow each other. Integers wrap
/// around.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the shapes do not match;
/// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) as for [`matmul`](crate::matmul).
///
/// # Examples
/// ```
/// use ndarray::array;
/// let x = array![[1., 2.], [3., 4.]];
/// let w = array![[1., 0., -1.], [0., 1., 1.]];
/// let y = linstat::linear_layer(&x, &w, &array![0.5, 0., -0.5])?;
/// assert_eq!(y, array![[1.5, 2., 0.5], [3.5, 4., 0.5]]);
/// assert_eq!(linstat::linear_layer(&x.row(0), &w, &array![0.5, 0., -0.5])?, array![1.5, 2., 0.5]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("Linear", "Dense", "affine", "addmm"))]
pub fn linear_layer<T: Number, D: Dimension>(
    x: &ArrayRef<T, D>,
    w: &ArrayRef2<T>,
    b: &ArrayRef1<T>,
) -> Result<Array<T, D>> {
    let y = match x.view().into_dimensionality::<Ix2>() {
        Ok(x) => T::layer(&x, w, b).map(|y| y.into_dimensionality().ok()),
        Err(_) => T::layers(x.view().into_dyn(), w, b).map(|y| y.into_dimensionality().ok()),
    };
    Ok(y.named("linear_layer")?.unwrap_or_else(|| unreachable!("as many axes as the inputs have")))
}
