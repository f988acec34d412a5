//! Stacks of matrices: the last two axes of an array are the matrices, the axes before them number them.

use crate::error::{BadMatrix, index_of};
use crate::loops::transpose::transpose;
use crate::memory::{Filling, Unfilled};
use crate::tuning::PARALLEL_STACK;
use crate::{ErrorKind, Result, Scalar, kernels, threads};
use ndarray::{
    Array, Array2, ArrayD, ArrayRef, ArrayRef2, ArrayView2, ArrayView3, ArrayViewD, Axis, Dimension, Ix2,
    Ix3, Ix4, Ix5, Ix6, IxDyn, RemoveAxis,
};
use std::fmt::Debug;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// The dimensions of one matrix ([`Ix2`](type@ndarray::Ix2)) or of a stack of matrices (three to six axes, or
/// [`IxDyn`](type@ndarray::IxDyn)): the last two axes are the matrices, as in NumPy. Sealed.
#[diagnostic::on_unimplemented(
    message = "linear algebra takes matrices and stacks of matrices, not arrays of the dimension `{Self}`",
    label = "not a matrix or a stack of matrices",
    note = "a vector becomes a matrix of one column by `v.view().insert_axis(ndarray::Axis(1))`"
)]
pub trait Matrices: RemoveAxis + sealed::Sealed {
    /// One number per matrix: a `T` for one matrix, an array of the leading axes for a stack.
    type Each<T: Clone + Debug + PartialEq>: Clone + Debug + PartialEq;

    #[doc(hidden)]
    fn given<T>(a: &ArrayRef<T, Self>) -> Result<Given<'_, T>, ErrorKind>;
    #[doc(hidden)]
    fn one<T: Clone + Debug + PartialEq>(value: T) -> Self::Each<T>;
    #[doc(hidden)]
    fn each<T: Clone + Debug + PartialEq>(values: Stacked<T>) -> Self::Each<T>;
}

mod sealed {
    pub trait Sealed {}
}

/// One matrix or a stack. Private: part of the seal of [`Matrices`].
#[derive(Debug)]
pub enum Given<'a, T> {
    /// One matrix.
    One(ArrayView2<'a, T>),
    /// A stack, of any number of matrices.
    Stack(Stack<'a, T>),
}

impl sealed::Sealed for Ix2 {}
impl Matrices for Ix2 {
    type Each<T: Clone + Debug + PartialEq> = T;

    #[inline]
    fn given<T>(a: &ArrayRef2<T>) -> Result<Given<'_, T>, ErrorKind> {
        Ok(Given::One(a.view()))
    }
    #[inline]
    fn one<T: Clone + Debug + PartialEq>(value: T) -> T {
        value
    }
    fn each<T: Clone + Debug + PartialEq>(values: Stacked<T>) -> T {
        values.into_single()
    }
}

macro_rules! stacks {
    ($($dimension:ty),*) => {$(
        impl sealed::Sealed for $dimension {}
        impl Matrices for $dimension {
            type Each<T: Clone + Debug + PartialEq> = Array<T, <<$dimension as Dimension>::Smaller as Dimension>::Smaller>;

            fn given<T>(a: &ArrayRef<T, $dimension>) -> Result<Given<'_, T>, ErrorKind> {
                Ok(Given::Stack(Stack::of(a.view().into_dyn())?))
            }
            fn one<T: Clone + Debug + PartialEq>(value: T) -> Self::Each<T> {
                Self::each(Stacked::single(value))
            }
            fn each<T: Clone + Debug + PartialEq>(values: Stacked<T>) -> Self::Each<T> {
                values.into_array()
            }
        }
    )*};
}

stacks!(Ix3, Ix4, Ix5, Ix6, IxDyn);

/// Results of all matrices, in order.
#[derive(Debug)]
pub struct Stacked<T> {
    shape: Vec<usize>,
    data: Vec<T>,
}

impl<T> Stacked<T> {
    /// The result of a single matrix, a number.
    pub(crate) fn single(value: T) -> Self {
        Stacked { shape: Vec::new(), data: vec![value] }
    }

    /// Returns the result of a single matrix.
    pub(crate) fn into_single(self) -> T {
        let mut values = self.data.into_iter();
        values.next().unwrap_or_else(|| unreachable!("one matrix has one value"))
    }

    /// The elements of an array in C order.
    pub(crate) fn of(array: ArrayD<T>) -> Self {
        let shape = array.shape().to_vec();
        Stacked { shape, data: array.into_raw_vec_and_offset().0 }
    }

