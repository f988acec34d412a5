//! Gradients by finite differences.

use crate::loops::complex::{joined, of_lanes};
use crate::loops::lanes::{Along, check_axis, map_along, mapped};
use crate::memory::room;
use crate::tuning::PARALLEL_LANES;
use crate::{Element, Entry, ErrorKind, HasMean, Named, Real, Result};
use ndarray::{Array, ArrayRef, Axis, Dimension};
use num_complex::Complex;

/// Where the elements of [`gradient`] lie along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Spacing<'a> {
    /// At equal distances.
    Uniform(f64),
    /// At these coordinates, one for each element, usually ascending.
    Coordinates(&'a [f64]),
}

/// The order of accuracy of [`gradient`] at both ends of an axis: NumPy's `edge_order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EdgeOrder {
    /// The difference of the last two elements: at least two elements.
    #[default]
    First,
    /// The slope of the parabola through the last three elements: at least three elements.
    Second,
}

/// Returns the gradient along every axis, as `numpy.gradient(x, *spacing, edge_order=edge)`: an array in the
/// shape of `x` for each axis.
///
/// `spacing` is empty for a distance of 1, one [`Spacing::Uniform`] for all axes, or one [`Spacing`] for each
/// axis. See [`gradient_axis`].
///
/// # Errors
/// As [`gradient_axis`]; [`ErrorKind::InvalidArgument`] if there is another number of spacings.
///
/// # Examples
/// ```
/// use linstat::{EdgeOrder, Spacing, gradient};
/// use ndarray::array;
/// let x = array![[1., 2., 6.], [3., 4., 5.]];
/// let slopes = gradient(&x, &[Spacing::Uniform(1.)], EdgeOrder::First)?;
/// assert_eq!(slopes[0], array![[2., 2., -1.], [2., 2., -1.]]);
/// assert_eq!(slopes[1], array![[1., 2.5, 4.], [1., 1., 1.]]);
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn gradient<T: HasMean<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    spacing: &[Spacing<'_>],
    edge: EdgeOrder,
) -> Result<Vec<Array<T::Average, D>>> {
    along_each(x, spacing, edge).named("gradient")
}

fn along_each<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    spacing: &[Spacing<'_>],
    edge: EdgeOrder,
) -> Result<Vec<Array<T::Location, D>>, ErrorKind> {
    let same = match *spacing {
        [] => Some(Spacing::Uniform(1.0)),
        [Spacing::Uniform(h)] => Some(Spacing::Uniform(h)),
        _ if spacing.len() == x.ndim() => None,
        _ => {
            let reason = format!("expected none, one distance or {}, found {}", x.ndim(), spacing.len());
            return Err(ErrorKind::invalid("spacing", reason));
        }
    };
    (0..x.ndim()).map(|i| along(x, same.unwrap_or_else(|| spacing[i]), edge, Axis(i))).collect()
}

/// Returns the gradient along one axis, as `numpy.gradient(x, spacing, axis=axis, edge_order=edge)`, in the
/// shape of `x`.
///
/// Inside, the slope of the parabola through an element and its neighbours, which is of second order; at the
/// ends, as [`EdgeOrder`] says. For `f64` and integers the formulae and the bits are NumPy's; `f32` is
/// computed in `f64` and rounded once (NumPy computes in `f32`), and so is `bool` (NumPy refuses it). The
/// parts of complex numbers are computed on their own.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] if `x` has no such axis, or a distance is 0, where NumPy warns;
/// [`ErrorKind::Shape`] if the axis is too short for the order at the ends, or there is not one coordinate
/// for each element; [`ErrorKind::TooLarge`] if the result does not fit into memory.
///
/// # Examples
/// ```
/// use linstat::{EdgeOrder, Spacing, gradient_axis};
/// use ndarray::{Axis, array};
/// let x = array![1_f64, 2., 4., 7., 11., 16.];
/// let slopes = gradient_axis(&x, Spacing::Uniform(2.), EdgeOrder::First, Axis(0))?;
/// assert_eq!(slopes, array![0.5, 0.75, 1.25, 1.75, 2.25, 2.5]);
/// let at = Spacing::Coordinates(&[0., 1., 1.5, 3.5, 4., 6.]);
/// let slopes = gradient_axis(&x, at, EdgeOrder::First, Axis(0))?;
/// let expected = array![1., 3., 3.5, 6.7, 6.9, 2.5];
/// assert!((slopes - expected).iter().all(|x| x.abs() < 1e-14));
/// # Ok::<(), linstat::Error>(())
/// ```
pub fn gradient_axis<T: HasMean<K>, K, D: Dimension>(
    x: &ArrayRef<T, D>,
    spacing: Spacing<'_>,
    edge: EdgeOrder,
    axis: Axis,
) -> Result<Array<T::Average, D>> {
    along(x, spacing, edge, axis).named("gradient_axis")
}

