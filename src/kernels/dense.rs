//! The matrix type of kernels, whose invariants are their preconditions.

use super::Result;
use crate::loops::transpose::transpose;
use crate::{ErrorKind, Scalar, loops, memory};
use ndarray::{Array2, ArrayRef2, ArrayView2, ShapeBuilder};
use num_traits::Float;

/// An owned, contiguous, column-major matrix: `data[i + j * rows]` is element (i, j).
///
/// Both dimensions fit LAPACK's 32-bit integers. It is made from a view of any layout; to pass a row-major
/// view without transposing it, make a `Dense` of its transpose.
#[derive(Debug)]
pub struct Dense<T> {
    data: Vec<T>,
    rows: usize,
    cols: usize,
}

/// Returns the number of elements; an error if a dimension does not fit LAPACK's integers or the number does
/// not fit the address space.
fn size(rows: usize, cols: usize) -> Result<usize> {
    for dim in [rows, cols] {
        if i32::try_from(dim).is_err() {
            return Err(ErrorKind::TooLarge { dim });
        }
    }
    rows.checked_mul(cols).ok_or(ErrorKind::TooLarge { dim: usize::MAX })
}

/// Returns the number of elements to allocate for a matrix: one column more for complex types. `gemv` of
/// OpenBLAS 0.3.21 reads the element behind the end of the vector `x` if its complex matrix has 2, 6, 10, ..
/// rows, and LAPACK passes rows of a matrix to it, whose next element is a column away: without that column,
/// the process dies where the matrix ends at the end of the memory that the system has provided.
pub(super) fn with_spare<T: Scalar>(len: usize, rows: usize) -> usize {
    let is_complex = size_of::<T>() > size_of::<T::Real>();
    if is_complex { len.saturating_add(rows) } else { len }
}

/// Returns `len` zeros with room for a column more, see [`with_spare`].
pub(super) fn zeros_with_spare<T: Scalar>(len: usize, rows: usize) -> Result<Vec<T>> {
    let mut data = memory::zeros(with_spare::<T>(len, rows))?;
    data.truncate(len);
    Ok(data)
}

fn copied_with_spare<T: Scalar>(elements: &[T], rows: usize) -> Result<Vec<T>> {
    let mut data = memory::room(with_spare::<T>(elements.len(), rows))?;
    data.extend_from_slice(elements);
    Ok(data)
}

/// Returns a row-major matrix of zeros.
pub(crate) fn zeros<T: Scalar>(rows: usize, cols: usize) -> Result<Array2<T>> {
    let data = memory::zeros(rows.saturating_mul(cols))?;
    Array2::from_shape_vec((rows, cols), data).map_err(|_| ErrorKind::TooLarge { dim: rows.max(cols) })
}

/// Writes a matrix with any strides, column by column.
fn put<T: Copy>(a: &ArrayRef2<T>, out: &mut [T]) {
    if a.ncols() == 1 || a.strides()[1] == 1 {
        let row = |i| a.row(i).to_slice().unwrap_or_else(|| unreachable!("a row without gaps"));
        return transpose(a.dim(), row, out);
    }
    // in blocks, so that the strided side of the copy stays in the cache
    const BLOCK: usize = 32;
    let (rows, cols) = a.dim();
    for j0 in (0..cols).step_by(BLOCK) {
        for i0 in (0..rows).step_by(BLOCK) {
            let i1 = rows.min(i0 + BLOCK);
            for j in j0..cols.min(j0 + BLOCK) {
                for (i, x) in (i0..i1).zip(&mut out[i0 + j * rows..i1 + j * rows]) {
                    *x = a[[i, j]];
                }
            }
        }
    }
}

impl<T: Scalar> Dense<T> {
    /// Copies `a`, with any strides.
    pub(crate) fn new(a: &ArrayRef2<T>) -> Result<Self> {
        let (rows, cols) = a.dim();
        let len = size(rows, cols)?;
        let data = match a.t().to_slice() {
            Some(columns) => copied_with_spare(columns, rows)?,
            None => {
                let mut data = zeros_with_spare(len, rows)?;
                put(a, &mut data);
                data
            }
        };
        Ok(Dense { data, rows, cols })
    }

    /// Copies `rows * cols` elements, column by column.
    pub(crate) fn of_columns(rows: usize, cols: usize, elements: &[T]) -> Result<Self> {
        debug_assert_eq!(elements.len(), rows * cols);
        Ok(Dense { data: copied_with_spare(elements, rows)?, rows, cols })
    }

    /// Returns a matrix of zeros.
    pub(crate) fn zeros(rows: usize, cols: usize) -> Result<Self> {
        Ok(Dense { data: zeros_with_spare(size(rows, cols)?, rows)?, rows, cols })
    }

    /// Returns the identity matrix.
    pub(crate) fn identity(n: usize) -> Result<Self> {
        let mut eye = Self::zeros(n, n)?;
        eye.data.iter_mut().step_by(n + 1).for_each(|x| *x = T::one());
        Ok(eye)
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn cols(&self) -> usize {
        self.cols
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.data
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// Iterates over the elements (0, 0), (1, 1), ...
    pub(crate) fn diagonal(&self) -> impl Iterator<Item = T> + '_ {
        self.data.iter().step_by(self.rows + 1).copied().take(self.rows.min(self.cols))
    }

    /// Returns the elements, column by column.
    pub(crate) fn into_vec(self) -> Vec<T> {
        self.data
    }

    /// Returns the matrix as an array in Fortran order, without a copy.
    pub(crate) fn into_array(self) -> Array2<T> {
        // The length is rows * cols by construction, so the shape always fits.
        Array2::from_shape_vec((self.rows, self.cols).f(), self.data).unwrap_or_default()
    }

    /// Returns the transpose as an array in C order, without a copy.
    pub(crate) fn into_transpose(self) -> Array2<T> {
        self.into_array().reversed_axes()
    }

    /// Returns the matrix as a view.
    pub(crate) fn view(&self) -> ArrayView2<'_, T> {
        ArrayView2::from_shape((self.rows, self.cols).f(), &self.data)
            .unwrap_or_else(|_| unreachable!("a dense matrix has rows * cols elements"))
    }