    /// Returns the same results in another shape, of as many elements.
    pub(crate) fn reshaped(self, shape: Vec<usize>) -> Self {
        Stacked { shape, data: self.data }
    }

    /// Returns the results as an array; the dimension must have as many axes as they.
    pub(crate) fn into_array<D: Dimension>(self) -> Array<T, D> {
        ArrayD::from_shape_vec(self.shape, self.data)
            .ok()
            .and_then(|all| all.into_dimensionality().ok())
            .unwrap_or_else(|| unreachable!("a result for every matrix"))
    }
}

/// A stack of matrices, with any strides.
#[derive(Debug, Clone)]
pub struct Stack<'a, T> {
    all: ArrayViewD<'a, T>,
    /// The stack with one leading axis, if the strides of the leading axes allow it.
    line: Option<ArrayView3<'a, T>>,
    /// All elements, if the matrices lie one after the other, row by row.
    slice: Option<&'a [T]>,
}

impl<'a, T> Stack<'a, T> {
    /// Returns the stack whose matrices are the last two axes.
    pub(crate) fn of(all: ArrayViewD<'a, T>) -> Result<Self, ErrorKind> {
        if all.ndim() < 2 {
            return Err(ErrorKind::shape("matrices (.., m, n)", &[all.shape()]));
        }
        Ok(Self::new(all))
    }

    /// The array must have at least two axes.
    pub(crate) fn new(all: ArrayViewD<'a, T>) -> Self {
        let line = in_line(all.clone());
        let slice = line.as_ref().and_then(|line| line.to_slice());
        Stack { all, line, slice }
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.all.shape()
    }

    /// Returns the array of all matrices.
    pub(crate) fn all(&self) -> &ArrayViewD<'a, T> {
        &self.all
    }

    /// Returns the shape of the leading axes.
    pub(crate) fn lead(&self) -> &[usize] {
        &self.all.shape()[..self.all.ndim() - 2]
    }

    /// Returns the number of rows and of columns of each matrix.
    pub(crate) fn dim(&self) -> (usize, usize) {
        let n = self.all.ndim();
        (self.all.shape()[n - 2], self.all.shape()[n - 1])
    }

    /// Returns the number of matrices; an error if it does not fit the address space, as for a broadcast view
    /// of empty matrices.
    pub(crate) fn count(&self) -> Result<usize, ErrorKind> {
        let product = |product: usize, &n: &usize| product.checked_mul(n);
        self.lead().iter().try_fold(1, product).ok_or(ErrorKind::TooLarge { dim: usize::MAX })
    }

    /// Returns the order of square matrices.
    pub(crate) fn square(&self) -> Result<usize, ErrorKind> {
        match self.dim() {
            (m, n) if m == n => Ok(n),
            _ => Err(ErrorKind::shape("square matrices (.., n, n)", &[self.all.shape()])),
        }
    }

    /// Returns all elements, if the matrices lie one after the other, row by row.
    pub(crate) fn slice(&self) -> Option<&'a [T]> {
        self.slice
    }

    /// Returns the matrix with this number.
    pub(crate) fn matrix(&self, mut k: usize) -> ArrayView2<'_, T> {
        if let Some(line) = &self.line {
            return line.index_axis(Axis(0), k);
        }
        let mut matrix = self.all.view();
        for axis in (0..self.lead().len()).rev() {
            let n = self.all.shape()[axis].max(1);
            matrix = matrix.index_axis_move(Axis(axis), k % n);
            k /= n;
        }
        matrix.into_dimensionality().unwrap_or_else(|_| unreachable!("two axes are left"))
    }

    /// Returns the stack repeated along these leading axes, as NumPy broadcasts them.
    pub(crate) fn broadcast(&self, lead: &[usize]) -> Option<Stack<'_, T>> {
        let (m, n) = self.dim();
        let shape: Vec<usize> = lead.iter().copied().chain([m, n]).collect();
        self.all.broadcast(shape).map(Stack::new)
    }

    /// Returns the error of a matrix, with its place in the stack.
    fn bad(&self, k: usize, kind: ErrorKind) -> BadMatrix {
        BadMatrix { index: Some(index_of(self.lead(), k).into()), kind }
    }
}

