//! The cases of tests/golden/statistics.json.

use crate::common::assert::case;
use ndarray::{Array, Dimension, IxDyn};
use serde_json::Value;

/// Calls `f` with every case of a topic.
pub fn each_case(topic: &str, f: impl Fn(&Value)) {
    let file: Value = serde_json::from_str(include_str!("../../golden/statistics.json")).unwrap();
    let cases: Vec<_> = file["cases"].as_array().unwrap().iter().filter(|c| c["topic"] == topic).collect();
    assert!(cases.len() >= 3, "{} cases of {topic}", cases.len());
    cases.into_iter().for_each(|c| case(c["case"].as_str().unwrap(), || f(c)));
}

/// An array of the file, widened: from its bits, or from multiples of a step.
pub fn array<D: Dimension>(value: &Value) -> Array<f64, D> {
    let shape: Vec<usize> =
        value["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    let values = match (value["bits"].as_str(), value["type"].as_str()) {
        (Some(bits), Some("f32")) => numbers(bits, 8, |bits| f64::from(f32::from_bits(bits as u32))),
        (Some(bits), Some("f64")) => numbers(bits, 16, f64::from_bits),
        _ => {
            let step = value["step"].as_f64().unwrap();
            value["re"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() / step).collect()
        }
    };
    Array::from_shape_vec(IxDyn(&shape), values).unwrap().into_dimensionality().unwrap()
}

fn numbers(bits: &str, digits: usize, of: impl Fn(u64) -> f64) -> Vec<f64> {
    let digits = bits.as_bytes().chunks(digits).map(|digits| std::str::from_utf8(digits).unwrap());
    digits.map(|digits| of(u64::from_str_radix(digits, 16).unwrap())).collect()
}
