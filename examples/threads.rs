//! The number of threads: for the whole process, for a part of it, and for a program that calls linstat from
//! many threads itself.
//!
//! `cargo run --release --example threads`
//!
//! Prints how long one large product takes on one thread and on all, and how long many small decompositions
//! take one after the other and from many callers. Fails if a setting is not in force or not undone, or if a
//! result depends on which thread computes it.

use comfy_table::{CellAlignment, Table, presets};
use linstat::ndarray::{Array1, Array2};
use linstat::random::default_rng;
use linstat::{backend, eigvalsh, matmul};
use std::error::Error;
use std::thread;
use std::time::Instant;

/// Matrices that callers decompose.
const TASKS: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let all = backend::threads();
    println!("{}\n", backend::info());
    let mut rng = default_rng(1);
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header([
        "work",
        "callers",
        "threads per call",
        "time / ms",
    ]);
    let mut row = |work: &str, callers: usize, threads: usize, begin: Instant| {
        let time = format!("{:.1}", 1e3 * begin.elapsed().as_secs_f64());
        table.add_row([work.to_owned(), callers.to_string(), threads.to_string(), time]);
    };

    // for the whole process, until it is set again
    let large = rng.standard_normal((1200, 1200))?;
    for threads in [1, all] {
        backend::set_threads(threads)?;
        assert_eq!(backend::threads(), threads);
        let begin = Instant::now();
        matmul(&large, &large)?;
        row("one large product", 1, threads, begin);
    }

    let matrices: Vec<Array2<f64>> = (0..TASKS)
        .map(|_| {
            let x = rng.standard_normal((150, 150))?;
            matmul(&x.t(), &x)
        })
        .collect::<linstat::Result<_>>()?;
    // for a part of the program: the number before is restored afterwards
    let begin = Instant::now();
    let alone = backend::with_threads(1, || each(&matrices))??;
    row("small eigenvalues", 1, 1, begin);
    assert_eq!(backend::threads(), all, "the number of threads was not restored");
    let begin = Instant::now();
    each(&matrices)?;
    row("small eigenvalues", 1, all, begin);

    // many callers share the threads of the library; if each call takes one, none waits for another
    for threads in [all, 1] {
        let begin = Instant::now();
        let together = backend::with_threads(threads, || from_callers(&matrices, all))??;
        row("small eigenvalues", all, threads, begin);
        if threads == 1 {
            // to the bit: on one thread, the order of sums is always the same
            assert_eq!(together, alone, "results depend on the thread that computes them");
        }
    }
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{table}\n");

    // a wrong number is an error, and changes nothing
    println!("set_threads(0): {}", backend::set_threads(0).err().ok_or("0 threads were accepted")?);
    assert_eq!(backend::threads(), all);
    Ok(())
}

fn each(matrices: &[Array2<f64>]) -> linstat::Result<Vec<Array1<f64>>> {
    matrices.iter().map(|a| eigvalsh(a)).collect()
}

/// Shares the matrices among threads of the program's own.
fn from_callers(matrices: &[Array2<f64>], callers: usize) -> linstat::Result<Vec<Array1<f64>>> {
    thread::scope(|scope| {
        let parts: Vec<_> = matrices
            .chunks(matrices.len().div_ceil(callers))
            .map(|part| scope.spawn(move || each(part)))
            .collect();
        let mut all = Vec::new();
        for part in parts {
            all.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}
