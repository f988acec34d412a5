//! Errors of predicted numbers.

use super::*;

for_real! {
    golden_values => golden_values;
    all_layouts => all_layouts;
    many => many;
    ends_of_the_range => ends_of_the_range;
    infinities => infinities;
    coefficients => coefficients;
    coefficients_of_two_sizes => coefficients_of_two_sizes;
    errors => errors;
}

fn golden_values<T: Element + Real>() {
    golden::each_case(METRICS, "regression", |golden| {
        if golden.dimensions("t") == 1 {
            let (t, p) = (golden.input::<T, Ix1>("t"), golden.input::<T, Ix1>("p"));
            let root = golden.scalar::<f64>("rmse");
            agrees(root_mean_squared_error(&t, &p).unwrap(), root, 2.0 * T::eps() * root);
            let r2 = golden.scalar::<f64>("r2");
            agrees(r2_score(&t, &p).unwrap(), r2, 8.0 * T::eps() * (1.0 + (1.0 - r2).abs()));
        }
        by_dimension!(golden, "t", means::<T>);
    });
}

fn means<T: Element + Real, D: Dimension>(golden: &golden::Golden) {
    let (t, p) = (golden.input::<T, D>("t"), golden.input::<T, D>("p"));
    let (square, size) = (golden.scalar::<f64>("mse"), golden.scalar::<f64>("mae"));
    agrees(mean_squared_error(&t, &p).unwrap(), square, 2.0 * T::eps() * square);
    agrees(mean_absolute_error(&t, &p).unwrap(), size, 2.0 * T::eps() * size);
}

fn all_layouts<T: Element + Real>() {
    layouts::<T>(mean_squared_error);
    layouts::<T>(mean_absolute_error);
    strides::<T>(root_mean_squared_error);
    strides::<T>(r2_score);
}

/// Sums of whole numbers are exact, also in blocks and on threads.
fn many<T: Element + Real>() {
    let [x, y] = long::<T>(mean_squared_error);
    long::<T>(mean_absolute_error);
    let differences = || x.iter().zip(&y).map(|(x, y)| (x.f64() - y.f64()) as i64);
    let n = x.len() as f64;
    let square = differences().map(|d| d * d).sum::<i64>() as f64 / n;
    let size = differences().map(i64::abs).sum::<i64>() as f64 / n;
    assert_eq!(mean_squared_error(&x, &y), Ok(T::of(square)));
    assert_eq!(mean_absolute_error(&x, &y), Ok(T::of(size)));
    let (x, y) = (x.flatten(), y.flatten());
    assert_eq!(root_mean_squared_error(&x, &y), Ok(T::of(square.sqrt())));
    let sum: i64 = x.iter().map(|x| x.f64() as i64).sum();
    let squares: i64 = x.iter().map(|x| (x.f64() * x.f64()) as i64).sum();
    let total = squares as f64 - sum as f64 * sum as f64 / n;
    let r2 = r2_score(&x, &y).unwrap();
    agrees(r2, 1.0 - square * n / total, 4.0 * T::eps());
    let on = |n| on_threads(n, || r2_score(&x, &y).unwrap());
    same(&arr0(on(1)), &arr0(on(4)));
}

/// Squares and sums that would overflow or underflow.
fn ends_of_the_range<T: Element + Real>() {
    let max = T::max_value();
    let of = |n: usize, x: T| Array1::from_elem(n, x);
    for n in [1, 3, 40, 1000] {
        let zero = of(n, T::zero());
        for x in [max, max / T::of(2.0), T::min_positive_value(), T::of(1e-30), T::of(1e30)] {
            let x = of(n, x);
            let expected = x[0].f64();
            let tolerance = of_sum::<T>() * expected;
            agrees(root_mean_squared_error(&x, &zero).unwrap(), expected, tolerance);
            agrees(mean_absolute_error(&zero, &x).unwrap(), expected, tolerance);
        }
        // the square is representable, the sum of squares is not
        let root = of(n, max.sqrt());
        let expected = root[0].f64() * root[0].f64();
        agrees(mean_squared_error(&root, &zero).unwrap(), expected, of_sum::<T>() * expected);
        // differences that overflow, and do not
        assert_eq!(mean_absolute_error(&of(n, max), &of(n, -max)).unwrap(), T::infinity());
        assert_eq!(mean_squared_error(&of(n, max), &of(n, max)).unwrap(), T::zero());
        let half = of(n, max / T::of(2.0));
        let apart = mean_absolute_error(&half, &half.mapv(|x| -x)).unwrap();
        agrees(apart, max.f64(), of_sum::<T>() * max.f64());
    }
    // one large difference that cancels does not hide a small one
    let tiny = T::of(if T::eps() < 1e-10 { 1e-200 } else { 1e-30 });
    let (x, y) = (array![max, tiny], array![max, T::zero()]);
    let root = root_mean_squared_error(&x, &y).unwrap();
    agrees(root, tiny.f64() / 2f64.sqrt(), 2.0 * T::eps() * tiny.f64());
}

