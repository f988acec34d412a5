//! Softmax, its logarithm and the logarithm of sums of exponentials, along every axis.

use super::*;
use ndarray::arr0;

for_real! {
    sixty_digits => sixty_digits;
    large => large;
    layouts => layouts;
    golden_lanes => golden;
    every_nan => every_nan;
    special => special;
    logarithms => logarithms;
}

fn sixty_digits<T: Element + Real>() {
    each_golden::<T>(ACTIVATION, |golden| {
        if !golden.is("function", "lane") {
            return;
        }
        let x = golden.input::<T, Ix1>("x");
        within_ulp(&softmax(&x), &golden.output("softmax"), 2.0);
        within_ulp(&log_softmax(&x), &golden.output("log_softmax"), 2.0);
        let expected = golden.output::<T, Ix1>("logsumexp");
        let tolerance = 2.0 * T::eps() * expected[0].f64().abs().max(1.0);
        close(&array![logsumexp(&x).unwrap()], &expected, tolerance);
    });
}

/// Every layout gives the same bits as the contiguous copy.
fn check<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>) {
    let copy = Array::from_shape_vec(x.raw_dim(), x.iter().copied().collect()).unwrap();
    let sum = logsumexp(&copy).unwrap();
    same(&arr0(logsumexp(x).unwrap()), &arr0(sum));
    for axis in (0..x.ndim()).map(Axis) {
        case(format!("{axis:?}"), || check_axis(x, &copy, axis));
    }
    let last = Axis(x.ndim() - 1);
    same(&softmax(x), &softmax_axis(x, last).unwrap());
    same(&log_softmax(x), &log_softmax_axis(x, last).unwrap());
}

/// A lane gives the same bits in every position; probabilities sum to 1.
fn check_axis<T: Element + Real, D: RemoveAxis>(x: &ArrayRef<T, D>, copy: &Array<T, D>, axis: Axis) {
    let (p, logs) = (softmax_axis(x, axis).unwrap(), log_softmax_axis(x, axis).unwrap());
    let sums = logsumexp_axis(x, axis).unwrap();
    let (mut p_twin, mut log_twin) = (x.to_owned(), x.to_owned());
    softmax_axis_inplace(&mut p_twin, axis).unwrap();
    log_softmax_axis_inplace(&mut log_twin, axis).unwrap();
    same(&p_twin, &p);
    same(&log_twin, &logs);
    for (((lane, p), logs), &sum) in
        copy.lanes(axis).into_iter().zip(p.lanes(axis)).zip(logs.lanes(axis)).zip(&sums)
    {
        let lane = lane.to_owned();
        same(&softmax(&lane), &p);
        same(&log_softmax(&lane), &logs);
        same(&arr0(logsumexp(&lane).unwrap()), &arr0(sum));
        let length = lane.len() as f64;
        assert!((p.iter().map(|p| p.f64()).sum::<f64>() - 1.0).abs() <= T::eps() * (length + 4.0));
    }
}

fn large<T: Element + Real>() {
    each_large(|_, x: &ArrayRef2<T>| {
        let mut fortran = Array2::zeros(x.dim().f());
        fortran.assign(x);
        for axis in [Axis(0), Axis(1)] {
            case(format!("{axis:?}"), || {
                let p = softmax_axis(x, axis).unwrap();
                same(&softmax_axis(&fortran, axis).unwrap(), &p);
                let other = Axis(1 - axis.0);
                let i = x.len_of(other) - 1;
                same(&p.index_axis(other, i), &softmax(&x.index_axis(other, i)));
                same(&logsumexp_axis(&fortran, axis).unwrap(), &logsumexp_axis(x, axis).unwrap());
                same(&log_softmax_axis(&fortran, axis).unwrap(), &log_softmax_axis(x, axis).unwrap());
            });
        }
    });
}

fn layouts<T: Element + Real>() {
    each_layout_of_activations!(check::<T>);
}

fn golden_of<T: Element + Real, D: RemoveAxis>(golden: &Golden) {
    let x = golden.input::<T, D>("x");
    // sums of up to 40 exponentials, each exact to a few EPSILON of an argument up to 50
    let relative = T::eps() * 128.0;
    let tiny = <T as num_traits::Float>::min_positive_value().f64();
    let normal = |x: Array<T, D>| x.mapv(|x| if x.f64() < tiny { T::zero() } else { x });
    close_relative(&normal(softmax(&x)), &normal(golden.output("softmax")), relative);
    for axis in 0..x.ndim() {
        let expected = golden.output::<T, D>(&format!("softmax_axis/{axis}"));
        close_relative(&normal(softmax_axis(&x, Axis(axis)).unwrap()), &normal(expected), relative);
    }
}

fn golden<T: Element + Real>() {
    each_golden::<T>(ELEMENTWISE, |golden| by_dimension!(golden, "x", golden_of::<T>));
}

