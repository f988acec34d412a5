//! A sweep of random matrices through `eig`, `eigh` and `svd` in every library that was compiled: no result
//! may have a NaN, a large residual or a vector whose norm is not 1.
//!
//! `cargo bench --bench sweep --features openblas-system -- [MATRICES [LARGEST]]` runs MATRICES (20 000) for
//! every order from 1 to LARGEST (40), element type and function: a quarter each of uniform samples, of small
//! whole numbers (many are singular or defective), of triangular matrices of those, and of matrices with
//! graded rows. Prints the worst residual of each, and fails if any is above the threshold of LAPACK's own
//! tests, 30 units of `n * EPSILON * norm`.

use linstat::backend;
use linstat::ndarray::Array2;
use linstat::testing::{self, Library};
use linstat::{Real, Scalar, SvdShape, eig, eigh, svd};
use num_complex::{Complex, Complex32, Complex64};
use rayon::prelude::*;
use std::process::ExitCode;

const THRESHOLD: f64 = 30.0;

/// splitmix64
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In (-1, 1)
    fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

fn matrix<T: Scalar>(n: usize, index: usize, new: fn(f64, f64) -> T) -> Array2<T> {
    let mut random = Random(((n as u64) << 32) + index as u64);
    Array2::from_shape_fn((n, n), |(i, j)| {
        let whole = |x: f64| (x * 3.0).trunc();
        let [re, im] = [random.uniform(), random.uniform()];
        match index % 4 {
            0 => new(re, im),
            1 => new(whole(re), whole(im)),
            2 if i > j => T::zero(),
            2 => new(whole(re), 0.0),
            _ => new(re, im) * T::from_real(<T::Real as Real>::of(0.5f64.powi(i as i32))),
        }
    })
}

fn wide<T: Scalar>(a: &Array2<T>) -> Vec<Complex64> {
    a.t().iter().map(|x| Complex64::new(x.re().f64(), x.im().f64())).collect()
}

/// The largest of some errors; infinite if one is NaN.
fn worst(errors: impl Iterator<Item = f64>) -> f64 {
    errors.fold(0.0, |worst, e| {
        if e <= worst {
            worst
        } else if e.is_nan() {
            f64::INFINITY
        } else {
            e
        }
    })
}

fn length(x: impl Iterator<Item = Complex64>) -> f64 {
    x.map(|x| x.norm_sqr()).sum::<f64>().sqrt()
}

/// In units of `EPSILON`: the largest `|a x_j - s_j y_j|` over the norm of `a`, and the largest
/// `||x_j| - 1|`, both over `n`, column by column.
fn errors(eps: f64, n: usize, a: &[Complex64], s: &[Complex64], x: &[Complex64], y: &[Complex64]) -> f64 {
    let norm = length(a.iter().copied());
    let columns = x.chunks_exact(n).zip(y.chunks_exact(n)).zip(s).map(|((x, y), s)| {
        let mut r: Vec<Complex64> = y.iter().map(|y| -s * y).collect();
        for (a, x) in a.chunks_exact(n).zip(x) {
            r.iter_mut().zip(a).for_each(|(r, a)| *r += a * x);
        }
        let residual = length(r.into_iter());
        let units = [length(x.iter().copied()), length(y.iter().copied())].map(|l| (l - 1.0).abs());
        worst([if residual == 0.0 { 0.0 } else { residual / norm }].into_iter().chain(units))
    });
    worst(columns) / (eps * n as f64)
}

/// The error of one function of one matrix; infinite if the function fails.
type Check<T> = fn(&Array2<T>) -> f64;

fn eig_error<T: Scalar>(a: &Array2<T>) -> f64 {
    let Ok(result) = eig(a) else { return f64::INFINITY };
    let wide_complex = |z: &Complex<T::Real>| Complex64::new(z.re.f64(), z.im.f64());
    let w: Vec<_> = result.eigenvalues.iter().map(wide_complex).collect();
    let v: Vec<_> = result.eigenvectors.t().iter().map(wide_complex).collect();
    errors(<T::Real as num_traits::Float>::epsilon().f64(), a.nrows(), &wide(a), &w, &v, &v)
}

fn eigh_error<T: Scalar>(a: &Array2<T>) -> f64 {
    let a = a + &a.t().mapv(T::conj);
    let Ok(result) = eigh(&a) else { return f64::INFINITY };
    let w: Vec<_> = result.eigenvalues.iter().map(|w| Complex64::from(w.f64())).collect();
    let v = wide(&result.eigenvectors);
    errors(<T::Real as num_traits::Float>::epsilon().f64(), a.nrows(), &wide(&a), &w, &v, &v)
}

fn svd_error<T: Scalar>(a: &Array2<T>) -> f64 {
    let Ok(result) = svd(a, SvdShape::Reduced) else { return f64::INFINITY };
    let s: Vec<_> = result.s.iter().map(|s| Complex64::from(s.f64())).collect();
    let v = wide(&result.vt.t().mapv(T::conj));
    errors(<T::Real as num_traits::Float>::epsilon().f64(), a.nrows(), &wide(a), &s, &v, &wide(&result.u))
}

/// Prints a line per function, and returns whether all stayed below the threshold.
fn sweep<T: Scalar>(name: &str, new: fn(f64, f64) -> T, matrices: usize, largest: usize) -> bool {
    let checks: [(&str, Check<T>); 3] = [("eig", eig_error), ("eigh", eigh_error), ("svd", svd_error)];
    let mut good = true;
    for &library in Library::ALL {
        for (function, check) in checks {
            let cases: Vec<(usize, usize)> =
                (1..=largest).flat_map(|n| (0..matrices).map(move |i| (n, i))).collect();
            let (error, bad, (n, index)) = cases
                .into_par_iter()
                .map(|(n, index)| {
                    let a = matrix(n, index, new);
                    let error = testing::run_in(library, || check(&a));
                    (error, usize::from(error.is_nan() || error >= THRESHOLD), (n, index))
                })
                .reduce(
                    || (0.0, 0, (0, 0)),
                    |x, y| {
                        let (error, _, place) = if y.0 > x.0 { y } else { x };
                        (error, x.1 + y.1, place)
                    },
                );
            println!(
                "{:10} {name:10} {function:5} {:8} matrices, {bad:4} bad, worst {error:8.2} units, of order {n}, number {index}",
                format!("{library:?}"),
                matrices * largest
            );
            good &= bad == 0;
        }
    }
    good
}

fn main() -> ExitCode {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let (matrices, largest) = (numbers.next().unwrap_or(20_000), numbers.next().unwrap_or(40));
    backend::set_threads(1).expect("every library runs on one thread");
    let good = [
        sweep::<f32>("f32", |re, _| re as f32, matrices, largest),
        sweep::<f64>("f64", |re, _| re, matrices, largest),
        sweep::<Complex32>("Complex32", |re, im| Complex32::new(re as f32, im as f32), matrices, largest),
        sweep::<Complex64>("Complex64", Complex64::new, matrices, largest),
    ];
    if good == [true; 4] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
