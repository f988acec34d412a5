//! `RandomState`, and normal vectors of both kinds.

use super::golden::{self, Call, Drawn, each_call, each_case, hash};
use crate::common::assert::fail;
use linstat::random::{Choice, Factor, Generator, RandomState};
use ndarray::{Ix1, IxDyn, arr1};
use serde_json::Value;

fn seeded(value: &Value) -> RandomState {
    let seed = &value["seed"];
    let items: Vec<u32> = golden::entropy(seed).iter().map(|item| item.parse().unwrap()).collect();
    match seed["form"].as_str() {
        Some("int") => RandomState::new(items[0]),
        _ => RandomState::from_array(&items).unwrap(),
    }
}

#[test]
fn random_states_draw_as_numpy() {
    each_case("legacy", |value| {
        let mut random = seeded(value);
        each_call(value, |call| {
            if !draw(&mut random, call) {
                fail("no such method");
            }
        });
        let (state, expected) = (random.state(), &value["state_after"]);
        let found = format!("{:016x}", hash(state.bits.key.iter().map(|&word| u64::from(word))));
        assert_eq!(found, expected["key_fnv"].as_str().unwrap(), "hash of the key");
        assert_eq!(state.bits.pos as u64, expected["pos"].as_u64().unwrap(), "position");
        let gauss = (expected["has_gauss"] == 1).then(|| golden::float(&expected["gauss"]));
        assert_eq!(state.gauss.map(f64::to_bits), gauss.map(f64::to_bits), "the number that waits");
    });
}

fn draw(random: &mut RandomState, call: &Call<'_>) -> bool {
    let float = |name| call.float(name);
    let count = |name| u64::try_from(call.integer(name)).unwrap();
    let shape = call.size();
    macro_rules! drawn {
        ($method:ident($($argument:expr),*)) => {{
            match shape {
                Some(shape) => call.expect(&random.$method($($argument,)* IxDyn(&shape)).unwrap()),
                None => call.expect_one(random.$method($($argument,)* ()).unwrap().into_scalar()),
            }
            true
        }};
    }
    match call.method {
        "seed" => {
            random.seed(call.integer("seed") as u32);
            true
        }
        "rand" => drawn!(rand()),
        "random_sample" => drawn!(random_sample()),
        "randn" => drawn!(randn()),
        "standard_normal" => drawn!(standard_normal()),
        "normal" => drawn!(normal(float("loc"), float("scale"))),
        "lognormal" => drawn!(lognormal(float("mean"), float("sigma"))),
        "uniform" => drawn!(uniform(float("low"), float("high"))),
        "standard_exponential" => drawn!(standard_exponential()),
        "exponential" => drawn!(exponential(float("scale"))),
        "standard_gamma" => drawn!(standard_gamma(float("shape"))),
        "gamma" => drawn!(gamma(float("shape"), float("scale"))),
        "beta" => drawn!(beta(float("a"), float("b"))),
        "chisquare" => drawn!(chisquare(float("df"))),
        "standard_t" => drawn!(standard_t(float("df"))),
        "laplace" => drawn!(laplace(float("loc"), float("scale"))),
        "triangular" => drawn!(triangular(float("left"), float("mode"), float("right"))),
        "weibull" => drawn!(weibull(float("a"))),
        "binomial" => drawn!(binomial(count("n"), float("p"))),
        "poisson" => drawn!(poisson(float("lam"))),
        "geometric" => drawn!(geometric(float("p"))),
        "tomaxint" => drawn!(tomaxint()),
        "bytes" => {
            call.expect(&arr1(&random.bytes(call.integer("length") as usize).unwrap()));
            true
        }
        "multinomial" => {
            let pvals = call.vector::<f64>("pvals");
            call.expect(&random.multinomial(count("n"), &pvals, IxDyn(&shape.unwrap())).unwrap());
            true
        }
        "dirichlet" => {
            let alpha = call.vector::<f64>("alpha");
            call.expect(&random.dirichlet(&alpha, IxDyn(&shape.unwrap())).unwrap());
            true
        }
        "multivariate_normal" => {
            let (mean, cov) = (call.vector::<f64>("mean"), call.matrix("cov"));
            call.expect_near(
                &random.multivariate_normal(&mean, &cov, IxDyn(&shape.unwrap_or_default())).unwrap(),
            );
            true
        }
        "shuffle" => match call.dtype() {
            "f64" => shuffled::<f64>(random, call),
            _ => shuffled::<i64>(random, call),
        },
        "permutation" if !call.args["x"].is_object() => {
            call.expect(&random.permutation(call.integer("x") as usize).unwrap());
            true
        }
        "permutation" => match call.dtype() {
            "f64" => permuted::<f64>(random, call),
            _ => permuted::<i64>(random, call),
        },
        "choice" => choice(random, call),
        "randint" => randint(random, call),
        _ => false,
    }
}

