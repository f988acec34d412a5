//! Products of matrices and vectors, and of stacks of them.

use super::contract::{in_order, shaped_as};
use super::dot::inner;
use super::terms::{Before, Terms};
use super::{Number, mismatch, sealed};
use crate::kernels::{Line, product_kernels};
use crate::linalg::Matrices;
use crate::linalg::stack::{Fill, Results, Slots, Stack, Stacked, broadcast_lead, in_unfilled_parts, of_one};
use crate::loops::transpose::transpose;
use crate::memory::{self, check_memory};
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{
    Array, Array1, Array2, ArrayD, ArrayRef, ArrayRef1, ArrayRef2, ArrayView2, ArrayViewD, ArrayViewMut2,
    Axis, DimMax, Dimension, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn,
};

/// Pairs of dimensions that [`matmul`] takes: [`Ix1`](type@ndarray::Ix1) to [`Ix6`](type@ndarray::Ix6) and
/// [`IxDyn`](type@ndarray::IxDyn) on either side. Sealed.
#[diagnostic::on_unimplemented(
    message = "`matmul` multiplies arrays of one dimension or more, not of `{Self}` and `{Rhs}`",
    label = "not a pair of dimensions that `matmul` takes",
    note = "a number is multiplied by `*`: `&a * 2.0`"
)]
pub trait Matmul<Rhs>: Dimension + sealed::Sealed {
    /// Type of the product: a number for two vectors, otherwise an array.
    type Output<T: Number>;
    #[doc(hidden)]
    fn product<T: Number>(
        a: &ArrayRef<T, Self>,
        b: &ArrayRef<T, Rhs>,
    ) -> Result<<Self as Matmul<Rhs>>::Output<T>, ErrorKind>;
}

impl Matmul<Ix2> for Ix2 {
    type Output<T: Number> = Array2<T>;
    fn product<T: Number>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
        T::matrices(a, b)
    }
}

