//! Stacks of matrices: every matrix has the result that it has alone, to the bit.

use crate::common::assert::*;
use crate::common::{Element, Stored, each_library, matrix, on_threads, vector, wide, wide_complex};
use linstat::*;
use ndarray::{
    Array, Array2, Array3, Array4, ArrayD, ArrayRef, ArrayView3, Axis, Dimension, Ix3, Slice, array, s,
};
use num_traits::Float;

for_types! { a_hundred_thousand => many, [f64, Complex32]; }
for_scalar! {
    every_layout => every_layout;
    every_order => every_order;
    leading_axes => leading_axes;
    right_hand_sides => right_hand_sides;
    nothing => nothing;
    extremes => extremes;
    factors => factors;
    symmetric_matrices => symmetric_matrices;
    columns_of_every_kind => columns_of_every_kind;
}

fn stack<T: Element>(count: usize, m: usize, n: usize, seed: u64) -> Array3<T> {
    matrix::<T>(count * m, n, seed).into_shape_with_order((count, m, n)).unwrap()
}

/// Fails unless `all` holds the results `one` of the matrices of `a`.
fn as_alone<T: Stored, D: Dimension>(all: &ArrayRef<T, impl Dimension>, one: impl Fn(usize) -> Array<T, D>) {
    let all = all.view().into_dyn();
    for (k, all) in all.outer_iter().enumerate() {
        case(format!("matrix {k}"), || identical(&all, &one(k)));
    }
}

/// Spectra of every kind beside each other, whose iterations take different steps.
fn symmetric_matrices<T: Element>() {
    for n in 2..=9 {
        let gram = |k: u64, rank: usize| {
            let a = matrix::<T>(n, rank, k);
            a.dot(&a.t().mapv(|x| x.conj()))
        };
        let times = |a: Array2<T>, factor: f64| a.mapv(|x| x * T::new(factor, 0.0));
        let graded = |ratio: f64| {
            let d: Vec<f64> = (0..n).map(|i| ratio.powi(i as i32)).collect();
            Array2::from_shape_fn((n, n), |(i, j)| T::new(d[i] * d[j] * if i == j { 3.0 } else { 1.0 }, 0.0))
        };
        let blocks = |size: usize| {
            let a = gram(9, n);
            Array2::from_shape_fn(
                (n, n),
                |(i, j)| {
                    if i / size == j / size { a[[i, j]] } else { T::new(0.0, 0.0) }
                },
            )
        };
        let mut all = vec![
            Array2::zeros((n, n)),
            Array2::eye(n),
            Array2::ones((n, n)),
            times(Array2::ones((n, n)), -1.0),
            Array2::from_diag(&ndarray::Array1::from_shape_fn(n, |i| T::new(7.0 - i as f64, 0.0))),
            graded(1e-2),
            graded(1e2),
            blocks(1),
            blocks(2),
            blocks(3),
            gram(1, 1),
            gram(2, 2),
        ];
        for k in 0..30 {
            let a = gram(k, n);
            all.push(&a + &times(Array2::eye(n), -0.7 * k as f64));
            all.push(times(a, [1e3, 1e-3, 1e30, 1e-30, 1e37, 1e-36][k as usize % 6]));
        }
        // every matrix beside several others
        all.extend(all.clone().into_iter().rev().step_by(3));
        let views: Vec<_> = all.iter().map(|a| a.view()).collect();
        let stack = ndarray::stack(Axis(0), &views).unwrap();
        each_library(|| {
            case(format!("{} {n}", T::NAME), || {
                let found = eigh(&stack).unwrap();
                let at = |k: usize| eigh(&all[k]).unwrap();
                as_alone(&found.eigenvalues.mapv(T::from_real), |k| at(k).eigenvalues.mapv(T::from_real));
                as_alone(&found.eigenvectors, |k| at(k).eigenvectors);
                for (a, (w, v)) in
                    all.iter().zip(found.eigenvalues.outer_iter().zip(found.eigenvectors.outer_iter()))
                {
                    orthonormal_columns("v", &v);
                    let back =
                        v.dot(&Array2::from_diag(&w.mapv(T::from_real))).dot(&v.t().mapv(|x| x.conj()));
                    small_residual::<T>("v · w · vᴴ - a", &wide(&(&back - a)), n, one_norm(a));
                }
                singular_values_as_alone(&stack.view(), &all);
            });
        });
    }
}

