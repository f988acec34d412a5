//! The operations, and the numbers that they run on.

use crate::digest::Digest;
use crate::memory::vector;
use crate::python::{Arguments, argument};
use crate::routines::LapackElement;
use clap::ValueEnum;
use flate2::read::GzDecoder;
use ndarray::{Array1, Array2, s};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use serde::Serialize;
use std::fs::File;
use std::io::Read;

/// A number type that NumPy has, too.
pub trait Number: linstat::Element {
    /// NumPy's name of the type.
    const DTYPE: &str;
    /// The bytes, as in memory.
    fn bytes(self) -> Vec<u8>;
    /// A standard normal sample, or an integer from the whole range.
    fn random(normal: &mut Normal) -> Self;
}

macro_rules! number {
    ($($t:ident, $name:literal, $normal:ident => $random:expr;)*) => {$(
        impl Number for $t {
            const DTYPE: &str = $name;
            fn bytes(self) -> Vec<u8> {
                self.to_ne_bytes().to_vec()
            }
            fn random($normal: &mut Normal) -> Self {
                $random as $t
            }
        }
    )*};
}

number! {
    f32, "float32", normal => normal.number();
    f64, "float64", normal => normal.number();
    i32, "int32", normal => normal.integer();
    i64, "int64", normal => normal.integer();
}

/// f32 or f64, which all peers support.
pub trait Element:
    Number + linstat::Real + faer::traits::RealField + nalgebra::RealField + LapackElement
{
}

impl Element for f32 {}
impl Element for f64 {}

/// The tables, in the order of measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Group {
    Matmul,
    Matvec,
    LinearLayer,
    Det,
    Inv,
    Solve,
    Eig,
    Eigvals,
    Eigh,
    Eigvalsh,
    Svd,
    Svdvals,
    Norm,
    Pca,
    Factors,
    Systems,
    Products,
    Stacks,
    Stream,
    Copy,
    Reduce,
    Stats,
    Order,
    Sort,
    Activation,
    Random,
}

impl Group {
    /// Whether its cases are in `array.rs`.
    pub fn is_of_arrays(self) -> bool {
        use Group::*;
        matches!(self, Copy | Reduce | Stats | Order | Sort | Activation)
    }

    pub fn name(self) -> String {
        self.to_possible_value().expect("no group is hidden").get_name().into()
    }
}

/// An operation; `peers.py` uses the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// a · b
    Matmul,
    /// a · v
    Matvec,
    /// a · b + v, as a layer of a neural network
    LinearLayer,
    Det,
    Inv,
    /// a · x = v
    SolveVector,
    /// a · x = b
    SolveMatrix,
    Eig,
    Eigvals,
    Eigh,
    Eigvalsh,
    /// reduced
    Svd,
    Svdvals,
    /// Norms of v.
    Vec1,
    Vec2,
    Vec3,
    VecInf,
    /// Norms of a.
    Fro,
    Mat1,
    MatInf,
    Nuc,
    Mat2,
    /// `k` components of the rows of a.
    Pca,
}

impl Op {
    /// Whether one call at n = 1000 takes seconds.
    fn is_slow(self) -> bool {
        matches!(self, Op::Eig | Op::Eigvals | Op::Svd | Op::Svdvals | Op::Nuc | Op::Mat2)
    }

    /// Whether the result of a peer agrees with linstat's. The tolerance is loose: it finds other operations
    /// and wrong results, it does not judge accuracy.
    pub fn agrees<T: Element>(self, peer: &str, result: &Digest, reference: &Digest) -> Result<(), String> {
        // the plain product of a thousand pivots can leave the range of f32 although the determinant is
        // within it
        if self == Op::Det && result.is_out_of_range() {
            return Ok(());
        }
        let tolerance = match (self, T::DTYPE) {
            // approximate by design; `auto` chooses it for most shapes
            (Op::Pca, _) if ["sklearn/randomized", "sklearn/auto"].contains(&peer) => 0.1,
            (_, "float64") => 1e-8,
            // multiplied by the condition of a random matrix
            (Op::Det | Op::Inv | Op::SolveVector | Op::SolveMatrix, _) => 5e-2,
            _ => 2e-3,
        };
        result.check(reference, tolerance)
    }
}

impl<T: Element> Case<T> {
    pub fn arguments(&self) -> Arguments<'_> {
        Arguments {
            op: serde_json::to_value(self.op).expect("a plain enum"),
            dtype: T::DTYPE,
            k: self.k,
            axis: None,
            arrays: vec![argument("a", &self.a), argument("b", &self.b), argument("v", &self.v)],
        }
    }
}

/// An operation with its arguments; those that it does not take are empty.
#[derive(Debug)]
pub struct Case<T> {
    pub group: Group,
    pub name: String,
    pub op: Op,
    /// The order of the matrix; for PCA the smaller side.
    pub n: usize,
    /// The number of principal components.
    pub k: usize,
    pub a: Array2<T>,
    pub b: Array2<T>,
    pub v: Array1<T>,
}

/// The sizes of all groups but PCA.
pub const SIZES: [usize; 5] = [2, 8, 64, 256, 1000];

/// A case whose matrices are filled later, so that only one is in memory.
pub type Recipe<T> = Box<dyn FnOnce() -> Case<T>>;

