//! Products, linear algebra and decompositions, of real and complex matrices.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat_fuzz::{Input, call, functions::of_scalar};
use num_complex::Complex64;

fuzz_target!(|input: (bool, Input)| match input {
    (false, input) => call::<f64>(&input, &of_scalar(), |x, _| x),
    (true, input) => call::<Complex64>(&input, &of_scalar(), Complex64::new),
});
