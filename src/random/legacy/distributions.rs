//! Distributions of real numbers.

use super::RandomState;
use crate::loops::lanes;
use crate::random::vectors::vectors;
use crate::random::{BitGenerator, Laplace, MultivariateNormal, Triangular, copied, non_negative, positive};
use crate::{Error, Result};
use ndarray::{Array, ArrayD, ArrayRef1, ArrayRef2, Dimension, IntoDimension};

/// One number each.
impl RandomState {
    fn unit(&mut self) -> f64 {
        self.bits.next_f64()
    }

    /// By the polar method (Marsaglia and Bray, 1964), which makes two at a time.
    #[inline]
    fn gauss(&mut self) -> f64 {
        if let Some(waiting) = self.gauss.take() {
            return waiting;
        }
        loop {
            let x = 2.0 * self.unit() - 1.0;
            let y = 2.0 * self.unit() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let factor = (-2.0 * square.ln() / square).sqrt();
                self.gauss = Some(factor * x);
                return factor * y;
            }
        }
    }

    #[inline]
    fn one_exponential(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }

    /// By the methods of Ahrens and Dieter (1974) below 1, of Marsaglia and Tsang (2000) above.
    fn one_gamma(&mut self, shape: f64) -> f64 {
        if shape == 1.0 {
            return self.one_exponential();
        }
        if shape == 0.0 {
            return 0.0;
        }
        if shape < 1.0 {
            loop {
                let u = self.unit();
                let v = self.one_exponential();
                if u <= 1.0 - shape {
                    let x = u.powf(1.0 / shape);
                    if x <= v {
                        return x;
                    }
                } else {
                    let y = -((1.0 - u) / shape).ln();
                    let x = (1.0 - shape + shape * y).powf(1.0 / shape);
                    if x <= v + y {
                        return x;
                    }
                }
            }
        }
        let b = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * b).sqrt();
        loop {
            let (x, v) = loop {
                let x = self.gauss();
                let v = 1.0 + c * x;
                if v > 0.0 {
                    break (x, v);
                }
            };
            let v = v * v * v;
            let u = self.unit();
            if u < 1.0 - 0.0331 * (x * x) * (x * x) || u.ln() < 0.5 * x * x + b * (1.0 - v + v.ln()) {
                return b * v;
            }
        }
    }

    /// By the method of Jöhnk (1964) if both are at most 1, else as a ratio of gamma numbers.
    fn one_beta(&mut self, a: f64, b: f64) -> f64 {
        if a > 1.0 || b > 1.0 {
            let x = self.one_gamma(a);
            let y = self.one_gamma(b);
            return x / (x + y);
        }
        loop {
            let u = self.unit();
            let v = self.unit();
            let x = u.powf(1.0 / a);
            let y = v.powf(1.0 / b);
            if x + y <= 1.0 {
                if x + y > 0.0 {
                    return x / (x + y);
                }
                // both have underflowed
                let (log_x, log_y) = (u.ln() / a, v.ln() / b);
                let greater = if log_x > log_y { log_x } else { log_y };
                let (log_x, log_y) = (log_x - greater, log_y - greater);
                return (log_x - (log_x.exp() + log_y.exp()).ln()).exp();
            }
        }
    }
}

impl RandomState {
    /// Numbers between `low` and `high`, as `numpy.random.uniform(low, high, size)`; `high` may be below `low`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if the difference is not finite; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into
    /// memory.
    pub fn uniform<S: IntoDimension>(&mut self, low: f64, high: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        let range = high - low;
        if !range.is_finite() {
            let reason = format!("expected a finite high - low, found {high} - {low}");
            return Err(Error::invalid("uniform", "high", reason));
        }
        self.array("uniform", shape, |random| low + range * random.unit())
    }

