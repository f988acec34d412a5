//! Further continuous distributions, most of them functions of a uniform, a normal or an exponential number.

use super::distribution::{Pieces, distributions, filling};
use super::exponential::standard_exponential;
use super::gamma::{Shape, chisquare};
use super::generator::methods;
use super::normal::standard_normal;
use super::poisson::Poisson;
use super::{BitGenerator, Distribution, Generator, non_negative, positive};
use crate::{Error, Result};
use ndarray::{Array, IntoDimension};
use std::f64::consts::PI;

/// Declares distributions of `f64`: parameters, the method of the same meaning, checks, and a value.
macro_rules! continuous {
    ($(
        $(#[$doc:meta])*
        $name:ident($($field:ident),*), $method:literal, [$($check:ident($($checked:ident),*))*],
        $bits:ident => $value:expr;
    )*) => {$(
        distributions! {
            $(#[$doc])*
            $name { $($field: f64),* };
        }

        impl $name {
            #[doc = concat!("With the parameters of [`Generator::", $method, "`].")]
            ///
            /// # Errors
            /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) as there.
            pub fn new($($field: f64),*) -> Result<Self> {
                $($check($method, $(stringify!($checked), $checked),*)?;)*
                Ok($name { $($field),* })
            }
        }

        impl Distribution<f64> for $name {
            filling!(f64);

            #[inline]
            fn draw<B: BitGenerator>(&self, $bits: &mut B, _: &mut Pieces) -> f64 {
                let $name { $($field),* } = *self;
                $value
            }
        }
    )*};
}

continuous! {
    /// Laplace numbers: exponential ones to both sides.
    Laplace(loc, scale), "laplace", [non_negative(scale)],
    bits => {
        let u = positive_uniform(bits);
        if u >= 0.5 { loc - scale * (2.0 - u - u).ln() } else { loc + scale * (u + u).ln() }
    };

    /// Gumbel numbers: the greatest of many.
    Gumbel(loc, scale), "gumbel", [non_negative(scale)],
    bits => loc - scale * (-(1.0 - positive_uniform(bits)).ln()).ln();

    /// Logistic numbers.
    Logistic(loc, scale), "logistic", [non_negative(scale)],
    bits => {
        let u = positive_uniform(bits);
        loc + scale * (u / (1.0 - u)).ln()
    };

    /// Numbers whose logarithm is normal.
    Lognormal(mean, sigma), "lognormal", [non_negative(sigma)],
    bits => (mean + sigma * standard_normal(bits)).exp();

    /// Rayleigh numbers: the length of a plane vector of normal numbers.
    Rayleigh(scale), "rayleigh", [non_negative(scale)],
    bits => scale * (2.0 * standard_exponential(bits)).sqrt();

    /// Weibull numbers with scale 1.
    Weibull(a), "weibull", [non_negative(a)],
    bits => if a == 0.0 { 0.0 } else { standard_exponential(bits).powf(1.0 / a) };

    /// Pareto numbers of the second kind, also Lomax numbers: they begin at 0.
    Pareto(a), "pareto", [positive(a)],
    bits => (standard_exponential(bits) / a).exp_m1();

    /// Numbers in [0, 1] with the density a · x^(a - 1).
    Power(a), "power", [positive(a)],
    bits => (-(-standard_exponential(bits)).exp_m1()).powf(1.0 / a);

    /// F numbers: ratios of chi-square numbers.
    F(dfnum, dfden), "f", [positive(dfnum) positive(dfden)],
    bits => {
        let numerator = chisquare(dfnum, bits) * dfden;
        numerator / (chisquare(dfden, bits) * dfnum)
    };

    /// Student's t numbers.
    StandardT(df), "standard_t", [positive(df)],
    bits => {
        let numerator = standard_normal(bits);
        let denominator = Shape::<f64>::new(df / 2.0).draw(bits);
        (df / 2.0).sqrt() * numerator / denominator.sqrt()
    };

    /// Triangular numbers.
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
    };

    /// Von Mises numbers: angles in [-π, π] around a mean.
    Vonmises(mu, kappa), "vonmises", [non_negative(kappa)],
    bits => vonmises(mu, kappa, bits);

    /// Wald numbers, also inverse Gaussian numbers.
    Wald(mean, scale), "wald", [positive(mean) positive(scale)],
    bits => {
        // by Michael, Schucany and Haas (1976)
        let y = standard_normal(bits);
        let y = mean * y * y;
        let d = 1.0 + (1.0 + 4.0 * scale / y).sqrt();
        let x = mean * (1.0 - 2.0 / d);
        if bits.next_f64() <= mean / (mean + x) { x } else { mean * mean / x }
    };

    /// Noncentral chi-square numbers.
    NoncentralChisquare(df, nonc), "noncentral_chisquare", [positive(df) non_negative(nonc)],
    bits => noncentral_chisquare(df, nonc, bits);

    /// Noncentral F numbers.
    NoncentralF(dfnum, dfden, nonc), "noncentral_f", [positive(dfnum) positive(dfden) non_negative(nonc)],
    bits => {
        let numerator = noncentral_chisquare(dfnum, nonc, bits) * dfden;
        numerator / (chisquare(dfden, bits) * dfnum)
    };
}

