//! Contractions of arrays with any number of axes: [`inner`] and [`tensordot`], and the steps of
//! [`einsum`](crate::einsum).

use super::dot::{First, inners};
use super::matmul::{check_repeats, stacks};
use super::terms::Terms;
use super::{Number, mismatch, sealed};
use crate::linalg::stack::{Results, Stacked};
use crate::loops::lanes;
use crate::memory;
use crate::{ErrorKind, Named, Result};
use ndarray::{
    Array, ArrayD, ArrayRef, ArrayView, ArrayView2, ArrayView3, ArrayViewD, Axis, CowArray, Dimension, Ix1,
    Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn, Zip,
};

/// Pairs of dimensions that [`inner`] takes: [`Ix1`](type@ndarray::Ix1) to [`Ix6`](type@ndarray::Ix6) and
/// [`IxDyn`](type@ndarray::IxDyn) on either side. Sealed.
#[diagnostic::on_unimplemented(
    message = "`inner` multiplies arrays of one dimension or more, not of `{Self}` and `{Rhs}`",
    label = "not a pair of dimensions that `inner` takes"
)]
pub trait Inner<Rhs>: Dimension + sealed::Sealed {
    /// Type of the product: a number for two vectors, otherwise an array; an `ArrayD` if it has more than six
    /// axes.
    type Output<T: Number>;
    #[doc(hidden)]
    fn from_products<T: Number>(products: Stacked<T>) -> <Self as Inner<Rhs>>::Output<T>;
}

impl Inner<Ix1> for Ix1 {
    type Output<T: Number> = T;
    fn from_products<T: Number>(products: Stacked<T>) -> T {
        products.into_single()
    }
}

macro_rules! inner {
    ($($a:ident: $($b:ident => $output:ident),*;)*) => {$($(
        impl Inner<$b> for $a {
            type Output<T: Number> = Array<T, $output>;
            fn from_products<T: Number>(products: Stacked<T>) -> Array<T, $output> {
                products.into_array()
            }
        }
    )*)*};
}

inner! {
    Ix1: Ix2 => Ix1, Ix3 => Ix2, Ix4 => Ix3, Ix5 => Ix4, Ix6 => Ix5, IxDyn => IxDyn;
    Ix2: Ix1 => Ix1, Ix2 => Ix2, Ix3 => Ix3, Ix4 => Ix4, Ix5 => Ix5, Ix6 => Ix6, IxDyn => IxDyn;
    Ix3: Ix1 => Ix2, Ix2 => Ix3, Ix3 => Ix4, Ix4 => Ix5, Ix5 => Ix6, Ix6 => IxDyn, IxDyn => IxDyn;
    Ix4: Ix1 => Ix3, Ix2 => Ix4, Ix3 => Ix5, Ix4 => Ix6, Ix5 => IxDyn, Ix6 => IxDyn, IxDyn => IxDyn;
    Ix5: Ix1 => Ix4, Ix2 => Ix5, Ix3 => Ix6, Ix4 => IxDyn, Ix5 => IxDyn, Ix6 => IxDyn, IxDyn => IxDyn;
    Ix6: Ix1 => Ix5, Ix2 => Ix6, Ix3 => IxDyn, Ix4 => IxDyn, Ix5 => IxDyn, Ix6 => IxDyn, IxDyn => IxDyn;
    IxDyn: Ix1 => IxDyn, Ix2 => IxDyn, Ix3 => IxDyn, Ix4 => IxDyn, Ix5 => IxDyn, Ix6 => IxDyn, IxDyn => IxDyn;
}

/// Returns the inner products of the last axes of two arrays, each with each, as `numpy.inner(a, b)`; neither
/// is conjugated.
///
/// | `a` | `b` | result |
/// |---|---|---|
/// | `(n,)` | `(n,)` | a number, as [`dot`](crate::dot) |
/// | `(p, n)` | `(q, n)` | `Array2` `(p, q)`: `a · bᵀ` |
/// | `(.., n)` | `(.., n)` | the leading axes of `a`, then those of `b`; in C order |
///
/// Computed by one [`matmul`](crate::matmul): leading axes that cannot be merged to one without a copy are
/// copied. See [`vecdot`](crate::vecdot) for the products of pairs.
///
/// # Errors
/// [`ErrorKind::Shape`] if the last axes differ or an array has no axes; [`ErrorKind::TooLarge`] as for
/// [`matmul`](crate::matmul).
///
/// # Examples
/// ```
/// use linstat::inner;
/// use ndarray::array;
/// assert_eq!(inner(&array![1., 2.], &array![3., 4.])?, 11.);
/// let a = array![[1., 2.], [3., 4.]];
/// assert_eq!(inner(&a, &array![[1., 1.], [0., 1.], [1., 0.]])?, array![[3., 2., 1.], [7., 4., 3.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn inner<T: Number, D: Inner<E>, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Result<<D as Inner<E>>::Output<T>> {
    T::inners(a.view().into_dyn(), b.view().into_dyn()).named("inner").map(D::from_products)
}

