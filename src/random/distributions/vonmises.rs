//! The von Mises distribution.

use super::*;
use std::f64::consts::PI;

/// From which `kappa` on the distribution is normal to `f64` accuracy.
const NORMAL: f64 = 1e6;

continuous! {
    /// The von Mises distribution: angles in [-π, π] around the mean `mu`. (Samples of a
    /// [`Generator`](crate::random::Generator) with a `kappa` above 1e6 are in this range only if `mu` is:
    /// one turn at most is taken from them, as in NumPy.)
    ///
    /// The density is exp(`kappa` cos(x - `mu`)), up to a factor; `kappa` is at least 0. Sampled by rejection
    /// from a wrapped Cauchy distribution (D. J. Best, N. I. Fisher, "Efficient simulation of the von Mises
    /// distribution", 1979); for a `kappa` below 1e-8 the samples are uniform, above 1e6 normal.
    Vonmises(mu, kappa), "vonmises", [non_negative(kappa)],
    bits => angle(mu, kappa, bits)
}

fn angle<B: BitGenerator>(mu: f64, kappa: f64, bits: &mut B) -> f64 {
    if kappa < 1e-8 {
        return PI * (2.0 * bits.next_f64() - 1.0);
    }
    if kappa > NORMAL && !B::LEGACY {
        let angle = normal(mu, kappa, bits);
        let angle = if angle < -PI { angle + 2.0 * PI } else { angle };
        return if angle > PI { angle - 2.0 * PI } else { angle };
    }
    let s = if kappa < 1e-5 {
        // rho would vanish: this is its expansion
        1.0 / kappa + kappa
    } else {
        let r = 1.0 + (1.0 + 4.0 * kappa * kappa).sqrt();
        let rho = (r - (2.0 * r).sqrt()) / (2.0 * kappa);
        (1.0 + rho * rho) / (2.0 * rho)
    };
    // NaN where the square of `kappa` overflows
    if s <= 1.0 || s.is_nan() {
        // the cosines of NumPy's legacy generator are all 1, and it would never accept one
        return wrapped(normal(mu, kappa, bits));
    }
    let cosine = loop {
        let z = (PI * bits.next_f64()).cos();
        let w = (1.0 + s * z) / (s + z);
        let y = kappa * (s - w);
        let v = bits.next_f64();
        if y * (2.0 - y) - v >= 0.0 || (y / v).ln() + 1.0 - y >= 0.0 {
            break w;
        }
    };
    let angle = cosine.acos();
    wrapped(if bits.next_f64() < 0.5 { -angle } else { angle } + mu)
}

/// Returns a sample of the normal distribution that the one of a large `kappa` is.
fn normal<B: BitGenerator>(mu: f64, kappa: f64, bits: &mut B) -> f64 {
    mu + (1.0 / kappa).sqrt() * bits.standard_normal()
}

/// Returns the angle without its whole turns, in [-π, π].
fn wrapped(angle: f64) -> f64 {
    let wrapped = (angle.abs() + PI) % (2.0 * PI) - PI;
    if angle < 0.0 { -wrapped } else { wrapped }
}

methods! {
    /// Draws samples from the [von Mises distribution](Vonmises), angles in [-π, π] around `mu`, as
    /// `numpy.random.Generator.vonmises(mu, kappa, size)`. For a `kappa` above 1e6 they are in this range
    /// only if `mu` is, as in NumPy.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `kappa` is negative (including
    /// -0) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).vonmises(0.3, 4., 1)?;
    /// assert_eq!(x[0], 0.19828477955281354);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    vonmises(mu: f64, kappa: f64) -> f64 = Vonmises::checked(mu, kappa);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::default_rng;

    #[test]
    fn draws_are_numpys() {
        numpys(default_rng(42).vonmises(0.3, 4.0, 2), &[0.19828477955281354, 0.11443609227022433]);
        numpys(default_rng(42).vonmises(1.0, 1e-9, 2), &[1.7213166190998062, -0.3840380893017967]);
        numpys(default_rng(42).vonmises(1.0, 1e-6, 2), &[-2.8517313227734657, -3.092339844087965]);
        numpys(default_rng(42).vonmises(3.1, 1e7, 2), &[3.100096360001398, 3.0996711281493905]);
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        for x in [-1.0, -0.0, f64::NAN] {
            refused(|rng| rng.vonmises(0.0, x, 1));
        }
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            for y in [5e-324, 1e-300, 1e300, f64::INFINITY] {
                assert!(default_rng(42).vonmises(x, y, 9).is_ok(), "{x}, {y}");
            }
        }
    }
}
