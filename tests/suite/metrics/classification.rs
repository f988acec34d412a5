//! Scores of predicted classes and of their probabilities.

use super::*;
use crate::common::assert::{error_kind, shape_error};
use ndarray::{Slice, s};
use std::fmt::Debug;

for_real! {
    golden_losses => golden_losses;
    losses_in_every_layout => losses_in_every_layout;
    special_losses => special_losses;
    errors_of_losses => errors_of_losses;
}

#[test]
fn golden_labels() {
    golden::each_case(METRICS, "labels", |golden| {
        let of = |name| golden.input::<i64, Ix1>(name);
        let (t, p) = (of("t"), of("p"));
        assert_eq!(accuracy_score(&t, &p), Ok(golden.scalar("accuracy")));
        assert_eq!(confusion_matrix(&t, &p, None).unwrap(), golden.output::<usize, Ix2>("confusion"));
        let labels = of("labels").to_vec();
        let chosen = confusion_matrix(&t, &p, Some(&labels)).unwrap();
        assert_eq!(chosen, golden.output::<usize, Ix2>("chosen"));
    });
}

/// Labels at the ends of a type, in every stride.
fn of_type<L: Label>(least: L, other: L, greatest: L) {
    let (t, p) = (array![greatest, least, other, least], array![greatest, other, other, greatest]);
    let expected = array![[0, 1, 1], [0, 1, 0], [0, 0, 1]];
    for step in [1isize, 3, -1, -2] {
        let stretched = |x: &Array1<L>| {
            let mut y = Array1::from_elem(4 * step.unsigned_abs(), other);
            let mut view = y.slice_axis_mut(Axis(0), Slice::new(0, None, step));
            view.assign(x);
            y
        };
        let (t, p) = (stretched(&t), stretched(&p));
        let (t, p) = (t.slice(s![..;step]), p.slice(s![..;step]));
        assert_eq!(accuracy_score(&t, &p), Ok(0.5));
        assert_eq!(confusion_matrix(&t, &p, None).unwrap(), expected);
        let turned = confusion_matrix(&t, &p, Some(&[greatest, other, least])).unwrap();
        assert_eq!(turned, expected.slice(s![..;-1, ..;-1]));
    }
}

#[test]
fn every_type_of_label() {
    of_type(u8::MIN, 1, u8::MAX);
    of_type(u16::MIN, 1, u16::MAX);
    of_type(u32::MIN, 1, u32::MAX);
    of_type(u64::MIN, 1, u64::MAX);
    of_type(usize::MIN, 1, usize::MAX);
    of_type(i8::MIN, 0, i8::MAX);
    of_type(i16::MIN, -1, i16::MAX);
    of_type(i32::MIN, -1, i32::MAX);
    of_type(i64::MIN, -1, i64::MAX);
    of_type(isize::MIN, 0, isize::MAX);
    let (t, p) = (array![true, false, true], array![true, true, false]);
    assert_eq!(confusion_matrix(&t, &p, None).unwrap(), array![[0, 1], [1, 1]]);
    assert_eq!(accuracy_score(&t, &p), Ok(1.0 / 3.0));
}

/// Counts of many labels, close to each other and far apart.
#[test]
fn many_labels() {
    let mut words = random_words(3);
    for factor in [1, 1 << 40] {
        let mut labels = || Array1::from_shape_simple_fn(50_000, || (words() % 30) as i64 * factor - 7);
        let (t, p) = (labels(), labels());
        let mut expected = Array2::<usize>::zeros((30, 30));
        let class = |label: i64| ((label + 7) / factor) as usize;
        t.iter().zip(&p).for_each(|(&t, &p)| expected[[class(t), class(p)]] += 1);
        assert_eq!(confusion_matrix(&t, &p, None).unwrap(), expected);
        let right = expected.diag().sum() as f64 / 50_000.0;
        assert_eq!(accuracy_score(&t, &p), Ok(right));
        assert_eq!(accuracy_score(&t, &t), Ok(1.0));
    }
}

#[test]
fn errors_of_labels() {
    let labels = array![1, 2, 3];
    let none = Array1::<i32>::zeros(0);
    shape_error(accuracy_score(&labels, &array![1]), "accuracy_score", "(3,) and (1,)");
    shape_error(confusion_matrix(&labels, &array![1], None), "confusion_matrix", "(3,) and (1,)");
    let is_empty = |e: &Error| matches!(e.kind(), ErrorKind::Empty { .. });
    error_kind(accuracy_score(&none, &none), |e| e.op() == "accuracy_score" && is_empty(e));
    error_kind(confusion_matrix(&none, &none, None), |e| e.op() == "confusion_matrix" && is_empty(e));
    let invalid = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "labels", .. });
    for wrong in [&[][..], &[1, 2, 1], &[1, 1], &[7], &[1 << 30, 1, 1 << 30]] {
        error_kind(confusion_matrix(&labels, &labels, Some(wrong)), invalid);
    }
    let endless = ndarray::arr0(1);
    let endless = endless.broadcast(1 << 60).unwrap();
    let too_large = |e: &Error| matches!(e.kind(), ErrorKind::TooLarge { .. });
    error_kind(accuracy_score(&endless, &endless), too_large);
    error_kind(confusion_matrix(&endless, &endless, None), too_large);
    error_kind(log_loss(&endless, &array![0.5]), too_large);
    // so many classes that no machine can address their square
    let many = Array1::from_iter(0..5_000_000_u64);
    error_kind(confusion_matrix(&many, &many, None), too_large);
}

