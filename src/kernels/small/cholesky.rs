//! The Cholesky factorization (Golub and Van Loan, Matrix Computations, 4.2.5; LAPACK `potf2` with `U`),
//! column by column.

use super::Dense;
use crate::{ErrorKind, Result, Scalar};
use num_traits::{Float, Zero};

/// Overwrites the Hermitian `a`, of which the upper triangle is read, with the upper triangular `u` for which
/// uᴴ · u is `a`.
///
/// Its operations have a fixed order, so that the bits, and with them seeded random vectors, are the same on
/// every backend.
pub(crate) fn cholesky<T: Scalar>(a: &mut Dense<T>) -> Result<(), ErrorKind> {
    let n = a.rows();
    let a = a.as_mut_slice();
    for j in 0..n {
        let (before, column) = a.split_at_mut(j * n);
        let column = &mut column[..n];
        for (i, other) in before.chunks_exact(n).enumerate() {
            let dot: T = other[..i].iter().zip(&column[..i]).map(|(&x, &y)| x.conj() * y).sum();
            column[i] = (column[i] - dot).div_real(other[i].re());
        }
        let dot = column[..j].iter().map(|x| x.norm_sqr()).sum();
        let rest = column[j].re() - dot;
        if rest > T::Real::zero() {
            column[j] = T::from_real(rest.sqrt());
            column[j + 1..].fill(T::zero());
        } else {
            return Err(ErrorKind::NotPositiveDefinite { order: j + 1 }); // also for a NaN
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex64;

    fn dense<T: Scalar, const N: usize>(rows: [[T; N]; N]) -> Dense<T> {
        Dense::new(&ndarray::arr2(&rows)).unwrap()
    }

    #[test]
    fn factors_are_exact() {
        let mut a = dense([[4.0, 2.0, -2.0], [f64::NAN, 10.0, 5.0], [f64::NAN, f64::NAN, 14.0]]);
        cholesky(&mut a).unwrap();
        assert_eq!(a.into_array(), ndarray::array![[2.0, 1.0, -1.0], [0.0, 3.0, 2.0], [0.0, 0.0, 3.0]]);
        let z = Complex64::new;
        let mut a = dense([[z(4.0, 0.0), z(2.0, -4.0)], [z(0.0, 0.0), z(6.0, 0.0)]]);
        cholesky(&mut a).unwrap();
        assert_eq!(a.into_array(), ndarray::array![[z(2.0, 0.0), z(1.0, -2.0)], [z(0.0, 0.0), z(1.0, 0.0)]]);
        cholesky(&mut dense::<f64, 0>([])).unwrap();
    }

    #[test]
    fn the_first_minor_that_is_not_positive_is_told() {
        for (bad, order) in [(0.0, 1), (-1.0, 1), (f64::NAN, 1), (1.0, 2)] {
            let error = cholesky(&mut dense([[bad, 2.0], [0.0, 4.0]])).unwrap_err();
            assert_eq!(error, ErrorKind::NotPositiveDefinite { order });
        }
    }
}