/// Which axes [`tensordot`] contracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contracted<'a> {
    /// The last axes of the first array, this many, with the first axes of the second, in order: 0 gives all
    /// products, 1 is the matrix product.
    Count(usize),
    /// These axes of the first array, each with the axis at the same place in the second list, of the second
    /// array.
    Axes(&'a [Axis], &'a [Axis]),
}

/// Returns the sum of products over pairs of axes, as `numpy.tensordot(a, b, axes)`; neither array is
/// conjugated.
///
/// The result has the axes of `a` that are not contracted, then those of `b`, in C order; it is an `ArrayD`,
/// without axes if all are contracted. Any memory layout. Computed by one [`matmul`](crate::matmul): groups
/// of axes that cannot be merged to one without a copy are copied.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if there are more axes than an array has, if the lists differ in length, or
/// name an axis that does not exist or twice the same; [`ErrorKind::Shape`] if contracted axes differ in
/// length; [`ErrorKind::TooLarge`] as for [`matmul`](crate::matmul).
///
/// # Examples
/// ```
/// use linstat::{Contracted, tensordot};
/// use ndarray::{Array3, ArrayD, Axis};
/// let a = Array3::<f64>::ones((2, 3, 4));
/// let b = Array3::<f64>::ones((3, 4, 5));
/// assert_eq!(tensordot(&a, &b, Contracted::Count(2))?, ArrayD::from_elem(vec![2, 5], 12.));
/// let sums = tensordot(&a, &b, Contracted::Axes(&[Axis(1)], &[Axis(0)]))?;
/// assert_eq!(sums.shape(), [2, 4, 4, 5]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "contraction")]
pub fn tensordot<T: Number, D: Dimension, E: Dimension>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
    axes: Contracted<'_>,
) -> Result<ArrayD<T>> {
    T::tensordot(a.view().into_dyn(), b.view().into_dyn(), axes).named("tensordot")
}

pub(super) fn inners_of<T: Terms>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
) -> Result<Stacked<T>, ErrorKind> {
    let expected = "(.., n) and (.., n)";
    if a.ndim() == 0 || a.shape().last() != b.shape().last() {
        return Err(mismatch(expected, a.shape(), b.shape()));
    }
    if a.ndim() == 1 && b.ndim() == 1 {
        return inners(First::AsItIs, a, b);
    }
    let (left, right) = (a.ndim() - 1, b.ndim() - 1);
    let order: Vec<usize> = std::iter::once(right).chain(0..right).collect();
    let b = b.permuted_axes(order);
    contract(a, b, [0, left, 1, right])
}

pub(super) fn tensordot_of<T: Terms>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    axes: Contracted<'_>,
) -> Result<ArrayD<T>, ErrorKind> {
    let invalid = |reason: String| Err(ErrorKind::invalid("axes", reason));
    let (left, right): (Vec<usize>, Vec<usize>) = match axes {
        Contracted::Count(n) if n > a.ndim().min(b.ndim()) => {
            return invalid(format!("{n} axes of arrays of dimension {} and {}", a.ndim(), b.ndim()));
        }
        Contracted::Count(n) => ((a.ndim() - n..a.ndim()).collect(), (0..n).collect()),
        Contracted::Axes(left, right) if left.len() != right.len() => {
            return invalid(format!("{} axes are paired with {}", left.len(), right.len()));
        }
        Contracted::Axes(left, right) => {
            let axes = |axes: &[Axis]| axes.iter().map(|axis| axis.0).collect();
            (axes(left), axes(right))
        }
    };
    for (axes, ndim) in [(&left, a.ndim()), (&right, b.ndim())] {
        for (i, axis) in axes.iter().enumerate() {
            if *axis >= ndim {
                return invalid(format!("axis {axis} is out of bounds for an array of dimension {ndim}"));
            }
            if axes[..i].contains(axis) {
                return invalid(format!("axis {axis} is contracted twice"));
            }
        }
    }
    if left.iter().zip(&right).any(|(&i, &j)| a.shape()[i] != b.shape()[j]) {
        return Err(mismatch("contracted axes of equal length", a.shape(), b.shape()));
    }
    let others = |ndim: usize, axes: &[usize]| (0..ndim).filter(|axis| !axes.contains(axis)).collect();
    let (a_rest, b_rest): (Vec<usize>, Vec<usize>) = (others(a.ndim(), &left), others(b.ndim(), &right));
    let groups = [0, a_rest.len(), left.len(), b_rest.len()];
    let a = a.permuted_axes([a_rest, left].concat());
    let b = b.permuted_axes([right, b_rest].concat());
    Ok(contract(a, b, groups)?.into_array())
}

