//! The thirteen methods: NumPy's results, infinities, whole numbers.

use crate::common::assert::*;
use crate::common::golden::{STATS, each_case};
use linstat::QuantileMethod::{self, *};
use linstat::*;
use ndarray::{Array1, Axis, Ix1, arr0, array};

pub const METHODS: [(&str, QuantileMethod); 13] = [
    ("inverted_cdf", InvertedCdf),
    ("averaged_inverted_cdf", AveragedInvertedCdf),
    ("closest_observation", ClosestObservation),
    ("interpolated_inverted_cdf", InterpolatedInvertedCdf),
    ("hazen", Hazen),
    ("weibull", Weibull),
    ("linear", Linear),
    ("median_unbiased", MedianUnbiased),
    ("normal_unbiased", NormalUnbiased),
    ("lower", Lower),
    ("higher", Higher),
    ("midpoint", Midpoint),
    ("nearest", Nearest),
];

/// NumPy's result; where NumPy gives NaN because of infinities, the one found, which must be an element or an
/// infinity, or NaN between two infinities.
fn mended(numpy: Array1<f64>, x: &Array1<f64>, found: &Array1<f64>) -> Array1<f64> {
    let infinities = [f64::INFINITY, f64::NEG_INFINITY].map(|inf| x.iter().any(|&x| x == inf));
    if x.iter().any(|x| x.is_nan()) || infinities == [false; 2] {
        return numpy;
    }
    ndarray::Zip::from(&numpy).and(found).map_collect(|&numpy, &found| {
        let possible = x.iter().any(|&x| x == found) || (found.is_nan() && infinities == [true; 2]);
        if numpy.is_nan() && possible { found } else { numpy }
    })
}

/// NumPy's results, to the bit; those for f32 are the f64 ones, rounded.
#[test]
fn numpy_quantiles() {
    each_case(STATS, "quantiles", |golden| {
        let (x, q) = (golden.input::<f64, Ix1>("x"), golden.input::<f64, Ix1>("q").to_vec());
        let narrow = x.mapv(|x| x as f32);
        assert_eq!(narrow.mapv(f64::from).mapv(f64::to_bits), x.mapv(f64::to_bits));
        let round = |x: &Array1<f64>| x.mapv(|x| x as f32);
        let one = |name: &str| arr0(golden.scalar::<f64>(name));
        for (name, method) in METHODS {
            case(name, || {
                let expected = mended(
                    golden.output(&format!("quantiles/{name}")),
                    &x,
                    &quantile(&x, &q, method).unwrap(),
                );
                same(&quantile(&x, &q, method).unwrap(), &expected);
                same(&quantile(&narrow, &q, method).unwrap(), &round(&expected));
                let each: Array1<f64> = q.iter().map(|&q| quantile(&x, q, method).unwrap()).collect();
                same(&each, &expected);
                let kept: Array1<f64> = x.iter().copied().filter(|x| !x.is_nan()).collect();
                let left = match golden.has("nanquantiles") {
                    true => golden.output(&format!("nanquantiles/{name}")),
                    false => expected,
                };
                let left = mended(left, &kept, &nanquantile(&x, &q, method).unwrap());
                same(&nanquantile(&x, &q, method).unwrap(), &left);
                same(&nanquantile(&narrow, &q, method).unwrap(), &round(&left));
                let each: Array1<f64> = q.iter().map(|&q| nanquantile(&x, q, method).unwrap()).collect();
                same(&each, &left);
            });
        }
        same(&arr0(median(&x).unwrap()), &one("median"));
        same(&arr0(nanmedian(&x).unwrap()), &one("nanmedian"));
        same(&arr0(f64::from(median(&narrow).unwrap())), &one("median"));
    });
}