/// Returns the view with its leading axes merged into one, if that takes no copy.
fn in_line<T>(mut all: ArrayViewD<'_, T>) -> Option<ArrayView3<'_, T>> {
    if all.ndim() == 2 {
        all = all.insert_axis(Axis(0));
    }
    while all.ndim() > 3 {
        if all.is_empty() || !all.merge_axes(Axis(0), Axis(1)) {
            return None;
        }
        all = all.index_axis_move(Axis(0), 0); // of length 1 now
    }
    all.into_dimensionality().ok()
}

/// Broadcasts the leading axes of two stacks against each other; `None` if they do not fit.
pub(crate) fn broadcast_lead(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(rank).map_or(1, |i| shape[i]);
    (0..rank)
        .map(|i| match (at(a, i), at(b, i)) {
            (x, y) if x == y || y == 1 => Some(x),
            (1, y) => Some(y),
            _ => None,
        })
        .collect()
}

/// Places for the results of matrices, the same number of elements for each.
pub(crate) trait Slots: Send + Sized {
    /// Splits off the places after the first `k` matrices.
    fn split(self, k: usize) -> (Self, Self);

    /// Returns whether the results have no elements.
    fn is_empty(&self) -> bool;
}

/// Places of one type.
#[derive(Debug)]
pub(crate) struct Rows<'a, T> {
    pub(crate) data: &'a mut [T],
    /// Number of elements of each matrix.
    pub(crate) width: usize,
}

impl<T: Send> Slots for Rows<'_, T> {
    fn split(self, k: usize) -> (Self, Self) {
        let (first, rest) = self.data.split_at_mut(k * self.width);
        (Rows { data: first, width: self.width }, Rows { data: rest, width: self.width })
    }

    fn is_empty(&self) -> bool {
        self.data.is_empty()
    }
}

/// Places of one type that are not filled yet.
#[derive(Debug)]
pub(crate) struct Room<'a, T> {
    places: Unfilled<'a, T>,
    width: usize,
}

impl<T: Send + Copy> Slots for Room<'_, T> {
    fn split(self, k: usize) -> (Self, Self) {
        let (first, rest) = self.places.split_at(k * self.width);
        (Room { places: first, width: self.width }, Room { places: rest, width: self.width })
    }

    fn is_empty(&self) -> bool {
        self.places.len() == 0
    }
}

/// Places that are filled with the default shortly before they are written.
pub(crate) trait Fill: Slots {
    type Filled: Slots;
    fn fill(self) -> Self::Filled;
}

impl<'a, T: Copy + Default + Send> Fill for Room<'a, T> {
    type Filled = Rows<'a, T>;
    fn fill(self) -> Rows<'a, T> {
        Rows { data: self.places.fill(T::default()), width: self.width }
    }
}

impl<A: Fill, B: Fill> Fill for (A, B) {
    type Filled = (A::Filled, B::Filled);
    fn fill(self) -> Self::Filled {
        (self.0.fill(), self.1.fill())
    }
}

impl<A: Fill, B: Fill, C: Fill> Fill for (A, B, C) {
    type Filled = (A::Filled, B::Filled, C::Filled);
    fn fill(self) -> Self::Filled {
        (self.0.fill(), self.1.fill(), self.2.fill())
    }
}

impl<A: Slots, B: Slots> Slots for (A, B) {
    fn split(self, k: usize) -> (Self, Self) {
        let ((a, a_rest), (b, b_rest)) = (self.0.split(k), self.1.split(k));
        ((a, b), (a_rest, b_rest))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty() && self.1.is_empty()
    }
}

impl<A: Slots, B: Slots, C: Slots> Slots for (A, B, C) {
    fn split(self, k: usize) -> (Self, Self) {
        let ((a, a_rest), (b, b_rest), (c, c_rest)) = (self.0.split(k), self.1.split(k), self.2.split(k));
        ((a, b, c), (a_rest, b_rest, c_rest))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty() && self.1.is_empty() && self.2.is_empty()
    }
}

/// Results of which some matrices are not computed yet.
#[derive(Debug)]
pub(crate) struct Results<T> {
    shape: Vec<usize>,
    data: Filling<T>,
    width: usize,
    /// Whether the places were given out.
    begun: bool,
}

impl<T: Copy + Default + Send> Results<T> {
    /// Makes room for results of this shape for each matrix of a stack.
    pub(crate) fn new(lead: &[usize], each: &[usize]) -> Result<Self, ErrorKind> {
        let shape: Vec<usize> = lead.iter().chain(each).copied().collect();
        // an array without elements must have axes that an array can have, too
        let size = shape.iter().filter(|&&n| n > 0).try_fold(1usize, |len, &n| len.checked_mul(n));
        let size = size.filter(|&size| isize::try_from(size).is_ok());
        let size = size.ok_or(ErrorKind::TooLarge { dim: usize::MAX })?;
        let len = if shape.contains(&0) { 0 } else { size };
        Ok(Results { shape, data: Filling::new(len)?, width: each.iter().product(), begun: false })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.data.len() == 0
    }

