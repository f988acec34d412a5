//! Principal components of a table in a CSV file: scales the columns to variance 1, keeps the components that
//! explain 95 % of the variance, and writes the components of every row to `out/pca_csv.csv`.
//!
//! `cargo run --release --example pca_csv -- [FILE.csv]`
//!
//! Prints the share of each component and its weight in each column. The file has a header, and numbers in
//! all columns; without one, the program reads `examples/data/longley.csv`: seven series of the United
//! States, which grew together, so that two components are enough. Fails if what the components leave of the
//! data is not the variance that they do not explain.

use comfy_table::{CellAlignment, Table, presets};
use linstat::ndarray::Array2;
use linstat::{Pca, StandardScaler, cumsum, norm};
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/longley.csv");
    let file = std::env::args_os().nth(1).map_or_else(|| example.into(), PathBuf::from);
    let (names, x) = read(&file)?;
    println!("{}: {} rows, {} columns\n", file.display(), x.nrows(), x.ncols());

    // the columns have different units: unscaled, that of the largest numbers would be the first component
    let z = StandardScaler::fit(&x)?.transform(&x)?;
    let (pca, scores) = Pca::with_share(0.95).fit_transform(&z)?;
    let explained = cumsum(pca.explained_variance_ratio())?;

    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    let title = |k: usize| format!("component {}", k + 1);
    let row = |name: &str, cells: Vec<String>| [vec![name.to_owned()], cells].concat();
    table.set_header(row("", (0..scores.ncols()).map(title).collect()));
    let percent = |share: &f64| format!("{:.1} %", 100.0 * share);
    table.add_row(row("variance", pca.explained_variance_ratio().iter().map(percent).collect()));
    table.add_row(row("cumulative", explained.iter().map(percent).collect()));
    for (name, weights) in names.iter().zip(pca.components().columns()) {
        table.add_row(row(name, weights.iter().map(|weight| format!("{weight:.3}")).collect()));
    }
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{table}\n");

    let output = write(&scores)?;
    println!("{}", output.display());

    // a check that holds for all data: the squares of the rest are the variance that is not explained
    let rest = &z - &pca.inverse_transform(&scores)?;
    let lost = (norm(&rest) / norm(&z)).powi(2);
    let unexplained = 1.0 - explained[explained.len() - 1];
    assert!((lost - unexplained).abs() < 1e-10, "{lost} of the variance is lost, not {unexplained}");
    Ok(())
}

/// Reads the names of the columns, and the numbers below them.
fn read(file: &Path) -> Result<(Vec<String>, Array2<f64>), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(file)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut values = Vec::new();
    for (row, record) in reader.records().enumerate() {
        for (name, field) in names.iter().zip(&record?) {
            let value: Result<f64, _> = field.trim().parse();
            values.push(value.map_err(|_| format!("row {}, {name}: {field:?} is no number", row + 1))?);
        }
    }
    let table = Array2::from_shape_vec((values.len() / names.len().max(1), names.len()), values)?;
    Ok((names, table))
}

/// Writes a line for each row of the data.
fn write(scores: &Array2<f64>) -> Result<PathBuf, Box<dyn Error>> {
    std::fs::create_dir_all("out")?;
    let path = PathBuf::from("out/pca_csv.csv");
    let mut writer = csv::Writer::from_path(&path)?;
    writer.write_record((1..=scores.ncols()).map(|k| format!("component {k}")))?;
    for row in scores.rows() {
        writer.write_record(row.iter().map(f64::to_string))?;
    }
    writer.flush()?;
    Ok(path)
}
