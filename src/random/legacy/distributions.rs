//! The distributions of a `RandomState`: those of the directory `distributions`, drawn from its [`Source`].

use super::RandomState;
use super::source::Source;
use crate::loops::lanes;
use crate::memory::check_memory;
use crate::random::bit_generator::Bits;
use crate::random::distributions::{Shape, Simplex, multinomial, vectors::vectors};
use crate::random::*;
use crate::{ErrorKind, Named, Result};
use ndarray::{Array, ArrayD, ArrayRef1, ArrayRef2, Dimension, IntoDimension};

/// NumPy's methods that make arrays: their arguments, and the distribution that is sampled, or why it is
/// refused.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $t:ty),*) -> $value:ty = $distribution:expr;)*) => {
        impl RandomState {$(
            $(#[$doc])*
            pub fn $name<S: IntoDimension>(&mut self, $($argument: $t,)* shape: S) -> Result<Array<$value, S::Dim>> {
                let distribution: Result<_, ErrorKind> = $distribution;
                distribution
                    .and_then(|distribution| self.array(distribution, shape))
                    .named(concat!("RandomState::", stringify!($name)))
            }
        )*}
    };
}

methods! {
    /// Samples of the [uniform distribution](Uniform) on [0, 1), as `numpy.random.rand(*shape)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).rand(2)?;
    /// assert_eq!(x, ndarray::array![0.3745401188473625, 0.9507143064099162]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    rand() -> f64 = Ok(StandardUniform);

    /// As [`rand`](Self::rand): `numpy.random.random_sample(size)` and `numpy.random.random(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    random_sample() -> f64 = Ok(StandardUniform);

    /// Samples of the [uniform distribution](Uniform) between `low` and `high`, as
    /// `numpy.random.uniform(low, high, size)`; `high` may be below `low`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the difference is not finite;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    uniform(low: f64, high: f64) -> f64 = Uniform::legacy(low, high);

    /// Samples of the [normal distribution](Normal) with mean 0 and variance 1, as
    /// `numpy.random.randn(*shape)`.
    ///
    /// They are made in pairs by the polar method; the second of the last pair is the first of the next call.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).randn(2)?;
    /// assert_eq!(x, ndarray::array![0.4967141530112327, -0.13826430117118466]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    randn() -> f64 = Ok(StandardNormal);

    /// As [`randn`](Self::randn): `numpy.random.standard_normal(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    standard_normal() -> f64 = Ok(StandardNormal);

    /// Samples of the [normal distribution](Normal) with mean `loc` and standard deviation `scale`, as
    /// `numpy.random.normal(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).normal(10., 2., 1)?;
    /// assert_eq!(x[0], 10.993428306022466);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    normal(loc: f64, scale: f64) -> f64 = Normal::checked(loc, scale);

    /// Samples of the [lognormal distribution](Lognormal), as `numpy.random.lognormal(mean, sigma, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `sigma` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    lognormal(mean: f64, sigma: f64) -> f64 = Lognormal::checked(mean, sigma);

    /// Samples of the [exponential distribution](Exponential) with mean 1, as
    /// `numpy.random.standard_exponential(size)`; by the inverse of the distribution function.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    standard_exponential() -> f64 = Ok(StandardExponential);

    /// Samples of the [exponential distribution](Exponential) with mean `scale`, as
    /// `numpy.random.exponential(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).exponential(2., 1)?;
    /// assert_eq!(x[0], 0.9385361799537182);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    exponential(scale: f64) -> f64 = Exponential::checked(scale);

    /// Samples of the [gamma distribution](Gamma) with scale 1, as
    /// `numpy.random.standard_gamma(shape, size)`, where `alpha` is NumPy's `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `alpha` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    standard_gamma(alpha: f64) -> f64 = StandardGamma::checked(alpha);

    /// Samples of the [gamma distribution](Gamma), as `numpy.random.gamma(shape, scale, size)`, where `alpha`
    /// is NumPy's `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `alpha` or `scale` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    gamma(alpha: f64, scale: f64) -> f64 = Gamma::checked(alpha, scale);

    /// Samples of the [beta distribution](Beta), as `numpy.random.beta(a, b, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` or `b` is not above 0;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    beta(a: f64, b: f64) -> f64 = Beta::legacy(a, b);

    /// Samples of the [chi-square distribution](Chisquare) with `df` degrees of freedom, as
    /// `numpy.random.chisquare(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `df` is not above 0;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    chisquare(df: f64) -> f64 = Chisquare::checked(df);

    /// Samples of [Student's t distribution](StandardT) with `df` degrees of freedom, as
    /// `numpy.random.standard_t(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `df` is not above 0;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    standard_t(df: f64) -> f64 = StandardT::checked(df);

    /// Samples of the [Laplace distribution](Laplace), as `numpy.random.laplace(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    laplace(loc: f64, scale: f64) -> f64 = Laplace::checked(loc, scale);

    /// Samples of the [triangular distribution](Triangular), as
    /// `numpy.random.triangular(left, mode, right, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if not `left <= mode <= right` and `left < right`;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    triangular(left: f64, mode: f64, right: f64) -> f64 = Triangular::checked(left, mode, right);

    /// Samples of the [Weibull distribution](Weibull) with scale 1, as `numpy.random.weibull(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` is negative (-0 is) or NaN;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    weibull(a: f64) -> f64 = Weibull::checked(a);

    /// Samples of the [binomial distribution](Binomial): how many of `n` trials succeed, each with
    /// probability `p`, as `numpy.random.binomial(n, p, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is above `i64::MAX`, or `p` is not in [0, 1];
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).binomial(100, 0.6, 3)?;
    /// assert_eq!(x, ndarray::array![60, 58, 65]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    binomial(n: u64, p: f64) -> i64 = Binomial::legacy(n, p);

    /// Samples of the [Poisson distribution](Poisson) with mean `lam`, as `numpy.random.poisson(lam, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `lam` is negative (-0 is) or NaN, or above 9.22e18;
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).poisson(3., 3)?;
    /// assert_eq!(x, ndarray::array![4, 1, 3]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    poisson(lam: f64) -> i64 = Poisson::checked(lam);

    /// Samples of the [geometric distribution](Geometric): how many trials there are up to the first success,
    /// as `numpy.random.geometric(p, size)`.
    ///
    /// Draws above `i64::MAX`, for a `p` below 1e-17, become that; NumPy's are unspecified then.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `p` is not in (0, 1];
    /// [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).geometric(0.2, 3)?;
    /// assert_eq!(x, ndarray::array![3, 14, 6]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    geometric(p: f64) -> i64 = Geometric::legacy(p);
}

