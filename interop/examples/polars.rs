//! A data frame of Polars: its columns as an array, and results as columns.
//!
//! `cargo run --example polars`

use linstat::ndarray::{Array2, Axis};
use linstat::{StandardScaler, lstsq};
use polars::prelude::*;
use std::error::Error;

/// Copies columns of numbers, side by side, with NaN in the place of a null.
fn to_array(frame: &DataFrame, columns: &[&str]) -> Result<Array2<f64>, Box<dyn Error>> {
    let mut table = Array2::zeros((frame.height(), columns.len()));
    for (mut to, name) in table.columns_mut().into_iter().zip(columns) {
        let column = frame.column(name)?.cast(&DataType::Float64)?;
        for (to, x) in to.iter_mut().zip(column.f64()?.iter()) {
            *to = x.unwrap_or(f64::NAN);
        }
    }
    Ok(table)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut frame = df!(
        "rooms" => [2i64, 3, 3, 4, 5, 6],
        "area" => [50., 65., 70., 90., 110., 140.],
        "price" => [150., 205., 211., 280., 345., 428.],
    )?;
    let x = to_array(&frame, &["rooms", "area"])?;
    let price = to_array(&frame, &["price"])?.remove_axis(Axis(1));
    let z = StandardScaler::fit(&x)?.transform(&x)?;
    println!("scaled\n{z:.2}");

    let fit = lstsq(&x, &price, None)?;
    let predicted = linstat::matmul(&x, &fit.x)?;
    println!("price per room and per square metre {:.2}", fit.x);
    assert!(linstat::r2_score(&price, &predicted)? > 0.99);
    frame.with_column(Series::new("predicted".into(), predicted.to_vec()).into())?;
    println!("{frame}");
    Ok(())
}
