//! Kernels, the linear algebra of a library or of our own code for tiny matrices. The rest of the crate only
//! uses the trait [`Kernels`] and its matrix type [`Dense`].
//!
//! The library is chosen by a cargo feature of the final program; see the [crate
//! documentation](crate#features).

mod dense;
#[cfg(backend = "embedded")]
mod embedded;
#[cfg(backend = "lapack")]
mod lapack;
mod small;

pub use dense::Dense;
pub(crate) use dense::zeros;
pub(crate) use small::cholesky;

use crate::loops::dispatch::{Level, level};
use crate::loops::packs::{self, LANES, Lanes, Pack, Packed};
use crate::loops::{are_finite, householder, singular, symmetric};
use crate::number::Parts;
#[cfg(backend = "embedded")]
use crate::tuning::FAER_PARALLEL;
#[cfg(backend = "lapack")]
use crate::tuning::LAPACK_PARALLEL;
use crate::tuning::{
    SMALL_COMPLEX_LU, SMALL_COPIED_PRODUCT, SMALL_LU, SMALL_PRODUCT, SMALL_SQUARE_PRODUCT,
    SMALL_THREADED_VECTOR_PRODUCT, SMALL_VECTOR_PRODUCT,
};
use crate::{ErrorKind, Real, Scalar};
use ndarray::{ArrayRef2, ArrayViewMut2};
use num_complex::Complex;
use std::any::Any;
use std::cell::Cell;
use std::ops::Range;
use std::path::PathBuf;

/// Result of a kernel. Its errors have no function name; the public functions add it.
pub(crate) type Result<T, E = ErrorKind> = std::result::Result<T, E>;

/// Which singular vectors to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vectors {
    /// No vectors, only singular values.
    None,
    /// The first min(m, n) columns of u and rows of vt.
    Reduced,
    /// Square u and vt.
    Full,
}

/// How singular values are found once the matrix is bidiagonal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SvdMethod {
    /// The fast way, which in rare cases does not converge.
    DivideAndConquer,
    /// QR iteration: slower, for when the other fails.
    Qr,
}

/// What to compute of an eigenproblem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eigen {
    /// Eigenvalues.
    Values,
    /// Eigenvalues and vectors.
    Vectors,
}

impl Eigen {
    fn vectors(self) -> bool {
        self == Eigen::Vectors
    }
}

/// A triangle of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Triangle {
    /// The diagonal and what is below it.
    Lower,
    /// The diagonal and what is above it.
    Upper,
}

/// What a matrix is replaced by before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Itself.
    None,
    /// Its transpose.
    Transpose,
    /// Its conjugate transpose.
    Adjoint,
}

/// The diagonal of a triangular matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diagonal {
    /// The elements that are stored.
    Stored,
    /// Ones, whatever is stored.
    Unit,
}

/// The factors P·L·U of a square matrix.
#[derive(Debug)]
pub struct LuParts<T: Scalar> {
    /// U, and below its diagonal L, whose diagonal of ones is not stored.
    pub lu: Dense<T>,
    /// For each row in turn, the row that it was swapped with, counted from 1 as in LAPACK.
    pub swaps: Vec<i32>,
}

impl<T: Scalar> LuParts<T> {
    /// Returns whether P is an odd permutation.
    pub(crate) fn is_odd(&self) -> bool {
        (1..).zip(&self.swaps).filter(|&(row, &other)| row != other).count() % 2 == 1
    }

    /// Swaps the rows of `b` as those of the matrix were swapped (`back`: in the opposite order, which undoes
    /// it).
    fn swap_rows(&self, b: &mut Dense<T>, back: bool) {
        let n = self.swaps.len();
        for column in b.as_mut_slice().chunks_exact_mut(n.max(1)) {
            for step in 0..n {
                let k = if back { n - 1 - step } else { step };
                let other = usize::try_from(self.swaps[k]).unwrap_or(1) - 1;
                column.swap(k, other);
            }
        }
    }

