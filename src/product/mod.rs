//! Products of vectors, matrices and arrays with more axes, as NumPy's and those of `numpy.linalg`.
//!
//! | product of | functions |
//! |---|---|
//! | matrices, and stacks of them | [`matmul`], [`multi_dot`], [`matrix_power`] |
//! | matrices and vectors, and stacks of them | [`matmul`], [`matvec`], [`vecmat`] |
//! | two vectors, or rows with rows | [`dot`], [`vdot`], [`vecdot`], [`inner`] |
//! | each element with each | [`outer`], [`kron`] |
//! | vectors in space | [`cross`] |
//! | any axes of any arrays | [`tensordot`], [`einsum`] |
//!
//! All of them take real, complex and whole numbers; the latter wrap around, as NumPy's do.
//!
//! There is a file per question. [`matmul`] and its kin take stacks of matrices; [`tensordot`] and [`einsum`]
//! sum over any axes.

mod chain;
mod contract;
mod cross;
mod dot;
mod einsum;
mod layer;
mod matmul;
mod outer;
mod power;
mod terms;

pub use chain::{Chain, multi_dot};
pub use contract::{Contracted, Inner, inner, tensordot};
pub(crate) use contract::{grouped, merged};
pub use cross::cross;
pub use dot::{VecdotResult, Vectors, dot, vdot, vecdot};
pub use einsum::{Operand, Operands, einsum};
pub use matmul::{Matmul, matmul, matvec, vecmat};
pub(crate) use matmul::{check_repeats, cost_with_gemm, gemm};
pub use outer::{kron, outer};
pub use power::matrix_power;
pub(crate) use terms::Terms;

use crate::ErrorKind;
use crate::error::BadMatrix;
use crate::linalg::stack::{Stack, Stacked};
use crate::linalg::{construct, trace};
use crate::sealed::compiled;
use ndarray::{Array1, Array2, ArrayD, ArrayRef1, ArrayRef2, ArrayView2, ArrayViewD};
use num_complex::{Complex32, Complex64};
use std::fmt::Debug;

/// An element type of products: real or complex (`f32`, `f64`, [`Complex32`], [`Complex64`]) or integer (`i8`
/// to `i64`, `u8` to `u64`, `isize`, `usize`). Integers wrap around, as NumPy's do. Sealed.
#[diagnostic::on_unimplemented(
    message = "linstat has no products of arrays of `{Self}`",
    label = "not an element of products",
    note = "elements are f32, f64, Complex32, Complex64, and the integers of 8 to 64 bits; convert others first, as by `a.mapv(f64::from)` or `a.mapv(i64::from)`"
)]
pub trait Number: Products + Copy + PartialEq + Debug + Default + Send + Sync + 'static {}

mod sealed {
    use ndarray::{Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

    pub trait Sealed {}
    impl Sealed for Ix1 {}
    impl Sealed for Ix2 {}
    impl Sealed for Ix3 {}
    impl Sealed for Ix4 {}
    impl Sealed for Ix5 {}
    impl Sealed for Ix6 {}
    impl Sealed for IxDyn {}
}

use bodies::Products;

mod bodies {
    use super::*;

    compiled! {
        /// The products of an element type, compiled here and not in every calling crate. Private: it seals
        /// [`Number`].
        Products: crate::Number;
        f32, f64, Complex32, Complex64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize;
        {
            fn matrices(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind> = matmul::matrices;
            fn matrix_vector(a: &ArrayRef2<Self>, b: &ArrayRef1<Self>) -> Result<Array1<Self>, ErrorKind> = matmul::matrix_vector;
            fn vector_matrix(a: &ArrayRef1<Self>, b: &ArrayRef2<Self>) -> Result<Array1<Self>, ErrorKind> = matmul::vector_matrix;
            fn vectors(a: &ArrayRef1<Self>, b: &ArrayRef1<Self>) -> Result<Self, ErrorKind> = dot::inner;
            fn stacks(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, ErrorKind> = matmul::stacks;
            fn matvecs(a: ArrayViewD<'_, Self>, v: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, ErrorKind> = matmul::matvecs;
            fn vecmat(v: &ArrayRef1<Self>, a: &ArrayRef2<Self>) -> Result<Array1<Self>, ErrorKind> = matmul::vecmat_of;
            fn vecmats(v: ArrayViewD<'_, Self>, a: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, ErrorKind> = matmul::vecmats;
            fn vecdots(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, ErrorKind> = dot::vecdots;
            fn vdot(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>) -> Result<Self, ErrorKind> = dot::vdot_of;
            fn inners(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, ErrorKind> = contract::inners_of;
            fn tensordot(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>, axes: Contracted<'_>) -> Result<ArrayD<Self>, ErrorKind>
                = contract::tensordot_of;
            fn outer(a: &ArrayRef1<Self>, b: &ArrayRef1<Self>) -> Result<Array2<Self>, ErrorKind> = outer::outer_of;
            fn kron(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, ErrorKind> = outer::kron_of;
            fn cross(a: ArrayViewD<'_, Self>, b: ArrayViewD<'_, Self>) -> Result<Stacked<Self>, ErrorKind> = cross::cross_of;
            fn chain(arrays: &[ArrayViewD<'_, Self>]) -> Result<ArrayD<Self>, ErrorKind> = chain::chain_of;
            fn power(a: ArrayViewD<'_, Self>, n: i64) -> Result<ArrayD<Self>, BadMatrix> = power::power_of;
            fn einsum(subscripts: &str, operands: Vec<ArrayViewD<'_, Self>>) -> Result<ArrayD<Self>, ErrorKind> = einsum::einsum_of;
            fn trace(a: &ArrayRef2<Self>) -> Self = trace::trace_of;
            fn trace_offset(a: &ArrayRef2<Self>, offset: isize) -> Result<Self, ErrorKind> = trace::trace_offset_of;
            fn traces(a: &Stack<'_, Self>, offset: isize) -> Result<Stacked<Self>, BadMatrix> = trace::traces_of;
            fn diagonals(a: &Stack<'_, Self>, offset: isize) -> Result<Stacked<Self>, BadMatrix> = trace::diagonals_of;
            fn block_diag(blocks: &[ArrayView2<'_, Self>]) -> Result<Array2<Self>, ErrorKind> = construct::block_diag_of;
            fn toeplitz(c: &ArrayRef1<Self>, r: &ArrayRef1<Self>) -> Result<Array2<Self>, ErrorKind> = construct::toeplitz_of;
            fn layer(x: &ArrayRef2<Self>, w: &ArrayRef2<Self>, b: &ArrayRef1<Self>) -> Result<Array2<Self>, ErrorKind> = layer::layer_of;
            fn layers(x: ArrayViewD<'_, Self>, w: &ArrayRef2<Self>, b: &ArrayRef1<Self>) -> Result<ArrayD<Self>, ErrorKind> = layer::layers_of;
        }
    }
}

macro_rules! numbers {
    ($($t:ty),*) => {$(impl Number for $t {})*};
}

numbers!(f32, f64, Complex32, Complex64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

#[cold]
fn mismatch(expected: &'static str, a: &[usize], b: &[usize]) -> ErrorKind {
    ErrorKind::shape(expected, &[a, b])
}
