//! A program that already uses ndarray-linalg, ndarray-stats and ndarray-rand, to which linstat was added.
//!
//! No conversion is needed: all four share the array types of one ndarray, and call one OpenBLAS. The exit
//! code is 1 if two are loaded, if an array was copied on its way, or if results differ.

use linstat::backend;
use linstat::random::{Pcg64, default_rng};
use linstat::{Bins, QuantileMethod, SvdShape, Variables};
use ndarray::{Array, Array1, Array2, ArrayRef, Axis, Dimension};
use ndarray_linalg::{
    Cholesky, Determinant, Eigh, Inverse, InverseInto, LeastSquaresSvd, Norm, QR, SVD, Solve, UPLO,
};
use ndarray_rand::rand::distr::StandardUniform;
use ndarray_rand::rand_distr::Normal;
use ndarray_rand::{RandomExt, RandomRefExt, SamplingStrategy};
use ndarray_stats::histogram::{Bins as TheirBins, Edges, Grid};
use ndarray_stats::interpolate::Linear;
use ndarray_stats::{CorrelationExt, HistogramExt, QuantileExt, SummaryStatisticsExt};
use noisy_float::types::n64;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

type Outcome = Result<(), Box<dyn std::error::Error>>;
type Part = fn(&mut Checks) -> Outcome;

/// Prints each check and counts the failures.
#[derive(Default)]
struct Checks {
    wrong: usize,
}

impl Checks {
    fn that(&mut self, right: bool, what: &str) {
        println!("{} {what}", if right { "ok   " } else { "WRONG" });
        self.wrong += usize::from(!right);
    }

    /// The same shape, and no element differs by more than the tolerance; NaN fails.
    fn agree<D: Dimension>(
        &mut self,
        what: &str,
        ours: &ArrayRef<f64, D>,
        theirs: &ArrayRef<f64, D>,
        tolerance: f64,
    ) {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance;
        self.that(ours.shape() == theirs.shape() && ours.iter().zip(theirs).all(near), what);
    }

    fn equal(&mut self, what: &str, ours: f64, theirs: f64, tolerance: f64) {
        self.that((ours - theirs).abs() <= tolerance, &format!("{what}: {ours} and {theirs}"));
    }
}

/// The BLAS and LAPACK files that this process has loaded.
fn loaded() -> std::io::Result<BTreeSet<PathBuf>> {
    let maps = std::fs::read_to_string("/proc/self/maps")?;
    let files = maps.lines().filter_map(|line| line.split_whitespace().nth(5)).map(PathBuf::from);
    let name = |file: &PathBuf| file.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let wanted = |name: String| {
        name.contains(".so") && ["blas", "lapack", "mkl"].iter().any(|library| name.contains(library))
    };
    Ok(files.filter(|file| name(file).is_some_and(wanted)).collect())
}

fn one_openblas(checks: &mut Checks) -> Outcome {
    println!("{}", backend::info());
    let files = loaded()?;
    checks.that(files.len() == 1, &format!("one BLAS/LAPACK file is loaded: {files:?}"));
    let info = backend::info();
    checks.that(info.name == "OpenBLAS", &format!("linstat runs on OpenBLAS: {}", info.name));
    checks.that(files.iter().next() == info.lapack.as_ref(), "it is the file that linstat calls");
    Ok(())
}

/// Each crate works in the buffer of the array that it is given.
fn no_copies(checks: &mut Checks) -> Outcome {
    let a: Array2<f64> =
        Array::random_using((70, 70), Normal::new(0., 0.01)?, &mut Pcg64::new(1)) + Array2::<f64>::eye(70);
    let before = a.as_ptr();
    // a move, which compiles only if the types are the same
    let mut a: linstat::ndarray::Array2<f64> = a;
    linstat::leaky_relu_inplace(&mut a, 0.5);
    let mut a: ndarray::Array2<f64> = a.inv_into()?;
    linstat::tanh_inplace(&mut a);
    checks.that(a.as_ptr() == before, "ndarray-rand, linstat, ndarray-linalg, linstat: one buffer");

    // the result of linstat is solved in place
    let b: ndarray::Array1<f64> = linstat::matmul(&a, &Array1::linspace(-1., 1., 70))?;
    let before = b.as_ptr();
    let x: linstat::ndarray::Array1<f64> = a.solve_into(b)?;
    checks.that(x.as_ptr() == before, "linstat, ndarray-linalg: one buffer");
    checks.agree("which holds the solution", &x, &Array1::linspace(-1., 1., 70), 1e-14);

    // views are read without a copy
    let half = a.slice(ndarray::s![..;2, ..]);
    checks.equal("a view of every other row, norm", linstat::norm(&half), half.norm(), 1e-12);
    Ok(())
}

