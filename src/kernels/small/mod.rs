//! Our own kernels for tiny matrices, where the call into a library costs more than the computation. Correct
//! for every size, fast for dimensions up to about 16; products up to some hundreds.
//!
//! Symmetric eigenproblems and singular value decompositions do not determine the signs of their vectors:
//! those follow from every reflection, shift and rotation of the algorithm. NumPy's are LAPACK's, so these
//! kernels take the steps of its drivers `syevd` and `gesdd`, for every shape, up to order 25, from where on
//! those use divide and conquer. The vectors of real matrices then have NumPy's signs, and
//! [`random`](crate::random) its seeded normal vectors with every backend, unless rounding decides (as for
//! equal values). Of the values alone there are no signs; their iterations are simpler.

mod cholesky;
mod eig;
mod eig_complex;
mod eigh;
mod lu;
pub(super) mod qr;
mod svd;
mod tools;
mod triangular;

pub(crate) use cholesky::cholesky;

use super::{
    Dense, Diagonal, EigParts, Eigen, EighParts, Kernels, Line, LuParts, Operation, QrParts, Result,
    SvdMethod, SvdParts, Triangle, Vectors, check_diagonal, keep_range, normalize, packed,
};
use crate::loops::inner::matrix_vector;
use crate::loops::{products, wide};
use crate::tuning::{PARALLEL_PRODUCT, PARALLEL_VECTOR_PRODUCT, SMALL_PRODUCT};
use crate::{ErrorKind, Real, Scalar, memory, threads};
use ndarray::{ArrayRef2, ArrayViewMut2};
use num_complex::Complex;
use num_traits::{Float, Zero};
use std::ops::Range;

/// The small kernels.
#[derive(Debug)]
pub(super) struct Small;

/// The factorizations whose kernels are the same for real and complex matrices.
macro_rules! direct {
    ($t:ty) => {
        fn lu_parts(&self, a: Dense<$t>) -> Result<LuParts<$t>> {
            lu::parts(a)
        }

        fn lu_solve(&self, parts: &LuParts<$t>, operation: Operation, b: &mut Dense<$t>) -> Result<()> {
            parts.solve_by(operation, b, |a, triangle, diagonal, b| {
                triangular::solve(a.as_slice(), triangle, operation, diagonal, b)
            })
        }

        fn cholesky(&self, a: &mut Dense<$t>) -> Result<()> {
            let mut upper = a.adjoint()?;
            cholesky(&mut upper)?;
            *a = upper.adjoint()?;
            a.keep_lower(); // zeros without a sign
            Ok(())
        }

        fn solve_triangular(
            &self,
            a: &ArrayRef2<$t>,
            triangle: Triangle,
            operation: Operation,
            b: &mut Dense<$t>,
        ) -> Result<()> {
            check_diagonal(a)?;
            triangular::solve(packed(a), triangle, operation, Diagonal::Stored, b);
            Ok(())
        }

        fn qr(&self, a: Dense<$t>) -> Result<QrParts<$t>> {
            qr::factor(a)
        }

        fn qr_columns(&self, parts: &QrParts<$t>, columns: usize) -> Result<Dense<$t>> {
            qr::columns(parts, columns)
        }

        fn qr_adjoint(&self, parts: &QrParts<$t>, b: &mut Dense<$t>) -> Result<()> {
            qr::apply_adjoint(parts, b);
            Ok(())
        }
    };
}

impl<T: wide::Vectors> Kernels<T> for Small {
    fn gemm(&self, a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, mut c: ArrayViewMut2<'_, T>) -> Result<()> {
        match c.as_slice_mut() {
            Some(c) => gemm_rows(a, b, beta, c),
            None => {
                let mut rows = c.to_owned(); // in row-major order, unlike `c`
                if let Some(rows) = rows.as_slice_mut() {
                    gemm_rows(a, b, beta, rows);
                }
                c.assign(&rows);
            }
        }
        Ok(())
    }

    fn products(&self, dims: [usize; 3], a: Line<'_, T>, b: Line<'_, T>, c: &mut [T]) -> Result<bool> {
        let fits = !a.transposed && !b.transposed;
        if fits {
            multiply(dims, [a.all, b.all], [a.step, b.step], c, false);
        }
        Ok(fits)
    }

    fn gram(&self, a: &ArrayRef2<T>) -> Result<Dense<T>> {
        let a = Dense::new(a)?;
        let (m, n) = (a.rows(), a.cols());
        let mut c = Dense::zeros(n, n)?;
        let columns = || a.as_slice().chunks_exact(m);
        for (j, (right, out)) in columns().zip(c.as_mut_slice().chunks_exact_mut(n)).enumerate() {
            for (left, out) in columns().zip(out).skip(j) {
                *out = left.iter().zip(right).map(|(&x, &y)| x * y).sum();
            }
        }
        Ok(c)
    }

