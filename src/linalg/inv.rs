//! Inverses.

use super::packs::{TINY, gather, in_packs, tiny};
use super::stack::{Matrices, Results, Rows, Stack, Stacked, array_each, matrices, operations, put};
use super::{Equilibration, equilibrate, scale_by, square};
use crate::error::BadMatrix;
use crate::kernels::{Dense, Kernels, Library, lu_kernels, packs};
use crate::loops::are_finite;
use crate::loops::packs::{ALL, LANES, Pack};
use crate::{ErrorKind, Named, Result, Scalar};
use ndarray::{Array, Array2, ArrayRef, ArrayRef2};
use num_traits::Float;

/// Returns the inverse of a square matrix, as `numpy.linalg.inv(a)`.
///
/// `a` has shape `(n, n)` or `(.., n, n)` and any memory layout; the result has the same shape and is in C
/// order. The inverse of a 0 x 0 matrix is 0
/// x 0. Uses LU with partial pivoting (`getrf`, `getri`). The residual `|a · inv(a) - 1|` is of the order of
/// `n * EPSILON * cond(a)`. To solve a system, use [`solve`](crate::solve): it is faster and more accurate.
///
/// f32 is computed in f32 (NumPy computes it in f64 and rounds).
///
/// # Errors
/// [`ErrorKind::Shape`] if `a` is not square, [`ErrorKind::Singular`] if a pivot is *exactly* zero,
/// [`ErrorKind::NonFinite`] for a NaN or an infinity, or if elements of the inverse overflow and turn others
/// into NaN.
///
/// # Examples
/// ```
/// use ndarray::array;
/// let a = array![[4., 7.], [2., 6.]];
/// let inverse = linstat::inv(&a)?;
/// approx::assert_abs_diff_eq!(inverse, array![[0.6, -0.7], [-0.2, 0.4]], epsilon = 1e-15);
/// assert!(linstat::inv(&array![[1., 2.], [2., 4.]]).is_err());
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias("getri", "inverse"))]
pub fn inv<T: Scalar, D: Matrices>(a: &ArrayRef<T, D>) -> Result<Array<T, D>> {
    array_each(a, T::inv, T::invs).named("inv")
}

pub(super) fn invs_of<T: Scalar>(stack: &Stack<'_, T>) -> Result<Stacked<T>, BadMatrix> {
    let n = stack.square()?;
    let cost = operations([3, n, n, n + 2]);
    let Some(packs) = packs::<T>(n) else { return matrices(stack, (n, n), cost, inv_of) };
    let mut results = Results::new(stack.lead(), &[n, n])?;
    let run = |matrices, [pack, inverses]: [&mut [Pack<T>]; 2], out: &mut Rows<'_, T>| {
        // the transpose of the inverse of the transpose, as for one matrix
        gather(&packs, stack, &matrices, true, pack);
        inverses.fill(Pack([T::zero(); LANES]));
        inverses.iter_mut().step_by(n + 1).for_each(|x| *x = Pack([T::one(); LANES]));
        let good = (packs.solve)(n, pack, inverses);
        (packs.separate)(n, n, true, inverses, out.data);
        good
    };
    in_packs(stack, results.room(), cost, [n * n, n * n], &run, &|k, out| {
        put(&inv_of(&stack.matrix(k))?, out);
        Ok(())
    })?;
    Ok(results.done())
}

pub(super) fn inv_of<T: Scalar>(a: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
    let n = square(a)?;
    if n == 0 {
        return Ok(Array2::zeros((0, 0)));
    }
    if let Some(packs) = packs::<T>(n) {
        let mut inverse = Dense::identity(n)?;
        let good = match n {
            ..=TINY => (packs.solve_alone)(n, &mut tiny(a, true), inverse.as_mut_slice()),
            _ => (packs.solve_alone)(n, Dense::new(&a.t())?.as_mut_slice(), inverse.as_mut_slice()),
        };
        if good == ALL {
            return Ok(inverse.into_transpose());
        }
    }
    let inverse = invert(lu_kernels(n), a)?;
    // the libraries multiply by the reciprocal of a pivot, which is infinite for a denormal pivot; our own
    // kernel divides
    let inverse = if are_finite(inverse.as_slice()) { inverse } else { invert_by_division(a)? };
    Ok(inverse.into_transpose())
}

#[cold]
fn invert_by_division<T: Scalar>(a: &ArrayRef2<T>) -> Result<Dense<T>, ErrorKind> {
    let inverse = invert(T::kernels_of(Library::Small), a)?;
    if inverse.as_slice().iter().any(|x| x.re().is_nan() || x.im().is_nan()) {
        return Err(ErrorKind::non_finite("inverse", &inverse.view().t()));
    }
    Ok(inverse)
}

/// Inverts the transpose, which gives the transpose of the inverse: a row-major `a` has the memory layout of
/// a column-major `aᵀ`.
fn invert<T: Scalar>(kernels: &dyn Kernels<T>, a: &ArrayRef2<T>) -> Result<Dense<T>, ErrorKind> {
    let mut transpose = Dense::new(&a.t())?;
    let Some(Equilibration { rows, columns }) = equilibrate(a, &mut transpose)? else {
        return kernels.inv(transpose);
    };
    // (R · a · C)⁻¹ = C⁻¹ · a⁻¹ · R⁻¹
    let mut inverse = kernels.inv(transpose)?;
    for (column, row_power) in inverse.as_mut_slice().chunks_exact_mut(rows.len()).zip(&rows) {
        scale_by(column, &columns, *row_power);
    }
    Ok(inverse)
}
