//! Every public function, in one list: `errors` calls them with wrong arguments, `never_panics` with random
//! ones, and `benches/compile` measures how long a program compiles that calls them all. Those of `random`
//! are in `random/table.rs`.

use linstat::ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, Ix2};
use linstat::*;
use std::hint::black_box;

/// The arguments of the functions.
#[derive(Debug)]
pub struct Arguments<'a, T> {
    pub a: &'a ArrayRef2<T>,
    pub b: &'a ArrayRef2<T>,
    pub v: &'a ArrayRef1<T>,
    pub ord: f64,
    pub axis: Axis,
    pub k: usize,
}

impl<T: Scalar> Arguments<'_, T> {
    /// A copy of `a`, or a single 0 if it is a view that is too large to be copied.
    fn copy(&self) -> Array2<T> {
        if self.a.len() > 1 << 20 { Array2::zeros((1, 1)) } else { self.a.to_owned() }
    }

    /// Factors of `a`, or of another matrix if it has none.
    fn lu(&self) -> LuFactor<T> {
        LuFactor::new(self.a).or_else(|_| LuFactor::new(&Array2::eye(2))).unwrap()
    }

    fn cholesky(&self) -> CholeskyFactor<T> {
        // of a matrix for which rounding does not decide whether it is positive definite
        let diagonal: Array1<T> = self.v.iter().take(4).copied().collect();
        let diagonal = Array2::from_diag(&diagonal);
        CholeskyFactor::new(&diagonal).or_else(|_| CholeskyFactor::new(&Array2::eye(2))).unwrap()
    }

    fn qr(&self) -> QrFactor<T> {
        QrFactor::new(self.a).or_else(|_| QrFactor::new(&Array2::eye(2))).unwrap()
    }
}

impl<T: Real> Arguments<'_, T> {
    /// The sizes of the elements of `v`, or a single 0 if it is a view that is too large to be copied.
    fn sizes(&self) -> Array1<T> {
        if self.v.len() > 1 << 20 { Array1::zeros(1) } else { self.v.mapv(Scalar::modulus) }
    }

    /// The same as whole numbers.
    fn counts(&self) -> Array1<usize> {
        self.sizes().mapv(|x| x.f64() as usize)
    }

    /// A decomposition of `a`, or of another matrix if it has none.
    fn pca(&self) -> FittedPca<T> {
        // without variance, so that its model is singular
        Pca::new(self.k).fit(self.a).or_else(|_| Pca::new(1).fit(&Array2::ones((2, 2)))).unwrap()
    }

    fn truncated(&self) -> FittedTruncatedSvd<T> {
        TruncatedSvd::new(self.k).fit(self.a).or_else(|_| TruncatedSvd::new(1).fit(&Array2::eye(2))).unwrap()
    }

    fn scaler(&self) -> StandardScaler<T> {
        StandardScaler::fit(self.a).or_else(|_| StandardScaler::fit(&Array2::eye(2))).unwrap()
    }
}

