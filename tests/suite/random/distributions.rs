//! Gamma, beta, counts, and the other distributions.

use super::golden::Call;
use super::streams::{draw_each, drawn, is_of_arrays};
use linstat::random::{Binomial, Generator, Poisson};

pub(super) fn draw(rng: &mut Generator, call: &Call<'_>) -> bool {
    let float = |name| call.float(name);
    let count = |name| u64::try_from(call.integer(name)).unwrap();
    match call.method {
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
        _ => false,
    }
}
