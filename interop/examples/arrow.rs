//! Columns of Arrow: lent to linstat without a copy, if no value is null.
//!
//! `cargo run --example arrow`

use arrow_array::{Array, Float64Array, cast::AsArray, types::Float64Type};
use linstat::ndarray::{Array1, Array2, ArrayView1, Axis, stack};
use std::error::Error;
use std::sync::Arc;

/// Lends a column. Nulls have no place in an array of numbers: fill or drop them first.
fn lend(column: &Float64Array) -> Option<ArrayView1<'_, f64>> {
    (column.null_count() == 0).then(|| ArrayView1::from(&column.values()[..]))
}

/// Copies a column, with NaN in the place of a null: for linstat's `nan` functions.
fn with_nan(column: &Float64Array) -> Array1<f64> {
    column.iter().map(|x| x.unwrap_or(f64::NAN)).collect()
}

/// Gives an array to Arrow without a copy, if its elements are in order and all of its memory.
fn give(x: Array1<f64>) -> Float64Array {
    match x.try_into_raw() {
        Ok(elements) => Float64Array::from(elements),
        Err(x) => x.iter().copied().collect::<Vec<_>>().into(),
    }
}

/// The memory of an array, if its elements are all of it.
trait IntoRaw: Sized {
    fn try_into_raw(self) -> Result<Vec<f64>, Self>;
}

impl IntoRaw for Array1<f64> {
    fn try_into_raw(self) -> Result<Vec<f64>, Self> {
        if !self.is_standard_layout() {
            return Err(self);
        }
        let len = self.len();
        let (elements, offset) = self.into_raw_vec_and_offset();
        if offset.unwrap_or(0) == 0 && elements.len() == len {
            Ok(elements)
        } else {
            Err(Array1::from(elements))
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let columns: [Arc<dyn Array>; 2] = [
        Arc::new(Float64Array::from(vec![1., 2., 3., 4.])),
        Arc::new(Float64Array::from(vec![2., 4., 6., 9.])),
    ];
    let lent: Vec<_> = columns
        .iter()
        .map(|c| lend(c.as_primitive::<Float64Type>()).ok_or("a null"))
        .collect::<Result<_, _>>()?;
    // the columns of a table, here with one copy, since each has memory of its own
    let table: Array2<f64> = stack(Axis(1), &lent)?;
    let r = linstat::corrcoef(&table, linstat::Variables::Columns)?;
    println!("correlation {:.4}", r[[0, 1]]);
    assert!((r[[0, 1]] - 0.9944).abs() < 1e-4);

    let gaps = Float64Array::from(vec![Some(1.), None, Some(3.)]);
    assert!(lend(&gaps).is_none());
    println!("mean of what is there {}", linstat::nanmean(&with_nan(&gaps))?);
    assert_eq!(linstat::nanmean(&with_nan(&gaps))?, 2.0);

    let back = give(linstat::cumsum(&lent[0])?);
    assert_eq!(back.values().to_vec(), [1., 3., 6., 10.]);
    Ok(())
}