/// Compares the singular values and vectors of a stack with those of each matrix, and with the matrices.
fn singular_values_as_alone<T: Element>(stack: &ArrayView3<'_, T>, all: &[Array2<T>]) {
    let found = svd(stack, SvdShape::Reduced).unwrap();
    let at = |k: usize| svd(&all[k], SvdShape::Reduced).unwrap();
    as_alone(&found.u, |k| at(k).u);
    as_alone(&found.s.mapv(T::from_real), |k| at(k).s.mapv(T::from_real));
    as_alone(&found.vt, |k| at(k).vt);
    let (_, m, n) = stack.dim();
    let parts = found.u.outer_iter().zip(found.s.outer_iter()).zip(found.vt.outer_iter());
    for (a, ((u, s), vt)) in all.iter().zip(parts) {
        orthonormal_columns("u", &u);
        orthonormal_columns("v", &vt.t());
        let back = u.dot(&Array2::from_diag(&s.mapv(T::from_real))).dot(&vt);
        small_residual::<T>("u · s · vᴴ - a", &wide(&(&back - a)), m.max(n), one_norm(a));
    }
}

/// Columns that are reflected, that are not, and that must be scaled, beside each other.
fn columns_of_every_kind<T: Element>() {
    for (m, n) in [
        (1, 1),
        (1, 3),
        (3, 1),
        (2, 2),
        (3, 3),
        (4, 4),
        (5, 3),
        (3, 5),
        (5, 5),
        (6, 6),
        (7, 7),
        (8, 8),
        (7, 16),
        (16, 9),
        (17, 3),
    ] {
        let mut all = vec![Array2::zeros((m, n)), -Array2::<T>::zeros((m, n)), Array2::ones((m, n))];
        for k in 0..30 {
            let mut a = matrix::<T>(m, n, k);
            let j = k as usize % n;
            let factor = [0.0, -0.0, 1e30, 1e-30, 1e-9, 1e9][k as usize % 6];
            match k % 5 {
                0 => {}
                1 => a.column_mut(j).mapv_inplace(|x| x * T::new(factor, 0.0)),
                2 => a.column_mut(j).slice_mut(s![1..]).fill(T::new(factor.min(0.0), 0.0)),
                3 => a = matrix::<T>(m, 1, k).dot(&matrix::<T>(1, n, k)),
                _ => a.row_mut(k as usize % m).mapv_inplace(|x| x * T::new(factor, 0.0)),
            }
            all.push(a);
        }
        all.extend(all.clone().into_iter().rev().step_by(3));
        let views: Vec<_> = all.iter().map(|a| a.view()).collect();
        let stack = ndarray::stack(Axis(0), &views).unwrap();
        each_library(|| {
            case(format!("{} {m} x {n}", T::NAME), || {
                for shape in [QrShape::Reduced, QrShape::Complete] {
                    let found = qr(&stack, shape).unwrap();
                    as_alone(&found.q, |k| qr(&all[k], shape).unwrap().q);
                    as_alone(&found.r, |k| qr(&all[k], shape).unwrap().r);
                }
                as_alone(&qr_r(&stack).unwrap(), |k| qr_r(&all[k]).unwrap());
                singular_values_as_alone(&stack.view(), &all);
            });
        });
    }
}

