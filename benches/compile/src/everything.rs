//! Every function and method, for `f64` and the other common element types: the program that takes longest to
//! compile.
use linstat::ndarray::{Array1, Array2, Axis, array};
use linstat::random::*;
use linstat::*;
use num_complex::Complex64;
use std::hint::black_box;

macro_rules! call {
    ($($call:expr;)*) => { $(black_box($call);)* };
}

fn products(a: &Array2<f64>, v: &Array1<f64>) -> Result<()> {
    let z = a.mapv(|x| Complex64::new(x, -x));
    let whole = array![[1, 2], [3, 4]];
    call! {
        matmul(a, a)?; matmul(a, v)?; matmul(v, a)?; matmul(v, v)?; matmul(&z, &z)?; matmul(&whole, &whole)?;
        dot(v, v)?; outer(v, v)?; trace(a); linear_layer(a, a, v)?; dot(&whole.row(0), &whole.row(0))?;
        matmul(&a.mapv(|x| x as f32), &a.mapv(|x| x as f32))?;
    }
    Ok(())
}

fn linear_algebra(a: &Array2<f64>, v: &Array1<f64>) -> Result<()> {
    let z = a.mapv(|x| Complex64::new(x, -x));
    call! {
        det(a)?; slogdet(a)?; inv(a)?; solve(a, v)?; solve(a, a)?; eig(a)?; eigvals(a)?; eigh(a)?; eigvalsh(a)?;
        svd(a, SvdShape::Reduced)?; svdvals(a)?; norm(a); vector_norm(v, 1.)?; vector_norm_axis(a, 2., Axis(0))?;
        matrix_norm(a, MatrixNorm::Nuc)?; normalize(v)?;
        det(&z)?; inv(&z)?; solve(&z, &z)?; eig(&z)?; eigh(&z)?; svd(&z, SvdShape::Full)?; norm(&z);
    }
    let real = eig(a)?;
    call! { real.is_real(); real.into_real(); solve(&a.mapv(|x| x as f32), &v.mapv(|x| x as f32))?; }
    Ok(())
}

fn activations(a: &Array2<f64>) -> Result<()> {
    let mut b = a.clone();
    relu_inplace(&mut b);
    leaky_relu_inplace(&mut b, 0.1);
    sigmoid_inplace(&mut b);
    tanh_inplace(&mut b);
    gelu_inplace(&mut b);
    gelu_tanh_inplace(&mut b);
    silu_inplace(&mut b);
    softplus_inplace(&mut b);
    softmax_inplace(&mut b);
    log_softmax_inplace(&mut b);
    softmax_axis_inplace(&mut b, Axis(0))?;
    log_softmax_axis_inplace(&mut b, Axis(0))?;
    call! {
        b; relu(a); leaky_relu(a, 0.1); sigmoid(a); tanh(a); gelu(a); gelu_tanh(a); silu(a); softplus(a); softmax(a);
        softmax_axis(a, Axis(0))?; log_softmax(a); log_softmax_axis(a, Axis(0))?; logsumexp(a)?;
        logsumexp_axis(a, Axis(0))?; relu(&a.mapv(|x| x as f32)); softmax_axis(&a.mapv(|x| x as f32), Axis(1))?;
    }
    Ok(())
}

fn statistics(a: &Array2<f64>, v: &Array1<f64>) -> Result<()> {
    let (axis, method) = (Axis(0), QuantileMethod::Linear);
    call! {
        mean(a)?; mean_axis(a, axis)?; nanmean(a)?; nanmean_axis(a, axis)?; average(v, v)?; average_axis(a, v, axis)?;
        var(a, 0)?; var_axis(a, 0, axis)?; std(a, 0)?; std_axis(a, 0, axis)?; nanvar(a, 0)?; nanvar_axis(a, 0, axis)?;
        nanstd(a, 0)?; nanstd_axis(a, 0, axis)?; central_moment(a, 3)?; central_moment_axis(a, 3, axis)?;
        skewness(a)?; skewness_axis(a, axis)?; kurtosis(a)?; kurtosis_axis(a, axis)?;
        median(a)?; median_axis(a, axis)?; quantile(a, 0.5, method)?; quantile_axis(a, 0.5, method, axis)?;
        quantile(a, &[0.5], method)?; quantile_axis(a, &[0.5], method, axis)?; percentile(a, 50., method)?;
        percentile_axis(a, 50., method, axis)?; percentile(a, &[50.], method)?;
        percentile_axis(a, &[50.], method, axis)?; nanmedian(a)?; nanmedian_axis(a, axis)?;
        nanquantile(a, 0.5, method)?; nanquantile_axis(a, 0.5, method, axis)?; nanquantile(a, &[0.5], method)?;
        nanquantile_axis(a, &[0.5], method, axis)?; nanpercentile(a, 50., method)?;
        nanpercentile_axis(a, 50., method, axis)?; nanpercentile(a, &[50.], method)?;
        nanpercentile_axis(a, &[50.], method, axis)?;
        cov(a, Variables::Columns, 1)?; corrcoef(a, Variables::Rows)?; histogram(a, Bins::Auto)?;
        histogram_bin_edges(a, Bins::Count(3))?; standardize(a)?;
        quantile_element(a, 0.5, QuantileMethod::Lower)?; quantile_element_axis(a, 0.5, QuantileMethod::Lower, axis)?;
    }
    let whole = array![[1, 2], [3, 4]];
    call! {
        mean(&whole)?; mean_axis(&whole, axis)?; std(&whole, 0)?; std_axis(&whole, 0, axis)?; median(&whole)?;
        median_axis(&whole, axis)?; quantile(&whole, 0.5, method)?; cov(&whole, Variables::Columns, 1)?;
        histogram(&whole, Bins::Auto)?.density(); standardize(&whole)?;
        mean(&array![true, false])?; mean_axis(&a.mapv(|x| x as f32), axis)?; std(&a.mapv(|x| x as f32), 0)?;
    }
    let scaler = StandardScaler::fit(a)?;
    call! { scaler.inverse_transform(&scaler.transform(a)?)?; scaler.mean(); scaler.scale(); }
    Ok(())
}