impl Matmul<Ix1> for Ix2 {
    type Output<T: Number> = Array1<T>;
    fn product<T: Number>(a: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array1<T>, ErrorKind> {
        T::matrix_vector(a, b)
    }
}

impl Matmul<Ix2> for Ix1 {
    type Output<T: Number> = Array1<T>;
    fn product<T: Number>(a: &ArrayRef1<T>, b: &ArrayRef2<T>) -> Result<Array1<T>, ErrorKind> {
        T::vector_matrix(a, b)
    }
}

impl Matmul<Ix1> for Ix1 {
    type Output<T: Number> = T;
    fn product<T: Number>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T, ErrorKind> {
        T::vectors(a, b)
    }
}

/// Implements the products of stacks for each pair of a dimension on the left and one on the right; the type
/// of the result is computed from both.
macro_rules! stacks {
    ($($a:ident)*; $b:tt; $output:ident) => {$(stacks!(@each $a $b $output);)*};
    (@each $a:ident [$($b:ident)*] $output:ident) => {$(
        impl Matmul<$b> for $a {
            type Output<T: Number> = Array<T, $output!($a, $b)>;
            fn product<T: Number>(
                a: &ArrayRef<T, $a>,
                b: &ArrayRef<T, $b>,
            ) -> Result<<Self as Matmul<$b>>::Output<T>, ErrorKind> {
                Ok(T::stacks(a.view().into_dyn(), b.view().into_dyn())?.into_array())
            }
        }
    )*};
}

macro_rules! larger {
    ($a:ident, $b:ident) => {
        <$a as DimMax<$b>>::Output
    };
}

macro_rules! without_columns {
    ($a:ident, $b:ident) => {
        <$a as Dimension>::Smaller
    };
}

macro_rules! without_rows {
    ($a:ident, $b:ident) => {
        <$b as Dimension>::Smaller
    };
}

stacks!(Ix3 Ix4 Ix5 Ix6 IxDyn; [Ix2 Ix3 Ix4 Ix5 Ix6 IxDyn]; larger);
stacks!(Ix2; [Ix3 Ix4 Ix5 Ix6 IxDyn]; larger);
stacks!(Ix3 Ix4 Ix5 Ix6 IxDyn; [Ix1]; without_columns);
stacks!(Ix1; [Ix3 Ix4 Ix5 Ix6 IxDyn]; without_rows);

/// Returns the product of two arrays of one dimension or more, as `a @ b` or `numpy.matmul(a, b)`.
///
/// | `a` | `b` | result |
/// |---|---|---|
/// | `(m, k)` | `(k, n)` | `Array2` `(m, n)`, in C order |
/// | `(m, k)` | `(k,)` | `Array1` `(m,)` |
/// | `(k,)` | `(k, n)` | `Array1` `(n,)` |
/// | `(k,)` | `(k,)` | a number |
/// | `(.., m, k)` | `(.., k, n)` | `(.., m, n)`, in C order |
/// | `(.., m, k)` | `(k,)` | `(.., m)` |
/// | `(k,)` | `(.., k, n)` | `(.., n)` |
///
/// Arrays of more than two dimensions are stacks of matrices, in their last two axes; the leading axes of two
/// stacks are broadcast against each other, without a copy. A stack gives the same bits as its matrices one
/// by one, on the same number of threads of the library. Arrays whose number of dimensions is known only at
/// run time (`IxDyn`) give an `ArrayD`.
///
/// Any memory layout; transposes and slices with a unit stride are not copied. Uses BLAS `gemm` and `gemv`;
/// integers use our own loops and wrap around. `k` = 0 gives zeros. NaN and infinities propagate. Large
/// stacks of matrices that are too small for the threads of the library are shared among our own; larger ones
/// follow each other.
///
/// # Errors
/// [`ErrorKind::Shape`] if the inner dimensions differ, if the leading axes cannot be broadcast, or if an
/// array has no dimensions; [`ErrorKind::TooLarge`] if the result does not fit into memory, a dimension of a
/// matrix does not fit 32 bits, or an array repeats the same memory (as broadcast views do) for more than
/// 2^32 elements.
///
/// # Examples
/// ```
/// use linstat::matmul;
/// use ndarray::{Array2, Array3, array};
///
/// let a = array![[1., 2.], [3., 4.]];
/// assert_eq!(matmul(&a, &a.t())?, array![[5., 11.], [11., 25.]]);
/// assert_eq!(matmul(&a, &array![1., -1.])?, array![-1., -1.]);
/// assert_eq!(matmul(&array![1., 2.], &array![3., 4.])?, 11.);
/// assert_eq!(matmul(&array![[1, 2], [3, 4]], &array![[5, 6], [7, 8]])?, array![[19, 22], [43, 50]]);
/// assert!(matmul(&a, &Array2::zeros((3, 2))).is_err());
///
/// // a stack of ten matrices, each multiplied by `a`
/// let stack = Array3::<f64>::ones((10, 3, 2));
/// let products = matmul(&stack, &a)?;
/// assert_eq!(products, Array3::from_shape_fn((10, 3, 2), |(_, _, j)| [4., 6.][j]));
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("gemm", "gemv", "mm", "bmm", "dot"))]
pub fn matmul<T: Number, D: Matmul<E>, E>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Result<<D as Matmul<E>>::Output<T>> {
    D::product(a, b).named("matmul")
}

/// The dimension of the result for two stacks with these dimensions, which are broadcast.
type Broadcast<D, E> = <D as DimMax<E>>::Output;

