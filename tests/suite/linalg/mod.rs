//! `linstat::linalg`, a file per factorization; here the arguments that all of them refuse.

mod cholesky;
mod construct;
mod det;
pub mod eig;
pub mod eigh;
mod expm;
mod factors;
mod generalized;
mod hermitian;
mod inv;
mod lstsq;
mod norm;
mod polar;
mod qr;
mod signs;
mod solve;
mod stacks;
pub mod svd;
mod tensor;
mod trace;
mod triangular;

use crate::common::Element;
use crate::common::assert::*;
use crate::common::*;
use linstat::*;
use ndarray::{Array2, ArrayRef2, Axis};

for_scalar! {
    nan_and_infinity => not_finite;
    huge => huge;
}

/// 2^-exponent in double precision, 2^-(exponent / 7 - 8) in single precision.
fn tiny<T: Element>(exponent: i32) -> T::Real {
    let exponent = if T::eps() < 1e-10 { exponent } else { exponent / 7 - 8 };
    <T::Real as Real>::of(0.5f64.powi(exponent / 2))
        * <T::Real as Real>::of(0.5f64.powi(exponent - exponent / 2))
}

/// A well-conditioned matrix of integers, which stay exact when they are scaled to denormal numbers.
fn integers<T: Element>(n: usize) -> Array2<T> {
    let a =
        matrix::<T>(n, n, 6).mapv(|x| T::new((100.0 * x.re().f64()).trunc(), (100.0 * x.im().f64()).trunc()));
    a + Array2::from_diag_elem(n, T::new(150.0, 0.0))
}

/// Calls `f` in each library with exactly singular matrices and the index of the pivot that is zero.
fn each_singular<T: Element>(f: impl Fn(&Array2<T>, usize)) {
    each_library(|| {
        for n in [1, 2, 3, 20, 70] {
            // a zero on the diagonal of a triangular matrix is a pivot that is exactly zero, without rounding
            for pivot in [0, n / 2, n - 1] {
                let mut a = Array2::<T>::eye(n);
                a[[pivot, pivot]] = T::zero();
                case(format!("{} {n} x {n}, pivot {pivot}", T::NAME), || f(&a, pivot));
            }
            if n > 1 {
                case(format!("{} {n} x {n}, all ones", T::NAME), || f(&Array2::ones((n, n)), 1));
            }
        }
    });
}

