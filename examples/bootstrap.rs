//! A confidence interval without a formula: the mean and the median of 100 waiting times, each computed again
//! from 10 000 samples that are drawn from them with replacement, on all threads.
//!
//! `cargo run --release --example bootstrap`
//!
//! Prints the 95 % intervals and draws `out/bootstrap.svg`. Every task has a generator of its own, so the
//! results do not depend on the number of threads. Fails if they do, or if the standard error of the mean is
//! not the one that theory gives.

use comfy_table::{Table, presets};
use linstat::ndarray::{Array1, Array2, Axis};
use linstat::random::{Choice, default_rng};
use linstat::{Bins, QuantileMethod, histogram, max, mean, mean_axis, median, median_axis, quantile, std};
use plotters::prelude::*;
use rayon::prelude::*;
use std::error::Error;

const TASKS: usize = 100;
/// Samples that a task draws.
const SAMPLES: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let minutes = default_rng(1).exponential(8.0, 100)?;
    let means = bootstrap(&minutes, |samples| mean_axis(samples, Axis(1)))?;
    let medians = bootstrap(&minutes, |samples| median_axis(samples, Axis(1)))?;

    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(["waiting time / min", "of the sample", "standard error", "95 % interval"]);
    for (name, value, found) in [("mean", mean(&minutes)?, &means), ("median", median(&minutes)?, &medians)] {
        let [low, high] = interval(found)?;
        let error = std(found, 1)?;
        table.add_row([
            name.to_owned(),
            format!("{value:.2}"),
            format!("{error:.2}"),
            format!("{low:.2} to {high:.2}"),
        ]);
    }
    println!("{table}\n");
    draw(&means, mean(&minutes)?, interval(&means)?)?;
    println!("out/bootstrap.svg");

    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let again = single.install(|| bootstrap(&minutes, |samples| mean_axis(samples, Axis(1))))?;
    assert_eq!(again, means, "one thread gives other means");
    // of all possible samples, the standard error would be exactly this; 10 000 give it to about 1 %
    let (error, theory) = (std(&means, 1)?, std(&minutes, 0)? / (minutes.len() as f64).sqrt());
    assert!((error / theory - 1.0).abs() < 0.03, "standard error {error}, in theory {theory}");
    Ok(())
}

/// Returns a statistic of samples drawn with replacement, which it gets as rows.
fn bootstrap(
    data: &Array1<f64>,
    statistic: impl Fn(&Array2<f64>) -> linstat::Result<Array1<f64>> + Sync,
) -> linstat::Result<Array1<f64>> {
    // a generator for each task, not for each thread: whichever thread runs a task, the numbers are the same
    let tasks = default_rng(42).spawn(TASKS)?;
    let parts = tasks
        .into_par_iter()
        .map(|mut rng| statistic(&rng.choice_of(data, &Choice::new(), (SAMPLES, data.len()))?))
        .collect::<linstat::Result<Vec<_>>>()?;
    Ok(parts.iter().flatten().copied().collect())
}

fn interval(statistics: &Array1<f64>) -> linstat::Result<[f64; 2]> {
    let ends = quantile(statistics, [0.025, 0.975], QuantileMethod::Linear)?;
    Ok([ends[0], ends[1]])
}

/// Draws the histogram of the means, those in the interval darker.
fn draw(means: &Array1<f64>, value: f64, [low, high]: [f64; 2]) -> Result<(), Box<dyn Error>> {
    let bins = histogram(means, Bins::Count(50))?;
    let top = max(&bins.counts.mapv(|count| count as f64))? * 1.1;
    std::fs::create_dir_all("out")?;
    let area = SVGBackend::new("out/bootstrap.svg", (800, 500)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(format!("Mean waiting time: 95 % interval {low:.1} to {high:.1} min"), ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(52)
        .y_label_area_size(72)
        .build_cartesian_2d(bins.edges[0]..bins.edges[50], 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .x_desc("mean of a sample / min")
        .y_desc("samples")
        .y_label_formatter(&|count| format!("{count:.0}"))
        .draw()?;
    chart.draw_series(bins.edges.windows(2).into_iter().zip(&bins.counts).map(|(edges, &count)| {
        let middle = (edges[0] + edges[1]) / 2.0;
        let opacity = if (low..=high).contains(&middle) { 0.9 } else { 0.35 };
        Rectangle::new(
            [(edges[0], 0.0), (edges[1], count as f64)],
            RGBColor(0x21, 0x66, 0xac).mix(opacity).filled(),
        )
    }))?;
    for at in [low, value, high] {
        chart.draw_series(LineSeries::new([(at, 0.0), (at, top)], BLACK.stroke_width(2)))?;
    }
    area.present()?;
    Ok(())
}