/// Returns the products of matrices and vectors, as `numpy.matvec(a, v)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `a` | `(.., m, n)` | a matrix or a stack of matrices, any memory layout |
/// | `v` | `(.., n)` | a vector, or a stack of vectors in its last axis |
/// | result | `(.., m)` | in C order |
///
/// The leading axes are broadcast against each other; in [`matmul`], an array of two dimensions is a matrix
/// and not a stack of vectors. Uses BLAS `gemv`, and `gemm` for eight or more vectors and one matrix; a stack
/// of matrices gives the same bits as its matrices one by one.
///
/// # Errors
/// As [`matmul`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// let a = array![[1., 2.], [3., 4.]];
/// let vectors = array![[1., 0.], [0., 1.], [1., 1.]];
/// assert_eq!(linstat::matvec(&a, &vectors)?, array![[1., 3.], [2., 4.], [3., 7.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "gemv")]
pub fn matvec<T, D, E>(a: &ArrayRef<T, D>, v: &ArrayRef<T, E>) -> Result<Array<T, Broadcast<D::Smaller, E>>>
where
    T: Number,
    D: Matrices,
    D::Smaller: DimMax<E>,
    E: Dimension,
{
    // the usual case without the detour over dynamic dimensions, which takes longer than a tiny product
    if let (Ok(a), Ok(v)) = (a.view().into_dimensionality(), v.view().into_dimensionality()) {
        return T::matrix_vector(&a, &v).map(of_one).named("matvec");
    }
    let product = T::matvecs(a.view().into_dyn(), v.view().into_dyn()).named("matvec")?;
    Ok(product.into_array())
}

/// Returns the products of vectors and matrices, as `numpy.vecmat(v, a)`: the vectors are conjugated.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `v` | `(.., n)` | a vector, or a stack of vectors in its last axis |
/// | `a` | `(.., n, m)` | a matrix or a stack of matrices, any memory layout |
/// | result | `(.., m)` | in C order |
///
/// The leading axes are broadcast against each other. Uses BLAS `gemv`, and `gemm` for eight or more vectors
/// and one matrix; complex vectors are copied first, to be conjugated.
///
/// # Errors
/// As [`matmul`].
///
/// # Examples
/// ```
/// use ndarray::array;
/// use num_complex::Complex64;
/// let a = array![[1., 2.], [3., 4.]];
/// assert_eq!(linstat::vecmat(&array![1., 1.], &a)?, array![4., 6.]);
/// let (i, one) = (Complex64::i(), Complex64::new(1., 0.));
/// assert_eq!(linstat::vecmat(&array![i], &array![[one, i]])?, array![-i, one]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "gemv")]
pub fn vecmat<T, D, E>(v: &ArrayRef<T, D>, a: &ArrayRef<T, E>) -> Result<Array<T, Broadcast<E::Smaller, D>>>
where
    T: Number,
    D: Dimension,
    E: Matrices,
    E::Smaller: DimMax<D>,
{
    if let (Ok(v), Ok(a)) = (v.view().into_dimensionality(), a.view().into_dimensionality()) {
        return T::vecmat(&v, &a).map(of_one).named("vecmat");
    }
    let product = T::vecmats(v.view().into_dyn(), a.view().into_dyn()).named("vecmat")?;
    Ok(product.into_array())
}

/// A row-major matrix of zeros.
pub(super) fn zeros<T: Terms>(rows: usize, cols: usize) -> Result<Array2<T>, ErrorKind> {
    check_memory::<T>(rows.saturating_mul(cols))?;
    Ok(Array2::zeros((rows, cols)))
}

/// Rejects dimensions that BLAS cannot represent, on every backend and for every element type, and views that
/// repeat the same memory so often that the product would not finish, as broadcasting and windows can.
pub(super) fn check_size<T>(a: &ArrayRef2<T>) -> Result<(), ErrorKind> {
    check_dims(a.shape())?;
    check_repeats(a)
}

fn check_dims(dims: &[usize]) -> Result<(), ErrorKind> {
    for &dim in dims {
        if i32::try_from(dim).is_err() {
            return Err(ErrorKind::TooLarge { dim });
        }
    }
    Ok(())
}

/// Rejects views that repeat the same memory too often.
pub(crate) fn check_repeats<T, D: Dimension>(a: &ArrayRef<T, D>) -> Result<(), ErrorKind> {
    const REPEATED: u64 = 1 << 32;
    let len = a.len() as u64;
    if len > REPEATED {
        let reach = a.shape().iter().zip(a.strides());
        let spanned = reach.fold(1, |sum: u64, (&n, &step)| {
            sum.saturating_add((n as u64 - 1).saturating_mul(step.unsigned_abs() as u64))
        });
        if len > spanned {
            return Err(ErrorKind::TooLarge { dim: a.len() });
        }
    }
    Ok(())
}

