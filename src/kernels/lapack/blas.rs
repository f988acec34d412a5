//! BLAS through its C interface, which knows row-major matrices and returns nothing by value.

use super::threads::ready;
use super::{Kind, int};
use crate::kernels::Dense;
use crate::{Result, Scalar};
use cblas_sys::{CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_UPLO};
use ndarray::{ArrayRef1, ArrayRef2, ArrayView1, ArrayViewMut2, Axis, CowArray, Ix2};
use num_complex::{Complex32, Complex64};

/// A borrowed matrix as BLAS sees it: element (i, j) is at `i + j * lead`, or at `i * lead + j` if transposed.
struct Operand<'a, T: Scalar> {
    array: CowArray<'a, T, Ix2>,
    lead: i32,
    /// Whether its rows, not its columns, lie without gaps.
    rows: bool,
}

/// The leading dimension of `a` if its rows (`rows`) or columns lie without gaps and in order, as BLAS wants them.
fn lead<T>(a: &ArrayRef2<T>, rows: bool) -> Option<usize> {
    let (outer, inner) = if rows { (0, 1) } else { (1, 0) };
    let (shape, strides) = (a.shape(), a.strides());
    let unit = shape[inner] <= 1 || strides[inner] == 1;
    // With one row or column, BLAS wants a valid leading dimension all the same.
    let lead = if shape[outer] <= 1 { shape[inner] } else { usize::try_from(strides[outer]).ok()? };
    (unit && lead >= shape[inner].max(1)).then_some(lead.max(1))
}

impl<'a, T: Scalar> Operand<'a, T> {
    /// Borrows `a` where BLAS can read it, else copies it.
    fn new(op: &'static str, a: &'a ArrayRef2<T>) -> Result<Self> {
        for rows in [true, false] {
            if let Some(lead) = lead(a, rows).and_then(|lead| i32::try_from(lead).ok()) {
                return Ok(Operand { array: a.view().into(), lead, rows });
            }
        }
        let copy = Dense::new(op, a)?;
        Ok(Operand { lead: int(op, copy.rows())?.max(1), array: copy.into_array().into(), rows: false })
    }

    /// How BLAS is to read it where the other matrices lie by rows (`rows`) or by columns.
    fn transpose(&self, rows: bool) -> CBLAS_TRANSPOSE {
        if self.rows == rows { CBLAS_TRANSPOSE::CblasNoTrans } else { CBLAS_TRANSPOSE::CblasTrans }
    }
}

const OP: &str = "matmul";

