//! linstat itself, on the library that the features chose and on the embedded one.

use crate::case::{Case, Element, Op};
use crate::digest::{self, Digest};
use crate::measure::{Contender, local};
use linstat::testing::{Library, run_as};
use linstat::{MatrixNorm, SvdShape};
use num_complex::Complex;

pub fn active<'a, T: Element>(case: &'a Case<T>) -> Box<dyn Contender + 'a> {
    contender("linstat", case)
}

/// Only in a build with another library; otherwise `embedded` is the active one.
pub fn embedded<'a, T: Element>(case: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    let other = cfg!(feature = "_lapack");
    other.then(|| embed(contender("embedded", case)))
}

/// The same on the embedded library.
pub fn embed<'a>(contender: Box<dyn Contender + 'a>) -> Box<dyn Contender + 'a> {
    Box::new(Embedded(contender))
}

struct Embedded<'a>(Box<dyn Contender + 'a>);

impl Contender for Embedded<'_> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn digest(&mut self) -> Result<Digest, String> {
        run_as(Library::Embedded, || self.0.digest())
    }

    fn time(&mut self, calls: u64) -> Result<f64, String> {
        run_as(Library::Embedded, || self.0.time(calls))
    }
}

fn contender<'a, T: Element>(name: &'static str, case: &'a Case<T>) -> Box<dyn Contender + 'a> {
    const DEFINED: &str = "the operation is defined for every case";
    let Case { a, b, v, k, .. } = case;
    let number = |x: T| digest::number(x.f64());
    let matrix_norm = |norm| local(name, move || linstat::matrix_norm(a, norm).expect(DEFINED), number);
    let vector_norm = |order| local(name, move || linstat::vector_norm(v, order).expect(DEFINED), number);
    match case.op {
        Op::Matmul => local(name, || linstat::matmul(a, b).expect(DEFINED), |c| digest::array(&c)),
        Op::Matvec => local(
            name,
            || linstat::matmul(a, v).expect(DEFINED),
            |y| digest::vector(y.iter().map(|x| x.f64())),
        ),
        Op::LinearLayer => {
            local(name, || linstat::linear_layer(a, b, v).expect(DEFINED), |y| digest::array(&y))
        }
        Op::Det => local(name, || linstat::det(a).expect(DEFINED), number),
        Op::Inv => local(name, || linstat::inv(a).expect(DEFINED), |x| digest::array(&x)),
        Op::SolveVector => local(
            name,
            || linstat::solve(a, v).expect(DEFINED),
            |x| digest::vector(x.iter().map(|x| x.f64())),
        ),
        Op::SolveMatrix => local(name, || linstat::solve(a, b).expect(DEFINED), |x| digest::array(&x)),
        Op::Eig => local(
            name,
            || linstat::eig(a).expect(DEFINED),
            |e| {
                let first: Vec<_> = e.eigenvectors.column(0).iter().map(wide).collect();
                digest::eig(a, &e.eigenvalues.iter().map(wide).collect::<Vec<_>>(), &first)
            },
        ),
        Op::Eigvals => local(
            name,
            || linstat::eigvals(a).expect(DEFINED),
            |w| digest::eigvals(&w.iter().map(wide).collect::<Vec<_>>()),
        ),
        Op::Eigh => local(
            name,
            || linstat::eigh(a).expect(DEFINED),
            |e| {
                let last: Vec<f64> = e.eigenvectors.column(case.n - 1).iter().map(|x| x.f64()).collect();
                digest::eigh(a, &e.eigenvalues.iter().map(|x| x.f64()).collect::<Vec<_>>(), &last)
            },
        ),
        Op::Eigvalsh => local(
            name,
            || linstat::eigvalsh(a).expect(DEFINED),
            |w| digest::vector(w.iter().map(|x| x.f64())),
        ),
        Op::Svd => local(
            name,
            || linstat::svd(a, SvdShape::Reduced).expect(DEFINED),
            |svd| {
                let u: Vec<f64> = svd.u.column(0).iter().map(|x| x.f64()).collect();
                let v: Vec<f64> = svd.vt.row(0).iter().map(|x| x.f64()).collect();
                digest::svd(a, &u, &svd.s.iter().map(|x| x.f64()).collect::<Vec<_>>(), &v)
            },
        ),
        Op::Svdvals => {
            local(name, || linstat::svdvals(a).expect(DEFINED), |s| digest::vector(s.iter().map(|x| x.f64())))
        }
        Op::Vec1 => vector_norm(1.0),
        Op::Vec2 => vector_norm(2.0),
        Op::Vec3 => vector_norm(3.0),
        Op::VecInf => vector_norm(f64::INFINITY),
        Op::Fro => matrix_norm(MatrixNorm::Fro),
        Op::Mat1 => matrix_norm(MatrixNorm::One),
        Op::MatInf => matrix_norm(MatrixNorm::Inf),
        Op::Nuc => matrix_norm(MatrixNorm::Nuc),
        Op::Mat2 => matrix_norm(MatrixNorm::Two),
        Op::Pca => local(name, || linstat::pca(a, *k).expect(DEFINED), |scores| digest::pca(&scores)),
    }
}

fn wide<T: Element>(z: &Complex<T>) -> Complex<f64> {
    Complex::new(z.re.f64(), z.im.f64())
}
