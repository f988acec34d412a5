//! Histograms: NumPy's counts and edges in every layout, and the arguments that are refused.

use crate::common::assert::*;
use crate::common::golden::{Golden, STATS, array, each_case};
use crate::common::layouts::each_stride;
use crate::common::{on_threads, random, vector};
use linstat::ErrorKind;
use linstat::*;
use ndarray::{Array1, Array2, Ix1, arr0, s};

fn bins(name: &str) -> Bins<'static> {
    match name.split_once(' ') {
        Some(("count", n)) => Bins::Count(n.parse().unwrap()),
        Some((_, "auto")) => Bins::Auto,
        Some((_, "sturges")) => Bins::Sturges,
        Some((_, "fd")) => Bins::FreedmanDiaconis,
        Some((_, "sqrt")) => Bins::Sqrt,
        Some((_, "rice")) => Bins::Rice,
        Some((_, "scott")) => Bins::Scott,
        Some((_, "doane")) => Bins::Doane,
        Some((_, "stone")) => Bins::Stone,
        _ if name == "range" => Bins::Range { count: 7, start: -1.3, end: 2.1 },
        _ => Bins::Edges(&[-4.0, -1.0, -1.0, 0.25, 2.0, 3.0]),
    }
}

fn check<T: Element>(golden: &Golden, of: impl Fn(f64) -> T) {
    let x: Array1<T> = golden.input::<f64, Ix1>("x").mapv(of);
    for (name, expected) in golden["out"].as_object().unwrap() {
        case(name, || {
            let h = histogram(&x, bins(name)).unwrap();
            assert_eq!(h.counts, array::<usize, Ix1>(&expected["counts"]));
            if expected["edges"].is_object() {
                same(&h.edges, &array(&expected["edges"]));
            }
            if expected["density"].is_object() && !x.is_empty() {
                // of the edges in f64
                let relative = if golden.is("of", "f32") { 1e-5 } else { 8.0 * f64::EPSILON };
                close_relative(&h.density(), &array(&expected["density"]), relative);
            }
            same(&histogram_bin_edges(&x, bins(name)).unwrap(), &h.edges);
        });
    }
}

#[test]
fn numpy() {
    each_case(STATS, "histogram", |golden| match golden["of"].as_str().unwrap() {
        "f64" => check(golden, |x| x),
        "f32" => check(golden, |x| x as f32),
        "i32" => {
            check(golden, |x| x as i32);
            check(golden, |x| x as i64);
        }
        _ => check(golden, |x| x as u8),
    });
}

/// Counts bin by bin, by the definition.
fn by_definition(x: &[f64], edges: &[f64]) -> Vec<usize> {
    let last = edges.len() - 2;
    let inside = |i: usize, x: f64| edges[i] <= x && (x < edges[i + 1] || (i == last && x == edges[i + 1]));
    (0..=last).map(|i| x.iter().filter(|&&x| inside(i, x)).count()).collect()
}

#[test]
fn edges_of_every_kind() {
    let mut next = random(1);
    let (inf, tiny) = (f64::INFINITY, 5e-324);
    let mut x: Vec<f64> = (0..5000).map(|_| (next() * 40.0).round() / 8.0).collect();
    x.extend([f64::NAN, inf, -inf, 0.0, -0.0, tiny, f64::MAX, -f64::MAX, 1e300]);
    let x = Array1::from_vec(x);
    let crowded: Vec<f64> = (0..300).map(|i| 1.0 + f64::from(i) * f64::EPSILON).chain([1e6]).collect();
    for edges in [
        &[0.0, 1.0][..],
        &[-inf, inf],
        &[-inf, 0.0, inf],
        &[-inf, -1.0, 0.0, 0.0, 2.5, inf, inf],
        &[-f64::MAX, 0.0, f64::MAX],
        &[0.0, tiny, 2.0 * tiny],
        &[0.0, 0.0],
        &[-1e300, -1.0, -0.5, 0.0, 0.125, 0.25, 1e300],
        &[inf, inf],
        &crowded,
    ] {
        let h = histogram(&x, Bins::Edges(edges)).unwrap();
        assert_eq!(h.counts.to_vec(), by_definition(x.as_slice().unwrap(), edges), "{edges:?}");
    }
    for (count, start, end) in
        [(10, -1.0, 1.0), (3, 0.0, 0.3), (1000, -5.0, 5.0), (4, 0.5, 0.5), (2, -f64::MAX, f64::MAX)]
    {
        let h = histogram(&x, Bins::Range { count, start, end }).unwrap();
        let edges = h.edges.to_vec();
        assert_eq!(
            h.counts.to_vec(),
            by_definition(x.as_slice().unwrap(), &edges),
            "{count}, {start}, {end}"
        );
    }
}

#[test]
fn every_layout_and_number_of_threads() {
    let x = vector::<f64>(600_000, 4);
    let run = |threads| on_threads(threads, || histogram(&x, Bins::Auto).unwrap());
    let one = run(1);
    assert_eq!(one.counts.sum(), 600_000);
    assert_eq!(one.counts.to_vec(), {
        let mut counts = vec![0; one.counts.len()];
        for &x in &x {
            counts[(one.edges.as_slice().unwrap().partition_point(|&e| e <= x) - 1)
                .min(one.counts.len() - 1)] += 1;
        }
        counts
    });
    assert_eq!(run(3), one);
    let x = vector::<f32>(1000, 5);
    let expected = histogram(&x, Bins::Sturges).unwrap();
    each_stride(&x, |x| assert_eq!(histogram(x, Bins::Sturges).unwrap(), expected));
    let square = Array2::from_shape_fn((30, 40), |(i, j)| (i * j % 17) as u8);
    let expected = histogram(&square, Bins::Count(5)).unwrap();
    assert_eq!(histogram(&square.slice(s![..;-1, ..;-1]).t(), Bins::Count(5)).unwrap(), expected);
    assert_eq!(histogram(&square.mapv(|x| x > 8), Bins::Count(2)).unwrap().counts.sum(), 1200);
    assert_eq!(histogram(&arr0(3.0), Bins::Count(2)).unwrap().counts.to_vec(), [0, 1]);
}

