//! Principal components of a table in one `.npy` file, of which each rank reads its part.
//!
//! `mpirun -n 4 target/release/examples/pca [FILE] [COMPONENTS]`, after
//! `cargo build --release --example pca`. Without a file, it writes one of its own to the temporary folder,
//! for ranks on one machine.

use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use linstat_mpi::linstat::ndarray::Array2;
use linstat_mpi::linstat::random::default_rng;
use linstat_mpi::linstat::stream::npy::Writer;
use linstat_mpi::linstat::{Pca, backend, matmul};
use linstat_mpi::mpi::traits::Communicator;
use linstat_mpi::{Cause, NpyFile, Session, agree, fit_pca};
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROWS: usize = 400_000;
const COLUMNS: usize = 64;
/// The number of directions in which the table of the example is wide.
const DIRECTIONS: usize = 5;

/// The error that ends the process, printed as its message instead of its fields.
struct Failure(Cause);

impl std::fmt::Debug for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<E: Into<Cause>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.into())
    }
}

fn main() -> Result<(), Failure> {
    let session = Session::start()?;
    let world = session.world();
    let is_first = world.rank() == 0;

    let mut arguments = std::env::args_os().skip(1);
    let path = match arguments.next() {
        Some(path) => PathBuf::from(path),
        None => {
            let path = std::env::temp_dir().join("linstat-mpi-pca.npy");
            agree(&world, if is_first { write(&path) } else { Ok(()) })?;
            path
        }
    };
    let components = arguments.next().map_or(Ok(DIRECTIONS), |k| {
        k.to_str().and_then(|k| k.parse().ok()).ok_or("the number of components is a whole number")
    });
    let components = agree(&world, components)?;

    let mut file = NpyFile::<f64>::new(&path);
    if is_first {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stdout());
        // no `?` between the common steps: the other ranks would wait
        if let Ok(style) =
            ProgressStyle::with_template("{bar:40} {percent} % of the rows of rank 0, {elapsed}")
        {
            bar.set_style(style);
        }
        file = file.on_progress(move |read, all| {
            bar.set_length(all);
            bar.set_position(read);
            if read == all {
                bar.finish();
            }
        });
    }
    let start = Instant::now();
    let fitted = fit_pca(&world, Pca::new(components), &file)?;
    let time = start.elapsed();

    if is_first {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_header([
            "component",
            "variance",
            "share",
            "sum",
        ]);
        let mut sum = 0.0;
        for (k, (variance, share)) in
            fitted.explained_variance().iter().zip(fitted.explained_variance_ratio()).enumerate()
        {
            sum += share;
            table.add_row([k.to_string(), format!("{variance:.4}"), percent(*share), percent(sum)]);
        }
        table.column_iter_mut().for_each(|column| column.set_cell_alignment(CellAlignment::Right));
        println!("{table}");
        let (n, p) = (fitted.n_samples(), fitted.components().ncols());
        println!("{n} rows of {p} columns, {} ranks, {}: {time:.2?}", world.size(), backend::info());
    }
    Ok(())
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

/// Writes a table that is wide in a few directions, with noise.
fn write(path: &Path) -> Result<(), Cause> {
    let mut rng = default_rng(42);
    let directions: Array2<f64> = rng.normal(0., 1., (DIRECTIONS, COLUMNS))?;
    let mut file = Writer::create(path, (ROWS, COLUMNS))?;
    const BLOCK: usize = 20_000;
    for _ in 0..ROWS / BLOCK {
        let places: Array2<f64> = rng.normal(0., 1., (BLOCK, DIRECTIONS))?;
        let noise: Array2<f64> = rng.normal(0., 0.5, (BLOCK, COLUMNS))?;
        file.write(&(matmul(&places, &directions)? + noise))?;
    }
    Ok(file.finish()?)
}