/// Calls every function with a stack of square matrices and with each of them.
fn check<T: Element>(a: &ArrayView3<'_, T>) {
    let (count, n, _) = a.dim();
    let at = |k: usize| a.index_axis(Axis(0), k);
    let number = |x: T| ndarray::arr0(x);
    let real = |x: T::Real| ndarray::arr0(T::from_real(x));
    case("det", || as_alone(&det(a).unwrap(), |k| number(det(&at(k)).unwrap())));
    case("slogdet", || {
        let all = slogdet(a).unwrap();
        as_alone(&all.sign, |k| number(slogdet(&at(k)).unwrap().sign));
        as_alone(&all.logabsdet.mapv(T::from_real), |k| real(slogdet(&at(k)).unwrap().logabsdet));
    });
    case("inv", || as_alone(&inv(a).unwrap(), |k| inv(&at(k)).unwrap()));
    // larger ones are products on several threads, of which tests at the same time have their share
    if n < 30 {
        case("expm", || as_alone(&expm(a).unwrap(), |k| expm(&at(k)).unwrap()));
    }
    case("eigh", || {
        let all = eigh(a).unwrap();
        as_alone(&all.eigenvalues.mapv(T::from_real), |k| {
            eigh(&at(k)).unwrap().eigenvalues.mapv(T::from_real)
        });
        as_alone(&all.eigenvectors, |k| eigh(&at(k)).unwrap().eigenvectors);
        as_alone(&eigvalsh(a).unwrap().mapv(T::from_real), |k| eigvalsh(&at(k)).unwrap().mapv(T::from_real));
    });
    case("eig", || {
        let (w, v) =
            (wide_complex(&eig(a).unwrap().eigenvalues), wide_complex(&eig(a).unwrap().eigenvectors));
        as_alone(&w, |k| wide_complex(&eig(&at(k)).unwrap().eigenvalues));
        as_alone(&v, |k| wide_complex(&eig(&at(k)).unwrap().eigenvectors));
        as_alone(&wide_complex(&eigvals(a).unwrap()), |k| wide_complex(&eigvals(&at(k)).unwrap()));
    });
    for shape in [SvdShape::Reduced, SvdShape::Full] {
        case("svd", || {
            let all = svd(a, shape).unwrap();
            as_alone(&all.u, |k| svd(&at(k), shape).unwrap().u);
            as_alone(&all.s.mapv(T::from_real), |k| svd(&at(k), shape).unwrap().s.mapv(T::from_real));
            as_alone(&all.vt, |k| svd(&at(k), shape).unwrap().vt);
        });
    }
    case("svdvals", || {
        as_alone(&svdvals(a).unwrap().mapv(T::from_real), |k| svdvals(&at(k)).unwrap().mapv(T::from_real));
    });
    for ord in [MatrixNorm::Fro, MatrixNorm::One, MatrixNorm::NegInf, MatrixNorm::Two, MatrixNorm::Nuc] {
        case(format!("{ord:?}"), || {
            as_alone(&matrix_norm(a, ord).unwrap().mapv(T::from_real), |k| {
                real(matrix_norm(&at(k), ord).unwrap())
            });
        });
    }
    let (v, b) = (vector::<T>(n, 5), stack::<T>(count, n, 3, 6));
    case("solve", || {
        as_alone(&solve(a, &v).unwrap(), |k| solve(&at(k), &v).unwrap());
        as_alone(&solve(a, &b).unwrap(), |k| solve(&at(k), &b.index_axis(Axis(0), k)).unwrap());
    });
}

/// As [`check`], for Cholesky, QR and triangular systems.
fn check_factors<T: Element>(a: &ArrayView3<'_, T>) {
    let (count, n, _) = a.dim();
    let at = |k: usize| a.index_axis(Axis(0), k);
    for shape in [QrShape::Reduced, QrShape::Complete] {
        case("qr", || {
            let all = qr(a, shape).unwrap();
            as_alone(&all.q, |k| qr(&at(k), shape).unwrap().q);
            as_alone(&all.r, |k| qr(&at(k), shape).unwrap().r);
        });
    }
    case("qr_r", || as_alone(&qr_r(a).unwrap(), |k| qr_r(&at(k)).unwrap()));
    case("cholesky", || {
        // a large diagonal makes the matrices positive definite, of which one triangle is read
        let far = a + &Array2::from_diag_elem(n, T::new(3.0 * n as f64, 0.0));
        as_alone(&cholesky(&far).unwrap(), |k| cholesky(&far.index_axis(Axis(0), k)).unwrap());
        as_alone(&cholesky_upper(&far).unwrap(), |k| cholesky_upper(&far.index_axis(Axis(0), k)).unwrap());
    });
    let (v, b) = (vector::<T>(n, 5), stack::<T>(count, n, 3, 6));
    for shape in [
        TriangularShape::lower(),
        TriangularShape::upper().adjoint(),
        TriangularShape::upper().unit_diagonal(),
    ] {
        case("solve_triangular", || {
            as_alone(&solve_triangular(a, &v, shape).unwrap(), |k| {
                solve_triangular(&at(k), &v, shape).unwrap()
            });
            as_alone(&solve_triangular(a, &b, shape).unwrap(), |k| {
                solve_triangular(&at(k), &b.index_axis(Axis(0), k), shape).unwrap()
            });
        });
    }
}