/// The cases of a group.
pub fn recipes<T: Element>(group: Group, quick: bool) -> Vec<Recipe<T>> {
    let ops: &[Op] = match group {
        Group::Matmul => &[Op::Matmul],
        Group::Matvec => &[Op::Matvec],
        Group::LinearLayer => &[Op::LinearLayer],
        Group::Det => &[Op::Det],
        Group::Inv => &[Op::Inv],
        Group::Solve => &[Op::SolveVector, Op::SolveMatrix],
        Group::Eig => &[Op::Eig],
        Group::Eigvals => &[Op::Eigvals],
        Group::Eigh => &[Op::Eigh],
        Group::Eigvalsh => &[Op::Eigvalsh],
        Group::Svd => &[Op::Svd],
        Group::Svdvals => &[Op::Svdvals],
        Group::Norm => {
            &[Op::Vec1, Op::Vec2, Op::Vec3, Op::VecInf, Op::Fro, Op::Mat1, Op::MatInf, Op::Nuc, Op::Mat2]
        }
        Group::Pca => return pca(),
        _ => &[],
    };
    let mut recipes: Vec<Recipe<T>> = Vec::new();
    for &op in ops {
        for n in SIZES {
            if !(quick && n == 1000 && op.is_slow()) {
                recipes.push(Box::new(move || square(group, op, n)));
            }
        }
    }
    recipes
}

fn square<T: Element>(group: Group, op: Op, n: usize) -> Case<T> {
    let mut normal = Normal::new();
    let (mut a, mut b, mut v) = (Array2::zeros((0, 0)), Array2::zeros((0, 0)), Array1::zeros(0));
    match op {
        Op::Vec1 | Op::Vec2 | Op::Vec3 | Op::VecInf => v = normal.vector(n * n),
        _ => a = normal.matrix(n, n),
    }
    match op {
        Op::Matmul | Op::SolveMatrix => b = normal.matrix(n, n),
        Op::Matvec | Op::SolveVector => v = normal.vector(n),
        Op::LinearLayer => {
            b = normal.matrix(n, n);
            v = normal.vector(n);
        }
        Op::Eigh | Op::Eigvalsh => {
            a = Array2::from_shape_fn((n, n), |(i, j)| (a[[i, j]] + a[[j, i]]) * T::of(0.5))
        }
        // keeps the determinant near 1 for every n, so that peers that overflow can be compared
        Op::Det => a.mapv_inplace(|x| x * T::of((1f64.exp() / n as f64).sqrt())),
        _ => {}
    }
    let name = match op {
        Op::SolveVector => format!("{n}, 1 rhs"),
        Op::SolveMatrix => format!("{n}, n rhs"),
        _ if group == Group::Norm => {
            let norm = serde_json::to_value(op).expect("a plain enum");
            format!("{} {n}", norm.as_str().unwrap_or_default())
        }
        _ => n.to_string(),
    };
    Case { group, name, op, n, k: 0, a, b, v }
}

fn pca<T: Element>() -> Vec<Recipe<T>> {
    fn case<T: Element>(name: String, a: Array2<T>, k: usize) -> Case<T> {
        let n = a.nrows().min(a.ncols());
        Case { group: Group::Pca, name, op: Op::Pca, n, k, a, b: Array2::zeros((0, 0)), v: Array1::zeros(0) }
    }
    let random = |rows, columns, k| -> Recipe<T> {
        Box::new(move || case(format!("{rows}x{columns}->{k}"), Normal::new().matrix(rows, columns), k))
    };
    let digits = |k| -> Recipe<T> { Box::new(move || case(format!("digits->{k}"), digits(), k)) };
    let mut recipes = vec![random(1000, 1536, 128)];
    if T::DTYPE == "float64" {
        recipes.extend([random(20000, 100, 10), digits(20), digits(40)]);
    }
    recipes
}

/// The images of the digits data set, without their labels.
fn digits<T: Element>() -> Array2<T> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/digits.csv.gz");
    let mut text = String::new();
    let file = File::open(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    GzDecoder::new(file).read_to_string(&mut text).unwrap_or_else(|error| panic!("{path}: {error}"));
    let numbers = text.lines().flat_map(|line| line.split(','));
    let numbers: Vec<T> = numbers.map(|x| T::of(x.trim().parse().expect("a number"))).collect();
    let table = Array2::from_shape_vec((numbers.len() / 65, 65), numbers).expect("65 columns");
    table.slice(s![.., ..64]).as_standard_layout().into_owned()
}

/// Standard normal samples, the same in every run.
pub struct Normal(Pcg64);

impl Normal {
    pub fn new() -> Self {
        Normal(Pcg64::seed_from_u64(20))
    }

    fn number(&mut self) -> f64 {
        // Box and Muller
        let (u, v): (f64, f64) = (self.0.random(), self.0.random());
        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// An integer of any size.
    fn integer(&mut self) -> u64 {
        self.0.random()
    }

    pub fn matrix<T: Element>(&mut self, rows: usize, columns: usize) -> Array2<T> {
        let x = vector(rows * columns, || T::of(self.number()));
        Array2::from_shape_vec((rows, columns), x).expect("the number of elements")
    }

    pub fn vector<T: Element>(&mut self, len: usize) -> Array1<T> {
        self.matrix(1, len).remove_axis(ndarray::Axis(0))
    }
}