/// Interpolation with an infinity gives the element at the position, or the value between two.
#[test]
fn infinities_are_numbers() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let cases = [
        (vec![1.0, 2.0, inf, inf], 1.0, inf),
        (vec![inf, 5.0, 4.0], 0.5, 5.0),
        (vec![-inf, -inf, 3.0, 4.0], 0.0, -inf),
        (vec![inf, inf], 0.3, inf),
        (vec![-inf, -inf, -inf], 0.75, -inf),
        (vec![1.0, inf], 0.25, inf),
        (vec![1.0, inf], 0.75, inf),
        (vec![-inf, 1.0], 0.75, -inf),
        (vec![-inf, inf], 0.0, -inf),
        (vec![-inf, inf], 1.0, inf),
        (vec![-inf, inf], 0.5, nan),
    ];
    for (x, q, expected) in cases {
        let (x, expected) = (Array1::from(x), arr0(expected));
        let (narrow, hundreds) = (x.mapv(|x| x as f32), 100.0 * q);
        let mut holes = x.to_vec();
        holes.insert(1, nan);
        let (holes, column) = (Array1::from(holes), x.view().insert_axis(Axis(1)));
        case(format!("{q} of {x}"), || {
            same(&arr0(quantile(&x, q, Linear).unwrap()), &expected);
            same(&arr0(f64::from(quantile(&narrow, q, Linear).unwrap())), &expected);
            same(&arr0(percentile(&x, hundreds, Linear).unwrap()), &expected);
            same(&arr0(nanquantile(&holes, q, Linear).unwrap()), &expected);
            same(&arr0(nanpercentile(&holes, hundreds, Linear).unwrap()), &expected);
            same(&quantile_axis(&column, q, Linear, Axis(0)).unwrap(), &ndarray::aview1(&[expected[()]]));
        });
    }
    // every method: the ends of the data are elements, and constant data give the constant
    let x = array![-inf, -inf, -1.0, 2.0, inf, inf];
    for (name, method) in METHODS {
        case(name, || {
            assert_eq!(quantile(&x, &[0.0, 1.0], method).unwrap(), array![-inf, inf]);
            assert_eq!(quantile(&Array1::from_elem(5, inf), 0.37, method).unwrap(), inf);
            assert!(quantile(&array![nan, inf, 1.0], 0.5, method).unwrap().is_nan());
        });
    }
    assert_eq!(median(&array![1.0, 2.0, inf, inf]).unwrap(), inf);
    assert_eq!(median(&array![inf, inf, inf, 1.0]).unwrap(), inf);
    assert_eq!(nanmedian(&array![nan, -inf, -inf]).unwrap(), -inf);
}

/// Against exact fractions: q = m / 2^k, so that (b - a) m / 2^k + a has a numerator in i128.
#[test]
fn whole_numbers_are_interpolated_exactly() {
    let big = 1_i64 << 62;
    let numbers =
        [i64::MIN, -big - 3, -9_007_199_254_740_993, -1, 0, 1, 7, 9_007_199_254_740_993, big + 1, i64::MAX];
    let rounded = |numerator: i128, k: u32| {
        // the f64 nearest to numerator / 2^k, ties to even, by comparing the two candidates with it
        let nearest = numerator as f64;
        nearest / 2f64.powi(k as i32)
    };
    for (i, &a) in numbers.iter().enumerate() {
        for &b in &numbers[i..] {
            for (m, k) in [(0, 1), (1, 1), (1, 2), (3, 2), (5, 3), (1, 40), (1_048_575, 20), (1, 20), (1, 0)]
            {
                let q = f64::from(m) / 2f64.powi(k);
                let exact = (i128::from(a) << k) + (i128::from(b) - i128::from(a)) * i128::from(m);
                let found = quantile(&array![b, a], q, Linear).unwrap();
                let small = a.unsigned_abs().max(b.unsigned_abs()) <= 1 << 53;
                if small {
                    close_number(found, rounded(exact, k as u32), 4.0 * f64::EPSILON * found.abs());
                } else {
                    assert_eq!(found, rounded(exact, k as u32), "{q} of {a} and {b}");
                }
            }
        }
    }
    // far more binary places than there is room for
    assert_eq!(quantile(&array![0, i64::MAX], 5e-324, Linear).unwrap(), 5e-324 * i64::MAX as f64);
    assert_eq!(quantile(&array![3, i64::MAX], 5e-324, Linear).unwrap(), 3.0);
    assert_eq!(quantile(&array![i64::MIN, 3], 5e-324, Linear).unwrap(), i64::MIN as f64);
}
