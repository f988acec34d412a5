//! Statistics, reductions, sorting, metrics, PCA and the rest for real numbers, in both precisions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat_fuzz::{Input, call, functions::of_real};

fuzz_target!(|input: (bool, Input)| match input {
    (false, input) => call::<f64>(&input, &of_real(), |x, _| x),
    (true, input) => call::<f32>(&input, &of_real(), |x, _| x as f32),
});