/// Sums the products over common axes: `groups` are the numbers of axes of the stack, which both arrays have
/// and the result keeps, of those of `a` alone, of those to be summed over, and of those of `b` alone. The
/// axes of `a` are the first three groups, in order, those of `b` the first, the third and the fourth, those
/// of the result the first, the second and the fourth.
pub(super) fn contract<T: Terms>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    [stack, left, summed, right]: [usize; 4],
) -> Result<Stacked<T>, ErrorKind> {
    let shape: Vec<usize> =
        a.shape()[..stack + left].iter().chain(&b.shape()[stack + summed..]).copied().collect();
    let inner = &a.shape()[stack + left..];
    if a.is_empty() || b.is_empty() {
        return zeros(&shape);
    }
    if summed == 0 || inner.iter().all(|&n| n == 1) {
        // no sum, but all products
        let (mut a, mut b) = (without(a, stack + left, summed), without(b, stack, summed));
        for _ in 0..right {
            let end = Axis(a.ndim());
            a = a.insert_axis(end);
        }
        for _ in 0..left {
            b = b.insert_axis(Axis(stack));
        }
        return all_products(&a, &b, shape);
    }
    if left == 0
        && right == 0
        && let Some(sums) = across(&a, &b, stack)?
    {
        return Ok(Stacked::of(shaped_as(shape, sums)));
    }
    let (a, b) = (grouped(a, stack, left)?, grouped(b, stack, summed)?);
    let (m, n) = (a.shape()[stack], b.shape()[stack + 1]);
    let products = if m == 1 && n == 1 {
        // of vectors
        let a = a.view().index_axis_move(Axis(stack), 0);
        let b = b.view().index_axis_move(Axis(stack + 1), 0);
        inners(First::AsItIs, a, b)?
    } else {
        stacks(a.view(), b.view())?
    };
    Ok(products.reshaped(shape))
}

/// Returns the inner products of vectors along the axes after the first `stack`, if memory runs across the
/// vectors: then all of them are summed at the same time, as sums of rows.
fn across<T: Terms>(
    a: &ArrayViewD<'_, T>,
    b: &ArrayViewD<'_, T>,
    stack: usize,
) -> Result<Option<Vec<T>>, ErrorKind> {
    let Some((a, b)) = in_columns(a, stack).zip(in_columns(b, stack)) else { return Ok(None) };
    check_repeats(&a)?;
    check_repeats(&b)?;
    let mut sums = memory::filled(a.nrows(), T::zero())?;
    for (a, b) in a.columns().into_iter().zip(b.columns()) {
        match (a.to_slice(), b.to_slice()) {
            (Some(a), Some(b)) => add_products(&mut sums, a, b),
            _ => add_products(&mut sums, a, b),
        }
    }
    Ok(Some(sums))
}

/// Returns the view with the first `stack` axes merged to rows and the others to columns, if that takes no
/// copy and the elements of a column are closer to each other than those of a row.
fn in_columns<'a, T>(x: &ArrayViewD<'a, T>, stack: usize) -> Option<ArrayView2<'a, T>> {
    let x = merged(x.clone(), stack, x.ndim() - stack).and_then(|x| merged(x, 0, stack))?;
    let x = x.into_dimensionality::<Ix2>().ok()?;
    let closer = x.strides()[0].unsigned_abs() < x.strides()[1].unsigned_abs();
    (x.nrows() > 1 && closer).then_some(x)
}

#[inline(always)]
fn add_products<'a, T: Terms>(
    sums: &mut [T],
    a: impl IntoIterator<Item = &'a T>,
    b: impl IntoIterator<Item = &'a T>,
) {
    let terms = a.into_iter().zip(b);
    sums.iter_mut().zip(terms).for_each(|(sum, (&x, &y))| *sum = sum.plus(x.times(y)));
}

