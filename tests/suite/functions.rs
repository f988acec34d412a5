//! Every public function, in one list: `errors` calls them with wrong arguments, `never_panics` with random
//! ones, and `benches/compile` measures how long a program compiles that calls them all. Those of `random`
//! are in `random/table.rs`.

use linstat::ndarray::{Array, Array1, Array2, ArrayRef, ArrayRef1, ArrayRef2, Axis, Dimension, Ix2};
use linstat::stream::{Covariance, Intercept, Moments, TallQr};
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

    /// A state without rows if the broadcast rows of `a` do not fit into memory.
    fn moments(&self) -> Moments<T> {
        let mut state = Moments::new(self.a.ncols());
        let _ = state.update(self.a);
        state
    }

    fn covariance(&self) -> Covariance<T> {
        let mut state = Covariance::new(self.a.ncols());
        let _ = state.update(self.a);
        state
    }

    fn tall_qr(&self) -> TallQr<T> {
        let mut state = TallQr::new(self.a.ncols());
        let _ = state.update(self.a);
        state
    }

    /// A label for each element of `v`; few if it is a view that is too large to be copied.
    #[cfg(feature = "metrics")]
    fn labels(&self) -> Array1<usize> {
        self.v.iter().take(1 << 20).map(|x| x.f64().abs() as usize).collect()
    }

    fn scaler(&self) -> StandardScaler<T> {
        StandardScaler::fit(self.a).or_else(|_| StandardScaler::fit(&Array2::eye(2))).unwrap()
    }

    /// A state for the columns of `a`, or for two if they are too many.
    fn quantiles(&self) -> stream::Quantiles<T> {
        let new = |columns| stream::Quantiles::new(columns, &[0.3], QuantileMethod::Hazen);
        new(self.a.ncols()).or_else(|_| new(2)).unwrap()
    }

    fn histogram(&self) -> stream::Histogram {
        let new = |columns| stream::Histogram::new(columns, &[-1.0, 0.0, 2.0]);
        new(self.a.ncols()).or_else(|_| new(2)).unwrap()
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
    [of_entry(), of_real_always(), metrics_of_real()].concat()
}

#[cfg(not(feature = "metrics"))]
fn metrics_of_real<T: Real>() -> Vec<Call<T>> {
    Vec::new()
}

#[cfg(feature = "metrics")]
fn metrics_of_real<T: Real>() -> Vec<Call<T>> {
    calls! { x;
        may_fail {
            mean_squared_error(x.a, x.b);
            mean_absolute_error(x.a, x.b);
            root_mean_squared_error(x.v, &x.a.diag());
            r2_score(x.v, &x.a.diag());
            cityblock(x.a, x.b);
            euclidean(x.a, x.b);
            sqeuclidean(x.a, x.b);
            chebyshev(x.a, x.b);
            cosine(x.a, x.b);
            entropy(x.a);
            kl_divergence(x.a, x.b);
            cdist(x.a, x.b, Metric::Euclidean);
            cdist(x.a, x.b, Metric::Chebyshev);
            cdist(x.a, x.b, Metric::Cosine);
            pairwise_distances(x.a, Metric::SquaredEuclidean);
            pairwise_distances(x.a, Metric::Cosine);
            pairwise_distances(x.a, Metric::Cityblock);
            cosine_similarity(x.a, x.b);
            log_loss(&x.labels(), x.a);
            log_loss(&x.labels(), x.v);
            cross_entropy(&x.labels(), x.a);
            accuracy_score(&x.labels(), &x.labels().slice(ndarray::s![..;-2]));
            confusion_matrix(&x.labels(), &x.labels().slice(ndarray::s![..;-1]), None);
            confusion_matrix(&x.labels(), &x.labels(), Some(&[x.k, 0]));
        }
        never_fail {}
    }
}

