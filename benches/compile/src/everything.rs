//! Every function and method, for `f64` and the other common element types: the program that takes longest to
//! compile. The functions and the distributions are those of the lists of `tests/suite`.
use linstat::ndarray::{Array2, Axis, array};
use linstat::random::*;
use linstat::*;
use num_complex::Complex64;
use std::hint::black_box;

#[allow(dead_code)] // the names of the functions are for the tests
#[path = "../../../tests/suite/functions.rs"]
mod functions;
#[path = "../../../tests/suite/random/table.rs"]
mod table;

use functions::{Arguments, of_real, of_scalar};
use table::{NAN, each_distribution};

macro_rules! call {
    ($($call:expr;)*) => { $(black_box($call);)* };
}

/// Some functions refuse these arguments, which is of no account here.
fn functions(a: &Array2<f64>) {
    let z = a.mapv(|x| Complex64::new(x, -x));
    let x = Arguments { a, b: a, v: &a.diag(), ord: 0.5, axis: Axis(0), k: 1 };
    for call in [of_scalar(), of_real()].concat() {
        _ = (call.run)(&x);
    }
    let x = Arguments { a: &z, b: &z, v: &z.diag(), ord: 0.5, axis: Axis(0), k: 1 };
    for call in of_scalar() {
        _ = (call.run)(&x);
    }
}

/// What is called with whole numbers, `bool`, `f32` and text.
fn other_types(a: &Array2<f64>) -> Result<()> {
    let (axis, method) = (Axis(0), QuantileMethod::Linear);
    let (whole, truths, a) = (array![[1, 2], [3, 4]], array![true, false], a.mapv(|x| x as f32));
    call! {
        matmul(&whole, &whole)?; dot(&whole.row(0), &whole.row(0))?; matmul(&a, &a)?; solve(&a, &a.row(0))?;
        relu(&a); softmax_axis(&a, Axis(1))?;
        mean(&whole)?; mean_axis(&whole, axis)?; std(&whole, 0)?; std_axis(&whole, 0, axis)?; median(&whole)?;
        median_axis(&whole, axis)?; quantile(&whole, 0.5, method)?; cov(&whole, Variables::Columns, 1)?;
        histogram(&whole, Bins::Auto)?.density(); standardize(&whole)?;
        mean(&truths)?; mean_axis(&a, axis)?; std(&a, 0)?;
        sum(&whole)?; sum_axis(&whole, axis)?; max(&whole)?; argmax(&whole)?; argmax_axis(&whole, axis)?;
        sum(&truths)?; any(&truths); count_nonzero(&truths); sum_axis(&a, axis)?; max(&a)?;
        unique(&array!["b", "a"])?; sort(&whole)?; unique(&whole)?;
    }
    Ok(())
}

fn results(a: &Array2<f64>) -> Result<()> {
    let (fitted, scaler, pairs) = (Pca::new(1).fit(a)?, StandardScaler::fit(a)?, eig(a)?);
    call! {
        fitted.components(); fitted.mean(); fitted.singular_values(); fitted.explained_variance();
        fitted.explained_variance_ratio(); scaler.mean(); scaler.scale(); pairs.is_real();
    }
    Ok(())
}

fn random_numbers(a: &Array2<f64>) -> Result<()> {
    let mut rng = default_rng(1);
    let (mean, cov, p) = (array![1., 1.], array![[1., 0.], [0., 1.]], array![0.5, 0.5]);
    let mut b = a.clone();
    let some = Choice::new().without_replacement().weights(&p).unshuffled();
    rng.shuffle(&mut b, Axis(0))?;
    rng.sample_into(Normal::new(0., 1.)?, &mut b);
    call! {
        b; rng.random(3)?; rng.random_f32(3)?; rng.standard_normal(3)?; rng.standard_normal_f32(3)?;
        rng.standard_exponential(3)?; rng.standard_exponential_f32(3)?; rng.standard_gamma_f32(1., 3)?;
        rng.standard_cauchy(3)?;
        rng.integers(0..10, 3)?; rng.integers(0_u8..=10, (2, 2))?; rng.multinomial(3, &p, 3)?; rng.dirichlet(&mean, 3)?;
        rng.multivariate_hypergeometric(&array![3, 3], 3, 3)?;
        rng.multivariate_normal(&mean, &cov, Factor::Svd, 3)?; rng.choice(5, &Choice::new(), 3)?;
        rng.choice_of(&mean, &some, 1)?; rng.choice_axis(a, Axis(0), &Choice::new(), 3)?;
        rng.permutation(3)?; rng.permutation_of(a, Axis(0))?; rng.permuted(a)?; rng.permuted_axis(a, Axis(0))?;
        rng.bytes(3)?; rng.spawn(2)?; rng.bits().state(); MultivariateNormal::new(&mean, &cov, Factor::Eigh)?.sample(&mut rng, 3)?;
        rng.sample_each::<f64, _, _>(&array![Normal::new(0., 1.)?, Normal::new(1., 1.)?])?;
        rng.sample_array::<f64, _, _>(Uniform::new(0., 1.)?, (2, 3))?; linstat::random::from_os()?;
    }
    let mut rng = Generator::from_bits(Mt19937::new(1));
    call! {
        rng.random(3)?; rng.standard_normal(3)?; rng.normal(0., 1., (2, 2))?; rng.integers(0..10, 3)?; rng.gamma(1., 1., 3)?;
        rng.poisson(1., 3)?; rng.choice(5, &Choice::new(), 3)?; rng.permutation(3)?; rng.shuffle(&mut a.clone(), Axis(0))?;
        rng.multinomial(3, &p, 3)?; rng.dirichlet(&mean, 3)?; rng.multivariate_normal(&mean, &cov, Factor::Svd, 3)?;
        rng.sample_array::<f64, _, _>(distr::StandardNormal, (2, 2))?;
    }
    let (mut dxsm, mut philox) = (Generator::<Pcg64Dxsm>::seeded(1), Generator::<Philox>::seeded(1));
    let mut sfc = Generator::<Sfc64>::seeded(1);
    call! {
        dxsm.random(3)?; dxsm.bits().jumped(1); philox.normal(0., 1., 3)?; philox.bits().jumped(1); philox.spawn(2)?;
        sfc.random(3)?; sfc.bits().state();
    }
    Ok(())
}

