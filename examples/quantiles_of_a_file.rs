//! Exact quantiles of the columns of an `.npy` file that need not fit into memory: two passes over the file
//! as a rule, in blocks of 65 536 rows.
//!
//! `cargo run --release --features npy --example quantiles_of_a_file -- [FILE.npy]`
//!
//! Prints the median and the upper percentiles of each column. Without a file, it writes one of a million
//! rows to the temporary folder: the response times of four servers. A file of up to 400 MB is then also read
//! as a whole; the program fails if the quantiles of all rows at once have other bits.

use comfy_table::{CellAlignment, Table, presets};
use indicatif::ProgressBar;
use linstat::ndarray::Axis;
use linstat::random::default_rng;
use linstat::stream::npy::{Blocks, Writer};
use linstat::{QuantileMethod, quantile_axis, stream};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The rows of a block.
const ROWS: usize = 65_536;
/// The shares of the rows below each quantile.
const SHARES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];
/// The most elements that are read as a whole.
const SMALL: u64 = 50_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let path: PathBuf = match std::env::args_os().nth(1) {
        Some(path) => path.into(),
        None => response_times(1_000_000)?,
    };
    let begin = Instant::now();
    // called once for each pass: the file is opened again
    let quantiles = stream::quantiles(|| open(&path), &SHARES, QuantileMethod::Linear)?;
    let seconds = begin.elapsed().as_secs_f64();

    let all = Blocks::<f64>::open(&path, ROWS)?;
    let (rows, columns) = (all.n_rows(), all.columns());
    println!("{}: {rows} rows, {columns} columns, {seconds:.2} s\n", path.display());
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(["column".to_owned()].into_iter().chain(SHARES.map(|q| format!("{} %", 100.0 * q))));
    for (j, column) in quantiles.columns().into_iter().enumerate() {
        let cells = column.iter().map(|value| format!("{value:.3}"));
        table.add_row([j.to_string()].into_iter().chain(cells));
    }
    table.column_iter_mut().for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{table}");

    if rows * columns as u64 > SMALL {
        println!("\ntoo large to be read as a whole: not checked");
        return Ok(());
    }
    // a file is one block if its blocks are large enough
    let whole = Blocks::<f64>::open(&path, rows as usize)?.next().ok_or("the file has no rows")??;
    let expected = quantile_axis(&whole, &SHARES, QuantileMethod::Linear, Axis(0))?;
    // bits, since a NaN is no equal of itself
    assert_eq!(quantiles.mapv(f64::to_bits), expected.mapv(f64::to_bits), "{quantiles} is not {expected}");
    Ok(())
}

/// Opens the file, and shows how much of it has been read.
fn open(path: &Path) -> linstat::Result<Blocks<f64>> {
    let blocks = Blocks::open(path, ROWS)?;
    let bar = ProgressBar::new(blocks.n_rows());
    Ok(blocks.on_progress(move |done, all| {
        bar.set_position(done);
        if done == all {
            bar.finish_and_clear();
        }
    }))
}

/// Writes response times in milliseconds, one column per server, most of them short and a few very long.
fn response_times(rows: usize) -> Result<PathBuf, Box<dyn Error>> {
    let path = std::env::temp_dir().join("response_times.npy");
    let mut rng = default_rng(7);
    let mut file = Writer::create(&path, (rows, 4))?;
    for first in (0..rows).step_by(ROWS) {
        file.write(&rng.lognormal(3.0, 0.8, (ROWS.min(rows - first), 4))?)?;
    }
    file.finish()?;
    Ok(path)
}
