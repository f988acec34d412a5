//! Piecewise linear interpolation.

use crate::loops::lanes::{Elements, in_order};
use crate::loops::layout::in_c_order;
use crate::memory::{check_memory, room};
use crate::sort::Sort;
use crate::tuning::PARALLEL_SEARCH;
use crate::{ErrorKind, Named, Real, Result, threads};
use ndarray::{Array, ArrayRef, ArrayRef1, Dimension};

/// What [`interp`] returns outside the points: NumPy's `left`, `right` and `period`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Outside<T> {
    /// The value of the nearest point, the first or the last one.
    #[default]
    Nearest,
    /// These values.
    Values {
        /// The value before the first point.
        left: T,
        /// The value after the last point.
        right: T,
    },
    /// The curve repeats itself with this period. The points may be in any order and in any period.
    Period(T),
}

/// Returns the values at `x` of the piecewise linear curve through the points `(xp, fp)`, as
/// `numpy.interp(x, xp, fp, left, right, period)`.
///
/// | argument | shape | meaning |
/// |---|---|---|
/// | `x` | any | where to compute the curve |
/// | `xp` | `(n,)` | the coordinates of the points, ascending unless there is a period; may be equal for a step |
/// | `fp` | `(n,)` | the values of the points |
/// | result | as `x` | the values of the curve |
///
/// A search for each element, with several threads for many of them. Computed in `f64` by NumPy's formulae:
/// the bits for `f64` are NumPy's, results for `f32` are rounded once. NaN in `x` gives NaN (in NumPy not if
/// there is only one point). The values are real: of complex ones, interpolate the two parts that ndarray's
/// `split_complex` returns.
///
/// # Errors
/// [`ErrorKind::Empty`] if there are no points; [`ErrorKind::Shape`] if there is not one value for each
/// coordinate; [`ErrorKind::InvalidArgument`] if the coordinates descend or contain a NaN (NumPy does not
/// check that), or if the period is 0 or not finite; [`ErrorKind::TooLarge`] if the result does not fit into
/// memory.
///
/// # Examples
/// ```
/// use linstat::{Outside, interp};
/// use ndarray::array;
/// let (xp, fp) = (array![1., 2., 3.], array![3., 2., 0.]);
/// assert_eq!(interp(&array![0., 1.5, 2.5, 4.], &xp, &fp, Outside::Nearest)?, array![3., 2.5, 1., 0.]);
/// let angles = interp(&array![-180., 355.], &array![190., -190., 350., -350.], &array![5., 10., 3., 4.],
///     Outside::Period(360.))?;
/// assert_eq!(angles, array![7.5, 3.25]);
/// # Ok::<(), linstat::Error>(())
/// ```
#[doc(alias = "interpolate")]
pub fn interp<T: Real, D: Dimension>(
    x: &ArrayRef<T, D>,
    xp: &ArrayRef1<T>,
    fp: &ArrayRef1<T>,
    outside: Outside<T>,
) -> Result<Array<T, D>> {
    Knots::new(xp, fp, outside)
        .and_then(|knots| T::curve(Elements::new(x), &knots))
        .map(|values| in_c_order(x.raw_dim(), values))
        .named("interp")
}

/// The points of a curve, at ascending coordinates, and its values outside them.
#[derive(Debug)]
pub struct Knots {
    x: Vec<f64>,
    y: Vec<f64>,
    left: f64,
    right: f64,
    period: Option<f64>,
}

