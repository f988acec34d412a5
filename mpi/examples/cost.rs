//! What the states of linstat cost a rank on this machine, and what that means for many ranks: measures how
//! long a row takes, the merge of two summaries, and writing and reading one; the rest is arithmetic.
//!
//! `cargo run --release --example cost [COLUMNS]`, without `mpirun`.

use comfy_table::{CellAlignment, Table, presets};
use linstat_mpi::State;
use linstat_mpi::linstat::ndarray::{Array2, ArrayRef2, s};
use linstat_mpi::linstat::random::default_rng;
use linstat_mpi::linstat::stream::{Covariance, Moments, Quantiles, TallQr};
use linstat_mpi::linstat::{QuantileMethod, Result, backend};
use std::hint::black_box;
use std::time::Instant;

/// Bytes that the network between two machines carries in a second, and the time until the first one arrives.
const NETWORK: f64 = 1.25e9;
const LATENCY: f64 = 20e-6;
/// Summaries in the message of a rank, and merges of two that a message causes, on average over the steps of
/// 10 000 ranks: a state has one for each power of two of blocks, as `Rows::Shared` shares them.
const SUMMARIES: f64 = 11.0;
const MERGES: f64 = 10.0;

/// What a state costs, in seconds and bytes.
struct Cost {
    name: &'static str,
    row: f64,
    /// One summary: its merge with another one, its writing and reading, its length.
    merge: f64,
    convert: f64,
    bytes: f64,
    /// Messages that a rank sends in one step, in summaries, and how often the data are read.
    summaries: f64,
    passes: f64,
}

impl Cost {
    /// Seconds until all ranks have the result.
    fn of(&self, rows: f64, ranks: f64) -> f64 {
        let steps = ranks.log2().ceil();
        let message = self.summaries * (self.convert + self.bytes / NETWORK);
        let merges = self.summaries / SUMMARIES * MERGES * self.merge;
        self.passes * (rows / ranks * self.row + steps * (message + merges.max(self.merge) + 10.0 * LATENCY))
    }
}

/// Returns the median of a few times.
fn time<R>(mut work: impl FnMut() -> R) -> f64 {
    let run = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64()
    };
    let mut times: [f64; 9] = std::array::from_fn(run);
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Measures a state: `new` makes one that begins at a row, `update` adds rows.
fn measured<S: State + Clone>(
    name: &'static str,
    x: &Array2<f64>,
    (summaries, passes): (f64, f64),
    new: impl Fn(u64) -> S,
    update: impl Fn(&mut S, &ArrayRef2<f64>) -> Result<()>,
) -> Result<Cost> {
    // both halves are one summary: a power of two of blocks
    let blocks = (x.nrows() as u64 / 2 / new(0).block()).max(1);
    let half = (new(0).block() << blocks.ilog2()) as usize;
    let n = 2 * half;
    let filled = |start: usize, end: usize| {
        let mut state = new(start as u64);
        update(&mut state, &x.slice(s![start..end, ..])).map(|()| state)
    };
    filled(0, n)?;
    let row = time(|| filled(0, n)) / n as f64;
    let (first, second) = (filled(0, half)?, filled(half, n)?);
    let copy = time(|| first.clone());
    let merge = time(|| {
        let mut all = first.clone();
        State::merge(&mut all, &second).map(|()| all).map_err(|error| error.to_string())
    });
    let bytes = postcard::to_stdvec(&first).unwrap_or_default();
    let convert = time(|| postcard::from_bytes::<S>(&bytes).is_ok()) + time(|| postcard::to_stdvec(&first));
    let (merge, bytes) = ((merge - copy).max(0.0), bytes.len() as f64);
    Ok(Cost { name, row, merge, convert, bytes, summaries, passes })
}

fn main() -> Result<()> {
    let p = std::env::args().nth(1).and_then(|p| p.parse().ok()).unwrap_or(100);
    // two of the largest blocks, or about 100 MB
    let n = (1e8 / 8.0 / p as f64).max(2.0 * TallQr::<f64>::new(p).block() as f64) as usize;
    let x: Array2<f64> = default_rng(42).normal(0., 1., (n, p))?;
    let costs = [
        measured("moments", &x, (SUMMARIES, 1.), |row| Moments::new(p).starting_at(row), Moments::update)?,
        measured(
            "covariance",
            &x,
            (SUMMARIES, 1.),
            |row| Covariance::new(p).starting_at(row),
            Covariance::update,
        )?,
        measured(
            "PCA, least squares",
            &x,
            (SUMMARIES, 1.),
            |row| TallQr::new(p).starting_at(row),
            TallQr::update,
        )?,
        {
            let empty = Quantiles::new(p, &[0.25, 0.5, 0.75], QuantileMethod::Linear)?;
            measured("quantiles", &x, (1., 2.), |_| empty.clone(), Quantiles::update)?
        },
    ];

    println!("{p} columns of f64, {}", backend::info());
    let row = ["state", "rows/s", "merge", "write and read", "bytes"];
    print(
        row,
        costs.iter().map(|cost| {
            let bytes = format!("{:.0}", cost.bytes);
            [
                cost.name.into(),
                format!("{:.2e}", 1.0 / cost.row),
                seconds(cost.merge),
                seconds(cost.convert),
                bytes,
            ]
        }),
    );
    for (title, rows) in [("1e9 rows", [1e9; 3]), ("1e7 rows on each rank", [1e7, 1e9, 1e11])] {
        println!("{title}");
        let row = ["state", "1 rank", "100 ranks", "10 000 ranks", "speed of 10 000"];
        print(
            row,
            costs.iter().map(|cost| {
                let [one, some, many] =
                    [(rows[0], 1.), (rows[1], 1e2), (rows[2], 1e4)].map(|(n, r)| cost.of(n, r));
                let speed = format!("{:.0} x", one / many * rows[2] / rows[0]);
                [cost.name.into(), seconds(one), seconds(some), seconds(many), speed]
            }),
        );
    }
    Ok(())
}

fn seconds(time: f64) -> String {
    match time {
        t if t < 1e-3 => format!("{:.1} µs", t * 1e6),
        t if t < 1.0 => format!("{:.1} ms", t * 1e3),
        t => format!("{t:.1} s"),
    }
}

fn print<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(header).add_rows(rows);
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{table}\n");
}
