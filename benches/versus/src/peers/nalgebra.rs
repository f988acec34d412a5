//! nalgebra on its own matrices of dynamic size.

use crate::case::{Case, Element, Op};
use crate::digest::{self, Digest};
use crate::measure::{Contender, with_state};
use nalgebra::{DMatrix, DVector};
use num_complex::Complex;

struct Input<T> {
    a: DMatrix<T>,
    b: DMatrix<T>,
    v: DVector<T>,
}

pub fn contender<'a, T: Element>(case: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    const DEFINED: &str = "the operation is defined for every case";
    // without blocking, and without a limit on the iterations: it takes minutes, if it ends
    if case.n > 256 && matches!(case.op, Op::Eigvals | Op::Svd | Op::Svdvals | Op::Nuc | Op::Mat2) {
        return None;
    }
    let input = Input {
        a: DMatrix::from_fn(case.a.nrows(), case.a.ncols(), |i, j| case.a[[i, j]]),
        b: DMatrix::from_fn(case.b.nrows(), case.b.ncols(), |i, j| case.b[[i, j]]),
        v: DVector::from_fn(case.v.len(), |i, _| case.v[i]),
    };
    let n = case.n;
    macro_rules! contender {
        (|$x:ident| $run:expr, $digest:expr) => {
            with_state("nalgebra", input, |$x: &mut Input<T>| $run, $digest)
        };
    }
    Some(match case.op {
        Op::Matmul => contender!(|x| &x.a * &x.b, |_, c| matrix(&c)),
        Op::Matvec => contender!(|x| &x.a * &x.v, |_, y| vector(&y)),
        Op::LinearLayer => contender!(
            |x| {
                let mut y = &x.a * &x.b;
                y.column_iter_mut().zip(x.v.iter()).for_each(|(mut y, &v)| y.add_scalar_mut(v));
                y
            },
            |_, y| matrix(&y)
        ),
        Op::Det => contender!(|x| x.a.determinant(), |_, x| digest::number(x.f64())),
        Op::Inv => contender!(|x| x.a.clone().try_inverse().expect(DEFINED), |_, x| matrix(&x)),
        Op::SolveVector => contender!(|x| x.a.clone().lu().solve(&x.v).expect(DEFINED), |_, x| vector(&x)),
        Op::SolveMatrix => contender!(|x| x.a.clone().lu().solve(&x.b).expect(DEFINED), |_, x| matrix(&x)),
        Op::Eigvals => contender!(|x| x.a.complex_eigenvalues(), |_, w| {
            digest::eigvals(&w.iter().map(|w| Complex::new(w.re.f64(), w.im.f64())).collect::<Vec<_>>())
        }),
        // nalgebra's eigenvalues are not sorted; they are sorted outside the timing
        Op::Eigh => contender!(|x| x.a.clone().symmetric_eigen(), move |_, e| {
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by(|&i, &j| e.eigenvalues[i].f64().total_cmp(&e.eigenvalues[j].f64()));
            let w: Vec<f64> = order.iter().map(|&i| e.eigenvalues[i].f64()).collect();
            let last: Vec<f64> = e.eigenvectors.column(order[n - 1]).iter().map(|x| x.f64()).collect();
            digest::eigh(&case.a, &w, &last)
        }),
        Op::Eigvalsh => contender!(|x| x.a.symmetric_eigenvalues(), |_, w| {
            let mut w: Vec<f64> = w.iter().map(|x| x.f64()).collect();
            w.sort_by(f64::total_cmp);
            digest::vector(w)
        }),
        Op::Svd => contender!(|x| x.a.clone().svd(true, true), |_, svd| {
            let (u, vt) = (svd.u.expect("asked for"), svd.v_t.expect("asked for"));
            let u: Vec<f64> = u.column(0).iter().map(|x| x.f64()).collect();
            let v: Vec<f64> = vt.row(0).iter().map(|x| x.f64()).collect();
            digest::svd(&case.a, &u, &svd.singular_values.iter().map(|x| x.f64()).collect::<Vec<_>>(), &v)
        }),
        Op::Svdvals => contender!(|x| x.a.singular_values(), |_, s| vector(&s)),
        Op::Vec1 => contender!(|x| x.v.lp_norm(1), |_, x| digest::number(x.f64())),
        Op::Vec2 => contender!(|x| x.v.norm(), |_, x| digest::number(x.f64())),
        Op::Vec3 => contender!(|x| x.v.lp_norm(3), |_, x| digest::number(x.f64())),
        Op::VecInf => contender!(|x| x.v.amax(), |_, x| digest::number(x.f64())),
        Op::Fro => contender!(|x| x.a.norm(), |_, x| digest::number(x.f64())),
        Op::Nuc => contender!(|x| x.a.singular_values().iter().copied().sum::<T>(), |_, x| {
            digest::number(x.f64())
        }),
        Op::Mat2 => contender!(|x| x.a.singular_values()[0], |_, x| digest::number(x.f64())),
        Op::Eig | Op::Mat1 | Op::MatInf | Op::Pca => return None,
    })
}

fn matrix<T: Element>(x: &DMatrix<T>) -> Digest {
    digest::matrix(x.nrows(), x.ncols(), |i, j| x[(i, j)].f64())
}

fn vector<T: Element>(x: &DVector<T>) -> Digest {
    digest::vector(x.iter().map(|x| x.f64()))
}