fn factors<T: Element>() {
    each_library(|| {
        for n in [1, 3, 5] {
            each_layout(&stack::<T>(3, n, n, 7), |a| check_factors(a));
        }
        for (count, n) in [(0, 3), (1, 3), (4, 8), (2, 20), (1, 40), (3, 0)] {
            case(format!("{} {count} of {n} x {n}", T::NAME), || {
                check_factors(&stack::<T>(count, n, n, 9).view());
            });
        }
        for (m, n) in [(2, 3), (3, 2), (1, 5), (20, 4)] {
            let a = stack::<T>(3, m, n, 10);
            let one = |k| qr(&a.index_axis(Axis(0), k), QrShape::Complete).unwrap();
            let all = qr(&a, QrShape::Complete).unwrap();
            as_alone(&all.q, |k| one(k).q);
            as_alone(&all.r, |k| one(k).r);
        }
        let (a, b) = (stack::<T>(6, 3, 3, 12), stack::<T>(2, 3, 2, 13));
        let a4: Array4<T> = a.clone().into_shape_with_order((3, 2, 3, 3)).unwrap();
        let shape = TriangularShape::lower();
        let all = solve_triangular(&a4, &b, shape).unwrap();
        assert_eq!(all.dim(), (3, 2, 3, 2));
        let all = all.into_shape_with_order((6, 3, 2)).unwrap();
        as_alone(&all, |k| {
            solve_triangular(&a.index_axis(Axis(0), k), &b.index_axis(Axis(0), k % 2), shape).unwrap()
        });
        shape_error(
            solve_triangular(&a, &stack::<T>(4, 3, 2, 1), shape),
            "solve_triangular",
            "(6, 3, 3) and (4, 3, 2)",
        );
        let mut bad = a + &(Array2::<T>::eye(3) * T::new(9.0, 0.0));
        bad[[4, 1, 1]] = T::new(-1.0, 0.0);
        error_kind(cholesky(&bad), |e| {
            e.matrix() == Some(&[4]) && e.kind() == &ErrorKind::NotPositiveDefinite { order: 2 }
        });
    });
    // on several threads
    check_factors(&stack::<T>(1000, 3, 3, 14).view());
}

/// Calls `f` with the values of `a` in every order of the axes in memory, with steps and reversed axes, and
/// NaN in the gaps.
fn each_layout<T: Element>(a: &Array3<T>, f: impl Fn(&ArrayView3<'_, T>)) {
    let gap = T::new(f64::NAN, f64::NAN);
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for steps in [[1, 1, 1], [2, 1, 3], [-1, 1, 1], [1, -1, -2]] {
            let mut shape = [0; 3];
            let mut back = [0; 3];
            for (place, &axis) in order.iter().enumerate() {
                let step: isize = steps[axis];
                shape[place] = a.len_of(Axis(axis)) * step.unsigned_abs();
                back[axis] = place;
            }
            let mut base = Array3::from_elem(shape, gap);
            let mut view = base.view_mut().permuted_axes(back);
            for (axis, &step) in steps.iter().enumerate() {
                view.slice_axis_inplace(Axis(axis), Slice::new(0, None, step));
            }
            view.assign(a);
            case(
                format!("{} {:?} in order {order:?}, steps {steps:?}", T::NAME, a.dim()),
                || f(&view.view()),
            );
        }
    }
}

