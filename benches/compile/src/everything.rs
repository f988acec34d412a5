//! Every function once, most of them of f64: the program that costs the most to compile.
use linstat::ndarray::{Array1, Array2, Axis, array};
use linstat::random::{Choice, Factor, RandomState, default_rng};
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
        dot(v, v)?; outer(v, v)?; trace(a); linear_layer(a, a, v)?;
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
        logsumexp_axis(a, Axis(0))?;
    }
    Ok(())
}

fn statistics(a: &Array2<f64>, v: &Array1<f64>) -> Result<()> {
    let (axis, method) = (Axis(0), QuantileMethod::Linear);
    call! {
        mean(a)?; mean_axis(a, axis)?; nanmean(a)?; nanmean_axis(a, axis)?; average(v, v)?; average_axis(a, v, axis)?;
        var(a, 0)?; var_axis(a, axis, 0)?; std(a, 0)?; std_axis(a, axis, 0)?; nanvar(a, 0)?; nanvar_axis(a, axis, 0)?;
        nanstd(a, 0)?; nanstd_axis(a, axis, 0)?; central_moment(a, 3)?; central_moment_axis(a, 3, axis)?;
        skewness(a)?; skewness_axis(a, axis)?; kurtosis(a)?; kurtosis_axis(a, axis)?;
        median(a)?; median_axis(a, axis)?; quantile(a, 0.5, method)?; quantile_axis(a, 0.5, method, axis)?;
        quantiles(a, &[0.5], method)?; quantiles_axis(a, &[0.5], method, axis)?; percentile(a, 50., method)?;
        percentile_axis(a, 50., method, axis)?; percentiles(a, &[50.], method)?;
        percentiles_axis(a, &[50.], method, axis)?; nanmedian(a)?; nanmedian_axis(a, axis)?;
        nanquantile(a, 0.5, method)?; nanquantile_axis(a, 0.5, method, axis)?; nanquantiles(a, &[0.5], method)?;
        nanquantiles_axis(a, &[0.5], method, axis)?; nanpercentile(a, 50., method)?;
        nanpercentile_axis(a, 50., method, axis)?; nanpercentiles(a, &[50.], method)?;
        nanpercentiles_axis(a, &[50.], method, axis)?;
        cov(a, Variables::Columns, 1)?; corrcoef(a, Variables::Rows)?; histogram(a, Bins::Auto)?;
        histogram_bin_edges(a, Bins::Count(3))?; standardize(a)?;
        quantile_element(a, 0.5, QuantileMethod::Lower)?; quantile_element_axis(a, 0.5, QuantileMethod::Lower, axis)?;
        mean(&array![[1, 2], [3, 4]])?; median(&array![[1, 2], [3, 4]])?; histogram(&array![1, 2], Bins::Auto)?;
    }
    let scaler = StandardScaler::fit(a)?;
    call! { scaler.inverse_transform(&scaler.transform(a)?)?; }
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
        sum(&whole)?; sum_axis(&whole, axis)?; max(&whole)?; argmax(&whole)?;
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
    call! { pca(a, 1)?; fitted.inverse_transform(&fitted.transform(a)?)?; Pca::new(1).fit_transform(a)?; }
    Ok(())
}

fn random_numbers(a: &Array2<f64>) -> Result<()> {
    let mut rng = default_rng(1);
    let (mean, cov, p) = (array![1., 1.], array![[1., 0.], [0., 1.]], array![0.5, 0.5]);
    let mut b = a.clone();
    rng.shuffle(&mut b, Axis(0))?;
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
        rng.integers(0..10, 3)?; rng.multinomial(3, &p, 3)?; rng.dirichlet(&mean, 3)?;
        rng.multivariate_hypergeometric(&array![3, 3], 3, 3)?;
        rng.multivariate_normal(&mean, &cov, Factor::Svd, 3)?; rng.choice(5, &Choice::new(), 3)?;
        rng.choice_of(&array![1., 2.], &Choice::new(), 3)?; rng.choice_axis(a, Axis(0), &Choice::new(), 3)?;
        rng.permutation(3)?; rng.permutation_of(a, Axis(0))?; rng.permuted(a)?; rng.permuted_axis(a, Axis(0))?;
        rng.bytes(3)?; rng.spawn(2)?;
    }
    let mut old = RandomState::new(1);
    call! {
        old.rand(3)?; old.random_sample(3)?; old.tomaxint(3)?; old.uniform(0., 1., 3)?; old.randn(3)?;
        old.normal(0., 1., 3)?; old.standard_normal(3)?; old.lognormal(0., 1., 3)?; old.standard_exponential(3)?;
        old.exponential(1., 3)?; old.standard_gamma(1., 3)?; old.gamma(1., 1., 3)?; old.beta(1., 1., 3)?;
        old.chisquare(1., 3)?; old.standard_t(1., 3)?; old.laplace(0., 1., 3)?; old.triangular(0., 1., 2., 3)?;
        old.weibull(1., 3)?; old.dirichlet(&mean, 3)?; old.multivariate_normal(&mean, &cov, 3)?;
        old.randint(0..10, 3)?; old.binomial(3, 0.5, 3)?; old.poisson(1., 3)?; old.geometric(0.5, 3)?;
        old.multinomial(3, &p, 3)?; old.bytes(3)?; old.shuffle(&mut a.clone())?; old.permutation(3)?;
        old.permutation_of(a)?; old.choice(5, &Choice::new(), 3)?;
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
    println!("{}", backend::info());
    Ok(())
}
