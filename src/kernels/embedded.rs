//! The embedded backend: [faer], pure Rust.
#![allow(unsafe_code)] // a view of any strides becomes a faer matrix, see `mat`

use super::{
    Dense, Diagonal, EigParts, Eigen, EighParts, Info, Kernels, LuParts, Operation, QrParts, Result,
    SvdMethod, SvdParts, Triangle, Vectors, check_diagonal, check_pivots, finite_eigh, keep_range, normalize,
    small,
};
use crate::number::Parts;
use crate::tuning::{FAER_PARALLEL, FAER_PARALLEL_GENERAL, FAER_PARALLEL_PRODUCT};
use crate::{ErrorKind, Real, Scalar, memory, threads};
use faer::diag::{DiagMut, DiagRef};
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::llt;
use faer::linalg::evd::{self, ComputeEigenvectors};
use faer::linalg::lu::partial_pivoting as lu;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::svd::{self, ComputeSvdVectors};
use faer::linalg::triangular_solve as solve;
use faer::linalg::{householder, matmul, qr};
use faer::perm::PermRef;
use faer::reborrow::{Reborrow, ReborrowMut};
use faer::traits::{ComplexField, RealField};
use faer::{Accum, Auto, Conj, MatMut, MatRef, Par};
use ndarray::{ArrayRef2, ArrayViewMut2};
use num_complex::{Complex, Complex32, Complex64};
use num_traits::{Float, Zero};
use small::packed_eigenvectors;
use std::ops::Range;

/// faer's kernels.
#[derive(Debug)]
pub(super) struct Embedded;

pub(super) fn info() -> Info {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let core = [
        ("AVX-512", is_x86_feature_detected!("avx512f")),
        ("AVX2", is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")),
        ("SSE2", true),
    ];
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    let core = [(std::env::consts::ARCH, true)];
    Info {
        name: "faer".into(),
        version: "0.24".into(),
        core: core.iter().find(|(_, here)| *here).map(|(name, _)| (*name).into()),
        threads: threads::count(),
        blas: None,
        lapack: None,
    }
}

/// Runs a kernel whose work is `size` cubed, on one thread below `threshold`, where more threads do not pay
/// off.
fn on_threads<R: Send>(size: usize, threshold: usize, kernel: impl FnOnce(Par) -> R + Send) -> R {
    if super::is_alone() || (size < threshold && super::thresholds()) {
        return kernel(Par::Seq);
    }
    match threads::count() {
        1 => kernel(Par::Seq),
        n => threads::install(|| kernel(Par::rayon(n))),
    }
}

/// Returns the order of square matrices whose product takes this number of multiplications.
fn order(work: f64) -> usize {
    work.cbrt() as usize
}

/// Allocates the workspace of a kernel.
fn scratch(request: StackReq) -> Result<MemBuffer> {
    MemBuffer::try_new(request).map_err(|_| ErrorKind::TooLarge { dim: request.size_bytes() })
}

/// Runs an iteration and, if it does not converge, repeats it on one thread, then with tiny elements set to
/// 0: faer's iterations have failed with several threads only, and for matrices with elements near the
/// underflow threshold.
fn attempts<T: Scalar, R>(a: &Dense<T>, par: Par, run: impl Fn(&Dense<T>, Par) -> Result<R>) -> Result<R> {
    let failed = |result: &Result<R>| matches!(result, Err(ErrorKind::NoConvergence));
    let mut result = run(a, par);
    if failed(&result) && par != Par::Seq {
        result = run(a, Par::Seq);
    }
    if failed(&result)
        && let Some(flushed) = a.flushed()?
    {
        result = run(&flushed, Par::Seq);
    }
    result
}

/// Converts an array of any layout to a faer matrix.
fn mat<T>(a: &ArrayRef2<T>) -> MatRef<'_, T> {
    let (rows, cols) = a.dim();
    let &[row_stride, col_stride] = a.strides() else { unreachable!("two dimensions have two strides") };
    // SAFETY: pointer, shape and strides (in elements, of either sign, as faer takes them) are those of a
    // live array, whose lifetime the result keeps.
    unsafe { MatRef::from_raw_parts(a.as_ptr(), rows, cols, row_stride, col_stride) }
}

