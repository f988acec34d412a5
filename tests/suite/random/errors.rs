//! Errors name the public function that was called, and nothing is drawn.

use super::table::{NAN, each_distribution};
use crate::common::assert::{case, fail};
use linstat::Error;
use linstat::random::*;
use ndarray::{Array1, Array2, Axis, arr0, arr1, array};

/// More elements than fit into memory.
const HUGE: usize = 1 << 60;

fn named<R>(name: &str, result: Result<R, Error>) {
    case(name, || match result {
        Ok(_) => fail("accepted"),
        Err(error) => {
            assert_eq!(error.op(), name, "{error}");
            assert!(error.to_string().starts_with(&format!("{name}: ")), "{error}");
        }
    });
}

/// Calls methods of a generator, whose state must not change.
macro_rules! methods {
    ($t:ident, $rng:expr; $($method:ident($($argument:expr),*))*) => {$(
        let mut rng = $rng;
        named(concat!(stringify!($t), "::", stringify!($method)), rng.$method($($argument),*));
        assert_eq!(rng, $rng, "{} has drawn", stringify!($method));
    )*};
}

/// Calls functions of types.
macro_rules! functions {
    ($($t:ident::$function:ident($($argument:expr),*))*) => {$(
        named(concat!(stringify!($t), "::", stringify!($function)), $t::$function($($argument),*));
    )*};
}

fn not_semidefinite() -> (Array1<f64>, Array2<f64>) {
    (array![0.0, 0.0], array![[1.0, 2.0], [2.0, 1.0]])
}

#[test]
fn methods_of_a_generator_name_themselves() {
    let (mean, cov) = not_semidefinite();
    let normals = arr0(StandardNormal);
    let normals = normals.broadcast(HUGE).unwrap();
    let x = arr0(0.0);
    let x = x.broadcast(HUGE).unwrap();
    let nan = f64::NAN;
    methods! {
        Generator, default_rng(1);
        spawn(HUGE)
        random(HUGE) random_f32(HUGE) integers(3..3, 3) standard_normal(HUGE) standard_normal_f32(HUGE)
        standard_exponential(HUGE) standard_exponential_f32(HUGE) standard_gamma_f32(-1.0, 3) standard_cauchy(HUGE)
        multinomial(3, &array![], 3) dirichlet(&array![nan], 3) multivariate_hypergeometric(&array![1, 2], 4, 3)
        multivariate_normal(&mean, &cov, Factor::Svd, 3) multivariate_normal(&mean, &cov, Factor::Eigh, 3)
        multivariate_normal(&mean, &cov, Factor::Cholesky, 3)
        bytes(HUGE) shuffle(&mut arr0(1), Axis(0)) permutation(HUGE) permutation_of(&arr1(&[1]), Axis(1))
        permuted(&x) permuted_axis(&arr1(&[1]), Axis(1))
        choice(0, &Choice::new(), 3) choice_of(&arr1::<i32>(&[]), &Choice::new(), 3)
        choice_axis(&arr1(&[1]), Axis(1), &Choice::new(), 3) choice_axis(&arr1::<i32>(&[]), Axis(0), &Choice::new(), 3)
    }
    // arrays that are too large are refused under the same name as invalid arguments
    methods! {
        Generator, default_rng(1);
        integers(0..3, HUGE) standard_gamma_f32(1.0, HUGE)
        multinomial(3, &array![1.0], HUGE) dirichlet(&array![1.0], HUGE) dirichlet(&array![0.01], HUGE)
        multivariate_hypergeometric(&array![1, 2], 2, HUGE)
        multivariate_normal(&array![0.0], &array![[1.0]], Factor::Svd, HUGE)
        choice(3, &Choice::new(), HUGE) choice_of(&arr1(&[1]), &Choice::new(), HUGE)
        choice(3, &Choice::new().weights(&x), 3)
    }
    named("Generator::sample_array", default_rng(1).sample_array::<f64, _, _>(StandardNormal, HUGE));
    named("Generator::sample_each", default_rng(1).sample_each::<f64, _, _>(&normals));
    let mut rng = Generator::from_bits(Mt19937::new(1));
    named("Generator::normal", rng.normal(0.0, -1.0, 3));
    // a generator without a seed cannot spawn children
    named("Generator::spawn", Generator::from_bits(Pcg64::new(1)).spawn(1));
}

