//! Rows in blocks of any length: the same bits as all rows at once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat::ndarray::{Array2, s};
use linstat::stream::Moments;

fuzz_target!(|input: (Vec<f64>, Vec<u8>)| {
    let (numbers, cuts) = input;
    let rows = numbers.len() / 2;
    let table = Array2::from_shape_fn((rows, 2), |(i, j)| numbers[2 * i + j]);
    let mut whole = Moments::new(2);
    whole.update(&table).expect("rows of two columns");
    let (mut parts, mut start) = (Moments::new(2), 0);
    for cut in cuts {
        let end = rows.min(start + usize::from(cut));
        parts.update(&table.slice(s![start..end, ..])).expect("rows of two columns");
        start = end;
    }
    parts.update(&table.slice(s![start.., ..])).expect("rows of two columns");
    match (whole.var(0), parts.var(0)) {
        (Ok(whole), Ok(parts)) => {
            let bits = |x: &linstat::ndarray::Array1<f64>| x.mapv(f64::to_bits);
            assert_eq!(bits(&whole), bits(&parts));
        }
        (whole, parts) => assert_eq!(whole.is_err(), parts.is_err()),
    }
});