/// A function that factorizes: its name in errors, and a call that drops the result.
pub type Call<T> = (&'static str, fn(&ArrayRef2<T>) -> Result<()>);

/// All functions of a square matrix.
pub fn of_square<T: Element>() -> Vec<Call<T>> {
    vec![
        ("det", |a| det(a).map(drop)),
        ("slogdet", |a| slogdet(a).map(drop)),
        ("inv", |a| inv(a).map(drop)),
        ("solve", |a| solve(a, &vector(a.nrows().min(100), 1)).map(drop)),
        ("solve", |a| solve(a, &matrix(a.nrows().min(100), 3, 1)).map(drop)),
        ("cholesky", |a| cholesky(a).map(drop)),
        ("cholesky_upper", |a| cholesky_upper(a).map(drop)),
        ("solve_triangular", |a| {
            solve_triangular(a, &vector(a.nrows().min(100), 1), TriangularShape::lower().unit_diagonal())
                .map(drop)
        }),
        ("LuFactor::new", |a| LuFactor::new(a).map(drop)),
        ("CholeskyFactor::new", |a| CholeskyFactor::new(a).map(drop)),
        ("expm", |a| expm(a).map(drop)),
        ("eig", |a| eig(a).map(drop)),
        ("eigvals", |a| eigvals(a).map(drop)),
        ("eigh", |a| eigh(a).map(drop)),
        ("eigvalsh", |a| eigvalsh(a).map(drop)),
        ("eigh_range", |a| eigh_range(a, ..a.nrows().min(1)).map(drop)),
        ("eigh_range", |a| eigh_range(a, ..0).map(drop)),
        ("eigvalsh_range", |a| eigvalsh_range(a, a.nrows() / 2..).map(drop)),
        ("eigh_generalized", |a| eigh_generalized(a, a, GeneralizedType::Pencil).map(drop)),
        ("eigvalsh_generalized", |a| eigvalsh_generalized(a, a, GeneralizedType::ProductAb).map(drop)),
        ("pinvh", |a| pinvh(a, None).map(drop)),
        ("sqrtm_hermitian", |a| sqrtm_hermitian(a).map(drop)),
        ("svd_hermitian", |a| svd_hermitian(a).map(drop)),
        ("svdvals_hermitian", |a| svdvals_hermitian(a).map(drop)),
        ("matrix_rank_hermitian", |a| matrix_rank_hermitian(a, None).map(drop)),
    ]
}

/// All functions of any matrix.
pub fn of_any<T: Element>() -> Vec<Call<T>> {
    vec![
        ("svd", |a| svd(a, SvdShape::Reduced).map(drop)),
        ("svd", |a| svd(a, SvdShape::Full).map(drop)),
        ("svdvals", |a| svdvals(a).map(drop)),
        ("qr", |a| qr(a, QrShape::Reduced).map(drop)),
        ("qr", |a| qr(a, QrShape::Complete).map(drop)),
        ("qr_r", |a| qr_r(a).map(drop)),
        ("lstsq", |a| lstsq(a, a, None).map(drop)),
        ("pinv", |a| pinv(a, None).map(drop)),
        ("matrix_rank", |a| matrix_rank(a, None).map(drop)),
        ("cond", |a| cond(a, MatrixNorm::Two).map(drop)),
        ("null_space", |a| null_space(a, None).map(drop)),
        ("orth", |a| orth(a, None).map(drop)),
        ("polar", |a| polar(a, PolarSide::Right).map(drop)),
        ("polar", |a| polar(a, PolarSide::Left).map(drop)),
        ("matrix_norm", |a| matrix_norm(a, MatrixNorm::Two).map(drop)),
        ("matrix_norm_axes", |a| matrix_norm_axes(a, MatrixNorm::Two, [Axis(0), Axis(1)]).map(drop)),
        ("matrix_norm", |a| matrix_norm(a, MatrixNorm::NegTwo).map(drop)),
        ("matrix_norm", |a| matrix_norm(a, MatrixNorm::Nuc).map(drop)),
    ]
}

fn refuse_not_finite<T: Element>(calls: Vec<Call<T>>, a: &Array2<T>) {
    let (m, n) = a.dim();
    for (op, call) in calls {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            // either triangle and the diagonal
            for at in [[0, 0], [m - 1, 0], [0, n - 1], [m - 1, n - 1], [m / 2, n / 2]] {
                for value in [T::new(bad, 0.0), T::new(if T::COMPLEX { 0.0 } else { bad }, bad)] {
                    let mut a = a.clone();
                    a[at] = value;
                    case(format!("{op} {m} x {n} with {value} at {at:?}"), || {
                        error_kind(call(&a), |e| {
                            e.op() == op && matches!(e.kind(), ErrorKind::NonFinite { .. })
                        });
                    });
                }
            }
        }
    }
}

fn not_finite<T: Element>() {
    each_library(|| {
        for n in [1, 2, 20] {
            refuse_not_finite(of_square(), &matrix::<T>(n, n, 1));
        }
        for (m, n) in [(1, 1), (3, 2), (2, 20), (20, 3)] {
            refuse_not_finite(of_any(), &matrix::<T>(m, n, 1));
        }
    });
}

#[test]
fn only_square_matrices() {
    each_library(|| {
        for (op, call) in of_square::<f64>() {
            match call(&Array2::zeros((2, 3))) {
                // names two shapes, see `solve`
                Err(e)
                    if (op.starts_with("solve") || op.ends_with("generalized"))
                        && e.op() == op
                        && matches!(e.kind(), ErrorKind::Shape { .. }) => {}
                result => shape_error(result, op, "(2, 3)"),
            }
            error_kind(call(&Array2::zeros((0, 3))), |e| matches!(e.kind(), ErrorKind::Shape { .. }));
        }
    });
}

fn huge<T: Element>() {
    let calls = of_any::<T>()
        .into_iter()
        .map(|call| (call, false))
        .chain(of_square().into_iter().map(|call| (call, true)));
    for ((op, call), square) in calls {
        for shape in [(1 << 40, 1), (1, 1 << 40), (1 << 31, 1 << 31), (1 << 30, 1 << 30)] {
            let end = move || {
                each_library(|| {
                    let one = Array2::<T>::ones((1, 1));
                    let Some(view) = one.broadcast(shape) else { return };
                    case(format!("{op} of {shape:?}"), || {
                        error_kind(call(&view), |e| match e.kind() {
                            ErrorKind::TooLarge { .. } => e.op() == op,
                            ErrorKind::Shape { .. } => square && e.op() == op,
                            _ => false,
                        });
                    });
                });
            };
            must_end(end);
        }
    }
}

/// Its identity matrix has 2^52 elements.
#[test]
fn full_svd_of_a_long_empty_matrix() {
    each_library(|| {
        for (m, n) in [(1 << 26, 0), (0, 1 << 26)] {
            let empty = Array2::<f64>::zeros((m, n));
            error_kind(svd(&empty, SvdShape::Full), |e| {
                matches!((e.op(), e.kind()), ("svd", ErrorKind::TooLarge { .. }))
            });
        }
    });
}
