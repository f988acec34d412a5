//! Several axes at once: the same bits as one axis into which they were merged, in every layout.

use crate::common::assert::*;
use crate::common::{Stored, on_threads};
use linstat::QuantileMethod::{Hazen, Lower};
use linstat::*;
use ndarray::{
    Array, Array1, Array2, Array3, Array4, ArrayD, ArrayRef, ArrayViewD, Axis, IxDyn, ShapeBuilder, Slice,
    arr0, array,
};

/// Calls `f` with every list of different axes, in ascending and in descending order.
fn each_list(ndim: usize, f: impl Fn(&[Axis])) {
    for set in 0..1_usize << ndim {
        let mut axes: Vec<Axis> = (0..ndim).filter(|i| set >> i & 1 == 1).map(Axis).collect();
        case(format!("{axes:?}"), || f(&axes));
        if axes.len() > 1 {
            axes.reverse();
            case(format!("{axes:?}"), || f(&axes));
        }
    }
}

/// A copy in C order with these axes merged into the last one.
fn merged<T: Stored>(x: &ArrayViewD<'_, T>, axes: &[Axis]) -> ArrayD<T> {
    let others: Vec<usize> = (0..x.ndim()).filter(|&i| !axes.contains(&Axis(i))).collect();
    let mut ascending: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
    ascending.sort();
    let order: Vec<usize> = others.iter().chain(&ascending).copied().collect();
    let mut shape: Vec<usize> = others.iter().map(|&i| x.shape()[i]).collect();
    shape.push(ascending.iter().map(|&i| x.shape()[i]).product());
    let elements = x.view().permuted_axes(order).iter().copied().collect();
    Array::from_shape_vec(shape, elements).unwrap()
}

/// The shape of a result that keeps the axes.
fn kept(shape: &[usize], axes: &[Axis]) -> Vec<usize> {
    (0..shape.len()).map(|i| if axes.contains(&Axis(i)) { 1 } else { shape[i] }).collect()
}