    /// Copies the matrix; [`Clone`] would abort the program if memory is insufficient.
    pub(crate) fn copy(&self) -> Result<Self> {
        Ok(Dense { data: copied_with_spare(&self.data, self.rows)?, ..*self })
    }

    /// Returns a copy of the conjugate transpose.
    pub(crate) fn adjoint(&self) -> Result<Self> {
        let mut adjoint = Self::new(&self.view().t())?;
        adjoint.data.iter_mut().for_each(|x| *x = x.conj());
        Ok(adjoint)
    }

    /// Keeps only the columns `range`.
    pub(crate) fn keep_columns(&mut self, range: std::ops::Range<usize>) {
        self.data.truncate(range.end * self.rows);
        self.data.drain(..range.start * self.rows);
        self.cols = range.len();
    }

    /// Returns a copy in which elements far below the rounding errors of the largest element, which is near
    /// one, are 0; `None` if there are no such elements. Some iterations do not converge for some matrices
    /// with elements near the underflow threshold: faer's, and oneMKL's `geev`.
    pub(crate) fn flushed(&self) -> Result<Option<Self>> {
        let negligible = |x: &T| !x.is_zero() && x.modulus() < T::Real::epsilon().powi(3);
        if !self.data.iter().any(negligible) {
            return Ok(None);
        }
        let mut flushed = self.copy()?;
        flushed.data.iter_mut().filter(|x| negligible(x)).for_each(|x| *x = T::zero());
        Ok(Some(flushed))
    }

    /// Sets the elements above the diagonal to 0.
    pub(crate) fn keep_lower(&mut self) {
        for (j, column) in self.data.chunks_exact_mut(self.rows.max(1)).enumerate() {
            column[..j.min(self.rows)].fill(T::zero());
        }
    }

    /// Replaces all elements by their conjugates.
    pub(crate) fn conjugate(&mut self) {
        self.data.iter_mut().for_each(|x| *x = x.conj());
    }

    /// Sets what the lower triangle of a Hermitian matrix determines to 0: the elements above the diagonal
    /// and the imaginary parts on it.
    pub(crate) fn keep_hermitian_lower(&mut self) {
        for (j, column) in self.data.chunks_exact_mut(self.rows).enumerate() {
            column[..j].fill(T::zero());
            column[j] = T::from_real(column[j].re());
        }
    }

    /// Replaces the elements above the diagonal by the conjugates of those below it, and those on it by their
    /// real parts.
    pub(crate) fn mirror_lower(&mut self) {
        let n = self.rows;
        for j in 0..n {
            self.data[j + j * n] = T::from_real(self.data[j + j * n].re());
            for i in j + 1..n {
                self.data[j + i * n] = self.data[i + j * n].conj();
            }
        }
    }

    /// Returns the largest |re| or |im|, NaN if any part is NaN.
    pub(crate) fn max_part(&self) -> T::Real {
        loops::max_part(&self.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, s};

    #[test]
    fn every_layout_gives_the_same_matrix() {
        let big = Array2::from_shape_fn((80, 120), |(i, j)| (i * 1000 + j) as f64);
        for view in [
            big.view(),
            big.t(),
            big.slice(s![1..;3, ..;-1]),
            big.slice(s![..;-2, 2..70]),
            big.slice(s![3..4, ..]),
        ] {
            let dense = Dense::new(&view).unwrap();
            assert_eq!((dense.rows(), dense.cols()), view.dim());
            assert_eq!(dense.copy().unwrap().into_array(), view);
            assert_eq!(dense.into_transpose(), view.t());
        }
        let column = Array2::from_shape_fn((3, 1), |(i, _)| i as f64);
        let broadcast = column.broadcast((3, 50)).unwrap();
        assert_eq!(Dense::new(&broadcast).unwrap().into_array(), broadcast);
    }

    #[test]
    fn absurd_sizes_are_refused_before_anything_is_allocated() {
        let one = Array2::<f64>::zeros((1, 1));
        let long = one.broadcast((1 << 40, 1)).unwrap();
        assert!(matches!(Dense::new(&long), Err(ErrorKind::TooLarge { dim }) if dim == 1 << 40));
        let wide = one.broadcast((1 << 30, 1 << 30)).unwrap();
        assert!(matches!(Dense::new(&wide), Err(ErrorKind::TooLarge { .. })));
    }

    #[test]
    fn non_finite_elements_are_found() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut a = Array2::from_elem((3, 4), -2.0);
            assert_eq!(Dense::new(&a).unwrap().max_part(), 2.0);
            a[[2, 3]] = bad;
            assert!(!Dense::new(&a).unwrap().max_part().is_finite());
        }
    }

    #[test]
    fn columns_can_be_kept() {
        let a = Array2::from_shape_fn((2, 5), |(i, j)| (10 * i + j) as f32);
        let mut dense = Dense::new(&a).unwrap();
        dense.keep_columns(1..3);
        assert_eq!(dense.into_array(), a.slice(s![.., 1..3]));
    }
}
