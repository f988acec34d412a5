//! Einstein's summation.

mod parse;

use super::Number;
use super::contract::{all_products, contract, in_order, shaped_as, summed};
use super::terms::Terms;
use crate::loops::lanes;
use crate::{ErrorKind, Named, Result};
use ndarray::{ArrayBase, ArrayD, ArrayRef, ArrayViewD, Axis, CowArray, Data, Dimension, IxDyn, Slice};
use parse::{Label, Plan, plan};

/// Most arrays of a call: as many as NumPy takes.
const MOST: usize = 64;

mod sealed {
    pub trait Operand {}
    pub trait Operands {}
}

/// An array that [`einsum`] takes: one of ndarray's, of any dimension. Sealed.
pub trait Operand: sealed::Operand {
    /// The type of its elements.
    type Elem: Number;
    #[doc(hidden)]
    fn operand(&self) -> ArrayViewD<'_, Self::Elem>;
}

impl<T: Number, S: Data<Elem = T>, D: Dimension> sealed::Operand for ArrayBase<S, D> {}
impl<T: Number, S: Data<Elem = T>, D: Dimension> Operand for ArrayBase<S, D> {
    type Elem = T;
    fn operand(&self) -> ArrayViewD<'_, T> {
        self.view().into_dyn()
    }
}

impl<T: Number, D: Dimension> sealed::Operand for ArrayRef<T, D> {}
impl<T: Number, D: Dimension> Operand for ArrayRef<T, D> {
    type Elem = T;
    fn operand(&self) -> ArrayViewD<'_, T> {
        self.view().into_dyn()
    }
}

/// The arrays that [`einsum`] takes: a reference to one, a tuple of up to eight references to arrays of any
/// dimensions, or a slice of views (`&[ArrayViewD<T>]`). Sealed.
#[diagnostic::on_unimplemented(
    message = "`einsum` takes `&a`, a tuple such as `(&a, &b)`, or a slice of `ArrayViewD`, not `{Self}`",
    label = "not arrays that `einsum` takes"
)]
pub trait Operands: sealed::Operands {
    /// The type of their elements.
    type Elem: Number;
    #[doc(hidden)]
    fn operands(&self) -> Vec<ArrayViewD<'_, Self::Elem>>;
}

impl<A: Operand + ?Sized> sealed::Operands for &A {}
impl<A: Operand + ?Sized> Operands for &A {
    type Elem = A::Elem;
    fn operands(&self) -> Vec<ArrayViewD<'_, A::Elem>> {
        vec![self.operand()]
    }
}

impl<T: Number> sealed::Operands for &[ArrayViewD<'_, T>] {}
impl<T: Number> Operands for &[ArrayViewD<'_, T>] {
    type Elem = T;
    fn operands(&self) -> Vec<ArrayViewD<'_, T>> {
        self.iter().map(|x| x.view()).collect()
    }
}

impl<T: Number, const N: usize> sealed::Operands for &[ArrayViewD<'_, T>; N] {}
impl<T: Number, const N: usize> Operands for &[ArrayViewD<'_, T>; N] {
    type Elem = T;
    fn operands(&self) -> Vec<ArrayViewD<'_, T>> {
        self.iter().map(|x| x.view()).collect()
    }
}

macro_rules! tuples {
    ($(($first:ident $(, $other:ident)*))*) => {$(
        impl<$first: Operand + ?Sized $(, $other: Operand<Elem = $first::Elem> + ?Sized)*> sealed::Operands
            for (&$first, $(&$other),*) {}
        impl<$first: Operand + ?Sized $(, $other: Operand<Elem = $first::Elem> + ?Sized)*> Operands
            for (&$first, $(&$other),*)
        {
            type Elem = $first::Elem;
            #[allow(non_snake_case)]
            fn operands(&self) -> Vec<ArrayViewD<'_, $first::Elem>> {
                let ($first, $($other),*) = self;
                vec![$first.operand(), $($other.operand()),*]
            }
        }
    )*};
}

tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H) }

/// Returns sums of products over named axes, as `numpy.einsum(subscripts, *operands)`.
///
/// The subscripts name the axes of each array by letters, then those of the result:
///
/// | subscripts | arrays | result |
/// |---|---|---|
/// | `"ij,jk->ik"`, or `"ij,jk"` | `(m, k)`, `(k, n)` | the matrix product |
/// | `"bij,bjk->bik"` | two stacks | their products |
/// | `"i,j->ij"` | two vectors | the outer product |
/// | `"ii->i"`, `"ii->"`, `"ij->ji"` | a matrix | diagonal, trace, transpose |
/// | `"...i,...i->..."` | any number of leading axes | inner products, broadcast |
///
/// A letter that the result does not have is summed over. Without an arrow, the result has the axes of the
/// ellipsis and then, in alphabetical order (`A` to `Z`, `a` to `z`), the letters that occur once. A letter
/// that occurs twice in one array takes its diagonal. Axes of length 1 are broadcast. Spaces are ignored. The
/// result is an `ArrayD` in C order; nothing is conjugated.
///
/// Axes of one array alone are summed over first. Then pairs of arrays are contracted, always the one that
/// takes the least number of multiplications (the first of equal ones), by [`matmul`](crate::matmul), stacked
/// along letters that both have and that are still needed. So `"ij,jk,kl->il"` takes two matrix products,
/// where NumPy without `optimize=True` takes one sum over four letters. Axes that cannot be merged for
/// `matmul` without a copy are copied. Sums of integers wrap around.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for malformed subscripts, subscripts for another number of arrays, and more
/// than 64 arrays; [`ErrorKind::Shape`] if an array has another number of axes than its subscripts, or axes
/// of the same letter differ; [`ErrorKind::TooLarge`] if the result or an intermediate one does not fit into
/// memory, or as for [`matmul`](crate::matmul).
///
/// # Examples
/// ```
/// use linstat::einsum;
/// use ndarray::{arr0, array};
/// let a = array![[1., 2.], [3., 4.]];
/// let v = array![10., 1.];
/// assert_eq!(einsum("ij,jk->ik", (&a, &a))?, array![[7., 10.], [15., 22.]].into_dyn());
/// assert_eq!(einsum("i,ij,j->", (&v, &a, &v))?, arr0(154.).into_dyn());
/// assert_eq!(einsum("ii->i", &a)?, array![1., 4.].into_dyn());
/// assert_eq!(einsum("ij->j", &a)?, array![4., 6.].into_dyn());
/// assert!(einsum("ij,jk->il", (&a, &a)).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("einstein", "tensor", "contraction"))]
pub fn einsum<O: Operands>(subscripts: &str, operands: O) -> Result<ArrayD<O::Elem>> {
    <O::Elem as super::Products>::einsum(subscripts, operands.operands()).named("einsum")
}

/// An array with a label for each axis; no two of them are equal.
struct Labelled<'a, T> {
    x: CowArray<'a, T, IxDyn>,
    labels: Vec<Label>,
}

impl<T> Labelled<'_, T> {
    fn has(&self, label: Label) -> bool {
        self.labels.contains(&label)
    }
}