fn every_layout<T: Element>() {
    each_library(|| {
        each_layout(&stack::<T>(3, 3, 3, 7), |a| check(a));
        // more than our own kernels take
        each_layout(&stack::<T>(2, 17, 17, 7), |a| {
            as_alone(&inv(a).unwrap(), |k| inv(&a.index_axis(Axis(0), k)).unwrap());
        });
        let one = stack::<T>(1, 3, 3, 8);
        case("broadcast", || check(&one.broadcast((4, 3, 3)).unwrap()));
    });
}

/// A function whose results, of all matrices in order, are compared to the bit.
type Function<T> = (&'static str, fn(&ArrayView3<'_, T>) -> Vec<[i128; 2]>);

/// Large stacks, whose parts are shared by the threads, in all orders of the three axes in memory.
fn many<T: Element>() {
    fn bits<T: Stored, D: Dimension>(results: Result<Array<T, D>>) -> Vec<[i128; 2]> {
        results.unwrap().iter().map(|x| x.bits()).collect()
    }
    fn real<T: Element, D: Dimension>(results: Result<Array<T::Real, D>>) -> Vec<[i128; 2]> {
        bits(results.map(|x| x.mapv(T::from_real)))
    }
    macro_rules! functions {
        (|$a:ident| $($call:expr),* $(,)?) => { [$((stringify!($call), |$a| $call)),*] };
    }
    let functions: [Function<T>; 22] = functions!(
        |a| bits(det(a)),
        bits(slogdet(a).map(|x| x.sign)),
        bits(inv(a)),
        bits(solve(a, a)),
        bits(solve(a, &a.index_axis(Axis(0), 0))),
        bits(matmul(a, a)),
        bits(matmul(&a.index_axis(Axis(0), 1), a)),
        bits(matmul(a, &a.view().permuted_axes([0, 2, 1]))),
        bits(matvec(a, &vector::<T>(3, 1))),
        bits(matrix_power(a, 3)),
        bits(cholesky(a)),
        bits(qr(a, QrShape::Reduced).map(|x| x.q)),
        bits(qr_r(a)),
        bits(solve_triangular(a, a, TriangularShape::lower())),
        bits(eigh(a).map(|x| x.eigenvectors)),
        real::<T, _>(eigvalsh(a)),
        bits(svd(a, SvdShape::Reduced).map(|x| x.u)),
        real::<T, _>(svdvals(a)),
        bits(pinv(a, None)),
        real::<T, _>(cond(a, MatrixNorm::Two)),
        real::<T, _>(matrix_norm(a, MatrixNorm::Fro)),
        bits(trace_offset(a, 1)),
    );
    const COUNT: usize = 100_000;
    let base = Array3::from_shape_fn((7, 3, 3), |(k, i, j)| {
        let a = matrix::<T>(3, 3, k as u64);
        a.dot(&a.t().mapv(|x| x.conj()))[[i, j]] + T::new(if i == j { 1.0 } else { 0.0 }, 0.0)
    });
    let all = Array3::from_shape_fn((COUNT, 3, 3), |(k, i, j)| base[[k % 7, i, j]]);
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let in_order = |a: &Array3<T>, order: [usize; 3]| {
        let mut back = [0; 3];
        order.iter().enumerate().for_each(|(to, &from)| back[from] = to);
        a.view().permuted_axes(order).as_standard_layout().into_owned().permuted_axes(back)
    };
    // a library may add in another order in another layout
    let layouts = orders.map(|order| (in_order(&all, order), in_order(&base, order)));
    for (i, (name, function)) in functions.into_iter().enumerate() {
        // every function in two of the layouts, so that every layout has seven functions
        for layout in [i % 6, (i + 3) % 6] {
            let (all, base) = &layouts[layout];
            let (found, expected) = (function(&all.view()), function(&base.view()));
            case(format!("{} {name}, axes in the order {:?}", T::NAME, orders[layout]), || {
                assert_eq!(found.len() * 7, expected.len() * COUNT);
                assert!(found.iter().eq(expected.iter().cycle().take(found.len())));
            });
        }
    }
}

