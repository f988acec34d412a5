//! The distributions of the table, those of vectors, and those with arrays of parameters.

use super::golden::Call;
use super::streams::{Tested, draw_each, drawn, is_of_arrays};
use super::table::each_distribution;
use linstat::random::*;
use ndarray::IxDyn;

pub(super) fn float(call: &Call<'_>, name: &str) -> f64 {
    call.float(name)
}

pub(super) fn count(call: &Call<'_>, name: &str) -> u64 {
    call.integer(name).try_into().unwrap()
}

pub(super) fn draw<B: Tested>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
    /// An array by the method of the same name.
    macro_rules! array {
        ($method:ident($($argument:expr),*)) => {{
            let shape = call.size().unwrap();
            call.expect(&rng.$method($($argument,)* IxDyn(&shape)).unwrap());
            true
        }};
    }
    macro_rules! by_table {
        ($(
            $t:ident $method:ident($($parameter:ident: $kind:ident),*) $distribution:ident;
            good $(($($good:expr),*))*; bad $(($($bad:expr),*))*;
        )*) => {
            match call.method {
                $(stringify!($method) => {
                    let ($($parameter,)*) = ($($kind(call, stringify!($parameter)),)*);
                    let distribution = $distribution::new($($parameter),*).unwrap();
                    drawn!(rng, call, $method($($parameter),*) or distribution)
                })*
                _ => false,
            }
        };
    }
    match call.method {
        "standard_gamma" if call.text("dtype") == Some("f32") => {
            array!(standard_gamma_f32(call.float("shape")))
        }
        "binomial" if is_of_arrays(call) => {
            draw_each(rng, call, ["n", "p"], |[n, p]: [f64; 2]| Binomial::new(n as u64, p))
        }
        "poisson" if is_of_arrays(call) => draw_each(rng, call, ["lam"], |[lam]| Poisson::new(lam)),
        "standard_cauchy" => array!(standard_cauchy()),
        "multinomial" => array!(multinomial(count(call, "n"), &call.vector::<f64>("pvals"))),
        "dirichlet" => array!(dirichlet(&call.vector::<f64>("alpha"))),
        "multivariate_hypergeometric" => {
            array!(multivariate_hypergeometric(&call.vector::<u64>("colors"), count(call, "nsample")))
        }
        _ => each_distribution!(by_table),
    }
}
