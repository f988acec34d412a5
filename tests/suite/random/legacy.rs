//! `RandomState`, and normal vectors of both kinds.

use super::distributions::{count, float};
use super::golden::{self, Call, Drawn, each_call, each_case, hash};
use super::properties::{FILLER, same};
use super::streams::{each, is_of_arrays};
use super::table::each_distribution;
use crate::common::Stored;
use crate::common::assert::{case, fail};
use crate::common::layouts::each_layout_full_of;
use linstat::ErrorKind;
use linstat::random::*;
use ndarray::{Array1, Array2, ArrayD, Ix1, IxDyn, arr1, array, s};
use rand::{RngCore, SeedableRng};
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
        assert_eq!(state.gauss.map(f64::to_bits), gauss.map(f64::to_bits), "the draw that waits");
    });
}

// NumPy 2.4.6, RandomState(42): some of these calls draw although nothing is chosen, some do not
#[test]
fn calls_without_choice_leave_numpys_state() {
    let mut random = RandomState::new(42);
    let counts = random.multinomial(10, &array![0.3, 0.0, 0.5, 0.2], 2).unwrap();
    assert_eq!(counts, array![[2, 0, 4, 4], [4, 0, 4, 2]]);
    assert_eq!(random.rand(1).unwrap()[0], 0.15601864044243652);

    let mut random = RandomState::new(42);
    assert_eq!(random.choice(10, &Choice::new().without_replacement(), 0).unwrap().len(), 0);
    assert_eq!(random.rand(1).unwrap()[0], 0.15599452033620265);

    let mut random = RandomState::new(42);
    assert_eq!(random.randint(0_u8..=255, 3).unwrap(), array![102, 220, 225]);
    assert_eq!(random.rand(1).unwrap()[0], 0.7965429868602328);
}

// numpy.random.MT19937(42) and numpy.random.RandomState(numpy.random.MT19937(42))
#[test]
fn mt19937_is_seeded_as_numpy() {
    let mut bits = Mt19937::new(42);
    let Mt19937State { key, pos } = bits.state();
    assert_eq!((pos, &key[..2], key[623]), (623, &[1 << 31, 2669555309][..], 96769712));
    assert_eq!([bits.next_u32(), bits.next_u32(), bits.next_u32()], [2327846034, 3904886566, 2661450408]);
    assert_eq!(Mt19937::seed_from_u64(42), Mt19937::new(42));
    let mut random = RandomState::from_bits(Mt19937::new(42));
    assert_eq!(random.rand(1).unwrap()[0], 0.5419938930062744);
    assert!(format!("{bits:?}").len() < 100);
}

#[test]
fn states_are_checked() {
    let Mt19937State { key, .. } = Mt19937::legacy(1).state();
    let refused = |key: Vec<u32>, pos| {
        let error = Mt19937::from_state(Mt19937State { key, pos }).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidArgument { .. }), "{error}");
    };
    refused(key[1..].to_vec(), 0);
    refused(key.clone(), 625);
    refused(vec![0; 624], 624);
    // of the first word only the highest bit counts
    refused([vec![u32::MAX >> 1], vec![0; 623]].concat(), 624);
    assert!(Mt19937::from_state(Mt19937State { key, pos: 624 }).is_ok());
    assert!(
        matches!(Mt19937::legacy_by_array(&[]), Err(e) if matches!(e.kind(), ErrorKind::InvalidArgument { .. }))
    );
    assert!(
        matches!(RandomState::from_array(&[]), Err(e) if matches!(e.kind(), ErrorKind::InvalidArgument { .. }))
    );
}

#[test]
fn a_saved_random_state_goes_on_where_it_was() {
    let mut random = RandomState::new(42);
    random.randn(1).unwrap();
    let saved = random.state();
    // NumPy's get_state(legacy=False)["gauss"]
    assert_eq!(saved.gauss, Some(-0.13826430117118466));
    let mut other = RandomState::from_state(saved.clone()).unwrap();
    assert_eq!(other.randn(700).unwrap(), random.randn(700).unwrap());
    assert_eq!(other, random);
    // without the saved draw
    let mut other = RandomState::from_state(LegacyState { gauss: None, ..saved }).unwrap();
    random = RandomState::new(42);
    random.randn(2).unwrap();
    assert_eq!(other.randn(3).unwrap(), random.randn(3).unwrap());
    random.randn(1).unwrap();
    random.seed(42);
    assert_eq!(random, RandomState::new(42));
}

