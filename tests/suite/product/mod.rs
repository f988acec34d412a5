//! Products: a file per file of `src/product`, and here those of vectors and matrices, and what all share.

mod chain;
mod dot;
mod einsum;
mod golden;
mod power;
mod stacks;
mod tensordot;

use crate::common::assert::*;
use crate::common::golden::{PRODUCT, RECTANGLE, each_case, each_golden};
use crate::common::layouts::{each_layout, each_stride};
use crate::common::*;
use linstat::{ErrorKind, Number, dot, linear_layer, matmul, outer, trace};
use ndarray::{
    Array1, Array2, ArrayD, ArrayRef1, ArrayRef2, ArrayViewD, Axis, Ix1, Ix2, IxDyn, ShapeBuilder, Slice,
    arr0, array, s,
};
use num_complex::{Complex32, Complex64};
use num_traits::{Float, Zero};

for_scalar! {
    matrices => matrices;
    layouts => layouts;
    vectors => vectors;
    empty => empty;
    repeated_infinities => infinities;
}
for_types! { golden_products => golden_matrices, [f32, f64, Complex64]; }

/// An element type of products, whose results are compared in `Complex64`.
pub trait Term: Number + Stored {
    /// The unit of its rounding errors.
    const UNIT: f64;
    fn of(re: i32, im: i32) -> Self;
    fn wide(self) -> Complex64;
}

macro_rules! terms {
    ($($t:ident: $unit:expr, ($re:ident, $im:ident) => $of:expr, $x:ident => $wide:expr;)*) => {$(
        impl Term for $t {
            const UNIT: f64 = $unit;
            #[allow(unused_variables)]
            fn of($re: i32, $im: i32) -> Self {
                $of
            }
            fn wide(self) -> Complex64 {
                let $x = self;
                Complex64::from($wide)
            }
        }
    )*};
}

terms! {
    f32: f32::EPSILON as f64, (re, im) => re as f32, x => f64::from(x);
    f64: f64::EPSILON, (re, im) => re.into(), x => x;
    Complex32: f32::EPSILON as f64, (re, im) => Complex32::new(re as f32, im as f32), x => Complex64::new(x.re.into(), x.im.into());
    Complex64: f64::EPSILON, (re, im) => Complex64::new(re.into(), im.into()), x => x;
    i8: 0.0, (re, im) => re as i8, x => f64::from(x);
    i32: 0.0, (re, im) => re, x => f64::from(x);
    i64: 0.0, (re, im) => re.into(), x => x as f64;
    u32: 0.0, (re, im) => re.unsigned_abs(), x => f64::from(x);
}

/// Whole numbers from -3 to 3, also as imaginary parts: all small products of them are exact.
pub fn whole<T: Term>(shape: &[usize], seed: u64) -> ArrayD<T> {
    let mut next = random_words(seed);
    let mut draw = || (next() % 7) as i32 - 3;
    ArrayD::from_shape_simple_fn(shape, || T::of(draw(), draw()))
}

/// As [`near_wide`].
#[track_caller]
pub fn near<T: Term>(actual: &ArrayD<T>, expected: &ArrayD<T>, units: f64) {
    near_wide(actual, &expected.mapv(T::wide), units);
}

/// Fails unless both have the same shape, and elements that are at most this number of rounding errors apart;
/// whole numbers must be equal.
#[track_caller]
pub fn near_wide<T: Term>(actual: &ArrayD<T>, expected: &ArrayD<Complex64>, units: f64) {
    if actual.shape() != expected.shape() {
        fail(format_args!("shape {:?}, expected {:?}", actual.shape(), expected.shape()));
    }
    for (x, y) in actual.iter().zip(expected) {
        // written so that NaN fails
        let near = (x.wide() - y).norm() <= units * T::UNIT;
        if !near {
            fail(format_args!("{x:?}, expected {y:?} in {actual:?}, expected {expected:?}"));
        }
    }
}

