//! Matrices that are made of blocks or of diagonals.

use crate::product::{Number, Terms};
use crate::{ErrorKind, Named, Result, memory};
use ndarray::{Array2, ArrayRef1, ArrayRef2, ArrayView2, s};

/// Returns the matrix that has these blocks on its diagonal, and zeros elsewhere, as
/// `scipy.linalg.block_diag(*blocks)`.
///
/// The blocks have any shapes `(m, n)` and any memory layout; the result, in C order, has the sum of their
/// rows and the sum of their columns. An empty block of shape `(0, n)` adds columns of zeros, one of shape
/// `(m, 0)` rows; no blocks give a matrix of shape `(0, 0)` (SciPy: `(1, 0)`).
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::block_diag;
/// use ndarray::array;
/// let (a, b) = (array![[1, 2], [3, 4]], array![[5, 6, 7]]);
/// assert_eq!(block_diag(&[&a, &b])?, array![[1, 2, 0, 0, 0], [3, 4, 0, 0, 0], [0, 0, 5, 6, 7]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("direct sum", "blkdiag"))]
pub fn block_diag<T: Number>(blocks: &[&ArrayRef2<T>]) -> Result<Array2<T>> {
    let views: Vec<_> = blocks.iter().map(|block| block.view()).collect();
    T::block_diag(&views).named("block_diag")
}

/// Returns the matrix with constant diagonals whose first column is `c` and whose first row is `r`, as
/// `scipy.linalg.toeplitz(c, r)`: element (i, j) is `c[i - j]` on and below the main diagonal, `r[j - i]`
/// above it.
///
/// `c` has shape `(m,)`, `r` has shape `(n,)`, with any stride; the result has shape `(m, n)` and is in C
/// order. `r[0]` is ignored. For the symmetric matrix that SciPy gives without `r`, write `toeplitz(&c, &c)`;
/// its row is conjugated if `c` is complex: `toeplitz(&c, &c.mapv(|z| z.conj()))` is Hermitian if `c[0]` is
/// real.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::toeplitz;
/// use ndarray::array;
/// let c = array![1., 2., 3.];
/// assert_eq!(toeplitz(&c, &array![1., 5.])?, array![[1., 5.], [2., 1.], [3., 2.]]);
/// assert_eq!(toeplitz(&c, &c)?, array![[1., 2., 3.], [2., 1., 2.], [3., 2., 1.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn toeplitz<T: Number>(c: &ArrayRef1<T>, r: &ArrayRef1<T>) -> Result<Array2<T>> {
    T::toeplitz(c, r).named("toeplitz")
}

pub(crate) fn block_diag_of<T: Terms>(blocks: &[ArrayView2<'_, T>]) -> Result<Array2<T>, ErrorKind> {
    let total = |size: fn(&ArrayView2<'_, T>) -> usize| {
        let sum = blocks.iter().map(size).try_fold(0, usize::checked_add);
        sum.ok_or(ErrorKind::TooLarge { dim: usize::MAX })
    };
    let mut result = shaped((total(|block| block.nrows())?, total(|block| block.ncols())?), |len| {
        memory::filled(len, T::zero())
    })?;
    let (mut row, mut column) = (0, 0);
    for block in blocks {
        let end = (row + block.nrows(), column + block.ncols());
        if !block.is_empty() {
            result.slice_mut(s![row..end.0, column..end.1]).assign(block);
        }
        (row, column) = end;
    }
    Ok(result)
}

pub(crate) fn toeplitz_of<T: Terms>(c: &ArrayRef1<T>, r: &ArrayRef1<T>) -> Result<Array2<T>, ErrorKind> {
    let (m, n) = (c.len(), r.len());
    shaped((m, n), |len| {
        let mut all = memory::room(len)?;
        if len > 0 {
            // row i is a part of the first column, upwards, and the first row
            let mut line = memory::room(m.saturating_add(n))?;
            line.extend(c.iter().rev().chain(r.iter().skip(1)));
            (0..m).for_each(|i| all.extend_from_slice(&line[m - 1 - i..][..n]));
        }
        Ok(all)
    })
}

/// Returns the matrix of this shape with the elements that `fill` makes, in C order.
fn shaped<T>(
    shape: (usize, usize),
    fill: impl FnOnce(usize) -> Result<Vec<T>, ErrorKind>,
) -> Result<Array2<T>, ErrorKind> {
    let len = shape.0.checked_mul(shape.1).ok_or(ErrorKind::TooLarge { dim: usize::MAX })?;
    Array2::from_shape_vec(shape, fill(len)?).map_err(|_| ErrorKind::TooLarge { dim: shape.0.max(shape.1) })
}
