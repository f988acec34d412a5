//! A table that need not fit into memory: statistics, medians and deciles, correlations, and a principal
//! component analysis whose output goes to another file.
//!
//! `cargo run --release --features npy --example out_of_core [GIGABYTES] [--dir DIR]`
//!
//! Writes a table of 100 columns to `table.npy` (2 GB, or as large as you say), passes over it a few times in
//! blocks of bounded memory, writes the first ten components of every row to `components.npy`, and draws
//! `out_of_core.svg`. Fails if more than 300 MB of memory were used at any time (measured on Linux).

use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use linstat::ndarray::{Array2, Axis, s};
use linstat::random::default_rng;
use linstat::stream::npy::{Blocks, State, Writer};
use linstat::stream::{Covariance, Moments, Quantiles, TallQr};
use linstat::{FittedPca, Pca, QuantileMethod, backend};
use plotters::prelude::*;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

const COLUMNS: usize = 100;
/// What the columns have in common, besides noise.
const FACTORS: usize = 10;
/// Components that are kept.
const KEPT: usize = 10;
/// Rows of a block: 13 MB.
const ROWS: usize = 16_384;
/// Columns whose quantiles are found in the same passes: the counts of more would take too much memory.
const TOGETHER: usize = 20;
const LIMIT_MB: f64 = 300.0;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let (gigabytes, dir) = arguments()?;
    let rows = ((gigabytes * 1e9) as usize / (COLUMNS * size_of::<f64>())).max(KEPT);
    let path = dir.join("table.npy");
    println!("{rows} rows of {COLUMNS} columns in {}, on {}\n", path.display(), backend::info());
    let mut steps = Steps { table: Table::new(), bytes: (rows * COLUMNS * size_of::<f64>()) as f64 };
    steps
        .table
        .load_preset(presets::ASCII_MARKDOWN)
        .set_header(["step", "passes", "seconds", "MB/s", "peak MB"]);

    steps.run("write the table", || write(&path, rows).map(|()| ((), 1)))?;
    let moments = steps.run("mean, deviation, extremes", || {
        let mut moments = Moments::new(COLUMNS);
        add_rows(&path, "moments", &mut moments)?;
        Ok((moments, 1))
    })?;
    let covariance = steps.run("correlation", || {
        let mut covariance = Covariance::new(COLUMNS);
        add_rows(&path, "correlation", &mut covariance)?;
        Ok((covariance, 1))
    })?;
    let deciles = steps.run("median and deciles, exact", || deciles(&path))?;
    let [all, kept] = steps.run("principal components", || {
        let mut qr = TallQr::new(COLUMNS);
        add_rows(&path, "components", &mut qr)?;
        Ok(([Pca::all().fit_stream(&qr)?, Pca::new(KEPT).fit_stream(&qr)?], 1))
    })?;
    let output = dir.join("components.npy");
    steps.run("transform, write", || {
        let mut file = Writer::create(&output, (rows, KEPT))?;
        each_block(&path, "transform", |block| Ok(file.write(&kept.transform(block)?)?))?;
        file.finish()?;
        Ok(((), 1))
    })?;

    describe(&moments, &covariance, &deciles)?;
    println!("{}", steps.table);
    println!("{}", draw(&all, &dir)?.display());
    match peak_megabytes() {
        Some(peak) if peak > LIMIT_MB => Err(format!("{peak:.0} MB of memory, more than {LIMIT_MB}").into()),
        _ => Ok(()),
    }
}

fn arguments() -> Result<(f64, PathBuf)> {
    const USAGE: &str = "usage: out_of_core [GIGABYTES] [--dir DIR]";
    let (mut gigabytes, mut dir) = (2.0, std::env::temp_dir());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--dir" => dir = arguments.next().ok_or(USAGE)?.into(),
            number => gigabytes = number.parse().map_err(|_| USAGE)?,
        }
    }
    // also refuses a NaN
    if !(0.0..=1e6).contains(&gigabytes) {
        return Err(USAGE.into());
    }
    Ok((gigabytes, dir))
}

/// Measures the steps.
struct Steps {
    table: Table,
    bytes: f64,
}

impl Steps {
    /// Runs a step, which returns its result and how often it passed over the file.
    fn run<R>(&mut self, name: &str, step: impl FnOnce() -> Result<(R, usize)>) -> Result<R> {
        let begin = Instant::now();
        let (result, passes) = step()?;
        let seconds = begin.elapsed().as_secs_f64();
        let peak = peak_megabytes().map_or_else(|| "unknown".into(), |peak| format!("{peak:.0}"));
        let speed = passes as f64 * self.bytes / 1e6 / seconds;
        let row =
            [name.to_string(), passes.to_string(), format!("{seconds:.2}"), format!("{speed:.0}"), peak];
        self.table.add_row(row);
        self.table.column_iter_mut().skip(1).for_each(|x| x.set_cell_alignment(CellAlignment::Right));
        Ok(result)
    }
}

/// The most memory that this program has used so far, as Linux counts it.
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0 / 1e6)
}