/// Returns sums of nothing.
pub(super) fn zeros<T: Terms>(shape: &[usize]) -> Result<Stacked<T>, ErrorKind> {
    Ok(Results::new(shape, &[])?.done())
}

/// Removes axes of length 1.
fn without<T>(mut x: ArrayViewD<'_, T>, first: usize, count: usize) -> ArrayViewD<'_, T> {
    for _ in 0..count {
        x = x.index_axis_move(Axis(first), 0);
    }
    x
}

/// Returns the products of two arrays, broadcast to this shape.
pub(super) fn all_products<T: Terms>(
    a: &ArrayViewD<'_, T>,
    b: &ArrayViewD<'_, T>,
    shape: Vec<usize>,
) -> Result<Stacked<T>, ErrorKind> {
    let mut c = lanes::new::<T, _>(IxDyn(&shape))?;
    if let (false, Some(c)) = (c.is_empty(), c.as_slice_mut()) {
        let too_large = || ErrorKind::TooLarge { dim: usize::MAX };
        let mut a = a.broadcast(shape.clone()).ok_or_else(too_large)?;
        let mut b = b.broadcast(shape).ok_or_else(too_large)?;
        // few and long lanes
        while let Some(((a_merged, b_merged), last)) = a
            .ndim()
            .checked_sub(2)
            .and_then(|last| Some((merged(a.clone(), last, 2).zip(merged(b.clone(), last, 2))?, last)))
        {
            debug_assert_eq!(a_merged.ndim(), last + 1);
            (a, b) = (a_merged, b_merged);
        }
        while a.ndim() < 4 {
            (a, b) = (a.insert_axis(Axis(0)), b.insert_axis(Axis(0)));
        }
        // iterating over lanes of a known number of axes is faster
        match (a.clone().into_dimensionality::<Ix4>(), b.clone().into_dimensionality::<Ix4>()) {
            (Ok(a), Ok(b)) => put_products(&a, &b, c),
            _ => put_products(&a, &b, c),
        }
    }
    Ok(Stacked::of(c))
}

/// Writes the products of the elements of two arrays of the same shape, in order.
fn put_products<T: Terms, D: Dimension>(a: &ArrayView<'_, T, D>, b: &ArrayView<'_, T, D>, c: &mut [T]) {
    let last = Axis(a.ndim() - 1);
    let lanes = a.lanes(last).into_iter().zip(b.lanes(last));
    for ((a, b), c) in lanes.zip(c.chunks_exact_mut(a.len_of(last))) {
        match (a.to_slice(), b.to_slice()) {
            (Some(a), Some(b)) => {
                c.iter_mut().zip(a).zip(b).for_each(|((c, &x), &y)| *c = x.times(y));
            }
            (None, Some(b)) if a.strides() == [0] => {
                let x = a[0];
                c.iter_mut().zip(b).for_each(|(c, &y)| *c = x.times(y));
            }
            (Some(a), None) if b.strides() == [0] => {
                let y = b[0];
                c.iter_mut().zip(a).for_each(|(c, &x)| *c = x.times(y));
            }
            _ => c.iter_mut().zip(a).zip(b).for_each(|((c, &x), &y)| *c = x.times(y)),
        }
    }
}

/// Merges the axes after the first `stack` to two: `rows` axes to one, the others to one. A copy only if the
/// strides do not allow it.
pub(crate) fn grouped<T: Terms>(
    x: ArrayViewD<'_, T>,
    stack: usize,
    rows: usize,
) -> Result<CowArray<'_, T, IxDyn>, ErrorKind> {
    let product = |dims: &[usize]| dims.iter().product::<usize>();
    let shape: Vec<usize> = x.shape()[..stack]
        .iter()
        .copied()
        .chain([product(&x.shape()[stack..stack + rows]), product(&x.shape()[stack + rows..])])
        .collect();
    if let Some(view) =
        merged(x.clone(), stack + rows, x.ndim() - stack - rows).and_then(|x| merged(x, stack, rows))
    {
        debug_assert_eq!(view.shape(), shape);
        return Ok(view.into());
    }
    check_repeats(&x)?;
    Ok(shaped_as(shape, in_order(&x)?).into())
}