#[test]
fn what_a_random_state_refuses_draws_nothing() {
    let mut random = RandomState::new(42);
    macro_rules! refused {
        ($($method:ident($($argument:expr),*))*) => {$(
            let error = random.$method($($argument),*).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidArgument { .. }) && error.op() == concat!("RandomState::", stringify!($method)), "{error}");
        )*};
    }
    refused! {
        uniform(f64::MIN, f64::MAX, 3) uniform(0.0, f64::NAN, 3)
        normal(0.0, -1.0, 3) normal(0.0, -0.0, 3) normal(0.0, f64::NAN, 3) lognormal(0.0, -1.0, 3)
        exponential(-1.0, 3) standard_gamma(-1.0, 3) gamma(-1.0, 1.0, 3) gamma(1.0, f64::NAN, 3)
        beta(0.0, 1.0, 3) beta(1.0, f64::NAN, 3) chisquare(0.0, 3) standard_t(-1.0, 3)
        laplace(0.0, -1.0, 3) weibull(-1.0, 3)
        triangular(0.0, 2.0, 1.0, 3) triangular(1.0, 1.0, 1.0, 3) triangular(f64::NAN, 1.0, 2.0, 3)
        binomial(3, 1.5, 3) binomial(3, f64::NAN, 3) binomial(u64::MAX, 0.5, 3)
        poisson(-1.0, 3) poisson(1e19, 3) geometric(0.0, 3) geometric(1.1, 3) geometric(f64::NAN, 3)
        multinomial(3, &array![0.6, 0.6, 0.0], 3) multinomial(3, &array![-0.1, 1.0], 3)
        dirichlet(&array![1.0, 0.0], 3) dirichlet(&array![f64::NAN], 3)
        randint(3..3, 3) randint(0_u8..0, 3)
        choice(0, &Choice::new(), 3) choice(2, &Choice::new().without_replacement(), 3)
        multivariate_normal(&array![0.0, 0.0], &array![[1.0, 2.0], [2.0, 1.0]], 3)
    }
    assert!(matches!(random.rand((usize::MAX, 2)), Err(e) if matches!(e.kind(), ErrorKind::TooLarge { .. })));
    assert!(random.shuffle(&mut ndarray::arr0(1)).is_err());
    assert_eq!(random, RandomState::new(42));
}

#[test]
fn arrays_of_any_layout_are_filled_in_order() {
    fn filled<T: Drawn + Stored>(distribution: impl LegacyDistribution<T>) {
        for shape in [(0, 3), (3, 5)] {
            let mut other = RandomState::new(1);
            let expected: Vec<T> = (0..shape.0 * shape.1).map(|_| other.sample(&distribution)).collect();
            each_layout_full_of(T::from_word(FILLER), shape, |out| {
                let mut random = RandomState::new(1);
                random.sample_into(&distribution, out);
                same(out, &expected);
                assert_eq!(random, other);
            });
        }
    }
    filled(StandardNormal);
    filled(Vonmises::new(0.0, 2.0).unwrap());
    filled(Integers::new(0_i64..1000).unwrap());
}

#[test]
fn narrow_integers_share_a_draw_within_a_call() {
    let range = Integers::new(0_u8..200).unwrap();
    let expected = RandomState::new(3).randint(0_u8..200, 50).unwrap();
    assert_eq!(RandomState::new(3).sample_array(range, 50).unwrap(), expected);
    assert_eq!(RandomState::new(3).sample_each(&Array1::from_elem(50, range)).unwrap(), expected);
    let mut reversed = Array1::zeros(50);
    RandomState::new(3).sample_into(range, &mut reversed.slice_mut(s![..;-1]));
    assert!(reversed.iter().rev().eq(&expected));
}

/// NumPy 2.4.6 with the seed 42, mu = 0.5: the largest numbers for which it comes to an end.
#[test]
fn angles_of_a_large_kappa_are_numpys() {
    let of = |kappa| RandomState::new(42).vonmises(0.5, kappa, 4).unwrap();
    let steps = array![0.5, 0.5000000421468487, 0.5, 0.49999997892657566];
    assert_eq!(of(1.5e15), array![0.5000000258095683, 0.4999999634997585, 0.5, 0.500000057711949]);
    assert_eq!(of(2e15), steps);
    assert_eq!(of(6e15), steps);
    assert_eq!(of(9e15), array![0.5, 0.5, 0.4999999850988388, 0.5]);
    assert_eq!(of(1e16), arr1(&[0.5; 4]));
}

