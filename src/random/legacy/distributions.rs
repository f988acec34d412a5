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

/// NumPy's methods that return arrays: their arguments, and the distribution to sample, or the error of its
/// parameters.
macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $t:ty),*) -> $value:ty = $distribution:expr;)*) => {
        impl RandomState {$(
            $(#[$doc])*
            pub fn $name<S: IntoDimension>(&mut self, $($argument: $t,)* shape: S) -> Result<Array<$value, S::Dim>> {
                let distribution: Result<_, ErrorKind> = $distribution;
                distribution
                    .and_then(|distribution| self.array(distribution, shape.into_dimension()))
                    .named(concat!("RandomState::", stringify!($name)))
            }
        )*}
    };
}

methods! {
    /// Draws samples from the [uniform distribution](Uniform) on [0, 1), as `numpy.random.rand(*shape)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).rand(2)?;
    /// assert_eq!(x, ndarray::array![0.3745401188473625, 0.9507143064099162]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    rand() -> f64 = Ok(StandardUniform);

    /// As [`rand`](Self::rand): `numpy.random.random_sample(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    random_sample() -> f64 = Ok(StandardUniform);

    /// As [`rand`](Self::rand): `numpy.random.random(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    random() -> f64 = Ok(StandardUniform);

    /// Draws samples from the [uniform distribution](Uniform) between `low` and `high`, as
    /// `numpy.random.uniform(low, high, size)`; `high` may be below `low`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if the difference is not finite; [`ErrorKind::TooLarge`] if the array
    /// does not fit into memory.
    uniform(low: f64, high: f64) -> f64 = Uniform::legacy(low, high);

    /// Draws samples from the [normal distribution](Normal) with mean 0 and variance 1, as
    /// `numpy.random.randn(*shape)`.
    ///
    /// They are drawn in pairs by the polar method; the second of the last pair is the first of the next
    /// call.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
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
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    standard_normal() -> f64 = Ok(StandardNormal);

    /// Draws samples from the [normal distribution](Normal) with mean `loc` and standard deviation `scale`,
    /// as `numpy.random.normal(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).normal(10., 2., 1)?;
    /// assert_eq!(x[0], 10.993428306022466);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    normal(loc: f64, scale: f64) -> f64 = Normal::checked(loc, scale);

    /// Draws samples from the [lognormal distribution](Lognormal), as
    /// `numpy.random.lognormal(mean, sigma, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `sigma` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    lognormal(mean: f64, sigma: f64) -> f64 = Lognormal::checked(mean, sigma);

    /// Draws samples from the [exponential distribution](Exponential) with mean 1, as
    /// `numpy.random.standard_exponential(size)`, by inversion of the distribution function.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    standard_exponential() -> f64 = Ok(StandardExponential);

    /// Draws samples from the [exponential distribution](Exponential) with mean `scale`, as
    /// `numpy.random.exponential(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).exponential(2., 1)?;
    /// assert_eq!(x[0], 0.9385361799537182);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    exponential(scale: f64) -> f64 = Exponential::checked(scale);

    /// Draws samples from the [gamma distribution](Gamma) with scale 1, as
    /// `numpy.random.standard_gamma(shape, size)`, where `alpha` is NumPy's `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `alpha` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    standard_gamma(alpha: f64) -> f64 = StandardGamma::checked(alpha);

    /// Draws samples from the [gamma distribution](Gamma), as `numpy.random.gamma(shape, scale, size)`, where
    /// `alpha` is NumPy's `shape`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `alpha` or `scale` is negative (including -0) or NaN;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    gamma(alpha: f64, scale: f64) -> f64 = Gamma::checked(alpha, scale);

    /// Draws samples from the [beta distribution](Beta), as `numpy.random.beta(a, b, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` or `b` is not above 0; [`ErrorKind::TooLarge`] if the array does
    /// not fit into memory.
    beta(a: f64, b: f64) -> f64 = Beta::checked(a, b);

    /// Draws samples from the [chi-square distribution](Chisquare) with `df` degrees of freedom, as
    /// `numpy.random.chisquare(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `df` is not above 0; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    chisquare(df: f64) -> f64 = Chisquare::checked(df);

    /// Draws samples from [Student's t distribution](StandardT) with `df` degrees of freedom, as
    /// `numpy.random.standard_t(df, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `df` is not above 0; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    standard_t(df: f64) -> f64 = StandardT::checked(df);

    /// Draws samples from the [Laplace distribution](Laplace), as `numpy.random.laplace(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    laplace(loc: f64, scale: f64) -> f64 = Laplace::checked(loc, scale);

    /// Draws samples from the [triangular distribution](Triangular), as
    /// `numpy.random.triangular(left, mode, right, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] unless `left <= mode <= right` and `left < right`;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    triangular(left: f64, mode: f64, right: f64) -> f64 = Triangular::checked(left, mode, right);

    /// Draws samples from the [Weibull distribution](Weibull) with scale 1, as
    /// `numpy.random.weibull(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` is negative (including -0) or NaN; [`ErrorKind::TooLarge`] if
    /// the array does not fit into memory.
    weibull(a: f64) -> f64 = Weibull::checked(a);

    /// Draws samples from the [Gumbel distribution](Gumbel), as `numpy.random.gumbel(loc, scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    gumbel(loc: f64, scale: f64) -> f64 = Gumbel::checked(loc, scale);

    /// Draws samples from the [logistic distribution](Logistic), as `numpy.random.logistic(loc, scale,
    /// size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    logistic(loc: f64, scale: f64) -> f64 = Logistic::checked(loc, scale);

    /// Draws samples from the [Rayleigh distribution](Rayleigh), as `numpy.random.rayleigh(scale, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `scale` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    rayleigh(scale: f64) -> f64 = Rayleigh::checked(scale);

    /// Draws samples from the [Pareto distribution](Pareto), as `numpy.random.pareto(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` is not above 0; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    pareto(a: f64) -> f64 = Pareto::checked(a);

    /// Draws samples from the [power distribution](Power), as `numpy.random.power(a, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` is not above 0; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    power(a: f64) -> f64 = Power::checked(a);

    /// Draws samples from the [Cauchy distribution](StandardCauchy), as
    /// `numpy.random.standard_cauchy(size)`.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    standard_cauchy() -> f64 = Ok(StandardCauchy);

    /// Draws samples from the [F distribution](F), as `numpy.random.f(dfnum, dfden, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `dfnum` or `dfden` is not above 0; [`ErrorKind::TooLarge`] if the
    /// array does not fit into memory.
    f(dfnum: f64, dfden: f64) -> f64 = F::checked(dfnum, dfden);

    /// Draws samples from the [noncentral chi-square distribution](NoncentralChisquare), as
    /// `numpy.random.noncentral_chisquare(df, nonc, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `df` is not above 0, or `nonc` is negative (including -0) or NaN;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    noncentral_chisquare(df: f64, nonc: f64) -> f64 = NoncentralChisquare::checked(df, nonc);

    /// Draws samples from the [noncentral F distribution](NoncentralF), as
    /// `numpy.random.noncentral_f(dfnum, dfden, nonc, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `dfnum` or `dfden` is not above 0, or `nonc` is negative
    /// (including -0) or NaN; [`ErrorKind::TooLarge`] if the array does not fit into memory.
    noncentral_f(dfnum: f64, dfden: f64, nonc: f64) -> f64 = NoncentralF::checked(dfnum, dfden, nonc);

    /// Draws samples from the [von Mises distribution](Vonmises), angles in [-π, π] around `mu`, as
    /// `numpy.random.vonmises(mu, kappa, size)`.
    ///
    /// They are normal samples, wrapped, where NumPy does not come to an end: for about half of the numbers
    /// `kappa` from 6e15 to 1.8e16, and for all above.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `kappa` is negative (including -0) or NaN; [`ErrorKind::TooLarge`]
    /// if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).vonmises(0.3, 4., 1)?;
    /// assert_eq!(x[0], 0.6298952162362732);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    vonmises(mu: f64, kappa: f64) -> f64 = Vonmises::checked(mu, kappa);

    /// Draws samples from the [Wald distribution](Wald), as `numpy.random.wald(mean, scale, size)`.
    ///
    /// By the formula of NumPy before 2.3.4, which NumPy kept here and which loses digits if `scale` is far
    /// below `mean`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `mean` or `scale` is not above 0; [`ErrorKind::TooLarge`] if the
    /// array does not fit into memory.
    wald(mean: f64, scale: f64) -> f64 = Wald::checked(mean, scale);

    /// Draws samples from the [binomial distribution](Binomial): the number of successes in `n` trials, each
    /// with probability `p`, as `numpy.random.binomial(n, p, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is above `i64::MAX`, or `p` is not in [0, 1];
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).binomial(100, 0.6, 3)?;
    /// assert_eq!(x, ndarray::array![60, 58, 65]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    binomial(n: u64, p: f64) -> i64 = Binomial::legacy(n, p);

    /// Draws samples from the [Poisson distribution](Poisson) with mean `lam`, as
    /// `numpy.random.poisson(lam, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `lam` is negative (including -0) or NaN, or above 9.22e18;
    /// [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).poisson(3., 3)?;
    /// assert_eq!(x, ndarray::array![4, 1, 3]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    poisson(lam: f64) -> i64 = Poisson::checked(lam);

    /// Draws samples from the [geometric distribution](Geometric): the number of trials up to and including
    /// the first success, as `numpy.random.geometric(p, size)`.
    ///
    /// Samples above `i64::MAX`, for a `p` below 1e-17, become `i64::MAX`; NumPy's are unspecified then.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `p` is not in (0, 1]; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).geometric(0.2, 3)?;
    /// assert_eq!(x, ndarray::array![3, 14, 6]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    geometric(p: f64) -> i64 = Geometric::checked(p);

    /// Draws samples from the [hypergeometric distribution](Hypergeometric): the number of good items among
    /// `nsample` items taken from `ngood` good and `nbad` bad ones, as `numpy.random.hypergeometric(ngood,
    /// nbad, nsample, size)`.
    ///
    /// From about 10^13 items on, rounding errors decide, as in NumPy. For a sample that is more than 10^10
    /// times the rest of the urn, NumPy does not come to an end, and the samples are not its own.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `ngood` or `nbad` is not below 2^61, or `nsample` is 0 or above
    /// their sum; [`ErrorKind::TooLarge`] if the array does not fit into memory.
    ///
    /// # Examples
    /// ```
    /// use linstat::random::RandomState;
    /// let x = RandomState::new(42).hypergeometric(100, 50, 30, 4)?;
    /// assert_eq!(x, ndarray::array![19, 18, 22, 20]);
    /// # Ok::<(), linstat::Error>(())
    /// ```
    hypergeometric(ngood: u64, nbad: u64, nsample: u64) -> i64 = Hypergeometric::legacy(ngood, nbad, nsample);

    /// Draws samples from the [logarithmic series distribution](Logseries), as `numpy.random.logseries(p,
    /// size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `p` is not in [0, 1); [`ErrorKind::TooLarge`] if the array does
    /// not fit into memory.
    logseries(p: f64) -> i64 = Logseries::checked(p);

    /// Draws samples from the [negative binomial distribution](NegativeBinomial): the number of failures
    /// before `n` successes, each with probability `p`, as `numpy.random.negative_binomial(n, p, size)`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is not above 0, or `p` is not in (0, 1], or samples could
    /// exceed `i64`; [`ErrorKind::TooLarge`] if the array does not fit into memory.
    negative_binomial(n: f64, p: f64) -> i64 = NegativeBinomial::checked(n, p);

    /// Draws samples from the [Zipf distribution](Zipf) with the exponent `a`, as `numpy.random.zipf(a,
    /// size)`.
    ///
    /// Where NumPy does not come to an end, they are those of a [`Generator`](crate::random::Generator): 1
    /// for an `a` from 1025 on, and drawn without samples above `i64::MAX` for an `a` below 1 + 1e-7.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `a` is not above 1; [`ErrorKind::TooLarge`] if the array does not
    /// fit into memory.
    zipf(a: f64) -> i64 = Zipf::checked(a);
}