    fn lu(&self, a: &mut Dense<T>) -> Result<bool> {
        Ok(lu::is_odd(a))
    }

    fn solve_transpose(&self, a: Dense<T>, b: &mut Dense<T>) -> Result<()> {
        lu::solve(a.adjoint()?, b)
    }

    direct!(T);

    fn inv(&self, a: Dense<T>) -> Result<Dense<T>> {
        lu::inv(a)
    }

    fn svd(&self, a: Dense<T>, vectors: Vectors, _: SvdMethod) -> Result<SvdParts<T>> {
        let (m, n) = (a.rows(), a.cols());
        let k = m.min(n);
        let (u_cols, vt_rows) = match vectors {
            Vectors::None => (0, 0),
            Vectors::Reduced => (k, k),
            Vectors::Full => (m, n),
        };
        let mut s = memory::zeros(k)?;
        let (mut u, mut vt) = (Dense::zeros(m, u_cols)?, Dense::zeros(vt_rows, n)?);
        svd::svd((m, n), a.as_slice(), &mut s, u.as_mut_slice(), vt.as_mut_slice(), vectors)?;
        Ok(SvdParts { u, s, vt })
    }

    fn eigh(&self, mut a: Dense<T>, wanted: Eigen, range: Option<Range<usize>>) -> Result<EighParts<T>> {
        let (n, vectors) = (a.rows(), wanted.vectors());
        let mut w = memory::zeros(n)?;
        if !eigh::eigh(n, a.as_mut_slice(), &mut w, vectors) {
            return Err(ErrorKind::NoConvergence);
        }
        if !vectors {
            a.keep_columns(0..0);
        }
        Ok(keep_range((w, a), range.unwrap_or(0..n)))
    }

    fn eig(&self, mut a: Dense<T>, wanted: Eigen) -> Result<EigParts<T>> {
        let (n, vectors) = (a.rows(), wanted.vectors());
        let (mut re, mut im) = (memory::zeros(n)?, memory::zeros(n)?);
        let size = if vectors { n } else { 0 };
        let mut v = Dense::zeros(size, size)?;
        let v_slice = vectors.then(|| v.as_mut_slice());
        if !eig::eig(n, a.as_mut_slice(), &mut re, &mut im, v_slice) {
            return Err(ErrorKind::NoConvergence);
        }
        let v = if vectors { Some(packed_eigenvectors(&im, &v)?) } else { None };
        Ok((re.into_iter().zip(im).map(|(re, im)| Complex::new(re, im)).collect(), v))
    }
}

/// For complex matrices, only the direct factorizations and the general eigenproblem are our own: a library
/// may fail where a correct result exists. Except for the LU of tiny matrices they are not faster than a
/// library, which is therefore tried first.
impl<R: Real> Kernels<Complex<R>> for Small
where
    Complex<R>: Scalar<Real = R>,
{
    fn lu(&self, a: &mut Dense<Complex<R>>) -> Result<bool> {
        Ok(lu::is_odd(a))
    }

    fn solve_transpose(&self, a: Dense<Complex<R>>, b: &mut Dense<Complex<R>>) -> Result<()> {
        lu::solve(Dense::new(&a.view().t())?, b)
    }

    direct!(Complex<R>);

    fn inv(&self, a: Dense<Complex<R>>) -> Result<Dense<Complex<R>>> {
        lu::inv(a)
    }

    fn eig(&self, mut a: Dense<Complex<R>>, wanted: Eigen) -> Result<EigParts<R>> {
        let (n, vectors) = (a.rows(), wanted.vectors());
        let mut w = memory::filled(n, Complex::zero())?;
        let mut v = memory::filled(if vectors { n * n } else { 0 }, Complex::zero())?;
        if !eig_complex::eig(n, a.as_mut_slice(), &mut w, vectors.then_some(v.as_mut_slice())) {
            return Err(ErrorKind::NoConvergence);
        }
        v.chunks_exact_mut(n).for_each(normalize);
        Ok((w, vectors.then_some(v)))
    }
}

