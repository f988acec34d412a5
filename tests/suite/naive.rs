//! The lines of the lesson as one types them first: literals without a suffix, and whole numbers. The test is
//! that each compiles; the check against NumPy's result shows that it means what it should.

use approx::assert_abs_diff_eq as assert_close;
use linstat::*;
use ndarray::{Axis, array};

type Done = Result<()>;

#[test]
fn products_of_whole_numbers() -> Done {
    let a = array![[1, 2], [3, 4]];
    let b = array![[5, 6], [7, 8]];
    let c = matmul(&a, &b)?;
    assert_eq!(c, array![[19, 22], [43, 50]]);
    let v = array![1, 2, 3];
    let w = array![4, 5, 6];
    let d = dot(&v, &w)?;
    assert_eq!(d, 32);
    let p = matmul(&v, &w)?;
    assert_eq!(p + 1, 33);
    let o = outer(&v, &w)?;
    assert_eq!(o, array![[4, 5, 6], [8, 10, 12], [12, 15, 18]]);
    let t = trace(&a);
    assert_eq!(t, 5);
    assert_eq!(matmul(&a, &array![1, 1])?, array![3, 7]);
    assert_eq!(matmul(&array![1, 1], &a)?, array![4, 6]);
    Ok(())
}

#[test]
fn products_of_real_numbers() -> Done {
    let a = array![[1., 2.], [3., 4.]];
    let c = matmul(&a, &a)?;
    assert_eq!(c, array![[7., 10.], [15., 22.]]);
    let d = dot(&array![1., 2.], &array![3., 4.])?;
    assert_eq!(d * 2., 22.);
    let y = linear_layer(&a, &a, &array![0.5, -0.5])?;
    assert_eq!(y, array![[7.5, 9.5], [15.5, 21.5]]);
    let t = trace(&a);
    assert_eq!(t, 5.);
    Ok(())
}

#[test]
fn linear_algebra() -> Done {
    let a = array![[4., -2.], [1., 1.]];
    let d = det(&a)?;
    assert_close!(d, 6., epsilon = 1e-14);
    let s = slogdet(&a)?;
    assert_close!(s.logabsdet, 6_f64.ln(), epsilon = 1e-14);
    let x = solve(&a, &array![2., 2.])?;
    assert_close!(x, array![1., 1.], epsilon = 1e-14);
    let i = inv(&a)?;
    assert_close!(i[[0, 0]], 1. / 6., epsilon = 1e-15);
    let e = eig(&a)?;
    assert!(e.is_real());
    let w = eigvalsh(&array![[2., 1.], [1., 2.]])?;
    assert_close!(w, array![1., 3.], epsilon = 1e-14);
    let s = svdvals(&array![[3., 0.], [0., 4.]])?;
    assert_close!(s, array![4., 3.], epsilon = 1e-14);
    Ok(())
}

#[test]
fn norms() -> Done {
    let v = array![3., -4.];
    let n = norm(&v);
    assert_eq!(n, 5.);
    let n = vector_norm(&v, 1.)?;
    assert_eq!(n, 7.);
    let n = matrix_norm(&array![[1., -2.], [3., 4.]], MatrixNorm::One)?;
    assert_eq!(n, 6.);
    let u = normalize(&v)?;
    assert_eq!(u, array![0.6, -0.8]);
    Ok(())
}

#[test]
fn activations() -> Done {
    let z = array![-1., 0., 2.];
    let r = relu(&z);
    assert_eq!(r, array![0., 0., 2.]);
    let p = softmax(&z);
    assert_close!(p.sum(), 1., epsilon = 1e-15);
    let p = softmax_axis(&array![[1., 2.], [3., 4.]], Axis(0))?;
    assert_close!(p[[1, 0]], 0.8807970779778823, epsilon = 1e-15);
    let l = logsumexp(&z)?;
    assert_close!(l, 2.1698460195562855, epsilon = 1e-14);
    Ok(())
}

