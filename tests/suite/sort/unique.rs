//! Distinct elements: against NumPy, with counts and indices, of whatever has an order.

use super::*;
use ndarray::{Ix1, array};

for_elements! {
    golden_data => golden;
    sizes_and_errors => refused;
}

fn golden<T: Element + Stored>() {
    each_golden_flat::<T>(|x, golden| {
        let out = &golden["out"];
        let (values, counts) = (golden.output::<T, Ix1>("unique"), golden.output::<usize, Ix1>("counts"));
        equal("unique", &unique(x).unwrap(), &values);
        let found = unique_counts(x).unwrap();
        equal("unique_counts", &found.values, &values);
        assert_eq!(found.counts, counts);
        let found = unique_inverse(x).unwrap();
        equal("unique_inverse", &found.values, &values);
        assert_eq!(found.inverse_indices, indices(&out["inverse"]));
        let found = unique_all(x).unwrap();
        equal("unique_all", &found.values, &values);
        assert_eq!(found.inverse_indices, indices(&out["inverse"]));
        assert_eq!(found.counts, counts);
        let elements: Vec<T> = x.iter().copied().collect();
        for (i, &first) in found.indices.iter().enumerate() {
            let is = |x: &T| compare(x, &values[i]).is_eq();
            assert_eq!(elements.iter().position(is), Some(first));
            identical(&ndarray::arr0(found.values[i]), &ndarray::arr0(elements[first]));
        }
    });
}

fn refused<T: Element + Stored>() {
    assert_eq!(unique(&ndarray::arr0(T::default())).unwrap().len(), 1);
    endless::<T>(|x| {
        error_kind(unique_inverse(x), is_too_large);
        error_kind(unique_all(x), |e| is_too_large(e) && e.op() == "unique_all");
        if size_of::<T>() > 1 {
            error_kind(unique(x), is_too_large);
            error_kind(unique_counts(x), is_too_large);
        }
    });
}

#[test]
fn unique_takes_whatever_has_an_order() {
    assert_eq!(unique(&array!["b", "a", "b"]).unwrap(), array!["a", "b"]);
    assert_eq!(unique(&array!["b".to_string(), "a".into()]).unwrap(), array!["a".to_string(), "b".into()]);
    assert_eq!(unique(&array!['z', 'a']).unwrap(), array!['a', 'z']);
    assert_eq!(unique(&array![3u16, 1]).unwrap(), array![1, 3]);
    let found = unique_inverse(&array![["b", "a"], ["c", "b"]]).unwrap();
    assert_eq!((found.values, found.inverse_indices), (array!["a", "b", "c"], array![[1, 0], [2, 1]]));

    #[derive(Debug, Clone, PartialEq)]
    struct Label(&'static str);
    impl Sortable for Label {
        fn compare(&self, other: &Self) -> Ordering {
            self.0.to_lowercase().cmp(&other.0.to_lowercase())
        }
    }
    let found = unique_counts(&array![Label("x"), Label("A"), Label("a")]).unwrap();
    assert_eq!((found.values, found.counts), (array![Label("A"), Label("x")], array![2, 1]));
}

/// The sorts of std panic for such orders.
#[test]
fn unique_takes_an_order_that_is_not_total() {
    #[derive(Debug, Clone, PartialEq)]
    struct Odd(u32);
    impl Sortable for Odd {
        fn compare(&self, other: &Self) -> Ordering {
            // neither transitive nor antisymmetric
            [Ordering::Less, Ordering::Greater, Ordering::Equal][(self.0 * 7 + other.0 * 3) as usize % 3]
        }
    }
    for n in [0, 1, 2, 5, 20, 21, 100, 1000] {
        let x = Array1::from_shape_fn(n, |i| Odd(i as u32 * 2_654_435 % 1009));
        assert!(unique(&x).unwrap().len() <= n);
        assert_eq!(unique_counts(&x).unwrap().counts.sum(), n);
        assert_eq!(unique_inverse(&x).unwrap().inverse_indices.len(), n);
    }
}

/// A user's own type is sorted stably, as all others are.
#[test]
fn orders_of_ones_own_are_stable() {
    #[derive(Debug, Clone, PartialEq)]
    struct Pair(u32, usize);
    impl Sortable for Pair {
        fn compare(&self, other: &Self) -> Ordering {
            self.0.cmp(&other.0)
        }
    }
    for n in [0, 1, 2, 3, 4, 7, 8, 9, 100, 1000, 1025] {
        let x = Array1::from_shape_fn(n, |i| Pair(i as u32 * 2_654_435 % 37, i));
        let mut expected = x.to_vec();
        expected.sort_by_key(|pair| pair.0);
        expected.dedup_by_key(|pair| pair.0);
        assert_eq!(unique(&x).unwrap().to_vec(), expected);
    }
}