/// More than a pack, and not a multiple of one.
fn every_order<T: Element>() {
    each_library(|| {
        for n in [1, 2, 3, 4, 5, 8, 12, 16, 17, 32, 33, 70] {
            let count = if n > 8 { 2 } else { 11 };
            case(format!("{} {count} of {n} x {n}", T::NAME), || check(&stack::<T>(count, n, n, 9).view()));
        }
        for (m, n) in [(2, 3), (3, 2), (1, 5), (20, 4)] {
            let a = stack::<T>(5, m, n, 10);
            case(format!("{} {m} x {n}", T::NAME), || {
                let all = svd(&a, SvdShape::Full).unwrap();
                let one = |k| svd(&a.index_axis(Axis(0), k), SvdShape::Full).unwrap();
                as_alone(&all.u, |k| one(k).u);
                as_alone(&all.vt, |k| one(k).vt);
                let values = svdvals(&a).unwrap();
                as_alone(&values.mapv(T::from_real), |k| {
                    svdvals(&a.index_axis(Axis(0), k)).unwrap().mapv(T::from_real)
                });
            });
        }
    });
}

fn leading_axes<T: Element>() {
    let a = stack::<T>(6, 3, 3, 11);
    let four: Array4<T> = a.clone().into_shape_with_order((2, 3, 3, 3)).unwrap();
    let expected = inv(&a).unwrap();
    let flat = |x: ArrayD<T>| x.into_shape_with_order((6, 3, 3)).unwrap();
    identical(&flat(inv(&four).unwrap().into_dyn()), &expected);
    identical(&flat(inv(&four.view().into_dyn()).unwrap()), &expected);
    assert_eq!(det(&four).unwrap().dim(), (2, 3));
    assert_eq!(det(&four.view().into_dyn()).unwrap().shape(), [2, 3]);
    // leading axes that cannot be merged
    let turned = four.view().permuted_axes([1, 0, 2, 3]);
    let expected = inv(&turned.to_owned()).unwrap();
    identical(&inv(&turned).unwrap(), &expected);
    let stepped = four.slice(s![.., ..;2, .., ..]);
    identical(&inv(&stepped).unwrap(), &inv(&stepped.to_owned()).unwrap());
    // one matrix with a dynamic number of axes
    let one = a.index_axis(Axis(0), 2).into_dyn();
    assert_eq!(det(&one).unwrap().shape(), [0; 0]);
    identical(&inv(&one).unwrap(), &inv(&a.index_axis(Axis(0), 2)).unwrap());
    shape_error(det(&vector::<T>(3, 1).into_dyn()), "det", "(3,)");
    shape_error(inv(&stack::<T>(2, 3, 4, 1)), "inv", "(2, 3, 4)");
}

fn right_hand_sides<T: Element>() {
    each_library(|| {
        let a = stack::<T>(6, 3, 3, 12);
        let b = stack::<T>(6, 3, 2, 13);
        let one = |i: usize, j: usize| solve(&a.index_axis(Axis(0), i), &b.index_axis(Axis(0), j)).unwrap();
        case("one right-hand side", || {
            let b = b.index_axis(Axis(0), 1);
            as_alone(&solve(&a, &b).unwrap(), |k| one(k, 1));
            as_alone(&solve(&a, &b.into_dyn()).unwrap(), |k| one(k, 1));
        });
        case("one matrix", || as_alone(&solve(&a.index_axis(Axis(0), 4), &b).unwrap(), |k| one(4, k)));
        case("both axes broadcast", || {
            let left = a.slice(s![..2, .., ..]).insert_axis(Axis(1));
            let x = solve(&left, &b).unwrap();
            assert_eq!(x.dim(), (2, 6, 3, 2));
            for (i, x) in x.outer_iter().enumerate() {
                as_alone(&x, |k| one(i, k));
            }
        });
        let four = b.view().into_shape_with_order((2, 3, 3, 2)).unwrap();
        shape_error(solve(&a, &four), "solve", "(6, 3, 3) and (2, 3, 3, 2)");
        shape_error(solve(&a, &stack::<T>(6, 2, 2, 1)), "solve", "(6, 3, 3) and (6, 2, 2)");
        shape_error(solve(&a, &vector::<T>(2, 1)), "solve", "(6, 3, 3) and (2,)");
    });
}