pub(super) fn einsum_of<T: Terms>(
    subscripts: &str,
    operands: Vec<ArrayViewD<'_, T>>,
) -> Result<ArrayD<T>, ErrorKind> {
    if operands.len() > MOST {
        let reason = format!("there are {}, more than {MOST}", operands.len());
        return Err(ErrorKind::invalid("operands", reason));
    }
    let shapes: Vec<&[usize]> = operands.iter().map(|x| x.shape()).collect();
    let Plan { operands: labels, output, sizes } = plan(subscripts, &shapes)?;
    let mut terms = Vec::with_capacity(labels.len());
    for (x, labels) in operands.iter().zip(labels) {
        let Labelled { mut x, mut labels } = diagonals(x.view(), labels)?;
        for axis in (0..labels.len()).rev() {
            // the other arrays repeat it
            if x.shape()[axis] == 1 && sizes[&labels[axis]] != 1 {
                x = x.index_axis_move(Axis(axis), 0);
                labels.remove(axis);
            }
        }
        terms.push(Labelled { x, labels });
    }
    for i in 0..terms.len() {
        let needed = |label| {
            output.contains(&label) || terms.iter().enumerate().any(|(j, other)| j != i && other.has(label))
        };
        let alone: Vec<usize> =
            (0..terms[i].labels.len()).filter(|&axis| !needed(terms[i].labels[axis])).collect();
        if !alone.is_empty() {
            let Labelled { x, mut labels } = terms.remove(i);
            let x = summed(x, alone.clone())?;
            alone.iter().rev().for_each(|&axis| _ = labels.remove(axis));
            terms.insert(i, Labelled { x, labels });
        }
    }
    while terms.len() > 1 {
        let (i, j) = cheapest(&terms, |label| sizes[&label]);
        let (right, left) = (terms.remove(j), terms.remove(i));
        let product = {
            let needed = |label| output.contains(&label) || terms.iter().any(|other| other.has(label));
            pair(left, right, needed, &output)?
        };
        terms.insert(i, product);
    }
    let Some(Labelled { x, labels }) = terms.pop() else {
        return Err(ErrorKind::invalid("operands", "there are none"));
    };
    ordered(x, &labels, &output)
}

/// Returns the pair of arrays whose contraction takes the least number of multiplications.
fn cheapest<T>(terms: &[Labelled<'_, T>], size: impl Fn(Label) -> usize) -> (usize, usize) {
    let (mut best, mut least) = ((0, 1), f64::INFINITY);
    for (j, b) in terms.iter().enumerate() {
        for (i, a) in terms[..j].iter().enumerate() {
            let others = b.labels.iter().filter(|&&label| !a.has(label));
            let cost: f64 = a.labels.iter().chain(others).map(|&label| size(label) as f64).product();
            if cost < least {
                (best, least) = ((i, j), cost);
            }
        }
    }
    best
}

/// Takes the diagonal of axes with the same label.
fn diagonals<T: Terms>(
    mut x: ArrayViewD<'_, T>,
    mut labels: Vec<Label>,
) -> Result<Labelled<'_, T>, ErrorKind> {
    let twice = |labels: &[Label]| {
        let second =
            |i: usize| Some((i, i + 1 + labels[i + 1..].iter().position(|other| *other == labels[i])?));
        (0..labels.len()).find_map(second)
    };
    while let Some((i, j)) = twice(&labels) {
        labels.remove(j);
        if let Some(view) = diagonal_view(x.clone(), i, j) {
            x = view;
            continue;
        }
        let mut shape = x.shape().to_vec();
        shape.remove(j);
        let mut diagonal = lanes::new::<T, _>(IxDyn(&shape))?;
        if !diagonal.is_empty() {
            for k in 0..shape[i] {
                let at = x.index_axis(Axis(j), k).index_axis_move(Axis(i), k);
                diagonal.index_axis_mut(Axis(i), k).assign(&at);
            }
        }
        let rest = diagonals(diagonal.view(), labels)?;
        return Ok(Labelled { x: rest.x.into_owned().into(), labels: rest.labels });
    }
    Ok(Labelled { x: x.into(), labels })
}

