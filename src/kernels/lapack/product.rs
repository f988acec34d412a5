//! Products: `gemm`, `gemv`, and `syrk` or `herk`, through the C interface of BLAS, which supports row-major
//! matrices.

use super::ffi::Routines;
use super::int;
use super::threads::ready;
use crate::Scalar;
use crate::kernels::{Dense, Line, Result};
use cblas_sys::{CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_UPLO};
use ndarray::{ArrayRef1, ArrayRef2, ArrayView1, ArrayViewMut2, Axis, CowArray, Ix2};
use num_traits::{One, Zero};

/// A borrowed matrix as BLAS reads it: element (i, j) is at `i + j * lead`, or at `i * lead + j` if its rows
/// are contiguous.
struct Operand<'a, T: Scalar> {
    array: CowArray<'a, T, Ix2>,
    lead: i32,
    /// Whether its rows, not its columns, are contiguous.
    rows: bool,
}

/// Returns the leading dimension of `a` if its rows (`rows`) or columns are contiguous and in order, as BLAS
/// requires.
fn lead<T>(a: &ArrayRef2<T>, rows: bool) -> Option<usize> {
    let (outer, inner) = if rows { (0, 1) } else { (1, 0) };
    let (shape, strides) = (a.shape(), a.strides());
    let unit = shape[inner] <= 1 || strides[inner] == 1;
    // BLAS requires a valid leading dimension even for a single row or column.
    let lead = if shape[outer] <= 1 { shape[inner] } else { usize::try_from(strides[outer]).ok()? };
    (unit && lead >= shape[inner].max(1)).then_some(lead.max(1))
}

impl<'a, T: Scalar> Operand<'a, T> {
    /// Borrows `a` if BLAS can read it, otherwise copies it.
    fn new(a: &'a ArrayRef2<T>) -> Result<Self> {
        for rows in [true, false] {
            if let Some(lead) = lead(a, rows).and_then(|lead| i32::try_from(lead).ok()) {
                return Ok(Operand { array: a.view().into(), lead, rows });
            }
        }
        let copy = Dense::new(a)?;
        Ok(Operand { lead: int(copy.rows())?.max(1), array: copy.into_array().into(), rows: false })
    }

    /// Returns how BLAS must read it if the other matrices are stored by rows (`rows`) or by columns.
    fn transpose(&self, rows: bool) -> CBLAS_TRANSPOSE {
        if self.rows == rows { CBLAS_TRANSPOSE::CblasNoTrans } else { CBLAS_TRANSPOSE::CblasTrans }
    }
}

/// Computes `c = a · b + beta * c` for shapes that match and are not empty.
pub(super) fn gemm<T: Routines>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    beta: T,
    mut c: ArrayViewMut2<'_, T>,
) -> Result<()> {
    let (a, b) = (Operand::new(a)?, Operand::new(b)?);
    let (m, n) = (int(c.nrows())?, int(c.ncols())?);
    let k = int(a.array.ncols())?;
    let (c_rows, c_lead) = match (lead(&c, true), lead(&c, false)) {
        (Some(lead), _) => (true, int(lead)?),
        (_, Some(lead)) => (false, int(lead)?),
        (None, None) => unreachable!("results are allocated by us, without gaps"),
    };
    let layout = if c_rows { CBLAS_LAYOUT::CblasRowMajor } else { CBLAS_LAYOUT::CblasColMajor };
    // A product with one row or column is a matrix-vector product, for which gemv reads the matrix once.
    if n == 1 && (m == 1 || c.strides()[0] == 1) {
        return gemv(&a, b.array.column(0), beta, c.as_mut_ptr());
    }
    if m == 1 && c.strides()[1] == 1 {
        let transposed =
            Operand { array: b.array.view().reversed_axes().into(), lead: b.lead, rows: !b.rows };
        return gemv(&transposed, a.array.row(0), beta, c.as_mut_ptr());
    }
    ready()?;
    // SAFETY: a is m x k, b k x n and c m x n, each with its leading dimension as checked by `lead`; c is
    // borrowed mutably, so it overlaps neither of the others.
    unsafe {
        let (a_as, b_as, c) = (a.transpose(c_rows), b.transpose(c_rows), c.as_mut_ptr());
        let (a, lda, b, ldb) = (a.array.as_ptr(), a.lead, b.array.as_ptr(), b.lead);
        T::gemm(layout, a_as, b_as, m, n, k, T::one(), a, lda, b, ldb, beta, c, c_lead);
    }
    Ok(())
}