    /// Solves `op(a) · x = b` by triangular systems with L, whose diagonal is `Unit`, and U.
    fn solve_by(
        &self,
        operation: Operation,
        b: &mut Dense<T>,
        triangular: impl Fn(&Dense<T>, Triangle, Diagonal, &mut Dense<T>),
    ) -> Result<()> {
        check_pivots(&self.lu)?;
        let lower = |b: &mut Dense<T>| triangular(&self.lu, Triangle::Lower, Diagonal::Unit, b);
        let upper = |b: &mut Dense<T>| triangular(&self.lu, Triangle::Upper, Diagonal::Stored, b);
        if operation == Operation::None {
            self.swap_rows(b, false);
            lower(b);
            upper(b);
        } else {
            upper(b);
            lower(b);
            self.swap_rows(b, true);
        }
        Ok(())
    }
}

/// Returns an error for the first zero on the diagonal of a triangular matrix.
fn check_pivots<T: Scalar>(a: &Dense<T>) -> Result<()> {
    match a.diagonal().position(|pivot| pivot.is_zero()) {
        Some(pivot) => Err(ErrorKind::Singular { pivot }),
        None => Ok(()),
    }
}

/// As [`check_pivots`], for a square matrix.
fn check_diagonal<T: Scalar>(a: &ArrayRef2<T>) -> Result<()> {
    match a.diag().iter().position(|pivot| pivot.is_zero()) {
        Some(pivot) => Err(ErrorKind::Singular { pivot }),
        None => Ok(()),
    }
}

/// Returns the elements of a matrix in Fortran order.
fn packed<T>(a: &ArrayRef2<T>) -> &[T] {
    a.t().to_slice().unwrap_or_else(|| unreachable!("a matrix in Fortran order"))
}

/// The factors Q·R of a matrix.
#[derive(Debug)]
pub struct QrParts<T: Scalar> {
    /// R, and below its diagonal the vectors of the reflections `I - tau · v · vᴴ` whose product is Q. The
    /// first element of each is 1, in the row of the diagonal, and not stored.
    pub qr: Dense<T>,
    /// The `tau` of each reflection.
    pub tau: Vec<T>,
}

/// A factorization and its size.
#[derive(Debug, Clone, Copy)]
pub enum Problem {
    /// [`Kernels::svd`] of a matrix with this number of rows and of columns.
    Svd(usize, usize, Vectors),
    /// [`Kernels::eigh`] of this order.
    Eigh(usize, Eigen),
    /// [`Kernels::eig`] of this order.
    Eig(usize, Eigen),
}

/// A singular value decomposition; `u` and `vt` are empty if no vectors were requested.
#[derive(Debug)]
pub struct SvdParts<T: Scalar> {
    /// Left singular vectors, as columns.
    pub u: Dense<T>,
    /// Singular values, descending.
    pub s: Vec<T::Real>,
    /// Right singular vectors, conjugated, as rows.
    pub vt: Dense<T>,
}

fn is_finite_complex<R: Real>(x: &[Complex<R>]) -> bool {
    x.iter().fold(true, |finite, z| finite & z.re.is_finite() & z.im.is_finite())
}

impl<T: Scalar> SvdParts<T> {
    /// Returns the decomposition, or an error if it contains a NaN or an infinity.
    #[inline]
    pub(crate) fn finite(self) -> Result<Self> {
        let good = are_finite(&self.s) && are_finite(self.u.as_slice()) && are_finite(self.vt.as_slice());
        if good { Ok(self) } else { Err(ErrorKind::NoConvergence) }
    }
}

/// Returns the eigenvalues and vectors of a Hermitian matrix, or an error if they contain a NaN or an
/// infinity.
#[inline]
pub(crate) fn finite_eigh<T: Scalar>(parts: EighParts<T>) -> Result<EighParts<T>> {
    let good = are_finite(&parts.0) && are_finite(parts.1.as_slice());
    if good { Ok(parts) } else { Err(ErrorKind::NoConvergence) }
}

/// Keeps the eigenvalues of a range, and their vectors if there are any.
pub(crate) fn keep_range<T: Scalar>((mut w, mut v): EighParts<T>, range: Range<usize>) -> EighParts<T> {
    if v.cols() > 0 {
        v.keep_columns(range.clone());
    }
    w.truncate(range.end);
    w.drain(..range.start);
    (w, v)
}

/// Returns the eigenvalues and vectors of a general matrix, or an error if they contain a NaN or an infinity.
#[inline]
pub(crate) fn finite_eig<R: Real>(parts: EigParts<R>) -> Result<EigParts<R>> {
    let good = is_finite_complex(&parts.0) && parts.1.as_deref().is_none_or(is_finite_complex);
    if good { Ok(parts) } else { Err(ErrorKind::NoConvergence) }
}

