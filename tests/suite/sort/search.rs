//! Binary search: against NumPy, with both sides, and in vectors of any stride.

use super::*;
use ndarray::array;

for_elements! {
    golden_data => golden;
    long_lanes => long;
    sizes_and_errors => refused;
}

fn golden<T: Element + Stored>() {
    each_golden_flat::<T>(|x, golden| {
        let out = &golden["out"];
        let sorted = sort(&Array1::from_iter(x.iter().copied())).unwrap();
        each_layout(&golden.input::<T, IxDyn>("probes"), |probes| {
            assert_eq!(searchsorted(&sorted, probes, Side::Left).unwrap(), indices(&out["left"]));
            assert_eq!(searchsorted(&sorted, probes, Side::Right).unwrap(), indices(&out["right"]));
        });
        let mut backwards = sorted.clone();
        backwards.invert_axis(Axis(0));
        let backwards = backwards.as_standard_layout().into_owned();
        let probes = golden.input::<T, IxDyn>("probes");
        let found = searchsorted(&backwards.slice(ndarray::s![..;-1]), &probes, Side::Left).unwrap();
        assert_eq!(found, indices(&out["left"]));
    });
}

#[test]
fn bins() {
    each_case(golden::LISTS, "digitize", |golden| {
        let edges = golden.input::<f64, ndarray::Ix1>("bins");
        let backwards = edges.slice(ndarray::s![..;-1]).to_owned();
        each_layout(&golden.input::<f64, IxDyn>("x"), |x| {
            for edges in [edges.view(), backwards.slice(ndarray::s![..;-1])] {
                assert_eq!(digitize(x, &edges, Closed::Left).unwrap(), indices(&golden["out"]["left"]));
                assert_eq!(digitize(x, &edges, Closed::Right).unwrap(), indices(&golden["out"]["right"]));
            }
        });
    });
    let bad = |e: &Error| {
        matches!((e.op(), e.kind()), ("digitize", ErrorKind::InvalidArgument { name: "bins", .. }))
    };
    for edges in [[0, 2, 1], [2, 0, 1]] {
        error_kind(digitize(&array![1], &Array1::from_iter(edges), Closed::Left), bad);
    }
    error_kind(digitize(&array![1.0], &array![0.0, f64::NAN, 1.0], Closed::Left), bad);
    endless::<f64>(|x| error_kind(digitize(x, &array![1.0], Closed::Left), is_too_large));
}

fn long<T: Element + Stored>() {
    each_long(|x: &Array1<T>, order| {
        let places = searchsorted(&sort(x).unwrap(), x, Side::Right).unwrap();
        assert!(places.iter().zip(x).all(|(&i, x_i)| {
            i > 0
                && compare(&x[order[i - 1]], x_i).is_eq()
                && (i == x.len() || compare(&x[order[i]], x_i).is_gt())
        }));
    });
}

fn refused<T: Element + Stored>() {
    let number = ndarray::arr0(T::default());
    assert_eq!(searchsorted(&array![], &number, Side::Left).unwrap().into_scalar(), 0);
    endless::<T>(|x| error_kind(searchsorted(&x.slice(ndarray::s![..1]), x, Side::Left), is_too_large));
}