fn bar(name: &'static str, rows: u64) -> Result<ProgressBar> {
    let bar = ProgressBar::new(rows);
    let style = ProgressStyle::with_template("{msg:12} {wide_bar} {percent:>3} %  {eta} left")?;
    bar.set_style(style);
    bar.set_message(name);
    Ok(bar)
}

/// Opens the file and shows how much of it has been read.
fn open(path: &Path, name: &'static str) -> Result<Blocks<f64>> {
    let blocks = Blocks::open(path, ROWS)?;
    let bar = bar(name, blocks.n_rows())?;
    Ok(blocks.on_progress(move |done, all| {
        bar.set_position(done);
        if done == all {
            bar.finish_and_clear();
        }
    }))
}

/// Adds all rows of the file to a state: every thread reads those that it summarises.
fn add_rows(path: &Path, name: &'static str, state: &mut impl State<f64>) -> Result<()> {
    Ok(open(path, name)?.read_into(state)?)
}

/// Calls `f` with every block of the file.
fn each_block(path: &Path, name: &'static str, mut f: impl FnMut(&Array2<f64>) -> Result<()>) -> Result<()> {
    for block in open(path, name)? {
        f(&block?)?;
    }
    Ok(())
}

/// Writes normal numbers with common factors, of decreasing strength, and a mean of 1000.
fn write(path: &Path, rows: usize) -> Result<()> {
    let mut rng = default_rng(1);
    let mut loadings: Array2<f64> = rng.standard_normal((FACTORS, COLUMNS))?;
    for (k, mut row) in loadings.rows_mut().into_iter().enumerate() {
        row *= 2.0 / (k + 1) as f64;
    }
    let mut file = Writer::create(path, (rows, COLUMNS))?;
    let bar = bar("table", rows as u64)?;
    for first in (0..rows).step_by(ROWS) {
        let n = ROWS.min(rows - first);
        let factors: Array2<f64> = rng.standard_normal((n, FACTORS))?;
        let noise: Array2<f64> = rng.standard_normal((n, COLUMNS))?;
        file.write(&(linstat::matmul(&factors, &loadings)? + noise + 1000.0))?;
        bar.set_position((first + n) as u64);
    }
    file.finish()?;
    bar.finish_and_clear();
    Ok(())
}

/// The deciles of all columns, of which the fifth is the median, and the number of passes.
fn deciles(path: &Path) -> Result<(Array2<f64>, usize)> {
    let q: Vec<f64> = (1..10).map(|tenth| f64::from(tenth) / 10.0).collect();
    let (mut all, mut passes) = (Array2::zeros((q.len(), COLUMNS)), 0);
    for first in (0..COLUMNS).step_by(TOGETHER) {
        let columns = first..COLUMNS.min(first + TOGETHER);
        let mut state = Quantiles::new(columns.len(), &q, QuantileMethod::Linear)?;
        while !state.is_complete() {
            each_block(path, "deciles", |block| Ok(state.update(&block.slice(s![.., columns.clone()]))?))?;
            state.end_pass()?;
            passes += 1;
        }
        all.slice_mut(s![.., columns]).assign(&state.values()?);
    }
    Ok((all, passes))
}

/// Prints what was found of the first columns.
fn describe(moments: &Moments<f64>, covariance: &Covariance<f64>, deciles: &Array2<f64>) -> Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header([
        "column",
        "mean",
        "deviation",
        "minimum",
        "tenth",
        "median",
        "nine tenths",
        "maximum",
        "r with 0",
    ]);
    let (mean, std, min, max) = (moments.mean()?, moments.std(1)?, moments.min()?, moments.max()?);
    let r = covariance.corrcoef()?;
    for j in 0..5 {
        let numbers = [mean[j], std[j], min[j], deciles[[0, j]], deciles[[4, j]], deciles[[8, j]], max[j]];
        let cells = numbers.map(|x| format!("{x:.3}")).into_iter().chain([format!("{:.3}", r[[0, j]])]);
        table.add_row(std::iter::once(j.to_string()).chain(cells));
    }
    table.column_iter_mut().for_each(|x| x.set_cell_alignment(CellAlignment::Right));
    println!("{table}\n");
    Ok(())
}

/// Draws how much of the variance each component explains.
fn draw(pca: &FittedPca<f64>, dir: &Path) -> Result<PathBuf> {
    let path = dir.join("out_of_core.svg");
    let shares = pca.explained_variance_ratio();
    let most = shares.iter().fold(0.0, |most: f64, &share| most.max(share));
    let shown = shares.len_of(Axis(0)).min(30);
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (800, 480)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Explained variance of a table that was never in memory", ("sans-serif", 20))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((1..shown as u32).into_segmented(), 0.0..most * 1.05)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_desc("component")
        .y_desc("share of the variance")
        .y_label_formatter(&|share| format!("{:.0} %", share * 100.0))
        .x_labels(shown)
        .draw()?;
    let color = RGBColor(0x21, 0x66, 0xac).filled();
    let bars = Histogram::vertical(&chart).style(color).margin(2);
    chart.draw_series(bars.data(shares.iter().take(shown).zip(1..).map(|(&share, k)| (k, share))))?;
    area.present()?;
    drop((chart, area));
    std::fs::write(&path, svg)?;
    Ok(path)
}
