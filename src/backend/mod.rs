//! The library that computes: which one it is, and how many threads it may use.
//!
//! The backend is chosen by a cargo feature of the final program; see the [crate documentation](crate#backends).
//! What the rest of the crate knows of it is the private trait `Kernels`.

mod dense;
#[cfg(backend = "embedded")]
mod embedded;
#[cfg(backend = "lapack")]
mod lapack;
mod small;

pub use dense::Dense;
pub(crate) use dense::{check_memory, zeros};

use crate::{Error, Result, Scalar};
use ndarray::{ArrayRef2, ArrayViewMut2};
use num_complex::Complex;
use std::cell::Cell;
use std::path::PathBuf;

/// Which singular vectors a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vectors {
    /// Singular values only.
    None,
    /// The first min(m, n) columns of u and rows of vt.
    Reduced,
    /// Square u and vt.
    Full,
}

/// A singular value decomposition; `u` and `vt` are empty if no vectors were asked for.
#[derive(Debug)]
pub struct SvdParts<T: Scalar> {
    /// Left singular vectors, a column each.
    pub u: Dense<T>,
    /// Singular values, descending.
    pub s: Vec<T::Real>,
    /// Right singular vectors, conjugated, a row each.
    pub vt: Dense<T>,
}

/// Eigenvalues of a Hermitian matrix, ascending, and its eigenvectors, a column each.
pub type EighParts<T> = (Vec<<T as Scalar>::Real>, Dense<T>);

/// Eigenvalues of a general matrix and, if asked for, the eigenvectors, column by column.
pub type EigParts<R> = (Vec<Complex<R>>, Option<Vec<Complex<R>>>);

/// The linear algebra that a backend has to provide. Everything else is written once on top of it.
///
/// Callers guarantee: square matrices where the mathematics wants them, matching dimensions, no dimension 0, and
/// finite elements of moderate size (see `linalg::condition`). Matrices come as owned [`Dense`] copies, so a kernel
/// may destroy them.
pub trait Kernels<T: Scalar>: Sync {
    /// `c = a · b + beta * c`, for every layout of `a` and `b`; `c` is row-major or column-major without gaps in its
    /// rows or columns.
    fn gemm(&self, a: &ArrayRef2<T>, b: &ArrayRef2<T>, beta: T, c: ArrayViewMut2<'_, T>) -> Result<()>;

    /// The lower triangle of the Gram matrix `aᴴ · a`, for every layout of `a`; the strict upper triangle may hold anything.
    fn gram(&self, op: &'static str, a: &ArrayRef2<T>) -> Result<Dense<T>>;

    /// Factorizes `a` in place as P·L·U. Returns whether P is an odd permutation; the diagonal holds that of U.
    fn lu(&self, a: &mut Dense<T>) -> Result<bool>;

    /// Solves `a · x = b`, or `aᵀ · x = b`; `b` becomes `x`.
    fn solve(&self, a: Dense<T>, transposed: bool, b: &mut Dense<T>) -> Result<()>;

    /// The inverse of `a`.
    fn inv(&self, a: Dense<T>) -> Result<Dense<T>>;

    /// Singular values, descending, and vectors.
    fn svd(&self, a: Dense<T>, vectors: Vectors) -> Result<SvdParts<T>>;

    /// Eigenvalues, ascending, of the Hermitian matrix whose lower triangle is that of `a`; only the `largest` if a
    /// count is given. With `vectors`, the orthonormal eigenvectors as columns, else an empty matrix.
    fn eigh(&self, a: Dense<T>, vectors: bool, largest: Option<usize>) -> Result<EighParts<T>>;

    /// Eigenvalues of a general matrix, conjugate pairs adjacent with the positive imaginary part first, and
    /// eigenvectors of Euclidean norm 1.
    fn eig(&self, a: Dense<T>, vectors: bool) -> Result<EigParts<T::Real>>;
}

/// The libraries that can run the kernels.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// Our own kernels for tiny matrices, where the call into a library costs more than the mathematics.
    Small,
    /// faer.
    #[cfg(backend = "embedded")]
    Embedded,
    /// BLAS and LAPACK.
    #[cfg(backend = "lapack")]
    Lapack,
}

impl Library {
    /// All that this build contains.
    pub const ALL: &[Library] = &[
        Library::Small,
        #[cfg(backend = "embedded")]
        Library::Embedded,
        #[cfg(backend = "lapack")]
        Library::Lapack,
    ];