/// Calls `f` with the values of an array in several layouts: axes in memory in order, reversed and rotated
/// (so that the stack is the last axis), contiguous, with gaps, reversed, and both. The gaps hold other
/// numbers.
pub fn each_tensor_layout<T: Term>(a: &ArrayD<T>, f: impl Fn(&ArrayViewD<'_, T>)) {
    let ndim = a.ndim();
    let mut orders: Vec<Vec<usize>> = vec![(0..ndim).collect(), (0..ndim).rev().collect()];
    orders.push((1..ndim).chain(0..ndim.min(1)).collect());
    for order in orders {
        for steps in [[1isize, 1], [-1, -1], [2, 1], [1, -3], [-2, 2]] {
            let step = |i: usize| steps[i % 2];
            let shape: Vec<usize> =
                order.iter().map(|&axis| a.shape()[axis] * step(axis).unsigned_abs()).collect();
            let mut base = ArrayD::from_elem(shape, T::of(99, 99));
            let mut view = base.view_mut();
            let mut back = vec![0; ndim];
            order.iter().enumerate().for_each(|(i, &axis)| back[axis] = i);
            view = view.permuted_axes(back);
            for axis in 0..ndim {
                view.slice_axis_inplace(Axis(axis), Slice::new(0, None, step(axis)));
            }
            view.assign(a);
            case(format!("{:?} in order {order:?}, steps {steps:?}", a.shape()), || f(&view.view()));
        }
    }
}

/// Rounding errors of a product are bounded by k * EPSILON * |a| * |b|.
fn check<T: Element>(a: &ArrayRef2<T>, b: &ArrayRef2<T>) {
    let verify = |c: &Array2<T>, a: &ArrayRef2<T>, b: &ArrayRef2<T>| {
        assert_eq!(c.dim(), (a.nrows(), b.ncols()));
        small_residual::<T>(
            "matmul",
            &(wide(c) - wide(a).dot(&wide(b))),
            a.ncols(),
            one_norm(a) * one_norm(b),
        );
    };
    let c = matmul(a, b).unwrap();
    assert!(c.is_standard_layout(), "C order is promised");
    verify(&c, a, b);
    for column in b.columns().into_iter().take(1) {
        verify(&matmul(a, &column).unwrap().insert_axis(Axis(1)), a, &column.insert_axis(Axis(1)));
    }
    for row in a.rows().into_iter().take(1) {
        verify(&matmul(&row, b).unwrap().insert_axis(Axis(0)), &row.insert_axis(Axis(0)), b);
    }
}

fn matrices<T: Element>() {
    each_library(|| {
        for &n in SIZES {
            check(&matrix::<T>(n, n, 1), &matrix(n, n, 2));
        }
        for (m, k, n) in [(1, 1, 7), (1, 9, 1), (7, 1, 7), (3, 40, 2), (40, 3, 17), (130, 2, 5), (2, 130, 33)]
        {
            case(format!("({m}, {k}) and ({k}, {n})"), || check(&matrix::<T>(m, k, 1), &matrix(k, n, 2)));
        }
    });
}

fn layouts<T: Element>() {
    each_library(|| {
        for (m, k, n) in [(1, 3, 4), (4, 3, 1), (3, 4, 5), (18, 19, 17)] {
            let (a, b) = (matrix::<T>(m, k, 1), matrix::<T>(k, n, 2));
            each_layout(&a, |a| check(a, &b));
            each_layout(&b, |b| check(&a, b));
        }
        let ones = Array2::from_elem((5, 6), T::one());
        each_layout(&ones, |a| check(a, &ones.t()));
        each_layout(&ones, |b| check(&ones.t(), b));
    });
}

fn vectors<T: Element>() {
    each_vector::<T>(|x| {
        let y = vector::<T>(x.len(), 9);
        let size: f64 = wide(x).iter().zip(&wide(&y)).map(|(x, y)| (x * y).norm()).sum();
        let expected = wide(x).dot(&wide(&y));
        for actual in [dot(x, &y), dot(&y, x), matmul(x, &y)] {
            let actual = actual.unwrap();
            close_number(wide(&arr0(actual)).into_scalar(), expected, T::eps() * x.len() as f64 * size);
        }
    });
    each_stride(&vector::<T>(6, 1), |x| {
        each_stride(&vector::<T>(4, 2), |y| {
            let expected = Array2::from_shape_fn((6, 4), |(i, j)| x[i] * y[j]);
            close_relative(&outer(x, y).unwrap(), &expected, T::eps());
        });
    });
}

/// A single infinite part that a view repeats leaves the other part as it is.
fn infinities<T: Element>() {
    let infinite = Array2::from_elem((1, 1), T::new(f64::INFINITY, 0.0));
    let infinite = infinite.broadcast((3, 3)).unwrap();
    for sum in [trace(&infinite), trace(&infinite.to_owned())] {
        assert!(sum.re().is_infinite() && sum.im().is_zero(), "{sum}");
    }
}

fn empty<T: Element>() {
    each_library(|| {
        let zeros = |m, n| Array2::<T>::zeros((m, n));
        let positive = |x: T| assert!(x.is_zero() && x.re().is_sign_positive() && !x.im().is_sign_negative());
        positive(dot(&Array1::<T>::zeros(0), &Array1::zeros(0)).unwrap());
        positive(matmul(&Array1::<T>::zeros(0), &Array1::zeros(0)).unwrap());
        positive(trace(&zeros(0, 3)));
        positive(trace(&zeros(3, 0)));
        // as in NumPy, whose sums begin at 0, too
        positive(trace(&Array2::from_elem((2, 2), -T::zero())));
        let repeated = Array2::from_elem((1, 1), -T::zero());
        positive(trace(&repeated.broadcast((2, 2)).unwrap()));
        for (m, k, n) in [(0, 0, 0), (3, 0, 2), (0, 3, 2), (3, 2, 0), (1, 0, 1)] {
            same(&matmul(&zeros(m, k), &zeros(k, n)).unwrap(), &zeros(m, n));
        }
        let none = Array1::<T>::zeros(0);
        same(&matmul(&zeros(3, 0), &none).unwrap(), &Array1::zeros(3));
        same(&matmul(&none, &zeros(0, 2)).unwrap(), &Array1::zeros(2));
        assert_eq!(matmul(&none, &none), Ok(T::zero()));
        assert_eq!(dot(&none, &none), Ok(T::zero()));
        same(&outer(&none, &Array1::zeros(2)).unwrap(), &zeros(0, 2));
    });
}

fn golden_matrices<T: Element>() {
    each_golden::<T>(RECTANGLE, |golden| {
        let (a, b) = (golden.input::<T, Ix2>("a"), golden.input::<T, Ix2>("b"));
        let (x, y) = (golden.input::<T, Ix1>("x"), golden.input::<T, Ix1>("y"));
        // entries are at most 4 (complex: 6), so every sum of k products is rounded to k * EPSILON * 32
        let tolerance = T::eps() * x.len() as f64 * 32.0;
        close(&matmul(&a, &b).unwrap(), &golden.output("matmul"), tolerance);
        close(&matmul(&a, &x).unwrap(), &golden.output("matvec"), tolerance);
        close(&matmul(&x, &b).unwrap(), &golden.output("vecmat"), tolerance);
        close_number(dot(&x, &x).unwrap(), golden.scalar("dot"), tolerance);
        if golden.has("outer") {
            close(&outer(&y, &x).unwrap(), &golden.output("outer"), T::eps() * 32.0);
        }
    });
}

#[test]
fn nan_and_infinity_propagate() {
    each_library(|| {
        for n in [2, 20] {
            for bad in [f64::NAN, f64::INFINITY] {
                let mut a = Array2::<f64>::ones((n, n));
                a[[1, 1]] = bad;
                let c = matmul(&a, &Array2::ones((n, n))).unwrap();
                assert!(c.row(0).iter().all(|x| x.is_finite()));
                assert!(c.row(1).iter().all(|x| !x.is_finite()));
                // 0 times NaN is NaN: a kernel that skips zeros would hide it
                let c = matmul(&a, &Array2::zeros((n, n))).unwrap();
                assert!(c.row(1).iter().all(|x| x.is_nan()), "{c:?}");
            }
        }
    });
}

#[test]
fn shapes_that_do_not_fit() {
    each_library(|| {
        let (a, v) = (Array2::<f64>::zeros((2, 3)), Array1::<f64>::zeros(2));
        shape_error(matmul(&a, &a), "matmul", "(2, 3) and (2, 3)");
        shape_error(matmul(&a, &v), "matmul", "(2, 3) and (2,)");
        shape_error(matmul(&v, &a.t()), "matmul", "(2,) and (3, 2)");
        shape_error(matmul(&v, &Array1::zeros(1)), "matmul", "(2,) and (1,)");
        shape_error(dot(&v, &Array1::zeros(3)), "dot", "(2,) and (3,)");
    });
}

#[test]
fn products_too_large_for_any_memory() {
    each_library(|| {
        let one = Array2::<f64>::ones((1, 1));
        let (tall, wide) = (one.broadcast((1 << 31, 1)).unwrap(), one.broadcast((1, 1 << 31)).unwrap());
        error_kind(matmul(&tall, &wide), |e| {
            matches!((e.op(), e.kind()), ("matmul", ErrorKind::TooLarge { .. }))
        });
        let tall = one.broadcast((1 << 40, 1)).unwrap();
        error_kind(matmul(&tall, &one), |e| {
            matches!((e.op(), e.kind()), ("matmul", ErrorKind::TooLarge { .. }))
        });
        let long: &ArrayRef1<f64> = &tall.column(0);
        error_kind(outer(long, long), |e| {
            matches!((e.op(), e.kind()), ("outer", ErrorKind::TooLarge { .. }))
        });
        error_kind(outer(long, &Array1::ones(1)), |e| {
            matches!((e.op(), e.kind()), ("outer", ErrorKind::TooLarge { .. }))
        });
    });
}

/// As `each_layout`; the gaps hold numbers that would change every sum.
fn each_whole_layout<T: Number>(a: &Array2<T>, f: impl Fn(&ArrayRef2<T>)) {
    let gap = a.first().copied().unwrap_or_default();
    for fortran in [false, true] {
        for (row_step, col_step) in [(1isize, 1isize), (3, 1), (1, 3), (-1, 1), (1, -1), (-2, -3)] {
            let shape = (a.nrows() * row_step.unsigned_abs(), a.ncols() * col_step.unsigned_abs());
            let mut base = Array2::from_elem(shape.set_f(fortran), gap);
            let mut view = base.slice_mut(s![..;row_step, ..;col_step]);
            view.assign(a);
            case(
                format!("{:?} in steps of {row_step}, {col_step}, Fortran order {fortran}", a.dim()),
                || f(&view),
            );
        }
    }
}

#[test]
fn whole_numbers_are_multiplied_as_by_numpy() {
    fn check<T: Stored + Number>() {
        each_case(PRODUCT, T::NAME, |golden| {
            let (a, b) = (golden.input::<T, Ix2>("a"), golden.input::<T, Ix2>("b"));
            let (x, y) = (golden.input::<T, Ix1>("x"), golden.input::<T, Ix1>("y"));
            let expected = |name: &str| golden.output::<T, IxDyn>(name);
            let number = |name: &str| golden.scalar::<T>(name);
            each_whole_layout(&a, |a| {
                identical(&matmul(a, &b).unwrap(), &expected("matmul"));
                identical(&matmul(a, &x).unwrap(), &expected("matvec"));
                assert_eq!(trace(a), number("trace"));
            });
            each_whole_layout(&b, |b| {
                let product = matmul(&a, b).unwrap();
                assert!(product.is_standard_layout(), "C order is promised");
                identical(&product, &expected("matmul"));
                identical(&matmul(&x, b).unwrap(), &expected("vecmat"));
                let bias = Array1::from_elem(b.ncols(), T::default());
                identical(&linear_layer(&a, b, &bias).unwrap(), &expected("matmul"));
            });
            let column = if b.ncols() > 0 { b.column(0) } else { x.view() };
            each_whole_layout(&x.clone().insert_axis(Axis(1)), |x| {
                let x = x.column(0);
                assert_eq!(dot(&x, &column), Ok(number("dot")));
                assert_eq!(matmul(&column, &x), Ok(number("dot")));
                identical(&outer(&y, &x).unwrap(), &expected("outer"));
            });
            each_whole_layout(&y.clone().insert_axis(Axis(1)), |y| {
                identical(&outer(&y.column(0), &x).unwrap(), &expected("outer"));
            });
        });
    }

    check::<i8>();
    check::<i16>();
    check::<i32>();
    check::<i64>();
    check::<u8>();
    check::<u16>();
    check::<u32>();
    check::<u64>();
}

/// Sizes at which the loops change, against the definition.
#[test]
fn whole_numbers_of_every_size() {
    fn check<T: Number>(of: fn(u64) -> T, raw: fn(T) -> u64, mask: u64) {
        for (m, k, n) in [
            (1, 64, 1),
            (1, 65, 1),
            (8, 65, 1),
            (7, 2000, 1),
            (9, 2000, 7),
            (2, 2000, 3),
            (3, 8, 8),
            (3, 9, 8),
            (2, 129, 257),
            (5, 260, 300),
            (1, 131, 40),
            (1, 9, 600),
            (4, 127, 256),
            (4, 128, 9),
            (600, 3, 4),
        ] {
            let draw = |rows: usize, cols: usize, seed: u64| {
                let mut next = random_words(seed);
                Array2::from_shape_simple_fn((rows, cols), || of(next()))
            };
            let (a, b) = (draw(m, k, 1), draw(k, n, 2));
            let term = |i: usize, j: usize, l: usize| raw(a[[i, l]]).wrapping_mul(raw(b[[l, j]]));
            let sum = |i, j| (0..k).fold(0u64, |sum, l| sum.wrapping_add(term(i, j, l))) & mask;
            let expected = Array2::from_shape_fn((m, n), |(i, j)| sum(i, j));
            let bias = Array1::from_shape_fn(n, |j| of(j as u64));
            case(format!("({m}, {k}) and ({k}, {n}) of {}", std::any::type_name::<T>()), || {
                for a in [a.view(), transposed(&a).t()] {
                    for b in [b.view(), transposed(&b).t()] {
                        assert_eq!(matmul(&a, &b).unwrap().mapv(|x| raw(x) & mask), expected);
                        let layer = linear_layer(&a, &b, &bias).unwrap().mapv(|x| raw(x) & mask);
                        let expected = Array2::from_shape_fn((m, n), |(i, j)| {
                            expected[[i, j]].wrapping_add(j as u64) & mask
                        });
                        assert_eq!(layer, expected);
                    }
                }
            });
        }
    }

    fn transposed<T: Copy>(a: &Array2<T>) -> Array2<T> {
        Array2::from_shape_fn((a.ncols(), a.nrows()), |(i, j)| a[[j, i]])
    }

    check::<i8>(|x| x as i8, |x| x as u64, 0xff);
    check::<i32>(|x| x as i32, |x| x as u64, 0xffff_ffff);
    check::<i64>(|x| x as i64, |x| x as u64, u64::MAX);
    check::<isize>(|x| x as isize, |x| x as u64, usize::MAX as u64);
    check::<usize>(|x| x as usize, |x| x as u64, usize::MAX as u64);
    check::<u16>(|x| x as u16, u64::from, 0xffff);
}

/// Literals without a suffix, as one types them first.
#[test]
fn literals_need_no_types() -> linstat::Result<()> {
    let c = matmul(&array![[1, 2], [3, 4]], &array![[5, 6], [7, 8]])?;
    assert_eq!(c, array![[19, 22], [43, 50]]);
    let c = matmul(&array![[1., 2.], [3., 4.]], &array![[5., 6.], [7., 8.]])?;
    assert_eq!(c, array![[19., 22.], [43., 50.]]);
    let v = matmul(&array![[1, 2], [3, 4]], &array![1, 1])?;
    assert_eq!(v, array![3, 7]);
    let v = matmul(&array![1., 1.], &array![[1., 2.], [3., 4.]])?;
    assert_eq!(v, array![4., 6.]);
    let d = matmul(&array![1, 2, 3], &array![4, 5, 6])?;
    assert_eq!(d * 2, 64);
    let d = dot(&array![1, 2, 3], &array![4, 5, 6])?;
    assert_eq!(d, 32);
    let d = dot(&array![1., 2., 3.], &array![4., 5., 6.])?;
    assert_eq!(d / 2., 16.);
    let o = outer(&array![1, 2], &array![3, 4])?;
    assert_eq!(o, array![[3, 4], [6, 8]]);
    let t = trace(&array![[1, 2], [3, 4]]);
    assert_eq!(t, 5);
    let t = trace(&array![[1., 2.], [3., 4.]]);
    assert_eq!(t, 5.);
    let y = linear_layer(&array![[1, 2]], &array![[1, 0], [0, 1]], &array![10, 20])?;
    assert_eq!(y, array![[11, 22]]);
    let y = linear_layer(&array![[1., 2.]], &array![[1., 0.], [0., 1.]], &array![10., 20.])?;
    assert_eq!(y, array![[11., 22.]]);
    Ok(())
}