/// `c = a · b + beta * c` for shapes that match and are not empty.
pub(super) fn gemm<T: Blas>(
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    beta: T,
    mut c: ArrayViewMut2<'_, T>,
) -> Result<()> {
    let (a, b) = (Operand::new(OP, a)?, Operand::new(OP, b)?);
    let (m, n) = (int(OP, c.nrows())?, int(OP, c.ncols())?);
    let k = int(OP, a.array.ncols())?;
    let (c_rows, c_lead) = match (lead(&c, true), lead(&c, false)) {
        (Some(lead), _) => (true, int(OP, lead)?),
        (_, Some(lead)) => (false, int(OP, lead)?),
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
    ready(OP)?;
    // SAFETY: a is m x k, b k x n and c m x n, each with its leading dimension as checked by `lead`; c is borrowed
    // mutably, so it overlaps neither of the others.
    unsafe {
        T::gemm(
            layout,
            a.transpose(c_rows),
            b.transpose(c_rows),
            [m, n, k],
            T::one(),
            (a.array.as_ptr(), a.lead),
            (b.array.as_ptr(), b.lead),
            beta,
            (c.as_mut_ptr(), c_lead),
        );
    }
    Ok(())
}

/// `y = a · x + beta * y`, with `y` without gaps.
fn gemv<T: Blas>(a: &Operand<'_, T>, x: ArrayView1<'_, T>, beta: T, y: *mut T) -> Result<()> {
    let (m, n) = (int(OP, a.array.nrows())?, int(OP, a.array.ncols())?);
    let layout = if a.rows { CBLAS_LAYOUT::CblasRowMajor } else { CBLAS_LAYOUT::CblasColMajor };
    let (copy, step);
    let x = match step_of(&x) {
        Some(known) => {
            step = known;
            x.as_ptr()
        }
        None => {
            copy = Dense::new(OP, &x.insert_axis(Axis(1)))?;
            step = 1;
            copy.as_slice().as_ptr()
        }
    };
    ready(OP)?;
    // SAFETY: a is m x n with the leading dimension that `Operand` checked, x holds n entries with this step, y holds m.
    unsafe { T::gemv(layout, [m, n], T::one(), (a.array.as_ptr(), a.lead), (x, step), beta, y) };
    Ok(())
}

/// The step of a vector, if it is positive and the reference BLAS, which adds it up in 32 bits, comes to the end with it.
fn step_of<T>(x: &ArrayRef1<T>) -> Option<i32> {
    if x.len() <= 1 {
        return Some(1);
    }
    let step = i32::try_from(x.strides()[0]).ok().filter(|&step| step > 0)?;
    i64::from(step).checked_mul(i64::try_from(x.len()).ok()?)?.lt(&i64::from(i32::MAX)).then_some(step)
}

/// The lower triangle of `aᴴ · a`.
pub(super) fn gram<T: Blas>(op: &'static str, a: &ArrayRef2<T>) -> Result<Dense<T>> {
    let a = Operand::new(op, a)?;
    let (k, n) = a.array.dim();
    let mut c = Dense::zeros(op, n, n)?;
    let (n, k) = (int(op, n)?, int(op, k)?);
    // In column-major terms a row-major a is its transpose b, and aᴴ · a is conj(b) · bᵀ = conj(b · bᴴ), whose lower
    // triangle is, conjugated, that of b · bᴴ.
    let transpose = match (a.rows, T::IS_REAL) {
        (true, _) => CBLAS_TRANSPOSE::CblasNoTrans,
        (false, true) => CBLAS_TRANSPOSE::CblasTrans,
        (false, false) => CBLAS_TRANSPOSE::CblasConjTrans,
    };
    ready(op)?;
    // SAFETY: a is k x n with the leading dimension that `Operand` checked, c is a dense n x n matrix.
    unsafe {
        T::rank_k(
            CBLAS_UPLO::CblasLower,
            transpose,
            [n, k],
            (a.array.as_ptr(), a.lead),
            c.as_mut_slice().as_mut_ptr(),
        )
    };
    if a.rows && !T::IS_REAL {
        c.as_mut_slice().iter_mut().for_each(|x| *x = x.conj());
    }
    Ok(c)
}

/// The BLAS routines of an element type. Matrices are pairs of a pointer and a leading dimension.
pub(in crate::kernels) trait Blas: Kind {
    /// # Safety
    /// `a` is m x k, `b` k x n, `c` m x n for the sizes [m, n, k], in the given layout and transposition.
    #[allow(clippy::too_many_arguments)] // as many as BLAS has
    unsafe fn gemm(
        layout: CBLAS_LAYOUT,
        trans_a: CBLAS_TRANSPOSE,
        trans_b: CBLAS_TRANSPOSE,
        sizes: [i32; 3],
        alpha: Self,
        a: (*const Self, i32),
        b: (*const Self, i32),
        beta: Self,
        c: (*mut Self, i32),
    );

    /// # Safety
    /// `a` is m x n for the sizes [m, n]; `x` holds n entries with its step, `y` m without.
    unsafe fn gemv(
        layout: CBLAS_LAYOUT,
        sizes: [i32; 2],
        alpha: Self,
        a: (*const Self, i32),
        x: (*const Self, i32),
        beta: Self,
        y: *mut Self,
    );

    /// # Safety
    /// In column-major order `a` is k x n (transposed) or n x k for the sizes [n, k], `c` n x n without gaps.
    unsafe fn rank_k(
        uplo: CBLAS_UPLO,
        trans: CBLAS_TRANSPOSE,
        sizes: [i32; 2],
        a: (*const Self, i32),
        c: *mut Self,
    );
}

macro_rules! blas {
    ($t:ty, $kind:ident, $gemm:ident, $gemv:ident, $rank_k:ident) => {
        impl Blas for $t {
            unsafe fn gemm(
                layout: CBLAS_LAYOUT,
                trans_a: CBLAS_TRANSPOSE,
                trans_b: CBLAS_TRANSPOSE,
                [m, n, k]: [i32; 3],
                alpha: Self,
                (a, lda): (*const Self, i32),
                (b, ldb): (*const Self, i32),
                beta: Self,
                (c, ldc): (*mut Self, i32),
            ) {
                let (alpha, beta) = (blas!(@number $kind alpha), blas!(@number $kind beta));
                let (a, b, c) = (a.cast(), b.cast(), c.cast());
                // void cblas_?gemm(layout, transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe {
                    cblas_sys::$gemm(layout, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
                }
            }

            unsafe fn gemv(
                layout: CBLAS_LAYOUT,
                [m, n]: [i32; 2],
                alpha: Self,
                (a, lda): (*const Self, i32),
                (x, step): (*const Self, i32),
                beta: Self,
                y: *mut Self,
            ) {
                let (alpha, beta) = (blas!(@number $kind alpha), blas!(@number $kind beta));
                let (a, x, y) = (a.cast(), x.cast(), y.cast());
                let trans = CBLAS_TRANSPOSE::CblasNoTrans;
                // void cblas_?gemv(layout, trans, m, n, alpha, a, lda, x, incx, beta, y, incy)
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe { cblas_sys::$gemv(layout, trans, m, n, alpha, a, lda, x, step, beta, y, 1) }
            }

            unsafe fn rank_k(
                uplo: CBLAS_UPLO,
                trans: CBLAS_TRANSPOSE,
                [n, k]: [i32; 2],
                (a, lda): (*const Self, i32),
                c: *mut Self,
            ) {
                let (layout, a, c) = (CBLAS_LAYOUT::CblasColMajor, a.cast(), c.cast());
                // void cblas_?syrk (real) or cblas_?herk(layout, uplo, trans, n, k, alpha, a, lda, beta, c, ldc)
                // SAFETY: the caller's promise is what the routine asks for.
                unsafe { cblas_sys::$rank_k(layout, uplo, trans, n, k, 1.0, a, lda, 0.0, c, n) }
            }
        }
    };
    // BLAS takes real numbers by value and complex ones by pointer.
    (@number real $x:ident) => { $x };
    (@number complex $x:ident) => { (&raw const $x).cast() };
}

blas!(f32, real, cblas_sgemm, cblas_sgemv, cblas_ssyrk);
blas!(f64, real, cblas_dgemm, cblas_dgemv, cblas_dsyrk);
blas!(Complex32, complex, cblas_cgemm, cblas_cgemv, cblas_cherk);
blas!(Complex64, complex, cblas_zgemm, cblas_zgemv, cblas_zherk);

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
        // 2^31 elements apart, of a matrix of no bytes
        let nothing = Array2::from_elem((3, 1 << 30), ());
        assert_eq!(step_of(&nothing.column(0)), None);
        assert_eq!(step_of(&nothing.slice(s![..1, ..]).row(0)), Some(1));
    }
}
