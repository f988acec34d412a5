//! Inner products of vectors.

use super::matmul::check_repeats;
use super::terms::Terms;
use super::{Number, mismatch, sealed};
use crate::linalg::stack::{Results, Stack, Stacked, broadcast_lead, in_parts};
use crate::loops::inner::BLOCK;
use crate::{ErrorKind, Named, Result};
use ndarray::{
    Array, ArrayRef, ArrayRef1, ArrayViewD, Axis, DimMax, Dimension, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn,
};
use std::fmt::Debug;

/// Returns the inner product of two vectors, as `numpy.dot(a, b)`; neither is conjugated.
///
/// Both have shape `(n,)` and any stride; the empty product is 0. As in BLAS, the sum is split into several
/// partial sums, so its error is well below `n * EPSILON * sum(|a| * |b|)`. Integers wrap around.
///
/// # Errors
/// [`ErrorKind::Shape`] if the lengths differ.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::dot(&array![1., 2., 3.], &array![4., 5., 6.])?, 32.);
/// assert_eq!(linstat::dot(&array![1, 2, 3], &array![4, 5, 6])?, 32);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn dot<T: Number>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T> {
    T::vectors(a, b).named("dot")
}

/// Returns the inner product of all elements, as `numpy.vdot(a, b)`: both arrays are read in logical order,
/// as one vector each, and the elements of the first are conjugated.
///
/// The arrays have as many elements as each other, any shapes and any memory layout. Computed as [`dot`].
///
/// # Errors
/// [`ErrorKind::Shape`] if the numbers of elements differ; [`ErrorKind::TooLarge`] if an array repeats the
/// same memory for more than 2^32 elements.
///
/// # Examples
/// ```
/// use ndarray::array;
/// use num_complex::Complex64;
/// assert_eq!(linstat::vdot(&array![[1., 2.], [3., 4.]], &array![1., 1., 1., 1.])?, 10.);
/// let z = array![Complex64::new(3., 4.)];
/// assert_eq!(linstat::vdot(&z, &z)?, Complex64::new(25., 0.));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn vdot<T: Number, D: Dimension, E: Dimension>(a: &ArrayRef<T, D>, b: &ArrayRef<T, E>) -> Result<T> {
    T::vdot(a.view().into_dyn(), b.view().into_dyn()).named("vdot")
}

/// The dimensions of one vector ([`Ix1`](type@ndarray::Ix1)) or of a stack of vectors in the last axis.
/// Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the dimension of a vector or of a stack of vectors",
    label = "not vectors"
)]
pub trait Vectors: Dimension + sealed::Sealed {
    /// One number per vector: a `T` for one vector, an array of the leading axes for a stack.
    type Each<T: Clone + Debug + PartialEq>: Clone + Debug + PartialEq;

    #[doc(hidden)]
    fn each<T: Clone + Debug + PartialEq>(values: Stacked<T>) -> Self::Each<T>;
}

impl Vectors for Ix1 {
    type Each<T: Clone + Debug + PartialEq> = T;
    fn each<T: Clone + Debug + PartialEq>(values: Stacked<T>) -> T {
        values.into_single()
    }
}

macro_rules! vectors {
    ($($dimension:ty),*) => {$(
        impl Vectors for $dimension {
            type Each<T: Clone + Debug + PartialEq> = Array<T, <$dimension as Dimension>::Smaller>;
            fn each<T: Clone + Debug + PartialEq>(values: Stacked<T>) -> Self::Each<T> {
                values.into_array()
            }
        }
    )*};
}

vectors!(Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn);

/// The numbers that [`vecdot`] returns for arrays with the dimensions `D` and `E`: a `T` for two vectors, an
/// array for stacks.
pub type VecdotResult<T, D, E> = <<D as DimMax<E>>::Output as Vectors>::Each<T>;

/// Returns the inner products of vectors along the last axis, as `numpy.vecdot(a, b)`: those of the first
/// array are conjugated.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a`, `b` | `(n,)` or `(.., n)` | a vector, or a stack of vectors in its last axis, any memory layout |
/// | result | a number or `(..)` | in C order |
///
/// The leading axes are broadcast against each other. Each product is computed as [`dot`], with the same
/// bits.
///
/// # Errors
/// [`ErrorKind::Shape`] if the lengths differ or the leading axes cannot be broadcast;
/// [`ErrorKind::TooLarge`] if the result does not fit into memory, or an array repeats the same memory for
/// more than 2^32 elements.
///
/// # Examples
/// ```
/// use linstat::vecdot;
/// use ndarray::array;
/// let a = array![[1., 2.], [3., 4.]];
/// assert_eq!(vecdot(&a, &a)?, array![5., 25.]);
/// assert_eq!(vecdot(&a, &array![1., -1.])?, array![-1., -1.]);
/// assert_eq!(vecdot(&array![1., 2.], &array![3., 4.])?, 11.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn vecdot<T, D, E>(a: &ArrayRef<T, D>, b: &ArrayRef<T, E>) -> Result<VecdotResult<T, D, E>>
where
    T: Number,
    D: Dimension + DimMax<E>,
    E: Dimension,
    <D as DimMax<E>>::Output: Vectors,
{
    let products = T::vecdots(a.view().into_dyn(), b.view().into_dyn()).named("vecdot")?;
    Ok(<<D as DimMax<E>>::Output as Vectors>::each(products))
}

/// What is done to the first factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    AsItIs,
    Conjugated,
}

impl First {
    /// Writes the inner product of every `n` elements of `a` and of `b`.
    #[inline]
    fn rows<T: Terms>(self, a: &[T], b: &[T], n: usize, out: &mut [T]) {
        T::inner_rows(self == First::Conjugated, a, b, n, out);
    }

