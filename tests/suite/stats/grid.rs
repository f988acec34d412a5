//! Histograms with weights and in several dimensions: NumPy's, by the definition, and what is refused.

use crate::common::assert::*;
use crate::common::golden::{Golden, LISTS, array, each_case};
use crate::common::{Stored, random};
use crate::reduce::each_view;
use linstat::*;
use ndarray::{Array1, Array2, ArrayD, Axis, Ix1, Ix2, arr0, array, s};

const X: &[f64] = &[-4.0, -1.0, -1.0, 0.25, 2.0, 3.0];
const Y: &[f64] = &[-3.0, 0.0, 3.0];

fn bins(name: &str) -> [Bins<'static>; 2] {
    match name {
        "count" => [Bins::Count(4), Bins::Count(3)],
        "edges" => [Bins::Edges(X), Bins::Edges(Y)],
        "mixed" => [Bins::Edges(X), Bins::Count(2)],
        _ => {
            [Bins::Range { count: 4, start: -2.0, end: 2.5 }, Bins::Range { count: 3, start: -1.0, end: 1.7 }]
        }
    }
}

/// The same numbers: densities to a few roundings, since NumPy divides in another order in one dimension.
#[track_caller]
fn densities<D: ndarray::Dimension>(
    actual: &ndarray::ArrayRef<f64, D>,
    expected: &ArrayD<f64>,
    relative: f64,
) {
    assert_eq!(actual.shape(), expected.shape());
    for (x, y) in actual.iter().zip(expected) {
        // 0 / 0 in a bin without width
        assert!(
            (x - y).abs() <= relative * y.abs() || x.is_nan() && y.is_nan() || x == y,
            "{x}, expected {y}"
        );
    }
}

fn check<T: Element + Stored>(golden: &Golden) {
    let (x, weights) = (golden.input::<T, Ix2>("x"), golden.input::<f64, Ix1>("weights"));
    // widths of edges in f32
    let relative = if T::NAME == "f32" { 1e-5 } else { 8.0 * f64::EPSILON };
    for (key, expected) in golden["out"].as_object().unwrap() {
        case(key, || {
            let counts: ArrayD<f64> = array(&expected["counts"]);
            let words: Vec<&str> = key.split(' ').collect();
            let density = words.last() == Some(&"density");
            if words[0] == "one" {
                let h = histogram_weighted(&x.column(0), &weights, bins(words[1])[0]).unwrap();
                return if density {
                    densities(&h.density(), &counts, relative);
                } else {
                    identical(&h.counts, &counts);
                };
            }
            let bins = bins(words[0]);
            let edges: [Array1<f64>; 2] = ["x", "y"].map(|name| array(&expected[name]));
            if words.contains(&"weighted") {
                let plane = histogram2d_weighted(&x.column(0), &x.column(1), &weights, bins).unwrap();
                identical(&plane.x_edges, &edges[0]);
                each_view(&x.clone().into_dyn(), |x| {
                    let x = x.view().into_dimensionality::<Ix2>().unwrap();
                    let space = histogramdd_weighted(&x, &weights, &bins).unwrap();
                    identical(&space.counts, &plane.counts);
                    assert_eq!(space.edges, edges);
                });
                if density {
                    densities(&plane.density(), &counts, relative);
                } else {
                    identical(&plane.counts, &counts);
                }
            } else {
                let plane = histogram2d(&x.column(0), &x.column(1), bins).unwrap();
                identical(&plane.y_edges, &edges[1]);
                each_view(&x.clone().into_dyn(), |x| {
                    let x = x.view().into_dimensionality::<Ix2>().unwrap();
                    let space = histogramdd(&x, &bins).unwrap();
                    assert_eq!(
                        (space.counts.clone(), &space.edges[..]),
                        (plane.counts.clone().into_dyn(), &edges[..])
                    );
                    identical(&space.density(), &plane.density());
                });
                if density {
                    densities(&plane.density(), &counts, relative);
                } else {
                    identical(&plane.counts.mapv(|count| count as f64), &counts);
                }
            }
        });
    }
}

#[test]
fn numpy() {
    each_case(LISTS, "histogram", |golden| match golden["of"].as_str().unwrap() {
        "f64" => check::<f64>(golden),
        "f32" => check::<f32>(golden),
        _ => check::<i32>(golden),
    });
}

/// The bin of a number by the definition.
fn bin(edges: &[f64], x: f64) -> Option<usize> {
    let last = edges.len() - 2;
    (0..=last).find(|&i| edges[i] <= x && (x < edges[i + 1] || (i == last && x == edges[i + 1])))
}

