//! faer through its high-level functions, on its own matrices.

use crate::case::{Case, Element, Op};
use crate::digest::{self, Digest};
use crate::measure::{Contender, with_state};
use faer::linalg::solvers::{DenseSolveCore, Solve};
use faer::{Col, Mat, Side};
use num_complex::Complex;

/// The threads that faer may use.
pub fn set_threads(n: usize) {
    faer::set_global_parallelism(if n == 1 { faer::Par::Seq } else { faer::Par::rayon(n) });
}

struct Input<T> {
    a: Mat<T>,
    b: Mat<T>,
    v: Col<T>,
}

pub fn contender<'a, T: Element>(case: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    const DEFINED: &str = "the operation is defined for every case";
    let input = Input {
        a: Mat::from_fn(case.a.nrows(), case.a.ncols(), |i, j| case.a[[i, j]]),
        b: Mat::from_fn(case.b.nrows(), case.b.ncols(), |i, j| case.b[[i, j]]),
        v: Col::from_fn(case.v.len(), |i| case.v[i]),
    };
    let n = case.n;
    macro_rules! contender {
        (|$x:ident| $run:expr, $digest:expr) => {
            with_state("faer", input, |$x: &mut Input<T>| $run, $digest)
        };
    }
    Some(match case.op {
        Op::Matmul => contender!(|x| &x.a * &x.b, |_, c| matrix(&c)),
        Op::Matvec => contender!(|x| &x.a * &x.v, |_, y| column(&y)),
        Op::LinearLayer => contender!(
            |x| {
                let mut y = &x.a * &x.b;
                y.col_iter_mut().zip(x.v.iter()).for_each(|(y, &v)| y.iter_mut().for_each(|y| *y += v));
                y
            },
            |_, y| matrix(&y)
        ),
        Op::Det => contender!(|x| x.a.determinant(), |_, x| digest::number(x.f64())),
        Op::Inv => contender!(|x| x.a.partial_piv_lu().inverse(), |_, x| matrix(&x)),
        Op::SolveVector => contender!(|x| x.a.partial_piv_lu().solve(&x.v), |_, x| column(&x)),
        Op::SolveMatrix => contender!(|x| x.a.partial_piv_lu().solve(&x.b), |_, x| matrix(&x)),
        Op::Eig => contender!(|x| x.a.eigen().expect(DEFINED), move |_, e| {
            let w: Vec<_> = e.S().column_vector().iter().map(wide).collect();
            let first: Vec<_> = (0..n).map(|i| wide(&e.U()[(i, 0)])).collect();
            // the norm of faer's vectors is not 1
            let norm = first.iter().map(Complex::norm_sqr).sum::<f64>().sqrt();
            digest::eig(&case.a, &w, &first.iter().map(|x| x / norm).collect::<Vec<_>>())
        }),
        Op::Eigvals => contender!(|x| x.a.eigenvalues().expect(DEFINED), |_, w| {
            digest::eigvals(&w.iter().map(wide).collect::<Vec<_>>())
        }),
        Op::Eigh => contender!(|x| x.a.self_adjoint_eigen(Side::Lower).expect(DEFINED), move |_, e| {
            let w: Vec<f64> = e.S().column_vector().iter().map(|x| x.f64()).collect();
            let last: Vec<f64> = (0..n).map(|i| e.U()[(i, n - 1)].f64()).collect();
            digest::eigh(&case.a, &w, &last)
        }),
        Op::Eigvalsh => {
            contender!(|x| x.a.self_adjoint_eigenvalues(Side::Lower).expect(DEFINED), |_, w| digest::vector(
                w.iter().map(|x| x.f64())
            ))
        }
        Op::Svd => contender!(|x| x.a.thin_svd().expect(DEFINED), move |_, svd| {
            let u: Vec<f64> = (0..n).map(|i| svd.U()[(i, 0)].f64()).collect();
            let v: Vec<f64> = (0..n).map(|i| svd.V()[(i, 0)].f64()).collect();
            let s: Vec<f64> = svd.S().column_vector().iter().map(|x| x.f64()).collect();
            digest::svd(&case.a, &u, &s, &v)
        }),
        Op::Svdvals => contender!(|x| x.a.singular_values().expect(DEFINED), |_, s| digest::vector(
            s.iter().map(|x| x.f64())
        )),
        Op::Vec1 => contender!(|x| x.v.norm_l1(), |_, x| digest::number(x.f64())),
        Op::Vec2 => contender!(|x| x.v.norm_l2(), |_, x| digest::number(x.f64())),
        Op::VecInf => contender!(|x| x.v.norm_max(), |_, x| digest::number(x.f64())),
        Op::Fro => contender!(|x| x.a.norm_l2(), |_, x| digest::number(x.f64())),
        Op::Nuc => contender!(|x| x.a.singular_values().expect(DEFINED).into_iter().sum::<T>(), |_, x| {
            digest::number(x.f64())
        }),
        Op::Mat2 => {
            contender!(|x| x.a.singular_values().expect(DEFINED)[0], |_, x| digest::number(x.f64()))
        }
        Op::Vec3 | Op::Mat1 | Op::MatInf | Op::Pca => return None,
    })
}

fn matrix<T: Element>(x: &Mat<T>) -> Digest {
    digest::matrix(x.nrows(), x.ncols(), |i, j| x[(i, j)].f64())
}

fn column<T: Element>(x: &Col<T>) -> Digest {
    digest::vector(x.iter().map(|x| x.f64()))
}

fn wide<T: Element>(z: &Complex<T>) -> Complex<f64> {
    Complex::new(z.re.f64(), z.im.f64())
}