/// For real and complex numbers: reductions, statistics, sorting and differences.
pub fn of_entry<T: Scalar + HasMean<K, Average = T> + HasSum<K>, K>() -> Vec<Call<T>> {
    calls! { x;
        may_fail {
            median(x.a);
            median_axis(x.a, x.axis);
            nanmedian_axis(x.a, x.axis);
            nanmedian(x.a);
            nansum(x.a);
            nansum_axis(x.a, x.axis);
            nanprod(x.a);
            nanprod_axis(x.a, x.axis);
            nancumsum(x.a);
            nancumsum_axis(x.a, x.axis);
            nancumprod(x.a);
            nancumprod_axis(x.a, x.axis);
            nanmin(x.a);
            nanmin_axis(x.a, x.axis);
            nanmax(x.a);
            nanmax_axis(x.a, x.axis);
            nanargmin(x.a);
            nanargmin_axis(x.a, x.axis);
            nanargmax(x.a);
            nanargmax_axis(x.a, x.axis);
            ptp(x.a);
            ptp_axis(x.a, x.axis);
            diff(x.a, x.k);
            diff_axis(x.a, x.k, x.axis);
            gradient(x.a, &[Spacing::Uniform(x.ord)], EdgeOrder::First);
            gradient_axis(x.a, Spacing::Coordinates(&[0.0, 1.0, x.ord]), EdgeOrder::Second, x.axis);
            gradient_axis(x.a, Spacing::Uniform(0.5), EdgeOrder::First, x.axis);
            diff_with(x.a, x.k, x.b, T::one());
            diff_with_axis(x.a, x.k, None, x.b, x.axis);
            isin(x.a, x.b);
            argpartition(x.a, x.k);
            argpartition_axis(x.a, &[x.k, 0], x.axis);
            partition(x.a, [-1, 0, 1]);
            lexsort(&[&x.v, &x.a.diag()]);
            unique_all(x.a);
            unique_axis(x.a, x.axis);
            cov(x.a, Variables::Columns, x.k);
            corrcoef(x.a, Variables::Rows);
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
            ptp_axis(x.a, [x.axis, Axis(1)]);
            nansum_axis(x.a, KeepDims([Axis(1), x.axis]));
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
            argmin_axis(x.a, KeepDims([x.axis, Axis(0)]));
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
            average(x.a, &Array2::from_elem(x.copy().dim(), <T::Deviation>::of(0.5)));
            average_axis(x.a, &Array1::from_elem(x.k.min(9), <T::Deviation>::of(0.5)), x.axis);
            average_axis(x.a, &x.copy().mapv(|x| <T::Deviation>::of(x.modulus().f64())), [x.axis, Axis(1)]);
            average_axis(x.a, &x.copy().mapv(|x| <T::Deviation>::of(x.modulus().f64())), KeepDims(x.axis));
            cov_weighted(x.a, Variables::Rows, CovWeights::Frequencies(&Array1::from_elem(x.k.min(9), x.k)), 1);
        }
        never_fail {
            any(x.a);
            count_nonzero(x.a);
            all(x.a);
        }
    }
}

