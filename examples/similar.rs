//! The most similar of 10 000 vectors: cosine similarities of a few queries by one matrix product, and the
//! five largest of each by `top_k`.
//!
//! `cargo run --release --example similar`
//!
//! Prints the matches and the time. The vectors have 384 random elements of type f32, as embeddings of texts
//! have; each query is one of them with much noise. Fails if a query does not find its own, or if a cosine is
//! not that of `cosine_similarity`.

use comfy_table::{CellAlignment, Table, presets};
use linstat::ndarray::{Array2, Axis};
use linstat::random::{Choice, default_rng};
use linstat::{cosine_similarity, matmul, max, min, top_k, vector_norm_axis};
use std::error::Error;
use std::time::Instant;

const ITEMS: usize = 10_000;
const LENGTH: usize = 384;
const QUERIES: usize = 6;
const MATCHES: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = default_rng(11);
    let items = rng.standard_normal_f32((ITEMS, LENGTH))?;
    let own = rng.choice(ITEMS, &Choice::new().without_replacement(), QUERIES)?;
    let queries =
        items.select(Axis(0), &own.to_vec()) + rng.standard_normal_f32((QUERIES, LENGTH))? * 1.5_f32;

    // once for all queries to come: the cosine of vectors of length 1 is their product
    let index = unit_rows(&items)?;
    let begin = Instant::now();
    let cosines = matmul(&unit_rows(&queries)?, &index.t())?;
    let matches = top_k(&cosines, MATCHES)?;
    let milliseconds = 1e3 * begin.elapsed().as_secs_f64();

    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN);
    table.set_header(
        ["query".to_owned(), "made from".to_owned()]
            .into_iter()
            .chain((1..=MATCHES).map(|k| format!("match {k} (cosine)"))),
    );
    for (q, (found, values)) in matches.indices.rows().into_iter().zip(matches.values.rows()).enumerate() {
        let cells = found.iter().zip(values).map(|(item, cosine)| format!("{item} ({cosine:.3})"));
        table.add_row([q.to_string(), own[q].to_string()].into_iter().chain(cells));
    }
    table.column_iter_mut().for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{table}\n");
    println!(
        "{QUERIES} queries among {ITEMS} vectors: {milliseconds:.2} ms, on {}",
        linstat::backend::info()
    );

    assert_eq!(matches.indices.column(0), own, "a query has not found the vector that it was made from");
    let errors = cosines - cosine_similarity(&queries, &items)?;
    // an error of f32 with 384 terms is far below
    let largest = max(&errors)?.max(-min(&errors)?);
    assert!(largest < 1e-5, "a cosine is off by {largest}");
    Ok(())
}

/// Divides each row by its length.
fn unit_rows(x: &Array2<f32>) -> linstat::Result<Array2<f32>> {
    Ok(x / &vector_norm_axis(x, 2.0, Axis(1))?.insert_axis(Axis(1)))
}