/// Merges consecutive axes to one, if that takes no copy; none become an axis of length 1.
pub(crate) fn merged<T>(mut x: ArrayViewD<'_, T>, first: usize, count: usize) -> Option<ArrayViewD<'_, T>> {
    if count == 0 {
        return Some(x.insert_axis(Axis(first)));
    }
    for _ in 1..count {
        if !x.merge_axes(Axis(first), Axis(first + 1)) {
            return None;
        }
        x = x.index_axis_move(Axis(first), 0); // of length 1 now
    }
    Some(x)
}

/// Returns the elements of a view in logical order.
pub(super) fn in_order<T: Terms, D: Dimension>(x: &ArrayRef<T, D>) -> Result<Vec<T>, ErrorKind> {
    match lanes::in_order(x)? {
        std::borrow::Cow::Owned(all) => Ok(all),
        std::borrow::Cow::Borrowed(all) => memory::copied(all),
    }
}

/// Returns the array of this shape, which has as many elements.
pub(super) fn shaped_as<T>(shape: Vec<usize>, elements: Vec<T>) -> ArrayD<T> {
    ArrayD::from_shape_vec(shape, elements)
        .unwrap_or_else(|_| unreachable!("as many elements as the shape has"))
}

/// Returns the sums over these axes, which are removed.
pub(super) fn summed<T: Terms>(
    x: CowArray<'_, T, IxDyn>,
    mut axes: Vec<usize>,
) -> Result<CowArray<'_, T, IxDyn>, ErrorKind> {
    if axes.is_empty() {
        return Ok(x);
    }
    if !x.is_empty() {
        check_repeats(&x)?;
    }
    // Repeated elements are counted, which leaves less to add. Then the axis with the smallest stride, which
    // leaves less for the others.
    axes.sort_by_key(|&axis| (x.strides()[axis].unsigned_abs(), axis));
    let mut x = x;
    for i in 0..axes.len() {
        let axis = axes[i];
        x = sum_along(&x.view(), Axis(axis))?.into();
        axes[i + 1..].iter_mut().filter(|other| **other > axis).for_each(|other| *other -= 1);
    }
    Ok(x)
}

fn sum_along<T: Terms>(x: &ArrayViewD<'_, T>, axis: Axis) -> Result<ArrayD<T>, ErrorKind> {
    let mut shape = x.shape().to_vec();
    shape.remove(axis.0);
    let n = x.len_of(axis);
    let mut sums = lanes::new::<T, _>(IxDyn(&shape))?;
    if n == 0 || sums.is_empty() {
        return Ok(sums);
    }
    let first = x.index_axis(axis, 0);
    if n > 1 && x.stride_of(axis) == 0 {
        Zip::from(&mut sums).and(first).for_each(|sum, x| *sum = x.repeated(n));
    } else if x.stride_of(axis) == 1 {
        Zip::from(&mut sums).and(x.lanes(axis)).for_each(|sum, lane| {
            *sum = lane.as_slice().map_or(T::zero(), T::sum_of);
        });
    } else if sums.len() == 1 {
        sums.fill(x.iter().fold(T::zero(), |sum, &x| sum.plus(x)));
    } else if let (Some(x), Some(sums)) = (in_three(x, axis), sums.as_slice_mut()) {
        // rows are added to rows of sums, one row after the other
        for (x, sums) in x.outer_iter().zip(sums.chunks_exact_mut(x.len_of(Axis(2)))) {
            for row in x.rows() {
                match row.to_slice() {
                    Some(row) => sums.iter_mut().zip(row).for_each(|(sum, &x)| *sum = sum.plus(x)),
                    None => sums.iter_mut().zip(row).for_each(|(sum, &x)| *sum = sum.plus(x)),
                }
            }
        }
    } else {
        for i in 0..n {
            Zip::from(&mut sums).and(x.index_axis(axis, i)).for_each(|sum, &x| *sum = sum.plus(x));
        }
    }
    Ok(sums)
}

/// Returns the view with the axes before and those after this one merged, if that takes no copy and leaves
/// the axis with the smallest stride at the end.
fn in_three<'a, T>(x: &ArrayViewD<'a, T>, axis: Axis) -> Option<ArrayView3<'a, T>> {
    let after = x.ndim() - axis.0 - 1;
    let x = merged(x.clone(), axis.0 + 1, after).and_then(|x| merged(x, 0, axis.0))?;
    let x = x.into_dimensionality::<Ix3>().ok()?;
    let last = x.strides()[2].unsigned_abs();
    let farther = |axis: usize| x.shape()[axis] == 1 || x.strides()[axis].unsigned_abs() >= last;
    (x.shape()[2] > 1 && farther(0) && farther(1)).then_some(x)
}