/// Eigenvalues of a Hermitian matrix, ascending, and its eigenvectors, as columns.
pub type EighParts<T> = (Vec<<T as Parts>::Real>, Dense<T>);

/// Eigenvalues of a general matrix and, if requested, the eigenvectors, column by column.
pub type EigParts<R> = (Vec<Complex<R>>, Option<Vec<Complex<R>>>);

/// Scales an eigenvector as LAPACK does: to Euclidean norm 1, with a real largest component.
pub(crate) fn normalize<R: Real>(v: &mut [Complex<R>]) {
    let max = v.iter().fold(R::zero(), |max, z| max.max(z.re.abs()).max(z.im.abs()));
    if max.is_zero() || !max.is_finite() {
        return;
    }
    // divided by the largest part first, so that squares neither overflow nor underflow
    v.iter_mut().for_each(|z| *z = Complex::new(z.re / max, z.im / max));
    let norm = v.iter().map(|z| z.norm_sqr()).sum::<R>().sqrt();
    let mut largest = Complex::new(R::one(), R::zero());
    if v.iter().any(|z| !z.im.is_zero()) {
        let first = v.iter().fold(v[0], |best, z| if z.norm_sqr() > best.norm_sqr() { *z } else { best });
        let modulus = first.norm_sqr().sqrt();
        largest = Complex::new(first.re / modulus, first.im / modulus);
    }
    v.iter_mut().for_each(|z| *z = *z * largest.conj() / norm);
}

/// The linear algebra that a backend provides. Everything else is built on it.
///
/// Callers guarantee square matrices where they are required, matching dimensions, no dimension 0, and finite
/// elements. For eigenvalues and singular values they scale the matrix by `linalg::scale_near_one`. Kernels
/// own their [`Dense`] matrices and may overwrite them.
///
/// A method that our own kernels do not have for all types has a body, which runs the active library. The
/// libraries have all methods: one that is left out there would call itself.
pub trait Kernels<T: Scalar>: Sync {
    /// Computes `c = a · b + beta * c`, for every layout of `a` and `b`; `c` is row-major or column-major,
    /// and its rows or columns are contiguous.
    fn gemm(&self, a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, c: ArrayViewMut2<'_, T>) -> Result<()> {
        active::<T>().gemm(a, b, beta, c)
    }

    /// Returns whether a product of these dimensions `(m, k)` and `(k, n)` may run on several threads of the
    /// library, on which its last digits may depend.
    fn takes_threads(&self, _dims: [usize; 3]) -> bool {
        false
    }

    /// Returns a guard within which the thread computes many products of these dimensions, and calls no other
    /// kernel: what a call costs beside a tiny product is paid once.
    fn hold(&self, _dims: [usize; 3]) -> Result<Option<Box<dyn Any>>> {
        Ok(None)
    }

    /// Writes the products of many tiny matrices, with the bits of [`Kernels::gemm`]; `c` holds zeros.
    /// Returns false if it has no fast way for these.
    fn products(&self, _dims: [usize; 3], _a: Line<'_, T>, _b: Line<'_, T>, _c: &mut [T]) -> Result<bool> {
        Ok(false)
    }

    /// Computes the lower triangle of the Gram matrix `aᴴ · a`, for every layout of `a`; the strict upper
    /// triangle is unspecified.
    fn gram(&self, a: &ArrayRef2<T>) -> Result<Dense<T>> {
        active::<T>().gram(a)
    }

    /// Factorizes `a` in place as P·L·U. Returns whether P is an odd permutation; the diagonal of `a` is that
    /// of U.
    fn lu(&self, a: &mut Dense<T>) -> Result<bool>;

    /// Solves `aᵀ · x = b`; `b` becomes `x`. The matrix of a caller is the transpose, see `linalg::solve`.
    fn solve_transpose(&self, a: Dense<T>, b: &mut Dense<T>) -> Result<()>;

    /// Computes the factors P·L·U of `a`, which may be singular.
    fn lu_parts(&self, a: Dense<T>) -> Result<LuParts<T>>;

    /// Solves `op(a) · x = b` with the factors of `a`, of any kernels; `b` becomes `x`.
    fn lu_solve(&self, parts: &LuParts<T>, operation: Operation, b: &mut Dense<T>) -> Result<()>;

