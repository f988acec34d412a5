//! Products of several matrices.

use super::matmul::stacks;
use super::terms::Terms;
use super::{Number, sealed};
use crate::{ErrorKind, Named, Result, memory};
use ndarray::{Array, ArrayD, ArrayRef, ArrayViewD, CowArray, Dimension, Ix2, IxDyn};

/// The dimensions of the factors of [`multi_dot`]: [`Ix2`](type@ndarray::Ix2), or
/// [`IxDyn`](type@ndarray::IxDyn) if the first or the last is a vector. Sealed.
#[diagnostic::on_unimplemented(
    message = "`multi_dot` multiplies matrices, not arrays of the dimension `{Self}`",
    label = "neither a matrix nor an array with a dynamic number of dimensions",
    note = "for a vector at the beginning or the end, make all views dynamic: `a.view().into_dyn()`"
)]
pub trait Chain: Dimension + sealed::Sealed {}
impl Chain for Ix2 {}
impl Chain for IxDyn {}

/// Returns the product of two or more matrices, as `numpy.linalg.multi_dot(arrays)`, in the order that needs
/// the least number of multiplications.
///
/// The first array may be a vector, which is a row, and the last one, which is a column; their axis is not in
/// the result. Arrays of different numbers of axes must be dynamic (`ArrayD`).
///
/// The order is found by dynamic programming over all pairs of neighbours (Cormen et al., chapter 15.2), each
/// product is a [`matmul`](crate::matmul). The order does not depend on the elements. No array is copied.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for fewer than two arrays; [`ErrorKind::Shape`] if one is neither a matrix
/// nor a vector at an end, or neighbours do not fit; [`ErrorKind::TooLarge`] as for
/// [`matmul`](crate::matmul).
///
/// # Examples
/// ```
/// use linstat::multi_dot;
/// use ndarray::{Array2, array};
/// let (a, b, c) = (Array2::<f64>::ones((10, 100)), Array2::ones((100, 5)), Array2::ones((5, 50)));
/// // (a · b) · c takes 7500 multiplications, a · (b · c) 75000
/// assert_eq!(multi_dot(&[&a, &b, &c])?, Array2::from_elem((10, 50), 500.));
///
/// let (v, m) = (array![1., 2.].into_dyn(), array![[1., 2.], [3., 4.]].into_dyn());
/// assert_eq!(multi_dot(&[&v, &m, &m])?, array![37., 54.].into_dyn());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("chain", "matrix chain"))]
pub fn multi_dot<T: Number, D: Chain>(arrays: &[&ArrayRef<T, D>]) -> Result<Array<T, D>> {
    let views: Vec<_> = arrays.iter().map(|array| array.view().into_dyn()).collect();
    let product = T::chain(&views).named("multi_dot")?;
    Ok(product.into_dimensionality().unwrap_or_else(|_| unreachable!("matrices give a matrix")))
}

pub(super) fn chain_of<T: Terms>(arrays: &[ArrayViewD<'_, T>]) -> Result<ArrayD<T>, ErrorKind> {
    let last = match arrays.len() {
        0 | 1 => return Err(ErrorKind::invalid("arrays", "a product needs at least two of them")),
        n => n - 1,
    };
    let shapes = || arrays.iter().map(|array| array.shape()).collect::<Vec<_>>();
    let of_shape = |(i, array): (usize, &ArrayViewD<'_, T>)| match array.ndim() {
        2 => true,
        1 => i == 0 || i == last,
        _ => false,
    };
    if !arrays.iter().enumerate().all(of_shape) {
        let expected = "matrices; the first and the last may be vectors";
        return Err(ErrorKind::shape(expected, &shapes()));
    }
    // the inner dimensions, with those of the result at both ends
    let rows = |array: &ArrayViewD<'_, T>| if array.ndim() == 1 { 1 } else { array.shape()[0] };
    let mut dims = vec![rows(&arrays[0])];
    for (i, array) in arrays.iter().enumerate() {
        let column = i == last && array.ndim() == 1;
        let columns = if column { 1 } else { array.shape()[array.ndim() - 1] };
        let rows = array.shape()[0];
        if i > 0 && rows != dims[i] {
            return Err(ErrorKind::shape("neighbours (m, k) and (k, n)", &shapes()));
        }
        dims.push(columns);
    }
    product(arrays, &splits(&dims)?)
}

/// Returns after which array each range of arrays is split, for the least number of multiplications: the
/// range of `n` arrays from `first` to `last` at `first * n + last`.
fn splits(dims: &[usize]) -> Result<Vec<usize>, ErrorKind> {
    let n = dims.len() - 1;
    let ranges = n.checked_mul(n).ok_or(ErrorKind::TooLarge { dim: n })?;
    let (mut costs, mut splits) = (memory::filled(ranges, 0.0_f64)?, memory::filled(ranges, 0)?);
    for len in 1..n {
        for first in 0..n - len {
            let last = first + len;
            let (mut best, mut at) = (f64::INFINITY, first);
            for split in first..last {
                let product = dims[first] as f64 * dims[split + 1] as f64 * dims[last + 1] as f64;
                let cost = costs[first * n + split] + costs[(split + 1) * n + last] + product;
                if cost < best {
                    (best, at) = (cost, split);
                }
            }
            (costs[first * n + last], splits[first * n + last]) = (best, at);
        }
    }
    Ok(splits)
}

/// Returns the product of all arrays. Not recursive: the ranges may be as deep as the chain is long.
fn product<T: Terms>(arrays: &[ArrayViewD<'_, T>], splits: &[usize]) -> Result<ArrayD<T>, ErrorKind> {
    enum Step {
        Range(usize, usize),
        Multiply,
    }
    let n = arrays.len();
    let mut steps = vec![Step::Range(0, n - 1)];
    let mut products: Vec<CowArray<'_, T, IxDyn>> = Vec::new();
    while let Some(step) = steps.pop() {
        match step {
            Step::Range(first, last) if first == last => products.push(arrays[first].view().into()),
            Step::Range(first, last) => {
                let split = splits[first * n + last];
                steps.extend([Step::Multiply, Step::Range(split + 1, last), Step::Range(first, split)]);
            }
            Step::Multiply => {
                let (right, left) = (products.pop(), products.pop());
                let (Some(left), Some(right)) = (left, right) else {
                    unreachable!("both ranges come before")
                };
                let product: ArrayD<T> = stacks(left.view(), right.view())?.into_array();
                products.push(product.into());
            }
        }
    }
    let product = products.pop().unwrap_or_else(|| unreachable!("one range holds all arrays"));
    Ok(product.into_owned())
}

#[cfg(test)]
mod tests {
    use super::splits;

    #[test]
    fn the_order_of_the_textbook() {
        // Cormen et al., figure 15.5: ((A1 (A2 A3)) ((A4 A5) A6))
        let splits = splits(&[30, 35, 15, 5, 10, 20, 25]).unwrap();
        let at = |first: usize, last: usize| splits[first * 6 + last];
        assert_eq!((at(0, 5), at(0, 2), at(3, 5)), (2, 0, 4));
    }
}