/// Returns `a · b` for matching shapes of any size, including 0.
pub(super) fn multiply<T: Terms>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    let mut c = zeros(a.nrows(), b.ncols())?;
    if c.is_empty() || a.is_empty() {
        return Ok(c);
    }
    check_size(a)?;
    check_size(b)?;
    multiply_into(a, b, Before::Zero, c.view_mut())?;
    Ok(c)
}

/// Writes `a · b` as [`Terms::multiply`], in the way in which the matrices of stacks are multiplied: the last
/// digits may depend on whether the kernel or [`packed`] copies a matrix.
pub(super) fn multiply_into<T: Terms>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    before: Before,
    c: ArrayViewMut2<'_, T>,
) -> Result<(), ErrorKind> {
    let (dims, in_rows) = (dims_of(a, b), a.is_standard_layout() && b.is_standard_layout());
    let (kernel, rows_only) = T::kernel(dims, in_rows);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let a = packed(a.view(), rows_only, &mut left)?;
    let b = packed(b.view(), rows_only, &mut right)?;
    T::multiply(kernel, &a, &b, before, c)
}

/// Returns the dimensions of a product.
fn dims_of<T>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> [usize; 3] {
    [a.nrows(), a.ncols(), b.ncols()]
}

/// Returns `a · b + beta * c` for matching shapes of any size, including 0.
pub(crate) fn gemm<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    beta: T,
    mut c: Array2<T>,
) -> Result<Array2<T>, ErrorKind> {
    if !a.is_empty() && !b.is_empty() {
        let in_rows = a.is_standard_layout() && b.is_standard_layout();
        product_kernels(dims_of(a, b), in_rows).gemm(a, b, beta, c.view_mut())?;
    }
    Ok(c)
}

/// Returns the cost of a matrix for [`in_parts`], if that takes a product of these dimensions by [`gemm`]:
/// none if its last digits may depend on the number of threads. The stack is then not shared, and each matrix
/// has the threads that it has alone.
pub(crate) fn cost_with_gemm<T: Scalar>(cost: usize, dims: [usize; 3]) -> usize {
    if product_kernels::<T>(dims, false).takes_threads(dims) { 0 } else { cost }
}

pub(super) fn matrices<T: Terms>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    if a.ncols() != b.nrows() {
        return Err(mismatch("(m, k) and (k, n)", a.shape(), b.shape()));
    }
    multiply(a, b)
}

