//! Every public function that can return an error names itself in it; those of `random` are in
//! `random/errors.rs`.

use crate::common::assert::{case, fail};
use linstat::QuantileMethod::Linear;
use linstat::*;
use ndarray::{Array1, Array2, Axis, arr0, array};

/// Calls functions with arguments that they must refuse.
macro_rules! refused {
    ($($function:ident($($argument:expr),*))*) => {$(
        named(stringify!($function), $function($($argument),*));
    )*};
}

fn named<R>(name: &str, result: Result<R>) {
    case(name, || match result {
        Ok(_) => fail("accepted"),
        Err(error) => {
            assert_eq!(error.op(), name, "{error}");
            assert!(error.to_string().starts_with(&format!("{name}: ")), "{error}");
        }
    });
}

#[test]
fn functions_name_themselves() {
    let (wide, nan) = (&Array2::<f64>::zeros((2, 3)), &array![[f64::NAN, 1.0], [1.0, 2.0]]);
    let (two, three) = (&array![1.0, 2.0], &array![1.0, 2.0, 3.0]);
    let (none, empty) = (&Array1::<f64>::zeros(0), &Array2::<f64>::zeros((0, 2)));
    // one element, repeated more often than memory could hold
    let one = arr0(1.0);
    let (endless, endless_truths) = (one.broadcast((1 << 20, 1 << 40)).unwrap(), arr0(true));
    let (endless, row) = (&endless, &endless.row(0));
    let truths = &endless_truths.broadcast((1 << 20, 1 << 40)).unwrap();
    let axis = Axis(2);
    refused! {
        matmul(wide, wide) dot(two, three) outer(row, row) linear_layer(wide, wide, two)
        det(wide) slogdet(wide) inv(wide) solve(wide, two) solve(&array![[0.0]], &array![1.0])
        eig(nan) eigvals(nan) eigh(nan) eigvalsh(nan) svd(nan, SvdShape::Reduced) svdvals(nan)
        vector_norm(none, f64::NEG_INFINITY) vector_norm_axis(wide, 2.0, axis) matrix_norm(nan, MatrixNorm::Two)
        normalize(none) pca(wide, 7) pca(nan, 1)
        sum(endless) sum_axis(wide, axis) prod(endless) prod_axis(wide, axis) cumsum(endless)
        cumsum_axis(wide, axis) cumprod(endless) cumprod_axis(wide, axis) min(none) min_axis(wide, axis)
        max(none) max_axis(wide, axis) argmin(none) argmin_axis(wide, axis) argmax(none) argmax_axis(wide, axis)
        all_axis(truths, axis) any_axis(truths, axis) count_nonzero_axis(truths, axis)
        sort(&arr0(1.0)) sort_axis(wide, axis) argsort(&arr0(1.0)) argsort_axis(wide, axis)
        argsort_descending(&arr0(1.0)) argsort_descending_axis(wide, axis) partition(two, 2)
        partition_axis(wide, 0, axis) top_k(two, 3) top_k_axis(wide, 1, axis) unique(endless)
        unique_counts(endless) unique_inverse(endless) searchsorted(two, endless, Side::Left)
        mean(none) mean_axis(wide, axis) nanmean(none) nanmean_axis(wide, axis) average(two, three)
        average_axis(wide, three, Axis(0)) var(two, 2) var_axis(wide, 2, Axis(0)) std(two, 2)
        std_axis(wide, 2, Axis(0)) nanvar(none, 0) nanvar_axis(wide, 0, axis) nanstd(none, 0)
        nanstd_axis(wide, 0, axis) central_moment(none, 2) central_moment_axis(wide, 2, axis) skewness(none)
        skewness_axis(wide, axis) kurtosis(none) kurtosis_axis(wide, axis)
        median(none) median_axis(wide, axis) quantile(two, 1.5, Linear) quantile_axis(wide, [0.5, 2.0], Linear, Axis(0))
        percentile(two, [101.0], Linear) percentile_axis(wide, 50.0, Linear, axis) nanmedian(none)
        nanmedian_axis(wide, axis) nanquantile(two, f64::NAN, Linear) nanquantile_axis(wide, -0.1, Linear, Axis(0))
        nanpercentile(none, 50.0, Linear) nanpercentile_axis(wide, [50.0], Linear, axis)
        quantile_element(two, 0.5, Linear) quantile_element_axis(wide, 0.5, Linear, Axis(0))
        cov(wide, Variables::Rows, 3) corrcoef(empty, Variables::Columns) standardize(empty)
        histogram(two, Bins::Count(0)) histogram_bin_edges(two, Bins::Count(0))
        softmax_axis(wide, axis) softmax_axis_inplace(&mut wide.clone(), axis) log_softmax_axis(wide, axis)
        log_softmax_axis_inplace(&mut wide.clone(), axis) logsumexp(endless) logsumexp_axis(wide, axis)
    }
    named("set_threads", backend::set_threads(0));
    named("with_threads", backend::with_threads(0, || ()));
}

#[test]
fn methods_name_themselves() {
    let (x, one) = (&array![[1.0, 2.0], [3.0, 5.0]], &array![[1.0]]);
    named("Pca::fit", Pca::new(7).fit(x));
    named("Pca::fit_transform", Pca::new(7).fit_transform(x));
    let pca = Pca::new(1).fit(x).unwrap();
    named("FittedPca::transform", pca.transform(one));
    named("FittedPca::inverse_transform", pca.inverse_transform(x));
    named("StandardScaler::fit", StandardScaler::fit(&Array2::<f64>::zeros((0, 2))));
    let scaler = StandardScaler::fit(x).unwrap();
    named("StandardScaler::transform", scaler.transform(one));
    named("StandardScaler::inverse_transform", scaler.inverse_transform(one));
}

#[test]
fn messages_tell_where_and_what() {
    let a = array![[1.0, 2.0, 3.0], [4.0, 5.0, f64::NAN], [7.0, 8.0, f64::INFINITY]];
    let expected = "svdvals: a[1, 2] is NaN, expected finite elements";
    assert_eq!(svdvals(&a).unwrap_err().to_string(), expected);
    let expected = "eigvals: a[2, 1] is NaN, expected finite elements";
    assert_eq!(eigvals(&a.t()).unwrap_err().to_string(), expected);
    let expected = "solve: a[0, 1] is inf, expected finite elements";
    let reversed = a.slice(ndarray::s![1..;-1, 1..]);
    assert_eq!(solve(&reversed, &array![1.0, 2.0]).unwrap_err().to_string(), expected);
}