distributions! {
    /// Cauchy numbers: ratios of normal numbers.
    StandardCauchy;
}

impl Distribution<f64> for StandardCauchy {
    filling!(f64);

    #[inline]
    fn draw<B: BitGenerator>(&self, bits: &mut B, _: &mut Pieces) -> f64 {
        let numerator = standard_normal(bits);
        numerator / standard_normal(bits)
    }
}

/// In (0, 1).
fn positive_uniform<B: BitGenerator>(bits: &mut B) -> f64 {
    loop {
        let u = bits.next_f64();
        if u > 0.0 {
            return u;
        }
    }
}

/// By Best and Fisher (1979): rejection from a wrapped Cauchy distribution.
fn vonmises<B: BitGenerator>(mu: f64, kappa: f64, bits: &mut B) -> f64 {
    if kappa < 1e-8 {
        return PI * (2.0 * bits.next_f64() - 1.0);
    }
    if kappa > 1e6 {
        // as good as normal
        let angle = mu + (1.0 / kappa).sqrt() * standard_normal(bits);
        let angle = if angle < -PI { angle + 2.0 * PI } else { angle };
        return if angle > PI { angle - 2.0 * PI } else { angle };
    }
    let s = if kappa < 1e-5 {
        // where rho would vanish: its expansion
        1.0 / kappa + kappa
    } else {
        let r = 1.0 + (1.0 + 4.0 * kappa * kappa).sqrt();
        let rho = (r - (2.0 * r).sqrt()) / (2.0 * kappa);
        (1.0 + rho * rho) / (2.0 * rho)
    };
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
    let angle = if bits.next_f64() < 0.5 { -angle } else { angle } + mu;
    let wrapped = (angle.abs() + PI) % (2.0 * PI) - PI;
    if angle < 0.0 { -wrapped } else { wrapped }
}

fn noncentral_chisquare<B: BitGenerator>(df: f64, nonc: f64, bits: &mut B) -> f64 {
    if nonc == 0.0 {
        return chisquare(df, bits);
    }
    if df > 1.0 {
        let central = chisquare(df - 1.0, bits);
        let normal = standard_normal(bits) + nonc.sqrt();
        return central + normal * normal;
    }
    let count = Poisson::unchecked(nonc / 2.0).draw(bits, &mut Pieces::default());
    chisquare(df + 2.0 * count as f64, bits)
}

/// Refuses a triangle without a base, or with its mode outside.
fn ordered(op: &'static str, _: &str, left: f64, _: &str, mode: f64, _: &str, right: f64) -> Result<()> {
    if !(left <= mode && mode <= right && left < right) {
        let reason =
            format!("expected left <= mode <= right and left < right, found {left}, {mode}, {right}");
        return Err(Error::invalid(op, "mode", reason));
    }
    Ok(())
}

