//! Moments of columns, against the functions in memory and exact fractions.

use super::of;
use crate::common::assert::*;
use crate::common::golden::{self, MOMENTS};
use crate::common::*;
use linstat::stream::Moments;
use linstat::{
    Real, StandardScaler, kurtosis_axis, max_axis, mean_axis, min_axis, skewness_axis, std_axis, var_axis,
};
use ndarray::{Array1, Array2, ArrayRef1, Axis, array};

for_real! {
    in_memory => in_memory;
    exact => exact;
    special => special;
    scales => scales;
    scaler => scaler;
}

/// Fails unless every number is within 4 ulp, or within `more`; NaN are equal.
#[track_caller]
pub(super) fn within<T: Element + Real>(
    what: &str,
    actual: &ArrayRef1<T>,
    expected: &ArrayRef1<T>,
    more: f64,
) {
    for (a, e) in actual.iter().zip(expected) {
        let near = (a.f64() - e.f64()).abs() <= (4.0 * T::eps() * e.f64().abs()).max(more);
        if !(near || a == e || (a.is_nan() && e.is_nan())) {
            fail(format!("{what}: {a}, expected {e}"));
        }
    }
    assert_eq!(actual.len(), expected.len());
}

fn check<T: Element + Real>(moments: &Moments<T>, x: &Array2<T>) {
    let axis = Axis(0);
    let absolute = mean_axis(&x.mapv(|x| x.abs()), axis).unwrap();
    let cancelled = 2f64.powi(-95) * absolute.iter().fold(0.0, |most: f64, x| most.max(x.f64()));
    within("mean", &moments.mean().unwrap(), &mean_axis(x, axis).unwrap(), cancelled);
    within("var", &moments.var(0).unwrap(), &var_axis(x, 0, axis).unwrap(), 0.0);
    within("std", &moments.std(0).unwrap(), &std_axis(x, 0, axis).unwrap(), 0.0);
    // of those in memory, see central_moment
    let cancelled = 2f64.powi(if T::NAME == "f64" { -58 } else { -44 });
    within("skewness", &moments.skewness().unwrap(), &skewness_axis(x, axis).unwrap(), cancelled);
    within("kurtosis", &moments.kurtosis().unwrap(), &kurtosis_axis(x, axis).unwrap(), 8.0 * T::eps());
    within("min", &moments.min().unwrap(), &min_axis(x, axis).unwrap(), 0.0);
    within("max", &moments.max().unwrap(), &max_axis(x, axis).unwrap(), 0.0);
    if x.nrows() > 2 {
        within("var", &moments.var(2).unwrap(), &var_axis(x, 2, axis).unwrap(), 0.0);
    }
    let error = moments.var(x.nrows()).unwrap_err().to_string();
    assert!(error.starts_with("Moments::var: invalid argument `ddof`"), "{error}");
}

fn in_memory<T: Element + Real>() {
    for (n, p) in [(1, 3), (2, 3), (17, 1), (511, 2), (513, 2), (5000, 3), (3000, 12)] {
        for (offset, scale) in [(0.0, 1.0), (1e8, 1.0), (-1e3, 1e-3), (1e-3, 1e3)] {
            let mut x: Array2<T> = matrix(n, p, 1);
            x.mapv_inplace(|x| T::of(offset) + T::of(scale) * x);
            case(format!("({n}, {p}) {scale} around {offset}"), || check(&of(&x), &x));
        }
    }
    // very wide rows have smaller blocks
    let x: Array2<T> = matrix(70, 9000, 2);
    check(&of(&x), &x);
}

/// The fractions that the functions in memory are held against, each repeated over several blocks: repeated
/// values have the same moments.
fn exact<T: Element + Real>() {
    let mut cases = 0;
    golden::each_case(MOMENTS, T::NAME, |golden| {
        let x: Array1<T> = golden.input("x");
        if x.len() < 2 || x.len() > 2000 {
            return;
        }
        let repeats = 3000 / x.len() + 1;
        let rows = Array2::from_shape_fn((repeats * x.len(), 1), |(i, _)| x[i % x.len()]);
        let moments: Moments<T> = of(&rows);
        for (name, found) in [("var", moments.var(0)), ("std", moments.std(0))] {
            if golden.has(name) {
                within(name, &found.unwrap(), &array![T::of(golden.scalar(name))], 0.0);
            }
        }
    });
    cases += golden::cases(MOMENTS, T::NAME).len();
    assert!(cases > 50);
}