impl<T: Scalar> Dense<T> {
    fn mat(&self) -> MatRef<'_, T> {
        MatRef::from_column_major_slice(self.as_slice(), self.rows(), self.cols())
    }

    fn mat_mut(&mut self) -> MatMut<'_, T> {
        let (rows, cols) = (self.rows(), self.cols());
        MatMut::from_column_major_slice_mut(self.as_mut_slice(), rows, cols)
    }
}

/// The factors P, L and U of a square matrix, with L and U stored in the matrix itself.
struct Lu {
    perm: Vec<usize>,
    inverse_perm: Vec<usize>,
    odd: bool,
}

impl Lu {
    fn new<T: Scalar + ComplexField>(a: &mut Dense<T>, par: Par) -> Result<Self> {
        let n = a.rows();
        let (mut perm, mut inverse_perm) = (memory::filled(n, 0)?, memory::filled(n, 0)?);
        let mut memory = scratch(lu::factor::lu_in_place_scratch::<usize, T>(n, n, par, Default::default()))?;
        let stack = MemStack::new(&mut memory);
        let (info, _) = lu::factor::lu_in_place(
            a.mat_mut(),
            &mut perm,
            &mut inverse_perm,
            par,
            stack,
            Default::default(),
        );
        Ok(Lu { perm, inverse_perm, odd: info.transposition_count % 2 == 1 })
    }

    fn perm(&self) -> PermRef<'_, usize> {
        PermRef::new_checked(&self.perm, &self.inverse_perm, self.perm.len())
    }
}

/// Converts the rows that a permutation takes to the swaps that bring them into place one after the other,
/// counted from 1.
fn swaps(rows: &[usize]) -> Result<Vec<i32>> {
    // which row is at each place, and the place of each row, after the swaps so far
    let mut at: Vec<usize> = memory::room(rows.len())?;
    at.extend(0..rows.len());
    let mut place = memory::copied(&at)?;
    let mut swaps = memory::room(rows.len())?;
    for (k, &row) in rows.iter().enumerate() {
        let other = place[row];
        place[at[k]] = other;
        at.swap(k, other);
        swaps.push(other as i32 + 1); // an order fits 31 bits
    }
    Ok(swaps)
}

/// Solves `op(a) · x = b` in place for a diagonal without zeros.
fn substitute<T: ComplexField>(
    a: MatRef<'_, T>,
    (triangle, operation, diagonal): (Triangle, Operation, Diagonal),
    b: MatMut<'_, T>,
    par: Par,
) {
    let conj = if operation == Operation::Adjoint { Conj::Yes } else { Conj::No };
    let is_lower = (triangle == Triangle::Lower) == (operation == Operation::None);
    let a = if operation == Operation::None { a } else { a.transpose() };
    match (is_lower, diagonal) {
        (true, Diagonal::Stored) => solve::solve_lower_triangular_in_place_with_conj(a, conj, b, par),
        (true, Diagonal::Unit) => solve::solve_unit_lower_triangular_in_place_with_conj(a, conj, b, par),
        (false, Diagonal::Stored) => solve::solve_upper_triangular_in_place_with_conj(a, conj, b, par),
        (false, Diagonal::Unit) => solve::solve_unit_upper_triangular_in_place_with_conj(a, conj, b, par),
    }
}