#[test]
fn distributions_name_themselves() {
    macro_rules! of_table {
        ($(
            $t:ident $method:ident($($parameter:ident: $kind:ident),*) $distribution:ident;
            good $(($($good:expr),*))*; bad $(($($bad:expr),*))*;
        )*) => {$(
            $(
                methods! { Generator, default_rng(1); $method($($bad,)* 3) }
                functions! { $distribution::new($($bad),*) }
            )*
            // arrays that are too large are refused under the same name
            $(methods! { Generator, default_rng(1); $method($($good,)* HUGE) })*
        )*};
    }
    each_distribution!(of_table);
}

#[test]
fn methods_of_a_random_state_name_themselves() {
    let (mean, cov) = not_semidefinite();
    let nan = f64::NAN;
    methods! {
        RandomState, RandomState::new(1);
        rand(HUGE) random_sample(HUGE) uniform(0.0, nan, 3) randn(HUGE) standard_normal(HUGE) normal(0.0, nan, 3)
        lognormal(0.0, nan, 3) standard_exponential(HUGE) exponential(nan, 3) standard_gamma(nan, 3)
        gamma(1.0, nan, 3) beta(nan, 1.0, 3) chisquare(nan, 3) standard_t(nan, 3) laplace(0.0, nan, 3)
        triangular(0.0, nan, 1.0, 3) weibull(nan, 3) binomial(3, nan, 3) poisson(nan, 3) geometric(nan, 3)
        multinomial(3, &array![nan, 1.0], 3) multinomial(u64::MAX, &array![], 3) dirichlet(&array![0.0], 3)
        multivariate_normal(&mean, &cov, 3) randint(3..3, 3) randint(0..3, HUGE) tomaxint(HUGE)
        bytes(HUGE) shuffle(&mut arr0(1)) permutation(HUGE) choice(0, &Choice::new(), 3)
        choice(3, &Choice::new(), HUGE)
        random(HUGE) standard_cauchy(HUGE) random_integers(3, 2, 3) random_integers(0, 3, HUGE)
        hypergeometric(1, 2, 0, 3) hypergeometric(1 << 61, 2, 1, 3) hypergeometric(1, 1 << 61, 1, 3)
    }
    macro_rules! of_table {
        ($(
            $t:ident $method:ident($($parameter:ident: $kind:ident),*) $distribution:ident;
            good $(($($good:expr),*))*; bad $(($($bad:expr),*))*;
        )*) => {$(
            // a negative range of uniform samples is accepted
            $(if (stringify!($method), stringify!($($bad),*)) != ("uniform", "1.0, 0.0") {
                methods! { RandomState, RandomState::new(1); $method($($bad,)* 3) }
            })*
            $(methods! { RandomState, RandomState::new(1); $method($($good,)* HUGE) })*
        )*};
    }
    each_distribution!(of_table);
    named("RandomState::sample_array", RandomState::new(1).sample_array::<f64, _, _>(StandardNormal, HUGE));
    let normals = arr0(StandardNormal);
    named(
        "RandomState::sample_each",
        RandomState::new(1).sample_each::<f64, _, _>(&normals.broadcast(HUGE).unwrap()),
    );
    let x = arr0(0.0);
    named("RandomState::permutation_of", RandomState::new(1).permutation_of(&x.broadcast(HUGE).unwrap()));
}

/// The whole message.
#[track_caller]
fn says<R: std::fmt::Debug>(result: Result<R, Error>, expected: &str) {
    assert_eq!(result.unwrap_err().to_string(), expected);
}