methods! {
    /// Laplace numbers: exponential ones to both sides of `loc`, as `numpy.random.Generator.laplace(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).laplace(1., 2., 1)?;
    /// assert_eq!(x[0], 2.5877572852834136);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    laplace(loc: f64, scale: f64) -> f64 = Laplace::new(loc, scale)?;

    /// Gumbel numbers: the greatest of many, as `numpy.random.Generator.gumbel(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).gumbel(0.5, 1.5, 1)?;
    /// assert_eq!(x[0], -0.09516704995014635);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    gumbel(loc: f64, scale: f64) -> f64 = Gumbel::new(loc, scale)?;

    /// Logistic numbers, as `numpy.random.Generator.logistic(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).logistic(0., 1., 1)?;
    /// assert_eq!(x[0], 1.2307856313855068);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    logistic(loc: f64, scale: f64) -> f64 = Logistic::new(loc, scale)?;

    /// Numbers whose logarithm is normal, as `numpy.random.Generator.lognormal(mean, sigma, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `sigma` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).lognormal(0.1, 0.5, 1)?;
    /// assert_eq!(x[0], 1.287057415976462);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    lognormal(mean: f64, sigma: f64) -> f64 = Lognormal::new(mean, sigma)?;

    /// Rayleigh numbers: the length of a plane vector of normal numbers, as `numpy.random.Generator.rayleigh(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).rayleigh(2., 1)?;
    /// assert_eq!(x[0], 4.385620689449551);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    rayleigh(scale: f64) -> f64 = Rayleigh::new(scale)?;

    /// Weibull numbers with scale 1, as `numpy.random.Generator.weibull(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).weibull(1.5, 1)?;
    /// assert_eq!(x[0], 1.794656893050126);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    weibull(a: f64) -> f64 = Weibull::new(a)?;

    /// Pareto numbers of the second kind, also Lomax numbers: they begin at 0, as `numpy.random.Generator.pareto(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).pareto(3., 1)?;
    /// assert_eq!(x[0], 1.228665259618174);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pareto(a: f64) -> f64 = Pareto::new(a)?;

    /// Numbers in [0, 1] with the density a · x^(a - 1), as `numpy.random.Generator.power(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).power(2.5, 1)?;
    /// assert_eq!(x[0], 0.9628357780513209);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    power(a: f64) -> f64 = Power::new(a)?;

    /// F numbers: ratios of chi-square numbers, as `numpy.random.Generator.f(dfnum, dfden, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `dfnum` or `dfden` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).f(3., 5., 1)?;
    /// assert_eq!(x[0], 0.7338468182700809);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    f(dfnum: f64, dfden: f64) -> f64 = F::new(dfnum, dfden)?;

    /// Student's t numbers with `df` degrees of freedom, as `numpy.random.Generator.standard_t(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `df` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_t(4., 1)?;
    /// assert_eq!(x[0], 0.5335635801179842);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_t(df: f64) -> f64 = StandardT::new(df)?;

    /// Cauchy numbers: ratios of normal numbers, as `numpy.random.Generator.standard_cauchy(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).standard_cauchy(1)?;
    /// assert_eq!(x[0], -0.2930016698581793);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    standard_cauchy() -> f64 = StandardCauchy;

    /// Triangular numbers, as `numpy.random.Generator.triangular(left, mode, right, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if not `left <= mode <= right` and `left < right`; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).triangular(-1., 0.5, 2., 1)?;
    /// assert_eq!(x[0], 0.9914377651834445);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    triangular(left: f64, mode: f64, right: f64) -> f64 = Triangular::new(left, mode, right)?;

    /// Von Mises numbers: angles in [-π, π] around `mu`, as `numpy.random.Generator.vonmises(mu, kappa, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `kappa` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).vonmises(0.3, 4., 1)?;
    /// assert_eq!(x[0], 0.19828477955281354);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    vonmises(mu: f64, kappa: f64) -> f64 = Vonmises::new(mu, kappa)?;

    /// Wald numbers, also inverse Gaussian numbers, by the formula of NumPy 2.3.4 and later, as `numpy.random.Generator.wald(mean, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `mean` or `scale` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).wald(1., 2., 1)?;
    /// assert_eq!(x[0], 0.8064988000335837);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    wald(mean: f64, scale: f64) -> f64 = Wald::new(mean, scale)?;

    /// Noncentral chi-square numbers, as `numpy.random.Generator.noncentral_chisquare(df, nonc, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `df` is not above 0, or `nonc` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).noncentral_chisquare(3., 2., 1)?;
    /// assert_eq!(x[0], 4.948464893769291);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    noncentral_chisquare(df: f64, nonc: f64) -> f64 = NoncentralChisquare::new(df, nonc)?;

    /// Noncentral F numbers, as `numpy.random.Generator.noncentral_f(dfnum, dfden, nonc, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `dfnum` or `dfden` is not above 0, or `nonc` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// let x = linstat::random::default_rng(42).noncentral_f(3., 5., 2., 1)?;
    /// assert_eq!(x[0], 1.1885083077326248);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    noncentral_f(dfnum: f64, dfden: f64, nonc: f64) -> f64 = NoncentralF::new(dfnum, dfden, nonc)?;
}

