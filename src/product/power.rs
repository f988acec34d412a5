//! Powers of matrices.

use super::Number;
use super::contract::in_order;
use super::matmul::{matrices, stacks};
use super::terms::Terms;
use crate::error::BadMatrix;
use crate::linalg::Matrices;
use crate::linalg::stack::{Results, Stack, for_each};
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, ArrayD, ArrayRef, ArrayView, ArrayViewD, Dimension, Ix2};

/// Returns a power of a square matrix, as `numpy.linalg.matrix_power(a, n)`.
///
/// `a` has shape `(k, k)` or `(.., k, k)` and any memory layout; the result has the same shape and is in C
/// order. `n` = 0 gives the identity, also of matrices with NaN; for a negative `n`, the inverse is
/// computed first, by [`inv`](crate::inv). Powers up to 3 are products one after the other, higher ones are
/// computed by squaring: `2 * log2(n)` products at most. Integers wrap around.
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square; for a negative `n` those of [`inv`](crate::inv), and
/// [`ErrorKind::InvalidArgument`] for integers, which have no inverse; [`ErrorKind::TooLarge`] as for
/// [`matmul`](crate::matmul).
///
/// # Examples
/// ```
/// use linstat::matrix_power;
/// use ndarray::array;
/// let fibonacci = array![[1, 1], [1, 0]];
/// assert_eq!(matrix_power(&fibonacci, 10)?, array![[89, 55], [55, 34]]);
/// let a = array![[2., 0.], [0., 4.]];
/// assert_eq!(matrix_power(&a, -1)?, array![[0.5, 0.], [0., 0.25]]);
/// assert_eq!(matrix_power(&a, 0)?, array![[1., 0.], [0., 1.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "mpow")]
pub fn matrix_power<T: Number, D: Matrices>(a: &ArrayRef<T, D>, n: i64) -> Result<Array<T, D>> {
    let power = T::power(a.view().into_dyn(), n).named("matrix_power")?;
    Ok(power.into_dimensionality().unwrap_or_else(|_| unreachable!("powers have the shape of the matrices")))
}

/// A type that may have inverse matrices.
pub(super) trait Invert: Terms {
    fn inverses(a: &Stack<'_, Self>) -> Result<ArrayD<Self>, BadMatrix>;
    fn one() -> Self;
}

pub(super) fn power_of<T: Invert>(a: ArrayViewD<'_, T>, n: i64) -> Result<ArrayD<T>, BadMatrix> {
    let shape = a.shape().to_vec();
    let &[.., rows, columns] = &shape[..] else {
        return Err(ErrorKind::shape("square matrices (.., n, n)", &[&shape]).into());
    };
    if rows != columns {
        return Err(ErrorKind::shape("square matrices (.., n, n)", &[&shape]).into());
    }
    if n > 0 {
        return Ok(positive_of(a, n.unsigned_abs())?);
    }
    let stack = Stack::new(a.view());
    if n == 0 {
        let mut ones = Results::new(stack.lead(), &[rows, rows])?;
        if !ones.is_empty() {
            for_each(&stack, ones.room(), rows, |_, out| {
                out.data.iter_mut().step_by(rows + 1).for_each(|x| *x = T::one());
                Ok(())
            })?;
        }
        return Ok(ones.done().into_array());
    }
    let inverses = T::inverses(&stack)?;
    if n == -1 { Ok(inverses) } else { Ok(positive_of(inverses.view(), n.unsigned_abs())?) }
}

fn positive_of<T: Terms>(a: ArrayViewD<'_, T>, n: u64) -> Result<ArrayD<T>, ErrorKind> {
    match a.view().into_dimensionality::<Ix2>() {
        // without the detour over dynamic dimensions, which takes longer than tiny products
        Ok(a) => Ok(positive(a, n, |a, b| matrices(&a, &b))?.into_dyn()),
        Err(_) => positive(a, n, |a, b| Ok(stacks(a, b)?.into_array())),
    }
}

fn positive<T: Terms, D: Dimension>(
    a: ArrayView<'_, T, D>,
    mut n: u64,
    times: impl Fn(ArrayView<'_, T, D>, ArrayView<'_, T, D>) -> Result<Array<T, D>, ErrorKind>,
) -> Result<Array<T, D>, ErrorKind> {
    let copy = |a: ArrayView<'_, T, D>| {
        let copy = Array::from_shape_vec(a.raw_dim(), in_order(&a)?);
        Ok(copy.unwrap_or_else(|_| unreachable!("as many elements as the shape has")))
    };
    match n {
        1 => return copy(a),
        2 => return times(a.view(), a.view()),
        3 => return times(times(a.view(), a.view())?.view(), a.view()),
        _ => {}
    }
    // the bits of n, from the lowest, as NumPy: a to the power of 1, 2, 4, ..
    let mut square: Option<Array<T, D>> = None;
    let mut power: Option<Array<T, D>> = None;
    loop {
        let factor = square.as_ref().map_or(a.view(), |square| square.view());
        if n % 2 == 1 {
            power = Some(match power {
                None => copy(factor.view())?,
                Some(power) => times(power.view(), factor.view())?,
            });
        }
        n /= 2;
        if n == 0 {
            return Ok(power.unwrap_or_else(|| unreachable!("the highest bit is 1")));
        }
        square = Some(times(factor.view(), factor.view())?);
    }
}

macro_rules! floats {
    ($($t:ty),*) => {$(
        impl Invert for $t {
            fn inverses(a: &Stack<'_, $t>) -> Result<ArrayD<$t>, BadMatrix> {
                Ok(<$t as crate::linalg::Factorizations>::invs(a)?.into_array())
            }
            fn one() -> $t {
                num_traits::One::one()
            }
        }
    )*};
}

floats!(f32, f64, num_complex::Complex32, num_complex::Complex64);

macro_rules! integers {
    ($($t:ty),*) => {$(
        impl Invert for $t {
            fn inverses(_: &Stack<'_, $t>) -> Result<ArrayD<$t>, BadMatrix> {
                let reason = "a matrix of integers has no inverse of integers: convert it to floats first";
                Err(ErrorKind::invalid("n", reason).into())
            }
            fn one() -> $t {
                1
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
