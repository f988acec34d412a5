//! Gamma, beta, counts, and the other distributions.

use super::golden::Call;
use super::streams::{draw_each, drawn, is_of_arrays};
use linstat::random::{Beta, Binomial, Gamma, Generator, Poisson, StandardGamma};
use ndarray::IxDyn;

pub(super) fn draw(rng: &mut Generator, call: &Call<'_>) -> bool {
    let float = |name| call.float(name);
    let count = |name| u64::try_from(call.integer(name)).unwrap();
    /// An array by the method of the same name.
    macro_rules! array {
        ($method:ident($($argument:expr),*)) => {{
            let shape = call.size().unwrap();
            call.expect(&rng.$method($($argument,)* IxDyn(&shape)).unwrap());
            true
        }};
    }
    match call.method {
        "standard_gamma" if call.text("dtype") == Some("f32") => array!(standard_gamma_f32(float("shape"))),
        "standard_gamma" => {
            let a = float("shape");
            drawn!(rng, call, standard_gamma(a) or StandardGamma::new(a).unwrap())
        }
        "gamma" => {
            let (a, scale) = (float("shape"), float("scale"));
            drawn!(rng, call, gamma(a, scale) or Gamma::new(a, scale).unwrap())
        }
        "beta" => {
            let (a, b) = (float("a"), float("b"));
            drawn!(rng, call, beta(a, b) or Beta::new(a, b).unwrap())
        }
        "binomial" if is_of_arrays(call) => {
            draw_each(rng, call, ["n", "p"], |[n, p]: [f64; 2]| Binomial::new(n as u64, p))
        }
        "binomial" => {
            let (n, p) = (count("n"), float("p"));
            drawn!(rng, call, binomial(n, p) or Binomial::new(n, p).unwrap())
        }
        "poisson" if is_of_arrays(call) => draw_each(rng, call, ["lam"], |[lam]| Poisson::new(lam)),
        "poisson" => {
            let lam = float("lam");
            drawn!(rng, call, poisson(lam) or Poisson::new(lam).unwrap())
        }
        "laplace" => array!(laplace(float("loc"), float("scale"))),
        "gumbel" => array!(gumbel(float("loc"), float("scale"))),
        "logistic" => array!(logistic(float("loc"), float("scale"))),
        "lognormal" => array!(lognormal(float("mean"), float("sigma"))),
        "rayleigh" => array!(rayleigh(float("scale"))),
        "weibull" => array!(weibull(float("a"))),
        "pareto" => array!(pareto(float("a"))),
        "power" => array!(power(float("a"))),
        "chisquare" => array!(chisquare(float("df"))),
        "noncentral_chisquare" => array!(noncentral_chisquare(float("df"), float("nonc"))),
        "f" => array!(f(float("dfnum"), float("dfden"))),
        "standard_t" => array!(standard_t(float("df"))),
        "standard_cauchy" => array!(standard_cauchy()),
        "triangular" => array!(triangular(float("left"), float("mode"), float("right"))),
        "vonmises" => array!(vonmises(float("mu"), float("kappa"))),
        "wald" => array!(wald(float("mean"), float("scale"))),
        "geometric" => array!(geometric(float("p"))),
        "negative_binomial" => array!(negative_binomial(float("n"), float("p"))),
        "zipf" => array!(zipf(float("a"))),
        "logseries" => array!(logseries(float("p"))),
        "hypergeometric" => array!(hypergeometric(count("ngood"), count("nbad"), count("nsample"))),
        "multinomial" => array!(multinomial(count("n"), &call.vector::<f64>("pvals"))),
        "dirichlet" => array!(dirichlet(&call.vector::<f64>("alpha"))),
        "multivariate_hypergeometric" => {
            array!(multivariate_hypergeometric(&call.vector::<u64>("colors"), count("nsample")))
        }
        _ => false,
    }
}
