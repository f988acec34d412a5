//! Which library computes, how fast it is, and what to type to try another.
//!
//! `cargo run --release --example backend_choice`
//! `cargo run --release --no-default-features --features openblas-system --example backend_choice`
//!
//! Prints the library in use with its version and its file, and the best of three times of a product and of a
//! singular value decomposition. The results are those of every other backend, but for the last digits and
//! the signs of singular vectors; fails if a result is wrong.

use comfy_table::{CellAlignment, Table, presets};
use linstat::ndarray::Array2;
use linstat::random::default_rng;
use linstat::{SvdShape, backend, matmul, norm, svd};
use std::error::Error;
use std::time::Instant;

const PRODUCT: usize = 1000;
const DECOMPOSITION: usize = 400;

/// The features of `Cargo.toml`, one of which chooses the library.
const FEATURES: [[&str; 3]; 8] = [
    ["embedded (default)", "faer, pure Rust", "nothing"],
    ["openblas-system", "the installed OpenBLAS", "libopenblas-dev or the like, pkg-config"],
    ["openblas-static", "OpenBLAS, built from source", "a C compiler, make, network at build time"],
    ["netlib-system", "the reference BLAS/LAPACK", "liblapack-dev or the like, pkg-config"],
    ["blis-system", "BLIS, and the system's LAPACK", "libblis-dev, liblapack-dev, pkg-config"],
    ["mkl-system", "Intel oneMKL", "pip install mkl-devel or Intel's packages, pkg-config"],
    ["accelerate", "Apple's Accelerate", "macOS"],
    ["custom", "what the program links", "you provide BLAS and LAPACK"],
];

fn main() -> Result<(), Box<dyn Error>> {
    let info = backend::info();
    println!("in use: {info}");
    // loaded libraries only: nothing is loaded for the embedded backend
    if let Some(file) = &info.blas {
        println!("loaded from: {}", file.display());
    }

    let mut rng = default_rng(1);
    let a = rng.standard_normal((PRODUCT, PRODUCT))?;
    let b = rng.standard_normal((PRODUCT, PRODUCT))?;
    let (product, product_time) = best_of_three(|| matmul(&a, &b))?;
    let m = rng.standard_normal((DECOMPOSITION, DECOMPOSITION))?;
    let (parts, svd_time) = best_of_three(|| svd(&m, SvdShape::Reduced))?;

    let mut times = Table::new();
    times.load_preset(presets::ASCII_MARKDOWN).set_header(["operation", "time / ms", "GFLOP/s"]);
    let gigaflops = 2.0 * (PRODUCT as f64).powi(3) / product_time / 1e9;
    let milliseconds = |seconds: f64| format!("{:.1}", 1e3 * seconds);
    times.add_row([
        format!("matmul, {PRODUCT} x {PRODUCT}"),
        milliseconds(product_time),
        format!("{gigaflops:.0}"),
    ]);
    times.add_row([format!("svd, {DECOMPOSITION} x {DECOMPOSITION}"), milliseconds(svd_time), String::new()]);
    times.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("\n{times}\n");

    let mut features = Table::new();
    features.load_preset(presets::ASCII_MARKDOWN).set_header(["feature", "library", "needs"]);
    features.add_rows(FEATURES);
    println!("{features}\n");
    println!("To try another, run the same program with its feature:");
    println!("cargo run --release --no-default-features --features openblas-system --example backend_choice");

    // (a b) v and a (b v) are equal but for rounding
    let v = rng.standard_normal(PRODUCT)?;
    let expected = matmul(&a, &matmul(&b, &v)?)?;
    let error = norm(&(matmul(&product, &v)? - &expected)) / norm(&expected);
    assert!(error < 1e-12, "the product has a relative error of {error}");
    let back: Array2<f64> = matmul(&(&parts.u * &parts.s), &parts.vt)?;
    let error = norm(&(back - &m)) / norm(&m);
    assert!(error < 1e-12, "u s vt has a relative error of {error}");
    Ok(())
}

/// Returns the last result, and the shortest time in seconds: what other programs do only adds to it.
fn best_of_three<R>(mut run: impl FnMut() -> linstat::Result<R>) -> linstat::Result<(R, f64)> {
    let mut timed = || {
        let begin = Instant::now();
        run().map(|result| (result, begin.elapsed().as_secs_f64()))
    };
    let (_, first) = timed()?;
    let (_, second) = timed()?;
    let (result, third) = timed()?;
    Ok((result, first.min(second).min(third)))
}
