//! Subscripts of any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat::ndarray::Array2;
use linstat_fuzz::ended;

fuzz_target!(|input: (&str, u8, u8)| {
    let (text, m, n) = input;
    let a = Array2::<f64>::ones((usize::from(m % 5), usize::from(n % 5)));
    ended(linstat::einsum(text, &a));
    ended(linstat::einsum(text, (&a, &a.t())));
});