    /// Overwrites the Hermitian `a`, of which the lower triangle is read, with the lower triangular `l` for
    /// which `l · lᴴ` is `a`. Products that overflow, in a matrix that is not positive definite, may give a
    /// NaN instead of an error.
    fn cholesky(&self, a: &mut Dense<T>) -> Result<()>;

    /// Solves `op(a) · x = b` for a triangular `a` in Fortran order; `b` becomes `x`. The other triangle is
    /// not read.
    fn solve_triangular(
        &self,
        a: &ArrayRef2<T>,
        triangle: Triangle,
        operation: Operation,
        b: &mut Dense<T>,
    ) -> Result<()>;

    /// Computes the factors Q·R, with LAPACK's signs: see `small::qr`.
    fn qr(&self, a: Dense<T>) -> Result<QrParts<T>>;

    /// Returns the first `columns` of Q: not more than its rows, not less than its reflections.
    fn qr_columns(&self, parts: &QrParts<T>, columns: usize) -> Result<Dense<T>>;

    /// Replaces `b` by `Qᴴ · b`.
    fn qr_adjoint(&self, parts: &QrParts<T>, b: &mut Dense<T>) -> Result<()>;

    /// Computes the inverse of `a`.
    fn inv(&self, a: Dense<T>) -> Result<Dense<T>>;

    /// Returns an error if the library cannot address the problem. Called before the matrix is copied.
    fn admit(&self, _problem: Problem) -> Result<()> {
        Ok(())
    }

    /// Computes the singular values, descending, and vectors. Our own kernels have one method only.
    fn svd(&self, a: Dense<T>, vectors: Vectors, method: SvdMethod) -> Result<SvdParts<T>> {
        active::<T>().svd(a, vectors, method)
    }

    /// Computes the eigenvalues, ascending, of the Hermitian matrix whose lower triangle is that of `a`, with
    /// a real diagonal; only those with these indices if a `range` is given, which is not empty. Also the
    /// orthonormal eigenvectors as columns, if they are wanted; otherwise that matrix is empty.
    fn eigh(&self, a: Dense<T>, wanted: Eigen, range: Option<Range<usize>>) -> Result<EighParts<T>> {
        active::<T>().eigh(a, wanted, range)
    }

    /// Computes the eigenvalues of a general matrix, with conjugate pairs adjacent and the positive imaginary
    /// part first, and eigenvectors of Euclidean norm 1.
    fn eig(&self, a: Dense<T>, wanted: Eigen) -> Result<EigParts<T::Real>>;
}

/// Returns the kernels of the active library.
fn active<T: Scalar>() -> &'static dyn Kernels<T> {
    T::kernels_of(Library::ACTIVE)
}

/// The implementations of the kernels.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// Our own kernels for tiny matrices, where the call into a library costs more than the computation.
    Small,
    /// faer.
    #[cfg(backend = "embedded")]
    Embedded,
    /// BLAS and LAPACK.
    #[cfg(backend = "lapack")]
    Lapack,
}

impl Library {
    /// All implementations in this build.
    pub const ALL: &[Library] = &[
        Library::Small,
        #[cfg(backend = "embedded")]
        Library::Embedded,
        #[cfg(backend = "lapack")]
        Library::Lapack,
    ];

    /// The library that the features choose: LAPACK takes precedence over the embedded backend.
    const ACTIVE: Library = Self::ALL[Self::ALL.len() - 1];
}

/// The library of this thread's kernels: the active one, unless a test or benchmark sets another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    library: Library,
    /// Whether tiny matrices use our own kernels, as they do by default.
    small: bool,
    /// Whether small problems stay on one thread, as they do by default.
    thresholds: bool,
    /// Whether even large problems stay on one thread.
    alone: bool,
    /// Number of ways of computing that count as not converged.
    failing: usize,
}

thread_local! {
    static CHOICE: Cell<Choice> =
        const { Cell::new(Choice { library: Library::ACTIVE, small: true, thresholds: true, alone: false, failing: 0 }) };
}

/// Returns the choice of this thread, for the threads that work for it.
pub(crate) fn choice() -> Choice {
    CHOICE.get()
}

/// Runs `f` with every kernel on one thread, so that its bits do not depend on how many there are.
pub(crate) fn alone<R>(choice: Choice, f: impl FnOnce() -> R) -> R {
    with_choice(Choice { alone: true, ..choice }, f)
}