pub(super) fn matrix_vector<T: Terms>(a: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array1<T>, ErrorKind> {
    if a.ncols() != b.len() {
        return Err(mismatch("(m, k) and (k,)", a.shape(), b.shape()));
    }
    Ok(multiply(a, &b.view().insert_axis(Axis(1)))?.remove_axis(Axis(1)))
}

pub(super) fn vector_matrix<T: Terms>(a: &ArrayRef1<T>, b: &ArrayRef2<T>) -> Result<Array1<T>, ErrorKind> {
    if a.len() != b.nrows() {
        return Err(mismatch("(k,) and (k, n)", a.shape(), b.shape()));
    }
    Ok(multiply(&a.view().insert_axis(Axis(0)), b)?.remove_axis(Axis(0)))
}

/// Returns the product of arrays with any number of dimensions, by the rules of [`matmul`].
pub(super) fn stacks<T: Terms>(a: ArrayViewD<'_, T>, b: ArrayViewD<'_, T>) -> Result<Stacked<T>, ErrorKind> {
    let expected = "(.., m, k) and (.., k, n)";
    match (a.ndim(), b.ndim()) {
        (0, _) | (_, 0) => Err(mismatch("two arrays of one dimension or more", a.shape(), b.shape())),
        (1, 1) => {
            let (a, b) = (vector(a), vector(b));
            Ok(Stacked::single(inner(&a, &b)?))
        }
        (1, _) => as_rows("(k,) and (.., k, n)", a, b),
        (_, 1) => as_columns("(.., m, k) and (k,)", a, b),
        _ => {
            if let (Ok(a), Ok(b)) = (a.view().into_dimensionality(), b.view().into_dimensionality()) {
                return single(expected, matrices(&a, &b), [a.shape(), b.shape()]);
            }
            multiply_stacks(
                expected,
                [a.shape(), b.shape()],
                &Stack::new(a.view()),
                &Stack::new(b.view()),
                Each::Matrix,
            )
        }
    }
}

/// Returns a product without leading axes; errors name the caller's arguments.
fn single<T, D: Dimension>(
    expected: &'static str,
    product: Result<Array<T, D>, ErrorKind>,
    [a, b]: [&[usize]; 2],
) -> Result<Stacked<T>, ErrorKind> {
    match product {
        Ok(product) => Ok(Stacked::of(product.into_dyn())),
        Err(ErrorKind::Shape { .. }) => Err(mismatch(expected, a, b)),
        Err(error) => Err(error),
    }
}

fn vector<T>(a: ArrayViewD<'_, T>) -> ndarray::ArrayView1<'_, T> {
    a.into_dimensionality().unwrap_or_else(|_| unreachable!("the number of dimensions was checked"))
}

/// Multiplies the vectors in the last axis of `v`, as rows, with matrices.
fn as_rows<T: Terms>(
    expected: &'static str,
    v: ArrayViewD<'_, T>,
    a: ArrayViewD<'_, T>,
) -> Result<Stacked<T>, ErrorKind> {
    if let (Ok(row), Ok(a)) = (v.view().into_dimensionality(), a.view().into_dimensionality()) {
        return single(expected, vector_matrix(&row, &a), [row.shape(), a.shape()]);
    }
    let axis = Axis(v.ndim() - 1);
    let rows = Stack::new(v.view().insert_axis(axis));
    multiply_stacks(expected, [v.shape(), a.shape()], &rows, &Stack::new(a.view()), Each::Row)
}

/// Multiplies matrices with the vectors in the last axis of `v`, as columns.
fn as_columns<T: Terms>(
    expected: &'static str,
    a: ArrayViewD<'_, T>,
    v: ArrayViewD<'_, T>,
) -> Result<Stacked<T>, ErrorKind> {
    if let (Ok(a), Ok(column)) = (a.view().into_dimensionality(), v.view().into_dimensionality()) {
        return single(expected, matrix_vector(&a, &column), [a.shape(), column.shape()]);
    }
    let axis = Axis(v.ndim());
    let columns = Stack::new(v.view().insert_axis(axis));
    multiply_stacks(expected, [a.shape(), v.shape()], &Stack::new(a.view()), &columns, Each::Column)
}

pub(super) fn matvecs<T: Terms>(a: ArrayViewD<'_, T>, v: ArrayViewD<'_, T>) -> Result<Stacked<T>, ErrorKind> {
    let expected = "matrices (.., m, n) and vectors (.., n)";
    if a.ndim() < 2 || v.ndim() < 1 {
        return Err(mismatch(expected, a.shape(), v.shape()));
    }
    if let Some(a) = of_many(&a, &v) {
        return single(expected, together(v.view(), a.t()), [a.shape(), v.shape()]);
    }
    as_columns(expected, a, v)
}

/// Vectors of which so many are multiplied with a matrix by one product: for each of fewer, to read the
/// matrix takes less time than to copy it for the product.
const MANY: usize = 8;

/// Returns the matrix if there is one for many vectors.
fn of_many<'a, T>(a: &'a ArrayViewD<'_, T>, v: &ArrayViewD<'_, T>) -> Option<ArrayView2<'a, T>> {
    let lead = v.ndim() - 1;
    let vectors = v.shape()[..lead].iter().try_fold(1, |count: usize, &len| count.checked_mul(len))?;
    let some = vectors >= MANY && i32::try_from(vectors).is_ok() && !v.is_empty();
    if some { a.view().into_dimensionality().ok() } else { None }
}

