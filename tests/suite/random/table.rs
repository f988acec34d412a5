//! The distributions of numbers, in one list for all tests; `benches/compile` reads it too.

pub const NAN: f64 = f64::NAN;

/// Calls a macro with the table. A row has the type of the samples; the method of `Generator`, with the names
/// and types that its arguments have in NumPy's calls (see [`golden`](super::golden)); the type of the
/// distribution; arguments for each way of sampling; and arguments that are refused.
macro_rules! each_distribution {
    ($then:ident) => {
        $then! {
            f64 uniform(low: float, high: float) Uniform;
                good (-3.0, 5.0); bad (1.0, 0.0) (0.0, f64::INFINITY) (NAN, 0.0) (f64::MIN, f64::MAX);
            f64 normal(loc: float, scale: float) Normal; good (5.0, 2.0); bad (0.0, -1.0) (0.0, -0.0) (0.0, NAN);
            f64 exponential(scale: float) Exponential; good (2.0); bad (-1.0) (-0.0) (NAN);
            f64 standard_gamma(shape: float) StandardGamma; good (0.5) (1.0) (2.5); bad (-1.0) (NAN);
            f64 gamma(shape: float, scale: float) Gamma; good (2.5, 3.0); bad (1.0, -1.0) (1.0, NAN);
            f64 chisquare(df: float) Chisquare; good (3.0); bad (-1.0) (0.0) (NAN);
            // by gammas, by powers
            f64 beta(a: float, b: float) Beta;
                good (2.0, 3.0) (0.5, 0.7); bad (-1.0, 1.0) (0.0, 1.0) (NAN, 1.0) (1.0, -1.0) (1.0, 0.0) (1.0, NAN);
            f64 laplace(loc: float, scale: float) Laplace; good (1.0, 2.0); bad (0.0, NAN);
            f64 gumbel(loc: float, scale: float) Gumbel; good (1.0, 2.0); bad (0.0, NAN);
            f64 logistic(loc: float, scale: float) Logistic; good (1.0, 2.0); bad (0.0, NAN);
            f64 lognormal(mean: float, sigma: float) Lognormal; good (1.0, 2.0); bad (0.0, NAN);
            f64 rayleigh(scale: float) Rayleigh; good (2.0); bad (NAN);
            f64 weibull(a: float) Weibull; good (1.5); bad (NAN);
            f64 pareto(a: float) Pareto; good (3.0); bad (NAN);
            f64 power(a: float) Power; good (2.5); bad (NAN);
            f64 f(dfnum: float, dfden: float) F; good (3.0, 5.0); bad (NAN, 1.0);
            f64 standard_t(df: float) StandardT; good (4.0); bad (NAN);
            f64 triangular(left: float, mode: float, right: float) Triangular;
                good (-1.0, 0.5, 2.0); bad (0.0, NAN, 1.0);
            f64 vonmises(mu: float, kappa: float) Vonmises; good (0.3, 4.0); bad (0.0, NAN);
            f64 wald(mean: float, scale: float) Wald; good (1.0, 2.0); bad (NAN, 1.0);
            f64 noncentral_chisquare(df: float, nonc: float) NoncentralChisquare; good (0.5, 2.0); bad (1.0, NAN);
            f64 noncentral_f(dfnum: float, dfden: float, nonc: float) NoncentralF;
                good (3.0, 5.0, 2.0); bad (1.0, 1.0, NAN);
            // by inversion, by rejection
            i64 binomial(n: count, p: float) Binomial;
                good (10, 0.3) (1000, 0.4); bad (3, 1.5) (10, -0.1) (10, 1.1) (10, NAN);
            // by multiplication, by rejection
            i64 poisson(lam: float) Poisson; good (3.0) (50.0); bad (-1.0) (NAN) (1e19);
            // by search, by inversion
            i64 geometric(p: float) Geometric; good (0.5) (0.1); bad (0.0) (NAN);
            // by urn, by rejection
            i64 hypergeometric(ngood: count, nbad: count, nsample: count) Hypergeometric;
                good (5, 7, 6) (500, 70, 400); bad (1, 2, 4);
            i64 negative_binomial(n: float, p: float) NegativeBinomial; good (5.0, 0.4); bad (0.0, 0.5) (NAN, 0.5);
            i64 zipf(a: float) Zipf; good (2.5); bad (1.0) (NAN);
            i64 logseries(p: float) Logseries; good (0.6); bad (1.0) (NAN);
        }
    };
}
pub(crate) use each_distribution;
