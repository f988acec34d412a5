//! Gaussian process regression by one Cholesky factorization: the mean and the uncertainty of a function that
//! is known at 30 places, with noise.
//!
//! `cargo run --release --example gaussian_process`
//!
//! Prints the log marginal likelihood for several length scales, takes the one for which it is largest, and
//! draws the posterior mean with its band of two deviations into `out/gaussian_process.svg`. Fails if less
//! than 90 % of the true function is in the band, or if its mean is no better than a single observation.

use linstat::ndarray::{Array1, Array2, Axis, Zip};
use linstat::random::default_rng;
use linstat::{CholeskyFactor, Metric, cdist, dot, matmul, root_mean_squared_error, sum_axis};
use plotters::prelude::*;
use std::error::Error;

/// The deviation of the noise, which is taken as known.
const NOISE: f64 = 0.25;
const PLACES: usize = 30;

fn main() -> Result<(), Box<dyn Error>> {
    let truth = |x: f64| x.sin() + 0.1 * x;
    let mut rng = default_rng(3);
    let x = rng.uniform(0.0, 10.0, PLACES)?;
    let y = x.mapv(truth) + rng.normal(0.0, NOISE, PLACES)?;

    let (mut length, mut best) = (f64::NAN, f64::NEG_INFINITY);
    println!("length scale  log marginal likelihood");
    for candidate in [0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 6.0] {
        let likelihood = log_marginal_likelihood(&y, &factorize(&x, candidate)?)?;
        println!("{candidate:>12}  {likelihood:>23.3}");
        if likelihood > best {
            (length, best) = (candidate, likelihood);
        }
    }

    let grid = Array1::linspace(0.0, 10.0, 201);
    let factor = factorize(&x, length)?;
    let between = kernel(&x, &grid, length)?;
    let mean = matmul(&between.t(), &factor.solve(&y)?)?;
    // of k(g, g) - k(g, x) K⁻¹ k(x, g), only the diagonal is needed: sums of products of columns
    let known = sum_axis(&(&between * &factor.solve(&between)?), Axis(0))?;
    let deviation = known.mapv(|known| (1.0 - known).max(0.0).sqrt());
    let function = grid.mapv(truth);
    draw(&grid, &mean, &deviation, &function, (&x, &y))?;
    println!("\nlength scale {length}: out/gaussian_process.svg");

    let inside = Zip::from(&mean).and(&deviation).and(&function).fold(0, |count, mean, deviation, truth| {
        count + usize::from((truth - mean).abs() <= 2.0 * deviation)
    });
    let share = inside as f64 / grid.len() as f64;
    let error = root_mean_squared_error(&function, &mean)?;
    println!("{:.1} % of the function in the band, error of the mean {error:.3}", 100.0 * share);
    assert!(share >= 0.9, "only {share} of the function is in the band");
    assert!(error < NOISE, "the mean has an error of {error}");
    Ok(())
}

/// The covariances of a function of variance 1 at two sets of places: a Gaussian of their distances.
fn kernel(x: &Array1<f64>, y: &Array1<f64>, length: f64) -> linstat::Result<Array2<f64>> {
    let columns = [x, y].map(|x| x.view().insert_axis(Axis(1)));
    let squares = cdist(&columns[0], &columns[1], Metric::SquaredEuclidean)?;
    Ok(squares.mapv(|square| (-square / (2.0 * length * length)).exp()))
}

/// Factorizes the covariance of the observations: that of the function, and the noise of each.
fn factorize(x: &Array1<f64>, length: f64) -> linstat::Result<CholeskyFactor<f64>> {
    CholeskyFactor::new(&(kernel(x, x, length)? + Array2::<f64>::eye(x.len()) * NOISE.powi(2)))
}

/// The logarithm of the density of these observations: high if they are neither unlikely nor arbitrary.
fn log_marginal_likelihood(y: &Array1<f64>, factor: &CholeskyFactor<f64>) -> linstat::Result<f64> {
    let fit = dot(y, &factor.solve(y)?)?;
    Ok(-0.5 * (fit + factor.logdet() + y.len() as f64 * std::f64::consts::TAU.ln()))
}

fn draw(
    grid: &Array1<f64>,
    mean: &Array1<f64>,
    deviation: &Array1<f64>,
    function: &Array1<f64>,
    (x, y): (&Array1<f64>, &Array1<f64>),
) -> Result<(), Box<dyn Error>> {
    const BLUE: RGBColor = RGBColor(0x21, 0x66, 0xac);
    std::fs::create_dir_all("out")?;
    let area = SVGBackend::new("out/gaussian_process.svg", (900, 550)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(
            "Posterior mean and 2 deviations (blue), true function (dashed), observations",
            ("sans-serif", 20),
        )
        .margin(16)
        .x_label_area_size(50)
        .y_label_area_size(64)
        .build_cartesian_2d(-0.2..10.2, -1.6..2.8)?;
    chart
        .configure_mesh()
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .x_desc("place x")
        .y_desc("function f(x)")
        .draw()?;
    let line = |values: Array1<f64>| grid.iter().copied().zip(values).collect::<Vec<_>>();
    let (mut band, below) = (line(mean + &(deviation * 2.0)), line(mean - &(deviation * 2.0)));
    band.extend(below.into_iter().rev());
    chart.draw_series([Polygon::new(band, BLUE.mix(0.2).filled())])?;
    chart.draw_series(LineSeries::new(line(mean.clone()), BLUE.stroke_width(3)))?;
    chart.draw_series(DashedLineSeries::new(line(function.clone()), 8, 6, BLACK.stroke_width(2)))?;
    chart.draw_series(x.iter().zip(y).map(|(&x, &y)| Circle::new((x, y), 5, BLACK.filled())))?;
    area.present()?;
    Ok(())
}
