//! The results of all packages, as numbers that do not depend on signs or order.

use crate::case::Element;
use crate::digest::{self, Digest};
use faer::linalg::solvers::{Llt, PartialPivLu};
use faer::{Col, Mat};
use linstat::{Eigh, LuFactor, Matrices, Qr, SlogDet, Svd};
use nalgebra::linalg::{LU, SVD, SymmetricEigen};
use nalgebra::{DMatrix, DVector, Dyn};
use ndarray::{Array, Array3, ArrayView, Axis, Dimension, concatenate};

/// A result that can be compared.
pub trait Shorten: Sized {
    /// The shape, and the numbers in C order.
    fn numbers(self) -> (Vec<usize>, Vec<f64>);

    fn shorten(self) -> Digest {
        let (shape, numbers) = self.numbers();
        digest::numbers(shape, numbers.into_iter())
    }
}

impl Shorten for f64 {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        (vec![], vec![self])
    }
}

impl Shorten for usize {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        (self as f64).numbers()
    }
}

/// Results of equal shape.
impl<R: Shorten> Shorten for Vec<R> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        let (mut shape, mut all) = (vec![self.len()], Vec::new());
        for one in self {
            let (of_one, numbers) = one.numbers();
            shape.truncate(1);
            shape.extend(of_one);
            all.extend(numbers);
        }
        (shape, all)
    }
}

impl<T: Element, D: Dimension> Shorten for Array<T, D> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        (self.shape().to_vec(), self.iter().map(|x| x.f64()).collect())
    }
}

fn matrix<T: Element>(rows: usize, columns: usize, at: impl Fn(usize, usize) -> T) -> (Vec<usize>, Vec<f64>) {
    (vec![rows, columns], (0..rows * columns).map(|i| at(i / columns, i % columns).f64()).collect())
}

fn vector<'a, T: Element>(x: impl Iterator<Item = &'a T>) -> (Vec<usize>, Vec<f64>) {
    let numbers: Vec<f64> = x.map(|x| x.f64()).collect();
    (vec![numbers.len()], numbers)
}

impl<T: Element> Shorten for Mat<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        matrix(self.nrows(), self.ncols(), |i, j| self[(i, j)])
    }
}

impl<T: Element> Shorten for Col<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        vector(self.iter())
    }
}

impl<T: Element> Shorten for DMatrix<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        matrix(self.nrows(), self.ncols(), |i, j| self[(i, j)])
    }
}

impl<T: Element> Shorten for DVector<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        vector(self.iter())
    }
}

impl<T: Element> Shorten for Llt<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        self.L().to_owned().numbers()
    }
}

/// One matrix or a stack: the absolute values of R, whose signs differ, and below them the product, in which
/// the signs cancel.
fn of_qr<T: Element, D: Dimension>(q: ArrayView<T, D>, r: ArrayView<T, D>) -> (Vec<usize>, Vec<f64>) {
    let matrices = |x: ArrayView<T, D>| {
        let (rows, columns) = (x.shape()[x.ndim() - 2], x.shape()[x.ndim() - 1]);
        let numbers = x.iter().map(|x| x.f64()).collect();
        Array3::from_shape_vec((x.len() / (rows * columns), rows, columns), numbers).expect("their number")
    };
    let mut shape = q.shape().to_vec();
    shape[q.ndim() - 2] += r.shape()[r.ndim() - 2];
    let (q, r) = (matrices(q), matrices(r));
    let mut product = Array3::zeros((q.len_of(Axis(0)), q.len_of(Axis(1)), r.len_of(Axis(2))));
    for ((mut product, q), r) in product.outer_iter_mut().zip(q.outer_iter()).zip(r.outer_iter()) {
        product.assign(&q.dot(&r));
    }
    let both = concatenate(Axis(1), &[r.mapv(f64::abs).view(), product.view()]);
    (shape, both.expect("the same number of columns").iter().copied().collect())
}

impl<T: Element, D: Matrices> Shorten for Qr<T, D> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        of_qr(self.q.view(), self.r.view())
    }
}

impl<T: Element> Shorten for (Mat<T>, Mat<T>) {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        let array = |x: Mat<T>| Array::from_shape_fn((x.nrows(), x.ncols()), |(i, j)| x[(i, j)]);
        of_qr(array(self.0).view(), array(self.1).view())
    }
}

impl<T: Element> Shorten for (DMatrix<T>, DMatrix<T>) {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        let array = |x: DMatrix<T>| Array::from_shape_fn((x.nrows(), x.ncols()), |(i, j)| x[(i, j)]);
        of_qr(array(self.0).view(), array(self.1).view())
    }
}

impl<T: Element> Shorten for SlogDet<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        self.logabsdet.f64().numbers()
    }
}

/// The logarithm of the absolute value of the determinant.
fn of_lu<'a, T: Element>(diagonal: impl Iterator<Item = &'a T>) -> (Vec<usize>, Vec<f64>) {
    diagonal.map(|u| u.f64().abs().ln()).sum::<f64>().numbers()
}

impl<T: Element> Shorten for LuFactor<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        self.slogdet().numbers()
    }
}

impl<T: Element> Shorten for PartialPivLu<T> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        of_lu(self.U().diagonal().column_vector().iter())
    }
}

impl<T: Element> Shorten for LU<T, Dyn, Dyn> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        of_lu(self.u().diagonal().iter())
    }
}

/// The eigenvalues.
impl<T: Element, D: Matrices> Shorten for Eigh<T, D> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        self.eigenvalues.numbers()
    }
}

/// The eigenvalues, which nalgebra does not sort.
impl<T: Element> Shorten for SymmetricEigen<T, Dyn> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        let (shape, mut numbers) = self.eigenvalues.numbers();
        numbers.sort_by(f64::total_cmp);
        (shape, numbers)
    }
}

/// The singular values.
impl<T: Element, D: Matrices> Shorten for Svd<T, D> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        self.s.numbers()
    }
}

impl<T: Element> Shorten for SVD<T, Dyn, Dyn> {
    fn numbers(self) -> (Vec<usize>, Vec<f64>) {
        self.singular_values.numbers()
    }
}
