//! Distinct rows, columns and other parts: NumPy's, and by the definition.

use super::*;
use linstat::ndarray::{Array2, Array3, array};

#[test]
fn golden_data() {
    fn check<T: Element + Stored>(golden: &Golden) {
        each_layout(&golden.input::<T, IxDyn>("rows"), |x| {
            for axis in 0..3 {
                let found = unique_axis(x, Axis(axis)).unwrap();
                let out = |name| golden.output::<usize, ndarray::Ix1>(&format!("{name} {axis}"));
                equal("unique_axis", &found.values, &golden.output::<T, IxDyn>(&format!("values {axis}")));
                assert_eq!(found.indices, out("indices"));
                assert_eq!(found.inverse_indices, out("inverse"));
                assert_eq!(found.counts, out("counts"));
            }
        });
    }
    each_case(golden::LISTS, "sets", |golden| of_type!(golden, check));
}

/// Every part is where its index says, the parts ascend, and their first indices are the first.
fn by_definition(x: &Array3<f64>, axis: Axis) {
    let found = unique_axis(x, axis).unwrap();
    let part = |x: &Array3<f64>, i: usize| x.index_axis(axis, i).iter().copied().collect::<Vec<_>>();
    let cmp = |a: &[f64], b: &[f64]| {
        let mut pairs = a.iter().zip(b).map(|(x, y)| compare(x, y));
        pairs.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    let n = x.len_of(axis);
    assert!(found.values.len_of(axis) == found.counts.len() && found.counts.sum() == n);
    for i in 0..n {
        let at = found.inverse_indices[i];
        assert!(cmp(&part(x, i), &part(&found.values, at)).is_eq());
        assert!(found.indices[at] <= i);
    }
    for (i, &first) in found.indices.iter().enumerate() {
        assert_eq!(found.inverse_indices[first], i);
        identical(&Array1::from(part(&found.values, i)), &Array1::from(part(x, first)));
        assert_eq!(found.counts[i], found.inverse_indices.iter().filter(|&&at| at == i).count());
        assert!(i == 0 || cmp(&part(&found.values, i - 1), &part(&found.values, i)).is_lt());
    }
}

#[test]
fn many_parts() {
    let mut next = random_words(7);
    let odd = [f64::NAN, -f64::NAN, 0.0, -0.0, 1.0, -1.0, f64::INFINITY];
    for shape in [(300, 2, 1), (2, 300, 1), (1, 1, 200), (40, 3, 2), (5, 1, 60)] {
        let x = Array3::from_shape_simple_fn(shape, || odd[next() as usize % odd.len()]);
        (0..3).for_each(|axis| by_definition(&x, Axis(axis)));
    }
}

#[test]
fn sizes_and_errors() {
    let x = Array2::<f64>::zeros((3, 0));
    let found = unique_axis(&x, Axis(0)).unwrap();
    assert_eq!((found.values.dim(), found.counts, found.indices), ((1, 0), array![3], array![0]));
    assert_eq!(unique_axis(&x, Axis(1)).unwrap().values.dim(), (3, 0));
    let found = unique_axis(&x.t(), Axis(0)).unwrap();
    assert!(found.values.dim() == (0, 3) && found.inverse_indices.is_empty());
    for bad in BAD_AXES {
        error_kind(unique_axis(&x, bad), |e| is_axis(e) && e.op() == "unique_axis");
    }
    endless::<i64>(|x| error_kind(unique_axis(x, Axis(0)), is_too_large));
    let none = Array2::<f64>::zeros((1, 0));
    error_kind(unique_axis(&none.broadcast((1 << 60, 0)).unwrap(), Axis(0)), is_too_large);
}