/// Returns whether even large problems stay on one thread.
fn is_alone() -> bool {
    CHOICE.get().alone
}

pub(crate) fn with_choice<R>(choice: Choice, f: impl FnOnce() -> R) -> R {
    struct Restore(Choice);
    impl Drop for Restore {
        fn drop(&mut self) {
            CHOICE.set(self.0);
        }
    }
    let _restore = Restore(CHOICE.replace(choice));
    f()
}

/// Matrices one after the other, of which each is row-major or, if it is `transposed`, column-major.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a, T> {
    pub(crate) all: &'a [T],
    /// The number of elements from one to the next: 0 for a single matrix that is taken again and again.
    pub(crate) step: usize,
    pub(crate) transposed: bool,
}

impl<T> Line<'_, T> {
    /// Returns the matrices from this one on.
    pub(crate) fn from(self, first: usize) -> Self {
        Line { all: &self.all[first * self.step..], ..self }
    }
}

/// Runs `f` with every kernel of this thread in one library, at every size. For the tests of this crate,
/// which run all compiled libraries through the public functions.
#[doc(hidden)]
pub fn run_in<R>(library: Library, f: impl FnOnce() -> R) -> R {
    with_choice(Choice { library, small: false, ..CHOICE.get() }, f)
}

/// Runs `f` as if `library` were the active one, with our own kernels for tiny matrices. For the benchmarks.
#[doc(hidden)]
pub fn run_as<R>(library: Library, f: impl FnOnce() -> R) -> R {
    with_choice(Choice { library, small: true, ..CHOICE.get() }, f)
}

/// Runs `f` with every kernel on all threads, even for small problems. For the benchmark of the thresholds.
#[doc(hidden)]
pub fn run_on_all_threads<R>(f: impl FnOnce() -> R) -> R {
    with_choice(Choice { small: false, thresholds: false, ..CHOICE.get() }, f)
}

/// Runs `f` as if the iterations of the first `count` ways of computing a factorization did not converge, so
/// that the next one runs, or the last if there are no more. For the tests of this crate: hardly any matrix
/// is known for which a library fails.
#[doc(hidden)]
pub fn run_without<R>(count: usize, f: impl FnOnce() -> R) -> R {
    with_choice(Choice { failing: count, ..CHOICE.get() }, f)
}

/// Returns how many ways of computing count as not converged.
pub(crate) fn failing() -> usize {
    CHOICE.get().failing
}

/// Returns whether small problems stay on one thread.
fn thresholds() -> bool {
    CHOICE.get().thresholds
}

/// Maps an element type to its kernels. Private: part of the seal of [`Scalar`].
pub trait Engine: Copy + 'static {
    /// Whether our own kernels are faster than a library's for tiny matrices.
    #[doc(hidden)]
    const SMALL: bool;

    /// Largest order for which our own LU factorization is faster than a library's.
    #[doc(hidden)]
    const SMALL_LU: usize;

    /// Kernels for packs of matrices, if this type has them.
    #[doc(hidden)]
    const PACKS: Option<Packs<Self>>;

    #[doc(hidden)]
    fn kernels_of(library: Library) -> &'static dyn Kernels<Self>
    where
        Self: Scalar;
}

/// Kernels for packs of small matrices, and for one of them, see [`loops::packs`](crate::loops::packs).
#[derive(Debug, Clone, Copy)]
#[allow(clippy::type_complexity)] // signatures of functions
pub struct Packs<T> {
    pub(crate) det: fn(usize, &mut [Pack<T>], &mut Pack<T>) -> Lanes,
    pub(crate) solve: fn(usize, &mut [Pack<T>], &mut [Pack<T>]) -> Lanes,
    pub(crate) cholesky: fn(usize, &mut [Pack<T>], &mut [Pack<T>]) -> Lanes,
    pub(crate) eigh: fn(usize, &mut [Pack<T>], &mut [Pack<T>]) -> Lanes,
    pub(crate) qr: fn([usize; 3], &mut [Pack<T>], &mut [Pack<T>]) -> Lanes,
    pub(crate) svd: fn(usize, &mut [Pack<T>], &mut [Pack<T>]) -> Lanes,
    pub(crate) det_alone: fn(usize, &mut [T], &mut T) -> Lanes,
    pub(crate) solve_alone: fn(usize, &mut [T], &mut [T]) -> Lanes,
    pub(crate) cholesky_alone: fn(usize, &mut [T], &mut [T]) -> Lanes,
    pub(crate) interleave: fn(usize, usize, bool, [&[T]; LANES], &mut [Pack<T>]),
    pub(crate) separate: fn(usize, usize, bool, &[Pack<T>], &mut [T]),
}