fn golden_losses<T: Element + Real>() {
    let kind = if T::eps() < 1e-10 { "float64" } else { "float32" };
    golden::each_case(METRICS, "losses", |golden| {
        let near = |loss: T, expected: f64| agrees(loss, expected, 4.0 * T::eps() * expected.abs().max(1.0));
        let t = golden.input::<i64, Ix1>("t");
        near(log_loss(&t, &golden.input::<T, Ix2>("p")).unwrap(), golden.scalar(&format!("log_loss/{kind}")));
        let binary = golden.input::<i64, Ix1>("binary");
        let both = golden.input::<T, Ix1>("both");
        let expected = golden.scalar(&format!("binary/{kind}"));
        near(log_loss(&binary, &both).unwrap(), expected);
        near(log_loss(&binary.mapv(|t| t == 1), &both).unwrap(), expected);
        let logits = golden.input::<T, Ix2>("logits");
        near(cross_entropy(&t, &logits).unwrap(), golden.scalar("cross_entropy"));
    });
}

fn losses_in_every_layout<T: Element + Real>() {
    let x = matrix::<T>(6, 3, 1).mapv(Float::abs);
    let t = array![0_u8, 2, 1, 1, 0, 2];
    let (loss, entropy) = (arr0(log_loss(&t, &x).unwrap()), arr0(cross_entropy(&t, &x).unwrap()));
    each_layout(&x, |x| {
        same(&arr0(log_loss(&t, x).unwrap()), &loss);
        same(&arr0(cross_entropy(&t, x).unwrap()), &entropy);
    });
    let both = vector::<T>(6, 2).mapv(Float::abs);
    let binary = array![1_i32, 0, 0, 1, 1, 0];
    let loss = arr0(log_loss(&binary, &both).unwrap());
    each_stride(&both, |p| same(&arr0(log_loss(&binary, p).unwrap()), &loss));
    let wide = both.mapv(|p| array![T::one() - p, p]);
    let wide = Array2::from_shape_fn((6, 2), |(i, j)| wide[i][j]);
    same(&arr0(log_loss(&binary, &wide).unwrap()), &loss);
}

fn special_losses<T: Element + Real>() {
    let (zero, one, eps) = (T::zero(), T::one(), T::eps());
    // certain and wrong, certain and right
    let p = array![[zero, one], [zero, one]];
    agrees(log_loss(&array![0, 0], &p).unwrap(), -eps.ln(), 2.0 * eps * -eps.ln());
    agrees(log_loss(&array![1, 1], &p).unwrap(), eps, eps * eps);
    let nan = array![[T::nan(), one], [zero, one]];
    assert!(log_loss(&array![0, 1], &nan).unwrap().is_nan());
    assert!(log_loss(&array![1, 1], &nan).unwrap().is_finite());
    // logits far apart, whose probabilities round to 0 and 1
    let logits = array![[T::of(1000.0), zero], [zero, T::of(-100.0)]];
    assert_eq!(cross_entropy(&array![1, 0], &logits), Ok(T::of(500.0)));
    assert_eq!(cross_entropy(&array![0], &logits.slice(s![..1, ..])), Ok(zero));
    let tiny = cross_entropy(&array![0], &array![[T::of(40.0), zero]]).unwrap();
    agrees(tiny, (-40f64).exp(), 4.0 * eps * (-40f64).exp());
    assert_eq!(cross_entropy(&array![0], &array![[-T::infinity(), zero]]), Ok(T::infinity()));
    assert!(cross_entropy(&array![0], &array![[T::nan(), zero]]).unwrap().is_nan());
    assert_eq!(cross_entropy(&array![0], &array![[T::of(7.0)]]), Ok(zero));
}

fn errors_of_losses<T: Element + Real>() {
    fn refused<R: Debug>(name: &str, argument: &str, result: Result<R>) {
        error_kind(result, |e| {
            e.op() == name && matches!(e.kind(), ErrorKind::InvalidArgument { name, .. } if *name == argument)
        });
    }
    let half = T::of(0.5);
    let p = Array2::from_elem((2, 3), half);
    for wrong in [array![0, 3], array![-1, 0], array![i64::MAX, 0], array![0, i64::MIN]] {
        refused("log_loss", "y_true", log_loss(&wrong, &p));
        refused("log_loss", "y_true", log_loss(&wrong, &p.column(0)));
        refused("cross_entropy", "y_true", cross_entropy(&wrong, &p));
    }
    for wrong in [T::of(-0.1), T::of(1.5), T::infinity()] {
        refused("log_loss", "p", log_loss(&array![0, 1], &array![[half, wrong], [half, half]]));
        refused("log_loss", "p", log_loss(&array![0, 1], &array![half, wrong]));
    }
    shape_error(log_loss(&array![0], &p), "log_loss", "(1,) and (2, 3)");
    shape_error(log_loss(&array![0, 0], &p.slice(s![.., ..1])), "log_loss", "(2,) and (2, 1)");
    shape_error(log_loss(&array![0], &arr0(half)), "log_loss", "(1,) and ()");
    shape_error(cross_entropy(&array![0], &p), "cross_entropy", "(1,) and (2, 3)");
    shape_error(cross_entropy(&array![0, 1], &p.slice(s![.., ..0])), "cross_entropy", "(2,) and (2, 0)");
    let none = Array1::<u8>::zeros(0);
    let is_empty = |e: &Error| matches!(e.kind(), ErrorKind::Empty { .. });
    error_kind(log_loss(&none, &Array2::<T>::zeros((0, 3))), is_empty);
    error_kind(cross_entropy(&none, &Array2::<T>::zeros((0, 3))), is_empty);
}