impl RandomState {
    /// Draws samples from the multinomial distribution, as `numpy.random.multinomial(n, pvals, size)`: an
    /// array with the axes of `shape` followed by one for the outcomes. See
    /// [`Generator::multinomial`](crate::random::Generator::multinomial).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if `n` is above `i64::MAX`, or `pvals` has an element outside [0, 1],
    /// or all but the last sum to more than 1; [`ErrorKind::TooLarge`] if the array does not fit into memory.
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

    /// Draws samples from the Dirichlet distribution, as `numpy.random.dirichlet(alpha, size)`: an array with
    /// the axes of `shape` followed by one of the length of `alpha`. See
    /// [`Generator::dirichlet`](crate::random::Generator::dirichlet).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] if an element of `alpha` is not above 0; [`ErrorKind::TooLarge`] if the
    /// array does not fit into memory.
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

    /// Draws samples from the normal distribution with this mean and covariance, as
    /// `numpy.random.multivariate_normal(mean, cov, size)`: an array with the axes of `shape` followed by one
    /// of the length of `mean`.
    ///
    /// The standard normal samples are NumPy's, bit for bit; the vectors are NumPy's to rounding, within the
    /// limits of [`Factor::Svd`].
    ///
    /// # Errors
    /// As [`MultivariateNormal::new`]; [`ErrorKind::TooLarge`] if the array does not fit into memory.
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
