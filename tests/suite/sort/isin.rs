//! Membership: NumPy's answers, and a search through all elements.

use super::*;
use crate::common::on_threads;
use linstat::ndarray::{Array2, array};

for_elements! {
    long_lanes => long;
}

#[test]
fn golden_data() {
    fn check<T: Element + Stored>(golden: &Golden) {
        let expected = golden.output::<bool, IxDyn>("isin");
        let test = golden.input::<T, IxDyn>("test");
        each_layout(&golden.input::<T, IxDyn>("x"), |x| {
            each_layout(&test, |test| {
                assert_eq!(isin(x, test).unwrap(), expected);
                assert_eq!(!isin(x, test).unwrap(), golden.output::<bool, IxDyn>("not in"));
            });
        });
    }
    each_case(golden::LISTS, "sets", |golden| of_type!(golden, check));
}

fn long<T: Element + Stored>() {
    let mut next = random_words(8);
    let mut of =
        |n: usize| Array1::from_shape_simple_fn(n, || T::from_word(next() % 3000 * 0x0001_0004_0002_0001));
    let (x, test) = (of(20_000), of(150));
    let expected = x.mapv(|x| test.iter().any(|&y| x == y));
    for threads in [1, 3] {
        on_threads(threads, || {
            assert_eq!(isin(&x, &test).unwrap(), expected);
            assert_eq!(
                isin(&x.slice(ndarray::s![..;-1]), &test).unwrap(),
                expected.slice(ndarray::s![..;-1])
            );
        });
    }
    let repeated = test.broadcast((1 << 40, 150)).unwrap();
    assert_eq!(isin(&x, &repeated).unwrap(), expected);
    endless::<T>(|x| error_kind(isin(x, &test), is_too_large));
}

#[test]
fn nan_and_zeros() {
    let x = array![[f64::NAN, 0.0], [-0.0, 1.0]];
    assert_eq!(isin(&x, &array![f64::NAN, -0.0]).unwrap(), array![[false, true], [true, false]]);
    assert_eq!(isin(&x, &Array2::zeros((0, 3))).unwrap(), array![[false, false], [false, false]]);
    assert!(isin(&Array2::<u8>::zeros((0, 3)), &array![1]).unwrap().is_empty());
}