impl Knots {
    fn new<T: Real>(xp: &ArrayRef1<T>, fp: &ArrayRef1<T>, outside: Outside<T>) -> Result<Self, ErrorKind> {
        if xp.len() != fp.len() {
            return Err(ErrorKind::shape("xp (n,) and fp (n,)", &[xp.shape(), fp.shape()]));
        }
        if xp.is_empty() {
            return Err(ErrorKind::empty(xp.shape()));
        }
        let in_f64 = |x: &ArrayRef1<T>| -> Result<Vec<f64>, ErrorKind> {
            let mut wide = room(x.len().saturating_add(2))?; // and two more with a period
            wide.extend(in_order(x)?.iter().map(|x| x.f64()));
            Ok(wide)
        };
        let (x, y) = (in_f64(xp)?, in_f64(fp)?);
        if x.iter().any(|x| x.is_nan()) {
            return Err(ErrorKind::invalid("xp", "expected numbers, found NaN"));
        }
        if let Outside::Period(period) = outside {
            return Self::periodic(x, y, period.f64());
        }
        if let Some(pair) = x.windows(2).find(|pair| pair[0] > pair[1]) {
            let reason = format!("expected ascending numbers, found {:?} before {:?}", pair[0], pair[1]);
            return Err(ErrorKind::invalid("xp", reason));
        }
        let (left, right) = match outside {
            Outside::Values { left, right } => (left.f64(), right.f64()),
            _ => (y[0], y[y.len() - 1]),
        };
        Ok(Knots { x, y, left, right, period: None })
    }

    fn periodic(mut x: Vec<f64>, y: Vec<f64>, period: f64) -> Result<Self, ErrorKind> {
        if period == 0.0 || !period.is_finite() {
            let reason = format!("expected a finite number that is not 0, found {period:?}");
            return Err(ErrorKind::invalid("period", reason));
        }
        let (n, period) = (x.len(), period.abs());
        x.iter_mut().for_each(|x| *x = modulo(*x, period));
        if x.iter().any(|x| x.is_nan()) {
            return Err(ErrorKind::invalid("xp", "expected finite numbers with a period, found an infinity"));
        }
        let order = f64::value_order(&x)?;
        let (mut at, mut values) = (room(n + 2)?, room(n + 2)?);
        let (first, last) = (order[0], order[n - 1]);
        at.push(x[last] - period);
        at.extend(order.iter().map(|&i| x[i]));
        at.push(x[first] + period);
        values.push(y[last]);
        values.extend(order.iter().map(|&i| y[i]));
        values.push(y[first]);
        let (left, right) = (values[0], values[n + 1]);
        Ok(Knots { x: at, y: values, left, right, period: Some(period) })
    }

    /// Returns the value of the curve.
    fn at(&self, x: f64) -> f64 {
        let x = self.period.map_or(x, |period| modulo(x, period));
        if x.is_nan() {
            return x;
        }
        // the points up to x
        match self.x.partition_point(|&at| at <= x) {
            0 => self.left,
            n if n == self.x.len() => {
                if x > self.x[n - 1] {
                    self.right
                } else {
                    self.y[n - 1]
                }
            }
            // an infinite slope would give NaN
            n if self.x[n - 1] == x => self.y[n - 1],
            n => {
                let ([x0, x1], [y0, y1]) = ([self.x[n - 1], self.x[n]], [self.y[n - 1], self.y[n]]);
                let slope = (y1 - y0) / (x1 - x0);
                let value = slope * (x - x0) + y0;
                if !value.is_nan() {
                    return value;
                }
                let value = slope * (x - x1) + y1;
                if value.is_nan() && y0 == y1 { y0 } else { value }
            }
        }
    }
}

/// The remainder of the division that rounds down: not negative for a positive period.
fn modulo(x: f64, period: f64) -> f64 {
    let rest = x % period;
    if rest < 0.0 {
        rest + period
    } else if rest == 0.0 {
        0.0
    } else {
        rest
    }
}

/// Returns the values of the curve, in the logical order of `x`.
pub(super) fn curve<T: Real>(x: Elements<'_, T>, knots: &Knots) -> Result<Vec<T>, ErrorKind> {
    check_memory::<[T; 2]>(x.len())?; // the values, and those that threads have computed
    let mut values = room(x.len())?;
    let value = |&x: &T| T::of(knots.at(x.f64()));
    x.each_block(|block| {
        if threads::share(block.len(), PARALLEL_SEARCH) {
            let found = threads::map_chunks(block, PARALLEL_SEARCH / 2, 1, &|_, part| {
                part.iter().map(value).collect::<Vec<_>>()
            });
            values.extend(found.iter().flatten());
        } else {
            values.extend(block.iter().map(value));
        }
    });
    Ok(values)
}
