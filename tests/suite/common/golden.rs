//! Reads the files of tests/golden; the README there describes the format.

use super::assert::case;
use super::each_library;
use super::element::{Element, Stored, Word};
use ndarray::{Array, Dimension, IxDyn};
use serde_json::Value;
use std::ops::Deref;

macro_rules! files {
    ($($(#[$feature:meta])? $name:ident, $file:literal;)*) => {$(
        $(#[$feature])?
        pub const $name: &str = include_str!(concat!("../../golden/", $file, ".json"));
    )*};
}

files! {
    ACTIVATION, "activation";
    ARRAYS, "arrays";
    COMPLEX, "complex";
    EIGEN, "eigen";
    ELEMENTWISE, "elementwise";
    FACTORS, "factors";
    LISTS, "lists";
    #[cfg(feature = "metrics")] METRICS, "metrics";
    MOMENTS, "moments";
    NIST, "nist";
    NIST_LINEAR, "nist_linear";
    NUMPY_RANDOM, "numpy_random";
    PCA, "pca"; PCA_TABLES, "pca_tables";
    PRODUCT, "product";
    RECTANGLE, "rectangle";
    REDUCE, "reduce";
    SIGNS, "signs";
    SORT, "sort";
    SQUARE, "square";
    SQUARES, "squares";
    STATS, "stats";
}

/// One case of a file: inputs and expected results.
#[derive(Debug)]
pub struct Golden(Value);

impl Deref for Golden {
    type Target = Value;
    fn deref(&self) -> &Value {
        &self.0
    }
}

/// The cases of a type, which is an element type or a topic; cases without a type belong to all.
pub fn cases(file: &str, kind: &str) -> Vec<Golden> {
    let mut file: Value = serde_json::from_str(file).unwrap();
    let Value::Array(cases) = file["cases"].take() else { panic!("a file has cases") };
    let cases: Vec<_> =
        cases.into_iter().filter(|c| c["type"].is_null() || c["type"] == kind).map(Golden).collect();
    assert!(cases.len() >= 3, "{} cases of {kind}", cases.len());
    cases
}

/// Calls `f` with every case of a type.
pub fn each_case(file: &str, kind: &str, f: impl Fn(&Golden)) {
    cases(file, kind).iter().for_each(|golden| case(golden.name(), || f(golden)));
}

/// Calls `f` in every library with every case of the element type.
pub fn each_golden<T: Element>(file: &str, f: impl Fn(&Golden)) {
    let cases = cases(file, T::NAME);
    assert!(cases.len() >= 7, "{} cases of {}", cases.len(), T::NAME);
    each_library(|| cases.iter().for_each(|golden| case(golden.name(), || f(golden))));
}

impl Golden {
    pub fn name(&self) -> &str {
        self.0["case"].as_str().unwrap()
    }

    /// A number stored beside the arrays, such as the condition, by its path.
    pub fn number(&self, path: &str) -> f64 {
        let number = self.0.pointer(&format!("/{path}")).and_then(Value::as_f64);
        number.unwrap_or_else(|| panic!("no number {path}"))
    }

    /// Whether the text `name`, stored beside the arrays, is `text`.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.0[name] == text
    }

    /// Whether there is a result with this name.
    pub fn has(&self, name: &str) -> bool {
        !self.0["out"][name].is_null()
    }

    /// The number of dimensions of an input.
    pub fn dimensions(&self, name: &str) -> usize {
        self.0["in"][name]["shape"].as_array().map_or(0, Vec::len)
    }

    /// An input.
    pub fn input<T: Stored, D: Dimension>(&self, name: &str) -> Array<T, D> {
        array(&self.0["in"][name])
    }

    /// A result by its path in the results, such as `norms/Fro`.
    pub fn output<T: Stored, D: Dimension>(&self, path: &str) -> Array<T, D> {
        array(self.0["out"].pointer(&format!("/{path}")).unwrap_or_else(|| panic!("no output {path}")))
    }

    /// A result that is a single number.
    pub fn scalar<T: Stored>(&self, path: &str) -> T {
        self.output::<T, ndarray::Ix0>(path).into_scalar()
    }
}

/// An array of a file: the bits of each element in hexadecimal, in C order.
pub fn array<T: Stored, D: Dimension>(stored: &Value) -> Array<T, D> {
    let kind = stored["type"].as_str().unwrap_or_else(|| panic!("{stored} is no array"));
    let bits = stored["bits"].as_str().unwrap().as_bytes();
    let float = |digits: &[u8]| match digits.len() {
        8 => f64::from(f32::from_bits(hexadecimal(digits) as u32)),
        _ => f64::from_bits(hexadecimal(digits)),
    };
    let word: &dyn Fn(&[u8]) -> Word = match kind {
        "f32" | "f64" => &|digits| Word::Float(float(digits), 0.0),
        "c32" | "c64" => &|digits| {
            let (re, im) = digits.split_at(digits.len() / 2);
            Word::Float(float(re), float(im))
        },
        "i8" => &|digits| Word::Whole((hexadecimal(digits) as i8).into()),
        "i16" => &|digits| Word::Whole((hexadecimal(digits) as i16).into()),
        "i32" => &|digits| Word::Whole((hexadecimal(digits) as i32).into()),
        "i64" => &|digits| Word::Whole((hexadecimal(digits) as i64).into()),
        "bool" | "u8" | "u16" | "u32" | "u64" => &|digits| Word::Whole(hexadecimal(digits).into()),
        _ => panic!("no type {kind}"),
    };
    let digits = match kind {
        "bool" | "i8" | "u8" => 2,
        "i16" | "u16" => 4,
        "f32" | "i32" | "u32" => 8,
        "c64" => 32,
        _ => 16,
    };
    let values = bits.chunks(digits).map(|digits| T::read(word(digits))).collect();
    let shape: Vec<usize> =
        stored["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    Array::from_shape_vec(IxDyn(&shape), values).unwrap().into_dimensionality().unwrap()
}

fn hexadecimal(digits: &[u8]) -> u64 {
    u64::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
}

mod tests {
    use super::*;
    use ndarray::{Ix1, array};
    use num_complex::{Complex32, Complex64};

    #[test]
    fn bits_are_read_exactly() {
        let stored = |kind: &str, bits: &str| serde_json::json!({"shape": [2], "type": kind, "bits": bits});
        let single = stored("f32", "3f800001ff800000");
        assert_eq!(array::<f32, Ix1>(&single), array![1.0 + f32::EPSILON, f32::NEG_INFINITY]);
        assert_eq!(array::<f64, Ix1>(&single)[0], 1.0 + f64::from(f32::EPSILON));
        let double = stored("f64", "3ff00000000000018000000000000000");
        assert_eq!(array::<f64, Ix1>(&double).mapv(f64::to_bits), array![0x3ff0_0000_0000_0001, 1 << 63]);
        let complex = stored("c32", "3f80000140000000c000000000000000");
        let expected = array![Complex32::new(1.0 + f32::EPSILON, 2.0), Complex32::new(-2.0, 0.0)];
        assert_eq!(array::<Complex32, Ix1>(&complex), expected);
        let complex = stored("c64", &format!("3ff0000000000001c000000000000000{}", "0".repeat(32)));
        let expected = array![Complex64::new(1.0 + f64::EPSILON, -2.0), Complex64::default()];
        assert_eq!(array::<Complex64, Ix1>(&complex), expected);
        assert_eq!(array::<i8, Ix1>(&stored("i8", "807f")), array![-128, 127]);
        assert_eq!(array::<i32, Ix1>(&stored("i32", "800000007fffffff")), array![i32::MIN, i32::MAX]);
        assert_eq!(
            array::<u64, Ix1>(&stored("u64", "ffffffffffffffff0000000000000001")),
            array![u64::MAX, 1]
        );
        assert_eq!(array::<usize, Ix1>(&stored("i64", "00000000000000090000000000000001")), array![9, 1]);
        assert_eq!(array::<bool, Ix1>(&stored("bool", "0001")), array![false, true]);
    }
}

/// Calls `$f::<$t, D>` with a case whose input `$name` has the dimension `D`, of one to three axes.
macro_rules! by_dimension {
    ($golden:expr, $name:literal, $f:ident::<$t:ty>) => {
        match $golden.dimensions($name) {
            1 => $f::<$t, ndarray::Ix1>($golden),
            2 => $f::<$t, ndarray::Ix2>($golden),
            _ => $f::<$t, ndarray::Ix3>($golden),
        }
    };
}
pub(crate) use by_dimension;
