//! Products of vectors and matrices.

use crate::kernels::kernels;
use crate::loops::lanes::in_order;
use crate::loops::whole;
use crate::memory::check_memory;
use crate::number::Parts;
use crate::tuning::SMALL_PRODUCT;
use crate::{ErrorKind, Named, Result, Scalar, memory};
use ndarray::{Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, Ix1, Ix2};
use num_complex::{Complex32, Complex64};
use num_traits::{One, Zero};
use std::fmt::Debug;

/// Number of elements in a block of [`dot`].
const BLOCK: usize = 4096;

/// An element type of products: real or complex (`f32`, `f64`, [`Complex32`], [`Complex64`]) or integer (`i8`
/// to `i64`, `u8` to `u64`, `isize`, `usize`). Integers wrap around, as NumPy's do. Sealed.
#[diagnostic::on_unimplemented(
    message = "linstat has no products of arrays of `{Self}`",
    label = "not an element of products",
    note = "elements are f32, f64, Complex32, Complex64, and the integers of 8 to 64 bits; convert others first, as by `a.mapv(f64::from)` or `a.mapv(i64::from)`"
)]
pub trait Number: sealed::Products + Copy + PartialEq + Debug + Default + Send + Sync + 'static {}

/// Pairs of dimensions that [`matmul`] takes: 1-D and 2-D on either side. Sealed.
#[diagnostic::on_unimplemented(
    message = "`matmul` multiplies arrays of one or two dimensions, not of `{Self}` and `{Rhs}`",
    label = "not a pair of dimensions that `matmul` takes",
    note = "an array with a dynamic number of dimensions can be viewed as one with a fixed number: `a.view().into_dimensionality::<ndarray::Ix2>()`"
)]
pub trait Matmul<Rhs>: Dimension + sealed::Sealed {
    /// Type of the product: a number, an `Array1` or an `Array2`.
    type Output<T: Number>;
    #[doc(hidden)]
    fn product<T: Number>(
        a: &ArrayRef<T, Self>,
        b: &ArrayRef<T, Rhs>,
    ) -> Result<<Self as Matmul<Rhs>>::Output<T>, ErrorKind>;
}

mod sealed {
    use super::*;

    pub trait Sealed {}
    impl Sealed for Ix1 {}
    impl Sealed for Ix2 {}

    /// The products of an element type, compiled here and not in every calling crate.
    pub trait Products: Sized {
        fn matrices(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>) -> Result<Array2<Self>, ErrorKind>;
        fn matrix_vector(a: &ArrayRef2<Self>, b: &ArrayRef1<Self>) -> Result<Array1<Self>, ErrorKind>;
        fn vector_matrix(a: &ArrayRef1<Self>, b: &ArrayRef2<Self>) -> Result<Array1<Self>, ErrorKind>;
        fn inner(a: &ArrayRef1<Self>, b: &ArrayRef1<Self>) -> Result<Self, ErrorKind>;
        fn outer(a: &ArrayRef1<Self>, b: &ArrayRef1<Self>) -> Result<Array2<Self>, ErrorKind>;
        fn trace(a: &ArrayRef2<Self>) -> Self;
        fn layer(
            x: &ArrayRef2<Self>,
            w: &ArrayRef2<Self>,
            b: &ArrayRef1<Self>,
        ) -> Result<Array2<Self>, ErrorKind>;
    }
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
        T::inner(a, b)
    }
}

