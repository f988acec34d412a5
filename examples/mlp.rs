//! A neural network with one hidden layer, trained on handwritten digits by minibatches: the forward pass,
//! the backpropagation and the descent are written out.
//!
//! `cargo run --release --example mlp`
//!
//! Prints the loss and the accuracy of every fifth epoch, and draws both as curves into `out/mlp.svg`. Fails
//! if fewer than 95 % of the test images are recognised. The data are those of the example `digits`; see
//! `examples/data/README.md`.

#[allow(dead_code, reason = "it is shared with the example `digits`, which uses all of it")]
#[path = "digits/data.rs"]
mod data;

use data::{CLASSES, Digits, PIXELS};
use indicatif::ProgressBar;
use linstat::ndarray::{Array1, Array2, Axis, aview1};
use linstat::random::{Generator, default_rng};
use linstat::{accuracy_score, argmax_axis, cross_entropy, linear_layer, matmul, relu, softmax, sum_axis};
use plotters::{coord::Shift, prelude::*};
use std::error::Error;
use std::path::Path;

const HIDDEN: usize = 64;
const EPOCHS: usize = 30;
const BATCH: usize = 32;
const RATE: f64 = 0.05;
const MOMENTUM: f64 = 0.9;

/// Weights and biases, and the last step of each.
struct Layer {
    w: Array2<f64>,
    b: Array1<f64>,
    w_step: Array2<f64>,
    b_step: Array1<f64>,
}

impl Layer {
    fn new(rng: &mut Generator, inputs: usize, outputs: usize) -> linstat::Result<Self> {
        // with this deviation, outputs after a ReLU vary as much as the inputs do (He et al., 2015)
        let w = rng.normal(0.0, (2.0 / inputs as f64).sqrt(), (inputs, outputs))?;
        let (w_step, b_step) = (Array2::zeros(w.dim()), Array1::zeros(outputs));
        Ok(Layer { w, b: Array1::zeros(outputs), w_step, b_step })
    }

    /// Descends along the gradient: `delta` is that of the losses of the batch with respect to the outputs.
    fn step(&mut self, inputs: &Array2<f64>, delta: &Array2<f64>) -> linstat::Result<()> {
        let rate = RATE / inputs.nrows() as f64;
        self.w_step = &self.w_step * MOMENTUM - matmul(&inputs.t(), delta)? * rate;
        self.b_step = &self.b_step * MOMENTUM - sum_axis(delta, Axis(0))? * rate;
        self.w += &self.w_step;
        self.b += &self.b_step;
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let digits =
        Digits::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/digits.csv.gz")))?;
    let mut rng = default_rng(42);
    let (train, test) = digits.split(&mut rng)?;
    let target = train.one_hot();
    let mut first = Layer::new(&mut rng, PIXELS, HIDDEN)?;
    let mut last = Layer::new(&mut rng, HIDDEN, CLASSES)?;

    // rows: loss and accuracy of the training images, then of the test images
    let mut curves = Array2::<f64>::zeros((4, EPOCHS));
    let bar = ProgressBar::new(EPOCHS as u64);
    for epoch in 0..EPOCHS {
        for batch in rng.permutation(train.labels.len())?.to_vec().chunks(BATCH) {
            let x = train.images.select(Axis(0), batch);
            let hidden = relu(&linear_layer(&x, &first.w, &first.b)?);
            let logits = linear_layer(&hidden, &last.w, &last.b)?;
            // the gradient of the cross entropy with respect to the logits
            let delta = softmax(&logits) - target.select(Axis(0), batch);
            // the chain rule: back through the weights, and through the ReLU where it is not 0
            let back = matmul(&delta, &last.w.t())? * hidden.mapv(|h| f64::from(h > 0.0));
            last.step(&hidden, &delta)?;
            first.step(&x, &back)?;
        }
        for (k, set) in [&train, &test].into_iter().enumerate() {
            let hidden = relu(&linear_layer(&set.images, &first.w, &first.b)?);
            let logits = linear_layer(&hidden, &last.w, &last.b)?;
            let truth = aview1(&set.labels);
            curves[[2 * k, epoch]] = cross_entropy(&truth, &logits)?;
            curves[[2 * k + 1, epoch]] = accuracy_score(&truth, &argmax_axis(&logits, Axis(1))?)?;
        }
        bar.inc(1);
        if (epoch + 1) % 5 == 0 {
            let [loss, accuracy] = [curves[[2, epoch]], curves[[3, epoch]]];
            bar.suspend(|| println!("epoch {:>2}: test loss {loss:.4}, accuracy {accuracy:.4}", epoch + 1));
        }
    }
    bar.finish_and_clear();

    std::fs::create_dir_all("out")?;
    let area = SVGBackend::new("out/mlp.svg", (800, 800)).into_drawing_area();
    area.fill(&WHITE)?;
    let (above, below) = area.split_vertically(400);
    panel(&above, "loss (mean cross entropy)", 0.0..0.6, [curves.row(0).to_vec(), curves.row(2).to_vec()])?;
    panel(&below, "accuracy", 0.85..1.0, [curves.row(1).to_vec(), curves.row(3).to_vec()])?;
    area.present()?;
    println!("out/mlp.svg");

    let reached = curves[[3, EPOCHS - 1]];
    assert!(reached >= 0.95, "expected a test accuracy of at least 0.95, found {reached}");
    Ok(())
}

/// Draws the curves of the training and of the test images.
fn panel(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    what: &str,
    range: std::ops::Range<f64>,
    curves: [Vec<f64>; 2],
) -> Result<(), Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .x_label_area_size(50)
        .y_label_area_size(72)
        .build_cartesian_2d(1.0..EPOCHS as f64, range)?;
    chart
        .configure_mesh()
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 17))
        .x_desc("epoch")
        .y_desc(what)
        .x_label_formatter(&|epoch| format!("{epoch:.0}"))
        .y_label_formatter(&|y| format!("{y:.2}"))
        .draw()?;
    let styles =
        [("training images", RGBColor(0x21, 0x66, 0xac)), ("test images", RGBColor(0xb2, 0x18, 0x2b))];
    for (k, (curve, (name, color))) in curves.into_iter().zip(styles).enumerate() {
        chart.draw_series(LineSeries::new((1..).map(f64::from).zip(curve), color.stroke_width(3)))?;
        let style = ("sans-serif", 17).into_font().color(&color);
        area.draw(&Text::new(name, (640, 200 + 24 * k as i32), style))?;
    }
    Ok(())
}