/// The product `I - v · t · vᴴ` of some reflections of a QR factorization (Schreiber and Van Loan, A
/// storage-efficient WY representation for products of Householder transformations, 1989; LAPACK `larft`).
///
/// faer's own QR leaves out columns that depend on those before, so its factors of such matrices are others
/// than LAPACK's, and the diagonal of its reflections has other signs.
struct Block<T> {
    /// Index of the first reflection.
    first: usize,
    v: Dense<T>,
    t: Dense<T>,
}

impl<T: Scalar + ComplexField> Block<T> {
    /// Number of reflections in a block.
    const SIZE: usize = 32;

    fn new(qr: &Dense<T>, tau: &[T], first: usize, par: Par) -> Result<Self> {
        let (rows, size) = (qr.rows(), Self::SIZE.min(tau.len() - first));
        let mut v = Dense::zeros(rows - first, size)?;
        let columns = qr.as_slice()[first * rows..].chunks_exact(rows);
        for (j, (v, column)) in v.as_mut_slice().chunks_exact_mut(rows - first).zip(columns).enumerate() {
            v[j] = T::one();
            v[j + 1..].copy_from_slice(&column[first + j + 1..]);
        }
        let mut gram = Dense::zeros(size, size)?;
        matmul::matmul(gram.mat_mut(), Accum::Replace, v.mat().adjoint(), v.mat(), T::one(), par);
        let mut t = Dense::zeros(size, size)?;
        for (j, &tau) in tau[first..first + size].iter().enumerate() {
            let (before, column) = t.as_mut_slice().split_at_mut(j * size);
            for (i, out) in column[..j].iter_mut().enumerate() {
                let products = (i..j)
                    .map(|l| <T as std::ops::Mul>::mul(before[i + l * size], gram.as_slice()[l + j * size]));
                *out = <T as std::ops::Mul>::mul(-tau, products.sum());
            }
            column[j] = tau;
        }
        Ok(Block { first, v, t })
    }

    /// Replaces `c` by its product with the block, or with its adjoint.
    fn apply(&self, operation: Operation, c: MatMut<'_, T>, par: Par) -> Result<()> {
        let columns = c.ncols();
        let mut c = c.subrows_mut(self.first, self.v.rows());
        let [mut w, mut tw] = [Dense::zeros(self.v.cols(), columns)?, Dense::zeros(self.v.cols(), columns)?];
        matmul::matmul(w.mat_mut(), Accum::Replace, self.v.mat().adjoint(), c.rb(), T::one(), par);
        if operation == Operation::Adjoint {
            matmul::matmul(tw.mat_mut(), Accum::Replace, self.t.mat().adjoint(), w.mat(), T::one(), par);
        } else {
            matmul::matmul(tw.mat_mut(), Accum::Replace, self.t.mat(), w.mat(), T::one(), par);
        }
        matmul::matmul(c.rb_mut(), Accum::Add, self.v.mat(), tw.mat(), -T::one(), par);
        Ok(())
    }
}