fn along<T: Entry, D: Dimension>(
    x: &ArrayRef<T, D>,
    spacing: Spacing<'_>,
    edge: EdgeOrder,
    axis: Axis,
) -> Result<Array<T::Location, D>, ErrorKind> {
    check_axis(x, axis)?;
    let stencil = Stencil::new(x.shape(), x.len_of(axis), spacing, edge)?;
    mapped(x, axis, Ok, |x| T::gradient_lanes(x, &stencil))
}

/// The factors of the elements: those of the three at each end, and of each element inside and its
/// neighbours.
#[derive(Debug)]
pub struct Stencil {
    edge: EdgeOrder,
    /// The first and the last distance.
    ends: [f64; 2],
    start: [f64; 3],
    end: [f64; 3],
    /// Nothing for equal distances.
    inner: Option<Vec<[f64; 3]>>,
}

impl Stencil {
    fn new(shape: &[usize], n: usize, spacing: Spacing<'_>, edge: EdgeOrder) -> Result<Self, ErrorKind> {
        let (least, expected) = match edge {
            EdgeOrder::First => (2, "at least 2 elements along the axis"),
            EdgeOrder::Second => (3, "at least 3 elements along the axis"),
        };
        if n < least {
            return Err(ErrorKind::shape(expected, &[shape]));
        }
        let at = match spacing {
            Spacing::Uniform(0.0) => {
                return Err(ErrorKind::invalid("spacing", "expected a distance that is not 0, found 0"));
            }
            Spacing::Uniform(h) => return Ok(Self::uniform(h, edge)),
            Spacing::Coordinates(at) => at,
        };
        if at.len() != n {
            return Err(ErrorKind::shape(
                "one coordinate for each element along the axis",
                &[shape, &[at.len()]],
            ));
        }
        let distance = |i: usize| at[i + 1] - at[i];
        let first = distance(0);
        if (0..n - 1).all(|i| distance(i) == first) && first != 0.0 {
            return Ok(Self::uniform(first, edge));
        }
        if let Some(i) = (0..n - 1).find(|&i| distance(i) == 0.0) {
            let found = format!("found {:?} at {i} and at {}", at[i], i + 1);
            return Err(ErrorKind::invalid("spacing", format!("expected distances that are not 0, {found}")));
        }
        let mut inner = room(n - 2)?;
        inner.extend((0..n - 2).map(|i| {
            let (h, k) = (distance(i), distance(i + 1));
            [-k / (h * (h + k)), (k - h) / (h * k), h / (k * (h + k))]
        }));
        let (mut start, mut end) = ([0.0; 3], [0.0; 3]);
        if n > 2 {
            let (h, k) = (first, distance(1));
            start = [-(2.0 * h + k) / (h * (h + k)), (h + k) / (h * k), -h / (k * (h + k))];
            let (h, k) = (distance(n - 3), distance(n - 2));
            end = [k / (h * (h + k)), -(k + h) / (h * k), (2.0 * k + h) / (k * (h + k))];
        }
        Ok(Stencil { edge, ends: [first, distance(n - 2)], start, end, inner: Some(inner) })
    }

    fn uniform(h: f64, edge: EdgeOrder) -> Self {
        let (start, end) = ([-1.5 / h, 2.0 / h, -0.5 / h], [0.5 / h, -2.0 / h, 1.5 / h]);
        Stencil { edge, ends: [h, h], start, end, inner: None }
    }
}

pub(super) fn gradient_lanes<T: Element>(
    x: Along<'_, T>,
    stencil: &Stencil,
) -> Result<Vec<T::Mean>, ErrorKind> {
    let n = x.len();
    map_along(x, n, PARALLEL_LANES, &|walk| walk(&mut |lane, out| of_lane(lane, stencil, out)))
}

pub(super) fn complex_lanes<R: Real>(
    x: Along<'_, Complex<R>>,
    stencil: &Stencil,
) -> Result<Vec<Complex<R>>, ErrorKind> {
    let n = x.len();
    of_lanes(x, n, |x| R::gradient_lanes(x, stencil)).and_then(joined)
}

/// The lane has at least as many elements as the order at the ends needs.
fn of_lane<T: Element>(lane: &[T], stencil: &Stencil, out: &mut [T::Mean]) {
    let n = lane.len();
    let f = |i: usize| lane[i].as_f64();
    let three = |[a, b, c]: [f64; 3], i: usize| T::Mean::of(a * f(i) + b * f(i + 1) + c * f(i + 2));
    let inner = &mut out[1..n - 1];
    match &stencil.inner {
        None => {
            let two = 2.0 * stencil.ends[0];
            for (i, out) in inner.iter_mut().enumerate() {
                *out = T::Mean::of((f(i + 2) - f(i)) / two);
            }
        }
        Some(factors) => {
            for (i, (out, &factors)) in inner.iter_mut().zip(factors).enumerate() {
                *out = three(factors, i);
            }
        }
    }
    (out[0], out[n - 1]) = match stencil.edge {
        EdgeOrder::First => {
            let [first, last] = stencil.ends;
            (T::Mean::of((f(1) - f(0)) / first), T::Mean::of((f(n - 1) - f(n - 2)) / last))
        }
        EdgeOrder::Second => (three(stencil.start, 0), three(stencil.end, n - 3)),
    };
}
