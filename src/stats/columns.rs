//! Centring of columns, without the rounding error of their means.

use super::center::extents_of;
use crate::loops::lanes::{self, Along, Source, reduce_along};
use crate::loops::map::map_row;
use crate::loops::twofold::Twofold;
use crate::tuning::{PARALLEL_LANES, SMALL_ARRAY};
use crate::{ErrorKind, Real, Result};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, Ix2, ShapeBuilder, Zip};

/// Returns whether there are too few elements to be worth the loop over lanes; an empty matrix may have very
/// long columns.
pub(super) fn is_few<T>(x: &ArrayRef2<T>) -> bool {
    (1..=SMALL_ARRAY).contains(&x.len())
}

/// The means of columns, each as two numbers: the rounded mean and the remainder.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Columns<T> {
    pub(crate) mean: Array1<T>,
    pub(crate) rest: Array1<T>,
}

impl<T: Real> Columns<T> {
    /// Returns the means of the columns of a matrix that has rows.
    pub(crate) fn new(x: &ArrayRef2<T>) -> Result<Self, ErrorKind> {
        Ok(Self::with_extents(x)?.0)
    }

    /// Returns the means of the columns of a matrix that has rows, and the largest absolute values of the
    /// centred columns: not finite if an element is not.
    pub(super) fn with_extents(x: &ArrayRef2<T>) -> Result<(Self, Array1<T>), ErrorKind> {
        if x.nrows() == 0 {
            return Err(ErrorKind::empty(x.shape()));
        }
        let extents = reduce_along(Along::new(x, Axis(0)), PARALLEL_LANES, &|lanes, out| {
            extents_of(&Source::from(lanes), out);
        })?;
        let columns = Self::of(extents.iter().map(|extent| extent.mean));
        let largest = extents.iter().enumerate().map(|(j, extent)| {
            // what is subtracted, and rounded, keeps its order
            let size = |x: f64| less(T::of(x), columns.mean[j], columns.rest[j]).abs();
            let (low, high) = (size(extent.min), size(extent.max));
            if low > high || low.is_nan() { low } else { high }
        });
        let largest = largest.collect();
        Ok((columns, largest))
    }

    /// Takes means in twice the precision.
    pub(crate) fn of(means: impl Iterator<Item = Twofold>) -> Self {
        let (mean, rest): (Vec<T>, Vec<T>) = means.map(Twofold::with_rest::<T>).unzip();
        Columns { mean: mean.into(), rest: rest.into() }
    }

    /// Returns the columns minus their means.
    pub(crate) fn centred(&self, x: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
        by_columns(x, [&self.mean, &self.rest], less)
    }

    /// Returns half of [`centred`](Self::centred), which does not overflow.
    pub(crate) fn centred_halves(&self, x: &ArrayRef2<T>) -> Result<Array2<T>, ErrorKind> {
        by_columns(x, [&self.mean, &self.rest], half_less)
    }

    /// Returns the indices of the columns in which a finite number minus the mean may overflow.
    pub(crate) fn large(&self) -> impl Iterator<Item = usize> + '_ {
        // less than half of the last digit of the largest number, which is then the rounded difference
        let least = T::max_value() * (T::epsilon() * T::of(0.125));
        self.mean.iter().enumerate().filter(move |(_, mean)| mean.abs() >= least).map(|(j, _)| j)
    }
}

/// Returns half of [`less`]: of finite numbers, it is finite.
#[inline(always)]
pub(super) fn half_less<T: Real>(x: T, mean: T, rest: T) -> T {
    let half = T::of(0.5);
    less(half * x, half * mean, half * rest)
}

/// Returns whether all numbers are finite.
pub(crate) fn all_finite<'a, T: Real>(x: impl IntoIterator<Item = &'a T>) -> bool {
    x.into_iter().all(|x| x.is_finite())
}

/// Returns a number minus a mean given as two numbers. The first difference is exact near the mean, where
/// digits could be lost.
#[inline(always)]
pub(super) fn less<T: Real>(x: T, mean: T, rest: T) -> T {
    (x - mean) - rest
}

/// Returns `f(x, a, b)` for every element, where a and b belong to its column; in Fortran order if `x` is in
/// that order.
pub(super) fn by_columns<T: Real>(
    x: &ArrayRef2<T>,
    [a, b]: [&ArrayRef1<T>; 2],
    f: impl Fn(T, T, T) -> T + Sync,
) -> Result<Array2<T>, ErrorKind> {
    let by_columns = x.t().is_standard_layout();
    if is_few(x) {
        return Ok(Array2::from_shape_fn(x.raw_dim().set_f(by_columns), |(i, j)| f(x[[i, j]], a[j], b[j])));
    }
    let mut out = if by_columns {
        lanes::new(Ix2(x.ncols(), x.nrows()))?.reversed_axes()
    } else {
        lanes::new(x.raw_dim())?
    };
    if out.is_empty() {
        return Ok(out); // there may be very many empty rows
    }
    lanes::split(x.view(), out.view_mut(), Axis(1), PARALLEL_LANES, &|x, mut out| {
        let factors = (a.as_slice(), b.as_slice());
        if x.ncols() > 1
            && x.strides()[1] == 1
            && let (Some(a), Some(b)) = factors
        {
            for (x, mut out) in x.rows().into_iter().zip(out.rows_mut()) {
                if let (Some(x), Some(out)) = (x.to_slice(), out.as_slice_mut()) {
                    map_row(x, [a, b], &f, out);
                }
            }
            return;
        }
        let (a, b) = (a.broadcast(x.raw_dim()), b.broadcast(x.raw_dim()));
        if let (Some(a), Some(b)) = (a, b) {
            Zip::from(&mut out).and(x).and(a).and(b).for_each(|out, &x, &a, &b| *out = f(x, a, b));
        }
    });
    Ok(out)
}