impl<T> Kernels<T> for Embedded
where
    T: Scalar + ComplexField + General,
    <T as Parts>::Real: RealField,
{
    fn gemm(&self, a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, mut c: ArrayViewMut2<'_, T>) -> Result<()> {
        let ((m, k), n) = (a.dim(), b.ncols());
        let accum = if beta.is_zero() {
            Accum::Replace
        } else {
            if !beta.is_one() {
                c.mapv_inplace(|x| beta * x);
            }
            Accum::Add
        };
        let &[row_stride, col_stride] = c.strides() else { unreachable!("two dimensions have two strides") };
        // SAFETY: pointer, shape and strides are those of an array that is borrowed mutably for the whole
        // call.
        let c = unsafe { MatMut::from_raw_parts_mut(c.as_mut_ptr(), m, n, row_stride, col_stride) };
        // faer's blocking is designed for column-major results; the transposed product is the same
        let work = order(m as f64 * n as f64 * k as f64);
        let (a, b) = (mat(a), mat(b));
        on_threads(work, FAER_PARALLEL_PRODUCT, |par| {
            if row_stride.unsigned_abs() > col_stride.unsigned_abs() {
                matmul::matmul(c.transpose_mut(), accum, b.transpose(), a.transpose(), T::one(), par);
            } else {
                matmul::matmul(c, accum, a, b, T::one(), par);
            }
        });
        Ok(())
    }

    fn takes_threads(&self, [m, k, n]: [usize; 3]) -> bool {
        order(m as f64 * k as f64 * n as f64) >= FAER_PARALLEL_PRODUCT
    }

    fn gram(&self, a: &ArrayRef2<T>) -> Result<Dense<T>> {
        let n = a.ncols();
        let mut c = Dense::zeros(n, n)?;
        // for small results, the blocks of a triangular product are too small to be fast
        let lower = if n < 300 { BlockStructure::Rectangular } else { BlockStructure::TriangularLower };
        let work = order(n as f64 * n as f64 * a.nrows() as f64);
        let (a, out) = (mat(a), c.mat_mut());
        on_threads(work, FAER_PARALLEL_PRODUCT, |par| {
            triangular::matmul(
                out,
                lower,
                Accum::Replace,
                a.adjoint(),
                BlockStructure::Rectangular,
                a,
                BlockStructure::Rectangular,
                T::one(),
                par,
            );
        });
        Ok(c)
    }

    fn lu(&self, a: &mut Dense<T>) -> Result<bool> {
        Ok(on_threads(a.rows(), FAER_PARALLEL, |par| Lu::new(a, par))?.odd)
    }

    fn solve_transpose(&self, mut a: Dense<T>, b: &mut Dense<T>) -> Result<()> {
        let n = a.rows();
        on_threads(n, FAER_PARALLEL, |par| {
            let lu = Lu::new(&mut a, par)?;
            check_pivots(&a)?;
            let mut memory = scratch(lu::solve::solve_in_place_scratch::<usize, T>(n, b.cols(), par))?;
            let stack = MemStack::new(&mut memory);
            lu::solve::solve_transpose_in_place(a.mat(), a.mat(), lu.perm(), b.mat_mut(), par, stack);
            Ok(())
        })
    }

    fn lu_parts(&self, mut a: Dense<T>) -> Result<LuParts<T>> {
        let factors = on_threads(a.rows(), FAER_PARALLEL, |par| Lu::new(&mut a, par))?;
        Ok(LuParts { swaps: swaps(&factors.perm)?, lu: a })
    }

    fn lu_solve(&self, parts: &LuParts<T>, operation: Operation, b: &mut Dense<T>) -> Result<()> {
        on_threads(b.rows().min(b.cols()), FAER_PARALLEL, |par| {
            parts.solve_by(operation, b, |a, triangle, diagonal, b| {
                substitute(a.mat(), (triangle, operation, diagonal), b.mat_mut(), par);
            })
        })
    }

    fn cholesky(&self, a: &mut Dense<T>) -> Result<()> {
        let n = a.rows();
        on_threads(n, FAER_PARALLEL, |par| {
            let mut memory =
                scratch(llt::factor::cholesky_in_place_scratch::<T>(n, par, Default::default()))?;
            let stack = MemStack::new(&mut memory);
            llt::factor::cholesky_in_place(a.mat_mut(), Default::default(), par, stack, Default::default())
                .map_err(|llt::factor::LltError::NonPositivePivot { index }| ErrorKind::NotPositiveDefinite {
                    order: index + 1,
                })
        })?;
        a.keep_lower();
        // faer's roots of a complex diagonal may have small imaginary parts
        a.as_mut_slice().iter_mut().step_by(n + 1).for_each(|x| *x = T::from_real(Scalar::re(*x)));
        Ok(())
    }

    fn solve_triangular(
        &self,
        a: &ArrayRef2<T>,
        triangle: Triangle,
        operation: Operation,
        b: &mut Dense<T>,
    ) -> Result<()> {
        check_diagonal(a)?;
        on_threads(b.rows().min(b.cols()), FAER_PARALLEL, |par| {
            substitute(mat(a), (triangle, operation, Diagonal::Stored), b.mat_mut(), par);
        });
        Ok(())
    }

    fn qr(&self, mut a: Dense<T>) -> Result<QrParts<T>> {
        let (rows, cols) = (a.rows(), a.cols());
        let k = rows.min(cols);
        if k <= Block::<T>::SIZE {
            return small::qr::factor(a);
        }
        let mut tau = memory::zeros(k)?;
        on_threads(k, FAER_PARALLEL, |par| {
            for first in (0..k).step_by(Block::<T>::SIZE) {
                let end = k.min(first + Block::<T>::SIZE);
                small::qr::factor_panel(&mut a, first, end, &mut tau);
                if end < cols {
                    let block = Block::new(&a, &tau[..end], first, par)?;
                    block.apply(Operation::Adjoint, a.mat_mut().subcols_mut(end, cols - end), par)?;
                }
            }
            Ok(())
        })?;
        Ok(QrParts { qr: a, tau })
    }

    fn qr_columns(&self, parts: &QrParts<T>, columns: usize) -> Result<Dense<T>> {
        let (rows, k) = (parts.qr.rows(), parts.tau.len());
        if k <= Block::<T>::SIZE {
            return small::qr::columns(parts, columns);
        }
        let mut q = Dense::zeros(rows, columns)?;
        q.as_mut_slice().iter_mut().step_by(rows + 1).for_each(|x| *x = T::one());
        on_threads(k, FAER_PARALLEL, |par| {
            for first in (0..k).step_by(Block::<T>::SIZE).rev() {
                // the columns before are still those of the identity matrix, and have zeros where this acts
                let block = Block::new(&parts.qr, &parts.tau, first, par)?;
                block.apply(Operation::None, q.mat_mut().subcols_mut(first, columns - first), par)?;
            }
            Ok(())
        })?;
        Ok(q)
    }

    fn qr_adjoint(&self, parts: &QrParts<T>, b: &mut Dense<T>) -> Result<()> {
        let k = parts.tau.len();
        if k <= Block::<T>::SIZE {
            small::qr::apply_adjoint(parts, b);
            return Ok(());
        }
        on_threads(k.min(b.cols()), FAER_PARALLEL, |par| {
            (0..k).step_by(Block::<T>::SIZE).try_for_each(|first| {
                Block::new(&parts.qr, &parts.tau, first, par)?.apply(Operation::Adjoint, b.mat_mut(), par)
            })
        })
    }

    fn inv(&self, mut a: Dense<T>) -> Result<Dense<T>> {
        let n = a.rows();
        on_threads(n, FAER_PARALLEL, |par| {
            let lu = Lu::new(&mut a, par)?;
            check_pivots(&a)?;
            let mut inverse = Dense::zeros(n, n)?;
            let mut memory = scratch(lu::inverse::inverse_scratch::<usize, T>(n, par))?;
            let stack = MemStack::new(&mut memory);
            lu::inverse::inverse(inverse.mat_mut(), a.mat(), a.mat(), lu.perm(), par, stack);
            Ok(inverse)
        })
    }

    fn svd(&self, a: Dense<T>, vectors: Vectors, method: SvdMethod) -> Result<SvdParts<T>> {
        let (m, n) = (a.rows(), a.cols());
        let k = m.min(n);
        let (which, u_cols, v_cols) = match vectors {
            Vectors::None => (ComputeSvdVectors::No, 0, 0),
            Vectors::Reduced => (ComputeSvdVectors::Thin, k, k),
            Vectors::Full => (ComputeSvdVectors::Full, m, n),
        };
        let wanted = vectors != Vectors::None;
        let mut params = <svd::SvdParams as Auto<T>>::auto();
        if method == SvdMethod::Qr {
            // faer ends the division at this size, and runs QR iteration
            params.recursion_threshold = usize::MAX;
        }
        let run = |a: &Dense<T>, par: Par| {
            let mut s = memory::zeros::<T>(k)?;
            let mut u = Dense::zeros(if wanted { m } else { 0 }, u_cols)?;
            let mut v = Dense::zeros(if wanted { n } else { 0 }, v_cols)?;
            let mut memory = scratch(svd::svd_scratch::<T>(m, n, which, which, par, params.into()))?;
            svd::svd(
                a.mat(),
                DiagMut::from_slice_mut(&mut s),
                wanted.then(|| u.mat_mut()),
                wanted.then(|| v.mat_mut()),
                par,
                MemStack::new(&mut memory),
                params.into(),
            )
            .map_err(|_| ErrorKind::NoConvergence)?;
            drop(memory); // the largest part of the memory in use
            let parts = SvdParts { u, s: s.into_iter().map(Scalar::re).collect(), vt: v.adjoint()? };
            parts.finite()
        };
        on_threads(k, FAER_PARALLEL, |par| attempts(&a, par, run))
    }

    fn eigh(&self, a: Dense<T>, wanted: Eigen, range: Option<Range<usize>>) -> Result<EighParts<T>> {
        let (n, vectors) = (a.rows(), wanted.vectors());
        let run = |a: &Dense<T>, par: Par| {
            if let (Some(range), true) = (&range, vectors)
                && let Some(result) = T::eigh_range(a, range.clone(), par)
            {
                return result;
            }
            let which = if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
            let mut memory = scratch(evd::self_adjoint_evd_scratch::<T>(n, which, par, Default::default()))?;
            let mut w = memory::zeros::<T>(n)?;
            let size = if vectors { n } else { 0 };
            let mut v = Dense::zeros(size, size)?;
            evd::self_adjoint_evd(
                a.mat(),
                DiagMut::from_slice_mut(&mut w),
                vectors.then(|| v.mat_mut()),
                par,
                MemStack::new(&mut memory),
                Default::default(),
            )
            .map_err(|_| ErrorKind::NoConvergence)?;
            let w = w.into_iter().map(Scalar::re).collect();
            Ok(keep_range((w, v), range.clone().unwrap_or(0..n)))
        };
        let run = |a: &Dense<T>, par: Par| run(a, par).and_then(finite_eigh);
        on_threads(n, FAER_PARALLEL, |par| attempts(&a, par, run))
    }

    fn eig(&self, a: Dense<T>, wanted: Eigen) -> Result<EigParts<<T as Parts>::Real>> {
        let vectors = wanted.vectors();
        on_threads(a.rows(), FAER_PARALLEL_GENERAL, |par| {
            let (w, pairs) = T::eig(&a, vectors, par)?;
            let Some((mut v, image)) = pairs else {
                return if sums_to_trace(&a, &w) { Ok((w, None)) } else { Err(ErrorKind::NoConvergence) };
            };
            if !are_eigenpairs(&a, &w, &v, &image) {
                return Err(ErrorKind::NoConvergence);
            }
            v.chunks_exact_mut(a.rows()).for_each(normalize);
            Ok((w, Some(v)))
        })
    }
}