/// Integers around 2^33 in units of 2^-20, so that sums of squares are exact in 128 bits: as NumAcc4 of NIST,
/// with a mean of 1e8 and more and deviations of 0.1.
#[test]
fn hard_data_against_exact_fractions() {
    let unit = (1u64 << 20) as f64;
    for (offset, range) in [(100_000_000i128 << 20, 1u64 << 20), (10_000_000i128 << 20, 104_857), (0, 9)] {
        let mut random = random_words(3);
        let whole: Vec<i128> = (0..40_000).map(|_| i128::from(random() % range)).collect();
        let x = Array2::from_shape_fn((whole.len(), 1), |(i, _)| (whole[i] + offset) as f64 / unit);
        let (n, sum) = (whole.len() as i128, whole.iter().sum::<i128>());
        let squares: i128 = whole.iter().map(|x| x * x).sum();
        let variance = (n * squares - sum * sum) as f64 / (n * n) as f64 / (unit * unit);
        let mean = (n * offset + sum) as f64 / n as f64 / unit;
        let moments: Moments<f64> = of(&x);
        within("mean", &moments.mean().unwrap(), &array![mean], 0.0);
        within("var", &moments.var(0).unwrap(), &array![variance], 0.0);
        // third and fourth powers around the mean, of 3 n x - 3 sum
        let (mut third, mut fourth) = (0.0, 0.0);
        for x in &whole {
            let d = (n * x - sum) as f64 / n as f64 / unit;
            third += d.powi(3);
            fourth += d.powi(4);
        }
        let (third, fourth) = (third / n as f64, fourth / n as f64);
        close_number(moments.skewness().unwrap()[0], third / variance.powf(1.5), 100.0);
        close_number(moments.kurtosis().unwrap()[0], fourth / variance.powi(2) - 3.0, 1000.0);
    }
}

/// NaN and infinities, each alone in its column, in the first, a middle and the last block.
fn special<T: Element + Real>() {
    for place in [0, 700, 1299] {
        let mut x: Array2<T> = matrix(1300, 7, 4);
        x[[place, 1]] = T::nan();
        x[[place, 2]] = T::infinity();
        x[[place, 3]] = -T::infinity();
        x[[place, 4]] = T::infinity();
        x[[1000, 4]] = -T::infinity();
        x[[place, 5]] = T::infinity();
        x[[1000, 5]] = T::nan();
        x.column_mut(6).fill(T::of(0.1));
        check(&of(&x), &x);
        let moments: Moments<T> = of(&x);
        assert_eq!(moments.var(0).unwrap()[6], T::zero());
        assert_eq!(moments.mean().unwrap()[6], T::of(0.1));
    }
}

/// Columns near the ends of the range of numbers, alone and together.
fn scales<T: Element + Real>() {
    let (large, small) = if T::NAME == "f64" { (1e307, 1e-300) } else { (1e37, 1e-36) };
    let mut x: Array2<T> = matrix(1600, 6, 5);
    x.column_mut(0).mapv_inplace(|x| x * T::of(large));
    x.column_mut(1).mapv_inplace(|x| x * T::of(small));
    // small ones first, then large ones, and the other way round
    for (i, mut row) in x.rows_mut().into_iter().enumerate() {
        row[2] *= T::of(if i < 800 { small } else { large });
        row[3] *= T::of(if i < 800 { large } else { small });
        row[4] = if i < 800 { T::zero() } else { row[4] * T::of(small) };
        row[5] = if i < 1100 { T::of(small) } else { row[5] * T::of(small) };
    }
    check(&of(&x), &x);
    // deviations that overflow
    let x =
        Array2::from_shape_fn((1600, 1), |(i, _)| if i % 7 < 3 { T::max_value() } else { -T::max_value() });
    let moments: Moments<T> = of(&x);
    within("mean", &moments.mean().unwrap(), &mean_axis(&x, Axis(0)).unwrap(), 0.0);
    within("std", &moments.std(0).unwrap(), &std_axis(&x, 0, Axis(0)).unwrap(), 0.0);
}

fn scaler<T: Element + Real>() {
    let mut x: Array2<T> = matrix(2000, 3, 6);
    x.column_mut(1).fill(T::of(0.3));
    x.column_mut(2).mapv_inplace(|x| x + T::of(1e6));
    let scaler = StandardScaler::fit_stream(&of::<T, Moments<T>>(&x)).unwrap();
    let expected = StandardScaler::fit(&x).unwrap();
    within("mean", scaler.mean(), expected.mean(), 0.0);
    within("scale", scaler.scale(), expected.scale(), 0.0);
    close(&scaler.transform(&x).unwrap(), &expected.transform(&x).unwrap(), 100.0);
    let error = StandardScaler::fit_stream(&Moments::<T>::new(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "StandardScaler::fit_stream: the array is empty, its shape is (0, 3): no rows were added"
    );
}