#[test]
fn statistics_of_real_numbers() -> Done {
    let a = array![1., 2., 3.];
    let m = mean(&a)?;
    assert_eq!(m, 2.);
    let s = std(&a, 1)?;
    assert_eq!(s, 1.);
    let v = var(&a, 0)?;
    assert_close!(v, 2. / 3., epsilon = 1e-15);
    let m = median(&a)?;
    assert_eq!(m, 2.);
    let q = quantile(&a, 0.25, QuantileMethod::Linear)?;
    assert_eq!(q, 1.5);
    let p = percentile(&a, 75., QuantileMethod::Linear)?;
    assert_eq!(p, 2.5);
    let w = average(&a, &array![3., 1., 0.])?;
    assert_eq!(w, 1.25);
    let k = kurtosis(&a)?;
    assert_close!(k, -1.5, epsilon = 1e-14);
    let s = skewness(&a)?;
    assert_eq!(s, 0.);
    let m = nanmean(&array![1., f64::NAN, 2.])?;
    assert_eq!(m, 1.5);
    let c = corrcoef(&array![[1., 2.], [2., 4.]], Variables::Columns)?;
    assert_close!(c, array![[1., 1.], [1., 1.]], epsilon = 1e-15);
    let h = histogram(&a, Bins::Count(2))?;
    assert_eq!(h.counts, array![1, 2]);
    Ok(())
}

#[test]
fn statistics_of_whole_numbers() -> Done {
    let scores = array![[85, 90, 78, 92], [73, 88, 95, 81], [91, 76, 84, 87]];
    let m = mean(&scores)?;
    assert_eq!(m, 85.);
    let columns = mean_axis(&scores, Axis(0))?;
    assert_eq!(columns[0], 83.);
    let s = std(&scores, 0)?;
    assert_close!(s, 6.544717972023954, epsilon = 1e-14);
    let v = var(&scores, 1)?;
    assert_close!(v, 46.72727272727273, epsilon = 1e-13);
    let m = median(&scores)?;
    assert_eq!(m, 86.);
    let q = quantile(&scores, 0.9, QuantileMethod::Linear)?;
    assert_close!(q, 91.9, epsilon = 1e-13);
    let p = percentile(&scores, &[25., 50., 75.], QuantileMethod::Linear)?;
    assert_eq!(p, array![80.25, 86., 90.25]);
    let c = cov(&scores, Variables::Rows, 1)?;
    assert_close!(c[[0, 0]], 38.916666666666664, epsilon = 1e-13);
    let c = corrcoef(&scores, Variables::Rows)?;
    assert_close!(c[[0, 1]], -0.44907472459100606, epsilon = 1e-14);
    let z = standardize(&scores)?;
    assert_close!(z[[0, 0]], 0.2672612419124244, epsilon = 1e-13);
    let h = histogram(&scores, Bins::Count(4))?;
    assert_eq!(h.counts, array![3, 1, 4, 4]);
    Ok(())
}

#[test]
fn aggregation() -> Done {
    let scores = array![[85, 90, 78, 92], [73, 88, 95, 81], [91, 76, 84, 87]];
    let s = sum(&scores)?;
    assert_eq!(s, 1020);
    let columns = sum_axis(&scores, Axis(0))?;
    assert_eq!(columns, array![249, 254, 257, 260]);
    let c = cumsum(&scores.row(0))?;
    assert_eq!(c, array![85, 175, 253, 345]);
    let p = prod(&array![1, 2, 3, 4])?;
    assert_eq!(p, 24);
    let m = max(&scores)?;
    assert_eq!(m, 95);
    let i = argmax_axis(&scores, Axis(1))?;
    assert_eq!(i, array![3, 2, 0]);
    let sorted = sort(&scores)?;
    assert_eq!(sorted[[0, 0]], 78);
    assert!(any(&scores.mapv(|x| x > 94)));
    assert!(!all(&scores.mapv(|x| x > 80)));
    let s = sum(&scores.mapv(|x| x > 90))?;
    assert_eq!(s, 3);
    let share = mean(&scores.mapv(|x| x > 90))?;
    assert_eq!(share, 0.25);
    let total = sum(&array![0.5, 0.25])?;
    assert_eq!(total, 0.75);
    let p = prod(&array![0.5, 0.5])?;
    assert_eq!(p, 0.25);
    let best = top_k(&array![0.3, 0.9, 0.1, 0.7], 2)?;
    assert_eq!(best.values, array![0.9, 0.7]);
    let order = argsort(&array![3, 1, 2])?;
    assert_eq!(order, array![1, 2, 0]);
    Ok(())
}

/// Generic code over the real numbers, as in a library crate, gets its own type back.
#[test]
fn generic_code() -> Done {
    fn spread<T: Real>(x: &ndarray::Array1<T>) -> Result<T> {
        let (m, s) = (mean(x)?, std(x, 0)?);
        let total: T = sum(x)?;
        Ok(m + s + median(x)? - norm(x) + total - total)
    }
    let found = spread(&array![3., 4.])?;
    assert_eq!(found, 3.5 + 0.5 + 3.5 - 5.);
    Ok(())
}