/// A generous bound of the rounding errors of eigenvalues and of `a · v - v · w`: `10 * n * EPSILON * |a|`,
/// in the 1-norm.
fn tolerance<T: Scalar>(a: &Dense<T>) -> T::Real {
    let n = a.rows();
    let sums = a.as_slice().chunks_exact(n).map(|column| column.iter().map(|x| x.modulus()).sum::<T::Real>());
    T::Real::of(10.0 * n as f64) * T::Real::epsilon() * sums.fold(T::Real::zero(), T::Real::max)
}

/// Returns whether these can be the eigenvalues of `a`. faer does not report whether its iteration has
/// converged.
fn sums_to_trace<T: Scalar>(a: &Dense<T>, w: &[Complex<T::Real>]) -> bool {
    let trace = a.diagonal().map(Scalar::complex).sum::<Complex<T::Real>>();
    (w.iter().sum::<Complex<T::Real>>() - trace).norm() <= tolerance(a)
}

/// Returns whether the columns of `v` are eigenvectors; `image` is `a · v`. Written so that a NaN gives
/// false.
///
/// faer's back substitution overflows for defective matrices, and it replaces small determinants of its 2 x 2
/// blocks by values that may be far above rounding errors.
fn are_eigenpairs<T: Scalar>(
    a: &Dense<T>,
    w: &[Complex<T::Real>],
    v: &[Complex<T::Real>],
    image: &[Complex<T::Real>],
) -> bool {
    let tolerance = tolerance(a);
    let n = a.rows();
    v.chunks_exact(n).zip(image.chunks_exact(n)).zip(w).all(|((v, image), w)| {
        let length = v.iter().map(|z| z.norm_sqr()).sum::<T::Real>().sqrt();
        let size = |z: Complex<T::Real>| z.re.abs() + z.im.abs();
        let error = v.iter().zip(image).map(|(v, image)| size(image - w * v)).sum::<T::Real>();
        error <= tolerance * length && length > T::Real::zero()
    })
}

