//! Entropies of distributions.

use super::*;

for_real! {
    golden_values => golden_values;
    all_layouts => all_layouts;
    many => many;
    special => special;
    errors => errors;
}

fn golden_values<T: Element + Real>() {
    golden::each_case(METRICS, "entropy", |golden| {
        let (p, q) = (golden.input::<T, Ix1>("p"), golden.input::<T, Ix1>("q"));
        let of = |name| golden.scalar::<f64>(name);
        let size = |x: f64| if x.is_finite() { x.abs().max(1.0) } else { 0.0 };
        agrees(entropy(&p).unwrap(), of("entropy"), 4.0 * T::eps() * size(of("entropy")));
        agrees(kl_divergence(&p, &q).unwrap(), of("divergence"), 4.0 * T::eps() * size(of("divergence")));
        let own = kl_divergence(&p, &p).unwrap();
        let is_distribution = p.iter().all(|&p| p >= T::zero()) && p.iter().any(|&p| p > T::zero());
        assert!(own == T::zero() || !is_distribution, "{own}");
    });
}

fn all_layouts<T: Element + Real>() {
    layouts::<T>(|p, _| entropy(p));
    layouts::<T>(kl_divergence);
}

/// Equal parts: ln n, and the logarithm of a ratio.
fn many<T: Element + Real>() {
    long::<T>(|p, _| entropy(p));
    long::<T>(|p, q| kl_divergence(p, &q.mapv(|q| q + T::one())));
    for n in [1, 2, 16, 1000, 300_000] {
        let p = Array1::from_elem(n, T::of(0.1));
        let expected = (n as f64).ln();
        // the sum of p, and that of the terms
        let tolerance = |sums: f64, size: f64| sums * 20.0 * f64::EPSILON * (size + 1.0) + T::eps() * size;
        agrees(entropy(&p).unwrap(), expected, tolerance(2.0, expected));
        // all of p in an eighth of q
        let (mut one, q) = (Array1::zeros(8 * n), Array1::from_elem(8 * n, T::of(3.0)));
        one.slice_mut(ndarray::s![..n]).fill(T::of(0.7));
        let expected = 8f64.ln();
        agrees(kl_divergence(&one, &q).unwrap(), expected, tolerance(3.0, expected));
    }
}

fn special<T: Element + Real>() {
    let (max, inf, zero, one) = (T::max_value(), T::infinity(), T::zero(), T::one());
    let smallest = T::min_positive_value() * T::epsilon();
    every_nan::<T>(|p, q| entropy(if p.iter().any(|p| p.is_nan()) { p } else { q }));
    every_nan::<T>(kl_divergence);
    // sums that overflow, and parts that are denormal
    for x in [max, smallest] {
        agrees(entropy(&Array1::from_elem(4, x)).unwrap(), 4f64.ln(), 2.0 * T::eps());
        let (p, q) = (array![x, x, zero], array![x, x, x]);
        agrees(kl_divergence(&p, &q).unwrap(), 1.5f64.ln(), 2.0 * T::eps());
    }
    // a ratio beyond the range
    let divergence = kl_divergence(&array![one, zero], &array![smallest, one]).unwrap();
    agrees(divergence, -smallest.f64().ln(), 2.0 * T::eps() * 745.0);
    assert_eq!(entropy(&array![-one, T::of(3.0)]), Ok(-inf));
    assert_eq!(kl_divergence(&array![one, one], &array![one, zero]), Ok(inf));
    assert_eq!(kl_divergence(&array![one, zero], &array![one, zero]), Ok(zero));
    assert!(entropy(&Array1::<T>::zeros(3)).unwrap().is_nan());
    assert!(entropy(&array![inf, one]).unwrap().is_nan());
    assert!(kl_divergence(&array![one, one], &array![inf, one]).unwrap().is_nan());
    assert_eq!(entropy(&arr0(T::of(7.0))), Ok(zero));
}

fn errors<T: Element + Real>() {
    refuses::<T>("kl_divergence", kl_divergence);
    let is = |e: &Error| e.op() == "entropy" && matches!(e.kind(), ErrorKind::Empty { .. });
    crate::common::assert::error_kind(entropy(&Array1::<T>::zeros(0)), is);
}
