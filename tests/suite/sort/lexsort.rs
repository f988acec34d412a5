//! Sorts by several keys: NumPy's, and std's stable sort of tuples.

use super::*;
use linstat::ndarray::{Ix2, array};

#[test]
fn golden_data() {
    fn check<T: Element + Stored>(golden: &Golden) {
        let expected = golden.output::<usize, ndarray::Ix1>("lexsort");
        let keys = golden.input::<T, Ix2>("keys");
        let keys = [keys.row(0), keys.row(1), keys.row(2)];
        assert_eq!(lexsort(&[&keys[0], &keys[1], &keys[2]]).unwrap(), expected);
        let reversed = keys.map(|key| key.to_owned().slice_move(ndarray::s![..;-1]).to_owned());
        let [a, b, c] = [&reversed[0], &reversed[1], &reversed[2]].map(|key| key.slice(ndarray::s![..;-1]));
        assert_eq!(lexsort(&[&a, &b, &c]).unwrap(), expected);
    }
    each_case(golden::LISTS, "sets", |golden| of_type!(golden, check));
}

#[test]
fn keys_of_several_types() {
    let mut next = random_words(2);
    let first = Array1::from_shape_simple_fn(3000, || next() % 20);
    let second = first.mapv(|_| (next() % 7) as f64 - 3.0);
    let third = first.mapv(|_| ["x", "yy", "", "z"][next() as usize % 4]);
    let mut expected: Vec<usize> = (0..3000).collect();
    expected.sort_by(|&i, &j| {
        (third[i], second[i] as i64, first[i]).cmp(&(third[j], second[j] as i64, first[j]))
    });
    assert_eq!(lexsort(&[&first, &second, &third]).unwrap().to_vec(), expected);
    assert_eq!(lexsort(&[&second]).unwrap(), argsort(&second).unwrap());
}

#[test]
fn sizes_and_errors() {
    error_kind(lexsort(&[]), |e| {
        matches!((e.op(), e.kind()), ("lexsort", ErrorKind::InvalidArgument { name: "keys", .. }))
    });
    shape_error(lexsort(&[&array![1, 2], &array![1.0]]), "lexsort", "(2,) and (1,)");
    assert!(lexsort(&[&Array1::<bool>::default(0)]).unwrap().is_empty());
    endless::<f64>(|x| error_kind(lexsort(&[&x]), is_too_large));
}