/// Eigenvalues and, if requested, eigenvectors `v` of a matrix `a` with `a · v`, column by column.
type EigPairs<R> = (Vec<Complex<R>>, Option<(Vec<Complex<R>>, Vec<Complex<R>>)>);

/// Operations for which faer has different functions for real and complex matrices.
pub trait General: Scalar {
    #[doc(hidden)]
    fn eig(a: &Dense<Self>, vectors: bool, par: Par) -> Result<EigPairs<Self::Real>>;

    /// Computes the eigenvalues of a range with their vectors, if there is a faster way than computing all.
    #[doc(hidden)]
    fn eigh_range(a: &Dense<Self>, range: Range<usize>, par: Par) -> Option<Result<EighParts<Self>>>;
}

/// Allocates the workspace of `eig`, and a matrix for the eigenvectors if they are requested.
fn eig_space<T: Scalar + ComplexField>(
    a: &Dense<T>,
    vectors: bool,
    par: Par,
) -> Result<(MemBuffer, Dense<T>)> {
    let n = a.rows();
    let (which, size) = if vectors { (ComputeEigenvectors::Yes, n) } else { (ComputeEigenvectors::No, 0) };
    let request = evd::evd_scratch::<T>(n, ComputeEigenvectors::No, which, par, Default::default());
    Ok((scratch(request)?, Dense::zeros(size, size)?))
}