/// An array and a single sample of every distribution.
fn distributions() -> Result<()> {
    let mut rng = default_rng(1);
    macro_rules! of_table {
        ($(
            $t:ident $method:ident($($parameter:ident: $kind:ident),*) $distribution:ident;
            good $(($($good:expr),*))*; bad $(($($bad:expr),*))*;
        )*) => {
            $($(call! { rng.$method($($good,)* 3)?; rng.sample::<$t>($distribution::new($($good),*)?); })*)*
            $($(call! { $distribution::new($($bad),*).is_err(); })*)*
        };
    }
    each_distribution!(of_table);
    call! {
        rng.sample::<f32>(StandardUniform); rng.sample::<f32>(StandardNormal); rng.sample::<f32>(StandardExponential);
        rng.sample::<f32>(StandardGamma::new(2.)?); rng.sample::<f64>(StandardUniform); rng.sample::<f64>(StandardNormal);
        rng.sample::<f64>(StandardExponential); rng.sample::<f64>(InverseExponential); rng.sample::<f64>(StandardCauchy);
        rng.sample::<i64>(Integers::new(0..10)?);
    }
    Ok(())
}

fn legacy_numbers(a: &Array2<f64>) -> Result<()> {
    let (mean, cov, p) = (array![1., 1.], array![[1., 0.], [0., 1.]], array![0.5, 0.5]);
    let mut old = RandomState::new(1);
    old.seed(2);
    call! {
        old.rand(3)?; old.random_sample(3)?; old.tomaxint(3)?; old.uniform(0., 1., 3)?; old.randn(3)?;
        old.normal(0., 1., 3)?; old.standard_normal(3)?; old.lognormal(0., 1., 3)?; old.standard_exponential(3)?;
        old.exponential(1., 3)?; old.standard_gamma(1., 3)?; old.gamma(1., 1., 3)?; old.beta(1., 1., 3)?;
        old.chisquare(1., 3)?; old.standard_t(1., 3)?; old.laplace(0., 1., 3)?; old.triangular(0., 1., 2., 3)?;
        old.weibull(1., 3)?; old.dirichlet(&mean, 3)?; old.multivariate_normal(&mean, &cov, 3)?;
        old.randint(0..10, 3)?; old.binomial(3, 0.5, 3)?; old.poisson(1., 3)?; old.geometric(0.5, 3)?;
        old.multinomial(3, &p, 3)?; old.bytes(3)?; old.shuffle(&mut a.clone())?; old.permutation(3)?;
        old.permutation_of(a)?; old.choice(5, &Choice::new(), 3)?; old.random(3)?; old.standard_cauchy(3)?;
        old.random_integers(1, 6, 3)?; old.sample(StandardNormal); old.sample_array(StandardNormal, 3)?;
        old.sample_each(&array![Normal::new(0., 1.)?, Normal::new(1., 1.)?])?;
        RandomState::from_state(old.state())?; RandomState::from_array(&[1, 2])?; RandomState::from_os()?;
        RandomState::from_bits(old.bits().clone());
    }
    Ok(())
}

fn seeds_and_states() -> Result<()> {
    let mut seed = SeedSequence::new(1).with_spawn_key(&[1]).with_pool_size(8)?;
    let (pcg, twister) = (Pcg64::from_sequence(&seed), Mt19937::from_sequence(&seed));
    Pcg64::new(1).advance(3);
    call! {
        seed.spawn(2)?; seed.generate_state(2)?; seed.generate_state_u64(2)?; seed.entropy(); seed.spawn_key(); seed.pool();
        seed.n_children_spawned(); SeedSequence::from_os()?; Pcg64::from_state(pcg.state())?; pcg.jumped(1);
        Mt19937::from_state(twister.state())?; Mt19937::legacy(1); Mt19937::legacy_by_array(&[1, 2])?;
    }
    Ok(())
}

fn main() -> Result<()> {
    let a = black_box(array![[4., 1.], [1., 3.]]);
    functions(&a);
    other_types(&a)?;
    results(&a)?;
    random_numbers(&a)?;
    distributions()?;
    legacy_numbers(&a)?;
    seeds_and_states()?;
    backend::set_threads(2)?;
    println!("{} {} {}", backend::info(), backend::threads(), backend::with_threads(1, backend::threads)?);
    Ok(())
}
