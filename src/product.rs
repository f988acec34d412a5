//! Products of vectors and matrices.

use crate::backend::{self, kernels};
use crate::{Error, Result, Scalar};
use ndarray::{Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, Ix1, Ix2};

/// Up to here our own loops beat a call into the library.
pub(crate) const SMALL: usize = 8;

/// Pairs of dimensions that [`matmul`] takes: 1-D and 2-D on either side. Sealed.
pub trait Matmul<Rhs>: Dimension + sealed::Sealed {
    /// What the product is: a number, an `Array1` or an `Array2`.
    type Output<T: Scalar>;
    #[doc(hidden)]
    fn product<T: Scalar>(
        a: &ArrayRef<T, Self>,
        b: &ArrayRef<T, Rhs>,
    ) -> Result<<Self as Matmul<Rhs>>::Output<T>>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for ndarray::Ix1 {}
    impl Sealed for ndarray::Ix2 {}
}

#[cold]
fn mismatch(op: &'static str, expected: &'static str, a: &[usize], b: &[usize]) -> Error {
    Error::shape(op, expected, &[a, b])
}

/// `a · b + beta * c` for matching shapes of any size, 0 included.
pub(crate) fn gemm<T: Scalar>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    beta: T,
    mut c: Array2<T>,
) -> Result<Array2<T>> {
    let ((m, k), n) = (a.dim(), b.ncols());
    if m > 0 && n > 0 && k > 0 {
        kernels::<T>(m.max(n).max(k), SMALL).gemm(a, b, beta, c.view_mut())?;
    }
    Ok(c)
}

impl Matmul<Ix2> for Ix2 {
    type Output<T: Scalar> = Array2<T>;
    fn product<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) -> Result<Array2<T>> {
        if a.ncols() != b.nrows() {
            return Err(mismatch("matmul", "(m, k) and (k, n)", a.shape(), b.shape()));
        }
        gemm(a, b, T::zero(), backend::zeros("matmul", a.nrows(), b.ncols())?)
    }
}

impl Matmul<Ix1> for Ix2 {
    type Output<T: Scalar> = Array1<T>;
    fn product<T: Scalar>(a: &ArrayRef2<T>, b: &ArrayRef1<T>) -> Result<Array1<T>> {
        if a.ncols() != b.len() {
            return Err(mismatch("matmul", "(m, k) and (k,)", a.shape(), b.shape()));
        }
        let c = backend::zeros("matmul", a.nrows(), 1)?;
        Ok(gemm(a, &b.view().insert_axis(Axis(1)), T::zero(), c)?.remove_axis(Axis(1)))
    }
}

impl Matmul<Ix2> for Ix1 {
    type Output<T: Scalar> = Array1<T>;
    fn product<T: Scalar>(a: &ArrayRef1<T>, b: &ArrayRef2<T>) -> Result<Array1<T>> {
        if a.len() != b.nrows() {
            return Err(mismatch("matmul", "(k,) and (k, n)", a.shape(), b.shape()));
        }
        let c = backend::zeros("matmul", 1, b.ncols())?;
        Ok(gemm(&a.view().insert_axis(Axis(0)), b, T::zero(), c)?.remove_axis(Axis(0)))
    }
}

impl Matmul<Ix1> for Ix1 {
    type Output<T: Scalar> = T;
    fn product<T: Scalar>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T> {
        inner("matmul", a, b)
    }
}

/// The product of two arrays of one or two dimensions, as `a @ b` or `numpy.matmul(a, b)`.
///
/// | `a` | `b` | result |
/// |---|---|---|
/// | `(m, k)` | `(k, n)` | `Array2` `(m, n)`, in C order |
/// | `(m, k)` | `(k,)` | `Array1` `(m,)` |
/// | `(k,)` | `(k, n)` | `Array1` `(n,)` |
/// | `(k,)` | `(k,)` | a number |
///
/// Any memory layout; transposes and slices with a unit stride are not copied. BLAS `gemm` and `gemv`. `k` = 0 gives
/// zeros. NaN and infinities propagate.
///
/// # Errors
/// [`Error::Shape`] if the inner dimensions differ; [`Error::TooLarge`] if the result does not fit into memory or a
/// dimension does not fit the backend.
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
/// assert!(matmul(&a, &Array2::zeros((3, 2))).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn matmul<T: Scalar, D: Matmul<E>, E>(
    a: &ArrayRef<T, D>,
    b: &ArrayRef<T, E>,
) -> Result<<D as Matmul<E>>::Output<T>> {
    D::product(a, b)
}

/// The inner product of two vectors, as `numpy.dot(a, b)`; neither is conjugated.
///
/// Both have shape `(n,)` and any stride; the empty product is 0. The sum runs in several partial sums, as in BLAS, so
/// its error is well below `n * EPSILON * sum(|a| * |b|)`.
///
/// # Errors
/// [`Error::Shape`] if the lengths differ.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::dot(&array![1., 2., 3.], &array![4., 5., 6.])?, 32.);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn dot<T: Scalar>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T> {
    inner("dot", a, b)
}

fn inner<T: Scalar>(op: &'static str, a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<T> {
    if a.len() != b.len() {
        return Err(mismatch(op, "(n,) and (n,)", a.shape(), b.shape()));
    }
    let (a, b) = (a.as_standard_layout(), b.as_standard_layout());
    let (Some(a), Some(b)) = (a.as_slice(), b.as_slice()) else { return Ok(T::zero()) };
    // Sixteen partial sums in blocks of 4096: independent, so that they vectorise, and short, so that errors stay small.
    const LANES: usize = 16;
    let block = |(a, b): (&[T], &[T])| -> T {
        let mut sums = [T::zero(); LANES];
        let (a, a_rest) = a.as_chunks::<LANES>();
        let (b, b_rest) = b.as_chunks::<LANES>();
        for (a, b) in a.iter().zip(b) {
            for ((sum, &x), &y) in sums.iter_mut().zip(a).zip(b) {
                *sum += x * y;
            }
        }
        let rest: T = a_rest.iter().zip(b_rest).map(|(&x, &y)| x * y).sum();
        sums.into_iter().sum::<T>() + rest
    };
    Ok(a.chunks(4096).zip(b.chunks(4096)).map(block).sum())
}

/// The outer product `a[i] * b[j]`, as `numpy.outer(a, b)` of two vectors; neither is conjugated.
///
/// Shapes `(m,)` and `(n,)` give `(m, n)`.
///
/// # Errors
/// [`Error::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use ndarray::array;
/// assert_eq!(linstat::outer(&array![1., 2.], &array![3., 4., 5.])?, array![[3., 4., 5.], [6., 8., 10.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn outer<T: Scalar>(a: &ArrayRef1<T>, b: &ArrayRef1<T>) -> Result<Array2<T>> {
    let mut c = backend::zeros("outer", a.len(), b.len())?;
    if b.is_empty() {
        return Ok(c); // however many empty rows it has
    }
    let b = b.as_standard_layout();
    for (mut row, &x) in c.rows_mut().into_iter().zip(a) {
        row.zip_mut_with(&b, |c, &y| *c = x * y);
    }
    Ok(c)
}
