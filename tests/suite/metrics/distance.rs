//! Distances of two arrays.

use super::*;

for_real! {
    golden_values => golden_values;
    all_layouts => all_layouts;
    many => many;
    ends_of_the_range => ends_of_the_range;
    special => special;
    small_angles => small_angles;
    errors => errors;
}

/// The distances by SciPy's names.
fn distances<T: Real, D: Dimension>() -> [(&'static str, OfPairs<T, D>); 5] {
    [
        ("cityblock", cityblock),
        ("euclidean", euclidean),
        ("sqeuclidean", sqeuclidean),
        ("chebyshev", chebyshev),
        ("cosine", cosine),
    ]
}

fn golden_values<T: Element + Real>() {
    golden::each_case(METRICS, "distance", |golden| {
        let (x, y) = (golden.input::<T, Ix1>("x"), golden.input::<T, Ix1>("y"));
        for (name, f) in distances::<T, Ix1>() {
            let expected = golden.scalar::<f64>(name);
            // SciPy's cosine has the error of numbers near 1
            let size = if name == "cosine" { 4.0 } else { expected };
            agrees(f(&x, &y).unwrap(), expected, 2.0 * T::eps() * size);
            let own = f(&x, &x).unwrap();
            assert_eq!(own, T::zero(), "{name}");
        }
    });
}

fn all_layouts<T: Element + Real>() {
    for (_, f) in distances::<T, Ix2>() {
        layouts(f);
    }
}

fn many<T: Element + Real>() {
    for (name, f) in distances::<T, Ix2>() {
        let [x, y] = long(f);
        let differences = || x.iter().zip(&y).map(|(x, y)| (x.f64() - y.f64()) as i64);
        let squares = differences().map(|d| d * d).sum::<i64>() as f64;
        let product = |x: &Array2<T>, y: &Array2<T>| -> f64 {
            x.iter().zip(y).map(|(x, y)| (x.f64() * y.f64()) as i64).sum::<i64>() as f64
        };
        let expected = match name {
            "cityblock" => differences().map(i64::abs).sum::<i64>() as f64,
            "euclidean" => squares.sqrt(),
            "sqeuclidean" => squares,
            "chebyshev" => differences().map(i64::abs).max().unwrap() as f64,
            _ => 1.0 - product(&x, &y) / (product(&x, &x).sqrt() * product(&y, &y).sqrt()),
        };
        let distance = f(&x, &y).unwrap();
        if name == "cosine" {
            agrees(distance, expected, 2.0 * of_sum::<T>());
        } else {
            assert_eq!(distance, T::of(expected), "{name}");
        }
    }
}

fn ends_of_the_range<T: Element + Real>() {
    let (max, tiny) = (T::max_value(), T::min_positive_value());
    let two = T::of(2.0);
    for scale in [max / T::of(8.0), tiny, T::one()] {
        let (x, y) = (array![T::of(3.0) * scale, T::zero()], array![T::zero(), T::of(4.0) * scale]);
        assert_eq!(euclidean(&x, &y), Ok(T::of(5.0) * scale));
        assert_eq!(cityblock(&x, &y), Ok(T::of(7.0) * scale));
        assert_eq!(chebyshev(&x, &y), Ok(T::of(4.0) * scale));
        assert_eq!(cosine(&x, &y), Ok(T::one()));
        assert_eq!(cosine(&x, &x.mapv(|x| -x)), Ok(two));
        let (a, b) = (array![scale, scale], array![T::one(), T::zero()]);
        agrees(cosine(&a, &b).unwrap(), 1.0 - 0.5f64.sqrt(), 2.0 * T::eps());
        agrees(cosine(&b, &a).unwrap(), 1.0 - 0.5f64.sqrt(), 2.0 * T::eps());
    }
    assert_eq!(sqeuclidean(&array![max], &array![T::zero()]), Ok(T::infinity()));
    assert_eq!(euclidean(&array![max], &array![-max]), Ok(T::infinity()));
    assert_eq!(euclidean(&array![max / two], &array![-max / two]), Ok(max));
    assert_eq!(chebyshev(&array![max / two], &array![-max / two]), Ok(max));
    let smallest = tiny * T::epsilon();
    for f in [euclidean, cityblock, chebyshev] as [OfPairs<T, Ix1>; 3] {
        assert_eq!(f(&array![smallest], &array![T::zero()]), Ok(smallest));
        assert_eq!(f(&array![smallest, tiny], &array![-smallest, tiny]), Ok(two * smallest));
    }
}

fn special<T: Element + Real>() {
    let (inf, one) = (T::infinity(), T::one());
    for (name, f) in distances::<T, Ix1>() {
        every_nan(f);
        assert!(f(&array![inf, one], &array![inf, one]).unwrap().is_nan(), "{name}");
        let far = f(&array![one, inf], &array![one, one]).unwrap();
        assert!(if name == "cosine" { far.is_nan() } else { far == inf }, "{name}: {far}");
        // of one element, and of no axis
        let single = f(&array![one], &array![-one]).unwrap();
        assert_eq!(single, T::of(if name == "sqeuclidean" { 4.0 } else { 2.0 }), "{name}");
    }
    assert!(cosine(&Array1::<T>::zeros(3), &Array1::ones(3)).unwrap().is_nan());
    assert_eq!(cityblock(&arr0(one), &arr0(inf)), Ok(inf));
}

/// `1 - cos(angle)` is `2 sin(angle / 2)²`.
fn small_angles<T: Element + Real>() {
    for e in [1, 2, 4, 8, 11] {
        let t = 2f64.powi(-e);
        // rotated by 2 atan(t), in whole numbers of T
        let (u, v) = (array![1.0 + t * t, 0.0], array![1.0 - t * t, 2.0 * t]);
        let expected = 2.0 * (t * t / (1.0 + t * t));
        let of = |x: &Array1<f64>, scale: f64| x.mapv(|x| T::of(x * scale));
        for scale in [1.0, 1024.0, 2f64.powi(-60)] {
            let distance = cosine(&of(&u, 1.0), &of(&v, scale)).unwrap();
            agrees(distance, expected, 4.0 * T::eps() * expected);
        }
    }
    // of numbers so small that the reciprocals of their lengths overflow
    let tiny = T::min_positive_value() * T::epsilon();
    for size in [1.0, 4.0, 1000.0] {
        let of = |x: f64, y: f64| array![T::of(x * size), T::of(y * size)].mapv(|x| x * tiny);
        let expected = 1.0 - 0.5f64.sqrt();
        agrees(cosine(&of(1.0, 0.0), &of(1.0, 1.0)).unwrap(), expected, 4.0 * T::eps() * expected);
        assert_eq!(cosine(&of(3.0, 5.0), &of(3.0, 5.0)), Ok(T::zero()));
        agrees(
            cosine(&of(1.0, 0.0), &array![T::one(), T::one()]).unwrap(),
            expected,
            4.0 * T::eps() * expected,
        );
    }
    let (u, v) = (array![tiny * T::of(1024.0), T::zero()], array![tiny * T::of(1024.0), tiny]);
    let expected = 1.0 - 1.0 / (1.0 + 2f64.powi(-20)).sqrt();
    agrees(cosine(&u, &v).unwrap(), expected, 1e-9 * expected);
    let rows = array![[tiny * T::of(2000.0), T::zero()], [tiny, tiny]];
    let all = pairwise_distances(&rows, Metric::Cosine).unwrap();
    assert_eq!((all[[0, 0]], all[[1, 1]]), (T::zero(), T::zero()));
    let tenths = Array1::from_shape_fn(50, |i| T::of(0.1 * (i + 1) as f64));
    let thrice = tenths.mapv(|x| x * T::of(4.0));
    assert!(cosine(&tenths, &thrice).unwrap().f64() <= T::eps() * T::eps());
}

fn errors<T: Element + Real>() {
    for (name, f) in distances::<T, Ix1>() {
        refuses(name, f);
    }
}