    /// Normal numbers with mean 0 and variance 1, as `numpy.random.randn(*shape)`.
    ///
    /// They are made in pairs; the second of the last pair is the first of the next call.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).randn(2)?;
    /// assert_eq!(x, ndarray::array![0.4967141530112327, -0.13826430117118466]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn randn<S: IntoDimension>(&mut self, shape: S) -> Result<Array<f64, S::Dim>> {
        self.array("randn", shape, Self::gauss)
    }

    /// As [`randn`](Self::randn): `numpy.random.standard_normal(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    pub fn standard_normal<S: IntoDimension>(&mut self, shape: S) -> Result<Array<f64, S::Dim>> {
        self.array("standard_normal", shape, Self::gauss)
    }

    /// Normal numbers with mean `loc` and standard deviation `scale`, as `numpy.random.normal(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).normal(10., 2., 1)?;
    /// assert_eq!(x[0], 10.993428306022466);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn normal<S: IntoDimension>(&mut self, loc: f64, scale: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        non_negative("normal", "scale", scale)?;
        self.array("normal", shape, |random| loc + scale * random.gauss())
    }

    /// Numbers whose logarithms are normal with mean `mean` and standard deviation `sigma`, as
    /// `numpy.random.lognormal(mean, sigma, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `sigma` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not
    /// fit into memory.
    pub fn lognormal<S: IntoDimension>(
        &mut self,
        mean: f64,
        sigma: f64,
        shape: S,
    ) -> Result<Array<f64, S::Dim>> {
        non_negative("lognormal", "sigma", sigma)?;
        self.array("lognormal", shape, |random| (mean + sigma * random.gauss()).exp())
    }

    /// Exponential numbers with mean 1, as `numpy.random.standard_exponential(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    pub fn standard_exponential<S: IntoDimension>(&mut self, shape: S) -> Result<Array<f64, S::Dim>> {
        self.array("standard_exponential", shape, Self::one_exponential)
    }

    /// Exponential numbers with mean `scale`, as `numpy.random.exponential(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).exponential(2., 1)?;
    /// assert_eq!(x[0], 0.9385361799537182);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn exponential<S: IntoDimension>(&mut self, scale: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        non_negative("exponential", "scale", scale)?;
        self.array("exponential", shape, |random| scale * random.one_exponential())
    }

    /// Gamma numbers with shape parameter `k` and scale 1, as `numpy.random.standard_gamma(k, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `k` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into
    /// memory.
    pub fn standard_gamma<S: IntoDimension>(&mut self, k: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        non_negative("standard_gamma", "k", k)?;
        self.array("standard_gamma", shape, |random| random.one_gamma(k))
    }

    /// Gamma numbers with shape parameter `k`, as `numpy.random.gamma(k, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `k` or `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does
    /// not fit into memory.
    pub fn gamma<S: IntoDimension>(&mut self, k: f64, scale: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        non_negative("gamma", "k", k)?;
        non_negative("gamma", "scale", scale)?;
        self.array("gamma", shape, |random| scale * random.one_gamma(k))
    }

    /// Beta numbers, as `numpy.random.beta(a, b, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` or `b` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into
    /// memory.
    pub fn beta<S: IntoDimension>(&mut self, a: f64, b: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        positive("beta", "a", a)?;
        positive("beta", "b", b)?;
        self.array("beta", shape, |random| random.one_beta(a, b))
    }

    /// Chi-squared numbers with `df` degrees of freedom, as `numpy.random.chisquare(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `df` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    pub fn chisquare<S: IntoDimension>(&mut self, df: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        positive("chisquare", "df", df)?;
        self.array("chisquare", shape, |random| 2.0 * random.one_gamma(df / 2.0))
    }

    /// Numbers of Student's t distribution with `df` degrees of freedom, as `numpy.random.standard_t(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `df` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into memory.
    pub fn standard_t<S: IntoDimension>(&mut self, df: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        positive("standard_t", "df", df)?;
        self.array("standard_t", shape, |random| {
            let normal = random.gauss();
            let gamma = random.one_gamma(df / 2.0);
            (df / 2.0).sqrt() * normal / gamma.sqrt()
        })
    }

    /// Laplace numbers, as `numpy.random.laplace(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `scale` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not
    /// fit into memory.
    pub fn laplace<S: IntoDimension>(
        &mut self,
        loc: f64,
        scale: f64,
        shape: S,
    ) -> Result<Array<f64, S::Dim>> {
        let laplace = Laplace::new(loc, scale)?;
        self.array("laplace", shape, |random| random.one(&laplace))
    }

    /// Triangular numbers, most likely at `mode`, as `numpy.random.triangular(left, mode, right, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) unless `left <= mode <= right` and `left < right`; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that
    /// does not fit into memory.
    pub fn triangular<S: IntoDimension>(
        &mut self,
        left: f64,
        mode: f64,
        right: f64,
        shape: S,
    ) -> Result<Array<f64, S::Dim>> {
        let triangular = Triangular::new(left, mode, right)?;
        self.array("triangular", shape, |random| random.one(&triangular))
    }

    /// Weibull numbers with shape parameter `a`, as `numpy.random.weibull(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if `a` is negative (-0 is) or NaN; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into
    /// memory.
    pub fn weibull<S: IntoDimension>(&mut self, a: f64, shape: S) -> Result<Array<f64, S::Dim>> {
        non_negative("weibull", "a", a)?;
        self.array(
            "weibull",
            shape,
            |random| {
                if a == 0.0 { 0.0 } else { random.one_exponential().powf(1.0 / a) }
            },
        )
    }

    /// Points of the simplex, a row each, as `numpy.random.dirichlet(alpha, size)`: `shape` and then as many coordinates as
    /// `alpha` has.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if an `alpha` is not above 0; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does not fit into
    /// memory.
    pub fn dirichlet<S: IntoDimension>(
        &mut self,
        alpha: &ArrayRef1<f64>,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        self.simplex(alpha, shape.into_dimension().slice()).map(lanes::typed)
    }

    fn simplex(&mut self, alpha: &ArrayRef1<f64>, shape: &[usize]) -> Result<ArrayD<f64>> {
        let alpha = copied("dirichlet", alpha)?;
        alpha.iter().try_for_each(|&alpha| positive("dirichlet", "alpha", alpha))?;
        vectors("dirichlet", shape, alpha.len(), |row| {
            let mut sum = 0.0;
            for (out, &alpha) in row.iter_mut().zip(&alpha) {
                *out = self.one_gamma(alpha);
                sum += *out;
            }
            let factor = 1.0 / sum;
            row.iter_mut().for_each(|out| *out *= factor);
        })
    }

    /// Normal vectors with this mean and covariance, a row each, as `numpy.random.multivariate_normal(mean, cov, size)`: `shape`
    /// and then as many coordinates as `mean` has.
    ///
    /// To rounding, as far as [`Factor::Svd`](crate::random::Factor::Svd) says; the draws are NumPy's, bit for bit.
    ///
    /// # Errors
    /// As [`MultivariateNormal::new`]; [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) for an array that does
    /// not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// use ndarray::array;
    /// let cov = array![[2., 0.3], [0.3, 0.5]];
    /// let x = RandomState::new(42).multivariate_normal(&array![1., -2.], &cov, 1)?;
    /// approx::assert_abs_diff_eq!(x, array![[0.31771056002470965, -2.2250322488510066]], epsilon = 1e-8);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn multivariate_normal<S: IntoDimension>(
        &mut self,
        mean: &ArrayRef1<f64>,
        cov: &ArrayRef2<f64>,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        self.normals(mean, cov, shape.into_dimension().slice()).map(lanes::typed)
    }

    fn normals(
        &mut self,
        mean: &ArrayRef1<f64>,
        cov: &ArrayRef2<f64>,
        shape: &[usize],
    ) -> Result<ArrayD<f64>> {
        let normal = MultivariateNormal::legacy(mean, cov)?;
        let mut scratch = vec![0.0; mean.len()];
        vectors("multivariate_normal", shape, mean.len(), |row| {
            row.iter_mut().for_each(|out| *out = self.gauss());
            normal.place(row, &mut scratch);
        })
    }
}