fn nothing<T: Element>() {
    each_library(|| {
        for shape in [(0, 3, 3), (0, 0, 0), (4, 0, 0)] {
            let a = Array3::<T>::zeros(shape);
            assert_eq!(det(&a).unwrap(), Array::from_elem(shape.0, T::one()));
            assert_eq!(inv(&a).unwrap().dim(), shape);
            assert_eq!(eigh(&a).unwrap().eigenvalues.dim(), (shape.0, shape.1));
            assert_eq!(svd(&a, SvdShape::Full).unwrap().u.dim(), shape);
            assert_eq!(eigvals(&a).unwrap().dim(), (shape.0, shape.1));
            let b = Array3::<T>::zeros((shape.0, shape.1, 2));
            assert_eq!(solve(&a, &b).unwrap().dim(), b.dim());
            assert_eq!(solve(&a, &Array::zeros(shape.1)).unwrap().dim(), (shape.0, shape.1));
        }
        let wide = svd(&Array3::<T>::zeros((2, 0, 3)), SvdShape::Full).unwrap();
        assert_eq!((wide.u.dim(), wide.s.dim(), wide.vt.dim()), ((2, 0, 0), (2, 0), (2, 3, 3)));
        identical(&wide.vt.index_axis(Axis(0), 1), &Array2::<T>::eye(3));
        let none = Array4::<T>::zeros((2, 0, 3, 3));
        assert_eq!(inv(&none).unwrap().dim(), none.dim());
        assert_eq!(solve(&none, &Array::zeros((3, 1))).unwrap().dim(), (2, 0, 3, 1));
    });
}

/// Matrices that a pack leaves to the single call stand between others.
fn extremes<T: Element>() {
    each_library(|| {
        let mut a = stack::<T>(20, 3, 3, 14);
        let huge = T::from_real(T::Real::max_value().sqrt());
        a.slice_mut(s![3, .., ..]).mapv_inplace(|x| x * huge);
        a.slice_mut(s![10, .., ..]).mapv_inplace(|x| x / huge);
        a.slice_mut(s![11, 0, ..]).mapv_inplace(|x| x / huge);
        case(T::NAME, || {
            as_alone(&det(&a).unwrap(), |k| ndarray::arr0(det(&a.index_axis(Axis(0), k)).unwrap()));
            as_alone(&inv(&a).unwrap(), |k| inv(&a.index_axis(Axis(0), k)).unwrap());
            let mut b = stack::<T>(20, 3, 2, 15);
            b.slice_mut(s![5, .., 1]).mapv_inplace(|x| x / huge / huge);
            b[[7, 1, 0]] = T::new(f64::NAN, 0.0);
            let one = |k| solve(&a.index_axis(Axis(0), k), &b.index_axis(Axis(0), k)).unwrap();
            as_alone(&solve(&a, &b).unwrap(), one);
        });
        a.slice_mut(s![12, .., ..]).fill(T::one());
        a.slice_mut(s![15, .., ..]).fill(T::zero());
        case("det of singular ones", || {
            as_alone(&det(&a).unwrap(), |k| ndarray::arr0(det(&a.index_axis(Axis(0), k)).unwrap()));
        });
        let bad = inv(&a).unwrap_err();
        assert_eq!((bad.op(), bad.matrix()), ("inv", Some(&[12][..])));
        assert_eq!(bad.kind(), &ErrorKind::Singular { pivot: 1 });
        let bad = solve(&a.into_shape_with_order((4, 5, 3, 3)).unwrap(), &vector::<T>(3, 1)).unwrap_err();
        assert_eq!((bad.op(), bad.matrix()), ("solve", Some(&[2, 2][..])));
    });
}

