//! Estimates of conditions (Higham, FORTRAN codes for estimating the one-norm of a real or complex matrix,
//! 1988; LAPACK `lacn2`).

use crate::kernels::Dense;
use crate::loops::{add_moduli, max_part, sum_of_moduli};
use crate::number::PowerOfTwo;
use crate::{ErrorKind, Real, Scalar, memory};
use ndarray::{Array2, ArrayRef2};
use num_traits::{Float, Zero};

/// The 1-norm of a matrix that was multiplied by a power of two, which brings it near 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Norm<R> {
    size: R,
    pub(super) power: PowerOfTwo,
}

impl<R: Real> Norm<R> {
    /// Returns the norm of the transpose of a matrix with the largest real or imaginary part `max`.
    pub(super) fn of_transpose<T: Scalar<Real = R>>(a: &Dense<T>, max: R) -> Result<Self, ErrorKind> {
        let power = PowerOfTwo::to_unit(max, R::SAFE.sqrt());
        let mut sums = memory::zeros::<R>(a.rows())?;
        if power.is_one() {
            a.as_slice().chunks_exact(a.rows().max(1)).for_each(|column| add_moduli(column, &mut sums));
        } else {
            for column in a.as_slice().chunks_exact(a.rows()) {
                sums.iter_mut().zip(column).for_each(|(sum, &x)| *sum += power.times(x).modulus());
            }
        }
        Ok(Norm { size: largest(&sums), power })
    }

    /// Returns the norm of the Hermitian matrix with the lower triangle of `a`.
    pub(super) fn of_hermitian<T: Scalar<Real = R>>(a: &Dense<T>) -> Result<Self, ErrorKind> {
        let n = a.rows();
        let columns = || {
            let columns = a.as_slice().chunks_exact(n.max(1)).enumerate();
            columns.map(|(j, column)| (j, column[j].re().abs(), &column[j + 1..]))
        };
        let max =
            columns().fold(R::zero(), |max, (_, diagonal, below)| max.max(diagonal).max(max_part(below)));
        let power = PowerOfTwo::to_unit(max, R::SAFE.sqrt());
        let mut sums = memory::zeros::<R>(n)?;
        for (j, diagonal, below) in columns() {
            // those below the diagonal stand beside it, too
            let here = if power.is_one() {
                add_moduli(below, &mut sums[j + 1..]);
                R::of(sum_of_moduli(below))
            } else {
                let add = |(sum, &x): (&mut R, &T)| {
                    let modulus = power.times(x).modulus();
                    *sum += modulus;
                    modulus
                };
                sums[j + 1..].iter_mut().zip(below).map(add).sum()
            };
            sums[j] += power.times(diagonal) + here;
        }
        Ok(Norm { size: largest(&sums), power })
    }

    /// Returns the norm of a matrix that was multiplied by the power, by its elements and their columns.
    pub(super) fn of_scaled<T: Scalar<Real = R>>(
        n: usize,
        power: PowerOfTwo,
        elements: impl Iterator<Item = (usize, T)>,
    ) -> Result<Self, ErrorKind> {
        let mut sums = memory::zeros::<R>(n)?;
        elements.for_each(|(column, x)| sums[column] += x.modulus());
        Ok(Norm { size: largest(&sums), power })
    }

    /// Returns an estimate of `1 / (|a| |a⁻¹|)`; `solve` solves with the scaled matrix or its adjoint
    /// (`true`).
    pub(super) fn rcond<T: Scalar<Real = R>>(
        &self,
        n: usize,
        solve: impl FnMut(&ArrayRef2<T>, bool) -> Result<Dense<T>, ErrorKind>,
    ) -> Result<R, ErrorKind> {
        if n == 0 {
            return Ok(R::of(1.0));
        }
        match estimate(n, solve) {
            Ok(inverse) if inverse.is_finite() && self.size > R::zero() => Ok(inverse.recip() / self.size),
            // the inverse overflows
            Ok(_) | Err(ErrorKind::Singular { .. } | ErrorKind::NonFinite { .. }) => Ok(R::zero()),
            Err(error) => Err(error),
        }
    }
}

fn largest<R: Real>(sums: &[R]) -> R {
    sums.iter().fold(R::zero(), |largest, &sum| largest.max(sum))
}

/// Estimates the 1-norm of the inverse: a lower bound, by steps towards the column that is largest.
fn estimate<T: Scalar>(
    n: usize,
    mut solve: impl FnMut(&ArrayRef2<T>, bool) -> Result<Dense<T>, ErrorKind>,
) -> Result<T::Real, ErrorKind> {
    let count = T::Real::of(n as f64);
    let column = |f: &dyn Fn(usize) -> T| Array2::from_shape_fn((n, 1), |(i, _)| f(i));
    let norm = |x: &Dense<T>| x.as_slice().iter().map(|x| x.modulus()).sum::<T::Real>();
    let sign = |x: T| if x.modulus().is_zero() { T::one() } else { x.div_real(x.modulus()) };
    let largest = |x: &Dense<T>| {
        let mut best = (0, T::Real::zero());
        for (i, x) in x.as_slice().iter().enumerate().filter(|(_, x)| x.modulus().is_finite()) {
            if x.modulus() > best.1 {
                best = (i, x.modulus());
            }
        }
        best
    };
    let mut x = solve(&column(&|_| T::from_real(count.recip())), false)?;
    let mut best = norm(&x);
    if n == 1 || !best.is_finite() {
        return Ok(best);
    }
    let mut signs: Vec<T> = x.as_slice().iter().map(|&x| sign(x)).collect();
    let mut at = largest(&solve(&column(&|i| signs[i]), true)?).0;
    for _ in 0..4 {
        x = solve(&column(&|i| if i == at { T::one() } else { T::zero() }), false)?;
        let (size, same) = (norm(&x), x.as_slice().iter().zip(&signs).all(|(&x, &s)| sign(x) == s));
        let improved = size > best;
        best = best.max(size);
        if same || !improved || !size.is_finite() {
            break;
        }
        signs = x.as_slice().iter().map(|&x| sign(x)).collect();
        x = solve(&column(&|i| signs[i]), true)?;
        let (next, size) = largest(&x);
        if x.as_slice()[at].modulus() >= size {
            break;
        }
        at = next;
    }
    // a vector that finds the norm of matrices for which the steps end too early
    let alternating = |i: usize| {
        let size = T::Real::of(1.0) + T::Real::of(i as f64) / (count - T::Real::of(1.0));
        T::from_real(if i.is_multiple_of(2) { size } else { -size })
    };
    x = solve(&column(&alternating), false)?;
    Ok(best.max(norm(&x) * T::Real::of(2.0) / (T::Real::of(3.0) * count)))
}