    /// Returns the inner product of two slices of the same length.
    #[inline]
    fn of_slices<T: Terms>(self, a: &[T], b: &[T]) -> T {
        let mut product = T::zero();
        self.rows(a, b, a.len(), std::slice::from_mut(&mut product));
        product
    }

    fn of<T: Terms>(self, x: T) -> T {
        match self {
            First::AsItIs => x,
            First::Conjugated => x.conjugate(),
        }
    }
}

/// Memory for the blocks of two vectors that are not contiguous.
pub(super) type Blocks<T> = (Vec<T>, Vec<T>);

pub(super) fn inner<T: Terms>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T, ErrorKind> {
    if a.len() != b.len() {
        return Err(mismatch("(n,) and (n,)", a.shape(), b.shape()));
    }
    Ok(inner_by(First::AsItIs, a, b, &mut Default::default()))
}

/// Returns the inner product of all elements of two arrays with as many elements as each other.
fn inner_by<T: Terms, D: Dimension>(
    first: First,
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, D>,
    (a_block, b_block): &mut Blocks<T>,
) -> T {
    if let (Some(a), Some(b)) = (a.as_slice(), b.as_slice()) {
        return first.of_slices(a, b);
    }
    let mut total = T::zero();
    if a.len() > 1 && is_one_element(a) && is_one_element(b) {
        // a single product, repeated
        if let (Some(&x), Some(&y)) = (a.first(), b.first()) {
            total = first.of(x).times(y).repeated(a.len());
        }
    } else {
        let (mut a, mut b) = (a.iter().copied(), b.iter().copied());
        while a.len() > 0 {
            a_block.clear();
            b_block.clear();
            a_block.extend(a.by_ref().take(BLOCK));
            b_block.extend(b.by_ref().take(BLOCK));
            total = total.plus(first.of_slices(a_block, b_block));
        }
    }
    total
}

/// Whether a view repeats a single element.
fn is_one_element<T, D: Dimension>(x: &ArrayRef<T, D>) -> bool {
    x.shape().iter().zip(x.strides()).all(|(&n, &stride)| n == 1 || stride == 0)
}

pub(super) fn vdot_of<T: Terms>(a: ArrayViewD<'_, T>, b: ArrayViewD<'_, T>) -> Result<T, ErrorKind> {
    if a.len() != b.len() {
        return Err(mismatch("two arrays with as many elements", a.shape(), b.shape()));
    }
    if a.is_empty() {
        return Ok(T::zero());
    }
    if !(is_one_element(&a) && is_one_element(&b)) {
        check_repeats(&a)?;
        check_repeats(&b)?;
    }
    Ok(inner_by(First::Conjugated, &a, &b, &mut Default::default()))
}

pub(super) fn vecdots<T: Terms>(a: ArrayViewD<'_, T>, b: ArrayViewD<'_, T>) -> Result<Stacked<T>, ErrorKind> {
    inners(First::Conjugated, a, b)
}

/// Returns the inner products of vectors along the last axis; the leading axes are broadcast.
pub(super) fn inners<T: Terms>(
    first: First,
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
) -> Result<Stacked<T>, ErrorKind> {
    let expected = "vectors (.., n) and (.., n)";
    let lengths = (a.shape().last(), b.shape().last());
    let (Some(&n), true) = (lengths.0, lengths.0 == lengths.1) else {
        return Err(mismatch(expected, a.shape(), b.shape()));
    };
    if let (Ok(a), Ok(b)) = (a.view().into_dimensionality::<Ix1>(), b.view().into_dimensionality()) {
        if !(is_one_element(&a) && is_one_element(&b)) {
            check_repeats(&*a)?;
            check_repeats(&*b)?;
        }
        return Ok(Stacked::single(inner_by(first, &a, &b, &mut Blocks::default())));
    }
    let lead = broadcast_lead(&a.shape()[..a.ndim() - 1], &b.shape()[..b.ndim() - 1]);
    let Some(lead) = lead else { return Err(mismatch(expected, a.shape(), b.shape())) };
    let mut results = Results::new(&lead, &[])?;
    if results.is_empty() || n == 0 {
        return Ok(results.done());
    }
    let repeated = |x: &ArrayViewD<'_, T>| n == 1 || x.strides()[x.ndim() - 1] == 0;
    if !(repeated(&a) && repeated(&b)) {
        check_repeats(&a)?;
        check_repeats(&b)?;
    }
    let (a, b) = (rows(a), rows(b));
    let (Some(a), Some(b)) = (a.broadcast(&lead), b.broadcast(&lead)) else {
        return Err(ErrorKind::TooLarge { dim: usize::MAX });
    };
    let slices = a.all().to_slice().zip(b.all().to_slice());
    in_parts(&a, results.room(), n, |range, out| {
        if let Some((a, b)) = slices {
            let (start, end) = (range.start * n, range.end * n);
            first.rows(&a[start..end], &b[start..end], n, out.data);
            return Ok(());
        }
        let mut blocks = Blocks::default();
        for (i, out) in range.zip(out.data) {
            let (a, b) = (a.matrix(i), b.matrix(i));
            *out = inner_by(first, &a.row(0), &b.row(0), &mut blocks);
        }
        Ok(())
    })
    .map_err(|bad| bad.kind)?;
    Ok(results.done())
}

/// Returns vectors in the last axis as matrices of one row.
fn rows<T>(x: ArrayViewD<'_, T>) -> Stack<'_, T> {
    let axis = Axis(x.ndim() - 1);
    Stack::new(x.insert_axis(axis))
}