/// Returns the product of two arrays of one or two dimensions, as `a @ b` or `numpy.matmul(a, b)`.
///
/// | `a` | `b` | result |
/// |---|---|---|
/// | `(m, k)` | `(k, n)` | `Array2` `(m, n)`, in C order |
/// | `(m, k)` | `(k,)` | `Array1` `(m,)` |
/// | `(k,)` | `(k, n)` | `Array1` `(n,)` |
/// | `(k,)` | `(k,)` | a number |
///
/// Any memory layout; transposes and slices with a unit stride are not copied. Uses BLAS `gemm` and `gemv`;
/// integers use our own loops and wrap around. `k` = 0 gives zeros. NaN and infinities propagate.
///
/// # Errors
/// [`ErrorKind::Shape`] if the inner dimensions differ; [`ErrorKind::TooLarge`] if the result does not fit
/// into memory, a dimension of a matrix does not fit 32 bits, or a matrix repeats the same memory (as
/// broadcast views do) for more than 2^32 elements.
///
/// # Examples
/// ```
/// use linstat::matmul;
/// use ndarray::{Array2, array};
///
/// let a = array![[1., 2.], [3., 4.]];
/// assert_eq!(matmul(&a, &a.t())?, array![[5., 11.], [11., 25.]]);
/// assert_eq!(matmul(&a, &array![1., -1.])?, array![-1., -1.]);
/// assert_eq!(matmul(&array![1., 2.], &array![3., 4.])?, 11.);
/// assert_eq!(matmul(&array![[1, 2], [3, 4]], &array![[5, 6], [7, 8]])?, array![[19, 22], [43, 50]]);
/// assert!(matmul(&a, &Array2::zeros((3, 2))).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("gemm", "gemv", "mm", "dot"))]
pub fn matmul<T: Number, D: Matmul<E>, E>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Result<<D as Matmul<E>>::Output<T>> {
    D::product(a, b).named("matmul")
}

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
#[doc(alias("inner", "vdot"))]
pub fn dot<T: Number>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T> {
    T::inner(a, b).named("dot")
}

/// Returns the outer product `a[i] * b[j]`, as `numpy.outer(a, b)` of two vectors; neither is conjugated.
///
/// Shapes `(m,)` and `(n,)` give `(m, n)`. Integers wrap around.
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::outer(&array![1., 2.], &array![3., 4., 5.])?, array![[3., 4., 5.], [6., 8., 10.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "ger")]
pub fn outer<T: Number>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<Array2<T>> {
    T::outer(a, b).named("outer")
}

/// The operations from which the products of an element type are built.
trait Terms: Number + Zero {
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// Returns the sum of `count` copies of `self`.
    fn repeated(self, count: usize) -> Self;
    /// Returns the sum of the products of two slices of the same length.
    fn inner_of(a: &[Self], b: &[Self]) -> Self;
    /// Returns `a · b` for matching shapes without a dimension of 0; `c` contains zeros.
    fn multiply(a: &ArrayRef2<Self>, b: &ArrayRef2<Self>, c: Array2<Self>)
    -> Result<Array2<Self>, ErrorKind>;
    /// Returns `a · b + c` for matching shapes without a dimension of 0.
    fn multiply_add(
        a: &ArrayRef2<Self>,
        b: &ArrayRef2<Self>,
        c: Array2<Self>,
    ) -> Result<Array2<Self>, ErrorKind>;
}

#[cold]
fn mismatch(expected: &'static str, a: &[usize], b: &[usize]) -> ErrorKind {
    ErrorKind::shape(expected, &[a, b])
}

/// A row-major matrix of zeros.
fn zeros<T: Terms>(rows: usize, cols: usize) -> Result<Array2<T>, ErrorKind> {
    check_memory::<T>(rows.saturating_mul(cols))?;
    Ok(Array2::zeros((rows, cols)))
}

/// Rejects dimensions that BLAS cannot represent, on every backend and for every element type, and views that
/// repeat the same memory so often that the product would not finish, as broadcasting and windows can.
fn check_size<T>(a: &ArrayRef2<T>) -> Result<(), ErrorKind> {
    const REPEATED: u64 = 1 << 32;
    for &dim in a.shape() {
        if i32::try_from(dim).is_err() {
            return Err(ErrorKind::TooLarge { dim });
        }
    }
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
fn multiply<T: Terms>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    let c = zeros(a.nrows(), b.ncols())?;
    if c.is_empty() || a.is_empty() {
        return Ok(c);
    }
    check_size(a)?;
    check_size(b)?;
    T::multiply(a, b, c)
}

/// Returns `a · b + beta * c` for matching shapes of any size, including 0.
pub(crate) fn gemm<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    beta: T,
    mut c: Array2<T>,
) -> Result<Array2<T>, ErrorKind> {
    let ((m, k), n) = (a.dim(), b.ncols());
    if m > 0 && n > 0 && k > 0 {
        kernels::<T>(m.max(n).max(k), SMALL_PRODUCT).gemm(a, b, beta, c.view_mut())?;
    }
    Ok(c)
}

