//! Statistics of a table in one pass: linstat's states, of rows in memory or in a file that the system has in
//! memory, beside NumPy's functions of the array in memory.

use crate::case::{Element, Normal};
use crate::digest::Digest;
use crate::measure::{Contender, local};
use crate::python::{Arguments, argument, code};
use crate::shorten::Shorten;
use linstat::stream::npy::{Blocks, Writer};
use linstat::stream::{Covariance, Moments, quantiles};
use linstat::{QuantileMethod, Result};
use ndarray::{Array2, Axis, stack};
use std::path::PathBuf;

const DEFINED: &str = "the statistic is defined, and the file can be read";

/// Rows and columns of the table.
pub const SHAPE: (usize, usize) = (1_000_000, 100);
/// Rows of a block of the file.
const ROWS: usize = 16_384;

/// A statistic of all columns.
pub struct Row<T> {
    pub name: &'static str,
    run: fn(&Input<T>) -> Result<Array2<T>>,
    /// NumPy's code, and how its result is shortened, as in `table.rs`.
    python: [&'static str; 2],
    /// How many times faster than NumPy.
    pub aim: f64,
}

/// The table, in memory and in a file.
pub struct Input<T> {
    pub x: Array2<T>,
    path: PathBuf,
}

impl<T: Element> Input<T> {
    pub fn new() -> Self {
        let x: Array2<T> = Normal::new().matrix(SHAPE.0, SHAPE.1);
        let path = std::env::temp_dir().join(format!("versus-{}.npy", std::process::id()));
        let mut file = Writer::create(&path, SHAPE).expect(DEFINED);
        file.write(&x).and_then(|()| file.finish()).expect(DEFINED);
        Input { x, path }
    }

    fn blocks(&self) -> Result<Blocks<T>> {
        Blocks::open(&self.path, ROWS)
    }

    fn moments(&self, file: bool) -> Result<Array2<T>> {
        let mut moments = Moments::new(SHAPE.1);
        if file {
            self.blocks()?.read_into(&mut moments)?
        } else {
            moments.update(&self.x)?
        }
        Ok(stack![Axis(0), moments.mean()?, moments.std(0)?])
    }

    fn covariance(&self, file: bool) -> Result<Array2<T>> {
        let mut covariance = Covariance::new(SHAPE.1);
        if file {
            self.blocks()?.read_into(&mut covariance)?
        } else {
            covariance.update(&self.x)?
        }
        covariance.cov(1)
    }
}

impl<T> Drop for Input<T> {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl<T: Element> Row<T> {
    pub fn arguments<'a>(&self, x: &'a Input<T>) -> Arguments<'a> {
        let [expression, shortened] = self.python;
        Arguments {
            op: code(&[("numpy", expression)], shortened),
            dtype: T::DTYPE,
            k: 0,
            axis: None,
            arrays: vec![argument("a", &x.x)],
        }
    }

    pub fn contender<'a>(&self, x: &'a Input<T>) -> Box<dyn Contender + 'a> {
        let run = self.run;
        local("linstat", move || run(x).expect(DEFINED), Shorten::shorten)
    }

    pub fn agrees(&self, result: &Digest, reference: &Digest) -> std::result::Result<(), String> {
        result.check(reference, if T::DTYPE == "float32" { 1e-3 } else { 1e-9 })
    }
}

/// All rows.
pub fn rows<T: Element>() -> Vec<Row<T>> {
    const MEANS: [&str; 2] = ["(xp.mean(a, 0), xp.std(a, 0))", "np.stack(r)"];
    const COV: [&str; 2] = ["xp.cov(a, rowvar=False)", "r"];
    const MEDIAN: [&str; 2] = ["xp.quantile(a, [0.5], axis=0)", "r"];
    vec![
        Row { name: "mean, std", run: |x| x.moments(false), python: MEANS, aim: 3.0 },
        Row { name: "mean, std; file", run: |x| x.moments(true), python: MEANS, aim: 3.0 },
        Row { name: "cov", run: |x| x.covariance(false), python: COV, aim: 3.0 },
        Row { name: "cov; file", run: |x| x.covariance(true), python: COV, aim: 3.0 },
        Row {
            name: "median",
            run: |x| {
                let median = linstat::median_axis(&x.x, Axis(0))?;
                Ok(median.insert_axis(Axis(0)))
            },
            python: MEDIAN,
            aim: 1.0,
        },
        Row {
            name: "median; file",
            run: |x| quantiles(|| x.blocks(), &[0.5], QuantileMethod::Linear),
            python: MEDIAN,
            aim: 1.0,
        },
    ]
}
