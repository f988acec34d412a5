//! Sketches: exact while all rows are kept, then within the stated error.

use super::cut;
use crate::common::assert::*;
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::QuantileMethod::InvertedCdf;
use linstat::stream::Sketch;
use linstat::{ErrorKind, Real, quantile_axis};
use ndarray::{Array2, Axis, array, s};

for_real! {
    exact_while_all_is_kept => exact_while_all_is_kept;
    within_the_error => within_the_error;
    special => special;
    refusals => refusals;
}

const Q: [f64; 6] = [0.5, 0.0, 1.0, 0.25, 0.999, 0.01];

fn exact_while_all_is_kept<T: Element + Real>() {
    for n in [1, 2, 199, 200] {
        let x = matrix::<T>(n, 11, 1);
        let expected = quantile_axis(&x, &Q, InvertedCdf, Axis(0)).unwrap();
        let (mut state, mut merged) = (Sketch::new(11, 200).unwrap(), Sketch::new(11, 200).unwrap());
        for block in cut(&x, 2).iter().rev() {
            state.update(block).unwrap();
            let mut part = Sketch::new(11, 200).unwrap();
            part.update(block).unwrap();
            merged.merge(&part).unwrap();
        }
        for state in [state, merged] {
            assert!(state.is_exact());
            assert_eq!((state.n_samples(), state.columns(), state.k()), (n as u64, 11, 200));
            same(&state.quantiles(&Q).unwrap(), &expected);
        }
    }
    let x = matrix::<T>(23, 4, 1);
    let expected = quantile_axis(&x, &Q, InvertedCdf, Axis(0)).unwrap();
    each_layout(&x, |x| {
        let mut state = Sketch::new(4, 50).unwrap();
        state.update(x).unwrap();
        same(&state.quantiles(&Q).unwrap(), &expected);
    });
}

/// Of many results, nearly all are within the error, which 1 of 100 may exceed, and none is far off. With 200
/// columns, 14 beyond it have a probability of 1e-8.
fn within_the_error<T: Element + Real>() {
    let (n, p) = (5000, 200);
    // a different order of the ranks in every column: multiples modulo a power of two, of those below n
    let x = Array2::from_shape_fn((n, p), |(i, j)| {
        let mut place = i;
        loop {
            place = (place * (4 * j + 5) + 2 * j + 1) % (1 << 13);
            if place < n {
                break T::of(place as f64);
            }
        }
    });
    let expected: Vec<T> = (0..n).map(|i| T::of(i as f64)).collect();
    let mut column = x.column(7).to_vec();
    column.sort_by(|a, b| a.partial_cmp(b).unwrap());
    assert!(column == expected);
    let whole = |k| {
        let mut state = Sketch::new(p, k).unwrap();
        cut(&x, 6).iter().for_each(|block| state.update(block).unwrap());
        state
    };
    let merged = |k| {
        let mut parts: Vec<Sketch<T>> = vec![Sketch::new(p, k).unwrap(); 5];
        cut(&x, 7).iter().enumerate().for_each(|(i, block)| parts[i * i % 5].update(block).unwrap());
        let mut state = parts.pop().unwrap();
        parts.iter().for_each(|part| state.merge(part).unwrap());
        state
    };
    for state in [whole(50), merged(50), whole(200)] {
        assert_eq!(state.n_samples(), n as u64);
        assert!(!state.is_exact());
        let mut beyond = 0;
        for j in 0..p {
            let q = (j as f64 + 0.5) / p as f64;
            let found = state.quantiles(&[q]).unwrap()[[0, j]].f64();
            // elements are their ranks
            let error = (found / n as f64 - q).abs();
            assert!(error < 3.0 * state.rank_error(), "{error} for {q}");
            beyond += usize::from(error > state.rank_error());
        }
        assert!(beyond < 14, "{beyond} of {p} with k = {}", state.k());
        let ends = state.quantiles(&[0.0, 1.0]).unwrap();
        assert!(
            ends.row(0).iter().all(|x| x.is_zero()) && ends.row(1).iter().all(|&x| x.f64() == n as f64 - 1.0)
        );
    }
    let errors =
        [(25, 0.100), (50, 0.051), (100, 0.026), (200, 0.0133), (400, 0.0068), (800, 0.0035), (3200, 0.0009)];
    for (k, error) in errors {
        let stated = Sketch::<T>::new(1, k).unwrap().rank_error();
        assert!((stated - error).abs() < 0.5 * if error < 0.02 { 1e-4 } else { 1e-3 }, "{k}: {stated}");
    }
}

fn special<T: Element + Real>() {
    let (inf, nan) = (T::infinity(), T::nan());
    let n = 5000;
    let x = Array2::from_shape_fn((n, 6), |(i, j)| match j {
        0 => [-inf, inf, T::one()][i % 3],
        1 if i == 77 => -nan,
        1 => T::of(i as f64),
        2 => nan,
        3 => T::of(0.1),
        4 => [T::zero(), -T::zero()][i % 2],
        _ => [T::max_value(), T::min_value(), T::min_positive_value() / T::of(8.0)][i % 3],
    });
    let mut state = Sketch::new(6, 8).unwrap();
    cut(&x, 1).iter().for_each(|block| state.update(block).unwrap());
    let found = state.quantiles(&[0.0, 0.5, 1.0]).unwrap();
    same(&found.column(0).to_owned(), &array![-inf, found[[1, 0]], inf]);
    assert!(found.slice(s![.., 1..3]).iter().all(|x| x.is_nan()));
    assert!(found.column(3).iter().all(|&x| x == T::of(0.1)) && found.column(4).iter().all(|x| x.is_zero()));
    same(&found.slice(s![..;2, 5]).to_owned(), &array![T::min_value(), T::max_value()]);
    // of every element that is found, there is one
    assert!([0, 5].iter().all(|&j| x.column(j).iter().any(|&x| x == found[[1, j]])));
}