/// Multiplies the vectors in the last axis of `v`, as rows, with a matrix.
fn together<T: Terms>(v: ArrayViewD<'_, T>, a: ArrayView2<'_, T>) -> Result<ArrayD<T>, ErrorKind> {
    let (mut shape, n) = (v.shape().to_vec(), v.shape()[v.ndim() - 1]);
    let vectors = v.len() / n;
    let product = match v.view().into_dimensionality() {
        Ok(rows) => matrices(&rows, &a)?,
        Err(_) => {
            check_repeats(&v)?;
            let all = in_order(&v)?;
            let rows = ArrayView2::from_shape((vectors, n), &all);
            matrices(&rows.unwrap_or_else(|_| unreachable!("rows of n elements")), &a)?
        }
    };
    if let Some(last) = shape.last_mut() {
        *last = a.ncols();
    }
    Ok(shaped_as(shape, product.into_raw_vec_and_offset().0))
}

pub(super) fn vecmat_of<T: Terms>(v: &ArrayRef1<T>, a: &ArrayRef2<T>) -> Result<Array1<T>, ErrorKind> {
    if !T::COMPLEX || v.len() != a.nrows() {
        return vector_matrix(v, a);
    }
    check_repeats(v)?;
    let mut conjugates = in_order(v)?;
    conjugates.iter_mut().for_each(|x| *x = x.conjugate());
    vector_matrix(&Array1::from(conjugates), a)
}

pub(super) fn vecmats<T: Terms>(v: ArrayViewD<'_, T>, a: ArrayViewD<'_, T>) -> Result<Stacked<T>, ErrorKind> {
    let expected = "vectors (.., n) and matrices (.., n, m)";
    if v.ndim() < 1 || a.ndim() < 2 {
        return Err(mismatch(expected, v.shape(), a.shape()));
    }
    let conjugates;
    let v = if T::COMPLEX && !v.is_empty() {
        check_repeats(&v)?;
        let mut all = in_order(&v)?;
        all.iter_mut().for_each(|x| *x = x.conjugate());
        conjugates = shaped_as(v.shape().to_vec(), all);
        conjugates.view()
    } else {
        v
    };
    match of_many(&a, &v) {
        Some(a) => single(expected, together(v.view(), a), [v.shape(), a.shape()]),
        None => as_rows(expected, v, a),
    }
}

/// What a pair of matrices gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    Matrix,
    /// One row, without its axis.
    Row,
    /// One column, without its axis.
    Column,
}

/// Multiplies the matrices of two stacks, which are broadcast against each other. The shapes are those of the
/// caller's arguments, for errors.
pub(super) fn multiply_stacks<T: Terms>(
    expected: &'static str,
    shapes: [&[usize]; 2],
    a: &Stack<'_, T>,
    b: &Stack<'_, T>,
    each: Each,
) -> Result<Stacked<T>, ErrorKind> {
    let ((m, k), (rows, n)) = (a.dim(), b.dim());
    let lead = if k == rows { broadcast_lead(a.lead(), b.lead()) } else { None };
    let Some(lead) = lead else { return Err(mismatch(expected, shapes[0], shapes[1])) };
    let mut results = match each {
        Each::Matrix => Results::new(&lead, &[m, n])?,
        Each::Row => Results::new(&lead, &[n])?,
        Each::Column => Results::new(&lead, &[m])?,
    };
    if results.is_empty() || k == 0 {
        return Ok(results.done());
    }
    check_dims(&[m, k, n])?;
    check_repeats(a.all())?;
    check_repeats(b.all())?;
    let lines = in_line(a, &lead).zip(in_line(b, &lead));
    let too_large = || ErrorKind::TooLarge { dim: usize::MAX };
    let a = a.broadcast(&lead).ok_or_else(too_large)?;
    let b = b.broadcast(&lead).ok_or_else(too_large)?;
    // as for a single product, and chosen here, since the choice of a test is one of its thread
    let in_rows = a.matrix(0).is_standard_layout() && b.matrix(0).is_standard_layout();
    let (kernel, rows_only) = T::kernel([m, k, n], in_rows);
    let mut cost = m.saturating_mul(n).saturating_mul(k);
    if T::takes_threads(kernel, [m, k, n]) {
        // on the same threads as a single product, since its last digits may depend on their number: the
        // stack is not shared
        cost = 0;
    }
    in_unfilled_parts(&a, results.room(), cost, |range, mut room| {
        let mut scratch = (Vec::new(), Vec::new());
        let _held = T::hold(kernel, [m, k, n]).map_err(|kind| (range.start, kind))?;
        let count = (AT_ONCE / (m * n)).max(1);
        for start in range.clone().step_by(count) {
            let (here, rest) = room.split(count.min(range.end - start));
            room = rest;
            let places = here.fill().data;
            if let Some((a, b)) = &lines
                && T::products(kernel, [m, k, n], a.from(start), b.from(start), places)
                    .map_err(|kind| (start, kind))?
            {
                continue;
            }
            for (i, place) in (start..).zip(places.chunks_exact_mut(m * n)) {
                let c = ArrayViewMut2::from_shape((m, n), place)
                    .unwrap_or_else(|_| unreachable!("a place for every product"));
                let product = packed(a.matrix(i), rows_only, &mut scratch.0).and_then(|a| {
                    let b = packed(b.matrix(i), rows_only, &mut scratch.1)?;
                    T::multiply(kernel, &a, &b, Before::Zero, c)
                });
                product.map_err(|kind| (i, kind))?;
            }
        }
        Ok(())
    })
    // none of the matrices is to blame
    .map_err(|bad| bad.kind)?;
    Ok(results.done())
}

