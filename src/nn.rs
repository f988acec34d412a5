//! Layers.

use crate::{Named, Number, Result};
use ndarray::{Array2, ArrayRef1, ArrayRef2};

/// Computes a fully connected layer, `x · w + b`, as `X @ W + b` in NumPy.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | `(n, p)` | inputs, one per row, any memory layout |
/// | `w` | `(p, q)` | weights |
/// | `b` | `(q,)` | bias, one per output |
/// | result | `(n, q)` | in C order |
///
/// Uses BLAS `gemm`, which adds the product to rows that already hold the bias, so there is no second pass
/// over the result. Integers wrap around.
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
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("Linear", "Dense", "affine", "addmm"))]
pub fn linear_layer<T: Number>(x: &ArrayRef2<T>, w: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array2<T>> {
    T::layer(x, w, b).named("linear_layer")
}