    /// The one that the features chose: LAPACK wins over the embedded kernels.
    const ACTIVE: Library = Self::ALL[Self::ALL.len() - 1];
}

/// Which library this thread's kernels run in: the active one unless a test or benchmark says otherwise.
#[derive(Debug, Clone, Copy)]
struct Choice {
    library: Library,
    /// Whether tiny matrices go to our own kernels, as they do in use.
    small: bool,
}

thread_local! {
    static CHOICE: Cell<Choice> = const { Cell::new(Choice { library: Library::ACTIVE, small: true }) };
}

fn with_choice<R>(choice: Choice, f: impl FnOnce() -> R) -> R {
    struct Restore(Choice);
    impl Drop for Restore {
        fn drop(&mut self) {
            CHOICE.set(self.0);
        }
    }
    let _restore = Restore(CHOICE.replace(choice));
    f()
}

/// Runs `f` with every kernel of this thread in one library, at every size. For the tests of this crate, which drive
/// all compiled libraries through the public functions.
#[doc(hidden)]
pub fn run_in<R>(library: Library, f: impl FnOnce() -> R) -> R {
    with_choice(Choice { library, small: false }, f)
}

/// Runs `f` as if `library` were the active one, our own kernels for tiny matrices included. For the benchmarks.
#[doc(hidden)]
pub fn run_as<R>(library: Library, f: impl FnOnce() -> R) -> R {
    with_choice(Choice { library, small: true }, f)
}

/// The seal of [`Scalar`], and the way from an element type to its kernels.
pub trait Engine: Copy + 'static {
    #[doc(hidden)]
    fn kernels_of(library: Library) -> &'static dyn Kernels<Self>
    where
        Self: Scalar;
}

macro_rules! engine {
    ($($t:ty: $small_kernels:expr;)*) => {$(
        impl Engine for $t {
            fn kernels_of(library: Library) -> &'static dyn Kernels<Self> {
                match library {
                    Library::Small => $small_kernels,
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
    f32: &small::Small;
    f64: &small::Small;
    // the small kernels are real
    num_complex::Complex32: Self::kernels_of(Library::ACTIVE);
    num_complex::Complex64: Self::kernels_of(Library::ACTIVE);
}

/// The kernels to use for matrices whose largest dimension is `size`, where our own are faster up to `small`.
pub(crate) fn kernels<T: Scalar>(size: usize, small: usize) -> &'static dyn Kernels<T> {
    let Choice { library, small: ours } = CHOICE.get();
    T::kernels_of(if ours && size <= small { Library::Small } else { library })
}

/// The library in use, as it describes itself at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// Its name: `"faer"`, `"OpenBLAS"` or `"BLAS/LAPACK"`, where it does not tell.
    pub name: String,
    /// Its version; that of the LAPACK interface where the library does not tell its own.
    pub version: String,
    /// The processor type or instruction set that its kernels were chosen for, if it tells.
    pub core: Option<String>,
    /// The threads that its next call may use.
    pub threads: usize,
    /// The file that the kernels were loaded from, where they are in a shared library.
    pub library: Option<PathBuf>,
}

impl std::fmt::Display for Info {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)?;
        if let Some(core) = &self.core {
            write!(f, " ({core})")?;
        }
        write!(f, ", {} thread{}", self.threads, if self.threads == 1 { "" } else { "s" })
    }
}

/// Tells which library is really in use, with its version, processor type and thread count.
///
/// # Examples
/// ```
/// let info = linstat::backend::info();
/// println!("{info}"); // faer 0.24 (AVX2), 8 threads
/// assert!(info.threads >= 1);
/// ```
pub fn info() -> Info {
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
            library: None,
        },
    }
}

/// The number of threads that the backend may use for one call.
pub fn threads() -> usize {
    info().threads
}

/// Sets the number of threads that the backend may use for one call, for the whole process, and returns the number
/// that is now in force: a library without threads, as the reference BLAS, stays at 1.
///
/// Call it before the work begins: it affects calls that other threads have already started only as far as the library
/// allows.
///
/// # Errors
/// [`Error::InvalidArgument`] if `n` is 0 or above 1024.
///
/// # Examples
/// ```
/// use linstat::backend;
/// assert_eq!(backend::set_threads(1)?, 1);
/// assert_eq!(backend::threads(), 1);
/// assert!(backend::set_threads(0).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn set_threads(n: usize) -> Result<usize> {
    if n == 0 || n > 1024 {
        return Err(Error::invalid("set_threads", "n", format!("expected 1 to 1024, found {n}")));
    }
    #[cfg(backend = "embedded")]
    embedded::set_threads(n);
    #[cfg(backend = "lapack")]
    lapack::set_threads(n);
    Ok(threads())
}