fn refusals<T: Element + Real>() {
    for k in [0, 7] {
        error_kind(Sketch::<T>::new(2, k), |e| {
            e.to_string() == format!("Sketch::new: invalid argument `k`: expected at least 8, found {k}")
        });
    }
    for absurd in [1 << 50, usize::MAX] {
        error_kind(Sketch::<T>::new(absurd, 200), |e| {
            e.op() == "Sketch::new" && matches!(e.kind(), ErrorKind::TooLarge { .. })
        });
    }
    let mut state = Sketch::<T>::new(2, u16::MAX).unwrap();
    error_kind(state.quantiles(&[0.5]), |e| {
        e.op() == "Sketch::quantiles"
            && e.kind() == &ErrorKind::Empty { found: "(0, 2): no rows were added".into() }
    });
    state.update(&array![[T::zero(), T::one()]]).unwrap();
    let before = state.clone();
    shape_error(state.update(&Array2::zeros((3, 4))), "Sketch::update", "(3, 4) and (2,)");
    let one = array![[T::one()]];
    error_kind(state.update(&one.broadcast((1 << 50, 2)).unwrap()), |e| {
        e.op() == "Sketch::update" && matches!(e.kind(), ErrorKind::TooLarge { .. })
    });
    state.update(&Array2::zeros((0, 2))).unwrap();
    shape_error(state.merge(&Sketch::new(3, u16::MAX).unwrap()), "Sketch::merge", "(2,) and (3,)");
    error_kind(state.merge(&Sketch::new(2, 200).unwrap()), |e| {
        e.op() == "Sketch::merge" && matches!(e.kind(), ErrorKind::InvalidArgument { name: "other", .. })
    });
    for bad in [f64::NAN, -0.1, 1.1] {
        error_kind(state.quantiles(&[0.5, bad]), |e| matches!(e.kind(), ErrorKind::InvalidArgument { .. }));
    }
    assert!(state == before);
    let mut none = Sketch::<T>::new(0, 200).unwrap();
    assert_eq!(none.quantiles(&[0.5]).unwrap().dim(), (1, 0));
    let most = ndarray::ArrayView2::from_shape((1 << 53, 0), &[]).unwrap();
    none.update(&most).unwrap();
    for result in [none.update(&Array2::zeros((1, 0))), none.clone().merge(&none)] {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    }
}

#[cfg(feature = "serde")]
mod saved {
    use super::*;

    fn every_state<T: Element + Real>() {
        let mut x = matrix::<T>(3000, 2, 1);
        x[[3, 1]] = T::nan();
        let mut state = Sketch::<T>::new(2, 20).unwrap();
        for block in [0, 1, 2, 3, 40, 2954].iter().scan(0, |start, rows| {
            *start += rows;
            Some(x.slice(s![*start - rows..*start, ..]))
        }) {
            state.update(&block).unwrap();
            let text = serde_json::to_string(&state).unwrap();
            let mut loaded: Sketch<T> = serde_json::from_str(&text).unwrap();
            assert!(loaded == state);
            if state.n_samples() > 0 {
                same(&loaded.quantiles(&Q).unwrap(), &state.quantiles(&Q).unwrap());
            }
            loaded.merge(&state).unwrap();
            loaded.update(&x).unwrap();
            assert_eq!(loaded.n_samples(), 2 * state.n_samples() + 3000);
        }
        assert_eq!(state.n_samples(), 3000);
    }

    for_real! { every_state => every_state; }

    /// Every byte, changed: the state is refused, or it can be used.
    #[test]
    fn damaged() {
        let x = matrix::<f64>(300, 1, 1);
        let mut state = Sketch::<f64>::new(1, 8).unwrap();
        state.update(&x).unwrap();
        let text = serde_json::to_string(&state).unwrap();
        let (mut refused, mut accepted) = (0, 0);
        let starts = (1..text.len()).filter(|&i| {
            let bytes = text.as_bytes();
            bytes[i].is_ascii_digit() && !bytes[i - 1].is_ascii_digit()
        });
        for start in starts {
            let end = start + text[start..].find(|c: char| !c.is_ascii_digit()).unwrap();
            for number in ["0", "1", "61", "127", "255"] {
                let changed = format!("{}{number}{}", &text[..start], &text[end..]);
                let Ok(mut loaded) = serde_json::from_str::<Sketch<f64>>(&changed) else {
                    refused += 1;
                    continue;
                };
                accepted += 1;
                _ = loaded.quantiles(&Q);
                _ = loaded.update(&x);
                _ = loaded.merge(&state);
                _ = state.clone().merge(&loaded);
                _ = serde_json::to_string(&loaded).unwrap();
            }
        }
        assert!(refused > 100 && accepted > 100, "{refused} refused, {accepted} accepted");
        let other = serde_json::to_string(&Sketch::<f64>::new(1, 9).unwrap()).unwrap();
        let mixed = format!("{{\"k\":8,\"rows\":0{}", &other[other.find(",\"columns\"").unwrap()..]);
        assert!(serde_json::from_str::<Sketch<f64>>(&mixed).is_err());
        assert!(serde_json::from_str::<Sketch<f64>>(&mixed.replacen('8', "9", 1)).is_ok());
    }
}