fn matrices<T: Terms>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    if a.ncols() != b.nrows() {
        return Err(mismatch("(m, k) and (k, n)", a.shape(), b.shape()));
    }
    multiply(a, b)
}

fn matrix_vector<T: Terms>(a: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array1<T>, ErrorKind> {
    if a.ncols() != b.len() {
        return Err(mismatch("(m, k) and (k,)", a.shape(), b.shape()));
    }
    Ok(multiply(a, &b.view().insert_axis(Axis(1)))?.remove_axis(Axis(1)))
}

fn vector_matrix<T: Terms>(a: &ArrayRef1<T>, b: &ArrayRef2<T>) -> Result<Array1<T>, ErrorKind> {
    if a.len() != b.nrows() {
        return Err(mismatch("(k,) and (k, n)", a.shape(), b.shape()));
    }
    Ok(multiply(&a.view().insert_axis(Axis(0)), b)?.remove_axis(Axis(0)))
}

fn inner<T: Terms>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T, ErrorKind> {
    if a.len() != b.len() {
        return Err(mismatch("(n,) and (n,)", a.shape(), b.shape()));
    }
    // The sums of the blocks are added in order; not with `sum`, since that starts at -0 for floats.
    let mut total = T::zero();
    if let (Some(a), Some(b)) = (a.as_slice(), b.as_slice()) {
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            total = total.plus(T::inner_of(a, b));
        }
    } else if a.len() > 1 && a.strides() == [0] && b.strides() == [0] {
        // a single product, repeated
        total = a[0].times(b[0]).repeated(a.len());
    } else {
        let (mut a, mut b) = (a.iter().copied(), b.iter().copied());
        let (mut a_block, mut b_block) = (Vec::new(), Vec::new());
        while a.len() > 0 {
            a_block.clear();
            b_block.clear();
            a_block.extend(a.by_ref().take(BLOCK));
            b_block.extend(b.by_ref().take(BLOCK));
            total = total.plus(T::inner_of(&a_block, &b_block));
        }
    }
    Ok(total)
}

fn outer_of<T: Terms>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<Array2<T>, ErrorKind> {
    let shape = (a.len(), b.len());
    if shape.0 == 0 || shape.1 == 0 {
        return zeros(shape.0, shape.1); // any number of empty rows
    }
    let mut rows = memory::room(shape.0.saturating_mul(shape.1))?;
    let b = in_order(b)?;
    for &x in a {
        rows.extend(b.iter().map(|&y| x.times(y)));
    }
    Ok(Array2::from_shape_vec(shape, rows).unwrap_or_else(|_| unreachable!("a row for every element of a")))
}

fn trace_of<T: Terms>(a: &ArrayRef2<T>) -> T {
    let diagonal = a.diag();
    if diagonal.len() > 1 && diagonal.strides() == [0] {
        return diagonal[0].repeated(diagonal.len());
    }
    diagonal.iter().fold(T::zero(), |sum, &x| sum.plus(x))
}