#[cfg(test)]
mod tests {
    use crate::random::default_rng;

    // NumPy 2.4.6, default_rng(42), the first two numbers of each
    #[test]
    fn numpys_numbers() {
        let cases = [
            ("laplace(1, 2)", default_rng(42).laplace(1.0, 2.0, 2), [2.5877572852834136, 0.7392287473869138]),
            (
                "gumbel(0.5, 1.5)",
                default_rng(42).gumbel(0.5, 1.5, 2),
                [-0.09516704995014635, 1.3227452558258102],
            ),
            (
                "logistic(0, 1)",
                default_rng(42).logistic(0.0, 1.0, 2),
                [1.2307856313855068, -0.24571509486821116],
            ),
            (
                "lognormal(0.1, 0.5)",
                default_rng(42).lognormal(0.1, 0.5, 2),
                [1.287057415976462, 0.6570520413078726],
            ),
            ("rayleigh(2)", default_rng(42).rayleigh(2.0, 2), [4.385620689449551, 4.323137430916999]),
            ("weibull(1.5)", default_rng(42).weibull(1.5, 2), [1.794656893050126, 1.7606460812380325]),
            ("pareto(3)", default_rng(42).pareto(3.0, 2), [1.228665259618174, 1.178703304272667]),
            ("power(2.5)", default_rng(42).power(2.5, 2), [0.9628357780513209, 0.960138075671411]),
            ("f(3, 5)", default_rng(42).f(3.0, 5.0, 2), [0.7338468182700809, 1.0194919811685932]),
            ("standard_t(4)", default_rng(42).standard_t(4.0, 2), [0.5335635801179842, 0.9813493087338849]),
            (
                "standard_cauchy()",
                default_rng(42).standard_cauchy(2),
                [-0.2930016698581793, 0.7978730040882357],
            ),
            (
                "triangular(-1, 0.5, 2)",
                default_rng(42).triangular(-1.0, 0.5, 2.0, 2),
                [0.9914377651834445, 0.4053302027937191],
            ),
            (
                "vonmises(0.3, 4)",
                default_rng(42).vonmises(0.3, 4.0, 2),
                [0.19828477955281354, 0.11443609227022433],
            ),
            (
                "vonmises(1, 1e-09)",
                default_rng(42).vonmises(1.0, 1e-09, 2),
                [1.7213166190998062, -0.3840380893017967],
            ),
            (
                "vonmises(1, 1e-06)",
                default_rng(42).vonmises(1.0, 1e-06, 2),
                [-2.8517313227734657, -3.092339844087965],
            ),
            (
                "vonmises(3.1, 10000000.0)",
                default_rng(42).vonmises(3.1, 10000000.0, 2),
                [3.100096360001398, 3.0996711281493905],
            ),
            ("wald(1, 2)", default_rng(42).wald(1.0, 2.0, 2), [0.8064988000335837, 1.6898038296442284]),
            (
                "wald(100000000.0, 1)",
                default_rng(42).wald(100000000.0, 1.0, 2),
                [10.76976710034927, 1.775640645629295],
            ),
            (
                "noncentral_chisquare(3, 2)",
                default_rng(42).noncentral_chisquare(3.0, 2.0, 2),
                [4.948464893769291, 10.314502741888711],
            ),
            (
                "noncentral_chisquare(0.5, 2)",
                default_rng(42).noncentral_chisquare(0.5, 2.0, 2),
                [3.6784878039531472, 6.294769205308427],
            ),
            (
                "noncentral_chisquare(3, 0)",
                default_rng(42).noncentral_chisquare(3.0, 0.0, 2),
                [3.0554394899785056, 4.358928659107372],
            ),
            (
                "noncentral_f(3, 5, 2)",
                default_rng(42).noncentral_f(3.0, 5.0, 2.0, 2),
                [1.1885083077326248, 0.06546592091678971],
            ),
        ];
        for (name, x, expected) in cases {
            assert_eq!(x.unwrap().as_slice().unwrap(), expected, "{name}");
        }
    }