#[test]
fn by_definition() {
    let mut next = random(7);
    let inf = f64::INFINITY;
    let mut x = Array2::from_shape_simple_fn((3000, 3), || (next() * 40.0).round() / 8.0);
    x.row_mut(5).assign(&array![f64::NAN, 1.0, 0.0]);
    x.row_mut(6).assign(&array![0.0, -inf, inf]);
    let weights = Array1::from_shape_simple_fn(3000, || (next() * 64.0).round() / 16.0);
    let many: Vec<f64> = (0..200).map(|i| f64::from(i * i) / 4000.0 - 5.0).collect();
    let edges: [&[f64]; 3] = [&many, &[-inf, -1.0, 0.0, 0.0, 2.5, inf], &[-2.0, 0.0, 0.125]];
    let bins = edges.map(Bins::Edges);
    let h = histogramdd(&x, &bins).unwrap();
    let sums = histogramdd_weighted(&x, &weights, &bins).unwrap();
    let mut counts = ArrayD::<usize>::zeros(h.counts.raw_dim());
    let mut expected = ArrayD::<f64>::zeros(h.counts.raw_dim());
    for (row, weight) in x.rows().into_iter().zip(&weights) {
        if let [Some(i), Some(j), Some(k)] = [0, 1, 2].map(|d| bin(edges[d], row[d])) {
            counts[[i, j, k]] += 1;
            expected[[i, j, k]] += weight;
        }
    }
    assert!(counts.sum() > 200 && counts.sum() < 2000);
    assert_eq!(h.counts, counts);
    identical(&sums.counts, &expected);
    let one = histogram(&x.column(0), bins[0]).unwrap();
    let of_one = histogramdd(&x.slice(s![.., ..1]), &[bins[0]]).unwrap();
    assert_eq!(of_one.counts, one.counts.clone().into_dyn());
    densities(&of_one.density(), &one.density().into_dyn(), 4.0 * f64::EPSILON);
    let ones = Array1::<f32>::ones(3000);
    let weighted = histogram_weighted(&x.column(0), &ones, bins[0]).unwrap();
    assert_eq!(weighted.counts, one.counts.mapv(|count| count as f64));
    // any shape, in logical order
    let table = x.slice(s![7.., ..2]);
    let w = weights.slice(s![7..]).insert_axis(Axis(1));
    let w = w.broadcast(table.dim()).unwrap();
    let whole = histogram_weighted(&table, &w, Bins::Count(9)).unwrap();
    assert_eq!(histogram_weighted(&table.t(), &w.t(), Bins::Count(9)).unwrap(), whole);
    assert_eq!(whole.counts.sum(), 2.0 * weights.slice(s![7..]).sum());
}

/// The integral is 1 even if the widths overflow.
#[test]
fn wide_bins() {
    let x = array![[-1.7e308, 0.0], [1.7e308, 1.0]];
    let h = histogramdd(&x, &[Bins::Count(1)]).unwrap();
    let density = h.density()[[0, 0]];
    assert!((density * 1.7e308 * 2.0 - 1.0).abs() < 1e-12, "{density}");
}

#[test]
fn sizes_and_errors() {
    let x = array![[0.0, 1.0], [2.0, 3.0]];
    let v = array![1.0, 2.0];
    let named = |op: &'static str, argument: &'static str| {
        move |e: &Error| {
            e.op() == op && matches!(e.kind(), ErrorKind::InvalidArgument { name, .. } if *name == argument)
        }
    };
    error_kind(histogramdd(&x, &[]), named("histogramdd", "bins"));
    error_kind(histogramdd(&x, &[Bins::Count(1); 3]), named("histogramdd", "bins"));
    error_kind(histogramdd(&x, &[Bins::Count(0)]), named("histogramdd", "bins"));
    error_kind(histogram_weighted(&v, &v, Bins::Auto), named("histogram_weighted", "bins"));
    error_kind(histogram2d(&array![f64::NAN, 1.0], &v, [Bins::Count(1); 2]), named("histogram2d", "range"));
    error_kind(
        histogramdd(&array![[0.0], [f64::INFINITY]], &[Bins::Count(1)]),
        named("histogramdd", "range"),
    );
    shape_error(histogram2d(&v, &array![1], [Bins::Count(1); 2]), "histogram2d", "(2,) and (1,)");
    shape_error(
        histogram_weighted(&x, &x.slice(s![..1, ..]), Bins::Count(1)),
        "histogram_weighted",
        "(2, 2) and (1, 2)",
    );
    shape_error(
        histogramdd_weighted(&x, &array![1.0], &[Bins::Count(1)]),
        "histogramdd_weighted",
        "(2,) and (1,)",
    );
    shape_error(histogramdd(&Array2::<f64>::zeros((3, 0)), &[Bins::Count(1)]), "histogramdd", "(3, 0)");
    let too_large = |e: &Error| matches!(e.kind(), ErrorKind::TooLarge { .. });
    let wide = Array2::from_shape_fn((2, 20), |(i, _)| i as f64);
    error_kind(histogramdd(&wide, &[Bins::Count(100)]), too_large);
    let four = Array2::from_shape_fn((2, 4), |(i, _)| i as f64);
    error_kind(histogramdd(&four, &[Bins::Count(60_000)]), too_large);
    let one = arr0(1.0);
    error_kind(
        histogram2d(&one.broadcast(1 << 61).unwrap(), &one.broadcast(1 << 61).unwrap(), [Bins::Count(2); 2]),
        too_large,
    );
    let none = histogramdd(&Array2::<f64>::zeros((0, 2)), &[Bins::Count(2)]).unwrap();
    assert_eq!((none.counts.sum(), none.edges[0].to_vec()), (0, vec![0.0, 0.5, 1.0]));
    assert!(none.density().iter().all(|x| x.is_nan()));
}

/// The fields are public: a caller may have exchanged the axes of the counts, or joined bins.
#[test]
fn densities_of_what_a_caller_has_changed() {
    let x = Array2::from_shape_fn((60, 3), |(i, j)| ((i * 7 + j * i * i) % 11) as f64);
    let h = histogramdd(&x, &[Bins::Count(2), Bins::Count(3), Bins::Count(5)]).unwrap();
    let expected = h.density();
    let mut turned = h.clone();
    turned.counts = h.counts.t().as_standard_layout().into_owned().reversed_axes();
    assert!(!turned.counts.is_standard_layout());
    identical(&turned.density(), &expected);
    turned.edges.pop();
    assert_eq!(turned.density().shape(), [2, 3, 5]);
    turned.edges.extend([Array1::zeros(0), Array1::zeros(9), Array1::zeros(1)]);
    assert_eq!(turned.density().shape(), [2, 3, 5]);
    turned.counts = ndarray::ArrayD::zeros(vec![0, 3]);
    assert_eq!(turned.density().shape(), [0, 3]);
}
