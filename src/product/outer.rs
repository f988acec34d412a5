//! Outer products of vectors and Kronecker products.

use super::Number;
use super::contract::{self, all_products};
use super::matmul::zeros;
use super::terms::Terms;
use crate::linalg::stack::Stacked;
use crate::loops::lanes::in_order;
use crate::{ErrorKind, Named, Result, memory};
use ndarray::{Array, Array2, ArrayRef, ArrayRef1, ArrayRef2, ArrayViewD, Axis, DimMax, Dimension};

/// Returns the outer product `a[i] * b[j]`, as `numpy.outer(a, b)` of two vectors; neither is conjugated.
///
/// Shapes `(m,)` and `(n,)` give `(m, n)`. Integers wrap around.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::outer(&array![1., 2.], &array![3., 4., 5.])?, array![[3., 4., 5.], [6., 8., 10.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "ger")]
pub fn outer<T: Number>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<Array2<T>> {
    T::outer(a, b).named("outer")
}

/// Returns the Kronecker product, as `numpy.kron(a, b)`: a copy of `b` for each element of `a`, multiplied by
/// it.
///
/// Shapes `(m, n)` and `(p, q)` give `(m * p, n * q)`, in C order; likewise for every number of axes. An
/// array with fewer axes is preceded by axes of length 1. Any memory layout; integers wrap around.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::kron;
/// use ndarray::array;
/// assert_eq!(kron(&array![1., 10.], &array![1., 2., 3.])?, array![1., 2., 3., 10., 20., 30.]);
/// let a = array![[1, 0], [0, 2]];
/// assert_eq!(kron(&a, &array![[1, 1]])?, array![[1, 1, 0, 0], [0, 0, 2, 2]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("kronecker", "tensor product"))]
pub fn kron<T: Number, D: Dimension + DimMax<E>, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Result<Array<T, <D as DimMax<E>>::Output>> {
    Ok(T::kron(a.view().into_dyn(), b.view().into_dyn()).named("kron")?.into_array())
}

pub(super) fn outer_of<T: Terms>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<Array2<T>, ErrorKind> {
    let shape = (a.len(), b.len());
    if shape.0 == 0 || shape.1 == 0 {
        return zeros(shape.0, shape.1); // any number of empty rows
    }
    let mut rows = memory::room(shape.0.saturating_mul(shape.1))?;
    let b = in_order(b)?;
    for &x in a {
        rows.extend(b.iter().map(|&y| x.times(y)));
    }
    Ok(Array2::from_shape_vec(shape, rows).unwrap_or_else(|_| unreachable!("a row for every element of a")))
}

/// Of matrices that are not empty.
fn kron_of_matrices<T: Terms>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    let shape = (a.nrows().saturating_mul(b.nrows()), a.ncols().saturating_mul(b.ncols()));
    let mut all = memory::room(shape.0.saturating_mul(shape.1))?;
    let b_rows = in_order(b)?;
    for a in a.rows() {
        for b in b_rows.chunks_exact(b.ncols()) {
            for &x in a {
                all.extend(b.iter().map(|&y| x.times(y)));
            }
        }
    }
    Ok(Array2::from_shape_vec(shape, all).unwrap_or_else(|_| unreachable!("all products of two elements")))
}

pub(super) fn kron_of<T: Terms>(
    mut a: ArrayViewD<'_, T>,
    mut b: ArrayViewD<'_, T>,
) -> Result<Stacked<T>, ErrorKind> {
    while a.ndim() < b.ndim() {
        a = a.insert_axis(Axis(0));
    }
    while b.ndim() < a.ndim() {
        b = b.insert_axis(Axis(0));
    }
    let too_large = || ErrorKind::TooLarge { dim: usize::MAX };
    let product = |(&m, &n): (&usize, &usize)| m.checked_mul(n).ok_or_else(too_large);
    let shape: Vec<usize> = a.shape().iter().zip(b.shape()).map(product).collect::<Result<_, _>>()?;
    if shape.contains(&0) {
        return contract::zeros(&shape);
    }
    if let (Ok(a), Ok(b)) = (a.view().into_dimensionality(), b.view().into_dimensionality()) {
        return Ok(Stacked::of(kron_of_matrices(&a, &b)?.into_dyn()));
    }
    // the axes of both, in turns: those of a with length 1 in b, and the other way round
    let pairs: Vec<usize> = a.shape().iter().zip(b.shape()).flat_map(|(&m, &n)| [m, n]).collect();
    for axis in 0..shape.len() {
        a = a.insert_axis(Axis(2 * axis + 1));
        b = b.insert_axis(Axis(2 * axis));
    }
    Ok(all_products(&a, &b, pairs)?.reshaped(shape))
}
