//! Polar decompositions, null spaces and ranges: by what defines them.

use crate::common::assert::*;
use crate::common::*;
use linstat::{PolarSide, Real, null_space, orth, polar};
use ndarray::{Array2, Array3, ArrayRef2, Axis, array};
use num_complex::Complex64;

for_scalar! {
    polar_factors => polar_factors;
    polar_factors_of_low_rank => polar_factors_of_low_rank;
    polar_factors_of_stacks => polar_factors_of_stacks;
    the_ends_of_the_range => the_ends_of_the_range;
    bases => bases;
}

fn check<T: Element>(a: &ArrayRef2<T>) {
    let (m, n) = a.dim();
    let size = m.max(n);
    for side in [PolarSide::Right, PolarSide::Left] {
        case(format!("{side:?}"), || {
            let found = polar(a, side).unwrap();
            let (order, back) = match side {
                PolarSide::Right => (n, wide(&found.u).dot(&wide(&found.p))),
                PolarSide::Left => (m, wide(&found.p).dot(&wide(&found.u))),
            };
            assert_eq!((found.u.dim(), found.p.dim()), ((m, n), (order, order)));
            small_residual::<T>("product - a", &(back - wide(a)), size, one_norm(a) * (size as f64).sqrt());
            if m >= n {
                orthonormal_columns("u", &found.u);
            } else {
                orthonormal_columns("uᴴ", &adjoint(&found.u));
            }
            // + 0 makes zeros of -0
            same(&adjoint(&found.p).mapv(|x| x + T::zero()), &found.p.mapv(|x| x + T::zero()));
            if order > 0 {
                let least = linstat::eigvalsh(&found.p).unwrap()[0].f64();
                assert!(least >= -30.0 * T::eps() * size as f64 * one_norm(a), "{least}");
            }
        });
    }
}

fn polar_factors<T: Element>() {
    each_rectangle::<T>(check);
}

fn polar_factors_of_low_rank<T: Element>() {
    each_library(|| {
        for (m, n) in [(2, 2), (5, 3), (3, 5), (20, 17)] {
            check(&Array2::<T>::zeros((m, n)));
            check(&Array2::<T>::ones((m, n)));
            check(&with_spectrum::<T>(m, n, &[3.0, 1.0], 2));
        }
        // SciPy 1.17: polar([[0, 2], [-3, 0]]) by its definition
        let found = polar(&array![[0.0, 2.0], [-3.0, 0.0]], PolarSide::Left).unwrap();
        close(&found.u, &array![[0.0, 1.0], [-1.0, 0.0]], 1e-15);
        close(&found.p, &array![[2.0, 0.0], [0.0, 3.0]], 1e-15);
    });
}

fn polar_factors_of_stacks<T: Element>() {
    each_library(|| {
        for (count, m, n) in [(0, 3, 2), (1, 2, 2), (3, 4, 2), (3, 2, 5), (2, 20, 17), (3, 0, 2)] {
            let a: Array3<T> = matrix::<T>(count * m, n, 7).into_shape_with_order((count, m, n)).unwrap();
            for side in [PolarSide::Right, PolarSide::Left] {
                let all = polar(&a, side).unwrap();
                let order = if side == PolarSide::Right { n } else { m };
                assert_eq!((all.u.dim(), all.p.dim()), ((count, m, n), (count, order, order)));
                for (k, a) in a.outer_iter().enumerate() {
                    let one = polar(&a, side).unwrap();
                    same(&all.u.index_axis(Axis(0), k), &one.u);
                    same(&all.p.index_axis(Axis(0), k), &one.p);
                }
            }
        }
        let mut a: Array3<T> = Array3::ones((4, 2, 2));
        a[[3, 0, 1]] = T::new(f64::INFINITY, 0.0);
        assert_eq!(polar(&a, PolarSide::Right).unwrap_err().matrix(), Some(&[3][..]));
    });
}

fn the_ends_of_the_range<T: Element>() {
    let exponents: &[i32] = if T::eps() < 1e-10 { &[1000, -1000] } else { &[110, -100] };
    each_library(|| {
        for &exponent in exponents {
            // a complex quotient overflows
            let half = <T::Real as Real>::of(2f64.powi(exponent / 2));
            for (m, n) in [(3, 3), (5, 3), (3, 5)] {
                let a = matrix::<T>(m, n, 1);
                let (one, scaled) = (
                    polar(&a, PolarSide::Right).unwrap(),
                    polar(&a.mapv(|x| x * T::from_real(half) * T::from_real(half)), PolarSide::Right)
                        .unwrap(),
                );
                close(&scaled.u, &one.u, 1e3 * T::eps());
                close(&scaled.p.mapv(|x| x.div_real(half).div_real(half)), &one.p, 1e3 * T::eps());
            }
        }
    });
}

/// The null space and the range of the adjoint are the whole space.
fn bases<T: Element>() {
    each_rectangle::<T>(|a| check_bases(a, a.nrows().min(a.ncols())));
    each_library(|| {
        for (m, n, rank) in [(2, 2, 1), (5, 3, 2), (3, 5, 2), (20, 17, 9), (17, 40, 16), (4, 6, 0)] {
            let s: Vec<f64> = (0..rank).map(|i| 1.0 + i as f64).collect();
            case(format!("{} {m} x {n} of rank {rank}", T::NAME), || {
                check_bases(&with_spectrum::<T>(m, n, &s, 1), rank);
            });
        }
    });
}

fn check_bases<T: Element>(a: &ArrayRef2<T>, rank: usize) {
    let (m, n) = a.dim();
    // rounding of the product by which the matrix was made may exceed the default
    let limit = Some(<T::Real as Real>::of(100.0 * T::eps() * m.max(n) as f64));
    let (null, range) = (null_space(a, limit).unwrap(), orth(a, limit).unwrap());
    assert_eq!((null.dim(), range.dim()), ((n, n - rank), (m, rank)));
    orthonormal_columns("null space", &null);
    orthonormal_columns("range", &range);
    let size = m.max(n);
    small_residual::<T>("a · null", &wide(a).dot(&wide(&null)), size, one_norm(a) * size as f64);
    let projected = wide(&range).dot(&adjoint(&wide(&range)).dot(&wide(a)));
    small_residual::<T>("a beside its range", &(projected - wide(a)), size, one_norm(a) * size as f64);
    if n > 0 && m > 0 && rank > 0 {
        let rows = orth(&adjoint(a), limit).unwrap();
        let both: Array2<Complex64> = ndarray::concatenate![Axis(1), wide(&null), wide(&rows)];
        assert_eq!(both.dim(), (n, n));
        let gram = adjoint(&both).dot(&both) - Array2::<Complex64>::eye(n);
        small_residual::<T>("both bases", &gram, size, size as f64);
    }
}