fn infinities<T: Element + Real>() {
    let (inf, one) = (T::infinity(), T::one());
    for f in [mean_squared_error, mean_absolute_error, root_mean_squared_error] as [OfPairs<T, Ix1>; 3] {
        every_nan(f);
        assert_eq!(f(&array![inf, one], &array![one, one]), Ok(inf));
        assert_eq!(f(&array![one, one], &array![one, -inf]), Ok(inf));
        assert!(f(&array![inf], &array![inf]).unwrap().is_nan());
    }
    every_nan(r2_score::<T>);
    assert!(r2_score(&array![inf, one], &array![one, one]).unwrap().is_nan());
    assert!(r2_score(&array![one, T::zero()], &array![one, inf]).unwrap().is_nan());
}

/// Offsets and scales of powers of two change nothing.
fn coefficients<T: Element + Real>() {
    let (t, p) = (array![1.0, 2.0, 3.0, 4.0], array![1.0, 2.0, 3.0, 5.0]);
    let scales = if T::eps() < 1e-10 { [0, 40, -500, 900, -1000] } else { [0, 10, -70, 100, -120] };
    for scale in scales.map(|e| 2f64.powi(e)) {
        for offset in [0.0, 1024.0, -4096.0] {
            let of = |x: &Array1<f64>| x.mapv(|x| T::of((x + offset) * scale));
            agrees(r2_score(&of(&t), &of(&p)).unwrap(), 0.8, T::eps());
            agrees(r2_score(&of(&t), &of(&Array1::from_elem(4, 2.5))).unwrap(), 0.0, T::eps());
        }
    }
    // equal numbers, whose mean is rounded
    let tenth = Array1::from_elem(7, T::of(0.1));
    assert_eq!(r2_score(&tenth, &tenth), Ok(T::one()));
    assert_eq!(r2_score(&tenth, &Array1::zeros(7)), Ok(T::zero()));
    let zero = Array1::<T>::zeros(2);
    assert_eq!(r2_score(&zero, &zero), Ok(T::one()));
    assert!(r2_score(&tenth.slice(ndarray::s![..1]), &zero.slice(ndarray::s![..1])).unwrap().is_nan());
}

/// Predictions of another size than the truth, whose differences are not lost beside theirs.
fn coefficients_of_two_sizes<T: Element + Real>() {
    let max = if T::eps() < 1e-10 { 1000 } else { 120 };
    let one_two = |e: i32| array![T::of(2f64.powi(e)), T::of(2f64.powi(e + 1))];
    for t in [-max, -max / 2, -max / 4, 0, max / 4, max / 2, max] {
        for p in [-max, -max / 2, -max / 4, 0, max / 4, max / 2, max] {
            // the total is half of 4^t, the residual 4^p but for the truth
            let truth = one_two(t);
            let mut predicted = truth.clone();
            predicted[1] = T::of(2f64.powi(p));
            let off = 2f64.powi(p - t) - 2.0;
            // infinite if it is beyond the range of T
            let expected = T::of(1.0 - 2.0 * off * off);
            case(format!("{} 2^{t}, 2^{p}", T::NAME), || {
                let found = r2_score(&truth, &predicted).unwrap();
                if expected.is_infinite() {
                    assert_eq!(found, expected);
                } else {
                    agrees(found, expected.f64(), 4.0 * T::eps() * expected.f64().abs().max(1.0));
                }
            });
        }
        // equal numbers of any size
        let (equal, zero) = (Array1::from_elem(3, T::of(2f64.powi(t))), Array1::zeros(3));
        assert_eq!(r2_score(&equal, &equal), Ok(T::one()));
        assert_eq!(r2_score(&equal, &zero), Ok(T::zero()));
        assert_eq!(r2_score(&zero, &equal), Ok(T::zero()));
    }
    // differences that are the tiniest numbers, and those that overflow
    let tiny = T::min_positive_value() * T::epsilon();
    let two = array![T::zero(), tiny];
    assert_eq!(r2_score(&two, &two), Ok(T::one()));
    assert_eq!(r2_score(&two, &array![tiny, T::zero()]), Ok(T::of(-3.0)));
    let max = T::max_value();
    assert_eq!(r2_score(&array![max, -max], &array![-max, max]), Ok(T::of(-3.0)));
    assert_eq!(r2_score(&array![max, -max], &two), Ok(T::zero()));
    assert_eq!(r2_score(&two, &array![max, -max]), Ok(-T::infinity()));
}

/// scikit-learn's value of the first one; in the others, its squares underflow.
#[test]
fn coefficients_that_are_infinite() {
    for (truth, predicted) in
        [([1.0, 2.0], [1e200, 1.0]), ([1e-200, 2e-200], [1e200, 0.0]), ([1e-165, 2e-165], [1e-165, 1.0])]
    {
        assert_eq!(
            r2_score(&Array1::from(truth.to_vec()), &Array1::from(predicted.to_vec())),
            Ok(f64::NEG_INFINITY)
        );
    }
}

fn errors<T: Element + Real>() {
    refuses::<T>("mean_squared_error", mean_squared_error);
    refuses::<T>("mean_absolute_error", mean_absolute_error);
    refuses::<T>("root_mean_squared_error", root_mean_squared_error);
    refuses::<T>("r2_score", r2_score);
}
