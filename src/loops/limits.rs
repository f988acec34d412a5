//! Limits of elements.

use crate::Element;

/// The element within these bounds, the upper one last; neither bound is NaN. NaN stays NaN.
#[inline(always)]
pub(crate) fn limited<T: Element>(x: T, [min, max]: [T; 2]) -> T {
    let x = if x < min { min } else { x };
    if x > max { max } else { x }
}

/// The element within bounds of which one may be NaN: then that is the result. A bound takes the place of an
/// element that equals it, so that 0 gets its sign, as in NumPy where the bounds are arrays.
#[inline(always)]
pub(crate) fn between<T: Element>(x: T, min: T, max: T) -> T {
    let x = if x > min || x.unordered() { x } else { min };
    if x < max || x.unordered() { x } else { max }
}

dispatched! {
    /// Limits all elements in place.
    pub(crate) fn limit<T: Element>(x: &mut [T], bounds: [T; 2]) {
        for x in x {
            *x = limited(*x, bounds);
        }
    }

    /// Writes the limited elements of `x` into `out`.
    pub(crate) fn limit_into<T: Element>(x: &[T], bounds: [T; 2], out: &mut [T]) {
        for (out, &x) in out.iter_mut().zip(x) {
            *out = limited(x, bounds);
        }
    }
}
