//! The chosen backend: its speed beside the embedded one, the size from which its threads pay, and the cost
//! of concurrent callers.
//!
//! `cargo bench --bench backend --features openblas-system -- [--csv FILE]`. Every figure is the median of
//! rounds in which all contenders take turns in one process. Files of several backends can be joined.

mod common;

use common::medians;
use linstat::backend;
use linstat::ndarray::Array2;
use linstat::testing::{self, Library};
use linstat::{SvdShape, eig, eigh, inv, matmul, pca, solve, svd};
use rayon::prelude::*;
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

type Op = (&'static str, fn(&Input));

/// The inputs of the operations.
struct Input {
    a: Array2<f64>,
    symmetric: Array2<f64>,
}

impl Input {
    /// A well-conditioned dense matrix.
    fn new(n: usize) -> Self {
        let mut state = 42u64;
        let a = Array2::from_shape_simple_fn((n, n), || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f64 / (1u64 << 31) as f64 - 0.5
        });
        let symmetric = &a + &a.t();
        Input { a, symmetric }
    }
}

const OPS: [Op; 7] = [
    ("matmul", |x| drop(black_box(matmul(&x.a, &x.a)))),
    ("solve", |x| drop(black_box(solve(&x.a, &x.a)))),
    ("inv", |x| drop(black_box(inv(&x.a)))),
    ("eigh", |x| drop(black_box(eigh(&x.symmetric)))),
    ("svd", |x| drop(black_box(svd(&x.a, SvdShape::Reduced)))),
    ("eig", |x| drop(black_box(eig(&x.a)))),
    ("pca", |x| drop(black_box(pca(&x.a, x.a.ncols() / 8)))),
];

/// Prints the rows of the table as they are measured.
struct Report {
    backend: String,
    rows: Vec<[String; 6]>,
}

impl Report {
    fn row(&mut self, section: &str, op: &str, n: usize, contender: &str, time: Duration) {
        let micros = format!("{:.1}", time.as_secs_f64() * 1e6);
        println!("{section:<10} {op:<7} {n:>5}  {contender:<28} {micros:>12} us");
        self.rows.push([
            self.backend.clone(),
            section.into(),
            op.into(),
            n.to_string(),
            contender.into(),
            micros,
        ]);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let csv = arguments.iter().position(|argument| argument == "--csv").and_then(|i| arguments.get(i + 1));
    let info = backend::info();
    println!("{info}\nBLAS in {:?}, {} rayon threads\n", info.blas, rayon::current_num_threads());
    let all = info.threads;
    let name =
        [Some(info.name), Some(info.version), info.core].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut report = Report { backend: format!("{name}, {all} threads"), rows: Vec::new() };
    let active = *Library::ALL.last().ok_or("no backend")?;
    let embedded = Library::ALL.iter().copied().find(|library| format!("{library:?}") == "Embedded");

    // against the embedded backend
    for n in [64, 256, 1000] {
        let input = Input::new(n);
        for (op, f) in OPS {
            let this = || f(&input);
            let other = || embedded.map_or((), |embedded| testing::run_as(embedded, || f(&input)));
            let times = medians(if n == 1000 { 3 } else { 9 }, &[&this, &other]);
            report.row("kernels", op, n, "backend", times[0]);
            if embedded.is_some_and(|embedded| embedded != active) {
                report.row("kernels", op, n, "embedded", times[1]);
            }
        }
    }

    // one thread against all, which `run_on_all_threads` uses at every size
    for (op, f) in OPS {
        for n in [16, 32, 64, 100, 150, 200, 300, 400, 600] {
            let input = Input::new(n);
            let every = || testing::run_on_all_threads(|| f(&input));
            let mut times = Vec::new();
            // the number of threads is set outside the measured code, so the two take turns by rounds
            for _ in 0..3 {
                let one = backend::with_threads(1, || medians(3, &[&every]))?;
                times.push([one[0], medians(3, &[&every])[0]]);
            }
            let median = |i: usize| {
                let mut times: Vec<Duration> = times.iter().map(|times| times[i]).collect();
                times.sort();
                times[times.len() / 2]
            };
            report.row("thresholds", op, n, "one thread", median(0));
            report.row("thresholds", op, n, "all threads", median(1));
        }
    }

    // concurrent callers; the time of a call is that of all calls, divided by their number
    let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build()?;
    for (op, f) in OPS {
        let n = 310;
        let input = Input::new(n);
        let alone = || (0..8).for_each(|_| f(&input));
        let workers = || pool.install(|| (0..8).into_par_iter().for_each(|_| f(&input)));
        let threads = || {
            std::thread::scope(|scope| (0..64).for_each(|_| drop(scope.spawn(|| f(&input)))));
        };
        let default = medians(3, &[&alone, &workers, &threads]);
        let single = backend::with_threads(1, || medians(3, &[&alone, &workers, &threads]))?;
        for (setting, times) in [("default", default), ("set_threads(1)", single)] {
            report.row("callers", op, n, &format!("one after the other, {setting}"), times[0] / 8);
            report.row("callers", op, n, &format!("8 rayon workers, {setting}"), times[1] / 8);
            report.row("callers", op, n, &format!("64 threads, {setting}"), times[2] / 64);
        }
    }

    if let Some(path) = csv {
        let mut file = csv::Writer::from_path(path)?;
        file.write_record(["backend", "section", "op", "n", "contender", "micros"])?;
        report.rows.iter().try_for_each(|row| file.write_record(row))?;
        file.flush()?;
    }
    Ok(())
}
