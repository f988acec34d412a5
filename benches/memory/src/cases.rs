//! What is measured, and how much memory each function is documented to take.

use linstat::ndarray::{Array, Array1, Array2, ArrayView2, Axis, Dimension, ShapeBuilder, s};
use linstat::*;

/// How the inputs lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    C,
    Fortran,
    Sliced,
}

impl Layout {
    pub const ALL: [Self; 3] = [Layout::C, Layout::Fortran, Layout::Sliced];

    pub fn name(self) -> &'static str {
        match self {
            Layout::C => "c",
            Layout::Fortran => "fortran",
            Layout::Sliced => "sliced",
        }
    }
}

/// A square matrix and a symmetric positive definite one.
pub struct Inputs {
    layout: Layout,
    matrix: Array2<f64>,
    definite: Array2<f64>,
}

impl Inputs {
    pub fn new(n: usize, layout: Layout) -> Result<Self> {
        let (rows, order) = match layout {
            Layout::C => (n, false),
            Layout::Fortran => (n, true),
            Layout::Sliced => (2 * n, false),
        };
        let mut matrix = Array2::zeros((rows, n).set_f(order));
        let mut rng = random::default_rng(1);
        for mut row in matrix.rows_mut() {
            row.assign(&rng.random(n)?);
        }
        // dominated by its diagonal
        let step = rows / n;
        let element = |(i, j): (usize, usize)| match (i / step).abs_diff(j) {
            0 => 4.0,
            distance => 1.0 / (1.0 + distance as f64).powi(2),
        };
        let mut definite = Array2::zeros((rows, n).set_f(order));
        definite.indexed_iter_mut().for_each(|(at, x)| *x = element(at));
        Ok(Inputs { layout, matrix, definite })
    }

    fn part<'a>(&self, x: &'a Array2<f64>) -> ArrayView2<'a, f64> {
        if self.layout == Layout::Sliced { x.slice(s![..;2, ..]) } else { x.view() }
    }

    fn a(&self) -> ArrayView2<'_, f64> {
        self.part(&self.matrix)
    }

    fn spd(&self) -> ArrayView2<'_, f64> {
        self.part(&self.definite)
    }

    /// Returns the size of one input, without what a slice leaves out.
    pub fn megabytes(&self) -> f64 {
        self.a().len() as f64 * 8.0 / MEGA
    }
}

const MEGA: f64 = 1024.0 * 1024.0;

/// Megabytes.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub inputs: f64,
    pub result: f64,
    pub peak: f64,
}

pub struct Case {
    pub name: &'static str,
    /// Rows and columns of the input.
    pub order: usize,
    /// Number of inputs of that size.
    pub inputs: usize,
    /// What the routine asks for beside the result and one copy, in units of the inputs.
    pub workspace: f64,
    /// Returns the megabytes of the result.
    pub run: fn(&Inputs) -> Result<f64>,
}

trait Size {
    fn megabytes(&self) -> f64;
}

impl<T, D: Dimension> Size for Array<T, D> {
    fn megabytes(&self) -> f64 {
        (self.len() * size_of::<T>()) as f64 / MEGA
    }
}

impl Size for f64 {
    fn megabytes(&self) -> f64 {
        0.0
    }
}

fn size(results: &[&dyn Size]) -> Result<f64> {
    Ok(results.iter().map(|result| result.megabytes()).sum())
}

/// A table of cases: name, order, number of inputs, workspace, and the call.
macro_rules! cases {
    ($($name:literal, $order:literal, $inputs:literal, $workspace:literal: |$x:ident| $call:expr;)*) => {
        pub const CASES: &[Case] = &[$(Case {
            name: $name,
            order: $order,
            inputs: $inputs,
            workspace: $workspace,
            run: |$x: &Inputs| $call,
        }),*];
    };
}

