//! A program on a library crate that chooses no backend: the feature in this program's Cargo.toml chooses for
//! both.
//!
//! The exit code is 1 if the backend is not OpenBLAS or a result is wrong.

use library::linstat::ndarray::{Array1, Array2};
use library::{Ridge, whiten};
use linstat::random::default_rng;
use linstat::{Variables, backend, cov, matmul, solve};
use std::error::Error;
use std::process::ExitCode;

/// The largest absolute value; infinite if there is a NaN, so that it fails every comparison.
fn largest<'a>(x: impl IntoIterator<Item = &'a f64>) -> f64 {
    x.into_iter().fold(0., |m, x| if x.is_nan() { f64::INFINITY } else { x.abs().max(m) })
}

fn failures() -> Result<Vec<String>, Box<dyn Error>> {
    let mut failures = Vec::new();
    let mut check = |right: bool, what: String| {
        println!("{} {what}", if right { "ok    " } else { "WRONG " });
        if !right {
            failures.push(what);
        }
    };

    let info = backend::info();
    println!("{info}");
    check(info.name == "OpenBLAS", format!("the backend is OpenBLAS, found {}", info.name));
    let file = info.lapack.unwrap_or_default();
    check(
        file.to_string_lossy().contains("openblas"),
        format!("LAPACK comes from OpenBLAS's file, found {}", file.display()),
    );

    // all above the sizes that linstat computes without the library
    let (n, p) = (400, 60);
    let mut rng = default_rng(7);
    let x = rng.normal(1., 3., (n, p))?;
    let truth = Array1::linspace(-1., 1., p);
    let y = matmul(&x, &truth)? + 2.;

    // through the library crate, which does not know the backend
    let model = Ridge::fit(&x, &y, 0.)?;
    let error = largest(&(model.coefficients() - &truth));
    check(error < 1e-12, format!("the library finds the coefficients, error {error:.1e}"));
    let error = largest(&(model.predict(&x)? - &y));
    check(error < 1e-10, format!("the library predicts, error {error:.1e}"));
    let covariance = cov(&whiten(&x, p)?, Variables::Columns, 1)?;
    let error = largest(&(covariance - Array2::<f64>::eye(p)));
    check(error < 1e-9, format!("the library whitens, error {error:.1e}"));

    // and directly, with the arrays of that crate: the types are the same
    let system = rng.normal(0., 1., (p, p))?;
    let solution = solve(&system, model.coefficients())?;
    let residual = largest(&(matmul(&system, &solution)? - model.coefficients()));
    let scale = largest(&system) * largest(&solution) * p as f64;
    check(residual < 1e-13 * scale, format!("linstat solves, residual {residual:.1e}"));
    Ok(failures)
}

fn main() -> ExitCode {
    match failures() {
        Ok(failures) if failures.is_empty() => ExitCode::SUCCESS,
        Ok(failures) => {
            eprintln!("{} checks failed", failures.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