/// A call of a function.
#[derive(Debug, Clone)]
pub struct Call<T> {
    /// The call as it is written.
    pub text: &'static str,
    /// The name of the function, as it is in errors.
    pub name: &'static str,
    /// Whether the function can return an error.
    pub may_fail: bool,
    pub run: fn(&Arguments<'_, T>) -> Result<()>,
}

fn ended<R>(result: Result<R>) -> Result<()> {
    result.map(|value| _ = black_box(value))
}

/// Makes the list of these calls. Functions have the name that stands before the first parenthesis.
macro_rules! calls {
    (
        $x:ident;
        may_fail { $($call:expr;)* }
        never_fail { $($safe:expr;)* }
        $(methods { $($name:literal => $method:expr;)* })?
    ) => {
        vec![
            $(Call {
                text: stringify!($call),
                name: stringify!($call).split('(').next().unwrap_or_default(),
                may_fail: true,
                run: |$x| ended($call),
            },)*
            $(Call {
                text: stringify!($safe),
                name: stringify!($safe),
                may_fail: false,
                run: |$x| {
                    black_box($safe);
                    Ok(())
                },
            },)*
            $($(Call {
                text: stringify!($method),
                name: $name,
                may_fail: true,
                run: |$x| ended($method),
            },)*)?
        ]
    };
}

/// For every element type.
pub fn of_scalar<T: Scalar>() -> Vec<Call<T>> {
    calls! { x;
        may_fail {
            matmul(x.a, x.b);
            matmul(x.a, x.v);
            matmul(x.v, x.a);
            matmul(&x.a.t(), x.a);
            dot(x.v, &x.a.diag());
            outer(x.v, &x.a.diag());
            matmul(&x.a.view().insert_axis(Axis(0)), x.b);
            matmul(x.a, &x.b.view().into_dyn());
            matvec(x.a, x.b);
            vecmat(x.v, x.a);
            vecdot(x.a, x.b);
            vdot(x.a, x.b);
            inner(x.a, x.b);
            inner(x.a, x.v);
            tensordot(x.a, x.b, Contracted::Count(1));
            tensordot(x.a, x.b, Contracted::Axes(&[Axis(0)], &[x.axis]));
            kron(x.a, x.b);
            cross(x.a, x.b);
            multi_dot(&[x.a, x.b, x.a]);
            matrix_power(x.a, 5);
            matrix_power(x.a, -2);
            einsum("ij,jk->ik", (x.a, x.b));
            einsum("ij,kj,j->", (x.a, x.b, x.v));
            einsum("ij->j", x.a);
            det(x.a);
            slogdet(x.a);
            inv(x.a);
            expm(x.a);
            tensorsolve(x.a, x.v, &[]);
            tensorsolve(&x.a.view().insert_axis(Axis(0)), x.v, &[x.axis]);
            tensorinv(x.a, 1);
            tensorinv(&x.a.view().insert_axis(Axis(1)), x.k);
            block_diag(&[x.a, x.b]);
            toeplitz(x.v, &x.a.diag());
            solve(x.a, x.b);
            solve(x.a, x.v);
            solve_triangular(x.a, x.b, TriangularShape::lower());
            solve_triangular(x.a, x.v, TriangularShape::upper().adjoint().unit_diagonal());
            cholesky(x.a);
            cholesky_upper(x.a);
            qr(x.a, QrShape::Reduced);
            qr(x.a, QrShape::Complete);
            qr_r(x.a);
            svd(x.a, SvdShape::Reduced);
            svd(x.a, SvdShape::Full);
            svdvals(x.a);
            lstsq(x.a, x.b, None);
            lstsq(x.a, x.v, Some(T::Real::of(0.1)));
            pinv(x.a, None);
            matrix_rank(x.a, None);
            null_space(x.a, None);
            orth(x.a, None);
            polar(x.a, PolarSide::Right);
            polar(x.a, PolarSide::Left);
            cond(x.a, MatrixNorm::Two);
            cond(x.a, MatrixNorm::Inf);
            eig(x.a).map(Eig::into_real);
            eigvals(x.a);
            eigh(x.a);
            eigvalsh(x.a);
            eigh_range(x.a, x.k..);
            eigh_range(x.a, ..=x.k);
            eigvalsh_range(x.a, ..x.k);
            eigh_generalized(x.a, x.b, GeneralizedType::Pencil);
            eigh_generalized(x.a, x.b, GeneralizedType::ProductAb);
            eigvalsh_generalized(x.a, x.b, GeneralizedType::ProductBa);
            pinvh(x.a, None);
            matrix_rank_hermitian(x.a, None);
            svd_hermitian(x.a);
            svdvals_hermitian(x.a);
            sqrtm_hermitian(x.a);
            vector_norm(x.v, x.ord);
            vector_norm(x.a, x.ord);
            vector_norm_axis(x.a, x.ord, x.axis);
            vector_norm_axes(x.a, x.ord, &[x.axis, Axis(0)]);
            matrix_norm_axes(x.a, MatrixNorm::Inf, [Axis(1), Axis(0)]);
            matrix_norm_axes(x.a, MatrixNorm::One, [x.axis, Axis(0)]);
            matrix_norm(x.a, MatrixNorm::Fro);
            matrix_norm(x.a, MatrixNorm::Nuc);
            matrix_norm(x.a, MatrixNorm::One);
            matrix_norm(x.a, MatrixNorm::NegOne);
            matrix_norm(x.a, MatrixNorm::Two);
            matrix_norm(x.a, MatrixNorm::NegTwo);
            matrix_norm(x.a, MatrixNorm::Inf);
            matrix_norm(x.a, MatrixNorm::NegInf);
            normalize(x.a);
        }
        never_fail {
            trace(x.a);
            trace_offset(x.a, -1).unwrap();
            diagonal(x.a, 1).unwrap();
            norm(x.a);
            CholeskyFactor::inv(&x.cholesky()).is_ok();
            // they can only lack memory
            LuFactor::rcond(&x.lu()).unwrap();
            CholeskyFactor::rcond(&x.cholesky()).unwrap();
            QrFactor::rcond(&x.qr()).unwrap();
        }
        methods {
            "LuFactor::new" => LuFactor::new(x.a).map(|lu| (lu.det(), lu.slogdet()));
            "LuFactor::solve" => x.lu().solve(x.v);
            "LuFactor::inv" => x.lu().inv();
            "CholeskyFactor::new" => CholeskyFactor::new(x.a).map(|factor| (factor.det(), factor.logdet()));
            "CholeskyFactor::solve" => x.cholesky().solve(x.b);
            "QrFactor::new" => QrFactor::new(x.a);
            "QrFactor::solve" => x.qr().solve(x.v);
        }
    }
}

/// For real numbers.
pub fn of_real<T: Real>() -> Vec<Call<T>> {
    calls! { x;
        may_fail {
            linear_layer(x.a, x.b, x.v);
            linear_layer(&x.a.view().insert_axis(Axis(1)), x.b, x.v);
            softmax_axis(x.a, x.axis);
            log_softmax_axis(x.a, x.axis);
            logsumexp(x.a);
            logsumexp_axis(x.a, x.axis);
            median(x.a);
            median_axis(x.a, x.axis);
            quantile(x.a, x.ord, QuantileMethod::Weibull);
            quantile_axis(x.a, &[0.1, 0.9], QuantileMethod::Nearest, x.axis);
            quantile(x.a, &[x.ord, 0.5], QuantileMethod::Hazen);
            quantile_axis(x.a, x.ord, QuantileMethod::MedianUnbiased, x.axis);
            quantile_element(x.a, x.ord, QuantileMethod::Lower);
            quantile_element(x.a, 0.5, QuantileMethod::Linear);
            quantile_element_axis(x.a, 0.3, QuantileMethod::Higher, x.axis);
            percentile(x.a, x.ord, QuantileMethod::Midpoint);
            percentile_axis(x.a, 33.0, QuantileMethod::InvertedCdf, x.axis);
            percentile_axis(x.a, &[x.ord, 5.0], QuantileMethod::Linear, x.axis);
            percentile(x.a, &[10.0, x.ord], QuantileMethod::Linear);
            nanmedian_axis(x.a, x.axis);
            nanquantile(x.a, x.ord, QuantileMethod::ClosestObservation);
            nanmedian(x.a);
            nanquantile_axis(x.a, 0.9, QuantileMethod::Linear, x.axis);
            nanquantile(x.a, &[x.ord, 1.0], QuantileMethod::NormalUnbiased);
            nanquantile_axis(x.a, &[0.0, 0.7], QuantileMethod::AveragedInvertedCdf, x.axis);
            nanpercentile(x.a, x.ord, QuantileMethod::Linear);
            nanpercentile_axis(x.a, 50.0, QuantileMethod::Nearest, x.axis);
            nanpercentile(x.a, &[x.ord, 100.0], QuantileMethod::Linear);
            nanpercentile_axis(x.a, &[0.0, 70.0], QuantileMethod::InterpolatedInvertedCdf, x.axis);
            cov(x.a, Variables::Columns, x.k);
            cov_weighted(x.a, Variables::Columns, CovWeights::Importances(x.v), x.k);
            cov_weighted(x.a, Variables::Rows, CovWeights::Frequencies(&x.counts()), x.k);
            cov_weighted(x.a, Variables::Columns, CovWeights::Both(&x.counts(), &x.sizes()), 1);
            quantile_weighted(x.a, x.b, x.ord);
            quantile_weighted(x.a, &x.copy().mapv(Scalar::modulus), [0.3, 1.0]);
            quantile_weighted_axis(x.a, x.v, x.ord, x.axis);
            quantile_weighted_axis(x.a, &x.sizes(), [0.0, 0.7], x.axis);
            corrcoef(x.a, Variables::Rows);
            histogram(x.a, Bins::Count(x.k.min(100)));
            histogram(x.a, Bins::Count(x.k));
            histogram(x.a, Bins::Auto);
            histogram(x.a, Bins::Edges(&[0.0, 1.0, x.ord]));
            histogram_bin_edges(x.a, Bins::Sturges);
            histogram(x.a, Bins::Count(5)).map(|h| h.density());
            standardize(x.a);
            sort_axis(x.a, x.axis);
            sort(x.a);
            argsort(x.a);
            argsort_axis(x.a, x.axis);
            argsort_descending(x.a);
            argsort_descending_axis(x.a, x.axis);
            partition_axis(x.a, x.k, x.axis);
            partition(x.a, x.k);
            top_k(x.a, x.k);
            top_k_axis(x.a, x.k, x.axis);
            unique_counts(x.a);
            unique(x.a);
            unique_inverse(x.a);
            searchsorted(x.v, x.a, Side::Right);
            mean(x.a);
            mean_axis(x.a, x.axis);
            std(x.a, x.k);
            std_axis(x.a, x.k, x.axis);
            sum(x.a);
            sum_axis(x.a, x.axis);
            sum_axis(x.a, [x.axis, Axis(1)]);
            median_axis(x.a, KeepDims([Axis(1), x.axis]));
            max_axis(x.a, &[x.axis]);
            prod(x.a);
            prod_axis(x.a, x.axis);
            cumsum(x.a);
            cumsum_axis(x.a, x.axis);
            cumprod(x.a);
            cumprod_axis(x.a, x.axis);
            min(x.a);
            min_axis(x.a, x.axis);
            max(x.a);
            max_axis(x.a, x.axis);
            argmax(x.a);
            argmax_axis(x.a, x.axis);
            argmin(x.a);
            argmin_axis(x.a, x.axis);
            all_axis(x.a, x.axis);
            any_axis(x.a, x.axis);
            count_nonzero_axis(x.a, x.axis);
            var(x.a, x.k);
            var_axis(x.a, x.k, x.axis);
            nanmean(x.a);
            nanmean_axis(x.a, x.axis);
            nanvar(x.a, x.k);
            nanvar_axis(x.a, x.k, x.axis);
            nanstd(x.a, x.k);
            nanstd_axis(x.a, x.k, x.axis);
            average(x.a, x.b);
            average_axis(x.a, x.v, x.axis);
            central_moment(x.a, x.k as u32);
            central_moment_axis(x.a, x.k as u32, x.axis);
            skewness(x.a);
            skewness_axis(x.a, x.axis);
            kurtosis(x.a);
            kurtosis_axis(x.a, x.axis);
            pca(x.a, x.k);
            softmax_axis_inplace(&mut x.copy(), x.axis);
            log_softmax_axis_inplace(&mut x.copy(), x.axis);
        }
        never_fail {
            every_activation(x);
            leaky_relu(x.a, T::of(x.ord));
            any(x.a);
            count_nonzero(x.a);
            leaky_relu_inplace(&mut x.copy(), T::of(x.ord));
            all(x.a);
            // it can only lack memory
            FittedPca::covariance(&x.pca()).unwrap();
        }
        methods {
            "Pca::fit" => Pca::new(x.k).fit(x.a);
            "Pca::fit_transform" => Pca::new(x.k).whiten().fit_transform(x.a).and_then(|(fitted, z)| fitted.inverse_transform(&z));
            "Pca::fit" => Pca::with_share(x.ord).fit(x.a);
            "Pca::fit" => Pca::all().fit(x.a);
            "Pca::fit" => Pca::mle().fit(x.a);
            "FittedPca::transform" => x.pca().transform(x.b);
            "FittedPca::precision" => x.pca().precision();
            "FittedPca::score_samples" => x.pca().score_samples(x.b);
            "FittedPca::score" => x.pca().score(x.b);
            "FittedPca::inverse_transform" => x.pca().inverse_transform(x.b);
            "TruncatedSvd::fit" => TruncatedSvd::new(x.k).fit(x.a);
            "TruncatedSvd::fit_transform" => TruncatedSvd::new(x.k).fit_transform(x.a).and_then(|(fitted, z)| fitted.inverse_transform(&z));
            "TruncatedSvd::fit_randomized" => TruncatedSvd::new(x.k).fit_randomized(x.a, &mut random::default_rng(1));
            "FittedTruncatedSvd::transform" => x.truncated().transform(x.b);
            "FittedTruncatedSvd::inverse_transform" => x.truncated().inverse_transform(x.b);
            "RandomizedSvd::compute" => RandomizedSvd::new(x.k).oversampling(x.k).power_iterations(2).compute(x.a, &mut random::default_rng(1));
            "StandardScaler::fit" => StandardScaler::fit(x.a);
            "StandardScaler::transform" => x.scaler().transform(x.b);
            "StandardScaler::inverse_transform" => x.scaler().inverse_transform(x.b);
        }
    }
}

/// An activation and its in-place twin, after its name.
pub type Activation<T, D> = (&'static str, fn(&ArrayRef<T, D>) -> Array<T, D>, fn(&mut ArrayRef<T, D>));

/// The activations of single elements.
pub fn elementwise<T: Real, D: Dimension>() -> Vec<Activation<T, D>> {
    vec![
        ("relu", relu, relu_inplace),
        ("leaky_relu", |x| leaky_relu(x, T::of(0.01)), |x| leaky_relu_inplace(x, T::of(0.01))),
        ("sigmoid", sigmoid, sigmoid_inplace),
        ("tanh", tanh, tanh_inplace),
        ("gelu", gelu, gelu_inplace),
        ("gelu_tanh", gelu_tanh, gelu_tanh_inplace),
        ("silu", silu, silu_inplace),
        ("softplus", softplus, softplus_inplace),
    ]
}

/// All activations of an array: of its elements, or of the lanes along its last axis.
pub fn activations<T: Real, D: Dimension>() -> Vec<Activation<T, D>> {
    let mut all = elementwise();
    all.push(("softmax", softmax, softmax_inplace));
    all.push(("log_softmax", log_softmax, log_softmax_inplace));
    all
}

fn every_activation<T: Real>(x: &Arguments<'_, T>) {
    for (_, f, inplace) in activations::<T, Ix2>() {
        black_box(f(x.a));
        let mut copy = x.copy();
        inplace(&mut copy);
        black_box(copy);
    }
}
