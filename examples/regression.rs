//! Linear regression: the employment of the United States explained by six other series of 1947 to 1962, by
//! [`lstsq`] and by [`QrFactor`], held against the values that NIST certifies.
//!
//! `cargo run --release --example regression`
//!
//! The data are Longley's (1967), whose columns nearly depend on each other: they were chosen to show how
//! regressions lose digits. Fails if one of the results has fewer than 10 correct digits.
//!
//! Source: NIST, Statistical Reference Datasets,
//! <https://www.itl.nist.gov/div898/strd/lls/data/Longley.shtml>; see `examples/data/README.md`.

use comfy_table::{CellAlignment, Table, presets};
use linstat::ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, concatenate, s};
use linstat::{QrFactor, lstsq, sum, var, vector_norm, vector_norm_axis};
use std::error::Error;
use std::path::Path;

/// The digits that every result must have.
const REQUIRED: f64 = 10.0;

/// Certified coefficients and their standard deviations, of the intercept and of the columns of the file.
const CERTIFIED: [(f64, f64); 7] = [
    (-3482258.63459582, 890420.383607373),
    (15.0618722713733, 84.9149257747669),
    (-0.358191792925910E-01, 0.334910077722432E-01),
    (-2.02022980381683, 0.488399681651699),
    (-1.03322686717359, 0.214274163161675),
    (-0.511041056535807E-01, 0.226073200069370),
    (1829.15146461355, 455.478499142212),
];
const CERTIFIED_RESIDUAL_SD: f64 = 304.854073561965;
const CERTIFIED_R_SQUARED: f64 = 0.995479004577296;

/// The names of the coefficients, the design matrix, and what is to be explained.
type Data = (Vec<String>, Array2<f64>, Array1<f64>);

/// What a regression finds.
struct Fit {
    coefficients: Array1<f64>,
    errors: Array1<f64>,
    residual_sd: f64,
    r_squared: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/longley.csv");
    let (names, x, y) = read(&file)?;
    println!("{} years, {} coefficients, on {}\n", x.nrows(), x.ncols(), linstat::backend::info());
    let (by_lstsq, by_qr) = (by_lstsq(&x, &y)?, by_qr(&x, &y)?);
    let mut least = f64::INFINITY;
    for (title, fit) in [("lstsq", &by_lstsq), ("QrFactor", &by_qr)] {
        let mut table = Table::new();
        table.load_preset(presets::ASCII_MARKDOWN);
        table.set_header([title, "coefficient", "standard error", "t", "digits"]);
        let mut row = |name: &str, values: [String; 3], digits: f64| {
            least = least.min(digits);
            let [value, error, t] = values;
            table.add_row([name.to_owned(), value, error, t, format!("{digits:.1}")]);
        };
        for ((name, (&value, &error)), (certified, sd)) in
            names.iter().zip(fit.coefficients.iter().zip(&fit.errors)).zip(CERTIFIED)
        {
            let digits = digits(value, certified).min(digits(error, sd));
            row(
                name,
                [format!("{value:.10}"), format!("{error:.10}"), format!("{:.2}", value / error)],
                digits,
            );
        }
        let number = |value: f64| [format!("{value:.10}"), String::new(), String::new()];
        row("residual sd", number(fit.residual_sd), digits(fit.residual_sd, CERTIFIED_RESIDUAL_SD));
        row("R²", number(fit.r_squared), digits(fit.r_squared, CERTIFIED_R_SQUARED));
        (1..5)
            .filter_map(|k| table.column_mut(k).map(|c| c.set_cell_alignment(CellAlignment::Right)))
            .count();
        println!("{table}\n");
    }
    if least < REQUIRED {
        return Err(format!("a result has {least:.1} digits of the certified value, not {REQUIRED}").into());
    }
    println!("All results have at least {REQUIRED} digits of the certified values.");
    Ok(())
}

/// Reads a table with a header. Its first column is to be explained, and the first column of the design
/// matrix is that of the intercept.
fn read(file: &Path) -> Result<Data, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(file)?;
    let mut names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut values = Vec::new();
    for record in reader.records() {
        for field in &record? {
            values.push(field.parse().map_err(|_| format!("{}: {field:?} is no number", file.display()))?);
        }
    }
    let table = Array2::from_shape_vec((values.len() / names.len(), names.len()), values)?;
    names[0] = "intercept".to_owned();
    let x = concatenate![Axis(1), Array2::ones((table.nrows(), 1)), table.slice(s![.., 1..])];
    Ok((names, x, table.column(0).to_owned()))
}

/// The residuals come with the solution; the solutions for the columns of the identity matrix are the
/// pseudoinverse.
fn by_lstsq(x: &ArrayRef2<f64>, y: &ArrayRef1<f64>) -> linstat::Result<Fit> {
    let found = lstsq(x, y, None)?;
    let inverse = lstsq(x, &Array2::eye(x.nrows()), None)?.x;
    fit(x, y, found.x, sum(&found.residuals)?, &inverse)
}

/// One factorization for both.
fn by_qr(x: &ArrayRef2<f64>, y: &ArrayRef1<f64>) -> linstat::Result<Fit> {
    let qr = QrFactor::new(x)?;
    let coefficients = qr.solve(y)?;
    let residuals = &y.view() - &linstat::matmul(x, &coefficients)?;
    let inverse = qr.solve(&Array2::eye(x.nrows()))?;
    fit(x, y, coefficients, vector_norm(&residuals, 2.)?.powi(2), &inverse)
}

/// The covariance of the coefficients is that of the pseudoinverse times independent errors, so their
/// standard errors are the norms of its rows, times the standard deviation of the residuals.
fn fit(
    x: &ArrayRef2<f64>,
    y: &ArrayRef1<f64>,
    coefficients: Array1<f64>,
    squares: f64,
    inverse: &ArrayRef2<f64>,
) -> linstat::Result<Fit> {
    let freedom = x.nrows() - x.ncols();
    let residual_sd = (squares / freedom as f64).sqrt();
    let errors = vector_norm_axis(inverse, 2., Axis(1))? * residual_sd;
    let r_squared = 1.0 - squares / (var(y, 0)? * y.len() as f64);
    Ok(Fit { coefficients, errors, residual_sd, r_squared })
}

/// The number of correct digits, at most 15; 0 for a NaN.
fn digits(found: f64, certified: f64) -> f64 {
    (-((found - certified) / certified).abs().log10()).clamp(0.0, 15.0).max(0.0)
}