/// NumPy fails here. The edges are those of the halved data, doubled.
#[test]
fn ranges_wider_than_the_largest_number() {
    let big = 1.7e308;
    let x = Array1::from_vec(vec![-big, -1e308, 0.0, 0.5, 1e308, big]);
    let halves = &x / 2.0;
    for bins in [
        Bins::Count(1),
        Bins::Count(4),
        Bins::Count(7),
        Bins::Auto,
        Bins::Sturges,
        Bins::FreedmanDiaconis,
        Bins::Sqrt,
        Bins::Rice,
        Bins::Scott,
        Bins::Doane,
        Bins::Stone,
    ] {
        case(format!("{bins:?}"), || {
            let (h, half) = (histogram(&x, bins).unwrap(), histogram(&halves, bins).unwrap());
            same(&h.edges, &(&half.edges * 2.0));
            assert_eq!(h.counts, half.counts);
            close_relative(&h.density(), &(half.density() / 2.0), 1e-13); // subnormal numbers
            same(&histogram_bin_edges(&x, bins).unwrap(), &h.edges);
        });
    }
    let h = histogram(&x, Bins::Count(4)).unwrap();
    let expected = Array1::from_vec(vec![-big, -big / 2.0, 0.0, big / 2.0, big]);
    close_relative(&h.edges, &expected, 4.0 * f64::EPSILON);
    assert_eq!(h.counts.to_vec(), [2, 0, 2, 2]);
    let range = Bins::Range { count: 2, start: -f64::MAX, end: f64::MAX };
    same(&histogram(&x, range).unwrap().edges, &Array1::from_vec(vec![-f64::MAX, 0.0, f64::MAX]));
    let h = histogram(&x, Bins::Edges(&[-big, big])).unwrap();
    assert_eq!(h.counts[0], 6);
    assert!(h.density()[0] > 0.0);
    let narrow = Array1::from_vec(vec![-3e38_f32, 0.0, 3e38]);
    let h = histogram(&narrow, Bins::Count(3)).unwrap();
    assert_eq!(h.counts.to_vec(), [1, 1, 1]);
    assert!(histogram(&narrow, Bins::Auto).unwrap().counts.len() > 1);
}

/// Long data with gaps are read in chunks.
#[test]
fn long_data_with_gaps() {
    let x = vector::<f64>(60_000, 8);
    let gaps = x.slice(s![1..;3]);
    let dense = gaps.to_owned();
    for bins in [
        Bins::Count(10),
        Bins::Auto,
        Bins::Sturges,
        Bins::FreedmanDiaconis,
        Bins::Sqrt,
        Bins::Rice,
        Bins::Scott,
        Bins::Doane,
        Bins::Stone,
        Bins::Range { count: 9, start: -0.5, end: 0.4 },
        Bins::Edges(&[-0.5, 0.0, 1.0]),
    ] {
        assert_eq!(histogram(&gaps, bins).unwrap(), histogram(&dense, bins).unwrap());
    }
}

#[test]
fn errors() {
    let x = Array1::from_vec(vec![1.0, 2.0]);
    let named = |expected: &'static str| move |e: &Error| matches!((e.op(), e.kind()), ("histogram", ErrorKind::InvalidArgument { name, .. }) if *name == expected);
    error_kind(histogram(&x, Bins::Count(0)), named("bins"));
    for (start, end) in [(1.0, 0.0), (0.0, f64::INFINITY), (f64::NAN, 1.0), (0.0, f64::NAN)] {
        error_kind(histogram(&x, Bins::Range { count: 3, start, end }), named("range"));
    }
    for bad in [f64::NAN, f64::INFINITY, -f64::INFINITY, -f64::NAN] {
        let x = Array1::from_vec(vec![1.0, bad, 2.0]);
        for bins in [
            Bins::Count(3),
            Bins::Auto,
            Bins::Sturges,
            Bins::FreedmanDiaconis,
            Bins::Sqrt,
            Bins::Rice,
            Bins::Scott,
            Bins::Doane,
            Bins::Stone,
        ] {
            error_kind(histogram(&x, bins), named("range"));
        }
        assert_eq!(histogram(&x, Bins::Range { count: 1, start: 0.0, end: 3.0 }).unwrap().counts[0], 2);
    }
    for edges in [&[][..], &[1.0], &[1.0, 0.0], &[0.0, f64::NAN], &[f64::NAN, 0.0, 1.0]] {
        error_kind(histogram(&x, Bins::Edges(edges)), named("bins"));
    }
    // no number lies between the edges
    error_kind(histogram(&Array1::from_vec(vec![1e16, 1e16]), Bins::Count(10)), named("bins"));
    error_kind(
        histogram(&Array1::from_vec(vec![1.0_f32, 1.0 + f32::EPSILON]), Bins::Count(2)),
        named("bins"),
    );
    for count in [usize::MAX, 1 << 50] {
        error_kind(histogram(&x, Bins::Count(count)), |e| {
            matches!((e.op(), e.kind()), ("histogram", ErrorKind::TooLarge { .. }))
        });
    }
    // a very small interquartile range asks for too many bins
    let mut x = Array1::from_iter((0..1000).map(|i| f64::from(i) * 1e-15));
    x[0] = 1e9;
    error_kind(histogram(&x, Bins::FreedmanDiaconis), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
}