/// Above that, and for any mean.
#[test]
fn angles_are_wrapped() {
    let random = &mut RandomState::new(3);
    for kappa in [1e16, 1.05e16, 1e17, 1e300, f64::INFINITY] {
        for mu in [1e5, -1e5, 3.0, -3.0, 10.0] {
            let angles = random.vonmises(mu, kappa, 100).unwrap();
            assert!(angles.iter().all(|x| x.abs() <= std::f64::consts::PI), "{mu}, {kappa}: {angles}");
            assert!(angles.iter().all(|x| (x - mu).cos() > 1.0 - 1e-12), "{mu}, {kappa}: {angles}");
        }
    }
}

/// A noncentrality whose Poisson samples would not fit into `i64`.
#[test]
fn large_noncentralities() {
    fn check(nonc: f64, x: &Array1<f64>) {
        let deviation = 2.0 * nonc.sqrt() + 4.0 * f64::EPSILON * nonc;
        assert!(x.iter().all(|x| (x - nonc).abs() < 10.0 * deviation), "{nonc:e}: {x}");
    }
    let (random, rng) = (&mut RandomState::new(3), &mut default_rng(3));
    for df in [1e-300, 0.5, 1.0, 1.5] {
        for nonc in [1e15, 1.8e19, 1.9e19, 3e19, 1e25, 1e100, 1e300] {
            check(nonc, &random.noncentral_chisquare(df, nonc, 9).unwrap());
            check(nonc, &rng.noncentral_chisquare(df, nonc, 9).unwrap());
        }
        let infinite = random.noncentral_chisquare(df, f64::INFINITY, 2).unwrap();
        assert_eq!(infinite, arr1(&[f64::INFINITY; 2]));
    }
    // a denominator that is almost 1
    check(1e25, &(rng.noncentral_f(0.5, 1e30, 1e25, 9).unwrap() * 0.5));
    check(1e25, &(random.noncentral_f(0.5, 1e30, 1e25, 9).unwrap() * 0.5));
}

/// NumPy does not come to an end for some of these.
#[test]
fn extreme_arguments_come_to_an_end() {
    let random = &mut RandomState::new(1);
    let extremes = [5e-324, 1e-300, 1e-8, 1e15, 1.1e15, 1e16, 1e32, 1e155, 1e300, f64::MAX, f64::INFINITY];
    for x in extremes {
        let angles = random.vonmises(1.0, x, 9).unwrap();
        assert!(angles.iter().all(|x| x.abs() <= std::f64::consts::PI), "{x}: {angles}");
        random.gamma(x, 1.0, 9).unwrap();
        random.power(x, 9).unwrap();
        random.pareto(x, 9).unwrap();
        random.rayleigh(x, 9).unwrap();
        random.standard_t(x, 9).unwrap();
        random.weibull(x, 9).unwrap();
        for y in extremes {
            random.beta(x, y, 9).unwrap();
            random.wald(x, y, 9).unwrap();
            random.f(x, y, 9).unwrap();
            random.noncentral_chisquare(x, y, 9).unwrap();
            random.noncentral_f(x, y, 1.0, 9).unwrap();
        }
    }
    for a in [1.0 + f64::EPSILON, 1.0 + 1e-7, 1.0 + 2e-7, 1024.0, 1025.0, 1e4, 1e300, f64::INFINITY] {
        let drawn = random.zipf(a, 2).unwrap();
        assert!(drawn.iter().all(|&x| x >= 1) && (a < 1024.0 || drawn == array![1, 1]), "{a}: {drawn}");
    }
    for p in [5e-324, 1e-300, 1e-17, 1e-10] {
        random.geometric(p, 9).unwrap();
        random.logseries(p, 9).unwrap();
        random.logseries(1.0 - p.max(1.2e-16), 9).unwrap();
    }
    let many = (1 << 61) - 1;
    for (good, bad) in [(0, many), (many, 0), (1, many), (many, many), (1_000_000_000, many)] {
        for sample in [1, 10, 11, (good + bad) / 2, good + bad - 11, good + bad - 1, good + bad] {
            let drawn = random.hypergeometric(good, bad, sample, 3).unwrap();
            let range = sample.saturating_sub(bad) as i64..=good.min(sample) as i64;
            assert!(drawn.iter().all(|x| range.contains(x)), "{good}, {bad}, {sample}: {drawn}");
        }
    }
}

