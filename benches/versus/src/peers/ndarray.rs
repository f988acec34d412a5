//! ndarray without BLAS, as in most programs.

use crate::case::{Case, Element, Op};
use crate::digest;
use crate::measure::{Contender, local};
use num_traits::Float;

pub fn contender<'a, T: Element>(case: &'a Case<T>) -> Option<Box<dyn Contender + 'a>> {
    let name = "ndarray";
    let Case { a, b, v, .. } = case;
    Some(match case.op {
        Op::Matmul => local(name, || a.dot(b), |c| digest::array(&c)),
        Op::Matvec => local(name, || a.dot(v), |y| digest::vector(y.iter().map(|x| x.f64()))),
        Op::LinearLayer => local(name, move || a.dot(b) + v, |y| digest::array(&y)),
        Op::Vec2 => local(name, || Float::sqrt(v.dot(v)), |x| digest::number(x.f64())),
        _ => return None,
    })
}
