//! The triangular distribution.

use super::*;
use crate::{ErrorKind, Result};

continuous! {
    /// The triangular distribution on [`left`, `right`], most likely at `mode`.
    ///
    /// The density rises linearly from 0 at `left` to 2 / (`right` - `left`) at `mode`, and falls linearly to
    /// 0 at `right`. Sampled by inversion of the distribution function.
    Triangular(left, mode, right), "triangular", [ordered(left, mode, right)],
    bits => {
        let base = right - left;
        let left_of_mode = mode - left;
        let u = bits.next_f64();
        if u <= left_of_mode / base {
            left + (u * (left_of_mode * base)).sqrt()
        } else {
            right - ((1.0 - u) * ((right - mode) * base)).sqrt()
        }
    }
}

/// Refuses a triangle without a base, or with its mode outside.
fn ordered(_: &str, left: f64, _: &str, mode: f64, _: &str, right: f64) -> Result<(), ErrorKind> {
    if !(left <= mode && mode <= right && left < right) {
        let reason =
            format!("expected left <= mode <= right and left < right, found {left:?}, {mode:?}, {right:?}");
        return Err(ErrorKind::invalid("mode", reason));
    }
    Ok(())
}

methods! {
    /// Draws samples from the [triangular distribution](Triangular), as
    /// `numpy.random.Generator.triangular(left, mode, right, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] unless `left <= mode <= right` and `left < right`;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).triangular(-1., 0.5, 2., 1)?;
    /// assert_eq!(x[0], 0.9914377651834445);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    triangular(left: f64, mode: f64, right: f64) -> f64 = Triangular::checked(left, mode, right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).triangular(-1.0, 0.5, 2.0, 2), &[0.9914377651834445, 0.4053302027937191]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for (left, mode, right) in [(0.0, 0.0, 0.0), (0.0, 2.0, 1.0), (0.0, -1.0, 1.0), (0.0, f64::NAN, 1.0)]
        {
            refused(|rng| rng.triangular(left, mode, right, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            for y in [5e-324, 1e-300, 1e300, f64::INFINITY] {
                assert!(default_rng(42).triangular(-x, 0.0, y, 9).is_ok(), "{x}, {y}");
            }
        }
    }
}