#[test]
fn messages_name_what_was_found() {
    use std::ops::Bound;
    let (rng, random) = (&mut default_rng(1), &mut RandomState::new(1));
    says(
        random.random_integers(5, 4, 3),
        "RandomState::random_integers: invalid argument `high`: expected at least low = 5, found 4",
    );
    assert!(random.random_integers(5, 4, 0).is_ok());
    let message = "invalid argument `range`: expected a range with elements, found";
    says(random.randint(3..3, 3), &format!("RandomState::randint: {message} 3..3"));
    let reversed = (Bound::Included(5), Bound::Included(4));
    says(rng.integers(reversed, 3), &format!("Generator::integers: {message} 5..=4"));
    says(rng.integers(..0_u8, 3), &format!("Generator::integers: {message} ..0"));
    let after = (Bound::Excluded(i8::MAX), Bound::Unbounded);
    says(rng.integers(after, 3), &format!("Generator::integers: {message} 127 (excluded).."));
    says(
        random.uniform(-1e308, 1e308, 3),
        "RandomState::uniform: invalid argument `high`: expected a finite high - low, found 1e308 - -1e308",
    );
    says(
        rng.uniform(1e300, -1e300, 3),
        "Generator::uniform: invalid argument `high`: expected at least low, which is 1e300, found -1e300",
    );
    says(
        rng.triangular(0.0, 1e300, 1.0, 3),
        "Generator::triangular: invalid argument `mode`: expected left <= mode <= right and left < right, found 0.0, \
         1e300, 1.0",
    );
    says(
        Mt19937::from_state(Mt19937State { key: vec![1; 3], pos: 0 }),
        "Mt19937::from_state: invalid argument `key`: expected 624 words, found 3",
    );
}

#[test]
fn functions_of_types_name_themselves() {
    let (mean, cov) = not_semidefinite();
    functions! {
        Integers::new(3..3)
        MultivariateNormal::new(&mean, &cov, Factor::Svd) MultivariateNormal::new(&mean, &cov, Factor::Eigh)
        MultivariateNormal::new(&mean, &cov, Factor::Cholesky)
        Mt19937::legacy_by_array(&[]) RandomState::from_array(&[])
    }
    let normal = MultivariateNormal::new(&array![0.0], &array![[1.0]], Factor::Svd).unwrap();
    named("MultivariateNormal::sample", normal.sample(&mut default_rng(1), HUGE));
    let seed = SeedSequence::new(1);
    named("SeedSequence::with_pool_size", seed.clone().with_pool_size(3));
    named("SeedSequence::generate_state", seed.generate_state(HUGE));
    named("SeedSequence::generate_state_u64", seed.generate_state_u64(HUGE));
    named("SeedSequence::spawn", seed.clone().spawn(HUGE));
    let bits = Pcg64State { state: 1, inc: 2, has_uint32: false, uinteger: 0 };
    named("Pcg64::from_state", Pcg64::from_state(bits));
    named("Pcg64::try_from", Pcg64::try_from(bits));
    named("Pcg64Dxsm::from_state", Pcg64Dxsm::from_state(bits));
    named("Pcg64Dxsm::try_from", Pcg64Dxsm::try_from(bits));
    let bits = PhiloxState { buffer_pos: 5, ..Philox::new(1).state() };
    named("Philox::from_state", Philox::from_state(bits));
    named("Philox::try_from", Philox::try_from(bits));
    let bits = Mt19937State { key: vec![], pos: 0 };
    named("Mt19937::from_state", Mt19937::from_state(bits.clone()));
    named("Mt19937::try_from", Mt19937::try_from(bits.clone()));
    let state = LegacyState { bits, gauss: None };
    named("RandomState::from_state", RandomState::from_state(state.clone()));
    named("RandomState::try_from", RandomState::try_from(state));
}
