//! Matrices of nalgebra: lent to linstat without a copy, in column-major order, and back.
//!
//! `cargo run --example nalgebra`

use linstat::ndarray::{ArrayView2, ShapeBuilder};
use linstat::{SvdShape, matmul, svd};
use nalgebra::{DMatrix, DMatrixView};
use std::error::Error;

/// Lends a matrix. linstat takes every memory layout, so the order of the columns needs no copy.
fn lend(a: &DMatrix<f64>) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape(a.shape().f(), a.as_slice()).expect("as many elements as the shape says")
}

fn main() -> Result<(), Box<dyn Error>> {
    let a = DMatrix::from_row_slice(3, 2, &[1., 2., 3., 4., 5., 6.]);
    let factors = svd(&lend(&a), SvdShape::Reduced)?;
    println!("singular values {:.4}", factors.s);

    // results are in C order: their transposes are what nalgebra calls a matrix
    let product = matmul(&lend(&a).t(), &lend(&a))?;
    let elements = product.as_slice().ok_or("results are contiguous")?;
    let view = DMatrixView::from_slice(elements, product.ncols(), product.nrows());
    let back: DMatrix<f64> = view.transpose();
    assert_eq!(back, a.transpose() * &a);
    assert!((factors.s[0].powi(2) + factors.s[1].powi(2) - back.trace()).abs() < 1e-12);
    println!("{back}");
    Ok(())
}