/// Writes the products of many matrices of shapes `(m, k)` and `(k, n)`.
pub(super) fn products<T: Routines>(
    [m, k, n]: [usize; 3],
    a: Line<'_, T>,
    b: Line<'_, T>,
    c: &mut [T],
) -> Result<()> {
    ready()?;
    let (rows, inner, columns) = (int(m)?, int(k)?, int(n)?);
    let layout = |line: Line<'_, T>, rows: i32, columns: i32| {
        if line.transposed {
            (CBLAS_TRANSPOSE::CblasTrans, rows)
        } else {
            (CBLAS_TRANSPOSE::CblasNoTrans, columns)
        }
    };
    let ((a_as, lda), (b_as, ldb)) = (layout(a, rows, inner), layout(b, inner, columns));
    for (i, c) in c.chunks_exact_mut(m * n).enumerate() {
        let (a, b) = (&a.all[i * a.step..][..m * k], &b.all[i * b.step..][..k * n]);
        let order = CBLAS_LAYOUT::CblasRowMajor;
        let (one, zero) = (T::one(), T::zero());
        let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
        // SAFETY: a holds m x k elements, b k x n and c m x n, each without gaps by rows or, where it is
        // transposed, by columns; c is borrowed mutably, so it overlaps neither of the others.
        unsafe { T::gemm(order, a_as, b_as, rows, columns, inner, one, a, lda, b, ldb, zero, c, columns) };
    }
    Ok(())
}

/// Computes `y = a · x + beta * y` for a contiguous `y`.
fn gemv<T: Routines>(a: &Operand<'_, T>, x: ArrayView1<'_, T>, beta: T, y: *mut T) -> Result<()> {
    let (m, n) = (int(a.array.nrows())?, int(a.array.ncols())?);
    let layout = if a.rows { CBLAS_LAYOUT::CblasRowMajor } else { CBLAS_LAYOUT::CblasColMajor };
    let (copy, step);
    // a copy of a complex vector may be read one element too far, see `dense::with_spare`
    let known = step_of(&x).filter(|_| T::IS_REAL || a.rows);
    let x = match known {
        Some(known) => {
            step = known;
            x.as_ptr()
        }
        None => {
            copy = Dense::new(&x.insert_axis(Axis(1)))?;
            step = 1;
            copy.as_slice().as_ptr()
        }
    };
    ready()?;
    let (as_it_lies, a, lda) = (CBLAS_TRANSPOSE::CblasNoTrans, a.array.as_ptr(), a.lead);
    // SAFETY: a is m x n with the leading dimension that `Operand` checked, x holds n entries with this step,
    // y holds m.
    unsafe { T::gemv(layout, as_it_lies, m, n, T::one(), a, lda, x, step, beta, y, 1) };
    Ok(())
}

/// Returns the step of a vector if it is positive and the reference BLAS, which accumulates positions in 32
/// bits, can reach the end of the vector with it.
fn step_of<T>(x: &ArrayRef1<T>) -> Option<i32> {
    if x.len() <= 1 {
        return Some(1);
    }
    let step = i32::try_from(x.strides()[0]).ok().filter(|&step| step > 0)?;
    i64::from(step).checked_mul(i64::try_from(x.len()).ok()?)?.lt(&i64::from(i32::MAX)).then_some(step)
}

/// Computes the lower triangle of `aᴴ · a`.
pub(super) fn gram<T: Routines>(a: &ArrayRef2<T>) -> Result<Dense<T>> {
    let a = Operand::new(a)?;
    let (k, n) = a.array.dim();
    let mut c = Dense::zeros(n, n)?;
    let (n, k) = (int(n)?, int(k)?);
    // In column-major terms, a row-major a is its transpose b, and aᴴ · a is conj(b) · bᵀ = conj(b · bᴴ),
    // whose lower triangle is the conjugate of that of b · bᴴ.
    let transpose = match (a.rows, T::IS_REAL) {
        (true, _) => CBLAS_TRANSPOSE::CblasNoTrans,
        (false, true) => CBLAS_TRANSPOSE::CblasTrans,
        (false, false) => CBLAS_TRANSPOSE::CblasConjTrans,
    };
    ready()?;
    // SAFETY: a is k x n with the leading dimension that `Operand` checked, c is a dense n x n matrix.
    unsafe {
        let (layout, lower) = (CBLAS_LAYOUT::CblasColMajor, CBLAS_UPLO::CblasLower);
        let (one, zero, c) = (T::Real::one(), T::Real::zero(), c.as_mut_slice().as_mut_ptr());
        T::herk(layout, lower, transpose, n, k, one, a.array.as_ptr(), a.lead, zero, c, n);
    }
    if a.rows && !T::IS_REAL {
        c.as_mut_slice().iter_mut().for_each(|x| *x = x.conj());
    }
    Ok(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array2, s};

    #[test]
    fn steps_that_32_bits_can_add_up() {
        let x = Array1::<f64>::zeros(9);
        assert_eq!(step_of(&x), Some(1));
        assert_eq!(step_of(&x.slice(s![..;3])), Some(3));
        assert_eq!(step_of(&x.slice(s![..;-1])), None);
        assert_eq!(step_of(&x.slice(s![4..5;-1])), Some(1));
        // elements 2^31 apart, in a matrix of zero-sized elements
        let nothing = Array2::from_elem((3, 1 << 30), ());
        assert_eq!(step_of(&nothing.column(0)), None);
        assert_eq!(step_of(&nothing.slice(s![..1, ..]).row(0)), Some(1));
    }
}