fn of_real_always<T: Real>() -> Vec<Call<T>> {
    calls! { x;
        may_fail {
            linear_layer(x.a, x.b, x.v);
            linear_layer(&x.a.view().insert_axis(Axis(1)), x.b, x.v);
            softmax_axis(x.a, x.axis);
            log_softmax_axis(x.a, x.axis);
            logsumexp(x.a);
            logsumexp_axis(x.a, x.axis);
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
            nanquantile(x.a, x.ord, QuantileMethod::ClosestObservation);
            nanquantile_axis(x.a, 0.9, QuantileMethod::Linear, x.axis);
            nanquantile(x.a, &[x.ord, 1.0], QuantileMethod::NormalUnbiased);
            nanquantile_axis(x.a, &[0.0, 0.7], QuantileMethod::AveragedInvertedCdf, x.axis);
            nanpercentile(x.a, x.ord, QuantileMethod::Linear);
            nanpercentile_axis(x.a, 50.0, QuantileMethod::Nearest, x.axis);
            nanpercentile(x.a, &[x.ord, 100.0], QuantileMethod::Linear);
            nanpercentile_axis(x.a, &[0.0, 70.0], QuantileMethod::InterpolatedInvertedCdf, x.axis);
            clip(x.a, T::of(x.ord), T::of(2.0));
            clip(x.a, x.b, None);
            clip(x.a, None, x.v);
            clip_inplace(&mut x.copy(), x.v, x.b);
            interp(x.a, x.v, &x.b.diag(), Outside::Period(T::of(x.ord)));
            interp(x.a, &Array1::from_iter([T::of(0.0), T::of(x.ord)]), &Array1::ones(2), Outside::Nearest);
            digitize(x.a, x.v, Closed::Right);
            bincount(&Array1::from_elem(3, x.k), x.k);
            bincount_weighted(&Array1::from_elem(3, 1), x.v, x.k);
            histogram_weighted(x.a, x.b, Bins::Count(3));
            histogram2d(x.v, &x.a.diag(), [Bins::Count(x.k.min(9)), Bins::Auto]).map(|h| h.density());
            histogram2d_weighted(x.v, &x.a.diag(), x.v, [Bins::Edges(&[0.0, x.ord]), Bins::Count(2)]);
            histogramdd(x.a, &[Bins::Count(x.k)]);
            histogramdd(x.a, &[Bins::Count(3)]).map(|h| h.density());
            histogramdd_weighted(x.a, x.v, &[Bins::Count(2)]);
            cov_weighted(x.a, Variables::Columns, CovWeights::Importances(x.v), x.k);
            cov_weighted(x.a, Variables::Rows, CovWeights::Frequencies(&x.counts()), x.k);
            cov_weighted(x.a, Variables::Columns, CovWeights::Both(&x.counts(), &x.sizes()), 1);
            quantile_weighted(x.a, x.b, x.ord);
            quantile_weighted(x.a, &x.copy().mapv(Scalar::modulus), [0.3, 1.0]);
            quantile_weighted_axis(x.a, x.v, x.ord, x.axis);
            quantile_weighted_axis(x.a, &x.sizes(), [0.0, 0.7], x.axis);
            histogram(x.a, Bins::Count(x.k.min(100)));
            histogram(x.a, Bins::Count(x.k));
            histogram(x.a, Bins::Auto);
            histogram(x.a, Bins::Edges(&[0.0, 1.0, x.ord]));
            histogram_bin_edges(x.a, Bins::Sturges);
            histogram(x.a, Bins::Count(5)).map(|h| h.density());
            standardize(x.a);
            average(x.a, x.b);
            average_axis(x.a, x.v, x.axis);
            average_axis(x.a, x.b, [x.axis, Axis(1)]);
            average_axis(x.a, x.b, KeepDims(x.axis));
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
            leaky_relu_inplace(&mut x.copy(), T::of(x.ord));
            clip_inplace(&mut x.copy(), T::of(x.ord), T::of(1.0)).unwrap();
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
            "StandardScaler::fit_stream" => StandardScaler::fit_stream(&x.moments());
            "Moments::update" => x.moments().update(x.b);
            "Moments::merge" => Moments::new(x.k).merge(&x.moments());
            "Moments::mean" => x.moments().mean();
            "Moments::var" => x.moments().var(x.k);
            "Moments::std" => x.moments().std(x.k);
            "Moments::skewness" => x.moments().skewness();
            "Moments::kurtosis" => x.moments().kurtosis();
            "Moments::min" => x.moments().min();
            "Moments::max" => x.moments().max();
            "Covariance::update" => x.covariance().update(x.b);
            "Covariance::merge" => Covariance::new(x.k).merge(&x.covariance());
            "Covariance::mean" => x.covariance().mean();
            "Covariance::cov" => x.covariance().cov(x.k);
            "Covariance::corrcoef" => x.covariance().corrcoef();
            "TallQr::update" => x.tall_qr().update(x.b);
            "TallQr::update_with" => TallQr::new(x.a.ncols()).with_targets(x.k).update_with(x.a, x.b);
            "TallQr::merge" => TallQr::new(x.k).merge(&x.tall_qr());
            "TallQr::mean" => x.tall_qr().mean();
            "TallQr::r" => x.tall_qr().r();
            "TallQr::lstsq" => x.tall_qr().lstsq(Intercept::Fitted, Some(T::of(x.ord)));
            "Pca::fit_stream" => Pca::new(x.k).fit_stream(&x.tall_qr());
            "Quantiles::new" => stream::Quantiles::<T>::new(x.k, &[x.ord], QuantileMethod::Linear);
            "Quantiles::update" => x.quantiles().update(x.b);
            "Quantiles::merge" => x.quantiles().merge(&stream::Quantiles::new(2, &[0.3], QuantileMethod::Hazen).unwrap());
            "Quantiles::end_pass" => x.quantiles().end_pass();
            "Quantiles::values" => x.quantiles().values();
            "quantiles" => stream::quantiles(|| Ok([Ok(x.a.view()), Ok(x.b.view())]), &[x.ord.abs()], QuantileMethod::Weibull);
            "Histogram::new" => stream::Histogram::new(x.k, &[0.0, x.ord]);
            "Histogram::per_column" => stream::Histogram::per_column(&[vec![0.0, 1.0], vec![0.0, x.ord]]);
            "Histogram::update" => x.histogram().update(x.b);
            "Histogram::merge" => x.histogram().merge(&stream::Histogram::new(x.b.ncols().min(9), &[-1.0, 0.0, 2.0]).unwrap());
            "Histogram::column" => x.histogram().column(x.k);
        }
    }
}

/// Of the sketches, which are there with their feature.
#[cfg(feature = "sketch")]
pub fn of_sketch<T: Real>() -> Vec<Call<T>> {
    fn sketch<T: Real>(x: &Arguments<'_, T>) -> stream::Sketch<T> {
        stream::Sketch::new(x.a.ncols(), 20).or_else(|_| stream::Sketch::new(2, 20)).unwrap()
    }
    calls! { x;
        may_fail {}
        never_fail {}
        methods {
            "Sketch::new" => stream::Sketch::<T>::new(x.a.ncols(), x.k.min(60) as u16);
            "Sketch::update" => sketch(x).update(x.b);
            "Sketch::merge" => sketch(x).merge(&stream::Sketch::new(2, 20).unwrap());
            "Sketch::quantiles" => {
                let mut state = sketch(x);
                _ = state.update(x.a);
                state.quantiles(&[x.ord, 0.5])
            };
        }
    }
}

#[cfg(not(feature = "sketch"))]
pub fn of_sketch<T: Real>() -> Vec<Call<T>> {
    Vec::new()
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