/// Computes `c = a · b + beta * c` for a row-major `c`. The bits do not depend on the number of threads.
fn gemm_rows<T: wide::Vectors>(a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, c: &mut [T]) {
    /// Rows that a thread takes at once.
    const ROWS: usize = 32;
    /// Elements of a vector that a thread takes at once.
    const ELEMENTS: usize = 256;
    let ([m, k], n) = ([a.nrows(), a.ncols()], b.ncols());
    let (a_copy, b_copy);
    let (a, b) = match (a.as_slice(), b.as_slice()) {
        (Some(a), Some(b)) => (a, b),
        _ => {
            (a_copy, b_copy) = (a.as_standard_layout(), b.as_standard_layout());
            (a_copy.as_slice().unwrap_or_default(), b_copy.as_slice().unwrap_or_default())
        }
    };
    if !beta.is_zero() && !beta.is_one() {
        c.iter_mut().for_each(|c| *c *= beta);
    }
    let onto = !beta.is_zero();
    let (grain, part) = match [m, n] {
        [_, 1] | [1, _] => (PARALLEL_VECTOR_PRODUCT, ELEMENTS),
        _ => (PARALLEL_PRODUCT, ROWS * n),
    };
    if c.len() <= part || !threads::share(a.len().saturating_mul(n), grain) {
        return multiply([m, k, n], [a, b], [0, 0], c, onto);
    }
    threads::each_chunk(c, part, &|i, c| match [m, n] {
        [_, 1] => multiply([c.len(), k, 1], [&a[i * part * k..], b], [0, 0], c, onto),
        [1, _] => vector_matrix(a, &b[i * part..], n, c, onto),
        _ => multiply([c.len() / n, k, n], [&a[i * ROWS * k..], b], [0, 0], c, onto),
    });
}

/// Writes the products of row-major matrices of shapes `(m, k)` and `(k, n)`, or adds them if they go `onto`
/// what is there. From one product to the next, the slices of the factors advance by `steps`.
fn multiply<T: wide::Vectors>(
    [m, k, n]: [usize; 3],
    [a, b]: [&[T]; 2],
    steps: [usize; 2],
    c: &mut [T],
    onto: bool,
) {
    let places = c.chunks_exact_mut(m * n).enumerate();
    let of = |i: usize| (&a[i * steps[0]..], &b[i * steps[1]..]);
    match [m, n] {
        [_, 1] if k > SMALL_PRODUCT => places.for_each(|(i, c)| {
            let (a, x) = of(i);
            let before = if onto { c.to_vec() } else { Vec::new() };
            matrix_vector(a, &x[..k], c);
            c.iter_mut().zip(before).for_each(|(c, before)| *c += before);
        }),
        [1, _] if n > SMALL_PRODUCT => places.for_each(|(i, c)| {
            let (x, b) = of(i);
            vector_matrix(&x[..k], b, n, c, onto);
        }),
        _ => products::products([m, k, n], a, b, steps, c, onto),
    }
}

/// `c = x · b`, or `c += x · b`, for rows of `b` that begin every `step` elements.
fn vector_matrix<T: wide::Vectors>(x: &[T], b: &[T], step: usize, c: &mut [T], onto: bool) {
    if !onto {
        c.fill(T::zero());
    }
    products::add_rows(x, b, step, c);
}

/// Unpacks eigenvectors that are packed as LAPACK packs those of a real matrix (a conjugate pair takes two
/// columns: real and imaginary part). `im` holds the imaginary parts of the eigenvalues, or zeros for a
/// complex matrix.
pub(super) fn packed_eigenvectors<T: Scalar>(
    im: &[T::Real],
    packed: &Dense<T>,
) -> Result<Vec<Complex<T::Real>>> {
    let n = packed.rows();
    let mut v = memory::room(n * n)?;
    let mut columns = im.iter().zip(packed.as_slice().chunks_exact(n));
    while let Some((im, first)) = columns.next() {
        if im.is_zero() {
            v.extend(first.iter().map(|x| x.complex()));
        } else if let Some((_, second)) = columns.next() {
            // the packed vector belongs to the eigenvalue with the positive imaginary part
            for sign in [im.signum(), -im.signum()] {
                v.extend(first.iter().zip(second).map(|(re, im)| Complex::new(re.re(), sign * im.re())));
            }
        }
    }
    Ok(v)
}

#[cfg(test)]
mod tests {
    use super::{gemm_rows, multiply};
    use ndarray::Array2;

    /// Products of sizes that are shared among threads have the bits of one thread.
    #[test]
    fn products_do_not_depend_on_threads() {
        let number = |i: usize, seed: usize| ((i + seed) * 7919 % 1009) as f64 / 500.0 - 1.0;
        for [m, k, n] in [[131, 97, 105], [3000, 701, 1], [1, 701, 3001]] {
            let a = Array2::from_shape_fn((m, k), |(i, j)| number(i * k + j, 1));
            let b = Array2::from_shape_fn((k, n), |(i, j)| number(i * n + j, 2));
            for beta in [0.0, 1.0, -0.5] {
                let before: Vec<f64> = (0..m * n).map(|i| number(i, 3)).collect();
                let mut expected: Vec<f64> = before.iter().map(|c| c * beta).collect();
                let mut c = before;
                gemm_rows(&a, &b, beta, &mut c);
                let (a, b) = (a.as_slice().unwrap(), b.as_slice().unwrap());
                multiply([m, k, n], [a, b], [0, 0], &mut expected, beta != 0.0);
                assert_eq!(c, expected, "{m} x {k} x {n}, beta {beta}");
            }
        }
    }
}
