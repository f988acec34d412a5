//! Means of columns, and the size of the deviations from them.

use crate::loops::twofold::Twofold;
use crate::number::PowerOfTwo;
use crate::stats::{Centred, Columns};
use crate::{ErrorKind, Real, Result, memory};

/// The means of columns of some rows, and a bound of the deviations from each, by which they are scaled.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Means {
    pub(super) rows: u64,
    /// NaN or infinite if an element is.
    #[cfg_attr(feature = "serde", serde(with = "super::saved::pairs"))]
    mean: Vec<Twofold>,
    #[cfg_attr(feature = "serde", serde(with = "super::bits"))]
    size: Vec<f64>,
}

/// The means of two sets of rows, and what moves both sets of deviations to them.
pub(super) struct Joined {
    pub(super) means: Means,
    /// The powers of two by which the deviations of both sets are multiplied in addition.
    pub(super) shifts: [Vec<PowerOfTwo>; 2],
    /// The differences of the means, scaled as the deviations from the common mean; NaN if one is not finite.
    pub(super) differences: Vec<f64>,
}

/// Returns the power of two for deviations of this size: their squares neither overflow nor underflow.
fn scale_of(size: f64) -> PowerOfTwo {
    PowerOfTwo::to_unit(size, f64::SAFE.sqrt())
}

impl Means {
    /// Returns the means of some rows, and the powers of two by which their centred columns are still to be
    /// multiplied.
    pub(super) fn of(centred: &Centred<f64>) -> Result<(Self, Vec<PowerOfTwo>), ErrorKind> {
        let p = centred.largest.len();
        let (mut mean, mut size, mut shifts) = (memory::room(p)?, memory::room(p)?, memory::room(p)?);
        for (j, &largest) in centred.largest.iter().enumerate() {
            mean.push(Twofold { hi: centred.columns.mean[j], lo: centred.columns.rest[j] });
            size.push(largest);
            shifts.push(scale_of(largest).and(centred.powers[j].inverse()));
        }
        Ok((Means { rows: centred.data.nrows() as u64, mean, size }, shifts))
    }

    pub(super) fn columns(&self) -> usize {
        self.mean.len()
    }

    /// Returns whether the parts fit.
    #[cfg(feature = "serde")]
    pub(super) fn is_whole(&self) -> bool {
        self.rows > 0 && self.mean.len() == self.size.len()
    }

    pub(super) fn mean(&self, j: usize) -> Twofold {
        self.mean[j]
    }

    /// Returns the power of two by which the deviations of a column are multiplied.
    pub(super) fn scale(&self, j: usize) -> PowerOfTwo {
        scale_of(self.size[j])
    }

    /// Returns a bound of the means and of the deviations from them.
    pub(super) fn largest(&self) -> f64 {
        let sizes = self.mean.iter().map(|mean| mean.hi.abs()).chain(self.size.iter().copied());
        sizes.fold(0.0, f64::max)
    }

    pub(super) fn scales(&self) -> Vec<PowerOfTwo> {
        self.size.iter().map(|&size| scale_of(size)).collect()
    }

    /// Returns the first column with an element that is not finite.
    pub(super) fn not_finite(&self) -> Option<(usize, f64)> {
        self.mean.iter().map(|mean| mean.hi).enumerate().find(|(_, mean)| !mean.is_finite())
    }

    /// Returns the means of these columns.
    pub(super) fn to_columns<T: Real>(&self, columns: std::ops::Range<usize>) -> Columns<T> {
        Columns::of(self.mean[columns].iter().copied())
    }

    pub(super) fn joined(&self, next: &Self) -> Result<Joined, ErrorKind> {
        let (p, n) = (self.columns(), (self.rows + next.rows) as f64);
        let (mut mean, mut size, mut differences) = (memory::room(p)?, memory::room(p)?, memory::room(p)?);
        let mut shifts = [memory::room(p)?, memory::room(p)?];
        for j in 0..p {
            let (a, b) = (self.mean[j], next.mean[j]);
            if !(a.hi.is_finite() && b.hi.is_finite()) {
                mean.push(Twofold::from(a.hi + b.hi));
                size.push(0.0);
                differences.push(f64::NAN);
                shifts.iter_mut().for_each(|shifts| shifts.push(PowerOfTwo::none()));
                continue;
            }
            let bound = self.size[j].max(next.size[j]) + (b.hi - a.hi).abs();
            size.push(bound.min(f64::MAX));
            let scale = scale_of(size[j]);
            for (shifts, side) in shifts.iter_mut().zip([self, next]) {
                shifts.push(scale.and(side.scale(j).inverse()));
            }
            let [a, b] = [a, b].map(|mean| mean.scaled(scale));
            let d = b.plus(a.times(Twofold::from(-1.0)));
            let part = d.times(Twofold::from(next.rows as f64)).over(n);
            mean.push(a.plus(part).scaled(scale.inverse()));
            differences.push(d.hi);
        }
        Ok(Joined { means: Means { rows: self.rows + next.rows, mean, size }, shifts, differences })
    }

    /// Returns how much the difference of the means weighs beside the deviations: na nb / n.
    pub(super) fn weight(&self, next: &Self) -> f64 {
        let [a, b] = [self.rows, next.rows].map(|rows| rows as f64);
        a * (b / (a + b))
    }
}