#[test]
fn normal_vectors_have_their_covariance() {
    let root = Array2::from_shape_fn((40, 40), |(i, j)| ((i * 17 + j * j * 5) % 23) as f64 / 23.0 - 0.5);
    for n in [0, 1, 2, 3, 7, 25, 26, 40] {
        let root = root.slice(s![..n, ..]);
        let cov = root.dot(&root.t()) + Array2::<f64>::eye(n);
        for factor in [Factor::Svd, Factor::Eigh, Factor::Cholesky] {
            for size in [1e-300, 1.0, 1e300] {
                case(format!("order {n}, {factor:?}, times {size:e}"), || {
                    let normal = MultivariateNormal::new(&Array1::zeros(n), &(&cov * size), factor).unwrap();
                    let x = normal.sample(&mut default_rng(1), 2000).unwrap() / size.sqrt();
                    assert_eq!(x.dim(), (2000, n));
                    // of a mean over 2000 samples, six times the standard deviation
                    let greatest = cov.diag().fold(0.0, |max: f64, &x| max.max(x));
                    let bound = 6.0 * greatest * (2.0f64 / 2000.0).sqrt();
                    let found = x.t().dot(&x) / 2000.0;
                    assert!((&found - &cov).iter().all(|difference| difference.abs() < bound));
                    // one vector equals the first of many
                    let first = normal.sample(&mut default_rng(1), ()).unwrap() / size.sqrt();
                    assert!(first.iter().eq(x.iter().take(n)));
                });
            }
        }
    }
}

#[test]
fn normal_vectors_of_no_covariance_are_refused() {
    let refused = |mean: &[f64], cov: Array2<f64>, factor| {
        MultivariateNormal::new(&arr1(mean), &cov, factor).unwrap_err()
    };
    for factor in [Factor::Svd, Factor::Eigh, Factor::Cholesky] {
        assert!(matches!(refused(&[0.0], Array2::eye(2), factor).kind(), ErrorKind::Shape { .. }));
        assert!(matches!(refused(&[0.0], array![[f64::NAN]], factor).kind(), ErrorKind::NonFinite { .. }));
    }
    for factor in [Factor::Svd, Factor::Eigh] {
        let error = refused(&[0.0, 0.0], array![[1.0, 2.0], [2.0, 1.0]], factor);
        assert!(matches!(error.kind(), ErrorKind::InvalidArgument { .. }), "{error}");
    }
    let error = refused(&[0.0, 0.0], array![[1.0, 2.0], [2.0, 1.0]], Factor::Cholesky);
    assert_eq!(
        (error.op(), error.kind()),
        ("MultivariateNormal::new", &ErrorKind::NotPositiveDefinite { order: 2 })
    );
    let error = refused(&[0.0, 0.0], array![[1.0, 0.5], [0.0, 1.0]], Factor::Svd);
    assert!(matches!(error.kind(), ErrorKind::InvalidArgument { .. }), "{error}");
    // semidefinite matrices are covariances, too
    for cov in [Array2::zeros((2, 2)), array![[1.0, 1.0], [1.0, 1.0]]] {
        MultivariateNormal::new(&array![1.0, 2.0], &cov, Factor::Svd).unwrap();
        MultivariateNormal::new(&array![1.0, 2.0], &cov, Factor::Eigh).unwrap();
    }
}

/// `Factor::Eigh` reads the lower triangle only, whatever the size of the upper one.
#[test]
fn normal_vectors_do_not_depend_on_the_upper_triangle() {
    let mut cov = array![[2.0, 0.5, 0.5], [0.5, 2.0, 0.5], [0.5, 0.5, 2.0]];
    let draw = |cov: &Array2<f64>| {
        let normal = MultivariateNormal::new(&Array1::zeros(3), cov, Factor::Eigh).unwrap();
        normal.sample(&mut default_rng(1), 5).unwrap()
    };
    let expected = draw(&cov);
    for size in [1e300, 1e-300, 0.0] {
        cov[[0, 2]] = size;
        assert_eq!(draw(&cov), expected);
    }
}