fn linear_algebra(checks: &mut Checks) -> Outcome {
    // above the sizes that linstat computes without the library, and well-conditioned
    let n = 80;
    let mut rng = default_rng(2);
    let a: Array2<f64> =
        Array::random_using((n, n), Normal::new(0., 1.)?, &mut rng) + 30. * Array2::<f64>::eye(n);
    let b: Array1<f64> = Array::random_using(n, Normal::new(0., 1.)?, &mut rng);

    checks.agree("solve", &linstat::solve(&a, &b)?, &a.solve(&b)?, 1e-14);
    checks.agree("inv", &linstat::inv(&a)?, &a.inv()?, 1e-14);
    let (ours, (sign, log)) = (linstat::slogdet(&a)?, a.sln_det()?);
    checks.equal("sign of the determinant", ours.sign, sign, 0.);
    checks.equal("its logarithm", ours.logabsdet, log, 1e-12 * log.abs());

    let tall: Array2<f64> = Array::random_using((n, 20), Normal::new(0., 1.)?, &mut rng);
    let (u, s, vt) = tall.svd(true, true)?;
    let (u, vt) = (u.ok_or("no u")?, vt.ok_or("no vt")?);
    let ours = linstat::svd(&tall, SvdShape::Full)?;
    checks.agree("singular values", &ours.s, &s, 1e-13 * s[0]);
    // the signs of vectors are arbitrary, their product is not
    let product = |u: &Array2<f64>, s: &Array1<f64>, vt: &Array2<f64>| {
        linstat::matmul(&(&u.slice(ndarray::s![.., ..20]) * s), vt)
    };
    checks.agree("their svd, multiplied by linstat", &product(&u, &s, &vt)?, &tall, 1e-13 * s[0]);
    checks.agree("linstat's svd", &product(&ours.u, &ours.s, &ours.vt)?, &tall, 1e-13 * s[0]);

    let symmetric = &a + &a.t();
    let (values, vectors) = symmetric.eigh(UPLO::Lower)?;
    let ours = linstat::eigh(&symmetric)?;
    let largest = values[n - 1];
    checks.agree("eigenvalues", &ours.eigenvalues, &values, 1e-13 * largest);
    let overlap = linstat::matmul(&ours.eigenvectors.t(), &vectors)?.mapv(f64::abs);
    checks.agree("eigenvectors, but for their signs", &overlap, &Array2::eye(n), 1e-9);

    // what linstat does not have yet still runs on the same arrays
    let (q, r) = tall.qr()?;
    checks.agree("their qr, multiplied by linstat", &linstat::matmul(&q, &r)?, &tall, 1e-13 * s[0]);
    let gram = linstat::matmul(&tall.t(), &tall)?;
    let lower = gram.cholesky(UPLO::Lower)?;
    checks.agree(
        "their cholesky of linstat's product",
        &linstat::matmul(&lower, &lower.t())?,
        &gram,
        1e-13 * s[0] * s[0],
    );
    let theirs = tall.least_squares(&b)?.solution;
    let ours = linstat::solve(&gram, &linstat::matmul(&tall.t(), &b)?)?;
    checks.agree("their least squares, linstat's normal equations", &ours, &theirs, 1e-12);
    Ok(())
}

