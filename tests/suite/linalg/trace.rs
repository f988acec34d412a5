//! Diagonals and traces of matrices and stacks, against their definition.

use crate::common::assert::*;
use crate::common::layouts::each_layout;
use crate::common::*;
use linstat::{ErrorKind, diagonal, trace, trace_offset};
use ndarray::{Array1, Array2, Array3, ArrayD, Axis};

for_scalar! { matrices => matrices; }

fn matrices<T: Element>() {
    for (m, n) in [(3, 3), (2, 5), (5, 2), (1, 1), (0, 3), (3, 0)] {
        let a = matrix::<T>(m, n, 1);
        for offset in [0, 1, -1, 3, -4, 7, isize::MAX, isize::MIN] {
            let column =
                |i: usize| usize::try_from((i as isize).saturating_add(offset)).ok().filter(|&j| j < n);
            let expected: Array1<T> = (0..m).filter_map(|i| Some(a[[i, column(i)?]])).collect();
            let sum = expected.iter().fold(T::zero(), |sum, &x| sum + x);
            each_layout(&a, |a| {
                same(&diagonal(a, offset).unwrap(), &expected);
                assert_eq!(trace_offset(a, offset), Ok(sum));
                if offset == 0 {
                    assert_eq!(trace(a), sum);
                }
            });
            // the matrices of a stack, in any place
            let stack = Array3::from_shape_fn((m, 4, n), |(i, k, j)| a[[i, j]] * T::new(k as f64, 0.0));
            let stack = stack.permuted_axes((1, 0, 2));
            let (diagonals, sums) =
                (diagonal(&stack, offset).unwrap(), trace_offset(&stack, offset).unwrap());
            assert_eq!((diagonals.dim(), sums.dim()), ((4, expected.len()), 4));
            for (k, one) in stack.outer_iter().enumerate() {
                same(&diagonals.row(k), &diagonal(&one, offset).unwrap());
                assert_eq!(sums[k], trace_offset(&one, offset).unwrap());
            }
        }
    }
}

#[test]
fn what_has_no_diagonal() {
    shape_error(diagonal(&ArrayD::<f64>::zeros(vec![3]), 0), "diagonal", "(3,)");
    shape_error(trace_offset(&ArrayD::<f64>::zeros(vec![]), 0), "trace_offset", "()");
    let one = Array2::<f64>::ones((1, 1));
    let endless = one.view().insert_axis(Axis(0));
    let endless = endless.broadcast((1 << 50, 1, 1)).unwrap();
    for result in [diagonal(&endless, 0).map(drop), trace_offset(&endless, 0).map(drop)] {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    }
}