/// `a · v`
fn product<T: Scalar + ComplexField>(a: &Dense<T>, v: &Dense<T>, par: Par) -> Result<Dense<T>> {
    let mut product = Dense::zeros(a.rows(), v.cols())?;
    matmul::matmul(product.mat_mut(), Accum::Replace, a.mat(), v.mat(), T::one(), par);
    Ok(product)
}

macro_rules! general {
    ($real:ty, $complex:ty) => {
        impl General for $real {
            fn eig(a: &Dense<Self>, vectors: bool, par: Par) -> Result<EigPairs<Self>> {
                let n = a.rows();
                let (mut re, mut im) = (memory::zeros(n)?, memory::zeros(n)?);
                let (mut memory, mut v) = eig_space(a, vectors, par)?;
                evd::evd_real(
                    a.mat(),
                    DiagMut::from_slice_mut(&mut re),
                    DiagMut::from_slice_mut(&mut im),
                    None,
                    vectors.then(|| v.mat_mut()),
                    par,
                    MemStack::new(&mut memory),
                    Default::default(),
                )
                .map_err(|_| ErrorKind::NoConvergence)?;
                drop(memory);
                let pairs = if vectors {
                    let image = product(a, &v, par)?;
                    Some((packed_eigenvectors(&im, &v)?, packed_eigenvectors(&im, &image)?))
                } else {
                    None
                };
                Ok((re.into_iter().zip(im).map(|(re, im)| Complex::new(re, im)).collect(), pairs))
            }

            fn eigh_range(a: &Dense<Self>, range: Range<usize>, par: Par) -> Option<Result<EighParts<Self>>> {
                // The reduction to tridiagonal form dominates; transforming back only the requested vectors
                // saves the rest.
                (a.rows() > 2).then(|| tridiagonal_range(a, range, par))
            }
        }

        impl General for $complex {
            fn eig(a: &Dense<Self>, vectors: bool, par: Par) -> Result<EigPairs<$real>> {
                let mut w = memory::zeros::<Self>(a.rows())?;
                let (mut memory, mut v) = eig_space(a, vectors, par)?;
                evd::evd_cplx(
                    a.mat(),
                    DiagMut::from_slice_mut(&mut w),
                    None,
                    vectors.then(|| v.mat_mut()),
                    par,
                    MemStack::new(&mut memory),
                    Default::default(),
                )
                .map_err(|_| ErrorKind::NoConvergence)?;
                drop(memory);
                let pairs = if vectors {
                    let image = product(a, &v, par)?;
                    Some((v.into_vec(), image.into_vec()))
                } else {
                    None
                };
                Ok((w, pairs))
            }

            fn eigh_range(_: &Dense<Self>, _: Range<usize>, _: Par) -> Option<Result<EighParts<Self>>> {
                None
            }
        }
    };
}