fn shuffled<T: Drawn>(random: &mut RandomState, call: &Call<'_>) -> bool {
    let mut x = call.array::<T>("x");
    random.shuffle(&mut x).unwrap();
    call.expect(&x);
    true
}

fn permuted<T: Drawn>(random: &mut RandomState, call: &Call<'_>) -> bool {
    call.expect(&random.permutation_of(&call.array::<T>("x")).unwrap());
    true
}

fn choice(random: &mut RandomState, call: &Call<'_>) -> bool {
    let mut choice = Choice::new();
    if call.args["replace"] == false {
        choice = choice.without_replacement();
    }
    if call.has("p") {
        choice = choice.weights(&call.vector("p"));
    }
    if call.args["a"].is_object() {
        let a = call.array::<f64>("a").into_dimensionality::<Ix1>().unwrap();
        let indices = random.choice(a.len(), &choice, IxDyn(&call.size().unwrap())).unwrap();
        call.expect(&indices.mapv(|i| a[i]));
        return true;
    }
    let a = call.integer("a") as usize;
    match call.size() {
        Some(shape) => call.expect(&random.choice(a, &choice, IxDyn(&shape)).unwrap()),
        None => call.expect_one(random.choice(a, &choice, ()).unwrap().into_scalar()),
    }
    true
}

fn randint(random: &mut RandomState, call: &Call<'_>) -> bool {
    let (low, last) = (call.integer("low"), call.integer("high") - 1);
    macro_rules! of {
        ($t:ty, $convert:expr) => {{
            let range = $convert(low)..=$convert(last);
            match call.size() {
                Some(shape) => call.expect(&random.randint::<$t, _>(range, IxDyn(&shape)).unwrap()),
                None => call.expect_one(random.randint::<$t, _>(range, ()).unwrap().into_scalar()),
            }
            true
        }};
    }
    match call.dtype() {
        "i8" => of!(i8, |x| i8::try_from(x).unwrap()),
        "i16" => of!(i16, |x| i16::try_from(x).unwrap()),
        "i32" => of!(i32, |x| i32::try_from(x).unwrap()),
        "i64" => of!(i64, |x| i64::try_from(x).unwrap()),
        "u8" => of!(u8, |x| u8::try_from(x).unwrap()),
        "u16" => of!(u16, |x| u16::try_from(x).unwrap()),
        "u32" => of!(u32, |x| u32::try_from(x).unwrap()),
        "u64" => of!(u64, |x| u64::try_from(x).unwrap()),
        "bool" => of!(bool, |x: i128| x != 0),
        _ => false,
    }
}

/// The generator's normal vectors.
pub(super) fn normal_vectors(rng: &mut Generator, call: &Call<'_>) -> bool {
    if call.method != "multivariate_normal" {
        return false;
    }
    let factor = match call.text("method") {
        Some("eigh") => Factor::Eigh,
        Some("cholesky") => Factor::Cholesky,
        _ => Factor::Svd,
    };
    let (mean, cov) = (call.vector::<f64>("mean"), call.matrix("cov"));
    let shape = call.size().unwrap_or_default();
    call.expect_near(&rng.multivariate_normal(&mean, &cov, factor, IxDyn(&shape)).unwrap());
    true
}
