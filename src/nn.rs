//! Layers.

use crate::product::gemm;
use crate::{Error, Real, Result, backend};
use ndarray::{Array2, ArrayRef1, ArrayRef2};

/// A fully connected layer: `x · w + b`, as `X @ W + b` in NumPy.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | `(n, p)` | inputs, one per row, any memory layout |
/// | `w` | `(p, q)` | weights |
/// | `b` | `(q,)` | bias, one per output |
/// | result | `(n, q)` | in C order |
///
/// BLAS `gemm`, which adds the product to rows that already hold the bias: no second pass over the result.
///
/// # Errors
/// [`Error::Shape`] if the shapes do not fit; [`Error::TooLarge`] if the result does not fit into memory.
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
pub fn linear_layer<T: Real>(x: &ArrayRef2<T>, w: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array2<T>> {
    if x.ncols() != w.nrows() || w.ncols() != b.len() {
        let found = [x.shape(), w.shape(), b.shape()];
        return Err(Error::shape("linear_layer", "x (n, p), w (p, q) and b (q,)", &found));
    }
    let mut y = backend::zeros("linear_layer", x.nrows(), w.ncols())?;
    if y.is_empty() {
        return Ok(y); // however many empty rows it has
    }
    y.rows_mut().into_iter().for_each(|mut row| row.assign(b));
    gemm(x, w, T::one(), y)
}