#[test]
fn errors_name_the_matrix() {
    let mut a = stack::<f64>(6, 2, 2, 1).into_shape_with_order((2, 3, 2, 2)).unwrap();
    a[[1, 0, 1, 0]] = f64::NAN;
    a[[1, 2, 0, 0]] = f64::INFINITY;
    let expected = "eigh: matrix [1, 0] of the stack: a[1, 0] is NaN, expected finite elements";
    assert_eq!(eigh(&a).unwrap_err().to_string(), expected);
    assert_eq!(det(&a).unwrap_err().matrix(), Some(&[1, 0][..]));
    assert_eq!(det(&array![[f64::NAN]]).unwrap_err().matrix(), None);
    let wrong = det(&Array3::<f64>::zeros((2, 3, 4))).unwrap_err();
    assert_eq!(wrong.matrix(), None);
    assert_eq!(wrong.to_string(), "det: expected square matrices (.., n, n), found (2, 3, 4)");
}

#[test]
fn many_matrices_on_any_number_of_threads() {
    let a = stack::<f64>(100_000, 3, 3, 2);
    let run = || {
        (
            det(&a).unwrap(),
            inv(&a).unwrap(),
            solve(&a, &array![1.0, 2.0, 3.0]).unwrap(),
            eigvalsh(&a).unwrap(),
        )
    };
    let one = on_threads(1, run);
    let all = on_threads(3, run);
    identical(&all.0, &one.0);
    identical(&all.1, &one.1);
    identical(&all.2, &one.2);
    identical(&all.3, &one.3);
    for k in [0, 7, 8, 49_999, 99_999] {
        assert_eq!(all.0[k].to_bits(), det(&a.index_axis(Axis(0), k)).unwrap().to_bits());
        identical(&all.1.index_axis(Axis(0), k), &inv(&a.index_axis(Axis(0), k)).unwrap());
    }
    // the error of the first bad matrix, whichever thread finds one first
    let mut a = a;
    for k in [99_000, 40_001, 70_000] {
        a.slice_mut(s![k, .., ..]).fill(0.0);
    }
    let bad = on_threads(3, || inv(&a).unwrap_err());
    assert_eq!(bad.matrix(), Some(&[40_001][..]));
}

#[test]
fn absurd_stacks_are_refused() {
    let one = Array2::<f64>::eye(2);
    let many = one.broadcast((1 << 30, 1 << 28, 2, 2)).unwrap();
    for result in [det(&many).map(drop), inv(&many).map(drop), eigh(&many).map(drop)] {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    }
    // an element that is repeated more often than operations can be counted
    let huge = Array2::<f64>::eye(1);
    let huge = huge.broadcast((1, 1 << 24, 1 << 24)).unwrap();
    for result in [
        det(&huge).map(drop),
        slogdet(&huge).map(drop),
        inv(&huge).map(drop),
        solve(&huge, &huge).map(drop),
        cholesky(&huge).map(drop),
        qr(&huge, QrShape::Reduced).map(drop),
        eig(&huge).map(drop),
        eigvals(&huge).map(drop),
        eigh(&huge).map(drop),
        eigvalsh(&huge).map(drop),
        eigh_generalized(&huge, &huge, GeneralizedType::Pencil).map(drop),
        svd(&huge, SvdShape::Reduced).map(drop),
        svdvals(&huge).map(drop),
        pinv(&huge, None).map(drop),
        matrix_rank(&huge, None).map(drop),
        cond(&huge, MatrixNorm::Two).map(drop),
        pinvh(&huge, None).map(drop),
        sqrtm_hermitian(&huge).map(drop),
        expm(&huge).map(drop),
        solve_triangular(&huge, &huge, TriangularShape::lower()).map(drop),
    ] {
        error_kind(result, |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    }
    let empty = Array2::<f64>::zeros((0, 0));
    let many: ArrayView3<'_, f64> = empty.broadcast((1 << 60, 0, 0)).unwrap();
    error_kind(det(&many), |e| matches!(e.kind(), ErrorKind::TooLarge { .. }));
    assert_eq!(inv(&many).unwrap().raw_dim(), Ix3(1 << 60, 0, 0));
}