/// Number of elements of small products whose places are filled at once.
const AT_ONCE: usize = 1024;

/// Returns the matrices of a stack that has these leading axes, or its only matrix for all of them, if they
/// lie one after the other.
fn in_line<'a, T>(x: &'a Stack<'_, T>, lead: &[usize]) -> Option<Line<'a, T>> {
    let (m, n) = x.dim();
    let (all, transposed) = match x.all().as_slice() {
        Some(all) => (all, false),
        None => {
            let mut all = x.all().view();
            let axes = all.ndim();
            all.swap_axes(axes - 2, axes - 1);
            (all.to_slice()?, true)
        }
    };
    let is_alone = all.len() == m * n;
    (is_alone || x.lead() == lead).then(|| Line { all, step: if is_alone { 0 } else { m * n }, transposed })
}

/// Returns a matrix that a kernel reads as it is: a copy, in the same memory for all matrices, of one that
/// the kernel would copy itself.
pub(super) fn packed<'a, T: Terms>(
    x: ArrayView2<'a, T>,
    rows_only: bool,
    scratch: &'a mut Vec<T>,
) -> Result<ArrayView2<'a, T>, ErrorKind> {
    let (m, n) = x.dim();
    let (row, column) = (x.strides()[0], x.strides()[1]);
    let fits = if rows_only {
        x.is_standard_layout()
    } else {
        // rows or columns that are contiguous, one after the other
        let (m_step, n_step) = (m as isize, n as isize);
        ((n == 1 || column == 1) && (m == 1 || row >= n_step))
            || ((m == 1 || row == 1) && (n == 1 || column >= m_step))
    };
    if fits {
        return Ok(x);
    }
    scratch.clear();
    if scratch.capacity() < x.len() {
        *scratch = memory::room(x.len())?;
    }
    if rows_only && let Some(columns) = x.t().to_slice() {
        scratch.resize(x.len(), T::zero());
        transpose((n, m), |j| &columns[j * m..(j + 1) * m], scratch);
        return Ok(
            ArrayView2::from_shape((m, n), scratch).unwrap_or_else(|_| unreachable!("as many elements"))
        );
    }
    // in the order in which memory is read best
    let columns_first = !rows_only && row.unsigned_abs() < column.unsigned_abs();
    scratch.extend(if columns_first { x.t() } else { x.view() });
    let copy = ArrayView2::from_shape(if columns_first { (n, m) } else { (m, n) }, scratch)
        .unwrap_or_else(|_| unreachable!("a copy has as many elements"));
    Ok(if columns_first { copy.reversed_axes() } else { copy })
}