fn check_all<T: Stored + Averaged<K> + Summed<K>, K>(x: &ArrayViewD<'_, T>)
where
    T::Sum: Stored,
    T::Mean: Stored,
{
    each_list(x.ndim(), |axes| {
        let merged = merged(x, axes);
        let last = Axis(merged.ndim() - 1);
        let shape = kept(x.shape(), axes);
        macro_rules! same_as_one_axis {
            ($($op:ident($($argument:expr),*);)*) => {$(
                let expected = $op(&merged $(, $argument)*, last).unwrap();
                identical(&$op(x $(, $argument)*, axes).unwrap(), &expected);
                let with_ones = $op(x $(, $argument)*, KeepDims(axes)).unwrap();
                assert_eq!(with_ones.shape(), shape, "{}", stringify!($op));
                identical(&with_ones.to_shape(expected.raw_dim()).unwrap(), &expected);
            )*};
        }
        same_as_one_axis! {
            sum_axis();
            prod_axis();
            min_axis();
            max_axis();
            ptp_axis();
            nansum_axis();
            nanprod_axis();
            nanmin_axis();
            nanmax_axis();
            all_axis();
            any_axis();
            count_nonzero_axis();
            mean_axis();
            nanmean_axis();
            var_axis(0);
            std_axis(0);
            nanvar_axis(0);
            nanstd_axis(0);
            central_moment_axis(3);
            skewness_axis();
            kurtosis_axis();
            median_axis();
            nanmedian_axis();
            quantile_axis(0.3, Hazen);
            percentile_axis(70.0, Hazen);
            nanquantile_axis(0.3, Hazen);
            nanpercentile_axis(70.0, Hazen);
            quantile_element_axis(0.6, Lower);
            argmin_axis();
            argmax_axis();
        }
        // a lane may have only NaN
        macro_rules! same_or_refused {
            ($($op:ident)*) => {$(
                match $op(&merged, last) {
                    Ok(expected) => {
                        identical(&$op(x, axes).unwrap(), &expected);
                        let with_ones = $op(x, KeepDims(axes)).unwrap();
                        assert_eq!(with_ones.shape(), shape);
                        identical(&with_ones.to_shape(expected.raw_dim()).unwrap(), &expected);
                    }
                    Err(expected) => assert_eq!($op(x, axes).unwrap_err(), expected),
                }
            )*};
        }
        same_or_refused! { nanargmin_axis nanargmax_axis }
        check_averages(x, &merged, axes);
        let shape = [&[3], &shape[..]].concat();
        macro_rules! several {
            ($($op:ident($q:expr);)*) => {$(
                let expected = $op(&merged, $q, Hazen, last).unwrap();
                identical(&$op(x, $q, Hazen, axes).unwrap(), &expected);
                let with_ones = $op(x, $q, Hazen, KeepDims(axes)).unwrap();
                assert_eq!(with_ones.shape(), shape);
                identical(&with_ones.to_shape(expected.raw_dim()).unwrap(), &expected);
            )*};
        }
        several! {
            quantile_axis([0.9, 0.0, 0.5]);
            percentile_axis([90.0, 0.0, 50.0]);
            nanquantile_axis([0.9, 0.0, 0.5]);
            nanpercentile_axis([90.0, 0.0, 50.0]);
        }
    });
}

/// Weighted means of lanes, with weights of the lengths of the axes and of the shape of the array.
fn check_averages<T: Stored + Averaged<K>, K>(x: &ArrayViewD<'_, T>, merged: &ArrayD<T>, axes: &[Axis])
where
    T::Average: Stored,
{
    let last = Axis(merged.ndim() - 1);
    let n = merged.len_of(last);
    let weight = |i: usize| T::Average::of(1.0 + (i * 7 % 5) as f64 / 4.0);
    let weights = Array1::from_shape_fn(n, weight);
    let expected = average_axis(merged, &weights, last).unwrap();
    // from ascending axes to the order in which they are given
    let mut ascending = axes.to_vec();
    ascending.sort_by_key(|axis| axis.0);
    let shape: Vec<usize> = ascending.iter().map(|&axis| x.len_of(axis)).collect();
    let place = |axis| ascending.iter().position(|&other| other == axis).unwrap();
    let order: Vec<usize> = axes.iter().map(|&axis| place(axis)).collect();
    let weights = weights.into_shape_with_order(shape).unwrap().permuted_axes(order);
    identical(&average_axis(x, &weights, axes).unwrap(), &expected);
    let with_ones = average_axis(x, &weights, KeepDims(axes)).unwrap();
    assert_eq!(with_ones.shape(), kept(x.shape(), axes));
    identical(&with_ones.to_shape(expected.raw_dim()).unwrap(), &expected);
    if x.ndim() == 1 {
        return;
    }
    let all = Array1::from_shape_fn(x.len(), |i| weight(i * i)).into_shape_with_order(x.raw_dim()).unwrap();
    let lanes = self::merged(&all.view(), axes);
    let lanes = merged.lanes(last).into_iter().zip(lanes.lanes(last));
    let expected: Vec<_> = lanes.map(|(x, weights)| average(&x, &weights).unwrap()).collect();
    let expected = Array::from_shape_vec(kept(x.shape(), axes), expected).unwrap();
    let fortran = all.t().as_standard_layout().into_owned().reversed_axes();
    let mut backwards = ArrayD::<T::Average>::default(all.raw_dim());
    backwards.invert_axis(Axis(0));
    backwards.assign(&all);
    for weights in [&all, &fortran, &backwards] {
        identical(&average_axis(x, weights, KeepDims(axes)).unwrap(), &expected);
    }
    let without = average_axis(x, &all, axes).unwrap();
    identical(&without.to_shape(expected.raw_dim()).unwrap(), &expected);
}

/// Calls `f` with these values in C and in Fortran order, with the axes in another order, with steps and
/// reversed, and with repeated parts.
fn each_view<T: Stored>(x: &ArrayD<T>, f: impl Fn(&ArrayViewD<'_, T>)) {
    case("in C order", || f(&x.view()));
    let mut fortran = Array::from_elem(x.raw_dim().f(), T::default());
    fortran.assign(x);
    case("in Fortran order", || f(&fortran.view()));
    let mut order: Vec<usize> = (0..x.ndim()).collect();
    order.rotate_left(1);
    case("with the axes in another order", || f(&x.view().permuted_axes(order)));
    for steps in [[-1isize, 1, -1, 1], [2, 1, -1, -2], [1, 1, 3, 1]] {
        let steps = &steps[..x.ndim()];
        let wide: Vec<usize> = x.shape().iter().zip(steps).map(|(n, step)| n * step.unsigned_abs()).collect();
        let mut base = ArrayD::<T>::default(wide);
        let mut view = base.view_mut();
        (0..x.ndim()).for_each(|i| view.slice_axis_inplace(Axis(i), Slice::new(0, None, steps[i])));
        view.assign(x);
        case(format!("in steps {steps:?}"), || f(&view.view()));
    }
    for i in 0..x.ndim() {
        let part = x.slice_axis(Axis(i), Slice::from(..1));
        case(format!("repeated along {i}"), || f(&part.broadcast(x.raw_dim()).unwrap()));
    }
}

fn random_array<T: Stored>(shape: &[usize], of: impl Fn(f64) -> T) -> ArrayD<T> {
    let mut next = crate::common::random(shape.len() as u64);
    Array::from_shape_simple_fn(IxDyn(shape), || of(next()))
}

#[test]
fn as_one_axis_in_every_layout() {
    for shape in [&[3, 4, 5][..], &[2, 3, 1, 4], &[7], &[5, 6]] {
        each_view(&random_array(shape, |x| x * 1e3), check_all::<f64, _>);
        each_view(&random_array(shape, |x| (100.0 * x) as i16), check_all::<i16, _>);
    }
    check_all::<f64, _>(&random_array(&[2, 1, 30, 20], |x| x).view());
    each_view(&random_array(&[3, 4, 5], |x| if x > 0.8 { f64::NAN } else { x }), check_all::<f64, _>);
    each_view(&random_array(&[3, 4, 5], |x| x as f32), check_all::<f32, _>);
    each_view(&random_array(&[3, 4, 5], |x| (1e9 * x) as i32), check_all::<i32, _>);
    each_view(&random_array(&[3, 4, 5], |x| x > 0.0), check_all::<bool, _>);
}

/// Longer than the blocks of sums, and on several threads.
#[test]
fn long_lanes() {
    let x = Array3::from_shape_fn((60, 100, 70), |(i, j, k)| ((i * 7 + j * 31 + k * 17) % 1009) as f64 * 0.1);
    for axes in [[Axis(0), Axis(2)], [Axis(0), Axis(1)], [Axis(2), Axis(1)]] {
        let merged = merged(&x.view().into_dyn(), &axes);
        let fortran = x.t().as_standard_layout().into_owned().reversed_axes();
        for x in [x.view(), fortran.view()] {
            identical(&mean_axis(&x, axes).unwrap(), &mean_axis(&merged, Axis(1)).unwrap());
            identical(&sum_axis(&x, axes).unwrap(), &sum_axis(&merged, Axis(1)).unwrap());
            identical(&var_axis(&x, 1, axes).unwrap(), &var_axis(&merged, 1, Axis(1)).unwrap());
            identical(&median_axis(&x, axes).unwrap(), &median_axis(&merged, Axis(1)).unwrap());
            let weights = x.mapv(|x| x * x + 1.0);
            let lanes = self::merged(&weights.view().into_dyn(), &axes);
            let expected: Vec<f64> = (merged.outer_iter().zip(lanes.outer_iter()))
                .map(|(x, weights)| average(&x, &weights).unwrap())
                .collect();
            for threads in [1, 3] {
                let found = on_threads(threads, || average_axis(&x, &weights, axes).unwrap());
                identical(&found, &Array1::from_vec(expected.clone()));
            }
        }
    }
}

/// The result has as many axes, known to the compiler, as are left.
#[test]
fn types_of_results() {
    let x = Array4::from_shape_fn((2, 3, 4, 5), |(i, j, k, l)| (i + 10 * j + 100 * k + 1000 * l) as f64);
    let one: Array3<f64> = max_axis(&x, [Axis(1)]).unwrap();
    let two: Array2<f64> = max_axis(&x, [Axis(3), Axis(0)]).unwrap();
    let three: Array1<f64> = max_axis(&x, [Axis(0), Axis(3), Axis(1)]).unwrap();
    let four = max_axis(&x, [Axis(0), Axis(1), Axis(2), Axis(3)]).unwrap().into_scalar();
    assert_eq!((one[[1, 2, 3]], two[[2, 1]], three[2], four), (3221.0, 4121.0, 4221.0, 4321.0));
    let list: ArrayD<f64> = max_axis(&x, &[Axis(3), Axis(0)]).unwrap();
    assert_eq!(list, two.into_dyn());
    let slice: ArrayD<f64> = max_axis(&x, &[Axis(3), Axis(0)][1..]).unwrap();
    assert_eq!(slice, max_axis(&x, Axis(0)).unwrap().into_dyn());
    let kept: Array4<f64> = min_axis(&x, KeepDims(Axis(2))).unwrap();
    assert_eq!(kept.dim(), (2, 3, 1, 5));
    let kept: Array4<f64> = min_axis(&x, KeepDims([Axis(2), Axis(0)])).unwrap();
    assert_eq!(kept.dim(), (1, 3, 1, 5));
    let stacked: Array3<f64> = quantile_axis(&x, [0.0, 1.0], Hazen, [Axis(2), Axis(0)]).unwrap();
    assert_eq!((stacked.dim(), stacked[[1, 2, 4]]), ((2, 3, 5), 4321.0));
    let stacked: ndarray::Array5<f64> = quantile_axis(&x, [0.0, 1.0], Hazen, KeepDims(Axis(1))).unwrap();
    assert_eq!((stacked.dim(), stacked[[1, 1, 0, 3, 4]]), ((2, 2, 1, 4, 5), 4321.0));
    // no axes: lanes of one element
    assert_eq!(sum_axis(&x, &[]).unwrap(), x.clone().into_dyn());
    assert!(var_axis(&x, 0, &[]).unwrap().iter().all(|&x| x == 0.0));
    let number = arr0(5_i32);
    assert_eq!(sum_axis(&number, &[]).unwrap().into_dimensionality::<ndarray::Ix0>().unwrap(), arr0(5_i64));
    fn generic<D: ndarray::RemoveAxis>(x: &ArrayRef<f64, D>) -> Array<f64, D::Smaller> {
        mean_axis(x, Axis(0)).unwrap()
    }
    assert_eq!(generic(&array![[1.0, 2.0], [3.0, 4.0]]), array![2.0, 3.0]);
}

#[test]
fn refused() {
    let x = Array3::<f64>::zeros((2, 3, 4));
    let is_axis = |e: &Error| matches!(e.kind(), ErrorKind::InvalidArgument { name: "axis", .. });
    for axes in [[Axis(0), Axis(3)], [Axis(1), Axis(1)], [Axis(usize::MAX), Axis(0)]] {
        error_kind(sum_axis(&x, axes), |e| is_axis(e) && e.op() == "sum_axis");
        error_kind(max_axis(&x, axes), is_axis);
        error_kind(ptp_axis(&x, axes), |e| is_axis(e) && e.op() == "ptp_axis");
        error_kind(nansum_axis(&x, axes), |e| is_axis(e) && e.op() == "nansum_axis");
        error_kind(all_axis(&x, axes), is_axis);
        error_kind(median_axis(&x, axes), is_axis);
        error_kind(mean_axis(&x, KeepDims(axes)), is_axis);
        error_kind(std_axis(&x, 1, axes), |e| is_axis(e) && e.op() == "std_axis");
        error_kind(quantile_axis(&x, [0.1], Hazen, &axes), is_axis);
        error_kind(argmin_axis(&x, axes), |e| is_axis(e) && e.op() == "argmin_axis");
        error_kind(nanargmax_axis(&x, axes), |e| is_axis(e) && e.op() == "nanargmax_axis");
        error_kind(average_axis(&x, &x, axes), |e| is_axis(e) && e.op() == "average_axis");
        error_kind(average_axis(&x, &array![[1.0]], axes), is_axis);
    }
    for weights in [&[4, 2][..], &[2, 3], &[8], &[2, 1, 4], &[]] {
        let weights = ArrayD::<f64>::ones(weights);
        error_kind(average_axis(&x, &weights, [Axis(0), Axis(2)]), |e| {
            e.op() == "average_axis" && matches!(e.kind(), ErrorKind::Shape { .. })
        });
    }
    // one lane without weight
    let mut weights = Array3::<f64>::ones((2, 3, 4));
    weights.index_axis_mut(Axis(1), 1).fill(0.0);
    error_kind(average_axis(&x, &weights, [Axis(0), Axis(2)]), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "weights", .. })
    });
    assert!(average_axis(&x, &weights, Axis(1)).is_ok());
    let vector = array![1.0, 2.0];
    error_kind(sum_axis(&vector, [Axis(0), Axis(1), Axis(2)]), is_axis);
    error_kind(sum_axis(&vector, [Axis(0), Axis(0)]), is_axis);
    error_kind(var_axis(&x, 8, [Axis(0), Axis(2)]), |e| {
        matches!(e.kind(), ErrorKind::InvalidArgument { name: "ddof", .. })
    });
    assert!(var_axis(&x, 7, [Axis(0), Axis(2)]).is_ok());
    // NumPy's rules for empty arrays
    let none = Array3::<f64>::zeros((2, 0, 4));
    assert_eq!(sum_axis(&none, [Axis(0), Axis(1)]).unwrap(), array![0.0, 0.0, 0.0, 0.0]);
    assert_eq!(prod_axis(&none, [Axis(1), Axis(2)]).unwrap(), array![1.0, 1.0]);
    assert_eq!(mean_axis(&none, [Axis(0), Axis(2)]).unwrap().len(), 0);
    assert_eq!(max_axis(&none, [Axis(0), Axis(2)]).unwrap().len(), 0);
    let is_empty = |e: &Error| *e.kind() == ErrorKind::Empty { found: "(2, 0, 4)".into() };
    error_kind(mean_axis(&none, [Axis(0), Axis(1)]), is_empty);
    error_kind(min_axis(&none, [Axis(2), Axis(1)]), is_empty);
    error_kind(nanmin_axis(&none, [Axis(2), Axis(1)]), is_empty);
    error_kind(ptp_axis(&none, [Axis(2), Axis(1)]), is_empty);
    error_kind(median_axis(&none, KeepDims([Axis(2), Axis(1)])), is_empty);
    error_kind(argmax_axis(&none, KeepDims(Axis(1))), is_empty);
    error_kind(average_axis(&none, &none, [Axis(2), Axis(1)]), is_empty);
    error_kind(average_axis(&none, &Array2::<f64>::zeros((4, 0)), [Axis(2), Axis(1)]), is_empty);
    assert_eq!(average_axis(&none, &none, [Axis(0), Axis(2)]).unwrap().len(), 0);
    assert_eq!(average_axis(&none, &Array2::<f64>::zeros((2, 4)), [Axis(0), Axis(2)]).unwrap().len(), 0);
    let nothing = Array3::<f64>::zeros((0, 0, 4));
    assert_eq!(mean_axis(&nothing, [Axis(1), Axis(2)]).unwrap().len(), 0);
    error_kind(min_axis(&nothing, [Axis(1), Axis(2)]), |e| matches!(e.kind(), ErrorKind::Empty { .. }));
    // more elements than memory can hold
    let absurd = arr0(1.0);
    let absurd = absurd.broadcast((1 << 30, 3, 1 << 30)).unwrap();
    for result in [sum_axis(&absurd, [Axis(0), Axis(2)]), median_axis(&absurd, [Axis(0), Axis(2)])] {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    }
    error_kind(mean_axis(&absurd, [Axis(0), Axis(1)]), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    error_kind(average_axis(&absurd, &absurd, Axis(1)), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    let long = ndarray::ArrayViewD::<f64>::from_shape(vec![1 << 40, 0, 1 << 20], &[]).unwrap();
    assert_eq!(sum_axis(&long, [Axis(1), Axis(0)].as_slice()).unwrap().len(), 1 << 20);
    error_kind(sum_axis(&long, &[Axis(1)]), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    assert_eq!(mean_axis(&long, &[Axis(0), Axis(2)]).unwrap().len(), 0);
}