macro_rules! engine {
    ($($t:ty: $small:literal, $small_lu:expr, $packs:expr;)*) => {$(
        impl Engine for $t {
            const SMALL: bool = $small;
            const SMALL_LU: usize = $small_lu;
            const PACKS: Option<Packs<Self>> = $packs;

            // not inlined: the vtable would compile all kernels in the calling crate
            #[inline(never)]
            fn kernels_of(library: Library) -> &'static dyn Kernels<Self> {
                match library {
                    Library::Small => &small::Small,
                    #[cfg(backend = "embedded")]
                    Library::Embedded => &embedded::Embedded,
                    #[cfg(backend = "lapack")]
                    Library::Lapack => &lapack::Lapack,
                }
            }
        }
    )*};
}

engine! {
    f32: true, SMALL_LU, Some(Packs::REAL);
    f64: true, SMALL_LU, Some(Packs::REAL);
    num_complex::Complex32: false, SMALL_COMPLEX_LU, None;
    num_complex::Complex64: false, SMALL_COMPLEX_LU, None;
}

/// Returns the kernels for matrices whose largest dimension is `size`, where our own are faster up to
/// `small`.
pub(crate) fn kernels<T: Scalar>(size: usize, small: usize) -> &'static dyn Kernels<T> {
    kernels_if(T::SMALL && size <= small)
}

impl<T: Packed> Packs<T> {
    const REAL: Self = Packs {
        det: packs::det,
        solve: packs::solve,
        cholesky: packs::cholesky,
        det_alone: packs::det_alone,
        solve_alone: packs::solve_alone,
        cholesky_alone: packs::cholesky_alone,
        interleave: packs::interleave,
        separate: packs::separate,
        eigh: symmetric::eigh,
        qr: householder::qr,
        svd: singular::svd,
    };
}

/// Returns the kernels for packs of matrices of this order, which also a matrix alone uses.
pub(crate) fn packs<T: Scalar>(order: usize) -> Option<Packs<T>> {
    let Choice { library, small, .. } = CHOICE.get();
    let ours = library == Library::Small || small;
    T::PACKS.filter(|_| ours && (1..=packs::LARGEST).contains(&order))
}

/// Returns whether our own kernels are faster for a product of these dimensions `(m, k)` and `(k, n)`. Larger
/// matrices that are not row-major (`in_rows`), for which ours need copies, are left to a library.
fn is_small_product([m, k, n]: [usize; 3], in_rows: bool) -> bool {
    // Not in builds for debugging, in which the loops of a library are compiled all the same; and oneMKL and
    // Accelerate use what these loops do not, such as the matrix units of Apple's processors.
    const LOOPS: bool = !cfg!(any(debug_assertions, feature = "mkl-system", feature = "accelerate"));
    let size = m.max(k).max(n);
    if size <= SMALL_PRODUCT {
        return true;
    }
    let limit = match (m, n) {
        (_, 1) | (1, _) if in_rows && (size <= SMALL_THREADED_VECTOR_PRODUCT || !has_threads()) => {
            SMALL_VECTOR_PRODUCT
        }
        (4.., 8..) if in_rows => SMALL_SQUARE_PRODUCT,
        (4.., 8..) => SMALL_COPIED_PRODUCT,
        _ => 0, // nearly a vector
    };
    LOOPS && size <= limit && level() >= Level::Avx2
}

/// Returns whether the active library is one of LAPACK, with several threads.
fn has_threads() -> bool {
    let Choice { library, .. } = CHOICE.get();
    match library {
        #[cfg(backend = "lapack")]
        Library::Lapack => crate::threads::count() > 1,
        _ => false,
    }
}

/// Returns the kernels for a product of these dimensions `(m, k)` and `(k, n)`, both matrices row-major or
/// not.
pub(crate) fn product_kernels<T: Scalar>(dims: [usize; 3], in_rows: bool) -> &'static dyn Kernels<T> {
    product_choice(dims, in_rows).0
}