cases! {
    "sum_axis 0", 2000, 1, 0.0: |x| size(&[&sum_axis(&x.a(), Axis(0))?]);
    "sum_axis 1", 2000, 1, 0.0: |x| size(&[&sum_axis(&x.a(), Axis(1))?]);
    "max_axis 0", 2000, 1, 0.0: |x| size(&[&max_axis(&x.a(), Axis(0))?]);
    "argmax_axis 1", 2000, 1, 0.0: |x| size(&[&argmax_axis(&x.a(), Axis(1))?]);
    "cumsum_axis 0", 2000, 1, 0.0: |x| size(&[&cumsum_axis(&x.a(), Axis(0))?]);
    "mean", 2000, 1, 0.0: |x| size(&[&mean(&x.a())?]);
    "mean_axis 0", 2000, 1, 0.0: |x| size(&[&mean_axis(&x.a(), Axis(0))?]);
    "std_axis 1", 2000, 1, 0.0: |x| size(&[&std_axis(&x.a(), 0, Axis(1))?]);
    "skewness_axis 0", 2000, 1, 0.0: |x| size(&[&skewness_axis(&x.a(), Axis(0))?]);
    "standardize", 2000, 1, 0.0: |x| size(&[&standardize(&x.a())?]);
    "cov", 2000, 1, 0.0: |x| size(&[&cov(&x.a(), Variables::Columns, 1)?]);
    "corrcoef", 2000, 1, 0.0: |x| size(&[&corrcoef(&x.a(), Variables::Columns)?]);
    "median", 2000, 1, 0.0: |x| size(&[&median(&x.a())?]);
    "median_axis 0", 2000, 1, 0.0: |x| size(&[&median_axis(&x.a(), Axis(0))?]);
    "histogram", 2000, 1, 0.0: |x| { histogram(&x.a(), Bins::Count(100))?; Ok(0.0) };
    "sort", 2000, 1, 0.0: |x| size(&[&linstat::sort(&x.a())?]);
    "sort_axis 0", 2000, 1, 0.0: |x| size(&[&sort_axis(&x.a(), Axis(0))?]);
    "argsort_axis 0", 2000, 1, 0.0: |x| size(&[&argsort_axis(&x.a(), Axis(0))?]);
    "partition", 2000, 1, 0.0: |x| size(&[&partition(&x.a(), x.a().ncols() / 2)?]);
    "unique", 2000, 1, 0.0: |x| size(&[&unique(&x.a())?]);
    "tanh", 2000, 1, 0.0: |x| size(&[&tanh(&x.a())]);
    "softmax_axis 0", 2000, 1, 0.0: |x| size(&[&softmax_axis(&x.a(), Axis(0))?]);
    "softmax_axis 1", 2000, 1, 0.0: |x| size(&[&softmax_axis(&x.a(), Axis(1))?]);
    "matmul", 1500, 2, 0.0: |x| size(&[&matmul(&x.a(), &x.spd())?]);
    "gram", 1500, 1, 0.0: |x| size(&[&matmul(&x.a().t(), &x.a())?]);
    "linear_layer", 1500, 2, 0.0: |x| {
        size(&[&linear_layer(&x.a(), &x.spd(), &Array1::zeros(x.a().ncols()))?])
    };
    "det", 1500, 1, 0.0: |x| size(&[&det(&x.a())?]);
    "inv", 1500, 1, 0.0: |x| size(&[&inv(&x.a())?]);
    "solve", 1500, 2, 0.0: |x| size(&[&solve(&x.spd(), &x.a())?]);
    "cholesky", 1500, 1, 0.0: |x| size(&[&cholesky(&x.spd())?]);
    "qr", 1500, 1, 0.0: |x| { let Qr { q, r, .. } = qr(&x.a(), QrShape::Reduced)?; size(&[&q, &r]) };
    "lstsq", 1500, 2, 1.0: |x| size(&[&lstsq(&x.a(), &x.spd(), None)?.x]);
    "eigh", 1000, 1, 2.0: |x| { let eigh = eigh(&x.spd())?; size(&[&eigh.eigenvalues, &eigh.eigenvectors]) };
    "svdvals", 1000, 1, 0.5: |x| size(&[&svdvals(&x.a())?]);
    "svd", 1000, 1, 4.0: |x| { let Svd { u, s, vt, .. } = svd(&x.a(), SvdShape::Reduced)?; size(&[&u, &s, &vt]) };
    "eig", 700, 1, 1.0: |x| { let eig = eig(&x.a())?; size(&[&eig.eigenvalues, &eig.eigenvectors]) };
    "Pca::fit", 1500, 1, 4.0: |x| { let pca = Pca::new(10).fit(&x.a())?; size(&[pca.components()]) };
    "Moments::update", 2000, 1, 0.0: |x| {
        let mut moments = stream::Moments::new(x.a().ncols());
        moments.update(&x.a())?;
        size(&[&moments.std(0)?])
    };
    "Covariance::update", 2000, 1, 5.0: |x| {
        let mut covariance = stream::Covariance::new(x.a().ncols());
        covariance.update(&x.a())?;
        size(&[&covariance.cov(1)?])
    };
}