/// Returns the diagonal of two axes, i < j, at the place of the first, if the rows or the columns of each
/// matrix follow each other without gaps.
fn diagonal_view<T>(mut x: ArrayViewD<'_, T>, i: usize, j: usize) -> Option<ArrayViewD<'_, T>> {
    let n = x.shape()[i];
    if x.is_empty() {
        return None;
    }
    if n > 1 {
        let pairs = [(i, j), (j, i)];
        let (_, line) = pairs.into_iter().find(|&(take, into)| x.merge_axes(Axis(take), Axis(into)))?;
        x.slice_axis_inplace(Axis(line), Slice::new(0, None, n as isize + 1));
        if line == j {
            x.swap_axes(i, j);
        }
    }
    Some(x.index_axis_move(Axis(j), 0))
}

/// Contracts two arrays: sums over the labels that both have and that are not needed any more.
fn pair<'a, T: Terms>(
    mut a: Labelled<'a, T>,
    mut b: Labelled<'a, T>,
    needed: impl Fn(Label) -> bool,
    output: &[Label],
) -> Result<Labelled<'a, T>, ErrorKind> {
    // the axes of the first come before those of the second: as in the result, if possible
    let first = output.iter().find(|&&label| a.has(label) != b.has(label));
    if first.is_some_and(|&label| b.has(label)) {
        std::mem::swap(&mut a, &mut b);
    }
    let (mut stack, mut left, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for &label in &a.labels {
        match (b.has(label), needed(label)) {
            (true, true) => stack.push(label),
            (true, false) => sums.push(label),
            (false, _) => left.push(label),
        }
    }
    let right: Vec<Label> = b.labels.iter().copied().filter(|&label| !a.has(label)).collect();
    let all = stack.len() + left.len() + right.len();
    if sums.is_empty() && output.len() == all && output.iter().all(|&label| a.has(label) || b.has(label)) {
        // the products in the order of the result
        let a_view = spread(&a, output);
        let b_view = spread(&b, output);
        let length = |(axis, &label)| if a.has(label) { a_view.shape()[axis] } else { b_view.shape()[axis] };
        let shape = output.iter().enumerate().map(length).collect();
        let product: ArrayD<T> = all_products(&a_view, &b_view, shape)?.into_array();
        return Ok(Labelled { x: product.into(), labels: output.to_vec() });
    }
    let a_view = with_axes(a.x.view(), &a.labels, &[&stack, &left, &sums]);
    let b_view = with_axes(b.x.view(), &b.labels, &[&stack, &sums, &right]);
    let groups = [stack.len(), left.len(), sums.len(), right.len()];
    let product: ArrayD<T> = contract(a_view, b_view, groups)?.into_array();
    Ok(Labelled { x: product.into(), labels: [stack, left, right].concat() })
}

/// Returns the view with an axis for each of these labels, of length 1 for those that it does not have.
fn spread<'a, T>(x: &'a Labelled<'_, T>, labels: &[Label]) -> ArrayViewD<'a, T> {
    let mut view = with_axes(x.x.view(), &x.labels, &[labels]);
    for (axis, &label) in labels.iter().enumerate() {
        if !x.has(label) {
            view = view.insert_axis(Axis(axis));
        }
    }
    view
}

/// Returns the view with its axes in this order.
fn with_axes<'a, T>(x: ArrayViewD<'a, T>, labels: &[Label], order: &[&[Label]]) -> ArrayViewD<'a, T> {
    let place = |label: &Label| labels.iter().position(|other| other == label);
    let order: Vec<usize> = order.iter().flat_map(|group| group.iter()).filter_map(place).collect();
    x.permuted_axes(order)
}

/// Returns the result with its axes in order, in C order.
fn ordered<T: Terms>(
    x: CowArray<'_, T, IxDyn>,
    labels: &[Label],
    output: &[Label],
) -> Result<ArrayD<T>, ErrorKind> {
    if labels == output && !x.is_view() && x.is_standard_layout() {
        return Ok(x.into_owned());
    }
    let view = with_axes(x.view(), labels, &[output]);
    let shape = view.shape().to_vec();
    if view.is_empty() {
        return lanes::new(IxDyn(&shape));
    }
    Ok(shaped_as(shape, in_order(&view)?))
}