general!(f32, Complex32);
general!(f64, Complex64);

/// Computes the eigenvalues of a range and their vectors: Householder reduction to tridiagonal form, all
/// eigenpairs of that by divide and conquer, and the reflectors applied to the vectors of the range only.
fn tridiagonal_range<T>(a: &Dense<T>, range: Range<usize>, par: Par) -> Result<EighParts<T>>
where
    T: Real + RealField,
{
    let n = a.rows();
    let block = qr::no_pivoting::factor::recommended_block_size::<T>(n, n);
    let mut reduced = a.copy()?;
    let mut reflectors = Dense::<T>::zeros(block, n - 1)?;
    let request = StackReq::any_of(&[
        evd::tridiag::tridiag_in_place_scratch::<T>(n, par, Default::default()),
        evd::self_adjoint_evd_scratch::<T>(n, ComputeEigenvectors::Yes, par, Default::default()),
        householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<T>(
            n - 1,
            block,
            range.len(),
        ),
    ]);
    let mut memory = scratch(request)?;
    let stack = MemStack::new(&mut memory);
    evd::tridiag::tridiag_in_place(reduced.mat_mut(), reflectors.mat_mut(), par, stack, Default::default());
    let diagonal: Vec<T> = reduced.diagonal().collect();
    // one more entry than off-diagonals: faer takes n entries and ignores the last
    let off: Vec<T> = (0..n - 1).map(|i| reduced.as_slice()[i * n + i + 1]).chain([T::zero()]).collect();
    let mut w = memory::zeros(n)?;
    let mut v = Dense::zeros(n, n)?;
    evd::tridiagonal_self_adjoint_evd(
        DiagRef::from_slice(&diagonal),
        DiagRef::from_slice(&off),
        DiagMut::from_slice_mut(&mut w),
        Some(v.mat_mut()),
        par,
        stack,
        Default::default(),
    )
    .map_err(|_| ErrorKind::NoConvergence)?;
    let (w, mut v) = keep_range((w, v), range);
    householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
        reduced.mat().submatrix(1, 0, n - 1, n - 1),
        reflectors.mat(),
        Conj::No,
        v.mat_mut().subrows_mut(1, n - 1),
        par,
        stack,
    );
    Ok((w, v))
}