impl RandomState {
    /// Samples of the multinomial distribution, as `numpy.random.multinomial(n, pvals, size)`: an array of
    /// `shape` and then as many counts as there are probabilities. See
    /// [`Generator::multinomial`](crate::random::Generator::multinomial).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is above `i64::MAX`, or `pvals` has one outside [0, 1], or all
    /// but the last sum to more than 1; [`ErrorKind::TooLarge`] for an array that does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// use ndarray::array;
    /// let x = RandomState::new(42).multinomial(10, &array![0.5, 0.3, 0.2], 2)?;
    /// assert_eq!(x, array![[4, 2, 4], [6, 2, 2]]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    pub fn multinomial<S: IntoDimension>(
        &mut self,
        n: u64,
        pvals: &ArrayRef1<f64>,
        shape: S,
    ) -> Result<Array<i64, <S::Dim as Dimension>::Larger>> {
        self.counts(n, pvals, shape.into_dimension().slice())
            .map(lanes::typed)
            .named("RandomState::multinomial")
    }

    fn counts(&mut self, n: u64, pvals: &ArrayRef1<f64>, shape: &[usize]) -> Result<ArrayD<i64>, ErrorKind> {
        if pvals.is_empty() {
            int64("n", n)?;
            return vectors(shape, 0, |_| {});
        }
        multinomial::multinomial(Bits::Mt19937(&mut self.bits), n, pvals, shape)
    }

    /// Samples of the Dirichlet distribution, as `numpy.random.dirichlet(alpha, size)`: an array of `shape`
    /// and then as many coordinates as `alpha` has. See
    /// [`Generator::dirichlet`](crate::random::Generator::dirichlet).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if one of `alpha` is not above 0; [`ErrorKind::TooLarge`] for an array
    /// that does not fit into memory.
    pub fn dirichlet<S: IntoDimension>(
        &mut self,
        alpha: &ArrayRef1<f64>,
        shape: S,
    ) -> Result<Array<f64, <S::Dim as Dimension>::Larger>> {
        self.simplex(alpha, shape.into_dimension().slice()).map(lanes::typed).named("RandomState::dirichlet")
    }

    fn simplex(&mut self, alpha: &ArrayRef1<f64>, shape: &[usize]) -> Result<ArrayD<f64>, ErrorKind> {
        check_memory::<Shape<f64>>(alpha.len())?;
        alpha.iter().try_for_each(|&alpha| positive("alpha", alpha))?;
        let (simplex, source) = (Simplex::new(alpha), &mut Source(self));
        vectors(shape, alpha.len(), |out| simplex.draw(source, out))
    }

    /// Samples of the normal distribution with this mean and covariance, as
    /// `numpy.random.multivariate_normal(mean, cov, size)`: an array of `shape` and then as many coordinates
    /// as `mean` has.
    ///
    /// The standard normal draws are NumPy's, bit for bit; the vectors are NumPy's to rounding, within the
    /// limits of [`Factor::Svd`].
    ///
    /// # Errors
    /// As [`MultivariateNormal::new`]; [`ErrorKind::TooLarge`] for an array that does
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
        let shape = shape.into_dimension();
        self.normals(mean, cov, shape.slice()).map(lanes::typed).named("RandomState::multivariate_normal")
    }

    fn normals(
        &mut self,
        mean: &ArrayRef1<f64>,
        cov: &ArrayRef2<f64>,
        shape: &[usize],
    ) -> Result<ArrayD<f64>, ErrorKind> {
        MultivariateNormal::legacy(mean, cov)?.draw(&mut Source(self), shape)
    }
}
