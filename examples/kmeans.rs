//! k-means clustering of 2 000 points: starts by k-means++, then assigns points to the nearest centre and
//! moves the centres to the means of their points, until nothing changes. The best of ten starts counts.
//!
//! `cargo run --release --example kmeans`
//!
//! Prints the loss of every start, and draws the clusters into `out/kmeans.svg`. The points come from four
//! normal distributions; fails if fewer than 97 % of them are put together with those of their own.

use linstat::ndarray::{Array1, Array2, Axis, array, concatenate};
use linstat::random::{Choice, Generator, default_rng};
use linstat::{Metric, argmin_axis, bincount, cdist, confusion_matrix, matmul, max_axis, min_axis, sum};
use plotters::prelude::*;
use std::error::Error;

const CLUSTERS: usize = 4;
/// Points of each distribution.
const POINTS: usize = 500;
const COLORS: [RGBColor; CLUSTERS] = [
    RGBColor(0x3f, 0x90, 0xda),
    RGBColor(0xff, 0xa9, 0x0e),
    RGBColor(0xbd, 0x1f, 0x01),
    RGBColor(0x83, 0x2d, 0xb6),
];

/// The centres, the number of the nearest one for each point, and the sum of the squared distances to it.
struct Clusters {
    centres: Array2<f64>,
    labels: Array1<usize>,
    loss: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = default_rng(3);
    let truth = Array1::from_shape_fn(CLUSTERS * POINTS, |i| i / POINTS);
    let means = array![[0., 0.], [5., 1.], [1., 5.], [6., 6.]].select(Axis(0), &truth.to_vec());
    let x = means + rng.standard_normal((CLUSTERS * POINTS, 2))?;

    let mut best: Option<Clusters> = None;
    for start in 1..=10 {
        let (found, steps) = k_means(&x, &mut rng)?;
        println!("start {start:>2}: loss {:.1} after {steps} steps", found.loss);
        if best.as_ref().is_none_or(|best| found.loss < best.loss) {
            best = Some(found);
        }
    }
    let best = best.ok_or("no start")?;
    println!("\ncentres:\n{:.2}", best.centres);
    draw(&x, &best)?;
    println!("out/kmeans.svg");

    // clusters have no order: the one that has most points of a distribution counts as its own
    let together = max_axis(&confusion_matrix(&truth, &best.labels, None)?.mapv(|n| n as f64), Axis(1))?;
    let share = together.sum() / x.nrows() as f64;
    println!("{:.1} % of the points are with those of their own distribution", 100.0 * share);
    assert!(share > 0.97, "only {share} of the points are with those of their own distribution");
    Ok(())
}

/// Returns the clusters, and the number of steps that it took.
fn k_means(x: &Array2<f64>, rng: &mut Generator) -> Result<(Clusters, usize), Box<dyn Error>> {
    // k-means++: the farther a point is from the centres so far, the more probably it is the next one
    let mut centres = rng.choice_axis(x, Axis(0), &Choice::new(), 1)?;
    while centres.nrows() < CLUSTERS {
        let nearest = min_axis(&cdist(x, &centres, Metric::SquaredEuclidean)?, Axis(1))?;
        let far = Choice::new().weights(&(&nearest / sum(&nearest)?));
        centres = concatenate![Axis(0), centres, rng.choice_axis(x, Axis(0), &far, 1)?];
    }
    let (mut before, mut steps) = (f64::INFINITY, 0);
    loop {
        steps += 1;
        let distances = cdist(x, &centres, Metric::SquaredEuclidean)?;
        let labels = argmin_axis(&distances, Axis(1))?;
        let loss = sum(&min_axis(&distances, Axis(1))?)?;
        // no step makes it worse; equal to rounding means that no point has moved
        if loss >= before * (1.0 - 1e-12) {
            return Ok((Clusters { centres, labels, loss }, steps));
        }
        before = loss;
        let counts = bincount(&labels, CLUSTERS)?;
        if counts.iter().any(|&count| count == 0) {
            return Err("a cluster has lost all of its points".into());
        }
        // rows of the identity have a 1 in the column of their cluster, so that a product adds up its points
        let members = Array2::<f64>::eye(CLUSTERS).select(Axis(0), &labels.to_vec());
        centres = matmul(&members.t(), x)? / counts.mapv(|count| count as f64).insert_axis(Axis(1));
    }
}

fn draw(x: &Array2<f64>, found: &Clusters) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all("out")?;
    let area = SVGBackend::new("out/kmeans.svg", (800, 700)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("k-means: 2000 points in four clusters, with their centres", ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(52)
        .y_label_area_size(64)
        .build_cartesian_2d(-4.0..10.0, -4.0..10.0)?;
    chart
        .configure_mesh()
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .x_desc("first coordinate")
        .y_desc("second coordinate")
        .draw()?;
    chart.draw_series(
        x.rows()
            .into_iter()
            .zip(&found.labels)
            .map(|(point, &label)| Circle::new((point[0], point[1]), 3, COLORS[label].mix(0.7).filled())),
    )?;
    chart.draw_series(
        found.centres.rows().into_iter().map(|at| Cross::new((at[0], at[1]), 9, BLACK.stroke_width(4))),
    )?;
    area.present()?;
    Ok(())
}