fn draw(random: &mut RandomState, call: &Call<'_>) -> bool {
    let shape = call.size();
    macro_rules! drawn {
        ($method:ident($($argument:expr),*)) => {{
            match &shape {
                Some(shape) => call.expect(&random.$method($($argument,)* IxDyn(shape)).unwrap()),
                None => call.expect_one(random.$method($($argument,)* ()).unwrap().into_scalar()),
            }
            true
        }};
    }
    // the distributions of the table: by the method, and one by one or as an array from their type
    macro_rules! by_table {
        ($(
            $t:ident $method:ident($($parameter:ident: $kind:ident),*) $distribution:ident;
            good $(($($good:expr),*))*; bad $(($($bad:expr),*))*;
        )*) => {
            match call.method {
                $(stringify!($method) => {
                    let ($($parameter,)*) = ($($kind(call, stringify!($parameter)),)*);
                    let mut other = random.clone();
                    let drawn = drawn!($method($($parameter),*));
                    if let Ok(distribution) = $distribution::new($($parameter),*) {
                        let mut third = other.clone();
                        match &shape {
                            Some(shape) => {
                                let shape = IxDyn(shape);
                                call.expect(&other.sample_array::<$t, _, _>(distribution, shape.clone()).unwrap());
                                let each = ArrayD::from_elem(shape, distribution);
                                call.expect(&third.sample_each(&each).unwrap());
                            }
                            None => {
                                call.expect_one(other.sample::<$t>(distribution));
                                call.expect_one(third.sample::<$t>(&distribution));
                            }
                        }
                        assert_eq!((&other, &third), (&*random, &*random));
                    }
                    drawn
                })*
                _ => false,
            }
        };
    }
    if is_of_arrays(call)
        && !["multinomial", "dirichlet", "choice", "multivariate_normal"].contains(&call.method)
    {
        return draw_each(random, call);
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
        "standard_exponential" => drawn!(standard_exponential()),
        "standard_cauchy" => drawn!(standard_cauchy()),
        "random" => drawn!(random()),
        "random_integers" => drawn!(random_integers(call.integer("low") as i64, call.integer("high") as i64)),
        "tomaxint" => drawn!(tomaxint()),
        "bytes" => {
            call.expect(&arr1(&random.bytes(call.integer("length") as usize).unwrap()));
            true
        }
        "multinomial" => {
            let pvals = call.vector::<f64>("pvals");
            call.expect(&random.multinomial(count(call, "n"), &pvals, IxDyn(&shape.unwrap())).unwrap());
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
        _ => each_distribution!(by_table),
    }
}

/// Arrays of parameters, broadcast against each other and to the size.
fn draw_each(random: &mut RandomState, call: &Call<'_>) -> bool {
    macro_rules! sampled {
        ($names:expr, $distribution:expr) => {{
            call.expect(&random.sample_each(&each(call, $names, $distribution)).unwrap());
            true
        }};
    }
    type Pair = [f64; 2];
    match call.method {
        "normal" => sampled!(["loc", "scale"], |[loc, scale]: Pair| Normal::new(loc, scale)),
        "gamma" => sampled!(["shape", "scale"], |[shape, scale]: Pair| Gamma::new(shape, scale)),
        "uniform" => sampled!(["low", "high"], |[low, high]: Pair| Uniform::new(low, high)),
        "beta" => sampled!(["a", "b"], |[a, b]: Pair| Beta::new(a, b)),
        "vonmises" => sampled!(["mu", "kappa"], |[mu, kappa]: Pair| Vonmises::new(mu, kappa)),
        "wald" => sampled!(["mean", "scale"], |[mean, scale]: Pair| Wald::new(mean, scale)),
        "binomial" => sampled!(["n", "p"], |[n, p]: Pair| Binomial::new(n as u64, p)),
        "geometric" => sampled!(["p"], |[p]: [f64; 1]| Geometric::new(p)),
        "poisson" => sampled!(["lam"], |[lam]: [f64; 1]| Poisson::new(lam)),
        "zipf" => sampled!(["a"], |[a]: [f64; 1]| Zipf::new(a)),
        "hypergeometric" => sampled!(["ngood", "nbad", "nsample"], |[good, bad, sample]: [u64; 3]| {
            Hypergeometric::new(good, bad, sample)
        }),
        "randint" => sampled!(["low", "high"], |[low, high]: [i64; 2]| Integers::new(low..high)),
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
pub(super) fn normal_vectors<B: BitGenerator>(rng: &mut Generator<B>, call: &Call<'_>) -> bool {
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
