//! Shared by all tests: element types, values, and loops over libraries, sizes and layouts.

pub mod assert;
pub mod element;
pub mod golden;
pub mod layouts;

use assert::case;
pub use element::{Element, Stored};
use layouts::{each_layout, each_stride};
use linstat::backend::with_threads;
use linstat::testing::{Library, run_in};
use linstat::{Real, Scalar};
use ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension};
use num_complex::{Complex, Complex64};
use num_traits::{Float, One};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test per function and element type: `for_real!(name, check)` makes `name::f32` and `name::f64`.
macro_rules! for_real {
    ($($name:ident => $check:ident;)*) => { for_types! { $($name => $check, [f32, f64];)* } };
}

/// As `for_real`, with the complex types too.
macro_rules! for_scalar {
    ($($name:ident => $check:ident;)*) => {
        for_types! { $($name => $check, [f32, f64, Complex32, Complex64];)* }
    };
}

macro_rules! for_types {
    ($($name:ident => $check:ident, [$($t:ident),*];)*) => {$(
        mod $name {
            $(
                #[test]
                #[allow(non_snake_case, unused_imports)]
                fn $t() {
                    use num_complex::{Complex32, Complex64};
                    super::$check::<$t>();
                }
            )*
        }
    )*};
}

/// The sizes of square matrices: empty, single, below and above the block sizes of the kernels.
pub const SIZES: &[usize] = &[0, 1, 2, 3, 5, 8, 16, 17, 33, 64, 130];

/// Shapes of rectangular matrices: empty, single rows and columns, tall, wide.
pub const SHAPES: &[(usize, usize)] = &[
    (0, 0),
    (0, 3),
    (3, 0),
    (1, 1),
    (1, 5),
    (5, 1),
    (2, 3),
    (3, 2),
    (16, 17),
    (17, 16),
    (40, 3),
    (3, 40),
    (130, 20),
    (20, 130),
    (33, 33),
];

/// Runs `f` in every library, and then names the libraries in which it failed.
pub fn each_library(f: impl Fn()) {
    each_of(Library::ALL, f);
}

/// As [`each_library`], without our own kernels, which take long for large matrices.
pub fn each_large_library(f: impl Fn()) {
    each_of(&Library::ALL[1..], f);
}

fn each_of(libraries: &[Library], f: impl Fn()) {
    let mut failures = Vec::new();
    for &library in libraries {
        let run = || case(format!("{library:?}"), || run_in(library, &f));
        if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
            failures.push((library, panic));
        }
    }
    if !failures.is_empty() {
        let names: Vec<_> = failures.iter().map(|(library, _)| library).collect();
        eprintln!("failed in {names:?} of {:?}", Library::ALL);
        resume_unwind(failures.swap_remove(0).1);
    }
}

/// Calls `f` in every library with a square matrix of every size, and with small ones in every layout.
pub fn each_square<T: Element>(f: impl Fn(&ArrayRef2<T>)) {
    let shapes: Vec<_> = SIZES.iter().map(|&n| (n, n)).collect();
    each_matrix(&shapes, &[(1, 1), (2, 2), (5, 5), (18, 18)], f);
}

/// Calls `f` in every library with a matrix of every shape, and with small ones in every layout.
pub fn each_rectangle<T: Element>(f: impl Fn(&ArrayRef2<T>)) {
    each_matrix(SHAPES, &[(1, 4), (4, 1), (3, 5), (18, 4), (4, 18)], f);
}

/// Calls `f` in every library with random square matrices of all small orders, and with small whole numbers,
/// many of which are singular or have multiple eigenvalues. Only a few of each; `cargo bench --bench sweep`
/// runs many.
pub fn each_small_order<T: Element>(f: impl Fn(&ArrayRef2<T>)) {
    each_library(|| {
        for n in 1..=40 {
            for seed in 0..if n < 12 { 4 } else { 1 } {
                case(format!("{n}, seed {seed}"), || f(&matrix::<T>(n, n, 1000 + seed)));
                let whole = matrix::<T>(n, n, 2000 + seed)
                    .mapv(|x| T::new((3.0 * x.re().f64()).trunc(), (3.0 * x.im().f64()).trunc()));
                case(format!("whole numbers, {n}, seed {seed}"), || f(&whole));
            }
        }
    });
}

fn each_matrix<T: Element>(
    shapes: &[(usize, usize)],
    in_layouts: &[(usize, usize)],
    f: impl Fn(&ArrayRef2<T>),
) {
    each_library(|| {
        for &(m, n) in shapes {
            case(format!("{} {m} x {n}", T::NAME), || f(&matrix::<T>(m, n, 1)));
        }
        for &(m, n) in in_layouts {
            each_layout(&matrix::<T>(m, n, 2), &f);
        }
    });
}

/// A lock for tests that set the number of threads, which is global: they run one after the other.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `f` on `n` threads, or on the current number if the library does not accept `n`.
pub fn on_threads<R>(n: usize, f: impl FnOnce() -> R) -> R {
    let _alone = alone();
    if with_threads(n, || ()).is_ok() { with_threads(n, f).unwrap() } else { f() }
}

