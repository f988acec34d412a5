//! Counts of whole numbers: NumPy's, of every type, in every stride.

use crate::common::assert::*;
use crate::common::golden::{LISTS, each_case};
use linstat::*;
use ndarray::{Array1, ArrayView1, Ix1, arr0, array, s};

/// Calls `f` with the same values in several strides.
fn each_stride<T: Copy>(x: &Array1<T>, f: impl Fn(ArrayView1<'_, T>)) {
    f(x.view());
    f(x.slice(s![..;-1]).to_owned().slice(s![..;-1]));
    let doubled: Array1<T> = x.iter().flat_map(|&x| [x, x]).collect();
    f(doubled.slice(s![..;2]));
}

#[test]
fn numpy() {
    each_case(LISTS, "bincount", |golden| {
        let (x, weights) = (golden.input::<i64, Ix1>("x"), golden.input::<f32, Ix1>("weights"));
        let minlength = golden.number("minlength") as usize;
        let counts = golden.output::<usize, Ix1>("counts");
        let sums = golden.output::<f64, Ix1>("sums");
        macro_rules! check {
            ($($t:ident)*) => {$(
                each_stride(&x.mapv(|x| x as $t), |x| {
                    assert_eq!(bincount(&x, minlength).unwrap(), counts);
                    each_stride(&weights, |weights| {
                        identical(&bincount_weighted(&x, &weights, minlength).unwrap(), &sums);
                        let wide = weights.mapv(f64::from);
                        identical(&bincount_weighted(&x, &wide, minlength).unwrap(), &sums);
                    });
                });
            )*};
        }
        check!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
    });
    assert_eq!(bincount(&array![true, false, true], 0).unwrap(), array![1, 2]);
}

/// The weights are added in order, in f64.
#[test]
fn weights_in_order() {
    let weights = array![1e16, 1.0, -1e16, 1.0];
    assert_eq!(bincount_weighted(&array![0, 0, 0, 0], &weights, 0).unwrap(), array![1.0]);
    assert!(bincount_weighted(&array![1, 0], &array![f64::NAN, 2.0], 0).unwrap()[1].is_nan());
}

#[test]
fn refused() {
    error_kind(
        bincount(&array![1, -2], 0),
        |e| matches!((e.op(), e.kind()), ("bincount", ErrorKind::InvalidArgument { name: "x", reason }) if reason.contains("-2 at [1]")),
    );
    shape_error(bincount_weighted(&array![1, 2], &array![1.0], 0), "bincount_weighted", "(2,) and (1,)");
    let too_large = |e: &Error| matches!(e.kind(), ErrorKind::TooLarge { .. });
    for (x, minlength) in [(usize::MAX, 0), (usize::MAX - 1, 0), (1 << 60, 0), (1, usize::MAX), (0, 1 << 58)]
    {
        error_kind(bincount(&array![x], minlength), too_large);
        error_kind(bincount_weighted(&array![x], &array![1.0], minlength), too_large);
    }
    let one = arr0(1);
    error_kind(bincount(&one.broadcast(1 << 61).unwrap(), 0), too_large);
}
