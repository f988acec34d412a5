//! Cross products.

use super::terms::Terms;
use super::{Number, mismatch};
use crate::linalg::stack::{Stacked, broadcast_lead};
use crate::loops::lanes;
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, ArrayRef, ArrayViewD, Axis, DimMax, Dimension, IxDyn, Zip};

/// Returns the cross products of vectors of three elements along the last axis, as
/// `numpy.linalg.cross(a, b)`.
///
/// `a` and `b` have shape `(3,)` or `(.., 3)` and any memory layout; the leading axes are broadcast against
/// each other. The result has the broadcast shape, in C order. Each element is a difference of two products,
/// without a guard against cancellation, as in NumPy; integers wrap around.
///
/// # Errors
/// [`ErrorKind::Shape`] if a last axis is not 3, or the leading axes cannot be broadcast;
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::cross;
/// use ndarray::array;
/// assert_eq!(cross(&array![1., 0., 0.], &array![0., 1., 0.])?, array![0., 0., 1.]);
/// let a = array![[1, 2, 3], [4, 5, 6]];
/// assert_eq!(cross(&a, &array![1, 0, 0])?, array![[0, 3, -2], [0, 6, -5]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "vector product")]
pub fn cross<T: Number, D: Dimension + DimMax<E>, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Result<Array<T, <D as DimMax<E>>::Output>> {
    Ok(T::cross(a.view().into_dyn(), b.view().into_dyn()).named("cross")?.into_array())
}

pub(super) fn cross_of<T: Terms>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
) -> Result<Stacked<T>, ErrorKind> {
    let (three, expected) = (Some(&3), "vectors (.., 3) and (.., 3)");
    let shape = broadcast_lead(a.shape(), b.shape());
    let fits = a.shape().last() == three && b.shape().last() == three;
    let (Some(shape), true) = (shape, fits) else { return Err(mismatch(expected, a.shape(), b.shape())) };
    let mut c = lanes::new::<T, _>(IxDyn(&shape))?;
    if !c.is_empty() {
        let too_large = || ErrorKind::TooLarge { dim: usize::MAX };
        let last = Axis(shape.len() - 1);
        let a = a.broadcast(shape.clone()).ok_or_else(too_large)?;
        let b = b.broadcast(shape).ok_or_else(too_large)?;
        let minor = |x: T, y: T, z: T, w: T| x.times(y).minus(z.times(w));
        Zip::from(c.lanes_mut(last)).and(a.lanes(last)).and(b.lanes(last)).for_each(|mut c, a, b| {
            c[0] = minor(a[1], b[2], a[2], b[1]);
            c[1] = minor(a[2], b[0], a[0], b[2]);
            c[2] = minor(a[0], b[1], a[1], b[0]);
        });
    }
    Ok(Stacked::of(c))
}