/// Calls `f` in every library with vectors of several lengths and every stride.
pub fn each_vector<T: Element>(f: impl Fn(&ArrayRef1<T>)) {
    each_library(|| [0, 1, 2, 5, 18, 33, 5000].iter().for_each(|&n| each_stride(&vector::<T>(n, 3), &f)));
}

/// A reproducible stream of random words: splitmix64.
pub fn random_words(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// A reproducible stream of random samples in (-1, 1).
pub fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut next = random_words(seed);
    move || (next() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

pub fn matrix<T: Element>(m: usize, n: usize, seed: u64) -> Array2<T> {
    let mut next = random(seed + 1000 * m as u64 + n as u64);
    Array2::from_shape_simple_fn((m, n), || T::new(next(), next()))
}

pub fn vector<T: Element>(n: usize, seed: u64) -> Array1<T> {
    let mut next = random(seed + n as u64);
    Array1::from_shape_simple_fn(n, || T::new(next(), next()))
}

pub fn adjoint<T: Scalar>(a: &ArrayRef2<T>) -> Array2<T> {
    a.t().mapv(Scalar::conj)
}

/// The Hermitian matrix `a + aᴴ`.
pub fn hermitian<T: Scalar>(a: &ArrayRef2<T>) -> Array2<T> {
    a.to_owned() + adjoint(a)
}

/// A matrix with orthonormal columns, by modified Gram-Schmidt, applied twice.
pub fn orthonormal<T: Element>(m: usize, n: usize, seed: u64) -> Array2<T> {
    let mut q = matrix::<T>(m, n, seed);
    for j in 0..n {
        for _ in 0..2 {
            for i in 0..j {
                let along: T = q.column(i).iter().zip(q.column(j)).map(|(&x, &y)| x.conj() * y).sum();
                let step = q.column(i).mapv(|x| x * along);
                q.column_mut(j).zip_mut_with(&step, |q, &s| *q -= s);
            }
            let size = q.column(j).iter().map(|x| x.modulus() * x.modulus()).sum::<T::Real>().sqrt();
            q.column_mut(j).mapv_inplace(|x| x / T::from_real(size));
        }
    }
    q
}

/// A matrix with these singular values.
pub fn with_spectrum<T: Element>(m: usize, n: usize, s: &[f64], seed: u64) -> Array2<T> {
    let (u, v) = (orthonormal::<T>(m, s.len(), seed), orthonormal::<T>(n, s.len(), seed + 1));
    let s = Array1::from_iter(s.iter().map(|&s| T::new(s, 0.0)));
    (u * s).dot(&adjoint(&v))
}

/// The same numbers as `Complex64`, in which expected values are computed.
pub fn wide<T: Scalar, D: Dimension>(a: &ArrayRef<T, D>) -> Array<Complex64, D> {
    a.mapv(|x| Complex64::new(x.re().f64(), x.im().f64()))
}

/// As [`wide`], for complex results of generic functions.
pub fn wide_complex<R: Real, D: Dimension>(a: &ArrayRef<Complex<R>, D>) -> Array<Complex64, D> {
    a.mapv(|x| Complex64::new(x.re.f64(), x.im.f64()))
}

/// The results of Gauss-Jordan elimination in `Complex64`.
pub struct Reference {
    pub det: Complex64,
    /// In the 1-norm.
    pub cond: f64,
}

pub fn eliminate<T: Scalar>(a: &ArrayRef2<T>) -> Reference {
    let n = a.nrows();
    let a = wide(a);
    let mut rows: Vec<Vec<Complex64>> =
        ndarray::concatenate![Axis(1), a, Array2::eye(n)].outer_iter().map(|r| r.to_vec()).collect();
    let mut det = Complex64::one();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| rows[i][k].norm().total_cmp(&rows[j][k].norm())).unwrap_or(k);
        if pivot != k {
            rows.swap(k, pivot);
            det = -det;
        }
        let mut top = std::mem::take(&mut rows[k]);
        let scale = top[k];
        det *= scale;
        top.iter_mut().for_each(|x| *x /= scale);
        for row in rows.iter_mut().filter(|row| !row.is_empty()) {
            let factor = row[k];
            row[k..].iter_mut().zip(&top[k..]).for_each(|(x, &t)| *x -= factor * t);
        }
        rows[k] = top;
    }
    let inverse = Array2::from_shape_fn((n, n), |(i, j)| rows[i][n + j]);
    let cond = assert::one_norm(&a) * assert::one_norm(&inverse);
    Reference { det, cond }
}

/// Runs `f` on another thread and fails if it has not ended after half a minute.
pub fn must_end<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || sender.send(f()));
    match receiver.recv_timeout(std::time::Duration::from_secs(30)) {
        Ok(result) => result,
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => assert::fail("it does not end"),
        Err(_) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(_) => unreachable!("a thread that ends well has sent its result"),
        },
    }
}
