//! Activations of single numbers: finite ones stay within the range of the function, NaN stays NaN.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linstat::activation::{sigmoid, softmax, tanh};
use linstat::ndarray::Array1;

fuzz_target!(|x: Vec<f64>| {
    let x = Array1::from(x);
    for (&x, &y) in x.iter().zip(&tanh(&x)) {
        assert!(if x.is_nan() { y.is_nan() } else { (-1.0..=1.0).contains(&y) }, "tanh({x:e}) = {y:e}");
    }
    for (&x, &y) in x.iter().zip(&sigmoid(&x)) {
        assert!(if x.is_nan() { y.is_nan() } else { (0.0..=1.0).contains(&y) }, "sigmoid({x:e}) = {y:e}");
    }
    if !x.is_empty() && x.iter().all(|x| x.is_finite()) {
        let sum = softmax(&x).sum();
        assert!((sum - 1.0).abs() <= 1e-12, "softmax({x}) sums to {sum:e}");
    }
});
