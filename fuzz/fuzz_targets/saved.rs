//! Saved states and models that were changed: refused, or such that nothing panics that is done with them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat::ndarray::Array2;
use linstat::random::{Generator, Pcg64};
use linstat::stream::{Covariance, Moments, Quantiles, TallQr};
use linstat::{FittedPca, StandardScaler};
use linstat_fuzz::ended;

fuzz_target!(|input: (u8, &str)| {
    let (kind, text) = input;
    let rows = Array2::<f64>::ones((2, 2));
    match kind % 7 {
        0 => {
            if let Ok(mut state) = serde_json::from_str::<Moments<f64>>(text) {
                ended(state.update(&rows));
                ended(state.var(0));
            }
        }
        1 => {
            if let Ok(mut state) = serde_json::from_str::<Covariance<f64>>(text) {
                ended(state.update(&rows));
                ended(state.cov(1));
            }
        }
        2 => {
            if let Ok(mut state) = serde_json::from_str::<TallQr<f64>>(text) {
                ended(state.update(&rows));
            }
        }
        3 => {
            if let Ok(mut state) = serde_json::from_str::<Quantiles<f64>>(text) {
                ended(state.update(&rows));
            }
        }
        4 => {
            if let Ok(fitted) = serde_json::from_str::<FittedPca<f64>>(text) {
                ended(fitted.transform(&rows));
                ended(fitted.precision());
            }
        }
        5 => {
            if let Ok(scaler) = serde_json::from_str::<StandardScaler<f64>>(text) {
                ended(scaler.transform(&rows));
            }
        }
        _ => {
            if let Ok(mut rng) = serde_json::from_str::<Generator<Pcg64>>(text) {
                ended(rng.random(3));
            }
        }
    }
});