/// As [`product_kernels`], and whether they are our own, which read matrices in row-major order.
pub(crate) fn product_choice<T: Scalar>(dims: [usize; 3], in_rows: bool) -> (&'static dyn Kernels<T>, bool) {
    let is_small = T::SMALL && is_small_product(dims, in_rows);
    (kernels_if(is_small), are_ours::<T>(is_small))
}

/// Returns whether [`kernels`] are our own.
pub(crate) fn are_small<T: Scalar>(size: usize, small: usize) -> bool {
    are_ours::<T>(size <= small)
}

fn are_ours<T: Scalar>(is_small: bool) -> bool {
    let Choice { library, small, .. } = CHOICE.get();
    T::SMALL && (library == Library::Small || (small && is_small))
}

/// Returns the kernels for the LU factorization of matrices of this order.
pub(crate) fn lu_kernels<T: Scalar>(order: usize) -> &'static dyn Kernels<T> {
    kernels_if(order <= T::SMALL_LU)
}

fn kernels_if<T: Scalar>(small: bool) -> &'static dyn Kernels<T> {
    let Choice { library, small: ours, .. } = CHOICE.get();
    T::kernels_of(if ours && small { Library::Small } else { library })
}

/// The library in use, as it reports itself at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// Its name: `"faer"`, `"OpenBLAS"`, `"oneMKL"`, `"BLIS"`, `"FlexiBLAS"`, `"Accelerate"`, or
    /// `"BLAS/LAPACK"` if it does not report one, as the reference implementation does not.
    pub name: String,
    /// Its version; that of the LAPACK interface if the library does not report its own.
    pub version: String,
    /// The processor type or instruction set that its code was selected for, if it reports one; for
    /// FlexiBLAS, the library behind it.
    pub core: Option<String>,
    /// Number of threads that its next call may use.
    pub threads: usize,
    /// The file that the BLAS was loaded from, if the system reports it: the program itself if the BLAS is
    /// linked statically.
    pub blas: Option<PathBuf>,
    /// The file that LAPACK was loaded from: with BLIS and the reference BLAS, another file.
    pub lapack: Option<PathBuf>,
}

impl std::fmt::Display for Info {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)?;
        if let Some(core) = &self.core {
            write!(f, " ({core})")?;
        }
        if let (Some(lapack), true) = (&self.lapack, self.lapack != self.blas) {
            write!(f, ", LAPACK in {}", lapack.display())?;
        }
        write!(f, ", {} thread{}", self.threads, if self.threads == 1 { "" } else { "s" })
    }
}

/// Describes the library of this thread's kernels.
pub(crate) fn info() -> Info {
    let Choice { library, .. } = CHOICE.get();
    match library {
        #[cfg(backend = "lapack")]
        Library::Lapack => lapack::info(),
        #[cfg(backend = "embedded")]
        Library::Embedded => embedded::info(),
        Library::Small => Info {
            name: "linstat".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            core: None,
            threads: 1,
            blas: None,
            lapack: None,
        },
    }
}

/// Returns the number of threads that a call into that library may use.
pub(crate) fn threads() -> usize {
    let Choice { library, .. } = CHOICE.get();
    match library {
        #[cfg(backend = "lapack")]
        Library::Lapack => lapack::threads(),
        #[cfg(backend = "embedded")]
        Library::Embedded => crate::threads::count(),
        Library::Small => 1,
    }
}

/// Returns the order from which that library's factorizations may use its threads.
pub(crate) fn parallel_order() -> usize {
    let Choice { library, .. } = CHOICE.get();
    match library {
        #[cfg(backend = "lapack")]
        Library::Lapack => LAPACK_PARALLEL,
        #[cfg(backend = "embedded")]
        Library::Embedded => FAER_PARALLEL,
        Library::Small => usize::MAX,
    }
}

/// Returns the number of threads of the LAPACK library, if there is one.
pub(crate) fn library_threads() -> Option<usize> {
    #[cfg(backend = "lapack")]
    return Some(lapack::threads());
    #[cfg(not(backend = "lapack"))]
    None
}

/// Sets the number of threads of the LAPACK library, if there is one.
pub(crate) fn set_library_threads(n: usize) -> Result<()> {
    #[cfg(backend = "lapack")]
    lapack::set_threads(n)?;
    #[cfg(not(backend = "lapack"))]
    let _ = n;
    Ok(())
}
