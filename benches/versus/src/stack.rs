//! Stacks of matrices: linstat in one call, NumPy and JAX in one call, nalgebra in a loop.

use crate::case::{Element, Normal, Number};
use crate::digest::{self, Digest};
use crate::measure::{Contender, local};
use crate::python::Arguments;
use linstat::{SvdShape, det, eigh, inv, solve, svd};
use nalgebra::{DMatrix, DVector};
use ndarray::{Array2, Array3, ArrayRef, Dimension};

const DEFINED: &str = "the operation is defined for every matrix";

/// An operation on every matrix; `peers.py` uses the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackOp {
    Det,
    Inv,
    /// With one right-hand side for each matrix.
    Solve,
    Eigh,
    Svd,
}

impl StackOp {
    const ALL: [StackOp; 5] = [StackOp::Det, StackOp::Inv, StackOp::Solve, StackOp::Eigh, StackOp::Svd];

    fn name(self) -> &'static str {
        match self {
            StackOp::Det => "det",
            StackOp::Inv => "inv",
            StackOp::Solve => "solve",
            StackOp::Eigh => "eigh",
            StackOp::Svd => "svd",
        }
    }
}

/// Number of matrices and their order.
const SIZES: [(usize, usize); 6] =
    [(100_000, 3), (100_000, 4), (100_000, 8), (1000, 16), (1000, 32), (1000, 64)];

pub struct Case<T> {
    pub op: StackOp,
    pub name: String,
    /// Number of elements.
    pub n: usize,
    order: usize,
    a: Array3<T>,
    b: Array3<T>,
}

pub fn cases<T: Element>() -> impl Iterator<Item = Case<T>> {
    StackOp::ALL.into_iter().flat_map(|op| SIZES.map(|size| (op, size))).map(|(op, (count, order))| {
        let mut normal = Normal::new();
        let mut stack = |columns| {
            let all: Array2<T> = normal.matrix(count * order, columns);
            all.into_shape_with_order((count, order, columns)).expect("the same number of elements")
        };
        let (mut a, b) = (stack(order), stack(1));
        if op == StackOp::Eigh {
            a = &a + &a.view().permuted_axes([0, 2, 1]);
        }
        Case { op, name: format!("{} {count} of {order}", op.name()), n: a.len(), order, a, b }
    })
}

impl<T: Element> Case<T> {
    pub fn contenders(&self) -> Vec<Box<dyn Contender + '_>> {
        let (a, b) = (&self.a, &self.b);
        let ours = match self.op {
            StackOp::Det => local("linstat", || det(a).expect(DEFINED), |x| numbers(&x)),
            StackOp::Inv => local("linstat", || inv(a).expect(DEFINED), |x| numbers(&x)),
            StackOp::Solve => local("linstat", || solve(a, b).expect(DEFINED), |x| numbers(&x)),
            StackOp::Eigh => local("linstat", || eigh(a).expect(DEFINED), |x| numbers(&x.eigenvalues)),
            StackOp::Svd => local("linstat", || svd(a, SvdShape::Reduced).expect(DEFINED), |x| numbers(&x.s)),
        };
        vec![ours, self.nalgebra()]
    }

    /// The same in a loop over matrices of dynamic size.
    fn nalgebra(&self) -> Box<dyn Contender + '_> {
        let n = self.order;
        let matrices: Vec<DMatrix<T>> =
            self.a.outer_iter().map(|a| DMatrix::from_fn(n, n, |i, j| a[[i, j]])).collect();
        let shape = match self.op {
            StackOp::Det => vec![matrices.len()],
            StackOp::Inv => vec![matrices.len(), n, n],
            StackOp::Solve => vec![matrices.len(), n, 1],
            StackOp::Eigh | StackOp::Svd => vec![matrices.len(), n],
        };
        let digest =
            move |x: Vec<Vec<T>>| digest::numbers(shape.clone(), x.into_iter().flatten().map(|x| x.f64()));
        macro_rules! each {
            (|$a:ident| $one:expr) => {
                local("nalgebra", move || matrices.iter().map(|$a| $one).collect::<Vec<Vec<T>>>(), digest)
            };
        }
        match self.op {
            StackOp::Det => local(
                "nalgebra",
                move || matrices.iter().map(|a| a.determinant()).collect::<Vec<T>>(),
                |x| digest::numbers(vec![x.len()], x.iter().map(|x| x.f64())),
            ),
            StackOp::Inv => {
                each!(|a| a.clone().try_inverse().expect(DEFINED).transpose().as_slice().to_vec())
            }
            StackOp::Solve => {
                let columns: Vec<DVector<T>> =
                    self.b.outer_iter().map(|b| DVector::from_iterator(n, b.iter().copied())).collect();
                local(
                    "nalgebra",
                    move || {
                        let pairs = matrices.iter().zip(&columns);
                        pairs.map(|(a, b)| a.clone().lu().solve(b).expect(DEFINED)).collect::<Vec<_>>()
                    },
                    move |x| digest(x.into_iter().map(|x| x.as_slice().to_vec()).collect()),
                )
            }
            // its eigenvalues are not sorted
            StackOp::Eigh => each!(|a| {
                let mut w = a.clone().symmetric_eigen().eigenvalues.as_slice().to_vec();
                w.sort_by(|x, y| x.f64().total_cmp(&y.f64()));
                w
            }),
            StackOp::Svd => each!(|a| a.clone().svd(true, true).singular_values.as_slice().to_vec()),
        }
    }

    pub fn arguments(&self) -> Arguments<'_> {
        let bytes = |x: &Array3<T>| x.iter().flat_map(|&x| Number::bytes(x)).collect::<Vec<u8>>();
        Arguments {
            op: self.op.name().into(),
            dtype: T::DTYPE,
            k: 0,
            axis: None,
            arrays: vec![
                ("stack", self.a.shape().to_vec(), Box::new(move || bytes(&self.a))),
                ("right", self.b.shape().to_vec(), Box::new(move || bytes(&self.b))),
            ],
        }
    }

    pub fn agrees(&self, result: &Digest, reference: &Digest) -> Result<(), String> {
        result.check(reference, if T::DTYPE == "float32" { 2e-2 } else { 1e-6 })
    }

    /// The aims: how many times faster than NumPy, and than the best of all peers.
    pub fn aims(&self) -> (f64, f64) {
        use StackOp::*;
        let numpy = match (self.op, self.order) {
            (Det | Inv | Solve, 3 | 4) => 15.0,
            (Det | Inv | Solve, 8) => 8.0,
            (Det | Inv | Solve, 16 | 32) => 3.0,
            (Eigh | Svd, 3 | 4) => 4.0,
            (Eigh | Svd, 8) => 3.0,
            _ => 1.0,
        };
        (numpy, 1.0)
    }
}

fn numbers<T: Element, D: Dimension>(x: &ArrayRef<T, D>) -> Digest {
    digest::numbers(x.shape().to_vec(), x.iter().map(|x| x.f64()))
}