fn reductions(a: &Array2<f64>) -> Result<()> {
    let axis = Axis(0);
    let whole = array![[1, 2], [3, 4]];
    call! {
        sum(a)?; sum_axis(a, axis)?; prod(a)?; prod_axis(a, axis)?; cumsum(a)?; cumsum_axis(a, axis)?; cumprod(a)?;
        cumprod_axis(a, axis)?; min(a)?; min_axis(a, axis)?; max(a)?; max_axis(a, axis)?; argmin(a)?;
        argmin_axis(a, axis)?; argmax(a)?; argmax_axis(a, axis)?; all(a); all_axis(a, axis)?; any(a); any_axis(a, axis)?;
        count_nonzero(a); count_nonzero_axis(a, axis)?;
        sum(&whole)?; sum_axis(&whole, axis)?; max(&whole)?; argmax(&whole)?; argmax_axis(&whole, axis)?;
        sum(&array![true, false])?; any(&array![true, false]); count_nonzero(&array![true, false]);
        sum_axis(&a.mapv(|x| x as f32), axis)?; max(&a.mapv(|x| x as f32))?;
    }
    Ok(())
}

fn sorting(a: &Array2<f64>, v: &Array1<f64>) -> Result<()> {
    let axis = Axis(0);
    let whole = array![[1, 2], [3, 4]];
    call! {
        sort(a)?; sort_axis(a, axis)?; argsort(a)?; argsort_axis(a, axis)?; argsort_descending(a)?;
        argsort_descending_axis(a, axis)?; partition(a, 0)?; partition_axis(a, 0, axis)?; top_k(a, 1)?;
        top_k_axis(a, 1, axis)?; searchsorted(v, a, Side::Left)?; unique(a)?; unique_counts(a)?; unique_inverse(a)?;
        unique(&array!["b", "a"])?; sort(&whole)?; unique(&whole)?;
    }
    Ok(())
}