    /// Returns the places of the results, to be filled shortly before they are written.
    pub(crate) fn room(&mut self) -> Room<'_, T> {
        self.begun = true;
        Room { places: self.data.parts(), width: self.width }
    }

    /// Returns the results: defaults, if their places were not asked for.
    pub(crate) fn done(mut self) -> Stacked<T> {
        if !self.begun {
            self.room().fill();
        }
        Stacked { shape: self.shape, data: self.data.done() }
    }
}

/// Returns about the number of operations for a matrix, the product of these factors: the largest number if
/// it is larger, as for views of one element that is repeated.
pub(crate) fn operations<const N: usize>(factors: [usize; N]) -> usize {
    factors.into_iter().fold(1, usize::saturating_mul)
}

/// Calls `f` for ranges of matrices with the places of their results: for all at once, or for parts on all
/// threads if the stack is large. The cost of a matrix is about its number of operations. The error of the
/// first bad matrix is returned.
///
/// Matrices that a library factorizes on several threads follow each other.
pub(crate) fn in_parts<T: Sync, O: Fill>(
    stack: &Stack<'_, T>,
    out: O,
    cost: usize,
    f: impl Fn(Range<usize>, O::Filled) -> Result<(), (usize, ErrorKind)> + Sync,
) -> Result<(), BadMatrix> {
    in_unfilled_parts(stack, out, cost, |range, out| f(range, out.fill()))
}

/// As [`in_parts`], with places that `f` fills.
pub(crate) fn in_unfilled_parts<T: Sync, O: Slots>(
    stack: &Stack<'_, T>,
    out: O,
    cost: usize,
    f: impl Fn(Range<usize>, O) -> Result<(), (usize, ErrorKind)> + Sync,
) -> Result<(), BadMatrix> {
    if out.is_empty() {
        return Ok(()); // of any number of matrices, each of which has an empty result
    }
    let (m, n) = stack.dim();
    parted(stack.count()?, m.min(n), out, cost, &f).map_err(|(k, kind)| stack.bad(k, kind))
}

/// The part of [`in_unfilled_parts`] that is compiled once per type of places, for `count` matrices of this
/// order.
fn parted<O: Slots>(
    count: usize,
    order: usize,
    out: O,
    cost: usize,
    f: &(dyn Fn(Range<usize>, O) -> Result<(), (usize, ErrorKind)> + Sync),
) -> Result<(), (usize, ErrorKind)> {
    let alone =
        order >= kernels::parallel_order() || !threads::share(count.saturating_mul(cost), PARALLEL_STACK);
    if alone || count < 2 {
        return f(0..count, out);
    }
    // several parts per thread, since some matrices take longer; each worth its share of the thresholds
    let size = (PARALLEL_STACK / 8).div_ceil(cost.max(1)).max(count.div_ceil(8 * threads::count()));
    let (mut parts, mut rest, mut start) = (Vec::new(), out, 0);
    while start < count {
        let end = count.min(start + size);
        let (part, left) = rest.split(end - start);
        parts.push(Mutex::new(Some((start..end, part))));
        (rest, start) = (left, end);
    }
    let choice = kernels::choice();
    let results = threads::map(parts.len(), 1, &|i| {
        let part = parts[i].lock().unwrap_or_else(PoisonError::into_inner).take();
        part.map_or(Ok(()), |(range, out)| kernels::with_choice(choice, || f(range, out)))
    });
    results.into_iter().collect()
}

/// Calls `f` for every matrix with the places of its results, as [`in_parts`].
pub(crate) fn for_each<T: Sync, O: Fill>(
    stack: &Stack<'_, T>,
    out: O,
    cost: usize,
    f: impl Fn(&ArrayRef2<T>, O::Filled) -> Result<(), ErrorKind> + Sync,
) -> Result<(), BadMatrix> {
    in_parts(stack, out, cost, |range, out| one_by_one(range, out, |k, out| f(&stack.matrix(k), out)))
}

/// Calls `f` with the number of every matrix of a range and the places of its results.
pub(crate) fn one_by_one<O: Slots>(
    range: Range<usize>,
    mut out: O,
    f: impl Fn(usize, O) -> Result<(), ErrorKind>,
) -> Result<(), (usize, ErrorKind)> {
    for k in range {
        let (first, rest) = out.split(1);
        f(k, first).map_err(|kind| (k, kind))?;
        out = rest;
    }
    Ok(())
}

