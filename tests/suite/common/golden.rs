//! The files of tests/golden; their README tells the format.

use super::assert::case;
use super::{Element, each_library};
use ndarray::{Array, Dimension, IxDyn};
use serde_json::Value;

pub const SQUARE: &str = include_str!("../../golden/square.json");
pub const RECTANGLE: &str = include_str!("../../golden/rectangle.json");
pub const ELEMENTWISE: &str = include_str!("../../golden/elementwise.json");
pub const PCA: &str = include_str!("../../golden/pca.json");

/// One case of a file: inputs, and the results that are expected.
#[derive(Debug)]
pub struct Golden(Value);

/// Calls `f` in every library with every case of the element type (`f64`, `f32`, or `c64` for Complex64).
pub fn each_golden<T: Element>(file: &str, f: impl Fn(&Golden)) {
    let kind = if T::NAME == "Complex64" { "c64" } else { T::NAME };
    let mut file: Value = serde_json::from_str(file).unwrap();
    let Value::Array(cases) = file["cases"].take() else { panic!("a file has cases") };
    // a case without a type is for all
    let cases: Vec<_> =
        cases.into_iter().filter(|c| c["type"].is_null() || c["type"] == kind).map(Golden).collect();
    assert!(cases.len() >= 7, "{} cases of {kind}", cases.len());
    each_library(|| cases.iter().for_each(|golden| case(golden.0["case"].as_str().unwrap(), || f(golden))));
}

impl Golden {
    /// A number beside the arrays, as the condition.
    pub fn number(&self, name: &str) -> f64 {
        self.0[name].as_f64().unwrap_or_else(|| panic!("no number {name}"))
    }

    /// Whether a text beside the arrays is this one.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.0[name] == text
    }

    /// Whether the results hold this one.
    pub fn has(&self, name: &str) -> bool {
        !self.0["out"][name].is_null()
    }

    /// The number of dimensions of an input.
    pub fn dimensions(&self, name: &str) -> usize {
        self.0["in"][name]["shape"].as_array().map_or(0, Vec::len)
    }

    /// An input.
    pub fn input<T: Element, D: Dimension>(&self, name: &str) -> Array<T, D> {
        let input = &self.0["in"][name];
        let step = input["step"].as_f64().unwrap();
        let part = |part: &str| -> Option<Vec<f64>> {
            Some(input[part].as_array()?.iter().map(|x| x.as_f64().unwrap() / step).collect())
        };
        let re = part("re").unwrap_or_else(|| panic!("no input {name}"));
        let im = part("im").unwrap_or_else(|| vec![0.0; re.len()]);
        shaped(input, re.into_iter().zip(im).map(|(re, im)| T::new(re, im)).collect())
    }

    /// A result, found by its path in the results, as `norms/Fro`.
    pub fn output<T: Element, D: Dimension>(&self, path: &str) -> Array<T, D> {
        let output = self.0["out"].pointer(&format!("/{path}")).unwrap_or_else(|| panic!("no output {path}"));
        let bits = output["bits"].as_str().unwrap();
        let digits = if output["type"] == "f32" { 8 } else { 16 };
        let number = |bits: &[u8]| {
            let bits = u64::from_str_radix(std::str::from_utf8(bits).unwrap(), 16).unwrap();
            if digits == 8 { f64::from(f32::from_bits(bits as u32)) } else { f64::from_bits(bits) }
        };
        let numbers: Vec<f64> = bits.as_bytes().chunks(digits).map(number).collect();
        let values = match output["type"].as_str() {
            Some("c64") => numbers.chunks(2).map(|z| T::new(z[0], z[1])).collect(),
            _ => numbers.into_iter().map(|x| T::new(x, 0.0)).collect(),
        };
        shaped(output, values)
    }

    /// A result that is a single number.
    pub fn scalar<T: Element>(&self, path: &str) -> T {
        self.output::<T, ndarray::Ix0>(path).into_scalar()
    }
}

fn shaped<T, D: Dimension>(array: &Value, values: Vec<T>) -> Array<T, D> {
    let shape: Vec<usize> =
        array["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    Array::from_shape_vec(IxDyn(&shape), values).unwrap().into_dimensionality().unwrap()
}

mod tests {
    use super::*;
    use ndarray::{Ix1, array};
    use num_complex::Complex64;

    #[test]
    fn bits_are_read_exactly() {
        let golden = Golden(serde_json::json!({
            "in": {"x": {"shape": [2], "step": 16, "re": [3, -8], "im": [1, 0]}},
            "out": {
                "one": {"shape": [1], "type": "f32", "bits": "3f800001"},
                "z": {"shape": [1], "type": "c64", "bits": "3ff0000000000001c000000000000000"},
            },
        }));
        let x = golden.input::<Complex64, Ix1>("x");
        assert_eq!(x, array![Complex64::new(0.1875, 0.0625), Complex64::new(-0.5, 0.0)]);
        assert_eq!(golden.output::<f32, Ix1>("one"), array![1.0 + f32::EPSILON]);
        assert_eq!(golden.output::<Complex64, Ix1>("z"), array![Complex64::new(1.0 + f64::EPSILON, -2.0)]);
    }
}