fn layer_of<T: Terms>(x: &ArrayRef2<T>, w: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array2<T>, ErrorKind> {
    if x.ncols() != w.nrows() || w.ncols() != b.len() {
        return Err(ErrorKind::shape("x (n, p), w (p, q) and b (q,)", &[x.shape(), w.shape(), b.shape()]));
    }
    let shape = (x.nrows(), w.ncols());
    if shape.0 == 0 || shape.1 == 0 {
        return zeros(shape.0, shape.1); // any number of empty rows
    }
    let mut rows = memory::room(shape.0.saturating_mul(shape.1))?;
    for _ in 0..shape.0 {
        match b.as_slice() {
            Some(b) => rows.extend_from_slice(b),
            None => rows.extend(b),
        }
    }
    let y = Array2::from_shape_vec(shape, rows).unwrap_or_else(|_| unreachable!("a row for every row of x"));
    if x.is_empty() {
        return Ok(y);
    }
    check_size(x)?;
    check_size(w)?;
    T::multiply_add(x, w, y)
}

macro_rules! products {
    ($($t:ty),*) => {$(
        impl Number for $t {}
        impl sealed::Products for $t {
            #[inline(never)]
            fn matrices(a: &ArrayRef2<$t>, b: &ArrayRef2<$t>) -> Result<Array2<$t>, ErrorKind> {
                matrices(a, b)
            }
            #[inline(never)]
            fn matrix_vector(a: &ArrayRef2<$t>, b: &ArrayRef1<$t>) -> Result<Array1<$t>, ErrorKind> {
                matrix_vector(a, b)
            }
            #[inline(never)]
            fn vector_matrix(a: &ArrayRef1<$t>, b: &ArrayRef2<$t>) -> Result<Array1<$t>, ErrorKind> {
                vector_matrix(a, b)
            }
            #[inline(never)]
            fn inner(a: &ArrayRef1<$t>, b: &ArrayRef1<$t>) -> Result<$t, ErrorKind> {
                inner(a, b)
            }
            #[inline(never)]
            fn outer(a: &ArrayRef1<$t>, b: &ArrayRef1<$t>) -> Result<Array2<$t>, ErrorKind> {
                outer_of(a, b)
            }
            #[inline(never)]
            fn trace(a: &ArrayRef2<$t>) -> $t {
                trace_of(a)
            }
            #[inline(never)]
            fn layer(x: &ArrayRef2<$t>, w: &ArrayRef2<$t>, b: &ArrayRef1<$t>) -> Result<Array2<$t>, ErrorKind> {
                layer_of(x, w, b)
            }
        }
    )*};
}

products!(f32, f64, Complex32, Complex64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

macro_rules! floats {
    ($($t:ty),*) => {$(
        impl Terms for $t {
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self + other
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self * other
            }
            fn repeated(self, count: usize) -> $t {
                // part by part, since the complex product turns an infinity into NaN; a sum starts at +0
                <$t>::zero() + self * (count as <$t as Parts>::Real)
            }
            fn inner_of(a: &[$t], b: &[$t]) -> $t {
                // Independent partial sums, which the compiler can vectorise.
                const LANES: usize = 16;
                let mut sums = [<$t>::zero(); LANES];
                let (a, a_rest) = a.as_chunks::<LANES>();
                let (b, b_rest) = b.as_chunks::<LANES>();
                for (a, b) in a.iter().zip(b) {
                    for ((sum, &x), &y) in sums.iter_mut().zip(a).zip(b) {
                        *sum += x * y;
                    }
                }
                let rest = a_rest.iter().zip(b_rest).fold(<$t>::zero(), |sum, (&x, &y)| sum + x * y);
                sums.into_iter().fold(<$t>::zero(), |sum, x| sum + x) + rest
            }
            fn multiply(a: &ArrayRef2<$t>, b: &ArrayRef2<$t>, c: Array2<$t>) -> Result<Array2<$t>, ErrorKind> {
                gemm(a, b, <$t>::zero(), c)
            }
            fn multiply_add(a: &ArrayRef2<$t>, b: &ArrayRef2<$t>, c: Array2<$t>) -> Result<Array2<$t>, ErrorKind> {
                gemm(a, b, <$t>::one(), c)
            }
        }
    )*};
}

floats!(f32, f64, Complex32, Complex64);

macro_rules! integers {
    ($($t:ident),*) => {$(
        impl whole::Whole for $t {
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self.wrapping_mul(other)
            }
        }

        impl Terms for $t {
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self.wrapping_mul(other)
            }
            fn repeated(self, count: usize) -> $t {
                self.wrapping_mul(count as $t) // both modulo 2^BITS
            }
            fn inner_of(a: &[$t], b: &[$t]) -> $t {
                whole::inner(a, b)
            }
            fn multiply(a: &ArrayRef2<$t>, b: &ArrayRef2<$t>, c: Array2<$t>) -> Result<Array2<$t>, ErrorKind> {
                Self::multiply_add(a, b, c)
            }
            fn multiply_add(a: &ArrayRef2<$t>, b: &ArrayRef2<$t>, mut c: Array2<$t>) -> Result<Array2<$t>, ErrorKind> {
                whole::add_product(a, b, c.as_slice_mut().unwrap_or_default());
                Ok(c)
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
