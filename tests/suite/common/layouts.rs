//! The same values in every memory layout, with NaN in the gaps, so that reading a gap is detected.

use super::assert::{case, fail};
use super::{Element, Stored};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, ArrayView1, ArrayView2, Axis, ShapeBuilder, Slice};

/// Steps along rows and columns: unchanged, sliced, reversed, and both.
const STEPS: &[(isize, isize)] =
    &[(1, 1), (3, 1), (1, 3), (3, 3), (-1, 1), (1, -1), (-1, -1), (-1, -2), (-2, -1), (3, -2)];

/// Calls `f` with the values of `a` in every layout: each order with each pair of steps, and broadcast
/// (stride 0) if all rows or all columns are equal. Transposes of C order are in Fortran order.
pub fn each_layout<T: Element>(a: &Array2<T>, f: impl Fn(&ArrayRef2<T>)) {
    each_layout_mut(a.dim(), |view| {
        view.assign(a);
        f(view);
    });
    for (axis, line) in [(0, a.rows().into_iter().next()), (1, a.columns().into_iter().next())] {
        let Some(line) = line else { continue };
        if a.axis_iter(Axis(axis)).all(|other| other == line) {
            let line = line.to_owned().insert_axis(Axis(axis));
            let view: ArrayView2<'_, T> = line.broadcast(a.dim()).unwrap();
            case(format!("{} {:?} broadcast along {axis}", T::NAME, a.dim()), || f(&view));
        }
    }
}

/// Calls `f` with arrays of this shape in every layout, full of NaN, and fails if `f` writes into a gap.
pub fn each_layout_mut<T: Element>(shape: (usize, usize), f: impl Fn(&mut ArrayRef2<T>)) {
    each_layout_full_of(T::new(f64::NAN, f64::NAN), shape, f);
}

/// As [`each_layout_mut`], with arrays and gaps that are full of this element.
pub fn each_layout_full_of<T: Stored>(filler: T, shape: (usize, usize), f: impl Fn(&mut ArrayRef2<T>)) {
    for fortran in [false, true] {
        for &(row_step, col_step) in STEPS {
            let steps = (row_step.unsigned_abs(), col_step.unsigned_abs());
            let (rows, cols) = (shape.0 * steps.0, shape.1 * steps.1);
            let mut base = Array2::from_elem((rows.max(1), cols.max(1)).set_f(fortran), filler);
            base.slice_axis_inplace(Axis(0), Slice::new(0, Some(rows as isize), 1));
            base.slice_axis_inplace(Axis(1), Slice::new(0, Some(cols as isize), 1));
            let order = if fortran { "F" } else { "C" };
            let name = format!("{} {shape:?} in order {order}, steps {:?}", T::NAME, (row_step, col_step));
            case(name, || {
                let mut view = base.view_mut();
                view.slice_axis_inplace(Axis(0), Slice::new(0, None, row_step));
                view.slice_axis_inplace(Axis(1), Slice::new(0, None, col_step));
                f(&mut view);
                view.fill(filler);
                if !base.iter().all(|x| x.bits() == filler.bits()) {
                    fail("a gap was filled");
                }
            });
        }
    }
}

/// Calls `f` with the values of `x` in every stride.
pub fn each_stride<T: Element>(x: &Array1<T>, f: impl Fn(&ArrayRef1<T>)) {
    for step in [1isize, 3, -1, -2] {
        let mut base = Array1::from_elem(x.len() * step.unsigned_abs(), T::new(f64::NAN, f64::NAN));
        let mut view = base.view_mut();
        view.slice_axis_inplace(Axis(0), Slice::new(0, None, step));
        view.assign(x);
        case(format!("{} ({},) in steps of {step}", T::NAME, x.len()), || f(&view));
    }
    if let Some(&first) = x.first()
        && x.iter().all(|&other| other == first)
    {
        let one = Array1::from_elem(1, first);
        let view: ArrayView1<'_, T> = one.broadcast(x.len()).unwrap();
        case(format!("{} ({},) broadcast", T::NAME, x.len()), || f(&view));
    }
}

mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn every_layout_shows_the_same_values_with_the_strides_it_claims() {
        let a = Array2::from_shape_fn((4, 5), |(i, j)| (10 * i + j) as f64);
        let strides = RefCell::new(Vec::new());
        each_layout(&a, |view| {
            assert_eq!(view, &a);
            strides.borrow_mut().push((view.strides()[0], view.strides()[1]));
        });
        for expected in
            [(5, 1), (1, 4), (-5, 1), (5, -1), (-5, -1), (15, 1), (15, 3), (1, 12), (-10, -2), (-1, -8)]
        {
            assert!(strides.borrow().contains(&expected), "{expected:?} is not in {strides:?}");
        }
        let mut unique = strides.into_inner();
        unique.sort();
        unique.dedup();
        assert!(unique.len() >= 18, "{unique:?}");
    }

    #[test]
    fn equal_rows_are_also_broadcast() {
        let zero_strides = RefCell::new(0);
        each_layout(&Array2::from_elem((3, 4), 7.0), |view| {
            *zero_strides.borrow_mut() += view.strides().iter().filter(|&&s| s == 0).count();
        });
        assert_eq!(zero_strides.into_inner(), 2);
        let count = RefCell::new(0);
        each_stride(&Array1::from_elem(3, 7.0), |view| {
            assert_eq!(view, &Array1::from_elem(3, 7.0));
            *count.borrow_mut() += 1;
        });
        assert_eq!(count.into_inner(), 5);
    }
}