fn decomposition(a: &Array2<f64>) -> Result<()> {
    let fitted = Pca::new(1).whiten().fit(a)?;
    call! {
        pca(a, 1)?; fitted.inverse_transform(&fitted.transform(a)?)?; Pca::new(1).fit_transform(a)?; fitted.components();
        fitted.mean(); fitted.singular_values(); fitted.explained_variance(); fitted.explained_variance_ratio();
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
        b; rng.random(3)?; rng.random_f32(3)?; rng.uniform(0., 1., 3)?; rng.normal(0., 1., (2, 2))?;
        rng.standard_normal(3)?; rng.standard_normal_f32(3)?; rng.standard_exponential(3)?;
        rng.standard_exponential_f32(3)?; rng.exponential(1., 3)?; rng.standard_gamma(1., 3)?;
        rng.standard_gamma_f32(1., 3)?; rng.gamma(1., 1., 3)?; rng.chisquare(1., 3)?; rng.beta(1., 1., 3)?;
        rng.binomial(3, 0.5, 3)?; rng.laplace(0., 1., 3)?; rng.gumbel(0., 1., 3)?; rng.logistic(0., 1., 3)?;
        rng.lognormal(0., 1., 3)?; rng.rayleigh(1., 3)?; rng.weibull(1., 3)?; rng.pareto(1., 3)?; rng.power(1., 3)?;
        rng.f(1., 1., 3)?; rng.standard_t(1., 3)?; rng.standard_cauchy(3)?; rng.triangular(0., 1., 2., 3)?;
        rng.vonmises(0., 1., 3)?; rng.wald(1., 1., 3)?; rng.noncentral_chisquare(1., 1., 3)?;
        rng.noncentral_f(1., 1., 1., 3)?; rng.geometric(0.5, 3)?; rng.hypergeometric(3, 3, 3, 3)?;
        rng.negative_binomial(1., 0.5, 3)?; rng.zipf(2., 3)?; rng.logseries(0.5, 3)?; rng.poisson(1., 3)?;
        rng.integers(0..10, 3)?; rng.integers(0_u8..=10, (2, 2))?; rng.multinomial(3, &p, 3)?; rng.dirichlet(&mean, 3)?;
        rng.multivariate_hypergeometric(&array![3, 3], 3, 3)?;
        rng.multivariate_normal(&mean, &cov, Factor::Svd, 3)?; rng.choice(5, &Choice::new(), 3)?;
        rng.choice_of(&mean, &some, 1)?; rng.choice_axis(a, Axis(0), &Choice::new(), 3)?;
        rng.permutation(3)?; rng.permutation_of(a, Axis(0))?; rng.permuted(a)?; rng.permuted_axis(a, Axis(0))?;
        rng.bytes(3)?; rng.spawn(2)?; rng.bits().state(); MultivariateNormal::new(&mean, &cov, Factor::Eigh)?.sample(&mut rng, 3)?;
        rng.sample_each::<f64, _, _>(&array![Normal::new(0., 1.)?, Normal::new(1., 1.)?])?;
        rng.sample_array::<f64, _>(Uniform::new(0., 1.)?, (2, 3))?; linstat::random::from_os()?;
    }
    let mut rng = Generator::from_bits(Mt19937::new(1));
    call! {
        rng.random(3)?; rng.standard_normal(3)?; rng.normal(0., 1., (2, 2))?; rng.integers(0..10, 3)?; rng.gamma(1., 1., 3)?;
        rng.poisson(1., 3)?; rng.choice(5, &Choice::new(), 3)?; rng.permutation(3)?; rng.shuffle(&mut a.clone(), Axis(0))?;
        rng.multinomial(3, &p, 3)?; rng.dirichlet(&mean, 3)?; rng.multivariate_normal(&mean, &cov, Factor::Svd, 3)?;
    }
    Ok(())
}

/// One sample of every distribution.
fn single_numbers() -> Result<()> {
    let mut rng = default_rng(1);
    macro_rules! sample {
        ($($t:ty: $($distribution:expr),*;)*) => { $($(black_box(rng.sample::<$t>($distribution));)*)* };
    }
    sample! {
        f32: StandardUniform, StandardNormal, StandardExponential, StandardGamma::new(2.)?;
        f64: StandardUniform, StandardNormal, StandardExponential, StandardGamma::new(2.)?, Uniform::new(0., 1.)?,
            Normal::new(0., 1.)?, Exponential::new(1.)?, InverseExponential, Gamma::new(1., 1.)?, Chisquare::new(1.)?,
            Beta::new(1., 1.)?, Laplace::new(0., 1.)?, Gumbel::new(0., 1.)?, Logistic::new(0., 1.)?,
            Lognormal::new(0., 1.)?, Rayleigh::new(1.)?, Weibull::new(1.)?, Pareto::new(1.)?, Power::new(1.)?,
            F::new(1., 1.)?, StandardT::new(1.)?, StandardCauchy, Triangular::new(0., 1., 2.)?, Vonmises::new(0., 1.)?,
            Wald::new(1., 1.)?, NoncentralChisquare::new(1., 1.)?, NoncentralF::new(1., 1., 1.)?;
        i64: Binomial::new(3, 0.5)?, Geometric::new(0.5)?, Hypergeometric::new(3, 3, 3)?,
            NegativeBinomial::new(1., 0.5)?, Zipf::new(2.)?, Logseries::new(0.5)?, Poisson::new(1.)?,
            Integers::new(0..10)?;
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
        old.permutation_of(a)?; old.choice(5, &Choice::new(), 3)?;
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
    let v = black_box(array![1., 2.]);
    products(&a, &v)?;
    linear_algebra(&a, &v)?;
    activations(&a)?;
    statistics(&a, &v)?;
    reductions(&a)?;
    sorting(&a, &v)?;
    decomposition(&a)?;
    random_numbers(&a)?;
    single_numbers()?;
    legacy_numbers(&a)?;
    seeds_and_states()?;
    backend::set_threads(2)?;
    println!("{} {} {}", backend::info(), backend::threads(), backend::with_threads(1, backend::threads)?);
    Ok(())
}