/// Returns a number for every matrix.
pub(crate) fn numbers<T: Sync, R: Copy + Default + Send>(
    stack: &Stack<'_, T>,
    cost: usize,
    f: impl Fn(&ArrayRef2<T>) -> Result<R, ErrorKind> + Sync,
) -> Result<Stacked<R>, BadMatrix> {
    let mut results = Results::new(stack.lead(), &[])?;
    for_each(stack, results.room(), cost, |a, out| {
        out.data[0] = f(a)?;
        Ok(())
    })?;
    Ok(results.done())
}

/// Returns a matrix of shape `(m, n)` for every matrix.
pub(crate) fn matrices<T: Sync, R: Scalar>(
    stack: &Stack<'_, T>,
    (m, n): (usize, usize),
    cost: usize,
    f: impl Fn(&ArrayRef2<T>) -> Result<Array2<R>, ErrorKind> + Sync,
) -> Result<Stacked<R>, BadMatrix> {
    let mut results = Results::new(stack.lead(), &[m, n])?;
    for_each(stack, results.room(), cost, |a, out| {
        put(&f(a)?, out);
        Ok(())
    })?;
    Ok(results.done())
}

/// Writes a result of a matrix to its places, in order.
pub(crate) fn put<T: Copy, D: Dimension>(result: &ArrayRef<T, D>, out: Rows<'_, T>) {
    match result.as_slice() {
        Some(result) => out.data.copy_from_slice(result),
        None if result.ndim() == 2 && result.t().is_standard_layout() => {
            let columns = result.t();
            let columns = columns.as_slice().unwrap_or_else(|| unreachable!("columns without gaps"));
            let (m, n) = (result.shape()[0], result.shape()[1]);
            transpose((n, m), |j| &columns[j * m..(j + 1) * m], out.data);
        }
        None => out.data.iter_mut().zip(result).for_each(|(out, &x)| *out = x),
    }
}

/// Runs a function that gives a number per matrix.
#[inline]
pub(super) fn number_each<T, R: Clone + Debug + PartialEq, D: Matrices>(
    a: &ArrayRef<T, D>,
    one: impl FnOnce(&ArrayRef2<T>) -> Result<R, ErrorKind>,
    all: impl FnOnce(&Stack<'_, T>) -> Result<Stacked<R>, BadMatrix>,
) -> Result<D::Each<R>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => D::one(one(&a)?),
        Given::Stack(stack) => D::each(all(&stack)?),
    })
}

/// Runs a function that gives an array per matrix, of the dimension `E` with the leading axes of a stack.
#[inline]
#[allow(clippy::type_complexity)] // signatures of functions
pub(super) fn array_each<T, R, D: Matrices, E: Dimension, F: Dimension>(
    a: &ArrayRef<T, D>,
    one: impl FnOnce(&ArrayRef2<T>) -> Result<Array<R, F>, ErrorKind>,
    all: impl FnOnce(&Stack<'_, T>) -> Result<Stacked<R>, BadMatrix>,
) -> Result<Array<R, E>, BadMatrix> {
    Ok(match D::given(a)? {
        Given::One(a) => of_one(one(&a)?),
        Given::Stack(stack) => all(&stack)?.into_array(),
    })
}

/// Returns a vector as the only column of a matrix, and a matrix as it is; `None` for a stack.
///
/// Without the detour over dynamic dimensions, which takes longer than the solution of a tiny system.
#[inline]
pub(super) fn columns_of_one<T, D: Dimension>(b: &ArrayRef<T, D>) -> Option<ArrayView2<'_, T>> {
    match b.ndim() {
        1 => b.view().insert_axis(Axis(1)).into_dimensionality().ok(),
        _ => b.view().into_dimensionality().ok(),
    }
}

/// Returns the solution for the columns of a right-hand side: of one vector, or of a matrix.
#[inline]
pub(super) fn solution_of_one<T, D: Dimension, E: Dimension>(
    b: &ArrayRef<T, D>,
    x: Array2<T>,
) -> Array<T, E> {
    if b.ndim() == 1 { of_one(x.remove_axis(Axis(1))) } else { of_one(x) }
}

/// Returns the result of one matrix with the dimension of its argument.
#[inline]
pub(crate) fn of_one<R, D: Dimension, E: Dimension>(result: Array<R, D>) -> Array<R, E> {
    result.into_dimensionality().unwrap_or_else(|_| unreachable!("one matrix has no leading axes"))
}
