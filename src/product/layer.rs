//! Products that are added to a bias, for [`linear_layer`](crate::linear_layer).

use super::matmul::{check_size, multiply_into, packed, zeros};
use super::terms::{Before, Terms};
use crate::linalg::stack::Stack;
use crate::{ErrorKind, Result, memory};
use ndarray::{Array2, ArrayD, ArrayRef1, ArrayRef2, ArrayViewD, ArrayViewMut2, Axis, Ix2};

const EXPECTED: &str = "x (.., p), w (p, q) and b (q,)";

pub(super) fn layer_of<T: Terms>(
    x: &ArrayRef2<T>,
    w: &ArrayRef2<T>,
    b: &ArrayRef1<T>,
) -> Result<Array2<T>, ErrorKind> {
    if x.ncols() != w.nrows() || w.ncols() != b.len() {
        return Err(ErrorKind::shape("x (n, p), w (p, q) and b (q,)", &[x.shape(), w.shape(), b.shape()]));
    }
    let shape = (x.nrows(), w.ncols());
    if shape.0 == 0 || shape.1 == 0 {
        return zeros(shape.0, shape.1); // any number of empty rows
    }
    let mut y = biases(shape.0, b)?;
    if x.is_empty() {
        return Ok(y);
    }
    check_size(x)?;
    check_size(w)?;
    multiply_into(x, w, Before::Summand, y.view_mut())?;
    Ok(y)
}

/// Returns this number of rows that hold the bias, which is not empty.
fn biases<T: Terms>(rows: usize, b: &ArrayRef1<T>) -> Result<Array2<T>, ErrorKind> {
    let shape = (rows, b.len());
    let mut all = memory::room(shape.0.saturating_mul(shape.1))?;
    for _ in 0..rows {
        match b.as_slice() {
            Some(b) => all.extend_from_slice(b),
            None => all.extend(b),
        }
    }
    Ok(Array2::from_shape_vec(shape, all).unwrap_or_else(|_| unreachable!("a row for every row of x")))
}

/// The layer of inputs with any number of axes, but not two.
pub(super) fn layers_of<T: Terms>(
    x: ArrayViewD<'_, T>,
    w: &ArrayRef2<T>,
    b: &ArrayRef1<T>,
) -> Result<ArrayD<T>, ErrorKind> {
    let mismatch = || ErrorKind::shape(EXPECTED, &[x.shape(), w.shape(), b.shape()]);
    if x.shape().last() != Some(&w.nrows()) || w.ncols() != b.len() {
        return Err(mismatch());
    }
    let (rows, p) = x.shape().split_at(x.ndim() - 1);
    let shape: Vec<usize> = rows.iter().copied().chain([w.ncols()]).collect();
    let none = |_| ErrorKind::TooLarge { dim: usize::MAX };
    if shape.contains(&0) {
        return ArrayD::from_shape_vec(shape, Vec::new()).map_err(none);
    }
    let product = |rows: usize, &n: &usize| rows.checked_mul(n);
    let count = rows.iter().try_fold(1, product).ok_or(ErrorKind::TooLarge { dim: usize::MAX })?;
    let y = match as_rows(&x, count, p[0]) {
        Some(x) => layer_of(&x, w, b)?,
        None => matrix_by_matrix(&x, w, biases(count, b)?)?,
    };
    y.into_shape_with_order(shape).map_err(none)
}

/// Returns all rows as one matrix, if that takes no copy.
fn as_rows<'a, T>(x: &ArrayViewD<'a, T>, count: usize, p: usize) -> Option<ndarray::ArrayView2<'a, T>> {
    let mut x = x.clone();
    if x.ndim() == 1 {
        x = x.insert_axis(Axis(0));
    }
    if x.is_empty() {
        // without elements there are no strides to respect
        return x.into_shape_with_order((count, p)).ok();
    }
    while x.ndim() > 2 {
        if !x.merge_axes(Axis(0), Axis(1)) {
            return None;
        }
        x = x.index_axis_move(Axis(0), 0); // of length 1 now
    }
    x.into_dimensionality::<Ix2>().ok()
}

fn matrix_by_matrix<T: Terms>(
    x: &ArrayViewD<'_, T>,
    w: &ArrayRef2<T>,
    mut y: Array2<T>,
) -> Result<Array2<T>, ErrorKind> {
    super::matmul::check_repeats(x)?;
    check_size(w)?;
    let stack = Stack::new(x.view());
    let (m, p) = stack.dim();
    let q = w.ncols();
    let in_rows = stack.matrix(0).is_standard_layout() && w.is_standard_layout();
    let (kernel, rows_only) = T::kernel([m, p, q], in_rows);
    let (mut scratch, mut w_scratch) = (Vec::new(), Vec::new());
    let w = packed(w.view(), rows_only, &mut w_scratch)?;
    let results = y.as_slice_mut().unwrap_or_default();
    for (i, place) in results.chunks_exact_mut(m * q).enumerate() {
        let x = packed(stack.matrix(i), rows_only, &mut scratch)?;
        check_size(&x)?;
        let c = ArrayViewMut2::from_shape((m, q), place)
            .unwrap_or_else(|_| unreachable!("a row for every row of x"));
        T::multiply(kernel, &x, &w, Before::Summand, c)?;
    }
    Ok(y)
}
