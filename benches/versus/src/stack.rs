//! Stacks of matrices, a row for each function: linstat in one call, NumPy and JAX in one call, nalgebra in a
//! loop over matrices of dynamic size.

use crate::case::{Element, Normal};
use crate::digest::Digest;
use crate::measure::{Contender, local};
use crate::python::{Arguments, argument, code};
use crate::shorten::Shorten;
use linstat::{QrShape, SvdShape};
use nalgebra::DMatrix;
use ndarray::{Array2, Array3};

const DEFINED: &str = "the operation is defined for every matrix";

/// Number of matrices and their order.
pub const SIZES: [(usize, usize); 6] =
    [(100_000, 3), (100_000, 4), (100_000, 8), (1000, 16), (1000, 32), (1000, 64)];

/// A function of every matrix of a stack.
pub struct Row<T> {
    pub name: &'static str,
    pub input: fn(usize, usize) -> Input<T>,
    pub rust: for<'a> fn(&'a Input<T>) -> Vec<Box<dyn Contender + 'a>>,
    /// The code of NumPy and JAX, and how its result is shortened, as in `table.rs`.
    python: [&'static str; 2],
    /// How many times faster than NumPy on one thread, for each size.
    pub aims: [f64; 6],
}

/// The arguments of a row; `b` is empty if there is none.
pub struct Input<T> {
    pub a: Array3<T>,
    b: Array3<T>,
}

impl<T: Element> Row<T> {
    pub fn arguments<'a>(&self, x: &'a Input<T>) -> Arguments<'a> {
        let [expression, shortened] = self.python;
        Arguments {
            op: code(&[("numpy", expression), ("jax", expression)], shortened),
            dtype: T::DTYPE,
            k: 0,
            axis: None,
            arrays: vec![argument("a", &x.a), argument("b", &x.b)],
        }
    }

    pub fn agrees(&self, result: &Digest, reference: &Digest) -> Result<(), String> {
        result.check(reference, if T::DTYPE == "float32" { 2e-2 } else { 1e-6 })
    }
}

/// All rows.
pub fn rows<T: Element>() -> Vec<Row<T>> {
    vec![
        Row {
            name: "matmul",
            input: |count, n| random(count, n, n),
            rust: |x| vec![linstat(|| linstat::matmul(&x.a, &x.b)), nalgebra(x, |a, b| a * b)],
            python: ["xp.matmul(a, b)", "r"],
            aims: [15.0, 15.0, 8.0, 3.0, 3.0, 1.0],
        },
        Row {
            name: "det",
            // keeps the determinants within the range of f32
            input: |count, n| {
                let Input { a, b } = random(count, n, 0);
                Input { a: a * T::of((1f64.exp() / n as f64).sqrt()), b }
            },
            rust: |x| vec![linstat(|| linstat::det(&x.a)), nalgebra(x, |a, _| a.determinant().f64())],
            python: ["la.det(a)", "r"],
            aims: [15.0, 15.0, 8.0, 3.0, 3.0, 1.0],
        },
        Row {
            name: "inv",
            input: |count, n| random(count, n, 0),
            rust: |x| {
                let nalgebra = nalgebra(x, |a, _| a.clone().try_inverse().expect(DEFINED));
                vec![linstat(|| linstat::inv(&x.a)), nalgebra]
            },
            python: ["la.inv(a)", "r"],
            aims: [15.0, 15.0, 8.0, 3.0, 3.0, 1.0],
        },
        Row {
            // with one right-hand side for each matrix
            name: "solve",
            input: |count, n| random(count, n, 1),
            rust: |x| {
                let nalgebra = nalgebra(x, |a, b| a.clone().lu().solve(b).expect(DEFINED));
                vec![linstat(|| linstat::solve(&x.a, &x.b)), nalgebra]
            },
            python: ["la.solve(a, b)", "r"],
            aims: [15.0, 15.0, 8.0, 3.0, 3.0, 1.0],
        },
        Row {
            name: "cholesky",
            input: |count, n| {
                let mut input = random(count, n, 0);
                for mut a in input.a.outer_iter_mut() {
                    let square = a.dot(&a.t()) * T::of(1.0 / n as f64);
                    a.assign(&(square + Array2::<T>::eye(n)));
                }
                input
            },
            rust: |x| {
                let nalgebra = nalgebra(x, |a, _| a.clone().cholesky().expect(DEFINED).unpack());
                vec![linstat(|| linstat::cholesky(&x.a)), nalgebra]
            },
            python: ["la.cholesky(a)", "r"],
            aims: [15.0, 15.0, 8.0, 3.0, 3.0, 1.0],
        },
        Row {
            name: "qr",
            input: |count, n| random(count, n, 0),
            rust: |x| {
                let nalgebra = nalgebra(x, |a, _| a.clone().qr().unpack());
                vec![linstat(|| linstat::qr(&x.a, QrShape::Reduced)), nalgebra]
            },
            python: ["la.qr(a)", "np.concatenate([abs(r[1]), r[0] @ r[1]], axis=-2)"],
            aims: [1.0; 6],
        },
        Row {
            name: "eigh",
            input: |count, n| {
                let Input { a, b } = random(count, n, 0);
                Input { a: &a + &a.view().permuted_axes([0, 2, 1]), b }
            },
            rust: |x| vec![linstat(|| linstat::eigh(&x.a)), nalgebra(x, |a, _| a.clone().symmetric_eigen())],
            python: ["la.eigh(a)", "r[0]"],
            aims: [4.0, 4.0, 3.0, 1.0, 1.0, 1.0],
        },
        Row {
            name: "svd",
            input: |count, n| random(count, n, 0),
            rust: |x| {
                let nalgebra = nalgebra(x, |a, _| a.clone().svd(true, true));
                vec![linstat(|| linstat::svd(&x.a, SvdShape::Reduced)), nalgebra]
            },
            python: ["la.svd(a, full_matrices=False)", "r[1]"],
            aims: [4.0, 4.0, 3.0, 1.0, 1.0, 1.0],
        },
    ]
}

/// Square matrices, and others with this number of columns.
fn random<T: Element>(count: usize, order: usize, columns: usize) -> Input<T> {
    let mut normal = Normal::new();
    let mut stack = |columns| {
        let all: Array2<T> = normal.matrix(count * order, columns);
        all.into_shape_with_order((count, order, columns)).expect("the same number of elements")
    };
    Input { a: stack(order), b: stack(columns) }
}

fn linstat<'a, R: Shorten + 'a>(run: impl Fn() -> linstat::Result<R> + 'a) -> Box<dyn Contender + 'a> {
    local("linstat", move || run().expect(DEFINED), Shorten::shorten)
}

fn nalgebra<'a, T: Element, R: Shorten + 'a>(
    x: &'a Input<T>,
    one: impl Fn(&DMatrix<T>, &DMatrix<T>) -> R + 'a,
) -> Box<dyn Contender + 'a> {
    let own = |x: &'a Array3<T>| -> Vec<DMatrix<T>> {
        let matrix = |x: ndarray::ArrayView2<T>| DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[[i, j]]);
        x.outer_iter().map(matrix).collect()
    };
    let (a, b) = (own(&x.a), own(&x.b));
    let run = move || a.iter().zip(&b).map(|(a, b)| one(a, b)).collect::<Vec<R>>();
    local("nalgebra", run, Shorten::shorten)
}
