//! Distributions of any parameters, ranges of integers, and choices.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat::ndarray::Array1;
use linstat::random::{Choice, default_rng};
use linstat_fuzz::ended;

fuzz_target!(|input: (u8, u64, [f64; 2], [i64; 2], Vec<f64>)| {
    let (call, seed, [a, b], [low, high], weights) = input;
    let mut rng = default_rng(seed);
    match call % 12 {
        0 => ended(rng.normal(a, b, 3)),
        1 => ended(rng.uniform(a, b, 3)),
        2 => ended(rng.gamma(a, b, 3)),
        3 => ended(rng.beta(a, b, 3)),
        4 => ended(rng.exponential(a, 3)),
        5 => ended(rng.binomial(low as u64, a, 3)),
        6 => ended(rng.poisson(a, 3)),
        7 => ended(rng.integers(low..high, 3)),
        8 => ended(rng.integers(low..=high, 3)),
        9 => ended(rng.choice(weights.len(), &Choice::new().weights(&Array1::from(weights)), 3)),
        10 => ended(rng.vonmises(a, b, 3)),
        _ => ended(rng.zipf(a, 3)),
    }
});