fn every_nan<T: Element + Real>() {
    each_nan(|x: &Array1<T>| {
        assert!(logsumexp(x).unwrap().is_nan());
        // along the other axis, and one among numbers
        let n = x.len();
        let mut table = Array2::<T>::zeros((3, n));
        table.row_mut(1).assign(x);
        for axis in [Axis(0), Axis(1)] {
            let lanes = logsumexp_axis(&table, axis).unwrap();
            assert_eq!(lanes.iter().filter(|y| y.is_nan()).count(), if axis == Axis(0) { n } else { 1 });
            for y in [softmax_axis(&table, axis).unwrap(), log_softmax_axis(&table, axis).unwrap()] {
                assert!(y.row(1).iter().all(|y| y.is_nan()));
            }
        }
    });
}

fn special<T: Element + Real>() {
    let (nan, inf, of) = (f64::NAN, f64::INFINITY, six::<T>);
    assert!(softmax(&of([nan, inf, -inf, 0.0, -0.0, -1000.0])).iter().all(|x| x.is_nan()));
    assert!(softmax(&of([inf, 0.0, 0.0, 0.0, 0.0, 0.0])).iter().all(|x| x.is_nan()));
    assert!(softmax(&of([-inf; 6])).iter().all(|x| x.is_nan()));
    same(&softmax(&of([-inf, 0.0, 0.0, 0.0, 0.0, -inf])), &of([0.0, 0.25, 0.25, 0.25, 0.25, 0.0]));
    same(&softmax(&of([1e30; 6])), &softmax(&of([0.0; 6])));
    for shape in [(0, 3), (3, 0), (0, 0)] {
        assert_eq!(softmax_axis(&Array2::<T>::zeros(shape), Axis(0)).unwrap().dim(), shape);
    }
    same(&softmax(&arr0(T::of(7.0))), &arr0(T::one()));
    assert!(softmax(&arr0(T::nan())).into_scalar().is_nan());
}

fn logarithms<T: Element + Real>() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let (one, two) = (|x| array![T::of(x)], |x, y| array![T::of(x), T::of(y)]);
    same(&log_softmax(&two(inf, 0.0)), &two(nan, -inf));
    same(&log_softmax(&two(-inf, -inf)), &two(nan, nan));
    same(&log_softmax(&two(-inf, 0.0)), &two(-inf, 0.0));
    // small terms are not lost beside the largest one
    for x in [20.0, 40.0f64, 60.0, 80.0] {
        let rest = (-x).exp().ln_1p();
        within_ulp(&log_softmax(&two(0.0, -x)), &two(-rest, -x - rest), 2.0);
        within_ulp(&array![logsumexp(&two(0.0, -x)).unwrap()], &one(rest), 2.0);
    }
    for (pair, sum) in
        [((inf, 0.0), inf), ((-inf, -inf), -inf), ((inf, nan), nan), ((-inf, 3.0), 3.0), ((inf, -inf), inf)]
    {
        same(&array![logsumexp(&two(pair.0, pair.1)).unwrap()], &one(sum));
    }
    same(&array![logsumexp(&Array1::<T>::zeros(0)).unwrap()], &one(-inf));
    same(&logsumexp_axis(&Array2::<T>::zeros((0, 2)), Axis(0)).unwrap(), &two(-inf, -inf));
    same(&logsumexp_axis(&Array2::<T>::zeros((0, 2)), Axis(1)).unwrap(), &Array1::zeros(0));
}

#[test]
fn an_axis_that_is_not_there() {
    let is_axis = |e: &Error| {
        matches!((e.op(), e.kind()), ("softmax_axis", ErrorKind::InvalidArgument { name: "axis", .. }))
    };
    let any = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. });
    let mut x = array![1.0];
    error_kind(softmax_axis_inplace(&mut x, Axis(1)), any);
    error_kind(log_softmax_axis_inplace(&mut x, Axis(1)), any);
    error_kind(log_softmax_axis(&x, Axis(1)), any);
    error_kind(logsumexp_axis(&x, Axis(1)), any);
    error_kind(softmax_axis(&array![1.0], Axis(1)), is_axis);
    error_kind(softmax_axis(&array![[1.0]], Axis(2)), is_axis);
    error_kind(softmax_axis(&arr0(1.0), Axis(0)), is_axis);
}

/// Views that would take years or all memory are refused; in-place functions need no memory.
#[test]
fn views_of_absurd_size() {
    let zero = arr0(0.0_f64);
    let zeros = zero.broadcast((1 << 40, 1 << 20)).unwrap();
    error_kind(logsumexp(&zeros), |e| {
        matches!((e.op(), e.kind()), ("logsumexp", ErrorKind::TooLarge { .. }))
    });
    error_kind(logsumexp_axis(&zeros, Axis(1)), |e| {
        matches!((e.op(), e.kind()), ("logsumexp_axis", ErrorKind::TooLarge { .. }))
    });
    error_kind(softmax_axis(&zeros, Axis(0)), |e| {
        matches!((e.op(), e.kind()), ("softmax_axis", ErrorKind::TooLarge { .. }))
    });
}