    #[test]
    fn arguments_out_of_range_are_refused() {
        let rng = &mut default_rng(42);
        for x in [-1.0, -0.0, f64::NAN] {
            let results = [
                rng.laplace(0.0, x, 1),
                rng.gumbel(0.0, x, 1),
                rng.logistic(0.0, x, 1),
                rng.lognormal(0.0, x, 1),
                rng.rayleigh(x, 1),
                rng.weibull(x, 1),
                rng.pareto(x, 1),
                rng.power(x, 1),
                rng.f(x, 1.0, 1),
                rng.f(1.0, x, 1),
                rng.standard_t(x, 1),
                rng.vonmises(0.0, x, 1),
                rng.wald(x, 1.0, 1),
                rng.wald(1.0, x, 1),
                rng.noncentral_chisquare(x, 1.0, 1),
                rng.noncentral_chisquare(1.0, x, 1),
                rng.noncentral_f(1.0, 1.0, x, 1),
            ];
            assert!(results.iter().all(|result| result.is_err()), "{x}: {results:?}");
        }
        for (left, mode, right) in [(0.0, 0.0, 0.0), (0.0, 2.0, 1.0), (0.0, -1.0, 1.0), (0.0, f64::NAN, 1.0)]
        {
            assert!(rng.triangular(left, mode, right, 1).is_err(), "triangular({left}, {mode}, {right})");
        }
        assert_eq!(*rng, default_rng(42), "nothing is drawn");
    }

    #[test]
    fn extreme_arguments_come_to_an_end() {
        let rng = &mut default_rng(42);
        for x in [5e-324, 1e-300, 1e300, f64::INFINITY] {
            for y in [5e-324, 1e-300, 1e300, f64::INFINITY] {
                let results = [
                    rng.weibull(x, 9),
                    rng.pareto(x, 9),
                    rng.power(x, 9),
                    rng.f(x, y, 9),
                    rng.standard_t(x, 9),
                    rng.vonmises(x, y, 9),
                    rng.wald(x, y, 9),
                    rng.noncentral_chisquare(x, y, 9),
                    rng.triangular(-x, 0.0, y, 9),
                    rng.beta(x, y, 9),
                    rng.gamma(x, y, 9),
                ];
                assert!(results.iter().all(|result| result.is_ok()), "{x}, {y}: {results:?}");
            }
        }
    }
}