fn statistics(checks: &mut Checks) -> Outcome {
    let x: Array2<f64> = default_rng(3).gamma(2., 3., (501, 7))?;
    // ndarray has its own `mean`, which method syntax finds first
    let theirs = SummaryStatisticsExt::mean(&*x)?;
    checks.equal("mean", linstat::mean(&x)?, theirs, 1e-13);
    checks.equal("central moment", linstat::central_moment(&x, 3)?, x.central_moment(3)?, 1e-10);
    checks.equal("skewness", linstat::skewness(&x)?, x.skewness()?, 1e-12);
    // ndarray-stats has Pearson's kurtosis, 3 for a normal distribution
    checks.equal("kurtosis", linstat::kurtosis(&x)? + 3., x.kurtosis()?, 1e-11);
    let weights = Array1::linspace(1., 2., 501);
    checks.agree(
        "weighted means",
        &linstat::average_axis(&x, &weights, Axis(0))?,
        &x.weighted_mean_axis(Axis(0), &weights)?,
        1e-12,
    );

    let theirs = x.mapv(n64).quantile_axis_mut(Axis(0), n64(0.3), &Linear)?.mapv(f64::from);
    let ours = linstat::quantile_axis(&x, 0.3, QuantileMethod::Linear, Axis(0))?;
    checks.agree("quantiles", &ours, &theirs, 1e-14);
    let mut holes = x.clone();
    holes.column_mut(2).fill(f64::NAN);
    holes.row_mut(5).fill(f64::NAN);
    holes[[0, 2]] = 1.;
    let ours = linstat::nanquantile_axis(&holes, 0.3, QuantileMethod::Linear, Axis(0))?;
    let theirs = holes.quantile_axis_skipnan_mut(Axis(0), n64(0.3), &Linear)?;
    checks.agree("quantiles without NaN", &ours, &theirs, 1e-14);
    let (row, column) = x.argmax()?;
    checks.that(linstat::argmax(&x)? == row * 7 + column, "argmax");

    // ndarray-stats has the variables in rows
    checks.agree("cov", &linstat::cov(&x, Variables::Columns, 1)?, &x.t().cov(1.)?, 1e-12);
    checks.agree(
        "corrcoef",
        &linstat::corrcoef(&x, Variables::Columns)?,
        &x.t().pearson_correlation()?,
        1e-13,
    );

    let edges = [0., 2., 4., 8., 16., 1000.];
    let ours = linstat::histogram(&x, Bins::Edges(&edges))?.counts;
    let grid = Grid::from(vec![TheirBins::new(Edges::from(edges.map(n64).to_vec()))]);
    let points = x.mapv(n64).into_shape_with_order((x.len(), 1))?;
    let theirs = points.histogram(grid);
    checks.that(ours.sum() == x.len() && ours.iter().eq(theirs.counts().iter()), "histogram");
    Ok(())
}

fn random_numbers(checks: &mut Checks) -> Outcome {
    // rand makes uniform samples with the same 53 bits as NumPy
    let theirs: Array2<f64> = Array2::random_using((40, 5), StandardUniform, &mut Pcg64::new(4));
    checks.that(theirs == default_rng(4).random((40, 5))?, "uniform numbers are NumPy's, bit for bit");

    let normal = |seed: u64| -> Result<Array1<f64>, Box<dyn std::error::Error>> {
        Ok(Array1::random_using(100_000, Normal::new(2., 3.)?, &mut default_rng(seed)))
    };
    let x = normal(5)?;
    // five standard errors
    checks.equal("mean of rand_distr's normal numbers", linstat::mean(&x)?, 2., 5. * 3. / 316.);
    checks.equal("their deviation", linstat::std(&x, 1)?, 3., 5. * 3. / 447.);
    checks.that(x == normal(5)? && x != normal(6)?, "the seed decides on them");

    let rows = Array1::from_iter(0..50_i64).insert_axis(Axis(1));
    let strategy = SamplingStrategy::WithoutReplacement;
    let drawn = RandomRefExt::sample_axis_using(&*rows, Axis(0), 50, strategy, &mut default_rng(7));
    let sorted = linstat::sort_axis(&drawn, Axis(0))?;
    checks.that(drawn != rows && sorted == rows, "rows drawn without replacement, on linstat's generator");
    Ok(())
}

fn main() -> ExitCode {
    let mut checks = Checks::default();
    let parts: [(&str, Part); 5] = [
        ("one OpenBLAS", one_openblas),
        ("no copies", no_copies),
        ("linear algebra", linear_algebra),
        ("statistics", statistics),
        ("random numbers", random_numbers),
    ];
    for (name, part) in parts {
        println!("\n{name}");
        if let Err(error) = part(&mut checks) {
            checks.that(false, &format!("{name} stopped: {error}"));
        }
    }
    println!("\n{} wrong", checks.wrong);
    if checks.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
